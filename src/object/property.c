/* object/property.c - property: an attribute computed by functions.
 *
 * Owns       getter, setter, deleter, doc and name.
 * Invariant  a property made by __new__ alone works: every field may be NULL.
 * Source     Built-in Functions, property. */
#include "object/alloc.h"
#include "object/args.h"
#include "object/attribute.h"
#include "object/hold.h"
#include "object/walk.h"
#include <structmember.h>

typedef struct {
    PyObject_HEAD
    PyObject *prop_get;
    PyObject *prop_set;
    PyObject *prop_del;
    PyObject *prop_doc;
    PyObject *prop_name; /* told by __set_name__, for messages */
    int getter_doc;      /* the doc is the getter's, so a new getter brings a new one */
} Property;

OU_WALKER(property)
{
    Property *property = (Property *)self;
    OU_EDGE_OF(property, prop_get);
    OU_EDGE_OF(property, prop_set);
    OU_EDGE_OF(property, prop_del);
    OU_EDGE_OF(property, prop_doc);
    OU_EDGE_OF(property, prop_name);
    return 0;
}

static int
property_clear(PyObject *self)
{
    Property *property = (Property *)self;
    Py_CLEAR(property->prop_get);
    Py_CLEAR(property->prop_set);
    Py_CLEAR(property->prop_del);
    Py_CLEAR(property->prop_doc);
    Py_CLEAR(property->prop_name);
    return 0;
}

static void
property_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    property_clear(self);
    Py_TYPE(self)->tp_free(self);
}

/* ---- descriptor ---------------------------------------------------------------------------------------- */

static OU_COLD void
raise_lacking(Property *property, PyObject *obj, const char *what)
{
    PyObject *qualname = obj == NULL ? NULL : PyType_GetQualName(Py_TYPE(obj));
    if (obj != NULL && qualname == NULL) {
        return;
    }
    if (property->prop_name != NULL && qualname != NULL) {
        PyErr_Format(PyExc_AttributeError, "property %R of %R object has no %s", property->prop_name, qualname, what);
    }
    else if (qualname != NULL) {
        PyErr_Format(PyExc_AttributeError, "property of %R object has no %s", qualname, what);
    }
    else {
        PyErr_Format(PyExc_AttributeError, "property has no %s", what);
    }
    Py_XDECREF(qualname);
}

static PyObject *
property_descr_get(PyObject *self, PyObject *obj, PyObject *Py_UNUSED(type))
{
    Property *property = (Property *)self;
    if (obj == NULL || obj == Py_None) {
        return Py_NewRef(self);
    }
    if (property->prop_get == NULL) {
        raise_lacking(property, obj, "getter");
        return NULL;
    }
    PyObject *getter = Py_NewRef(property->prop_get); /* it may set this property up anew */
    OU_HOLD(h, &getter);
    PyObject *value = PyObject_CallOneArg(getter, obj);
    OU_HOLD_END(h);
    Py_DECREF(getter);
    return value;
}

static int
property_descr_set(PyObject *self, PyObject *obj, PyObject *value)
{
    Property *property = (Property *)self;
    PyObject *function = value == NULL ? property->prop_del : property->prop_set, *result;
    if (function == NULL) {
        raise_lacking(property, obj, value == NULL ? "deleter" : "setter");
        return -1;
    }
    Py_INCREF(function);
    OU_HOLD(h, &function);
    PyObject *args[] = {obj, value};
    result = PyObject_Vectorcall(function, args, value == NULL ? 1 : 2, NULL);
    OU_HOLD_END(h);
    Py_DECREF(function);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

/* ---- making -------------------------------------------------------------------------------------------- */

/* The doc of a getter that has one.  A subclass of property keeps it as an attribute of the instance.
 * RE-ENTRANT. */
static int
take_getter_doc(Property *property)
{
    PyObject *doc;
    int has = _PyObject_LookupAttr(property->prop_get, OU_STR(__doc__), &doc);
    if (has <= 0) {
        return has;
    }
    int result = 0;
    if (Py_IS_TYPE(property, &PyProperty_Type)) {
        Py_XSETREF(property->prop_doc, doc);
    }
    else {
        OU_HOLD(h, &doc);
        result = PyObject_SetAttr((PyObject *)property, OU_STR(__doc__), doc);
        OU_HOLD_END(h);
        Py_DECREF(doc);
    }
    property->getter_doc = result == 0;
    return result;
}

static int
property_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"property", {"fget", "fset", "fdel", "doc"}, .n_positional = 4, .n_all = 4};
    Property *property = (Property *)self;
    PyObject *v[4];
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0) {
        return -1;
    }
    PyObject **fields[] = {&property->prop_get, &property->prop_set, &property->prop_del};
    for (int i = 0; i < 3; i++) {
        Py_XSETREF(*fields[i], Py_XNewRef(v[i] == Py_None ? NULL : v[i]));
    }
    Py_XSETREF(property->prop_doc, Py_XNewRef(v[3]));
    Py_CLEAR(property->prop_name);
    property->getter_doc = 0;
    if ((v[3] == NULL || v[3] == Py_None) && property->prop_get != NULL) {
        return take_getter_doc(property);
    }
    return 0;
}

/* A property like this one with one function exchanged, of the same class.  Refs new.  RE-ENTRANT. */
static PyObject *
property_copy(PyObject *self, PyObject *get, PyObject *set, PyObject *del)
{
    Property *old = (Property *)self;
    PyObject *v[] = {get, set, del}, *had[] = {old->prop_get, old->prop_set, old->prop_del};
    for (int i = 0; i < 3; i++) {
        if (v[i] == NULL || v[i] == Py_None) {
            v[i] = had[i] == NULL ? Py_None : had[i];
        }
    }
    PyObject *doc = old->getter_doc && v[0] != Py_None ? Py_None : old->prop_doc == NULL ? Py_None : old->prop_doc;
    PyObject *made = PyObject_CallFunctionObjArgs((PyObject *)Py_TYPE(self), v[0], v[1], v[2], doc, NULL);
    if (made != NULL && PyObject_TypeCheck(made, &PyProperty_Type)) {
        Py_XSETREF(((Property *)made)->prop_name, Py_XNewRef(old->prop_name));
    }
    return made;
}

static PyObject *
property_getter(PyObject *self, PyObject *getter)
{
    return property_copy(self, getter, NULL, NULL);
}

static PyObject *
property_setter(PyObject *self, PyObject *setter)
{
    return property_copy(self, NULL, setter, NULL);
}

static PyObject *
property_deleter(PyObject *self, PyObject *deleter)
{
    return property_copy(self, NULL, NULL, deleter);
}

static PyObject *
property_set_name(PyObject *self, PyObject *args)
{
    if (PyTuple_GET_SIZE(args) != 2) {
        return PyErr_Format(PyExc_TypeError, "__set_name__() takes 2 positional arguments but %zd were given",
                            PyTuple_GET_SIZE(args));
    }
    Py_XSETREF(((Property *)self)->prop_name, Py_NewRef(PyTuple_GET_ITEM(args, 1)));
    Py_RETURN_NONE;
}

static PyObject *
property_get_isabstract(PyObject *self, void *Py_UNUSED(closure))
{
    Property *property = (Property *)self;
    int abstract = _PyObject_IsAbstract(property->prop_get);
    if (abstract == 0) {
        abstract = _PyObject_IsAbstract(property->prop_set);
    }
    if (abstract == 0) {
        abstract = _PyObject_IsAbstract(property->prop_del);
    }
    return abstract < 0 ? NULL : PyBool_FromLong(abstract);
}

static PyMethodDef property_methods[] = {
    {"getter", property_getter, METH_O, "Descriptor to obtain a copy of the property with a different getter."},
    {"setter", property_setter, METH_O, "Descriptor to obtain a copy of the property with a different setter."},
    {"deleter", property_deleter, METH_O, "Descriptor to obtain a copy of the property with a different deleter."},
    {"__set_name__", property_set_name, METH_VARARGS, "Method to set name of a property."},
    {NULL},
};

static PyMemberDef property_members[] = {
    {"fget", T_OBJECT, offsetof(Property, prop_get), READONLY, NULL},
    {"fset", T_OBJECT, offsetof(Property, prop_set), READONLY, NULL},
    {"fdel", T_OBJECT, offsetof(Property, prop_del), READONLY, NULL},
    {"__doc__", T_OBJECT, offsetof(Property, prop_doc), 0, NULL},
    {NULL},
};

static PyGetSetDef property_getset[] = {
    {"__isabstractmethod__", property_get_isabstract, NULL, NULL, NULL},
    {NULL},
};

PyTypeObject PyProperty_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "property",
    .tp_basicsize = sizeof(Property),
    .tp_dealloc = property_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = "property(fget=None, fset=None, fdel=None, doc=None)\n--\n\nProperty attribute.\n\n"
              "  fget\n    function to be used for getting an attribute value\n"
              "  fset\n    function to be used for setting an attribute value\n"
              "  fdel\n    function to be used for del'ing an attribute\n"
              "  doc\n    docstring",
    .tp_traverse = property_traverse,
    .tp_clear = property_clear,
    .tp_methods = property_methods,
    .tp_members = property_members,
    .tp_getset = property_getset,
    .tp_descr_get = property_descr_get,
    .tp_descr_set = property_descr_set,
    .tp_init = property_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
};
