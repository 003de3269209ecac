/* modules/_warnings.c - module _warnings: what the standard library's `warnings` is built on.
 *
 * Owns       nothing; filters and registries are the interpreter's.
 * Invariant  `filters`, `_defaultaction` and `_onceregistry` are the very objects that C code consults.
 * Not here   the work (runtime/warnings.c). */
#include "object/args.h"
#include "object/hold.h"
#include "runtime/warnings.h"

static PyObject *
warnings_warn(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {
        "warn", {"message", "category", "stacklevel", "source"}, .n_positional = 4, .n_required = 1, .n_all = 4};
    PyObject *v[4];
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    Py_ssize_t level = 1;
    if (v[2] != NULL) {
        level = PyNumber_AsSsize_t(v[2], PyExc_OverflowError);
        if (level == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    PyObject *category = ou_warnings_category(v[0], v[1]);
    return category != NULL ? ou_warnings_warn(v[0], category, level, v[3]) : NULL;
}

/* Line `line` of a module's source, as its loader has it.  Returns new; NULL without an error if it can't be had, or with one. */
static PyObject *
loader_line(PyObject *globals, int line)
{
    PyObject *loader = PyDict_GetItemWithError(globals, OU_STR(__loader__)), *source = NULL, *lines = NULL;
    PyObject *name = loader != NULL ? PyDict_GetItemWithError(globals, OU_STR(__name__)) : NULL;
    if (loader == NULL || name == NULL) {
        return NULL;
    }
    Py_INCREF(loader);
    Py_INCREF(name);
    OU_HOLD(h, &loader, &name, &source, &lines);
    PyObject *result = NULL, *get_source = NULL;
    if (PyObject_HasAttrString(loader, "get_source")) {
        get_source = PyUnicode_FromString("get_source");
        source = get_source != NULL ? PyObject_CallMethodOneArg(loader, get_source, name) : NULL;
    }
    if (source != NULL && PyUnicode_Check(source)) {
        lines = PyUnicode_Splitlines(source, 0);
        if (lines != NULL && line > 0 && line <= PyList_GET_SIZE(lines)) {
            result = Py_NewRef(PyList_GET_ITEM(lines, line - 1));
        }
    }
    OU_HOLD_END(h);
    Py_XDECREF(get_source);
    Py_DECREF(loader);
    Py_DECREF(name);
    Py_XDECREF(source);
    Py_XDECREF(lines);
    return result;
}

static PyObject *
warnings_warn_explicit(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {
        "warn_explicit",
        {"message", "category", "filename", "lineno", "module", "registry", "module_globals", "source"},
        .n_positional = 8,
        .n_required = 4,
        .n_all = 8};
    PyObject *v[8], *line = NULL;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    if (!PyUnicode_Check(v[2])) {
        _PyArg_BadArgument("warn_explicit", "argument 3", "str", v[2]);
        return NULL;
    }
    int number = _PyLong_AsInt(v[3]);
    if (number == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (v[6] != NULL && v[6] != Py_None) {
        if (!PyDict_Check(v[6])) {
            PyErr_Format(PyExc_TypeError, "module_globals must be a dict, not '%.200s'", Py_TYPE(v[6])->tp_name);
            return NULL;
        }
        line = loader_line(v[6], number);
        if (line == NULL && PyErr_Occurred()) {
            return NULL;
        }
    }
    OU_HOLD(h, &line);
    PyObject *result = ou_warnings_warn_explicit(v[1], v[0], v[2], number, v[4], v[5], line, v[7]);
    OU_HOLD_END(h);
    Py_XDECREF(line);
    return result;
}

static PyObject *
warnings_filters_mutated(PyObject *module, PyObject *ignored)
{
    ou_warnings_filters_mutated();
    Py_RETURN_NONE;
}

static PyMethodDef warnings_methods[] = {
    {"warn", (PyCFunction)(void (*)(void))warnings_warn, METH_FASTCALL | METH_KEYWORDS,
     "warn($module, /, message, category=None, stacklevel=1, source=None)\n--\n\n"
     "Issue a warning, or ignore it, or raise it, as the filters say."},
    {"warn_explicit", (PyCFunction)(void (*)(void))warnings_warn_explicit, METH_FASTCALL | METH_KEYWORDS,
     "Issue a warning about a place in a file."},
    {"_filters_mutated", warnings_filters_mutated, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static int
warnings_exec(PyObject *module)
{
    PyInterpreterState *interp = PyInterpreterState_Get();
    if (ou_warnings_init() < 0 || PyModule_AddObjectRef(module, "filters", interp->warnings_filters) < 0
        || PyModule_AddObjectRef(module, "_onceregistry", interp->warnings_once_registry) < 0
        || PyModule_AddObjectRef(module, "_defaultaction", interp->warnings_default_action) < 0) {
        return -1;
    }
    return 0;
}

static PyModuleDef_Slot warnings_slots[] = {
    {Py_mod_exec, warnings_exec},
    {0, NULL},
};

static PyModuleDef warnings_def = {
    PyModuleDef_HEAD_INIT, .m_name = "_warnings",         .m_doc = "Filters and registries of warnings, for module warnings.",
    .m_size = 0,           .m_methods = warnings_methods, .m_slots = warnings_slots,
};

PyMODINIT_FUNC
PyInit__warnings(void)
{
    return PyModuleDef_Init(&warnings_def);
}
