/* types/bytes.h - what the files of bytes and bytearray share. */
#ifndef OU_TYPES_BYTES_H
#define OU_TYPES_BYTES_H

#include "object/alloc.h"

extern PyMethodDef ou_bytes_methods[], ou_bytearray_methods[]; /* bytes_methods.c */

/* bytes(...): bytes_new.c.  RE-ENTRANT. */
PyObject *ou_bytes_new(PyTypeObject *type, PyObject *args, PyObject *kwargs);
PyObject *ou_bytes_iter(PyObject *self);

/* `in`: an int or a buffer, for both types (bytes_methods.c). */
int ou_bytes_contains(PyObject *self, PyObject *item);
/* bytes % args (bytes_format.c). */
PyObject *ou_bytes_remainder(PyObject *left, PyObject *right);

/* "prefix'escaped'suffix".  smart_quotes: " around what has ' alone; escape_single: \' between those too.  New str. */
PyObject *ou_bytes_repr(const unsigned char *data, Py_ssize_t size, bool smart_quotes, bool escape_single,
                        const char *prefix, const char *suffix);
/* Fill `total` bytes with repetitions of `unit`. */
void ou_bytes_fill(char *to, Py_ssize_t total, const char *unit, Py_ssize_t size);

/* A byte from an int-like object: 0 to 255, or -1 with an error set (ValueError: message).  RE-ENTRANT. */
int ou_byte_value(PyObject *item, const char *message);
/* The size in bytes(size): -1 with an error set, -2 if op is no index.  RE-ENTRANT. */
Py_ssize_t ou_bytes_size_arg(PyObject *op);

/* sep.join(iterable), for both types.  RE-ENTRANT. */
PyObject *ou_bytes_join(PyObject *self, PyObject *iterable);

/* bytearray's own methods (bytearray.c). */
PyObject *ou_bytearray_alloc(PyObject *self, PyObject *ignored);
PyObject *ou_bytearray_reduce(PyObject *self, PyObject *ignored);
PyObject *ou_bytearray_reduce_ex(PyObject *self, PyObject *const *args, Py_ssize_t n_args);
PyObject *ou_bytearray_sizeof(PyObject *self, PyObject *ignored);
PyObject *ou_bytearray_append(PyObject *self, PyObject *item);
PyObject *ou_bytearray_clear(PyObject *self, PyObject *ignored);
PyObject *ou_bytearray_copy(PyObject *self, PyObject *ignored);
PyObject *ou_bytearray_extend(PyObject *self, PyObject *iterable);
PyObject *ou_bytearray_insert(PyObject *self, PyObject *const *args, Py_ssize_t n_args);
PyObject *ou_bytearray_pop(PyObject *self, PyObject *const *args, Py_ssize_t n_args);
PyObject *ou_bytearray_remove(PyObject *self, PyObject *value);
PyObject *ou_bytearray_reverse(PyObject *self, PyObject *ignored);

#endif
