/* runtime/import_spec.c - module specs: what finders find, and making modules of them.
 *
 * Invariant  a module is in sys.modules before its code runs, and is taken out again if that fails; its spec says
 *            _initializing meanwhile.
 * Not here   finders (import_finders.c), loaders of files (import_loader.c).
 * Source     Language Reference, The import system; PEP 451. */
#include "object/hold.h"
#include "runtime/importlib.h"

/* As importlib's own shows itself.  RE-ENTRANT. */
static PyObject *
spec_repr(PyObject *self)
{
    static const struct {
        const char *label;
        Py_ssize_t always;
        const char *name;
    } parts[] = {{"", 1, "name"},
                 {", loader=", 1, "loader"},
                 {", origin=", 0, "origin"},
                 {", submodule_search_locations=", 0, "submodule_search_locations"}};
    PyObject *text = PyUnicode_FromString("ModuleSpec(name="), *value = NULL;
    OU_HOLD(hold, &text, &value);
    for (size_t i = 0; text != NULL && i < OU_COUNT_OF(parts); i++) {
        value = PyObject_GetAttrString(self, parts[i].name);
        if (value == NULL || value != Py_None || parts[i].always) {
            Py_SETREF(text, value == NULL ? NULL : PyUnicode_FromFormat("%U%s%R", text, parts[i].label, value));
        }
        Py_CLEAR(value);
    }
    OU_HOLD_END(hold);
    if (text != NULL) {
        Py_SETREF(text, PyUnicode_FromFormat("%U)", text));
    }
    return text;
}

/* The type of specs that the runtime itself makes. */
PyTypeObject ou_module_spec_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_frozen_importlib.ModuleSpec",
    .tp_repr = spec_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, /* collected, as the base is */
    .tp_doc = "Where a module comes from and how it is loaded.",
    .tp_base = &_PyNamespace_Type,
};

PyObject *
ou_import_spec_new(PyObject *name, PyObject *loader, PyObject *origin, PyObject *locations, PyObject *cached, bool has_location)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(name), dot = PyUnicode_FindChar(name, '.', 0, n, -1);
    PyObject *parent = locations != NULL ? Py_NewRef(name) : PyUnicode_Substring(name, 0, dot < 0 ? 0 : dot);
    PyObject *names = parent == NULL ? NULL : PyDict_New(), *empty = PyTuple_New(0), *spec = NULL;
    if (names != NULL && empty != NULL && PyDict_SetItem(names, OU_STR(name), name) == 0
        && PyDict_SetItem(names, OU_STR(loader), loader ? loader : Py_None) == 0
        && PyDict_SetItem(names, OU_STR(origin), origin ? origin : Py_None) == 0
        && PyDict_SetItem(names, OU_STR(submodule_search_locations), locations ? locations : Py_None) == 0
        && PyDict_SetItem(names, OU_STR(cached), cached ? cached : Py_None) == 0
        && PyDict_SetItem(names, OU_STR(parent), parent) == 0
        && PyDict_SetItem(names, OU_STR(has_location), has_location ? Py_True : Py_False) == 0
        && PyDict_SetItemString(names, "loader_state", Py_None) == 0
        && PyDict_SetItem(names, OU_STR(_initializing), Py_False) == 0) {
        spec = PyObject_Call((PyObject *)&ou_module_spec_type, empty, names);
    }
    Py_XDECREF(names);
    Py_XDECREF(empty);
    Py_XDECREF(parent);
    return spec;
}

/* Copy an attribute of the spec to the module under another name, unless it is None. */
static int
copy_attribute(PyObject *module, PyObject *to, PyObject *spec, PyObject *from, bool none_too)
{
    PyObject *value;
    int status = _PyObject_LookupAttr(spec, from, &value);
    if (status > 0 && (value != Py_None || none_too)) {
        status = PyObject_SetAttr(module, to, value);
    }
    Py_XDECREF(value);
    return status < 0 ? -1 : 0;
}

int
ou_import_module_attributes(PyObject *module, PyObject *spec)
{
    PyObject *located = NULL;
    int has_location = _PyObject_LookupAttr(spec, OU_STR(has_location), &located);
    has_location = has_location <= 0 ? has_location : PyObject_IsTrue(located);
    Py_XDECREF(located);
    PyObject *name = NULL; /* one of its own stays: _io calls itself io */
    int has_name = has_location < 0 ? -1 : _PyObject_LookupAttr(module, OU_STR(__name__), &name);
    has_name = has_name > 0 && name == Py_None ? 0 : has_name;
    Py_XDECREF(name);
    if (has_name < 0 || (has_name == 0 && copy_attribute(module, OU_STR(__name__), spec, OU_STR(name), false) < 0)
        || copy_attribute(module, OU_STR(__loader__), spec, OU_STR(loader), true) < 0
        || copy_attribute(module, OU_STR(__package__), spec, OU_STR(parent), true) < 0
        || PyObject_SetAttr(module, OU_STR(__spec__), spec) < 0
        || copy_attribute(module, OU_STR(__path__), spec, OU_STR(submodule_search_locations), false) < 0) {
        return -1;
    }
    return has_location
                && (copy_attribute(module, OU_STR(__file__), spec, OU_STR(origin), false) < 0
                    || copy_attribute(module, OU_STR(__cached__), spec, OU_STR(cached), false) < 0)
             ? -1
             : 0;
}

/* The module that the spec's loader makes, or a plain one.  New. */
static PyObject *
create(PyObject *spec, PyObject *loader, PyObject *name)
{
    PyObject *method = NULL, *module = NULL;
    if (loader != Py_None && _PyObject_LookupAttr(loader, OU_STR(create_module), &method) < 0) {
        return NULL;
    }
    if (method != NULL) {
        OU_HOLD(hold, &method);
        module = PyObject_CallOneArg(method, spec);
        OU_HOLD_END(hold);
        Py_DECREF(method);
        if (module != Py_None) {
            return module;
        }
        Py_DECREF(module);
    }
    return PyModule_NewObject(name);
}

/* Take a module whose code failed out of sys.modules; the error stays. */
static void
forget(PyObject *name)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (PyObject_DelItem(ou_interp()->modules, name) < 0) {
        PyErr_Clear();
    }
    PyErr_Restore(type, value, traceback);
}

static int
execute(PyObject *module, PyObject *loader)
{
    PyObject *result = PyObject_CallMethodOneArg(loader, OU_STR(exec_module), module);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

/* The module's code has run: say so in its spec, and in the one that importlib may have put in its place meanwhile.
 * An error that is set stays.  Returns 0, or -1 with an error set. */
static int
initialized(PyObject *module, PyObject *spec)
{
    PyObject *type, *value, *traceback, *now = NULL;
    PyErr_Fetch(&type, &value, &traceback);
    int status = PyObject_SetAttr(spec, OU_STR(_initializing), Py_False);
    if (status == 0) {
        status = _PyObject_LookupAttr(module, OU_STR(__spec__), &now);
        if (status > 0 && now != spec && ou_interp()->importlib != NULL) {
            status = PyObject_SetAttr(now, OU_STR(_initializing), Py_False);
        }
        Py_XDECREF(now);
    }
    if (type != NULL) {
        PyErr_Restore(type, value, traceback);
    }
    return status < 0 ? -1 : 0;
}

PyObject *
ou_import_load_spec(PyObject *spec, PyObject *name)
{
    PyObject *loader = NULL, *module = NULL, *method = NULL;
    if (_PyObject_LookupAttr(spec, OU_STR(loader), &loader) < 0) {
        return NULL;
    }
    if (loader == NULL) {
        loader = Py_NewRef(Py_None);
    }
    bool good = false;
    OuLoading entry;
    ou_loading_push(&entry, name);
    OU_HOLD(hold, &loader, &module, &method, &entry.lock);
    if (loader != Py_None && _PyObject_LookupAttr(loader, OU_STR(exec_module), &method) < 0) {
        goto done;
    }
    if (loader != Py_None && method == NULL) { /* a loader of the old kind does all by itself */
        module = PyObject_CallMethodOneArg(loader, OU_STR(load_module), name);
        good = module != NULL;
        goto done;
    }
    module = create(spec, loader, name);
    if (module == NULL || ou_import_module_attributes(module, spec) < 0
        || PyObject_SetAttr(spec, OU_STR(_initializing), Py_True) < 0
        || PyObject_SetItem(ou_interp()->modules, name, module) < 0) {
        goto done;
    }
    bool failed = loader != Py_None && execute(module, loader) < 0;
    if (failed) {
        forget(name);
    }
    if (initialized(module, spec) < 0 || failed) {
        goto done;
    }
    Py_SETREF(module, PyImport_GetModule(name)); /* it may have put another in its place */
    if (module == NULL && !PyErr_Occurred()) {
        PyErr_Format(PyExc_ImportError, "Loaded module %R not found in sys.modules", name);
    }
    good = module != NULL;
done:
    OU_HOLD_END(hold);
    ou_loading_pop(&entry);
    Py_XDECREF(loader);
    Py_XDECREF(method);
    if (!good) {
        Py_CLEAR(module);
    }
    return module;
}
