/* modules/itertools/several.c - iterators over several iterables, or several over one: chain, zip_longest, tee, groupby.
 *
 * Invariant  tees share a chain of links; a link's item, once fetched, never changes, so all tees see the same. */
#include "modules/itertools/itertools.h"
#include "object/keys.h"

/* ---- chain ------------------------------------------------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PyObject *source; /* iterator over the iterables; NULL: over */
    PyObject *active; /* iterator of the current one, or NULL */
} Chain;

#define CHAIN_FIELDS(X) X(active) X(source)
OU_ITERATOR(chain, Chain, CHAIN_FIELDS)

/* Takes the reference to source. */
static PyObject *
chain_from(PyTypeObject *type, PyObject *source)
{
    Chain *it = source == NULL ? NULL : (Chain *)type->tp_alloc(type, 0);
    if (it == NULL) {
        Py_XDECREF(source);
        return NULL;
    }
    it->source = source;
    return (PyObject *)it;
}

static PyObject *
chain_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if ((type == &ou_chain_type || type->tp_init == ou_chain_type.tp_init) && !_PyArg_NoKeywords("chain", kwargs)) {
        return NULL;
    }
    return chain_from(type, PyObject_GetIter(args));
}

static PyObject *
chain_from_iterable(PyObject *type, PyObject *iterable)
{
    return chain_from((PyTypeObject *)type, PyObject_GetIter(iterable));
}

static PyObject *
chain_next(PyObject *self)
{
    Chain *it = (Chain *)self;
    while (it->source != NULL) {
        if (it->active == NULL) {
            PyObject *iterable = ou_next(it->source);
            if (iterable != NULL) {
                it->active = PyObject_GetIter(iterable);
                Py_DECREF(iterable);
            }
            if (it->active == NULL) {
                Py_CLEAR(it->source);
                return NULL;
            }
        }
        PyObject *item = ou_next(it->active);
        if (item != NULL || PyErr_Occurred()) {
            return item;
        }
        Py_CLEAR(it->active);
    }
    return NULL;
}

static PyObject *
chain_reduce(PyObject *self, PyObject *ignored)
{
    Chain *it = (Chain *)self;
    if (it->source == NULL) {
        return Py_BuildValue("O()", Py_TYPE(self));
    }
    return it->active != NULL ? Py_BuildValue("O()(OO)", Py_TYPE(self), it->source, it->active)
                              : Py_BuildValue("O()(O)", Py_TYPE(self), it->source);
}

static PyObject *
chain_setstate(PyObject *self, PyObject *state)
{
    Chain *it = (Chain *)self;
    PyObject *source, *active = NULL;
    if (!PyTuple_Check(state)) {
        PyErr_SetString(PyExc_TypeError, "state is not a tuple");
        return NULL;
    }
    if (!PyArg_ParseTuple(state, "O|O", &source, &active)) {
        return NULL;
    }
    if (!PyIter_Check(source) || (active != NULL && !PyIter_Check(active))) {
        PyErr_SetString(PyExc_TypeError, "Arguments must be iterators.");
        return NULL;
    }
    Py_XSETREF(it->source, Py_NewRef(source));
    Py_XSETREF(it->active, Py_XNewRef(active));
    Py_RETURN_NONE;
}

static PyMethodDef chain_methods[] = {
    {"from_iterable", chain_from_iterable, METH_O | METH_CLASS,
     "from_iterable($type, iterable, /)\n--\n\nChain the items of one iterable."},
    {"__reduce__", chain_reduce, METH_NOARGS, "For pickling."},
    {"__setstate__", chain_setstate, METH_O, "For pickling."},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "See PEP 585."},
    {NULL},
};

PyTypeObject ou_chain_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0) OU_ITERATOR_SLOTS(chain, Chain, "itertools.chain"),
    .tp_doc = "chain(*iterables)\n--\n\nThe items of each iterable, one after the other.",
    .tp_iternext = chain_next,
    .tp_methods = chain_methods,
    .tp_new = chain_new,
};

/* ---- zip_longest --------------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *iters; /* list of iterators; None in the place of one that has ended */
    PyObject *fill;
    Py_ssize_t n_active;
} ZipLongest;

#define ZIP_FIELDS(X) X(iters) X(fill)
OU_ITERATOR(zip_longest, ZipLongest, ZIP_FIELDS)

static PyObject *
zip_longest_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *fill = Py_None;
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0) {
        fill = PyDict_GetItemString(kwargs, "fillvalue");
        if (fill == NULL || PyDict_GET_SIZE(kwargs) > 1) {
            PyErr_SetString(PyExc_TypeError, "zip_longest() got an unexpected keyword argument");
            return NULL;
        }
    }
    Py_ssize_t n = PyTuple_GET_SIZE(args);
    PyObject *iters = PyList_New(0);
    for (Py_ssize_t i = 0; iters != NULL && i < n; i++) {
        PyObject *iter = PyObject_GetIter(PyTuple_GET_ITEM(args, i));
        if (iter == NULL || PyList_Append(iters, iter) < 0) {
            Py_CLEAR(iters);
        }
        Py_XDECREF(iter);
    }
    ZipLongest *it = iters == NULL ? NULL : (ZipLongest *)type->tp_alloc(type, 0);
    if (it == NULL) {
        Py_XDECREF(iters);
        return NULL;
    }
    it->iters = iters;
    it->fill = Py_NewRef(fill);
    it->n_active = n;
    return (PyObject *)it;
}

static PyObject *
zip_longest_next(PyObject *self)
{
    ZipLongest *it = (ZipLongest *)self;
    PyObject *row = it->n_active == 0 ? NULL : PyList_New(0), *result;
    if (row == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &row);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(it->iters); i++) {
        PyObject *iter = PyList_GET_ITEM(it->iters, i), *item = iter == Py_None ? NULL : ou_next(iter);
        if (item == NULL && iter != Py_None) {
            it->n_active--;
            if (it->n_active == 0 || PyErr_Occurred()) {
                it->n_active = 0;
                Py_CLEAR(row);
                break;
            }
            PyList_SetItem(it->iters, i, Py_NewRef(Py_None));
        }
        item = item != NULL ? item : Py_NewRef(it->fill);
        int status = PyList_Append(row, item);
        Py_DECREF(item);
        if (status < 0) {
            Py_CLEAR(row);
            break;
        }
    }
    OU_HOLD_END(hold);
    result = row == NULL ? NULL : PyList_AsTuple(row);
    Py_XDECREF(row);
    return result;
}

static PyObject *
zip_longest_reduce(PyObject *self, PyObject *ignored)
{
    ZipLongest *it = (ZipLongest *)self;
    PyObject *args = PyList_New(0);
    for (Py_ssize_t i = 0; args != NULL && i < PyList_GET_SIZE(it->iters); i++) {
        PyObject *iter = PyList_GET_ITEM(it->iters, i), *item = iter == Py_None ? PyTuple_New(0) : Py_NewRef(iter);
        if (item == NULL || PyList_Append(args, item) < 0) {
            Py_CLEAR(args);
        }
        Py_XDECREF(item);
    }
    Py_XSETREF(args, args == NULL ? NULL : PyList_AsTuple(args));
    return args == NULL ? NULL : Py_BuildValue("ONO", Py_TYPE(self), args, it->fill);
}

static PyObject *
zip_longest_setstate(PyObject *self, PyObject *state)
{
    Py_XSETREF(((ZipLongest *)self)->fill, Py_NewRef(state));
    Py_RETURN_NONE;
}

static PyMethodDef zip_longest_methods[] = {
    {"__reduce__", zip_longest_reduce, METH_NOARGS, "For pickling."},
    {"__setstate__", zip_longest_setstate, METH_O, "For pickling."},
    {NULL},
};

PyTypeObject ou_zip_longest_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0) OU_ITERATOR_SLOTS(zip_longest, ZipLongest, "itertools.zip_longest"),
    .tp_doc = "zip_longest(*iterables, fillvalue=None)\n--\n\nTuples of the iterables' items, filled up to the longest.",
    .tp_iternext = zip_longest_next,
    .tp_methods = zip_longest_methods,
    .tp_new = zip_longest_new,
};

/* ---- tee ---------------------------------------------------------------------------------------------------------------- */

/* A link of the chain of items that the tees of one iterator share. */
typedef struct {
    PyObject_HEAD
    PyObject *iter;
    PyObject *item; /* NULL: not fetched yet */
    PyObject *next; /* TeeData, or NULL */
    bool running;
} TeeData;

typedef struct {
    PyObject_HEAD
    PyObject *data; /* TeeData: the next item */
    PyObject *weakreflist;
} Tee;

OU_WALKER(tee_data)
{
    TeeData *data = (TeeData *)self;
    OU_EDGE_OF(data, iter);
    OU_EDGE_OF(data, item);
    OU_EDGE_OF(data, next);
    return 0;
}

static int
tee_data_clear(PyObject *self)
{
    TeeData *data = (TeeData *)self;
    Py_CLEAR(data->iter);
    Py_CLEAR(data->item);
    Py_CLEAR(data->next);
    return 0;
}

static void
tee_data_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    tee_data_clear(self); /* a long chain is bounded by _Py_Dealloc's queue */
    ou_gc_free(self);
}

PyTypeObject ou_tee_data_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "itertools._tee_dataobject",
    .tp_basicsize = sizeof(TeeData),
    .tp_dealloc = tee_data_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = tee_data_traverse,
    .tp_clear = tee_data_clear,
};

static PyObject *
tee_data_new(PyObject *iter)
{
    TeeData *data = (TeeData *)ou_gc_new(&ou_tee_data_type);
    if (data != NULL) {
        data->iter = Py_NewRef(iter);
        ou_gc_track((PyObject *)data);
    }
    return (PyObject *)data;
}

#define TEE_FIELDS(X) X(data)
OU_WALKER(tee)
{
    OU_EDGE_OF((Tee *)self, data);
    return 0;
}

static int
tee_clear(PyObject *self)
{
    Py_CLEAR(((Tee *)self)->data);
    return 0;
}

static void
tee_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    if (((Tee *)self)->weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    tee_clear(self);
    ou_gc_free(self);
}

static PyObject *
tee_next(PyObject *self)
{
    Tee *it = (Tee *)self;
    TeeData *data = (TeeData *)it->data;
    if (data == NULL) {
        return NULL;
    }
    if (data->item == NULL) {
        if (data->running) {
            PyErr_SetString(PyExc_RuntimeError, "cannot re-enter the tee iterator");
            return NULL;
        }
        Py_INCREF(data);
        OU_HOLD(hold, (PyObject **)&data);
        data->running = true;
        PyObject *item = ou_next(data->iter);
        data->running = false;
        OU_HOLD_END(hold);
        PyObject *next = item == NULL ? NULL : tee_data_new(data->iter);
        if (next == NULL) {
            Py_XDECREF(item);
            Py_DECREF(data);
            return NULL;
        }
        data->item = item;
        data->next = next;
        Py_DECREF(data);
    }
    PyObject *item = Py_NewRef(data->item);
    Py_XSETREF(it->data, Py_NewRef(data->next));
    return item;
}

static PyObject *
tee_from(PyObject *data)
{
    Tee *it = (Tee *)ou_gc_new(&ou_tee_type);
    if (it != NULL) {
        it->data = Py_NewRef(data);
        ou_gc_track((PyObject *)it);
    }
    return (PyObject *)it;
}

static PyObject *
tee_copy(PyObject *self, PyObject *ignored)
{
    return tee_from(((Tee *)self)->data);
}

static PyObject *
tee_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *iterable;
    if (!PyArg_UnpackTuple(args, "_tee", 1, 1, &iterable)) {
        return NULL;
    }
    PyObject *iter = PyObject_GetIter(iterable), *result = NULL;
    if (iter != NULL && Py_IS_TYPE(iter, &ou_tee_type)) {
        result = tee_copy(iter, NULL);
    }
    else if (iter != NULL) {
        PyObject *data = tee_data_new(iter);
        result = data == NULL ? NULL : tee_from(data);
        Py_XDECREF(data);
    }
    Py_XDECREF(iter);
    return result;
}

static PyMethodDef tee_methods[] = {{"__copy__", tee_copy, METH_NOARGS, "An independent iterator from here on."}, {NULL}};

PyTypeObject ou_tee_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "itertools._tee",
    .tp_basicsize = sizeof(Tee),
    .tp_dealloc = tee_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "Iterator wrapped to make it copyable.",
    .tp_traverse = tee_traverse,
    .tp_clear = tee_clear,
    .tp_weaklistoffset = offsetof(Tee, weakreflist),
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = tee_next,
    .tp_methods = tee_methods,
    .tp_new = tee_new,
};

PyObject *
ou_tee(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("tee", n_args, 1, 2)) {
        return NULL;
    }
    Py_ssize_t n = n_args < 2 ? 2 : PyNumber_AsSsize_t(args[1], PyExc_OverflowError);
    if (n < 0) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_ValueError, "n must be >= 0");
        }
        return NULL;
    }
    PyObject *result = PyTuple_New(n);
    if (result == NULL || n == 0) {
        return result;
    }
    PyObject *iter = PyObject_GetIter(args[0]), *copyable = NULL, *copy = NULL;
    OU_HOLD(hold, &result, &iter, &copyable);
    if (iter != NULL && _PyObject_LookupAttr(iter, OU_STR(__copy__), &copy) == 0) {
        copyable = PyObject_CallOneArg((PyObject *)&ou_tee_type, iter);
    }
    else if (copy != NULL) {
        copyable = Py_NewRef(iter);
    }
    Py_XDECREF(copy);
    for (Py_ssize_t i = 0; copyable != NULL && i < n; i++) {
        PyObject *one = i == 0 ? Py_NewRef(copyable) : PyObject_CallMethodNoArgs(copyable, OU_STR(__copy__));
        if (one == NULL) {
            Py_CLEAR(copyable);
            break;
        }
        PyTuple_SET_ITEM(result, i, one);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(iter);
    if (copyable == NULL) {
        Py_CLEAR(result);
    }
    Py_XDECREF(copyable);
    return result;
}

/* ---- groupby --------------------------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *iter, *keyfunc; /* keyfunc NULL: the item itself */
    PyObject *target_key, *current_key, *current_value;
    const void *current_group; /* the live group; not owned, only compared */
} GroupBy;

typedef struct {
    PyObject_HEAD
    PyObject *parent, *target_key;
} Grouper;

#define GROUPBY_FIELDS(X) X(iter) X(keyfunc) X(target_key) X(current_key) X(current_value)
OU_ITERATOR_AND(groupby, GroupBy, GROUPBY_FIELDS, OU_BORROWED(it, current_group);)
#define GROUPER_FIELDS(X) X(parent) X(target_key)
OU_ITERATOR(grouper, Grouper, GROUPER_FIELDS)

static PyObject *
groupby_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"groupby", {"iterable", "key"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0) {
        return NULL;
    }
    PyObject *iter = PyObject_GetIter(v[0]);
    GroupBy *it = iter == NULL ? NULL : (GroupBy *)type->tp_alloc(type, 0);
    if (it == NULL) {
        Py_XDECREF(iter);
        return NULL;
    }
    it->iter = iter;
    it->keyfunc = v[1] == Py_None ? NULL : Py_XNewRef(v[1]);
    return (PyObject *)it;
}

/* Fetch an item and its key.  0, or -1 at the end or with an error set.  RE-ENTRANT. */
static int
groupby_step(GroupBy *it)
{
    PyObject *value = ou_next(it->iter);
    if (value == NULL) {
        return -1;
    }
    PyObject *key = value;
    if (it->keyfunc == NULL) {
        Py_INCREF(key);
    }
    else {
        OU_HOLD(hold, &value);
        key = PyObject_CallOneArg(it->keyfunc, value);
        OU_HOLD_END(hold);
    }
    if (key == NULL) {
        Py_DECREF(value);
        return -1;
    }
    PyObject *old_value = it->current_value, *old_key = it->current_key;
    it->current_value = value;
    it->current_key = key;
    Py_XDECREF(old_value);
    Py_XDECREF(old_key);
    return 0;
}

static PyObject *
grouper_new(GroupBy *parent, PyObject *key)
{
    Grouper *group = (Grouper *)ou_gc_new(&ou_grouper_type);
    if (group != NULL) {
        group->parent = Py_NewRef((PyObject *)parent);
        group->target_key = Py_NewRef(key);
        parent->current_group = group;
        ou_gc_track((PyObject *)group);
    }
    return (PyObject *)group;
}

/* Compare two keys, both owned meanwhile. */
static int
same_key(PyObject *a, PyObject *b)
{
    int same = ou_equal_plain(a, b);
    if (same >= 0) {
        return same;
    }
    Py_INCREF(a);
    Py_INCREF(b);
    OU_HOLD(hold, &a, &b);
    same = PyObject_RichCompareBool(a, b, Py_EQ);
    OU_HOLD_END(hold);
    Py_DECREF(a);
    Py_DECREF(b);
    return same;
}

static PyObject *
groupby_next(PyObject *self)
{
    GroupBy *it = (GroupBy *)self;
    it->current_group = NULL;
    while (true) { /* skip what is left of the last group */
        if (it->current_key != NULL) {
            int same = it->target_key == NULL ? 0 : same_key(it->target_key, it->current_key);
            if (same < 0) {
                return NULL;
            }
            if (same == 0) {
                break;
            }
        }
        if (groupby_step(it) < 0) {
            return NULL;
        }
    }
    Py_XSETREF(it->target_key, Py_NewRef(it->current_key));
    PyObject *group = grouper_new(it, it->target_key);
    PyObject *pair = group == NULL ? NULL : PyTuple_Pack(2, it->current_key, group);
    Py_XDECREF(group);
    return pair;
}

static PyObject *
grouper_next(PyObject *self)
{
    Grouper *group = (Grouper *)self;
    GroupBy *it = (GroupBy *)group->parent;
    if (it->current_group != group) {
        return NULL;
    }
    if (it->current_value == NULL && groupby_step(it) < 0) {
        return NULL;
    }
    int same = same_key(group->target_key, it->current_key);
    if (same <= 0) {
        return NULL;
    }
    PyObject *value = it->current_value;
    it->current_value = NULL;
    Py_CLEAR(it->current_key);
    return value;
}

static PyObject *
groupby_reduce(PyObject *self, PyObject *ignored)
{
    GroupBy *it = (GroupBy *)self;
    PyObject *keyfunc = it->keyfunc != NULL ? it->keyfunc : Py_None;
    if (it->target_key != NULL && it->current_key != NULL && it->current_value != NULL) {
        return Py_BuildValue("O(OO)(OOO)", Py_TYPE(self), it->iter, keyfunc, it->current_value, it->target_key,
                             it->current_key);
    }
    return Py_BuildValue("O(OO)", Py_TYPE(self), it->iter, keyfunc);
}

static PyObject *
groupby_setstate(PyObject *self, PyObject *state)
{
    GroupBy *it = (GroupBy *)self;
    PyObject *value, *target, *key;
    if (!PyTuple_Check(state)) {
        PyErr_SetString(PyExc_TypeError, "state is not a tuple");
        return NULL;
    }
    if (!PyArg_ParseTuple(state, "OOO", &value, &target, &key)) {
        return NULL;
    }
    Py_XSETREF(it->current_value, Py_NewRef(value));
    Py_XSETREF(it->target_key, Py_NewRef(target));
    Py_XSETREF(it->current_key, Py_NewRef(key));
    Py_RETURN_NONE;
}

static PyMethodDef groupby_methods[] = {
    {"__reduce__", groupby_reduce, METH_NOARGS, "For pickling."},
    {"__setstate__", groupby_setstate, METH_O, "For pickling."},
    {NULL},
};

static PyObject *
grouper_make(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *parent, *key;
    return PyArg_ParseTuple(args, "O!O", &ou_groupby_type, &parent, &key) ? grouper_new((GroupBy *)parent, key) : NULL;
}

static PyObject *
grouper_reduce(PyObject *self, PyObject *ignored)
{
    Grouper *group = (Grouper *)self;
    if (((GroupBy *)group->parent)->current_group != group) { /* it has ended */
        return Py_BuildValue("N(())", _PyEval_GetBuiltin(OU_STR(iter)));
    }
    return Py_BuildValue("O(OO)", Py_TYPE(self), group->parent, group->target_key);
}

static PyMethodDef grouper_methods[] = {{"__reduce__", grouper_reduce, METH_NOARGS, "For pickling."}, {NULL}};

PyTypeObject ou_groupby_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0) OU_ITERATOR_SLOTS(groupby, GroupBy, "itertools.groupby"),
    .tp_doc = "groupby(iterable, key=None)\n--\n\nRuns of items with equal keys: pairs (key, iterator).",
    .tp_iternext = groupby_next,
    .tp_methods = groupby_methods,
    .tp_new = groupby_new,
};

PyTypeObject ou_grouper_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "itertools._grouper",
    .tp_basicsize = sizeof(Grouper),
    .tp_dealloc = grouper_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = grouper_traverse,
    .tp_clear = grouper_clear,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = grouper_next,
    .tp_methods = grouper_methods,
    .tp_new = grouper_make,
    .tp_free = PyObject_GC_Del,
};
