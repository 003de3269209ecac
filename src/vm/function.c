/* vm/function.c - functions made by def and lambda.
 *
 * Owns       the fields of PyFunctionObject but for the weak references.
 * Invariant  func_version is 0 or names this function with its present code, defaults, keyword defaults and
 *            closure: changing one of them takes the number away.  A number is never used again.
 * Not here   calling them (call.c, bind.c); bound methods (method.c). */

#include <Python.h>
#include <structmember.h>

#include "vm/vm.h"

OU_WALKER(function)
{
    PyFunctionObject *f = (PyFunctionObject *)self;
    OU_EDGE_OF(f, func_code);
    OU_EDGE_OF(f, func_globals);
    OU_EDGE_OF(f, func_builtins);
    OU_EDGE_OF(f, func_module);
    OU_EDGE_OF(f, func_defaults);
    OU_EDGE_OF(f, func_kwdefaults);
    OU_EDGE_OF(f, func_doc);
    OU_EDGE_OF(f, func_name);
    OU_EDGE_OF(f, func_dict);
    OU_EDGE_OF(f, func_closure);
    OU_EDGE_OF(f, func_annotations);
    OU_EDGE_OF(f, func_qualname);
    return 0;
}

/* See vm.h. */
PyObject *
ou_builtins_of(PyObject *globals)
{
    PyObject *builtins = PyDict_GetItemWithError(globals, OU_STR(__builtins__));
    if (builtins != NULL) {
        if (PyModule_Check(builtins)) {
            return PyModule_GetDict(builtins);
        }
        return builtins;
    }
    if (PyErr_Occurred()) {
        return NULL;
    }
    Frame *frame = ou_thread()->frame;
    return frame != NULL && frame->function != NULL ? ou_frame_builtins(frame) : ou_interp()->builtins;
}

/* See vm.h. */
uint32_t
ou_function_version(PyFunctionObject *function)
{
    if (function->func_version == 0 && function->vectorcall == _PyFunction_Vectorcall) {
        PyInterpreterState *interp = ou_interp();
        if (interp->next_func_version == 0) {
            return 0; /* used up */
        }
        function->func_version = interp->next_func_version++;
    }
    return function->func_version;
}

/* See vm.h. */
PyObject *
ou_function_make(PyObject *code_object, PyObject *globals, PyObject *builtins, PyObject *defaults, PyObject *kwdefaults,
                 PyObject *annotations, PyObject *closure)
{
    PyCodeObject *code = (PyCodeObject *)code_object;
    PyObject *module = PyDict_GetItemWithError(globals, OU_STR(__name__)), *doc = Py_None;
    PyFunctionObject *f = NULL;
    if ((module != NULL || !PyErr_Occurred())
        && (OU_LIKELY(OU_CODE_STATE(code) & OU_CODE_TRUSTED) || ou_code_verify(code) == 0)) {
        f = (PyFunctionObject *)ou_gc_new_fast(&PyFunction_Type, sizeof *f);
    }
    if (f == NULL) {
        Py_DECREF(code_object);
        Py_DECREF(globals);
        Py_DECREF(builtins);
        Py_XDECREF(defaults);
        Py_XDECREF(kwdefaults);
        Py_XDECREF(annotations);
        Py_XDECREF(closure);
        return NULL;
    }
    if (PyTuple_GET_SIZE(code->co_consts) > 0) {
        PyObject *first = PyTuple_GET_ITEM(code->co_consts, 0);
        if (PyUnicode_Check(first)) {
            doc = first;
        }
    }
    f->func_globals = globals;
    f->func_builtins = builtins;
    f->func_name = Py_NewRef(code->co_name);
    f->func_qualname = Py_NewRef(code->co_qualname);
    f->func_code = code_object;
    f->func_defaults = defaults;
    f->func_kwdefaults = kwdefaults;
    f->func_closure = closure;
    f->func_doc = Py_NewRef(doc);
    f->func_dict = NULL;
    f->func_weakreflist = NULL;
    f->func_module = Py_XNewRef(module);
    f->func_annotations = annotations;
    f->vectorcall = _PyFunction_Vectorcall;
    f->func_version = 0;
    ou_gc_track((PyObject *)f);
    return (PyObject *)f;
}

PyObject *
PyFunction_NewWithQualName(PyObject *code, PyObject *globals, PyObject *qualname)
{
    PyObject *builtins = ou_builtins_of(globals);
    if (builtins == NULL) {
        return NULL;
    }
    PyObject *function = ou_function_make(Py_NewRef(code), Py_NewRef(globals), Py_NewRef(builtins), NULL, NULL, NULL, NULL);
    if (function != NULL && qualname != NULL) {
        Py_SETREF(((PyFunctionObject *)function)->func_qualname, Py_NewRef(qualname));
    }
    return function;
}

PyObject *
PyFunction_New(PyObject *code, PyObject *globals)
{
    return PyFunction_NewWithQualName(code, globals, NULL);
}

/* ---- fields from C ------------------------------------------------------------------------------------ */

static PyFunctionObject *
function_check(PyObject *op)
{
    if (!PyFunction_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return (PyFunctionObject *)op;
}

/* Replace a field; the caches that know the function by its number forget it. */
static void
function_replace(PyFunctionObject *f, PyObject **field, PyObject *value)
{
    f->func_version = 0;
    PyObject *old = *field;
    *field = Py_XNewRef(value);
    Py_XDECREF(old);
}

#define GETTER(name, field)                       \
    PyObject *name(PyObject *op)                  \
    {                                             \
        PyFunctionObject *f = function_check(op); \
        return f != NULL ? f->field : NULL;       \
    }
GETTER(PyFunction_GetCode, func_code)
GETTER(PyFunction_GetGlobals, func_globals)
GETTER(PyFunction_GetModule, func_module)
GETTER(PyFunction_GetDefaults, func_defaults)
GETTER(PyFunction_GetKwDefaults, func_kwdefaults)
GETTER(PyFunction_GetClosure, func_closure)

/* A field that is empty, or a value of one type; None stands for "empty" on the way in. */
typedef struct {
    const char *name;                         /* the attribute */
    size_t offset;                            /* of the field in PyFunctionObject */
    unsigned long type_flag;                  /* of tp_flags: what the value must be */
    const char *not_from_python, *not_from_c; /* what a wrong value is told: TypeError, SystemError */
} FunctionField;

static const FunctionField field_defaults = {"__defaults__", offsetof(PyFunctionObject, func_defaults),
                                             Py_TPFLAGS_TUPLE_SUBCLASS, "__defaults__ must be set to a tuple object",
                                             "non-tuple default args"};
static const FunctionField field_kwdefaults = {"__kwdefaults__", offsetof(PyFunctionObject, func_kwdefaults),
                                               Py_TPFLAGS_DICT_SUBCLASS, "__kwdefaults__ must be set to a dict object",
                                               "non-dict keyword only default args"};
static const FunctionField field_annotations = {"__annotations__", offsetof(PyFunctionObject, func_annotations),
                                                Py_TPFLAGS_DICT_SUBCLASS, "__annotations__ must be set to a dict object",
                                                "non-dict annotations"};

static PyObject **
function_field(PyFunctionObject *f, const FunctionField *field)
{
    return (PyObject **)((char *)f + field->offset);
}

/* NULL, which empties the field for Python, is a mistake from C. */
static int
function_set_from_c(PyObject *op, const FunctionField *field, PyObject *value)
{
    PyFunctionObject *f = function_check(op);
    if (f == NULL) {
        return -1;
    }
    if (value == Py_None) {
        value = NULL;
    }
    else if (value == NULL || !PyType_HasFeature(Py_TYPE(value), field->type_flag)) {
        PyErr_SetString(PyExc_SystemError, field->not_from_c);
        return -1;
    }
    function_replace(f, function_field(f, field), value);
    return 0;
}

int
PyFunction_SetDefaults(PyObject *op, PyObject *defaults)
{
    return function_set_from_c(op, &field_defaults, defaults);
}

int
PyFunction_SetKwDefaults(PyObject *op, PyObject *defaults)
{
    return function_set_from_c(op, &field_kwdefaults, defaults);
}

int
PyFunction_SetAnnotations(PyObject *op, PyObject *annotations)
{
    return function_set_from_c(op, &field_annotations, annotations);
}

int
PyFunction_SetClosure(PyObject *op, PyObject *closure)
{
    PyFunctionObject *f = function_check(op);
    if (f == NULL) {
        return -1;
    }
    if (closure == Py_None) {
        closure = NULL;
    }
    else if (!PyTuple_Check(closure)) {
        PyErr_Format(PyExc_SystemError, "expected tuple for closure, got '%.100s'", Py_TYPE(closure)->tp_name);
        return -1;
    }
    function_replace(f, &f->func_closure, closure);
    return 0;
}

/* The annotations, which the compiler left as a tuple of names and values, as a dict.  Borrowed; NULL with an error set,
 * or without one if there are none. */
static PyObject *
function_annotations(PyFunctionObject *f)
{
    PyObject *flat = f->func_annotations;
    if (flat == NULL || !PyTuple_CheckExact(flat)) {
        return flat;
    }
    PyObject *dict = PyDict_New();
    if (dict == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i + 1 < PyTuple_GET_SIZE(flat); i += 2) {
        if (PyDict_SetItem(dict, PyTuple_GET_ITEM(flat, i), PyTuple_GET_ITEM(flat, i + 1)) < 0) {
            Py_DECREF(dict);
            return NULL;
        }
    }
    Py_SETREF(f->func_annotations, dict);
    return dict;
}

PyObject *
PyFunction_GetAnnotations(PyObject *op)
{
    PyFunctionObject *f = function_check(op);
    return f != NULL ? function_annotations(f) : NULL;
}

/* ---- attributes --------------------------------------------------------------------------------------- */

static PyObject *
function_get_code(PyObject *self, void *unused)
{
    if (PySys_Audit("object.__getattr__", "Os", self, "__code__") < 0) {
        return NULL;
    }
    return Py_NewRef(((PyFunctionObject *)self)->func_code);
}

static int
function_set_code(PyObject *self, PyObject *value, void *unused)
{
    PyFunctionObject *f = (PyFunctionObject *)self;
    if (value == NULL || !PyCode_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "__code__ must be set to a code object");
        return -1;
    }
    if (PySys_Audit("object.__setattr__", "OsO", self, "__code__", value) < 0) {
        return -1;
    }
    if (!(OU_CODE_STATE((PyCodeObject *)value) & OU_CODE_TRUSTED) && ou_code_verify((PyCodeObject *)value) < 0) {
        return -1;
    }
    Py_ssize_t n_free = PyCode_GetNumFree((PyCodeObject *)value);
    Py_ssize_t n_closure = f->func_closure == NULL ? 0 : PyTuple_GET_SIZE(f->func_closure);
    if (n_closure != n_free) {
        PyErr_Format(PyExc_ValueError, "%U() requires a code object with %zd free vars, not %zd", f->func_name, n_closure,
                     n_free);
        return -1;
    }
    function_replace(f, &f->func_code, value);
    return 0;
}

/* __name__ and __qualname__. */
static PyObject *
function_get_text(PyObject *self, void *offset)
{
    return Py_NewRef(*(PyObject **)((char *)self + (size_t)offset));
}

static int
function_set_text(PyObject *self, PyObject *value, void *offset)
{
    PyObject **field = (PyObject **)((char *)self + (size_t)offset);
    if (value == NULL || !PyUnicode_Check(value)) {
        PyErr_Format(PyExc_TypeError, "%s must be set to a string object",
                     (size_t)offset == offsetof(PyFunctionObject, func_name) ? "__name__" : "__qualname__");
        return -1;
    }
    Py_SETREF(*field, Py_NewRef(value));
    return 0;
}

/* __defaults__ and __kwdefaults__, of which reading and writing are audit events. */
static PyObject *
function_get_field(PyObject *self, void *field)
{
    if (PySys_Audit("object.__getattr__", "Os", self, ((const FunctionField *)field)->name) < 0) {
        return NULL;
    }
    PyObject *value = *function_field((PyFunctionObject *)self, field);
    return Py_NewRef(value != NULL ? value : Py_None);
}

/* These and __annotations__, of which none is. */
static int
function_set_field(PyObject *self, PyObject *value, void *closure)
{
    PyFunctionObject *f = (PyFunctionObject *)self;
    const FunctionField *field = closure;
    if (value == Py_None) {
        value = NULL;
    }
    if (value != NULL && !PyType_HasFeature(Py_TYPE(value), field->type_flag)) {
        PyErr_SetString(PyExc_TypeError, field->not_from_python);
        return -1;
    }
    if (field != &field_annotations
        && PySys_Audit(value != NULL ? "object.__setattr__" : "object.__delattr__", value != NULL ? "OsO" : "Os", self,
                       field->name, value)
               < 0) {
        return -1;
    }
    function_replace(f, function_field(f, field), value);
    return 0;
}

static PyObject *
function_get_annotations(PyObject *self, void *unused)
{
    PyFunctionObject *f = (PyFunctionObject *)self;
    if (f->func_annotations == NULL) {
        f->func_annotations = PyDict_New();
    }
    return Py_XNewRef(function_annotations(f));
}

static PyGetSetDef function_getset[] = {
    {"__code__", function_get_code, function_set_code, NULL, NULL},
    {"__defaults__", function_get_field, function_set_field, NULL, (void *)&field_defaults},
    {"__kwdefaults__", function_get_field, function_set_field, NULL, (void *)&field_kwdefaults},
    {"__annotations__", function_get_annotations, function_set_field, NULL, (void *)&field_annotations},
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {"__name__", function_get_text, function_set_text, NULL, (void *)offsetof(PyFunctionObject, func_name)},
    {"__qualname__", function_get_text, function_set_text, NULL, (void *)offsetof(PyFunctionObject, func_qualname)},
    {NULL},
};

static PyMemberDef function_members[] = {
    {"__closure__", T_OBJECT, offsetof(PyFunctionObject, func_closure), READONLY, NULL},
    {"__doc__", T_OBJECT, offsetof(PyFunctionObject, func_doc), 0, NULL},
    {"__globals__", T_OBJECT, offsetof(PyFunctionObject, func_globals), READONLY, NULL},
    {"__module__", T_OBJECT, offsetof(PyFunctionObject, func_module), 0, NULL},
    {"__builtins__", T_OBJECT, offsetof(PyFunctionObject, func_builtins), READONLY, NULL},
    {NULL},
};

/* ---- the type ----------------------------------------------------------------------------------------- */

/* types.FunctionType(code, globals, name=None, argdefs=None, closure=None). */
static PyObject *
function_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"code", "globals", "name", "argdefs", "closure", NULL};
    PyObject *code, *globals, *name = Py_None, *defaults = Py_None, *closure = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O!O!|OOO:function", names, &PyCode_Type, &code, &PyDict_Type, &globals,
                                     &name, &defaults, &closure)) {
        return NULL;
    }
    if (name != Py_None && !PyUnicode_Check(name)) {
        PyErr_SetString(PyExc_TypeError, "arg 3 (name) must be None or string");
        return NULL;
    }
    if (defaults != Py_None && !PyTuple_Check(defaults)) {
        PyErr_SetString(PyExc_TypeError, "arg 4 (defaults) must be None or tuple");
        return NULL;
    }
    Py_ssize_t n_free = PyCode_GetNumFree((PyCodeObject *)code);
    if (!PyTuple_Check(closure)) {
        if (n_free > 0 && closure == Py_None) {
            PyErr_SetString(PyExc_TypeError, "arg 5 (closure) must be tuple");
            return NULL;
        }
        if (closure != Py_None) {
            PyErr_SetString(PyExc_TypeError, "arg 5 (closure) must be None or tuple");
            return NULL;
        }
    }
    Py_ssize_t n_closure = closure == Py_None ? 0 : PyTuple_GET_SIZE(closure);
    if (n_closure != n_free) {
        PyErr_Format(PyExc_ValueError, "%U requires closure of length %zd, not %zd", ((PyCodeObject *)code)->co_name, n_free,
                     n_closure);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n_closure; i++) {
        if (!PyCell_Check(PyTuple_GET_ITEM(closure, i))) {
            PyErr_Format(PyExc_TypeError, "arg 5 (closure) expected cell, found %s",
                         Py_TYPE(PyTuple_GET_ITEM(closure, i))->tp_name);
            return NULL;
        }
    }
    if (PySys_Audit("function.__new__", "O", code) < 0) {
        return NULL;
    }
    PyFunctionObject *f = (PyFunctionObject *)PyFunction_New(code, globals);
    if (f == NULL) {
        return NULL;
    }
    if (name != Py_None) {
        Py_SETREF(f->func_name, Py_NewRef(name));
    }
    f->func_defaults = defaults != Py_None ? Py_NewRef(defaults) : NULL;
    f->func_closure = closure != Py_None ? Py_NewRef(closure) : NULL;
    return (PyObject *)f;
}

/* For cycles: what can't be part of one alone stays, as a finalizer may look at it still. */
static int
function_clear(PyObject *self)
{
    PyFunctionObject *f = (PyFunctionObject *)self;
    f->func_version = 0;
    Py_CLEAR(f->func_module);
    Py_CLEAR(f->func_defaults);
    Py_CLEAR(f->func_kwdefaults);
    Py_CLEAR(f->func_doc);
    Py_CLEAR(f->func_dict);
    Py_CLEAR(f->func_closure);
    Py_CLEAR(f->func_annotations);
    /* Globals, builtins, names and code stay: a function must remain callable.  The names become strings that can't
     * close a cycle (an instance of a subclass of str could). */
    Py_SETREF(f->func_name, Py_NewRef(OU_EMPTY_STR));
    Py_SETREF(f->func_qualname, Py_NewRef(OU_EMPTY_STR));
    return 0;
}

static void
function_dealloc(PyObject *self)
{
    PyFunctionObject *f = (PyFunctionObject *)self;
    ou_gc_untrack(self);
    if (f->func_weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    f->func_version = 0;
    Py_CLEAR(f->func_code);
    Py_CLEAR(f->func_name);
    Py_CLEAR(f->func_qualname);
    Py_CLEAR(f->func_globals);
    Py_CLEAR(f->func_builtins);
    Py_CLEAR(f->func_module);
    Py_CLEAR(f->func_defaults);
    Py_CLEAR(f->func_kwdefaults);
    Py_CLEAR(f->func_doc);
    Py_CLEAR(f->func_dict);
    Py_CLEAR(f->func_closure);
    Py_CLEAR(f->func_annotations);
    ou_gc_free_fast(self, sizeof *f);
}

static PyObject *
function_repr(PyObject *self)
{
    return PyUnicode_FromFormat("<function %U at %p>", ((PyFunctionObject *)self)->func_qualname, self);
}

static PyObject *
function_descr_get(PyObject *self, PyObject *obj, PyObject *type)
{
    if (obj == NULL || obj == Py_None) {
        return Py_NewRef(self);
    }
    return PyMethod_New(self, obj);
}

PyTypeObject PyFunction_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "function",
    .tp_basicsize = sizeof(PyFunctionObject),
    .tp_dealloc = function_dealloc,
    .tp_vectorcall_offset = offsetof(PyFunctionObject, vectorcall),
    .tp_repr = function_repr,
    .tp_call = PyVectorcall_Call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_doc = "function(code, globals, name=None, argdefs=None, closure=None)\n--\n\nA function made of code and globals.",
    .tp_traverse = function_traverse,
    .tp_clear = function_clear,
    .tp_weaklistoffset = offsetof(PyFunctionObject, func_weakreflist),
    .tp_members = function_members,
    .tp_getset = function_getset,
    .tp_descr_get = function_descr_get,
    .tp_dictoffset = offsetof(PyFunctionObject, func_dict),
    .tp_new = function_new,
};

/* ---- what an error message calls a callable ------------------------------------------------------------ */

/* Name and brackets, as "f" and "()".  Static or as long-lived as the callable. */
const char *
PyEval_GetFuncName(PyObject *callable)
{
    if (PyMethod_Check(callable)) {
        return PyEval_GetFuncName(PyMethod_GET_FUNCTION(callable));
    }
    if (PyFunction_Check(callable)) {
        return PyUnicode_AsUTF8(((PyFunctionObject *)callable)->func_name);
    }
    if (PyCFunction_Check(callable)) {
        return ((PyCFunctionObject *)callable)->m_ml->ml_name;
    }
    return Py_TYPE(callable)->tp_name;
}

const char *
PyEval_GetFuncDesc(PyObject *callable)
{
    return PyMethod_Check(callable) || PyFunction_Check(callable) || PyCFunction_Check(callable) ? "()" : " object";
}
