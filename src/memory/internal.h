/* memory/internal.h - what the files of memory/ share with each other alone.
 *
 * The flow of an allocation, top to bottom:
 *   domain.c   the tables                     watch.c   fail-at, tracing, foreign tables
 *   block.c    pooled or large, resizing      debug.c   guards
 *   pool.c     pools of one class             large.c   large and raw blocks
 *   arena.c    pages, giving back             account.c real bytes, limit, relief
 *   os.c       the system */
#ifndef OU_MEMORY_INTERNAL_H
#define OU_MEMORY_INTERNAL_H

#include "memory/memory.h"

#define OU_SIZE_MAX ((size_t)PTRDIFF_MAX)   /* a greater request is refused, as CPython does */

/* ---- arenas (arena.c) ---------------------------------------------------- */

enum { OU_N_UNITS = 3 };    /* an arena is dealt in units of 1, 2 or 4 pages */

/* The first bytes of an arena, in the place of the first head pages' own descriptors. */
typedef struct OuArena {
    uint64_t magic;
    uint8_t unit;           /* log2 of the pages of a unit */
    uint16_t n_clean;       /* units that are free and not real memory */
    uint32_t sides;         /* bit (1 << OuSide): that bitmap's memory is counted */
    struct OuArena *next;   /* all arenas */
    struct OuArena *next_clean, *prev_clean;    /* those with n_clean > 0, by unit */
    uint64_t clean[OU_ARENA_PAGES / 64];    /* bit of a unit's first page: free and not real */
    uint64_t trim[OU_ARENA_PAGES / 64];     /* the same: being given back (only inside ou_memory_trim) */
} OuArena;

OU_STATIC_ASSERT(sizeof(OuArena) <= OU_HEAD_PAGES / 4 << OU_DESCRIPTOR_SHIFT, "the arena fits its place");

#define OU_ARENA_MAGIC 0x6f75724172656e61u

extern OuArena *ou_arenas;      /* the newest first */
extern size_t ou_n_arenas;
extern size_t ou_pages_in_use;  /* by pools */
extern uint64_t ou_trimmed_bytes;
extern OuPool *ou_pages_empty[OU_N_UNITS];  /* real, in no pool: a stack by `next` */

/* A unit of 1 << unit pages for a pool: its descriptor, whose `state` is
 * OU_POOL_UNUSED and whose other fields are anything.  NULL when refused. */
OuPool *ou_page_take(unsigned unit);

/* Give a unit back: it stays real until the next trim. */
void ou_page_release(OuPool *pool, unsigned unit);

/* Count a side bitmap of the arena that the address is in as real memory. */
void ou_side_touch(OuSide side, const void *address);

static inline OuArena *
ou_arena_of(const void *address)
{
    return (OuArena *)((uintptr_t)address & ~(uintptr_t)(OU_ARENA_SIZE - 1));
}

/* The first page's index of the unit that a descriptor describes. */
static inline unsigned
ou_page_index(const OuPool *pool)
{
    unsigned slot = (unsigned)((uintptr_t)pool & (OU_ARENA_SIZE - 1)) >> OU_DESCRIPTOR_SHIFT;
    return (slot << 2 | slot >> (OU_PAGE_BITS - 2)) & (OU_ARENA_PAGES - 1);
}

/* The first byte of a pool. */
static inline char *
ou_pool_start(const OuPool *pool)
{
    return (char *)ou_arena_of(pool) + (size_t)ou_page_index(pool) * OU_PAGE_SIZE;
}

/* ---- pools (pool.c) ------------------------------------------------------- */

typedef enum {
    OU_MODE_PLAIN,
    OU_MODE_GUARDED,        /* blocks have guards (memory-debug) */
    OU_MODE_TRACED,         /* somebody is told of each free */
    OU_N_MODES
} OuPoolMode;

enum { OU_WATCHED_MODE = 1, OU_WATCHED_OBJECTS = 2 };   /* OuPool.watched */

static inline unsigned
ou_size_class(size_t size)
{
    if (size <= OU_INLINE_MAX) {
        return size == 0 ? 1 : (unsigned)((size + OU_GRANULE - 1) / OU_GRANULE);
    }
    return size <= 1024 ? 33 + (unsigned)(size - 513) / 128 : 37 + (unsigned)(size - 1025) / 256;
}

static inline size_t
ou_class_size(unsigned size_class)
{
    return size_class < 33 ? size_class * 16 : size_class < 37 ? 640 + (size_class - 33) * 128
                                                               : 1280 + (size_class - 37) * 256;
}

static inline unsigned
ou_class_unit(unsigned size_class)
{
    return size_class < OU_N_SMALL_CLASSES ? ou_span_unit(size_class * OU_GRANULE) : 2;
}

static inline unsigned
ou_pool_block_size(const OuPool *pool)
{
    return ou_class_shapes[pool->size_class].block_size;
}

static inline unsigned
ou_pool_n_blocks(const OuPool *pool)
{
    return ou_class_shapes[pool->size_class].n_blocks;
}

/* The links share their words with the number: addresses of user space have 47 bits. */
#define OU_LINK_MASK (((uint64_t)1 << 48) - 1)

static inline OuPool *
ou_pool_next(const OuPool *pool)
{
    return (OuPool *)(uintptr_t)(pool->next_word & OU_LINK_MASK);
}

static inline OuPool *
ou_pool_prev(const OuPool *pool)
{
    return (OuPool *)(uintptr_t)(pool->prev_word & OU_LINK_MASK);
}

static inline void
ou_pool_set_next(OuPool *pool, const OuPool *next)
{
    pool->next_word = (pool->next_word & ~OU_LINK_MASK) | (uintptr_t)next;
}

static inline void
ou_pool_set_prev(OuPool *pool, const OuPool *prev)
{
    pool->prev_word = (pool->prev_word & ~OU_LINK_MASK) | (uintptr_t)prev;
}

/* The number of a pool's first block. */
static inline uint32_t
ou_pool_number(const OuPool *pool)
{
    return (uint32_t)(pool->next_word >> 48 | pool->prev_word >> 48 << 16);
}

static inline void
ou_pool_set_number(OuPool *pool, uint32_t number)
{
    pool->next_word = (pool->next_word & OU_LINK_MASK) | (uint64_t)(number & 0xFFFF) << 48;
    pool->prev_word = (pool->prev_word & OU_LINK_MASK) | (uint64_t)(number >> 16) << 48;
}

static inline unsigned
ou_pool_live(const OuPool *pool)
{
    return (unsigned)((int)pool->left + pool->extra);
}

/* The pool that an address in an arena lies in: the span's first descriptor. */
static inline OuPool *
ou_pool_of(const void *address)
{
    uintptr_t page = (uintptr_t)address >> OU_PAGE_SHIFT & (OU_ARENA_PAGES - 1);
    unsigned unit = ou_arena_of(address)->unit;
    return ou_descriptor_slot(address, page >> unit << unit);
}

static inline unsigned
ou_pool_index(const OuPool *pool, const void *address)
{
    size_t offset = (size_t)((const char *)address - ou_pool_start(pool));
    return (unsigned)((uint64_t)offset * ou_class_shapes[pool->size_class].reciprocal >> 32);
}

static inline void *
ou_pool_block(const OuPool *pool, unsigned index)
{
    return ou_pool_start(pool) + (size_t)index * ou_pool_block_size(pool);
}

/* `left` of a pool that was full: it is listed again when an eighth of its blocks is free.  Were it listed at the first free,
 * a program at that boundary would retire and list it every turn. */
static inline unsigned
ou_pool_full_left(const OuPool *pool, unsigned n_live)
{
    int left = (int)(ou_pool_n_blocks(pool) >> 3) - (int)(ou_pool_n_blocks(pool) - n_live);
    return left < 1 || pool->watched ? 1 : (unsigned)left;
}

void *ou_pool_alloc(OuPoolMode mode, OuFamily family, unsigned size_class);

/* Put a block back: unwatched, unguarded, as it is.  `zero`: set the count's word to 0. */
void ou_pool_put(OuPool *pool, void *block, bool zero);

/* Every inlined allocation misses, or not. */
void ou_pool_divert(bool divert);

/* List all pools that were full and have a free block, which allocation would find in its need only.  Returns whether there
 * were any.  Cost: a visit of every descriptor. */
bool ou_pool_list_waiting(void);

/* Give the pools back that are empty and kept only as heads of their lists. */
void ou_pool_release_heads(void);

/* First number for `n` new blocks. */
uint32_t ou_number_take(unsigned n);

void ou_pool_mark_object(OuPool *pool, void *block, size_t offset);
bool ou_pool_heads_are_valid(void);

/* ---- large and raw blocks (large.c) ----------------------------------------- */

/* The prefix: 32 bytes before the block.  The tag is the word before it. */
typedef struct OuLarge {
    struct OuLarge *next, *prev;    /* all large blocks; not used by raw ones */
    size_t size;            /* bytes, as asked for */
    uint64_t tag;
} OuLarge;

enum {                      /* of the tag */
    OU_TAG_FAMILY = 3,      /* mask: OuFamily */
    OU_TAG_MAPPED = 1 << 2, /* from the system's pages, else from the C library */
    OU_TAG_RAW = 1 << 3,    /* of the raw domain: in no list */
    OU_TAG_GUARDED = 1 << 4,    /* OU_GUARD_TAIL bytes follow */
    OU_TAG_OBJECT = 1 << 5, /* a buffer that holds an object */
    OU_TAG_OBJECT_HEAD = 1 << 6,    /* the object is OU_GC_HEAD_SIZE in */
    OU_TAG_ORIGIN_SHIFT = 14,   /* 2 bits: OuOrigin */
    OU_TAG_NUMBER_SHIFT = 16,   /* 32 bits */
    OU_TAG_MAGIC_SHIFT = 48
};

#define OU_TAG_LIVE ((uint64_t)0x4f75)  /* no chunk of the C library has such a word before it */
#define OU_TAG_DEAD ((uint64_t)0x4f78)

/* Who asked for a block: memory-debug compares it with who frees it. */
typedef enum { OU_ORIGIN_RAW, OU_ORIGIN_MEM, OU_ORIGIN_OBJ, OU_ORIGIN_FAMILY } OuOrigin;

extern OuLarge *ou_larges;
extern size_t ou_n_large, ou_large_bytes;
extern uint64_t ou_large_epoch;     /* changes whenever a large block comes, moves or goes */

static inline OuLarge *
ou_large_of(const void *block)
{
    return (OuLarge *)(uintptr_t)block - 1;
}

#if OU_ASAN
/* The word before a pointer of the C library's is asked too. */
__attribute__((no_sanitize_address, noinline)) uint64_t ou_large_magic(const OuLarge *large);
#else
static inline uint64_t
ou_large_magic(const OuLarge *large)
{
    return large->tag >> OU_TAG_MAGIC_SHIFT;
}
#endif

static inline bool
ou_large_is_live(const OuLarge *large)
{
    return ou_large_magic(large) == OU_TAG_LIVE;
}

static inline void *
ou_large_block(const OuLarge *large)
{
    return (void *)(uintptr_t)(large + 1);
}

/* tail: guard bytes to add behind (0: not guarded). */
void *ou_large_alloc(OuFamily family, size_t size, bool zero, size_t tail);
void *ou_large_realloc(void *block, size_t size);   /* not for guarded ones */
void ou_large_free(void *block);
size_t ou_large_taken(const OuLarge *large);        /* bytes that it costs */
size_t ou_large_drop_cache(void);                   /* returns bytes given back */

void *ou_raw_malloc(size_t size, bool zero);
void *ou_raw_realloc(void *block, size_t size);
void ou_raw_free(void *block);
size_t ou_raw_blocks(void);

/* ---- accounting (account.c) -------------------------------------------------- */

/* May these bytes be taken?  If so they are counted.  Under the lock. */
bool ou_account_take(size_t bytes);
void ou_account_force(size_t bytes);    /* counted whatever the limit */
void ou_account_press(void);
void ou_account_give(size_t bytes);

/* The same for the raw domain: any thread. */
bool ou_account_take_raw(size_t bytes);
void ou_account_give_raw(size_t bytes);
size_t ou_account_raw(void);

extern size_t ou_mapped_bytes;

/* Try to make room after a refusal.  Call with *stage = 0 at first and while it
 * returns true try again.  Never true when the refusal was injected. */
bool ou_memory_relieve(int *stage, size_t wanted);

/* ---- watching (watch.c, debug.c) ----------------------------------------------- */

enum {                      /* ou_watch: what every allocation must pass */
    OU_WATCH_FAIL = 1,
    OU_WATCH_DEBUG = 2,
    OU_WATCH_TRACE = 4,
    OU_WATCH_FOREIGN = 8,   /* the obj domain has a foreign table */
    OU_WATCH_PRESSURE = 16  /* the pressure hook is asked now and then for nothing */
};

extern unsigned ou_watch;
void ou_watch_set(unsigned bits, bool on);

/* Count an allocation; must it be refused?  Any thread. */
bool ou_fail_refuses(void);

/* The refusal on its way up was injected deep down: no relief is tried. */
extern bool ou_fail_injected;

void *ou_watched_alloc(OuOrigin origin, OuFamily family, size_t size, bool zero);
void *ou_foreign_alloc(OuFamily family, size_t size, bool *refused);     /* domain.c */
void ou_trace_allocated(OuOrigin origin, void *block, size_t size);
void ou_trace_freed(OuOrigin origin, void *block);

/* One allocation, unwatched, with relief: pooled or large.  block.c */
void *ou_block_obtain(OuPoolMode mode, OuFamily family, size_t size, bool zero, size_t tail);

/* The domain functions' halves, which know who asks.  block.c */
void *ou_block_realloc_by(OuOrigin origin, OuFamily family, void *block, size_t size);
void ou_block_free_by(OuOrigin origin, void *block);

enum { OU_GUARD_HEAD = 16, OU_GUARD_TAIL = 8 };     /* bytes */
void *ou_debug_alloc(OuOrigin origin, OuFamily family, size_t size, bool zero);
void ou_debug_free(OuOrigin origin, void *block);   /* a pooled block of a guarded pool */
void ou_debug_check_large(OuOrigin origin, void *block, bool freeing);
void ou_debug_large_tail(void *block, OuOrigin origin);  /* write the guard behind */
void ou_debug_wipe(void *block, size_t size, OuFamily family);
size_t ou_debug_size(const void *block);    /* of a live pooled block of a guarded pool */

/* ---- questions (query.c) --------------------------------------------------------- */

/* Set the bit of each free block of a pool, by index; returns their number.
 * Never leaves the pool, whatever the links say: a broken chain ends there. */
unsigned ou_pool_free_bits(const OuPool *pool, uint64_t bits[4]);

#endif /* OU_MEMORY_INTERNAL_H */
