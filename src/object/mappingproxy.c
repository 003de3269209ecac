/* object/mappingproxy.c - mappingproxy: a mapping seen through glass, as C.__dict__ is.
 *
 * Owns       the mapping.
 * Invariant  nothing here changes the mapping; whatever it answers comes from it. */
#include "object/alloc.h"
#include "object/args.h"
#include "object/attribute.h"
#include "object/hold.h"
#include "object/walk.h"

typedef struct {
    PyObject_HEAD
    PyObject *mapping;
} Proxy;

#define MAPPING(self) (((Proxy *)(self))->mapping)

OU_WALKER(mappingproxy)
{
    OU_EDGE_OF((Proxy *)self, mapping);
    return 0;
}

static void
mappingproxy_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(MAPPING(self));
    ou_gc_free_fast(self, sizeof(Proxy));
}

/* A proxy may stand before a proxy, and so on: what goes on to the mapping without a call counts its
 * depth. */
static const char delegating[] = " in a mappingproxy";

static Py_ssize_t
mappingproxy_len(PyObject *self)
{
    if (ou_recursion_enter(delegating)) {
        return -1;
    }
    Py_ssize_t len = PyObject_Size(MAPPING(self));
    ou_recursion_leave();
    return len;
}

static PyObject *
mappingproxy_getitem(PyObject *self, PyObject *key)
{
    if (ou_recursion_enter(delegating)) {
        return NULL;
    }
    PyObject *value = PyObject_GetItem(MAPPING(self), key);
    ou_recursion_leave();
    return value;
}

static int
mappingproxy_contains(PyObject *self, PyObject *key)
{
    PyObject *mapping = MAPPING(self);
    if (PyDict_CheckExact(mapping)) {
        return PyDict_Contains(mapping, key);
    }
    if (ou_recursion_enter(delegating)) {
        return -1;
    }
    int result = PySequence_Contains(mapping, key);
    ou_recursion_leave();
    return result;
}

static PyObject *
mappingproxy_or(PyObject *left, PyObject *right)
{
    while (Py_IS_TYPE(left, &PyDictProxy_Type)) {
        left = MAPPING(left);
    }
    while (Py_IS_TYPE(right, &PyDictProxy_Type)) {
        right = MAPPING(right);
    }
    return PyNumber_Or(left, right);
}

static PyObject *
mappingproxy_ior(PyObject *self, PyObject *Py_UNUSED(other))
{
    return PyErr_Format(PyExc_TypeError, "'|=' is not supported by %s; use '|' instead", Py_TYPE(self)->tp_name);
}

/* get(key, default=None), as the mapping does it. */
static PyObject *
mappingproxy_get(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    if (n_args < 1 || n_args > 2) {
        return PyErr_Format(PyExc_TypeError, "get expected at %s %d argument%s, got %zd", n_args < 1 ? "least" : "most",
                            n_args < 1 ? 1 : 2, n_args < 1 ? "" : "s", n_args);
    }
    PyObject *stack[] = {MAPPING(self), args[0], n_args == 2 ? args[1] : Py_None};
    return PyObject_VectorcallMethod(OU_STR(get), stack, 3, NULL);
}

static PyObject *
mappingproxy_keys(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyObject_CallMethodNoArgs(MAPPING(self), OU_STR(keys));
}

static PyObject *
mappingproxy_values(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyObject_CallMethodNoArgs(MAPPING(self), OU_STR(values));
}

static PyObject *
mappingproxy_items(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyObject_CallMethodNoArgs(MAPPING(self), OU_STR(items));
}

static PyObject *
mappingproxy_copy(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyObject_CallMethodNoArgs(MAPPING(self), OU_STR(copy));
}

static PyObject *
mappingproxy_reversed(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyObject_CallMethodNoArgs(MAPPING(self), OU_STR(__reversed__));
}

static PyObject *
mappingproxy_iter(PyObject *self)
{
    if (ou_recursion_enter(delegating)) {
        return NULL;
    }
    PyObject *iter = PyObject_GetIter(MAPPING(self));
    ou_recursion_leave();
    return iter;
}

static PyObject *
mappingproxy_repr(PyObject *self)
{
    return PyUnicode_FromFormat("mappingproxy(%R)", MAPPING(self));
}

static PyObject *
mappingproxy_str(PyObject *self)
{
    return PyObject_Str(MAPPING(self));
}

static Py_hash_t
mappingproxy_hash(PyObject *self)
{
    if (ou_recursion_enter(delegating)) {
        return -1;
    }
    Py_hash_t hash = PyObject_Hash(MAPPING(self));
    ou_recursion_leave();
    return hash;
}

static PyObject *
mappingproxy_richcompare(PyObject *self, PyObject *other, int op)
{
    return PyObject_RichCompare(MAPPING(self), other, op);
}

/* A list or tuple has items too, but is no mapping. */
static int
check_mapping(PyObject *mapping)
{
    if (!PyMapping_Check(mapping) || PyList_Check(mapping) || PyTuple_Check(mapping)) {
        PyErr_Format(PyExc_TypeError, "mappingproxy() argument must be a mapping, not %s", Py_TYPE(mapping)->tp_name);
        return -1;
    }
    return 0;
}

/* A read-only view of a mapping.  Refs new.  Source: Dictionary Objects. */
PyObject *
PyDictProxy_New(PyObject *mapping)
{
    if (check_mapping(mapping) < 0) {
        return NULL;
    }
    PyObject *self = ou_gc_new_fast(&PyDictProxy_Type, sizeof(Proxy));
    if (self != NULL) {
        MAPPING(self) = Py_NewRef(mapping);
        ou_gc_track(self);
    }
    return self;
}

static PyObject *
mappingproxy_new(PyTypeObject *Py_UNUSED(type), PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"mappingproxy", {"mapping"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    return ou_args_parse_tuple(&params, args, kwargs, v) < 0 ? NULL : PyDictProxy_New(v[0]);
}

static PyNumberMethods mappingproxy_as_number = {
    .nb_or = mappingproxy_or,
    .nb_inplace_or = mappingproxy_ior,
};
static PySequenceMethods mappingproxy_as_sequence = {.sq_contains = mappingproxy_contains};
static PyMappingMethods mappingproxy_as_mapping = {
    .mp_length = mappingproxy_len,
    .mp_subscript = mappingproxy_getitem,
};

static PyMethodDef mappingproxy_methods[] = {
    {"get", (PyCFunction)(void (*)(void))mappingproxy_get, METH_FASTCALL,
     "get($self, key, default=None, /)\n--\n\n"
     "Return the value for key if key is in the mapping, else default."},
    {"keys", mappingproxy_keys, METH_NOARGS, "a set-like object providing a view on the underlying mapping's keys"},
    {"values", mappingproxy_values, METH_NOARGS, "an object providing a view on the underlying mapping's values"},
    {"items", mappingproxy_items, METH_NOARGS, "a set-like object providing a view on the underlying mapping's items"},
    {"copy", mappingproxy_copy, METH_NOARGS, "a shallow copy of the underlying mapping"},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "See PEP 585"},
    {"__reversed__", mappingproxy_reversed, METH_NOARGS, "reverse iterator"},
    {NULL},
};

PyTypeObject PyDictProxy_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "mappingproxy",
    .tp_basicsize = sizeof(Proxy),
    .tp_dealloc = mappingproxy_dealloc,
    .tp_repr = mappingproxy_repr,
    .tp_as_number = &mappingproxy_as_number,
    .tp_as_sequence = &mappingproxy_as_sequence,
    .tp_as_mapping = &mappingproxy_as_mapping,
    .tp_hash = mappingproxy_hash,
    .tp_str = mappingproxy_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_MAPPING,
    .tp_doc = "mappingproxy(mapping)\n--\n\nRead-only proxy of a mapping.",
    .tp_traverse = mappingproxy_traverse,
    .tp_richcompare = mappingproxy_richcompare,
    .tp_iter = mappingproxy_iter,
    .tp_methods = mappingproxy_methods,
    .tp_new = mappingproxy_new,
};
