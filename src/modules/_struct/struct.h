/* modules/_struct/struct.h - what the files of module _struct share.
 *
 * A format is parsed into a layout: an array of StructItem inside a bytes object, so that it is counted, shared by iterators, and
 * stays while Python code that a value brings along makes the Struct anew. */
#ifndef OU_MODULES_STRUCT_H
#define OU_MODULES_STRUCT_H

#include "object/alloc.h"
#include "object/args.h"
#include "object/hold.h"
#include "object/walk.h"

typedef enum {
    STRUCT_PAD,
    STRUCT_CHAR,
    STRUCT_BYTES,
    STRUCT_PASCAL,
    STRUCT_BOOL,
    STRUCT_SIGNED,
    STRUCT_UNSIGNED,
    STRUCT_POINTER,
    STRUCT_HALF,
    STRUCT_FLOAT,
    STRUCT_DOUBLE,
} StructKind;

/* One code of a format with its count. */
typedef struct {
    uint8_t kind;       /* StructKind */
    char code;          /* as in the format, for messages */
    bool native;        /* native sizes: no check of a float's range */
    bool big;           /* the most significant byte comes first */
    Py_ssize_t offset;  /* bytes from the start of the structure */
    Py_ssize_t size;    /* bytes of one value */
    Py_ssize_t n;       /* values, one behind the other */
} StructItem;

extern PyObject *ou_struct_error; /* struct.error, owned by the module; NULL once it is gone */
#define STRUCT_ERROR (ou_struct_error != NULL ? ou_struct_error : PyExc_ValueError)

/* Parse a format (bytes).
 * Returns the layout, and the structure's bytes and number of values; NULL with struct.error or MemoryError set.  Refs new. */
PyObject *ou_struct_parse(PyObject *format, Py_ssize_t *size, Py_ssize_t *n_values);

/* Write values of a layout into `out`, which must have room; `out` is zeros.  The caller owns the layout.
 * Returns 0, or -1 with struct.error or what a value raised set.  RE-ENTRANT (__index__, __float__, __bool__). */
OU_MUST_USE int ou_struct_pack(PyObject *layout, PyObject *const *values, char *out);

/* The values of a layout at `in`, as a tuple.  Refs new. */
PyObject *ou_struct_unpack(PyObject *layout, Py_ssize_t n_values, const char *in);

#endif
