/* types/tuple.h - tuple from the inside: making tuples fast. */
#ifndef OU_TYPES_TUPLE_H
#define OU_TYPES_TUPLE_H

#include "object/keys.h" /* ou_may_be_in_cycle */

/* The one empty tuple lies in static storage, behind a collector head as every tuple; counted loosely. */
extern struct OuEmptyTuple {
    PyGC_Head head;
    PyTupleObject tuple;
} ou_empty_tuple_block;

/* The empty tuple.  Borrowed; needs no count. */
static OU_ALWAYS_INLINE PyObject *
ou_empty_tuple(void)
{
    return (PyObject *)&ou_empty_tuple_block.tuple;
}

static OU_ALWAYS_INLINE size_t
ou_tuple_size(Py_ssize_t n)
{
    return offsetof(PyTupleObject, ob_item) + (size_t)n * sizeof(PyObject *);
}

/* A tuple for n > 0 items that are still to be stored, all of them, before anything else happens; then
 * ou_gc_track(). The caller knows that n is the length of something that exists. */
static OU_ALWAYS_INLINE OU_MUST_USE PyObject *
ou_tuple_new_raw(Py_ssize_t n)
{
    PyObject *self = ou_gc_new_fast(&PyTuple_Type, ou_tuple_size(n));
    if (OU_LIKELY(self != NULL)) {
        Py_SET_SIZE((PyVarObject *)self, n);
    }
    return self;
}

/* An untracked tuple of NULLs.  It is invisible to the collector; track it when it is whole.  n = 0 gives the
 * empty tuple, which is never tracked.  Refs new. */
OU_MUST_USE PyObject *ou_tuple_new_untracked(Py_ssize_t n);

/* A tuple of an array's items.  Refs new; takes references of its own. */
OU_MUST_USE PyObject *ou_tuple_from_array(PyObject *const *items, Py_ssize_t n);

/* (a, b), tracked unless both are atoms: those pairs that iterators make by the million are never the collector's
 * business.  Refs: takes both, also when it fails; either may be NULL after a failure of the caller's: NULL
 * then. */
OU_MUST_USE PyObject *ou_tuple_pair(PyObject *a, PyObject *b);

/* Free an exact tuple of n > 0 items whose last holder moves them out of it. */
static OU_ALWAYS_INLINE void
ou_tuple_free_empty(PyObject *self, Py_ssize_t n)
{
    ou_gc_untrack(self);
    ou_gc_free_fast(self, ou_tuple_size(n));
}

/* An iterator over a tuple. */
typedef struct {
    PyObject_HEAD
    Py_ssize_t it_index;
    PyTupleObject *it_seq; /* owned; NULL when exhausted */
} OuTupleIter;

/* The next item, borrowed, or NULL at the end (the iterator must be emptied by the caller's slow path then). */
static OU_ALWAYS_INLINE PyObject *
ou_tuple_iter_peek(OuTupleIter *iter)
{
    PyTupleObject *tuple = iter->it_seq;
    return tuple != NULL && iter->it_index < Py_SIZE(tuple) ? tuple->ob_item[iter->it_index++] : NULL;
}

#endif
