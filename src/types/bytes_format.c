/* types/bytes_format.c - printf-style formatting of bytes and bytearray (PEP 461).
 *
 * Owns       nothing.
 * Invariant  the format is held, or exported by its owner, while an argument's own methods run.
 * Not here   reading a conversion, integers (percent.c), str % args (str_percent.c), PyBytes_FromFormat (bytes_new.c). */
#include "object/hold.h"
#include "types/bytes.h"
#include "types/codec.h"
#include "types/percent.h"

/* ---- values -------------------------------------------------------------------------------------------------------- */

/* What stands for an argument: bytes at `text`, kept by `owner` or by `view`. */
typedef struct {
    const char *text;
    Py_ssize_t size;
    PyObject *owner; /* owned, or NULL */
    Py_buffer view;
    bool has_view;
    char *memory; /* PyMem, or NULL */
    char byte;
} Piece;

static void
piece_release(Piece *piece)
{
    Py_CLEAR(piece->owner);
    PyMem_Free(piece->memory);
    if (piece->has_view) {
        PyBuffer_Release(&piece->view);
    }
}

/* A str of ASCII alone. */
static int
piece_of_str(Piece *piece, PyObject *str)
{
    piece->owner = str;
    if (str == NULL) {
        return -1;
    }
    piece->text = PyUnicode_DATA(str);
    piece->size = PyUnicode_GET_LENGTH(str);
    return 0;
}

static int
value_bytes(Piece *piece, PyObject *value)
{
    if (PyBytes_CheckExact(value)) {
        piece->owner = Py_NewRef(value);
    }
    else {
        PyObject *method = _PyObject_LookupSpecial(value, OU_STR(__bytes__));
        if (method != NULL) {
            piece->owner = PyObject_CallNoArgs(method);
            Py_DECREF(method);
            if (piece->owner == NULL) {
                return -1;
            }
            if (!PyBytes_Check(piece->owner)) {
                PyErr_Format(PyExc_TypeError, "__bytes__ returned non-bytes (type %.200s)", Py_TYPE(piece->owner)->tp_name);
                return -1;
            }
        }
        else if (PyErr_Occurred()) {
            return -1;
        }
    }
    if (piece->owner != NULL) {
        piece->text = PyBytes_AS_STRING(piece->owner);
        piece->size = PyBytes_GET_SIZE(piece->owner);
        return 0;
    }
    if (PyObject_CheckBuffer(value)) {
        if (PyObject_GetBuffer(value, &piece->view, PyBUF_SIMPLE) < 0) {
            return -1;
        }
        piece->has_view = true;
        piece->text = piece->view.buf;
        piece->size = piece->view.len;
        return 0;
    }
    PyErr_Format(PyExc_TypeError, "%%b requires a bytes-like object, or an object that implements __bytes__, not '%.100s'",
                 Py_TYPE(value)->tp_name);
    return -1;
}

static int
value_char(Piece *piece, PyObject *value)
{
    piece->text = &piece->byte;
    piece->size = 1;
    if (PyBytes_Check(value) && PyBytes_GET_SIZE(value) == 1) {
        piece->byte = PyBytes_AS_STRING(value)[0];
        return 0;
    }
    if (PyByteArray_Check(value) && PyByteArray_GET_SIZE(value) == 1) {
        piece->byte = PyByteArray_AS_STRING(value)[0];
        return 0;
    }
    if (PyBytes_Check(value) || PyByteArray_Check(value)) {
        goto wrong;
    }
    int overflow;
    PyObject *number = PyNumber_Index(value);
    if (number == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            goto wrong;
        }
        return -1;
    }
    long byte = PyLong_AsLongAndOverflow(number, &overflow);
    Py_DECREF(number);
    if (overflow || byte < 0 || byte > 255) {
        PyErr_SetString(PyExc_OverflowError, "%c arg not in range(256)");
        return -1;
    }
    piece->byte = (char)byte;
    return 0;
wrong:
    PyErr_SetString(PyExc_TypeError, "%c requires an integer in range(256) or a single byte");
    return -1;
}

static int
value_float(Piece *piece, const Conversion *c, PyObject *value)
{
    double number = PyFloat_AsDouble(value);
    if (number == -1.0 && PyErr_Occurred()) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Format(PyExc_TypeError, "float argument required, not %.200s", Py_TYPE(value)->tp_name);
        }
        return -1;
    }
    piece->memory = PyOS_double_to_string(number, (char)c->type, c->precision < 0 ? 6 : c->precision,
                                          (c->alternate ? Py_DTSF_ALT : 0) | (c->no_minus_zero ? Py_DTSF_NO_NEG_0 : 0), NULL);
    if (piece->memory == NULL) {
        return -1;
    }
    piece->text = piece->memory;
    piece->size = (Py_ssize_t)strlen(piece->memory);
    return 0;
}

/* RE-ENTRANT.  The piece is to be released, whatever the result. */
static int
value_format(const Percent *p, Conversion *c, PyObject *value, Piece *piece)
{
    switch (c->type) {
    case 'a':
    case 'r': return piece_of_str(piece, PyObject_ASCII(value));
    case 's':
    case 'b': return value_bytes(piece, value);
    case 'c': return value_char(piece, value);
    case 'i':
        c->type = 'd'; /* as errors call it */
        /* fall through */
    case 'd':
    case 'u':
    case 'o':
    case 'x':
    case 'X': c->number = true; return piece_of_str(piece, ou_percent_int(c, value));
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': c->number = true; return value_float(piece, c, value);
    default:
        PyErr_Format(PyExc_ValueError, "unsupported format character '%c' (0x%x) at index %zd", (int)c->type, (unsigned)c->type,
                     p->at - 1);
        return -1;
    }
}

static void
put_fill(OuByteSink *out, Py_ssize_t n, char byte)
{
    memset(out->data + out->size, byte, (size_t)n);
    out->size += (size_t)n;
}

static void
put_text(OuByteSink *out, const char *text, Py_ssize_t n)
{
    memcpy(out->data + out->size, text, (size_t)n);
    out->size += (size_t)n;
}

/* Write the piece in its field. */
static int
write_field(OuByteSink *out, const Conversion *c, const Piece *piece)
{
    Field f = ou_percent_field(c, piece->size > 0 ? (unsigned char)*piece->text : 0, piece->size);
    const char *text = piece->text + f.from;
    if (f.n_all == 0) {
        return 0;
    }
    if (ou_byte_sink_reserve(out, (size_t)f.n_all) < 0) {
        return -1;
    }
    put_fill(out, f.n_before, ' ');
    put_fill(out, f.sign != 0, f.sign);
    put_text(out, text, f.n_prefix);
    put_fill(out, f.n_zeros, '0');
    put_text(out, text + f.n_prefix, f.n);
    put_fill(out, f.n_after, ' ');
    return 0;
}

/* One conversion; p->at is behind its '%'.  RE-ENTRANT. */
static int
convert_one(Percent *p, OuByteSink *out)
{
    if (p->at < p->n && ((const char *)p->data)[p->at] == '%') {
        p->at++;
        return ou_byte_sink_put(out, '%');
    }
    Conversion c;
    if (ou_percent_read(p, &c) < 0) {
        return -1;
    }
    PyObject *value = ou_percent_next(p);
    if (value == NULL) {
        return -1;
    }
    Piece piece = {.has_view = false};
    OU_HOLD(hold, &piece.owner, &piece.view.obj);
    int result = value_format(p, &c, value, &piece);
    if (result == 0) {
        result = write_field(out, &c, &piece);
    }
    OU_HOLD_END(hold);
    piece_release(&piece);
    return result;
}

/* format % args as bytes, or as a bytearray.  `format` must stay where it is meanwhile.
 * Refs new.  Errors TypeError, ValueError, what the arguments raise.  RE-ENTRANT. */
PyObject *
_PyBytes_FormatEx(const char *format, Py_ssize_t size, PyObject *args, int use_bytearray)
{
    if (args == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    Percent p = {.kind = 1, .data = format, .n = size};
    ou_percent_start(&p, args,
                     !PyTuple_Check(args) && !PyBytes_Check(args) && !PyUnicode_Check(args) && !PyByteArray_Check(args)
                         && PyMapping_Check(args));
    OuByteSink out = {NULL};
    OU_HOLD(hold, &p.args);
    int result = 0;
    while (p.at < p.n && result == 0) {
        const char *start = format + p.at, *percent = memchr(start, '%', (size_t)(p.n - p.at));
        Py_ssize_t plain = percent != NULL ? percent - start : p.n - p.at;
        result = ou_byte_sink_write(&out, start, (size_t)plain);
        p.at += plain;
        if (result == 0 && percent != NULL) {
            p.at++;
            result = convert_one(&p, &out);
        }
    }
    if (result == 0) {
        result = ou_percent_end(&p);
    }
    OU_HOLD_END(hold);
    Py_DECREF(p.args);
    if (use_bytearray && result == 0) {
        PyObject *array = PyByteArray_FromStringAndSize(out.data, (Py_ssize_t)out.size);
        Py_XDECREF(ou_byte_sink_finish(&out, true));
        return array;
    }
    return ou_byte_sink_finish(&out, result < 0);
}

/* nb_remainder of bytes and bytearray.  RE-ENTRANT. */
PyObject *
ou_bytes_remainder(PyObject *left, PyObject *right)
{
    if (PyBytes_Check(left)) {
        return _PyBytes_FormatEx(PyBytes_AS_STRING(left), PyBytes_GET_SIZE(left), right, 0);
    }
    if (PyByteArray_Check(left)) {
        PyByteArrayObject *array = (PyByteArrayObject *)left;
        array->ob_exports++; /* the format stays in place while arguments run code */
        PyObject *result = _PyBytes_FormatEx(PyByteArray_AS_STRING(left), PyByteArray_GET_SIZE(left), right, 1);
        array->ob_exports--;
        return result;
    }
    Py_RETURN_NOTIMPLEMENTED;
}
