/* memory/watch.c - switches that every allocation must pass while they are on:
 * refusing the n-th, pressing the collector, telling a tracer, asking a foreign table.
 *
 * Owns       the numbering of allocations, the tracer, `ou_watch`.
 * Invariant  while any bit of ou_watch is set, all current pools are the empty
 *            one, so that the inlined path misses and comes here; while none is,
 *            this file costs nothing.
 * Not here   guards (debug.c), the memory limit (account.c: pages alone need it). */
#include "memory/internal.h"

#include <string.h>

unsigned ou_watch;
bool ou_fail_injected;

static uint64_t fail_first, fail_last;
static uint64_t fail_n_allocations, fail_n_refused, fail_n_benign; /* atomic */
static int fail_benign_depth;                                      /* atomic */
static OuMemoryTrace watch_trace;

/* bits of ou_watch, on or off. */
void
ou_watch_set(unsigned bits, bool on)
{
    unsigned now = on ? ou_watch | bits : ou_watch & ~bits;
    __atomic_store_n(&ou_watch, now, __ATOMIC_RELAXED);
    ou_pool_divert(now != 0);
}

/* ---- fail-at -------------------------------------------------------------------- */

/* first, last: numbers from 1; (0, 0) counts only.  Counting starts again. */
void
ou_memory_set_fail(uint64_t first, uint64_t last)
{
    fail_first = first;
    fail_last = first == 0 ? 0 : last;
    fail_n_allocations = fail_n_refused = fail_n_benign = 0;
    ou_watch_set(OU_WATCH_FAIL, true);
}

/* The counters stay readable. */
void
ou_memory_clear_fail(void)
{
    ou_watch_set(OU_WATCH_FAIL, false);
}

uint64_t
ou_memory_allocations(void)
{
    return __atomic_load_n(&fail_n_allocations, __ATOMIC_RELAXED);
}

uint64_t
ou_memory_failures(void)
{
    return __atomic_load_n(&fail_n_refused, __ATOMIC_RELAXED);
}

uint64_t
ou_memory_benign_failures(void)
{
    return __atomic_load_n(&fail_n_benign, __ATOMIC_RELAXED);
}

void
ou_memory_fail_benign_begin(void)
{
    __atomic_add_fetch(&fail_benign_depth, 1, __ATOMIC_RELAXED);
}

void
ou_memory_fail_benign_end(void)
{
    int depth = __atomic_fetch_sub(&fail_benign_depth, 1, __ATOMIC_RELAXED);
    OU_ASSERT(depth > 0);
    (void)depth;
}

/* Returns  whether the allocation that is about to be made must be refused; it is
 *          counted either way.  Call only while OU_WATCH_FAIL is set.  Any thread. */
bool
ou_fail_refuses(void)
{
    uint64_t number = __atomic_add_fetch(&fail_n_allocations, 1, __ATOMIC_RELAXED);
    if (fail_first == 0 || number < fail_first || number > fail_last) {
        return false;
    }
    bool benign = __atomic_load_n(&fail_benign_depth, __ATOMIC_RELAXED) > 0;
    __atomic_add_fetch(benign ? &fail_n_benign : &fail_n_refused, 1, __ATOMIC_RELAXED);
    return true;
}

/* ---- pressure ------------------------------------------------------------------- */

static unsigned pressure_nth, pressure_count;

/* nth      0: never. */
void
ou_memory_set_pressure(unsigned nth)
{
    pressure_nth = nth;
    pressure_count = 0;
    ou_watch_set(OU_WATCH_PRESSURE, nth != 0);
}

/* ---- tracing --------------------------------------------------------------------- */

/* trace    copied; NULL: nobody is told any more. */
void
ou_memory_set_trace(const OuMemoryTrace *trace)
{
    if (trace != NULL) {
        watch_trace = *trace;
    }
    ou_watch_set(OU_WATCH_TRACE, trace != NULL);
}

static OuDomain
domain_of(OuOrigin origin)
{
    return origin == OU_ORIGIN_RAW ? OU_DOMAIN_RAW : origin == OU_ORIGIN_MEM ? OU_DOMAIN_MEM : OU_DOMAIN_OBJ;
}

void
ou_trace_allocated(OuOrigin origin, void *block, size_t size)
{
    if (watch_trace.allocated != NULL) {
        watch_trace.allocated(watch_trace.ctx, domain_of(origin), block, size);
    }
}

void
ou_trace_freed(OuOrigin origin, void *block)
{
    if (watch_trace.freed != NULL) {
        watch_trace.freed(watch_trace.ctx, domain_of(origin), block);
    }
}

/* ---- every watched allocation ---------------------------------------------------- */

/* origin   who asks; zero: filled with zeros.
 * Returns  a block, or NULL when refused.  Under the lock. */
void *
ou_watched_alloc(OuOrigin origin, OuFamily family, size_t size, bool zero)
{
    void *block;
    if ((ou_watch & OU_WATCH_PRESSURE) && ++pressure_count >= pressure_nth) {
        pressure_count = 0;
        ou_account_press();
    }
    if ((ou_watch & OU_WATCH_FOREIGN) && origin == OU_ORIGIN_FAMILY && family != OU_FAMILY_BUFFER) {
        bool refused;
        block = ou_foreign_alloc(family, size, &refused);
        if (block != NULL && zero) {
            memset(block, 0, size);
        }
        if (block != NULL || refused) {
            return block;
        }
    }
    if ((ou_watch & OU_WATCH_FAIL) && ou_fail_refuses()) {
        return NULL;
    }
    if (ou_watch & OU_WATCH_DEBUG) {
        block = ou_debug_alloc(origin, family, size, zero);
    }
    else {
        OuPoolMode mode = ou_watch & OU_WATCH_TRACE ? OU_MODE_TRACED : OU_MODE_PLAIN;
        block = ou_block_obtain(mode, family, size, zero, 0);
    }
    if (block != NULL && (ou_watch & OU_WATCH_TRACE)) {
        ou_trace_allocated(origin, block, size);
    }
    return block;
}
