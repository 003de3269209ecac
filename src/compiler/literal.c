/* compiler/literal.c - the values of numbers, and of the text in string literals.
 *
 * Owns       nothing.
 * Invariant  the lexer has seen the text: digits and underscores are where they may be.
 * Not here   how strings are glued and what f-strings hold: fstring.c. */
#include <Python.h>
#include <string.h>

#include "base/base.h"
#include "base/utf8.h"
#include "compiler/parse_core.h"
#include "compiler/syntax_error.h"
#include "object/hold.h"
#include "types/codec.h"

/* ---- numbers ---- */

/* A ValueError about too many digits, as the SyntaxError it is in a program. */
static void
number_too_long(Parser *parser, const Token *token)
{
    if (!PyErr_ExceptionMatches(PyExc_ValueError)) {
        return;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    /* No columns: nobody wants to see thousands of digits underlined. */
    ou_syntax_error_at(parser, PyExc_SyntaxError, token->lineno, -1, token->end_lineno, -1,
                       "%S - Consider hexadecimal for huge integer literals to avoid decimal conversion "
                       "limits.",
                       value);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

static PyObject *
number_from(Parser *parser, const char *text, size_t len, const Token *token)
{
    char last = text[len - 1];
    bool based = text[0] == '0' && len > 1 && ((text[1] | 0x20) == 'x' || (text[1] | 0x20) == 'o' || (text[1] | 0x20) == 'b');
    bool imaginary = !based && (last == 'j' || last == 'J');
    if (based || (!imaginary && strpbrk(text, ".eE") == NULL)) {
        PyObject *value = PyLong_FromString(text, NULL, 0);
        if (value == NULL) {
            number_too_long(parser, token);
        }
        return value;
    }
    char *end;
    double value = PyOS_string_to_double(text, imaginary ? &end : NULL, NULL);
    if (value == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    return imaginary ? PyComplex_FromDoubles(0.0, value) : PyFloat_FromDouble(value);
}

PyObject *
ou_literal_number(Parser *parser, const Token *token)
{
    const char *text = ou_token_text(parser->tokens, token);
    size_t len = token->len;
    if (len <= 18) {
        long long small = 0;
        size_t i = 0;
        while (i < len && text[i] >= '0' && text[i] <= '9') {
            small = small * 10 + (text[i] - '0');
            i++;
        }
        if (i == len) {
            return PyLong_FromLongLong(small);
        }
    }
    if (memchr(text, '_', len) != NULL) {
        parser_since(parser, 6, "Underscores in numeric literals are");
    }
    Token copy = *token; /* a call below may fetch tokens */
    char buffer[64], *clean = len < sizeof buffer ? buffer : PyMem_Malloc(len + 1);
    if (clean == NULL) {
        return PyErr_NoMemory();
    }
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] != '_') {
            clean[n++] = text[i];
        }
    }
    clean[n] = 0;
    PyObject *value = number_from(parser, clean, n, &copy);
    if (clean != buffer) {
        PyMem_Free(clean);
    }
    return value;
}

/* ---- escapes ---- */

int
ou_literal_warn_escape(Parser *parser, const char *at, const Token *token)
{
    Build *build = parser->build;
    unsigned char c = (unsigned char)*at;
    if (build->quiet) {
        return 0;
    }
    /* An octal escape above 0o377 is a bad one too. */
    bool octal = c >= '4' && c <= '7';
    char text[48];
    PyOS_snprintf(text, sizeof text, octal ? "invalid octal escape sequence '\\%.3s'" : "invalid escape sequence '\\%.1s'", at);
    PyObject *message = PyUnicode_FromString(text);
    if (message == NULL) {
        return -1;
    }
    OU_HOLD(hold, &message);
    int failed = PyErr_WarnExplicitObject(PyExc_DeprecationWarning, message, build->filename, token->lineno, NULL, NULL);
    OU_HOLD_END(hold);
    Py_DECREF(message);
    if (failed == 0) {
        return 0;
    }
    if (PyErr_ExceptionMatches(PyExc_DeprecationWarning)) {
        PyErr_Clear();
        build->warning_raised = true;
        ou_syntax_error_at(parser, PyExc_SyntaxError, token->lineno, token->col, token->end_lineno, token->end_col, "%s", text);
    }
    return -1;
}

static int
hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

/* The code point of a character's name, or -1; -2 with an exception set.  RE-ENTRANT. */
static Py_ssize_t
unicode_by_name(const char *name, Py_ssize_t length)
{
    Py_UCS4 code;
    int status = ou_unicode_lookup_name(name, length, &code);
    return status == 0 ? (Py_ssize_t)code : status;
}

/* What went wrong in an escape.  Positions count as the text would be with its other characters written as
 * escapes of ten characters each: that is how CPython 3.11 reports them. */
static PyObject *
escape_error(Parser *parser, Py_ssize_t from, Py_ssize_t to, const char *reason)
{
    if (to - from <= 1) {
        ou_syntax_error_last(parser, PyExc_SyntaxError,
                             "(unicode error) 'unicodeescape' codec can't decode byte 0x5c in position %zd: "
                             "%s",
                             from, reason);
    }
    else {
        ou_syntax_error_last(parser, PyExc_SyntaxError,
                             "(unicode error) 'unicodeescape' codec can't decode bytes in position %zd-%zd: "
                             "%s",
                             from, to - 1, reason);
    }
    return NULL;
}

/* One escape: *at is behind the backslash, and moves past it.
 * Returns the code point, or
 *   -1  a newline: nothing,
 *   -2  no escape: a backslash and what follows,
 *   -3  an error, *reason telling which (NULL if an exception is set). */
static int64_t
escape_read(const char **at, const char *end, const char **reason)
{
    const char *p = *at;
    int digits = 0;
    char c = *p++;
    int64_t code = 0;
    *reason = NULL;
    *at = p;
    switch (c) {
    case '\n': return -1;
    case '\\':
    case '\'':
    case '"': return c;
    case 'a': return 7;
    case 'b': return 8;
    case 't': return 9;
    case 'n': return 10;
    case 'v': return 11;
    case 'f': return 12;
    case 'r': return 13;
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
        code = c - '0';
        for (digits = 1; digits < 3 && p < end && *p >= '0' && *p <= '7'; digits++) {
            code = code * 8 + (*p++ - '0');
        }
        *at = p;
        return code;
    case 'x':
        digits = 2;
        *reason = "truncated \\xXX escape";
        break;
    case 'u':
        digits = 4;
        *reason = "truncated \\uXXXX escape";
        break;
    case 'U':
        digits = 8;
        *reason = "truncated \\UXXXXXXXX escape";
        break;
    case 'N': {
        *reason = "malformed \\N character escape";
        if (p == end || *p != '{') {
            return -3;
        }
        const char *name = ++p;
        while (p < end && *p != '}') {
            p++;
        }
        *at = p;
        if (p == end || p == name) {
            return -3;
        }
        *at = p + 1;
        *reason = NULL;
        Py_ssize_t found = unicode_by_name(name, p - name);
        if (found == -1) {
            *reason = "unknown Unicode character name";
        }
        return found < 0 ? -3 : found;
    }
    default: return -2;
    }
    for (; digits > 0 && p < end && hex_value(*p) >= 0; digits--) {
        code = code * 16 + hex_value(*p++);
    }
    *at = p;
    if (digits > 0) {
        return -3;
    }
    if (code > OU_UNICODE_MAX) {
        *reason = "illegal Unicode character";
        return -3;
    }
    return code;
}

void
ou_literal_decode_error(Parser *parser)
{
    if (!PyErr_ExceptionMatches(PyExc_UnicodeError)) {
        return;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    ou_syntax_error_last(parser, PyExc_SyntaxError, "(unicode error) %S", value);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

/* Decode into `out`, which has room.  Returns how many code points, or -1 with an exception set. */
static Py_ssize_t
text_decode(Parser *parser, const char *text, const char *end, Py_UCS4 *out, const Token *token)
{
    const char *p = text, *reason, *first_bad = NULL;
    Py_ssize_t n = 0, counted = 0; /* position in the report's count */
    while (p < end) {
        if ((unsigned char)*p >= 128) {
            const char *run = p;
            while (run < end && (unsigned char)*run >= 128) {
                run++;
            }
            if (!ou_utf8_validate(p, (size_t)(run - p), NULL)) {
                PyObject *none = PyUnicode_DecodeUTF8(p, run - p, NULL); /* raises */
                Py_XDECREF(none);
                ou_literal_decode_error(parser);
                return -1;
            }
            while (p < run) {
                out[n++] = ou_utf8_next(&p);
                counted += 10;
            }
            continue;
        }
        if (*p != '\\') {
            out[n++] = (unsigned char)*p++;
            counted++;
            continue;
        }
        const char *escape = p++;
        if (p == end || (unsigned char)*p >= 128) {
            /* at the end of a piece of an f-string; or before a character that no escape has */
            out[n++] = '\\';
            counted += 6;
            continue;
        }
        int64_t code = escape_read(&p, end, &reason);
        if (code == -3) {
            if (reason == NULL) {
                ou_literal_decode_error(parser);
            }
            else {
                escape_error(parser, counted, counted + (p - escape), reason);
            }
            return -1;
        }
        if (code == -2) {
            first_bad = first_bad == NULL ? escape + 1 : first_bad;
            out[n++] = '\\';
            out[n++] = (unsigned char)escape[1];
        }
        else if (code >= 0) {
            out[n++] = (Py_UCS4)code;
            if (code > 0377 && escape[1] >= '4' && escape[1] <= '7' && first_bad == NULL) {
                first_bad = escape + 1;
            }
        }
        counted += p - escape;
    }
    if (first_bad != NULL && ou_literal_warn_escape(parser, first_bad, token) < 0) {
        return -1;
    }
    return n;
}

PyObject *
ou_literal_text(Parser *parser, const char *text, size_t size, bool raw, const Token *token)
{
    if (raw || memchr(text, '\\', size) == NULL) {
        PyObject *plain = PyUnicode_DecodeUTF8(text, (Py_ssize_t)size, NULL);
        if (plain == NULL) {
            ou_literal_decode_error(parser);
        }
        return plain;
    }
    Py_UCS4 buffer[256], *out = buffer;
    size_t bytes;
    if (size > OU_COUNT_OF(buffer)) {
        out = ou_size_mul(size, sizeof *out, &bytes) ? NULL : PyMem_Malloc(bytes);
        if (out == NULL) {
            return PyErr_NoMemory();
        }
    }
    Py_ssize_t n = text_decode(parser, text, text + size, out, token);
    PyObject *result = n < 0 ? NULL : PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, out, n);
    if (out != buffer) {
        PyMem_Free(out);
    }
    return result;
}

PyObject *
ou_literal_bytes(Parser *parser, const char *text, size_t size, bool raw, const Token *token)
{
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)text[i] >= 128) {
            ou_syntax_error_last(parser, PyExc_SyntaxError, "bytes can only contain ASCII literal characters");
            return NULL;
        }
    }
    if (raw || memchr(text, '\\', size) == NULL) {
        return PyBytes_FromStringAndSize(text, (Py_ssize_t)size);
    }
    PyObject *result = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
    if (result == NULL) {
        return NULL;
    }
    const char *p = text, *end = text + size, *first_bad = NULL, *reason;
    char *start = PyBytes_AS_STRING(result), *out = start;
    while (p < end) {
        if (*p != '\\') {
            *out++ = *p++;
            continue;
        }
        const char *escape = p++;
        bool is_byte = p < end && strchr("uUN", *p) == NULL; /* those are plain text in bytes */
        int64_t code = is_byte ? escape_read(&p, end, &reason) : -2;
        if (code == -3) {
            ou_syntax_error_last(parser, PyExc_SyntaxError, "(value error) invalid \\x escape at position %zd",
                                 (Py_ssize_t)(escape - text));
            Py_DECREF(result);
            return NULL;
        }
        if (code == -2) {
            first_bad = first_bad == NULL ? escape + 1 : first_bad;
            *out++ = '\\';
            p = escape + 1; /* what follows is read as itself; a second backslash cannot be here */
        }
        else if (code >= 0) {
            *out++ = (char)code;
            if (code > 0377 && first_bad == NULL) {
                first_bad = escape + 1;
            }
        }
    }
    if (first_bad != NULL) {
        OU_HOLD(hold, &result);
        int failed = ou_literal_warn_escape(parser, first_bad, token);
        OU_HOLD_END(hold);
        if (failed) {
            Py_DECREF(result);
            return NULL;
        }
    }
    if (_PyBytes_Resize(&result, out - start) < 0) {
        return NULL;
    }
    return result;
}
