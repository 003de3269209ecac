/* object/keys.h - the compact ordered hash table behind dicts and instances.
 *
 *   keys     PyDictKeysObject: a header, an index table of 2^n slots, then entries in insertion order
 *   entry    { key, value } in tables whose keys are all exact str (the hash is in the string),
 *            { hash, key, value } in general ones, { key } in the keys that instances of a class share
 *   dead     an entry whose key is NULL; only a resize closes the gap
 *   version  of keys: as long as it is the same and not 0, every key stands at the same entry and no key
 *            came or went.  Values may change.  Never reused, so a cache may keep it without owning anything.
 *
 * A dict has one table of its own (ma_values is always NULL); the shared keys of a class have values
 * nowhere: they lie in the instances.  Slots of deleted keys are never used again before a resize, so that
 * a lookup that was interrupted by an insertion still meets the new key. */
#ifndef OU_OBJECT_KEYS_H
#define OU_OBJECT_KEYS_H

#include "object/alloc.h"

typedef enum {
    OU_KEYS_STR,     /* all keys are exactly str: lookups with a str run no Python code */
    OU_KEYS_GENERAL,
    OU_KEYS_SHARED   /* of a class's instances: exactly str, no values, insertion only */
} OuKeysKind;

enum {
    OU_KEYS_ABSENT = -1,    /* results of a lookup that are no entry */
    OU_KEYS_ERROR = -2,
    OU_KEYS_UNSURE = -3,    /* of ou_keys_lookup_plain: Python code would have to compare */
    OU_KEYS_MIN_LOG2 = 3,   /* the smallest table: 8 slots, 5 entries */
    OU_SHARED_MAX = 30      /* keys that instances of one class may share; from CPython 3.11 */
};

struct _dictkeysobject {
    uint32_t version;         /* 0: none */
    uint8_t log2_size;        /* of the number of slots */
    uint8_t log2_index_bytes; /* of the bytes of the index table, at least 3 */
    uint8_t kind;             /* OuKeysKind */
    uint8_t spare;
    Py_ssize_t usable;        /* entries that can still be appended */
    Py_ssize_t n_entries;     /* entries in use, dead ones between them included */
    Py_ssize_t first;         /* entries below are dead: deleting from the front stays linear */
    /* int8_t/int16_t/int32_t/int64_t index[1 << log2_size]; then the entries */
};

typedef struct {
    PyObject *key;   /* owned; NULL when dead */
    PyObject *value; /* owned; NULL when dead */
} OuStrEntry;

typedef struct {
    Py_hash_t hash;
    PyObject *key;
    PyObject *value;
} OuEntry;

/* The table of an empty dict that never had a key: nothing can be put in it. */
extern struct OuEmptyKeys {
    PyDictKeysObject keys;
    int8_t index[8];
} ou_keys_empty;
#define OU_KEYS_EMPTY (&ou_keys_empty.keys)

/* ---- making --------------------------------------------------------------------------------- */

/* A table of 2^log2_size slots.  Returns NULL with MemoryError set. */
OU_MUST_USE PyDictKeysObject *ou_keys_new(OuKeysKind kind, unsigned log2_size);
/* Keys for the instances of a class: room for OU_SHARED_MAX, fixed size.  Owned by the type alone. */
OU_MUST_USE PyDictKeysObject *ou_keys_new_shared(void);
/* The least log2_size whose table holds n entries. */
unsigned ou_keys_log2_for(Py_ssize_t n_entries);
/* Entries that a table of 2^log2_size slots holds: two thirds. */
static OU_ALWAYS_INLINE Py_ssize_t
ou_keys_capacity(unsigned log2_size)
{
    return (Py_ssize_t)(((size_t)2 << log2_size) / 3);
}
/* Give the block back; the references in the entries are released first, unless it is OU_KEYS_EMPTY.
 * RE-ENTRANT: nobody may reach the table any more. */
void ou_keys_free(PyDictKeysObject *keys);
/* The same, for a table whose entries were moved away. */
void ou_keys_free_block(PyDictKeysObject *keys);
size_t ou_keys_size(const PyDictKeysObject *keys); /* bytes of the block */

/* ---- versions ------------------------------------------------------------------------------- */

/* Give the table a version of its own; 0: it gets none (general, empty, or the numbers are used up). */
uint32_t ou_keys_version_assign(PyDictKeysObject *keys);
/* The table's version, assigned now if it has none.  0: it can't have one (a general table, the empty
 * table, or all versions are used up). */
static OU_ALWAYS_INLINE uint32_t
ou_keys_version(PyDictKeysObject *keys)
{
    return keys->version != 0 ? keys->version : ou_keys_version_assign(keys);
}

/* ---- entries -------------------------------------------------------------------------------- */

static OU_ALWAYS_INLINE void *
ou_keys_entries(const PyDictKeysObject *keys)
{
    return (char *)(keys + 1) + ((size_t)1 << keys->log2_index_bytes);
}
/* The entries of a table of kind OU_KEYS_STR: what a cache of (version, entry) reads. */
static OU_ALWAYS_INLINE OuStrEntry *
ou_keys_str_entries(const PyDictKeysObject *keys)
{
    OU_ASSERT(keys->kind == OU_KEYS_STR);
    return (OuStrEntry *)ou_keys_entries(keys);
}
static OU_ALWAYS_INLINE OuEntry *
ou_keys_general_entries(const PyDictKeysObject *keys)
{
    OU_ASSERT(keys->kind == OU_KEYS_GENERAL);
    return (OuEntry *)ou_keys_entries(keys);
}
/* The key with this number in shared keys.  Borrowed. */
static OU_ALWAYS_INLINE PyObject *
ou_keys_shared_key(const PyDictKeysObject *keys, Py_ssize_t index)
{
    OU_ASSERT(keys->kind == OU_KEYS_SHARED && index < keys->n_entries);
    return ((PyObject **)ou_keys_entries(keys))[index];
}
/* Key, hash and the value's place of an entry of a table that has values.  The key is NULL when dead. */
static OU_ALWAYS_INLINE PyObject *
ou_keys_entry(const PyDictKeysObject *keys, Py_ssize_t index, PyObject ***value)
{
    if (OU_LIKELY(keys->kind == OU_KEYS_STR)) {
        OuStrEntry *entry = (OuStrEntry *)ou_keys_entries(keys) + index;
        *value = &entry->value;
        return entry->key;
    }
    OuEntry *entry = (OuEntry *)ou_keys_entries(keys) + index;
    *value = &entry->value;
    return entry->key;
}
static OU_ALWAYS_INLINE Py_hash_t
ou_keys_entry_hash(const PyDictKeysObject *keys, Py_ssize_t index)
{
    if (OU_LIKELY(keys->kind == OU_KEYS_STR)) {
        return ((PyASCIIObject *)((OuStrEntry *)ou_keys_entries(keys))[index].key)->hash;
    }
    return ((OuEntry *)ou_keys_entries(keys))[index].hash;
}

/* ---- lookup --------------------------------------------------------------------------------- */

/* The hash of an exact str; computed (and kept in it) if it has none yet.  Cannot fail. */
Py_hash_t ou_keys_str_hash_slow(PyObject *str);
static OU_ALWAYS_INLINE Py_hash_t
ou_keys_str_hash(PyObject *str)
{
    Py_hash_t hash = ((PyASCIIObject *)str)->hash;
    return OU_LIKELY(hash != -1) ? hash : ou_keys_str_hash_slow(str);
}
/* Are two exact strs of the same hash equal?  Runs no Python code. */
bool ou_keys_str_equal(PyObject *a, PyObject *b);

/* a == b where no Python code is needed to tell, exact str and int: 1, 0, or -1 where someone else must
 * compare. */
static OU_ALWAYS_INLINE int
ou_equal_plain(PyObject *a, PyObject *b)
{
    PyTypeObject *type = Py_TYPE(a);
    if (a == b) {
        return 1;
    }
    if (type == Py_TYPE(b)) {
        if (type == &PyUnicode_Type) {
            return ou_keys_str_equal(a, b);
        }
        if (type == &PyLong_Type) {
            Py_ssize_t n = Py_SIZE(a);
            return n == Py_SIZE(b)
                && memcmp(((PyLongObject *)a)->ob_digit, ((PyLongObject *)b)->ob_digit,
                          (size_t)Py_ABS(n) * sizeof(digit)) == 0;
        }
    }
    return -1;
}

/* The entry of an exact str in a table of kind STR or SHARED, or OU_KEYS_ABSENT.  Runs no Python code. */
Py_ssize_t ou_keys_lookup_str_slow(const PyDictKeysObject *keys, PyObject *str, Py_hash_t hash);
static OU_ALWAYS_INLINE Py_ssize_t
ou_keys_lookup_str(const PyDictKeysObject *keys, PyObject *str, Py_hash_t hash)
{
    OU_ASSERT(keys->kind != OU_KEYS_GENERAL && PyUnicode_CheckExact(str));
    if (OU_LIKELY(keys->log2_size < 8)) { /* the first slot decides nearly always */
        int8_t slot = ((const int8_t *)(keys + 1))[(size_t)hash & (((size_t)1 << keys->log2_size) - 1)];
        if (slot == OU_KEYS_ABSENT) {
            return OU_KEYS_ABSENT;
        }
        size_t stride = keys->kind == OU_KEYS_SHARED ? 1 : 2; /* words */
        if (OU_LIKELY(slot >= 0 && ((PyObject **)ou_keys_entries(keys))[(size_t)slot * stride] == str)) {
            return slot;
        }
    }
    return ou_keys_lookup_str_slow(keys, str, hash);
}

/* The entry of any key in a dict, by identity, then hash, then ==.  Starts again when == put another table
 * in the dict or another key at the entry under comparison.
 * dict    owned by the caller, or otherwise sure to live
 * value   set to the borrowed value, NULL when absent or on error
 * Returns an entry, OU_KEYS_ABSENT, or OU_KEYS_ERROR with the error set.  RE-ENTRANT. */
Py_ssize_t ou_keys_lookup(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject **value);

/* The entry of any key in a table of kind GENERAL as far as no Python code is needed to find it: an entry, or
 * OU_KEYS_ABSENT, or OU_KEYS_UNSURE. */
Py_ssize_t ou_keys_lookup_plain(const PyDictKeysObject *keys, PyObject *key, Py_hash_t hash);

/* The value of an exact str in a dict, borrowed, or NULL with or without an error set.  RE-ENTRANT only
 * where the dict has keys that are no str. */
static OU_ALWAYS_INLINE PyObject *
ou_keys_get_str(PyDictObject *dict, PyObject *str, Py_hash_t hash)
{
    PyDictKeysObject *keys = dict->ma_keys;
    if (OU_LIKELY(keys->kind == OU_KEYS_STR)) {
        Py_ssize_t index = ou_keys_lookup_str(keys, str, hash);
        return index < 0 ? NULL : ou_keys_str_entries(keys)[index].value;
    }
    PyObject *value;
    ou_keys_lookup(dict, str, hash, &value);
    return value;
}

/* ---- change --------------------------------------------------------------------------------- */

/* Append a key that is known to be absent; keys->usable > 0, and `key` is a str unless the table is general.
 * Refs    takes both.  Returns its entry.  Runs no Python code, cannot fail.  Clears the version. */
Py_ssize_t ou_keys_append(PyDictKeysObject *keys, PyObject *key, Py_hash_t hash, PyObject *value);

/* Make an entry dead.  Refs: its references become the caller's.  Clears the version.  Cannot fail. */
void ou_keys_delete(PyDictKeysObject *keys, Py_ssize_t index, PyObject **key, PyObject **value);

/* Put a dict's live entries into a new table of 2^log2_size slots (of kind STR only if all its keys are str).
 * Returns 0, or -1 with MemoryError set and nothing changed. */
OU_MUST_USE int ou_keys_resize(PyDictObject *dict, unsigned log2_size, OuKeysKind kind);

/* Put an entry before all others; keys->first > 0 and keys->usable > 0, else as ou_keys_append. */
Py_ssize_t ou_keys_prepend(PyDictKeysObject *keys, PyObject *key, Py_hash_t hash, PyObject *value);
/* ou_keys_resize to a table with `gap` free entries in front, which fit into it beside the dict's. */
OU_MUST_USE int ou_keys_resize_gap(PyDictObject *dict, unsigned log2_size, OuKeysKind kind, Py_ssize_t gap);

/* The number of a name in shared keys, inserted if new.  Returns -1 when they are full, or if the string
 * isn't exactly str.  Takes a reference of its own.  Runs no Python code, cannot fail otherwise. */
Py_ssize_t ou_keys_insert_shared(PyDictKeysObject *keys, PyObject *name);

/* ---- dicts of instances --------------------------------------------------------------------- */

/* A dict with the attributes that lay inline in an instance.
 * keys    the shared keys of the type
 * values  by key number
 * order   the key numbers in this instance's insertion order, n of them
 * Refs    new; the values' references move into the dict (on failure they stay where they are).
 * Errors  NULL with MemoryError set.  Runs no Python code. */
OU_MUST_USE PyObject *ou_dict_from_inline(PyDictKeysObject *keys, PyObject **values, const uint8_t *order, Py_ssize_t n);

/* ---- tracking ------------------------------------------------------------------------------- */

/* May the object be part of a cycle?  An untracked tuple can't: only the collector untracks tuples. */
static OU_ALWAYS_INLINE bool
ou_may_be_in_cycle(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    if (!PyType_IS_GC(type)) {
        return false;
    }
    if (type == &PyTuple_Type) {
        return ou_gc_is_tracked(op);
    }
    return type->tp_is_gc == NULL || type->tp_is_gc(op);
}

/* A dict is tracked from the first key or value on that may be part of a cycle. */
static OU_ALWAYS_INLINE void
ou_dict_track_for(PyDictObject *dict, PyObject *key, PyObject *value)
{
    if (!ou_gc_is_tracked((PyObject *)dict) && (ou_may_be_in_cycle(value) || ou_may_be_in_cycle(key))) {
        ou_gc_track((PyObject *)dict);
    }
}

#endif
