/* types/range.h - range from the inside, and its iterator as the virtual machine steps it. */
#ifndef OU_TYPES_RANGE_H
#define OU_TYPES_RANGE_H

#include "object/alloc.h"

typedef struct {
    PyObject_HEAD
    PyObject *start, *stop, *step, *length; /* owned, ints of any size */
} OuRange;

/* An iterator over a range whose numbers all fit in a long. */
typedef struct {
    PyObject_HEAD
    long next; /* the number to come */
    long step;
    long left; /* numbers still to come */
    long len;  /* of the range */
} OuRangeIter;

/* The next number; false at the end. */
static OU_ALWAYS_INLINE bool
ou_range_iter_step(OuRangeIter *iter, long *number)
{
    if (OU_UNLIKELY(iter->left <= 0)) {
        return false;
    }
    iter->left--;
    *number = iter->next;
    iter->next = (long)((unsigned long)iter->next + (unsigned long)iter->step); /* behind the last: may wrap */
    return true;
}

#endif
