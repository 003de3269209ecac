/* object/type_lookup.c - what a name means in a type: versions, the cache of lookups, and their end.
 *
 * Owns       nothing.  Cache entries borrow: the value is good as long as the version, and a name is
 *            recognized by address and hash together, so that a new string at an old address finds
 *            nothing.
 * Invariant  a type with a version has bases with a version, so that a change in a base reaches it. No
 *            lookup of a name in a type runs Python code: keys of a namespace that are no str are passed
 *            over.
 * Not here   attributes of instances (attribute.c); slots that must follow a change (type_slots.c). */
#include "object/type.h"

OuTypeCacheEntry ou_type_cache[OU_TYPE_CACHE_LEN];

enum { FIRST_LEN = 256, FEW_TYPES = 128 }; /* entries, powers of two; types. Arbitrary */
uint32_t ou_type_cache_mask = FIRST_LEN - 1;

/* The last version given to a type. */
static uint32_t version_last;

uint32_t
ou_type_version(PyTypeObject *type)
{
    if (OU_LIKELY(type->tp_version_tag != 0)) {
        return type->tp_version_tag;
    }
    if (!(type->tp_flags & Py_TPFLAGS_READY) || type->tp_flags & OU_TPFLAG_NO_VERSION || type->tp_mro == NULL) {
        return 0;
    }
    /* The mro lists every base and the bases' bases: from its end, each one's own bases come before it. */
    PyObject *mro = type->tp_mro;
    for (Py_ssize_t i = PyTuple_GET_SIZE(mro) - 1; i >= 0; i--) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(mro, i);
        if (base->tp_version_tag != 0) {
            continue;
        }
        if (base->tp_flags & OU_TPFLAG_NO_VERSION || version_last == UINT32_MAX) {
            return 0;
        }
        base->tp_version_tag = ++version_last;
        if (version_last == FEW_TYPES) {
            ou_type_cache_mask = OU_TYPE_CACHE_LEN - 1;
        }
        base->tp_flags |= Py_TPFLAGS_VALID_VERSION_TAG;
    }
    return type->tp_version_tag;
}

/* The value of a name in a namespace, borrowed, or NULL.  Runs no Python code, sets no error. */
static PyObject *
namespace_get(PyDictObject *dict, PyObject *name, Py_hash_t hash)
{
    PyDictKeysObject *keys = dict->ma_keys;
    if (OU_LIKELY(keys->kind == OU_KEYS_STR && PyUnicode_CheckExact(name))) {
        Py_ssize_t index = ou_keys_lookup_str(keys, name, hash);
        return index < 0 ? NULL : ou_keys_str_entries(keys)[index].value;
    }
    /* rare: a key, or the name, is not exactly str */
    for (Py_ssize_t i = keys->first; i < keys->n_entries; i++) {
        PyObject **value, *key = ou_keys_entry(keys, i, &value);
        if (key == name
            || (key != NULL && PyUnicode_Check(key) && ou_keys_str_hash(key) == hash && ou_keys_str_equal(key, name))) {
            return *value;
        }
    }
    return NULL;
}

/* What `name` means in `type`.  Returns borrowed, or NULL: without an error if there is nothing, with MemoryError if a
 * static type's namespace could not be made (never of a class).  Runs no Python code. */
PyObject *
_PyType_Lookup(PyTypeObject *type, PyObject *name)
{
    Py_hash_t hash = ou_keys_str_hash(name);
    OuTypeCacheEntry *entry = ou_type_cache_entry(type->tp_version_tag, name);
    if (entry->name == name && entry->version == type->tp_version_tag && entry->hash == hash) {
        return entry->value;
    }
    PyObject *mro = type->tp_mro;
    if (OU_UNLIKELY(mro == NULL)) {
        if (type->tp_flags & (Py_TPFLAGS_READY | Py_TPFLAGS_READYING)) {
            return NULL; /* dying, or not there yet */
        }
        if (PyType_Ready(type) < 0) {
            PyErr_Clear(); /* nothing is found, is all that we can say */
            return NULL;
        }
        mro = type->tp_mro;
    }
    PyObject *value = NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(mro); i++) {
        PyObject *dict = ou_type_namespace((PyTypeObject *)PyTuple_GET_ITEM(mro, i));
        if (OU_UNLIKELY(dict == NULL) && ou_error_occurred()) {
            return NULL; /* no memory for it */
        }
        if (dict != NULL && (value = namespace_get((PyDictObject *)dict, name, hash)) != NULL) {
            break;
        }
    }
    uint32_t version = ou_type_version(type);
    if (version != 0) {
        entry = ou_type_cache_entry(version, name);
        *entry = (OuTypeCacheEntry){version, hash, name, value};
    }
    return value;
}

PyObject *
_PyType_LookupId(PyTypeObject *type, _Py_Identifier *id)
{
    PyObject *name = _PyUnicode_FromId(id);
    return name == NULL ? NULL : _PyType_Lookup(type, name);
}

/* The type, or what it inherits, has changed: its version and those of its subclasses end.  Allocates
 * nothing, runs no Python code.  Source: Type Objects. */
void
PyType_Modified(PyTypeObject *type)
{
    if (type->tp_version_tag == 0) {
        return; /* then no subclass has one either */
    }
    /* Depth may be any number: what waits is linked through tp_cache, which nothing else uses. */
    PyTypeObject *waiting = type;
    type->tp_cache = NULL;
    type->tp_version_tag = 0;
    type->tp_flags &= ~Py_TPFLAGS_VALID_VERSION_TAG;
    while (waiting != NULL) {
        PyTypeObject *one = waiting;
        waiting = (PyTypeObject *)one->tp_cache;
        one->tp_cache = NULL;
        Py_ssize_t n = ou_type_n_subclasses(one);
        for (Py_ssize_t i = 0; i < n; i++) {
            PyTypeObject *sub = ou_type_subclass(one, i);
            if (sub != NULL && sub->tp_version_tag != 0) {
                sub->tp_version_tag = 0;
                sub->tp_flags &= ~Py_TPFLAGS_VALID_VERSION_TAG;
                sub->tp_cache = (PyObject *)waiting;
                waiting = sub;
            }
        }
        if (ou_type_is_heap(one)) {
            ((PyHeapTypeObject *)one)->_spec_cache.getitem = NULL;
        }
    }
}

/* Forget every cached lookup.  Returns the version given last. */
unsigned int
PyType_ClearCache(void)
{
    memset(ou_type_cache, 0, sizeof ou_type_cache);
    return version_last;
}
