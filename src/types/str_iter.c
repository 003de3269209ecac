/* types/str_iter.c - iterators over a string's characters.
 *
 * Owns       the string, until it is exhausted.
 * Invariant  index <= the string's length; exhausted: seq is NULL.
 * Not here   anything else. */
#include "types/str.h"

#include "object/alloc.h"
#include "object/walk.h"

typedef struct {
    PyObject_HEAD
    Py_ssize_t index;
    PyObject *seq;
} StrIter;

OU_WALKER(str_iter)
{
    OU_EDGE_OF((StrIter *)self, seq);
    return 0;
}

static void
str_iter_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(((StrIter *)self)->seq);
    ou_gc_free_fast(self, sizeof(StrIter));
}

static PyObject *
str_iter_next(PyObject *self)
{
    StrIter *it = (StrIter *)self;
    PyObject *seq = it->seq;
    if (seq == NULL) {
        return NULL;
    }
    if (it->index < PyUnicode_GET_LENGTH(seq)) {
        return ou_str_item(seq, it->index++);
    }
    it->seq = NULL;
    Py_DECREF(seq);
    return NULL;
}

static PyObject *
str_ascii_iter_next(PyObject *self)
{
    StrIter *it = (StrIter *)self;
    PyObject *seq = it->seq;
    if (seq == NULL) {
        return NULL;
    }
    if (it->index < PyUnicode_GET_LENGTH(seq)) {
        return Py_NewRef(OU_LATIN1_CHAR(PyUnicode_1BYTE_DATA(seq)[it->index++]));
    }
    it->seq = NULL;
    Py_DECREF(seq);
    return NULL;
}

static PyObject *
str_iter_length_hint(PyObject *self, PyObject *unused)
{
    StrIter *it = (StrIter *)self;
    return PyLong_FromSsize_t(it->seq == NULL ? 0 : PyUnicode_GET_LENGTH(it->seq) - it->index);
}

static PyObject *
str_iter_reduce(PyObject *self, PyObject *unused)
{
    PyObject *iter = _PyEval_GetBuiltin(OU_STR(iter)); /* may run Python code: nothing of self is read before */
    if (iter == NULL) {
        return NULL;
    }
    StrIter *it = (StrIter *)self;
    if (it->seq != NULL) {
        return Py_BuildValue("N(O)n", iter, it->seq, it->index);
    }
    return Py_BuildValue("N(O)", iter, OU_EMPTY_STR);
}

static PyObject *
str_iter_setstate(PyObject *self, PyObject *state)
{
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && PyErr_Occurred()) {
        return NULL;
    }
    StrIter *it = (StrIter *)self;
    if (it->seq != NULL) {
        it->index = Py_MIN(Py_MAX(index, 0), PyUnicode_GET_LENGTH(it->seq));
    }
    Py_RETURN_NONE;
}

static PyMethodDef str_iter_methods[] = {
    {"__length_hint__", str_iter_length_hint, METH_NOARGS, "How many characters are left, as an estimate."},
    {"__reduce__", str_iter_reduce, METH_NOARGS, "State for pickling."},
    {"__setstate__", str_iter_setstate, METH_O, "Set the position."},
    {NULL},
};

PyTypeObject PyUnicodeIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "str_iterator",
    .tp_basicsize = sizeof(StrIter),
    .tp_dealloc = str_iter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = str_iter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = str_iter_next,
    .tp_methods = str_iter_methods,
};

PyTypeObject ou_str_ascii_iter_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "str_ascii_iterator",
    .tp_basicsize = sizeof(StrIter),
    .tp_dealloc = str_iter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = str_iter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = str_ascii_iter_next,
    .tp_methods = str_iter_methods,
};

/* iter(str).  Refs new. */
PyObject *
ou_str_iter(PyObject *str)
{
    if (PyUnicode_READY(str) < 0) {
        return NULL;
    }
    PyTypeObject *type = PyUnicode_IS_COMPACT_ASCII(str) ? &ou_str_ascii_iter_type : &PyUnicodeIter_Type;
    StrIter *it = (StrIter *)ou_gc_new_fast(type, sizeof(StrIter));
    if (it == NULL) {
        return NULL;
    }
    it->index = 0;
    it->seq = Py_NewRef(str);
    ou_gc_track((PyObject *)it);
    return (PyObject *)it;
}
