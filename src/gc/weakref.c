/* gc/weakref.c - weak references: their lists, their clearing, the type weakref.ref.
 *
 * Owns       a weak reference owns its callback; the referent it only points at.
 * Invariant  a referent's list (at tp_weaklistoffset) holds its live weak references: first the plain one without a
 *            callback, then the plain proxy, both shared; then the others, newest first.  A weak reference outside
 *            any list has wr_object None.
 * Not here   proxies' operators (weakref_proxy.c), the module (modules/_weakref.c).
 * Source     Library Reference, weakref. */
#include "gc/gc.h"
#include "object/hold.h"
#include "object/walk.h"

#include <structmember.h>

static PyWeakReference **
list_of(PyObject *op)
{
    return (PyWeakReference **)PyObject_GET_WEAKREFS_LISTPTR(op);
}

/* ---- making -------------------------------------------------------------------------------------------------- */

static void
link_after(PyWeakReference *self, PyWeakReference *prev)
{
    self->wr_prev = prev;
    self->wr_next = prev->wr_next;
    if (prev->wr_next != NULL) {
        prev->wr_next->wr_prev = self;
    }
    prev->wr_next = self;
}

static void
link_first(PyWeakReference *self, PyWeakReference **list)
{
    self->wr_prev = NULL;
    self->wr_next = *list;
    if (*list != NULL) {
        (*list)->wr_prev = self;
    }
    *list = self;
}

/* The shared weak reference and proxy of a list; NULL where there is none. */
static void
shared_of(PyWeakReference *head, PyWeakReference **ref, PyWeakReference **proxy)
{
    *ref = *proxy = NULL;
    if (head != NULL && head->wr_callback == NULL && PyWeakref_CheckRefExact(head)) {
        *ref = head;
        head = head->wr_next;
    }
    if (head != NULL && head->wr_callback == NULL && PyWeakref_CheckProxy(head)) {
        *proxy = head;
    }
}

static PyObject *weakref_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames);

/* Fill a new weak reference and enter the referent's list. */
static void
weakref_start(PyWeakReference *self, PyObject *op, PyObject *callback)
{
    PyWeakReference **list = list_of(op), *ref, *proxy;
    self->hash = -1;
    self->wr_object = op;
    self->wr_callback = Py_XNewRef(callback);
    self->vectorcall = weakref_vectorcall;
    shared_of(*list, &ref, &proxy);
    if (callback == NULL && PyWeakref_CheckRefExact(self)) {
        link_first(self, list);
    }
    else if (callback == NULL && PyWeakref_CheckProxy(self)) {
        if (ref != NULL) {
            link_after(self, ref);
        }
        else {
            link_first(self, list);
        }
    }
    else if (proxy != NULL || ref != NULL) {
        link_after(self, proxy != NULL ? proxy : ref);
    }
    else {
        link_first(self, list);
    }
}

/* A weak reference of `type` to op, shared where it may be.  Refs new. */
static PyObject *
weakref_make(PyTypeObject *type, PyObject *op, PyObject *callback)
{
    PyWeakReference *ref, *proxy;
    if (!PyType_SUPPORTS_WEAKREFS(Py_TYPE(op))) {
        PyErr_Format(PyExc_TypeError, "cannot create weak reference to '%s' object", Py_TYPE(op)->tp_name);
        return NULL;
    }
    callback = callback == Py_None ? NULL : callback;
    shared_of(*list_of(op), &ref, &proxy);
    if (callback == NULL && type == &_PyWeakref_RefType && ref != NULL) {
        return _Py_NewRef((PyObject *)ref);
    }
    if (callback == NULL && type == &_PyWeakref_ProxyType && proxy != NULL) {
        return _Py_NewRef((PyObject *)proxy);
    }
    if (type == &_PyWeakref_ProxyType && PyCallable_Check(op)) {
        type = &_PyWeakref_CallableProxyType;
    }
    PyWeakReference *self = (PyWeakReference *)type->tp_alloc(type, 0);
    if (self != NULL) {
        weakref_start(self, op, callback); /* allocation runs no Python code: the list is as it was */
    }
    return (PyObject *)self;
}

/* PyWeakref_NewRef, PyWeakref_NewProxy: new reference to a weak reference; callback may be NULL or None. */
PyObject *
PyWeakref_NewRef(PyObject *op, PyObject *callback)
{
    return weakref_make(&_PyWeakref_RefType, op, callback);
}

PyObject *
PyWeakref_NewProxy(PyObject *op, PyObject *callback)
{
    return weakref_make(&_PyWeakref_ProxyType, op, callback);
}

#undef PyWeakref_GetObject
/* PyWeakref_GetObject: the referent, borrowed; None once it is gone. */
PyObject *
PyWeakref_GetObject(PyObject *ref)
{
    if (ref == NULL || !PyWeakref_Check(ref)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return PyWeakref_GET_OBJECT(ref);
}

Py_ssize_t
ou_weakref_count(PyWeakReference *head)
{
    Py_ssize_t n = 0;
    for (; head != NULL; head = head->wr_next) {
        n++;
    }
    return n;
}

Py_ssize_t
_PyWeakref_GetWeakrefCount(PyWeakReference *head)
{
    return ou_weakref_count(head);
}

/* ---- clearing --------------------------------------------------------------------------------------------------- */

/* Leave the referent's list, if in one; the callback stays. */
static void
weakref_unlink(PyWeakReference *self)
{
    if (self->wr_object == Py_None) {
        return;
    }
    PyWeakReference **list = list_of(self->wr_object);
    if (*list == self) {
        *list = self->wr_next;
    }
    if (self->wr_prev != NULL) {
        self->wr_prev->wr_next = self->wr_next;
    }
    if (self->wr_next != NULL) {
        self->wr_next->wr_prev = self->wr_prev;
    }
    self->wr_prev = self->wr_next = NULL;
    self->wr_object = Py_None;
}

/* _PyWeakref_ClearRef: unlink, leaving the callback in place (for the collector of extensions). */
void
_PyWeakref_ClearRef(PyWeakReference *self)
{
    weakref_unlink(self);
}

static void
callback_run(PyWeakReference *self, PyObject *callback)
{
    PyObject *result = PyObject_CallOneArg(callback, (PyObject *)self);
    if (result == NULL) {
        PyErr_WriteUnraisable(callback);
    }
    Py_XDECREF(result);
}

/* Call the callbacks of a private chain (linked by wr_next), each member owned by it.  RE-ENTRANT. */
static void
chain_run(PyWeakReference *first)
{
    PyObject *type, *value, *traceback, *chain = (PyObject *)first, *self = NULL, *callback = NULL;
    OuDeallocLevel level;
    if (chain == NULL) {
        return;
    }
    PyErr_Fetch(&type, &value, &traceback);
    OU_HOLD(hold, &type, &value, &traceback, &chain, &self, &callback);
    ou_dealloc_enter(&level);
    while (chain != NULL) {
        self = chain;
        chain = (PyObject *)((PyWeakReference *)self)->wr_next;
        ((PyWeakReference *)self)->wr_next = NULL;
        callback = ((PyWeakReference *)self)->wr_callback;
        ((PyWeakReference *)self)->wr_callback = NULL;
        if (callback != NULL) {
            callback_run((PyWeakReference *)self, callback);
        }
        Py_CLEAR(callback);
        Py_CLEAR(self);
    }
    ou_dealloc_leave(&level);
    OU_HOLD_END(hold);
    PyErr_Restore(type, value, traceback);
}

/* PyObject_ClearWeakRefs: the referent dies; clear all its weak references, then call their callbacks, newest
 * first.  Allocates nothing.  RE-ENTRANT. */
void
PyObject_ClearWeakRefs(PyObject *op)
{
    PyWeakReference *chain = NULL, **last = &chain, *ref;
    OU_CHECK(Py_REFCNT(op) == 0 && PyType_SUPPORTS_WEAKREFS(Py_TYPE(op)), "PyObject_ClearWeakRefs: the %s at %p is alive",
             Py_TYPE(op)->tp_name, (void *)op);
    while ((ref = *list_of(op)) != NULL) {
        weakref_unlink(ref);
        if (ref->wr_callback != NULL && Py_REFCNT(ref) > 0) {
            *last = (PyWeakReference *)_Py_NewRef((PyObject *)ref);
            last = &ref->wr_next;
        }
        else {
            PyObject *callback = ref->wr_callback;
            ref->wr_callback = NULL;
            Py_XDECREF(callback); /* of a dying reference: never called */
        }
    }
    chain_run(chain);
}

/* For the collector: see gc.h.  A weak reference that is garbage itself is cleared without its callback. */
void
ou_weakref_handle(PyGC_Head *unreachable)
{
    PyWeakReference *chain = NULL, **last = &chain, *ref;
    for (PyGC_Head *gc = ou_gc_next(unreachable); gc != unreachable; gc = ou_gc_next(gc)) {
        PyObject *op = OU_GC_OBJECT(gc);
        if (PyWeakref_Check(op)) {
            weakref_unlink((PyWeakReference *)op); /* no callback of garbage is called */
        }
        if (!PyType_SUPPORTS_WEAKREFS(Py_TYPE(op))) {
            continue;
        }
        while ((ref = *list_of(op)) != NULL) {
            weakref_unlink(ref);
            if (ref->wr_callback != NULL && !(OU_GC_HEAD(ref)->_gc_prev & OU_GC_COLLECTING)) {
                *last = (PyWeakReference *)_Py_NewRef((PyObject *)ref);
                last = &ref->wr_next;
            }
        }
    }
    chain_run(chain);
}

/* ---- the type ------------------------------------------------------------------------------------------------------ */

OU_WALKER(weakref)
{
    PyWeakReference *ref = (PyWeakReference *)self;
    OU_EDGE_OF(ref, wr_callback);
    if (ref->wr_object == Py_None) { /* its referent is gone: the rest of a private chain */
        OU_EDGE_OF(ref, wr_next);
        return 0;
    }
    OU_BORROWED(ref, wr_object); /* the dying unlink themselves: weakref_unlink() */
    OU_BORROWED(ref, wr_prev);
    OU_BORROWED(ref, wr_next);
    return 0;
}

static int
weakref_clear(PyObject *self)
{
    weakref_unlink((PyWeakReference *)self);
    Py_CLEAR(((PyWeakReference *)self)->wr_callback);
    return 0;
}

static void
weakref_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    weakref_clear(self);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *
weakref_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    if (PyVectorcall_NARGS(nargsf) != 0 || (kwnames != NULL && PyTuple_GET_SIZE(kwnames) != 0)) {
        if (kwnames != NULL && PyTuple_GET_SIZE(kwnames) != 0) {
            PyErr_SetString(PyExc_TypeError, "weakref() takes no keyword arguments");
        }
        else {
            PyErr_Format(PyExc_TypeError, "weakref expected 0 arguments, got %zd", PyVectorcall_NARGS(nargsf));
        }
        return NULL;
    }
    return _Py_NewRef(PyWeakref_GET_OBJECT(self));
}

static Py_hash_t
weakref_hash(PyObject *self)
{
    PyWeakReference *ref = (PyWeakReference *)self;
    if (ref->hash == -1) {
        PyObject *op = PyWeakref_GET_OBJECT(self);
        if (op == Py_None) {
            PyErr_SetString(PyExc_TypeError, "weak object has gone away");
            return -1;
        }
        Py_INCREF(op);
        ref->hash = PyObject_Hash(op);
        Py_DECREF(op);
    }
    return ref->hash;
}

static PyObject *
weakref_repr(PyObject *self)
{
    PyObject *op = PyWeakref_GET_OBJECT(self), *name = NULL, *text;
    if (op == Py_None) {
        return PyUnicode_FromFormat("<weakref at %p; dead>", self);
    }
    Py_INCREF(op);
    if (_PyObject_LookupAttr(op, OU_STR(__name__), &name) < 0) {
        Py_DECREF(op);
        return NULL;
    }
    if (name != NULL && PyUnicode_Check(name)) {
        text = PyUnicode_FromFormat("<weakref at %p; to '%s' at %p (%U)>", self, Py_TYPE(op)->tp_name, op, name);
    }
    else {
        text = PyUnicode_FromFormat("<weakref at %p; to '%s' at %p>", self, Py_TYPE(op)->tp_name, op);
    }
    Py_DECREF(op);
    Py_XDECREF(name);
    return text;
}

static PyObject *
weakref_richcompare(PyObject *self, PyObject *other, int op)
{
    if ((op != Py_EQ && op != Py_NE) || !PyWeakref_Check(self) || !PyWeakref_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *left = PyWeakref_GET_OBJECT(self), *right = PyWeakref_GET_OBJECT(other);
    if (left == Py_None || right == Py_None) {
        return PyBool_FromLong((self == other) == (op == Py_EQ));
    }
    Py_INCREF(left);
    Py_INCREF(right);
    PyObject *result = PyObject_RichCompare(left, right, op);
    Py_DECREF(left);
    Py_DECREF(right);
    return result;
}

/* ref(object[, callback]); a subclass's __init__ may take more. */
static PyObject *
weakref_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *op, *callback = NULL;
    if (!PyArg_UnpackTuple(args, "__new__", 1, 2, &op, &callback)) {
        return NULL;
    }
    return weakref_make(type, op, callback);
}

static int
weakref_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *op, *callback = NULL;
    if (!_PyArg_NoKeywords("ref", kwargs)) {
        return -1;
    }
    return PyArg_UnpackTuple(args, "__init__", 1, 2, &op, &callback) ? 0 : -1;
}

static PyMemberDef weakref_members[] = {
    {"__callback__", T_OBJECT, offsetof(PyWeakReference, wr_callback), READONLY},
    {NULL},
};

static PyMethodDef weakref_methods[] = {
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "See PEP 585."},
    {NULL},
};

PyTypeObject _PyWeakref_RefType = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "weakref.ReferenceType",
    .tp_basicsize = sizeof(PyWeakReference),
    .tp_dealloc = weakref_dealloc,
    .tp_vectorcall_offset = offsetof(PyWeakReference, vectorcall),
    .tp_call = PyVectorcall_Call,
    .tp_repr = weakref_repr,
    .tp_hash = weakref_hash,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_BASETYPE,
    .tp_traverse = weakref_traverse,
    .tp_clear = weakref_clear,
    .tp_richcompare = weakref_richcompare,
    .tp_methods = weakref_methods,
    .tp_members = weakref_members,
    .tp_init = weakref_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = weakref_new,
    .tp_free = PyObject_GC_Del,
};
