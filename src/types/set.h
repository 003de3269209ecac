/* types/set.h - set and frozenset from the inside. */
#ifndef OU_TYPES_SET_H
#define OU_TYPES_SET_H

#include "object/keys.h"

#define OU_SET(op) ((PySetObject *)(op))

/* An iterator over a set. */
typedef struct {
    PyObject_HEAD
    PySetObject *si_set; /* owned; NULL when exhausted */
    Py_ssize_t si_used;  /* size of the set at the start; -1 once a change was reported */
    Py_ssize_t si_pos;   /* next slot to look at */
    Py_ssize_t si_left;
} OuSetIter;

/* ---- set.c: the table ----------------------------------------------------------------------- */

/* A set of any type with what an iterable gives, or nothing (NULL).  Refs new.  RE-ENTRANT. */
OU_MUST_USE PyObject *ou_set_new(PyTypeObject *type, PyObject *iterable);
/* The same of set or frozenset, whichever `like` is or derives from. */
OU_MUST_USE PyObject *ou_set_new_like(PyObject *like, PyObject *iterable);

/* A set of n objects that are exactly str or int.  They are taken out of their places, but for those that are in it
 * already; on failure some may have been.  Refs new.  Errors MemoryError.  Runs no Python code. */
OU_MUST_USE PyObject *ou_set_take_plain(PyObject **items, Py_ssize_t n);

/* Key known not to be in need of hashing: 1 there, 0 not, -1 error.  RE-ENTRANT; the caller owns both. */
int ou_set_contains_hashed(PySetObject *set, PyObject *key, Py_hash_t hash);
/* The same as far as no Python code is needed to tell: 1, 0, or -1: someone else must look.  The key need not be owned. */
int ou_set_contains_plain(PySetObject *set, PyObject *key, Py_hash_t hash);
/* Put in; takes a reference of its own.  Returns 0, or -1.  RE-ENTRANT. */
int ou_set_add_hashed(PySetObject *set, PyObject *key, Py_hash_t hash);
/* Take out: 1 it was there, 0 it was not, -1 error.  RE-ENTRANT. */
int ou_set_discard_hashed(PySetObject *set, PyObject *key, Py_hash_t hash);
/* The same with the key's hash taken.  RE-ENTRANT. */
int ou_set_contains_key(PySetObject *set, PyObject *key);
int ou_set_add_key(PySetObject *set, PyObject *key);
int ou_set_discard_key(PySetObject *set, PyObject *key);

/* The next key from *position on, borrowed; *position is opaque, starting at 0.  Runs no Python code. */
bool ou_set_next(PySetObject *set, Py_ssize_t *position, PyObject **key, Py_hash_t *hash);

/* Put in all that an iterable gives.  RE-ENTRANT. */
int ou_set_update(PySetObject *set, PyObject *iterable);
/* Remove everything.  RE-ENTRANT. */
void ou_set_clear(PySetObject *set);
/* After deletions: if more than a quarter of the slots are dead, make a new table. */
int ou_set_tidy(PySetObject *set);
/* Let two sets change their contents. */
void ou_set_swap(PySetObject *a, PySetObject *b);
/* Any key, or NULL if there is none.  Refs: owned. */
PyObject *ou_set_take_any(PySetObject *set);

/* ---- set_ops.c: operations on whole sets.  All RE-ENTRANT; refs new. ------------------------ */

PyObject *ou_set_intersection(PySetObject *set, PyObject *other);
PyObject *ou_set_difference(PySetObject *set, PyObject *other);
PyObject *ou_set_symmetric_difference(PySetObject *set, PyObject *other);
int ou_set_intersection_update(PySetObject *set, PyObject *other);
int ou_set_difference_update(PySetObject *set, PyObject *other);
int ou_set_symmetric_difference_update(PySetObject *set, PyObject *other);
int ou_set_is_subset(PySetObject *set, PyObject *other); /* 1, 0, -1 */
int ou_set_is_superset(PySetObject *set, PyObject *other);
int ou_set_is_disjoint(PySetObject *set, PyObject *other);

/* ---- slots, for set_type.c ------------------------------------------------------------------ */

int ou_set_traverse(PyObject *self, visitproc visit, void *arg);
int ou_set_clear_slot(PyObject *self);
void ou_set_dealloc(PyObject *self);
PyObject *ou_set_iter(PyObject *self);

#endif
