/* modules/_io/io_module.c - module _io: open() and its kin, and the types of streams.
 *
 * Invariant  a stream that open() made and can't return is closed before the error leaves.
 * Not here   the types themselves; sys.stdin and its kin (runtime/streams.c).
 * Source     Library Reference, io. */
#include "modules/_io/io.h"
#include "runtime/lifecycle.h"

#include <sys/stat.h>

/* ---- open() -------------------------------------------------------------------------------------------------------------- */

typedef struct {
    bool creating, reading, writing, appending, updating, text, binary;
    char raw[4]; /* what FileIO is told */
} Mode;

/* Returns 0, or -1 with ValueError set. */
static int
parse_mode(const char *mode, Mode *m)
{
    int n = 0;
    *m = (Mode){.creating = false};
    for (const char *at = mode; *at != 0; at++) {
        bool *flag;
        switch (*at) {
        case 'x': flag = &m->creating; break;
        case 'r': flag = &m->reading; break;
        case 'w': flag = &m->writing; break;
        case 'a': flag = &m->appending; break;
        case '+': flag = &m->updating; break;
        case 't': flag = &m->text; break;
        case 'b': flag = &m->binary; break;
        default: flag = NULL; break;
        }
        if (flag == NULL || *flag) {
            PyErr_Format(PyExc_ValueError, "invalid mode: '%s'", mode);
            return -1;
        }
        *flag = true;
    }
    if (m->creating) {
        m->raw[n++] = 'x';
    }
    else if (m->reading) {
        m->raw[n++] = 'r';
    }
    else if (m->writing) {
        m->raw[n++] = 'w';
    }
    else if (m->appending) {
        m->raw[n++] = 'a';
    }
    if (m->updating) {
        m->raw[n++] = '+';
    }
    if (m->text && m->binary) {
        PyErr_SetString(PyExc_ValueError, "can't have text and binary mode at once");
        return -1;
    }
    if (m->creating + m->reading + m->writing + m->appending > 1) {
        PyErr_SetString(PyExc_ValueError, "must have exactly one of create/read/write/append mode");
        return -1;
    }
    return 0;
}

static int
check_binary(const Mode *m, int buffering, PyObject *encoding, PyObject *errors, bool has_newline)
{
    const char *which = encoding != NULL ? "an encoding" : errors != NULL ? "an errors" : has_newline ? "a newline" : NULL;
    if (!m->binary) {
        return 0;
    }
    if (which != NULL) {
        PyErr_Format(PyExc_ValueError, "binary mode doesn't take %s argument", which);
        return -1;
    }
    if (buffering == 1) {
        return PyErr_WarnEx(PyExc_RuntimeWarning,
                            "line buffering (buffering=1) isn't supported in binary mode, "
                            "the default buffer size will be used",
                            1);
    }
    return 0;
}

PyObject *
ou_io_open(PyObject *file, const char *mode, PyObject *mode_object, int buffering, PyObject *encoding, PyObject *errors,
           const char *newline, bool has_newline, bool closefd, PyObject *opener)
{
    Mode m;
    PyObject *path = PyLong_Check(file) ? Py_NewRef(file) : PyOS_FSPath(file);
    if (path == NULL) {
        return NULL;
    }
    PyObject *stream = NULL, *upper = NULL, *made_mode = NULL;
    OU_HOLD(hold, &path, &stream, &upper, &made_mode);
    bool line_buffering = false, done = false;
    if (parse_mode(mode, &m) < 0 || check_binary(&m, buffering, encoding, errors, has_newline) < 0) {
        goto done;
    }
    stream = ou_fileio_new(path, m.raw, closefd, opener);
    if (stream == NULL) {
        goto done;
    }
    if (buffering == 1 || (buffering < 0 && ou_fileio_is_terminal(stream))) {
        buffering = -1;
        line_buffering = true;
    }
    if (buffering < 0) {
        buffering = (int)ou_fileio_block_size(stream);
    }
    if (buffering == 0) {
        if (m.binary) {
            done = true;
        }
        else {
            PyErr_SetString(PyExc_ValueError, "can't have unbuffered text I/O");
        }
        goto done;
    }
    PyTypeObject *type = m.updating                             ? &ou_buffered_random_type
                       : m.creating || m.writing || m.appending ? &ou_buffered_writer_type
                       : m.reading                              ? &ou_buffered_reader_type
                                                                : NULL;
    if (type == NULL) {
        PyErr_Format(PyExc_ValueError, "unknown mode: '%s'", mode);
        goto done;
    }
    upper = ou_buffered_new(type, stream, buffering);
    if (upper == NULL) {
        goto done;
    }
    Py_SETREF(stream, upper);
    upper = NULL;
    if (m.binary) {
        done = true;
        goto done;
    }
    made_mode = mode_object != NULL ? Py_NewRef(mode_object) : PyUnicode_FromString(mode);
    if (made_mode == NULL) {
        goto done;
    }
    IoTextOptions options = {encoding, errors, newline, line_buffering, false};
    upper = ou_textio_new(stream, &options, made_mode);
    if (upper != NULL) {
        Py_SETREF(stream, upper);
        upper = NULL;
        done = true;
    }
done:
    if (!done && stream != NULL) {
        (void)ou_io_close_chained(stream);
        Py_CLEAR(stream);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(made_mode);
    Py_DECREF(path);
    return stream;
}

/* A str without NUL; None and absent give NULL if `optional`.  Returns 0 or -1. */
static int
text_arg(PyObject *arg, const char *which, bool optional, const char **text)
{
    Py_ssize_t size;
    *text = NULL;
    if (optional && (arg == NULL || arg == Py_None)) {
        return 0;
    }
    if (!PyUnicode_Check(arg)) {
        _PyArg_BadArgument("open", which, optional ? "str or None" : "str", arg);
        return -1;
    }
    *text = PyUnicode_AsUTF8AndSize(arg, &size);
    if (*text == NULL) {
        return -1;
    }
    if (strlen(*text) != (size_t)size) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        return -1;
    }
    return 0;
}

static PyObject *
io_open(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"open",
                                    {"file", "mode", "buffering", "encoding", "errors", "newline", "closefd", "opener"},
                                    .n_positional = 8,
                                    .n_required = 1,
                                    .n_all = 8};
    PyObject *v[8];
    const char *mode = "r", *encoding, *errors, *newline;
    int buffering = -1, closefd = 1;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0
        || (v[1] != NULL && text_arg(v[1], "argument 'mode'", false, &mode) < 0)) {
        return NULL;
    }
    if (v[2] != NULL && (buffering = _PyLong_AsInt(v[2])) == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (text_arg(v[3], "argument 'encoding'", true, &encoding) < 0 || text_arg(v[4], "argument 'errors'", true, &errors) < 0
        || text_arg(v[5], "argument 'newline'", true, &newline) < 0) {
        return NULL;
    }
    if (v[6] != NULL && (closefd = PyObject_IsTrue(v[6])) < 0) {
        return NULL;
    }
    if (newline != NULL && strchr(mode, 'b') == NULL) { /* in binary mode any value gets the same answer */
        const char *checked;
        Mode m;
        if (parse_mode(mode, &m) < 0 || ou_io_newline_arg(v[5], "open", &checked) < 0) {
            return NULL;
        }
        newline = checked;
    }
    return ou_io_open(v[0], mode, v[1], buffering, encoding != NULL ? v[3] : NULL, errors != NULL ? v[4] : NULL, newline,
                      newline != NULL, closefd, v[7]);
}

static PyObject *
io_open_code(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"open_code", {"path"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    if (!PyUnicode_Check(v[0])) {
        _PyArg_BadArgument("open_code", "argument 'path'", "str", v[0]);
        return NULL;
    }
    return PyFile_OpenCodeObject(v[0]);
}

static PyObject *
io_text_encoding(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    int level = 2;
    if (!_PyArg_CheckPositional("text_encoding", n_args, 1, 2)) {
        return NULL;
    }
    if (n_args > 1 && (level = _PyLong_AsInt(args[1])) == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return ou_io_text_encoding(args[0], level);
}

/* ---- standard streams ------------------------------------------------------------------------------------------------------ */

/* See runtime/lifecycle.h. */
static PyObject *
std_stream(const OuStdStream *what)
{
    PyObject *fd = PyLong_FromLong(what->fd), *stream = NULL, *upper = NULL, *name = NULL;
    if (fd == NULL) {
        return NULL;
    }
    stream = ou_fileio_new(fd, what->write ? "w" : "r", false, NULL);
    Py_DECREF(fd);
    name = stream == NULL ? NULL : PyUnicode_FromString(what->name);
    if (name == NULL || PyObject_SetAttr(stream, OU_STR(name), name) < 0) {
        Py_XDECREF(name);
        Py_XDECREF(stream);
        return NULL;
    }
    Py_DECREF(name);
    if (!what->unbuffered) {
        struct stat st; /* the size is what open() takes: how much of the output a broken pipe leaves behind can be seen */
        Py_ssize_t size = fstat(what->fd, &st) == 0 && st.st_blksize > 1 ? st.st_blksize : IO_DEFAULT_BUFFER_SIZE;
        upper = ou_buffered_new(what->write ? &ou_buffered_writer_type : &ou_buffered_reader_type, stream, size);
        Py_SETREF(stream, upper);
        if (stream == NULL) {
            return NULL;
        }
    }
    IoTextOptions options = {what->encoding, what->errors, "\n", what->line_buffering, what->unbuffered};
    upper = ou_textio_new(stream, &options, OU_LATIN1_CHAR(what->write ? 'w' : 'r'));
    Py_DECREF(stream);
    return upper;
}

/* ---- the module ---------------------------------------------------------------------------------------- */

static PyMethodDef io_methods[] = {
    {"open", IO_KEYWORDS(io_open),
     "open($module, /, file, mode='r', buffering=-1, encoding=None,\n     errors=None, newline=None, closefd=True, "
     "opener=None)\n--\n\nOpen a file and return a stream."},
    {"text_encoding", IO_FAST(io_text_encoding),
     "text_encoding($module, encoding, stacklevel=2, /)\n--\n\nThe encoding, or the default one if it is None."},
    {"open_code", IO_KEYWORDS(io_open_code), "open_code($module, /, path)\n--\n\nOpen a file of code for reading."},
    {NULL},
};

static int
io_exec(PyObject *module)
{
    static PyTypeObject *const types[] = {
        &ou_iobase_type,          &ou_rawiobase_type,       &ou_bufferediobase_type, &ou_textiobase_type,
        &ou_fileio_type,          &ou_bytesio_type,         &ou_stringio_type,       &ou_buffered_reader_type,
        &ou_buffered_writer_type, &ou_buffered_random_type, &ou_buffered_pair_type,  &ou_textio_type,
        &ou_newline_decoder_type,
    };
    ou_std_stream_hook = std_stream;
    PyObject *name = OU_STR(io); /* functions say that they are io's, as CPython's do */
    if (PyDict_SetItem(PyModule_GetDict(module), OU_STR(__name__), name) < 0 || PyModule_AddFunctions(module, io_methods) < 0
        || PyModule_AddIntConstant(module, "DEFAULT_BUFFER_SIZE", IO_DEFAULT_BUFFER_SIZE) < 0
        || ou_io_unsupported_init(module) < 0 || PyModule_AddObjectRef(module, "BlockingIOError", PyExc_BlockingIOError) < 0) {
        return -1;
    }
    for (size_t i = 0; i < OU_COUNT_OF(types); i++) {
        if (PyModule_AddType(module, types[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

static void
io_free(void *module)
{
    (void)ou_io_unsupported_clear(module);
}

static PyModuleDef_Slot io_slots[] = {{Py_mod_exec, io_exec}, {0, NULL}};

static struct PyModuleDef io_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "io",
    .m_doc = "Streams: files, buffers before them, and text.",
    .m_slots = io_slots,
    .m_traverse = ou_io_unsupported_traverse,
    .m_clear = ou_io_unsupported_clear,
    .m_free = io_free,
};

PyMODINIT_FUNC
PyInit__io(void)
{
    return PyModuleDef_Init(&io_module);
}
