/* memory/domain.c - the three allocator tables, as CPython's C API has them.
 *
 * Owns       the tables.
 * Invariant  a domain whose table was never replaced is served by a direct call.
 * Not here   PyMem_* and PyObject_* themselves (capi/), which call ou_mem_*. */
#include "memory/internal.h"

#include <string.h>

/* While a foreign obj table is asked on behalf of a family: which one. */
static OuFamily domain_family = OU_FAMILY_BUFFER;

/* ---- the tables' own functions: ctx is the OuOrigin ------------------------------- */

static OuFamily
family_asked(OuOrigin origin)
{
    OuFamily family = OU_FAMILY_BUFFER;
    if (OU_UNLIKELY(domain_family != OU_FAMILY_BUFFER) && origin == OU_ORIGIN_OBJ) {
        family = domain_family;
        domain_family = OU_FAMILY_BUFFER;
    }
    return family;
}

static void *
heap_malloc(void *ctx, size_t size)
{
    OuOrigin origin = (OuOrigin)(uintptr_t)ctx;
    if (OU_UNLIKELY(size > OU_SIZE_MAX)) {
        return NULL;
    }
    if (OU_UNLIKELY(ou_watch != 0)) {
        return ou_watched_alloc(origin, family_asked(origin), size, false);
    }
    return ou_block_alloc(OU_FAMILY_BUFFER, size);
}

static void *
heap_calloc(void *ctx, size_t n_items, size_t item_size)
{
    OuOrigin origin = (OuOrigin)(uintptr_t)ctx;
    size_t size;
    if (ou_size_mul(n_items, item_size, &size) || size > OU_SIZE_MAX) {
        return NULL;
    }
    if (OU_UNLIKELY(ou_watch != 0)) {
        return ou_watched_alloc(origin, family_asked(origin), size, true);
    }
    return ou_block_calloc(OU_FAMILY_BUFFER, size);
}

static void *
heap_realloc(void *ctx, void *block, size_t size)
{
    return ou_block_realloc_by((OuOrigin)(uintptr_t)ctx, OU_FAMILY_BUFFER, block, size);
}

static void
heap_free(void *ctx, void *block)
{
    ou_block_free_by((OuOrigin)(uintptr_t)ctx, block);
}

static void *
raw_malloc(void *ctx, size_t size)
{
    (void)ctx;
    return ou_raw_malloc(size, false);
}

static void *
raw_calloc(void *ctx, size_t n_items, size_t item_size)
{
    size_t size;
    (void)ctx;
    return ou_size_mul(n_items, item_size, &size) ? NULL : ou_raw_malloc(size, true);
}

static void *
raw_realloc(void *ctx, void *block, size_t size)
{
    (void)ctx;
    return size > OU_SIZE_MAX ? NULL : ou_raw_realloc(block, size);
}

static void
raw_free(void *ctx, void *block)
{
    (void)ctx;
    ou_raw_free(block);
}

#define HEAP_TABLE(origin)                                                             \
    {                                                                                  \
        (void *)(uintptr_t)(origin), heap_malloc, heap_calloc, heap_realloc, heap_free \
    }

static const OuAllocator domain_own[OU_N_DOMAINS] = {
    [OU_DOMAIN_RAW] = {NULL, raw_malloc, raw_calloc, raw_realloc, raw_free},
    [OU_DOMAIN_MEM] = HEAP_TABLE(OU_ORIGIN_MEM),
    [OU_DOMAIN_OBJ] = HEAP_TABLE(OU_ORIGIN_OBJ),
};

static OuAllocator domain_tables[OU_N_DOMAINS]; /* counts only where domain_foreign says so */
static bool domain_foreign[OU_N_DOMAINS];

static inline const OuAllocator *
domain_table(OuDomain domain)
{
    return OU_UNLIKELY(domain_foreign[domain]) ? &domain_tables[domain] : &domain_own[domain];
}

/* ---- the tables seen from outside ---------------------------------------------------- */

void
ou_memory_get_allocator(OuDomain domain, OuAllocator *out)
{
    *out = *domain_table(domain);
}

/* allocator  copied.  Putting back what ou_memory_get_allocator() gave at first
 *            makes the domain the heap's own again. */
void
ou_memory_set_allocator(OuDomain domain, const OuAllocator *allocator)
{
    const OuAllocator *own = &domain_own[domain];
    domain_tables[domain] = *allocator;
    domain_foreign[domain] = allocator->ctx != own->ctx || allocator->malloc != own->malloc || allocator->calloc != own->calloc
                          || allocator->realloc != own->realloc || allocator->free != own->free;
    if (domain == OU_DOMAIN_OBJ) {
        ou_watch_set(OU_WATCH_FOREIGN, domain_foreign[domain]);
    }
}

/* Ask the foreign obj table for a block of an object family.
 * *refused   set to whether the table said NULL.
 * Returns    a block that is the heap's own, of that family and big enough; or NULL. */
void *
ou_foreign_alloc(OuFamily family, size_t size, bool *refused)
{
    const OuAllocator *table = domain_table(OU_DOMAIN_OBJ);
    domain_family = family;
    void *block = table->malloc(table->ctx, size);
    domain_family = OU_FAMILY_BUFFER;
    *refused = block == NULL;
    if (block == NULL) {
        return NULL;
    }
    OuAddress at = ou_memory_at(block);
    if (at.state == OU_ADDR_LIVE && at.block == block && at.family == family && at.size >= size) {
        return block; /* it passed the request on, unchanged */
    }
    table->free(table->ctx, block);
    return NULL;
}

/* Returns  a block, or NULL when refused. */
void *
ou_mem_malloc(OuDomain domain, size_t size)
{
    if (OU_UNLIKELY(size > OU_SIZE_MAX)) {
        return NULL;
    }
    if (OU_LIKELY(!domain_foreign[domain] && domain != OU_DOMAIN_RAW)) {
        return heap_malloc(domain_own[domain].ctx, size);
    }
    const OuAllocator *table = domain_table(domain);
    return table->malloc(table->ctx, size);
}

/* Returns  a block filled with zeros, or NULL when refused. */
void *
ou_mem_calloc(OuDomain domain, size_t n_items, size_t item_size)
{
    size_t size;
    if (ou_size_mul(n_items, item_size, &size) || size > OU_SIZE_MAX) {
        return NULL;
    }
    const OuAllocator *table = domain_table(domain);
    return table->calloc(table->ctx, n_items, item_size);
}

/* Returns  the block, moved or not, or NULL when refused: then it is as it was. */
void *
ou_mem_realloc(OuDomain domain, void *block, size_t size)
{
    if (OU_UNLIKELY(size > OU_SIZE_MAX)) {
        return NULL;
    }
    const OuAllocator *table = domain_table(domain);
    return table->realloc(table->ctx, block, size);
}

/* block    of this domain, or NULL. */
void
ou_mem_free(OuDomain domain, void *block)
{
    if (OU_LIKELY(!domain_foreign[domain] && domain != OU_DOMAIN_RAW)) {
        ou_block_free_by((OuOrigin)(uintptr_t)domain_own[domain].ctx, block);
        return;
    }
    const OuAllocator *table = domain_table(domain);
    table->free(table->ctx, block);
}
