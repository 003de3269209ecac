/* runtime/streams.c - sys.stdin, stdout and stderr at start, and their flushing; builtins.open.
 *
 * Owns       nothing: sys holds each stream, under both its names.
 * Not here   the streams themselves (modules/_io), which hooks itself in when it is imported. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "object/hold.h"
#include "object/state.h"
#include "runtime/config.h"
#include "runtime/import.h"
#include "runtime/lifecycle.h"

PyObject *(*ou_std_stream_hook)(const OuStdStream *stream);

/* Enter one stream under both its names: None if the descriptor isn't open. */
static int
enter(const char *name, const char *dunder, const OuStdStream *stream)
{
    PyObject *file = fcntl(stream->fd, F_GETFD) < 0 ? Py_NewRef(Py_None) : ou_std_stream_hook(stream);
    if (file == NULL) {
        return -1;
    }
    int status = PySys_SetObject(name, file) < 0 || PySys_SetObject(dunder, file) < 0 ? -1 : 0;
    Py_DECREF(file);
    return status;
}

static PyObject *
text_or(const wchar_t *wide, PyObject *otherwise)
{
    return wide != NULL && *wide != 0 ? PyUnicode_FromWideChar(wide, -1) : Py_NewRef(otherwise);
}

/* The encoding that PYTHONIOENCODING or the locale names, as its codec calls itself. */
static PyObject *
encoding_of(const PyConfig *config)
{
    bool is_given = config->stdio_encoding != NULL && *config->stdio_encoding != 0;
    const char *of_locale = is_given ? NULL : ou_locale_encoding();
    PyObject *given, *codec, *name = NULL;
    if (!is_given && (strcmp(of_locale, "utf-8") == 0 || strcmp(of_locale, "ascii") == 0)) {
        return *of_locale == 'u' ? Py_NewRef(OU_STR(utf_8)) : PyUnicode_FromString(of_locale);
    }
    given = is_given ? PyUnicode_FromWideChar(config->stdio_encoding, -1) : PyUnicode_FromString(of_locale);
    const char *utf8 = given == NULL ? NULL : PyUnicode_AsUTF8(given);
    codec = utf8 == NULL ? NULL : _PyCodec_Lookup(utf8);
    if (codec != NULL && _PyObject_LookupAttr(codec, OU_STR(name), &name) < 0) {
        Py_CLEAR(codec);
    }
    if (name != NULL && PyUnicode_Check(name)) {
        Py_SETREF(given, Py_NewRef(name));
    }
    if (codec == NULL) {
        Py_CLEAR(given);
    }
    Py_XDECREF(name);
    Py_XDECREF(codec);
    return given;
}

const char *
ou_streams_init(PyConfig *config)
{
    static const char failed[] = "init_sys_streams: can't initialize sys standard streams";
    struct stat st;
    if (fstat(0, &st) == 0 && S_ISDIR(st.st_mode)) {
        return "init_sys_streams: <stdin> is a directory, cannot continue";
    }
    PyObject *io = ou_import_builtin(OU_STR(_io));
    if (io == NULL) {
        return failed;
    }
    PyObject *open = PyObject_GetAttr(io, OU_STR(open));
    Py_DECREF(io); /* sys.modules holds it */
    int status = open == NULL ? -1 : PyDict_SetItem(ou_interp()->builtins, OU_STR(open), open);
    Py_XDECREF(open);
    bool lenient = config->stdio_errors == NULL && config->stdio_encoding == NULL && (Py_UTF8Mode || ou_locale_is_plain());
    PyObject *encoding = encoding_of(config);
    PyObject *errors = text_or(config->stdio_errors, lenient ? OU_STR(surrogateescape) : OU_STR(strict));
    if (status < 0 || encoding == NULL || errors == NULL) {
        status = -1;
    }
    else {
        bool unbuffered = !config->buffered_stdio;
        OuStdStream in = {0, "<stdin>", false, false, config->interactive || isatty(0), encoding, errors};
        OuStdStream out = {1, "<stdout>", true, unbuffered, unbuffered || config->interactive || isatty(1), encoding, errors};
        OuStdStream err = {2, "<stderr>", true, unbuffered, true, encoding, OU_STR(backslashreplace)};
        /* stderr first: at the end the names go in this order, and what stdout then fails to write is said no second time. */
        status = enter("stderr", "__stderr__", &err) < 0 || enter("stdin", "__stdin__", &in) < 0
                      || enter("stdout", "__stdout__", &out) < 0
                   ? -1
                   : 0;
    }
    Py_XDECREF(encoding);
    Py_XDECREF(errors);
    return status < 0 ? failed : NULL;
}

/* Flush one stream unless it is closed.  Returns 0, or -1 with the error left set. */
static int
flush_one(const char *name)
{
    PyObject *file = PySys_GetObject(name), *closed = NULL;
    if (file == NULL || file == Py_None) {
        return 0;
    }
    Py_INCREF(file);
    OU_HOLD(hold, &file);
    int status = _PyObject_LookupAttr(file, OU_STR(closed), &closed);
    int is_closed = status <= 0 ? status : PyObject_IsTrue(closed);
    Py_XDECREF(closed);
    if (is_closed == 0) {
        PyObject *result = PyObject_CallMethodNoArgs(file, OU_STR(flush));
        is_closed = result == NULL ? -1 : 0;
        Py_XDECREF(result);
    }
    OU_HOLD_END(hold);
    Py_DECREF(file);
    return is_closed < 0 ? -1 : 0;
}

int
ou_streams_flush(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    int status = 0;
    if (flush_one("stdout") < 0) {
        status = -1;
        PyErr_WriteUnraisable(PySys_GetObject("stdout"));
    }
    if (flush_one("stderr") < 0) {
        status = -1;
        PyErr_Clear();
    }
    PyErr_Restore(type, value, traceback);
    return status;
}
