/* types/namespace.c - types.SimpleNamespace: attributes from keyword arguments.
 *
 * Owns       ns_dict.
 * Invariant  ns_dict is a dict from the start on.
 * Not here   modules (module.c). */
#include "object/alloc.h"
#include "object/hold.h"
#include "object/walk.h"
#include <structmember.h>

typedef struct {
    PyObject_HEAD
    PyObject *ns_dict;
} Namespace;

OU_WALKER(namespace)
{
    OU_EDGE_OF((Namespace *)self, ns_dict);
    return 0;
}

static int
namespace_clear(PyObject *self)
{
    Py_CLEAR(((Namespace *)self)->ns_dict);
    return 0;
}

static void
namespace_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    namespace_clear(self);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *
namespace_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *self = type->tp_alloc(type, 0);
    if (self != NULL) {
        ((Namespace *)self)->ns_dict = PyDict_New();
        if (((Namespace *)self)->ns_dict == NULL) {
            Py_CLEAR(self);
        }
    }
    return self;
}

static int
namespace_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) != 0) {
        PyErr_Format(PyExc_TypeError, "no positional arguments expected");
        return -1;
    }
    if (kwargs == NULL) {
        return 0;
    }
    if (!PyArg_ValidateKeywordArguments(kwargs)) {
        return -1;
    }
    return PyDict_Update(((Namespace *)self)->ns_dict, kwargs);
}

/* SimpleNamespace(**names); names may be NULL.  Returns new, or NULL with an error set. */
PyObject *
_PyNamespace_New(PyObject *names)
{
    PyObject *self = namespace_new(&_PyNamespace_Type, NULL, NULL);
    if (self != NULL && names != NULL && PyDict_Update(((Namespace *)self)->ns_dict, names) < 0) {
        Py_CLEAR(self);
    }
    return self;
}

/* "name=value" for each attribute whose name is a str.  Returns a new list, or NULL. */
static PyObject *
repr_parts(PyObject *dict)
{
    PyObject *parts = PyList_New(0), *keys = NULL, *value = NULL;
    OU_HOLD(h, &parts, &keys, &value);
    keys = parts != NULL ? PyDict_Keys(dict) : NULL;
    if (keys == NULL) {
        Py_CLEAR(parts);
    }
    for (Py_ssize_t i = 0; parts != NULL && i < PyList_GET_SIZE(keys); i++) {
        PyObject *key = PyList_GET_ITEM(keys, i);
        if (!PyUnicode_Check(key) || PyUnicode_GET_LENGTH(key) == 0) {
            continue;
        }
        value = Py_XNewRef(PyDict_GetItemWithError(dict, key));
        if (value != NULL) {
            PyObject *part = PyUnicode_FromFormat("%S=%R", key, value);
            if (part == NULL || PyList_Append(parts, part) < 0) {
                Py_CLEAR(parts);
            }
            Py_XDECREF(part);
            Py_CLEAR(value);
        }
        else if (PyErr_Occurred()) {
            Py_CLEAR(parts);
        }
    }
    OU_HOLD_END(h);
    Py_XDECREF(keys);
    return parts;
}

static PyObject *
namespace_repr(PyObject *self)
{
    const char *name = Py_IS_TYPE(self, &_PyNamespace_Type) ? "namespace" : Py_TYPE(self)->tp_name;
    int running = Py_ReprEnter(self);
    if (running != 0) {
        return running > 0 ? PyUnicode_FromFormat("%s(...)", name) : NULL;
    }
    PyObject *result = NULL, *dict = Py_XNewRef(((Namespace *)self)->ns_dict);
    OU_HOLD(h, &dict);
    PyObject *parts = dict != NULL ? repr_parts(dict) : PyList_New(0);
    OU_HOLD_END(h);
    Py_XDECREF(dict);
    PyObject *joined = parts != NULL ? PyUnicode_Join(OU_STR(comma_space), parts) : NULL;
    if (joined != NULL) {
        result = PyUnicode_FromFormat("%s(%S)", name, joined);
    }
    Py_XDECREF(joined);
    Py_XDECREF(parts);
    Py_ReprLeave(self);
    return result;
}

static PyObject *
namespace_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!PyObject_TypeCheck(self, &_PyNamespace_Type) || !PyObject_TypeCheck(other, &_PyNamespace_Type)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *a = Py_NewRef(((Namespace *)self)->ns_dict), *b = Py_NewRef(((Namespace *)other)->ns_dict);
    OU_HOLD(h, &a, &b);
    PyObject *result = PyObject_RichCompare(a, b, op);
    OU_HOLD_END(h);
    Py_DECREF(a);
    Py_DECREF(b);
    return result;
}

static PyObject *
namespace_reduce(PyObject *self, PyObject *ignored)
{
    PyObject *none = PyTuple_New(0);
    PyObject *result = none != NULL ? PyTuple_Pack(3, Py_TYPE(self), none, ((Namespace *)self)->ns_dict) : NULL;
    Py_XDECREF(none);
    return result;
}

static PyMethodDef namespace_methods[] = {
    {"__reduce__", namespace_reduce, METH_NOARGS, "Return state information for pickling"},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef namespace_members[] = {
    {"__dict__", T_OBJECT, offsetof(Namespace, ns_dict), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject _PyNamespace_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "types.SimpleNamespace",
    .tp_basicsize = sizeof(Namespace),
    .tp_dealloc = namespace_dealloc,
    .tp_repr = namespace_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = "Attributes from keyword arguments.\n\nSimpleNamespace(**kwargs)",
    .tp_traverse = namespace_traverse,
    .tp_clear = namespace_clear,
    .tp_richcompare = namespace_richcompare,
    .tp_methods = namespace_methods,
    .tp_members = namespace_members,
    .tp_dictoffset = offsetof(Namespace, ns_dict),
    .tp_init = namespace_init,
    .tp_new = namespace_new,
};
