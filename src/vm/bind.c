/* vm/bind.c - arguments to parameters, and the TypeErrors when they don't fit.
 *
 * Arguments lie where they were evaluated: in the first registers of the callee's frame-to-be.  Positional ones are in
 * their place already; the rest is moved aside and dealt out.
 *
 * Owns       while it works: the arguments moved aside.
 * Not here   calls that fit exactly (call.c, specialize.c): they need no binding.
 * Source     the order in which errors are found, and their texts, are CPython 3.11's. */

#include "types/dict.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/vm.h"

enum { SIDE_INLINE = 24 }; /* arguments moved aside without an allocation; arbitrary */

/* ---- errors ------------------------------------------------------------------------------------------- */

/* 'a', 'b', and 'c' of a list of names.  Returns new, or NULL. */
static PyObject *
names_in_words(PyObject *names)
{
    Py_ssize_t n = PyList_GET_SIZE(names);
    PyObject *text = NULL;
    for (Py_ssize_t i = 0; i < n; i++) {
        const char *format = i == 0 ? "%V%R" : n == 2 ? "%V and %R" : i == n - 1 ? "%V, and %R" : "%V, %R";
        Py_XSETREF(text, PyUnicode_FromFormat(format, text, "", PyList_GET_ITEM(names, i)));
        if (text == NULL) {
            return NULL;
        }
    }
    return text;
}

/* Parameters from `from` up to `to` without a value. */
static void
error_missing(PyFunctionObject *function, PyObject **registers, const char *kind, Py_ssize_t from, Py_ssize_t to)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    PyObject *names = PyList_New(0), *text = NULL;
    if (names == NULL) {
        return;
    }
    for (Py_ssize_t i = from; i < to; i++) {
        if (registers[i] == NULL && PyList_Append(names, PyTuple_GET_ITEM(code->co_localsplusnames, i)) < 0) {
            goto done;
        }
    }
    text = names_in_words(names);
    if (text != NULL) {
        Py_ssize_t n = PyList_GET_SIZE(names);
        PyErr_Format(PyExc_TypeError, "%U() missing %zd required %s argument%s: %U", function->func_qualname, n, kind,
                     n == 1 ? "" : "s", text);
    }
done:
    Py_XDECREF(text);
    Py_DECREF(names);
}

static void
error_too_many(PyFunctionObject *function, PyObject **registers, Py_ssize_t given)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    Py_ssize_t n_defaults = function->func_defaults != NULL ? PyTuple_GET_SIZE(function->func_defaults) : 0;
    Py_ssize_t n_kwonly = 0;
    for (Py_ssize_t i = code->co_argcount; i < code->co_argcount + code->co_kwonlyargcount; i++) {
        n_kwonly += registers[i] != NULL;
    }
    PyObject *takes = n_defaults > 0 ? PyUnicode_FromFormat("from %zd to %d", code->co_argcount - n_defaults, code->co_argcount)
                                     : PyUnicode_FromFormat("%d", code->co_argcount);
    PyObject *also = n_kwonly > 0 ? PyUnicode_FromFormat(" positional argument%s (and %zd keyword-only argument%s)",
                                                         given != 1 ? "s" : "", n_kwonly, n_kwonly != 1 ? "s" : "")
                                  : PyUnicode_FromString("");
    if (takes != NULL && also != NULL) {
        PyErr_Format(PyExc_TypeError, "%U() takes %U positional argument%s but %zd%U %s given", function->func_qualname, takes,
                     n_defaults > 0 || code->co_argcount != 1 ? "s" : "", given, also,
                     given == 1 && n_kwonly == 0 ? "was" : "were");
    }
    Py_XDECREF(takes);
    Py_XDECREF(also);
}

/* A keyword that no parameter takes: perhaps a positional-only one. */
static void
error_unexpected(PyFunctionObject *function, PyObject *const *kwnames, Py_ssize_t n_kwargs, PyObject *name)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    PyObject *text = NULL;
    for (Py_ssize_t i = 0; i < code->co_posonlyargcount; i++) {
        PyObject *parameter = PyTuple_GET_ITEM(code->co_localsplusnames, i);
        for (Py_ssize_t j = 0; j < n_kwargs; j++) {
            if (PyUnicode_Check(kwnames[j]) && ou_str_equal(parameter, kwnames[j])) {
                Py_XSETREF(text, PyUnicode_FromFormat(text == NULL ? "%V%U" : "%V, %U", text, "", parameter));
                if (text == NULL) {
                    return;
                }
            }
        }
    }
    if (text != NULL) {
        PyErr_Format(PyExc_TypeError, "%U() got some positional-only arguments passed as keyword arguments: '%U'",
                     function->func_qualname, text);
        Py_DECREF(text);
        return;
    }
    PyErr_Format(PyExc_TypeError, "%U() got an unexpected keyword argument '%S'", function->func_qualname, name);
}

/* ---- binding ------------------------------------------------------------------------------------------ */

/* The register of the parameter that a keyword names, or -1. */
static Py_ssize_t
parameter_index(PyCodeObject *code, PyObject *name)
{
    PyObject **names = ((PyTupleObject *)code->co_localsplusnames)->ob_item;
    Py_ssize_t end = code->co_argcount + code->co_kwonlyargcount;
    for (Py_ssize_t i = code->co_posonlyargcount; i < end; i++) {
        if (names[i] == name) {
            return i;
        }
    }
    for (Py_ssize_t i = code->co_posonlyargcount; i < end; i++) {
        if (ou_str_equal(names[i], name)) {
            return i;
        }
    }
    return -1;
}

/* Deal out keyword arguments.  values[i] becomes NULL when it is placed. */
static int
bind_keywords(PyFunctionObject *function, PyObject **registers, PyObject **values, PyObject *const *kwnames,
              Py_ssize_t n_kwargs, PyObject *rest)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    for (Py_ssize_t i = 0; i < n_kwargs; i++) {
        PyObject *name = kwnames[i];
        if (!PyUnicode_Check(name)) {
            PyErr_SetString(PyExc_TypeError, "keywords must be strings");
            return -1;
        }
        Py_ssize_t index = parameter_index(code, name);
        if (index >= 0) {
            if (registers[index] != NULL) {
                PyErr_Format(PyExc_TypeError, "%U() got multiple values for argument '%S'", function->func_qualname, name);
                return -1;
            }
            registers[index] = values[i];
            values[i] = NULL;
        }
        else if (rest == NULL) {
            error_unexpected(function, kwnames, n_kwargs, name);
            return -1;
        }
        else {
            if (ou_dict_set(rest, name, values[i]) < 0) {
                return -1;
            }
            Py_CLEAR(values[i]);
        }
    }
    return 0;
}

/* Defaults of parameters that got nothing, positional from `n_given` on. */
static int
bind_defaults(PyFunctionObject *function, PyObject **registers, Py_ssize_t n_given)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    if (n_given < code->co_argcount) {
        PyObject *defaults = function->func_defaults;
        Py_ssize_t n_defaults = defaults != NULL ? PyTuple_GET_SIZE(defaults) : 0;
        Py_ssize_t first = code->co_argcount - n_defaults;
        for (Py_ssize_t i = n_given; i < first; i++) {
            if (registers[i] == NULL) {
                error_missing(function, registers, "positional", n_given, first);
                return -1;
            }
        }
        for (Py_ssize_t i = n_given > first ? n_given : first; i < code->co_argcount; i++) {
            if (i >= 0 && registers[i] == NULL) {
                registers[i] = Py_NewRef(PyTuple_GET_ITEM(defaults, i - first));
            }
        }
    }
    Py_ssize_t end = code->co_argcount + code->co_kwonlyargcount;
    bool missing = false;
    for (Py_ssize_t i = code->co_argcount; i < end; i++) {
        if (registers[i] != NULL) {
            continue;
        }
        if (function->func_kwdefaults != NULL) {
            PyObject *value = PyDict_GetItemWithError(function->func_kwdefaults, PyTuple_GET_ITEM(code->co_localsplusnames, i));
            if (value != NULL) {
                registers[i] = Py_NewRef(value);
                continue;
            }
            if (PyErr_Occurred()) {
                return -1;
            }
        }
        missing = true;
    }
    if (missing) {
        error_missing(function, registers, "keyword-only", code->co_argcount, end);
        return -1;
    }
    return 0;
}

/* See vm.h. */
int
ou_bind_arguments(PyFunctionObject *function, PyObject **registers, Py_ssize_t n_args, PyObject *const *kwnames,
                  Py_ssize_t n_kwargs)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    Py_ssize_t n_positional = n_args - n_kwargs;
    Py_ssize_t n_placed = n_positional < code->co_argcount ? n_positional : code->co_argcount;
    Py_ssize_t n_extra = n_positional - n_placed, n_side = n_args - n_placed;
    Py_ssize_t n_parameters = code->co_argcount + code->co_kwonlyargcount;
    PyObject *side_inline[SIDE_INLINE], **side = side_inline, *rest = NULL;
    int result = -1;

    if (n_side > SIDE_INLINE) {
        side = PyMem_New(PyObject *, n_side);
        if (side == NULL) {
            PyErr_NoMemory();
            for (Py_ssize_t i = 0; i < n_args; i++) {
                Py_CLEAR(registers[i]);
            }
            return -1;
        }
    }
    for (Py_ssize_t i = 0; i < n_side; i++) {
        side[i] = registers[n_placed + i];
        registers[n_placed + i] = NULL;
    }
    if (code->co_flags & CO_VARKEYWORDS) {
        rest = n_kwargs > 0 ? ou_dict_new_for_names(n_kwargs) : PyDict_New();
        if (rest == NULL) {
            goto done;
        }
        registers[n_parameters + ((code->co_flags & CO_VARARGS) != 0)] = rest;
    }
    if (code->co_flags & CO_VARARGS) {
        PyObject *extra = n_extra == 0 ? Py_NewRef(ou_empty_tuple()) : ou_tuple_new_raw(n_extra);
        if (extra == NULL) {
            goto done;
        }
        for (Py_ssize_t i = 0; i < n_extra; i++) {
            PyTuple_SET_ITEM(extra, i, side[i]);
            side[i] = NULL;
        }
        if (n_extra > 0) {
            ou_gc_track(extra);
        }
        registers[n_parameters] = extra;
    }
    if (n_kwargs > 0 && bind_keywords(function, registers, side + n_extra, kwnames, n_kwargs, rest) < 0) {
        goto done;
    }
    if (n_extra > 0 && !(code->co_flags & CO_VARARGS)) {
        error_too_many(function, registers, n_positional);
        goto done;
    }
    result = bind_defaults(function, registers, n_placed);
done:
    if (result < 0) {
        for (Py_ssize_t i = 0; i < n_side; i++) {
            Py_CLEAR(side[i]);
        }
        for (Py_ssize_t i = 0; i < code->co_nlocalsplus; i++) {
            Py_CLEAR(registers[i]);
        }
    }
    if (side != side_inline) {
        PyMem_Free(side);
    }
    return result;
}
