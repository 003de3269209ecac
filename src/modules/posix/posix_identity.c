/* modules/posix/posix_identity.c - who the process is: its numbers, user, groups, session; priorities and processors.
 *
 * Invariant  keeps nothing: every question goes to the system.
 * Source     Library Reference, os, Process Parameters; POSIX.1-2017. */
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <sys/resource.h>

#include "modules/posix/posix.h"

/* ---- numbers without arguments ------------------------------------------------------------------------------------- */

#define NUMBER_FUNCTION(name, make)                                   \
    static PyObject *posix_##name(PyObject *module, PyObject *unused) \
    {                                                                 \
        return make(name());                                          \
    }
NUMBER_FUNCTION(getpid, PyLong_FromLong)
NUMBER_FUNCTION(getppid, PyLong_FromLong)
NUMBER_FUNCTION(getpgrp, PyLong_FromLong)
NUMBER_FUNCTION(getuid, ou_posix_id_new)
NUMBER_FUNCTION(geteuid, ou_posix_id_new)
NUMBER_FUNCTION(getgid, ou_posix_id_new)
NUMBER_FUNCTION(getegid, ou_posix_id_new)

static PyObject *
posix_getpgid(OU_FAST_KW)
{
    static const OuParams params = {"getpgid", {"pid"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    int pid = 0;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &pid) < 0) {
        return NULL;
    }
    pid_t group = getpgid(pid);
    return group < 0 ? ou_posix_error() : PyLong_FromLong(group);
}

static PyObject *
posix_getsid(PyObject *module, PyObject *arg)
{
    int pid = 0;
    if (ou_posix_int_arg(arg, &pid) < 0) {
        return NULL;
    }
    pid_t session = getsid(pid);
    return session < 0 ? ou_posix_error() : PyLong_FromLong(session);
}

static PyObject *
posix_setsid(PyObject *module, PyObject *unused)
{
    return setsid() < 0 ? ou_posix_error() : Py_NewRef(Py_None);
}

static PyObject *
posix_setpgrp(PyObject *module, PyObject *unused)
{
    return ou_posix_ok(setpgrp());
}

static PyObject *
posix_setpgid(PyObject *module, PyObject *args)
{
    int pid, group;
    return PyArg_ParseTuple(args, "ii:setpgid", &pid, &group) ? ou_posix_ok(setpgid(pid, group)) : NULL;
}

/* ---- users and groups ---------------------------------------------------------------------------------------------- */

#define SET_ID_FUNCTION(name, noun)                                                \
    static PyObject *posix_##name(PyObject *module, PyObject *arg)                 \
    {                                                                              \
        unsigned id;                                                               \
        return ou_posix_id_arg(arg, noun, &id) < 0 ? NULL : ou_posix_ok(name(id)); \
    }
SET_ID_FUNCTION(setuid, "uid")
SET_ID_FUNCTION(seteuid, "uid")
SET_ID_FUNCTION(setgid, "gid")
SET_ID_FUNCTION(setegid, "gid")

/* n ids of a tuple of arguments. */
static int
id_args(PyObject *args, const char *function, const char *noun, int n, unsigned *ids)
{
    if (PyTuple_GET_SIZE(args) != n) {
        PyErr_Format(PyExc_TypeError, "%s expected %d arguments, got %zd", function, n, PyTuple_GET_SIZE(args));
        return -1;
    }
    for (int i = 0; i < n; i++) {
        if (ou_posix_id_arg(PyTuple_GET_ITEM(args, i), noun, &ids[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

static PyObject *
posix_setreuid(PyObject *module, PyObject *args)
{
    unsigned id[2];
    return id_args(args, "setreuid", "uid", 2, id) < 0 ? NULL : ou_posix_ok(setreuid(id[0], id[1]));
}

static PyObject *
posix_setregid(PyObject *module, PyObject *args)
{
    unsigned id[2];
    return id_args(args, "setregid", "gid", 2, id) < 0 ? NULL : ou_posix_ok(setregid(id[0], id[1]));
}

static PyObject *
posix_setresuid(PyObject *module, PyObject *args)
{
    unsigned id[3];
    return id_args(args, "setresuid", "uid", 3, id) < 0 ? NULL : ou_posix_ok(setresuid(id[0], id[1], id[2]));
}

static PyObject *
posix_setresgid(PyObject *module, PyObject *args)
{
    unsigned id[3];
    return id_args(args, "setresgid", "gid", 3, id) < 0 ? NULL : ou_posix_ok(setresgid(id[0], id[1], id[2]));
}

static PyObject *
posix_getresuid(PyObject *module, PyObject *unused)
{
    uid_t real, effective, saved;
    return getresuid(&real, &effective, &saved) < 0
             ? ou_posix_error()
             : Py_BuildValue("(NNN)", ou_posix_id_new(real), ou_posix_id_new(effective), ou_posix_id_new(saved));
}

static PyObject *
posix_getresgid(PyObject *module, PyObject *unused)
{
    gid_t real, effective, saved;
    return getresgid(&real, &effective, &saved) < 0
             ? ou_posix_error()
             : Py_BuildValue("(NNN)", ou_posix_id_new(real), ou_posix_id_new(effective), ou_posix_id_new(saved));
}

static PyObject *
group_list(const gid_t *groups, int n)
{
    PyObject *list = PyList_New(0);
    for (int i = 0; list != NULL && i < n; i++) {
        PyObject *id = ou_posix_id_new(groups[i]);
        if (id == NULL || PyList_Append(list, id) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(id);
    }
    return list;
}

static PyObject *
posix_getgroups(PyObject *module, PyObject *unused)
{
    int n = getgroups(0, NULL);
    gid_t *groups = n < 0 ? NULL : PyMem_New(gid_t, n + 1);
    if (n < 0) {
        return ou_posix_error();
    }
    if (groups == NULL) {
        return PyErr_NoMemory();
    }
    n = getgroups(n, groups);
    PyObject *list = n < 0 ? ou_posix_error() : group_list(groups, n);
    PyMem_Free(groups);
    return list;
}

static PyObject *
posix_getgrouplist(PyObject *module, PyObject *args)
{
    const char *user;
    PyObject *base;
    unsigned id;
    if (!PyArg_ParseTuple(args, "sO:getgrouplist", &user, &base) || ou_posix_id_arg(base, "gid", &id) < 0) {
        return NULL;
    }
    int n = 64, found;
    for (;;) {
        found = n;
        gid_t *groups = PyMem_New(gid_t, n);
        if (groups == NULL) {
            return PyErr_NoMemory();
        }
        if (getgrouplist(user, id, groups, &found) >= 0) {
            PyObject *list = group_list(groups, found);
            PyMem_Free(groups);
            return list;
        }
        PyMem_Free(groups);
        if (n > 65536) { /* Linux has no more groups a user */
            return ou_posix_error();
        }
        n *= 2;
    }
}

static PyObject *
posix_getlogin(PyObject *module, PyObject *unused)
{
    char name[256];
    int error = getlogin_r(name, sizeof name);
    if (error != 0) {
        errno = error;
        return ou_posix_error();
    }
    return PyUnicode_DecodeFSDefault(name);
}

/* ---- priorities and processors ------------------------------------------------------------------------------------- */

static PyObject *
posix_getpriority(OU_FAST_KW)
{
    static const OuParams params = {"getpriority", {"which", "who"}, .n_positional = 2, .n_required = 2, .n_all = 2};
    PyObject *v[2];
    int which = 0, who = 0;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &which) < 0
        || ou_posix_int_arg(v[1], &who) < 0) {
        return NULL;
    }
    errno = 0;
    int value = getpriority((__priority_which_t)which, (id_t)who);
    return errno != 0 ? ou_posix_error() : PyLong_FromLong(value);
}

static PyObject *
posix_setpriority(OU_FAST_KW)
{
    static const OuParams params = {
        "setpriority", {"which", "who", "priority"}, .n_positional = 3, .n_required = 3, .n_all = 3};
    PyObject *v[3];
    int which = 0, who = 0, value = 0;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &which) < 0
        || ou_posix_int_arg(v[1], &who) < 0 || ou_posix_int_arg(v[2], &value) < 0) {
        return NULL;
    }
    return ou_posix_ok(setpriority((__priority_which_t)which, (id_t)who, value));
}

static PyObject *
posix_sched_yield(PyObject *module, PyObject *unused)
{
    int status;
    Py_BEGIN_ALLOW_THREADS status = sched_yield();
    Py_END_ALLOW_THREADS return ou_posix_ok(status);
}

static PyObject *
posix_cpu_count(PyObject *module, PyObject *unused)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n >= 1 ? PyLong_FromLong(n) : Py_NewRef(Py_None);
}

static PyObject *
posix_sched_getaffinity(PyObject *module, PyObject *arg)
{
    int pid = 0;
    cpu_set_t mask; /* 1,024 processors */
    if (ou_posix_int_arg(arg, &pid) < 0) {
        return NULL;
    }
    if (sched_getaffinity(pid, sizeof mask, &mask) < 0) {
        return ou_posix_error();
    }
    PyObject *set = PySet_New(NULL);
    for (int i = 0; set != NULL && i < CPU_SETSIZE; i++) {
        if (CPU_ISSET(i, &mask)) {
            PyObject *number = PyLong_FromLong(i);
            if (number == NULL || PySet_Add(set, number) < 0) {
                Py_CLEAR(set);
            }
            Py_XDECREF(number);
        }
    }
    return set;
}

static PyObject *
posix_sched_setaffinity(PyObject *module, PyObject *args)
{
    int pid;
    PyObject *cpus;
    cpu_set_t mask;
    if (!PyArg_ParseTuple(args, "iO:sched_setaffinity", &pid, &cpus)) {
        return NULL;
    }
    PyObject *list = PySequence_List(cpus);
    CPU_ZERO(&mask);
    for (Py_ssize_t i = 0; list != NULL && i < PyList_GET_SIZE(list); i++) {
        int cpu = _PyLong_AsInt(PyList_GET_ITEM(list, i));
        if (cpu == -1 && PyErr_Occurred()) {
            Py_CLEAR(list);
        }
        else if (cpu < 0) {
            PyErr_SetString(PyExc_ValueError, "negative CPU number");
            Py_CLEAR(list);
        }
        else if (cpu < CPU_SETSIZE) {
            CPU_SET(cpu, &mask);
        }
    }
    if (list == NULL) {
        return NULL;
    }
    Py_DECREF(list);
    return ou_posix_ok(sched_setaffinity(pid, sizeof mask, &mask));
}

#define NO_ARGS(name, text)                                                 \
    {                                                                       \
#name, posix_##name, METH_NOARGS, #name "($module, /)\n--\n\n" text \
    }
PyMethodDef ou_posix_identity_methods[] = {
    NO_ARGS(getpid, "The process's number."),
    NO_ARGS(getppid, "The parent's number."),
    NO_ARGS(getpgrp, "The process group's number."),
    NO_ARGS(getuid, "The real user."),
    NO_ARGS(geteuid, "The effective user."),
    NO_ARGS(getgid, "The real group."),
    NO_ARGS(getegid, "The effective group."),
    NO_ARGS(getresuid, "Real, effective and saved user."),
    NO_ARGS(getresgid, "Real, effective and saved group."),
    NO_ARGS(getgroups, "The supplementary groups."),
    NO_ARGS(getlogin, "The name that was logged in with."),
    NO_ARGS(setsid, "Begin a session."),
    NO_ARGS(setpgrp, "Begin a process group."),
    NO_ARGS(sched_yield, "Let others have the processor."),
    NO_ARGS(cpu_count, "The number of processors, or None."),
    {"getpgid", OU_KW(posix_getpgid), "getpgid($module, /, pid)\n--\n\nThe process group of a process."},
    {"getsid", posix_getsid, METH_O, "getsid($module, pid, /)\n--\n\nThe session of a process."},
    {"setpgid", posix_setpgid, METH_VARARGS, "setpgid($module, pid, pgrp, /)\n--\n\nPut a process into a group."},
    {"setuid", posix_setuid, METH_O, "setuid($module, uid, /)\n--\n\nSet the user."},
    {"seteuid", posix_seteuid, METH_O, "seteuid($module, euid, /)\n--\n\nSet the effective user."},
    {"setgid", posix_setgid, METH_O, "setgid($module, gid, /)\n--\n\nSet the group."},
    {"setegid", posix_setegid, METH_O, "setegid($module, egid, /)\n--\n\nSet the effective group."},
    {"setreuid", posix_setreuid, METH_VARARGS, "setreuid($module, ruid, euid, /)\n--\n\nSet real and effective user."},
    {"setregid", posix_setregid, METH_VARARGS, "setregid($module, rgid, egid, /)\n--\n\nSet real and effective group."},
    {"setresuid", posix_setresuid, METH_VARARGS, "setresuid($module, ruid, euid, suid, /)\n--\n\nSet all three users."},
    {"setresgid", posix_setresgid, METH_VARARGS, "setresgid($module, rgid, egid, sgid, /)\n--\n\nSet all three groups."},
    {"getgrouplist", posix_getgrouplist, METH_VARARGS, "getgrouplist($module, user, group, /)\n--\n\nThe groups of a user."},
    {"getpriority", OU_KW(posix_getpriority), "getpriority($module, /, which, who)\n--\n\nA niceness."},
    {"setpriority", OU_KW(posix_setpriority), "setpriority($module, /, which, who, priority)\n--\n\nSet a niceness."},
    {"sched_getaffinity", posix_sched_getaffinity, METH_O,
     "sched_getaffinity($module, pid, /)\n--\n\nThe processors that a process may use."},
    {"sched_setaffinity", posix_sched_setaffinity, METH_VARARGS,
     "sched_setaffinity($module, pid, mask, /)\n--\n\nSet the processors that a process may use."},
    {NULL},
};
