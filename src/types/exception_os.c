/* types/exception_os.c - OSError: errno, texts, file names; which subclass an errno means.
 *
 * Owns       the four fields of PyOSErrorObject beside BaseException's.
 * Invariant  `written` is -1 unless it has been set.  Made by __new__ where the class has no __init__ of its own, else by
 *            __init__, so that subclasses may take arguments of their own.
 * Not here   raising from errno (object/error_format.c). */
#include "types/exception.h"
#include <structmember.h>

OU_WALKER(os_error)
{
    PyOSErrorObject *exc = (PyOSErrorObject *)self;
    OU_EDGE_OF(exc, myerrno);
    OU_EDGE_OF(exc, strerror);
    OU_EDGE_OF(exc, filename);
    OU_EDGE_OF(exc, filename2);
    OU_EXCEPTION_EDGES(exc);
    return 0;
}

OU_EXCEPTION_KIND_FUNCTIONS(os_error)

int
ou_os_error_clear(PyObject *self)
{
    PyOSErrorObject *exc = (PyOSErrorObject *)self;
    Py_CLEAR(exc->myerrno);
    Py_CLEAR(exc->strerror);
    Py_CLEAR(exc->filename);
    Py_CLEAR(exc->filename2);
    return ou_exception_clear(self);
}

/* The class that OSError(errno, ...) makes.  Borrowed. */
static PyTypeObject *
type_for_errno(long number)
{
    switch (number) {
    case EAGAIN:
    case EALREADY:
    case EINPROGRESS: return &_PyExc_BlockingIOError;
    case EPIPE:
    case ESHUTDOWN: return &_PyExc_BrokenPipeError;
    case ECHILD: return &_PyExc_ChildProcessError;
    case ECONNABORTED: return &_PyExc_ConnectionAbortedError;
    case ECONNREFUSED: return &_PyExc_ConnectionRefusedError;
    case ECONNRESET: return &_PyExc_ConnectionResetError;
    case EEXIST: return &_PyExc_FileExistsError;
    case ENOENT: return &_PyExc_FileNotFoundError;
    case EISDIR: return &_PyExc_IsADirectoryError;
    case ENOTDIR: return &_PyExc_NotADirectoryError;
    case EINTR: return &_PyExc_InterruptedError;
    case EACCES:
    case EPERM: return &_PyExc_PermissionError;
    case ESRCH: return &_PyExc_ProcessLookupError;
    case ETIMEDOUT: return &_PyExc_TimeoutError;
    default: return &_PyExc_OSError;
    }
}

/* errno, strerror, filename, filename2 of an argument tuple; borrowed, NULL where there is none.  With fewer than two or more
 * than five arguments none of them has a meaning.  (The fourth is Windows' own error number.) */
typedef struct {
    PyObject *number, *text, *filename, *filename2;
} Parts;

static Parts
parse(PyObject *args)
{
    Py_ssize_t n = PyTuple_GET_SIZE(args);
    Parts parts = {NULL, NULL, NULL, NULL};
    if (n >= 2 && n <= 5) {
        parts.number = PyTuple_GET_ITEM(args, 0);
        parts.text = PyTuple_GET_ITEM(args, 1);
        parts.filename = n > 2 ? PyTuple_GET_ITEM(args, 2) : NULL;
        parts.filename2 = n > 4 ? PyTuple_GET_ITEM(args, 4) : NULL;
    }
    return parts;
}

/* Store the arguments.  Returns 0, or -1 with an error set. */
static int
fill(PyOSErrorObject *self, PyObject *args)
{
    Parts parts = parse(args);
    PyObject *kept = Py_NewRef(args);
    bool has_name = parts.filename != NULL && parts.filename != Py_None;
    if (has_name && Py_IS_TYPE(self, &_PyExc_BlockingIOError) && PyNumber_Check(parts.filename)) {
        /* The third argument of BlockingIOError is how much has been written. */
        self->written = PyNumber_AsSsize_t(parts.filename, PyExc_ValueError);
        if (self->written == -1 && PyErr_Occurred()) {
            Py_DECREF(kept);
            return -1;
        }
    }
    else if (has_name) {
        PyObject *two = PyTuple_GetSlice(args, 0, 2); /* the names are attributes, not arguments */
        if (two == NULL) {
            Py_DECREF(kept);
            return -1;
        }
        Py_SETREF(kept, two);
        Py_XSETREF(self->filename, Py_NewRef(parts.filename));
        if (parts.filename2 != NULL && parts.filename2 != Py_None) {
            Py_XSETREF(self->filename2, Py_NewRef(parts.filename2));
        }
    }
    Py_XSETREF(self->myerrno, Py_XNewRef(parts.number));
    Py_XSETREF(self->strerror, Py_XNewRef(parts.text));
    Py_XSETREF(((PyBaseExceptionObject *)self)->args, kept);
    return 0;
}

/* Does __init__ do the work?  If the class has one of its own and __new__ is ours. */
static bool
init_fills(PyTypeObject *type)
{
    return type->tp_init != ou_os_error_init && type->tp_new == ou_os_error_new;
}

PyObject *
ou_os_error_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    bool fills = !init_fills(type);
    if (fills) {
        if (!_PyArg_NoKeywords(type->tp_name, kwargs)) {
            return NULL;
        }
        PyObject *number = parse(args).number;
        if (type == &_PyExc_OSError && number != NULL && PyLong_Check(number)) {
            long value = PyLong_AsLong(number);
            if (value == -1 && PyErr_Occurred()) {
                PyErr_Clear(); /* no errno is that large */
            }
            else {
                type = type_for_errno(value);
            }
        }
    }
    PyOSErrorObject *self = (PyOSErrorObject *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->written = -1;
    if (fills) {
        if (fill(self, args) < 0) {
            Py_DECREF(self);
            return NULL;
        }
    }
    else {
        ((PyBaseExceptionObject *)self)->args = PyTuple_New(0);
    }
    return (PyObject *)self;
}

int
ou_os_error_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyTypeObject *type = Py_TYPE(self);
    if (!init_fills(type)) {
        return 0; /* __new__ has done it */
    }
    if (!_PyArg_NoKeywords(type->tp_name, kwargs)) {
        return -1;
    }
    return fill((PyOSErrorObject *)self, args);
}

static PyObject *
os_error_str(PyObject *self)
{
    PyOSErrorObject *exc = (PyOSErrorObject *)self;
    PyObject *number = Py_NewRef(exc->myerrno != NULL ? exc->myerrno : Py_None);
    PyObject *text = Py_NewRef(exc->strerror != NULL ? exc->strerror : Py_None);
    PyObject *filename = Py_XNewRef(exc->filename), *filename2 = Py_XNewRef(exc->filename2), *result;
    OU_HOLD(h, &number, &text, &filename, &filename2);
    if (filename != NULL && filename2 != NULL) {
        result = PyUnicode_FromFormat("[Errno %S] %S: %R -> %R", number, text, filename, filename2);
    }
    else if (filename != NULL) {
        result = PyUnicode_FromFormat("[Errno %S] %S: %R", number, text, filename);
    }
    else if (exc->myerrno != NULL && exc->strerror != NULL) {
        result = PyUnicode_FromFormat("[Errno %S] %S", number, text);
    }
    else {
        result = ou_exception_str(self);
    }
    OU_HOLD_END(h);
    Py_DECREF(number);
    Py_DECREF(text);
    Py_XDECREF(filename);
    Py_XDECREF(filename2);
    return result;
}

static PyObject *
os_error_reduce(PyObject *self, PyObject *ignored)
{
    PyOSErrorObject *exc = (PyOSErrorObject *)self;
    PyObject *dict = exc->dict, *result;
    PyObject *args = exc->args != NULL ? Py_NewRef(exc->args) : PyTuple_New(0);
    if (args == NULL) {
        return NULL;
    }
    if (PyTuple_GET_SIZE(args) == 2 && exc->filename != NULL) {
        PyObject *number = PyTuple_GET_ITEM(args, 0), *text = PyTuple_GET_ITEM(args, 1);
        PyObject *full = exc->filename2 != NULL ? PyTuple_Pack(5, number, text, exc->filename, Py_None, exc->filename2)
                                                : PyTuple_Pack(3, number, text, exc->filename);
        Py_SETREF(args, full);
        if (args == NULL) {
            return NULL;
        }
    }
    result = dict != NULL ? PyTuple_Pack(3, Py_TYPE(self), args, dict) : PyTuple_Pack(2, Py_TYPE(self), args);
    Py_DECREF(args);
    return result;
}

static PyObject *
os_error_get_written(PyObject *self, void *closure)
{
    Py_ssize_t written = ((PyOSErrorObject *)self)->written;
    if (written == -1) {
        PyErr_SetString(PyExc_AttributeError, "characters_written");
        return NULL;
    }
    return PyLong_FromSsize_t(written);
}

static int
os_error_set_written(PyObject *self, PyObject *value, void *closure)
{
    PyOSErrorObject *exc = (PyOSErrorObject *)self;
    if (value == NULL) {
        if (exc->written == -1) {
            PyErr_SetString(PyExc_AttributeError, "characters_written");
            return -1;
        }
        exc->written = -1;
        return 0;
    }
    Py_ssize_t n = PyNumber_AsSsize_t(value, PyExc_ValueError);
    if (n == -1 && PyErr_Occurred()) {
        return -1;
    }
    exc->written = n;
    return 0;
}

static PyMethodDef os_error_methods[] = {
    {"__reduce__", os_error_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef os_error_members[] = {
    {"errno", T_OBJECT, offsetof(PyOSErrorObject, myerrno), 0, "the error's number"},
    {"strerror", T_OBJECT, offsetof(PyOSErrorObject, strerror), 0, "the error's text"},
    {"filename", T_OBJECT, offsetof(PyOSErrorObject, filename), 0, "the file's name"},
    {"filename2", T_OBJECT, offsetof(PyOSErrorObject, filename2), 0, "the second file's name"},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef os_error_getset[] = {
    {"characters_written", os_error_get_written, os_error_set_written, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject _PyExc_OSError = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
        OU_EXCEPTION_SLOTS(OSError, Exception, os_error, PyOSErrorObject, "The operating system has refused something."),
    .tp_str = os_error_str,
    .tp_methods = os_error_methods,
    .tp_members = os_error_members,
    .tp_getset = os_error_getset,
    .tp_new = ou_os_error_new,
};
PyObject *PyExc_OSError = (PyObject *)&_PyExc_OSError;
