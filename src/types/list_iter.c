/* types/list_iter.c - iterators over a list, forwards and backwards.
 *
 * Owns       one reference to the list until the end was met; after that the list may grow without being
 *            seen.
 * Invariant  the index is compared with the length at every step, as the list may change meanwhile.
 * Not here   what the virtual machine does of this in line (types/list.h). */
#include "object/walk.h"
#include "types/list.h"

#define ITER(op) ((OuListIter *)(op))

static PyObject *
iter_new(PyObject *list, PyTypeObject *type, Py_ssize_t start)
{
    OuListIter *iter = (OuListIter *)ou_gc_new_fast(type, sizeof(OuListIter));
    if (iter != NULL) {
        iter->it_index = start;
        iter->it_seq = (PyListObject *)Py_NewRef(list);
        ou_gc_track((PyObject *)iter);
    }
    return (PyObject *)iter;
}

PyObject *
ou_list_iter(PyObject *self)
{
    return iter_new(self, &PyListIter_Type, 0);
}

PyObject *
ou_list_reversed(PyObject *self, PyObject *ignored)
{
    return iter_new(self, &PyListRevIter_Type, Py_SIZE(self) - 1);
}

OU_WALKER(list_iter)
{
    OU_EDGE_OF(ITER(self), it_seq);
    return 0;
}

static void
iter_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(ITER(self)->it_seq);
    ou_gc_free_fast(self, sizeof(OuListIter));
}

void
ou_list_iter_end(OuListIter *iter)
{
    Py_CLEAR(iter->it_seq);
}

static PyObject *
iter_next(PyObject *self)
{
    PyObject *item = ou_list_iter_peek(ITER(self));
    if (OU_LIKELY(item != NULL)) {
        return Py_NewRef(item);
    }
    ou_list_iter_end(ITER(self));
    return NULL;
}

static PyObject *
iter_previous(PyObject *self)
{
    OuListIter *iter = ITER(self);
    PyListObject *list = iter->it_seq;
    if (list != NULL && (size_t)iter->it_index < (size_t)Py_SIZE(list)) {
        return Py_NewRef(list->ob_item[iter->it_index--]);
    }
    iter->it_index = -1;
    ou_list_iter_end(iter);
    return NULL;
}

static PyObject *
iter_length_hint(PyObject *self, PyObject *ignored)
{
    OuListIter *iter = ITER(self);
    Py_ssize_t n = iter->it_seq == NULL ? 0 : Py_SIZE(iter->it_seq) - iter->it_index;
    return PyLong_FromSsize_t(Py_MAX(n, 0));
}

static PyObject *
reverse_iter_length_hint(PyObject *self, PyObject *ignored)
{
    OuListIter *iter = ITER(self);
    Py_ssize_t n = iter->it_seq == NULL || Py_SIZE(iter->it_seq) < iter->it_index + 1 ? 0 : iter->it_index + 1;
    return PyLong_FromSsize_t(n);
}

/* (iter or reversed, (list,), index); exhausted ones are iterators over a list of nothing. */
static PyObject *
iter_reduce_with(PyObject *self, PyObject *maker)
{
    OuListIter *iter = ITER(self);
    PyObject *function = _PyEval_GetBuiltin(iter->it_seq != NULL ? maker : OU_STR(iter));
    if (function == NULL) {
        return NULL;
    }
    if (iter->it_seq != NULL) { /* looking the builtin up may have run code that went on to the end */
        return Py_BuildValue("N(O)n", function, iter->it_seq, iter->it_index);
    }
    PyObject *nothing = PyList_New(0);
    if (nothing == NULL) {
        Py_DECREF(function);
        return NULL;
    }
    return Py_BuildValue("N(N)", function, nothing);
}

static PyObject *
iter_reduce(PyObject *self, PyObject *ignored)
{
    return iter_reduce_with(self, OU_STR(iter));
}

static PyObject *
reverse_iter_reduce(PyObject *self, PyObject *ignored)
{
    return iter_reduce_with(self, OU_STR(reversed));
}

/* The index of the next item, within what the list has: 0 .. n, backwards -1 .. n - 1. */
static PyObject *
iter_move(PyObject *self, PyObject *state, bool backwards)
{
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && ou_error_occurred() != NULL) {
        return NULL;
    }
    PyListObject *list = ITER(self)->it_seq;
    if (list != NULL) {
        ITER(self)->it_index = Py_MIN(Py_MAX(index, -backwards), Py_SIZE(list) - backwards);
    }
    Py_RETURN_NONE;
}

static PyObject *
iter_setstate(PyObject *self, PyObject *state)
{
    return iter_move(self, state, false);
}

static PyObject *
reverse_iter_setstate(PyObject *self, PyObject *state)
{
    return iter_move(self, state, true);
}

static PyMethodDef iter_methods[] = {
    {"__length_hint__", iter_length_hint, METH_NOARGS, "How many items are left, as far as one can tell."},
    {"__reduce__", iter_reduce, METH_NOARGS, "State for pickling."},
    {"__setstate__", iter_setstate, METH_O, "Set the position, from pickling."},
    {NULL},
};

static PyMethodDef reverse_iter_methods[] = {
    {"__length_hint__", reverse_iter_length_hint, METH_NOARGS, "How many items are left, as far as one can tell."},
    {"__reduce__", reverse_iter_reduce, METH_NOARGS, "State for pickling."},
    {"__setstate__", reverse_iter_setstate, METH_O, "Set the position, from pickling."},
    {NULL},
};

PyTypeObject PyListIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "list_iterator",
    .tp_basicsize = sizeof(OuListIter),
    .tp_dealloc = iter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = list_iter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = iter_next,
    .tp_methods = iter_methods,
    .tp_free = PyObject_GC_Del,
};

PyTypeObject PyListRevIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "list_reverseiterator",
    .tp_basicsize = sizeof(OuListIter),
    .tp_dealloc = iter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = list_iter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = iter_previous,
    .tp_methods = reverse_iter_methods,
    .tp_free = PyObject_GC_Del,
};
