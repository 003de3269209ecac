/* vm/thread_state.c - thread states: one for each thread that runs Python code.
 *
 * Owns       the list of an interpreter's thread states, and which one the running thread of the system has.
 * Invariant  a state is in the list from its making to PyThreadState_Delete().  The list is changed under the lock, or by a
 *            thread that is about to take it, guarded by list_mutex.
 * Not here   the lock (thread_lock.c); the fields that frames use (stack.c). */

#include <pthread.h>
#include <unistd.h>
#include <sys/syscall.h>

#include "memory/memory.h"
#include "object/type.h"
#include "vm/vm.h"

static pthread_mutex_t list_mutex = PTHREAD_MUTEX_INITIALIZER;
static uint64_t last_id;
static _Thread_local PyThreadState *mine; /* of this thread of the system, whether it holds the lock or not */

/* ---- making ------------------------------------------------------------------------------------------- */

PyThreadState *
ou_thread_prealloc(PyInterpreterState *interp)
{
    OuThread *thread = ou_mem_calloc(OU_DOMAIN_RAW, 1, sizeof *thread);
    if (thread == NULL) {
        return NULL;
    }
    PyThreadState *ts = &thread->ts, *other = ou_tstate();
    ts->interp = interp;
    ts->recursion_limit = other != NULL ? other->recursion_limit : 1000; /* from CPython 3.11 */
    ts->recursion_remaining = ts->recursion_limit;
    ts->cframe = &ts->root_cframe;
    ts->exc_info = &ts->exc_state;
    ts->context_ver = 1;
    ts->gilstate_counter = 1;
    ts->_initialized = 1;
    thread->dealloc = &thread->dealloc_base;
    pthread_mutex_lock(&list_mutex);
    ts->id = ++last_id;
    ts->next = interp->threads;
    if (ts->next != NULL) {
        ts->next->prev = ts;
    }
    interp->threads = ts;
    pthread_mutex_unlock(&list_mutex);
    return ts;
}

void
ou_thread_attach(PyThreadState *ts)
{
    ts->thread_id = (unsigned long)pthread_self();
    ts->native_thread_id = (unsigned long)syscall(SYS_gettid);
    ou_thread_find_stack((OuThread *)ts);
    mine = ts;
}

static uint16_t
base_op(uint16_t op)
{
    return op < OU_N_OPS ? ou_op_base(op) : op; /* code that was never verified may hold anything */
}

/* See vm.h. */
int
ou_thread_init_main(PyInterpreterState *interp)
{
    PyThreadState *ts = ou_thread_prealloc(interp);
    if (ts == NULL) {
        return -1;
    }
    if (interp->next_func_version == 0) {
        interp->next_func_version = 1;
    }
    ou_super_frame_hook = ou_frame_super;
    ou_code_base_op_hook = base_op;
    ou_thread_attach(ts);
    ou_lock_take(ts);
    return 0;
}

PyThreadState *
_PyThreadState_Prealloc(PyInterpreterState *interp)
{
    return ou_thread_prealloc(interp);
}

/* A state for the running thread.  Returns NULL if memory is refused. */
PyThreadState *
PyThreadState_New(PyInterpreterState *interp)
{
    PyThreadState *ts = ou_thread_prealloc(interp), *before = mine;
    if (ts != NULL) {
        ou_thread_attach(ts);
        if (before != NULL) {
            mine = before; /* the first one is the thread's for PyGILState */
        }
    }
    return ts;
}

/* ---- ending ------------------------------------------------------------------------------------------- */

/* Drop what the state holds.  RE-ENTRANT; the lock is held. */
void
PyThreadState_Clear(PyThreadState *ts)
{
    OuThread *thread = (OuThread *)ts;
    Py_CLEAR(ts->dict);
    Py_CLEAR(ts->async_exc);
    Py_CLEAR(ts->curexc_type);
    Py_CLEAR(ts->curexc_value);
    Py_CLEAR(ts->curexc_traceback);
    Py_CLEAR(ts->exc_state.exc_value);
    ts->c_profilefunc = NULL;
    ts->c_tracefunc = NULL;
    Py_CLEAR(ts->c_profileobj);
    Py_CLEAR(ts->c_traceobj);
    Py_CLEAR(ts->async_gen_firstiter);
    Py_CLEAR(ts->async_gen_finalizer);
    Py_CLEAR(ts->context);
    Py_CLEAR(thread->repr_running);
    if (ts->on_delete != NULL) {
        ts->on_delete(ts->on_delete_data);
        ts->on_delete = NULL;
    }
}

static void
unlink_state(PyThreadState *ts)
{
    pthread_mutex_lock(&list_mutex);
    if (ts->prev != NULL) {
        ts->prev->next = ts->next;
    }
    else {
        ts->interp->threads = ts->next;
    }
    if (ts->next != NULL) {
        ts->next->prev = ts->prev;
    }
    pthread_mutex_unlock(&list_mutex);
    if (mine == ts) {
        mine = NULL;
    }
    ou_stack_free((OuThread *)ts);
}

/* Not the current one; it was cleared. */
void
PyThreadState_Delete(PyThreadState *ts)
{
    OU_CHECK(ts != ou_tstate(), "PyThreadState_Delete: it is the current one");
    unlink_state(ts);
    ou_mem_free(OU_DOMAIN_RAW, ts);
}

/* The current one, and the lock with it. */
void
PyThreadState_DeleteCurrent(void)
{
    PyThreadState *ts = ou_tstate();
    unlink_state(ts);
    ou_lock_drop(ts);
    ou_mem_free(OU_DOMAIN_RAW, ts);
}

/* See vm.h. */
void
ou_thread_after_fork(void)
{
    PyThreadState *ts = ou_tstate();
    pthread_mutex_init(&list_mutex, NULL);
    ou_lock_after_fork();
    ou_breaker_after_fork();
    for (PyThreadState *other = ts->interp->threads, *next; other != NULL; other = next) {
        next = other->next;
        if (other != ts) {
            /* Its frames hold references that nobody will drop: they are the price of a fork. */
            unlink_state(other);
        }
    }
    ou_thread_attach(ts);
}

/* ---- questions ---------------------------------------------------------------------------------------- */

PyThreadState *
PyThreadState_Get(void)
{
    PyThreadState *ts = ou_tstate();
    OU_CHECK(ts != NULL, "PyThreadState_Get: this thread doesn't hold the lock");
    return ts;
}

PyThreadState *
_PyThreadState_UncheckedGet(void)
{
    return ou_tstate();
}

/* Make another state current, under the same hold of the lock.  Returns the one before. */
PyThreadState *
PyThreadState_Swap(PyThreadState *ts)
{
    PyThreadState *before = ou_tstate();
    _PyRuntime.tstate_current = ts;
    return before;
}

/* The thread's dict for extensions.  Borrowed; NULL (without an error) if it can't be had. */
PyObject *
_PyThreadState_GetDict(PyThreadState *ts)
{
    if (ts->dict == NULL) {
        ts->dict = PyDict_New();
        if (ts->dict == NULL) {
            PyErr_Clear();
        }
    }
    return ts->dict;
}

PyObject *
PyThreadState_GetDict(void)
{
    PyThreadState *ts = ou_tstate();
    return ts != NULL ? _PyThreadState_GetDict(ts) : NULL;
}

PyInterpreterState *
PyThreadState_GetInterpreter(PyThreadState *ts)
{
    return ts->interp;
}

uint64_t
PyThreadState_GetID(PyThreadState *ts)
{
    return ts->id;
}

PyThreadState *
PyThreadState_Next(PyThreadState *ts)
{
    return ts->next;
}

PyThreadState *
PyInterpreterState_ThreadHead(PyInterpreterState *interp)
{
    return interp->threads;
}

/* Raise an exception in another thread, at its next safe point.  NULL: take it back.  Returns how many were found. */
int
PyThreadState_SetAsyncExc(unsigned long id, PyObject *exc)
{
    for (PyThreadState *ts = ou_interp()->threads; ts != NULL; ts = ts->next) {
        if (ts->thread_id == id) {
            PyObject *old = ts->async_exc;
            ts->async_exc = Py_XNewRef(exc);
            Py_XDECREF(old);
            ou_break_request(OU_BREAK_PENDING);
            return 1;
        }
    }
    return 0;
}

void
PyThreadState_EnterTracing(PyThreadState *ts)
{
    ts->tracing++;
}

void
PyThreadState_LeaveTracing(PyThreadState *ts)
{
    ts->tracing--;
}

/* sys._current_frames(): a new dict of thread id to innermost frame. */
PyObject *
_PyThread_CurrentFrames(void)
{
    if (PySys_Audit("sys._current_frames", NULL) < 0) {
        return NULL;
    }
    PyObject *dict = PyDict_New();
    for (PyThreadState *ts = ou_interp()->threads; dict != NULL && ts != NULL; ts = ts->next) {
        if (((OuThread *)ts)->frame == NULL) {
            continue;
        }
        PyObject *id = PyLong_FromUnsignedLong(ts->thread_id);
        PyObject *frame = (PyObject *)PyThreadState_GetFrame(ts);
        if (id == NULL || frame == NULL || PyDict_SetItem(dict, id, frame) < 0) {
            Py_CLEAR(dict);
        }
        Py_XDECREF(id);
        Py_XDECREF(frame);
    }
    return dict;
}

/* sys._current_exceptions(): a new dict of thread id to (type, value, traceback) of what it handles. */
PyObject *
_PyThread_CurrentExceptions(void)
{
    if (PySys_Audit("sys._current_exceptions", NULL) < 0) {
        return NULL;
    }
    PyObject *dict = PyDict_New();
    for (PyThreadState *ts = ou_interp()->threads; dict != NULL && ts != NULL; ts = ts->next) {
        PyObject *value = _PyErr_GetTopmostException(ts)->exc_value;
        bool any = value != NULL && value != Py_None;
        PyObject *tb = any ? PyException_GetTraceback(value) : NULL;
        PyObject *id = PyLong_FromUnsignedLong(ts->thread_id);
        PyObject *info = any ? PyTuple_Pack(3, Py_TYPE(value), value, tb != NULL ? tb : Py_None)
                             : PyTuple_Pack(3, Py_None, Py_None, Py_None);
        Py_XDECREF(tb);
        if (id == NULL || info == NULL || PyDict_SetItem(dict, id, info) < 0) {
            Py_CLEAR(dict);
        }
        Py_XDECREF(id);
        Py_XDECREF(info);
    }
    return dict;
}

/* ---- PyGILState --------------------------------------------------------------------------------------- */

PyThreadState *
PyGILState_GetThisThreadState(void)
{
    return mine;
}

int
PyGILState_Check(void)
{
    return mine != NULL && ou_lock_is_mine(mine);
}

PyInterpreterState *
_PyGILState_GetInterpreterStateUnsafe(void)
{
    return _PyRuntime.interp;
}

/* Make this thread able to call the API, whatever it is. */
PyGILState_STATE
PyGILState_Ensure(void)
{
    bool had_it;
    if (mine == NULL) {
        PyThreadState *ts = ou_thread_prealloc(_PyRuntime.interp);
        OU_CHECK(ts != NULL, "PyGILState_Ensure: no memory for a thread state");
        ou_thread_attach(ts);
        ts->gilstate_counter = 0;
        had_it = false;
    }
    else {
        had_it = ou_lock_is_mine(mine);
    }
    if (!had_it) {
        ou_lock_take(mine);
    }
    mine->gilstate_counter++;
    return had_it ? PyGILState_LOCKED : PyGILState_UNLOCKED;
}

void
PyGILState_Release(PyGILState_STATE before)
{
    PyThreadState *ts = mine;
    OU_CHECK(ts != NULL && ou_lock_is_mine(ts), "PyGILState_Release: this thread doesn't hold the lock");
    if (--ts->gilstate_counter == 0) {
        PyThreadState_Clear(ts);
        PyThreadState_DeleteCurrent();
    }
    else if (before == PyGILState_UNLOCKED) {
        ou_lock_drop(ts);
    }
}
