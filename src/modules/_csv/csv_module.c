/* modules/_csv/csv_module.c - module _csv: the registry of dialects, and the functions.
 *
 * Owns       its state (CsvState).
 * Source     Library Reference, csv. */
#include "modules/_csv/csv.h"

#include <limits.h>

static CsvState *
state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

static PyObject *
csv_register_dialect(PyObject *module, PyObject *args, PyObject *kwargs)
{
    PyObject *name, *base = NULL;
    if (!PyArg_UnpackTuple(args, "", 1, 2, &name, &base)) {
        return NULL;
    }
    if (!PyUnicode_Check(name)) {
        PyErr_SetString(PyExc_TypeError, "dialect name must be a string");
        return NULL;
    }
    PyObject *dialect = ou_csv_dialect_make(state_of(module), base, kwargs);
    int status = dialect == NULL ? -1 : PyObject_SetItem(state_of(module)->dialects, name, dialect);
    Py_XDECREF(dialect);
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
csv_unregister_dialect(PyObject *module, PyObject *name)
{
    if (PyDict_DelItem(state_of(module)->dialects, name) == 0) {
        Py_RETURN_NONE;
    }
    if (PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_SetString(state_of(module)->error, "unknown dialect");
    }
    return NULL;
}

static PyObject *
csv_get_dialect(PyObject *module, PyObject *name)
{
    return ou_csv_dialect_find(state_of(module), name);
}

static PyObject *
csv_list_dialects(PyObject *module, PyObject *ignored)
{
    return PyDict_Keys(state_of(module)->dialects);
}

static PyObject *
csv_field_size_limit(PyObject *module, PyObject *args)
{
    CsvState *state = state_of(module);
    PyObject *limit = NULL;
    long old = state->field_limit;
    if (!PyArg_ParseTuple(args, "|O:field_size_limit", &limit)) {
        return NULL;
    }
    if (limit != NULL) {
        if (!PyLong_CheckExact(limit)) {
            PyErr_SetString(PyExc_TypeError, "limit must be an integer");
            return NULL;
        }
        long given = PyLong_AsLong(limit);
        if (given == -1 && PyErr_Occurred()) {
            return NULL;
        }
        state->field_limit = given;
    }
    return PyLong_FromLong(old);
}

#define WITH_KEYWORDS(function) (PyCFunction)(void *) function, METH_VARARGS | METH_KEYWORDS
static PyMethodDef csv_methods[] = {
    {"reader", WITH_KEYWORDS(ou_csv_reader),
     "reader(iterable [, dialect='excel'] [optional keyword args])\n\nAn iterator over the records of lines of text: lists of "
     "strings."},
    {"writer", WITH_KEYWORDS(ou_csv_writer),
     "writer(fileobj [, dialect='excel'] [optional keyword args])\n\nAn object that writes records to a file-like object."},
    {"list_dialects", csv_list_dialects, METH_NOARGS, "list_dialects()\n\nThe names of all registered dialects."},
    {"register_dialect", WITH_KEYWORDS(csv_register_dialect),
     "register_dialect(name[, dialect] [, optional keyword args])\n\nGive a dialect a name."},
    {"unregister_dialect", csv_unregister_dialect, METH_O, "unregister_dialect(name)\n\nForget a name."},
    {"get_dialect", csv_get_dialect, METH_O, "get_dialect(name)\n\nThe dialect of a name."},
    {"field_size_limit", csv_field_size_limit, METH_VARARGS,
     "field_size_limit([limit])\n\nHow many characters a field may have; set it if a limit is given.  The limit before."},
    {NULL},
};
#undef WITH_KEYWORDS

static PyTypeObject *
add_type(PyObject *module, PyType_Spec *spec)
{
    return (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
}

static int
csv_exec(PyObject *module)
{
    static const struct {
        const char *name;
        int value;
    } constants[] = {
        {"QUOTE_MINIMAL", CSV_QUOTE_MINIMAL},
        {"QUOTE_ALL", CSV_QUOTE_ALL},
        {"QUOTE_NONNUMERIC", CSV_QUOTE_NONNUMERIC},
        {"QUOTE_NONE", CSV_QUOTE_NONE},
    };
    CsvState *state = state_of(module);
    state->field_limit = 128 * 1024; /* from CPython 3.11 */
    if ((state->dialects = PyDict_New()) == NULL || (state->dialect_type = add_type(module, &ou_csv_dialect_spec)) == NULL
        || (state->reader_type = add_type(module, &ou_csv_reader_spec)) == NULL
        || (state->writer_type = add_type(module, &ou_csv_writer_spec)) == NULL
        || (state->error = PyErr_NewException("_csv.Error", NULL, NULL)) == NULL
        || PyModule_AddObjectRef(module, "_dialects", state->dialects) < 0 || PyModule_AddType(module, state->dialect_type) < 0
        || PyModule_AddObjectRef(module, "Error", state->error) < 0
        || PyModule_AddStringConstant(module, "__version__", "1.0") < 0) {
        return -1;
    }
    for (size_t i = 0; i < OU_COUNT_OF(constants); i++) {
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
csv_traverse(PyObject *module, visitproc visit, void *arg)
{
    CsvState *state = state_of(module);
    Py_VISIT(state->dialect_type);
    Py_VISIT(state->reader_type);
    Py_VISIT(state->writer_type);
    Py_VISIT(state->error);
    Py_VISIT(state->dialects);
    return 0;
}

static int
csv_clear(PyObject *module)
{
    CsvState *state = state_of(module);
    Py_CLEAR(state->dialect_type);
    Py_CLEAR(state->reader_type);
    Py_CLEAR(state->writer_type);
    Py_CLEAR(state->error);
    Py_CLEAR(state->dialects);
    return 0;
}

static void
csv_free(void *module)
{
    csv_clear(module);
}

static PyModuleDef_Slot csv_slots[] = {{Py_mod_exec, csv_exec}, {0, NULL}};

PyModuleDef ou_csv_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_csv",
    .m_doc = "CSV parsing and writing.\n\nThe core of the module csv, which has the documentation of dialects and quoting.",
    .m_size = sizeof(CsvState),
    .m_methods = csv_methods,
    .m_slots = csv_slots,
    .m_traverse = csv_traverse,
    .m_clear = csv_clear,
    .m_free = csv_free,
};

PyMODINIT_FUNC
PyInit__csv(void)
{
    return PyModuleDef_Init(&ou_csv_module);
}
