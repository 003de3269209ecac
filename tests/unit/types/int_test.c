/* tests/unit/types/int_test.c - types/int*.c: permanent results, block classes, and refused memory. */
#include <Python.h>

static void
start(void)
{
    Py_InitializeEx(0);
}
#define UNIT_SETUP start
#include "unit.h"

#include "types/int.h"

static PyObject *
power_of(long base, long exponent)
{
    PyObject *b = PyLong_FromLong(base), *e = PyLong_FromLong(exponent);
    PyObject *power = b == NULL || e == NULL ? NULL : ou_int_power(b, e, Py_None);
    Py_XDECREF(b);
    Py_XDECREF(e);
    return power;
}

TEST(int, small_results_are_the_permanent_objects)
{
    PyObject *big = power_of(3, 400), *bigger = ou_int_add(big, OU_SMALL_INT(7));
    PyObject *difference = ou_int_subtract(bigger, big);
    CHECK(difference == OU_SMALL_INT(7));
    PyObject *rest = ou_int_remainder(bigger, big), *quotient = ou_int_floor_divide(bigger, big);
    CHECK(rest == OU_SMALL_INT(7) && quotient == OU_SMALL_INT(1));
    PyObject *zero = ou_int_subtract(big, big), *read = PyLong_FromString("-5", NULL, 10);
    CHECK(zero == OU_SMALL_INT(0) && read == OU_SMALL_INT(-5));
    PyObject *own = ou_int_new_private(7);
    CHECK(own != OU_SMALL_INT(7) && ou_int_compare(own, OU_SMALL_INT(7)) == 0);
    PyObject *all[] = {big, bigger, difference, rest, quotient, zero, read, own};
    for (size_t i = 0; i < OU_COUNT_OF(all); i++) {
        Py_XDECREF(all[i]);
    }
}

TEST(int, counts_of_permanent_ints_are_exact)
{
    Py_ssize_t before = Py_REFCNT(OU_SMALL_INT(56));
    PyObject *a = PyLong_FromLong(56), *b = PyLong_FromDouble(56.5);
    CHECK_EQ(Py_REFCNT(OU_SMALL_INT(56)), before + 2);
    Py_DECREF(a);
    Py_DECREF(b);
    CHECK_EQ(Py_REFCNT(OU_SMALL_INT(56)), before);
}

TEST(int, a_result_that_shrinks_lies_in_a_small_block)
{
    PyObject *a = PyLong_FromUnsignedLong(~0ul), *b = PyLong_FromUnsignedLong(~0ul - (1ul << 40));
    PyObject *difference = ou_int_subtract(a, b); /* computed in three digits, of two */
    CHECK_EQ(PyLong_AsLong(difference), (long)1 << 40);
    CHECK_EQ(ou_memory_at(difference).size, OU_INT_BLOCK);
    Py_DECREF(a);
    Py_DECREF(b);
    Py_DECREF(difference);
}

TEST(int, bytes_of_least_and_greatest_values)
{
    unsigned char bytes[8];
    PyObject *least = PyLong_FromLong(LONG_MIN), *beyond = ou_int_subtract(least, OU_SMALL_INT(1));
    CHECK_EQ(_PyLong_AsByteArray((PyLongObject *)least, bytes, 8, 1, 1), 0);
    CHECK_EQ(bytes[7], 0x80);
    CHECK_EQ(_PyLong_AsByteArray((PyLongObject *)beyond, bytes, 8, 1, 1), -1);
    CHECK(PyErr_ExceptionMatches(PyExc_OverflowError));
    PyErr_Clear();
    PyObject *back = _PyLong_FromByteArray((const unsigned char *)"\0\0\0\0\0\0\0\x80", 8, 1, 1);
    CHECK(ou_int_compare(back, least) == 0);
    Py_DECREF(least);
    Py_DECREF(beyond);
    Py_DECREF(back);
}

FAULT_TEST(int, every_operation_survives_refusal)
{
    PyObject *a = power_of(7, 900), *b = power_of(-3, 700);
    PyObject *(*const functions[])(PyObject *, PyObject *) = {
        ou_int_add, ou_int_subtract, ou_int_multiply, ou_int_floor_divide, ou_int_remainder,   ou_int_true_divide,
        ou_int_and, ou_int_or,       ou_int_xor,      _PyLong_GCD,         _PyLong_DivmodNear,
    };
    for (size_t i = 0; i < OU_COUNT_OF(functions) && a != NULL && b != NULL; i++) {
        Py_XDECREF(functions[i](a, b));
        PyErr_Clear();
    }
    PyObject *made[] = {
        a == NULL ? NULL : ou_int_repr(a),
        a == NULL ? NULL : ou_int_isqrt(a),
        a == NULL || b == NULL ? NULL : ou_int_power(a, OU_SMALL_INT(100), b),
        a == NULL || b == NULL ? NULL : ou_int_power(a, OU_SMALL_INT(-1), b),
        PyLong_FromString("123456789012345678901234567890", NULL, 10),
    };
    for (size_t i = 0; i < OU_COUNT_OF(made); i++) {
        Py_XDECREF(made[i]);
    }
    Py_XDECREF(a);
    Py_XDECREF(b);
    PyErr_Clear();
}
