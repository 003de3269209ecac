/* modules/posix/posix_process.c - processes: fork, waiting, signals, the end.
 *
 * Invariant  in the child of a fork the lock belongs to the one thread there is, before Python code runs.
 * Not here   running another program (posix_exec.c); users and groups (posix_identity.c).
 * Source     Library Reference, os, Process Management; POSIX.1-2017. */
#include <pty.h>
#include <signal.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/times.h>
#include <sys/wait.h>

#include "modules/posix/posix.h"
#include "runtime/import.h"
#include "runtime/signals.h"
#include "vm/vm.h"

/* ---- fork ---------------------------------------------------------------------------------------------------------- */

/* Call each function of a list, the last first if asked; errors are reported and passed over.  RE-ENTRANT. */
static void
run_hooks(PyObject *list, bool backwards)
{
    if (list == NULL) {
        return;
    }
    PyObject *copy = PyList_GetSlice(list, 0, PyList_GET_SIZE(list));
    if (copy == NULL) {
        PyErr_WriteUnraisable(list);
        return;
    }
    OU_HOLD(hold, &copy);
    Py_ssize_t n = PyList_GET_SIZE(copy);
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *function = PyList_GET_ITEM(copy, backwards ? n - 1 - i : i);
        PyObject *result = PyObject_CallNoArgs(function);
        if (result == NULL) {
            PyErr_WriteUnraisable(function);
        }
        Py_XDECREF(result);
    }
    OU_HOLD_END(hold);
    Py_DECREF(copy);
}

/* Before fork(), and after it in the parent and in the child: what register_at_fork() was told, and in the child the
 * runtime's own affairs.  RE-ENTRANT. */
void
PyOS_BeforeFork(void)
{
    run_hooks(ou_interp()->before_forkers, true);
}

void
PyOS_AfterFork_Parent(void)
{
    run_hooks(ou_interp()->after_forkers_parent, false);
}

void
PyOS_AfterFork_Child(void)
{
    ou_thread_after_fork();
    ou_signals_after_fork();
    ou_import_lock_after_fork();
    run_hooks(ou_interp()->after_forkers_child, false);
}

void
PyOS_AfterFork(void)
{
    PyOS_AfterFork_Child();
}

static int
register_hook(PyObject **list, PyObject *function)
{
    if (function == NULL) {
        return 0;
    }
    if (*list == NULL && (*list = PyList_New(0)) == NULL) {
        return -1;
    }
    return PyList_Append(*list, function);
}

static PyObject *
posix_register_at_fork(OU_FAST_KW)
{
    static const OuParams params = {"register_at_fork", {"before", "after_in_child", "after_in_parent"}, .n_all = 3};
    PyObject *v[3];
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0) {
        return NULL;
    }
    if (v[0] == NULL && v[1] == NULL && v[2] == NULL) {
        PyErr_SetString(PyExc_TypeError, "At least one argument is required.");
        return NULL;
    }
    for (int i = 0; i < 3; i++) {
        if (v[i] != NULL && !PyCallable_Check(v[i])) {
            PyErr_Format(PyExc_TypeError, "'%.200s' must be callable, not %.200s", params.names[i], Py_TYPE(v[i])->tp_name);
            return NULL;
        }
    }
    PyInterpreterState *interp = ou_interp();
    if (register_hook(&interp->before_forkers, v[0]) < 0 || register_hook(&interp->after_forkers_child, v[1]) < 0
        || register_hook(&interp->after_forkers_parent, v[2]) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* fork() and forkpty(): the lock is held throughout, so that the child has it. */
static PyObject *
do_fork(const char *event, int *master)
{
    if (PySys_Audit(event, NULL) < 0) {
        return NULL;
    }
    PyOS_BeforeFork();
    pid_t pid = master != NULL ? forkpty(master, NULL, NULL, NULL) : fork();
    int error = errno;
    if (pid == 0) {
        PyOS_AfterFork_Child();
    }
    else {
        PyOS_AfterFork_Parent();
    }
    if (pid < 0) {
        errno = error;
        return ou_posix_error();
    }
    return master != NULL ? Py_BuildValue("(ii)", (int)pid, *master) : PyLong_FromLong(pid);
}

static PyObject *
posix_fork(PyObject *module, PyObject *unused)
{
    return do_fork("os.fork", NULL);
}

static PyObject *
posix_forkpty(PyObject *module, PyObject *unused)
{
    int master = -1;
    return do_fork("os.forkpty", &master);
}

/* ---- waiting ------------------------------------------------------------------------------------------------------- */

static PyStructSequence_Field waitid_fields[] = {{"si_pid", NULL},    {"si_uid", NULL},  {"si_signo", NULL},
                                                 {"si_status", NULL}, {"si_code", NULL}, {NULL}};
static PyStructSequence_Desc waitid_desc = {"posix.waitid_result", "What waitid() says of a child.", waitid_fields, 5};
static PyTypeObject waitid_type;

static PyObject *
posix_waitpid(PyObject *module, PyObject *args)
{
    int pid, options, status = 0;
    if (!PyArg_ParseTuple(args, "ii:waitpid", &pid, &options)) {
        return NULL;
    }
    int found;
    OU_CALL_SYSTEM(found, waitpid(pid, &status, options));
    return found < 0 ? ou_posix_ok(found) : Py_BuildValue("(ii)", found, status);
}

static PyObject *
posix_wait(PyObject *module, PyObject *unused)
{
    int found, status = 0;
    OU_CALL_SYSTEM(found, wait(&status));
    return found < 0 ? ou_posix_ok(found) : Py_BuildValue("(ii)", found, status);
}

/* resource.struct_rusage of the module resource, as wait3() and wait4() give it. */
static PyObject *
wait_with_usage(int pid, int options)
{
    struct rusage usage = {0};
    int found, status = 0;
    OU_CALL_SYSTEM(found, wait4(pid, &status, options, &usage));
    if (found < 0) {
        return ou_posix_ok(found);
    }
    PyObject *resource = PyImport_ImportModule("resource");
    PyObject *type = resource == NULL ? NULL : PyObject_GetAttrString(resource, "struct_rusage");
    Py_XDECREF(resource);
    if (type == NULL) {
        return NULL;
    }
    double user = (double)usage.ru_utime.tv_sec + 1e-6 * (double)usage.ru_utime.tv_usec;
    double system = (double)usage.ru_stime.tv_sec + 1e-6 * (double)usage.ru_stime.tv_usec;
    PyObject *result = PyObject_CallFunction(type, "((ddllllllllllllll))", user, system, usage.ru_maxrss, usage.ru_ixrss,
                                             usage.ru_idrss, usage.ru_isrss, usage.ru_minflt, usage.ru_majflt, usage.ru_nswap,
                                             usage.ru_inblock, usage.ru_oublock, usage.ru_msgsnd, usage.ru_msgrcv,
                                             usage.ru_nsignals, usage.ru_nvcsw, usage.ru_nivcsw);
    Py_DECREF(type);
    return result == NULL ? NULL : Py_BuildValue("(iiN)", found, status, result);
}

static PyObject *
posix_wait3(OU_FAST_KW)
{
    static const OuParams params = {"wait3", {"options"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    int options = 0;
    return ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &options) < 0
             ? NULL
             : wait_with_usage(-1, options);
}

static PyObject *
posix_wait4(OU_FAST_KW)
{
    static const OuParams params = {"wait4", {"pid", "options"}, .n_positional = 2, .n_required = 2, .n_all = 2};
    PyObject *v[2];
    int pid = -1, options = 0;
    return ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &pid) < 0
                || ou_posix_int_arg(v[1], &options) < 0
             ? NULL
             : wait_with_usage(pid, options);
}

static PyObject *
posix_waitid(PyObject *module, PyObject *args)
{
    int id_type, id, options, status;
    siginfo_t info = {0};
    if (!PyArg_ParseTuple(args, "iii:waitid", &id_type, &id, &options)) {
        return NULL;
    }
    OU_CALL_SYSTEM(status, waitid((idtype_t)id_type, (id_t)id, &info, options));
    if (status < 0) {
        return ou_posix_ok(status);
    }
    if (info.si_pid == 0) {
        Py_RETURN_NONE;
    }
    const long values[] = {info.si_pid, info.si_uid, info.si_signo, info.si_status, info.si_code};
    PyObject *result = PyStructSequence_New(&waitid_type);
    for (int i = 0; result != NULL && i < 5; i++) {
        PyObject *value = PyLong_FromLong(values[i]);
        if (value == NULL) {
            Py_CLEAR(result);
            break;
        }
        PyStructSequence_SET_ITEM(result, i, value);
    }
    return result;
}

#define STATUS_FUNCTION(macro, make)                                                                         \
    static PyObject *posix_##macro(OU_FAST_KW)                                                               \
    {                                                                                                        \
        static const OuParams params = {#macro, {"status"}, .n_positional = 1, .n_required = 1, .n_all = 1}; \
        PyObject *v[1];                                                                                      \
        int status = 0;                                                                                      \
        if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &status) < 0) {   \
            return NULL;                                                                                     \
        }                                                                                                    \
        return make(macro(status));                                                                          \
    }
STATUS_FUNCTION(WCOREDUMP, PyBool_FromLong)
STATUS_FUNCTION(WIFCONTINUED, PyBool_FromLong)
STATUS_FUNCTION(WIFSTOPPED, PyBool_FromLong)
STATUS_FUNCTION(WIFSIGNALED, PyBool_FromLong)
STATUS_FUNCTION(WIFEXITED, PyBool_FromLong)
STATUS_FUNCTION(WEXITSTATUS, PyLong_FromLong)
STATUS_FUNCTION(WTERMSIG, PyLong_FromLong)
STATUS_FUNCTION(WSTOPSIG, PyLong_FromLong)

static PyObject *
posix_waitstatus_to_exitcode(OU_FAST_KW)
{
    static const OuParams params = {"waitstatus_to_exitcode", {"status"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    int status = 0;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &status) < 0) {
        return NULL;
    }
    if (WIFEXITED(status)) {
        return PyLong_FromLong(WEXITSTATUS(status));
    }
    if (WIFSIGNALED(status)) {
        return PyLong_FromLong(-WTERMSIG(status));
    }
    if (WIFSTOPPED(status)) {
        return PyErr_Format(PyExc_ValueError, "process stopped by delivery of signal %i", WSTOPSIG(status));
    }
    return PyErr_Format(PyExc_ValueError, "invalid wait status: %i", status);
}

/* ---- signals and the end ------------------------------------------------------------------------------------------- */

static PyObject *
posix_kill(PyObject *module, PyObject *args)
{
    int pid, number;
    if (!PyArg_ParseTuple(args, "ii:kill", &pid, &number) || PySys_Audit("os.kill", "ii", pid, number) < 0) {
        return NULL;
    }
    if (kill(pid, number) < 0) {
        return ou_posix_error();
    }
    return PyErr_CheckSignals() < 0 ? NULL : Py_NewRef(Py_None); /* one sent to oneself is served at once */
}

static PyObject *
posix_killpg(PyObject *module, PyObject *args)
{
    int group, number;
    if (!PyArg_ParseTuple(args, "ii:killpg", &group, &number) || PySys_Audit("os.killpg", "ii", group, number) < 0) {
        return NULL;
    }
    return killpg(group, number) < 0 ? ou_posix_error() : PyErr_CheckSignals() < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
posix_pidfd_open(OU_FAST_KW)
{
    static const OuParams params = {"pidfd_open", {"pid", "flags"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    int pid = -1, flags = 0;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &pid) < 0
        || ou_posix_int_arg(v[1], &flags) < 0) {
        return NULL;
    }
    long fd = syscall(SYS_pidfd_open, pid, flags);
    return fd < 0 ? ou_posix_error() : PyLong_FromLong(fd);
}

static PyObject *
posix_exit(OU_FAST_KW)
{
    static const OuParams params = {"_exit", {"status"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    int status = 0;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &status) < 0) {
        return NULL;
    }
    _exit(status);
}

static PyObject *
posix_abort(PyObject *module, PyObject *unused)
{
    abort();
}

static PyObject *
posix_nice(PyObject *module, PyObject *arg)
{
    int increment = 0;
    if (ou_posix_int_arg(arg, &increment) < 0) {
        return NULL;
    }
    errno = 0; /* -1 is an answer too */
    int value = nice(increment);
    return value == -1 && errno != 0 ? ou_posix_error() : PyLong_FromLong(value);
}

static PyStructSequence_Field times_fields[] = {
    {"user", "seconds in the program"},
    {"system", "seconds in the system"},
    {"children_user", "of children that were waited for"},
    {"children_system", "of children that were waited for"},
    {"elapsed", "seconds since some moment in the past"},
    {NULL},
};
static PyStructSequence_Desc times_desc = {"posix.times_result", "The times of the process.", times_fields, 5};
static PyTypeObject times_type;

static PyObject *
posix_times(PyObject *module, PyObject *unused)
{
    struct tms used;
    errno = 0;
    clock_t now = times(&used);
    if (now == (clock_t)-1 && errno != 0) {
        return ou_posix_error();
    }
    const clock_t ticks[] = {used.tms_utime, used.tms_stime, used.tms_cutime, used.tms_cstime, now};
    double per_second = (double)sysconf(_SC_CLK_TCK);
    PyObject *result = PyStructSequence_New(&times_type);
    for (int i = 0; result != NULL && i < 5; i++) {
        PyObject *value = PyFloat_FromDouble((double)ticks[i] / per_second);
        if (value == NULL) {
            Py_CLEAR(result);
            break;
        }
        PyStructSequence_SET_ITEM(result, i, value);
    }
    return result;
}

#define STATUS_ROW(macro, text)                                                  \
    {                                                                            \
#macro, OU_KW(posix_##macro), #macro "($module, /, status)\n--\n\n" text \
    }
PyMethodDef ou_posix_process_methods[] = {
    {"register_at_fork", OU_KW(posix_register_at_fork),
     "register_at_fork($module, /, *, before=<unrepresentable>,\n                 after_in_child=<unrepresentable>,\n"
     "                 after_in_parent=<unrepresentable>)\n--\n\nHave functions called around fork()."},
    {"fork", posix_fork, METH_NOARGS, "fork($module, /)\n--\n\nDouble the process: 0 in the child, its number in the parent."},
    {"forkpty", posix_forkpty, METH_NOARGS, "forkpty($module, /)\n--\n\nfork() with a new terminal: (pid, master_fd)."},
    {"waitpid", posix_waitpid, METH_VARARGS, "waitpid($module, pid, options, /)\n--\n\nWait for a child: (pid, status)."},
    {"wait", posix_wait, METH_NOARGS, "wait($module, /)\n--\n\nWait for any child: (pid, status)."},
    {"wait3", OU_KW(posix_wait3), "wait3($module, /, options)\n--\n\nWait for any child: (pid, status, rusage)."},
    {"wait4", OU_KW(posix_wait4), "wait4($module, /, pid, options)\n--\n\nWait for a child: (pid, status, rusage)."},
    {"waitid", posix_waitid, METH_VARARGS,
     "waitid($module, idtype, id, options, /)\n--\n\nWait for children; waitid_result or None."},
    STATUS_ROW(WIFCONTINUED, "Was it continued?"),
    STATUS_ROW(WIFSTOPPED, "Was it stopped?"),
    STATUS_ROW(WIFSIGNALED, "Did a signal end it?"),
    STATUS_ROW(WIFEXITED, "Did it exit?"),
    STATUS_ROW(WEXITSTATUS, "The status it exited with."),
    STATUS_ROW(WTERMSIG, "The signal that ended it."),
    STATUS_ROW(WSTOPSIG, "The signal that stopped it."),
    {"WCOREDUMP", OU_KW(posix_WCOREDUMP), "WCOREDUMP($module, status, /)\n--\n\nDid it leave a core dump?"},
    {"waitstatus_to_exitcode", OU_KW(posix_waitstatus_to_exitcode),
     "waitstatus_to_exitcode($module, /, status)\n--\n\nThe exit status, or minus the signal's number."},
    {"kill", posix_kill, METH_VARARGS, "kill($module, pid, signal, /)\n--\n\nSend a signal to a process."},
    {"killpg", posix_killpg, METH_VARARGS, "killpg($module, pgid, signal, /)\n--\n\nSend a signal to a process group."},
    {"pidfd_open", OU_KW(posix_pidfd_open),
     "pidfd_open($module, /, pid, flags=0)\n--\n\nA descriptor that stands for a process."},
    {"_exit", OU_KW(posix_exit), "_exit($module, /, status)\n--\n\nEnd the process here and now."},
    {"abort", posix_abort, METH_NOARGS, "abort($module, /)\n--\n\nEnd the process by SIGABRT."},
    {"nice", posix_nice, METH_O, "nice($module, increment, /)\n--\n\nLower the priority; the new niceness."},
    {"times", posix_times, METH_NOARGS, "times($module, /)\n--\n\nThe times of the process and its children."},
    {NULL},
};

int
ou_posix_process_exec(PyObject *module)
{
    if (ou_posix_structseq_ready(&waitid_type, &waitid_desc) < 0 || ou_posix_structseq_ready(&times_type, &times_desc) < 0) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "waitid_result", (PyObject *)&waitid_type) < 0
                || PyModule_AddObjectRef(module, "times_result", (PyObject *)&times_type) < 0
             ? -1
             : 0;
}
