/* types/float.c - the type float.
 *
 * Owns       nothing: a float has no references.
 * Invariant  an exact float's block has sizeof(PyFloatObject) bytes.
 * Not here   digits and text (float_digits.c, float_text.c), bytes (float_pack.c), complex powers (complex.c). */
#include "object/args.h"
#include "object/hold.h"
#include "base/hash.h"
#include "types/float_internal.h"
#include "types/str.h"
#include <float.h>

/* ---- making and reading -------------------------------------------------------------------------------- */

/* New float.  Errors MemoryError. */
PyObject *
PyFloat_FromDouble(double value)
{
    return ou_float_new(value);
}

double
PyFloat_GetMax(void)
{
    return DBL_MAX;
}

double
PyFloat_GetMin(void)
{
    return DBL_MIN;
}

/* The value of a float, or by __float__ or __index__.  -1.0 may be an error: TypeError, OverflowError.
 * RE-ENTRANT. */
double
PyFloat_AsDouble(PyObject *op)
{
    if (op == NULL) {
        PyErr_BadArgument();
        return -1.0;
    }
    if (PyFloat_Check(op)) {
        return PyFloat_AS_DOUBLE(op);
    }
    if (PyLong_CheckExact(op)) {
        return PyLong_AsDouble(op);
    }
    PyNumberMethods *methods = Py_TYPE(op)->tp_as_number;
    if (methods == NULL || methods->nb_float == NULL) {
        if (methods != NULL && methods->nb_index != NULL) {
            PyObject *index = _PyNumber_Index(op);
            if (index == NULL) {
                return -1.0;
            }
            double value = PyLong_AsDouble(index);
            Py_DECREF(index);
            return value;
        }
        PyErr_Format(PyExc_TypeError, "must be real number, not %.50s", Py_TYPE(op)->tp_name);
        return -1.0;
    }
    PyObject *number = methods->nb_float(op);
    if (number == NULL) {
        return -1.0;
    }
    if (!PyFloat_CheckExact(number)) {
        if (!PyFloat_Check(number)) {
            PyErr_Format(PyExc_TypeError, "%.50s.__float__ returned non-float (type %.50s)", Py_TYPE(op)->tp_name,
                         Py_TYPE(number)->tp_name);
            Py_DECREF(number);
            return -1.0;
        }
        OU_HOLD(h, &number);
        int status = PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                                      "%.50s.__float__ returned non-float (type %.50s).  "
                                      "The ability to return an instance of a strict subclass of float is deprecated, "
                                      "and may be removed in a future version of Python.",
                                      Py_TYPE(op)->tp_name, Py_TYPE(number)->tp_name);
        OU_HOLD_END(h);
        if (status < 0) {
            Py_DECREF(number);
            return -1.0;
        }
    }
    double value = PyFloat_AS_DOUBLE(number);
    Py_DECREF(number);
    return value;
}

static PyObject *
new_of_type(PyTypeObject *type, PyObject *x)
{
    PyObject *value = x == NULL ? ou_float_new(0.0) : PyUnicode_CheckExact(x) ? PyFloat_FromString(x) : PyNumber_Float(x);
    if (type == &PyFloat_Type || value == NULL) {
        return value;
    }
    PyObject *self = type->tp_alloc(type, 0);
    if (self != NULL) {
        ((PyFloatObject *)self)->ob_fval = PyFloat_AS_DOUBLE(value);
    }
    Py_DECREF(value);
    return self;
}

static PyObject *
float_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if ((type == &PyFloat_Type || type->tp_init == PyFloat_Type.tp_init) && !_PyArg_NoKeywords("float", kwargs)) {
        return NULL;
    }
    if (!_PyArg_CheckPositional("float", PyTuple_GET_SIZE(args), 0, 1)) {
        return NULL;
    }
    return new_of_type(type, PyTuple_GET_SIZE(args) == 0 ? NULL : PyTuple_GET_ITEM(args, 0));
}

static PyObject *
float_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Py_ssize_t n_args = PyVectorcall_NARGS(nargsf);
    if (!_PyArg_NoKwnames("float", kwnames) || !_PyArg_CheckPositional("float", n_args, 0, 1)) {
        return NULL;
    }
    return new_of_type((PyTypeObject *)type, n_args == 0 ? NULL : args[0]);
}

static void
float_dealloc(PyObject *self)
{
    if (OU_LIKELY(PyFloat_CheckExact(self))) {
        ou_object_free_fast(self, sizeof(PyFloatObject));
    }
    else {
        Py_TYPE(self)->tp_free(self);
    }
}

/* ---- arithmetic ---------------------------------------------------------------------------------------- */

/* Both operands as doubles, or out of the function. */
#define OPERANDS(a, b, left, right)                                     \
    double a, b;                                                        \
    int status_##a = ou_float_operand(left, &a);                        \
    int status_##b = status_##a <= 0 ? 0 : ou_float_operand(right, &b); \
    if (OU_UNLIKELY(status_##a <= 0 || status_##b <= 0)) {              \
        if (status_##a < 0 || status_##b < 0) {                         \
            return NULL;                                                \
        }                                                               \
        Py_RETURN_NOTIMPLEMENTED;                                       \
    }

static PyObject *
float_add(PyObject *left, PyObject *right)
{
    OPERANDS(a, b, left, right)
    return ou_float_new(a + b);
}

static PyObject *
float_sub(PyObject *left, PyObject *right)
{
    OPERANDS(a, b, left, right)
    return ou_float_new(a - b);
}

static PyObject *
float_mul(PyObject *left, PyObject *right)
{
    OPERANDS(a, b, left, right)
    return ou_float_new(a * b);
}

static PyObject *
zero_division(const char *text)
{
    PyErr_SetString(PyExc_ZeroDivisionError, text);
    return NULL;
}

static PyObject *
float_truediv(PyObject *left, PyObject *right)
{
    OPERANDS(a, b, left, right)
    return b == 0.0 ? zero_division("float division by zero") : ou_float_new(a / b);
}

/* The remainder with b's sign; b is not 0. */
static double
floor_remainder(double a, double b)
{
    double r = fmod(a, b);
    if (r != 0.0) {
        return (b < 0) != (r < 0) ? r + b : r;
    }
    return copysign(0.0, b);
}

/* The floor of a / b, and the remainder that belongs to it. */
static double
floor_quotient(double a, double b, double *remainder)
{
    double r = fmod(a, b), q = (a - r) / b; /* nearly whole: fmod is exact */
    if (r != 0.0) {
        if ((b < 0) != (r < 0)) {
            r += b;
            q -= 1.0;
        }
    }
    else {
        r = copysign(0.0, b);
    }
    *remainder = r;
    if (q == 0.0) {
        return copysign(0.0, a / b);
    }
    double whole = floor(q);
    return q - whole > 0.5 ? whole + 1.0 : whole;
}

static PyObject *
float_mod(PyObject *left, PyObject *right)
{
    OPERANDS(a, b, left, right)
    return b == 0.0 ? zero_division("float modulo") : ou_float_new(floor_remainder(a, b));
}

static PyObject *
float_floordiv(PyObject *left, PyObject *right)
{
    OPERANDS(a, b, left, right)
    double r;
    return b == 0.0 ? zero_division("float floor division by zero") : ou_float_new(floor_quotient(a, b, &r));
}

static PyObject *
pair_of(PyObject *first, PyObject *second)
{
    PyObject *pair = first == NULL || second == NULL ? NULL : PyTuple_Pack(2, first, second);
    Py_XDECREF(first);
    Py_XDECREF(second);
    return pair;
}

static PyObject *
float_divmod(PyObject *left, PyObject *right)
{
    OPERANDS(a, b, left, right)
    if (b == 0.0) {
        return zero_division("float divmod()");
    }
    double r, q = floor_quotient(a, b, &r);
    PyObject *first = ou_float_new(q);
    return pair_of(first, first == NULL ? NULL : ou_float_new(r));
}

static PyObject *
float_pow(PyObject *left, PyObject *right, PyObject *modulus)
{
    if (modulus != Py_None) {
        PyErr_SetString(PyExc_TypeError, "pow() 3rd argument not allowed unless all arguments are integers");
        return NULL;
    }
    OPERANDS(a, b, left, right)
    if (a == 0.0 && b < 0.0 && !isinf(b)) {
        return zero_division("0.0 cannot be raised to a negative power");
    }
    if (a < 0.0 && isfinite(a) && isfinite(b) && b != floor(b)) {
        PyObject *x = PyComplex_FromDoubles(a, 0.0), *y = x == NULL ? NULL : PyComplex_FromDoubles(b, 0.0);
        PyObject *result = y == NULL ? NULL : PyComplex_Type.tp_as_number->nb_power(x, y, Py_None);
        Py_XDECREF(x);
        Py_XDECREF(y);
        return result;
    }
    double result = pow(a, b); /* the special cases are those of C's Annex F */
    if (isinf(result) && isfinite(a) && isfinite(b)) {
        errno = ERANGE;
        PyErr_SetFromErrno(PyExc_OverflowError);
        return NULL;
    }
    return ou_float_new(result);
}

static PyObject *
float_neg(PyObject *self)
{
    return ou_float_new(-PyFloat_AS_DOUBLE(self));
}

static PyObject *
float_abs(PyObject *self)
{
    return ou_float_new(fabs(PyFloat_AS_DOUBLE(self)));
}

static int
float_bool(PyObject *self)
{
    return PyFloat_AS_DOUBLE(self) != 0.0;
}

/* The float itself, exact. */
static PyObject *
float_float(PyObject *self)
{
    return PyFloat_CheckExact(self) ? Py_NewRef(self) : ou_float_new(PyFloat_AS_DOUBLE(self));
}

static PyObject *
float_int(PyObject *self)
{
    return PyLong_FromDouble(PyFloat_AS_DOUBLE(self));
}

/* ---- comparison and hash ------------------------------------------------------------------------------- */

/* Order of a finite or infinite double and an int, exactly. */
static int
order_with_int(double x, PyObject *op)
{
    int sign_x = (x > 0) - (x < 0), sign = _PyLong_Sign(op);
    if (sign_x != sign || sign == 0) {
        return sign_x < sign ? -1 : sign_x > sign;
    }
    if (isinf(x)) {
        return sign;
    }
    if (ou_int_is_short(op)) {
        if (fabs(x) >= 0x1p62) {
            return sign;
        }
        int64_t whole = (int64_t)x, value = ou_int_value2(op); /* towards zero */
        if (whole != value) {
            return whole < value ? -1 : 1;
        }
        double rest = x - (double)whole; /* exact */
        return (rest > 0) - (rest < 0);
    }
    int exponent;
    double fraction = frexp(fabs(x), &exponent); /* |x| < 2**exponent */
    Py_ssize_t int_exponent;
    uint64_t mantissa = (uint64_t)ldexp(fraction, 64), int_mantissa = ou_int_top_bits(op, &int_exponent);
    int_exponent += 64;
    int order =
        exponent != int_exponent ? (exponent < int_exponent ? -1 : 1) : (mantissa > int_mantissa) - (mantissa < int_mantissa);
    return sign * order;
}

static PyObject *
float_richcompare(PyObject *left, PyObject *right, int op)
{
    double a = PyFloat_AS_DOUBLE(left), b;
    if (PyFloat_Check(right)) {
        b = PyFloat_AS_DOUBLE(right);
    }
    else if (PyLong_Check(right)) {
        b = 0.0;
        if (!isnan(a)) {
            a = order_with_int(a, right);
        }
    }
    else {
        Py_RETURN_NOTIMPLEMENTED;
    }
    bool result;
    switch (op) {
    case Py_EQ: result = a == b; break;
    case Py_NE: result = a != b; break;
    case Py_LT: result = a < b; break;
    case Py_LE: result = a <= b; break;
    case Py_GT: result = a > b; break;
    default: result = a >= b; break;
    }
    return PyBool_FromLong(result);
}

/* Hash of a double, equal to that of an equal int; a NaN's is its object's.  Never -1. */
Py_hash_t
_Py_HashDouble(PyObject *object, double value)
{
    if (OU_UNLIKELY(!isfinite(value))) {
        if (isinf(value)) {
            return value > 0 ? _PyHASH_INF : -_PyHASH_INF;
        }
        return ou_hash_pointer(object);
    }
    int exponent;
    uint64_t mantissa = (uint64_t)ldexp(fabs(frexp(value, &exponent)), 53), hash;
    exponent -= 53;
    /* mantissa * 2**exponent modulo 2**61 - 1: a power of two turns the 61 bits */
    exponent %= _PyHASH_BITS;
    unsigned turn = (unsigned)(exponent < 0 ? exponent + _PyHASH_BITS : exponent);
    hash = turn == 0 ? mantissa : (mantissa << turn & _PyHASH_MODULUS) | mantissa >> (_PyHASH_BITS - turn);
    Py_hash_t result = value < 0 ? -(Py_hash_t)hash : (Py_hash_t)hash;
    return result == -1 ? -2 : result;
}

static Py_hash_t
float_hash(PyObject *self)
{
    return _Py_HashDouble(self, PyFloat_AS_DOUBLE(self));
}

/* ---- methods ------------------------------------------------------------------------------------------- */

static PyObject *
float_conjugate(PyObject *self, PyObject *unused)
{
    return float_float(self);
}

static PyObject *
float_trunc(PyObject *self, PyObject *unused)
{
    return PyLong_FromDouble(PyFloat_AS_DOUBLE(self));
}

static PyObject *
float_floor(PyObject *self, PyObject *unused)
{
    return PyLong_FromDouble(floor(PyFloat_AS_DOUBLE(self)));
}

static PyObject *
float_ceil(PyObject *self, PyObject *unused)
{
    return PyLong_FromDouble(ceil(PyFloat_AS_DOUBLE(self)));
}

static PyObject *
float_round(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs > 1) {
        PyErr_Format(PyExc_TypeError, "__round__ expected at most 1 argument, got %zd", nargs);
        return NULL;
    }
    if (nargs == 0 || args[0] == Py_None) {
        return PyLong_FromDouble(nearbyint(PyFloat_AS_DOUBLE(self))); /* half to even */
    }
    Py_ssize_t places = PyNumber_AsSsize_t(args[0], NULL);
    if (places == -1 && PyErr_Occurred()) {
        return NULL;
    }
    double x = PyFloat_AS_DOUBLE(self);
    if (!isfinite(x) || x == 0.0 || places > 323) {
        return ou_float_new(x);
    }
    double rounded = places < -308 ? copysign(0.0, x) : ou_double_round(x, places);
    if (isinf(rounded)) {
        PyErr_SetString(PyExc_OverflowError, "rounded value too large to represent");
        return NULL;
    }
    return ou_float_new(rounded);
}

static PyObject *
float_is_integer(PyObject *self, PyObject *unused)
{
    double x = PyFloat_AS_DOUBLE(self);
    return PyBool_FromLong(isfinite(x) && floor(x) == x);
}

static PyObject *
float_as_integer_ratio(PyObject *self, PyObject *unused)
{
    double x = PyFloat_AS_DOUBLE(self);
    if (isinf(x)) {
        PyErr_SetString(PyExc_OverflowError, "cannot convert Infinity to integer ratio");
        return NULL;
    }
    if (isnan(x)) {
        PyErr_SetString(PyExc_ValueError, "cannot convert NaN to integer ratio");
        return NULL;
    }
    int exponent;
    int64_t mantissa = (int64_t)ldexp(frexp(x, &exponent), 53);
    exponent -= 53;
    if (mantissa != 0) {
        int zeros = __builtin_ctzll((uint64_t)mantissa);
        mantissa >>= zeros; /* exact, also for negative ones */
        exponent += zeros;
    }
    else {
        exponent = 0;
    }
    PyObject *numerator = ou_int_from_int64(mantissa), *denominator = Py_NewRef(OU_SMALL_INT(1));
    if (exponent > 0 && numerator != NULL) {
        Py_SETREF(numerator, _PyLong_Lshift(numerator, (size_t)exponent));
    }
    else if (exponent < 0) {
        Py_SETREF(denominator, _PyLong_Lshift(denominator, (size_t)-exponent));
    }
    return pair_of(numerator, denominator);
}

static PyObject *
float_getnewargs(PyObject *self, PyObject *unused)
{
    PyObject *value = ou_float_new(PyFloat_AS_DOUBLE(self));
    PyObject *args = value == NULL ? NULL : PyTuple_Pack(1, value);
    Py_XDECREF(value);
    return args;
}

static PyObject *
float_getformat(PyObject *type, PyObject *name)
{
    if (!PyUnicode_Check(name)) {
        _PyArg_BadArgument("__getformat__", "argument", "str", name);
        return NULL;
    }
    if (PyUnicode_CompareWithASCIIString(name, "double") != 0 && PyUnicode_CompareWithASCIIString(name, "float") != 0) {
        PyErr_SetString(PyExc_ValueError, "__getformat__() argument 1 must be 'double' or 'float'");
        return NULL;
    }
    return PyUnicode_FromString("IEEE, little-endian");
}

static PyObject *
float_get_real(PyObject *self, void *closure)
{
    return float_float(self);
}

static PyObject *
float_get_imag(PyObject *self, void *closure)
{
    return ou_float_new(0.0);
}

static PyMethodDef float_methods[] = {
    {"conjugate", float_conjugate, METH_NOARGS, "conjugate($self, /)\n--\n\nReturn the float itself."},
    {"__trunc__", float_trunc, METH_NOARGS, "__trunc__($self, /)\n--\n\nReturn the integral part."},
    {"__floor__", float_floor, METH_NOARGS, "__floor__($self, /)\n--\n\nReturn the greatest integer at or below."},
    {"__ceil__", float_ceil, METH_NOARGS, "__ceil__($self, /)\n--\n\nReturn the least integer at or above."},
    {"__round__", (PyCFunction)(void (*)(void))float_round, METH_FASTCALL,
     "__round__($self, ndigits=None, /)\n--\n\n"
     "Round to that many decimal places, half to even; without ndigits, to an integer."},
    {"as_integer_ratio", float_as_integer_ratio, METH_NOARGS,
     "as_integer_ratio($self, /)\n--\n\n"
     "Return a pair of integers in lowest terms whose ratio is exactly the float, the second above 0."},
    {"fromhex", ou_float_fromhex, METH_O | METH_CLASS,
     "fromhex($type, string, /)\n--\n\nMake a float of a hexadecimal number such as '0x1.8p+3'."},
    {"hex", ou_float_hex, METH_NOARGS, "hex($self, /)\n--\n\nReturn the number in hexadecimal, exactly."},
    {"is_integer", float_is_integer, METH_NOARGS, "is_integer($self, /)\n--\n\nIs the float a whole number?"},
    {"__getnewargs__", float_getnewargs, METH_NOARGS, "__getnewargs__($self, /)\n--\n\n"},
    {"__getformat__", float_getformat, METH_O | METH_CLASS,
     "__getformat__($type, typestr, /)\n--\n\nSay how C's 'double' or 'float' is laid out."},
    {"__format__", ou_format_float, METH_O, "__format__($self, format_spec, /)\n--\n\nFormat as format_spec says."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef float_getset[] = {
    {"real", float_get_real, NULL, "the float itself", NULL},
    {"imag", float_get_imag, NULL, "0.0", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyNumberMethods float_number = {
    .nb_add = float_add,
    .nb_subtract = float_sub,
    .nb_multiply = float_mul,
    .nb_remainder = float_mod,
    .nb_divmod = float_divmod,
    .nb_power = float_pow,
    .nb_negative = float_neg,
    .nb_positive = float_float,
    .nb_absolute = float_abs,
    .nb_bool = float_bool,
    .nb_int = float_int,
    .nb_float = float_float,
    .nb_floor_divide = float_floordiv,
    .nb_true_divide = float_truediv,
};

PyTypeObject PyFloat_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "float",
    .tp_basicsize = sizeof(PyFloatObject),
    .tp_dealloc = float_dealloc,
    .tp_repr = ou_float_repr,
    .tp_as_number = &float_number,
    .tp_hash = float_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = "float(x=0, /)\n--\n\nA number with a fraction: an IEEE 754 double, made of a number or of text.",
    .tp_richcompare = float_richcompare,
    .tp_methods = float_methods,
    .tp_getset = float_getset,
    .tp_new = float_new,
    .tp_free = PyObject_Free,
    .tp_vectorcall = float_vectorcall,
};

/* ---- sys.float_info ------------------------------------------------------------------------------------ */

static PyStructSequence_Field info_fields[] = {
    {"max", "the greatest finite float"},
    {"max_exp", "the greatest e for which radix ** (e - 1) is a float"},
    {"max_10_exp", "the greatest e for which 10 ** e is a float"},
    {"min", "the least positive normal float"},
    {"min_exp", "the least e for which radix ** (e - 1) is a normal float"},
    {"min_10_exp", "the least e for which 10 ** e is a normal float"},
    {"dig", "decimal digits that always survive"},
    {"mant_dig", "digits of the mantissa in the radix"},
    {"epsilon", "the difference between 1 and the next float"},
    {"radix", "the base of the exponent"},
    {"rounds", "1: additions round to nearest"},
    {NULL, NULL},
};

static PyStructSequence_Desc info_desc = {
    .name = "sys.float_info",
    .doc = "What floats can hold.",
    .fields = info_fields,
    .n_in_sequence = 11,
};

/* A new sys.float_info.  Errors MemoryError. */
PyObject *
PyFloat_GetInfo(void)
{
    PyTypeObject *type = PyStructSequence_NewType(&info_desc);
    if (type == NULL) {
        return NULL;
    }
    static const double values[] = {DBL_MAX,      DBL_MAX_EXP, DBL_MAX_10_EXP, DBL_MIN, DBL_MIN_EXP, DBL_MIN_10_EXP, DBL_DIG,
                                    DBL_MANT_DIG, DBL_EPSILON, FLT_RADIX,      1};
    PyObject *info = PyStructSequence_New(type);
    Py_DECREF(type); /* its instance holds it */
    for (int i = 0; info != NULL && i < 11; i++) {
        bool is_float = i == 0 || i == 3 || i == 8;
        PyObject *value = is_float ? ou_float_new(values[i]) : ou_int_new_private((int64_t)values[i]);
        if (value == NULL) {
            Py_CLEAR(info);
            break;
        }
        PyStructSequence_SET_ITEM(info, i, value);
    }
    return info;
}
