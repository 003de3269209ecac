/* modules/builtins/builtins_io.c - print() and input().
 *
 * Owns       nothing between calls: a stream is looked up in sys by each call, as a program may replace it. */
#include "modules/builtins/builtins.h"

/* A keyword that must be a str or None: NULL for None, the str, or -1 with TypeError set. */
static int
text_or_none(PyObject **value, const char *name)
{
    if (*value == Py_None) {
        *value = NULL;
    }
    if (*value != NULL && !PyUnicode_Check(*value)) {
        PyErr_Format(PyExc_TypeError, "%s must be None or a string, not %.200s", name, Py_TYPE(*value)->tp_name);
        return -1;
    }
    return 0;
}

static int
write_values(PyObject *file, PyObject *const *args, Py_ssize_t n_args, PyObject *sep, PyObject *end)
{
    for (Py_ssize_t i = 0; i < n_args; i++) {
        if (i > 0 && PyFile_WriteObject(sep ? sep : OU_LATIN1_CHAR(' '), file, Py_PRINT_RAW) < 0) {
            return -1;
        }
        if (PyFile_WriteObject(args[i], file, Py_PRINT_RAW) < 0) {
            return -1;
        }
    }
    return PyFile_WriteObject(end ? end : OU_LATIN1_CHAR('\n'), file, Py_PRINT_RAW);
}

static PyObject *
builtin_print(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"print", {"sep", "end", "file", "flush"}, .n_all = 4};
    PyObject *v[4] = {NULL};
    if (kwnames != NULL && ou_args_parse(&params, args + n_args, 0, kwnames, v) < 0) {
        return NULL;
    }
    PyObject *file = v[2];
    if (file == NULL || file == Py_None) {
        file = PySys_GetObject("stdout");
        if (file == NULL) {
            PyErr_SetString(PyExc_RuntimeError, "lost sys.stdout");
            return NULL;
        }
        if (file == Py_None) {
            Py_RETURN_NONE;
        }
    }
    if (text_or_none(&v[0], "sep") < 0 || text_or_none(&v[1], "end") < 0) {
        return NULL;
    }
    Py_INCREF(file); /* a write may replace sys.stdout */
    OU_HOLD(hold, &file);
    int status = write_values(file, args, n_args, v[0], v[1]);
    int flush = status < 0 || v[3] == NULL ? 0 : PyObject_IsTrue(v[3]);
    if (flush > 0) {
        PyObject *result = PyObject_CallMethodNoArgs(file, OU_STR(flush));
        status = result == NULL ? -1 : 0;
        Py_XDECREF(result);
    }
    OU_HOLD_END(hold);
    Py_DECREF(file);
    if (status < 0 || flush < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* A standard stream, or NULL with RuntimeError set. */
static PyObject *
stream(const char *name)
{
    PyObject *file = PySys_GetObject(name);
    if (file == NULL || file == Py_None) {
        PyErr_Format(PyExc_RuntimeError, "input(): lost sys.%s", name);
        return NULL;
    }
    return file;
}

/* Is the file a terminal on the descriptor fd?  Errors count as no. */
static bool
is_terminal(PyObject *file, int fd)
{
    int n = PyObject_AsFileDescriptor(file);
    if (n < 0) {
        PyErr_Clear();
    }
    return n == fd && isatty(fd);
}

static int
flush_file(PyObject *file)
{
    PyObject *result = PyObject_CallMethodNoArgs(file, OU_STR(flush));
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

/* input() with the three streams owned by the caller: what runs here may replace those of sys. */
static PyObject *
read_input(PyObject *in, PyObject *out, PyObject *err, PyObject *const *args, Py_ssize_t n_args)
{
    if (flush_file(err) < 0) {
        PyErr_Clear();
    }
    if (is_terminal(in, fileno(stdin)) && is_terminal(out, fileno(stdout))) {
        PyObject *text = n_args ? PyObject_Str(args[0]) : Py_NewRef(OU_EMPTY_STR);
        const char *prompt = text == NULL ? NULL : PyUnicode_AsUTF8(text);
        if (prompt == NULL || flush_file(out) < 0) {
            Py_XDECREF(text);
            return NULL;
        }
        char *line = PyOS_Readline(stdin, stdout, prompt);
        Py_DECREF(text);
        if (line == NULL) {
            if (!PyErr_Occurred() && !PyErr_CheckSignals()) {
                PyErr_SetNone(PyExc_KeyboardInterrupt);
            }
            return NULL;
        }
        size_t size = strlen(line);
        PyObject *result = NULL;
        if (size == 0) {
            PyErr_SetNone(PyExc_EOFError);
        }
        else {
            result = PyUnicode_Decode(line, (Py_ssize_t)(size - (line[size - 1] == '\n')), "utf-8", "surrogateescape");
        }
        PyMem_Free(line);
        return result;
    }
    if (n_args && PyFile_WriteObject(args[0], out, Py_PRINT_RAW) < 0) {
        return NULL;
    }
    return flush_file(out) < 0 ? NULL : PyFile_GetLine(in, -1);
}

static PyObject *
builtin_input(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("input", n_args, 0, 1)) {
        return NULL;
    }
    PyObject *in = stream("stdin"), *out = in == NULL ? NULL : stream("stdout"), *err = out == NULL ? NULL : stream("stderr"),
             *line = NULL;
    if (err == NULL) {
        return NULL;
    }
    Py_INCREF(in);
    Py_INCREF(out);
    Py_INCREF(err);
    OU_HOLD(hold, &in, &out, &err);
    if (PySys_Audit("builtins.input", "O", n_args ? args[0] : Py_None) == 0) {
        line = read_input(in, out, err, args, n_args);
    }
    OU_HOLD_END(hold);
    Py_DECREF(in);
    Py_DECREF(out);
    Py_DECREF(err);
    return line;
}

PyMethodDef ou_builtins_io_methods[] = {
    {"input", FASTCALL(builtin_input), "input($module, prompt='', /)\n--\n\nA line from standard input, without its newline."},
    {"print", FASTCALL_KEYWORDS(builtin_print),
     "print($module, /, *args, sep=' ', end='\\n', file=None, flush=False)\n--\n\n"
     "Write the values to a file, standard output by default."},
    {NULL},
};
