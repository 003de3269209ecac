/* object/alloc.c - making and freeing objects of any type.
 *
 * Owns       nothing: blocks are memory/'s, links are gc/'s.
 * Invariant  ob_type of a block in an object family is NULL until its header is written, so a walk skips it.
 * Not here   deallocation order (dealloc.c), instances with inline values (instance.c). */
#include "object/alloc.h"
#include "object/type.h"

/* Bytes of an object with n_items items, or 0 with MemoryError set. */
static size_t
object_size(PyTypeObject *type, Py_ssize_t n_items)
{
    size_t size;
    OU_ASSERT(n_items >= 0);
    if (ou_size_mul((size_t)n_items, (size_t)type->tp_itemsize, &size) || ou_size_add(size, (size_t)type->tp_basicsize, &size)
        || size > (size_t)PY_SSIZE_T_MAX - 64) {
        PyErr_NoMemory();
        return 0;
    }
    return ou_align_up(size, sizeof(void *));
}

/* Write the header.  A heap type's instance holds its type. */
static OU_ALWAYS_INLINE void
object_init(PyObject *op, PyTypeObject *type)
{
    op->ob_refcnt = 1;
    op->ob_type = type;
    if (PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE)) {
        Py_INCREF(type);
    }
}

PyObject *
ou_gc_new_sized(PyTypeObject *type, size_t size)
{
    OU_ASSERT(PyType_IS_GC(type));
    PyGC_Head *gc = ou_block_alloc(OU_FAMILY_COLLECTED, sizeof(PyGC_Head) + size);
    if (OU_UNLIKELY(gc == NULL)) {
        return PyErr_NoMemory();
    }
    memset(gc, 0, sizeof(PyGC_Head) + size);
    PyObject *op = OU_GC_OBJECT(gc);
    object_init(op, type);
    ou_gc_count_allocation();
    return op;
}

PyObject *
ou_object_new_sized(PyTypeObject *type, size_t size)
{
    PyObject *op = ou_block_alloc(OU_FAMILY_PLAIN, size);
    if (OU_UNLIKELY(op == NULL)) {
        return PyErr_NoMemory();
    }
    memset(op, 0, size);
    object_init(op, type);
    return op;
}

PyObject *
ou_gc_new(PyTypeObject *type)
{
    if (OU_UNLIKELY(type->tp_flags & Py_TPFLAGS_MANAGED_DICT)) { /* inline values lie behind the fixed part */
        return ou_instance_new_untracked(type);
    }
    return ou_gc_new_sized(type, (size_t)type->tp_basicsize);
}

PyObject *
ou_gc_new_var(PyTypeObject *type, Py_ssize_t n_items)
{
    size_t size = object_size(type, n_items);
    PyObject *op = size == 0 ? NULL : ou_gc_new_sized(type, size);
    if (op != NULL) {
        Py_SET_SIZE(op, n_items);
    }
    return op;
}

PyObject *
ou_object_new(PyTypeObject *type)
{
    return ou_object_new_sized(type, (size_t)type->tp_basicsize);
}

PyObject *
ou_object_new_var(PyTypeObject *type, Py_ssize_t n_items)
{
    size_t size = object_size(type, n_items);
    PyObject *op = size == 0 ? NULL : ou_object_new_sized(type, size);
    if (op != NULL) {
        Py_SET_SIZE(op, n_items);
    }
    return op;
}

void
ou_gc_free(PyObject *op)
{
    ou_gc_untrack(op);
    ou_gc_count_free();
    ou_block_free(OU_GC_HEAD(op));
}

void
ou_object_free(PyObject *op)
{
    ou_block_free(op);
}

/* ---- the public API: PyObject_Init, _PyObject_New, _PyObject_GC_New and their kin ------------------------ */

/* Give a block of the caller's a header.  Refs: returns op itself, count 1.  Source: Allocating Objects on the Heap. */
PyObject *
PyObject_Init(PyObject *op, PyTypeObject *type)
{
    if (op == NULL) {
        return PyErr_NoMemory();
    }
    object_init(op, type);
    if (!PyType_IS_GC(type)) {
        ou_block_mark_object(op, 0);
    }
    return op;
}

PyVarObject *
PyObject_InitVar(PyVarObject *op, PyTypeObject *type, Py_ssize_t size)
{
    if (PyObject_Init((PyObject *)op, type) == NULL) {
        return NULL;
    }
    Py_SET_SIZE(op, size);
    return op;
}

/* New plain object of tp_basicsize bytes, zero behind the header.  Refs new.  Errors MemoryError. */
PyObject *
_PyObject_New(PyTypeObject *type)
{
    return ou_object_new(type);
}

PyVarObject *
_PyObject_NewVar(PyTypeObject *type, Py_ssize_t n_items)
{
    return (PyVarObject *)ou_object_new_var(type, n_items);
}

/* New collected object, untracked.  Refs new.  Errors MemoryError.  Source: Supporting Cyclic Garbage Collection. */
PyObject *
_PyObject_GC_New(PyTypeObject *type)
{
    return ou_gc_new(type);
}

PyVarObject *
_PyObject_GC_NewVar(PyTypeObject *type, Py_ssize_t n_items)
{
    if (n_items < 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return (PyVarObject *)ou_gc_new_var(type, n_items);
}

/* Change the number of items of an untracked object that nobody else knows.
 * Returns  the object, moved or not; NULL with MemoryError set, and then it is as it was. */
PyVarObject *
_PyObject_GC_Resize(PyVarObject *op, Py_ssize_t n_items)
{
    OU_ASSERT(!ou_gc_is_tracked((PyObject *)op));
    size_t size = object_size(Py_TYPE(op), n_items);
    if (size == 0) {
        return NULL;
    }
    PyGC_Head *gc = ou_block_realloc(OU_FAMILY_COLLECTED, OU_GC_HEAD(op), sizeof(PyGC_Head) + size);
    if (gc == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    op = (PyVarObject *)OU_GC_OBJECT(gc);
    Py_SET_SIZE(op, n_items);
    return op;
}

/* tp_free of collected types: untrack if need be and give the block back. */
void
PyObject_GC_Del(void *op)
{
    ou_gc_free(op);
}

void
PyObject_GC_Track(void *op)
{
    OU_CHECK(!ou_gc_is_tracked(op), "PyObject_GC_Track: the %s at %p is tracked already", Py_TYPE((PyObject *)op)->tp_name, op);
    ou_gc_track(op);
}

void
PyObject_GC_UnTrack(void *op)
{
    ou_gc_untrack(op);
}

int
PyObject_GC_IsTracked(PyObject *op)
{
    return ou_object_is_gc(op) && ou_gc_is_tracked(op);
}

int
PyObject_GC_IsFinalized(PyObject *op)
{
    return ou_object_is_gc(op) && ou_gc_is_finalized(op);
}

int
PyObject_IS_GC(PyObject *op)
{
    return ou_object_is_gc(op);
}

/* ---- requests for a collection ---------------------------------------------------------------------------- */

void
ou_gc_request(void)
{
    OuGc *gc = &_PyRuntime.gc;
    if (gc->stress != 0) {
        if (++gc->stress_count < gc->stress) {
            return;
        }
        gc->stress_count = 0;
    }
    else if (gc->generations[0].threshold == 0) {
        return;
    }
    if (gc->enabled && !gc->collecting) {
        ou_break_request(OU_BREAK_GC);
    }
}
