/* runtime/importlib.c - the handover of importing to the standard library's importlib.
 *
 * A plain start and plain imports stay in C.  When someone looks (sys.meta_path, sys.path_hooks, sys.path_importer_cache,
 * the modules _frozen_importlib and _frozen_importlib_external, a namespace package, a second thread), the library's own
 * importlib is executed under its frozen names, its finders are put in sys, what C has imported gets its specs and
 * loaders, and from then on it finds and loads all.
 *
 * Owns       the chain of modules that C is loading right now, through records on the C stack.
 * Invariant  interp->importlib is set last: before that the C import does all, and a handover that fails leaves no trace.
 * Not here   the C import (import*.c), bytecode files (pyc.c), site (site.c). */
#include "object/hold.h"
#include "runtime/importlib.h"
#include "runtime/pyc.h"
#include "types/module.h"

static bool installing;
static OuLoading *loading; /* innermost first; all of one thread, for the second one comes after the handover */

/* ---- names of sys that are made when asked for ------------------------------------------------------------------ */

static const char *const sys_names[] = {"meta_path", "path_hooks", "path_importer_cache"};

static bool
is_sys_name(PyObject *name)
{
    for (size_t i = 0; i < OU_COUNT_OF(sys_names); i++) {
        if (PyUnicode_Check(name) && PyUnicode_CompareWithASCIIString(name, sys_names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* A name of sys or builtins is missing, or all are wanted (name is NULL).
 * Returns 1 if there may be more names now, 0, or -1 with an error set.  RE-ENTRANT. */
static int
missing_name(PyObject *names, PyObject *name)
{
    PyInterpreterState *interp = ou_interp();
    int status = 0;
    if (names == interp->sysdict) {
        if (!installing && interp->importlib == NULL && (name == NULL || is_sys_name(name))) {
            status = ou_importlib_install() < 0 ? -1 : 1;
        }
        if (status == 0 && name != NULL && PyUnicode_CompareWithASCIIString(name, "__interactivehook__") == 0) {
            status = ou_site_complete(NULL);
        }
    }
    else if (names == interp->builtins) {
        status = ou_site_complete(name);
    }
    return status;
}

/* ---- the chain -------------------------------------------------------------------------------------------------- */

void
ou_loading_push(OuLoading *entry, PyObject *name)
{
    *entry = (OuLoading){loading, name, NULL};
    loading = entry;
}

void
ou_loading_pop(OuLoading *entry)
{
    PyObject *lock = entry->lock;
    loading = entry->outer;
    if (lock != NULL) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        OU_HOLD(hold, &type, &value, &traceback, &lock);
        entry->lock = NULL;
        PyObject *result = PyObject_CallMethod(lock, "release", NULL);
        if (result == NULL) {
            PyErr_WriteUnraisable(lock);
        }
        Py_XDECREF(result);
        Py_DECREF(lock);
        OU_HOLD_END(hold);
        PyErr_Restore(type, value, traceback);
    }
}

/* Take importlib's locks of the modules that C is loading: their loads release them.  Returns 0 or -1. */
static int
lock_loading(PyObject *bootstrap)
{
    for (OuLoading *entry = loading; entry != NULL; entry = entry->outer) {
        PyObject *lock = PyObject_CallMethod(bootstrap, "_get_module_lock", "O", entry->name), *result;
        result = lock == NULL ? NULL : PyObject_CallMethod(lock, "acquire", NULL);
        if (result == NULL) {
            Py_XDECREF(lock);
            return -1;
        }
        Py_DECREF(result);
        entry->lock = lock;
    }
    return 0;
}

/* ---- modules that C imported ------------------------------------------------------------------------------------ */

/* The library's loader for what one of ours has loaded. */
static PyObject *
loader_of(PyObject *external, PyObject *loader)
{
    const char *dot = strrchr(Py_TYPE(loader)->tp_name, '.');
    PyObject *name = PyObject_GetAttr(loader, OU_STR(name)), *path = NULL, *made = NULL;
    OU_HOLD(hold, &name, &path);
    path = name == NULL ? NULL : PyObject_GetAttrString(loader, "path");
    made = path == NULL ? NULL : PyObject_CallMethod(external, dot + 1, "OO", name, path);
    OU_HOLD_END(hold);
    Py_XDECREF(name);
    Py_XDECREF(path);
    return made;
}

/* spec.`to` = old.`from`. */
static int
copy(PyObject *spec, const char *to, PyObject *old, PyObject *from)
{
    PyObject *value = PyObject_GetAttr(old, from);
    int status = value == NULL ? -1 : PyObject_SetAttrString(spec, to, value);
    Py_XDECREF(value);
    return status;
}

/* Give a module that C imported the spec and the loader that importlib would have made. */
static int
adopt(PyObject *bootstrap, PyObject *external, PyObject *module)
{
    PyObject *old = NULL, *loader = NULL, *own = NULL, *spec = NULL, *name = NULL;
    int status = -1;
    if (_PyObject_LookupAttr(module, OU_STR(__spec__), &old) <= 0 || Py_TYPE(old) != &ou_module_spec_type) {
        Py_XDECREF(old);
        return PyErr_Occurred() ? -1 : 0;
    }
    OU_HOLD(hold, &old, &loader, &own, &spec, &name);
    own = PyObject_GetAttr(old, OU_STR(loader));
    name = own == NULL ? NULL : PyObject_GetAttr(old, OU_STR(name));
    loader = name == NULL   ? NULL
           : own == Py_None ? PyObject_GetAttrString(bootstrap, "BuiltinImporter")
                            : loader_of(external, own);
    spec = name == NULL || loader == NULL ? NULL : PyObject_CallMethod(bootstrap, "ModuleSpec", "OO", name, loader);
    if (spec != NULL && copy(spec, "origin", old, OU_STR(origin)) == 0 && copy(spec, "cached", old, OU_STR(cached)) == 0
        && copy(spec, "submodule_search_locations", old, OU_STR(submodule_search_locations)) == 0
        && copy(spec, "_set_fileattr", old, OU_STR(has_location)) == 0
        && copy(spec, "_initializing", old, OU_STR(_initializing)) == 0 && PyObject_SetAttr(module, OU_STR(__spec__), spec) == 0
        && PyObject_SetAttr(module, OU_STR(__loader__), loader) == 0) {
        status = 0;
    }
    OU_HOLD_END(hold);
    Py_XDECREF(old);
    Py_XDECREF(own);
    Py_XDECREF(loader);
    Py_XDECREF(spec);
    Py_XDECREF(name);
    return status;
}

static int
adopt_all(PyObject *bootstrap, PyObject *external)
{
    PyObject *modules = PyMapping_Values(ou_interp()->modules), *module = NULL;
    int status = modules == NULL ? -1 : 0;
    OU_HOLD(hold, &modules, &module);
    for (Py_ssize_t i = 0; status == 0 && i < PyList_GET_SIZE(modules); i++) {
        module = Py_NewRef(PyList_GET_ITEM(modules, i));
        status = PyModule_Check(module) ? adopt(bootstrap, external, module) : 0;
        Py_CLEAR(module);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(modules);
    return status;
}

/* ---- bytecode: our files, not CPython's ------------------------------------------------------------------------- */

/* SourceFileLoader.get_code(self, fullname): what pyc.c knows, else importlib's way. */
static PyObject *
get_code(PyObject *external, PyObject *const *args, Py_ssize_t nargs)
{
    PyObject *path = NULL, *bytes = NULL, *code = NULL, *base = NULL;
    if (!_PyArg_CheckPositional("get_code", nargs, 2, 2)) {
        return NULL;
    }
    PyObject *exact = PyDict_GetItemString(PyModule_GetDict(external), "SourceFileLoader");
    OU_HOLD(hold, &path, &base);
    if ((PyObject *)Py_TYPE(args[0]) == exact) {
        path = PyObject_CallMethod(args[0], "get_filename", "O", args[1]);
        bytes = path == NULL ? NULL : PyUnicode_EncodeFSDefault(path);
        code = bytes == NULL ? NULL : ou_import_source_code(PyBytes_AS_STRING(bytes), path, true);
    }
    if (code == NULL && !PyErr_Occurred()) { /* a subclass, or no current cache file */
        base = PyObject_GetAttrString(external, "SourceLoader");
        code = base == NULL ? NULL : PyObject_CallMethod(base, "get_code", "OO", args[0], args[1]);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(path);
    Py_XDECREF(bytes);
    Py_XDECREF(base);
    return code;
}

/* _classify_pyc(data, name, exc_details): the flags of a header; ImportError if the file is not ours or damaged. */
static PyObject *
classify_pyc(PyObject *external, PyObject *const *args, Py_ssize_t nargs)
{
    Py_buffer data;
    if (!_PyArg_CheckPositional("_classify_pyc", nargs, 3, 3) || PyObject_GetBuffer(args[0], &data, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    uint32_t flags = 0;
    const char *fault = ou_pyc_check(data.buf, (size_t)data.len, &flags);
    PyBuffer_Release(&data);
    if (fault == NULL) {
        return PyLong_FromUnsignedLong(flags);
    }
    PyObject *text = PyUnicode_FromFormat("%s %R", fault, args[1]), *positional = NULL, *error = NULL;
    positional = text == NULL ? NULL : PyTuple_Pack(1, text);
    error = positional == NULL ? NULL : PyObject_Call(PyExc_ImportError, positional, PyDict_Check(args[2]) ? args[2] : NULL);
    if (error != NULL) {
        PyErr_SetObject(PyExc_ImportError, error);
    }
    Py_XDECREF(text);
    Py_XDECREF(positional);
    Py_XDECREF(error);
    return NULL;
}

/* The last 32 bits of int(number); left alone if it wasn't given.  Returns 0, or -1 with an error set. */
static int
low_half(PyObject *number, uint32_t *out)
{
    PyObject *whole = number == NULL ? NULL : PyNumber_Long(number);
    if (whole != NULL) {
        *out = (uint32_t)PyLong_AsUnsignedLongMask(whole);
        Py_DECREF(whole);
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* _code_to_timestamp_pyc(code, mtime=0, source_size=0) */
static PyObject *
timestamp_pyc(PyObject *external, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"code", "mtime", "source_size", NULL};
    PyObject *code, *mtime = NULL, *size = NULL;
    uint32_t low = 0, high = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|OO:_code_to_timestamp_pyc", names, &code, &mtime, &size)) {
        return NULL;
    }
    if (low_half(mtime, &low) < 0 || low_half(size, &high) < 0) {
        return NULL;
    }
    return ou_pyc_bytes(code, 0, low | (uint64_t)high << 32);
}

/* _code_to_hash_pyc(code, source_hash, checked=True) */
static PyObject *
hash_pyc(PyObject *external, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"code", "source_hash", "checked", NULL};
    PyObject *code;
    Py_buffer hash;
    int checked = 1;
    uint64_t key = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "Oy*|p:_code_to_hash_pyc", names, &code, &hash, &checked)) {
        return NULL;
    }
    bool good = hash.len == 8;
    for (int i = 0; good && i < 8; i++) {
        key |= (uint64_t)((unsigned char *)hash.buf)[i] << 8 * i;
    }
    PyBuffer_Release(&hash);
    if (!good) {
        PyErr_SetString(PyExc_ValueError, "a source hash has 8 bytes");
        return NULL;
    }
    return ou_pyc_bytes(code, checked ? 3 : 1, key);
}

#define FAST(function) (PyCFunction)(void *) function
static PyMethodDef bytecode_functions[] = {
    {"get_code", FAST(get_code), METH_FASTCALL, "get_code($self, fullname, /)\n--\n\nThe module's code object."},
    {"_classify_pyc", FAST(classify_pyc), METH_FASTCALL, "The flags of a bytecode file's header."},
    {"_code_to_timestamp_pyc", FAST(timestamp_pyc), METH_VARARGS | METH_KEYWORDS, "A bytecode file's content, by time."},
    {"_code_to_hash_pyc", FAST(hash_pyc), METH_VARARGS | METH_KEYWORDS, "A bytecode file's content, by hash."},
};

/* Put our own bytecode files in the place of CPython's. */
static int
replace_bytecode(PyObject *external)
{
    const char *magic = ou_pyc_magic();
    PyObject *loader = PyObject_GetAttrString(external, "SourceFileLoader");
    int status = loader == NULL ? -1
               : PyModule_AddObject(external, "MAGIC_NUMBER", PyBytes_FromStringAndSize(magic, 4)) < 0
                         || PyModule_AddObject(external, "_RAW_MAGIC_NUMBER",
                                               _PyLong_FromByteArray((const unsigned char *)magic, 4, 1, 0))
                                < 0
                   ? -1
                   : 0;
    for (size_t i = 0; status == 0 && i < OU_COUNT_OF(bytecode_functions); i++) {
        PyObject *function = PyCFunction_NewEx(&bytecode_functions[i], external, NULL);
        if (i == 0) { /* a method, not a function of the module */
            PyObject *method = function == NULL ? NULL : PyInstanceMethod_New(function);
            status = method == NULL ? -1 : PyObject_SetAttrString(loader, "get_code", method);
            Py_XDECREF(method);
        }
        else {
            status = function == NULL ? -1 : PyObject_SetAttrString(external, bytecode_functions[i].ml_name, function);
        }
        Py_XDECREF(function);
    }
    Py_XDECREF(loader);
    return status;
}

/* ---- the handover ----------------------------------------------------------------------------------------------- */

/* Execute a file of the library as module `name`, under the file name that CPython gives to the frozen one.  New. */
static PyObject *
execute(const char *name, const char *file)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/importlib/%s.py", ou_stdlib_folder(), file);
    PyObject *text = PyUnicode_FromString(name), *module = NULL, *code = NULL, *names, *result = NULL;
    OU_HOLD(hold, &text, &module, &code);
    if (text != NULL && (code = ou_import_source_code(path, text, false)) != NULL
        && (module = PyModule_NewObject(text)) != NULL) {
        names = PyModule_GetDict(module);
        if (PyDict_SetItem(names, OU_STR(__builtins__), ou_interp()->builtins) == 0
            && PyDict_SetItem(names, OU_STR(__package__), OU_EMPTY_STR) == 0
            && PyObject_SetItem(ou_interp()->modules, text, module) == 0) {
            result = ou_import_exec(code, names);
        }
    }
    OU_HOLD_END(hold);
    Py_XDECREF(text);
    Py_XDECREF(code);
    if (result == NULL) {
        Py_CLEAR(module);
    }
    Py_XDECREF(result);
    return module;
}

/* The spec that the frozen module has in CPython. */
static int
name_frozen(PyObject *bootstrap, PyObject *module)
{
    PyObject *loader = PyObject_GetAttrString(bootstrap, "FrozenImporter"), *name = NULL, *spec = NULL;
    OU_HOLD(hold, &loader, &name, &spec);
    name = loader == NULL ? NULL : PyModule_GetNameObject(module);
    spec = name == NULL ? NULL : PyObject_CallMethod(bootstrap, "ModuleSpec", "OO", name, loader);
    PyObject *origin = spec == NULL ? NULL : PyUnicode_FromString("frozen");
    int status = origin == NULL || PyObject_SetAttr(spec, OU_STR(origin), origin) < 0
                      || PyObject_SetAttr(module, OU_STR(__spec__), spec) < 0
                      || PyObject_SetAttr(module, OU_STR(__loader__), loader) < 0
                   ? -1
                   : 0;
    OU_HOLD_END(hold);
    Py_XDECREF(origin);
    Py_XDECREF(loader);
    Py_XDECREF(name);
    Py_XDECREF(spec);
    return status;
}

/* sys.path_hooks[0]: zip files. */
static int
hook_zip(void)
{
    PyObject *hooks = PySys_GetObject("path_hooks"), *importer = _PyImport_GetModuleAttrString("zipimport", "zipimporter");
    int status = importer == NULL || hooks == NULL ? -1 : PyList_Insert(hooks, 0, importer);
    Py_XDECREF(importer);
    return status;
}

static PyObject *
install(void)
{
    PyObject *bootstrap = NULL, *external = NULL, *result = NULL, *imp = NULL, *spare = NULL;
    PyObject *sys = Py_XNewRef(PyDict_GetItemWithError(ou_interp()->modules, OU_STR(sys)));
    bool good = false;
    OU_HOLD(hold, &bootstrap, &external, &result, &imp, &spare, &sys);
    imp = sys == NULL ? NULL : PyImport_ImportModule("_imp");
    if (imp != NULL && (bootstrap = execute("_frozen_importlib", "_bootstrap")) != NULL
        && (result = PyObject_CallMethod(bootstrap, "_install", "OO", sys, imp)) != NULL
        && (external = execute("_frozen_importlib_external", "_bootstrap_external")) != NULL
        && (spare = PyObject_CallMethod(bootstrap, "_install_external_importers", NULL)) != NULL
        && name_frozen(bootstrap, bootstrap) == 0 && name_frozen(bootstrap, external) == 0 && replace_bytecode(external) == 0
        && hook_zip() == 0 && adopt_all(bootstrap, external) == 0 && lock_loading(bootstrap) == 0) {
        good = true;
    }
    OU_HOLD_END(hold);
    Py_XDECREF(sys);
    Py_XDECREF(imp);
    Py_XDECREF(external);
    Py_XDECREF(result);
    Py_XDECREF(spare);
    if (!good) {
        Py_CLEAR(bootstrap);
    }
    return bootstrap;
}

/* Take back what a handover that failed has entered; the error stays. */
static void
undo(void)
{
    static const char *const modules[] = {"_frozen_importlib", "_frozen_importlib_external"};
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    OU_HOLD(hold, &type, &value, &traceback);
    for (size_t i = 0; i < OU_COUNT_OF(modules); i++) {
        if (PyMapping_DelItemString(ou_interp()->modules, modules[i]) < 0) {
            PyErr_Clear();
        }
    }
    OU_HOLD_END(hold);
    PyErr_Restore(type, value, traceback);
}

int
ou_importlib_install(void)
{
    PyInterpreterState *interp = ou_interp();
    if (interp->importlib != NULL || installing || interp->sysdict == NULL) {
        return 0;
    }
    PyObject *kept[OU_COUNT_OF(sys_names)] = {0}, *empty = NULL; /* what the program has put there unseen */
    int status = 0;
    installing = true;
    OU_HOLD(hold, &kept[0], &kept[1], &kept[2], &empty);
    for (size_t i = 0; status == 0 && i < OU_COUNT_OF(sys_names); i++) {
        kept[i] = Py_XNewRef(PySys_GetObject(sys_names[i]));
        empty = i == 2 ? PyDict_New() : PyList_New(0);
        status = empty == NULL ? -1 : PySys_SetObject(sys_names[i], empty);
        Py_CLEAR(empty);
    }
    PyObject *bootstrap = NULL;
    if (status == 0 && ou_stdlib_folder() != NULL) {
        bootstrap = install();
        status = bootstrap == NULL ? -1 : 0;
    }
    if (status < 0) {
        undo();
    }
    for (size_t i = 0; i < OU_COUNT_OF(sys_names); i++) {
        if (kept[i] != NULL || status < 0) {
            PyObject *type, *value, *traceback;
            PyErr_Fetch(&type, &value, &traceback);
            if (PySys_SetObject(sys_names[i], kept[i]) < 0) {
                PyErr_Clear();
            }
            PyErr_Restore(type, value, traceback);
        }
    }
    OU_HOLD_END(hold);
    for (size_t i = 0; i < OU_COUNT_OF(kept); i++) {
        Py_XDECREF(kept[i]);
    }
    installing = false;
    interp->importlib = bootstrap; /* commit */
    return status;
}

bool
ou_importlib_installing(void)
{
    return installing;
}

void
ou_importlib_init(void)
{
    ou_module_missing_hook = missing_name;
}

/* ---- importing by it -------------------------------------------------------------------------------------------- */

/* Take importlib's own frames out of the traceback of the error that is set: all of them of an ImportError, else the
 * runs of them that end in _call_with_frames_removed, as CPython does. */
static void
remove_frames(void)
{
    PyObject *type, *value, *base, *next;
    if (ou_interp()->config->verbose) {
        return;
    }
    PyErr_Fetch(&type, &value, &base);
    bool always = type != NULL && PyErr_GivenExceptionMatches(type, PyExc_ImportError);
    PyObject **place = &base, **chunk = NULL;
    bool in_chunk = false;
    for (next = base; next != NULL && PyTraceBack_Check(next);) {
        PyTracebackObject *traceback = (PyTracebackObject *)next;
        PyCodeObject *code = PyFrame_GetCode(traceback->tb_frame);
        bool ours = PyUnicode_CompareWithASCIIString(code->co_filename, "<frozen importlib._bootstrap>") == 0
                 || PyUnicode_CompareWithASCIIString(code->co_filename, "<frozen importlib._bootstrap_external>") == 0;
        bool end = PyUnicode_CompareWithASCIIString(code->co_name, "_call_with_frames_removed") == 0;
        Py_DECREF(code);
        next = (PyObject *)traceback->tb_next;
        if (ours && !in_chunk) {
            chunk = place;
        }
        in_chunk = ours;
        if (ours && (always || end)) {
            Py_XINCREF(next);
            Py_XSETREF(*chunk, next);
            place = chunk;
        }
        else {
            place = (PyObject **)&traceback->tb_next;
        }
    }
    PyErr_Restore(type, value, base);
}

PyObject *
ou_importlib_load(PyObject *name)
{
    PyInterpreterState *interp = ou_interp();
    PyObject *args[] = {interp->importlib, name, interp->import_func};
    PyObject *module = PyObject_VectorcallMethod(OU_STR(_find_and_load), args, 3, NULL);
    if (module == NULL) {
        remove_frames();
    }
    return module;
}

int
ou_importlib_wait(PyObject *name)
{
    PyObject *result = PyObject_CallMethod(ou_interp()->importlib, "_lock_unlock_module", "O", name);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}
