/* modules/posix/posix_scandir.c - the names in a folder: listdir(), scandir() and its entries.
 *
 * Owns       an iterator owns its DIR stream until it is exhausted, closed or dead; an entry owns its names and what stat()
 *            said of it.
 * Invariant  an iterator's stream is NULL once it is closed; it is taken out of the object while the lock is given up, so that
 *            another thread can't close it under readdir().
 * Not here   os.walk() (the standard library).
 * Source     Library Reference, os.scandir; PEP 471. */
#include <dirent.h>

#include "modules/posix/posix.h"
#include "object/alloc.h"
#include "object/walk.h"

#include <structmember.h>

typedef struct {
    PyObject_HEAD
    PyObject *name, *path;
    PyObject *stat, *lstat; /* what was asked before; NULL: nothing yet */
    int dir_fd;             /* the folder, if it was given as a descriptor; else AT_FDCWD */
    unsigned char kind;     /* DT_*, as readdir() says */
    ino_t inode;
} DirEntry;

typedef struct {
    PyObject_HEAD
    PyObject *folder; /* as given: str or bytes; NULL: a descriptor */
    DIR *stream;
    int fd; /* the descriptor, as given; -1: none */
    bool is_bytes;
    bool busy; /* another thread is in readdir() */
} Scandir;

#define ENTRY(op) ((DirEntry *)(op))
#define SCANDIR(op) ((Scandir *)(op))

/* ---- entries ------------------------------------------------------------------------------------------------------- */

OU_WALKER(dir_entry)
{
    OU_EDGE_OF(ENTRY(self), name);
    OU_EDGE_OF(ENTRY(self), path);
    OU_EDGE_OF(ENTRY(self), stat);
    OU_EDGE_OF(ENTRY(self), lstat);
    return 0;
}

static void
dir_entry_dealloc(PyObject *self)
{
    Py_CLEAR(ENTRY(self)->name);
    Py_CLEAR(ENTRY(self)->path);
    Py_CLEAR(ENTRY(self)->stat);
    Py_CLEAR(ENTRY(self)->lstat);
    ou_object_free(self);
}

static PyObject *
dir_entry_repr(PyObject *self)
{
    return PyUnicode_FromFormat("<DirEntry %R>", ENTRY(self)->name);
}

/* stat() of an entry, remembered.  Borrowed; NULL with errno's OSError set. */
static PyObject *
entry_stat(DirEntry *self, bool follow)
{
    if (follow && self->kind != DT_LNK && self->kind != DT_UNKNOWN) {
        follow = false; /* it is no link: both are the same */
    }
    PyObject **known = follow ? &self->stat : &self->lstat;
    if (*known != NULL) {
        return *known;
    }
    /* The path is the scanned folder's and the name; from a descriptor it is the name alone. */
    PyObject *bytes;
    struct stat st;
    int status;
    if (!PyUnicode_FSConverter(self->path, &bytes)) {
        return NULL;
    }
    OU_HOLD(hold, &bytes);
    Py_BEGIN_ALLOW_THREADS status = fstatat(self->dir_fd, PyBytes_AS_STRING(bytes), &st, follow ? 0 : AT_SYMLINK_NOFOLLOW);
    Py_END_ALLOW_THREADS OU_HOLD_END(hold);
    Py_DECREF(bytes);
    if (status < 0) {
        PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, self->path);
        return NULL;
    }
    PyObject *result = ou_posix_stat_new(&st);
    if (result == NULL) {
        return NULL;
    }
    Py_XSETREF(*known, result);
    return result;
}

/* Reads follow_symlinks=True, the only argument of three methods. */
static int
follow_arg(const char *function, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames, bool *follow)
{
    const OuParams params = {function, {"follow_symlinks"}, .n_positional = 0, .n_required = 0, .n_all = 1};
    PyObject *v[1];
    *follow = true;
    return ou_args_parse(&params, args, n_args, kwnames, v) < 0 ? -1 : ou_posix_bool_arg(v[0], follow);
}

static PyObject *
dir_entry_stat(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    bool follow;
    return follow_arg("stat", args, n_args, kwnames, &follow) < 0 ? NULL : Py_XNewRef(entry_stat(ENTRY(self), follow));
}

/* Is the entry of this kind?  A name that is gone is of none. */
static PyObject *
entry_is(DirEntry *self, bool follow, unsigned char kind, mode_t mode)
{
    bool is_link = self->kind == DT_LNK;
    if (self->kind != DT_UNKNOWN && !(is_link && follow)) {
        return PyBool_FromLong(self->kind == kind);
    }
    PyObject *stat = entry_stat(self, follow);
    if (stat == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_FileNotFoundError)) {
            return NULL;
        }
        PyErr_Clear();
        Py_RETURN_FALSE;
    }
    long found = PyLong_AsLong(PyStructSequence_GET_ITEM(stat, 0));
    return PyBool_FromLong(((mode_t)found & S_IFMT) == mode);
}

static PyObject *
dir_entry_is_dir(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    bool follow;
    return follow_arg("is_dir", args, n_args, kwnames, &follow) < 0 ? NULL : entry_is(ENTRY(self), follow, DT_DIR, S_IFDIR);
}

static PyObject *
dir_entry_is_file(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    bool follow;
    return follow_arg("is_file", args, n_args, kwnames, &follow) < 0 ? NULL : entry_is(ENTRY(self), follow, DT_REG, S_IFREG);
}

static PyObject *
dir_entry_is_symlink(PyObject *self, PyObject *unused)
{
    return entry_is(ENTRY(self), false, DT_LNK, S_IFLNK);
}

static PyObject *
dir_entry_inode(PyObject *self, PyObject *unused)
{
    return PyLong_FromUnsignedLong(ENTRY(self)->inode);
}

static PyObject *
dir_entry_fspath(PyObject *self, PyObject *unused)
{
    return Py_NewRef(ENTRY(self)->path);
}

static PyMemberDef dir_entry_members[] = {
    {"name", T_OBJECT_EX, offsetof(DirEntry, name), READONLY, "the name in its folder"},
    {"path", T_OBJECT_EX, offsetof(DirEntry, path), READONLY, "the folder's path and the name"},
    {NULL},
};

static PyMethodDef dir_entry_methods[] = {
    {"is_dir", OU_KW(dir_entry_is_dir), "is_dir($self, /, *, follow_symlinks=True)\n--\n\nIs it a folder?"},
    {"is_file", OU_KW(dir_entry_is_file), "is_file($self, /, *, follow_symlinks=True)\n--\n\nIs it a regular file?"},
    {"is_symlink", dir_entry_is_symlink, METH_NOARGS, "is_symlink($self, /)\n--\n\nIs it a symbolic link?"},
    {"stat", OU_KW(dir_entry_stat), "stat($self, /, *, follow_symlinks=True)\n--\n\nWhat is known of it; asked once."},
    {"inode", dir_entry_inode, METH_NOARGS, "inode($self, /)\n--\n\nThe number of its node."},
    {"__fspath__", dir_entry_fspath, METH_NOARGS, "__fspath__($self, /)\n--\n\nIts path."},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "See PEP 585"},
    {NULL},
};

PyTypeObject ou_dir_entry_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "posix.DirEntry",
    .tp_basicsize = sizeof(DirEntry),
    .tp_dealloc = dir_entry_dealloc,
    .tp_repr = dir_entry_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_methods = dir_entry_methods,
    .tp_members = dir_entry_members,
};

/* ---- the iterator -------------------------------------------------------------------------------------------------- */

OU_WALKER(scandir)
{
    OU_EDGE_OF(SCANDIR(self), folder);
    return 0;
}

static void
scandir_close_stream(Scandir *self)
{
    DIR *stream = self->stream;
    if (stream == NULL || self->busy) {
        return; /* busy: whoever reads closes it */
    }
    self->stream = NULL; /* first: nobody closes it twice */
    Py_BEGIN_ALLOW_THREADS if (self->fd >= 0)
    {
        rewinddir(stream); /* the caller's descriptor shares its place with ours */
    }
    closedir(stream);
    Py_END_ALLOW_THREADS
}

static void
scandir_finalize(PyObject *self)
{
    if (SCANDIR(self)->stream == NULL) {
        return;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (PyErr_ResourceWarning(self, 1, "unclosed scandir iterator %R", self) < 0 && PyErr_ExceptionMatches(PyExc_Warning)) {
        PyErr_WriteUnraisable(self);
    }
    scandir_close_stream(SCANDIR(self));
    PyErr_Restore(type, value, traceback);
}

static void
scandir_dealloc(PyObject *self)
{
    if (PyObject_CallFinalizerFromDealloc(self) < 0) {
        return;
    }
    Py_CLEAR(SCANDIR(self)->folder);
    ou_object_free(self);
}

/* folder, a slash if it needs one, and the name. */
static PyObject *
join_path(Scandir *self, PyObject *name)
{
    PyObject *folder = self->folder;
    if (folder == NULL) {
        return Py_NewRef(name);
    }
    if (PyBytes_Check(folder)) {
        Py_ssize_t n = PyBytes_GET_SIZE(folder);
        bool slash = n > 0 && PyBytes_AS_STRING(folder)[n - 1] != '/';
        return PyBytes_FromFormat("%s%s%s", PyBytes_AS_STRING(folder), slash ? "/" : "", PyBytes_AS_STRING(name));
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(folder);
    bool slash = n > 0 && PyUnicode_READ_CHAR(folder, n - 1) != '/';
    return PyUnicode_FromFormat("%U%s%U", folder, slash ? "/" : "", name);
}

static PyObject *
entry_new(Scandir *self, const struct dirent *found)
{
    PyObject *entry = ou_object_new(&ou_dir_entry_type);
    if (entry == NULL) {
        return NULL;
    }
    ENTRY(entry)->kind = found->d_type;
    ENTRY(entry)->inode = found->d_ino;
    ENTRY(entry)->dir_fd = self->fd >= 0 ? self->fd : AT_FDCWD;
    const char *name = found->d_name;
    ENTRY(entry)->name = self->is_bytes ? PyBytes_FromString(name) : PyUnicode_DecodeFSDefault(name);
    ENTRY(entry)->path = ENTRY(entry)->name == NULL ? NULL : join_path(self, ENTRY(entry)->name);
    if (ENTRY(entry)->path == NULL) {
        Py_CLEAR(entry);
    }
    return entry;
}

static bool
is_dot_name(const char *name)
{
    return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
}

static PyObject *
scandir_next(PyObject *op)
{
    Scandir *self = SCANDIR(op);
    if (self->stream == NULL || self->busy) {
        return NULL;
    }
    struct dirent *found;
    self->busy = true;
    do {
        errno = 0;
        Py_BEGIN_ALLOW_THREADS found = readdir(self->stream);
        Py_END_ALLOW_THREADS
    } while (found != NULL && is_dot_name(found->d_name));
    self->busy = false;
    if (found != NULL) {
        PyObject *entry = entry_new(self, found);
        if (entry != NULL) {
            return entry;
        }
    }
    else if (errno != 0) {
        PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, self->folder);
    }
    scandir_close_stream(self);
    return NULL;
}

static PyObject *
scandir_close(PyObject *self, PyObject *unused)
{
    scandir_close_stream(SCANDIR(self));
    Py_RETURN_NONE;
}

static PyObject *
scandir_enter(PyObject *self, PyObject *unused)
{
    return Py_NewRef(self);
}

static PyObject *
scandir_exit(PyObject *self, PyObject *args)
{
    return scandir_close(self, NULL);
}

static PyMethodDef scandir_methods[] = {
    {"__enter__", scandir_enter, METH_NOARGS, NULL},
    {"__exit__", scandir_exit, METH_VARARGS, NULL},
    {"close", scandir_close, METH_NOARGS, NULL},
    {NULL},
};

PyTypeObject ou_scandir_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "posix.ScandirIterator",
    .tp_basicsize = sizeof(Scandir),
    .tp_dealloc = scandir_dealloc,
    .tp_finalize = scandir_finalize,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = scandir_next,
    .tp_methods = scandir_methods,
};

/* A stream on the path's folder: of a duplicate if it is a descriptor.  NULL with an error set. */
static DIR *
open_stream(PosixPath *path)
{
    DIR *stream;
    int copy = -1;
    if (path->fd >= 0 || (path->name == NULL && path->object != NULL)) {
        copy = _Py_dup(path->fd);
        if (copy < 0) {
            return NULL;
        }
    }
    Py_BEGIN_ALLOW_THREADS stream = copy >= 0 ? fdopendir(copy) : opendir(path->name != NULL ? path->name : ".");
    Py_END_ALLOW_THREADS if (stream == NULL)
    {
        ou_posix_path_error(path);
        if (copy >= 0) {
            close(copy);
        }
    }
    return stream;
}

static PyObject *
posix_scandir(OU_FAST_KW)
{
    static const OuParams params = {"scandir", {"path"}, .n_positional = 1, .n_all = 1};
    PyObject *v[1];
    PosixPath path = {"scandir", "path", .nullable = true, .allow_fd = true};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    PyObject *folder = NULL, *self = NULL;
    if (PySys_Audit("os.scandir", "O", path.object != NULL ? path.object : Py_None) == 0) {
        self = ou_object_new(&ou_scandir_type);
    }
    if (self != NULL) {
        bool is_fd = path.name == NULL && path.object != NULL;
        folder = is_fd               ? NULL
               : path.object == NULL ? PyUnicode_FromString(".")
               : path.is_bytes       ? Py_NewRef(path.bytes)
                                     : Py_NewRef(path.object);
        SCANDIR(self)->fd = is_fd ? path.fd : -1;
        SCANDIR(self)->is_bytes = path.is_bytes;
        SCANDIR(self)->folder = folder;
        SCANDIR(self)->stream = !is_fd && folder == NULL ? NULL : open_stream(&path);
        if (SCANDIR(self)->stream == NULL) {
            Py_CLEAR(self);
        }
    }
    ou_posix_path_end(&path);
    return self;
}

static PyObject *
posix_listdir(OU_FAST_KW)
{
    static const OuParams params = {"listdir", {"path"}, .n_positional = 1, .n_all = 1};
    PyObject *v[1];
    PosixPath path = {"listdir", "path", .nullable = true, .allow_fd = true};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    PyObject *list = NULL;
    DIR *stream = PySys_Audit("os.listdir", "O", path.object != NULL ? path.object : Py_None) < 0 ? NULL : open_stream(&path);
    if (stream != NULL) {
        list = PyList_New(0);
        OU_HOLD(hold, &list);
        while (list != NULL) {
            struct dirent *found;
            errno = 0;
            Py_BEGIN_ALLOW_THREADS found = readdir(stream);
            Py_END_ALLOW_THREADS if (found == NULL)
            {
                if (errno != 0) {
                    ou_posix_path_error(&path);
                    Py_CLEAR(list);
                }
                break;
            }
            if (is_dot_name(found->d_name)) {
                continue;
            }
            PyObject *name = ou_posix_name_new(&path, found->d_name, (Py_ssize_t)strlen(found->d_name));
            if (name == NULL || PyList_Append(list, name) < 0) {
                Py_CLEAR(list);
            }
            Py_XDECREF(name);
        }
        Py_BEGIN_ALLOW_THREADS if (path.name == NULL && path.object != NULL)
        {
            rewinddir(stream);
        }
        closedir(stream);
        Py_END_ALLOW_THREADS OU_HOLD_END(hold);
    }
    ou_posix_path_end(&path);
    return list;
}

PyMethodDef ou_posix_scandir_methods[] = {
    {"listdir", OU_KW(posix_listdir), "listdir($module, /, path=None)\n--\n\nThe names in a folder, in no order."},
    {"scandir", OU_KW(posix_scandir), "scandir($module, /, path=None)\n--\n\nAn iterator over the entries of a folder."},
    {NULL},
};
