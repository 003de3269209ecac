/* capi/pythread.c - threads of the system, locks and thread-specific storage: PyThread_*.
 *
 * Owns       each lock is a semaphore in raw memory: 1 is free, 0 is taken.
 * Invariant  nothing here needs a thread state, or the interpreter's lock.
 * Not here   the interpreter's lock (vm/thread_lock.c), thread states (vm/thread_state.c), module _thread.
 * Source     C API reference, Thread Specific Storage Support. */
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "object/state.h"

enum { STACK_SIZE_MIN = 32 * 1024 }; /* from CPython 3.11 */

static size_t stack_size; /* of new threads; 0: the system's */

void
PyThread_init_thread(void)
{
}

/* ---- threads ------------------------------------------------------------------------------------------------------- */

typedef struct {
    void (*function)(void *);
    void *arg;
} Start;

static void *
thread_main(void *block)
{
    Start start = *(Start *)block;
    PyMem_RawFree(block);
    start.function(start.arg);
    return NULL;
}

/* Run function(arg) in a new thread that nobody joins.  Returns its identity, or PYTHREAD_INVALID_THREAD_ID. */
unsigned long
PyThread_start_new_thread(void (*function)(void *), void *arg)
{
    pthread_attr_t attributes;
    pthread_t thread;
    Start *start = PyMem_RawMalloc(sizeof *start);
    if (start == NULL || pthread_attr_init(&attributes) != 0) {
        PyMem_RawFree(start);
        return PYTHREAD_INVALID_THREAD_ID;
    }
    *start = (Start){function, arg};
    bool ok = stack_size == 0 || pthread_attr_setstacksize(&attributes, stack_size) == 0;
    ok = ok && pthread_create(&thread, &attributes, thread_main, start) == 0;
    pthread_attr_destroy(&attributes);
    if (!ok) {
        PyMem_RawFree(start);
        return PYTHREAD_INVALID_THREAD_ID;
    }
    pthread_detach(thread);
    return (unsigned long)thread;
}

void
PyThread_exit_thread(void)
{
    pthread_exit(NULL);
}

unsigned long
PyThread_get_thread_ident(void)
{
    return (unsigned long)pthread_self();
}

unsigned long
PyThread_get_thread_native_id(void)
{
    return (unsigned long)syscall(SYS_gettid);
}

size_t
PyThread_get_stacksize(void)
{
    return stack_size;
}

/* 0: the system's default.  Returns 0, or -1 if the size is not valid. */
int
PyThread_set_stacksize(size_t size)
{
    if (size != 0) {
        pthread_attr_t attributes;
        if (size < STACK_SIZE_MIN || pthread_attr_init(&attributes) != 0) {
            return -1;
        }
        int status = pthread_attr_setstacksize(&attributes, size);
        pthread_attr_destroy(&attributes);
        if (status != 0) {
            return -1;
        }
    }
    stack_size = size;
    return 0;
}

/* ---- locks ----------------------------------------------------------------------------------------------------------- */

/* A free lock; NULL if memory is refused (no error is set). */
PyThread_type_lock
PyThread_allocate_lock(void)
{
    sem_t *lock = PyMem_RawMalloc(sizeof *lock);
    if (lock != NULL && sem_init(lock, 0, 1) != 0) {
        PyMem_RawFree(lock);
        lock = NULL;
    }
    return lock;
}

void
PyThread_free_lock(PyThread_type_lock lock)
{
    if (lock != NULL) {
        sem_destroy(lock);
        PyMem_RawFree(lock);
    }
}

/* Wait up to so many microseconds, without end if negative.  PY_LOCK_INTR: a signal came, and interruptible is set. */
PyLockStatus
PyThread_acquire_lock_timed(PyThread_type_lock lock, PY_TIMEOUT_T microseconds, int interruptible)
{
    struct timespec deadline;
    int status;
    if (microseconds > 0) {
        clock_gettime(CLOCK_MONOTONIC, &deadline);
        long long seconds = microseconds / 1000000;
        deadline.tv_sec = seconds > LONG_MAX - deadline.tv_sec - 1 ? LONG_MAX - 1 : deadline.tv_sec + (time_t)seconds;
        deadline.tv_nsec += (long)(microseconds % 1000000) * 1000;
        if (deadline.tv_nsec >= 1000000000) {
            deadline.tv_nsec -= 1000000000;
            deadline.tv_sec++;
        }
    }
    do {
        status = microseconds > 0  ? sem_clockwait(lock, CLOCK_MONOTONIC, &deadline)
               : microseconds == 0 ? sem_trywait(lock)
                                   : sem_wait(lock);
    } while (status != 0 && errno == EINTR && !interruptible);
    return status == 0 ? PY_LOCK_ACQUIRED : interruptible && errno == EINTR ? PY_LOCK_INTR : PY_LOCK_FAILURE;
}

int
PyThread_acquire_lock(PyThread_type_lock lock, int wait)
{
    return PyThread_acquire_lock_timed(lock, wait ? -1 : 0, 0) == PY_LOCK_ACQUIRED;
}

void
PyThread_release_lock(PyThread_type_lock lock)
{
    sem_post(lock);
}

/* In the child of a fork: a lock that was taken by a thread that is gone becomes a new, free one. */
int
_PyThread_at_fork_reinit(PyThread_type_lock *lock)
{
    PyThread_type_lock fresh = PyThread_allocate_lock();
    if (fresh == NULL) {
        return -1;
    }
    *lock = fresh; /* the old one is left alone: someone may have waited for it */
    return 0;
}

/* ---- storage of a thread ------------------------------------------------------------------------------------------------ */

Py_tss_t *
PyThread_tss_alloc(void)
{
    return PyMem_RawCalloc(1, sizeof(Py_tss_t));
}

void
PyThread_tss_free(Py_tss_t *key)
{
    if (key != NULL) {
        PyThread_tss_delete(key);
        PyMem_RawFree(key);
    }
}

int
PyThread_tss_is_created(Py_tss_t *key)
{
    return key->_is_initialized;
}

/* Returns 0 (also if it was created before), or -1. */
int
PyThread_tss_create(Py_tss_t *key)
{
    if (!key->_is_initialized) {
        if (pthread_key_create(&key->_key, NULL) != 0) {
            return -1;
        }
        key->_is_initialized = 1;
    }
    return 0;
}

void
PyThread_tss_delete(Py_tss_t *key)
{
    if (key->_is_initialized) {
        pthread_key_delete(key->_key);
        key->_is_initialized = 0;
    }
}

int
PyThread_tss_set(Py_tss_t *key, void *value)
{
    return pthread_setspecific(key->_key, value) != 0 ? -1 : 0;
}

void *
PyThread_tss_get(Py_tss_t *key)
{
    return pthread_getspecific(key->_key);
}

/* The older interface: a key is an int. */

int
PyThread_create_key(void)
{
    pthread_key_t key;
    if (pthread_key_create(&key, NULL) != 0) {
        return -1;
    }
    if (key > INT_MAX) {
        pthread_key_delete(key);
        errno = ENOMEM;
        return -1;
    }
    return (int)key;
}

void
PyThread_delete_key(int key)
{
    pthread_key_delete((pthread_key_t)key);
}

int
PyThread_set_key_value(int key, void *value)
{
    return pthread_setspecific((pthread_key_t)key, value) != 0 ? -1 : 0;
}

void *
PyThread_get_key_value(int key)
{
    return pthread_getspecific((pthread_key_t)key);
}

void
PyThread_delete_key_value(int key)
{
    pthread_setspecific((pthread_key_t)key, NULL);
}

void
PyThread_ReInitTLS(void)
{
}

/* sys.thread_info, as sys has it.  Refs new. */
PyObject *
PyThread_GetInfo(void)
{
    PyObject *info = PySys_GetObject("thread_info");
    if (info == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "lost sys.thread_info");
    }
    return Py_XNewRef(info);
}
