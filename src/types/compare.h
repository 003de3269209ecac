/* types/compare.h - == inside containers: what runs no Python code is settled at once, the rest under a hold. */
#ifndef OU_TYPES_COMPARE_H
#define OU_TYPES_COMPARE_H

#include "object/hold.h"
#include "object/keys.h"

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

/* What a rich comparison of two lengths gives.  Refs new. */
static inline PyObject *
ou_compare_lengths(Py_ssize_t a, Py_ssize_t b, int op)
{
    Py_RETURN_RICHCOMPARE(a, b, op);
}

#endif
