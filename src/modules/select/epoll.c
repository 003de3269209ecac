/* modules/select/epoll.c - epoll objects: a set of watched descriptors that the kernel keeps.
 *
 * Owns       the descriptor of the set; -1 once closed.
 * Source     Library Reference, Edge and Level Trigger Polling (epoll) Objects; epoll(7). */
#include "modules/select/select.h"
#include "object/args.h"
#include "object/hold.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

typedef struct {
    PyObject_HEAD
    int fd;
} Epoll;

/* The descriptor, or -1 with ValueError if it is closed. */
static int
open_fd(PyObject *self)
{
    int fd = ((Epoll *)self)->fd;
    if (fd < 0) {
        PyErr_SetString(PyExc_ValueError, "I/O operation on closed epoll object");
    }
    return fd;
}

/* Refs  takes fd: a failure closes it. */
static PyObject *
epoll_of(PyTypeObject *type, int fd)
{
    Epoll *self = (Epoll *)type->tp_alloc(type, 0);
    if (self == NULL) {
        close(fd);
        return NULL;
    }
    self->fd = fd;
    return (PyObject *)self;
}

static PyObject *
epoll_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"sizehint", "flags", NULL};
    int size = -1, flags = 0, fd;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|ii:epoll", names, &size, &flags)) {
        return NULL;
    }
    if (size != -1 && size <= 0) {
        PyErr_SetString(PyExc_ValueError, "negative sizehint");
        return NULL;
    }
    if (flags != 0 && flags != EPOLL_CLOEXEC) {
        PyErr_SetString(PyExc_OSError, "invalid flags");
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS fd = epoll_create1(EPOLL_CLOEXEC);
    Py_END_ALLOW_THREADS return fd < 0 ? PyErr_SetFromErrno(PyExc_OSError) : epoll_of(type, fd);
}

static PyObject *
epoll_fromfd(PyObject *type, PyObject *arg)
{
    int fd = _PyLong_AsInt(arg);
    return fd == -1 && PyErr_Occurred() ? NULL : epoll_of((PyTypeObject *)type, fd);
}

/* Returns 0, or -1 with errno set. */
static int
epoll_shut(Epoll *self)
{
    int fd = self->fd, status = 0;
    if (fd >= 0) {
        self->fd = -1; /* first: another thread may close it too */
        Py_BEGIN_ALLOW_THREADS status = close(fd);
        Py_END_ALLOW_THREADS
    }
    return status;
}

static void
epoll_dealloc(PyObject *self)
{
    (void)epoll_shut((Epoll *)self);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *
epoll_close(PyObject *self, PyObject *ignored)
{
    return epoll_shut((Epoll *)self) < 0 ? PyErr_SetFromErrno(PyExc_OSError) : Py_NewRef(Py_None);
}

static PyObject *
epoll_fileno(PyObject *self, PyObject *ignored)
{
    int fd = open_fd(self);
    return fd < 0 ? NULL : PyLong_FromLong(fd);
}

static PyObject *
epoll_get_closed(PyObject *self, void *closure)
{
    return PyBool_FromLong(((Epoll *)self)->fd < 0);
}

/* One change of the set.  RE-ENTRANT: fileno() of the file is called. */
static PyObject *
control(PyObject *self, int operation, PyObject *file, PyObject *mask)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLPRI | EPOLLOUT};
    if (mask != NULL) {
        event.events = (uint32_t)PyLong_AsUnsignedLongMask(mask);
        if (PyErr_Occurred()) {
            return NULL;
        }
    }
    int set = open_fd(self), fd, status;
    if (set < 0 || (fd = PyObject_AsFileDescriptor(file)) < 0) {
        return NULL;
    }
    event.data.fd = fd;
    Py_BEGIN_ALLOW_THREADS status = epoll_ctl(set, operation, fd, &event);
    Py_END_ALLOW_THREADS return status < 0 ? PyErr_SetFromErrno(PyExc_OSError) : Py_NewRef(Py_None);
}

static PyObject *
epoll_register(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *kwnames)
{
    static const OuParams params = {"register", {"fd", "eventmask"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    return ou_args_parse(&params, args, (size_t)n, kwnames, v) < 0 ? NULL : control(self, EPOLL_CTL_ADD, v[0], v[1]);
}

static PyObject *
epoll_modify(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *kwnames)
{
    static const OuParams params = {"modify", {"fd", "eventmask"}, .n_positional = 2, .n_required = 2, .n_all = 2};
    PyObject *v[2];
    return ou_args_parse(&params, args, (size_t)n, kwnames, v) < 0 ? NULL : control(self, EPOLL_CTL_MOD, v[0], v[1]);
}

static PyObject *
epoll_unregister(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *kwnames)
{
    static const OuParams params = {"unregister", {"fd"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    return ou_args_parse(&params, args, (size_t)n, kwnames, v) < 0 ? NULL : control(self, EPOLL_CTL_DEL, v[0], NULL);
}

/* Returns how many events came, or -1.  RE-ENTRANT. */
static int
wait_for(int set, struct epoll_event *events, int n_max, OuWait *wait)
{
    for (;;) {
        int n, ms = ou_wait_milliseconds(wait);
        if (ms < -1) {
            return -1;
        }
        Py_BEGIN_ALLOW_THREADS errno = 0;
        n = epoll_wait(set, events, n_max, ms);
        Py_END_ALLOW_THREADS if (n >= 0)
        {
            return n;
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
epoll_poll(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"poll", {"timeout", "maxevents"}, .n_positional = 2, .n_all = 2};
    PyObject *v[2], *result = NULL;
    int n_max = -1, set;
    OuWait wait;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0
        || (v[1] != NULL && (n_max = _PyLong_AsInt(v[1])) == -1 && PyErr_Occurred()) || (set = open_fd(self)) < 0
        || ou_wait_start(&wait, v[0], false, true, "timeout must be an integer or None") < 0) {
        return NULL;
    }
    if (n_max == -1) {
        n_max = FD_SETSIZE - 1; /* from CPython 3.11 */
    }
    else if (n_max < 1) {
        return PyErr_Format(PyExc_ValueError, "maxevents must be greater than 0, got %d", n_max);
    }
    size_t bytes;
    struct epoll_event *events = ou_size_mul((size_t)n_max, sizeof *events, &bytes) ? NULL : PyMem_Malloc(bytes);
    if (events == NULL) {
        return PyErr_NoMemory();
    }
    int n = wait_for(set, events, n_max, &wait);
    if (n >= 0 && (result = PyList_New(n)) != NULL) {
        for (int i = 0; result != NULL && i < n; i++) {
            PyObject *pair = Py_BuildValue("iI", events[i].data.fd, events[i].events);
            if (pair == NULL) {
                Py_CLEAR(result);
            }
            else {
                PyList_SET_ITEM(result, i, pair);
            }
        }
    }
    PyMem_Free(events);
    return result;
}

static PyObject *
epoll_enter(PyObject *self, PyObject *ignored)
{
    return open_fd(self) < 0 ? NULL : Py_NewRef(self);
}

static PyObject *
epoll_exit(PyObject *self, PyObject *args)
{
    PyObject *ignored[3];
    return PyArg_UnpackTuple(args, "__exit__", 0, 3, &ignored[0], &ignored[1], &ignored[2]) ? epoll_close(self, NULL) : NULL;
}

#define METHOD(name) \
    {                \
#name, (PyCFunction)(void *)epoll_##name, METH_FASTCALL | METH_KEYWORDS,
static PyMethodDef epoll_methods[] =
    {{"fromfd", epoll_fromfd, METH_O | METH_CLASS, "fromfd($type, fd, /)\n--\n\nAn epoll object of a descriptor."},
     {"close", epoll_close, METH_NOARGS, "close($self, /)\n--\n\nClose the set's descriptor."},
     {"fileno", epoll_fileno, METH_NOARGS, "fileno($self, /)\n--\n\nThe set's descriptor."},
     METHOD(modify) "modify($self, /, fd, eventmask)\n--\n\nWatch a registered descriptor for other events."},
                   METHOD(register) "register($self, /, fd,\n         eventmask=select.EPOLLIN | select.EPOLLPRI | "
                                    "select.EPOLLOUT)\n--\n\nWatch a descriptor."
}
, METHOD(unregister) "unregister($self, /, fd)\n--\n\nWatch a descriptor no longer."
}
, METHOD(poll) "poll($self, /, timeout=None, maxevents=-1)\n--\n\nWait, at most so many seconds.  A list of (descriptor, "
               "events)."
}
, {"__enter__", epoll_enter, METH_NOARGS, "__enter__($self, /)\n--\n\n"},
    {"__exit__", epoll_exit, METH_VARARGS, "__exit__($self, exc_type=None, exc_value=None, exc_tb=None, /)\n--\n\n"}, {NULL},
}
;
#undef METHOD

static PyGetSetDef epoll_getset[] = {{"closed", epoll_get_closed, NULL, "Is the set closed?", NULL}, {NULL}};

PyTypeObject ou_epoll_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "select.epoll",
    .tp_basicsize = sizeof(Epoll),
    .tp_dealloc = epoll_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "select.epoll(sizehint=-1, flags=0)\n\nA set of descriptors that the kernel watches.  Both arguments are without "
              "effect.",
    .tp_methods = epoll_methods,
    .tp_getset = epoll_getset,
    .tp_new = epoll_new,
};
