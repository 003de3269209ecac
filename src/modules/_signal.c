/* modules/_signal.c - module _signal: Python's handlers of signals, masks, timers.
 *
 * Owns       handlers[], one reference a signal; the descriptor that is written when a signal comes.
 * Invariant  the handler in C notes the signal and writes that byte, nothing else.  Python's handlers run at safe points of
 *            the main thread.
 * Not here   noting and serving (runtime/signals.c).
 * Source     Library Reference, signal. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "object/args.h"
#include "object/hold.h"
#include "object/state.h"
#include "runtime/signals.h"
#include "types/int.h"

#define FAST(function) (PyCFunction)(void *)(function), METH_FASTCALL
#define FAST_KEYWORDS(function) (PyCFunction)(void *)(function), METH_FASTCALL | METH_KEYWORDS

static PyObject *handlers[OU_N_SIGNALS]; /* SIG_DFL, SIG_IGN, a callable; None: set by someone else; NULL: not asked yet */
static PyObject *default_handler, *ignore_handler; /* the ints SIG_DFL and SIG_IGN */
static PyObject *int_handler;                      /* default_int_handler */
static PyObject *itimer_error;
static PyTypeObject *siginfo_type;
static PyObject
    *owner; /* borrowed: the module that owns all these: of several copies, which a second import makes, the newest */

static volatile int wakeup_fd = -1;
static volatile int wakeup_warns = 1;
static volatile int wakeup_errno;

/* ---- arrival --------------------------------------------------------------------------------------------------------------- */

/* A pending call: the byte could not be written. */
static int
report_wakeup(void *unused)
{
    errno = wakeup_errno;
    PyErr_SetFromErrno(PyExc_OSError);
    _PyErr_WriteUnraisableMsg("when trying to write to the signal wakeup fd", NULL);
    return 0;
}

static void
signal_arrived(int signum)
{
    int saved = errno;
    ou_signal_note(signum);
    int fd = wakeup_fd;
    if (fd != -1) {
        unsigned char byte = (unsigned char)signum;
        ssize_t n;
        do {
            n = write(fd, &byte, 1);
        } while (n < 0 && errno == EINTR);
        if (n < 0 && (wakeup_warns || (errno != EWOULDBLOCK && errno != EAGAIN))) {
            wakeup_errno = errno;
            Py_AddPendingCall(report_wakeup, NULL);
        }
    }
    errno = saved;
}

/* ou_signal_hook: run Python's handler.  RE-ENTRANT. */
static int
serve(int signum)
{
    PyObject *function = handlers[signum];
    if (function == NULL || function == Py_None || function == ignore_handler || function == default_handler) {
        if (signum == SIGINT && function == NULL) {
            PyErr_SetNone(PyExc_KeyboardInterrupt);
            return -1;
        }
        return 0; /* it was changed since */
    }
    PyObject *frame = (PyObject *)PyEval_GetFrame(), *number = PyLong_FromLong(signum), *result = NULL;
    Py_INCREF(function);
    Py_XINCREF(frame);
    OU_HOLD(hold, &function, &frame, &number);
    if (number != NULL) {
        PyObject *args[] = {number, frame != NULL ? frame : Py_None};
        result = PyObject_Vectorcall(function, args, 2, NULL);
    }
    OU_HOLD_END(hold);
    Py_DECREF(function);
    Py_XDECREF(frame);
    Py_XDECREF(number);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

/* ---- handlers ------------------------------------------------------------------------------------------ */

static int
signal_number(PyObject *arg, int *signum)
{
    *signum = _PyLong_AsInt(arg);
    if (*signum == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (*signum < 1 || *signum >= OU_N_SIGNALS) {
        PyErr_SetString(PyExc_ValueError, "signal number out of range");
        return -1;
    }
    return 0;
}

static PyObject *
signal_default_int_handler(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("default_int_handler", n_args, 2, 2)) {
        return NULL;
    }
    PyErr_SetNone(PyExc_KeyboardInterrupt);
    return NULL;
}

static int
check_main_thread(void)
{
    if (!ou_signals_in_main_thread()) {
        PyErr_SetString(PyExc_ValueError, "signal only works in main thread of the main interpreter");
        return -1;
    }
    return 0;
}

static PyObject *
signal_signal(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    int signum, kind = -1;
    PyOS_sighandler_t function;
    if (!_PyArg_CheckPositional("signal", n_args, 2, 2)) {
        return NULL;
    }
    signum = _PyLong_AsInt(args[0]);
    if ((signum == -1 && PyErr_Occurred()) || check_main_thread() < 0 || signal_number(args[0], &signum) < 0) {
        return NULL;
    }
    PyObject *handler = args[1];
    if (PyCallable_Check(handler)) {
        function = signal_arrived;
    }
    else {
        /* signal.SIG_DFL and SIG_IGN are members of an enum: equal to ours, not the same */
        int equal = PyObject_RichCompareBool(handler, ignore_handler, Py_EQ);
        kind = equal > 0 ? 1 : -1;
        if (equal == 0) {
            equal = PyObject_RichCompareBool(handler, default_handler, Py_EQ);
            kind = equal > 0 ? 0 : -1;
        }
        if (equal < 0) {
            return NULL;
        }
        if (kind < 0) {
            PyErr_SetString(PyExc_TypeError, "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object");
            return NULL;
        }
        function = kind == 1 ? SIG_IGN : SIG_DFL;
        handler = kind == 1 ? ignore_handler : default_handler;
    }
    if (PyErr_CheckSignals() < 0) { /* what came before goes to the old handler */
        return NULL;
    }
    if (PyOS_setsig(signum, function) == SIG_ERR) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    PyObject *old = handlers[signum];
    handlers[signum] = Py_NewRef(handler);
    return old != NULL ? old : Py_NewRef(Py_None);
}

static PyObject *
signal_getsignal(PyObject *module, PyObject *arg)
{
    int signum;
    if (signal_number(arg, &signum) < 0) {
        return NULL;
    }
    return Py_NewRef(handlers[signum] != NULL ? handlers[signum] : Py_None);
}

static PyObject *
signal_siginterrupt(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    int signum, flag;
    if (!_PyArg_CheckPositional("siginterrupt", n_args, 2, 2) || signal_number(args[0], &signum) < 0) {
        return NULL;
    }
    if ((flag = _PyLong_AsInt(args[1])) == -1 && PyErr_Occurred()) {
        return NULL;
    }
    struct sigaction action;
    (void)sigaction(signum, NULL, &action);
    action.sa_flags = flag ? action.sa_flags & ~SA_RESTART : action.sa_flags | SA_RESTART;
    if (sigaction(signum, &action, NULL) < 0) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    Py_RETURN_NONE;
}

static PyObject *
signal_strsignal(PyObject *module, PyObject *arg)
{
    int signum;
    if (signal_number(arg, &signum) < 0) {
        return NULL;
    }
    errno = 0;
    const char *text = strsignal(signum);
    if (errno != 0 || text == NULL || strstr(text, "Unknown signal") != NULL) {
        Py_RETURN_NONE;
    }
    return PyUnicode_FromString(text);
}

/* Set the descriptor that is written when a signal comes; -1: none.  Returns the old one. */
int
PySignal_SetWakeupFd(int fd)
{
    int old = wakeup_fd;
    wakeup_fd = fd < 0 ? -1 : fd;
    wakeup_warns = 1;
    return old;
}

static PyObject *
signal_set_wakeup_fd(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {
        "set_wakeup_fd", {"", "warn_on_full_buffer"}, .n_posonly = 1, .n_positional = 1, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    int fd, warns = 1;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0 || ((fd = _PyLong_AsInt(v[0])) == -1 && PyErr_Occurred())
        || (v[1] != NULL && (warns = PyObject_IsTrue(v[1])) < 0)) {
        return NULL;
    }
    if (!ou_signals_in_main_thread()) {
        PyErr_SetString(PyExc_ValueError, "set_wakeup_fd only works in main thread of the main interpreter");
        return NULL;
    }
    if (fd != -1) {
        struct stat status;
        if (_Py_fstat(fd, &status) < 0) {
            return NULL;
        }
        int blocking = _Py_get_blocking(fd);
        if (blocking < 0) {
            return NULL;
        }
        if (blocking) {
            PyErr_Format(PyExc_ValueError, "the fd %i must be in non-blocking mode", fd);
            return NULL;
        }
    }
    int old = wakeup_fd;
    wakeup_fd = fd;
    wakeup_warns = warns;
    return PyLong_FromLong(old);
}

/* ---- sending and waiting ------------------------------------------------------------------------------- */

static PyObject *
signal_alarm(PyObject *module, PyObject *arg)
{
    int n = _PyLong_AsInt(arg);
    return n == -1 && PyErr_Occurred() ? NULL : PyLong_FromLong((long)alarm((unsigned)n));
}

static PyObject *
signal_pause(PyObject *module, PyObject *ignored)
{
    Py_BEGIN_ALLOW_THREADS(void) pause();
    Py_END_ALLOW_THREADS if (PyErr_CheckSignals() < 0)
    {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
signal_raise_signal(PyObject *module, PyObject *arg)
{
    int signum = _PyLong_AsInt(arg), status;
    if (signum == -1 && PyErr_Occurred()) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS status = raise(signum);
    Py_END_ALLOW_THREADS if (status != 0)
    {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    if (PyErr_CheckSignals() < 0) { /* a handler of this one is expected to have run */
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
signal_pthread_kill(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    int signum;
    if (!_PyArg_CheckPositional("pthread_kill", n_args, 2, 2)) {
        return NULL;
    }
    unsigned long id = PyLong_AsUnsignedLongMask(args[0]);
    if ((id == (unsigned long)-1 && PyErr_Occurred()) || ((signum = _PyLong_AsInt(args[1])) == -1 && PyErr_Occurred())
        || PySys_Audit("signal.pthread_kill", "ki", id, signum) < 0) {
        return NULL;
    }
    int error = pthread_kill((pthread_t)id, signum);
    if (error != 0) {
        errno = error;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    if (PyErr_CheckSignals() < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
signal_pidfd_send_signal(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    int pidfd, signum, flags = 0;
    if (!_PyArg_CheckPositional("pidfd_send_signal", n_args, 2, 4)
        || ((pidfd = _PyLong_AsInt(args[0])) == -1 && PyErr_Occurred())
        || ((signum = _PyLong_AsInt(args[1])) == -1 && PyErr_Occurred())
        || (n_args > 3 && (flags = _PyLong_AsInt(args[3])) == -1 && PyErr_Occurred())) {
        return NULL;
    }
    if (n_args > 2 && args[2] != Py_None) {
        PyErr_SetString(PyExc_TypeError, "siginfo must be None");
        return NULL;
    }
    if (syscall(SYS_pidfd_send_signal, pidfd, signum, NULL, flags) < 0) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    Py_RETURN_NONE;
}

/* ---- sets ---------------------------------------------------------------------------------------------- */

static PyObject *
set_to_python(const sigset_t *set)
{
    PyObject *result = PySet_New(NULL);
    for (int signum = 1; result != NULL && signum < OU_N_SIGNALS; signum++) {
        if (sigismember(set, signum) == 1) {
            PyObject *number = PyLong_FromLong(signum);
            if (number == NULL || PySet_Add(result, number) < 0) {
                Py_CLEAR(result);
            }
            Py_XDECREF(number);
        }
    }
    return result;
}

/* Any iterable of numbers.  Returns 0 or -1.  RE-ENTRANT. */
static int
set_from_python(PyObject *iterable, sigset_t *set)
{
    PyObject *iter = PyObject_GetIter(iterable), *item = NULL;
    sigemptyset(set);
    if (iter == NULL) {
        return -1;
    }
    int status = 0;
    OU_HOLD(hold, &iter, &item);
    while (status == 0 && (item = PyIter_Next(iter)) != NULL) {
        int overflow;
        long signum = PyLong_AsLongAndOverflow(item, &overflow);
        if (signum == -1 && PyErr_Occurred()) {
            status = -1;
        }
        else if (overflow || signum <= 0 || signum >= OU_N_SIGNALS) {
            PyErr_Format(PyExc_ValueError, "signal number %ld out of range [1; %i]", signum, OU_N_SIGNALS - 1);
            status = -1;
        }
        else if (sigaddset(set, (int)signum) < 0) {
            if (errno != EINVAL) { /* the C library's own ones are passed over */
                PyErr_SetFromErrno(PyExc_OSError);
                status = -1;
            }
        }
        Py_CLEAR(item);
    }
    OU_HOLD_END(hold);
    Py_DECREF(iter);
    return status < 0 || PyErr_Occurred() ? -1 : 0;
}

static PyObject *
signal_pthread_sigmask(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    int how;
    sigset_t mask, old;
    if (!_PyArg_CheckPositional("pthread_sigmask", n_args, 2, 2) || ((how = _PyLong_AsInt(args[0])) == -1 && PyErr_Occurred())
        || set_from_python(args[1], &mask) < 0) {
        return NULL;
    }
    int error = pthread_sigmask(how, &mask, &old);
    if (error != 0) {
        errno = error;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return PyErr_CheckSignals() < 0 ? NULL : set_to_python(&old);
}

static PyObject *
signal_sigpending(PyObject *module, PyObject *ignored)
{
    sigset_t mask;
    if (sigpending(&mask) < 0) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return set_to_python(&mask);
}

static PyObject *
signal_valid_signals(PyObject *module, PyObject *ignored)
{
    sigset_t mask;
    sigfillset(&mask);
    return set_to_python(&mask);
}

static PyObject *
signal_sigwait(PyObject *module, PyObject *arg)
{
    sigset_t mask;
    int signum, error;
    if (set_from_python(arg, &mask) < 0) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS error = sigwait(&mask, &signum);
    Py_END_ALLOW_THREADS if (error != 0)
    {
        errno = error;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return PyLong_FromLong(signum);
}

static PyStructSequence_Field siginfo_fields[] = {
    {"si_signo", "signal number"},
    {"si_code", "signal code"},
    {"si_errno", "errno associated with this signal"},
    {"si_pid", "sending process ID"},
    {"si_uid", "real user ID of sending process"},
    {"si_status", "exit value or signal"},
    {"si_band", "band event for SIGPOLL"},
    {NULL},
};
static PyStructSequence_Desc siginfo_desc = {"signal.struct_siginfo", "What sigwaitinfo() and sigtimedwait() tell.",
                                             siginfo_fields, 7};

static PyObject *
siginfo_to_python(const siginfo_t *info)
{
    PyObject *self = siginfo_type == NULL ? NULL : PyStructSequence_New(siginfo_type);
    if (self == NULL) {
        return NULL;
    }
    PyStructSequence_SetItem(self, 0, PyLong_FromLong(info->si_signo));
    PyStructSequence_SetItem(self, 1, PyLong_FromLong(info->si_code));
    PyStructSequence_SetItem(self, 2, PyLong_FromLong(info->si_errno));
    PyStructSequence_SetItem(self, 3, PyLong_FromLong(info->si_pid));
    PyStructSequence_SetItem(self, 4, PyLong_FromUnsignedLong(info->si_uid));
    PyStructSequence_SetItem(self, 5, PyLong_FromLong(info->si_status));
    PyStructSequence_SetItem(self, 6, PyLong_FromLong(info->si_band));
    if (PyErr_Occurred()) {
        Py_CLEAR(self);
    }
    return self;
}

/* timeout < 0: without end.  RE-ENTRANT. */
static PyObject *
wait_info(const sigset_t *mask, _PyTime_t timeout)
{
    siginfo_t info;
    _PyTime_t deadline = timeout >= 0 ? _PyDeadline_Init(timeout) : 0;
    for (;;) {
        struct timespec spec;
        int signum, error;
        _PyTime_AsTimespec_clamp(Py_MAX(timeout, 0), &spec);
        Py_BEGIN_ALLOW_THREADS signum = timeout < 0 ? sigwaitinfo(mask, &info) : sigtimedwait(mask, &info, &spec);
        error = errno;
        Py_END_ALLOW_THREADS if (signum != -1)
        {
            return siginfo_to_python(&info);
        }
        if (error == EAGAIN && timeout >= 0) {
            Py_RETURN_NONE;
        }
        if (error != EINTR) {
            errno = error;
            return PyErr_SetFromErrno(PyExc_OSError);
        }
        if (PyErr_CheckSignals() < 0) {
            return NULL;
        }
        if (timeout >= 0 && (timeout = _PyDeadline_Get(deadline)) < 0) {
            Py_RETURN_NONE;
        }
    }
}

static PyObject *
signal_sigwaitinfo(PyObject *module, PyObject *arg)
{
    sigset_t mask;
    return set_from_python(arg, &mask) < 0 ? NULL : wait_info(&mask, -1);
}

static PyObject *
signal_sigtimedwait(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    sigset_t mask;
    _PyTime_t timeout;
    if (!_PyArg_CheckPositional("sigtimedwait", n_args, 2, 2) || set_from_python(args[0], &mask) < 0
        || _PyTime_FromSecondsObject(&timeout, args[1], _PyTime_ROUND_CEILING) < 0) {
        return NULL;
    }
    if (timeout < 0) {
        PyErr_SetString(PyExc_ValueError, "timeout must be non-negative");
        return NULL;
    }
    return wait_info(&mask, timeout);
}

/* ---- timers -------------------------------------------------------------------------------------------- */

static double
to_seconds(const struct timeval *t)
{
    return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

static PyObject *
timer_to_python(const struct itimerval *t)
{
    return Py_BuildValue("(dd)", to_seconds(&t->it_value), to_seconds(&t->it_interval));
}

static int
to_timeval(PyObject *arg, struct timeval *t)
{
    _PyTime_t time;
    if (arg == NULL) {
        *t = (struct timeval){0, 0};
        return 0;
    }
    if (_PyTime_FromSecondsObject(&time, arg, _PyTime_ROUND_CEILING) < 0) {
        return -1;
    }
    _PyTime_AsTimeval_clamp(time, t, _PyTime_ROUND_CEILING);
    return 0;
}

static PyObject *
signal_setitimer(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    int which;
    struct itimerval timer, old;
    if (!_PyArg_CheckPositional("setitimer", n_args, 2, 3) || ((which = _PyLong_AsInt(args[0])) == -1 && PyErr_Occurred())
        || to_timeval(args[1], &timer.it_value) < 0 || to_timeval(n_args > 2 ? args[2] : NULL, &timer.it_interval) < 0) {
        return NULL;
    }
    if (setitimer((__itimer_which_t)which, &timer, &old) != 0) {
        return PyErr_SetFromErrno(itimer_error != NULL ? itimer_error : PyExc_OSError);
    }
    return timer_to_python(&old);
}

static PyObject *
signal_getitimer(PyObject *module, PyObject *arg)
{
    struct itimerval timer;
    int which = _PyLong_AsInt(arg);
    if (which == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (getitimer((__itimer_which_t)which, &timer) != 0) {
        return PyErr_SetFromErrno(itimer_error != NULL ? itimer_error : PyExc_OSError);
    }
    return timer_to_python(&timer);
}

/* ---- the module ---------------------------------------------------------------------------------------- */

static PyMethodDef signal_methods[] = {
    {"default_int_handler", FAST(signal_default_int_handler),
     "default_int_handler($module, signalnum, frame, /)\n--\n\nRaise KeyboardInterrupt."},
    {"alarm", signal_alarm, METH_O, "alarm($module, seconds, /)\n--\n\nHave SIGALRM come in so many seconds."},
    {"setitimer", FAST(signal_setitimer), "setitimer($module, which, seconds, interval=0.0, /)\n--\n\nSet a timer."},
    {"getitimer", signal_getitimer, METH_O, "getitimer($module, which, /)\n--\n\nWhat a timer is set to."},
    {"signal", FAST(signal_signal), "signal($module, signalnum, handler, /)\n--\n\nSet a handler; the old one."},
    {"raise_signal", signal_raise_signal, METH_O, "raise_signal($module, signalnum, /)\n--\n\nSend ourselves a signal."},
    {"strsignal", signal_strsignal, METH_O, "strsignal($module, signalnum, /)\n--\n\nWhat the system calls a signal."},
    {"getsignal", signal_getsignal, METH_O, "getsignal($module, signalnum, /)\n--\n\nThe handler."},
    {"set_wakeup_fd", FAST_KEYWORDS(signal_set_wakeup_fd),
     "set_wakeup_fd(fd, *, warn_on_full_buffer=True) -> fd\n\nHave the signal's number written when one comes."},
    {"siginterrupt", FAST(signal_siginterrupt),
     "siginterrupt($module, signalnum, flag, /)\n--\n\nDoes the signal interrupt system calls?"},
    {"pause", signal_pause, METH_NOARGS, "pause($module, /)\n--\n\nWait for a signal."},
    {"pidfd_send_signal", FAST(signal_pidfd_send_signal),
     "pidfd_send_signal($module, pidfd, signalnum, siginfo=None, flags=0, /)\n--\n\nSend a signal to a process."},
    {"pthread_kill", FAST(signal_pthread_kill),
     "pthread_kill($module, thread_id, signalnum, /)\n--\n\nSend a signal to a thread."},
    {"pthread_sigmask", FAST(signal_pthread_sigmask),
     "pthread_sigmask($module, how, mask, /)\n--\n\nChange which signals are blocked; the old set."},
    {"sigpending", signal_sigpending, METH_NOARGS, "sigpending($module, /)\n--\n\nBlocked signals that have come."},
    {"sigwait", signal_sigwait, METH_O, "sigwait($module, sigset, /)\n--\n\nWait for one of the signals."},
    {"sigwaitinfo", signal_sigwaitinfo, METH_O, "sigwaitinfo($module, sigset, /)\n--\n\nWait for one; what it tells."},
    {"sigtimedwait", FAST(signal_sigtimedwait),
     "sigtimedwait($module, sigset, timeout, /)\n--\n\nThe same, for at most so long."},
    {"valid_signals", signal_valid_signals, METH_NOARGS, "valid_signals($module, /)\n--\n\nAll signals of the system."},
    {NULL},
};

static const struct {
    const char *name;
    int value; /* SIGRTMIN and SIGRTMAX are not known here */
} constants[] = {
#define CONSTANT(name) {#name, name},
    CONSTANT(SIGHUP) CONSTANT(SIGINT) CONSTANT(SIGQUIT) CONSTANT(SIGILL) CONSTANT(SIGTRAP) CONSTANT(SIGIOT) CONSTANT(SIGABRT)
        CONSTANT(SIGFPE) CONSTANT(SIGKILL) CONSTANT(SIGBUS) CONSTANT(SIGSEGV) CONSTANT(SIGSYS) CONSTANT(SIGPIPE)
            CONSTANT(SIGALRM) CONSTANT(SIGTERM) CONSTANT(SIGUSR1) CONSTANT(SIGUSR2){"SIGCLD", SIGCHLD},
    CONSTANT(SIGCHLD) CONSTANT(SIGPWR) CONSTANT(SIGIO) CONSTANT(SIGURG) CONSTANT(SIGWINCH) CONSTANT(SIGPOLL) CONSTANT(SIGSTOP)
        CONSTANT(SIGTSTP) CONSTANT(SIGCONT) CONSTANT(SIGTTIN) CONSTANT(SIGTTOU) CONSTANT(SIGVTALRM) CONSTANT(SIGPROF)
            CONSTANT(SIGXCPU) CONSTANT(SIGXFSZ) CONSTANT(SIGSTKFLT) CONSTANT(SIG_BLOCK) CONSTANT(SIG_UNBLOCK)
                CONSTANT(SIG_SETMASK) CONSTANT(ITIMER_REAL) CONSTANT(ITIMER_VIRTUAL) CONSTANT(ITIMER_PROF)
#undef CONSTANT
};

/* What the process was started with, and what the runtime set before the module was imported. */
static int
handlers_init(void)
{
    for (int signum = 1; signum < OU_N_SIGNALS; signum++) {
        struct sigaction action;
        PyObject *handler = Py_None;
        if (sigaction(signum, NULL, &action) == 0) {
            PyOS_sighandler_t function = action.sa_handler;
            handler = function == SIG_DFL ? default_handler : function == SIG_IGN ? ignore_handler : Py_None;
            if (function == ou_signal_note || function == signal_arrived) {
                handler = int_handler;
                if (PyOS_setsig(signum, signal_arrived) == SIG_ERR) {
                    PyErr_SetFromErrno(PyExc_OSError);
                    return -1;
                }
            }
        }
        Py_XSETREF(handlers[signum], Py_NewRef(handler));
    }
    return 0;
}

static int
signal_exec(PyObject *module)
{
    PyObject *names = PyModule_GetDict(module);
    owner = module;
    for (size_t i = 0; i < OU_COUNT_OF(constants); i++) {
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) {
            return -1;
        }
    }
    if (PyModule_AddIntConstant(module, "SIGRTMIN", SIGRTMIN) < 0 || PyModule_AddIntConstant(module, "SIGRTMAX", SIGRTMAX) < 0
        || PyModule_AddIntConstant(module, "NSIG", OU_N_SIGNALS) < 0) {
        return -1;
    }
    Py_XSETREF(default_handler, ou_int_new_private(0));
    Py_XSETREF(ignore_handler, ou_int_new_private(1));
    Py_XSETREF(int_handler, Py_XNewRef(PyDict_GetItemString(names, "default_int_handler")));
    Py_XSETREF(itimer_error, PyErr_NewException("signal.itimer_error", PyExc_OSError, NULL));
    Py_XSETREF(siginfo_type, PyStructSequence_NewType(&siginfo_desc));
    if (default_handler == NULL || ignore_handler == NULL || int_handler == NULL || itimer_error == NULL || siginfo_type == NULL
        || PyModule_AddObjectRef(module, "SIG_DFL", default_handler) < 0
        || PyModule_AddObjectRef(module, "SIG_IGN", ignore_handler) < 0
        || PyModule_AddObjectRef(module, "ItimerError", itimer_error) < 0
        || PyModule_AddObjectRef(module, "struct_siginfo", (PyObject *)siginfo_type) < 0 || handlers_init() < 0) {
        return -1;
    }
    ou_signal_hook = serve;
    return 0;
}

static int
signal_traverse(PyObject *module, visitproc visit, void *arg)
{
    if (module != owner) {
        return 0;
    }
    for (int signum = 1; signum < OU_N_SIGNALS; signum++) {
        Py_VISIT(handlers[signum]);
    }
    Py_VISIT(default_handler);
    Py_VISIT(ignore_handler);
    Py_VISIT(int_handler);
    Py_VISIT(itimer_error);
    Py_VISIT(siginfo_type);
    return 0;
}

/* The module dies: its handlers are forgotten, and SIGINT is the runtime's again. */
static int
signal_clear(PyObject *module)
{
    if (module != owner) {
        return 0;
    }
    owner = NULL;
    ou_signal_hook = NULL;
    wakeup_fd = -1;
    for (int signum = 1; signum < OU_N_SIGNALS; signum++) {
        if (handlers[signum] != NULL && PyOS_getsig(signum) == signal_arrived) {
            PyOS_setsig(signum, signum == SIGINT ? ou_signal_note : SIG_DFL);
        }
        Py_CLEAR(handlers[signum]);
    }
    Py_CLEAR(default_handler);
    Py_CLEAR(ignore_handler);
    Py_CLEAR(int_handler);
    Py_CLEAR(itimer_error);
    Py_CLEAR(siginfo_type);
    return 0;
}

static void
signal_free(void *module)
{
    (void)signal_clear(module);
}

static PyModuleDef_Slot signal_slots[] = {{Py_mod_exec, signal_exec}, {0, NULL}};

static struct PyModuleDef signal_module = {
    PyModuleDef_HEAD_INIT,   .m_name = "_signal",           .m_doc = "Signals.",     .m_methods = signal_methods,
    .m_slots = signal_slots, .m_traverse = signal_traverse, .m_clear = signal_clear, .m_free = signal_free,
};

PyMODINIT_FUNC
PyInit__signal(void)
{
    return PyModuleDef_Init(&signal_module);
}
