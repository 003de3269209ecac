/* modules/select/select.c - module select: select() itself, and what the three ways of waiting share.
 *
 * Invariant  a wait that a signal interrupts goes on for the time that is left (PEP 475).
 * Not here   poll objects (poll.c), epoll objects (epoll.c).
 * Source     Library Reference, select; select(2). */
#include "modules/select/select.h"
#include "object/hold.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

/* ---- time ------------------------------------------------------------------------------------------------------- */

int
ou_wait_start(OuWait *wait, PyObject *arg, bool milliseconds, bool negative_is_forever, const char *wanted)
{
    *wait = (OuWait){.forever = true};
    if (arg == NULL || arg == Py_None) {
        return 0;
    }
    int status = milliseconds ? _PyTime_FromMillisecondsObject(&wait->left, arg, _PyTime_ROUND_TIMEOUT)
                              : _PyTime_FromSecondsObject(&wait->left, arg, _PyTime_ROUND_TIMEOUT);
    if (status < 0) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_SetString(PyExc_TypeError, wanted);
        }
        return -1;
    }
    if (wait->left < 0 && !negative_is_forever) {
        PyErr_SetString(PyExc_ValueError, "timeout must be non-negative");
        return -1;
    }
    wait->forever = wait->left < 0;
    wait->deadline = wait->forever ? 0 : _PyDeadline_Init(wait->left);
    return 0;
}

int
ou_wait_again(OuWait *wait)
{
    if (PyErr_CheckSignals() < 0) {
        return -1;
    }
    if (!wait->forever) {
        wait->left = _PyDeadline_Get(wait->deadline);
        return wait->left >= 0;
    }
    return 1;
}

int
ou_wait_milliseconds(const OuWait *wait)
{
    _PyTime_t ms = wait->forever ? -1 : _PyTime_AsMilliseconds(wait->left, _PyTime_ROUND_CEILING);
    if (ms > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError, "timeout is too large");
        return -2;
    }
    return (int)ms;
}

/* ---- select() --------------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject *objects; /* a list: as given */
    int n, fds[FD_SETSIZE];
    fd_set asked, set;
} Watched;

/* Refs  objects is new even where -1 is returned.  RE-ENTRANT: fileno() of each object is called. */
static int
watched_fill(Watched *w, PyObject *sequence, int *highest)
{
    PyObject *fast = PySequence_Fast(sequence, "arguments 1-3 must be sequences");
    if (fast == NULL) {
        return -1;
    }
    OU_HOLD(hold, &fast);
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(fast); i++) {
        PyObject *object = PySequence_Fast_GET_ITEM(fast, i); /* the list w->objects keeps it while fileno() runs */
        if (PyList_Append(w->objects, object) < 0) {
            goto failed;
        }
        int fd = PyObject_AsFileDescriptor(object);
        if (fd < 0) {
            goto failed;
        }
        if (fd >= FD_SETSIZE) {
            PyErr_SetString(PyExc_ValueError, "filedescriptor out of range in select()");
            goto failed;
        }
        if (w->n == FD_SETSIZE) {
            PyErr_SetString(PyExc_ValueError, "too many file descriptors in select()");
            goto failed;
        }
        w->fds[w->n++] = fd;
        FD_SET(fd, &w->asked);
        *highest = fd > *highest ? fd : *highest;
    }
    OU_HOLD_END(hold);
    Py_DECREF(fast);
    return 0;
failed:
    OU_HOLD_END(hold);
    Py_DECREF(fast);
    return -1;
}

/* A new list of the objects that are ready. */
static PyObject *
watched_ready(const Watched *w)
{
    PyObject *ready = PyList_New(0);
    for (int i = 0; ready != NULL && i < w->n; i++) {
        if (FD_ISSET(w->fds[i], &w->set) && PyList_Append(ready, PyList_GET_ITEM(w->objects, i)) < 0) {
            Py_CLEAR(ready);
        }
    }
    return ready;
}

/* Returns  0, or -1 with an exception.  RE-ENTRANT. */
static int
wait_for(Watched w[3], int highest, OuWait *wait)
{
    for (;;) {
        struct timeval left;
        for (int i = 0; i < 3; i++) {
            w[i].set = w[i].asked;
        }
        if (!wait->forever) {
            _PyTime_AsTimeval_clamp(wait->left, &left, _PyTime_ROUND_CEILING);
        }
        int n;
        Py_BEGIN_ALLOW_THREADS errno = 0;
        n = select(highest + 1, &w[0].set, &w[1].set, &w[2].set, wait->forever ? NULL : &left);
        Py_END_ALLOW_THREADS if (n >= 0)
        {
            return 0;
        }
        if (errno != EINTR) {
            PyErr_SetFromErrno(PyExc_OSError);
            return -1;
        }
        int again = ou_wait_again(wait);
        if (again <= 0) {
            for (int i = 0; i < 3; i++) {
                FD_ZERO(&w[i].set);
            }
            return again;
        }
    }
}

static PyObject *
select_select(PyObject *module, PyObject *args)
{
    PyObject *given[3], *timeout = Py_None, *result = NULL, *ready[3] = {NULL, NULL, NULL};
    OuWait wait;
    if (!PyArg_UnpackTuple(args, "select", 3, 4, &given[0], &given[1], &given[2], &timeout)
        || ou_wait_start(&wait, timeout, false, false, "timeout must be a float or None") < 0) {
        return NULL;
    }
    Watched *w = PyMem_Calloc(3, sizeof *w);
    if (w == NULL) {
        return PyErr_NoMemory();
    }
    int highest = -1, i = 0;
    OU_HOLD(hold, &w[0].objects, &w[1].objects, &w[2].objects);
    while (i < 3 && (w[i].objects = PyList_New(0)) != NULL && watched_fill(&w[i], given[i], &highest) == 0) {
        i++;
    }
    if (i == 3 && wait_for(w, highest, &wait) == 0) {
        for (i = 0; i < 3 && (ready[i] = watched_ready(&w[i])) != NULL; i++) {
        }
        result = i == 3 ? PyTuple_Pack(3, ready[0], ready[1], ready[2]) : NULL;
    }
    OU_HOLD_END(hold);
    for (i = 0; i < 3; i++) {
        Py_XDECREF(ready[i]);
        Py_CLEAR(w[i].objects);
    }
    PyMem_Free(w);
    return result;
}

/* ---- the module ------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    long value;
} constants[] = {
#define ROW(name) {#name, (long)name},
    ROW(PIPE_BUF) ROW(POLLIN) ROW(POLLPRI) ROW(POLLOUT) ROW(POLLERR) ROW(POLLHUP) ROW(POLLNVAL) ROW(POLLRDNORM) ROW(POLLRDBAND)
        ROW(POLLWRNORM) ROW(POLLWRBAND) ROW(POLLMSG) ROW(POLLRDHUP) ROW(EPOLLIN) ROW(EPOLLOUT) ROW(EPOLLPRI) ROW(EPOLLERR)
            ROW(EPOLLHUP) ROW(EPOLLRDHUP) ROW(EPOLLONESHOT) ROW(EPOLLEXCLUSIVE) ROW(EPOLLRDNORM) ROW(EPOLLRDBAND)
                ROW(EPOLLWRNORM) ROW(EPOLLWRBAND) ROW(EPOLLMSG) ROW(EPOLL_CLOEXEC)
#undef ROW
                    {"EPOLLET", 0x80000000L}, /* the header's is negative where int has 32 bits */
};

static PyMethodDef select_methods[] = {
    {"select", select_select, METH_VARARGS,
     "select($module, rlist, wlist, xlist, timeout=None, /)\n--\n\nWait until some are ready: to be read, to be written, or "
     "with "
     "an exceptional condition.\n\nThe three lists hold descriptors or objects with a method fileno().  Three lists of those "
     "that "
     "are ready."},
    {"poll", ou_poll_new, METH_NOARGS, "poll($module, /)\n--\n\nA poll object, with which descriptors can be registered."},
    {NULL},
};

static int
select_exec(PyObject *module)
{
    for (size_t i = 0; i < OU_COUNT_OF(constants); i++) {
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) {
            return -1;
        }
    }
    return PyModule_AddObjectRef(module, "error", PyExc_OSError) < 0 ? -1 : PyModule_AddType(module, &ou_epoll_type);
}

static PyModuleDef_Slot select_slots[] = {{Py_mod_exec, select_exec}, {0, NULL}};

static PyModuleDef select_module = {
    PyModuleDef_HEAD_INIT,       .m_name = "select",      .m_doc = "Waiting for several descriptors at once.",
    .m_methods = select_methods, .m_slots = select_slots,
};

PyMODINIT_FUNC
PyInit_select(void)
{
    return PyModuleDef_Init(&select_module);
}
