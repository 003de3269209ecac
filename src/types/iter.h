/* types/iter.h - what the iterators of several types share (iter.c). */
#ifndef OU_TYPES_ITER_H
#define OU_TYPES_ITER_H

#include <Python.h>

/* __reduce__ of an iterator as one over a list of what is left.  `copy` (Refs takes it; NULL: an error is set) is used up
 * for it, so that the iterator itself doesn't move.  Refs new.  RE-ENTRANT. */
PyObject *ou_iter_reduce_as_list(PyObject *copy);

#endif
