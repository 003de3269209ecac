/* object/super.c - super: lookup in an object's mro behind a given class.
 *
 * Owns       the class, the object, and the type in whose mro it looks.
 * Not here   where super() without arguments finds both: ou_super_frame_hook, installed by the virtual
 *            machine.
 * Source     Built-in Functions, super. */
#include "object/alloc.h"
#include "object/attribute.h"
#include "object/descriptor.h"
#include "object/hold.h"
#include "object/walk.h"
#include <structmember.h>

typedef OuSuper Super;

int (*ou_super_frame_hook)(PyTypeObject **cls, PyObject **self);

OU_WALKER(super)
{
    Super *super = (Super *)self;
    OU_EDGE_OF(super, obj);
    OU_EDGE_OF(super, type);
    OU_EDGE_OF(super, obj_type);
    return 0;
}

static void
super_dealloc(PyObject *self)
{
    Super *super = (Super *)self;
    ou_gc_untrack(self);
    Py_CLEAR(super->obj);
    Py_CLEAR(super->type);
    Py_CLEAR(super->obj_type);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *
super_repr(PyObject *self)
{
    Super *super = (Super *)self;
    const char *name = super->type != NULL ? super->type->tp_name : "NULL";
    if (super->obj_type != NULL) {
        return PyUnicode_FromFormat("<super: <class '%s'>, <%s object>>", name, super->obj_type->tp_name);
    }
    return PyUnicode_FromFormat("<super: <class '%s'>, NULL>", name);
}

static Py_ssize_t
index_in_mro(PyObject *mro, PyTypeObject *type)
{
    Py_ssize_t n = PyTuple_GET_SIZE(mro), i = 0;
    while (i < n && PyTuple_GET_ITEM(mro, i) != (PyObject *)type) {
        i++;
    }
    return i;
}

/* The class behind number i in an mro, if its own mro is the rest of this one: then its own lookup, which is cached, is ours.
 * Borrowed, or NULL. */
static PyTypeObject *
next_class(PyObject *mro, Py_ssize_t i)
{
    Py_ssize_t n_rest = PyTuple_GET_SIZE(mro) - 1 - i;
    if (n_rest <= 0) {
        return NULL;
    }
    PyTypeObject *next = (PyTypeObject *)PyTuple_GET_ITEM(mro, i + 1);
    bool same =
        next->tp_mro != NULL && PyTuple_GET_SIZE(next->tp_mro) == n_rest
        && memcmp(&PyTuple_GET_ITEM(next->tp_mro, 0), &PyTuple_GET_ITEM(mro, i + 1), (size_t)n_rest * sizeof(PyObject *)) == 0;
    return same ? next : NULL;
}

/* See descriptor.h. */
PyObject *
ou_super_method(PyObject *self, PyObject *name)
{
    Super *super = (Super *)self;
    if (super->obj == NULL || super->obj == (PyObject *)super->obj_type || super->obj_type->tp_mro == NULL) {
        return NULL;
    }
    PyObject *mro = super->obj_type->tp_mro;
    PyTypeObject *next = next_class(mro, index_in_mro(mro, super->type));
    PyObject *value = next == NULL ? NULL : ou_type_lookup(next, name);
    if (value == NULL) {
        PyErr_Clear(); /* without memory: the slow way says so */
    }
    return value != NULL && PyFunction_Check(value) ? value : NULL;
}

/* What the name means behind `type` in the mro of `start`: new reference, or NULL without an error. */
static PyObject *
lookup_behind(PyTypeObject *start, PyTypeObject *type, PyObject *name)
{
    PyObject *mro = start->tp_mro;
    if (mro == NULL) {
        return NULL;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(mro), i = index_in_mro(mro, type);
    PyTypeObject *next = next_class(mro, i);
    if (next != NULL) {
        return Py_XNewRef(ou_type_lookup(next, name));
    }
    PyObject *value = NULL;
    Py_INCREF(mro); /* a key of a namespace may have an == that changes the bases */
    OU_HOLD(h, &mro);
    for (i++; value == NULL && i < n; i++) {
        PyObject *dict = ou_type_namespace((PyTypeObject *)PyTuple_GET_ITEM(mro, i));
        value = dict == NULL ? NULL : Py_XNewRef(PyDict_GetItemWithError(dict, name));
        if (value == NULL && ou_error_occurred()) {
            break;
        }
    }
    OU_HOLD_END(h);
    Py_DECREF(mro);
    return value;
}

static PyObject *
super_getattro(PyObject *self, PyObject *name)
{
    Super *super = (Super *)self;
    PyTypeObject *start = super->obj_type;
    /* super().__class__ is super itself. */
    if (start == NULL || !PyUnicode_Check(name)
        || (PyUnicode_GET_LENGTH(name) == 9 && PyUnicode_Compare(name, OU_STR(__class__)) == 0)) {
        return PyObject_GenericGetAttr(self, name);
    }
    PyObject *value = lookup_behind(start, super->type, name);
    if (value == NULL) {
        return ou_error_occurred() ? NULL : PyObject_GenericGetAttr(self, name);
    }
    descrgetfunc get = Py_TYPE(value)->tp_descr_get;
    if (get == NULL) {
        return value;
    }
    PyObject *obj = super->obj == (PyObject *)start ? NULL : super->obj;
    OU_HOLD(h, &value);
    PyObject *bound = get(value, obj, (PyObject *)start);
    OU_HOLD_END(h);
    Py_DECREF(value);
    return bound;
}

/* The type in whose mro to look for an object: the object itself if it is a class derived from `type`,
 * else its type, else what its __class__ says.  Refs new.  RE-ENTRANT. */
static PyTypeObject *
super_check(PyTypeObject *type, PyObject *obj)
{
    if (PyType_Check(obj) && PyType_IsSubtype((PyTypeObject *)obj, type)) {
        return (PyTypeObject *)Py_NewRef(obj);
    }
    if (PyType_IsSubtype(Py_TYPE(obj), type)) {
        return (PyTypeObject *)Py_NewRef(Py_TYPE(obj));
    }
    PyObject *claimed;
    if (_PyObject_LookupAttr(obj, OU_STR(__class__), &claimed) < 0) {
        return NULL;
    }
    if (claimed != NULL && PyType_Check(claimed) && claimed != (PyObject *)Py_TYPE(obj)
        && PyType_IsSubtype((PyTypeObject *)claimed, type)) {
        return (PyTypeObject *)claimed;
    }
    Py_XDECREF(claimed);
    PyErr_SetString(PyExc_TypeError, "super(type, obj): obj must be an instance or subtype of type");
    return NULL;
}

/* Fill in a super object.  Returns 0 or -1.  RE-ENTRANT. */
static int
super_start(Super *super, PyTypeObject *type, PyObject *obj)
{
    PyTypeObject *obj_type = NULL;
    if (obj != NULL && (obj_type = super_check(type, obj)) == NULL) {
        return -1;
    }
    PyObject *old_type = (PyObject *)super->type, *old_obj = super->obj, *old_start = (PyObject *)super->obj_type;
    super->type = (PyTypeObject *)Py_NewRef(type);
    super->obj = Py_XNewRef(obj);
    super->obj_type = obj_type;
    Py_XDECREF(old_type);
    Py_XDECREF(old_obj);
    Py_XDECREF(old_start);
    return 0;
}

static int
super_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0) {
        PyErr_SetString(PyExc_TypeError, "super() takes no keyword arguments");
        return -1;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(args);
    PyTypeObject *type = NULL;
    PyObject *obj = NULL;
    if (n > 2) {
        PyErr_Format(PyExc_TypeError, "super() expected at most 2 arguments, got %zd", n);
        return -1;
    }
    if (n == 0) {
        if (ou_super_frame_hook == NULL) {
            PyErr_SetString(PyExc_RuntimeError, "super(): no current frame");
            return -1;
        }
        if (ou_super_frame_hook(&type, &obj) < 0) {
            return -1;
        }
    }
    else {
        if (!PyType_Check(PyTuple_GET_ITEM(args, 0))) {
            PyErr_Format(PyExc_TypeError, "super() argument 1 must be a type, not %.200s",
                         PyTuple_GET_ITEM(args, 0) == Py_None ? "None" : Py_TYPE(PyTuple_GET_ITEM(args, 0))->tp_name);
            return -1;
        }
        type = (PyTypeObject *)PyTuple_GET_ITEM(args, 0);
        obj = n == 2 && PyTuple_GET_ITEM(args, 1) != Py_None ? PyTuple_GET_ITEM(args, 1) : NULL;
    }
    return super_start((Super *)self, type, obj);
}

/* An unbound super as a class attribute binds to the instance it is read from. */
static PyObject *
super_descr_get(PyObject *self, PyObject *obj, PyObject *Py_UNUSED(type))
{
    Super *super = (Super *)self;
    if (obj == NULL || obj == Py_None || super->obj != NULL) {
        return Py_NewRef(self);
    }
    if (Py_TYPE(self) != &PySuper_Type) { /* a subclass's constructor may be anything */
        return PyObject_CallFunctionObjArgs((PyObject *)Py_TYPE(self), (PyObject *)super->type, obj, NULL);
    }
    PyObject *bound = PySuper_Type.tp_alloc(&PySuper_Type, 0);
    if (bound == NULL || super->type == NULL) {
        return bound;
    }
    if (super_start((Super *)bound, super->type, obj) < 0) {
        Py_CLEAR(bound);
    }
    return bound;
}

static PyMemberDef super_members[] = {
    {"__thisclass__", T_OBJECT, offsetof(Super, type), READONLY, "the class invoking super()"},
    {"__self__", T_OBJECT, offsetof(Super, obj), READONLY, "the instance invoking super(); may be None"},
    {"__self_class__", T_OBJECT, offsetof(Super, obj_type), READONLY, "the type of the instance invoking super(); may be None"},
    {NULL},
};

PyTypeObject PySuper_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "super",
    .tp_basicsize = sizeof(Super),
    .tp_dealloc = super_dealloc,
    .tp_repr = super_repr,
    .tp_getattro = super_getattro,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = "super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\n"
              "super(type, obj) -> bound super object; requires isinstance(obj, type)\n"
              "super(type, type2) -> bound super object; requires issubclass(type2, type)",
    .tp_traverse = super_traverse,
    .tp_members = super_members,
    .tp_descr_get = super_descr_get,
    .tp_init = super_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
};
