/* memory/os.h - all that is asked of the system: pages, and where they are.
 * Nothing here is counted or limited; memory.h's functions are, and call these. */
#ifndef OU_OS_H
#define OU_OS_H

#include "base/base.h"

/* The machine's page size, bytes. */
size_t ou_system_page_size(void);

/* `size` bytes, zero-filled, page aligned; NULL when refused. */
OU_MUST_USE void *ou_system_map(size_t size);

/* The same, aligned to `align` (a power of two, a multiple of the page), and
 * only address space until touched. */
OU_MUST_USE void *ou_system_reserve(size_t size, size_t align);

/* Grow or shrink a mapping; may move.  NULL when refused: the old one stands. */
OU_MUST_USE void *ou_system_remap(void *mapping, size_t old_size, size_t new_size);

/* Keep the address space, give the memory back; it reads as zeros again. */
void ou_system_discard(void *start, size_t size);

void ou_system_unmap(void *mapping, size_t size);

/* Resident bytes of the process, 0 if unknown. */
size_t ou_system_resident(void);

#endif /* OU_OS_H */
