/* modules/_io/io_bytes.c - BytesIO: a file in memory.
 *
 * Owns       `bytes`, a bytes object as large as what was allocated; NULL once closed.
 * Invariant  the first `size` bytes of it are the content.  It is written only while nobody else holds it.  While a view
 *            of it is out (n_exports > 0) it stays where it is and as long as it is.
 * Not here   StringIO (io_string.c). */
#include "modules/_io/io.h"

typedef struct {
    IO_HEAD;
    PyObject *bytes;
    Py_ssize_t pos, size;
    Py_ssize_t n_exports;
} BytesIO;

#define SELF(op) ((BytesIO *)(op))

OU_WALKER(bytesio)
{
    OU_EDGE_OF(SELF(self), dict);
    OU_EDGE_ATOM_OF(SELF(self), bytes);
    return 0;
}

static int
bytesio_clear(PyObject *self)
{
    Py_CLEAR(SELF(self)->dict);
    if (SELF(self)->n_exports == 0) {
        Py_CLEAR(SELF(self)->bytes);
    }
    return 0;
}

static int
check_open(BytesIO *self)
{
    if (self->bytes == NULL) {
        ou_io_closed_error_dot();
        return -1;
    }
    return 0;
}

static int
check_exports(BytesIO *self)
{
    if (self->n_exports > 0) {
        PyErr_SetString(PyExc_BufferError, "Existing exports of data: object cannot be re-sized");
        return -1;
    }
    return 0;
}

static char *
data_of(BytesIO *self)
{
    return PyBytes_AS_STRING(self->bytes);
}

/* Be the only holder of bytes that are `room` long.  Returns 0, or -1 with MemoryError set and nothing changed. */
static int
own(BytesIO *self, Py_ssize_t room)
{
    if (Py_REFCNT(self->bytes) == 1 && PyBytes_GET_SIZE(self->bytes) == room) {
        ((PyBytesObject *)self->bytes)->ob_shash = -1;
        return 0;
    }
    PyObject *copy = PyBytes_FromStringAndSize(NULL, room);
    if (copy == NULL) {
        return -1;
    }
    memcpy(PyBytes_AS_STRING(copy), data_of(self), (size_t)Py_MIN(room, self->size));
    Py_SETREF(self->bytes, copy);
    return 0;
}

/* Make room for `size` bytes of content, and be the only holder. */
static int
reserve(BytesIO *self, Py_ssize_t size)
{
    Py_ssize_t room = PyBytes_GET_SIZE(self->bytes);
    if (size > room) {
        Py_ssize_t extra = (size >> 3) + (size < 9 ? 3 : 6);
        room = size > PY_SSIZE_T_MAX - extra ? size : size + extra;
    }
    else if (size < room / 2) {
        room = size; /* much of it is not used: give it back */
    }
    return own(self, room);
}

/* Write at the position; n > 0.  Returns 0 or -1. */
static int
write_at(BytesIO *self, const char *from, Py_ssize_t n)
{
    if (self->pos > PY_SSIZE_T_MAX - n) {
        PyErr_SetString(PyExc_OverflowError, "new buffer size too large");
        return -1;
    }
    Py_ssize_t end = self->pos + n;
    if (end > PyBytes_GET_SIZE(self->bytes) ? reserve(self, end) < 0 : own(self, PyBytes_GET_SIZE(self->bytes)) < 0) {
        return -1;
    }
    if (self->pos > self->size) {
        memset(data_of(self) + self->size, 0, (size_t)(self->pos - self->size));
    }
    memcpy(data_of(self) + self->pos, from, (size_t)n);
    self->pos = end;
    self->size = Py_MAX(self->size, end);
    return 0;
}

/* Up to n bytes from the position on. */
static PyObject *
take(BytesIO *self, Py_ssize_t n)
{
    Py_ssize_t left = self->size > self->pos ? self->size - self->pos : 0;
    n = n < 0 || n > left ? left : n;
    if (n > 1 && self->pos == 0 && n == PyBytes_GET_SIZE(self->bytes) && self->n_exports == 0
        && PyBytes_CheckExact(self->bytes)) {
        self->pos = n;
        return Py_NewRef(self->bytes); /* all of it: shared until someone writes */
    }
    PyObject *bytes = PyBytes_FromStringAndSize(n > 0 ? data_of(self) + self->pos : "", n);
    if (bytes != NULL) {
        self->pos += n;
    }
    return bytes;
}

/* Bytes of the line at the position, at most n. */
static Py_ssize_t
line_length(BytesIO *self, Py_ssize_t n)
{
    if (self->pos >= self->size) {
        return 0;
    }
    Py_ssize_t left = self->size - self->pos;
    n = n < 0 || n > left ? left : n;
    const char *start = data_of(self) + self->pos, *newline = n > 0 ? memchr(start, '\n', (size_t)n) : NULL;
    return newline != NULL ? newline - start + 1 : n;
}

/* ---- methods ------------------------------------------------------------------------------------------------------------ */

static PyObject *
bytesio_yes(PyObject *self, PyObject *ignored)
{
    return check_open(SELF(self)) < 0 ? NULL : Py_NewRef(Py_True);
}

static PyObject *
bytesio_isatty(PyObject *self, PyObject *ignored)
{
    return check_open(SELF(self)) < 0 ? NULL : Py_NewRef(Py_False);
}

static PyObject *
bytesio_flush(PyObject *self, PyObject *ignored)
{
    return check_open(SELF(self)) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
bytesio_close(PyObject *self, PyObject *ignored)
{
    if (check_exports(SELF(self)) < 0) {
        return NULL;
    }
    Py_CLEAR(SELF(self)->bytes);
    Py_RETURN_NONE;
}

static PyObject *
bytesio_tell(PyObject *self, PyObject *ignored)
{
    return check_open(SELF(self)) < 0 ? NULL : PyLong_FromSsize_t(SELF(self)->pos);
}

static PyObject *
bytesio_write(PyObject *op, PyObject *arg)
{
    BytesIO *self = SELF(op);
    if (check_open(self) < 0 || check_exports(self) < 0) {
        return NULL;
    }
    Py_buffer view;
    if (PyObject_GetBuffer(arg, &view, PyBUF_CONTIG_RO) < 0) {
        return NULL;
    }
    Py_ssize_t n = view.len;
    int status = n == 0 ? 0 : check_open(self) < 0 || check_exports(self) < 0 ? -1 : write_at(self, view.buf, n);
    PyBuffer_Release(&view);
    return status < 0 ? NULL : PyLong_FromSsize_t(n);
}

static PyObject *
bytesio_writelines(PyObject *op, PyObject *lines)
{
    return check_open(SELF(op)) < 0 ? NULL : ou_io_write_lines(op, lines, bytesio_write);
}

static PyObject *
bytesio_read(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t n;
    if (!_PyArg_CheckPositional("read", n_args, 0, 1) || ou_io_size(n_args ? args[0] : NULL, -1, &n) < 0
        || check_open(SELF(self)) < 0) {
        return NULL;
    }
    return take(SELF(self), n);
}

static PyObject *
bytesio_readline(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t n;
    if (!_PyArg_CheckPositional("readline", n_args, 0, 1) || ou_io_size(n_args ? args[0] : NULL, -1, &n) < 0
        || check_open(SELF(self)) < 0) {
        return NULL;
    }
    return take(SELF(self), line_length(SELF(self), n));
}

static PyObject *
bytesio_readlines(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
{
    BytesIO *self = SELF(op);
    Py_ssize_t hint = 0, total = 0, n;
    if (!_PyArg_CheckPositional("readlines", n_args, 0, 1) || check_open(self) < 0) {
        return NULL;
    }
    if (n_args && args[0] != Py_None) {
        if (!PyLong_Check(args[0])) {
            PyErr_Format(PyExc_TypeError, "integer argument expected, got '%s'", Py_TYPE(args[0])->tp_name);
            return NULL;
        }
        hint = PyLong_AsSsize_t(args[0]);
        if (hint == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    PyObject *list = PyList_New(0);
    while (list != NULL && (n = line_length(self, -1)) > 0) {
        PyObject *line = take(self, n);
        if (line == NULL || PyList_Append(list, line) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(line);
        total += n;
        if (hint > 0 && total >= hint) {
            break;
        }
    }
    return list;
}

static PyObject *
bytesio_next(PyObject *op)
{
    BytesIO *self = SELF(op);
    if (check_open(self) < 0) {
        return NULL;
    }
    Py_ssize_t n = line_length(self, -1);
    return n == 0 ? NULL : take(self, n);
}

static PyObject *
bytesio_readinto(PyObject *op, PyObject *arg)
{
    BytesIO *self = SELF(op);
    Py_buffer view;
    if (ou_io_writable_arg(arg, &view, "readinto") < 0) {
        return NULL;
    }
    if (check_open(self) < 0) {
        PyBuffer_Release(&view);
        return NULL;
    }
    Py_ssize_t left = self->size > self->pos ? self->size - self->pos : 0, n = Py_MIN(view.len, left);
    if (n > 0) {
        memmove(view.buf, data_of(self) + self->pos, (size_t)n); /* may be a view of ourselves */
        self->pos += n;
    }
    PyBuffer_Release(&view);
    return PyLong_FromSsize_t(n);
}

static PyObject *
bytesio_getvalue(PyObject *op, PyObject *ignored)
{
    BytesIO *self = SELF(op);
    if (check_open(self) < 0) {
        return NULL;
    }
    if (self->n_exports > 0 || self->size <= 1) {
        return PyBytes_FromStringAndSize(data_of(self), self->size);
    }
    if (self->size != PyBytes_GET_SIZE(self->bytes)) {
        if (Py_REFCNT(self->bytes) > 1) {
            if (own(self, self->size) < 0) {
                return NULL;
            }
        }
        else if (_PyBytes_Resize(&self->bytes, self->size) < 0) {
            return NULL; /* then it is closed: the content could not be kept */
        }
    }
    return Py_NewRef(self->bytes);
}

static PyObject *
bytesio_seek(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
{
    BytesIO *self = SELF(op);
    Py_ssize_t to;
    int whence;
    if (ou_io_seek_arguments(args, n_args, &to, &whence) < 0 || check_open(self) < 0) {
        return NULL;
    }
    if (to < 0 && whence == 0) {
        PyErr_Format(PyExc_ValueError, "negative seek value %zd", to);
        return NULL;
    }
    if (whence < 0 || whence > 2) {
        PyErr_Format(PyExc_ValueError, "invalid whence (%i, should be 0, 1 or 2)", whence);
        return NULL;
    }
    Py_ssize_t base = whence == 0 ? 0 : whence == 1 ? self->pos : self->size;
    if (to > PY_SSIZE_T_MAX - base) {
        PyErr_SetString(PyExc_OverflowError, "new position too large");
        return NULL;
    }
    self->pos = Py_MAX(base + to, 0);
    return PyLong_FromSsize_t(self->pos);
}

static PyObject *
bytesio_truncate(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
{
    BytesIO *self = SELF(op);
    Py_ssize_t size;
    if (!_PyArg_CheckPositional("truncate", n_args, 0, 1) || ou_io_size(n_args ? args[0] : NULL, self->pos, &size) < 0
        || check_open(self) < 0 || check_exports(self) < 0) {
        return NULL;
    }
    if (size < 0) {
        PyErr_Format(PyExc_ValueError, "negative size value %zd", size);
        return NULL;
    }
    if (size < self->size) {
        Py_ssize_t before = self->size;
        self->size = size;
        if (reserve(self, size) < 0) {
            self->size = before;
            return NULL;
        }
    }
    return PyLong_FromSsize_t(size);
}

/* ---- pickling ------------------------------------------------------------------------------------------------------------ */

static PyObject *
bytesio_getstate(PyObject *op, PyObject *ignored)
{
    PyObject *value = bytesio_getvalue(op, NULL), *dict = NULL;
    if (value == NULL) {
        return NULL;
    }
    if (SELF(op)->dict == NULL) {
        dict = Py_NewRef(Py_None);
    }
    else {
        dict = PyDict_Copy(SELF(op)->dict);
        if (dict == NULL) {
            Py_DECREF(value);
            return NULL;
        }
    }
    return Py_BuildValue("(NnN)", value, SELF(op)->pos, dict);
}

/* Take new content, a bytes object or anything with a buffer.  Returns 0 or -1.  RE-ENTRANT. */
static int
set_content(BytesIO *self, PyObject *content)
{
    PyObject *bytes;
    if (PyBytes_CheckExact(content)) {
        bytes = Py_NewRef(content);
    }
    else {
        Py_buffer view;
        if (PyObject_GetBuffer(content, &view, PyBUF_CONTIG_RO) < 0) {
            return -1;
        }
        bytes = PyBytes_FromStringAndSize(view.buf, view.len);
        PyBuffer_Release(&view);
        if (bytes == NULL || check_exports(self) < 0) {
            Py_XDECREF(bytes);
            return -1;
        }
    }
    Py_XSETREF(self->bytes, bytes);
    self->pos = 0;
    self->size = PyBytes_GET_SIZE(bytes);
    return 0;
}

static PyObject *
bytesio_setstate(PyObject *op, PyObject *state)
{
    BytesIO *self = SELF(op);
    if (!PyTuple_Check(state) || PyTuple_GET_SIZE(state) < 3) {
        PyErr_Format(PyExc_TypeError, "%.200s.__setstate__ argument should be 3-tuple, got %.200s", Py_TYPE(op)->tp_name,
                     Py_TYPE(state)->tp_name);
        return NULL;
    }
    if (check_exports(self) < 0 || set_content(self, PyTuple_GET_ITEM(state, 0)) < 0) {
        return NULL;
    }
    PyObject *number = PyTuple_GET_ITEM(state, 1), *dict = PyTuple_GET_ITEM(state, 2);
    if (!PyLong_Check(number)) {
        PyErr_Format(PyExc_TypeError, "second item of state must be an integer, not %.200s", Py_TYPE(number)->tp_name);
        return NULL;
    }
    Py_ssize_t pos = PyLong_AsSsize_t(number);
    if (pos == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (pos < 0) {
        PyErr_SetString(PyExc_ValueError, "position value cannot be negative");
        return NULL;
    }
    self->pos = pos;
    if (dict != Py_None) {
        if (!PyDict_Check(dict)) {
            PyErr_Format(PyExc_TypeError, "third item of state should be a dict, got a %.200s", Py_TYPE(dict)->tp_name);
            return NULL;
        }
        if (self->dict != NULL) {
            if (PyDict_Update(self->dict, dict) < 0) {
                return NULL;
            }
        }
        else {
            self->dict = Py_NewRef(dict);
        }
    }
    Py_RETURN_NONE;
}

static PyObject *
bytesio_sizeof(PyObject *self, PyObject *ignored)
{
    Py_ssize_t size = (Py_ssize_t)sizeof(BytesIO);
    if (SELF(self)->bytes != NULL && Py_REFCNT(SELF(self)->bytes) == 1) {
        size += _PySys_GetSizeOf(SELF(self)->bytes);
    }
    return PyLong_FromSsize_t(size);
}

/* ---- life --------------------------------------------------------------------------------------------------------------- */

static PyObject *
bytesio_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    BytesIO *self = SELF(type->tp_alloc(type, 0));
    if (self == NULL) {
        return NULL;
    }
    self->bytes = PyBytes_FromStringAndSize(NULL, 0);
    if (self->bytes == NULL) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static int
bytesio_init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"BytesIO", {"initial_bytes"}, .n_positional = 1, .n_all = 1};
    PyObject *v[1];
    BytesIO *self = SELF(op);
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0) {
        return -1;
    }
    self->size = 0;
    self->pos = 0;
    if (check_exports(self) < 0) {
        return -1;
    }
    if (v[0] != NULL && v[0] != Py_None) {
        return set_content(self, v[0]);
    }
    if (self->bytes == NULL && (self->bytes = PyBytes_FromStringAndSize(NULL, 0)) == NULL) {
        return -1;
    }
    return 0;
}

static void
bytesio_dealloc(PyObject *op)
{
    BytesIO *self = SELF(op);
    if (!ou_io_is_plain(op, &ou_bytesio_type) && ou_io_finalize(op) < 0) {
        return; /* a plain one has nothing that closing would do */
    }
    if (self->n_exports > 0) {
        PyErr_SetString(PyExc_SystemError, "deallocated BytesIO object has exported buffers");
        PyErr_Print();
    }
    ou_io_dealloc_head(op);
    Py_CLEAR(self->bytes);
    ou_io_free(op);
}

static PyObject *
bytesio_get_closed(PyObject *self, void *unused)
{
    return PyBool_FromLong(SELF(self)->bytes == NULL);
}

/* ---- getbuffer(): an exporter of its own, which keeps the file's bytes in place ------------------------------------------ */

typedef struct {
    PyObject_HEAD
    BytesIO *source;
} BytesIOBuffer;

OU_WALKER(bytesio_buffer)
{
    OU_EDGE_OF((BytesIOBuffer *)self, source);
    return 0;
}

static PyObject *
bytesio_getbuffer(PyObject *self, PyObject *ignored)
{
    if (check_open(SELF(self)) < 0) {
        return NULL;
    }
    BytesIOBuffer *buffer = (BytesIOBuffer *)ou_gc_new(&ou_bytesio_buffer_type);
    if (buffer == NULL) {
        return NULL;
    }
    buffer->source = (BytesIO *)Py_NewRef(self);
    ou_gc_track((PyObject *)buffer);
    PyObject *view = PyMemoryView_FromObject((PyObject *)buffer);
    Py_DECREF(buffer);
    return view;
}

static int
buffer_getbuffer(PyObject *self, Py_buffer *view, int flags)
{
    BytesIO *source = ((BytesIOBuffer *)self)->source;
    if (view == NULL) {
        PyErr_SetString(PyExc_BufferError, "bytesiobuf_getbuffer: view==NULL argument is obsolete");
        return -1;
    }
    view->obj = NULL;
    if (check_open(source) < 0) {
        return -1;
    }
    if (source->n_exports == 0 && own(source, PyBytes_GET_SIZE(source->bytes)) < 0) {
        return -1;
    }
    (void)PyBuffer_FillInfo(view, self, data_of(source), source->size, 0, flags);
    source->n_exports++;
    return 0;
}

static void
buffer_releasebuffer(PyObject *self, Py_buffer *view)
{
    ((BytesIOBuffer *)self)->source->n_exports--;
}

static void
buffer_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(((BytesIOBuffer *)self)->source);
    ou_gc_free(self);
}

static PyBufferProcs buffer_procs = {buffer_getbuffer, buffer_releasebuffer};

PyTypeObject ou_bytesio_buffer_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_io._BytesIOBuffer",
    .tp_basicsize = sizeof(BytesIOBuffer),
    .tp_dealloc = buffer_dealloc,
    .tp_as_buffer = &buffer_procs,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = bytesio_buffer_traverse,
};

/* The name under which CPython exports it. */
extern PyTypeObject _PyBytesIOBuffer_Type __attribute__((alias("ou_bytesio_buffer_type")));

/* ---- the type -------------------------------------------------------------------------------------------------------------- */

static PyMethodDef bytesio_methods[] = {
    {"readable", bytesio_yes, METH_NOARGS, "readable($self, /)\n--\n\nTrue."},
    {"seekable", bytesio_yes, METH_NOARGS, "seekable($self, /)\n--\n\nTrue."},
    {"writable", bytesio_yes, METH_NOARGS, "writable($self, /)\n--\n\nTrue."},
    {"close", bytesio_close, METH_NOARGS, "close($self, /)\n--\n\nGive the content up."},
    {"flush", bytesio_flush, METH_NOARGS, "flush($self, /)\n--\n\nDoes nothing."},
    {"isatty", bytesio_isatty, METH_NOARGS, "isatty($self, /)\n--\n\nFalse."},
    {"tell", bytesio_tell, METH_NOARGS, "tell($self, /)\n--\n\nThe position."},
    {"write", bytesio_write, METH_O, "write($self, b, /)\n--\n\nWrite bytes; their number."},
    {"writelines", bytesio_writelines, METH_O, "writelines($self, lines, /)\n--\n\nWrite each of the lines."},
    {"read1", IO_FAST(bytesio_read), "read1($self, size=-1, /)\n--\n\nRead at most `size` bytes."},
    {"readinto", bytesio_readinto, METH_O, "readinto($self, buffer, /)\n--\n\nRead into a buffer; the number of bytes."},
    {"readline", IO_FAST(bytesio_readline), "readline($self, size=-1, /)\n--\n\nA line, or at most `size` bytes of it."},
    {"readlines", IO_FAST(bytesio_readlines),
     "readlines($self, size=None, /)\n--\n\nThe lines as a list; no more once they are `size` bytes long."},
    {"read", IO_FAST(bytesio_read), "read($self, size=-1, /)\n--\n\nRead at most `size` bytes; all without a size."},
    {"getbuffer", bytesio_getbuffer, METH_NOARGS, "getbuffer($self, /)\n--\n\nA writable view of the content."},
    {"getvalue", bytesio_getvalue, METH_NOARGS, "getvalue($self, /)\n--\n\nThe whole content."},
    {"seek", IO_FAST(bytesio_seek), "seek($self, pos, whence=0, /)\n--\n\nMove to a position; the new one."},
    {"truncate", IO_FAST(bytesio_truncate), "truncate($self, size=None, /)\n--\n\nCut to a size, the position by default."},
    {"__getstate__", bytesio_getstate, METH_NOARGS, NULL},
    {"__setstate__", bytesio_setstate, METH_O, NULL},
    {"__sizeof__", bytesio_sizeof, METH_NOARGS, NULL},
    {NULL},
};

static PyGetSetDef bytesio_getset[] = {{"closed", bytesio_get_closed, NULL, "Is it closed?", NULL}, {NULL}};

PyTypeObject ou_bytesio_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_io.BytesIO",
    .tp_basicsize = sizeof(BytesIO),
    .tp_dealloc = bytesio_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "BytesIO(initial_bytes=b'')\n--\n\nA buffered stream of bytes in memory.",
    .tp_traverse = bytesio_traverse,
    .tp_clear = bytesio_clear,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = bytesio_next,
    .tp_methods = bytesio_methods,
    .tp_getset = bytesio_getset,
    .tp_base = &ou_bufferediobase_type,
    .tp_init = bytesio_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = bytesio_new,
    .tp_free = PyObject_GC_Del,
};
