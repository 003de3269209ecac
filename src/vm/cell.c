/* vm/cell.c - the box a closure variable lives in.
 *
 * Owns       at most one reference, `ob_ref`; NULL means "not assigned yet".
 * Invariant  a tracked cell is safe to traverse at any moment, so `ob_ref` is set before ou_gc_track() and emptied
 *            before it is released. */

#include "vm/vm.h"

OU_WALKER(cell)
{
    OU_EDGE(PyCell_GET(self), OU_EDGE_FIELD, "cell_contents", -1);
    return 0;
}

PyObject *
PyCell_New(PyObject *value)
{
    PyObject *self = ou_gc_new_fast(&PyCell_Type, sizeof(PyCellObject));
    if (self == NULL) {
        return NULL;
    }
    PyCell_SET(self, Py_XNewRef(value));
    ou_gc_track(self); /* last: now it is whole */
    return self;
}

/* Contents, new, or NULL (without an error if empty). */
PyObject *
PyCell_Get(PyObject *cell)
{
    if (!PyCell_Check(cell)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return Py_XNewRef(PyCell_GET(cell));
}

int
PyCell_Set(PyObject *cell, PyObject *value)
{
    if (!PyCell_Check(cell)) {
        PyErr_BadInternalCall();
        return -1;
    }
    PyObject *old = PyCell_GET(cell);
    PyCell_SET(cell, Py_XNewRef(value));
    Py_XDECREF(old);
    return 0;
}

static int
cell_clear(PyObject *self)
{
    PyObject *old = PyCell_GET(self);
    PyCell_SET(self, NULL);
    Py_XDECREF(old);
    return 0;
}

static void
cell_dealloc(PyObject *self)
{
    ou_gc_untrack(self); /* first: no collection may see a dying cell */
    cell_clear(self);    /* may run __del__, so nothing below reads ob_ref */
    ou_gc_free_fast(self, sizeof(PyCellObject));
}

static PyObject *
cell_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *value = NULL;
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0) {
        PyErr_SetString(PyExc_TypeError, "cell() takes no keyword arguments");
        return NULL;
    }
    if (!PyArg_UnpackTuple(args, "cell", 0, 1, &value)) {
        return NULL;
    }
    return PyCell_New(value);
}

/* Compared by contents; an empty cell comes first. */
static PyObject *
cell_richcompare(PyObject *a, PyObject *b, int op)
{
    if (!PyCell_Check(a) || !PyCell_Check(b)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    a = PyCell_GET(a);
    b = PyCell_GET(b);
    if (a != NULL && b != NULL) {
        Py_INCREF(a);
        Py_INCREF(b);
        OU_HOLD(h, &a, &b);
        PyObject *result = PyObject_RichCompare(a, b, op);
        OU_HOLD_END(h);
        Py_DECREF(a);
        Py_DECREF(b);
        return result;
    }
    Py_RETURN_RICHCOMPARE(b == NULL, a == NULL, op);
}

static PyObject *
cell_repr(PyObject *self)
{
    PyObject *value = PyCell_GET(self);
    if (value == NULL) {
        return PyUnicode_FromFormat("<cell at %p: empty>", self);
    }
    return PyUnicode_FromFormat("<cell at %p: %.80s object at %p>", self, Py_TYPE(value)->tp_name, value);
}

static PyObject *
cell_get_contents(PyObject *self, void *unused)
{
    if (PyCell_GET(self) == NULL) {
        PyErr_SetString(PyExc_ValueError, "Cell is empty");
        return NULL;
    }
    return Py_NewRef(PyCell_GET(self));
}

static int
cell_set_contents(PyObject *self, PyObject *value, void *unused)
{
    return PyCell_Set(self, value);
}

static PyGetSetDef cell_getset[] = {
    {"cell_contents", cell_get_contents, cell_set_contents, NULL, NULL},
    {NULL},
};

PyTypeObject PyCell_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "cell",
    .tp_basicsize = sizeof(PyCellObject),
    .tp_dealloc = cell_dealloc,
    .tp_repr = cell_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "cell([contents])\n--\n\nThe box of a variable that an inner function shares.",
    .tp_traverse = cell_traverse,
    .tp_clear = cell_clear,
    .tp_richcompare = cell_richcompare,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getset = cell_getset,
    .tp_new = cell_new,
};
