/* types/range_iter.c - iterators over a range: one for numbers that fit in a long, one for all others.
 *
 * Owns       the long form: the ints it counts with.
 * Invariant  the small form never reads `next` when nothing is left: it may have wrapped.
 * Not here   the inlined step (types/range.h). */
#include "object/walk.h"
#include "types/range_internal.h"

#define SMALL(op) ((OuRangeIter *)(op))

static PyObject *
small_new(long start, long step, long len)
{
    OuRangeIter *iter = (OuRangeIter *)ou_object_new_fast(&PyRangeIter_Type, sizeof(OuRangeIter));
    if (iter != NULL) {
        iter->next = start;
        iter->step = step;
        iter->left = iter->len = len;
    }
    return (PyObject *)iter;
}

static void
small_dealloc(PyObject *self)
{
    ou_object_free_fast(self, sizeof(OuRangeIter));
}

static PyObject *
small_next(PyObject *self)
{
    long number;
    return ou_range_iter_step(SMALL(self), &number) ? PyLong_FromLong(number) : NULL;
}

static PyObject *
small_length_hint(PyObject *self, PyObject *ignored)
{
    return PyLong_FromLong(SMALL(self)->left);
}

/* The first number, also after the last was given: the wrapped sum comes back. */
static long
small_start(OuRangeIter *iter)
{
    return (long)((unsigned long)iter->next - (unsigned long)(iter->len - iter->left) * (unsigned long)iter->step);
}

/* (iter, (range,), index) */
static PyObject *
small_reduce(PyObject *self, PyObject *ignored)
{
    OuRangeIter *iter = SMALL(self);
    PyObject *start = PyLong_FromLong(small_start(iter)), *step = PyLong_FromLong(iter->step);
    PyObject *len = PyLong_FromLong(iter->len), *stop = NULL;
    if (start != NULL && step != NULL && len != NULL && (stop = PyNumber_Multiply(len, step)) != NULL) {
        Py_SETREF(stop, PyNumber_Add(stop, start)); /* may be beyond a long */
    }
    Py_XDECREF(len);
    if (stop == NULL) {
        Py_XDECREF(start);
        Py_XDECREF(step);
        return NULL;
    }
    PyObject *range = ou_range_of(start, stop, step);
    if (range == NULL) {
        return NULL;
    }
    return Py_BuildValue("N(N)l", _PyEval_GetBuiltin(OU_STR(iter)), range, iter->len - iter->left);
}

static PyObject *
small_setstate(PyObject *self, PyObject *state)
{
    OuRangeIter *iter = SMALL(self);
    long index = PyLong_AsLong(state);
    if (index == -1 && ou_error_occurred() != NULL) {
        return NULL;
    }
    index = Py_MIN(Py_MAX(index, 0), iter->len);
    long start = small_start(iter);
    iter->next = (long)((unsigned long)start + (unsigned long)index * (unsigned long)iter->step);
    iter->left = iter->len - index;
    Py_RETURN_NONE;
}

static PyMethodDef small_methods[] = {
    {"__length_hint__", small_length_hint, METH_NOARGS, "How many numbers are left."},
    {"__reduce__", small_reduce, METH_NOARGS, "State for pickling."},
    {"__setstate__", small_setstate, METH_O, "Set the position, from pickling."},
    {NULL},
};

PyTypeObject PyRangeIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "range_iterator",
    .tp_basicsize = sizeof(OuRangeIter),
    .tp_dealloc = small_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = small_next,
    .tp_methods = small_methods,
    .tp_free = PyObject_Free,
};

/* ---- numbers of any size -------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *index, *start, *step, *len; /* owned ints; the next number is start + index * step */
} LongRangeIter;
#define LONG(op) ((LongRangeIter *)(op))

/* Takes the three references, also when it fails. */
static PyObject *
long_new(PyObject *start, PyObject *step, PyObject *len)
{
    LongRangeIter *iter = (LongRangeIter *)ou_object_new_fast(&PyLongRangeIter_Type, sizeof(LongRangeIter));
    if (iter == NULL) {
        Py_DECREF(start);
        Py_DECREF(step);
        Py_DECREF(len);
        return NULL;
    }
    iter->index = Py_NewRef(OU_SMALL_INT(0));
    iter->start = start;
    iter->step = step;
    iter->len = len;
    return (PyObject *)iter;
}

OU_WALKER(long_range_iter)
{
    OU_EDGE_OF(LONG(self), index);
    OU_EDGE_OF(LONG(self), start);
    OU_EDGE_OF(LONG(self), step);
    OU_EDGE_OF(LONG(self), len);
    return 0;
}

static void
long_dealloc(PyObject *self)
{
    Py_CLEAR(LONG(self)->index);
    Py_CLEAR(LONG(self)->start);
    Py_CLEAR(LONG(self)->step);
    Py_CLEAR(LONG(self)->len);
    ou_object_free_fast(self, sizeof(LongRangeIter));
}

static PyObject *
long_next(PyObject *self)
{
    LongRangeIter *iter = LONG(self);
    if (PyObject_RichCompareBool(iter->index, iter->len, Py_LT) != 1) {
        return NULL;
    }
    PyObject *next_index = PyNumber_Add(iter->index, OU_SMALL_INT(1));
    PyObject *number = next_index == NULL ? NULL : PyNumber_Multiply(iter->index, iter->step);
    if (number != NULL) {
        Py_SETREF(number, PyNumber_Add(iter->start, number));
    }
    if (number == NULL) {
        Py_XDECREF(next_index);
        return NULL;
    }
    Py_SETREF(iter->index, next_index);
    return number;
}

static PyObject *
long_length_hint(PyObject *self, PyObject *ignored)
{
    return PyNumber_Subtract(LONG(self)->len, LONG(self)->index);
}

static PyObject *
long_reduce(PyObject *self, PyObject *ignored)
{
    LongRangeIter *iter = LONG(self);
    PyObject *stop = PyNumber_Multiply(iter->len, iter->step);
    if (stop != NULL) {
        Py_SETREF(stop, PyNumber_Add(iter->start, stop));
    }
    if (stop == NULL) {
        return NULL;
    }
    PyObject *range = ou_range_of(Py_NewRef(iter->start), stop, Py_NewRef(iter->step));
    if (range == NULL) {
        return NULL;
    }
    return Py_BuildValue("N(N)O", _PyEval_GetBuiltin(OU_STR(iter)), range, iter->index);
}

static PyObject *
long_setstate(PyObject *self, PyObject *state)
{
    LongRangeIter *iter = LONG(self);
    if (!PyLong_CheckExact(state)) {
        PyErr_Format(PyExc_TypeError, "state must be an int, not %.200s", Py_TYPE(state)->tp_name);
        return NULL;
    }
    int beyond = PyObject_RichCompareBool(state, iter->len, Py_GT);
    if (beyond < 0) {
        return NULL;
    }
    PyObject *index = _PyLong_Sign(state) < 0 ? OU_SMALL_INT(0) : beyond ? iter->len : state;
    Py_SETREF(iter->index, Py_NewRef(index));
    Py_RETURN_NONE;
}

static PyMethodDef long_methods[] = {
    {"__length_hint__", long_length_hint, METH_NOARGS, "How many numbers are left."},
    {"__reduce__", long_reduce, METH_NOARGS, "State for pickling."},
    {"__setstate__", long_setstate, METH_O, "Set the position, from pickling."},
    {NULL},
};

PyTypeObject PyLongRangeIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "longrange_iterator",
    .tp_basicsize = sizeof(LongRangeIter),
    .tp_dealloc = long_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = long_next,
    .tp_methods = long_methods,
    .tp_free = PyObject_Free,
};

/* ---- iter() and reversed() of a range ------------------------------------------------------- */

/* Does also the number behind the last fit?  Only then an iterator is pickled as one of its own kind. */
static bool
is_small(long start, long step, unsigned long len)
{
    __int128 end = start + (__int128)step * (__int128)len;
    return len <= LONG_MAX && LONG_MIN <= end && end <= LONG_MAX;
}

PyObject *
ou_range_iter(PyObject *self)
{
    OuRange *range = (OuRange *)self;
    long start, stop, step;
    if (ou_range_as_long(range->start, &start) && ou_range_as_long(range->stop, &stop)
        && ou_range_as_long(range->step, &step)) {
        unsigned long len = ou_range_len(start, stop, step);
        if (is_small(start, step, len)) {
            return small_new(start, step, (long)len);
        }
    }
    return long_new(Py_NewRef(range->start), Py_NewRef(range->step), Py_NewRef(range->length));
}

PyObject *
ou_range_reversed(PyObject *self, PyObject *ignored)
{
    OuRange *range = (OuRange *)self;
    long start, stop, step, last;
    if (ou_range_as_long(range->start, &start) && ou_range_as_long(range->stop, &stop) && ou_range_as_long(range->step, &step)
        && step != LONG_MIN) {
        unsigned long len = ou_range_len(start, stop, step);
        last = (long)((unsigned long)start + (len - 1) * (unsigned long)step);
        if (is_small(last, -step, len)) {
            return small_new(last, -step, (long)len);
        }
    }
    /* start + (length - 1) * step, and on in steps of -step */
    PyObject *new_step = PyNumber_Negative(range->step);
    PyObject *new_start = PyNumber_Subtract(range->length, OU_SMALL_INT(1));
    if (new_start != NULL) {
        Py_SETREF(new_start, PyNumber_Multiply(new_start, range->step));
    }
    if (new_start != NULL) {
        Py_SETREF(new_start, PyNumber_Add(range->start, new_start));
    }
    if (new_start == NULL || new_step == NULL) {
        Py_XDECREF(new_start);
        Py_XDECREF(new_step);
        return NULL;
    }
    return long_new(new_start, new_step, Py_NewRef(range->length));
}
