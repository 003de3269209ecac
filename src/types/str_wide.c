/* types/str_wide.c - wchar_t, which on Linux is one code point; and the deprecated strings that begin as
 * wchar_t.
 *
 * Owns       nothing.
 * Invariant  a legacy string has ready 0, kind 0 and owns `wstr`; _PyUnicode_Ready() makes it an ordinary
 *            one whose code points lie in a block of their own.
 * Not here   UTF-16 and UTF-32 (str_utf16.c). */
#include "types/str.h"

#include "object/alloc.h"

/* New string from wide characters; size -1: up to the NUL.  Errors ValueError beyond Unicode. */
PyObject *
PyUnicode_FromWideChar(const wchar_t *text, Py_ssize_t size)
{
    if (text == NULL && size != 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (size == -1) {
        size = (Py_ssize_t)wcslen(text);
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        if ((Py_UCS4)text[i] > 0x10FFFF) {
            PyErr_Format(PyExc_ValueError, "character U+%x is not in range [U+0000; U+%x]", (unsigned)text[i], 0x10FFFF);
            return NULL;
        }
    }
    return ou_str_from_ucs(4, text, size);
}

/* New string from wide characters; text NULL: an unfinished one of `size`, to be filled through
 * PyUnicode_AsUnicode() before anything else is done with it (deprecated). */
PyObject *
PyUnicode_FromUnicode(const Py_UNICODE *text, Py_ssize_t size)
{
    if (text != NULL || size == 0) {
        return PyUnicode_FromWideChar(text, size);
    }
    if (size < 0) {
        PyErr_SetString(PyExc_SystemError, "Negative size passed to PyUnicode_New");
        return NULL;
    }
    wchar_t *wide = (size_t)size >= PY_SSIZE_T_MAX / sizeof(wchar_t) ? NULL : PyMem_Calloc((size_t)size + 1, sizeof(wchar_t));
    if (wide == NULL) {
        return PyErr_NoMemory();
    }
    PyUnicodeObject *str = (PyUnicodeObject *)ou_object_new_fast(&PyUnicode_Type, sizeof(PyUnicodeObject));
    if (str == NULL) {
        PyMem_Free(wide);
        return NULL;
    }
    memset((char *)str + sizeof(PyObject), 0, sizeof *str - sizeof(PyObject));
    str->_base._base.hash = -1;
    str->_base._base.wstr = wide;
    str->_base.wstr_length = size;
    return (PyObject *)str;
}

/* Finish a string that began with PyUnicode_FromUnicode(NULL, n).  Returns 0, or -1 with an error set. */
int
_PyUnicode_Ready(PyObject *op)
{
    PyUnicodeObject *str = (PyUnicodeObject *)op;
    PyASCIIObject *head = &str->_base._base;
    if (head->state.ready) {
        return 0;
    }
    Py_ssize_t n = str->_base.wstr_length;
    for (Py_ssize_t i = 0; i < n; i++) {
        if ((Py_UCS4)head->wstr[i] > 0x10FFFF) {
            PyErr_Format(PyExc_ValueError, "character U+%x is not in range [U+0000; U+%x]", (unsigned)head->wstr[i], 0x10FFFF);
            return -1;
        }
    }
    Py_UCS4 class = ou_ucs_class(4, head->wstr, n);
    int kind = ou_kind_of(class);
    void *data = PyMem_Malloc(((size_t)n + 1) * (size_t)kind);
    if (data == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    ou_ucs_copy(kind, data, 0, 4, head->wstr, 0, n);
    PyUnicode_WRITE(kind, data, n, 0);
    str->data.any = data;
    head->length = n;
    head->state.kind = (unsigned)kind & 7;
    head->state.ascii = class == 0x7f;
    if (head->state.ascii) {
        str->_base.utf8 = data;
        str->_base.utf8_length = n;
    }
    head->state.ready = 1; /* commit; wstr stays, as callers may still hold it */
    return 0;
}

/* Copy at most `size` wide characters, with the NUL if there is room; `wide` NULL: return the room needed.
 * Returns  the number copied without the NUL, or -1. */
Py_ssize_t
PyUnicode_AsWideChar(PyObject *str, wchar_t *wide, Py_ssize_t size)
{
    if (str == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (!PyUnicode_Check(str)) {
        PyErr_BadArgument();
        return -1;
    }
    if (PyUnicode_READY(str) < 0) {
        return -1;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(str);
    if (wide == NULL) {
        return n + 1;
    }
    Py_ssize_t copied = Py_MIN(n, size);
    ou_ucs_copy(4, wide, 0, PyUnicode_KIND(str), PyUnicode_DATA(str), 0, copied);
    if (size > n) {
        wide[n] = 0;
    }
    return copied;
}

/* All of it in a block for PyMem_Free.  Without p_size a NUL inside is an error.
 * Returns  the block, or NULL.  Errors MemoryError, TypeError, ValueError. */
wchar_t *
PyUnicode_AsWideCharString(PyObject *str, Py_ssize_t *p_size)
{
    if (str == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (!PyUnicode_Check(str)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(str) < 0) {
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(str);
    wchar_t *wide = PyMem_New(wchar_t, (size_t)n + 1);
    if (wide == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    ou_ucs_copy(4, wide, 0, PyUnicode_KIND(str), PyUnicode_DATA(str), 0, n);
    wide[n] = 0;
    if (p_size != NULL) {
        *p_size = n;
    }
    else if (wcslen(wide) != (size_t)n) {
        PyMem_Free(wide);
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        return NULL;
    }
    return wide;
}

/* The string as wchar_t, kept in the object (deprecated).  Borrowed; NULL with an error set. */
Py_UNICODE *
PyUnicode_AsUnicodeAndSize(PyObject *str, Py_ssize_t *size)
{
    if (!PyUnicode_Check(str)) {
        PyErr_BadArgument();
        return NULL;
    }
    PyASCIIObject *head = (PyASCIIObject *)str;
    if (head->wstr == NULL) {
        Py_ssize_t n;
        wchar_t *wide = PyUnicode_AsWideCharString(str, &n);
        if (wide == NULL) {
            return NULL;
        }
        if (!PyUnicode_IS_COMPACT_ASCII(str)) {
            ((PyCompactUnicodeObject *)str)->wstr_length = n;
        }
        head->wstr = wide;
    }
    if (size != NULL) {
        *size = PyUnicode_IS_COMPACT_ASCII(str) ? head->length : ((PyCompactUnicodeObject *)str)->wstr_length;
    }
    return head->wstr;
}

Py_UNICODE *
PyUnicode_AsUnicode(PyObject *str)
{
    return PyUnicode_AsUnicodeAndSize(str, NULL);
}

/* The same, refusing a NUL inside. */
const Py_UNICODE *
_PyUnicode_AsUnicode(PyObject *str)
{
    Py_ssize_t n;
    const wchar_t *wide = PyUnicode_AsUnicodeAndSize(str, &n);
    if (wide != NULL && wcslen(wide) != (size_t)n) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        return NULL;
    }
    return wide;
}

/* Length in wchar_t (deprecated), or -1. */
Py_ssize_t
PyUnicode_GetSize(PyObject *str)
{
    Py_ssize_t n;
    return PyUnicode_AsUnicodeAndSize(str, &n) == NULL ? -1 : n;
}

/* Converters for PyArg_Parse: *(wchar_t **)to is a block that the clean-up call frees. */
int
_PyUnicode_WideCharString_Converter(PyObject *obj, void *to)
{
    wchar_t **wide = to;
    if (obj == NULL) {
        PyMem_Free(*wide);
        return 1;
    }
    if (PyUnicode_Check(obj)) {
        *wide = PyUnicode_AsWideCharString(obj, NULL);
        return *wide == NULL ? 0 : Py_CLEANUP_SUPPORTED;
    }
    PyErr_Format(PyExc_TypeError, "argument must be str, not %.50s", Py_TYPE(obj)->tp_name);
    return 0;
}

int
_PyUnicode_WideCharString_Opt_Converter(PyObject *obj, void *to)
{
    wchar_t **wide = to;
    if (obj == Py_None) {
        *wide = NULL;
        return 1;
    }
    if (obj != NULL && !PyUnicode_Check(obj)) {
        PyErr_Format(PyExc_TypeError, "argument must be str or None, not %.50s", Py_TYPE(obj)->tp_name);
        return 0;
    }
    return _PyUnicode_WideCharString_Converter(obj, to);
}
