/* tests/unit/types/float_test.c - types/float_digits.c, float_text.c, float_pack.c: digits there and back. */
#include <Python.h>

static void
start(void)
{
    Py_InitializeEx(0);
}
#define UNIT_SETUP start
#include "unit.h"

#include "types/float_internal.h"

static uint64_t state = 88172645463325252u;

static uint64_t
random_bits(void)
{
    state ^= state << 13; /* xorshift, George Marsaglia */
    state ^= state >> 7;
    return state ^= state << 17;
}

static double
random_double(void)
{
    for (;;) {
        uint64_t bits = random_bits() >> 1;
        double x;
        memcpy(&x, &bits, sizeof x);
        if (isfinite(x)) {
            return x;
        }
    }
}

TEST(float, shortest_digits_read_back_and_one_less_does_not)
{
    for (int i = 0; i < 20000; i++) {
        double x = random_double();
        char digits[OU_DIGITS_SHORTEST], fewer[OU_DIGITS_EXACT];
        int point, n = ou_double_shortest(x, digits, &point);
        CHECK(ou_double_from_digits(digits, n, point) == x);
        if (n > 1) {
            int m = ou_double_significant(x, n - 1, fewer, &point);
            CHECK(ou_double_from_digits(fewer, m, point) != x);
        }
    }
}

TEST(float, exact_digits_are_those_of_printf)
{
    static const int places[] = {0, 1, 2, 6, 15, 17, 20, 50, 330, 1074};
    char expected[1600];
    for (int i = 0; i < 3000; i++) {
        double x = random_double();
        int n = places[i % (int)OU_COUNT_OF(places)];
        snprintf(expected, sizeof expected, "%.*e", n, x);
        char *text = PyOS_double_to_string(x, 'e', n, 0, NULL);
        CHECK_STR(text, expected);
        PyMem_Free(text);
        snprintf(expected, sizeof expected, "%.*f", n, x);
        text = PyOS_double_to_string(x, 'f', n, 0, NULL);
        CHECK_STR(text, expected);
        PyMem_Free(text);
    }
}

TEST(float, text_is_read_as_strtod_reads_it)
{
    char text[64];
    for (int i = 0; i < 20000; i++) {
        snprintf(text, sizeof text, "%llu.%llue%d", (unsigned long long)(random_bits() >> (random_bits() & 63)),
                 (unsigned long long)random_bits(), (int)(random_bits() % 700) - 360);
        CHECK(PyOS_string_to_double(text, NULL, NULL) == strtod(text, NULL));
    }
}

TEST(float, all_half_floats_survive_packing)
{
    for (unsigned bits = 0; bits < 0x10000; bits++) {
        char in[2] = {(char)bits, (char)(bits >> 8)}, out[2];
        double x = PyFloat_Unpack2(in, 1);
        CHECK_EQ(PyFloat_Pack2(x, out, 1), 0);
        CHECK(isnan(x) || memcmp(in, out, 2) == 0);
    }
    char out[2];
    CHECK_EQ(PyFloat_Pack2(65519.0, out, 0), 0); /* rounds to 65504 */
    CHECK_EQ((unsigned char)out[0], 0x7b);
    CHECK_EQ(PyFloat_Pack2(65520.0, out, 0), -1);
    PyErr_Clear();
    CHECK_EQ(PyFloat_Pack2(5.960464477539063e-08 / 2, out, 0), 0); /* half the least: to even, so 0 */
    CHECK_EQ(out[1], 0);
}

FAULT_TEST(float, text_survives_refusal)
{
    char *text = PyOS_double_to_string(1e300, 'f', 20, 0, NULL);
    PyMem_Free(text);
    PyErr_Clear();
    PyObject *x = PyFloat_FromDouble(0.1), *repr = x == NULL ? NULL : PyObject_Repr(x);
    PyObject *back = repr == NULL ? NULL : PyFloat_FromString(repr);
    Py_XDECREF(back);
    Py_XDECREF(repr);
    Py_XDECREF(x);
    PyErr_Clear();
}
