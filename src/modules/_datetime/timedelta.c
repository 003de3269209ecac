/* modules/_datetime/timedelta.c - the type timedelta: a duration in days, seconds and microseconds.
 *
 * Invariant  0 <= microseconds < 1000000, 0 <= seconds < 86400, |days| <= 999999999.
 * Not here   arithmetic (timedelta_number.c).
 * Source     Library Reference, datetime. */
#include "modules/_datetime/datetime.h"
#include "object/alloc.h"
#include "object/hold.h"
#include <math.h>
#include <structmember.h>

#define DELTA(op) ((PyDateTime_Delta *)(op))

/* ---- making ------------------------------------------------------------------------------------------------------- */

static PyObject *
delta_alloc(int64_t days, int seconds, int us, PyTypeObject *type)
{
    if (days < -DELTA_DAYS_MAX || days > DELTA_DAYS_MAX) {
        PyErr_Format(PyExc_OverflowError, "days=%lld; must have magnitude <= %d", (long long)days, DELTA_DAYS_MAX);
        return NULL;
    }
    PyObject *self = type == &ou_timedelta_type ? ou_object_new_fast(type, sizeof(PyDateTime_Delta)) : type->tp_alloc(type, 0);
    if (self != NULL) {
        DELTA(self)->hashcode = -1;
        DELTA(self)->days = (int)days;
        DELTA(self)->seconds = seconds;
        DELTA(self)->microseconds = us;
    }
    return self;
}

/* Floor division, with what is left over put back where the dividend was.  Inline: the units are constants. */
static OU_ALWAYS_INLINE int64_t
carry(int64_t *value, int64_t unit)
{
    if (*value >= 0 && *value < unit) {
        return 0;
    }
    int64_t whole = *value / unit;
    *value %= unit;
    if (*value < 0) {
        *value += unit;
        whole--;
    }
    return whole;
}

PyObject *
ou_timedelta_new(int64_t days, int64_t seconds, int64_t us, PyTypeObject *type)
{
    seconds += carry(&us, US_A_SECOND);
    days += carry(&seconds, SECONDS_A_DAY);
    return delta_alloc(days, (int)seconds, (int)us, type);
}

PyObject *
ou_timedelta_from_us(Wide us, PyTypeObject *type)
{
    if (us >= INT64_MIN && us <= INT64_MAX) {
        return ou_timedelta_new(0, 0, (int64_t)us, type);
    }
    Wide days = us / US_A_DAY, rest = us % US_A_DAY;
    days -= rest < 0;
    if (days < INT_MIN || days > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C int");
        return NULL;
    }
    return ou_timedelta_new((int64_t)days, 0, (int64_t)(rest + (rest < 0 ? US_A_DAY : 0)), type);
}

/* The parts as arguments, in the order in which they are given, and microseconds in each. */
static const char *const part_names[] = {"days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"};
static const int64_t part_us[] = {US_A_DAY, US_A_SECOND, 1, 1000, 60 * US_A_SECOND, 3600 * US_A_SECOND, 7 * US_A_DAY};
enum { N_PARTS = OU_COUNT_OF(part_us) };

/* Add an int times `factor` to an int of any size.  Refs takes sum and value.  RE-ENTRANT: of an int's subclass. */
static PyObject *
add_product(PyObject *sum, PyObject *value, int64_t factor)
{
    PyObject *times = PyLong_FromLongLong(factor), *product = NULL, *result = NULL;
    OU_HOLD(hold, &sum, &value, &times, &product);
    if (sum != NULL && value != NULL && times != NULL && (product = PyNumber_Multiply(value, times)) != NULL) {
        result = PyNumber_Add(sum, product);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(sum);
    Py_XDECREF(value);
    Py_XDECREF(times);
    Py_XDECREF(product);
    return result;
}

/* A duration that might not fit on the way but may in the end: ints of any size.  RE-ENTRANT. */
static PyObject *
from_large_parts(PyTypeObject *type, PyObject *const parts[N_PARTS], Wide us)
{
    PyObject *sum = ou_wide_to_int(us);
    for (int i = 0; i < N_PARTS && sum != NULL; i++) {
        double whole;
        PyObject *value = parts[i];
        if (value != NULL && PyFloat_Check(value)) {
            (void)modf(PyFloat_AS_DOUBLE(value), &whole);
            value = fabs(whole) >= 0x1p62 ? PyLong_FromDouble(whole) : NULL;
            if (PyErr_Occurred()) {
                Py_CLEAR(sum);
            }
        }
        else if (value != NULL) {
            int overflow;
            (void)PyLong_AsLongLongAndOverflow(value, &overflow);
            value = overflow != 0 ? Py_NewRef(value) : NULL;
        }
        if (value != NULL) {
            sum = add_product(sum, value, part_us[i]);
        }
    }
    if (sum == NULL) {
        return NULL;
    }
    Wide total;
    int status = -1;
    if (!PyLong_Check(sum)) {
        PyErr_Format(PyExc_TypeError, "unexpected type of the sum: %.200s", Py_TYPE(sum)->tp_name);
    }
    else {
        status = ou_wide_from_int(sum, &total);
    }
    Py_DECREF(sum);
    return status < 0 ? NULL : ou_timedelta_from_us(total, type);
}

/* RE-ENTRANT: ints of a subclass that don't fit 64 bits are multiplied by their own rules. */
static PyObject *
delta_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks", NULL};
    static const char order[] = {2, 3, 1, 4, 5, 0, 6}; /* shortest first: a float's fractions add up in this order */
    PyObject *parts[N_PARTS] = {NULL};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|OOOOOOO:__new__", keywords, &parts[0], &parts[1], &parts[2], &parts[3],
                                     &parts[4], &parts[5], &parts[6])) {
        return NULL;
    }
    Wide us = 0;
    double fraction = 0;
    bool is_large = false;
    for (int k = 0; k < N_PARTS; k++) {
        int i = order[k], overflow = 0;
        PyObject *part = parts[i];
        if (part == NULL) {
            continue;
        }
        if (PyLong_Check(part)) {
            long long value = PyLong_AsLongLongAndOverflow(part, &overflow);
            us += (Wide)(overflow != 0 ? 0 : value) * part_us[i];
            is_large |= overflow != 0;
        }
        else if (PyFloat_Check(part)) {
            double whole, rest = modf(PyFloat_AS_DOUBLE(part), &whole);
            if (fabs(whole) < 0x1p62) {
                us += (Wide)whole * part_us[i];
            }
            else if (isfinite(whole)) {
                is_large = true;
            }
            else {
                Py_XDECREF(PyLong_FromDouble(whole)); /* says why not */
                return NULL;
            }
            if (rest != 0) { /* at most the factor, so it fits; what is left of a microsecond waits for the others */
                double part_whole;
                fraction += modf(rest * (double)part_us[i], &part_whole);
                us += (int64_t)part_whole;
            }
        }
        else {
            PyErr_Format(PyExc_TypeError, "unsupported type for timedelta %s component: %s", part_names[i],
                         Py_TYPE(part)->tp_name);
            return NULL;
        }
    }
    if (fraction != 0) {
        double whole = round(fraction);
        if (fabs(whole - fraction) == 0.5) { /* a tie, to the even sum */
            bool is_odd = (us & 1) != 0;
            whole = 2 * round((fraction + is_odd) * 0.5) - is_odd;
        }
        us += (int64_t)whole;
    }
    return is_large ? from_large_parts(type, parts, us) : ou_timedelta_from_us(us, type);
}

/* ---- showing and comparing ---------------------------------------------------------------------------------------- */

static PyObject *
delta_repr(PyObject *self)
{
    const struct {
        const char *name;
        int value;
    } fields[] = {{"days", DELTA(self)->days}, {"seconds", DELTA(self)->seconds}, {"microseconds", DELTA(self)->microseconds}};
    char text[96] = "", *end = text;
    for (size_t i = 0; i < OU_COUNT_OF(fields); i++) {
        if (fields[i].value != 0) {
            end += sprintf(end, "%s%s=%d", end == text ? "" : ", ", fields[i].name, fields[i].value);
        }
    }
    return PyUnicode_FromFormat("%s(%s)", Py_TYPE(self)->tp_name, end == text ? "0" : text);
}

static PyObject *
delta_str(PyObject *self)
{
    int days = DELTA(self)->days, seconds = DELTA(self)->seconds, us = DELTA(self)->microseconds;
    char text[64], *end = text;
    if (days != 0) {
        end += sprintf(end, "%d day%s, ", days, days == 1 || days == -1 ? "" : "s");
    }
    end += sprintf(end, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (us != 0) {
        end += sprintf(end, ".%06d", us);
    }
    return PyUnicode_FromStringAndSize(text, end - text);
}

static PyObject *
delta_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!Delta_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    Wide a = delta_us(self), b = delta_us(other);
    Py_RETURN_RICHCOMPARE(a, b, op);
}

/* That of the tuple of its fields, as in CPython. */
static Py_hash_t
delta_hash(PyObject *op)
{
    PyDateTime_Delta *self = DELTA(op);
    if (self->hashcode == -1) {
        PyObject *fields = Py_BuildValue("iii", self->days, self->seconds, self->microseconds);
        if (fields == NULL) {
            return -1;
        }
        self->hashcode = PyObject_Hash(fields);
        Py_DECREF(fields);
    }
    return self->hashcode;
}

static PyObject *
delta_reduce(PyObject *self, PyObject *ignored)
{
    return Py_BuildValue("O(iii)", Py_TYPE(self), DELTA(self)->days, DELTA(self)->seconds, DELTA(self)->microseconds);
}

static PyMemberDef delta_members[] = {
    {"days", T_INT, offsetof(PyDateTime_Delta, days), READONLY, "The days, which may be negative."},
    {"seconds", T_INT, offsetof(PyDateTime_Delta, seconds), READONLY, "The seconds beyond the days, from 0 to 86399."},
    {"microseconds", T_INT, offsetof(PyDateTime_Delta, microseconds), READONLY,
     "The microseconds beyond the seconds, from 0 to 999999."},
    {NULL},
};

static PyMethodDef delta_methods[] = {
    {"total_seconds", ou_timedelta_total_seconds, METH_NOARGS, "The whole duration in seconds, a float."},
    {"__reduce__", delta_reduce, METH_NOARGS, "For pickle."},
    {NULL},
};

PyTypeObject ou_timedelta_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "datetime.timedelta",
    .tp_basicsize = sizeof(PyDateTime_Delta),
    .tp_repr = delta_repr,
    .tp_as_number = &ou_timedelta_number,
    .tp_hash = delta_hash,
    .tp_str = delta_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "A duration.\n\ntimedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)\n\n"
              "Each argument is an int or a float of either sign.",
    .tp_richcompare = delta_richcompare,
    .tp_methods = delta_methods,
    .tp_members = delta_members,
    .tp_new = delta_new,
};
