/* modules/_thread/lock.c - _thread.lock and _thread.RLock.
 *
 * Owns       a lock object has a share of its box; an RLock its own lock of the system.
 * Invariant  `locked` says what the semaphore says; it is read and written under the interpreter's lock.
 * Not here   waiting itself (capi/pythread.c). */
#include "modules/_thread/thread.h"

/* ---- boxes ------------------------------------------------------------------------------------------------------------- */

typedef struct {
    PyThread_type_lock lock;
    bool locked;
    int n_shares;
} Box;

typedef struct {
    PyObject_HEAD
    Box *box;
    PyObject *weakreflist;
} Lock;

#define LOCK(op) ((Lock *)(op))

static void
box_drop(Box *box)
{
    if (box != NULL && --box->n_shares == 0) {
        if (box->locked) {
            PyThread_release_lock(box->lock); /* some systems want it free */
        }
        PyThread_free_lock(box->lock);
        PyMem_RawFree(box);
    }
}

static Box *
box_new(void)
{
    Box *box = PyMem_RawCalloc(1, sizeof *box);
    if (box != NULL) {
        box->n_shares = 1;
        box->lock = PyThread_allocate_lock();
        if (box->lock == NULL) {
            PyMem_RawFree(box);
            box = NULL;
        }
    }
    return box;
}

/* ---- waiting -------------------------------------------------------------------------------------------------------------- */

/* (blocking=True, timeout=-1) in nanoseconds, -1 without end.  Returns 0, or -1 with an error set. */
static int
lock_timeout_args(const OuParams *params, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames, _PyTime_t *timeout)
{
    PyObject *v[2];
    int blocking = 1;
    *timeout = -1;
    if (ou_args_parse(params, args, (size_t)n_args, kwnames, v) < 0) {
        return -1;
    }
    if (v[0] != NULL && (blocking = _PyLong_AsInt(v[0])) == -1 && PyErr_Occurred()) {
        return -1;
    }
    bool given = false;
    if (v[1] != NULL) {
        if (_PyTime_FromSecondsObject(timeout, v[1], _PyTime_ROUND_TIMEOUT) < 0) {
            return -1;
        }
        given = *timeout != -1000000000LL;
    }
    if (!blocking && given) {
        PyErr_SetString(PyExc_ValueError, "can't specify a timeout for a non-blocking call");
        return -1;
    }
    if (given && *timeout < 0) {
        PyErr_SetString(PyExc_ValueError, "timeout value must be positive");
        return -1;
    }
    if (!blocking) {
        *timeout = 0;
    }
    else if (!given) {
        *timeout = -1;
    }
    return 0;
}

/* Wait; signal handlers run meanwhile.  PY_LOCK_INTR: one of them raised.  RE-ENTRANT. */
static PyLockStatus
lock_wait(PyThread_type_lock lock, _PyTime_t timeout)
{
    PyLockStatus status = PyThread_acquire_lock_timed(lock, 0, 0); /* a free lock needs no giving up of ours */
    if (status == PY_LOCK_ACQUIRED || timeout == 0) {
        return status;
    }
    _PyTime_t deadline = timeout > 0 ? _PyDeadline_Init(timeout) : 0;
    for (;;) {
        _PyTime_t microseconds = timeout < 0 ? -1 : _PyTime_AsMicroseconds(timeout, _PyTime_ROUND_CEILING);
        Py_BEGIN_ALLOW_THREADS status = PyThread_acquire_lock_timed(lock, microseconds, 1);
        Py_END_ALLOW_THREADS if (status != PY_LOCK_INTR)
        {
            return status;
        }
        if (Py_MakePendingCalls() < 0) {
            return PY_LOCK_INTR;
        }
        if (timeout > 0) {
            timeout = _PyDeadline_Get(deadline);
            if (timeout <= 0) {
                return PY_LOCK_FAILURE;
            }
        }
    }
}

/* ---- lock ---------------------------------------------------------------------------------------------- */

PyObject *
ou_lock_new(void)
{
    Lock *self = LOCK(ou_object_new(&ou_lock_type));
    if (self == NULL) {
        return NULL;
    }
    self->box = box_new();
    if (self->box == NULL) {
        Py_DECREF(self);
        PyErr_NoMemory();
        return NULL;
    }
    return (PyObject *)self;
}

static void
lock_dealloc(PyObject *op)
{
    if (LOCK(op)->weakreflist != NULL) {
        PyObject_ClearWeakRefs(op);
    }
    box_drop(LOCK(op)->box);
    ou_object_free(op);
}

static void
release_sentinel(void *block)
{
    Box *box = block;
    if (box->locked) {
        box->locked = false;
        PyThread_release_lock(box->lock);
    }
    box_drop(box);
}

PyObject *
ou_lock_new_sentinel(void)
{
    PyThreadState *ts = ou_tstate();
    PyObject *self = ou_lock_new();
    if (self == NULL) {
        return NULL;
    }
    if (ts->on_delete == release_sentinel) { /* a second one: the first is of no use any more */
        box_drop(ts->on_delete_data);
    }
    LOCK(self)->box->n_shares++;
    ts->on_delete = release_sentinel;
    ts->on_delete_data = LOCK(self)->box;
    return self;
}

static PyObject *
lock_acquire(PyObject *op, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"acquire", {"blocking", "timeout"}, .n_positional = 2, .n_all = 2};
    _PyTime_t timeout;
    if (lock_timeout_args(&params, args, n_args, kwnames, &timeout) < 0) {
        return NULL;
    }
    Box *box = LOCK(op)->box;
    box->n_shares++; /* _at_fork_reinit() may change it meanwhile */
    PyLockStatus status = lock_wait(box->lock, timeout);
    if (status == PY_LOCK_ACQUIRED) {
        box->locked = true;
    }
    box_drop(box);
    return status == PY_LOCK_INTR ? NULL : PyBool_FromLong(status == PY_LOCK_ACQUIRED);
}

static PyObject *
lock_release(PyObject *op, PyObject *ignored)
{
    Box *box = LOCK(op)->box;
    if (!box->locked) {
        PyErr_SetString(PyExc_RuntimeError, "release unlocked lock");
        return NULL;
    }
    box->locked = false;
    PyThread_release_lock(box->lock);
    Py_RETURN_NONE;
}

static PyObject *
lock_exit(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
{
    return lock_release(op, NULL);
}

static PyObject *
lock_locked(PyObject *op, PyObject *ignored)
{
    return PyBool_FromLong(LOCK(op)->box->locked);
}

static PyObject *
lock_at_fork_reinit(PyObject *op, PyObject *ignored)
{
    Box *box = box_new();
    if (box == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "failed to reinitialize lock at fork");
        return NULL;
    }
    Box *old = LOCK(op)->box;
    LOCK(op)->box = box;
    if (old->n_shares > 1 || !old->locked) {
        box_drop(old);
    }
    /* else it is left alone: a thread that is gone held it */
    Py_RETURN_NONE;
}

static PyObject *
lock_repr(PyObject *op)
{
    return PyUnicode_FromFormat("<%s %s object at %p>", LOCK(op)->box->locked ? "locked" : "unlocked", Py_TYPE(op)->tp_name,
                                op);
}

static PyMethodDef lock_methods[] = {
    {"acquire_lock", FAST_KEYWORDS(lock_acquire), NULL},
    {"acquire", FAST_KEYWORDS(lock_acquire), "acquire(blocking=True, timeout=-1) -> bool\n\nTake the lock; did it work?"},
    {"release_lock", lock_release, METH_NOARGS, NULL},
    {"release", lock_release, METH_NOARGS, "release()\n\nGive the lock up, whoever took it."},
    {"locked_lock", lock_locked, METH_NOARGS, NULL},
    {"locked", lock_locked, METH_NOARGS, "locked() -> bool\n\nIs it taken?"},
    {"__enter__", FAST_KEYWORDS(lock_acquire), NULL},
    {"__exit__", FAST(lock_exit), NULL},
    {"_at_fork_reinit", lock_at_fork_reinit, METH_NOARGS, NULL},
    {NULL},
};

PyTypeObject ou_lock_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_thread.lock",
    .tp_basicsize = sizeof(Lock),
    .tp_dealloc = lock_dealloc,
    .tp_repr = lock_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_doc = "A lock that any thread may release.",
    .tp_weaklistoffset = offsetof(Lock, weakreflist),
    .tp_methods = lock_methods,
};

/* ---- RLock --------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyThread_type_lock lock;
    unsigned long owner; /* identity of the thread that has it, or 0 */
    unsigned long count; /* how often */
    PyObject *weakreflist;
} RLock;

#define RLOCK(op) ((RLock *)(op))

static PyObject *
rlock_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    RLock *self = RLOCK(type->tp_alloc(type, 0));
    if (self != NULL && (self->lock = PyThread_allocate_lock()) == NULL) {
        Py_DECREF(self);
        PyErr_NoMemory();
        return NULL;
    }
    return (PyObject *)self;
}

static void
rlock_dealloc(PyObject *op)
{
    RLock *self = RLOCK(op);
    if (self->weakreflist != NULL) {
        PyObject_ClearWeakRefs(op);
    }
    if (self->count > 0) {
        PyThread_release_lock(self->lock);
    }
    PyThread_free_lock(self->lock);
    Py_TYPE(op)->tp_free(op);
}

static bool
rlock_is_mine(RLock *self)
{
    return self->count > 0 && self->owner == PyThread_get_thread_ident();
}

static PyObject *
rlock_acquire(PyObject *op, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"acquire", {"blocking", "timeout"}, .n_positional = 2, .n_all = 2};
    RLock *self = RLOCK(op);
    _PyTime_t timeout;
    if (lock_timeout_args(&params, args, n_args, kwnames, &timeout) < 0) {
        return NULL;
    }
    if (rlock_is_mine(self)) {
        if (self->count == ULONG_MAX) {
            PyErr_SetString(PyExc_OverflowError, "Internal lock count overflowed");
            return NULL;
        }
        self->count++;
        Py_RETURN_TRUE;
    }
    PyLockStatus status = lock_wait(self->lock, timeout);
    if (status == PY_LOCK_ACQUIRED) {
        self->owner = PyThread_get_thread_ident();
        self->count = 1;
    }
    return status == PY_LOCK_INTR ? NULL : PyBool_FromLong(status == PY_LOCK_ACQUIRED);
}

static PyObject *
rlock_release(PyObject *op, PyObject *ignored)
{
    RLock *self = RLOCK(op);
    if (!rlock_is_mine(self)) {
        PyErr_SetString(PyExc_RuntimeError, "cannot release un-acquired lock");
        return NULL;
    }
    if (--self->count == 0) {
        self->owner = 0;
        PyThread_release_lock(self->lock);
    }
    Py_RETURN_NONE;
}

static PyObject *
rlock_exit(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
{
    return rlock_release(op, NULL);
}

static PyObject *
rlock_acquire_restore(PyObject *op, PyObject *args)
{
    RLock *self = RLOCK(op);
    unsigned long count, owner;
    if (!PyArg_ParseTuple(args, "(kk):_acquire_restore", &count, &owner)) {
        return NULL;
    }
    bool got = PyThread_acquire_lock(self->lock, 0);
    if (!got) {
        Py_BEGIN_ALLOW_THREADS got = PyThread_acquire_lock(self->lock, 1);
        Py_END_ALLOW_THREADS
    }
    if (!got) {
        PyErr_SetString(PyExc_RuntimeError, "couldn't acquire lock");
        return NULL;
    }
    self->owner = owner;
    self->count = count;
    Py_RETURN_NONE;
}

static PyObject *
rlock_release_save(PyObject *op, PyObject *ignored)
{
    RLock *self = RLOCK(op);
    if (self->count == 0) {
        PyErr_SetString(PyExc_RuntimeError, "cannot release un-acquired lock");
        return NULL;
    }
    PyObject *saved = Py_BuildValue("kk", self->count, self->owner);
    if (saved != NULL) {
        self->owner = self->count = 0;
        PyThread_release_lock(self->lock);
    }
    return saved;
}

static PyObject *
rlock_is_owned(PyObject *op, PyObject *ignored)
{
    return PyBool_FromLong(rlock_is_mine(RLOCK(op)));
}

static PyObject *
rlock_recursion_count(PyObject *op, PyObject *ignored)
{
    return PyLong_FromUnsignedLong(rlock_is_mine(RLOCK(op)) ? RLOCK(op)->count : 0);
}

static PyObject *
rlock_at_fork_reinit(PyObject *op, PyObject *ignored)
{
    if (_PyThread_at_fork_reinit(&RLOCK(op)->lock) < 0) {
        PyErr_SetString(PyExc_RuntimeError, "failed to reinitialize lock at fork");
        return NULL;
    }
    RLOCK(op)->owner = RLOCK(op)->count = 0;
    Py_RETURN_NONE;
}

static PyObject *
rlock_repr(PyObject *op)
{
    RLock *self = RLOCK(op);
    return PyUnicode_FromFormat("<%s %s object owner=%lu count=%lu at %p>", self->count ? "locked" : "unlocked",
                                Py_TYPE(op)->tp_name, self->owner, self->count, op);
}

static PyMethodDef rlock_methods[] = {
    {"acquire", FAST_KEYWORDS(rlock_acquire), "acquire(blocking=True) -> bool\n\nTake the lock, or take it once more."},
    {"release", rlock_release, METH_NOARGS, "release()\n\nGive the lock up as often as it was taken."},
    {"_is_owned", rlock_is_owned, METH_NOARGS, NULL},
    {"_acquire_restore", rlock_acquire_restore, METH_VARARGS, NULL},
    {"_recursion_count", rlock_recursion_count, METH_NOARGS, NULL},
    {"_release_save", rlock_release_save, METH_NOARGS, NULL},
    {"__enter__", FAST_KEYWORDS(rlock_acquire), NULL},
    {"__exit__", FAST(rlock_exit), NULL},
    {"_at_fork_reinit", rlock_at_fork_reinit, METH_NOARGS, NULL},
    {NULL},
};

PyTypeObject ou_rlock_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_thread.RLock",
    .tp_basicsize = sizeof(RLock),
    .tp_dealloc = rlock_dealloc,
    .tp_repr = rlock_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_weaklistoffset = offsetof(RLock, weakreflist),
    .tp_methods = rlock_methods,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = rlock_new,
    .tp_free = PyObject_Free,
};
