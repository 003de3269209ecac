/* object/mem_api.c - PyMem_* and PyObject_Malloc: the public names of the memory layer's domains.
 *
 * Owns       nothing.
 * Invariant  a failing allocation returns NULL and sets no error: that is the caller's part, as in CPython.
 * Not here   objects' blocks (alloc.c); the allocators themselves (memory/domain.c). */
#include "memory/memory.h"
#include "object/state.h"

OU_STATIC_ASSERT(sizeof(PyMemAllocatorEx) == sizeof(OuAllocator), "the public table is the memory layer's");
OU_STATIC_ASSERT((int)PYMEM_DOMAIN_RAW == (int)OU_DOMAIN_RAW && (int)PYMEM_DOMAIN_OBJ == (int)OU_DOMAIN_OBJ,
                 "domains have the same numbers");

/* Usable without the lock. */
void *
PyMem_RawMalloc(size_t size)
{
    return ou_mem_malloc(OU_DOMAIN_RAW, size);
}

void *
PyMem_RawCalloc(size_t n_items, size_t item_size)
{
    return ou_mem_calloc(OU_DOMAIN_RAW, n_items, item_size);
}

void *
PyMem_RawRealloc(void *block, size_t size)
{
    return ou_mem_realloc(OU_DOMAIN_RAW, block, size);
}

void
PyMem_RawFree(void *block)
{
    ou_mem_free(OU_DOMAIN_RAW, block);
}

void *
PyMem_Malloc(size_t size)
{
    return ou_mem_malloc(OU_DOMAIN_MEM, size);
}

void *
PyMem_Calloc(size_t n_items, size_t item_size)
{
    return ou_mem_calloc(OU_DOMAIN_MEM, n_items, item_size);
}

void *
PyMem_Realloc(void *block, size_t size)
{
    return ou_mem_realloc(OU_DOMAIN_MEM, block, size);
}

void
PyMem_Free(void *block)
{
    ou_mem_free(OU_DOMAIN_MEM, block);
}

void *
PyObject_Malloc(size_t size)
{
    return ou_mem_malloc(OU_DOMAIN_OBJ, size);
}

void *
PyObject_Calloc(size_t n_items, size_t item_size)
{
    return ou_mem_calloc(OU_DOMAIN_OBJ, n_items, item_size);
}

void *
PyObject_Realloc(void *block, size_t size)
{
    return ou_mem_realloc(OU_DOMAIN_OBJ, block, size);
}

/* Also frees objects of any family: the page map knows where a block belongs. */
void
PyObject_Free(void *block)
{
    ou_mem_free(OU_DOMAIN_OBJ, block);
}

/* ---- copies of strings ----------------------------------------------------------------------------------------- */

char *
_PyMem_RawStrdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = PyMem_RawMalloc(size);
    return copy != NULL ? memcpy(copy, text, size) : NULL;
}

char *
_PyMem_Strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = PyMem_Malloc(size);
    return copy != NULL ? memcpy(copy, text, size) : NULL;
}

wchar_t *
_PyMem_RawWcsdup(const wchar_t *text)
{
    size_t size;
    if (ou_size_mul(wcslen(text) + 1, sizeof *text, &size)) {
        return NULL;
    }
    wchar_t *copy = PyMem_RawMalloc(size);
    return copy != NULL ? memcpy(copy, text, size) : NULL;
}

/* ---- allocators ------------------------------------------------------------------------------------------------ */

void
PyMem_GetAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx *allocator)
{
    ou_memory_get_allocator((OuDomain)domain, (OuAllocator *)allocator);
}

void
PyMem_SetAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx *allocator)
{
    ou_memory_set_allocator((OuDomain)domain, (const OuAllocator *)allocator);
}

void
PyMem_SetupDebugHooks(void)
{
    ou_memory_set_debug(true);
}

const char *
_PyMem_GetCurrentAllocatorName(void)
{
    return ou_memory_debug() ? "pymalloc_debug" : "pymalloc";
}

/* Arenas are the memory layer's own affair: the table that is given is remembered and never asked. */
static void *
arena_alloc(void *ctx, size_t size)
{
    return ou_memory_map(size);
}

static void
arena_free(void *ctx, void *block, size_t size)
{
    ou_memory_unmap(block, size);
}

static PyObjectArenaAllocator arena_allocator = {NULL, arena_alloc, arena_free};

void
PyObject_GetArenaAllocator(PyObjectArenaAllocator *allocator)
{
    *allocator = arena_allocator;
}

void
PyObject_SetArenaAllocator(PyObjectArenaAllocator *allocator)
{
    arena_allocator = *allocator;
}
