/* types/range.c - range: an arithmetic sequence of ints of any size.
 *
 * Owns       start, stop, step and length, exact ints, computed once.
 * Invariant  step is not 0; length is right; ranges never change.
 * Not here   its iterators (range_iter.c). */
#include "types/range.h"
#include "object/hold.h"
#include "object/walk.h"
#include "types/range_internal.h"
#include "types/tuple.h"
#include <structmember.h>

#define RANGE(op) ((OuRange *)(op))

enum { SEARCH_COUNT = 1, SEARCH_INDEX = 2, SEARCH_CONTAINS = 3 }; /* operations of _PySequence_IterSearch */

/* ---- numbers -------------------------------------------------------------------------------- */

bool
ou_range_as_long(PyObject *number, long *out)
{
    int overflow;
    *out = PyLong_AsLongAndOverflow(number, &overflow);
    return overflow == 0;
}

unsigned long
ou_range_len(long start, long stop, long step)
{
    if (step > 0) {
        return start < stop ? ((unsigned long)stop - (unsigned long)start - 1) / (unsigned long)step + 1 : 0;
    }
    return stop < start ? ((unsigned long)start - (unsigned long)stop - 1) / (0UL - (unsigned long)step) + 1 : 0;
}

/* The number of items.  Refs new.  Runs no Python code, as the three are exact ints. */
static PyObject *
compute_length(PyObject *start, PyObject *stop, PyObject *step)
{
    long a, b, c;
    if (ou_range_as_long(start, &a) && ou_range_as_long(stop, &b) && ou_range_as_long(step, &c)) {
        return PyLong_FromUnsignedLong(ou_range_len(a, b, c));
    }
    bool up = _PyLong_Sign(step) > 0;
    PyObject *low = up ? start : stop, *high = up ? stop : start;
    int some = PyObject_RichCompareBool(low, high, Py_LT);
    if (some <= 0) {
        return some < 0 ? NULL : PyLong_FromLong(0);
    }
    /* (high - low - 1) // |step| + 1 */
    PyObject *one = OU_SMALL_INT(1), *distance = PyNumber_Subtract(high, low), *stride = PyNumber_Absolute(step);
    if (distance != NULL) {
        Py_SETREF(distance, PyNumber_Subtract(distance, one));
    }
    if (distance != NULL && stride != NULL) {
        Py_SETREF(distance, PyNumber_FloorDivide(distance, stride));
        if (distance != NULL) {
            Py_SETREF(distance, PyNumber_Add(distance, one));
        }
    }
    else {
        Py_CLEAR(distance);
    }
    Py_XDECREF(stride);
    return distance;
}

/* start + index * step.  Refs new. */
static PyObject *
compute_item(OuRange *range, PyObject *index)
{
    long start, step, at, offset, item;
    if (ou_range_as_long(range->start, &start) && ou_range_as_long(range->step, &step) && ou_range_as_long(index, &at)
        && !__builtin_mul_overflow(at, step, &offset) && !__builtin_add_overflow(start, offset, &item)) {
        return PyLong_FromLong(item);
    }
    PyObject *product = PyNumber_Multiply(index, range->step);
    if (product != NULL) {
        Py_SETREF(product, PyNumber_Add(range->start, product));
    }
    return product;
}

/* ---- life ----------------------------------------------------------------------------------- */

/* Takes the three references, also when it fails. */
PyObject *
ou_range_of(PyObject *start, PyObject *stop, PyObject *step)
{
    PyObject *length = compute_length(start, stop, step);
    OuRange *range = length == NULL ? NULL : (OuRange *)ou_object_new_fast(&PyRange_Type, sizeof(OuRange));
    if (range == NULL) {
        Py_XDECREF(length);
        Py_DECREF(start);
        Py_DECREF(stop);
        Py_DECREF(step);
        return NULL;
    }
    range->start = start;
    range->stop = stop;
    range->step = step;
    range->length = length;
    return (PyObject *)range;
}

OU_WALKER(range)
{
    OU_EDGE_OF(RANGE(self), start);
    OU_EDGE_OF(RANGE(self), stop);
    OU_EDGE_OF(RANGE(self), step);
    OU_EDGE_OF(RANGE(self), length);
    return 0;
}

static void
range_dealloc(PyObject *self)
{
    Py_CLEAR(RANGE(self)->start);
    Py_CLEAR(RANGE(self)->stop);
    Py_CLEAR(RANGE(self)->step);
    Py_CLEAR(RANGE(self)->length);
    ou_object_free_fast(self, sizeof(OuRange));
}

/* range(stop) and range(start, stop[, step]).  RE-ENTRANT: __index__. */
static PyObject *
range_from_args(PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("range", nargs, 1, 3)) {
        return NULL;
    }
    PyObject *start = NULL, *stop = NULL, *step = NULL;
    OU_HOLD(hold, &start, &stop, &step);
    start = nargs == 1 ? Py_NewRef(OU_SMALL_INT(0)) : PyNumber_Index(args[0]);
    stop = start == NULL ? NULL : PyNumber_Index(args[nargs > 1]);
    step = stop == NULL ? NULL : nargs < 3 ? Py_NewRef(OU_SMALL_INT(1)) : PyNumber_Index(args[2]);
    OU_HOLD_END(hold);
    if (step != NULL && _PyLong_Sign(step) == 0) {
        PyErr_SetString(PyExc_ValueError, "range() arg 3 must not be zero");
        Py_CLEAR(step);
    }
    if (step == NULL) {
        Py_XDECREF(start);
        Py_XDECREF(stop);
        return NULL;
    }
    return ou_range_of(start, stop, step);
}

static PyObject *
range_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (!_PyArg_NoKeywords("range", kwargs)) {
        return NULL;
    }
    return range_from_args(((PyTupleObject *)args)->ob_item, PyTuple_GET_SIZE(args));
}

static PyObject *
range_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    return _PyArg_NoKwnames("range", kwnames) ? range_from_args(args, PyVectorcall_NARGS(nargsf)) : NULL;
}

/* ---- a sequence ----------------------------------------------------------------------------- */

static Py_ssize_t
range_length(PyObject *self)
{
    return PyLong_AsSsize_t(RANGE(self)->length);
}

static int
range_bool(PyObject *self)
{
    return _PyLong_Sign(RANGE(self)->length) != 0;
}

/* The item at an int index of any size.  Refs new. */
static PyObject *
range_get(OuRange *range, PyObject *index)
{
    PyObject *at = _PyLong_Sign(index) < 0 ? PyNumber_Add(range->length, index) : Py_NewRef(index);
    if (at == NULL) {
        return NULL;
    }
    int inside = _PyLong_Sign(at) < 0 ? 0 : PyObject_RichCompareBool(at, range->length, Py_LT);
    PyObject *item = NULL;
    if (inside > 0) {
        item = compute_item(range, at);
    }
    else if (inside == 0) {
        PyErr_SetString(PyExc_IndexError, "range object index out of range");
    }
    Py_DECREF(at);
    return item;
}

static PyObject *
range_item(PyObject *self, Py_ssize_t index)
{
    PyObject *number = PyLong_FromSsize_t(index);
    if (number == NULL) {
        return NULL;
    }
    PyObject *item = range_get(RANGE(self), number);
    Py_DECREF(number);
    return item;
}

static PyObject *
range_slice(OuRange *range, PyObject *slice)
{
    PyObject *start, *stop, *step;
    if (_PySlice_GetLongIndices((PySliceObject *)slice, range->length, &start, &stop, &step) < 0) {
        return NULL;
    }
    Py_SETREF(step, PyNumber_Multiply(range->step, step));
    Py_SETREF(start, compute_item(range, start));
    Py_SETREF(stop, compute_item(range, stop));
    if (start == NULL || stop == NULL || step == NULL) {
        Py_XDECREF(start);
        Py_XDECREF(stop);
        Py_XDECREF(step);
        return NULL;
    }
    return ou_range_of(start, stop, step);
}

static PyObject *
range_subscript(PyObject *self, PyObject *key)
{
    if (PyIndex_Check(key)) {
        PyObject *index = PyNumber_Index(key);
        if (index == NULL) {
            return NULL;
        }
        PyObject *item = range_get(RANGE(self), index);
        Py_DECREF(index);
        return item;
    }
    if (PySlice_Check(key)) {
        return range_slice(RANGE(self), key);
    }
    PyErr_Format(PyExc_TypeError, "range indices must be integers or slices, not %.200s", Py_TYPE(key)->tp_name);
    return NULL;
}

/* Is it an int whose membership is a matter of arithmetic? */
static bool
is_plain_int(PyObject *value)
{
    return PyLong_CheckExact(value) || PyBool_Check(value);
}

/* Is an int in the range?  1, 0, -1. */
static int
range_contains_int(OuRange *range, PyObject *value)
{
    long a, b, c, x;
    if (ou_range_as_long(range->start, &a) && ou_range_as_long(range->stop, &b) && ou_range_as_long(range->step, &c)) {
        if (!ou_range_as_long(value, &x) || (c > 0 ? x < a || x >= b : x > a || x <= b)) {
            return 0;
        }
        return c > 0 ? ((unsigned long)x - (unsigned long)a) % (unsigned long)c == 0
                     : ((unsigned long)a - (unsigned long)x) % (0UL - (unsigned long)c) == 0;
    }
    bool up = _PyLong_Sign(range->step) > 0;
    int begun = PyObject_RichCompareBool(range->start, value, up ? Py_LE : Py_GE);
    int inside = begun <= 0 ? begun : PyObject_RichCompareBool(value, range->stop, up ? Py_LT : Py_GT);
    if (inside <= 0) {
        return inside;
    }
    PyObject *distance = PyNumber_Subtract(value, range->start);
    if (distance == NULL) {
        return -1;
    }
    Py_SETREF(distance, PyNumber_Remainder(distance, range->step));
    if (distance == NULL) {
        return -1;
    }
    inside = _PyLong_Sign(distance) == 0;
    Py_DECREF(distance);
    return inside;
}

static int
range_contains(PyObject *self, PyObject *value)
{
    return is_plain_int(value) ? range_contains_int(RANGE(self), value)
                               : (int)_PySequence_IterSearch(self, value, SEARCH_CONTAINS);
}

static PyObject *
range_count(PyObject *self, PyObject *value)
{
    Py_ssize_t count =
        is_plain_int(value) ? range_contains_int(RANGE(self), value) : _PySequence_IterSearch(self, value, SEARCH_COUNT);
    return count < 0 ? NULL : PyLong_FromSsize_t(count);
}

static PyObject *
range_index(PyObject *self, PyObject *value)
{
    OuRange *range = RANGE(self);
    if (!is_plain_int(value)) {
        Py_ssize_t index = _PySequence_IterSearch(self, value, SEARCH_INDEX);
        return index < 0 ? NULL : PyLong_FromSsize_t(index);
    }
    int inside = range_contains_int(range, value);
    if (inside <= 0) {
        if (inside == 0) {
            PyErr_Format(PyExc_ValueError, "%R is not in range", value);
        }
        return NULL;
    }
    PyObject *index = PyNumber_Subtract(value, range->start);
    if (index != NULL) {
        Py_SETREF(index, PyNumber_FloorDivide(index, range->step));
    }
    return index;
}

/* ---- comparing, hashing, showing ------------------------------------------------------------ */

static bool
int_is(PyObject *number, long value)
{
    long number_value;
    return ou_range_as_long(number, &number_value) && number_value == value;
}

/* Do they have the same items?  1, 0, -1. */
static int
range_equal(OuRange *a, OuRange *b)
{
    int equal = a == b ? 1 : PyObject_RichCompareBool(a->length, b->length, Py_EQ);
    if (equal <= 0 || a == b || int_is(a->length, 0)) {
        return equal;
    }
    equal = PyObject_RichCompareBool(a->start, b->start, Py_EQ);
    if (equal <= 0 || int_is(a->length, 1)) {
        return equal;
    }
    return PyObject_RichCompareBool(a->step, b->step, Py_EQ);
}

static PyObject *
range_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!PyRange_Check(other) || (op != Py_EQ && op != Py_NE)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    int equal = range_equal(RANGE(self), RANGE(other));
    return equal < 0 ? NULL : PyBool_FromLong(equal == (op == Py_EQ));
}

/* Of (length, start, step) as far as they matter. */
static Py_hash_t
range_hash(PyObject *self)
{
    OuRange *range = RANGE(self);
    PyObject *none = Py_None;
    bool some = !int_is(range->length, 0), several = some && !int_is(range->length, 1);
    PyObject *tuple = PyTuple_Pack(3, range->length, some ? range->start : none, several ? range->step : none);
    if (tuple == NULL) {
        return -1;
    }
    Py_hash_t hash = PyObject_Hash(tuple);
    Py_DECREF(tuple);
    return hash;
}

static PyObject *
range_repr(PyObject *self)
{
    OuRange *range = RANGE(self);
    if (int_is(range->step, 1)) {
        return PyUnicode_FromFormat("range(%R, %R)", range->start, range->stop);
    }
    return PyUnicode_FromFormat("range(%R, %R, %R)", range->start, range->stop, range->step);
}

static PyObject *
range_reduce(PyObject *self, PyObject *ignored)
{
    OuRange *range = RANGE(self);
    return Py_BuildValue("(O(OOO))", Py_TYPE(self), range->start, range->stop, range->step);
}

static PyMethodDef range_methods[] = {
    {"__reversed__", ou_range_reversed, METH_NOARGS, "An iterator over the numbers, last first."},
    {"__reduce__", range_reduce, METH_NOARGS},
    {"count", range_count, METH_O, "rangeobject.count(value) -> how many numbers equal the value"},
    {"index", range_index, METH_O, "rangeobject.index(value) -> the index of the value; ValueError if it is absent"},
    {NULL},
};

static PyMemberDef range_members[] = {
    {"start", T_OBJECT_EX, offsetof(OuRange, start), READONLY},
    {"stop", T_OBJECT_EX, offsetof(OuRange, stop), READONLY},
    {"step", T_OBJECT_EX, offsetof(OuRange, step), READONLY},
    {NULL},
};

static PyNumberMethods range_as_number = {.nb_bool = range_bool};

static PySequenceMethods range_as_sequence = {
    .sq_length = range_length,
    .sq_item = range_item,
    .sq_contains = range_contains,
};

static PyMappingMethods range_as_mapping = {
    .mp_length = range_length,
    .mp_subscript = range_subscript,
};

PyTypeObject PyRange_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "range",
    .tp_basicsize = sizeof(OuRange),
    .tp_dealloc = range_dealloc,
    .tp_repr = range_repr,
    .tp_as_number = &range_as_number,
    .tp_as_sequence = &range_as_sequence,
    .tp_as_mapping = &range_as_mapping,
    .tp_hash = range_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_SEQUENCE,
    .tp_doc = "range(stop) -> range object\n"
              "range(start, stop[, step]) -> range object\n\n"
              "The ints from start up to, but not with, stop, step apart.",
    .tp_richcompare = range_richcompare,
    .tp_iter = ou_range_iter,
    .tp_methods = range_methods,
    .tp_members = range_members,
    .tp_new = range_new,
    .tp_free = PyObject_Free,
    .tp_vectorcall = range_vectorcall,
};
