/* modules/_datetime/timedelta_number.c - arithmetic of timedelta: with others, with ints, with floats.
 *
 * Invariant  every result is exact but for one rounding, half to even.  Integers of 128 bits hold what a timedelta can;
 *            a product that doesn't fit is out of range anyway.
 * Not here   the type (timedelta.c); datetime + timedelta (datetime_number.c). */
#include "modules/_datetime/datetime.h"
#include "object/hold.h"
#include <float.h>
#include <math.h>

/* ---- integers of 128 bits ----------------------------------------------------------------------------------------- */

PyObject *
ou_wide_to_int(Wide value)
{
    return value >= INT64_MIN && value <= INT64_MAX
             ? PyLong_FromLongLong((long long)value)
             : _PyLong_FromByteArray((const unsigned char *)&value, sizeof value, PY_LITTLE_ENDIAN, 1);
}

int
ou_wide_from_int(PyObject *value, Wide *wide)
{
    int overflow;
    long long narrow = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow == 0) {
        *wide = narrow;
        return 0;
    }
    if (_PyLong_NumBits(value) > 126) {
        *wide = overflow > 0 ? (Wide)1 << 126 : -((Wide)1 << 126);
        return 0;
    }
    return _PyLong_AsByteArray((PyLongObject *)value, (unsigned char *)wide, sizeof *wide, PY_LITTLE_ENDIAN, 1);
}

/* Rounds down.  b is not 0. */
static Wide
divide_floor(Wide a, Wide b, Wide *rest)
{
    Wide quotient = a / b;
    *rest = a % b;
    if (*rest != 0 && (*rest < 0) != (b < 0)) {
        *rest += b;
        quotient--;
    }
    return quotient;
}

Wide
ou_wide_divide_nearest(Wide a, Wide b)
{
    Wide rest, quotient = divide_floor(a, b, &rest);
    Wide size = b < 0 ? -b : b, below = rest < 0 ? -rest : rest, above = size - below;
    return quotient + (below > above || (below == above && (quotient & 1)));
}

static PyObject *
from_us(Wide us)
{
    return ou_timedelta_from_us(us, &ou_timedelta_type);
}

static PyObject *
too_large(void)
{
    PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C int");
    return NULL;
}

static PyObject *
zero_division(const char *message)
{
    PyErr_SetString(PyExc_ZeroDivisionError, message);
    return NULL;
}

#define DIVISION_BY_ZERO "integer division or modulo by zero"

/* ---- with floats -------------------------------------------------------------------------------------------------- */

/* us * mantissa * 2**exponent; |us| < 2**67, |mantissa| < 2**53. */
static PyObject *
scale(Wide us, Wide mantissa, int exponent)
{
    Wide product = us * mantissa; /* 120 bits */
    if (product == 0 || exponent < -125) {
        return from_us(0);
    }
    if (exponent < 0) {
        return from_us(ou_wide_divide_nearest(product, (Wide)1 << -exponent));
    }
    for (; exponent > 0; exponent--) {
        if (__builtin_add_overflow(product, product, &product)) {
            return too_large();
        }
    }
    return from_us(product);
}

/* us / (mantissa * 2**exponent): long division, a bit a turn, for us * 2**-exponent has no bound. */
static PyObject *
divide_scaled(Wide us, Wide mantissa, int exponent)
{
    bool negative = (us < 0) != (mantissa < 0);
    us = us < 0 ? -us : us;
    mantissa = mantissa < 0 ? -mantissa : mantissa;
    if (us == 0 || exponent > 72) {
        return from_us(0); /* the divisor is more than twice as great */
    }
    if (exponent > 0) {
        mantissa <<= exponent;
    }
    Wide quotient = us / mantissa, rest = us % mantissa;
    for (; exponent < 0; exponent++) {
        if (quotient >> 125) {
            return too_large();
        }
        rest *= 2;
        quotient = 2 * quotient + (rest >= mantissa);
        rest -= rest >= mantissa ? mantissa : 0;
    }
    quotient += 2 * rest > mantissa || (2 * rest == mantissa && (quotient & 1));
    return from_us(negative ? -quotient : quotient);
}

/* The ratio by a method of a float's subclass.  RE-ENTRANT. */
static PyObject *
by_ratio_method(PyObject *delta, PyObject *number, bool divide)
{
    PyObject *ratio = PyObject_CallMethod(number, "as_integer_ratio", NULL), *us = NULL, *product = NULL, *quotient = NULL;
    if (ratio == NULL) {
        return NULL;
    }
    if (!PyTuple_Check(ratio)) {
        PyErr_Format(PyExc_TypeError, "unexpected return type from as_integer_ratio(): expected tuple, got '%.200s'",
                     Py_TYPE(ratio)->tp_name);
    }
    else if (PyTuple_GET_SIZE(ratio) != 2) {
        PyErr_SetString(PyExc_ValueError, "as_integer_ratio() must return a 2-tuple");
    }
    else if (!PyLong_Check(PyTuple_GET_ITEM(ratio, 0)) || !PyLong_Check(PyTuple_GET_ITEM(ratio, 1))) {
        PyErr_SetString(PyExc_TypeError, "non-integer arguments in division");
    }
    else {
        OU_HOLD(hold, &ratio, &us, &product, &quotient);
        us = ou_wide_to_int(delta_us(delta));
        product = us == NULL ? NULL : PyNumber_Multiply(us, PyTuple_GET_ITEM(ratio, divide));
        if (product != NULL && PyLong_Check(product)) {
            quotient = _PyLong_DivmodNear(product, PyTuple_GET_ITEM(ratio, !divide));
        }
        OU_HOLD_END(hold);
    }
    PyObject *result = NULL;
    Wide wide;
    if (quotient != NULL && ou_wide_from_int(PyTuple_GET_ITEM(quotient, 0), &wide) == 0) {
        result = from_us(wide);
    }
    else if (!PyErr_Occurred()) {
        PyErr_SetString(PyExc_TypeError, "non-integer arguments in division");
    }
    Py_DECREF(ratio);
    Py_XDECREF(us);
    Py_XDECREF(product);
    Py_XDECREF(quotient);
    return result;
}

static PyObject *
by_float(PyObject *delta, PyObject *number, bool divide)
{
    if (!PyFloat_CheckExact(number)) {
        return by_ratio_method(delta, number, divide);
    }
    double value = PyFloat_AS_DOUBLE(number);
    if (!isfinite(value)) {
        PyErr_Format(isnan(value) ? PyExc_ValueError : PyExc_OverflowError, "cannot convert %s to integer ratio",
                     isnan(value) ? "NaN" : "Infinity");
        return NULL;
    }
    if (divide && value == 0) {
        return zero_division(DIVISION_BY_ZERO);
    }
    int exponent;
    Wide mantissa = (Wide)ldexp(frexp(value, &exponent), DBL_MANT_DIG);
    exponent -= DBL_MANT_DIG;
    return divide ? divide_scaled(delta_us(delta), mantissa, exponent) : scale(delta_us(delta), mantissa, exponent);
}

/* ---- slots -------------------------------------------------------------------------------------------------------- */

static PyObject *
delta_add(PyObject *left, PyObject *right)
{
    if (!Delta_Check(left) || !Delta_Check(right)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyDateTime_Delta *a = (PyDateTime_Delta *)left, *b = (PyDateTime_Delta *)right;
    return ou_timedelta_new((int64_t)a->days + b->days, a->seconds + b->seconds, a->microseconds + b->microseconds,
                            &ou_timedelta_type);
}

static PyObject *
delta_subtract(PyObject *left, PyObject *right)
{
    if (!Delta_Check(left) || !Delta_Check(right)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyDateTime_Delta *a = (PyDateTime_Delta *)left, *b = (PyDateTime_Delta *)right;
    return ou_timedelta_new((int64_t)a->days - b->days, a->seconds - b->seconds, a->microseconds - b->microseconds,
                            &ou_timedelta_type);
}

static PyObject *
delta_multiply(PyObject *left, PyObject *right)
{
    PyObject *delta = Delta_Check(left) ? left : right, *number = delta == left ? right : left;
    if (PyFloat_Check(number)) {
        return by_float(delta, number, false);
    }
    if (!PyLong_Check(number)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    Wide factor, product;
    if (ou_wide_from_int(number, &factor) < 0) {
        return NULL;
    }
    return __builtin_mul_overflow(delta_us(delta), factor, &product) ? too_large() : from_us(product);
}

static PyObject *
delta_truediv(PyObject *left, PyObject *right)
{
    if (!Delta_Check(left)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    Wide a = delta_us(left), b;
    if (PyLong_Check(right)) {
        if (ou_wide_from_int(right, &b) < 0) {
            return NULL;
        }
        return b == 0 ? zero_division(DIVISION_BY_ZERO) : from_us(ou_wide_divide_nearest(a, b));
    }
    if (PyFloat_Check(right)) {
        return by_float(left, right, true);
    }
    if (!Delta_Check(right)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *x = ou_wide_to_int(a), *y = ou_wide_to_int(delta_us(right));
    PyObject *result = x == NULL || y == NULL ? NULL : PyNumber_TrueDivide(x, y);
    Py_XDECREF(x);
    Py_XDECREF(y);
    return result;
}

static PyObject *
delta_floordiv(PyObject *left, PyObject *right)
{
    bool by_int = PyLong_Check(right);
    Wide b, rest;
    if (!Delta_Check(left) || !(by_int || Delta_Check(right))) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (!by_int) {
        b = delta_us(right);
    }
    else if (ou_wide_from_int(right, &b) < 0) {
        return NULL;
    }
    if (b == 0) {
        return zero_division(DIVISION_BY_ZERO);
    }
    Wide quotient = divide_floor(delta_us(left), b, &rest);
    return by_int ? from_us(quotient) : ou_wide_to_int(quotient);
}

static PyObject *
delta_remainder(PyObject *left, PyObject *right)
{
    if (!Delta_Check(left) || !Delta_Check(right)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    Wide b = delta_us(right), rest;
    if (b == 0) {
        return zero_division("integer modulo by zero");
    }
    (void)divide_floor(delta_us(left), b, &rest);
    return from_us(rest);
}

static PyObject *
delta_divmod(PyObject *left, PyObject *right)
{
    if (!Delta_Check(left) || !Delta_Check(right)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *quotient = delta_floordiv(left, right);
    if (quotient == NULL) {
        return NULL;
    }
    PyObject *rest = delta_remainder(left, right);
    PyObject *pair = rest == NULL ? NULL : PyTuple_Pack(2, quotient, rest);
    Py_DECREF(quotient);
    Py_XDECREF(rest);
    return pair;
}

static PyObject *
delta_negative(PyObject *self)
{
    return from_us(-delta_us(self));
}

static PyObject *
delta_positive(PyObject *self)
{
    return from_us(delta_us(self));
}

static PyObject *
delta_absolute(PyObject *self)
{
    Wide us = delta_us(self);
    return from_us(us < 0 ? -us : us);
}

static int
delta_bool(PyObject *self)
{
    return delta_us(self) != 0;
}

PyObject *
ou_timedelta_total_seconds(PyObject *self, PyObject *ignored)
{
    Wide us = delta_us(self);
    if (us > -(INT64_C(1) << 53) && us < INT64_C(1) << 53) {
        return PyFloat_FromDouble((double)(int64_t)us / 1e6); /* of two exact numbers: rounded once */
    }
    PyObject *x = ou_wide_to_int(us), *million = PyLong_FromLong(US_A_SECOND);
    PyObject *result = x == NULL || million == NULL ? NULL : PyNumber_TrueDivide(x, million);
    Py_XDECREF(x);
    Py_XDECREF(million);
    return result;
}

PyNumberMethods ou_timedelta_number = {
    .nb_add = delta_add,
    .nb_subtract = delta_subtract,
    .nb_multiply = delta_multiply,
    .nb_remainder = delta_remainder,
    .nb_divmod = delta_divmod,
    .nb_negative = delta_negative,
    .nb_positive = delta_positive,
    .nb_absolute = delta_absolute,
    .nb_bool = delta_bool,
    .nb_floor_divide = delta_floordiv,
    .nb_true_divide = delta_truediv,
};
