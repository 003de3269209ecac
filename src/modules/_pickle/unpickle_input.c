/* modules/_pickle/unpickle_input.c - where a pickle's bytes come from: an object's memory, or a file.
 *
 * Invariant  in[in_next .. in_len) was fetched and not consumed.  What was only peeked at is read from the file before
 *            anything else is, so that its position is right when the pickle ends.
 * Source     Library Reference, pickle.Unpickler. */
#include "modules/_pickle/pickle.h"

enum { PREFETCH = 1 << 17, WHOLE_LINE = -1 }; /* bytes to peek at, from CPython 3.11 */

int
ou_unpickle_truncated(Unpickler *self)
{
    PyErr_SetString(self->state->unpickling_error, "pickle data was truncated");
    return -1;
}

int
ou_unpickle_set_input(Unpickler *self, PyObject *data)
{
    PyObject *input;
    const char *bytes;
    Py_ssize_t size;
    if (OU_LIKELY(PyBytes_CheckExact(data))) {
        input = Py_NewRef(data);
        bytes = PyBytes_AS_STRING(data);
        size = PyBytes_GET_SIZE(data);
    }
    else {
        Py_buffer view; /* asked for what it is, so that the error is about that */
        if (PyObject_GetBuffer(data, &view, PyBUF_CONTIG_RO) < 0) {
            return -1;
        }
        PyBuffer_Release(&view);
        if ((input = PyMemoryView_FromObject(data)) == NULL) {
            return -1;
        }
        bytes = PyMemoryView_GET_BUFFER(input)->buf;
        size = PyMemoryView_GET_BUFFER(input)->len;
    }
    PyObject *old = self->input;
    self->input = input;
    self->in = bytes;
    self->in_len = self->in_prefetched = size;
    self->in_next = 0;
    Py_XDECREF(old);
    return 0;
}

/* read(n), or the like: new. */
static PyObject *
call_with_size(PyObject *method, Py_ssize_t n)
{
    PyObject *size = PyLong_FromSsize_t(n), *data = NULL;
    if (size != NULL) {
        data = PyObject_CallOneArg(method, size);
        Py_DECREF(size);
    }
    return data;
}

int
ou_unpickle_skip_consumed(Unpickler *self)
{
    Py_ssize_t consumed = self->in_next - self->in_prefetched;
    if (consumed <= 0) {
        return 0;
    }
    PyObject *data = call_with_size(self->read, consumed);
    if (data == NULL) {
        return -1;
    }
    self->in_prefetched = self->in_next;
    Py_DECREF(data);
    return 0;
}

/* Data of a call as the input.  Returns its bytes, or -1. */
static Py_ssize_t
take_input(Unpickler *self, PyObject *data)
{
    int status = data == NULL ? -1 : ou_unpickle_set_input(self, data);
    Py_XDECREF(data);
    return status < 0 ? -1 : self->in_len;
}

/* Get n bytes or a line from the file, all fetched before being consumed.  Returns the bytes got, or -1. */
static Py_ssize_t
fetch(Unpickler *self, Py_ssize_t n)
{
    if (ou_unpickle_skip_consumed(self) < 0) {
        return -1;
    }
    if (n == WHOLE_LINE) {
        return take_input(self, PyObject_CallNoArgs(self->readline));
    }
    if (self->peek != NULL && n < PREFETCH) {
        PyObject *data = call_with_size(self->peek, PREFETCH);
        if (data != NULL) {
            if (take_input(self, data) < 0) {
                return -1;
            }
            self->in_prefetched = 0;
            if (n <= self->in_len) {
                return n;
            }
        }
        else if (!PyErr_ExceptionMatches(PyExc_NotImplementedError)) {
            return -1;
        }
        else { /* peek() is there for show */
            PyErr_Clear();
            Py_CLEAR(self->peek);
        }
    }
    return take_input(self, call_with_size(self->read, n));
}

const char *
ou_unpickle_read_slow(Unpickler *self, Py_ssize_t n)
{
    if (self->in_next > PY_SSIZE_T_MAX - n) {
        PyErr_SetString(self->state->unpickling_error, "read would overflow (invalid bytecode)");
        return NULL;
    }
    if (self->read == NULL) {
        ou_unpickle_truncated(self);
        return NULL;
    }
    Py_ssize_t got = fetch(self, n); /* what is left of a frame that ends too early is lost, as in CPython */
    if (got >= 0 && got < n) {
        got = ou_unpickle_truncated(self);
    }
    if (got < 0) {
        return NULL;
    }
    self->in_next = n;
    return self->in;
}

const char *
ou_unpickle_line(Unpickler *self, Py_ssize_t *n, Py_ssize_t least)
{
    const char *start = self->in + self->in_next;
    const char *end = self->in_len > self->in_next ? memchr(start, '\n', (size_t)(self->in_len - self->in_next)) : NULL;
    if (end == NULL) {
        Py_ssize_t got = self->read == NULL ? 0 : fetch(self, WHOLE_LINE);
        if (got < 0) {
            return NULL;
        }
        if (got == 0 || self->in[got - 1] != '\n') {
            ou_unpickle_truncated(self);
            return NULL;
        }
        start = self->in;
        end = start + got - 1;
    }
    *n = end - start + 1;
    self->in_next = end + 1 - self->in;
    char *line = PyMem_Realloc(self->line, (size_t)*n + 1);
    if (line == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    memcpy(line, start, (size_t)*n);
    line[*n] = 0;
    self->line = line;
    if (*n < least) {
        ou_unpickle_truncated(self);
        return NULL;
    }
    return line;
}

/* A file without readinto(). */
static int
read_and_copy(Unpickler *self, char *to, Py_ssize_t n)
{
    PyObject *data = call_with_size(self->read, n);
    if (data == NULL) {
        return -1;
    }
    int status = -1;
    if (!PyBytes_Check(data)) {
        PyErr_Format(PyExc_ValueError, "read() returned non-bytes object (%R)", Py_TYPE(data));
    }
    else if (PyBytes_GET_SIZE(data) < n) {
        ou_unpickle_truncated(self);
    }
    else {
        memcpy(to, PyBytes_AS_STRING(data), (size_t)n);
        status = 0;
    }
    Py_DECREF(data);
    return status;
}

/* readinto() of a view that keeps the memory's owner: the file may keep the view. */
static int
read_in_place(Unpickler *self, PyObject *owner, char *to, Py_ssize_t n)
{
    PyObject *view = PyMemoryView_FromObject(owner), *result;
    if (view == NULL) {
        return -1;
    }
    Py_buffer *buffer = PyMemoryView_GET_BUFFER(view);
    buffer->buf = to;
    buffer->len = buffer->shape[0] = n;
    buffer->readonly = 0;
    OU_HOLD(hold, &view);
    result = PyObject_CallOneArg(self->readinto, view);
    OU_HOLD_END(hold);
    Py_DECREF(view);
    if (result == NULL) {
        return -1;
    }
    Py_ssize_t got = PyLong_AsSsize_t(result);
    Py_DECREF(result);
    if (got < 0) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_ValueError, "readinto() returned negative size");
        }
        return -1;
    }
    return got < n ? ou_unpickle_truncated(self) : 0;
}

int
ou_unpickle_read_into(Unpickler *self, PyObject *owner, char *to, Py_ssize_t n)
{
    Py_ssize_t here = Py_MIN(n, self->in_len - self->in_next);
    if (here > 0) {
        memcpy(to, self->in + self->in_next, (size_t)here);
        self->in_next += here;
        to += here;
        n -= here;
    }
    if (n == 0) {
        return 0;
    }
    if (self->read == NULL) {
        return ou_unpickle_truncated(self);
    }
    if (ou_unpickle_skip_consumed(self) < 0) {
        return -1;
    }
    if (self->readinto == NULL) {
        return read_and_copy(self, to, n);
    }
    return read_in_place(self, owner, to, n);
}
