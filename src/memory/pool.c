/* memory/pool.c - pools: blocks of one size class and family, and their lists.
 *
 * Owns       the lists of pools with room, the table of current pools.
 * Invariant  a pool with room is in the list of its mode, family and class; one
 *            that was full is in none until an eighth of it is free.  The head of a
 *            list is where allocation goes, and only a head may be empty.  Of each pool,
 *                left + extra = live blocks
 *            with `left` such that it falls to 0 at a free exactly when the slow
 *            path has something to do: see pool_settle().
 * Not here   pages (arena.c), large blocks (large.c), guards (debug.c). */
#include "memory/internal.h"

#include <string.h>

enum { CARVE_BYTES = 1024 }; /* linked at once in a fresh pool: arbitrary, a quarter of a page */

OuPool ou_pool_none;
OuClassShape ou_class_shapes[OU_N_CLASSES];

#define NONE_8 \
    &ou_pool_none, &ou_pool_none, &ou_pool_none, &ou_pool_none, &ou_pool_none, &ou_pool_none, &ou_pool_none, &ou_pool_none
#define NONE_33                                       \
    {                                                 \
        NONE_8, NONE_8, NONE_8, NONE_8, &ou_pool_none \
    }

/* Static, so that allocation works before anything has been set up. */
OuPool *ou_pool_current[OU_N_FAMILIES][OU_N_SMALL_CLASSES] = {NONE_33, NONE_33, NONE_33};

static OuPool *pool_heads[OU_N_MODES][OU_N_FAMILIES][OU_N_CLASSES];
static uint32_t pool_next_number; /* numbers dealt so far, to pools and large blocks */
static bool pool_diverted;

static bool
pool_is_head(const OuPool *pool)
{
    return pool_heads[pool->mode][pool->family][pool->size_class] == pool;
}

/* Split a pool's number of live blocks into `left` and `extra`:
 *   watched   every free is looked at           left = 1
 *   full      some frees, then one lists it     left = ou_pool_full_left()
 *   head      never goes back by a free         left is one too many
 *   listed    goes back when it becomes empty   left = live */
static OU_ALWAYS_INLINE void
pool_split(OuPool *pool, unsigned left, unsigned n_live)
{
    pool->left = (uint16_t)(pool->watched ? 1 : left);
    pool->extra = (int16_t)((int)n_live - (int)pool->left);
}

static void
pool_settle(OuPool *pool, unsigned n_live)
{
    OU_ASSERT(n_live > 0 || pool_is_head(pool));
    pool_split(pool, pool->state == OU_POOL_FULL ? ou_pool_full_left(pool, n_live) : n_live + pool_is_head(pool), n_live);
}

static OU_ALWAYS_INLINE void
pool_set_head(OuPoolMode mode, OuFamily family, unsigned size_class, OuPool *head)
{
    pool_heads[mode][family][size_class] = head;
    if (mode == OU_MODE_PLAIN && size_class < OU_N_SMALL_CLASSES) {
        bool inlined = head != NULL && !head->watched && !pool_diverted;
        ou_pool_current[family][size_class] = inlined ? head : &ou_pool_none;
    }
}

static void
pool_forget(OuPool *pool)
{
    ou_page_release(pool, ou_class_unit(pool->size_class));
}

/* Put a pool at the front of its list: it becomes the head. */
static OU_ALWAYS_INLINE void
list_push(OuPool *pool, unsigned n_live)
{
    OuPool *old = pool_heads[pool->mode][pool->family][pool->size_class];
    pool->state = OU_POOL_LISTED;
    ou_pool_set_prev(pool, NULL);
    ou_pool_set_next(pool, old);
    pool_set_head((OuPoolMode)pool->mode, (OuFamily)pool->family, pool->size_class, pool);
    pool_split(pool, n_live + 1, n_live);
    if (old != NULL) {
        unsigned n_old = ou_pool_live(old);
        ou_pool_set_prev(old, pool);
        pool_split(old, n_old, n_old);
        if (OU_UNLIKELY(n_old == 0)) {
            OuPool *next = ou_pool_next(old);
            ou_pool_set_next(pool, next);
            if (next != NULL) {
                ou_pool_set_prev(next, pool);
            }
            pool_forget(old);
        }
    }
}

/* The head has no block left: it leaves its list until some are freed. */
static OU_ALWAYS_INLINE void
list_retire_head(OuPool *pool)
{
    OuPool *next = ou_pool_next(pool);
    unsigned n_live = ou_pool_n_blocks(pool);
    pool->state = OU_POOL_FULL;
    pool_split(pool, ou_pool_full_left(pool, n_live), n_live);
    pool_set_head((OuPoolMode)pool->mode, (OuFamily)pool->family, pool->size_class, next);
    if (next != NULL) {
        ou_pool_set_prev(next, NULL);
        n_live = ou_pool_live(next);
        pool_split(next, n_live + 1, n_live);
    }
}

/* Take a pool out of its list; its state and split are the caller's to set. */
static void
list_remove(OuPool *pool)
{
    bool was_head = pool_is_head(pool);
    OuPool *next = ou_pool_next(pool), *prev = ou_pool_prev(pool);
    if (next != NULL) {
        ou_pool_set_prev(next, prev);
    }
    if (prev != NULL) {
        ou_pool_set_next(prev, next);
    }
    if (was_head) {
        pool_set_head((OuPoolMode)pool->mode, (OuFamily)pool->family, pool->size_class, next);
        if (next != NULL) {
            pool_settle(next, ou_pool_live(next));
        }
    }
}

/* ---- numbers ---------------------------------------------------------------- */

static void
number_deal_anew(void)
{
    pool_next_number = 0;
    for (OuArena *arena = ou_arenas; arena != NULL; arena = arena->next) {
        for (unsigned page = OU_HEAD_PAGES; page < OU_ARENA_PAGES; page += 1u << arena->unit) {
            OuPool *pool = ou_descriptor_slot(arena, page);
            if (pool->state != OU_POOL_UNUSED) {
                ou_pool_set_number(pool, pool_next_number);
                pool_next_number += ou_pool_n_blocks(pool);
            }
        }
    }
    for (OuLarge *large = ou_larges; large != NULL; large = large->next) {
        uint64_t mask = (uint64_t)UINT32_MAX << OU_TAG_NUMBER_SHIFT;
        large->tag = (large->tag & ~mask) | (uint64_t)pool_next_number++ << OU_TAG_NUMBER_SHIFT;
    }
}

/* n        at most the blocks of a pool.
 * Returns  the first of n numbers.  When 32 bits are used up all are dealt anew:
 *          that takes 2^32 blocks' worth of pools since ou_memory_block_numbers(). */
uint32_t
ou_number_take(unsigned n)
{
    if (OU_UNLIKELY(pool_next_number > UINT32_MAX - n)) {
        number_deal_anew();
    }
    uint32_t first = pool_next_number;
    pool_next_number += n;
    return first;
}

/* Returns  one more than the greatest number in use.
 * Cost     a visit of every descriptor. */
size_t
ou_memory_block_numbers(void)
{
    size_t n_used = ou_n_large;
    for (OuArena *arena = ou_arenas; arena != NULL; arena = arena->next) {
        for (unsigned page = OU_HEAD_PAGES; page < OU_ARENA_PAGES; page += 1u << arena->unit) {
            const OuPool *pool = ou_descriptor_slot(arena, page);
            n_used += pool->state != OU_POOL_UNUSED ? ou_pool_n_blocks(pool) : 0;
        }
    }
    if (pool_next_number > 4096 && pool_next_number / 2 > n_used) {
        number_deal_anew();
    }
    return pool_next_number;
}

/* ---- allocation --------------------------------------------------------------- */

static OuPool *
pool_new(OuPoolMode mode, OuFamily family, unsigned size_class)
{
    unsigned unit = ou_class_unit(size_class), size = (unsigned)ou_class_size(size_class);
    OuPool *pool = ou_page_take(unit);
    if (pool == NULL) {
        return NULL;
    }
    pool->free = NULL;
    pool->n_carved = 0;
    OuClassShape *shape = &ou_class_shapes[size_class];
    shape->block_size = (uint16_t)size;
    shape->n_blocks = (uint16_t)(((unsigned)OU_PAGE_SIZE << unit) / size);
    shape->reciprocal = (uint32_t)((((uint64_t)1 << 32) + size - 1) / size);
    pool->size_class = (uint8_t)size_class;
    pool->family = family;
    pool->watched = mode == OU_MODE_PLAIN ? 0 : OU_WATCHED_MODE;
    pool->mode = mode;
    pool->frozen = 0;
    ou_pool_set_number(pool, ou_number_take(shape->n_blocks));
    list_push(pool, 0);
    return pool;
}

/* Link some more blocks of a pool, in the order of their addresses. */
static void
pool_carve(OuPool *pool)
{
    unsigned size = ou_pool_block_size(pool), n = CARVE_BYTES / size;
    unsigned left = ou_pool_n_blocks(pool) - pool->n_carved;
    n = n == 0 ? 1 : n > left ? left : n;
    char *block = ou_pool_block(pool, pool->n_carved), *first = block;
    for (unsigned i = 1; i < n; i++, block += size) {
        OU_UNPOISON(block, 24);
        ((void **)block)[1] = block + size;
        OU_POISON(block, size);
    }
    OU_UNPOISON(block, 16);
    ((void **)block)[1] = NULL;
    OU_POISON(block, size);
    pool->n_carved = (pool->n_carved + n) & 511;
    pool->free = first;
}

/* size_class  of ou_size_class().
 * Returns     a block, or NULL when there is no page for a new pool; no relief is
 *             tried here.
 * Cost        O(1): at most one full pool is passed by on the way. */
void *
ou_pool_alloc(OuPoolMode mode, OuFamily family, unsigned size_class)
{
    for (;;) {
        OuPool *pool = pool_heads[mode][family][size_class];
        if (pool == NULL && (pool = pool_new(mode, family, size_class)) == NULL) {
            return NULL;
        }
        if (pool->free == NULL) {
            if (pool->n_carved == ou_pool_n_blocks(pool)) {
                list_retire_head(pool);
                continue;
            }
            pool_carve(pool);
        }
        void **block = pool->free;
        pool->free = block[1];
        if (pool->watched) {
            pool->extra++;
        }
        else {
            pool->left++;
        }
        OU_UNPOISON(block, ou_pool_block_size(pool));
        return block;
    }
}

/* ---- freeing --------------------------------------------------------------------- */

/* Is an object bit of the pool set? */
static bool
pool_has_objects(const OuPool *pool)
{
    const uint64_t *words = ou_side_word(OU_SIDE_OBJECT, ou_pool_start(pool));
    uint64_t any = 0;
    for (unsigned i = 0; i < 4u << ou_class_unit(pool->size_class); i++) {
        any |= words[i];
    }
    return any != 0;
}

/* The object bits lie at the objects' addresses: at the block's start or one head
 * further, behind the guard if there is one. */
static void
pool_unmark_object(OuPool *pool, char *block)
{
    unsigned first = pool->mode == OU_MODE_GUARDED ? OU_GUARD_HEAD : 0;
    for (unsigned i = 0; i < 2; i++) {
        unsigned offset = first + i * OU_GC_HEAD_SIZE;
        if (offset >= ou_pool_block_size(pool)) {
            return;
        }
        uint64_t *word = ou_side_word(OU_SIDE_OBJECT, block + offset), bit = ou_side_bit(block + offset);
        if (*word & bit) {
            *word &= ~bit;
            *(void **)(block + offset) = NULL; /* the count's word */
            if (!pool_has_objects(pool)) {
                pool->watched &= OU_WATCHED_MODE;
            }
        }
    }
}

/* The block is linked, the pool takes the place that its `n_live` blocks give it. */
static inline void
pool_place(OuPool *pool, unsigned n_live)
{
    if (pool->state == OU_POOL_FULL) {
        list_push(pool, n_live);
    }
    else if (n_live == 0 && !pool_is_head(pool)) {
        list_remove(pool);
        pool_forget(pool);
    }
    else {
        pool_settle(pool, n_live);
    }
}

static OU_ALWAYS_INLINE void
pool_link(OuPool *pool, void *block, bool zero)
{
    void **words = block;
    if (OU_UNLIKELY(pool->watched & OU_WATCHED_OBJECTS)) {
        unsigned was = pool->watched;
        pool_unmark_object(pool, block);
        if (pool->watched != was && pool->state == OU_POOL_LISTED && pool_is_head(pool)) {
            pool_set_head((OuPoolMode)pool->mode, (OuFamily)pool->family, pool->size_class, pool);
        }
    }
    if (zero && pool->family != OU_FAMILY_BUFFER) {
        words[pool->family == OU_FAMILY_COLLECTED ? 2 : 0] = NULL;
    }
    words[1] = pool->free;
    pool->free = block;
    if (pool->mode != OU_MODE_GUARDED) { /* memory-debug fills it, and its count is further in */
        OU_POISON(block, ou_pool_block_size(pool));
    }
}

/* pool     the block's own, a block that is live until now. */
void
ou_pool_put(OuPool *pool, void *block, bool zero)
{
    unsigned n_live = ou_pool_live(pool) - 1;
    pool_link(pool, block, zero);
    pool_place(pool, n_live);
}

/* An inlined free that has to look.  Nothing has changed yet. */
void
ou_pool_free_slow(void *block)
{
    OuPool *pool = ou_pool_of(block);
    OU_CHECK((pool->state != OU_POOL_UNUSED && ou_pool_live(pool) > 0) || pool->mode == OU_MODE_GUARDED,
             "block %p was freed twice, or is none", block); /* memory-debug says more about it */
    if (OU_UNLIKELY(pool->mode != OU_MODE_PLAIN)) {
        ou_block_free_by(OU_ORIGIN_FAMILY, block);
    }
    else if (OU_LIKELY(pool->state == OU_POOL_FULL && !pool->watched)) {
        pool_link(pool, block, true);
        list_push(pool, ou_pool_live(pool) - 1);
    }
    else {
        ou_pool_put(pool, block, true);
    }
}

/* ---- switches and bits ------------------------------------------------------------ */

/* divert   true: every inlined allocation misses from now on. */
void
ou_pool_divert(bool divert)
{
    pool_diverted = divert;
    for (int family = 0; family < OU_N_FAMILIES; family++) {
        for (unsigned c = 1; c < OU_N_SMALL_CLASSES; c++) {
            pool_set_head(OU_MODE_PLAIN, (OuFamily)family, c, pool_heads[OU_MODE_PLAIN][family][c]);
        }
    }
}

bool
ou_pool_list_waiting(void)
{
    bool any = false;
    for (OuArena *arena = ou_arenas; arena != NULL; arena = arena->next) {
        for (unsigned page = OU_HEAD_PAGES; page < OU_ARENA_PAGES; page += 1u << arena->unit) {
            OuPool *pool = ou_descriptor_slot(arena, page);
            if (pool->state == OU_POOL_FULL && ou_pool_live(pool) < ou_pool_n_blocks(pool)) {
                list_push(pool, ou_pool_live(pool));
                any = true;
            }
        }
    }
    return any;
}

/* Cost: a look at every list's head. */
void
ou_pool_release_heads(void)
{
    for (int mode = 0; mode < OU_N_MODES; mode++) {
        for (int family = 0; family < OU_N_FAMILIES; family++) {
            for (unsigned c = 1; c < OU_N_CLASSES; c++) {
                OuPool *head = pool_heads[mode][family][c];
                if (head != NULL && ou_pool_live(head) == 0) {
                    list_remove(head);
                    pool_forget(head);
                }
            }
        }
    }
}

/* pool     of the buffers family; block a live block's start; offset 0 or OU_GC_HEAD_SIZE.
 * From here to the block's free the pool is off the fast path, so that the free
 * finds the bit; pools without such blocks pay nothing. */
void
ou_pool_mark_object(OuPool *pool, void *block, size_t offset)
{
    char *object = (char *)block + offset;
    uint64_t *word = ou_side_word(OU_SIDE_OBJECT, object), bit = ou_side_bit(object);
    if (*word & bit) {
        return;
    }
    ou_side_touch(OU_SIDE_OBJECT, object);
    *word |= bit;
    if (!(pool->watched & OU_WATCHED_OBJECTS)) {
        unsigned n_live = ou_pool_live(pool);
        pool->watched |= OU_WATCHED_OBJECTS;
        pool_settle(pool, n_live);
        if (pool_is_head(pool)) {
            pool_set_head((OuPoolMode)pool->mode, (OuFamily)pool->family, pool->size_class, pool);
        }
    }
}

/* ---- checks ------------------------------------------------------------------------- */

static bool
list_is_valid(int mode, int family, unsigned size_class)
{
    OuPool *head = pool_heads[mode][family][size_class], *before = NULL;
    for (OuPool *pool = head; pool != NULL; before = pool, pool = ou_pool_next(pool)) {
        bool fits = (int)pool->mode == mode && (int)pool->family == family && pool->size_class == size_class;
        if (!fits || pool->state != OU_POOL_LISTED || ou_pool_prev(pool) != before) {
            return false;
        }
        if (pool != head && ou_pool_live(pool) == 0) {
            return false;
        }
    }
    if (mode == OU_MODE_PLAIN && size_class < OU_N_SMALL_CLASSES) {
        OuPool *current = ou_pool_current[family][size_class];
        bool inlined = head != NULL && !head->watched && !pool_diverted;
        return current == (inlined ? head : &ou_pool_none);
    }
    return true;
}

/* Returns  whether every list is well linked and the current pools are their heads. */
bool
ou_pool_heads_are_valid(void)
{
    for (int mode = 0; mode < OU_N_MODES; mode++) {
        for (int family = 0; family < OU_N_FAMILIES; family++) {
            for (unsigned c = 1; c < OU_N_CLASSES; c++) {
                if (!list_is_valid(mode, family, c)) {
                    return false;
                }
            }
        }
    }
    return ou_pool_none.free == NULL && ou_pool_none.left == 0;
}
