/* object/alloc.h - making and freeing objects; the collector's lists as far as allocation knows them.
 *
 * A collected object lies 16 bytes into its block, behind its PyGC_Head; a plain one at the
 * block's start.  Nothing else ever lies before an object.  `_gc_next` is 0 while it is untracked. */
#ifndef OU_OBJECT_ALLOC_H
#define OU_OBJECT_ALLOC_H

#include "memory/memory.h"
#include "object/state.h"

/* Low bits of _gc_prev. */
enum {
    OU_GC_FINALIZED = 1,   /* tp_finalize has run */
    OU_GC_COLLECTING = 2,  /* member of the generation under collection; _gc_prev holds a count then */
};
#define OU_GC_FLAGS ((uintptr_t)3)

#define OU_GC_HEAD(op) ((PyGC_Head *)(op)-1)
#define OU_GC_OBJECT(head) ((PyObject *)((PyGC_Head *)(head) + 1))

/* New object with count 1, everything behind the header zero.  A collected one is untracked: fill it, then
 * ou_gc_track().  `_var`: with n_items items of tp_itemsize, and ob_size set.
 * Refs    new; a heap type's count rises, as its instance holds it.
 * Errors  MemoryError; the type's family must match the function (gc: Py_TPFLAGS_HAVE_GC). */
OU_MUST_USE PyObject *ou_gc_new(PyTypeObject *type);
OU_MUST_USE PyObject *ou_gc_new_var(PyTypeObject *type, Py_ssize_t n_items);
OU_MUST_USE PyObject *ou_object_new(PyTypeObject *type);
OU_MUST_USE PyObject *ou_object_new_var(PyTypeObject *type, Py_ssize_t n_items);
/* The same with `size` bytes in all, header included (and the rest not from tp_itemsize). */
OU_MUST_USE PyObject *ou_object_new_sized(PyTypeObject *type, size_t size);
OU_MUST_USE PyObject *ou_gc_new_sized(PyTypeObject *type, size_t size);

/* Give the block back.  The fields must be released already; the type's count is the caller's affair. */
void ou_gc_free(PyObject *op);
void ou_object_free(PyObject *op);

static OU_ALWAYS_INLINE bool
ou_gc_is_tracked(PyObject *op)
{
    return OU_GC_HEAD(op)->_gc_next != 0;
}

/* Enter the youngest generation.  Last act of making: the object is whole now. */
static OU_ALWAYS_INLINE void
ou_gc_track(PyObject *op)
{
    PyGC_Head *gc = OU_GC_HEAD(op);
    PyGC_Head *list = &_PyRuntime.gc.generations[0].head;
    PyGC_Head *last = (PyGC_Head *)list->_gc_prev;
    OU_ASSERT(gc->_gc_next == 0);
    last->_gc_next = (uintptr_t)gc;
    gc->_gc_prev = (gc->_gc_prev & OU_GC_FLAGS) | (uintptr_t)last;
    gc->_gc_next = (uintptr_t)list;
    list->_gc_prev = (uintptr_t)gc;
}

/* Leave the lists, if in one.  First act of dying: no collection may see a dying object. */
static OU_ALWAYS_INLINE void
ou_gc_untrack(PyObject *op)
{
    PyGC_Head *gc = OU_GC_HEAD(op);
    if (gc->_gc_next == 0) {
        return;
    }
    PyGC_Head *prev = (PyGC_Head *)(gc->_gc_prev & ~OU_GC_FLAGS);
    PyGC_Head *next = (PyGC_Head *)gc->_gc_next;
    prev->_gc_next = (uintptr_t)next;
    next->_gc_prev = (next->_gc_prev & OU_GC_FLAGS) | (uintptr_t)prev;
    gc->_gc_next = 0;
    gc->_gc_prev &= OU_GC_FINALIZED;
}

static OU_ALWAYS_INLINE bool
ou_gc_is_finalized(PyObject *op)
{
    return (OU_GC_HEAD(op)->_gc_prev & OU_GC_FINALIZED) != 0;
}

static OU_ALWAYS_INLINE void
ou_gc_set_finalized(PyObject *op)
{
    OU_GC_HEAD(op)->_gc_prev |= OU_GC_FINALIZED;
}

/* Does the object have a PyGC_Head?  (tp_is_gc is asked: static types have none.) */
static OU_ALWAYS_INLINE bool
ou_object_is_gc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    if (!PyType_IS_GC(type)) {
        return false;
    }
    if (OU_LIKELY(type->tp_is_gc == NULL)) {
        return true;
    }
    return type == &PyType_Type ? PyType_HasFeature((PyTypeObject *)op, Py_TPFLAGS_HEAPTYPE) : type->tp_is_gc(op) != 0;
}

/* Another collected object was made: count it, and request a collection when it is time. */
void ou_gc_request(void);
static OU_ALWAYS_INLINE void
ou_gc_count_allocation(void)
{
    OuGc *gc = &_PyRuntime.gc;
    OuGeneration *young = &gc->generations[0];
    if (OU_UNLIKELY(++young->count > young->threshold || gc->stress)) {
        ou_gc_request();
    }
}
static OU_ALWAYS_INLINE void
ou_gc_count_free(void)
{
    int *count = &_PyRuntime.gc.generations[0].count;
    *count -= *count > 0;
}

/* ---- hot paths of exact built-in types: fixed size known to the compiler, fields not zeroed ------------ */

static OU_ALWAYS_INLINE OU_MUST_USE PyObject *
ou_gc_new_fast(PyTypeObject *type, size_t size)
{
    PyGC_Head *gc = ou_block_alloc(OU_FAMILY_COLLECTED, sizeof(PyGC_Head) + size);
    if (OU_UNLIKELY(gc == NULL)) {
        return PyErr_NoMemory();
    }
    gc->_gc_next = 0;
    gc->_gc_prev = 0;
    PyObject *op = OU_GC_OBJECT(gc);
    op->ob_refcnt = 1;
    op->ob_type = type;
    ou_gc_count_allocation();
    return op;
}

static OU_ALWAYS_INLINE void
ou_gc_free_fast(PyObject *op, size_t size)
{
    ou_gc_count_free();
    ou_block_free_sized(OU_FAMILY_COLLECTED, OU_GC_HEAD(op), sizeof(PyGC_Head) + size);
}

static OU_ALWAYS_INLINE OU_MUST_USE PyObject *
ou_object_new_fast(PyTypeObject *type, size_t size)
{
    PyObject *op = ou_block_alloc(OU_FAMILY_PLAIN, size);
    if (OU_UNLIKELY(op == NULL)) {
        return PyErr_NoMemory();
    }
    op->ob_refcnt = 1;
    op->ob_type = type;
    return op;
}

static OU_ALWAYS_INLINE void
ou_object_free_fast(PyObject *op, size_t size)
{
    ou_block_free_sized(OU_FAMILY_PLAIN, op, size);
}

/* ---- deallocation ------------------------------------------------------------------------------------- */

/* A deallocator or the collector is about to run Python code: what that code drops is dead before it
 * returns, so it gets a queue of its own.  leave() drains it.  RE-ENTRANT. */
void ou_dealloc_enter(OuDeallocLevel *level);
void ou_dealloc_leave(OuDeallocLevel *level);

/* The same for the emergency collection, inside an allocation: while the level lasts, an object whose deallocation might
 * run Python or foreign code is put off to the next safe point. */
void ou_dealloc_enter_quiet(OuDeallocLevel *level);
void ou_dealloc_leave_quiet(OuDeallocLevel *level);

/* Would the object die without running Python or foreign code, what it refers to and weak references left aside? */
bool ou_dies_quietly(PyObject *op);

/* Free what was put off.  At safe points only.  RE-ENTRANT. */
void ou_dealloc_put_off_drain(void);

#endif
