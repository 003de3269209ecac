/* modules/_posixsubprocess.c - module _posixsubprocess: fork and exec in one step, for the library's subprocess.
 *
 * Owns       in a Plan: C copies of all that the child needs, made before it exists.
 * Invariant  between fork and exec the child calls only what POSIX calls async-signal-safe, and allocates nothing (unless
 *            there is a preexec_fn, which is Python code).
 * Source     Library Reference, subprocess; POSIX.1-2017, fork. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "object/hold.h"

/* All that the child does, ready to be done. */
typedef struct {
    char **argv, **envp; /* envp NULL: the parent's */
    char **programs;     /* paths to try in turn */
    const char *cwd;     /* NULL: stay */
    int *keep;           /* descriptors that stay open, ascending */
    Py_ssize_t n_keep;
    gid_t *groups; /* NULL: leave them */
    Py_ssize_t n_groups;
    bool close_fds, restore_signals, setsid, set_gid, set_uid;
    int group; /* process group to enter, -1: none */
    gid_t gid;
    uid_t uid;
    int umask; /* -1: leave it */
    int in_read, in_write, out_read, out_write, err_read, err_write, report_read, report_write;
    PyObject *preexec; /* borrowed or NULL */
    sigset_t *signals; /* mask to set before exec, or NULL */
} Plan;

/* ---- the child -------------------------------------------------------------------------------------------------------- */

static void
write_all(int fd, const char *text, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, text, size);
        if (n <= 0 && errno != EINTR) {
            return;
        }
        text += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
}

/* Tell the parent what failed, in one write: "OSError:<errno in hex>:<what>", or that preexec_fn did. */
static _Noreturn void
child_fail(const Plan *plan, int error, const char *what)
{
    char text[64] = "SubprocessError:0:", *at = text + 18;
    if (error != 0) {
        int n_digits = 1;
        for (unsigned rest = (unsigned)error >> 4; rest != 0; rest >>= 4) {
            n_digits++;
        }
        memcpy(text, "OSError:", 8);
        for (at = text + 8; n_digits > 0; n_digits--) {
            *at++ = "0123456789abcdef"[(unsigned)error >> (4 * (n_digits - 1)) & 15];
        }
        *at++ = ':';
    }
    size_t size = strlen(what);
    memcpy(at, what, size);
    write_all(plan->report_write, text, (size_t)(at - text) + size);
    _exit(255);
}

/* Make `fd` the standard descriptor `to`; 0 and -1 of errno as usual.  -1: nothing to do. */
static int
child_redirect(int fd, int to)
{
    if (fd < 0) {
        return 0;
    }
    return fd == to ? _Py_set_inheritable_async_safe(fd, 1, NULL) : dup2(fd, to);
}

/* A pipe's end that lies where a standard descriptor goes is moved out of the way first. */
static int
child_move_up(int *fd, int above)
{
    while (*fd >= 0 && *fd <= above) {
        int moved = dup(*fd);
        if (moved < 0) {
            return -1;
        }
        *fd = moved; /* the low ones are overwritten later, or closed */
    }
    return 0;
}

static void
child_close_others(const Plan *plan)
{
    unsigned from = 3;
    for (Py_ssize_t i = 0; i < plan->n_keep; i++) {
        unsigned keep = (unsigned)plan->keep[i];
        if (keep > from) {
            close_range(from, keep - 1, 0);
        }
        from = keep >= from ? keep + 1 : from;
    }
    close_range(from, ~0u, 0);
}

/* Everything up to and with exec.  Returns only if something fails: errno says why, the result what. */
static const char *
child_prepare(Plan *plan)
{
    for (Py_ssize_t i = 0; i < plan->n_keep; i++) {
        if (plan->keep[i] != plan->report_write && _Py_set_inheritable_async_safe(plan->keep[i], 1, NULL) < 0) {
            return "";
        }
    }
    if (plan->in_write >= 0) {
        close(plan->in_write);
    }
    if (plan->out_read >= 0) {
        close(plan->out_read);
    }
    if (plan->err_read >= 0) {
        close(plan->err_read);
    }
    close(plan->report_read);
    if (child_move_up(&plan->out_write, plan->out_write == 0 ? 0 : -1) < 0
        || child_move_up(&plan->err_write, plan->err_write <= 1 ? 1 : -1) < 0 || child_redirect(plan->in_read, 0) < 0
        || child_redirect(plan->out_write, 1) < 0 || child_redirect(plan->err_write, 2) < 0) {
        return "";
    }
    if (plan->cwd != NULL && chdir(plan->cwd) < 0) {
        return "noexec"; /* so the parent names the folder, not the program */
    }
    if (plan->umask >= 0) {
        umask((mode_t)plan->umask);
    }
    if (plan->restore_signals) {
        signal(SIGPIPE, SIG_DFL);
        signal(SIGXFSZ, SIG_DFL);
    }
    if (plan->signals != NULL && (errno = pthread_sigmask(SIG_SETMASK, plan->signals, NULL)) != 0) {
        return "";
    }
    if ((plan->setsid && setsid() < 0) || (plan->group >= 0 && setpgid(0, plan->group) < 0)
        || (plan->groups != NULL && setgroups((size_t)plan->n_groups, plan->groups) < 0)
        || (plan->set_gid && setregid(plan->gid, plan->gid) < 0) || (plan->set_uid && setreuid(plan->uid, plan->uid) < 0)) {
        return "";
    }
    if (plan->preexec != NULL) {
        PyObject *result = PyObject_CallNoArgs(plan->preexec);
        if (result == NULL) {
            PyErr_Clear();
            errno = 0;
            return "Exception occurred in preexec_fn.";
        }
        Py_DECREF(result);
    }
    if (plan->close_fds) {
        child_close_others(plan); /* last: nothing may open another */
    }
    int error = 0;
    for (char **program = plan->programs; *program != NULL; program++) {
        execve(*program, plan->argv, plan->envp != NULL ? plan->envp : environ);
        if (errno != ENOENT && errno != ENOTDIR) {
            error = errno; /* the most telling one */
        }
    }
    errno = error != 0 ? error : errno;
    return "";
}

static _Noreturn void
child_run(Plan *plan)
{
    const char *what = child_prepare(plan);
    child_fail(plan, errno, what);
}

/* ---- the parent ------------------------------------------------------------------------------------------------------- */

/* Start the child.  After vfork() it borrows this frame's memory, so nothing here is read again that it changes.
 * Refs: none.  Returns its number, or -1 with errno. */
static OU_NOINLINE pid_t
start_child(Plan *plan, bool allow_vfork)
{
    sigset_t all, before;
    if (!allow_vfork || plan->preexec != NULL || plan->set_uid || plan->set_gid || plan->groups != NULL) {
        pid_t pid = fork();
        if (pid == 0) {
            if (plan->preexec != NULL) {
                PyOS_AfterFork_Child();
            }
            child_run(plan);
        }
        return pid;
    }
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before); /* no handler of ours runs in the child */
    plan->signals = &before;
    Plan copy = *plan;
    pid_t pid = vfork();
    if (pid == 0) {
        child_run(&copy);
    }
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    plan->signals = NULL;
    errno = error;
    return pid;
}

/* A NULL-ended array of a tuple's bytes (converted from paths, if so), in one block.  NULL with an error set.  RE-ENTRANT. */
static char **
strings_new(PyObject *items, bool convert)
{
    Py_ssize_t n = PyTuple_GET_SIZE(items);
    size_t bytes = ((size_t)n + 1) * sizeof(char *), text = 0;
    PyObject *all = PyTuple_New(n);
    char **strings = NULL, *at, *text_of;
    OU_HOLD(hold, &all);
    for (Py_ssize_t i = 0; all != NULL && i < n; i++) {
        PyObject *item = PyTuple_GET_ITEM(items, i), *encoded = NULL;
        if (convert ? !PyUnicode_FSConverter(item, &encoded) : PyBytes_AsStringAndSize(item, &text_of, NULL) < 0) {
            Py_CLEAR(all);
            break;
        }
        encoded = convert ? encoded : Py_NewRef(item);
        text += (size_t)PyBytes_GET_SIZE(encoded) + 1;
        PyTuple_SET_ITEM(all, i, encoded);
    }
    OU_HOLD_END(hold);
    if (all == NULL) {
        return NULL;
    }
    strings = PyMem_Malloc(bytes + text);
    if (strings == NULL) {
        PyErr_NoMemory();
    }
    else {
        at = (char *)(strings + n + 1);
        for (Py_ssize_t i = 0; i < n; i++) {
            size_t size = (size_t)PyBytes_GET_SIZE(PyTuple_GET_ITEM(all, i)) + 1;
            strings[i] = memcpy(at, PyBytes_AS_STRING(PyTuple_GET_ITEM(all, i)), size);
            at += size;
        }
        strings[n] = NULL;
    }
    Py_DECREF(all);
    return strings;
}

static char **
strings_of(PyObject *sequence, bool convert, const char *message)
{
    PyObject *items = message == NULL ? Py_NewRef(sequence) : PySequence_Fast(sequence, message);
    PyObject *tuple = items == NULL ? NULL : PySequence_Tuple(items);
    Py_XDECREF(items);
    if (tuple == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &tuple);
    char **strings = strings_new(tuple, convert);
    OU_HOLD_END(hold);
    Py_DECREF(tuple);
    return strings;
}

/* The descriptors to keep: ints, ascending. */
static int
plan_keep(Plan *plan, PyObject *tuple)
{
    Py_ssize_t n = PyTuple_GET_SIZE(tuple);
    int *keep = PyMem_Malloc(((size_t)n + 1) * sizeof *keep);
    if (keep == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    plan->keep = keep;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PyTuple_GET_ITEM(tuple, i);
        long fd = PyLong_Check(item) ? PyLong_AsLong(item) : -1;
        if (fd < 0 || fd > INT_MAX || (i > 0 && fd <= keep[i - 1])) {
            PyErr_Clear();
            PyErr_SetString(PyExc_ValueError, "bad value(s) in fds_to_keep");
            return -1;
        }
        keep[i] = (int)fd;
    }
    plan->n_keep = n;
    return 0;
}

/* A user's or group's number; None: *set stays false. */
static int
id_of(PyObject *arg, const char *what, bool *set, unsigned *id)
{
    if (arg == Py_None) {
        return 0;
    }
    if (!PyLong_Check(arg)) {
        PyErr_Format(PyExc_TypeError, "%s id should be integer, not %.200s", what, Py_TYPE(arg)->tp_name);
        return -1;
    }
    unsigned long value = PyLong_AsUnsignedLong(arg);
    if (PyErr_Occurred() || value >= UINT_MAX) {
        PyErr_Clear();
        PyErr_Format(PyExc_ValueError, "invalid %s id", what);
        return -1;
    }
    *id = (unsigned)value;
    *set = true;
    return 0;
}

static int
plan_groups(Plan *plan, PyObject *list)
{
    if (list == Py_None) {
        return 0;
    }
    if (!PyList_Check(list)) {
        PyErr_SetString(PyExc_TypeError, "setgroups argument must be a list");
        return -1;
    }
    Py_ssize_t n = PyList_GET_SIZE(list);
    if (n > NGROUPS_MAX) {
        PyErr_SetString(PyExc_ValueError, "too many groups");
        return -1;
    }
    plan->groups = PyMem_Malloc(((size_t)n + 1) * sizeof *plan->groups);
    if (plan->groups == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    plan->n_groups = n;
    for (Py_ssize_t i = 0; i < n; i++) {
        bool set = false;
        PyObject *item = PyList_GET_ITEM(list, i);
        if (!PyLong_Check(item)) {
            PyErr_SetString(PyExc_TypeError, "groups must be integers");
            return -1;
        }
        if (id_of(item, "group", &set, &plan->groups[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

static void
plan_free(Plan *plan)
{
    PyMem_Free(plan->argv);
    PyMem_Free(plan->envp);
    PyMem_Free(plan->programs);
    PyMem_Free(plan->keep);
    PyMem_Free(plan->groups);
}

/* fork_exec(...): 23 arguments, by position, as subprocess.py gives them.  RE-ENTRANT. */
static PyObject *
subprocess_fork_exec(PyObject *module, PyObject *args)
{
    Plan plan = {0};
    PyObject *argv, *programs, *keep, *cwd, *env, *gid, *groups, *uid, *preexec, *folder = NULL, *result = NULL;
    int close_fds, restore_signals, setsid, allow_vfork;
    if (!PyArg_ParseTuple(args, "OOpO!OOiiiiiiiippiOOOiOp:fork_exec", &argv, &programs, &close_fds, &PyTuple_Type, &keep, &cwd,
                          &env, &plan.in_read, &plan.in_write, &plan.out_read, &plan.out_write, &plan.err_read, &plan.err_write,
                          &plan.report_read, &plan.report_write, &restore_signals, &setsid, &plan.group, &gid, &groups, &uid,
                          &plan.umask, &preexec, &allow_vfork)) {
        return NULL;
    }
    plan.close_fds = close_fds;
    plan.restore_signals = restore_signals;
    plan.setsid = setsid;
    plan.preexec = preexec == Py_None ? NULL : preexec;
    if (close_fds && plan.report_write < 3) {
        PyErr_SetString(PyExc_ValueError, "errpipe_write must be >= 3");
        return NULL;
    }
    OU_HOLD(hold, &folder);
    if (plan_keep(&plan, keep) < 0 || id_of(gid, "group", &plan.set_gid, &plan.gid) < 0
        || id_of(uid, "user", &plan.set_uid, &plan.uid) < 0 || plan_groups(&plan, groups) < 0
        || (cwd != Py_None && !PyUnicode_FSConverter(cwd, &folder))) {
        goto done;
    }
    plan.cwd = folder == NULL ? NULL : PyBytes_AS_STRING(folder);
    plan.programs = strings_of(programs, false, NULL);
    if (plan.programs == NULL || (plan.argv = strings_of(argv, true, "argv must be a tuple")) == NULL
        || (env != Py_None && (plan.envp = strings_of(env, false, NULL)) == NULL)) {
        goto done;
    }
    if (plan.preexec != NULL) {
        PyOS_BeforeFork();
    }
    pid_t pid = start_child(&plan, allow_vfork);
    int error = errno;
    if (plan.preexec != NULL) {
        PyOS_AfterFork_Parent();
    }
    errno = error;
    result = pid < 0 ? PyErr_SetFromErrno(PyExc_OSError) : PyLong_FromLong(pid);
done:
    OU_HOLD_END(hold);
    Py_XDECREF(folder);
    plan_free(&plan);
    return result;
}

static PyMethodDef subprocess_methods[] = {
    {"fork_exec", subprocess_fork_exec, METH_VARARGS,
     "fork_exec(args, executable_list, close_fds, pass_fds, cwd, env, ...) -> pid\n\nFor module subprocess alone."},
    {NULL},
};

static PyModuleDef_Slot subprocess_slots[] = {{0, NULL}};

static PyModuleDef subprocess_module = {
    PyModuleDef_HEAD_INIT,           .m_name = "_posixsubprocess", .m_doc = "A POSIX helper for the subprocess module.",
    .m_methods = subprocess_methods, .m_slots = subprocess_slots,
};

PyMODINIT_FUNC
PyInit__posixsubprocess(void)
{
    return PyModuleDef_Init(&subprocess_module);
}
