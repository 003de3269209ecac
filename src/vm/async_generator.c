/* vm/async_generator.c - asynchronous generators, and the awaitables of their methods.
 *
 * What such a generator yields to its consumer travels wrapped (ASYNC_GEN_WRAP), so that it can be told from what it awaits
 * passes on.  asend(), __anext__() and athrow(), aclose() return awaitables that unwrap it.
 *
 * Owns       an awaitable: the generator, and what is to be sent or thrown.
 * Not here   running them (generator.c). */

#include <Python.h>

#include "vm/ops.h"

typedef enum { STATE_INIT, STATE_ITER, STATE_CLOSED } AwaitableState;

typedef struct {
    PyObject_HEAD
    PyObject *value; /* owned */
} WrappedValue;

typedef struct {
    PyObject_HEAD
    PyAsyncGenObject *gen; /* owned */
    PyObject *sent;        /* owned, or NULL: None */
    AwaitableState state;
} Asend;

typedef struct {
    PyObject_HEAD
    PyAsyncGenObject *gen; /* owned */
    PyObject *args;        /* owned: arguments of athrow(); NULL: aclose() */
    AwaitableState state;
} Athrow;

/* ---- wrapped values ----------------------------------------------------------------------------------- */

OU_WALKER(async_wrapped)
{
    OU_EDGE(((WrappedValue *)self)->value, OU_EDGE_FIELD, "value", -1);
    return 0;
}

static void
wrapped_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(((WrappedValue *)self)->value);
    ou_gc_free_fast(self, sizeof(WrappedValue));
}

/* See vm.h.  Takes value, also on failure. */
PyObject *
ou_async_gen_wrap(PyObject *value)
{
    WrappedValue *wrapped = (WrappedValue *)ou_gc_new_fast(&_PyAsyncGenWrappedValue_Type, sizeof *wrapped);
    if (wrapped == NULL) {
        Py_DECREF(value);
        return NULL;
    }
    wrapped->value = value;
    ou_gc_track((PyObject *)wrapped);
    return (PyObject *)wrapped;
}

PyTypeObject _PyAsyncGenWrappedValue_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "async_generator_wrapped_value",
    .tp_basicsize = sizeof(WrappedValue),
    .tp_dealloc = wrapped_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = async_wrapped_traverse,
};

/* What a step of the generator means for the awaitable: a wrapped value ends it (StopIteration with the value), anything
 * else is passed on to the event loop.  Takes result. */
static PyObject *
unwrap(PyAsyncGenObject *gen, PyObject *result)
{
    if (result == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetNone(PyExc_StopAsyncIteration);
        }
        if (PyErr_ExceptionMatches(PyExc_StopAsyncIteration) || PyErr_ExceptionMatches(PyExc_GeneratorExit)) {
            gen->ag_closed = 1;
        }
        gen->ag_running_async = 0;
        return NULL;
    }
    if (Py_IS_TYPE(result, &_PyAsyncGenWrappedValue_Type)) {
        _PyGen_SetStopIterationValue(((WrappedValue *)result)->value);
        Py_DECREF(result);
        gen->ag_running_async = 0;
        return NULL;
    }
    return result;
}

/* ---- asend and __anext__ ------------------------------------------------------------------------------ */

OU_WALKER(async_asend)
{
    Asend *op = (Asend *)self;
    OU_EDGE_OF(op, gen);
    OU_EDGE_OF(op, sent);
    return 0;
}

static void
asend_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(((Asend *)self)->gen);
    Py_CLEAR(((Asend *)self)->sent);
    ou_gc_free_fast(self, sizeof(Asend));
}

static PyObject *
asend_new(PyAsyncGenObject *gen, PyObject *sent)
{
    Asend *op = (Asend *)ou_gc_new_fast(&_PyAsyncGenASend_Type, sizeof *op);
    if (op == NULL) {
        return NULL;
    }
    op->gen = (PyAsyncGenObject *)Py_NewRef((PyObject *)gen);
    op->sent = Py_XNewRef(sent);
    op->state = STATE_INIT;
    ou_gc_track((PyObject *)op);
    return (PyObject *)op;
}

static PyObject *
asend_send(PyObject *self, PyObject *arg)
{
    Asend *op = (Asend *)self;
    if (op->state == STATE_CLOSED) {
        PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited __anext__()/asend()");
        return NULL;
    }
    if (op->state == STATE_INIT) {
        if (op->gen->ag_running_async) {
            PyErr_SetString(PyExc_RuntimeError, "anext(): asynchronous generator is already running");
            return NULL;
        }
        if (arg == NULL || arg == Py_None) {
            arg = op->sent != NULL ? op->sent : Py_None;
        }
        op->state = STATE_ITER;
    }
    op->gen->ag_running_async = 1;
    PyObject *result = unwrap(op->gen, ou_generator_send_raising((PyGenObject *)op->gen, arg));
    if (result == NULL) {
        op->state = STATE_CLOSED;
    }
    return result;
}

static PyObject *
asend_iternext(PyObject *self)
{
    return asend_send(self, NULL);
}

static PyObject *
asend_throw(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Asend *op = (Asend *)self;
    if (op->state == STATE_CLOSED) {
        PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited __anext__()/asend()");
        return NULL;
    }
    PyObject *result = unwrap(op->gen, ou_generator_method_throw((PyObject *)op->gen, args, n_args));
    if (result == NULL) {
        op->state = STATE_CLOSED;
    }
    return result;
}

static PyObject *
asend_close(PyObject *self, PyObject *unused)
{
    ((Asend *)self)->state = STATE_CLOSED;
    Py_RETURN_NONE;
}

#define SEND_DOC "send(arg) -> send 'arg' into generator,\nreturn next yielded value or raise StopIteration."
#define THROW_DOC                                                                                                  \
    "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\n" \
    "StopIteration."
#define CLOSE_DOC "close() -> raise GeneratorExit inside generator."

static PyMethodDef asend_methods[] = {
    {"send", asend_send, METH_O, SEND_DOC},
    {"throw", (PyCFunction)(void (*)(void))asend_throw, METH_FASTCALL, THROW_DOC},
    {"close", asend_close, METH_NOARGS, CLOSE_DOC},
    {NULL},
};

static PyAsyncMethods awaitable_as_async = {.am_await = PyObject_SelfIter};

PyTypeObject _PyAsyncGenASend_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "async_generator_asend",
    .tp_basicsize = sizeof(Asend),
    .tp_dealloc = asend_dealloc,
    .tp_as_async = &awaitable_as_async,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = async_asend_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = asend_iternext,
    .tp_methods = asend_methods,
};

/* ---- athrow and aclose -------------------------------------------------------------------------------- */

OU_WALKER(async_athrow)
{
    Athrow *op = (Athrow *)self;
    OU_EDGE_OF(op, gen);
    OU_EDGE_OF(op, args);
    return 0;
}

static void
athrow_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(((Athrow *)self)->gen);
    Py_CLEAR(((Athrow *)self)->args);
    ou_gc_free_fast(self, sizeof(Athrow));
}

static PyObject *
athrow_new(PyAsyncGenObject *gen, PyObject *args)
{
    Athrow *op = (Athrow *)ou_gc_new_fast(&_PyAsyncGenAThrow_Type, sizeof *op);
    if (op == NULL) {
        return NULL;
    }
    op->gen = (PyAsyncGenObject *)Py_NewRef((PyObject *)gen);
    op->args = Py_XNewRef(args);
    op->state = STATE_INIT;
    ou_gc_track((PyObject *)op);
    return (PyObject *)op;
}

/* aclose(): the generator yielded where it should have ended. */
static PyObject *
ignored_exit(Athrow *op)
{
    op->gen->ag_running_async = 0;
    op->state = STATE_CLOSED;
    PyErr_SetString(PyExc_RuntimeError, "async generator ignored GeneratorExit");
    return NULL;
}

/* The generator ended with an error; for aclose() some are the good end. */
static PyObject *
ended(Athrow *op)
{
    op->gen->ag_running_async = 0;
    op->state = STATE_CLOSED;
    if (op->args == NULL && (PyErr_ExceptionMatches(PyExc_StopAsyncIteration) || PyErr_ExceptionMatches(PyExc_GeneratorExit))) {
        PyErr_Clear();
        PyErr_SetNone(PyExc_StopIteration);
    }
    return NULL;
}

/* The first step: throw.  Returns what the generator answered. */
static PyObject *
athrow_begin(Athrow *op)
{
    PyGenObject *gen = (PyGenObject *)op->gen;
    if (op->args == NULL) {
        op->gen->ag_closed = 1;
        return ou_generator_throw_raising(gen, 0, PyExc_GeneratorExit, NULL, NULL);
    }
    PyObject *type, *value = NULL, *tb = NULL;
    if (!PyArg_UnpackTuple(op->args, "athrow", 1, 3, &type, &value, &tb)) {
        return NULL;
    }
    return unwrap(op->gen, ou_generator_throw_raising(gen, 0, type, value, tb));
}

static PyObject *
athrow_send(PyObject *self, PyObject *arg)
{
    Athrow *op = (Athrow *)self;
    PyGenObject *gen = (PyGenObject *)op->gen;
    PyObject *result;
    if (op->state == STATE_CLOSED) {
        PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited aclose()/athrow()");
        return NULL;
    }
    if (gen->gi_frame_state >= OU_GEN_CLEARED) {
        op->state = STATE_CLOSED;
        PyErr_SetNone(PyExc_StopIteration);
        return NULL;
    }
    if (op->state == STATE_INIT) {
        if (op->gen->ag_running_async) {
            op->state = STATE_CLOSED;
            PyErr_Format(PyExc_RuntimeError, "%s: asynchronous generator is already running",
                         op->args == NULL ? "aclose()" : "athrow()");
            return NULL;
        }
        if (op->gen->ag_closed) {
            op->state = STATE_CLOSED;
            PyErr_SetNone(PyExc_StopAsyncIteration);
            return NULL;
        }
        if (arg != Py_None) {
            PyErr_SetString(PyExc_RuntimeError, "can't send non-None value to a just-started coroutine");
            return NULL;
        }
        op->state = STATE_ITER;
        op->gen->ag_running_async = 1;
        result = athrow_begin(op);
    }
    else {
        result = ou_generator_send_raising(gen, arg);
        if (op->args != NULL) {
            return unwrap(op->gen, result);
        }
    }
    if (result == NULL) {
        return ended(op);
    }
    if (op->args == NULL && Py_IS_TYPE(result, &_PyAsyncGenWrappedValue_Type)) {
        Py_DECREF(result);
        return ignored_exit(op);
    }
    return result;
}

static PyObject *
athrow_iternext(PyObject *self)
{
    return athrow_send(self, Py_None);
}

static PyObject *
athrow_throw(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Athrow *op = (Athrow *)self;
    if (op->state == STATE_CLOSED) {
        PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited aclose()/athrow()");
        return NULL;
    }
    PyObject *result = ou_generator_method_throw((PyObject *)op->gen, args, n_args);
    if (op->args != NULL) {
        return unwrap(op->gen, result);
    }
    if (result != NULL && Py_IS_TYPE(result, &_PyAsyncGenWrappedValue_Type)) {
        Py_DECREF(result);
        return ignored_exit(op);
    }
    if (result == NULL && (PyErr_ExceptionMatches(PyExc_StopAsyncIteration) || PyErr_ExceptionMatches(PyExc_GeneratorExit))) {
        PyErr_Clear();
        PyErr_SetNone(PyExc_StopIteration);
    }
    return result;
}

static PyObject *
athrow_close(PyObject *self, PyObject *unused)
{
    ((Athrow *)self)->state = STATE_CLOSED;
    Py_RETURN_NONE;
}

static PyMethodDef athrow_methods[] = {
    {"send", athrow_send, METH_O, SEND_DOC},
    {"throw", (PyCFunction)(void (*)(void))athrow_throw, METH_FASTCALL, THROW_DOC},
    {"close", athrow_close, METH_NOARGS, CLOSE_DOC},
    {NULL},
};

PyTypeObject _PyAsyncGenAThrow_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "async_generator_athrow",
    .tp_basicsize = sizeof(Athrow),
    .tp_dealloc = athrow_dealloc,
    .tp_as_async = &awaitable_as_async,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = async_athrow_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = athrow_iternext,
    .tp_methods = athrow_methods,
};

/* ---- the type ----------------------------------------------------------------------------------------- */

/* At its first use: remember the finalizer and tell the event loop.  Returns 0, or -1.  RE-ENTRANT. */
static int
init_hooks(PyAsyncGenObject *gen)
{
    if (gen->ag_hooks_inited) {
        return 0;
    }
    gen->ag_hooks_inited = 1;
    PyThreadState *ts = ou_tstate();
    if (ts->async_gen_finalizer != NULL) {
        gen->ag_origin_or_finalizer = Py_NewRef(ts->async_gen_finalizer);
    }
    PyObject *first = Py_XNewRef(ts->async_gen_firstiter);
    if (first == NULL) {
        return 0;
    }
    OU_HOLD(h, &first);
    PyObject *result = PyObject_CallOneArg(first, (PyObject *)gen);
    OU_HOLD_END(h);
    Py_DECREF(first);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

static PyObject *
async_gen_anext(PyObject *self)
{
    PyAsyncGenObject *gen = (PyAsyncGenObject *)self;
    return init_hooks(gen) < 0 ? NULL : asend_new(gen, NULL);
}

static PyObject *
async_gen_asend(PyObject *self, PyObject *arg)
{
    PyAsyncGenObject *gen = (PyAsyncGenObject *)self;
    return init_hooks(gen) < 0 ? NULL : asend_new(gen, arg);
}

static PyObject *
async_gen_aclose(PyObject *self, PyObject *unused)
{
    PyAsyncGenObject *gen = (PyAsyncGenObject *)self;
    return init_hooks(gen) < 0 ? NULL : athrow_new(gen, NULL);
}

static PyObject *
async_gen_athrow(PyObject *self, PyObject *args)
{
    PyAsyncGenObject *gen = (PyAsyncGenObject *)self;
    return init_hooks(gen) < 0 ? NULL : athrow_new(gen, args);
}

static PySendResult
async_gen_am_send(PyObject *self, PyObject *arg, PyObject **result)
{
    return ou_generator_send((PyGenObject *)self, arg, result);
}

static PyObject *
async_gen_repr(PyObject *self)
{
    return PyUnicode_FromFormat("<async_generator object %S at %p>", ((PyAsyncGenObject *)self)->ag_qualname, self);
}

static PyObject *
async_gen_get_running(PyObject *self, void *unused)
{
    return PyBool_FromLong(((PyAsyncGenObject *)self)->ag_running_async);
}

static PyMethodDef async_gen_methods[] = {
    {"asend", async_gen_asend, METH_O, "asend(v) -> send 'v' in generator."},
    {"athrow", async_gen_athrow, METH_VARARGS, "athrow(value)\nathrow(type[,value[,tb]])\n\nraise exception in generator."},
    {"aclose", async_gen_aclose, METH_NOARGS, "aclose() -> raise GeneratorExit inside generator."},
    {"__sizeof__", ou_generator_method_sizeof, METH_NOARGS, NULL},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "See PEP 585"},
    {NULL},
};

static PyGetSetDef async_gen_getset[] = {
    {"__name__", ou_generator_get_name, ou_generator_set_name, "name of the async generator", NULL},
    {"__qualname__", ou_generator_get_qualname, ou_generator_set_qualname, "qualified name of the async generator", NULL},
    {"ag_await", ou_generator_get_yieldfrom, NULL, "object being awaited on, or None", NULL},
    {"ag_frame", ou_generator_get_frame, NULL, NULL, NULL},
    {"ag_code", ou_generator_get_code, NULL, NULL, NULL},
    {"ag_running", async_gen_get_running, NULL, NULL, NULL},
    {NULL},
};

static PyAsyncMethods async_gen_as_async = {
    .am_aiter = PyObject_SelfIter,
    .am_anext = async_gen_anext,
    .am_send = async_gen_am_send,
};

PyTypeObject PyAsyncGen_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "async_generator",
    .tp_basicsize = offsetof(PyAsyncGenObject, ag_iframe) + sizeof(Frame),
    .tp_itemsize = sizeof(PyObject *),
    .tp_dealloc = ou_generator_dealloc,
    .tp_as_async = &async_gen_as_async,
    .tp_repr = async_gen_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = ou_generator_traverse,
    .tp_weaklistoffset = offsetof(PyAsyncGenObject, ag_weakreflist),
    .tp_methods = async_gen_methods,
    .tp_getset = async_gen_getset,
    .tp_finalize = _PyGen_Finalize,
};
