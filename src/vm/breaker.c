/* vm/breaker.c - what is served at safe points: signals, collections, pending calls, asynchronous exceptions, the lock.
 *
 * Whoever wants something sets a bit of eval_breaker (ou_break_request); the loop looks at the word at every safe point.
 *
 * Owns       the queue of pending calls.
 * Invariant  a bit is cleared before its cause is served, so a request that comes meanwhile isn't lost. */

#include <pthread.h>

#include "gc/gc.h"
#include "memory/memory.h"
#include "vm/vm.h"

enum { N_PENDING = 32 }; /* from CPython 3.11 */

static struct {
    pthread_mutex_t mutex;
    struct {
        int (*function)(void *);
        void *arg;
    } calls[N_PENDING];
    int first, n;
    bool busy; /* they run already, further up */
} pending = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static pthread_t main_thread;
static bool main_thread_known;

static bool
is_main_thread(void)
{
    if (!main_thread_known) {
        main_thread = pthread_self();
        main_thread_known = true;
    }
    return pthread_equal(pthread_self(), main_thread);
}

/* In the child of a fork: the running thread is the main one, and no other is in the queue's lock. */
void
ou_breaker_after_fork(void)
{
    main_thread = pthread_self();
    main_thread_known = true;
    pthread_mutex_init(&pending.mutex, NULL);
}

/* Have the main thread call function(arg) soon.  Any thread may ask, with or without the lock; signal handlers too, if the
 * queue isn't busy.  Returns 0, or -1 if the queue is full. */
int
Py_AddPendingCall(int (*function)(void *), void *arg)
{
    int result = -1;
    pthread_mutex_lock(&pending.mutex);
    if (pending.n < N_PENDING) {
        int at = (pending.first + pending.n++) % N_PENDING;
        pending.calls[at].function = function;
        pending.calls[at].arg = arg;
        result = 0;
    }
    pthread_mutex_unlock(&pending.mutex);
    ou_break_request(OU_BREAK_PENDING);
    return result;
}

/* Run what was queued so far.  Returns 0, or -1 with the error that one of them set.  RE-ENTRANT. */
static int
run_pending(void)
{
    if (!is_main_thread()) {
        return 0; /* the bit stays for the main thread: see service */
    }
    if (pending.busy) {
        return 0;
    }
    pending.busy = true;
    int result = 0;
    for (int i = 0; i < N_PENDING && result == 0; i++) {
        pthread_mutex_lock(&pending.mutex);
        bool any = pending.n > 0;
        int (*function)(void *) = NULL;
        void *arg = NULL;
        if (any) {
            function = pending.calls[pending.first].function;
            arg = pending.calls[pending.first].arg;
            pending.first = (pending.first + 1) % N_PENDING;
            pending.n--;
        }
        pthread_mutex_unlock(&pending.mutex);
        if (!any) {
            break;
        }
        result = function(arg);
    }
    pending.busy = false;
    if (result < 0 && pending.n > 0) {
        ou_break_request(OU_BREAK_PENDING);
    }
    return result < 0 ? -1 : 0;
}

/* Signals and pending calls, for C code that runs long.  Returns 0, or -1 with an error set.  RE-ENTRANT. */
int
Py_MakePendingCalls(void)
{
    if (!is_main_thread()) {
        return 0;
    }
    if (_PyErr_CheckSignals() < 0) {
        return -1;
    }
    return run_pending();
}

/* See vm.h. */
int
ou_breaker_service(OuThread *thread)
{
    uint32_t why = __atomic_load_n(&_PyRuntime.eval_breaker, __ATOMIC_RELAXED);
    uint32_t serve = why & ~(uint32_t)OU_BREAK_TRACE;
    if (!is_main_thread()) {
        serve &= ~(uint32_t)OU_BREAK_SIGNAL;
        if (pending.n > 0 && thread->ts.async_exc == NULL) {
            serve &= ~(uint32_t)OU_BREAK_PENDING;
        }
    }
    __atomic_fetch_and(&_PyRuntime.eval_breaker, ~serve, __ATOMIC_RELAXED);
    if ((serve & OU_BREAK_SIGNAL) && _PyErr_CheckSignals() < 0) {
        __atomic_fetch_or(&_PyRuntime.eval_breaker, serve & ~(uint32_t)OU_BREAK_SIGNAL, __ATOMIC_RELAXED);
        return -1;
    }
    if ((serve & OU_BREAK_PENDING) && run_pending() < 0) {
        __atomic_fetch_or(&_PyRuntime.eval_breaker, serve & (OU_BREAK_GC | OU_BREAK_LOCK | OU_BREAK_MEMORY), __ATOMIC_RELAXED);
        return -1;
    }
    if (serve & OU_BREAK_GC) {
        ou_gc_service();
    }
    if ((serve & OU_BREAK_MEMORY) || ou_memory_wants_trim()) {
        ou_memory_trim(false);
    }
    if (serve & OU_BREAK_LOCK) {
        ou_lock_yield(&thread->ts);
    }
    if (thread->ts.async_exc != NULL) {
        PyObject *type = thread->ts.async_exc;
        thread->ts.async_exc = NULL;
        PyErr_SetNone(type);
        Py_DECREF(type);
        return -1;
    }
    return 0;
}
