/* runtime/import_loader.c - loaders: from a file to an executed module.
 *
 * Owns       name and path, both str.
 * Not here   finding files (import_finders.c), cache files (pyc.c), shared objects (dynload.c). */
#include "compiler/compile.h"
#include "object/alloc.h"
#include "object/hold.h"
#include "object/walk.h"
#include "runtime/import.h"
#include "runtime/pyc.h"

#include <structmember.h>

typedef struct {
    PyObject_HEAD
    PyObject *name, *path;
    OuFileKind kind;
    char is_package;
} FileLoader;

OU_WALKER(file_loader)
{
    OU_EDGE_OF((FileLoader *)self, name);
    OU_EDGE_OF((FileLoader *)self, path);
    return 0;
}

static void
file_loader_dealloc(PyObject *self)
{
    Py_CLEAR(((FileLoader *)self)->name);
    Py_CLEAR(((FileLoader *)self)->path);
    ou_object_free(self);
}

/* ---- code ----------------------------------------------------------------------------------------------------------- */

/* Compile a file's text. */
static PyObject *
compile_file(const char *path, PyObject *filename)
{
    size_t size;
    char *text = ou_file_read(path, &size);
    if (text == NULL) {
        return NULL;
    }
    int flags = ou_stdlib_has_file(path) ? OU_COMPILE_LIBRARY : 0;
    PyObject *code = ou_compile_source(text, size, filename, OU_PARSE_EXEC, flags, -1);
    PyMem_Free(text);
    return code;
}

PyObject *
ou_import_source_code(const char *path, PyObject *filename, bool cached_only)
{
    PyObject *shown = ou_stdlib_frozen_name(path), *cache = NULL, *bytes = NULL, *code = NULL;
    struct stat st;
    if (shown == NULL && !PyErr_Occurred()) {
        shown = Py_NewRef(filename);
    }
    cache = shown == NULL ? NULL : ou_pyc_path(path);
    if (cache == NULL) {
        Py_XDECREF(shown);
        return NULL;
    }
    bool known = stat(path, &st) == 0;
    if (cache != Py_None) {
        bytes = PyUnicode_EncodeFSDefault(cache);
        if (bytes != NULL && known) {
            code = ou_pyc_load(PyBytes_AS_STRING(bytes), path, &st, shown);
        }
    }
    if (code != NULL && Py_VerboseFlag) {
        PySys_FormatStderr("# %U matches %U\n", cache, filename);
    }
    if (code == NULL && !PyErr_Occurred() && (!cached_only || ou_stdlib_has_file(path))) {
        code = compile_file(path, shown);
        PyObject *forbidden = PySys_GetObject("dont_write_bytecode");
        if (code != NULL && bytes != NULL && known && !(forbidden != NULL && PyObject_IsTrue(forbidden) != 0)) {
            ou_pyc_store(PyBytes_AS_STRING(bytes), &st, code);
            if (Py_VerboseFlag) {
                PySys_FormatStderr("# wrote %R\n", cache);
            }
        }
    }
    Py_XDECREF(bytes);
    Py_DECREF(cache);
    Py_DECREF(shown);
    return code;
}

static PyObject *
loader_code(FileLoader *loader)
{
    PyObject *path = PyUnicode_EncodeFSDefault(loader->path), *code = NULL;
    if (path == NULL) {
        return NULL;
    }
    switch (loader->kind) {
    case OU_FILE_SOURCE: code = ou_import_source_code(PyBytes_AS_STRING(path), loader->path, false); break;
    case OU_FILE_BYTECODE: code = ou_pyc_load_alone(PyBytes_AS_STRING(path), loader->name, loader->path); break;
    case OU_FILE_EXTENSION: code = Py_NewRef(Py_None); break;
    }
    Py_DECREF(path);
    return code;
}

/* ---- what Python sees ------------------------------------------------------------------------------------------------- */

static int
check_name(FileLoader *loader, PyObject *args)
{
    PyObject *name = NULL;
    if (!PyArg_UnpackTuple(args, "loader", 0, 1, &name)) {
        return -1;
    }
    int same = name == NULL || name == Py_None ? 1 : PyObject_RichCompareBool(name, loader->name, Py_EQ);
    if (same == 0) {
        PyErr_Format(PyExc_ImportError, "loader for %S cannot handle %S", loader->name, name);
    }
    return same > 0 ? 0 : -1;
}

static PyObject *
loader_get_code(PyObject *self, PyObject *args)
{
    return check_name((FileLoader *)self, args) < 0 ? NULL : loader_code((FileLoader *)self);
}

static PyObject *
loader_get_data(PyObject *self, PyObject *arg)
{
    PyObject *path = NULL, *data = NULL;
    if (!PyUnicode_FSConverter(arg, &path)) {
        return NULL;
    }
    size_t size;
    char *bytes = ou_file_read(PyBytes_AS_STRING(path), &size);
    if (bytes != NULL) {
        data = PyBytes_FromStringAndSize(bytes, (Py_ssize_t)size);
        PyMem_Free(bytes);
    }
    Py_DECREF(path);
    return data;
}

/* The source text, decoded as its first lines say. */
static PyObject *
loader_get_source(PyObject *self, PyObject *args)
{
    FileLoader *loader = (FileLoader *)self;
    if (check_name(loader, args) < 0) {
        return NULL;
    }
    if (loader->kind != OU_FILE_SOURCE) {
        Py_RETURN_NONE;
    }
    PyObject *data = loader_get_data(self, loader->path), *util = NULL, *text = NULL;
    OU_HOLD(hold, &data, &util);
    if (data != NULL) {
        text = PyUnicode_DecodeUTF8(PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data), NULL);
        if (text == NULL && PyErr_ExceptionMatches(PyExc_UnicodeDecodeError)) {
            PyErr_Clear();
            util = PyImport_ImportModule("importlib.util"); /* it reads a coding comment */
            text = util == NULL ? NULL : PyObject_CallMethod(util, "decode_source", "O", data);
        }
    }
    OU_HOLD_END(hold);
    Py_XDECREF(data);
    Py_XDECREF(util);
    return text;
}

static PyObject *
loader_get_filename(PyObject *self, PyObject *args)
{
    return check_name((FileLoader *)self, args) < 0 ? NULL : Py_NewRef(((FileLoader *)self)->path);
}

static PyObject *
loader_is_package(PyObject *self, PyObject *args)
{
    return check_name((FileLoader *)self, args) < 0 ? NULL : PyBool_FromLong(((FileLoader *)self)->is_package);
}

static PyObject *
loader_path_stats(PyObject *self, PyObject *arg)
{
    PyObject *path = NULL;
    struct stat st;
    if (!PyUnicode_FSConverter(arg, &path)) {
        return NULL;
    }
    int status = stat(PyBytes_AS_STRING(path), &st);
    Py_DECREF(path);
    if (status < 0) {
        return PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, arg);
    }
    return Py_BuildValue("{s:d,s:L}", "mtime", (double)st.st_mtim.tv_sec + (double)st.st_mtim.tv_nsec * 1e-9, "size",
                         (long long)st.st_size);
}

static PyObject *
loader_create_module(PyObject *self, PyObject *spec)
{
    FileLoader *loader = (FileLoader *)self;
    if (loader->kind != OU_FILE_EXTENSION) {
        Py_RETURN_NONE;
    }
    return ou_dynload_create(spec, loader->name, loader->path);
}

static PyObject *
loader_exec_module(PyObject *self, PyObject *module)
{
    FileLoader *loader = (FileLoader *)self;
    if (loader->kind == OU_FILE_EXTENSION) {
        return ou_dynload_exec(module) < 0 ? NULL : Py_NewRef(Py_None);
    }
    if (!PyModule_Check(module)) {
        PyErr_SetString(PyExc_TypeError, "exec_module() needs a module");
        return NULL;
    }
    PyObject *names = Py_NewRef(PyModule_GetDict(module)), *code = loader_code(loader), *result = NULL;
    OU_HOLD(hold, &names, &code);
    if (code != NULL
        && (PyDict_Contains(names, OU_STR(__builtins__)) != 0
            || PyDict_SetItem(names, OU_STR(__builtins__), ou_interp()->builtins) == 0)) {
        result = ou_import_exec(code, names);
    }
    OU_HOLD_END(hold);
    Py_DECREF(names);
    Py_XDECREF(code);
    if (result != NULL) {
        Py_SETREF(result, Py_NewRef(Py_None));
    }
    return result;
}

static PyMethodDef file_loader_methods[] = {
    {"get_code", loader_get_code, METH_VARARGS, "get_code($self, fullname=None, /)\n--\n\nThe module's code object."},
    {"get_source", loader_get_source, METH_VARARGS, "get_source($self, fullname=None, /)\n--\n\nThe module's source text."},
    {"get_filename", loader_get_filename, METH_VARARGS, "get_filename($self, name=None, /)\n--\n\nThe file."},
    {"is_package", loader_is_package, METH_VARARGS, "is_package($self, fullname=None, /)\n--\n\nIs it a package?"},
    {"get_data", loader_get_data, METH_O, "get_data($self, path, /)\n--\n\nThe bytes of any file."},
    {"path_stats", loader_path_stats, METH_O, "path_stats($self, path, /)\n--\n\nWhen it changed, and its size."},
    {"create_module", loader_create_module, METH_O,
     "create_module($self, spec, /)\n--\n\nThe module, or None for a plain one."},
    {"exec_module", loader_exec_module, METH_O, "exec_module($self, module, /)\n--\n\nRun the module's code in it."},
    {NULL},
};

static PyMemberDef file_loader_members[] = {
    {"name", T_OBJECT, offsetof(FileLoader, name), READONLY},
    {"path", T_OBJECT, offsetof(FileLoader, path), READONLY},
    {NULL},
};

#define LOADER_TYPE(symbol, name)                                                            \
    PyTypeObject symbol = {                                                                  \
        PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_frozen_importlib_external." name, \
        .tp_basicsize = sizeof(FileLoader),                                                  \
        .tp_dealloc = file_loader_dealloc,                                                   \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,                  \
        .tp_methods = file_loader_methods,                                                   \
        .tp_members = file_loader_members,                                                   \
    }
LOADER_TYPE(ou_source_loader_type, "SourceFileLoader");
LOADER_TYPE(ou_bytecode_loader_type, "SourcelessFileLoader");
LOADER_TYPE(ou_extension_loader_type, "ExtensionFileLoader");

PyObject *
ou_import_loader_new(OuFileKind kind, PyObject *name, PyObject *path, bool is_package)
{
    PyTypeObject *const types[] = {&ou_source_loader_type, &ou_bytecode_loader_type, &ou_extension_loader_type};
    FileLoader *loader = (FileLoader *)ou_object_new(types[kind]);
    if (loader != NULL) {
        loader->name = Py_NewRef(name);
        loader->path = Py_NewRef(path);
        loader->kind = kind;
        loader->is_package = is_package;
    }
    return (PyObject *)loader;
}
