/* modules/_io/io_buffered_read.c - reading through a buffer; BufferedReader.
 *
 * Invariant  the raw stream is asked only when the read-ahead is used up, and pending bytes are written first.
 * Not here   io_buffered.h names the rest. */
#include "modules/_io/io_buffered.h"

/* Nothing is ahead any more: read as much as the buffer takes.  As raw_read.  RE-ENTRANT. */
static Py_ssize_t
fill(Buffered *self)
{
    self->pos = self->end = 0;
    if (ou_buffered_need(self) < 0) {
        return IO_ERROR;
    }
    Py_ssize_t n = ou_buffered_raw_read(self, self->buf, self->size);
    if (n > 0) {
        self->end = n;
    }
    return n;
}

/* Before reading: what a BufferedRandom has pending goes out. */
static int
settle(Buffered *self)
{
    return self->n_pending > 0 ? ou_buffered_write_pending(self) : 0;
}

/* Move up to n bytes of read-ahead. */
static Py_ssize_t
take(Buffered *self, char *to, Py_ssize_t n)
{
    n = Py_MIN(n, ou_buffered_ahead(self));
    if (n > 0) {
        memcpy(to, self->buf + self->pos, (size_t)n);
        self->pos += n;
    }
    return n;
}

/* Read n bytes, as many as there are before the end or a wait.  Returns their number, IO_WOULD_BLOCK if there were none
 * yet, IO_ERROR.  The stream is entered.  RE-ENTRANT. */
static Py_ssize_t
read_many(Buffered *self, char *to, Py_ssize_t n)
{
    Py_ssize_t got = take(self, to, n);
    if (got == n) {
        return got;
    }
    if (settle(self) < 0) {
        return IO_ERROR;
    }
    self->pos = self->end = 0;
    while (got < n) {
        Py_ssize_t left = n - got, whole = left - left % self->size, r;
        if (whole > 0) {
            r = ou_buffered_raw_read(self, to + got, whole); /* full blocks pass by the buffer */
        }
        else {
            r = fill(self);
        }
        if (r == IO_ERROR) {
            return IO_ERROR;
        }
        if (r <= 0) {
            return got > 0 || r == 0 ? got : IO_WOULD_BLOCK;
        }
        got += whole > 0 ? r : take(self, to + got, left);
    }
    return got;
}

/* Bytes that were allocated n long, of which `got` were filled; taken.  None if there was to be a wait. */
static PyObject *
finish(PyObject *bytes, Py_ssize_t n, Py_ssize_t got)
{
    if (got < 0) {
        Py_DECREF(bytes);
        return got == IO_WOULD_BLOCK ? Py_NewRef(Py_None) : NULL;
    }
    if (got != n) {
        (void)_PyBytes_Resize(&bytes, got); /* NULL if it fails */
    }
    return bytes;
}

/* All that is left, through raw.readall() or many raw.read().  The stream is entered.  RE-ENTRANT. */
static PyObject *
read_all(Buffered *self)
{
    Py_ssize_t ahead = ou_buffered_ahead(self);
    PyObject *head = NULL, *tail = NULL, *method = NULL, *result = NULL;
    if (ahead > 0) {
        head = PyBytes_FromStringAndSize(self->buf + self->pos, ahead);
        if (head == NULL) {
            return NULL;
        }
    }
    self->pos = self->end = 0;
    OU_HOLD(hold, &head, &tail, &method);
    self->raw_pos = -1;
    if (settle(self) < 0) {
        goto done;
    }
    if (ou_io_is_plain(self->raw, &ou_fileio_type)) {
        tail = ou_fileio_readall(self->raw, NULL);
    }
    else if (_PyObject_LookupAttr(self->raw, OU_STR(readall), &method) < 0) {
        goto done;
    }
    else if (method != NULL) {
        tail = PyObject_CallNoArgs(method);
        if (tail != NULL && tail != Py_None && !PyBytes_Check(tail)) {
            PyErr_SetString(PyExc_TypeError, "readall() should return bytes");
            Py_CLEAR(tail);
        }
    }
    else {
        OuByteSink all = {NULL, 0, 0};
        bool failed = false, end = false, any = false;
        while (!end) {
            PyObject *part = PyObject_CallMethodNoArgs(self->raw, OU_STR(read));
            if (part != NULL && part != Py_None && !PyBytes_Check(part)) {
                PyErr_SetString(PyExc_TypeError, "read() should return bytes");
                Py_CLEAR(part);
            }
            failed = part == NULL;
            end = failed || part == Py_None || PyBytes_GET_SIZE(part) == 0;
            any |= !failed && part != Py_None;
            if (!end && ou_byte_sink_write(&all, PyBytes_AS_STRING(part), (size_t)PyBytes_GET_SIZE(part)) < 0) {
                failed = end = true;
            }
            Py_XDECREF(part);
        }
        tail = ou_byte_sink_finish(&all, failed);
        if (tail != NULL && !any) {
            Py_SETREF(tail, Py_NewRef(Py_None));
        }
    }
    if (tail == NULL) {
        goto done;
    }
    if (head == NULL) {
        result = Py_NewRef(tail);
    }
    else if (tail == Py_None) {
        result = Py_NewRef(head);
    }
    else {
        PyBytes_Concat(&head, tail);
        result = head;
        head = NULL;
    }
done:
    OU_HOLD_END(hold);
    Py_XDECREF(head);
    Py_XDECREF(tail);
    Py_XDECREF(method);
    return result;
}

PyObject *
ou_buffered_method_read(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
{
    Buffered *self = BUFFERED(op);
    Py_ssize_t n;
    if (!_PyArg_CheckPositional("read", n_args, 0, 1) || ou_io_size(n_args ? args[0] : NULL, -1, &n) < 0
        || ou_buffered_check_ok(self) < 0) {
        return NULL;
    }
    if (n < -1) {
        PyErr_SetString(PyExc_ValueError, "read length must be non-negative or -1");
        return NULL;
    }
    if (ou_buffered_check_open(self, "read of closed file") < 0) {
        return NULL;
    }
    if (n >= 0 && n <= ou_buffered_ahead(self) && self->owner == 0) {
        PyObject *bytes = PyBytes_FromStringAndSize(n > 0 ? self->buf + self->pos : "", n);
        if (bytes != NULL) {
            self->pos += n;
        }
        return bytes;
    }
    PyObject *result = n < 0 ? NULL : PyBytes_FromStringAndSize(NULL, n);
    if ((n >= 0 && result == NULL) || ou_buffered_enter(self) < 0) {
        Py_XDECREF(result);
        return NULL;
    }
    if (n < 0) {
        result = read_all(self);
    }
    else {
        OU_HOLD(hold, &result);
        Py_ssize_t got = read_many(self, PyBytes_AS_STRING(result), n);
        OU_HOLD_END(hold);
        result = finish(result, n, got);
    }
    ou_buffered_leave(self);
    return result;
}

PyObject *
ou_buffered_read1(PyObject *op, Py_ssize_t n)
{
    Buffered *self = BUFFERED(op);
    if (ou_buffered_check_ok(self) < 0 || ou_buffered_check_open(self, "read of closed file") < 0) {
        return NULL;
    }
    n = n < 0 ? self->size : n;
    if (n == 0) {
        return PyBytes_FromStringAndSize(NULL, 0);
    }
    if (ou_buffered_enter(self) < 0) {
        return NULL;
    }
    PyObject *result = NULL;
    Py_ssize_t ahead = ou_buffered_ahead(self);
    if (ahead > 0) {
        n = Py_MIN(n, ahead);
        result = PyBytes_FromStringAndSize(self->buf + self->pos, n);
        self->pos += result != NULL ? n : 0;
    }
    else if (settle(self) == 0 && (result = PyBytes_FromStringAndSize(NULL, n)) != NULL) {
        self->pos = self->end = 0;
        OU_HOLD(hold, &result);
        Py_ssize_t got = ou_buffered_raw_read(self, PyBytes_AS_STRING(result), n);
        OU_HOLD_END(hold);
        result = finish(result, n, got == IO_WOULD_BLOCK ? 0 : got);
    }
    ou_buffered_leave(self);
    return result;
}

PyObject *
ou_buffered_method_read1(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t n = -1;
    if (!_PyArg_CheckPositional("read1", n_args, 0, 1)) {
        return NULL;
    }
    if (n_args && (n = PyNumber_AsSsize_t(args[0], PyExc_OverflowError)) == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return ou_buffered_read1(self, n);
}

/* once: at most one raw read. */
static PyObject *
readinto(PyObject *op, PyObject *arg, bool once)
{
    Buffered *self = BUFFERED(op);
    Py_buffer view;
    if (ou_io_writable_arg(arg, &view, once ? "readinto1" : "readinto") < 0) {
        return NULL;
    }
    Py_ssize_t got = IO_ERROR;
    if (ou_buffered_check_ok(self) == 0 && ou_buffered_check_open(self, "readinto of closed file") == 0
        && ou_buffered_enter(self) == 0) {
        got = take(self, view.buf, view.len);
        if (got < view.len && !(once && got > 0)) {
            if (!once) {
                Py_ssize_t more = read_many(self, (char *)view.buf + got, view.len - got);
                got = more == IO_ERROR ? IO_ERROR : more == IO_WOULD_BLOCK ? (got > 0 ? got : IO_WOULD_BLOCK) : got + more;
            }
            else if (settle(self) < 0) {
                got = IO_ERROR;
            }
            else if (view.len > self->size) {
                self->pos = self->end = 0;
                got = ou_buffered_raw_read(self, view.buf, view.len);
            }
            else {
                got = fill(self);
                got = got > 0 ? take(self, view.buf, view.len) : got;
            }
        }
        ou_buffered_leave(self);
    }
    PyBuffer_Release(&view);
    return got >= 0 ? PyLong_FromSsize_t(got) : got == IO_WOULD_BLOCK ? Py_NewRef(Py_None) : NULL;
}

PyObject *
ou_buffered_method_readinto(PyObject *self, PyObject *arg)
{
    return readinto(self, arg, false);
}

PyObject *
ou_buffered_method_readinto1(PyObject *self, PyObject *arg)
{
    return readinto(self, arg, true);
}

PyObject *
ou_buffered_method_peek(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
{
    Buffered *self = BUFFERED(op);
    Py_ssize_t n = 0;
    if (!_PyArg_CheckPositional("peek", n_args, 0, 1)) {
        return NULL;
    }
    if (n_args && (n = PyNumber_AsSsize_t(args[0], PyExc_OverflowError)) == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (ou_buffered_check_ok(self) < 0 || ou_buffered_check_open(self, "peek of closed file") < 0
        || ou_buffered_enter(self) < 0) {
        return NULL;
    }
    PyObject *bytes = NULL;
    if (settle(self) == 0 && (ou_buffered_ahead(self) > 0 || fill(self) != IO_ERROR)) {
        Py_ssize_t ahead = ou_buffered_ahead(self);
        bytes = PyBytes_FromStringAndSize(ahead > 0 ? self->buf + self->pos : "", ahead);
    }
    ou_buffered_leave(self);
    return bytes;
}

/* ---- lines --------------------------------------------------------------------------------------------------------------- */

static PyObject *
read_line(Buffered *self, Py_ssize_t limit)
{
    if (ou_buffered_check_open(self, "readline of closed file") < 0) {
        return NULL;
    }
    Py_ssize_t n = ou_buffered_ahead(self);
    if (limit >= 0 && n > limit) {
        n = limit;
    }
    const char *start = self->buf + self->pos, *newline = n > 0 ? memchr(start, '\n', (size_t)n) : NULL;
    if ((newline != NULL || n == limit) && self->owner == 0) {
        n = newline != NULL ? newline - start + 1 : n;
        PyObject *line = PyBytes_FromStringAndSize(n > 0 ? start : "", n);
        self->pos += line != NULL ? n : 0;
        return line;
    }
    if (ou_buffered_enter(self) < 0) {
        return NULL;
    }
    OuByteSink line = {NULL, 0, 0};
    bool failed = settle(self) < 0;
    while (!failed) {
        n = ou_buffered_ahead(self);
        if (n == 0) {
            if (limit == 0) {
                break;
            }
            Py_ssize_t r = fill(self);
            if (r <= 0) { /* the end, or a wait: what there is */
                failed = r == IO_ERROR;
                break;
            }
            n = r;
        }
        n = limit >= 0 ? Py_MIN(n, limit) : n;
        start = self->buf + self->pos;
        newline = n > 0 ? memchr(start, '\n', (size_t)n) : NULL;
        n = newline != NULL ? newline - start + 1 : n;
        if (ou_byte_sink_write(&line, start, (size_t)n) < 0) {
            failed = true;
            break;
        }
        self->pos += n;
        limit -= limit >= 0 ? n : 0;
        if (newline != NULL || limit == 0) {
            break;
        }
    }
    ou_buffered_leave(self);
    return ou_byte_sink_finish(&line, failed);
}

PyObject *
ou_buffered_readline(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t limit;
    if (!_PyArg_CheckPositional("readline", n_args, 0, 1) || ou_io_size(n_args ? args[0] : NULL, -1, &limit) < 0
        || ou_buffered_check_ok(BUFFERED(self)) < 0) {
        return NULL;
    }
    return read_line(BUFFERED(self), limit < 0 ? -1 : limit);
}

PyObject *
ou_buffered_next(PyObject *self)
{
    PyObject *line;
    if (ou_buffered_check_ok(BUFFERED(self)) < 0) {
        return NULL;
    }
    if (Py_TYPE(self) == &ou_buffered_reader_type || Py_TYPE(self) == &ou_buffered_random_type) {
        line = read_line(BUFFERED(self), -1);
    }
    else {
        line = PyObject_CallMethodNoArgs(self, OU_STR(readline));
        if (line != NULL && !PyBytes_Check(line)) {
            PyErr_Format(PyExc_OSError, "readline() should have returned a bytes object, not '%.200s'", Py_TYPE(line)->tp_name);
            Py_CLEAR(line);
        }
    }
    if (line != NULL && PyBytes_GET_SIZE(line) == 0) {
        Py_CLEAR(line);
    }
    return line;
}

static PyMethodDef reader_methods[] = {
    OU_BUFFERED_METHODS,
    OU_BUFFERED_READ_METHODS,
    {"flush", ou_buffered_method_simple_flush, METH_NOARGS, "Flush the raw stream."},
    {NULL},
};

PyTypeObject ou_buffered_reader_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0) OU_BUFFERED_SLOTS("BufferedReader", "A buffer for reading before a raw stream."),
    .tp_iternext = ou_buffered_next,
    .tp_methods = reader_methods,
};
