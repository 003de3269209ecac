/* types/dict.h - dict from the inside: what the virtual machine inlines, and what the files of dict share. */
#ifndef OU_TYPES_DICT_H
#define OU_TYPES_DICT_H

#include "object/keys.h"
#include "types/int.h"

/* An iterator over a dict or a view, in either direction. */
typedef struct {
    PyObject_HEAD
    PyDictObject *di_dict; /* owned; NULL when exhausted */
    Py_ssize_t di_used;    /* ma_used at the start; -1 once a change was reported */
    Py_ssize_t di_pos;     /* next entry to look at */
    Py_ssize_t di_left;    /* items still to come */
} OuDictIter;

/* ---- making --------------------------------------------------------------------------------- */

/* An empty dict with a table for n keys that are str.  Refs new. */
OU_MUST_USE PyObject *ou_dict_new_for_names(Py_ssize_t n);

/* A dict of n > 0 pairs whose keys are all exactly str.  The values are taken out of their places, and so are the keys
 * if `take_keys`; where a key comes twice its first value is left in the place of its last, and its second mention in
 * its own.  Refs new; on failure nothing was taken.  Errors MemoryError.  Runs no Python code. */
OU_MUST_USE PyObject *ou_dict_take_str_pairs(PyObject **keys, PyObject **values, Py_ssize_t stride, Py_ssize_t n,
                                             bool take_keys);

/* ---- reading -------------------------------------------------------------------------------- */

static OU_ALWAYS_INLINE Py_hash_t
ou_dict_hash(PyObject *key)
{
    if (OU_LIKELY(PyUnicode_CheckExact(key))) {
        return ou_keys_str_hash(key);
    }
    if (PyLong_CheckExact(key)) {
        if (OU_LIKELY(ou_int_is_short(key))) {
            int64_t value = ou_int_value2(key);
            return value == -1 ? -2 : value;
        }
        return ou_int_hash(key);
    }
    return PyObject_Hash(key);
}

/* The value of a key.  Returns borrowed; NULL without an error if absent, or with one.  RE-ENTRANT unless the
 * key is an exact str and all keys are. */
static OU_ALWAYS_INLINE PyObject *
ou_dict_get(PyObject *self, PyObject *key)
{
    PyDictObject *dict = (PyDictObject *)self;
    if (OU_LIKELY(PyUnicode_CheckExact(key))) {
        return ou_keys_get_str(dict, key, ou_keys_str_hash(key));
    }
    Py_hash_t hash = ou_dict_hash(key);
    PyObject *value = NULL;
    if (OU_LIKELY(hash != -1)) {
        ou_keys_lookup(dict, key, hash, &value);
    }
    return value;
}

/* The same for a key that is known to be an exact str. */
static OU_ALWAYS_INLINE PyObject *
ou_dict_get_str(PyObject *self, PyObject *str)
{
    return ou_keys_get_str((PyDictObject *)self, str, ou_keys_str_hash(str));
}

/* d[key] of an exact dict or a subclass (then __missing__ is asked).  Refs new.  RE-ENTRANT. */
PyObject *ou_dict_subscript(PyObject *self, PyObject *key);

/* ---- writing -------------------------------------------------------------------------------- */

/* d[key] = value with the hash known.  Refs: takes its own.  Returns 0, or -1 with the error set and nothing
 * changed.  RE-ENTRANT. */
int ou_dict_insert(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject *value);
/* The same as far as no Python code is needed.  Refs: takes its own.
 * Returns 1 when done, with the value that stood there before, owned, or NULL in *old; 0 if a comparison would have
 * to run Python code, with nothing done; -1 with MemoryError set. */
int ou_dict_insert_plain(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject *value, PyObject **old);
/* ou_dict_insert of a key that is known to be absent.  Runs no Python code. */
int ou_dict_add(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject *value);

/* d[key] = value for a dict or subclass instance, without its __setitem__.  RE-ENTRANT: drops the old value. */
static OU_ALWAYS_INLINE int
ou_dict_set(PyObject *self, PyObject *key, PyObject *value)
{
    PyDictObject *dict = (PyDictObject *)self;
    Py_hash_t hash;
    if (OU_LIKELY(PyUnicode_CheckExact(key))) {
        hash = ou_keys_str_hash(key);
        PyDictKeysObject *keys = dict->ma_keys;
        if (OU_LIKELY(keys->kind == OU_KEYS_STR)) {
            Py_ssize_t entry = ou_keys_lookup_str(keys, key, hash);
            if (entry >= 0) {
                PyObject **place = &ou_keys_str_entries(keys)[entry].value, *old = *place;
                ou_dict_track_for(dict, key, value);
                *place = Py_NewRef(value);
                Py_DECREF(old);
                return 0;
            }
            return ou_dict_add(dict, key, hash, value);
        }
    }
    else if (OU_UNLIKELY((hash = ou_dict_hash(key)) == -1)) {
        return -1;
    }
    return ou_dict_insert(dict, key, hash, value);
}

/* Take a key out.  Returns 1 with the value (owned) in *value if it was there, 0 if not, -1 with an error.
 * RE-ENTRANT. */
int ou_dict_remove(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject **value);

/* update(): `override` as in _PyDict_MergeEx: 1 the new value wins, 0 the old one, 2 a double key is a
 * KeyError. RE-ENTRANT. */
int ou_dict_merge(PyObject *self, PyObject *other, int override);
/* update() with a mapping or a sequence of pairs.  RE-ENTRANT. */
int ou_dict_update_from(PyObject *self, PyObject *other);

/* ---- iterating ------------------------------------------------------------------------------ */

/* tp_iter of dict: a subclass that has its own is asked through it. */
PyObject *ou_dict_iter(PyObject *self);
/* A new iterator of one of the six types over a dict.  Refs new. */
PyObject *ou_dict_iter_new(PyDictObject *dict, PyTypeObject *type);
/* dict.keys() and the like.  Refs new. */
PyObject *ou_dict_keys_view(PyObject *self, PyObject *ignored);
PyObject *ou_dict_values_view(PyObject *self, PyObject *ignored);
PyObject *ou_dict_items_view(PyObject *self, PyObject *ignored);

/* The next entry; false at the end or with RuntimeError set if the dict changed.  Key and value are borrowed. */
bool ou_dict_iter_step_slow(OuDictIter *iter, PyObject **key, PyObject **value);
static OU_ALWAYS_INLINE bool
ou_dict_iter_step(OuDictIter *iter, PyObject **key, PyObject **value)
{
    PyDictObject *dict = iter->di_dict;
    if (OU_LIKELY(dict != NULL && iter->di_used == dict->ma_used && iter->di_left > 0
                  && dict->ma_keys->kind == OU_KEYS_STR && iter->di_pos < dict->ma_keys->n_entries)) {
        OuStrEntry *entry = &ou_keys_str_entries(dict->ma_keys)[iter->di_pos];
        if (OU_LIKELY(entry->key != NULL)) {
            iter->di_pos++;
            iter->di_left--;
            *key = entry->key;
            *value = entry->value;
            return true;
        }
    }
    return ou_dict_iter_step_slow(iter, key, value);
}

#endif
