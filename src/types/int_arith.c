/* types/int_arith.c - addition, multiplication and division of ints.
 *
 * Owns       nothing.
 * Invariant  operands may be any int, subclasses included; results are new exact ints.  Nothing here runs Python
 *            code.  Ints below 2**60 take a path of machine words.
 * Not here   powers and roots (int_power.c), shifts and bits (int_bits.c).
 * Source     schoolbook multiplication; above MUL_CUTOFF digits, and for all long division, GMP's mpn_ functions. */
#include "types/float_internal.h"
#include "types/int_internal.h"

enum { MUL_CUTOFF = 24 }; /* digits of the shorter factor from which GMP is faster, conversions included */

/* ---- comparison ---------------------------------------------------------------------------------------- */

/* Order of two magnitudes without leading zeros: below, at or above 0. */
static int
digits_compare(const digit *a, Py_ssize_t n_a, const digit *b, Py_ssize_t n_b)
{
    if (n_a != n_b) {
        return n_a < n_b ? -1 : 1;
    }
    for (Py_ssize_t i = n_a; i-- > 0;) {
        if (a[i] != b[i]) {
            return a[i] < b[i] ? -1 : 1;
        }
    }
    return 0;
}

int
ou_int_compare(PyObject *left, PyObject *right)
{
    Py_ssize_t a = Py_SIZE(left), b = Py_SIZE(right);
    if (a != b) {
        return a < b ? -1 : 1;
    }
    Py_ssize_t n = a < 0 ? -a : a;
    int order = digits_compare(ou_int_digits(left), n, ou_int_digits(right), n);
    return a < 0 ? -order : order;
}

/* Two digits as one number, and the low 60 bits of a number as two digits. */
enum { PAIR_SHIFT = 2 * PyLong_SHIFT };
#define PAIR_MASK (((uint64_t)1 << PAIR_SHIFT) - 1)

static OU_ALWAYS_INLINE uint64_t
read_pair(const digit *d)
{
    return d[0] | (uint64_t)d[1] << PyLong_SHIFT;
}

static OU_ALWAYS_INLINE void
write_pair(digit *d, uint64_t pair)
{
    d[0] = (digit)pair & PyLong_MASK;
    d[1] = (digit)(pair >> PyLong_SHIFT) & PyLong_MASK;
}

/* ---- addition ------------------------------------------------------------------------------------------ */

/* |a| + |b| with a sign. */
static PyObject *
add_magnitudes(PyObject *a, PyObject *b, bool negative)
{
    if (ou_int_n_digits(a) < ou_int_n_digits(b)) {
        PyObject *swap = a;
        a = b;
        b = swap;
    }
    Py_ssize_t n_a = ou_int_n_digits(a), n_b = ou_int_n_digits(b), i;
    const digit *x = ou_int_digits(a), *y = ou_int_digits(b);
    PyLongObject *sum = ou_int_alloc(n_a + 1);
    if (sum == NULL) {
        return NULL;
    }
    digit carry = 0, *z = sum->ob_digit;
    for (i = 0; i + 1 < n_b; i += 2) {
        uint64_t both = read_pair(x + i) + read_pair(y + i) + carry;
        write_pair(z + i, both);
        carry = (digit)(both >> PAIR_SHIFT);
    }
    for (; i < n_b; i++) {
        carry += x[i] + y[i];
        z[i] = carry & PyLong_MASK;
        carry >>= PyLong_SHIFT;
    }
    for (; i < n_a && carry != 0; i++) {
        carry += x[i];
        z[i] = carry & PyLong_MASK;
        carry >>= PyLong_SHIFT;
    }
    memcpy(z + i, x + i, (size_t)(n_a - i) * sizeof(digit));
    z[n_a] = carry;
    return ou_int_finish(sum, negative);
}

/* |a| - |b|, its sign turned round if `negative`. */
static PyObject *
subtract_magnitudes(PyObject *a, PyObject *b, bool negative)
{
    int order = digits_compare(ou_int_digits(a), ou_int_n_digits(a), ou_int_digits(b), ou_int_n_digits(b));
    if (order == 0) {
        return Py_NewRef(OU_SMALL_INT(0));
    }
    if (order < 0) {
        PyObject *swap = a;
        a = b;
        b = swap;
        negative = !negative;
    }
    Py_ssize_t n_a = ou_int_n_digits(a), n_b = ou_int_n_digits(b), i;
    const digit *x = ou_int_digits(a), *y = ou_int_digits(b);
    PyLongObject *difference = ou_int_alloc(n_a);
    if (difference == NULL) {
        return NULL;
    }
    digit borrow = 0, *z = difference->ob_digit;
    for (i = 0; i + 1 < n_b; i += 2) {
        uint64_t both = read_pair(x + i) - read_pair(y + i) - borrow;
        write_pair(z + i, both);
        borrow = (digit)(both >> PAIR_SHIFT) & 1;
    }
    for (; i < n_b; i++) {
        borrow = x[i] - y[i] - borrow;
        z[i] = borrow & PyLong_MASK;
        borrow = borrow >> PyLong_SHIFT & 1;
    }
    for (; i < n_a && borrow != 0; i++) {
        borrow = x[i] - borrow;
        z[i] = borrow & PyLong_MASK;
        borrow = borrow >> PyLong_SHIFT & 1;
    }
    memcpy(z + i, x + i, (size_t)(n_a - i) * sizeof(digit));
    return ou_int_finish(difference, negative);
}

PyObject *
ou_int_add(PyObject *left, PyObject *right)
{
    if (OU_LIKELY(ou_int_is_short(left) && ou_int_is_short(right))) {
        return ou_int_from_int64(ou_int_value2(left) + ou_int_value2(right));
    }
    bool negative = ou_int_is_negative(left);
    return negative == ou_int_is_negative(right) ? add_magnitudes(left, right, negative)
                                                 : subtract_magnitudes(left, right, negative);
}

PyObject *
ou_int_subtract(PyObject *left, PyObject *right)
{
    if (OU_LIKELY(ou_int_is_short(left) && ou_int_is_short(right))) {
        return ou_int_from_int64(ou_int_value2(left) - ou_int_value2(right));
    }
    bool negative = ou_int_is_negative(left);
    return negative != ou_int_is_negative(right) ? add_magnitudes(left, right, negative)
                                                 : subtract_magnitudes(left, right, negative);
}

PyObject *
ou_int_negative(PyObject *op)
{
    if (OU_LIKELY(ou_int_is_short(op))) {
        return ou_int_from_int64(-ou_int_value2(op));
    }
    PyObject *copy = _PyLong_Copy((PyLongObject *)op);
    if (copy != NULL) {
        Py_SET_SIZE(copy, -Py_SIZE(copy));
    }
    return copy;
}

/* ---- multiplication ------------------------------------------------------------------------------------ */

/* z = factor * y, or z += factor * y, two digits a step; a factor of n_factor digits, 1 or 2, goes n_factor digits beyond
 * the n of y, which are set. */
static OU_ALWAYS_INLINE void
multiply_row(digit *z, uint64_t factor, int n_factor, const digit *y, Py_ssize_t n, bool add)
{
    uint64_t carry = 0;
    Py_ssize_t j = 0;
    for (; j + 1 < n; j += 2) {
        unsigned __int128 product = (unsigned __int128)read_pair(y + j) * factor;
        uint64_t sum = ((uint64_t)product & PAIR_MASK) + carry;
        if (add) {
            sum += read_pair(z + j);
        }
        carry = (uint64_t)(product >> PAIR_SHIFT) + (sum >> PAIR_SHIFT);
        write_pair(z + j, sum);
    }
    unsigned __int128 rest = carry;
    if (j < n) {
        rest += (unsigned __int128)factor * y[j] + (add ? z[j] : 0);
        z[j] = (digit)rest & PyLong_MASK;
        rest >>= PyLong_SHIFT;
    }
    z[n] = (digit)rest & PyLong_MASK;
    if (n_factor == 2) {
        z[n + 1] = (digit)(rest >> PyLong_SHIFT);
    }
}

/* z = x * y by rows; z has n_x + n_y digits, n_x is at least 1. */
static void
multiply_rows(digit *z, const digit *x, Py_ssize_t n_x, const digit *y, Py_ssize_t n_y)
{
    Py_ssize_t i = 2 - (n_x & 1);
    if (i == 1) {
        multiply_row(z, x[0], 1, y, n_y, false);
    }
    else {
        multiply_row(z, read_pair(x), 2, y, n_y, false);
    }
    for (; i < n_x; i += 2) {
        multiply_row(z + i, read_pair(x + i), 2, y, n_y, true);
    }
}

static PyObject *
multiply_limbs(PyObject *a, PyObject *b, bool negative)
{
    Py_ssize_t n_a = ou_int_n_digits(a), n_b = ou_int_n_digits(b);
    size_t room_a = ou_limbs_of_digits(n_a), room_b = a == b ? 0 : ou_limbs_of_digits(n_b);
    size_t room_z = room_a + ou_limbs_of_digits(n_b);
    OuLimbs limbs;
    if (ou_limbs_begin(&limbs, room_a + room_b + room_z, ou_limbs_for_multiply(room_z)) < 0) {
        return NULL;
    }
    mp_limb_t *x = ou_limbs_take(&limbs, room_a);
    mp_limb_t *y = ou_limbs_take(&limbs, room_b);
    mp_limb_t *z = ou_limbs_take(&limbs, room_z);
    size_t n_x = ou_limbs_from_digits(x, ou_int_digits(a), n_a), n_z;
    if (a == b) {
        n_z = 2 * n_x;
        mpn_sqr(z, x, (mp_size_t)n_x);
    }
    else {
        size_t n_y = ou_limbs_from_digits(y, ou_int_digits(b), n_b);
        n_z = n_x + n_y;
        if (n_x >= n_y) {
            mpn_mul(z, x, (mp_size_t)n_x, y, (mp_size_t)n_y);
        }
        else {
            mpn_mul(z, y, (mp_size_t)n_y, x, (mp_size_t)n_x);
        }
    }
    PyObject *product = ou_int_from_limbs(z, n_z, negative);
    ou_limbs_end(&limbs);
    return product;
}

PyObject *
ou_int_multiply(PyObject *left, PyObject *right)
{
    if (OU_LIKELY(ou_int_is_short(left) && ou_int_is_short(right))) {
        int64_t a = ou_int_value2(left), b = ou_int_value2(right), product;
        if (OU_LIKELY(!__builtin_mul_overflow(a, b, &product))) {
            return ou_int_from_int64(product);
        }
        __int128 wide = (__int128)a * b;
        return ou_int_from_sign_u128(wide < 0, wide < 0 ? -(unsigned __int128)wide : (unsigned __int128)wide);
    }
    Py_ssize_t n_a = ou_int_n_digits(left), n_b = ou_int_n_digits(right);
    bool negative = ou_int_is_negative(left) != ou_int_is_negative(right);
    if (n_a == 0 || n_b == 0) {
        return Py_NewRef(OU_SMALL_INT(0));
    }
    if (n_a >= MUL_CUTOFF && n_b >= MUL_CUTOFF) {
        return multiply_limbs(left, right, negative);
    }
    PyLongObject *product = ou_int_alloc(n_a + n_b);
    if (product == NULL) {
        return NULL;
    }
    if (n_a <= n_b) {
        multiply_rows(product->ob_digit, ou_int_digits(left), n_a, ou_int_digits(right), n_b);
    }
    else {
        multiply_rows(product->ob_digit, ou_int_digits(right), n_b, ou_int_digits(left), n_a);
    }
    return ou_int_finish(product, negative);
}

/* ---- division ------------------------------------------------------------------------------------------ */

static void
raise_zero_division(bool modulo)
{
    PyErr_SetString(PyExc_ZeroDivisionError, modulo ? "integer modulo by zero" : "integer division or modulo by zero");
}

/* By a divisor of one digit. */
static int
divide_by_digit(PyObject *a, PyObject *b, bool q_negative, PyObject **q, PyObject **r)
{
    Py_ssize_t n = ou_int_n_digits(a);
    const digit *x = ou_int_digits(a);
    digit divisor = ou_int_digits(b)[0];
    twodigits rest = 0;
    if (q == NULL) {
        for (Py_ssize_t i = n; i-- > 0;) {
            rest = (rest << PyLong_SHIFT | x[i]) % divisor;
        }
    }
    else {
        PyLongObject *quotient = ou_int_alloc(n);
        if (quotient == NULL) {
            return -1;
        }
        for (Py_ssize_t i = n; i-- > 0;) {
            rest = rest << PyLong_SHIFT | x[i];
            digit one = (digit)(rest / divisor);
            quotient->ob_digit[i] = one;
            rest -= (twodigits)one * divisor;
        }
        *q = ou_int_finish(quotient, q_negative);
        if (*q == NULL) {
            return -1;
        }
    }
    if (r != NULL) {
        *r = ou_int_from_sign_u64(ou_int_is_negative(a), rest);
        if (*r == NULL) {
            if (q != NULL) {
                Py_CLEAR(*q);
            }
            return -1;
        }
    }
    return 0;
}

static int
divide_limbs(PyObject *a, PyObject *b, bool q_negative, PyObject **q, PyObject **r)
{
    Py_ssize_t n_a = ou_int_n_digits(a), n_b = ou_int_n_digits(b);
    size_t room_a = ou_limbs_of_digits(n_a), room_b = ou_limbs_of_digits(n_b);
    OuLimbs limbs;
    if (ou_limbs_begin(&limbs, 2 * room_a + 2 * room_b + 1, ou_limbs_for_divide(room_a + room_b)) < 0) {
        return -1;
    }
    mp_limb_t *x = ou_limbs_take(&limbs, room_a), *y = ou_limbs_take(&limbs, room_b);
    mp_limb_t *quotient = ou_limbs_take(&limbs, room_a + 1), *rest = ou_limbs_take(&limbs, room_b);
    size_t n_x = ou_limbs_from_digits(x, ou_int_digits(a), n_a);
    size_t n_y = ou_limbs_from_digits(y, ou_int_digits(b), n_b);
    int status = -1;
    mpn_tdiv_qr(quotient, rest, 0, x, (mp_size_t)n_x, y, (mp_size_t)n_y); /* n_x >= n_y: |a| >= |b| */
    if (q != NULL) {
        *q = ou_int_from_limbs(quotient, n_x - n_y + 1, q_negative);
        if (*q == NULL) {
            goto end;
        }
    }
    if (r != NULL) {
        *r = ou_int_from_limbs(rest, n_y, ou_int_is_negative(a));
        if (*r == NULL) {
            if (q != NULL) {
                Py_CLEAR(*q);
            }
            goto end;
        }
    }
    status = 0;
end:
    ou_limbs_end(&limbs);
    return status;
}

/* Truncating division of magnitudes with the signs of C: a = q * b + r.  q and r may be NULL.  b is not 0. */
static OU_MUST_USE int
int_divide_truncating(PyObject *a, PyObject *b, PyObject **q, PyObject **r)
{
    Py_ssize_t n_a = ou_int_n_digits(a), n_b = ou_int_n_digits(b);
    bool q_negative = ou_int_is_negative(a) != ou_int_is_negative(b);
    if (digits_compare(ou_int_digits(a), n_a, ou_int_digits(b), n_b) < 0) {
        if (r != NULL) {
            *r = _PyLong_Copy((PyLongObject *)a);
            if (*r == NULL) {
                return -1;
            }
        }
        if (q != NULL) {
            *q = Py_NewRef(OU_SMALL_INT(0));
        }
        return 0;
    }
    return n_b == 1 ? divide_by_digit(a, b, q_negative, q, r) : divide_limbs(a, b, q_negative, q, r);
}

/* Floor division of short ints; b is not 0. */
static inline int64_t
floor_quotient(int64_t a, int64_t b)
{
    int64_t q = a / b; /* no overflow: |a| < 2**60 */
    return q - (q * b != a && (a ^ b) < 0);
}

static inline int64_t
floor_remainder(int64_t a, int64_t b)
{
    int64_t r = a % b;
    return r != 0 && (r ^ b) < 0 ? r + b : r;
}

/* Either may be NULL.  Returns 0, or -1 with an error set and nothing to release. */
static int
divide_floor(PyObject *left, PyObject *right, PyObject **quotient, PyObject **remainder)
{
    if (Py_SIZE(right) == 0) {
        raise_zero_division(quotient == NULL);
        return -1;
    }
    PyObject *q = NULL, *r;
    if (int_divide_truncating(left, right, quotient != NULL ? &q : NULL, &r) < 0) {
        return -1;
    }
    if (Py_SIZE(r) != 0 && ou_int_is_negative(r) != ou_int_is_negative(right)) {
        if (remainder != NULL) {
            Py_SETREF(r, ou_int_add(r, right));
        }
        if (q != NULL && r != NULL) {
            Py_SETREF(q, ou_int_subtract(q, OU_SMALL_INT(1)));
        }
        if (r == NULL || (quotient != NULL && q == NULL)) {
            Py_XDECREF(q);
            Py_XDECREF(r);
            return -1;
        }
    }
    if (quotient != NULL) {
        *quotient = q;
    }
    if (remainder != NULL) {
        *remainder = r;
    }
    else {
        Py_DECREF(r);
    }
    return 0;
}

PyObject *
ou_int_floor_divide(PyObject *left, PyObject *right)
{
    if (OU_LIKELY(ou_int_is_short(left) && ou_int_is_short(right) && Py_SIZE(right) != 0)) {
        return ou_int_from_int64(floor_quotient(ou_int_value2(left), ou_int_value2(right)));
    }
    PyObject *quotient;
    return divide_floor(left, right, &quotient, NULL) < 0 ? NULL : quotient;
}

PyObject *
ou_int_remainder(PyObject *left, PyObject *right)
{
    if (OU_LIKELY(ou_int_is_short(left) && ou_int_is_short(right) && Py_SIZE(right) != 0)) {
        return ou_int_from_int64(floor_remainder(ou_int_value2(left), ou_int_value2(right)));
    }
    PyObject *remainder;
    return divide_floor(left, right, NULL, &remainder) < 0 ? NULL : remainder;
}

int
ou_int_divmod(PyObject *left, PyObject *right, PyObject **quotient, PyObject **remainder)
{
    if (OU_LIKELY(ou_int_is_short(left) && ou_int_is_short(right) && Py_SIZE(right) != 0)) {
        int64_t a = ou_int_value2(left), b = ou_int_value2(right);
        PyObject *q = ou_int_from_int64(floor_quotient(a, b));
        PyObject *r = q == NULL ? NULL : ou_int_from_int64(floor_remainder(a, b));
        if (r == NULL) {
            Py_XDECREF(q);
            return -1;
        }
        *quotient = q;
        *remainder = r;
        return 0;
    }
    return divide_floor(left, right, quotient, remainder);
}

/* The quotient nearest to a / b, half to even, and the remainder that belongs to it, as a pair.
 * Refs new tuple.  Errors ZeroDivisionError, TypeError, MemoryError. */
PyObject *
_PyLong_DivmodNear(PyObject *a, PyObject *b)
{
    if (!PyLong_Check(a) || !PyLong_Check(b)) {
        PyErr_SetString(PyExc_TypeError, "non-integer arguments in division");
        return NULL;
    }
    PyObject *q = NULL, *r = NULL, *twice = NULL, *pair = NULL;
    if (divide_floor(a, b, &q, &r) < 0) {
        return NULL;
    }
    /* r has b's sign here; round up if 2r is beyond b, or just b and q odd. */
    twice = ou_int_add(r, r);
    if (twice == NULL) {
        goto end;
    }
    int order = digits_compare(ou_int_digits(twice), ou_int_n_digits(twice), ou_int_digits(b), ou_int_n_digits(b));
    if (order > 0 || (order == 0 && ou_int_digits(q)[0] & 1)) {
        Py_SETREF(q, ou_int_add(q, OU_SMALL_INT(1)));
        Py_SETREF(r, ou_int_subtract(r, b));
        if (q == NULL || r == NULL) {
            goto end;
        }
    }
    pair = PyTuple_Pack(2, q, r);
end:
    Py_XDECREF(twice);
    Py_XDECREF(q);
    Py_XDECREF(r);
    return pair;
}

/* ---- true division ------------------------------------------------------------------------------------- */

PyObject *
ou_int_true_divide(PyObject *left, PyObject *right)
{
    if (Py_SIZE(right) == 0) {
        PyErr_SetString(PyExc_ZeroDivisionError, "division by zero");
        return NULL;
    }
    if (ou_int_is_short(left) && ou_int_is_short(right)) {
        int64_t a = ou_int_value2(left), b = ou_int_value2(right), bound = (int64_t)1 << 53;
        if (OU_LIKELY(a >= -bound && a <= bound && b >= -bound && b <= bound)) {
            return ou_float_new((double)a / (double)b); /* both exact, so one rounding */
        }
    }
    bool negative = ou_int_is_negative(left) != ou_int_is_negative(right);
    if (Py_SIZE(left) == 0) {
        return ou_float_new(negative ? -0.0 : 0.0);
    }
    Py_ssize_t distance = (Py_ssize_t)(_PyLong_NumBits(left) - _PyLong_NumBits(right));
    double result;
    if (distance > 1025) {
        goto overflow;
    }
    if (distance < -1077) {
        return ou_float_new(negative ? -0.0 : 0.0);
    }
    /* Scale so that the quotient has 60 or 61 bits, divide, and remember whether anything was left over. */
    Py_ssize_t scale = 60 - distance;
    PyObject *scaled = scale >= 0 ? _PyLong_Lshift(left, (size_t)scale) : Py_NewRef(left);
    PyObject *divisor = scale < 0 ? _PyLong_Lshift(right, (size_t)-scale) : Py_NewRef(right);
    PyObject *q = NULL, *r = NULL;
    if (scaled == NULL || divisor == NULL || int_divide_truncating(scaled, divisor, &q, &r) < 0) {
        Py_XDECREF(scaled);
        Py_XDECREF(divisor);
        return NULL;
    }
    Py_ssize_t exponent;
    uint64_t mantissa = ou_int_top_bits(q, &exponent); /* 64 bits: exact, as q has 61 at most */
    mantissa |= Py_SIZE(r) != 0;
    Py_DECREF(scaled);
    Py_DECREF(divisor);
    Py_DECREF(q);
    Py_DECREF(r);
    result = ou_double_from_scaled(mantissa, exponent - scale);
    if (isinf(result)) {
        goto overflow;
    }
    return ou_float_new(negative ? -result : result);
overflow:
    PyErr_SetString(PyExc_OverflowError, "integer division result too large for a float");
    return NULL;
}
