/* types/dict_type.c - dict as Python sees it: operators, methods and the type object.
 *
 * Owns       nothing of its own.
 * Invariant  no method keeps a borrowed key or value across anything that can run Python code.
 * Not here   storing and finding (dict.c, object/keys.c); views and iterators (dict_view.c). */
#include "types/dict.h"
#include "types/dict_internal.h"
#include "object/args.h"
#include "object/hold.h"
#include "object/type.h"
#include "types/tuple.h"

#define DICT(op) ((PyDictObject *)(op))

/* ---- slots ---------------------------------------------------------------------------------- */

static Py_ssize_t
dict_length(PyObject *self)
{
    return DICT(self)->ma_used;
}

PyObject *
ou_dict_subscript(PyObject *self, PyObject *key)
{
    PyObject *value = ou_dict_get(self, key);
    if (OU_LIKELY(value != NULL)) {
        return Py_NewRef(value);
    }
    if (ou_error_occurred() != NULL) {
        return NULL;
    }
    if (!PyDict_CheckExact(self)) {
        bool missing = false;
        PyObject *args[] = {self, key};
        value = ou_special_call(OU_STR(__missing__), args, 2, &missing);
        if (value != NULL || !missing) {
            return value;
        }
    }
    _PyErr_SetKeyError(key);
    return NULL;
}

static int
dict_ass_subscript(PyObject *self, PyObject *key, PyObject *value)
{
    return value == NULL ? PyDict_DelItem(self, key) : ou_dict_set(self, key, value);
}

/* One "key: value" of a repr.  RE-ENTRANT. */
static int
dict_repr_pair(_PyUnicodeWriter *writer, PyObject *key, PyObject *value)
{
    PyObject *text = PyObject_Repr(key);
    if (text == NULL || _PyUnicodeWriter_WriteStr(writer, text) < 0) {
        Py_XDECREF(text);
        return -1;
    }
    Py_DECREF(text);
    if (_PyUnicodeWriter_WriteASCIIString(writer, ": ", 2) < 0 || (text = PyObject_Repr(value)) == NULL) {
        return -1;
    }
    int status = _PyUnicodeWriter_WriteStr(writer, text);
    Py_DECREF(text);
    return status;
}

static PyObject *
dict_repr(PyObject *self)
{
    int running = Py_ReprEnter(self);
    if (running != 0) {
        return running > 0 ? PyUnicode_FromString("{...}") : NULL;
    }
    if (DICT(self)->ma_used == 0) {
        Py_ReprLeave(self);
        return PyUnicode_FromString("{}");
    }
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    writer.min_length = 1 + 4 + (2 + 4) * (DICT(self)->ma_used - 1) + 1;
    PyObject *key = NULL, *value = NULL;
    OU_HOLD(hold, &writer.buffer, &key, &value);
    Py_ssize_t position = 0;
    bool first = true;
    int status = _PyUnicodeWriter_WriteChar(&writer, '{');
    while (status == 0 && PyDict_Next(self, &position, &key, &value)) { /* repr() may edit the dict */
        Py_INCREF(key);
        Py_INCREF(value);
        if (!first) {
            status = _PyUnicodeWriter_WriteASCIIString(&writer, ", ", 2);
        }
        first = false;
        if (status == 0) {
            status = dict_repr_pair(&writer, key, value);
        }
        Py_CLEAR(key);
        Py_CLEAR(value);
    }
    key = value = NULL;
    OU_HOLD_END(hold);
    Py_ReprLeave(self);
    writer.overallocate = 0;
    if (status < 0 || _PyUnicodeWriter_WriteChar(&writer, '}') < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}

/* Does a dict have the key with an equal value?  1, 0, or -1 where it takes Python code to tell. */
static OU_ALWAYS_INLINE int
pair_equal_plain(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject *value)
{
    PyDictKeysObject *keys = dict->ma_keys;
    bool strings = keys->kind == OU_KEYS_STR;
    if (strings && !PyUnicode_CheckExact(key)) {
        return -1;
    }
    Py_ssize_t entry = strings ? ou_keys_lookup_str(keys, key, hash) : ou_keys_lookup_plain(keys, key, hash);
    if (entry < 0) {
        return entry == OU_KEYS_ABSENT ? 0 : -1;
    }
    PyObject *other = strings ? ou_keys_str_entries(keys)[entry].value : ou_keys_general_entries(keys)[entry].value;
    return ou_equal_plain(value, other);
}

/* Same keys with equal values?  Returns 1, 0, or -1 with an error.  RE-ENTRANT. */
static int
dict_equal(PyObject *a, PyObject *b)
{
    if (DICT(a)->ma_used != DICT(b)->ma_used) {
        return 0;
    }
    Py_ssize_t position = 0;
    PyObject *key, *value, *other;
    Py_hash_t hash;
    while (_PyDict_Next(a, &position, &key, &value, &hash)) {
        int plain = pair_equal_plain(DICT(b), key, hash, value);
        if (OU_LIKELY(plain >= 0)) {
            if (plain == 0) {
                return 0;
            }
            continue;
        }
        Py_INCREF(key);
        Py_INCREF(value);
        other = NULL;
        OU_HOLD(hold, &key, &value, &other);
        Py_ssize_t entry = ou_keys_lookup(DICT(b), key, hash, &other);
        Py_XINCREF(other);
        int equal = entry == OU_KEYS_ERROR ? -1 : 0;
        if (other != NULL) {
            equal = PyObject_RichCompareBool(value, other, Py_EQ);
        }
        Py_CLEAR(key);
        Py_CLEAR(value);
        Py_CLEAR(other);
        OU_HOLD_END(hold);
        if (equal <= 0) {
            return equal;
        }
    }
    return 1;
}

static PyObject *
dict_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!PyDict_Check(self) || !PyDict_Check(other) || (op != Py_EQ && op != Py_NE)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    int equal = dict_equal(self, other);
    return equal < 0 ? NULL : PyBool_FromLong(equal == (op == Py_EQ));
}

static PyObject *
dict_or(PyObject *self, PyObject *other)
{
    if (!PyDict_Check(self) || !PyDict_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *result = PyDict_Copy(self);
    if (result == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &result);
    int status = ou_dict_update_from(result, other);
    OU_HOLD_END(hold);
    if (status < 0) {
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *
dict_ior(PyObject *self, PyObject *other)
{
    return ou_dict_update_from(self, other) < 0 ? NULL : Py_NewRef(self);
}

/* ---- construction --------------------------------------------------------------------------- */

static int
dict_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    if (!_PyArg_CheckPositional("dict", nargs, 0, 1)) {
        return -1;
    }
    if (nargs == 1 && ou_dict_update_from(self, PyTuple_GET_ITEM(args, 0)) < 0) {
        return -1;
    }
    if (kwargs == NULL) {
        return 0;
    }
    return PyArg_ValidateKeywordArguments(kwargs) ? ou_dict_merge(self, kwargs, 1) : -1;
}

/* update() and dict() of an argument array.  RE-ENTRANT. */
static int
dict_update_array(PyObject *self, const char *name, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    if (!_PyArg_CheckPositional(name, nargs, 0, 1) || (nargs == 1 && ou_dict_update_from(self, args[0]) < 0)) {
        return -1;
    }
    for (Py_ssize_t i = 0, n = kwnames == NULL ? 0 : PyTuple_GET_SIZE(kwnames); i < n; i++) {
        PyObject *key = PyTuple_GET_ITEM(kwnames, i);
        if (!PyUnicode_Check(key)) {
            PyErr_SetString(PyExc_TypeError, "keywords must be strings");
            return -1;
        }
        if (ou_dict_set(self, key, args[nargs + i]) < 0) {
            return -1;
        }
    }
    return 0;
}

static PyObject *
dict_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    PyObject *self = ou_dict_new((PyTypeObject *)type, NULL, NULL);
    if (self == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &self);
    int status = dict_update_array(self, "dict", args, PyVectorcall_NARGS(nargsf), kwnames);
    OU_HOLD_END(hold);
    if (status < 0) {
        Py_CLEAR(self);
    }
    return self;
}

/* ---- methods -------------------------------------------------------------------------------- */

static PyObject *
dict_contains_method(PyObject *self, PyObject *key)
{
    int found = PyDict_Contains(self, key);
    return found < 0 ? NULL : PyBool_FromLong(found);
}

static PyObject *
dict_get(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("get", nargs, 1, 2)) {
        return NULL;
    }
    PyObject *value = ou_dict_get(self, args[0]);
    if (value == NULL) {
        if (ou_error_occurred() != NULL) {
            return NULL;
        }
        value = nargs == 2 ? args[1] : Py_None;
    }
    return Py_NewRef(value);
}

static PyObject *
dict_setdefault(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("setdefault", nargs, 1, 2)) {
        return NULL;
    }
    return Py_XNewRef(PyDict_SetDefault(self, args[0], nargs == 2 ? args[1] : Py_None));
}

static PyObject *
dict_pop(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("pop", nargs, 1, 2)) {
        return NULL;
    }
    return _PyDict_Pop(self, args[0], nargs == 2 ? args[1] : NULL);
}

static PyObject *
dict_popitem(PyObject *self, PyObject *ignored)
{
    PyDictObject *dict = DICT(self);
    if (dict->ma_used == 0) {
        PyErr_SetString(PyExc_KeyError, "popitem(): dictionary is empty");
        return NULL;
    }
    PyObject *pair = ou_tuple_new_raw(2), *key, *value, **place;
    if (pair == NULL) {
        return NULL;
    }
    PyDictKeysObject *keys = dict->ma_keys;
    Py_ssize_t entry = keys->n_entries - 1;
    while (ou_keys_entry(keys, entry, &place) == NULL) {
        entry--;
    }
    ou_keys_delete(keys, entry, &key, &value);
    keys->n_entries = entry; /* the dead end is gone for good: emptying a dict this way takes linear time */
    keys->first = Py_MIN(keys->first, entry);
    dict->ma_used--;
    PyTuple_SET_ITEM(pair, 0, key);
    PyTuple_SET_ITEM(pair, 1, value);
    ou_gc_track(pair);
    return pair;
}

static PyObject *
dict_update(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    return dict_update_array(self, "update", args, nargs, kwnames) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
dict_clear(PyObject *self, PyObject *ignored)
{
    PyDict_Clear(self);
    Py_RETURN_NONE;
}

static PyObject *
dict_copy(PyObject *self, PyObject *ignored)
{
    return PyDict_Copy(self);
}

static PyObject *
dict_reversed(PyObject *self, PyObject *ignored)
{
    return ou_dict_iter_new(DICT(self), &PyDictRevIterKey_Type);
}

static PyObject *
dict_sizeof(PyObject *self, PyObject *ignored)
{
    return PyLong_FromSsize_t(_PyDict_SizeOf(DICT(self)));
}

/* dict.fromkeys() of a set or dict, whose hashes are known: they are not asked for again.  RE-ENTRANT. */
static int
dict_fill_from_hashed(PyObject *self, PyObject *keys, PyObject *value)
{
    bool is_dict = PyDict_CheckExact(keys);
    Py_ssize_t n = is_dict ? PyDict_GET_SIZE(keys) : PySet_GET_SIZE(keys), position = 0;
    PyDictObject *dict = DICT(self);
    PyObject *key, *ignored;
    Py_hash_t hash;
    if (dict->ma_used == 0 && dict->ma_keys == OU_KEYS_EMPTY && n > ou_keys_capacity(OU_KEYS_MIN_LOG2)
        && ou_keys_resize(dict, ou_keys_log2_for(n), OU_KEYS_STR) < 0) {
        return -1;
    }
    while (is_dict ? _PyDict_Next(keys, &position, &key, &ignored, &hash) : _PySet_NextEntry(keys, &position, &key, &hash)) {
        if (ou_dict_insert(dict, key, hash, value) < 0) {
            return -1;
        }
    }
    return 0;
}

/* dict.fromkeys(): if `self` is an exact dict, nothing of the loop but iteration and == is Python code. */
static int
dict_fill_from_keys(PyObject *self, PyObject *iterable, PyObject *value)
{
    if (PyDict_CheckExact(self) && (PyDict_CheckExact(iterable) || PyAnySet_CheckExact(iterable))) {
        return dict_fill_from_hashed(self, iterable, value);
    }
    PyObject *iter = PyObject_GetIter(iterable), *key = NULL;
    if (iter == NULL) {
        return -1;
    }
    bool plain = PyDict_CheckExact(self);
    int status = 0;
    OU_HOLD(hold, &iter, &key);
    while (status == 0 && (key = PyIter_Next(iter)) != NULL) {
        status = plain ? ou_dict_set(self, key, value) : PyObject_SetItem(self, key, value);
        Py_CLEAR(key);
    }
    if (ou_error_occurred() != NULL) {
        status = -1;
    }
    Py_CLEAR(iter);
    OU_HOLD_END(hold);
    return status;
}

static PyObject *
dict_fromkeys(PyObject *type, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("fromkeys", nargs, 1, 2)) {
        return NULL;
    }
    PyObject *self = type == (PyObject *)&PyDict_Type ? PyDict_New() : PyObject_CallNoArgs(type);
    if (self == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &self);
    int status = dict_fill_from_keys(self, args[0], nargs == 2 ? args[1] : Py_None);
    OU_HOLD_END(hold);
    if (status < 0) {
        Py_CLEAR(self);
    }
    return self;
}

static PyMethodDef dict_methods[] = {
    {"__contains__", dict_contains_method, METH_O | METH_COEXIST,
     "__contains__($self, key, /)\n--\n\nIs the key in the dictionary?"},
    {"__getitem__", ou_dict_subscript, METH_O | METH_COEXIST, "x.__getitem__(y) <==> x[y]"},
    {"__sizeof__", dict_sizeof, METH_NOARGS, "D.__sizeof__() -> bytes that D takes, its table included"},
    {"get", (PyCFunction)(void (*)(void))dict_get, METH_FASTCALL,
     "get($self, key, default=None, /)\n--\n\nThe value of the key, or the default."},
    {"setdefault", (PyCFunction)(void (*)(void))dict_setdefault, METH_FASTCALL,
     "setdefault($self, key, default=None, /)\n--\n\nThe value of the key, which is put in with the default if absent."},
    {"pop", (PyCFunction)(void (*)(void))dict_pop, METH_FASTCALL,
     "pop($self, key, default=<unrepresentable>, /)\n--\n\n"
     "Remove the key and return its value; if it is absent the default, or KeyError without one."},
    {"popitem", dict_popitem, METH_NOARGS,
     "popitem($self, /)\n--\n\nRemove the pair put in last and return it; KeyError if there is none."},
    {"keys", ou_dict_keys_view, METH_NOARGS, "D.keys() -> a view of D's keys"},
    {"items", ou_dict_items_view, METH_NOARGS, "D.items() -> a view of D's (key, value) pairs"},
    {"values", ou_dict_values_view, METH_NOARGS, "D.values() -> a view of D's values"},
    {"update", (PyCFunction)(void (*)(void))dict_update, METH_FASTCALL | METH_KEYWORDS,
     "D.update([E, ]**F) -> None.  Put in the pairs of E, a mapping or an iterable of pairs, then those of F."},
    {"fromkeys", (PyCFunction)(void (*)(void))dict_fromkeys, METH_FASTCALL | METH_CLASS,
     "fromkeys($type, iterable, value=None, /)\n--\n\nA dictionary with these keys, all with the same value."},
    {"clear", dict_clear, METH_NOARGS, "D.clear() -> None.  Remove everything."},
    {"copy", dict_copy, METH_NOARGS, "D.copy() -> a shallow copy of D"},
    {"__reversed__", dict_reversed, METH_NOARGS, "__reversed__($self, /)\n--\n\nAn iterator over the keys, last first."},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "See PEP 585"},
    {NULL},
};

static PyNumberMethods dict_as_number = {
    .nb_or = dict_or,
    .nb_inplace_or = dict_ior,
};

static PySequenceMethods dict_as_sequence = {
    .sq_contains = PyDict_Contains,
};

static PyMappingMethods dict_as_mapping = {
    .mp_length = dict_length,
    .mp_subscript = ou_dict_subscript,
    .mp_ass_subscript = dict_ass_subscript,
};

PyTypeObject PyDict_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "dict",
    .tp_basicsize = sizeof(PyDictObject),
    .tp_dealloc = ou_dict_dealloc,
    .tp_repr = dict_repr,
    .tp_as_number = &dict_as_number,
    .tp_as_sequence = &dict_as_sequence,
    .tp_as_mapping = &dict_as_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_DICT_SUBCLASS
              | _Py_TPFLAGS_MATCH_SELF | Py_TPFLAGS_MAPPING,
    .tp_doc = "dict() -> new empty dictionary\n"
              "dict(mapping) -> with the mapping's pairs\n"
              "dict(iterable) -> with the (key, value) pairs of the iterable\n"
              "dict(**kwargs) -> with name=value pairs, as in dict(one=1, two=2)",
    .tp_traverse = ou_dict_traverse,
    .tp_clear = ou_dict_clear_slot,
    .tp_richcompare = dict_richcompare,
    .tp_iter = ou_dict_iter,
    .tp_methods = dict_methods,
    .tp_init = dict_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = ou_dict_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = dict_vectorcall,
};
