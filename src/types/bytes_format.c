/* types/bytes_format.c - printf-style formatting of bytes and bytearray (PEP 461), and the growing bytes of the C API.
 *
 * Owns       nothing.
 * Invariant  the format is held, or exported by its owner, while an argument's own methods run.
 * Not here   str % args (str_percent.c), PyBytes_FromFormat (bytes_new.c). */
#include "object/hold.h"
#include "types/bytes.h"
#include "types/codec.h"

/* ---- one conversion ------------------------------------------------------------------------------------------------ */

/* The formatting in progress. */
typedef struct {
    const char *format; /* borrowed from the caller, who keeps it alive and in place */
    Py_ssize_t at, n;   /* position in it, its length */
    OuByteSink out;
    PyObject *args;          /* tuple, or the single argument; owned */
    Py_ssize_t n_args, next; /* of a tuple; -1 and -2 (then -1) for a single argument, so that it serves once */
    PyObject *mapping;       /* borrowed, or NULL */
} Format;

typedef struct {
    bool left, plus, blank, alternate, zero, no_minus_zero, number;
    Py_ssize_t width;
    int precision;
    unsigned char type;
} Conversion;

static PyObject *
next_argument(Format *f)
{
    if (f->next < f->n_args) {
        Py_ssize_t index = f->next++;
        return f->n_args < 0 ? f->args : PyTuple_GET_ITEM(f->args, index);
    }
    PyErr_SetString(PyExc_TypeError, "not enough arguments for format string");
    return NULL;
}

static int
peek(Format *f)
{
    return f->at < f->n ? (unsigned char)f->format[f->at] : -1;
}

/* "(key)": the value becomes the single argument.  RE-ENTRANT. */
static int
parse_key(Format *f)
{
    if (f->mapping == NULL) {
        PyErr_SetString(PyExc_TypeError, "format requires a mapping");
        return -1;
    }
    Py_ssize_t start = ++f->at;
    int depth = 1;
    for (; f->at < f->n && depth > 0; f->at++) {
        int ch = peek(f);
        depth += ch == '(' ? 1 : ch == ')' ? -1 : 0;
    }
    if (depth > 0) {
        PyErr_SetString(PyExc_ValueError, "incomplete format key");
        return -1;
    }
    PyObject *key = PyBytes_FromStringAndSize(f->format + start, f->at - 1 - start);
    if (key == NULL) {
        return -1;
    }
    OU_HOLD(hold, &key);
    PyObject *value = PyObject_GetItem(f->mapping, key);
    OU_HOLD_END(hold);
    Py_DECREF(key);
    if (value == NULL) {
        return -1;
    }
    Py_SETREF(f->args, value);
    f->n_args = -1;
    f->next = -2;
    return 0;
}

/* A number or '*'.  Returns 0, or -1 with an error set. */
static int
parse_number(Format *f, Py_ssize_t max, const char *too_big, Py_ssize_t *out)
{
    if (peek(f) == '*') {
        f->at++;
        PyObject *value = next_argument(f);
        if (value == NULL) {
            return -1;
        }
        if (!PyLong_Check(value)) {
            PyErr_SetString(PyExc_TypeError, "* wants int");
            return -1;
        }
        *out = max == INT_MAX ? _PyLong_AsInt(value) : PyLong_AsSsize_t(value);
        return *out == -1 && PyErr_Occurred() ? -1 : 0;
    }
    Py_ssize_t number = 0;
    for (int ch; (ch = peek(f)) >= '0' && ch <= '9'; f->at++) {
        if (number > (max - (ch - '0')) / 10) {
            PyErr_SetString(PyExc_ValueError, too_big);
            return -1;
        }
        number = number * 10 + (ch - '0');
    }
    *out = number;
    return 0;
}

/* All that follows a '%', up to and with the type.  RE-ENTRANT by a key's lookup. */
static int
parse_conversion(Format *f, Conversion *c)
{
    *c = (Conversion){.width = -1, .precision = -1};
    if (peek(f) == '(' && parse_key(f) < 0) {
        return -1;
    }
    for (bool flag = true; flag;) {
        switch (peek(f)) {
        case '-': c->left = true; break;
        case '+': c->plus = true; break;
        case ' ': c->blank = true; break;
        case '#': c->alternate = true; break;
        case '0': c->zero = true; break;
        case 'z': c->no_minus_zero = true; break;
        default: flag = false; break;
        }
        f->at += flag;
    }
    int ch = peek(f);
    if (ch == '*' || (ch >= '0' && ch <= '9')) {
        if (parse_number(f, PY_SSIZE_T_MAX, "width too big", &c->width) < 0) {
            return -1;
        }
        if (c->width < 0) { /* only '*' gives that */
            c->left = true;
            c->width = c->width == PY_SSIZE_T_MIN ? PY_SSIZE_T_MAX : -c->width;
        }
    }
    if (peek(f) == '.') {
        f->at++;
        Py_ssize_t precision;
        if (parse_number(f, INT_MAX, "prec too big", &precision) < 0) {
            return -1;
        }
        c->precision = (int)Py_MAX(precision, 0);
    }
    ch = peek(f);
    if (ch == 'h' || ch == 'l' || ch == 'L') {
        f->at++;
    }
    if (f->at >= f->n) {
        PyErr_SetString(PyExc_ValueError, "incomplete format");
        return -1;
    }
    c->type = (unsigned char)f->format[f->at++];
    return 0;
}

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
value_int(Piece *piece, const Conversion *c, PyObject *value)
{
    bool index = c->type == 'o' || c->type == 'x' || c->type == 'X';
    PyObject *number = NULL;
    if (PyLong_Check(value)) {
        number = Py_NewRef(value);
    }
    else if (PyNumber_Check(value)) {
        number = index ? PyNumber_Index(value) : PyNumber_Long(value);
        if (number == NULL && !PyErr_ExceptionMatches(PyExc_TypeError)) {
            return -1;
        }
    }
    if (number == NULL) {
        PyErr_Format(PyExc_TypeError,
                     index ? "%%%c format: an integer is required, not %.200s"
                           : "%%%c format: a real number is required, not %.200s",
                     index ? c->type : 'd', Py_TYPE(value)->tp_name);
        return -1;
    }
    PyObject *text = _PyUnicode_FormatLong(number, c->alternate, c->precision, c->type);
    Py_DECREF(number);
    return piece_of_str(piece, text);
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
value_format(Format *f, Conversion *c, PyObject *value, Piece *piece)
{
    switch (c->type) {
    case 'a':
    case 'r': return piece_of_str(piece, PyObject_ASCII(value));
    case 's':
    case 'b': return value_bytes(piece, value);
    case 'c': return value_char(piece, value);
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X': c->number = true; return value_int(piece, c, value);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': c->number = true; return value_float(piece, c, value);
    default:
        PyErr_Format(PyExc_ValueError, "unsupported format character '%c' (0x%x) at index %zd", c->type, c->type, f->at - 1);
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
    const char *text = piece->text;
    Py_ssize_t n = piece->size, n_prefix = 0;
    if (!c->number && c->precision >= 0 && c->precision < n && c->type != 'c') {
        n = c->precision;
    }
    char sign = 0;
    if (c->number) {
        if (n > 0 && (*text == '-' || *text == '+')) {
            sign = *text++;
            n--;
        }
        else {
            sign = c->plus ? '+' : c->blank ? ' ' : 0;
        }
        if (c->alternate && (c->type == 'x' || c->type == 'X' || c->type == 'o')) {
            n_prefix = 2;
            n -= 2;
        }
    }
    Py_ssize_t n_all = n + n_prefix + (sign != 0), padding = Py_MAX(c->width - n_all, 0);
    bool zeros = c->zero && c->number && !c->left;
    if (n_all + padding == 0) {
        return 0;
    }
    if (ou_byte_sink_reserve(out, (size_t)n_all + (size_t)padding) < 0) {
        return -1;
    }
    if (!c->left && !zeros) {
        put_fill(out, padding, ' ');
    }
    if (sign != 0) {
        put_fill(out, 1, sign);
    }
    put_text(out, text, n_prefix);
    if (zeros) {
        put_fill(out, padding, '0');
    }
    put_text(out, text + n_prefix, n);
    if (c->left) {
        put_fill(out, padding, ' ');
    }
    return 0;
}

/* One conversion; f->at is behind its '%'.  RE-ENTRANT. */
static int
convert_one(Format *f)
{
    if (peek(f) == '%') {
        f->at++;
        return ou_byte_sink_put(&f->out, '%');
    }
    Conversion c;
    if (parse_conversion(f, &c) < 0) {
        return -1;
    }
    PyObject *value = next_argument(f);
    if (value == NULL) {
        return -1;
    }
    Piece piece = {.has_view = false};
    OU_HOLD(hold, &piece.owner, &piece.view.obj);
    int result = value_format(f, &c, value, &piece);
    if (result == 0) {
        result = write_field(&f->out, &c, &piece);
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
    bool tuple = PyTuple_Check(args);
    Format f = {.format = format,
                .n = size,
                .args = Py_NewRef(args),
                .n_args = tuple ? PyTuple_GET_SIZE(args) : -1,
                .next = tuple ? 0 : -2};
    if (!tuple && !PyBytes_Check(args) && !PyUnicode_Check(args) && !PyByteArray_Check(args) && PyMapping_Check(args)) {
        f.mapping = args;
    }
    OU_HOLD(hold, &f.args);
    int result = 0;
    while (f.at < f.n && result == 0) {
        const char *start = f.format + f.at, *percent = memchr(start, '%', (size_t)(f.n - f.at));
        Py_ssize_t plain = percent != NULL ? percent - start : f.n - f.at;
        result = ou_byte_sink_write(&f.out, start, (size_t)plain);
        f.at += plain;
        if (result == 0 && percent != NULL) {
            f.at++;
            result = convert_one(&f);
        }
    }
    if (result == 0 && f.next < f.n_args && f.mapping == NULL) {
        PyErr_SetString(PyExc_TypeError, "not all arguments converted during bytes formatting");
        result = -1;
    }
    OU_HOLD_END(hold);
    Py_DECREF(f.args);
    if (use_bytearray && result == 0) {
        PyObject *array = PyByteArray_FromStringAndSize(f.out.data, (Py_ssize_t)f.out.size);
        Py_XDECREF(ou_byte_sink_finish(&f.out, true));
        return array;
    }
    return ou_byte_sink_finish(&f.out, result < 0);
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

/* ---- _PyBytesWriter: bytes that grow, as modules written against the C API use them -------------------------------- *
 *
 * The writer's user keeps a pointer to where it writes next and hands it to every call; it lies in the small buffer
 * first, then in a bytes or bytearray object.  min_size counts what was asked for so far. */

void
_PyBytesWriter_Init(_PyBytesWriter *writer)
{
    memset(writer, 0, offsetof(_PyBytesWriter, small_buffer));
    writer->use_small_buffer = 1;
    writer->allocated = sizeof writer->small_buffer;
}

void
_PyBytesWriter_Dealloc(_PyBytesWriter *writer)
{
    Py_CLEAR(writer->buffer);
}

static char *
writer_start(_PyBytesWriter *writer)
{
    return writer->use_small_buffer ? writer->small_buffer
         : writer->use_bytearray    ? PyByteArray_AS_STRING(writer->buffer)
                                    : PyBytes_AS_STRING(writer->buffer);
}

/* Make room for `size` bytes in all.  Returns where to write next, or NULL with MemoryError and the buffer released. */
void *
_PyBytesWriter_Resize(_PyBytesWriter *writer, void *at, Py_ssize_t size)
{
    Py_ssize_t used = (char *)at - writer_start(writer), room = size;
    if (writer->overallocate && size <= PY_SSIZE_T_MAX - size / 4) {
        room = size + size / 4;
    }
    if (writer->use_small_buffer) {
        writer->buffer =
            writer->use_bytearray ? PyByteArray_FromStringAndSize(NULL, room) : PyBytes_FromStringAndSize(NULL, room);
        if (writer->buffer == NULL) {
            return NULL;
        }
        writer->use_small_buffer = 0;
        memcpy(writer_start(writer), writer->small_buffer, (size_t)used);
    }
    else if (writer->use_bytearray ? PyByteArray_Resize(writer->buffer, room) < 0
                                   : _PyBytes_Resize(&writer->buffer, room) < 0) {
        Py_CLEAR(writer->buffer);
        return NULL;
    }
    writer->allocated = room;
    return writer_start(writer) + used;
}

/* Ask for `size` more bytes. */
void *
_PyBytesWriter_Prepare(_PyBytesWriter *writer, void *at, Py_ssize_t size)
{
    if (size == 0) {
        return at;
    }
    if (writer->min_size > PY_SSIZE_T_MAX - size) {
        PyErr_NoMemory();
        _PyBytesWriter_Dealloc(writer);
        return NULL;
    }
    Py_ssize_t size_all = writer->min_size + size;
    if (size_all > writer->allocated) {
        at = _PyBytesWriter_Resize(writer, at, size_all);
        if (at == NULL) {
            return NULL;
        }
    }
    writer->min_size = size_all;
    return at;
}

void *
_PyBytesWriter_Alloc(_PyBytesWriter *writer, Py_ssize_t size)
{
    return _PyBytesWriter_Prepare(writer, writer_start(writer), size);
}

void *
_PyBytesWriter_WriteBytes(_PyBytesWriter *writer, void *at, const void *bytes, Py_ssize_t size)
{
    char *to = _PyBytesWriter_Prepare(writer, at, size);
    if (to == NULL) {
        return NULL;
    }
    memcpy(to, bytes, (size_t)size);
    return to + size;
}

/* The object with all that was written.  Refs new.  The writer is done, whatever the result. */
PyObject *
_PyBytesWriter_Finish(_PyBytesWriter *writer, void *at)
{
    Py_ssize_t size = (char *)at - writer_start(writer);
    if (writer->use_small_buffer || (size == 0 && !writer->use_bytearray)) {
        const char *text = writer->use_small_buffer ? writer->small_buffer : "";
        Py_CLEAR(writer->buffer);
        return writer->use_bytearray ? PyByteArray_FromStringAndSize(text, size) : PyBytes_FromStringAndSize(text, size);
    }
    PyObject *result = writer->buffer;
    writer->buffer = NULL;
    if (writer->use_bytearray) {
        if (Py_SIZE(result) != size && PyByteArray_Resize(result, size) < 0) {
            Py_CLEAR(result);
        }
    }
    else if (PyBytes_GET_SIZE(result) != size) {
        (void)_PyBytes_Resize(&result, size); /* NULL if it fails */
    }
    return result;
}
