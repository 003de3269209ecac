/* runtime/import_api.c - the parts of the import API that the runtime itself doesn't use.
 *
 * Invariant  a module whose code fails is taken out of sys.modules again.
 * Not here   import.c, which does the work. */
#include "object/hold.h"
#include "runtime/import.h"

const struct _frozen *PyImport_FrozenModules; /* none */

/* _PyImport_GetModuleId: as PyImport_GetModule.  New, or NULL, perhaps without an error. */
PyObject *
_PyImport_GetModuleId(_Py_Identifier *id)
{
    PyObject *name = _PyUnicode_FromId(id); /* borrowed */
    return name == NULL ? NULL : PyImport_GetModule(name);
}

/* Enter a module.  Returns 0 or -1. */
int
_PyImport_SetModule(PyObject *name, PyObject *module)
{
    return PyObject_SetItem(ou_interp()->modules, name, module);
}

int
_PyImport_SetModuleString(const char *name, PyObject *module)
{
    return PyMapping_SetItemString(ou_interp()->modules, name, module);
}

/* PyImport_ExecCodeModuleObject: run code as the module of that name, which is made if need be and taken out of sys.modules
 * again if the code fails.  path and cached may be NULL.  Refs new.  RE-ENTRANT. */
PyObject *
PyImport_ExecCodeModuleObject(PyObject *name, PyObject *code, PyObject *path, PyObject *cached)
{
    PyObject *module = Py_XNewRef(PyImport_AddModuleObject(name)), *names, *result = NULL;
    if (module == NULL) {
        return NULL;
    }
    names = PyModule_GetDict(module);
    OU_HOLD(hold, &module);
    PyObject *file = path != NULL ? path : ((PyCodeObject *)code)->co_filename;
    if (names != NULL && PyDict_SetItem(names, OU_STR(__builtins__), ou_interp()->builtins) == 0
        && PyDict_SetItem(names, OU_STR(__file__), file) == 0
        && (cached == NULL || PyDict_SetItem(names, OU_STR(__cached__), cached) == 0)) {
        result = PyEval_EvalCode(code, names, names);
    }
    OU_HOLD_END(hold);
    Py_DECREF(module);
    if (result == NULL) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        if (PyObject_DelItem(ou_interp()->modules, name) < 0) {
            PyErr_Clear();
        }
        PyErr_Restore(type, value, traceback);
        return NULL;
    }
    Py_DECREF(result);
    module = PyImport_GetModule(name);
    if (module == NULL && !PyErr_Occurred()) {
        PyErr_Format(PyExc_ImportError, "Loaded module %R not found in sys.modules", name);
    }
    return module;
}

/* The same with names as C strings; those of files may be NULL. */
PyObject *
PyImport_ExecCodeModuleWithPathnames(const char *name, PyObject *code, const char *path, const char *cached)
{
    PyObject *text = PyUnicode_FromString(name), *file = path ? PyUnicode_DecodeFSDefault(path) : NULL;
    PyObject *cache = cached ? PyUnicode_DecodeFSDefault(cached) : NULL, *module = NULL;
    if (text != NULL && (path == NULL || file != NULL) && (cached == NULL || cache != NULL)) {
        module = PyImport_ExecCodeModuleObject(text, code, file, cache);
    }
    Py_XDECREF(text);
    Py_XDECREF(file);
    Py_XDECREF(cache);
    return module;
}

PyObject *
PyImport_ExecCodeModuleEx(const char *name, PyObject *code, const char *path)
{
    return PyImport_ExecCodeModuleWithPathnames(name, code, path, NULL);
}

PyObject *
PyImport_ExecCodeModule(const char *name, PyObject *code)
{
    return PyImport_ExecCodeModuleWithPathnames(name, code, NULL, NULL);
}

/* PyImport_ReloadModule: importlib.reload(module).  New.  RE-ENTRANT. */
PyObject *
PyImport_ReloadModule(PyObject *module)
{
    PyObject *reload = _PyImport_GetModuleAttrString("importlib", "reload");
    PyObject *result = reload == NULL ? NULL : PyObject_CallOneArg(reload, module);
    Py_XDECREF(reload);
    return result;
}

/* PyImport_GetImporter: the finder that sys.path_importer_cache has for a path entry, or None.  New. */
PyObject *
PyImport_GetImporter(PyObject *entry)
{
    PyObject *cache = PySys_GetObject("path_importer_cache");
    PyObject *finder = cache != NULL && PyDict_Check(cache) ? PyDict_GetItemWithError(cache, entry) : NULL;
    return finder == NULL && PyErr_Occurred() ? NULL : Py_NewRef(finder ? finder : Py_None);
}

/* Nothing is frozen here.  Returns 0: not found. */
int
PyImport_ImportFrozenModuleObject(PyObject *name)
{
    return 0;
}

int
PyImport_ImportFrozenModule(const char *name)
{
    return 0;
}
