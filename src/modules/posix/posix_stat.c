/* modules/posix/posix_stat.c - what the file system says of a file, and what of it can be changed.
 *
 * Invariant  a path stays held from ou_posix_path_begin() to its end, on every way out.
 * Not here   names (posix_path.c); DirEntry.stat() (posix_scandir.c) uses ou_posix_stat_new().
 * Source     Library Reference, os, Files and Directories. */
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "modules/posix/posix.h"

enum { NS_PER_S = 1000000000 };

static PyStructSequence_Field stat_fields[] = {
    {"st_mode", "protection and kind"},
    {"st_ino", "number of the node"},
    {"st_dev", "device"},
    {"st_nlink", "number of names"},
    {"st_uid", "user"},
    {"st_gid", "group"},
    {"st_size", "bytes"},
    {NULL, "last access, whole seconds"},
    {NULL, "last change of the content, whole seconds"},
    {NULL, "last change of the node, whole seconds"},
    {"st_atime", "last access"},
    {"st_mtime", "last change of the content"},
    {"st_ctime", "last change of the node"},
    {"st_atime_ns", "last access, nanoseconds"},
    {"st_mtime_ns", "last change of the content, nanoseconds"},
    {"st_ctime_ns", "last change of the node, nanoseconds"},
    {"st_blksize", "the block size to read with"},
    {"st_blocks", "blocks of 512 bytes"},
    {"st_rdev", "device, of a device"},
    {NULL},
};
static PyStructSequence_Desc stat_desc = {"os.stat_result", "What stat() says of a file.", stat_fields, 10};
static PyTypeObject stat_type;

static PyStructSequence_Field statvfs_fields[] = {
    {"f_bsize", NULL}, {"f_frsize", NULL}, {"f_blocks", NULL}, {"f_bfree", NULL},   {"f_bavail", NULL}, {"f_files", NULL},
    {"f_ffree", NULL}, {"f_favail", NULL}, {"f_flag", NULL},   {"f_namemax", NULL}, {"f_fsid", NULL},   {NULL},
};
static PyStructSequence_Desc statvfs_desc = {"os.statvfs_result", "What statvfs() says of a file system.", statvfs_fields, 10};
static PyTypeObject statvfs_type;

static newfunc plain_new; /* of every named tuple */

/* os.stat_result(sequence): times given as whole seconds alone also stand for the exact ones. */
static PyObject *
stat_result_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *self = plain_new(type, args, kwargs);
    for (int i = 7; self != NULL && i <= 9; i++) {
        if (PyStructSequence_GET_ITEM(self, i + 3) == Py_None) {
            Py_INCREF(PyStructSequence_GET_ITEM(self, i));
            PyObject *whole = PyStructSequence_GET_ITEM(self, i);
            PyStructSequence_SET_ITEM(self, i + 3, whole);
            Py_DECREF(Py_None);
        }
    }
    return self;
}

/* Ready a static structseq type once.  Returns 0, or -1 with MemoryError set. */
int
ou_posix_structseq_ready(PyTypeObject *type, PyStructSequence_Desc *desc)
{
    return type->tp_name != NULL ? 0 : PyStructSequence_InitType2(type, desc);
}

static PyObject *
nanoseconds_new(struct timespec when)
{
    long long ns;
    if (!__builtin_mul_overflow((long long)when.tv_sec, NS_PER_S, &ns) && !__builtin_add_overflow(ns, when.tv_nsec, &ns)) {
        return PyLong_FromLongLong(ns);
    }
    return PyErr_Format(PyExc_OverflowError, "timestamp out of range");
}

/* Set items 0 .. n-1 of a new named tuple, whose items are all given; takes them.  A NULL among them: fails. */
static PyObject *
sequence_of(PyTypeObject *type, PyObject **items, int n)
{
    PyObject *self = PyErr_Occurred() ? NULL : PyStructSequence_New(type);
    for (int i = 0; i < n; i++) {
        if (self != NULL) {
            PyStructSequence_SET_ITEM(self, i, items[i]);
        }
        else {
            Py_XDECREF(items[i]);
        }
    }
    return self;
}

/* See posix.h. */
PyObject *
ou_posix_stat_new(const struct stat *st)
{
    const struct timespec times[] = {st->st_atim, st->st_mtim, st->st_ctim};
    PyObject *items[19] = {
        PyLong_FromLong((long)st->st_mode),    PyLong_FromUnsignedLong(st->st_ino), PyLong_FromUnsignedLong(st->st_dev),
        PyLong_FromUnsignedLong(st->st_nlink), ou_posix_id_new(st->st_uid),         ou_posix_id_new(st->st_gid),
        PyLong_FromLongLong(st->st_size),
    };
    for (int i = 0; i < 3; i++) {
        items[7 + i] = PyLong_FromLongLong(times[i].tv_sec);
        items[10 + i] = PyFloat_FromDouble((double)times[i].tv_sec + 1e-9 * (double)times[i].tv_nsec);
        items[13 + i] = nanoseconds_new(times[i]);
    }
    items[16] = PyLong_FromLong(st->st_blksize);
    items[17] = PyLong_FromLong(st->st_blocks);
    items[18] = PyLong_FromUnsignedLong(st->st_rdev);
    return sequence_of(&stat_type, items, 19);
}

static PyObject *
stat_path(const char *function, PyObject *arg, bool allow_fd, PyObject *dir_fd_arg, bool follow)
{
    int dir_fd = AT_FDCWD, status = 0;
    PosixPath path = {function, "path", .allow_fd = allow_fd};
    if (ou_posix_dir_fd_arg(dir_fd_arg, &dir_fd) < 0 || ou_posix_path_begin(&path, arg) < 0) {
        return NULL;
    }
    struct stat st;
    PyObject *result = NULL;
    if (path.name == NULL && dir_fd != AT_FDCWD) {
        PyErr_Format(PyExc_ValueError, "%s: can't specify dir_fd without matching path", function);
    }
    else if (path.name == NULL && !follow) {
        PyErr_Format(PyExc_ValueError, "%s: cannot use fd and follow_symlinks together", function);
    }
    else {
        Py_BEGIN_ALLOW_THREADS status =
            path.name == NULL ? fstat(path.fd, &st) : fstatat(dir_fd, path.name, &st, follow ? 0 : AT_SYMLINK_NOFOLLOW);
        Py_END_ALLOW_THREADS result = status < 0 ? ou_posix_path_error(&path) : ou_posix_stat_new(&st);
    }
    ou_posix_path_end(&path);
    return result;
}

static PyObject *
posix_stat(OU_FAST_KW)
{
    static const OuParams params = {
        "stat", {"path", "dir_fd", "follow_symlinks"}, .n_positional = 1, .n_required = 1, .n_all = 3};
    PyObject *v[3];
    bool follow = true;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_bool_arg(v[2], &follow) < 0) {
        return NULL;
    }
    return stat_path("stat", v[0], true, v[1], follow);
}

static PyObject *
posix_lstat(OU_FAST_KW)
{
    static const OuParams params = {"lstat", {"path", "dir_fd"}, .n_positional = 1, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    return ou_args_parse(&params, args, n_args, kwnames, v) < 0 ? NULL : stat_path("lstat", v[0], false, v[1], false);
}

static PyObject *
posix_fstat(OU_FAST_KW)
{
    static const OuParams params = {"fstat", {"fd"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    int fd = -1, status;
    struct stat st;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &fd) < 0) {
        return NULL;
    }
    OU_CALL_SYSTEM(status, fstat(fd, &st));
    return status < 0 ? ou_posix_ok(status) : ou_posix_stat_new(&st);
}

static PyObject *
posix_access(OU_FAST_KW)
{
    static const OuParams params = {"access",
                                    {"path", "mode", "dir_fd", "effective_ids", "follow_symlinks"},
                                    .n_positional = 2,
                                    .n_required = 2,
                                    .n_all = 5};
    PyObject *v[5];
    int mode = 0, dir_fd = AT_FDCWD, status;
    bool effective = false, follow = true;
    PosixPath path = {"access", "path"};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[1], &mode) < 0
        || ou_posix_dir_fd_arg(v[2], &dir_fd) < 0 || ou_posix_bool_arg(v[3], &effective) < 0
        || ou_posix_bool_arg(v[4], &follow) < 0 || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS status =
        faccessat(dir_fd, path.name, mode, (effective ? AT_EACCESS : 0) | (follow ? 0 : AT_SYMLINK_NOFOLLOW));
    Py_END_ALLOW_THREADS ou_posix_path_end(&path);
    return PyBool_FromLong(status == 0);
}

/* ---- changing ------------------------------------------------------------------------------------------------------ */

static PyObject *
posix_chmod(OU_FAST_KW)
{
    static const OuParams params = {
        "chmod", {"path", "mode", "dir_fd", "follow_symlinks"}, .n_positional = 2, .n_required = 2, .n_all = 4};
    PyObject *v[4];
    int mode = 0, dir_fd = AT_FDCWD, status;
    bool follow = true;
    PosixPath path = {"chmod", "path", .allow_fd = true};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[1], &mode) < 0
        || ou_posix_dir_fd_arg(v[2], &dir_fd) < 0 || ou_posix_bool_arg(v[3], &follow) < 0
        || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    status = PySys_Audit("os.chmod", "Oii", path.object, mode, dir_fd == AT_FDCWD ? -1 : dir_fd) < 0 ? -2 : 0;
    if (status == 0) {
        Py_BEGIN_ALLOW_THREADS status = path.name == NULL
                                          ? fchmod(path.fd, (mode_t)mode)
                                          : fchmodat(dir_fd, path.name, (mode_t)mode, follow ? 0 : AT_SYMLINK_NOFOLLOW);
        Py_END_ALLOW_THREADS if (status < 0 && !follow && (errno == ENOTSUP || errno == EOPNOTSUPP))
        {
            PyErr_SetString(PyExc_NotImplementedError, "chmod: follow_symlinks unavailable on this platform");
            status = -2;
        }
    }
    return ou_posix_path_finish(&path, status);
}

static PyObject *
posix_fchmod(OU_FAST_KW)
{
    static const OuParams params = {"fchmod", {"fd", "mode"}, .n_positional = 2, .n_required = 2, .n_all = 2};
    PyObject *v[2];
    int fd = -1, mode = 0, status;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &fd) < 0
        || ou_posix_int_arg(v[1], &mode) < 0 || PySys_Audit("os.chmod", "iii", fd, mode, -1) < 0) {
        return NULL;
    }
    OU_CALL_SYSTEM(status, fchmod(fd, (mode_t)mode));
    return ou_posix_ok(status);
}

static PyObject *
posix_chown(OU_FAST_KW)
{
    static const OuParams params = {
        "chown", {"path", "uid", "gid", "dir_fd", "follow_symlinks"}, .n_positional = 3, .n_required = 3, .n_all = 5};
    PyObject *v[5];
    unsigned uid, gid;
    int dir_fd = AT_FDCWD, status;
    bool follow = true;
    PosixPath path = {"chown", "path", .allow_fd = true};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_id_arg(v[1], "uid", &uid) < 0
        || ou_posix_id_arg(v[2], "gid", &gid) < 0 || ou_posix_dir_fd_arg(v[3], &dir_fd) < 0
        || ou_posix_bool_arg(v[4], &follow) < 0 || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    status = PySys_Audit("os.chown", "OIIi", path.object, uid, gid, dir_fd == AT_FDCWD ? -1 : dir_fd) < 0 ? -2 : 0;
    if (status == 0 && path.name == NULL && (dir_fd != AT_FDCWD || !follow)) {
        PyErr_SetString(PyExc_ValueError, dir_fd != AT_FDCWD ? "chown: can't specify both dir_fd and fd"
                                                             : "chown: cannot use fd and follow_symlinks together");
        status = -2;
    }
    if (status == 0) {
        Py_BEGIN_ALLOW_THREADS status = path.name == NULL
                                          ? fchown(path.fd, uid, gid)
                                          : fchownat(dir_fd, path.name, uid, gid, follow ? 0 : AT_SYMLINK_NOFOLLOW);
        Py_END_ALLOW_THREADS
    }
    return ou_posix_path_finish(&path, status);
}

static PyObject *
posix_fchown(OU_FAST_KW)
{
    static const OuParams params = {"fchown", {"fd", "uid", "gid"}, .n_positional = 3, .n_required = 3, .n_all = 3};
    PyObject *v[3];
    unsigned uid, gid;
    int fd = -1, status;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &fd) < 0
        || ou_posix_id_arg(v[1], "uid", &uid) < 0 || ou_posix_id_arg(v[2], "gid", &gid) < 0) {
        return NULL;
    }
    OU_CALL_SYSTEM(status, fchown(fd, uid, gid));
    return ou_posix_ok(status);
}

static PyObject *
posix_lchown(OU_FAST_KW)
{
    static const OuParams params = {"lchown", {"path", "uid", "gid"}, .n_positional = 3, .n_required = 3, .n_all = 3};
    PyObject *v[3];
    unsigned uid, gid;
    int status;
    PosixPath path = {"lchown", "path"};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_id_arg(v[1], "uid", &uid) < 0
        || ou_posix_id_arg(v[2], "gid", &gid) < 0 || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS status = lchown(path.name, uid, gid);
    Py_END_ALLOW_THREADS return ou_posix_path_finish(&path, status);
}

/* Nanoseconds of an int, split: seconds round down.  RE-ENTRANT. */
static int
split_nanoseconds(PyObject *ns, struct timespec *out)
{
    PyObject *billion = PyLong_FromLong(NS_PER_S);
    PyObject *pair = billion == NULL ? NULL : PyNumber_Divmod(ns, billion);
    Py_XDECREF(billion);
    if (pair == NULL) {
        return -1;
    }
    if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2) {
        PyErr_Format(PyExc_TypeError, "%.200s.__divmod__() must return a 2-tuple, not %.200s", Py_TYPE(ns)->tp_name,
                     Py_TYPE(pair)->tp_name);
        Py_DECREF(pair);
        return -1;
    }
    out->tv_sec = _PyLong_AsTime_t(PyTuple_GET_ITEM(pair, 0));
    out->tv_nsec = PyErr_Occurred() ? 0 : PyLong_AsLong(PyTuple_GET_ITEM(pair, 1));
    Py_DECREF(pair);
    return PyErr_Occurred() ? -1 : 0;
}

static int
utime_times(PyObject *times, PyObject *ns, struct timespec out[2])
{
    PyObject *pair = ns != NULL ? ns : times;
    if (times != NULL && times != Py_None && ns != NULL) {
        PyErr_SetString(PyExc_ValueError, "utime: you may specify either 'times' or 'ns' but not both");
        return -1;
    }
    if (pair == NULL || (pair == Py_None && ns == NULL)) {
        out[0].tv_nsec = out[1].tv_nsec = UTIME_NOW;
        return 0;
    }
    if (pair == Py_None || !PyTuple_CheckExact(pair) || PyTuple_GET_SIZE(pair) != 2) {
        PyErr_SetString(PyExc_TypeError, ns != NULL ? "utime: 'ns' must be a tuple of two ints"
                                                    : "utime: 'times' must be either a tuple of two ints or None");
        return -1;
    }
    for (int i = 0; i < 2; i++) {
        PyObject *item = PyTuple_GET_ITEM(pair, i);
        if (ns != NULL ? split_nanoseconds(item, &out[i]) < 0
                       : _PyTime_ObjectToTimespec(item, &out[i].tv_sec, &out[i].tv_nsec, _PyTime_ROUND_FLOOR) < 0) {
            return -1;
        }
    }
    return 0;
}

static PyObject *
posix_utime(OU_FAST_KW)
{
    static const OuParams params = {
        "utime", {"path", "times", "ns", "dir_fd", "follow_symlinks"}, .n_positional = 2, .n_required = 1, .n_all = 5};
    PyObject *v[5];
    struct timespec times[2] = {{0}};
    int dir_fd = AT_FDCWD, status;
    bool follow = true;
    PosixPath path = {"utime", "path", .allow_fd = true};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_dir_fd_arg(v[3], &dir_fd) < 0
        || ou_posix_bool_arg(v[4], &follow) < 0 || utime_times(v[1], v[2], times) < 0 || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    status = 0;
    if (path.name == NULL && (dir_fd != AT_FDCWD || !follow)) {
        PyErr_SetString(PyExc_ValueError, dir_fd != AT_FDCWD ? "utime: can't specify dir_fd without matching path"
                                                             : "utime: cannot use fd and follow_symlinks together");
        status = -2;
    }
    else {
        Py_BEGIN_ALLOW_THREADS status = path.name == NULL
                                          ? futimens(path.fd, times)
                                          : utimensat(dir_fd, path.name, times, follow ? 0 : AT_SYMLINK_NOFOLLOW);
        Py_END_ALLOW_THREADS
    }
    return ou_posix_path_finish(&path, status);
}

static PyObject *
posix_umask(PyObject *module, PyObject *arg)
{
    int mask = 0;
    return ou_posix_int_arg(arg, &mask) < 0 ? NULL : PyLong_FromLong((long)umask((mode_t)mask));
}

/* ---- file systems -------------------------------------------------------------------------------------------------- */

static PyObject *
statvfs_new(const struct statvfs *st)
{
    const unsigned long values[] = {st->f_bsize, st->f_frsize, st->f_blocks, st->f_bfree,   st->f_bavail, st->f_files,
                                    st->f_ffree, st->f_favail, st->f_flag,   st->f_namemax, st->f_fsid};
    PyObject *items[11];
    for (int i = 0; i < 11; i++) {
        items[i] = PyLong_FromUnsignedLong(values[i]);
    }
    return sequence_of(&statvfs_type, items, 11);
}

static PyObject *
posix_statvfs(OU_FAST_KW)
{
    static const OuParams params = {"statvfs", {"path"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    PosixPath path = {"statvfs", "path", .allow_fd = true};
    struct statvfs st;
    int status;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS status = path.name == NULL ? fstatvfs(path.fd, &st) : statvfs(path.name, &st);
    Py_END_ALLOW_THREADS PyObject *result = status < 0 ? ou_posix_path_error(&path) : statvfs_new(&st);
    ou_posix_path_end(&path);
    return result;
}

static PyObject *
posix_fstatvfs(PyObject *module, PyObject *arg)
{
    int fd = -1, status;
    struct statvfs st;
    if (ou_posix_int_arg(arg, &fd) < 0) {
        return NULL;
    }
    OU_CALL_SYSTEM(status, fstatvfs(fd, &st));
    return status < 0 ? ou_posix_ok(status) : statvfs_new(&st);
}

static PyObject *
posix_major(PyObject *module, PyObject *arg)
{
    unsigned long long device = PyLong_AsUnsignedLongLongMask(arg);
    return PyErr_Occurred() ? NULL : PyLong_FromUnsignedLong(major(device));
}

static PyObject *
posix_minor(PyObject *module, PyObject *arg)
{
    unsigned long long device = PyLong_AsUnsignedLongLongMask(arg);
    return PyErr_Occurred() ? NULL : PyLong_FromUnsignedLong(minor(device));
}

static PyObject *
posix_makedev(PyObject *module, PyObject *args)
{
    int high, low;
    return PyArg_ParseTuple(args, "ii:makedev", &high, &low) ? PyLong_FromUnsignedLong(makedev((unsigned)high, (unsigned)low))
                                                             : NULL;
}

PyMethodDef ou_posix_stat_methods[] = {
    {"stat", OU_KW(posix_stat), "stat($module, /, path, *, dir_fd=None, follow_symlinks=True)\n--\n\nWhat is known of a file."},
    {"lstat", OU_KW(posix_lstat), "lstat($module, /, path, *, dir_fd=None)\n--\n\nLike stat(), of a symbolic link itself."},
    {"fstat", OU_KW(posix_fstat), "fstat($module, /, fd)\n--\n\nWhat is known of an open file."},
    {"access", OU_KW(posix_access),
     "access($module, /, path, mode, *, dir_fd=None, effective_ids=False,\n       follow_symlinks=True)\n--\n\n"
     "May the process read, write or run it?"},
    {"chmod", OU_KW(posix_chmod),
     "chmod($module, /, path, mode, *, dir_fd=None, follow_symlinks=True)\n--\n\nSet permissions."},
    {"fchmod", OU_KW(posix_fchmod), "fchmod($module, /, fd, mode)\n--\n\nSet permissions of an open file."},
    {"chown", OU_KW(posix_chown),
     "chown($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)\n--\n\nSet user and group; -1 leaves one alone."},
    {"fchown", OU_KW(posix_fchown), "fchown($module, /, fd, uid, gid)\n--\n\nSet user and group of an open file."},
    {"lchown", OU_KW(posix_lchown), "lchown($module, /, path, uid, gid)\n--\n\nSet user and group of a link itself."},
    {"utime", OU_KW(posix_utime),
     "utime($module, /, path, times=None, *, ns=<unrepresentable>,\n      dir_fd=None, "
     "follow_symlinks=True)\n--\n\nSet the times of access and change."},
    {"umask", posix_umask, METH_O, "umask($module, mask, /)\n--\n\nSet the permissions new files lack; the old ones."},
    {"statvfs", OU_KW(posix_statvfs), "statvfs($module, /, path)\n--\n\nWhat is known of a file system."},
    {"fstatvfs", posix_fstatvfs, METH_O, "fstatvfs($module, fd, /)\n--\n\nWhat is known of an open file's file system."},
    {"major", posix_major, METH_O, "major($module, device, /)\n--\n\nThe major number of a device."},
    {"minor", posix_minor, METH_O, "minor($module, device, /)\n--\n\nThe minor number of a device."},
    {"makedev", posix_makedev, METH_VARARGS, "makedev($module, major, minor, /)\n--\n\nA device of its numbers."},
    {NULL},
};

int
ou_posix_stat_exec(PyObject *module)
{
    stat_fields[7].name = stat_fields[8].name = stat_fields[9].name = PyStructSequence_UnnamedField;
    if (ou_posix_structseq_ready(&stat_type, &stat_desc) < 0 || ou_posix_structseq_ready(&statvfs_type, &statvfs_desc) < 0) {
        return -1;
    }
    if (stat_type.tp_new != stat_result_new) {
        plain_new = stat_type.tp_new;
        stat_type.tp_new = stat_result_new;
    }
    return PyModule_AddObjectRef(module, "stat_result", (PyObject *)&stat_type) < 0
                || PyModule_AddObjectRef(module, "statvfs_result", (PyObject *)&statvfs_type) < 0
             ? -1
             : 0;
}
