/* modules/posix/posix_arg.c - arguments and errors: paths, descriptors, offsets, user numbers.
 *
 * Owns       a path's object and bytes, between begin and end.
 * Invariant  a path that begin() accepted is held until end(). */
#include "modules/posix/posix.h"

/* ---- paths --------------------------------------------------------------------------------------------------------- */

static const char *
allowed_kinds(const PosixPath *path)
{
    return path->allow_fd
             ? path->nullable ? "string, bytes, os.PathLike, integer or None" : "string, bytes, os.PathLike or integer"
         : path->nullable ? "string, bytes, os.PathLike or None"
                          : "string, bytes or os.PathLike";
}

static int
descriptor_of(PyObject *arg, int *fd)
{
    PyObject *index = PyNumber_Index(arg);
    if (index == NULL) {
        return -1;
    }
    int overflow;
    long value = PyLong_AsLongAndOverflow(index, &overflow);
    Py_DECREF(index);
    if (value == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (overflow > 0 || value > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError, "fd is greater than maximum");
        return -1;
    }
    if (overflow < 0 || value < INT_MIN) {
        PyErr_SetString(PyExc_OverflowError, "fd is less than minimum");
        return -1;
    }
    *fd = (int)value;
    return 0;
}

/* path->object is what was given or what its __fspath__ returned: now its bytes. */
static int
path_encode(PosixPath *path, PyObject *arg)
{
    PyObject *object = path->object;
    if (PyUnicode_Check(object)) {
        if (!PyUnicode_FSConverter(object, &path->bytes)) {
            path->bytes = NULL;
            return -1;
        }
    }
    else if (PyBytes_Check(object)) {
        path->bytes = Py_NewRef(object);
        path->is_bytes = true;
    }
    else {
        if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1, "%s: %s should be %s, not %.200s", path->function, path->argument,
                             allowed_kinds(path), Py_TYPE(arg)->tp_name)
            < 0) {
            return -1;
        }
        path->bytes = PyBytes_FromObject(object);
        path->is_bytes = true;
        if (path->bytes == NULL) {
            return -1;
        }
    }
    path->name = PyBytes_AS_STRING(path->bytes);
    if (strlen(path->name) != (size_t)PyBytes_GET_SIZE(path->bytes)) {
        PyErr_Format(PyExc_ValueError, "%s: embedded null character in %s", path->function, path->argument);
        return -1;
    }
    return 0;
}

/* See posix.h. */
int
ou_posix_path_begin(PosixPath *path, PyObject *arg)
{
    path->fd = -1;
    path->name = NULL;
    path->is_bytes = false;
    path->object = path->bytes = NULL;
    path->slots[0] = &path->object;
    path->slots[1] = &path->bytes;
    path->hold = (OuHold){NULL, path->function, path->slots, 2};
    ou_hold_push(&path->hold);
    if ((arg == NULL || arg == Py_None) && path->nullable) {
        return 0;
    }
    int status;
    if (PyUnicode_Check(arg) || PyBytes_Check(arg) || PyObject_CheckBuffer(arg)) {
        path->object = Py_NewRef(arg);
        status = path_encode(path, arg);
    }
    else if (path->allow_fd && PyIndex_Check(arg)) {
        path->object = Py_NewRef(arg);
        status = descriptor_of(arg, &path->fd);
    }
    else {
        PyObject *method = _PyObject_LookupSpecial(arg, OU_STR(__fspath__));
        Py_XDECREF(method); /* PyOS_FSPath looks it up again: here only its absence says something */
        if (method == NULL) {
            if (!PyErr_Occurred()) {
                PyErr_Format(PyExc_TypeError, "%s: %s should be %s, not %.200s", path->function, path->argument,
                             allowed_kinds(path), Py_TYPE(arg)->tp_name);
            }
            status = -1;
        }
        else {
            path->object = PyOS_FSPath(arg);
            status = path->object == NULL ? -1 : path_encode(path, arg);
        }
    }
    if (status < 0) {
        ou_posix_path_end(path);
    }
    return status;
}

/* See posix.h. */
void
ou_posix_path_end(PosixPath *path)
{
    ou_hold_pop(&path->hold);
    Py_CLEAR(path->object);
    Py_CLEAR(path->bytes);
}

PyObject *
ou_posix_path_error(PosixPath *path)
{
    return PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path->object);
}

PyObject *
ou_posix_path_finish(PosixPath *path, int status)
{
    if (status == -1) {
        ou_posix_path_error(path);
    }
    ou_posix_path_end(path);
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

PyObject *
ou_posix_name_new(const PosixPath *path, const char *name, Py_ssize_t size)
{
    return path->is_bytes ? PyBytes_FromStringAndSize(name, size) : PyUnicode_DecodeFSDefaultAndSize(name, size);
}

/* ---- other arguments ----------------------------------------------------------------------------------------------- */

int
ou_posix_int_arg(PyObject *arg, int *out)
{
    if (arg == NULL) {
        return 0;
    }
    int value = _PyLong_AsInt(arg);
    if (value == -1 && PyErr_Occurred()) {
        return -1;
    }
    *out = value;
    return 0;
}

int
ou_posix_bool_arg(PyObject *arg, bool *out)
{
    if (arg == NULL) {
        return 0;
    }
    int truth = PyObject_IsTrue(arg);
    if (truth < 0) {
        return -1;
    }
    *out = truth != 0;
    return 0;
}

int
ou_posix_dir_fd_arg(PyObject *arg, int *out)
{
    if (arg == NULL || arg == Py_None) {
        return 0;
    }
    if (!PyIndex_Check(arg)) {
        PyErr_Format(PyExc_TypeError, "argument should be integer or None, not %.200s", Py_TYPE(arg)->tp_name);
        return -1;
    }
    return descriptor_of(arg, out);
}

int
ou_posix_offset_arg(PyObject *arg, off_t *out)
{
    if (arg == NULL) {
        return 0;
    }
    long long value = PyLong_AsLongLong(arg);
    if (value == -1 && PyErr_Occurred()) {
        return -1;
    }
    *out = (off_t)value;
    return 0;
}

int
ou_posix_id_arg(PyObject *arg, const char *noun, unsigned *out)
{
    PyObject *index = PyIndex_Check(arg) ? PyNumber_Index(arg) : NULL;
    if (index == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_TypeError, "%s should be integer, not %.200s", noun, Py_TYPE(arg)->tp_name);
        }
        return -1;
    }
    int overflow;
    long value = PyLong_AsLongAndOverflow(index, &overflow);
    Py_DECREF(index);
    if (value == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (overflow > 0 || value > (long)UINT_MAX) {
        PyErr_Format(PyExc_OverflowError, "%s is greater than maximum", noun);
        return -1;
    }
    if (overflow < 0 || value < -1) {
        PyErr_Format(PyExc_OverflowError, "%s is less than minimum", noun);
        return -1;
    }
    *out = (unsigned)value;
    return 0;
}

PyObject *
ou_posix_id_new(unsigned id)
{
    return id == (unsigned)-1 ? PyLong_FromLong(-1) : PyLong_FromUnsignedLong(id);
}

PyObject *
ou_posix_error(void)
{
    return PyErr_SetFromErrno(PyExc_OSError);
}

/* status -2: a signal handler raised. */
PyObject *
ou_posix_ok(int status)
{
    if (status == -1) {
        return ou_posix_error();
    }
    return status < 0 ? NULL : Py_NewRef(Py_None);
}
