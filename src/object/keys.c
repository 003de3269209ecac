/* object/keys.c - the compact ordered hash table: making, looking up, appending, deleting, resizing.
 *
 * Owns       the blocks of keys (buffers); a table owns one reference per key and per value in it.
 * Invariant  every slot is empty, dead, or the number of a live entry; slots in use and dead ones together
 *            never exceed the capacity, so that a probe always meets an empty slot; a dead slot is never
 *            filled again; entries from n_entries on are zero.
 * Not here   the dict type and its methods (types/dict.c); inline values (object/instance.c).
 * Source     compact ordered tables: R. Hettinger's idea as PyPy and CPython use it; double hashing: Knuth
 *            6.4. */
#include "object/keys.h"
#include "base/hash.h"
#include "object/hold.h"

enum { SLOT_EMPTY = -1, SLOT_DEAD = -2 };

struct OuEmptyKeys ou_keys_empty = {
    .keys = {.log2_size = OU_KEYS_MIN_LOG2, .log2_index_bytes = OU_KEYS_MIN_LOG2, .kind = OU_KEYS_STR},
    .index = {-1, -1, -1, -1, -1, -1, -1, -1},
};

/* The last version given out. */
static uint32_t last_version;

/* ---- the index table ------------------------------------------------------------------------ */

/* Bytes of a slot. */
static OU_ALWAYS_INLINE int
slot_width(const PyDictKeysObject *keys)
{
    return keys->log2_size < 8 ? 1 : keys->log2_size < 16 ? 2 : keys->log2_size < 32 ? 4 : 8;
}

/* The width is a parameter so that a loop can be compiled for each. */
static OU_ALWAYS_INLINE Py_ssize_t
slot_get(const PyDictKeysObject *keys, int width, size_t slot)
{
    const void *index = keys + 1;
    return width == 1 ? ((const int8_t *)index)[slot]
         : width == 2 ? ((const int16_t *)index)[slot]
         : width == 4 ? ((const int32_t *)index)[slot]
                      : ((const int64_t *)index)[slot];
}

static OU_ALWAYS_INLINE void
slot_set(PyDictKeysObject *keys, int width, size_t slot, Py_ssize_t entry)
{
    void *index = keys + 1;
    if (width == 1) {
        ((int8_t *)index)[slot] = (int8_t)entry;
    }
    else if (width == 2) {
        ((int16_t *)index)[slot] = (int16_t)entry;
    }
    else if (width == 4) {
        ((int32_t *)index)[slot] = (int32_t)entry;
    }
    else {
        ((int64_t *)index)[slot] = entry;
    }
}

/* Run an expression with WIDTH a constant. */
#define FOR_WIDTH(keys, call)   \
    switch (slot_width(keys)) { \
    case 1: {                   \
        enum { WIDTH = 1 };     \
        call;                   \
    } break;                    \
    case 2: {                   \
        enum { WIDTH = 2 };     \
        call;                   \
    } break;                    \
    case 4: {                   \
        enum { WIDTH = 4 };     \
        call;                   \
    } break;                    \
    default: {                  \
        enum { WIDTH = 8 };     \
        call;                   \
    }                           \
    }

/* A walk over the slots where a hash may stand: the low bits choose the first, so that dense ints lie side by
 * side; the stride, odd and so prime to the size, is made of all bits. */
typedef struct {
    size_t slot, stride, mask;
} Probe;

static OU_ALWAYS_INLINE Probe
probe_start(const PyDictKeysObject *keys, Py_hash_t hash)
{
    size_t mask = ((size_t)1 << keys->log2_size) - 1;
    return (Probe){(size_t)hash & mask, 0, mask};
}

static OU_ALWAYS_INLINE void
probe_next(Probe *probe, const PyDictKeysObject *keys, Py_hash_t hash)
{
    if (probe->stride == 0) {
        probe->stride = ((size_t)hash * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - keys->log2_size) | 1;
    }
    probe->slot = (probe->slot + probe->stride) & probe->mask;
}

/* ---- making --------------------------------------------------------------------------------- */

static OU_ALWAYS_INLINE size_t
entry_size(OuKeysKind kind)
{
    return kind == OU_KEYS_STR ? sizeof(OuStrEntry) : kind == OU_KEYS_GENERAL ? sizeof(OuEntry) : sizeof(PyObject *);
}

static OU_ALWAYS_INLINE Py_ssize_t
entries_allocated(OuKeysKind kind, unsigned log2_size)
{
    return kind == OU_KEYS_SHARED ? OU_SHARED_MAX : ou_keys_capacity(log2_size);
}

static OU_ALWAYS_INLINE unsigned
index_log2_bytes(unsigned log2_size)
{
    return log2_size + (log2_size >= 8) + (log2_size >= 16) + (log2_size >= 32);
}

/* Bytes of the block of keys, or 0 when that is beyond size_t. */
static OU_ALWAYS_INLINE size_t
block_size(OuKeysKind kind, unsigned log2_size)
{
    size_t bytes;
    if (log2_size > 58 || ou_size_mul((size_t)entries_allocated(kind, log2_size), entry_size(kind), &bytes)
        || ou_size_add(bytes, sizeof(PyDictKeysObject) + ((size_t)1 << index_log2_bytes(log2_size)), &bytes)
        || bytes > PY_SSIZE_T_MAX) {
        return 0;
    }
    return bytes;
}

/* A table whose entries are still to be filled or zeroed.  Inlined, so that the smallest has constant sizes. */
static OU_ALWAYS_INLINE PyDictKeysObject *
keys_new_raw(OuKeysKind kind, unsigned log2_size)
{
    size_t size = block_size(kind, log2_size);
    PyDictKeysObject *keys = size == 0 ? NULL : ou_block_alloc(OU_FAMILY_BUFFER, size);
    if (OU_UNLIKELY(keys == NULL)) {
        PyErr_NoMemory();
        return NULL;
    }
    *keys = (PyDictKeysObject){
        .log2_size = (uint8_t)log2_size,
        .log2_index_bytes = (uint8_t)index_log2_bytes(log2_size),
        .kind = (uint8_t)kind,
        .usable = entries_allocated(kind, log2_size),
    };
    memset(keys + 1, 0xFF, (size_t)1 << index_log2_bytes(log2_size)); /* SLOT_EMPTY in each width */
    return keys;
}

static OU_ALWAYS_INLINE PyDictKeysObject *
keys_new(OuKeysKind kind, unsigned log2_size)
{
    PyDictKeysObject *keys = keys_new_raw(kind, log2_size);
    if (OU_LIKELY(keys != NULL)) {
        memset((char *)(keys + 1) + ((size_t)1 << index_log2_bytes(log2_size)), 0,
               (size_t)entries_allocated(kind, log2_size) * entry_size(kind));
    }
    return keys;
}

PyDictKeysObject *
ou_keys_new(OuKeysKind kind, unsigned log2_size)
{
    OU_ASSERT(log2_size >= OU_KEYS_MIN_LOG2);
    if (OU_LIKELY(log2_size == OU_KEYS_MIN_LOG2 && kind == OU_KEYS_STR)) {
        return keys_new(OU_KEYS_STR, OU_KEYS_MIN_LOG2);
    }
    return keys_new(kind, log2_size);
}

PyDictKeysObject *
ou_keys_new_shared(void)
{
    return ou_keys_new(OU_KEYS_SHARED, 6);
}

unsigned
ou_keys_log2_for(Py_ssize_t n_entries)
{
    if (n_entries <= ou_keys_capacity(OU_KEYS_MIN_LOG2)) {
        return OU_KEYS_MIN_LOG2;
    }
    unsigned log2_size = ou_bit_length((size_t)n_entries);
    while (log2_size < 62 && ou_keys_capacity(log2_size) < n_entries) {
        log2_size++;
    }
    return log2_size;
}

size_t
ou_keys_size(const PyDictKeysObject *keys)
{
    return block_size(keys->kind, keys->log2_size);
}

void
ou_keys_free_block(PyDictKeysObject *keys)
{
    if (OU_LIKELY(keys->log2_size == OU_KEYS_MIN_LOG2 && keys->kind == OU_KEYS_STR)) {
        if (keys != OU_KEYS_EMPTY) {
            ou_block_free_sized(OU_FAMILY_BUFFER, keys, block_size(OU_KEYS_STR, OU_KEYS_MIN_LOG2));
        }
    }
    else {
        ou_block_free_sized(OU_FAMILY_BUFFER, keys, ou_keys_size(keys));
    }
}

void
ou_keys_free(PyDictKeysObject *keys)
{
    if (keys == OU_KEYS_EMPTY) {
        return;
    }
    /* Each place is empty before its count falls, as a dying dict may still be walked. */
    Py_ssize_t n = keys->n_entries;
    if (keys->kind == OU_KEYS_STR) {
        OuStrEntry *entries = ou_keys_entries(keys);
        for (Py_ssize_t i = keys->first; i < n; i++) {
            Py_CLEAR(entries[i].key);
            Py_CLEAR(entries[i].value);
        }
    }
    else if (keys->kind == OU_KEYS_GENERAL) {
        OuEntry *entries = ou_keys_entries(keys);
        for (Py_ssize_t i = keys->first; i < n; i++) {
            Py_CLEAR(entries[i].key);
            Py_CLEAR(entries[i].value);
        }
    }
    else {
        PyObject **entries = ou_keys_entries(keys);
        for (Py_ssize_t i = 0; i < n; i++) {
            Py_CLEAR(entries[i]);
        }
    }
    ou_keys_free_block(keys);
}

uint32_t
ou_keys_version_assign(PyDictKeysObject *keys)
{
    if (keys->kind == OU_KEYS_GENERAL || keys == OU_KEYS_EMPTY || last_version == UINT32_MAX) {
        return 0;
    }
    return keys->version = ++last_version;
}

/* ---- looking up ----------------------------------------------------------------------------- */

Py_hash_t
ou_keys_str_hash_slow(PyObject *str)
{
    PyASCIIObject *ascii = (PyASCIIObject *)str;
    if (ascii->hash == -1) {
        ascii->hash = ou_hash_bytes(PyUnicode_DATA(str), (size_t)ascii->length * PyUnicode_KIND(str));
    }
    return ascii->hash;
}

bool
ou_keys_str_equal(PyObject *a, PyObject *b)
{
    const PyASCIIObject *left = (PyASCIIObject *)a, *right = (PyASCIIObject *)b;
    if (a == b) {
        return true;
    }
    if (left->length != right->length || left->state.kind != right->state.kind
        || (left->state.interned && right->state.interned)) {
        return false;
    }
    return memcmp(PyUnicode_DATA(a), PyUnicode_DATA(b), (size_t)left->length * left->state.kind) == 0;
}

static OU_ALWAYS_INLINE Py_ssize_t
lookup_str(const PyDictKeysObject *keys, int width, PyObject *str, Py_hash_t hash)
{
    PyObject **words = ou_keys_entries(keys);
    size_t stride = keys->kind == OU_KEYS_SHARED ? 1 : 2;
    for (Probe probe = probe_start(keys, hash);; probe_next(&probe, keys, hash)) {
        Py_ssize_t entry = slot_get(keys, width, probe.slot);
        if (entry >= 0) {
            PyObject *key = words[(size_t)entry * stride];
            if (key == str || (((PyASCIIObject *)key)->hash == hash && ou_keys_str_equal(key, str))) {
                return entry;
            }
        }
        else if (entry == SLOT_EMPTY) {
            return OU_KEYS_ABSENT;
        }
    }
}

Py_ssize_t
ou_keys_lookup_str_slow(const PyDictKeysObject *keys, PyObject *str, Py_hash_t hash)
{
    FOR_WIDTH(keys, return lookup_str(keys, WIDTH, str, hash))
}

static OU_ALWAYS_INLINE Py_ssize_t
lookup_plain(const PyDictKeysObject *keys, int width, PyObject *key, Py_hash_t hash)
{
    const OuEntry *entries = ou_keys_entries(keys);
    for (Probe probe = probe_start(keys, hash);; probe_next(&probe, keys, hash)) {
        Py_ssize_t entry = slot_get(keys, width, probe.slot);
        if (entry >= 0) {
            if (entries[entry].key == key) {
                return entry;
            }
            int equal = entries[entry].hash == hash ? ou_equal_plain(entries[entry].key, key) : 0;
            if (equal != 0) {
                return equal > 0 ? entry : OU_KEYS_UNSURE;
            }
        }
        else if (entry == SLOT_EMPTY) {
            return OU_KEYS_ABSENT;
        }
    }
}

Py_ssize_t
ou_keys_lookup_plain(const PyDictKeysObject *keys, PyObject *key, Py_hash_t hash)
{
    OU_ASSERT(keys->kind == OU_KEYS_GENERAL);
    FOR_WIDTH(keys, return lookup_plain(keys, WIDTH, key, hash))
}

/* The same as ou_keys_lookup where == may be anything.  RE-ENTRANT. */
static Py_ssize_t
lookup_any(PyDictObject *dict, PyObject *key, Py_hash_t hash)
{
again:;
    PyDictKeysObject *keys = dict->ma_keys;
    uint64_t table = dict->ma_version_tag;
    bool is_str_table = keys->kind == OU_KEYS_STR;
    int width = slot_width(keys);
    for (Probe probe = probe_start(keys, hash);; probe_next(&probe, keys, hash)) {
        Py_ssize_t entry = slot_get(keys, width, probe.slot);
        if (entry == SLOT_EMPTY) {
            return OU_KEYS_ABSENT;
        }
        if (entry == SLOT_DEAD) {
            continue;
        }
        PyObject **place =
            is_str_table ? &((OuStrEntry *)ou_keys_entries(keys))[entry].key : &((OuEntry *)ou_keys_entries(keys))[entry].key;
        PyObject *found = *place;
        if (found == key) {
            return entry;
        }
        if ((is_str_table ? ((PyASCIIObject *)found)->hash : ((OuEntry *)ou_keys_entries(keys))[entry].hash) != hash) {
            continue;
        }
        int equal = ou_equal_plain(found, key);
        if (equal < 0) {
            Py_INCREF(found);
            OU_HOLD(hold, &found);
            equal = PyObject_RichCompareBool(found, key, Py_EQ);
            OU_HOLD_END(hold);
            /* The place may be in a freed block unless the table is still the same. */
            bool changed = dict->ma_version_tag != table || *place != found;
            Py_DECREF(found); /* not the last one unless changed */
            if (equal < 0) {
                return OU_KEYS_ERROR;
            }
            if (changed) {
                goto again;
            }
        }
        if (equal) {
            return entry;
        }
    }
}

Py_ssize_t
ou_keys_lookup(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject **value)
{
    PyDictKeysObject *keys = dict->ma_keys;
    Py_ssize_t entry = OU_KEYS_UNSURE;
    if (keys->kind != OU_KEYS_STR) {
        entry = ou_keys_lookup_plain(keys, key, hash);
    }
    else if (PyUnicode_CheckExact(key)) {
        entry = ou_keys_lookup_str(keys, key, hash);
    }
    if (OU_UNLIKELY(entry == OU_KEYS_UNSURE)) {
        entry = lookup_any(dict, key, hash);
    }
    *value = NULL;
    if (entry >= 0) {
        PyObject **place;
        ou_keys_entry(dict->ma_keys, entry, &place);
        *value = *place;
    }
    return entry;
}

/* ---- changing ------------------------------------------------------------------------------- */

/* Enter the number of an entry under its hash. */
static OU_ALWAYS_INLINE void
index_enter(PyDictKeysObject *keys, int width, Py_hash_t hash, Py_ssize_t entry)
{
    Probe probe = probe_start(keys, hash);
    while (slot_get(keys, width, probe.slot) != SLOT_EMPTY) {
        probe_next(&probe, keys, hash);
    }
    slot_set(keys, width, probe.slot, entry);
}

/* Fill an unused entry.  Prepended ones use up room as appended ones do: it is the slots that are counted. */
static OU_ALWAYS_INLINE void
entry_put(PyDictKeysObject *keys, Py_ssize_t entry, PyObject *key, Py_hash_t hash, PyObject *value)
{
    OU_ASSERT(keys->usable > 0 && keys != OU_KEYS_EMPTY);
    FOR_WIDTH(keys, index_enter(keys, WIDTH, hash, entry))
    if (keys->kind == OU_KEYS_STR) {
        OU_ASSERT(PyUnicode_CheckExact(key));
        ((OuStrEntry *)ou_keys_entries(keys))[entry] = (OuStrEntry){key, value};
    }
    else if (keys->kind == OU_KEYS_GENERAL) {
        ((OuEntry *)ou_keys_entries(keys))[entry] = (OuEntry){hash, key, value};
    }
    else {
        ((PyObject **)ou_keys_entries(keys))[entry] = key;
    }
    keys->version = 0;
    keys->usable--;
}

Py_ssize_t
ou_keys_append(PyDictKeysObject *keys, PyObject *key, Py_hash_t hash, PyObject *value)
{
    Py_ssize_t entry = keys->n_entries;
    entry_put(keys, entry, key, hash, value);
    keys->n_entries = entry + 1;
    return entry;
}

Py_ssize_t
ou_keys_prepend(PyDictKeysObject *keys, PyObject *key, Py_hash_t hash, PyObject *value)
{
    OU_ASSERT(keys->first > 0);
    Py_ssize_t entry = keys->first - 1;
    entry_put(keys, entry, key, hash, value);
    keys->first = entry;
    return entry;
}

void
ou_keys_delete(PyDictKeysObject *keys, Py_ssize_t index, PyObject **key, PyObject **value)
{
    Py_hash_t hash = ou_keys_entry_hash(keys, index);
    Probe probe = probe_start(keys, hash);
    int width = slot_width(keys);
    while (slot_get(keys, width, probe.slot) != index) {
        probe_next(&probe, keys, hash);
    }
    slot_set(keys, width, probe.slot, SLOT_DEAD);
    keys->version = 0;
    if (keys->kind == OU_KEYS_STR) {
        OuStrEntry *entries = ou_keys_str_entries(keys);
        *key = entries[index].key;
        *value = entries[index].value;
        entries[index] = (OuStrEntry){NULL, NULL};
        while (keys->first < keys->n_entries && entries[keys->first].key == NULL) {
            keys->first++;
        }
    }
    else {
        OuEntry *entries = ou_keys_general_entries(keys);
        *key = entries[index].key;
        *value = entries[index].value;
        entries[index] = (OuEntry){0, NULL, NULL};
        while (keys->first < keys->n_entries && entries[keys->first].key == NULL) {
            keys->first++;
        }
    }
}

int
ou_keys_resize(PyDictObject *dict, unsigned log2_size, OuKeysKind kind)
{
    return ou_keys_resize_gap(dict, log2_size, kind, 0);
}

/* Move the live entries of another table to entry `at` and on, and zero the others. */
static OU_ALWAYS_INLINE void
move_entries(PyDictKeysObject *keys, int width, const PyDictKeysObject *old, Py_ssize_t at)
{
    size_t size = entry_size((OuKeysKind)keys->kind);
    char *entries = ou_keys_entries(keys);
    memset(entries, 0, (size_t)at * size);
    if (keys->kind == OU_KEYS_STR) {
        OuStrEntry *from = ou_keys_entries(old), *to = ou_keys_entries(keys);
        for (Py_ssize_t i = old->first; i < old->n_entries; i++) {
            if (from[i].key != NULL) {
                to[at] = from[i];
                index_enter(keys, width, ((PyASCIIObject *)from[i].key)->hash, at++);
            }
        }
    }
    else if (old->kind == OU_KEYS_GENERAL) {
        OuEntry *from = ou_keys_entries(old), *to = ou_keys_entries(keys);
        for (Py_ssize_t i = old->first; i < old->n_entries; i++) {
            if (from[i].key != NULL) {
                to[at] = from[i];
                index_enter(keys, width, from[i].hash, at++);
            }
        }
    }
    else {
        OuStrEntry *from = ou_keys_entries(old);
        OuEntry *to = ou_keys_entries(keys);
        for (Py_ssize_t i = old->first; i < old->n_entries; i++) {
            if (from[i].key != NULL) {
                to[at] = (OuEntry){((PyASCIIObject *)from[i].key)->hash, from[i].key, from[i].value};
                index_enter(keys, width, to[at].hash, at);
                at++;
            }
        }
    }
    keys->n_entries = at;
    memset(entries + (size_t)at * size, 0, (size_t)(keys->usable - at) * size);
}

int
ou_keys_resize_gap(PyDictObject *dict, unsigned log2_size, OuKeysKind kind, Py_ssize_t gap)
{
    PyDictKeysObject *old = dict->ma_keys;
    PyDictKeysObject *keys = old == OU_KEYS_EMPTY && gap == 0 ? ou_keys_new(kind, log2_size) : keys_new_raw(kind, log2_size);
    if (keys == NULL) {
        return -1;
    }
    if (old != OU_KEYS_EMPTY || gap != 0) {
        OU_ASSERT(keys->usable >= dict->ma_used + gap && (kind == OU_KEYS_GENERAL || old->kind == OU_KEYS_STR));
        FOR_WIDTH(keys, move_entries(keys, WIDTH, old, gap))
        OU_ASSERT(keys->n_entries == dict->ma_used + gap);
        keys->first = gap;
        keys->usable -= keys->n_entries;
        ou_keys_free_block(old);
    }
    dict->ma_keys = keys; /* commit */
    dict->ma_version_tag++;
    return 0;
}

Py_ssize_t
ou_keys_insert_shared(PyDictKeysObject *keys, PyObject *name)
{
    if (!PyUnicode_CheckExact(name)) {
        return -1;
    }
    Py_hash_t hash = ou_keys_str_hash(name);
    Py_ssize_t index = ou_keys_lookup_str(keys, name, hash);
    if (index >= 0) {
        return index;
    }
    return keys->usable > 0 ? ou_keys_append(keys, Py_NewRef(name), hash, NULL) : -1;
}

/* ---- dicts of instances --------------------------------------------------------------------- */

PyObject *
ou_dict_from_inline(PyDictKeysObject *keys, PyObject **values, const uint8_t *order, Py_ssize_t n)
{
    PyDictKeysObject *table = n == 0 ? OU_KEYS_EMPTY : ou_keys_new(OU_KEYS_STR, ou_keys_log2_for(n + (n >> 1)));
    if (table == NULL) {
        return NULL;
    }
    PyDictObject *dict = (PyDictObject *)ou_gc_new_fast(&PyDict_Type, sizeof(PyDictObject));
    if (dict == NULL) {
        ou_keys_free_block(table);
        return NULL;
    }
    dict->ma_used = n;
    dict->ma_version_tag = 0;
    dict->ma_keys = table;
    dict->ma_values = NULL;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *key = ou_keys_shared_key(keys, order[i]), *value = values[order[i]];
        values[order[i]] = NULL;
        ou_keys_append(table, Py_NewRef(key), ((PyASCIIObject *)key)->hash, value);
        ou_dict_track_for(dict, key, value);
    }
    return (PyObject *)dict;
}
