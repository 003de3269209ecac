/* types/odict.c - collections.OrderedDict: a dict whose keys can be moved to either end.
 *
 * Owns       beside the dict: the instance's own __dict__.
 * Invariant  dicts keep their order by themselves; `state` changes with every change of the order that goes
 *            through this type, so that iterators notice a key being moved.
 * Not here   the table, with its room in front for keys that are moved there (object/keys.c). */
#include "object/args.h"
#include "object/hold.h"
#include "object/type.h"
#include "object/walk.h"
#include "types/dict.h"
#include "types/dict_internal.h"
#include "types/iter.h"
#include "types/tuple.h"

struct _odictobject {
    PyDictObject dict;
    PyObject *inst_dict; /* owned; NULL until it is asked for */
    PyObject *weakreflist;
    size_t state; /* changes of the order so far */
};
#define ODICT(op) ((PyODictObject *)(op))
#define DICT(op) (&((PyODictObject *)(op))->dict)

/* ---- life ----------------------------------------------------------------------------------- */

OU_WALKER(odict)
{
    PyDictKeysObject *keys = DICT(self)->ma_keys;
    OU_EDGE_OF(ODICT(self), inst_dict);
    for (Py_ssize_t i = keys == NULL ? 0 : keys->first; keys != NULL && i < keys->n_entries; i++) {
        PyObject **value, *key = ou_keys_entry(keys, i, &value);
        OU_EDGE(key, OU_EDGE_KEY, NULL, i);
        OU_EDGE(*value, OU_EDGE_VALUE, NULL, i);
    }
    return 0;
}

static int
odict_clear_slot(PyObject *self)
{
    Py_CLEAR(ODICT(self)->inst_dict);
    ODICT(self)->state++;
    PyDict_Clear(self);
    return 0;
}

static void
odict_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(ODICT(self)->inst_dict);
    if (ODICT(self)->weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    ou_dict_dealloc(self);
}

PyObject *
PyODict_New(void)
{
    return ou_dict_new(&PyODict_Type, NULL, NULL);
}

/* ---- changing ------------------------------------------------------------------------------- */

int
PyODict_SetItem(PyObject *self, PyObject *key, PyObject *value)
{
    Py_ssize_t used = DICT(self)->ma_used;
    int status = PyDict_SetItem(self, key, value);
    ODICT(self)->state += DICT(self)->ma_used != used;
    return status;
}

int
PyODict_DelItem(PyObject *self, PyObject *key)
{
    ODICT(self)->state++;
    return PyDict_DelItem(self, key);
}

static int
odict_ass_subscript(PyObject *self, PyObject *key, PyObject *value)
{
    return value == NULL ? PyODict_DelItem(self, key) : PyODict_SetItem(self, key, value);
}

/* Give the table room for one more key at the end, or in front.  *entry goes along.  Runs no Python code. */
static int
odict_make_room(PyDictObject *dict, bool in_front, Py_ssize_t *entry)
{
    PyDictKeysObject *keys = dict->ma_keys;
    if (keys->usable > 0 && (!in_front || keys->first > 0)) {
        return 0;
    }
    Py_ssize_t rank = 0, spare = dict->ma_used / 2 + 4, gap = in_front ? spare : 0;
    for (Py_ssize_t i = keys->first; i < *entry; i++) {
        PyObject **value;
        rank += ou_keys_entry(keys, i, &value) != NULL;
    }
    *entry = gap + rank;
    return ou_keys_resize_gap(dict, ou_keys_log2_for(dict->ma_used + gap + spare), (OuKeysKind)keys->kind, gap);
}

static PyObject *
odict_move_to_end(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const OuParams params = {"move_to_end", {"key", "last"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2], *value, *key;
    if (ou_args_parse(&params, args, (size_t)nargs, kwnames, v) < 0) {
        return NULL;
    }
    int last = v[1] == NULL ? 1 : PyObject_IsTrue(v[1]);
    Py_hash_t hash = last < 0 ? -1 : ou_dict_hash(v[0]);
    if (hash == -1) {
        return NULL;
    }
    Py_ssize_t entry = ou_keys_lookup(DICT(self), v[0], hash, &value);
    if (entry < 0) {
        if (entry == OU_KEYS_ABSENT) {
            _PyErr_SetKeyError(v[0]);
        }
        return NULL;
    }
    if (odict_make_room(DICT(self), !last, &entry) < 0) {
        return NULL;
    }
    PyDictKeysObject *keys = DICT(self)->ma_keys;
    hash = ou_keys_entry_hash(keys, entry);
    ou_keys_delete(keys, entry, &key, &value);
    if (last || keys->first == 0) {
        ou_keys_append(keys, key, hash, value);
    }
    else {
        ou_keys_prepend(keys, key, hash, value);
    }
    ODICT(self)->state++;
    Py_RETURN_NONE;
}

static PyObject *
odict_popitem(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const OuParams params = {"popitem", {"last"}, .n_positional = 1, .n_all = 1};
    PyObject *v[1], **place, *key, *value;
    if (ou_args_parse(&params, args, (size_t)nargs, kwnames, v) < 0) {
        return NULL;
    }
    int last = v[0] == NULL ? 1 : PyObject_IsTrue(v[0]);
    if (last < 0) {
        return NULL;
    }
    if (DICT(self)->ma_used == 0) {
        PyErr_SetString(PyExc_KeyError, "dictionary is empty");
        return NULL;
    }
    PyObject *pair = ou_tuple_new_raw(2);
    if (pair == NULL) {
        return NULL;
    }
    PyDictKeysObject *keys = DICT(self)->ma_keys;
    Py_ssize_t entry = last ? keys->n_entries - 1 : keys->first;
    while (ou_keys_entry(keys, entry, &place) == NULL) {
        entry += last ? -1 : 1;
    }
    ou_keys_delete(keys, entry, &key, &value);
    if (last) {
        keys->n_entries = entry;
        keys->first = Py_MIN(keys->first, entry);
    }
    DICT(self)->ma_used--;
    ODICT(self)->state++;
    PyTuple_SET_ITEM(pair, 0, key);
    PyTuple_SET_ITEM(pair, 1, value);
    ou_gc_track(pair);
    return pair;
}

static PyObject *
odict_pop(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const OuParams params = {"pop", {"key", "default"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    if (ou_args_parse(&params, args, (size_t)nargs, kwnames, v) < 0) {
        return NULL;
    }
    Py_ssize_t used = DICT(self)->ma_used;
    PyObject *value = _PyDict_Pop(self, v[0], v[1]);
    ODICT(self)->state += DICT(self)->ma_used != used;
    return value;
}

static PyObject *
odict_setdefault(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const OuParams params = {"setdefault", {"key", "default"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    if (ou_args_parse(&params, args, (size_t)nargs, kwnames, v) < 0) {
        return NULL;
    }
    PyObject *value = v[1] == NULL ? Py_None : v[1];
    if (PyODict_CheckExact(self)) {
        Py_ssize_t used = DICT(self)->ma_used;
        value = PyDict_SetDefault(self, v[0], value);
        ODICT(self)->state += DICT(self)->ma_used != used;
        return Py_XNewRef(value);
    }
    int present = PySequence_Contains(self, v[0]);
    if (present < 0) {
        return NULL;
    }
    if (present) {
        return PyObject_GetItem(self, v[0]);
    }
    return PyObject_SetItem(self, v[0], value) < 0 ? NULL : Py_NewRef(value);
}

static PyObject *
odict_clear(PyObject *self, PyObject *ignored)
{
    ODICT(self)->state++;
    PyDict_Clear(self);
    Py_RETURN_NONE;
}

/* ---- update: as collections.abc.MutableMapping does it, through self[key] = value ----------- */

/* The two things that one element of a sequence of pairs gives, into places that the caller holds.  Returns 0
 * with two new references, or -1 with an error set.  RE-ENTRANT. */
static int
unpack_pair(PyObject *pair, PyObject **key, PyObject **value)
{
    PyObject *iter = PyObject_GetIter(pair), *more = NULL;
    if (iter == NULL) {
        return -1;
    }
    OU_HOLD(hold, &iter, &more); /* key and value: the caller holds them */
    *key = PyIter_Next(iter);
    *value = *key == NULL ? NULL : PyIter_Next(iter);
    if (*value == NULL) {
        if (ou_error_occurred() == NULL) {
            PyErr_Format(PyExc_ValueError, "need more than %d value%s to unpack", *key != NULL, *key != NULL ? "" : "s");
        }
    }
    else if ((more = PyIter_Next(iter)) != NULL) {
        PyErr_SetString(PyExc_ValueError, "too many values to unpack (expected 2)");
    }
    Py_CLEAR(more);
    if (ou_error_occurred() != NULL) {
        Py_CLEAR(*key);
        Py_CLEAR(*value);
    }
    Py_CLEAR(iter);
    OU_HOLD_END(hold);
    return *value == NULL ? -1 : 0;
}

static int
update_from_pairs(PyObject *self, PyObject *pairs)
{
    PyObject *iter = PyObject_GetIter(pairs), *pair = NULL, *key = NULL, *value = NULL;
    if (iter == NULL) {
        return -1;
    }
    int status = 0;
    OU_HOLD(hold, &iter, &pair, &key, &value);
    while (status == 0 && (pair = PyIter_Next(iter)) != NULL) {
        status = unpack_pair(pair, &key, &value);
        Py_CLEAR(pair);
        if (status == 0) {
            status = PyObject_SetItem(self, key, value);
        }
        Py_CLEAR(key);
        Py_CLEAR(value);
    }
    if (ou_error_occurred() != NULL) {
        status = -1;
    }
    Py_CLEAR(iter);
    OU_HOLD_END(hold);
    return status;
}

static int
update_from_keys(PyObject *self, PyObject *other, PyObject *keys)
{
    PyObject *iter = PyObject_GetIter(keys), *key = NULL, *value = NULL;
    if (iter == NULL) {
        return -1;
    }
    int status = 0;
    OU_HOLD(hold, &iter, &key, &value);
    while (status == 0 && (key = PyIter_Next(iter)) != NULL) {
        value = PyObject_GetItem(other, key);
        status = value == NULL ? -1 : PyObject_SetItem(self, key, value);
        Py_CLEAR(key);
        Py_CLEAR(value);
    }
    if (ou_error_occurred() != NULL) {
        status = -1;
    }
    Py_CLEAR(iter);
    OU_HOLD_END(hold);
    return status;
}

/* The result of a method without arguments, or NULL, with an error or (there is no such method) without.
 * RE-ENTRANT. */
static PyObject *
call_if_there(PyObject *obj, PyObject *name)
{
    PyObject *method, *result = NULL;
    if (_PyObject_LookupAttr(obj, name, &method) > 0) {
        OU_HOLD(hold, &method);
        result = PyObject_CallNoArgs(method);
        OU_HOLD_END(hold);
        Py_DECREF(method);
    }
    return result;
}

static int
odict_update_from(PyObject *self, PyObject *other)
{
    PyObject *found = NULL;
    int status = -1;
    OU_HOLD(hold, &found);
    if (PyDict_CheckExact(other)) {
        found = PyDict_Items(other);
        status = found == NULL ? -1 : update_from_pairs(self, found);
    }
    else if ((found = call_if_there(other, OU_STR(keys))) != NULL) {
        status = update_from_keys(self, other, found);
    }
    else if (ou_error_occurred() == NULL && (found = call_if_there(other, OU_STR(items))) != NULL) {
        status = update_from_pairs(self, found);
    }
    else if (ou_error_occurred() == NULL) {
        status = update_from_pairs(self, other);
    }
    Py_CLEAR(found);
    OU_HOLD_END(hold);
    return status;
}

static int
odict_update_all(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) == 1 && odict_update_from(self, PyTuple_GET_ITEM(args, 0)) < 0) {
        return -1;
    }
    if (kwargs == NULL) {
        return 0;
    }
    return PyArg_ValidateKeywordArguments(kwargs) ? odict_update_from(self, kwargs) : -1;
}

static PyObject *
odict_update(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) > 1) {
        PyErr_Format(PyExc_TypeError, "update() takes at most 1 positional argument (%zd given)", PyTuple_GET_SIZE(args));
        return NULL;
    }
    return odict_update_all(self, args, kwargs) < 0 ? NULL : Py_NewRef(Py_None);
}

static int
odict_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) > 1) {
        PyErr_Format(PyExc_TypeError, "expected at most 1 arguments, got %zd", PyTuple_GET_SIZE(args));
        return -1;
    }
    return odict_update_all(self, args, kwargs);
}

static PyObject *
odict_fromkeys(PyObject *type, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const OuParams params = {"fromkeys", {"iterable", "value"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2], *self, *iter = NULL, *key = NULL;
    if (ou_args_parse(&params, args, (size_t)nargs, kwnames, v) < 0 || (self = PyObject_CallNoArgs(type)) == NULL) {
        return NULL;
    }
    PyObject *value = v[1] == NULL ? Py_None : v[1];
    OU_HOLD(hold, &self, &iter, &key);
    iter = PyObject_GetIter(v[0]);
    while (iter != NULL && (key = PyIter_Next(iter)) != NULL) {
        int status = PyObject_SetItem(self, key, value);
        Py_CLEAR(key);
        if (status < 0) {
            break;
        }
    }
    Py_CLEAR(iter);
    if (ou_error_occurred() != NULL) {
        Py_CLEAR(self);
    }
    OU_HOLD_END(hold);
    return self;
}

/* ---- whole dicts ---------------------------------------------------------------------------- */

static PyObject *
odict_copy(PyObject *self, PyObject *ignored)
{
    bool exact = PyODict_CheckExact(self);
    PyObject *copy = exact ? PyODict_New() : PyObject_CallNoArgs((PyObject *)Py_TYPE(self));
    if (copy == NULL) {
        return NULL;
    }
    PyObject *keys = NULL;
    OU_HOLD(hold, &copy, &keys);
    int status = -1;
    if (exact) {
        status = PyDict_Update(copy, self);
    }
    else if ((keys = PyDict_Keys(self)) != NULL) {
        status = update_from_keys(copy, self, keys);
    }
    Py_CLEAR(keys);
    if (status < 0) {
        Py_CLEAR(copy);
    }
    OU_HOLD_END(hold);
    return copy;
}

/* Are the keys the same, in the same order?  RE-ENTRANT. */
static int
same_order(PyObject *a, PyObject *b)
{
    Py_ssize_t position_a = 0, position_b = 0;
    PyObject *left, *right;
    while (PyDict_Next(a, &position_a, &left, NULL) && PyDict_Next(b, &position_b, &right, NULL)) {
        Py_INCREF(left);
        Py_INCREF(right);
        size_t state_a = ODICT(a)->state, state_b = ODICT(b)->state;
        OU_HOLD(hold, &left, &right);
        int equal = PyObject_RichCompareBool(left, right, Py_EQ);
        OU_HOLD_END(hold);
        Py_DECREF(left);
        Py_DECREF(right);
        if (equal > 0 && (state_a != ODICT(a)->state || state_b != ODICT(b)->state)) {
            PyErr_SetString(PyExc_RuntimeError, "OrderedDict mutated during iteration");
            return -1;
        }
        if (equal <= 0) {
            return equal;
        }
    }
    return 1;
}

static PyObject *
odict_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!PyDict_Check(other) || (op != Py_EQ && op != Py_NE)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *result = PyDict_Type.tp_richcompare(self, other, Py_EQ);
    if (result == NULL || result == Py_NotImplemented) {
        return result;
    }
    int equal = result == Py_True;
    Py_DECREF(result);
    if (equal && PyODict_Check(other)) {
        equal = same_order(self, other);
    }
    return equal < 0 ? NULL : PyBool_FromLong(equal == (op == Py_EQ));
}

static PyObject *
odict_repr(PyObject *self)
{
    const char *name = _PyType_Name(Py_TYPE(self));
    if (DICT(self)->ma_used == 0) {
        return PyUnicode_FromFormat("%s()", name);
    }
    int running = Py_ReprEnter(self);
    if (running != 0) {
        return running > 0 ? PyUnicode_FromString("...") : NULL;
    }
    PyObject *items = NULL, *result = NULL;
    OU_HOLD(hold, &items);
    if (PyODict_CheckExact(self)) {
        items = PyDict_Items(self);
    }
    else {
        items = PyObject_CallMethodNoArgs(self, OU_STR(items));
        if (items != NULL) {
            Py_SETREF(items, PySequence_List(items));
        }
    }
    if (items != NULL) {
        result = PyUnicode_FromFormat("%s(%R)", name, items);
    }
    Py_CLEAR(items);
    OU_HOLD_END(hold);
    Py_ReprLeave(self);
    return result;
}

/* (type, (), state, None, iter(self.items())) */
static PyObject *
odict_reduce(PyObject *self, PyObject *ignored)
{
    PyObject *state = _PyObject_GetState(self), *items = NULL, *iter = NULL;
    if (state == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &state, &items, &iter);
    items = PyObject_CallMethodNoArgs(self, OU_STR(items));
    iter = items == NULL ? NULL : PyObject_GetIter(items);
    Py_CLEAR(items);
    if (iter == NULL) {
        Py_CLEAR(state);
    }
    OU_HOLD_END(hold);
    return iter == NULL ? NULL : Py_BuildValue("O()NON", Py_TYPE(self), state, Py_None, iter);
}

static PyObject *
odict_sizeof(PyObject *self, PyObject *ignored)
{
    return PyLong_FromSsize_t(_PyDict_SizeOf(DICT(self)));
}

static PyObject *
odict_or(PyObject *left, PyObject *right)
{
    bool mine = PyODict_Check(left);
    if (!PyDict_Check(mine ? right : left)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *result = PyObject_CallOneArg((PyObject *)Py_TYPE(mine ? left : right), left);
    if (result == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &result);
    if (odict_update_from(result, right) < 0) {
        Py_CLEAR(result);
    }
    OU_HOLD_END(hold);
    return result;
}

static PyObject *
odict_ior(PyObject *self, PyObject *other)
{
    return odict_update_from(self, other) < 0 ? NULL : Py_NewRef(self);
}

/* ---- iterators ------------------------------------------------------------------------------ */

typedef enum { GIVE_KEYS = 1, GIVE_VALUES = 2, GIVE_ITEMS = 3, BACKWARDS = 4 } Kind;

typedef struct {
    PyObject_HEAD
    PyODictObject *odict; /* owned; NULL when exhausted */
    Py_ssize_t used;      /* size at the start; -1: an error that is to stay one */
    Py_ssize_t position;  /* entries before (backwards: from) it are done */
    size_t state;
    int kind;
} ODictIter;
#define ITER(op) ((ODictIter *)(op))

static PyObject *
odict_iter_new(PyObject *odict, int kind)
{
    ODictIter *iter = (ODictIter *)ou_gc_new_fast(&PyODictIter_Type, sizeof(ODictIter));
    if (iter != NULL) {
        iter->odict = ODICT(Py_NewRef(odict));
        iter->used = DICT(odict)->ma_used;
        iter->position = kind & BACKWARDS ? DICT(odict)->ma_keys->n_entries : 0;
        iter->state = ODICT(odict)->state;
        iter->kind = kind;
        ou_gc_track((PyObject *)iter);
    }
    return (PyObject *)iter;
}

OU_WALKER(odict_iter)
{
    OU_EDGE_OF(ITER(self), odict);
    return 0;
}

static void
odict_iter_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(ITER(self)->odict);
    ou_gc_free_fast(self, sizeof(ODictIter));
}

static PyObject *
odict_iter_next(PyObject *self)
{
    ODictIter *iter = ITER(self);
    if (iter->odict == NULL) {
        return NULL;
    }
    PyDictObject *dict = &iter->odict->dict;
    PyDictKeysObject *keys = dict->ma_keys;
    if (iter->used >= 0 && iter->state != iter->odict->state && dict->ma_used != 0) {
        Py_CLEAR(iter->odict);
        PyErr_SetString(PyExc_RuntimeError, "OrderedDict mutated during iteration");
        return NULL;
    }
    if (iter->used != dict->ma_used) {
        iter->used = -1;
        PyErr_SetString(PyExc_RuntimeError, "OrderedDict changed size during iteration");
        return NULL;
    }
    bool backwards = iter->kind & BACKWARDS;
    Py_ssize_t i = backwards ? Py_MIN(iter->position, keys->n_entries) - 1 : Py_MAX(iter->position, keys->first);
    PyObject *key = NULL, **value = NULL;
    while (i >= keys->first && i < keys->n_entries && (key = ou_keys_entry(keys, i, &value)) == NULL) {
        i += backwards ? -1 : 1;
    }
    if (key == NULL) {
        Py_CLEAR(iter->odict);
        return NULL;
    }
    iter->position = backwards ? i : i + 1;
    int kind = iter->kind & GIVE_ITEMS;
    return kind == GIVE_KEYS   ? Py_NewRef(key)
         : kind == GIVE_VALUES ? Py_NewRef(*value)
                               : ou_tuple_pair(Py_NewRef(key), Py_NewRef(*value));
}

static PyObject *
odict_iter_reduce(PyObject *self, PyObject *ignored)
{
    if (ITER(self)->odict == NULL) {
        return ou_iter_reduce_as_list(PyTuple_New(0));
    }
    PyObject *copy = odict_iter_new((PyObject *)ITER(self)->odict, ITER(self)->kind);
    if (copy != NULL) {
        ITER(copy)->used = ITER(self)->used;
        ITER(copy)->state = ITER(self)->state;
        ITER(copy)->position = ITER(self)->position;
    }
    return ou_iter_reduce_as_list(copy);
}

static PyMethodDef odict_iter_methods[] = {
    {"__reduce__", odict_iter_reduce, METH_NOARGS, "State for pickling."},
    {NULL},
};

PyTypeObject PyODictIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "odict_iterator",
    .tp_basicsize = sizeof(ODictIter),
    .tp_dealloc = odict_iter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = odict_iter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = odict_iter_next,
    .tp_methods = odict_iter_methods,
    .tp_free = PyObject_GC_Del,
};

/* ---- views ---------------------------------------------------------------------------------- */

static PyObject *
view_iter(PyObject *self, int kind)
{
    PyDictObject *dict = ((_PyDictViewObject *)self)->dv_dict;
    return dict == NULL ? Py_NewRef(Py_None) : odict_iter_new((PyObject *)dict, kind);
}

#define VIEW(symbol, name, noun, base, kind)                            \
    static PyObject *noun##_iter(PyObject *self)                        \
    {                                                                   \
        return view_iter(self, kind);                                   \
    }                                                                   \
    static PyObject *noun##_reversed(PyObject *self, PyObject *ignored) \
    {                                                                   \
        return view_iter(self, kind | BACKWARDS);                       \
    }                                                                   \
    static PyMethodDef noun##_methods[] = {                             \
        {"__reversed__", noun##_reversed, METH_NOARGS, NULL},           \
        {NULL},                                                         \
    };                                                                  \
    static PyObject *noun##_new(PyObject *odict, PyObject *ignored)     \
    {                                                                   \
        return _PyDictView_New(odict, &symbol);                         \
    }                                                                   \
    PyTypeObject symbol = {                                             \
        PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = name,          \
        .tp_basicsize = sizeof(_PyDictViewObject),                      \
        .tp_flags = Py_TPFLAGS_DEFAULT,                                 \
        .tp_iter = noun##_iter,                                         \
        .tp_methods = noun##_methods,                                   \
        .tp_base = &base,                                               \
    };

VIEW(PyODictKeys_Type, "odict_keys", odict_keys, PyDictKeys_Type, GIVE_KEYS)
VIEW(PyODictValues_Type, "odict_values", odict_values, PyDictValues_Type, GIVE_VALUES)
VIEW(PyODictItems_Type, "odict_items", odict_items, PyDictItems_Type, GIVE_ITEMS)

static PyObject *
odict_iter(PyObject *self)
{
    return odict_iter_new(self, GIVE_KEYS);
}

static PyObject *
odict_reversed(PyObject *self, PyObject *ignored)
{
    return odict_iter_new(self, GIVE_KEYS | BACKWARDS);
}

/* ---- the type ------------------------------------------------------------------------------- */

#define FAST(function) (PyCFunction)(void (*)(void)) function, METH_FASTCALL | METH_KEYWORDS

static PyMethodDef odict_methods[] = {
    {"fromkeys", (PyCFunction)(void (*)(void))odict_fromkeys, METH_FASTCALL | METH_KEYWORDS | METH_CLASS,
     "fromkeys($type, /, iterable, value=None)\n--\n\nAn ordered dictionary with these keys, all with the same value."},
    {"__sizeof__", odict_sizeof, METH_NOARGS, NULL},
    {"__reduce__", odict_reduce, METH_NOARGS, "State for pickling."},
    {"setdefault", FAST(odict_setdefault),
     "setdefault($self, /, key, default=None)\n--\n\nThe value of the key, which is put in with the default if absent."},
    {"pop", FAST(odict_pop),
     "pop($self, /, key, default=<unrepresentable>)\n--\n\n"
     "Remove the key and return its value; if it is absent the default, or KeyError without one."},
    {"popitem", FAST(odict_popitem), "popitem($self, /, last=True)\n--\n\nRemove and return the last pair, or the first."},
    {"keys", odict_keys_new, METH_NOARGS, NULL},
    {"values", odict_values_new, METH_NOARGS, NULL},
    {"items", odict_items_new, METH_NOARGS, NULL},
    {"update", (PyCFunction)(void (*)(void))odict_update, METH_VARARGS | METH_KEYWORDS, NULL},
    {"clear", odict_clear, METH_NOARGS, "od.clear() -> None.  Remove everything."},
    {"copy", odict_copy, METH_NOARGS, "od.copy() -> a shallow copy of od"},
    {"__reversed__", odict_reversed, METH_NOARGS, "od.__reversed__() <==> reversed(od)"},
    {"move_to_end", FAST(odict_move_to_end),
     "move_to_end($self, /, key, last=True)\n--\n\nMove a key to the end, or to the front if last is false."},
    {NULL},
};

static PyGetSetDef odict_getset[] = {
    {"__dict__", PyObject_GenericGetDict, NULL, NULL, NULL},
    {NULL},
};

static PyNumberMethods odict_as_number = {.nb_or = odict_or, .nb_inplace_or = odict_ior};
static PyMappingMethods odict_as_mapping = {.mp_ass_subscript = odict_ass_subscript};

PyTypeObject PyODict_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "collections.OrderedDict",
    .tp_basicsize = sizeof(PyODictObject),
    .tp_dealloc = odict_dealloc,
    .tp_repr = odict_repr,
    .tp_as_number = &odict_as_number,
    .tp_as_mapping = &odict_as_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = "Dictionary that remembers insertion order",
    .tp_traverse = odict_traverse,
    .tp_clear = odict_clear_slot,
    .tp_richcompare = odict_richcompare,
    .tp_weaklistoffset = offsetof(PyODictObject, weakreflist),
    .tp_iter = odict_iter,
    .tp_methods = odict_methods,
    .tp_getset = odict_getset,
    .tp_base = &PyDict_Type,
    .tp_dictoffset = offsetof(PyODictObject, inst_dict),
    .tp_init = odict_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = ou_dict_new,
    .tp_free = PyObject_GC_Del,
};
