/* capi/pyos.c - small functions of the C API: formatted text, numbers from text, paths, fatal errors.
 *
 * Owns       nothing: texts are the caller's, results new; no function keeps a pointer it was given.
 * Source     C API reference, Operating System Utilities, String conversion and formatting. */
#include "base/hash.h"
#include "object/hold.h"
#include "object/state.h"

/* PyOS_snprintf, PyOS_vsnprintf: as the C functions, but the text always ends in a NUL.  Returns what they return. */
int
PyOS_vsnprintf(char *text, size_t size, const char *format, va_list va)
{
    if (size == 0 || size > INT_MAX - 512) {
        if (size > 0) {
            text[0] = 0;
        }
        return -666;
    }
    int n = vsnprintf(text, size, format, va);
    text[size - 1] = 0;
    return n;
}

int
PyOS_snprintf(char *text, size_t size, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    int n = PyOS_vsnprintf(text, size, format, va);
    va_end(va);
    return n;
}

/* PyOS_mystricmp, PyOS_mystrnicmp: compare ASCII text, letters of either case being the same. */
int
PyOS_mystrnicmp(const char *a, const char *b, Py_ssize_t size)
{
    for (; size > 0; a++, b++, size--) {
        int order = Py_TOLOWER(*a) - Py_TOLOWER(*b);
        if (order != 0 || *a == 0) {
            return order;
        }
    }
    return 0;
}

int
PyOS_mystricmp(const char *a, const char *b)
{
    return PyOS_mystrnicmp(a, b, PY_SSIZE_T_MAX);
}

/* PyOS_FSPath: a str or bytes as they are, else what __fspath__ returns.  New.  RE-ENTRANT. */
PyObject *
PyOS_FSPath(PyObject *path)
{
    if (PyUnicode_Check(path) || PyBytes_Check(path)) {
        return Py_NewRef(path);
    }
    PyObject *method = _PyObject_LookupSpecial(path, OU_STR(__fspath__));
    if (method == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_TypeError, "expected str, bytes or os.PathLike object, not %.200s", Py_TYPE(path)->tp_name);
        }
        return NULL;
    }
    OU_HOLD(hold, &method);
    PyObject *result = PyObject_CallNoArgs(method);
    OU_HOLD_END(hold);
    Py_DECREF(method);
    if (result != NULL && !PyUnicode_Check(result) && !PyBytes_Check(result)) {
        PyErr_Format(PyExc_TypeError, "expected %.200s.__fspath__() to return str or bytes, not %.200s", Py_TYPE(path)->tp_name,
                     Py_TYPE(result)->tp_name);
        Py_CLEAR(result);
    }
    return result;
}

/* _Py_fopen_obj: fopen() of a str, bytes or path-like object.  NULL with an error set. */
FILE *
_Py_fopen_obj(PyObject *path, const char *mode)
{
    PyObject *bytes;
    if (PySys_Audit("open", "Osi", path, mode, 0) < 0 || !PyUnicode_FSConverter(path, &bytes)) {
        return NULL;
    }
    FILE *fp = fopen(PyBytes_AS_STRING(bytes), mode);
    if (fp == NULL && !PyErr_Occurred()) {
        PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path);
    }
    Py_DECREF(bytes);
    return fp;
}

Py_hash_t
_Py_HashPointer(const void *p)
{
    return ou_hash_pointer(p);
}

Py_hash_t
_Py_HashPointerRaw(const void *p)
{
    uintptr_t bits = (uintptr_t)p;
    return (Py_hash_t)(bits >> 4 | bits << 60);
}

Py_hash_t
_Py_HashBytes(const void *bytes, Py_ssize_t size)
{
    return ou_hash_bytes(bytes, (size_t)size);
}

/* Py_FatalError: say so and abort. */
#undef Py_FatalError
void _Py_NO_RETURN
Py_FatalError(const char *message)
{
    OU_PANIC("Fatal Python error: %s", message);
}

void _Py_NO_RETURN
_Py_FatalErrorFunc(const char *function, const char *message)
{
    OU_PANIC("Fatal Python error: %s: %s", function, message);
}
