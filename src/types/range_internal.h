/* types/range_internal.h - what range.c and range_iter.c know of each other. */
#ifndef OU_TYPES_RANGE_INTERNAL_H
#define OU_TYPES_RANGE_INTERNAL_H

#include "types/range.h"

/* The value of an exact int; false if it does not fit. */
bool ou_range_as_long(PyObject *number, long *out);
/* How many numbers there are; step is not 0. */
unsigned long ou_range_len(long start, long stop, long step);
/* A range.  Takes the three references, also when it fails.  Refs new. */
PyObject *ou_range_of(PyObject *start, PyObject *stop, PyObject *step);

PyObject *ou_range_iter(PyObject *self);
PyObject *ou_range_reversed(PyObject *self, PyObject *ignored);

#endif
