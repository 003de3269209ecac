/* types/dict.c - dict: making, reading, changing, dying.  The C API of dict.
 *
 * Owns       one table of keys and values each; ma_values is not used.
 * Invariant  ma_used is the number of live entries of ma_keys; ma_version_tag rises with each new table; a
 *            dict that may be part of a cycle is tracked.
 * Not here   the hash table itself (object/keys.c); copies and update() (dict_merge.c); methods and the type object
 *            (dict_type.c); views and iterators (dict_view.c). */
#include "types/dict.h"
#include "types/dict_internal.h"
#include "object/hold.h"
#include "object/walk.h"
#include "types/tuple.h"

#define DICT(op) ((PyDictObject *)(op))

/* ---- making and dying ----------------------------------------------------------------------- */

static OU_ALWAYS_INLINE PyObject *
dict_new_with(PyDictKeysObject *keys)
{
    PyDictObject *dict = (PyDictObject *)ou_gc_new_fast(&PyDict_Type, sizeof(PyDictObject));
    if (OU_UNLIKELY(dict == NULL)) {
        return NULL;
    }
    dict->ma_used = 0;
    dict->ma_version_tag = 0;
    dict->ma_keys = keys;
    dict->ma_values = NULL;
    return (PyObject *)dict;
}

PyObject *
PyDict_New(void)
{
    return dict_new_with(OU_KEYS_EMPTY);
}

PyObject *
ou_dict_new_for_names(Py_ssize_t n)
{
    PyDictKeysObject *keys = ou_keys_new(OU_KEYS_STR, ou_keys_log2_for(Py_MIN(n, 1 << 16)));
    if (keys == NULL) {
        return NULL;
    }
    PyObject *self = dict_new_with(keys);
    if (self == NULL) {
        ou_keys_free_block(keys);
    }
    return self;
}

/* An empty dict with room for n keys.  Refs new. */
static OU_MUST_USE PyObject *
dict_new_presized(Py_ssize_t n)
{
    if (n <= ou_keys_capacity(OU_KEYS_MIN_LOG2)) {
        return dict_new_with(OU_KEYS_EMPTY); /* the first key makes a table of its kind */
    }
    return ou_dict_new_for_names(n);
}

PyObject *
_PyDict_NewPresized(Py_ssize_t n)
{
    return dict_new_presized(n);
}

PyObject *
ou_dict_take_str_pairs(PyObject **keys, PyObject **values, Py_ssize_t stride, Py_ssize_t n, bool take_keys)
{
    PyDictKeysObject *table = ou_keys_new(OU_KEYS_STR, ou_keys_log2_for(n));
    PyObject *self = table == NULL ? NULL : dict_new_with(table);
    if (OU_UNLIKELY(self == NULL)) {
        if (table != NULL) {
            ou_keys_free_block(table);
        }
        return NULL;
    }
    bool track = false;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *key = keys[i * stride], *value = values[i * stride];
        Py_hash_t hash = ou_keys_str_hash(key);
        Py_ssize_t entry = ou_keys_lookup_str(table, key, hash);
        track = track || ou_may_be_in_cycle(value);
        if (OU_UNLIKELY(entry >= 0)) {
            PyObject **place = &ou_keys_str_entries(table)[entry].value;
            values[i * stride] = *place;
            *place = value;
            continue;
        }
        values[i * stride] = NULL;
        if (take_keys) {
            keys[i * stride] = NULL;
        }
        else {
            Py_INCREF(key);
        }
        ou_keys_append(table, key, hash, value);
    }
    DICT(self)->ma_used = table->n_entries;
    if (track) {
        ou_gc_track(self);
    }
    return self;
}

OU_WALKER(dict)
{
    PyDictKeysObject *keys = DICT(self)->ma_keys;
    if (keys == NULL) {
        return 0; /* tp_alloc has just made it */
    }
    for (Py_ssize_t i = keys->first; i < keys->n_entries; i++) {
        PyObject **value, *key = ou_keys_entry(keys, i, &value);
        OU_EDGE(*value, OU_EDGE_VALUE, NULL, i); /* first, as gc.get_referents() shows */
        if (keys->kind == OU_KEYS_GENERAL) {
            OU_EDGE(key, OU_EDGE_KEY, NULL, i);
        }
        else {
            OU_EDGE_ATOM(key, OU_EDGE_KEY, NULL, i);
        }
    }
    return 0;
}

int
ou_dict_traverse(PyObject *self, visitproc visit, void *arg)
{
    return dict_traverse(self, visit, arg);
}

void
ou_dict_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    if (DICT(self)->ma_keys != NULL) {
        ou_keys_free(DICT(self)->ma_keys);
    }
    if (PyDict_CheckExact(self)) {
        ou_gc_free_fast(self, sizeof(PyDictObject));
    }
    else {
        Py_TYPE(self)->tp_free(self);
    }
}

PyObject *
ou_dict_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (type == &PyDict_Type) {
        return PyDict_New();
    }
    PyObject *self = type->tp_alloc(type, 0);
    if (self != NULL) {
        DICT(self)->ma_keys = OU_KEYS_EMPTY;
    }
    return self;
}

/* The one pair of a dict whose key is exactly str: nobody has to hold the one while the other falls. */
static void
dict_clear_single(PyDictObject *dict)
{
    PyDictKeysObject *keys = dict->ma_keys;
    OuStrEntry last = ou_keys_str_entries(keys)[keys->first];
    OU_ASSERT(keys->n_entries == keys->first + 1 && last.key != NULL);
    dict->ma_keys = OU_KEYS_EMPTY;
    dict->ma_used = 0;
    dict->ma_version_tag++;
    ou_keys_free_block(keys);
    Py_DECREF(last.key);
    Py_DECREF(last.value); /* last: may run Python code */
}

/* Take the whole table out and let it die as the content of a dict of its own: code that runs meanwhile finds
 * the dict empty, and whoever asks who holds the values finds the dying one.  RE-ENTRANT. */
void
PyDict_Clear(PyObject *self)
{
    if (!PyDict_Check(self)) {
        return;
    }
    PyDictObject *dict = DICT(self);
    PyDictKeysObject *keys = dict->ma_keys;
    if (keys == OU_KEYS_EMPTY || keys == NULL) {
        return;
    }
    if (keys->kind == OU_KEYS_STR && keys->n_entries == keys->first + 1) {
        dict_clear_single(dict);
        return;
    }
    ou_memory_fail_benign_begin();
    PyGC_Head *gc = ou_block_alloc(OU_FAMILY_COLLECTED, sizeof(PyGC_Head) + sizeof(PyDictObject));
    ou_memory_fail_benign_end();
    Py_ssize_t used = dict->ma_used;
    dict->ma_keys = OU_KEYS_EMPTY;
    dict->ma_used = 0;
    dict->ma_version_tag++;
    if (gc == NULL) {
        ou_keys_free(keys);
        return;
    }
    ou_gc_count_allocation();
    gc->_gc_next = gc->_gc_prev = 0;
    PyDictObject *dying = (PyDictObject *)OU_GC_OBJECT(gc);
    *dying = (PyDictObject){.ob_base = {1, &PyDict_Type}, .ma_used = used, .ma_keys = keys};
    Py_DECREF(dying);
}

int
ou_dict_clear_slot(PyObject *self)
{
    PyDict_Clear(self);
    return 0;
}

/* ---- reading -------------------------------------------------------------------------------- */

PyObject *
PyDict_GetItemWithError(PyObject *self, PyObject *key)
{
    if (!PyDict_Check(self)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return ou_dict_get(self, key);
}

PyObject *
_PyDict_GetItemWithError(PyObject *self, PyObject *key)
{
    return PyDict_GetItemWithError(self, key);
}

/* Never sets an error and leaves the one that is set: a legacy of the API.  RE-ENTRANT. */
PyObject *
PyDict_GetItem(PyObject *self, PyObject *key)
{
    if (!PyDict_Check(self)) {
        return NULL;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *found = ou_dict_get(self, key);
    PyErr_Restore(type, value, traceback); /* drops an error of the lookup */
    return found;
}

PyObject *
_PyDict_GetItem_KnownHash(PyObject *self, PyObject *key, Py_hash_t hash)
{
    if (!PyDict_Check(self)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyObject *value;
    ou_keys_lookup(DICT(self), key, hash, &value);
    return value;
}

PyObject *
_PyDict_GetItemIdWithError(PyObject *self, _Py_Identifier *id)
{
    PyObject *name = _PyUnicode_FromId(id);
    return name == NULL ? NULL : PyDict_GetItemWithError(self, name);
}

PyObject *
_PyDict_GetItemStringWithError(PyObject *self, const char *text)
{
    PyObject *name = PyUnicode_FromString(text);
    if (name == NULL) {
        return NULL;
    }
    PyObject *value = PyDict_GetItemWithError(self, name);
    Py_DECREF(name);
    return value;
}

PyObject *
PyDict_GetItemString(PyObject *self, const char *text)
{
    PyObject *type, *error, *traceback;
    PyErr_Fetch(&type, &error, &traceback);
    PyObject *name = PyUnicode_FromString(text), *value = NULL;
    if (name != NULL) {
        value = PyDict_Check(self) ? ou_dict_get(self, name) : NULL;
        Py_DECREF(name);
    }
    PyErr_Restore(type, error, traceback);
    return value;
}

int
PyDict_Contains(PyObject *self, PyObject *key)
{
    Py_hash_t hash = ou_dict_hash(key);
    return hash == -1 ? -1 : _PyDict_Contains_KnownHash(self, key, hash);
}

int
_PyDict_Contains_KnownHash(PyObject *self, PyObject *key, Py_hash_t hash)
{
    PyObject *value;
    Py_ssize_t entry = ou_keys_lookup(DICT(self), key, hash, &value);
    return entry == OU_KEYS_ERROR ? -1 : entry >= 0;
}

int
_PyDict_ContainsId(PyObject *self, _Py_Identifier *id)
{
    PyObject *name = _PyUnicode_FromId(id);
    return name == NULL ? -1 : PyDict_Contains(self, name);
}

Py_ssize_t
PyDict_Size(PyObject *self)
{
    if (!PyDict_Check(self)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return DICT(self)->ma_used;
}

int
_PyDict_HasOnlyStringKeys(PyObject *self)
{
    PyDictKeysObject *keys = DICT(self)->ma_keys;
    if (keys->kind == OU_KEYS_STR) {
        return 1;
    }
    for (Py_ssize_t i = keys->first; i < keys->n_entries; i++) {
        PyObject *key = ou_keys_general_entries(keys)[i].key;
        if (key != NULL && !PyUnicode_Check(key)) {
            return 0;
        }
    }
    return 1;
}

Py_ssize_t
_PyDict_SizeOf(PyDictObject *dict)
{
    size_t size = (size_t)Py_TYPE(dict)->tp_basicsize;
    return (Py_ssize_t)(dict->ma_keys == OU_KEYS_EMPTY ? size : size + ou_keys_size(dict->ma_keys));
}

/* Borrowed entries in insertion order; *position is opaque and starts at 0.  Changing values while iterating
 * is allowed, adding and removing keys is not. */
int
_PyDict_Next(PyObject *self, Py_ssize_t *position, PyObject **key, PyObject **value, Py_hash_t *hash)
{
    if (!PyDict_Check(self)) {
        return 0;
    }
    PyDictKeysObject *keys = DICT(self)->ma_keys;
    Py_ssize_t i = *position;
    if (i < 0) {
        return 0;
    }
    i = Py_MAX(i, keys->first);
    PyObject **place, *found = NULL;
    while (i < keys->n_entries && (found = ou_keys_entry(keys, i, &place)) == NULL) {
        i++;
    }
    if (i >= keys->n_entries) {
        return 0;
    }
    *position = i + 1;
    if (key != NULL) {
        *key = found;
    }
    if (value != NULL) {
        *value = *place;
    }
    if (hash != NULL) {
        *hash = ou_keys_entry_hash(keys, i);
    }
    return 1;
}

int
PyDict_Next(PyObject *self, Py_ssize_t *position, PyObject **key, PyObject **value)
{
    return _PyDict_Next(self, position, key, value, NULL);
}

/* What a list of a dict is made of. */
typedef enum { LIST_KEYS, LIST_VALUES, LIST_ITEMS } ListOf;

static PyObject *
dict_list(PyObject *self, ListOf what)
{
    if (self == NULL || !PyDict_Check(self)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyObject *list = PyList_New(DICT(self)->ma_used);
    PyObject *key, *value;
    Py_ssize_t position = 0, n = 0;
    while (list != NULL && PyDict_Next(self, &position, &key, &value)) { /* allocations run no Python code */
        PyObject *item = what == LIST_KEYS   ? Py_NewRef(key)
                       : what == LIST_VALUES ? Py_NewRef(value)
                                             : ou_tuple_pair(Py_NewRef(key), Py_NewRef(value));
        if (item == NULL) {
            Py_CLEAR(list);
            break;
        }
        PyList_SET_ITEM(list, n++, item);
    }
    return list;
}

PyObject *
PyDict_Keys(PyObject *self)
{
    return dict_list(self, LIST_KEYS);
}

PyObject *
PyDict_Values(PyObject *self)
{
    return dict_list(self, LIST_VALUES);
}

PyObject *
PyDict_Items(PyObject *self)
{
    return dict_list(self, LIST_ITEMS);
}

/* ---- changing ------------------------------------------------------------------------------- */

/* Make room for one more key of this kind of table. */
static OU_NOINLINE int
dict_grow(PyDictObject *dict, OuKeysKind kind)
{
    PyDictKeysObject *keys = dict->ma_keys;
    /* Three slots for each key, so that as many keys as there are fit in before the next time. */
    size_t n_slots = Py_MAX((size_t)dict->ma_used * 3, (size_t)1 << OU_KEYS_MIN_LOG2);
    unsigned log2_size = ou_bit_length(n_slots - 1);
    if (keys->usable > 0) {
        log2_size = Py_MAX(log2_size, keys->log2_size); /* made to measure, its kind alone is wrong */
    }
    return ou_keys_resize(dict, log2_size, kind);
}

int
ou_dict_add(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject *value)
{
    PyDictKeysObject *keys = dict->ma_keys;
    OuKeysKind kind = keys->kind == OU_KEYS_STR && PyUnicode_CheckExact(key) ? OU_KEYS_STR : OU_KEYS_GENERAL;
    if (OU_UNLIKELY(keys->usable <= 0 || keys->kind != kind) && dict_grow(dict, kind) < 0) {
        return -1;
    }
    ou_dict_track_for(dict, key, value);
    ou_keys_append(dict->ma_keys, Py_NewRef(key), hash, Py_NewRef(value)); /* commit */
    dict->ma_used++;
    return 0;
}

/* Insert where == may be anything.  RE-ENTRANT: it may drop the caller's only other references. */
static OU_NOINLINE int
dict_insert_any(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject *value)
{
    Py_INCREF(key);
    Py_INCREF(value);
    OU_HOLD(hold, &key, &value);
    PyObject *found;
    Py_ssize_t entry = ou_keys_lookup(dict, key, hash, &found);
    OU_HOLD_END(hold);
    if (entry < 0) {
        int status = entry == OU_KEYS_ERROR ? -1 : ou_dict_add(dict, key, hash, value);
        Py_DECREF(key); /* neither falls to 0 where it was stored */
        Py_DECREF(value);
        return status;
    }
    PyObject **place;
    ou_keys_entry(dict->ma_keys, entry, &place);
    ou_dict_track_for(dict, key, value);
    PyObject *old = *place;
    *place = value; /* the reference moves */
    Py_DECREF(old);
    Py_DECREF(key);
    return 0;
}

int
ou_dict_insert_plain(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject *value, PyObject **old)
{
    PyDictKeysObject *keys = dict->ma_keys;
    Py_ssize_t entry = OU_KEYS_UNSURE;
    *old = NULL;
    if (keys->kind != OU_KEYS_STR) {
        entry = ou_keys_lookup_plain(keys, key, hash);
    }
    else if (PyUnicode_CheckExact(key)) {
        hash = ou_keys_str_hash(key); /* the table reads it in the string, so it has to be there */
        entry = ou_keys_lookup_str(keys, key, hash);
    }
    else if (keys->n_entries == keys->first) {
        entry = OU_KEYS_ABSENT;
    }
    if (entry < 0) {
        return OU_UNLIKELY(entry == OU_KEYS_UNSURE) ? 0 : ou_dict_add(dict, key, hash, value) < 0 ? -1 : 1;
    }
    PyObject **place;
    ou_keys_entry(keys, entry, &place);
    ou_dict_track_for(dict, key, value);
    *old = *place;
    *place = Py_NewRef(value);
    return 1;
}

int
ou_dict_insert(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject *value)
{
    PyObject *old;
    int done = ou_dict_insert_plain(dict, key, hash, value, &old);
    if (OU_UNLIKELY(done <= 0)) {
        return done < 0 ? -1 : dict_insert_any(dict, key, hash, value);
    }
    Py_XDECREF(old);
    return 0;
}

int
PyDict_SetItem(PyObject *self, PyObject *key, PyObject *value)
{
    if (!PyDict_Check(self)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return ou_dict_set(self, key, value);
}

int
_PyDict_SetItem_KnownHash(PyObject *self, PyObject *key, PyObject *value, Py_hash_t hash)
{
    if (!PyDict_Check(self)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return ou_dict_insert(DICT(self), key, hash, value);
}

int
_PyDict_SetItemId(PyObject *self, _Py_Identifier *id, PyObject *value)
{
    PyObject *name = _PyUnicode_FromId(id);
    return name == NULL ? -1 : PyDict_SetItem(self, name, value);
}

int
PyDict_SetItemString(PyObject *self, const char *text, PyObject *value)
{
    PyObject *name = PyUnicode_InternFromString(text);
    if (name == NULL) {
        return -1;
    }
    int status = PyDict_SetItem(self, name, value);
    Py_DECREF(name);
    return status;
}

/* Take out the entry: its value becomes the caller's, its key is dropped.  RE-ENTRANT. */
static PyObject *
dict_take(PyDictObject *dict, Py_ssize_t entry)
{
    PyObject *key, *value;
    ou_keys_delete(dict->ma_keys, entry, &key, &value);
    dict->ma_used--;
    if (PyUnicode_CheckExact(key)) {
        Py_DECREF(key);
    }
    else {
        OU_HOLD(hold, &value);
        Py_DECREF(key);
        OU_HOLD_END(hold);
    }
    return value;
}

int
ou_dict_remove(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject **value)
{
    Py_ssize_t entry = ou_keys_lookup(dict, key, hash, value);
    if (entry < 0) {
        return entry == OU_KEYS_ERROR ? -1 : 0;
    }
    *value = dict_take(dict, entry);
    return 1;
}

int
_PyDict_DelItem_KnownHash(PyObject *self, PyObject *key, Py_hash_t hash)
{
    if (!PyDict_Check(self)) {
        PyErr_BadInternalCall();
        return -1;
    }
    PyObject *value;
    int found = ou_dict_remove(DICT(self), key, hash, &value);
    if (found == 0) {
        _PyErr_SetKeyError(key);
    }
    if (found != 1) {
        return -1;
    }
    Py_DECREF(value);
    return 0;
}

int
PyDict_DelItem(PyObject *self, PyObject *key)
{
    Py_hash_t hash = ou_dict_hash(key);
    return hash == -1 ? -1 : _PyDict_DelItem_KnownHash(self, key, hash);
}

int
_PyDict_DelItemId(PyObject *self, _Py_Identifier *id)
{
    PyObject *name = _PyUnicode_FromId(id);
    return name == NULL ? -1 : PyDict_DelItem(self, name);
}

int
PyDict_DelItemString(PyObject *self, const char *text)
{
    PyObject *name = PyUnicode_FromString(text);
    if (name == NULL) {
        return -1;
    }
    int status = PyDict_DelItem(self, name);
    Py_DECREF(name);
    return status;
}

/* Delete the key if the predicate says 1 of its value; -1 is its error.  RE-ENTRANT. */
int
_PyDict_DelItemIf(PyObject *self, PyObject *key, int (*predicate)(PyObject *))
{
    if (!PyDict_Check(self)) {
        PyErr_BadInternalCall();
        return -1;
    }
    Py_hash_t hash = ou_dict_hash(key);
    PyObject *value;
    if (hash == -1) {
        return -1;
    }
    Py_ssize_t entry = ou_keys_lookup(DICT(self), key, hash, &value);
    if (entry < 0) {
        if (entry == OU_KEYS_ABSENT) {
            _PyErr_SetKeyError(key);
        }
        return -1;
    }
    int agreed = predicate(value);
    if (agreed <= 0) {
        return agreed;
    }
    return _PyDict_DelItem_KnownHash(self, key, hash);
}

PyObject *
_PyDict_Pop(PyObject *self, PyObject *key, PyObject *default_value)
{
    PyObject *value = NULL;
    int found = 0;
    if (DICT(self)->ma_used > 0) {
        Py_hash_t hash = ou_dict_hash(key);
        found = hash == -1 ? -1 : ou_dict_remove(DICT(self), key, hash, &value);
    }
    if (found != 0) {
        return value;
    }
    if (default_value != NULL) {
        return Py_NewRef(default_value);
    }
    _PyErr_SetKeyError(key);
    return NULL;
}

/* The value of the key, put in if absent.  Returns borrowed.  RE-ENTRANT. */
PyObject *
PyDict_SetDefault(PyObject *self, PyObject *key, PyObject *default_value)
{
    if (!PyDict_Check(self)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    Py_hash_t hash = ou_dict_hash(key);
    PyObject *value;
    if (hash == -1) {
        return NULL;
    }
    Py_ssize_t entry = ou_keys_lookup(DICT(self), key, hash, &value);
    if (entry != OU_KEYS_ABSENT) {
        return value;
    }
    return ou_dict_add(DICT(self), key, hash, default_value) < 0 ? NULL : default_value;
}

/* ---- the collector -------------------------------------------------------------------------- */

/* A dict whose keys and values can't be part of a cycle needs no tracking; the collector asks. */
void
_PyDict_MaybeUntrack(PyObject *self)
{
    if (!PyDict_CheckExact(self) || !ou_gc_is_tracked(self)) {
        return;
    }
    PyDictKeysObject *keys = DICT(self)->ma_keys;
    for (Py_ssize_t i = keys->first; i < keys->n_entries; i++) {
        PyObject **value, *key = ou_keys_entry(keys, i, &value);
        if (key != NULL && (ou_may_be_in_cycle(*value) || ou_may_be_in_cycle(key))) {
            return;
        }
    }
    ou_gc_untrack(self);
}

/* There are no free lists to tell of. */
void
_PyDict_DebugMallocStats(FILE *out)
{
}
