/* types/float_pack.c - doubles as IEEE 754 bytes of 2, 4 and 8: for struct, marshal and pickle.
 *
 * Owns       nothing.
 * Invariant  the machine's own float and double are IEEE 754, little-endian.
 * Not here   text (float_text.c). */
#include <Python.h>
#include "base/base.h"

static void
store(uint64_t bits, char *out, int size, int little_endian)
{
    for (int i = 0; i < size; i++) {
        out[little_endian ? i : size - 1 - i] = (char)(bits >> (8 * i));
    }
}

static uint64_t
load(const char *in, int size, int little_endian)
{
    uint64_t bits = 0;
    for (int i = 0; i < size; i++) {
        bits |= (uint64_t)(unsigned char)in[little_endian ? i : size - 1 - i] << (8 * i);
    }
    return bits;
}

static uint64_t
bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* Write x as half precision, rounded half to even.  Returns 0, or -1 with OverflowError set. */
int
PyFloat_Pack2(double x, char *out, int little_endian)
{
    uint64_t bits = bits_of(x);
    uint64_t sign = bits >> 63 << 15;
    uint64_t half;
    if (isnan(x)) {
        half = sign | 0x7e00;
    }
    else if (isinf(x)) {
        half = sign | 0x7c00;
    }
    else {
        /* In units of the last place that half precision has at this size: 2**-24 for subnormals. */
        int exponent;
        frexp(x, &exponent);
        int unit = exponent < -13 ? -24 : exponent - 11;
        double scaled = nearbyint(ldexp(fabs(x), -unit)); /* exact but for the rounding, to 11 bits */
        uint64_t mantissa = (uint64_t)scaled;
        uint64_t biased = (uint64_t)(unit + 24);         /* 0 for subnormals and for the least normals alike */
        half = x == 0.0 ? 0 : (biased << 10) + mantissa; /* a mantissa's 2**10 adds one to the exponent */
        if (half >= 0x7c00) {
            PyErr_SetString(PyExc_OverflowError, "float too large to pack with e format");
            return -1;
        }
        half |= sign;
    }
    store(half, out, 2, little_endian);
    return 0;
}

/* Write x as single precision.  Returns 0, or -1 with OverflowError set. */
int
PyFloat_Pack4(double x, char *out, int little_endian)
{
    float single = (float)x;
    if (isinf(single) && !isinf(x)) {
        PyErr_SetString(PyExc_OverflowError, "float too large to pack with f format");
        return -1;
    }
    uint32_t bits;
    memcpy(&bits, &single, sizeof bits);
    store(bits, out, 4, little_endian);
    return 0;
}

int
PyFloat_Pack8(double x, char *out, int little_endian)
{
    store(bits_of(x), out, 8, little_endian);
    return 0;
}

double
PyFloat_Unpack2(const char *in, int little_endian)
{
    unsigned bits = (unsigned)load(in, 2, little_endian);
    int biased = (int)(bits >> 10 & 0x1f);
    double mantissa = bits & 0x3ff, x;
    if (biased == 0x1f) {
        x = mantissa == 0.0 ? INFINITY : NAN;
    }
    else {
        x = biased == 0 ? ldexp(mantissa, -24) : ldexp(mantissa + 1024, biased - 25);
    }
    return bits >> 15 ? -x : x;
}

double
PyFloat_Unpack4(const char *in, int little_endian)
{
    uint32_t bits = (uint32_t)load(in, 4, little_endian);
    float single;
    memcpy(&single, &bits, sizeof single);
    return single;
}

double
PyFloat_Unpack8(const char *in, int little_endian)
{
    uint64_t bits = load(in, 8, little_endian);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}
