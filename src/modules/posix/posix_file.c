/* modules/posix/posix_file.c - descriptors: opening, reading, writing, duplicating, and what the system knows of them.
 *
 * Invariant  every descriptor made here is closed by an exec, unless the caller asked otherwise.
 * Not here   file objects (modules/_io); names (posix_path.c); stat (posix_stat.c).
 * Source     Library Reference, os, File Descriptor Operations; PEP 446. */
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <utmp.h>

#include "modules/posix/posix.h"

static PyObject *
posix_open(OU_FAST_KW)
{
    static const OuParams params = {
        "open", {"path", "flags", "mode", "dir_fd"}, .n_positional = 3, .n_required = 2, .n_all = 4};
    PyObject *v[4];
    int flags = 0, mode = 0777, dir_fd = AT_FDCWD, fd;
    PosixPath path = {"open", "path"};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[1], &flags) < 0
        || ou_posix_int_arg(v[2], &mode) < 0 || ou_posix_dir_fd_arg(v[3], &dir_fd) < 0
        || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    flags |= O_CLOEXEC;
    if (PySys_Audit("open", "OOi", path.object, Py_None, flags) < 0) {
        fd = -2;
    }
    else {
        OU_CALL_SYSTEM(fd, openat(dir_fd, path.name, flags, mode));
    }
    if (fd == -1) {
        ou_posix_path_error(&path);
    }
    ou_posix_path_end(&path);
    return fd < 0 ? NULL : PyLong_FromLong(fd);
}

static PyObject *
posix_close(OU_FAST_KW)
{
    static const OuParams params = {"close", {"fd"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    int fd = -1, status;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &fd) < 0) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS status = close(fd);
    Py_END_ALLOW_THREADS return status < 0 && errno != EINTR ? ou_posix_error()
                                                             : Py_NewRef(Py_None); /* after EINTR it is closed all the same */
}

static PyObject *
posix_closerange(PyObject *module, PyObject *args)
{
    int low, high;
    if (!PyArg_ParseTuple(args, "ii:closerange", &low, &high)) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS if (low < high && high > 0)
    {
        (void)close_range((unsigned)(low > 0 ? low : 0), (unsigned)high - 1, 0);
    }
    Py_END_ALLOW_THREADS Py_RETURN_NONE;
}

/* ---- reading and writing ------------------------------------------------------------------------------------------- */

static PyObject *
read_bytes(int fd, Py_ssize_t size, bool at_offset, off_t offset)
{
    if (size < 0) {
        errno = EINVAL;
        return ou_posix_error();
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    if (bytes == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &bytes);
    Py_ssize_t n;
    if (at_offset) {
        OU_CALL_SYSTEM(n, pread(fd, PyBytes_AS_STRING(bytes), (size_t)size, offset));
        if (n == -1) {
            ou_posix_error();
        }
    }
    else {
        n = _Py_read(fd, PyBytes_AS_STRING(bytes), (size_t)size);
    }
    OU_HOLD_END(hold);
    if (n < 0) {
        Py_DECREF(bytes);
        return NULL;
    }
    if (n != size) {
        _PyBytes_Resize(&bytes, n);
    }
    return bytes;
}

static PyObject *
posix_read(PyObject *module, PyObject *args)
{
    int fd;
    Py_ssize_t size;
    return PyArg_ParseTuple(args, "in:read", &fd, &size) ? read_bytes(fd, size, false, 0) : NULL;
}

static PyObject *
posix_pread(PyObject *module, PyObject *args)
{
    int fd, size;
    long long offset;
    return PyArg_ParseTuple(args, "iiL:pread", &fd, &size, &offset) ? read_bytes(fd, size, true, (off_t)offset) : NULL;
}

static PyObject *
posix_write(PyObject *module, PyObject *args)
{
    int fd;
    Py_buffer data;
    if (!PyArg_ParseTuple(args, "iy*:write", &fd, &data)) {
        return NULL;
    }
    Py_ssize_t n = _Py_write(fd, data.buf, (size_t)data.len);
    PyBuffer_Release(&data);
    return n < 0 ? NULL : PyLong_FromSsize_t(n);
}

static PyObject *
posix_pwrite(PyObject *module, PyObject *args)
{
    int fd;
    Py_buffer data;
    long long offset;
    if (!PyArg_ParseTuple(args, "iy*L:pwrite", &fd, &data, &offset)) {
        return NULL;
    }
    Py_ssize_t n;
    OU_CALL_SYSTEM(n, pwrite(fd, data.buf, (size_t)data.len, (off_t)offset));
    PyBuffer_Release(&data);
    return n < 0 ? ou_posix_ok((int)n) : PyLong_FromSsize_t(n);
}

/* readv, writev, preadv, pwritev.  offset -1: where the descriptor stands.  RE-ENTRANT while buffers are taken. */
static PyObject *
scatter(const char *function, int fd, PyObject *buffers, bool write, bool at_offset, off_t offset, int flags)
{
    PyObject *list = PySequence_Check(buffers) ? PySequence_Tuple(buffers) : NULL;
    if (list == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_TypeError, "%s() arg 2 must be a sequence", function);
        }
        return NULL;
    }
    OU_HOLD(hold, &list);
    Py_ssize_t n = PyTuple_GET_SIZE(list), n_taken = 0, status = -2;
    struct iovec *parts = PyMem_New(struct iovec, n + 1);
    Py_buffer *views = PyMem_New(Py_buffer, n + 1);
    if (parts == NULL || views == NULL) {
        PyErr_NoMemory();
    }
    else {
        while (n_taken < n
               && PyObject_GetBuffer(PyTuple_GET_ITEM(list, n_taken), &views[n_taken], write ? PyBUF_SIMPLE : PyBUF_WRITABLE)
                      == 0) {
            parts[n_taken].iov_base = views[n_taken].buf;
            parts[n_taken].iov_len = (size_t)views[n_taken].len;
            n_taken++;
        }
        if (n_taken == n) {
            off_t from = at_offset ? offset : -1; /* the v2 calls take -1 for "where it stands" */
            OU_CALL_SYSTEM(status, write ? at_offset ? pwritev2(fd, parts, (int)n, from, flags) : writev(fd, parts, (int)n)
                                   : at_offset ? preadv2(fd, parts, (int)n, from, flags)
                                               : readv(fd, parts, (int)n));
            if (status == -1) {
                ou_posix_error();
            }
        }
        while (n_taken > 0) {
            PyBuffer_Release(&views[--n_taken]);
        }
    }
    PyMem_Free(parts);
    PyMem_Free(views);
    OU_HOLD_END(hold);
    Py_DECREF(list);
    return status < 0 ? NULL : PyLong_FromSsize_t(status);
}

static PyObject *
posix_readv(PyObject *module, PyObject *args)
{
    int fd;
    PyObject *buffers;
    return PyArg_ParseTuple(args, "iO:readv", &fd, &buffers) ? scatter("readv", fd, buffers, false, false, 0, 0) : NULL;
}

static PyObject *
posix_writev(PyObject *module, PyObject *args)
{
    int fd;
    PyObject *buffers;
    return PyArg_ParseTuple(args, "iO:writev", &fd, &buffers) ? scatter("writev", fd, buffers, true, false, 0, 0) : NULL;
}

static PyObject *
posix_preadv(PyObject *module, PyObject *args)
{
    int fd, flags = 0;
    long long offset;
    PyObject *buffers;
    return PyArg_ParseTuple(args, "iOL|i:preadv", &fd, &buffers, &offset, &flags)
             ? scatter("preadv", fd, buffers, false, true, (off_t)offset, flags)
             : NULL;
}

static PyObject *
posix_pwritev(PyObject *module, PyObject *args)
{
    int fd, flags = 0;
    long long offset;
    PyObject *buffers;
    return PyArg_ParseTuple(args, "iOL|i:pwritev", &fd, &buffers, &offset, &flags)
             ? scatter("pwritev", fd, buffers, true, true, (off_t)offset, flags)
             : NULL;
}

static PyObject *
posix_sendfile(OU_FAST_KW)
{
    static const OuParams params = {
        "sendfile", {"out_fd", "in_fd", "offset", "count"}, .n_positional = 4, .n_required = 4, .n_all = 4};
    PyObject *v[4];
    int out = -1, in = -1;
    off_t offset = 0, count = 0;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &out) < 0
        || ou_posix_int_arg(v[1], &in) < 0 || (v[2] != Py_None && ou_posix_offset_arg(v[2], &offset) < 0)
        || ou_posix_offset_arg(v[3], &count) < 0) {
        return NULL;
    }
    Py_ssize_t n;
    OU_CALL_SYSTEM(n, sendfile(out, in, v[2] == Py_None ? NULL : &offset, (size_t)count));
    return n < 0 ? ou_posix_ok((int)n) : PyLong_FromSsize_t(n);
}

static PyObject *
posix_copy_file_range(OU_FAST_KW)
{
    static const OuParams params = {
        "copy_file_range", {"src", "dst", "count", "offset_src", "offset_dst"}, .n_positional = 5, .n_required = 3, .n_all = 5};
    PyObject *v[5];
    int src = -1, dst = -1;
    off_t count = 0, from = 0, to = 0;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &src) < 0
        || ou_posix_int_arg(v[1], &dst) < 0 || ou_posix_offset_arg(v[2], &count) < 0
        || (v[3] != Py_None && ou_posix_offset_arg(v[3], &from) < 0)
        || (v[4] != Py_None && ou_posix_offset_arg(v[4], &to) < 0)) {
        return NULL;
    }
    if (count < 0) {
        PyErr_SetString(PyExc_ValueError, "negative value for 'count' not allowed");
        return NULL;
    }
    bool has_from = v[3] != NULL && v[3] != Py_None, has_to = v[4] != NULL && v[4] != Py_None;
    Py_ssize_t n;
    OU_CALL_SYSTEM(n, copy_file_range(src, has_from ? &from : NULL, dst, has_to ? &to : NULL, (size_t)count, 0));
    return n < 0 ? ou_posix_ok((int)n) : PyLong_FromSsize_t(n);
}

static PyObject *
posix_lseek(PyObject *module, PyObject *args)
{
    int fd, how;
    long long offset;
    if (!PyArg_ParseTuple(args, "iLi:lseek", &fd, &offset, &how)) {
        return NULL;
    }
    off_t at;
    Py_BEGIN_ALLOW_THREADS at = lseek(fd, (off_t)offset, how);
    Py_END_ALLOW_THREADS return at < 0 ? ou_posix_error() : PyLong_FromLongLong(at);
}

/* ---- size and durability ------------------------------------------------------------------------------------------- */

static PyObject *
synchronize(const OuParams *params, int (*sync_function)(int), PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    PyObject *v[1];
    if (ou_args_parse(params, args, n_args, kwnames, v) < 0) {
        return NULL;
    }
    int status, fd = PyObject_AsFileDescriptor(v[0]);
    if (fd < 0) {
        return NULL;
    }
    OU_CALL_SYSTEM(status, sync_function(fd));
    return ou_posix_ok(status);
}

static PyObject *
posix_fsync(OU_FAST_KW)
{
    static const OuParams params = {"fsync", {"fd"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    return synchronize(&params, fsync, args, n_args, kwnames);
}

static PyObject *
posix_fdatasync(OU_FAST_KW)
{
    static const OuParams params = {"fdatasync", {"fd"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    return synchronize(&params, fdatasync, args, n_args, kwnames);
}

static PyObject *
posix_sync(PyObject *module, PyObject *unused)
{
    Py_BEGIN_ALLOW_THREADS sync();
    Py_END_ALLOW_THREADS Py_RETURN_NONE;
}

static PyObject *
posix_ftruncate(PyObject *module, PyObject *args)
{
    int fd, status;
    long long length;
    if (!PyArg_ParseTuple(args, "iL:ftruncate", &fd, &length) || PySys_Audit("os.truncate", "in", fd, (Py_ssize_t)length) < 0) {
        return NULL;
    }
    OU_CALL_SYSTEM(status, ftruncate(fd, (off_t)length));
    return ou_posix_ok(status);
}

static PyObject *
posix_truncate(OU_FAST_KW)
{
    static const OuParams params = {"truncate", {"path", "length"}, .n_positional = 2, .n_required = 2, .n_all = 2};
    PyObject *v[2];
    off_t length = 0;
    PosixPath path = {"truncate", "path", .allow_fd = true};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_offset_arg(v[1], &length) < 0
        || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    int status = PySys_Audit("os.truncate", "On", path.object, (Py_ssize_t)length) < 0 ? -2 : 0;
    if (status == 0) {
        Py_BEGIN_ALLOW_THREADS status = path.name == NULL ? ftruncate(path.fd, length) : truncate(path.name, length);
        Py_END_ALLOW_THREADS
    }
    return ou_posix_path_finish(&path, status);
}

/* posix_fallocate() and posix_fadvise() return the error itself. */
static PyObject *
returned_error(int error)
{
    if (error == 0) {
        Py_RETURN_NONE;
    }
    errno = error;
    return ou_posix_error();
}

static PyObject *
posix_posix_fallocate(PyObject *module, PyObject *args)
{
    int fd, error;
    long long offset, length;
    if (!PyArg_ParseTuple(args, "iLL:posix_fallocate", &fd, &offset, &length)) {
        return NULL;
    }
    do {
        Py_BEGIN_ALLOW_THREADS error = posix_fallocate(fd, (off_t)offset, (off_t)length);
        Py_END_ALLOW_THREADS if (error == EINTR && PyErr_CheckSignals() < 0)
        {
            return NULL;
        }
    } while (error == EINTR);
    return returned_error(error);
}

static PyObject *
posix_posix_fadvise(PyObject *module, PyObject *args)
{
    int fd, advice, error;
    long long offset, length;
    if (!PyArg_ParseTuple(args, "iLLi:posix_fadvise", &fd, &offset, &length, &advice)) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS error = posix_fadvise(fd, (off_t)offset, (off_t)length, advice);
    Py_END_ALLOW_THREADS return returned_error(error);
}

static PyObject *
posix_lockf(PyObject *module, PyObject *args)
{
    int fd, command, status;
    long long length;
    if (!PyArg_ParseTuple(args, "iiL:lockf", &fd, &command, &length)
        || PySys_Audit("os.lockf", "iiL", fd, command, length) < 0) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS status = lockf(fd, command, (off_t)length);
    Py_END_ALLOW_THREADS return ou_posix_ok(status);
}

/* ---- pipes and duplicates ------------------------------------------------------------------------------------------ */

static PyObject *
new_pipe(int flags)
{
    int fds[2], status;
    Py_BEGIN_ALLOW_THREADS status = pipe2(fds, flags);
    Py_END_ALLOW_THREADS return status < 0 ? ou_posix_error() : Py_BuildValue("(ii)", fds[0], fds[1]);
}

static PyObject *
posix_pipe(PyObject *module, PyObject *unused)
{
    return new_pipe(O_CLOEXEC);
}

static PyObject *
posix_pipe2(PyObject *module, PyObject *arg)
{
    int flags = 0;
    return ou_posix_int_arg(arg, &flags) < 0 ? NULL : new_pipe(flags);
}

static PyObject *
posix_dup(PyObject *module, PyObject *arg)
{
    int fd = -1;
    if (ou_posix_int_arg(arg, &fd) < 0) {
        return NULL;
    }
    fd = _Py_dup(fd);
    return fd < 0 ? NULL : PyLong_FromLong(fd);
}

static PyObject *
posix_dup2(OU_FAST_KW)
{
    static const OuParams params = {"dup2", {"fd", "fd2", "inheritable"}, .n_positional = 3, .n_required = 2, .n_all = 3};
    PyObject *v[3];
    int fd = -1, fd2 = -1, status;
    bool inheritable = true;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[0], &fd) < 0
        || ou_posix_int_arg(v[1], &fd2) < 0 || ou_posix_bool_arg(v[2], &inheritable) < 0) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS status = inheritable || fd == fd2 ? dup2(fd, fd2) : dup3(fd, fd2, O_CLOEXEC);
    Py_END_ALLOW_THREADS if (status < 0)
    {
        return ou_posix_error();
    }
    if (fd == fd2 && _Py_set_inheritable(fd2, inheritable, NULL) < 0) {
        return NULL;
    }
    return PyLong_FromLong(status);
}

static PyObject *
posix_get_inheritable(PyObject *module, PyObject *arg)
{
    int fd = -1, answer;
    if (ou_posix_int_arg(arg, &fd) < 0 || (answer = _Py_get_inheritable(fd)) < 0) {
        return NULL;
    }
    return PyBool_FromLong(answer);
}

static PyObject *
posix_set_inheritable(PyObject *module, PyObject *args)
{
    int fd, inheritable;
    if (!PyArg_ParseTuple(args, "ii:set_inheritable", &fd, &inheritable) || _Py_set_inheritable(fd, inheritable, NULL) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
posix_get_blocking(PyObject *module, PyObject *arg)
{
    int fd = -1, answer;
    if (ou_posix_int_arg(arg, &fd) < 0 || (answer = _Py_get_blocking(fd)) < 0) {
        return NULL;
    }
    return PyBool_FromLong(answer);
}

static PyObject *
posix_set_blocking(PyObject *module, PyObject *args)
{
    int fd, blocking;
    if (!PyArg_ParseTuple(args, "ip:set_blocking", &fd, &blocking) || _Py_set_blocking(fd, blocking) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* ---- terminals ----------------------------------------------------------------------------------------------------- */

static PyObject *
posix_isatty(PyObject *module, PyObject *arg)
{
    int fd = -1, answer;
    if (ou_posix_int_arg(arg, &fd) < 0) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS answer = isatty(fd);
    Py_END_ALLOW_THREADS return PyBool_FromLong(answer);
}

static PyObject *
posix_ttyname(PyObject *module, PyObject *arg)
{
    int fd = -1;
    char name[256];
    if (ou_posix_int_arg(arg, &fd) < 0) {
        return NULL;
    }
    int error = ttyname_r(fd, name, sizeof name);
    if (error != 0) {
        errno = error;
        return ou_posix_error();
    }
    return PyUnicode_DecodeFSDefault(name);
}

static PyObject *
posix_openpty(PyObject *module, PyObject *unused)
{
    int master, slave;
    if (openpty(&master, &slave, NULL, NULL, NULL) < 0) {
        return ou_posix_error();
    }
    if (_Py_set_inheritable(master, 0, NULL) < 0 || _Py_set_inheritable(slave, 0, NULL) < 0) {
        close(master);
        close(slave);
        return NULL;
    }
    return Py_BuildValue("(ii)", master, slave);
}

static PyObject *
posix_tcgetpgrp(PyObject *module, PyObject *arg)
{
    int fd = -1;
    if (ou_posix_int_arg(arg, &fd) < 0) {
        return NULL;
    }
    pid_t group = tcgetpgrp(fd);
    return group < 0 ? ou_posix_error() : PyLong_FromLong(group);
}

static PyObject *
posix_tcsetpgrp(PyObject *module, PyObject *args)
{
    int fd, group;
    return PyArg_ParseTuple(args, "ii:tcsetpgrp", &fd, &group) ? ou_posix_ok(tcsetpgrp(fd, group)) : NULL;
}

PyMethodDef ou_posix_file_methods[] = {
    {"open", OU_KW(posix_open), "open($module, /, path, flags, mode=511, *, dir_fd=None)\n--\n\nOpen a file; its descriptor."},
    {"close", OU_KW(posix_close), "close($module, /, fd)\n--\n\nClose a descriptor."},
    {"closerange", posix_closerange, METH_VARARGS,
     "closerange($module, fd_low, fd_high, /)\n--\n\nClose descriptors from fd_low up to, not including, fd_high."},
    {"read", posix_read, METH_VARARGS, "read($module, fd, length, /)\n--\n\nAt most so many bytes."},
    {"pread", posix_pread, METH_VARARGS, "pread($module, fd, length, offset, /)\n--\n\nBytes from an offset."},
    {"write", posix_write, METH_VARARGS, "write($module, fd, data, /)\n--\n\nWrite bytes; how many were taken."},
    {"pwrite", posix_pwrite, METH_VARARGS, "pwrite($module, fd, buffer, offset, /)\n--\n\nWrite bytes at an offset."},
    {"readv", posix_readv, METH_VARARGS, "readv($module, fd, buffers, /)\n--\n\nRead into buffers, one after the other."},
    {"writev", posix_writev, METH_VARARGS, "writev($module, fd, buffers, /)\n--\n\nWrite buffers, one after the other."},
    {"preadv", posix_preadv, METH_VARARGS,
     "preadv($module, fd, buffers, offset, flags=0, /)\n--\n\nRead into buffers from an offset."},
    {"pwritev", posix_pwritev, METH_VARARGS,
     "pwritev($module, fd, buffers, offset, flags=0, /)\n--\n\nWrite buffers at an offset."},
    {"sendfile", OU_KW(posix_sendfile), "sendfile($module, /, out_fd, in_fd, offset, count)\n--\n\nCopy between descriptors."},
    {"copy_file_range", OU_KW(posix_copy_file_range),
     "copy_file_range($module, /, src, dst, count, offset_src=None,\n                offset_dst=None)\n--\n\n"
     "Copy between files."},
    {"lseek", posix_lseek, METH_VARARGS, "lseek($module, fd, position, how, /)\n--\n\nMove a descriptor's place; the new one."},
    {"fsync", OU_KW(posix_fsync), "fsync($module, /, fd)\n--\n\nBring a file to the disk."},
    {"fdatasync", OU_KW(posix_fdatasync), "fdatasync($module, /, fd)\n--\n\nBring a file's data to the disk."},
    {"sync", posix_sync, METH_NOARGS, "sync($module, /)\n--\n\nBring everything to the disk."},
    {"ftruncate", posix_ftruncate, METH_VARARGS, "ftruncate($module, fd, length, /)\n--\n\nSet an open file's length."},
    {"truncate", OU_KW(posix_truncate), "truncate($module, /, path, length)\n--\n\nSet a file's length."},
    {"posix_fallocate", posix_posix_fallocate, METH_VARARGS,
     "posix_fallocate($module, fd, offset, length, /)\n--\n\nMake sure of room on the disk."},
    {"posix_fadvise", posix_posix_fadvise, METH_VARARGS,
     "posix_fadvise($module, fd, offset, length, advice, /)\n--\n\nSay how a file will be read."},
    {"lockf", posix_lockf, METH_VARARGS,
     "lockf($module, fd, command, length, /)\n--\n\nLock, test or unlock a part of a file."},
    {"pipe", posix_pipe, METH_NOARGS, "pipe($module, /)\n--\n\nA pipe: (read_fd, write_fd)."},
    {"pipe2", posix_pipe2, METH_O, "pipe2($module, flags, /)\n--\n\nA pipe with flags: (read_fd, write_fd)."},
    {"dup", posix_dup, METH_O, "dup($module, fd, /)\n--\n\nA duplicate of a descriptor."},
    {"dup2", OU_KW(posix_dup2), "dup2($module, /, fd, fd2, inheritable=True)\n--\n\nMake fd2 a duplicate of fd."},
    {"get_inheritable", posix_get_inheritable, METH_O,
     "get_inheritable($module, fd, /)\n--\n\nDoes the descriptor outlive an exec?"},
    {"set_inheritable", posix_set_inheritable, METH_VARARGS,
     "set_inheritable($module, fd, inheritable, /)\n--\n\nSay whether the descriptor outlives an exec."},
    {"get_blocking", posix_get_blocking, METH_O, "get_blocking($module, fd, /)\n--\n\nDoes the descriptor wait?"},
    {"set_blocking", posix_set_blocking, METH_VARARGS, "set_blocking($module, fd, blocking, /)\n--\n\nSay whether it waits."},
    {"isatty", posix_isatty, METH_O, "isatty($module, fd, /)\n--\n\nIs it a terminal?"},
    {"ttyname", posix_ttyname, METH_O, "ttyname($module, fd, /)\n--\n\nThe name of a terminal."},
    {"openpty", posix_openpty, METH_NOARGS, "openpty($module, /)\n--\n\nA pseudo-terminal: (master_fd, slave_fd)."},
    {"tcgetpgrp", posix_tcgetpgrp, METH_O, "tcgetpgrp($module, fd, /)\n--\n\nThe process group that has the terminal."},
    {"tcsetpgrp", posix_tcsetpgrp, METH_VARARGS, "tcsetpgrp($module, fd, pgid, /)\n--\n\nGive the terminal to a group."},
    {NULL},
};
