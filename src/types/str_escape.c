/* types/str_escape.c - the codecs unicode_escape and raw_unicode_escape, and with them the escapes of
 * string literals.
 *
 * Owns       nothing.
 * Invariant  bytes that are no escape are Latin-1.
 * Not here   repr() (str_repr.c), the compiler's scanning of literals, escapes in bytes (bytes). */
#include "types/codec.h"

#include "object/hold.h"

enum { ESCAPE_OK, ESCAPE_WRONG, ESCAPE_UNFINISHED };

static int
hex_value(unsigned char ch)
{
    return Py_ISDIGIT(ch) ? ch - '0' : Py_ISXDIGIT(ch) ? (ch | 32) - 'a' + 10 : -1;
}

/* n hexadecimal digits at *at, which moves past those that are there. */
static int
read_hex(const OuDecoder *decoder, Py_ssize_t *at, int n, Py_UCS4 *out)
{
    Py_UCS4 ch = 0;
    for (; n > 0; n--, ++*at) {
        if (*at >= decoder->size) {
            return ESCAPE_UNFINISHED;
        }
        int digit = hex_value(decoder->data[*at]);
        if (digit < 0) {
            return ESCAPE_WRONG;
        }
        ch = ch << 4 | (Py_UCS4)digit;
    }
    *out = ch;
    return ESCAPE_OK;
}

/* The name in \N{name}; *at is behind the N. */
static int
read_name(OuDecoder *decoder, Py_ssize_t *at, Py_UCS4 *out, const char **reason)
{
    *reason = "malformed \\N character escape";
    if (*at >= decoder->size) {
        return ESCAPE_UNFINISHED;
    }
    if (decoder->data[*at] != '{') {
        return ESCAPE_WRONG;
    }
    Py_ssize_t start = ++*at;
    while (*at < decoder->size && decoder->data[*at] != '}') {
        ++*at;
    }
    if (*at >= decoder->size) {
        return ESCAPE_UNFINISHED;
    }
    Py_ssize_t n = *at - start;
    if (n == 0) {
        return ESCAPE_WRONG;
    }
    ++*at;
    *reason = "unknown Unicode character name";
    OU_HOLD(hold, &decoder->writer.buffer, &decoder->handler, &decoder->exception);
    int found = ou_unicode_lookup_name((const char *)decoder->data + start, n, out);
    OU_HOLD_END(hold);
    return found == 0 ? ESCAPE_OK : ESCAPE_WRONG;
}

/* Write the run of ordinary bytes at *at.  Returns 0 or -1. */
static int
write_run(OuDecoder *decoder, Py_ssize_t *at)
{
    const char *from = (const char *)decoder->data + *at;
    const char *backslash = memchr(from, '\\', (size_t)(decoder->size - *at));
    Py_ssize_t n = backslash == NULL ? decoder->size - *at : backslash - from;
    *at += n;
    return _PyUnicodeWriter_WriteLatin1String(&decoder->writer, from, n);
}

/* The escapes of string literals decoded.  *first_invalid: the first character behind a backslash that means nothing, or of an
 * octal number above 0o377.
 * Returns  new reference.  Errors UnicodeDecodeError, MemoryError.  RE-ENTRANT by a handler, and \N. */
PyObject *
_PyUnicode_DecodeUnicodeEscapeInternal(const char *data, Py_ssize_t size, const char *errors, Py_ssize_t *consumed,
                                       const char **first_invalid)
{
    *first_invalid = NULL;
    if (size == 0) {
        if (consumed != NULL) {
            *consumed = 0;
        }
        return Py_NewRef(OU_EMPTY_STR);
    }
    OuDecoder decoder;
    ou_decoder_init(&decoder, "unicodeescape", errors, data, size);
    Py_ssize_t at = 0;
    bool failed = false;
    while (at < decoder.size && !failed) {
        if (decoder.data[at] != '\\') {
            failed = write_run(&decoder, &at) < 0;
            continue;
        }
        Py_ssize_t start = at++;
        int state = ESCAPE_OK;
        const char *reason = "\\ at end of string";
        Py_UCS4 ch = 0;
        unsigned char letter = at < decoder.size ? decoder.data[at] : 0;
        if (at == decoder.size) {
            state = ESCAPE_UNFINISHED;
        }
        else {
            at++;
            switch (letter) {
            case '\n': continue;
            case '\\':
            case '\'':
            case '"': ch = letter; break;
            case 'b': ch = '\b'; break;
            case 'f': ch = '\f'; break;
            case 't': ch = '\t'; break;
            case 'n': ch = '\n'; break;
            case 'r': ch = '\r'; break;
            case 'v': ch = '\v'; break;
            case 'a': ch = '\a'; break;
            case '0':
            case '1':
            case '2':
            case '3':
            case '4':
            case '5':
            case '6':
            case '7':
                ch = letter - '0';
                for (int i = 0; i < 2 && at < decoder.size && (decoder.data[at] & 0xF8) == '0'; i++) {
                    ch = ch << 3 | (decoder.data[at++] - '0');
                }
                if (ch > 0377 && *first_invalid == NULL && decoder.data == (const unsigned char *)data) {
                    *first_invalid = data + at - 3;
                }
                break;
            case 'x':
                reason = "truncated \\xXX escape";
                state = read_hex(&decoder, &at, 2, &ch);
                break;
            case 'u':
                reason = "truncated \\uXXXX escape";
                state = read_hex(&decoder, &at, 4, &ch);
                break;
            case 'U':
                reason = "truncated \\UXXXXXXXX escape";
                state = read_hex(&decoder, &at, 8, &ch);
                if (state == ESCAPE_OK && ch > 0x10FFFF) {
                    reason = "illegal Unicode character";
                    state = ESCAPE_WRONG;
                }
                break;
            case 'N':
                state = read_name(&decoder, &at, &ch, &reason);
                failed = PyErr_Occurred() != NULL;
                break;
            default:
                if (*first_invalid == NULL && decoder.data == (const unsigned char *)data) {
                    *first_invalid = data + at - 1;
                }
                failed = _PyUnicodeWriter_WriteChar(&decoder.writer, '\\') < 0;
                ch = letter;
                break;
            }
        }
        if (failed) {
            break;
        }
        if (state == ESCAPE_OK) {
            failed = _PyUnicodeWriter_WriteChar(&decoder.writer, ch) < 0;
        }
        else if (state == ESCAPE_UNFINISHED && consumed != NULL) {
            at = start;
            break;
        }
        else {
            failed = ou_decoder_error(&decoder, start, at, reason, &at) < 0;
        }
    }
    if (consumed != NULL && !failed) {
        *consumed = at;
    }
    return ou_decoder_finish(&decoder, failed);
}

int
ou_warn_escape(const char *first_invalid)
{
    unsigned char c = (unsigned char)*first_invalid;
    return c >= '4' && c <= '7'
             ? PyErr_WarnFormat(PyExc_DeprecationWarning, 1, "invalid octal escape sequence '\\%.3s'", first_invalid)
             : PyErr_WarnFormat(PyExc_DeprecationWarning, 1, "invalid escape sequence '\\%c'", c);
}

/* The same, warning of a backslash that means nothing. */
PyObject *
_PyUnicode_DecodeUnicodeEscapeStateful(const char *data, Py_ssize_t size, const char *errors, Py_ssize_t *consumed)
{
    const char *first_invalid;
    PyObject *str = _PyUnicode_DecodeUnicodeEscapeInternal(data, size, errors, consumed, &first_invalid);
    if (str != NULL && first_invalid != NULL) {
        OU_HOLD(hold, &str);
        int failed = ou_warn_escape(first_invalid);
        OU_HOLD_END(hold);
        if (failed < 0) {
            Py_CLEAR(str);
        }
    }
    return str;
}

PyObject *
PyUnicode_DecodeUnicodeEscape(const char *data, Py_ssize_t size, const char *errors)
{
    return _PyUnicode_DecodeUnicodeEscapeStateful(data, size, errors, NULL);
}

/* \uXXXX and \UXXXXXXXX decoded, nothing else.
 * Returns  new reference.  Errors UnicodeDecodeError, MemoryError.  RE-ENTRANT by a handler. */
PyObject *
_PyUnicode_DecodeRawUnicodeEscapeStateful(const char *data, Py_ssize_t size, const char *errors, Py_ssize_t *consumed)
{
    OuDecoder decoder;
    ou_decoder_init(&decoder, "rawunicodeescape", errors, data, size);
    Py_ssize_t at = 0;
    bool failed = false;
    while (at < decoder.size && !failed) {
        if (decoder.data[at] != '\\') {
            failed = write_run(&decoder, &at) < 0;
            continue;
        }
        Py_ssize_t start = at++;
        if (at == decoder.size) {
            if (consumed != NULL) {
                at = start;
                break;
            }
            failed = _PyUnicodeWriter_WriteChar(&decoder.writer, '\\') < 0;
            continue;
        }
        unsigned char letter = decoder.data[at++];
        if (letter != 'u' && letter != 'U') {
            failed = _PyUnicodeWriter_WriteChar(&decoder.writer, '\\') < 0
                  || _PyUnicodeWriter_WriteChar(&decoder.writer, letter) < 0;
            continue;
        }
        Py_UCS4 ch = 0;
        const char *reason = letter == 'u' ? "truncated \\uXXXX escape" : "truncated \\UXXXXXXXX escape";
        int state = read_hex(&decoder, &at, letter == 'u' ? 4 : 8, &ch);
        if (state == ESCAPE_OK && ch > 0x10FFFF) {
            reason = "\\Uxxxxxxxx out of range";
            state = ESCAPE_WRONG;
        }
        if (state == ESCAPE_OK) {
            failed = _PyUnicodeWriter_WriteChar(&decoder.writer, ch) < 0;
        }
        else if (state == ESCAPE_UNFINISHED && consumed != NULL) {
            at = start;
            break;
        }
        else {
            failed = ou_decoder_error(&decoder, start, at, reason, &at) < 0;
        }
    }
    if (consumed != NULL && !failed) {
        *consumed = at;
    }
    return ou_decoder_finish(&decoder, failed);
}

PyObject *
PyUnicode_DecodeRawUnicodeEscape(const char *data, Py_ssize_t size, const char *errors)
{
    return _PyUnicode_DecodeRawUnicodeEscapeStateful(data, size, errors, NULL);
}

/* ---- encoding ------------------------------------------------------------------------------------------ */

/* Backslash, letter and n digits to `to`, which has room. */
static char *
put_hex(char *to, char letter, Py_UCS4 ch, int n_digits)
{
    *to++ = '\\';
    *to++ = letter;
    for (int shift = (n_digits - 1) * 4; shift >= 0; shift -= 4) {
        *to++ = Py_hexdigits[ch >> shift & 15];
    }
    return to;
}

static PyObject *
encode_escaped(PyObject *str, bool raw)
{
    if (!PyUnicode_Check(str)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(str) < 0) {
        return NULL;
    }
    int kind = PyUnicode_KIND(str);
    const void *data = PyUnicode_DATA(str);
    Py_ssize_t n = PyUnicode_GET_LENGTH(str);
    OuByteSink sink = {NULL};
    bool failed = ou_byte_sink_reserve(&sink, (size_t)n) < 0;
    for (Py_ssize_t i = 0; i < n && !failed; i++) {
        Py_UCS4 ch = PyUnicode_READ(kind, data, i);
        failed = ou_byte_sink_reserve(&sink, 10) < 0;
        if (failed) {
            break;
        }
        char *to = sink.data + sink.size;
        if (ch >= 0x10000) {
            to = put_hex(to, 'U', ch, 8);
        }
        else if (ch >= 0x100) {
            to = put_hex(to, 'u', ch, 4);
        }
        else if (raw || (ch >= ' ' && ch < 127 && ch != '\\')) {
            *to++ = (char)ch;
        }
        else if (ch == '\\' || ch == '\t' || ch == '\n' || ch == '\r') {
            *to++ = '\\';
            *to++ = ch == '\\' ? '\\' : ch == '\t' ? 't' : ch == '\n' ? 'n' : 'r';
        }
        else {
            to = put_hex(to, 'x', ch, 2);
        }
        sink.size = (size_t)(to - sink.data);
    }
    return ou_byte_sink_finish(&sink, failed);
}

/* str to bytes; always possible. */
PyObject *
PyUnicode_AsUnicodeEscapeString(PyObject *str)
{
    return encode_escaped(str, false);
}

PyObject *
PyUnicode_AsRawUnicodeEscapeString(PyObject *str)
{
    return encode_escaped(str, true);
}
