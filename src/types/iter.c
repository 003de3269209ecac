/* types/iter.c - iterators over anything with []: and over calls of a function until it gives a sentinel.
 *
 * Owns       the sequence, or the callable and the sentinel, until the end was met.
 * Invariant  what is being called or asked is owned while it runs, as it may drop the iterator's reference.
 * Not here   iterators of lists, tuples, dicts, sets, ranges (with their types), but for how some are pickled. */
#include "object/alloc.h"
#include "object/hold.h"
#include "object/walk.h"
#include "types/iter.h"
#include "types/tuple.h"

/* Is the error that is set the end of an iteration?  It is cleared then. */
static bool
is_end(PyObject *also)
{
    if (PyErr_ExceptionMatches(also) || PyErr_ExceptionMatches(PyExc_StopIteration)) {
        PyErr_Clear();
        return true;
    }
    return false;
}

/* See iter.h. */
PyObject *
ou_iter_reduce_as_list(PyObject *copy)
{
    if (copy == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &copy);
    PyObject *list = PySequence_List(copy);
    OU_HOLD_END(hold);
    Py_DECREF(copy);
    return list == NULL ? NULL : Py_BuildValue("N(N)", _PyEval_GetBuiltin(OU_STR(iter)), list);
}

/* ---- over a sequence ------------------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    Py_ssize_t it_index;
    PyObject *it_seq; /* owned; NULL when exhausted */
} SeqIter;
#define SEQ_ITER(op) ((SeqIter *)(op))

PyObject *
PySeqIter_New(PyObject *seq)
{
    if (!PySequence_Check(seq)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    SeqIter *iter = (SeqIter *)ou_gc_new_fast(&PySeqIter_Type, sizeof(SeqIter));
    if (iter != NULL) {
        iter->it_index = 0;
        iter->it_seq = Py_NewRef(seq);
        ou_gc_track((PyObject *)iter);
    }
    return (PyObject *)iter;
}

OU_WALKER(seq_iter)
{
    OU_EDGE_OF(SEQ_ITER(self), it_seq);
    return 0;
}

static void
seq_iter_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(SEQ_ITER(self)->it_seq);
    ou_gc_free_fast(self, sizeof(SeqIter));
}

static PyObject *
seq_iter_next(PyObject *self)
{
    SeqIter *iter = SEQ_ITER(self);
    PyObject *seq = iter->it_seq;
    if (seq == NULL) {
        return NULL;
    }
    if (iter->it_index == PY_SSIZE_T_MAX) {
        PyErr_SetString(PyExc_OverflowError, "iter index too large");
        return NULL;
    }
    Py_INCREF(seq);
    OU_HOLD(hold, &seq);
    PyObject *item = PySequence_GetItem(seq, iter->it_index);
    if (item != NULL) {
        iter->it_index++;
    }
    else if (is_end(PyExc_IndexError)) {
        Py_CLEAR(iter->it_seq);
    }
    OU_HOLD_END(hold);
    Py_DECREF(seq);
    return item;
}

static PyObject *
seq_iter_length_hint(PyObject *self, PyObject *ignored)
{
    SeqIter *iter = SEQ_ITER(self);
    if (iter->it_seq == NULL) {
        return PyLong_FromLong(0);
    }
    if (!_PyObject_HasLen(iter->it_seq)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *seq = Py_NewRef(iter->it_seq);
    OU_HOLD(hold, &seq);
    Py_ssize_t n = PySequence_Size(seq);
    OU_HOLD_END(hold);
    Py_DECREF(seq);
    return n == -1 ? NULL : PyLong_FromSsize_t(Py_MAX(n - iter->it_index, 0));
}

static PyObject *
seq_iter_reduce(PyObject *self, PyObject *ignored)
{
    SeqIter *iter = SEQ_ITER(self);
    PyObject *function = _PyEval_GetBuiltin(OU_STR(iter));
    if (function == NULL) {
        return NULL;
    }
    if (iter->it_seq != NULL) {
        return Py_BuildValue("N(O)n", function, iter->it_seq, iter->it_index);
    }
    return Py_BuildValue("N(())", function);
}

static PyObject *
seq_iter_setstate(PyObject *self, PyObject *state)
{
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && ou_error_occurred() != NULL) {
        return NULL;
    }
    if (SEQ_ITER(self)->it_seq != NULL) {
        SEQ_ITER(self)->it_index = Py_MAX(index, 0);
    }
    Py_RETURN_NONE;
}

static PyMethodDef seq_iter_methods[] = {
    {"__length_hint__", seq_iter_length_hint, METH_NOARGS, "How many items are left, as far as one can tell."},
    {"__reduce__", seq_iter_reduce, METH_NOARGS, "State for pickling."},
    {"__setstate__", seq_iter_setstate, METH_O, "Set the position, from pickling."},
    {NULL},
};

PyTypeObject PySeqIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "iterator",
    .tp_basicsize = sizeof(SeqIter),
    .tp_dealloc = seq_iter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = seq_iter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = seq_iter_next,
    .tp_methods = seq_iter_methods,
    .tp_free = PyObject_GC_Del,
};

/* ---- over calls ----------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *it_callable; /* owned; NULL when exhausted */
    PyObject *it_sentinel; /* owned; NULL when exhausted */
} CallIter;
#define CALL_ITER(op) ((CallIter *)(op))

PyObject *
PyCallIter_New(PyObject *callable, PyObject *sentinel)
{
    CallIter *iter = (CallIter *)ou_gc_new_fast(&PyCallIter_Type, sizeof(CallIter));
    if (iter != NULL) {
        iter->it_callable = Py_NewRef(callable);
        iter->it_sentinel = Py_NewRef(sentinel);
        ou_gc_track((PyObject *)iter);
    }
    return (PyObject *)iter;
}

OU_WALKER(call_iter)
{
    OU_EDGE_OF(CALL_ITER(self), it_callable);
    OU_EDGE_OF(CALL_ITER(self), it_sentinel);
    return 0;
}

static void
call_iter_clear(CallIter *iter)
{
    Py_CLEAR(iter->it_callable);
    Py_CLEAR(iter->it_sentinel);
}

static void
call_iter_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    call_iter_clear(CALL_ITER(self));
    ou_gc_free_fast(self, sizeof(CallIter));
}

static PyObject *
call_iter_next(PyObject *self)
{
    CallIter *iter = CALL_ITER(self);
    if (iter->it_callable == NULL) {
        return NULL;
    }
    PyObject *callable = Py_NewRef(iter->it_callable), *result = NULL, *sentinel = NULL;
    OU_HOLD(hold, &callable, &result, &sentinel);
    result = PyObject_CallNoArgs(callable);
    if (result == NULL) {
        if (PyErr_ExceptionMatches(PyExc_StopIteration)) {
            PyErr_Clear();
            call_iter_clear(iter);
        }
    }
    else if (iter->it_sentinel != NULL) { /* else the call has run us to the end */
        sentinel = Py_NewRef(iter->it_sentinel);
        int equal = PyObject_RichCompareBool(sentinel, result, Py_EQ);
        if (equal != 0) {
            Py_CLEAR(result);
        }
        if (equal > 0) {
            call_iter_clear(iter);
        }
    }
    else {
        Py_CLEAR(result);
    }
    Py_CLEAR(callable);
    Py_CLEAR(sentinel);
    OU_HOLD_END(hold);
    return result;
}

static PyObject *
call_iter_reduce(PyObject *self, PyObject *ignored)
{
    CallIter *iter = CALL_ITER(self);
    PyObject *function = _PyEval_GetBuiltin(OU_STR(iter));
    if (function == NULL) {
        return NULL;
    }
    if (iter->it_callable != NULL && iter->it_sentinel != NULL) {
        return Py_BuildValue("N(OO)", function, iter->it_callable, iter->it_sentinel);
    }
    return Py_BuildValue("N(())", function);
}

static PyMethodDef call_iter_methods[] = {
    {"__reduce__", call_iter_reduce, METH_NOARGS, "State for pickling."},
    {NULL},
};

PyTypeObject PyCallIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "callable_iterator",
    .tp_basicsize = sizeof(CallIter),
    .tp_dealloc = call_iter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = call_iter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = call_iter_next,
    .tp_methods = call_iter_methods,
    .tp_free = PyObject_GC_Del,
};
