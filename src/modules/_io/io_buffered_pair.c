/* modules/_io/io_buffered_pair.c - _BufferedIOBase, and BufferedRWPair: a reader and a writer as one stream.
 *
 * Owns       the pair's reader and writer.
 * Not here   those (io_buffered.c). */
#include "modules/_io/io.h"

/* ---- _BufferedIOBase ------------------------------------------------------------------------------------------------------ */

static PyObject *
base_detach(PyObject *self, PyObject *ignored)
{
    return ou_io_unsupported("detach");
}

static PyObject *
base_read(PyObject *self, PyObject *args)
{
    return ou_io_unsupported("read");
}

static PyObject *
base_read1(PyObject *self, PyObject *args)
{
    return ou_io_unsupported("read1");
}

static PyObject *
base_write(PyObject *self, PyObject *args)
{
    return ou_io_unsupported("write");
}

/* readinto() by way of the stream's own read(). */
static PyObject *
readinto_by(PyObject *self, PyObject *arg, PyObject *method, const char *function)
{
    Py_buffer view;
    PyObject *result = NULL;
    if (ou_io_writable_arg(arg, &view, function) < 0) {
        return NULL;
    }
    PyObject *size = PyLong_FromSsize_t(view.len), *bytes = NULL;
    if (size != NULL) {
        bytes = PyObject_CallMethodOneArg(self, method, size);
        Py_DECREF(size);
    }
    if (bytes != NULL) {
        if (!PyBytes_Check(bytes)) {
            PyErr_SetString(PyExc_TypeError, "read() should return bytes");
        }
        else if (PyBytes_GET_SIZE(bytes) > view.len) {
            PyErr_Format(PyExc_ValueError, "read() returned too much data: %zd bytes requested, %zd returned", view.len,
                         PyBytes_GET_SIZE(bytes));
        }
        else {
            memcpy(view.buf, PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes));
            result = PyLong_FromSsize_t(PyBytes_GET_SIZE(bytes));
        }
        Py_DECREF(bytes);
    }
    PyBuffer_Release(&view);
    return result;
}

static PyObject *
base_readinto(PyObject *self, PyObject *arg)
{
    return readinto_by(self, arg, OU_STR(read), "readinto");
}

static PyObject *
base_readinto1(PyObject *self, PyObject *arg)
{
    return readinto_by(self, arg, OU_STR(read1), "readinto1");
}

static PyMethodDef base_methods[] = {
    {"detach", base_detach, METH_NOARGS, "detach($self, /)\n--\n\nGive the raw stream away."},
    {"read", base_read, METH_VARARGS, "Read bytes."},
    {"read1", base_read1, METH_VARARGS, "Read bytes with at most one raw read."},
    {"readinto", base_readinto, METH_O, "readinto($self, buffer, /)\n--\n\nRead into a buffer."},
    {"readinto1", base_readinto1, METH_O, "readinto1($self, buffer, /)\n--\n\nRead into a buffer with at most one raw read."},
    {"write", base_write, METH_VARARGS, "Write bytes."},
    {NULL},
};

PyTypeObject ou_bufferediobase_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_io._BufferedIOBase",
    .tp_basicsize = sizeof(IoObject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "The base of streams of bytes with a buffer.",
    .tp_methods = base_methods,
    .tp_base = &ou_iobase_type,
};

/* ---- BufferedRWPair ------------------------------------------------------------------------------------ */

typedef struct {
    IO_HEAD;
    PyObject *reader, *writer; /* NULL: __init__ not called */
} Pair;

#define PAIR(op) ((Pair *)(op))

OU_WALKER(buffered_pair)
{
    OU_EDGE_OF(PAIR(self), dict);
    OU_EDGE_OF(PAIR(self), reader);
    OU_EDGE_OF(PAIR(self), writer);
    return 0;
}

static int
pair_clear(PyObject *self)
{
    Py_CLEAR(PAIR(self)->reader);
    Py_CLEAR(PAIR(self)->writer);
    Py_CLEAR(PAIR(self)->dict);
    return 0;
}

static void
pair_dealloc(PyObject *self)
{
    PAIR(self)->finalizing = true;
    if (ou_io_finalize(self) < 0) {
        return;
    }
    ou_io_dealloc_head(self);
    Py_CLEAR(PAIR(self)->reader);
    Py_CLEAR(PAIR(self)->writer);
    ou_io_free(self);
}

static int
pair_init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    PyObject *reader, *writer;
    Py_ssize_t size = IO_DEFAULT_BUFFER_SIZE;
    if (Py_IS_TYPE(op, &ou_buffered_pair_type) && !_PyArg_NoKeywords("BufferedRWPair", kwargs)) {
        return -1;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(args);
    if (!_PyArg_CheckPositional("BufferedRWPair", n, 2, 3)) {
        return -1;
    }
    reader = PyTuple_GET_ITEM(args, 0);
    writer = PyTuple_GET_ITEM(args, 1);
    if (n > 2 && (size = PyNumber_AsSsize_t(PyTuple_GET_ITEM(args, 2), PyExc_OverflowError)) == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (ou_io_check_able(reader, OU_STR(readable), "File or stream is not readable.") < 0
        || ou_io_check_able(writer, OU_STR(writable), "File or stream is not writable.") < 0) {
        return -1;
    }
    PyObject *r = ou_buffered_new(&ou_buffered_reader_type, reader, size);
    if (r == NULL) {
        return -1;
    }
    OU_HOLD(hold, &r);
    PyObject *w = ou_buffered_new(&ou_buffered_writer_type, writer, size);
    OU_HOLD_END(hold);
    if (w == NULL) {
        Py_DECREF(r);
        return -1;
    }
    Py_XSETREF(PAIR(op)->reader, r);
    Py_XSETREF(PAIR(op)->writer, w);
    return 0;
}

/* Call a method of one of the two. */
static PyObject *
forward(PyObject *stream, PyObject *method, PyObject *const *args, Py_ssize_t n_args)
{
    if (stream == NULL) {
        PyErr_SetString(PyExc_ValueError, "I/O operation on uninitialized object");
        return NULL;
    }
    PyObject *stack[3] = {Py_NewRef(stream), NULL, NULL};
    n_args = Py_MIN(n_args, 2);
    for (Py_ssize_t i = 0; i < n_args; i++) {
        stack[1 + i] = args[i];
    }
    OU_HOLD(hold, &stack[0]);
    PyObject *result = PyObject_VectorcallMethod(method, stack, (size_t)(1 + n_args), NULL);
    OU_HOLD_END(hold);
    Py_DECREF(stack[0]);
    return result;
}

#define READER(name)                                                                  \
    static PyObject *pair_##name(PyObject *self, PyObject *const *args, Py_ssize_t n) \
    {                                                                                 \
        return forward(PAIR(self)->reader, OU_STR(name), args, n);                    \
    }
#define WRITER(name)                                                                  \
    static PyObject *pair_##name(PyObject *self, PyObject *const *args, Py_ssize_t n) \
    {                                                                                 \
        return forward(PAIR(self)->writer, OU_STR(name), args, n);                    \
    }
READER(read)
READER(peek)
READER(read1)
READER(readinto)
READER(readinto1)
READER(readable)
WRITER(write)
WRITER(flush)
WRITER(writable)

static PyObject *
pair_close(PyObject *self, PyObject *ignored)
{
    PyObject *type = NULL, *value = NULL, *traceback = NULL;
    PyObject *result = forward(PAIR(self)->writer, OU_STR(close), NULL, 0);
    if (result == NULL) {
        PyErr_Fetch(&type, &value, &traceback);
    }
    Py_XDECREF(result);
    OU_HOLD(hold, &type, &value, &traceback);
    result = forward(PAIR(self)->reader, OU_STR(close), NULL, 0);
    OU_HOLD_END(hold);
    if (type != NULL) {
        _PyErr_ChainExceptions(type, value, traceback);
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *
pair_isatty(PyObject *self, PyObject *ignored)
{
    PyObject *result = forward(PAIR(self)->writer, OU_STR(isatty), NULL, 0);
    if (result == NULL || result != Py_False) {
        return result;
    }
    Py_DECREF(result);
    return forward(PAIR(self)->reader, OU_STR(isatty), NULL, 0);
}

static PyObject *
pair_get_closed(PyObject *self, void *unused)
{
    if (PAIR(self)->writer == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "the BufferedRWPair object is being garbage-collected");
        return NULL;
    }
    return PyObject_GetAttr(PAIR(self)->writer, OU_STR(closed));
}

static PyMethodDef pair_methods[] = {
    {"read", IO_FAST(pair_read), NULL},           {"peek", IO_FAST(pair_peek), NULL},
    {"read1", IO_FAST(pair_read1), NULL},         {"readinto", IO_FAST(pair_readinto), NULL},
    {"readinto1", IO_FAST(pair_readinto1), NULL}, {"write", IO_FAST(pair_write), NULL},
    {"flush", IO_FAST(pair_flush), NULL},         {"readable", IO_FAST(pair_readable), NULL},
    {"writable", IO_FAST(pair_writable), NULL},   {"close", pair_close, METH_NOARGS, NULL},
    {"isatty", pair_isatty, METH_NOARGS, NULL},   {NULL},
};

static PyGetSetDef pair_getset[] = {{"closed", pair_get_closed, NULL, NULL, NULL}, {NULL}};

PyTypeObject ou_buffered_pair_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_io.BufferedRWPair",
    .tp_basicsize = sizeof(Pair),
    .tp_dealloc = pair_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "BufferedRWPair(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)\n--\n\n"
              "A stream that reads from one raw stream and writes to another.",
    .tp_traverse = buffered_pair_traverse,
    .tp_clear = pair_clear,
    .tp_methods = pair_methods,
    .tp_getset = pair_getset,
    .tp_base = &ou_bufferediobase_type,
    .tp_init = pair_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
};
