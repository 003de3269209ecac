/* memory/account.c - the real bytes: how many, how many may be, and what is
 * tried before an allocation is refused for want of them.
 *
 * Owns       the counters of real bytes, the limit.
 * Invariant  every byte of real memory that memory/ holds was taken here first
 *            and is given here after; with a limit the sum never passes it but
 *            for side bitmaps, which collecting needs.
 * Not here   injected refusals (watch.c). */
#include "memory/internal.h"
#include "memory/os.h"

static size_t account_bytes, account_peak, account_limit;   /* atomic: the raw domain has no lock */
static bool account_relieving;

size_t ou_mapped_bytes;
bool (*ou_memory_pressure_hook)(size_t wanted);

static void
account_note_peak(size_t now)
{
    size_t peak = __atomic_load_n(&account_peak, __ATOMIC_RELAXED);
    while (now > peak && !__atomic_compare_exchange_n(&account_peak, &peak, now, true, __ATOMIC_RELAXED,
                                                      __ATOMIC_RELAXED)) {
    }
}

/* Returns  true and the bytes are counted; false if the limit would be passed.  Any thread. */
bool
ou_account_take(size_t bytes)
{
    size_t now = __atomic_add_fetch(&account_bytes, bytes, __ATOMIC_RELAXED);
    size_t limit = __atomic_load_n(&account_limit, __ATOMIC_RELAXED);
    if (OU_UNLIKELY(limit != 0 && now > limit)) {
        __atomic_sub_fetch(&account_bytes, bytes, __ATOMIC_RELAXED);
        return false;
    }
    account_note_peak(now);
    return true;
}

/* Count bytes that are already there.  Any thread. */
void
ou_account_force(size_t bytes)
{
    account_note_peak(__atomic_add_fetch(&account_bytes, bytes, __ATOMIC_RELAXED));
}

/* Any thread. */
void
ou_account_give(size_t bytes)
{
    __atomic_sub_fetch(&account_bytes, bytes, __ATOMIC_RELAXED);
}

/* bytes    0: no limit.  One below what is held refuses everything that is new. */
void
ou_memory_set_limit(size_t bytes)
{
    __atomic_store_n(&account_limit, bytes, __ATOMIC_RELAXED);
}

size_t
ou_memory_limit(void)
{
    return __atomic_load_n(&account_limit, __ATOMIC_RELAXED);
}

size_t
ou_memory_system_bytes(void)
{
    return __atomic_load_n(&account_bytes, __ATOMIC_RELAXED);
}

size_t
ou_memory_peak_system_bytes(void)
{
    return __atomic_load_n(&account_peak, __ATOMIC_RELAXED);
}

/* The peak starts again from what is held now. */
void
ou_memory_reset_peak(void)
{
    __atomic_store_n(&account_peak, ou_memory_system_bytes(), __ATOMIC_RELAXED);
}

/* stage    0 at first; kept between the calls for one request.
 * Returns  whether to try again.  First what is empty goes back to the system,
 *          then the hook is asked, once and never from inside itself. */
bool
ou_memory_relieve(int *stage, size_t wanted)
{
    if (ou_fail_injected) {
        ou_fail_injected = false;
        return false;
    }
    if (account_relieving) {
        return false;
    }
    if (*stage == 0) {
        *stage = 1;
        ou_pool_release_heads();
        size_t given = ou_large_drop_cache() + ou_memory_trim(true);
        if (given > 0) {
            return true;
        }
    }
    if (*stage == 1) {
        *stage = 2;
        if (ou_memory_pressure_hook != NULL) {
            account_relieving = true;
            bool again = ou_memory_pressure_hook(wanted);
            account_relieving = false;
            ou_fail_injected = false;
            if (again) {
                ou_pool_release_heads();
                ou_large_drop_cache();
                ou_memory_trim(true);
                return true;
            }
        }
    }
    return false;
}

/* Returns  whole zero-filled pages, or NULL when refused. */
void *
ou_memory_map(size_t size)
{
    size_t whole = ou_align_up(size, ou_system_page_size());
    int stage = 0;

    if (whole < size || whole > OU_SIZE_MAX || ((ou_watch & OU_WATCH_FAIL) && ou_fail_refuses())) {
        return NULL;
    }
    do {
        if (ou_account_take(whole)) {
            void *mapping = ou_system_map(whole);
            if (mapping != NULL) {
                ou_mapped_bytes += whole;
                return mapping;
            }
            ou_account_give(whole);
        }
    } while (ou_memory_relieve(&stage, whole));
    return NULL;
}

/* mapping  of ou_memory_map with the same size, or NULL. */
void
ou_memory_unmap(void *mapping, size_t size)
{
    if (mapping != NULL) {
        size = ou_align_up(size, ou_system_page_size());
        ou_system_unmap(mapping, size);
        ou_mapped_bytes -= size;
        ou_account_give(size);
    }
}
