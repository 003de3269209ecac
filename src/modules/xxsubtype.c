/* modules/xxsubtype.c - module xxsubtype: classes derived in C from list and dict, for tests of such classes.
 *
 * Owns       nothing: the classes lie in the module's namespace.
 * Source     what CPython 3.11's test_descr expects of it. */
#include <Python.h>
#include <structmember.h>
#include <time.h>

#include "base/base.h"

typedef struct {
    PyListObject list;
    int state;
} SpamList;

typedef struct {
    PyDictObject dict;
    int state;
} SpamDict;

/* ---- spamlist ------------------------------------------------------------------------------------------------------ */

static PyObject *
spamlist_getstate(PyObject *self, PyObject *args)
{
    return PyArg_ParseTuple(args, ":getstate") ? PyLong_FromLong(((SpamList *)self)->state) : NULL;
}

static PyObject *
spamlist_setstate(PyObject *self, PyObject *args)
{
    int state;
    if (!PyArg_ParseTuple(args, "i:setstate", &state)) {
        return NULL;
    }
    ((SpamList *)self)->state = state;
    Py_RETURN_NONE;
}

/* classmeth() and staticmeth(): what they were called with. */
static PyObject *
spamlist_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return PyTuple_Pack(3, self != NULL ? self : Py_None, args, kwargs != NULL ? kwargs : Py_None);
}

static int
spamlist_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    ((SpamList *)self)->state = 0;
    return PyList_Type.tp_init(self, args, kwargs);
}

static PyObject *
spamlist_get_state(PyObject *self, void *closure)
{
    return PyLong_FromLong(((SpamList *)self)->state);
}

#define WITH_KEYWORDS(function) (PyCFunction)(void (*)(void))(function), METH_VARARGS | METH_KEYWORDS
static PyMethodDef spamlist_methods[] = {
    {"getstate", spamlist_getstate, METH_VARARGS, "getstate() -> state"},
    {"setstate", spamlist_setstate, METH_VARARGS, "setstate(state)"},
    {"classmeth", WITH_KEYWORDS(spamlist_call) | METH_CLASS, "classmeth(*args, **kw)"},
    {"staticmeth", WITH_KEYWORDS(spamlist_call) | METH_STATIC, "staticmeth(*args, **kw)"},
    {NULL},
};

static PyGetSetDef spamlist_getset[] = {
    {"state", spamlist_get_state, NULL, "the number that setstate() sets", NULL},
    {NULL},
};

/* ---- spamdict ------------------------------------------------------------------------------------------------------ */

static PyObject *
spamdict_getstate(PyObject *self, PyObject *args)
{
    return PyArg_ParseTuple(args, ":getstate") ? PyLong_FromLong(((SpamDict *)self)->state) : NULL;
}

static PyObject *
spamdict_setstate(PyObject *self, PyObject *args)
{
    int state;
    if (!PyArg_ParseTuple(args, "i:setstate", &state)) {
        return NULL;
    }
    ((SpamDict *)self)->state = state;
    Py_RETURN_NONE;
}

static int
spamdict_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    ((SpamDict *)self)->state = 0;
    return PyDict_Type.tp_init(self, args, kwargs);
}

static PyMethodDef spamdict_methods[] = {
    {"getstate", spamdict_getstate, METH_VARARGS, "getstate() -> state"},
    {"setstate", spamdict_setstate, METH_VARARGS, "setstate(state)"},
    {NULL},
};

static PyMemberDef spamdict_members[] = {
    {"state", T_INT, offsetof(SpamDict, state), READONLY, "the number that setstate() sets"},
    {NULL},
};

/* ---- the module ---------------------------------------------------------------------------------------------------- */

/* bench(obj, name, n=1): seconds of processor time that n readings of an attribute take. */
static PyObject *
spam_bench(PyObject *module, PyObject *args)
{
    PyObject *obj, *name;
    int n = 1;
    if (!PyArg_ParseTuple(args, "OU|i", &obj, &name, &n)) {
        return NULL;
    }
    clock_t start = clock();
    for (; n > 0; n--) {
        PyObject *value = PyObject_GetAttr(obj, name);
        if (value == NULL) {
            return NULL;
        }
        Py_DECREF(value);
    }
    return PyFloat_FromDouble((double)(clock() - start) / CLOCKS_PER_SEC);
}

static PyMethodDef spam_methods[] = {
    {"bench", spam_bench, METH_VARARGS, NULL},
    {NULL},
};

static int
add_class(PyObject *module, PyTypeObject *base, PyType_Spec *spec)
{
    PyObject *type = PyType_FromModuleAndSpec(module, spec, (PyObject *)base);
    int status = type == NULL ? -1 : PyModule_AddType(module, (PyTypeObject *)type);
    Py_XDECREF(type);
    return status;
}

static int
spam_exec(PyObject *module)
{
    static PyType_Slot list_slots[] = {
        {Py_tp_init, spamlist_init}, {Py_tp_methods, spamlist_methods}, {Py_tp_getset, spamlist_getset}, {0, NULL}};
    static PyType_Slot dict_slots[] = {
        {Py_tp_init, spamdict_init}, {Py_tp_methods, spamdict_methods}, {Py_tp_members, spamdict_members}, {0, NULL}};
    static PyType_Spec list_spec = {
        .name = "xxsubtype.spamlist",
        .basicsize = sizeof(SpamList),
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
        .slots = list_slots,
    };
    static PyType_Spec dict_spec = {
        .name = "xxsubtype.spamdict",
        .basicsize = sizeof(SpamDict),
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
        .slots = dict_slots,
    };
    return add_class(module, &PyList_Type, &list_spec) < 0 ? -1 : add_class(module, &PyDict_Type, &dict_spec);
}

static PyModuleDef_Slot spam_slots[] = {{Py_mod_exec, spam_exec}, {0, NULL}};

static PyModuleDef spam_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "xxsubtype",
    .m_doc = "Classes derived in C from list and dict; test_descr needs them.",
    .m_methods = spam_methods,
    .m_slots = spam_slots,
};

PyMODINIT_FUNC
PyInit_xxsubtype(void)
{
    return PyModuleDef_Init(&spam_module);
}
