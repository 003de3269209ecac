/* modules/posix/posix_sched.c - the scheduler; groups of the process; splice, eventfd, login_tty.
 *
 * Owns       param_type: os.sched_param, once the module has been made.
 * Invariant  an argument is a sched_param by its exact type, as in CPython.
 * Not here   affinity and yield (posix_identity.c).
 * Source     Library Reference, os, Interface to the scheduler. */
#include <grp.h>
#include <sched.h>
#include <limits.h>
#include <sys/eventfd.h>
#include <time.h>
#include <utmp.h>

#include "modules/posix/posix.h"

/* ---- sched_param ------------------------------------------------------------------------------------------------ */

static PyTypeObject param_type;

static PyStructSequence_Field param_fields[] = {{"sched_priority", "the scheduling priority"}, {NULL}};
static PyStructSequence_Desc param_desc = {
    "posix.sched_param", "Currently has only one field: sched_priority\n\n  sched_priority\n    A scheduling parameter.",
    param_fields, 1};

static PyObject *
param_new_object(PyObject *priority)
{
    PyObject *param = priority == NULL ? NULL : PyStructSequence_New(&param_type);
    if (param == NULL) {
        Py_XDECREF(priority);
        return NULL;
    }
    PyStructSequence_SET_ITEM(param, 0, priority);
    return param;
}

static PyObject *
param_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"sched_param", {"sched_priority"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    return ou_args_parse_tuple(&params, args, kwargs, v) < 0 ? NULL : param_new_object(Py_NewRef(v[0]));
}

/* See posix.h. */
int
ou_posix_sched_param_arg(PyObject *module, PyObject *arg, struct sched_param *out)
{
    if (!Py_IS_TYPE(arg, &param_type)) {
        PyErr_SetString(PyExc_TypeError, "must have a sched_param object");
        return -1;
    }
    long priority = PyLong_AsLong(PyStructSequence_GET_ITEM(arg, 0));
    if (priority == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (priority > INT_MAX || priority < INT_MIN) {
        PyErr_SetString(PyExc_OverflowError, "sched_priority out of range");
        return -1;
    }
    out->sched_priority = (int)priority;
    return 0;
}

/* ---- the scheduler ---------------------------------------------------------------------------------------------- */

static PyObject *
number_or_error(int number)
{
    return number < 0 ? ou_posix_error() : PyLong_FromLong(number);
}

static PyObject *
posix_sched_get_priority_max(OU_FAST_KW)
{
    static const OuParams params = {"sched_get_priority_max", {"policy"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    int policy;
    return ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &policy) < 0
             ? NULL
             : number_or_error(sched_get_priority_max(policy));
}

static PyObject *
posix_sched_get_priority_min(OU_FAST_KW)
{
    static const OuParams params = {"sched_get_priority_min", {"policy"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    int policy;
    return ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &policy) < 0
             ? NULL
             : number_or_error(sched_get_priority_min(policy));
}

static PyObject *
posix_sched_getscheduler(PyObject *module, PyObject *arg)
{
    int pid;
    return ou_posix_int_arg(arg, &pid) < 0 ? NULL : number_or_error(sched_getscheduler(pid));
}

static PyObject *
posix_sched_setscheduler(PyObject *module, PyObject *args)
{
    int pid, policy;
    PyObject *arg;
    struct sched_param param;
    if (!PyArg_ParseTuple(args, "iiO:sched_setscheduler", &pid, &policy, &arg)
        || ou_posix_sched_param_arg(module, arg, &param) < 0) {
        return NULL;
    }
    return ou_posix_ok(sched_setscheduler(pid, policy, &param));
}

static PyObject *
posix_sched_getparam(PyObject *module, PyObject *arg)
{
    int pid;
    struct sched_param param;
    if (ou_posix_int_arg(arg, &pid) < 0) {
        return NULL;
    }
    return sched_getparam(pid, &param) < 0 ? ou_posix_error() : param_new_object(PyLong_FromLong(param.sched_priority));
}

static PyObject *
posix_sched_setparam(PyObject *module, PyObject *args)
{
    int pid;
    PyObject *arg;
    struct sched_param param;
    if (!PyArg_ParseTuple(args, "iO:sched_setparam", &pid, &arg) || ou_posix_sched_param_arg(module, arg, &param) < 0) {
        return NULL;
    }
    return ou_posix_ok(sched_setparam(pid, &param));
}

static PyObject *
posix_sched_rr_get_interval(PyObject *module, PyObject *arg)
{
    int pid;
    struct timespec interval;
    if (ou_posix_int_arg(arg, &pid) < 0) {
        return NULL;
    }
    return sched_rr_get_interval(pid, &interval) < 0
             ? ou_posix_error()
             : PyFloat_FromDouble((double)interval.tv_sec + 1e-9 * (double)interval.tv_nsec);
}

/* ---- groups ----------------------------------------------------------------------------------------------------- */

static PyObject *
posix_setgroups(PyObject *module, PyObject *groups)
{
    if (!PySequence_Check(groups)) {
        PyErr_SetString(PyExc_TypeError, "setgroups argument must be a sequence");
        return NULL;
    }
    PyObject *items = PySequence_Tuple(groups);
    if (items == NULL) {
        return NULL;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(items);
    gid_t *ids = NULL;
    int status = 0;
    if (n > NGROUPS_MAX) {
        PyErr_SetString(PyExc_ValueError, "too many groups");
        status = -1;
    }
    else if ((ids = PyMem_Calloc((size_t)n + 1, sizeof *ids)) == NULL) {
        PyErr_NoMemory();
        status = -1;
    }
    for (Py_ssize_t i = 0; status == 0 && i < n; i++) {
        if (!PyLong_Check(PyTuple_GET_ITEM(items, i))) {
            PyErr_SetString(PyExc_TypeError, "groups must be integers");
            status = -1;
        }
        else {
            status = ou_posix_id_arg(PyTuple_GET_ITEM(items, i), "gid", &ids[i]);
        }
    }
    Py_DECREF(items);
    PyObject *result = status < 0 ? NULL : ou_posix_ok(setgroups((size_t)n, ids));
    PyMem_Free(ids);
    return result;
}

static PyObject *
posix_initgroups(PyObject *module, PyObject *args)
{
    PyObject *name, *group;
    unsigned id;
    if (!PyArg_ParseTuple(args, "O&O:initgroups", PyUnicode_FSConverter, &name, &group)) {
        return NULL;
    }
    PyObject *result = ou_posix_id_arg(group, "gid", &id) < 0 ? NULL : ou_posix_ok(initgroups(PyBytes_AS_STRING(name), id));
    Py_DECREF(name);
    return result;
}

/* ---- descriptors ------------------------------------------------------------------------------------------------ */

static PyObject *
posix_splice(OU_FAST_KW)
{
    static const OuParams params = {
        "splice", {"src", "dst", "count", "offset_src", "offset_dst", "flags"}, .n_positional = 6, .n_required = 3, .n_all = 6};
    PyObject *v[6];
    int src, dst, flags = 0;
    off_t from, to;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &src) < 0
        || ou_posix_int_arg(v[1], &dst) < 0 || ou_posix_int_arg(v[5], &flags) < 0) {
        return NULL;
    }
    Py_ssize_t count = PyNumber_AsSsize_t(v[2], PyExc_OverflowError), n;
    if (count < 0) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_ValueError, "negative value for 'count' not allowed");
        }
        return NULL;
    }
    bool has_from = v[3] != NULL && v[3] != Py_None, has_to = v[4] != NULL && v[4] != Py_None;
    if ((has_from && ou_posix_offset_arg(v[3], &from) < 0) || (has_to && ou_posix_offset_arg(v[4], &to) < 0)) {
        return NULL;
    }
    OU_CALL_SYSTEM(n, splice(src, has_from ? &from : NULL, dst, has_to ? &to : NULL, (size_t)count, (unsigned)flags));
    return n == -2 ? NULL : n < 0 ? ou_posix_error() : PyLong_FromSsize_t(n);
}

static PyObject *
posix_eventfd_read(OU_FAST_KW)
{
    static const OuParams params = {"eventfd_read", {"fd"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    int fd, status;
    eventfd_t value;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &fd) < 0) {
        return NULL;
    }
    OU_CALL_SYSTEM(status, eventfd_read(fd, &value));
    return status == -2 ? NULL : status < 0 ? ou_posix_error() : PyLong_FromUnsignedLongLong(value);
}

static PyObject *
posix_eventfd_write(OU_FAST_KW)
{
    static const OuParams params = {"eventfd_write", {"fd", "value"}, .n_positional = 2, .n_required = 2, .n_all = 2};
    PyObject *v[2];
    int fd, status;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &fd) < 0) {
        return NULL;
    }
    if (PyLong_Check(v[1]) && _PyLong_Sign(v[1]) < 0) {
        PyErr_SetString(PyExc_ValueError, "value must be positive");
        return NULL;
    }
    unsigned long long value = PyLong_AsUnsignedLongLong(v[1]);
    if (value == (unsigned long long)-1 && PyErr_Occurred()) {
        return NULL;
    }
    OU_CALL_SYSTEM(status, eventfd_write(fd, value));
    return status == -2 ? NULL : ou_posix_ok(status);
}

static PyObject *
posix_login_tty(PyObject *module, PyObject *arg)
{
    int fd = PyObject_AsFileDescriptor(arg);
    return fd < 0 ? NULL : ou_posix_ok(login_tty(fd));
}

/* ---- the parts -------------------------------------------------------------------------------------------------- */

int
ou_posix_sched_exec(PyObject *module)
{
    if (ou_posix_structseq_ready(&param_type, &param_desc) < 0) {
        return -1;
    }
    param_type.tp_new = param_new;
    return PyModule_AddObjectRef(module, "sched_param", (PyObject *)&param_type);
}

PyMethodDef ou_posix_sched_methods[] = {
    {"sched_get_priority_max", OU_KW(posix_sched_get_priority_max),
     "sched_get_priority_max($module, /, policy)\n--\n\nThe highest priority of a policy."},
    {"sched_get_priority_min", OU_KW(posix_sched_get_priority_min),
     "sched_get_priority_min($module, /, policy)\n--\n\nThe lowest priority of a policy."},
    {"sched_getscheduler", posix_sched_getscheduler, METH_O, "sched_getscheduler($module, pid, /)\n--\n\nA process's policy."},
    {"sched_setscheduler", posix_sched_setscheduler, METH_VARARGS,
     "sched_setscheduler($module, pid, policy, param, /)\n--\n\nSet a process's policy and priority."},
    {"sched_getparam", posix_sched_getparam, METH_O, "sched_getparam($module, pid, /)\n--\n\nA process's priority."},
    {"sched_setparam", posix_sched_setparam, METH_VARARGS,
     "sched_setparam($module, pid, param, /)\n--\n\nSet a process's priority."},
    {"sched_rr_get_interval", posix_sched_rr_get_interval, METH_O,
     "sched_rr_get_interval($module, pid, /)\n--\n\nThe time slice of a process, in seconds."},
    {"setgroups", posix_setgroups, METH_O, "setgroups($module, groups, /)\n--\n\nSet the process's further groups."},
    {"initgroups", posix_initgroups, METH_VARARGS,
     "initgroups($module, username, gid, /)\n--\n\nSet the process's groups to those of a user, and gid."},
    {"splice", OU_KW(posix_splice),
     "splice($module, /, src, dst, count, offset_src=None, offset_dst=None,\n       flags=0)\n--\n\n"
     "Move bytes between a pipe and another descriptor."},
    {"eventfd_read", OU_KW(posix_eventfd_read), "eventfd_read($module, /, fd)\n--\n\nThe counter of an event descriptor."},
    {"eventfd_write", OU_KW(posix_eventfd_write),
     "eventfd_write($module, /, fd, value)\n--\n\nAdd to the counter of an event descriptor."},
    {"login_tty", posix_login_tty, METH_O, "login_tty($module, fd, /)\n--\n\nMake a terminal the process's own."},
    {NULL},
};
