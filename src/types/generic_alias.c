/* types/generic_alias.c - types.GenericAlias: list[int] (PEP 585), and *tuple[int] (PEP 646).
 *
 * Owns       origin, args and, once asked for, parameters.
 * Invariant  args is a tuple.  Attributes are the origin's, but for those in own_names.  Aliases nest as deep as a program
 *            likes, in origin and in args, so whatever goes inward counts its recursion.
 * Not here   unions (union.c); how type variables are replaced (type_parameters.c). */
#include "types/generic_alias.h"
#include "object/alloc.h"
#include "object/hold.h"
#include "object/walk.h"
#include <structmember.h>

typedef struct {
    PyObject_HEAD
    PyObject *origin;
    PyObject *args;
    PyObject *parameters; /* NULL until asked for */
    PyObject *weakreflist;
    bool starred; /* *tuple[int] */
    vectorcallfunc vectorcall;
} Alias;

typedef struct {
    PyObject_HEAD
    PyObject *obj; /* the alias, or NULL at the end */
} AliasIter;

extern PyTypeObject ou_generic_alias_iter_type;

OU_WALKER(generic_alias)
{
    Alias *alias = (Alias *)self;
    OU_EDGE_OF(alias, origin);
    OU_EDGE_OF(alias, args);
    OU_EDGE_OF(alias, parameters);
    return 0;
}

OU_WALKER(generic_alias_iter)
{
    OU_EDGE_OF((AliasIter *)self, obj);
    return 0;
}

static void
alias_dealloc(PyObject *self)
{
    Alias *alias = (Alias *)self;
    ou_gc_untrack(self);
    if (alias->weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    Py_CLEAR(alias->origin);
    Py_CLEAR(alias->args);
    Py_CLEAR(alias->parameters);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *alias_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames);

/* Returns new, or NULL with an error set. */
static PyObject *
alias_make(PyTypeObject *type, PyObject *origin, PyObject *args, bool starred)
{
    PyObject *tuple = PyTuple_Check(args) ? Py_NewRef(args) : PyTuple_Pack(1, args);
    if (tuple == NULL) {
        return NULL;
    }
    Alias *self = (Alias *)type->tp_alloc(type, 0);
    if (self == NULL) {
        Py_DECREF(tuple);
        return NULL;
    }
    self->origin = Py_NewRef(origin);
    self->args = tuple;
    self->starred = starred;
    self->vectorcall = PyVectorcall_Function(origin) != NULL ? alias_vectorcall : NULL;
    return (PyObject *)self;
}

/* origin[args]; args is a tuple, or one type.  Returns new, or NULL with an error set. */
PyObject *
Py_GenericAlias(PyObject *origin, PyObject *args)
{
    return alias_make(&Py_GenericAliasType, origin, args, false);
}

static PyObject *
alias_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *origin, *arguments;
    if (!_PyArg_NoKeywords("GenericAlias", kwargs) || !PyArg_UnpackTuple(args, "GenericAlias", 2, 2, &origin, &arguments)) {
        return NULL;
    }
    return alias_make(type, origin, arguments, false);
}

/* ---- text ------------------------------------------------------------------------------------------------------ */

static PyObject *
alias_repr(PyObject *self)
{
    Alias *alias = (Alias *)self;
    PyObject *result = NULL, *parts = PyList_New(0), *origin = NULL, *joined = NULL;
    OU_HOLD(h, &parts, &origin);
    origin = parts != NULL ? ou_type_repr_item(alias->origin) : NULL;
    if (origin == NULL) {
        goto done;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(alias->args);
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *part = ou_type_repr_item(PyTuple_GET_ITEM(alias->args, i));
        int status = part != NULL ? PyList_Append(parts, part) : -1;
        Py_XDECREF(part);
        if (status < 0) {
            goto done;
        }
    }
    joined = n > 0 ? PyUnicode_Join(OU_STR(comma_space), parts) : PyUnicode_FromString("()");
    if (joined != NULL) {
        result = PyUnicode_FromFormat("%s%U[%U]", alias->starred ? "*" : "", origin, joined);
    }
done:
    OU_HOLD_END(h);
    Py_XDECREF(parts);
    Py_XDECREF(origin);
    Py_XDECREF(joined);
    return result;
}

/* ---- comparison ------------------------------------------------------------------------------------------------ */

static PyObject *
alias_richcompare(PyObject *self, PyObject *other, int op)
{
    if ((op != Py_EQ && op != Py_NE) || !PyObject_TypeCheck(self, &Py_GenericAliasType)
        || !PyObject_TypeCheck(other, &Py_GenericAliasType)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    Alias *a = (Alias *)self, *b = (Alias *)other;
    int equal = a->starred == b->starred;
    if (equal) {
        equal = PyObject_RichCompareBool(a->origin, b->origin, Py_EQ);
    }
    if (equal > 0) {
        equal = PyObject_RichCompareBool(a->args, b->args, Py_EQ);
    }
    if (equal < 0) {
        return NULL;
    }
    return Py_NewRef(equal == (op == Py_EQ) ? Py_True : Py_False);
}

static Py_hash_t
alias_hash(PyObject *self)
{
    Alias *alias = (Alias *)self;
    if (ou_recursion_enter(" in hash of a generic alias")) {
        return -1;
    }
    Py_hash_t a = PyObject_Hash(alias->origin);
    Py_hash_t b = a != -1 ? PyObject_Hash(alias->args) : -1;
    ou_recursion_leave();
    if (a == -1 || b == -1) {
        return -1;
    }
    return (a ^ b) == -1 ? -2 : a ^ b;
}

/* ---- calls ----------------------------------------------------------------------------------------------------- */

/* The new object (taken) is told which alias made it, if it can be told. */
static PyObject *
set_orig_class(PyObject *result, PyObject *self)
{
    if (result == NULL) {
        return NULL;
    }
    OU_HOLD(h, &result);
    int status = PyObject_SetAttr(result, OU_STR(__orig_class__), self);
    OU_HOLD_END(h);
    if (status < 0) {
        if (!PyErr_ExceptionMatches(PyExc_AttributeError) && !PyErr_ExceptionMatches(PyExc_TypeError)) {
            Py_DECREF(result);
            return NULL;
        }
        PyErr_Clear();
    }
    return result;
}

static PyObject *
alias_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    if (ou_recursion_enter(" while calling a Python object")) {
        return NULL;
    }
    PyObject *result = PyObject_Vectorcall(((Alias *)self)->origin, args, nargsf, kwnames);
    ou_recursion_leave();
    return set_orig_class(result, self);
}

static PyObject *
alias_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return set_orig_class(PyObject_Call(((Alias *)self)->origin, args, kwargs), self);
}

/* ---- attributes ------------------------------------------------------------------------------------------------ */

/* These are the alias's own; all others are the origin's. */
static const char *const own_names[] = {
    "__class__",
    "__bases__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
};

static PyObject *
alias_getattro(PyObject *self, PyObject *name)
{
    if (PyUnicode_Check(name)) {
        for (size_t i = 0; i < OU_COUNT_OF(own_names); i++) {
            if (_PyUnicode_EqualToASCIIString(name, own_names[i])) {
                return PyObject_GenericGetAttr(self, name);
            }
        }
        if (ou_recursion_enter(" in attribute of a generic alias")) {
            return NULL;
        }
        PyObject *value = PyObject_GetAttr(((Alias *)self)->origin, name);
        ou_recursion_leave();
        return value;
    }
    return PyObject_GenericGetAttr(self, name);
}

static PyObject *
alias_dir(PyObject *self, PyObject *ignored)
{
    if (ou_recursion_enter(" in dir of a generic alias")) {
        return NULL;
    }
    PyObject *list = PyObject_Dir(((Alias *)self)->origin);
    ou_recursion_leave();
    if (list == NULL) {
        return NULL;
    }
    OU_HOLD(h, &list);
    for (size_t i = 0; list != NULL && i < OU_COUNT_OF(own_names); i++) {
        PyObject *name = PyUnicode_FromString(own_names[i]);
        int there = name != NULL ? PySequence_Contains(list, name) : -1;
        if (there < 0 || (!there && PyList_Append(list, name) < 0)) {
            Py_CLEAR(list);
        }
        Py_XDECREF(name);
    }
    OU_HOLD_END(h);
    return list;
}

static PyObject *
alias_get_parameters(PyObject *self, void *closure)
{
    Alias *alias = (Alias *)self;
    if (alias->parameters == NULL) {
        if (ou_recursion_enter(" in __parameters__")) {
            return NULL;
        }
        PyObject *parameters = ou_type_parameters(alias->args);
        ou_recursion_leave();
        if (parameters == NULL) {
            return NULL;
        }
        Py_XSETREF(alias->parameters, parameters);
    }
    return Py_NewRef(alias->parameters);
}

static PyObject *
alias_get_unpacked_tuple_args(PyObject *self, void *closure)
{
    Alias *alias = (Alias *)self;
    bool unpacked = alias->starred && alias->origin == (PyObject *)&PyTuple_Type;
    return Py_NewRef(unpacked ? alias->args : Py_None);
}

static PyObject *
alias_getitem(PyObject *self, PyObject *item)
{
    Alias *alias = (Alias *)self;
    PyObject *parameters = alias_get_parameters(self, NULL);
    if (parameters == NULL) {
        return NULL;
    }
    PyObject *args = NULL;
    OU_HOLD(h, &parameters);
    if (ou_recursion_enter(" in subscript of a generic alias") == 0) {
        args = ou_type_substitute(self, alias->args, parameters, item);
        ou_recursion_leave();
    }
    OU_HOLD_END(h);
    Py_DECREF(parameters);
    if (args == NULL) {
        return NULL;
    }
    PyObject *result = alias_make(Py_TYPE(self), alias->origin, args, alias->starred);
    Py_DECREF(args);
    return result;
}

static PyObject *
alias_mro_entries(PyObject *self, PyObject *bases)
{
    return PyTuple_Pack(1, ((Alias *)self)->origin);
}

static PyObject *
alias_instancecheck(PyObject *self, PyObject *ignored)
{
    PyErr_SetString(PyExc_TypeError, "isinstance() argument 2 cannot be a parameterized generic");
    return NULL;
}

static PyObject *
alias_subclasscheck(PyObject *self, PyObject *ignored)
{
    PyErr_SetString(PyExc_TypeError, "issubclass() argument 2 cannot be a parameterized generic");
    return NULL;
}

static PyObject *
alias_reduce(PyObject *self, PyObject *ignored)
{
    Alias *alias = (Alias *)self;
    if (!alias->starred) {
        return Py_BuildValue("O(OO)", Py_TYPE(self), alias->origin, alias->args);
    }
    PyObject *plain = Py_GenericAlias(alias->origin, alias->args);
    PyObject *iter = plain != NULL ? PyObject_GetIter(plain) : NULL;
    Py_XDECREF(plain);
    if (iter == NULL) {
        return NULL;
    }
    return Py_BuildValue("N(N)", _PyEval_GetBuiltin(OU_STR(next)), iter);
}

/* ---- *alias: an iterator with one item ------------------------------------------------------------------------- */

static PyObject *
alias_iter(PyObject *self)
{
    AliasIter *iter = (AliasIter *)ou_gc_new(&ou_generic_alias_iter_type);
    if (iter != NULL) {
        iter->obj = Py_NewRef(self);
        ou_gc_track((PyObject *)iter);
    }
    return (PyObject *)iter;
}

static int
alias_iter_clear(PyObject *self)
{
    Py_CLEAR(((AliasIter *)self)->obj);
    return 0;
}

static void
alias_iter_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    alias_iter_clear(self);
    ou_gc_free_fast(self, sizeof(AliasIter));
}

static PyObject *
alias_iter_next(PyObject *self)
{
    AliasIter *iter = (AliasIter *)self;
    Alias *alias = (Alias *)iter->obj;
    if (alias == NULL) {
        return NULL;
    }
    PyObject *result = alias_make(Py_TYPE(alias), alias->origin, alias->args, true);
    if (result != NULL) {
        Py_CLEAR(iter->obj);
    }
    return result;
}

static PyObject *
alias_iter_reduce(PyObject *self, PyObject *ignored)
{
    AliasIter *iter = (AliasIter *)self;
    PyObject *function = _PyEval_GetBuiltin(OU_STR(iter));
    return iter->obj != NULL ? Py_BuildValue("N(O)", function, iter->obj) : Py_BuildValue("N(())", function);
}

static PyMethodDef alias_iter_methods[] = {
    {"__reduce__", alias_iter_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

PyTypeObject ou_generic_alias_iter_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "generic_alias_iterator",
    .tp_basicsize = sizeof(AliasIter),
    .tp_dealloc = alias_iter_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = generic_alias_iter_traverse,
    .tp_clear = alias_iter_clear,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = alias_iter_next,
    .tp_methods = alias_iter_methods,
};

/* ---- the type -------------------------------------------------------------------------------------------------- */

static PyMethodDef alias_methods[] = {
    {"__mro_entries__", alias_mro_entries, METH_O, NULL},
    {"__instancecheck__", alias_instancecheck, METH_O, NULL},
    {"__subclasscheck__", alias_subclasscheck, METH_O, NULL},
    {"__reduce__", alias_reduce, METH_NOARGS, NULL},
    {"__dir__", alias_dir, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef alias_members[] = {
    {"__origin__", T_OBJECT, offsetof(Alias, origin), READONLY, NULL},
    {"__args__", T_OBJECT, offsetof(Alias, args), READONLY, NULL},
    {"__unpacked__", T_BOOL, offsetof(Alias, starred), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef alias_getset[] = {
    {"__parameters__", alias_get_parameters, NULL, "the type variables in it", NULL},
    {"__typing_unpacked_tuple_args__", alias_get_unpacked_tuple_args, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMappingMethods alias_as_mapping = {
    .mp_subscript = alias_getitem,
};

static PyNumberMethods alias_as_number = {
    .nb_or = _Py_union_type_or,
};

PyTypeObject Py_GenericAliasType = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "types.GenericAlias",
    .tp_basicsize = sizeof(Alias),
    .tp_dealloc = alias_dealloc,
    .tp_vectorcall_offset = offsetof(Alias, vectorcall),
    .tp_repr = alias_repr,
    .tp_as_number = &alias_as_number,
    .tp_as_mapping = &alias_as_mapping,
    .tp_hash = alias_hash,
    .tp_call = alias_call,
    .tp_getattro = alias_getattro,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_doc = "A generic type with its arguments.\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).",
    .tp_traverse = generic_alias_traverse,
    .tp_richcompare = alias_richcompare,
    .tp_weaklistoffset = offsetof(Alias, weakreflist),
    .tp_iter = alias_iter,
    .tp_methods = alias_methods,
    .tp_members = alias_members,
    .tp_getset = alias_getset,
    .tp_new = alias_new,
};
