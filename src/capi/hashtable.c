/* capi/hashtable.c - _Py_hashtable_*: a table from pointers to pointers, for compiled modules.
 *
 * Owns       its buckets and entries; keys and values only in so far as a destroy function was given.
 * Invariant  at most 3 entries to 4 buckets, as long as memory allows; each entry lies in the bucket of its hash.
 * Not here   dicts: no object is touched, no Python code is run (unless a destroy function does). */
#include "object/state.h"

#include "hashtable.h"

enum { FEWEST_BUCKETS = 16 };

static size_t
bucket_of(const _Py_hashtable_t *table, Py_uhash_t hash)
{
    return (size_t)hash & (table->nbuckets - 1);
}

static _Py_hashtable_entry_t *
entry_find(_Py_hashtable_t *table, const void *key)
{
    Py_uhash_t hash = table->hash_func(key);
    _Py_slist_item_t *at = table->buckets[bucket_of(table, hash)].head;
    for (; at != NULL; at = at->next) {
        _Py_hashtable_entry_t *entry = (_Py_hashtable_entry_t *)at;
        if (entry->key_hash == hash && table->compare_func(key, entry->key)) {
            return entry;
        }
    }
    return NULL;
}

static _Py_slist_t *
buckets_new(_Py_hashtable_t *table, size_t n)
{
    size_t bytes;
    if (ou_size_mul(n, sizeof(_Py_slist_t), &bytes)) {
        return NULL;
    }
    _Py_slist_t *buckets = table->alloc.malloc(bytes);
    if (buckets != NULL) {
        memset(buckets, 0, bytes);
    }
    return buckets;
}

/* Twice the buckets.  Refused memory leaves the table as it is: longer chains, but right. */
static void
grow(_Py_hashtable_t *table)
{
    size_t old_n = table->nbuckets;
    _Py_slist_t *old = table->buckets, *fresh = old_n > SIZE_MAX / 4 ? NULL : buckets_new(table, 2 * old_n);
    if (fresh == NULL) {
        return;
    }
    table->buckets = fresh;
    table->nbuckets = 2 * old_n;
    for (size_t i = 0; i < old_n; i++) {
        for (_Py_slist_item_t *at = old[i].head, *next; at != NULL; at = next) {
            next = at->next;
            _Py_slist_t *bucket = &fresh[bucket_of(table, ((_Py_hashtable_entry_t *)at)->key_hash)];
            at->next = bucket->head;
            bucket->head = at;
        }
    }
    table->alloc.free(old);
}

/* Hash and comparison of pointers as such. */
Py_uhash_t
_Py_hashtable_hash_ptr(const void *key)
{
    return (Py_uhash_t)_Py_HashPointerRaw(key);
}

int
_Py_hashtable_compare_direct(const void *a, const void *b)
{
    return a == b;
}

/* A new table; allocator NULL: PyMem_Malloc.  Returns NULL, without an exception, if memory is refused. */
_Py_hashtable_t *
_Py_hashtable_new_full(_Py_hashtable_hash_func hash, _Py_hashtable_compare_func compare, _Py_hashtable_destroy_func key_destroy,
                       _Py_hashtable_destroy_func value_destroy, _Py_hashtable_allocator_t *allocator)
{
    _Py_hashtable_allocator_t alloc = {PyMem_Malloc, PyMem_Free};
    if (allocator != NULL) {
        alloc = *allocator;
    }
    _Py_hashtable_t *table = alloc.malloc(sizeof *table);
    if (table == NULL) {
        return NULL;
    }
    *table = (_Py_hashtable_t){
        .nbuckets = FEWEST_BUCKETS,
        .get_entry_func = entry_find,
        .hash_func = hash,
        .compare_func = compare,
        .key_destroy_func = key_destroy,
        .value_destroy_func = value_destroy,
        .alloc = alloc,
    };
    table->buckets = buckets_new(table, FEWEST_BUCKETS);
    if (table->buckets == NULL) {
        alloc.free(table);
        return NULL;
    }
    return table;
}

_Py_hashtable_t *
_Py_hashtable_new(_Py_hashtable_hash_func hash, _Py_hashtable_compare_func compare)
{
    return _Py_hashtable_new_full(hash, compare, NULL, NULL, NULL);
}

/* Enter a key that is not there yet.  Returns 0, or -1 if memory is refused. */
int
_Py_hashtable_set(_Py_hashtable_t *table, const void *key, void *value)
{
    _Py_hashtable_entry_t *entry = table->alloc.malloc(sizeof *entry);
    if (entry == NULL) {
        return -1;
    }
    if (4 * (table->nentries + 1) > 3 * table->nbuckets) {
        grow(table);
    }
    *entry = (_Py_hashtable_entry_t){.key_hash = table->hash_func(key), .key = (void *)key, .value = value};
    _Py_slist_t *bucket = &table->buckets[bucket_of(table, entry->key_hash)];
    entry->_Py_slist_item.next = bucket->head;
    bucket->head = &entry->_Py_slist_item;
    table->nentries++;
    return 0;
}

/* The value of a key; NULL: not there. */
void *
_Py_hashtable_get(_Py_hashtable_t *table, const void *key)
{
    _Py_hashtable_entry_t *entry = table->get_entry_func(table, key);
    return entry == NULL ? NULL : entry->value;
}

/* Take a key out without destroying anything.  Returns its value; NULL: not there. */
void *
_Py_hashtable_steal(_Py_hashtable_t *table, const void *key)
{
    _Py_hashtable_entry_t *entry = entry_find(table, key);
    if (entry == NULL) {
        return NULL;
    }
    _Py_slist_item_t **link = &table->buckets[bucket_of(table, entry->key_hash)].head;
    while (*link != &entry->_Py_slist_item) {
        link = &(*link)->next;
    }
    *link = entry->_Py_slist_item.next;
    void *value = entry->value;
    table->alloc.free(entry);
    table->nentries--;
    return value;
}

/* Call for each entry until the function returns something else than 0, and return that. */
int
_Py_hashtable_foreach(_Py_hashtable_t *table, _Py_hashtable_foreach_func function, void *arg)
{
    for (size_t i = 0; i < table->nbuckets; i++) {
        for (_Py_slist_item_t *at = table->buckets[i].head, *next; at != NULL; at = next) {
            next = at->next;
            int stop = function(table, ((_Py_hashtable_entry_t *)at)->key, ((_Py_hashtable_entry_t *)at)->value, arg);
            if (stop != 0) {
                return stop;
            }
        }
    }
    return 0;
}

/* Bytes of the table with its buckets and entries. */
size_t
_Py_hashtable_size(const _Py_hashtable_t *table)
{
    return sizeof *table + table->nbuckets * sizeof(_Py_slist_t) + table->nentries * sizeof(_Py_hashtable_entry_t);
}

/* Remove all entries, destroying keys and values. */
void
_Py_hashtable_clear(_Py_hashtable_t *table)
{
    for (size_t i = 0; i < table->nbuckets; i++) {
        while (table->buckets[i].head != NULL) {
            _Py_hashtable_entry_t *entry = (_Py_hashtable_entry_t *)table->buckets[i].head;
            table->buckets[i].head = entry->_Py_slist_item.next;
            table->nentries--;
            if (table->key_destroy_func != NULL) {
                table->key_destroy_func(entry->key);
            }
            if (table->value_destroy_func != NULL) {
                table->value_destroy_func(entry->value);
            }
            table->alloc.free(entry);
        }
    }
}

void
_Py_hashtable_destroy(_Py_hashtable_t *table)
{
    _Py_hashtable_clear(table);
    table->alloc.free(table->buckets);
    table->alloc.free(table);
}
