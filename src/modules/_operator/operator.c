/* modules/_operator/operator.c - module _operator: the operators as functions.
 *
 * Invariant  each function is one call of the abstract protocol; nothing is kept.
 * Not here   itemgetter, attrgetter, methodcaller (getters.c).
 * Source     Library Reference, operator. */
#include "modules/_operator/operator.h"
#include "object/hold.h"

#define PAIR PyObject *module, PyObject *const *args, Py_ssize_t n_args

/* ---- functions of one and two ---------------------------------------------------------------------------------------- */

#define UNARY(name, call)                                           \
    static PyObject *operator_##name(PyObject *module, PyObject *a) \
    {                                                               \
        return call(a);                                             \
    }
#define BINARY(name, text, call)                                                           \
    static PyObject *operator_##name(PAIR)                                                 \
    {                                                                                      \
        return _PyArg_CheckPositional(text, n_args, 2, 2) ? call(args[0], args[1]) : NULL; \
    }
#define COMPARISON(name, op)                                                                                    \
    static PyObject *operator_##name(PAIR)                                                                      \
    {                                                                                                           \
        return _PyArg_CheckPositional(#name, n_args, 2, 2) ? PyObject_RichCompare(args[0], args[1], op) : NULL; \
    }

static PyObject *
power(PyObject *a, PyObject *b)
{
    return PyNumber_Power(a, b, Py_None);
}

static PyObject *
in_place_power(PyObject *a, PyObject *b)
{
    return PyNumber_InPlacePower(a, b, Py_None);
}

static PyObject *
bool_of(int truth)
{
    return truth < 0 ? NULL : PyBool_FromLong(truth);
}

static PyObject *
number_of(Py_ssize_t number)
{
    return number == -1 && PyErr_Occurred() ? NULL : PyLong_FromSsize_t(number);
}

#define CONTAINS(a, b) bool_of(PySequence_Contains(a, b))
#define COUNT(a, b) number_of(PySequence_Count(a, b))
#define INDEX(a, b) number_of(PySequence_Index(a, b))
#define IS(a, b) PyBool_FromLong((a) == (b))
#define IS_NOT(a, b) PyBool_FromLong((a) != (b))
#define DELETE(a, b) (PyObject_DelItem(a, b) < 0 ? NULL : Py_NewRef(Py_None))
#define TRUTH(a) bool_of(PyObject_IsTrue(a))
#define NOT(a) bool_of(PyObject_Not(a))

#define UNARIES                                                     \
    ROW(truth, TRUTH, "Return True if a is true, False otherwise.") \
    ROW(not_, NOT, "Same as not a.")                                \
    ROW(neg, PyNumber_Negative, "Same as -a.")                      \
    ROW(pos, PyNumber_Positive, "Same as +a.")                      \
    ROW(abs, PyNumber_Absolute, "Same as abs(a).")                  \
    ROW(inv, PyNumber_Invert, "Same as ~a.")                        \
    ROW(invert, PyNumber_Invert, "Same as ~a.")                     \
    ROW(index, PyNumber_Index, "Same as a.__index__()")

#define BINARIES                                                                         \
    ROW(is_, IS, "Same as a is b.")                                                      \
    ROW(is_not, IS_NOT, "Same as a is not b.")                                           \
    ROW(add, PyNumber_Add, "Same as a + b.")                                             \
    ROW(sub, PyNumber_Subtract, "Same as a - b.")                                        \
    ROW(mul, PyNumber_Multiply, "Same as a * b.")                                        \
    ROW(matmul, PyNumber_MatrixMultiply, "Same as a @ b.")                               \
    ROW(floordiv, PyNumber_FloorDivide, "Same as a // b.")                               \
    ROW(truediv, PyNumber_TrueDivide, "Same as a / b.")                                  \
    ROW(mod, PyNumber_Remainder, "Same as a % b.")                                       \
    ROW(pow, power, "Same as a ** b.")                                                   \
    ROW(lshift, PyNumber_Lshift, "Same as a << b.")                                      \
    ROW(rshift, PyNumber_Rshift, "Same as a >> b.")                                      \
    ROW(and_, PyNumber_And, "Same as a & b.")                                            \
    ROW(xor, PyNumber_Xor, "Same as a ^ b.")                                             \
    ROW(or_, PyNumber_Or, "Same as a | b.")                                              \
    ROW(iadd, PyNumber_InPlaceAdd, "Same as a += b.")                                    \
    ROW(isub, PyNumber_InPlaceSubtract, "Same as a -= b.")                               \
    ROW(imul, PyNumber_InPlaceMultiply, "Same as a *= b.")                               \
    ROW(imatmul, PyNumber_InPlaceMatrixMultiply, "Same as a @= b.")                      \
    ROW(ifloordiv, PyNumber_InPlaceFloorDivide, "Same as a //= b.")                      \
    ROW(itruediv, PyNumber_InPlaceTrueDivide, "Same as a /= b.")                         \
    ROW(imod, PyNumber_InPlaceRemainder, "Same as a %= b.")                              \
    ROW(ipow, in_place_power, "Same as a **= b.")                                        \
    ROW(ilshift, PyNumber_InPlaceLshift, "Same as a <<= b.")                             \
    ROW(irshift, PyNumber_InPlaceRshift, "Same as a >>= b.")                             \
    ROW(iand, PyNumber_InPlaceAnd, "Same as a &= b.")                                    \
    ROW(ixor, PyNumber_InPlaceXor, "Same as a ^= b.")                                    \
    ROW(ior, PyNumber_InPlaceOr, "Same as a |= b.")                                      \
    ROW(concat, PySequence_Concat, "Same as a + b, for a and b sequences.")              \
    ROW(iconcat, PySequence_InPlaceConcat, "Same as a += b, for a and b sequences.")     \
    ROW(contains, CONTAINS, "Same as b in a (note reversed operands).")                  \
    ROW(countOf, COUNT, "Return the number of items in a which are, or which equal, b.") \
    ROW(indexOf, INDEX, "Return the first index of b in a.")                             \
    ROW(getitem, PyObject_GetItem, "Same as a[b].")                                      \
    ROW(delitem, DELETE, "Same as del a[b].")

#define COMPARISONS                   \
    ROW(lt, Py_LT, "Same as a < b.")  \
    ROW(le, Py_LE, "Same as a <= b.") \
    ROW(eq, Py_EQ, "Same as a == b.") \
    ROW(ne, Py_NE, "Same as a != b.") \
    ROW(gt, Py_GT, "Same as a > b.")  \
    ROW(ge, Py_GE, "Same as a >= b.")

#define ROW(name, call, doc) UNARY(name, call)
UNARIES
#undef ROW
#define ROW(name, call, doc) BINARY(name, #name, call)
BINARIES
#undef ROW
#define ROW(name, op, doc) COMPARISON(name, op)
COMPARISONS
#undef ROW

/* ---- the others ---------------------------------------------------------------------------------------------------- */

static PyObject *
operator_setitem(PAIR)
{
    if (!_PyArg_CheckPositional("setitem", n_args, 3, 3) || PyObject_SetItem(args[0], args[1], args[2]) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
operator_call(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    if (!_PyArg_CheckPositional("call", n_args, 1, PY_SSIZE_T_MAX)) {
        return NULL;
    }
    return PyObject_Vectorcall(args[0], args + 1, (size_t)(n_args - 1) | PY_VECTORCALL_ARGUMENTS_OFFSET, kwnames);
}

static PyObject *
operator_length_hint(PAIR)
{
    Py_ssize_t guess = 0;
    if (!_PyArg_CheckPositional("length_hint", n_args, 1, 2)) {
        return NULL;
    }
    if (n_args > 1) {
        PyObject *index = PyNumber_Index(args[1]);
        guess = index == NULL ? -1 : PyLong_AsSsize_t(index);
        Py_XDECREF(index);
        if (guess == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    return number_of(PyObject_LengthHint(args[0], guess));
}

/* Are the bytes the same?  The time it takes tells nothing about where they differ; it depends on b's length alone. */
static bool
is_same_slowly(const unsigned char *a, Py_ssize_t a_size, const unsigned char *b, Py_ssize_t b_size)
{
    volatile unsigned char differ = a_size != b_size;
    const volatile unsigned char *left = differ ? b : a, *right = b;
    for (Py_ssize_t i = 0; i < b_size; i++) {
        differ |= left[i] ^ right[i];
    }
    return differ == 0;
}

static PyObject *
operator_compare_digest(PAIR)
{
    if (!_PyArg_CheckPositional("_compare_digest", n_args, 2, 2)) {
        return NULL;
    }
    PyObject *a = args[0], *b = args[1];
    if (PyUnicode_Check(a) && PyUnicode_Check(b)) {
        if (!PyUnicode_IS_ASCII(a) || !PyUnicode_IS_ASCII(b)) {
            PyErr_SetString(PyExc_TypeError, "comparing strings with non-ASCII characters is not supported");
            return NULL;
        }
        return PyBool_FromLong(
            is_same_slowly(PyUnicode_DATA(a), PyUnicode_GET_LENGTH(a), PyUnicode_DATA(b), PyUnicode_GET_LENGTH(b)));
    }
    Py_buffer left, right;
    if (!PyObject_CheckBuffer(a) && !PyObject_CheckBuffer(b)) {
        PyErr_Format(PyExc_TypeError, "unsupported operand types(s) or combination of types: '%.100s' and '%.100s'",
                     Py_TYPE(a)->tp_name, Py_TYPE(b)->tp_name);
        return NULL;
    }
    if (PyObject_GetBuffer(a, &left, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    if (left.ndim > 1) {
        PyErr_SetString(PyExc_BufferError, "Buffer must be single dimension");
        PyBuffer_Release(&left);
        return NULL;
    }
    if (PyObject_GetBuffer(b, &right, PyBUF_SIMPLE) < 0) {
        PyBuffer_Release(&left);
        return NULL;
    }
    PyObject *result = NULL;
    if (right.ndim > 1) {
        PyErr_SetString(PyExc_BufferError, "Buffer must be single dimension");
    }
    else {
        result = PyBool_FromLong(is_same_slowly(left.buf, left.len, right.buf, right.len));
    }
    PyBuffer_Release(&right);
    PyBuffer_Release(&left);
    return result;
}

/* ---- the module ---------------------------------------------------------------------------------------------------- */

#define FAST(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL

static PyMethodDef operator_methods[] = {
#define ROW(name, call, doc) {#name, operator_##name, METH_O, #name "($module, a, /)\n--\n\n" doc},
    UNARIES
#undef ROW
#define ROW(name, call, doc) {#name, FAST(operator_##name), #name "($module, a, b, /)\n--\n\n" doc},
        BINARIES COMPARISONS
#undef ROW
    {"setitem", FAST(operator_setitem), "setitem($module, a, b, c, /)\n--\n\nSame as a[b] = c."},
    {"call", (PyCFunction)(void (*)(void))operator_call, METH_FASTCALL | METH_KEYWORDS,
     "call($module, obj, /, *args, **kwargs)\n--\n\nSame as obj(*args, **kwargs)."},
    {"length_hint", FAST(operator_length_hint),
     "length_hint($module, obj, default=0, /)\n--\n\nAn estimate of the number of items in obj."},
    {"_compare_digest", FAST(operator_compare_digest),
     "_compare_digest($module, a, b, /)\n--\n\nReturn 'a == b' in a time that does not depend on where they differ."},
    {NULL},
};

static int
operator_exec(PyObject *module)
{
    return PyModule_AddObjectRef(module, "itemgetter", (PyObject *)&ou_itemgetter_type) < 0
                || PyModule_AddObjectRef(module, "attrgetter", (PyObject *)&ou_attrgetter_type) < 0
                || PyModule_AddObjectRef(module, "methodcaller", (PyObject *)&ou_methodcaller_type) < 0
             ? -1
             : 0;
}

static PyModuleDef_Slot operator_slots[] = {{Py_mod_exec, operator_exec}, {0, NULL}};

static PyModuleDef operator_module = {
    PyModuleDef_HEAD_INIT,         .m_name = "_operator",     .m_doc = "The operators of the language as functions.",
    .m_methods = operator_methods, .m_slots = operator_slots,
};

PyMODINIT_FUNC
PyInit__operator(void)
{
    return PyModuleDef_Init(&operator_module);
}
