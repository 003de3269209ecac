/* modules/_collections.c - module _collections: defaultdict, _tuplegetter, _count_elements; deque is in deque.c.
 *
 * Owns       a defaultdict its factory beside a dict's things; a _tuplegetter its doc.
 * Source     Library Reference, collections. */
#include "modules/_collections.h"
#include "object/alloc.h"
#include "object/hold.h"
#include "object/walk.h"
#include "types/dict.h"

#include <structmember.h>

/* ---- defaultdict -------------------------------------------------------------------------------------------------- */

typedef struct {
    PyDictObject dict;
    PyObject *factory; /* owned or NULL */
} DefaultDict;

/* The dict's part is told by the base's walker, which the whole walk of an instance asks too. */
extern int ou_dict_walk(PyObject *self, OuVisit visit, void *arg);

int
ou_defaultdict_walk(PyObject *self, OuVisit visit, void *arg)
{
    PyObject *factory = ((DefaultDict *)self)->factory;
    int stop = factory == NULL ? 0 : visit(factory, OU_EDGE_FIELD, "default_factory", -1, arg);
    return stop != 0 ? stop : ou_dict_walk(self, visit, arg);
}

static int
defaultdict_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((DefaultDict *)self)->factory);
    return PyDict_Type.tp_traverse(self, visit, arg);
}

static int
defaultdict_clear(PyObject *self)
{
    Py_CLEAR(((DefaultDict *)self)->factory);
    return PyDict_Type.tp_clear(self);
}

static void
defaultdict_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(((DefaultDict *)self)->factory);
    PyDict_Type.tp_dealloc(self);
}

static int
defaultdict_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *factory = NULL, *rest;
    if (PyTuple_GET_SIZE(args) > 0) {
        factory = PyTuple_GET_ITEM(args, 0);
        if (!PyCallable_Check(factory) && factory != Py_None) {
            PyErr_SetString(PyExc_TypeError, "first argument must be callable or None");
            return -1;
        }
        factory = factory == Py_None ? NULL : factory;
    }
    rest = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args));
    if (rest == NULL) {
        return -1;
    }
    PyObject *old = ((DefaultDict *)self)->factory;
    ((DefaultDict *)self)->factory = Py_XNewRef(factory);
    OU_HOLD(hold, &old, &rest);
    int status = PyDict_Type.tp_init(self, rest, kwargs);
    OU_HOLD_END(hold);
    Py_DECREF(rest);
    Py_XDECREF(old);
    return status;
}

static PyObject *
defaultdict_missing(PyObject *self, PyObject *key)
{
    PyObject *factory = Py_XNewRef(((DefaultDict *)self)->factory), *value = NULL;
    if (factory == NULL || factory == Py_None) { /* None: assigned to default_factory */
        Py_XDECREF(factory);
        PyObject *args = PyTuple_Pack(1, key);
        if (args != NULL) {
            PyErr_SetObject(PyExc_KeyError, args);
            Py_DECREF(args);
        }
        return NULL;
    }
    OU_HOLD(hold, &factory, &value);
    value = PyObject_CallNoArgs(factory);
    if (value != NULL && PyObject_SetItem(self, key, value) < 0) {
        Py_CLEAR(value);
    }
    OU_HOLD_END(hold);
    Py_DECREF(factory);
    return value;
}

static PyObject *
defaultdict_copy(PyObject *self, PyObject *ignored)
{
    PyObject *factory = ((DefaultDict *)self)->factory;
    return PyObject_CallFunctionObjArgs((PyObject *)Py_TYPE(self), factory ? factory : Py_None, self, NULL);
}

static PyObject *
defaultdict_reduce(PyObject *self, PyObject *ignored)
{
    PyObject *factory = ((DefaultDict *)self)->factory, *items = PyObject_CallMethod(self, "items", NULL), *iter = NULL;
    PyObject *args = factory == NULL || factory == Py_None ? PyTuple_New(0) : PyTuple_Pack(1, factory), *result = NULL;
    iter = items == NULL ? NULL : PyObject_GetIter(items);
    if (iter != NULL && args != NULL) {
        result = PyTuple_Pack(5, (PyObject *)Py_TYPE(self), args, Py_None, Py_None, iter);
    }
    Py_XDECREF(items);
    Py_XDECREF(iter);
    Py_XDECREF(args);
    return result;
}

static PyObject *
defaultdict_repr(PyObject *self)
{
    PyObject *factory = ((DefaultDict *)self)->factory, *base = PyDict_Type.tp_repr(self), *text = NULL, *result = NULL;
    if (base == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &base);
    int entered = factory == NULL ? 1 : Py_ReprEnter(factory);
    if (factory == NULL) {
        text = PyUnicode_FromString("None");
    }
    else if (entered == 0) {
        text = PyObject_Repr(factory);
        Py_ReprLeave(factory);
    }
    else if (entered > 0) {
        text = PyUnicode_FromString("...");
    }
    OU_HOLD_END(hold);
    if (text != NULL) {
        const char *name = strrchr(Py_TYPE(self)->tp_name, '.');
        result = PyUnicode_FromFormat("%s(%U, %U)", name ? name + 1 : Py_TYPE(self)->tp_name, text, base);
        Py_DECREF(text);
    }
    Py_DECREF(base);
    return result;
}

static PyObject *
defaultdict_or(PyObject *left, PyObject *right)
{
    PyObject *self = PyObject_TypeCheck(left, &ou_defaultdict_type) ? left : right, *merged, *result = NULL;
    if (!PyDict_Check(left) || !PyDict_Check(right)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *factory = ((DefaultDict *)self)->factory;
    merged = PyObject_CallFunctionObjArgs((PyObject *)Py_TYPE(self), factory ? factory : Py_None, left, NULL);
    if (merged != NULL) {
        OU_HOLD(hold, &merged);
        result = PyDict_Update(merged, right) < 0 ? NULL : Py_NewRef(merged);
        OU_HOLD_END(hold);
        Py_DECREF(merged);
    }
    return result;
}

static PyMethodDef defaultdict_methods[] = {
    {"__missing__", defaultdict_missing, METH_O, "__missing__(key)\n\nStore and return what the factory makes."},
    {"copy", defaultdict_copy, METH_NOARGS, "A shallow copy."},
    {"__copy__", defaultdict_copy, METH_NOARGS, "A shallow copy."},
    {"__reduce__", defaultdict_reduce, METH_NOARGS, "For pickle."},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "See PEP 585"},
    {NULL},
};

static PyMemberDef defaultdict_members[] = {
    {"default_factory", T_OBJECT, offsetof(DefaultDict, factory), 0, "What makes the values of missing keys."},
    {NULL},
};

static PyNumberMethods defaultdict_number = {.nb_or = defaultdict_or};

PyTypeObject ou_defaultdict_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "collections.defaultdict",
    .tp_basicsize = sizeof(DefaultDict),
    .tp_dealloc = defaultdict_dealloc,
    .tp_repr = defaultdict_repr,
    .tp_as_number = &defaultdict_number,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "defaultdict(default_factory=None, /, [...]) --> dict with default factory",
    .tp_traverse = defaultdict_traverse,
    .tp_clear = defaultdict_clear,
    .tp_methods = defaultdict_methods,
    .tp_members = defaultdict_members,
    .tp_base = &PyDict_Type,
    .tp_init = defaultdict_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_free = PyObject_GC_Del,
};

/* ---- _tuplegetter ------------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    Py_ssize_t index;
    PyObject *doc; /* owned */
} TupleGetter;

OU_WALKER(tuplegetter)
{
    OU_EDGE_OF((TupleGetter *)self, doc);
    return 0;
}

static void
tuplegetter_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(((TupleGetter *)self)->doc);
    Py_TYPE(self)->tp_free(self);
}

static int
tuplegetter_clear(PyObject *self)
{
    Py_CLEAR(((TupleGetter *)self)->doc);
    return 0;
}

static PyObject *
tuplegetter_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Py_ssize_t index;
    PyObject *doc;
    if (!PyArg_ParseTuple(args, "nO:_tuplegetter", &index, &doc)) {
        return NULL;
    }
    TupleGetter *self = (TupleGetter *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->index = index;
        self->doc = Py_NewRef(doc);
    }
    return (PyObject *)self;
}

static PyObject *
tuplegetter_get(PyObject *self, PyObject *obj, PyObject *type)
{
    Py_ssize_t index = ((TupleGetter *)self)->index;
    if (obj == NULL || obj == Py_None) {
        return Py_NewRef(self);
    }
    if (!PyTuple_Check(obj)) {
        PyErr_Format(PyExc_TypeError, "descriptor for index '%zd' for tuple subclasses doesn't apply to '%s' object", index,
                     Py_TYPE(obj)->tp_name);
        return NULL;
    }
    if (index < 0 || index >= PyTuple_GET_SIZE(obj)) {
        PyErr_SetString(PyExc_IndexError, "tuple index out of range");
        return NULL;
    }
    return Py_NewRef(PyTuple_GET_ITEM(obj, index));
}

static int
tuplegetter_set(PyObject *self, PyObject *obj, PyObject *value)
{
    PyErr_SetString(PyExc_AttributeError, value == NULL ? "can't delete attribute" : "can't set attribute");
    return -1;
}

static PyObject *
tuplegetter_reduce(PyObject *self, PyObject *ignored)
{
    return Py_BuildValue("(O(nO))", (PyObject *)Py_TYPE(self), ((TupleGetter *)self)->index, ((TupleGetter *)self)->doc);
}

static PyObject *
tuplegetter_repr(PyObject *self)
{
    return PyUnicode_FromFormat("_tuplegetter(%zd, %R)", ((TupleGetter *)self)->index, ((TupleGetter *)self)->doc);
}

static PyMethodDef tuplegetter_methods[] = {{"__reduce__", tuplegetter_reduce, METH_NOARGS, NULL}, {NULL}};
static PyMemberDef tuplegetter_members[] = {{"__doc__", T_OBJECT, offsetof(TupleGetter, doc), 0}, {NULL}};

PyTypeObject ou_tuplegetter_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "collections._tuplegetter",
    .tp_basicsize = sizeof(TupleGetter),
    .tp_dealloc = tuplegetter_dealloc,
    .tp_repr = tuplegetter_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = tuplegetter_traverse,
    .tp_clear = tuplegetter_clear,
    .tp_methods = tuplegetter_methods,
    .tp_members = tuplegetter_members,
    .tp_descr_get = tuplegetter_get,
    .tp_descr_set = tuplegetter_set,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = tuplegetter_new,
    .tp_free = PyObject_GC_Del,
};

/* ---- counting ------------------------------------------------------------------------------------------------------- */

/* Are a type's get() and item assignment those of dict? */
static bool
dict_counts_plainly(PyTypeObject *type)
{
    return _PyType_Lookup(type, OU_STR(__setitem__)) == _PyType_Lookup(&PyDict_Type, OU_STR(__setitem__))
        && _PyType_Lookup(type, OU_STR(get)) == _PyType_Lookup(&PyDict_Type, OU_STR(get));
}

/* _count_elements(mapping, iterable): mapping[x] = mapping.get(x, 0) + 1.  RE-ENTRANT. */
static PyObject *
count_elements(PyObject *module, PyObject *args)
{
    PyObject *mapping, *iterable, *iter, *get = NULL, *key = NULL, *count = NULL, *zero = NULL, *one = NULL;
    if (!PyArg_UnpackTuple(args, "_count_elements", 2, 2, &mapping, &iterable)) {
        return NULL;
    }
    iter = PyObject_GetIter(iterable);
    if (iter == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &iter, &get, &key, &count, &zero, &one);
    zero = PyLong_FromLong(0);
    one = PyLong_FromLong(1);
    get = PyObject_GetAttrString(mapping, "get");
    bool plain = PyDict_Check(mapping) && dict_counts_plainly(Py_TYPE(mapping));
    while (plain && (key = PyIter_Next(iter)) != NULL) {
        Py_hash_t hash = ou_dict_hash(key);
        if (hash == -1) {
            break;
        }
        count = Py_XNewRef(_PyDict_GetItem_KnownHash(mapping, key, hash));
        if (count == NULL && PyErr_Occurred()) {
            break;
        }
        Py_XSETREF(count, count == NULL ? Py_NewRef(one) : PyNumber_Add(count, one));
        if (count == NULL || _PyDict_SetItem_KnownHash(mapping, key, count, hash) < 0) {
            break;
        }
        Py_CLEAR(count);
        Py_CLEAR(key);
    }
    while (!plain && get != NULL && (key = PyIter_Next(iter)) != NULL) {
        count = PyObject_CallFunctionObjArgs(get, key, zero, NULL);
        if (count != NULL) {
            Py_SETREF(count, PyNumber_Add(count, one));
        }
        if (count == NULL || PyObject_SetItem(mapping, key, count) < 0) {
            break;
        }
        Py_CLEAR(count);
        Py_CLEAR(key);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(count);
    Py_XDECREF(key);
    Py_XDECREF(get);
    Py_XDECREF(zero);
    Py_XDECREF(one);
    Py_DECREF(iter);
    return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

static int
collections_exec(PyObject *module)
{
    return PyModule_AddObjectRef(module, "defaultdict", (PyObject *)&ou_defaultdict_type) < 0
                || PyModule_AddObjectRef(module, "OrderedDict", (PyObject *)&PyODict_Type) < 0
                || PyModule_AddObjectRef(module, "_tuplegetter", (PyObject *)&ou_tuplegetter_type) < 0
                || PyModule_AddObjectRef(module, "deque", (PyObject *)&ou_deque_type) < 0
                || PyModule_AddObjectRef(module, "_deque_iterator", (PyObject *)&ou_deque_iter_type) < 0
                || PyModule_AddObjectRef(module, "_deque_reverse_iterator", (PyObject *)&ou_deque_reviter_type) < 0
             ? -1
             : 0;
}

static PyMethodDef collections_methods[] = {
    {"_count_elements", count_elements, METH_VARARGS,
     "_count_elements($module, mapping, iterable, /)\n--\n\nCount elements of the iterable in the mapping."},
    {NULL},
};
static PyModuleDef_Slot collections_slots[] = {{Py_mod_exec, collections_exec}, {0, NULL}};
static PyModuleDef collections_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_collections",
    .m_doc = "Containers for module collections.",
    .m_methods = collections_methods,
    .m_slots = collections_slots,
};

PyMODINIT_FUNC
PyInit__collections(void)
{
    return PyModuleDef_Init(&collections_module);
}
