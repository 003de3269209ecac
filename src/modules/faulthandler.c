/* modules/faulthandler.c - module faulthandler: tracebacks on fatal signals, on demand, after a time.
 *
 * Owns       the module's state the files it was given; static variables their descriptors and the signals' old handlers.
 * Invariant  what a signal's handler calls allocates nothing and takes no lock: it reads frames as they are and writes to a
 *            descriptor. A handler is installed only while its file is owned.
 * Source     Library Reference, faulthandler. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "object/args.h"
#include "object/hold.h"
#include "vm/frame.h"

enum { MAX_FRAMES = 100, MAX_THREADS = 100, MAX_TEXT = 500 }; /* from CPython 3.11 */

typedef struct {
    PyObject *fatal_file, *later_file, *user_files[NSIG]; /* owned or NULL */
} FaultState;

static struct Fatal {
    int signal;
    const char *name;
    bool installed;
    struct sigaction before;
} fatals[] = {
    {SIGBUS, "Bus error", false, {{0}}},
    {SIGILL, "Illegal instruction", false, {{0}}},
    {SIGFPE, "Floating point exception", false, {{0}}},
    {SIGABRT, "Aborted", false, {{0}}},
    {SIGSEGV, "Segmentation fault", false, {{0}}}, /* last: what everything else may end in */
};

static struct {
    bool enabled, all_threads;
    int fd;
} fatal;

static struct User {
    bool enabled, all_threads, chain;
    int fd;
    struct sigaction before;
} users[NSIG];

static struct {
    PyThread_type_lock cancel, running; /* held: not to be cancelled; the watcher lives */
    PY_TIMEOUT_T timeout_us;
    bool repeat, exit;
    int fd;
    char header[64];
} later;

/* ---- writing, from a signal's handler ---------------------------------------------------------------------- */

static void
put(int fd, const char *text)
{
    size_t size = strlen(text);
    while (size > 0) {
        ssize_t n = write(fd, text, size);
        if (n < 0 && errno != EINTR) {
            return;
        }
        text += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
}

/* At least `width` digits. */
static void
put_number(int fd, uint64_t number, unsigned base, int width)
{
    char room[24], *at = room + sizeof room;
    *--at = 0;
    do {
        *--at = "0123456789abcdef"[number % base];
        number /= base;
    } while (number > 0 || room + sizeof room - 1 - at < width);
    put(fd, at);
}

/* A str, with escapes for what is not printable ASCII. */
static void
put_str(int fd, PyObject *text)
{
    if (text == NULL || !PyUnicode_Check(text)) {
        put(fd, "???");
        return;
    }
    Py_ssize_t len = PyUnicode_GET_LENGTH(text);
    for (Py_ssize_t i = 0; i < Py_MIN(len, MAX_TEXT); i++) {
        Py_UCS4 c = PyUnicode_READ_CHAR(text, i);
        if (c >= ' ' && c < 127) {
            put(fd, (char[]){(char)c, 0});
            continue;
        }
        put(fd, c < 0x100 ? "\\x" : c < 0x10000 ? "\\u" : "\\U");
        put_number(fd, c, 16, c < 0x100 ? 2 : c < 0x10000 ? 4 : 8);
    }
    if (len > MAX_TEXT) {
        put(fd, "...");
    }
}

static void
put_frames(int fd, PyThreadState *state)
{
    Frame *frame = ou_frame_shown(((OuThread *)state)->frame);
    int n = 0;
    if (frame == NULL) {
        put(fd, "  <no Python frame>\n");
    }
    for (; frame != NULL; frame = ou_frame_shown(frame->back)) {
        if (n++ == MAX_FRAMES) {
            put(fd, "  ...\n");
            return;
        }
        put(fd, "  File \"");
        put_str(fd, frame->code->co_filename);
        put(fd, "\", line ");
        int line = PyCode_Addr2Line(frame->code, 2 * ou_frame_word(frame));
        line >= 0 ? put_number(fd, (uint64_t)line, 10, 1) : put(fd, "???");
        put(fd, " in ");
        put_str(fd, frame->code->co_name);
        put(fd, "\n");
    }
}

/* The traceback of one thread, or of all with a head line each; current is marked. */
static void
put_threads(int fd, bool all, PyThreadState *current)
{
    if (!all) {
        put(fd, "Stack (most recent call first):\n");
        if (current != NULL) {
            put_frames(fd, current);
        }
        return;
    }
    int n = 0;
    PyInterpreterState *interpreter = current != NULL ? current->interp : PyInterpreterState_Main();
    for (PyThreadState *at = PyInterpreterState_ThreadHead(interpreter); at != NULL; at = PyThreadState_Next(at)) {
        if (n++ > 0) {
            put(fd, "\n");
        }
        if (n > MAX_THREADS) {
            put(fd, "...\n");
            return;
        }
        put(fd, at == current ? "Current thread 0x" : "Thread 0x");
        put_number(fd, at->thread_id, 16, 16);
        put(fd, " (most recent call first):\n");
        put_frames(fd, at);
    }
}

/* ---- files ------------------------------------------------------------------------------------------------- */

/* The descriptor of a file argument: NULL or None means sys.stderr.  *file is the object to keep (borrowed), NULL for an int.
 * Returns the descriptor, or -1 with an error set.  RE-ENTRANT (fileno(), flush()). */
static int
file_descriptor(PyObject *arg, PyObject **file)
{
    *file = NULL;
    if (arg == NULL || arg == Py_None) {
        arg = PySys_GetObject("stderr");
        if (arg == NULL || arg == Py_None) {
            PyErr_SetString(PyExc_RuntimeError, arg == NULL ? "unable to get sys.stderr" : "sys.stderr is None");
            return -1;
        }
    }
    if (PyLong_Check(arg)) {
        int fd = _PyLong_AsInt(arg);
        if (fd < 0 && !PyErr_Occurred()) {
            PyErr_SetString(PyExc_ValueError, "file is not a valid file descripter");
        }
        return fd;
    }
    Py_INCREF(arg);
    PyObject *number = NULL;
    OU_HOLD(hold, &arg, &number);
    number = PyObject_CallMethod(arg, "fileno", NULL);
    int fd = -1;
    if (number != NULL) {
        fd = PyLong_Check(number) ? _PyLong_AsInt(number) : -1;
        if (fd < 0 && (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_OverflowError))) {
            PyErr_SetString(PyExc_RuntimeError, "file.fileno() is not a valid file descriptor");
        }
        Py_CLEAR(number);
    }
    if (fd >= 0) {
        number = PyObject_CallMethod(arg, "flush", NULL);
        if (number == NULL) {
            PyErr_Clear();
        }
        Py_CLEAR(number);
        *file = arg; /* borrowed from the caller's arguments or from sys */
    }
    OU_HOLD_END(hold);
    Py_DECREF(arg);
    return fd;
}

static FaultState *
state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

/* Two optional parameters, a file and a flag.  Returns the descriptor, or -1 with an error set. */
static int
file_and_flag(const OuParams *params, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames, PyObject **file, int *flag)
{
    PyObject *v[2];
    *flag = 1;
    if (ou_args_parse(params, args, (size_t)n_args, kwnames, v) < 0) {
        return -1;
    }
    if (v[1] != NULL && (*flag = _PyLong_AsInt(v[1])) == -1 && PyErr_Occurred()) {
        return -1;
    }
    return file_descriptor(v[0], file);
}

#define FAST_KW PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames

static PyObject *
fault_dump_traceback(FAST_KW)
{
    static const OuParams params = {"dump_traceback", {"file", "all_threads"}, .n_positional = 2, .n_all = 2};
    PyObject *file;
    int all, fd = file_and_flag(&params, args, n_args, kwnames, &file, &all);
    if (fd < 0) {
        return NULL;
    }
    put_threads(fd, all, PyThreadState_Get());
    return PyErr_CheckSignals() < 0 ? NULL : Py_NewRef(Py_None);
}

/* ---- fatal signals ----------------------------------------------------------------------------------------- */

static void
fatal_handler(int number)
{
    int error = errno;
    struct Fatal *f = fatals;
    while (f < fatals + OU_COUNT_OF(fatals) - 1 && f->signal != number) {
        f++;
    }
    if (!fatal.enabled) {
        return;
    }
    f->installed = false;
    sigaction(number, &f->before, NULL); /* first: another one in here ends the process */
    put(fatal.fd, "Fatal Python error: ");
    put(fatal.fd, f->name);
    put(fatal.fd, "\n\n");
    put_threads(fatal.fd, fatal.all_threads, PyGILState_GetThisThreadState());
    errno = error;
    raise(number);
}

static PyObject *
fault_enable(FAST_KW)
{
    static const OuParams params = {"enable", {"file", "all_threads"}, .n_positional = 2, .n_all = 2};
    PyObject *file;
    int all, fd = file_and_flag(&params, args, n_args, kwnames, &file, &all);
    if (fd < 0) {
        return NULL;
    }
    PyObject *old = state_of(module)->fatal_file;
    state_of(module)->fatal_file = Py_XNewRef(file);
    fatal.fd = fd;
    fatal.all_threads = all;
    fatal.enabled = true;
    for (size_t i = 0; i < OU_COUNT_OF(fatals); i++) {
        /* SA_NODEFER: a fault in the handler itself must end the process, not hang it. */
        struct sigaction action = {.sa_handler = fatal_handler, .sa_flags = SA_NODEFER | SA_ONSTACK};
        if (!fatals[i].installed && sigaction(fatals[i].signal, &action, &fatals[i].before) == 0) {
            fatals[i].installed = true;
        }
    }
    Py_XDECREF(old);
    Py_RETURN_NONE;
}

static bool
disable(void)
{
    bool was = fatal.enabled;
    fatal.enabled = false;
    for (size_t i = 0; i < OU_COUNT_OF(fatals); i++) {
        if (fatals[i].installed) {
            sigaction(fatals[i].signal, &fatals[i].before, NULL);
            fatals[i].installed = false;
        }
    }
    return was;
}

static PyObject *
fault_disable(PyObject *module, PyObject *unused)
{
    bool was = disable();
    Py_CLEAR(state_of(module)->fatal_file);
    return PyBool_FromLong(was);
}

static PyObject *
fault_is_enabled(PyObject *module, PyObject *unused)
{
    return PyBool_FromLong(fatal.enabled);
}

/* ---- later ------------------------------------------------------------------------------------------------- */

/* The watcher: waits for the time to pass or for `cancel`, without the lock of the runtime. */
static void
later_run(void *unused)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL); /* signals are the main thread's affair */
    while (PyThread_acquire_lock_timed(later.cancel, later.timeout_us, 0) != PY_LOCK_ACQUIRED) {
        put(later.fd, later.header);
        put_threads(later.fd, true, NULL);
        if (later.exit) {
            _exit(1);
        }
        if (!later.repeat) {
            PyThread_release_lock(later.running);
            return;
        }
    }
    PyThread_release_lock(later.cancel);
    PyThread_release_lock(later.running);
}

static void
later_cancel(void)
{
    if (later.cancel == NULL) {
        return;
    }
    PyThread_release_lock(later.cancel);
    PyThread_acquire_lock(later.running, 1); /* it has ended */
    PyThread_release_lock(later.running);
    PyThread_acquire_lock(later.cancel, 1);
}

static PyObject *
fault_dump_traceback_later(FAST_KW)
{
    static const OuParams params = {
        "dump_traceback_later", {"timeout", "repeat", "file", "exit"}, .n_positional = 4, .n_required = 1, .n_all = 4};
    PyObject *v[4], *file;
    _PyTime_t timeout;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0
        || _PyTime_FromSecondsObject(&timeout, v[0], _PyTime_ROUND_TIMEOUT) < 0) {
        return NULL;
    }
    long us = (long)_PyTime_AsMicroseconds(timeout, _PyTime_ROUND_TIMEOUT);
    if (us <= 0) {
        PyErr_SetString(PyExc_ValueError, "timeout must be greater than 0");
        return NULL;
    }
    int repeat = v[1] == NULL ? 0 : PyObject_IsTrue(v[1]), exits = v[3] == NULL ? 0 : PyObject_IsTrue(v[3]);
    int fd = repeat < 0 || exits < 0 ? -1 : file_descriptor(v[2], &file);
    if (fd < 0) {
        return NULL;
    }
    if (later.cancel == NULL) {
        later.running = PyThread_allocate_lock();
        later.cancel = PyThread_allocate_lock();
        if (later.running == NULL || later.cancel == NULL) {
            return PyErr_NoMemory();
        }
        PyThread_acquire_lock(later.cancel, 1);
    }
    later_cancel();
    PyObject *old = state_of(module)->later_file;
    state_of(module)->later_file = Py_XNewRef(file);
    long seconds = us / 1000000, fraction = us % 1000000;
    int n = snprintf(later.header, sizeof later.header, "Timeout (%ld:%02ld:%02ld", seconds / 3600, seconds / 60 % 60,
                     seconds % 60);
    snprintf(later.header + n, sizeof later.header - (size_t)n, fraction ? ".%06ld)!\n" : ")!\n", fraction);
    later.timeout_us = us;
    later.repeat = repeat;
    later.exit = exits;
    later.fd = fd;
    Py_XDECREF(old);
    PyThread_acquire_lock(later.running, 1);
    if (PyThread_start_new_thread(later_run, NULL) == PYTHREAD_INVALID_THREAD_ID) {
        PyThread_release_lock(later.running);
        PyErr_SetString(PyExc_RuntimeError, "unable to start watchdog thread");
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
fault_cancel_dump_traceback_later(PyObject *module, PyObject *unused)
{
    later_cancel();
    Py_CLEAR(state_of(module)->later_file);
    Py_RETURN_NONE;
}

/* ---- signals of the user ----------------------------------------------------------------------------------- */

static void
user_handler(int number)
{
    struct User *user = &users[number];
    int error = errno;
    if (!user->enabled) {
        return;
    }
    put_threads(user->fd, user->all_threads, PyGILState_GetThisThreadState());
    if (user->chain) {
        struct sigaction mine;
        sigaction(number, &user->before, &mine);
        errno = error;
        raise(number);
        sigaction(number, &mine, NULL);
    }
    errno = error;
}

/* Returns a signal's number that may be registered, or -1 with an error set. */
static int
signal_of(PyObject *arg)
{
    int number = _PyLong_AsInt(arg);
    if (number == -1 && PyErr_Occurred()) {
        return -1;
    }
    for (size_t i = 0; i < OU_COUNT_OF(fatals); i++) {
        if (fatals[i].signal == number) {
            PyErr_Format(PyExc_RuntimeError, "signal %i cannot be registered, use enable() instead", number);
            return -1;
        }
    }
    if (number < 1 || number >= NSIG) {
        PyErr_SetString(PyExc_ValueError, "signal number out of range");
        return -1;
    }
    return number;
}

static PyObject *
fault_register(FAST_KW)
{
    static const OuParams params = {
        "register", {"signum", "file", "all_threads", "chain"}, .n_positional = 4, .n_required = 1, .n_all = 4};
    PyObject *v[4], *file;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    int number = signal_of(v[0]);
    int all = v[2] == NULL || number < 0 ? 1 : PyObject_IsTrue(v[2]), chain = v[3] == NULL ? 0 : PyObject_IsTrue(v[3]);
    int fd = number < 0 || all < 0 || chain < 0 ? -1 : file_descriptor(v[1], &file);
    if (fd < 0) {
        return NULL;
    }
    struct User *user = &users[number];
    PyObject *old = state_of(module)->user_files[number];
    struct sigaction action = {.sa_handler = user_handler, .sa_flags = SA_RESTART | SA_ONSTACK | (chain ? SA_NODEFER : 0)};
    if (!user->enabled && sigaction(number, &action, &user->before) < 0) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    state_of(module)->user_files[number] = Py_XNewRef(file);
    user->fd = fd;
    user->all_threads = all;
    user->chain = chain;
    user->enabled = true;
    Py_XDECREF(old);
    Py_RETURN_NONE;
}

static bool
unregister(int number)
{
    bool was = users[number].enabled;
    users[number].enabled = false;
    if (was) {
        sigaction(number, &users[number].before, NULL);
    }
    return was;
}

static PyObject *
fault_unregister(PyObject *module, PyObject *arg)
{
    int number = signal_of(arg);
    if (number < 0) {
        return NULL;
    }
    bool was = unregister(number);
    Py_CLEAR(state_of(module)->user_files[number]);
    return PyBool_FromLong(was);
}

/* ---- for tests: faults on purpose -------------------------------------------------------------------------- */

static void
no_core(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) == 0) {
        limit.rlim_cur = 0;
        setrlimit(RLIMIT_CORE, &limit);
    }
}

#define FAULT(name, number)                                   \
    static PyObject *name(PyObject *module, PyObject *unused) \
    {                                                         \
        no_core();                                            \
        raise(number);                                        \
        Py_RETURN_NONE;                                       \
    }
FAULT(fault_sigsegv, SIGSEGV)
FAULT(fault_sigfpe, SIGFPE)
FAULT(fault_sigabrt, SIGABRT)

/* ---- the module -------------------------------------------------------------------------------------------- */

#define KEYWORDS(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL | METH_KEYWORDS
static PyMethodDef fault_methods[] = {
    {"enable", KEYWORDS(fault_enable), "enable(file=sys.stderr, all_threads=True): show tracebacks on fatal signals"},
    {"disable", fault_disable, METH_NOARGS, "disable(): leave fatal signals alone"},
    {"is_enabled", fault_is_enabled, METH_NOARGS, "is_enabled()->bool: are fatal signals handled?"},
    {"dump_traceback", KEYWORDS(fault_dump_traceback),
     "dump_traceback(file=sys.stderr, all_threads=True): write the traceback of one thread or of all"},
    {"dump_traceback_later", KEYWORDS(fault_dump_traceback_later),
     "dump_traceback_later(timeout, repeat=False, file=sys.stderr, exit=False):\nwrite all tracebacks when the time is over"},
    {"cancel_dump_traceback_later", fault_cancel_dump_traceback_later, METH_NOARGS,
     "cancel_dump_traceback_later():\ntake a dump_traceback_later() back"},
    {"register", KEYWORDS(fault_register),
     "register(signum, file=sys.stderr, all_threads=True, chain=False): write tracebacks on this signal"},
    {"unregister", fault_unregister, METH_O, "unregister(signum): take a register() back"},
    {"_sigsegv", fault_sigsegv, METH_VARARGS, "_sigsegv(release_gil=False): raise a SIGSEGV signal"},
    {"_sigfpe", fault_sigfpe, METH_NOARGS, "_sigfpe(): raise a SIGFPE signal"},
    {"_sigabrt", fault_sigabrt, METH_NOARGS, "_sigabrt(): raise a SIGABRT signal"},
    {NULL},
};

static int
fault_traverse(PyObject *module, visitproc visit, void *arg)
{
    FaultState *state = state_of(module);
    Py_VISIT(state->fatal_file);
    Py_VISIT(state->later_file);
    for (int i = 0; i < NSIG; i++) {
        Py_VISIT(state->user_files[i]);
    }
    return 0;
}

/* The files go, so the handlers go first. */
static int
fault_clear(PyObject *module)
{
    FaultState *state = state_of(module);
    later_cancel();
    disable();
    Py_CLEAR(state->fatal_file);
    Py_CLEAR(state->later_file);
    for (int i = 0; i < NSIG; i++) {
        unregister(i);
        Py_CLEAR(state->user_files[i]);
    }
    return 0;
}

static void
fault_free(void *module)
{
    fault_clear(module);
}

static PyModuleDef_Slot fault_slots[] = {{0, NULL}};

static PyModuleDef fault_module = {
    PyModuleDef_HEAD_INIT,        .m_name = "faulthandler",   .m_doc = "Tracebacks when all else fails.",
    .m_size = sizeof(FaultState), .m_methods = fault_methods, .m_slots = fault_slots,
    .m_traverse = fault_traverse, .m_clear = fault_clear,     .m_free = fault_free,
};

PyMODINIT_FUNC
PyInit_faulthandler(void)
{
    return PyModuleDef_Init(&fault_module);
}
