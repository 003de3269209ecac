/* types/int.h - int and float for the virtual machine: fast paths inline, the rest out of line.
 *
 *   digit    30 bits of the magnitude, least first; the sign lies in ob_size
 *   one-digit int   |value| < 2**30: a block of 32 bytes, as the header takes 24
 *   small int       -5 to 256: a permanent object; every result in that range is it */
#ifndef OU_TYPES_INT_H
#define OU_TYPES_INT_H

#include "object/alloc.h"

enum { OU_INT_BLOCK = 32 }; /* bytes of an int of one or two digits, and of zero */

static OU_ALWAYS_INLINE bool
ou_int_is_one_digit(PyObject *op)
{
    return (size_t)(Py_SIZE(op) + 1) <= 2;
}

/* Value of an int of at most one digit. */
static OU_ALWAYS_INLINE int64_t
ou_int_value1(PyObject *op)
{
    return (int64_t)Py_SIZE(op) * (int64_t)((PyLongObject *)op)->ob_digit[0];
}

/* New int of any 64-bit value.  Refs new.  Errors MemoryError. */
OU_MUST_USE PyObject *ou_int_from_int64_slow(int64_t value);

static OU_ALWAYS_INLINE OU_MUST_USE PyObject *
ou_int_from_int64(int64_t value)
{
    if ((uint64_t)(value - OU_SMALL_INT_MIN) < OU_N_SMALL_INTS) {
        return _Py_NewRef(OU_SMALL_INT(value));
    }
    uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
    if (OU_UNLIKELY(magnitude >> (2 * PyLong_SHIFT) != 0)) {
        return ou_int_from_int64_slow(value);
    }
    PyLongObject *op = (PyLongObject *)ou_object_new_fast(&PyLong_Type, OU_INT_BLOCK);
    if (OU_UNLIKELY(op == NULL)) {
        return NULL;
    }
    Py_ssize_t n = 1 + (magnitude >> PyLong_SHIFT != 0);
    op->ob_base.ob_size = value < 0 ? -n : n;
    op->ob_digit[0] = (digit)(magnitude & PyLong_MASK);
    op->ob_digit[1] = (digit)(magnitude >> PyLong_SHIFT);
    return (PyObject *)op;
}

/* Is |value| < 2**60? */
static OU_ALWAYS_INLINE bool
ou_int_is_short(PyObject *op)
{
    return (size_t)(Py_SIZE(op) + 2) <= 4;
}

/* Value of a short int. */
static OU_ALWAYS_INLINE int64_t
ou_int_value2(PyObject *op)
{
    Py_ssize_t size = Py_SIZE(op);
    const digit *d = ((PyLongObject *)op)->ob_digit;
    if (OU_LIKELY((size_t)(size + 1) <= 2)) {
        return (int64_t)size * (int64_t)d[0];
    }
    int64_t magnitude = (int64_t)((uint64_t)d[1] << PyLong_SHIFT | d[0]);
    return size < 0 ? -magnitude : magnitude;
}

/* New int that is never the permanent one, small or not: constants of library modules are such, so that the counts
 * of the small ints speak of the program alone.  Refs new.  Errors MemoryError. */
OU_MUST_USE PyObject *ou_int_new_private(int64_t value);

/* Ints of any size, subclasses included; results are exact ints.  Refs: operands borrowed, result new.
 * Errors MemoryError (shifts: ValueError, OverflowError).  Run no Python code. */
OU_MUST_USE PyObject *ou_int_add(PyObject *left, PyObject *right);
OU_MUST_USE PyObject *ou_int_subtract(PyObject *left, PyObject *right);
OU_MUST_USE PyObject *ou_int_multiply(PyObject *left, PyObject *right);
OU_MUST_USE PyObject *ou_int_floor_divide(PyObject *left, PyObject *right); /* ZeroDivisionError */
OU_MUST_USE PyObject *ou_int_remainder(PyObject *left, PyObject *right);    /* ZeroDivisionError */
OU_MUST_USE PyObject *ou_int_true_divide(PyObject *left, PyObject *right);  /* ZeroDivisionError, OverflowError */
OU_MUST_USE PyObject *ou_int_and(PyObject *left, PyObject *right);
OU_MUST_USE PyObject *ou_int_or(PyObject *left, PyObject *right);
OU_MUST_USE PyObject *ou_int_xor(PyObject *left, PyObject *right);
OU_MUST_USE PyObject *ou_int_lshift(PyObject *left, PyObject *right);
OU_MUST_USE PyObject *ou_int_rshift(PyObject *left, PyObject *right);

/* Remainder and floor quotient in one go.  Returns 0, or -1 with ZeroDivisionError or MemoryError set. */
OU_MUST_USE int ou_int_divmod(PyObject *left, PyObject *right, PyObject **quotient, PyObject **remainder);
/* base ** exponent, modulo `modulus` unless that is None.  A negative exponent gives a float, or an inverse. */
OU_MUST_USE PyObject *ou_int_power(PyObject *base, PyObject *exponent, PyObject *modulus);
OU_MUST_USE PyObject *ou_int_negative(PyObject *op);
OU_MUST_USE PyObject *ou_int_invert(PyObject *op);
/* Floor of the square root of an int that is not negative. */
OU_MUST_USE PyObject *ou_int_isqrt(PyObject *op);

/* Decimal text of an int.  Refs new str.  Errors ValueError beyond sys.set_int_max_str_digits(), MemoryError. */
OU_MUST_USE PyObject *ou_int_repr(PyObject *op);

/* The hash: the value modulo 2**61 - 1, with the sign; never -1. */
Py_hash_t ou_int_hash(PyObject *op);

/* |op| as mantissa * 2**exponent with 2**63 <= mantissa < 2**64 (op is not 0): the bits below are cut off, and
 * the lowest bit of the mantissa is set if any of them was. */
uint64_t ou_int_top_bits(PyObject *op, Py_ssize_t *exponent);

/* Order of two exact ints: below, at or above 0. */
int ou_int_compare(PyObject *left, PyObject *right);

/* Free an exact int whose count is 0 and that is not permanent. */
static OU_ALWAYS_INLINE void
ou_int_free(PyObject *op)
{
    Py_ssize_t size = Py_SIZE(op);
    if (OU_LIKELY((size_t)(size + 2) <= 4)) {
        ou_object_free_fast(op, OU_INT_BLOCK);
    }
    else {
        ou_object_free(op);
    }
}

/* ---- float --------------------------------------------------------------------------------------------- */

static OU_ALWAYS_INLINE OU_MUST_USE PyObject *
ou_float_new(double value)
{
    PyFloatObject *op = (PyFloatObject *)ou_object_new_fast(&PyFloat_Type, sizeof(PyFloatObject));
    if (OU_LIKELY(op != NULL)) {
        op->ob_fval = value;
    }
    return (PyObject *)op;
}

static OU_ALWAYS_INLINE double
ou_float_value(PyObject *op)
{
    return ((PyFloatObject *)op)->ob_fval;
}

#endif
