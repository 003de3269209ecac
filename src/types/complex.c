/* types/complex.c - the type complex, and complex arithmetic for whoever needs it.
 *
 * Owns       nothing: a complex has no references.
 * Invariant  an exact complex's block has sizeof(PyComplexObject) bytes.
 * Not here   functions of complex numbers (modules/cmath.c), format specifications (str_format.c). */
#include "object/args.h"
#include "object/hold.h"
#include "types/float_internal.h"
#include "types/str.h"
#include <structmember.h>

/* ---- arithmetic ---------------------------------------------------------------------------------------- */

Py_complex
_Py_c_sum(Py_complex a, Py_complex b)
{
    return (Py_complex){a.real + b.real, a.imag + b.imag};
}

Py_complex
_Py_c_diff(Py_complex a, Py_complex b)
{
    return (Py_complex){a.real - b.real, a.imag - b.imag};
}

Py_complex
_Py_c_neg(Py_complex a)
{
    return (Py_complex){-a.real, -a.imag};
}

Py_complex
_Py_c_prod(Py_complex a, Py_complex b)
{
    return (Py_complex){a.real * b.real - a.imag * b.imag, a.real * b.imag + a.imag * b.real};
}

/* a / b; errno EDOM where b is 0.  Source: Robert L. Smith, Algorithm 116: scales by the larger part of b. */
Py_complex
_Py_c_quot(Py_complex a, Py_complex b)
{
    double size_real = fabs(b.real), size_imag = fabs(b.imag);
    if (size_real >= size_imag) {
        if (size_real == 0.0) {
            errno = EDOM;
            return (Py_complex){0.0, 0.0};
        }
        double ratio = b.imag / b.real, denominator = b.real + b.imag * ratio;
        return (Py_complex){(a.real + a.imag * ratio) / denominator, (a.imag - a.real * ratio) / denominator};
    }
    if (size_imag >= size_real) {
        double ratio = b.real / b.imag, denominator = b.real * ratio + b.imag;
        return (Py_complex){(a.real * ratio + a.imag) / denominator, (a.imag * ratio - a.real) / denominator};
    }
    return (Py_complex){NAN, NAN}; /* b has a NaN */
}

/* a ** b; errno EDOM for 0 to a negative or complex power. */
Py_complex
_Py_c_pow(Py_complex a, Py_complex b)
{
    if (b.real == 0.0 && b.imag == 0.0) {
        return (Py_complex){1.0, 0.0};
    }
    if (a.real == 0.0 && a.imag == 0.0) {
        if (b.imag != 0.0 || b.real < 0.0) {
            errno = EDOM;
        }
        return (Py_complex){0.0, 0.0};
    }
    double size = hypot(a.real, a.imag), length = pow(size, b.real);
    double angle = atan2(a.imag, a.real), phase = angle * b.real;
    if (b.imag != 0.0) {
        length /= exp(angle * b.imag);
        phase += b.imag * log(size);
    }
    return (Py_complex){length * cos(phase), length * sin(phase)};
}

/* |a|; errno ERANGE where it is too large, else 0. */
double
_Py_c_abs(Py_complex a)
{
    errno = 0;
    if (isinf(a.real) || isinf(a.imag)) {
        return INFINITY;
    }
    double size = hypot(a.real, a.imag);
    if (isinf(size)) {
        errno = ERANGE;
    }
    return size;
}

static Py_complex
power_whole(Py_complex a, long n)
{
    Py_complex result = {1.0, 0.0}, square = a, one = {1.0, 0.0};
    for (unsigned long left = n < 0 ? (unsigned long)-n : (unsigned long)n; left != 0; left >>= 1) {
        if (left & 1) {
            result = _Py_c_prod(result, square);
        }
        square = _Py_c_prod(square, square);
    }
    return n > 0 ? result : _Py_c_quot(one, result);
}

/* ---- making and reading -------------------------------------------------------------------------------- */

/* New complex.  Errors MemoryError. */
PyObject *
PyComplex_FromCComplex(Py_complex value)
{
    PyComplexObject *op = (PyComplexObject *)ou_object_new_fast(&PyComplex_Type, sizeof(PyComplexObject));
    if (op != NULL) {
        op->cval = value;
    }
    return (PyObject *)op;
}

PyObject *
PyComplex_FromDoubles(double real, double imag)
{
    return PyComplex_FromCComplex((Py_complex){real, imag});
}

/* By __complex__.  Refs new; NULL with or without an error set.  RE-ENTRANT. */
static PyObject *
from_special_method(PyObject *op)
{
    PyObject *method = _PyObject_LookupSpecial(op, OU_STR(__complex__));
    if (method == NULL) {
        return NULL;
    }
    OU_HOLD(h, &method);
    PyObject *result = PyObject_CallNoArgs(method);
    OU_HOLD_END(h);
    Py_DECREF(method);
    if (result == NULL || PyComplex_CheckExact(result)) {
        return result;
    }
    if (!PyComplex_Check(result)) {
        PyErr_Format(PyExc_TypeError, "__complex__ returned non-complex (type %.200s)", Py_TYPE(result)->tp_name);
        Py_DECREF(result);
        return NULL;
    }
    OU_HOLD(w, &result);
    int status = PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                                  "__complex__ returned non-complex (type %.200s).  "
                                  "The ability to return an instance of a strict subclass of complex is deprecated, "
                                  "and may be removed in a future version of Python.",
                                  Py_TYPE(result)->tp_name);
    OU_HOLD_END(w);
    if (status < 0) {
        Py_CLEAR(result);
    }
    return result;
}

/* The value of a complex, or by __complex__, __float__ or __index__.  A real part of -1.0 may be an error.
 * RE-ENTRANT. */
Py_complex
PyComplex_AsCComplex(PyObject *op)
{
    if (PyComplex_Check(op)) {
        return ((PyComplexObject *)op)->cval;
    }
    Py_complex value = {-1.0, 0.0};
    PyObject *converted = from_special_method(op);
    if (converted != NULL) {
        value = ((PyComplexObject *)converted)->cval;
        Py_DECREF(converted);
    }
    else if (!PyErr_Occurred()) {
        value.real = PyFloat_AsDouble(op);
    }
    return value;
}

double
PyComplex_RealAsDouble(PyObject *op)
{
    return PyComplex_Check(op) ? ((PyComplexObject *)op)->cval.real : PyFloat_AsDouble(op);
}

double
PyComplex_ImagAsDouble(PyObject *op)
{
    return PyComplex_Check(op) ? ((PyComplexObject *)op)->cval.imag : 0.0;
}

static void
complex_dealloc(PyObject *self)
{
    if (PyComplex_CheckExact(self)) {
        ou_object_free_fast(self, sizeof(PyComplexObject));
    }
    else {
        Py_TYPE(self)->tp_free(self);
    }
}

static PyObject *
new_of_type(PyTypeObject *type, Py_complex value)
{
    if (type == &PyComplex_Type) {
        return PyComplex_FromCComplex(value);
    }
    PyObject *self = type->tp_alloc(type, 0);
    if (self != NULL) {
        ((PyComplexObject *)self)->cval = value;
    }
    return self;
}

/* ---- from text ----------------------------------------------------------------------------------------- */

/* A number, if there is one.  Returns whether, and where it ends. */
static bool
read_part(const char **p, double *out)
{
    char *end;
    *out = PyOS_string_to_double(*p, &end, NULL);
    if (*out == -1.0 && PyErr_Occurred()) {
        PyErr_Clear(); /* ValueError: no number */
        return false;
    }
    *p = end;
    return true;
}

static PyObject *
complex_of_text(const char *text, Py_ssize_t size, void *type)
{
    const char *p = text, *stop = text + size;
    Py_complex value = {0.0, 0.0};
    while (Py_ISSPACE(*p)) {
        p++;
    }
    bool bracket = *p == '(';
    if (bracket) {
        p++;
        while (Py_ISSPACE(*p)) {
            p++;
        }
    }
    double first, second;
    if (read_part(&p, &first)) {
        if (*p == '+' || *p == '-') {
            value.real = first;
            if (!read_part(&p, &second)) {
                second = *p++ == '-' ? -1.0 : 1.0; /* a sign alone: 1+j */
            }
            value.imag = second;
            if (*p != 'j' && *p != 'J') {
                goto malformed;
            }
            p++;
        }
        else if (*p == 'j' || *p == 'J') {
            p++;
            value.imag = first;
        }
        else {
            value.real = first;
        }
    }
    else {
        value.imag = 1.0; /* a sign at most, and j */
        if (*p == '+' || *p == '-') {
            value.imag = *p++ == '-' ? -1.0 : 1.0;
        }
        if (*p != 'j' && *p != 'J') {
            goto malformed;
        }
        p++;
    }
    while (Py_ISSPACE(*p)) {
        p++;
    }
    if (bracket) {
        if (*p != ')') {
            goto malformed;
        }
        p++;
        while (Py_ISSPACE(*p)) {
            p++;
        }
    }
    if (p == stop) {
        return new_of_type(type, value);
    }
malformed:
    PyErr_SetString(PyExc_ValueError, "complex() arg is a malformed string");
    return NULL;
}

static PyObject *
complex_from_str(PyTypeObject *type, PyObject *op)
{
    PyObject *ascii = PyUnicode_IS_COMPACT_ASCII(op) ? Py_NewRef(op) : _PyUnicode_TransformDecimalAndSpaceToASCII(op);
    if (ascii == NULL) {
        return NULL;
    }
    PyObject *result = _Py_string_to_number_with_underscores(PyUnicode_DATA(ascii), PyUnicode_GET_LENGTH(ascii), "complex", op,
                                                             type, complex_of_text);
    Py_DECREF(ascii);
    return result;
}

/* ---- complex(real, imag) ------------------------------------------------------------------------------- */

static bool
has_float(PyObject *op)
{
    PyNumberMethods *methods = Py_TYPE(op)->tp_as_number;
    return methods != NULL && (methods->nb_float != NULL || methods->nb_index != NULL);
}

/* An argument as a number.  *is_complex: it had an imaginary part.  Returns 0, or -1 with an error set. */
static int
read_argument(PyObject *op, Py_complex *out, bool *is_complex)
{
    *is_complex = PyComplex_Check(op);
    if (*is_complex) {
        *out = ((PyComplexObject *)op)->cval;
        return 0;
    }
    PyObject *number = PyNumber_Float(op);
    if (number == NULL) {
        return -1;
    }
    *out = (Py_complex){PyFloat_AS_DOUBLE(number), 0.0};
    Py_DECREF(number);
    return 0;
}

static PyObject *
make_complex(PyTypeObject *type, PyObject *real, PyObject *imag)
{
    if (real != NULL && imag == NULL && type == &PyComplex_Type && PyComplex_CheckExact(real)) {
        return Py_NewRef(real);
    }
    if (real != NULL && PyUnicode_Check(real)) {
        if (imag != NULL) {
            PyErr_SetString(PyExc_TypeError, "complex() can't take second arg if first is a string");
            return NULL;
        }
        return complex_from_str(type, real);
    }
    if (imag != NULL && PyUnicode_Check(imag)) {
        PyErr_SetString(PyExc_TypeError, "complex() second arg can't be a string");
        return NULL;
    }
    PyObject *converted = NULL;
    if (real != NULL && !PyComplex_CheckExact(real)) {
        converted = from_special_method(real);
        if (converted == NULL && PyErr_Occurred()) {
            return NULL;
        }
        real = converted != NULL ? converted : real;
    }
    PyObject *result = NULL;
    if (real != NULL && !PyComplex_Check(real) && !has_float(real)) {
        PyErr_Format(PyExc_TypeError, "complex() first argument must be a string or a number, not '%.200s'",
                     Py_TYPE(real)->tp_name);
        goto end;
    }
    if (imag != NULL && !PyComplex_Check(imag) && !has_float(imag)) {
        PyErr_Format(PyExc_TypeError, "complex() second argument must be a number, not '%.200s'", Py_TYPE(imag)->tp_name);
        goto end;
    }
    Py_complex a = {0.0, 0.0}, b = {0.0, 0.0};
    bool a_complex = false, b_complex = false;
    OU_HOLD(h, &converted);
    int status = real == NULL ? 0 : read_argument(real, &a, &a_complex);
    if (status == 0 && imag != NULL) {
        status = read_argument(imag, &b, &b_complex);
    }
    OU_HOLD_END(h);
    if (status < 0) {
        goto end;
    }
    if (imag == NULL) {
        b.real = a.imag;
    }
    else {
        if (b_complex) {
            a.real -= b.imag;
        }
        if (a_complex) {
            b.real += a.imag;
        }
    }
    result = new_of_type(type, (Py_complex){a.real, b.real});
end:
    Py_XDECREF(converted);
    return result;
}

static const OuParams new_params = {
    "complex", {"real", "imag"}, .n_posonly = 0, .n_positional = 2, .n_required = 0, .n_all = 2,
};

static PyObject *
complex_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *v[2];
    if (ou_args_parse_tuple(&new_params, args, kwargs, v) < 0) {
        return NULL;
    }
    return make_complex(type, v[0], v[1]);
}

static PyObject *
complex_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    PyObject *v[2];
    if (ou_args_parse(&new_params, args, nargsf, kwnames, v) < 0) {
        return NULL;
    }
    return make_complex((PyTypeObject *)type, v[0], v[1]);
}

/* ---- slots --------------------------------------------------------------------------------------------- */

static PyObject *
complex_repr(PyObject *self)
{
    Py_complex value = ((PyComplexObject *)self)->cval;
    char *real = NULL, *imag = NULL;
    PyObject *result = NULL;
    if (value.real == 0.0 && !signbit(value.real)) {
        imag = PyOS_double_to_string(value.imag, 'r', 0, 0, NULL);
        result = imag == NULL ? NULL : PyUnicode_FromFormat("%sj", imag);
    }
    else {
        real = PyOS_double_to_string(value.real, 'r', 0, 0, NULL);
        imag = real == NULL ? NULL : PyOS_double_to_string(value.imag, 'r', 0, Py_DTSF_SIGN, NULL);
        result = imag == NULL ? NULL : PyUnicode_FromFormat("(%s%sj)", real, imag);
    }
    PyMem_Free(real);
    PyMem_Free(imag);
    return result;
}

static Py_hash_t
complex_hash(PyObject *self)
{
    Py_complex value = ((PyComplexObject *)self)->cval;
    Py_uhash_t real = (Py_uhash_t)_Py_HashDouble(self, value.real);
    Py_uhash_t imag = (Py_uhash_t)_Py_HashDouble(self, value.imag);
    Py_uhash_t hash = real + _PyHASH_IMAG * imag;
    return hash == (Py_uhash_t)-1 ? -2 : (Py_hash_t)hash;
}

/* An operand: 1, 0 if it is no number of ours, -1 with an error set. */
static int
complex_operand(PyObject *op, Py_complex *out)
{
    if (PyComplex_Check(op)) {
        *out = ((PyComplexObject *)op)->cval;
        return 1;
    }
    out->imag = 0.0;
    return ou_float_operand(op, &out->real);
}

#define OPERANDS(a, b, left, right)                                    \
    Py_complex a, b;                                                   \
    int status_##a = complex_operand(left, &a);                        \
    int status_##b = status_##a <= 0 ? 0 : complex_operand(right, &b); \
    if (status_##a <= 0 || status_##b <= 0) {                          \
        if (status_##a < 0 || status_##b < 0) {                        \
            return NULL;                                               \
        }                                                              \
        Py_RETURN_NOTIMPLEMENTED;                                      \
    }

static PyObject *
complex_add(PyObject *left, PyObject *right)
{
    OPERANDS(a, b, left, right)
    return PyComplex_FromCComplex(_Py_c_sum(a, b));
}

static PyObject *
complex_sub(PyObject *left, PyObject *right)
{
    OPERANDS(a, b, left, right)
    return PyComplex_FromCComplex(_Py_c_diff(a, b));
}

static PyObject *
complex_mul(PyObject *left, PyObject *right)
{
    OPERANDS(a, b, left, right)
    return PyComplex_FromCComplex(_Py_c_prod(a, b));
}

static PyObject *
complex_truediv(PyObject *left, PyObject *right)
{
    OPERANDS(a, b, left, right)
    errno = 0;
    Py_complex quotient = _Py_c_quot(a, b);
    if (errno == EDOM) {
        PyErr_SetString(PyExc_ZeroDivisionError, "complex division by zero");
        return NULL;
    }
    return PyComplex_FromCComplex(quotient);
}

static PyObject *
complex_pow(PyObject *left, PyObject *right, PyObject *modulus)
{
    OPERANDS(a, b, left, right)
    if (modulus != Py_None) {
        PyErr_SetString(PyExc_ValueError, "complex modulo");
        return NULL;
    }
    errno = 0;
    bool whole = b.imag == 0.0 && b.real == floor(b.real) && fabs(b.real) <= 100.0;
    Py_complex power = whole ? power_whole(a, (long)b.real) : _Py_c_pow(a, b);
    if (errno == EDOM) {
        PyErr_SetString(PyExc_ZeroDivisionError, "0.0 to a negative or complex power");
        return NULL;
    }
    if (isinf(power.real) || isinf(power.imag)) {
        PyErr_SetString(PyExc_OverflowError, "complex exponentiation");
        return NULL;
    }
    return PyComplex_FromCComplex(power);
}

static PyObject *
complex_neg(PyObject *self)
{
    return PyComplex_FromCComplex(_Py_c_neg(((PyComplexObject *)self)->cval));
}

static PyObject *
complex_pos(PyObject *self)
{
    return PyComplex_CheckExact(self) ? Py_NewRef(self) : PyComplex_FromCComplex(((PyComplexObject *)self)->cval);
}

static PyObject *
complex_abs(PyObject *self)
{
    double size = _Py_c_abs(((PyComplexObject *)self)->cval);
    if (errno == ERANGE) {
        PyErr_SetString(PyExc_OverflowError, "absolute value too large");
        return NULL;
    }
    return ou_float_new(size);
}

static int
complex_bool(PyObject *self)
{
    Py_complex value = ((PyComplexObject *)self)->cval;
    return value.real != 0.0 || value.imag != 0.0;
}

static PyObject *
complex_richcompare(PyObject *left, PyObject *right, int op)
{
    if (op != Py_EQ && op != Py_NE) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    Py_complex a = ((PyComplexObject *)left)->cval;
    bool equal;
    if (PyLong_Check(right)) {
        equal = false;
        if (a.imag == 0.0) {
            /* An int may be larger than a double holds, so by way of float's exact comparison. */
            PyObject *real = ou_float_new(a.real);
            PyObject *result = real == NULL ? NULL : PyFloat_Type.tp_richcompare(real, right, op);
            Py_XDECREF(real);
            return result;
        }
    }
    else if (PyFloat_Check(right)) {
        equal = a.real == PyFloat_AS_DOUBLE(right) && a.imag == 0.0;
    }
    else if (PyComplex_Check(right)) {
        Py_complex b = ((PyComplexObject *)right)->cval;
        equal = a.real == b.real && a.imag == b.imag;
    }
    else {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return PyBool_FromLong(equal == (op == Py_EQ));
}

/* ---- methods ------------------------------------------------------------------------------------------- */

static PyObject *
complex_conjugate(PyObject *self, PyObject *unused)
{
    Py_complex value = ((PyComplexObject *)self)->cval;
    return PyComplex_FromDoubles(value.real, -value.imag);
}

static PyObject *
complex_complex(PyObject *self, PyObject *unused)
{
    return complex_pos(self);
}

static PyObject *
complex_getnewargs(PyObject *self, PyObject *unused)
{
    Py_complex value = ((PyComplexObject *)self)->cval;
    return Py_BuildValue("(dd)", value.real, value.imag);
}

static PyMethodDef complex_methods[] = {
    {"conjugate", complex_conjugate, METH_NOARGS,
     "conjugate($self, /)\n--\n\nReturn the number with the sign of its imaginary part turned round."},
    {"__complex__", complex_complex, METH_NOARGS, "__complex__($self, /)\n--\n\nReturn the number itself, exactly a complex."},
    {"__getnewargs__", complex_getnewargs, METH_NOARGS, "__getnewargs__($self, /)\n--\n\n"},
    {"__format__", ou_format_complex, METH_O, "__format__($self, format_spec, /)\n--\n\nFormat as format_spec says."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef complex_members[] = {
    {"real", T_DOUBLE, offsetof(PyComplexObject, cval.real), READONLY, "the real part"},
    {"imag", T_DOUBLE, offsetof(PyComplexObject, cval.imag), READONLY, "the imaginary part"},
    {NULL, 0, 0, 0, NULL},
};

static PyNumberMethods complex_number = {
    .nb_add = complex_add,
    .nb_subtract = complex_sub,
    .nb_multiply = complex_mul,
    .nb_power = complex_pow,
    .nb_negative = complex_neg,
    .nb_positive = complex_pos,
    .nb_absolute = complex_abs,
    .nb_bool = complex_bool,
    .nb_true_divide = complex_truediv,
};

PyTypeObject PyComplex_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "complex",
    .tp_basicsize = sizeof(PyComplexObject),
    .tp_dealloc = complex_dealloc,
    .tp_repr = complex_repr,
    .tp_as_number = &complex_number,
    .tp_hash = complex_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "complex(real=0, imag=0)\n--\n\nA number of a real and an imaginary part: real + imag*1j.",
    .tp_richcompare = complex_richcompare,
    .tp_methods = complex_methods,
    .tp_members = complex_members,
    .tp_new = complex_new,
    .tp_free = PyObject_Free,
    .tp_vectorcall = complex_vectorcall,
};
