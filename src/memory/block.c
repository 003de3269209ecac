/* memory/block.c - one block, pooled or large: what a caller of ou_block_* meets.
 *
 * Owns       nothing; pools and large blocks belong to their files.
 * Invariant  a request above OU_POOLED_MAX is large.  A large block may have
 *            shrunk below that, but never to OU_INLINE_MAX or less, so that a
 *            sized free of a small size is always one of a pool.
 * Not here   domains (domain.c), switches (watch.c), guards (debug.c). */
#include "memory/internal.h"

#include <string.h>

/* One allocation, nobody told.  tail: guard bytes behind a large block.
 * Returns  a block, or NULL when refused and nothing helped. */
void *
ou_block_obtain(OuPoolMode mode, OuFamily family, size_t size, bool zero, size_t tail)
{
    int stage = 0;
    do {
        void *block;
        if (size <= OU_POOLED_MAX) {
            block = ou_pool_alloc(mode, family, ou_size_class(size));
            if (block != NULL && zero) {
                memset(block, 0, size);
            }
        }
        else {
            block = ou_large_alloc(family, size, zero, tail);
        }
        if (OU_LIKELY(block != NULL)) {
            return block;
        }
    } while (ou_memory_relieve(&stage, size));
    return NULL;
}

/* What an inlined allocation calls when its pool has no free block. */
void *
ou_block_alloc_slow(OuFamily family, size_t size)
{
    if (OU_UNLIKELY(size > OU_SIZE_MAX)) {
        return NULL;
    }
    if (OU_UNLIKELY(ou_watch != 0)) {
        return ou_watched_alloc(OU_ORIGIN_FAMILY, family, size, false);
    }
    return ou_block_obtain(OU_MODE_PLAIN, family, size, false, 0);
}

/* Returns  a block filled with zeros, or NULL when refused. */
void *
ou_block_calloc(OuFamily family, size_t size)
{
    if (size <= OU_POOLED_MAX) {
        void *block = ou_block_alloc(family, size);
        return block != NULL ? memset(block, 0, size) : NULL;
    }
    if (size > OU_SIZE_MAX) {
        return NULL;
    }
    if (OU_UNLIKELY(ou_watch != 0)) {
        return ou_watched_alloc(OU_ORIGIN_FAMILY, family, size, true);
    }
    return ou_block_obtain(OU_MODE_PLAIN, family, size, true, 0);
}

/* ---- freeing ------------------------------------------------------------------ */

static void
large_free_by(OuOrigin origin, void *block)
{
    OuLarge *large = ou_large_of(block);
    if (OU_UNLIKELY(!ou_large_is_live(large) || (large->tag & OU_TAG_RAW))) {
        if (ou_large_is_live(large) && !(ou_watch & OU_WATCH_DEBUG)) {
            ou_raw_free(block);
            return;
        }
        if (ou_watch & OU_WATCH_DEBUG) {
            ou_debug_check_large(origin, block, true); /* reports and does not return */
        }
        OU_CHECK(ou_large_magic(large) != OU_TAG_DEAD, "block %p was freed twice", block);
        OU_PANIC("block %p, given to be freed, is none of this heap", block);
    }
    if (OU_UNLIKELY(ou_watch != 0)) {
        if (large->tag & OU_TAG_GUARDED) {
            ou_debug_check_large(origin, block, true);
            ou_debug_wipe(block, large->size, (OuFamily)(large->tag & OU_TAG_FAMILY));
        }
        if (ou_watch & OU_WATCH_TRACE) {
            ou_trace_freed(origin, block);
        }
    }
    ou_large_free(block);
}

/* origin   who frees: memory-debug compares it with who asked. */
void
ou_block_free_by(OuOrigin origin, void *block)
{
    if (block == NULL) {
        return;
    }
    if (OU_UNLIKELY(!ou_in_arena(block))) {
        large_free_by(origin, block);
        return;
    }
    OuPool *pool = ou_pool_of(block);
    if (OU_LIKELY(pool->mode == OU_MODE_PLAIN)) {
        if (OU_UNLIKELY(pool->left <= 1)) {
            ou_pool_free_slow(block);
            return;
        }
        pool->left--;
        void **words = block;
        if (pool->family != OU_FAMILY_BUFFER) {
            words[pool->family == OU_FAMILY_COLLECTED ? 2 : 0] = NULL;
        }
        words[1] = pool->free;
        pool->free = block;
        OU_POISON(block, ou_pool_block_size(pool));
        return;
    }
    if (ou_watch & OU_WATCH_TRACE) {
        ou_trace_freed(origin, block);
    }
    if (pool->mode == OU_MODE_GUARDED) {
        ou_debug_free(origin, block);
    }
    else {
        ou_pool_put(pool, block, true);
    }
}

/* block    of any family and size, or NULL. */
void
ou_block_free(void *block)
{
    ou_block_free_by(OU_ORIGIN_FAMILY, block);
}

/* ---- looking -------------------------------------------------------------------- */

/* block    live, its start.
 * Returns  bytes that may be used. */
size_t
ou_block_size(const void *block)
{
    if (!ou_in_arena(block)) {
        return ou_large_of(block)->size;
    }
    OuPool *pool = ou_pool_of(block);
    return pool->mode == OU_MODE_GUARDED ? ou_debug_size(block) : ou_pool_block_size(pool);
}

/* Returns  whether an address lies in a pool or a large block; raw blocks are not ours. */
bool
ou_block_is_ours(const void *address)
{
    return ou_in_arena(address) || ou_memory_at(address).state == OU_ADDR_LIVE;
}

/* block, offset: where the object's count lies.  Not of the buffers family, raw, or
 * not of this heap at all: nothing to remember. */
void
ou_block_mark_object(void *block, size_t offset)
{
    if (ou_in_arena(block)) {
        OuPool *pool = ou_pool_of(block);
        if (pool->family == OU_FAMILY_BUFFER && pool->state != OU_POOL_UNUSED) {
            ou_pool_mark_object(pool, block, offset);
        }
        return;
    }
    OuLarge *large = ou_large_of(block);
    if (ou_large_is_live(large) && !(large->tag & OU_TAG_RAW) && (large->tag & OU_TAG_FAMILY) == OU_FAMILY_BUFFER) {
        large->tag |= OU_TAG_OBJECT | (offset != 0 ? OU_TAG_OBJECT_HEAD : 0);
    }
}

static bool
object_offset(const void *block, size_t *offset)
{
    if (!ou_in_arena(block)) {
        uint64_t tag = ou_large_of(block)->tag;
        *offset = tag & OU_TAG_OBJECT_HEAD ? OU_GC_HEAD_SIZE : 0;
        return (tag & OU_TAG_OBJECT) != 0;
    }
    if (!(ou_pool_of(block)->watched & OU_WATCHED_OBJECTS)) {
        return false;
    }
    OuAddress at = ou_memory_at(block);
    *offset = at.object_offset;
    return at.is_object;
}

/* ---- resizing --------------------------------------------------------------------- */

/* A new block with the old one's contents; the old one is freed. */
static void *
block_move(OuOrigin origin, OuFamily family, void *block, size_t old_size, size_t size)
{
    size_t offset = 0;
    bool is_object = family == OU_FAMILY_BUFFER && object_offset(block, &offset);
    void *moved =
        ou_watch != 0 ? ou_watched_alloc(origin, family, size, false) : ou_block_obtain(OU_MODE_PLAIN, family, size, false, 0);
    if (moved == NULL) {
        return NULL;
    }
    memcpy(moved, block, size < old_size ? size : old_size);
    if (is_object) {
        ou_block_mark_object(moved, offset);
    }
    ou_block_free_by(origin, block);
    return moved;
}

static void *
large_resize(OuOrigin origin, void *block, size_t size)
{
    OuLarge *large = ou_large_of(block);
    if (OU_UNLIKELY(!ou_large_is_live(large) || (large->tag & OU_TAG_RAW))) {
        if (ou_large_is_live(large) && !(ou_watch & OU_WATCH_DEBUG)) {
            return ou_raw_realloc(block, size);
        }
        if (ou_watch & OU_WATCH_DEBUG) {
            ou_debug_check_large(origin, block, true); /* reports and does not return */
        }
        OU_PANIC("block %p, given to be resized, is none of this heap", block);
    }
    OuFamily family = (OuFamily)(large->tag & OU_TAG_FAMILY);
    if (OU_UNLIKELY(ou_watch != 0 || (large->tag & OU_TAG_GUARDED))) {
        if (large->tag & OU_TAG_GUARDED) {
            ou_debug_check_large(origin, block, false);
        }
        return block_move(origin, family, block, large->size, size);
    }
    if (size <= OU_POOLED_MAX / 2) {
        void *moved = block_move(origin, family, block, large->size, size);
        if (moved != NULL || size <= OU_INLINE_MAX) {
            return moved;
        }
    }
    int stage = 0;
    void *moved;
    do {
        moved = ou_large_realloc(block, size);
    } while (moved == NULL && ou_memory_relieve(&stage, size));
    return moved;
}

/* family   for a new block; an old one keeps its own.
 * Returns  the block, moved or not, or NULL when refused: then it is as it was. */
void *
ou_block_realloc_by(OuOrigin origin, OuFamily family, void *block, size_t size)
{
    if (size > OU_SIZE_MAX) {
        return NULL;
    }
    if (block == NULL) {
        return ou_watch != 0 ? ou_watched_alloc(origin, family, size, false) : ou_block_alloc(family, size);
    }
    if (!ou_in_arena(block)) {
        return large_resize(origin, block, size);
    }
    OuPool *pool = ou_pool_of(block);
    OU_CHECK(pool->state != OU_POOL_UNUSED, "block %p, given to be resized, is freed", block);
    family = (OuFamily)pool->family;
    if (OU_UNLIKELY(ou_watch != 0 || pool->mode != OU_MODE_PLAIN)) {
        size_t old_size = ou_block_size(block);
        return block_move(origin, family, block, old_size, size);
    }
    size_t room = ou_pool_block_size(pool);
    if (size <= room) {
        /* Stay unless a quarter and more would be idle; CPython has the same rule. */
        if (size > room - room / 4 || ou_size_class(size) == pool->size_class) {
            return block;
        }
        void *moved = block_move(origin, family, block, room, size);
        bool may_stay = ou_class_unit(ou_size_class(size)) <= ou_class_unit(pool->size_class); /* ou_span_descriptor() */
        return moved == NULL && may_stay ? block : moved;
    }
    return block_move(origin, family, block, room, size);
}

/* Returns  the block, moved or not, or NULL when refused: then it is as it was. */
void *
ou_block_realloc(OuFamily family, void *block, size_t size)
{
    return ou_block_realloc_by(OU_ORIGIN_FAMILY, family, block, size);
}
