/* modules/_io/io_text.c - TextIOWrapper: text before a stream of bytes.  Its life and its attributes.
 *
 * Owns       the buffer below, what decodes and encodes, what is decoded and what is pending (io_text.h).
 * Invariant  `ok` is set once __init__ was through; then buffer, encoding and errors are not NULL until detach().
 * Not here   reading, writing, positions, codecs: io_text_read.c, io_text_write.c, io_text_seek.c, io_text_codec.c. */
#include <langinfo.h>
#include <locale.h>

#include "modules/_io/io_text.h"
#include "runtime/config.h"

#include <structmember.h>

/* ---- states ------------------------------------------------------------------------------------------------------------ */

static int
check_ok(TextIO *self)
{
    if (OU_LIKELY(self->ok)) {
        return 0;
    }
    PyErr_SetString(PyExc_ValueError, "I/O operation on uninitialized object");
    return -1;
}

int
ou_text_check_attached(TextIO *self)
{
    if (OU_LIKELY(self->ok && !self->detached)) {
        return 0;
    }
    if (self->ok) {
        PyErr_SetString(PyExc_ValueError, "underlying buffer has been detached");
        return -1;
    }
    return check_ok(self);
}

int
ou_text_check_open(TextIO *self)
{
    int closed;
    if (!Py_IS_TYPE(self, &ou_textio_type)) {
        return ou_io_check_closed((PyObject *)self);
    }
    closed = ou_buffered_is_plain(self->buffer) ? ou_buffered_is_closed(self->buffer) : ou_io_is_closed(self->buffer);
    if (closed > 0) {
        ou_io_closed_error_dot();
    }
    return closed == 0 ? 0 : -1;
}

OU_WALKER(textio)
{
    TextIO *text = TEXT(self);
    OU_EDGE_OF(text, dict);
    OU_EDGE_OF(text, buffer);
    OU_EDGE_OF(text, encoding);
    OU_EDGE_OF(text, errors);
    OU_EDGE_OF(text, encoder);
    OU_EDGE_OF(text, decoder);
    OU_EDGE_OF(text, mode);
    OU_EDGE_OF(text, decoded);
    OU_EDGE_OF(text, snapshot);
    return 0;
}

static int
textio_clear(PyObject *op)
{
    TextIO *self = TEXT(op);
    self->ok = false;
    Py_CLEAR(self->buffer);
    Py_CLEAR(self->encoding);
    Py_CLEAR(self->errors);
    Py_CLEAR(self->encoder);
    Py_CLEAR(self->decoder);
    Py_CLEAR(self->mode);
    Py_CLEAR(self->decoded);
    Py_CLEAR(self->snapshot);
    Py_CLEAR(self->dict);
    return 0;
}

/* ---- encodings ------------------------------------------------------------------------------------------------------------ */

/* The name of the locale's encoding.  Refs new. */
static PyObject *
io_locale_encoding(void)
{
    ou_locale_settle();
    return PyUnicode_FromString(Py_UTF8Mode ? "utf-8" : nl_langinfo(CODESET));
}

PyObject *
ou_io_text_encoding(PyObject *encoding, int stack_level)
{
    if (encoding != NULL && encoding != Py_None) {
        return Py_NewRef(encoding);
    }
    if (_Py_GetConfig()->warn_default_encoding
        && PyErr_WarnEx(PyExc_EncodingWarning, "'encoding' argument not specified", stack_level) < 0) {
        return NULL;
    }
    return PyUnicode_FromString(Py_UTF8Mode ? "utf-8" : "locale");
}

/* ---- making ---------------------------------------------------------------------------------------------------------------- */

static PyObject *
textio_alloc(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    return type->tp_alloc(type, 0);
}

/* The buffer's answers on positions.  Returns 0 or -1. */
static int
look_at_buffer(TextIO *self)
{
    PyObject *result = PyObject_CallMethodNoArgs(self->buffer, OU_STR(seekable)), *method;
    if (result == NULL) {
        return -1;
    }
    int seekable = PyObject_IsTrue(result);
    Py_DECREF(result);
    if (seekable < 0) {
        return -1;
    }
    self->seekable = self->telling = seekable;
    if (ou_buffered_is_plain(self->buffer)) {
        self->has_read1 = Py_TYPE(self->buffer) != &ou_buffered_writer_type;
    }
    else {
        int found = _PyObject_LookupAttr(self->buffer, OU_STR(read1), &method);
        if (found < 0) {
            return -1;
        }
        Py_XDECREF(method);
        self->has_read1 = found;
    }
    if (!seekable || self->encoder == NULL) {
        return 0;
    }
    /* In the middle of a file no byte order mark is due. */
    result = PyObject_CallMethodNoArgs(self->buffer, OU_STR(tell));
    if (result == NULL) {
        return -1;
    }
    int is_start = PyObject_RichCompareBool(result, OU_SMALL_INT(0), Py_EQ);
    Py_DECREF(result);
    return is_start < 0 || (!is_start && ou_text_encoder_reset(self, false) < 0) ? -1 : 0;
}

/* Begin (again) before `buffer`.  RE-ENTRANT. */
static int
textio_open(TextIO *self, PyObject *buffer, const IoTextOptions *options)
{
    PyObject *encoding = options->encoding, *made = NULL;
    self->ok = false;
    self->detached = false;
    if (encoding == NULL && _Py_GetConfig()->warn_default_encoding
        && PyErr_WarnEx(PyExc_EncodingWarning, "'encoding' argument not specified", 1) < 0) {
        return -1;
    }
    if (encoding == NULL || PyUnicode_CompareWithASCIIString(encoding, "locale") == 0) {
        encoding = made = io_locale_encoding();
        if (made == NULL) {
            return -1;
        }
    }
    ou_text_forget(self);
    self->n_pending = 0;
    self->bytes_per_char = 0.0;
    self->chunk_size = IO_DEFAULT_BUFFER_SIZE;
    self->line_buffering = options->line_buffering;
    self->write_through = options->write_through;
    Py_CLEAR(self->encoder);
    Py_CLEAR(self->decoder);
    Py_XSETREF(self->buffer, Py_NewRef(buffer));
    ou_text_newline_init(self, options->newline);
    OU_HOLD(hold, &made);
    int status = ou_text_codec_init(self, encoding, options->errors != NULL ? options->errors : OU_STR(strict));
    if (status == 0) {
        status = look_at_buffer(self);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(made);
    self->ok = status == 0;
    return status;
}

PyObject *
ou_textio_new(PyObject *buffer, const IoTextOptions *options, PyObject *mode)
{
    PyObject *self = textio_alloc(&ou_textio_type, NULL, NULL);
    if (self == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &self);
    int status = textio_open(TEXT(self), buffer, options);
    OU_HOLD_END(hold);
    if (status < 0) {
        Py_CLEAR(self);
        return NULL;
    }
    TEXT(self)->mode = Py_XNewRef(mode);
    return self;
}

/* A str without NUL, or None or absent, which give NULL.  Returns 0 or -1. */
static int
name_arg(PyObject *arg, const char *function, const char *which, PyObject **out)
{
    Py_ssize_t size;
    *out = NULL;
    if (arg == NULL || arg == Py_None) {
        return 0;
    }
    if (!PyUnicode_Check(arg)) {
        _PyArg_BadArgument(function, which, "str or None", arg);
        return -1;
    }
    const char *text = PyUnicode_AsUTF8AndSize(arg, &size);
    if (text == NULL) {
        return -1;
    }
    if (strlen(text) != (size_t)size) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        return -1;
    }
    *out = arg;
    return 0;
}

static int
textio_init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"TextIOWrapper",
                                    {"buffer", "encoding", "errors", "newline", "line_buffering", "write_through"},
                                    .n_positional = 6,
                                    .n_required = 1,
                                    .n_all = 6};
    PyObject *v[6];
    IoTextOptions options = {NULL};
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0
        || name_arg(v[1], "TextIOWrapper", "argument 'encoding'", &options.encoding) < 0) {
        return -1;
    }
    if (name_arg(v[2], "TextIOWrapper", "argument 'errors'", &options.errors) < 0) {
        return -1;
    }
    TEXT(op)->ok = false; /* what fails from here on leaves it without a stream */
    if (ou_io_newline_arg(v[3] != NULL ? v[3] : Py_None, "TextIOWrapper", &options.newline) < 0) {
        return -1;
    }
    int line_buffering = v[4] == NULL ? 0 : PyObject_IsTrue(v[4]);
    int write_through = line_buffering < 0 || v[5] == NULL ? 0 : PyObject_IsTrue(v[5]);
    if (line_buffering < 0 || write_through < 0) {
        return -1;
    }
    options.line_buffering = line_buffering;
    options.write_through = write_through;
    return textio_open(TEXT(op), v[0], &options);
}

/* None or absent: as it was; else a truth. */
static int
optional_truth(PyObject *arg, bool *value)
{
    if (arg == NULL || arg == Py_None) {
        return 0;
    }
    long truth = PyLong_AsLong(arg);
    if (truth == -1 && PyErr_Occurred()) {
        return -1;
    }
    *value = truth != 0;
    return 0;
}

static PyObject *
textio_reconfigure(PyObject *op, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {
        "reconfigure", {"encoding", "errors", "newline", "line_buffering", "write_through"}, .n_all = 5};
    PyObject *v[5], *encoding, *errors;
    TextIO *self = TEXT(op);
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    const char *newline = NULL;
    bool line_buffering = self->line_buffering, write_through = self->write_through;
    if (name_arg(v[0], "reconfigure", "argument 'encoding'", &encoding) < 0
        || name_arg(v[1], "reconfigure", "argument 'errors'", &errors) < 0) {
        return NULL;
    }
    if (self->decoded != NULL && (encoding != NULL || errors != NULL || v[2] != NULL)) {
        return ou_io_unsupported("It is not possible to set the encoding or newline of stream after the first read");
    }
    if ((v[2] != NULL && ou_io_newline_arg(v[2], "reconfigure", &newline) < 0) || optional_truth(v[3], &line_buffering) < 0
        || optional_truth(v[4], &write_through) < 0) {
        return NULL;
    }
    PyObject *result = PyObject_CallMethodNoArgs(op, OU_STR(flush)), *made = NULL;
    if (result == NULL) {
        return NULL;
    }
    Py_DECREF(result);
    self->has_snapshot = false;
    Py_CLEAR(self->snapshot);
    if (ou_text_check_attached(self) < 0) {
        return NULL;
    }
    if (v[2] != NULL) {
        ou_text_newline_init(self, newline);
    }
    if (encoding != NULL || errors != NULL || v[2] != NULL) {
        if (errors == NULL) {
            errors = encoding != NULL ? OU_STR(strict) : self->errors;
        }
        if (encoding != NULL && PyUnicode_CompareWithASCIIString(encoding, "locale") == 0) {
            encoding = made = io_locale_encoding();
            if (made == NULL) {
                return NULL;
            }
        }
        else if (encoding == NULL) {
            encoding = self->encoding;
        }
        Py_INCREF(encoding);
        Py_INCREF(errors);
        int status = ou_text_codec_init(self, encoding, errors);
        Py_DECREF(encoding);
        Py_DECREF(errors);
        Py_XDECREF(made);
        if (status < 0 || look_at_buffer(self) < 0) {
            return NULL;
        }
    }
    self->line_buffering = line_buffering;
    self->write_through = write_through;
    Py_RETURN_NONE;
}

/* ---- ending -------------------------------------------------------------------------------------------- */

static PyObject *
textio_flush(PyObject *op, PyObject *ignored)
{
    TextIO *self = TEXT(op);
    if (ou_text_check_attached(self) < 0 || ou_text_check_open(self) < 0) {
        return NULL;
    }
    self->telling = self->seekable;
    if (ou_text_flush(self) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
textio_detach(PyObject *op, PyObject *ignored)
{
    TextIO *self = TEXT(op);
    if (ou_text_check_attached(self) < 0) {
        return NULL;
    }
    PyObject *result = PyObject_CallMethodNoArgs(op, OU_STR(flush));
    if (result == NULL) {
        return NULL;
    }
    Py_DECREF(result);
    if (ou_text_check_attached(self) < 0) { /* flush() may have run anything */
        return NULL;
    }
    PyObject *buffer = self->buffer;
    self->buffer = NULL;
    self->detached = true;
    return buffer;
}

static PyObject *
textio_close(PyObject *op, PyObject *ignored)
{
    TextIO *self = TEXT(op);
    if (ou_text_check_attached(self) < 0) {
        return NULL;
    }
    int closed = ou_io_is_closed(op);
    if (closed != 0) {
        return closed < 0 ? NULL : Py_NewRef(Py_None);
    }
    PyObject *buffer = Py_NewRef(self->buffer), *type = NULL, *value = NULL, *traceback = NULL, *result;
    OU_HOLD(hold, &buffer, &type, &value, &traceback);
    if (self->finalizing) {
        result = PyObject_CallMethodOneArg(buffer, OU_STR(_dealloc_warn), op);
        if (result == NULL) {
            PyErr_Clear();
        }
        Py_XDECREF(result);
    }
    result = PyObject_CallMethodNoArgs(op, OU_STR(flush));
    if (result == NULL) {
        PyErr_Fetch(&type, &value, &traceback);
    }
    Py_XDECREF(result);
    result = PyObject_CallMethodNoArgs(buffer, OU_STR(close));
    OU_HOLD_END(hold);
    Py_DECREF(buffer);
    if (type != NULL) {
        _PyErr_ChainExceptions(type, value, traceback);
        Py_CLEAR(result);
    }
    return result;
}

static void
textio_dealloc(PyObject *op)
{
    TextIO *self = TEXT(op);
    self->finalizing = true;
    bool idle = ou_io_is_plain(op, &ou_textio_type) && self->ok && self->buffer != NULL && ou_buffered_is_idle(self->buffer);
    if (!idle && ou_io_finalize(op) < 0) {
        return;
    }
    ou_io_dealloc_head(op);
    textio_clear(op);
    PyMem_Free(self->pending);
    self->pending = NULL;
    ou_io_free(op);
}

/* ---- what the buffer answers --------------------------------------------------------------------------- */

static PyObject *
ask_buffer(PyObject *op, PyObject *method)
{
    if (ou_text_check_attached(TEXT(op)) < 0) {
        return NULL;
    }
    PyObject *buffer = Py_NewRef(TEXT(op)->buffer), *result = PyObject_CallMethodNoArgs(buffer, method);
    Py_DECREF(buffer);
    return result;
}

static PyObject *
textio_fileno(PyObject *self, PyObject *ignored)
{
    return ask_buffer(self, OU_STR(fileno));
}

static PyObject *
textio_seekable(PyObject *self, PyObject *ignored)
{
    return ask_buffer(self, OU_STR(seekable));
}

static PyObject *
textio_readable(PyObject *self, PyObject *ignored)
{
    return ask_buffer(self, OU_STR(readable));
}

static PyObject *
textio_writable(PyObject *self, PyObject *ignored)
{
    return ask_buffer(self, OU_STR(writable));
}

static PyObject *
textio_isatty(PyObject *self, PyObject *ignored)
{
    return ask_buffer(self, OU_STR(isatty));
}

static PyObject *
textio_get_name(PyObject *self, void *unused)
{
    return ou_text_check_attached(TEXT(self)) < 0 ? NULL : PyObject_GetAttr(TEXT(self)->buffer, OU_STR(name));
}

static PyObject *
textio_get_closed(PyObject *self, void *unused)
{
    if (ou_text_check_attached(TEXT(self)) < 0) {
        return NULL;
    }
    PyObject *buffer = TEXT(self)->buffer;
    if (ou_buffered_is_plain(buffer)) {
        int closed = ou_buffered_is_closed(buffer);
        return closed < 0 ? NULL : PyBool_FromLong(closed);
    }
    return PyObject_GetAttr(buffer, OU_STR(closed));
}

static PyObject *
textio_get_newlines(PyObject *self, void *unused)
{
    if (ou_text_check_attached(TEXT(self)) < 0) {
        return NULL;
    }
    return ou_io_newlines(TEXT(self)->universal ? TEXT(self)->seen : 0);
}

static PyObject *
textio_get_errors(PyObject *self, void *unused)
{
    return check_ok(TEXT(self)) < 0 ? NULL : Py_NewRef(TEXT(self)->errors);
}

static PyObject *
textio_get_mode(PyObject *self, void *unused)
{
    if (TEXT(self)->mode == NULL) {
        PyErr_Format(PyExc_AttributeError, "'%.100s' object has no attribute 'mode'", Py_TYPE(self)->tp_name);
        return NULL;
    }
    return Py_NewRef(TEXT(self)->mode);
}

static int
textio_set_mode(PyObject *self, PyObject *value, void *unused)
{
    Py_XSETREF(TEXT(self)->mode, Py_XNewRef(value));
    return 0;
}

static PyObject *
textio_get_chunk_size(PyObject *self, void *unused)
{
    return ou_text_check_attached(TEXT(self)) < 0 ? NULL : PyLong_FromSsize_t(TEXT(self)->chunk_size);
}

static int
textio_set_chunk_size(PyObject *self, PyObject *value, void *unused)
{
    if (ou_text_check_attached(TEXT(self)) < 0) {
        return -1;
    }
    if (value == NULL) {
        PyErr_SetString(PyExc_AttributeError, "cannot delete attribute");
        return -1;
    }
    Py_ssize_t n = PyNumber_AsSsize_t(value, PyExc_ValueError);
    if (n == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (n <= 0) {
        PyErr_SetString(PyExc_ValueError, "a strictly positive integer is required");
        return -1;
    }
    TEXT(self)->chunk_size = n;
    return 0;
}

/* " name=value" of an attribute that may be missing.  Returns 0 or -1. */
static int
repr_attribute(PyObject *self, PyObject *name, PyObject **text)
{
    PyObject *value, *longer;
    if (_PyObject_LookupAttr(self, name, &value) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_ValueError)) {
            return -1;
        }
        PyErr_Clear(); /* detached */
    }
    if (value == NULL) {
        return 0;
    }
    longer = PyUnicode_FromFormat("%U %U=%R", *text, name, value);
    Py_DECREF(value);
    if (longer == NULL) {
        return -1;
    }
    Py_SETREF(*text, longer);
    return 0;
}

static PyObject *
textio_repr(PyObject *self)
{
    if (check_ok(TEXT(self)) < 0) {
        return NULL;
    }
    PyObject *text = NULL, *result = NULL;
    int running = Py_ReprEnter(self);
    if (running != 0) {
        if (running > 0) {
            PyErr_Format(PyExc_RuntimeError, "reentrant call inside %s.__repr__", Py_TYPE(self)->tp_name);
        }
        return NULL;
    }
    OU_HOLD(hold, &text);
    text = PyUnicode_FromString("<_io.TextIOWrapper");
    if (text != NULL && repr_attribute(self, OU_STR(name), &text) == 0 && repr_attribute(self, OU_STR(mode), &text) == 0) {
        result = PyUnicode_FromFormat("%U encoding=%R>", text, TEXT(self)->encoding);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(text);
    Py_ReprLeave(self);
    return result;
}

static PyMethodDef textio_methods[] = {
    {"detach", textio_detach, METH_NOARGS, "detach($self, /)\n--\n\nGive the buffer away."},
    {"reconfigure", IO_KEYWORDS(textio_reconfigure),
     "reconfigure($self, /, *, encoding=None, errors=None, newline=None,\n            line_buffering=None, "
     "write_through=None)\n--\n\nGo on with other settings."},
    {"write", ou_text_write, METH_O, "write($self, text, /)\n--\n\nWrite a str; its length."},
    {"read", IO_FAST(ou_text_read), "read($self, size=-1, /)\n--\n\nRead `size` characters, or to the end."},
    {"readline", IO_FAST(ou_text_readline), "readline($self, size=-1, /)\n--\n\nA line, or part of it."},
    {"flush", textio_flush, METH_NOARGS, "flush($self, /)\n--\n\nWrite what is pending, and flush the buffer."},
    {"close", textio_close, METH_NOARGS, "close($self, /)\n--\n\nFlush and close; a second time does nothing."},
    {"fileno", textio_fileno, METH_NOARGS, "fileno($self, /)\n--\n\nThe descriptor."},
    {"seekable", textio_seekable, METH_NOARGS, "seekable($self, /)\n--\n\nCan positions be set?"},
    {"readable", textio_readable, METH_NOARGS, "readable($self, /)\n--\n\nCan it be read?"},
    {"writable", textio_writable, METH_NOARGS, "writable($self, /)\n--\n\nCan it be written?"},
    {"isatty", textio_isatty, METH_NOARGS, "isatty($self, /)\n--\n\nIs it a terminal?"},
    {"seek", IO_FAST(ou_text_seek), "seek($self, cookie, whence=os.SEEK_SET, /)\n--\n\nMove to a position that tell() gave."},
    {"tell", ou_text_tell, METH_NOARGS, "tell($self, /)\n--\n\nThe position, an opaque number."},
    {"truncate", IO_FAST(ou_text_truncate), "truncate($self, pos=None, /)\n--\n\nCut or grow to a size of bytes."},
    {NULL},
};

static PyMemberDef textio_members[] = {
    {"encoding", T_OBJECT, offsetof(TextIO, encoding), READONLY},
    {"buffer", T_OBJECT, offsetof(TextIO, buffer), READONLY},
    {"line_buffering", T_BOOL, offsetof(TextIO, line_buffering), READONLY},
    {"write_through", T_BOOL, offsetof(TextIO, write_through), READONLY},
    {"_finalizing", T_BOOL, offsetof(TextIO, finalizing), 0},
    {NULL},
};

static PyGetSetDef textio_getset[] = {
    {"name", textio_get_name, NULL, NULL, NULL},
    {"closed", textio_get_closed, NULL, NULL, NULL},
    {"newlines", textio_get_newlines, NULL, NULL, NULL},
    {"errors", textio_get_errors, NULL, NULL, NULL},
    {"mode", textio_get_mode, textio_set_mode, NULL, NULL},
    {"_CHUNK_SIZE", textio_get_chunk_size, textio_set_chunk_size, NULL, NULL},
    {NULL},
};

PyTypeObject ou_textio_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_io.TextIOWrapper",
    .tp_basicsize = sizeof(TextIO),
    .tp_dealloc = textio_dealloc,
    .tp_repr = textio_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "TextIOWrapper(buffer, encoding=None, errors=None, newline=None,\n              line_buffering=False, "
              "write_through=False)\n--\n\nText before a stream of bytes.",
    .tp_traverse = textio_traverse,
    .tp_clear = textio_clear,
    .tp_iternext = ou_text_next,
    .tp_methods = textio_methods,
    .tp_members = textio_members,
    .tp_getset = textio_getset,
    .tp_base = &ou_textiobase_type,
    .tp_init = textio_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = textio_alloc,
    .tp_free = PyObject_GC_Del,
};
