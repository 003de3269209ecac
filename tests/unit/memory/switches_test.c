/* Tests of memory/account.c, watch.c, debug.c, domain.c and large.c: limit, fail-at,
 * tracing, memory-debug, foreign tables. */
#include "../unit.h"

#include <pthread.h>
#include <signal.h>

/* ---- fail-at ---------------------------------------------------------------- */

TEST(fail, refuses_the_nth_allocation_alone)
{
    void *blocks[5];
    void *warm = ou_block_alloc(OU_FAMILY_PLAIN, 40); /* the class has a page */
    ou_memory_set_fail(3, 3);
    for (int i = 0; i < 5; i++) {
        blocks[i] = ou_block_alloc(OU_FAMILY_PLAIN, 40);
        CHECK_EQ(blocks[i] == NULL, i == 2);
    }
    CHECK_EQ(ou_memory_allocations(), 5);
    CHECK_EQ(ou_memory_failures(), 1);
    ou_memory_clear_fail();
    for (int i = 0; i < 5; i++) {
        ou_block_free_sized(OU_FAMILY_PLAIN, i == 2 ? warm : blocks[i], 40);
    }
    CHECK(ou_memory_is_valid());
}

TEST(fail, refuses_all_from_the_nth_on)
{
    ou_memory_set_fail(2, UINT64_MAX);
    void *a = ou_mem_malloc(OU_DOMAIN_RAW, 10);
    CHECK(a != NULL);
    CHECK(ou_mem_malloc(OU_DOMAIN_RAW, 10) == NULL);
    CHECK(ou_mem_calloc(OU_DOMAIN_MEM, 1, 10) == NULL);
    CHECK(ou_mem_malloc(OU_DOMAIN_OBJ, 10) == NULL);
    CHECK(ou_block_alloc(OU_FAMILY_COLLECTED, 5000) == NULL);
    CHECK(ou_mem_realloc(OU_DOMAIN_RAW, a, 500) == NULL);
    CHECK(ou_memory_map(4096) == NULL);
    CHECK_EQ(ou_memory_allocations(), 7);
    CHECK_EQ(ou_memory_failures(), 6);
    ou_memory_clear_fail();
    ou_mem_free(OU_DOMAIN_RAW, a);
}

TEST(fail, counts_without_refusing_and_knows_benign_ones)
{
    ou_memory_set_fail(0, 0);
    void *a = ou_block_alloc(OU_FAMILY_BUFFER, 100);
    a = ou_block_realloc(OU_FAMILY_BUFFER, a, 104);
    CHECK(a != NULL);
    CHECK(ou_memory_allocations() >= 2);
    CHECK_EQ(ou_memory_failures(), 0);
    ou_memory_set_fail(1, 2);
    CHECK(ou_block_alloc(OU_FAMILY_BUFFER, 100) == NULL);
    ou_memory_fail_benign_begin();
    CHECK(ou_block_alloc(OU_FAMILY_BUFFER, 100) == NULL);
    ou_memory_fail_benign_end();
    CHECK_EQ(ou_memory_failures(), 1);
    CHECK_EQ(ou_memory_benign_failures(), 1);
    ou_memory_clear_fail();
    ou_block_free(a);
}

FAULT_TEST(fail, every_kind_of_request_is_all_or_nothing)
{
    static const size_t sizes[] = {24, 300, 900, 1900, 5000, 200000};
    for (int family = 0; family < 3; family++) {
        for (size_t i = 0; i < OU_COUNT_OF(sizes); i++) {
            unsigned char *block = ou_block_alloc((OuFamily)family, sizes[i] + 16);
            if (block == NULL) {
                continue;
            }
            memset(block, 0x5A, sizes[i] + 16);
            for (size_t j = 0; j < OU_COUNT_OF(sizes); j++) {
                unsigned char *moved = ou_block_realloc((OuFamily)family, block, sizes[j] + 16);
                block = moved != NULL ? moved : block;
                CHECK(block[0] == 0x5A && block[23] == 0x5A);
            }
            ou_block_free(block);
        }
    }
    ou_memory_unmap(ou_memory_map(10000), 10000);
    void *raw = ou_mem_malloc(OU_DOMAIN_RAW, 50), *moved = ou_mem_realloc(OU_DOMAIN_RAW, raw, 5000);
    ou_mem_free(OU_DOMAIN_RAW, moved != NULL ? moved : raw);
}

/* ---- limit -------------------------------------------------------------------- */

static int hook_calls;
static void *hook_frees[1000];

static bool
pressure(size_t wanted)
{
    bool freed = false;
    (void)wanted;
    hook_calls++;
    void *inner = ou_block_alloc(OU_FAMILY_BUFFER, 8 << 20); /* must not come back to the hook */
    ou_block_free(inner);
    for (int i = 0; i < 1000; i++) {
        if (hook_frees[i] != NULL) {
            ou_block_free(hook_frees[i]);
            hook_frees[i] = NULL;
            freed = true;
        }
    }
    return freed;
}

TEST(limit, bounds_real_bytes)
{
    enum { N = 100000 };
    static void *blocks[N];
    int n = 0;
    size_t limit = ou_memory_system_bytes() + (2 << 20);
    ou_memory_trim(true);
    ou_memory_set_limit(limit);
    while (n < N && (blocks[n] = ou_block_alloc(OU_FAMILY_PLAIN, 200)) != NULL) {
        n++;
    }
    CHECK(n > 5000 && n < N);
    CHECK(ou_memory_system_bytes() <= limit);
    CHECK(ou_block_alloc(OU_FAMILY_PLAIN, 4 << 20) == NULL);
    CHECK(ou_mem_malloc(OU_DOMAIN_RAW, 4 << 20) == NULL);
    CHECK(ou_memory_map(4 << 20) == NULL);
    CHECK(ou_memory_is_valid());
    while (n > 0) {
        ou_block_free(blocks[--n]);
    }
    void *large = ou_block_alloc(OU_FAMILY_PLAIN, 1 << 20); /* empty pages make way */
    CHECK(large != NULL);
    ou_block_free(large);
    ou_memory_set_limit(0);
    CHECK(ou_memory_is_valid());
}

TEST(limit, asks_the_hook_once_before_refusing)
{
    for (int i = 0; i < 1000; i++) {
        hook_frees[i] = ou_block_alloc(OU_FAMILY_BUFFER, 2000);
    }
    ou_memory_trim(true);
    ou_memory_pressure_hook = pressure;
    ou_memory_set_limit(ou_memory_system_bytes() + 4096);
    hook_calls = 0;
    void *block = ou_block_alloc(OU_FAMILY_BUFFER, 1000000);
    CHECK(block != NULL);
    CHECK_EQ(hook_calls, 1);
    CHECK(ou_block_alloc(OU_FAMILY_BUFFER, 50000000) == NULL);
    CHECK_EQ(hook_calls, 2);
    ou_memory_pressure_hook = NULL;
    ou_memory_set_limit(0);
    ou_block_free(block);
    CHECK(ou_memory_is_valid());
}

TEST(limit, keeps_a_reserve_for_who_handles_the_refusal)
{
    enum { N = 40000 };
    static void *blocks[N];
    int n = 0, at_refusal;
    ou_memory_trim(true);
    ou_memory_set_limit(ou_memory_system_bytes() + (32 << 20));
    while (n < N && (blocks[n] = ou_block_alloc(OU_FAMILY_PLAIN, 2000)) != NULL) {
        n++;
    }
    at_refusal = n;
    while (n < N && (blocks[n] = ou_block_alloc(OU_FAMILY_PLAIN, 2000)) != NULL) {
        n++; /* half a MiB and more */
    }
    CHECK(n - at_refusal > 200 && n - at_refusal < 600);
    CHECK(ou_memory_system_bytes() <= ou_memory_limit());
    while (n > 0) {
        ou_block_free(blocks[--n]);
    }
    ou_memory_trim(true);
    while (n < N && (blocks[n] = ou_block_alloc(OU_FAMILY_PLAIN, 2000)) != NULL) {
        n++;
    }
    CHECK(n < at_refusal + 100); /* it was closed again */
    while (n > 0) {
        ou_block_free(blocks[--n]);
    }
    ou_memory_set_limit(0);
    CHECK(ou_memory_is_valid());
}

TEST(pressure, asks_the_hook_at_every_nth_allocation)
{
    ou_memory_pressure_hook = pressure;
    hook_calls = 0;
    ou_memory_set_pressure(10);
    for (int i = 0; i < 100; i++) {
        ou_block_free(ou_block_alloc(OU_FAMILY_BUFFER, 100));
    }
    CHECK_EQ(hook_calls, 11); /* the hook's own allocations count too, and don't come back to it */
    ou_memory_set_pressure(0);
    for (int i = 0; i < 20; i++) {
        ou_block_free(ou_block_alloc(OU_FAMILY_BUFFER, 100));
    }
    CHECK_EQ(hook_calls, 11);
    ou_memory_pressure_hook = NULL;
}

/* ---- large blocks ----------------------------------------------------------------- */

TEST(large, grows_step_by_step)
{
    unsigned char *block = NULL;
    size_t taken = ou_memory_system_bytes();
    for (size_t size = 1000; size < 8000000; size += size / 8 + 100) {
        block = ou_block_realloc(OU_FAMILY_BUFFER, block, size);
        REQUIRE(block != NULL && (uintptr_t)block % 16 == 0);
        block[size - 1] = 1;
        CHECK(ou_block_size(block) >= size);
    }
    CHECK(ou_memory_system_bytes() >= taken + 6000000);
    CHECK(ou_memory_is_valid());
    ou_block_free(block);
    ou_memory_trim(true);
    CHECK(ou_memory_system_bytes() < taken + 4500000);
}

TEST(large, neighbours_stay_linked_when_one_moves)
{
    enum { N = 50 };
    void *blocks[N];
    for (int i = 0; i < N; i++) {
        blocks[i] = ou_block_alloc(OU_FAMILY_COLLECTED, 2100 + (size_t)i * 5000);
    }
    for (int i = 0; i < N; i += 2) {
        blocks[i] = ou_block_realloc(OU_FAMILY_COLLECTED, blocks[i], 300000 - (size_t)i * 5000);
        CHECK_EQ(ou_memory_at(blocks[i]).family, OU_FAMILY_COLLECTED);
        CHECK(ou_memory_is_valid());
    }
    for (int i = 0; i < N; i++) {
        ou_block_free_sized(OU_FAMILY_COLLECTED, blocks[i], 10000);
    }
    CHECK(ou_memory_is_valid());
}

/* ---- domains ------------------------------------------------------------------------ */

TEST(domain, zero_bytes_give_unique_blocks)
{
    for (int domain = 0; domain < OU_N_DOMAINS; domain++) {
        void *a = ou_mem_malloc((OuDomain)domain, 0), *b = ou_mem_calloc((OuDomain)domain, 0, 8);
        void *c = ou_mem_realloc((OuDomain)domain, NULL, 0);
        CHECK(a != NULL && b != NULL && c != NULL && a != b && b != c && a != c);
        a = ou_mem_realloc((OuDomain)domain, a, 0);
        CHECK(a != NULL);
        ou_mem_free((OuDomain)domain, a);
        ou_mem_free((OuDomain)domain, b);
        ou_mem_free((OuDomain)domain, c);
        ou_mem_free((OuDomain)domain, NULL);
    }
}

TEST(domain, any_free_takes_any_block)
{
    static const size_t sizes[] = {10, 1000, 10000};
    size_t before = ou_memory_live_blocks();
    for (size_t i = 0; i < OU_COUNT_OF(sizes); i++) {
        ou_mem_free(OU_DOMAIN_OBJ, ou_mem_malloc(OU_DOMAIN_MEM, sizes[i]));
        ou_mem_free(OU_DOMAIN_RAW, ou_mem_malloc(OU_DOMAIN_MEM, sizes[i]));
        ou_mem_free(OU_DOMAIN_MEM, ou_mem_malloc(OU_DOMAIN_RAW, sizes[i]));
        ou_mem_free(OU_DOMAIN_MEM, ou_mem_realloc(OU_DOMAIN_MEM, ou_mem_malloc(OU_DOMAIN_RAW, 5), sizes[i]));
        ou_mem_free(OU_DOMAIN_MEM, ou_block_alloc(OU_FAMILY_PLAIN, sizes[i]));
        ou_mem_free(OU_DOMAIN_RAW, malloc(sizes[i]));
    }
    CHECK_EQ(ou_memory_live_blocks(), before);
    CHECK(ou_memory_is_valid());
}

static OuAllocator hooked;
static int hook_n_mallocs, hook_n_frees;
static bool hook_refuses;

static void *
hook_malloc(void *ctx, size_t size)
{
    hook_n_mallocs++;
    return hook_refuses ? NULL : hooked.malloc(((OuAllocator *)ctx)->ctx, size);
}

static void *
hook_calloc(void *ctx, size_t n, size_t size)
{
    return hook_refuses ? NULL : hooked.calloc(((OuAllocator *)ctx)->ctx, n, size);
}

static void *
hook_realloc(void *ctx, void *block, size_t size)
{
    return hook_refuses ? NULL : hooked.realloc(((OuAllocator *)ctx)->ctx, block, size);
}

static void
hook_free(void *ctx, void *block)
{
    hook_n_frees++;
    hooked.free(((OuAllocator *)ctx)->ctx, block);
}

TEST(domain, a_foreign_table_is_asked_for_objects_too)
{
    OuAllocator mine = {&hooked, hook_malloc, hook_calloc, hook_realloc, hook_free};
    ou_memory_get_allocator(OU_DOMAIN_OBJ, &hooked);
    ou_memory_set_allocator(OU_DOMAIN_OBJ, &mine);
    hook_n_mallocs = hook_n_frees = 0;
    void *a = ou_mem_malloc(OU_DOMAIN_OBJ, 50), *b = ou_block_alloc(OU_FAMILY_COLLECTED, 50);
    CHECK(a != NULL && b != NULL);
    CHECK_EQ(hook_n_mallocs, 2);
    CHECK_EQ(ou_memory_at(b).family, OU_FAMILY_COLLECTED);
    hook_refuses = true;
    CHECK(ou_block_alloc(OU_FAMILY_PLAIN, 50) == NULL);
    CHECK(ou_mem_malloc(OU_DOMAIN_OBJ, 50) == NULL);
    hook_refuses = false;
    ou_mem_free(OU_DOMAIN_OBJ, a);
    ou_mem_free(OU_DOMAIN_OBJ, b);
    CHECK_EQ(hook_n_frees, 2);
    ou_memory_set_allocator(OU_DOMAIN_OBJ, &hooked);
    ou_block_free(ou_block_alloc(OU_FAMILY_PLAIN, 50));
    CHECK_EQ(hook_n_mallocs, 4);
    CHECK(ou_memory_is_valid());
}

static void *
libc_malloc(void *ctx, size_t size)
{
    (void)ctx;
    return malloc(size + 1);
}

static void *
libc_calloc(void *ctx, size_t n, size_t size)
{
    (void)ctx;
    return calloc(n + 1, size);
}

static void *
libc_realloc(void *ctx, void *block, size_t size)
{
    (void)ctx;
    return realloc(block, size + 1);
}

static void
libc_free(void *ctx, void *block)
{
    (void)ctx;
    free(block);
}

TEST(domain, objects_stay_in_the_heap_under_a_table_of_another_heap)
{
    OuAllocator own, mine = {NULL, libc_malloc, libc_calloc, libc_realloc, libc_free};
    ou_memory_get_allocator(OU_DOMAIN_OBJ, &own);
    ou_memory_set_allocator(OU_DOMAIN_OBJ, &mine);
    void *a = ou_mem_malloc(OU_DOMAIN_OBJ, 50), *b = ou_block_alloc(OU_FAMILY_PLAIN, 50);
    CHECK(!ou_block_is_ours(a));
    CHECK_EQ(ou_memory_at(b).family, OU_FAMILY_PLAIN);
    ou_block_free_sized(OU_FAMILY_PLAIN, b, 50);
    ou_mem_free(OU_DOMAIN_OBJ, a);
    ou_memory_set_allocator(OU_DOMAIN_OBJ, &own);
    CHECK(ou_memory_is_valid());
}

static void *
raw_thread(void *arg)
{
    void *blocks[100] = {NULL};
    (void)arg;
    for (int i = 0; i < 100000; i++) {
        void **slot = &blocks[i * 7 % 100];
        *slot = ou_mem_realloc(OU_DOMAIN_RAW, *slot, (size_t)i % 3000);
        if (i % 3 == 0) {
            ou_mem_free(OU_DOMAIN_RAW, *slot);
            *slot = NULL;
        }
    }
    for (int i = 0; i < 100; i++) {
        ou_mem_free(OU_DOMAIN_RAW, blocks[i]);
    }
    return NULL;
}

TEST(domain, raw_needs_no_lock)
{
    pthread_t threads[3];
    OuMemoryStats before, after;
    ou_memory_stats(&before);
    for (int i = 0; i < 3; i++) {
        pthread_create(&threads[i], NULL, raw_thread, NULL);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
    }
    ou_memory_stats(&after);
    CHECK_EQ(after.raw_bytes, before.raw_bytes);
    CHECK_EQ(after.n_raw, before.n_raw);
}

/* ---- tracing ---------------------------------------------------------------------------- */

static int trace_n_allocated, trace_n_freed;
static void *trace_last;

static void
traced_allocated(void *ctx, OuDomain domain, void *block, size_t size)
{
    (void)ctx, (void)domain, (void)size;
    trace_n_allocated++;
    trace_last = block;
}

static void
traced_freed(void *ctx, OuDomain domain, void *block)
{
    (void)ctx, (void)domain;
    trace_n_freed++;
    trace_last = block;
}

TEST(trace, sees_inlined_allocations_and_frees)
{
    OuMemoryTrace trace = {NULL, traced_allocated, traced_freed};
    void *before = ou_block_alloc(OU_FAMILY_PLAIN, 64);
    ou_memory_set_trace(&trace);
    void *a = ou_block_alloc(OU_FAMILY_PLAIN, 64);
    CHECK(trace_n_allocated == 1 && trace_last == a);
    ou_block_free_sized(OU_FAMILY_PLAIN, a, 64);
    CHECK(trace_n_freed == 1 && trace_last == a);
    a = ou_mem_malloc(OU_DOMAIN_MEM, 5000);
    a = ou_mem_realloc(OU_DOMAIN_MEM, a, 50);
    ou_mem_free(OU_DOMAIN_MEM, a);
    a = ou_mem_calloc(OU_DOMAIN_RAW, 1, 50);
    ou_mem_free(OU_DOMAIN_RAW, a);
    CHECK_EQ(trace_n_allocated, 4);
    CHECK_EQ(trace_n_freed, 4);
    ou_memory_set_trace(NULL);
    ou_block_free_sized(OU_FAMILY_PLAIN, before, 64);
    CHECK_EQ(trace_n_freed, 4);
    CHECK(ou_memory_is_valid());
}

/* ---- memory-debug --------------------------------------------------------------------------- */

TEST(debug, clean_use_passes_and_bytes_are_filled)
{
    static const size_t sizes[] = {0, 1, 8, 16, 500, 512, 1000, 2020, 2030, 2048, 3000, 300000};
    ou_memory_set_debug(true);
    for (size_t i = 0; i < OU_COUNT_OF(sizes); i++) {
        size_t size = sizes[i];
        for (int family = 0; family < 3; family++) {
            unsigned char *block = ou_block_alloc((OuFamily)family, size + 32);
            REQUIRE(block != NULL && block[0] == 0xCD && (uintptr_t)block % 16 == 0);
            CHECK_EQ(ou_block_size(block), size + 32);
            CHECK(ou_memory_at(block + size).block == block);
            memset(block, 0, size + 32);
            ou_memory_debug_check_all();
            ou_block_free_sized((OuFamily)family, block, size + 32);
        }
        for (int domain = 0; domain < 3; domain++) {
            char *block = ou_mem_malloc((OuDomain)domain, size);
            memset(block, 1, size);
            block = ou_mem_realloc((OuDomain)domain, block, size * 2 + 1);
            CHECK(size == 0 || block[size - 1] == 1);
            ou_mem_free((OuDomain)domain, block);
        }
        unsigned char *zeros = ou_mem_calloc(OU_DOMAIN_OBJ, size + 1, 1);
        CHECK(zeros[0] == 0 && zeros[size] == 0);
        ou_mem_free(OU_DOMAIN_OBJ, zeros);
    }
    uintptr_t *object = ou_block_alloc(OU_FAMILY_COLLECTED, 64);
    void *keep = ou_block_alloc(OU_FAMILY_COLLECTED, 64);
    ou_block_free(object);
    CHECK_EQ(object[2], 0);
    CHECK_EQ(object[3], 0xDDDDDDDDDDDDDDDD);
    ou_block_free(keep);
    CHECK(ou_memory_is_valid());
    ou_memory_set_debug(false);
    CHECK(ou_memory_is_valid());
}

TEST(debug, blocks_from_before_the_switch_are_let_be)
{
    void *small = ou_block_alloc(OU_FAMILY_PLAIN, 64), *large = ou_mem_malloc(OU_DOMAIN_MEM, 5000);
    void *raw = ou_mem_malloc(OU_DOMAIN_RAW, 64), *grown = ou_mem_malloc(OU_DOMAIN_MEM, 64);
    ou_memory_set_debug(true);
    void *guarded = ou_block_alloc(OU_FAMILY_PLAIN, 64), *guarded_raw = ou_mem_malloc(OU_DOMAIN_RAW, 64);
    ou_block_free_sized(OU_FAMILY_PLAIN, small, 64);
    ou_mem_free(OU_DOMAIN_MEM, large);
    ou_mem_free(OU_DOMAIN_RAW, raw);
    grown = ou_mem_realloc(OU_DOMAIN_MEM, grown, 100);
    ou_memory_set_debug(false);
    ou_block_free_sized(OU_FAMILY_PLAIN, guarded, 64);
    ou_mem_free(OU_DOMAIN_RAW, guarded_raw);
    ou_mem_free(OU_DOMAIN_MEM, grown);
    CHECK(ou_memory_is_valid());
}

static size_t crime_size;

static void
write_past_end(void)
{
    char *block = ou_mem_malloc(OU_DOMAIN_MEM, crime_size);
    block[crime_size] = 'x';
    ou_mem_free(OU_DOMAIN_MEM, block);
}

static void
write_before_start(void)
{
    char *block = ou_mem_malloc(OU_DOMAIN_MEM, crime_size);
    block[-1] = 'x';
    ou_mem_free(OU_DOMAIN_MEM, block);
}

static void
free_wrong_domain(void)
{
    ou_mem_free(OU_DOMAIN_OBJ, ou_mem_malloc(OU_DOMAIN_MEM, crime_size));
}

static void
free_wrong_raw(void)
{
    ou_mem_free(OU_DOMAIN_RAW, ou_mem_malloc(OU_DOMAIN_MEM, crime_size));
}

static void
free_wrong_mem(void)
{
    ou_mem_free(OU_DOMAIN_MEM, ou_mem_malloc(OU_DOMAIN_RAW, crime_size));
}

static void
free_twice(void)
{
    void *block = ou_mem_malloc(OU_DOMAIN_MEM, crime_size);
    ou_mem_free(OU_DOMAIN_MEM, block);
    ou_mem_free(OU_DOMAIN_MEM, block);
}

static void
free_inside(void)
{
    char *block = ou_mem_malloc(OU_DOMAIN_MEM, crime_size);
    ou_mem_free(OU_DOMAIN_MEM, block + 16);
}

static void
free_sized_twice(void)
{
    char *block = ou_block_alloc(OU_FAMILY_COLLECTED, 64);
    ou_block_free_sized(OU_FAMILY_COLLECTED, block, 64);
    ou_block_free_sized(OU_FAMILY_COLLECTED, block, 64);
}

static void
check_crime(void (*crime)(void), const char *report)
{
    char text[600];
    CHECK_EQ(unit_fork(crime, text, sizeof text), SIGABRT);
    if (strstr(text, report) == NULL || strstr(text, "memory-debug") == NULL) {
        printf("    size %zu: wanted \"%s\" in: %s\n", crime_size, report, text);
        unit_n_failed_checks++;
    }
}

TEST(debug, crimes_are_reported)
{
    ou_memory_set_debug(true);
    static const size_t sizes[] = {16, 1000, 5000, 300000};
    for (size_t i = 0; i < OU_COUNT_OF(sizes); i++) {
        crime_size = sizes[i];
        check_crime(write_past_end, "written past its end");
        check_crime(write_past_end, "mem domain");
        check_crime(write_before_start, "written before its start");
        check_crime(free_wrong_domain, "freed by the obj domain");
        check_crime(free_wrong_raw, "freed by the raw domain");
        check_crime(free_wrong_mem, "asked for by the raw domain");
        if (crime_size < (OU_ASAN ? 2048 : 10000)) { /* else the page is gone, or the sanitizer is first */
            check_crime(free_twice, "double free");
        }
    }
    crime_size = 100;
    check_crime(free_inside, "not the start of a block");
    check_crime(free_sized_twice, "double free");
    ou_memory_set_debug(false);
}

static void
free_page_twice(void)
{
    void *other = ou_block_alloc(OU_FAMILY_PLAIN, 8); /* so that the page below is no list's head */
    void *blocks[300];
    for (int i = 0; i < 300; i++) {
        blocks[i] = ou_block_alloc(OU_FAMILY_PLAIN, 480);
    }
    for (int i = 0; i < 300; i++) {
        ou_block_free_sized(OU_FAMILY_PLAIN, blocks[i], 480);
    }
    ou_block_free(blocks[4]);
    ou_block_free(other);
}

TEST(debug, a_free_into_an_empty_page_is_seen_in_any_build)
{
    char text[600];
    CHECK_EQ(unit_fork(free_page_twice, text, sizeof text), SIGABRT);
    CHECK(strstr(text, "freed twice") != NULL);
}
