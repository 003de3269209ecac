/* types/enumerate.c - enumerate and reversed.
 *
 * Owns       enumerate: its iterator, and its count once that is beyond Py_ssize_t; reversed: its sequence.
 * Invariant  a pair is filled again only while enumerate alone holds it.
 * Not here   zip, map, filter (zip_map_filter.c). */
#include "object/args.h"
#include "object/hold.h"
#include "object/type.h"
#include "object/walk.h"
#include "types/draw.h"
#include "types/int.h"
#include "types/pairs.h"
#include "types/tuple.h"

/* ---- enumerate ------------------------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    Py_ssize_t index;     /* of the next pair; PY_SSIZE_T_MAX: long_index counts */
    PyObject *iter;       /* owned */
    PyObject *long_index; /* owned int, or NULL */
    PyObject *pair;       /* owned: given out and filled again while nobody else has it; NULL before the first */
} Enumerate;
#define ENUMERATE(op) ((Enumerate *)(op))

/* RE-ENTRANT. */
static PyObject *
enumerate_make(PyTypeObject *type, PyObject *iterable, PyObject *start)
{
    PyObject *long_index = NULL, *iter = NULL;
    Py_ssize_t index = 0;
    if (start != NULL) {
        start = PyNumber_Index(start);
        if (start == NULL) {
            return NULL;
        }
        index = PyLong_AsSsize_t(start);
        if (index == -1 && ou_error_occurred() != NULL) {
            PyErr_Clear();
            index = PY_SSIZE_T_MAX;
            long_index = start;
        }
        else {
            Py_DECREF(start);
        }
    }
    OU_HOLD(hold, &long_index, &iter);
    iter = PyObject_GetIter(iterable);
    PyObject *self = NULL;
    if (iter != NULL) {
        self = type == &PyEnum_Type ? ou_gc_new_fast(type, sizeof(Enumerate)) : type->tp_alloc(type, 0);
    }
    OU_HOLD_END(hold);
    if (self == NULL) {
        Py_XDECREF(long_index);
        Py_XDECREF(iter);
        return NULL;
    }
    ENUMERATE(self)->index = index;
    ENUMERATE(self)->iter = iter;
    ENUMERATE(self)->long_index = long_index;
    ENUMERATE(self)->pair = NULL;
    if (type == &PyEnum_Type) {
        ou_gc_track(self);
    }
    return self;
}

static PyObject *
enumerate_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"enumerate", {"iterable", "start"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    return ou_args_parse_tuple(&params, args, kwargs, v) < 0 ? NULL : enumerate_make(type, v[0], v[1]);
}

static bool
keyword_is(PyObject *kwnames, Py_ssize_t index, const char *name)
{
    PyObject *keyword = PyTuple_GET_ITEM(kwnames, index);
    if (_PyUnicode_EqualToASCIIString(keyword, name)) {
        return true;
    }
    PyErr_Format(PyExc_TypeError, "'%.200S' is an invalid keyword argument for enumerate()", keyword);
    return false;
}

static PyObject *
enumerate_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    PyTypeObject *self_type = (PyTypeObject *)type;
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf), n_keywords = kwnames == NULL ? 0 : PyTuple_GET_SIZE(kwnames);
    if (nargs + n_keywords == 2) {
        if (n_keywords == 2 && _PyUnicode_EqualToASCIIString(PyTuple_GET_ITEM(kwnames, 0), "start")) {
            return keyword_is(kwnames, 1, "iterable") ? enumerate_make(self_type, args[1], args[0]) : NULL;
        }
        if ((n_keywords == 2 && !keyword_is(kwnames, 0, "iterable"))
            || (n_keywords >= 1 && !keyword_is(kwnames, n_keywords - 1, "start"))) {
            return NULL;
        }
        return enumerate_make(self_type, args[0], args[1]);
    }
    if (nargs + n_keywords == 1) {
        return n_keywords == 1 && !keyword_is(kwnames, 0, "iterable") ? NULL : enumerate_make(self_type, args[0], NULL);
    }
    if (nargs == 0) {
        PyErr_SetString(PyExc_TypeError, "enumerate() missing required argument 'iterable'");
        return NULL;
    }
    PyErr_Format(PyExc_TypeError, "enumerate() takes at most %d arguments (%zd given)", 2, nargs + n_keywords);
    return NULL;
}

OU_WALKER(enumerate)
{
    OU_EDGE_OF(ENUMERATE(self), iter);
    OU_EDGE_OF(ENUMERATE(self), long_index);
    OU_EDGE_OF(ENUMERATE(self), pair);
    return 0;
}

static void
enumerate_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(ENUMERATE(self)->iter);
    Py_CLEAR(ENUMERATE(self)->long_index);
    Py_CLEAR(ENUMERATE(self)->pair);
    if (Py_IS_TYPE(self, &PyEnum_Type)) {
        ou_gc_free_fast(self, sizeof(Enumerate));
    }
    else {
        Py_TYPE(self)->tp_free(self);
    }
}

/* The number of the next pair, and count on.  Refs new. */
static PyObject *
enumerate_count(Enumerate *self)
{
    if (OU_LIKELY(self->index < PY_SSIZE_T_MAX)) {
        return ou_int_from_int64(self->index++);
    }
    if (self->long_index == NULL && (self->long_index = PyLong_FromSsize_t(PY_SSIZE_T_MAX)) == NULL) {
        return NULL;
    }
    PyObject *next = PyNumber_Add(self->long_index, OU_SMALL_INT(1)), *number = self->long_index;
    if (next == NULL) {
        return NULL;
    }
    self->long_index = next;
    return number;
}

static PyObject *
enumerate_next(PyObject *self)
{
    PyObject *item = ou_draw(ENUMERATE(self)->iter);
    if (item == NULL) {
        return NULL;
    }
    PyObject *number = enumerate_count(ENUMERATE(self)), *pair = ENUMERATE(self)->pair;
    if (pair == NULL || Py_REFCNT(pair) != 1 || number == NULL) {
        PyObject *fresh = ou_tuple_pair(number, item);
        if (pair == NULL) {
            ENUMERATE(self)->pair = Py_XNewRef(fresh);
        }
        return fresh;
    }
    PyObject *old_number = PyTuple_GET_ITEM(pair, 0), *old_item = PyTuple_GET_ITEM(pair, 1);
    PyTuple_SET_ITEM(pair, 0, number);
    PyTuple_SET_ITEM(pair, 1, item);
    Py_INCREF(pair);
    if (!ou_gc_is_tracked(pair)) {
        ou_gc_track(pair);
    }
    Py_DECREF(old_number); /* an int: runs no Python code */
    if (Py_REFCNT(old_item) > 1) {
        Py_DECREF(old_item);
        return pair;
    }
    OU_HOLD(hold, &pair, &old_item);
    Py_CLEAR(old_item);
    OU_HOLD_END(hold);
    return pair;
}

bool
ou_enumerate_next_pair(PyObject *self, PyObject **number, PyObject **item)
{
    if ((*item = ou_draw(ENUMERATE(self)->iter)) == NULL) {
        return false;
    }
    if (OU_UNLIKELY((*number = enumerate_count(ENUMERATE(self))) == NULL)) {
        Py_DECREF(*item);
        return false;
    }
    return true;
}

static PyObject *
enumerate_reduce(PyObject *self, PyObject *ignored)
{
    Enumerate *enumerate = ENUMERATE(self);
    if (enumerate->long_index != NULL) {
        return Py_BuildValue("O(OO)", Py_TYPE(self), enumerate->iter, enumerate->long_index);
    }
    return Py_BuildValue("O(On)", Py_TYPE(self), enumerate->iter, enumerate->index);
}

static PyMethodDef enumerate_methods[] = {
    {"__reduce__", enumerate_reduce, METH_NOARGS, "State for pickling."},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "See PEP 585"},
    {NULL},
};

PyTypeObject PyEnum_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "enumerate",
    .tp_basicsize = sizeof(Enumerate),
    .tp_dealloc = enumerate_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = "enumerate(iterable, start=0)\n--\n\nPairs of a count, from start on, and an item.",
    .tp_traverse = enumerate_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = enumerate_next,
    .tp_methods = enumerate_methods,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = enumerate_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = enumerate_vectorcall,
};

/* ---- reversed ------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    Py_ssize_t index; /* of the next item; -1: none */
    PyObject *seq;    /* owned; NULL when exhausted */
} Reversed;
#define REVERSED(op) ((Reversed *)(op))

/* RE-ENTRANT. */
static PyObject *
reversed_make(PyTypeObject *type, PyObject *seq)
{
    PyObject *method = ou_special_lookup(seq, OU_STR(__reversed__));
    if (method == NULL && ou_error_occurred() != NULL) {
        return NULL;
    }
    if (method == Py_None || (method == NULL && !PySequence_Check(seq))) {
        Py_XDECREF(method);
        PyErr_Format(PyExc_TypeError, "'%.200s' object is not reversible", Py_TYPE(seq)->tp_name);
        return NULL;
    }
    if (method != NULL) {
        OU_HOLD(hold, &method);
        PyObject *result = PyObject_CallNoArgs(method);
        OU_HOLD_END(hold);
        Py_DECREF(method);
        return result;
    }
    Py_ssize_t n = PySequence_Size(seq);
    if (n == -1) {
        return NULL;
    }
    bool exact = type == &PyReversed_Type;
    PyObject *self = exact ? ou_gc_new_fast(type, sizeof(Reversed)) : type->tp_alloc(type, 0);
    if (self != NULL) {
        REVERSED(self)->index = n - 1;
        REVERSED(self)->seq = Py_NewRef(seq);
        if (exact) {
            ou_gc_track(self);
        }
    }
    return self;
}

static PyObject *
reversed_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if ((type == &PyReversed_Type || type->tp_init == PyReversed_Type.tp_init) && !_PyArg_NoKeywords("reversed", kwargs)) {
        return NULL;
    }
    if (!_PyArg_CheckPositional("reversed", PyTuple_GET_SIZE(args), 1, 1)) {
        return NULL;
    }
    return reversed_make(type, PyTuple_GET_ITEM(args, 0));
}

static PyObject *
reversed_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    if (!_PyArg_NoKwnames("reversed", kwnames) || !_PyArg_CheckPositional("reversed", PyVectorcall_NARGS(nargsf), 1, 1)) {
        return NULL;
    }
    return reversed_make((PyTypeObject *)type, args[0]);
}

OU_WALKER(reversed)
{
    OU_EDGE_OF(REVERSED(self), seq);
    return 0;
}

static void
reversed_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(REVERSED(self)->seq);
    if (Py_IS_TYPE(self, &PyReversed_Type)) {
        ou_gc_free_fast(self, sizeof(Reversed));
    }
    else {
        Py_TYPE(self)->tp_free(self);
    }
}

static PyObject *
reversed_next(PyObject *self)
{
    Reversed *reversed = REVERSED(self);
    PyObject *seq = reversed->seq;
    if (seq == NULL) {
        return NULL;
    }
    if (reversed->index >= 0) {
        Py_INCREF(seq);
        OU_HOLD(hold, &seq);
        PyObject *item = PySequence_GetItem(seq, reversed->index);
        OU_HOLD_END(hold);
        Py_DECREF(seq);
        if (item != NULL) {
            reversed->index--;
            return item;
        }
        if (PyErr_ExceptionMatches(PyExc_IndexError) || PyErr_ExceptionMatches(PyExc_StopIteration)) {
            PyErr_Clear();
        }
    }
    reversed->index = -1;
    Py_CLEAR(reversed->seq);
    return NULL;
}

static PyObject *
reversed_length_hint(PyObject *self, PyObject *ignored)
{
    Reversed *reversed = REVERSED(self);
    if (reversed->seq == NULL) {
        return PyLong_FromLong(0);
    }
    Py_ssize_t n = PySequence_Size(reversed->seq), left = reversed->index + 1;
    return n == -1 ? NULL : PyLong_FromSsize_t(n < left ? 0 : left);
}

static PyObject *
reversed_reduce(PyObject *self, PyObject *ignored)
{
    Reversed *reversed = REVERSED(self);
    if (reversed->seq != NULL) {
        return Py_BuildValue("O(O)n", Py_TYPE(self), reversed->seq, reversed->index);
    }
    return Py_BuildValue("O(())", Py_TYPE(self));
}

static PyObject *
reversed_setstate(PyObject *self, PyObject *state)
{
    Reversed *reversed = REVERSED(self);
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && ou_error_occurred() != NULL) {
        return NULL;
    }
    if (reversed->seq != NULL) {
        Py_ssize_t n = PySequence_Size(reversed->seq);
        if (n < 0) {
            return NULL;
        }
        reversed->index = Py_MIN(Py_MAX(index, -1), n - 1);
    }
    Py_RETURN_NONE;
}

static PyMethodDef reversed_methods[] = {
    {"__length_hint__", reversed_length_hint, METH_NOARGS, "How many items are left, as far as one can tell."},
    {"__reduce__", reversed_reduce, METH_NOARGS, "State for pickling."},
    {"__setstate__", reversed_setstate, METH_O, "Set the position, from pickling."},
    {NULL},
};

PyTypeObject PyReversed_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "reversed",
    .tp_basicsize = sizeof(Reversed),
    .tp_dealloc = reversed_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = "reversed(sequence, /)\n--\n\nAn iterator over a sequence, last item first.",
    .tp_traverse = reversed_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = reversed_next,
    .tp_methods = reversed_methods,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = reversed_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = reversed_vectorcall,
};
