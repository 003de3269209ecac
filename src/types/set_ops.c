/* types/set_ops.c - what two sets make: intersection, difference, symmetric difference, subset.
 *
 * Owns       the sets it makes, held while Python code may run.
 * Invariant  a key that came from a table is owned while anything is looked up with it.
 * Not here   union (ou_set_update in set.c), operators and methods (set_type.c). */
#include "object/hold.h"
#include "types/set.h"

/* Calls `each` for every key of a set (with its hash) or other iterable, until it returns non-zero.
 * Returns that, 0 at the end, or -1 with an error set.  RE-ENTRANT. */
typedef int (*EachKey)(PySetObject *set, PyObject *key, Py_hash_t hash, PySetObject *result);

static int each_asked(EachKey each, int found, PyObject *key, Py_hash_t hash, PySetObject *result);
static int add_if_shared(PySetObject *set, PyObject *key, Py_hash_t hash, PySetObject *result);
static int add_if_absent(PySetObject *set, PyObject *key, Py_hash_t hash, PySetObject *result);
static int stop_if_present(PySetObject *set, PyObject *key, Py_hash_t hash, PySetObject *result);
static int stop_if_absent(PySetObject *set, PyObject *key, Py_hash_t hash, PySetObject *result);

/* Inlined once an operation: those that first ask whether the key is there need not own it while that takes no Python code. */
static OU_ALWAYS_INLINE int
each_key_of_set(PySetObject *other, EachKey each, PySetObject *set, PySetObject *result)
{
    const bool asks = each == add_if_shared || each == add_if_absent || each == stop_if_present || each == stop_if_absent;
    Py_ssize_t position = 0;
    PyObject *key;
    Py_hash_t hash;
    int status = 0;
    while (status == 0 && ou_set_next(other, &position, &key, &hash)) {
        int found = asks ? ou_set_contains_plain(set, key, hash) : -1;
        if (OU_LIKELY(found >= 0)) {
            status = each_asked(each, found, key, hash, result);
            continue;
        }
        Py_INCREF(key);
        OU_HOLD(hold, &key);
        status = each(set, key, hash, result);
        OU_HOLD_END(hold);
        Py_DECREF(key);
    }
    return status;
}

static int
each_key_of_any(PyObject *iterable, EachKey each, PySetObject *set, PySetObject *result)
{
    PyObject *iter = PyObject_GetIter(iterable), *key = NULL;
    if (iter == NULL) {
        return -1;
    }
    int status = 0;
    OU_HOLD(hold, &iter, &key);
    while (status == 0 && (key = PyIter_Next(iter)) != NULL) {
        Py_hash_t hash = PyObject_Hash(key);
        status = hash == -1 ? -1 : each(set, key, hash, result);
        Py_CLEAR(key);
    }
    if (status == 0 && ou_error_occurred() != NULL) {
        status = -1;
    }
    Py_CLEAR(iter);
    OU_HOLD_END(hold);
    return status;
}

static OU_ALWAYS_INLINE int
each_key(PyObject *other, EachKey each, PySetObject *set, PySetObject *result)
{
    return PyAnySet_Check(other) ? each_key_of_set(OU_SET(other), each, set, result)
                                 : each_key_of_any(other, each, set, result);
}

/* ---- what is done with each key ------------------------------------------------------------- */

/* A key was looked for.  Returns what an EachKey does; 2: stop, the answer is known. */
static OU_ALWAYS_INLINE int
each_asked(EachKey each, int found, PyObject *key, Py_hash_t hash, PySetObject *result)
{
    if (each == stop_if_present || each == stop_if_absent) {
        return found == (each == stop_if_present) ? 2 : 0;
    }
    return found == (each == add_if_shared) ? ou_set_add_hashed(result, key, hash) : 0;
}

#define ASKING(each)                                                                      \
    static int each(PySetObject *set, PyObject *key, Py_hash_t hash, PySetObject *result) \
    {                                                                                     \
        int found = ou_set_contains_hashed(set, key, hash);                               \
        return found < 0 ? found : each_asked(each, found, key, hash, result);            \
    }
ASKING(add_if_shared)
ASKING(add_if_absent)
ASKING(stop_if_present)
ASKING(stop_if_absent)

static int
discard(PySetObject *set, PyObject *key, Py_hash_t hash, PySetObject *ignored)
{
    return ou_set_discard_hashed(set, key, hash) < 0 ? -1 : 0;
}

static int
toggle(PySetObject *set, PyObject *key, Py_hash_t hash, PySetObject *ignored)
{
    int found = ou_set_discard_hashed(set, key, hash);
    return found < 0 ? -1 : found ? 0 : ou_set_add_hashed(set, key, hash);
}

/* ---- the operations ------------------------------------------------------------------------- */

PyObject *
ou_set_intersection(PySetObject *set, PyObject *other)
{
    if ((PyObject *)set == other) {
        return ou_set_new_like(other, other);
    }
    PyObject *result = ou_set_new_like((PyObject *)set, NULL);
    if (result == NULL) {
        return NULL;
    }
    if (PyAnySet_Check(other) && PySet_GET_SIZE(other) > set->used) { /* go over the shorter one */
        PySetObject *swap = OU_SET(other);
        other = (PyObject *)set;
        set = swap;
    }
    OU_HOLD(hold, &result);
    if (each_key(other, add_if_shared, set, OU_SET(result)) < 0) {
        Py_CLEAR(result);
    }
    OU_HOLD_END(hold);
    return result;
}

int
ou_set_intersection_update(PySetObject *set, PyObject *other)
{
    PyObject *result = ou_set_intersection(set, other);
    if (result == NULL) {
        return -1;
    }
    ou_set_swap(set, OU_SET(result));
    Py_DECREF(result);
    return 0;
}

int
ou_set_difference_update(PySetObject *set, PyObject *other)
{
    if ((PyObject *)set == other) {
        ou_set_clear(set);
        return 0;
    }
    PyObject *shared = NULL;
    if (PyAnySet_Check(other) && PySet_GET_SIZE(other) >> 3 > set->used) { /* far longer: mostly misses */
        shared = ou_set_intersection(set, other);
        if (shared == NULL) {
            return -1;
        }
        other = shared;
    }
    OU_HOLD(hold, &shared);
    int status = each_key(other, discard, set, NULL);
    OU_HOLD_END(hold);
    Py_XDECREF(shared);
    return status < 0 ? -1 : ou_set_tidy(set);
}

/* Keys of `set` that a dict does not have. */
static int
add_unless_in_dict(PySetObject *dict, PyObject *key, Py_hash_t hash, PySetObject *result)
{
    int found = _PyDict_Contains_KnownHash((PyObject *)dict, key, hash);
    return found < 0 ? -1 : found ? 0 : ou_set_add_hashed(result, key, hash);
}

PyObject *
ou_set_difference(PySetObject *set, PyObject *other)
{
    bool is_set = PyAnySet_Check(other), is_dict = !is_set && PyDict_CheckExact(other);
    Py_ssize_t other_size = is_set ? PySet_GET_SIZE(other) : is_dict ? PyDict_GET_SIZE(other) : 0;
    PyObject *result;
    if ((!is_set && !is_dict) || set->used >> 2 > other_size) { /* a copy, less the few */
        result = ou_set_new_like((PyObject *)set, (PyObject *)set);
        if (result == NULL) {
            return NULL;
        }
        OU_HOLD(hold, &result);
        if (ou_set_difference_update(OU_SET(result), other) < 0) {
            Py_CLEAR(result);
        }
        OU_HOLD_END(hold);
        return result;
    }
    result = ou_set_new_like((PyObject *)set, NULL);
    if (result == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &result);
    if (each_key_of_set(set, is_dict ? add_unless_in_dict : add_if_absent, OU_SET(other), OU_SET(result)) < 0) {
        Py_CLEAR(result);
    }
    OU_HOLD_END(hold);
    return result;
}

/* Toggle the keys of a dict. */
static int
toggle_dict(PySetObject *set, PyObject *dict)
{
    Py_ssize_t position = 0;
    PyObject *key, *value;
    Py_hash_t hash;
    int status = 0;
    while (status == 0 && _PyDict_Next(dict, &position, &key, &value, &hash)) {
        Py_INCREF(key);
        OU_HOLD(hold, &key);
        status = toggle(set, key, hash, NULL);
        OU_HOLD_END(hold);
        Py_DECREF(key);
    }
    return status;
}

int
ou_set_symmetric_difference_update(PySetObject *set, PyObject *other)
{
    if ((PyObject *)set == other) {
        ou_set_clear(set);
        return 0;
    }
    if (PyDict_CheckExact(other)) {
        return toggle_dict(set, other);
    }
    /* Each key counts once, so what is no set is made one. */
    PyObject *keys = PyAnySet_Check(other) ? Py_NewRef(other) : ou_set_new_like((PyObject *)set, other);
    if (keys == NULL) {
        return -1;
    }
    OU_HOLD(hold, &keys);
    int status = each_key_of_set(OU_SET(keys), toggle, set, NULL);
    OU_HOLD_END(hold);
    Py_DECREF(keys);
    return status;
}

PyObject *
ou_set_symmetric_difference(PySetObject *set, PyObject *other)
{
    PyObject *result = ou_set_new_like((PyObject *)set, other);
    if (result == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &result);
    if (ou_set_symmetric_difference_update(OU_SET(result), (PyObject *)set) < 0) {
        Py_CLEAR(result);
    }
    OU_HOLD_END(hold);
    return result;
}

int
ou_set_is_subset(PySetObject *set, PyObject *other)
{
    if (!PyAnySet_Check(other)) {
        PyObject *shared = ou_set_intersection(set, other);
        if (shared == NULL) {
            return -1;
        }
        int holds = PySet_GET_SIZE(shared) == set->used;
        Py_DECREF(shared);
        return holds;
    }
    if (set->used > PySet_GET_SIZE(other)) {
        return 0;
    }
    int status = each_key_of_set(set, stop_if_absent, OU_SET(other), NULL);
    return status < 0 ? -1 : status == 0;
}

int
ou_set_is_superset(PySetObject *set, PyObject *other)
{
    if (PyAnySet_Check(other)) {
        return ou_set_is_subset(OU_SET(other), (PyObject *)set);
    }
    int status = each_key_of_any(other, stop_if_absent, set, NULL);
    return status < 0 ? -1 : status == 0;
}

int
ou_set_is_disjoint(PySetObject *set, PyObject *other)
{
    if ((PyObject *)set == other) {
        return set->used == 0;
    }
    if (PyAnySet_CheckExact(other) && PySet_GET_SIZE(other) > set->used) {
        PySetObject *swap = OU_SET(other);
        other = (PyObject *)set;
        set = swap;
    }
    int status = PyAnySet_CheckExact(other) ? each_key_of_set(OU_SET(other), stop_if_present, set, NULL)
                                            : each_key_of_any(other, stop_if_present, set, NULL);
    return status < 0 ? -1 : status == 0;
}
