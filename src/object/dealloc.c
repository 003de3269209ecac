/* object/dealloc.c - what happens when a count reaches zero.
 *
 * Depth first, there and then, down to MAX_DEPTH nested deallocators; deeper objects wait in the level's
 * queue, last in first out, and are freed when the outermost deallocator of the level returns.  Every type has
 * this, foreign ones too, since it sits in _Py_Dealloc.
 *
 * Owns       the objects in the queues: their count is 0 and nobody refers to them.  The queue `put_off` outlives the
 *            levels: what must not die in an emergency collection waits there for a safe point.
 * Invariant  queuing allocates nothing: the link lies in _gc_prev (the object is untracked by then), or for
 *            a plain object in the word of its count.
 * Not here   the order within a type (the types' tp_dealloc). */
#include "object/alloc.h"
#include "object/type.h"

enum {
    MAX_DEPTH = 50,    /* nested deallocators; from CPython 3.11's trashcan */
    MAX_NESTING = 100, /* nested levels; arbitrary: each may take 20 KiB of the C stack */
};

static void
queue_push(OuDeallocLevel *level, PyObject *op)
{
    uintptr_t link = (uintptr_t)level->queue;
    if (ou_object_is_gc(op)) {
        ou_gc_untrack(op);
        PyGC_Head *gc = OU_GC_HEAD(op);
        gc->_gc_prev = link | (gc->_gc_prev & OU_GC_FLAGS);
    }
    else {
        op->ob_refcnt = (Py_ssize_t)link;
    }
    level->queue = op;
}

static PyObject *
queue_pop(OuDeallocLevel *level)
{
    PyObject *op = level->queue;
    if (ou_object_is_gc(op)) {
        PyGC_Head *gc = OU_GC_HEAD(op);
        level->queue = (PyObject *)(gc->_gc_prev & ~OU_GC_FLAGS);
        gc->_gc_prev &= OU_GC_FLAGS;
    }
    else {
        level->queue = (PyObject *)op->ob_refcnt;
        op->ob_refcnt = 0;
    }
    return op;
}

/* Free what waits.  Called with depth 0. */
static OU_NOINLINE void
queue_drain(OuDeallocLevel *level)
{
    while (level->queue != NULL) {
        PyObject *op = queue_pop(level);
        level->depth = 1;
        Py_TYPE(op)->tp_dealloc(op);
        level->depth = 0;
    }
}

/* ---- inside an allocation --------------------------------------------------------------------------------- */

static OuDeallocLevel put_off;

/* See alloc.h. */
bool
ou_dies_quietly(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op), *base = type;
    while (ou_type_is_heap(base)) {
        if (base->tp_dealloc != ou_subtype_dealloc || base->tp_del != NULL) {
            return false;
        }
        base = base->tp_base;
    }
    if (!(base->tp_flags & OU_TPFLAG_BUILT_IN)) {
        return false;
    }
    if (type->tp_finalize != NULL && !(PyType_IS_GC(type) && ou_gc_is_finalized(op))) {
        return false;
    }
    return base != &PyModule_Type && base != &PyCapsule_Type && base != &PyMemoryView_Type && base != &_PyManagedBuffer_Type
        && base != &PyPickleBuffer_Type;
}

static bool
has_weakref_callback(PyObject *op)
{
    if (PyType_SUPPORTS_WEAKREFS(Py_TYPE(op))) {
        PyWeakReference *ref = *(PyWeakReference **)PyObject_GET_WEAKREFS_LISTPTR(op);
        for (; ref != NULL; ref = ref->wr_next) {
            if (ref->wr_callback != NULL) {
                return true;
            }
        }
    }
    return false;
}

/* _Py_Dealloc where no Python code may run; depth begins at MAX_DEPTH. */
static void
dealloc_quietly(OuDeallocLevel *level, PyObject *op)
{
    if (!ou_dies_quietly(op) || has_weakref_callback(op)) {
        queue_push(&put_off, op);
        ou_break_request(OU_BREAK_GC);
        return;
    }
    if (level->depth >= 2 * MAX_DEPTH) {
        queue_push(level, op);
        return;
    }
    level->depth++;
    Py_TYPE(op)->tp_dealloc(op);
    level->depth--;
}

void
ou_dealloc_enter_quiet(OuDeallocLevel *level)
{
    OuThread *thread = ou_thread();
    *level = (OuDeallocLevel){.outer = thread->dealloc, .nesting = thread->dealloc->nesting, .depth = MAX_DEPTH, .quiet = true};
    thread->dealloc = level;
}

void
ou_dealloc_leave_quiet(OuDeallocLevel *level)
{
    while (level->queue != NULL) {
        dealloc_quietly(level, queue_pop(level));
    }
    level->quiet = false;
    level->depth = 0;
    ou_dealloc_leave(level);
}

void
ou_dealloc_put_off_drain(void)
{
    while (OU_UNLIKELY(put_off.queue != NULL)) {
        _Py_Dealloc(queue_pop(&put_off));
    }
}

/* ---- a count of zero ---------------------------------------------------------------------------------------- */

/* The count of `op` has fallen to zero.  Source: Reference Counting.  RE-ENTRANT: may run __del__ and callbacks. */
void
_Py_Dealloc(PyObject *op)
{
    if (ou_is_permanent(op)) {
        return;
    }
    OU_CHECK(op->ob_refcnt == 0, "count of the %s at %p fell to %zd: dropped once too often", Py_TYPE(op)->tp_name, (void *)op,
             op->ob_refcnt);
    PyTypeObject *type = Py_TYPE(op);
    /* What holds nothing never waits: there is no depth to it, and the intern table, which is weak, must not find a
     * dead str. */
    if (type == &PyLong_Type || type == &PyUnicode_Type || type == &PyFloat_Type || type == &PyBytes_Type) {
        type->tp_dealloc(op);
        return;
    }
    OuDeallocLevel *level = ou_thread()->dealloc;
    if (OU_UNLIKELY(level->depth >= MAX_DEPTH)) {
        if (OU_UNLIKELY(level->quiet)) {
            dealloc_quietly(level, op);
        }
        else {
            queue_push(level, op);
        }
        return;
    }
    level->depth++;
    type->tp_dealloc(op);
    if (--level->depth == 0 && OU_UNLIKELY(level->queue != NULL)) {
        queue_drain(level);
    }
}

/* Finalizers within finalizers without end would run off the C stack: from MAX_NESTING levels on, none is opened, and what
 * dies meanwhile waits in the queue of the level that is there. */
void
ou_dealloc_enter(OuDeallocLevel *level)
{
    OuThread *thread = ou_thread();
    OuDeallocLevel *outer = thread->dealloc;
    *level = (OuDeallocLevel){.outer = outer, .nesting = outer->nesting + 1};
    if (OU_UNLIKELY(outer->nesting >= MAX_NESTING || ou_c_stack_is_low())) {
        level->shared = true;
        outer->depth += MAX_DEPTH;
    }
    else {
        thread->dealloc = level;
    }
}

void
ou_dealloc_leave(OuDeallocLevel *level)
{
    if (OU_UNLIKELY(level->shared)) {
        level->outer->depth -= MAX_DEPTH;
        if (level->outer->depth == 0) {
            queue_drain(level->outer);
        }
        return;
    }
    OU_ASSERT(ou_thread()->dealloc == level && level->depth == 0);
    queue_drain(level);
    ou_thread()->dealloc = level->outer;
}

void(Py_IncRef)(PyObject *op)
{
    Py_XINCREF(op);
}

void(Py_DecRef)(PyObject *op)
{
    Py_XDECREF(op);
}

#undef Py_NewRef
#undef Py_XNewRef
PyObject *
Py_NewRef(PyObject *op)
{
    return _Py_NewRef(op);
}

PyObject *
Py_XNewRef(PyObject *op)
{
    return _Py_XNewRef(op);
}
