/* types/str_percent.c - printf-style formatting: str % arguments.
 *
 * Owns       nothing.
 * Invariant  everything owned is held while an argument's own methods run.
 * Not here   reading a conversion, integers (percent.c); bytes (bytes_format.c); format() (format_spec.c);
 *            PyUnicode_FromFormat (str_fromformat.c). */
#include "object/hold.h"
#include "types/percent.h"
#include "types/str.h"

/* ---- values -------------------------------------------------------------------------------------------- */

static PyObject *
format_float(const Conversion *c, PyObject *value)
{
    double number = PyFloat_AsDouble(value);
    if (number == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    char *text =
        PyOS_double_to_string(number, (char)c->type, c->precision < 0 ? 6 : c->precision, c->alternate ? Py_DTSF_ALT : 0, NULL);
    if (text == NULL) {
        return NULL;
    }
    PyObject *str = ou_str_from_ascii(text, (Py_ssize_t)strlen(text));
    PyMem_Free(text);
    return str;
}

static PyObject *
format_char(PyObject *value)
{
    if (PyUnicode_Check(value)) {
        if (PyUnicode_READY(value) == 0 && PyUnicode_GET_LENGTH(value) == 1) {
            return Py_NewRef(value);
        }
        goto wrong;
    }
    PyObject *number = PyLong_Check(value) ? Py_NewRef(value) : PyNumber_Index(value);
    if (number == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_TypeError)) {
            return NULL;
        }
        goto wrong;
    }
    int overflow;
    long ordinal = PyLong_AsLongAndOverflow(number, &overflow);
    Py_DECREF(number);
    if (overflow || ordinal < 0 || ordinal > 0x10FFFF) {
        PyErr_SetString(PyExc_OverflowError, "%c arg not in range(0x110000)");
        return NULL;
    }
    return ou_str_from_char((Py_UCS4)ordinal);
wrong:
    PyErr_SetString(PyExc_TypeError, "%c requires int or char");
    return NULL;
}

/* The text of one argument.  Refs new.  RE-ENTRANT. */
static PyObject *
format_value(Percent *p, Conversion *c, PyObject *value)
{
    switch (c->type) {
    case 's': return PyUnicode_CheckExact(value) ? Py_NewRef(value) : PyObject_Str(value);
    case 'r': return PyObject_Repr(value);
    case 'a': return PyObject_ASCII(value);
    case 'c': return format_char(value);
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X': c->number = true; return ou_percent_int(c, value);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': c->number = true; return format_float(c, value);
    default:
        PyErr_Format(PyExc_ValueError, "unsupported format character '%c' (0x%x) at index %zd",
                     c->type >= 32 && c->type <= 126 ? (int)c->type : '?', (unsigned)c->type, p->at - 1);
        return NULL;
    }
}

/* Write the text in its field. */
static int
write_field(_PyUnicodeWriter *writer, const Conversion *c, PyObject *text)
{
    Py_ssize_t n_text = PyUnicode_GET_LENGTH(text);
    Field f = ou_percent_field(c, n_text > 0 ? PyUnicode_READ_CHAR(text, 0) : 0, n_text);
    if (f.n_all == 0) {
        return 0;
    }
    Py_UCS4 maxchar = _PyUnicode_FindMaxChar(text, f.from, f.from + f.n_prefix + f.n);
    if (_PyUnicodeWriter_Prepare(writer, f.n_all, maxchar) < 0) {
        return -1;
    }
    int kind = (int)writer->kind, text_kind = PyUnicode_KIND(text);
    void *data = writer->data;
    const void *text_data = PyUnicode_DATA(text);
    Py_ssize_t at = writer->pos;
    ou_ucs_fill(kind, data, at, f.n_before, ' ');
    at += f.n_before;
    if (f.sign != 0) {
        PyUnicode_WRITE(kind, data, at, (Py_UCS4)f.sign);
        at++;
    }
    ou_ucs_copy(kind, data, at, text_kind, text_data, f.from, f.n_prefix);
    at += f.n_prefix;
    ou_ucs_fill(kind, data, at, f.n_zeros, '0');
    at += f.n_zeros;
    ou_ucs_copy(kind, data, at, text_kind, text_data, f.from + f.n_prefix, f.n);
    at += f.n;
    ou_ucs_fill(kind, data, at, f.n_after, ' ');
    writer->pos = at + f.n_after;
    return 0;
}

/* One conversion; p->at is behind its '%'.  RE-ENTRANT. */
static int
convert_one(Percent *p, _PyUnicodeWriter *writer)
{
    if (p->at < p->n && PyUnicode_READ(p->kind, p->data, p->at) == '%') {
        p->at++;
        return _PyUnicodeWriter_WriteChar(writer, '%');
    }
    Conversion c;
    if (ou_percent_read(p, &c) < 0) {
        return -1;
    }
    PyObject *value = ou_percent_next(p);
    PyObject *text = value == NULL ? NULL : format_value(p, &c, value);
    if (text == NULL) {
        return -1;
    }
    if (p->at >= p->n) {
        writer->overallocate = 0; /* the last piece */
    }
    int result = -1;
    if (PyUnicode_READY(text) == 0) {
        bool plain = c.width < 0 && !c.plus && !c.blank && (c.number || c.precision < 0);
        result = plain ? _PyUnicodeWriter_WriteStr(writer, text) : write_field(writer, &c, text);
    }
    Py_DECREF(text);
    return result;
}

/* format % args.  Refs new.  Errors TypeError, ValueError, what the arguments raise.  RE-ENTRANT. */
PyObject *
PyUnicode_Format(PyObject *format, PyObject *args)
{
    if (format == NULL || args == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (ou_str_require(format) < 0) {
        return NULL;
    }
    Percent p = {
        .format = format, .kind = PyUnicode_KIND(format), .data = PyUnicode_DATA(format), .n = PyUnicode_GET_LENGTH(format)};
    ou_percent_start(&p, args, !PyTuple_Check(args) && !PyUnicode_Check(args) && PyMapping_Check(args));
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.min_length = p.n + 100; /* room for some arguments: arbitrary */
    writer.overallocate = 1;
    OU_HOLD(hold, &p.args, &writer.buffer);
    int result = 0;
    while (p.at < p.n && result == 0) {
        Py_ssize_t percent = ou_ucs_find_char(p.kind, p.data, p.at, p.n, '%');
        Py_ssize_t end = percent < 0 ? p.n : percent;
        if (end == p.n) {
            writer.overallocate = 0;
        }
        result = _PyUnicodeWriter_WriteSubstring(&writer, format, p.at, end);
        p.at = end;
        if (result == 0 && percent >= 0) {
            p.at++;
            result = convert_one(&p, &writer);
        }
    }
    if (result == 0) {
        result = ou_percent_end(&p);
    }
    OU_HOLD_END(hold);
    Py_DECREF(p.args);
    if (result < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}
