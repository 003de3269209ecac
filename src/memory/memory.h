/* memory/memory.h - everything the runtime asks of memory.
 *
 * Glossary
 *   block     what an allocation returns: 16-byte aligned.
 *   family    which kind of thing a block was asked for: collected objects, plain
 *             objects, buffers.  Blocks of one pool are of one family.
 *   size class  blocks are rounded up to one of 40 sizes: multiples of 16 to 512
 *             bytes, then four per doubling to 2048.
 *   pool      a span of 1, 2 or 4 pages of 4 KiB, of blocks of one class and
 *             family.
 *   descriptor  32 bytes that describe a pool, in the head of its arena.
 *   arena     2 MiB, aligned: 28 pages of head (descriptors, side bitmaps, real
 *             only where touched) and 484 pages for pools.  Never unmapped.
 *   large block  above 2048 bytes: from the system, with a 32-byte prefix.
 *   domain    one of three allocator tables, as CPython has them: raw, mem, obj.
 *   number    every place where a block can be has a number, dense enough for
 *             flat arrays beside the heap.
 *   watched   every allocation and free takes the slow path: memory-debug,
 *             fail-at, tracing.  Costs nothing while off.
 *
 * Lock       all but the raw domain is used under one lock.  The raw domain may
 *            be used from any thread at any time.
 * Never      does anything here run Python code, raise, or know an object.
 *
 * docs/memory.md explains the design. */
#ifndef OU_MEMORY_H
#define OU_MEMORY_H

#include "base/base.h"
#include "memory/pool.h"

/* ---- blocks --------------------------------------------------------------
 *
 *   static inline void *ou_block_alloc(OuFamily, size_t size);
 *   static inline void ou_block_free_sized(OuFamily, void *block, size_t size);
 *
 * are in memory/pool.h.  A block of the collected family is asked for with
 * OU_GC_HEAD_SIZE bytes added, and its object starts that many bytes in. */

/* As ou_block_alloc, filled with zeros. */
OU_MUST_USE void *ou_block_calloc(OuFamily family, size_t size);

/* Grow or shrink; NULL asks for a new block.  Returns the block, moved or not,
 * or NULL when refused: then the old one is as it was.  The family is that of
 * the old block (`family` counts for a new one). */
OU_MUST_USE void *ou_block_realloc(OuFamily family, void *block, size_t size);

/* Free a block of any family and size, or NULL.  Finds its pool by the page map. */
void ou_block_free(void *block);

/* Bytes that the owner of a live block may use: at least what was asked for. */
size_t ou_block_size(const void *block);

/* Say that a live block of the buffers family now holds an object, `offset`
 * bytes in (0 or OU_GC_HEAD_SIZE).  Blocks of other families ignore it, and so
 * do addresses that are no block.  Forgotten when the block is freed. */
void ou_block_mark_object(void *block, size_t offset);

/* Is the block the heap's own, at all?  (Interior addresses too.) */
bool ou_block_is_ours(const void *address);

/* ---- domains -------------------------------------------------------------- */

typedef enum {
    OU_DOMAIN_RAW,          /* usable without the lock; the system's allocator */
    OU_DOMAIN_MEM,          /* blocks of the buffers family */
    OU_DOMAIN_OBJ           /* blocks of the buffers family; objects come by the families */
} OuDomain;

enum { OU_N_DOMAINS = 3 };

/* Laid out as CPython's PyMemAllocatorEx. */
typedef struct {
    void *ctx;
    void *(*malloc)(void *ctx, size_t size);
    void *(*calloc)(void *ctx, size_t n_items, size_t item_size);
    void *(*realloc)(void *ctx, void *block, size_t size);
    void (*free)(void *ctx, void *block);
} OuAllocator;

void ou_memory_get_allocator(OuDomain domain, OuAllocator *out);

/* Replace a domain's table.  While OU_DOMAIN_OBJ has a foreign table, the
 * families ask it too: a NULL from it refuses, and a block that is not of this
 * heap is given back to it and replaced by one that is. */
void ou_memory_set_allocator(OuDomain domain, const OuAllocator *allocator);

/* Through the domain's table.  Zero bytes give a unique block; sizes above
 * PTRDIFF_MAX, and products that overflow, give NULL. */
OU_MUST_USE void *ou_mem_malloc(OuDomain domain, size_t size);
OU_MUST_USE void *ou_mem_calloc(OuDomain domain, size_t n_items, size_t item_size);
OU_MUST_USE void *ou_mem_realloc(OuDomain domain, void *block, size_t size);
void ou_mem_free(OuDomain domain, void *block);

/* ---- mappings: frame segments and the like ---------------------------------- */

/* Whole pages, zero-filled, counted as real memory, refused by limit and fail-at. */
OU_MUST_USE void *ou_memory_map(size_t size);
void ou_memory_unmap(void *mapping, size_t size);

/* ---- switches: they may be thrown at any time ------------------------------- */

/* Refuse the allocations numbered first to last, counting from 1 and from now;
 * last = UINT64_MAX for "from first on".  (0, 0) counts and refuses none. */
void ou_memory_set_fail(uint64_t first, uint64_t last);
void ou_memory_clear_fail(void);

/* Allocations since ou_memory_set_fail: all domains, families, arenas, mappings. */
uint64_t ou_memory_allocations(void);

/* Refusals since then; between begin and end (they nest) a refusal is benign:
 * the caller goes on without, so that no error need follow. */
uint64_t ou_memory_failures(void);
uint64_t ou_memory_benign_failures(void);
void ou_memory_fail_benign_begin(void);
void ou_memory_fail_benign_end(void);

/* Call the pressure hook at every nth allocation as if memory were short; 0: don't. */
void ou_memory_set_pressure(unsigned nth);

/* Bound the real bytes: pages in use, large blocks, raw blocks, mappings.  0: no bound. */
void ou_memory_set_limit(size_t bytes);
size_t ou_memory_limit(void);

/* Called (under the lock, never inside itself, never for the raw domain) before
 * an allocation is refused for want of memory.  It may free blocks and may not
 * run Python code.  Returns true if trying again makes sense.  `wanted` is 0 where nothing is
 * to be refused (ou_memory_set_pressure). */
extern bool (*ou_memory_pressure_hook)(size_t wanted);

/* Guard bytes, fill patterns, double frees, frees in the wrong domain: reported
 * on stderr, then abort.  Blocks from before the switch are not checked. */
void ou_memory_set_debug(bool on);
bool ou_memory_debug(void);

/* Check the guards of every block from the debug mode; reports as a free would. */
void ou_memory_debug_check_all(void);

/* Tell somebody of each allocation and free (a resize is a free and an
 * allocation).  `domain` is OU_DOMAIN_OBJ for the families.  NULL: nobody.
 * Called under the lock, but for the raw domain. */
typedef struct {
    void *ctx;
    void (*allocated)(void *ctx, OuDomain domain, void *block, size_t size);
    void (*freed)(void *ctx, OuDomain domain, void *block);
} OuMemoryTrace;

void ou_memory_set_trace(const OuMemoryTrace *trace);

/* ---- questions --------------------------------------------------------------- */

typedef struct {
    enum {
        OU_ADDR_NONE,       /* not of this heap (a raw block, static, the stack, ...) */
        OU_ADDR_LIVE,       /* in a block that is in use */
        OU_ADDR_FREED,      /* in a block that waits for use, as a rule one used before */
        OU_ADDR_UNUSED      /* in an arena, and no block was here since its page was taken */
    } state;
    void *block;            /* start of the block (LIVE, FREED) */
    size_t size;            /* bytes of it that its owner may use */
    OuFamily family;
    bool is_object;         /* of an object family, or marked by ou_block_mark_object */
    size_t object_offset;   /* from the block to the object, if it is one */
    size_t number;          /* of the block, below ou_memory_block_numbers() */
} OuAddress;

/* What is at an address?  Any address may be asked, interior ones too.  Reads
 * descriptors and the links of free blocks, nothing else of a block.
 * Cost     up to a pool's free blocks; O(1) while frozen (large: O(log n)). */
OuAddress ou_memory_at(const void *address);

/* Upper bound of the blocks' numbers at this moment.  Numbers stay until the
 * next call of this function, which may deal them anew when they got sparse. */
size_t ou_memory_block_numbers(void);

/* Visit every live block once: pools by arena, then large blocks.  Bit
 * (1 << family) of the mask selects.  The visitor may not allocate or free
 * blocks.  Returns what the visitor returned if not 0 (the walk stops), or 0. */
int ou_memory_walk(unsigned family_mask, int (*visit)(const OuAddress *, void *), void *arg);
/* The same for those blocks alone whose side bit is clear (see below). */
int ou_memory_walk_unset(unsigned family_mask, OuSide side, int (*visit)(const OuAddress *, void *), void *arg);

/* Between freeze and thaw (they nest) no block is allocated or freed, and
 * ou_memory_at() answers in constant time.  What a walker needs beside the
 * heap it takes from ou_memory_map() or ou_system_map(). */
void ou_memory_freeze(void);
void ou_memory_thaw(void);

/* ---- side bits ----------------------------------------------------------------
 *
 * One bit a block and side, beside the heap.  `block` is the block's start (or, if the
 * caller always does so, another 16-byte multiple in it) and a live block of this heap.
 * A new block has the bits of whoever was there before: clear all before use. */

/* The bit of the first OuSide in the word before a large block: its tag (internal.h). */
enum { OU_TAG_SIDE_SHIFT = 8 };

static OU_ALWAYS_INLINE uint64_t *
ou_side_place(OuSide side, const void *block, uint64_t *bit)
{
    if (OU_LIKELY(ou_in_arena(block))) {
        *bit = ou_side_bit(block);
        return ou_side_word(side, block);
    }
    *bit = (uint64_t)1 << (OU_TAG_SIDE_SHIFT + (unsigned)side);
    return (uint64_t *)(uintptr_t)block - 1;
}

static OU_ALWAYS_INLINE bool
ou_side_test(OuSide side, const void *block)
{
    uint64_t bit, *word = ou_side_place(side, block, &bit);
    return (*word & bit) != 0;
}

/* Returns what the bit was. */
static OU_ALWAYS_INLINE bool
ou_side_test_and_set(OuSide side, const void *block)
{
    uint64_t bit, *word = ou_side_place(side, block, &bit);
    uint64_t was = *word;
    *word = was | bit;
    return (was & bit) != 0;
}

static OU_ALWAYS_INLINE void
ou_side_set(OuSide side, const void *block)
{
    uint64_t bit, *word = ou_side_place(side, block, &bit);
    *word |= bit;
}

static OU_ALWAYS_INLINE void
ou_side_clear(OuSide side, const void *block)
{
    uint64_t bit, *word = ou_side_place(side, block, &bit);
    *word &= ~bit;
}

/* Clear one side's bits of every block: 16 KiB an arena. */
void ou_side_clear_all(OuSide side);

/* The same, and give the bitmaps' memory back. */
void ou_side_release(OuSide side);

static OU_ALWAYS_INLINE bool
ou_mark_test_and_set(const void *block)
{
    return ou_side_test_and_set(OU_SIDE_MARK, block);
}

static OU_ALWAYS_INLINE bool
ou_mark_test(const void *block)
{
    return ou_side_test(OU_SIDE_MARK, block);
}

static inline void
ou_mark_clear_all(void)
{
    ou_side_clear_all(OU_SIDE_MARK);
}

/* ---- accounting ----------------------------------------------------------------- */

typedef struct {
    size_t n_blocks;        /* live */
    size_t live_bytes;      /* in them: pools by block size, large by what was asked */
    size_t slack_bytes;     /* of pages in use and of large blocks, in no live block */
    size_t n_pages;         /* pool pages in use */
} OuFamilyStats;

typedef struct {
    size_t block_size;      /* bytes */
    size_t n_pools;
    size_t n_blocks;        /* live */
    size_t n_free;          /* free blocks of these pools, never used ones included */
} OuClassStats;

typedef struct {
    OuFamilyStats family[OU_N_FAMILIES];    /* pools and large blocks */
    OuClassStats size_class[OU_N_CLASSES];
    size_t n_blocks, live_bytes, slack_bytes;   /* sums over the families */
    size_t n_large, large_bytes;    /* live large blocks; bytes taken for them */
    size_t n_raw, raw_bytes;        /* live raw blocks; bytes taken for them */
    size_t mapped_bytes;            /* ou_memory_map */
    size_t n_arenas;
    size_t pages_in_use;            /* by pools */
    size_t pages_empty;             /* real, in no pool, not yet given back */
    size_t system_bytes;            /* real bytes taken from the system: what the limit bounds */
    size_t peak_system_bytes;       /* the greatest it was */
    size_t reserved_bytes;          /* address space of the arenas */
    uint64_t n_trimmed_bytes;       /* given back so far by ou_memory_trim */
} OuMemoryStats;

/* One reading.  Cost: a visit of every descriptor in use.  Allocates nothing. */
void ou_memory_stats(OuMemoryStats *out);

/* Live blocks, pooled and large (sys.getallocatedblocks). */
size_t ou_memory_live_blocks(void);

/* Real bytes now, and the greatest they were.  O(1). */
size_t ou_memory_system_bytes(void);
size_t ou_memory_peak_system_bytes(void);

/* ---- giving back ------------------------------------------------------------------ */

/* The empty pages that are still real, and the level at which they go back. */
extern size_t ou_memory_empty_pages, ou_memory_trim_level;

/* Is an eighth of the heap, and at least 1 MiB, empty? */
static inline bool
ou_memory_wants_trim(void)
{
    return OU_UNLIKELY(ou_memory_empty_pages >= ou_memory_trim_level);
}

/* Give empty pages and kept large regions back to the system if
 * ou_memory_wants_trim(), or at any rate if `force`.  Returns the bytes given back. */
size_t ou_memory_trim(bool force);

/* ---- checks ------------------------------------------------------------------------ */

/* Do all structures agree with each other?  Says on stderr which does not. */
bool ou_memory_is_valid(void);

#endif /* OU_MEMORY_H */
