/* modules/_socket/socket_object.c - the type _socket.socket.
 *
 * Owns       a socket its descriptor, until close() or detach().
 * Invariant  with a timeout of 0 or more the descriptor itself never blocks: waiting is poll()'s affair. A buffer that the system
 *            reads or fills is exported meanwhile.
 * Not here   addresses (socket_name.c); messages with ancillary data (socket_message.c).
 * Source     Library Reference, socket; POSIX.1-2017. */
#include <structmember.h>

#include <poll.h>
#include <sys/ioctl.h>

#include "modules/_socket/socket_call.h"

_PyTime_t ou_socket_default_timeout = -1;

int
ou_socket_timeout_read(PyObject *arg, _PyTime_t *out)
{
    if (arg == Py_None) {
        *out = -1;
        return 0;
    }
    if (_PyTime_FromSecondsObject(out, arg, _PyTime_ROUND_TIMEOUT) < 0) {
        return -1;
    }
    if (*out < 0) {
        PyErr_SetString(PyExc_ValueError, "Timeout value out of range");
        return -1;
    }
    if (_PyTime_AsMilliseconds(*out, _PyTime_ROUND_TIMEOUT) > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError, "timeout doesn't fit into C timeval");
        return -1;
    }
    return 0;
}

/* Wait until the descriptor is ready, or an absolute time has come.  Returns 0, 1 too late, -1 with errno. */
static int
wait_ready(int fd, bool writing, _PyTime_t deadline)
{
    struct pollfd poll_fd = {.fd = fd, .events = writing ? POLLOUT : POLLIN};
    _PyTime_t left = _PyDeadline_Get(deadline);
    if (fd < 0 || left < 0) {
        return fd >= 0; /* closed: the call itself will say so */
    }
    int n;
    Py_BEGIN_ALLOW_THREADS n = poll(&poll_fd, 1, (int)_PyTime_AsMilliseconds(left, _PyTime_ROUND_CEILING));
    Py_END_ALLOW_THREADS return n < 0 ? -1 : n == 0;
}

/* See socket_call.h. */
int
ou_socket_call(Socket *s, bool writing, bool wait_first, _PyTime_t timeout, OuSocketCall call, void *arg, int *error)
{
    _PyTime_t deadline = timeout > 0 ? _PyDeadline_Init(timeout) : 0;
    for (;;) {
        if (timeout > 0 && wait_first) {
            int late = wait_ready(s->fd, writing, deadline);
            if (late > 0) {
                if (error != NULL) {
                    *error = EWOULDBLOCK;
                }
                else {
                    PyErr_SetString(PyExc_TimeoutError, "timed out");
                }
                return -1;
            }
            if (late < 0) {
                if (errno != EINTR) {
                    goto failed;
                }
                if (PyErr_CheckSignals() < 0) {
                    goto raised;
                }
                continue;
            }
        }
        wait_first = true;
        bool done;
        int code;
        do {
            Py_BEGIN_ALLOW_THREADS done = call(s, arg);
            code = errno;
            Py_END_ALLOW_THREADS if (done)
            {
                return 0;
            }
            if (code == EINTR && PyErr_CheckSignals() < 0) {
                goto raised;
            }
        } while (code == EINTR);
        errno = code;
        if (timeout > 0 && (code == EWOULDBLOCK || code == EAGAIN)) {
            continue; /* another was faster */
        }
        break;
    }
failed:
    if (error != NULL) {
        *error = errno;
    }
    else {
        s->error();
    }
    return -1;
raised:
    if (error != NULL) {
        *error = -1;
    }
    return -1;
}

/* ---- life -------------------------------------------------------------------------------------------------- */

static int
set_blocking(Socket *s, bool blocking)
{
    int on = !blocking;
    if (ioctl(s->fd, FIONBIO, &on) < 0) {
        ou_socket_error();
        return -1;
    }
    return 0;
}

static int
socket_start(Socket *s, int fd, int family, int type, int proto)
{
    s->fd = fd;
    s->family = family;
    s->type = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    s->proto = proto;
    s->error = ou_socket_error;
    s->timeout = type & SOCK_NONBLOCK ? 0 : ou_socket_default_timeout;
    return s->timeout >= 0 && !(type & SOCK_NONBLOCK) ? set_blocking(s, false) : 0;
}

static PyObject *
socket_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Socket *s = (Socket *)type->tp_alloc(type, 0);
    if (s != NULL) {
        s->fd = -1;
        s->timeout = -1;
        s->error = ou_socket_error;
    }
    return (PyObject *)s;
}

PyObject *
ou_socket_new(PyTypeObject *type, int fd, int family, int kind, int proto)
{
    Socket *s = (Socket *)socket_new(type, NULL, NULL);
    if (s != NULL && socket_start(s, fd, family, kind, proto) < 0) {
        s->fd = -1;
        Py_CLEAR(s);
    }
    return (PyObject *)s;
}

/* What kind of socket a given descriptor is, where the caller left it open.  Returns 0, or -1 with an error set. */
static int
identify(int fd, int *family, int *type, int *proto)
{
    Address address = {0};
    socklen_t size = sizeof address, int_size = sizeof(int);
    if (getsockname(fd, &address.any, &size) < 0) {
        if (*family == -1 || errno == EBADF || errno == ENOTSOCK) {
            ou_socket_error();
            return -1;
        }
    }
    else if (*family == -1) {
        *family = address.any.sa_family;
    }
    if ((*type == -1 && getsockopt(fd, SOL_SOCKET, SO_TYPE, type, &int_size) < 0)
        || (*proto == -1 && getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, proto, &int_size) < 0)) {
        ou_socket_error();
        return -1;
    }
    return 0;
}

static int
socket_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"family", "type", "proto", "fileno", NULL};
    int family = -1, type = -1, proto = -1, fd;
    PyObject *given = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|iiiO:socket", names, &family, &type, &proto, &given)
        || PySys_Audit("socket.__new__", "Oiii", self, family, type, proto) < 0) {
        return -1;
    }
    if (given != NULL && given != Py_None) {
        fd = PyFloat_Check(given) ? (PyErr_SetString(PyExc_TypeError, "integer argument expected, got float"), -1)
                                  : _PyLong_AsInt(given);
        if (fd == -1 && PyErr_Occurred()) {
            return -1;
        }
        if (fd < 0) {
            PyErr_SetString(PyExc_ValueError, "negative file descriptor");
            return -1;
        }
        if (identify(fd, &family, &type, &proto) < 0) {
            return -1;
        }
        return socket_start((Socket *)self, fd, family, type, proto);
    }
    family = family == -1 ? AF_INET : family;
    type = type == -1 ? SOCK_STREAM : type;
    proto = proto == -1 ? 0 : proto;
    Py_BEGIN_ALLOW_THREADS fd = socket(family, type | SOCK_CLOEXEC, proto);
    Py_END_ALLOW_THREADS if (fd < 0)
    {
        ou_socket_error();
        return -1;
    }
    if (socket_start((Socket *)self, fd, family, type, proto) < 0) {
        ((Socket *)self)->fd = -1;
        close(fd);
        return -1;
    }
    return 0;
}

/* An open socket that dies warns, and is closed.  RE-ENTRANT. */
static void
socket_finalize(PyObject *self)
{
    Socket *s = (Socket *)self;
    if (s->fd < 0) {
        return;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (PyErr_ResourceWarning(self, 1, "unclosed %R", self) < 0 && PyErr_ExceptionMatches(PyExc_Warning)) {
        PyErr_WriteUnraisable(self);
    }
    int fd = s->fd;
    s->fd = -1;
    Py_BEGIN_ALLOW_THREADS close(fd);
    Py_END_ALLOW_THREADS PyErr_Restore(type, value, traceback);
}

static void
socket_dealloc(PyObject *self)
{
    if (PyObject_CallFinalizerFromDealloc(self) == 0) {
        Py_TYPE(self)->tp_free(self);
    }
}

static PyObject *
socket_repr(PyObject *self)
{
    Socket *s = (Socket *)self;
    return PyUnicode_FromFormat("<socket object, fd=%ld, family=%d, type=%d, proto=%d>", (long)s->fd, s->family, s->type,
                                s->proto);
}

static PyObject *
socket_close(PyObject *self, PyObject *unused)
{
    int fd = ((Socket *)self)->fd, status = 0;
    if (fd >= 0) {
        ((Socket *)self)->fd = -1; /* first: another thread must not use it */
        Py_BEGIN_ALLOW_THREADS status = close(fd);
        Py_END_ALLOW_THREADS
    }
    return status < 0 && errno != ECONNRESET ? ou_socket_error() : Py_NewRef(Py_None);
}

static PyObject *
socket_detach(PyObject *self, PyObject *unused)
{
    int fd = ((Socket *)self)->fd;
    ((Socket *)self)->fd = -1;
    return PyLong_FromLong(fd);
}

static PyObject *
socket_fileno(PyObject *self, PyObject *unused)
{
    return PyLong_FromLong(((Socket *)self)->fd);
}

/* ---- connections ------------------------------------------------------------------------------------------- */

typedef struct {
    Address address;
    socklen_t size;
    int fd;
} AddressCall;

static bool
call_accept(Socket *s, void *arg)
{
    AddressCall *c = arg;
    c->size = sizeof c->address;
    c->fd = accept4(s->fd, &c->address.any, &c->size, SOCK_CLOEXEC);
    return c->fd >= 0;
}

static PyObject *
socket_accept(PyObject *self, PyObject *unused)
{
    AddressCall c = {.fd = -1};
    if (ou_socket_call((Socket *)self, false, true, ((Socket *)self)->timeout, call_accept, &c, NULL) < 0) {
        return NULL;
    }
    PyObject *address = ou_socket_address_new(&c.address, c.size), *number = address ? PyLong_FromLong(c.fd) : NULL;
    PyObject *pair = number == NULL ? NULL : PyTuple_Pack(2, number, address);
    Py_XDECREF(number);
    Py_XDECREF(address);
    if (pair == NULL) {
        close(c.fd);
    }
    return pair;
}

static bool
call_connected(Socket *s, void *arg)
{
    int error;
    socklen_t size = sizeof error;
    if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) {
        return false;
    }
    errno = error;
    return error == 0 || error == EISCONN;
}

/* Connect.  With raise: -1 with an exception; else the errno, or -1 with a signal handler's exception. */
static int
do_connect(Socket *s, const Address *address, socklen_t size, bool raise)
{
    int status, error = 0;
    Py_BEGIN_ALLOW_THREADS status = connect(s->fd, &address->any, size);
    Py_END_ALLOW_THREADS if (status == 0)
    {
        return 0;
    }
    error = errno;
    if (error == EINTR && PyErr_CheckSignals() < 0) {
        return -1;
    }
    /* Under way: wait for the end, however long a blocking socket may. */
    if ((error == EINTR && s->timeout != 0) || (error == EINPROGRESS && s->timeout > 0)) {
        _PyTime_t forever = (_PyTime_t)INT_MAX * 1000000;
        _PyTime_t timeout = s->timeout > 0 ? s->timeout : forever;
        int failed = ou_socket_call(s, true, true, timeout, call_connected, NULL, raise ? NULL : &error);
        return failed < 0 ? (raise ? -1 : error) : 0;
    }
    if (raise) {
        errno = error;
        s->error();
        return -1;
    }
    return error;
}

static PyObject *
socket_connect(PyObject *self, PyObject *arg)
{
    Address address;
    socklen_t size;
    if (ou_socket_address_read((Socket *)self, arg, &address, &size, "connect") < 0
        || PySys_Audit("socket.connect", "OO", self, arg) < 0 || do_connect((Socket *)self, &address, size, true) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
socket_connect_ex(PyObject *self, PyObject *arg)
{
    Address address;
    socklen_t size;
    if (ou_socket_address_read((Socket *)self, arg, &address, &size, "connect_ex") < 0
        || PySys_Audit("socket.connect", "OO", self, arg) < 0) {
        return NULL;
    }
    int error = do_connect((Socket *)self, &address, size, false);
    return error < 0 ? NULL : PyLong_FromLong(error);
}

static PyObject *
socket_bind(PyObject *self, PyObject *arg)
{
    Address address;
    socklen_t size;
    if (ou_socket_address_read((Socket *)self, arg, &address, &size, "bind") < 0
        || PySys_Audit("socket.bind", "OO", self, arg) < 0) {
        return NULL;
    }
    int status;
    Py_BEGIN_ALLOW_THREADS status = bind(((Socket *)self)->fd, &address.any, size);
    Py_END_ALLOW_THREADS return status < 0 ? ((Socket *)self)->error() : Py_NewRef(Py_None);
}

static PyObject *
socket_listen(PyObject *self, PyObject *args)
{
    int backlog = Py_MIN(SOMAXCONN, 128);
    if (!PyArg_ParseTuple(args, "|i:listen", &backlog)) {
        return NULL;
    }
    return listen(((Socket *)self)->fd, Py_MAX(backlog, 0)) < 0 ? ((Socket *)self)->error() : Py_NewRef(Py_None);
}

static PyObject *
socket_shutdown(PyObject *self, PyObject *arg)
{
    int how = _PyLong_AsInt(arg);
    if (how == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return shutdown(((Socket *)self)->fd, how) < 0 ? ((Socket *)self)->error() : Py_NewRef(Py_None);
}

static PyObject *
address_of(PyObject *self, int (*get)(int, struct sockaddr *, socklen_t *))
{
    Address address = {0};
    socklen_t size = sizeof address;
    return get(((Socket *)self)->fd, &address.any, &size) < 0 ? ((Socket *)self)->error()
                                                              : ou_socket_address_new(&address, size);
}

static PyObject *
socket_getsockname(PyObject *self, PyObject *unused)
{
    return address_of(self, (int (*)(int, struct sockaddr *, socklen_t *))getsockname);
}

static PyObject *
socket_getpeername(PyObject *self, PyObject *unused)
{
    return address_of(self, (int (*)(int, struct sockaddr *, socklen_t *))getpeername);
}

/* ---- options ----------------------------------------------------------------------------------------------- */

static PyObject *
socket_getsockopt(PyObject *self, PyObject *args)
{
    int level, option, size = 0;
    if (!PyArg_ParseTuple(args, "ii|i:getsockopt", &level, &option, &size)) {
        return NULL;
    }
    if (size == 0) {
        int value = 0;
        socklen_t value_size = sizeof value;
        return getsockopt(((Socket *)self)->fd, level, option, &value, &value_size) < 0 ? ((Socket *)self)->error()
                                                                                        : PyLong_FromLong(value);
    }
    char room[1024];
    socklen_t room_size = (socklen_t)size;
    if (size < 0 || size > (int)sizeof room) {
        return PyErr_Format(PyExc_OSError, "getsockopt buflen out of range");
    }
    return getsockopt(((Socket *)self)->fd, level, option, room, &room_size) < 0
             ? ((Socket *)self)->error()
             : PyBytes_FromStringAndSize(room, (Py_ssize_t)room_size);
}

static PyObject *
socket_setsockopt(PyObject *self, PyObject *args)
{
    int fd = ((Socket *)self)->fd, level, option, number, status;
    unsigned size;
    PyObject *none;
    Py_buffer view;
    if (PyArg_ParseTuple(args, "iii:setsockopt", &level, &option, &number)) {
        status = setsockopt(fd, level, option, &number, sizeof number);
    }
    else if (PyErr_Clear(), PyArg_ParseTuple(args, "iiO!I:setsockopt", &level, &option, Py_TYPE(Py_None), &none, &size)) {
        status = setsockopt(fd, level, option, NULL, size);
    }
    else if (PyErr_Clear(), PyArg_ParseTuple(args, "iiy*:setsockopt", &level, &option, &view)) {
        status = setsockopt(fd, level, option, view.buf, (socklen_t)view.len);
        PyBuffer_Release(&view);
    }
    else {
        return NULL;
    }
    return status < 0 ? ((Socket *)self)->error() : Py_NewRef(Py_None);
}

static PyObject *
socket_settimeout(PyObject *self, PyObject *arg)
{
    _PyTime_t timeout;
    if (ou_socket_timeout_read(arg, &timeout) < 0 || set_blocking((Socket *)self, timeout < 0) < 0) {
        return NULL;
    }
    ((Socket *)self)->timeout = timeout;
    Py_RETURN_NONE;
}

static PyObject *
socket_gettimeout(PyObject *self, void *unused)
{
    _PyTime_t timeout = ((Socket *)self)->timeout;
    return timeout < 0 ? Py_NewRef(Py_None) : PyFloat_FromDouble(_PyTime_AsSecondsDouble(timeout));
}

static PyObject *
socket_setblocking(PyObject *self, PyObject *arg)
{
    int blocking = PyObject_IsTrue(arg);
    if (blocking < 0 || set_blocking((Socket *)self, blocking) < 0) {
        return NULL;
    }
    ((Socket *)self)->timeout = blocking ? -1 : 0;
    Py_RETURN_NONE;
}

static PyObject *
socket_getblocking(PyObject *self, PyObject *unused)
{
    return PyBool_FromLong(((Socket *)self)->timeout != 0);
}

/* ---- the type ---------------------------------------------------------------------------------------------- */

static PyMethodDef socket_methods[] = {
    {"_accept", socket_accept, METH_NOARGS, "_accept() -> (integer, address info)\n\nWait for a connection."},
    {"bind", socket_bind, METH_O, "bind(address)\n\nGive the socket a name."},
    {"close", socket_close, METH_NOARGS, "close()\n\nClose the socket: it can't be used any more."},
    {"connect", socket_connect, METH_O, "connect(address)\n\nConnect to the address."},
    {"connect_ex", socket_connect_ex, METH_O, "connect_ex(address) -> errno\n\nThe same, but an error is returned."},
    {"detach", socket_detach, METH_NOARGS, "detach()\n\nClose the object, but not the descriptor, which is returned."},
    {"fileno", socket_fileno, METH_NOARGS, "fileno() -> integer"},
    {"getpeername", socket_getpeername, METH_NOARGS, "getpeername() -> address info"},
    {"getsockname", socket_getsockname, METH_NOARGS, "getsockname() -> address info"},
    {"getsockopt", socket_getsockopt, METH_VARARGS, "getsockopt(level, option[, buffersize]) -> value"},
    {"setsockopt", socket_setsockopt, METH_VARARGS, "setsockopt(level, option, value: int | buffer | None[, optlen: int])"},
    {"listen", socket_listen, METH_VARARGS, "listen([backlog])\n\nLet others connect."},
    {"shutdown", socket_shutdown, METH_O, "shutdown(flag)\n\nEnd reading, writing or both."},
    {"setblocking", socket_setblocking, METH_O, "setblocking(flag)"},
    {"getblocking", socket_getblocking, METH_NOARGS, "getblocking()"},
    {"settimeout", socket_settimeout, METH_O, "settimeout(timeout)"},
    {"gettimeout", (PyCFunction)(void (*)(void))socket_gettimeout, METH_NOARGS, "gettimeout() -> timeout"},
    {"recv", ou_socket_recv, METH_VARARGS, "recv(buffersize[, flags]) -> data"},
    {"recv_into", (PyCFunction)(void (*)(void))ou_socket_recv_into, METH_VARARGS | METH_KEYWORDS,
     "recv_into(buffer, [nbytes[, flags]]) -> nbytes_read"},
    {"recvfrom", ou_socket_recvfrom, METH_VARARGS, "recvfrom(buffersize[, flags]) -> (data, address info)"},
    {"recvfrom_into", (PyCFunction)(void (*)(void))ou_socket_recvfrom_into, METH_VARARGS | METH_KEYWORDS,
     "recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)"},
    {"recvmsg", ou_socket_recvmsg, METH_VARARGS,
     "recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)"},
    {"recvmsg_into", ou_socket_recvmsg_into, METH_VARARGS,
     "recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)"},
    {"send", ou_socket_send, METH_VARARGS, "send(data[, flags]) -> count"},
    {"sendall", ou_socket_sendall, METH_VARARGS, "sendall(data[, flags])"},
    {"sendto", ou_socket_sendto, METH_VARARGS, "sendto(data[, flags], address) -> count"},
    {"sendmsg", ou_socket_sendmsg, METH_VARARGS, "sendmsg(buffers[, ancdata[, flags[, address]]]) -> count"},
    {NULL},
};

static PyMemberDef socket_members[] = {
    {"family", T_INT, offsetof(Socket, family), READONLY, "the socket family"},
    {"type", T_INT, offsetof(Socket, type), READONLY, "the socket type"},
    {"proto", T_INT, offsetof(Socket, proto), READONLY, "the socket protocol"},
    {NULL},
};

static PyGetSetDef socket_getset[] = {
    {"timeout", socket_gettimeout, NULL, "the socket timeout", NULL},
    {NULL},
};

PyTypeObject ou_socket_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_socket.socket",
    .tp_basicsize = sizeof(Socket),
    .tp_dealloc = socket_dealloc,
    .tp_repr = socket_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\n\nOne end of a connection.",
    .tp_methods = socket_methods,
    .tp_members = socket_members,
    .tp_getset = socket_getset,
    .tp_init = socket_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = socket_new,
    .tp_free = PyObject_Free,
    .tp_finalize = socket_finalize,
};
