/* memory/pool.h - the shapes of arenas and pools, and the inlined fast paths.
 *
 * Included by memory/memory.h, where the glossary is; include that one.  All of
 * this is used under the one lock that guards the heap. */
#ifndef OU_POOL_H
#define OU_POOL_H

#include "base/base.h"

#if OU_ASAN
#  include <sanitizer/asan_interface.h>     /* freed blocks are poisoned but for their first three words */
#  define OU_POISON(block, size) \
    ASAN_POISON_MEMORY_REGION((char *)(block) + 24, (size) > 24 ? (size) - 24 : 0)
#  define OU_UNPOISON(block, size) \
    ASAN_UNPOISON_MEMORY_REGION(block, size)
#else
#  define OU_POISON(block, size)    ((void)0)
#  define OU_UNPOISON(block, size)  ((void)0)
#endif

typedef enum {
    OU_FAMILY_COLLECTED,    /* objects with a collector head: the object starts 16 bytes into the block */
    OU_FAMILY_PLAIN,        /* objects without: the object is the block */
    OU_FAMILY_BUFFER        /* anything else */
} OuFamily;

enum {
    OU_N_FAMILIES = 3,
    OU_GC_HEAD_SIZE = 16,   /* bytes from a collected block to its object */

    OU_ARENA_SHIFT = 21,    /* an arena is 2 MiB, aligned to its size */
    OU_PAGE_SHIFT = 12,     /* a page is 4 KiB whatever the machine's page is */
    OU_PAGE_BITS = OU_ARENA_SHIFT - OU_PAGE_SHIFT,
    OU_ARENA_SIZE = 1 << OU_ARENA_SHIFT,
    OU_PAGE_SIZE = 1 << OU_PAGE_SHIFT,
    OU_ARENA_PAGES = 1 << OU_PAGE_BITS,
    OU_HEAD_PAGES = 28,     /* pages of an arena's head: 4 of descriptors, 24 of side bitmaps */
    OU_DESCRIPTOR_SHIFT = 5,

    OU_GRANULE = 16,        /* bytes; every block starts at a multiple */
    OU_SIDE_BYTES = OU_ARENA_SIZE / OU_GRANULE / 8, /* of one side bitmap */
    OU_SIDES_AT = OU_ARENA_PAGES << OU_DESCRIPTOR_SHIFT, /* where they begin: after the descriptors */
    OU_N_SMALL_CLASSES = 33,    /* 0 is never used, n is n * 16 bytes */
    OU_N_CLASSES = OU_N_SMALL_CLASSES + 8,
    OU_TWO_PAGES = 0x1E8,   /* bits of the size classes in pools of 2 pages; lesser ones, which fill one, are in pools of 1 */
    OU_TWO_PAGES_MAX = 128, /* bytes: greater blocks are in pools of 4 pages */
    OU_INLINE_MAX = 512,    /* bytes: the greatest block of the inlined paths */
    OU_POOLED_MAX = 2048    /* bytes: the greatest block of any pool */
};

/* What lies in the head of an arena after the descriptors: bitmaps of one bit
 * a granule, real memory only once touched. */
typedef enum {
    OU_SIDE_MARK,           /* two mark bits */
    OU_SIDE_MARK2,
    OU_SIDE_AGE,            /* two age bits */
    OU_SIDE_AGE2,
    OU_SIDE_OBJECT,         /* at the object's address: an object in a block of the buffers family */
    OU_SIDE_LIVE,           /* while the heap is frozen: the live blocks of the pools asked about */
    OU_N_SIDES
} OuSide;

typedef enum {
    OU_POOL_UNUSED,         /* its page is free */
    OU_POOL_LISTED,         /* in its class's list: has room */
    OU_POOL_FULL            /* in no list until some of its blocks are freed */
} OuPoolState;

/* The descriptor of a page, or of a span of pages: 32 bytes in the arena's head; what follows from the class alone is
 * in ou_class_shapes.
 *
 * `left` and `extra` are one number, the live blocks, split so that the inlined
 * free has a single test: `left` is at most 1 exactly when the slow path must look.
 * See pool_settle() in pool.c for who is split how.  The later pages of a span have
 * descriptors that are never written: all zero, so `left` is 0. */
typedef struct OuPool {
    void *free;             /* the block freed last; each one's link is its second word */
    uint16_t left;          /* frees up to the one at which the slow path must look */
    int16_t extra;          /* live blocks = left + extra */
    uint16_t n_carved : 9;  /* blocks that were ever handed out; the rest of the pool is untouched */
    uint16_t frozen : 7;    /* the freeze for which the side bitmap OU_SIDE_LIVE holds */
    uint8_t size_class;
    uint8_t state : 2;      /* OuPoolState */
    uint8_t family : 2;     /* OuFamily */
    uint8_t mode : 2;       /* which set of lists it belongs to: OuPoolMode in internal.h */
    uint8_t watched : 2;    /* every free of its blocks comes by the slow path; why: internal.h */
    uint64_t next_word;     /* low 48 bits: the next in the class's list, or in the list of empty pools; above: half */
    uint64_t prev_word;     /* of the number of its first block.  See ou_pool_next() and ou_pool_number() */
} OuPool;

OU_STATIC_ASSERT(sizeof(OuPool) == 1 << OU_DESCRIPTOR_SHIFT, "a descriptor is 32 bytes");

/* What all pools of a size class have in common; filled in with the first pool of the class. */
typedef struct {
    uint16_t block_size;    /* bytes */
    uint16_t n_blocks;      /* capacity of a pool */
    uint32_t reciprocal;    /* index of a block = (offset * reciprocal) >> 32 */
} OuClassShape;

extern OuClassShape ou_class_shapes[OU_N_CLASSES];

/* The pool that each inlined allocation tries; never NULL.  It is the head of
 * the class's list, or ou_pool_none when there is none or when every allocation
 * must be seen (memory-debug, fail-at, tracing). */
extern OuPool *ou_pool_current[OU_N_FAMILIES][OU_N_SMALL_CLASSES];

/* Has no blocks, ever. */
extern OuPool ou_pool_none;

/* Which arena-sized stretches of the address space are arenas: a root of leaves of
 * one byte per stretch, for the 47 bits that user space has. */
enum { OU_MAP_LEAF_SHIFT = 14, OU_MAP_ROOT_SHIFT = 47 - OU_ARENA_SHIFT - OU_MAP_LEAF_SHIFT };
extern uint8_t *ou_arena_map[1 << OU_MAP_ROOT_SHIFT];

/* Is the address inside an arena?  Any address may be asked about. */
static OU_ALWAYS_INLINE bool
ou_in_arena(const void *address)
{
    uintptr_t stretch = (uintptr_t)address >> OU_ARENA_SHIFT;
    if (OU_UNLIKELY(stretch >> (47 - OU_ARENA_SHIFT) != 0)) {
        return false;
    }
    const uint8_t *leaf = ou_arena_map[stretch >> OU_MAP_LEAF_SHIFT];
    return leaf != NULL && leaf[stretch & ((1u << OU_MAP_LEAF_SHIFT) - 1)] != 0;
}

/* The descriptor of the page with this number in the arena of an address.  Those of every fourth page come first, side by
 * side, which is a page of descriptors: an arena of spans of four touches no other. */
static OU_ALWAYS_INLINE OuPool *
ou_descriptor_slot(const void *address, uintptr_t page)
{
    uintptr_t slot = (page >> 2 | page << (OU_PAGE_BITS - 2)) & (OU_ARENA_PAGES - 1);
    return (OuPool *)(((uintptr_t)address & ~(uintptr_t)(OU_ARENA_SIZE - 1)) | slot << OU_DESCRIPTOR_SHIFT);
}

/* The descriptor of the page that an address in an arena lies in. */
static OU_ALWAYS_INLINE OuPool *
ou_page_descriptor(const void *address)
{
    return ou_descriptor_slot(address, (uintptr_t)address >> OU_PAGE_SHIFT & (OU_ARENA_PAGES - 1));
}

/* log2 of the pages of the spans for blocks of a size of at most OU_INLINE_MAX. */
static OU_ALWAYS_INLINE unsigned
ou_span_unit(size_t size)
{
    return size <= OU_TWO_PAGES_MAX ? OU_TWO_PAGES >> (size + OU_GRANULE - 1) / OU_GRANULE & 1 : 2;
}

/* The descriptor of the span that a block lies in whose size, as it was asked for, is at most OU_INLINE_MAX: for a
 * constant size nothing is looked up.  A block may have shrunk in its place, but never to a size with longer spans; so
 * this may be a later page's descriptor, whose every free comes by the slow path, and is never another pool's. */
static OU_ALWAYS_INLINE OuPool *
ou_span_descriptor(const void *block, size_t size)
{
    unsigned unit = ou_span_unit(size);
    return ou_descriptor_slot(block, (uintptr_t)block >> OU_PAGE_SHIFT & (OU_ARENA_PAGES - 1) >> unit << unit);
}

/* The word of a side bitmap that holds an address's bit; the bit is number
 * (address >> 4 & 63) in it.  The address is in an arena. */
static OU_ALWAYS_INLINE uint64_t *
ou_side_word(OuSide side, const void *address)
{
    uintptr_t bits = (uintptr_t)address;
    uintptr_t arena = bits & ~(uintptr_t)(OU_ARENA_SIZE - 1);
    return (uint64_t *)(arena + OU_SIDES_AT + (uintptr_t)side * OU_SIDE_BYTES
                        + ((bits & (OU_ARENA_SIZE - 1)) >> 10) * sizeof(uint64_t));
}

static OU_ALWAYS_INLINE uint64_t
ou_side_bit(const void *address)
{
    return (uint64_t)1 << ((uintptr_t)address >> 4 & 63);
}

/* The out-of-line halves, in pool.c and block.c. */
OU_NOINLINE void *ou_block_alloc_slow(OuFamily family, size_t size);
OU_NOINLINE void ou_pool_free_slow(void *block);
void ou_block_free(void *block);

/* A block of `size` bytes, 16-byte aligned, NOT zeroed.  Returns NULL when
 * refused; nothing else has changed then, and no error is set. */
static OU_ALWAYS_INLINE OU_MUST_USE void *
ou_block_alloc(OuFamily family, size_t size)
{
    if (OU_LIKELY(size <= OU_INLINE_MAX)) {
        OuPool *pool = ou_pool_current[family][(size + OU_GRANULE - 1) / OU_GRANULE];
        void **block = pool->free;
        if (OU_LIKELY(block != NULL)) {
            pool->free = block[1];
            pool->left++;
            OU_UNPOISON(block, ou_class_shapes[pool->size_class].block_size);
            return block;
        }
    }
    return ou_block_alloc_slow(family, size);
}

/* Free a block whose size, as it was asked for, is known.  Small ones never
 * consult the page map.  `family` and `size` are best compile-time constants. */
static OU_ALWAYS_INLINE void
ou_block_free_sized(OuFamily family, void *block, size_t size)
{
    if (OU_UNLIKELY(size > OU_INLINE_MAX)) {
        ou_block_free(block);
        return;
    }
    OuPool *pool = ou_span_descriptor(block, size);
    if (OU_UNLIKELY(pool->left <= 1)) {
        ou_pool_free_slow(block);
        return;
    }
    pool->left--;
    void **words = block;
    if (family == OU_FAMILY_PLAIN) {
        words[0] = NULL;    /* the count's word reads 0 */
    }
    else if (family == OU_FAMILY_COLLECTED) {
        words[2] = NULL;
    }
    words[1] = pool->free;
    pool->free = block;
    OU_POISON(block, ou_class_shapes[pool->size_class].block_size);
}

#endif /* OU_POOL_H */
