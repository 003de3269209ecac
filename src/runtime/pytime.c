/* runtime/pytime.c - times as nanoseconds in 64 bits: from Python's numbers, to the system's structures, and the clocks.
 *
 * Invariant  a result out of range is an error where there is one to set; the functions that can't fail clamp.
 * Not here   module time. */
#include "object/state.h"

#include <math.h>
#include <sys/time.h>
#include <time.h>

#define SECOND 1000000000LL /* in nanoseconds */

static void
overflow(void)
{
    PyErr_SetString(PyExc_OverflowError, "timestamp too large to convert to C _PyTime_t");
}

static void
time_t_overflow(void)
{
    PyErr_SetString(PyExc_OverflowError, "timestamp out of range for platform time_t");
}

/* ---- rounding ---------------------------------------------------------------------------------------------------------- */

static double
round_double(double x, _PyTime_round_t round)
{
    volatile double d = x; /* no extra precision */
    switch (round) {
    case _PyTime_ROUND_HALF_EVEN: {
        double r = nearbyint(d);
        return fabs(d - r) == 0.5 ? 2.0 * nearbyint(d / 2.0) : r;
    }
    case _PyTime_ROUND_CEILING: return ceil(d);
    case _PyTime_ROUND_FLOOR: return floor(d);
    default: return d >= 0.0 ? ceil(d) : floor(d);
    }
}

/* t / k rounded, k > 1. */
static _PyTime_t
divide(_PyTime_t t, _PyTime_t k, _PyTime_round_t round)
{
    _PyTime_t q = t / k, r = t % k; /* toward zero */
    switch (round) {
    case _PyTime_ROUND_HALF_EVEN: {
        _PyTime_t size = r < 0 ? -r : r;
        if (size > k / 2 || (size == k / 2 && k % 2 == 0 && (q & 1))) {
            q += t >= 0 ? 1 : -1;
        }
        return q;
    }
    case _PyTime_ROUND_CEILING: return q + (r > 0);
    case _PyTime_ROUND_FLOOR: return q - (r < 0);
    default: return q + (r > 0) - (r < 0);
    }
}

static _PyTime_t
multiply_clamped(_PyTime_t t, _PyTime_t k)
{
    _PyTime_t result;
    return __builtin_mul_overflow(t, k, &result) ? (t < 0 ? _PyTime_MIN : _PyTime_MAX) : result;
}

/* a + b, clamped. */
_PyTime_t
_PyTime_Add(_PyTime_t a, _PyTime_t b)
{
    _PyTime_t result;
    return __builtin_add_overflow(a, b, &result) ? (a < 0 ? _PyTime_MIN : _PyTime_MAX) : result;
}

/* ticks * mul / div, clamped, without overflow on the way. */
_PyTime_t
_PyTime_MulDiv(_PyTime_t ticks, _PyTime_t mul, _PyTime_t div)
{
    _PyTime_t whole = multiply_clamped(ticks / div, mul);
    return _PyTime_Add(whole, multiply_clamped(ticks % div, mul) / div);
}

/* ---- from Python's numbers ------------------------------------------------------------------------------------------------ */

PyObject *
_PyLong_FromTime_t(time_t t)
{
    return PyLong_FromLongLong((long long)t);
}

time_t
_PyLong_AsTime_t(PyObject *op)
{
    long long value = PyLong_AsLongLong(op);
    if (value == -1 && PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_OverflowError)) {
        time_t_overflow();
    }
    return (time_t)value;
}

static int
check_nan(double d)
{
    if (isnan(d)) {
        PyErr_SetString(PyExc_ValueError, "Invalid value NaN (not a number)");
        return -1;
    }
    return 0;
}

static bool
fits_64_bits(double d)
{
    return d >= -9223372036854775808.0 && d < 9223372036854775808.0;
}

int
_PyTime_ObjectToTime_t(PyObject *op, time_t *seconds, _PyTime_round_t round)
{
    if (PyFloat_Check(op)) {
        double d = PyFloat_AsDouble(op);
        if (check_nan(d) < 0) {
            return -1;
        }
        d = round_double(d, round);
        if (!fits_64_bits(d)) {
            time_t_overflow();
            return -1;
        }
        *seconds = (time_t)d;
        return 0;
    }
    *seconds = _PyLong_AsTime_t(op);
    return *seconds == (time_t)-1 && PyErr_Occurred() ? -1 : 0;
}

/* Whole seconds and a fraction of `unit` parts. */
static int
split_object(PyObject *op, time_t *seconds, long *fraction, long unit, _PyTime_round_t round)
{
    if (!PyFloat_Check(op)) {
        *fraction = 0;
        *seconds = _PyLong_AsTime_t(op);
        return *seconds == (time_t)-1 && PyErr_Occurred() ? -1 : 0;
    }
    double d = PyFloat_AsDouble(op), whole, part;
    if (check_nan(d) < 0) {
        *fraction = 0;
        return -1;
    }
    part = round_double(modf(d, &whole) * (double)unit, round);
    if (part >= (double)unit) {
        part -= (double)unit;
        whole += 1.0;
    }
    else if (part < 0) {
        part += (double)unit;
        whole -= 1.0;
    }
    if (!fits_64_bits(whole)) {
        time_t_overflow();
        return -1;
    }
    *seconds = (time_t)whole;
    *fraction = (long)part;
    return 0;
}

int
_PyTime_ObjectToTimespec(PyObject *op, time_t *seconds, long *nanoseconds, _PyTime_round_t round)
{
    return split_object(op, seconds, nanoseconds, 1000000000, round);
}

int
_PyTime_ObjectToTimeval(PyObject *op, time_t *seconds, long *microseconds, _PyTime_round_t round)
{
    return split_object(op, seconds, microseconds, 1000000, round);
}

_PyTime_t
_PyTime_FromSeconds(int seconds)
{
    return (_PyTime_t)seconds * SECOND;
}

_PyTime_t
_PyTime_FromNanoseconds(_PyTime_t t)
{
    return t;
}

int
_PyTime_FromNanosecondsObject(_PyTime_t *out, PyObject *op)
{
    if (!PyLong_Check(op)) {
        PyErr_Format(PyExc_TypeError, "expect int, got %s", Py_TYPE(op)->tp_name);
        return -1;
    }
    long long value = PyLong_AsLongLong(op);
    if (value == -1 && PyErr_Occurred()) {
        if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
            overflow();
        }
        return -1;
    }
    *out = value;
    return 0;
}

static int
from_object(_PyTime_t *out, PyObject *op, _PyTime_round_t round, long long unit)
{
    if (PyFloat_Check(op)) {
        double d = PyFloat_AsDouble(op);
        if (check_nan(d) < 0) {
            return -1;
        }
        d = round_double(d * (double)unit, round);
        if (!fits_64_bits(d)) {
            *out = 0;
            overflow();
            return -1;
        }
        *out = (_PyTime_t)d;
        return 0;
    }
    long long value = PyLong_AsLongLong(op);
    if (value == -1 && PyErr_Occurred()) {
        if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
            overflow();
        }
        return -1;
    }
    if (__builtin_mul_overflow(value, unit, out)) {
        overflow();
        return -1;
    }
    return 0;
}

int
_PyTime_FromSecondsObject(_PyTime_t *out, PyObject *op, _PyTime_round_t round)
{
    return from_object(out, op, round, SECOND);
}

int
_PyTime_FromMillisecondsObject(_PyTime_t *out, PyObject *op, _PyTime_round_t round)
{
    return from_object(out, op, round, 1000000);
}

/* ---- to other units ------------------------------------------------------------------------------------------------------- */

double
_PyTime_AsSecondsDouble(_PyTime_t t)
{
    return t % SECOND == 0 ? (double)(t / SECOND) : (double)t / 1e9; /* exact where it can be */
}

PyObject *
_PyTime_AsNanosecondsObject(_PyTime_t t)
{
    return PyLong_FromLongLong(t);
}

_PyTime_t
_PyTime_AsNanoseconds(_PyTime_t t)
{
    return t;
}

_PyTime_t
_PyTime_AsMicroseconds(_PyTime_t t, _PyTime_round_t round)
{
    return divide(t, 1000, round);
}

_PyTime_t
_PyTime_AsMilliseconds(_PyTime_t t, _PyTime_round_t round)
{
    return divide(t, 1000000, round);
}

static void
split(_PyTime_t t, long unit, time_t *seconds, long *fraction)
{
    _PyTime_t whole = t / unit, part = t % unit;
    if (part < 0) {
        part += unit;
        whole--;
    }
    *seconds = (time_t)whole;
    *fraction = (long)part;
}

void
_PyTime_AsTimeval_clamp(_PyTime_t t, struct timeval *out, _PyTime_round_t round)
{
    long microseconds;
    split(divide(t, 1000, round), 1000000, &out->tv_sec, &microseconds);
    out->tv_usec = microseconds;
}

int
_PyTime_AsTimeval(_PyTime_t t, struct timeval *out, _PyTime_round_t round)
{
    _PyTime_AsTimeval_clamp(t, out, round); /* 64-bit seconds hold any of them */
    return 0;
}

int
_PyTime_AsTimevalTime_t(_PyTime_t t, time_t *seconds, int *microseconds, _PyTime_round_t round)
{
    long fraction;
    split(divide(t, 1000, round), 1000000, seconds, &fraction);
    *microseconds = (int)fraction;
    return 0;
}

void
_PyTime_AsTimespec_clamp(_PyTime_t t, struct timespec *out)
{
    split(t, 1000000000, &out->tv_sec, &out->tv_nsec);
}

int
_PyTime_AsTimespec(_PyTime_t t, struct timespec *out)
{
    _PyTime_AsTimespec_clamp(t, out);
    return 0;
}

int
_PyTime_FromTimespec(_PyTime_t *out, struct timespec *t)
{
    _PyTime_t seconds;
    if (__builtin_mul_overflow((_PyTime_t)t->tv_sec, SECOND, &seconds)
        || __builtin_add_overflow(seconds, (_PyTime_t)t->tv_nsec, out)) {
        overflow();
        *out = t->tv_sec < 0 ? _PyTime_MIN : _PyTime_MAX;
        return -1;
    }
    return 0;
}

int
_PyTime_FromTimeval(_PyTime_t *out, struct timeval *t)
{
    struct timespec spec = {t->tv_sec, t->tv_usec * 1000};
    return _PyTime_FromTimespec(out, &spec);
}

/* ---- clocks -------------------------------------------------------------------------------------------- */

static _PyTime_t
clock_now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return _PyTime_Add(multiply_clamped(t.tv_sec, SECOND), t.tv_nsec);
}

/* Returns 0, or -1 with OSError set. */
static int
clock_info(clockid_t clock, const char *name, bool monotonic, _PyTime_t *t, _Py_clock_info_t *info)
{
    *t = clock_now(clock);
    if (info != NULL) {
        struct timespec resolution;
        info->implementation = name;
        info->monotonic = monotonic;
        info->adjustable = !monotonic;
        info->resolution =
            clock_getres(clock, &resolution) == 0 ? (double)resolution.tv_sec + (double)resolution.tv_nsec * 1e-9 : 1e-9;
    }
    return 0;
}

_PyTime_t
_PyTime_GetSystemClock(void)
{
    return clock_now(CLOCK_REALTIME);
}

int
_PyTime_GetSystemClockWithInfo(_PyTime_t *t, _Py_clock_info_t *info)
{
    return clock_info(CLOCK_REALTIME, "clock_gettime(CLOCK_REALTIME)", false, t, info);
}

_PyTime_t
_PyTime_GetMonotonicClock(void)
{
    return clock_now(CLOCK_MONOTONIC);
}

int
_PyTime_GetMonotonicClockWithInfo(_PyTime_t *t, _Py_clock_info_t *info)
{
    return clock_info(CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", true, t, info);
}

_PyTime_t
_PyTime_GetPerfCounter(void)
{
    return clock_now(CLOCK_MONOTONIC);
}

int
_PyTime_GetPerfCounterWithInfo(_PyTime_t *t, _Py_clock_info_t *info)
{
    return _PyTime_GetMonotonicClockWithInfo(t, info);
}

int
_PyTime_localtime(time_t t, struct tm *out)
{
    errno = 0;
    if (localtime_r(&t, out) == NULL) {
        if (errno == 0) {
            errno = EINVAL;
        }
        PyErr_SetFromErrno(PyExc_OSError);
        return -1;
    }
    return 0;
}

int
_PyTime_gmtime(time_t t, struct tm *out)
{
    errno = 0;
    if (gmtime_r(&t, out) == NULL) {
        if (errno == 0) {
            errno = EINVAL;
        }
        PyErr_SetFromErrno(PyExc_OSError);
        return -1;
    }
    return 0;
}

/* A deadline so many nanoseconds from now; what is left of it. */
_PyTime_t
_PyDeadline_Init(_PyTime_t timeout)
{
    return _PyTime_Add(_PyTime_GetMonotonicClock(), timeout);
}

_PyTime_t
_PyDeadline_Get(_PyTime_t deadline)
{
    return deadline - _PyTime_GetMonotonicClock();
}
