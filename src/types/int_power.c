/* types/int_power.c - powers, modular powers and inverses, greatest common divisors, square roots of ints.
 *
 * Owns       nothing beyond a call.
 * Invariant  no Python code; scratch is allocated before the work begins.
 * Not here   float powers (float.c), which negative exponents lead to.
 * Source     square and multiply; for moduli, windows of the exponent and, where the modulus is odd and of moderate
 *            size, Montgomery's reduction; GMP's mpn_ functions for products and remainders. */
#include "types/int_internal.h"

/* ---- plain powers -------------------------------------------------------------------------------------- */

/* base ** e for a base that is odd or any, by limbs: base and e are above 1, the result has `bits` bits at most. */
static PyObject *
power_limbs(const mp_limb_t *base, size_t n_base, uint64_t e, size_t bits, bool negative, size_t shift)
{
    size_t room = bits / 64 + 2 + n_base; /* products are written with their leading zero limb */
    OuLimbs limbs;
    if (ou_limbs_begin(&limbs, 2 * room, ou_limbs_for_multiply(room)) < 0) {
        return NULL;
    }
    mp_limb_t *result = ou_limbs_take(&limbs, room), *next = ou_limbs_take(&limbs, room);
    memcpy(result, base, n_base * sizeof(mp_limb_t));
    size_t n = n_base;
    for (int bit = (int)ou_bit_length(e) - 2; bit >= 0; bit--) {
        mpn_sqr(next, result, (mp_size_t)n);
        n *= 2;
        n -= next[n - 1] == 0;
        mp_limb_t *swap = result;
        result = next;
        next = swap;
        if (e >> bit & 1) {
            if (n >= n_base) {
                mpn_mul(next, result, (mp_size_t)n, base, (mp_size_t)n_base);
            }
            else {
                mpn_mul(next, base, (mp_size_t)n_base, result, (mp_size_t)n);
            }
            n += n_base;
            n -= next[n - 1] == 0;
            swap = result;
            result = next;
            next = swap;
        }
    }
    PyObject *power = ou_int_from_limbs(result, n, negative);
    ou_limbs_end(&limbs);
    if (power != NULL && shift != 0) {
        Py_SETREF(power, _PyLong_Lshift(power, shift));
    }
    return power;
}

/* Zero bits below the lowest set one.  op is not 0. */
static size_t
trailing_zeros(PyObject *op)
{
    const digit *d = ou_int_digits(op);
    size_t i = 0;
    while (d[i] == 0) {
        i++;
    }
    return i * PyLong_SHIFT + (size_t)__builtin_ctz(d[i]);
}

/* |base| ** e, with a sign, for |base| above 1 and e above 1. */
static PyObject *
power_positive(PyObject *base, uint64_t e, bool negative)
{
    size_t twos = trailing_zeros(base), shift;
    size_t bits = _PyLong_NumBits(base) - twos; /* of the odd part */
    if (ou_size_mul(twos, e, &shift) || shift > PY_SSIZE_T_MAX || ou_size_mul(bits, e, &bits) || bits > PY_SSIZE_T_MAX) {
        return PyErr_NoMemory(); /* more bits than memory holds bytes */
    }
    PyObject *odd = twos == 0 ? Py_NewRef(base) : NULL;
    if (odd == NULL) {
        odd = ou_int_is_negative(base) ? ou_int_negative(base) : Py_NewRef(base);
        if (odd != NULL) {
            Py_SETREF(odd, _PyLong_Rshift(odd, twos));
        }
        if (odd == NULL) {
            return NULL;
        }
    }
    PyObject *result;
    Py_ssize_t n = ou_int_n_digits(odd);
    if (n == 1 && ou_int_digits(odd)[0] == 1) {
        result = _PyLong_Lshift(OU_SMALL_INT(negative ? -1 : 1), shift);
    }
    else {
        size_t room = ou_limbs_of_digits(n);
        OuLimbs limbs;
        result = NULL;
        if (ou_limbs_begin(&limbs, room, 0) == 0) {
            mp_limb_t *b = ou_limbs_take(&limbs, room);
            size_t n_b = ou_limbs_from_digits(b, ou_int_digits(odd), n);
            result = power_limbs(b, n_b, e, bits, negative, shift);
            ou_limbs_end(&limbs);
        }
    }
    Py_DECREF(odd);
    return result;
}

/* base ** e for short base and e at least 0, as long as it fits in 63 bits.  Returns whether it does. */
static bool
power_word(int64_t base, int64_t e, int64_t *out)
{
    int64_t result = 1;
    for (;;) {
        if (e & 1 && __builtin_mul_overflow(result, base, &result)) {
            return false;
        }
        e >>= 1;
        if (e == 0) {
            break;
        }
        if (__builtin_mul_overflow(base, base, &base)) {
            return false;
        }
    }
    *out = result;
    return true;
}

static PyObject *
power_plain(PyObject *base, PyObject *exponent)
{
    if (ou_int_is_negative(exponent)) {
        double x = PyLong_AsDouble(base);
        if (x == -1.0 && PyErr_Occurred()) {
            return NULL;
        }
        double y = PyLong_AsDouble(exponent);
        if (y == -1.0 && PyErr_Occurred()) {
            return NULL;
        }
        PyObject *a = ou_float_new(x), *b = a == NULL ? NULL : ou_float_new(y);
        PyObject *result = b == NULL ? NULL : PyFloat_Type.tp_as_number->nb_power(a, b, Py_None);
        Py_XDECREF(a);
        Py_XDECREF(b);
        return result;
    }
    int64_t value;
    if (OU_LIKELY(ou_int_is_short(base) && ou_int_is_short(exponent)
                  && power_word(ou_int_value2(base), ou_int_value2(exponent), &value))) {
        return ou_int_from_int64(value);
    }
    if (Py_SIZE(exponent) == 0) {
        return Py_NewRef(OU_SMALL_INT(1));
    }
    bool negative = ou_int_is_negative(base) && ou_int_digits(exponent)[0] & 1;
    if (ou_int_is_one_digit(base) && ou_int_digits(base)[0] <= 1) {
        return Py_NewRef(OU_SMALL_INT(Py_SIZE(base) == 0 ? 0 : negative ? -1 : 1));
    }
    if (!ou_int_is_short(exponent)) {
        return PyErr_NoMemory();
    }
    uint64_t e = (uint64_t)ou_int_value2(exponent);
    return e == 1 ? _PyLong_Copy((PyLongObject *)base) : power_positive(base, e, negative);
}

/* ---- modular powers ------------------------------------------------------------------------------------ */

enum { MONTGOMERY_MAX = 120 }; /* limbs; above, quadratic reduction loses to division (measured) */

typedef struct {
    const mp_limb_t *m; /* the modulus, n limbs, top one not 0 */
    size_t n;
    bool montgomery;
    mp_limb_t inverse;   /* -1 / m[0] modulo 2**64 */
    mp_limb_t *product;  /* 2n + 1 limbs */
    mp_limb_t *quotient; /* n + 2 limbs */
} Modulus;

/* to = product modulo m; Montgomery: product / 2**(64n) modulo m. */
static void
modulus_reduce(Modulus *mod, mp_limb_t *to)
{
    mp_limb_t *p = mod->product;
    size_t n = mod->n;
    if (!mod->montgomery) {
        mpn_tdiv_qr(mod->quotient, to, 0, p, (mp_size_t)(2 * n), mod->m, (mp_size_t)n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        /* Clears limb i; its place then takes the carry out of limb i + n. */
        p[i] = mpn_addmul_1(p + i, mod->m, (mp_size_t)n, p[i] * mod->inverse);
    }
    mp_limb_t carry = mpn_add_n(to, p + n, p, (mp_size_t)n);
    if (carry != 0 || mpn_cmp(to, mod->m, (mp_size_t)n) >= 0) {
        mpn_sub_n(to, to, mod->m, (mp_size_t)n);
    }
}

static void
modulus_multiply(Modulus *mod, mp_limb_t *to, const mp_limb_t *a, const mp_limb_t *b)
{
    if (a == b) {
        mpn_sqr(mod->product, a, (mp_size_t)mod->n);
    }
    else {
        mpn_mul_n(mod->product, a, b, (mp_size_t)mod->n);
    }
    modulus_reduce(mod, to);
}

static mp_limb_t
limb_inverse_negated(mp_limb_t odd)
{
    mp_limb_t x = odd; /* right in 3 bits; each step doubles them */
    for (int i = 0; i < 5; i++) {
        x *= 2 - odd * x;
    }
    return -x;
}

static unsigned
exponent_bit(PyObject *exponent, Py_ssize_t at)
{
    return ou_int_digits(exponent)[at / PyLong_SHIFT] >> (at % PyLong_SHIFT) & 1;
}

/* base ** exponent modulo modulus, for 0 <= base < modulus, exponent above 0. */
static PyObject *
power_modulus(PyObject *base, PyObject *exponent, PyObject *modulus)
{
    size_t n_bits = _PyLong_NumBits(exponent);
    unsigned window = n_bits <= 8 ? 1 : n_bits <= 36 ? 2 : n_bits <= 140 ? 3 : n_bits <= 450 ? 4 : 5;
    size_t n_table = (size_t)1 << (window - 1); /* odd powers: 1, 3, 5, ... */
    size_t n = ou_limbs_of_digits(ou_int_n_digits(modulus)), total;
    if (ou_size_mul(n + 2, n_table + 8, &total)) {
        return PyErr_NoMemory();
    }
    OuLimbs limbs;
    size_t gmp =
        ou_limbs_for_divide(3 * n) > ou_limbs_for_multiply(2 * n) ? ou_limbs_for_divide(3 * n) : ou_limbs_for_multiply(2 * n);
    if (ou_limbs_begin(&limbs, total, gmp) < 0) {
        return NULL;
    }
    size_t step = n; /* between entries of the table */
    mp_limb_t *m = ou_limbs_take(&limbs, n);
    n = ou_limbs_from_digits(m, ou_int_digits(modulus), ou_int_n_digits(modulus));
    Modulus mod = {.m = m, .n = n, .montgomery = (m[0] & 1) && n <= MONTGOMERY_MAX};
    mod.product = ou_limbs_take(&limbs, 2 * n + 1);
    mod.quotient = ou_limbs_take(&limbs, n + 2);
    mp_limb_t *square = ou_limbs_take(&limbs, n), *result = ou_limbs_take(&limbs, n);
    mp_limb_t *table = ou_limbs_take(&limbs, n_table * step);
    memset(table, 0, n * sizeof(mp_limb_t));
    ou_limbs_from_digits(table, ou_int_digits(base), ou_int_n_digits(base));
    if (mod.montgomery) {
        mod.inverse = limb_inverse_negated(m[0]);
        memset(mod.product, 0, n * sizeof(mp_limb_t));
        memcpy(mod.product + n, table, n * sizeof(mp_limb_t));
        mpn_tdiv_qr(mod.quotient, table, 0, mod.product, (mp_size_t)(2 * n), m, (mp_size_t)n);
    }
    if (n_table > 1) {
        modulus_multiply(&mod, square, table, table);
        for (size_t i = 1; i < n_table; i++) {
            modulus_multiply(&mod, table + i * step, table + (i - 1) * step, square);
        }
    }
    bool begun = false;
    for (Py_ssize_t at = (Py_ssize_t)n_bits - 1; at >= 0;) {
        if (!exponent_bit(exponent, at)) {
            modulus_multiply(&mod, result, result, result);
            at--;
            continue;
        }
        /* The longest run from `at` of at most `window` bits that ends in a set one. */
        Py_ssize_t low = at - (Py_ssize_t)window + 1;
        low = low < 0 ? 0 : low;
        while (!exponent_bit(exponent, low)) {
            low++;
        }
        size_t value = 0;
        for (Py_ssize_t i = at; i >= low; i--) {
            value = value << 1 | exponent_bit(exponent, i);
            if (begun) {
                modulus_multiply(&mod, result, result, result);
            }
        }
        const mp_limb_t *entry = table + (value >> 1) * step;
        if (begun) {
            modulus_multiply(&mod, result, result, entry);
        }
        else {
            memcpy(result, entry, n * sizeof(mp_limb_t));
            begun = true;
        }
        at = low - 1;
    }
    if (mod.montgomery) {
        memcpy(mod.product, result, n * sizeof(mp_limb_t));
        memset(mod.product + n, 0, n * sizeof(mp_limb_t));
        modulus_reduce(&mod, result);
    }
    PyObject *power = ou_int_from_limbs(result, n, false);
    ou_limbs_end(&limbs);
    return power;
}

/* The same for a modulus below 2**60. */
static PyObject *
power_word_modulus(uint64_t base, PyObject *exponent, uint64_t modulus)
{
    uint64_t result = 1;
    for (Py_ssize_t at = (Py_ssize_t)_PyLong_NumBits(exponent) - 1; at >= 0; at--) {
        result = (uint64_t)((unsigned __int128)result * result % modulus);
        if (exponent_bit(exponent, at)) {
            result = (uint64_t)((unsigned __int128)result * base % modulus);
        }
    }
    return ou_int_from_int64((int64_t)result);
}

/* x with x * a = 1 modulo n, from 0 to n - 1; n is above 0.  Refs new.  Errors ValueError where there is none. */
static PyObject *
modular_inverse(PyObject *a, PyObject *n)
{
    /* Euclid; b * a = r and c * a = s modulo n hold throughout. */
    PyObject *b = Py_NewRef(OU_SMALL_INT(1)), *c = Py_NewRef(OU_SMALL_INT(0));
    PyObject *r = Py_NewRef(a), *s = Py_NewRef(n);
    while (Py_SIZE(s) != 0) {
        PyObject *q, *rest;
        if (ou_int_divmod(r, s, &q, &rest) < 0) {
            goto error;
        }
        Py_SETREF(r, s);
        s = rest;
        PyObject *product = ou_int_multiply(q, c);
        Py_DECREF(q);
        PyObject *next = product == NULL ? NULL : ou_int_subtract(b, product);
        Py_XDECREF(product);
        if (next == NULL) {
            goto error;
        }
        Py_SETREF(b, c);
        c = next;
    }
    if (ou_int_compare(r, OU_SMALL_INT(1)) != 0) {
        PyErr_SetString(PyExc_ValueError, "base is not invertible for the given modulus");
        goto error;
    }
    Py_DECREF(r);
    Py_DECREF(s);
    Py_DECREF(c);
    Py_SETREF(b, ou_int_remainder(b, n));
    return b;
error:
    Py_DECREF(b);
    Py_DECREF(c);
    Py_DECREF(r);
    Py_DECREF(s);
    return NULL;
}

static PyObject *
power_modular(PyObject *base, PyObject *exponent, PyObject *modulus)
{
    if (Py_SIZE(modulus) == 0) {
        PyErr_SetString(PyExc_ValueError, "pow() 3rd argument cannot be 0");
        return NULL;
    }
    bool negative_modulus = ou_int_is_negative(modulus);
    PyObject *m = negative_modulus ? ou_int_negative(modulus) : Py_NewRef(modulus);
    if (m == NULL) {
        return NULL;
    }
    PyObject *e = Py_NewRef(exponent), *b = NULL, *result = NULL;
    if (ou_int_is_one_digit(m) && ou_int_digits(m)[0] == 1) {
        result = Py_NewRef(OU_SMALL_INT(0));
        goto end;
    }
    b = ou_int_remainder(base, m);
    if (b == NULL) {
        goto end;
    }
    if (ou_int_is_negative(e)) {
        Py_SETREF(e, ou_int_negative(e));
        if (e == NULL) {
            goto end;
        }
        Py_SETREF(b, modular_inverse(b, m));
        if (b == NULL) {
            goto end;
        }
    }
    if (Py_SIZE(e) == 0) {
        result = Py_NewRef(OU_SMALL_INT(1));
    }
    else if (Py_SIZE(b) == 0) {
        result = Py_NewRef(OU_SMALL_INT(0));
    }
    else if (ou_int_is_short(m)) {
        result = power_word_modulus((uint64_t)ou_int_value2(b), e, (uint64_t)ou_int_value2(m));
    }
    else {
        result = power_modulus(b, e, m);
    }
    if (result != NULL && negative_modulus && Py_SIZE(result) != 0) {
        Py_SETREF(result, ou_int_add(result, modulus));
    }
end:
    Py_XDECREF(b);
    Py_XDECREF(e);
    Py_DECREF(m);
    return result;
}

PyObject *
ou_int_power(PyObject *base, PyObject *exponent, PyObject *modulus)
{
    return modulus == Py_None ? power_plain(base, exponent) : power_modular(base, exponent, modulus);
}

/* ---- greatest common divisor --------------------------------------------------------------------------- */

static uint64_t
gcd_words(uint64_t a, uint64_t b)
{
    if (a == 0 || b == 0) {
        return a | b;
    }
    int shift = __builtin_ctzll(a | b);
    a >>= __builtin_ctzll(a);
    while (b != 0) {
        b >>= __builtin_ctzll(b);
        if (a > b) {
            uint64_t swap = a;
            a = b;
            b = swap;
        }
        b -= a;
    }
    return a << shift;
}

/* Greatest common divisor, never negative; 0 for two zeros.  Refs new.  Errors MemoryError. */
PyObject *
_PyLong_GCD(PyObject *a, PyObject *b)
{
    if (ou_int_is_short(a) && ou_int_is_short(b)) {
        int64_t x = ou_int_value2(a), y = ou_int_value2(b);
        return ou_int_from_int64((int64_t)gcd_words((uint64_t)(x < 0 ? -x : x), (uint64_t)(y < 0 ? -y : y)));
    }
    if (Py_SIZE(a) == 0 || Py_SIZE(b) == 0) {
        PyObject *other = Py_SIZE(a) == 0 ? b : a;
        return ou_int_is_negative(other) ? ou_int_negative(other) : _PyLong_Copy((PyLongObject *)other);
    }
    size_t room_a = ou_limbs_of_digits(ou_int_n_digits(a)), room_b = ou_limbs_of_digits(ou_int_n_digits(b));
    size_t room = room_a + room_b;
    /* GMP wants the second operand odd, and the first at least as long, in limbs; both are destroyed. */
    size_t twos_a = trailing_zeros(a), twos_b = trailing_zeros(b), twos = twos_a < twos_b ? twos_a : twos_b;
    OuLimbs limbs;
    size_t gmp = room < OU_LIMBS_GMP_QUIET / 4 ? 0 : room * 12 + 4000;
    if (ou_limbs_begin(&limbs, 3 * room + 8, gmp) < 0) {
        return NULL;
    }
    mp_limb_t *x = ou_limbs_take(&limbs, room_a + 1), *y = ou_limbs_take(&limbs, room_b + 1);
    mp_limb_t *g = ou_limbs_take(&limbs, room + 2), *q = ou_limbs_take(&limbs, room + 2);
    size_t n_x = ou_limbs_from_digits(x, ou_int_digits(a), ou_int_n_digits(a));
    size_t n_y = ou_limbs_from_digits(y, ou_int_digits(b), ou_int_n_digits(b));
    size_t whole_x = twos_a / 64, whole_y = twos_b / 64;
    memmove(x, x + whole_x, (n_x -= whole_x) * sizeof(mp_limb_t));
    memmove(y, y + whole_y, (n_y -= whole_y) * sizeof(mp_limb_t));
    if (twos_a % 64 != 0) {
        mpn_rshift(x, x, (mp_size_t)n_x, twos_a % 64);
        n_x -= x[n_x - 1] == 0;
    }
    if (twos_b % 64 != 0) {
        mpn_rshift(y, y, (mp_size_t)n_y, twos_b % 64);
        n_y -= y[n_y - 1] == 0;
    }
    if (n_x < n_y) {
        mp_limb_t *swap = x;
        x = y;
        y = swap;
        size_t n = n_x;
        n_x = n_y;
        n_y = n;
    }
    size_t n_g;
    if (n_x > n_y + n_y / 2 + 8) {
        /* Far apart: one division first. */
        mpn_tdiv_qr(q, g, 0, x, (mp_size_t)n_x, y, (mp_size_t)n_y);
        n_x = n_y;
        memcpy(x, g, n_x * sizeof(mp_limb_t));
        while (n_x > 0 && x[n_x - 1] == 0) {
            n_x--;
        }
        if (n_x == 0) {
            memcpy(g, y, n_y * sizeof(mp_limb_t));
            n_g = n_y;
            goto done;
        }
        if (n_x < n_y || (x[0] & 1) == 0) {
            /* y is the longer one now, and is odd; mpn_gcd takes an even first operand only: swap roles if x is odd,
             * else divide the twos out of x, as y has none. */
            size_t zeros = 0;
            while (x[zeros] == 0) {
                zeros++;
            }
            memmove(x, x + zeros, (n_x -= zeros) * sizeof(mp_limb_t));
            int bits = __builtin_ctzll(x[0]);
            if (bits != 0) {
                mpn_rshift(x, x, (mp_size_t)n_x, (unsigned)bits);
                n_x -= x[n_x - 1] == 0;
            }
            mp_limb_t *swap = x;
            x = y;
            y = swap;
            size_t n = n_x;
            n_x = n_y;
            n_y = n;
        }
    }
    n_g = (size_t)mpn_gcd(g, x, (mp_size_t)n_x, y, (mp_size_t)n_y);
done:;
    PyObject *result = ou_int_from_limbs(g, n_g, false);
    ou_limbs_end(&limbs);
    if (result != NULL && twos != 0) {
        Py_SETREF(result, _PyLong_Lshift(result, twos));
    }
    return result;
}

/* ---- square root --------------------------------------------------------------------------------------- */

PyObject *
ou_int_isqrt(PyObject *op)
{
    if (ou_int_is_short(op)) {
        uint64_t value = (uint64_t)ou_int_value2(op);
        uint64_t root = (uint64_t)sqrt((double)value); /* off by one at most */
        root -= root * root > value;
        root += (root + 1) * (root + 1) <= value;
        return ou_int_from_int64((int64_t)root);
    }
    Py_ssize_t n_digits = ou_int_n_digits(op);
    size_t room = ou_limbs_of_digits(n_digits);
    OuLimbs limbs;
    size_t gmp = room < OU_LIMBS_GMP_QUIET / 4 ? 0 : room * 6 + 4000;
    if (ou_limbs_begin(&limbs, room + room / 2 + 1, gmp) < 0) {
        return NULL;
    }
    mp_limb_t *x = ou_limbs_take(&limbs, room), *root = ou_limbs_take(&limbs, room / 2 + 1);
    size_t n = ou_limbs_from_digits(x, ou_int_digits(op), n_digits);
    mpn_sqrtrem(root, NULL, x, (mp_size_t)n);
    PyObject *result = ou_int_from_limbs(root, (n + 1) / 2, false);
    ou_limbs_end(&limbs);
    return result;
}
