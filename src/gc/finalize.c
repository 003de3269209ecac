/* gc/finalize.c - the end of unreachable objects: weak references, __del__, tp_clear (PEP 442).
 *
 * Order: (1) legacy tp_del objects and what they lead to are set aside as uncollectable; (2) weak references to the
 * rest are cleared, and callbacks of weak references that survive are called; (3) each tp_finalize is called once;
 * (4) what a finalizer brought back, and all it leads to, survives; (5) the rest is cleared, and frees itself.
 *
 * Invariant  while Python code runs here each object of the group is in a ring, so that it can be untracked. */
#include "gc/finalize.h"
#include "object/hold.h"

/* What a group asks for before it may be cleared. */
typedef struct {
    Py_ssize_t n;
    bool has_legacy, has_weakrefs, has_finalizers;
} Survey;

static Survey
survey(PyGC_Head *unreachable)
{
    Survey found = {0};
    for (PyGC_Head *gc = ou_gc_next(unreachable); gc != unreachable; gc = ou_gc_next(gc)) {
        PyObject *op = OU_GC_OBJECT(gc);
        PyTypeObject *type = Py_TYPE(op);
        found.n++;
        found.has_legacy |= type->tp_del != NULL;
        found.has_finalizers |= type->tp_finalize != NULL && !ou_gc_is_finalized(op);
        found.has_weakrefs |=
            PyWeakref_Check(op) || (PyType_SUPPORTS_WEAKREFS(type) && *PyObject_GET_WEAKREFS_LISTPTR(op) != NULL);
    }
    return found;
}

static void
drop_collecting(PyGC_Head *list)
{
    for (PyGC_Head *gc = ou_gc_next(list); gc != list; gc = ou_gc_next(gc)) {
        gc->_gc_prev &= ~(uintptr_t)OU_GC_COLLECTING;
    }
}

/* ---- legacy finalizers ------------------------------------------------------------------------------------- */

static int
follow_to_legacy(PyObject *op, void *legacy)
{
    if (ou_object_is_gc(op) && (OU_GC_HEAD(op)->_gc_prev & OU_GC_COLLECTING)) {
        PyGC_Head *gc = OU_GC_HEAD(op);
        gc->_gc_prev &= ~(uintptr_t)OU_GC_COLLECTING;
        ou_gc_list_move(gc, legacy);
    }
    return 0;
}

/* Move the objects with tp_del, and all that they lead to, from `unreachable` to `legacy`. */
static void
set_legacy_aside(PyGC_Head *unreachable, PyGC_Head *legacy)
{
    PyGC_Head *next;
    for (PyGC_Head *gc = ou_gc_next(unreachable); gc != unreachable; gc = next) {
        next = ou_gc_next(gc);
        if (Py_TYPE(OU_GC_OBJECT(gc))->tp_del != NULL) {
            gc->_gc_prev &= ~(uintptr_t)OU_GC_COLLECTING;
            ou_gc_list_move(gc, legacy);
        }
    }
    for (PyGC_Head *gc = ou_gc_next(legacy); gc != legacy; gc = ou_gc_next(gc)) {
        PyObject *op = OU_GC_OBJECT(gc);
        (void)Py_TYPE(op)->tp_traverse(op, follow_to_legacy, legacy);
    }
}

static void
report(const char *what, PyObject *op)
{
    fprintf(stderr, "gc: %s <%s %p>\n", what, Py_TYPE(op)->tp_name, (void *)op);
}

/* Legacy objects enter gc.garbage (all of them with DEBUG_SAVEALL) and the old generation. */
static Py_ssize_t
keep_legacy(PyGC_Head *legacy, PyGC_Head *old)
{
    OuGc *state = &_PyRuntime.gc;
    Py_ssize_t n = 0;
    for (PyGC_Head *gc = ou_gc_next(legacy); gc != legacy; gc = ou_gc_next(gc)) {
        PyObject *op = OU_GC_OBJECT(gc);
        n++;
        if (state->debug & OU_GC_DEBUG_UNCOLLECTABLE) {
            report("uncollectable", op);
        }
        if (((state->debug & OU_GC_DEBUG_SAVEALL) || Py_TYPE(op)->tp_del != NULL) && PyList_Append(state->garbage, op) < 0) {
            PyErr_Clear();
        }
    }
    ou_gc_list_merge(legacy, old);
    return n;
}

/* ---- finalizers ----------------------------------------------------------------------------------------------- */

static void
call_finalizers(PyGC_Head *unreachable)
{
    PyGC_Head seen;
    ou_gc_list_init(&seen);
    while (!ou_gc_list_is_empty(unreachable)) {
        PyGC_Head *gc = ou_gc_next(unreachable);
        PyObject *op = OU_GC_OBJECT(gc);
        destructor finalize = Py_TYPE(op)->tp_finalize;
        ou_gc_list_move(gc, &seen);
        if (finalize != NULL && !ou_gc_is_finalized(op)) {
            ou_gc_set_finalized(op);
            Py_INCREF(op);
            OU_HOLD(hold, &op);
            finalize(op);
            OU_HOLD_END(hold);
            OU_ASSERT(!PyErr_Occurred());
            Py_DECREF(op);
        }
    }
    ou_gc_list_merge(&seen, unreachable);
}

/* Clear what is left; each object dies when the others let it go. */
static void
free_garbage(PyGC_Head *garbage, PyGC_Head *old)
{
    OuGc *state = &_PyRuntime.gc;
    while (!ou_gc_list_is_empty(garbage)) {
        PyGC_Head *gc = ou_gc_next(garbage);
        gc->_gc_prev &= ~(uintptr_t)OU_GC_COLLECTING; /* what falls before its turn needs no such care */
        PyObject *op = OU_GC_OBJECT(gc);
        if (state->debug & OU_GC_DEBUG_SAVEALL) {
            if (PyList_Append(state->garbage, op) < 0) {
                PyErr_Clear();
            }
        }
        else {
            inquiry clear = Py_TYPE(op)->tp_clear;
            if (clear != NULL) {
                Py_INCREF(op);
                OU_HOLD(hold, &op);
                (void)clear(op);
                if (OU_UNLIKELY(ou_error_occurred() != NULL)) {
                    PyErr_WriteUnraisable((PyObject *)Py_TYPE(op));
                }
                OU_HOLD_END(hold);
                Py_DECREF(op);
            }
        }
        if (ou_gc_next(garbage) == gc) { /* still there: held by something of the group, or kept */
            ou_gc_list_move(gc, old);
        }
    }
}

Py_ssize_t
ou_gc_finalize(PyGC_Head *unreachable, PyGC_Head *old, Py_ssize_t *n_uncollectable)
{
    OuGc *state = &_PyRuntime.gc;
    PyGC_Head legacy, garbage;
    *n_uncollectable = 0;
    if (ou_gc_list_is_empty(unreachable)) {
        return 0;
    }
    Survey found = survey(unreachable);
    ou_gc_list_init(&legacy);
    if (found.has_legacy) {
        set_legacy_aside(unreachable, &legacy);
    }
    if (state->debug & OU_GC_DEBUG_COLLECTABLE) {
        for (PyGC_Head *gc = ou_gc_next(unreachable); gc != unreachable; gc = ou_gc_next(gc)) {
            report("collectable", OU_GC_OBJECT(gc));
        }
    }
    if (found.has_weakrefs) {
        ou_weakref_handle(unreachable);
    }
    if (found.has_legacy || found.has_weakrefs || found.has_finalizers) {
        drop_collecting(unreachable);
        call_finalizers(unreachable);
        ou_gc_split(unreachable, &garbage); /* what a finalizer brought back stays in `unreachable` */
        ou_gc_list_merge(unreachable, old);
        found = survey(&garbage);
    }
    else { /* no Python code has run: the group is as it was found */
        ou_gc_list_init(&garbage);
        ou_gc_list_merge(unreachable, &garbage);
    }
    free_garbage(&garbage, old);
    *n_uncollectable = keep_legacy(&legacy, old);
    return found.n;
}

/* ---- finalizers outside a collection ------------------------------------------------------------------------------ */

/* PyObject_CallFinalizer: call tp_finalize unless it was called already.  RE-ENTRANT. */
void
PyObject_CallFinalizer(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    if (type->tp_finalize == NULL || (PyType_IS_GC(type) && ou_gc_is_finalized(self))) {
        return;
    }
    if (PyType_IS_GC(type)) {
        ou_gc_set_finalized(self); /* first: the finalizer may drop self again */
    }
    type->tp_finalize(self);
}

/* PyObject_CallFinalizerFromDealloc: the same for an object whose count is 0.
 * Returns  0: go on freeing it; -1: the finalizer gave it to someone, stop.  RE-ENTRANT. */
int
PyObject_CallFinalizerFromDealloc(PyObject *self)
{
    OuDeallocLevel level;
    OU_CHECK(Py_REFCNT(self) == 0, "PyObject_CallFinalizerFromDealloc: count of the %s at %p is %zd", Py_TYPE(self)->tp_name,
             (void *)self, Py_REFCNT(self));
    Py_SET_REFCNT(self, 1);
    OU_HOLD(hold, &self);
    ou_dealloc_enter(&level);
    PyObject_CallFinalizer(self);
    ou_dealloc_leave(&level);
    OU_HOLD_END(hold);
    Py_ssize_t n = Py_REFCNT(self) - 1;
    Py_SET_REFCNT(self, n);
    return n == 0 ? 0 : -1;
}
