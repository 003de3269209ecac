/* modules/math_integer.c - the module math: functions of integers.
 *
 * Owns       nothing.
 * Invariant  arguments become ints by __index__; what follows runs no Python code.
 * Not here   floats (math.c). */
#include "modules/math.h"
#include "types/int.h"

/* A product of more successive numbers has more bits than any memory: refused before hours are spent on it. */
#define MOST_FACTORS ((uint64_t)1 << 38)

/* ---- products of ranges -------------------------------------------------------------------------------- */

/* low * (low + 1) * ... * (high - 1), for 0 < low < high, all below 2**60.  Halving keeps the factors of like size;
 * the depth is that of the binary logarithm. */
static PyObject *
product_of_range(uint64_t low, uint64_t high)
{
    uint64_t product = low, at = low + 1;
    while (at < high && !__builtin_mul_overflow(product, at, &product)) {
        at++;
    }
    if (at >= high) {
        return PyLong_FromUnsignedLong(product);
    }
    uint64_t middle = low + (high - low) / 2;
    PyObject *left = product_of_range(low, middle), *right = left == NULL ? NULL : product_of_range(middle, high);
    PyObject *result = right == NULL ? NULL : ou_int_multiply(left, right);
    Py_XDECREF(left);
    Py_XDECREF(right);
    return result;
}

/* n * (n - 1) * ... , k factors, for any int n, k above 0. */
static PyObject *
falling_product(PyObject *n, uint64_t k)
{
    if (k == 1) {
        return _PyLong_Copy((PyLongObject *)n);
    }
    if (ou_int_is_short(n)) {
        uint64_t high = (uint64_t)ou_int_value2(n) + 1;
        return product_of_range(high - k, high);
    }
    uint64_t half = k / 2;
    PyObject *left = falling_product(n, half), *step = left == NULL ? NULL : PyLong_FromUnsignedLong(half);
    PyObject *rest = step == NULL ? NULL : ou_int_subtract(n, step);
    PyObject *right = rest == NULL ? NULL : falling_product(rest, k - half);
    PyObject *result = right == NULL ? NULL : ou_int_multiply(left, right);
    Py_XDECREF(left);
    Py_XDECREF(step);
    Py_XDECREF(rest);
    Py_XDECREF(right);
    return result;
}

/* The product of the odd numbers from low to high - 1, both odd; 1 if there are none. */
static PyObject *
product_of_odds(uint64_t low, uint64_t high)
{
    if (low >= high) {
        return Py_NewRef(OU_SMALL_INT(1));
    }
    uint64_t product = low, at = low + 2;
    while (at < high && !__builtin_mul_overflow(product, at, &product)) {
        at += 2;
    }
    if (at >= high) {
        return PyLong_FromUnsignedLong(product);
    }
    uint64_t middle = (low + (high - low) / 2) | 1;
    PyObject *left = product_of_odds(low, middle), *right = left == NULL ? NULL : product_of_odds(middle, high);
    PyObject *result = right == NULL ? NULL : ou_int_multiply(left, right);
    Py_XDECREF(left);
    Py_XDECREF(right);
    return result;
}

/* n! = 2**(n - ones in n) times, for each i, the odd numbers up to n >> i. */
static PyObject *
factorial(uint64_t n)
{
    if (n <= 20) {
        uint64_t product = 1;
        for (uint64_t i = 2; i <= n; i++) {
            product *= i;
        }
        return PyLong_FromUnsignedLong(product);
    }
    PyObject *inner = Py_NewRef(OU_SMALL_INT(1)), *outer = Py_NewRef(OU_SMALL_INT(1));
    uint64_t low = 3;
    for (int i = (int)ou_bit_length(n) - 2; i >= 0; i--) {
        uint64_t high = ((n >> i) + 1) | 1;
        PyObject *part = product_of_odds(low, high);
        if (part == NULL) {
            goto error;
        }
        low = high;
        Py_SETREF(inner, ou_int_multiply(inner, part));
        Py_DECREF(part);
        if (inner == NULL) {
            goto error;
        }
        Py_SETREF(outer, ou_int_multiply(outer, inner));
        if (outer == NULL) {
            goto error;
        }
    }
    Py_DECREF(inner);
    Py_SETREF(outer, _PyLong_Lshift(outer, n - (uint64_t)__builtin_popcountll(n)));
    return outer;
error:
    Py_XDECREF(inner);
    Py_XDECREF(outer);
    return NULL;
}

PyObject *
ou_math_factorial(PyObject *module, PyObject *arg)
{
    int overflow;
    long n = PyLong_AsLongAndOverflow(arg, &overflow);
    if (n == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (overflow > 0) {
        return PyErr_Format(PyExc_OverflowError, "factorial() argument should not exceed %ld", LONG_MAX);
    }
    if (n < 0) {
        PyErr_SetString(PyExc_ValueError, "factorial() not defined for negative values");
        return NULL;
    }
    return (uint64_t)n > MOST_FACTORS ? PyErr_NoMemory() : factorial((uint64_t)n);
}

/* ---- choices ------------------------------------------------------------------------------------------- */

/* n and k by __index__, neither negative.  Returns false with an error set. */
static bool
read_choice(PyObject *const *args, PyObject **n, PyObject **k)
{
    *k = NULL;
    *n = PyNumber_Index(args[0]);
    if (*n == NULL) {
        return false;
    }
    OU_HOLD(h, n);
    *k = PyNumber_Index(args[1]);
    OU_HOLD_END(h);
    if (*k != NULL) {
        if (_PyLong_Sign(*n) < 0) {
            PyErr_SetString(PyExc_ValueError, "n must be a non-negative integer");
        }
        else if (_PyLong_Sign(*k) < 0) {
            PyErr_SetString(PyExc_ValueError, "k must be a non-negative integer");
        }
        else {
            return true;
        }
    }
    Py_CLEAR(*n);
    Py_CLEAR(*k);
    return false;
}

PyObject *
ou_math_perm(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("perm", n_args, 1, 2)) {
        return NULL;
    }
    if (n_args == 1 || args[1] == Py_None) {
        return ou_math_factorial(module, args[0]);
    }
    PyObject *n, *k, *result = NULL;
    if (!read_choice(args, &n, &k)) {
        return NULL;
    }
    int overflow;
    long count = PyLong_AsLongAndOverflow(k, &overflow);
    if (ou_int_compare(n, k) < 0) {
        result = Py_NewRef(OU_SMALL_INT(0));
    }
    else if (overflow != 0) {
        PyErr_Format(PyExc_OverflowError, "k must not exceed %ld", LONG_MAX);
    }
    else if (count == 0) {
        result = Py_NewRef(OU_SMALL_INT(1));
    }
    else {
        result = (uint64_t)count > MOST_FACTORS ? PyErr_NoMemory() : falling_product(n, (uint64_t)count);
    }
    Py_DECREF(n);
    Py_DECREF(k);
    return result;
}

/* n over k in machine words.  Returns whether it fits. */
static bool
choose_words(uint64_t n, uint64_t k, uint64_t *out)
{
    uint64_t result = 1;
    for (uint64_t i = 1; i <= k; i++) {
        if (__builtin_mul_overflow(result, n - k + i, &result)) {
            return false;
        }
        result /= i; /* exact: the product of i successive numbers */
    }
    *out = result;
    return true;
}

/* n over k for any n and k above 0: C(n, k) = C(n, j) * C(n - j, k - j) / C(k, j), halving k. */
static PyObject *
choose(PyObject *n, uint64_t k)
{
    uint64_t small;
    if (ou_int_is_short(n) && k <= 64 && choose_words((uint64_t)ou_int_value2(n), k, &small)) {
        return PyLong_FromUnsignedLong(small);
    }
    if (k == 1) {
        return _PyLong_Copy((PyLongObject *)n);
    }
    PyObject *numerator = falling_product(n, k), *denominator = numerator == NULL ? NULL : factorial(k);
    PyObject *result = denominator == NULL ? NULL : ou_int_floor_divide(numerator, denominator);
    Py_XDECREF(numerator);
    Py_XDECREF(denominator);
    return result;
}

PyObject *
ou_math_comb(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("comb", n_args, 2, 2)) {
        return NULL;
    }
    PyObject *n, *k, *result = NULL;
    if (!read_choice(args, &n, &k)) {
        return NULL;
    }
    PyObject *other = ou_int_subtract(n, k); /* choosing k leaves n - k */
    if (other == NULL) {
        goto end;
    }
    if (_PyLong_Sign(other) < 0) {
        result = Py_NewRef(OU_SMALL_INT(0));
        goto end;
    }
    if (ou_int_compare(other, k) < 0) {
        PyObject *swap = other;
        other = k;
        k = swap;
    }
    int overflow;
    long count = PyLong_AsLongAndOverflow(k, &overflow);
    if (overflow != 0) {
        PyErr_Format(PyExc_OverflowError, "min(n - k, k) must not exceed %ld", LONG_MAX);
    }
    else if ((uint64_t)count > MOST_FACTORS) {
        PyErr_NoMemory();
    }
    else {
        result = count == 0 ? Py_NewRef(OU_SMALL_INT(1)) : choose(n, (uint64_t)count);
    }
end:
    Py_XDECREF(other);
    Py_DECREF(n);
    Py_DECREF(k);
    return result;
}

/* ---- divisors and roots -------------------------------------------------------------------------------- */

static PyObject *
least_common_multiple(PyObject *a, PyObject *b)
{
    if (_PyLong_Sign(a) == 0 || _PyLong_Sign(b) == 0) {
        return Py_NewRef(OU_SMALL_INT(0));
    }
    PyObject *divisor = _PyLong_GCD(a, b), *part = divisor == NULL ? NULL : ou_int_floor_divide(a, divisor);
    PyObject *result = part == NULL ? NULL : ou_int_multiply(part, b);
    Py_XDECREF(divisor);
    Py_XDECREF(part);
    if (result != NULL && _PyLong_Sign(result) < 0) {
        Py_SETREF(result, ou_int_negative(result));
    }
    return result;
}

/* combine(combine(start, args[0]), args[1]) ...  All arguments are asked for their integers, even where the result stands. */
static PyObject *
combine_all(PyObject *const *args, Py_ssize_t n_args, long start, binaryfunc combine)
{
    PyObject *result = Py_NewRef(OU_SMALL_INT(start));
    for (Py_ssize_t i = 0; i < n_args && result != NULL; i++) {
        OU_HOLD(h, &result);
        PyObject *number = PyNumber_Index(args[i]);
        OU_HOLD_END(h);
        Py_SETREF(result, number == NULL ? NULL : combine(result, number));
        Py_XDECREF(number);
    }
    return result;
}

PyObject *
ou_math_gcd(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    return combine_all(args, n_args, 0, _PyLong_GCD);
}

PyObject *
ou_math_lcm(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    return combine_all(args, n_args, 1, least_common_multiple);
}

PyObject *
ou_math_isqrt(PyObject *module, PyObject *arg)
{
    PyObject *n = PyNumber_Index(arg), *result = NULL;
    if (n == NULL) {
        return NULL;
    }
    if (_PyLong_Sign(n) < 0) {
        PyErr_SetString(PyExc_ValueError, "isqrt() argument must be nonnegative");
    }
    else {
        result = ou_int_isqrt(n);
    }
    Py_DECREF(n);
    return result;
}
