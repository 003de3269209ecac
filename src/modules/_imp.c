/* modules/_imp.c - module _imp: what importlib needs of the runtime.
 *
 * Owns       import_lock; only the thread that took it may release it, as often as it took it.
 * Not here   the runtime's own import (runtime/import*.c), which uses none of this. */
#include "object/args.h"
#include "object/hold.h"
#include "object/state.h"
#include "runtime/import.h"
#include "runtime/pyc.h"

/* The lock of old: recursive, one for all imports.  Threads take turns at safe points while they wait for it. */
static struct {
    unsigned long owner;
    int depth;
} import_lock;

void
_PyImport_AcquireLock(void)
{
    unsigned long me = PyThread_get_thread_ident();
    while (import_lock.depth > 0 && import_lock.owner != me) {
        Py_BEGIN_ALLOW_THREADS struct timespec moment = {0, 1000000};
        nanosleep(&moment, NULL);
        Py_END_ALLOW_THREADS
    }
    import_lock.owner = me;
    import_lock.depth++;
}

/* Returns 1, 0 if there is nothing to release, -1 if it is another thread's. */
int
_PyImport_ReleaseLock(void)
{
    if (import_lock.depth == 0) {
        return 0;
    }
    if (import_lock.owner != PyThread_get_thread_ident()) {
        return -1;
    }
    import_lock.depth--;
    return 1;
}

void
ou_import_lock_after_fork(void)
{
    if (import_lock.owner != PyThread_get_thread_ident()) {
        import_lock.depth = 0;
    }
}

static PyObject *
imp_lock_held(PyObject *module, PyObject *ignored)
{
    return PyBool_FromLong(import_lock.depth > 0);
}

static PyObject *
imp_acquire_lock(PyObject *module, PyObject *ignored)
{
    _PyImport_AcquireLock();
    Py_RETURN_NONE;
}

static PyObject *
imp_release_lock(PyObject *module, PyObject *ignored)
{
    if (_PyImport_ReleaseLock() <= 0) {
        PyErr_SetString(PyExc_RuntimeError, "not holding the import lock");
        return NULL;
    }
    Py_RETURN_NONE;
}

/* ---- built-in and extension modules ------------------------------------------------------------------------------- */

static PyObject *
imp_is_builtin(PyObject *module, PyObject *name)
{
    if (!PyUnicode_Check(name)) {
        PyErr_Format(PyExc_TypeError, "is_builtin() argument must be str, not %.50s", Py_TYPE(name)->tp_name);
        return NULL;
    }
    bool once = PyUnicode_CompareWithASCIIString(name, "sys") == 0 || PyUnicode_CompareWithASCIIString(name, "builtins") == 0;
    return PyLong_FromLong(!ou_import_is_builtin(name) ? 0 : once ? -1 : 1);
}

static PyObject *
imp_create_builtin(PyObject *module, PyObject *spec)
{
    return ou_import_create_builtin(spec);
}

static PyObject *
imp_exec(PyObject *module, PyObject *target)
{
    int status = ou_dynload_exec(target);
    return status < 0 ? NULL : PyLong_FromLong(status);
}

static PyObject *
imp_create_dynamic(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    static const OuParams params = {"create_dynamic",  {"spec", "file"}, .n_posonly = 2,
                                    .n_positional = 2, .n_required = 1,  .n_all = 2};
    PyObject *v[2], *name, *path, *made = NULL;
    if (ou_args_parse(&params, args, nargs, NULL, v) < 0) {
        return NULL;
    }
    name = PyObject_GetAttr(v[0], OU_STR(name));
    path = name == NULL ? NULL : PyObject_GetAttr(v[0], OU_STR(origin));
    OU_HOLD(hold, &name, &path);
    if (path != NULL && PyUnicode_Check(name) && PyUnicode_Check(path)) {
        made = ou_dynload_create(v[0], name, path);
    }
    else if (path != NULL) {
        PyErr_SetString(PyExc_TypeError, "spec.name and spec.origin must be strings");
    }
    OU_HOLD_END(hold);
    Py_XDECREF(name);
    Py_XDECREF(path);
    return made;
}

static PyObject *
imp_extension_suffixes(PyObject *module, PyObject *ignored)
{
    PyObject *list = PyList_New(0);
    for (int i = 0; list != NULL && ou_extension_suffixes[i] != NULL; i++) {
        PyObject *suffix = PyUnicode_FromString(ou_extension_suffixes[i]);
        if (suffix == NULL || PyList_Append(list, suffix) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(suffix);
    }
    return list;
}

/* ---- frozen modules: there are none -------------------------------------------------------------------------------- */

static PyObject *
imp_is_frozen(PyObject *module, PyObject *name)
{
    Py_RETURN_FALSE;
}

static PyObject *
imp_find_frozen(PyObject *module, PyObject *args, PyObject *kwargs)
{
    Py_RETURN_NONE;
}

static PyObject *
imp_no_frozen(PyObject *module, PyObject *args)
{
    PyObject *name = PyTuple_GET_SIZE(args) > 0 ? PyTuple_GET_ITEM(args, 0) : Py_None;
    PyObject *text = PyUnicode_FromFormat("No such frozen object named %R", name);
    if (text != NULL) {
        PyErr_SetImportError(text, name, NULL);
        Py_DECREF(text);
    }
    return NULL;
}

static PyObject *
imp_init_frozen(PyObject *module, PyObject *name)
{
    Py_RETURN_NONE;
}

static PyObject *
imp_frozen_names(PyObject *module, PyObject *ignored)
{
    return PyList_New(0);
}

static PyObject *
imp_override_frozen(PyObject *module, PyObject *ignored)
{
    Py_RETURN_NONE;
}

/* ---- code ------------------------------------------------------------------------------------------------------------ */

static PyObject *
imp_fix_co_filename(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    static const OuParams params = {"_fix_co_filename", {"code", "path"}, .n_posonly = 2,
                                    .n_positional = 2,  .n_required = 2,  .n_all = 2};
    PyObject *v[2];
    if (ou_args_parse(&params, args, nargs, NULL, v) < 0) {
        return NULL;
    }
    if (!PyCode_Check(v[0]) || !PyUnicode_Check(v[1])) {
        PyErr_SetString(PyExc_TypeError, "_fix_co_filename() needs a code object and a str");
        return NULL;
    }
    return ou_code_set_filename(v[0], v[1]) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
imp_source_hash(PyObject *module, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const OuParams params = {"source_hash", {"key", "source"}, .n_positional = 2, .n_required = 2, .n_all = 2};
    PyObject *v[2];
    Py_buffer view;
    if (ou_args_parse(&params, args, nargs, kwnames, v) < 0) {
        return NULL;
    }
    long key = PyLong_AsLong(v[0]);
    if ((key == -1 && PyErr_Occurred()) || PyObject_GetBuffer(v[1], &view, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    uint64_t hash = ou_pyc_source_hash((uint64_t)key, view.buf, (size_t)view.len);
    PyBuffer_Release(&view);
    return PyBytes_FromStringAndSize((const char *)&hash, sizeof hash);
}

static int
imp_exec_module(PyObject *module)
{
    const wchar_t *mode = ou_interp()->config->check_hash_pycs_mode;
    PyObject *text = mode == NULL ? PyUnicode_FromString("default") : PyUnicode_FromWideChar(mode, -1);
    int status = text == NULL ? -1 : PyModule_AddObjectRef(module, "check_hash_based_pycs", text);
    Py_XDECREF(text);
    return status;
}

#define FAST(function) (PyCFunction)(void *) function
static PyMethodDef imp_methods[] = {
    {"lock_held", imp_lock_held, METH_NOARGS, "lock_held($module, /)\n--\n\nIs the import lock held?"},
    {"acquire_lock", imp_acquire_lock, METH_NOARGS, "acquire_lock($module, /)\n--\n\nTake the import lock."},
    {"release_lock", imp_release_lock, METH_NOARGS, "release_lock($module, /)\n--\n\nGive the import lock back."},
    {"is_builtin", imp_is_builtin, METH_O, "is_builtin($module, name, /)\n--\n\n1: built in; -1: and made only once; 0: not."},
    {"create_builtin", imp_create_builtin, METH_O, "create_builtin($module, spec, /)\n--\n\nMake a built-in module."},
    {"exec_builtin", imp_exec, METH_O, "exec_builtin($module, mod, /)\n--\n\nExecute a built-in module."},
    {"create_dynamic", FAST(imp_create_dynamic), METH_FASTCALL,
     "create_dynamic($module, spec, file=<unrepresentable>, /)\n--\n\nMake an extension module."},
    {"exec_dynamic", imp_exec, METH_O, "exec_dynamic($module, mod, /)\n--\n\nExecute an extension module."},
    {"extension_suffixes", imp_extension_suffixes, METH_NOARGS,
     "extension_suffixes($module, /)\n--\n\nHow names of extension modules end."},
    {"is_frozen", imp_is_frozen, METH_O, "is_frozen($module, name, /)\n--\n\nFalse: nothing is frozen here."},
    {"is_frozen_package", imp_is_frozen, METH_O, "is_frozen_package($module, name, /)\n--\n\nFalse: nothing is frozen here."},
    {"find_frozen", (PyCFunction)(void *)imp_find_frozen, METH_VARARGS | METH_KEYWORDS,
     "find_frozen($module, name, /, *, withdata=False)\n--\n\nNone: nothing is frozen here."},
    {"get_frozen_object", imp_no_frozen, METH_VARARGS, "get_frozen_object($module, name, data=None, /)\n--\n\nImportError."},
    {"init_frozen", imp_init_frozen, METH_O, "init_frozen($module, name, /)\n--\n\nNone: nothing is frozen here."},
    {"_frozen_module_names", imp_frozen_names, METH_NOARGS, "_frozen_module_names($module, /)\n--\n\nAn empty list."},
    {"_override_frozen_modules_for_tests", imp_override_frozen, METH_O,
     "_override_frozen_modules_for_tests($module, override, /)\n--\n\nNothing: nothing is frozen here."},
    {"_fix_co_filename", FAST(imp_fix_co_filename), METH_FASTCALL,
     "_fix_co_filename($module, code, path, /)\n--\n\nLet code objects name another file."},
    {"source_hash", FAST(imp_source_hash), METH_FASTCALL | METH_KEYWORDS,
     "source_hash($module, /, key, source)\n--\n\nThe hash of hash-based cache files."},
    {NULL},
};

static PyModuleDef_Slot imp_slots[] = {{Py_mod_exec, imp_exec_module}, {0, NULL}};

static PyModuleDef imp_module = {
    PyModuleDef_HEAD_INIT,    .m_name = "_imp",     .m_doc = "What importlib needs of the runtime.",
    .m_methods = imp_methods, .m_slots = imp_slots,
};

PyMODINIT_FUNC
PyInit__imp(void)
{
    return PyModuleDef_Init(&imp_module);
}
