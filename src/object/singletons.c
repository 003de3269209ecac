/* object/singletons.c - None, NotImplemented and Ellipsis, and their types.
 *
 * Invariant  each is counted loosely: its count starts at OU_LOOSE_COUNT, and should it ever fall to 0 it
 *            starts there again. */
#include "object/state.h"

/* tp_dealloc of the three: they never go. */
static void
singleton_dealloc(PyObject *self)
{
    Py_SET_REFCNT(self, OU_LOOSE_COUNT);
}

static int
takes_no_arguments(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) == 0 && (kwargs == NULL || PyDict_GET_SIZE(kwargs) == 0)) {
        return 0;
    }
    const char *dot = strrchr(type->tp_name, '.');
    PyErr_Format(PyExc_TypeError, "%s takes no arguments", dot == NULL ? type->tp_name : dot + 1);
    return -1;
}

/* ---- None ---------------------------------------------------------------------------------------------- */

static PyObject *
none_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    return takes_no_arguments(type, args, kwargs) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
none_repr(PyObject *Py_UNUSED(self))
{
    return PyUnicode_FromString("None");
}

static int
none_bool(PyObject *Py_UNUSED(self))
{
    return 0;
}

static PyNumberMethods none_as_number = {.nb_bool = none_bool};

PyTypeObject _PyNone_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "NoneType",
    .tp_basicsize = sizeof(PyObject),
    .tp_dealloc = singleton_dealloc,
    .tp_repr = none_repr,
    .tp_as_number = &none_as_number,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = none_new,
};

PyObject _Py_NoneStruct = {OU_LOOSE_COUNT, &_PyNone_Type};

/* ---- NotImplemented ------------------------------------------------------------------------------------ */

static PyObject *
notimplemented_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    return takes_no_arguments(type, args, kwargs) < 0 ? NULL : Py_NewRef(Py_NotImplemented);
}

static PyObject *
notimplemented_repr(PyObject *Py_UNUSED(self))
{
    return PyUnicode_FromString("NotImplemented");
}

static PyObject *
notimplemented_reduce(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(ignored))
{
    return PyUnicode_FromString("NotImplemented");
}

static int
notimplemented_bool(PyObject *Py_UNUSED(self))
{
    static const char text[] = "NotImplemented should not be used in a boolean context";
    return PyErr_WarnEx(PyExc_DeprecationWarning, text, 1) < 0 ? -1 : 1;
}

static PyNumberMethods notimplemented_as_number = {.nb_bool = notimplemented_bool};

static PyMethodDef notimplemented_methods[] = {
    {"__reduce__", notimplemented_reduce, METH_NOARGS, NULL},
    {NULL},
};

PyTypeObject _PyNotImplemented_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "NotImplementedType",
    .tp_basicsize = sizeof(PyObject),
    .tp_dealloc = singleton_dealloc,
    .tp_repr = notimplemented_repr,
    .tp_as_number = &notimplemented_as_number,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_methods = notimplemented_methods,
    .tp_new = notimplemented_new,
};

PyObject _Py_NotImplementedStruct = {OU_LOOSE_COUNT, &_PyNotImplemented_Type};

/* ---- Ellipsis ------------------------------------------------------------------------------------------ */

static PyObject *
ellipsis_new(PyTypeObject *Py_UNUSED(type), PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) > 0 || (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0)) {
        PyErr_SetString(PyExc_TypeError, "EllipsisType takes no arguments");
        return NULL;
    }
    return Py_NewRef(Py_Ellipsis);
}

static PyObject *
ellipsis_repr(PyObject *Py_UNUSED(self))
{
    return PyUnicode_FromString("Ellipsis");
}

static PyObject *
ellipsis_reduce(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(ignored))
{
    return PyUnicode_FromString("Ellipsis");
}

static PyMethodDef ellipsis_methods[] = {
    {"__reduce__", ellipsis_reduce, METH_NOARGS, NULL},
    {NULL},
};

PyTypeObject PyEllipsis_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "ellipsis",
    .tp_basicsize = sizeof(PyObject),
    .tp_dealloc = singleton_dealloc,
    .tp_repr = ellipsis_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_methods = ellipsis_methods,
    .tp_new = ellipsis_new,
};

PyObject _Py_EllipsisObject = {OU_LOOSE_COUNT, &PyEllipsis_Type};
