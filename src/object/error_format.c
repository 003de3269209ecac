/* object/error_format.c - raising with a text, from errno, as a cause; new exception classes; places in source files.
 *
 * Owns       nothing.
 * Invariant  each function leaves an error set: the one asked for, or the one that came up while making it.
 * Not here   the indicator itself (error.c); warnings and printing (runtime/). */
#include "object/error.h"

/* ---- texts ----------------------------------------------------------------------------------------------------- */

/* Raise type(format % arguments).  Returns NULL.  RE-ENTRANT: %S, %R and %A call Python code. */
PyObject *
PyErr_FormatV(PyObject *type, const char *format, va_list list)
{
    PyErr_Clear(); /* first: making the text must not meet an old error */
    PyObject *text = PyUnicode_FromFormatV(format, list);
    if (text != NULL) {
        PyErr_SetObject(type, text);
        Py_DECREF(text);
    }
    return NULL;
}

PyObject *
PyErr_Format(PyObject *type, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    PyErr_FormatV(type, format, list);
    va_end(list);
    return NULL;
}

int
PyErr_BadArgument(void)
{
    PyErr_SetString(PyExc_TypeError, "bad argument type for built-in operation");
    return 0;
}

void
_PyErr_BadInternalCall(const char *file, int line)
{
    PyErr_Format(PyExc_SystemError, "%s:%d: bad argument to internal function", file, line);
}

void
PyErr_BadInternalCall(void)
{
    PyErr_SetString(PyExc_SystemError, "bad argument to internal function");
}

/* The end: a message that a format makes. */
void
_Py_FatalErrorFormat(const char *function, const char *format, ...)
{
    char text[512]; /* arbitrary: longer ones are cut */
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    _Py_FatalErrorFunc(function, text);
}

/* ---- causes ---------------------------------------------------------------------------------------------------- */

static PyObject *
format_from_cause(PyObject *type, const char *format, va_list list)
{
    OU_ASSERT(PyErr_Occurred());
    PyObject *cause = ou_error_take();
    OU_HOLD(h, &cause);
    PyErr_FormatV(type, format, list);
    PyObject *exc = ou_error_take();
    OU_HOLD_END(h);
    if (exc == NULL) {
        Py_XDECREF(cause);
        return NULL;
    }
    if (cause != NULL && cause != exc) {
        PyException_SetCause(exc, Py_NewRef(cause));
        PyException_SetContext(exc, cause);
    }
    else {
        Py_XDECREF(cause);
    }
    ou_error_restore(exc);
    return NULL;
}

/* Raise a new exception; the one that is set becomes its __cause__ and __context__.  Returns NULL. */
PyObject *
_PyErr_FormatFromCause(PyObject *type, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    format_from_cause(type, format, list);
    va_end(list);
    return NULL;
}

/* May an exception of this type be replaced by another of the same class with a longer text?  Only if it is made from its
 * arguments alone. */
static bool
is_simple_exception(PyObject *exc)
{
    PyTypeObject *type = Py_TYPE(exc), *base = (PyTypeObject *)PyExc_BaseException;
    if (type->tp_init != base->tp_init || type->tp_new != base->tp_new || type->tp_basicsize != base->tp_basicsize
        || type->tp_itemsize != base->tp_itemsize) {
        return false;
    }
    PyBaseExceptionObject *self = (PyBaseExceptionObject *)exc;
    if (self->dict != NULL && PyDict_GET_SIZE(self->dict) > 0) {
        return false;
    }
    PyObject *args = self->args;
    Py_ssize_t n = args != NULL ? PyTuple_GET_SIZE(args) : 0;
    return n == 0 || (n == 1 && PyUnicode_CheckExact(PyTuple_GET_ITEM(args, 0)));
}

/* Replace the error that is set by one of its class whose text begins with `format`, if it is of a simple kind: it becomes
 * the cause.  Returns the new exception, borrowed, or NULL if the old error still stands. */
PyObject *
_PyErr_TrySetFromCause(const char *format, ...)
{
    PyObject *exc = ou_error_take();
    if (exc == NULL) {
        return NULL;
    }
    if (!is_simple_exception(exc)) {
        ou_error_restore(exc);
        return NULL;
    }
    va_list list;
    va_start(list, format);
    PyObject *prefix = PyUnicode_FromFormatV(format, list);
    va_end(list);
    if (prefix == NULL) {
        Py_DECREF(exc);
        return NULL;
    }
    OU_HOLD(h, &exc, &prefix);
    PyErr_Format((PyObject *)Py_TYPE(exc), "%U (%s: %S)", prefix, Py_TYPE(exc)->tp_name, exc);
    PyObject *newer = ou_error_take();
    OU_HOLD_END(h);
    Py_DECREF(prefix);
    if (newer != NULL && newer != exc) {
        PyException_SetCause(newer, Py_NewRef(exc));
        PyException_SetContext(newer, exc);
    }
    else {
        Py_DECREF(exc);
    }
    ou_error_restore(newer);
    return newer;
}

/* ---- errno ----------------------------------------------------------------------------------------------------- */

/* Raise type(errno, strerror[, filename[, None, filename2]]).  Returns NULL.  After EINTR signal handlers run first, and
 * what they raise stands. */
PyObject *
PyErr_SetFromErrnoWithFilenameObjects(PyObject *type, PyObject *filename, PyObject *filename2)
{
    int number = errno;
    if (number == EINTR && PyErr_CheckSignals()) {
        return NULL;
    }
    const char *text = number == 0 ? "Error" : strerror(number);
    PyObject *message = PyUnicode_DecodeLocale(text, "surrogateescape");
    if (message == NULL) {
        return NULL;
    }
    PyObject *args;
    if (filename != NULL && filename2 != NULL) {
        args = Py_BuildValue("(iOOiO)", number, message, filename, 0, filename2);
    }
    else if (filename != NULL) {
        args = Py_BuildValue("(iOO)", number, message, filename);
    }
    else {
        args = Py_BuildValue("(iO)", number, message);
    }
    Py_DECREF(message);
    if (args == NULL) {
        return NULL;
    }
    OU_HOLD(h, &args);
    PyObject *exc = PyObject_Call(type, args, NULL);
    OU_HOLD_END(h);
    Py_DECREF(args);
    if (exc != NULL) {
        PyErr_SetObject((PyObject *)Py_TYPE(exc), exc);
        Py_DECREF(exc);
    }
    errno = number;
    return NULL;
}

PyObject *
PyErr_SetFromErrnoWithFilenameObject(PyObject *type, PyObject *filename)
{
    return PyErr_SetFromErrnoWithFilenameObjects(type, filename, NULL);
}

PyObject *
PyErr_SetFromErrnoWithFilename(PyObject *type, const char *filename)
{
    PyObject *name = NULL;
    if (filename != NULL) {
        int number = errno;
        name = PyUnicode_DecodeFSDefault(filename);
        if (name == NULL) {
            return NULL;
        }
        errno = number;
    }
    PyErr_SetFromErrnoWithFilenameObjects(type, name, NULL);
    Py_XDECREF(name);
    return NULL;
}

PyObject *
PyErr_SetFromErrno(PyObject *type)
{
    return PyErr_SetFromErrnoWithFilenameObjects(type, NULL, NULL);
}

/* ---- ImportError ----------------------------------------------------------------------------------------------- */

/* Raise type(message, name=name, path=path).  Returns NULL. */
PyObject *
PyErr_SetImportErrorSubclass(PyObject *type, PyObject *message, PyObject *name, PyObject *path)
{
    int is_subclass = PyObject_IsSubclass(type, PyExc_ImportError);
    if (is_subclass < 0) {
        return NULL;
    }
    if (!is_subclass) {
        PyErr_SetString(PyExc_TypeError, "expected a subclass of ImportError");
        return NULL;
    }
    if (message == NULL) {
        PyErr_SetString(PyExc_TypeError, "expected a message argument");
        return NULL;
    }
    PyObject *kwargs = PyDict_New();
    if (kwargs == NULL) {
        return NULL;
    }
    if (PyDict_SetItem(kwargs, OU_STR(name), name != NULL ? name : Py_None) == 0
        && PyDict_SetItem(kwargs, OU_STR(path), path != NULL ? path : Py_None) == 0) {
        OU_HOLD(h, &kwargs);
        PyObject *exc = PyObject_VectorcallDict(type, &message, 1, kwargs);
        OU_HOLD_END(h);
        if (exc != NULL) {
            PyErr_SetObject((PyObject *)Py_TYPE(exc), exc);
            Py_DECREF(exc);
        }
    }
    Py_DECREF(kwargs);
    return NULL;
}

PyObject *
PyErr_SetImportError(PyObject *message, PyObject *name, PyObject *path)
{
    return PyErr_SetImportErrorSubclass(PyExc_ImportError, message, name, path);
}

/* ---- new exception classes ------------------------------------------------------------------------------------- */

/* A class "module.Name" with `base` (a class or a tuple, NULL: Exception) and namespace `dict` (or NULL).
 * Returns new, or NULL with an error set. */
PyObject *
PyErr_NewException(const char *name, PyObject *base, PyObject *dict)
{
    const char *dot = strrchr(name, '.');
    if (dot == NULL) {
        PyErr_SetString(PyExc_SystemError, "PyErr_NewException: name must be module.class");
        return NULL;
    }
    PyObject *namespace = dict != NULL ? Py_NewRef(dict) : PyDict_New();
    PyObject *bases = NULL, *module = NULL, *result = NULL;
    if (namespace == NULL) {
        return NULL;
    }
    int has_module = PyDict_Contains(namespace, OU_STR(__module__));
    if (has_module < 0) {
        goto done;
    }
    if (!has_module) {
        module = PyUnicode_FromStringAndSize(name, dot - name);
        if (module == NULL || PyDict_SetItem(namespace, OU_STR(__module__), module) < 0) {
            goto done;
        }
    }
    if (base == NULL) {
        base = PyExc_Exception;
    }
    bases = PyTuple_Check(base) ? Py_NewRef(base) : PyTuple_Pack(1, base);
    if (bases != NULL) {
        OU_HOLD(h, &bases, &namespace);
        result = PyObject_CallFunction((PyObject *)&PyType_Type, "sOO", dot + 1, bases, namespace);
        OU_HOLD_END(h);
    }
done:
    Py_XDECREF(bases);
    Py_XDECREF(module);
    Py_DECREF(namespace);
    return result;
}

PyObject *
PyErr_NewExceptionWithDoc(const char *name, const char *doc, PyObject *base, PyObject *dict)
{
    PyObject *namespace = dict != NULL ? Py_NewRef(dict) : PyDict_New();
    if (namespace == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    PyObject *text = doc != NULL ? PyUnicode_FromString(doc) : NULL;
    if (doc == NULL || (text != NULL && PyDict_SetItem(namespace, OU_STR(__doc__), text) == 0)) {
        result = PyErr_NewException(name, base, namespace);
    }
    Py_XDECREF(text);
    Py_DECREF(namespace);
    return result;
}

/* ---- places in source files ------------------------------------------------------------------------------------ */

static int
set_int_attr(PyObject *exc, PyObject *name, int value, bool known)
{
    PyObject *number = known ? PyLong_FromLong(value) : Py_NewRef(Py_None);
    int status = number != NULL ? PyObject_SetAttr(exc, name, number) : -1;
    Py_XDECREF(number);
    return status;
}

static int
set_default_attr(PyObject *exc, PyObject *name)
{
    PyObject *old;
    int found = _PyObject_LookupAttr(exc, name, &old);
    Py_XDECREF(old);
    if (found != 0) {
        return found < 0 ? -1 : 0;
    }
    return PyObject_SetAttr(exc, name, Py_None);
}

/* Give the exception that is set its place, as far as it has none: SyntaxErrors, and others that are shown like them.
 * Errors on the way are forgotten. */
void
PyErr_RangedSyntaxLocationObject(PyObject *filename, int line, int column, int end_line, int end_column)
{
    PyObject *exc = ou_error_take();
    if (exc == NULL) {
        return;
    }
    OU_HOLD(h, &exc);
    if (set_int_attr(exc, OU_STR(lineno), line, true) < 0) {
        PyErr_Clear();
    }
    if (set_int_attr(exc, OU_STR(offset), column, column >= 0) < 0) {
        PyErr_Clear();
    }
    if (set_int_attr(exc, OU_STR(end_lineno), end_line, end_line >= 0) < 0) {
        PyErr_Clear();
    }
    if (set_int_attr(exc, OU_STR(end_offset), end_column, end_column >= 0) < 0) {
        PyErr_Clear();
    }
    if (filename != NULL) {
        if (PyObject_SetAttr(exc, OU_STR(filename), filename) < 0) {
            PyErr_Clear();
        }
        PyObject *text = PyErr_ProgramTextObject(filename, line);
        if (text == NULL) {
            PyErr_Clear();
        }
        else {
            if (PyObject_SetAttr(exc, OU_STR(text), text) < 0) {
                PyErr_Clear();
            }
            Py_DECREF(text);
        }
    }
    if (!Py_IS_TYPE(exc, (PyTypeObject *)PyExc_SyntaxError)
        && (set_default_attr(exc, OU_STR(msg)) < 0 || set_default_attr(exc, OU_STR(print_file_and_line)) < 0)) {
        PyErr_Clear();
    }
    PyErr_Clear();
    OU_HOLD_END(h);
    ou_error_restore(exc);
}

void
PyErr_SyntaxLocationObject(PyObject *filename, int line, int column)
{
    PyErr_RangedSyntaxLocationObject(filename, line, column, line, -1);
}

void
PyErr_SyntaxLocationEx(const char *filename, int line, int column)
{
    PyObject *name = NULL;
    OuErrorState saved;
    if (filename != NULL) {
        ou_error_save(&saved);
        name = PyUnicode_DecodeFSDefault(filename);
        ou_error_reinstate(&saved); /* drops an error of decoding */
    }
    PyErr_SyntaxLocationObject(name, line, column);
    Py_XDECREF(name);
}

void
PyErr_SyntaxLocation(const char *filename, int line)
{
    PyErr_SyntaxLocationEx(filename, line, -1);
}

/* Line `line` of an open file, its first 1000 bytes (arbitrary) if it is longer.  Returns new, or NULL with or without an
 * error set. */
static PyObject *
file_line(FILE *file, int line, const char *encoding)
{
    char buffer[1000];
    for (int at = 0; at < line;) {
        if (fgets(buffer, sizeof buffer, file) == NULL) {
            return NULL;
        }
        size_t n = strlen(buffer);
        if (at + 1 == line) {
            return PyUnicode_Decode(buffer, (Py_ssize_t)n, encoding != NULL ? encoding : "utf-8", "replace");
        }
        at += n > 0 && buffer[n - 1] == '\n';
    }
    return NULL;
}

/* Line `line` (from 1) of a source file, or NULL without an error if it can't be had. */
PyObject *
_PyErr_ProgramDecodedTextObject(PyObject *filename, int line, const char *encoding)
{
    if (filename == NULL || line <= 0) {
        return NULL;
    }
    FILE *file = _Py_fopen_obj(filename, "r");
    if (file == NULL) {
        PyErr_Clear();
        return NULL;
    }
    PyObject *text = file_line(file, line, encoding);
    fclose(file);
    return text;
}

PyObject *
PyErr_ProgramTextObject(PyObject *filename, int line)
{
    return _PyErr_ProgramDecodedTextObject(filename, line, NULL);
}

PyObject *
PyErr_ProgramText(const char *filename, int line)
{
    PyObject *name = filename != NULL ? PyUnicode_DecodeFSDefault(filename) : NULL;
    PyObject *text = name != NULL ? PyErr_ProgramTextObject(name, line) : NULL;
    Py_XDECREF(name);
    return text;
}
