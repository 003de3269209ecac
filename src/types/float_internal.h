/* types/float_internal.h - doubles and decimal digits, exactly.
 *
 *   digits   ASCII, no sign, no leading zero (but "0" for zero); their value is 0.digits * 10**point
 *   point    where the decimal point stands: 1 for 1.5, 0 for 0.15, -2 for 0.0015 */
#ifndef OU_TYPES_FLOAT_INTERNAL_H
#define OU_TYPES_FLOAT_INTERNAL_H

#include "types/int.h"

enum {
    OU_DIGITS_SHORTEST = 20,  /* room for the shortest digits of a double */
    OU_DIGITS_EXACT = 1160,   /* room for all digits that a double has, and for a carry: 16 + 1,074, or 309 */
};

/* The shortest digits that read back as x (finite, not negative, not -0.0).  Returns how many; none is a trailing
 * zero, except in the "0" of zero. */
int ou_double_shortest(double x, char *digits, int *point);

/* x rounded half to even, on its exact value, to `places` digits behind the decimal point (negative: before it).
 * Returns how many digits; 0 where x rounds to zero.  Trailing zeros are kept, except those beyond all digits that
 * x has, so that they are never more than OU_DIGITS_EXACT. */
int ou_double_fixed(double x, Py_ssize_t places, char *digits, int *point);

/* x (not zero) rounded in the same way to n significant digits, n above 0. */
int ou_double_significant(double x, Py_ssize_t n, char *digits, int *point);

/* The double nearest to 0.digits * 10**point, half to even; infinity where it is too large.  Digits may be any
 * number, leading and trailing zeros too. */
double ou_double_from_digits(const char *digits, Py_ssize_t n, Py_ssize_t point);

/* mantissa * 2**exponent rounded half to even, mantissa's lowest bit standing for all that was cut off below it; the
 * mantissa has at least 55 bits.  Infinity where it is too large. */
double ou_double_from_scaled(uint64_t mantissa, Py_ssize_t exponent);

/* x rounded to `places` decimal digits behind the point, as round() does.  Returns infinity on overflow. */
double ou_double_round(double x, Py_ssize_t places);

PyObject *ou_float_repr(PyObject *self);
PyObject *ou_float_hex(PyObject *self, PyObject *unused);
PyObject *ou_float_fromhex(PyObject *type, PyObject *text);

/* The value of an object with __float__ or __index__, for operands of float and complex: 1 and *out; 0 if it is
 * no int or float (nothing set); -1 with an error set. */
static inline int
ou_float_operand(PyObject *op, double *out)
{
    if (PyFloat_Check(op)) {
        *out = PyFloat_AS_DOUBLE(op);
        return 1;
    }
    if (PyLong_Check(op)) {
        *out = PyLong_AsDouble(op);
        return *out == -1.0 && PyErr_Occurred() ? -1 : 1;
    }
    return 0;
}

#endif
