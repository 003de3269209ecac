/* memory/large.c - blocks above 2048 bytes, and the raw domain's blocks.
 *
 * Owns       the list of large blocks, a few freed mappings kept for the next
 *            request, the raw domain's sums.
 * Invariant  every such block has an OuLarge before it whose tag says what it
 *            is; the tag's upper half is a value that the C library never has in
 *            that place, so that a pointer of its malloc is told from ours.
 * Not here   finding the block around an interior address (query.c).
 *
 * Below MAP_MIN bytes the C library serves, whose realloc is good at lists that
 * grow; above, pages from the system, which mremap grows without copying. */

#include "memory/internal.h"
#include "memory/os.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAP_MIN = 128 * 1024,       /* bytes with prefix; the C library's own threshold */
    CACHE_ENTRIES = 8,
    CACHE_ENTRY_MAX = 1024 * 1024,
    CACHE_MAX = 4 * 1024 * 1024     /* bytes in freed mappings: arbitrary */
};

OuLarge *ou_larges;
size_t ou_n_large, ou_large_bytes;
uint64_t ou_large_epoch;

static struct { void *start; size_t size; } large_cache[CACHE_ENTRIES];
static size_t large_cache_bytes;

static size_t raw_n_blocks, raw_n_bytes;    /* atomic */

/* ---- the prefix ----------------------------------------------------------------- */

static inline uint64_t
tag_make(unsigned flags, uint32_t number)
{
    return OU_TAG_LIVE << OU_TAG_MAGIC_SHIFT | (uint64_t)number << OU_TAG_NUMBER_SHIFT | flags;
}

static inline void
tag_kill(OuLarge *large)
{
    large->tag = OU_TAG_DEAD << OU_TAG_MAGIC_SHIFT;
    __asm__ volatile("" : : "r"(large) : "memory");     /* or the store before free() is dropped */
}

static inline size_t
tail_of(const OuLarge *large)
{
    return large->tag & OU_TAG_GUARDED ? OU_GUARD_TAIL : 0;
}

/* What `whole` bytes, prefix and guard included, cost. */
static inline size_t
cost_of(size_t whole, bool mapped)
{
    return mapped ? ou_align_up(whole, ou_system_page_size()) : ou_align_up(whole + 8, 16);
}

/* Returns  bytes that a live block costs the system. */
size_t
ou_large_taken(const OuLarge *large)
{
    return cost_of(sizeof *large + large->size + tail_of(large), (large->tag & OU_TAG_MAPPED) != 0);
}

static bool
whole_size(size_t size, size_t tail, size_t *out)
{
    return size <= OU_SIZE_MAX - 2 * OU_PAGE_SIZE && !ou_size_add(size, sizeof(OuLarge) + tail, out);
}

static void
large_link(OuLarge *large)
{
    large->prev = NULL;
    large->next = ou_larges;
    if (large->next != NULL) {
        large->next->prev = large;
    }
    ou_larges = large;
}

/* Neighbours point at the block where it is now. */
static void
large_relink(OuLarge *large)
{
    if (large->prev != NULL) {
        large->prev->next = large;
    }
    else {
        ou_larges = large;
    }
    if (large->next != NULL) {
        large->next->prev = large;
    }
}

static void
large_unlink(OuLarge *large)
{
    if (large->prev != NULL) {
        large->prev->next = large->next;
    }
    else {
        ou_larges = large->next;
    }
    if (large->next != NULL) {
        large->next->prev = large->prev;
    }
}

/* ---- freed mappings, kept --------------------------------------------------------- */

/* A kept mapping of at least `size` bytes, cut to it, and at most a quarter more. */
static void *
cache_get(size_t size)
{
    for (int i = 0; i < CACHE_ENTRIES; i++) {
        size_t have = large_cache[i].size;
        if (large_cache[i].start != NULL && have >= size && have - size <= size / 4) {
            void *start = large_cache[i].start;
            large_cache[i].start = NULL;
            large_cache_bytes -= have;
            if (have > size) {
                ou_system_unmap((char *)start + size, have - size);
                ou_account_give(have - size);
            }
            return start;
        }
    }
    return NULL;
}

static bool
cache_put(void *start, size_t size)
{
    if (size > CACHE_ENTRY_MAX || large_cache_bytes + size > CACHE_MAX) {
        return false;
    }
    for (int i = 0; i < CACHE_ENTRIES; i++) {
        if (large_cache[i].start == NULL) {
            large_cache[i].start = start;
            large_cache[i].size = size;
            large_cache_bytes += size;
            return true;
        }
    }
    return false;
}

/* Returns  bytes given back to the system. */
size_t
ou_large_drop_cache(void)
{
    size_t given = large_cache_bytes;
    for (int i = 0; i < CACHE_ENTRIES; i++) {
        if (large_cache[i].start != NULL) {
            ou_system_unmap(large_cache[i].start, large_cache[i].size);
            large_cache[i].start = NULL;
        }
    }
    large_cache_bytes = 0;
    ou_account_give(given);
    return given;
}

/* ---- large blocks -------------------------------------------------------------------- */

/* Memory for `whole` bytes, counted; *mapped says whence. */
static OuLarge *
large_obtain(size_t whole, bool zero, bool *mapped)
{
    *mapped = whole >= MAP_MIN;
    size_t cost = cost_of(whole, *mapped);
    OuLarge *large = *mapped ? cache_get(cost) : NULL;
    if (large != NULL) {
        if (zero) {
            memset(large, 0, whole);
        }
        return large;           /* counted since it was first mapped */
    }
    if (!ou_account_take(cost)) {
        return NULL;
    }
    large = *mapped ? ou_system_map(whole) : zero ? calloc(1, whole) : malloc(whole);
    if (large == NULL) {
        ou_account_give(cost);
    }
    return large;
}

/* tail     guard bytes to leave room for behind the block; the caller fills them.
 * Returns  a block of `size` bytes, or NULL when refused; no relief is tried here. */
void *
ou_large_alloc(OuFamily family, size_t size, bool zero, size_t tail)
{
    size_t whole;
    bool mapped;
    if (!whole_size(size, tail, &whole)) {
        return NULL;
    }
    OuLarge *large = large_obtain(whole, zero, &mapped);
    if (large == NULL) {
        return NULL;
    }
    unsigned flags = (unsigned)family | (mapped ? OU_TAG_MAPPED : 0) | (tail ? OU_TAG_GUARDED : 0)
                     | (unsigned)OU_ORIGIN_FAMILY << OU_TAG_ORIGIN_SHIFT;
    large->size = size;
    large->tag = tag_make(flags, ou_number_take(1));
    large_link(large);
    ou_n_large++;
    ou_large_bytes += ou_large_taken(large);
    ou_large_epoch++;
    return ou_large_block(large);
}

/* block    live, not guarded.
 * Returns  the block, moved or not, or NULL when refused: then it is as it was.
 *          A change between the C library and the system's pages is a copy. */
void *
ou_large_realloc(void *block, size_t size)
{
    OuLarge *large = ou_large_of(block);
    size_t old_size = large->size, old_taken = ou_large_taken(large), whole;
    bool mapped = (large->tag & OU_TAG_MAPPED) != 0;

    if (!whole_size(size, 0, &whole)) {
        return NULL;
    }
    /* Mapped blocks stay so until they are small: no moving to and fro. */
    bool to_mapped = mapped ? whole >= MAP_MIN / 2 : whole >= MAP_MIN;
    size_t cost = cost_of(whole, to_mapped);
    if (cost > old_taken && !ou_account_take(cost - old_taken)) {
        return NULL;
    }
    OuLarge *moved;
    if (mapped && to_mapped) {
        moved = ou_system_remap(large, sizeof *large + old_size, whole);
    }
    else if (!mapped && !to_mapped) {
        moved = realloc(large, whole);
    }
    else {
        moved = to_mapped ? ou_system_map(whole) : malloc(whole);
        if (moved != NULL) {
            memcpy(moved, large, sizeof *large + (size < old_size ? size : old_size));
            if (mapped) {
                ou_system_unmap(large, sizeof *large + old_size);
            }
            else {
                free(large);
            }
        }
    }
    if (moved == NULL) {
        if (cost > old_taken) {
            ou_account_give(cost - old_taken);
        }
        return NULL;
    }
    if (cost < old_taken) {
        ou_account_give(old_taken - cost);
    }
    moved->size = size;
    moved->tag = (moved->tag & ~(uint64_t)OU_TAG_MAPPED) | (to_mapped ? OU_TAG_MAPPED : 0);
    large_relink(moved);
    ou_large_bytes += cost - old_taken;
    ou_large_epoch++;
    return ou_large_block(moved);
}

/* block    live; its number goes with it. */
void
ou_large_free(void *block)
{
    OuLarge *large = ou_large_of(block);
    size_t taken = ou_large_taken(large);

    large_unlink(large);
    ou_n_large--;
    ou_large_bytes -= taken;
    ou_large_epoch++;
    if (!(large->tag & OU_TAG_MAPPED)) {
        tag_kill(large);
        free(large);
    }
    else {
        tag_kill(large);
        if (cache_put(large, taken)) {
            return;             /* still counted */
        }
        ou_system_unmap(large, taken);
    }
    ou_account_give(taken);
}

/* ---- raw blocks: any thread ---------------------------------------------------------------- */

static size_t
raw_cost(size_t size, size_t tail)
{
    return cost_of(sizeof(OuLarge) + size + tail, false);
}

/* Returns  a block of the C library under our prefix, or NULL when refused. */
void *
ou_raw_malloc(size_t size, bool zero)
{
    unsigned watch = __atomic_load_n(&ou_watch, __ATOMIC_RELAXED);
    size_t whole, tail = watch & OU_WATCH_DEBUG ? OU_GUARD_TAIL : 0;

    if (!whole_size(size, tail, &whole) || ((watch & OU_WATCH_FAIL) && ou_fail_refuses())) {
        return NULL;
    }
    size_t cost = raw_cost(size, tail);
    if (!ou_account_take(cost)) {
        return NULL;
    }
    OuLarge *large = zero ? calloc(1, whole) : malloc(whole);
    if (large == NULL) {
        ou_account_give(cost);
        return NULL;
    }
    large->next = large->prev = NULL;
    large->size = size;
    large->tag = tag_make(OU_FAMILY_BUFFER | OU_TAG_RAW | (tail ? OU_TAG_GUARDED : 0)
                          | (unsigned)OU_ORIGIN_RAW << OU_TAG_ORIGIN_SHIFT, 0);
    __atomic_add_fetch(&raw_n_blocks, 1, __ATOMIC_RELAXED);
    __atomic_add_fetch(&raw_n_bytes, cost, __ATOMIC_RELAXED);
    void *block = ou_large_block(large);
    if (tail) {
        if (!zero) {
            memset(block, 0xCD, size);
        }
        ou_debug_large_tail(block, OU_ORIGIN_RAW);
    }
    if (watch & OU_WATCH_TRACE) {
        ou_trace_allocated(OU_ORIGIN_RAW, block, size);
    }
    return block;
}

/* A pointer that is neither raw nor in the pools: a large block, freed by the
 * wrong domain (allowed, and reported by memory-debug), or the C library's own. */
static bool
raw_is_ours(void *block)
{
    OuLarge *large = ou_large_of(block);
    return ou_large_is_live(large) && (large->tag & OU_TAG_RAW);
}

static bool
heap_has(void *block)
{
    return ou_in_arena(block) || ou_large_is_live(ou_large_of(block));
}

/* block    NULL, of this domain, or by tolerance of any other, or of the C library. */
void
ou_raw_free(void *block)
{
    unsigned watch = __atomic_load_n(&ou_watch, __ATOMIC_RELAXED);
    if (block == NULL) {
        return;
    }
    if (OU_UNLIKELY(ou_in_arena(block) || !raw_is_ours(block))) {
        if (heap_has(block)) {
            ou_block_free_by(OU_ORIGIN_RAW, block);
            return;
        }
        if (watch & OU_WATCH_DEBUG) {
            ou_debug_check_large(OU_ORIGIN_RAW, block, true);   /* reports and does not return */
        }
        OU_CHECK(ou_large_of(block)->tag >> OU_TAG_MAGIC_SHIFT != OU_TAG_DEAD,
                 "block %p was freed twice", block);
        free(block);
        return;
    }
    OuLarge *large = ou_large_of(block);
    if (large->tag & OU_TAG_GUARDED) {
        ou_debug_check_large(OU_ORIGIN_RAW, block, true);
        memset(block, 0xDD, large->size);
    }
    if (watch & OU_WATCH_TRACE) {
        ou_trace_freed(OU_ORIGIN_RAW, block);
    }
    size_t cost = raw_cost(large->size, tail_of(large));
    tag_kill(large);
    free(large);
    ou_account_give(cost);
    __atomic_sub_fetch(&raw_n_blocks, 1, __ATOMIC_RELAXED);
    __atomic_sub_fetch(&raw_n_bytes, cost, __ATOMIC_RELAXED);
}

/* Returns  the block, moved or not, or NULL when refused: then it is as it was. */
void *
ou_raw_realloc(void *block, size_t size)
{
    unsigned watch = __atomic_load_n(&ou_watch, __ATOMIC_RELAXED);
    size_t whole;

    if (block == NULL) {
        return ou_raw_malloc(size, false);
    }
    if (OU_UNLIKELY(ou_in_arena(block) || !raw_is_ours(block))) {
        if (heap_has(block)) {
            return ou_block_realloc_by(OU_ORIGIN_RAW, OU_FAMILY_BUFFER, block, size);
        }
        return realloc(block, size);
    }
    OuLarge *large = ou_large_of(block);
    if (watch || (large->tag & OU_TAG_GUARDED)) {   /* always moved: what held the old address shows */
        if (large->tag & OU_TAG_GUARDED) {
            ou_debug_check_large(OU_ORIGIN_RAW, block, false);
        }
        void *moved = ou_raw_malloc(size, false);
        if (moved != NULL) {
            memcpy(moved, block, size < large->size ? size : large->size);
            ou_raw_free(block);
        }
        return moved;
    }
    if (!whole_size(size, 0, &whole)) {
        return NULL;
    }
    size_t old_cost = raw_cost(large->size, 0), cost = raw_cost(size, 0);
    if (cost > old_cost && !ou_account_take(cost - old_cost)) {
        return NULL;
    }
    OuLarge *moved = realloc(large, whole);
    if (moved == NULL) {
        if (cost > old_cost) {
            ou_account_give(cost - old_cost);
        }
        return NULL;
    }
    if (cost < old_cost) {
        ou_account_give(old_cost - cost);
    }
    moved->size = size;
    __atomic_add_fetch(&raw_n_bytes, cost - old_cost, __ATOMIC_RELAXED);
    return ou_large_block(moved);
}

size_t
ou_raw_bytes(void)
{
    return __atomic_load_n(&raw_n_bytes, __ATOMIC_RELAXED);
}

size_t
ou_raw_blocks(void)
{
    return __atomic_load_n(&raw_n_blocks, __ATOMIC_RELAXED);
}
