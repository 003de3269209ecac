/* memory/query.c - what is at an address, and every live block once.
 *
 * Owns       the freeze, the sorted index of large blocks.
 * Invariant  nothing of a block is read but the link of a free one, and a link
 *            that leads out of its pool ends the chain: wrong answers are
 *            possible after a wild write, a crash is not.
 * Not here   what a block means (object/, ouroscope/). */
#include "memory/internal.h"
#include "memory/os.h"

#include <stdlib.h>
#include <string.h>

enum { FREEZE_NUMBER_MAX = 127 };    /* what OuPool.frozen holds */
static int query_freezes;            /* nesting */
static unsigned query_freeze_number; /* of the freeze that holds; pools compare it with their `frozen` */

static OuLarge **large_index; /* by address; right while the epoch is */
static size_t large_index_n, large_index_cap;
static uint64_t large_index_epoch = UINT64_MAX;

/* ---- free or not ------------------------------------------------------------------ */

/* bits     four words, filled: bit i for block i.
 * Returns  the free blocks that the chain leads to. */
unsigned
ou_pool_free_bits(const OuPool *pool, uint64_t bits[4])
{
    const char *start = ou_pool_start(pool);
    unsigned n = 0;
    memset(bits, 0, 4 * sizeof *bits);
    for (const char *block = pool->free; block != NULL; block = ((char *const *)block)[1]) {
        if (block < start || (size_t)(block - start) >= (size_t)pool->n_carved * ou_pool_block_size(pool)) {
            break;
        }
        unsigned index = ou_pool_index(pool, block);
        uint64_t bit = (uint64_t)1 << (index & 63);
        if ((const char *)ou_pool_block(pool, index) != block || (bits[index >> 6] & bit)) {
            break;
        }
        bits[index >> 6] |= bit;
        n++;
    }
    return n;
}

/* Fill the side bitmap of a pool's live blocks, at their first bytes. */
static void
pool_freeze(OuPool *pool)
{
    uint64_t bits[4];
    char *start = ou_pool_start(pool);
    size_t n_words = ((size_t)OU_PAGE_SIZE << ou_class_unit(pool->size_class)) / 1024;
    uint64_t *live = ou_side_word(OU_SIDE_LIVE, start);

    ou_pool_free_bits(pool, bits);
    ou_side_touch(OU_SIDE_LIVE, start);
    memset(live, 0, n_words * sizeof *live);
    for (unsigned i = 0; i < pool->n_carved; i++) {
        if (!(bits[i >> 6] >> (i & 63) & 1)) {
            size_t granule = (size_t)i * ou_pool_block_size(pool) / OU_GRANULE;
            live[granule >> 6] |= (uint64_t)1 << (granule & 63);
        }
    }
    pool->frozen = query_freeze_number & FREEZE_NUMBER_MAX;
}

static bool
pool_block_is_live(OuPool *pool, unsigned index)
{
    if (query_freezes > 0) {
        if (pool->frozen != query_freeze_number) {
            pool_freeze(pool);
        }
        const char *block = ou_pool_block(pool, index);
        return (*ou_side_word(OU_SIDE_LIVE, block) & ou_side_bit(block)) != 0;
    }
    uint64_t bits[4];
    ou_pool_free_bits(pool, bits);
    return !(bits[index >> 6] >> (index & 63) & 1);
}

/* The numbers of freezes start again. */
static void
pools_forget_freezes(void)
{
    for (OuArena *arena = ou_arenas; arena != NULL; arena = arena->next) {
        for (unsigned page = OU_HEAD_PAGES; page < OU_ARENA_PAGES; page += 1u << arena->unit) {
            ou_descriptor_slot(arena, page)->frozen = 0;
        }
    }
}

/* Answers of ou_memory_at() are quick until the thaw.  They nest. */
void
ou_memory_freeze(void)
{
    if (query_freezes++ == 0 && ++query_freeze_number > FREEZE_NUMBER_MAX) {
        pools_forget_freezes();
        query_freeze_number = 1; /* 0 is a new pool's */
    }
}

void
ou_memory_thaw(void)
{
    OU_ASSERT(query_freezes > 0);
    query_freezes--;
}

/* ---- large blocks ------------------------------------------------------------------- */

static int
large_compare(const void *a, const void *b)
{
    uintptr_t left = (uintptr_t) * (OuLarge *const *)a, right = (uintptr_t) * (OuLarge *const *)b;
    return left < right ? -1 : left > right;
}

/* Make the index right.  Returns false if there is no memory for it. */
static bool
large_index_fill(void)
{
    if (large_index_epoch == ou_large_epoch) {
        return true;
    }
    if (large_index_cap < ou_n_large) {
        size_t cap = ou_n_large + ou_n_large / 2;
        OuLarge **index = ou_system_map(cap * sizeof *index);
        if (index == NULL) {
            return false;
        }
        if (large_index != NULL) {
            ou_system_unmap(large_index, large_index_cap * sizeof *large_index);
        }
        large_index = index;
        large_index_cap = cap;
    }
    size_t n = 0;
    for (OuLarge *large = ou_larges; large != NULL; large = large->next) {
        large_index[n++] = large;
    }
    qsort(large_index, n, sizeof *large_index, large_compare);
    large_index_n = n;
    large_index_epoch = ou_large_epoch;
    return true;
}

static bool
large_covers(const OuLarge *large, const char *address)
{
    const char *block = ou_large_block(large);
    return address >= block && (size_t)(address - block) < large->size + (large->size == 0);
}

/* The large block that an address lies in, or NULL; the prefix is not in it. */
static OuLarge *
large_find(const char *address)
{
    if (ou_n_large < 8 || !large_index_fill()) {
        for (OuLarge *large = ou_larges; large != NULL; large = large->next) {
            if (large_covers(large, address)) {
                return large;
            }
        }
        return NULL;
    }
    size_t low = 0, high = large_index_n;
    while (low < high) { /* the last one that starts at or before the address */
        size_t middle = low + (high - low) / 2;
        if ((const char *)ou_large_block(large_index[middle]) <= address) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return low > 0 && large_covers(large_index[low - 1], address) ? large_index[low - 1] : NULL;
}

static void
large_describe(const OuLarge *large, OuAddress *out)
{
    OuFamily family = (OuFamily)(large->tag & OU_TAG_FAMILY);
    out->state = OU_ADDR_LIVE;
    out->block = ou_large_block(large);
    out->size = large->size;
    out->family = family;
    out->is_object = family != OU_FAMILY_BUFFER || (large->tag & OU_TAG_OBJECT);
    bool head = family == OU_FAMILY_COLLECTED || (large->tag & OU_TAG_OBJECT_HEAD);
    out->object_offset = head ? OU_GC_HEAD_SIZE : 0;
    out->number = (uint32_t)(large->tag >> OU_TAG_NUMBER_SHIFT);
}

/* ---- pooled blocks -------------------------------------------------------------------- */

static void
pooled_describe(const OuPool *pool, unsigned index, bool live, OuAddress *out)
{
    char *block = ou_pool_block(pool, index);
    size_t size = ou_pool_block_size(pool);
    if (pool->mode == OU_MODE_GUARDED) {
        block += OU_GUARD_HEAD;
        size = live ? ou_debug_size(block) : size - OU_GUARD_HEAD - OU_GUARD_TAIL;
    }
    out->state = live ? OU_ADDR_LIVE : OU_ADDR_FREED;
    out->block = block;
    out->size = size;
    out->family = (OuFamily)pool->family;
    out->number = (size_t)ou_pool_number(pool) + index;
    out->is_object = pool->family != OU_FAMILY_BUFFER;
    out->object_offset = pool->family == OU_FAMILY_COLLECTED ? OU_GC_HEAD_SIZE : 0;
    if (OU_UNLIKELY(pool->watched & OU_WATCHED_OBJECTS) && live) {
        char *second = block + OU_GC_HEAD_SIZE;
        if (*ou_side_word(OU_SIDE_OBJECT, block) & ou_side_bit(block)) {
            out->is_object = true;
        }
        else if (size > OU_GC_HEAD_SIZE && (*ou_side_word(OU_SIDE_OBJECT, second) & ou_side_bit(second))) {
            out->is_object = true;
            out->object_offset = OU_GC_HEAD_SIZE;
        }
    }
}

/* address  any.
 * Returns  by value; `block` and what follows count only for LIVE and FREED. */
OuAddress
ou_memory_at(const void *address)
{
    OuAddress out;
    memset(&out, 0, sizeof out);
    if (!ou_in_arena(address)) {
        OuLarge *large = large_find(address);
        if (large != NULL) {
            large_describe(large, &out);
        }
        return out;
    }
    if (((uintptr_t)address & (OU_ARENA_SIZE - 1)) < OU_HEAD_PAGES * OU_PAGE_SIZE) {
        return out; /* the arena's own */
    }
    OuPool *pool = ou_pool_of(address);
    unsigned index = pool->state == OU_POOL_UNUSED ? 0 : ou_pool_index(pool, address);
    if (pool->state == OU_POOL_UNUSED || index >= pool->n_carved) {
        out.state = OU_ADDR_UNUSED;
        return out;
    }
    pooled_describe(pool, index, pool_block_is_live(pool, index), &out);
    return out;
}

/* ---- the walk ---------------------------------------------------------------------------- */

/* The live blocks of a pool, or of them those whose bit on `side` is clear. */
enum { EVERY_SIDE = -1 };

static int
pool_walk(OuPool *pool, int side, int (*visit)(const OuAddress *, void *), void *arg)
{
    uint64_t bits[4];
    OuAddress at;
    memset(&at, 0, sizeof at);
    ou_pool_free_bits(pool, bits);
    for (unsigned i = 0, n = pool->n_carved; i < n; i++) {
        if (!(bits[i >> 6] >> (i & 63) & 1)) {
            pooled_describe(pool, i, true, &at);
            if (side != EVERY_SIDE && ou_side_test((OuSide)side, at.block)) {
                continue;
            }
            int stop = visit(&at, arg);
            if (stop != 0) {
                return stop;
            }
        }
    }
    return 0;
}

/* Do as many blocks of a pool have their bit on `side` as are live? */
static bool
pool_is_covered(const OuPool *pool, int side)
{
    const uint64_t *words = ou_side_word((OuSide)side, ou_pool_start(pool));
    unsigned n = 0;
    for (unsigned i = 0; i < (4u << ou_class_unit(pool->size_class)); i++) {
        n += (unsigned)__builtin_popcountll(words[i]);
    }
    return n == ou_pool_live(pool);
}

static int
heap_walk(unsigned family_mask, int side, int (*visit)(const OuAddress *, void *), void *arg)
{
    for (OuArena *arena = ou_arenas; arena != NULL; arena = arena->next) {
        for (unsigned page = OU_HEAD_PAGES; page < OU_ARENA_PAGES; page += 1u << arena->unit) {
            OuPool *pool = ou_descriptor_slot(arena, page);
            if (pool->state != OU_POOL_UNUSED && (family_mask >> pool->family & 1)
                && (side == EVERY_SIDE || !pool_is_covered(pool, side))) {
                int stop = pool_walk(pool, side, visit, arg);
                if (stop != 0) {
                    return stop;
                }
            }
        }
    }
    for (OuLarge *large = ou_larges, *next; large != NULL; large = next) {
        OuAddress at;
        next = large->next;
        large_describe(large, &at);
        if ((family_mask >> at.family & 1) && (side == EVERY_SIDE || !ou_side_test((OuSide)side, at.block))) {
            int stop = visit(&at, arg);
            if (stop != 0) {
                return stop;
            }
        }
    }
    return 0;
}

/* family_mask  bits 1 << OuFamily.
 * Returns      what the visitor returned if not 0, or 0. */
int
ou_memory_walk(unsigned family_mask, int (*visit)(const OuAddress *, void *), void *arg)
{
    return heap_walk(family_mask, EVERY_SIDE, visit, arg);
}

/* The same for the blocks whose bit on a side is clear; bits of blocks that are free must be clear.
 * Cost     nothing for the blocks of a pool whose live ones all have the bit. */
int
ou_memory_walk_unset(unsigned family_mask, OuSide side, int (*visit)(const OuAddress *, void *), void *arg)
{
    return heap_walk(family_mask, (int)side, visit, arg);
}
