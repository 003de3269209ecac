/* modules/_io/io_file.c - FileIO: a descriptor as a raw stream.
 *
 * Owns       the descriptor, if closefd; the name.
 * Invariant  fd is -1 when the file is closed (or never was opened).
 * Not here   buffers (io_buffered.c). */
#include <fcntl.h>
#include <sys/stat.h>

#include "modules/_io/io.h"

#include <structmember.h>

typedef struct {
    IO_HEAD;
    bool created, readable, writable, appending, closefd;
    signed char seekable; /* -1: not known yet */
    int fd;
    unsigned block_size;
    PyObject *name; /* what it was opened as, owned; NULL: none */
} FileIO;

#define FILE_OF(op) ((FileIO *)(op))

OU_WALKER(fileio)
{
    OU_EDGE_OF(FILE_OF(self), dict);
    OU_EDGE_OF(FILE_OF(self), name);
    return 0;
}

static int
fileio_clear(PyObject *self)
{
    Py_CLEAR(FILE_OF(self)->dict);
    Py_CLEAR(FILE_OF(self)->name);
    return 0;
}

/* ---- opening ------------------------------------------------------------------------------------------------------------ */

static PyObject *
fileio_alloc(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    FileIO *self = FILE_OF(type->tp_alloc(type, 0));
    if (self != NULL) {
        self->fd = -1;
        self->seekable = -1;
        self->closefd = true;
    }
    return (PyObject *)self;
}

/* Close the descriptor.  Returns 0, or -1 with OSError set.  RE-ENTRANT. */
static int
close_descriptor(FileIO *self)
{
    int fd = self->fd, status = 0, error = 0;
    if (fd < 0) {
        return 0;
    }
    self->fd = -1; /* first: a second close must not hit a descriptor that was reused */
    Py_BEGIN_ALLOW_THREADS status = close(fd);
    error = errno;
    Py_END_ALLOW_THREADS if (status < 0)
    {
        errno = error;
        PyErr_SetFromErrno(PyExc_OSError);
        return -1;
    }
    return 0;
}

/* Read the mode into the file's flags and open()'s.  Returns 0, or -1 with ValueError set. */
static int
parse_mode(FileIO *self, const char *mode, int *flags)
{
    bool main_seen = false, plus = false, bad = false;
    *flags = O_CLOEXEC;
    for (const char *at = mode; *at != 0; at++) {
        switch (*at) {
        case 'x':
        case 'r':
        case 'w':
        case 'a':
            bad |= main_seen;
            main_seen = true;
            break;
        case 'b': break;
        case '+':
            bad |= plus;
            plus = true;
            break;
        default: PyErr_Format(PyExc_ValueError, "invalid mode: %.200s", mode); return -1;
        }
        switch (*at) {
        case 'x':
            self->created = self->writable = true;
            *flags |= O_EXCL | O_CREAT;
            break;
        case 'r': self->readable = true; break;
        case 'w':
            self->writable = true;
            *flags |= O_CREAT | O_TRUNC;
            break;
        case 'a':
            self->writable = self->appending = true;
            *flags |= O_APPEND | O_CREAT;
            break;
        case '+': self->readable = self->writable = true; break;
        }
        if (bad) {
            break;
        }
    }
    if (bad || !main_seen) {
        PyErr_SetString(PyExc_ValueError, "Must have exactly one of create/read/write/append mode and at most one plus");
        return -1;
    }
    *flags |= self->readable && self->writable ? O_RDWR : self->readable ? O_RDONLY : O_WRONLY;
    return 0;
}

static int
open_by_opener(FileIO *self, PyObject *name, int flags, PyObject *opener)
{
    PyObject *result = PyObject_CallFunction(opener, "Oi", name, flags);
    if (result == NULL) {
        return -1;
    }
    if (!PyLong_Check(result)) {
        PyErr_SetString(PyExc_TypeError, "expected integer from opener");
        Py_DECREF(result);
        return -1;
    }
    int fd = _PyLong_AsInt(result);
    Py_DECREF(result);
    if (fd < 0) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_ValueError, "opener returned %d", fd);
        }
        return -1;
    }
    self->fd = fd;
    return _Py_set_inheritable(fd, 0, NULL);
}

static int
open_by_name(FileIO *self, PyObject *name, int flags)
{
    PyObject *path;
    if (!PyUnicode_FSConverter(name, &path)) {
        return -1;
    }
    int fd, error, raised = 0;
    OU_HOLD(hold, &path);
    do {
        Py_BEGIN_ALLOW_THREADS fd = open(PyBytes_AS_STRING(path), flags, 0666);
        error = errno;
        Py_END_ALLOW_THREADS
    } while (fd < 0 && error == EINTR && !(raised = PyErr_CheckSignals()));
    OU_HOLD_END(hold);
    Py_DECREF(path);
    if (fd < 0) {
        if (!raised) {
            errno = error;
            PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, name);
        }
        return -1;
    }
    self->fd = fd;
    return 0;
}

/* What the descriptor is: directories are refused.  Returns 0 or -1. */
static int
look_at_descriptor(FileIO *self, PyObject *name)
{
    struct stat status;
    self->block_size = IO_DEFAULT_BUFFER_SIZE;
    if (fstat(self->fd, &status) < 0) {
        if (errno == EBADF) { /* others may be a file system's own restriction */
            PyErr_SetFromErrno(PyExc_OSError);
            return -1;
        }
        return 0;
    }
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, name);
        return -1;
    }
    if (status.st_blksize > 1) {
        self->block_size = (unsigned)status.st_blksize;
    }
    return 0;
}

/* Open (again).  RE-ENTRANT. */
static int
fileio_open(FileIO *self, PyObject *name, const char *mode, bool closefd, PyObject *opener)
{
    if (self->fd >= 0) {
        if (self->closefd) {
            if (close_descriptor(self) < 0) {
                return -1;
            }
        }
        self->fd = -1;
    }
    self->created = self->readable = self->writable = self->appending = false;
    self->seekable = -1;
    self->closefd = true;
    int fd = -1, flags;
    bool is_number = PyLong_Check(name), opened = false;
    if (is_number) {
        fd = _PyLong_AsInt(name);
        if (fd < 0) {
            if (PyErr_Occurred()) { /* no int that fits: then no descriptor */
                PyErr_SetString(PyExc_TypeError, "expected str, bytes or os.PathLike object, not int");
            }
            else {
                PyErr_SetString(PyExc_ValueError, "negative file descriptor");
            }
            return -1;
        }
    }
    else {
        PyObject *path;
        if (!PyUnicode_FSConverter(name, &path)) {
            return -1;
        }
        Py_DECREF(path);
    }
    if (parse_mode(self, mode, &flags) < 0) {
        return -1;
    }
    if (PySys_Audit("open", "Osi", name, mode, flags) < 0) {
        return -1;
    }
    if (is_number) {
        self->fd = fd;
        self->closefd = closefd;
    }
    else {
        if (!closefd) {
            PyErr_SetString(PyExc_ValueError, "Cannot use closefd=False with file name");
            return -1;
        }
        opened = true;
        int status =
            opener == NULL || opener == Py_None ? open_by_name(self, name, flags) : open_by_opener(self, name, flags, opener);
        if (status < 0) {
            goto failed;
        }
    }
    if (look_at_descriptor(self, name) < 0) {
        goto failed;
    }
    if (Py_IS_TYPE(self, &ou_fileio_type)) {
        Py_XSETREF(self->name, Py_NewRef(name));
    }
    else if (PyObject_SetAttr((PyObject *)self, OU_STR(name), name) < 0) {
        goto failed;
    }
    if (self->appending && lseek(self->fd, 0, SEEK_END) < 0 && errno != ESPIPE) {
        /* what can't be positioned is appended to all the same */
        self->seekable = 0;
    }
    return 0;
failed:
    if (opened) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        if (close_descriptor(self) < 0) {
            PyErr_Clear();
        }
        PyErr_Restore(type, value, traceback);
    }
    self->fd = -1;
    return -1;
}

PyObject *
ou_fileio_new(PyObject *name, const char *mode, bool closefd, PyObject *opener)
{
    PyObject *self = fileio_alloc(&ou_fileio_type, NULL, NULL);
    if (self == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &self);
    int status = fileio_open(FILE_OF(self), name, mode, closefd, opener);
    OU_HOLD_END(hold);
    if (status < 0) {
        Py_CLEAR(self);
    }
    return self;
}

static int
fileio_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {
        "FileIO", {"file", "mode", "closefd", "opener"}, .n_positional = 4, .n_required = 1, .n_all = 4};
    PyObject *v[4];
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0) {
        return -1;
    }
    const char *mode = "r";
    if (v[1] != NULL) {
        Py_ssize_t size;
        if (!PyUnicode_Check(v[1])) {
            _PyArg_BadArgument("FileIO", "argument 'mode'", "str", v[1]);
            return -1;
        }
        mode = PyUnicode_AsUTF8AndSize(v[1], &size);
        if (mode == NULL) {
            return -1;
        }
        if (strlen(mode) != (size_t)size) {
            PyErr_SetString(PyExc_ValueError, "embedded null character");
            return -1;
        }
    }
    int closefd = v[2] == NULL ? 1 : PyObject_IsTrue(v[2]);
    return closefd < 0 ? -1 : fileio_open(FILE_OF(self), v[0], mode, closefd, v[3]);
}

/* ---- closing ------------------------------------------------------------------------------------------------------------ */

static void
warn_unclosed(FileIO *self, PyObject *source)
{
    if (self->fd < 0 || !self->closefd) {
        return;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (PyErr_ResourceWarning(source, 1, "unclosed file %R", source) < 0) {
        if (PyErr_ExceptionMatches(PyExc_Warning)) {
            PyErr_WriteUnraisable((PyObject *)self);
        }
        else {
            PyErr_Clear();
        }
    }
    PyErr_Restore(type, value, traceback);
}

static PyObject *
fileio_dealloc_warn(PyObject *self, PyObject *source)
{
    warn_unclosed(FILE_OF(self), source);
    Py_RETURN_NONE;
}

static PyObject *
fileio_close(PyObject *op, PyObject *ignored)
{
    FileIO *self = FILE_OF(op);
    PyObject *type = NULL, *value = NULL, *traceback = NULL;
    bool failed = false;
    if (!ou_io_is_plain(op, &ou_fileio_type)) { /* a subclass may have something to flush */
        PyObject *result = PyObject_CallMethodOneArg((PyObject *)&ou_rawiobase_type, OU_STR(close), op);
        failed = result == NULL;
        Py_XDECREF(result);
    }
    if (!self->closefd) {
        self->fd = -1;
    }
    else {
        PyErr_Fetch(&type, &value, &traceback);
        if (self->finalizing) {
            warn_unclosed(self, op);
        }
        failed |= close_descriptor(self) < 0;
        if (type != NULL) {
            _PyErr_ChainExceptions(type, value, traceback);
        }
    }
    if (failed) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static void
fileio_dealloc(PyObject *op)
{
    FileIO *self = FILE_OF(op);
    self->finalizing = true;
    bool idle = self->fd < 0 && Py_IS_TYPE(op, &ou_fileio_type);
    if (!idle && ou_io_finalize(op) < 0) {
        return;
    }
    ou_io_dealloc_head(op);
    Py_CLEAR(self->name);
    ou_io_free(op);
}

bool
ou_fileio_is_closed(PyObject *self)
{
    return FILE_OF(self)->fd < 0;
}

/* ---- for the buffers above ------------------------------------------------------------------------------------------------ */

long
ou_fileio_block_size(PyObject *file)
{
    return FILE_OF(file)->block_size;
}

bool
ou_fileio_is_terminal(PyObject *file)
{
    return isatty(FILE_OF(file)->fd) != 0;
}

static int
require(FileIO *self, bool able, const char *what)
{
    if (self->fd < 0) {
        ou_io_closed_error();
        return -1;
    }
    if (!able) {
        PyErr_Format(ou_io_unsupported_class(), "File not open for %s", what);
        return -1;
    }
    return 0;
}

Py_ssize_t
ou_fileio_read(PyObject *file, void *to, Py_ssize_t size)
{
    if (require(FILE_OF(file), FILE_OF(file)->readable, "reading") < 0) {
        return IO_ERROR;
    }
    Py_ssize_t n = _Py_read(FILE_OF(file)->fd, to, (size_t)size);
    if (n < 0 && errno == EAGAIN) {
        PyErr_Clear();
        return IO_WOULD_BLOCK;
    }
    return n;
}

Py_ssize_t
ou_fileio_write(PyObject *file, const void *from, Py_ssize_t size)
{
    if (require(FILE_OF(file), FILE_OF(file)->writable, "writing") < 0) {
        return IO_ERROR;
    }
    Py_ssize_t n = _Py_write(FILE_OF(file)->fd, from, (size_t)size);
    if (n < 0 && errno == EAGAIN) {
        PyErr_Clear();
        return IO_WOULD_BLOCK;
    }
    return n;
}

long long
ou_fileio_seek(PyObject *file, long long offset, int whence)
{
    FileIO *self = FILE_OF(file);
    if (self->fd < 0) {
        ou_io_closed_error();
        return -1;
    }
    off_t at;
    int error;
    Py_BEGIN_ALLOW_THREADS at = lseek(self->fd, offset, whence);
    error = errno;
    Py_END_ALLOW_THREADS if (self->seekable < 0)
    {
        self->seekable = at >= 0;
    }
    if (at < 0) {
        errno = error;
        PyErr_SetFromErrno(PyExc_OSError);
    }
    return at;
}

/* ---- reading ------------------------------------------------------------------------------------------- */

/* Bytes to expect from here to the end, and one more to see that end; or a default. */
static size_t
expected_size(int fd)
{
    struct stat status;
    off_t at = lseek(fd, 0, SEEK_CUR);
    if (fstat(fd, &status) == 0 && at >= 0 && status.st_size >= at) {
        return (size_t)(status.st_size - at) + 1;
    }
    return IO_DEFAULT_BUFFER_SIZE;
}

PyObject *
ou_fileio_readall(PyObject *file, PyObject *ignored)
{
    FileIO *self = FILE_OF(file);
    if (self->fd < 0) {
        return ou_io_closed_error();
    }
    OuByteSink all = {NULL, 0, 0};
    size_t want = expected_size(self->fd);
    bool failed = false;
    for (;;) {
        if (all.size + want > (size_t)PY_SSIZE_T_MAX) {
            PyErr_SetString(PyExc_OverflowError, "unbounded read returned more bytes than a Python bytes object can hold");
            failed = true;
            break;
        }
        if (ou_byte_sink_reserve(&all, want) < 0) {
            failed = true;
            break;
        }
        Py_ssize_t n = _Py_read(self->fd, all.data + all.size, all.room - all.size);
        if (n == 0) {
            break;
        }
        if (n < 0) {
            if (errno == EAGAIN) {
                PyErr_Clear();
                if (all.size > 0) {
                    break;
                }
                Py_XDECREF(ou_byte_sink_finish(&all, true));
                Py_RETURN_NONE;
            }
            failed = true;
            break;
        }
        all.size += (size_t)n;
        want = all.room == all.size ? Py_MAX(all.size / 2, (size_t)IO_DEFAULT_BUFFER_SIZE) : 1;
    }
    return ou_byte_sink_finish(&all, failed);
}

static PyObject *
fileio_read(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
{
    FileIO *self = FILE_OF(op);
    Py_ssize_t size;
    if (!_PyArg_CheckPositional("read", n_args, 0, 1) || ou_io_size(n_args ? args[0] : NULL, -1, &size) < 0
        || require(self, self->readable, "reading") < 0) {
        return NULL;
    }
    if (size < 0) {
        return PyObject_CallMethodNoArgs(op, OU_STR(readall));
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    if (bytes == NULL) {
        return NULL;
    }
    Py_ssize_t n = ou_fileio_read(op, PyBytes_AS_STRING(bytes), size);
    if (n < 0) {
        Py_DECREF(bytes);
        return n == IO_WOULD_BLOCK ? Py_NewRef(Py_None) : NULL;
    }
    if (n != size) {
        (void)_PyBytes_Resize(&bytes, n); /* NULL if it fails */
    }
    return bytes;
}

static PyObject *
fileio_readinto(PyObject *op, PyObject *arg)
{
    FileIO *self = FILE_OF(op);
    Py_buffer view;
    if (ou_io_writable_arg(arg, &view, "readinto") < 0) {
        return NULL;
    }
    Py_ssize_t n = require(self, self->readable, "reading") < 0 ? IO_ERROR : ou_fileio_read(op, view.buf, view.len);
    PyBuffer_Release(&view);
    return n >= 0 ? PyLong_FromSsize_t(n) : n == IO_WOULD_BLOCK ? Py_NewRef(Py_None) : NULL;
}

static PyObject *
fileio_write(PyObject *op, PyObject *arg)
{
    FileIO *self = FILE_OF(op);
    Py_buffer view;
    if (ou_io_bytes_arg(arg, &view) < 0) {
        return NULL;
    }
    Py_ssize_t n = require(self, self->writable, "writing") < 0 ? IO_ERROR : ou_fileio_write(op, view.buf, view.len);
    PyBuffer_Release(&view);
    return n >= 0 ? PyLong_FromSsize_t(n) : n == IO_WOULD_BLOCK ? Py_NewRef(Py_None) : NULL;
}

/* ---- positions ----------------------------------------------------------------------------------------- */

static PyObject *
fileio_seek(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    int whence = SEEK_SET;
    long long offset;
    if (!_PyArg_CheckPositional("seek", n_args, 1, 2)) {
        return NULL;
    }
    if (n_args > 1 && (whence = _PyLong_AsInt(args[1])) == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (FILE_OF(self)->fd < 0) {
        return ou_io_closed_error();
    }
    if (ou_io_offset(args[0], &offset) < 0) {
        return NULL;
    }
    long long at = ou_fileio_seek(self, offset, whence);
    return at < 0 ? NULL : PyLong_FromLongLong(at);
}

static PyObject *
fileio_tell(PyObject *self, PyObject *ignored)
{
    long long at = ou_fileio_seek(self, 0, SEEK_CUR);
    return at < 0 ? NULL : PyLong_FromLongLong(at);
}

static PyObject *
fileio_truncate(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
{
    FileIO *self = FILE_OF(op);
    long long size;
    if (!_PyArg_CheckPositional("truncate", n_args, 0, 1) || require(self, self->writable, "writing") < 0) {
        return NULL;
    }
    if (n_args == 0 || args[0] == Py_None) {
        size = ou_fileio_seek(op, 0, SEEK_CUR);
        if (size < 0) {
            return NULL;
        }
    }
    else if (ou_io_offset(args[0], &size) < 0) {
        return NULL;
    }
    int status, error;
    Py_BEGIN_ALLOW_THREADS status = ftruncate(self->fd, size);
    error = errno;
    Py_END_ALLOW_THREADS if (status < 0)
    {
        errno = error;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return PyLong_FromLongLong(size);
}

/* ---- questions ----------------------------------------------------------------------------------------- */

static PyObject *
fileio_readable(PyObject *self, PyObject *ignored)
{
    return FILE_OF(self)->fd < 0 ? ou_io_closed_error() : PyBool_FromLong(FILE_OF(self)->readable);
}

static PyObject *
fileio_writable(PyObject *self, PyObject *ignored)
{
    return FILE_OF(self)->fd < 0 ? ou_io_closed_error() : PyBool_FromLong(FILE_OF(self)->writable);
}

static PyObject *
fileio_seekable(PyObject *op, PyObject *ignored)
{
    FileIO *self = FILE_OF(op);
    if (self->fd < 0) {
        return ou_io_closed_error();
    }
    if (self->seekable < 0) {
        self->seekable = lseek(self->fd, 0, SEEK_CUR) >= 0;
    }
    return PyBool_FromLong(self->seekable);
}

static PyObject *
fileio_fileno(PyObject *self, PyObject *ignored)
{
    return FILE_OF(self)->fd < 0 ? ou_io_closed_error() : PyLong_FromLong(FILE_OF(self)->fd);
}

static PyObject *
fileio_isatty(PyObject *self, PyObject *ignored)
{
    return FILE_OF(self)->fd < 0 ? ou_io_closed_error() : PyBool_FromLong(ou_fileio_is_terminal(self));
}

static const char *
mode_string(FileIO *self)
{
    if (self->created) {
        return self->readable ? "xb+" : "xb";
    }
    if (self->appending) {
        return self->readable ? "ab+" : "ab";
    }
    return !self->readable ? "wb" : self->writable ? "rb+" : "rb";
}

static PyObject *
fileio_get_closed(PyObject *self, void *unused)
{
    return PyBool_FromLong(FILE_OF(self)->fd < 0);
}

static PyObject *
fileio_get_closefd(PyObject *self, void *unused)
{
    return PyBool_FromLong(FILE_OF(self)->closefd);
}

static PyObject *
fileio_get_mode(PyObject *self, void *unused)
{
    return PyUnicode_FromString(mode_string(FILE_OF(self)));
}

static PyObject *
fileio_get_name(PyObject *self, void *unused)
{
    if (FILE_OF(self)->name == NULL) {
        PyErr_Format(PyExc_AttributeError, "'%.100s' object has no attribute 'name'", Py_TYPE(self)->tp_name);
        return NULL;
    }
    return Py_NewRef(FILE_OF(self)->name);
}

static int
fileio_set_name(PyObject *self, PyObject *value, void *unused)
{
    Py_XSETREF(FILE_OF(self)->name, Py_XNewRef(value));
    return 0;
}

static PyObject *
fileio_repr(PyObject *op)
{
    FileIO *self = FILE_OF(op);
    PyObject *name, *text = NULL;
    if (self->fd < 0) {
        return PyUnicode_FromString("<_io.FileIO [closed]>");
    }
    const char *closefd = self->closefd ? "True" : "False";
    if (_PyObject_LookupAttr(op, OU_STR(name), &name) < 0) {
        return NULL;
    }
    if (name == NULL) {
        return PyUnicode_FromFormat("<_io.FileIO fd=%d mode='%s' closefd=%s>", self->fd, mode_string(self), closefd);
    }
    OU_HOLD(hold, &name);
    int running = Py_ReprEnter(op);
    if (running == 0) {
        text = PyUnicode_FromFormat("<_io.FileIO name=%R mode='%s' closefd=%s>", name, mode_string(self), closefd);
        Py_ReprLeave(op);
    }
    else if (running > 0) {
        PyErr_Format(PyExc_RuntimeError, "reentrant call inside %s.__repr__", Py_TYPE(op)->tp_name);
    }
    OU_HOLD_END(hold);
    Py_DECREF(name);
    return text;
}

static PyMethodDef fileio_methods[] = {
    {"read", IO_FAST(fileio_read), "read($self, size=-1, /)\n--\n\nRead once, at most `size` bytes; all without a size."},
    {"readall", ou_fileio_readall, METH_NOARGS, "readall($self, /)\n--\n\nRead to the end."},
    {"readinto", fileio_readinto, METH_O, "readinto($self, buffer, /)\n--\n\nRead once, into the buffer."},
    {"write", fileio_write, METH_O, "write($self, b, /)\n--\n\nWrite once; the number of bytes written, or None."},
    {"seek", IO_FAST(fileio_seek), "seek($self, pos, whence=0, /)\n--\n\nMove to a position; the new one."},
    {"tell", fileio_tell, METH_NOARGS, "tell($self, /)\n--\n\nThe position."},
    {"truncate", IO_FAST(fileio_truncate),
     "truncate($self, size=None, /)\n--\n\nCut or grow to a size, the position by default."},
    {"close", fileio_close, METH_NOARGS, "close($self, /)\n--\n\nClose; a second time does nothing."},
    {"seekable", fileio_seekable, METH_NOARGS, "seekable($self, /)\n--\n\nCan positions be set?"},
    {"readable", fileio_readable, METH_NOARGS, "readable($self, /)\n--\n\nWas it opened for reading?"},
    {"writable", fileio_writable, METH_NOARGS, "writable($self, /)\n--\n\nWas it opened for writing?"},
    {"fileno", fileio_fileno, METH_NOARGS, "fileno($self, /)\n--\n\nThe descriptor."},
    {"isatty", fileio_isatty, METH_NOARGS, "isatty($self, /)\n--\n\nIs it a terminal?"},
    {"_dealloc_warn", fileio_dealloc_warn, METH_O, NULL},
    {NULL},
};

static PyGetSetDef fileio_getset[] = {
    {"closed", fileio_get_closed, NULL, "Is it closed?", NULL},
    {"closefd", fileio_get_closefd, NULL, "Does close() close the descriptor?", NULL},
    {"mode", fileio_get_mode, NULL, "The mode as a text.", NULL},
    {"name", fileio_get_name, fileio_set_name, NULL, NULL},
    {NULL},
};

static PyMemberDef fileio_members[] = {
    {"_blksize", T_UINT, offsetof(FileIO, block_size), 0},
    {"_finalizing", T_BOOL, offsetof(FileIO, finalizing), 0},
    {NULL},
};

PyTypeObject ou_fileio_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_io.FileIO",
    .tp_basicsize = sizeof(FileIO),
    .tp_dealloc = fileio_dealloc,
    .tp_repr = fileio_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "FileIO(file, mode='r', closefd=True, opener=None)\n--\n\nA file as a raw stream of bytes.",
    .tp_traverse = fileio_traverse,
    .tp_clear = fileio_clear,
    .tp_methods = fileio_methods,
    .tp_members = fileio_members,
    .tp_getset = fileio_getset,
    .tp_base = &ou_rawiobase_type,
    .tp_init = fileio_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = fileio_alloc,
    .tp_free = PyObject_GC_Del,
};
