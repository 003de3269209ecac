/* memory/large.c - blocks above 2048 bytes, and the raw domain's blocks.
 *
 * Owns       the list of large blocks, a few freed regions kept for the next
 *            request.
 * Invariant  every such block has an OuLarge before it whose tag says what it
 *            is; the tag's upper half is a value that the C library never has in
 *            that place, so that a pointer of its malloc is told from ours.  A
 *            mapped block's region begins with its size, which may be more than
 *            the block needs; what all regions have too much is bounded.
 * Not here   finding the block around an interior address (query.c).
 *
 * Below MAP_MIN bytes the C library serves; above, regions of pages from the
 * system, which mremap grows without copying.  A touched page costs 1.5 us where
 * it is zeroed anew (measured), so a list that is built and dropped in a loop
 * would pay 3 ns an item for it: hence the kept regions, and a list that grows
 * into a region takes a kept one however big it is. */
#include "memory/internal.h"
#include "memory/os.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAP_MIN = 128 * 1024, /* bytes with prefix: the C library's own threshold */
    REGION_HEAD = 32,     /* bytes: the region's size, and room to keep the block aligned */
    CACHE_ENTRIES = 16,
    CACHE_MAX = 8 * 1024 * 1024, /* bytes in freed regions: arbitrary */
    SLACK_MAX = 8 * 1024 * 1024  /* bytes that live regions may have too much, together: arbitrary */
};

OuLarge *ou_larges;
size_t ou_n_large, ou_large_bytes;
uint64_t ou_large_epoch;

typedef struct {
    size_t size;
} Region; /* bytes, whole pages; the OuLarge follows at REGION_HEAD */

static Region *large_cache[CACHE_ENTRIES];
static size_t large_cache_bytes, large_slack;

static size_t raw_n_blocks; /* atomic */

/* ---- the prefix ----------------------------------------------------------------- */

#if OU_ASAN
uint64_t
ou_large_magic(const OuLarge *large)
{
    return large->tag >> OU_TAG_MAGIC_SHIFT;
}
#endif

static inline uint64_t
tag_make(unsigned flags, uint32_t number)
{
    return OU_TAG_LIVE << OU_TAG_MAGIC_SHIFT | (uint64_t)number << OU_TAG_NUMBER_SHIFT | flags;
}

static inline void
tag_kill(OuLarge *large)
{
    large->tag = OU_TAG_DEAD << OU_TAG_MAGIC_SHIFT;
    __asm__ volatile("" : : "r"(large) : "memory"); /* or the store before free() is dropped */
}

static inline size_t
tail_of(const OuLarge *large)
{
    return large->tag & OU_TAG_GUARDED ? OU_GUARD_TAIL : 0;
}

static inline Region *
region_of(const OuLarge *large)
{
    return (Region *)((uintptr_t)large - REGION_HEAD);
}

static inline OuLarge *
region_large(Region *region)
{
    return (OuLarge *)((char *)region + REGION_HEAD);
}

/* A region for `whole` bytes, prefix and guard included. */
static inline size_t
region_need(size_t whole)
{
    return ou_align_up(whole + REGION_HEAD, ou_system_page_size());
}

/* What so many bytes cost in the C library's heap, about. */
static inline size_t
libc_cost(size_t whole)
{
    return ou_align_up(whole + 8, 16);
}

static inline size_t
whole_of(const OuLarge *large)
{
    return sizeof *large + large->size + tail_of(large);
}

/* Returns  bytes that a live block costs the system. */
size_t
ou_large_taken(const OuLarge *large)
{
    return large->tag & OU_TAG_MAPPED ? region_of(large)->size : libc_cost(whole_of(large));
}

/* What a live mapped block's region has too much. */
static inline size_t
region_slack(const OuLarge *large)
{
    return region_of(large)->size - region_need(whole_of(large));
}

static bool
whole_size(size_t size, size_t tail, size_t *out)
{
    return size <= OU_SIZE_MAX - 4 * OU_PAGE_SIZE && !ou_size_add(size, sizeof(OuLarge) + tail, out);
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

/* ---- regions ------------------------------------------------------------------------ */

/* The smallest kept region of at least `need` bytes, if it is not too big.  It
 * stays counted, and it isn't zeros. */
static Region *
cache_get(size_t need, bool grows)
{
    size_t most = grows ? need + SLACK_MAX : need + need / 2;
    int best = -1;
    for (int i = 0; i < CACHE_ENTRIES; i++) {
        Region *region = large_cache[i];
        if (region != NULL && region->size >= need && region->size <= most && large_slack + (region->size - need) <= SLACK_MAX
            && (best < 0 || region->size < large_cache[best]->size)) {
            best = i;
        }
    }
    if (best < 0) {
        return NULL;
    }
    Region *region = large_cache[best];
    large_cache[best] = NULL;
    large_cache_bytes -= region->size;
    return region;
}

static bool
cache_put(Region *region)
{
    if (large_cache_bytes + region->size > CACHE_MAX) {
        return false;
    }
    for (int i = 0; i < CACHE_ENTRIES; i++) {
        if (large_cache[i] == NULL) {
            large_cache[i] = region;
            large_cache_bytes += region->size;
            return true;
        }
    }
    return false;
}

/* A region for `whole` bytes; *fresh says whether it reads as zeros. */
static Region *
region_obtain(size_t whole, bool grows, bool *fresh)
{
    size_t need = region_need(whole);
    Region *region = cache_get(need, grows);
    *fresh = region == NULL;
    if (region != NULL) {
        return region;
    }
    if (!ou_account_take(need)) {
        return NULL;
    }
    region = ou_system_map(need);
    if (region == NULL) {
        ou_account_give(need);
        return NULL;
    }
    region->size = need;
    return region;
}

static void
region_release(Region *region)
{
    if (!cache_put(region)) {
        size_t size = region->size;
        ou_system_unmap(region, size);
        ou_account_give(size);
    }
}

/* Grow or cut a region, perhaps elsewhere.  NULL when refused: it stands as it was. */
static Region *
region_resize(Region *region, size_t need)
{
    size_t size = region->size;
    if (need > size && !ou_account_take(need - size)) {
        return NULL;
    }
    Region *moved = ou_system_remap(region, size, need);
    if (moved == NULL) {
        if (need > size) {
            ou_account_give(need - size);
        }
        return NULL;
    }
    if (need < size) {
        ou_account_give(size - need);
    }
    moved->size = need;
    return moved;
}

/* Give back the kept regions and what live ones have too much.
 * Returns  bytes. */
size_t
ou_large_drop_cache(void)
{
    size_t given = large_cache_bytes;
    for (int i = 0; i < CACHE_ENTRIES; i++) {
        if (large_cache[i] != NULL) {
            ou_system_unmap(large_cache[i], large_cache[i]->size);
            large_cache[i] = NULL;
        }
    }
    large_cache_bytes = 0;
    ou_account_give(given);
    for (OuLarge *large = ou_larges; large != NULL && large_slack > 0; large = large->next) {
        if (large->tag & OU_TAG_MAPPED) {
            Region *region = region_of(large);
            size_t slack = region_slack(large), need = region->size - slack;
            if (slack > 0) {
                ou_system_unmap((char *)region + need, slack);
                ou_account_give(slack);
                region->size = need;
                ou_large_bytes -= slack;
                large_slack -= slack;
                given += slack;
            }
        }
    }
    return given;
}

/* ---- large blocks -------------------------------------------------------------------- */

/* Memory for `whole` bytes, counted. */
static OuLarge *
large_obtain(size_t whole, bool zero)
{
    if (whole >= MAP_MIN) {
        bool fresh;
        Region *region = region_obtain(whole, false, &fresh);
        if (region == NULL) {
            return NULL;
        }
        if (zero && !fresh) {
            memset(region_large(region), 0, whole);
        }
        return region_large(region);
    }
    if (!ou_account_take(libc_cost(whole))) {
        return NULL;
    }
    OuLarge *large = zero ? calloc(1, whole) : malloc(whole);
    if (large == NULL) {
        ou_account_give(libc_cost(whole));
    }
    return large;
}

/* tail     guard bytes to leave room for behind the block; the caller fills them.
 * Returns  a block of `size` bytes, or NULL when refused; no relief is tried here. */
void *
ou_large_alloc(OuFamily family, size_t size, bool zero, size_t tail)
{
    size_t whole;
    if (!whole_size(size, tail, &whole)) {
        return NULL;
    }
    OuLarge *large = large_obtain(whole, zero);
    if (large == NULL) {
        return NULL;
    }
    unsigned flags = (unsigned)family | (whole >= MAP_MIN ? OU_TAG_MAPPED : 0) | (tail ? OU_TAG_GUARDED : 0)
                   | (unsigned)OU_ORIGIN_FAMILY << OU_TAG_ORIGIN_SHIFT;
    large->size = size;
    large->tag = tag_make(flags, ou_number_take(1));
    large_link(large);
    ou_n_large++;
    ou_large_bytes += ou_large_taken(large);
    large_slack += whole >= MAP_MIN ? region_slack(large) : 0;
    ou_large_epoch++;
    return ou_large_block(large);
}

/* The memory itself, resized or moved, with the prefix and contents in it; the
 * counts of bytes are the caller's.  NULL when refused: nothing has changed. */
static OuLarge *
large_reshape(OuLarge *large, size_t whole, bool to_mapped)
{
    size_t old_whole = whole_of(large), common = whole < old_whole ? whole : old_whole;
    bool mapped = (large->tag & OU_TAG_MAPPED) != 0, fresh;

    if (mapped && to_mapped) {
        size_t size = region_of(large)->size, need = region_need(whole);
        size_t others = large_slack - region_slack(large);
        if (need <= size && (whole >= old_whole || need > size - size / 4 || others + (size - need) <= SLACK_MAX / 2)) {
            return large; /* it fits, and grows or is not too loose */
        }
        Region *region = region_resize(region_of(large), need);
        return region != NULL ? region_large(region) : NULL;
    }
    if (mapped || to_mapped) {
        OuLarge *moved;
        if (to_mapped) {
            Region *region = region_obtain(whole, true, &fresh);
            if (region == NULL) {
                return NULL;
            }
            moved = region_large(region);
            memcpy(moved, large, common);
            free(large);
            ou_account_give(libc_cost(old_whole));
        }
        else {
            if (!ou_account_take(libc_cost(whole))) {
                return NULL;
            }
            moved = malloc(whole);
            if (moved == NULL) {
                ou_account_give(libc_cost(whole));
                return NULL;
            }
            memcpy(moved, large, common);
            region_release(region_of(large));
        }
        return moved;
    }
    size_t old_cost = libc_cost(old_whole), cost = libc_cost(whole);
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
    return moved;
}

/* block    live, not guarded.
 * Returns  the block, moved or not, or NULL when refused: then it is as it was. */
void *
ou_large_realloc(void *block, size_t size)
{
    OuLarge *large = ou_large_of(block);
    bool mapped = (large->tag & OU_TAG_MAPPED) != 0;
    size_t whole, old_taken = ou_large_taken(large), old_slack = mapped ? region_slack(large) : 0;

    if (!whole_size(size, 0, &whole)) {
        return NULL;
    }
    /* A mapped block stays so until it is quite small: no moving to and fro. */
    bool to_mapped = mapped ? whole >= MAP_MIN / 2 : whole >= MAP_MIN;
    OuLarge *moved = large_reshape(large, whole, to_mapped);
    if (moved == NULL) {
        return NULL;
    }
    moved->size = size;
    moved->tag = (moved->tag & ~(uint64_t)OU_TAG_MAPPED) | (to_mapped ? OU_TAG_MAPPED : 0);
    large_relink(moved);
    ou_large_bytes += ou_large_taken(moved) - old_taken;
    large_slack += (to_mapped ? region_slack(moved) : 0) - old_slack;
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
    if (large->tag & OU_TAG_MAPPED) {
        large_slack -= region_slack(large);
        tag_kill(large);
        region_release(region_of(large));
    }
    else {
        tag_kill(large);
        free(large);
        ou_account_give(taken);
    }
}

/* ---- raw blocks: any thread ---------------------------------------------------------------- */

static size_t
raw_cost(size_t size, size_t tail)
{
    return libc_cost(sizeof(OuLarge) + size + tail);
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
    if (!ou_account_take_raw(cost)) {
        return NULL;
    }
    OuLarge *large = zero ? calloc(1, whole) : malloc(whole);
    if (large == NULL) {
        ou_account_give_raw(cost);
        return NULL;
    }
    large->next = large->prev = NULL;
    large->size = size;
    large->tag = tag_make(
        OU_FAMILY_BUFFER | OU_TAG_RAW | (tail ? OU_TAG_GUARDED : 0) | (unsigned)OU_ORIGIN_RAW << OU_TAG_ORIGIN_SHIFT, 0);
    __atomic_add_fetch(&raw_n_blocks, 1, __ATOMIC_RELAXED);
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
            ou_debug_check_large(OU_ORIGIN_RAW, block, true); /* reports and does not return */
        }
        OU_CHECK(ou_large_magic(ou_large_of(block)) != OU_TAG_DEAD, "block %p was freed twice", block);
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
    ou_account_give_raw(cost);
    __atomic_sub_fetch(&raw_n_blocks, 1, __ATOMIC_RELAXED);
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
    if (watch || (large->tag & OU_TAG_GUARDED)) { /* always moved: what held the old address shows */
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
    if (cost > old_cost && !ou_account_take_raw(cost - old_cost)) {
        return NULL;
    }
    OuLarge *moved = realloc(large, whole);
    if (moved == NULL) {
        if (cost > old_cost) {
            ou_account_give_raw(cost - old_cost);
        }
        return NULL;
    }
    if (cost < old_cost) {
        ou_account_give_raw(old_cost - cost);
    }
    moved->size = size;
    return ou_large_block(moved);
}

size_t
ou_raw_blocks(void)
{
    return __atomic_load_n(&raw_n_blocks, __ATOMIC_RELAXED);
}
