/* modules/_functools/functools.c - module _functools: reduce and cmp_to_key; partial and lru_cache lie beside it.
 *
 * Owns       a key its comparison function and its value.
 * Invariant  a key without a value is the factory that makes keys.
 * Source     Library Reference, functools. */
#include "modules/_functools/functools.h"

#include <structmember.h>

#include "object/alloc.h"
#include "object/args.h"
#include "object/hold.h"
#include "object/walk.h"

/* ---- cmp_to_key --------------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *cmp; /* owned */
    PyObject *obj; /* owned; NULL: a factory */
} CmpKey;

OU_WALKER(cmp_key)
{
    OU_EDGE_OF((CmpKey *)self, cmp);
    OU_EDGE_OF((CmpKey *)self, obj);
    return 0;
}

static int
cmp_key_clear(PyObject *self)
{
    Py_CLEAR(((CmpKey *)self)->cmp);
    Py_CLEAR(((CmpKey *)self)->obj);
    return 0;
}

static void
cmp_key_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    cmp_key_clear(self);
    ou_gc_free(self);
}

static PyObject *
cmp_key_new(PyObject *cmp, PyObject *obj)
{
    PyObject *self = ou_gc_new(&ou_cmp_key_type);
    if (self != NULL) {
        ((CmpKey *)self)->cmp = Py_XNewRef(cmp);
        ((CmpKey *)self)->obj = Py_XNewRef(obj);
        ou_gc_track(self);
    }
    return self;
}

static PyObject *
cmp_key_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"K", {"obj"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *obj;
    return ou_args_parse_tuple(&params, args, kwargs, &obj) < 0 ? NULL : cmp_key_new(((CmpKey *)self)->cmp, obj);
}

/* RE-ENTRANT: calls the comparison function, and compares what it returns with 0. */
static PyObject *
cmp_key_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!Py_IS_TYPE(other, &ou_cmp_key_type)) {
        PyErr_SetString(PyExc_TypeError, "other argument must be K instance");
        return NULL;
    }
    PyObject *cmp = ((CmpKey *)self)->cmp, *x = ((CmpKey *)self)->obj, *y = ((CmpKey *)other)->obj;
    if (x == NULL || y == NULL) {
        PyErr_SetString(PyExc_AttributeError, x == NULL ? "object" : "other");
        return NULL;
    }
    Py_INCREF(cmp);
    Py_INCREF(x);
    Py_INCREF(y);
    PyObject *order = NULL, *result = NULL, *args[3] = {NULL, x, y};
    OU_HOLD(hold, &cmp, &x, &y, &order);
    order = PyObject_Vectorcall(cmp, args + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    if (order != NULL) {
        PyObject *zero = PyLong_FromLong(0);
        result = zero == NULL ? NULL : PyObject_RichCompare(order, zero, op);
        Py_XDECREF(zero);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(order);
    Py_DECREF(cmp);
    Py_DECREF(x);
    Py_DECREF(y);
    return result;
}

static PyMemberDef cmp_key_members[] = {
    {"obj", T_OBJECT, offsetof(CmpKey, obj), 0, "Value wrapped by a key function."},
    {NULL},
};

PyTypeObject ou_cmp_key_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "functools.KeyWrapper",
    .tp_basicsize = sizeof(CmpKey),
    .tp_dealloc = cmp_key_dealloc,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_call = cmp_key_call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = cmp_key_traverse,
    .tp_clear = cmp_key_clear,
    .tp_richcompare = cmp_key_richcompare,
    .tp_members = cmp_key_members,
};

static PyObject *
functools_cmp_to_key(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"cmp_to_key", {"mycmp"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *cmp;
    return ou_args_parse(&params, args, (size_t)n_args, kwnames, &cmp) < 0 ? NULL : cmp_key_new(cmp, NULL);
}

/* ---- reduce ------------------------------------------------------------------------------------------------------- */

/* RE-ENTRANT: each step calls the function and the iterator. */
static PyObject *
functools_reduce(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("reduce", n_args, 2, 3)) {
        return NULL;
    }
    PyObject *function = args[0], *result = n_args > 2 ? Py_NewRef(args[2]) : NULL, *item = NULL;
    PyObject *iter = PyObject_GetIter(args[1]);
    if (iter == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_SetString(PyExc_TypeError, "reduce() arg 2 must support iteration");
        }
        Py_XDECREF(result);
        return NULL;
    }
    OU_HOLD(hold, &iter, &result, &item);
    while ((item = PyIter_Next(iter)) != NULL) {
        if (result == NULL) {
            result = item;
            item = NULL;
            continue;
        }
        PyObject *pair[3] = {NULL, result, item};
        PyObject *next = PyObject_Vectorcall(function, pair + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
        Py_CLEAR(item);
        Py_SETREF(result, next);
        if (result == NULL) {
            break;
        }
    }
    OU_HOLD_END(hold);
    Py_DECREF(iter);
    if (PyErr_Occurred()) {
        Py_CLEAR(result);
    }
    else if (result == NULL) {
        PyErr_SetString(PyExc_TypeError, "reduce() of empty iterable with no initial value");
    }
    return result;
}

/* ---- the module --------------------------------------------------------------------------------------------------- */

static int
functools_exec(PyObject *module)
{
    return PyModule_AddObjectRef(module, "partial", (PyObject *)&ou_partial_type) < 0
                || PyModule_AddObjectRef(module, "_lru_cache_wrapper", (PyObject *)&ou_lru_wrapper_type) < 0
             ? -1
             : 0;
}

static PyMethodDef functools_methods[] = {
    {"reduce", (PyCFunction)(void (*)(void))functools_reduce, METH_FASTCALL,
     "reduce(function, iterable[, initial]) -> value\n\nFold the items of iterable, from the left, by a function of two."},
    {"cmp_to_key", (PyCFunction)(void (*)(void))functools_cmp_to_key, METH_FASTCALL | METH_KEYWORDS,
     "cmp_to_key($module, /, mycmp)\n--\n\nConvert a cmp= function into a key= function."},
    {NULL},
};

static PyModuleDef_Slot functools_slots[] = {{Py_mod_exec, functools_exec}, {0, NULL}};

static PyModuleDef functools_module = {
    PyModuleDef_HEAD_INIT,          .m_name = "_functools",     .m_doc = "Tools that operate on functions.",
    .m_methods = functools_methods, .m_slots = functools_slots,
};

PyMODINIT_FUNC
PyInit__functools(void)
{
    return PyModuleDef_Init(&functools_module);
}
