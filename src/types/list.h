/* types/list.h - list from the inside: what the virtual machine inlines, and what the files of list share. */
#ifndef OU_TYPES_LIST_H
#define OU_TYPES_LIST_H

#include "object/alloc.h"

/* An iterator over a list; a reverse one counts down from the last index to -1. */
typedef struct {
    PyObject_HEAD
    Py_ssize_t it_index;
    PyListObject *it_seq; /* owned; NULL when exhausted */
} OuListIter;

/* ---- making --------------------------------------------------------------------------------- */

/* A list with room for n items and none in it, tracked.  Refs new. */
OU_MUST_USE PyObject *ou_list_new_room(Py_ssize_t n);
/* A list of an array's items.  Refs new; takes the references in the array, leaving NULLs; on failure it is as it was. */
OU_MUST_USE PyObject *ou_list_take_items(PyObject **items, Py_ssize_t n);

/* ---- changing ------------------------------------------------------------------------------- */

/* The rest of ou_list_append, where the array is full.  Refs takes item, also when it fails.  Returns 0, or -1 with
 * MemoryError set. */
int ou_list_append_slow(PyListObject *list, PyObject *item);
/* Append.  Refs: takes the reference, also when it fails.  Returns 0, or -1 with MemoryError set. */
static OU_ALWAYS_INLINE int
ou_list_append(PyObject *self, PyObject *item)
{
    PyListObject *list = (PyListObject *)self;
    Py_ssize_t n = Py_SIZE(list);
    if (OU_LIKELY(n < list->allocated)) {
        list->ob_item[n] = item;
        Py_SET_SIZE((PyVarObject *)list, n + 1);
        return 0;
    }
    return ou_list_append_slow(list, item);
}

/* Append what an iterable gives.  Returns 0, or -1 with the error set (what came before it stays).
 * RE-ENTRANT. */
int ou_list_extend(PyListObject *list, PyObject *iterable);

/* list[low:high] = items of `value`, or delete them if it is NULL; bounds are clamped.  RE-ENTRANT. */
int ou_list_set_slice(PyListObject *list, Py_ssize_t low, Py_ssize_t high, PyObject *value);

/* Remove everything.  RE-ENTRANT. */
void ou_list_clear(PyListObject *list);

/* list.sort().  key: a callable or NULL.  RE-ENTRANT. */
int ou_list_sort(PyListObject *list, PyObject *key, bool reverse);

/* ---- reading -------------------------------------------------------------------------------- */

/* list[index], negative ones from the end.  Returns borrowed, or NULL without an error if out of range. */
static OU_ALWAYS_INLINE PyObject *
ou_list_get(PyObject *self, Py_ssize_t index)
{
    PyListObject *list = (PyListObject *)self;
    Py_ssize_t n = Py_SIZE(list);
    index += index < 0 ? n : 0;
    return OU_LIKELY((size_t)index < (size_t)n) ? list->ob_item[index] : NULL;
}

/* Items [low, high) as a new list; bounds are right.  Refs new. */
OU_MUST_USE PyObject *ou_list_slice(PyListObject *list, Py_ssize_t low, Py_ssize_t high);

/* The next item, borrowed, or NULL at the end (ou_list_iter_end() is then to be called). */
static OU_ALWAYS_INLINE PyObject *
ou_list_iter_peek(OuListIter *iter)
{
    PyListObject *list = iter->it_seq;
    return OU_LIKELY(list != NULL && (size_t)iter->it_index < (size_t)Py_SIZE(list)) ? list->ob_item[iter->it_index++]
                                                                                   : NULL;
}
/* Exhausted: let the list go. */
void ou_list_iter_end(OuListIter *iter);
PyObject *ou_list_iter(PyObject *self);
PyObject *ou_list_reversed(PyObject *self, PyObject *ignored);

#endif
