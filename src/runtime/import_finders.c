/* runtime/import_finders.c - where the C import finds modules: built in, or as files in folders of a path.
 *
 * What it does not know (namespace packages, zip files, finders of others) it leaves to importlib (importlib.c).
 *
 * Owns       added_modules, the copy of what an embedding program added to the built-in modules.
 * Not here   names and packages (import.c), making modules (import_spec.c), reading files (import_loader.c). */
#include "object/hold.h"
#include "runtime/importlib.h"
#include "runtime/lifecycle.h"
#include "runtime/pyc.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define OU_MODULE(name, init) PyObject *init(void);
#include "runtime/builtin_modules.def"
#undef OU_MODULE

static const struct _inittab builtin_modules[] = {
#define OU_MODULE(name, init) {#name, init},
#include "runtime/builtin_modules.def"
#undef OU_MODULE
};

/* ---- built-in modules --------------------------------------------------------------------------------------------- */

/* Modules that an embedding program added: a copy of what it gave, ended by a NULL name. */
static struct _inittab *added_modules;

static const struct _inittab *
find_builtin(PyObject *name)
{
    for (size_t i = 0; i < OU_COUNT_OF(builtin_modules); i++) {
        if (PyUnicode_CompareWithASCIIString(name, builtin_modules[i].name) == 0) {
            return &builtin_modules[i];
        }
    }
    for (const struct _inittab *entry = added_modules; entry != NULL && entry->name != NULL; entry++) {
        if (PyUnicode_CompareWithASCIIString(name, entry->name) == 0) {
            return entry;
        }
    }
    return NULL;
}

bool
ou_import_is_builtin(PyObject *name)
{
    return find_builtin(name) != NULL;
}

/* PyImport_ExtendInittab: more built-in modules, before the start.  Returns 0, or -1 when memory is refused. */
int
PyImport_ExtendInittab(struct _inittab *more)
{
    size_t n_old = 0, n_more = 0;
    while (added_modules != NULL && added_modules[n_old].name != NULL) {
        n_old++;
    }
    while (more[n_more].name != NULL) {
        n_more++;
    }
    struct _inittab *table = PyMem_RawRealloc(added_modules, (n_old + n_more + 1) * sizeof *table);
    if (table == NULL) {
        return -1;
    }
    memcpy(table + n_old, more, (n_more + 1) * sizeof *table);
    added_modules = PyImport_Inittab = table;
    return 0;
}

/* PyImport_AppendInittab: one more. */
int
PyImport_AppendInittab(const char *name, PyObject *(*init)(void))
{
    struct _inittab both[2] = {{name, init}, {NULL, NULL}};
    return PyImport_ExtendInittab(both);
}

PyObject *
ou_import_create_builtin(PyObject *spec)
{
    PyObject *name = PyObject_GetAttr(spec, OU_STR(name)), *module = NULL;
    if (name == NULL) {
        return NULL;
    }
    const struct _inittab *entry = PyUnicode_Check(name) ? find_builtin(name) : NULL;
    PyObject *known = entry == NULL ? NULL : PyImport_GetModule(name);
    OU_HOLD(hold, &name, &known);
    if (entry == NULL || PyErr_Occurred()) {
        module = PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
    }
    else if (known != NULL && entry->initfunc != NULL
             && (known == PyImport_AddModule("sys") || known == PyImport_AddModule("builtins"))) {
        module = Py_NewRef(known); /* there is one of each */
    }
    else {
        PyObject *made = ou_types_ready_of(entry->name) < 0 ? NULL : entry->initfunc();
        module = made != NULL && PyObject_TypeCheck(made, &PyModuleDef_Type)
                   ? PyModule_FromDefAndSpec((PyModuleDef *)made, spec)
                   : made;
    }
    OU_HOLD_END(hold);
    Py_DECREF(name);
    Py_XDECREF(known);
    return module;
}

PyObject *
ou_import_builtin(PyObject *name)
{
    if (find_builtin(name) == NULL) {
        return NULL;
    }
    PyObject *origin = PyUnicode_FromString("built-in");
    PyObject *spec = origin == NULL ? NULL : ou_import_spec_new(name, NULL, origin, NULL, NULL, false), *module = NULL;
    Py_XDECREF(origin);
    if (spec == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &spec, &module);
    module = ou_import_create_builtin(spec);
    if (module != NULL) {
        PyModuleDef *def = PyModule_Check(module) ? PyModule_GetDef(module) : NULL;
        if (PyObject_SetItem(ou_interp()->modules, name, module) < 0
            || (def != NULL && def->m_slots != NULL && PyModule_ExecDef(module, def) < 0)
            || ou_import_module_attributes(module, spec) < 0) {
            PyObject *type, *value, *traceback;
            PyErr_Fetch(&type, &value, &traceback);
            if (PyObject_DelItem(ou_interp()->modules, name) < 0) {
                PyErr_Clear();
            }
            PyErr_Restore(type, value, traceback);
            Py_CLEAR(module);
        }
    }
    OU_HOLD_END(hold);
    Py_DECREF(spec);
    return module;
}

/* ---- files ------------------------------------------------------------------------------------------------------------- */

/* The spec of a file.  folder: where a package's submodules are, or NULL for a plain module.  New. */
static PyObject *
file_spec(PyObject *name, const char *path, OuFileKind kind, const char *folder)
{
    PyObject *file = PyUnicode_DecodeFSDefault(path), *locations = NULL, *place = NULL, *loader = NULL, *cached = NULL;
    PyObject *spec = NULL;
    if (folder != NULL) {
        place = PyUnicode_DecodeFSDefault(folder);
        locations = place == NULL ? NULL : PyList_New(0);
        if (locations != NULL && PyList_Append(locations, place) < 0) {
            Py_CLEAR(locations);
        }
    }
    if (file != NULL && (folder == NULL || locations != NULL)) {
        loader = ou_import_loader_new(kind, name, file, folder != NULL);
        cached = loader == NULL || kind == OU_FILE_EXTENSION ? NULL
               : kind == OU_FILE_BYTECODE                    ? Py_NewRef(file)
                                                             : ou_pyc_path(path);
        if (loader != NULL && !PyErr_Occurred()) {
            spec = ou_import_spec_new(name, loader, file, locations, cached, true);
        }
    }
    Py_XDECREF(file);
    Py_XDECREF(locations);
    Py_XDECREF(place);
    Py_XDECREF(loader);
    Py_XDECREF(cached);
    return spec;
}

static bool
is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Try a path without its suffix with each suffix in turn, extensions first as CPython does. */
static PyObject *
try_suffixes(PyObject *name, char *path, size_t size, const char *folder)
{
    size_t n = strlen(path);
    for (int i = 0; ou_extension_suffixes[i] != NULL; i++) {
        snprintf(path + n, size - n, "%s", ou_extension_suffixes[i]);
        if (is_file(path)) {
            return file_spec(name, path, OU_FILE_EXTENSION, folder);
        }
    }
    snprintf(path + n, size - n, ".py");
    if (is_file(path)) {
        return file_spec(name, path, OU_FILE_SOURCE, folder);
    }
    snprintf(path + n, size - n, ".pyc");
    if (is_file(path)) {
        return file_spec(name, path, OU_FILE_BYTECODE, folder);
    }
    path[n] = 0;
    return NULL;
}

/* Look in one folder.  New spec; NULL without an error if it is not there.
 * *unknown  set if importlib may know more: a folder of that name without __init__, or `folder` is a file */
static PyObject *
search_folder(PyObject *name, const char *folder, const char *tail, bool *unknown)
{
    char here[4096];
    struct stat st;
    if (*folder == 0) {
        folder = getcwd(here, sizeof here);
        if (folder == NULL) {
            return NULL;
        }
    }
    size_t n = strlen(folder), size = n + strlen(tail) + sizeof "//__init__.cpython-311-x86_64-linux-gnu.so";
    const char *slash = n > 0 && folder[n - 1] == '/' ? "" : "/";
    char *path = PyMem_Malloc(size), *package = PyMem_Malloc(size);
    PyObject *spec = NULL;
    if (path == NULL || package == NULL) {
        PyMem_Free(path);
        PyMem_Free(package);
        PyErr_NoMemory();
        return NULL;
    }
    snprintf(package, size, "%s%s%s", folder, slash, tail);
    int found = stat(package, &st);
    bool is_folder = found == 0 && S_ISDIR(st.st_mode);
    *unknown |= found < 0 && errno == ENOTDIR;
    if (is_folder) {
        snprintf(path, size, "%s/__init__", package);
        spec = try_suffixes(name, path, size, package);
    }
    if (spec == NULL && !PyErr_Occurred()) {
        snprintf(path, size, "%s", package);
        spec = try_suffixes(name, path, size, NULL);
    }
    *unknown |= is_folder && spec == NULL;
    PyMem_Free(path);
    PyMem_Free(package);
    return spec;
}

/* Look along a path.  New spec; NULL without an error if it is nowhere, or if *unknown says that importlib shall look. */
static PyObject *
search_path(PyObject *name, PyObject *path, bool *unknown)
{
    const char *full = PyUnicode_AsUTF8(name), *dot = full == NULL ? NULL : strrchr(full, '.');
    const char *tail = dot ? dot + 1 : full;
    if (full == NULL || *tail == 0 || strchr(tail, '/') != NULL) {
        return NULL;
    }
    PyObject *search, *spec = NULL;
    if (path == NULL) {
        path = PySys_GetObject("path");
    }
    search = path != NULL && path != Py_None ? PySequence_List(path) : PyList_New(0);
    Py_ssize_t n = search == NULL ? 0 : PyList_GET_SIZE(search);
    bool may_leave = ou_stdlib_folder() != NULL && !ou_importlib_installing();
    for (Py_ssize_t i = 0; spec == NULL && !(*unknown && may_leave) && !PyErr_Occurred() && i < n; i++) {
        PyObject *entry = PyList_GET_ITEM(search, i), *bytes;
        if (PyUnicode_Check(entry) && (bytes = PyUnicode_EncodeFSDefault(entry)) != NULL) {
            spec = search_folder(name, PyBytes_AS_STRING(bytes), tail, unknown);
            Py_DECREF(bytes);
        }
    }
    Py_XDECREF(search);
    return spec;
}

/* Is it a module of the standard library, which is not on this machine? */
static bool
is_missing_library(PyObject *name)
{
    PyObject *known = ou_stdlib_folder() != NULL ? NULL : PySys_GetObject("stdlib_module_names");
    PyObject *head = NULL;
    bool missing = false;
    if (known != NULL && PyAnySet_Check(known)) {
        Py_ssize_t dot = PyUnicode_FindChar(name, '.', 0, PyUnicode_GET_LENGTH(name), 1);
        head = PyUnicode_Substring(name, 0, dot < 0 ? PyUnicode_GET_LENGTH(name) : dot);
        missing = head != NULL && PySet_Contains(known, head) > 0;
        Py_XDECREF(head);
        PyErr_Clear();
    }
    return missing;
}

PyObject *
ou_import_find_and_load(PyObject *name, PyObject *path)
{
    PyObject *module = path == NULL ? ou_import_builtin(name) : NULL, *spec;
    if (module != NULL || PyErr_Occurred()) {
        return module;
    }
    bool unknown = false;
    spec = search_path(name, path, &unknown);
    if (unknown && spec == NULL && !PyErr_Occurred()) {
        if (ou_importlib_install() < 0) {
            return NULL;
        }
        if (ou_interp()->importlib != NULL) {
            return ou_importlib_load(name);
        }
    }
    if (spec != NULL) {
        OU_HOLD(hold, &spec);
        module = ou_import_load_spec(spec, name);
        OU_HOLD_END(hold);
        Py_DECREF(spec);
        if (module != NULL && Py_VerboseFlag) {
            PySys_FormatStderr("import %R # %R\n", name, module);
        }
    }
    else if (!PyErr_Occurred()) {
        ou_import_raise_not_found(is_missing_library(name)
                                      ? PyUnicode_FromFormat("No module named %R (the standard library is not on this machine: "
                                                             "apt-get install libpython3.11-stdlib)",
                                                             name)
                                      : PyUnicode_FromFormat("No module named %R", name),
                                  name);
    }
    return module;
}

/* ---- paths ------------------------------------------------------------------------------------------------------------- */

static int
path_append(PyObject *list, const char *folder)
{
    PyObject *text = PyUnicode_DecodeFSDefault(folder);
    int status = text == NULL ? -1 : PyList_Append(list, text);
    Py_XDECREF(text);
    return status;
}

/* sys.builtin_module_names (sorted) and sys.stdlib_module_names. */
static int
module_names_init(void)
{
    static const char *const library[] = {
#define OU_LIBRARY_MODULE(name) #name,
#include "runtime/stdlib_modules.def"
#undef OU_LIBRARY_MODULE
    };
    PyObject *names = PyList_New(0), *tuple = NULL, *set = NULL;
    for (size_t i = 0; names != NULL && i < OU_COUNT_OF(builtin_modules); i++) {
        PyObject *name = PyUnicode_InternFromString(builtin_modules[i].name);
        if (name == NULL || PyList_Append(names, name) < 0) {
            Py_CLEAR(names);
        }
        Py_XDECREF(name);
    }
    if (names != NULL && PyList_Sort(names) == 0) {
        tuple = PyList_AsTuple(names);
    }
    Py_XDECREF(names);
    set = tuple == NULL ? NULL : PyFrozenSet_New(NULL);
    for (size_t i = 0; set != NULL && i < OU_COUNT_OF(library); i++) {
        PyObject *name = PyUnicode_FromString(library[i]);
        if (name == NULL || PySet_Add(set, name) < 0) {
            Py_CLEAR(set);
        }
        Py_XDECREF(name);
    }
    int status =
        set == NULL || PySys_SetObject("builtin_module_names", tuple) < 0 || PySys_SetObject("stdlib_module_names", set) < 0
            ? -1
            : 0;
    Py_XDECREF(tuple);
    Py_XDECREF(set);
    return status;
}

int
ou_import_paths_init(void)
{
    PyObject *path = PySys_GetObject("path");
    const PyConfig *config = ou_interp()->config;
    if (path == NULL) {
        return -1;
    }
    if (config->pythonpath_env != NULL) {
        PyObject *text = PyUnicode_FromWideChar(config->pythonpath_env, -1);
        PyObject *parts = text == NULL ? NULL : PyUnicode_Split(text, OU_LATIN1_CHAR(':'), -1);
        char here[4096];
        int status = parts == NULL ? -1 : 0;
        for (Py_ssize_t i = 0; status == 0 && i < PyList_GET_SIZE(parts); i++) {
            PyObject *part = PyList_GET_ITEM(parts, i);
            bool absolute = PyUnicode_GET_LENGTH(part) > 0 && PyUnicode_READ_CHAR(part, 0) == '/';
            if (!absolute && getcwd(here, sizeof here) != NULL) {
                PyObject *whole = PyUnicode_GET_LENGTH(part) > 0 ? PyUnicode_FromFormat("%s/%U", here, part)
                                                                 : PyUnicode_DecodeFSDefault(here);
                status = whole == NULL ? -1 : PyList_SetItem(parts, i, whole);
            }
        }
        status = status < 0 ? -1 : PyList_SetSlice(path, PyList_GET_SIZE(path), PyList_GET_SIZE(path), parts);
        Py_XDECREF(text);
        Py_XDECREF(parts);
        if (status < 0) {
            return -1;
        }
    }
    const char *library = ou_stdlib_folder();
    if (library != NULL) {
        char text[4200];
        int n = (int)(strrchr(library, '/') - library);
        snprintf(text, sizeof text, "%.*s/python311.zip", n, library);
        if (path_append(path, text) < 0 || path_append(path, library) < 0) {
            return -1;
        }
        snprintf(text, sizeof text, "%s/lib-dynload", library);
        if (path_append(path, text) < 0) {
            return -1;
        }
    }
    return module_names_init();
}
