/* vm/coroutine.c - coroutines: generators that are awaited, not iterated.
 *
 * Owns       each wrapper its coroutine, from its making to its end.
 * Not here   running them (generator.c). */

#include <Python.h>

#include "vm/ops.h"

/* ---- what await needs --------------------------------------------------------------------------------- */

static bool
is_awaitable_generator(PyObject *op)
{
    return PyCoro_CheckExact(op) || (PyGen_CheckExact(op) && (((PyGenObject *)op)->gi_code->co_flags & CO_ITERABLE_COROUTINE));
}

/* See vm.h.  Returns new; NULL with TypeError or another error set. */
PyObject *
ou_coroutine_awaitable_iter(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    if (is_awaitable_generator(op)) {
        return Py_NewRef(op);
    }
    unaryfunc getter = type->tp_as_async != NULL ? type->tp_as_async->am_await : NULL;
    if (getter == NULL) {
        PyErr_Format(PyExc_TypeError, "object %.100s can't be used in 'await' expression", type->tp_name);
        return NULL;
    }
    PyObject *result = getter(op);
    if (result == NULL) {
        return NULL;
    }
    if (is_awaitable_generator(result)) {
        PyErr_SetString(PyExc_TypeError, "__await__() returned a coroutine");
        Py_CLEAR(result);
    }
    else if (!PyIter_Check(result)) {
        PyErr_Format(PyExc_TypeError, "__await__() returned non-iterator of type '%.100s'", Py_TYPE(result)->tp_name);
        Py_CLEAR(result);
    }
    return result;
}

/* Where a coroutine was made: a tuple of (file, line, function), innermost first.  Returns new, or NULL. */
PyObject *
ou_coroutine_origin(int depth, Frame *frame)
{
    int n = 0;
    for (Frame *at = frame; at != NULL && n < depth; at = at->back) {
        n++;
    }
    PyObject *origin = PyTuple_New(n);
    for (int i = 0; origin != NULL && i < n; i++, frame = frame->back) {
        PyCodeObject *code = frame->code;
        PyObject *entry = Py_BuildValue("OiO", code->co_filename, ou_frame_line(frame), code->co_name);
        if (entry == NULL) {
            Py_CLEAR(origin);
            break;
        }
        PyTuple_SET_ITEM(origin, i, entry);
    }
    return origin;
}

/* A coroutine dies that never ran.  Errors are reported, not raised.  RE-ENTRANT. */
void
ou_coroutine_warn_unawaited(PyObject *coroutine)
{
    /* The `warnings` module says it with the origin; at the runtime's end, only if it is loaded. */
    PyObject *module = _Py_IsFinalizing() ? PyImport_GetModule(OU_STR(warnings)) : PyImport_Import(OU_STR(warnings));
    PyObject *warn = NULL;
    bool warned = false;
    OU_HOLD(h, &module, &warn);
    PyErr_Clear();
    if (module != NULL) {
        if (_PyObject_LookupAttr(module, OU_STR(_warn_unawaited_coroutine), &warn) < 0) {
            PyErr_WriteUnraisable(coroutine);
        }
    }
    if (warn != NULL) {
        PyObject *result = PyObject_CallOneArg(warn, coroutine);
        if (result == NULL) {
            PyErr_WriteUnraisable(coroutine);
        }
        Py_XDECREF(result);
        warned = true;
    }
    PyErr_Clear();
    if (!warned
        && PyErr_WarnFormat(PyExc_RuntimeWarning, 1, "coroutine '%S' was never awaited",
                            ((PyCoroObject *)coroutine)->cr_qualname)
               < 0) {
        PyErr_WriteUnraisable(coroutine);
    }
    Py_CLEAR(warn);
    Py_CLEAR(module);
    OU_HOLD_END(h);
}

/* ---- the wrapper that __await__ gives ------------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PyObject *coroutine; /* owned */
} CoroutineWrapper;

OU_WALKER(coroutine_wrapper)
{
    OU_EDGE(((CoroutineWrapper *)self)->coroutine, OU_EDGE_FIELD, "coroutine", -1);
    return 0;
}

static void
wrapper_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(((CoroutineWrapper *)self)->coroutine);
    ou_gc_free_fast(self, sizeof(CoroutineWrapper));
}

static PyObject *
wrapper_iternext(PyObject *self)
{
    return ou_generator_send_raising((PyGenObject *)((CoroutineWrapper *)self)->coroutine, Py_None);
}

static PyObject *
wrapper_send(PyObject *self, PyObject *arg)
{
    return ou_generator_send_raising((PyGenObject *)((CoroutineWrapper *)self)->coroutine, arg);
}

static PyObject *
wrapper_throw(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    return ou_generator_method_throw(((CoroutineWrapper *)self)->coroutine, args, n_args);
}

static PyObject *
wrapper_close(PyObject *self, PyObject *unused)
{
    return ou_generator_close((PyGenObject *)((CoroutineWrapper *)self)->coroutine);
}

static PyMethodDef wrapper_methods[] = {
    {"send", wrapper_send, METH_O,
     "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration."},
    {"throw", (PyCFunction)(void (*)(void))wrapper_throw, METH_FASTCALL,
     "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next iterated value or raise\n"
     "StopIteration."},
    {"close", wrapper_close, METH_NOARGS, "close() -> raise GeneratorExit inside coroutine."},
    {NULL},
};

PyTypeObject _PyCoroWrapper_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "coroutine_wrapper",
    .tp_basicsize = sizeof(CoroutineWrapper),
    .tp_dealloc = wrapper_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "A wrapper object implementing __await__ for coroutines.",
    .tp_traverse = coroutine_wrapper_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = wrapper_iternext,
    .tp_methods = wrapper_methods,
};

/* ---- the type ----------------------------------------------------------------------------------------- */

static PyObject *
coroutine_await(PyObject *self)
{
    CoroutineWrapper *wrapper = (CoroutineWrapper *)ou_gc_new_fast(&_PyCoroWrapper_Type, sizeof *wrapper);
    if (wrapper == NULL) {
        return NULL;
    }
    wrapper->coroutine = Py_NewRef(self);
    ou_gc_track((PyObject *)wrapper);
    return (PyObject *)wrapper;
}

static PySendResult
coroutine_am_send(PyObject *self, PyObject *arg, PyObject **result)
{
    return ou_generator_send((PyGenObject *)self, arg, result);
}

static PyObject *
coroutine_get_origin(PyObject *self, void *unused)
{
    PyObject *origin = ((PyCoroObject *)self)->cr_origin_or_finalizer;
    return Py_NewRef(origin != NULL ? origin : Py_None);
}

static PyObject *
coroutine_repr(PyObject *self)
{
    return PyUnicode_FromFormat("<coroutine object %S at %p>", ((PyCoroObject *)self)->cr_qualname, self);
}

static PyMethodDef coroutine_methods[] = {
    {"send", ou_generator_method_send, METH_O,
     "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration."},
    {"throw", (PyCFunction)(void (*)(void))ou_generator_method_throw, METH_FASTCALL,
     "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next iterated value or raise\n"
     "StopIteration."},
    {"close", ou_generator_method_close, METH_NOARGS, "close() -> raise GeneratorExit inside coroutine."},
    {"__sizeof__", ou_generator_method_sizeof, METH_NOARGS, NULL},
    {NULL},
};

static PyGetSetDef coroutine_getset[] = {
    {"__name__", ou_generator_get_name, ou_generator_set_name, "name of the coroutine", NULL},
    {"__qualname__", ou_generator_get_qualname, ou_generator_set_qualname, "qualified name of the coroutine", NULL},
    {"cr_await", ou_generator_get_yieldfrom, NULL, "object being awaited on, or None", NULL},
    {"cr_running", ou_generator_get_running, NULL, NULL, NULL},
    {"cr_frame", ou_generator_get_frame, NULL, NULL, NULL},
    {"cr_code", ou_generator_get_code, NULL, NULL, NULL},
    {"cr_suspended", ou_generator_get_suspended, NULL, NULL, NULL},
    {"cr_origin", coroutine_get_origin, NULL, NULL, NULL},
    {NULL},
};

static PyAsyncMethods coroutine_as_async = {.am_await = coroutine_await, .am_send = coroutine_am_send};

PyTypeObject PyCoro_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "coroutine",
    .tp_basicsize = offsetof(PyCoroObject, cr_iframe) + sizeof(Frame),
    .tp_itemsize = sizeof(PyObject *),
    .tp_dealloc = ou_generator_dealloc,
    .tp_as_async = &coroutine_as_async,
    .tp_repr = coroutine_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = ou_generator_traverse,
    .tp_weaklistoffset = offsetof(PyCoroObject, cr_weakreflist),
    .tp_methods = coroutine_methods,
    .tp_getset = coroutine_getset,
    .tp_finalize = _PyGen_Finalize,
};
