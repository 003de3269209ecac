/* modules/_datetime/datetime_number.c - datetimes compared, hashed, added and subtracted.
 *
 * Invariant  two of one tzinfo are compared and subtracted as they stand, whatever that tzinfo would say; two of different
 *            ones as moments of UTC.
 * Source     Library Reference, datetime objects; PEP 495 for fold. */
#include "modules/_datetime/datetime.h"
#include "object/hold.h"

#define DATETIME(op) ((PyDateTime_DateTime *)(op))
#define TZINFO(op) PyDateTime_DATE_GET_TZINFO(op)

/* ---- arithmetic --------------------------------------------------------------------------------------------------- */

static PyObject *
add(PyObject *self, PyObject *delta, int sign)
{
    int64_t us = PyDateTime_DELTA_GET_SECONDS(delta) * US_A_SECOND + PyDateTime_DELTA_GET_MICROSECONDS(delta);
    return ou_datetime_add(self, sign * (int64_t)PyDateTime_DELTA_GET_DAYS(delta), sign * us, TZINFO(self));
}

static PyObject *
datetime_add(PyObject *left, PyObject *right)
{
    PyObject *self = DateTime_Check(left) ? left : right, *delta = self == left ? right : left;
    if (!Delta_Check(delta)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return add(self, delta, 1);
}

/* The offsets of two, both unknown if they have one tzinfo.  Returns 0 or -1.  RE-ENTRANT. */
static int
offsets_of(PyObject *left, PyObject *right, Offset *a, Offset *b)
{
    *a = *b = (Offset){false, 0};
    return TZINFO(left) == TZINFO(right) ? 0 : ou_datetime_offset(left, a) < 0 ? -1 : ou_datetime_offset(right, b);
}

/* RE-ENTRANT: the tzinfos are asked. */
static PyObject *
datetime_subtract(PyObject *left, PyObject *right)
{
    if (!DateTime_Check(left)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (!DateTime_Check(right)) {
        if (Delta_Check(right)) {
            return add(left, right, -1);
        }
        Py_RETURN_NOTIMPLEMENTED;
    }
    Offset a, b;
    if (offsets_of(left, right, &a, &b) < 0) {
        return NULL;
    }
    if (a.known != b.known) {
        PyErr_SetString(PyExc_TypeError, "can't subtract offset-naive and offset-aware datetimes");
        return NULL;
    }
    return ou_timedelta_new(0, 0, moment_of(left) - a.us - (moment_of(right) - b.us), &ou_timedelta_type);
}

PyNumberMethods ou_datetime_number = {.nb_add = datetime_add, .nb_subtract = datetime_subtract};

/* ---- comparing ---------------------------------------------------------------------------------------------------- */

/* Has the local time another offset with the other fold?  Such a time equals none of another zone.
 * Returns 0, 1, or -1 with an exception.  RE-ENTRANT. */
static int
depends_on_fold(PyObject *self, Offset offset)
{
    PyObject *other = ou_datetime_new(date_of(self), DATETIME_CLOCK(self), TZINFO(self), !DATETIME(self)->fold, Py_TYPE(self));
    if (other == NULL) {
        return -1;
    }
    Offset flipped;
    OU_HOLD(hold, &other);
    int status = ou_datetime_offset(other, &flipped);
    OU_HOLD_END(hold);
    Py_DECREF(other);
    return status < 0 ? -1 : flipped.known != offset.known || flipped.us != offset.us;
}

/* RE-ENTRANT: the tzinfos are asked. */
PyObject *
ou_datetime_richcompare(PyObject *self, PyObject *other, int op)
{
    Offset a, b;
    bool by_equality = op == Py_EQ || op == Py_NE;
    if (!DateTime_Check(other)) {
        if (!Date_Check(other)) {
            Py_RETURN_NOTIMPLEMENTED;
        }
        if (!by_equality) {
            PyErr_Format(PyExc_TypeError, "can't compare %s to %s", Py_TYPE(self)->tp_name, Py_TYPE(other)->tp_name);
            return NULL;
        }
        return PyBool_FromLong(op == Py_NE);
    }
    if (TZINFO(self) == TZINFO(other)) {
        int order = memcmp(DATETIME(self)->data, DATETIME(other)->data, _PyDateTime_DATETIME_DATASIZE);
        Py_RETURN_RICHCOMPARE(order, 0, op);
    }
    if (offsets_of(self, other, &a, &b) < 0) {
        return NULL;
    }
    if (a.known != b.known) {
        if (by_equality) {
            return PyBool_FromLong(op == Py_NE);
        }
        PyErr_SetString(PyExc_TypeError, "can't compare offset-naive and offset-aware datetimes");
        return NULL;
    }
    int64_t left = moment_of(self) - a.us, right = moment_of(other) - b.us;
    if (by_equality && left == right) {
        int depends = depends_on_fold(self, a);
        depends = depends == 0 ? depends_on_fold(other, b) : depends;
        if (depends != 0) {
            return depends < 0 ? NULL : PyBool_FromLong(op == Py_NE);
        }
    }
    Py_RETURN_RICHCOMPARE(left, right, op);
}

/* The offset is that of fold 0: equal times hash equal, and fold counts for nothing in one zone.  RE-ENTRANT. */
Py_hash_t
ou_datetime_hash(PyObject *op)
{
    PyDateTime_DateTime *self = DATETIME(op);
    if (self->hashcode != -1) {
        return self->hashcode;
    }
    Offset offset;
    PyObject *first =
        !self->fold ? Py_NewRef(op) : ou_datetime_new(date_of(op), DATETIME_CLOCK(op), TZINFO(op), 0, Py_TYPE(op));
    if (first == NULL) {
        return -1;
    }
    OU_HOLD(hold, &first);
    int status = ou_datetime_offset(first, &offset);
    OU_HOLD_END(hold);
    Py_DECREF(first);
    if (status < 0) {
        return -1;
    }
    if (!offset.known) {
        self->hashcode = _Py_HashBytes(self->data, _PyDateTime_DATETIME_DATASIZE);
        return self->hashcode;
    }
    PyObject *delta = ou_timedelta_new(0, 0, moment_of(op) - offset.us, &ou_timedelta_type);
    if (delta == NULL) {
        return -1;
    }
    self->hashcode = PyObject_Hash(delta);
    Py_DECREF(delta);
    return self->hashcode;
}
