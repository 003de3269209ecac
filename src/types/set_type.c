/* types/set_type.c - set and frozenset as Python sees them: operators, methods, iterator, type objects.
 *
 * Owns       nothing of its own; the iterator one reference to its set.
 * Invariant  operators take sets alone, methods any iterable.
 * Not here   the table (set.c), operations on two sets (set_ops.c).
 * Source     the hash of a frozenset mixes its keys' hashes as CPython 3.11 does, so that both agree. */
#include "object/args.h"
#include "object/hold.h"
#include "object/walk.h"
#include "types/iter.h"
#include "types/set.h"
#include "types/tuple.h"

/* ---- slots ---------------------------------------------------------------------------------- */

static Py_ssize_t
set_length(PyObject *self)
{
    return OU_SET(self)->used;
}

/* A set can't be hashed, but may stand for the frozenset of its keys where it is only looked for: the
 * TypeError of its hash is taken back and a frozenset made.  Returns that, or NULL with an error set.
 * RE-ENTRANT. */
static PyObject *
set_as_key(PyObject *key)
{
    if (!PySet_Check(key) || !PyErr_ExceptionMatches(PyExc_TypeError)) {
        return NULL;
    }
    PyErr_Clear();
    return ou_set_new(&PyFrozenSet_Type, key);
}

/* contains or discard, also of a set.  RE-ENTRANT. */
static int
set_with_key(PyObject *self, PyObject *key, int (*act)(PySetObject *, PyObject *))
{
    int result = act(OU_SET(self), key);
    if (result >= 0) {
        return result;
    }
    PyObject *frozen = set_as_key(key);
    if (frozen == NULL) {
        return -1;
    }
    OU_HOLD(hold, &frozen);
    result = act(OU_SET(self), frozen);
    OU_HOLD_END(hold);
    Py_DECREF(frozen);
    return result;
}

static int
set_contains(PyObject *self, PyObject *key)
{
    return set_with_key(self, key, ou_set_contains_key);
}

static PyObject *
set_repr(PyObject *self)
{
    const char *name = Py_TYPE(self)->tp_name;
    int running = Py_ReprEnter(self);
    if (running != 0) {
        return running > 0 ? PyUnicode_FromFormat("%s(...)", name) : NULL;
    }
    PyObject *result = NULL, *keys = NULL, *text = NULL;
    if (OU_SET(self)->used == 0) {
        result = PyUnicode_FromFormat("%s()", name);
    }
    else if ((keys = PySequence_List(self)) != NULL) {
        OU_HOLD(hold, &keys);
        text = PyObject_Repr(keys);
        OU_HOLD_END(hold);
        Py_DECREF(keys);
        PyObject *inside = text == NULL ? NULL : PyUnicode_Substring(text, 1, PyUnicode_GET_LENGTH(text) - 1);
        Py_XDECREF(text);
        if (inside != NULL) {
            result =
                PySet_CheckExact(self) ? PyUnicode_FromFormat("{%U}", inside) : PyUnicode_FromFormat("%s({%U})", name, inside);
            Py_DECREF(inside);
        }
    }
    Py_ReprLeave(self);
    return result;
}

static PyObject *
set_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!PyAnySet_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PySetObject *a = OU_SET(self), *b = OU_SET(other);
    int holds = 0;
    switch (op) {
    case Py_EQ:
    case Py_NE:
        if (a->used == b->used && (a->hash == -1 || b->hash == -1 || a->hash == b->hash)) {
            holds = ou_set_is_subset(a, other);
        }
        if (op == Py_NE && holds >= 0) {
            holds = !holds;
        }
        break;
    case Py_LE: holds = ou_set_is_subset(a, other); break;
    case Py_GE: holds = ou_set_is_subset(b, self); break;
    case Py_LT: holds = a->used < b->used ? ou_set_is_subset(a, other) : 0; break;
    default: holds = a->used > b->used ? ou_set_is_subset(b, self) : 0;
    }
    return holds < 0 ? NULL : PyBool_FromLong(holds);
}

static Py_uhash_t
shuffle_bits(Py_uhash_t hash)
{
    return (hash ^ UINT64_C(89869747) ^ hash << 16) * UINT64_C(3644798167);
}

/* The same for every order of the keys, and it spreads the nearby hashes of nested sets. */
static Py_hash_t
frozenset_hash(PyObject *self)
{
    PySetObject *set = OU_SET(self);
    if (set->hash != -1) {
        return set->hash;
    }
    Py_uhash_t sum = 0;
    Py_ssize_t position = 0;
    PyObject *key;
    Py_hash_t hash;
    while (ou_set_next(set, &position, &key, &hash)) {
        sum ^= shuffle_bits((Py_uhash_t)hash);
    }
    sum ^= ((Py_uhash_t)set->used + 1) * UINT64_C(1927868237);
    sum ^= sum >> 11 ^ sum >> 25;
    sum = sum * 69069 + 907133923;
    return set->hash = sum == (Py_uhash_t)-1 ? 590923713 : (Py_hash_t)sum;
}

/* ---- operators ------------------------------------------------------------------------------ */

/* result.update(other), for a result that was just made.  Refs: takes `result`, returns it or NULL.
 * RE-ENTRANT. */
static PyObject *
updated(PyObject *result, PyObject *other)
{
    if (result == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &result);
    if (ou_set_update(OU_SET(result), other) < 0) {
        Py_CLEAR(result);
    }
    OU_HOLD_END(hold);
    return result;
}

static PyObject *
set_or(PyObject *self, PyObject *other)
{
    if (!PyAnySet_Check(self) || !PyAnySet_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return updated(ou_set_new_like(self, self), other);
}

#define OPERATOR(name, function)                               \
    static PyObject *name(PyObject *self, PyObject *other)     \
    {                                                          \
        if (!PyAnySet_Check(self) || !PyAnySet_Check(other)) { \
            Py_RETURN_NOTIMPLEMENTED;                          \
        }                                                      \
        return function(OU_SET(self), other);                  \
    }
OPERATOR(set_and, ou_set_intersection)
OPERATOR(set_sub, ou_set_difference)
OPERATOR(set_xor, ou_set_symmetric_difference)

#define INPLACE_OPERATOR(name, function)                                   \
    static PyObject *name(PyObject *self, PyObject *other)                 \
    {                                                                      \
        if (!PyAnySet_Check(other)) {                                      \
            Py_RETURN_NOTIMPLEMENTED;                                      \
        }                                                                  \
        return function(OU_SET(self), other) < 0 ? NULL : Py_NewRef(self); \
    }
INPLACE_OPERATOR(set_ior, ou_set_update)
INPLACE_OPERATOR(set_iand, ou_set_intersection_update)
INPLACE_OPERATOR(set_isub, ou_set_difference_update)
INPLACE_OPERATOR(set_ixor, ou_set_symmetric_difference_update)

/* ---- construction --------------------------------------------------------------------------- */

static PyObject *
set_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    return ou_set_new(type, NULL);
}

static int
set_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (!_PyArg_NoKeywords("set", kwargs)) {
        return -1;
    }
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    if (!_PyArg_CheckPositional(Py_TYPE(self)->tp_name, nargs, 0, 1)) {
        return -1;
    }
    ou_set_clear(OU_SET(self));
    OU_SET(self)->hash = -1;
    return nargs == 0 ? 0 : ou_set_update(OU_SET(self), PyTuple_GET_ITEM(args, 0));
}

static PyObject *
set_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (!_PyArg_NoKwnames("set", kwnames) || !_PyArg_CheckPositional("set", nargs, 0, 1)) {
        return NULL;
    }
    return ou_set_new((PyTypeObject *)type, nargs == 0 ? NULL : args[0]);
}

static PyObject *
frozenset_of(PyTypeObject *type, PyObject *iterable)
{
    if (type == &PyFrozenSet_Type && iterable != NULL && PyFrozenSet_CheckExact(iterable)) {
        return Py_NewRef(iterable);
    }
    return ou_set_new(type, iterable);
}

static PyObject *
frozenset_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if ((type == &PyFrozenSet_Type || type->tp_init == PyFrozenSet_Type.tp_init) && !_PyArg_NoKeywords("frozenset", kwargs)) {
        return NULL;
    }
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    if (!_PyArg_CheckPositional(type->tp_name, nargs, 0, 1)) {
        return NULL;
    }
    return frozenset_of(type, nargs == 0 ? NULL : PyTuple_GET_ITEM(args, 0));
}

static PyObject *
frozenset_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (!_PyArg_NoKwnames("frozenset", kwnames) || !_PyArg_CheckPositional("frozenset", nargs, 0, 1)) {
        return NULL;
    }
    return frozenset_of((PyTypeObject *)type, nargs == 0 ? NULL : args[0]);
}

/* ---- methods -------------------------------------------------------------------------------- */

static PyObject *
none_or_error(int status)
{
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
bool_or_error(int status)
{
    return status < 0 ? NULL : PyBool_FromLong(status);
}

static PyObject *
set_add(PyObject *self, PyObject *key)
{
    return none_or_error(ou_set_add_key(OU_SET(self), key));
}

static PyObject *
set_clear(PyObject *self, PyObject *ignored)
{
    ou_set_clear(OU_SET(self));
    Py_RETURN_NONE;
}

static PyObject *
set_copy(PyObject *self, PyObject *ignored)
{
    return ou_set_new_like(self, self);
}

static PyObject *
frozenset_copy(PyObject *self, PyObject *ignored)
{
    return PyFrozenSet_CheckExact(self) ? Py_NewRef(self) : ou_set_new_like(self, self);
}

static PyObject *
set_contains_method(PyObject *self, PyObject *key)
{
    return bool_or_error(set_contains(self, key));
}

static PyObject *
set_discard(PyObject *self, PyObject *key)
{
    return none_or_error(set_with_key(self, key, ou_set_discard_key));
}

static PyObject *
set_remove(PyObject *self, PyObject *key)
{
    int found = set_with_key(self, key, ou_set_discard_key);
    if (found == 0) {
        _PyErr_SetKeyError(key);
        return NULL;
    }
    return none_or_error(found);
}

static PyObject *
set_pop(PyObject *self, PyObject *ignored)
{
    PyObject *key = ou_set_take_any(OU_SET(self));
    if (key == NULL) {
        PyErr_SetString(PyExc_KeyError, "pop from an empty set");
    }
    return key;
}

static PyObject *
set_update(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    for (Py_ssize_t i = 0; i < nargs; i++) {
        if (ou_set_update(OU_SET(self), args[i]) < 0) {
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

static PyObject *
set_union(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    PyObject *result = ou_set_new_like(self, self);
    for (Py_ssize_t i = 0; result != NULL && i < nargs; i++) {
        result = updated(result, args[i]);
    }
    return result;
}

static PyObject *
set_intersection(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs == 0) {
        return ou_set_new_like(self, self);
    }
    PyObject *result = Py_NewRef(self);
    OU_HOLD(hold, &result);
    for (Py_ssize_t i = 0; result != NULL && i < nargs; i++) {
        PyObject *next = ou_set_intersection(OU_SET(result), args[i]);
        Py_SETREF(result, next);
    }
    OU_HOLD_END(hold);
    return result;
}

static PyObject *
set_intersection_update(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    PyObject *result = set_intersection(self, args, nargs);
    if (result == NULL) {
        return NULL;
    }
    ou_set_swap(OU_SET(self), OU_SET(result));
    Py_DECREF(result);
    Py_RETURN_NONE;
}

static PyObject *
set_difference(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs == 0) {
        return ou_set_new_like(self, self);
    }
    PyObject *result = ou_set_difference(OU_SET(self), args[0]);
    if (result == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &result);
    for (Py_ssize_t i = 1; result != NULL && i < nargs; i++) {
        if (ou_set_difference_update(OU_SET(result), args[i]) < 0) {
            Py_CLEAR(result);
        }
    }
    OU_HOLD_END(hold);
    return result;
}

static PyObject *
set_difference_update(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    for (Py_ssize_t i = 0; i < nargs; i++) {
        if (ou_set_difference_update(OU_SET(self), args[i]) < 0) {
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

static PyObject *
set_symmetric_difference(PyObject *self, PyObject *other)
{
    return ou_set_symmetric_difference(OU_SET(self), other);
}

static PyObject *
set_symmetric_difference_update(PyObject *self, PyObject *other)
{
    return none_or_error(ou_set_symmetric_difference_update(OU_SET(self), other));
}

static PyObject *
set_isdisjoint(PyObject *self, PyObject *other)
{
    return bool_or_error(ou_set_is_disjoint(OU_SET(self), other));
}

static PyObject *
set_issubset(PyObject *self, PyObject *other)
{
    return bool_or_error(ou_set_is_subset(OU_SET(self), other));
}

static PyObject *
set_issuperset(PyObject *self, PyObject *other)
{
    return bool_or_error(ou_set_is_superset(OU_SET(self), other));
}

/* (type, ([keys],), state). */
static PyObject *
set_reduce(PyObject *self, PyObject *ignored)
{
    PyObject *keys = PySequence_List(self), *state;
    if (keys == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &keys);
    state = _PyObject_GetState(self);
    OU_HOLD_END(hold);
    if (state == NULL) {
        Py_DECREF(keys);
        return NULL;
    }
    return Py_BuildValue("O(N)N", Py_TYPE(self), keys, state);
}

static PyObject *
set_sizeof(PyObject *self, PyObject *ignored)
{
    PySetObject *set = OU_SET(self);
    Py_ssize_t size = Py_TYPE(self)->tp_basicsize;
    if (set->table != set->smalltable) {
        size += (set->mask + 1) * (Py_ssize_t)sizeof(setentry);
    }
    return PyLong_FromSsize_t(size);
}

#define FAST(function) (PyCFunction)(void (*)(void)) function

#define SHARED_METHODS                                                                                       \
    {"__contains__", set_contains_method, METH_O | METH_COEXIST, "x.__contains__(y) <==> y in x."},          \
        {"difference", FAST(set_difference), METH_FASTCALL | OU_METH_LIKE_VARARGS,                           \
         "The keys that are in none of the others, as a new set."},                                          \
        {"intersection", FAST(set_intersection), METH_FASTCALL | OU_METH_LIKE_VARARGS,                       \
         "The keys that are in all the others, as a new set."},                                              \
        {"isdisjoint", set_isdisjoint, METH_O, "True if the two share no key."},                             \
        {"issubset", set_issubset, METH_O, "True if every key is in the other."},                            \
        {"issuperset", set_issuperset, METH_O, "True if every key of the other is in this one."},            \
        {"__reduce__", set_reduce, METH_NOARGS, "State for pickling."},                                      \
        {"__sizeof__", set_sizeof, METH_NOARGS, "S.__sizeof__() -> bytes that S takes, its table included"}, \
        {"symmetric_difference", set_symmetric_difference, METH_O,                                           \
         "The keys that are in exactly one of the two, as a new set."},                                      \
        {"union", FAST(set_union), METH_FASTCALL | OU_METH_LIKE_VARARGS, "The keys of all, as a new set."},  \
        {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "See PEP 585"},                          \
    {                                                                                                        \
        NULL                                                                                                 \
    }

static PyMethodDef set_methods[] = {
    {"add", set_add, METH_O, "Put in a key; no effect if it is there."},
    {"clear", set_clear, METH_NOARGS, "Remove everything."},
    {"copy", set_copy, METH_NOARGS, "A shallow copy."},
    {"discard", set_discard, METH_O, "Remove a key if it is there."},
    {"difference_update", FAST(set_difference_update), METH_FASTCALL | OU_METH_LIKE_VARARGS, "Remove all keys of the others."},
    {"intersection_update", FAST(set_intersection_update), METH_FASTCALL | OU_METH_LIKE_VARARGS,
     "Keep the keys that are in all the others."},
    {"pop", set_pop, METH_NOARGS, "Remove and return any key; KeyError if there is none."},
    {"remove", set_remove, METH_O, "Remove a key; KeyError if it is absent."},
    {"symmetric_difference_update", set_symmetric_difference_update, METH_O, "Keep what is in exactly one of the two."},
    {"update", FAST(set_update), METH_FASTCALL | OU_METH_LIKE_VARARGS, "Put in the keys of the others."},
    SHARED_METHODS,
};

static PyMethodDef frozenset_methods[] = {
    {"copy", frozenset_copy, METH_NOARGS, "A shallow copy."},
    SHARED_METHODS,
};

static PySequenceMethods set_as_sequence = {
    .sq_length = set_length,
    .sq_contains = set_contains,
};

static PyNumberMethods set_as_number = {
    .nb_subtract = set_sub,
    .nb_and = set_and,
    .nb_xor = set_xor,
    .nb_or = set_or,
    .nb_inplace_subtract = set_isub,
    .nb_inplace_and = set_iand,
    .nb_inplace_xor = set_ixor,
    .nb_inplace_or = set_ior,
};

static PyNumberMethods frozenset_as_number = {
    .nb_subtract = set_sub,
    .nb_and = set_and,
    .nb_xor = set_xor,
    .nb_or = set_or,
};

PyTypeObject PySet_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "set",
    .tp_basicsize = sizeof(PySetObject),
    .tp_dealloc = ou_set_dealloc,
    .tp_repr = set_repr,
    .tp_as_number = &set_as_number,
    .tp_as_sequence = &set_as_sequence,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = "set() -> new empty set object\n"
              "set(iterable) -> new set object\n\n"
              "Keys without an order, each of them once.",
    .tp_traverse = ou_set_traverse,
    .tp_clear = ou_set_clear_slot,
    .tp_richcompare = set_richcompare,
    .tp_weaklistoffset = offsetof(PySetObject, weakreflist),
    .tp_iter = ou_set_iter,
    .tp_methods = set_methods,
    .tp_init = set_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = set_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = set_vectorcall,
};

PyTypeObject PyFrozenSet_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "frozenset",
    .tp_basicsize = sizeof(PySetObject),
    .tp_dealloc = ou_set_dealloc,
    .tp_repr = set_repr,
    .tp_as_number = &frozenset_as_number,
    .tp_as_sequence = &set_as_sequence,
    .tp_hash = frozenset_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = "frozenset() -> empty frozenset object\n"
              "frozenset(iterable) -> frozenset object\n\n"
              "Keys without an order, each of them once, that can't be changed.",
    .tp_traverse = ou_set_traverse,
    .tp_clear = ou_set_clear_slot,
    .tp_richcompare = set_richcompare,
    .tp_weaklistoffset = offsetof(PySetObject, weakreflist),
    .tp_iter = ou_set_iter,
    .tp_methods = frozenset_methods,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = frozenset_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = frozenset_vectorcall,
};

/* ---- iterator ------------------------------------------------------------------------------- */

#define ITER(op) ((OuSetIter *)(op))

PyObject *
ou_set_iter(PyObject *self)
{
    OuSetIter *iter = (OuSetIter *)ou_gc_new_fast(&PySetIter_Type, sizeof(OuSetIter));
    if (iter != NULL) {
        iter->si_set = (PySetObject *)Py_NewRef(self);
        iter->si_used = iter->si_left = OU_SET(self)->used;
        iter->si_pos = 0;
        ou_gc_track((PyObject *)iter);
    }
    return (PyObject *)iter;
}

OU_WALKER(set_iter)
{
    OU_EDGE_OF(ITER(self), si_set);
    return 0;
}

static void
iter_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(ITER(self)->si_set);
    ou_gc_free_fast(self, sizeof(OuSetIter));
}

static PyObject *
iter_next(PyObject *self)
{
    OuSetIter *iter = ITER(self);
    if (iter->si_set == NULL) {
        return NULL;
    }
    if (iter->si_used != iter->si_set->used) {
        iter->si_used = -1; /* it stays an error */
        PyErr_SetString(PyExc_RuntimeError, "Set changed size during iteration");
        return NULL;
    }
    PyObject *key;
    Py_hash_t hash;
    if (ou_set_next(iter->si_set, &iter->si_pos, &key, &hash)) {
        iter->si_left--;
        return Py_NewRef(key);
    }
    Py_CLEAR(iter->si_set);
    return NULL;
}

static PyObject *
iter_length_hint(PyObject *self, PyObject *ignored)
{
    OuSetIter *iter = ITER(self);
    return PyLong_FromSsize_t(iter->si_set != NULL && iter->si_used == iter->si_set->used ? iter->si_left : 0);
}

static PyObject *
iter_reduce(PyObject *self, PyObject *ignored)
{
    OuSetIter *copy = (OuSetIter *)ou_gc_new_fast(&PySetIter_Type, sizeof(OuSetIter));
    if (copy == NULL) {
        return NULL;
    }
    copy->si_set = (PySetObject *)Py_XNewRef(ITER(self)->si_set);
    copy->si_used = ITER(self)->si_used;
    copy->si_pos = ITER(self)->si_pos;
    copy->si_left = ITER(self)->si_left;
    ou_gc_track((PyObject *)copy);
    return ou_iter_reduce_as_list((PyObject *)copy);
}

static PyMethodDef iter_methods[] = {
    {"__length_hint__", iter_length_hint, METH_NOARGS, "How many keys are left, as far as one can tell."},
    {"__reduce__", iter_reduce, METH_NOARGS, "State for pickling."},
    {NULL},
};

PyTypeObject PySetIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "set_iterator",
    .tp_basicsize = sizeof(OuSetIter),
    .tp_dealloc = iter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = set_iter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = iter_next,
    .tp_methods = iter_methods,
    .tp_free = PyObject_GC_Del,
};
