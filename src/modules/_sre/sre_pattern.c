/* modules/_sre/sre_pattern.c - re.Pattern: a compiled regular expression.
 *
 * Owns       its program, the text it was made from, and the names of its groups.
 * Invariant  the program is verified; nothing of a pattern changes after it is made.
 * Not here   split() and sub() (sre_replace.c), scanner() (sre_scanner.c), making one (sre_module.c, sre_translate.c). */
#include "modules/_sre/sre.h"

OU_WALKER(sre_pattern)
{
    SrePattern *pattern = (SrePattern *)self;
    OU_EDGE_OF(pattern, groupindex);
    OU_EDGE_OF(pattern, indexgroup);
    OU_EDGE_OF(pattern, pattern);
    return 0;
}

static void
pattern_dealloc(PyObject *self)
{
    SrePattern *pattern = (SrePattern *)self;
    ou_gc_untrack(self);
    if (pattern->weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    Py_XDECREF(pattern->pattern);
    Py_XDECREF(pattern->groupindex);
    Py_XDECREF(pattern->indexgroup);
    ou_gc_free(self);
}

int
ou_sre_ssize(PyObject *arg, Py_ssize_t *value)
{
    PyObject *number = PyNumber_Index(arg);
    if (number == NULL) {
        return -1;
    }
    *value = PyLong_AsSsize_t(number);
    Py_DECREF(number);
    return *value == -1 && PyErr_Occurred() ? -1 : 0;
}

/* The arguments string, pos, endpos of most methods. */
static OU_MUST_USE int
subject_args(const char *function, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames, PyObject **string,
             Py_ssize_t *pos, Py_ssize_t *end)
{
    OuParams params = {function, {"string", "pos", "endpos"}, .n_positional = 3, .n_required = 1, .n_all = 3};
    PyObject *v[3];
    *pos = 0;
    *end = PY_SSIZE_T_MAX;
    if (n_args == 1 && kwnames == NULL) {
        *string = args[0];
        return 0;
    }
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || (v[1] != NULL && ou_sre_ssize(v[1], pos) < 0)
        || (v[2] != NULL && ou_sre_ssize(v[2], end) < 0)) {
        return -1;
    }
    *string = v[0];
    return 0;
}

static PyObject *
match_once(PyObject *self, const char *function, SreMode mode, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    SrePattern *pattern = (SrePattern *)self;
    SreState state;
    PyObject *string;
    Py_ssize_t pos, end;
    if (subject_args(function, args, n_args, kwnames, &string, &pos, &end) < 0
        || ou_sre_begin(&state, pattern, string, pos, end) < 0) {
        return NULL;
    }
    OU_HOLD(h, &state.buffer.obj);
    PyObject *match = ou_sre_match_new(pattern, &state, ou_sre_run(&state, pattern, mode));
    OU_HOLD_END(h);
    ou_sre_end(&state);
    return match;
}

static PyObject *
pattern_match(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    return match_once(self, "match", SRE_AT_START, args, n_args, kwnames);
}

static PyObject *
pattern_fullmatch(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    return match_once(self, "fullmatch", SRE_WHOLE, args, n_args, kwnames);
}

static PyObject *
pattern_search(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    return match_once(self, "search", SRE_SEARCH, args, n_args, kwnames);
}

/* What findall() lists of a match: the match, its only group, or a tuple of its groups. */
static PyObject *
found_item(SrePattern *pattern, SreState *state)
{
    if (pattern->groups == 0) {
        return ou_sre_slice(state, state->start, state->stop);
    }
    if (pattern->groups == 1) {
        return ou_sre_group(state, 1, NULL);
    }
    PyObject *item = PyTuple_New(pattern->groups);
    for (Py_ssize_t i = 0; item != NULL && i < pattern->groups; i++) {
        PyObject *text = ou_sre_group(state, i + 1, NULL);
        if (text == NULL) {
            Py_CLEAR(item);
            break;
        }
        PyTuple_SET_ITEM(item, i, text);
    }
    return item;
}

static PyObject *
pattern_findall(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    SrePattern *pattern = (SrePattern *)self;
    SreState state;
    PyObject *string;
    Py_ssize_t pos, end;
    if (subject_args("findall", args, n_args, kwnames, &string, &pos, &end) < 0
        || ou_sre_begin(&state, pattern, string, pos, end) < 0) {
        return NULL;
    }
    PyObject *list = PyList_New(0);
    OU_HOLD(h, &list, &state.buffer.obj);
    int status = list == NULL ? -1 : 1;
    while (status > 0) {
        status = ou_sre_run(&state, pattern, SRE_SEARCH);
        if (status > 0) {
            PyObject *item = found_item(pattern, &state);
            status = item == NULL || PyList_Append(list, item) < 0 ? -1 : 1;
            Py_XDECREF(item);
            ou_sre_advance(&state);
        }
    }
    OU_HOLD_END(h);
    ou_sre_end(&state);
    if (status < 0) {
        Py_CLEAR(list);
    }
    return list;
}

static PyObject *
pattern_scanner(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    PyObject *string;
    Py_ssize_t pos, end;
    if (subject_args("scanner", args, n_args, kwnames, &string, &pos, &end) < 0) {
        return NULL;
    }
    return ou_sre_scanner_new((SrePattern *)self, string, pos, end);
}

static PyObject *
pattern_finditer(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    PyObject *string;
    Py_ssize_t pos, end;
    if (subject_args("finditer", args, n_args, kwnames, &string, &pos, &end) < 0) {
        return NULL;
    }
    PyObject *scanner = ou_sre_scanner_new((SrePattern *)self, string, pos, end);
    PyObject *search = scanner == NULL ? NULL : PyObject_GetAttrString(scanner, "search");
    PyObject *iter = search == NULL ? NULL : PyCallIter_New(search, Py_None);
    Py_XDECREF(scanner);
    Py_XDECREF(search);
    return iter;
}

static PyObject *
pattern_copy(PyObject *self, PyObject *ignored)
{
    return Py_NewRef(self);
}

/* ---- text and equality ------------------------------------------------------------------------------------------ */

static PyObject *
pattern_repr(PyObject *self)
{
    static const struct {
        const char *name;
        int flag;
    } names[] = {{"re.TEMPLATE", 1}, {"re.IGNORECASE", 2}, {"re.LOCALE", 4},  {"re.MULTILINE", 8}, {"re.DOTALL", 16},
                 {"re.UNICODE", 32}, {"re.VERBOSE", 64},   {"re.DEBUG", 128}, {"re.ASCII", 256}};
    SrePattern *pattern = (SrePattern *)self;
    unsigned flags = (unsigned)pattern->flags;
    if (pattern->kind == 's' && (flags & (4 | 32 | 256)) == 32) {
        flags &= ~32u; /* the default of str patterns goes without saying */
    }
    char text[200] = "";
    size_t len = 0;
    for (size_t i = 0; i < OU_COUNT_OF(names); i++) {
        if (flags & (unsigned)names[i].flag) {
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", len ? "|" : ", ", names[i].name);
            flags &= ~(unsigned)names[i].flag;
        }
    }
    if (flags != 0) {
        snprintf(text + len, sizeof text - len, "%s0x%x", len ? "|" : ", ", flags);
    }
    return PyUnicode_FromFormat("re.compile(%.200R%s)", pattern->pattern, text);
}

static Py_hash_t
pattern_hash(PyObject *self)
{
    SrePattern *pattern = (SrePattern *)self;
    Py_hash_t text = PyObject_Hash(pattern->pattern);
    if (text == -1) {
        return -1;
    }
    Py_hash_t hash = _Py_HashBytes(pattern->program, Py_SIZE(self) * (Py_ssize_t)sizeof(uint32_t));
    hash ^= text ^ pattern->flags ^ pattern->kind ^ Py_SIZE(self);
    return hash == -1 ? -2 : hash;
}

static PyObject *
pattern_richcompare(PyObject *self, PyObject *other, int op)
{
    if ((op != Py_EQ && op != Py_NE) || !Py_IS_TYPE(other, &ou_sre_pattern_type)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    SrePattern *a = (SrePattern *)self, *b = (SrePattern *)other;
    int same = a == b;
    if (!same) {
        same = a->flags == b->flags && a->kind == b->kind && Py_SIZE(a) == Py_SIZE(b)
            && memcmp(a->program, b->program, (size_t)Py_SIZE(a) * sizeof(uint32_t)) == 0;
        same = same ? PyObject_RichCompareBool(a->pattern, b->pattern, Py_EQ) : 0;
    }
    return same < 0 ? NULL : PyBool_FromLong(same == (op == Py_EQ));
}

static PyObject *
pattern_get_groupindex(PyObject *self, void *ignored)
{
    return PyDictProxy_New(((SrePattern *)self)->groupindex);
}

#define SUBJECT "($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\n"
#define KEYWORDS (METH_FASTCALL | METH_KEYWORDS)
static PyMethodDef pattern_methods[] = {
    {"match", (PyCFunction)(void *)pattern_match, KEYWORDS, "match" SUBJECT "A Match at the start of the string, or None."},
    {"fullmatch", (PyCFunction)(void *)pattern_fullmatch, KEYWORDS,
     "fullmatch" SUBJECT "A Match of all of the string, or None."},
    {"search", (PyCFunction)(void *)pattern_search, KEYWORDS,
     "search" SUBJECT "The first Match anywhere in the string, or None."},
    {"sub", (PyCFunction)(void *)ou_sre_pattern_sub, KEYWORDS,
     "sub($self, /, repl, string, count=0)\n--\n\nThe string with its matches replaced by repl."},
    {"subn", (PyCFunction)(void *)ou_sre_pattern_subn, KEYWORDS,
     "subn($self, /, repl, string, count=0)\n--\n\n(sub(repl, string, count), number of replacements)."},
    {"findall", (PyCFunction)(void *)pattern_findall, KEYWORDS,
     "findall" SUBJECT "All matches that don't overlap: their texts, or their groups' if there are groups."},
    {"split", (PyCFunction)(void *)ou_sre_pattern_split, KEYWORDS,
     "split($self, /, string, maxsplit=0)\n--\n\nWhat lies between the matches, and the matches' groups."},
    {"finditer", (PyCFunction)(void *)pattern_finditer, KEYWORDS,
     "finditer" SUBJECT "An iterator over all matches that don't overlap."},
    {"scanner", (PyCFunction)(void *)pattern_scanner, KEYWORDS, "scanner" SUBJECT},
    {"__copy__", pattern_copy, METH_NOARGS, "__copy__($self, /)\n--\n\n"},
    {"__deepcopy__", pattern_copy, METH_O, "__deepcopy__($self, memo, /)\n--\n\n"},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "See PEP 585"},
    {NULL},
};

static PyGetSetDef pattern_getset[] = {
    {"groupindex", pattern_get_groupindex, NULL, "The numbers of the named groups."},
    {NULL},
};

#define OFF(field) offsetof(SrePattern, field)
static PyMemberDef pattern_members[] = {
    {"pattern", T_OBJECT, OFF(pattern), READONLY, "What the pattern was compiled from."},
    {"flags", T_INT, OFF(flags), READONLY, "How it was compiled."},
    {"groups", T_PYSSIZET, OFF(groups), READONLY, "The number of groups."},
    {NULL},
};

PyTypeObject ou_sre_pattern_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "re.Pattern",
    .tp_basicsize = offsetof(SrePattern, program),
    .tp_itemsize = sizeof(uint32_t),
    .tp_dealloc = pattern_dealloc,
    .tp_repr = pattern_repr,
    .tp_hash = pattern_hash,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_doc = "Compiled regular expression object.",
    .tp_traverse = sre_pattern_traverse,
    .tp_richcompare = pattern_richcompare,
    .tp_weaklistoffset = OFF(weakreflist),
    .tp_methods = pattern_methods,
    .tp_members = pattern_members,
    .tp_getset = pattern_getset,
};
