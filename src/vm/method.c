/* vm/method.c - bound methods: a function and the object it was taken from; and instancemethod.
 *
 * Owns       function and self. */

#include <Python.h>
#include <structmember.h>

#include "object/attribute.h"
#include "vm/vm.h"

OU_WALKER(method)
{
    PyMethodObject *method = (PyMethodObject *)self;
    OU_EDGE_OF(method, im_func);
    OU_EDGE_OF(method, im_self);
    return 0;
}

/* Call func(self, *args): in place if the word before the arguments may be used. */
static PyObject *
method_vectorcall(PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    PyMethodObject *method = (PyMethodObject *)callable;
    PyObject *self = method->im_self, *function = method->im_func, *result;
    Py_ssize_t n_args = PyVectorcall_NARGS(nargsf);
    if (OU_UNLIKELY(ou_c_stack_is_low())) { /* a method of a method of a method ... */
        PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded while calling a Python object");
        return NULL;
    }
    if (nargsf & PY_VECTORCALL_ARGUMENTS_OFFSET) {
        PyObject **with_self = (PyObject **)args - 1, *before = with_self[0];
        with_self[0] = self;
        result = PyObject_Vectorcall(function, with_self, (size_t)n_args + 1, kwnames);
        with_self[0] = before;
        return result;
    }
    Py_ssize_t n_all = n_args + (kwnames != NULL ? PyTuple_GET_SIZE(kwnames) : 0);
    PyObject *small[8], **with_self = small;
    if (n_all + 1 > (Py_ssize_t)OU_COUNT_OF(small)) {
        with_self = PyMem_New(PyObject *, n_all + 1);
        if (with_self == NULL) {
            return PyErr_NoMemory();
        }
    }
    with_self[0] = self;
    if (n_all > 0) { /* else args may be NULL */
        memcpy(with_self + 1, args, (size_t)n_all * sizeof(PyObject *));
    }
    result = PyObject_Vectorcall(function, with_self, (size_t)n_args + 1, kwnames);
    if (with_self != small) {
        PyMem_Free(with_self);
    }
    return result;
}

PyObject *
PyMethod_New(PyObject *function, PyObject *self)
{
    if (self == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyMethodObject *method = (PyMethodObject *)ou_gc_new_fast(&PyMethod_Type, sizeof *method);
    if (method == NULL) {
        return NULL;
    }
    method->im_func = Py_NewRef(function);
    method->im_self = Py_NewRef(self);
    method->im_weakreflist = NULL;
    method->vectorcall = method_vectorcall;
    ou_gc_track((PyObject *)method);
    return (PyObject *)method;
}

PyObject *
PyMethod_Function(PyObject *op)
{
    if (!PyMethod_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return PyMethod_GET_FUNCTION(op);
}

PyObject *
PyMethod_Self(PyObject *op)
{
    if (!PyMethod_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return PyMethod_GET_SELF(op);
}

static PyObject *
method_reduce(PyObject *self, PyObject *unused)
{
    PyObject *name = PyObject_GetAttr(PyMethod_GET_FUNCTION(self), OU_STR(__name__));
    PyObject *getattr = name != NULL ? _PyEval_GetBuiltin(OU_STR(getattr)) : NULL;
    if (getattr == NULL) {
        Py_XDECREF(name);
        return NULL;
    }
    return Py_BuildValue("N(ON)", getattr, PyMethod_GET_SELF(self), name);
}

/* Attributes of the method's own type first, then those of the function. */
static PyObject *
method_getattro(PyObject *self, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject *descr = _PyType_Lookup(type, name);
    if (descr != NULL) {
        descrgetfunc getter = Py_TYPE(descr)->tp_descr_get;
        return getter != NULL ? getter(descr, self, (PyObject *)type) : Py_NewRef(descr);
    }
    return ou_error_occurred() ? NULL : PyObject_GetAttr(PyMethod_GET_FUNCTION(self), name);
}

static PyObject *
method_get_doc(PyObject *self, void *unused)
{
    return PyObject_GetAttr(PyMethod_GET_FUNCTION(self), OU_STR(__doc__));
}

static PyObject *
method_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *function, *instance;
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0) {
        PyErr_SetString(PyExc_TypeError, "method() takes no keyword arguments");
        return NULL;
    }
    if (!PyArg_UnpackTuple(args, "method", 2, 2, &function, &instance)) {
        return NULL;
    }
    if (!PyCallable_Check(function)) {
        PyErr_SetString(PyExc_TypeError, "first argument must be callable");
        return NULL;
    }
    if (instance == Py_None) {
        PyErr_SetString(PyExc_TypeError, "instance must not be None");
        return NULL;
    }
    return PyMethod_New(function, instance);
}

static void
method_dealloc(PyObject *self)
{
    PyMethodObject *method = (PyMethodObject *)self;
    ou_gc_untrack(self);
    if (method->im_weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    Py_CLEAR(method->im_func);
    Py_CLEAR(method->im_self);
    ou_gc_free_fast(self, sizeof *method);
}

static PyObject *
method_richcompare(PyObject *a, PyObject *b, int op)
{
    if ((op != Py_EQ && op != Py_NE) || !PyMethod_Check(a) || !PyMethod_Check(b)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    int equal = PyObject_RichCompareBool(PyMethod_GET_FUNCTION(a), PyMethod_GET_FUNCTION(b), Py_EQ);
    if (equal < 0) {
        return NULL;
    }
    equal = equal && PyMethod_GET_SELF(a) == PyMethod_GET_SELF(b);
    return PyBool_FromLong(equal == (op == Py_EQ));
}

static PyObject *
method_repr(PyObject *self)
{
    PyObject *name, *function = PyMethod_GET_FUNCTION(self), *result;
    if (_PyObject_LookupAttr(function, OU_STR(__qualname__), &name) < 0
        || (name == NULL && _PyObject_LookupAttr(function, OU_STR(__name__), &name) < 0)) {
        return NULL;
    }
    if (name != NULL && !PyUnicode_Check(name)) {
        Py_CLEAR(name);
    }
    OU_HOLD(h, &name);
    result = PyUnicode_FromFormat("<bound method %V of %R>", name, "?", PyMethod_GET_SELF(self));
    OU_HOLD_END(h);
    Py_XDECREF(name);
    return result;
}

static Py_hash_t
method_hash(PyObject *self)
{
    Py_hash_t x = _Py_HashPointer(PyMethod_GET_SELF(self)), y = PyObject_Hash(PyMethod_GET_FUNCTION(self));
    if (y == -1) {
        return -1;
    }
    x ^= y;
    return x == -1 ? -2 : x;
}

static PyMethodDef method_methods[] = {
    {"__reduce__", method_reduce, METH_NOARGS, NULL},
    {NULL},
};

static PyMemberDef method_members[] = {
    {"__func__", T_OBJECT, offsetof(PyMethodObject, im_func), READONLY, "the function (or other callable) of a method"},
    {"__self__", T_OBJECT, offsetof(PyMethodObject, im_self), READONLY, "the instance a method is bound to"},
    {NULL},
};

static PyGetSetDef method_getset[] = {
    {"__doc__", method_get_doc, NULL, NULL, NULL},
    {NULL},
};

PyTypeObject PyMethod_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "method",
    .tp_basicsize = sizeof(PyMethodObject),
    .tp_dealloc = method_dealloc,
    .tp_vectorcall_offset = offsetof(PyMethodObject, vectorcall),
    .tp_repr = method_repr,
    .tp_hash = method_hash,
    .tp_call = PyVectorcall_Call,
    .tp_getattro = method_getattro,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_doc = "method(function, instance, /)\n--\n\nA function bound to an instance.",
    .tp_traverse = method_traverse,
    .tp_richcompare = method_richcompare,
    .tp_weaklistoffset = offsetof(PyMethodObject, im_weakreflist),
    .tp_methods = method_methods,
    .tp_members = method_members,
    .tp_getset = method_getset,
    .tp_new = method_new,
};

/* ---- instancemethod ----------------------------------------------------------------------------------- */

OU_WALKER(instancemethod)
{
    OU_EDGE(PyInstanceMethod_GET_FUNCTION(self), OU_EDGE_FIELD, "func", -1);
    return 0;
}

PyObject *
PyInstanceMethod_New(PyObject *function)
{
    PyInstanceMethodObject *self = (PyInstanceMethodObject *)ou_gc_new_fast(&PyInstanceMethod_Type, sizeof *self);
    if (self == NULL) {
        return NULL;
    }
    self->func = Py_NewRef(function);
    ou_gc_track((PyObject *)self);
    return (PyObject *)self;
}

PyObject *
PyInstanceMethod_Function(PyObject *op)
{
    if (!PyInstanceMethod_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return PyInstanceMethod_GET_FUNCTION(op);
}

static PyObject *
instancemethod_getattro(PyObject *self, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject *descr = _PyType_Lookup(type, name);
    if (descr != NULL) {
        descrgetfunc getter = Py_TYPE(descr)->tp_descr_get;
        return getter != NULL ? getter(descr, self, (PyObject *)type) : Py_NewRef(descr);
    }
    return ou_error_occurred() ? NULL : PyObject_GetAttr(PyInstanceMethod_GET_FUNCTION(self), name);
}

static PyObject *
instancemethod_get_doc(PyObject *self, void *unused)
{
    return PyObject_GetAttr(PyInstanceMethod_GET_FUNCTION(self), OU_STR(__doc__));
}

static void
instancemethod_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(((PyInstanceMethodObject *)self)->func);
    ou_gc_free_fast(self, sizeof(PyInstanceMethodObject));
}

static PyObject *
instancemethod_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return PyObject_Call(PyInstanceMethod_GET_FUNCTION(self), args, kwargs);
}

static PyObject *
instancemethod_descr_get(PyObject *self, PyObject *obj, PyObject *type)
{
    PyObject *function = PyInstanceMethod_GET_FUNCTION(self);
    return obj == NULL ? Py_NewRef(function) : PyMethod_New(function, obj);
}

static PyObject *
instancemethod_richcompare(PyObject *a, PyObject *b, int op)
{
    if ((op != Py_EQ && op != Py_NE) || !PyInstanceMethod_Check(a) || !PyInstanceMethod_Check(b)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return PyObject_RichCompare(PyInstanceMethod_GET_FUNCTION(a), PyInstanceMethod_GET_FUNCTION(b), op);
}

static PyObject *
instancemethod_repr(PyObject *self)
{
    PyObject *name, *function = PyInstanceMethod_GET_FUNCTION(self), *result;
    if (_PyObject_LookupAttr(function, OU_STR(__name__), &name) < 0) {
        return NULL;
    }
    if (name != NULL && !PyUnicode_Check(name)) {
        Py_CLEAR(name);
    }
    result = PyUnicode_FromFormat("<instancemethod %V at %p>", name, "?", self);
    Py_XDECREF(name);
    return result;
}

static PyObject *
instancemethod_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *function;
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0) {
        PyErr_SetString(PyExc_TypeError, "instancemethod() takes no keyword arguments");
        return NULL;
    }
    if (!PyArg_UnpackTuple(args, "instancemethod", 1, 1, &function)) {
        return NULL;
    }
    if (!PyCallable_Check(function)) {
        PyErr_SetString(PyExc_TypeError, "first argument must be callable");
        return NULL;
    }
    return PyInstanceMethod_New(function);
}

static PyMemberDef instancemethod_members[] = {
    {"__func__", T_OBJECT, offsetof(PyInstanceMethodObject, func), READONLY, "the function (or other callable)"},
    {NULL},
};

static PyGetSetDef instancemethod_getset[] = {
    {"__doc__", instancemethod_get_doc, NULL, NULL, NULL},
    {NULL},
};

PyTypeObject PyInstanceMethod_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "instancemethod",
    .tp_basicsize = sizeof(PyInstanceMethodObject),
    .tp_dealloc = instancemethod_dealloc,
    .tp_repr = instancemethod_repr,
    .tp_call = instancemethod_call,
    .tp_getattro = instancemethod_getattro,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "instancemethod(function)\n--\n\nBind a function to a class.",
    .tp_traverse = instancemethod_traverse,
    .tp_richcompare = instancemethod_richcompare,
    .tp_members = instancemethod_members,
    .tp_getset = instancemethod_getset,
    .tp_descr_get = instancemethod_descr_get,
    .tp_new = instancemethod_new,
};
