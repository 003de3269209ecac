/* modules/_functools/partial.c - functools.partial: a function with some of its arguments given.
 *
 * Owns       the function, a tuple of positional arguments, a dict of keywords, its __dict__.
 * Invariant  args is an exact tuple and kwargs an exact dict that nobody else changes, unless through `keywords`.
 * Source     Library Reference, functools.partial. */
#include <structmember.h>

#include "modules/_functools/functools.h"
#include "object/alloc.h"
#include "object/hold.h"
#include "object/walk.h"

typedef struct {
    PyObject_HEAD
    PyObject *function; /* owned */
    PyObject *args;     /* owned tuple */
    PyObject *kwargs;   /* owned dict */
    PyObject *dict;     /* owned or NULL */
    PyObject *weakreflist;
    vectorcallfunc vectorcall;
} Partial;

OU_WALKER(partial)
{
    Partial *p = (Partial *)self;
    OU_EDGE(p->function, OU_EDGE_FIELD, "func", -1);
    OU_EDGE_OF(p, args);
    OU_EDGE(p->kwargs, OU_EDGE_FIELD, "keywords", -1);
    OU_EDGE(p->dict, OU_EDGE_FIELD, "__dict__", -1);
    return 0;
}

static int
partial_clear(PyObject *self)
{
    Partial *p = (Partial *)self;
    Py_CLEAR(p->function);
    Py_CLEAR(p->args);
    Py_CLEAR(p->kwargs);
    Py_CLEAR(p->dict);
    return 0;
}

static void
partial_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    if (((Partial *)self)->weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    partial_clear(self);
    Py_TYPE(self)->tp_free(self);
}

/* Returns base's items followed by the n at more, as a new tuple. */
static PyObject *
tuple_joined(PyObject *base, PyObject *const *more, Py_ssize_t n)
{
    Py_ssize_t n_base = PyTuple_GET_SIZE(base);
    PyObject *all = PyTuple_New(n_base + n);
    for (Py_ssize_t i = 0; all != NULL && i < n_base + n; i++) {
        PyTuple_SET_ITEM(all, i, Py_NewRef(i < n_base ? PyTuple_GET_ITEM(base, i) : more[i - n_base]));
    }
    return all;
}

/* The general call: one tuple and one dict.  RE-ENTRANT. */
static PyObject *
partial_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    Partial *p = (Partial *)self;
    PyObject *function = Py_NewRef(p->function), *keywords = NULL, *result = NULL;
    PyObject *all = tuple_joined(p->args, &PyTuple_GET_ITEM(args, 0), PyTuple_GET_SIZE(args));
    OU_HOLD(hold, &function, &all, &keywords);
    int status = all == NULL ? -1 : 0;
    if (status == 0 && PyDict_GET_SIZE(p->kwargs) > 0) {
        keywords = PyDict_Copy(p->kwargs);
        status = keywords == NULL || (kwargs != NULL && PyDict_Merge(keywords, kwargs, 1) < 0) ? -1 : 0;
    }
    else {
        keywords = Py_XNewRef(kwargs);
    }
    if (status == 0) {
        result = PyObject_Call(function, all, keywords);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(all);
    Py_XDECREF(keywords);
    Py_DECREF(function);
    return result;
}

/* RE-ENTRANT: the function may replace what this partial holds, so it is owned meanwhile. */
static PyObject *
partial_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    enum { ON_STACK = 8 }; /* arguments; arbitrary */
    Partial *p = (Partial *)self;
    Py_ssize_t n_args = PyVectorcall_NARGS(nargsf), n_given = n_args + (kwnames ? PyTuple_GET_SIZE(kwnames) : 0);
    if (PyDict_GET_SIZE(p->kwargs) > 0) {
        return _PyObject_MakeTpCall(PyThreadState_Get(), self, args, n_args, kwnames);
    }
    Py_ssize_t n_own = PyTuple_GET_SIZE(p->args), n_all = n_own + n_given;
    PyObject *function = Py_NewRef(p->function), *own = Py_NewRef(p->args), *result = NULL;
    PyObject *small[ON_STACK + 1], **window = n_all <= ON_STACK ? small : NULL;
    size_t bytes;
    if (window == NULL && !ou_size_mul((size_t)n_all + 1, sizeof *window, &bytes)) {
        window = PyMem_Malloc(bytes);
    }
    if (window == NULL) {
        PyErr_NoMemory();
    }
    else {
        window[0] = NULL;
        memcpy(window + 1, &PyTuple_GET_ITEM(own, 0), (size_t)n_own * sizeof *window);
        memcpy(window + 1 + n_own, args, (size_t)n_given * sizeof *window);
        OU_HOLD(hold, &function, &own);
        result = PyObject_Vectorcall(function, window + 1, (size_t)(n_own + n_args) | PY_VECTORCALL_ARGUMENTS_OFFSET, kwnames);
        OU_HOLD_END(hold);
        if (window != small) {
            PyMem_Free(window);
        }
    }
    Py_DECREF(own);
    Py_DECREF(function);
    return result;
}

/* A partial of a partial without attributes takes over its parts. */
static PyObject *
partial_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) < 1) {
        PyErr_SetString(PyExc_TypeError, "type 'partial' takes at least one argument");
        return NULL;
    }
    PyObject *function = PyTuple_GET_ITEM(args, 0);
    Partial *inner = NULL;
    if (!PyCallable_Check(function)) {
        PyErr_SetString(PyExc_TypeError, "the first argument must be callable");
        return NULL;
    }
    if (Py_TYPE(function)->tp_call == partial_call && ((Partial *)function)->dict == NULL) {
        inner = (Partial *)function;
        function = inner->function;
    }
    PyObject *first = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args)), *keywords = NULL;
    if (first != NULL && inner != NULL) {
        Py_SETREF(first, tuple_joined(inner->args, &PyTuple_GET_ITEM(first, 0), PyTuple_GET_SIZE(first)));
    }
    Partial *p = first == NULL ? NULL : (Partial *)type->tp_alloc(type, 0);
    if (p == NULL) {
        Py_XDECREF(first);
        return NULL;
    }
    p->vectorcall = partial_vectorcall;
    p->function = Py_NewRef(function);
    p->args = first;
    p->kwargs = PyDict_New(); /* first: a call needs one, whoever finds the object meanwhile */
    if (p->kwargs != NULL && inner != NULL) {
        keywords = PyDict_Copy(inner->kwargs);
        if (keywords != NULL) {
            Py_SETREF(p->kwargs, keywords);
        }
    }
    if (p->kwargs == NULL || (inner != NULL && keywords == NULL)
        || (kwargs != NULL && PyDict_Merge(p->kwargs, kwargs, 1) < 0)) {
        Py_DECREF(p);
        return NULL;
    }
    return (PyObject *)p;
}

/* RE-ENTRANT: the reprs of the parts. */
static PyObject *
partial_repr(PyObject *self)
{
    Partial *p = (Partial *)self;
    const char *dot = strrchr(Py_TYPE(self)->tp_name, '.');
    int entered = Py_ReprEnter(self);
    if (entered != 0) {
        return entered < 0 ? NULL : PyUnicode_FromString("...");
    }
    PyObject *function = Py_NewRef(p->function), *args = Py_NewRef(p->args), *keywords = PyDict_Copy(p->kwargs);
    PyObject *text = NULL, *name = NULL, *qualified = NULL;
    OU_HOLD(hold, &function, &args, &keywords, &text, &name, &qualified);
    if (keywords != NULL) {
        if (Py_IS_TYPE(self, &ou_partial_type)) {
            qualified = PyUnicode_FromString(Py_TYPE(self)->tp_name);
        }
        else {
            qualified = PyUnicode_FromString(dot ? dot + 1 : Py_TYPE(self)->tp_name);
        }
        name = qualified == NULL ? NULL : PyObject_Repr(function);
        text = name == NULL ? NULL : PyUnicode_FromFormat("%U(%U", qualified, name);
    }
    for (Py_ssize_t i = 0; text != NULL && i < PyTuple_GET_SIZE(args); i++) {
        Py_SETREF(text, PyUnicode_FromFormat("%U, %R", text, PyTuple_GET_ITEM(args, i)));
    }
    PyObject *key, *value;
    for (Py_ssize_t at = 0; text != NULL && PyDict_Next(keywords, &at, &key, &value);) {
        /* The copy is ours alone, so that key and value stay. */
        Py_SETREF(text, PyUnicode_FromFormat("%U, %S=%R", text, key, value));
    }
    if (text != NULL) {
        Py_SETREF(text, PyUnicode_FromFormat("%U)", text));
    }
    OU_HOLD_END(hold);
    Py_ReprLeave(self);
    Py_XDECREF(qualified);
    Py_XDECREF(name);
    Py_XDECREF(keywords);
    Py_DECREF(args);
    Py_DECREF(function);
    return text;
}

static PyObject *
partial_reduce(PyObject *self, PyObject *ignored)
{
    Partial *p = (Partial *)self;
    return Py_BuildValue("O(O)(OOOO)", (PyObject *)Py_TYPE(self), p->function, p->function, p->args, p->kwargs,
                         p->dict ? p->dict : Py_None);
}

static PyObject *
partial_setstate(PyObject *self, PyObject *state)
{
    Partial *p = (Partial *)self;
    PyObject *function, *args, *kwargs, *dict;
    if (!PyTuple_Check(state) || !PyArg_ParseTuple(state, "OOOO", &function, &args, &kwargs, &dict)
        || !PyCallable_Check(function) || !PyTuple_Check(args) || (kwargs != Py_None && !PyDict_Check(kwargs))) {
        PyErr_SetString(PyExc_TypeError, "invalid partial state");
        return NULL;
    }
    args = PyTuple_CheckExact(args) ? Py_NewRef(args) : PySequence_Tuple(args);
    if (args == NULL) {
        return NULL;
    }
    if (kwargs == Py_None) {
        kwargs = PyDict_New();
    }
    else {
        kwargs = PyDict_CheckExact(kwargs) ? Py_NewRef(kwargs) : PyDict_Copy(kwargs);
    }
    if (kwargs == NULL) {
        Py_DECREF(args);
        return NULL;
    }
    PyObject *old[] = {p->function, p->args, p->kwargs, p->dict};
    p->function = Py_NewRef(function); /* commit */
    p->args = args;
    p->kwargs = kwargs;
    p->dict = dict == Py_None ? NULL : Py_NewRef(dict);
    for (size_t i = 0; i < OU_COUNT_OF(old); i++) {
        Py_XDECREF(old[i]);
    }
    Py_RETURN_NONE;
}

static PyMethodDef partial_methods[] = {
    {"__reduce__", partial_reduce, METH_NOARGS, NULL},
    {"__setstate__", partial_setstate, METH_O, NULL},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "See PEP 585"},
    {NULL},
};

static PyMemberDef partial_members[] = {
    {"func", T_OBJECT, offsetof(Partial, function), READONLY, "function object to use in future partial calls"},
    {"args", T_OBJECT, offsetof(Partial, args), READONLY, "tuple of arguments to future partial calls"},
    {"keywords", T_OBJECT, offsetof(Partial, kwargs), READONLY, "dictionary of keyword arguments to future partial calls"},
    {NULL},
};

static PyGetSetDef partial_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL},
};

PyTypeObject ou_partial_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "functools.partial",
    .tp_basicsize = sizeof(Partial),
    .tp_dealloc = partial_dealloc,
    .tp_vectorcall_offset = offsetof(Partial, vectorcall),
    .tp_repr = partial_repr,
    .tp_call = partial_call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_doc = "partial(func, *args, **keywords) - new function with partial application\n"
              "    of the given arguments and keywords.\n",
    .tp_traverse = partial_traverse,
    .tp_clear = partial_clear,
    .tp_weaklistoffset = offsetof(Partial, weakreflist),
    .tp_methods = partial_methods,
    .tp_members = partial_members,
    .tp_getset = partial_getset,
    .tp_dictoffset = offsetof(Partial, dict),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = partial_new,
    .tp_free = PyObject_GC_Del,
};
