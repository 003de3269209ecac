/* modules/_weakref.c - module _weakref: the types of gc/weakref.c and functions on an object's weak references.
 *
 * Invariant  an object's references are walked without running Python code: the list stays as it is meanwhile. */
#include "gc/gc.h"

static PyWeakReference *
list_of(PyObject *op)
{
    return PyType_SUPPORTS_WEAKREFS(Py_TYPE(op)) ? (PyWeakReference *)*PyObject_GET_WEAKREFS_LISTPTR(op) : NULL;
}

static PyObject *
weakref_getweakrefcount(PyObject *module, PyObject *op)
{
    return PyLong_FromSsize_t(ou_weakref_count(list_of(op)));
}

static PyObject *
weakref_getweakrefs(PyObject *module, PyObject *op)
{
    PyObject *result = PyList_New(0);
    for (PyWeakReference *ref = list_of(op); result != NULL && ref != NULL; ref = ref->wr_next) {
        if (PyList_Append(result, (PyObject *)ref) < 0) {
            Py_CLEAR(result);
        }
    }
    return result;
}

static PyObject *
weakref_proxy(PyObject *module, PyObject *args)
{
    PyObject *op, *callback = NULL;
    return PyArg_UnpackTuple(args, "proxy", 1, 2, &op, &callback) ? PyWeakref_NewProxy(op, callback) : NULL;
}

/* Delete dct[key] if its value is a dead weak reference; runs no Python code in between. */
static PyObject *
weakref_remove_dead(PyObject *module, PyObject *args)
{
    PyObject *dict, *key;
    if (!PyArg_ParseTuple(args, "O!O:_remove_dead_weakref", &PyDict_Type, &dict, &key)) {
        return NULL;
    }
    PyObject *value = PyDict_GetItemWithError(dict, key);
    if (value == NULL) {
        if (PyErr_Occurred()) {
            return NULL;
        }
        Py_RETURN_NONE;
    }
    if (!PyWeakref_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "not a weakref");
        return NULL;
    }
    if (PyWeakref_GET_OBJECT(value) == Py_None && PyDict_DelItem(dict, key) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_KeyError)) {
            return NULL;
        }
        PyErr_Clear();
    }
    Py_RETURN_NONE;
}

static PyMethodDef weakref_methods[] = {
    {"_remove_dead_weakref", weakref_remove_dead, METH_VARARGS,
     "_remove_dead_weakref($module, dct, key, /)\n--\n\nDelete an entry whose weak reference is dead."},
    {"getweakrefcount", weakref_getweakrefcount, METH_O,
     "getweakrefcount($module, object, /)\n--\n\nThe number of weak references to an object."},
    {"getweakrefs", weakref_getweakrefs, METH_O, "getweakrefs($module, object, /)\n--\n\nThe weak references to an object."},
    {"proxy", weakref_proxy, METH_VARARGS,
     "proxy($module, object, callback=None, /)\n--\n\nA proxy that does not keep its object alive."},
    {NULL},
};

static int
weakref_exec(PyObject *module)
{
    return PyModule_AddObjectRef(module, "ref", (PyObject *)&_PyWeakref_RefType) < 0
                || PyModule_AddObjectRef(module, "ReferenceType", (PyObject *)&_PyWeakref_RefType) < 0
                || PyModule_AddObjectRef(module, "ProxyType", (PyObject *)&_PyWeakref_ProxyType) < 0
                || PyModule_AddObjectRef(module, "CallableProxyType", (PyObject *)&_PyWeakref_CallableProxyType) < 0
             ? -1
             : 0;
}

static PyModuleDef_Slot weakref_slots[] = {{Py_mod_exec, weakref_exec}, {0, NULL}};

static struct PyModuleDef weakref_module = {
    PyModuleDef_HEAD_INIT,        .m_name = "_weakref",     .m_doc = "Weak references.",
    .m_methods = weakref_methods, .m_slots = weakref_slots,
};

PyMODINIT_FUNC
PyInit__weakref(void)
{
    return PyModuleDef_Init(&weakref_module);
}
