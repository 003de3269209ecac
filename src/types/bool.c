/* types/bool.c - True and False.
 *
 * Owns       the two objects: static, counted loosely.
 * Invariant  there are no other instances and no subclasses; each is an int of one digit.
 * Not here   their arithmetic, which is int's (int.c). */
#include "object/state.h"

PyLongObject _Py_FalseStruct = {
    .ob_base = {.ob_base = {.ob_refcnt = OU_LOOSE_COUNT, .ob_type = &PyBool_Type}, .ob_size = 0},
    .ob_digit = {0},
};
PyLongObject _Py_TrueStruct = {
    .ob_base = {.ob_base = {.ob_refcnt = OU_LOOSE_COUNT, .ob_type = &PyBool_Type}, .ob_size = 1},
    .ob_digit = {1},
};

/* True or False.  Refs new. */
PyObject *
PyBool_FromLong(long value)
{
    return Py_NewRef(value ? Py_True : Py_False);
}

int(Py_IsTrue)(PyObject *op)
{
    return op == Py_True;
}

int(Py_IsFalse)(PyObject *op)
{
    return op == Py_False;
}

static PyObject *
bool_of(PyObject *op)
{
    int truth = PyObject_IsTrue(op);
    return truth < 0 ? NULL : PyBool_FromLong(truth);
}

static PyObject *
bool_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (!_PyArg_NoKeywords("bool", kwargs) || !_PyArg_CheckPositional("bool", PyTuple_GET_SIZE(args), 0, 1)) {
        return NULL;
    }
    return PyTuple_GET_SIZE(args) == 0 ? Py_NewRef(Py_False) : bool_of(PyTuple_GET_ITEM(args, 0));
}

static PyObject *
bool_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Py_ssize_t n_args = PyVectorcall_NARGS(nargsf);
    if (!_PyArg_NoKwnames("bool", kwnames) || !_PyArg_CheckPositional("bool", n_args, 0, 1)) {
        return NULL;
    }
    return n_args == 0 ? Py_NewRef(Py_False) : bool_of(args[0]);
}

/* Somebody dropped more references than the start gave: begin anew. */
static void
bool_dealloc(PyObject *self)
{
    Py_SET_REFCNT(self, OU_LOOSE_COUNT);
}

static PyObject *
bool_repr(PyObject *self)
{
    return Py_NewRef(self == Py_True ? OU_STR(True) : OU_STR(False));
}

static PyObject *
bool_and(PyObject *a, PyObject *b)
{
    if (!PyBool_Check(a) || !PyBool_Check(b)) {
        return PyLong_Type.tp_as_number->nb_and(a, b);
    }
    return PyBool_FromLong((a == Py_True) & (b == Py_True));
}

static PyObject *
bool_or(PyObject *a, PyObject *b)
{
    if (!PyBool_Check(a) || !PyBool_Check(b)) {
        return PyLong_Type.tp_as_number->nb_or(a, b);
    }
    return PyBool_FromLong((a == Py_True) | (b == Py_True));
}

static PyObject *
bool_xor(PyObject *a, PyObject *b)
{
    if (!PyBool_Check(a) || !PyBool_Check(b)) {
        return PyLong_Type.tp_as_number->nb_xor(a, b);
    }
    return PyBool_FromLong((a == Py_True) ^ (b == Py_True));
}

static PyNumberMethods bool_number = {
    .nb_and = bool_and,
    .nb_xor = bool_xor,
    .nb_or = bool_or,
};

PyTypeObject PyBool_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "bool",
    .tp_basicsize = sizeof(PyLongObject),
    .tp_itemsize = sizeof(digit),
    .tp_dealloc = bool_dealloc,
    .tp_repr = bool_repr,
    .tp_as_number = &bool_number,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_LONG_SUBCLASS | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = "bool(x) -> bool\n\nTrue if x is true, else False.  There are no other instances, and no subclasses.",
    .tp_base = &PyLong_Type,
    .tp_new = bool_new,
    .tp_vectorcall = bool_vectorcall,
};
