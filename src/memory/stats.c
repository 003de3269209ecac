/* memory/stats.c - the accounts, read from the descriptors, and their audit.
 *
 * Owns       nothing.
 * Invariant  reading changes nothing and allocates nothing.
 * Not here   the counters of real bytes (account.c). */
#include "memory/internal.h"

#include <stdio.h>
#include <string.h>

static void
stats_add_pool(OuMemoryStats *out, const OuPool *pool)
{
    size_t n_live = ou_pool_live(pool), n_pages = (size_t)1 << ou_class_unit(pool->size_class);
    OuFamilyStats *family = &out->family[pool->family];
    OuClassStats *class = &out->size_class[pool->size_class];

    family->n_blocks += n_live;
    family->live_bytes += n_live * ou_pool_block_size(pool);
    family->slack_bytes += n_pages * OU_PAGE_SIZE - n_live * ou_pool_block_size(pool);
    family->n_pages += n_pages;
    class->n_pools++;
    class->n_blocks += n_live;
    class->n_free += ou_pool_n_blocks(pool) - n_live;
}

/* out      filled. */
void
ou_memory_stats(OuMemoryStats *out)
{
    memset(out, 0, sizeof *out);
    for (unsigned c = 1; c < OU_N_CLASSES; c++) {
        out->size_class[c].block_size = ou_class_size(c);
    }
    for (OuArena *arena = ou_arenas; arena != NULL; arena = arena->next) {
        for (unsigned page = OU_HEAD_PAGES; page < OU_ARENA_PAGES; page += 1u << arena->unit) {
            const OuPool *pool = ou_descriptor_slot(arena, page);
            if (pool->state != OU_POOL_UNUSED) {
                stats_add_pool(out, pool);
            }
        }
    }
    for (OuLarge *large = ou_larges; large != NULL; large = large->next) {
        OuFamilyStats *family = &out->family[large->tag & OU_TAG_FAMILY];
        family->n_blocks++;
        family->live_bytes += large->size;
        family->slack_bytes += ou_large_taken(large) - large->size;
    }
    for (int i = 0; i < OU_N_FAMILIES; i++) {
        out->n_blocks += out->family[i].n_blocks;
        out->live_bytes += out->family[i].live_bytes;
        out->slack_bytes += out->family[i].slack_bytes;
    }
    out->n_large = ou_n_large;
    out->large_bytes = ou_large_bytes;
    out->n_raw = ou_raw_blocks();
    out->raw_bytes = ou_account_raw();
    out->mapped_bytes = ou_mapped_bytes;
    out->n_arenas = ou_n_arenas;
    out->pages_in_use = ou_pages_in_use;
    out->pages_empty = ou_memory_empty_pages;
    out->system_bytes = ou_memory_system_bytes();
    out->peak_system_bytes = ou_memory_peak_system_bytes();
    out->reserved_bytes = ou_n_arenas * OU_ARENA_SIZE;
    out->n_trimmed_bytes = ou_trimmed_bytes;
}

/* Returns  live blocks, pooled and large.  Cost: a visit of every descriptor. */
size_t
ou_memory_live_blocks(void)
{
    size_t n = ou_n_large;
    for (OuArena *arena = ou_arenas; arena != NULL; arena = arena->next) {
        for (unsigned page = OU_HEAD_PAGES; page < OU_ARENA_PAGES; page += 1u << arena->unit) {
            const OuPool *pool = ou_descriptor_slot(arena, page);
            if (pool->state != OU_POOL_UNUSED) {
                n += ou_pool_live(pool);
            }
        }
    }
    return n;
}

/* ---- is all of it so? ------------------------------------------------------------------ */

#define EXPECT(cond)                                                                              \
    do {                                                                                          \
        if (!(cond)) {                                                                            \
            fprintf(stderr, "ouroboros: memory: %s:%d: not so: %s\n", __FILE__, __LINE__, #cond); \
            return false;                                                                         \
        }                                                                                         \
    } while (0)

static bool
pool_is_valid(const OuPool *pool, unsigned unit)
{
    uint64_t bits[4];
    unsigned n_live = ou_pool_live(pool);

    EXPECT(pool->state == OU_POOL_LISTED || pool->state == OU_POOL_FULL);
    EXPECT(pool->size_class > 0 && pool->size_class < OU_N_CLASSES);
    EXPECT(pool->family < OU_N_FAMILIES && pool->mode < OU_N_MODES);
    EXPECT(ou_class_unit(pool->size_class) == unit);
    EXPECT(ou_pool_block_size(pool) == ou_class_size(pool->size_class));
    EXPECT((size_t)ou_pool_n_blocks(pool) * ou_pool_block_size(pool) <= (size_t)OU_PAGE_SIZE << unit);
    EXPECT(pool->n_carved <= ou_pool_n_blocks(pool) && n_live <= pool->n_carved);
    EXPECT(pool->left > 0);
    EXPECT(n_live + ou_pool_free_bits(pool, bits) == pool->n_carved);
    EXPECT(pool->state != OU_POOL_FULL || pool->left == ou_pool_full_left(pool, n_live));
    EXPECT(!pool->watched || pool->left == 1);
    return true;
}

static bool
arena_is_valid(const OuArena *arena, size_t *n_in_use, size_t *n_unused)
{
    unsigned n_clean = 0;
    EXPECT(arena->magic == OU_ARENA_MAGIC && arena->unit < OU_N_UNITS && ou_in_arena(arena));
    for (unsigned page = OU_HEAD_PAGES; page < OU_ARENA_PAGES; page += 1u << arena->unit) {
        bool clean = arena->clean[page / 64] >> (page % 64) & 1;
        n_clean += clean;
        const OuPool *pool = ou_descriptor_slot(arena, page);
        for (unsigned i = 1; i < 1u << arena->unit; i++) {
            EXPECT(ou_descriptor_slot(arena, page + i)->left == 0);
        }
        if (pool->state == OU_POOL_UNUSED) {
            *n_unused += clean ? 0 : (size_t)1 << arena->unit;
            continue;
        }
        EXPECT(!clean);
        *n_in_use += (size_t)1 << arena->unit;
        if (!pool_is_valid(pool, arena->unit)) {
            return false;
        }
    }
    EXPECT(n_clean == arena->n_clean);
    return true;
}

/* Returns  whether all holds; the first thing that does not is named on stderr.
 * Cost     a visit of every descriptor and every free block. */
bool
ou_memory_is_valid(void)
{
    size_t n_in_use = 0, n_unused = 0, n_arenas = 0, n_empty = 0, n_large = 0, large_bytes = 0;
    for (OuArena *arena = ou_arenas; arena != NULL; arena = arena->next) {
        n_arenas++;
        if (!arena_is_valid(arena, &n_in_use, &n_unused)) {
            return false;
        }
    }
    for (unsigned unit = 0; unit < OU_N_UNITS; unit++) {
        for (OuPool *pool = ou_pages_empty[unit]; pool != NULL; pool = ou_pool_next(pool)) {
            EXPECT(pool->state == OU_POOL_UNUSED && ou_arena_of(pool)->unit == unit);
            n_empty += (size_t)1 << unit;
        }
    }
    EXPECT(n_arenas == ou_n_arenas);
    EXPECT(n_in_use == ou_pages_in_use);
    EXPECT(n_unused == ou_memory_empty_pages && n_empty == n_unused);
    OuLarge *before = NULL;
    for (OuLarge *large = ou_larges; large != NULL; before = large, large = large->next) {
        EXPECT(ou_large_is_live(large) && large->prev == before && !(large->tag & OU_TAG_RAW));
        n_large++;
        large_bytes += ou_large_taken(large);
    }
    EXPECT(n_large == ou_n_large && large_bytes == ou_large_bytes);
    EXPECT(ou_pool_heads_are_valid());
    return true;
}
