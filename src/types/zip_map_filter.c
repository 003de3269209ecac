/* types/zip_map_filter.c - the built-in iterators that take others in: zip, map, filter.
 *
 * Owns       the iterators it draws from, in a tuple where there are several, and the function.
 * Invariant  what was drawn and not yet given out lies in a held tuple or variable, as drawing may run Python
 *            code.
 * Not here   enumerate and reversed (enumerate.c). */
#include "object/hold.h"
#include "object/walk.h"
#include "types/draw.h"
#include "types/pairs.h"
#include "types/tuple.h"

/* A tuple of iterators over some of the arguments.  Refs new.  RE-ENTRANT. */
static PyObject *
iterators_of(PyObject *const *args, Py_ssize_t n)
{
    PyObject *iters = ou_tuple_new_untracked(n);
    if (iters == NULL || n == 0) {
        return iters;
    }
    OU_HOLD(hold, &iters);
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *iter = PyObject_GetIter(args[i]);
        if (iter == NULL) {
            Py_CLEAR(iters);
            break;
        }
        PyTuple_SET_ITEM(iters, i, iter);
    }
    OU_HOLD_END(hold);
    if (iters != NULL) {
        ou_gc_track(iters);
    }
    return iters;
}

/* An instance to be filled at once: untracked if exact; those of subclasses are made by their tp_alloc. */
static PyObject *
instance_new(PyTypeObject *type, PyTypeObject *exact, size_t size)
{
    return type == exact ? ou_gc_new_fast(type, size) : type->tp_alloc(type, 0);
}

static void
instance_free(PyObject *self, PyTypeObject *exact, size_t size)
{
    if (Py_IS_TYPE(self, exact)) {
        ou_gc_free_fast(self, size);
    }
    else {
        Py_TYPE(self)->tp_free(self);
    }
}

/* ---- zip ------------------------------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PyObject *iters;  /* owned tuple */
    PyObject *result; /* owned tuple, given out and filled again while nobody else has it; or NULL before the first */
    bool strict;      /* all must end together */
} Zip;
#define ZIP(op) ((Zip *)(op))

static PyObject *
zip_make(PyTypeObject *type, PyObject *const *args, Py_ssize_t n, bool strict)
{
    PyObject *iters = iterators_of(args, n);
    if (iters == NULL) {
        return NULL;
    }
    PyObject *self = instance_new(type, &PyZip_Type, sizeof(Zip));
    if (self == NULL) {
        Py_DECREF(iters);
        return NULL;
    }
    ZIP(self)->iters = iters;
    ZIP(self)->result = NULL;
    ZIP(self)->strict = strict;
    if (type == &PyZip_Type) {
        ou_gc_track(self);
    }
    return self;
}

/* strict=..., the one keyword.  Returns 1, 0, or -1 with an error set.  RE-ENTRANT. */
static int
strict_keyword(PyObject *name, PyObject *value)
{
    if (_PyUnicode_EqualToASCIIString(name, "strict")) {
        return PyObject_IsTrue(value);
    }
    PyErr_Format(PyExc_TypeError, "'%S' is an invalid keyword argument for zip()", name);
    return -1;
}

static PyObject *
zip_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    int strict = 0;
    PyObject *name, *value;
    Py_ssize_t position = 0;
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 1) {
        PyErr_Format(PyExc_TypeError, "zip() takes at most 1 keyword argument (%zd given)", PyDict_GET_SIZE(kwargs));
        return NULL;
    }
    if (kwargs != NULL && PyDict_Next(kwargs, &position, &name, &value)) {
        strict = strict_keyword(name, value);
    }
    return strict < 0 ? NULL : zip_make(type, ((PyTupleObject *)args)->ob_item, PyTuple_GET_SIZE(args), strict != 0);
}

static PyObject *
zip_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf), n_keywords = kwnames == NULL ? 0 : PyTuple_GET_SIZE(kwnames);
    int strict = 0;
    if (n_keywords > 1) {
        PyErr_Format(PyExc_TypeError, "zip() takes at most 1 keyword argument (%zd given)", n_keywords);
        return NULL;
    }
    if (n_keywords == 1) {
        strict = strict_keyword(PyTuple_GET_ITEM(kwnames, 0), args[nargs]);
    }
    return strict < 0 ? NULL : zip_make((PyTypeObject *)type, args, nargs, strict != 0);
}

OU_WALKER(zip)
{
    OU_EDGE_OF(ZIP(self), iters);
    OU_EDGE_OF(ZIP(self), result);
    return 0;
}

static void
zip_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(ZIP(self)->iters);
    Py_CLEAR(ZIP(self)->result);
    instance_free(self, &PyZip_Type, sizeof(Zip));
}

/* Is the iteration over without an error?  A StopIteration is cleared. */
static bool
ended_cleanly(void)
{
    if (ou_error_occurred() == NULL) {
        return true;
    }
    if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
        return false;
    }
    PyErr_Clear();
    return true;
}

/* Number `i` has ended first: strictly, the ones before it must not have given anything, and the ones behind
 * it must end too.  RE-ENTRANT. */
static void
zip_check_strict(PyObject *iters, Py_ssize_t i)
{
    if (!ended_cleanly()) {
        return;
    }
    if (i > 0) {
        PyErr_Format(PyExc_ValueError, "zip() argument %d is shorter than argument%s%d", (int)(i + 1), i == 1 ? " " : "s 1-",
                     (int)i);
        return;
    }
    for (i = 1; i < PyTuple_GET_SIZE(iters); i++) {
        PyObject *item = ou_draw(PyTuple_GET_ITEM(iters, i));
        if (item != NULL) {
            Py_DECREF(item);
            PyErr_Format(PyExc_ValueError, "zip() argument %d is longer than argument%s%d", (int)(i + 1), i == 1 ? " " : "s 1-",
                         (int)i);
            return;
        }
        if (!ended_cleanly()) {
            return;
        }
    }
}

/* The tuple of the last turn if it is nobody else's, else a new one: for the caller to fill.  Refs new. */
static PyObject *
zip_tuple(Zip *zip, Py_ssize_t n)
{
    if (zip->result != NULL && Py_REFCNT(zip->result) == 1) {
        return Py_NewRef(zip->result);
    }
    if (n == 2) {
        PyObject *pair = ou_tuple_new_raw(2);
        if (pair != NULL) {
            PyTuple_SET_ITEM(pair, 0, NULL);
            PyTuple_SET_ITEM(pair, 1, NULL);
        }
        return pair;
    }
    return ou_tuple_new_untracked(n);
}

/* Fill the tuple from lists, as far as nothing that was in it dies of that: so no Python code runs.  Returns how many. */
static OU_ALWAYS_INLINE Py_ssize_t
zip_fill_plainly(PyObject *iters, PyObject *result, Py_ssize_t n)
{
    Py_ssize_t i = 0;
    for (; i < n; i++) {
        OuListIter *iter = (OuListIter *)PyTuple_GET_ITEM(iters, i);
        PyObject *old = PyTuple_GET_ITEM(result, i), *item;
        if (!Py_IS_TYPE((PyObject *)iter, &PyListIter_Type) || (old != NULL && Py_REFCNT(old) == 1)
            || (item = ou_list_iter_peek(iter)) == NULL) {
            break;
        }
        PyTuple_SET_ITEM(result, i, Py_NewRef(item));
        Py_XDECREF(old);
    }
    return i;
}

static PyObject *
zip_next(PyObject *self)
{
    PyObject *iters = ZIP(self)->iters;
    Py_ssize_t n = PyTuple_GET_SIZE(iters);
    if (n == 0) {
        return NULL;
    }
    PyObject *result = zip_tuple(ZIP(self), n);
    if (result == NULL) {
        return NULL;
    }
    Py_ssize_t i = zip_fill_plainly(iters, result, n);
    if (i < n) {
        OU_HOLD(hold, &result);
        for (; i < n; i++) {
            PyObject *item = ou_draw(PyTuple_GET_ITEM(iters, i));
            if (item == NULL) {
                Py_CLEAR(result);
                break;
            }
            PyObject *old = PyTuple_GET_ITEM(result, i);
            PyTuple_SET_ITEM(result, i, item);
            Py_XDECREF(old);
        }
        OU_HOLD_END(hold);
    }
    if (result == NULL) {
        if (ZIP(self)->strict) {
            zip_check_strict(iters, i);
        }
        return NULL;
    }
    if (!ou_gc_is_tracked(result)) { /* new, or the collector found it needless */
        for (i = 0; i < n; i++) {
            if (ou_may_be_in_cycle(PyTuple_GET_ITEM(result, i))) {
                ou_gc_track(result);
                break;
            }
        }
    }
    if (ZIP(self)->result == NULL) {
        ZIP(self)->result = Py_NewRef(result);
    }
    return result;
}

bool
ou_zip_makes_pairs(PyObject *self)
{
    return PyTuple_GET_SIZE(ZIP(self)->iters) == 2;
}

bool
ou_zip_next_pair(PyObject *self, PyObject **first, PyObject **second)
{
    PyObject *iters = ZIP(self)->iters, *one = ou_draw(PyTuple_GET_ITEM(iters, 0)), *two = NULL;
    if (one != NULL) {
        OU_HOLD(hold, &one);
        two = ou_draw(PyTuple_GET_ITEM(iters, 1));
        OU_HOLD_END(hold);
    }
    if (OU_LIKELY(two != NULL)) {
        *first = one;
        *second = two;
        return true;
    }
    Py_ssize_t ended = one != NULL;
    Py_XDECREF(one);
    if (ZIP(self)->strict) {
        zip_check_strict(iters, ended);
    }
    return false;
}

static PyObject *
zip_reduce(PyObject *self, PyObject *ignored)
{
    if (ZIP(self)->strict) {
        return PyTuple_Pack(3, Py_TYPE(self), ZIP(self)->iters, Py_True);
    }
    return PyTuple_Pack(2, Py_TYPE(self), ZIP(self)->iters);
}

static PyObject *
zip_setstate(PyObject *self, PyObject *state)
{
    int strict = PyObject_IsTrue(state);
    if (strict < 0) {
        return NULL;
    }
    ZIP(self)->strict = strict != 0;
    Py_RETURN_NONE;
}

static PyMethodDef zip_methods[] = {
    {"__reduce__", zip_reduce, METH_NOARGS, "State for pickling."},
    {"__setstate__", zip_setstate, METH_O, "Set whether it is strict, from pickling."},
    {NULL},
};

PyTypeObject PyZip_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "zip",
    .tp_basicsize = sizeof(Zip),
    .tp_dealloc = zip_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = "zip(*iterables, strict=False) --> tuples of one item from each iterable, until the shortest ends.\n\n"
              "If strict is true and the others do not end with it, a ValueError is raised.",
    .tp_traverse = zip_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = zip_next,
    .tp_methods = zip_methods,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = zip_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = zip_vectorcall,
};

/* ---- map ------------------------------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PyObject *iters; /* owned tuple */
    PyObject *func;  /* owned */
} Map;
#define MAP(op) ((Map *)(op))

static PyObject *
map_make(PyTypeObject *type, PyObject *const *args, Py_ssize_t n)
{
    if (n < 2) {
        PyErr_SetString(PyExc_TypeError, "map() must have at least two arguments.");
        return NULL;
    }
    PyObject *iters = iterators_of(args + 1, n - 1);
    if (iters == NULL) {
        return NULL;
    }
    PyObject *self = instance_new(type, &PyMap_Type, sizeof(Map));
    if (self == NULL) {
        Py_DECREF(iters);
        return NULL;
    }
    MAP(self)->iters = iters;
    MAP(self)->func = Py_NewRef(args[0]);
    if (type == &PyMap_Type) {
        ou_gc_track(self);
    }
    return self;
}

static PyObject *
map_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if ((type == &PyMap_Type || type->tp_init == PyMap_Type.tp_init) && !_PyArg_NoKeywords("map", kwargs)) {
        return NULL;
    }
    return map_make(type, ((PyTupleObject *)args)->ob_item, PyTuple_GET_SIZE(args));
}

static PyObject *
map_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    return _PyArg_NoKwnames("map", kwnames) ? map_make((PyTypeObject *)type, args, PyVectorcall_NARGS(nargsf)) : NULL;
}

OU_WALKER(map)
{
    OU_EDGE_OF(MAP(self), iters);
    OU_EDGE_OF(MAP(self), func);
    return 0;
}

static void
map_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(MAP(self)->iters);
    Py_CLEAR(MAP(self)->func);
    instance_free(self, &PyMap_Type, sizeof(Map));
}

/* func(item), by the shortest way where func is built in and takes one object.  RE-ENTRANT. */
static OU_ALWAYS_INLINE PyObject *
apply(PyObject *func, PyObject *item)
{
    if (!Py_IS_TYPE(func, &PyCFunction_Type) || PyCFunction_GET_FLAGS(func) != METH_O) {
        return PyObject_CallOneArg(func, item);
    }
    if (ou_recursion_enter(" while calling a Python object")) {
        return NULL;
    }
    PyObject *result = PyCFunction_GET_FUNCTION(func)(PyCFunction_GET_SELF(func), item);
    ou_recursion_leave();
    return result;
}

static PyObject *
map_next(PyObject *self)
{
    PyObject *iters = MAP(self)->iters, *result = NULL;
    Py_ssize_t n = PyTuple_GET_SIZE(iters);
    if (n == 1) {
        PyObject *item = ou_draw(PyTuple_GET_ITEM(iters, 0));
        if (item == NULL) {
            return NULL;
        }
        OU_HOLD(hold, &item);
        result = apply(MAP(self)->func, item);
        OU_HOLD_END(hold);
        Py_DECREF(item);
        return result;
    }
    PyObject *args = ou_tuple_new_untracked(n);
    if (args == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &args);
    Py_ssize_t i = 0;
    for (; i < n; i++) {
        PyObject *item = ou_draw(PyTuple_GET_ITEM(iters, i));
        if (item == NULL) {
            break;
        }
        PyTuple_SET_ITEM(args, i, item);
    }
    if (i == n) {
        result = PyObject_Vectorcall(MAP(self)->func, ((PyTupleObject *)args)->ob_item, (size_t)n, NULL);
    }
    OU_HOLD_END(hold);
    Py_DECREF(args);
    return result;
}

/* (type, (func, *iters)) */
static PyObject *
map_reduce(PyObject *self, PyObject *ignored)
{
    PyObject *iters = MAP(self)->iters;
    Py_ssize_t n = PyTuple_GET_SIZE(iters);
    PyObject *args = ou_tuple_new_raw(n + 1);
    if (args == NULL) {
        return NULL;
    }
    PyTuple_SET_ITEM(args, 0, Py_NewRef(MAP(self)->func));
    for (Py_ssize_t i = 0; i < n; i++) {
        PyTuple_SET_ITEM(args, i + 1, Py_NewRef(PyTuple_GET_ITEM(iters, i)));
    }
    ou_gc_track(args);
    return Py_BuildValue("ON", Py_TYPE(self), args);
}

static PyMethodDef map_methods[] = {
    {"__reduce__", map_reduce, METH_NOARGS, "State for pickling."},
    {NULL},
};

PyTypeObject PyMap_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "map",
    .tp_basicsize = sizeof(Map),
    .tp_dealloc = map_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = "map(func, *iterables) --> what func gives for an item from each iterable, until the shortest ends.",
    .tp_traverse = map_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = map_next,
    .tp_methods = map_methods,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = map_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = map_vectorcall,
};

/* ---- filter --------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *func; /* owned; None or bool: the items' own truth */
    PyObject *iter; /* owned */
} Filter;
#define FILTER(op) ((Filter *)(op))

static PyObject *
filter_make(PyTypeObject *type, PyObject *const *args, Py_ssize_t n)
{
    if (!_PyArg_CheckPositional("filter", n, 2, 2)) {
        return NULL;
    }
    PyObject *iter = PyObject_GetIter(args[1]);
    if (iter == NULL) {
        return NULL;
    }
    PyObject *self = instance_new(type, &PyFilter_Type, sizeof(Filter));
    if (self == NULL) {
        Py_DECREF(iter);
        return NULL;
    }
    FILTER(self)->func = Py_NewRef(args[0]);
    FILTER(self)->iter = iter;
    if (type == &PyFilter_Type) {
        ou_gc_track(self);
    }
    return self;
}

static PyObject *
filter_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if ((type == &PyFilter_Type || type->tp_init == PyFilter_Type.tp_init) && !_PyArg_NoKeywords("filter", kwargs)) {
        return NULL;
    }
    return filter_make(type, ((PyTupleObject *)args)->ob_item, PyTuple_GET_SIZE(args));
}

static PyObject *
filter_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    return _PyArg_NoKwnames("filter", kwnames) ? filter_make((PyTypeObject *)type, args, PyVectorcall_NARGS(nargsf)) : NULL;
}

OU_WALKER(filter)
{
    OU_EDGE_OF(FILTER(self), iter);
    OU_EDGE_OF(FILTER(self), func);
    return 0;
}

static void
filter_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(FILTER(self)->func);
    Py_CLEAR(FILTER(self)->iter);
    instance_free(self, &PyFilter_Type, sizeof(Filter));
}

static PyObject *
filter_next(PyObject *self)
{
    PyObject *iter = FILTER(self)->iter, *func = FILTER(self)->func;
    bool plain = func == Py_None || func == (PyObject *)&PyBool_Type;
    for (;;) {
        PyObject *item = ou_draw(iter), *verdict = NULL;
        if (item == NULL) {
            return NULL;
        }
        OU_HOLD(hold, &item, &verdict);
        int good = -1;
        if (plain) {
            good = PyObject_IsTrue(item);
        }
        else if ((verdict = PyObject_CallOneArg(func, item)) != NULL) {
            good = PyObject_IsTrue(verdict);
            Py_CLEAR(verdict);
        }
        OU_HOLD_END(hold);
        if (good > 0) {
            return item;
        }
        Py_DECREF(item);
        if (good < 0) {
            return NULL;
        }
    }
}

static PyObject *
filter_reduce(PyObject *self, PyObject *ignored)
{
    return Py_BuildValue("O(OO)", Py_TYPE(self), FILTER(self)->func, FILTER(self)->iter);
}

static PyMethodDef filter_methods[] = {
    {"__reduce__", filter_reduce, METH_NOARGS, "State for pickling."},
    {NULL},
};

PyTypeObject PyFilter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "filter",
    .tp_basicsize = sizeof(Filter),
    .tp_dealloc = filter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = "filter(function or None, iterable) --> the items for which function(item), or the item itself if the\n"
              "function is None, is true.",
    .tp_traverse = filter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = filter_next,
    .tp_methods = filter_methods,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = filter_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = filter_vectorcall,
};
