/* object/abstract_number.c - arithmetic on any object: slots of both operands, sequences behind + and *, conversions.
 *
 * Owns       nothing; operands are borrowed from the caller, who owns them for as long as the call takes.
 * Invariant  a slot returns a result, NotImplemented, or NULL with an error set.
 * Not here   what numbers do (types/int*.c, float.c, ...); sequences and mappings (abstract_sequence.c). */
#include "object/abstract.h"
#include "object/hold.h"

/* ---- slots by offset ------------------------------------------------------------------------------------------- */

#define SLOT(field) offsetof(PyNumberMethods, field)

static OU_ALWAYS_INLINE binaryfunc
binary_slot(PyObject *op, size_t offset)
{
    PyNumberMethods *methods = Py_TYPE(op)->tp_as_number;
    return methods != NULL ? *(binaryfunc *)((char *)methods + offset) : NULL;
}

static OU_ALWAYS_INLINE ternaryfunc
ternary_slot(PyObject *op, size_t offset)
{
    PyNumberMethods *methods = Py_TYPE(op)->tp_as_number;
    return methods != NULL ? *(ternaryfunc *)((char *)methods + offset) : NULL;
}

/* The left operand's slot, then the right one's; the right one's first if its type derives from the left one's.
 * Returns new (NotImplemented: nobody can), or NULL with an error set.  RE-ENTRANT. */
static OU_ALWAYS_INLINE PyObject *
binary_try(PyObject *left, PyObject *right, size_t offset)
{
    binaryfunc of_left = binary_slot(left, offset);
    binaryfunc of_right = Py_IS_TYPE(right, Py_TYPE(left)) ? NULL : binary_slot(right, offset);
    if (of_right == of_left) {
        of_right = NULL;
    }
    if (of_left != NULL) {
        PyObject *result;
        if (of_right != NULL && PyType_IsSubtype(Py_TYPE(right), Py_TYPE(left))) {
            result = of_right(left, right);
            if (result != Py_NotImplemented) {
                return result;
            }
            Py_DECREF(result);
            of_right = NULL;
        }
        result = of_left(left, right);
        if (result != Py_NotImplemented) {
            return result;
        }
        Py_DECREF(result);
    }
    if (of_right != NULL) {
        return of_right(left, right);
    }
    Py_RETURN_NOTIMPLEMENTED;
}

PyObject *
ou_binary_error(PyObject *left, PyObject *right, const char *op)
{
    PyErr_Format(PyExc_TypeError, "unsupported operand type(s) for %.100s: '%.100s' and '%.100s'", op, Py_TYPE(left)->tp_name,
                 Py_TYPE(right)->tp_name);
    return NULL;
}

static OU_ALWAYS_INLINE PyObject *
binary(PyObject *left, PyObject *right, size_t offset, const char *op)
{
    PyObject *result = binary_try(left, right, offset);
    if (OU_UNLIKELY(result == Py_NotImplemented)) {
        Py_DECREF(result);
        return ou_binary_error(left, right, op);
    }
    return result;
}

/* The left operand's in-place slot first, then the plain operation. */
static OU_ALWAYS_INLINE PyObject *
inplace_try(PyObject *left, PyObject *right, size_t inplace, size_t offset)
{
    binaryfunc slot = binary_slot(left, inplace);
    if (slot != NULL) {
        PyObject *result = slot(left, right);
        if (result != Py_NotImplemented) {
            return result;
        }
        Py_DECREF(result);
    }
    return binary_try(left, right, offset);
}

static OU_ALWAYS_INLINE PyObject *
inplace(PyObject *left, PyObject *right, size_t inplace_offset, size_t offset, const char *op)
{
    PyObject *result = inplace_try(left, right, inplace_offset, offset);
    if (OU_UNLIKELY(result == Py_NotImplemented)) {
        Py_DECREF(result);
        return ou_binary_error(left, right, op);
    }
    return result;
}

/* ---- binary operators: left op right.  Return new, or NULL with an error set.  RE-ENTRANT. --------------------- */

#define BINARY(function, slot, op)                      \
    PyObject *function(PyObject *left, PyObject *right) \
    {                                                   \
        return binary(left, right, SLOT(slot), op);     \
    }

#define INPLACE(function, inplace_slot, slot, op)                        \
    PyObject *function(PyObject *left, PyObject *right)                  \
    {                                                                    \
        return inplace(left, right, SLOT(inplace_slot), SLOT(slot), op); \
    }

BINARY(PyNumber_Or, nb_or, "|")
BINARY(PyNumber_Xor, nb_xor, "^")
BINARY(PyNumber_And, nb_and, "&")
BINARY(PyNumber_Lshift, nb_lshift, "<<")
BINARY(PyNumber_Subtract, nb_subtract, "-")
BINARY(PyNumber_MatrixMultiply, nb_matrix_multiply, "@")
BINARY(PyNumber_FloorDivide, nb_floor_divide, "//")
BINARY(PyNumber_TrueDivide, nb_true_divide, "/")
BINARY(PyNumber_Remainder, nb_remainder, "%")
BINARY(PyNumber_Divmod, nb_divmod, "divmod()")

INPLACE(PyNumber_InPlaceOr, nb_inplace_or, nb_or, "|=")
INPLACE(PyNumber_InPlaceXor, nb_inplace_xor, nb_xor, "^=")
INPLACE(PyNumber_InPlaceAnd, nb_inplace_and, nb_and, "&=")
INPLACE(PyNumber_InPlaceLshift, nb_inplace_lshift, nb_lshift, "<<=")
INPLACE(PyNumber_InPlaceRshift, nb_inplace_rshift, nb_rshift, ">>=")
INPLACE(PyNumber_InPlaceSubtract, nb_inplace_subtract, nb_subtract, "-=")
INPLACE(PyNumber_InPlaceMatrixMultiply, nb_inplace_matrix_multiply, nb_matrix_multiply, "@=")
INPLACE(PyNumber_InPlaceFloorDivide, nb_inplace_floor_divide, nb_floor_divide, "//=")
INPLACE(PyNumber_InPlaceTrueDivide, nb_inplace_true_divide, nb_true_divide, "/=")
INPLACE(PyNumber_InPlaceRemainder, nb_inplace_remainder, nb_remainder, "%=")

/* left >> right; who wrote `print >> file` is told what to write. */
PyObject *
PyNumber_Rshift(PyObject *left, PyObject *right)
{
    PyObject *result = binary_try(left, right, SLOT(nb_rshift));
    if (result != Py_NotImplemented) {
        return result;
    }
    Py_DECREF(result);
    if (PyCFunction_CheckExact(left) && strcmp(((PyCFunctionObject *)left)->m_ml->ml_name, "print") == 0) {
        PyErr_Format(PyExc_TypeError,
                     "unsupported operand type(s) for %.100s: '%.100s' and '%.100s'. "
                     "Did you mean \"print(<message>, file=<output_stream>)\"?",
                     ">>", Py_TYPE(left)->tp_name, Py_TYPE(right)->tp_name);
        return NULL;
    }
    return ou_binary_error(left, right, ">>");
}

PyObject *
PyNumber_Add(PyObject *left, PyObject *right)
{
    PyObject *result = binary_try(left, right, SLOT(nb_add));
    if (result != Py_NotImplemented) {
        return result;
    }
    Py_DECREF(result);
    PySequenceMethods *methods = Py_TYPE(left)->tp_as_sequence;
    if (methods != NULL && methods->sq_concat != NULL) {
        return methods->sq_concat(left, right);
    }
    return ou_binary_error(left, right, "+");
}

PyObject *
PyNumber_InPlaceAdd(PyObject *left, PyObject *right)
{
    PyObject *result = inplace_try(left, right, SLOT(nb_inplace_add), SLOT(nb_add));
    if (result != Py_NotImplemented) {
        return result;
    }
    Py_DECREF(result);
    PySequenceMethods *methods = Py_TYPE(left)->tp_as_sequence;
    if (methods != NULL) {
        binaryfunc concat = methods->sq_inplace_concat != NULL ? methods->sq_inplace_concat : methods->sq_concat;
        if (concat != NULL) {
            return concat(left, right);
        }
    }
    return ou_binary_error(left, right, "+=");
}

/* sequence * count by one of the sequence's slots. */
static PyObject *
repeat_by(ssizeargfunc repeat, PyObject *sequence, PyObject *count)
{
    if (!PyIndex_Check(count)) {
        PyErr_Format(PyExc_TypeError, "can't multiply sequence by non-int of type '%.200s'", Py_TYPE(count)->tp_name);
        return NULL;
    }
    Py_ssize_t n = PyNumber_AsSsize_t(count, PyExc_OverflowError);
    if (n == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return repeat(sequence, n);
}

PyObject *
PyNumber_Multiply(PyObject *left, PyObject *right)
{
    PyObject *result = binary_try(left, right, SLOT(nb_multiply));
    if (result != Py_NotImplemented) {
        return result;
    }
    Py_DECREF(result);
    PySequenceMethods *of_left = Py_TYPE(left)->tp_as_sequence, *of_right = Py_TYPE(right)->tp_as_sequence;
    if (of_left != NULL && of_left->sq_repeat != NULL) {
        return repeat_by(of_left->sq_repeat, left, right);
    }
    if (of_right != NULL && of_right->sq_repeat != NULL) {
        return repeat_by(of_right->sq_repeat, right, left);
    }
    return ou_binary_error(left, right, "*");
}

PyObject *
PyNumber_InPlaceMultiply(PyObject *left, PyObject *right)
{
    PyObject *result = inplace_try(left, right, SLOT(nb_inplace_multiply), SLOT(nb_multiply));
    if (result != Py_NotImplemented) {
        return result;
    }
    Py_DECREF(result);
    PySequenceMethods *of_left = Py_TYPE(left)->tp_as_sequence, *of_right = Py_TYPE(right)->tp_as_sequence;
    if (of_left != NULL) {
        ssizeargfunc repeat = of_left->sq_inplace_repeat != NULL ? of_left->sq_inplace_repeat : of_left->sq_repeat;
        if (repeat != NULL) {
            return repeat_by(repeat, left, right);
        }
    }
    else if (of_right != NULL && of_right->sq_repeat != NULL) {
        return repeat_by(of_right->sq_repeat, right, left); /* the right operand is not to be changed */
    }
    return ou_binary_error(left, right, "*=");
}

/* ---- power ----------------------------------------------------------------------------------------------------- */

/* base ** exponent (mod modulus, or None), with slots asked as for two operands, the modulus's last. */
static PyObject *
power(PyObject *base, PyObject *exponent, PyObject *modulus, const char *op)
{
    size_t offset = SLOT(nb_power);
    PyObject *result;
    ternaryfunc of_base = ternary_slot(base, offset);
    ternaryfunc of_exponent = Py_IS_TYPE(exponent, Py_TYPE(base)) ? NULL : ternary_slot(exponent, offset);
    ternaryfunc tried = of_exponent;
    if (of_exponent == of_base) {
        of_exponent = NULL;
    }
    if (of_base != NULL) {
        if (of_exponent != NULL && PyType_IsSubtype(Py_TYPE(exponent), Py_TYPE(base))) {
            result = of_exponent(base, exponent, modulus);
            if (result != Py_NotImplemented) {
                return result;
            }
            Py_DECREF(result);
            of_exponent = NULL;
        }
        result = of_base(base, exponent, modulus);
        if (result != Py_NotImplemented) {
            return result;
        }
        Py_DECREF(result);
    }
    if (of_exponent != NULL) {
        result = of_exponent(base, exponent, modulus);
        if (result != Py_NotImplemented) {
            return result;
        }
        Py_DECREF(result);
    }
    ternaryfunc of_modulus = ternary_slot(modulus, offset);
    if (of_modulus != NULL && of_modulus != of_base && of_modulus != tried) {
        result = of_modulus(base, exponent, modulus);
        if (result != Py_NotImplemented) {
            return result;
        }
        Py_DECREF(result);
    }
    if (modulus == Py_None) {
        return ou_binary_error(base, exponent, op);
    }
    PyErr_Format(PyExc_TypeError, "unsupported operand type(s) for %.100s: '%.100s', '%.100s', '%.100s'", op,
                 Py_TYPE(base)->tp_name, Py_TYPE(exponent)->tp_name, Py_TYPE(modulus)->tp_name);
    return NULL;
}

PyObject *
PyNumber_Power(PyObject *base, PyObject *exponent, PyObject *modulus)
{
    return power(base, exponent, modulus, "** or pow()");
}

PyObject *
PyNumber_InPlacePower(PyObject *base, PyObject *exponent, PyObject *modulus)
{
    ternaryfunc slot = ternary_slot(base, SLOT(nb_inplace_power));
    if (slot != NULL) {
        PyObject *result = slot(base, exponent, modulus);
        if (result != Py_NotImplemented) {
            return result;
        }
        Py_DECREF(result);
    }
    return power(base, exponent, modulus, "**=");
}

/* ---- unary operators ------------------------------------------------------------------------------------------- */

#define UNARY(function, slot, text)                                                                     \
    PyObject *function(PyObject *op)                                                                    \
    {                                                                                                   \
        PyNumberMethods *methods = Py_TYPE(op)->tp_as_number;                                           \
        if (methods != NULL && methods->slot != NULL) {                                                 \
            return methods->slot(op);                                                                   \
        }                                                                                               \
        PyErr_Format(PyExc_TypeError, "bad operand type for " text ": '%.200s'", Py_TYPE(op)->tp_name); \
        return NULL;                                                                                    \
    }

UNARY(PyNumber_Negative, nb_negative, "unary -")
UNARY(PyNumber_Positive, nb_positive, "unary +")
UNARY(PyNumber_Invert, nb_invert, "unary ~")
UNARY(PyNumber_Absolute, nb_absolute, "abs()")

int
PyNumber_Check(PyObject *op)
{
    if (op == NULL) {
        return 0;
    }
    PyNumberMethods *methods = Py_TYPE(op)->tp_as_number;
    return (methods != NULL && (methods->nb_index != NULL || methods->nb_int != NULL || methods->nb_float != NULL))
        || PyComplex_Check(op);
}

/* ---- as an index ----------------------------------------------------------------------------------------------- */

int
PyIndex_Check(PyObject *op)
{
    PyNumberMethods *methods = Py_TYPE(op)->tp_as_number;
    return methods != NULL && methods->nb_index != NULL;
}

/* The result (taken) of __index__, __int__ or __trunc__ must be an int; a strict subclass is on its way out.
 * Returns it, or NULL with an error set. */
static PyObject *
check_int_result(PyObject *result, const char *method)
{
    if (result == NULL || PyLong_CheckExact(result)) {
        return result;
    }
    if (!PyLong_Check(result)) {
        PyErr_Format(PyExc_TypeError, "%s returned non-int (type %.200s)", method, Py_TYPE(result)->tp_name);
        Py_DECREF(result);
        return NULL;
    }
    OU_HOLD(h, &result);
    int status = PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                                  "%s returned non-int (type %.200s).  "
                                  "The ability to return an instance of a strict subclass of int is deprecated, "
                                  "and may not be supported in a future version of Python.",
                                  method, Py_TYPE(result)->tp_name);
    OU_HOLD_END(h);
    if (status < 0) {
        Py_CLEAR(result);
    }
    return result;
}

/* operator.index(op): an int or an int subclass's instance.  Returns new, or NULL with an error set.  RE-ENTRANT. */
PyObject *
_PyNumber_Index(PyObject *op)
{
    if (op == NULL) {
        return ou_null_argument();
    }
    if (PyLong_Check(op)) {
        return Py_NewRef(op);
    }
    if (!PyIndex_Check(op)) {
        PyErr_Format(PyExc_TypeError, "'%.200s' object cannot be interpreted as an integer", Py_TYPE(op)->tp_name);
        return NULL;
    }
    return check_int_result(Py_TYPE(op)->tp_as_number->nb_index(op), "__index__");
}

/* The same as an exact int. */
PyObject *
PyNumber_Index(PyObject *op)
{
    PyObject *result = _PyNumber_Index(op);
    if (result != NULL && !PyLong_CheckExact(result)) {
        Py_SETREF(result, _PyLong_Copy((PyLongObject *)result));
    }
    return result;
}

/* The index as a Py_ssize_t.  Out of range: raise `error`, or clip if that is NULL.  -1 may be an error. */
Py_ssize_t
PyNumber_AsSsize_t(PyObject *op, PyObject *error)
{
    PyObject *value = _PyNumber_Index(op);
    if (value == NULL) {
        return -1;
    }
    Py_ssize_t result = PyLong_AsSsize_t(value);
    if (result == -1 && PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_OverflowError)) {
        PyErr_Clear();
        if (error == NULL) {
            result = _PyLong_Sign(value) < 0 ? PY_SSIZE_T_MIN : PY_SSIZE_T_MAX;
        }
        else {
            PyErr_Format(error, "cannot fit '%.200s' into an index-sized integer", Py_TYPE(op)->tp_name);
        }
    }
    Py_DECREF(value);
    return result;
}

/* An optional argument: None leaves *(Py_ssize_t *)result as it is.  Returns 1, or 0 with an error set. */
int
_Py_convert_optional_to_ssize_t(PyObject *op, void *result)
{
    if (op == Py_None) {
        return 1;
    }
    if (!PyIndex_Check(op)) {
        PyErr_Format(PyExc_TypeError, "argument should be integer or None, not %.200s", Py_TYPE(op)->tp_name);
        return 0;
    }
    Py_ssize_t value = PyNumber_AsSsize_t(op, PyExc_OverflowError);
    if (value == -1 && PyErr_Occurred()) {
        return 0;
    }
    *(Py_ssize_t *)result = value;
    return 1;
}

/* ---- conversions ----------------------------------------------------------------------------------------------- */

static PyObject *
exact_int(PyObject *value)
{
    if (value != NULL && !PyLong_CheckExact(value)) {
        Py_SETREF(value, _PyLong_Copy((PyLongObject *)value));
    }
    return value;
}

/* By __trunc__, deprecated: its result may be an int or have __index__. */
static PyObject *
int_from_trunc(PyObject *trunc)
{
    if (PyErr_WarnEx(PyExc_DeprecationWarning, "The delegation of int() to __trunc__ is deprecated.", 1) < 0) {
        return NULL;
    }
    PyObject *result = PyObject_CallNoArgs(trunc);
    if (result == NULL || PyLong_Check(result)) {
        return exact_int(result);
    }
    if (!PyIndex_Check(result)) {
        PyErr_Format(PyExc_TypeError, "__trunc__ returned non-Integral (type %.200s)", Py_TYPE(result)->tp_name);
        Py_DECREF(result);
        return NULL;
    }
    OU_HOLD(h, &result);
    PyObject *index = PyNumber_Index(result);
    OU_HOLD_END(h);
    Py_DECREF(result);
    return index;
}

static PyObject *
int_from_buffer(PyObject *op)
{
    Py_buffer view;
    if (PyObject_GetBuffer(op, &view, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    /* The text must end in a NUL, which a buffer need not. */
    PyObject *bytes = PyBytes_FromStringAndSize(view.buf, view.len);
    PyBuffer_Release(&view);
    if (bytes == NULL) {
        return NULL;
    }
    PyObject *result = _PyLong_FromBytes(PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes), 10);
    Py_DECREF(bytes);
    return result;
}

/* int(op).  Returns a new exact int, or NULL with an error set.  RE-ENTRANT. */
PyObject *
PyNumber_Long(PyObject *op)
{
    if (op == NULL) {
        return ou_null_argument();
    }
    if (PyLong_CheckExact(op)) {
        return Py_NewRef(op);
    }
    PyNumberMethods *methods = Py_TYPE(op)->tp_as_number;
    if (methods != NULL && methods->nb_int != NULL) {
        return exact_int(check_int_result(methods->nb_int(op), "__int__"));
    }
    if (methods != NULL && methods->nb_index != NULL) {
        return PyNumber_Index(op);
    }
    if (PyUnicode_Check(op)) {
        return PyLong_FromUnicodeObject(op, 10);
    }
    if (PyBytes_Check(op)) {
        return _PyLong_FromBytes(PyBytes_AS_STRING(op), PyBytes_GET_SIZE(op), 10);
    }
    PyObject *descr = _PyType_Lookup(Py_TYPE(op), OU_STR(__trunc__));
    if (descr == NULL && ou_error_occurred()) {
        return NULL;
    }
    if (descr != NULL) {
        PyObject *trunc = Py_NewRef(descr);
        descrgetfunc get = Py_TYPE(descr)->tp_descr_get;
        if (get != NULL) {
            PyObject *bound = get(descr, op, (PyObject *)Py_TYPE(op));
            Py_SETREF(trunc, bound);
        }
        if (trunc == NULL) {
            return NULL;
        }
        OU_HOLD(h, &trunc);
        PyObject *result = int_from_trunc(trunc);
        OU_HOLD_END(h);
        Py_DECREF(trunc);
        return result;
    }
    if (PyObject_CheckBuffer(op)) {
        return int_from_buffer(op);
    }
    PyErr_Format(PyExc_TypeError, "int() argument must be a string, a bytes-like object or a real number, not '%.200s'",
                 Py_TYPE(op)->tp_name);
    return NULL;
}

static PyObject *
float_from_int(PyObject *value)
{
    if (value == NULL) {
        return NULL;
    }
    double number = PyLong_AsDouble(value);
    Py_DECREF(value);
    return number == -1.0 && PyErr_Occurred() ? NULL : PyFloat_FromDouble(number);
}

/* float(op).  Returns a new exact float, or NULL with an error set.  RE-ENTRANT. */
PyObject *
PyNumber_Float(PyObject *op)
{
    if (op == NULL) {
        return ou_null_argument();
    }
    if (PyFloat_CheckExact(op)) {
        return Py_NewRef(op);
    }
    PyNumberMethods *methods = Py_TYPE(op)->tp_as_number;
    if (methods != NULL && methods->nb_float != NULL) {
        PyObject *result = methods->nb_float(op);
        if (result == NULL || PyFloat_CheckExact(result)) {
            return result;
        }
        if (!PyFloat_Check(result)) {
            PyErr_Format(PyExc_TypeError, "%.50s.__float__ returned non-float (type %.50s)", Py_TYPE(op)->tp_name,
                         Py_TYPE(result)->tp_name);
            Py_DECREF(result);
            return NULL;
        }
        OU_HOLD(h, &result);
        int status = PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                                      "%.50s.__float__ returned non-float (type %.50s).  "
                                      "The ability to return an instance of a strict subclass of float is deprecated, "
                                      "and may not be supported in a future version of Python.",
                                      Py_TYPE(op)->tp_name, Py_TYPE(result)->tp_name);
        OU_HOLD_END(h);
        double number = PyFloat_AS_DOUBLE(result);
        Py_DECREF(result);
        return status < 0 ? NULL : PyFloat_FromDouble(number);
    }
    if (methods != NULL && methods->nb_index != NULL) {
        return float_from_int(_PyNumber_Index(op));
    }
    if (PyFloat_Check(op)) {
        return PyFloat_FromDouble(PyFloat_AS_DOUBLE(op));
    }
    return PyFloat_FromString(op);
}

/* The integer's digits with prefix, in base 2, 8, 10 or 16. */
PyObject *
PyNumber_ToBase(PyObject *op, int base)
{
    if (!(base == 2 || base == 8 || base == 10 || base == 16)) {
        PyErr_SetString(PyExc_SystemError, "PyNumber_ToBase: base must be 2, 8, 10 or 16");
        return NULL;
    }
    PyObject *index = _PyNumber_Index(op);
    if (index == NULL) {
        return NULL;
    }
    PyObject *text = _PyLong_Format(index, base);
    Py_DECREF(index);
    return text;
}
