/* modules/posix/posix_exec.c - other programs: execv, execve, system; the environment handed on.
 *
 * Owns       the C arrays of strings, from making to exec or failure.
 * Not here   fork (posix_process.c); subprocess (module _posixsubprocess).
 * Source     Library Reference, os, Process Management. */
#include "modules/posix/posix.h"

/* See posix.h. */
void
ou_posix_strings_free(char **strings)
{
    for (char **at = strings; strings != NULL && *at != NULL; at++) {
        PyMem_Free(*at);
    }
    PyMem_Free(strings);
}

/* A copy of a path object's bytes.  NULL with an error set.  RE-ENTRANT. */
static char *
string_copy(PyObject *op)
{
    PyObject *bytes;
    if (!PyUnicode_FSConverter(op, &bytes)) {
        return NULL;
    }
    size_t size = (size_t)PyBytes_GET_SIZE(bytes) + 1;
    char *copy = PyMem_Malloc(size);
    if (copy == NULL) {
        PyErr_NoMemory();
    }
    else {
        memcpy(copy, PyBytes_AS_STRING(bytes), size);
    }
    Py_DECREF(bytes);
    return copy;
}

static char **
strings_new(Py_ssize_t n)
{
    char **strings = (size_t)n < PY_SSIZE_T_MAX / sizeof(char *) - 1 ? PyMem_Calloc((size_t)n + 1, sizeof(char *)) : NULL;
    if (strings == NULL) {
        PyErr_NoMemory();
    }
    return strings;
}

/* See posix.h.  RE-ENTRANT. */
char **
ou_posix_argv_new(PyObject *list, const char *what)
{
    if (!PyList_Check(list) && !PyTuple_Check(list)) {
        PyErr_Format(PyExc_TypeError, "%s must be a tuple or list", what);
        return NULL;
    }
    PyObject *items = PySequence_Tuple(list); /* a list may change while items are converted */
    if (items == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &items);
    Py_ssize_t n = PyTuple_GET_SIZE(items);
    char **strings = NULL;
    if (n == 0) {
        PyErr_Format(PyExc_ValueError, "%s must not be empty", what);
    }
    else if ((strings = strings_new(n)) != NULL) {
        for (Py_ssize_t i = 0; i < n; i++) {
            strings[i] = string_copy(PyTuple_GET_ITEM(items, i));
            if (strings[i] == NULL) {
                ou_posix_strings_free(strings);
                strings = NULL;
                break;
            }
        }
    }
    if (strings != NULL && strings[0][0] == 0) {
        PyErr_Format(PyExc_ValueError, "%s first element cannot be empty", what);
        ou_posix_strings_free(strings);
        strings = NULL;
    }
    OU_HOLD_END(hold);
    Py_DECREF(items);
    return strings;
}

/* "name=value" of two path objects. */
static char *
environment_entry(PyObject *name, PyObject *value)
{
    char *left = string_copy(name), *right = left == NULL ? NULL : string_copy(value), *entry = NULL;
    if (right != NULL) {
        size_t n_left = strlen(left), n_right = strlen(right);
        if (n_left == 0 || strchr(left + 1, '=') != NULL) { /* a leading "=" is allowed, from CPython 3.11 */
            PyErr_SetString(PyExc_ValueError, "illegal environment variable name");
        }
        else if ((entry = PyMem_Malloc(n_left + n_right + 2)) == NULL) {
            PyErr_NoMemory();
        }
        else {
            memcpy(entry, left, n_left);
            entry[n_left] = '=';
            memcpy(entry + n_left + 1, right, n_right + 1);
        }
    }
    PyMem_Free(left);
    PyMem_Free(right);
    return entry;
}

/* See posix.h.  RE-ENTRANT. */
char **
ou_posix_envp_new(PyObject *mapping)
{
    PyObject *keys = PyMapping_Keys(mapping), *values = keys == NULL ? NULL : PyMapping_Values(mapping);
    char **strings = NULL;
    OU_HOLD(hold, &keys, &values);
    if (values != NULL && PyList_GET_SIZE(keys) != PyList_GET_SIZE(values)) {
        PyErr_SetString(PyExc_RuntimeError, "env changed size while it was read");
    }
    else if (values != NULL && (strings = strings_new(PyList_GET_SIZE(keys))) != NULL) {
        for (Py_ssize_t i = 0; i < PyList_GET_SIZE(keys) && i < PyList_GET_SIZE(values); i++) {
            strings[i] = environment_entry(PyList_GET_ITEM(keys, i), PyList_GET_ITEM(values, i));
            if (strings[i] == NULL) {
                ou_posix_strings_free(strings);
                strings = NULL;
                break;
            }
        }
    }
    OU_HOLD_END(hold);
    Py_XDECREF(keys);
    Py_XDECREF(values);
    return strings;
}

static PyObject *
posix_execv(PyObject *module, PyObject *args)
{
    PyObject *target, *list;
    if (!PyArg_ParseTuple(args, "OO:execv", &target, &list)) {
        return NULL;
    }
    PosixPath path = {"execv", "path"};
    if (ou_posix_path_begin(&path, target) < 0) {
        return NULL;
    }
    char **argv = ou_posix_argv_new(list, "execv() arg 2");
    if (argv != NULL && PySys_Audit("os.exec", "OOO", path.object, list, Py_None) == 0) {
        execv(path.name, argv);
        ou_posix_error(); /* else we would not be here */
    }
    ou_posix_strings_free(argv);
    ou_posix_path_end(&path);
    return NULL;
}

static PyObject *
posix_execve(OU_FAST_KW)
{
    static const OuParams params = {"execve", {"path", "argv", "env"}, .n_positional = 3, .n_required = 3, .n_all = 3};
    PyObject *v[3];
    PosixPath path = {"execve", "path", .allow_fd = true};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    char **argv = NULL, **envp = NULL;
    if (!PyMapping_Check(v[2])) {
        PyErr_SetString(PyExc_TypeError, "execve: environment must be a mapping object");
    }
    else {
        argv = ou_posix_argv_new(v[1], "execve: argv");
        envp = argv == NULL ? NULL : ou_posix_envp_new(v[2]);
    }
    if (envp != NULL && PySys_Audit("os.exec", "OOO", path.object, v[1], v[2]) == 0) {
        if (path.name == NULL) {
            fexecve(path.fd, argv, envp);
        }
        else {
            execve(path.name, argv, envp);
        }
        ou_posix_path_error(&path);
    }
    ou_posix_strings_free(envp);
    ou_posix_strings_free(argv);
    ou_posix_path_end(&path);
    return NULL;
}

static PyObject *
posix_system(OU_FAST_KW)
{
    static const OuParams params = {"system", {"command"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1], *command;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || !PyUnicode_FSConverter(v[0], &command)) {
        return NULL;
    }
    OU_HOLD(hold, &command);
    int status = -2;
    if (PySys_Audit("os.system", "(O)", command) == 0) {
        Py_BEGIN_ALLOW_THREADS status = system(PyBytes_AS_STRING(command));
        Py_END_ALLOW_THREADS
    }
    OU_HOLD_END(hold);
    Py_DECREF(command);
    return status == -2 ? NULL : PyLong_FromLong(status);
}

/* ---- our own environment ------------------------------------------------------------------------------------------- */

static PyObject *
posix_putenv(PyObject *module, PyObject *args)
{
    PyObject *name, *value = NULL, *result = NULL;
    if (!PyArg_ParseTuple(args, "O&O&:putenv", PyUnicode_FSConverter, &name, PyUnicode_FSConverter, &value)) {
        return NULL;
    }
    if (strchr(PyBytes_AS_STRING(name), '=') != NULL) {
        PyErr_SetString(PyExc_ValueError, "illegal environment variable name");
    }
    else if (PySys_Audit("os.putenv", "OO", name, value) == 0) {
        result = ou_posix_ok(setenv(PyBytes_AS_STRING(name), PyBytes_AS_STRING(value), 1));
    }
    Py_DECREF(name);
    Py_DECREF(value);
    return result;
}

static PyObject *
posix_unsetenv(PyObject *module, PyObject *arg)
{
    PyObject *name, *result = NULL;
    if (!PyUnicode_FSConverter(arg, &name)) {
        return NULL;
    }
    if (PySys_Audit("os.unsetenv", "(O)", name) == 0) {
        result = ou_posix_ok(unsetenv(PyBytes_AS_STRING(name)));
    }
    Py_DECREF(name);
    return result;
}

PyMethodDef ou_posix_exec_methods[] = {
    {"execv", posix_execv, METH_VARARGS, "execv($module, path, argv, /)\n--\n\nBecome another program."},
    {"execve", OU_KW(posix_execve), "execve($module, /, path, argv, env)\n--\n\nBecome another program in an environment."},
    {"system", OU_KW(posix_system), "system($module, /, command)\n--\n\nRun a command by the shell; its wait status."},
    {"putenv", posix_putenv, METH_VARARGS, "putenv($module, name, value, /)\n--\n\nSet a variable of the environment."},
    {"unsetenv", posix_unsetenv, METH_O, "unsetenv($module, name, /)\n--\n\nRemove a variable of the environment."},
    {NULL},
};
