/* modules/_io/io_string.c - StringIO: a text file in memory; and _TextIOBase.
 *
 * Owns       `data`: room for `room` code points of `kind` bytes each.
 * Invariant  the first `size` of them are the content; `pos` may lie behind its end.  kind grows as the content needs and
 *            never shrinks.
 * Not here   BytesIO (io_bytes.c). */
#include "modules/_io/io.h"

/* ---- _TextIOBase ---------------------------------------------------------------------------------------------------------- */

static PyObject *
base_detach(PyObject *self, PyObject *args)
{
    return ou_io_unsupported("detach");
}

static PyObject *
base_read(PyObject *self, PyObject *args)
{
    return ou_io_unsupported("read");
}

static PyObject *
base_readline(PyObject *self, PyObject *args)
{
    return ou_io_unsupported("readline");
}

static PyObject *
base_write(PyObject *self, PyObject *args)
{
    return ou_io_unsupported("write");
}

static PyObject *
base_none(PyObject *self, void *unused)
{
    Py_RETURN_NONE;
}

static PyMethodDef base_methods[] = {
    {"detach", base_detach, METH_NOARGS, "Give the stream of bytes away."},
    {"read", base_read, METH_VARARGS, "Read at most so many characters."},
    {"readline", base_readline, METH_VARARGS, "Read a line."},
    {"write", base_write, METH_VARARGS, "Write a str; its length."},
    {NULL},
};

static PyGetSetDef base_getset[] = {
    {"encoding", base_none, NULL, "The encoding of the stream's bytes.", NULL},
    {"newlines", base_none, NULL, "The line ends seen so far.", NULL},
    {"errors", base_none, NULL, "How errors of the encoding are handled.", NULL},
    {NULL},
};

PyTypeObject ou_textiobase_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_io._TextIOBase",
    .tp_basicsize = sizeof(IoObject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "The base of streams of text.",
    .tp_methods = base_methods,
    .tp_getset = base_getset,
    .tp_base = &ou_iobase_type,
};

/* ---- the content --------------------------------------------------------------------------------------- */

typedef struct {
    IO_HEAD;
    bool ok, closed;
    bool universal, translate; /* newline=None or '': both kinds of line ends are noted; None: made \n */
    const char *newline;       /* as given; NULL: None */
    unsigned seen;
    int kind;
    void *data;
    Py_ssize_t pos, size, room;
} StringIO;

#define SELF(op) ((StringIO *)(op))

OU_WALKER(stringio)
{
    OU_EDGE_OF(SELF(self), dict);
    return 0;
}

static int
stringio_clear(PyObject *self)
{
    Py_CLEAR(SELF(self)->dict);
    return 0;
}

static int
check(StringIO *self)
{
    if (OU_UNLIKELY(!self->ok)) {
        PyErr_SetString(PyExc_ValueError, "I/O operation on uninitialized object");
        return -1;
    }
    if (OU_UNLIKELY(self->closed)) {
        PyErr_SetString(PyExc_ValueError, "I/O operation on closed file");
        return -1;
    }
    return 0;
}

/* Make room for `size` code points of at least `kind`.  Returns 0, or -1 with MemoryError set and nothing changed. */
static int
reserve(StringIO *self, Py_ssize_t size, int kind)
{
    if (size <= self->room && kind <= self->kind) {
        return 0;
    }
    kind = Py_MAX(kind, self->kind);
    Py_ssize_t room = self->room;
    size_t bytes;
    if (size > room) {
        room = size <= PY_SSIZE_T_MAX - (size >> 3) - 16 ? size + (size >> 3) + 16 : size;
    }
    if (ou_size_mul((size_t)room, (size_t)kind, &bytes) || bytes > (size_t)PY_SSIZE_T_MAX) {
        PyErr_NoMemory();
        return -1;
    }
    void *data;
    if (kind == self->kind) {
        data = PyMem_Realloc(self->data, bytes);
    }
    else {
        data = PyMem_Malloc(bytes);
        if (data != NULL && self->size > 0) {
            ou_ucs_copy(kind, data, 0, self->kind, self->data, 0, self->size);
        }
        if (data != NULL) {
            PyMem_Free(self->data);
        }
    }
    if (data == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->data = data;
    self->room = room;
    self->kind = kind;
    return 0;
}

/* Write a str at the position, line ends as the newline argument asks. */
static int
write_str(StringIO *self, PyObject *text)
{
    Py_INCREF(text);
    if (self->universal) {
        bool pending = false;
        text = ou_io_translate(text, self->translate, true, &pending, &self->seen);
    }
    else if (self->newline[0] == '\r' && PyUnicode_FindChar(text, '\n', 0, PyUnicode_GET_LENGTH(text), 1) >= 0) {
        PyObject *end = PyUnicode_FromString(self->newline), *replaced = NULL;
        if (end != NULL) {
            replaced = PyUnicode_Replace(text, OU_LATIN1_CHAR('\n'), end, -1);
            Py_DECREF(end);
        }
        Py_SETREF(text, replaced);
    }
    if (text == NULL) {
        return -1;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(text);
    int status = 0;
    if (self->pos > PY_SSIZE_T_MAX - n) {
        PyErr_SetString(PyExc_OverflowError, "new position too large");
        status = -1;
    }
    else if (n > 0 && (status = reserve(self, self->pos + n, (int)PyUnicode_KIND(text))) == 0) {
        if (self->pos > self->size) {
            ou_ucs_fill(self->kind, self->data, self->size, self->pos - self->size, 0);
        }
        ou_ucs_copy(self->kind, self->data, self->pos, (int)PyUnicode_KIND(text), PyUnicode_DATA(text), 0, n);
        self->pos += n;
        self->size = Py_MAX(self->size, self->pos);
    }
    Py_DECREF(text);
    return status;
}

/* The n characters from the position on. */
static PyObject *
take(StringIO *self, Py_ssize_t n)
{
    if (n <= 0) {
        return Py_NewRef(OU_EMPTY_STR);
    }
    PyObject *text = ou_str_from_ucs(self->kind, ou_ucs_at(self->kind, self->data, self->pos), n);
    if (text != NULL) {
        self->pos += n;
    }
    return text;
}

static PyObject *
read_line(StringIO *self, Py_ssize_t limit)
{
    if (self->pos >= self->size) {
        return Py_NewRef(OU_EMPTY_STR);
    }
    Py_ssize_t end = self->size, rest;
    if (limit >= 0 && limit < end - self->pos) {
        end = self->pos + limit;
    }
    IoLineEnd line_end = {self->universal && !self->translate, self->universal ? "\n" : self->newline};
    Py_ssize_t at = ou_io_find_line(self->kind, self->data, self->pos, end, &line_end, &rest);
    return take(self, (at < 0 ? end : at) - self->pos);
}

/* ---- methods ------------------------------------------------------------------------------------------- */

static PyObject *
stringio_close(PyObject *op, PyObject *ignored)
{
    StringIO *self = SELF(op);
    self->closed = true;
    PyMem_Free(self->data);
    self->data = NULL;
    self->room = self->size = 0;
    Py_RETURN_NONE;
}

static PyObject *
stringio_getvalue(PyObject *op, PyObject *ignored)
{
    StringIO *self = SELF(op);
    if (check(self) < 0) {
        return NULL;
    }
    return self->size == 0 ? Py_NewRef(OU_EMPTY_STR) : ou_str_from_ucs(self->kind, self->data, self->size);
}

static PyObject *
stringio_read(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
{
    StringIO *self = SELF(op);
    Py_ssize_t n;
    if (!_PyArg_CheckPositional("read", n_args, 0, 1) || ou_io_size(n_args ? args[0] : NULL, -1, &n) < 0 || check(self) < 0) {
        return NULL;
    }
    Py_ssize_t left = self->size - self->pos;
    return take(self, n < 0 || n > left ? left : n);
}

static PyObject *
stringio_readline(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t n;
    if (!_PyArg_CheckPositional("readline", n_args, 0, 1) || ou_io_size(n_args ? args[0] : NULL, -1, &n) < 0
        || check(SELF(op)) < 0) {
        return NULL;
    }
    return read_line(SELF(op), n < 0 ? -1 : n);
}

static PyObject *
stringio_next(PyObject *self)
{
    PyObject *line;
    if (check(SELF(self)) < 0) {
        return NULL;
    }
    if (Py_IS_TYPE(self, &ou_stringio_type)) {
        line = read_line(SELF(self), -1);
    }
    else {
        line = PyObject_CallMethodNoArgs(self, OU_STR(readline));
        if (line != NULL && !PyUnicode_Check(line)) {
            PyErr_Format(PyExc_OSError, "readline() should have returned a str object, not '%.200s'", Py_TYPE(line)->tp_name);
            Py_CLEAR(line);
        }
    }
    if (line != NULL && PyUnicode_GET_LENGTH(line) == 0) {
        Py_CLEAR(line);
    }
    return line;
}

static PyObject *
stringio_tell(PyObject *self, PyObject *ignored)
{
    return check(SELF(self)) < 0 ? NULL : PyLong_FromSsize_t(SELF(self)->pos);
}

static PyObject *
stringio_truncate(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
{
    StringIO *self = SELF(op);
    Py_ssize_t size;
    if (!_PyArg_CheckPositional("truncate", n_args, 0, 1) || ou_io_size(n_args ? args[0] : NULL, self->pos, &size) < 0
        || check(self) < 0) {
        return NULL;
    }
    if (size < 0) {
        PyErr_Format(PyExc_ValueError, "Negative size value %zd", size);
        return NULL;
    }
    self->size = Py_MIN(self->size, size);
    return PyLong_FromSsize_t(size);
}

static PyObject *
stringio_seek(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
{
    StringIO *self = SELF(op);
    Py_ssize_t to;
    int whence;
    if (ou_io_seek_arguments(args, n_args, &to, &whence) < 0 || check(self) < 0) {
        return NULL;
    }
    if (whence < 0 || whence > 2) {
        PyErr_Format(PyExc_ValueError, "Invalid whence (%i, should be 0, 1 or 2)", whence);
        return NULL;
    }
    if (to < 0 && whence == 0) {
        PyErr_Format(PyExc_ValueError, "Negative seek position %zd", to);
        return NULL;
    }
    if (whence != 0 && to != 0) {
        PyErr_SetString(PyExc_OSError, "Can't do nonzero cur-relative seeks");
        return NULL;
    }
    self->pos = whence == 0 ? to : whence == 1 ? self->pos : self->size;
    return PyLong_FromSsize_t(self->pos);
}

static PyObject *
stringio_write(PyObject *self, PyObject *text)
{
    if (!SELF(self)->ok && check(SELF(self)) < 0) {
        return NULL;
    }
    if (!PyUnicode_Check(text)) {
        PyErr_Format(PyExc_TypeError, "string argument expected, got '%s'", Py_TYPE(text)->tp_name);
        return NULL;
    }
    if (PyUnicode_READY(text) < 0 || check(SELF(self)) < 0) {
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(text);
    if (n > 0 && write_str(SELF(self), text) < 0) {
        return NULL;
    }
    return PyLong_FromSsize_t(n);
}

static PyObject *
stringio_yes(PyObject *self, PyObject *ignored)
{
    return check(SELF(self)) < 0 ? NULL : Py_NewRef(Py_True);
}

static PyObject *
stringio_get_closed(PyObject *self, void *unused)
{
    if (!SELF(self)->ok && check(SELF(self)) < 0) {
        return NULL;
    }
    return PyBool_FromLong(SELF(self)->closed);
}

static PyObject *
stringio_get_line_buffering(PyObject *self, void *unused)
{
    return check(SELF(self)) < 0 ? NULL : Py_NewRef(Py_False);
}

static PyObject *
stringio_get_newlines(PyObject *self, void *unused)
{
    return check(SELF(self)) < 0 ? NULL : ou_io_newlines(SELF(self)->seen);
}

/* ---- life ---------------------------------------------------------------------------------------------- */

/* Begin (again) with an empty content.  newline: checked. */
static void
begin(StringIO *self, const char *newline)
{
    PyMem_Free(self->data);
    self->data = NULL;
    self->kind = 1;
    self->pos = self->size = self->room = 0;
    self->newline = newline;
    self->universal = newline == NULL || newline[0] == 0;
    self->translate = newline == NULL;
    self->seen = 0;
    self->closed = false;
    self->ok = true;
}

int
ou_io_newline_arg(PyObject *arg, const char *function, const char **newline)
{
    static const char *const legal[] = {"", "\n", "\r", "\r\n"};
    *newline = NULL;
    if (arg == Py_None) {
        return 0;
    }
    if (!PyUnicode_Check(arg)) {
        if (function == NULL) {
            PyErr_Format(PyExc_TypeError, "newline must be str or None, not %.200s", Py_TYPE(arg)->tp_name);
        }
        else {
            _PyArg_BadArgument(function, "argument 'newline'", "str or None", arg);
        }
        return -1;
    }
    const char *text = PyUnicode_AsUTF8(arg);
    if (text == NULL) {
        return -1;
    }
    for (size_t i = 0; i < OU_COUNT_OF(legal); i++) {
        if (strcmp(text, legal[i]) == 0 && (size_t)PyUnicode_GET_LENGTH(arg) == strlen(text)) {
            *newline = legal[i];
            return 0;
        }
    }
    if (function == NULL) {
        PyErr_Format(PyExc_ValueError, "illegal newline value: %R", arg);
    }
    else {
        PyErr_Format(PyExc_ValueError, "illegal newline value: %s", text);
    }
    return -1;
}

static int
stringio_init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"StringIO", {"initial_value", "newline"}, .n_positional = 2, .n_all = 2};
    PyObject *v[2];
    StringIO *self = SELF(op);
    const char *newline = "\n";
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0) {
        return -1;
    }
    self->ok = false;
    if (v[1] != NULL && ou_io_newline_arg(v[1], NULL, &newline) < 0) {
        return -1;
    }
    if (v[0] != NULL && v[0] != Py_None && !PyUnicode_Check(v[0])) {
        PyErr_Format(PyExc_TypeError, "initial_value must be str or None, not %.200s", Py_TYPE(v[0])->tp_name);
        return -1;
    }
    begin(self, newline);
    if (v[0] != NULL && v[0] != Py_None && PyUnicode_GET_LENGTH(v[0]) > 0) {
        if (write_str(self, v[0]) < 0) {
            self->ok = false;
            return -1;
        }
        self->pos = 0;
    }
    return 0;
}

static void
stringio_dealloc(PyObject *op)
{
    if (!ou_io_is_plain(op, &ou_stringio_type) && ou_io_finalize(op) < 0) {
        return;
    }
    ou_io_dealloc_head(op);
    SELF(op)->ok = false;
    PyMem_Free(SELF(op)->data);
    SELF(op)->data = NULL;
    ou_io_free(op);
}

static PyObject *
stringio_getstate(PyObject *op, PyObject *ignored)
{
    StringIO *self = SELF(op);
    PyObject *value = stringio_getvalue(op, NULL), *dict;
    if (value == NULL) {
        return NULL;
    }
    dict = self->dict == NULL ? Py_NewRef(Py_None) : PyDict_Copy(self->dict);
    if (dict == NULL) {
        Py_DECREF(value);
        return NULL;
    }
    return Py_BuildValue("(NznN)", value, self->newline, self->pos, dict);
}

static PyObject *
stringio_setstate(PyObject *op, PyObject *state)
{
    StringIO *self = SELF(op);
    const char *newline;
    if (!PyTuple_Check(state) || PyTuple_GET_SIZE(state) < 4) {
        PyErr_Format(PyExc_TypeError, "%.200s.__setstate__ argument should be 4-tuple, got %.200s", Py_TYPE(op)->tp_name,
                     Py_TYPE(state)->tp_name);
        return NULL;
    }
    PyObject *value = PyTuple_GET_ITEM(state, 0), *number = PyTuple_GET_ITEM(state, 2), *dict = PyTuple_GET_ITEM(state, 3);
    if (ou_io_newline_arg(PyTuple_GET_ITEM(state, 1), NULL, &newline) < 0) {
        return NULL;
    }
    if (!PyUnicode_Check(value) && value != Py_None) {
        PyErr_Format(PyExc_TypeError, "initial_value must be str or None, not %.200s", Py_TYPE(value)->tp_name);
        return NULL;
    }
    begin(self, newline);
    if (value != Py_None && PyUnicode_GET_LENGTH(value) > 0) { /* taken as it is: line ends were translated before */
        Py_ssize_t n = PyUnicode_GET_LENGTH(value);
        if (reserve(self, n, (int)PyUnicode_KIND(value)) < 0) {
            return NULL;
        }
        ou_ucs_copy(self->kind, self->data, 0, (int)PyUnicode_KIND(value), PyUnicode_DATA(value), 0, n);
        self->size = n;
    }
    if (!PyLong_Check(number)) {
        PyErr_Format(PyExc_TypeError, "third item of state must be an integer, got %.200s", Py_TYPE(number)->tp_name);
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
            PyErr_Format(PyExc_TypeError, "fourth item of state should be a dict, got a %.200s", Py_TYPE(dict)->tp_name);
            return NULL;
        }
        if (self->dict == NULL) {
            self->dict = Py_NewRef(dict);
        }
        else if (PyDict_Update(self->dict, dict) < 0) {
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

static PyMethodDef stringio_methods[] = {
    {"close", stringio_close, METH_NOARGS, "close($self, /)\n--\n\nGive the content up."},
    {"getvalue", stringio_getvalue, METH_NOARGS, "getvalue($self, /)\n--\n\nThe whole content."},
    {"read", IO_FAST(stringio_read), "read($self, size=-1, /)\n--\n\nRead at most `size` characters."},
    {"readline", IO_FAST(stringio_readline), "readline($self, size=-1, /)\n--\n\nA line, or part of it."},
    {"tell", stringio_tell, METH_NOARGS, "tell($self, /)\n--\n\nThe position."},
    {"truncate", IO_FAST(stringio_truncate), "truncate($self, pos=None, /)\n--\n\nCut to a size, the position by default."},
    {"seek", IO_FAST(stringio_seek), "seek($self, pos, whence=0, /)\n--\n\nMove to a position; the new one."},
    {"write", stringio_write, METH_O, "write($self, s, /)\n--\n\nWrite a str; its length."},
    {"seekable", stringio_yes, METH_NOARGS, "seekable($self, /)\n--\n\nTrue."},
    {"readable", stringio_yes, METH_NOARGS, "readable($self, /)\n--\n\nTrue."},
    {"writable", stringio_yes, METH_NOARGS, "writable($self, /)\n--\n\nTrue."},
    {"__getstate__", stringio_getstate, METH_NOARGS, NULL},
    {"__setstate__", stringio_setstate, METH_O, NULL},
    {NULL},
};

static PyGetSetDef stringio_getset[] = {
    {"closed", stringio_get_closed, NULL, NULL, NULL},
    {"newlines", stringio_get_newlines, NULL, NULL, NULL},
    {"line_buffering", stringio_get_line_buffering, NULL, NULL, NULL},
    {NULL},
};

PyTypeObject ou_stringio_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_io.StringIO",
    .tp_basicsize = sizeof(StringIO),
    .tp_dealloc = stringio_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "StringIO(initial_value='', newline='\\n')\n--\n\nA stream of text in memory.",
    .tp_traverse = stringio_traverse,
    .tp_clear = stringio_clear,
    .tp_iternext = stringio_next,
    .tp_methods = stringio_methods,
    .tp_getset = stringio_getset,
    .tp_base = &ou_textiobase_type,
    .tp_init = stringio_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
};
