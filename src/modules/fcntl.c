/* modules/fcntl.c - module fcntl: control of descriptors: fcntl, ioctl, flock, lockf.
 *
 * Invariant  the kernel writes into buffers of 1,024 bytes on the C stack, or into an argument's exported buffer.
 * Source     Library Reference, fcntl; fcntl(2), ioctl(2), flock(2). */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>

#include "object/hold.h"

enum { ROOM = 1024 }; /* bytes of a structure argument; from CPython 3.11 */

static const struct {
    const char *name;
    long value;
} constants[] = {
#define ROW(name) {#name, (long)name},
    ROW(LOCK_SH) ROW(LOCK_EX) ROW(LOCK_NB) ROW(LOCK_UN) ROW(LOCK_MAND) ROW(LOCK_READ) ROW(LOCK_WRITE) ROW(LOCK_RW) ROW(F_DUPFD)
        ROW(F_DUPFD_CLOEXEC) ROW(F_GETFD) ROW(F_SETFD) ROW(F_GETFL) ROW(F_SETFL) ROW(F_GETLK) ROW(F_SETLK) ROW(F_SETLKW)
            ROW(F_OFD_GETLK) ROW(F_OFD_SETLK) ROW(F_OFD_SETLKW) ROW(F_GETOWN) ROW(F_SETOWN) ROW(F_GETSIG) ROW(F_SETSIG)
                ROW(F_RDLCK) ROW(F_WRLCK) ROW(F_UNLCK) ROW(F_EXLCK) ROW(F_SHLCK) ROW(F_GETLK64) ROW(F_SETLK64) ROW(F_SETLKW64)
                    ROW(FASYNC) ROW(F_SETLEASE) ROW(F_GETLEASE) ROW(F_NOTIFY) ROW(F_SETPIPE_SZ) ROW(F_GETPIPE_SZ) ROW(DN_ACCESS)
                        ROW(DN_MODIFY) ROW(DN_CREATE) ROW(DN_DELETE) ROW(DN_RENAME) ROW(DN_ATTRIB) ROW(FD_CLOEXEC)
                            ROW(F_ADD_SEALS) ROW(F_GET_SEALS) ROW(F_SEAL_SEAL) ROW(F_SEAL_SHRINK) ROW(F_SEAL_GROW)
                                ROW(F_SEAL_WRITE)
#undef ROW
                                    {"DN_MULTISHOT", 0x80000000L},
};

/* status = call, made again when a signal came between (and its handler did not raise). */
#define CALL(status, call)                       \
    do {                                         \
        Py_BEGIN_ALLOW_THREADS(status) = (call); \
        Py_END_ALLOW_THREADS                     \
    } while ((status) == -1 && errno == EINTR && PyErr_CheckSignals() == 0)

static PyObject *
system_error(void)
{
    return PyErr_Occurred() ? NULL : PyErr_SetFromErrno(PyExc_OSError);
}

/* For PyArg_ParseTuple: an int, or what fileno() says.  RE-ENTRANT. */
static int
descriptor(PyObject *arg, void *fd)
{
    return (*(int *)fd = PyObject_AsFileDescriptor(arg)) >= 0;
}

static PyObject *
fcntl_fcntl(PyObject *module, PyObject *args)
{
    int fd, command, status;
    unsigned argument = 0;
    PyObject *given = NULL;
    if (!PyArg_ParseTuple(args, "O&i|O:fcntl", descriptor, &fd, &command, &given)
        || PySys_Audit("fcntl.fcntl", "iiO", fd, command, given ? given : Py_None) < 0) {
        return NULL;
    }
    if (given != NULL && !PyIndex_Check(given) && (PyUnicode_Check(given) || PyObject_CheckBuffer(given))) {
        char room[ROOM];
        Py_buffer view;
        if (!PyArg_Parse(given, "s*", &view)) {
            return NULL;
        }
        Py_ssize_t size = view.len;
        if (size > ROOM) {
            PyBuffer_Release(&view);
            PyErr_SetString(PyExc_ValueError, "fcntl string arg too long");
            return NULL;
        }
        memcpy(room, view.buf, (size_t)size);
        PyBuffer_Release(&view);
        CALL(status, fcntl(fd, command, room));
        return status < 0 ? system_error() : PyBytes_FromStringAndSize(room, size);
    }
    if (given != NULL) {
        argument = (unsigned)PyLong_AsUnsignedLongMask(given);
        if (PyErr_Occurred()) {
            return NULL;
        }
    }
    CALL(status, fcntl(fd, command, (int)argument));
    return status < 0 ? system_error() : PyLong_FromLong(status);
}

/* ioctl on a buffer: in place if it can be written to and may be, else on a copy that is returned. */
static PyObject *
ioctl_buffer(int fd, unsigned request, PyObject *given, bool in_place)
{
    char room[ROOM + 1];
    Py_buffer view;
    int status;
    bool writable = PyArg_Parse(given, "w*", &view);
    if (!writable) {
        PyErr_Clear();
        if (!PyArg_Parse(given, "s*", &view)) {
            return NULL;
        }
    }
    Py_ssize_t size = view.len;
    bool direct = writable && in_place && size > ROOM;
    if (size > ROOM && !direct) {
        PyBuffer_Release(&view);
        PyErr_SetString(PyExc_ValueError, "ioctl string arg too long");
        return NULL;
    }
    if (direct) {
        CALL(status, ioctl(fd, request, view.buf));
    }
    else {
        memcpy(room, view.buf, (size_t)size);
        room[size] = 0;
        CALL(status, ioctl(fd, request, room));
        if (writable && in_place) {
            memcpy(view.buf, room, (size_t)size);
        }
    }
    int error = errno;
    PyBuffer_Release(&view);
    errno = error;
    if (status < 0) {
        return system_error();
    }
    return writable && in_place ? PyLong_FromLong(status) : PyBytes_FromStringAndSize(room, size);
}

static PyObject *
fcntl_ioctl(PyObject *module, PyObject *args)
{
    int fd, in_place = 1, status;
    unsigned request, argument = 0;
    PyObject *given = NULL;
    if (!PyArg_ParseTuple(args, "O&I|Op:ioctl", descriptor, &fd, &request, &given, &in_place)
        || PySys_Audit("fcntl.ioctl", "iIO", fd, request, given ? given : Py_None) < 0) {
        return NULL;
    }
    if (given != NULL && !PyIndex_Check(given) && (PyUnicode_Check(given) || PyObject_CheckBuffer(given))) {
        return ioctl_buffer(fd, request, given, in_place);
    }
    if (given != NULL
        && !PyArg_Parse(given,
                        "I;ioctl requires a file or file descriptor, an integer and optionally an integer "
                        "or buffer argument",
                        &argument)) {
        return NULL;
    }
    CALL(status, ioctl(fd, request, argument));
    return status < 0 ? system_error() : PyLong_FromLong(status);
}

static PyObject *
fcntl_flock(PyObject *module, PyObject *args)
{
    int fd, operation, status;
    if (!PyArg_ParseTuple(args, "O&i:flock", descriptor, &fd, &operation)
        || PySys_Audit("fcntl.flock", "ii", fd, operation) < 0) {
        return NULL;
    }
    CALL(status, flock(fd, operation));
    return status < 0 ? system_error() : Py_NewRef(Py_None);
}

static PyObject *
fcntl_lockf(PyObject *module, PyObject *args)
{
    int fd, operation, whence = 0, status;
    PyObject *length = NULL, *start = NULL;
    struct flock lock = {0};
    if (!PyArg_ParseTuple(args, "O&i|OOi:lockf", descriptor, &fd, &operation, &length, &start, &whence)
        || PySys_Audit("fcntl.lockf", "iiOOi", fd, operation, length ? length : Py_None, start ? start : Py_None, whence) < 0) {
        return NULL;
    }
    if (operation != LOCK_UN && !(operation & (LOCK_SH | LOCK_EX))) {
        PyErr_SetString(PyExc_ValueError, "unrecognized lockf argument");
        return NULL;
    }
    lock.l_type = operation == LOCK_UN ? F_UNLCK : operation & LOCK_SH ? F_RDLCK : F_WRLCK;
    lock.l_whence = (short)whence;
    lock.l_start = start == NULL ? 0 : PyLong_AsLong(start);
    lock.l_len = length == NULL || PyErr_Occurred() ? 0 : PyLong_AsLong(length);
    if (PyErr_Occurred()) {
        return NULL;
    }
    CALL(status, fcntl(fd, operation & LOCK_NB ? F_SETLK : F_SETLKW, &lock));
    return status < 0 ? system_error() : Py_NewRef(Py_None);
}

static PyMethodDef fcntl_methods[] = {
    {"fcntl", fcntl_fcntl, METH_VARARGS, "fcntl($module, fd, cmd, arg=0, /)\n--\n\nControl a descriptor."},
    {"ioctl", fcntl_ioctl, METH_VARARGS, "ioctl($module, fd, request, arg=0, mutate_flag=True, /)\n--\n\nControl a device."},
    {"flock", fcntl_flock, METH_VARARGS, "flock($module, fd, operation, /)\n--\n\nLock a file as a whole."},
    {"lockf", fcntl_lockf, METH_VARARGS, "lockf($module, fd, cmd, len=0, start=0, whence=0, /)\n--\n\nLock a part of a file."},
    {NULL},
};

static int
fcntl_exec(PyObject *module)
{
    for (size_t i = 0; i < OU_COUNT_OF(constants); i++) {
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) {
            return -1;
        }
    }
    return 0;
}

static PyModuleDef_Slot fcntl_slots[] = {{Py_mod_exec, fcntl_exec}, {0, NULL}};

static PyModuleDef fcntl_module = {
    PyModuleDef_HEAD_INIT,      .m_name = "fcntl",      .m_doc = "Control of files and descriptors.",
    .m_methods = fcntl_methods, .m_slots = fcntl_slots,
};

PyMODINIT_FUNC
PyInit_fcntl(void)
{
    return PyModuleDef_Init(&fcntl_module);
}
