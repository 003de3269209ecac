/* bytesobject.h - bytes and bytearray. */
#ifndef OU_BYTESOBJECT_H
#define OU_BYTESOBJECT_H

typedef struct {
    PyObject_VAR_HEAD
    Py_hash_t ob_shash; /* -1: not computed yet */
    char ob_sval[1];    /* ob_size bytes and a NUL */
} PyBytesObject;

typedef struct {
    PyObject_VAR_HEAD
    Py_ssize_t ob_alloc; /* bytes allocated at ob_bytes */
    char *ob_bytes;
    char *ob_start; /* first byte, within ob_bytes */
    Py_ssize_t ob_exports;
} PyByteArrayObject;

typedef struct {
    PyObject *buffer; /* bytes or bytearray under construction */
    Py_ssize_t allocated;
    Py_ssize_t min_size;
    int use_bytearray;
    int overallocate;
    int use_small_buffer;
    char small_buffer[512];
} _PyBytesWriter;

PyAPI_DATA(PyTypeObject) PyBytes_Type;
PyAPI_DATA(PyTypeObject) PyBytesIter_Type;
PyAPI_DATA(PyTypeObject) PyByteArray_Type;
PyAPI_DATA(PyTypeObject) PyByteArrayIter_Type;
PyAPI_DATA(char) _PyByteArray_empty_string[];
#define PyBytes_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_BYTES_SUBCLASS)
#define PyBytes_CheckExact(op) Py_IS_TYPE(op, &PyBytes_Type)
#define PyByteArray_Check(op) PyObject_TypeCheck(op, &PyByteArray_Type)
#define PyByteArray_CheckExact(op) Py_IS_TYPE(op, &PyByteArray_Type)
#define PyBytes_AS_STRING(op) (((PyBytesObject *)(op))->ob_sval)
#define PyBytes_GET_SIZE(op) Py_SIZE(op)
#define PyByteArray_GET_SIZE(op) Py_SIZE(op)

PyAPI_FUNC(PyObject *) PyBytes_FromStringAndSize(const char *, Py_ssize_t);
PyAPI_FUNC(PyObject *) PyBytes_FromString(const char *);
PyAPI_FUNC(PyObject *) PyBytes_FromObject(PyObject *);
PyAPI_FUNC(PyObject *) PyBytes_FromFormatV(const char *, va_list);
PyAPI_FUNC(PyObject *) PyBytes_FromFormat(const char *, ...);
PyAPI_FUNC(Py_ssize_t) PyBytes_Size(PyObject *);
PyAPI_FUNC(char *) PyBytes_AsString(PyObject *);
PyAPI_FUNC(PyObject *) PyBytes_Repr(PyObject *, int);
PyAPI_FUNC(void) PyBytes_Concat(PyObject **, PyObject *);
PyAPI_FUNC(void) PyBytes_ConcatAndDel(PyObject **, PyObject *);
PyAPI_FUNC(PyObject *) PyBytes_DecodeEscape(const char *, Py_ssize_t, const char *, Py_ssize_t, const char
    *);
PyAPI_FUNC(int) PyBytes_AsStringAndSize(PyObject *, char **, Py_ssize_t *);
PyAPI_FUNC(int) _PyBytes_Resize(PyObject **, Py_ssize_t);
PyAPI_FUNC(PyObject *) _PyBytes_FormatEx(const char *, Py_ssize_t, PyObject *, int);
PyAPI_FUNC(PyObject *) _PyBytes_FromHex(PyObject *, int);
PyAPI_FUNC(PyObject *) _PyBytes_DecodeEscape(const char *, Py_ssize_t, const char *, const char **);
PyAPI_FUNC(PyObject *) _PyBytes_Join(PyObject *, PyObject *);
PyAPI_FUNC(void) _PyBytesWriter_Init(_PyBytesWriter *);
PyAPI_FUNC(PyObject *) _PyBytesWriter_Finish(_PyBytesWriter *, void *);
PyAPI_FUNC(void) _PyBytesWriter_Dealloc(_PyBytesWriter *);
PyAPI_FUNC(void *) _PyBytesWriter_Alloc(_PyBytesWriter *, Py_ssize_t);
PyAPI_FUNC(void *) _PyBytesWriter_Prepare(_PyBytesWriter *, void *, Py_ssize_t);
PyAPI_FUNC(void *) _PyBytesWriter_Resize(_PyBytesWriter *, void *, Py_ssize_t);
PyAPI_FUNC(void *) _PyBytesWriter_WriteBytes(_PyBytesWriter *, void *, const void *, Py_ssize_t);
PyAPI_FUNC(PyObject *) PyByteArray_FromObject(PyObject *);
PyAPI_FUNC(PyObject *) PyByteArray_Concat(PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) PyByteArray_FromStringAndSize(const char *, Py_ssize_t);
PyAPI_FUNC(Py_ssize_t) PyByteArray_Size(PyObject *);
PyAPI_FUNC(char *) PyByteArray_AsString(PyObject *);
PyAPI_FUNC(int) PyByteArray_Resize(PyObject *, Py_ssize_t);

static inline char *
PyByteArray_AS_STRING(PyObject *op)
{
    return Py_SIZE(op) ? ((PyByteArrayObject *)op)->ob_start : _PyByteArray_empty_string;
}
#define PyByteArray_AS_STRING(op) PyByteArray_AS_STRING(_PyObject_CAST(op))

#endif
