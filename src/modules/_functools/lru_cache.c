/* modules/_functools/lru_cache.c - functools.lru_cache: a function that remembers its results.
 *
 * Owns       the function, the dict from keys to results, the class of cache_info(), its __dict__; a bounded cache also
 *            each link in its ring.
 * Invariant  a bounded cache's dict maps a key to a Link, and each Link in the ring is owned by the ring; the ring goes from the
 *            least recently used (root.next) to the most recent (root.prev).  A Link out of the ring has no neighbours.
 * Source     Library Reference, functools.lru_cache. */
#include <structmember.h>

#include "modules/_functools/functools.h"
#include "object/alloc.h"
#include "object/args.h"
#include "object/hold.h"
#include "object/walk.h"
#include "types/dict.h"

typedef struct Ring {
    struct Ring *prev, *next; /* of the root: itself when empty */
} Ring;

typedef struct {
    PyObject_HEAD
    Ring ring;
    Py_hash_t hash;   /* of key */
    PyObject *key;    /* owned */
    PyObject *result; /* owned */
} Link;

typedef enum { NO_CACHE, ENDLESS, BOUNDED } CacheKind;

typedef struct {
    PyObject_HEAD
    Ring root;
    CacheKind kind;
    bool typed;
    Py_ssize_t maxsize, hits, misses; /* results; calls */
    PyObject *function;               /* owned */
    PyObject *cache;                  /* owned dict */
    PyObject *info_type;              /* owned */
    PyObject *dict;                   /* owned or NULL */
    PyObject *weakreflist;
} LruCache;

#define LINK_OF(at) ((Link *)((char *)(at)-offsetof(Link, ring)))

OU_WALKER(lru_link)
{
    OU_EDGE_OF((Link *)self, key);
    OU_EDGE_OF((Link *)self, result);
    return 0;
}

OU_WALKER(lru_wrapper)
{
    LruCache *c = (LruCache *)self;
    for (Ring *at = c->root.next; at != NULL && at != &c->root; at = at->next) {
        OU_EDGE(&LINK_OF(at)->ob_base, OU_EDGE_FIELD, "ring", -1);
    }
    OU_EDGE_OF(c, function);
    OU_EDGE_OF(c, cache);
    OU_EDGE(c->info_type, OU_EDGE_FIELD, "cache_info_type", -1);
    OU_EDGE(c->dict, OU_EDGE_FIELD, "__dict__", -1);
    return 0;
}

/* ---- the ring ------------------------------------------------------------------------------------------------------ */

static int
lru_link_clear(PyObject *self)
{
    Py_CLEAR(((Link *)self)->key);
    Py_CLEAR(((Link *)self)->result);
    return 0;
}

static void
lru_link_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    lru_link_clear(self);
    ou_gc_free(self);
}

static void
ring_leave(Ring *at)
{
    at->prev->next = at->next;
    at->next->prev = at->prev;
    at->prev = at->next = NULL;
}

static void
ring_enter(Ring *before, Ring *at)
{
    at->prev = before->prev;
    at->next = before;
    before->prev->next = at;
    before->prev = at;
}

/* RE-ENTRANT: a link that dies takes its key and result along. */
static void
ring_empty(LruCache *c)
{
    while (c->root.next != NULL && c->root.next != &c->root) {
        Link *link = LINK_OF(c->root.next);
        ring_leave(&link->ring);
        Py_DECREF(link);
    }
}

PyTypeObject ou_lru_link_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "functools._lru_list_elem",
    .tp_basicsize = sizeof(Link),
    .tp_dealloc = lru_link_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = lru_link_traverse,
    .tp_clear = lru_link_clear,
};

/* ---- keys ---------------------------------------------------------------------------------------------------------- */

/* What stands between positional arguments and keywords: an object that no argument is. */
#define KEYWORD_MARK ((PyObject *)&ou_lru_link_type)

/* Returns a new key for a call: the argument alone, if it is an int or a str; else a tuple of the arguments, the mark, names and
 * values, and (typed) the types.  Runs no Python code. */
static PyObject *
key_of_call(const LruCache *c, PyObject *args, PyObject *kwargs)
{
    Py_ssize_t n_args = PyTuple_GET_SIZE(args), n_kwargs = kwargs == NULL ? 0 : PyDict_GET_SIZE(kwargs), at = 0;
    if (!c->typed && n_kwargs == 0 && n_args == 1) {
        PyObject *only = PyTuple_GET_ITEM(args, 0);
        if (PyUnicode_CheckExact(only) || PyLong_CheckExact(only)) {
            return Py_NewRef(only);
        }
    }
    Py_ssize_t n_all = n_args + (n_kwargs ? 1 + 2 * n_kwargs : 0) + (c->typed ? n_args + n_kwargs : 0);
    PyObject *key = PyTuple_New(n_all), *name, *value;
    if (key == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n_args; i++) {
        PyTuple_SET_ITEM(key, at++, Py_NewRef(PyTuple_GET_ITEM(args, i)));
    }
    if (n_kwargs > 0) {
        PyTuple_SET_ITEM(key, at++, Py_NewRef(KEYWORD_MARK));
        for (Py_ssize_t pos = 0; PyDict_Next(kwargs, &pos, &name, &value);) {
            PyTuple_SET_ITEM(key, at++, Py_NewRef(name));
            PyTuple_SET_ITEM(key, at++, Py_NewRef(value));
        }
    }
    for (Py_ssize_t i = 0; c->typed && i < n_args; i++) {
        PyTuple_SET_ITEM(key, at++, Py_NewRef(Py_TYPE(PyTuple_GET_ITEM(args, i))));
    }
    for (Py_ssize_t pos = 0; c->typed && n_kwargs > 0 && PyDict_Next(kwargs, &pos, &name, &value);) {
        PyTuple_SET_ITEM(key, at++, Py_NewRef(Py_TYPE(value)));
    }
    OU_ASSERT(at == n_all);
    return key;
}

/* ---- calls --------------------------------------------------------------------------------------------------------- */

/* RE-ENTRANT, as the two below: the key's __hash__ and __eq__, and the function. */
static PyObject *
call_endless(LruCache *c, PyObject *args, PyObject *kwargs)
{
    PyObject *key = key_of_call(c, args, kwargs), *result = NULL;
    if (key == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &key, &result);
    Py_hash_t hash = PyObject_Hash(key);
    if (hash != -1) {
        result = Py_XNewRef(_PyDict_GetItem_KnownHash(c->cache, key, hash));
        if (result != NULL) {
            c->hits++;
        }
        else if (!PyErr_Occurred()) {
            c->misses++;
            result = PyObject_Call(c->function, args, kwargs);
            if (result != NULL && _PyDict_SetItem_KnownHash(c->cache, key, result, hash) < 0) {
                Py_CLEAR(result);
            }
        }
    }
    OU_HOLD_END(hold);
    Py_DECREF(key);
    return result;
}

/* Put a link with these under way into the full cache, in the place of the one not used for longest. */
static int
replace_oldest(LruCache *c, PyObject *key, Py_hash_t hash, PyObject *result)
{
    Link *link = LINK_OF(c->root.next);
    ring_leave(&link->ring); /* its count is ours now */
    PyObject *self = (PyObject *)link, *popped = NULL;
    OU_HOLD(hold, &self, &popped);
    int found = ou_dict_remove((PyDictObject *)c->cache, link->key, link->hash, &popped), status = 0;
    if (found < 0) {
        ring_enter(c->root.next, &link->ring); /* an __eq__ failed: back to where it was */
        Py_INCREF(self);
        status = -1;
    }
    else if (found > 0 && popped == self) {
        /* Nobody else knows it: use it again.  What it held falls last, when all is in order. */
        PyObject *old_key = link->key, *old_result = link->result;
        link->key = Py_NewRef(key);
        link->result = Py_NewRef(result);
        link->hash = hash;
        status = _PyDict_SetItem_KnownHash(c->cache, key, self, hash);
        if (status == 0) {
            ring_enter(&c->root, &link->ring);
            Py_INCREF(self);
        }
        Py_DECREF(old_key);
        Py_DECREF(old_result);
    }
    /* else a call in progress took it away meanwhile, and put its own result in its place. */
    OU_HOLD_END(hold);
    Py_XDECREF(popped);
    Py_DECREF(self);
    return status;
}

static int
add_link(LruCache *c, PyObject *key, Py_hash_t hash, PyObject *result)
{
    PyObject *self = ou_gc_new(&ou_lru_link_type);
    if (self == NULL) {
        return -1;
    }
    Link *link = (Link *)self;
    link->hash = hash;
    link->key = Py_NewRef(key);
    link->result = Py_NewRef(result);
    ou_gc_track(self);
    OU_HOLD(hold, &self);
    int status = _PyDict_SetItem_KnownHash(c->cache, key, self, hash);
    if (status == 0) {
        ring_enter(&c->root, &link->ring);
        Py_INCREF(self);
    }
    OU_HOLD_END(hold);
    Py_DECREF(self);
    return status;
}

static PyObject *
call_bounded(LruCache *c, PyObject *args, PyObject *kwargs)
{
    PyObject *key = key_of_call(c, args, kwargs), *result = NULL, *found;
    if (key == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &key, &result);
    Py_hash_t hash = PyObject_Hash(key);
    if (hash == -1) {
        goto done;
    }
    found = _PyDict_GetItem_KnownHash(c->cache, key, hash);
    if (found != NULL) {
        Link *link = (Link *)found;
        if (link->ring.next != NULL) {
            ring_leave(&link->ring);
            ring_enter(&c->root, &link->ring);
        }
        c->hits++;
        result = Py_NewRef(link->result);
        goto done;
    }
    if (PyErr_Occurred()) {
        goto done;
    }
    c->misses++;
    result = PyObject_Call(c->function, args, kwargs);
    if (result == NULL) {
        goto done;
    }
    /* The call may have filled the cache, with this very key too: that result stays, this one is returned. */
    found = _PyDict_GetItem_KnownHash(c->cache, key, hash);
    if (found == NULL && !PyErr_Occurred()) {
        bool full = PyDict_GET_SIZE(c->cache) >= c->maxsize && c->root.next != &c->root;
        int status = full ? replace_oldest(c, key, hash, result) : add_link(c, key, hash, result);
        if (status < 0) {
            Py_CLEAR(result);
        }
    }
    else if (found == NULL) {
        Py_CLEAR(result);
    }
done:
    OU_HOLD_END(hold);
    Py_DECREF(key);
    return result;
}

static PyObject *
lru_wrapper_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    LruCache *c = (LruCache *)self;
    switch (c->kind) {
    case BOUNDED: return call_bounded(c, args, kwargs);
    case ENDLESS: return call_endless(c, args, kwargs);
    default: c->misses++; return PyObject_Call(c->function, args, kwargs);
    }
}

/* ---- the object ---------------------------------------------------------------------------------------------------- */

static PyObject *
lru_wrapper_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {
        "lru_cache", {"user_function", "maxsize", "typed", "cache_info_type"}, .n_positional = 4, .n_required = 4, .n_all = 4};
    PyObject *v[4];
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0) {
        return NULL;
    }
    int typed = PyObject_IsTrue(v[2]);
    Py_ssize_t maxsize = -1;
    if (typed < 0) {
        return NULL;
    }
    if (!PyCallable_Check(v[0])) {
        PyErr_SetString(PyExc_TypeError, "the first argument must be callable");
        return NULL;
    }
    if (PyIndex_Check(v[1])) {
        maxsize = PyNumber_AsSsize_t(v[1], PyExc_OverflowError);
        if (maxsize == -1 && PyErr_Occurred()) {
            return NULL;
        }
        maxsize = maxsize < 0 ? 0 : maxsize;
    }
    else if (v[1] != Py_None) {
        PyErr_SetString(PyExc_TypeError, "maxsize should be integer or None");
        return NULL;
    }
    PyObject *cache = PyDict_New();
    LruCache *c = cache == NULL ? NULL : (LruCache *)type->tp_alloc(type, 0);
    if (c == NULL) {
        Py_XDECREF(cache);
        return NULL;
    }
    c->root.prev = c->root.next = &c->root;
    c->kind = maxsize < 0 ? ENDLESS : maxsize == 0 ? NO_CACHE : BOUNDED;
    c->typed = typed;
    c->maxsize = maxsize;
    c->function = Py_NewRef(v[0]);
    c->cache = cache;
    c->info_type = Py_NewRef(v[3]);
    return (PyObject *)c;
}

static int
lru_wrapper_clear(PyObject *self)
{
    LruCache *c = (LruCache *)self;
    ring_empty(c);
    Py_CLEAR(c->cache);
    Py_CLEAR(c->function);
    Py_CLEAR(c->info_type);
    Py_CLEAR(c->dict);
    return 0;
}

static void
lru_wrapper_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    if (((LruCache *)self)->weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    lru_wrapper_clear(self);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *
lru_wrapper_get(PyObject *self, PyObject *obj, PyObject *type)
{
    return obj == NULL || obj == Py_None ? Py_NewRef(self) : PyMethod_New(self, obj);
}

static PyObject *
lru_wrapper_cache_info(PyObject *self, PyObject *ignored)
{
    LruCache *c = (LruCache *)self;
    if (c->kind == ENDLESS) {
        return PyObject_CallFunction(c->info_type, "nnOn", c->hits, c->misses, Py_None, PyDict_GET_SIZE(c->cache));
    }
    return PyObject_CallFunction(c->info_type, "nnnn", c->hits, c->misses, c->maxsize, PyDict_GET_SIZE(c->cache));
}

static PyObject *
lru_wrapper_cache_clear(PyObject *self, PyObject *ignored)
{
    LruCache *c = (LruCache *)self;
    c->hits = c->misses = 0;
    /* The dict still owns what leaves the ring.  What code that dies with the results puts in meanwhile is in both, or gone. */
    ring_empty(c);
    PyDict_Clear(c->cache);
    Py_RETURN_NONE;
}

static PyObject *
lru_wrapper_reduce(PyObject *self, PyObject *ignored)
{
    return PyObject_GetAttrString(self, "__qualname__");
}

static PyObject *
lru_wrapper_copy(PyObject *self, PyObject *ignored)
{
    return Py_NewRef(self);
}

static PyMethodDef lru_wrapper_methods[] = {
    {"cache_info", lru_wrapper_cache_info, METH_NOARGS, "cache_info($self, /)\n--\n\nReport cache statistics"},
    {"cache_clear", lru_wrapper_cache_clear, METH_NOARGS, "cache_clear($self, /)\n--\n\nClear the cache and cache statistics"},
    {"__reduce__", lru_wrapper_reduce, METH_NOARGS, NULL},
    {"__copy__", lru_wrapper_copy, METH_VARARGS, NULL},
    {"__deepcopy__", lru_wrapper_copy, METH_VARARGS, NULL},
    {NULL},
};

static PyGetSetDef lru_wrapper_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL},
};

PyTypeObject ou_lru_wrapper_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "functools._lru_cache_wrapper",
    .tp_basicsize = sizeof(LruCache),
    .tp_dealloc = lru_wrapper_dealloc,
    .tp_call = lru_wrapper_call,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_doc = "Create a cached callable that wraps another function.\n\n"
              "maxsize 0: no cache; None: without limit; else how many results to keep.\n"
              "typed: calls that differ in an argument's type are cached apart.",
    .tp_traverse = lru_wrapper_traverse,
    .tp_clear = lru_wrapper_clear,
    .tp_weaklistoffset = offsetof(LruCache, weakreflist),
    .tp_methods = lru_wrapper_methods,
    .tp_getset = lru_wrapper_getset,
    .tp_descr_get = lru_wrapper_get,
    .tp_dictoffset = offsetof(LruCache, dict),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = lru_wrapper_new,
    .tp_free = PyObject_GC_Del,
};
