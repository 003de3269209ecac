/* modules/_io/io_text_read.c - reading text.
 *
 * Invariant  decoded[used ..] is the text that comes next; `decoded` is NULL or longer than `used`, save right after a chunk
 *            that decoded to nothing.
 * Not here   decoding (io_text_codec.c), positions (io_text_seek.c). */
#include "modules/_io/io_text.h"

void
ou_text_forget(TextIO *self)
{
    self->used = 0;
    self->has_snapshot = false;
    Py_CLEAR(self->decoded);
    Py_CLEAR(self->snapshot);
}

/* Up to n characters of what is decoded (all if n is negative).  Refs new. */
static PyObject *
take(TextIO *self, Py_ssize_t n)
{
    if (self->decoded == NULL) {
        return Py_NewRef(OU_EMPTY_STR);
    }
    Py_ssize_t left = PyUnicode_GET_LENGTH(self->decoded) - self->used;
    n = n < 0 || n > left ? left : n;
    PyObject *text;
    if (self->used == 0 && n == left) {
        text = Py_NewRef(self->decoded);
    }
    else {
        text = PyUnicode_Substring(self->decoded, self->used, self->used + n);
    }
    if (text != NULL) {
        self->used += n;
    }
    return text;
}

/* One read from the buffer below, as bytes-like `view`; *owner keeps it.  Returns 0 or -1. */
static int
read_below(TextIO *self, Py_ssize_t size, PyObject **owner, Py_buffer *view)
{
    PyObject *buffer = Py_NewRef(self->buffer), *number = NULL;
    OU_HOLD(hold, &buffer, &number);
    if (ou_buffered_is_plain(buffer) && Py_TYPE(buffer) != &ou_buffered_writer_type) {
        *owner = ou_buffered_read1(buffer, size);
    }
    else {
        number = PyLong_FromSsize_t(size);
        *owner =
            number == NULL ? NULL : PyObject_CallMethodOneArg(buffer, self->has_read1 ? OU_STR(read1) : OU_STR(read), number);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(number);
    Py_DECREF(buffer);
    if (*owner == NULL) {
        return -1;
    }
    if (PyObject_GetBuffer(*owner, view, PyBUF_SIMPLE) < 0) {
        PyErr_Format(PyExc_TypeError, "underlying %s() should have returned a bytes-like object, not '%.200s'",
                     self->has_read1 ? "read1" : "read", Py_TYPE(*owner)->tp_name);
        Py_CLEAR(*owner);
        return -1;
    }
    return 0;
}

/* Read and decode another chunk.  Returns 1, 0 at the end, -1. */
static int
text_read_chunk(TextIO *self, Py_ssize_t size_hint)
{
    PyObject *before = NULL, *input = NULL, *decoded = NULL, *snapshot = NULL;
    int flags = 0, result = -1;
    if (!self->can_read) {
        ou_io_unsupported("not readable");
        return -1;
    }
    Py_ssize_t size = self->chunk_size;
    if (size_hint > 0) {
        double wanted = Py_MAX(self->bytes_per_char, 1.0) * (double)size_hint;
        size = wanted < (double)(PY_SSIZE_T_MAX / 2) ? Py_MAX(size, (Py_ssize_t)wanted) : PY_SSIZE_T_MAX / 2;
    }
    Py_buffer view = {.obj = NULL};
    bool telling = self->telling;
    OU_HOLD(hold, &before, &input, &decoded, &view.obj);
    if (telling && ou_text_decoder_get(self, &before, &flags) < 0) {
        goto done;
    }
    if (read_below(self, size, &input, &view) < 0) {
        goto done;
    }
    bool end = view.len == 0;
    decoded = ou_text_decode(self, view.buf, view.len, end);
    if (decoded == NULL) {
        goto done;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(decoded);
    if (telling) {
        if (PyBytes_GET_SIZE(before) == 0 && PyBytes_CheckExact(input)) {
            snapshot = Py_NewRef(input);
        }
        else {
            snapshot = PyBytes_FromStringAndSize(NULL, PyBytes_GET_SIZE(before) + view.len);
            if (snapshot == NULL) {
                goto done;
            }
            memcpy(PyBytes_AS_STRING(snapshot), PyBytes_AS_STRING(before), (size_t)PyBytes_GET_SIZE(before));
            memcpy(PyBytes_AS_STRING(snapshot) + PyBytes_GET_SIZE(before), view.buf, (size_t)view.len);
        }
        Py_XSETREF(self->snapshot, snapshot);
        self->snapshot_flags = flags;
        self->has_snapshot = true;
    }
    self->bytes_per_char = n > 0 ? (double)view.len / (double)n : 0.0;
    self->used = 0;
    Py_XSETREF(self->decoded, decoded);
    decoded = NULL;
    result = end && n == 0 ? 0 : 1;
done:
    OU_HOLD_END(hold);
    if (view.obj != NULL) {
        PyBuffer_Release(&view);
    }
    Py_XDECREF(before);
    Py_XDECREF(input);
    Py_XDECREF(decoded);
    return result;
}

/* ---- read() -------------------------------------------------------------------------------------------------------------- */

static PyObject *
read_all(TextIO *self)
{
    PyObject *buffer = Py_NewRef(self->buffer), *bytes, *text = NULL, *head = NULL, *result = NULL;
    OU_HOLD(hold, &buffer, &head);
    bytes = PyObject_CallMethodNoArgs(buffer, OU_STR(read));
    OU_HOLD_END(hold);
    Py_DECREF(buffer);
    if (bytes == NULL) {
        return NULL;
    }
    OU_HOLD(hold2, &bytes, &text, &head);
    Py_buffer view;
    if (bytes == Py_None) { /* nothing yet, from a non-blocking stream */
        PyErr_Format(PyExc_TypeError, "a bytes-like object is required, not 'NoneType'");
    }
    else if (PyObject_GetBuffer(bytes, &view, PyBUF_SIMPLE) == 0) {
        text = ou_text_decode(self, view.buf, view.len, true);
        PyBuffer_Release(&view);
    }
    if (text != NULL) {
        head = take(self, -1);
    }
    if (head != NULL) {
        result = PyUnicode_Concat(head, text);
    }
    OU_HOLD_END(hold2);
    Py_DECREF(bytes);
    Py_XDECREF(text);
    Py_XDECREF(head);
    if (result != NULL) {
        ou_text_forget(self);
    }
    return result;
}

static PyObject *
read_some(TextIO *self, Py_ssize_t n)
{
    PyObject *text = take(self, n), *list = NULL, *part = NULL;
    if (text == NULL) {
        return NULL;
    }
    Py_ssize_t left = n - PyUnicode_GET_LENGTH(text);
    if (left == 0) {
        return text;
    }
    int more = 1;
    OU_HOLD(hold, &text, &list, &part);
    while (left > 0 && more > 0) {
        more = text_read_chunk(self, left);
        if (more < 0) {
            if (ou_io_was_interrupted()) {
                more = 1;
                continue;
            }
            break;
        }
        part = more > 0 ? take(self, left) : NULL;
        if (more == 0) {
            break;
        }
        if (part == NULL) {
            more = -1;
            break;
        }
        left -= PyUnicode_GET_LENGTH(part);
        if (PyUnicode_GET_LENGTH(text) == 0 && list == NULL) {
            Py_SETREF(text, part);
            part = NULL;
            continue;
        }
        if (list == NULL && ((list = PyList_New(0)) == NULL || PyList_Append(list, text) < 0)) {
            more = -1;
            break;
        }
        if (PyList_Append(list, part) < 0) {
            more = -1;
            break;
        }
        Py_CLEAR(part);
    }
    if (more >= 0 && list != NULL) {
        Py_SETREF(text, PyUnicode_Join(OU_EMPTY_STR, list));
    }
    OU_HOLD_END(hold);
    Py_XDECREF(part);
    Py_XDECREF(list);
    if (more < 0) {
        Py_CLEAR(text);
    }
    return text;
}

PyObject *
ou_text_read(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
{
    TextIO *self = TEXT(op);
    Py_ssize_t n;
    if (!_PyArg_CheckPositional("read", n_args, 0, 1) || ou_io_size(n_args ? args[0] : NULL, -1, &n) < 0
        || ou_text_check_attached(self) < 0 || ou_text_check_open(self) < 0) {
        return NULL;
    }
    if (!self->can_read) {
        return ou_io_unsupported("not readable");
    }
    if (ou_text_write_pending(self) < 0) {
        return NULL;
    }
    return n < 0 ? read_all(self) : read_some(self, n);
}

/* ---- lines ----------------------------------------------------------------------------------------------------------------- */

/* The next line, of at most `limit` characters if that is not negative; "" at the end.  Refs new. */
static PyObject *
read_line(TextIO *self, Py_ssize_t limit)
{
    if (ou_text_check_open(self) < 0 || ou_text_write_pending(self) < 0) {
        return NULL;
    }
    IoLineEnd line_end = {self->universal && !self->translate, self->readnl};
    PyObject *line = NULL, *chunks = NULL; /* line: the beginning, before what is decoded now */
    Py_ssize_t n_chunked = 0, rest;
    int status = 1;
    OU_HOLD(hold, &line, &chunks);
    for (;;) {
        while (self->decoded == NULL || self->used >= PyUnicode_GET_LENGTH(self->decoded)) {
            status = text_read_chunk(self, 0);
            if (status < 0 && ou_io_was_interrupted()) {
                continue;
            }
            if (status <= 0) {
                break;
            }
        }
        if (status <= 0) {
            if (status == 0) {
                ou_text_forget(self);
            }
            break;
        }
        PyObject *decoded = self->decoded;
        Py_ssize_t start = self->used, stop = PyUnicode_GET_LENGTH(decoded), at;
        bool limited = limit >= 0 && stop - start >= limit - n_chunked;
        if (limited) {
            stop = start + limit - n_chunked;
        }
        if (line != NULL && !line_end.universal && line_end.end[1] != 0 && stop > start
            && PyUnicode_READ_CHAR(line, PyUnicode_GET_LENGTH(line) - 1) == (unsigned char)line_end.end[0]
            && PyUnicode_READ_CHAR(decoded, start) == (unsigned char)line_end.end[1]) {
            at = start + 1; /* the line end fell between two chunks */
        }
        else {
            at = ou_io_find_line((int)PyUnicode_KIND(decoded), PyUnicode_DATA(decoded), start, stop, &line_end, &rest);
        }
        bool complete = at >= 0 || limited;
        PyObject *piece = take(self, (at >= 0 ? at : stop) - start);
        if (piece == NULL) {
            status = -1;
            break;
        }
        n_chunked += PyUnicode_GET_LENGTH(piece);
        if (line != NULL) {
            if ((chunks == NULL && (chunks = PyList_New(0)) == NULL) || PyList_Append(chunks, line) < 0) {
                Py_DECREF(piece);
                status = -1;
                break;
            }
        }
        Py_XSETREF(line, piece);
        if (complete) {
            break;
        }
    }
    if (status >= 0 && chunks != NULL) {
        if (line != NULL && PyList_Append(chunks, line) < 0) {
            status = -1;
        }
        else {
            Py_XSETREF(line, PyUnicode_Join(OU_EMPTY_STR, chunks));
        }
    }
    OU_HOLD_END(hold);
    Py_XDECREF(chunks);
    if (status < 0) {
        Py_XDECREF(line);
        return NULL;
    }
    if (line == NULL && !PyErr_Occurred()) {
        line = Py_NewRef(OU_EMPTY_STR);
    }
    return line;
}

PyObject *
ou_text_readline(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t limit = -1;
    if (!_PyArg_CheckPositional("readline", n_args, 0, 1)) {
        return NULL;
    }
    if (n_args && (limit = PyNumber_AsSsize_t(args[0], PyExc_OverflowError)) == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (ou_text_check_attached(TEXT(op)) < 0) {
        return NULL;
    }
    return read_line(TEXT(op), limit < 0 ? -1 : limit);
}

PyObject *
ou_text_next(PyObject *op)
{
    TextIO *self = TEXT(op);
    PyObject *line;
    if (ou_text_check_attached(self) < 0) {
        return NULL;
    }
    self->telling = false; /* no snapshots: a position inside a loop is not worth their cost */
    if (Py_IS_TYPE(op, &ou_textio_type)) {
        line = read_line(self, -1);
    }
    else {
        line = PyObject_CallMethodNoArgs(op, OU_STR(readline));
        if (line != NULL && !PyUnicode_Check(line)) {
            PyErr_Format(PyExc_OSError, "readline() should have returned a str object, not '%.200s'", Py_TYPE(line)->tp_name);
            Py_CLEAR(line);
        }
    }
    if (line != NULL && PyUnicode_GET_LENGTH(line) == 0) {
        Py_CLEAR(line);
        self->has_snapshot = false;
        Py_CLEAR(self->snapshot);
        self->telling = self->seekable;
    }
    return line;
}
