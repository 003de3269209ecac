/* modules/_io/io_buffered_write.c - writing through a buffer; BufferedWriter and BufferedRandom.
 *
 * Invariant  what was accepted is either pending or with the raw stream, in order; what was not is told by BlockingIOError.
 * Not here   io_buffered.h names the rest. */
#include "modules/_io/io_buffered.h"

/* BlockingIOError: only `written` bytes were accepted. */
static int
would_block(Py_ssize_t written)
{
    PyObject *error =
        PyObject_CallFunction(PyExc_BlockingIOError, "isn", EAGAIN, "write could not complete without blocking", written);
    if (error != NULL) {
        PyErr_SetObject(PyExc_BlockingIOError, error);
        Py_DECREF(error);
    }
    return -1;
}

/* Write pending bytes until none is left, or there is to be a wait.  Returns 0, IO_WOULD_BLOCK or IO_ERROR. */
static int
push_pending(Buffered *self)
{
    Py_ssize_t done = 0, n = 0;
    while (done < self->n_pending) {
        n = ou_buffered_raw_write(self, self->buf + done, self->n_pending - done);
        if (n < 0) {
            break;
        }
        done += n;
        if (PyErr_CheckSignals() < 0) { /* a full pipe may have been the reason for a short write */
            n = IO_ERROR;
            break;
        }
    }
    if (done > 0) {
        memmove(self->buf, self->buf + done, (size_t)(self->n_pending - done));
        self->n_pending -= done;
    }
    return n < 0 ? (int)n : 0;
}

int
ou_buffered_write_pending(Buffered *self)
{
    int status = push_pending(self);
    return status == IO_WOULD_BLOCK ? would_block(0) : status;
}

/* Keep as many bytes as fit; the rest is refused. */
static int
keep_some(Buffered *self, const char *from, Py_ssize_t n, Py_ssize_t before)
{
    Py_ssize_t room = self->size - self->n_pending, kept = Py_MIN(room, n);
    memcpy(self->buf + self->n_pending, from, (size_t)kept);
    self->n_pending += kept;
    return kept == n ? 0 : would_block(before + kept);
}

/* The stream is entered.  RE-ENTRANT. */
static int
write_entered(Buffered *self, const char *from, Py_ssize_t n)
{
    if (self->end > 0 && ou_buffered_rewind(self) < 0) {
        return -1;
    }
    if (ou_buffered_need(self) < 0) {
        return -1;
    }
    if (n <= self->size - self->n_pending) {
        memcpy(self->buf + self->n_pending, from, (size_t)n);
        self->n_pending += n;
        return 0;
    }
    int status = push_pending(self);
    if (status == IO_ERROR) {
        return -1;
    }
    if (status == IO_WOULD_BLOCK) {
        return keep_some(self, from, n, 0);
    }
    Py_ssize_t done = 0;
    while (n - done > self->size) {
        Py_ssize_t r = ou_buffered_raw_write(self, from + done, n - done);
        if (r == IO_ERROR) {
            return -1;
        }
        if (r == IO_WOULD_BLOCK) {
            return keep_some(self, from + done, n - done, done);
        }
        done += r;
        if (PyErr_CheckSignals() < 0) {
            return -1;
        }
    }
    memcpy(self->buf, from + done, (size_t)(n - done));
    self->n_pending = n - done;
    return 0;
}

int
ou_buffered_write(PyObject *op, const char *data, Py_ssize_t size)
{
    Buffered *self = BUFFERED(op);
    if (ou_buffered_check_ok(self) < 0 || ou_buffered_enter(self) < 0) {
        return -1;
    }
    int status = ou_buffered_check_open(self, "write to closed file"); /* another thread may have closed it meanwhile */
    if (status == 0) {
        status = write_entered(self, data, size);
    }
    ou_buffered_leave(self);
    return status;
}

PyObject *
ou_buffered_method_write(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    if (ou_io_bytes_arg(arg, &view) < 0) {
        return NULL;
    }
    Py_ssize_t n = view.len;
    int status = ou_buffered_write(self, view.buf, n);
    PyBuffer_Release(&view);
    return status < 0 ? NULL : PyLong_FromSsize_t(n);
}

int
ou_buffered_flush(PyObject *op)
{
    Buffered *self = BUFFERED(op);
    if (ou_buffered_check_ok(self) < 0 || ou_buffered_check_open(self, "flush of closed file") < 0) {
        return -1;
    }
    if (self->n_pending == 0 && self->end == 0 && self->owner == 0) {
        return 0;
    }
    if (ou_buffered_enter(self) < 0) {
        return -1;
    }
    int status = ou_buffered_flush_and_rewind(self);
    ou_buffered_leave(self);
    return status;
}

PyObject *
ou_buffered_method_flush(PyObject *self, PyObject *ignored)
{
    if (ou_buffered_flush(self) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* ---- the types ------------------------------------------------------------------------------------------------------------- */

static PyMethodDef writer_methods[] = {OU_BUFFERED_METHODS, OU_BUFFERED_WRITE_METHODS, {NULL}};
static PyMethodDef random_methods[] = {OU_BUFFERED_METHODS, OU_BUFFERED_READ_METHODS, OU_BUFFERED_WRITE_METHODS, {NULL}};

PyTypeObject ou_buffered_writer_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0) OU_BUFFERED_SLOTS("BufferedWriter", "A buffer for writing before a raw stream."),
    .tp_methods = writer_methods,
};

PyTypeObject ou_buffered_random_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0) OU_BUFFERED_SLOTS("BufferedRandom", "A buffer before a raw stream with positions."),
    .tp_iternext = ou_buffered_next,
    .tp_methods = random_methods,
};
