/* memory/arena.c - arenas: where pages come from and how they go back.
 *
 * Owns       the arenas, the page map, the stacks of empty pages.
 * Invariant  a page of an arena is in exactly one state: in a pool; empty (real,
 *            on a stack of empty pages); or clean (not real, its bit set in its
 *            arena).  An arena deals units of one size only, so that any clean
 *            unit fits any request of that size.  Arenas are never unmapped.
 * Not here   what a pool does with its pages (pool.c). */
#include "memory/internal.h"
#include "memory/os.h"

#include <string.h>
#if OU_ASAN
#include <sanitizer/lsan_interface.h>
#endif

enum {
    CHUNK_MIN = 4, /* arenas reserved at once: arbitrary, keeps arenas side by side */
    CHUNK_MAX = 32,
    DESCRIPTOR_BYTES = OU_SIDES_AT, /* what an arena's head is counted for at first */
    TRIM_MIN_PAGES = 256            /* 1 MiB */
};

uint8_t *ou_arena_map[1 << OU_MAP_ROOT_SHIFT];
OuArena *ou_arenas;
size_t ou_n_arenas;
size_t ou_pages_in_use;
uint64_t ou_trimmed_bytes;
OuPool *ou_pages_empty[OU_N_UNITS];
size_t ou_memory_empty_pages, ou_memory_trim_level = TRIM_MIN_PAGES;

static OuArena *arena_clean[OU_N_UNITS]; /* those with clean units */
static char *chunk_next, *chunk_end;     /* reserved address space, not yet arenas */

static void
clean_list_add(OuArena *arena)
{
    arena->prev_clean = NULL;
    arena->next_clean = arena_clean[arena->unit];
    if (arena->next_clean != NULL) {
        arena->next_clean->prev_clean = arena;
    }
    arena_clean[arena->unit] = arena;
}

static void
clean_list_remove(OuArena *arena)
{
    if (arena->prev_clean != NULL) {
        arena->prev_clean->next_clean = arena->next_clean;
    }
    else {
        arena_clean[arena->unit] = arena->next_clean;
    }
    if (arena->next_clean != NULL) {
        arena->next_clean->prev_clean = arena->prev_clean;
    }
}

/* One more stretch of address space, from the chunk or from a new chunk. */
static char *
arena_reserve(void)
{
    if (chunk_next == chunk_end) {
        size_t n = ou_n_arenas / 8;
        n = n < CHUNK_MIN ? CHUNK_MIN : n > CHUNK_MAX ? CHUNK_MAX : n;
        char *chunk = NULL;
        while (n > 0 && (chunk = ou_system_reserve(n * OU_ARENA_SIZE, OU_ARENA_SIZE)) == NULL) {
            n /= 2;
        }
        if (chunk == NULL) {
            return NULL;
        }
        chunk_next = chunk;
        chunk_end = chunk + n * OU_ARENA_SIZE;
    }
    return chunk_next; /* taken only when all else has succeeded */
}

static bool
arena_map_add(const void *start)
{
    uintptr_t stretch = (uintptr_t)start >> OU_ARENA_SHIFT;
    uint8_t **root = &ou_arena_map[stretch >> OU_MAP_LEAF_SHIFT];
    if (*root == NULL) {
        static uint8_t first_leaf[1 << OU_MAP_LEAF_SHIFT];
        static bool first_used;
        uint8_t *leaf = first_used ? ou_system_map(1 << OU_MAP_LEAF_SHIFT) : first_leaf;
        if (leaf == NULL) {
            return false;
        }
        first_used = true;
        *root = leaf;
    }
    (*root)[stretch & ((1u << OU_MAP_LEAF_SHIFT) - 1)] = 1;
    return true;
}

static OuArena *
arena_new(unsigned unit)
{
    if ((ou_watch & OU_WATCH_FAIL) && ou_fail_refuses()) {
        ou_fail_injected = true;
        return NULL;
    }
    if (!ou_account_take(DESCRIPTOR_BYTES)) {
        return NULL;
    }
    char *start = arena_reserve();
    if (start == NULL || !arena_map_add(start)) {
        ou_account_give(DESCRIPTOR_BYTES);
        return NULL;
    }
    chunk_next += OU_ARENA_SIZE;
#if OU_ASAN
    __lsan_register_root_region(start, OU_ARENA_SIZE); /* blocks hold pointers into the C library's heap */
#endif
    OuArena *arena = (OuArena *)start;
    arena->magic = OU_ARENA_MAGIC;
    arena->unit = (uint8_t)unit;
    for (unsigned page = OU_HEAD_PAGES; page < OU_ARENA_PAGES; page += 1u << unit) {
        arena->clean[page / 64] |= (uint64_t)1 << (page % 64);
        arena->n_clean++;
    }
    arena->next = ou_arenas;
    ou_arenas = arena;
    ou_n_arenas++;
    clean_list_add(arena);
    return arena;
}

static void
set_trim_level(void)
{
    size_t level = (ou_pages_in_use + ou_memory_empty_pages) / 8;
    ou_memory_trim_level = level < TRIM_MIN_PAGES ? TRIM_MIN_PAGES : level;
}

/* unit     log2 of the pages wanted.
 * Returns  the first page's descriptor, or NULL when refused.
 * Cost     O(1); a page that was in use lately comes first, for it is in the cache. */
OuPool *
ou_page_take(unsigned unit)
{
    OuPool *pool = ou_pages_empty[unit];
    size_t n_pages = (size_t)1 << unit;

    if (pool != NULL) {
        ou_pages_empty[unit] = ou_pool_next(pool);
        ou_memory_empty_pages -= n_pages;
        ou_pages_in_use += n_pages;
        return pool;
    }
    OuArena *arena = arena_clean[unit];
    if (arena == NULL && (arena = arena_new(unit)) == NULL) {
        return NULL;
    }
    if (!ou_account_take(n_pages * OU_PAGE_SIZE)) {
        return NULL;
    }
    unsigned word = 0;
    while (arena->clean[word] == 0) {
        word++;
    }
    unsigned page = word * 64 + (unsigned)__builtin_ctzll(arena->clean[word]);
    arena->clean[word] &= arena->clean[word] - 1;
    if (--arena->n_clean == 0) {
        clean_list_remove(arena);
    }
    ou_pages_in_use += n_pages;
    set_trim_level();
    return ou_descriptor_slot(arena, page);
}

/* pool     in no list, without live blocks; forgotten by its owner. */
void
ou_page_release(OuPool *pool, unsigned unit)
{
    size_t n_pages = (size_t)1 << unit;
    OU_UNPOISON(ou_pool_start(pool), n_pages * OU_PAGE_SIZE);
    pool->state = OU_POOL_UNUSED;
    pool->left = 0; /* a second free of a block of it comes by the slow path, and is seen */
    pool->extra = 0;
    pool->free = NULL;
    ou_pool_set_next(pool, ou_pages_empty[unit]);
    ou_pages_empty[unit] = pool;
    ou_pages_in_use -= n_pages;
    ou_memory_empty_pages += n_pages;
}

/* The runs of pages whose trim bits are set, given to the system. */
static void
arena_discard(OuArena *arena)
{
    unsigned n_pages = 1u << arena->unit, page = OU_HEAD_PAGES;
    while (page < OU_ARENA_PAGES) {
        if (!(arena->trim[page / 64] >> (page % 64) & 1)) {
            page += n_pages;
            continue;
        }
        unsigned first = page;
        while (page < OU_ARENA_PAGES && (arena->trim[page / 64] >> (page % 64) & 1)) {
            page += n_pages;
        }
        char *start = (char *)arena + (size_t)first * OU_PAGE_SIZE;
        ou_system_discard(start, (size_t)(page - first) * OU_PAGE_SIZE);
    }
}

/* force    even if less than an eighth of the heap is empty.
 * Returns  bytes given back.
 * Cost     a visit of every arena and a system call a run. */
size_t
ou_memory_trim(bool force)
{
    size_t n_pages = ou_memory_empty_pages;
    if (!force && !ou_memory_wants_trim()) {
        return 0;
    }
    size_t given = ou_large_drop_cache();
    if (n_pages == 0 || ou_system_page_size() > OU_PAGE_SIZE) {
        return given; /* the system can't take back less than one of its own pages */
    }
    for (unsigned unit = 0; unit < OU_N_UNITS; unit++) {
        OuPool *pool;
        while ((pool = ou_pages_empty[unit]) != NULL) {
            unsigned page = ou_page_index(pool);
            ou_pages_empty[unit] = ou_pool_next(pool);
            ou_arena_of(pool)->trim[page / 64] |= (uint64_t)1 << (page % 64);
        }
    }
    for (OuArena *arena = ou_arenas; arena != NULL; arena = arena->next) {
        unsigned n = 0;
        for (int word = 0; word < OU_ARENA_PAGES / 64; word++) {
            n += (unsigned)__builtin_popcountll(arena->trim[word]);
        }
        if (n == 0) {
            continue;
        }
        arena_discard(arena);
        for (int word = 0; word < OU_ARENA_PAGES / 64; word++) {
            arena->clean[word] |= arena->trim[word];
            arena->trim[word] = 0;
        }
        if (arena->n_clean == 0) {
            clean_list_add(arena);
        }
        arena->n_clean += (uint16_t)n;
    }
    ou_memory_empty_pages = 0;
    set_trim_level();
    ou_account_give(n_pages * OU_PAGE_SIZE);
    ou_trimmed_bytes += n_pages * OU_PAGE_SIZE;
    OU_ASSERT_SLOW(ou_memory_is_valid());
    return given + n_pages * OU_PAGE_SIZE;
}

/* ---- side bitmaps --------------------------------------------------------- */

static void
side_count(OuArena *arena, OuSide side)
{
    if (!(arena->sides >> side & 1)) {
        arena->sides |= 1u << side;
        ou_account_force(OU_SIDE_BYTES); /* not refused: collecting must be possible at the limit */
    }
}

void
ou_side_touch(OuSide side, const void *address)
{
    side_count(ou_arena_of(address), side);
}

static void
side_clear_large(OuSide side)
{
    for (OuLarge *large = ou_larges; large != NULL; large = large->next) {
        large->tag &= ~((uint64_t)1 << (OU_TAG_SIDE_SHIFT + (unsigned)side));
    }
}

/* Cost: 16 KiB of memory written an arena, and a visit of every large block. */
void
ou_side_clear_all(OuSide side)
{
    for (OuArena *arena = ou_arenas; arena != NULL; arena = arena->next) {
        side_count(arena, side);
        memset(ou_side_word(side, arena), 0, OU_SIDE_BYTES);
    }
    side_clear_large(side);
}

void
ou_side_release(OuSide side)
{
    for (OuArena *arena = ou_arenas; arena != NULL; arena = arena->next) {
        ou_system_discard(ou_side_word(side, arena), OU_SIDE_BYTES);
        if (arena->sides >> side & 1) {
            arena->sides &= ~(1u << side);
            ou_account_give(OU_SIDE_BYTES);
        }
    }
    side_clear_large(side);
}
