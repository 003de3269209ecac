/* gc/untrack.c - tuples and dicts that can't take part in a cycle leave the rings.
 *
 * Invariant  the next link is read before an object may leave its ring; no Python code runs in between. */
#include "gc/gc.h"

void
ou_gc_untrack_if_atomic(PyObject *op, bool dicts)
{
    if (PyTuple_CheckExact(op)) {
        _PyTuple_MaybeUntrack(op);
    }
    else if (dicts && PyDict_CheckExact(op)) {
        _PyDict_MaybeUntrack(op);
    }
}

void
ou_gc_untrack_atomic(PyGC_Head *list, bool dicts)
{
    PyGC_Head *gc = ou_gc_next(list);
    while (gc != list) {
        PyObject *op = OU_GC_OBJECT(gc);
        gc = ou_gc_next(gc); /* first: op may leave the ring */
        ou_gc_untrack_if_atomic(op, dicts);
    }
}
