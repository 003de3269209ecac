/* types/dict_iter.c - the six iterators over a dict: keys, values, items, forwards and backwards.
 *
 * Owns       one reference to the dict until it is exhausted.
 * Invariant  di_pos lies between entries; a dict whose number of keys has changed is never read again.
 * Not here   the views (dict_view.c). */
#include "object/walk.h"
#include "types/dict.h"
#include "types/iter.h"
#include "types/pairs.h"
#include "types/tuple.h"

#define ITER(op) ((OuDictIter *)(op))

static bool
iter_is_reverse(PyTypeObject *type)
{
    return type == &PyDictRevIterKey_Type || type == &PyDictRevIterValue_Type || type == &PyDictRevIterItem_Type;
}

PyObject *
ou_dict_iter_new(PyDictObject *dict, PyTypeObject *type)
{
    OuDictIter *iter = (OuDictIter *)ou_gc_new_fast(type, sizeof(OuDictIter));
    if (iter == NULL) {
        return NULL;
    }
    iter->di_dict = (PyDictObject *)Py_NewRef(dict);
    iter->di_used = iter->di_left = dict->ma_used;
    iter->di_pos = iter_is_reverse(type) ? dict->ma_keys->n_entries : 0;
    ou_gc_track((PyObject *)iter);
    return (PyObject *)iter;
}

PyObject *
ou_dict_iter(PyObject *self)
{
    return ou_dict_iter_new((PyDictObject *)self, &PyDictIterKey_Type);
}

OU_WALKER(dict_iter)
{
    OU_EDGE_OF(ITER(self), di_dict);
    return 0;
}

static void
iter_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(ITER(self)->di_dict);
    ou_gc_free_fast(self, sizeof(OuDictIter));
}

/* The end, or an error: the dict is let go at the end, kept after an error that is to stay one. */
static bool
iter_end(OuDictIter *iter, const char *error)
{
    if (error != NULL) {
        iter->di_used = -1;
        PyErr_SetString(PyExc_RuntimeError, error);
        return false;
    }
    Py_CLEAR(iter->di_dict);
    return false;
}

/* May the iterator go on? */
static OU_ALWAYS_INLINE bool
iter_check(OuDictIter *iter)
{
    if (iter->di_dict == NULL) {
        return false;
    }
    if (iter->di_used != iter->di_dict->ma_used) {
        return iter_end(iter, "dictionary changed size during iteration");
    }
    return true;
}

bool
ou_dict_iter_step_slow(OuDictIter *iter, PyObject **key, PyObject **value)
{
    PyDictObject *dict = iter->di_dict;
    if (dict != NULL && iter->di_used == dict->ma_used && iter->di_left > 0 && dict->ma_keys->kind == OU_KEYS_GENERAL
        && iter->di_pos < dict->ma_keys->n_entries) { /* the next entry, if it is live */
        OuEntry *entry = &ou_keys_general_entries(dict->ma_keys)[iter->di_pos];
        if (OU_LIKELY(entry->key != NULL)) {
            iter->di_pos++;
            iter->di_left--;
            *key = entry->key;
            *value = entry->value;
            return true;
        }
    }
    if (!iter_check(iter)) {
        return false;
    }
    PyDictKeysObject *keys = iter->di_dict->ma_keys;
    Py_ssize_t i = Py_MAX(iter->di_pos, keys->first);
    PyObject **place;
    while (i < keys->n_entries && (*key = ou_keys_entry(keys, i, &place)) == NULL) {
        i++;
    }
    if (i >= keys->n_entries) {
        return iter_end(iter, NULL);
    }
    if (iter->di_left == 0) { /* as many went as came */
        Py_CLEAR(iter->di_dict);
        PyErr_SetString(PyExc_RuntimeError, "dictionary keys changed during iteration");
        return false;
    }
    iter->di_pos = i + 1;
    iter->di_left--;
    *value = *place;
    return true;
}

static bool
iter_step_back(OuDictIter *iter, PyObject **key, PyObject **value)
{
    if (!iter_check(iter)) {
        return false;
    }
    PyDictKeysObject *keys = iter->di_dict->ma_keys;
    Py_ssize_t i = Py_MIN(iter->di_pos, keys->n_entries) - 1;
    PyObject **place;
    while (i >= keys->first && (*key = ou_keys_entry(keys, i, &place)) == NULL) {
        i--;
    }
    if (i < keys->first) {
        return iter_end(iter, NULL);
    }
    iter->di_pos = i;
    iter->di_left--;
    *value = *place;
    return true;
}

static PyObject *
iter_next_key(PyObject *self)
{
    PyObject *key, *value;
    return ou_dict_iter_step(ITER(self), &key, &value) ? Py_NewRef(key) : NULL;
}

static PyObject *
iter_next_value(PyObject *self)
{
    PyObject *key, *value;
    return ou_dict_iter_step(ITER(self), &key, &value) ? Py_NewRef(value) : NULL;
}

static PyObject *
iter_next_item(PyObject *self)
{
    PyObject *key, *value;
    return ou_dict_iter_step(ITER(self), &key, &value) ? ou_tuple_pair(Py_NewRef(key), Py_NewRef(value)) : NULL;
}

bool
ou_dict_next_pair(PyObject *self, PyObject **key, PyObject **value)
{
    if (!ou_dict_iter_step(ITER(self), key, value)) {
        return false;
    }
    Py_INCREF(*key);
    Py_INCREF(*value);
    return true;
}

static PyObject *
iter_previous_key(PyObject *self)
{
    PyObject *key, *value;
    return iter_step_back(ITER(self), &key, &value) ? Py_NewRef(key) : NULL;
}

static PyObject *
iter_previous_value(PyObject *self)
{
    PyObject *key, *value;
    return iter_step_back(ITER(self), &key, &value) ? Py_NewRef(value) : NULL;
}

static PyObject *
iter_previous_item(PyObject *self)
{
    PyObject *key, *value;
    return iter_step_back(ITER(self), &key, &value) ? ou_tuple_pair(Py_NewRef(key), Py_NewRef(value)) : NULL;
}

static PyObject *
iter_length_hint(PyObject *self, PyObject *ignored)
{
    OuDictIter *iter = ITER(self);
    bool good = iter->di_dict != NULL && iter->di_used == iter->di_dict->ma_used;
    return PyLong_FromSsize_t(good ? iter->di_left : 0);
}

static PyObject *
iter_reduce(PyObject *self, PyObject *ignored)
{
    OuDictIter *copy = (OuDictIter *)ou_gc_new_fast(Py_TYPE(self), sizeof(OuDictIter));
    if (copy == NULL) {
        return NULL;
    }
    *copy = (OuDictIter){copy->ob_base, .di_dict = (PyDictObject *)Py_XNewRef(ITER(self)->di_dict),
                         .di_used = ITER(self)->di_used, .di_pos = ITER(self)->di_pos, .di_left = ITER(self)->di_left};
    ou_gc_track((PyObject *)copy);
    return ou_iter_reduce_as_list((PyObject *)copy);
}

static PyMethodDef iter_methods[] = {
    {"__length_hint__", iter_length_hint, METH_NOARGS, "How many items are left, as far as one can tell."},
    {"__reduce__", iter_reduce, METH_NOARGS, "State for pickling."},
    {NULL},
};

#define DICT_ITER_TYPE(symbol, name, next)                     \
    PyTypeObject symbol = {                                    \
        PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = name, \
        .tp_basicsize = sizeof(OuDictIter),                    \
        .tp_dealloc = iter_dealloc,                            \
        .tp_getattro = PyObject_GenericGetAttr,                \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,   \
        .tp_traverse = dict_iter_traverse,                     \
        .tp_iter = PyObject_SelfIter,                          \
        .tp_iternext = next,                                   \
        .tp_methods = iter_methods,                            \
        .tp_free = PyObject_GC_Del,                            \
    }

DICT_ITER_TYPE(PyDictIterKey_Type, "dict_keyiterator", iter_next_key);
DICT_ITER_TYPE(PyDictIterValue_Type, "dict_valueiterator", iter_next_value);
DICT_ITER_TYPE(PyDictIterItem_Type, "dict_itemiterator", iter_next_item);
DICT_ITER_TYPE(PyDictRevIterKey_Type, "dict_reversekeyiterator", iter_previous_key);
DICT_ITER_TYPE(PyDictRevIterValue_Type, "dict_reversevalueiterator", iter_previous_value);
DICT_ITER_TYPE(PyDictRevIterItem_Type, "dict_reverseitemiterator", iter_previous_item);
