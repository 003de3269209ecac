/* modules/posix/posix_spawn.c - posix_spawn() and posix_spawnp(): another program in a process of its own.
 *
 * Owns       the C forms of the arguments (struct Spawn), from making to the call's end.
 * Not here   fork (posix_process.c), exec (posix_exec.c).
 * Source     Library Reference, os, Process Management. */
#include <sched.h>
#include <signal.h>
#include <spawn.h>

#include "modules/posix/posix.h"

enum { SPAWN_OPEN, SPAWN_CLOSE, SPAWN_DUP2 };

typedef struct {
    char **argv, **envp;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    PyObject *kept; /* list of the bytes that `actions` may point into */
} Spawn;

/* The numbers of an iterable as a set of signals.  RE-ENTRANT. */
static int
signals_arg(PyObject *arg, sigset_t *set)
{
    PyObject *items = PySequence_List(arg);
    if (items == NULL) {
        return -1;
    }
    int status = 0;
    sigemptyset(set);
    OU_HOLD(hold, &items);
    for (Py_ssize_t i = 0; status == 0 && i < PyList_GET_SIZE(items); i++) {
        int overflow;
        long number = PyLong_AsLongAndOverflow(PyList_GET_ITEM(items, i), &overflow);
        if (number == -1 && PyErr_Occurred()) {
            status = -1;
        }
        else if (overflow || number <= 0 || number >= NSIG) {
            PyErr_Format(PyExc_ValueError, "signal number %ld out of range [1; %i]", number, NSIG - 1);
            status = -1;
        }
        else {
            sigaddset(set, (int)number);
        }
    }
    OU_HOLD_END(hold);
    Py_DECREF(items);
    return status;
}

/* One action on a descriptor: (POSIX_SPAWN_OPEN, fd, path, flags, mode), (CLOSE, fd) or (DUP2, fd, fd).  RE-ENTRANT. */
static int
add_action(Spawn *spawn, PyObject *action)
{
    int error = 0, fd, other;
    if (!PyTuple_Check(action) || PyTuple_GET_SIZE(action) == 0) {
        PyErr_SetString(PyExc_TypeError, "Each file_actions element must be a non-empty tuple");
        return -1;
    }
    long what = PyLong_AsLong(PyTuple_GET_ITEM(action, 0));
    if (what == -1 && PyErr_Occurred()) {
        return -1;
    }
    switch (what) {
    case SPAWN_OPEN: {
        PyObject *tag, *path;
        int flags;
        unsigned long mode;
        if (!PyArg_ParseTuple(action, "OiO&ik;A open file_action tuple must have 5 elements", &tag, &fd, PyUnicode_FSConverter,
                              &path, &flags, &mode)) {
            return -1;
        }
        int kept = PyList_Append(spawn->kept, path); /* older systems keep the pointer */
        Py_DECREF(path);
        if (kept < 0) {
            return -1;
        }
        error = posix_spawn_file_actions_addopen(&spawn->actions, fd, PyBytes_AS_STRING(path), flags, (mode_t)mode);
        break;
    }
    case SPAWN_CLOSE: {
        PyObject *tag;
        if (!PyArg_ParseTuple(action, "Oi;A close file_action tuple must have 2 elements", &tag, &fd)) {
            return -1;
        }
        error = posix_spawn_file_actions_addclose(&spawn->actions, fd);
        break;
    }
    case SPAWN_DUP2: {
        PyObject *tag;
        if (!PyArg_ParseTuple(action, "Oii;A dup2 file_action tuple must have 3 elements", &tag, &fd, &other)) {
            return -1;
        }
        error = posix_spawn_file_actions_adddup2(&spawn->actions, fd, other);
        break;
    }
    default: PyErr_SetString(PyExc_TypeError, "Unknown file_actions identifier"); return -1;
    }
    if (error != 0) {
        errno = error;
        ou_posix_error();
        return -1;
    }
    return 0;
}

static int
add_actions(Spawn *spawn, PyObject *arg)
{
    if (arg == NULL || arg == Py_None) {
        return 0;
    }
    PyObject *items = PySequence_Fast(arg, "file_actions must be a sequence or None"), *action = NULL;
    int status = items == NULL ? -1 : 0;
    OU_HOLD(hold, &items, &action);
    for (Py_ssize_t i = 0; status == 0 && i < PySequence_Fast_GET_SIZE(items); i++) {
        action = Py_NewRef(PySequence_Fast_GET_ITEM(items, i));
        status = add_action(spawn, action);
        Py_CLEAR(action);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(items);
    return status;
}

/* The attributes of the new process.  v: the arguments, from setpgroup on.  RE-ENTRANT. */
static int
set_attributes(Spawn *spawn, PyObject *module, PyObject **v)
{
    short flags = 0;
    sigset_t set;
    bool reset = false, session = false;
    if (v[0] != NULL) {
        int group;
        if (ou_posix_int_arg(v[0], &group) < 0) {
            return -1;
        }
        posix_spawnattr_setpgroup(&spawn->attributes, group);
        flags |= POSIX_SPAWN_SETPGROUP;
    }
    if (ou_posix_bool_arg(v[1], &reset) < 0 || ou_posix_bool_arg(v[2], &session) < 0) {
        return -1;
    }
    flags = (short)(flags | (reset ? POSIX_SPAWN_RESETIDS : 0) | (session ? POSIX_SPAWN_SETSID : 0));
    if (v[3] != NULL) {
        if (signals_arg(v[3], &set) < 0) {
            return -1;
        }
        posix_spawnattr_setsigmask(&spawn->attributes, &set);
        flags |= POSIX_SPAWN_SETSIGMASK;
    }
    if (v[4] != NULL) {
        if (signals_arg(v[4], &set) < 0) {
            return -1;
        }
        posix_spawnattr_setsigdefault(&spawn->attributes, &set);
        flags |= POSIX_SPAWN_SETSIGDEF;
    }
    if (v[5] != NULL) {
        PyObject *policy, *parameters;
        struct sched_param schedule;
        if (!PyTuple_Check(v[5])) {
            PyErr_SetString(PyExc_TypeError, "scheduler must be a tuple of (policy, param)");
            return -1;
        }
        if (!PyArg_ParseTuple(v[5], "OO;A scheduler tuple must have two elements", &policy, &parameters)
            || ou_posix_sched_param_arg(module, parameters, &schedule) < 0) {
            return -1;
        }
        if (policy != Py_None) {
            int number;
            if (ou_posix_int_arg(policy, &number) < 0) {
                return -1;
            }
            posix_spawnattr_setschedpolicy(&spawn->attributes, number);
            flags |= POSIX_SPAWN_SETSCHEDULER;
        }
        posix_spawnattr_setschedparam(&spawn->attributes, &schedule);
        flags |= POSIX_SPAWN_SETSCHEDPARAM;
    }
    posix_spawnattr_setflags(&spawn->attributes, flags);
    return 0;
}

/* Both functions.  RE-ENTRANT. */
static PyObject *
spawn_with(const OuParams *params, bool by_path, OU_FAST_KW)
{
    PyObject *v[10], *result = NULL;
    PosixPath path = {params->function, "path"};
    char what[32];
    if (ou_args_parse(params, args, n_args, kwnames, v) < 0 || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    Spawn spawn = {.kept = PyList_New(0)};
    posix_spawn_file_actions_init(&spawn.actions);
    posix_spawnattr_init(&spawn.attributes);
    OU_HOLD(hold, &spawn.kept);
    snprintf(what, sizeof what, "%s: argv", params->function);
    if (spawn.kept == NULL || (spawn.argv = ou_posix_argv_new(v[1], what)) == NULL) {
        goto done;
    }
    if (!PyMapping_Check(v[2])) {
        PyErr_Format(PyExc_TypeError, "%s: environment must be a mapping object", params->function);
        goto done;
    }
    if ((spawn.envp = ou_posix_envp_new(v[2])) == NULL || add_actions(&spawn, v[3]) < 0
        || set_attributes(&spawn, module, v + 4) < 0 || PySys_Audit("os.posix_spawn", "OOO", path.object, v[1], v[2]) < 0) {
        goto done;
    }
    pid_t pid;
    errno = by_path ? posix_spawnp(&pid, path.name, &spawn.actions, &spawn.attributes, spawn.argv, spawn.envp)
                    : posix_spawn(&pid, path.name, &spawn.actions, &spawn.attributes, spawn.argv, spawn.envp);
    result = errno != 0 ? ou_posix_path_error(&path) : PyLong_FromLong(pid);
done:
    OU_HOLD_END(hold);
    posix_spawn_file_actions_destroy(&spawn.actions);
    posix_spawnattr_destroy(&spawn.attributes);
    ou_posix_strings_free(spawn.argv);
    ou_posix_strings_free(spawn.envp);
    Py_XDECREF(spawn.kept);
    ou_posix_path_end(&path);
    return result;
}

#define SPAWN_PARAMS(text)                                                       \
    {                                                                            \
        text, {"path",     "argv",   "env",        "file_actions", "setpgroup",  \
               "resetids", "setsid", "setsigmask", "setsigdef",    "scheduler"}, \
            .n_posonly = 3, .n_positional = 3, .n_required = 3, .n_all = 10      \
    }

static PyObject *
posix_posix_spawn(OU_FAST_KW)
{
    static const OuParams params = SPAWN_PARAMS("posix_spawn");
    return spawn_with(&params, false, module, args, n_args, kwnames);
}

static PyObject *
posix_posix_spawnp(OU_FAST_KW)
{
    static const OuParams params = SPAWN_PARAMS("posix_spawnp");
    return spawn_with(&params, true, module, args, n_args, kwnames);
}

PyMethodDef ou_posix_spawn_methods[] = {
    {"posix_spawn", OU_KW(posix_posix_spawn),
     "posix_spawn($module, path, argv, env, /, *, file_actions=(),\n            setpgroup=<unrepresentable>, resetids=False, "
     "setsid=False,\n            setsigmask=(), setsigdef=(), scheduler=<unrepresentable>)\n--\n\n"
     "Run the program at path in a new process; its number."},
    {"posix_spawnp", OU_KW(posix_posix_spawnp),
     "posix_spawnp($module, path, argv, env, /, *, file_actions=(),\n             setpgroup=<unrepresentable>, resetids=False, "
     "setsid=False,\n             setsigmask=(), setsigdef=(), scheduler=<unrepresentable>)\n--\n\n"
     "Run a program, looked for along PATH, in a new process; its number."},
    {NULL},
};
