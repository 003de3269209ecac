/* types/builtin_function.c - functions and methods written in C: PyCFunction and PyCMethod.
 *
 * Owns       m_self, m_module and, with METH_METHOD, mm_class.
 * Invariant  `vectorcall` fits ml_flags; it is NULL for METH_VARARGS, whose functions are called with a tuple by tp_call.
 * Not here   method descriptors (object/descriptor.c); arguments (object/args.c). */
#include "object/args.h"
#include "object/alloc.h"
#include "object/hold.h"
#include "object/walk.h"
#include <structmember.h>

OU_WALKER(builtin_function)
{
    PyCFunctionObject *function = (PyCFunctionObject *)self;
    OU_EDGE_OF(function, m_self);
    OU_EDGE_OF(function, m_module);
    OU_EDGE(PyCFunction_GET_CLASS(self), OU_EDGE_FIELD, "mm_class", -1);
    return 0;
}

static void
builtin_function_dealloc(PyObject *self)
{
    PyCFunctionObject *function = (PyCFunctionObject *)self;
    ou_gc_untrack(self);
    if (function->m_weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    if (PyCFunction_GET_CLASS(self) != NULL) {
        Py_CLEAR(((PyCMethodObject *)self)->mm_class);
    }
    Py_CLEAR(function->m_self);
    Py_CLEAR(function->m_module);
    if (Py_IS_TYPE(self, &PyCFunction_Type)) {
        ou_gc_free_fast(self, sizeof(PyCFunctionObject));
    }
    else {
        Py_TYPE(self)->tp_free(self);
    }
}

/* ---- calls ----------------------------------------------------------------------------------------------------- */

static OU_COLD PyObject *
raise_with_name(PyObject *self, const char *format, Py_ssize_t n)
{
    PyObject *name = _PyObject_FunctionStr(self);
    if (name != NULL) {
        PyErr_Format(PyExc_TypeError, format, name, n);
        Py_DECREF(name);
    }
    return NULL;
}

/* CPython names the class only where it calls with an array. */
static PyObject *
raise_about_keywords(PyObject *self)
{
    if (PyCFunction_GET_FLAGS(self) & (METH_VARARGS | OU_METH_LIKE_VARARGS)) {
        return PyErr_Format(PyExc_TypeError, "%.200s() takes no keyword arguments", ((PyCFunctionObject *)self)->m_ml->ml_name);
    }
    return raise_with_name(self, "%U takes no keyword arguments", 0);
}

static OU_ALWAYS_INLINE bool
has_keywords(PyObject *self, PyObject *kwnames)
{
    if (OU_LIKELY(kwnames == NULL || PyTuple_GET_SIZE(kwnames) == 0)) {
        return false;
    }
    raise_about_keywords(self);
    return true;
}

#define METHOD_OF(self, type) ((type)(void (*)(void))PyCFunction_GET_FUNCTION(self))

static PyObject *
call_noargs(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Py_ssize_t n = PyVectorcall_NARGS(nargsf);
    if (has_keywords(self, kwnames)) {
        return NULL;
    }
    if (OU_UNLIKELY(n != 0)) {
        return raise_with_name(self, "%U takes no arguments (%zd given)", n);
    }
    if (ou_recursion_enter(" while calling a Python object")) {
        return NULL;
    }
    PyObject *result = PyCFunction_GET_FUNCTION(self)(PyCFunction_GET_SELF(self), NULL);
    ou_recursion_leave();
    return result;
}

static PyObject *
call_o(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Py_ssize_t n = PyVectorcall_NARGS(nargsf);
    if (has_keywords(self, kwnames)) {
        return NULL;
    }
    if (OU_UNLIKELY(n != 1)) {
        return raise_with_name(self, "%U takes exactly one argument (%zd given)", n);
    }
    if (ou_recursion_enter(" while calling a Python object")) {
        return NULL;
    }
    PyObject *result = PyCFunction_GET_FUNCTION(self)(PyCFunction_GET_SELF(self), args[0]);
    ou_recursion_leave();
    return result;
}

static PyObject *
call_fast(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    if (has_keywords(self, kwnames)) {
        return NULL;
    }
    return METHOD_OF(self, _PyCFunctionFast)(PyCFunction_GET_SELF(self), args, PyVectorcall_NARGS(nargsf));
}

static PyObject *
call_fast_keywords(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    return METHOD_OF(self, _PyCFunctionFastWithKeywords)(PyCFunction_GET_SELF(self), args, PyVectorcall_NARGS(nargsf), kwnames);
}

static PyObject *
call_method(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    return METHOD_OF(self, PyCMethod)(PyCFunction_GET_SELF(self), PyCFunction_GET_CLASS(self), args,
                                      (size_t)PyVectorcall_NARGS(nargsf), kwnames);
}

/* tp_call: METH_VARARGS, and whoever calls the others with a tuple. */
static PyObject *
builtin_function_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    int flags = PyCFunction_GET_FLAGS(self);
    if (((PyCFunctionObject *)self)->vectorcall != NULL) {
        return PyVectorcall_Call(self, args, kwargs);
    }
    if (flags & METH_KEYWORDS) {
        return METHOD_OF(self, PyCFunctionWithKeywords)(PyCFunction_GET_SELF(self), args, kwargs);
    }
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) != 0) {
        return raise_about_keywords(self);
    }
    return PyCFunction_GET_FUNCTION(self)(PyCFunction_GET_SELF(self), args);
}

/* ---- making ---------------------------------------------------------------------------------------------------- */

/* A function object over static data.  `self` is what the function gets first, `module` its __module__ (a name), `class` the
 * defining class of METH_METHOD; each may be NULL.  Returns new, or NULL with an error set. */
PyObject *
PyCMethod_New(PyMethodDef *def, PyObject *self, PyObject *module, PyTypeObject *class)
{
    vectorcallfunc vectorcall;
    switch (def->ml_flags & (METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O | METH_KEYWORDS | METH_METHOD)) {
    case METH_VARARGS:
    case METH_VARARGS | METH_KEYWORDS: vectorcall = NULL; break;
    case METH_FASTCALL: vectorcall = call_fast; break;
    case METH_FASTCALL | METH_KEYWORDS: vectorcall = call_fast_keywords; break;
    case METH_NOARGS: vectorcall = call_noargs; break;
    case METH_O: vectorcall = call_o; break;
    case METH_METHOD | METH_FASTCALL | METH_KEYWORDS: vectorcall = call_method; break;
    default: PyErr_Format(PyExc_SystemError, "%s() method: bad call flags", def->ml_name); return NULL;
    }
    PyCFunctionObject *function;
    if (def->ml_flags & METH_METHOD) {
        if (class == NULL) {
            PyErr_SetString(PyExc_SystemError, "attempting to create PyCMethod with a METH_METHOD flag but no class");
            return NULL;
        }
        PyCMethodObject *method = (PyCMethodObject *)ou_gc_new_fast(&PyCMethod_Type, sizeof *method);
        if (method == NULL) {
            return NULL;
        }
        method->mm_class = (PyTypeObject *)Py_NewRef(class);
        function = &method->func;
    }
    else {
        if (class != NULL) {
            PyErr_SetString(PyExc_SystemError, "attempting to create PyCFunction with class but no METH_METHOD flag");
            return NULL;
        }
        function = (PyCFunctionObject *)ou_gc_new_fast(&PyCFunction_Type, sizeof *function);
        if (function == NULL) {
            return NULL;
        }
    }
    function->m_ml = def;
    function->m_self = Py_XNewRef(self);
    function->m_module = Py_XNewRef(module);
    function->m_weakreflist = NULL;
    function->vectorcall = vectorcall;
    ou_gc_track((PyObject *)function);
    return (PyObject *)function;
}

#undef PyCFunction_New
PyObject *
PyCFunction_New(PyMethodDef *def, PyObject *self)
{
    return PyCMethod_New(def, self, NULL, NULL);
}

#undef PyCFunction_NewEx
PyObject *
PyCFunction_NewEx(PyMethodDef *def, PyObject *self, PyObject *module)
{
    return PyCMethod_New(def, self, module, NULL);
}

/* ---- parts ----------------------------------------------------------------------------------------------------- */

PyCFunction
PyCFunction_GetFunction(PyObject *op)
{
    if (!PyCFunction_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return PyCFunction_GET_FUNCTION(op);
}

/* Borrowed. */
PyObject *
PyCFunction_GetSelf(PyObject *op)
{
    if (!PyCFunction_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return PyCFunction_GET_SELF(op);
}

int
PyCFunction_GetFlags(PyObject *op)
{
    if (!PyCFunction_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return PyCFunction_GET_FLAGS(op);
}

/* ---- attributes ------------------------------------------------------------------------------------------------ */

static bool
is_function(PyCFunctionObject *function)
{
    return function->m_self == NULL || PyModule_Check(function->m_self);
}

static PyObject *
builtin_function_get_doc(PyObject *self, void *closure)
{
    PyMethodDef *def = ((PyCFunctionObject *)self)->m_ml;
    return _PyType_GetDocFromInternalDoc(def->ml_name, def->ml_doc);
}

static PyObject *
builtin_function_get_text_signature(PyObject *self, void *closure)
{
    PyMethodDef *def = ((PyCFunctionObject *)self)->m_ml;
    return _PyType_GetTextSignatureFromInternalDoc(def->ml_name, def->ml_doc);
}

static PyObject *
builtin_function_get_name(PyObject *self, void *closure)
{
    return PyUnicode_FromString(((PyCFunctionObject *)self)->m_ml->ml_name);
}

/* list.append, dict.fromkeys, len. */
static PyObject *
builtin_function_get_qualname(PyObject *self, void *closure)
{
    PyCFunctionObject *function = (PyCFunctionObject *)self;
    if (is_function(function)) {
        return PyUnicode_FromString(function->m_ml->ml_name);
    }
    PyObject *type = PyType_Check(function->m_self) ? function->m_self : (PyObject *)Py_TYPE(function->m_self);
    PyObject *of_type = PyObject_GetAttr(type, OU_STR(__qualname__));
    if (of_type == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    if (!PyUnicode_Check(of_type)) {
        PyErr_SetString(PyExc_TypeError, "<method>.__class__.__qualname__ is not a unicode object");
    }
    else {
        result = PyUnicode_FromFormat("%S.%s", of_type, function->m_ml->ml_name);
    }
    Py_DECREF(of_type);
    return result;
}

static PyObject *
builtin_function_get_self(PyObject *self, void *closure)
{
    PyObject *of = PyCFunction_GET_SELF(self);
    return Py_NewRef(of != NULL ? of : Py_None);
}

static PyObject *
builtin_function_reduce(PyObject *self, PyObject *ignored)
{
    PyCFunctionObject *function = (PyCFunctionObject *)self;
    if (is_function(function)) {
        return PyUnicode_FromString(function->m_ml->ml_name);
    }
    return Py_BuildValue("N(Os)", _PyEval_GetBuiltin(OU_STR(getattr)), function->m_self, function->m_ml->ml_name);
}

static PyObject *
builtin_function_repr(PyObject *self)
{
    PyCFunctionObject *function = (PyCFunctionObject *)self;
    if (is_function(function)) {
        return PyUnicode_FromFormat("<built-in function %s>", function->m_ml->ml_name);
    }
    return PyUnicode_FromFormat("<built-in method %s of %s object at %p>", function->m_ml->ml_name,
                                Py_TYPE(function->m_self)->tp_name, function->m_self);
}

static PyObject *
builtin_function_richcompare(PyObject *self, PyObject *other, int op)
{
    if ((op != Py_EQ && op != Py_NE) || !PyCFunction_Check(self) || !PyCFunction_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyCFunctionObject *a = (PyCFunctionObject *)self, *b = (PyCFunctionObject *)other;
    bool equal = a->m_self == b->m_self && a->m_ml->ml_meth == b->m_ml->ml_meth;
    return Py_NewRef(equal == (op == Py_EQ) ? Py_True : Py_False);
}

static Py_hash_t
builtin_function_hash(PyObject *self)
{
    PyCFunctionObject *function = (PyCFunctionObject *)self;
    Py_hash_t hash = _Py_HashPointer(function->m_self) ^ _Py_HashPointer((void *)(uintptr_t)function->m_ml->ml_meth);
    return hash == -1 ? -2 : hash;
}

static PyMethodDef builtin_function_methods[] = {
    {"__reduce__", builtin_function_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef builtin_function_getset[] = {
    {"__doc__", builtin_function_get_doc, NULL, NULL, NULL},
    {"__name__", builtin_function_get_name, NULL, NULL, NULL},
    {"__qualname__", builtin_function_get_qualname, NULL, NULL, NULL},
    {"__self__", builtin_function_get_self, NULL, NULL, NULL},
    {"__text_signature__", builtin_function_get_text_signature, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef builtin_function_members[] = {
    {"__module__", T_OBJECT, offsetof(PyCFunctionObject, m_module), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject PyCFunction_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "builtin_function_or_method",
    .tp_basicsize = sizeof(PyCFunctionObject),
    .tp_dealloc = builtin_function_dealloc,
    .tp_vectorcall_offset = offsetof(PyCFunctionObject, vectorcall),
    .tp_repr = builtin_function_repr,
    .tp_hash = builtin_function_hash,
    .tp_call = builtin_function_call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = builtin_function_traverse,
    .tp_richcompare = builtin_function_richcompare,
    .tp_weaklistoffset = offsetof(PyCFunctionObject, m_weakreflist),
    .tp_methods = builtin_function_methods,
    .tp_members = builtin_function_members,
    .tp_getset = builtin_function_getset,
};

PyTypeObject PyCMethod_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "builtin_method",
    .tp_basicsize = sizeof(PyCMethodObject),
    .tp_dealloc = builtin_function_dealloc,
    .tp_vectorcall_offset = offsetof(PyCFunctionObject, vectorcall),
    .tp_repr = builtin_function_repr,
    .tp_hash = builtin_function_hash,
    .tp_call = builtin_function_call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = builtin_function_traverse,
    .tp_richcompare = builtin_function_richcompare,
    .tp_weaklistoffset = offsetof(PyCFunctionObject, m_weakreflist),
    .tp_base = &PyCFunction_Type,
};
