/* gc/full.c - what a full collection must look at: the objects to which no root leads.
 *
 * The rings of the old generation are not followed: they run through memory in the order of making, which for a
 * heap that lived a while is no order at all.  Marks go depth first from the roots, in side bitmaps; then one walk
 * over the heap by address finds the unmarked, and passes whole pages by whose objects are all marked.  Marking may
 * only prove life: a holder that no root names (an extension's, a C variable's) leaves its object among the
 * candidates, and its count lets it survive the split.
 *
 * Young objects are the exception: their rings are short and in order of making, and the candidates keep that order, so
 * that finalizers run in CPython's.
 *
 * Owns       the mark stack, a fixed array.
 * Invariant  allocates nothing and runs no Python code.  A list or tuple puts a few of its items on the stack at a
 *            time, and itself with the index to go on from; so the stack grows with the depth of the heap, not with
 *            its width.  When it overflows the object is marked and not expanded; a walk over the heap then
 *            expands marked objects again until none overflowed. */
#include "gc/visit.h"

enum {
    STACK_LEN = 16384, /* words; arbitrary: 128 KiB */
    CHUNK = 64,        /* items of a sequence that are marked at a time: arbitrary, what the first cache holds */
    N_IN_ORDER = 65536 /* young objects taken along their links; arbitrary: some 2 ms where they lie scattered */
};

typedef struct {
    uintptr_t stack[STACK_LEN]; /* an object; or above it, an index << 1 | 1 to go on from in it */
    size_t n;
    Py_ssize_t n_tracked; /* marked and expanded */
    bool overflowed;
    bool may_untrack;
} Marker;

static Marker marker;

/* The object has a collector's head and lies on our heap (static types and foreign memory don't). */
static OU_ALWAYS_INLINE bool
is_markable(PyObject *op)
{
    return ou_object_is_gc(op) && (OU_LIKELY(ou_in_arena(op)) || ou_block_is_ours(op));
}

static OU_ALWAYS_INLINE int
mark(PyObject *op, void *arg)
{
    if (!is_markable(op) || ou_mark_test_and_set(OU_GC_HEAD(op))) {
        return 0;
    }
    if (OU_UNLIKELY(marker.n == STACK_LEN)) {
        marker.overflowed = true;
        return 0;
    }
    marker.stack[marker.n++] = (uintptr_t)op;
    if (PyList_CheckExact(op)) {
        __builtin_prefetch(((PyListObject *)op)->ob_item);
    }
    return 0;
}

/* As a visitor for others to call. */
static int
mark_visit(PyObject *op, void *arg)
{
    return mark(op, arg);
}

/* Mark the next items of a sequence, which goes back on the stack first if there are more. */
static OU_ALWAYS_INLINE void
expand_items(PyObject *op, PyObject **items, Py_ssize_t from, Py_ssize_t n)
{
    if (n - from > CHUNK) {
        n = from + CHUNK;
        if (OU_UNLIKELY(marker.n + 2 > STACK_LEN)) {
            marker.overflowed = true;
        }
        else {
            marker.stack[marker.n++] = (uintptr_t)op;
            marker.stack[marker.n++] = (uintptr_t)n << 1 | 1;
        }
        for (Py_ssize_t i = from; i < n; i++) {
            __builtin_prefetch(items[i]);
        }
    }
    for (Py_ssize_t i = from; i < n; i++) {
        if (items[i] != NULL) {
            mark(items[i], NULL);
        }
    }
}

static OU_ALWAYS_INLINE void
expand(PyObject *op, Py_ssize_t from)
{
    PyTypeObject *type = Py_TYPE(op);
    if (from == 0 && ou_gc_is_tracked(op)) {
        marker.n_tracked++;
        if (marker.may_untrack) { /* it survives; garbage is counted as it was */
            ou_gc_untrack_if_atomic(op, true);
        }
    }
    if (type == &PyList_Type) {
        expand_items(op, ((PyListObject *)op)->ob_item, from, Py_SIZE(op));
    }
    else if (type == &PyTuple_Type) {
        expand_items(op, ((PyTupleObject *)op)->ob_item, from, Py_SIZE(op));
    }
    else {
        ou_gc_visit(op, mark, NULL);
    }
}

static void
expand_stack(void)
{
    while (marker.n > 0) {
        uintptr_t word = marker.stack[--marker.n];
        if (word & 1) {
            expand((PyObject *)marker.stack[--marker.n], (Py_ssize_t)(word >> 1));
        }
        else {
            expand((PyObject *)word, 0);
        }
    }
}

/* The collected object in a live block, or NULL while it is being made. */
static PyObject *
object_in(const OuAddress *block)
{
    PyObject *op = (PyObject *)((char *)block->block + sizeof(PyGC_Head));
    return block->is_object && op->ob_type != NULL ? op : NULL;
}

static int
expand_again(const OuAddress *block, void *arg)
{
    PyObject *op = object_in(block);
    if (op != NULL && ou_mark_test(block->block)) {
        ou_gc_visit(op, mark, NULL);
        expand_stack();
    }
    return 0;
}

static int
count_tracked(const OuAddress *block, void *arg)
{
    PyObject *op = object_in(block);
    marker.n_tracked += op != NULL && ou_mark_test(block->block) && ou_gc_is_tracked(op);
    return 0;
}

static void
mark_from_roots(void)
{
    ou_side_clear_all(OU_SIDE_MARK);
    marker.n = 0;
    marker.n_tracked = 0;
    marker.overflowed = false;
    marker.may_untrack = false; /* the ring of the frozen, which are alive by decree, stays as it is while it is walked */
    PyGC_Head *frozen = &_PyRuntime.gc.frozen;
    for (PyGC_Head *gc = ou_gc_next(frozen); gc != frozen; gc = ou_gc_next(gc)) {
        mark(OU_GC_OBJECT(gc), NULL);
        expand_stack();
    }
    marker.may_untrack = true;
    if (ou_gc_roots_hook != NULL) {
        (void)ou_gc_roots_hook(mark_visit, NULL);
        expand_stack();
    }
    if (OU_UNLIKELY(marker.overflowed)) {
        while (marker.overflowed) {
            marker.overflowed = false;
            ou_memory_walk(1u << OU_FAMILY_COLLECTED, expand_again, NULL);
        }
        marker.n_tracked = 0; /* some were expanded twice */
        ou_memory_walk(1u << OU_FAMILY_COLLECTED, count_tracked, NULL);
    }
}

typedef struct {
    PyGC_Head *candidates;
    Py_ssize_t n_tracked;
} Search;

static int
take_unmarked(const OuAddress *block, void *arg)
{
    Search *search = arg;
    PyObject *op = object_in(block);
    if (op == NULL || !ou_gc_is_tracked(op)) {
        return 0;
    }
    search->n_tracked++;
    if (!(OU_GC_HEAD(op)->_gc_prev & OU_GC_COLLECTING)) { /* not taken yet */
        ou_gc_list_move(OU_GC_HEAD(op), search->candidates);
    }
    return 0;
}

/* A young generation along its links, in order of making: the unmarked are taken, as far as the budget goes (the rest is
 * left for the walk by address); the marked are asked whether they are atomic.  Marks go from a tuple to those in it,
 * but whether it is atomic depends on them; the old were asked in this order when they were young. */
static void
take_young(PyGC_Head *ring, PyGC_Head *young, int *budget)
{
    for (PyGC_Head *gc = ou_gc_next(ring), *next; gc != ring; gc = next) {
        PyObject *op = OU_GC_OBJECT(gc);
        next = ou_gc_next(gc);
        if (!is_markable(op)) {
            continue;
        }
        if (ou_mark_test(gc)) {
            ou_gc_untrack_if_atomic(op, true);
        }
        else if (*budget > 0) {
            --*budget;
            ou_gc_list_move(gc, young);
            gc->_gc_prev |= OU_GC_COLLECTING; /* the walk by address passes it */
        }
    }
}

Py_ssize_t
ou_gc_full_candidates(PyGC_Head *candidates)
{
    OuGc *gc = &_PyRuntime.gc;
    PyGC_Head young;
    int budget = N_IN_ORDER;
    mark_from_roots();
    Search search = {candidates, marker.n_tracked};
    ou_gc_list_init(&young);
    for (int i = 0; i < OU_N_GENERATIONS - 1; i++) {
        take_young(&gc->generations[i].head, &young, &budget);
        ou_gc_list_merge(&gc->generations[i].head, &gc->generations[OU_N_GENERATIONS - 1].head);
    }
    ou_memory_walk_unset(1u << OU_FAMILY_COLLECTED, OU_SIDE_MARK, take_unmarked, &search);
    ou_gc_list_merge(&young, candidates); /* last: the old before the young */
    return search.n_tracked;
}

/* ---- the order at the end of a program -------------------------------------------------------------------------------- */

typedef struct {
    PyGC_Head ring;
    int budget;
} Order;

static int
order_one(PyObject *op, void *arg)
{
    Order *order = arg;
    if (order->budget > 0 && is_markable(op) && ou_gc_is_tracked(op) && !(OU_GC_HEAD(op)->_gc_prev & OU_GC_COLLECTING)) {
        order->budget--;
        ou_gc_list_move(OU_GC_HEAD(op), &order->ring);
        OU_GC_HEAD(op)->_gc_prev |= OU_GC_COLLECTING;
    }
    return 0;
}

void
ou_gc_order_from(PyObject *root)
{
    Order order = {.budget = N_IN_ORDER};
    ou_gc_list_init(&order.ring);
    (void)order_one(root, &order);
    for (PyGC_Head *gc = ou_gc_next(&order.ring); gc != &order.ring; gc = ou_gc_next(gc)) { /* the ring is the queue */
        (void)Py_TYPE(OU_GC_OBJECT(gc))->tp_traverse(OU_GC_OBJECT(gc), order_one, &order);
    }
    for (PyGC_Head *gc = ou_gc_next(&order.ring); gc != &order.ring; gc = ou_gc_next(gc)) {
        gc->_gc_prev &= ~(uintptr_t)OU_GC_COLLECTING;
    }
    ou_gc_list_merge(&order.ring, &_PyRuntime.gc.generations[0].head);
}
