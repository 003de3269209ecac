/* object/descriptor.c - what stands in the namespaces of C types: methods, class methods, members,
 * computed attributes.
 *
 * Owns       a descriptor owns its type and name; the definition it points at (PyMethodDef ...) must
 *            outlive it.
 * Invariant  nothing of an object is touched before the object was found to be an instance of the
 *            descriptor's type.
 * Not here   wrappers of slots (wrapper.c), reading C fields (member.c), property (property.c).
 * Source     Descriptor Objects. */
#include "object/descriptor.h"
#include "object/hold.h"

/* ---- common -------------------------------------------------------------------------------------------- */

/* New descriptor for a type: d_type and d_name are set.  Refs new.  Errors MemoryError. */
static PyObject *
descr_new(PyTypeObject *descr_type, PyTypeObject *type, const char *name)
{
    PyObject *interned = PyUnicode_InternFromString(name);
    if (interned == NULL) {
        return NULL;
    }
    PyDescrObject *descr = (PyDescrObject *)PyType_GenericAlloc(descr_type, 0);
    if (descr == NULL) {
        Py_DECREF(interned);
        return NULL;
    }
    descr->d_type = (PyTypeObject *)Py_XNewRef(type);
    descr->d_name = interned;
    return (PyObject *)descr;
}

/* One walker for all: they own the same. */
OU_WALKER(descriptor)
{
    PyDescrObject *descr = (PyDescrObject *)self;
    OU_EDGE_OF(descr, d_type);
    OU_EDGE_ATOM_OF(descr, d_name);
    OU_EDGE_ATOM_OF(descr, d_qualname);
    return 0;
}

int
ou_descr_traverse(PyObject *self, visitproc visit, void *arg)
{
    return descriptor_traverse(self, visit, arg);
}

void
ou_descr_dealloc(PyObject *self)
{
    PyDescrObject *descr = (PyDescrObject *)self;
    ou_gc_untrack(self);
    Py_CLEAR(descr->d_type);
    Py_CLEAR(descr->d_name);
    Py_CLEAR(descr->d_qualname);
    Py_TYPE(self)->tp_free(self);
}

PyObject *
ou_descr_repr(PyObject *self, const char *format)
{
    PyDescrObject *descr = (PyDescrObject *)self;
    PyObject *name = descr->d_name != NULL ? descr->d_name : OU_LATIN1_CHAR('?');
    return PyUnicode_FromFormat(format, name, descr->d_type->tp_name);
}

int
ou_descr_check(PyObject *self, PyObject *obj)
{
    PyDescrObject *descr = (PyDescrObject *)self;
    if (OU_LIKELY(PyObject_TypeCheck(obj, descr->d_type))) {
        return 0;
    }
    PyErr_Format(PyExc_TypeError, "descriptor '%U' for '%.100s' objects doesn't apply to a '%.100s' object", descr->d_name,
                 descr->d_type->tp_name, Py_TYPE(obj)->tp_name);
    return -1;
}

static PyObject *
descr_get_qualname(PyObject *self, void *Py_UNUSED(closure))
{
    PyDescrObject *descr = (PyDescrObject *)self;
    if (descr->d_qualname == NULL) { /* made when somebody asks */
        PyObject *of_type = PyObject_GetAttr((PyObject *)descr->d_type, OU_STR(__qualname__));
        if (of_type == NULL) {
            return NULL;
        }
        if (!PyUnicode_Check(of_type)) {
            PyErr_SetString(PyExc_TypeError, "<descriptor>.__objclass__.__qualname__ is not a unicode object");
            Py_DECREF(of_type);
            return NULL;
        }
        PyObject *qualname = PyUnicode_FromFormat("%U.%U", of_type, descr->d_name);
        Py_DECREF(of_type);
        Py_XSETREF(descr->d_qualname, qualname);
    }
    return Py_XNewRef(descr->d_qualname);
}

static PyObject *
descr_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *getattr = _PyEval_GetBuiltin(OU_STR(getattr));
    if (getattr == NULL) {
        return NULL;
    }
    PyObject *result = Py_BuildValue("N(OO)", getattr, PyDescr_TYPE(self), PyDescr_NAME(self));
    return result;
}

PyMethodDef ou_descr_methods[] = {
    {"__reduce__", descr_reduce, METH_NOARGS, NULL},
    {NULL},
};

PyMemberDef ou_descr_members[] = {
    {"__objclass__", T_OBJECT, offsetof(PyDescrObject, d_type), READONLY, NULL},
    {"__name__", T_OBJECT, offsetof(PyDescrObject, d_name), READONLY, NULL},
    {NULL},
};

PyObject *
ou_descr_getset_qualname(PyObject *self, void *closure)
{
    return descr_get_qualname(self, closure);
}

static const char *
doc_of(PyObject *self, const char **name)
{
    if (Py_IS_TYPE(self, &PyMethodDescr_Type) || Py_IS_TYPE(self, &PyClassMethodDescr_Type)) {
        PyMethodDef *def = ((PyMethodDescrObject *)self)->d_method;
        *name = def->ml_name;
        return def->ml_doc;
    }
    if (Py_IS_TYPE(self, &PyMemberDescr_Type)) {
        PyMemberDef *def = ((PyMemberDescrObject *)self)->d_member;
        *name = def->name;
        return def->doc;
    }
    if (Py_IS_TYPE(self, &PyGetSetDescr_Type)) {
        PyGetSetDef *def = ((PyGetSetDescrObject *)self)->d_getset;
        *name = def->name;
        return def->doc;
    }
    struct wrapperbase *def = ((PyWrapperDescrObject *)self)->d_base;
    *name = def->name;
    return def->doc;
}

static PyObject *
descr_get_doc(PyObject *self, void *Py_UNUSED(closure))
{
    const char *name, *doc = doc_of(self, &name);
    return _PyType_GetDocFromInternalDoc(name, doc);
}

static PyObject *
descr_get_text_signature(PyObject *self, void *Py_UNUSED(closure))
{
    const char *name, *doc = doc_of(self, &name);
    return _PyType_GetTextSignatureFromInternalDoc(name, doc);
}

PyGetSetDef ou_descr_callable_getset[] = {
    {"__doc__", descr_get_doc, NULL, NULL, NULL},
    {"__qualname__", descr_get_qualname, NULL, NULL, NULL},
    {"__text_signature__", descr_get_text_signature, NULL, NULL, NULL},
    {NULL},
};

static PyGetSetDef descr_data_getset[] = {
    {"__doc__", descr_get_doc, NULL, NULL, NULL},
    {"__qualname__", descr_get_qualname, NULL, NULL, NULL},
    {NULL},
};

int
PyDescr_IsData(PyObject *descr)
{
    return Py_TYPE(descr)->tp_descr_set != NULL;
}

/* ---- methods: calling ---------------------------------------------------------------------------------- */

/* self of an unbound call is there and fits; no keywords where none are taken. */
static OU_ALWAYS_INLINE int
method_check(PyObject *func, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    PyObject *text;
    if (OU_UNLIKELY(n_args < 1)) {
        text = _PyObject_FunctionStr(func);
        if (text != NULL) {
            PyErr_Format(PyExc_TypeError, "unbound method %U needs an argument", text);
            Py_DECREF(text);
        }
        return -1;
    }
    if (OU_UNLIKELY(ou_descr_check(func, args[0]) < 0)) {
        return -1;
    }
    if (OU_UNLIKELY(kwnames != NULL && PyTuple_GET_SIZE(kwnames) > 0)) {
        text = _PyObject_FunctionStr(func);
        if (text != NULL) {
            PyErr_Format(PyExc_TypeError, "%U takes no keyword arguments", text);
            Py_DECREF(text);
        }
        return -1;
    }
    return 0;
}

static OU_COLD PyObject *
method_wrong_count(PyObject *func, const char *format, Py_ssize_t n_args)
{
    PyObject *text = _PyObject_FunctionStr(func);
    if (text != NULL) {
        PyErr_Format(PyExc_TypeError, format, text, n_args);
        Py_DECREF(text);
    }
    return NULL;
}

#define METHOD_DEF(func) (((PyMethodDescrObject *)(func))->d_method)
#define METHOD_FUNCTION(func, type) ((type)(void (*)(void))METHOD_DEF(func)->ml_meth)
static const char calling[] = " while calling a Python object";

static PyObject *
method_call_noargs(PyObject *func, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Py_ssize_t n_args = PyVectorcall_NARGS(nargsf);
    if (method_check(func, args, n_args, kwnames) < 0) {
        return NULL;
    }
    if (OU_UNLIKELY(n_args != 1)) {
        return method_wrong_count(func, "%U takes no arguments (%zd given)", n_args - 1);
    }
    if (ou_recursion_enter(calling)) {
        return NULL;
    }
    PyObject *result = METHOD_FUNCTION(func, PyCFunction)(args[0], NULL);
    ou_recursion_leave();
    return result;
}

static PyObject *
method_call_o(PyObject *func, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Py_ssize_t n_args = PyVectorcall_NARGS(nargsf);
    if (method_check(func, args, n_args, kwnames) < 0) {
        return NULL;
    }
    if (OU_UNLIKELY(n_args != 2)) {
        return method_wrong_count(func, "%U takes exactly one argument (%zd given)", n_args - 1);
    }
    if (ou_recursion_enter(calling)) {
        return NULL;
    }
    PyObject *result = METHOD_FUNCTION(func, PyCFunction)(args[0], args[1]);
    ou_recursion_leave();
    return result;
}

static PyObject *
method_call_fast(PyObject *func, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Py_ssize_t n_args = PyVectorcall_NARGS(nargsf);
    if (method_check(func, args, n_args, kwnames) < 0 || ou_recursion_enter(calling)) {
        return NULL;
    }
    PyObject *result = METHOD_FUNCTION(func, _PyCFunctionFast)(args[0], args + 1, n_args - 1);
    ou_recursion_leave();
    return result;
}

static PyObject *
method_call_fast_keywords(PyObject *func, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Py_ssize_t n_args = PyVectorcall_NARGS(nargsf);
    if (method_check(func, args, n_args, NULL) < 0 || ou_recursion_enter(calling)) {
        return NULL;
    }
    PyObject *result = METHOD_FUNCTION(func, _PyCFunctionFastWithKeywords)(args[0], args + 1, n_args - 1, kwnames);
    ou_recursion_leave();
    return result;
}

static PyObject *
method_call_method(PyObject *func, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Py_ssize_t n_args = PyVectorcall_NARGS(nargsf);
    if (method_check(func, args, n_args, NULL) < 0 || ou_recursion_enter(calling)) {
        return NULL;
    }
    PyObject *result = METHOD_FUNCTION(func, PyCMethod)(args[0], PyDescr_TYPE(func), args + 1, (size_t)n_args - 1, kwnames);
    ou_recursion_leave();
    return result;
}

/* METH_VARARGS, with keywords or without: the arguments as a tuple, the keywords as a dict. */
static PyObject *
method_call_varargs(PyObject *func, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Py_ssize_t n_args = PyVectorcall_NARGS(nargsf);
    bool takes_keywords = (METHOD_DEF(func)->ml_flags & METH_KEYWORDS) != 0;
    if (method_check(func, args, n_args, takes_keywords ? NULL : kwnames) < 0) {
        return NULL;
    }
    PyObject *tuple = PyTuple_New(n_args - 1), *kwargs = NULL, *result = NULL;
    if (tuple == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 1; i < n_args; i++) {
        PyTuple_SET_ITEM(tuple, i - 1, Py_NewRef(args[i]));
    }
    if (kwnames != NULL && PyTuple_GET_SIZE(kwnames) > 0) {
        kwargs = _PyStack_AsDict(args + n_args, kwnames);
        if (kwargs == NULL) {
            Py_DECREF(tuple);
            return NULL;
        }
    }
    if (ou_recursion_enter(calling) == 0) {
        OU_HOLD(h, &tuple, &kwargs);
        if (takes_keywords) {
            result = METHOD_FUNCTION(func, PyCFunctionWithKeywords)(args[0], tuple, kwargs);
        }
        else {
            result = METHOD_FUNCTION(func, PyCFunction)(args[0], tuple);
        }
        OU_HOLD_END(h);
        ou_recursion_leave();
    }
    Py_DECREF(tuple);
    Py_XDECREF(kwargs);
    return result;
}

/* How a method with these flags is called; NULL if they make no sense. */
static vectorcallfunc
method_caller(int flags)
{
    switch (flags & (METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O | METH_KEYWORDS | METH_METHOD)) {
    case METH_VARARGS:
    case METH_VARARGS | METH_KEYWORDS: return method_call_varargs;
    case METH_FASTCALL: return method_call_fast;
    case METH_FASTCALL | METH_KEYWORDS: return method_call_fast_keywords;
    case METH_NOARGS: return method_call_noargs;
    case METH_O: return method_call_o;
    case METH_METHOD | METH_FASTCALL | METH_KEYWORDS: return method_call_method;
    default: return NULL;
    }
}

/* A method of a C type.  Refs new.  Source: Descriptor Objects. */
PyObject *
PyDescr_NewMethod(PyTypeObject *type, PyMethodDef *method)
{
    vectorcallfunc caller = method_caller(method->ml_flags);
    if (caller == NULL) {
        return PyErr_Format(PyExc_SystemError, "%s() method: bad call flags", method->ml_name);
    }
    PyMethodDescrObject *descr = (PyMethodDescrObject *)descr_new(&PyMethodDescr_Type, type, method->ml_name);
    if (descr != NULL) {
        descr->d_method = method;
        descr->vectorcall = caller;
    }
    return (PyObject *)descr;
}

/* ---- methods: binding ---------------------------------------------------------------------------------- */

static PyObject *
method_get(PyObject *self, PyObject *obj, PyObject *type)
{
    PyMethodDescrObject *descr = (PyMethodDescrObject *)self;
    if (obj == NULL) {
        return Py_NewRef(self);
    }
    if (ou_descr_check(self, obj) < 0) {
        return NULL;
    }
    if (descr->d_method->ml_flags & METH_METHOD) {
        if (type != NULL && !PyType_Check(type)) {
            return PyErr_Format(PyExc_TypeError, "descriptor '%U' needs a type, not '%s', as arg 2", PyDescr_NAME(descr),
                                Py_TYPE(type)->tp_name);
        }
        return PyCMethod_New(descr->d_method, obj, NULL, PyDescr_TYPE(descr));
    }
    return PyCFunction_NewEx(descr->d_method, obj, NULL);
}

static PyObject *
method_repr(PyObject *self)
{
    return ou_descr_repr(self, "<method '%U' of '%s' objects>");
}

PyTypeObject PyMethodDescr_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "method_descriptor",
    .tp_basicsize = sizeof(PyMethodDescrObject),
    .tp_dealloc = ou_descr_dealloc,
    .tp_vectorcall_offset = offsetof(PyMethodDescrObject, vectorcall),
    .tp_repr = method_repr,
    .tp_call = PyVectorcall_Call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_traverse = descriptor_traverse,
    .tp_methods = ou_descr_methods,
    .tp_members = ou_descr_members,
    .tp_getset = ou_descr_callable_getset,
    .tp_descr_get = method_get,
};

/* ---- class methods ------------------------------------------------------------------------------------- */

static PyObject *
classmethod_get(PyObject *self, PyObject *obj, PyObject *type)
{
    PyMethodDescrObject *descr = (PyMethodDescrObject *)self;
    PyTypeObject *own = PyDescr_TYPE(descr);
    if (type == NULL) {
        if (obj == NULL) {
            return PyErr_Format(PyExc_TypeError, "descriptor '%U' for type '%.100s' needs either an object or a type",
                                PyDescr_NAME(descr), own->tp_name);
        }
        type = (PyObject *)Py_TYPE(obj);
    }
    if (!PyType_Check(type)) {
        return PyErr_Format(PyExc_TypeError, "descriptor '%U' for type '%.100s' needs a type, not a '%.100s' as arg 2",
                            PyDescr_NAME(descr), own->tp_name, Py_TYPE(type)->tp_name);
    }
    if (!PyType_IsSubtype((PyTypeObject *)type, own)) {
        return PyErr_Format(PyExc_TypeError, "descriptor '%U' requires a subtype of '%.100s' but received '%.100s'",
                            PyDescr_NAME(descr), own->tp_name, ((PyTypeObject *)type)->tp_name);
    }
    return PyCMethod_New(descr->d_method, type, NULL, descr->d_method->ml_flags & METH_METHOD ? own : NULL);
}

static PyObject *
classmethod_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    Py_ssize_t n_args = PyTuple_GET_SIZE(args);
    if (n_args < 1) {
        return PyErr_Format(PyExc_TypeError, "descriptor '%U' of '%.100s' object needs an argument", PyDescr_NAME(self),
                            PyDescr_TYPE(self)->tp_name);
    }
    PyObject *bound = classmethod_get(self, NULL, PyTuple_GET_ITEM(args, 0));
    if (bound == NULL) {
        return NULL;
    }
    OU_HOLD(h, &bound);
    PyObject *result = PyObject_VectorcallDict(bound, &PyTuple_GET_ITEM(args, 0) + 1, (size_t)n_args - 1, kwargs);
    OU_HOLD_END(h);
    Py_DECREF(bound);
    return result;
}

PyTypeObject PyClassMethodDescr_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "classmethod_descriptor",
    .tp_basicsize = sizeof(PyMethodDescrObject),
    .tp_dealloc = ou_descr_dealloc,
    .tp_repr = method_repr,
    .tp_call = classmethod_call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = descriptor_traverse,
    .tp_members = ou_descr_members,
    .tp_getset = ou_descr_callable_getset,
    .tp_descr_get = classmethod_get,
};

PyObject *
PyDescr_NewClassMethod(PyTypeObject *type, PyMethodDef *method)
{
    PyMethodDescrObject *descr = (PyMethodDescrObject *)descr_new(&PyClassMethodDescr_Type, type, method->ml_name);
    if (descr != NULL) {
        descr->d_method = method;
    }
    return (PyObject *)descr;
}

/* ---- members ------------------------------------------------------------------------------------------- */

static PyObject *
member_get(PyObject *self, PyObject *obj, PyObject *Py_UNUSED(type))
{
    PyMemberDef *member = ((PyMemberDescrObject *)self)->d_member;
    if (obj == NULL) {
        return Py_NewRef(self);
    }
    if (ou_descr_check(self, obj) < 0) {
        return NULL;
    }
    if (member->flags & PY_AUDIT_READ && PySys_Audit("object.__getattr__", "Os", obj, member->name) < 0) {
        return NULL;
    }
    return PyMember_GetOne((const char *)obj, member);
}

static int
member_set(PyObject *self, PyObject *obj, PyObject *value)
{
    if (ou_descr_check(self, obj) < 0) {
        return -1;
    }
    return PyMember_SetOne((char *)obj, ((PyMemberDescrObject *)self)->d_member, value);
}

static PyObject *
member_repr(PyObject *self)
{
    return ou_descr_repr(self, "<member '%U' of '%s' objects>");
}

PyTypeObject PyMemberDescr_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "member_descriptor",
    .tp_basicsize = sizeof(PyMemberDescrObject),
    .tp_dealloc = ou_descr_dealloc,
    .tp_repr = member_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = descriptor_traverse,
    .tp_methods = ou_descr_methods,
    .tp_members = ou_descr_members,
    .tp_getset = descr_data_getset,
    .tp_descr_get = member_get,
    .tp_descr_set = member_set,
};

PyObject *
PyDescr_NewMember(PyTypeObject *type, PyMemberDef *member)
{
    PyMemberDescrObject *descr = (PyMemberDescrObject *)descr_new(&PyMemberDescr_Type, type, member->name);
    if (descr != NULL) {
        descr->d_member = member;
    }
    return (PyObject *)descr;
}

/* ---- computed attributes ------------------------------------------------------------------------------- */

static PyObject *
getset_get(PyObject *self, PyObject *obj, PyObject *Py_UNUSED(type))
{
    PyGetSetDef *def = ((PyGetSetDescrObject *)self)->d_getset;
    if (obj == NULL) {
        return Py_NewRef(self);
    }
    if (ou_descr_check(self, obj) < 0) {
        return NULL;
    }
    if (def->get != NULL) {
        return def->get(obj, def->closure);
    }
    return PyErr_Format(PyExc_AttributeError, "attribute '%U' of '%.100s' objects is not readable", PyDescr_NAME(self),
                        PyDescr_TYPE(self)->tp_name);
}

static int
getset_set(PyObject *self, PyObject *obj, PyObject *value)
{
    PyGetSetDef *def = ((PyGetSetDescrObject *)self)->d_getset;
    if (ou_descr_check(self, obj) < 0) {
        return -1;
    }
    if (def->set != NULL) {
        return def->set(obj, value, def->closure);
    }
    PyErr_Format(PyExc_AttributeError, "attribute '%U' of '%.100s' objects is not writable", PyDescr_NAME(self),
                 PyDescr_TYPE(self)->tp_name);
    return -1;
}

static PyObject *
getset_repr(PyObject *self)
{
    return ou_descr_repr(self, "<attribute '%U' of '%s' objects>");
}

PyTypeObject PyGetSetDescr_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "getset_descriptor",
    .tp_basicsize = sizeof(PyGetSetDescrObject),
    .tp_dealloc = ou_descr_dealloc,
    .tp_repr = getset_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = descriptor_traverse,
    .tp_members = ou_descr_members,
    .tp_getset = descr_data_getset,
    .tp_descr_get = getset_get,
    .tp_descr_set = getset_set,
};

PyObject *
PyDescr_NewGetSet(PyTypeObject *type, PyGetSetDef *getset)
{
    PyGetSetDescrObject *descr = (PyGetSetDescrObject *)descr_new(&PyGetSetDescr_Type, type, getset->name);
    if (descr != NULL) {
        descr->d_getset = getset;
    }
    return (PyObject *)descr;
}
