/* types/str_writer.c - building a string piece by piece, its kind widening as pieces need.
 *
 * Owns       the writer's buffer: one str with room to spare, or (readonly) a reference to a finished one.
 * Invariant  maxchar, data, kind and size repeat what the buffer says; a readonly buffer, or none, has size
 *            0 and kind 0, so that the macros of the public headers call in here.
 * Not here   formatting (str_fromformat.c, str_format.c). */
#include "types/str.h"

static void
writer_update(_PyUnicodeWriter *writer)
{
    writer->maxchar = PyUnicode_MAX_CHAR_VALUE(writer->buffer);
    writer->data = PyUnicode_DATA(writer->buffer);
    if (writer->readonly) {
        writer->kind = PyUnicode_WCHAR_KIND; /* 0: whoever asks for a kind comes here first */
        writer->size = 0;
    }
    else {
        writer->kind = PyUnicode_KIND(writer->buffer);
        writer->size = PyUnicode_GET_LENGTH(writer->buffer);
    }
}

/* Start with nothing.  Never fails. */
void
_PyUnicodeWriter_Init(_PyUnicodeWriter *writer)
{
    memset(writer, 0, sizeof *writer);
}

/* Make room for `length` more code points up to maxchar.
 * Returns  0; or -1 with MemoryError set and the writer as it was. */
int
_PyUnicodeWriter_PrepareInternal(_PyUnicodeWriter *writer, Py_ssize_t length, Py_UCS4 maxchar)
{
    if (length > PY_SSIZE_T_MAX - writer->pos) {
        PyErr_NoMemory();
        return -1;
    }
    Py_ssize_t want = writer->pos + length;
    maxchar = Py_MAX(maxchar, writer->min_char);
    if (want > writer->size || writer->buffer == NULL) {
        if (writer->overallocate && want <= PY_SSIZE_T_MAX - want / 4) {
            want += want / 4; /* a quarter more: arbitrary, as CPython 3.11 */
        }
        want = Py_MAX(want, writer->min_length);
    }
    else {
        want = writer->size;
    }
    if (writer->buffer == NULL || writer->readonly || maxchar > writer->maxchar) {
        PyObject *wider = PyUnicode_New(want, Py_MAX(maxchar, writer->buffer == NULL ? 0 : writer->maxchar));
        if (wider == NULL) {
            return -1;
        }
        if (writer->buffer != NULL) {
            _PyUnicode_FastCopyCharacters(wider, 0, writer->buffer, 0, writer->pos);
        }
        writer->readonly = 0;
        Py_XSETREF(writer->buffer, wider);
    }
    else if (want > writer->size) {
        if (writer->size == 0) { /* the permanent empty string can't grow */
            PyObject *first = PyUnicode_New(want, maxchar);
            if (first == NULL) {
                return -1;
            }
            Py_SETREF(writer->buffer, first);
        }
        else if (ou_str_resize(&writer->buffer, want) < 0) {
            return -1;
        }
    }
    writer_update(writer);
    return 0;
}

/* Widen the buffer to a kind at least.  Returns 0 or -1. */
int
_PyUnicodeWriter_PrepareKindInternal(_PyUnicodeWriter *writer, enum PyUnicode_Kind kind)
{
    Py_UCS4 maxchar = kind == PyUnicode_1BYTE_KIND ? 0xff : kind == PyUnicode_2BYTE_KIND ? 0xffff : 0x10ffff;
    return _PyUnicodeWriter_PrepareInternal(writer, 0, maxchar);
}

/* Append one code point.  Returns 0, or -1 with MemoryError set and nothing written; so all below. */
int
_PyUnicodeWriter_WriteChar(_PyUnicodeWriter *writer, Py_UCS4 ch)
{
    if (_PyUnicodeWriter_Prepare(writer, 1, ch) < 0) {
        return -1;
    }
    PyUnicode_WRITE(writer->kind, writer->data, writer->pos, ch);
    writer->pos++;
    return 0;
}

/* Append a string.  The first one is shared, not copied, unless the writer over-allocates. */
int
_PyUnicodeWriter_WriteStr(_PyUnicodeWriter *writer, PyObject *str)
{
    if (PyUnicode_READY(str) < 0) {
        return -1;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(str);
    if (n == 0) {
        return 0;
    }
    Py_UCS4 maxchar = PyUnicode_MAX_CHAR_VALUE(str);
    if (maxchar > writer->maxchar || n > writer->size - writer->pos) {
        if (writer->buffer == NULL && !writer->overallocate) {
            writer->buffer = Py_NewRef(str);
            writer->readonly = 1;
            writer_update(writer);
            writer->pos += n;
            return 0;
        }
        if (_PyUnicodeWriter_PrepareInternal(writer, n, maxchar) < 0) {
            return -1;
        }
    }
    ou_ucs_copy((int)writer->kind, writer->data, writer->pos, PyUnicode_KIND(str), PyUnicode_DATA(str), 0, n);
    writer->pos += n;
    return 0;
}

/* Append str[start:end]; both in range. */
int
_PyUnicodeWriter_WriteSubstring(_PyUnicodeWriter *writer, PyObject *str, Py_ssize_t start, Py_ssize_t end)
{
    if (start >= end) {
        return 0;
    }
    if (start == 0 && end == PyUnicode_GET_LENGTH(str)) {
        return _PyUnicodeWriter_WriteStr(writer, str);
    }
    Py_UCS4 maxchar = PyUnicode_MAX_CHAR_VALUE(str);
    if (maxchar > writer->maxchar) { /* else it fits without a look */
        maxchar = _PyUnicode_FindMaxChar(str, start, end);
    }
    Py_ssize_t n = end - start;
    if (_PyUnicodeWriter_Prepare(writer, n, maxchar) < 0) {
        return -1;
    }
    ou_ucs_copy((int)writer->kind, writer->data, writer->pos, PyUnicode_KIND(str), PyUnicode_DATA(str), start, n);
    writer->pos += n;
    return 0;
}

static int
writer_write_bytes(_PyUnicodeWriter *writer, const char *text, Py_ssize_t n, Py_UCS4 maxchar)
{
    if (n == 0) {
        return 0;
    }
    if (_PyUnicodeWriter_Prepare(writer, n, maxchar) < 0) {
        return -1;
    }
    ou_ucs_copy((int)writer->kind, writer->data, writer->pos, 1, text, 0, n);
    writer->pos += n;
    return 0;
}

/* Append n bytes that are known to be ASCII; n -1: up to the NUL. */
int
_PyUnicodeWriter_WriteASCIIString(_PyUnicodeWriter *writer, const char *text, Py_ssize_t n)
{
    return writer_write_bytes(writer, text, n == -1 ? (Py_ssize_t)strlen(text) : n, 127);
}

int
_PyUnicodeWriter_WriteLatin1String(_PyUnicodeWriter *writer, const char *text, Py_ssize_t n)
{
    return writer_write_bytes(writer, text, n, ou_ucs_class(1, text, n));
}

/* The string.  The writer is empty afterwards, also on error.
 * Returns  new reference, or NULL with MemoryError set. */
PyObject *
_PyUnicodeWriter_Finish(_PyUnicodeWriter *writer)
{
    PyObject *str = writer->buffer;
    writer->buffer = NULL;
    if (writer->pos == 0) {
        Py_XDECREF(str);
        return Py_NewRef(OU_EMPTY_STR);
    }
    if (writer->readonly) {
        return str;
    }
    if (ou_str_resize(&str, writer->pos) < 0) {
        Py_DECREF(str);
        return NULL;
    }
    return ou_str_settle(str);
}

/* Drop what was written. */
void
_PyUnicodeWriter_Dealloc(_PyUnicodeWriter *writer)
{
    Py_CLEAR(writer->buffer);
}
