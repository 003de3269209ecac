/* types/file.c - the PyFile_ functions: any object with write, readline or fileno is a file.
 *
 * Owns       open_code_hook and its data: set once by the embedding program, never changed.
 * Not here   real files (modules/_io).
 * Source     C API reference, File Objects. */
#include "object/alloc.h"
#include "object/hold.h"
#include "object/state.h"

const char *Py_FileSystemDefaultEncoding = "utf-8";
const char *Py_FileSystemDefaultEncodeErrors = "surrogateescape";
int Py_HasFileSystemDefaultEncoding = 1;

static Py_OpenCodeHookFunction open_code_hook;
static void *open_code_data;

/* PyFile_FromFd: io.open() of a descriptor.  New. */
PyObject *
PyFile_FromFd(int fd, const char *name, const char *mode, int buffering, const char *encoding, const char *errors,
              const char *newline, int closefd)
{
    PyObject *io = PyImport_ImportModule("_io"), *result = NULL;
    if (io != NULL) {
        result = PyObject_CallMethod(io, "open", "isisssO", fd, mode, buffering, encoding, errors, newline,
                                     closefd ? Py_True : Py_False);
        Py_DECREF(io);
    }
    return result;
}

/* PyFile_GetLine: a line; n < 0: without its newline and EOFError at the end; n > 0: at most n characters.  New. */
PyObject *
PyFile_GetLine(PyObject *file, int n)
{
    PyObject *line = n <= 0 ? PyObject_CallMethodNoArgs(file, OU_STR(readline)) : PyObject_CallMethod(file, "readline", "i", n);
    if (line != NULL && !PyBytes_Check(line) && !PyUnicode_Check(line)) {
        PyErr_SetString(PyExc_TypeError, "object.readline() returned non-string");
        Py_CLEAR(line);
    }
    if (n >= 0 || line == NULL) {
        return line;
    }
    bool is_text = PyUnicode_Check(line);
    Py_ssize_t size = is_text ? PyUnicode_GET_LENGTH(line) : PyBytes_GET_SIZE(line);
    if (size == 0) {
        Py_DECREF(line);
        PyErr_SetString(PyExc_EOFError, "EOF when reading a line");
        return NULL;
    }
    if (is_text ? PyUnicode_READ_CHAR(line, size - 1) == '\n' : PyBytes_AS_STRING(line)[size - 1] == '\n') {
        PyObject *shorter =
            is_text ? PyUnicode_Substring(line, 0, size - 1) : PyBytes_FromStringAndSize(PyBytes_AS_STRING(line), size - 1);
        Py_SETREF(line, shorter);
    }
    return line;
}

/* PyFile_WriteObject: file.write(str(op)) with Py_PRINT_RAW, else of its repr.  Returns 0 or -1.  RE-ENTRANT. */
int
PyFile_WriteObject(PyObject *op, PyObject *file, int flags)
{
    if (file == NULL) {
        PyErr_SetString(PyExc_TypeError, "writeobject with NULL file");
        return -1;
    }
    PyObject *write = PyObject_GetAttr(file, OU_STR(write)), *text = NULL, *result = NULL;
    if (write == NULL) {
        return -1;
    }
    OU_HOLD(hold, &write, &text);
    text = flags & Py_PRINT_RAW ? PyObject_Str(op) : PyObject_Repr(op);
    result = text == NULL ? NULL : PyObject_CallOneArg(write, text);
    OU_HOLD_END(hold);
    Py_XDECREF(text);
    Py_DECREF(write);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

int
PyFile_WriteString(const char *text, PyObject *file)
{
    if (file == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_SystemError, "null file for PyFile_WriteString");
        }
        return -1;
    }
    if (PyErr_Occurred()) {
        return -1;
    }
    PyObject *op = PyUnicode_FromString(text);
    int status = op == NULL ? -1 : PyFile_WriteObject(op, file, Py_PRINT_RAW);
    Py_XDECREF(op);
    return status;
}

/* PyObject_AsFileDescriptor: an int, or what fileno() returns.  -1 with an error set. */
int
PyObject_AsFileDescriptor(PyObject *op)
{
    int fd;
    if (PyLong_Check(op)) {
        fd = _PyLong_AsInt(op);
    }
    else {
        PyObject *method, *number;
        if (_PyObject_LookupAttr(op, OU_STR(fileno), &method) < 0) {
            return -1;
        }
        if (method == NULL) {
            PyErr_SetString(PyExc_TypeError, "argument must be an int, or have a fileno() method.");
            return -1;
        }
        number = PyObject_CallNoArgs(method);
        Py_DECREF(method);
        if (number == NULL) {
            return -1;
        }
        if (!PyLong_Check(number)) {
            PyErr_SetString(PyExc_TypeError, "fileno() returned a non-integer");
            Py_DECREF(number);
            return -1;
        }
        fd = _PyLong_AsInt(number);
        Py_DECREF(number);
    }
    if (fd == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (fd < 0) {
        PyErr_Format(PyExc_ValueError, "file descriptor cannot be a negative integer (%i)", fd);
        return -1;
    }
    return fd;
}

int
_PyLong_FileDescriptor_Converter(PyObject *op, void *out)
{
    int fd = PyObject_AsFileDescriptor(op);
    *(int *)out = fd;
    return fd == -1 ? 0 : 1;
}

int
PyFile_SetOpenCodeHook(Py_OpenCodeHookFunction hook, void *data)
{
    if (open_code_hook != NULL) {
        PyErr_SetString(PyExc_SystemError, "failed to change existing open_code hook");
        return -1;
    }
    open_code_hook = hook;
    open_code_data = data;
    return 0;
}

PyObject *
PyFile_OpenCodeObject(PyObject *path)
{
    if (!PyUnicode_Check(path)) {
        PyErr_Format(PyExc_TypeError, "'path' must be 'str', not '%.200s'", Py_TYPE(path)->tp_name);
        return NULL;
    }
    if (open_code_hook != NULL) {
        return open_code_hook(path, open_code_data);
    }
    PyObject *io = PyImport_ImportModule("_io");
    PyObject *file = io == NULL ? NULL : PyObject_CallMethod(io, "open", "Os", path, "rb");
    Py_XDECREF(io);
    return file;
}

PyObject *
PyFile_OpenCode(const char *path)
{
    PyObject *text = PyUnicode_FromString(path);
    PyObject *file = text == NULL ? NULL : PyFile_OpenCodeObject(text);
    Py_XDECREF(text);
    return file;
}

/* ---- the printer: a file that writes to a descriptor, for when no real one can be had ---------------------------- */

typedef struct {
    PyObject_HEAD
    int fd;
} Printer;

/* PyFile_NewStdPrinter: a file for descriptor 1 or 2, unbuffered.  New. */
PyObject *
PyFile_NewStdPrinter(int fd)
{
    if (fd != fileno(stdout) && fd != fileno(stderr)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    Printer *self = (Printer *)ou_object_new(&PyStdPrinter_Type);
    if (self != NULL) {
        self->fd = fd;
    }
    return (PyObject *)self;
}

static void
printer_dealloc(PyObject *self)
{
    ou_object_free(self);
}

static PyObject *
printer_write(PyObject *self, PyObject *text)
{
    Py_ssize_t size;
    if (!PyUnicode_Check(text)) {
        PyErr_Format(PyExc_TypeError, "write() argument must be str, not %.50s", Py_TYPE(text)->tp_name);
        return NULL;
    }
    PyObject *bytes = PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace");
    if (bytes == NULL) {
        return NULL;
    }
    const char *at = PyBytes_AS_STRING(bytes);
    size = PyBytes_GET_SIZE(bytes);
    while (size > 0) {
        ssize_t n = write(((Printer *)self)->fd, at, (size_t)size);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            Py_DECREF(bytes);
            if (errno == EAGAIN) {
                Py_RETURN_NONE;
            }
            return PyErr_SetFromErrno(PyExc_OSError);
        }
        at += n;
        size -= n;
    }
    Py_DECREF(bytes);
    return PyLong_FromSsize_t(PyUnicode_GET_LENGTH(text));
}

static PyObject *
printer_none(PyObject *self, PyObject *ignored)
{
    Py_RETURN_NONE;
}

static PyObject *
printer_fileno(PyObject *self, PyObject *ignored)
{
    return PyLong_FromLong(((Printer *)self)->fd);
}

static PyObject *
printer_isatty(PyObject *self, PyObject *ignored)
{
    return PyBool_FromLong(isatty(((Printer *)self)->fd));
}

static PyObject *
printer_repr(PyObject *self)
{
    return PyUnicode_FromFormat("<stdprinter(fd=%d) object at %p>", ((Printer *)self)->fd, self);
}

static PyObject *
printer_get(PyObject *self, void *what)
{
    return what == NULL ? PyBool_FromLong(0) : PyUnicode_FromString(what);
}

static PyMethodDef printer_methods[] = {
    {"close", printer_none, METH_NOARGS, "Does nothing."},
    {"flush", printer_none, METH_NOARGS, "Does nothing: nothing is buffered."},
    {"fileno", printer_fileno, METH_NOARGS, "The descriptor."},
    {"isatty", printer_isatty, METH_NOARGS, "Is it a terminal?"},
    {"write", printer_write, METH_O, "Write a text."},
    {NULL},
};

static PyGetSetDef printer_getset[] = {
    {"closed", printer_get, NULL, NULL, NULL},
    {"encoding", printer_get, NULL, NULL, "utf-8"},
    {"mode", printer_get, NULL, NULL, "w"},
    {NULL},
};

PyTypeObject PyStdPrinter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "stderrprinter",
    .tp_basicsize = sizeof(Printer),
    .tp_dealloc = printer_dealloc,
    .tp_repr = printer_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_methods = printer_methods,
    .tp_getset = printer_getset,
};
