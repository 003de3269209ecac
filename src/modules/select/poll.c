/* modules/select/poll.c - poll objects: descriptors, and the events that are waited for.
 *
 * Owns       the rows, in the order in which they were registered.
 * Invariant  a row's events change only outside poll(): who registers while another thread waits changes the next wait, for
 *            poll() works on a copy.
 * Source     Library Reference, Polling Objects; poll(2). */
#include "modules/select/select.h"
#include "object/hold.h"

#include <errno.h>
#include <poll.h>

typedef struct {
    PyObject_HEAD
    struct pollfd *rows; /* PyMem_Malloc'ed, cap of them */
    Py_ssize_t n, cap;
    bool polling;
} Poll;

PyObject *
ou_poll_new(PyObject *module, PyObject *ignored)
{
    Poll *self = PyObject_New(Poll, &ou_poll_type);
    if (self != NULL) {
        self->rows = NULL;
        self->n = self->cap = 0;
        self->polling = false;
    }
    return (PyObject *)self;
}

static void
poll_dealloc(PyObject *self)
{
    PyMem_Free(((Poll *)self)->rows);
    PyObject_Free(self);
}

static struct pollfd *
find(const Poll *self, int fd)
{
    for (Py_ssize_t i = 0; i < self->n; i++) {
        if (self->rows[i].fd == fd) {
            return &self->rows[i];
        }
    }
    return NULL;
}

/* Room for one row more. */
static int
reserve_one(Poll *self)
{
    if (self->n < self->cap) {
        return 0;
    }
    Py_ssize_t cap = self->cap ? 2 * self->cap : 8;
    size_t bytes;
    struct pollfd *rows = ou_size_mul((size_t)cap, sizeof *rows, &bytes) ? NULL : PyMem_Realloc(self->rows, bytes);
    if (rows == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->rows = rows;
    self->cap = cap;
    return 0;
}

static PyObject *
poll_register(PyObject *op, PyObject *args)
{
    Poll *self = (Poll *)op;
    PyObject *file, *mask = NULL;
    unsigned short events = POLLIN | POLLPRI | POLLOUT;
    if (!PyArg_UnpackTuple(args, "register", 1, 2, &file, &mask)
        || (mask != NULL && !_PyLong_UnsignedShort_Converter(mask, &events))) {
        return NULL;
    }
    int fd = PyObject_AsFileDescriptor(file);
    if (fd < 0) {
        return NULL;
    }
    struct pollfd *row = find(self, fd);
    if (row == NULL) {
        if (reserve_one(self) < 0) {
            return NULL;
        }
        row = &self->rows[self->n++];
        row->fd = fd;
    }
    row->events = (short)events;
    Py_RETURN_NONE;
}

static PyObject *
poll_modify(PyObject *op, PyObject *args)
{
    PyObject *file, *mask;
    unsigned short events;
    if (!PyArg_UnpackTuple(args, "modify", 2, 2, &file, &mask) || !_PyLong_UnsignedShort_Converter(mask, &events)) {
        return NULL;
    }
    int fd = PyObject_AsFileDescriptor(file);
    if (fd < 0) {
        return NULL;
    }
    struct pollfd *row = find((Poll *)op, fd);
    if (row == NULL) {
        errno = ENOENT;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    row->events = (short)events;
    Py_RETURN_NONE;
}

static PyObject *
poll_unregister(PyObject *op, PyObject *file)
{
    Poll *self = (Poll *)op;
    int fd = PyObject_AsFileDescriptor(file);
    if (fd < 0) {
        return NULL;
    }
    struct pollfd *row = find(self, fd);
    if (row == NULL) {
        PyObject *key = PyLong_FromLong(fd);
        _PyErr_SetKeyError(key);
        Py_XDECREF(key);
        return NULL;
    }
    memmove(row, row + 1, (size_t)(&self->rows[--self->n] - row) * sizeof *row);
    Py_RETURN_NONE;
}

/* Wait on n rows.  Returns how many have events, or -1.  RE-ENTRANT. */
static int
wait_for(struct pollfd *rows, Py_ssize_t n, OuWait *wait)
{
    for (;;) {
        int ready, ms = ou_wait_milliseconds(wait);
        if (ms < -1) {
            return -1;
        }
        Py_BEGIN_ALLOW_THREADS errno = 0;
        ready = poll(rows, (nfds_t)n, ms);
        Py_END_ALLOW_THREADS if (ready >= 0)
        {
            return ready;
        }
        if (errno != EINTR) {
            PyErr_SetFromErrno(PyExc_OSError);
            return -1;
        }
        int again = ou_wait_again(wait);
        if (again <= 0) {
            return again;
        }
    }
}

static PyObject *
poll_poll(PyObject *op, PyObject *args)
{
    Poll *self = (Poll *)op;
    PyObject *timeout = NULL, *result = NULL;
    OuWait wait;
    if (!PyArg_UnpackTuple(args, "poll", 0, 1, &timeout)
        || ou_wait_start(&wait, timeout, true, true, "timeout must be an integer or None") < 0) {
        return NULL;
    }
    if (self->polling) {
        PyErr_SetString(PyExc_RuntimeError, "concurrent poll() invocation");
        return NULL;
    }
    Py_ssize_t n = self->n;
    size_t bytes = (size_t)n * sizeof *self->rows; /* the rows have as many */
    struct pollfd *rows = PyMem_Malloc(bytes);
    if (rows == NULL) {
        return PyErr_NoMemory();
    }
    if (n > 0) {
        memcpy(rows, self->rows, bytes);
    }
    self->polling = true;
    int ready = wait_for(rows, n, &wait);
    self->polling = false;
    if (ready >= 0 && (result = PyList_New(0)) != NULL) {
        for (Py_ssize_t i = 0; result != NULL && i < n; i++) {
            /* CPython gives POLLIN and its like as unsigned numbers of 16 bits. */
            PyObject *pair = rows[i].revents ? Py_BuildValue("ii", rows[i].fd, rows[i].revents & 0xffff) : NULL;
            if (rows[i].revents && (pair == NULL || PyList_Append(result, pair) < 0)) {
                Py_CLEAR(result);
            }
            Py_XDECREF(pair);
        }
    }
    PyMem_Free(rows);
    return result;
}

static PyMethodDef poll_methods[] = {
    {"register", poll_register, METH_VARARGS,
     "register($self, fd,\n         eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)\n--\n\nWatch a descriptor, "
     "or watch it for other events."},
    {"modify", poll_modify, METH_VARARGS,
     "modify($self, fd, eventmask, /)\n--\n\nWatch a registered descriptor for other events."},
    {"unregister", poll_unregister, METH_O, "unregister($self, fd, /)\n--\n\nWatch a descriptor no longer."},
    {"poll", poll_poll, METH_VARARGS,
     "poll($self, timeout=None, /)\n--\n\nWait, at most so many milliseconds.  A list of (descriptor, events)."},
    {NULL},
};

PyTypeObject ou_poll_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "select.poll",
    .tp_basicsize = sizeof(Poll),
    .tp_dealloc = poll_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_methods = poll_methods,
};
