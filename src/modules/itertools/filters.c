/* modules/itertools/filters.c - iterators that pass items on or leave them out: compress, dropwhile, takewhile, filterfalse,
 * islice; and starmap, accumulate, pairwise.
 *
 * Invariant  an item or value being tested is held meanwhile. */
#include "modules/itertools/itertools.h"

/* ---- function and iterator: dropwhile, takewhile, filterfalse, starmap ------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PyObject *function, *iter;
    int state; /* dropwhile: started; takewhile: stopped */
} FunctionIter;

#define FUNCTION_FIELDS(X) X(function) X(iter)
OU_ITERATOR(function_iter, FunctionIter, FUNCTION_FIELDS)

static PyObject *
function_iter_new(PyTypeObject *type, PyTypeObject *exact, const char *name, PyObject *args, PyObject *kwargs)
{
    PyObject *function, *iterable;
    if (((type == exact || type->tp_init == exact->tp_init) && !_PyArg_NoKeywords(name, kwargs))
        || !PyArg_UnpackTuple(args, name, 2, 2, &function, &iterable)) {
        return NULL;
    }
    PyObject *iter = PyObject_GetIter(iterable);
    FunctionIter *it = iter == NULL ? NULL : (FunctionIter *)type->tp_alloc(type, 0);
    if (it == NULL) {
        Py_XDECREF(iter);
        return NULL;
    }
    it->function = Py_NewRef(function);
    it->iter = iter;
    return (PyObject *)it;
}

/* Truth of function(item), or of the item for None and bool.  -1 with an error set.  RE-ENTRANT. */
static int
test_item(PyObject *function, PyObject *item)
{
    if (function == Py_None || function == (PyObject *)&PyBool_Type) {
        return PyObject_IsTrue(item);
    }
    OU_HOLD(hold, &item);
    PyObject *value = PyObject_CallOneArg(function, item);
    OU_HOLD_END(hold);
    int truth = value == NULL ? -1 : PyObject_IsTrue(value);
    Py_XDECREF(value);
    return truth;
}

static int
call_test(PyObject *function, PyObject *item)
{
    OU_HOLD(hold, &item);
    PyObject *value = PyObject_CallOneArg(function, item);
    OU_HOLD_END(hold);
    int truth = value == NULL ? -1 : PyObject_IsTrue(value);
    Py_XDECREF(value);
    return truth;
}

static PyObject *
dropwhile_next(PyObject *self)
{
    FunctionIter *it = (FunctionIter *)self;
    PyObject *item;
    while ((item = ou_next(it->iter)) != NULL) {
        if (it->state) {
            return item;
        }
        int drop = call_test(it->function, item);
        if (drop == 0) {
            it->state = 1;
            return item;
        }
        Py_DECREF(item);
        if (drop < 0) {
            return NULL;
        }
    }
    return NULL;
}

static PyObject *
takewhile_next(PyObject *self)
{
    FunctionIter *it = (FunctionIter *)self;
    PyObject *item = it->state ? NULL : ou_next(it->iter);
    if (item == NULL) {
        return NULL;
    }
    int take = call_test(it->function, item);
    if (take == 1) {
        return item;
    }
    Py_DECREF(item);
    it->state |= take == 0;
    return NULL;
}

static PyObject *
filterfalse_next(PyObject *self)
{
    FunctionIter *it = (FunctionIter *)self;
    PyObject *item;
    while ((item = ou_next(it->iter)) != NULL) {
        int drop = test_item(it->function, item);
        if (drop == 0) {
            return item;
        }
        Py_DECREF(item);
        if (drop < 0) {
            return NULL;
        }
    }
    return NULL;
}

static PyObject *
starmap_next(PyObject *self)
{
    FunctionIter *it = (FunctionIter *)self;
    PyObject *args = ou_next(it->iter);
    if (args == NULL) {
        return NULL;
    }
    if (!PyTuple_CheckExact(args)) {
        Py_SETREF(args, PySequence_Tuple(args));
        if (args == NULL) {
            return NULL;
        }
    }
    OU_HOLD(hold, &args);
    PyObject *result = PyObject_Call(it->function, args, NULL);
    OU_HOLD_END(hold);
    Py_DECREF(args);
    return result;
}

static PyObject *
function_iter_reduce(PyObject *self, PyObject *ignored)
{
    FunctionIter *it = (FunctionIter *)self;
    PyTypeObject *type = Py_TYPE(self);
    bool has_state = PyType_IsSubtype(type, &ou_dropwhile_type) || PyType_IsSubtype(type, &ou_takewhile_type);
    return has_state ? Py_BuildValue("O(OO)i", type, it->function, it->iter, it->state)
                     : Py_BuildValue("O(OO)", type, it->function, it->iter);
}

static PyObject *
function_iter_setstate(PyObject *self, PyObject *state)
{
    int value = PyObject_IsTrue(state);
    if (value < 0) {
        return NULL;
    }
    ((FunctionIter *)self)->state = value;
    Py_RETURN_NONE;
}

static PyMethodDef function_iter_methods[] = {
    {"__reduce__", function_iter_reduce, METH_NOARGS, "For pickling."},
    {"__setstate__", function_iter_setstate, METH_O, "For pickling."},
    {NULL},
};

#define FUNCTION_ITERATOR(name, doc)                                                                               \
    static PyObject *name##_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)                              \
    {                                                                                                              \
        return function_iter_new(type, &ou_##name##_type, #name, args, kwargs);                                    \
    }                                                                                                              \
    PyTypeObject ou_##name##_type = {                                                                              \
        PyVarObject_HEAD_INIT(&PyType_Type, 0) OU_ITERATOR_SLOTS(function_iter, FunctionIter, "itertools." #name), \
        .tp_doc = doc,                                                                                             \
        .tp_iternext = name##_next,                                                                                \
        .tp_methods = function_iter_methods,                                                                       \
        .tp_new = name##_new,                                                                                      \
    }
FUNCTION_ITERATOR(dropwhile, "dropwhile(predicate, iterable, /)\n--\n\nAll items from the first that fails the test.");
FUNCTION_ITERATOR(takewhile, "takewhile(predicate, iterable, /)\n--\n\nThe items up to the first that fails the test.");
FUNCTION_ITERATOR(filterfalse, "filterfalse(function, iterable, /)\n--\n\nThe items that fail the test.");
FUNCTION_ITERATOR(starmap, "starmap(function, iterable, /)\n--\n\nThe function called with each item as its arguments.");

/* ---- compress -------------------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *data, *selectors;
} Compress;

#define COMPRESS_FIELDS(X) X(data) X(selectors)
OU_ITERATOR(compress, Compress, COMPRESS_FIELDS)

static PyObject *
compress_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"compress", {"data", "selectors"}, .n_positional = 2, .n_required = 2, .n_all = 2};
    PyObject *v[2];
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0) {
        return NULL;
    }
    PyObject *data = PyObject_GetIter(v[0]), *selectors = data == NULL ? NULL : PyObject_GetIter(v[1]);
    Compress *it = selectors == NULL ? NULL : (Compress *)type->tp_alloc(type, 0);
    if (it == NULL) {
        Py_XDECREF(data);
        Py_XDECREF(selectors);
        return NULL;
    }
    it->data = data;
    it->selectors = selectors;
    return (PyObject *)it;
}

static PyObject *
compress_next(PyObject *self)
{
    Compress *it = (Compress *)self;
    while (true) {
        PyObject *item = ou_next(it->data);
        if (item == NULL) {
            return NULL;
        }
        OU_HOLD(hold, &item);
        PyObject *selector = ou_next(it->selectors);
        int take = selector == NULL ? -1 : PyObject_IsTrue(selector);
        OU_HOLD_END(hold);
        Py_XDECREF(selector);
        if (take > 0) {
            return item;
        }
        Py_DECREF(item);
        if (take < 0) {
            return NULL;
        }
    }
}

static PyObject *
compress_reduce(PyObject *self, PyObject *ignored)
{
    return Py_BuildValue("O(OO)", Py_TYPE(self), ((Compress *)self)->data, ((Compress *)self)->selectors);
}

static PyMethodDef compress_methods[] = {{"__reduce__", compress_reduce, METH_NOARGS, "For pickling."}, {NULL}};

PyTypeObject ou_compress_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0) OU_ITERATOR_SLOTS(compress, Compress, "itertools.compress"),
    .tp_doc = "compress(data, selectors)\n--\n\nThe items of data whose selector is true.",
    .tp_iternext = compress_next,
    .tp_methods = compress_methods,
    .tp_new = compress_new,
};

/* ---- islice ------------------------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *iter;                     /* NULL once it is over */
    Py_ssize_t next, stop, step, count; /* stop -1: to the end */
} Islice;

#define ISLICE_FIELDS(X) X(iter)
OU_ITERATOR(islice, Islice, ISLICE_FIELDS)

/* A bound: `none` for None; -2 with ValueError set if it is no non-negative int. */
static Py_ssize_t
islice_bound(PyObject *op, Py_ssize_t none, const char *message)
{
    if (op == Py_None) {
        return none;
    }
    Py_ssize_t value = PyNumber_AsSsize_t(op, PyExc_OverflowError);
    if (value < 0) {
        PyErr_SetString(PyExc_ValueError, message);
        return -2;
    }
    return value;
}

static PyObject *
islice_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const char bounds[] = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    PyObject *seq, *a = NULL, *b = NULL, *c = NULL;
    if (((type == &ou_islice_type || type->tp_init == ou_islice_type.tp_init) && !_PyArg_NoKeywords("islice", kwargs))
        || !PyArg_UnpackTuple(args, "islice", 2, 4, &seq, &a, &b, &c)) {
        return NULL;
    }
    Py_ssize_t start = 0, stop, step = 1;
    if (b == NULL) {
        stop = islice_bound(a, -1, "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.");
    }
    else {
        stop = islice_bound(b, -1, "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.");
        start = stop == -2 ? 0 : islice_bound(a, 0, bounds);
    }
    if (stop == -2 || start == -2) {
        return NULL;
    }
    if (c != NULL && c != Py_None) {
        step = PyNumber_AsSsize_t(c, PyExc_OverflowError);
        if (step < 1) {
            PyErr_SetString(PyExc_ValueError, "Step for islice() must be a positive integer or None.");
            return NULL;
        }
    }
    PyObject *iter = PyObject_GetIter(seq);
    Islice *it = iter == NULL ? NULL : (Islice *)type->tp_alloc(type, 0);
    if (it == NULL) {
        Py_XDECREF(iter);
        return NULL;
    }
    *it = (Islice){it->ob_base, iter, start, stop, step, 0};
    return (PyObject *)it;
}

static PyObject *
islice_next(PyObject *self)
{
    Islice *it = (Islice *)self;
    PyObject *iter = it->iter, *item;
    if (iter == NULL) {
        return NULL;
    }
    while (it->count < it->next) {
        item = ou_next(iter);
        if (item == NULL) {
            goto over;
        }
        Py_DECREF(item);
        it->count++;
    }
    if (it->stop != -1 && it->count >= it->stop) {
        goto over;
    }
    item = ou_next(iter);
    if (item == NULL) {
        goto over;
    }
    it->count++;
    if (__builtin_add_overflow(it->next, it->step, &it->next) || (it->stop != -1 && it->next > it->stop)) {
        it->next = it->stop;
    }
    return item;
over:
    Py_CLEAR(it->iter);
    return NULL;
}

static PyObject *
islice_reduce(PyObject *self, PyObject *ignored)
{
    Islice *it = (Islice *)self;
    if (it->iter == NULL) {
        PyObject *empty = PyList_New(0), *iter = empty == NULL ? NULL : PyObject_GetIter(empty);
        Py_XDECREF(empty);
        return iter == NULL ? NULL : Py_BuildValue("O(Nn)n", Py_TYPE(self), iter, (Py_ssize_t)0, (Py_ssize_t)0);
    }
    PyObject *stop = it->stop == -1 ? Py_NewRef(Py_None) : PyLong_FromSsize_t(it->stop);
    return stop == NULL ? NULL : Py_BuildValue("O(OnNn)n", Py_TYPE(self), it->iter, it->next, stop, it->step, it->count);
}

static PyObject *
islice_setstate(PyObject *self, PyObject *state)
{
    Py_ssize_t count = PyLong_AsSsize_t(state);
    if (count == -1 && PyErr_Occurred()) {
        return NULL;
    }
    ((Islice *)self)->count = count;
    Py_RETURN_NONE;
}

static PyMethodDef islice_methods[] = {
    {"__reduce__", islice_reduce, METH_NOARGS, "For pickling."},
    {"__setstate__", islice_setstate, METH_O, "For pickling."},
    {NULL},
};

PyTypeObject ou_islice_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0) OU_ITERATOR_SLOTS(islice, Islice, "itertools.islice"),
    .tp_doc = "islice(iterable, stop)\nislice(iterable, start, stop[, step])\n--\n\nThe items that a slice would select.",
    .tp_iternext = islice_next,
    .tp_methods = islice_methods,
    .tp_new = islice_new,
};

/* ---- accumulate ---------------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *total, *iter, *function, *initial;
} Accumulate;

#define ACCUMULATE_FIELDS(X) X(function) X(total) X(iter) X(initial)
OU_ITERATOR(accumulate, Accumulate, ACCUMULATE_FIELDS)

static PyObject *
accumulate_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {
        "accumulate", {"iterable", "func", "initial"}, .n_positional = 2, .n_required = 1, .n_all = 3};
    PyObject *v[3];
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0) {
        return NULL;
    }
    PyObject *iter = PyObject_GetIter(v[0]);
    Accumulate *it = iter == NULL ? NULL : (Accumulate *)type->tp_alloc(type, 0);
    if (it == NULL) {
        Py_XDECREF(iter);
        return NULL;
    }
    it->iter = iter;
    it->function = v[1] == Py_None ? NULL : Py_XNewRef(v[1]);
    it->initial = v[2] == Py_None ? NULL : Py_XNewRef(v[2]);
    return (PyObject *)it;
}

static PyObject *
accumulate_next(PyObject *self)
{
    Accumulate *it = (Accumulate *)self;
    if (it->initial != NULL) {
        it->total = it->initial;
        it->initial = NULL;
        return Py_NewRef(it->total);
    }
    PyObject *item = ou_next(it->iter);
    if (item == NULL) {
        return NULL;
    }
    if (it->total == NULL) {
        it->total = Py_NewRef(item);
        return item;
    }
    PyObject *total = Py_NewRef(it->total);
    OU_HOLD(hold, &item, &total);
    PyObject *next =
        it->function == NULL ? PyNumber_Add(total, item) : PyObject_CallFunctionObjArgs(it->function, total, item, NULL);
    OU_HOLD_END(hold);
    Py_DECREF(item);
    Py_DECREF(total);
    if (next == NULL) {
        return NULL;
    }
    Py_XSETREF(it->total, Py_NewRef(next));
    return next;
}

static PyObject *
accumulate_reduce(PyObject *self, PyObject *ignored)
{
    Accumulate *it = (Accumulate *)self;
    PyObject *function = it->function ? it->function : Py_None;
    if (it->initial != NULL) {
        PyObject *head = PyTuple_Pack(1, it->initial);
        PyObject *chained = head == NULL ? NULL : PyObject_CallFunction((PyObject *)&ou_chain_type, "NO", head, it->iter);
        return chained == NULL ? NULL : Py_BuildValue("O(NO)O", Py_TYPE(self), chained, function, Py_None);
    }
    return Py_BuildValue("O(OO)O", Py_TYPE(self), it->iter, function, it->total ? it->total : Py_None);
}

static PyObject *
accumulate_setstate(PyObject *self, PyObject *state)
{
    Py_XSETREF(((Accumulate *)self)->total, state == Py_None ? NULL : Py_NewRef(state));
    Py_RETURN_NONE;
}

static PyMethodDef accumulate_methods[] = {
    {"__reduce__", accumulate_reduce, METH_NOARGS, "For pickling."},
    {"__setstate__", accumulate_setstate, METH_O, "For pickling."},
    {NULL},
};

PyTypeObject ou_accumulate_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0) OU_ITERATOR_SLOTS(accumulate, Accumulate, "itertools.accumulate"),
    .tp_doc = "accumulate(iterable, func=None, *, initial=None)\n--\n\nRunning totals.",
    .tp_iternext = accumulate_next,
    .tp_methods = accumulate_methods,
    .tp_new = accumulate_new,
};

/* ---- pairwise ------------------------------------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PyObject *iter, *old;
} Pairwise;

#define PAIRWISE_FIELDS(X) X(iter) X(old)
OU_ITERATOR(pairwise, Pairwise, PAIRWISE_FIELDS)

static PyObject *
pairwise_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *iterable;
    if (((type == &ou_pairwise_type || type->tp_init == ou_pairwise_type.tp_init) && !_PyArg_NoKeywords("pairwise", kwargs))
        || !PyArg_UnpackTuple(args, "pairwise", 1, 1, &iterable)) {
        return NULL;
    }
    PyObject *iter = PyObject_GetIter(iterable);
    Pairwise *it = iter == NULL ? NULL : (Pairwise *)type->tp_alloc(type, 0);
    if (it == NULL) {
        Py_XDECREF(iter);
        return NULL;
    }
    it->iter = iter;
    return (PyObject *)it;
}

static PyObject *
pairwise_next(PyObject *self)
{
    Pairwise *it = (Pairwise *)self;
    PyObject *iter = it->iter, *fresh = NULL, *pair = NULL;
    if (iter == NULL) {
        return NULL;
    }
    PyObject *old = Py_XNewRef(it->old);
    Py_INCREF(iter);
    OU_HOLD(hold, &iter, &old, &fresh);
    if (old == NULL && (old = ou_next(iter)) != NULL) {
        Py_XSETREF(it->old, Py_NewRef(old));
    }
    fresh = old == NULL || it->iter == NULL ? NULL : ou_next(iter);
    OU_HOLD_END(hold);
    if (fresh == NULL) {
        Py_CLEAR(it->iter);
        Py_CLEAR(it->old);
    }
    else {
        pair = PyTuple_Pack(2, old, fresh);
        Py_XSETREF(it->old, Py_NewRef(fresh));
    }
    Py_DECREF(iter);
    Py_XDECREF(old);
    Py_XDECREF(fresh);
    return pair;
}

PyTypeObject ou_pairwise_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0) OU_ITERATOR_SLOTS(pairwise, Pairwise, "itertools.pairwise"),
    .tp_doc = "pairwise(iterable, /)\n--\n\nOverlapping pairs of neighbours.",
    .tp_iternext = pairwise_next,
    .tp_new = pairwise_new,
};
