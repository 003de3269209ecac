/* types/str_latin1.c - Latin-1 and ASCII: a byte a character.
 *
 * Owns       nothing.
 * Invariant  none beyond the obvious.
 * Not here   tables of 256 characters (str_charmap.c). */
#include "types/codec.h"

#include "base/utf8.h"

/* Latin-1 to str: never wrong. */
PyObject *
PyUnicode_DecodeLatin1(const char *data, Py_ssize_t size, const char *errors)
{
    return ou_str_from_ucs(1, data, size);
}

/* ASCII to str.  Errors UnicodeDecodeError.  RE-ENTRANT by a handler of the program's own. */
PyObject *
PyUnicode_DecodeASCII(const char *data, Py_ssize_t size, const char *errors)
{
    if (ou_utf8_ascii_prefix(data, (size_t)size) == (size_t)size) {
        return ou_str_from_ascii(data, size);
    }
    OuDecoder decoder;
    ou_decoder_init(&decoder, "ascii", errors, data, size);
    Py_ssize_t at = 0;
    bool failed = false;
    while (at < decoder.size && !failed) {
        const char *from = (const char *)decoder.data + at;
        Py_ssize_t run = (Py_ssize_t)ou_utf8_ascii_prefix(from, (size_t)(decoder.size - at));
        if (run != 0) {
            failed = _PyUnicodeWriter_WriteASCIIString(&decoder.writer, from, run) < 0;
            at += run;
        }
        else {
            failed = ou_decoder_error(&decoder, at, at + 1, "ordinal not in range(128)", &at) < 0;
        }
    }
    return ou_decoder_finish(&decoder, failed);
}

/* Characters below `limit` to bytes. */
static PyObject *
encode_below(PyObject *str, const char *encoding, const char *errors, Py_UCS4 limit)
{
    OuEncoder encoder;
    OuByteSink sink = {NULL};
    ou_encoder_init(&encoder, encoding, errors, str);
    const char *reason = limit == 128 ? "ordinal not in range(128)" : "ordinal not in range(256)";
    int kind = PyUnicode_KIND(str);
    const void *data = PyUnicode_DATA(str);
    Py_ssize_t n = PyUnicode_GET_LENGTH(str), i = 0;
    bool failed = ou_byte_sink_reserve(&sink, (size_t)n) < 0;
    while (i < n && !failed) {
        Py_UCS4 ch = PyUnicode_READ(kind, data, i);
        if (ch < limit) {
            failed = ou_byte_sink_put(&sink, (int)ch) < 0;
            i++;
            continue;
        }
        Py_ssize_t end = i + 1;
        while (end < n && PyUnicode_READ(kind, data, end) >= limit) {
            end++;
        }
        failed = ou_encoder_error_bytes(&encoder, &sink, i, end, reason, limit, &i) < 0;
    }
    ou_encoder_finish(&encoder);
    return ou_byte_sink_finish(&sink, failed);
}

/* str to bytes.  Errors TypeError, UnicodeEncodeError.  RE-ENTRANT by a handler of the program's own. */
PyObject *
_PyUnicode_AsLatin1String(PyObject *str, const char *errors)
{
    if (!PyUnicode_Check(str)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(str) < 0) {
        return NULL;
    }
    if (PyUnicode_KIND(str) == 1) {
        return PyBytes_FromStringAndSize(PyUnicode_DATA(str), PyUnicode_GET_LENGTH(str));
    }
    return encode_below(str, "latin-1", errors, 256);
}

PyObject *
PyUnicode_AsLatin1String(PyObject *str)
{
    return _PyUnicode_AsLatin1String(str, NULL);
}

PyObject *
_PyUnicode_AsASCIIString(PyObject *str, const char *errors)
{
    if (!PyUnicode_Check(str)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(str) < 0) {
        return NULL;
    }
    if (PyUnicode_IS_ASCII(str)) {
        return PyBytes_FromStringAndSize(PyUnicode_DATA(str), PyUnicode_GET_LENGTH(str));
    }
    return encode_below(str, "ascii", errors, 128);
}

PyObject *
PyUnicode_AsASCIIString(PyObject *str)
{
    return _PyUnicode_AsASCIIString(str, NULL);
}
