/* modules/_io/io_base.c - _IOBase and _RawIOBase: what every stream has in common; and the helpers of the others.
 *
 * Owns       the class UnsupportedOperation, while module _io lives.
 * Invariant  a stream is closed when it has the attribute __IOBase_closed (streams in C override `closed`).
 * Not here   _BufferedIOBase (io_buffered_pair.c), _TextIOBase (io_string.c). */
#include "modules/_io/io.h"

/* ---- errors -------------------------------------------------------------------------------------------------------- */

static PyObject *unsupported_class; /* owned by a module: of several copies, which a second import makes, the newest */
static PyObject *owner;             /* borrowed: that module */

int
ou_io_unsupported_init(PyObject *module)
{
    PyObject *bases = PyTuple_Pack(2, PyExc_OSError, PyExc_ValueError);
    if (bases == NULL) {
        return -1;
    }
    PyObject *names = Py_BuildValue("{ss}", "__module__", "io");
    PyObject *made =
        names == NULL ? NULL : PyObject_CallFunction((PyObject *)&PyType_Type, "sOO", "UnsupportedOperation", bases, names);
    Py_DECREF(bases);
    Py_XDECREF(names);
    if (made == NULL) {
        return -1;
    }
    Py_XSETREF(unsupported_class, made);
    owner = module;
    return PyModule_AddObjectRef(module, "UnsupportedOperation", made);
}

int
ou_io_unsupported_traverse(PyObject *module, visitproc visit, void *arg)
{
    if (module == owner) {
        Py_VISIT(unsupported_class);
    }
    return 0;
}

int
ou_io_unsupported_clear(PyObject *module)
{
    if (module == owner) {
        owner = NULL;
        Py_CLEAR(unsupported_class);
    }
    return 0;
}

PyObject *
ou_io_unsupported_class(void)
{
    return unsupported_class != NULL ? unsupported_class : PyExc_OSError;
}

PyObject *
ou_io_unsupported(const char *message)
{
    PyErr_SetString(ou_io_unsupported_class(), message);
    return NULL;
}

PyObject *
ou_io_closed_error(void)
{
    PyErr_SetString(PyExc_ValueError, "I/O operation on closed file");
    return NULL;
}

PyObject *
ou_io_closed_error_dot(void)
{
    PyErr_SetString(PyExc_ValueError, "I/O operation on closed file.");
    return NULL;
}

bool
ou_io_was_interrupted(void)
{
    if (!PyErr_ExceptionMatches(PyExc_OSError)) {
        return false;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *number = value == NULL ? NULL : PyObject_GetAttrString(value, "errno");
    bool interrupted = number != NULL && PyLong_CheckExact(number) && PyLong_AsLong(number) == EINTR;
    Py_XDECREF(number);
    if (PyErr_Occurred()) {
        PyErr_Clear();
    }
    if (!interrupted) {
        PyErr_Restore(type, value, traceback);
        return false;
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return true;
}

/* ---- arguments ------------------------------------------------------------------------------------------------------- */

int
ou_io_size(PyObject *arg, Py_ssize_t otherwise, Py_ssize_t *out)
{
    *out = otherwise;
    if (arg == NULL || arg == Py_None) {
        return 0;
    }
    if (!PyIndex_Check(arg)) {
        PyErr_Format(PyExc_TypeError, "argument should be integer or None, not '%.200s'", Py_TYPE(arg)->tp_name);
        return -1;
    }
    *out = PyNumber_AsSsize_t(arg, PyExc_OverflowError);
    return *out == -1 && PyErr_Occurred() ? -1 : 0;
}

int
ou_io_seek_arguments(PyObject *const *args, Py_ssize_t n_args, Py_ssize_t *to, int *whence)
{
    *whence = 0;
    if (!_PyArg_CheckPositional("seek", n_args, 1, 2)) {
        return -1;
    }
    PyObject *offset = PyNumber_Index(args[0]);
    if (offset == NULL) {
        return -1;
    }
    *to = PyLong_AsSsize_t(offset);
    Py_DECREF(offset);
    if (*to == -1 && PyErr_Occurred()) {
        return -1;
    }
    return n_args > 1 && (*whence = _PyLong_AsInt(args[1])) == -1 && PyErr_Occurred() ? -1 : 0;
}

int
ou_io_offset(PyObject *arg, long long *out)
{
    PyObject *number = PyNumber_Index(arg);
    if (number == NULL) {
        return -1;
    }
    *out = PyLong_AsLongLong(number);
    Py_DECREF(number);
    if (*out == -1 && PyErr_Occurred()) {
        if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
            PyErr_Format(PyExc_ValueError, "cannot fit '%.200s' into an offset-sized integer", Py_TYPE(arg)->tp_name);
        }
        return -1;
    }
    return 0;
}

int
ou_io_bytes_arg(PyObject *arg, Py_buffer *view)
{
    if (PyObject_GetBuffer(arg, view, PyBUF_SIMPLE) < 0) {
        return -1;
    }
    return 0;
}

int
ou_io_writable_arg(PyObject *arg, Py_buffer *view, const char *function)
{
    if (PyObject_GetBuffer(arg, view, PyBUF_WRITABLE) < 0) {
        PyErr_Clear();
        _PyArg_BadArgument(function, "argument", "read-write bytes-like object", arg);
        return -1;
    }
    return 0;
}

int
ou_io_is_closed(PyObject *stream)
{
    if (ou_io_is_plain(stream, &ou_fileio_type)) {
        return ou_fileio_is_closed(stream);
    }
    PyObject *closed = PyObject_GetAttr(stream, OU_STR(closed));
    if (closed == NULL) {
        return -1;
    }
    int truth = PyObject_IsTrue(closed);
    Py_DECREF(closed);
    return truth;
}

/* The `closed` attribute counts only if there is one: streams in Python may do without. */
int
ou_io_check_closed(PyObject *stream)
{
    PyObject *closed;
    if (_PyObject_LookupAttr(stream, OU_STR(closed), &closed) < 0) {
        return -1;
    }
    if (closed == NULL) {
        return 0;
    }
    int truth = PyObject_IsTrue(closed);
    Py_DECREF(closed);
    if (truth > 0) {
        ou_io_closed_error_dot();
    }
    return truth == 0 ? 0 : -1;
}

int
ou_io_check_able(PyObject *stream, PyObject *method, const char *message)
{
    PyObject *result = PyObject_CallMethodNoArgs(stream, method);
    if (result == NULL) {
        return -1;
    }
    bool able = result == Py_True;
    Py_DECREF(result);
    if (!able) {
        ou_io_unsupported(message);
        return -1;
    }
    return 0;
}

int
ou_io_close_chained(PyObject *stream)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    OU_HOLD(hold, &type, &value, &traceback);
    PyObject *result = PyObject_CallMethodNoArgs(stream, OU_STR(close));
    OU_HOLD_END(hold);
    Py_XDECREF(result);
    if (type != NULL) {
        _PyErr_ChainExceptions(type, value, traceback);
        return -1;
    }
    return result == NULL ? -1 : 0;
}

/* ---- death ------------------------------------------------------------------------------------------------------------- */

int
ou_io_finalize(PyObject *stream)
{
    if (Py_REFCNT(stream) == 0) {
        return PyObject_CallFinalizerFromDealloc(stream);
    }
    PyObject_CallFinalizer(stream);
    return 0;
}

void
ou_io_dealloc_head(PyObject *stream)
{
    ou_gc_untrack(stream);
    if (((IoObject *)stream)->weakreflist != NULL) {
        PyObject_ClearWeakRefs(stream);
    }
}

void
ou_io_free(PyObject *stream)
{
    Py_CLEAR(((IoObject *)stream)->dict);
    Py_TYPE(stream)->tp_free(stream);
}

/* tp_finalize of all streams: close it if nobody did.  Errors of close() are dropped, but shown in development mode. */
static void
iobase_finalize(PyObject *self)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    int closed = ou_io_is_closed(self);
    if (closed < 0) {
        PyErr_Clear();
    }
    if (closed == 0) {
        if (PyObject_SetAttr(self, OU_STR(_finalizing), Py_True) < 0) {
            PyErr_Clear(); /* only our own classes have it */
        }
        PyObject *result = PyObject_CallMethodNoArgs(self, OU_STR(close));
        if (result == NULL) {
            if (_Py_GetConfig()->dev_mode) {
                PyErr_WriteUnraisable(self);
            }
            else {
                PyErr_Clear();
            }
        }
        Py_XDECREF(result);
    }
    PyErr_Restore(type, value, traceback);
}

OU_WALKER(iobase)
{
    OU_EDGE_OF((IoObject *)self, dict);
    return 0;
}

static int
iobase_clear(PyObject *self)
{
    Py_CLEAR(((IoObject *)self)->dict);
    return 0;
}

static void
iobase_dealloc(PyObject *self)
{
    if (ou_io_finalize(self) < 0) {
        return;
    }
    ou_io_dealloc_head(self);
    ou_io_free(self);
}

/* ---- _IOBase ------------------------------------------------------------------------------------------------------------- */

/* Was _IOBase.close() called?  1, 0, -1. */
static int
has_closed_mark(PyObject *self)
{
    PyObject *mark;
    int found = _PyObject_LookupAttr(self, OU_STR(__IOBase_closed), &mark);
    Py_XDECREF(mark);
    return found;
}

static PyObject *
iobase_seek(PyObject *self, PyObject *args)
{
    return ou_io_unsupported("seek");
}

static PyObject *
iobase_tell(PyObject *self, PyObject *ignored)
{
    PyObject *args[] = {self, OU_SMALL_INT(0), OU_SMALL_INT(1)};
    return PyObject_VectorcallMethod(OU_STR(seek), args, 3, NULL);
}

static PyObject *
iobase_truncate(PyObject *self, PyObject *args)
{
    return ou_io_unsupported("truncate");
}

static PyObject *
iobase_fileno(PyObject *self, PyObject *ignored)
{
    return ou_io_unsupported("fileno");
}

static PyObject *
iobase_flush(PyObject *self, PyObject *ignored)
{
    int closed = PyObject_TypeCheck(self, &ou_fileio_type) ? ou_fileio_is_closed(self) : has_closed_mark(self);
    if (closed > 0) {
        ou_io_closed_error_dot();
    }
    if (closed != 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
iobase_close(PyObject *self, PyObject *ignored)
{
    int closed = has_closed_mark(self);
    if (closed < 0) {
        return NULL;
    }
    if (closed) {
        Py_RETURN_NONE;
    }
    PyObject *result = PyObject_CallMethodNoArgs(self, OU_STR(flush)), *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    int status = PyObject_SetAttr(self, OU_STR(__IOBase_closed), Py_True);
    if (type != NULL) {
        _PyErr_ChainExceptions(type, value, traceback);
    }
    if (status < 0) {
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *
iobase_no(PyObject *self, PyObject *ignored)
{
    Py_RETURN_FALSE;
}

static PyObject *
iobase_isatty(PyObject *self, PyObject *ignored)
{
    if (ou_io_check_closed(self) < 0) {
        return NULL;
    }
    Py_RETURN_FALSE;
}

static PyObject *
iobase_get_closed(PyObject *self, void *unused)
{
    int closed = has_closed_mark(self);
    return closed < 0 ? NULL : PyBool_FromLong(closed);
}

static PyObject *
iobase_check_closed(PyObject *self, PyObject *args)
{
    if (ou_io_check_closed(self) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
iobase_check_seekable(PyObject *self, PyObject *args)
{
    return ou_io_check_able(self, OU_STR(seekable), "File or stream is not seekable.") < 0 ? NULL : Py_NewRef(Py_True);
}

static PyObject *
iobase_check_readable(PyObject *self, PyObject *args)
{
    return ou_io_check_able(self, OU_STR(readable), "File or stream is not readable.") < 0 ? NULL : Py_NewRef(Py_True);
}

static PyObject *
iobase_check_writable(PyObject *self, PyObject *args)
{
    return ou_io_check_able(self, OU_STR(writable), "File or stream is not writable.") < 0 ? NULL : Py_NewRef(Py_True);
}

static PyObject *
iobase_enter(PyObject *self, PyObject *ignored)
{
    return ou_io_check_closed(self) < 0 ? NULL : Py_NewRef(self);
}

static PyObject *
iobase_exit(PyObject *self, PyObject *args)
{
    return PyObject_CallMethodNoArgs(self, OU_STR(close));
}

/* How many bytes of the line peek() shows: at least 1.  -1 with an error set.  RE-ENTRANT. */
static Py_ssize_t
peeked_length(PyObject *peek, Py_ssize_t limit, Py_ssize_t have)
{
    PyObject *bytes = PyObject_CallOneArg(peek, OU_SMALL_INT(1));
    if (bytes == NULL) {
        return ou_io_was_interrupted() ? 0 : -1;
    }
    if (!PyBytes_Check(bytes)) {
        PyErr_Format(PyExc_OSError, "peek() should have returned a bytes object, not '%.200s'", Py_TYPE(bytes)->tp_name);
        Py_DECREF(bytes);
        return -1;
    }
    Py_ssize_t n = PyBytes_GET_SIZE(bytes);
    if (n > 0) {
        const char *text = PyBytes_AS_STRING(bytes), *newline = memchr(text, '\n', (size_t)n);
        n = newline != NULL ? newline - text + 1 : n;
        if (limit >= 0) {
            n = Py_MIN(n, limit - have);
        }
    }
    Py_DECREF(bytes);
    return n > 0 ? n : 1;
}

static PyObject *
iobase_readline(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t limit;
    if (!_PyArg_CheckPositional("readline", n_args, 0, 1) || ou_io_size(n_args ? args[0] : NULL, -1, &limit) < 0) {
        return NULL;
    }
    PyObject *peek, *bytes = NULL;
    if (_PyObject_LookupAttr(self, OU_STR(peek), &peek) < 0) {
        return NULL;
    }
    OuByteSink line = {NULL, 0, 0};
    OU_HOLD(hold, &peek, &bytes);
    bool failed = false;
    while (limit < 0 || (Py_ssize_t)line.size < limit) {
        Py_ssize_t n = 1;
        if (peek != NULL) {
            n = peeked_length(peek, limit, (Py_ssize_t)line.size);
            if (n == 0) {
                continue;
            }
            if (n < 0) {
                failed = true;
                break;
            }
        }
        PyObject *number = PyLong_FromSsize_t(n);
        bytes = number == NULL ? NULL : PyObject_CallMethodOneArg(self, OU_STR(read), number);
        Py_XDECREF(number);
        if (bytes == NULL) {
            if (ou_io_was_interrupted()) {
                continue;
            }
            failed = true;
            break;
        }
        if (!PyBytes_Check(bytes)) {
            PyErr_Format(PyExc_OSError, "read() should have returned a bytes object, not '%.200s'", Py_TYPE(bytes)->tp_name);
            failed = true;
            break;
        }
        n = PyBytes_GET_SIZE(bytes);
        if (n == 0) {
            break;
        }
        if (ou_byte_sink_write(&line, PyBytes_AS_STRING(bytes), (size_t)n) < 0) {
            failed = true;
            break;
        }
        Py_CLEAR(bytes);
        if (line.data[line.size - 1] == '\n') {
            break;
        }
    }
    OU_HOLD_END(hold);
    Py_XDECREF(bytes);
    Py_XDECREF(peek);
    return ou_byte_sink_finish(&line, failed);
}

static PyObject *
iobase_iter(PyObject *self)
{
    return ou_io_check_closed(self) < 0 ? NULL : Py_NewRef(self);
}

static PyObject *
iobase_next(PyObject *self)
{
    PyObject *line = PyObject_CallMethodNoArgs(self, OU_STR(readline));
    if (line != NULL && PyObject_Size(line) <= 0) {
        Py_CLEAR(line); /* the end, or an error of len() */
    }
    return line;
}

static PyObject *
iobase_readlines(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t hint, length = 0;
    if (!_PyArg_CheckPositional("readlines", n_args, 0, 1) || ou_io_size(n_args ? args[0] : NULL, -1, &hint) < 0) {
        return NULL;
    }
    PyObject *list = PyList_New(0), *iter = NULL, *line = NULL;
    if (list == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &list, &iter, &line);
    iter = PyObject_GetIter(self);
    bool failed = iter == NULL;
    while (!failed && (line = PyIter_Next(iter)) != NULL) {
        Py_ssize_t n = hint > 0 ? PyObject_Size(line) : 0;
        failed = n < 0 || PyList_Append(list, line) < 0;
        Py_CLEAR(line);
        if (hint > 0 && n > hint - length) {
            break;
        }
        length += n;
        if (hint > 0 && length >= hint) {
            break;
        }
    }
    OU_HOLD_END(hold);
    Py_XDECREF(iter);
    if (failed || PyErr_Occurred()) {
        Py_CLEAR(list);
    }
    return list;
}

/* See io.h. */
PyObject *
ou_io_write_lines(PyObject *stream, PyObject *lines, binaryfunc write)
{
    PyObject *iter = PyObject_GetIter(lines), *line = NULL;
    if (iter == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &iter, &line);
    bool failed = false;
    while (!failed && (line = PyIter_Next(iter)) != NULL) {
        PyObject *result = write(stream, line);
        failed = result == NULL;
        Py_XDECREF(result);
        Py_CLEAR(line);
    }
    OU_HOLD_END(hold);
    Py_DECREF(iter);
    if (failed || PyErr_Occurred()) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
call_write(PyObject *stream, PyObject *line)
{
    PyObject *result;
    do {
        result = PyObject_CallMethodOneArg(stream, OU_STR(write), line);
    } while (result == NULL && ou_io_was_interrupted());
    return result;
}

static PyObject *
iobase_writelines(PyObject *self, PyObject *lines)
{
    return ou_io_check_closed(self) < 0 ? NULL : ou_io_write_lines(self, lines, call_write);
}

static PyMethodDef iobase_methods[] = {
    {"seek", iobase_seek, METH_VARARGS, "seek($self, offset, whence=os.SEEK_SET, /)\n--\n\nMove to a position; the new one."},
    {"tell", iobase_tell, METH_NOARGS, "tell($self, /)\n--\n\nThe position."},
    {"truncate", iobase_truncate, METH_VARARGS, "Cut or grow to a size, the position by default."},
    {"flush", iobase_flush, METH_NOARGS, "flush($self, /)\n--\n\nWrite what is buffered."},
    {"close", iobase_close, METH_NOARGS, "close($self, /)\n--\n\nFlush and close; a second time does nothing."},
    {"seekable", iobase_no, METH_NOARGS, "seekable($self, /)\n--\n\nCan positions be set?"},
    {"readable", iobase_no, METH_NOARGS, "readable($self, /)\n--\n\nCan it be read?"},
    {"writable", iobase_no, METH_NOARGS, "writable($self, /)\n--\n\nCan it be written?"},
    {"_checkClosed", iobase_check_closed, METH_VARARGS, NULL},
    {"_checkSeekable", iobase_check_seekable, METH_VARARGS, NULL},
    {"_checkReadable", iobase_check_readable, METH_VARARGS, NULL},
    {"_checkWritable", iobase_check_writable, METH_VARARGS, NULL},
    {"fileno", iobase_fileno, METH_NOARGS, "fileno($self, /)\n--\n\nThe descriptor."},
    {"isatty", iobase_isatty, METH_NOARGS, "isatty($self, /)\n--\n\nIs it a terminal?"},
    {"__enter__", iobase_enter, METH_NOARGS, NULL},
    {"__exit__", iobase_exit, METH_VARARGS, NULL},
    {"readline", IO_FAST(iobase_readline), "readline($self, size=-1, /)\n--\n\nA line, or at most `size` bytes of it."},
    {"readlines", IO_FAST(iobase_readlines),
     "readlines($self, hint=-1, /)\n--\n\nThe lines as a list; no more once they are `hint` bytes long."},
    {"writelines", iobase_writelines, METH_O, "writelines($self, lines, /)\n--\n\nWrite each of the lines."},
    {NULL},
};

static PyGetSetDef iobase_getset[] = {
    {"__dict__", PyObject_GenericGetDict, NULL, NULL, NULL},
    {"closed", iobase_get_closed, NULL, NULL, NULL},
    {NULL},
};

PyTypeObject ou_iobase_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_io._IOBase",
    .tp_basicsize = sizeof(IoObject),
    .tp_dealloc = iobase_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "The base of all streams.",
    .tp_traverse = iobase_traverse,
    .tp_clear = iobase_clear,
    .tp_weaklistoffset = offsetof(IoObject, weakreflist),
    .tp_iter = iobase_iter,
    .tp_iternext = iobase_next,
    .tp_methods = iobase_methods,
    .tp_getset = iobase_getset,
    .tp_dictoffset = offsetof(IoObject, dict),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
    .tp_finalize = iobase_finalize,
};

/* ---- _RawIOBase ---------------------------------------------------------------------------------------- */

static PyObject *
rawiobase_read(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t n = -1;
    if (!_PyArg_CheckPositional("read", n_args, 0, 1)) {
        return NULL;
    }
    if (n_args) {
        n = PyNumber_AsSsize_t(args[0], PyExc_OverflowError);
        if (n == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (n < 0) {
        return PyObject_CallMethodNoArgs(self, OU_STR(readall));
    }
    PyObject *array = PyByteArray_FromStringAndSize(NULL, n), *count = NULL, *bytes = NULL;
    if (array == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &array, &count);
    count = PyObject_CallMethodOneArg(self, OU_STR(readinto), array);
    if (count == Py_None) {
        bytes = Py_NewRef(Py_None);
    }
    else if (count != NULL) {
        Py_ssize_t got = PyNumber_AsSsize_t(count, PyExc_ValueError);
        if (got < 0 || got > PyByteArray_GET_SIZE(array)) {
            if (!PyErr_Occurred()) {
                PyErr_Format(PyExc_ValueError, "readinto returned %zd outside buffer size %zd", got,
                             PyByteArray_GET_SIZE(array));
            }
        }
        else {
            bytes = PyBytes_FromStringAndSize(PyByteArray_AS_STRING(array), got);
        }
    }
    OU_HOLD_END(hold);
    Py_XDECREF(count);
    Py_DECREF(array);
    return bytes;
}

static PyObject *
rawiobase_readall(PyObject *self, PyObject *ignored)
{
    OuByteSink all = {NULL, 0, 0};
    PyObject *size = PyLong_FromLong(IO_DEFAULT_BUFFER_SIZE);
    bool any = false, failed = size == NULL;
    OU_HOLD(hold, &size);
    while (!failed) {
        PyObject *bytes = PyObject_CallMethodOneArg(self, OU_STR(read), size);
        if (bytes == NULL) {
            if (ou_io_was_interrupted()) {
                continue;
            }
            failed = true;
            break;
        }
        if (bytes == Py_None && !any) {
            OU_HOLD_END(hold);
            Py_DECREF(size);
            Py_XDECREF(ou_byte_sink_finish(&all, true));
            return bytes;
        }
        if (bytes != Py_None && !PyBytes_Check(bytes)) {
            PyErr_SetString(PyExc_TypeError, "read() should return bytes");
            failed = true;
        }
        bool end = failed || bytes == Py_None || PyBytes_GET_SIZE(bytes) == 0;
        if (!end) {
            any = true;
            failed = ou_byte_sink_write(&all, PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes)) < 0;
        }
        Py_DECREF(bytes);
        if (end) {
            break;
        }
    }
    OU_HOLD_END(hold);
    Py_XDECREF(size);
    return ou_byte_sink_finish(&all, failed);
}

static PyObject *
rawiobase_not_implemented(PyObject *self, PyObject *args)
{
    PyErr_SetNone(PyExc_NotImplementedError);
    return NULL;
}

static PyMethodDef rawiobase_methods[] = {
    {"read", IO_FAST(rawiobase_read), "read($self, size=-1, /)\n--\n\nRead once, at most `size` bytes."},
    {"readall", rawiobase_readall, METH_NOARGS, "readall($self, /)\n--\n\nRead to the end, in as many calls as it takes."},
    {"readinto", rawiobase_not_implemented, METH_VARARGS, NULL},
    {"write", rawiobase_not_implemented, METH_VARARGS, NULL},
    {NULL},
};

PyTypeObject ou_rawiobase_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_io._RawIOBase",
    .tp_basicsize = sizeof(IoObject),
    .tp_dealloc = iobase_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "The base of streams of bytes without a buffer.",
    .tp_traverse = iobase_traverse,
    .tp_clear = iobase_clear,
    .tp_methods = rawiobase_methods,
    .tp_base = &ou_iobase_type,
};
