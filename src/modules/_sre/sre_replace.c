/* modules/_sre/sre_replace.c - Pattern.split(), sub() and subn().
 *
 * The result grows as a list of pieces that is joined at the end.  A template with backslashes is parsed by the standard
 * library (re._subx); what comes back is a Python function that carries the parsed template as its default argument, and we lay
 * the pieces ourselves instead of calling it for each match.
 *
 * Invariant  what a filter calls or appends is owned by the filter, so that no match can take it away.
 * Not here   matching (sre_run.c). */
#include "modules/_sre/sre.h"

/* ---- split ------------------------------------------------------------------------------------------------------ */

/* Append a new reference to a list, and drop it.  -1 if it is NULL or memory is refused. */
static int
append(PyObject *list, PyObject *item)
{
    int status = item == NULL ? -1 : PyList_Append(list, item);
    Py_XDECREF(item);
    return status;
}

PyObject *
ou_sre_pattern_split(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"split", {"string", "maxsplit"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    SrePattern *pattern = (SrePattern *)self;
    SreState state;
    PyObject *v[2];
    Py_ssize_t max = 0, last = 0;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || (v[1] != NULL && ou_sre_ssize(v[1], &max) < 0)
        || ou_sre_begin(&state, pattern, v[0], 0, PY_SSIZE_T_MAX) < 0) {
        return NULL;
    }
    PyObject *list = PyList_New(0);
    OU_HOLD(h, &list, &state.buffer.obj);
    int status = list == NULL ? -1 : 1;
    for (Py_ssize_t n = 0; status > 0 && (max == 0 || n < max); n++) {
        status = ou_sre_run(&state, pattern, SRE_SEARCH);
        if (status <= 0) {
            break;
        }
        status = append(list, ou_sre_slice(&state, last, state.start)) < 0 ? -1 : 1;
        for (Py_ssize_t i = 1; status > 0 && i <= pattern->groups; i++) {
            status = append(list, ou_sre_group(&state, i, Py_None)) < 0 ? -1 : 1;
        }
        last = state.stop;
        ou_sre_advance(&state);
    }
    if (status >= 0) {
        status = append(list, ou_sre_slice(&state, last, state.end));
    }
    OU_HOLD_END(h);
    ou_sre_end(&state);
    if (status < 0) {
        Py_CLEAR(list);
    }
    return list;
}

/* ---- templates -------------------------------------------------------------------------------------------------- */

/* What a match is replaced by.  Exactly one of the three is in use. */
typedef struct {
    PyObject *literal;  /* owned: this text (or None: nothing) */
    PyObject *function; /* owned: what it returns for the Match */
    PyObject *pieces;   /* owned tuple: texts, and None where a group's goes */
    Py_ssize_t *groups; /* the numbers of those groups, in order */
} Filter;

static void
filter_end(Filter *filter)
{
    PyMem_Free(filter->groups);
    Py_XDECREF(filter->literal);
    Py_XDECREF(filter->function);
    Py_XDECREF(filter->pieces);
}

/* If filter->function is re._subx's, take its template over: (groups, literals), where groups is a list of (index into
 * literals, group).  Anything else stays a function to be called.  -1: MemoryError. */
static OU_MUST_USE int
filter_open_template(Filter *filter, SrePattern *pattern, bool is_bytes)
{
    PyObject *function = filter->function;
    PyObject *defaults = PyFunction_Check(function) ? PyFunction_GET_DEFAULTS(function) : NULL;
    if (defaults == NULL || PyTuple_GET_SIZE(defaults) != 1 || !PyTuple_CheckExact(PyTuple_GET_ITEM(defaults, 0))) {
        return 0;
    }
    PyObject *template = PyTuple_GET_ITEM(defaults, 0);
    if (PyTuple_GET_SIZE(template) != 2 || !PyList_CheckExact(PyTuple_GET_ITEM(template, 0))
        || !PyList_CheckExact(PyTuple_GET_ITEM(template, 1))) {
        return 0;
    }
    PyObject *groups = PyTuple_GET_ITEM(template, 0), *literals = PyTuple_GET_ITEM(template, 1);
    Py_ssize_t n_groups = PyList_GET_SIZE(groups), n_holes = 0;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(literals); i++) {
        PyObject *piece = PyList_GET_ITEM(literals, i);
        if (piece == Py_None) {
            PyObject *pair = n_holes < n_groups ? PyList_GET_ITEM(groups, n_holes) : NULL;
            if (pair == NULL || !PyTuple_CheckExact(pair) || PyTuple_GET_SIZE(pair) != 2
                || !PyLong_CheckExact(PyTuple_GET_ITEM(pair, 0)) || !PyLong_CheckExact(PyTuple_GET_ITEM(pair, 1))
                || PyLong_AsSsize_t(PyTuple_GET_ITEM(pair, 0)) != i) {
                PyErr_Clear();
                return 0;
            }
            Py_ssize_t group = PyLong_AsSsize_t(PyTuple_GET_ITEM(pair, 1));
            if (group < 0 || group > pattern->groups) {
                PyErr_Clear();
                return 0;
            }
            n_holes++;
        }
        else if (is_bytes ? !PyBytes_CheckExact(piece) : !PyUnicode_CheckExact(piece)) {
            return 0;
        }
    }
    if (n_holes != n_groups) {
        return 0;
    }
    PyObject *pieces = PyList_AsTuple(literals);
    Py_ssize_t *numbers = pieces == NULL ? NULL : PyMem_New(Py_ssize_t, n_groups + 1);
    if (numbers == NULL) {
        Py_XDECREF(pieces);
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < n_groups; i++) {
        numbers[i] = PyLong_AsSsize_t(PyTuple_GET_ITEM(PyList_GET_ITEM(groups, i), 1));
    }
    filter->pieces = pieces;
    filter->groups = numbers;
    Py_CLEAR(filter->function);
    return 0;
}

/* A str or bytes-like template without a backslash stands for itself. */
static bool
is_literal(PyObject *repl)
{
    if (PyUnicode_Check(repl)) {
        return PyUnicode_FindChar(repl, '\\', 0, PyUnicode_GET_LENGTH(repl), 1) < 0;
    }
    Py_buffer view;
    if (PyObject_GetBuffer(repl, &view, PyBUF_SIMPLE) < 0) {
        PyErr_Clear();
        return false;
    }
    bool literal = view.len == 0 || memchr(view.buf, '\\', (size_t)view.len) == NULL;
    PyBuffer_Release(&view);
    return literal;
}

/* RE-ENTRANT (re._subx is Python). */
static OU_MUST_USE int
filter_begin(Filter *filter, SrePattern *pattern, PyObject *repl, bool is_bytes)
{
    if (PyCallable_Check(repl)) {
        filter->function = Py_NewRef(repl);
        return 0;
    }
    if (is_literal(repl)) {
        filter->literal = Py_NewRef(repl);
        return 0;
    }
    PyObject *module = PyImport_ImportModule("re");
    if (module == NULL) {
        return -1;
    }
    OU_HOLD(h, &module);
    PyObject *result = PyObject_CallMethod(module, "_subx", "OO", pattern, repl);
    OU_HOLD_END(h);
    Py_DECREF(module);
    if (result == NULL) {
        return -1;
    }
    if (!PyCallable_Check(result)) {
        filter->literal = result;
        return 0;
    }
    filter->function = result;
    return filter_open_template(filter, pattern, is_bytes);
}

/* Append what replaces a state's match.  RE-ENTRANT (a function). */
static OU_MUST_USE int
filter_append(Filter *filter, SrePattern *pattern, SreState *state, PyObject *list)
{
    if (filter->literal != NULL) {
        return filter->literal == Py_None ? 0 : PyList_Append(list, filter->literal);
    }
    if (filter->function != NULL) {
        PyObject *match = ou_sre_match_new(pattern, state, 1);
        if (match == NULL) {
            return -1;
        }
        OU_HOLD(h, &match);
        PyObject *item = PyObject_CallOneArg(filter->function, match);
        OU_HOLD_END(h);
        Py_DECREF(match);
        if (item == Py_None) {
            Py_DECREF(item);
            return 0;
        }
        return append(list, item);
    }
    const Py_ssize_t *group = filter->groups;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(filter->pieces); i++) {
        PyObject *piece = PyTuple_GET_ITEM(filter->pieces, i);
        int status;
        if (piece != Py_None) {
            status = PyList_Append(list, piece);
        }
        else {
            Py_ssize_t number = *group++;
            status =
                append(list, number == 0 ? ou_sre_slice(state, state->start, state->stop) : ou_sre_group(state, number, NULL));
        }
        if (status < 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- sub -------------------------------------------------------------------------------------------------------- */

/* Replace up to max matches (0: all) into `list`.  Returns their number, or -1. */
static Py_ssize_t
replace(SrePattern *pattern, SreState *state, Filter *filter, Py_ssize_t max, PyObject *list)
{
    Py_ssize_t last = 0, n = 0;
    while (max == 0 || n < max) {
        int status = ou_sre_run(state, pattern, SRE_SEARCH);
        if (status < 0) {
            return -1;
        }
        if (status == 0) {
            break;
        }
        if ((last < state->start && append(list, ou_sre_slice(state, last, state->start)) < 0)
            || filter_append(filter, pattern, state, list) < 0) {
            return -1;
        }
        n++;
        last = state->stop;
        ou_sre_advance(state);
    }
    if (last < state->end && append(list, ou_sre_slice(state, last, state->end)) < 0) {
        return -1;
    }
    return n;
}

static PyObject *
join(PyObject *list, SreState *state)
{
    PyObject *empty = ou_sre_slice(state, 0, 0);
    if (empty == NULL || PyList_GET_SIZE(list) == 0) {
        return empty;
    }
    PyObject *text = state->is_bytes ? _PyBytes_Join(empty, list) : PyUnicode_Join(empty, list);
    Py_DECREF(empty);
    return text;
}

static PyObject *
substitute(PyObject *self, const OuParams *params, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames, Py_ssize_t *n)
{
    SrePattern *pattern = (SrePattern *)self;
    SreState state;
    Filter filter = {0};
    PyObject *v[3], *text = NULL;
    Py_ssize_t max = 0;
    if (ou_args_parse(params, args, n_args, kwnames, v) < 0 || (v[2] != NULL && ou_sre_ssize(v[2], &max) < 0)
        || ou_sre_begin(&state, pattern, v[1], 0, PY_SSIZE_T_MAX) < 0) {
        return NULL;
    }
    PyObject *list = PyList_New(0);
    OU_HOLD(h, &list, &state.buffer.obj, &filter.literal, &filter.function, &filter.pieces);
    if (list != NULL && filter_begin(&filter, pattern, v[0], state.is_bytes) == 0) {
        *n = replace(pattern, &state, &filter, max, list);
        text = *n < 0 ? NULL : join(list, &state);
    }
    OU_HOLD_END(h);
    Py_XDECREF(list);
    filter_end(&filter);
    ou_sre_end(&state);
    return text;
}

PyObject *
ou_sre_pattern_sub(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"sub", {"repl", "string", "count"}, .n_positional = 3, .n_required = 2, .n_all = 3};
    Py_ssize_t n;
    return substitute(self, &params, args, n_args, kwnames, &n);
}

PyObject *
ou_sre_pattern_subn(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"subn", {"repl", "string", "count"}, .n_positional = 3, .n_required = 2, .n_all = 3};
    Py_ssize_t n;
    PyObject *text = substitute(self, &params, args, n_args, kwnames, &n);
    return text == NULL ? NULL : Py_BuildValue("Nn", text, n);
}
