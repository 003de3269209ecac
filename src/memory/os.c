/* memory/os.c - all that is asked of the system for memory.
 *
 * Owns       nothing: a mapping belongs to who asked for it.
 * Invariant  sizes are rounded up to whole pages here, the same way each time.
 * Not here   counting and limits (account.c). */
#include "memory/os.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* Returns  bytes, a power of two. */
size_t
ou_system_page_size(void)
{
    static size_t size;
    if (size == 0) {
        long answer = sysconf(_SC_PAGESIZE);
        size = answer > 0 ? (size_t)answer : 4096;
    }
    return size;
}

static bool
round_up(size_t size, size_t *out)
{
    size_t page = ou_system_page_size();
    if (size > (size_t)PTRDIFF_MAX - page) {
        return false;
    }
    *out = ou_align_up(size != 0 ? size : 1, page);
    return true;
}

/* Returns  zero-filled pages, or NULL. */
void *
ou_system_map(size_t size)
{
    if (!round_up(size, &size)) {
        return NULL;
    }
    void *mapping = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mapping == MAP_FAILED ? NULL : mapping;
}

/* align    a power of two, at least a page.
 * Returns  address space that becomes memory where it is touched, or NULL. */
void *
ou_system_reserve(size_t size, size_t align)
{
    size_t whole;
    if (!round_up(size, &size) || ou_size_add(size, align, &whole)) {
        return NULL;
    }
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    char *mapping = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (mapping == MAP_FAILED) {
        return NULL;
    }
    if (((uintptr_t)mapping & (align - 1)) == 0) {
        return mapping; /* by luck; the rule once the neighbour is aligned */
    }
    munmap(mapping, size);
    mapping = mmap(NULL, whole, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (mapping == MAP_FAILED) {
        return NULL;
    }
    char *start = (char *)ou_align_up((uintptr_t)mapping, align);
    if (start != mapping) {
        munmap(mapping, (size_t)(start - mapping));
    }
    if (start + size != mapping + whole) {
        munmap(start + size, (size_t)(mapping + whole - (start + size)));
    }
    return start;
}

/* Returns  the mapping, perhaps elsewhere, or NULL: the old one stands. */
void *
ou_system_remap(void *mapping, size_t old_size, size_t new_size)
{
    if (!round_up(old_size, &old_size) || !round_up(new_size, &new_size)) {
        return NULL;
    }
    if (old_size == new_size) {
        return mapping;
    }
    void *moved = mremap(mapping, old_size, new_size, MREMAP_MAYMOVE);
    return moved == MAP_FAILED ? NULL : moved;
}

/* start, size: whole pages. */
void
ou_system_discard(void *start, size_t size)
{
    madvise(start, size, MADV_DONTNEED); /* can't fail for a private mapping of ours */
}

void
ou_system_unmap(void *mapping, size_t size)
{
    if (round_up(size, &size)) {
        munmap(mapping, size);
    }
}

/* Returns  bytes, or 0 where the system doesn't say. */
size_t
ou_system_resident(void)
{
    unsigned long total, resident;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL) {
        return 0;
    }
    int n = fscanf(file, "%lu %lu", &total, &resident);
    fclose(file);
    return n == 2 ? (size_t)resident * ou_system_page_size() : 0;
}
