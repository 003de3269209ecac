/* modules/math.c - the module math: functions of floats.
 *
 * Owns       nothing.
 * Invariant  results that C gives as NaN or infinity for finite arguments become ValueError or OverflowError.
 * Not here   functions of integers (math_integer.c), sums and lengths of many numbers (math_sum.c), complex numbers
 *            (cmath.c). */
#include "modules/math.h"
#include "types/int.h"

/* ---- errors -------------------------------------------------------------------------------------------- */

PyObject *
ou_math_domain_error(void)
{
    PyErr_SetString(PyExc_ValueError, "math domain error");
    return NULL;
}

PyObject *
ou_math_range_error(void)
{
    PyErr_SetString(PyExc_OverflowError, "math range error");
    return NULL;
}

/* An argument as a double.  Returns false with an error set.  RE-ENTRANT. */
static inline bool
read_double(PyObject *op, double *out)
{
    if (OU_LIKELY(PyFloat_CheckExact(op))) {
        *out = ou_float_value(op);
        return true;
    }
    *out = PyFloat_AsDouble(op);
    return *out != -1.0 || !PyErr_Occurred();
}

/* ---- one argument -------------------------------------------------------------------------------------- */

/* What an infinite result for a finite argument means. */
typedef enum { POLE, TOO_LARGE } Infinite;

static PyObject *
apply(PyObject *arg, double (*function)(double), Infinite infinite)
{
    double x;
    if (!read_double(arg, &x)) {
        return NULL;
    }
    double y = function(x);
    if (OU_UNLIKELY(!isfinite(y))) {
        if (isnan(y) && !isnan(x)) {
            return ou_math_domain_error();
        }
        if (isinf(y) && isfinite(x)) {
            return infinite == TOO_LARGE ? ou_math_range_error() : ou_math_domain_error();
        }
    }
    return ou_float_new(y);
}

#define UNARY(name, function, infinite)                           \
    static PyObject *math_##name(PyObject *module, PyObject *arg) \
    {                                                             \
        return apply(arg, function, infinite);                    \
    }

UNARY(acos, acos, POLE)
UNARY(acosh, acosh, POLE)
UNARY(asin, asin, POLE)
UNARY(asinh, asinh, POLE)
UNARY(atan, atan, POLE)
UNARY(atanh, atanh, POLE)
UNARY(cbrt, cbrt, POLE)
UNARY(cos, cos, POLE)
UNARY(cosh, cosh, TOO_LARGE)
UNARY(erf, erf, POLE)
UNARY(erfc, erfc, POLE)
UNARY(exp, exp, TOO_LARGE)
UNARY(exp2, exp2, TOO_LARGE)
UNARY(expm1, expm1, TOO_LARGE)
UNARY(fabs, fabs, POLE)
UNARY(log1p, log1p, POLE)
UNARY(sin, sin, POLE)
UNARY(sinh, sinh, TOO_LARGE)
UNARY(sqrt, sqrt, POLE)
UNARY(tan, tan, POLE)
UNARY(tanh, tanh, POLE)

static double
gamma_function(double x)
{
    if (x == 0.0 || (x < 0.0 && x == floor(x))) {
        return NAN; /* poles */
    }
    if (x == floor(x) && x <= 23.0) {
        double product = 1.0; /* exact: 22! is a double */
        for (int i = 2; i < (int)x; i++) {
            product *= i;
        }
        return product;
    }
    return tgamma(x);
}

static double
log_gamma_function(double x)
{
    if (isfinite(x) && x <= 0.0 && x == floor(x)) {
        return NAN;
    }
    if (x == 1.0 || x == 2.0) {
        return 0.0;
    }
    int sign;
    return lgamma_r(x, &sign);
}

UNARY(gamma, gamma_function, TOO_LARGE)
UNARY(lgamma, log_gamma_function, TOO_LARGE)

/* By a special method of the type.  *found: whether it has one.  RE-ENTRANT. */
static PyObject *
call_special(PyObject *arg, PyObject *name, bool *found)
{
    PyObject *method = _PyObject_LookupSpecial(arg, name);
    *found = method != NULL || PyErr_Occurred();
    if (method == NULL) {
        return NULL;
    }
    OU_HOLD(h, &method);
    PyObject *result = PyObject_CallNoArgs(method);
    OU_HOLD_END(h);
    Py_DECREF(method);
    return result;
}

static PyObject *
round_by(PyObject *arg, PyObject *name, double (*function)(double))
{
    if (!PyFloat_CheckExact(arg)) {
        bool found;
        PyObject *result = call_special(arg, name, &found);
        if (found) {
            return result;
        }
    }
    double x;
    return read_double(arg, &x) ? PyLong_FromDouble(function(x)) : NULL;
}

static PyObject *
math_ceil(PyObject *module, PyObject *arg)
{
    return round_by(arg, OU_STR(__ceil__), ceil);
}

static PyObject *
math_floor(PyObject *module, PyObject *arg)
{
    return round_by(arg, OU_STR(__floor__), floor);
}

static PyObject *
math_trunc(PyObject *module, PyObject *arg)
{
    if (PyFloat_CheckExact(arg)) {
        return PyLong_FromDouble(ou_float_value(arg));
    }
    bool found;
    PyObject *result = call_special(arg, OU_STR(__trunc__), &found);
    if (!found) {
        PyErr_Format(PyExc_TypeError, "type %.100s doesn't define __trunc__ method", Py_TYPE(arg)->tp_name);
    }
    return result;
}

/* ---- logarithms ---------------------------------------------------------------------------------------- */

/* Of any positive number, ints beyond a double's range too. */
static PyObject *
logarithm(PyObject *arg, double (*function)(double))
{
    double x;
    if (!PyLong_Check(arg)) {
        if (!read_double(arg, &x)) {
            return NULL;
        }
        return x > 0.0 || isnan(x) ? ou_float_new(function(x)) : ou_math_domain_error();
    }
    if (_PyLong_Sign(arg) <= 0) {
        return ou_math_domain_error();
    }
    x = PyLong_AsDouble(arg);
    if (x != -1.0 || !PyErr_Occurred()) {
        return ou_float_new(function(x));
    }
    if (!PyErr_ExceptionMatches(PyExc_OverflowError)) {
        return NULL;
    }
    PyErr_Clear();
    Py_ssize_t exponent;
    x = _PyLong_Frexp((PyLongObject *)arg, &exponent);
    if (x == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    return ou_float_new(function(x) + function(2.0) * (double)exponent);
}

static PyObject *
math_log(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (n_args < 1 || n_args > 2) {
        PyErr_SetString(PyExc_TypeError, "math.log requires 1 to 2 arguments");
        return NULL;
    }
    PyObject *numerator = logarithm(args[0], log);
    if (numerator == NULL || n_args == 1) {
        return numerator;
    }
    OU_HOLD(h, &numerator);
    PyObject *denominator = logarithm(args[1], log);
    OU_HOLD_END(h);
    PyObject *result = denominator == NULL ? NULL : PyNumber_TrueDivide(numerator, denominator);
    Py_DECREF(numerator);
    Py_XDECREF(denominator);
    return result;
}

static PyObject *
math_log2(PyObject *module, PyObject *arg)
{
    return logarithm(arg, log2);
}

static PyObject *
math_log10(PyObject *module, PyObject *arg)
{
    return logarithm(arg, log10);
}

/* ---- two arguments ------------------------------------------------------------------------------------- */

static bool
read_pair(const char *name, PyObject *const *args, Py_ssize_t n_args, double *x, double *y)
{
    return _PyArg_CheckPositional(name, n_args, 2, 2) && read_double(args[0], x) && read_double(args[1], y);
}

#define BINARY(name, expression)                                                             \
    static PyObject *math_##name(PyObject *module, PyObject *const *args, Py_ssize_t n_args) \
    {                                                                                        \
        double x, y;                                                                         \
        return read_pair(#name, args, n_args, &x, &y) ? (expression) : NULL;                 \
    }

static PyObject *
remainder_result(double x, double y, double result)
{
    return isnan(result) && !isnan(x) && !isnan(y) ? ou_math_domain_error() : ou_float_new(result);
}

static PyObject *
power_result(double x, double y)
{
    double result = pow(x, y);
    if (OU_UNLIKELY(!isfinite(result)) && isfinite(x) && isfinite(y)) {
        return isnan(result) || x == 0.0 ? ou_math_domain_error() : ou_math_range_error();
    }
    return ou_float_new(result);
}

BINARY(atan2, ou_float_new(atan2(x, y)))
BINARY(copysign, ou_float_new(copysign(x, y)))
BINARY(fmod, remainder_result(x, y, fmod(x, y)))
BINARY(remainder, remainder_result(x, y, remainder(x, y)))
BINARY(pow, power_result(x, y))
BINARY(nextafter, ou_float_new(nextafter(x, y)))

static PyObject *
math_ldexp(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    double x;
    if (!_PyArg_CheckPositional("ldexp", n_args, 2, 2) || !read_double(args[0], &x)) {
        return NULL;
    }
    if (!PyLong_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "Expected an int as second argument to ldexp.");
        return NULL;
    }
    int overflow;
    long exponent = PyLong_AsLongAndOverflow(args[1], &overflow);
    if (overflow != 0) {
        exponent = overflow < 0 ? LONG_MIN : LONG_MAX;
    }
    if (x == 0.0 || !isfinite(x)) {
        return ou_float_new(x);
    }
    /* Beyond this every double has overflowed or vanished. */
    int bounded = exponent > 5000 ? 5000 : exponent < -5000 ? -5000 : (int)exponent;
    double result = ldexp(x, bounded);
    return isinf(result) ? ou_math_range_error() : ou_float_new(result);
}

static PyObject *
math_isclose(PyObject *module, PyObject *const *args, Py_ssize_t nargsf, PyObject *kwnames)
{
    static const OuParams params = {
        "isclose", {"a", "b", "rel_tol", "abs_tol"}, .n_posonly = 0, .n_positional = 2, .n_required = 2, .n_all = 4};
    PyObject *v[4];
    double a, b, relative = 1e-9, absolute = 0.0;
    if (ou_args_parse(&params, args, (size_t)nargsf, kwnames, v) < 0 || !read_double(v[0], &a) || !read_double(v[1], &b)
        || (v[2] != NULL && !read_double(v[2], &relative)) || (v[3] != NULL && !read_double(v[3], &absolute))) {
        return NULL;
    }
    if (relative < 0.0 || absolute < 0.0) {
        PyErr_SetString(PyExc_ValueError, "tolerances must be non-negative");
        return NULL;
    }
    double difference = fabs(b - a);
    bool close = a == b
              || (!isinf(a) && !isinf(b)
                  && (difference <= fabs(relative * b) || difference <= fabs(relative * a) || difference <= absolute));
    return PyBool_FromLong(close);
}

/* ---- parts --------------------------------------------------------------------------------------------- */

static PyObject *
pair_of(PyObject *first, PyObject *second)
{
    PyObject *pair = first == NULL || second == NULL ? NULL : PyTuple_Pack(2, first, second);
    Py_XDECREF(first);
    Py_XDECREF(second);
    return pair;
}

static PyObject *
math_frexp(PyObject *module, PyObject *arg)
{
    double x;
    int exponent = 0;
    if (!read_double(arg, &x)) {
        return NULL;
    }
    double mantissa = isfinite(x) ? frexp(x, &exponent) : x;
    PyObject *first = ou_float_new(mantissa);
    return pair_of(first, first == NULL ? NULL : PyLong_FromLong(exponent));
}

static PyObject *
math_modf(PyObject *module, PyObject *arg)
{
    double x, whole;
    if (!read_double(arg, &x)) {
        return NULL;
    }
    double fraction = modf(x, &whole);
    PyObject *first = ou_float_new(fraction);
    return pair_of(first, first == NULL ? NULL : ou_float_new(whole));
}

static PyObject *
math_ulp(PyObject *module, PyObject *arg)
{
    double x;
    if (!read_double(arg, &x)) {
        return NULL;
    }
    x = fabs(x);
    if (!isfinite(x)) {
        return ou_float_new(x);
    }
    double next = nextafter(x, INFINITY);
    return ou_float_new(isinf(next) ? x - nextafter(x, 0.0) : next - x);
}

static PyObject *
math_degrees(PyObject *module, PyObject *arg)
{
    double x;
    return read_double(arg, &x) ? ou_float_new(x * (180.0 / M_PI)) : NULL;
}

static PyObject *
math_radians(PyObject *module, PyObject *arg)
{
    double x;
    return read_double(arg, &x) ? ou_float_new(x * (M_PI / 180.0)) : NULL;
}

static PyObject *
math_isfinite(PyObject *module, PyObject *arg)
{
    double x;
    return read_double(arg, &x) ? PyBool_FromLong(isfinite(x)) : NULL;
}

static PyObject *
math_isinf(PyObject *module, PyObject *arg)
{
    double x;
    return read_double(arg, &x) ? PyBool_FromLong(isinf(x)) : NULL;
}

static PyObject *
math_isnan(PyObject *module, PyObject *arg)
{
    double x;
    return read_double(arg, &x) ? PyBool_FromLong(isnan(x)) : NULL;
}

/* ---- the module ---------------------------------------------------------------------------------------- */

#define FAST(function) ((PyCFunction)(void (*)(void))(function))
#define ONE(name, text)                                                  \
    {                                                                    \
#name, math_##name, METH_O, #name "($module, x, /)\n--\n\n" text \
    }
#define TWO(name, text)                                                                  \
    {                                                                                    \
#name, FAST(math_##name), METH_FASTCALL, #name "($module, x, y, /)\n--\n\n" text \
    }

static PyMethodDef math_methods[] = {
    ONE(acos, "Arc cosine, in radians from 0 to pi."),
    ONE(acosh, "Inverse hyperbolic cosine."),
    ONE(asin, "Arc sine, in radians from -pi/2 to pi/2."),
    ONE(asinh, "Inverse hyperbolic sine."),
    ONE(atan, "Arc tangent, in radians from -pi/2 to pi/2."),
    {"atan2", FAST(math_atan2), METH_FASTCALL,
     "atan2($module, y, x, /)\n--\n\nAngle of the point (x, y), in radians, in the right quadrant."},
    ONE(atanh, "Inverse hyperbolic tangent."),
    ONE(cbrt, "Cube root."),
    ONE(ceil, "The least integer at or above x."),
    {"comb", FAST(ou_math_comb), METH_FASTCALL,
     "comb($module, n, k, /)\n--\n\nIn how many ways k of n things can be chosen, order aside."},
    TWO(copysign, "A float of the size of x with the sign of y."),
    ONE(cos, "Cosine of x radians."),
    ONE(cosh, "Hyperbolic cosine."),
    ONE(degrees, "Radians to degrees."),
    {"dist", FAST(ou_math_dist), METH_FASTCALL,
     "dist($module, p, q, /)\n--\n\nDistance of two points, each a sequence of as many coordinates."},
    ONE(erf, "Error function."),
    ONE(erfc, "One minus the error function."),
    ONE(exp, "e to the power of x."),
    ONE(exp2, "2 to the power of x."),
    ONE(expm1, "exp(x) - 1, exact also for small x."),
    ONE(fabs, "Absolute value, as a float."),
    {"factorial", ou_math_factorial, METH_O, "factorial($module, n, /)\n--\n\nn!, the product of 1 to n."},
    ONE(floor, "The greatest integer at or below x."),
    TWO(fmod, "Remainder of x / y with the sign of x."),
    ONE(frexp, "Mantissa and exponent: (m, e) with x == m * 2**e and 0.5 <= abs(m) < 1."),
    {"fsum", ou_math_fsum, METH_O, "fsum($module, seq, /)\n--\n\nThe exact sum of floats, rounded once."},
    ONE(gamma, "Gamma function."),
    {"gcd", FAST(ou_math_gcd), METH_FASTCALL, "gcd($module, *integers)\n--\n\nGreatest common divisor."},
    {"hypot", FAST(ou_math_hypot), METH_FASTCALL,
     "hypot(*coordinates) -> value\n\nDistance of a point from the origin, in any number of dimensions."},
    {"isclose", FAST(math_isclose), METH_FASTCALL | METH_KEYWORDS,
     "isclose($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)\n--\n\n"
     "Are two numbers close: does their difference not exceed rel_tol times the larger, or abs_tol?"},
    ONE(isfinite, "Is x neither an infinity nor a NaN?"),
    ONE(isinf, "Is x an infinity?"),
    ONE(isnan, "Is x a NaN?"),
    {"isqrt", ou_math_isqrt, METH_O, "isqrt($module, n, /)\n--\n\nThe whole part of the square root of an integer."},
    {"lcm", FAST(ou_math_lcm), METH_FASTCALL, "lcm($module, *integers)\n--\n\nLeast common multiple."},
    {"ldexp", FAST(math_ldexp), METH_FASTCALL, "ldexp($module, x, i, /)\n--\n\nx * 2**i."},
    ONE(lgamma, "Logarithm of the absolute value of the gamma function."),
    {"log", FAST(math_log), METH_FASTCALL, "log(x, [base=math.e])\nLogarithm of x, natural unless a base is given."},
    ONE(log10, "Logarithm to the base 10."),
    ONE(log1p, "log(1 + x), exact also for small x."),
    ONE(log2, "Logarithm to the base 2."),
    ONE(modf, "Fraction and whole part, both floats with the sign of x."),
    TWO(nextafter, "The float next to x towards y."),
    {"perm", FAST(ou_math_perm), METH_FASTCALL,
     "perm($module, n, k=None, /)\n--\n\nIn how many ways k of n things can be put in order; k is n unless given."},
    TWO(pow, "x to the power of y, as floats."),
    {"prod", FAST(ou_math_prod), METH_FASTCALL | METH_KEYWORDS,
     "prod($module, iterable, /, *, start=1)\n--\n\nProduct of start and all items."},
    ONE(radians, "Degrees to radians."),
    TWO(remainder, "Difference of x and the nearest multiple of y, the even one of two."),
    ONE(sin, "Sine of x radians."),
    ONE(sinh, "Hyperbolic sine."),
    ONE(sqrt, "Square root."),
    ONE(tan, "Tangent of x radians."),
    ONE(tanh, "Hyperbolic tangent."),
    ONE(trunc, "The integer part of x, by its type's __trunc__."),
    ONE(ulp, "Value of the least significant bit of x."),
    {NULL, NULL, 0, NULL},
};

static int
math_exec(PyObject *module)
{
    static const struct {
        const char *name;
        double value;
    } constants[] = {{"pi", Py_MATH_PI}, {"e", Py_MATH_E}, {"tau", Py_MATH_TAU}, {"inf", INFINITY}, {"nan", NAN}};
    for (size_t i = 0; i < OU_COUNT_OF(constants); i++) {
        PyObject *value = ou_float_new(constants[i].value);
        int status = value == NULL ? -1 : PyModule_AddObjectRef(module, constants[i].name, value);
        Py_XDECREF(value);
        if (status < 0) {
            return -1;
        }
    }
    return 0;
}

static PyModuleDef_Slot math_slots[] = {
    {Py_mod_exec, (void *)math_exec},
    {0, NULL},
};

static PyModuleDef math_module = {
    PyModuleDef_HEAD_INIT,     .m_name = "math",      .m_doc = "Functions and constants of mathematics, for real numbers.",
    .m_methods = math_methods, .m_slots = math_slots,
};

PyMODINIT_FUNC
PyInit_math(void)
{
    return PyModuleDef_Init(&math_module);
}
