/* types/bytes_text.h - the text of a bytes or bytearray object, for the methods that both share. */
#ifndef OU_TYPES_BYTES_TEXT_H
#define OU_TYPES_BYTES_TEXT_H

#include "types/bytes.h"
#include "types/str.h"

typedef struct {
    const char *data;
    Py_ssize_t n;
} OuBytesText;

static OU_ALWAYS_INLINE OuBytesText
ou_bytes_text(PyObject *self)
{
    return PyBytes_Check(self) ? (OuBytesText){PyBytes_AS_STRING(self), Py_SIZE(self)}
                               : (OuBytesText){PyByteArray_AS_STRING(self), Py_SIZE(self)};
}

static OU_ALWAYS_INLINE char *
ou_bytes_writable(PyObject *op)
{
    return PyBytes_Check(op) ? PyBytes_AS_STRING(op) : PyByteArray_AS_STRING(op);
}

/* New object of self's kind.  data NULL: to be filled. */
static inline PyObject *
ou_bytes_like(PyObject *self, const char *data, Py_ssize_t n)
{
    return PyBytes_Check(self) ? PyBytes_FromStringAndSize(data, n) : PyByteArray_FromStringAndSize(data, n);
}

/* self unchanged: bytes are given back, bytearrays copied. */
static inline PyObject *
ou_bytes_same(PyObject *self)
{
    OuBytesText text = ou_bytes_text(self);
    return PyBytes_CheckExact(self) ? Py_NewRef(self) : ou_bytes_like(self, text.data, text.n);
}

static inline void
ou_bytes_clip(Py_ssize_t n, Py_ssize_t *start, Py_ssize_t *end)
{
    *end = *end > n ? n : *end < 0 ? Py_MAX(*end + n, 0) : *end;
    *start = *start < 0 ? Py_MAX(*start + n, 0) : *start;
}

/* Index of the first (last) occurrence in the whole range, -1 if there is none. */
static inline Py_ssize_t
ou_bytes_search(OuBytesText text, Py_ssize_t start, Py_ssize_t end, const char *data, Py_ssize_t n, bool backward)
{
    ou_bytes_clip(text.n, &start, &end);
    if (end - start < n) {
        return -1;
    }
    if (n == 0) {
        return backward ? end : start;
    }
    return backward ? ou_ucs_rfind(1, text.data, start, end, 1, data, n) : ou_ucs_find(1, text.data, start, end, 1, data, n);
}

/* Methods of bytes_split.c. */
PyObject *ou_bytes_split(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames);
PyObject *ou_bytes_rsplit(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames);
PyObject *ou_bytes_splitlines(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames);
PyObject *ou_bytes_partition(PyObject *self, PyObject *sep);
PyObject *ou_bytes_rpartition(PyObject *self, PyObject *sep);
PyObject *ou_bytes_replace(PyObject *self, PyObject *const *args, Py_ssize_t n_args);
PyObject *ou_bytes_translate(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames);
PyObject *ou_bytes_maketrans(PyObject *ignored, PyObject *const *args, Py_ssize_t n_args);

#endif
