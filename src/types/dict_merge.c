/* types/dict_merge.c - a dict copied, and updated from a dict, a mapping or pairs.
 *
 * Owns       nothing.
 * Invariant  what is read from the other side is owned and held while it is put in, as == may change either.
 * Not here   putting in one pair (dict.c). */
#include "types/dict.h"
#include "object/hold.h"

#define DICT(op) ((PyDictObject *)(op))

/* A copy of the table, dead entries and all, with references of its own. */
static PyDictKeysObject *
keys_clone(PyDictKeysObject *keys)
{
    size_t size = ou_keys_size(keys);
    PyDictKeysObject *copy = ou_block_alloc(OU_FAMILY_BUFFER, size);
    if (copy == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    memcpy(copy, keys, size);
    copy->version = 0;
    for (Py_ssize_t i = copy->first; i < copy->n_entries; i++) {
        PyObject **value, *key = ou_keys_entry(copy, i, &value);
        if (key != NULL) {
            Py_INCREF(key);
            Py_INCREF(*value);
        }
    }
    return copy;
}

/* Does iterating over it mean iterating over its table? */
static bool
dict_iterates_plainly(PyObject *self)
{
    return PyDict_CheckExact(self) || (PyDict_Check(self) && Py_TYPE(self)->tp_iter == ou_dict_iter);
}

/* Is the table so full that a copy of all of it is better than a new one? */
static bool
keys_are_dense(PyDictObject *dict)
{
    PyDictKeysObject *keys = dict->ma_keys;
    return dict->ma_used >= keys->n_entries * 2 / 3
        && (keys->log2_size == OU_KEYS_MIN_LOG2 || dict->ma_used > ou_keys_capacity(keys->log2_size - 1) / 2);
}

PyObject *
PyDict_Copy(PyObject *self)
{
    if (self == NULL || !PyDict_Check(self)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyObject *copy = PyDict_New();
    if (copy == NULL || DICT(self)->ma_used == 0) {
        return copy;
    }
    OU_HOLD(hold, &copy);
    int status = ou_dict_merge(copy, self, 1);
    OU_HOLD_END(hold);
    if (status < 0) {
        Py_CLEAR(copy);
    }
    return copy;
}

/* Put in one pair of another mapping.  RE-ENTRANT. */
static int
dict_merge_pair(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject *value, int override)
{
    if (override != 1) {
        PyObject *present;
        Py_ssize_t entry = ou_keys_lookup(dict, key, hash, &present);
        if (entry == OU_KEYS_ERROR) {
            return -1;
        }
        if (entry >= 0) {
            if (override == 2) {
                _PyErr_SetKeyError(key);
                return -1;
            }
            return 0;
        }
    }
    return ou_dict_insert(dict, key, hash, value);
}

static int
dict_merge_dict(PyDictObject *dict, PyDictObject *other, int override)
{
    if (other == dict || other->ma_used == 0) {
        return 0;
    }
    if (dict->ma_used == 0 && keys_are_dense(other)) {
        PyDictKeysObject *keys = keys_clone(other->ma_keys), *old = dict->ma_keys;
        if (keys == NULL) {
            return -1;
        }
        dict->ma_keys = keys;
        dict->ma_used = other->ma_used;
        dict->ma_version_tag++;
        if (!ou_gc_is_tracked((PyObject *)dict) && ou_gc_is_tracked((PyObject *)other)) {
            ou_gc_track((PyObject *)dict);
        }
        ou_keys_free_block(old); /* it has no live entries */
        return 0;
    }
    /* Grow once if the other is so large that there will be growing anyway. */
    PyDictKeysObject *keys = dict->ma_keys;
    if (keys->usable < other->ma_used && ou_keys_capacity(keys->log2_size) < other->ma_used) {
        OuKeysKind kind = keys->kind == OU_KEYS_STR ? (OuKeysKind)other->ma_keys->kind : OU_KEYS_GENERAL;
        if (ou_keys_resize(dict, ou_keys_log2_for(dict->ma_used + other->ma_used), kind) < 0) {
            return -1;
        }
    }
    Py_ssize_t position = 0, n_entries = other->ma_keys->n_entries;
    PyObject *key, *value;
    Py_hash_t hash;
    int status = 0;
    while (status == 0 && _PyDict_Next((PyObject *)other, &position, &key, &value, &hash)) {
        PyObject *old = NULL;
        int done = override == 1 ? ou_dict_insert_plain(dict, key, hash, value, &old) : 0;
        if (OU_LIKELY(done != 0)) {
            status = done < 0 ? -1 : 0;
            Py_XDECREF(old);
        }
        else {
            Py_INCREF(key);
            Py_INCREF(value);
            OU_HOLD(hold, &key, &value);
            status = dict_merge_pair(dict, key, hash, value, override);
            OU_HOLD_END(hold);
            Py_DECREF(key);
            Py_DECREF(value);
        }
        if (status == 0 && n_entries != other->ma_keys->n_entries) {
            PyErr_SetString(PyExc_RuntimeError, "dict mutated during update");
            status = -1;
        }
    }
    return status;
}

/* Anything with keys() and []. */
static int
dict_merge_mapping(PyObject *self, PyObject *other, int override)
{
    PyObject *keys = PyMapping_Keys(other), *iter = NULL, *key = NULL, *value = NULL;
    if (keys == NULL) {
        return -1;
    }
    int status = -1;
    OU_HOLD(hold, &keys, &iter, &key, &value);
    iter = PyObject_GetIter(keys);
    Py_CLEAR(keys);
    while (iter != NULL) {
        key = PyIter_Next(iter);
        if (key == NULL) {
            status = PyErr_Occurred() ? -1 : 0;
            break;
        }
        if (override != 1) {
            int present = PyDict_Contains(self, key);
            if (present < 0 || (present && override == 2)) {
                if (present > 0) {
                    _PyErr_SetKeyError(key);
                }
                break;
            }
            if (present) {
                Py_CLEAR(key);
                continue;
            }
        }
        value = PyObject_GetItem(other, key);
        if (value == NULL || ou_dict_set(self, key, value) < 0) {
            break;
        }
        Py_CLEAR(key);
        Py_CLEAR(value);
    }
    Py_CLEAR(key);
    Py_CLEAR(value);
    Py_CLEAR(iter);
    OU_HOLD_END(hold);
    return status;
}

int
ou_dict_merge(PyObject *self, PyObject *other, int override)
{
    if (self == NULL || !PyDict_Check(self) || other == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (dict_iterates_plainly(other)) {
        return dict_merge_dict(DICT(self), DICT(other), override);
    }
    return dict_merge_mapping(self, other, override);
}

int
PyDict_Merge(PyObject *self, PyObject *other, int override)
{
    return ou_dict_merge(self, other, override != 0);
}

int
PyDict_Update(PyObject *self, PyObject *other)
{
    return ou_dict_merge(self, other, 1);
}

int
_PyDict_MergeEx(PyObject *self, PyObject *other, int override)
{
    return ou_dict_merge(self, other, override);
}

/* One element of a sequence of pairs.  RE-ENTRANT.  `element` is owned by the caller. */
static int
dict_merge_element(PyObject *self, PyObject *element, Py_ssize_t index, int override)
{
    PyObject *pair = PySequence_Fast(element, ""), *key = NULL, *value = NULL;
    if (pair == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Format(PyExc_TypeError, "cannot convert dictionary update sequence element #%zd to a sequence", index);
        }
        return -1;
    }
    int status = -1;
    Py_ssize_t len = PySequence_Fast_GET_SIZE(pair);
    OU_HOLD(hold, &pair, &key, &value);
    if (len != 2) {
        PyErr_Format(PyExc_ValueError, "dictionary update sequence element #%zd has length %zd; 2 is required", index, len);
    }
    else {
        key = Py_NewRef(PySequence_Fast_GET_ITEM(pair, 0));
        value = Py_NewRef(PySequence_Fast_GET_ITEM(pair, 1));
        status = override ? ou_dict_set(self, key, value) : PyDict_SetDefault(self, key, value) == NULL ? -1 : 0;
    }
    Py_CLEAR(key);
    Py_CLEAR(value);
    Py_CLEAR(pair);
    OU_HOLD_END(hold);
    return status;
}

int
PyDict_MergeFromSeq2(PyObject *self, PyObject *pairs, int override)
{
    PyObject *iter = PyObject_GetIter(pairs), *element = NULL;
    if (iter == NULL) {
        return -1;
    }
    int status = 0;
    OU_HOLD(hold, &iter, &element);
    for (Py_ssize_t i = 0; status == 0; i++) {
        element = PyIter_Next(iter);
        if (element == NULL) {
            status = PyErr_Occurred() ? -1 : 0;
            break;
        }
        status = dict_merge_element(self, element, i, override);
        Py_CLEAR(element);
    }
    Py_CLEAR(iter);
    OU_HOLD_END(hold);
    return status;
}

int
ou_dict_update_from(PyObject *self, PyObject *other)
{
    if (PyDict_CheckExact(other)) {
        return ou_dict_merge(self, other, 1);
    }
    PyObject *keys;
    if (_PyObject_LookupAttr(other, OU_STR(keys), &keys) < 0) {
        return -1;
    }
    if (keys == NULL) {
        return PyDict_MergeFromSeq2(self, other, 1);
    }
    Py_DECREF(keys);
    return ou_dict_merge(self, other, 1);
}
