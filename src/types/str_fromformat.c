/* types/str_fromformat.c - PyUnicode_FromFormat: strings from C, with objects in them.
 *
 * Owns       nothing.
 * Invariant  the codes are CPython 3.11's: %c %d %i %u %x (with l, ll, z), %p, %s (UTF-8, wrong bytes
 *            replaced), %U %V %S %R %A, %%; an unknown code ends the formatting, and the rest is copied as
 *            it stands.
 * Not here   Python's own % (str_percent.c). */
#include "types/str.h"

#include "object/hold.h"

typedef struct {
    va_list list;
} Arguments; /* so that a pointer to it is passed alike on every machine */

/* Append at most `precision` code points (-1: all), spaces before them up to `width`. */
static int
write_padded(_PyUnicodeWriter *writer, PyObject *str, Py_ssize_t width, Py_ssize_t precision)
{
    if (PyUnicode_READY(str) < 0) {
        return -1;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(str);
    if (precision >= 0 && precision < n) {
        n = precision;
    }
    if (width > n) {
        Py_ssize_t n_fill = width - n;
        if (_PyUnicodeWriter_Prepare(writer, n_fill, ' ') < 0) {
            return -1;
        }
        ou_ucs_fill((int)writer->kind, writer->data, writer->pos, n_fill, ' ');
        writer->pos += n_fill;
    }
    return _PyUnicodeWriter_WriteSubstring(writer, str, 0, n);
}

/* The same from UTF-8; the precision counts bytes. */
static int
write_padded_utf8(_PyUnicodeWriter *writer, const char *text, Py_ssize_t width, Py_ssize_t precision)
{
    Py_ssize_t size = (Py_ssize_t)(precision < 0 ? strlen(text) : strnlen(text, (size_t)precision));
    if (width <= 0 && ou_ucs_class(1, text, size) == 0x7f) {
        return _PyUnicodeWriter_WriteASCIIString(writer, text, size);
    }
    PyObject *str = PyUnicode_DecodeUTF8Stateful(text, size, "replace", NULL);
    if (str == NULL) {
        return -1;
    }
    int result = write_padded(writer, str, width, -1);
    Py_DECREF(str);
    return result;
}

/* RE-ENTRANT: the object's own method makes the text. */
static int
write_object(_PyUnicodeWriter *writer, PyObject *(*convert)(PyObject *), PyObject *obj, Py_ssize_t width, Py_ssize_t precision)
{
    PyObject *str = NULL;
    OU_HOLD(hold, &writer->buffer, &str);
    str = convert(obj);
    int result = str == NULL ? -1 : write_padded(writer, str, width, precision);
    OU_HOLD_END(hold);
    Py_XDECREF(str);
    return result;
}

/* Digits with the padding that CPython's printf-like codes give: precision is the least number of
 * characters. */
static int
write_number(_PyUnicodeWriter *writer, const char *digits, Py_ssize_t width, Py_ssize_t precision, bool zeros)
{
    Py_ssize_t n = (Py_ssize_t)strlen(digits);
    precision = Py_MAX(precision, n);
    Py_ssize_t total = Py_MAX(precision, width);
    if (_PyUnicodeWriter_Prepare(writer, total, 127) < 0) {
        return -1;
    }
    ou_ucs_fill((int)writer->kind, writer->data, writer->pos, total - precision, zeros ? '0' : ' ');
    ou_ucs_fill((int)writer->kind, writer->data, writer->pos + total - precision, precision - n, '0');
    ou_ucs_copy((int)writer->kind, writer->data, writer->pos + total - n, 1, digits, 0, n);
    writer->pos += total;
    return 0;
}

static int
parse_count(const char **at, Py_ssize_t *count, const char *too_big)
{
    Py_ssize_t n = 0;
    while (Py_ISDIGIT(**at)) {
        if (n > (PY_SSIZE_T_MAX - 9) / 10) {
            PyErr_SetString(PyExc_ValueError, too_big);
            return -1;
        }
        n = n * 10 + (**at - '0');
        ++*at;
    }
    *count = n;
    return 0;
}

/* One code: *at is behind the '%'.  Returns 1 if it is known, 0 if not, -1 with an error set. */
static int
write_code(_PyUnicodeWriter *writer, const char **at, Arguments *args)
{
    const char *f = *at;
    bool zeros = *f == '0';
    f += zeros;
    Py_ssize_t width = -1, precision = -1;
    if (Py_ISDIGIT(*f) && parse_count(&f, &width, "width too big") < 0) {
        return -1;
    }
    if (*f == '.') {
        f++;
        precision = 0;
        if (Py_ISDIGIT(*f) && parse_count(&f, &precision, "precision too big") < 0) {
            return -1;
        }
    }
    enum { INT, LONG, LONG_LONG, SIZE } length = INT;
    if (*f == 'l') {
        length = f[1] == 'l' ? LONG_LONG : LONG;
        f += length == LONG ? 1 : 2;
    }
    else if (*f == 'z') {
        length = SIZE;
        f++;
    }
    char code = *f, buffer[64];
    if (length != INT && strchr("diux", code) == NULL) {
        return 0;
    }
    int result = -1;
    switch (code) {
    case 'd':
    case 'i': {
        long long value = length == INT       ? va_arg(args->list, int)
                        : length == LONG      ? va_arg(args->list, long)
                        : length == LONG_LONG ? va_arg(args->list, long long)
                                              : va_arg(args->list, Py_ssize_t);
        snprintf(buffer, sizeof buffer, "%lld", value);
        result = write_number(writer, buffer, width, precision, zeros);
        break;
    }
    case 'u':
    case 'x': {
        unsigned long long value = length == INT       ? va_arg(args->list, unsigned)
                                 : length == LONG      ? va_arg(args->list, unsigned long)
                                 : length == LONG_LONG ? va_arg(args->list, unsigned long long)
                                                       : va_arg(args->list, size_t);
        snprintf(buffer, sizeof buffer, code == 'u' ? "%llu" : "%llx", value);
        result = write_number(writer, buffer, width, precision, zeros);
        break;
    }
    case 'p':
        snprintf(buffer, sizeof buffer, "0x%lx", (unsigned long)(uintptr_t)va_arg(args->list, void *));
        result = _PyUnicodeWriter_WriteASCIIString(writer, buffer, -1);
        break;
    case 'c': {
        int ordinal = va_arg(args->list, int);
        if (ordinal < 0 || ordinal > 0x10FFFF) {
            PyErr_SetString(PyExc_OverflowError, "character argument not in range(0x110000)");
            return -1;
        }
        result = _PyUnicodeWriter_WriteChar(writer, (Py_UCS4)ordinal);
        break;
    }
    case 's': result = write_padded_utf8(writer, va_arg(args->list, const char *), width, precision); break;
    case 'U': result = write_padded(writer, va_arg(args->list, PyObject *), width, precision); break;
    case 'V': {
        PyObject *obj = va_arg(args->list, PyObject *);
        const char *text = va_arg(args->list, const char *);
        result = obj != NULL ? write_padded(writer, obj, width, precision) : write_padded_utf8(writer, text, width, precision);
        break;
    }
    case 'S': result = write_object(writer, PyObject_Str, va_arg(args->list, PyObject *), width, precision); break;
    case 'R': result = write_object(writer, PyObject_Repr, va_arg(args->list, PyObject *), width, precision); break;
    case 'A': result = write_object(writer, PyObject_ASCII, va_arg(args->list, PyObject *), width, precision); break;
    case '%': result = _PyUnicodeWriter_WriteChar(writer, '%'); break;
    default: return 0;
    }
    *at = f + 1;
    return result < 0 ? -1 : 1;
}

/* A new string from an ASCII format.
 * Returns  new reference, or NULL with an error set.
 * RE-ENTRANT  by %S, %R and %A. */
PyObject *
PyUnicode_FromFormatV(const char *format, va_list list)
{
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.min_length = (Py_ssize_t)strlen(format) + 100; /* room for a few arguments: arbitrary */
    writer.overallocate = 1;
    Arguments args;
    va_copy(args.list, list);
    const char *f = format;
    while (*f != '\0') {
        int result = 1;
        if (*f == '%') {
            const char *code = f + 1;
            result = write_code(&writer, &code, &args);
            f = result > 0 ? code : f;
        }
        else {
            size_t n = strcspn(f, "%");
            if (ou_ucs_class(1, f, (Py_ssize_t)n) != 0x7f) {
                size_t bad = 0;
                while ((unsigned char)f[bad] < 128) {
                    bad++;
                }
                PyErr_Format(PyExc_ValueError,
                             "PyUnicode_FromFormatV() expects an ASCII-encoded format string, "
                             "got a non-ASCII byte: 0x%02x",
                             (unsigned char)f[bad]);
                result = -1;
            }
            else {
                result = _PyUnicodeWriter_WriteASCIIString(&writer, f, (Py_ssize_t)n) < 0 ? -1 : 1;
                f += n;
            }
        }
        if (result == 0) { /* an unknown code */
            result = _PyUnicodeWriter_WriteLatin1String(&writer, f, (Py_ssize_t)strlen(f)) < 0 ? -1 : 1;
            f += strlen(f);
        }
        if (result < 0) {
            va_end(args.list);
            _PyUnicodeWriter_Dealloc(&writer);
            return NULL;
        }
    }
    va_end(args.list);
    return _PyUnicodeWriter_Finish(&writer);
}

PyObject *
PyUnicode_FromFormat(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    PyObject *str = PyUnicode_FromFormatV(format, list);
    va_end(list);
    return str;
}
