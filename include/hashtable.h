/* hashtable.h - a table from pointers to pointers, without objects: _Py_hashtable_*, as _hashlib uses it. */
#ifndef OU_HASHTABLE_H
#define OU_HASHTABLE_H

typedef struct _Py_slist_item_s {
    struct _Py_slist_item_s *next;
} _Py_slist_item_t;

typedef struct {
    _Py_slist_item_t *head;
} _Py_slist_t;

typedef struct {
    _Py_slist_item_t _Py_slist_item; /* first: the next of the same bucket */
    Py_uhash_t key_hash;
    void *key, *value;
} _Py_hashtable_entry_t;

struct _Py_hashtable_t;
typedef struct _Py_hashtable_t _Py_hashtable_t;
typedef Py_uhash_t (*_Py_hashtable_hash_func)(const void *key);
typedef int (*_Py_hashtable_compare_func)(const void *a, const void *b);
typedef void (*_Py_hashtable_destroy_func)(void *);
typedef _Py_hashtable_entry_t *(*_Py_hashtable_get_entry_func)(_Py_hashtable_t *, const void *key);
typedef int (*_Py_hashtable_foreach_func)(_Py_hashtable_t *, const void *key, const void *value, void *arg);

typedef struct {
    void *(*malloc)(size_t size);
    void (*free)(void *block);
} _Py_hashtable_allocator_t;

struct _Py_hashtable_t {
    size_t nentries, nbuckets; /* nbuckets: a power of two */
    _Py_slist_t *buckets;
    _Py_hashtable_get_entry_func get_entry_func;
    _Py_hashtable_hash_func hash_func;
    _Py_hashtable_compare_func compare_func;
    _Py_hashtable_destroy_func key_destroy_func, value_destroy_func; /* NULL: nothing to do */
    _Py_hashtable_allocator_t alloc;
};

PyAPI_FUNC(_Py_hashtable_t *) _Py_hashtable_new(_Py_hashtable_hash_func, _Py_hashtable_compare_func);
PyAPI_FUNC(_Py_hashtable_t *) _Py_hashtable_new_full(_Py_hashtable_hash_func, _Py_hashtable_compare_func,
                                                     _Py_hashtable_destroy_func, _Py_hashtable_destroy_func,
                                                     _Py_hashtable_allocator_t *);
PyAPI_FUNC(void) _Py_hashtable_destroy(_Py_hashtable_t *);
PyAPI_FUNC(void) _Py_hashtable_clear(_Py_hashtable_t *);
PyAPI_FUNC(int) _Py_hashtable_foreach(_Py_hashtable_t *, _Py_hashtable_foreach_func, void *arg);
PyAPI_FUNC(size_t) _Py_hashtable_size(const _Py_hashtable_t *);
PyAPI_FUNC(int) _Py_hashtable_set(_Py_hashtable_t *, const void *key, void *value);
PyAPI_FUNC(void *) _Py_hashtable_get(_Py_hashtable_t *, const void *key);
PyAPI_FUNC(void *) _Py_hashtable_steal(_Py_hashtable_t *, const void *key);
PyAPI_FUNC(Py_uhash_t) _Py_hashtable_hash_ptr(const void *key);
PyAPI_FUNC(int) _Py_hashtable_compare_direct(const void *a, const void *b);

#endif
