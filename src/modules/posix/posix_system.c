/* modules/posix/posix_system.c - the system: its name, limits, entropy, messages, load, extended attributes, terminals' sizes.
 *
 * Invariant  keeps nothing: every question goes to the system.
 * Source     Library Reference, os, Miscellaneous System Information. */
#include <langinfo.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <sys/xattr.h>

#include "modules/posix/posix.h"
#include "runtime/config.h"
#include "types/int.h"

/* ---- entropy ------------------------------------------------------------------------------------------------------- */

/* Fill with random bytes.  Returns 0; -1 with errno set; -2 if a signal handler raised. */
static int
fill_random(char *to, Py_ssize_t size, unsigned flags)
{
    while (size > 0) {
        Py_ssize_t n;
        OU_CALL_SYSTEM(n, getrandom(to, (size_t)size, flags));
        if (n < 0) {
            return (int)n;
        }
        to += n;
        size -= n;
    }
    return 0;
}

/* _PyOS_URandom: 0, or -1 with an error set.  _PyOS_URandomNonblock: the same, at once. */
int
_PyOS_URandom(void *to, Py_ssize_t size)
{
    if (size < 0) {
        PyErr_SetString(PyExc_ValueError, "negative argument not allowed");
        return -1;
    }
    int status = fill_random(to, size, 0);
    if (status == -1) {
        ou_posix_error();
    }
    return status < 0 ? -1 : 0;
}

int
_PyOS_URandomNonblock(void *to, Py_ssize_t size)
{
    int status = size < 0 ? -1 : fill_random(to, size, GRND_NONBLOCK);
    if (status == -1 && errno == EAGAIN) {
        return _PyOS_URandom(to, size); /* the system has only just started */
    }
    if (status == -1) {
        ou_posix_error();
    }
    return status < 0 ? -1 : 0;
}

static PyObject *
posix_urandom(PyObject *module, PyObject *arg)
{
    Py_ssize_t size = PyNumber_AsSsize_t(arg, PyExc_OverflowError);
    if (size == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (size < 0) {
        PyErr_SetString(PyExc_ValueError, "negative argument not allowed");
        return NULL;
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    if (bytes != NULL && _PyOS_URandom(PyBytes_AS_STRING(bytes), size) < 0) {
        Py_CLEAR(bytes);
    }
    return bytes;
}

static PyObject *
posix_getrandom(OU_FAST_KW)
{
    static const OuParams params = {"getrandom", {"size", "flags"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    int flags = 0;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[1], &flags) < 0) {
        return NULL;
    }
    Py_ssize_t size = PyNumber_AsSsize_t(v[0], PyExc_OverflowError), n;
    if (size < 0) {
        errno = EINVAL;
        return PyErr_Occurred() ? NULL : ou_posix_error();
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    if (bytes == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &bytes);
    OU_CALL_SYSTEM(n, getrandom(PyBytes_AS_STRING(bytes), (size_t)size, (unsigned)flags));
    OU_HOLD_END(hold);
    if (n < 0) {
        Py_DECREF(bytes);
        return ou_posix_ok((int)n);
    }
    if (n != size) {
        _PyBytes_Resize(&bytes, n);
    }
    return bytes;
}

/* ---- names and limits ---------------------------------------------------------------------------------------------- */

typedef struct {
    const char *name;
    int value;
} Name;

static const Name confstr_names[] = {
#define CONFSTR(name) {#name, _##name},
#include "modules/posix/posix_names.def"
};
static const Name pathconf_names[] = {
#define PATHCONF(name) {#name, _##name},
#include "modules/posix/posix_names.def"
};
static const Name sysconf_names[] = {
#define SYSCONF(name) {#name, _##name},
#include "modules/posix/posix_names.def"
};

/* A name of the table, or a number.  0, or -1 with an error set. */
static int
name_arg(PyObject *arg, const Name *names, size_t n, int *out)
{
    if (PyLong_Check(arg)) {
        return ou_posix_int_arg(arg, out);
    }
    if (!PyUnicode_Check(arg)) {
        PyErr_SetString(PyExc_TypeError, "configuration names must be strings or integers");
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        if (PyUnicode_CompareWithASCIIString(arg, names[i].name) == 0) {
            *out = names[i].value;
            return 0;
        }
    }
    PyErr_SetString(PyExc_ValueError, "unrecognized configuration name");
    return -1;
}

static PyObject *
posix_sysconf(PyObject *module, PyObject *arg)
{
    int name = -1;
    if (name_arg(arg, sysconf_names, OU_COUNT_OF(sysconf_names), &name) < 0) {
        return NULL;
    }
    errno = 0;
    long value = sysconf(name);
    return value == -1 && errno != 0 ? ou_posix_error() : PyLong_FromLong(value);
}

static PyObject *
posix_confstr(PyObject *module, PyObject *arg)
{
    int name = -1;
    char text[4096];
    if (name_arg(arg, confstr_names, OU_COUNT_OF(confstr_names), &name) < 0) {
        return NULL;
    }
    errno = 0;
    size_t size = confstr(name, text, sizeof text);
    if (size == 0) {
        return errno != 0 ? ou_posix_error() : Py_NewRef(Py_None);
    }
    return PyUnicode_DecodeFSDefaultAndSize(text, (Py_ssize_t)Py_MIN(size, sizeof text) - 1);
}

static PyObject *
posix_pathconf(OU_FAST_KW)
{
    static const OuParams params = {"pathconf", {"path", "name"}, .n_positional = 2, .n_required = 2, .n_all = 2};
    PyObject *v[2], *result;
    int name = -1;
    PosixPath path = {"pathconf", "path", .allow_fd = true};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0
        || name_arg(v[1], pathconf_names, OU_COUNT_OF(pathconf_names), &name) < 0 || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    errno = 0;
    long value = path.name == NULL ? fpathconf(path.fd, name) : pathconf(path.name, name);
    /* EINVAL speaks of the name, not of the file */
    result = value != -1 || errno == 0 ? PyLong_FromLong(value)
           : errno == EINVAL           ? ou_posix_error()
                                       : ou_posix_path_error(&path);
    ou_posix_path_end(&path);
    return result;
}

static PyObject *
posix_fpathconf(PyObject *module, PyObject *args)
{
    int fd, name = -1;
    PyObject *arg;
    if (!PyArg_ParseTuple(args, "iO:fpathconf", &fd, &arg)
        || name_arg(arg, pathconf_names, OU_COUNT_OF(pathconf_names), &name) < 0) {
        return NULL;
    }
    errno = 0;
    long value = fpathconf(fd, name);
    return value == -1 && errno != 0 ? ou_posix_error() : PyLong_FromLong(value);
}

static PyStructSequence_Field uname_fields[] = {
    {"sysname", "the system"},    {"nodename", "the machine on its network"},
    {"release", "of the system"}, {"version", "of the system"},
    {"machine", "the hardware"},  {NULL},
};
static PyStructSequence_Desc uname_desc = {"posix.uname_result", "What uname() says of the system.", uname_fields, 5};
static PyTypeObject uname_type;

static PyObject *
posix_uname(PyObject *module, PyObject *unused)
{
    struct utsname u;
    if (uname(&u) < 0) {
        return ou_posix_error();
    }
    const char *texts[] = {u.sysname, u.nodename, u.release, u.version, u.machine};
    PyObject *result = PyStructSequence_New(&uname_type);
    for (int i = 0; result != NULL && i < 5; i++) {
        PyObject *text = PyUnicode_DecodeFSDefault(texts[i]);
        if (text == NULL) {
            Py_CLEAR(result);
            break;
        }
        PyStructSequence_SET_ITEM(result, i, text);
    }
    return result;
}

static PyStructSequence_Field size_fields[] = {{"columns", "characters in a line"}, {"lines", "lines of the window"}, {NULL}};
static PyStructSequence_Desc size_desc = {"os.terminal_size", "The size of a terminal's window.", size_fields, 2};
static PyTypeObject size_type;

static PyObject *
posix_get_terminal_size(PyObject *module, PyObject *args)
{
    int fd = STDOUT_FILENO;
    struct winsize size;
    if (!PyArg_ParseTuple(args, "|i:get_terminal_size", &fd)) {
        return NULL;
    }
    if (ioctl(fd, TIOCGWINSZ, &size) < 0) {
        return ou_posix_error();
    }
    PyObject *columns = PyLong_FromLong(size.ws_col), *lines = PyLong_FromLong(size.ws_row);
    PyObject *result = columns == NULL || lines == NULL ? NULL : PyStructSequence_New(&size_type);
    if (result == NULL) {
        Py_XDECREF(columns);
        Py_XDECREF(lines);
        return NULL;
    }
    PyStructSequence_SET_ITEM(result, 0, columns);
    PyStructSequence_SET_ITEM(result, 1, lines);
    return result;
}

static PyObject *
posix_strerror(PyObject *module, PyObject *arg)
{
    int code = 0;
    return ou_posix_int_arg(arg, &code) < 0 ? NULL : PyUnicode_DecodeLocale(strerror(code), "surrogateescape");
}

static PyObject *
posix_getloadavg(PyObject *module, PyObject *unused)
{
    double load[3];
    if (getloadavg(load, 3) != 3) {
        PyErr_SetString(PyExc_OSError, "Load averages are unobtainable");
        return NULL;
    }
    return Py_BuildValue("(ddd)", load[0], load[1], load[2]);
}

static PyObject *
posix_ctermid(PyObject *module, PyObject *unused)
{
    char name[L_ctermid];
    return ctermid(name) == NULL ? ou_posix_error() : PyUnicode_DecodeFSDefault(name);
}

static PyObject *
posix_device_encoding(OU_FAST_KW)
{
    static const OuParams params = {"device_encoding", {"fd"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    int fd = -1;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &fd) < 0) {
        return NULL;
    }
    ou_locale_settle();
    return isatty(fd) ? PyUnicode_FromString(nl_langinfo(CODESET)) : Py_NewRef(Py_None);
}

/* ---- memory and events as descriptors ------------------------------------------------------------------------------- */

static PyObject *
posix_memfd_create(OU_FAST_KW)
{
    static const OuParams params = {"memfd_create", {"name", "flags"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2], *name;
    int flags = MFD_CLOEXEC;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[1], &flags) < 0
        || !PyUnicode_FSConverter(v[0], &name)) {
        return NULL;
    }
    int fd = memfd_create(PyBytes_AS_STRING(name), (unsigned)flags);
    Py_DECREF(name);
    return fd < 0 ? ou_posix_error() : PyLong_FromLong(fd);
}

static PyObject *
posix_eventfd(OU_FAST_KW)
{
    static const OuParams params = {"eventfd", {"initval", "flags"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    int start = 0, flags = EFD_CLOEXEC;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &start) < 0
        || ou_posix_int_arg(v[1], &flags) < 0) {
        return NULL;
    }
    int fd = eventfd((unsigned)start, flags);
    return fd < 0 ? ou_posix_error() : PyLong_FromLong(fd);
}

/* ---- extended attributes ------------------------------------------------------------------------------------------- */

enum { XATTR_LIMIT = 65536 }; /* of Linux: a value, and a list of names, has no more bytes */

static PyObject *
posix_getxattr(OU_FAST_KW)
{
    static const OuParams params = {
        "getxattr", {"path", "attribute", "follow_symlinks"}, .n_positional = 2, .n_required = 2, .n_all = 3};
    PyObject *v[3], *result = NULL;
    bool follow = true;
    PosixPath path = {"getxattr", "path", .allow_fd = true}, name = {"getxattr", "attribute"};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_bool_arg(v[2], &follow) < 0
        || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    if (ou_posix_path_begin(&name, v[1]) == 0) {
        char *value = PyMem_Malloc(XATTR_LIMIT);
        ssize_t size = -1;
        if (value == NULL) {
            PyErr_NoMemory();
        }
        else {
            Py_BEGIN_ALLOW_THREADS size = path.name == NULL ? fgetxattr(path.fd, name.name, value, XATTR_LIMIT)
                                        : follow            ? getxattr(path.name, name.name, value, XATTR_LIMIT)
                                                            : lgetxattr(path.name, name.name, value, XATTR_LIMIT);
            Py_END_ALLOW_THREADS result = size < 0 ? ou_posix_path_error(&path) : PyBytes_FromStringAndSize(value, size);
        }
        PyMem_Free(value);
        ou_posix_path_end(&name);
    }
    ou_posix_path_end(&path);
    return result;
}

static PyObject *
posix_setxattr(OU_FAST_KW)
{
    static const OuParams params = {
        "setxattr", {"path", "attribute", "value", "flags", "follow_symlinks"}, .n_positional = 4, .n_required = 3, .n_all = 5};
    PyObject *v[5];
    int flags = 0, status = -2;
    bool follow = true;
    Py_buffer value;
    PosixPath path = {"setxattr", "path", .allow_fd = true}, name = {"setxattr", "attribute"};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[3], &flags) < 0
        || ou_posix_bool_arg(v[4], &follow) < 0 || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    if (ou_posix_path_begin(&name, v[1]) == 0) {
        if (PyObject_GetBuffer(v[2], &value, PyBUF_SIMPLE) == 0) {
            Py_BEGIN_ALLOW_THREADS status = path.name == NULL
                                              ? fsetxattr(path.fd, name.name, value.buf, (size_t)value.len, flags)
                                          : follow ? setxattr(path.name, name.name, value.buf, (size_t)value.len, flags)
                                                   : lsetxattr(path.name, name.name, value.buf, (size_t)value.len, flags);
            Py_END_ALLOW_THREADS if (status < 0)
            {
                ou_posix_path_error(&path);
                status = -2;
            }
            PyBuffer_Release(&value);
        }
        ou_posix_path_end(&name);
    }
    return ou_posix_path_finish(&path, status);
}

static PyObject *
posix_removexattr(OU_FAST_KW)
{
    static const OuParams params = {
        "removexattr", {"path", "attribute", "follow_symlinks"}, .n_positional = 2, .n_required = 2, .n_all = 3};
    PyObject *v[3];
    int status = -2;
    bool follow = true;
    PosixPath path = {"removexattr", "path", .allow_fd = true}, name = {"removexattr", "attribute"};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_bool_arg(v[2], &follow) < 0
        || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    if (ou_posix_path_begin(&name, v[1]) == 0) {
        status = path.name == NULL ? fremovexattr(path.fd, name.name)
               : follow            ? removexattr(path.name, name.name)
                                   : lremovexattr(path.name, name.name);
        if (status < 0) {
            ou_posix_path_error(&path);
            status = -2;
        }
        ou_posix_path_end(&name);
    }
    return ou_posix_path_finish(&path, status);
}

static PyObject *
posix_listxattr(OU_FAST_KW)
{
    static const OuParams params = {"listxattr", {"path", "follow_symlinks"}, .n_positional = 1, .n_all = 2};
    PyObject *v[2];
    bool follow = true;
    PosixPath path = {"listxattr", "path", .allow_fd = true, .nullable = true};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_bool_arg(v[1], &follow) < 0
        || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    PyObject *list = NULL;
    char *names = PyMem_Malloc(XATTR_LIMIT);
    if (names == NULL) {
        PyErr_NoMemory();
    }
    else {
        const char *name = path.name != NULL || path.object != NULL ? path.name : ".";
        ssize_t size = name == NULL ? flistxattr(path.fd, names, XATTR_LIMIT)
                     : follow       ? listxattr(name, names, XATTR_LIMIT)
                                    : llistxattr(name, names, XATTR_LIMIT);
        list = size < 0 ? ou_posix_path_error(&path) : PyList_New(0);
        for (char *at = names; list != NULL && at < names + size; at += strlen(at) + 1) {
            PyObject *text = PyUnicode_DecodeFSDefault(at);
            if (text == NULL || PyList_Append(list, text) < 0) {
                Py_CLEAR(list);
            }
            Py_XDECREF(text);
        }
    }
    PyMem_Free(names);
    ou_posix_path_end(&path);
    return list;
}

PyMethodDef ou_posix_system_methods[] = {
    {"urandom", posix_urandom, METH_O, "urandom($module, size, /)\n--\n\nRandom bytes fit for secrets."},
    {"getrandom", OU_KW(posix_getrandom), "getrandom($module, /, size, flags=0)\n--\n\nRandom bytes by getrandom()."},
    {"sysconf", posix_sysconf, METH_O, "sysconf($module, name, /)\n--\n\nA number of the system's configuration."},
    {"confstr", posix_confstr, METH_O, "confstr($module, name, /)\n--\n\nA text of the system's configuration, or None."},
    {"pathconf", OU_KW(posix_pathconf), "pathconf($module, /, path, name)\n--\n\nA limit for a file."},
    {"fpathconf", posix_fpathconf, METH_VARARGS, "fpathconf($module, fd, name, /)\n--\n\nA limit for an open file."},
    {"uname", posix_uname, METH_NOARGS, "uname($module, /)\n--\n\nThe names of the system."},
    {"get_terminal_size", posix_get_terminal_size, METH_VARARGS,
     "get_terminal_size($module, fd=<unrepresentable>, /)\n--\n\nThe size of a terminal's window."},
    {"strerror", posix_strerror, METH_O, "strerror($module, code, /)\n--\n\nThe message of an error number."},
    {"getloadavg", posix_getloadavg, METH_NOARGS, "getloadavg($module, /)\n--\n\nThe load over 1, 5 and 15 minutes."},
    {"ctermid", posix_ctermid, METH_NOARGS, "ctermid($module, /)\n--\n\nThe path of the controlling terminal."},
    {"device_encoding", OU_KW(posix_device_encoding),
     "device_encoding($module, /, fd)\n--\n\nThe encoding of a terminal, or None."},
    {"memfd_create", OU_KW(posix_memfd_create), "memfd_create($module, /, name, flags=MFD_CLOEXEC)\n--\n\nA file in memory."},
    {"eventfd", OU_KW(posix_eventfd), "eventfd($module, /, initval, flags=EFD_CLOEXEC)\n--\n\nA counter to wait for."},
    {"getxattr", OU_KW(posix_getxattr),
     "getxattr($module, /, path, attribute, *, follow_symlinks=True)\n--\n\nAn extended attribute's value."},
    {"setxattr", OU_KW(posix_setxattr),
     "setxattr($module, /, path, attribute, value, flags=0, *,\n         follow_symlinks=True)\n--\n\n"
     "Set an extended attribute."},
    {"removexattr", OU_KW(posix_removexattr),
     "removexattr($module, /, path, attribute, *, follow_symlinks=True)\n--\n\nRemove an extended attribute."},
    {"listxattr", OU_KW(posix_listxattr),
     "listxattr($module, /, path=None, *, follow_symlinks=True)\n--\n\nThe names of the extended attributes."},
    {NULL},
};

static int
add_names(PyObject *module, const char *attribute, const Name *names, size_t n)
{
    PyObject *dict = PyDict_New();
    for (size_t i = 0; dict != NULL && i < n; i++) {
        PyObject *value = ou_int_new_private(names[i].value);
        if (value == NULL || PyDict_SetItemString(dict, names[i].name, value) < 0) {
            Py_CLEAR(dict);
        }
        Py_XDECREF(value);
    }
    int status = dict == NULL ? -1 : PyModule_AddObjectRef(module, attribute, dict);
    Py_XDECREF(dict);
    return status;
}

int
ou_posix_system_exec(PyObject *module)
{
    if (ou_posix_structseq_ready(&uname_type, &uname_desc) < 0 || ou_posix_structseq_ready(&size_type, &size_desc) < 0) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "uname_result", (PyObject *)&uname_type) < 0
                || PyModule_AddObjectRef(module, "terminal_size", (PyObject *)&size_type) < 0
                || add_names(module, "confstr_names", confstr_names, OU_COUNT_OF(confstr_names)) < 0
                || add_names(module, "pathconf_names", pathconf_names, OU_COUNT_OF(pathconf_names)) < 0
                || add_names(module, "sysconf_names", sysconf_names, OU_COUNT_OF(sysconf_names)) < 0
             ? -1
             : 0;
}
