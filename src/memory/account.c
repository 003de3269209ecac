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

/* Two counters, because the raw domain has no lock and an atomic addition costs
 * as much as the rest of a large block's allocation. */
static size_t account_heap; /* written under the lock */
static size_t account_raw;  /* atomic */
static size_t account_peak, account_limit;
static bool account_relieving;

/* The last bytes below the limit.  From a refusal on the first half may be used: by whoever handles the MemoryError.  The
 * second half is for the way to a safe point, where garbage with finalizers is known to wait.  Both are closed again when
 * memory is plentiful. */
static size_t account_reserve;
static unsigned account_halves_open; /* 0 to 2 */

size_t ou_mapped_bytes;
bool (*ou_memory_pressure_hook)(size_t wanted);

#define LOAD(counter) __atomic_load_n(&(counter), __ATOMIC_RELAXED)
#define STORE(counter, value) __atomic_store_n(&(counter), value, __ATOMIC_RELAXED)

static inline void
account_note_peak(size_t now)
{
    if (now > LOAD(account_peak)) {
        STORE(account_peak, now); /* a race between threads may lose a moment's peak, no more */
    }
}

static bool
account_refuses(size_t sum)
{
    size_t limit = LOAD(account_limit);
    return OU_UNLIKELY(limit != 0) && sum > limit - account_reserve / 2 * (2 - LOAD(account_halves_open));
}

/* Open at least so many halves of the reserve. */
static void
account_open(unsigned halves)
{
    if (halves <= 2 && halves > LOAD(account_halves_open)) {
        STORE(account_halves_open, halves);
    }
}

/* Returns  true and the bytes are counted; false if the limit would be passed. */
bool
ou_account_take(size_t bytes)
{
    size_t now = LOAD(account_heap) + bytes;
    size_t sum = now + LOAD(account_raw);
    if (account_refuses(sum)) {
        return false;
    }
    STORE(account_heap, now);
    account_note_peak(sum);
    return true;
}

/* Count bytes that are already there. */
void
ou_account_force(size_t bytes)
{
    STORE(account_heap, LOAD(account_heap) + bytes);
    account_note_peak(ou_memory_system_bytes());
}

void
ou_account_give(size_t bytes)
{
    STORE(account_heap, LOAD(account_heap) - bytes);
    if (OU_UNLIKELY(LOAD(account_halves_open) > 0) && ou_memory_system_bytes() < LOAD(account_limit) - 2 * account_reserve) {
        STORE(account_halves_open, 0);
    }
}

/* As ou_account_take.  Any thread. */
bool
ou_account_take_raw(size_t bytes)
{
    size_t sum = __atomic_add_fetch(&account_raw, bytes, __ATOMIC_RELAXED) + LOAD(account_heap);
    if (account_refuses(sum)) {
        __atomic_sub_fetch(&account_raw, bytes, __ATOMIC_RELAXED);
        account_open(1);
        return false;
    }
    account_note_peak(sum);
    return true;
}

/* Any thread. */
void
ou_account_give_raw(size_t bytes)
{
    __atomic_sub_fetch(&account_raw, bytes, __ATOMIC_RELAXED);
}

/* Returns  bytes held by the raw domain. */
size_t
ou_account_raw(void)
{
    return LOAD(account_raw);
}

/* bytes    0: no limit.  One below what is held refuses everything that is new. */
void
ou_memory_set_limit(size_t bytes)
{
    enum { SHARE = 32, MOST = 1 << 20 }; /* of the limit, and at most: arbitrary; a traceback with its sources fits */
    account_reserve = bytes / SHARE < MOST ? bytes / SHARE : MOST;
    STORE(account_halves_open, 0);
    STORE(account_limit, bytes);
}

size_t
ou_memory_limit(void)
{
    return LOAD(account_limit);
}

size_t
ou_memory_system_bytes(void)
{
    return LOAD(account_heap) + LOAD(account_raw);
}

size_t
ou_memory_peak_system_bytes(void)
{
    return LOAD(account_peak);
}

/* stage    0 at first; kept between the calls for one request.
 * Returns  whether to try again.  First what is empty goes back to the system,
 *          and pools that wait to be listed are; then the hook is asked, once and never from inside itself. */
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
        bool listed = ou_pool_list_waiting();
        ou_pool_release_heads();
        if (ou_memory_trim(true) > 0 || listed) {
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
                account_open(LOAD(account_halves_open) + 1);
                ou_pool_list_waiting();
                ou_pool_release_heads();
                ou_memory_trim(true);
                return true;
            }
        }
    }
    account_open(1);
    return false;
}

/* Ask the hook although nothing is refused (wanted is 0): the test of what it does inside any allocation. */
void
ou_account_press(void)
{
    if (ou_memory_pressure_hook != NULL && !account_relieving) {
        account_relieving = true;
        (void)ou_memory_pressure_hook(0);
        account_relieving = false;
    }
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
