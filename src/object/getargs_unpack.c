/* object/getargs_unpack.c - arguments without formats: checks, unpacking, keywords by name.  Extension modules whose parsing was
 * generated call these.
 *
 * Owns       nothing; results are borrowed from the arguments, but for the tuple of a *args parameter.
 * Invariant  no Python code runs.
 * Not here   formats (getargs.c); what the runtime's own functions use (args.c). */
#include <Python.h>
#include "base/base.h"

#undef _PyArg_NoKeywords
#undef _PyArg_NoKwnames
#undef _PyArg_NoPositional
#undef _PyArg_CheckPositional

/* ---- checks: each returns 1, or 0 with TypeError set ----------------------------------------------------------- */

int
_PyArg_NoKeywords(const char *name, PyObject *kwargs)
{
    if (kwargs == NULL) {
        return 1;
    }
    if (!PyDict_CheckExact(kwargs)) {
        PyErr_BadInternalCall();
        return 0;
    }
    if (PyDict_GET_SIZE(kwargs) == 0) {
        return 1;
    }
    PyErr_Format(PyExc_TypeError, "%.200s() takes no keyword arguments", name);
    return 0;
}

int
_PyArg_NoKwnames(const char *name, PyObject *kwnames)
{
    if (kwnames == NULL || PyTuple_GET_SIZE(kwnames) == 0) {
        return 1;
    }
    PyErr_Format(PyExc_TypeError, "%s() takes no keyword arguments", name);
    return 0;
}

int
_PyArg_NoPositional(const char *name, PyObject *args)
{
    if (args == NULL) {
        return 1;
    }
    if (!PyTuple_CheckExact(args)) {
        PyErr_BadInternalCall();
        return 0;
    }
    if (PyTuple_GET_SIZE(args) == 0) {
        return 1;
    }
    PyErr_Format(PyExc_TypeError, "%.200s() takes no positional arguments", name);
    return 0;
}

int
_PyArg_CheckPositional(const char *name, Py_ssize_t n_args, Py_ssize_t min, Py_ssize_t max)
{
    if (n_args >= min && n_args <= max) {
        return 1;
    }
    bool few = n_args < min;
    Py_ssize_t limit = few ? min : max;
    const char *bound = min == max ? "" : few ? "at least " : "at most ";
    if (name != NULL) {
        PyErr_Format(PyExc_TypeError, "%.200s expected %s%zd argument%s, got %zd", name, bound, limit, limit == 1 ? "" : "s",
                     n_args);
    }
    else {
        PyErr_Format(PyExc_TypeError, "unpacked tuple should have %s%zd element%s, but has %zd", bound, limit,
                     limit == 1 ? "" : "s", n_args);
    }
    return 0;
}

/* "f() argument 1 must be str, not int" */
void
_PyArg_BadArgument(const char *name, const char *which, const char *expected, PyObject *arg)
{
    PyErr_Format(PyExc_TypeError, "%.200s() %.200s must be %.50s, not %.50s", name, which, expected,
                 arg == Py_None ? "None" : Py_TYPE(arg)->tp_name);
}

int
PyArg_ValidateKeywordArguments(PyObject *kwargs)
{
    PyObject *key, *value;
    Py_ssize_t pos = 0;
    if (!PyDict_Check(kwargs)) {
        PyErr_BadInternalCall();
        return 0;
    }
    while (PyDict_Next(kwargs, &pos, &key, &value)) {
        if (!PyUnicode_Check(key)) {
            PyErr_SetString(PyExc_TypeError, "keywords must be strings");
            return 0;
        }
    }
    return 1;
}

/* ---- unpacking ------------------------------------------------------------------------------------------------- */

static int
unpack(PyObject *const *args, Py_ssize_t n_args, const char *name, Py_ssize_t min, Py_ssize_t max, va_list list)
{
    if (!_PyArg_CheckPositional(name, n_args, min, max)) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < n_args; i++) {
        *va_arg(list, PyObject **) = args[i];
    }
    return 1;
}

int
PyArg_UnpackTuple(PyObject *args, const char *name, Py_ssize_t min, Py_ssize_t max, ...)
{
    if (!PyTuple_Check(args)) {
        PyErr_SetString(PyExc_SystemError, "PyArg_UnpackTuple() argument list is not a tuple");
        return 0;
    }
    va_list list;
    va_start(list, max);
    int ok = unpack(((PyTupleObject *)args)->ob_item, PyTuple_GET_SIZE(args), name, min, max, list);
    va_end(list);
    return ok;
}

int
_PyArg_UnpackStack(PyObject *const *args, Py_ssize_t n_args, const char *name, Py_ssize_t min, Py_ssize_t max, ...)
{
    va_list list;
    va_start(list, max);
    int ok = unpack(args, n_args, name, min, max, list);
    va_end(list);
    return ok;
}

/* ---- keywords by name ------------------------------------------------------------------------------------------ */

/* Fill what can be read off the parser's names.  The fields are the caller's; objects are not cached in them. */
static int
parser_ready(struct _PyArg_Parser *parser, int *n_names)
{
    int pos = 0, n;
    if (parser == NULL || parser->keywords == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    while (parser->keywords[pos] != NULL && parser->keywords[pos][0] == '\0') {
        pos++;
    }
    for (n = pos; parser->keywords[n] != NULL; n++) {
    }
    parser->pos = pos;
    *n_names = n;
    return 0;
}

static bool
name_is(PyObject *key, const char *name)
{
    return PyUnicode_Check(key) && _PyUnicode_EqualToASCIIString(key, name);
}

static PyObject *
find_keyword(PyObject *kwargs, PyObject *kwnames, PyObject *const *kwvalues, const char *name)
{
    PyObject *key, *value;
    if (kwargs != NULL) {
        for (Py_ssize_t pos = 0; PyDict_Next(kwargs, &pos, &key, &value);) {
            if (name_is(key, name)) {
                return value;
            }
        }
        return NULL;
    }
    for (Py_ssize_t i = 0; kwnames != NULL && i < PyTuple_GET_SIZE(kwnames); i++) {
        if (name_is(PyTuple_GET_ITEM(kwnames, i), name)) {
            return kwvalues[i];
        }
    }
    return NULL;
}

static OU_COLD void
raise_bad_keyword(struct _PyArg_Parser *parser, int n_names, PyObject *kwargs, PyObject *kwnames, PyObject *const *kwvalues,
                  Py_ssize_t n_args)
{
    const char *name = parser->fname, *parens = name != NULL ? "()" : "";
    PyObject *key = NULL, *value;
    for (int i = parser->pos; i < n_args && i < n_names; i++) {
        if (find_keyword(kwargs, kwnames, kwvalues, parser->keywords[i]) != NULL) {
            PyErr_Format(PyExc_TypeError, "argument for %.200s%s given by name ('%s') and position (%d)",
                         name != NULL ? name : "function", parens, parser->keywords[i], i + 1);
            return;
        }
    }
    Py_ssize_t pos = 0, i = 0;
    while (kwargs != NULL ? PyDict_Next(kwargs, &pos, &key, &value) : i < PyTuple_GET_SIZE(kwnames)) {
        if (kwargs == NULL) {
            key = PyTuple_GET_ITEM(kwnames, i++);
        }
        if (!PyUnicode_Check(key)) {
            PyErr_SetString(PyExc_TypeError, "keywords must be strings");
            return;
        }
        int at = parser->pos;
        while (at < n_names && !name_is(key, parser->keywords[at])) {
            at++;
        }
        if (at == n_names) {
            PyErr_Format(PyExc_TypeError, "'%S' is an invalid keyword argument for %.200s%s", key,
                         name != NULL ? name : "this function", parens);
            return;
        }
    }
    PyErr_BadInternalCall();
}

/* Arguments by parameter, in an array: `args` itself or `buf`, which has room for all parameters; NULL for what was left out.
 * minpos, maxpos  positional ones that must, and that may be given;  minkw  keyword-only ones that must be.
 * Returns the array, or NULL with TypeError set.  Refs borrowed. */
PyObject *const *
_PyArg_UnpackKeywords(PyObject *const *args, Py_ssize_t n_args, PyObject *kwargs, PyObject *kwnames,
                      struct _PyArg_Parser *parser, int minpos, int maxpos, int minkw, PyObject **buf)
{
    int n_names;
    if (parser_ready(parser, &n_names) < 0) {
        return NULL;
    }
    PyObject *const *kwvalues = kwnames != NULL ? args + n_args : NULL;
    Py_ssize_t n_kwargs = kwargs != NULL ? PyDict_GET_SIZE(kwargs) : kwnames != NULL ? PyTuple_GET_SIZE(kwnames) : 0;
    const char *name = parser->fname != NULL ? parser->fname : "function", *parens = parser->fname != NULL ? "()" : "";
    if (n_kwargs == 0 && minkw == 0 && minpos <= n_args && n_args <= maxpos) {
        if (n_args == n_names) {
            return args;
        }
        for (int i = 0; i < n_names; i++) {
            buf[i] = i < n_args ? args[i] : NULL;
        }
        return buf;
    }
    if (n_args + n_kwargs > n_names) {
        PyErr_Format(PyExc_TypeError, "%.200s%s takes %s %d %sargument%s (%zd given)", name, parens, "at most", n_names,
                     n_args == 0 ? "keyword " : "", n_names == 1 ? "" : "s", n_args + n_kwargs);
        return NULL;
    }
    if (n_args > maxpos) {
        if (maxpos == 0) {
            PyErr_Format(PyExc_TypeError, "%.200s%s takes no positional arguments", name, parens);
        }
        else {
            PyErr_Format(PyExc_TypeError, "%.200s%s takes %s %d positional argument%s (%zd given)", name, parens,
                         minpos < maxpos ? "at most" : "exactly", maxpos, maxpos == 1 ? "" : "s", n_args);
        }
        return NULL;
    }
    int minposonly = Py_MIN(parser->pos, minpos);
    if (n_args < minposonly) {
        PyErr_Format(PyExc_TypeError, "%.200s%s takes %s %d positional argument%s (%zd given)", name, parens,
                     minposonly < maxpos ? "at least" : "exactly", minposonly, minposonly == 1 ? "" : "s", n_args);
        return NULL;
    }
    int n_required = minkw > 0 ? maxpos + minkw : minpos;
    for (int i = 0; i < n_names; i++) {
        PyObject *current = NULL;
        if (i < n_args) {
            current = args[i];
        }
        else if (n_kwargs > 0 && i >= parser->pos) {
            current = find_keyword(kwargs, kwnames, kwvalues, parser->keywords[i]);
            n_kwargs -= current != NULL;
        }
        if (current == NULL && (i < minpos || (maxpos <= i && i < n_required))) {
            PyErr_Format(PyExc_TypeError, "%.200s%s missing required argument '%s' (pos %d)", name, parens, parser->keywords[i],
                         i + 1);
            return NULL;
        }
        buf[i] = current;
    }
    if (n_kwargs > 0) {
        raise_bad_keyword(parser, n_names, kwargs, kwnames, kwvalues, n_args);
        return NULL;
    }
    return buf;
}

/* The same for a function with *args as parameter `vararg`: its tuple is buf[vararg], a new reference that the caller drops;
 * parameters behind it follow. */
PyObject *const *
_PyArg_UnpackKeywordsWithVararg(PyObject *const *args, Py_ssize_t n_args, PyObject *kwargs, PyObject *kwnames,
                                struct _PyArg_Parser *parser, int minpos, int maxpos, int minkw, int vararg, PyObject **buf)
{
    int n_names;
    if (parser_ready(parser, &n_names) < 0) {
        return NULL;
    }
    PyObject *const *kwvalues = kwnames != NULL ? args + n_args : NULL;
    Py_ssize_t n_kwargs = kwargs != NULL ? PyDict_GET_SIZE(kwargs) : kwnames != NULL ? PyTuple_GET_SIZE(kwnames) : 0;
    const char *name = parser->fname != NULL ? parser->fname : "function", *parens = parser->fname != NULL ? "()" : "";
    int minposonly = Py_MIN(parser->pos, minpos);
    if (n_args < minposonly) {
        PyErr_Format(PyExc_TypeError, "%.200s%s takes %s %d positional argument%s (%zd given)", name, parens, "at least",
                     minposonly, minposonly == 1 ? "" : "s", n_args);
        return NULL;
    }
    Py_ssize_t n_plain = Py_MIN(n_args, vararg);
    PyObject *rest = PyTuple_New(n_args - n_plain);
    if (rest == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = n_plain; i < n_args; i++) {
        PyTuple_SET_ITEM(rest, i - n_plain, Py_NewRef(args[i]));
    }
    int n_required = minkw > 0 ? maxpos + minkw : minpos;
    for (int i = 0; i < n_names; i++) {
        PyObject *current = NULL;
        if (i < n_plain) {
            current = args[i];
        }
        else if (n_kwargs > 0 && i >= parser->pos) {
            current = find_keyword(kwargs, kwnames, kwvalues, parser->keywords[i]);
            n_kwargs -= current != NULL;
        }
        if (current == NULL && (i < minpos || (maxpos <= i && i < n_required))) {
            PyErr_Format(PyExc_TypeError, "%.200s%s missing required argument '%s' (pos %d)", name, parens, parser->keywords[i],
                         i + 1);
            Py_DECREF(rest);
            return NULL;
        }
        buf[i < vararg ? i : i + 1] = current;
    }
    buf[vararg] = rest;
    if (n_kwargs > 0) {
        raise_bad_keyword(parser, n_names, kwargs, kwnames, kwvalues, n_plain);
        buf[vararg] = NULL;
        Py_DECREF(rest);
        return NULL;
    }
    return buf;
}
