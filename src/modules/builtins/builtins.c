/* modules/builtins/builtins.c - module builtins: its functions, and the built-in types and exceptions by name.
 *
 * Invariant  m_self of every built-in function is the module; a start that fails releases the half-made module.
 * Not here   open(): it is io.open, entered when the streams are made. */
#include "modules/builtins/builtins.h"
#include "types/exception.h"

static struct PyModuleDef builtins_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "builtins",
    .m_doc = "Built-in functions, types, exceptions, and other objects.",
    .m_size = -1,
};

typedef struct {
    const char *name;
    PyObject *value;
} Entry;

static int
enter(PyObject *names, const char *name, PyObject *value)
{
    PyObject *key = PyUnicode_InternFromString(name);
    int status = key == NULL ? -1 : PyDict_SetItem(names, key, value);
    Py_XDECREF(key);
    return status;
}

static int
enter_types(PyObject *names)
{
    const Entry entries[] = {
        {"None", Py_None},
        {"Ellipsis", Py_Ellipsis},
        {"NotImplemented", Py_NotImplemented},
        {"False", Py_False},
        {"True", Py_True},
        {"bool", (PyObject *)&PyBool_Type},
        {"memoryview", (PyObject *)&PyMemoryView_Type},
        {"bytearray", (PyObject *)&PyByteArray_Type},
        {"bytes", (PyObject *)&PyBytes_Type},
        {"classmethod", (PyObject *)&PyClassMethod_Type},
        {"complex", (PyObject *)&PyComplex_Type},
        {"dict", (PyObject *)&PyDict_Type},
        {"enumerate", (PyObject *)&PyEnum_Type},
        {"filter", (PyObject *)&PyFilter_Type},
        {"float", (PyObject *)&PyFloat_Type},
        {"frozenset", (PyObject *)&PyFrozenSet_Type},
        {"property", (PyObject *)&PyProperty_Type},
        {"int", (PyObject *)&PyLong_Type},
        {"list", (PyObject *)&PyList_Type},
        {"map", (PyObject *)&PyMap_Type},
        {"object", (PyObject *)&PyBaseObject_Type},
        {"range", (PyObject *)&PyRange_Type},
        {"reversed", (PyObject *)&PyReversed_Type},
        {"set", (PyObject *)&PySet_Type},
        {"slice", (PyObject *)&PySlice_Type},
        {"staticmethod", (PyObject *)&PyStaticMethod_Type},
        {"str", (PyObject *)&PyUnicode_Type},
        {"super", (PyObject *)&PySuper_Type},
        {"tuple", (PyObject *)&PyTuple_Type},
        {"type", (PyObject *)&PyType_Type},
        {"zip", (PyObject *)&PyZip_Type},
    };
    for (size_t i = 0; i < OU_COUNT_OF(entries); i++) {
        if (enter(names, entries[i].name, entries[i].value) < 0) {
            return -1;
        }
    }
    PyObject *debug = PyBool_FromLong(ou_interp()->config->optimization_level == 0);
    int status = enter(names, "__debug__", debug);
    Py_DECREF(debug);
    return status;
}

/* The built-in functions' m_self is the module. */
PyMODINIT_FUNC
PyInit_builtins(void)
{
    PyMethodDef *const tables[] = {ou_builtins_code_methods, ou_builtins_object_methods, ou_builtins_iterable_methods,
                                   ou_builtins_number_methods, ou_builtins_io_methods};
    PyObject *module = PyModule_Create(&builtins_module);
    PyObject *names = module == NULL ? NULL : PyModule_GetDict(module);
    if (names == NULL) {
        Py_XDECREF(module);
        return NULL;
    }
    for (size_t i = 0; i < OU_COUNT_OF(tables); i++) {
        if (PyModule_AddFunctions(module, tables[i]) < 0) {
            Py_DECREF(module);
            return NULL;
        }
    }
    if (enter_types(names) < 0 || ou_exceptions_add(names) < 0) {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}
