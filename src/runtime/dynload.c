/* runtime/dynload.c - extension modules: shared objects made for CPython 3.11.
 *
 * Invariant  a shared object is never unloaded.  A module of the single-phase kind is made once: a second import in the
 *            same process gets a copy of its names, or the module again if it keeps no copy.
 * Source     PEP 489. */
#include "object/hold.h"
#include "runtime/config.h"
#include "runtime/import.h"

#include <dlfcn.h>

const char *const ou_extension_suffixes[] = {".cpython-311-x86_64-linux-gnu.so", ".abi3.so", ".so", NULL};

/* Raise ImportError(text, name=, path=).  Refs: consumes text, which may be NULL with an error set. */
static void *
raise_import_error(PyObject *text, PyObject *name, PyObject *path)
{
    if (text != NULL) {
        PyErr_SetImportError(text, name, path);
        Py_DECREF(text);
    }
    return NULL;
}

/* "PyInit_" and the last part of the name; PyInitU_ and punycode where it isn't ASCII.  New bytes. */
static PyObject *
init_symbol(PyObject *name)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(name), dot = PyUnicode_FindChar(name, '.', 0, n, -1);
    PyObject *last = PyUnicode_Substring(name, dot + 1, n), *encoded = NULL, *symbol = NULL;
    if (last != NULL) {
        bool ascii = PyUnicode_IS_ASCII(last);
        encoded = PyUnicode_AsEncodedString(last, ascii ? "ascii" : "punycode", NULL);
        if (encoded != NULL) {
            for (char *at = PyBytes_AS_STRING(encoded); *at; at++) {
                *at = *at == '-' ? '_' : *at;
            }
            symbol = PyBytes_FromFormat("%s_%s", ascii ? "PyInit" : "PyInitU", PyBytes_AS_STRING(encoded));
        }
    }
    Py_XDECREF(last);
    Py_XDECREF(encoded);
    return symbol;
}

int ou_dlopen_flags = RTLD_NOW;

PyObject *
ou_dynload_create(PyObject *spec, PyObject *name, PyObject *path)
{
    PyObject *file = PyUnicode_EncodeFSDefault(path), *symbol = file == NULL ? NULL : init_symbol(name), *module = NULL;
    if (symbol == NULL || PySys_Audit("import", "OOOOO", name, path, Py_None, Py_None, Py_None) < 0) {
        Py_XDECREF(file);
        Py_XDECREF(symbol);
        return NULL;
    }
    const char *place = PyBytes_AS_STRING(file);
    char here[PyBytes_GET_SIZE(file) + 3]; /* a name without a slash would be looked for elsewhere */
    snprintf(here, sizeof here, "%s%s", strchr(place, '/') ? "" : "./", place);
    ou_locale_settle();
    void *library = dlopen(here, ou_dlopen_flags);
    _PyRuntime.foreign = true;
    PyObject *(*init)(void) = NULL;
    if (library == NULL) {
        const char *why = dlerror();
        raise_import_error(PyUnicode_DecodeLocale(why ? why : "unknown dlopen() error", "surrogateescape"), name, path);
        goto done;
    }
    *(void **)&init = dlsym(library, PyBytes_AS_STRING(symbol));
    if (init == NULL) {
        raise_import_error(
            PyUnicode_FromFormat("dynamic module does not define module export function (%s)", PyBytes_AS_STRING(symbol)), name,
            path);
        goto done;
    }
    const char *outer = _Py_PackageContext;
    _Py_PackageContext = PyUnicode_AsUTF8(name);
    PyObject *made = init();
    _Py_PackageContext = outer;
    if (made == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_SystemError, "initialization of %U failed without raising an exception", name);
        }
        goto done;
    }
    if (PyErr_Occurred()) {
        Py_CLEAR(made);
        _PyErr_FormatFromCause(PyExc_SystemError, "initialization of %U raised unreported exception", name);
        goto done;
    }
    if (Py_TYPE(made) == NULL) { /* a PyModuleDef that PyModuleDef_Init has not seen */
        PyErr_Format(PyExc_SystemError, "init function of %U returned uninitialized object", name);
        goto done;
    }
    if (PyObject_TypeCheck(made, &PyModuleDef_Type)) {
        module = PyModule_FromDefAndSpec((PyModuleDef *)made, spec);
        goto done;
    }
    module = made; /* single-phase: it is whole already */
    PyModuleDef *def = PyModule_Check(module) ? PyModule_GetDef(module) : NULL;
    if (def == NULL) {
        Py_CLEAR(module);
        PyErr_Format(PyExc_SystemError, "initialization of %U did not return an extension module", name);
        goto done;
    }
    def->m_base.m_init = init;
    if (PyModule_AddObjectRef(module, "__file__", path) < 0
        || (PyState_FindModule(def) == NULL && PyState_AddModule(module, def) < 0)) {
        Py_CLEAR(module);
    }
done:
    Py_DECREF(file);
    Py_DECREF(symbol);
    return module;
}

int
ou_dynload_exec(PyObject *module)
{
    if (!PyModule_Check(module)) {
        return 0;
    }
    PyModuleDef *def = PyModule_GetDef(module);
    if (def == NULL) {
        return 0;
    }
    return def->m_slots == NULL || PyModule_GetState(module) != NULL ? 0 : PyModule_ExecDef(module, def);
}
