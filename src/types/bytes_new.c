/* types/bytes_new.c - bytes from other things: bytes(...), PyBytes_FromObject, formats, escapes; and their iterator.
 *
 * Invariant  a bytes object that is still being filled is known to this file alone.
 * Not here   the type itself (bytes.c). */
#include "object/args.h"
#include "object/hold.h"
#include "object/walk.h"
#include "types/bytes.h"
#include "types/codec.h"
#include "types/draw.h"
#include "types/int.h"

/* ---- from objects -------------------------------------------------------------------------------------------- */

/* One byte of an iterable: 0 to 255, or -1 with an error set. */
int
ou_byte_value(PyObject *item, const char *message)
{
    if (PyLong_CheckExact(item) && (size_t)Py_SIZE(item) <= 1 && ((PyLongObject *)item)->ob_digit[0] <= 255) {
        return Py_SIZE(item) == 0 ? 0 : (int)((PyLongObject *)item)->ob_digit[0];
    }
    Py_ssize_t value = PyNumber_AsSsize_t(item, NULL);
    if (value == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (value < 0 || value > 255) {
        PyErr_SetString(PyExc_ValueError, message);
        return -1;
    }
    return (int)value;
}

static PyObject *
from_buffer(PyObject *op)
{
    Py_buffer view;
    if (PyObject_GetBuffer(op, &view, PyBUF_FULL_RO) < 0) {
        return NULL;
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, view.len);
    if (bytes != NULL && PyBuffer_ToContiguous(PyBytes_AS_STRING(bytes), &view, view.len, 'C') < 0) {
        Py_CLEAR(bytes);
    }
    PyBuffer_Release(&view);
    return bytes;
}

/* RE-ENTRANT: items may be anything with __index__. */
static PyObject *
from_iterable(PyObject *iterable)
{
    PyObject *iter = PyObject_GetIter(iterable), *item = NULL, *bytes = NULL;
    if (iter == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Format(PyExc_TypeError, "cannot convert '%.200s' object to bytes", Py_TYPE(iterable)->tp_name);
        }
        return NULL;
    }
    OU_HOLD(hold, &iter, &item, &bytes);
    Py_ssize_t cap = PyObject_LengthHint(iterable, 64), n = 0;
    if (cap >= 0 && cap <= PY_SSIZE_T_MAX / 2) {
        bytes = PyBytes_FromStringAndSize(NULL, Py_MAX(cap, 16));
    }
    else if (cap >= 0) {
        PyErr_NoMemory();
    }
    while (bytes != NULL && (item = ou_draw_next(iter)) != NULL) {
        int value = ou_byte_value(item, "bytes must be in range(0, 256)");
        Py_CLEAR(item);
        if (value < 0 || (n == Py_SIZE(bytes) && _PyBytes_Resize(&bytes, n + n / 2 + 16) < 0)) {
            Py_CLEAR(bytes);
            break;
        }
        PyBytes_AS_STRING(bytes)[n++] = (char)value;
    }
    if (PyErr_Occurred()) {
        Py_CLEAR(bytes);
    }
    OU_HOLD_END(hold);
    Py_DECREF(iter);
    if (bytes != NULL && _PyBytes_Resize(&bytes, n) < 0) {
        return NULL;
    }
    return bytes;
}

/* PyBytes_FromObject: bytes of a buffer or an iterable of ints.  New. */
PyObject *
PyBytes_FromObject(PyObject *op)
{
    if (op == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyBytes_CheckExact(op)) {
        return Py_NewRef(op);
    }
    if (PyObject_CheckBuffer(op)) {
        return from_buffer(op);
    }
    if (PyUnicode_Check(op)) {
        PyErr_Format(PyExc_TypeError, "cannot convert '%.200s' object to bytes", Py_TYPE(op)->tp_name);
        return NULL;
    }
    return from_iterable(op);
}

/* A size in bytes of zeros: -1 with an error, -2 if op is no index after all. */
Py_ssize_t
ou_bytes_size_arg(PyObject *op)
{
    if (!PyIndex_Check(op)) {
        return -2;
    }
    Py_ssize_t size = PyNumber_AsSsize_t(op, PyExc_OverflowError);
    if (size == -1 && PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_TypeError)) {
            return -1;
        }
        PyErr_Clear();
        return -2;
    }
    if (size < 0) {
        PyErr_SetString(PyExc_ValueError, "negative count");
        return -1;
    }
    return size;
}

static const OuParams bytes_params = {"bytes", {"source", "encoding", "errors"}, .n_positional = 3, .n_all = 3};

static PyObject *
bytes_from_args(PyObject *source, PyObject *encoding, PyObject *errors)
{
    const char *names[2] = {NULL, NULL};
    PyObject *both[2] = {encoding, errors};
    for (int i = 0; i < 2; i++) {
        if (both[i] != NULL && !PyUnicode_Check(both[i])) {
            _PyArg_BadArgument("bytes", i == 0 ? "argument 'encoding'" : "argument 'errors'", "str", both[i]);
            return NULL;
        }
        if (both[i] != NULL && (names[i] = PyUnicode_AsUTF8(both[i])) == NULL) {
            return NULL;
        }
    }
    if (source == NULL) {
        if (encoding != NULL || errors != NULL) {
            PyErr_SetString(PyExc_TypeError,
                            encoding != NULL ? "encoding without a string argument" : "errors without a string argument");
            return NULL;
        }
        return PyBytes_FromStringAndSize(NULL, 0);
    }
    if (encoding != NULL || errors != NULL) {
        if (!PyUnicode_Check(source)) {
            PyErr_SetString(PyExc_TypeError,
                            encoding != NULL ? "encoding without a string argument" : "errors without a string argument");
            return NULL;
        }
        return PyUnicode_AsEncodedString(source, names[0], names[1]);
    }
    PyObject *method = _PyObject_LookupSpecial(source, OU_STR(__bytes__));
    if (method != NULL) {
        PyObject *result = PyObject_CallNoArgs(method);
        Py_DECREF(method);
        if (result != NULL && !PyBytes_Check(result)) {
            PyErr_Format(PyExc_TypeError, "__bytes__ returned non-bytes (type %.200s)", Py_TYPE(result)->tp_name);
            Py_CLEAR(result);
        }
        return result;
    }
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (PyUnicode_Check(source)) {
        PyErr_SetString(PyExc_TypeError, "string argument without an encoding");
        return NULL;
    }
    Py_ssize_t size = ou_bytes_size_arg(source);
    if (size == -1) {
        return NULL;
    }
    if (size >= 0) {
        PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
        if (bytes != NULL) {
            memset(PyBytes_AS_STRING(bytes), 0, (size_t)size);
        }
        return bytes;
    }
    return PyBytes_FromObject(source);
}

PyObject *
ou_bytes_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *v[3], *bytes;
    if (ou_args_parse_tuple(&bytes_params, args, kwargs, v) < 0) {
        return NULL;
    }
    bytes = bytes_from_args(v[0], v[1], v[2]);
    if (bytes == NULL || type == &PyBytes_Type) {
        return bytes;
    }
    Py_ssize_t n = Py_SIZE(bytes);
    PyObject *self = type->tp_alloc(type, n);
    if (self != NULL) {
        ((PyBytesObject *)self)->ob_shash = -1;
        memcpy(PyBytes_AS_STRING(self), PyBytes_AS_STRING(bytes), (size_t)n + 1);
    }
    Py_DECREF(bytes);
    return self;
}

/* ---- formats --------------------------------------------------------------------------------------------------------- */

/* One conversion of PyBytes_FromFormatV, whose letters begin behind the percent sign.  Returns the place behind it; `format` if
 * it is none that we know; NULL with an error set. */
static const char *
format_one(OuByteSink *sink, const char *format, va_list *va)
{
    char text[32] = "";
    Py_ssize_t n_max = -1;
    const char *at = format, *from = text;
    while (Py_ISDIGIT(*at)) { /* a width, without effect as in CPython */
        at++;
    }
    if (*at == '.') {
        n_max = 0;
        for (at++; Py_ISDIGIT(*at); at++) {
            n_max = n_max < PY_SSIZE_T_MAX / 20 ? n_max * 10 + (*at - '0') : n_max;
        }
    }
    char length = *at == 'l' || *at == 'z' ? *at++ : 0, letter = *at++;
    switch (letter) {
    case '%':
    case 'c': {
        int c = letter == '%' ? '%' : va_arg(*va, int);
        if (c < 0 || c > 255) {
            PyErr_SetString(PyExc_OverflowError, "PyBytes_FromFormatV(): %c format expects an integer in range [0; 255]");
            return NULL;
        }
        return ou_byte_sink_put(sink, c) < 0 ? NULL : at;
    }
    case 'd':
    case 'i':
        snprintf(text, sizeof text, "%lld",
                 length == 'l'   ? (long long)va_arg(*va, long)
                 : length == 'z' ? (long long)va_arg(*va, Py_ssize_t)
                                 : (long long)va_arg(*va, int));
        break;
    case 'u':
        snprintf(text, sizeof text, "%llu",
                 length == 'l'   ? (unsigned long long)va_arg(*va, unsigned long)
                 : length == 'z' ? (unsigned long long)va_arg(*va, size_t)
                                 : (unsigned long long)va_arg(*va, unsigned));
        break;
    case 'x': snprintf(text, sizeof text, "%x", va_arg(*va, unsigned)); break;
    case 'p': snprintf(text, sizeof text, "0x%llx", (unsigned long long)(uintptr_t)va_arg(*va, void *)); break;
    case 's': from = va_arg(*va, const char *); break;
    default: return format;
    }
    size_t size = letter == 's' && n_max >= 0 ? strnlen(from, (size_t)n_max) : strlen(from);
    return ou_byte_sink_write(sink, from, size) < 0 ? NULL : at;
}

/* PyBytes_FromFormatV: as documented: %c %d %u %ld %lu %zd %zu %i %x %s %p %%.  From what is none of these on the rest is copied.
 * New. */
PyObject *
PyBytes_FromFormatV(const char *format, va_list given)
{
    OuByteSink sink = {0};
    va_list va;
    bool failed = false;
    va_copy(va, given);
    while (!failed && *format != 0) {
        size_t n = strcspn(format, "%");
        failed = ou_byte_sink_write(&sink, format, n) < 0;
        format += n;
        if (*format == '%' && !failed) {
            const char *next = format_one(&sink, format + 1, &va);
            if (next == format + 1) {
                failed = ou_byte_sink_write(&sink, format, strlen(format)) < 0;
                break;
            }
            failed = next == NULL;
            format = next;
        }
    }
    va_end(va);
    return ou_byte_sink_finish(&sink, failed);
}

PyObject *
PyBytes_FromFormat(const char *format, ...)
{
    va_list va;
    va_start(va, format);
    PyObject *bytes = PyBytes_FromFormatV(format, va);
    va_end(va);
    return bytes;
}

/* ---- escapes ------------------------------------------------------------------------------------------------------------- */

static int
hex_value(char c)
{
    return Py_ISDIGIT(c) ? c - '0' : Py_ISXDIGIT(c) ? (c | 32) - 'a' + 10 : -1;
}

/* _PyBytes_DecodeEscape: the escapes of a bytes literal.  *first_invalid: the first that is none, or NULL.  New. */
PyObject *
_PyBytes_DecodeEscape(const char *text, Py_ssize_t size, const char *errors, const char **first_invalid)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    char *to = bytes == NULL ? NULL : PyBytes_AS_STRING(bytes);
    const char *at = text, *end = text + size;
    *first_invalid = NULL;
    while (bytes != NULL && at < end) {
        if (*at != '\\') {
            *to++ = *at++;
            continue;
        }
        if (++at == end) {
            PyErr_SetString(PyExc_ValueError, "Trailing \\ in string");
            goto failed;
        }
        char c = *at++;
        const char *simple = strchr("\n\\'\"b\bf\ft\tn\nr\rv\va\a", c);
        switch (c) {
        case '\n': break;
        case '\\':
        case '\'':
        case '"': *to++ = c; break;
        case 'b':
        case 'f':
        case 't':
        case 'n':
        case 'r':
        case 'v':
        case 'a': *to++ = simple[1]; break;
        case '0':
        case '1':
        case '2':
        case '3':
        case '4':
        case '5':
        case '6':
        case '7': {
            int value = c - '0';
            for (int i = 0; i < 2 && at < end && *at >= '0' && *at <= '7'; i++) {
                value = value * 8 + (*at++ - '0');
            }
            if (value > 255 && *first_invalid == NULL) {
                *first_invalid = at - 3;
            }
            *to++ = (char)value;
            break;
        }
        case 'x': {
            int high = at < end ? hex_value(at[0]) : -1, low = at + 1 < end ? hex_value(at[1]) : -1;
            if (high >= 0 && low >= 0) {
                *to++ = (char)(high << 4 | low);
                at += 2;
                break;
            }
            if (errors == NULL || strcmp(errors, "strict") == 0) {
                PyErr_Format(PyExc_ValueError, "invalid \\x escape at position %zd", at - 2 - text);
                goto failed;
            }
            if (strcmp(errors, "replace") == 0) {
                *to++ = '?';
            }
            else if (strcmp(errors, "ignore") != 0) {
                PyErr_Format(PyExc_ValueError, "decoding error; unknown error handling code: %.400s", errors);
                goto failed;
            }
            at += high >= 0;
            break;
        }
        default:
            if (*first_invalid == NULL) {
                *first_invalid = at - 1;
            }
            *to++ = '\\';
            *to++ = c;
        }
    }
    if (bytes != NULL) {
        _PyBytes_Resize(&bytes, to - PyBytes_AS_STRING(bytes));
    }
    return bytes;
failed:
    Py_DECREF(bytes);
    return NULL;
}

PyObject *
PyBytes_DecodeEscape(const char *text, Py_ssize_t size, const char *errors, Py_ssize_t unicode, const char *recode)
{
    const char *first_invalid;
    PyObject *bytes = _PyBytes_DecodeEscape(text, size, errors, &first_invalid);
    if (bytes != NULL && first_invalid != NULL && ou_warn_escape(first_invalid) < 0) {
        Py_CLEAR(bytes);
    }
    return bytes;
}

/* ---- iterators of bytes and bytearray ------------------------------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PyObject *sequence; /* NULL once exhausted */
    Py_ssize_t index;
} BytesIter;

OU_WALKER(bytes_iter)
{
    OU_EDGE_OF((BytesIter *)self, sequence);
    return 0;
}

static void
bytes_iter_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(((BytesIter *)self)->sequence);
    ou_gc_free(self);
}

static PyObject *
bytes_iter_next(PyObject *self)
{
    BytesIter *iter = (BytesIter *)self;
    PyObject *op = iter->sequence;
    if (op == NULL) {
        return NULL;
    }
    if (iter->index < Py_SIZE(op)) {
        const char *data = PyBytes_Check(op) ? PyBytes_AS_STRING(op) : PyByteArray_AS_STRING(op);
        return PyLong_FromLong((unsigned char)data[iter->index++]);
    }
    iter->sequence = NULL;
    Py_DECREF(op);
    return NULL;
}

static PyObject *
bytes_iter_length_hint(PyObject *self, PyObject *ignored)
{
    BytesIter *iter = (BytesIter *)self;
    return PyLong_FromSsize_t(iter->sequence == NULL ? 0 : Py_MAX(Py_SIZE(iter->sequence) - iter->index, 0));
}

static PyObject *
bytes_iter_reduce(PyObject *self, PyObject *ignored)
{
    BytesIter *iter = (BytesIter *)self;
    PyObject *builtin = PyDict_GetItemWithError(ou_interp()->builtins, OU_STR(iter));
    if (builtin == NULL) {
        return NULL;
    }
    return iter->sequence == NULL ? Py_BuildValue("O(())", builtin)
                                  : Py_BuildValue("O(O)n", builtin, iter->sequence, iter->index);
}

static PyObject *
bytes_iter_setstate(PyObject *self, PyObject *state)
{
    BytesIter *iter = (BytesIter *)self;
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (iter->sequence != NULL) {
        iter->index = index < 0 ? 0 : Py_MIN(index, Py_SIZE(iter->sequence));
    }
    Py_RETURN_NONE;
}

static PyMethodDef bytes_iter_methods[] = {
    {"__length_hint__", bytes_iter_length_hint, METH_NOARGS, "How many items are left."},
    {"__reduce__", bytes_iter_reduce, METH_NOARGS, "For pickling."},
    {"__setstate__", bytes_iter_setstate, METH_O, "Set the position."},
    {NULL},
};

#define BYTES_ITER_TYPE(symbol, name)                          \
    PyTypeObject symbol = {                                    \
        PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = name, \
        .tp_basicsize = sizeof(BytesIter),                     \
        .tp_dealloc = bytes_iter_dealloc,                      \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,   \
        .tp_traverse = bytes_iter_traverse,                    \
        .tp_iter = PyObject_SelfIter,                          \
        .tp_iternext = bytes_iter_next,                        \
        .tp_methods = bytes_iter_methods,                      \
    }
BYTES_ITER_TYPE(PyBytesIter_Type, "bytes_iterator");
BYTES_ITER_TYPE(PyByteArrayIter_Type, "bytearray_iterator");

/* iter() of either type. */
PyObject *
ou_bytes_iter(PyObject *self)
{
    BytesIter *iter = (BytesIter *)ou_gc_new(PyBytes_Check(self) ? &PyBytesIter_Type : &PyByteArrayIter_Type);
    if (iter != NULL) {
        iter->sequence = Py_NewRef(self);
        ou_gc_track((PyObject *)iter);
    }
    return (PyObject *)iter;
}
