/* modules/_sre/sre_match.c - re.Match: where a pattern and its groups have matched.
 *
 * Owns       its pattern and its subject; the tuple of spans once somebody has asked for it.
 * Invariant  the marks of a group are both set or both -1, and none lies before its start.  The subject may have shrunk since (a
 *            bytearray), so a text is cut to what there is.
 * Not here   matching (sre_run.c). */
#include "modules/_sre/sre.h"

#include "modules/_sre/sre_source.h"

OU_WALKER(sre_match)
{
    SreMatch *match = (SreMatch *)self;
    OU_EDGE_OF(match, string);
    OU_EDGE_OF(match, regs);
    OU_EDGE_OF(match, pattern);
    return 0;
}

static void
match_dealloc(PyObject *self)
{
    SreMatch *match = (SreMatch *)self;
    ou_gc_untrack(self);
    Py_XDECREF(match->regs);
    Py_XDECREF(match->string);
    Py_XDECREF(match->pattern);
    ou_gc_free(self);
}

PyObject *
ou_sre_match_new(SrePattern *pattern, SreState *state, int status)
{
    if (status <= 0) {
        return status < 0 ? NULL : Py_NewRef(Py_None);
    }
    SreMatch *match = (SreMatch *)ou_gc_new_var(&ou_sre_match_type, 2 * (pattern->groups + 1));
    if (match == NULL) {
        return NULL;
    }
    match->pattern = (SrePattern *)Py_NewRef(pattern);
    match->string = Py_NewRef(state->string);
    match->pos = state->pos;
    match->endpos = state->end;
    match->lastindex = state->lastindex;
    match->groups = pattern->groups + 1;
    match->mark[0] = state->start;
    match->mark[1] = state->stop;
    for (Py_ssize_t i = 0; i < state->n_marks; i += 2) {
        Py_ssize_t start = state->marks[i], end = state->marks[i + 1];
        bool set = start >= 0 && end >= start;
        match->mark[i + 2] = set ? start : -1;
        match->mark[i + 3] = set ? end : -1;
    }
    ou_gc_track((PyObject *)match);
    return (PyObject *)match;
}

/* The text of a group, or `unset`.  Refs new.  RE-ENTRANT (a foreign buffer). */
static PyObject *
match_text(SreMatch *match, Py_ssize_t group, PyObject *unset)
{
    Py_ssize_t start = match->mark[2 * group], end = match->mark[2 * group + 1];
    if (start < 0) {
        return Py_NewRef(unset);
    }
    PyObject *string = match->string;
    if (PyUnicode_Check(string)) {
        return PyUnicode_Substring(string, start, end);
    }
    if (PyBytes_CheckExact(string) && start == 0 && end == PyBytes_GET_SIZE(string)) {
        return Py_NewRef(string);
    }
    Py_buffer view;
    if (PyObject_GetBuffer(string, &view, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    end = end < view.len ? end : view.len;
    start = start < end ? start : end;
    PyObject *text = PyBytes_FromStringAndSize((const char *)view.buf + start, end - start);
    PyBuffer_Release(&view);
    return text;
}

/* The number of a group given by number or name; -1 with IndexError or what __index__ or __hash__ raised.  RE-ENTRANT. */
static Py_ssize_t
match_index(SreMatch *match, PyObject *group)
{
    Py_ssize_t i = -1;
    if (PyIndex_Check(group)) {
        i = PyNumber_AsSsize_t(group, NULL);
    }
    else {
        PyObject *number = PyDict_GetItemWithError(match->pattern->groupindex, group);
        if (number != NULL && PyLong_Check(number)) {
            i = PyLong_AsSsize_t(number);
        }
    }
    if (i < 0 || i >= match->groups) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_IndexError, "no such group");
        }
        return -1;
    }
    return i;
}

static PyObject *
match_getitem(PyObject *self, PyObject *group)
{
    Py_ssize_t i = match_index((SreMatch *)self, group);
    return i < 0 ? NULL : match_text((SreMatch *)self, i, Py_None);
}

static PyObject *
match_group(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    if (n_args == 0) {
        return match_text((SreMatch *)self, 0, Py_None);
    }
    if (n_args == 1) {
        return match_getitem(self, args[0]);
    }
    PyObject *result = PyTuple_New(n_args);
    OU_HOLD(h, &result);
    for (Py_ssize_t i = 0; result != NULL && i < n_args; i++) {
        PyObject *text = match_getitem(self, args[i]);
        if (text == NULL) {
            Py_CLEAR(result);
            break;
        }
        PyTuple_SET_ITEM(result, i, text);
    }
    OU_HOLD_END(h);
    return result;
}

static PyObject *
match_groups(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"groups", {"default"}, .n_positional = 1, .n_all = 1};
    SreMatch *match = (SreMatch *)self;
    PyObject *unset;
    if (ou_args_parse(&params, args, n_args, kwnames, &unset) < 0) {
        return NULL;
    }
    PyObject *result = PyTuple_New(match->groups - 1);
    OU_HOLD(h, &result);
    for (Py_ssize_t i = 1; result != NULL && i < match->groups; i++) {
        PyObject *text = match_text(match, i, unset == NULL ? Py_None : unset);
        if (text == NULL) {
            Py_CLEAR(result);
            break;
        }
        PyTuple_SET_ITEM(result, i - 1, text);
    }
    OU_HOLD_END(h);
    return result;
}

static PyObject *
match_groupdict(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"groupdict", {"default"}, .n_positional = 1, .n_all = 1};
    SreMatch *match = (SreMatch *)self;
    PyObject *unset, *key, *result = PyDict_New(), *name = NULL, *text = NULL;
    OU_HOLD(h, &result, &name, &text);
    int status = ou_args_parse(&params, args, n_args, kwnames, &unset);
    Py_ssize_t at = 0;
    while (result != NULL && status == 0 && PyDict_Next(match->pattern->groupindex, &at, &key, NULL)) {
        name = Py_NewRef(key);
        Py_ssize_t i = match_index(match, key);
        text = i < 0 ? NULL : match_text(match, i, unset == NULL ? Py_None : unset);
        status = text == NULL ? -1 : PyDict_SetItem(result, name, text);
        Py_CLEAR(text);
        Py_CLEAR(name);
    }
    OU_HOLD_END(h);
    if (status < 0) {
        Py_CLEAR(result);
    }
    return result;
}

/* The one optional argument of start(), end() and span(), as a group's number; -1 with an error set. */
static Py_ssize_t
group_arg(PyObject *self, const char *name, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional(name, n_args, 0, 1)) {
        return -1;
    }
    return n_args == 0 ? 0 : match_index((SreMatch *)self, args[0]);
}

static PyObject *
match_start(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t i = group_arg(self, "start", args, n_args);
    return i < 0 ? NULL : PyLong_FromSsize_t(((SreMatch *)self)->mark[2 * i]);
}

static PyObject *
match_end(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t i = group_arg(self, "end", args, n_args);
    return i < 0 ? NULL : PyLong_FromSsize_t(((SreMatch *)self)->mark[2 * i + 1]);
}

static PyObject *
span_of(SreMatch *match, Py_ssize_t group)
{
    PyObject *start = PyLong_FromSsize_t(match->mark[2 * group]), *end = PyLong_FromSsize_t(match->mark[2 * group + 1]);
    PyObject *span = start == NULL || end == NULL ? NULL : PyTuple_New(2);
    if (span == NULL) {
        Py_XDECREF(start);
        Py_XDECREF(end);
        return NULL;
    }
    PyTuple_SET_ITEM(span, 0, start);
    PyTuple_SET_ITEM(span, 1, end);
    return span;
}

static PyObject *
match_span(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t i = group_arg(self, "span", args, n_args);
    return i < 0 ? NULL : span_of((SreMatch *)self, i);
}

static PyObject *
match_expand(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"expand", {"template"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *template;
    if (ou_args_parse(&params, args, n_args, kwnames, &template) < 0) {
        return NULL;
    }
    PyObject *module = PyImport_ImportModule("re");
    if (module == NULL) {
        return NULL;
    }
    OU_HOLD(h, &module);
    PyObject *text = PyObject_CallMethod(module, "_expand", "OOO", ((SreMatch *)self)->pattern, self, template);
    OU_HOLD_END(h);
    Py_DECREF(module);
    return text;
}

static PyObject *
match_copy(PyObject *self, PyObject *ignored)
{
    return Py_NewRef(self);
}

static PyObject *
match_repr(PyObject *self)
{
    SreMatch *match = (SreMatch *)self;
    PyObject *text = match_text(match, 0, Py_None);
    if (text == NULL) {
        return NULL;
    }
    PyObject *repr = PyUnicode_FromFormat("<%s object; span=(%zd, %zd), match=%R>", Py_TYPE(self)->tp_name, match->mark[0],
                                          match->mark[1], text);
    Py_DECREF(text);
    return repr;
}

static PyObject *
match_get_lastindex(PyObject *self, void *ignored)
{
    SreMatch *match = (SreMatch *)self;
    return match->lastindex < 0 ? Py_NewRef(Py_None) : PyLong_FromSsize_t(match->lastindex);
}

static PyObject *
match_get_lastgroup(PyObject *self, void *ignored)
{
    SreMatch *match = (SreMatch *)self;
    PyObject *names = match->pattern->indexgroup;
    bool named = match->lastindex >= 0 && match->lastindex < PyTuple_GET_SIZE(names);
    return Py_NewRef(named ? PyTuple_GET_ITEM(names, match->lastindex) : Py_None);
}

static PyObject *
match_get_regs(PyObject *self, void *ignored)
{
    SreMatch *match = (SreMatch *)self;
    if (match->regs == NULL) {
        PyObject *regs = PyTuple_New(match->groups);
        for (Py_ssize_t i = 0; regs != NULL && i < match->groups; i++) {
            PyObject *span = span_of(match, i);
            if (span == NULL) {
                Py_CLEAR(regs);
                break;
            }
            PyTuple_SET_ITEM(regs, i, span);
        }
        match->regs = regs;
    }
    return Py_XNewRef(match->regs);
}

static PyMethodDef match_methods[] = {
    {"group", (PyCFunction)(void *)match_group, METH_FASTCALL,
     "group([group1, ...]) -> str or tuple.\nThe text of one group, or those of several; 0 is the entire match."},
    {"start", (PyCFunction)(void *)match_start, METH_FASTCALL, "start($self, group=0, /)\n--\n\nWhere the group begins."},
    {"end", (PyCFunction)(void *)match_end, METH_FASTCALL, "end($self, group=0, /)\n--\n\nWhere the group ends."},
    {"span", (PyCFunction)(void *)match_span, METH_FASTCALL, "span($self, group=0, /)\n--\n\n(start(group), end(group))."},
    {"groups", (PyCFunction)(void *)match_groups, METH_FASTCALL | METH_KEYWORDS,
     "groups($self, /, default=None)\n--\n\nThe texts of all groups, from 1; default for those that took no part."},
    {"groupdict", (PyCFunction)(void *)match_groupdict, METH_FASTCALL | METH_KEYWORDS,
     "groupdict($self, /, default=None)\n--\n\nThe texts of all named groups, by name."},
    {"expand", (PyCFunction)(void *)match_expand, METH_FASTCALL | METH_KEYWORDS,
     "expand($self, /, template)\n--\n\nThe template with its backslashes and references replaced, as sub() does."},
    {"__copy__", match_copy, METH_NOARGS, "__copy__($self, /)\n--\n\n"},
    {"__deepcopy__", match_copy, METH_O, "__deepcopy__($self, memo, /)\n--\n\n"},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "See PEP 585"},
    {NULL},
};

static PyGetSetDef match_getset[] = {
    {"lastindex", match_get_lastindex, NULL, "The number of the group that matched last, or None."},
    {"lastgroup", match_get_lastgroup, NULL, "The name of the group that matched last, or None."},
    {"regs", match_get_regs, NULL, "The spans of all groups."},
    {NULL},
};

#define OFF(field) offsetof(SreMatch, field)
static PyMemberDef match_members[] = {
    {"string", T_OBJECT, OFF(string), READONLY, "What was searched."},
    {"re", T_OBJECT, OFF(pattern), READONLY, "The pattern that matched."},
    {"pos", T_PYSSIZET, OFF(pos), READONLY, "Where the search began."},
    {"endpos", T_PYSSIZET, OFF(endpos), READONLY, "Where the search would have ended."},
    {NULL},
};

static PyMappingMethods match_as_mapping = {.mp_subscript = match_getitem};

PyTypeObject ou_sre_match_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "re.Match",
    .tp_basicsize = sizeof(SreMatch),
    .tp_itemsize = sizeof(Py_ssize_t),
    .tp_dealloc = match_dealloc,
    .tp_repr = match_repr,
    .tp_as_mapping = &match_as_mapping,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_doc = "The result of re.match() and re.search().\nMatch objects always have a boolean value of True.",
    .tp_traverse = sre_match_traverse,
    .tp_methods = match_methods,
    .tp_members = match_members,
    .tp_getset = match_getset,
};
