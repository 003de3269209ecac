/* gc/emergency.c - the collection inside an allocation that is about to be refused.
 *
 * An allocation must not run Python code, and must not pull an object from under the C function that asked.  So this pass
 * frees only what no count from outside reaches (what a C function owns, a frame's register, a half-built object: all are
 * counts from outside), and of that only whole groups that die quietly: no finalizer, no surviving weak reference with a
 * callback, no foreign type.  A group is a connected part of the garbage, whichever way its references point, so
 * that what is freed leads to nothing that is kept.
 *
 * Owns       the node `kept`, root of the groups that stay.
 * Invariant  allocates nothing and runs no Python code.  An object that dies with the garbage without being part of it
 *            (a constant of a code object, say) and would run some waits in a queue for the next safe point.
 * Cost       linear in the tracked objects; after eight passes in a row that found nothing, only the second, fourth, ...
 *            refusal has one.
 * Not here   the decision to refuse (memory/account.c); what dies quietly (object/dealloc.c).
 * Source     the groups: union-find with path halving, its links in _gc_prev. */
#include "gc/gc.h"

enum {
    PATIENCE = 8,   /* passes in vain before some are left out; arbitrary */
    MOST_SKIPS = 6, /* at the most 63 in a row are; arbitrary */
};

static PyGC_Head kept;
static unsigned n_in_vain, n_to_skip;

/* ---- groups ------------------------------------------------------------------------------------------------- */

static PyGC_Head *
group_of(PyGC_Head *gc)
{
    PyGC_Head *up;
    while ((up = ou_gc_prev(gc)) != gc) {
        PyGC_Head *upper = ou_gc_prev(up);
        ou_gc_set_prev(gc, upper);
        gc = upper;
    }
    return gc;
}

static void
group_join(PyGC_Head *one, PyGC_Head *other)
{
    one = group_of(one);
    other = group_of(other);
    if (one == &kept) {
        ou_gc_set_prev(other, one);
    }
    else {
        ou_gc_set_prev(one, other);
    }
}

static bool
is_garbage(PyObject *op)
{
    return ou_object_is_gc(op) && (OU_GC_HEAD(op)->_gc_prev & OU_GC_COLLECTING);
}

static int
join_referent(PyObject *op, void *holder)
{
    if (is_garbage(op)) {
        group_join(holder, OU_GC_HEAD(op));
    }
    return 0;
}

/* Weak references with callbacks: those that are garbage too are silent, but must go together with `op`. */
static void
join_weak_references(PyGC_Head *gc)
{
    PyObject *op = OU_GC_OBJECT(gc);
    if (!PyType_SUPPORTS_WEAKREFS(Py_TYPE(op))) {
        return;
    }
    for (PyWeakReference *ref = *(PyWeakReference **)PyObject_GET_WEAKREFS_LISTPTR(op); ref != NULL; ref = ref->wr_next) {
        if (ref->wr_callback != NULL) {
            group_join(gc, is_garbage((PyObject *)ref) ? OU_GC_HEAD(ref) : &kept);
        }
    }
}

/* Move the groups with a member that must not die here from `garbage` to `rest`. */
static void
set_kept_aside(PyGC_Head *garbage, PyGC_Head *rest)
{
    kept._gc_prev = (uintptr_t)&kept;
    for (PyGC_Head *gc = ou_gc_next(garbage); gc != garbage; gc = ou_gc_next(gc)) {
        ou_gc_set_prev(gc, gc);
    }
    for (PyGC_Head *gc = ou_gc_next(garbage); gc != garbage; gc = ou_gc_next(gc)) {
        PyObject *op = OU_GC_OBJECT(gc);
        if (!ou_dies_quietly(op)) {
            group_join(gc, &kept);
        }
        join_weak_references(gc);
        (void)Py_TYPE(op)->tp_traverse(op, join_referent, gc);
    }
    for (PyGC_Head *gc = ou_gc_next(garbage); gc != garbage; gc = ou_gc_next(gc)) {
        ou_gc_set_prev(gc, group_of(gc)); /* the next loop reads each link once and overwrites it */
    }
    PyGC_Head *gc = ou_gc_next(garbage), *next;
    ou_gc_list_init(garbage);
    for (; gc != garbage; gc = next) {
        bool stays = ou_gc_prev(gc) == &kept;
        next = ou_gc_next(gc);
        if (stays) {
            gc->_gc_prev &= ~(uintptr_t)OU_GC_COLLECTING;
        }
        ou_gc_list_append(gc, stays ? rest : garbage);
    }
}

/* ---- one pass ----------------------------------------------------------------------------------------------- */

/* A frame that runs may be between two states, and so may an object on its way out. */
static bool
is_in_motion(PyObject *op)
{
    if (PyGen_CheckExact(op) || PyCoro_CheckExact(op) || PyAsyncGen_CheckExact(op)) {
        return ((PyGenObject *)op)->gi_frame_state == 0;
    }
    return Py_REFCNT(op) == 0;
}

/* Every tracked object but the frozen ones is a candidate; those in motion hold what they hold from outside. */
static void
take_candidates(PyGC_Head *candidates, PyGC_Head *outside)
{
    OuGc *state = &_PyRuntime.gc;
    PyGC_Head *next;
    ou_gc_list_init(candidates);
    ou_gc_list_init(outside);
    for (int i = OU_N_GENERATIONS - 1; i >= 0; i--) {
        ou_gc_list_merge(&state->generations[i].head, candidates);
        state->generations[i].count = 0;
    }
    for (PyGC_Head *gc = ou_gc_next(candidates); gc != candidates; gc = next) {
        next = ou_gc_next(gc);
        if (is_in_motion(OU_GC_OBJECT(gc))) {
            ou_gc_list_move(gc, outside);
        }
    }
}

/* Clear the garbage; each object dies when the others let it go. */
static void
free_quietly(PyGC_Head *garbage, PyGC_Head *old)
{
    OuDeallocLevel level;
    ou_dealloc_enter_quiet(&level);
    while (!ou_gc_list_is_empty(garbage)) {
        PyGC_Head *gc = ou_gc_next(garbage);
        PyObject *op = OU_GC_OBJECT(gc);
        inquiry clear = Py_TYPE(op)->tp_clear;
        gc->_gc_prev &= ~(uintptr_t)OU_GC_COLLECTING;
        if (clear != NULL) {
            Py_INCREF(op);
            (void)clear(op);
            Py_DECREF(op);
        }
        if (ou_gc_next(garbage) == gc) { /* still there: a tuple, say, that others of the group hold */
            ou_gc_list_move(gc, old);
        }
    }
    ou_dealloc_leave_quiet(&level);
}

/* Returns  objects found to be garbage that went; *n_kept: garbage that waits for a collection at a safe point. */
static Py_ssize_t
collect_quietly(Py_ssize_t *n_kept)
{
    OuGc *state = &_PyRuntime.gc;
    PyGC_Head *old = &state->generations[OU_N_GENERATIONS - 1].head;
    PyGC_Head candidates, outside, garbage, rest;
    take_candidates(&candidates, &outside);
    ou_gc_split(&candidates, &garbage);
    ou_gc_list_init(&rest);
    set_kept_aside(&garbage, &rest);
    *n_kept = ou_gc_list_len(&rest);
    Py_ssize_t n_freed = ou_gc_list_len(&garbage);
    ou_gc_list_merge(&candidates, old);
    ou_gc_list_merge(&outside, old);
    ou_gc_list_merge(&rest, old);
    state->long_lived_total = ou_gc_list_len(old);
    state->long_lived_pending = 0;
    ou_weakref_handle(&garbage); /* no callback is among them */
    for (PyGC_Head *gc = ou_gc_next(&garbage); gc != &garbage; gc = ou_gc_next(gc)) {
        gc->_gc_prev &= ~(uintptr_t)OU_GC_COLLECTING;
    }
    free_quietly(&garbage, old);
    return n_freed;
}

/* Memory is short: free what can go here, and ask for a collection at the next safe point if there was too little.
 * Returns  whether to try the allocation again: the reserve lasts to the safe point if garbage waits there. */
static bool
pressure(size_t wanted)
{
    OuGc *state = &_PyRuntime.gc;
    if (state->collecting || (state->debug & OU_GC_DEBUG_SAVEALL) || ou_tstate() == NULL) {
        return false;
    }
    if (n_to_skip > 0 && wanted != 0) {
        n_to_skip--;
        return false;
    }
    Py_ssize_t n_kept;
    state->collecting = true;
    Py_ssize_t n_freed = collect_quietly(&n_kept);
    state->collecting = false;
    if (n_freed > 0) {
        n_in_vain = 0;
    }
    else if (++n_in_vain > PATIENCE) {
        n_to_skip = (1u << Py_MIN(n_in_vain - PATIENCE, MOST_SKIPS)) - 1;
    }
    if ((n_kept > 0 || n_freed == 0) && state->enabled) { /* what was in use here may be garbage by then */
        OuGeneration *oldest = &state->generations[OU_N_GENERATIONS - 1];
        oldest->count = oldest->threshold + 1;
        state->long_lived_pending = state->long_lived_total;
        ou_break_request(OU_BREAK_GC);
    }
    return n_freed > 0 || (n_kept > 0 && state->enabled);
}

void
ou_gc_init(void)
{
    ou_memory_pressure_hook = pressure;
}
