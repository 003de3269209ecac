/* runtime/import.c - importing: sys.modules, names, packages, fromlists.
 *
 * Owns       nothing: modules live in sys.modules.
 * Invariant  a module is in sys.modules before its code runs, and is taken out again if that fails.
 * Not here   where modules are found (import_finders.c), importlib in place of all that (importlib.c).
 * Source     Language Reference, The import system. */
#include "object/hold.h"
#include "runtime/importlib.h"

struct _inittab *PyImport_Inittab;

/* ---- sys.modules ---------------------------------------------------------------------------------------------- */

/* PyImport_GetModuleDict: sys.modules, borrowed. */
PyObject *
PyImport_GetModuleDict(void)
{
    return ou_interp()->modules;
}

/* PyImport_GetModule: the module of that name, new; NULL without an error if it is not imported. */
PyObject *
PyImport_GetModule(PyObject *name)
{
    PyObject *modules = ou_interp()->modules, *module;
    if (PyDict_CheckExact(modules)) {
        return Py_XNewRef(PyDict_GetItemWithError(modules, name));
    }
    module = PyObject_GetItem(modules, name);
    if (module == NULL && PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_Clear();
    }
    return module;
}

/* PyImport_AddModuleObject: the module of that name, made empty if there is none.  Borrowed. */
PyObject *
PyImport_AddModuleObject(PyObject *name)
{
    PyObject *module = PyImport_GetModule(name);
    if (module == NULL && !PyErr_Occurred()) {
        module = PyModule_NewObject(name);
        if (module != NULL && PyObject_SetItem(ou_interp()->modules, name, module) < 0) {
            Py_CLEAR(module);
        }
    }
    Py_XDECREF(module); /* sys.modules holds it */
    return module;
}

PyObject *
PyImport_AddModule(const char *name)
{
    PyObject *text = PyUnicode_FromString(name);
    PyObject *module = text == NULL ? NULL : PyImport_AddModuleObject(text);
    Py_XDECREF(text);
    return module;
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

/* The package that a relative import starts from.  New str, or NULL with an error set. */
static PyObject *
package_of(PyObject *globals)
{
    PyObject *package = PyDict_GetItemWithError(globals, OU_STR(__package__));
    PyObject *spec = package == NULL && PyErr_Occurred() ? NULL : PyDict_GetItemWithError(globals, OU_STR(__spec__));
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (package != NULL && package != Py_None) {
        if (!PyUnicode_Check(package)) {
            PyErr_SetString(PyExc_TypeError, "package must be a string");
            return NULL;
        }
        return Py_NewRef(package);
    }
    if (spec != NULL && spec != Py_None) {
        package = PyObject_GetAttr(spec, OU_STR(parent));
        if (package != NULL && !PyUnicode_Check(package)) {
            PyErr_SetString(PyExc_TypeError, "__spec__.parent must be a string");
            Py_CLEAR(package);
        }
        return package;
    }
    PyObject *name = PyDict_GetItemWithError(globals, OU_STR(__name__));
    if (name == NULL || !PyUnicode_Check(name)) {
        PyErr_SetString(name == NULL ? PyExc_KeyError : PyExc_TypeError,
                        name == NULL ? "'__name__' not in globals" : "__name__ must be a string");
        return NULL;
    }
    if (PyDict_GetItemWithError(globals, OU_STR(__path__)) != NULL) {
        return Py_NewRef(name);
    }
    Py_ssize_t dot = PyUnicode_FindChar(name, '.', 0, PyUnicode_GET_LENGTH(name), -1);
    return dot < 0 ? Py_NewRef(OU_EMPTY_STR) : PyUnicode_Substring(name, 0, dot);
}

/* The absolute name of a relative import.  New str. */
static PyObject *
resolve_name(PyObject *name, PyObject *globals, int level)
{
    if (globals == NULL || !PyDict_Check(globals)) {
        PyErr_SetString(globals == NULL ? PyExc_KeyError : PyExc_TypeError,
                        globals == NULL ? "'__name__' not in globals" : "globals must be a dict");
        return NULL;
    }
    PyObject *package = package_of(globals), *absolute = NULL;
    if (package == NULL) {
        return NULL;
    }
    Py_ssize_t end = PyUnicode_GET_LENGTH(package);
    if (end == 0) {
        PyErr_SetString(PyExc_ImportError, "attempted relative import with no known parent package");
    }
    for (int i = 1; i < level && end > 0; i++) {
        end = PyUnicode_FindChar(package, '.', 0, end, -1);
        if (end <= 0) {
            PyErr_SetString(PyExc_ImportError, "attempted relative import beyond top-level package");
            end = 0;
        }
    }
    PyObject *base = end <= 0 ? NULL : PyUnicode_Substring(package, 0, end);
    if (base != NULL) {
        absolute = PyUnicode_GET_LENGTH(name) == 0 ? Py_NewRef(base) : PyUnicode_FromFormat("%U.%U", base, name);
    }
    Py_XDECREF(base);
    Py_DECREF(package);
    return absolute;
}

/* ---- loading ------------------------------------------------------------------------------------------------------- */

/* Is the module still running its code? */
static int
is_initializing(PyObject *module)
{
    PyObject *spec, *value = NULL;
    if (_PyObject_LookupAttr(module, OU_STR(__spec__), &spec) <= 0) {
        return PyErr_Occurred() ? -1 : 0;
    }
    int status = _PyObject_LookupAttr(spec, OU_STR(_initializing), &value);
    status = status <= 0 ? status : PyObject_IsTrue(value);
    Py_XDECREF(value);
    Py_DECREF(spec);
    return status;
}

/* Does the import of a name need importlib: is it what the handover makes, or has the program put something in its place? */
static bool
needs_importlib(PyObject *name)
{
    return PyUnicode_CompareWithASCIIString(name, "_frozen_importlib") == 0
        || PyUnicode_CompareWithASCIIString(name, "_frozen_importlib_external") == 0
        || PyUnicode_CompareWithASCIIString(name, "zipimport") == 0 || PySys_GetObject("meta_path") != NULL
        || PySys_GetObject("path_hooks") != NULL;
}

static PyObject *load_missing(PyObject *name);

/* -X importtime: a line for each module that had to be found, those it imported above it. */
static PyObject *
load_timed(PyObject *name)
{
    static int64_t inner; /* time spent in imports inside this one, ns */
    static int depth = -1;
    struct timespec from, to;
    int64_t outer = inner;
    if (depth++ < 0) {
        static bool headed;
        fputs(headed ? "" : "import time: self [us] | cumulative | imported package\n", stderr);
        headed = true;
    }
    inner = 0;
    clock_gettime(CLOCK_MONOTONIC, &from);
    PyObject *module = load_missing(name);
    clock_gettime(CLOCK_MONOTONIC, &to);
    int64_t all = (to.tv_sec - from.tv_sec) * 1000000000 + to.tv_nsec - from.tv_nsec;
    depth--;
    const char *text = module == NULL ? NULL : PyUnicode_AsUTF8(name);
    if (text != NULL) {
        fprintf(stderr, "import time: %9ld | %10ld | %*s%s\n", (long)((all - inner + 999) / 1000), (long)((all + 999) / 1000),
                (depth + 1) * 2, "", text);
    }
    inner = outer + all;
    return module;
}

/* Import the module `name` (absolute), its parents first.  New, or NULL with an error set.  RE-ENTRANT. */
static PyObject *
load(PyObject *name)
{
    PyInterpreterState *interp = ou_interp();
    PyObject *module = PyImport_GetModule(name);
    if (module == NULL || module == Py_None) {
        Py_XDECREF(module);
        return PyErr_Occurred() ? NULL : interp->config->import_time ? load_timed(name) : load_missing(name);
    }
    if (interp->importlib != NULL) {
        OU_HOLD(hold, &module);
        int initializing = is_initializing(module); /* by another thread, perhaps */
        if (initializing < 0 || (initializing > 0 && ou_importlib_wait(name) < 0)) {
            Py_CLEAR(module);
        }
        OU_HOLD_END(hold);
    }
    return module;
}

/* The module is not in sys.modules, or None is. */
static PyObject *
load_missing(PyObject *name)
{
    PyInterpreterState *interp = ou_interp();
    if (interp->importlib == NULL && needs_importlib(name) && ou_importlib_install() < 0) {
        return NULL;
    }
    if (interp->importlib != NULL) {
        return ou_importlib_load(name);
    }
    PyObject *module = PyImport_GetModule(name), *parent = NULL, *path = NULL;
    if (module != NULL || PyErr_Occurred()) {
        if (module == Py_None) {
            ou_import_raise_not_found(PyUnicode_FromFormat("import of %U halted; None in sys.modules", name), name);
            Py_CLEAR(module);
        }
        return module;
    }
    Py_ssize_t dot = PyUnicode_FindChar(name, '.', 0, PyUnicode_GET_LENGTH(name), -1);
    PyObject *parent_name = NULL, *child = NULL;
    OU_HOLD(hold, &module, &parent, &path, &parent_name, &child);
    if (dot >= 0) {
        parent_name = PyUnicode_Substring(name, 0, dot);
        child = parent_name == NULL ? NULL : PyUnicode_Substring(name, dot + 1, PyUnicode_GET_LENGTH(name));
        if (child == NULL || Py_EnterRecursiveCall(" in import")) {
            goto done;
        }
        parent = load(parent_name);
        Py_LeaveRecursiveCall();
        if (parent == NULL) {
            goto done;
        }
        module = PyImport_GetModule(name); /* the parent may have imported it */
        if (module != NULL || PyErr_Occurred()) {
            goto done;
        }
        if (interp->importlib != NULL) {
            module = ou_importlib_load(name); /* the parent has asked for it */
            goto done;
        }
        if (_PyObject_LookupAttr(parent, OU_STR(__path__), &path) < 0) {
            goto done;
        }
        if (path == NULL) {
            PyObject *text = PyUnicode_FromFormat("No module named %R; %R is not a package", name, parent_name);
            ou_import_raise_not_found(text, name);
            goto done;
        }
    }
    module = ou_import_find_and_load(name, path);
    if (module != NULL && parent != NULL && PyObject_SetAttr(parent, child, module) < 0) {
        PyErr_Clear(); /* an importing program would get a warning: the parent takes no attributes */
    }
done:
    OU_HOLD_END(hold);
    Py_XDECREF(parent);
    Py_XDECREF(path);
    Py_XDECREF(parent_name);
    Py_XDECREF(child);
    return module;
}

/* Raise ModuleNotFoundError with its name.  Refs: consumes text, which may be NULL with an error set. */
void
ou_import_raise_not_found(PyObject *text, PyObject *name)
{
    if (text != NULL) {
        PyErr_SetImportErrorSubclass(PyExc_ModuleNotFoundError, text, name, NULL);
        Py_DECREF(text);
    }
}

/* from module import a, b: submodules among the names are imported.  Returns 0 or -1.  RE-ENTRANT. */
static int
handle_fromlist(PyObject *module, PyObject *fromlist, bool from_all)
{
    PyObject *names = PySequence_Fast(fromlist, "fromlist must be a sequence"), *name = NULL, *value = NULL, *full = NULL;
    int status = names == NULL ? -1 : 0;
    OU_HOLD(hold, &names, &name, &value, &full);
    for (Py_ssize_t i = 0; status == 0 && i < PySequence_Fast_GET_SIZE(names); i++) {
        name = Py_NewRef(PySequence_Fast_GET_ITEM(names, i));
        if (!PyUnicode_Check(name)) {
            PyErr_Format(PyExc_TypeError, "Item in ``from list'' must be str, not %.200s", Py_TYPE(name)->tp_name);
            status = -1;
        }
        else if (PyUnicode_CompareWithASCIIString(name, "*") == 0) {
            status = from_all ? 0 : _PyObject_LookupAttr(module, OU_STR(__all__), &value);
            if (status > 0) {
                status = handle_fromlist(module, value, true);
            }
        }
        else {
            status = _PyObject_LookupAttr(module, name, &value);
            if (status == 0) {
                PyObject *module_name = PyObject_GetAttr(module, OU_STR(__name__));
                full = module_name == NULL ? NULL : PyUnicode_FromFormat("%U.%U", module_name, name);
                Py_XDECREF(module_name);
                PyObject *submodule = full == NULL ? NULL : load(full);
                if (submodule == NULL) {
                    status = -1;
                    if (full != NULL && PyErr_ExceptionMatches(PyExc_ModuleNotFoundError)) {
                        PyObject *type, *error, *traceback, *missing;
                        PyErr_Fetch(&type, &error, &traceback);
                        PyErr_NormalizeException(&type, &error, &traceback);
                        missing = error == NULL ? NULL : ((PyImportErrorObject *)error)->name;
                        if (missing != NULL && PyUnicode_Check(missing) && PyUnicode_Compare(missing, full) == 0) {
                            Py_XDECREF(type);
                            Py_XDECREF(error);
                            Py_XDECREF(traceback);
                            status = 0; /* no such submodule: the statement will say so */
                        }
                        else {
                            PyErr_Restore(type, error, traceback);
                        }
                    }
                }
                Py_XDECREF(submodule);
                Py_CLEAR(full);
            }
            status = status > 0 ? 0 : status;
        }
        Py_CLEAR(value);
        Py_CLEAR(name);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(names);
    return status;
}

/* ---- __import__ ---------------------------------------------------------------------------------------------------- */

/* PyImport_ImportModuleLevelObject: what the import statement does.
 * fromlist  empty or NULL: returns the top-level package; else the module itself.
 * Returns   new, or NULL with an error set.  RE-ENTRANT. */
PyObject *
PyImport_ImportModuleLevelObject(PyObject *name, PyObject *globals, PyObject *locals, PyObject *fromlist, int level)
{
    PyObject *absolute, *module, *result = NULL;
    if (name == NULL) {
        PyErr_SetString(PyExc_ValueError, "Empty module name");
        return NULL;
    }
    if (!PyUnicode_Check(name)) {
        PyErr_SetString(PyExc_TypeError, "module name must be a string");
        return NULL;
    }
    if (level < 0) {
        PyErr_SetString(PyExc_ValueError, "level must be >= 0");
        return NULL;
    }
    if (level == 0 && PyUnicode_GET_LENGTH(name) == 0) {
        PyErr_SetString(PyExc_ValueError, "Empty module name");
        return NULL;
    }
    absolute = level == 0 ? Py_NewRef(name) : resolve_name(name, globals, level);
    module = absolute == NULL ? NULL : load(absolute);
    if (module == NULL) {
        Py_XDECREF(absolute);
        return NULL;
    }
    OU_HOLD(hold, &absolute, &module);
    int has_from = fromlist == NULL || fromlist == Py_None ? 0 : PyObject_IsTrue(fromlist);
    if (has_from > 0) {
        PyObject *path;
        int is_package = _PyObject_LookupAttr(module, OU_STR(__path__), &path);
        Py_XDECREF(path);
        if (is_package >= 0 && (is_package == 0 || handle_fromlist(module, fromlist, false) == 0)) {
            result = Py_NewRef(module);
        }
    }
    else if (has_from == 0) {
        Py_ssize_t dot = PyUnicode_FindChar(name, '.', 0, PyUnicode_GET_LENGTH(name), 1);
        if (dot < 0) {
            result = Py_NewRef(module);
        }
        else { /* the head of the name as it was written */
            Py_ssize_t cut = PyUnicode_GET_LENGTH(name) - dot;
            PyObject *head = PyUnicode_Substring(absolute, 0, PyUnicode_GET_LENGTH(absolute) - cut);
            result = head == NULL ? NULL : PyImport_GetModule(head);
            if (result == NULL && head != NULL && !PyErr_Occurred()) {
                PyErr_Format(PyExc_KeyError, "%R not in sys.modules as expected", head);
            }
            Py_XDECREF(head);
        }
    }
    OU_HOLD_END(hold);
    Py_DECREF(module);
    Py_DECREF(absolute);
    return result;
}

PyObject *
PyImport_ImportModuleLevel(const char *name, PyObject *globals, PyObject *locals, PyObject *fromlist, int level)
{
    PyObject *text = PyUnicode_FromString(name);
    PyObject *module = text == NULL ? NULL : PyImport_ImportModuleLevelObject(text, globals, locals, fromlist, level);
    Py_XDECREF(text);
    return module;
}

/* PyImport_Import: by the __import__ in effect; the module itself.  New. */
PyObject *
PyImport_Import(PyObject *name)
{
    PyObject *globals = PyEval_GetGlobals();
    PyObject *builtins = globals == NULL ? NULL : PyDict_GetItemWithError(globals, OU_STR(__builtins__));
    PyObject *import = NULL;
    if (builtins != NULL) {
        import = PyDict_Check(builtins) ? Py_XNewRef(PyDict_GetItemWithError(builtins, OU_STR(__import__)))
                                        : PyObject_GetAttr(builtins, OU_STR(__import__));
    }
    if (import == NULL) {
        PyErr_Clear();
        return load(name);
    }
    PyObject *from = PyList_New(0), *result = NULL;
    OU_HOLD(hold, &import, &from);
    if (from != NULL) {
        result = PyObject_CallFunction(import, "OOOOi", name, globals, globals, from, 0);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(from);
    Py_DECREF(import);
    if (result == NULL) {
        return NULL;
    }
    Py_DECREF(result);
    result = PyImport_GetModule(name);
    if (result == NULL && !PyErr_Occurred()) {
        PyErr_SetObject(PyExc_KeyError, name);
    }
    return result;
}

/* PyImport_ImportModule: by name, the module itself.  New. */
PyObject *
PyImport_ImportModule(const char *name)
{
    PyObject *text = PyUnicode_FromString(name);
    PyObject *module = text == NULL ? NULL : load(text);
    Py_XDECREF(text);
    return module;
}

PyObject *
PyImport_ImportModuleNoBlock(const char *name)
{
    return PyImport_ImportModule(name);
}

/* _PyImport_GetModuleAttr, _PyImport_GetModuleAttrString: import and read an attribute.  New. */
PyObject *
_PyImport_GetModuleAttr(PyObject *name, PyObject *attribute)
{
    PyObject *module = load(name);
    PyObject *value = module == NULL ? NULL : PyObject_GetAttr(module, attribute);
    Py_XDECREF(module);
    return value;
}

PyObject *
_PyImport_GetModuleAttrString(const char *name, const char *attribute)
{
    PyObject *module = PyImport_ImportModule(name);
    PyObject *value = module == NULL ? NULL : PyObject_GetAttrString(module, attribute);
    Py_XDECREF(module);
    return value;
}

long
PyImport_GetMagicNumber(void)
{
    return 3495;
}

const char *
PyImport_GetMagicTag(void)
{
    return "ouroboros-311";
}

int
_PyImport_IsInitialized(PyInterpreterState *interp)
{
    return interp->modules != NULL;
}
