/* gc/collect.c - a collection from start to stop, and the classic split of candidates.
 *
 * The split: copy each candidate's count beside it; subtract one for each reference that candidates hold on each
 * other; who keeps a positive rest is held from outside, and so is all that it leads to.
 *
 * Owns       nothing; works on the rings of _PyRuntime.gc.
 * Invariant  between collections no object carries OU_GC_COLLECTING and no link OU_GC_UNREACHABLE.
 * Not here   marking (full.c), finalizers and freeing (finalize.c), the gc module (modules/gc.c).
 * Source     the algorithm is that of CPython's documentation, "Garbage collector design". */
#include "gc/finalize.h"
#include "gc/gc.h"
#include "gc/visit.h"
#include "object/hold.h"

#include <time.h>

int (*ou_gc_roots_hook)(visitproc visit, void *arg);

enum { COUNT_SHIFT = 2 };
#define COUNT_ONE ((uintptr_t)1 << COUNT_SHIFT)

void
ou_gc_list_merge(PyGC_Head *from, PyGC_Head *to)
{
    if (!ou_gc_list_is_empty(from)) {
        PyGC_Head *to_last = ou_gc_prev(to), *from_first = ou_gc_next(from), *from_last = ou_gc_prev(from);
        to_last->_gc_next = (uintptr_t)from_first;
        ou_gc_set_prev(from_first, to_last);
        from_last->_gc_next = (uintptr_t)to;
        to->_gc_prev = (uintptr_t)from_last;
    }
    ou_gc_list_init(from);
}

Py_ssize_t
ou_gc_list_len(const PyGC_Head *list)
{
    Py_ssize_t n = 0;
    for (const PyGC_Head *gc = ou_gc_next(list); gc != list; gc = ou_gc_next(gc)) {
        n++;
    }
    return n;
}

/* ---- the split ------------------------------------------------------------------------------------------ */

static void
copy_counts(PyGC_Head *candidates)
{
    for (PyGC_Head *gc = ou_gc_next(candidates); gc != candidates; gc = ou_gc_next(gc)) {
        uintptr_t count = (uintptr_t)Py_REFCNT(OU_GC_OBJECT(gc));
        gc->_gc_prev = (gc->_gc_prev & OU_GC_FINALIZED) | OU_GC_COLLECTING | count << COUNT_SHIFT;
    }
}

/* One reference from a candidate: its target's rest falls by one. */
static OU_ALWAYS_INLINE int
subtract_one(PyObject *op, void *holder)
{
    if (ou_object_is_gc(op)) {
        PyGC_Head *gc = OU_GC_HEAD(op);
        if (gc->_gc_prev & OU_GC_COLLECTING) {
            OU_CHECK(gc->_gc_prev >> COUNT_SHIFT != 0,
                     "the %s at %p is held more often than its count of %zd says; one holder is the %s at %p",
                     Py_TYPE(op)->tp_name, (void *)op, Py_REFCNT(op), Py_TYPE((PyObject *)holder)->tp_name, holder);
            gc->_gc_prev -= COUNT_ONE;
        }
    }
    return 0;
}

static void
subtract_internal(PyGC_Head *candidates)
{
    for (PyGC_Head *gc = ou_gc_next(candidates); gc != candidates; gc = ou_gc_next(gc)) {
        PyObject *op = OU_GC_OBJECT(gc);
        ou_gc_visit(op, subtract_one, op);
    }
}

/* One reference from a reachable object.  A candidate still to be looked at gets a positive rest; one that was
 * set aside comes back to the end of the line. */
static OU_ALWAYS_INLINE int
reach(PyObject *op, void *candidates)
{
    if (!ou_object_is_gc(op)) {
        return 0;
    }
    PyGC_Head *gc = OU_GC_HEAD(op);
    if (!(gc->_gc_prev & OU_GC_COLLECTING)) {
        return 0; /* no candidate, or found reachable already */
    }
    if (gc->_gc_next & OU_GC_UNREACHABLE) {
        PyGC_Head *prev = ou_gc_prev(gc), *next = (PyGC_Head *)(gc->_gc_next & ~OU_GC_UNREACHABLE);
        prev->_gc_next = gc->_gc_next; /* with the flag, as all links of that ring */
        ou_gc_set_prev(next, prev);
        ou_gc_list_append(gc, candidates);
        gc->_gc_prev = (gc->_gc_prev & OU_GC_FLAGS) | COUNT_ONE;
    }
    else if (gc->_gc_prev >> COUNT_SHIFT == 0) {
        gc->_gc_prev |= COUNT_ONE;
    }
    return 0;
}

/* Walk the candidates, whose _gc_prev holds the rest, and restore their backward links on the way. */
static void
set_aside_unreachable(PyGC_Head *candidates, PyGC_Head *unreachable)
{
    PyGC_Head *prev = candidates;
    unreachable->_gc_next = (uintptr_t)unreachable | OU_GC_UNREACHABLE;
    for (PyGC_Head *gc = ou_gc_next(candidates); gc != candidates; gc = ou_gc_next(prev)) {
        if (gc->_gc_prev >> COUNT_SHIFT != 0) {
            PyObject *op = OU_GC_OBJECT(gc);
            gc->_gc_prev = (gc->_gc_prev & OU_GC_FINALIZED) | (uintptr_t)prev; /* reachable: no candidate any more */
            candidates->_gc_prev = candidates->_gc_prev == (uintptr_t)prev ? (uintptr_t)gc : candidates->_gc_prev;
            ou_gc_visit(op, reach, candidates);
            prev = gc;
        }
        else {
            prev->_gc_next = gc->_gc_next;
            if (ou_gc_prev(candidates) == gc) {
                candidates->_gc_prev = (uintptr_t)prev;
            }
            PyGC_Head *last = ou_gc_prev(unreachable);
            last->_gc_next = (uintptr_t)gc | OU_GC_UNREACHABLE;
            ou_gc_set_prev(gc, last);
            gc->_gc_next = (uintptr_t)unreachable | OU_GC_UNREACHABLE;
            unreachable->_gc_prev = (uintptr_t)gc;
        }
    }
    candidates->_gc_prev = (uintptr_t)prev;
    unreachable->_gc_next &= ~OU_GC_UNREACHABLE;
    for (PyGC_Head *gc = ou_gc_next(unreachable); gc != unreachable; gc = ou_gc_next(gc)) {
        gc->_gc_next &= ~OU_GC_UNREACHABLE;
    }
}

void
ou_gc_split(PyGC_Head *candidates, PyGC_Head *unreachable)
{
    copy_counts(candidates);
    subtract_internal(candidates);
    ou_gc_list_init(unreachable);
    set_aside_unreachable(candidates, unreachable);
}

/* ---- one collection ----------------------------------------------------------------------------------------- */

static uint64_t
now_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void
print_start(int generation)
{
    fprintf(stderr, "gc: collecting generation %d...\ngc: objects in each generation:", generation);
    for (int i = 0; i < OU_N_GENERATIONS; i++) {
        fprintf(stderr, " %zd", ou_gc_list_len(&_PyRuntime.gc.generations[i].head));
    }
    fprintf(stderr, "\ngc: objects in permanent generation: %zd\n", ou_gc_list_len(&_PyRuntime.gc.frozen));
}

static void
print_stop(Py_ssize_t found, Py_ssize_t uncollectable, uint64_t nanoseconds)
{
    fprintf(stderr, "gc: done, %zd unreachable, %zd uncollectable, %.4fs elapsed\n", found, uncollectable,
            (double)nanoseconds / 1e9);
}

/* Move what a collection of `generation` may free into `candidates`, all flags clear. */
static void
take_candidates(int generation, PyGC_Head *candidates)
{
    OuGc *gc = &_PyRuntime.gc;
    if (generation + 1 < OU_N_GENERATIONS) {
        gc->generations[generation + 1].count++;
    }
    for (int i = 0; i <= generation; i++) {
        gc->generations[i].count = 0;
    }
    ou_gc_list_init(candidates);
    if (generation == OU_N_GENERATIONS - 1) {
        gc->long_lived_pending = 0;
        gc->long_lived_total = ou_gc_full_candidates(candidates);
    }
    else {
        for (int i = 0; i < generation; i++) {
            ou_gc_list_merge(&gc->generations[i].head, &gc->generations[generation].head);
        }
        ou_gc_list_merge(&gc->generations[generation].head, candidates);
    }
}

/* Survivors grow older. */
static void
keep_survivors(int generation, PyGC_Head *survivors)
{
    OuGc *gc = &_PyRuntime.gc;
    int to = Py_MIN(generation + 1, OU_N_GENERATIONS - 1);
    ou_gc_untrack_atomic(survivors, generation >= 1);
    if (generation == OU_N_GENERATIONS - 2) {
        gc->long_lived_pending += ou_gc_list_len(survivors);
    }
    ou_gc_list_merge(survivors, &gc->generations[to].head);
}

static Py_ssize_t
collect(int generation, Py_ssize_t *n_uncollectable)
{
    OuGc *gc = &_PyRuntime.gc;
    PyGC_Head candidates, unreachable;
    uint64_t start = now_ns();
    if (gc->debug & OU_GC_DEBUG_STATS) {
        print_start(generation);
    }
    take_candidates(generation, &candidates);
    ou_gc_split(&candidates, &unreachable);
    keep_survivors(generation, &candidates);
    PyGC_Head *old = &gc->generations[Py_MIN(generation + 1, OU_N_GENERATIONS - 1)].head;
    Py_ssize_t n_found = ou_gc_finalize(&unreachable, old, n_uncollectable);
    if (generation == OU_N_GENERATIONS - 1) {
        gc->long_lived_total -= n_found;
    }
    uint64_t elapsed = now_ns() - start;
    struct OuGcStats *stats = &gc->stats[generation];
    stats->collections++;
    stats->collected += n_found;
    stats->uncollectable += *n_uncollectable;
    stats->nanoseconds += elapsed;
    if (gc->debug & OU_GC_DEBUG_STATS) {
        print_stop(n_found + *n_uncollectable, *n_uncollectable, elapsed);
    }
    return n_found;
}

Py_ssize_t
ou_gc_collect(int generation)
{
    OuGc *gc = &_PyRuntime.gc;
    if (gc->collecting) {
        return 0;
    }
    ou_dealloc_put_off_drain();
    gc->collecting = true;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    OU_HOLD(hold, &type, &value, &traceback);
    Py_ssize_t n_uncollectable = 0;
    ou_gc_callbacks_run("start", generation, 0, 0);
    Py_ssize_t n_found = collect(generation, &n_uncollectable);
    ou_gc_callbacks_run("stop", generation, n_found, n_uncollectable);
    if (ou_memory_wants_trim()) {
        ou_memory_trim(false);
    }
    OU_HOLD_END(hold);
    PyErr_Restore(type, value, traceback);
    gc->collecting = false;
    return n_found + n_uncollectable;
}

void
ou_gc_service(void)
{
    OuGc *gc = &_PyRuntime.gc;
    ou_dealloc_put_off_drain();
    if (!gc->enabled || gc->collecting) {
        return;
    }
    if (gc->stress != 0) {
        unsigned turn = gc->stress_turn++; /* mostly young: a full one hides what those get wrong */
        ou_gc_collect(turn % 16 == 0 ? 2 : turn % 4 == 0);
        return;
    }
    for (int i = OU_N_GENERATIONS - 1; i >= 0; i--) {
        OuGeneration *generation = &gc->generations[i];
        if (generation->threshold == 0 || generation->count <= generation->threshold) {
            continue;
        }
        if (i == OU_N_GENERATIONS - 1 && gc->long_lived_pending < gc->long_lived_total / 4) {
            continue; /* amortizes full collections: CPython's 25 % rule */
        }
        ou_gc_collect(i);
        return;
    }
}

/* ---- callbacks --------------------------------------------------------------------------------------------------- */

void
ou_gc_callbacks_run(const char *phase, int generation, Py_ssize_t collected, Py_ssize_t uncollectable)
{
    PyObject *callbacks = _PyRuntime.gc.callbacks;
    if (callbacks == NULL || PyList_GET_SIZE(callbacks) == 0) {
        return;
    }
    PyObject *text = PyUnicode_FromString(phase);
    PyObject *info =
        Py_BuildValue("{sisnsn}", "generation", generation, "collected", collected, "uncollectable", uncollectable);
    if (text == NULL || info == NULL) {
        PyErr_WriteUnraisable(NULL);
    }
    else {
        PyObject *callback = NULL;
        OU_HOLD(hold, &text, &info, &callback);
        for (Py_ssize_t i = 0; i < PyList_GET_SIZE(callbacks); i++) { /* the list may change meanwhile */
            callback = Py_NewRef(PyList_GET_ITEM(callbacks, i));
            PyObject *result = PyObject_CallFunctionObjArgs(callback, text, info, NULL);
            if (result == NULL) {
                PyErr_WriteUnraisable(callback);
            }
            Py_XDECREF(result);
            Py_CLEAR(callback);
        }
        OU_HOLD_END(hold);
    }
    Py_XDECREF(text);
    Py_XDECREF(info);
}

/* ---- public API ---------------------------------------------------------------------------------------------------- */

/* PyGC_Collect: a full collection.  Returns the objects found unreachable; 0 while the collector is disabled. */
Py_ssize_t
PyGC_Collect(void)
{
    return _PyRuntime.gc.enabled ? ou_gc_collect(OU_N_GENERATIONS - 1) : 0;
}

/* PyGC_Enable, PyGC_Disable: returns whether the collector was on. */
int
PyGC_Enable(void)
{
    int was = _PyRuntime.gc.enabled;
    _PyRuntime.gc.enabled = true;
    return was;
}

int
PyGC_Disable(void)
{
    int was = _PyRuntime.gc.enabled;
    _PyRuntime.gc.enabled = false;
    return was;
}

int
PyGC_IsEnabled(void)
{
    return _PyRuntime.gc.enabled;
}
