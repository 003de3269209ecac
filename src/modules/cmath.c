/* modules/cmath.c - the module cmath: functions of complex numbers.
 *
 * Owns       nothing.
 * Invariant  zeros' signs choose the side of a branch cut; infinities and NaNs give what C's Annex G says, or
 *            an error where the result is undefined or too large.
 * Not here   complex arithmetic (types/complex.c). */
#include <complex.h>
#include "modules/math.h"
#include "types/int.h"

typedef double complex (*ComplexFunction)(double complex);

static bool
read_complex(PyObject *op, Py_complex *out)
{
    *out = PyComplex_AsCComplex(op);
    return out->real != -1.0 || !PyErr_Occurred();
}

static bool
is_finite(Py_complex z)
{
    return isfinite(z.real) && isfinite(z.imag);
}

static Py_complex
call(ComplexFunction function, Py_complex z)
{
    double complex argument;
    memcpy(&argument, &z, sizeof z); /* the same two doubles; clang has no CMPLX */
    double complex result = function(argument);
    return (Py_complex){creal(result), cimag(result)};
}

/* Apply a function that overflows, if at all, where the result is infinite for a finite argument. */
static PyObject *
apply(PyObject *arg, ComplexFunction function)
{
    Py_complex z;
    if (!read_complex(arg, &z)) {
        return NULL;
    }
    Py_complex result = call(function, z);
    if (is_finite(z) && (isinf(result.real) || isinf(result.imag))) {
        return ou_math_range_error();
    }
    return PyComplex_FromCComplex(result);
}

#define UNARY(name, function)                                      \
    static PyObject *cmath_##name(PyObject *module, PyObject *arg) \
    {                                                              \
        return apply(arg, function);                               \
    }

UNARY(acos, cacos)
UNARY(asin, casin)
UNARY(asinh, casinh)
UNARY(sqrt, csqrt)

/* z times i, and back: sin, cos, tan and atan are the hyperbolic functions turned by a quarter. */
static Py_complex
times_i(Py_complex z)
{
    return (Py_complex){-z.imag, z.real};
}

static Py_complex
over_i(Py_complex z)
{
    return (Py_complex){z.imag, -z.real};
}

/* Functions with errors of their own: NULL is returned with it set. */

static PyObject *
exponential(Py_complex z, ComplexFunction function, bool domain_error)
{
    if (domain_error) {
        return ou_math_domain_error();
    }
    Py_complex result = call(function, z);
    if (is_finite(z) && (isinf(result.real) || isinf(result.imag))) {
        return ou_math_range_error();
    }
    return PyComplex_FromCComplex(result);
}

static PyObject *
cmath_exp(PyObject *module, PyObject *arg)
{
    Py_complex z;
    if (!read_complex(arg, &z)) {
        return NULL;
    }
    if (isinf(z.imag) && isinf(z.real) && z.real < 0) {
        return PyComplex_FromDoubles(0.0, 0.0); /* here and below: as CPython, where C leaves a zero's sign open */
    }
    return exponential(z, cexp, isinf(z.imag) && !isnan(z.real) && !(isinf(z.real) && z.real < 0));
}

static PyObject *
cmath_cosh(PyObject *module, PyObject *arg)
{
    Py_complex z;
    if (!read_complex(arg, &z)) {
        return NULL;
    }
    if (isnan(z.real) && z.imag == 0.0) {
        return PyComplex_FromDoubles(NAN, 0.0);
    }
    return exponential(z, ccosh, isinf(z.imag) && !isnan(z.real));
}

static PyObject *
cmath_sinh(PyObject *module, PyObject *arg)
{
    Py_complex z;
    if (!read_complex(arg, &z)) {
        return NULL;
    }
    if (z.real == 0.0 && isnan(z.imag)) {
        return PyComplex_FromDoubles(0.0, NAN);
    }
    return exponential(z, csinh, isinf(z.imag) && !isnan(z.real));
}

static PyObject *
cmath_tanh(PyObject *module, PyObject *arg)
{
    Py_complex z;
    if (!read_complex(arg, &z)) {
        return NULL;
    }
    if (z.real == 0.0 && isnan(z.imag)) {
        return PyComplex_FromDoubles(NAN, NAN); /* as CPython, and C before C17 */
    }
    if (isinf(z.real) && isinf(z.imag)) {
        return PyComplex_FromDoubles(copysign(1.0, z.real), 0.0);
    }
    return exponential(z, ctanh, isinf(z.imag) && isfinite(z.real));
}

static PyObject *
cmath_acosh(PyObject *module, PyObject *arg)
{
    Py_complex z;
    if (!read_complex(arg, &z)) {
        return NULL;
    }
    if (z.real == 0.0 && isnan(z.imag)) {
        return PyComplex_FromDoubles(NAN, NAN); /* as CPython, and C before C17 */
    }
    return PyComplex_FromCComplex(call(cacosh, z));
}

static PyObject *
cmath_cos(PyObject *module, PyObject *arg)
{
    Py_complex z;
    if (!read_complex(arg, &z)) {
        return NULL;
    }
    if (isnan(z.imag) && z.real == 0.0) {
        return PyComplex_FromDoubles(NAN, 0.0);
    }
    return exponential(z, ccos, isinf(z.real) && !isnan(z.imag));
}

static PyObject *
cmath_sin(PyObject *module, PyObject *arg)
{
    Py_complex z;
    if (!read_complex(arg, &z)) {
        return NULL;
    }
    if (isnan(z.real) && z.imag == 0.0) {
        return PyComplex_FromDoubles(NAN, -0.0);
    }
    return exponential(z, csin, isinf(z.real) && !isnan(z.imag));
}

static PyObject *
cmath_tan(PyObject *module, PyObject *arg)
{
    Py_complex z;
    if (!read_complex(arg, &z)) {
        return NULL;
    }
    if (z.imag == 0.0 && isnan(z.real)) {
        return PyComplex_FromDoubles(NAN, NAN);
    }
    if (isinf(z.real) && isfinite(z.imag)) {
        return ou_math_domain_error();
    }
    if (isinf(z.real) && isinf(z.imag)) {
        return PyComplex_FromDoubles(0.0, copysign(1.0, z.imag));
    }
    return PyComplex_FromCComplex(over_i(call(ctanh, times_i(z))));
}

static PyObject *
inverse_tangent(Py_complex z, bool circular)
{
    Py_complex w = circular ? times_i(z) : z;
    if (w.imag == 0.0 && fabs(w.real) == 1.0) {
        return ou_math_domain_error(); /* the poles */
    }
    Py_complex result = isnan(w.real) && isinf(w.imag) ? (Py_complex){0.0, copysign(M_PI_2, w.imag)} : call(catanh, w);
    return PyComplex_FromCComplex(circular ? over_i(result) : result);
}

static PyObject *
cmath_atanh(PyObject *module, PyObject *arg)
{
    Py_complex z;
    return read_complex(arg, &z) ? inverse_tangent(z, false) : NULL;
}

static PyObject *
cmath_atan(PyObject *module, PyObject *arg)
{
    Py_complex z;
    return read_complex(arg, &z) ? inverse_tangent(z, true) : NULL;
}

static PyObject *
cmath_log10(PyObject *module, PyObject *arg)
{
    Py_complex z;
    if (!read_complex(arg, &z)) {
        return NULL;
    }
    if (z.real == 0.0 && z.imag == 0.0) {
        return ou_math_domain_error();
    }
    Py_complex result = call(clog, z);
    return PyComplex_FromDoubles(result.real / M_LN10, result.imag / M_LN10);
}

static PyObject *
cmath_log(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    Py_complex z, base;
    if (!_PyArg_CheckPositional("log", n_args, 1, 2) || !read_complex(args[0], &z)
        || (n_args == 2 && !read_complex(args[1], &base))) {
        return NULL;
    }
    if (z.real == 0.0 && z.imag == 0.0) {
        return ou_math_domain_error();
    }
    Py_complex result = call(clog, z);
    if (n_args == 2) {
        if (base.real == 0.0 && base.imag == 0.0) {
            return ou_math_domain_error();
        }
        errno = 0;
        result = _Py_c_quot(result, call(clog, base));
        if (errno == EDOM) {
            return ou_math_domain_error();
        }
    }
    return PyComplex_FromCComplex(result);
}

/* ---- polar form ---------------------------------------------------------------------------------------- */

static PyObject *
cmath_phase(PyObject *module, PyObject *arg)
{
    Py_complex z;
    return read_complex(arg, &z) ? ou_float_new(atan2(z.imag, z.real)) : NULL;
}

static PyObject *
cmath_polar(PyObject *module, PyObject *arg)
{
    Py_complex z;
    if (!read_complex(arg, &z)) {
        return NULL;
    }
    double size = _Py_c_abs(z);
    if (errno == ERANGE) {
        return ou_math_range_error();
    }
    return Py_BuildValue("(dd)", size, atan2(z.imag, z.real));
}

static PyObject *
cmath_rect(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("rect", n_args, 2, 2)) {
        return NULL;
    }
    double r = PyFloat_AsDouble(args[0]);
    if (r == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    double phi = PyFloat_AsDouble(args[1]);
    if (phi == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    if (isinf(phi) && r != 0.0 && !isnan(r)) {
        return ou_math_domain_error();
    }
    if (!isfinite(phi) && r == 0.0) {
        return PyComplex_FromDoubles(0.0, 0.0);
    }
    if (phi == 0.0) {
        double imag = isnan(r) ? 0.0 : isinf(r) ? copysign(0.0, phi) * copysign(1.0, r) : r * phi;
        return PyComplex_FromDoubles(r, imag);
    }
    if (isinf(r) && isfinite(phi)) {
        double real = copysign(INFINITY, cos(phi)), imag = copysign(INFINITY, sin(phi));
        return PyComplex_FromDoubles(r > 0 ? real : -real, r > 0 ? imag : -imag);
    }
    if (isinf(r)) {
        return PyComplex_FromDoubles(INFINITY, NAN);
    }
    return PyComplex_FromDoubles(r * cos(phi), r * sin(phi));
}

/* ---- tests --------------------------------------------------------------------------------------------- */

static PyObject *
cmath_isfinite(PyObject *module, PyObject *arg)
{
    Py_complex z;
    return read_complex(arg, &z) ? PyBool_FromLong(is_finite(z)) : NULL;
}

static PyObject *
cmath_isinf(PyObject *module, PyObject *arg)
{
    Py_complex z;
    return read_complex(arg, &z) ? PyBool_FromLong(isinf(z.real) || isinf(z.imag)) : NULL;
}

static PyObject *
cmath_isnan(PyObject *module, PyObject *arg)
{
    Py_complex z;
    return read_complex(arg, &z) ? PyBool_FromLong(isnan(z.real) || isnan(z.imag)) : NULL;
}

static PyObject *
cmath_isclose(PyObject *module, PyObject *const *args, Py_ssize_t nargsf, PyObject *kwnames)
{
    static const OuParams params = {
        "isclose", {"a", "b", "rel_tol", "abs_tol"}, .n_posonly = 0, .n_positional = 2, .n_required = 2, .n_all = 4};
    PyObject *v[4];
    Py_complex a, b;
    double tolerance[2] = {1e-9, 0.0};
    if (ou_args_parse(&params, args, (size_t)nargsf, kwnames, v) < 0 || !read_complex(v[0], &a) || !read_complex(v[1], &b)) {
        return NULL;
    }
    for (int i = 0; i < 2; i++) {
        if (v[2 + i] != NULL) {
            tolerance[i] = PyFloat_AsDouble(v[2 + i]);
            if (tolerance[i] == -1.0 && PyErr_Occurred()) {
                return NULL;
            }
        }
    }
    if (tolerance[0] < 0.0 || tolerance[1] < 0.0) {
        PyErr_SetString(PyExc_ValueError, "tolerances must be non-negative");
        return NULL;
    }
    if (a.real == b.real && a.imag == b.imag) {
        Py_RETURN_TRUE;
    }
    if (isinf(a.real) || isinf(a.imag) || isinf(b.real) || isinf(b.imag)) {
        Py_RETURN_FALSE;
    }
    double difference = _Py_c_abs(_Py_c_diff(a, b));
    return PyBool_FromLong(difference <= tolerance[0] * _Py_c_abs(b) || difference <= tolerance[0] * _Py_c_abs(a)
                           || difference <= tolerance[1]);
}

/* ---- the module ---------------------------------------------------------------------------------------- */

#define FAST(function) ((PyCFunction)(void (*)(void))(function))
#define ONE(name, text)                                                   \
    {                                                                     \
#name, cmath_##name, METH_O, #name "($module, z, /)\n--\n\n" text \
    }

static PyMethodDef cmath_methods[] = {
    ONE(acos, "Arc cosine."),
    ONE(acosh, "Inverse hyperbolic cosine."),
    ONE(asin, "Arc sine."),
    ONE(asinh, "Inverse hyperbolic sine."),
    ONE(atan, "Arc tangent."),
    ONE(atanh, "Inverse hyperbolic tangent."),
    ONE(cos, "Cosine."),
    ONE(cosh, "Hyperbolic cosine."),
    ONE(exp, "e to the power of z."),
    {"isclose", FAST(cmath_isclose), METH_FASTCALL | METH_KEYWORDS,
     "isclose($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)\n--\n\n"
     "Are two numbers close: does their distance not exceed rel_tol times the larger, or abs_tol?"},
    ONE(isfinite, "Are both parts finite?"),
    ONE(isinf, "Is a part an infinity?"),
    ONE(isnan, "Is a part a NaN?"),
    {"log", FAST(cmath_log), METH_FASTCALL,
     "log($module, z, base=<unrepresentable>, /)\n--\n\nLogarithm, natural unless a base is given."},
    ONE(log10, "Logarithm to the base 10."),
    ONE(phase, "The angle, from -pi to pi."),
    ONE(polar, "Distance from zero, and angle."),
    {"rect", FAST(cmath_rect), METH_FASTCALL,
     "rect($module, r, phi, /)\n--\n\nThe number with this distance from zero and this angle."},
    ONE(sin, "Sine."),
    ONE(sinh, "Hyperbolic sine."),
    ONE(sqrt, "Square root, in the right half of the plane."),
    ONE(tan, "Tangent."),
    ONE(tanh, "Hyperbolic tangent."),
    {NULL, NULL, 0, NULL},
};

static int
cmath_exec(PyObject *module)
{
    static const struct {
        const char *name;
        double real, imag;
        bool is_complex;
    } constants[] = {
        {"pi", Py_MATH_PI, 0.0, false}, {"e", Py_MATH_E, 0.0, false},  {"tau", Py_MATH_TAU, 0.0, false},
        {"inf", INFINITY, 0.0, false},  {"infj", 0.0, INFINITY, true}, {"nan", NAN, 0.0, false},
        {"nanj", 0.0, NAN, true},
    };
    for (size_t i = 0; i < OU_COUNT_OF(constants); i++) {
        PyObject *value = constants[i].is_complex ? PyComplex_FromDoubles(constants[i].real, constants[i].imag)
                                                  : ou_float_new(constants[i].real);
        int status = value == NULL ? -1 : PyModule_AddObjectRef(module, constants[i].name, value);
        Py_XDECREF(value);
        if (status < 0) {
            return -1;
        }
    }
    return 0;
}

static PyModuleDef_Slot cmath_slots[] = {
    {Py_mod_exec, (void *)cmath_exec},
    {0, NULL},
};

static PyModuleDef cmath_module = {
    PyModuleDef_HEAD_INIT,      .m_name = "cmath",      .m_doc = "Functions and constants of mathematics, for complex numbers.",
    .m_methods = cmath_methods, .m_slots = cmath_slots,
};

PyMODINIT_FUNC
PyInit_cmath(void)
{
    return PyModuleDef_Init(&cmath_module);
}
