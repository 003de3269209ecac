/* vm/anext_awaitable.c - what anext(iterator, default) returns: an awaitable that ends with the default instead of
 * StopAsyncIteration.
 *
 * Owns       the awaitable it stands for, and the default. */

#include "vm/vm.h"

typedef struct {
    PyObject_HEAD
    PyObject *wrapped;
    PyObject *default_value;
} AnextAwaitable;

extern PyTypeObject _PyAnextAwaitable_Type;

OU_WALKER(anext_awaitable)
{
    AnextAwaitable *op = (AnextAwaitable *)self;
    OU_EDGE_OF(op, wrapped);
    OU_EDGE_OF(op, default_value);
    return 0;
}

/* See vm.h. */
PyObject *
ou_anext_awaitable_new(PyObject *awaitable, PyObject *default_value)
{
    AnextAwaitable *op = (AnextAwaitable *)ou_gc_new_fast(&_PyAnextAwaitable_Type, sizeof *op);
    if (op == NULL) {
        return NULL;
    }
    op->wrapped = Py_NewRef(awaitable);
    op->default_value = Py_NewRef(default_value);
    ou_gc_track((PyObject *)op);
    return (PyObject *)op;
}

static void
anext_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(((AnextAwaitable *)self)->wrapped);
    Py_CLEAR(((AnextAwaitable *)self)->default_value);
    ou_gc_free_fast(self, sizeof(AnextAwaitable));
}

/* The iterator to step.  New reference.  RE-ENTRANT. */
static PyObject *
anext_iterator(AnextAwaitable *op)
{
    PyObject *iterator = ou_coroutine_awaitable_iter(op->wrapped);
    if (iterator == NULL || Py_TYPE(iterator)->tp_iternext != NULL) {
        return iterator;
    }
    /* A coroutine is no iterator: its __await__() gives one. */
    OU_HOLD(h, &iterator);
    PyObject *stepped = Py_TYPE(iterator)->tp_as_async->am_await(iterator);
    Py_CLEAR(iterator);
    OU_HOLD_END(h);
    if (stepped != NULL && !PyIter_Check(stepped)) {
        PyErr_SetString(PyExc_TypeError, "__await__ returned a non-iterable");
        Py_CLEAR(stepped);
    }
    return stepped;
}

/* StopAsyncIteration ends the await with the default. */
static void
end_with_default(AnextAwaitable *op)
{
    if (PyErr_ExceptionMatches(PyExc_StopAsyncIteration)) {
        PyErr_Clear();
        _PyGen_SetStopIterationValue(op->default_value);
    }
}

static PyObject *
anext_iternext(PyObject *self)
{
    AnextAwaitable *op = (AnextAwaitable *)self;
    PyObject *iterator = anext_iterator(op), *result;
    if (iterator == NULL) {
        return NULL;
    }
    OU_HOLD(h, &iterator);
    result = ou_iternext(iterator);
    Py_CLEAR(iterator);
    OU_HOLD_END(h);
    if (result == NULL) {
        end_with_default(op);
    }
    return result;
}

/* Pass a method call on to the iterator.  args[0] is free for it. */
static PyObject *
anext_proxy(AnextAwaitable *op, PyObject *name, PyObject **args, Py_ssize_t n_args)
{
    PyObject *iterator = anext_iterator(op), *result;
    if (iterator == NULL) {
        return NULL;
    }
    args[0] = iterator;
    OU_HOLD(h, &iterator);
    result = PyObject_VectorcallMethod(name, args, (size_t)n_args + 1, NULL);
    Py_CLEAR(iterator);
    OU_HOLD_END(h);
    if (result == NULL) {
        end_with_default(op);
    }
    return result;
}

static PyObject *
anext_send(PyObject *self, PyObject *arg)
{
    PyObject *args[] = {NULL, arg};
    return anext_proxy((AnextAwaitable *)self, OU_STR(send), args, 1);
}

static PyObject *
anext_throw(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    PyObject *all[4];
    if (n_args < 1 || n_args > 3) {
        PyErr_Format(PyExc_TypeError, "throw expected 1 to 3 arguments, got %zd", n_args);
        return NULL;
    }
    memcpy(all + 1, args, (size_t)n_args * sizeof(PyObject *));
    return anext_proxy((AnextAwaitable *)self, OU_STR(throw), all, n_args);
}

static PyObject *
anext_close(PyObject *self, PyObject *unused)
{
    PyObject *args[] = {NULL};
    return anext_proxy((AnextAwaitable *)self, OU_STR(close), args, 0);
}

static PyMethodDef anext_methods[] = {
    {"send", anext_send, METH_O,
     "send(arg) -> send 'arg' into the wrapped iterator,\nreturn next yielded value or raise StopIteration."},
    {"throw", (PyCFunction)(void (*)(void))anext_throw, METH_FASTCALL,
     "throw(value)\nthrow(typ[,val[,tb]])\n\nraise exception in the wrapped iterator, return next yielded value\n"
     "or raise StopIteration."},
    {"close", anext_close, METH_NOARGS, "close() -> raise GeneratorExit inside generator."},
    {NULL},
};

static PyAsyncMethods anext_as_async = {.am_await = PyObject_SelfIter};

PyTypeObject _PyAnextAwaitable_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "anext_awaitable",
    .tp_basicsize = sizeof(AnextAwaitable),
    .tp_dealloc = anext_dealloc,
    .tp_as_async = &anext_as_async,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = anext_awaitable_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = anext_iternext,
    .tp_methods = anext_methods,
};
