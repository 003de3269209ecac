/* types/codec_errors.c - the error handlers of codecs, and their registry.
 *
 * Owns       nothing: the registry (a dict) belongs to the interpreter.
 * Invariant  a handler takes one of the three Unicode errors and returns (replacement, position), or raises
 *            it.
 * Not here   the shortcuts that spare the call (codec_state.c). */
#include "types/codec.h"

#include "object/hold.h"

const char *Py_hexdigits = "0123456789abcdef";

/* ---- what a handler reads of its error ----------------------------------------------------------------- */

typedef enum { NOT_UNICODE, ENCODE, DECODE, TRANSLATE } ErrorKind;

typedef struct {
    ErrorKind kind;
    PyObject *object; /* owned: the str or bytes */
    Py_ssize_t start, end;
} ErrorInfo;

static PyObject *
wrong_type(PyObject *exc)
{
    PyErr_Format(PyExc_TypeError, "don't know how to handle %.200s in error callback", Py_TYPE(exc)->tp_name);
    return NULL;
}

static ErrorKind
error_kind(PyObject *exc)
{
    return PyObject_TypeCheck(exc, (PyTypeObject *)PyExc_UnicodeEncodeError)    ? ENCODE
         : PyObject_TypeCheck(exc, (PyTypeObject *)PyExc_UnicodeDecodeError)    ? DECODE
         : PyObject_TypeCheck(exc, (PyTypeObject *)PyExc_UnicodeTranslateError) ? TRANSLATE
                                                                                : NOT_UNICODE;
}

/* Read the error; a mask of 1 << ErrorKind says which kinds the handler knows.  Returns 0 or -1. */
static int
error_read(PyObject *exc, unsigned kinds, ErrorInfo *info)
{
    info->kind = error_kind(exc);
    if (info->kind == NOT_UNICODE || !(kinds >> info->kind & 1)) {
        wrong_type(exc);
        return -1;
    }
    bool ok;
    switch (info->kind) {
    case ENCODE:
        ok = PyUnicodeEncodeError_GetStart(exc, &info->start) == 0 && PyUnicodeEncodeError_GetEnd(exc, &info->end) == 0
          && (info->object = PyUnicodeEncodeError_GetObject(exc)) != NULL;
        break;
    case DECODE:
        ok = PyUnicodeDecodeError_GetStart(exc, &info->start) == 0 && PyUnicodeDecodeError_GetEnd(exc, &info->end) == 0
          && (info->object = PyUnicodeDecodeError_GetObject(exc)) != NULL;
        break;
    default:
        ok = PyUnicodeTranslateError_GetStart(exc, &info->start) == 0 && PyUnicodeTranslateError_GetEnd(exc, &info->end) == 0
          && (info->object = PyUnicodeTranslateError_GetObject(exc)) != NULL;
        break;
    }
    if (!ok) {
        return -1;
    }
    Py_ssize_t n = info->kind == DECODE ? PyBytes_GET_SIZE(info->object) : PyUnicode_GET_LENGTH(info->object);
    info->start = Py_MAX(info->start, 0); /* the attributes can be set to anything */
    info->end = Py_MIN(info->end, n);
    return 0;
}

/* (text, position); takes text, which may be NULL with an error set. */
static PyObject *
answer(PyObject *text, Py_ssize_t position)
{
    return text == NULL ? NULL : Py_BuildValue("(Nn)", text, position);
}

/* ---- the handlers -------------------------------------------------------------------------------------- */

/* Raise it.  Returns NULL. */
PyObject *
PyCodec_StrictErrors(PyObject *exc)
{
    if (PyExceptionInstance_Check(exc)) {
        PyErr_SetObject((PyObject *)Py_TYPE(exc), exc);
    }
    else {
        PyErr_SetString(PyExc_TypeError, "codec must pass exception instance");
    }
    return NULL;
}

/* Drop it.  Returns ("", end). */
PyObject *
PyCodec_IgnoreErrors(PyObject *exc)
{
    ErrorInfo info;
    if (error_read(exc, 1 << ENCODE | 1 << DECODE | 1 << TRANSLATE, &info) < 0) {
        return NULL;
    }
    Py_DECREF(info.object);
    return answer(Py_NewRef(OU_EMPTY_STR), info.end);
}

/* Question marks for what can't be encoded, U+FFFD for the rest. */
PyObject *
PyCodec_ReplaceErrors(PyObject *exc)
{
    ErrorInfo info;
    if (error_read(exc, 1 << ENCODE | 1 << DECODE | 1 << TRANSLATE, &info) < 0) {
        return NULL;
    }
    Py_DECREF(info.object);
    Py_ssize_t n = info.kind == DECODE ? 1 : Py_MAX(info.end - info.start, 0);
    Py_UCS4 ch = info.kind == ENCODE ? '?' : Py_UNICODE_REPLACEMENT_CHARACTER;
    PyObject *text = PyUnicode_New(n, ch);
    if (text != NULL && n != 0) {
        ou_ucs_fill(PyUnicode_KIND(text), PyUnicode_DATA(text), 0, n, ch);
    }
    return answer(ou_str_settle(text), info.end);
}

/* Write each code unit of the error's range by a printf-like function of ours, which may fail (-1); a str of ASCII. */
static PyObject *
references(const ErrorInfo *info, int (*one)(char *out, size_t room, Py_UCS4 ch))
{
    OuByteSink sink = {NULL};
    char text[320];
    for (Py_ssize_t i = info->start; i < info->end; i++) {
        Py_UCS4 ch =
            info->kind == DECODE ? (unsigned char)PyBytes_AS_STRING(info->object)[i] : PyUnicode_READ_CHAR(info->object, i);
        int n = one(text, sizeof text, ch);
        if (n < 0 || ou_byte_sink_write(&sink, text, (size_t)n) < 0) {
            PyMem_Free(sink.data);
            return NULL;
        }
    }
    PyObject *str = ou_str_from_ascii(sink.data, (Py_ssize_t)sink.size);
    PyMem_Free(sink.data);
    return str;
}

static int
xml_reference(char *out, size_t room, Py_UCS4 ch)
{
    return snprintf(out, room, "&#%u;", (unsigned)ch);
}

static int
backslash_reference(char *out, size_t room, Py_UCS4 ch)
{
    return snprintf(out, room, ch < 0x100 ? "\\x%02x" : ch < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)ch);
}

/* \N{NAME} where unicodedata knows one. */
static int
name_reference(char *out, size_t room, Py_UCS4 ch)
{
    const OuUnicodeNames *names = ou_unicode_names();
    char name[257]; /* the longest name has fewer letters */
    if (names == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeError)) {
            return -1;
        }
        PyErr_Clear(); /* without names, escapes */
    }
    else if (names->name(ch, name, sizeof name, 1)) {
        return snprintf(out, room, "\\N{%s}", name);
    }
    return backslash_reference(out, room, ch);
}

static PyObject *
reference_handler(PyObject *exc, unsigned kinds, int (*one)(char *, size_t, Py_UCS4))
{
    ErrorInfo info;
    if (error_read(exc, kinds, &info) < 0) {
        return NULL;
    }
    OU_HOLD(hold, &info.object);
    PyObject *result = answer(references(&info, one), info.end);
    OU_HOLD_END(hold);
    Py_DECREF(info.object);
    return result;
}

/* &#NNN; for each character. */
PyObject *
PyCodec_XMLCharRefReplaceErrors(PyObject *exc)
{
    return reference_handler(exc, 1 << ENCODE, xml_reference);
}

/* \xNN, \uNNNN or \UNNNNNNNN for each character or byte. */
PyObject *
PyCodec_BackslashReplaceErrors(PyObject *exc)
{
    return reference_handler(exc, 1 << ENCODE | 1 << DECODE | 1 << TRANSLATE, backslash_reference);
}

/* \N{NAME} for each character that has a name. */
PyObject *
PyCodec_NameReplaceErrors(PyObject *exc)
{
    return reference_handler(exc, 1 << ENCODE, name_reference);
}

/* Bytes above 127 as lone low surrogates U+DC80 to U+DCFF, and back. */
static PyObject *
surrogate_escape(PyObject *exc)
{
    ErrorInfo info;
    if (error_read(exc, 1 << ENCODE | 1 << DECODE, &info) < 0) {
        return NULL;
    }
    PyObject *text = NULL;
    Py_ssize_t position = info.end;
    if (info.kind == ENCODE) {
        text = PyBytes_FromStringAndSize(NULL, Py_MAX(info.end - info.start, 0));
        for (Py_ssize_t i = info.start; text != NULL && i < info.end; i++) {
            Py_UCS4 ch = PyUnicode_READ_CHAR(info.object, i);
            if (ch < 0xDC80 || ch > 0xDCFF) {
                PyErr_SetObject((PyObject *)Py_TYPE(exc), exc);
                Py_CLEAR(text);
                break;
            }
            PyBytes_AS_STRING(text)[i - info.start] = (char)(ch - 0xDC00);
        }
    }
    else {
        Py_UCS2 chars[4];
        Py_ssize_t n = 0;
        const unsigned char *bytes = (const unsigned char *)PyBytes_AS_STRING(info.object);
        while (n < 4 && info.start + n < info.end && bytes[info.start + n] >= 128) {
            chars[n] = (Py_UCS2)(0xDC00 + bytes[info.start + n]);
            n++;
        }
        if (n == 0) {
            PyErr_SetObject((PyObject *)Py_TYPE(exc), exc);
        }
        else {
            text = ou_str_from_ucs(2, chars, n);
            position = info.start + n;
        }
    }
    Py_DECREF(info.object);
    return answer(text, position);
}

/* Bytes a code unit, and big end first, of the three encodings in which surrogates can be written.
 * Returns false for others. */
static bool
surrogate_encoding(PyObject *name, int *unit, bool *big)
{
    const char *text = PyUnicode_AsUTF8(name);
    char buffer[12];
    if (text == NULL || !ou_encoding_normalize(text, buffer, sizeof buffer) || strncmp(buffer, "utf", 3) != 0) {
        PyErr_Clear();
        return false;
    }
    const char *rest = buffer + 3 + (buffer[3] == '_');
    if (strcmp(rest, "8") == 0) {
        *unit = 1;
        return true;
    }
    if (strncmp(rest, "16", 2) != 0 && strncmp(rest, "32", 2) != 0) {
        return false;
    }
    *unit = rest[0] == '1' ? 2 : 4;
    rest += 2;
    rest += *rest == '_';
    *big = strcmp(rest, "be") == 0;
    return *big || *rest == '\0' || strcmp(rest, "le") == 0;
}

static void
write_unit(char *out, Py_UCS4 ch, int unit, bool big)
{
    if (unit == 1) {
        out[0] = (char)(0xE0 | ch >> 12);
        out[1] = (char)(0x80 | (ch >> 6 & 0x3F));
        out[2] = (char)(0x80 | (ch & 0x3F));
        return;
    }
    for (int i = 0; i < unit; i++) {
        out[i] = (char)(ch >> 8 * (big ? unit - 1 - i : i));
    }
}

/* The code point at `at` if it is a surrogate, else 0. */
static Py_UCS4
read_surrogate(const unsigned char *at, Py_ssize_t left, int unit, bool big)
{
    if (left < (unit == 1 ? 3 : unit)) {
        return 0;
    }
    Py_UCS4 ch = 0;
    if (unit == 1) {
        if ((at[0] & 0xF0) == 0xE0 && (at[1] & 0xC0) == 0x80 && (at[2] & 0xC0) == 0x80) {
            ch = (at[0] & 0x0Fu) << 12 | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
        }
    }
    else {
        for (int i = 0; i < unit; i++) {
            ch = ch << 8 | at[big ? i : unit - 1 - i];
        }
    }
    return Py_UNICODE_IS_SURROGATE(ch) ? ch : 0;
}

/* Surrogates as if they were characters. */
static PyObject *
surrogate_pass(PyObject *exc)
{
    ErrorInfo info;
    if (error_read(exc, 1 << ENCODE | 1 << DECODE, &info) < 0) {
        return NULL;
    }
    PyObject *text = NULL;
    PyObject *name = info.kind == ENCODE ? PyUnicodeEncodeError_GetEncoding(exc) : PyUnicodeDecodeError_GetEncoding(exc);
    Py_ssize_t position = info.end;
    int unit = 1;
    bool big = false;
    if (name == NULL) {
        Py_DECREF(info.object);
        return NULL;
    }
    if (surrogate_encoding(name, &unit, &big)) {
        int width = unit == 1 ? 3 : unit;
        if (info.kind == ENCODE) {
            Py_ssize_t n = Py_MAX(info.end - info.start, 0);
            text = n > PY_SSIZE_T_MAX / 4 ? PyErr_NoMemory() : PyBytes_FromStringAndSize(NULL, n * width);
            for (Py_ssize_t i = 0; text != NULL && i < n; i++) {
                Py_UCS4 ch = PyUnicode_READ_CHAR(info.object, info.start + i);
                if (!Py_UNICODE_IS_SURROGATE(ch)) {
                    Py_CLEAR(text);
                    break;
                }
                write_unit(PyBytes_AS_STRING(text) + i * width, ch, unit, big);
            }
        }
        else {
            Py_UCS4 ch = read_surrogate((const unsigned char *)PyBytes_AS_STRING(info.object) + info.start,
                                        PyBytes_GET_SIZE(info.object) - info.start, unit, big);
            if (ch != 0) {
                text = ou_str_from_char(ch);
                position = info.start + width;
            }
        }
    }
    if (text == NULL && !PyErr_Occurred()) {
        PyErr_SetObject((PyObject *)Py_TYPE(exc), exc);
    }
    Py_DECREF(name);
    Py_DECREF(info.object);
    return answer(text, position);
}

/* ---- the registry -------------------------------------------------------------------------------------- */

#define HANDLER(function, call)                              \
    static PyObject *function(PyObject *self, PyObject *exc) \
    {                                                        \
        return call(exc);                                    \
    }

HANDLER(strict_errors, PyCodec_StrictErrors)
HANDLER(ignore_errors, PyCodec_IgnoreErrors)
HANDLER(replace_errors, PyCodec_ReplaceErrors)
HANDLER(xmlcharrefreplace_errors, PyCodec_XMLCharRefReplaceErrors)
HANDLER(backslashreplace_errors, PyCodec_BackslashReplaceErrors)
HANDLER(namereplace_errors, PyCodec_NameReplaceErrors)
HANDLER(surrogateescape_errors, surrogate_escape)
HANDLER(surrogatepass_errors, surrogate_pass)

static PyObject *
registry_get(void)
{
    static struct {
        const char *name;
        PyMethodDef def;
    } handlers[] = {
        {"strict", {"strict_errors", strict_errors, METH_O, "Raise the error."}},
        {"ignore", {"ignore_errors", ignore_errors, METH_O, "Leave out what is wrong."}},
        {"replace", {"replace_errors", replace_errors, METH_O, "A question mark, or U+FFFD, for what is wrong."}},
        {"xmlcharrefreplace", {"xmlcharrefreplace_errors", xmlcharrefreplace_errors, METH_O, "An XML character reference."}},
        {"backslashreplace", {"backslashreplace_errors", backslashreplace_errors, METH_O, "A backslash escape."}},
        {"namereplace", {"namereplace_errors", namereplace_errors, METH_O, "A \\N{...} escape."}},
        {"surrogateescape", {"surrogateescape", surrogateescape_errors, METH_O, "Bytes as lone surrogates, and back."}},
        {"surrogatepass", {"surrogatepass", surrogatepass_errors, METH_O, "Surrogates as if they were characters."}},
    };
    PyInterpreterState *interp = ou_interp();
    if (interp->codec_error_registry != NULL) {
        return interp->codec_error_registry;
    }
    PyObject *registry = PyDict_New();
    for (size_t i = 0; registry != NULL && i < OU_COUNT_OF(handlers); i++) {
        PyObject *function = PyCFunction_NewEx(&handlers[i].def, NULL, NULL);
        if (function == NULL || PyDict_SetItemString(registry, handlers[i].name, function) < 0) {
            Py_CLEAR(registry);
        }
        Py_XDECREF(function);
    }
    interp->codec_error_registry = registry;
    return registry;
}

/* Register a handler.  Returns 0, or -1 with an error set. */
int
PyCodec_RegisterError(const char *name, PyObject *handler)
{
    PyObject *registry = registry_get();
    if (registry == NULL) {
        return -1;
    }
    if (!PyCallable_Check(handler)) {
        PyErr_SetString(PyExc_TypeError, "handler must be callable");
        return -1;
    }
    return PyDict_SetItemString(registry, name, handler);
}

/* The handler of a name (NULL: strict).  Refs new; LookupError. */
PyObject *
PyCodec_LookupError(const char *name)
{
    PyObject *registry = registry_get();
    if (registry == NULL) {
        return NULL;
    }
    name = name == NULL ? "strict" : name;
    PyObject *handler = _PyDict_GetItemStringWithError(registry, name);
    if (handler == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_LookupError, "unknown error handler name '%.400s'", name);
        }
        return NULL;
    }
    return Py_NewRef(handler);
}
