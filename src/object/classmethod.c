/* object/classmethod.c - classmethod and staticmethod.
 *
 * Owns       the wrapped callable and the instance dict, into which the callable's __name__, __doc__ ...
 *            are copied.
 * Not here   class methods of C types (descriptor.c).
 * Source     Built-in Functions, classmethod and staticmethod. */
#include "object/alloc.h"
#include "object/attribute.h"
#include "object/descriptor.h"
#include "object/hold.h"
#include "object/walk.h"
#include <structmember.h>

typedef OuMethodWrapper Wrapper;

OU_WALKER(classmethod)
{
    Wrapper *wrapper = (Wrapper *)self;
    OU_EDGE_OF(wrapper, callable);
    OU_EDGE(wrapper->dict, OU_EDGE_FIELD, "__dict__", -1);
    return 0;
}

static int
wrapper_clear(PyObject *self)
{
    Wrapper *wrapper = (Wrapper *)self;
    Py_CLEAR(wrapper->callable);
    Py_CLEAR(wrapper->dict);
    return 0;
}

static void
wrapper_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    wrapper_clear(self);
    Py_TYPE(self)->tp_free(self);
}

/* Copy what describes the callable, where it is there.  RE-ENTRANT. */
static int
copy_description(PyObject *self, PyObject *callable)
{
    PyObject *const names[] = {OU_STR(__module__), OU_STR(__name__), OU_STR(__qualname__), OU_STR(__doc__),
                               OU_STR(__annotations__)};
    for (size_t i = 0; i < OU_COUNT_OF(names); i++) {
        PyObject *value;
        int has = _PyObject_LookupAttr(callable, names[i], &value);
        if (has > 0) {
            OU_HOLD(h, &value);
            has = PyObject_SetAttr(self, names[i], value);
            OU_HOLD_END(h);
            Py_DECREF(value);
        }
        if (has < 0) {
            return -1;
        }
    }
    return 0;
}

static int
wrapper_init(PyObject *self, PyObject *args, PyObject *kwargs, const char *name)
{
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0) {
        PyErr_Format(PyExc_TypeError, "%s() takes no keyword arguments", name);
        return -1;
    }
    if (PyTuple_GET_SIZE(args) != 1) {
        PyErr_Format(PyExc_TypeError, "%s expected 1 argument, got %zd", name, PyTuple_GET_SIZE(args));
        return -1;
    }
    PyObject *callable = PyTuple_GET_ITEM(args, 0);
    Py_XSETREF(((Wrapper *)self)->callable, Py_NewRef(callable));
    return copy_description(self, callable);
}

static PyObject *
wrapper_get_isabstract(PyObject *self, void *Py_UNUSED(closure))
{
    int abstract = _PyObject_IsAbstract(((Wrapper *)self)->callable);
    return abstract < 0 ? NULL : PyBool_FromLong(abstract);
}

static PyMemberDef wrapper_members[] = {
    {"__func__", T_OBJECT, offsetof(Wrapper, callable), READONLY, NULL},
    {"__wrapped__", T_OBJECT, offsetof(Wrapper, callable), READONLY, NULL},
    {NULL},
};

static PyGetSetDef wrapper_getset[] = {
    {"__isabstractmethod__", wrapper_get_isabstract, NULL, NULL, NULL},
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL},
};

/* New wrapper around a callable, with its description.  Refs new.  RE-ENTRANT. */
static PyObject *
wrapper_new(PyTypeObject *type, PyObject *callable)
{
    PyObject *self = PyType_GenericAlloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    ((Wrapper *)self)->callable = Py_NewRef(callable);
    OU_HOLD(h, &self);
    int result = copy_description(self, callable);
    OU_HOLD_END(h);
    if (result < 0) {
        Py_CLEAR(self);
    }
    return self;
}

/* ---- classmethod --------------------------------------------------------------------------------------- */

static PyObject *
classmethod_descr_get(PyObject *self, PyObject *obj, PyObject *type)
{
    PyObject *callable = ((Wrapper *)self)->callable;
    if (callable == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "uninitialized classmethod object");
        return NULL;
    }
    if (type == NULL) {
        type = (PyObject *)Py_TYPE(obj);
    }
    descrgetfunc get = Py_TYPE(callable)->tp_descr_get;
    if (get != NULL) { /* a chain: classmethod(property(...)) */
        if (ou_recursion_enter(" while binding a classmethod")) {
            return NULL;
        }
        Py_INCREF(callable);
        OU_HOLD(h, &callable);
        PyObject *result = get(callable, type, type);
        OU_HOLD_END(h);
        ou_recursion_leave();
        Py_DECREF(callable);
        return result;
    }
    return PyMethod_New(callable, type);
}

static int
classmethod_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return wrapper_init(self, args, kwargs, "classmethod");
}

static PyObject *
classmethod_repr(PyObject *self)
{
    return PyUnicode_FromFormat("<classmethod(%R)>", ((Wrapper *)self)->callable);
}

PyTypeObject PyClassMethod_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "classmethod",
    .tp_basicsize = sizeof(Wrapper),
    .tp_dealloc = wrapper_dealloc,
    .tp_repr = classmethod_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "classmethod(function) -> method\n\n"
              "Convert a function to be a class method: its first argument is the class.",
    .tp_traverse = classmethod_traverse,
    .tp_clear = wrapper_clear,
    .tp_members = wrapper_members,
    .tp_getset = wrapper_getset,
    .tp_descr_get = classmethod_descr_get,
    .tp_dictoffset = offsetof(Wrapper, dict),
    .tp_init = classmethod_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
};

PyObject *
PyClassMethod_New(PyObject *callable)
{
    return wrapper_new(&PyClassMethod_Type, callable);
}

/* ---- staticmethod -------------------------------------------------------------------------------------- */

static PyObject *
staticmethod_descr_get(PyObject *self, PyObject *Py_UNUSED(obj), PyObject *Py_UNUSED(type))
{
    PyObject *callable = ((Wrapper *)self)->callable;
    if (callable == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "uninitialized staticmethod object");
        return NULL;
    }
    return Py_NewRef(callable);
}

static PyObject *
staticmethod_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *callable = ((Wrapper *)self)->callable;
    if (callable == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "uninitialized staticmethod object");
        return NULL;
    }
    if (ou_recursion_enter(" while calling a Python object")) { /* it may wrap itself */
        return NULL;
    }
    Py_INCREF(callable);
    OU_HOLD(h, &callable);
    PyObject *result = PyObject_Call(callable, args, kwargs);
    OU_HOLD_END(h);
    Py_DECREF(callable);
    ou_recursion_leave();
    return result;
}

static int
staticmethod_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return wrapper_init(self, args, kwargs, "staticmethod");
}

static PyObject *
staticmethod_repr(PyObject *self)
{
    return PyUnicode_FromFormat("<staticmethod(%R)>", ((Wrapper *)self)->callable);
}

PyTypeObject PyStaticMethod_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "staticmethod",
    .tp_basicsize = sizeof(Wrapper),
    .tp_dealloc = wrapper_dealloc,
    .tp_repr = staticmethod_repr,
    .tp_call = staticmethod_call,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "staticmethod(function) -> method\n\n"
              "Convert a function to be a static method: it gets no implicit first "
              "argument.",
    .tp_traverse = classmethod_traverse,
    .tp_clear = wrapper_clear,
    .tp_members = wrapper_members,
    .tp_getset = wrapper_getset,
    .tp_descr_get = staticmethod_descr_get,
    .tp_dictoffset = offsetof(Wrapper, dict),
    .tp_init = staticmethod_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
};

PyObject *
PyStaticMethod_New(PyObject *callable)
{
    return wrapper_new(&PyStaticMethod_Type, callable);
}
