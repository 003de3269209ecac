/* gc/full.c - what a full collection must look at: the objects to which no root leads.
 *
 * The rings of the old generation are not followed: they run through memory in the order of making, which for a
 * heap that lived a while is no order at all.  Marks go depth first from the roots, in side bitmaps; then one walk
 * over the heap by address finds the unmarked.  Marking may only prove life: a holder that no root names (an
 * extension's, a C variable's) leaves its object among the candidates, and its count lets it survive the split.
 *
 * Young objects are the exception: their rings are short and in order of making, and the candidates keep that order, so
 * that finalizers run in CPython's.
 *
 * Owns       the mark stack, a fixed array.
 * Invariant  allocates nothing and runs no Python code.  When the stack overflows the object is marked and not
 *            expanded; a walk over the heap then expands marked objects again until none overflowed. */
#include "gc/gc.h"

enum { STACK_LEN = 16384 };  /* objects; arbitrary: 128 KiB */
enum { N_IN_ORDER = 65536 }; /* young objects taken along their links; arbitrary: some 2 ms where they lie scattered */

typedef struct {
    PyObject *stack[STACK_LEN];
    size_t n;
    bool overflowed;
} Marker;

static Marker marker;

static OU_ALWAYS_INLINE void *
block_of(PyObject *op)
{
    return OU_GC_HEAD(op);
}

/* The object has a collector's head and lies on our heap (static types and foreign memory don't). */
static OU_ALWAYS_INLINE bool
is_markable(PyObject *op)
{
    return PyType_IS_GC(Py_TYPE(op)) && (Py_TYPE(op)->tp_is_gc == NULL || Py_TYPE(op)->tp_is_gc(op))
           && ou_block_is_ours(op);
}

static int
mark(PyObject *op, void *arg)
{
    if (!is_markable(op) || ou_mark_test_and_set(block_of(op))) {
        return 0;
    }
    if (OU_UNLIKELY(marker.n == STACK_LEN)) {
        marker.overflowed = true;
    }
    else {
        marker.stack[marker.n++] = op;
    }
    return 0;
}

static void
expand_stack(void)
{
    while (marker.n > 0) {
        PyObject *op = marker.stack[--marker.n];
        (void)Py_TYPE(op)->tp_traverse(op, mark, NULL);
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
        (void)Py_TYPE(op)->tp_traverse(op, mark, NULL);
        expand_stack();
    }
    return 0;
}

static int
mark_tracked_and_expand(PyGC_Head *list)
{
    for (PyGC_Head *gc = ou_gc_next(list); gc != list; gc = ou_gc_next(gc)) {
        mark(OU_GC_OBJECT(gc), NULL);
        expand_stack();
    }
    return 0;
}

static void
mark_from_roots(void)
{
    ou_side_clear_all(OU_SIDE_MARK);
    marker.n = 0;
    marker.overflowed = false;
    if (ou_gc_roots_hook != NULL) {
        (void)ou_gc_roots_hook(mark, NULL);
        expand_stack();
    }
    mark_tracked_and_expand(&_PyRuntime.gc.frozen); /* frozen objects are alive by decree */
    while (marker.overflowed) {
        marker.overflowed = false;
        ou_memory_walk(1u << OU_FAMILY_COLLECTED, expand_again, NULL);
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
    if (OU_GC_HEAD(op)->_gc_prev & OU_GC_COLLECTING) {
        return 0; /* taken already */
    }
    if (!ou_mark_test(block->block)) {
        ou_gc_list_move(OU_GC_HEAD(op), search->candidates);
    }
    else {
        ou_gc_untrack_if_atomic(op, true); /* it survives; garbage is counted as it was */
    }
    return 0;
}

/* The unmarked of a young generation, in order of making; the rest is left for the walk by address. */
static void
take_young(PyGC_Head *ring, PyGC_Head *young, int *budget)
{
    for (PyGC_Head *gc = ou_gc_next(ring), *next; gc != ring && *budget > 0; gc = next, --*budget) {
        next = ou_gc_next(gc);
        if (!ou_mark_test(gc)) {
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
    Search search = {candidates, 0};
    int budget = N_IN_ORDER;
    mark_from_roots();
    ou_gc_list_init(&young);
    for (int i = 0; i < OU_N_GENERATIONS - 1; i++) {
        take_young(&gc->generations[i].head, &young, &budget);
        ou_gc_list_merge(&gc->generations[i].head, &gc->generations[OU_N_GENERATIONS - 1].head);
    }
    ou_memory_walk(1u << OU_FAMILY_COLLECTED, take_unmarked, &search);
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
