/* capi/tracemalloc.h - the tracer of allocations, as module _tracemalloc drives it.
 *
 *   trace      what is known of a live block: its size and its traceback
 *   traceback  the innermost frames when it was allocated, the innermost first */
#ifndef OU_CAPI_TRACEMALLOC_H
#define OU_CAPI_TRACEMALLOC_H

#include <Python.h>
#include "base/base.h"

enum { OU_TRACEMALLOC_MOST_FRAMES = UINT16_MAX }; /* from CPython 3.11 */

/* Trace what is allocated from now on, with up to n_frames frames each; nothing if it is on.
 * Returns 0, or -1 with MemoryError set. */
int ou_tracemalloc_start(int n_frames);
bool ou_tracemalloc_is_on(void);
int ou_tracemalloc_limit(void);

/* Bytes in traced blocks, now and at most; bytes that the tracer itself uses. */
void ou_tracemalloc_sizes(size_t *traced, size_t *peak, size_t *own);
void ou_tracemalloc_reset_peak(void);

/* A new list of (domain, size, traceback, n_frames_in_all), or NULL with an error set.  RE-ENTRANT (a collection). */
PyObject *ou_tracemalloc_traces(void);

/* A new tuple of (file name, line), None if nothing is known, or NULL with an error set. */
PyObject *ou_tracemalloc_traceback(PyObject *object);

/* Forget all traces; stop() also traces no more. */
void ou_tracemalloc_clear(void);
void ou_tracemalloc_stop(void);

#endif
