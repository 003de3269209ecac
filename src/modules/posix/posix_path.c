/* modules/posix/posix_path.c - names in folders: making, renaming, linking and removing them; the current folder.
 *
 * Invariant  a path that was begun is ended on every way out, the last one first.
 * Not here   what a name says of its file (posix_stat.c), lists of names (posix_scandir.c), reading and writing (posix_file.c).
 * Source     Library Reference, os; POSIX.1-2017. */
#include <limits.h>
#include <stdio.h>

#include "modules/posix/posix.h"

static PyObject *
posix_chdir(OU_FAST_KW)
{
    static const OuParams params = {"chdir", {"path"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    PosixPath path = {"chdir", "path", .allow_fd = true};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    int status = PySys_Audit("os.chdir", "(O)", path.object) < 0 ? -2 : 0;
    if (status == 0) {
        Py_BEGIN_ALLOW_THREADS status = path.name == NULL ? fchdir(path.fd) : chdir(path.name);
        Py_END_ALLOW_THREADS
    }
    return ou_posix_path_finish(&path, status);
}

static PyObject *
posix_fchdir(OU_FAST_KW)
{
    static const OuParams params = {"fchdir", {"fd"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0) {
        return NULL;
    }
    int status, fd = PyObject_AsFileDescriptor(v[0]);
    if (fd < 0 || PySys_Audit("os.chdir", "(i)", fd) < 0) {
        return NULL;
    }
    OU_CALL_SYSTEM(status, fchdir(fd));
    return ou_posix_ok(status);
}

static PyObject *
posix_chroot(OU_FAST_KW)
{
    static const OuParams params = {"chroot", {"path"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    PosixPath path = {"chroot", "path"};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    int status;
    Py_BEGIN_ALLOW_THREADS status = chroot(path.name);
    Py_END_ALLOW_THREADS return ou_posix_path_finish(&path, status);
}

static PyObject *
current_folder(bool is_bytes)
{
    char *name;
    Py_BEGIN_ALLOW_THREADS name = getcwd(NULL, 0); /* as long as it need be */
    Py_END_ALLOW_THREADS if (name == NULL)
    {
        return errno == ENOMEM ? PyErr_NoMemory() : ou_posix_error();
    }
    PyObject *result = is_bytes ? PyBytes_FromString(name) : PyUnicode_DecodeFSDefault(name);
    free(name);
    return result;
}

static PyObject *
posix_getcwd(PyObject *module, PyObject *unused)
{
    return current_folder(false);
}

static PyObject *
posix_getcwdb(PyObject *module, PyObject *unused)
{
    return current_folder(true);
}

static PyObject *
posix_mkdir(OU_FAST_KW)
{
    static const OuParams params = {"mkdir", {"path", "mode", "dir_fd"}, .n_positional = 2, .n_required = 1, .n_all = 3};
    PyObject *v[3];
    int mode = 0777, dir_fd = AT_FDCWD, status;
    PosixPath path = {"mkdir", "path"};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[1], &mode) < 0
        || ou_posix_dir_fd_arg(v[2], &dir_fd) < 0 || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    status = PySys_Audit("os.mkdir", "Oii", path.object, mode, dir_fd == AT_FDCWD ? -1 : dir_fd) < 0 ? -2 : 0;
    if (status == 0) {
        Py_BEGIN_ALLOW_THREADS status = mkdirat(dir_fd, path.name, (mode_t)mode);
        Py_END_ALLOW_THREADS
    }
    return ou_posix_path_finish(&path, status);
}

/* unlink, remove and rmdir: `flags` are unlinkat()'s. */
static PyObject *
remove_name(const OuParams *params, const char *event, int flags, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    PyObject *v[2];
    int dir_fd = AT_FDCWD, status;
    PosixPath path = {params->function, "path"};
    if (ou_args_parse(params, args, n_args, kwnames, v) < 0 || ou_posix_dir_fd_arg(v[1], &dir_fd) < 0
        || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    status = PySys_Audit(event, "Oi", path.object, dir_fd == AT_FDCWD ? -1 : dir_fd) < 0 ? -2 : 0;
    if (status == 0) {
        Py_BEGIN_ALLOW_THREADS status = unlinkat(dir_fd, path.name, flags);
        Py_END_ALLOW_THREADS
    }
    return ou_posix_path_finish(&path, status);
}

static PyObject *
posix_unlink(OU_FAST_KW)
{
    static const OuParams params = {"unlink", {"path", "dir_fd"}, .n_positional = 1, .n_required = 1, .n_all = 2};
    return remove_name(&params, "os.remove", 0, args, n_args, kwnames);
}

static PyObject *
posix_remove(OU_FAST_KW)
{
    static const OuParams params = {"remove", {"path", "dir_fd"}, .n_positional = 1, .n_required = 1, .n_all = 2};
    return remove_name(&params, "os.remove", 0, args, n_args, kwnames);
}

static PyObject *
posix_rmdir(OU_FAST_KW)
{
    static const OuParams params = {"rmdir", {"path", "dir_fd"}, .n_positional = 1, .n_required = 1, .n_all = 2};
    return remove_name(&params, "os.rmdir", AT_REMOVEDIR, args, n_args, kwnames);
}

/* ---- two names ----------------------------------------------------------------------------------------------------- */

static PyObject *
two_paths_finish(PosixPath *src, PosixPath *dst, int status)
{
    if (status == -1) {
        PyErr_SetFromErrnoWithFilenameObjects(PyExc_OSError, src->object, dst->object);
    }
    ou_posix_path_end(dst);
    ou_posix_path_end(src);
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
rename_name(const OuParams *params, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    PyObject *v[4];
    int src_fd = AT_FDCWD, dst_fd = AT_FDCWD, status;
    PosixPath src = {params->function, "src"}, dst = {params->function, "dst"};
    if (ou_args_parse(params, args, n_args, kwnames, v) < 0 || ou_posix_dir_fd_arg(v[2], &src_fd) < 0
        || ou_posix_dir_fd_arg(v[3], &dst_fd) < 0 || ou_posix_path_begin(&src, v[0]) < 0) {
        return NULL;
    }
    if (ou_posix_path_begin(&dst, v[1]) < 0) {
        ou_posix_path_end(&src);
        return NULL;
    }
    status = PySys_Audit("os.rename", "OOii", src.object, dst.object, src_fd == AT_FDCWD ? -1 : src_fd,
                         dst_fd == AT_FDCWD ? -1 : dst_fd)
                   < 0
               ? -2
               : 0;
    if (status == 0) {
        Py_BEGIN_ALLOW_THREADS status = renameat(src_fd, src.name, dst_fd, dst.name);
        Py_END_ALLOW_THREADS
    }
    return two_paths_finish(&src, &dst, status);
}

static PyObject *
posix_rename(OU_FAST_KW)
{
    static const OuParams params = {
        "rename", {"src", "dst", "src_dir_fd", "dst_dir_fd"}, .n_positional = 2, .n_required = 2, .n_all = 4};
    return rename_name(&params, args, n_args, kwnames);
}

static PyObject *
posix_replace(OU_FAST_KW)
{
    static const OuParams params = {
        "replace", {"src", "dst", "src_dir_fd", "dst_dir_fd"}, .n_positional = 2, .n_required = 2, .n_all = 4};
    return rename_name(&params, args, n_args, kwnames);
}

static PyObject *
posix_link(OU_FAST_KW)
{
    static const OuParams params = {
        "link", {"src", "dst", "src_dir_fd", "dst_dir_fd", "follow_symlinks"}, .n_positional = 2, .n_required = 2, .n_all = 5};
    PyObject *v[5];
    int src_fd = AT_FDCWD, dst_fd = AT_FDCWD, status;
    bool follow = true;
    PosixPath src = {"link", "src"}, dst = {"link", "dst"};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_dir_fd_arg(v[2], &src_fd) < 0
        || ou_posix_dir_fd_arg(v[3], &dst_fd) < 0 || ou_posix_bool_arg(v[4], &follow) < 0
        || ou_posix_path_begin(&src, v[0]) < 0) {
        return NULL;
    }
    if (ou_posix_path_begin(&dst, v[1]) < 0) {
        ou_posix_path_end(&src);
        return NULL;
    }
    status = PySys_Audit("os.link", "OOii", src.object, dst.object, src_fd == AT_FDCWD ? -1 : src_fd,
                         dst_fd == AT_FDCWD ? -1 : dst_fd)
                   < 0
               ? -2
               : 0;
    if (status == 0) {
        /* As CPython on Linux: a plain link() unless an argument asks for more, and link() doesn't follow. */
        bool plain = src_fd == AT_FDCWD && dst_fd == AT_FDCWD && follow;
        Py_BEGIN_ALLOW_THREADS status =
            plain ? link(src.name, dst.name) : linkat(src_fd, src.name, dst_fd, dst.name, follow ? AT_SYMLINK_FOLLOW : 0);
        Py_END_ALLOW_THREADS
    }
    return two_paths_finish(&src, &dst, status);
}

static PyObject *
posix_symlink(OU_FAST_KW)
{
    static const OuParams params = {
        "symlink", {"src", "dst", "target_is_directory", "dir_fd"}, .n_positional = 3, .n_required = 2, .n_all = 4};
    PyObject *v[4];
    int dir_fd = AT_FDCWD, status;
    bool is_folder = false;
    PosixPath src = {"symlink", "src"}, dst = {"symlink", "dst"};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_bool_arg(v[2], &is_folder) < 0
        || ou_posix_dir_fd_arg(v[3], &dir_fd) < 0 || ou_posix_path_begin(&src, v[0]) < 0) {
        return NULL;
    }
    if (ou_posix_path_begin(&dst, v[1]) < 0) {
        ou_posix_path_end(&src);
        return NULL;
    }
    status = PySys_Audit("os.symlink", "OOi", src.object, dst.object, dir_fd == AT_FDCWD ? -1 : dir_fd) < 0 ? -2 : 0;
    if (status == 0) {
        Py_BEGIN_ALLOW_THREADS status = symlinkat(src.name, dir_fd, dst.name);
        Py_END_ALLOW_THREADS
    }
    return two_paths_finish(&src, &dst, status);
}

static PyObject *
posix_readlink(OU_FAST_KW)
{
    static const OuParams params = {"readlink", {"path", "dir_fd"}, .n_positional = 1, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    int dir_fd = AT_FDCWD;
    PosixPath path = {"readlink", "path"};
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0 || ou_posix_dir_fd_arg(v[1], &dir_fd) < 0
        || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    char target[PATH_MAX + 1];
    ssize_t size;
    Py_BEGIN_ALLOW_THREADS size = readlinkat(dir_fd, path.name, target, PATH_MAX);
    Py_END_ALLOW_THREADS PyObject *result = size < 0 ? ou_posix_path_error(&path) : ou_posix_name_new(&path, target, size);
    ou_posix_path_end(&path);
    return result;
}

/* mkfifo and mknod. */
static PyObject *
make_node(const OuParams *params, int i_device, int i_dir_fd, int mode, PyObject *const *args, Py_ssize_t n_args,
          PyObject *kwnames)
{
    PyObject *v[4];
    int dir_fd = AT_FDCWD, status;
    off_t device = 0;
    PosixPath path = {params->function, "path"};
    if (ou_args_parse(params, args, n_args, kwnames, v) < 0 || ou_posix_int_arg(v[1], &mode) < 0
        || (i_device != 0 && ou_posix_offset_arg(v[i_device], &device) < 0) || ou_posix_dir_fd_arg(v[i_dir_fd], &dir_fd) < 0
        || ou_posix_path_begin(&path, v[0]) < 0) {
        return NULL;
    }
    do {
        Py_BEGIN_ALLOW_THREADS status =
            i_device == 0 ? mkfifoat(dir_fd, path.name, (mode_t)mode) : mknodat(dir_fd, path.name, (mode_t)mode, (dev_t)device);
        Py_END_ALLOW_THREADS if (status < 0 && errno == EINTR && PyErr_CheckSignals() < 0)
        {
            status = -2;
        }
    } while (status == -1 && errno == EINTR);
    return ou_posix_path_finish(&path, status);
}

static PyObject *
posix_mkfifo(OU_FAST_KW)
{
    static const OuParams params = {"mkfifo", {"path", "mode", "dir_fd"}, .n_positional = 2, .n_required = 1, .n_all = 3};
    return make_node(&params, 0, 2, 0666, args, n_args, kwnames);
}

static PyObject *
posix_mknod(OU_FAST_KW)
{
    static const OuParams params = {
        "mknod", {"path", "mode", "device", "dir_fd"}, .n_positional = 3, .n_required = 1, .n_all = 4};
    return make_node(&params, 2, 3, 0600, args, n_args, kwnames);
}

/* ---- names alone --------------------------------------------------------------------------------------------------- */

static PyObject *
posix_fspath(OU_FAST_KW)
{
    static const OuParams params = {"fspath", {"path"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    return ou_args_parse(&params, args, n_args, kwnames, v) < 0 ? NULL : PyOS_FSPath(v[0]);
}

/* Shorten a path in place as os.path.normpath() does: no "." and no empty parts, ".." takes the part before it.
 * Exactly two slashes in front stay two.  Returns the new length; 0: the path is ".". */
static Py_ssize_t
normalize(Py_UCS4 *text, Py_ssize_t n)
{
    Py_ssize_t root = 0, to = 0;
    while (root < n && text[root] == '/') {
        root++;
    }
    Py_ssize_t from = root;
    to = root == 2 ? 2 : root > 0;
    root = to;
    Py_ssize_t fixed = to; /* what ".." can't take: the root, and a relative path's leading ".." */
    while (from < n) {
        Py_ssize_t end = from;
        while (end < n && text[end] != '/') {
            end++;
        }
        Py_ssize_t size = end - from;
        bool is_dot = size == 1 && text[from] == '.', is_up = size == 2 && text[from] == '.' && text[from + 1] == '.';
        if (is_up && to > fixed) {
            while (to > fixed && text[to - 1] != '/') {
                to--;
            }
            to -= to > fixed; /* and the slash before the part */
        }
        else if (size > 0 && !is_dot && !(is_up && root > 0)) {
            if (to > root) {
                text[to++] = '/';
            }
            memmove(text + to, text + from, (size_t)size * sizeof *text);
            to += size;
            if (is_up) {
                fixed = to;
            }
        }
        from = end + 1;
    }
    return to;
}

static PyObject *
posix_path_normpath(OU_FAST_KW)
{
    static const OuParams params = {"_path_normpath", {"path"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0) {
        return NULL;
    }
    if (!PyUnicode_Check(v[0])) {
        PyErr_Format(PyExc_TypeError, "_path_normpath() argument 'path' must be str, not %.50s", Py_TYPE(v[0])->tp_name);
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GetLength(v[0]);
    if (n == 0) {
        return Py_NewRef(v[0]); /* from CPython 3.11: only os.path.normpath() makes it "." */
    }
    Py_UCS4 *text = PyUnicode_AsUCS4Copy(v[0]);
    if (text == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        n = text[i] == 0 ? i : n; /* from CPython 3.11: a NUL ends the path */
    }
    n = normalize(text, n);
    PyObject *result = n == 0 ? PyUnicode_FromString(".") : PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, text, n);
    PyMem_Free(text);
    return result;
}

PyMethodDef ou_posix_path_methods[] = {
    {"chdir", OU_KW(posix_chdir), "chdir($module, /, path)\n--\n\nMake a folder the current one."},
    {"fchdir", OU_KW(posix_fchdir), "fchdir($module, /, fd)\n--\n\nMake the folder of a descriptor the current one."},
    {"chroot", OU_KW(posix_chroot), "chroot($module, /, path)\n--\n\nMake a folder the root."},
    {"getcwd", posix_getcwd, METH_NOARGS, "getcwd($module, /)\n--\n\nThe current folder's path."},
    {"getcwdb", posix_getcwdb, METH_NOARGS, "getcwdb($module, /)\n--\n\nThe current folder's path, as bytes."},
    {"mkdir", OU_KW(posix_mkdir), "mkdir($module, /, path, mode=511, *, dir_fd=None)\n--\n\nMake a folder."},
    {"unlink", OU_KW(posix_unlink), "unlink($module, /, path, *, dir_fd=None)\n--\n\nRemove a name of a file."},
    {"remove", OU_KW(posix_remove), "remove($module, /, path, *, dir_fd=None)\n--\n\nRemove a name of a file."},
    {"rmdir", OU_KW(posix_rmdir), "rmdir($module, /, path, *, dir_fd=None)\n--\n\nRemove an empty folder."},
    {"rename", OU_KW(posix_rename),
     "rename($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)\n--\n\nGive a file or folder another name."},
    {"replace", OU_KW(posix_replace),
     "replace($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)\n--\n\nRename, overwriting what has the name."},
    {"link", OU_KW(posix_link),
     "link($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None,\n     follow_symlinks=True)\n--\n\n"
     "Give a file one more name."},
    {"symlink", OU_KW(posix_symlink),
     "symlink($module, /, src, dst, target_is_directory=False, *, dir_fd=None)\n--\n\nMake a name that stands for a path."},
    {"readlink", OU_KW(posix_readlink),
     "readlink($module, /, path, *, dir_fd=None)\n--\n\nThe path that a symbolic link stands for."},
    {"mkfifo", OU_KW(posix_mkfifo), "mkfifo($module, /, path, mode=438, *, dir_fd=None)\n--\n\nMake a named pipe."},
    {"mknod", OU_KW(posix_mknod),
     "mknod($module, /, path, mode=384, device=0, *, dir_fd=None)\n--\n\nMake a node of any kind."},
    {"fspath", OU_KW(posix_fspath), "fspath($module, /, path)\n--\n\nThe str or bytes that a path object stands for."},
    {"_path_normpath", OU_KW(posix_path_normpath), "_path_normpath($module, /, path)\n--\n\nThe path without detours."},
    {NULL},
};
