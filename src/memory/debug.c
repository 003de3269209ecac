/* memory/debug.c - memory-debug: guards, fill patterns, and what they catch.
 *
 * Owns       the shape of a guarded block.  Pooled:
 *                size (8) | mark (8) | the owner's bytes | 0xFD to the block's end, 8 at least
 *            Large and raw: the prefix is the guard before, 8 bytes 0xFD follow.
 * Invariant  a live guarded pooled block has MARK and who asked in its second
 *            word; a free one has its link there, which never looks so.
 * Not here   which allocations are guarded (watch.c), refusals.
 *
 * New bytes are 0xCD, freed ones 0xDD but for the count's word, which is 0. */
#include "memory/internal.h"

#include <string.h>

#define MARK ((uint64_t)0xFBFBFBFBFBFBFB00u) /* low byte: OuOrigin */

enum { NEW_BYTE = 0xCD, FREED_BYTE = 0xDD, GUARD_BYTE = 0xFD };

typedef struct {
    uint64_t size; /* bytes, as asked for */
    uint64_t mark;
} GuardHead;

OU_STATIC_ASSERT(sizeof(GuardHead) == OU_GUARD_HEAD, "the guard keeps blocks aligned");

static const char *
origin_name(unsigned origin, OuFamily family)
{
    switch (origin) {
    case OU_ORIGIN_RAW: return "the raw domain";
    case OU_ORIGIN_MEM: return "the mem domain";
    case OU_ORIGIN_OBJ: return "the obj domain";
    default: break;
    }
    return family == OU_FAMILY_COLLECTED ? "the collected objects"
         : family == OU_FAMILY_PLAIN     ? "the plain objects"
                                         : "the runtime's buffers";
}

/* The runtime itself may free anything but raw blocks; the obj domain, as
 * PyObject_Free, is also how types free plain objects. */
static bool
may_free(unsigned asked, OuFamily family, OuOrigin frees)
{
    if (asked == OU_ORIGIN_RAW || frees == OU_ORIGIN_RAW) {
        return asked == frees;
    }
    if (asked == frees || frees == OU_ORIGIN_FAMILY) {
        return true;
    }
    if (asked == OU_ORIGIN_FAMILY) {
        return family == OU_FAMILY_BUFFER || (family == OU_FAMILY_PLAIN && frees == OU_ORIGIN_OBJ);
    }
    return false;
}

static GuardHead *
head_of(const void *block)
{
    return (GuardHead *)(uintptr_t)block - 1;
}

static unsigned char *
first_bad(unsigned char *guard, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (guard[i] != GUARD_BYTE) {
            return guard + i;
        }
    }
    return NULL;
}

static void
check_tail(void *block, size_t size, size_t n_guards, const char *who)
{
    unsigned char *bad = first_bad((unsigned char *)block + size, n_guards);
    OU_CHECK(bad == NULL,
             "memory-debug: block %p of %zu bytes, asked for by %s: written past its end "
             "(byte %zu is 0x%02x)",
             block, size, who, (size_t)(bad - (unsigned char *)block), *bad);
}

/* ---- pooled blocks --------------------------------------------------------------------- */

/* Report unless `block` is a live guarded block of `pool` with whole guards. */
static void
check_pooled(OuPool *pool, void *block)
{
    char *raw = (char *)block - OU_GUARD_HEAD;
    unsigned index = raw >= ou_pool_start(pool) ? ou_pool_index(pool, raw) : 0;
    OU_CHECK(index < pool->n_carved && ou_pool_block(pool, index) == raw,
             "memory-debug: %p is not the start of a block (it is inside a block of %u bytes at %p)", block,
             (unsigned)(ou_pool_block_size(pool) - OU_GUARD_HEAD - OU_GUARD_TAIL),
             (void *)((char *)ou_pool_block(pool, index < pool->n_carved ? index : 0) + OU_GUARD_HEAD));
    GuardHead *head = head_of(block);
    size_t most = ou_pool_block_size(pool) - OU_GUARD_HEAD - OU_GUARD_TAIL;
    uint64_t who = head->mark & 0xFF;
    if (head->mark - who != MARK || who > OU_ORIGIN_FAMILY || head->size > most) {
        OU_CHECK(ou_memory_at(block).state == OU_ADDR_LIVE, "memory-debug: double free of block %p (at most %zu bytes, %s)",
                 block, most, origin_name(OU_ORIGIN_FAMILY, (OuFamily)pool->family));
        OU_PANIC("memory-debug: block %p (at most %zu bytes, %s): written before its start", block, most,
                 origin_name(OU_ORIGIN_FAMILY, (OuFamily)pool->family));
    }
    check_tail(block, head->size, ou_pool_block_size(pool) - OU_GUARD_HEAD - head->size,
               origin_name(head->mark & 0xFF, (OuFamily)pool->family));
}

/* Returns  a guarded block, or NULL when refused. */
void *
ou_debug_alloc(OuOrigin origin, OuFamily family, size_t size, bool zero)
{
    size_t whole = size + OU_GUARD_HEAD + OU_GUARD_TAIL;
    char *block;

    if (whole <= OU_POOLED_MAX) {
        char *raw = ou_block_obtain(OU_MODE_GUARDED, family, whole, false, 0);
        if (raw == NULL) {
            return NULL;
        }
        block = raw + OU_GUARD_HEAD;
        head_of(block)->size = size;
        head_of(block)->mark = MARK | (uint64_t)origin;
        memset(block + size, GUARD_BYTE, ou_pool_block_size(ou_pool_of(raw)) - OU_GUARD_HEAD - size);
    }
    else {
        int stage = 0;
        do {
            block = ou_large_alloc(family, size, zero, OU_GUARD_TAIL);
        } while (block == NULL && ou_memory_relieve(&stage, size));
        if (block == NULL) {
            return NULL;
        }
        ou_debug_large_tail(block, origin);
    }
    memset(block, zero ? 0 : NEW_BYTE, size);
    return block;
}

/* Fill what was freed; the count's word reads 0. */
void
ou_debug_wipe(void *block, size_t size, OuFamily family)
{
    size_t count_at = family == OU_FAMILY_COLLECTED ? OU_GC_HEAD_SIZE : 0;
    memset(block, FREED_BYTE, size);
    if (size >= count_at + sizeof(void *)) {
        memset((char *)block + count_at, 0, sizeof(void *));
    }
}

/* Check and free a block of a guarded pool. */
void
ou_debug_free(OuOrigin origin, void *block)
{
    OuPool *pool = ou_pool_of(block);
    OU_CHECK(pool->state != OU_POOL_UNUSED, "memory-debug: double free of block %p", block);
    check_pooled(pool, block);
    GuardHead *head = head_of(block);
    OuFamily family = (OuFamily)pool->family;
    unsigned asked = head->mark & 0xFF;
    OU_CHECK(may_free(asked, family, origin), "memory-debug: block %p of %zu bytes, asked for by %s: freed by %s", block,
             (size_t)head->size, origin_name(asked, family), origin_name(origin, OU_FAMILY_BUFFER));
    ou_debug_wipe(block, head->size, family);
    ou_pool_put(pool, head, false);
}

/* Returns  the bytes that were asked for. */
size_t
ou_debug_size(const void *block)
{
    return head_of(block)->size;
}

/* ---- large and raw blocks ------------------------------------------------------------------ */

/* Write the guard behind a block whose prefix is whole, and who asked into its tag. */
void
ou_debug_large_tail(void *block, OuOrigin origin)
{
    OuLarge *large = ou_large_of(block);
    large->tag = (large->tag & ~((uint64_t)3 << OU_TAG_ORIGIN_SHIFT)) | (uint64_t)origin << OU_TAG_ORIGIN_SHIFT;
    memset((char *)block + large->size, GUARD_BYTE, OU_GUARD_TAIL);
}

/* Report unless the block is live, whole and, if `freeing`, `origin` may free it.
 * A block from before the switch has no tail to look at. */
void
ou_debug_check_large(OuOrigin origin, void *block, bool freeing)
{
    OuLarge *large = ou_large_of(block);
    uint64_t magic = ou_large_magic(large);
    OU_CHECK(magic != OU_TAG_DEAD, "memory-debug: double free of block %p (%zu bytes)", block, large->size);
    OU_CHECK(magic == OU_TAG_LIVE, "memory-debug: %p, freed by %s, is no block, or was freed, or written before its start",
             block, origin_name(origin, OU_FAMILY_BUFFER));
    OuFamily family = (OuFamily)(large->tag & OU_TAG_FAMILY);
    unsigned asked = large->tag >> OU_TAG_ORIGIN_SHIFT & 3;
    if (large->tag & OU_TAG_GUARDED) {
        check_tail(block, large->size, OU_GUARD_TAIL, origin_name(asked, family));
    }
    OU_CHECK(!freeing || may_free(asked, family, origin), "memory-debug: block %p of %zu bytes, asked for by %s: freed by %s",
             block, large->size, origin_name(asked, family), origin_name(origin, OU_FAMILY_BUFFER));
}

/* ---- the switch ------------------------------------------------------------------------------ */

void
ou_memory_set_debug(bool on)
{
    ou_watch_set(OU_WATCH_DEBUG, on);
}

bool
ou_memory_debug(void)
{
    return (ou_watch & OU_WATCH_DEBUG) != 0;
}

static int
check_visit(const OuAddress *at, void *arg)
{
    (void)arg;
    if (!ou_in_arena(at->block)) {
        ou_debug_check_large(OU_ORIGIN_FAMILY, at->block, false);
    }
    else if (ou_pool_of(at->block)->mode == OU_MODE_GUARDED) {
        check_pooled(ou_pool_of(at->block), at->block);
    }
    return 0;
}

/* Cost     a visit of every live block; raw blocks are checked only when freed. */
void
ou_memory_debug_check_all(void)
{
    ou_memory_walk(7, check_visit, NULL);
}
