/* types/int_bits.c - ints as two's complement with endless sign: shifts, and, or, xor, not.
 *
 * Owns       nothing.
 * Invariant  as int_arith.c: any int in, new exact ints out, no Python code.
 * Not here   bit_length and bit_count (int.c). */
#include "types/int_internal.h"

/* ---- shifts -------------------------------------------------------------------------------------------- */

static PyObject *
shift_left(PyObject *op, size_t words, unsigned bits)
{
    Py_ssize_t n = ou_int_n_digits(op);
    const digit *from = ou_int_digits(op);
    if (words > (size_t)PY_SSIZE_T_MAX - (size_t)n - 1) {
        PyErr_SetString(PyExc_OverflowError, "too many digits in integer");
        return NULL;
    }
    PyLongObject *result = ou_int_alloc(n + (Py_ssize_t)words + 1);
    if (result == NULL) {
        return NULL;
    }
    digit *to = result->ob_digit;
    memset(to, 0, words * sizeof(digit));
    to += words;
    twodigits carry = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        carry |= (twodigits)from[i] << bits;
        to[i] = (digit)(carry & PyLong_MASK);
        carry >>= PyLong_SHIFT;
    }
    to[n] = (digit)carry;
    return ou_int_finish(result, ou_int_is_negative(op));
}

/* Towards minus infinity. */
static PyObject *
shift_right(PyObject *op, size_t words, unsigned bits)
{
    bool negative = ou_int_is_negative(op);
    Py_ssize_t n = ou_int_n_digits(op);
    const digit *from = ou_int_digits(op);
    if (words >= (size_t)n) {
        return Py_NewRef(OU_SMALL_INT(negative ? -1 : 0));
    }
    bool lost = (from[words] & (((digit)1 << bits) - 1)) != 0;
    for (size_t i = 0; negative && !lost && i < words; i++) {
        lost = from[i] != 0;
    }
    Py_ssize_t n_left = n - (Py_ssize_t)words;
    PyLongObject *result = ou_int_alloc(n_left + 1); /* one more: a magnitude that is rounded up may grow */
    if (result == NULL) {
        return NULL;
    }
    digit *to = result->ob_digit;
    digit carry = negative && lost; /* floor: away from zero */
    from += words;
    for (Py_ssize_t i = 0; i < n_left; i++) {
        twodigits wide = from[i];
        if (i + 1 < n_left) {
            wide |= (twodigits)from[i + 1] << PyLong_SHIFT;
        }
        carry += (digit)(wide >> bits & PyLong_MASK);
        to[i] = carry & PyLong_MASK;
        carry >>= PyLong_SHIFT;
    }
    to[n_left] = carry;
    return ou_int_finish(result, negative);
}

/* op << count and op >> count for counts of C.  Refs new.  Errors MemoryError, OverflowError. */
PyObject *
_PyLong_Lshift(PyObject *op, size_t count)
{
    if (Py_SIZE(op) == 0) {
        return Py_NewRef(OU_SMALL_INT(0));
    }
    return shift_left(op, count / PyLong_SHIFT, count % PyLong_SHIFT);
}

PyObject *
_PyLong_Rshift(PyObject *op, size_t count)
{
    return shift_right(op, count / PyLong_SHIFT, count % PyLong_SHIFT);
}

/* The count as words and bits.  Returns 1 if the words are more than any memory has, -1 with ValueError. */
static int
shift_count(PyObject *count, size_t *words, unsigned *bits)
{
    if (ou_int_is_negative(count)) {
        PyErr_SetString(PyExc_ValueError, "negative shift count");
        return -1;
    }
    if (ou_int_n_digits(count) > 3) {
        *words = SIZE_MAX;
        *bits = 0;
        return 1;
    }
    unsigned __int128 value = 0;
    for (Py_ssize_t i = ou_int_n_digits(count); i-- > 0;) {
        value = value << PyLong_SHIFT | ou_int_digits(count)[i];
    }
    unsigned __int128 wide = value / PyLong_SHIFT;
    *bits = (unsigned)(value % PyLong_SHIFT);
    if (wide > PY_SSIZE_T_MAX) {
        *words = SIZE_MAX;
        return 1;
    }
    *words = (size_t)wide;
    return 0;
}

PyObject *
ou_int_lshift(PyObject *left, PyObject *right)
{
    if (OU_LIKELY(ou_int_is_one_digit(left) && ou_int_is_one_digit(right))) {
        int64_t value = ou_int_value1(left), count = ou_int_value1(right);
        if (OU_LIKELY((uint64_t)count <= 32)) {
            return ou_int_from_int64((int64_t)((uint64_t)value << count));
        }
    }
    size_t words;
    unsigned bits;
    int status = shift_count(right, &words, &bits);
    if (status < 0) {
        return NULL;
    }
    if (Py_SIZE(left) == 0) {
        return Py_NewRef(OU_SMALL_INT(0));
    }
    if (status > 0) {
        PyErr_SetString(PyExc_OverflowError, "too many digits in integer");
        return NULL;
    }
    if (words > (size_t)PY_SSIZE_T_MAX / 8) {
        return PyErr_NoMemory();
    }
    return shift_left(left, words, bits);
}

PyObject *
ou_int_rshift(PyObject *left, PyObject *right)
{
    if (OU_LIKELY(ou_int_is_short(left) && ou_int_is_one_digit(right))) {
        int64_t count = ou_int_value1(right);
        if (OU_LIKELY(count >= 0)) {
            return ou_int_from_int64(ou_int_value2(left) >> (count > 63 ? 63 : count)); /* gcc, clang: arithmetic */
        }
    }
    size_t words;
    unsigned bits;
    if (shift_count(right, &words, &bits) < 0) {
        return NULL;
    }
    return shift_right(left, words, bits);
}

/* ---- and, or, xor, not --------------------------------------------------------------------------------- */

/* The next digit of an int's two's complement. */
static inline digit
complement_next(const digit *d, Py_ssize_t n, Py_ssize_t i, bool negative, digit *carry)
{
    digit one = i < n ? d[i] : 0;
    if (negative) {
        one = (one ^ PyLong_MASK) + *carry;
        *carry = one >> PyLong_SHIFT;
        one &= PyLong_MASK;
    }
    return one;
}

static PyObject *
bitwise(PyObject *left, PyObject *right, char op)
{
    Py_ssize_t n_a = ou_int_n_digits(left), n_b = ou_int_n_digits(right);
    bool a_negative = ou_int_is_negative(left), b_negative = ou_int_is_negative(right);
    bool negative = op == '&' ? a_negative && b_negative : op == '|' ? a_negative || b_negative : a_negative != b_negative;
    Py_ssize_t n = n_a > n_b ? n_a : n_b;
    if (op == '&' && !(a_negative && b_negative)) {
        /* A positive operand bounds the result. */
        if (!a_negative && !b_negative) {
            n = n_a < n_b ? n_a : n_b;
        }
        else {
            n = a_negative ? n_b : n_a;
        }
    }
    PyLongObject *result = ou_int_alloc(n + 1); /* one more: the magnitude of a negative result may grow by a bit */
    if (result == NULL) {
        return NULL;
    }
    const digit *x = ou_int_digits(left), *y = ou_int_digits(right);
    digit *z = result->ob_digit;
    digit carry_a = 1, carry_b = 1, carry_z = 1;
    for (Py_ssize_t i = 0; i < n; i++) {
        digit a = complement_next(x, n_a, i, a_negative, &carry_a);
        digit b = complement_next(y, n_b, i, b_negative, &carry_b);
        digit one = op == '&' ? a & b : op == '|' ? a | b : a ^ b;
        if (negative) {
            one = (one ^ PyLong_MASK) + carry_z;
            carry_z = one >> PyLong_SHIFT;
            one &= PyLong_MASK;
        }
        z[i] = one;
    }
    z[n] = negative ? carry_z : 0;
    return ou_int_finish(result, negative);
}

PyObject *
ou_int_and(PyObject *left, PyObject *right)
{
    if (OU_LIKELY(ou_int_is_short(left) && ou_int_is_short(right))) {
        return ou_int_from_int64(ou_int_value2(left) & ou_int_value2(right));
    }
    return bitwise(left, right, '&');
}

PyObject *
ou_int_or(PyObject *left, PyObject *right)
{
    if (OU_LIKELY(ou_int_is_short(left) && ou_int_is_short(right))) {
        return ou_int_from_int64(ou_int_value2(left) | ou_int_value2(right));
    }
    return bitwise(left, right, '|');
}

PyObject *
ou_int_xor(PyObject *left, PyObject *right)
{
    if (OU_LIKELY(ou_int_is_short(left) && ou_int_is_short(right))) {
        return ou_int_from_int64(ou_int_value2(left) ^ ou_int_value2(right));
    }
    return bitwise(left, right, '^');
}

PyObject *
ou_int_invert(PyObject *op)
{
    if (OU_LIKELY(ou_int_is_short(op))) {
        return ou_int_from_int64(~ou_int_value2(op));
    }
    PyObject *plus = ou_int_add(op, OU_SMALL_INT(1)); /* ~x is -(x + 1) */
    if (plus != NULL) {
        Py_SETREF(plus, ou_int_negative(plus));
    }
    return plus;
}
