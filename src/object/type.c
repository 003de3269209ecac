/* object/type.c - `type`, the type of types: calling a type, its methods, its life.
 *
 * Owns       a heap type owns its namespace, bases, mro, names, shared keys and what else stands in its
 *            walker; a static type namespace, bases and mro.
 * Invariant  a dying or cleared type has left the lists of its bases, so nobody meets it there.
 * Not here   making classes (type_new.c), attributes (type_attr.c), readying (type_ready.c), mro
 *            (type_mro.c). */
#include "object/alloc.h"
#include "object/attribute.h"
#include "object/hold.h"
#include "object/slots.h"
#include "object/walk.h"
#include <structmember.h>

/* ---- calling ------------------------------------------------------------------------------------------- */

/* T(...): make an instance, then initialize it if it is one of T.  RE-ENTRANT. */
static PyObject *
type_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyTypeObject *type = (PyTypeObject *)self;
    if (type == &PyType_Type) { /* type(x) asks for the type of x */
        Py_ssize_t n_args = PyTuple_GET_SIZE(args), n_kwargs = kwargs == NULL ? 0 : PyDict_GET_SIZE(kwargs);
        if (n_args == 1 && n_kwargs == 0) {
            return Py_NewRef(Py_TYPE(PyTuple_GET_ITEM(args, 0)));
        }
        if (n_args != 3) {
            PyErr_SetString(PyExc_TypeError,
                            n_args == 1 ? "type() takes no keyword arguments" : "type() takes 1 or 3 arguments");
            return NULL;
        }
    }
    if (type->tp_new == NULL) {
        return PyErr_Format(PyExc_TypeError, "cannot create '%s' instances", type->tp_name);
    }
    PyObject *obj = type->tp_new(type, args, kwargs);
    if (obj == NULL) {
        if (!ou_error_occurred()) {
            PyErr_Format(PyExc_SystemError, "<class '%s'> returned NULL without setting an exception", type->tp_name);
        }
        return NULL;
    }
    PyTypeObject *made = Py_TYPE(obj);
    if (!PyType_IsSubtype(made, type) || made->tp_init == NULL) {
        return obj;
    }
    OU_HOLD(h, &obj);
    int result = made->tp_init(obj, args, kwargs);
    OU_HOLD_END(h);
    if (result < 0) {
        Py_CLEAR(obj);
    }
    return obj;
}

/* type(x), without a tuple. */
static PyObject *
type_vectorcall(PyObject *metatype, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Py_ssize_t n_args = PyVectorcall_NARGS(nargsf);
    if (n_args == 1 && metatype == (PyObject *)&PyType_Type) {
        if (kwnames != NULL && PyTuple_GET_SIZE(kwnames) > 0) {
            PyErr_SetString(PyExc_TypeError, "type() takes no keyword arguments");
            return NULL;
        }
        return Py_NewRef(Py_TYPE(args[0]));
    }
    return _PyObject_MakeTpCall(ou_tstate(), metatype, args, n_args, kwnames);
}

static int
type_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    Py_ssize_t n_args = PyTuple_GET_SIZE(args);
    if (kwargs != NULL && n_args == 1 && PyDict_GET_SIZE(kwargs) != 0) {
        PyErr_SetString(PyExc_TypeError, "type.__init__() takes no keyword arguments");
        return -1;
    }
    if (n_args != 1 && n_args != 3) {
        PyErr_SetString(PyExc_TypeError, "type.__init__() takes 1 or 3 arguments");
        return -1;
    }
    return 0;
}

/* ---- methods ------------------------------------------------------------------------------------------- */

static PyObject *
type_repr(PyObject *self)
{
    PyTypeObject *type = (PyTypeObject *)self;
    PyObject *module = ou_type_get_module(type);
    if (module == NULL) {
        PyErr_Clear();
    }
    else if (!PyUnicode_Check(module)) {
        Py_CLEAR(module);
    }
    PyObject *name = PyType_GetQualName(type), *text = NULL;
    if (name != NULL) {
        if (module != NULL && PyUnicode_Compare(module, OU_STR(builtins)) != 0) {
            text = PyUnicode_FromFormat("<class '%U.%U'>", module, name);
        }
        else {
            text = PyUnicode_FromFormat("<class '%s'>", type->tp_name);
        }
    }
    Py_XDECREF(module);
    Py_XDECREF(name);
    return text;
}

static PyObject *
type_subclasses(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyTypeObject *type = (PyTypeObject *)self;
    PyObject *list = PyList_New(0);
    for (Py_ssize_t i = 0; list != NULL && i < ou_type_n_subclasses(type); i++) {
        PyTypeObject *sub = ou_type_subclass(type, i);
        if (sub == NULL || Py_REFCNT(sub) == 0) {
            continue;
        }
        Py_INCREF(sub); /* before the allocation: the list of subclasses is weak */
        if (PyList_Append(list, (PyObject *)sub) < 0) {
            Py_CLEAR(list);
        }
        Py_DECREF(sub);
    }
    return list;
}

static PyObject *
type_prepare(PyObject *Py_UNUSED(self), PyObject *const *Py_UNUSED(args), Py_ssize_t Py_UNUSED(n_args),
             PyObject *Py_UNUSED(kwnames))
{
    return PyDict_New();
}

static PyObject *
type_instancecheck(PyObject *self, PyObject *instance)
{
    int result = _PyObject_RealIsInstance(instance, self);
    return result < 0 ? NULL : PyBool_FromLong(result);
}

static PyObject *
type_subclasscheck(PyObject *self, PyObject *subclass)
{
    int result = _PyObject_RealIsSubclass(subclass, self);
    return result < 0 ? NULL : PyBool_FromLong(result);
}

/* Merge the names of a class and its bases into a dict.  RE-ENTRANT. */
static int
merge_class_names(PyObject *names, PyObject *cls)
{
    PyObject *dict, *bases;
    if (ou_recursion_enter(" in dir()")) {
        return -1;
    }
    OU_HOLD(h, &dict, &bases);
    dict = bases = NULL;
    int result = _PyObject_LookupAttr(cls, OU_STR(__dict__), &dict);
    if (result > 0) {
        result = PyDict_Update(names, dict);
    }
    if (result >= 0) {
        result = _PyObject_LookupAttr(cls, OU_STR(__bases__), &bases);
    }
    if (result > 0) {
        result = 0;
        Py_ssize_t n = PySequence_Size(bases); /* may be anything, and change */
        if (n < 0) {
            PyErr_Clear();
        }
        for (Py_ssize_t i = 0; result >= 0 && i < n; i++) {
            PyObject *base = PySequence_GetItem(bases, i);
            if (base == NULL) {
                result = -1;
                break;
            }
            OU_HOLD(hb, &base);
            result = merge_class_names(names, base);
            OU_HOLD_END(hb);
            Py_DECREF(base);
        }
    }
    OU_HOLD_END(h);
    Py_XDECREF(dict);
    Py_XDECREF(bases);
    ou_recursion_leave();
    return result < 0 ? -1 : 0;
}

int
ou_type_merge_names(PyObject *names, PyObject *cls)
{
    return merge_class_names(names, cls);
}

static PyObject *
type_dir(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *names = PyDict_New(), *list = NULL;
    if (names == NULL) {
        return NULL;
    }
    OU_HOLD(h, &names);
    if (merge_class_names(names, self) == 0) {
        list = PyDict_Keys(names);
    }
    OU_HOLD_END(h);
    Py_DECREF(names);
    return list;
}

static PyObject *
type_sizeof(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyTypeObject *type = (PyTypeObject *)self;
    size_t size = sizeof(PyTypeObject);
    if (ou_type_is_heap(type)) {
        size = sizeof(PyHeapTypeObject) + (size_t)Py_SIZE(type) * sizeof(PyMemberDef);
        PyDictKeysObject *keys = ou_type_shared_keys(type);
        size += keys == NULL ? 0 : ou_keys_size(keys);
    }
    return PyLong_FromSize_t(size);
}

static PyMethodDef type_methods[] = {
    {"mro", ou_type_mro, METH_NOARGS, "mro($self, /)\n--\n\nReturn a type's method resolution order."},
    {"__subclasses__", type_subclasses, METH_NOARGS, "__subclasses__($self, /)\n--\n\nReturn a list of immediate subclasses."},
    {"__prepare__", (PyCFunction)(void (*)(void))type_prepare, METH_FASTCALL | METH_KEYWORDS | METH_CLASS,
     "__prepare__($cls, name, bases, /, **kwds)\n--\n\nCreate the namespace for the class statement."},
    {"__instancecheck__", type_instancecheck, METH_O,
     "__instancecheck__($self, instance, /)\n--\n\nCheck if an object is an instance."},
    {"__subclasscheck__", type_subclasscheck, METH_O,
     "__subclasscheck__($self, subclass, /)\n--\n\nCheck if a class is a subclass."},
    {"__dir__", type_dir, METH_NOARGS, "__dir__($self, /)\n--\n\nSpecialized __dir__ implementation for types."},
    {"__sizeof__", type_sizeof, METH_NOARGS, "__sizeof__($self, /)\n--\n\nReturn memory consumption of the type object."},
    {NULL},
};

static PyMemberDef type_members[] = {
    {"__basicsize__", T_PYSSIZET, offsetof(PyTypeObject, tp_basicsize), READONLY, NULL},
    {"__itemsize__", T_PYSSIZET, offsetof(PyTypeObject, tp_itemsize), READONLY, NULL},
    {"__flags__", T_UINT, offsetof(PyTypeObject, tp_flags), READONLY, NULL},
    {"__weakrefoffset__", T_PYSSIZET, offsetof(PyTypeObject, tp_weaklistoffset), READONLY, NULL},
    {"__base__", T_OBJECT, offsetof(PyTypeObject, tp_base), READONLY, NULL},
    {"__dictoffset__", T_PYSSIZET, offsetof(PyTypeObject, tp_dictoffset), READONLY, NULL},
    {"__mro__", T_OBJECT, offsetof(PyTypeObject, tp_mro), READONLY, NULL},
    {NULL},
};

unsigned long
PyType_GetFlags(PyTypeObject *type)
{
    return (uint32_t)type->tp_flags;
}

/* ---- life ---------------------------------------------------------------------------------------------- */

OU_WALKER(type)
{
    PyTypeObject *type = (PyTypeObject *)self;
    OU_EDGE(type->tp_dict, OU_EDGE_FIELD, "tp_dict", -1);
    OU_EDGE(type->tp_mro, OU_EDGE_FIELD, "tp_mro", -1);
    OU_EDGE(type->tp_bases, OU_EDGE_FIELD, "tp_bases", -1);
    if (!ou_type_is_heap(type)) {
        return 0;
    }
    PyHeapTypeObject *heap = (PyHeapTypeObject *)type;
    OU_EDGE(type->tp_base, OU_EDGE_FIELD, "tp_base", -1);
    OU_EDGE_ATOM_OF(heap, ht_name);
    OU_EDGE_ATOM_OF(heap, ht_slots);
    OU_EDGE_ATOM_OF(heap, ht_qualname);
    OU_EDGE_OF(heap, ht_module);
    PyDictKeysObject *keys = heap->ht_cached_keys;
    for (Py_ssize_t i = 0; keys != NULL && i < keys->n_entries; i++) {
        OU_EDGE_ATOM(ou_keys_shared_key(keys, i), OU_EDGE_KEY, "ht_cached_keys", i);
    }
    return 0;
}

static int
type_is_gc(PyObject *self)
{
    return ou_type_is_heap((PyTypeObject *)self);
}

/* Break the cycles a class is in: its mro and its namespace lead back to it. */
static int
type_clear(PyObject *self)
{
    PyTypeObject *type = (PyTypeObject *)self;
    PyType_Modified(type);
    ou_type_remove_from_bases(type, type->tp_bases); /* first: nobody may find it there now */
    if (type->tp_dict != NULL) {
        PyDict_Clear(type->tp_dict);
    }
    Py_CLEAR(((PyHeapTypeObject *)type)->ht_module);
    Py_CLEAR(type->tp_mro);
    return 0;
}

static void
type_dealloc(PyObject *self)
{
    PyTypeObject *type = (PyTypeObject *)self;
    if (!ou_type_is_heap(type)) {
        Py_SET_REFCNT(self, OU_LOOSE_COUNT); /* static, counted loosely */
        return;
    }
    PyHeapTypeObject *heap = (PyHeapTypeObject *)type;
    PyObject *error_type, *error, *traceback;
    ou_gc_untrack(self);
    PyType_Modified(type);
    ou_type_remove_from_bases(type, type->tp_bases);
    PyErr_Fetch(&error_type, &error, &traceback); /* what falls may run Python code */
    OU_HOLD(h, &error_type, &error, &traceback);
    if (type->tp_weaklist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    PyTypeObject *base = type->tp_base;
    type->tp_base = NULL;
    Py_XDECREF(base);
    Py_CLEAR(type->tp_dict);
    Py_CLEAR(type->tp_bases);
    Py_CLEAR(type->tp_mro);
    Py_CLEAR(heap->ht_name);
    Py_CLEAR(heap->ht_qualname);
    Py_CLEAR(heap->ht_slots);
    Py_CLEAR(heap->ht_module);
    OU_HOLD_END(h);
    PyErr_Restore(error_type, error, traceback);
    ou_type_free_subclasses(type);
    if (heap->ht_cached_keys != NULL) {
        PyDictKeysObject *keys = heap->ht_cached_keys;
        heap->ht_cached_keys = NULL;
        ou_keys_free(keys);
    }
    PyObject_Free((char *)type->tp_doc);
    PyMem_Free(heap->_ht_tpname);
    Py_TYPE(type)->tp_free(type);
}

static PyNumberMethods type_as_number = {
    .nb_or = _Py_union_type_or, /* int | str */
};

PyTypeObject PyType_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "type",
    .tp_basicsize = sizeof(PyHeapTypeObject),
    .tp_itemsize = sizeof(PyMemberDef),
    .tp_dealloc = type_dealloc,
    .tp_vectorcall_offset = offsetof(PyTypeObject, tp_vectorcall),
    .tp_repr = type_repr,
    .tp_as_number = &type_as_number,
    .tp_call = type_call,
    .tp_getattro = ou_type_getattro,
    .tp_setattro = ou_type_setattro,
    .tp_flags =
        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_TYPE_SUBCLASS | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_doc = "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type",
    .tp_traverse = type_traverse,
    .tp_clear = type_clear,
    .tp_weaklistoffset = offsetof(PyTypeObject, tp_weaklist),
    .tp_methods = type_methods,
    .tp_members = type_members,
    .tp_getset = ou_type_getset,
    .tp_dictoffset = offsetof(PyTypeObject, tp_dict),
    .tp_init = type_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = ou_type_new,
    .tp_free = PyObject_GC_Del,
    .tp_is_gc = type_is_gc,
    .tp_vectorcall = type_vectorcall,
};
