/* modules/array/array.h - module array: sequences of numbers of one C type. */
#ifndef OU_MODULES_ARRAY_H
#define OU_MODULES_ARRAY_H

#include <Python.h>
#include "base/base.h"

enum { ARRAY_ITEM_MAX = 8 }; /* bytes of the greatest item */

/* A C type that items may have. */
typedef struct {
    char code;         /* as Python names it */
    uint8_t item_size; /* bytes */
    bool is_int, is_signed;
    const char *format;                          /* of its buffers */
    PyObject *(*get)(const void *item);          /* new reference */
    int (*convert)(PyObject *value, void *item); /* 0, or -1 with an exception and nothing written.  RE-ENTRANT */
} ArrayKind;

extern const ArrayKind ou_array_kinds[];
extern const int ou_n_array_kinds;

/* The kind of a type code, or NULL. */
const ArrayKind *ou_array_kind(Py_UCS4 code);

typedef struct {
    PyObject_VAR_HEAD
    char *items; /* PyMem_Malloc'ed, cap of them; NULL if cap is 0 */
    Py_ssize_t cap;
    const ArrayKind *kind;
    PyObject *weakreflist;
    Py_ssize_t n_exports; /* buffers that are out: the array can't be resized */
} Array;

extern PyTypeObject ou_array_type, ou_array_iter_type;

#define Array_Check(op) PyObject_TypeCheck(op, &ou_array_type)

/* A new array of n items, whose values are anything. */
PyObject *ou_array_new(PyTypeObject *type, const ArrayKind *kind, Py_ssize_t n);

/* Give the array n items; new ones are anything.
 * Errors  BufferError if buffers are out, MemoryError: then nothing has changed. */
int ou_array_resize(Array *self, Py_ssize_t n);

/* Append items: those of bytes in memory, of a str, or of any iterable.  RE-ENTRANT.
 * Errors  what was appended before one stays. */
int ou_array_append_bytes(Array *self, const void *bytes, Py_ssize_t size);
int ou_array_append_str(Array *self, PyObject *str);
int ou_array_append_iterable(Array *self, PyObject *iterable);

/* __reduce_ex__ and what it names: see array_pickle.c. */
PyObject *ou_array_reduce_ex(PyObject *self, PyObject *protocol);
PyObject *ou_array_reconstructor(PyObject *module, PyObject *args);

#endif
