/* modules/_socket/socket.c - module _socket: its parts put together, its constants, the capsule that _ssl asks for.
 *
 * Owns       the classes gaierror and herror (rows of roots.def).
 * Invariant  the capsule's table is static and is filled when the module is made.
 * Not here   the type (socket_object.c, socket_message.c), names and addresses (socket_name.c).
 * Source     Library Reference, socket. */
#include "modules/_socket/socket.h"

#include <linux/can.h>
#include <linux/can/bcm.h>
#include <linux/can/j1939.h>
#include <linux/can/raw.h>
#include <linux/if_alg.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/tipc.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sys/ioctl.h>

static const struct {
    const char *name;
    long value;
} constants[] = {
#define CONSTANT(name) {#name, (long)(name)},
#define NUMBER(name, value) {#name, value},
#include "modules/_socket/socket_constants.def"
};

/* What _ssl reads, by CPython 3.11's layout. */
static struct {
    PyTypeObject *type;
    PyObject *error, *timeout_error;
} capsule_table;

static PyObject *
socket_socketpair(PyObject *module, PyObject *args)
{
    int family = AF_UNIX, type = SOCK_STREAM, proto = 0, fds[2], status;
    if (!PyArg_ParseTuple(args, "|iii:socketpair", &family, &type, &proto)) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS status = socketpair(family, type | SOCK_CLOEXEC, proto, fds);
    Py_END_ALLOW_THREADS if (status < 0)
    {
        return ou_socket_error();
    }
    PyObject *a = ou_socket_new(&ou_socket_type, fds[0], family, type, proto);
    if (a == NULL) {
        close(fds[0]);
    }
    PyObject *b = a == NULL ? NULL : ou_socket_new(&ou_socket_type, fds[1], family, type, proto);
    if (b == NULL) {
        close(fds[1]);
    }
    PyObject *pair = b == NULL ? NULL : PyTuple_Pack(2, a, b);
    Py_XDECREF(a);
    Py_XDECREF(b);
    return pair;
}

static PyObject *
socket_close(PyObject *module, PyObject *arg)
{
    int fd = _PyLong_AsInt(arg), status;
    if (fd == -1 && PyErr_Occurred()) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS status = close(fd);
    Py_END_ALLOW_THREADS return status < 0 && errno != ECONNRESET ? ou_socket_error() : Py_NewRef(Py_None);
}

static PyObject *
socket_dup(PyObject *module, PyObject *arg)
{
    int fd = _PyLong_AsInt(arg);
    if (fd == -1 && PyErr_Occurred()) {
        return NULL;
    }
    int copy = _Py_dup(fd);
    return copy < 0 ? NULL : PyLong_FromLong(copy);
}

static PyObject *
socket_getdefaulttimeout(PyObject *module, PyObject *unused)
{
    return ou_socket_default_timeout < 0 ? Py_NewRef(Py_None)
                                         : PyFloat_FromDouble(_PyTime_AsSecondsDouble(ou_socket_default_timeout));
}

static PyObject *
socket_setdefaulttimeout(PyObject *module, PyObject *arg)
{
    _PyTime_t timeout;
    if (ou_socket_timeout_read(arg, &timeout) < 0) {
        return NULL;
    }
    ou_socket_default_timeout = timeout;
    Py_RETURN_NONE;
}

static PyObject *
control_size(PyObject *args, const char *format, const char *name, bool space)
{
    Py_ssize_t size;
    if (!PyArg_ParseTuple(args, format, &size)) {
        return NULL;
    }
    if (size < 0 || size > INT_MAX - 64) {
        return PyErr_Format(PyExc_OverflowError, "%s() argument out of range", name);
    }
    return PyLong_FromSize_t(space ? CMSG_SPACE((size_t)size) : CMSG_LEN((size_t)size));
}

static PyObject *
socket_cmsg_len(PyObject *module, PyObject *args)
{
    return control_size(args, "n:CMSG_LEN", "CMSG_LEN", false);
}

static PyObject *
socket_cmsg_space(PyObject *module, PyObject *args)
{
    return control_size(args, "n:CMSG_SPACE", "CMSG_SPACE", true);
}

static PyMethodDef socket_methods[] = {
    {"socketpair", socket_socketpair, METH_VARARGS, "socketpair([family[, type [, proto]]]) -> (socket object, socket object)"},
    {"close", socket_close, METH_O, "close(integer)\n\nClose a descriptor of a socket."},
    {"dup", socket_dup, METH_O, "dup(integer) -> integer\n\nA copy of a descriptor."},
    {"getdefaulttimeout", socket_getdefaulttimeout, METH_NOARGS, "getdefaulttimeout() -> timeout"},
    {"setdefaulttimeout", socket_setdefaulttimeout, METH_O, "setdefaulttimeout(timeout)"},
    {"CMSG_LEN", socket_cmsg_len, METH_VARARGS, "CMSG_LEN(length) -> control message length"},
    {"CMSG_SPACE", socket_cmsg_space, METH_VARARGS, "CMSG_SPACE(length) -> buffer size"},
    {NULL},
};

static PyObject *owner; /* borrowed: the newest copy of the module, whose end is that of the classes of errors */

static int
socket_exec(PyObject *module)
{
    owner = module;
    for (size_t i = 0; i < OU_COUNT_OF(constants); i++) {
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) {
            return -1;
        }
    }
    if (ou_socket_herror == NULL) {
        ou_socket_herror = PyErr_NewException("socket.herror", PyExc_OSError, NULL);
    }
    if (ou_socket_gaierror == NULL) {
        ou_socket_gaierror = PyErr_NewException("socket.gaierror", PyExc_OSError, NULL);
    }
    if (ou_socket_herror == NULL || ou_socket_gaierror == NULL || PyModule_AddFunctions(module, ou_socket_name_methods) < 0
        || PyModule_AddObjectRef(module, "herror", ou_socket_herror) < 0
        || PyModule_AddObjectRef(module, "gaierror", ou_socket_gaierror) < 0
        || PyModule_AddObjectRef(module, "error", PyExc_OSError) < 0
        || PyModule_AddObjectRef(module, "timeout", PyExc_TimeoutError) < 0
        || PyModule_AddObjectRef(module, "socket", (PyObject *)&ou_socket_type) < 0
        || PyModule_AddObjectRef(module, "SocketType", (PyObject *)&ou_socket_type) < 0
        || PyModule_AddObjectRef(module, "has_ipv6", Py_True) < 0
        || PyModule_AddStringConstant(module, "BDADDR_ANY", "00:00:00:00:00:00") < 0
        || PyModule_AddStringConstant(module, "BDADDR_LOCAL", "00:00:00:FF:FF:FF") < 0) {
        return -1;
    }
    capsule_table.type = &ou_socket_type;
    capsule_table.error = PyExc_OSError;
    capsule_table.timeout_error = PyExc_TimeoutError;
    PyObject *capsule = PyCapsule_New(&capsule_table, "_socket.CAPI", NULL);
    int status = capsule == NULL ? -1 : PyModule_AddObjectRef(module, "CAPI", capsule);
    Py_XDECREF(capsule);
    return status;
}

static void
socket_free(void *module)
{
    if (module == owner) {
        owner = NULL;
        Py_CLEAR(ou_socket_gaierror);
        Py_CLEAR(ou_socket_herror);
    }
}

static PyModuleDef_Slot socket_slots[] = {{Py_mod_exec, socket_exec}, {0, NULL}};

static PyModuleDef socket_module = {
    PyModuleDef_HEAD_INIT,       .m_name = "_socket",     .m_doc = "The system's sockets; programs use module socket.",
    .m_methods = socket_methods, .m_slots = socket_slots, .m_free = socket_free,
};

PyMODINIT_FUNC
PyInit__socket(void)
{
    return PyModuleDef_Init(&socket_module);
}
