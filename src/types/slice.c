/* types/slice.c - slice objects, and turning them into indexes.
 *
 * Owns       start, stop and step, which are never NULL.
 * Invariant  PySlice_Unpack's results are clipped to Py_ssize_t so that PySlice_AdjustIndices cannot
 *            overflow.
 * Not here   Ellipsis (object/). */
#include "object/hold.h"
#include "object/walk.h"
#include "object/alloc.h"
#include "types/tuple.h"
#include <structmember.h>

#define SLICE(op) ((PySliceObject *)(op))

/* ---- making --------------------------------------------------------------------------------- */

/* Takes the three references. */
static PyObject *
slice_of(PyObject *start, PyObject *stop, PyObject *step)
{
    PySliceObject *slice = (PySliceObject *)ou_gc_new_fast(&PySlice_Type, sizeof(PySliceObject));
    if (slice == NULL) {
        Py_DECREF(start);
        Py_DECREF(stop);
        Py_DECREF(step);
        return NULL;
    }
    slice->start = start;
    slice->stop = stop;
    slice->step = step;
    ou_gc_track((PyObject *)slice);
    return (PyObject *)slice;
}

PyObject *
PySlice_New(PyObject *start, PyObject *stop, PyObject *step)
{
    return slice_of(Py_NewRef(start == NULL ? Py_None : start), Py_NewRef(stop == NULL ? Py_None : stop),
                    Py_NewRef(step == NULL ? Py_None : step));
}

PyObject *
_PySlice_FromIndices(Py_ssize_t start, Py_ssize_t stop)
{
    PyObject *first = PyLong_FromSsize_t(start), *last = PyLong_FromSsize_t(stop);
    if (first == NULL || last == NULL) {
        Py_XDECREF(first);
        Py_XDECREF(last);
        return NULL;
    }
    return slice_of(first, last, Py_NewRef(Py_None));
}

OU_WALKER(slice)
{
    OU_EDGE_OF(SLICE(self), start);
    OU_EDGE_OF(SLICE(self), stop);
    OU_EDGE_OF(SLICE(self), step);
    return 0;
}

static void
slice_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(SLICE(self)->step);
    Py_CLEAR(SLICE(self)->start);
    Py_CLEAR(SLICE(self)->stop);
    ou_gc_free_fast(self, sizeof(PySliceObject));
}

static PyObject *
slice_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    if (!_PyArg_NoKeywords("slice", kwargs) || !_PyArg_CheckPositional("slice", nargs, 1, 3)) {
        return NULL;
    }
    if (nargs == 1) {
        return PySlice_New(NULL, PyTuple_GET_ITEM(args, 0), NULL);
    }
    return PySlice_New(PyTuple_GET_ITEM(args, 0), PyTuple_GET_ITEM(args, 1), nargs == 3 ? PyTuple_GET_ITEM(args, 2) : NULL);
}

/* ---- indexes that fit Py_ssize_t ------------------------------------------------------------ */

/* A slice index, clipped.  Returns 1, or 0 with TypeError set and *out unchanged.  RE-ENTRANT. */
static int
index_clipped(PyObject *value, Py_ssize_t *out, const char *message)
{
    if (!PyIndex_Check(value)) {
        PyErr_SetString(PyExc_TypeError, message);
        return 0;
    }
    Py_ssize_t index = PyNumber_AsSsize_t(value, NULL);
    if (index == -1 && ou_error_occurred() != NULL) {
        return 0;
    }
    *out = index;
    return 1;
}

int
_PyEval_SliceIndex(PyObject *value, Py_ssize_t *out)
{
    if (value == Py_None) {
        return 1;
    }
    return index_clipped(value, out, "slice indices must be integers or None or have an __index__ method");
}

int
_PyEval_SliceIndexNotNone(PyObject *value, Py_ssize_t *out)
{
    return index_clipped(value, out, "slice indices must be integers or have an __index__ method");
}

/* start, stop and step for any length, clipped.  Returns 0, or -1 with an error set.  RE-ENTRANT: whoever
 * keeps a length takes it afterwards. */
int
PySlice_Unpack(PyObject *self, Py_ssize_t *start, Py_ssize_t *stop, Py_ssize_t *step)
{
    PySliceObject *slice = SLICE(self);
    *step = 1;
    if (!_PyEval_SliceIndex(slice->step, step)) {
        return -1;
    }
    if (*step == 0) {
        PyErr_SetString(PyExc_ValueError, "slice step cannot be zero");
        return -1;
    }
    *step = Py_MAX(*step, -PY_SSIZE_T_MAX); /* so that -step exists */
    *start = *step < 0 ? PY_SSIZE_T_MAX : 0;
    *stop = *step < 0 ? PY_SSIZE_T_MIN : PY_SSIZE_T_MAX;
    return _PyEval_SliceIndex(slice->start, start) && _PyEval_SliceIndex(slice->stop, stop) ? 0 : -1;
}

static Py_ssize_t
clamp_index(Py_ssize_t index, Py_ssize_t length, Py_ssize_t step)
{
    if (index < 0) {
        index += length;
        return index >= 0 ? index : step < 0 ? -1 : 0;
    }
    return index < length ? index : step < 0 ? length - 1 : length;
}

/* Clip to a length.  Returns how many items the slice has. */
Py_ssize_t
PySlice_AdjustIndices(Py_ssize_t length, Py_ssize_t *start, Py_ssize_t *stop, Py_ssize_t step)
{
    *start = clamp_index(*start, length, step);
    *stop = clamp_index(*stop, length, step);
    if (step < 0) {
        return *stop < *start ? (*start - *stop - 1) / -step + 1 : 0;
    }
    return *start < *stop ? (*stop - *start - 1) / step + 1 : 0;
}

int(PySlice_GetIndicesEx)(PyObject *self, Py_ssize_t length, Py_ssize_t *start, Py_ssize_t *stop, Py_ssize_t *step,
                          Py_ssize_t *n)
{
    if (PySlice_Unpack(self, start, stop, step) < 0) {
        return -1;
    }
    *n = PySlice_AdjustIndices(length, start, stop, *step);
    return 0;
}

/* The old form: no clipping, exact ints alone. */
int
PySlice_GetIndices(PyObject *self, Py_ssize_t length, Py_ssize_t *start, Py_ssize_t *stop, Py_ssize_t *step)
{
    PyObject *fields[] = {SLICE(self)->step, SLICE(self)->start, SLICE(self)->stop};
    Py_ssize_t *out[] = {step, start, stop};
    for (int i = 0; i < 3; i++) {
        if (fields[i] == Py_None) {
            *out[i] = i == 0 ? 1 : (i == 1) == (*step >= 1) ? 0 : i == 1 ? length - 1 : *step < 1 ? -1 : length;
            continue;
        }
        if (!PyLong_Check(fields[i])) {
            return -1;
        }
        *out[i] = PyLong_AsSsize_t(fields[i]);
        if (i > 0 && *out[i] < 0) {
            *out[i] += length;
        }
    }
    return *stop > length || *start >= length || *step == 0 ? -1 : 0;
}

/* ---- indexes of any size -------------------------------------------------------------------- */

/* The index as an int.  Refs new.  RE-ENTRANT. */
static PyObject *
index_as_int(PyObject *value)
{
    if (PyIndex_Check(value)) {
        return PyNumber_Index(value);
    }
    PyErr_SetString(PyExc_TypeError, "slice indices must be integers or None or have an __index__ method");
    return NULL;
}

/* a < b for ints: 1, 0, -1. */
static int
int_less(PyObject *a, PyObject *b)
{
    return PyObject_RichCompareBool(a, b, Py_LT);
}

/* start or stop: from the end if negative, clipped to [lower, upper].  Refs new.  RE-ENTRANT. */
static PyObject *
bound_of(PyObject *value, PyObject *length, PyObject *lower, PyObject *upper, PyObject *if_none)
{
    if (value == Py_None) {
        return Py_NewRef(if_none);
    }
    PyObject *index = index_as_int(value);
    if (index == NULL) {
        return NULL;
    }
    bool negative = _PyLong_Sign(index) < 0;
    if (negative) {
        Py_SETREF(index, PyNumber_Add(index, length));
        if (index == NULL) {
            return NULL;
        }
    }
    PyObject *limit = negative ? lower : upper;
    int beyond = negative ? int_less(index, lower) : int_less(upper, index);
    if (beyond != 0) {
        Py_SETREF(index, beyond < 0 ? NULL : Py_NewRef(limit));
    }
    return index;
}

/* slice.indices() of an int length >= 0 of any size.  Returns 0 with three new references, or -1.
 * RE-ENTRANT. */
int
_PySlice_GetLongIndices(PySliceObject *slice, PyObject *length, PyObject **start, PyObject **stop, PyObject **step)
{
    PyObject *lower = NULL, *upper = NULL;
    int status = -1;
    *start = *stop = *step = NULL;
    OU_HOLD(hold, start, stop, step, &lower, &upper);
    *step = slice->step == Py_None ? PyLong_FromLong(1) : index_as_int(slice->step);
    int sign = *step == NULL ? 0 : _PyLong_Sign(*step);
    if (*step != NULL && sign == 0) {
        PyErr_SetString(PyExc_ValueError, "slice step cannot be zero");
    }
    if (sign > 0) {
        lower = PyLong_FromLong(0);
        upper = Py_NewRef(length);
    }
    else if (sign < 0) {
        lower = PyLong_FromLong(-1);
        upper = lower == NULL ? NULL : PyNumber_Add(length, lower);
    }
    if (lower != NULL && upper != NULL) {
        *start = bound_of(slice->start, length, lower, upper, sign < 0 ? upper : lower);
        if (*start != NULL) {
            *stop = bound_of(slice->stop, length, lower, upper, sign < 0 ? lower : upper);
        }
        status = *stop == NULL ? -1 : 0;
    }
    if (status < 0) {
        Py_CLEAR(*start);
        Py_CLEAR(*stop);
        Py_CLEAR(*step);
    }
    Py_CLEAR(lower);
    Py_CLEAR(upper);
    OU_HOLD_END(hold);
    return status;
}

static PyObject *
slice_indices(PyObject *self, PyObject *arg)
{
    PyObject *length = PyNumber_Index(arg), *start, *stop, *step;
    if (length == NULL) {
        return NULL;
    }
    int status = -1;
    if (_PyLong_Sign(length) < 0) {
        PyErr_SetString(PyExc_ValueError, "length should not be negative");
    }
    else {
        OU_HOLD(hold, &length);
        status = _PySlice_GetLongIndices(SLICE(self), length, &start, &stop, &step);
        OU_HOLD_END(hold);
    }
    Py_DECREF(length);
    return status < 0 ? NULL : Py_BuildValue("(NNN)", start, stop, step);
}

/* ---- comparing, showing --------------------------------------------------------------------- */

static PyObject *
slice_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!PySlice_Check(self) || !PySlice_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (self == other) { /* as equal tuples, without asking the parts */
        return PyBool_FromLong(op == Py_EQ || op == Py_LE || op == Py_GE);
    }
    PyObject *a = PyTuple_Pack(3, SLICE(self)->start, SLICE(self)->stop, SLICE(self)->step);
    PyObject *b = PyTuple_Pack(3, SLICE(other)->start, SLICE(other)->stop, SLICE(other)->step);
    PyObject *result = NULL;
    if (a != NULL && b != NULL) {
        OU_HOLD(hold, &a, &b);
        result = PyObject_RichCompare(a, b, op);
        OU_HOLD_END(hold);
    }
    Py_XDECREF(a);
    Py_XDECREF(b);
    return result;
}

static PyObject *
slice_repr(PyObject *self)
{
    return PyUnicode_FromFormat("slice(%R, %R, %R)", SLICE(self)->start, SLICE(self)->stop, SLICE(self)->step);
}

static PyObject *
slice_reduce(PyObject *self, PyObject *ignored)
{
    return Py_BuildValue("O(OOO)", Py_TYPE(self), SLICE(self)->start, SLICE(self)->stop, SLICE(self)->step);
}

static PyMemberDef slice_members[] = {
    {"start", T_OBJECT, offsetof(PySliceObject, start), READONLY},
    {"stop", T_OBJECT, offsetof(PySliceObject, stop), READONLY},
    {"step", T_OBJECT, offsetof(PySliceObject, step), READONLY},
    {NULL},
};

static PyMethodDef slice_methods[] = {
    {"indices", slice_indices, METH_O,
     "S.indices(len) -> (start, stop, stride)\n\nThe indexes that S means in a sequence of this length."},
    {"__reduce__", slice_reduce, METH_NOARGS, "State for pickling."},
    {NULL},
};

PyTypeObject PySlice_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "slice",
    .tp_basicsize = sizeof(PySliceObject),
    .tp_dealloc = slice_dealloc,
    .tp_repr = slice_repr,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "slice(stop)\nslice(start, stop[, step])\n\nThe indexes of a[start:stop:step].",
    .tp_traverse = slice_traverse,
    .tp_richcompare = slice_richcompare,
    .tp_methods = slice_methods,
    .tp_members = slice_members,
    .tp_new = slice_new,
    .tp_free = PyObject_GC_Del,
};
