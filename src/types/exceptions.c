/* types/exceptions.c - the tree of exception types, the small kinds, and the reserve of MemoryErrors.
 *
 * Owns       the reserve: MemoryErrors with count 0 that are nowhere else; ou_memory_error_last; ExceptionGroup.
 * Invariant  an exact MemoryError that dies fills the reserve before its memory goes back, so that after start-up one can
 *            always be raised without an allocation.
 * Not here   BaseException (exception_base.c), OSError, SyntaxError, Unicode errors, groups (exception_*.c). */
#include "types/exception.h"
#include "object/args.h"
#include <structmember.h>

/* Layouts by noun, for the table below. */
#define STRUCT_exception PyBaseExceptionObject
#define STRUCT_import_error PyImportErrorObject
#define STRUCT_os_error PyOSErrorObject
#define STRUCT_name_error PyNameErrorObject
#define STRUCT_syntax_error PySyntaxErrorObject
#define NEW_exception ou_exception_new
#define NEW_import_error ou_exception_new
#define NEW_os_error ou_os_error_new
#define NEW_name_error ou_exception_new
#define NEW_syntax_error ou_exception_new
#define VECTORCALL_exception ou_exception_vectorcall
#define VECTORCALL_import_error NULL
#define VECTORCALL_os_error NULL
#define VECTORCALL_name_error NULL
#define VECTORCALL_syntax_error NULL

#define OU_EXCEPTION_OWN(name, base, noun, doc)
#define OU_EXCEPTION(name, base, noun, doc)                                                              \
    PyTypeObject _PyExc_##name = {                                                                       \
        PyVarObject_HEAD_INIT(&PyType_Type, 0) OU_EXCEPTION_SLOTS(name, base, noun, STRUCT_##noun, doc), \
        .tp_new = NEW_##noun,                                                                            \
        .tp_vectorcall = VECTORCALL_##noun,                                                              \
    };                                                                                                   \
    PyObject *PyExc_##name = (PyObject *)&_PyExc_##name;
#include "types/exceptions.def"

/* Types with a row of their own say OWN_TYPE with what they add. */
#define OWN_TYPE(name, base, noun, struct_, doc, ...)                                                                        \
    PyTypeObject _PyExc_##name = {PyVarObject_HEAD_INIT(&PyType_Type, 0) OU_EXCEPTION_SLOTS(name, base, noun, struct_, doc), \
                                  .tp_new = ou_exception_new, __VA_ARGS__};                                                  \
    PyObject *PyExc_##name = (PyObject *)&_PyExc_##name

PyObject *PyExc_EnvironmentError = (PyObject *)&_PyExc_OSError;
PyObject *PyExc_IOError = (PyObject *)&_PyExc_OSError;

/* ---- StopIteration: value -------------------------------------------------------------------------------------- */

OU_WALKER(stop_iteration)
{
    PyStopIterationObject *exc = (PyStopIterationObject *)self;
    OU_EDGE_OF(exc, value);
    OU_EXCEPTION_EDGES(exc);
    return 0;
}

OU_EXCEPTION_KIND_FUNCTIONS(stop_iteration)

int
ou_stop_iteration_clear(PyObject *self)
{
    Py_CLEAR(((PyStopIterationObject *)self)->value);
    return ou_exception_clear(self);
}

int
ou_stop_iteration_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (ou_exception_init(self, args, kwargs) < 0) {
        return -1;
    }
    PyObject *value = PyTuple_GET_SIZE(args) > 0 ? PyTuple_GET_ITEM(args, 0) : Py_None;
    Py_XSETREF(((PyStopIterationObject *)self)->value, Py_NewRef(value));
    return 0;
}

static PyMemberDef stop_iteration_members[] = {
    {"value", T_OBJECT, offsetof(PyStopIterationObject, value), 0, "what the generator has returned"},
    {NULL, 0, 0, 0, NULL},
};

OWN_TYPE(StopIteration, Exception, stop_iteration, PyStopIterationObject, "The end, said by iterator.__next__().",
         .tp_members = stop_iteration_members);

/* ---- SystemExit: code ------------------------------------------------------------------------------------------ */

OU_WALKER(system_exit)
{
    PySystemExitObject *exc = (PySystemExitObject *)self;
    OU_EDGE_OF(exc, code);
    OU_EXCEPTION_EDGES(exc);
    return 0;
}

OU_EXCEPTION_KIND_FUNCTIONS(system_exit)

int
ou_system_exit_clear(PyObject *self)
{
    Py_CLEAR(((PySystemExitObject *)self)->code);
    return ou_exception_clear(self);
}

int
ou_system_exit_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (ou_exception_init(self, args, kwargs) < 0) {
        return -1;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(args);
    if (n > 0) {
        Py_XSETREF(((PySystemExitObject *)self)->code, Py_NewRef(n == 1 ? PyTuple_GET_ITEM(args, 0) : args));
    }
    return 0;
}

static PyMemberDef system_exit_members[] = {
    {"code", T_OBJECT, offsetof(PySystemExitObject, code), 0, "the exit status or a message"},
    {NULL, 0, 0, 0, NULL},
};

OWN_TYPE(SystemExit, BaseException, system_exit, PySystemExitObject, "The program is asked to end.",
         .tp_members = system_exit_members);

/* ---- ImportError: msg, name, path ------------------------------------------------------------------------------ */

OU_WALKER(import_error)
{
    PyImportErrorObject *exc = (PyImportErrorObject *)self;
    OU_EDGE_OF(exc, msg);
    OU_EDGE_OF(exc, name);
    OU_EDGE_OF(exc, path);
    OU_EXCEPTION_EDGES(exc);
    return 0;
}

OU_EXCEPTION_KIND_FUNCTIONS(import_error)

int
ou_import_error_clear(PyObject *self)
{
    PyImportErrorObject *exc = (PyImportErrorObject *)self;
    Py_CLEAR(exc->msg);
    Py_CLEAR(exc->name);
    Py_CLEAR(exc->path);
    return ou_exception_clear(self);
}

/* The keyword-only arguments of an exception: params->n_positional is 0, the positional ones are any. */
static int
parse_keywords(const OuParams *params, PyObject *self, PyObject *args, PyObject *kwargs, PyObject **values)
{
    if (ou_exception_init(self, args, NULL) < 0) {
        return -1;
    }
    PyObject *none = PyTuple_New(0);
    if (none == NULL) {
        return -1;
    }
    int status = ou_args_parse_tuple(params, none, kwargs, values);
    Py_DECREF(none);
    return status;
}

int
ou_import_error_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"ImportError", {"name", "path"}, .n_all = 2};
    PyImportErrorObject *exc = (PyImportErrorObject *)self;
    PyObject *v[2];
    if (parse_keywords(&params, self, args, kwargs, v) < 0) {
        return -1;
    }
    Py_XSETREF(exc->name, Py_XNewRef(v[0]));
    Py_XSETREF(exc->path, Py_XNewRef(v[1]));
    Py_XSETREF(exc->msg, PyTuple_GET_SIZE(args) == 1 ? Py_NewRef(PyTuple_GET_ITEM(args, 0)) : NULL);
    return 0;
}

static PyObject *
import_error_str(PyObject *self)
{
    PyObject *msg = ((PyImportErrorObject *)self)->msg;
    return msg != NULL && PyUnicode_CheckExact(msg) ? Py_NewRef(msg) : ou_exception_str(self);
}

/* The state for pickling: the dict with name and path added.  Returns new, NULL without an error if there is none. */
static PyObject *
import_error_state(PyImportErrorObject *exc)
{
    if (exc->name == NULL && exc->path == NULL) {
        return Py_XNewRef(exc->dict);
    }
    PyObject *state = exc->dict != NULL ? PyDict_Copy(exc->dict) : PyDict_New();
    if (state == NULL || (exc->name != NULL && PyDict_SetItem(state, OU_STR(name), exc->name) < 0)
        || (exc->path != NULL && PyDict_SetItem(state, OU_STR(path), exc->path) < 0)) {
        Py_XDECREF(state);
        return NULL;
    }
    return state;
}

static PyObject *
import_error_reduce(PyObject *self, PyObject *ignored)
{
    PyImportErrorObject *exc = (PyImportErrorObject *)self;
    PyObject *state = import_error_state(exc), *result;
    if (state == NULL) {
        return PyErr_Occurred() ? NULL : PyTuple_Pack(2, Py_TYPE(self), exc->args);
    }
    result = PyTuple_Pack(3, Py_TYPE(self), exc->args, state);
    Py_DECREF(state);
    return result;
}

static PyMethodDef import_error_methods[] = {
    {"__reduce__", import_error_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef import_error_members[] = {
    {"msg", T_OBJECT, offsetof(PyImportErrorObject, msg), 0, "the message"},
    {"name", T_OBJECT, offsetof(PyImportErrorObject, name), 0, "the module's name"},
    {"path", T_OBJECT, offsetof(PyImportErrorObject, path), 0, "the module's file"},
    {NULL, 0, 0, 0, NULL},
};

OWN_TYPE(ImportError, Exception, import_error, PyImportErrorObject, "A module, or a name in it, is not found.",
         .tp_str = import_error_str, .tp_methods = import_error_methods, .tp_members = import_error_members);

/* ---- NameError: name ------------------------------------------------------------------------------------------- */

OU_WALKER(name_error)
{
    PyNameErrorObject *exc = (PyNameErrorObject *)self;
    OU_EDGE_OF(exc, name);
    OU_EXCEPTION_EDGES(exc);
    return 0;
}

OU_EXCEPTION_KIND_FUNCTIONS(name_error)

int
ou_name_error_clear(PyObject *self)
{
    Py_CLEAR(((PyNameErrorObject *)self)->name);
    return ou_exception_clear(self);
}

int
ou_name_error_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"NameError", {"name"}, .n_all = 1};
    PyObject *v[1];
    if (parse_keywords(&params, self, args, kwargs, v) < 0) {
        return -1;
    }
    Py_XSETREF(((PyNameErrorObject *)self)->name, Py_XNewRef(v[0]));
    return 0;
}

static PyMemberDef name_error_members[] = {
    {"name", T_OBJECT, offsetof(PyNameErrorObject, name), 0, "the name"},
    {NULL, 0, 0, 0, NULL},
};

OWN_TYPE(NameError, Exception, name_error, PyNameErrorObject, "A name is not found.", .tp_members = name_error_members);

/* ---- AttributeError: name, obj --------------------------------------------------------------------------------- */

OU_WALKER(attribute_error)
{
    PyAttributeErrorObject *exc = (PyAttributeErrorObject *)self;
    OU_EDGE_OF(exc, obj);
    OU_EDGE_OF(exc, name);
    OU_EXCEPTION_EDGES(exc);
    return 0;
}

OU_EXCEPTION_KIND_FUNCTIONS(attribute_error)

int
ou_attribute_error_clear(PyObject *self)
{
    Py_CLEAR(((PyAttributeErrorObject *)self)->obj);
    Py_CLEAR(((PyAttributeErrorObject *)self)->name);
    return ou_exception_clear(self);
}

int
ou_attribute_error_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"AttributeError", {"name", "obj"}, .n_all = 2};
    PyAttributeErrorObject *exc = (PyAttributeErrorObject *)self;
    PyObject *v[2];
    if (parse_keywords(&params, self, args, kwargs, v) < 0) {
        return -1;
    }
    Py_XSETREF(exc->name, Py_XNewRef(v[0]));
    Py_XSETREF(exc->obj, Py_XNewRef(v[1]));
    return 0;
}

static PyMemberDef attribute_error_members[] = {
    {"name", T_OBJECT, offsetof(PyAttributeErrorObject, name), 0, "the attribute's name"},
    {"obj", T_OBJECT, offsetof(PyAttributeErrorObject, obj), 0, "the object without it"},
    {NULL, 0, 0, 0, NULL},
};

OWN_TYPE(AttributeError, Exception, attribute_error, PyAttributeErrorObject, "An attribute is not found.",
         .tp_members = attribute_error_members);

/* ---- KeyError: its one argument is shown as it was written ----------------------------------------------------- */

static PyObject *
key_error_str(PyObject *self)
{
    PyObject *args = ((PyBaseExceptionObject *)self)->args;
    if (args == NULL || PyTuple_GET_SIZE(args) != 1) {
        return ou_exception_str(self);
    }
    PyObject *key = Py_NewRef(PyTuple_GET_ITEM(args, 0));
    OU_HOLD(h, &key);
    PyObject *text = PyObject_Repr(key);
    OU_HOLD_END(h);
    Py_DECREF(key);
    return text;
}

OWN_TYPE(KeyError, LookupError, exception, PyBaseExceptionObject, "A key is not in the mapping.", .tp_str = key_error_str,
         .tp_vectorcall = ou_exception_vectorcall);

/* ---- MemoryError: from the reserve ----------------------------------------------------------------------------- */

enum { N_RESERVE = 16 }; /* MemoryErrors alive at once without an allocation; from CPython 3.11 */
static PyObject *reserve[N_RESERVE];
static int n_reserve;
static bool reserve_open; /* from start to stop */
PyObject *ou_memory_error_last;

static PyBaseExceptionObject *
memory_error_alloc(void)
{
    PyObject *op = ou_gc_new(&_PyExc_MemoryError);
    return (PyBaseExceptionObject *)op;
}

/* An empty instance: from the reserve, or a fresh one, or the last. */
static PyBaseExceptionObject *
memory_error_take(void)
{
    PyBaseExceptionObject *self;
    if (n_reserve > 0) {
        self = (PyBaseExceptionObject *)reserve[--n_reserve];
        OU_ASSERT(Py_REFCNT(self) == 0);
        Py_SET_REFCNT(self, 1);
        ou_gc_track((PyObject *)self);
        return self;
    }
    static bool trying; /* an allocation that fails raises MemoryError, which comes here again */
    if (!trying) {
        OuErrorState saved;
        trying = true;
        ou_error_save(&saved);
        self = memory_error_alloc();
        ou_error_reinstate(&saved);
        trying = false;
        if (self != NULL) {
            ou_gc_track((PyObject *)self);
            return self;
        }
    }
    self = (PyBaseExceptionObject *)ou_memory_error_last;
    if (self != NULL) {
        if (Py_REFCNT(self) == 1) {
            ou_exception_clear((PyObject *)self); /* what the last user left */
            self->suppress_context = 0;
        }
        Py_INCREF(self);
    }
    return self;
}

static PyObject *
memory_error_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (type != &_PyExc_MemoryError) {
        return ou_exception_new(type, args, kwargs);
    }
    PyBaseExceptionObject *self = memory_error_take();
    if (self != NULL) {
        Py_XSETREF(self->args, args != NULL ? Py_NewRef(args) : PyTuple_New(0));
    }
    return (PyObject *)self;
}

static void
memory_error_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    ou_exception_clear(self);
    if (!Py_IS_TYPE(self, &_PyExc_MemoryError) || n_reserve == N_RESERVE || !reserve_open) {
        Py_TYPE(self)->tp_free(self);
        return;
    }
    ((PyBaseExceptionObject *)self)->suppress_context = 0;
    reserve[n_reserve++] = self;
}

PyTypeObject _PyExc_MemoryError = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "MemoryError",
    .tp_basicsize = sizeof(PyBaseExceptionObject),
    .tp_dealloc = memory_error_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASE_EXC_SUBCLASS,
    .tp_doc = "There is no more memory.",
    .tp_traverse = ou_exception_traverse,
    .tp_clear = ou_exception_clear,
    .tp_base = &_PyExc_Exception,
    .tp_dictoffset = offsetof(PyBaseExceptionObject, dict),
    .tp_init = ou_exception_init,
    .tp_new = memory_error_new,
};
PyObject *PyExc_MemoryError = (PyObject *)&_PyExc_MemoryError;

/* ---- start and stop -------------------------------------------------------------------------------------------- */

PyObject *PyExc_ExceptionGroup;

static PyTypeObject *const exception_types[] = {
#define OU_EXCEPTION(name, base, noun, doc) &_PyExc_##name,
#include "types/exceptions.def"
};

int
ou_exceptions_init(void)
{
    reserve_open = true;
    if (ou_context_init() < 0) {
        return -1;
    }
    while (n_reserve < N_RESERVE) {
        PyBaseExceptionObject *self = memory_error_alloc();
        if (self == NULL) {
            return -1;
        }
        Py_SET_REFCNT(self, 0);
        reserve[n_reserve++] = (PyObject *)self;
    }
    if (ou_memory_error_last == NULL) {
        ou_memory_error_last = (PyObject *)memory_error_alloc();
        if (ou_memory_error_last == NULL) {
            return -1;
        }
    }
    if (PyExc_ExceptionGroup == NULL) {
        PyObject *bases = PyTuple_Pack(2, PyExc_BaseExceptionGroup, PyExc_Exception);
        if (bases == NULL) {
            return -1;
        }
        PyExc_ExceptionGroup = PyErr_NewException("builtins.ExceptionGroup", bases, NULL);
        Py_DECREF(bases);
        if (PyExc_ExceptionGroup == NULL) {
            return -1;
        }
    }
    return 0;
}

int
ou_exceptions_add(PyObject *dict)
{
    for (size_t i = 0; i < OU_COUNT_OF(exception_types); i++) {
        PyTypeObject *type = exception_types[i];
        if (PyDict_SetItemString(dict, type->tp_name, (PyObject *)type) < 0) {
            return -1;
        }
    }
    if (PyDict_SetItemString(dict, "ExceptionGroup", PyExc_ExceptionGroup) < 0
        || PyDict_SetItemString(dict, "EnvironmentError", PyExc_OSError) < 0
        || PyDict_SetItemString(dict, "IOError", PyExc_OSError) < 0) {
        return -1;
    }
    return 0;
}

void
ou_exceptions_fini(void)
{
    reserve_open = false;
    Py_CLEAR(PyExc_ExceptionGroup);
    if (ou_memory_error_last != NULL) {
        ou_exception_clear(ou_memory_error_last);
        Py_SET_REFCNT(ou_memory_error_last, 0);
        ou_gc_free(ou_memory_error_last);
        ou_memory_error_last = NULL;
    }
    while (n_reserve > 0) {
        ou_gc_free(reserve[--n_reserve]);
    }
}
