/* types/set.c - set and frozenset: the table, adding, finding, removing, dying.  The C API of sets.
 *
 * Owns       one reference a key; a table of its own once the eight slots in the object are too few.
 * Invariant  a slot is free (key NULL, hash 0), dead (key the dummy, hash -1) or live; `fill` counts live and
 *            dead ones, and stays below three fifths of the slots; dead slots are not used again.
 * Not here   operations on two sets (set_ops.c), methods and types (set_type.c).
 * Source     the order in which slots are probed and the sizes are those of CPython 3.11, as the order in
 *            which a set of ints is shown follows from them. */
#include "object/hold.h"
#include "object/walk.h"
#include "types/compare.h"
#include "types/dict.h"
#include "types/draw.h"
#include "types/set.h"

enum {
    N_NEIGHBOURS = 9, /* slots behind a first one that are tried before jumping */
    PERTURB_SHIFT = 5
};

static PyObject dummy;
PyObject *_PySet_Dummy = &dummy;

static OU_ALWAYS_INLINE bool
entry_is_live(const setentry *entry)
{
    return entry->key != NULL && entry->key != &dummy;
}

/* The walk over the slots of a hash. */
typedef struct {
    size_t slot, mask, perturb;
    size_t neighbours; /* still to be tried here */
} Probe;

static OU_ALWAYS_INLINE void
probe_settle(Probe *probe)
{
    probe->neighbours = probe->slot + N_NEIGHBOURS <= probe->mask ? N_NEIGHBOURS : 0;
}

static OU_ALWAYS_INLINE Probe
probe_start(size_t mask, Py_hash_t hash)
{
    Probe probe = {(size_t)hash & mask, mask, (size_t)hash, 0};
    probe_settle(&probe);
    return probe;
}

/* `base` of the run of neighbours is where jumps start from. */
static OU_ALWAYS_INLINE void
probe_next(Probe *probe, size_t *base)
{
    if (probe->neighbours > 0) {
        probe->neighbours--;
        probe->slot++;
        return;
    }
    probe->perturb >>= PERTURB_SHIFT;
    *base = (*base * 5 + 1 + probe->perturb) & probe->mask;
    probe->slot = *base;
    probe_settle(probe);
}

/* ---- the table ------------------------------------------------------------------------------ */

static void
set_reset(PySetObject *set)
{
    memset(set->smalltable, 0, sizeof set->smalltable);
    set->fill = set->used = 0;
    set->mask = PySet_MINSIZE - 1;
    set->table = set->smalltable;
    set->hash = -1;
}

static void
table_free(PySetObject *set, setentry *table, Py_ssize_t mask)
{
    if (table != set->smalltable && table != NULL) {
        ou_block_free_sized(OU_FAMILY_BUFFER, table, ((size_t)mask + 1) * sizeof *table);
    }
}

/* Enter a key that is known to be absent into a table without dead slots. */
static void
table_insert_clean(setentry *table, size_t mask, PyObject *key, Py_hash_t hash)
{
    Probe probe = probe_start(mask, hash);
    size_t base = probe.slot;
    while (table[probe.slot].key != NULL) {
        probe_next(&probe, &base);
    }
    table[probe.slot] = (setentry){key, hash};
}

/* A new table of more than `min_used` slots, without dead ones.  Returns 0, or -1 with MemoryError and
 * nothing changed.  Runs no Python code. */
static int
set_resize(PySetObject *set, Py_ssize_t min_used)
{
    size_t n_slots = PySet_MINSIZE, bytes;
    while (n_slots <= (size_t)min_used) {
        n_slots <<= 1;
    }
    setentry *old = set->table, *table, saved[PySet_MINSIZE];
    Py_ssize_t old_mask = set->mask;
    if (n_slots == PySet_MINSIZE) {
        table = set->smalltable;
        if (old == table) {
            if (set->fill == set->used) {
                return 0;
            }
            memcpy(saved, old, sizeof saved);
            old = saved;
        }
    }
    else {
        table = ou_size_mul(n_slots, sizeof *table, &bytes) || bytes > PY_SSIZE_T_MAX ? NULL
                                                                                      : ou_block_alloc(OU_FAMILY_BUFFER, bytes);
        if (table == NULL) {
            PyErr_NoMemory();
            return -1;
        }
    }
    memset(table, 0, n_slots * sizeof *table);
    for (Py_ssize_t i = 0; i <= old_mask; i++) {
        if (entry_is_live(&old[i])) {
            table_insert_clean(table, n_slots - 1, old[i].key, old[i].hash);
        }
    }
    set->table = table;
    set->mask = (Py_ssize_t)n_slots - 1;
    set->fill = set->used;
    if (old == set->smalltable && table != old) {
        memset(old, 0, sizeof set->smalltable); /* no pointer stays where nobody looks after it */
    }
    else if (old != saved) {
        table_free(set, old, old_mask);
    }
    return 0;
}

static OU_ALWAYS_INLINE Py_ssize_t
grown(Py_ssize_t used)
{
    return used > 50000 ? used * 2 : used * 4;
}

/* Is the key at this entry equal?  1, 0, -1 error, 2 the set has changed: start again.  `owned` is the key if a caller
 * in this file has taken a reference to it, else NULL.  RE-ENTRANT. */
static OU_NOINLINE int
entry_compare(PySetObject *set, setentry *table, setentry *entry, PyObject *key, PyObject *owned)
{
    PyObject *found = entry->key;
    Py_ssize_t mask = set->mask;
    int equal;
    Py_INCREF(found);
    OU_HOLD(hold, &found, &owned);
    equal = PyObject_RichCompareBool(found, key, Py_EQ);
    OU_HOLD_END(hold);
    bool changed = set->table != table || set->mask != mask || entry->key != found;
    Py_DECREF(found);
    return equal < 0 ? -1 : changed ? 2 : equal;
}

/* The entry of a key; *found says whether it is there or the free slot where it belongs.  Returns NULL with
 * an error set.  RE-ENTRANT. */
static OU_ALWAYS_INLINE setentry *
set_find(PySetObject *set, PyObject *key, Py_hash_t hash, PyObject *owned, bool *found)
{
again:;
    setentry *table = set->table;
    Probe probe = probe_start((size_t)set->mask, hash);
    size_t base = probe.slot;
    for (;; probe_next(&probe, &base)) {
        setentry *entry = &table[probe.slot];
        if (entry->key == NULL) {
            *found = false;
            return entry;
        }
        if (entry->hash != hash || entry->key == &dummy) {
            continue;
        }
        int equal = ou_equal_plain(entry->key, key);
        if (equal < 0) {
            equal = entry_compare(set, table, entry, key, owned);
        }
        if (equal == 2) {
            goto again;
        }
        if (equal != 0) {
            *found = true;
            return equal < 0 ? NULL : entry;
        }
    }
}

/* As set_find(), as far as no Python code is needed: 1 the key is at *entry, 0 *entry is where it belongs, -1 unsure. */
static OU_ALWAYS_INLINE int
set_find_plain(PySetObject *set, PyObject *key, Py_hash_t hash, setentry **entry)
{
    setentry *table = set->table;
    Probe probe = probe_start((size_t)set->mask, hash);
    size_t base = probe.slot;
    for (;; probe_next(&probe, &base)) {
        PyObject *found = table[probe.slot].key;
        *entry = &table[probe.slot];
        if (found == NULL) {
            return 0;
        }
        if (table[probe.slot].hash == hash && found != &dummy) {
            int equal = ou_equal_plain(found, key);
            if (equal != 0) {
                return equal;
            }
        }
    }
}

int
ou_set_contains_plain(PySetObject *set, PyObject *key, Py_hash_t hash)
{
    setentry *entry;
    return set_find_plain(set, key, hash, &entry);
}

int
ou_set_contains_hashed(PySetObject *set, PyObject *key, Py_hash_t hash)
{
    bool found;
    return set_find(set, key, hash, NULL, &found) == NULL ? -1 : found;
}

/* Put in a key whose first slot is free, so that it is new, if there is room.  Takes the reference then. */
static OU_ALWAYS_INLINE bool
set_take_first(PySetObject *set, PyObject *key, Py_hash_t hash)
{
    setentry *first = &set->table[(size_t)hash & (size_t)set->mask];
    if (OU_UNLIKELY(first->key != NULL || ((size_t)set->fill + 1) * 5 >= (size_t)set->mask * 3)) {
        return false;
    }
    *first = (setentry){key, hash};
    set->fill++;
    set->used++;
    return true;
}

int
ou_set_add_hashed(PySetObject *set, PyObject *key, Py_hash_t hash)
{
    bool found;
    if (OU_LIKELY(set_take_first(set, key, hash))) {
        Py_INCREF(key);
        return 0;
    }
    setentry *entry;
    int plain = set_find_plain(set, key, hash, &entry);
    if (OU_LIKELY(plain > 0)) {
        return 0;
    }
    Py_INCREF(key);
    if (plain < 0) {
        entry = set_find(set, key, hash, key, &found); /* == may drop the caller's reference */
        if (entry == NULL || found) {
            Py_DECREF(key);
            return entry == NULL ? -1 : 0;
        }
    }
    *entry = (setentry){key, hash};
    set->fill++;
    set->used++;
    if ((size_t)set->fill * 5 < (size_t)set->mask * 3 || set_resize(set, grown(set->used)) == 0) {
        return 0;
    }
    /* No memory for a larger table: the key comes out again, so that nothing has changed. */
    *entry = (setentry){NULL, 0};
    set->fill--;
    set->used--;
    Py_DECREF(key);
    return -1;
}

int
ou_set_discard_hashed(PySetObject *set, PyObject *key, Py_hash_t hash)
{
    bool found;
    setentry *entry = set_find(set, key, hash, NULL, &found);
    if (entry == NULL || !found) {
        return entry == NULL ? -1 : 0;
    }
    PyObject *old = entry->key;
    *entry = (setentry){&dummy, -1};
    set->used--;
    Py_DECREF(old);
    return 1;
}

int
ou_set_contains_key(PySetObject *set, PyObject *key)
{
    Py_hash_t hash = ou_dict_hash(key);
    return hash == -1 ? -1 : ou_set_contains_hashed(set, key, hash);
}

int
ou_set_add_key(PySetObject *set, PyObject *key)
{
    Py_hash_t hash = ou_dict_hash(key);
    return hash == -1 ? -1 : ou_set_add_hashed(set, key, hash);
}

int
ou_set_discard_key(PySetObject *set, PyObject *key)
{
    Py_hash_t hash = ou_dict_hash(key);
    return hash == -1 ? -1 : ou_set_discard_hashed(set, key, hash);
}

bool
ou_set_next(PySetObject *set, Py_ssize_t *position, PyObject **key, Py_hash_t *hash)
{
    Py_ssize_t i = *position;
    while (i <= set->mask && !entry_is_live(&set->table[i])) {
        i++;
    }
    *position = i + 1;
    if (i > set->mask) {
        return false;
    }
    *key = set->table[i].key;
    *hash = set->table[i].hash;
    return true;
}

int
ou_set_tidy(PySetObject *set)
{
    return set->fill - set->used <= set->mask / 4 ? 0 : set_resize(set, grown(set->used));
}

PyObject *
ou_set_take_any(PySetObject *set)
{
    if (set->used == 0) {
        return NULL;
    }
    size_t i = (size_t)set->finger & (size_t)set->mask; /* where the last one came from: emptying a set is linear */
    while (!entry_is_live(&set->table[i])) {
        i = (i + 1) & (size_t)set->mask;
    }
    PyObject *key = set->table[i].key;
    set->table[i] = (setentry){&dummy, -1};
    set->used--;
    set->finger = (Py_ssize_t)i + 1;
    return key;
}

/* ---- making and dying ----------------------------------------------------------------------- */

/* An empty one.  Exact sets are not tracked yet. */
static PySetObject *
set_new_empty(PyTypeObject *type)
{
    bool exact = type == &PySet_Type || type == &PyFrozenSet_Type;
    PySetObject *set = (PySetObject *)(exact ? ou_gc_new_fast(type, sizeof(PySetObject)) : type->tp_alloc(type, 0));
    if (set != NULL) {
        set_reset(set);
        set->finger = 0;
        set->weakreflist = NULL;
        if (exact) {
            ou_gc_track((PyObject *)set);
        }
    }
    return set;
}

PyObject *
ou_set_take_plain(PyObject **items, Py_ssize_t n)
{
    PySetObject *set = set_new_empty(&PySet_Type);
    for (Py_ssize_t i = 0; set != NULL && i < n; i++) {
        Py_hash_t hash = ou_dict_hash(items[i]);
        if (OU_LIKELY(set_take_first(set, items[i], hash))) {
            items[i] = NULL;
        }
        else if (ou_set_add_hashed(set, items[i], hash) < 0) {
            Py_CLEAR(set);
        }
    }
    return (PyObject *)set;
}

PyObject *
ou_set_new(PyTypeObject *type, PyObject *iterable)
{
    PyObject *self = (PyObject *)set_new_empty(type);
    if (self == NULL || iterable == NULL) {
        return self;
    }
    OU_HOLD(hold, &self);
    if (ou_set_update(OU_SET(self), iterable) < 0) {
        Py_CLEAR(self);
    }
    OU_HOLD_END(hold);
    return self;
}

PyObject *
ou_set_new_like(PyObject *like, PyObject *iterable)
{
    return ou_set_new(PySet_Check(like) ? &PySet_Type : &PyFrozenSet_Type, iterable);
}

OU_WALKER(set)
{
    PySetObject *set = OU_SET(self);
    for (Py_ssize_t i = 0; set->table != NULL && i <= set->mask; i++) {
        if (entry_is_live(&set->table[i])) {
            OU_EDGE(set->table[i].key, OU_EDGE_KEY, NULL, i);
        }
    }
    return 0;
}

int
ou_set_traverse(PyObject *self, visitproc visit, void *arg)
{
    return set_traverse(self, visit, arg);
}

/* Drop all keys, each out of the table before its count falls. */
static void
set_drop_keys(PySetObject *set)
{
    Py_ssize_t used = set->used;
    for (setentry *entry = set->table; used > 0; entry++) {
        if (entry_is_live(entry)) {
            PyObject *key = entry->key;
            entry->key = NULL;
            used--;
            Py_DECREF(key);
        }
    }
}

void
ou_set_dealloc(PyObject *self)
{
    PySetObject *set = OU_SET(self);
    ou_gc_untrack(self);
    if (set->weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    if (set->table != NULL) {
        set_drop_keys(set);
        table_free(set, set->table, set->mask);
    }
    if (PyAnySet_CheckExact(self)) {
        ou_gc_free_fast(self, sizeof(PySetObject));
    }
    else {
        Py_TYPE(self)->tp_free(self);
    }
}

/* As in dicts, the content dies in a set of its own. */
void
ou_set_clear(PySetObject *set)
{
    if (set->fill == 0) {
        return;
    }
    ou_memory_fail_benign_begin();
    PyGC_Head *gc = ou_block_alloc(OU_FAMILY_COLLECTED, sizeof(PyGC_Head) + sizeof(PySetObject));
    ou_memory_fail_benign_end();
    PySetObject content;
    PySetObject *dying = gc == NULL ? &content : (PySetObject *)OU_GC_OBJECT(gc);
    *dying = *set;
    dying->weakreflist = NULL;
    if (set->table == set->smalltable) {
        dying->table = dying->smalltable;
    }
    set_reset(set); /* commit */
    if (gc == NULL) {
        set_drop_keys(dying);
        table_free(dying, dying->table, dying->mask);
        return;
    }
    gc->_gc_next = gc->_gc_prev = 0;
    ou_gc_count_allocation();
    dying->ob_base = (PyObject){1, &PySet_Type};
    Py_DECREF(dying);
}

int
ou_set_clear_slot(PyObject *self)
{
    ou_set_clear(OU_SET(self));
    return 0;
}

void
ou_set_swap(PySetObject *a, PySetObject *b)
{
    PySetObject old_a = *a, old_b = *b;
    for (int turn = 0; turn < 2; turn++) {
        PySetObject *to = turn == 0 ? a : b, *from = turn == 0 ? b : a, *content = turn == 0 ? &old_b : &old_a;
        to->fill = content->fill;
        to->used = content->used;
        to->mask = content->mask;
        to->table = content->table == from->smalltable ? to->smalltable : content->table;
        memcpy(to->smalltable, content->smalltable, sizeof to->smalltable);
        bool frozen = PyType_IsSubtype(Py_TYPE(a), &PyFrozenSet_Type) && PyType_IsSubtype(Py_TYPE(b), &PyFrozenSet_Type);
        to->hash = frozen ? content->hash : -1;
    }
}

/* ---- growing from others -------------------------------------------------------------------- */

/* Put in all keys of another set.  RE-ENTRANT unless this one is empty. */
static int
set_merge(PySetObject *set, PySetObject *other)
{
    if (other == set || other->used == 0) {
        return 0;
    }
    if ((size_t)(set->fill + other->used) * 5 >= (size_t)set->mask * 3 && set_resize(set, (set->used + other->used) * 2) < 0) {
        return -1;
    }
    if (set->fill == 0) {
        bool same = set->mask == other->mask && other->fill == other->used;
        for (Py_ssize_t i = 0; i <= other->mask; i++) {
            setentry entry = other->table[i];
            if (!entry_is_live(&entry)) {
                continue;
            }
            Py_INCREF(entry.key);
            if (same) {
                set->table[i] = entry;
            }
            else {
                table_insert_clean(set->table, (size_t)set->mask, entry.key, entry.hash);
            }
        }
        set->fill = set->used = other->used;
        return 0;
    }
    Py_ssize_t position = 0;
    PyObject *key;
    Py_hash_t hash;
    while (ou_set_next(other, &position, &key, &hash)) {
        if (ou_set_add_hashed(set, key, hash) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
set_update_dict(PySetObject *set, PyObject *dict)
{
    Py_ssize_t n = PyDict_GET_SIZE(dict), position = 0;
    if ((size_t)(set->fill + n) * 5 >= (size_t)set->mask * 3 && set_resize(set, (set->used + n) * 2) < 0) {
        return -1;
    }
    PyObject *key, *value;
    Py_hash_t hash;
    while (_PyDict_Next(dict, &position, &key, &value, &hash)) {
        if (ou_set_add_hashed(set, key, hash) < 0) {
            return -1;
        }
    }
    return 0;
}

int
ou_set_update(PySetObject *set, PyObject *iterable)
{
    if (PyAnySet_Check(iterable)) {
        return set_merge(set, OU_SET(iterable));
    }
    if (PyDict_CheckExact(iterable)) {
        return set_update_dict(set, iterable);
    }
    PyObject *iter = PyObject_GetIter(iterable), *key = NULL;
    if (iter == NULL) {
        return -1;
    }
    int status = 0;
    OU_HOLD(hold, &iter, &key);
    while (status == 0 && (key = ou_draw_next(iter)) != NULL) {
        Py_hash_t hash = ou_dict_hash(key);
        if (OU_LIKELY(hash != -1) && set_take_first(set, key, hash)) {
            key = NULL;
            continue;
        }
        status = hash == -1 ? -1 : ou_set_add_hashed(set, key, hash);
        Py_CLEAR(key);
    }
    if (status == 0 && ou_error_occurred() != NULL) {
        status = -1;
    }
    Py_CLEAR(iter);
    OU_HOLD_END(hold);
    return status;
}

/* ---- the C API ------------------------------------------------------------------------------ */

PyObject *
PySet_New(PyObject *iterable)
{
    return ou_set_new(&PySet_Type, iterable);
}

PyObject *
PyFrozenSet_New(PyObject *iterable)
{
    return ou_set_new(&PyFrozenSet_Type, iterable);
}

#define CHECK(cond, result)          \
    do {                             \
        if (!(cond)) {               \
            PyErr_BadInternalCall(); \
            return (result);         \
        }                            \
    } while (0)

Py_ssize_t
PySet_Size(PyObject *self)
{
    CHECK(PyAnySet_Check(self), -1);
    return PySet_GET_SIZE(self);
}

int
PySet_Clear(PyObject *self)
{
    CHECK(PySet_Check(self), -1);
    ou_set_clear(OU_SET(self));
    return 0;
}

int
PySet_Contains(PyObject *self, PyObject *key)
{
    CHECK(PyAnySet_Check(self), -1);
    return ou_set_contains_key(OU_SET(self), key);
}

int
PySet_Discard(PyObject *self, PyObject *key)
{
    CHECK(PySet_Check(self), -1);
    return ou_set_discard_key(OU_SET(self), key);
}

/* Also for a frozenset that nobody else knows yet. */
int
PySet_Add(PyObject *self, PyObject *key)
{
    CHECK(PySet_Check(self) || (PyFrozenSet_Check(self) && Py_REFCNT(self) == 1), -1);
    return ou_set_add_key(OU_SET(self), key);
}

PyObject *
PySet_Pop(PyObject *self)
{
    CHECK(PySet_Check(self), NULL);
    PyObject *key = ou_set_take_any(OU_SET(self));
    if (key == NULL) {
        PyErr_SetString(PyExc_KeyError, "pop from an empty set");
    }
    return key;
}

int
_PySet_NextEntry(PyObject *self, Py_ssize_t *position, PyObject **key, Py_hash_t *hash)
{
    CHECK(PyAnySet_Check(self), -1);
    return ou_set_next(OU_SET(self), position, key, hash);
}

int
_PySet_Update(PyObject *self, PyObject *iterable)
{
    CHECK(PySet_Check(self), -1);
    return ou_set_update(OU_SET(self), iterable);
}
