/* types/dict_view.c - dict_keys, dict_values, dict_items: live views of a dict, and their set operations.
 *
 * Owns       a view: one reference to its dict.
 * Invariant  a view of items compares pairs; the others compare keys or nothing at all.
 * Not here   what iter() of a view gives (dict_iter.c). */
#include "object/hold.h"
#include "object/walk.h"
#include "types/dict.h"
#include "types/tuple.h"

#define VIEW(op) ((_PyDictViewObject *)(op))

/* ---- life ----------------------------------------------------------------------------------- */

static PyObject *
view_new(PyDictObject *dict, PyTypeObject *type)
{
    _PyDictViewObject *view = (_PyDictViewObject *)ou_gc_new_fast(type, sizeof(_PyDictViewObject));
    if (view != NULL) {
        view->dv_dict = (PyDictObject *)Py_NewRef(dict);
        ou_gc_track((PyObject *)view);
    }
    return (PyObject *)view;
}

PyObject *
_PyDictView_New(PyObject *dict, PyTypeObject *type)
{
    if (dict == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (!PyDict_Check(dict)) {
        PyErr_Format(PyExc_TypeError, "%s() requires a dict argument, not '%s'", type->tp_name, Py_TYPE(dict)->tp_name);
        return NULL;
    }
    if (type == &PyDictKeys_Type || type == &PyDictValues_Type || type == &PyDictItems_Type) {
        return view_new((PyDictObject *)dict, type);
    }
    _PyDictViewObject *view = PyObject_GC_New(_PyDictViewObject, type);
    if (view != NULL) {
        view->dv_dict = (PyDictObject *)Py_NewRef(dict);
        PyObject_GC_Track(view);
    }
    return (PyObject *)view;
}

PyObject *
ou_dict_keys_view(PyObject *self, PyObject *ignored)
{
    return view_new((PyDictObject *)self, &PyDictKeys_Type);
}

PyObject *
ou_dict_values_view(PyObject *self, PyObject *ignored)
{
    return view_new((PyDictObject *)self, &PyDictValues_Type);
}

PyObject *
ou_dict_items_view(PyObject *self, PyObject *ignored)
{
    return view_new((PyDictObject *)self, &PyDictItems_Type);
}

OU_WALKER(dict_view)
{
    OU_EDGE_OF(VIEW(self), dv_dict);
    return 0;
}

static void
view_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(VIEW(self)->dv_dict);
    if (Py_TYPE(self)->tp_free == PyObject_GC_Del) {
        ou_gc_free_fast(self, sizeof(_PyDictViewObject));
    }
    else {
        Py_TYPE(self)->tp_free(self);
    }
}

static Py_ssize_t
view_length(PyObject *self)
{
    PyDictObject *dict = VIEW(self)->dv_dict;
    return dict == NULL ? 0 : dict->ma_used;
}

static PyObject *
view_repr(PyObject *self)
{
    int running = Py_ReprEnter(self);
    if (running != 0) {
        return running > 0 ? PyUnicode_FromString("...") : NULL;
    }
    PyObject *result = NULL, *items = PySequence_List(self);
    if (items != NULL) {
        OU_HOLD(hold, &items);
        result = PyUnicode_FromFormat("%s(%R)", Py_TYPE(self)->tp_name, items);
        OU_HOLD_END(hold);
        Py_DECREF(items);
    }
    Py_ReprLeave(self);
    return result;
}

static PyObject *
view_mapping(PyObject *self, void *closure)
{
    return PyDictProxy_New((PyObject *)VIEW(self)->dv_dict);
}

/* ---- membership ----------------------------------------------------------------------------- */

static int
keys_contains(PyObject *self, PyObject *key)
{
    return VIEW(self)->dv_dict == NULL ? 0 : PyDict_Contains((PyObject *)VIEW(self)->dv_dict, key);
}

static int
items_contains(PyObject *self, PyObject *pair)
{
    PyObject *dict = (PyObject *)VIEW(self)->dv_dict;
    if (dict == NULL || !PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2) {
        return 0;
    }
    PyObject *found = ou_dict_get(dict, PyTuple_GET_ITEM(pair, 0));
    if (found == NULL) {
        return ou_error_occurred() != NULL ? -1 : 0;
    }
    Py_INCREF(found);
    OU_HOLD(hold, &found);
    int equal = PyObject_RichCompareBool(found, PyTuple_GET_ITEM(pair, 1), Py_EQ);
    OU_HOLD_END(hold);
    Py_DECREF(found);
    return equal;
}

/* Is everything in one also in the other?  Returns 1, 0, or -1 with an error.  RE-ENTRANT. */
static int
all_contained(PyObject *self, PyObject *other)
{
    PyObject *iter = PyObject_GetIter(self), *item = NULL;
    if (iter == NULL) {
        return -1;
    }
    int contained = 1;
    OU_HOLD(hold, &iter, &item);
    while (contained == 1 && (item = PyIter_Next(iter)) != NULL) {
        contained = PySequence_Contains(other, item);
        Py_CLEAR(item);
    }
    if (ou_error_occurred() != NULL) {
        contained = -1;
    }
    Py_CLEAR(iter);
    OU_HOLD_END(hold);
    return contained;
}

static PyObject *
view_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!PyAnySet_Check(other) && !PyDictViewSet_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    Py_ssize_t len = PyObject_Size(self), other_len = len < 0 ? -1 : PyObject_Size(other);
    if (other_len < 0) {
        return NULL;
    }
    int holds = 0;
    switch (op) {
    case Py_EQ:
    case Py_NE:
        holds = len == other_len ? all_contained(self, other) : 0;
        if (op == Py_NE && holds >= 0) {
            holds = !holds;
        }
        break;
    case Py_LT: holds = len < other_len ? all_contained(self, other) : 0; break;
    case Py_LE: holds = len <= other_len ? all_contained(self, other) : 0; break;
    case Py_GT: holds = len > other_len ? all_contained(other, self) : 0; break;
    default: holds = len >= other_len ? all_contained(other, self) : 0;
    }
    return holds < 0 ? NULL : PyBool_FromLong(holds);
}

/* ---- set operations ------------------------------------------------------------------------- */

/* set(self), then result.method(other).  RE-ENTRANT. */
static PyObject *
set_then(PyObject *self, PyObject *name, PyObject *other)
{
    PyObject *result = PySet_New(self);
    if (result == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &result);
    PyObject *done = PyObject_CallMethodOneArg(result, name, other);
    OU_HOLD_END(hold);
    if (done == NULL) {
        Py_CLEAR(result);
    }
    Py_XDECREF(done);
    return result;
}

static PyObject *
view_sub(PyObject *self, PyObject *other)
{
    return set_then(self, OU_STR(difference_update), other);
}

static PyObject *
view_or(PyObject *self, PyObject *other)
{
    PyObject *result = PySet_New(self);
    if (result == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &result);
    int status = _PySet_Update(result, other);
    OU_HOLD_END(hold);
    if (status < 0) {
        Py_CLEAR(result);
    }
    return result;
}

/* Keys or items of a view that are also in `other`; as an operator's operands either may be the view.  Goes over the
 * shorter one where it knows.  RE-ENTRANT. */
PyObject *
_PyDictView_Intersect(PyObject *self, PyObject *other)
{
    if (!PyDictViewSet_Check(self)) {
        PyObject *swap = other;
        other = self;
        self = swap;
    }
    if (PySet_CheckExact(other) && view_length(self) <= PySet_GET_SIZE(other)) {
        return PyObject_CallMethodOneArg(other, OU_STR(intersection), self);
    }
    if (PyDictViewSet_Check(other) && view_length(other) > view_length(self)) {
        PyObject *swap = other;
        other = self;
        self = swap;
    }
    PyObject *result = PySet_New(NULL), *iter = NULL, *item = NULL;
    if (result == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &result, &iter, &item);
    iter = PyObject_GetIter(other);
    while (iter != NULL && (item = PyIter_Next(iter)) != NULL) {
        int found = PyDictKeys_Check(self) ? keys_contains(self, item) : items_contains(self, item);
        if (found < 0 || (found && PySet_Add(result, item) < 0)) {
            break;
        }
        Py_CLEAR(item);
    }
    Py_CLEAR(item);
    Py_CLEAR(iter);
    if (ou_error_occurred() != NULL) {
        Py_CLEAR(result);
    }
    OU_HOLD_END(hold);
    return result;
}

/* Pairs that are in one of two views of items, but not in both.  A copy of the first dict loses what is
 * shared. RE-ENTRANT. */
static PyObject *
items_xor(PyObject *self, PyObject *other)
{
    PyObject *rest = PyDict_Copy((PyObject *)VIEW(self)->dv_dict), *result = NULL;
    PyObject *other_dict = (PyObject *)VIEW(other)->dv_dict;
    PyObject *key = NULL, *value = NULL, *mine = NULL, *pair = NULL, *left = NULL;
    if (rest == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &rest, &result, &key, &value, &mine, &pair, &left);
    result = PySet_New(NULL);
    Py_ssize_t position = 0;
    Py_hash_t hash;
    int status = result == NULL ? -1 : 0;
    while (status == 0 && _PyDict_Next(other_dict, &position, &key, &value, &hash)) {
        Py_INCREF(key);
        Py_INCREF(value);
        if (ou_keys_lookup((PyDictObject *)rest, key, hash, &mine) == OU_KEYS_ERROR) {
            status = -1;
        }
        Py_XINCREF(mine);
        int equal = 0;
        if (status == 0 && mine != NULL) {
            equal = PyObject_RichCompareBool(mine, value, Py_EQ);
            status = equal < 0 ? -1 : equal > 0 ? _PyDict_DelItem_KnownHash(rest, key, hash) : 0;
        }
        if (status == 0 && !equal) {
            pair = PyTuple_Pack(2, key, value);
            status = pair == NULL ? -1 : PySet_Add(result, pair);
        }
        Py_CLEAR(pair);
        Py_CLEAR(key);
        Py_CLEAR(value);
        Py_CLEAR(mine);
    }
    key = value = NULL;
    if (status == 0) {
        left = PyDict_Items(rest);
        status = left == NULL ? -1 : _PySet_Update(result, left);
    }
    if (status < 0) {
        Py_CLEAR(result);
    }
    Py_CLEAR(left);
    Py_CLEAR(rest);
    OU_HOLD_END(hold);
    return result;
}

static PyObject *
view_xor(PyObject *self, PyObject *other)
{
    if (PyDictItems_Check(self) && PyDictItems_Check(other)) {
        return items_xor(self, other);
    }
    return set_then(self, OU_STR(symmetric_difference_update), other);
}

static PyObject *
view_isdisjoint(PyObject *self, PyObject *other)
{
    if (self == other) {
        return PyBool_FromLong(view_length(self) == 0);
    }
    if (PyAnySet_CheckExact(other) || PyDictViewSet_Check(other)) {
        Py_ssize_t other_len = PyObject_Size(other);
        if (other_len < 0) {
            return NULL;
        }
        if (other_len > view_length(self)) {
            PyObject *swap = other;
            other = self;
            self = swap;
        }
    }
    PyObject *iter = PyObject_GetIter(other), *item = NULL;
    if (iter == NULL) {
        return NULL;
    }
    int found = 0;
    OU_HOLD(hold, &iter, &item);
    while (found == 0 && (item = PyIter_Next(iter)) != NULL) {
        found = PySequence_Contains(self, item);
        Py_CLEAR(item);
    }
    Py_CLEAR(iter);
    OU_HOLD_END(hold);
    return found < 0 || ou_error_occurred() != NULL ? NULL : PyBool_FromLong(!found);
}

/* ---- the types ------------------------------------------------------------------------------ */

static PyObject *
keys_iter(PyObject *self)
{
    PyDictObject *dict = VIEW(self)->dv_dict;
    return dict == NULL ? Py_NewRef(Py_None) : ou_dict_iter_new(dict, &PyDictIterKey_Type);
}

static PyObject *
values_iter(PyObject *self)
{
    PyDictObject *dict = VIEW(self)->dv_dict;
    return dict == NULL ? Py_NewRef(Py_None) : ou_dict_iter_new(dict, &PyDictIterValue_Type);
}

static PyObject *
items_iter(PyObject *self)
{
    PyDictObject *dict = VIEW(self)->dv_dict;
    return dict == NULL ? Py_NewRef(Py_None) : ou_dict_iter_new(dict, &PyDictIterItem_Type);
}

static PyObject *
keys_reversed(PyObject *self, PyObject *ignored)
{
    return ou_dict_iter_new(VIEW(self)->dv_dict, &PyDictRevIterKey_Type);
}

static PyObject *
values_reversed(PyObject *self, PyObject *ignored)
{
    return ou_dict_iter_new(VIEW(self)->dv_dict, &PyDictRevIterValue_Type);
}

static PyObject *
items_reversed(PyObject *self, PyObject *ignored)
{
    return ou_dict_iter_new(VIEW(self)->dv_dict, &PyDictRevIterItem_Type);
}

static PyNumberMethods view_as_number = {
    .nb_subtract = view_sub,
    .nb_and = _PyDictView_Intersect,
    .nb_xor = view_xor,
    .nb_or = view_or,
};

static PyGetSetDef view_getset[] = {
    {"mapping", view_mapping, NULL, "the dictionary that this view shows", NULL},
    {NULL},
};

static PySequenceMethods keys_as_sequence = {.sq_length = view_length, .sq_contains = keys_contains};
static PySequenceMethods values_as_sequence = {.sq_length = view_length};
static PySequenceMethods items_as_sequence = {.sq_length = view_length, .sq_contains = items_contains};

#define ISDISJOINT                                                                               \
    {                                                                                            \
        "isdisjoint", view_isdisjoint, METH_O, "True if the view and the iterable share nothing" \
    }
static PyMethodDef keys_methods[] = {
    ISDISJOINT,
    {"__reversed__", keys_reversed, METH_NOARGS, "An iterator over the keys, last first"},
    {NULL},
};
static PyMethodDef values_methods[] = {
    {"__reversed__", values_reversed, METH_NOARGS, "An iterator over the values, last first"},
    {NULL},
};
static PyMethodDef items_methods[] = {
    ISDISJOINT,
    {"__reversed__", items_reversed, METH_NOARGS, "An iterator over the pairs, last first"},
    {NULL},
};

PyTypeObject PyDictKeys_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "dict_keys",
    .tp_basicsize = sizeof(_PyDictViewObject),
    .tp_dealloc = view_dealloc,
    .tp_repr = view_repr,
    .tp_as_number = &view_as_number,
    .tp_as_sequence = &keys_as_sequence,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = dict_view_traverse,
    .tp_richcompare = view_richcompare,
    .tp_iter = keys_iter,
    .tp_methods = keys_methods,
    .tp_getset = view_getset,
    .tp_free = PyObject_GC_Del,
};

PyTypeObject PyDictValues_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "dict_values",
    .tp_basicsize = sizeof(_PyDictViewObject),
    .tp_dealloc = view_dealloc,
    .tp_repr = view_repr,
    .tp_as_sequence = &values_as_sequence,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = dict_view_traverse,
    .tp_iter = values_iter,
    .tp_methods = values_methods,
    .tp_getset = view_getset,
    .tp_free = PyObject_GC_Del,
};

PyTypeObject PyDictItems_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "dict_items",
    .tp_basicsize = sizeof(_PyDictViewObject),
    .tp_dealloc = view_dealloc,
    .tp_repr = view_repr,
    .tp_as_number = &view_as_number,
    .tp_as_sequence = &items_as_sequence,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = dict_view_traverse,
    .tp_richcompare = view_richcompare,
    .tp_iter = items_iter,
    .tp_methods = items_methods,
    .tp_getset = view_getset,
    .tp_free = PyObject_GC_Del,
};
