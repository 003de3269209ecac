/* types/exception_base.c - BaseException: arguments, traceback, context, cause, notes.
 *
 * Owns       the fields of PyBaseExceptionObject, each one reference or NULL.
 * Invariant  args is a tuple once the object is made; context and cause are exceptions; traceback is a traceback.
 * Not here   the other exception types (exceptions.c, exception_*.c); raising and chaining (object/error.c). */
#include "types/exception.h"
#include "types/tuple.h"
#include <structmember.h>

OU_WALKER(exception)
{
    PyBaseExceptionObject *exc = (PyBaseExceptionObject *)self;
    OU_EXCEPTION_EDGES(exc);
    return 0;
}

OU_EXCEPTION_KIND_FUNCTIONS(exception)

int
ou_exception_clear(PyObject *self)
{
    PyBaseExceptionObject *exc = (PyBaseExceptionObject *)self;
    Py_CLEAR(exc->dict);
    Py_CLEAR(exc->args);
    Py_CLEAR(exc->notes);
    Py_CLEAR(exc->traceback);
    Py_CLEAR(exc->cause);
    Py_CLEAR(exc->context);
    return 0;
}

/* ---- making ---------------------------------------------------------------------------------------------------- */

/* The arguments are kept; keywords are the initializer's affair. */
PyObject *
ou_exception_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyBaseExceptionObject *self = (PyBaseExceptionObject *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->args = args != NULL ? Py_NewRef(args) : PyTuple_New(0);
        if (self->args == NULL) {
            Py_CLEAR(self);
        }
    }
    return (PyObject *)self;
}

int
ou_exception_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (!_PyArg_NoKeywords(Py_TYPE(self)->tp_name, kwargs)) {
        return -1;
    }
    Py_XSETREF(((PyBaseExceptionObject *)self)->args, Py_NewRef(args));
    return 0;
}

/* type(*args) of the plain kind, without a call of tp_new and tp_init. */
PyObject *
ou_exception_vectorcall(PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    PyTypeObject *type = (PyTypeObject *)callable;
    Py_ssize_t n = PyVectorcall_NARGS(nargsf);
    if (!_PyArg_NoKwnames(type->tp_name, kwnames)) {
        return NULL;
    }
    PyObject *tuple = PyTuple_New(n);
    if (tuple == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(args[i]));
    }
    PyBaseExceptionObject *self = (PyBaseExceptionObject *)ou_gc_new_fast(type, sizeof *self);
    if (self == NULL) {
        Py_DECREF(tuple);
        return NULL;
    }
    memset((PyObject *)self + 1, 0, sizeof *self - sizeof(PyObject));
    self->args = tuple;
    ou_gc_track((PyObject *)self);
    return (PyObject *)self;
}

PyObject *
ou_exception_of_class(PyTypeObject *type)
{
    if (type->tp_new != ou_exception_new || type->tp_init != ou_exception_init || Py_TYPE(type) != &PyType_Type) {
        return PyObject_CallNoArgs((PyObject *)type);
    }
    PyBaseExceptionObject *self = (PyBaseExceptionObject *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->args = Py_NewRef(ou_empty_tuple());
    }
    return (PyObject *)self;
}

/* ---- text ------------------------------------------------------------------------------------------------------ */

PyObject *
ou_exception_str(PyObject *self)
{
    PyObject *args = ((PyBaseExceptionObject *)self)->args, *text;
    if (args == NULL || PyTuple_GET_SIZE(args) == 0) {
        return Py_NewRef(OU_EMPTY_STR);
    }
    Py_INCREF(args); /* its owner may change while its text is made */
    OU_HOLD(h, &args);
    text = PyObject_Str(PyTuple_GET_SIZE(args) == 1 ? PyTuple_GET_ITEM(args, 0) : args);
    OU_HOLD_END(h);
    Py_DECREF(args);
    return text;
}

static PyObject *
exception_repr(PyObject *self)
{
    PyObject *args = ((PyBaseExceptionObject *)self)->args, *text;
    const char *name = _PyType_Name(Py_TYPE(self));
    if (args == NULL) {
        return PyUnicode_FromFormat("%s()", name);
    }
    Py_INCREF(args);
    OU_HOLD(h, &args);
    if (PyTuple_GET_SIZE(args) == 1) {
        text = PyUnicode_FromFormat("%s(%R)", name, PyTuple_GET_ITEM(args, 0));
    }
    else {
        text = PyUnicode_FromFormat("%s%R", name, args);
    }
    OU_HOLD_END(h);
    Py_DECREF(args);
    return text;
}

/* ---- pickling -------------------------------------------------------------------------------------------------- */

/* exc.__reduce__() of BaseException.  Returns new. */
static PyObject *
exception_reduce(PyObject *self, PyObject *ignored)
{
    PyBaseExceptionObject *exc = (PyBaseExceptionObject *)self;
    PyObject *args = exc->args != NULL ? Py_NewRef(exc->args) : PyTuple_New(0), *result;
    if (args == NULL) {
        return NULL;
    }
    result = exc->dict != NULL ? PyTuple_Pack(3, Py_TYPE(self), args, exc->dict) : PyTuple_Pack(2, Py_TYPE(self), args);
    Py_DECREF(args);
    return result;
}

static PyObject *
exception_setstate(PyObject *self, PyObject *state)
{
    PyObject *key, *value;
    Py_ssize_t pos = 0;
    if (state == Py_None) {
        Py_RETURN_NONE;
    }
    if (!PyDict_Check(state)) {
        PyErr_SetString(PyExc_TypeError, "state is not a dictionary");
        return NULL;
    }
    while (PyDict_Next(state, &pos, &key, &value)) {
        Py_INCREF(key);
        Py_INCREF(value);
        OU_HOLD(h, &key, &value);
        int status = PyObject_SetAttr(self, key, value);
        OU_HOLD_END(h);
        Py_DECREF(key);
        Py_DECREF(value);
        if (status < 0) {
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

/* ---- methods --------------------------------------------------------------------------------------------------- */

static PyObject *
exception_with_traceback(PyObject *self, PyObject *traceback)
{
    if (PyException_SetTraceback(self, traceback) < 0) {
        return NULL;
    }
    return Py_NewRef(self);
}

static PyObject *
exception_add_note(PyObject *self, PyObject *note)
{
    PyObject *notes;
    if (!PyUnicode_Check(note)) {
        PyErr_Format(PyExc_TypeError, "note must be a str, not '%s'", Py_TYPE(note)->tp_name);
        return NULL;
    }
    if (_PyObject_LookupAttr(self, OU_STR(__notes__), &notes) < 0) {
        return NULL;
    }
    int status = -1;
    OU_HOLD(h, &notes);
    if (notes == NULL) {
        notes = PyList_New(0);
        if (notes != NULL && PyObject_SetAttr(self, OU_STR(__notes__), notes) == 0) {
            status = PyList_Append(notes, note);
        }
    }
    else if (PyList_Check(notes)) {
        status = PyList_Append(notes, note);
    }
    else {
        PyErr_SetString(PyExc_TypeError, "Cannot add note: __notes__ is not a list");
    }
    OU_HOLD_END(h);
    Py_XDECREF(notes);
    if (status < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef exception_methods[] = {
    {"__reduce__", exception_reduce, METH_NOARGS, NULL},
    {"__setstate__", exception_setstate, METH_O, NULL},
    {"with_traceback", exception_with_traceback, METH_O,
     "Exception.with_traceback(tb) --\n    make tb the __traceback__ and return the exception."},
    {"add_note", exception_add_note, METH_O, "Exception.add_note(note) --\n    append a note, shown behind the message."},
    {NULL, NULL, 0, NULL},
};

/* ---- attributes ------------------------------------------------------------------------------------------------ */

static PyObject *
field_or_none(PyObject *field)
{
    return Py_NewRef(field != NULL ? field : Py_None);
}

static int
may_not_delete(const char *name)
{
    PyErr_Format(PyExc_TypeError, "%s may not be deleted", name);
    return -1;
}

static PyObject *
exception_get_args(PyObject *self, void *closure)
{
    return field_or_none(((PyBaseExceptionObject *)self)->args);
}

static int
exception_set_args(PyObject *self, PyObject *value, void *closure)
{
    if (value == NULL) {
        return may_not_delete("args");
    }
    PyObject *tuple = PySequence_Tuple(value);
    if (tuple == NULL) {
        return -1;
    }
    Py_XSETREF(((PyBaseExceptionObject *)self)->args, tuple);
    return 0;
}

static PyObject *
exception_get_traceback(PyObject *self, void *closure)
{
    return field_or_none(((PyBaseExceptionObject *)self)->traceback);
}

static int
exception_set_traceback(PyObject *self, PyObject *value, void *closure)
{
    if (value == NULL) {
        return may_not_delete("__traceback__");
    }
    return PyException_SetTraceback(self, value);
}

static PyObject *
exception_get_context(PyObject *self, void *closure)
{
    return field_or_none(((PyBaseExceptionObject *)self)->context);
}

static int
exception_set_context(PyObject *self, PyObject *value, void *closure)
{
    if (value == NULL) {
        return may_not_delete("__context__");
    }
    if (value != Py_None && !PyExceptionInstance_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "exception context must be None or derive from BaseException");
        return -1;
    }
    PyException_SetContext(self, value == Py_None ? NULL : Py_NewRef(value));
    return 0;
}

static PyObject *
exception_get_cause(PyObject *self, void *closure)
{
    return field_or_none(((PyBaseExceptionObject *)self)->cause);
}

static int
exception_set_cause(PyObject *self, PyObject *value, void *closure)
{
    if (value == NULL) {
        return may_not_delete("__cause__");
    }
    if (value != Py_None && !PyExceptionInstance_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "exception cause must be None or derive from BaseException");
        return -1;
    }
    PyException_SetCause(self, value == Py_None ? NULL : Py_NewRef(value));
    return 0;
}

static PyGetSetDef exception_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {"args", exception_get_args, exception_set_args, NULL, NULL},
    {"__traceback__", exception_get_traceback, exception_set_traceback, NULL, NULL},
    {"__context__", exception_get_context, exception_set_context, "what was being handled", NULL},
    {"__cause__", exception_get_cause, exception_set_cause, "what this was raised from", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef exception_members[] = {
    {"__suppress_context__", T_BOOL, offsetof(PyBaseExceptionObject, suppress_context), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject _PyExc_BaseException = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "BaseException",
    .tp_basicsize = sizeof(PyBaseExceptionObject),
    .tp_dealloc = ou_exception_dealloc,
    .tp_repr = exception_repr,
    .tp_str = ou_exception_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASE_EXC_SUBCLASS,
    .tp_doc = "What every exception derives from.",
    .tp_traverse = exception_traverse,
    .tp_clear = ou_exception_clear,
    .tp_methods = exception_methods,
    .tp_members = exception_members,
    .tp_getset = exception_getset,
    .tp_dictoffset = offsetof(PyBaseExceptionObject, dict),
    .tp_init = ou_exception_init,
    .tp_new = ou_exception_new,
    .tp_vectorcall = ou_exception_vectorcall,
};
PyObject *PyExc_BaseException = (PyObject *)&_PyExc_BaseException;

/* ---- the C API ------------------------------------------------------------------------------------------------- */

/* Refs new, or NULL if there is none (no error is set). */
PyObject *
PyException_GetTraceback(PyObject *self)
{
    return Py_XNewRef(((PyBaseExceptionObject *)self)->traceback);
}

/* Returns 0, or -1 with TypeError set.  RE-ENTRANT: drops the old one. */
int
PyException_SetTraceback(PyObject *self, PyObject *traceback)
{
    if (traceback != NULL && traceback != Py_None && !PyTraceBack_Check(traceback)) {
        PyErr_SetString(PyExc_TypeError, "__traceback__ must be a traceback or None");
        return -1;
    }
    Py_XSETREF(((PyBaseExceptionObject *)self)->traceback, traceback == Py_None ? NULL : Py_XNewRef(traceback));
    return 0;
}

PyObject *
PyException_GetCause(PyObject *self)
{
    return Py_XNewRef(((PyBaseExceptionObject *)self)->cause);
}

/* Refs takes `cause` (NULL: none).  The context is not shown from now on. */
void
PyException_SetCause(PyObject *self, PyObject *cause)
{
    ((PyBaseExceptionObject *)self)->suppress_context = 1;
    Py_XSETREF(((PyBaseExceptionObject *)self)->cause, cause);
}

PyObject *
PyException_GetContext(PyObject *self)
{
    return Py_XNewRef(((PyBaseExceptionObject *)self)->context);
}

/* Refs takes `context` (NULL: none). */
void
PyException_SetContext(PyObject *self, PyObject *context)
{
    Py_XSETREF(((PyBaseExceptionObject *)self)->context, context);
}

#undef PyExceptionClass_Name
const char *
PyExceptionClass_Name(PyObject *type)
{
    return ((PyTypeObject *)type)->tp_name;
}
