/* modules/_thread/local.c - _thread._local: an object with other attributes in every thread.
 *
 * Each thread that touches a local has a dummy of it in its thread state's dict.  When the thread ends the dummy dies, and
 * the local drops that thread's attributes with it.
 *
 * Owns       the local owns the attributes of all threads (a dict in each dummy) and its own key; the thread's dict owns the
 *            dummy.
 * Invariant  a dummy in the local's list has `local` set; a dead local's dummies have not. */
#include "modules/_thread/thread.h"

typedef struct Local Local;

typedef struct Dummy {
    PyObject_HEAD
    Local *local;    /* borrowed; NULL: it is dead */
    PyObject *names; /* the thread's attributes: owned by the local, which reports them */
    struct Dummy *next, *prev;
} Dummy;

struct Local {
    PyObject_HEAD
    PyObject *key;           /* under which thread states' dicts have our dummy */
    PyObject *args, *kwargs; /* for __init__ in other threads; NULL: none */
    Dummy *dummies;          /* borrowed from the threads */
    PyObject *weakreflist;
    uint64_t last_id; /* the thread that asked last, */
    Dummy *last;      /* and its dummy, so that asking again is quick */
};

#define LOCAL(op) ((Local *)(op))
#define DUMMY(op) ((Dummy *)(op))

OU_WALKER(thread_local)
{
    Local *local = LOCAL(self);
    OU_EDGE_ATOM_OF(local, key);
    OU_EDGE_OF(local, args);
    OU_EDGE_OF(local, kwargs);
    for (Dummy *dummy = local->dummies; dummy != NULL; dummy = dummy->next) {
        OU_EDGE(dummy->names, OU_EDGE_FIELD, "attributes of a thread", -1);
    }
    OU_BORROWED(local, dummies); /* a dying dummy takes itself out: detach() */
    OU_BORROWED(local, last);
    return 0;
}

OU_WALKER(local_dummy)
{
    OU_BORROWED(DUMMY(self), local); /* a dying local takes its dummies out */
    OU_BORROWED(DUMMY(self), names); /* the local's */
    OU_BORROWED(DUMMY(self), next);
    OU_BORROWED(DUMMY(self), prev);
    return 0;
}

/* Take a dummy out of its local's list.  Returns the attributes, to be dropped by the caller. */
static PyObject *
detach(Dummy *dummy)
{
    Local *local = dummy->local;
    PyObject *names = dummy->names;
    dummy->names = NULL;
    if (local == NULL) {
        return names;
    }
    if (dummy->prev != NULL) {
        dummy->prev->next = dummy->next;
    }
    else {
        local->dummies = dummy->next;
    }
    if (dummy->next != NULL) {
        dummy->next->prev = dummy->prev;
    }
    if (local->last == dummy) {
        local->last = NULL;
        local->last_id = 0;
    }
    dummy->local = NULL;
    return names;
}

static void
dummy_dealloc(PyObject *self)
{
    PyObject *names = detach(DUMMY(self));
    ou_object_free(self);
    Py_XDECREF(names); /* last: may run anything */
}

PyTypeObject ou_local_dummy_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_thread._localdummy",
    .tp_basicsize = sizeof(Dummy),
    .tp_dealloc = dummy_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_doc = "A thread's part in a _thread._local.",
};

/* A dummy for the running thread.  Borrowed from the thread's dict; NULL with an error set. */
static Dummy *
dummy_new(Local *self)
{
    PyObject *threads = PyThreadState_GetDict();
    if (threads == NULL) {
        PyErr_SetString(PyExc_SystemError, "Couldn't get thread-state dictionary");
        return NULL;
    }
    Dummy *dummy = DUMMY(ou_object_new(&ou_local_dummy_type));
    if (dummy == NULL) {
        return NULL;
    }
    PyObject *names = PyDict_New();
    if (names == NULL || PyDict_SetItem(threads, self->key, (PyObject *)dummy) < 0) {
        Py_XDECREF(names);
        Py_DECREF(dummy);
        return NULL;
    }
    dummy->names = names;
    dummy->local = self;
    dummy->next = self->dummies;
    if (dummy->next != NULL) {
        dummy->next->prev = dummy;
    }
    self->dummies = dummy;
    Py_DECREF(dummy); /* the thread's dict holds it */
    return dummy;
}

static PyObject *
local_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (type->tp_init == PyBaseObject_Type.tp_init
        && ((args != NULL && PyObject_IsTrue(args)) || (kwargs != NULL && PyObject_IsTrue(kwargs)))) {
        PyErr_SetString(PyExc_TypeError, "Initialization arguments are not supported");
        return NULL;
    }
    Local *self = LOCAL(type->tp_alloc(type, 0));
    if (self == NULL) {
        return NULL;
    }
    self->args = Py_XNewRef(args);
    self->kwargs = Py_XNewRef(kwargs);
    self->key = PyUnicode_FromFormat("thread.local.%p", self);
    if (self->key == NULL || dummy_new(self) == NULL) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static int
local_clear(PyObject *op)
{
    Local *self = LOCAL(op);
    Py_CLEAR(self->args);
    Py_CLEAR(self->kwargs);
    while (self->dummies != NULL) {
        Dummy *dummy = self->dummies;
        PyObject *names = detach(dummy);
        Py_XDECREF(names);
    }
    if (self->key == NULL) {
        return 0;
    }
    for (PyThreadState *ts = PyInterpreterState_ThreadHead(ou_interp()); ts != NULL; ts = PyThreadState_Next(ts)) {
        if (ts->dict != NULL && PyDict_GetItemWithError(ts->dict, self->key) != NULL
            && PyDict_DelItem(ts->dict, self->key) < 0) {
            PyErr_Clear();
        }
    }
    return 0;
}

static void
local_dealloc(PyObject *op)
{
    ou_gc_untrack(op);
    if (LOCAL(op)->weakreflist != NULL) {
        PyObject_ClearWeakRefs(op);
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    local_clear(op);
    PyErr_Restore(type, value, traceback);
    Py_CLEAR(LOCAL(op)->key);
    Py_TYPE(op)->tp_free(op);
}

/* The attributes of the running thread; in a new thread __init__ runs first.  Borrowed; NULL with an error set.
 * RE-ENTRANT then. */
static PyObject *
names_of_thread(Local *self)
{
    PyThreadState *ts = ou_tstate();
    if (OU_LIKELY(self->last != NULL && self->last_id == ts->id)) {
        return self->last->names;
    }
    PyObject *threads = PyThreadState_GetDict();
    if (threads == NULL) {
        PyErr_SetString(PyExc_SystemError, "Couldn't get thread-state dictionary");
        return NULL;
    }
    Dummy *dummy = DUMMY(PyDict_GetItemWithError(threads, self->key));
    if (dummy == NULL && PyErr_Occurred()) {
        return NULL;
    }
    if (dummy == NULL || dummy->local != self) {
        dummy = dummy_new(self);
        if (dummy == NULL) {
            return NULL;
        }
        initproc init = Py_TYPE(self)->tp_init;
        if (init != PyBaseObject_Type.tp_init) {
            PyObject *args = self->args != NULL ? Py_NewRef(self->args) : PyTuple_New(0);
            PyObject *kwargs = Py_XNewRef(self->kwargs), *kept = Py_NewRef(dummy);
            OU_HOLD(hold, &args, &kwargs, &kept);
            int status = args == NULL ? -1 : init((PyObject *)self, args, kwargs);
            OU_HOLD_END(hold);
            Py_XDECREF(args);
            Py_XDECREF(kwargs);
            if (status < 0) { /* next time it is tried again */
                PyObject *type, *value, *traceback;
                PyErr_Fetch(&type, &value, &traceback);
                if (PyDict_DelItem(threads, self->key) < 0) {
                    PyErr_Clear();
                }
                PyErr_Restore(type, value, traceback);
            }
            bool alive = DUMMY(kept)->local == self;
            Py_DECREF(kept);
            if (status < 0) {
                return NULL;
            }
            if (!alive) {
                PyErr_SetString(PyExc_RuntimeError, "_thread._local was cleared in its own __init__");
                return NULL;
            }
        }
    }
    self->last = dummy;
    self->last_id = ts->id;
    return dummy->names;
}

static PyObject *
local_getattro(PyObject *op, PyObject *name)
{
    PyObject *names = names_of_thread(LOCAL(op));
    if (names == NULL) {
        return NULL;
    }
    if (PyUnicode_Check(name) && PyUnicode_CompareWithASCIIString(name, "__dict__") == 0) {
        return Py_NewRef(names);
    }
    Py_INCREF(names);
    OU_HOLD(hold, &names);
    PyObject *value = _PyObject_GenericGetAttrWithDict(op, name, names, 0);
    OU_HOLD_END(hold);
    Py_DECREF(names);
    return value;
}

static int
local_setattro(PyObject *op, PyObject *name, PyObject *value)
{
    PyObject *names = names_of_thread(LOCAL(op));
    if (names == NULL) {
        return -1;
    }
    if (PyUnicode_Check(name) && PyUnicode_CompareWithASCIIString(name, "__dict__") == 0) {
        PyErr_Format(PyExc_AttributeError, "'%.100s' object attribute '%U' is read-only", Py_TYPE(op)->tp_name, name);
        return -1;
    }
    Py_INCREF(names);
    OU_HOLD(hold, &names);
    int status = _PyObject_GenericSetAttrWithDict(op, name, value, names);
    OU_HOLD_END(hold);
    Py_DECREF(names);
    return status;
}

PyTypeObject ou_local_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_thread._local",
    .tp_basicsize = sizeof(Local),
    .tp_dealloc = local_dealloc,
    .tp_getattro = local_getattro,
    .tp_setattro = local_setattro,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "_local()\n--\n\nAn object with other attributes in every thread.",
    .tp_traverse = thread_local_traverse,
    .tp_clear = local_clear,
    .tp_weaklistoffset = offsetof(Local, weakreflist),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = local_new,
    .tp_free = PyObject_GC_Del,
};
