/* types/compare.h - == inside containers: what runs no Python code is settled at once, the rest under a hold. */
#ifndef OU_TYPES_COMPARE_H
#define OU_TYPES_COMPARE_H

#include "object/hold.h"
#include "object/keys.h"
#include "types/int.h"

/* Is an item that a container owns equal to a value that the caller owns?  Identity first.  The item is kept
 * alive while it is compared.  Returns 1, 0, or -1 with the error set.  RE-ENTRANT. */
static inline int
ou_item_equal(PyObject *item, PyObject *value)
{
    int equal = ou_equal_plain(item, value);
    if (equal < 0) {
        Py_INCREF(item);
        OU_HOLD(hold, &item);
        equal = PyObject_RichCompareBool(item, value, Py_EQ);
        OU_HOLD_END(hold);
        Py_DECREF(item);
    }
    return equal;
}

/* a < b (a > b if `greater`) of two ints of one digit or two floats: 1 or 0; -1 where someone else must compare. */
static OU_ALWAYS_INLINE int
ou_less_plain(PyObject *a, PyObject *b, bool greater)
{
    if (Py_TYPE(a) != Py_TYPE(b)) {
        return -1;
    }
    if (PyLong_CheckExact(a) && ou_int_is_one_digit(a) && ou_int_is_one_digit(b)) {
        int64_t x = ou_int_value1(a), y = ou_int_value1(b);
        return greater ? x > y : x < y;
    }
    if (PyFloat_CheckExact(a)) {
        double x = PyFloat_AS_DOUBLE(a), y = PyFloat_AS_DOUBLE(b);
        return greater ? x > y : x < y;
    }
    return -1;
}

/* What a rich comparison of two lengths gives.  Refs new. */
static inline PyObject *
ou_compare_lengths(Py_ssize_t a, Py_ssize_t b, int op)
{
    Py_RETURN_RICHCOMPARE(a, b, op);
}

#endif
