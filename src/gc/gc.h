/* gc/gc.h - the collector: generations, cycle detection, finalizers, weak references.
 *
 *   generation    a ring of tracked objects, linked through their PyGC_Head; new ones enter the youngest
 *   candidate     an object that the collection at hand may free; its _gc_prev holds a count meanwhile
 *   reachable     a candidate that something outside the candidates refers to, directly or not
 *   full          a collection of the oldest generation: marks from the roots first, so that only what no root
 *                 leads to becomes a candidate (gc/full.c)
 *   safe point    where collections run: never inside an allocation
 *
 * docs/collector.md explains the design. */
#ifndef OU_GC_H
#define OU_GC_H

#include "object/alloc.h"

enum {
    OU_GC_DEBUG_STATS = 1,
    OU_GC_DEBUG_COLLECTABLE = 2,
    OU_GC_DEBUG_UNCOLLECTABLE = 4,
    OU_GC_DEBUG_SAVEALL = 32,
    OU_GC_DEBUG_LEAK = 2 | 4 | 32,
};

/* Bit 0 of _gc_next: tentatively unreachable.  Only inside a collection. */
#define OU_GC_UNREACHABLE ((uintptr_t)1)

/* Install the hooks that the collector offers to lower layers. */
void ou_gc_init(void);

/* Collect `generation` and the younger ones, with callbacks and errors reported as unraisable.
 * Returns  objects found unreachable, freed or not; 0 when a collection runs already.
 * RE-ENTRANT: runs callbacks and finalizers. */
Py_ssize_t ou_gc_collect(int generation);

/* Could a program notice the end of what lives now: has anything a finalizer, a callback, is a file open besides those
 * of start-up?  Cost: linear in the tracked objects; allocates nothing. */
bool ou_gc_would_show(void);

/* At the end of start-up: all that lives now is taken for long-lived.  It is no garbage, and not worth a young
 * collection. */
void ou_gc_settle(void);

/* At a safe point, asked for by OU_BREAK_GC: collect what the thresholds say.  RE-ENTRANT. */
void ou_gc_service(void);

/* Put what `root` leads to behind all else that is young, breadth first: the next full collection finalizes in that order.
 * At most some ten thousands of objects.  Allocates nothing, runs no Python code. */
void ou_gc_order_from(PyObject *root);

/* Objects in a generation's ring.  Cost: linear. */
Py_ssize_t ou_gc_list_len(const PyGC_Head *list);

/* ---- rings (collect.c) ---- */

static inline void
ou_gc_list_init(PyGC_Head *list)
{
    list->_gc_next = list->_gc_prev = (uintptr_t)list;
}

static inline bool
ou_gc_list_is_empty(const PyGC_Head *list)
{
    return list->_gc_next == (uintptr_t)list;
}

static inline PyGC_Head *
ou_gc_next(const PyGC_Head *gc)
{
    return (PyGC_Head *)gc->_gc_next;
}

static inline PyGC_Head *
ou_gc_prev(const PyGC_Head *gc)
{
    return (PyGC_Head *)(gc->_gc_prev & ~OU_GC_FLAGS);
}

static inline void
ou_gc_set_prev(PyGC_Head *gc, PyGC_Head *prev)
{
    gc->_gc_prev = (gc->_gc_prev & OU_GC_FLAGS) | (uintptr_t)prev;
}

/* Take out of its ring; the links are then stale. */
static inline void
ou_gc_list_remove(PyGC_Head *gc)
{
    PyGC_Head *prev = ou_gc_prev(gc), *next = ou_gc_next(gc);
    prev->_gc_next = (uintptr_t)next;
    ou_gc_set_prev(next, prev);
}

static inline void
ou_gc_list_append(PyGC_Head *gc, PyGC_Head *list)
{
    PyGC_Head *last = ou_gc_prev(list);
    last->_gc_next = (uintptr_t)gc;
    ou_gc_set_prev(gc, last);
    gc->_gc_next = (uintptr_t)list;
    list->_gc_prev = (uintptr_t)gc;
}

static inline void
ou_gc_list_move(PyGC_Head *gc, PyGC_Head *list)
{
    ou_gc_list_remove(gc);
    ou_gc_list_append(gc, list);
}

/* Append all of `from` to `to`; `from` is empty then. */
void ou_gc_list_merge(PyGC_Head *from, PyGC_Head *to);

/* ---- parts of a collection ---- */

/* Split `candidates` (whole, doubly linked, no flag set but FINALIZED): what is unreachable from outside moves to
 * `unreachable` with OU_GC_COLLECTING set.  Runs no Python code, allocates nothing. */
void ou_gc_split(PyGC_Head *candidates, PyGC_Head *unreachable);

/* The candidates of a full collection: whatever is tracked and no root leads to (full.c).  They move to `candidates`,
 * everything else to the oldest generation.  Returns the number of tracked objects in all.  Allocates nothing. */
Py_ssize_t ou_gc_full_candidates(PyGC_Head *candidates);

/* Untrack the tuples (and, `dicts`, the dicts) that can't take part in a cycle. */
void ou_gc_untrack_atomic(PyGC_Head *list, bool dicts);
/* The same for one tracked object. */
void ou_gc_untrack_if_atomic(PyObject *op, bool dicts);

/* Weak references to objects in `unreachable` are cleared, their callbacks called.  RE-ENTRANT. */
void ou_weakref_handle(PyGC_Head *unreachable);

/* Visits what the runtime itself holds: the start of marking.  Installed by runtime/ (roots.def). */
extern int (*ou_gc_roots_hook)(visitproc visit, void *arg);

/* Calls gc.callbacks with "start" or "stop".  RE-ENTRANT. */
void ou_gc_callbacks_run(const char *phase, int generation, Py_ssize_t collected, Py_ssize_t uncollectable);

/* ---- weak references ---- */

/* Proxy types besides those of the public API's data symbols are in weakref_proxy.c. */
Py_ssize_t ou_weakref_count(PyWeakReference *head);

#endif
