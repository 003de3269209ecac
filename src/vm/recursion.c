/* vm/recursion.c - how deep calls may go.
 *
 * Two bounds count together: Python's limit (recursion_remaining of the thread, which compiled modules count down
 * too) and the real end of the C stack, looked at wherever C code recurses.
 *
 * Invariant  a call that is let in counts recursion_remaining down by one; a refused one gives it back.
 * Not here   the bound of the frame stack (stack.c). */

#include <pthread.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vm/vm.h"

enum {
    HEADROOM = 50,               /* calls beyond the limit while its error is being made; from CPython 3.11 */
    C_STACK_RESERVE = 192 << 10, /* bytes of the C stack that C code without checks may use; arbitrary */
    C_STACK_UNKNOWN = 1 << 20,   /* assumed size of a stack that the system doesn't tell of */
};

/* Where the main thread's stack may grow to: the kernel counts its limit from the top, just above the name that the
 * program was started by.  False in another thread, or when the kernel does not tell. */
static bool
main_thread_stack(void **base, size_t *size)
{
    const char *name = (const char *)getauxval(AT_EXECFN);
    struct rlimit limit;
    if (name == NULL || getpid() != (pid_t)syscall(SYS_gettid) || getrlimit(RLIMIT_STACK, &limit) < 0) {
        return false;
    }
    uintptr_t page = 4096, top = ((uintptr_t)name + strlen(name) + page) & ~(page - 1);
    *size = limit.rlim_cur > (rlim_t)1 << 40 ? (size_t)1 << 40 : (size_t)limit.rlim_cur & ~(page - 1);
    *base = (void *)(top - *size);
    return true;
}

/* See vm.h.  The kernel grows the main thread's stack up to its limit. */
void
ou_thread_find_stack(OuThread *thread)
{
    pthread_attr_t attr;
    void *base = NULL;
    size_t size = 0;
    char here;
    if (main_thread_stack(&base, &size)) {
        /* known without asking the C library, which would read the process's map */
    }
    else if (pthread_getattr_np(pthread_self(), &attr) == 0) {
        if (pthread_attr_getstack(&attr, &base, &size) != 0) {
            base = NULL;
        }
        pthread_attr_destroy(&attr);
    }
    if (base == NULL || (char *)base > &here || size < 2 * C_STACK_RESERVE) {
        thread->c_stack_limit = (char *)((uintptr_t)&here - C_STACK_UNKNOWN + C_STACK_RESERVE);
        return;
    }
    thread->c_stack_limit = (char *)base + C_STACK_RESERVE;
    if (size > (size_t)512 << 20) { /* "unlimited": half a gigabyte is enough for anyone */
        thread->c_stack_limit = (char *)((uintptr_t)&here - ((size_t)512 << 20));
    }
}

/* recursion_remaining was counted down already.  where: how the message goes on. */
int
ou_recursion_enter_slow(const char *where)
{
    PyThreadState *ts = ou_tstate();
    char here;
    if (&here >= ((OuThread *)ts)->c_stack_limit) {
        if (ts->recursion_remaining >= 0 || (ts->recursion_headroom && ts->recursion_remaining >= -HEADROOM)) {
            return 0;
        }
    }
    else if (ts->recursion_headroom && &here >= ((OuThread *)ts)->c_stack_limit - (C_STACK_RESERVE >> 1)) {
        return 0;
    }
    ts->recursion_headroom++;
    PyErr_Format(PyExc_RecursionError, "maximum recursion depth exceeded%s", where);
    ts->recursion_headroom--;
    ts->recursion_remaining++;
    return -1;
}

int
Py_EnterRecursiveCall(const char *where)
{
    return ou_recursion_enter(where);
}

void
Py_LeaveRecursiveCall(void)
{
    ou_recursion_leave();
}

/* What compiled modules call when they have counted recursion_remaining below 0. */
PyAPI_FUNC(int) _Py_CheckRecursiveCall(PyThreadState *, const char *);
int
_Py_CheckRecursiveCall(PyThreadState *ts, const char *where)
{
    (void)ts;
    return ou_recursion_enter_slow(where);
}

int
Py_GetRecursionLimit(void)
{
    return ou_tstate()->recursion_limit;
}

/* Set the limit of every thread; what is in use stays counted. */
void
Py_SetRecursionLimit(int limit)
{
    for (PyThreadState *ts = ou_interp()->threads; ts != NULL; ts = ts->next) {
        int depth = ts->recursion_limit - ts->recursion_remaining;
        ts->recursion_limit = limit;
        ts->recursion_remaining = limit - depth;
    }
}
