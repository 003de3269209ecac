/* gc/finalize.h - the end of unreachable objects. */
#ifndef OU_GC_FINALIZE_H
#define OU_GC_FINALIZE_H

#include "gc/gc.h"

/* Weak references, finalizers, then freeing, of a ring of unreachable objects (OU_GC_COLLECTING set).  What comes back
 * to life or can't be freed goes to `old`.
 * Returns  objects found to be garbage; *n_uncollectable those among the unreachable that legacy finalizers keep.
 * RE-ENTRANT. */
Py_ssize_t ou_gc_finalize(PyGC_Head *unreachable, PyGC_Head *old, Py_ssize_t *n_uncollectable);

#endif
