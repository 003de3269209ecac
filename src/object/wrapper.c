/* object/wrapper.c - slots of C types as methods: the slot wrapper in the type's namespace (int.__add__),
 * and the method-wrapper that it becomes when bound to an object ((1).__add__).
 *
 * Owns       a method-wrapper owns its descriptor and its object.
 * Not here   the table of slots (slots.def), how arguments reach the C function (slot_wrap.c). */
#include "object/descriptor.h"
#include "object/hold.h"

/* Call the slot's function on self.  RE-ENTRANT. */
static PyObject *
wrapper_call_slot(PyWrapperDescrObject *descr, PyObject *self, PyObject *args, PyObject *kwargs)
{
    struct wrapperbase *base = descr->d_base;
    if (base->flags & PyWrapperFlag_KEYWORDS) {
        return ((wrapperfunc_kwds)(void (*)(void))base->wrapper)(self, args, descr->d_wrapped, kwargs);
    }
    if (kwargs != NULL && (!PyDict_Check(kwargs) || PyDict_GET_SIZE(kwargs) != 0)) {
        return PyErr_Format(PyExc_TypeError, "wrapper %s() takes no keyword arguments", base->name);
    }
    return base->wrapper(self, args, descr->d_wrapped);
}

/* ---- slot wrapper -------------------------------------------------------------------------------------- */

static PyObject *
wrapperdescr_get(PyObject *self, PyObject *obj, PyObject *Py_UNUSED(type))
{
    if (obj == NULL) {
        return Py_NewRef(self);
    }
    return ou_descr_check(self, obj) < 0 ? NULL : PyWrapper_New(self, obj);
}

static PyObject *
wrapperdescr_call(PyObject *callable, PyObject *args, PyObject *kwargs)
{
    PyWrapperDescrObject *descr = (PyWrapperDescrObject *)callable;
    Py_ssize_t n_args = PyTuple_GET_SIZE(args);
    if (n_args < 1) {
        return PyErr_Format(PyExc_TypeError, "descriptor '%U' of '%.100s' object needs an argument", PyDescr_NAME(descr),
                            PyDescr_TYPE(descr)->tp_name);
    }
    PyObject *self = PyTuple_GET_ITEM(args, 0);
    int fits = _PyObject_RealIsSubclass((PyObject *)Py_TYPE(self), (PyObject *)PyDescr_TYPE(descr));
    if (fits <= 0) {
        if (fits == 0) {
            PyErr_Format(PyExc_TypeError, "descriptor '%U' requires a '%.100s' object but received a '%.100s'",
                         PyDescr_NAME(descr), PyDescr_TYPE(descr)->tp_name, Py_TYPE(self)->tp_name);
        }
        return NULL;
    }
    PyObject *rest = PyTuple_GetSlice(args, 1, n_args);
    if (rest == NULL) {
        return NULL;
    }
    OU_HOLD(h, &rest);
    PyObject *result = wrapper_call_slot(descr, self, rest, kwargs);
    OU_HOLD_END(h);
    Py_DECREF(rest);
    return result;
}

static PyObject *
wrapperdescr_repr(PyObject *self)
{
    return ou_descr_repr(self, "<slot wrapper '%U' of '%s' objects>");
}

PyTypeObject PyWrapperDescr_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "wrapper_descriptor",
    .tp_basicsize = sizeof(PyWrapperDescrObject),
    .tp_dealloc = ou_descr_dealloc,
    .tp_repr = wrapperdescr_repr,
    .tp_call = wrapperdescr_call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_traverse = ou_descr_traverse,
    .tp_methods = ou_descr_methods,
    .tp_members = ou_descr_members,
    .tp_getset = ou_descr_callable_getset,
    .tp_descr_get = wrapperdescr_get,
};

/* A slot of a C type as a method.  Refs new. */
PyObject *
PyDescr_NewWrapper(PyTypeObject *type, struct wrapperbase *base, void *wrapped)
{
    PyWrapperDescrObject *descr = (PyWrapperDescrObject *)PyType_GenericAlloc(&PyWrapperDescr_Type, 0);
    if (descr == NULL) {
        return NULL;
    }
    descr->d_common.d_type = (PyTypeObject *)Py_NewRef(type);
    descr->d_base = base;
    descr->d_wrapped = wrapped;
    descr->d_common.d_name = base->name_strobj != NULL ? Py_NewRef(base->name_strobj) : PyUnicode_InternFromString(base->name);
    if (descr->d_common.d_name == NULL) {
        Py_CLEAR(descr);
    }
    return (PyObject *)descr;
}

/* ---- method-wrapper ------------------------------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PyWrapperDescrObject *descr;
    PyObject *self;
} MethodWrapper;

OU_WALKER(method_wrapper)
{
    MethodWrapper *wrapper = (MethodWrapper *)self;
    OU_EDGE_OF(wrapper, descr);
    OU_EDGE_OF(wrapper, self);
    return 0;
}

static void
wrapper_dealloc(PyObject *op)
{
    MethodWrapper *wrapper = (MethodWrapper *)op;
    ou_gc_untrack(op);
    Py_CLEAR(wrapper->descr);
    Py_CLEAR(wrapper->self);
    ou_gc_free_fast(op, sizeof(MethodWrapper));
}

static PyObject *
wrapper_richcompare(PyObject *a, PyObject *b, int op)
{
    if ((op != Py_EQ && op != Py_NE) || Py_TYPE(b) != &_PyMethodWrapper_Type) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    MethodWrapper *x = (MethodWrapper *)a, *y = (MethodWrapper *)b;
    bool equal = x->descr == y->descr && x->self == y->self;
    return Py_NewRef(equal == (op == Py_EQ) ? Py_True : Py_False);
}

static Py_hash_t
wrapper_hash(PyObject *op)
{
    MethodWrapper *wrapper = (MethodWrapper *)op;
    Py_hash_t hash = _Py_HashPointer(wrapper->self) ^ _Py_HashPointer(wrapper->descr);
    return hash == -1 ? -2 : hash;
}

static PyObject *
wrapper_repr(PyObject *op)
{
    MethodWrapper *wrapper = (MethodWrapper *)op;
    return PyUnicode_FromFormat("<method-wrapper '%s' of %s object at %p>", wrapper->descr->d_base->name,
                                Py_TYPE(wrapper->self)->tp_name, wrapper->self);
}

static PyObject *
wrapper_call(PyObject *op, PyObject *args, PyObject *kwargs)
{
    MethodWrapper *wrapper = (MethodWrapper *)op;
    if (ou_recursion_enter(" while calling a Python object")) { /* x.__call__.__call__... */
        return NULL;
    }
    PyObject *result = wrapper_call_slot(wrapper->descr, wrapper->self, args, kwargs);
    ou_recursion_leave();
    return result;
}

static PyObject *
wrapper_reduce(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    MethodWrapper *wrapper = (MethodWrapper *)op;
    PyObject *getattr = _PyEval_GetBuiltin(OU_STR(getattr));
    return getattr == NULL ? NULL : Py_BuildValue("N(OO)", getattr, wrapper->self, PyDescr_NAME(wrapper->descr));
}

static PyObject *
wrapper_get_objclass(PyObject *op, void *Py_UNUSED(closure))
{
    return Py_NewRef(PyDescr_TYPE(((MethodWrapper *)op)->descr));
}

static PyObject *
wrapper_get_name(PyObject *op, void *Py_UNUSED(closure))
{
    return PyUnicode_FromString(((MethodWrapper *)op)->descr->d_base->name);
}

static PyObject *
wrapper_get_qualname(PyObject *op, void *closure)
{
    return ou_descr_getset_qualname((PyObject *)((MethodWrapper *)op)->descr, closure);
}

static PyObject *
wrapper_get_doc(PyObject *op, void *Py_UNUSED(closure))
{
    struct wrapperbase *base = ((MethodWrapper *)op)->descr->d_base;
    return _PyType_GetDocFromInternalDoc(base->name, base->doc);
}

static PyObject *
wrapper_get_text_signature(PyObject *op, void *Py_UNUSED(closure))
{
    struct wrapperbase *base = ((MethodWrapper *)op)->descr->d_base;
    return _PyType_GetTextSignatureFromInternalDoc(base->name, base->doc);
}

static PyMethodDef wrapper_methods[] = {
    {"__reduce__", wrapper_reduce, METH_NOARGS, NULL},
    {NULL},
};

static PyMemberDef wrapper_members[] = {
    {"__self__", T_OBJECT, offsetof(MethodWrapper, self), READONLY, NULL},
    {NULL},
};

static PyGetSetDef wrapper_getset[] = {
    {"__objclass__", wrapper_get_objclass, NULL, NULL, NULL},
    {"__name__", wrapper_get_name, NULL, NULL, NULL},
    {"__qualname__", wrapper_get_qualname, NULL, NULL, NULL},
    {"__doc__", wrapper_get_doc, NULL, NULL, NULL},
    {"__text_signature__", wrapper_get_text_signature, NULL, NULL, NULL},
    {NULL},
};

PyTypeObject _PyMethodWrapper_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "method-wrapper",
    .tp_basicsize = sizeof(MethodWrapper),
    .tp_dealloc = wrapper_dealloc,
    .tp_repr = wrapper_repr,
    .tp_hash = wrapper_hash,
    .tp_call = wrapper_call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = method_wrapper_traverse,
    .tp_richcompare = wrapper_richcompare,
    .tp_methods = wrapper_methods,
    .tp_members = wrapper_members,
    .tp_getset = wrapper_getset,
};

/* Bind a slot wrapper to an object, which fits it.  Refs new. */
PyObject *
PyWrapper_New(PyObject *descr, PyObject *self)
{
    MethodWrapper *wrapper = (MethodWrapper *)ou_gc_new_fast(&_PyMethodWrapper_Type, sizeof(MethodWrapper));
    if (wrapper != NULL) {
        wrapper->descr = (PyWrapperDescrObject *)Py_NewRef(descr);
        wrapper->self = Py_NewRef(self);
        ou_gc_track((PyObject *)wrapper);
    }
    return (PyObject *)wrapper;
}
