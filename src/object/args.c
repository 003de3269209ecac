/* object/args.c - sorting arguments by parameter.
 *
 * Owns       nothing: arguments are borrowed from the caller's array, tuple or dict.
 * Invariant  no Python code runs: names are compared as ASCII text.
 * Not here   format strings (getargs.c). */
#include "object/args.h"

static const char *
function_name(const OuParams *params)
{
    return params->function != NULL ? params->function : "this function";
}

static const char *
function_parens(const OuParams *params)
{
    return params->function != NULL ? "()" : "";
}

static bool
name_is(PyObject *key, const char *name)
{
    return name != NULL && PyUnicode_IS_COMPACT_ASCII(key) && strlen(name) == (size_t)PyUnicode_GET_LENGTH(key)
        && memcmp(PyUnicode_1BYTE_DATA(key), name, (size_t)PyUnicode_GET_LENGTH(key)) == 0;
}

/* Index of the parameter that may be named `key`, or -1. */
static int
param_index(const OuParams *params, PyObject *key)
{
    for (int i = params->n_posonly; i < params->n_all; i++) {
        if (name_is(key, params->names[i])) {
            return i;
        }
    }
    return -1;
}

/* How many positional arguments could not be given any other way? */
static int
n_required_posonly(const OuParams *params)
{
    return Py_MIN(params->n_posonly, params->n_required);
}

static OU_COLD int
check_counts(const OuParams *params, Py_ssize_t n_args, Py_ssize_t n_kwargs)
{
    const char *name = params->function != NULL ? params->function : "function";
    const char *parens = function_parens(params);
    int n_all = params->n_all, n_max = params->n_positional, n_min = n_required_posonly(params);
    if (n_args + n_kwargs > n_all) {
        /* With no positional argument given, "keyword" keeps the count from reading as if positional ones would do. */
        PyErr_Format(PyExc_TypeError, "%.200s%s takes %s %d %sargument%s (%zd given)", name, parens, "at most", n_all,
                     n_args == 0 ? "keyword " : "", n_all == 1 ? "" : "s", n_args + n_kwargs);
        return -1;
    }
    if (n_args > n_max) {
        if (n_max == 0) {
            PyErr_Format(PyExc_TypeError, "%.200s%s takes no positional arguments", name, parens);
        }
        else {
            PyErr_Format(PyExc_TypeError, "%.200s%s takes %s %d positional argument%s (%zd given)", name, parens,
                         params->n_required < n_max ? "at most" : "exactly", n_max, n_max == 1 ? "" : "s", n_args);
        }
        return -1;
    }
    if (n_args < n_min) {
        PyErr_Format(PyExc_TypeError, "%.200s%s takes %s %d positional argument%s (%zd given)", name, parens,
                     n_min < n_max ? "at least" : "exactly", n_min, n_min == 1 ? "" : "s", n_args);
        return -1;
    }
    return 0;
}

/* A keyword's value goes to its parameter.  Returns 0, or -1 with TypeError set. */
static int
place_keyword(const OuParams *params, PyObject *key, PyObject *value, Py_ssize_t n_args, PyObject **values)
{
    if (!PyUnicode_Check(key)) {
        PyErr_SetString(PyExc_TypeError, "keywords must be strings");
        return -1;
    }
    int at = param_index(params, key);
    if (at < 0) {
        PyErr_Format(PyExc_TypeError, "'%S' is an invalid keyword argument for %.200s%s", key, function_name(params),
                     function_parens(params));
        return -1;
    }
    if (at < n_args) {
        PyErr_Format(PyExc_TypeError, "argument for %.200s%s given by name ('%U') and position (%d)",
                     params->function != NULL ? params->function : "function", function_parens(params), key, at + 1);
        return -1;
    }
    values[at] = value;
    return 0;
}

/* CPython reports a missing argument before an unknown keyword. */
static int
check_required(const OuParams *params, PyObject *const *values)
{
    for (int i = 0; i < params->n_required; i++) {
        if (values[i] == NULL) {
            PyErr_Format(PyExc_TypeError, "%.200s%s missing required argument '%s' (pos %d)",
                         params->function != NULL ? params->function : "function", function_parens(params), params->names[i],
                         i + 1);
            return -1;
        }
    }
    return 0;
}

/* Which of the keywords go where, errors left for later: 0, or 1 if one of them has no place. */
static int
place_known(const OuParams *params, PyObject *key, PyObject *value, Py_ssize_t n_args, PyObject **values)
{
    int at = PyUnicode_Check(key) ? param_index(params, key) : -1;
    if (at < 0 || at < n_args) {
        return 1;
    }
    values[at] = value;
    return 0;
}

int
ou_args_parse_slow(const OuParams *params, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames, PyObject **values)
{
    Py_ssize_t n_kwargs = kwnames != NULL ? PyTuple_GET_SIZE(kwnames) : 0;
    if (check_counts(params, n_args, n_kwargs) < 0) {
        return -1;
    }
    for (int i = 0; i < params->n_all; i++) {
        values[i] = i < n_args ? args[i] : NULL;
    }
    int bad = 0;
    for (Py_ssize_t i = 0; i < n_kwargs; i++) {
        bad |= place_known(params, PyTuple_GET_ITEM(kwnames, i), args[n_args + i], n_args, values);
    }
    if (check_required(params, values) < 0) {
        return -1;
    }
    for (Py_ssize_t i = 0; bad && i < n_kwargs; i++) {
        if (place_keyword(params, PyTuple_GET_ITEM(kwnames, i), args[n_args + i], n_args, values) < 0) {
            return -1;
        }
    }
    return 0;
}

int
ou_args_parse_tuple(const OuParams *params, PyObject *args, PyObject *kwargs, PyObject **values)
{
    Py_ssize_t n_args = PyTuple_GET_SIZE(args), pos = 0;
    PyObject *key, *value;
    if (kwargs == NULL || PyDict_GET_SIZE(kwargs) == 0) {
        return ou_args_parse(params, ((PyTupleObject *)args)->ob_item, (size_t)n_args, NULL, values);
    }
    if (check_counts(params, n_args, PyDict_GET_SIZE(kwargs)) < 0) {
        return -1;
    }
    for (int i = 0; i < params->n_all; i++) {
        values[i] = i < n_args ? PyTuple_GET_ITEM(args, i) : NULL;
    }
    int bad = 0;
    while (PyDict_Next(kwargs, &pos, &key, &value)) {
        bad |= place_known(params, key, value, n_args, values);
    }
    if (check_required(params, values) < 0) {
        return -1;
    }
    for (pos = 0; bad && PyDict_Next(kwargs, &pos, &key, &value);) {
        if (place_keyword(params, key, value, n_args, values) < 0) {
            return -1;
        }
    }
    return 0;
}

/* See args.h. */
const char *
ou_args_text(const char *function, const char *argument, PyObject *value)
{
    if (!PyUnicode_Check(value)) {
        _PyArg_BadArgument(function, argument, "str", value);
        return NULL;
    }
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(value, &size);
    if (text != NULL && strlen(text) != (size_t)size) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        return NULL;
    }
    return text;
}

/* See args.h. */
Py_ssize_t
ou_args_ssize(PyObject *arg)
{
    PyObject *index = _PyNumber_Index(arg);
    Py_ssize_t value = index == NULL ? -1 : PyLong_AsSsize_t(index);
    Py_XDECREF(index);
    return value;
}
