/* types/union.c - types.UnionType: int | str (PEP 604).
 *
 * Owns       args and, once asked for, parameters.
 * Invariant  args is a tuple of at least two types, none of them a union, none twice; None stands as its class.
 * Not here   isinstance and issubclass with unions (object/isinstance.c). */
#include "types/generic_alias.h"
#include "object/alloc.h"
#include "object/hold.h"
#include "object/walk.h"
#include <structmember.h>

typedef struct {
    PyObject_HEAD
    PyObject *args;
    PyObject *parameters; /* NULL until asked for */
} Union;

extern PyTypeObject _PyUnion_Type;
#define IS_UNION(op) Py_IS_TYPE(op, &_PyUnion_Type)

OU_WALKER(union)
{
    OU_EDGE_OF((Union *)self, args);
    OU_EDGE_OF((Union *)self, parameters);
    return 0;
}

static void
union_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(((Union *)self)->args);
    Py_CLEAR(((Union *)self)->parameters);
    ou_gc_free_fast(self, sizeof(Union));
}

/* ---- making ---------------------------------------------------------------------------------------------------- */

static bool
is_unionable(PyObject *op)
{
    return op == Py_None || PyType_Check(op) || PyObject_TypeCheck(op, &Py_GenericAliasType) || IS_UNION(op);
}

/* Types are the same if identical; aliases, if equal.  1, 0, or -1 with an error set. */
static int
is_same(PyObject *a, PyObject *b)
{
    if (PyObject_TypeCheck(a, &Py_GenericAliasType) && PyObject_TypeCheck(b, &Py_GenericAliasType)) {
        return PyObject_RichCompareBool(a, b, Py_EQ);
    }
    return a == b;
}

/* Add the types of `op` that are not in the list yet. */
static int
add_types(PyObject *list, PyObject *op)
{
    if (IS_UNION(op)) {
        PyObject *args = ((Union *)op)->args;
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++) {
            if (add_types(list, PyTuple_GET_ITEM(args, i)) < 0) {
                return -1;
            }
        }
        return 0;
    }
    if (op == Py_None) {
        op = (PyObject *)&_PyNone_Type;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        int same = is_same(PyList_GET_ITEM(list, i), op);
        if (same != 0) {
            return same < 0 ? -1 : 0;
        }
    }
    return PyList_Append(list, op);
}

/* The union of the types in the list, or the one type in it.  Returns new, or NULL with an error set. */
static PyObject *
union_of(PyObject *list)
{
    if (PyList_GET_SIZE(list) == 1) {
        return Py_NewRef(PyList_GET_ITEM(list, 0));
    }
    PyObject *args = PyList_AsTuple(list);
    if (args == NULL) {
        return NULL;
    }
    Union *self = (Union *)ou_gc_new_fast(&_PyUnion_Type, sizeof *self);
    if (self == NULL) {
        Py_DECREF(args);
        return NULL;
    }
    self->args = args;
    self->parameters = NULL;
    ou_gc_track((PyObject *)self);
    return (PyObject *)self;
}

PyObject *
_Py_union_type_or(PyObject *self, PyObject *other)
{
    if (!is_unionable(self) || !is_unionable(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *list = PyList_New(0), *result = NULL;
    if (list == NULL) {
        return NULL;
    }
    OU_HOLD(h, &list);
    if (add_types(list, self) == 0 && add_types(list, other) == 0) {
        result = union_of(list);
    }
    OU_HOLD_END(h);
    Py_DECREF(list);
    return result;
}

/* ---- behaviour ------------------------------------------------------------------------------------------------- */

static PyObject *
union_repr(PyObject *self)
{
    PyObject *args = ((Union *)self)->args, *result = NULL, *parts = PyList_New(0), *bar = NULL;
    if (parts == NULL) {
        return NULL;
    }
    OU_HOLD(h, &parts);
    Py_ssize_t n = PyTuple_GET_SIZE(args), i = 0;
    for (; i < n; i++) {
        PyObject *item = PyTuple_GET_ITEM(args, i);
        PyObject *part = item == (PyObject *)&_PyNone_Type ? PyUnicode_FromString("None") : ou_type_repr_item(item);
        int status = part != NULL ? PyList_Append(parts, part) : -1;
        Py_XDECREF(part);
        if (status < 0) {
            break;
        }
    }
    if (i == n) {
        bar = PyUnicode_FromString(" | ");
        result = bar != NULL ? PyUnicode_Join(bar, parts) : NULL;
    }
    OU_HOLD_END(h);
    Py_DECREF(parts);
    Py_XDECREF(bar);
    return result;
}

static Py_hash_t
union_hash(PyObject *self)
{
    PyObject *set = PyFrozenSet_New(((Union *)self)->args);
    if (set == NULL) {
        return -1;
    }
    Py_hash_t hash = PyObject_Hash(set);
    Py_DECREF(set);
    return hash;
}

static PyObject *
union_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!IS_UNION(other) || (op != Py_EQ && op != Py_NE)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *a = PySet_New(((Union *)self)->args), *result = NULL;
    PyObject *b = a != NULL ? PySet_New(((Union *)other)->args) : NULL;
    if (b != NULL) {
        OU_HOLD(h, &a, &b);
        result = PyObject_RichCompare(a, b, op);
        OU_HOLD_END(h);
    }
    Py_XDECREF(a);
    Py_XDECREF(b);
    return result;
}

static PyObject *
union_get_parameters(PyObject *self, void *closure)
{
    Union *of = (Union *)self;
    if (of->parameters == NULL) {
        PyObject *parameters = ou_type_parameters(of->args);
        if (parameters == NULL) {
            return NULL;
        }
        Py_XSETREF(of->parameters, parameters);
    }
    return Py_NewRef(of->parameters);
}

static PyObject *
union_getitem(PyObject *self, PyObject *item)
{
    PyObject *parameters = union_get_parameters(self, NULL);
    if (parameters == NULL) {
        return NULL;
    }
    PyObject *args = NULL, *result = NULL;
    OU_HOLD(h, &parameters, &args, &result);
    args = ou_type_substitute(self, ((Union *)self)->args, parameters, item);
    if (args != NULL && PyTuple_GET_SIZE(args) > 0) {
        result = Py_NewRef(PyTuple_GET_ITEM(args, 0));
        for (Py_ssize_t i = 1; result != NULL && i < PyTuple_GET_SIZE(args); i++) {
            PyObject *next = PyNumber_Or(result, PyTuple_GET_ITEM(args, i));
            Py_SETREF(result, next);
        }
    }
    OU_HOLD_END(h);
    Py_DECREF(parameters);
    Py_XDECREF(args);
    return result;
}

/* __module__ is the type's, not a member's. */
static PyObject *
union_getattro(PyObject *self, PyObject *name)
{
    if (PyUnicode_Check(name) && _PyUnicode_EqualToASCIIString(name, "__module__")) {
        return PyObject_GetAttr((PyObject *)Py_TYPE(self), name);
    }
    return PyObject_GenericGetAttr(self, name);
}

static PyMemberDef union_members[] = {
    {"__args__", T_OBJECT, offsetof(Union, args), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef union_getset[] = {
    {"__parameters__", union_get_parameters, NULL, "the type variables in it", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyNumberMethods union_as_number = {
    .nb_or = _Py_union_type_or,
};

static PyMappingMethods union_as_mapping = {
    .mp_subscript = union_getitem,
};

PyTypeObject _PyUnion_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "types.UnionType",
    .tp_basicsize = sizeof(Union),
    .tp_dealloc = union_dealloc,
    .tp_repr = union_repr,
    .tp_as_number = &union_as_number,
    .tp_as_mapping = &union_as_mapping,
    .tp_hash = union_hash,
    .tp_getattro = union_getattro,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_doc = "Any one of several types, as int | str makes it (PEP 604).",
    .tp_traverse = union_traverse,
    .tp_richcompare = union_richcompare,
    .tp_members = union_members,
    .tp_getset = union_getset,
};
