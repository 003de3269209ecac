/* vm/thread_lock.c - the one lock under which Python code runs.
 *
 * Who waits longer than the switch interval sets OU_BREAK_LOCK; the holder gives the lock up at its next safe point and
 * does not take it again before another thread had it.
 *
 * Owns       the lock, and which thread state is current.
 * Not here   making and ending thread states (thread_state.c). */

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "vm/vm.h"

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t freed;    /* it was given up */
    pthread_cond_t switched; /* another thread took it */
    bool locked;
    PyThreadState *holder; /* the last one */
    unsigned long n_taken;
    unsigned long interval; /* microseconds */
} lock = {
    .mutex = PTHREAD_MUTEX_INITIALIZER,
    .freed = PTHREAD_COND_INITIALIZER,
    .switched = PTHREAD_COND_INITIALIZER,
    .interval = 5000, /* from CPython 3.11 */
};

static void
deadline_after(struct timespec *when, unsigned long microseconds)
{
    clock_gettime(CLOCK_REALTIME, when);
    when->tv_sec += (time_t)(microseconds / 1000000);
    when->tv_nsec += (long)(microseconds % 1000000) * 1000;
    if (when->tv_nsec >= 1000000000) {
        when->tv_sec++;
        when->tv_nsec -= 1000000000;
    }
}

/* See vm.h. */
void
ou_lock_take(PyThreadState *ts)
{
    int saved = errno;
    pthread_mutex_lock(&lock.mutex);
    while (lock.locked) {
        unsigned long n_taken = lock.n_taken;
        struct timespec when;
        deadline_after(&when, lock.interval);
        int late = pthread_cond_timedwait(&lock.freed, &lock.mutex, &when) == ETIMEDOUT;
        if (late && lock.locked && lock.n_taken == n_taken) {
            ou_break_request(OU_BREAK_LOCK);
        }
    }
    lock.locked = true;
    lock.n_taken++;
    if (lock.holder != ts) {
        lock.holder = ts;
        pthread_cond_signal(&lock.switched);
    }
    _PyRuntime.tstate_current = ts;
    pthread_mutex_unlock(&lock.mutex);
    if (ou_is_traced((OuThread *)ts)) {
        ou_break_request(OU_BREAK_TRACE);
    }
    if (ts->async_exc != NULL) {
        ou_break_request(OU_BREAK_PENDING);
    }
    errno = saved;
}

/* With the mutex held. */
static void
release(PyThreadState *ts)
{
    lock.holder = ts;
    lock.locked = false;
    _PyRuntime.tstate_current = NULL;
    pthread_cond_signal(&lock.freed);
}

/* See vm.h. */
void
ou_lock_drop(PyThreadState *ts)
{
    int saved = errno;
    pthread_mutex_lock(&lock.mutex);
    release(ts);
    pthread_mutex_unlock(&lock.mutex);
    errno = saved;
}

/* See vm.h. */
void
ou_lock_yield(PyThreadState *ts)
{
    int saved = errno;
    pthread_mutex_lock(&lock.mutex);
    release(ts);
    if (ts->interp->threads != ts || ts->next != NULL) {
        struct timespec when;
        deadline_after(&when, lock.interval); /* who asked may have gone away */
        if (lock.holder == ts) {
            pthread_cond_timedwait(&lock.switched, &lock.mutex, &when);
        }
    }
    pthread_mutex_unlock(&lock.mutex);
    ou_lock_take(ts);
    errno = saved;
}

/* See vm.h. */
void
ou_lock_after_fork(void)
{
    pthread_mutex_init(&lock.mutex, NULL);
    pthread_cond_init(&lock.freed, NULL);
    pthread_cond_init(&lock.switched, NULL);
    lock.locked = true;
    lock.holder = _PyRuntime.tstate_current;
}

/* See vm.h. */
bool
ou_lock_is_mine(PyThreadState *ts)
{
    return lock.locked && _PyRuntime.tstate_current == ts;
}

void
_PyEval_SetSwitchInterval(unsigned long microseconds)
{
    lock.interval = microseconds > 0 ? microseconds : 1;
}

unsigned long
_PyEval_GetSwitchInterval(void)
{
    return lock.interval;
}

/* ---- the public functions ----------------------------------------------------------------------------- */

/* Give the lock up.  Returns the state to come back with. */
PyThreadState *
PyEval_SaveThread(void)
{
    PyThreadState *ts = ou_tstate();
    OU_CHECK(ts != NULL, "PyEval_SaveThread: this thread doesn't hold the lock");
    ou_lock_drop(ts);
    return ts;
}

void
PyEval_RestoreThread(PyThreadState *ts)
{
    OU_CHECK(ts != NULL, "PyEval_RestoreThread: no thread state");
    ou_lock_take(ts);
}

void
PyEval_AcquireThread(PyThreadState *ts)
{
    OU_CHECK(ts != NULL, "PyEval_AcquireThread: no thread state");
    ou_lock_take(ts);
}

void
PyEval_ReleaseThread(PyThreadState *ts)
{
    OU_CHECK(ts == ou_tstate(), "PyEval_ReleaseThread: wrong thread state");
    ou_lock_drop(ts);
}

int
PyEval_ThreadsInitialized(void)
{
    return 1;
}

void
PyEval_InitThreads(void)
{
}

void
PyEval_AcquireLock(void)
{
    PyThreadState *ts = PyGILState_GetThisThreadState();
    OU_CHECK(ts != NULL, "PyEval_AcquireLock: this thread has no thread state");
    ou_lock_take(ts);
}

void
PyEval_ReleaseLock(void)
{
    ou_lock_drop(ou_tstate());
}
