/* types/float_digits.c - the decimal digits of doubles, and doubles from decimal digits; exact in every case.
 *
 * Owns       a table of the powers of ten from 10**-343 to 10**325 to 128 bits, computed when first needed.
 * Invariant  nothing depends on the locale or the rounding mode beyond round-to-nearest; nothing allocates: big
 *            numbers have at most BIG limbs and lie on the C stack.
 * Not here   signs, exponents and padding (float_text.c).
 * Source     shortest: Raffaello Giulietti, "The Schubfach way to render doubles"; reading: the 128-bit product with
 *            its error bound decides nearly always (as Daniel Lemire's "Number parsing at a gigabyte per second"),
 *            long division the rest. */
#include <gmp.h>
#include "types/float_internal.h"

typedef unsigned __int128 u128;

/* ---- powers of ten ------------------------------------------------------------------------------------- */

enum { POWER_MIN = -343, POWER_MAX = 325 };

/* 10**k lies in (value - 1, value] * 2**(floor_log2_power(k) - 127), and 2**127 <= value. */
typedef struct {
    uint64_t high, low;
} Power;

static Power powers[POWER_MAX - POWER_MIN + 1];
static bool powers_ready;

/* floor(log2(10**k)) for |k| <= 1233 */
static inline int
floor_log2_power(int k)
{
    return (int)(((int64_t)k * 1741647) >> 19);
}

static const double exact_powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
enum { EXACT_POWERS = 22 };

static const uint64_t small_powers[] = {1ull,
                                        10ull,
                                        100ull,
                                        1000ull,
                                        10000ull,
                                        100000ull,
                                        1000000ull,
                                        10000000ull,
                                        100000000ull,
                                        1000000000ull,
                                        10000000000ull,
                                        100000000000ull,
                                        1000000000000ull,
                                        10000000000000ull,
                                        100000000000000ull,
                                        1000000000000000ull,
                                        10000000000000000ull,
                                        100000000000000000ull,
                                        1000000000000000000ull,
                                        10000000000000000000ull};

/* The 128 highest bits of n limbs, and whether any bit below is set. */
static u128
top_bits(const mp_limb_t *limbs, size_t n, bool *below)
{
    mp_limb_t a = limbs[n - 1], b = n > 1 ? limbs[n - 2] : 0, c = n > 2 ? limbs[n - 3] : 0;
    unsigned shift = (unsigned)__builtin_clzll(a);
    u128 top = (u128)a << 64 | b;
    *below = shift == 0 ? c != 0 : c << shift != 0;
    if (shift != 0) {
        top = top << shift | c >> (64 - shift);
    }
    for (size_t i = 0; i + 3 < n && !*below; i++) {
        *below = limbs[i] != 0;
    }
    return top;
}

static OU_COLD void
powers_compute(void)
{
    mp_limb_t five[16] = {1}, numerator[20], quotient[20], rest[20];
    size_t n = 1; /* of five: 5**k */
    for (int k = 0; k <= -POWER_MIN; k++) {
        if (k <= POWER_MAX) {
            bool below;
            u128 top = top_bits(five, n, &below);
            top += below;
            powers[k - POWER_MIN] = (Power){(uint64_t)(top >> 64), (uint64_t)top};
        }
        if (k > 0) {
            /* 2**(bits + 127) / 5**k has 128 bits and is never whole. */
            size_t bits = n * 64 - (size_t)__builtin_clzll(five[n - 1]) + 127;
            memset(numerator, 0, sizeof numerator);
            numerator[bits / 64] = (mp_limb_t)1 << (bits % 64);
            size_t n_numerator = bits / 64 + 1;
            mpn_tdiv_qr(quotient, rest, 0, numerator, (mp_size_t)n_numerator, five, (mp_size_t)n);
            u128 up = ((u128)quotient[1] << 64 | quotient[0]) + 1;
            powers[-k - POWER_MIN] = (Power){(uint64_t)(up >> 64), (uint64_t)up};
        }
        mp_limb_t carry = mpn_mul_1(five, five, (mp_size_t)n, 5);
        if (carry != 0) {
            five[n++] = carry;
        }
    }
    powers_ready = true;
}

static inline Power
power_of_ten(int k)
{
    if (OU_UNLIKELY(!powers_ready)) {
        powers_compute();
    }
    return powers[k - POWER_MIN];
}

/* ---- pieces of doubles --------------------------------------------------------------------------------- */

static inline uint64_t
double_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

double
ou_double_from_scaled(uint64_t mantissa, Py_ssize_t exponent)
{
    int bits = (int)ou_bit_length(mantissa);
    Py_ssize_t top = exponent + bits; /* the value is in [2**(top - 1), 2**top) */
    if (top > 1024) {
        return INFINITY;
    }
    if (top < -1075) {
        return 0.0;
    }
    Py_ssize_t keep = top < -1021 ? top + 1074 : 53; /* bits of a double of this size, 0 and -1 included */
    int cut = bits - (int)keep;
    uint64_t kept = cut >= 64 ? 0 : mantissa >> cut;
    if (cut <= 64) {
        uint64_t half = (uint64_t)1 << (cut - 1);
        uint64_t rest = cut == 64 ? mantissa : mantissa & (((uint64_t)1 << cut) - 1);
        kept += rest > half || (rest == half && (kept & 1));
    }
    return ldexp((double)kept, (int)(exponent + cut));
}

/* x = mantissa * 2**exponent, for x finite and positive. */
static inline uint64_t
double_split(double x, int *exponent)
{
    uint64_t bits = double_bits(x), fraction = bits & (((uint64_t)1 << 52) - 1);
    int biased = (int)(bits >> 52 & 0x7ff);
    *exponent = (biased == 0 ? 1 : biased) - 1075;
    return biased == 0 ? fraction : fraction | (uint64_t)1 << 52;
}

/* Write the decimal digits of value, without leading zeros.  Returns how many (0 for 0). */
static int
write_digits(uint64_t value, char *out)
{
    char buffer[20];
    int n = 0;
    for (; value != 0; value /= 10) {
        buffer[n++] = (char)('0' + value % 10);
    }
    for (int i = 0; i < n; i++) {
        out[i] = buffer[n - 1 - i];
    }
    return n;
}

/* The digits of value * 10**exponent without trailing zeros. */
static int
finish_shortest(uint64_t value, int exponent, char *digits, int *point)
{
    int n = write_digits(value, digits);
    *point = n + exponent;
    while (n > 1 && digits[n - 1] == '0') {
        n--;
    }
    return n;
}

/* ---- shortest ------------------------------------------------------------------------------------------ */

/* The product's highest 64 bits of 192, its lowest bit set if any bit below (but the last, which may be the error
 * of the power) is: "round to odd". */
static inline uint64_t
multiply_to_odd(Power power, uint64_t factor)
{
    u128 low = (u128)power.low * factor;
    u128 high = (u128)power.high * factor + (uint64_t)(low >> 64);
    return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

int
ou_double_shortest(double x, char *digits, int *point)
{
    if (x == 0.0) {
        digits[0] = '0';
        *point = 1;
        return 1;
    }
    if (x < 9007199254740992.0 && x == (double)(int64_t)x) {
        return finish_shortest((uint64_t)x, 0, digits, point);
    }
    /* A decimal of 15 digits that reads back is the only one, so the shortest: try the one nearest to x. */
    if (x > 1e-5 && x < 1e15) {
        int exponent = (((int)(double_bits(x) >> 52) - 1023) * 1262611) >> 22; /* floor(log10(x)), or one less */
        int places = 14 - exponent;
        if (places <= EXACT_POWERS) {
            double scaled = (double)(int64_t)(x * exact_powers[places] + 0.5);
            if (scaled >= 1e15 && places > 0) {
                places--;
                scaled = (double)(int64_t)(x * exact_powers[places] + 0.5);
            }
            if (scaled < 1e15 && scaled / exact_powers[places] == x) {
                return finish_shortest((uint64_t)scaled, -places, digits, point);
            }
        }
    }
    int q;
    uint64_t c = double_split(x, &q);
    bool odd = c & 1;
    bool closer = c == (uint64_t)1 << 52 && q > -1074; /* the neighbour below is half as far away */
    uint64_t low = 4 * c - 2 + closer, high = 4 * c + 2;
    int k = (int)(((int64_t)q * 1262611 - (closer ? 524031 : 0)) >> 22); /* floor(log10(the gap)) */
    int shift = q + floor_log2_power(-k) + 1;
    Power power = power_of_ten(-k);
    uint64_t lower = multiply_to_odd(power, low << shift) + odd; /* an odd c's bounds are not its own */
    uint64_t middle = multiply_to_odd(power, 4 * c << shift);
    uint64_t upper = multiply_to_odd(power, high << shift) - odd;
    uint64_t s = middle / 4; /* floor(x / 10**k) */
    if (s >= 10) {
        uint64_t tens = s / 10;
        bool down = lower <= 40 * tens, up = 40 * tens + 40 <= upper;
        if (down != up) {
            return finish_shortest(tens + up, k + 1, digits, point);
        }
    }
    bool down = lower <= 4 * s, up = 4 * s + 4 <= upper;
    if (down == up) {
        uint64_t half = 4 * s + 2;
        up = middle > half || (middle == half && (s & 1));
    }
    return finish_shortest(s + up, k, digits, point);
}

/* ---- exact --------------------------------------------------------------------------------------------- */

enum { BIG = 160 }; /* limbs: (1100 + 800) decimal digits and 1,100 bits of a shift, with room */

typedef struct {
    mp_limb_t limb[BIG];
    size_t n; /* no leading zeros */
} Big;

static void
big_set(Big *big, uint64_t value)
{
    big->limb[0] = value;
    big->n = value != 0;
}

static void
big_multiply(Big *big, uint64_t factor)
{
    mp_limb_t carry = big->n == 0 ? 0 : mpn_mul_1(big->limb, big->limb, (mp_size_t)big->n, factor);
    if (carry != 0) {
        big->limb[big->n++] = carry;
    }
}

static void
big_add(Big *big, uint64_t value)
{
    if (big->n == 0) {
        big_set(big, value);
        return;
    }
    mp_limb_t carry = mpn_add_1(big->limb, big->limb, (mp_size_t)big->n, value);
    if (carry != 0) {
        big->limb[big->n++] = carry;
    }
}

/* big *= 5**e */
static void
big_multiply_fives(Big *big, int e)
{
    for (; e >= 27; e -= 27) {
        big_multiply(big, 7450580596923828125u); /* 5**27 */
    }
    uint64_t factor = 1;
    for (; e > 0; e--) {
        factor *= 5;
    }
    big_multiply(big, factor);
}

static void
big_shift_left(Big *big, unsigned bits)
{
    size_t words = bits / 64;
    bits %= 64;
    if (big->n == 0) {
        return;
    }
    if (bits != 0) {
        mp_limb_t carry = mpn_lshift(big->limb, big->limb, (mp_size_t)big->n, bits);
        if (carry != 0) {
            big->limb[big->n++] = carry;
        }
    }
    if (words != 0) {
        memmove(big->limb + words, big->limb, big->n * sizeof(mp_limb_t));
        memset(big->limb, 0, words * sizeof(mp_limb_t));
        big->n += words;
    }
}

static void
big_trim(Big *big)
{
    while (big->n > 0 && big->limb[big->n - 1] == 0) {
        big->n--;
    }
}

/* big = big / divisor rounded half to even. */
static void
big_divide_rounding(Big *big, const Big *divisor)
{
    Big quotient, rest;
    if (big->n < divisor->n) {
        rest = *big;
        quotient.n = 0;
    }
    else {
        mpn_tdiv_qr(quotient.limb, rest.limb, 0, big->limb, (mp_size_t)big->n, divisor->limb, (mp_size_t)divisor->n);
        quotient.n = big->n - divisor->n + 1;
        rest.n = divisor->n;
        big_trim(&quotient);
        big_trim(&rest);
    }
    big_shift_left(&rest, 1);
    int order = rest.n != divisor->n ? (rest.n < divisor->n ? -1 : 1) : mpn_cmp(rest.limb, divisor->limb, (mp_size_t)rest.n);
    bool odd = quotient.n != 0 && quotient.limb[0] & 1;
    if (order > 0 || (order == 0 && odd)) {
        big_add(&quotient, 1);
    }
    *big = quotient;
}

/* Write the digits, without leading zeros.  Returns how many. */
static int
big_write(Big *big, char *out)
{
    enum { CHUNK = 19 };
    uint64_t chunk[BIG * 64 / 60 + 1];
    int n_chunks = 0;
    while (big->n != 0) {
        chunk[n_chunks++] = mpn_divrem_1(big->limb, 0, big->limb, (mp_size_t)big->n, 10000000000000000000u);
        big_trim(big);
    }
    if (n_chunks == 0) {
        return 0;
    }
    int n = write_digits(chunk[n_chunks - 1], out);
    for (int i = n_chunks - 2; i >= 0; i--) {
        uint64_t value = chunk[i];
        for (int j = CHUNK - 1; j >= 0; j--) {
            out[n + j] = (char)('0' + value % 10);
            value /= 10;
        }
        n += CHUNK;
    }
    return n;
}

/* The digits of c * 2**q * 10**places rounded half to even to an integer.  Returns how many. */
static int
scaled_digits(uint64_t c, int q, int places, char *digits)
{
    if (places >= 0 && places <= 19 && q > -128 && q <= 10) {
        /* Below 2**128 where places is small enough: machine words, exactly. */
        u128 value = (u128)c * small_powers[places];
        if (q > 0) {
            if (value >> (128 - q) == 0 && (value <<= q) >> 64 == 0) {
                return write_digits((uint64_t)value, digits);
            }
        }
        else {
            u128 whole = q == 0 ? value : value >> -q;
            u128 rest = q == 0 ? 0 : value & (((u128)1 << -q) - 1), half = q == 0 ? 1 : (u128)1 << (-q - 1);
            whole += rest > half || (rest == half && (whole & 1));
            if (whole >> 64 == 0) {
                return write_digits((uint64_t)whole, digits);
            }
        }
    }
    Big value, divisor;
    big_set(&value, c);
    big_set(&divisor, 1);
    int twos = q + places;
    if (places >= 0) {
        big_multiply_fives(&value, places);
    }
    else {
        big_multiply_fives(&divisor, -places);
    }
    big_shift_left(twos >= 0 ? &value : &divisor, (unsigned)(twos >= 0 ? twos : -twos));
    if (divisor.n != 1 || divisor.limb[0] != 1) {
        big_divide_rounding(&value, &divisor);
    }
    return big_write(&value, digits);
}

enum { MIN_PLACES = -310 }; /* no double has so many digits before the point */

int
ou_double_fixed(double x, Py_ssize_t places, char *digits, int *point)
{
    *point = 0;
    if (x == 0.0 || places < MIN_PLACES) {
        return 0;
    }
    int q;
    uint64_t c = double_split(x, &q);
    int all = q < 0 ? -q : 0; /* digits that x has behind the point, at most */
    if (places > all) {
        places = all;
    }
    int n = scaled_digits(c, q, (int)places, digits);
    *point = n - (int)places;
    return n;
}

int
ou_double_significant(double x, Py_ssize_t n, char *digits, int *point)
{
    int q;
    uint64_t c = double_split(x, &q);
    if (n > 800) {
        n = 800; /* 767 are all that a double has */
    }
    int all = q < 0 ? -q : 0;
    /* The power of ten at or below x, or one less. */
    int top = q + (int)ou_bit_length(c) - 1;
    int exponent = (int)(((int64_t)top * 1262611) >> 22); /* log10(2) */
    for (;;) {
        int places = (int)n - 1 - exponent;
        if (places > all) {
            places = all;
        }
        int got = scaled_digits(c, q, places, digits);
        if (got > n) {
            /* The estimate was one less, or rounding gave 10**n: the place is one too far in either case. */
            exponent++;
            continue;
        }
        *point = got - places;
        return got;
    }
}

/* ---- from digits --------------------------------------------------------------------------------------- */

static double
double_join(uint64_t mantissa, int exponent)
{
    return ldexp((double)mantissa, exponent); /* exact: the mantissa was rounded to what fits */
}

/* Round what lies in (value - error, value) * 2**exponent half to even; value has its highest bit set, and error is
 * below 2**70.  Returns false if that does not decide. */
static bool
round_product(u128 value, u128 error, int exponent, double *out)
{
    int top = exponent + 127; /* 2**top <= value */
    if (top > 1024) {
        *out = INFINITY;
        return true;
    }
    int keep = top < -1022 ? top + 1075 : 53; /* bits of a double of this size */
    if (keep < 1) {
        return false;
    }
    int cut = 128 - keep; /* 75 at least, so the error moves nothing but a number right at a half */
    u128 rest = value & (((u128)1 << cut) - 1), half = (u128)1 << (cut - 1);
    uint64_t kept = (uint64_t)(value >> cut);
    if (rest > half) {
        if (rest - half <= error) {
            return false;
        }
        kept++;
    }
    *out = double_join(kept, exponent + cut);
    return true;
}

/* By long division: any digits. */
static OU_NOINLINE double
from_digits_exactly(const char *digits, Py_ssize_t n, Py_ssize_t point)
{
    enum { ENOUGH = 780 }; /* more digits than a half-way point between doubles has; a 1 stands for the rest */
    Big value, divisor;
    big_set(&value, 0);
    big_set(&divisor, 1);
    Py_ssize_t used = n < ENOUGH ? n : ENOUGH;
    for (Py_ssize_t i = 0; i < used;) {
        uint64_t chunk = 0;
        int m = 0;
        for (; m < 19 && i < used; m++, i++) {
            chunk = chunk * 10 + (uint64_t)(digits[i] - '0');
        }
        big_multiply(&value, small_powers[m]);
        big_add(&value, chunk);
    }
    Py_ssize_t places = used - point; /* the value is big / 10**places */
    if (used < n) {
        big_multiply(&value, 10);
        big_add(&value, 1);
        places++;
    }
    if (value.n == 0) {
        return 0.0;
    }
    if (places >= 0) {
        big_multiply_fives(&divisor, (int)places);
    }
    else {
        big_multiply_fives(&value, (int)-places);
    }
    /* value / divisor * 2**-places: scale for a quotient of 53 bits, or fewer for a subnormal. */
    int exponent = (int)-places;
    int bits = (int)mpn_sizeinbase(value.limb, (mp_size_t)value.n, 2) /* the quotient has this many, or 1 more */
             - (int)mpn_sizeinbase(divisor.limb, (mp_size_t)divisor.n, 2);
    for (int quotient_bits = 53;;) {
        int scale = quotient_bits - bits; /* quotient_bits, or 1 more */
        int lowest = exponent - scale;    /* exponent of its last bit */
        if (lowest < -1074) {
            scale -= -1074 - lowest;
            lowest = -1074;
        }
        Big scaled = value, by = divisor;
        big_shift_left(scale >= 0 ? &scaled : &by, (unsigned)(scale >= 0 ? scale : -scale));
        big_divide_rounding(&scaled, &by);
        if (scaled.n == 0) {
            return 0.0;
        }
        if (scaled.limb[0] > (uint64_t)1 << 53) {
            quotient_bits--; /* it was 1 more: rounded at the wrong place */
            continue;
        }
        return double_join(scaled.limb[0], lowest);
    }
}

double
ou_double_from_digits(const char *digits, Py_ssize_t n, Py_ssize_t point)
{
    while (n > 0 && *digits == '0') {
        digits++;
        n--;
        point--;
    }
    while (n > 0 && digits[n - 1] == '0') {
        n--;
    }
    if (n == 0 || point < -323) {
        return 0.0; /* below 10**-323 / 10 is below half of the least double */
    }
    if (point > 310) {
        return INFINITY;
    }
    uint64_t value = 0;
    Py_ssize_t used = n < 19 ? n : 19;
    for (Py_ssize_t i = 0; i < used; i++) {
        value = value * 10 + (uint64_t)(digits[i] - '0');
    }
    int e = (int)(point - used); /* digits = value * 10**e, and less than 10**e more */
    if (n <= 19 && value <= (uint64_t)1 << 53 && e >= -EXACT_POWERS && e <= EXACT_POWERS) {
        return e < 0 ? (double)value / exact_powers[-e] : (double)value * exact_powers[e];
    }
    if (e >= POWER_MIN && e <= POWER_MAX) {
        Power power = power_of_ten(e);
        unsigned shift = (unsigned)__builtin_clzll(value);
        uint64_t factor = value << shift;
        u128 low = (u128)power.low * factor, high = (u128)power.high * factor + (uint64_t)(low >> 64);
        int exponent = floor_log2_power(e) - 127 + 64 - (int)shift;
        /* high is the product without its last 64 bits, which adds less than 1; the power is less than 1 too large,
         * which takes less than 1.  Digits that were left out add less than one unit of value. */
        u128 value_bound = high + 1, error = 2;
        if (n > used) {
            u128 unit = (u128)(power.high + 1) << shift; /* value has 19 digits then, so shift is at most 4 */
            if (__builtin_add_overflow(value_bound, unit, &value_bound)) {
                return from_digits_exactly(digits, n, point);
            }
            error += unit;
        }
        if (value_bound >> 127 == 0) {
            value_bound <<= 1;
            error <<= 1;
            exponent--;
        }
        double x;
        if (value_bound >> 127 != 0 && round_product(value_bound, error, exponent, &x)) {
            return x;
        }
    }
    return from_digits_exactly(digits, n, point);
}
