/* Tests of memory/pool.c, arena.c, block.c: pooled blocks, resizing, giving back. */
#include "../unit.h"

#include "memory/os.h"

static uint64_t random_state = 88172645463325252u;

static uint64_t
random_next(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

TEST(pool, reuses_the_block_freed_last)
{
    for (int family = 0; family < OU_N_FAMILIES; family++) {
        void *a = ou_block_alloc((OuFamily)family, 56), *b = ou_block_alloc((OuFamily)family, 56);
        CHECK(a != NULL && b != NULL && a != b);
        ou_block_free_sized((OuFamily)family, a, 56);
        ou_block_free_sized((OuFamily)family, b, 56);
        CHECK(ou_block_alloc((OuFamily)family, 56) == b);
        CHECK(ou_block_alloc((OuFamily)family, 49) == a);
        ou_block_free(a);
        ou_block_free(b);
    }
    CHECK(ou_memory_is_valid());
}

TEST(pool, families_do_not_mix)
{
    char *a = ou_block_alloc(OU_FAMILY_COLLECTED, 64), *b = ou_block_alloc(OU_FAMILY_PLAIN, 64);
    char *c = ou_block_alloc(OU_FAMILY_BUFFER, 64);
    CHECK(((uintptr_t)a ^ (uintptr_t)b) >> OU_PAGE_SHIFT != 0);
    CHECK(((uintptr_t)a ^ (uintptr_t)c) >> OU_PAGE_SHIFT != 0);
    CHECK(((uintptr_t)b ^ (uintptr_t)c) >> OU_PAGE_SHIFT != 0);
    CHECK_EQ(ou_memory_at(a).family, OU_FAMILY_COLLECTED);
    CHECK_EQ(ou_memory_at(b).family, OU_FAMILY_PLAIN);
    CHECK_EQ(ou_memory_at(c).family, OU_FAMILY_BUFFER);
    ou_block_free(a);
    ou_block_free(b);
    ou_block_free(c);
}

TEST(pool, every_size_has_room_and_is_aligned)
{
    for (size_t size = 0; size <= 5000; size++) {
        char *block = ou_block_alloc(OU_FAMILY_BUFFER, size);
        CHECK(block != NULL && (uintptr_t)block % 16 == 0);
        CHECK(ou_block_size(block) >= size);
        CHECK(size > 512 || ou_block_size(block) < size + 17);
        CHECK(size > 2048 || ou_block_size(block) <= size + size / 4 + 16);
        memset(block, 0xEE, size);
        ou_block_free_sized(OU_FAMILY_BUFFER, block, size);
    }
    CHECK(ou_memory_is_valid());
}

TEST(pool, a_freed_objects_count_reads_zero)
{
    uintptr_t *plain = ou_block_alloc(OU_FAMILY_PLAIN, 48);
    uintptr_t *collected = ou_block_alloc(OU_FAMILY_COLLECTED, 48);
    void *keep_p = ou_block_alloc(OU_FAMILY_PLAIN, 48), *keep_c = ou_block_alloc(OU_FAMILY_COLLECTED, 48);
    plain[0] = 7;
    collected[2] = 7;
    ou_block_free_sized(OU_FAMILY_PLAIN, plain, 48);
    ou_block_free(collected);
    CHECK_EQ(plain[0], 0);
    CHECK_EQ(collected[2], 0);
    ou_block_free(keep_p);
    ou_block_free(keep_c);
}

/* Random sizes, families and ways to free, every block filled and checked. */
TEST(pool, random_use_keeps_contents_and_structure)
{
    enum { N = 20000, STEPS = 400000 };
    static struct {
        unsigned char *block;
        size_t size;
        unsigned char fill;
        OuFamily family;
    } slots[N];
    size_t before = ou_memory_live_blocks();

    for (int step = 0; step < STEPS; step++) {
        size_t i = random_next() % N;
        if (slots[i].block == NULL) {
            uint64_t kind = random_next() % 100;
            size_t size = kind < 90 ? random_next() % 512 : kind < 97 ? random_next() % 2200 : random_next() % 20000;
            slots[i].family = (OuFamily)(random_next() % 3);
            slots[i].size = size += slots[i].family == OU_FAMILY_COLLECTED ? 32 : 0;
            slots[i].fill = (unsigned char)random_next();
            slots[i].block = ou_block_alloc(slots[i].family, size);
            REQUIRE(slots[i].block != NULL);
            memset(slots[i].block, slots[i].fill, size);
            continue;
        }
        unsigned char *block = slots[i].block;
        for (size_t at = 0; at < slots[i].size; at += 61) {
            REQUIRE(block[at] == slots[i].fill);
        }
        if (random_next() % 4 == 0) {
            size_t size = random_next() % 3000 + 32, common = size < slots[i].size ? size : slots[i].size;
            block = ou_block_realloc(slots[i].family, block, size);
            REQUIRE(block != NULL && ou_block_size(block) >= size);
            for (size_t at = 0; at < common; at += 61) {
                REQUIRE(block[at] == slots[i].fill);
            }
            memset(block, slots[i].fill, size);
            slots[i].block = block;
            slots[i].size = size;
            continue;
        }
        if (random_next() % 2 == 0) {
            ou_block_free(block);
        }
        else {
            ou_block_free_sized(slots[i].family, block, slots[i].size);
        }
        slots[i].block = NULL;
        if (step % 50000 == 0) {
            REQUIRE(ou_memory_is_valid());
        }
    }
    for (int i = 0; i < N; i++) {
        ou_block_free(slots[i].block);
    }
    CHECK(ou_memory_is_valid());
    CHECK_EQ(ou_memory_live_blocks(), before);
}

TEST(block, unsized_free_finds_each_family)
{
    size_t before = ou_memory_live_blocks();
    for (int family = 0; family < OU_N_FAMILIES; family++) {
        for (size_t size = 32; size < 300000; size = size * 3 / 2) {
            ou_block_free(ou_block_alloc((OuFamily)family, size));
        }
    }
    ou_block_free(NULL);
    CHECK_EQ(ou_memory_live_blocks(), before);
    CHECK(ou_memory_is_valid());
}

TEST(block, resizing_crosses_classes_both_ways)
{
    static const size_t sizes[] = {0,       1,      16,    17,    500,  513,  2048, 2049, 5000, 100000, 200000,
                                   3000000, 150000, 70000, 60000, 2100, 2000, 1000, 600,  300,  40,     0};
    unsigned char *block = NULL;
    size_t had = 0;
    for (size_t i = 0; i < OU_COUNT_OF(sizes); i++) {
        block = ou_block_realloc(OU_FAMILY_BUFFER, block, sizes[i]);
        REQUIRE(block != NULL);
        CHECK(ou_block_size(block) >= sizes[i]);
        for (size_t at = 0; at < had && at < sizes[i]; at++) {
            REQUIRE(block[at] == (unsigned char)(at * 31));
        }
        for (size_t at = 0; at < sizes[i]; at++) {
            block[at] = (unsigned char)(at * 31);
        }
        had = sizes[i];
        CHECK(ou_memory_is_valid());
    }
    ou_block_free_sized(OU_FAMILY_BUFFER, block, 0);
}

TEST(block, calloc_is_zero_after_dirty_use)
{
    for (size_t size = 16; size < 600000; size = size * 2 + 16) {
        unsigned char *block = ou_block_alloc(OU_FAMILY_BUFFER, size);
        memset(block, 0xFF, size);
        ou_block_free(block);
        block = ou_block_calloc(OU_FAMILY_BUFFER, size);
        size_t n_bad = 0;
        for (size_t i = 0; i < size; i++) {
            n_bad += block[i] != 0;
        }
        CHECK_EQ(n_bad, 0);
        ou_block_free(block);
    }
}

TEST(block, absurd_sizes_are_refused)
{
    volatile size_t huge = (size_t)PTRDIFF_MAX;
    CHECK(ou_block_alloc(OU_FAMILY_PLAIN, huge) == NULL);
    CHECK(ou_block_alloc(OU_FAMILY_PLAIN, huge + 1) == NULL);
    CHECK(ou_block_alloc(OU_FAMILY_PLAIN, SIZE_MAX) == NULL);
    CHECK(ou_block_calloc(OU_FAMILY_PLAIN, SIZE_MAX - 16) == NULL);
    void *block = ou_block_alloc(OU_FAMILY_BUFFER, 100);
    CHECK(ou_block_realloc(OU_FAMILY_BUFFER, block, SIZE_MAX) == NULL);
    CHECK(ou_block_realloc(OU_FAMILY_BUFFER, block, huge) == NULL);
    ou_block_free(block);
    CHECK(ou_mem_malloc(OU_DOMAIN_RAW, huge) == NULL);
    CHECK(ou_mem_malloc(OU_DOMAIN_MEM, SIZE_MAX) == NULL);
    CHECK(ou_mem_calloc(OU_DOMAIN_OBJ, huge, 3) == NULL);
    CHECK(ou_memory_map(SIZE_MAX - 4) == NULL);
}

TEST(arena, pages_of_a_freed_class_serve_another)
{
    enum { N = 10000 };
    static void *blocks[N];
    OuMemoryStats before, stats;
    ou_memory_stats(&before);
    for (size_t size = 32; size <= 512; size += 48) {
        for (int i = 0; i < N; i++) {
            blocks[i] = ou_block_alloc(OU_FAMILY_PLAIN, size);
        }
        for (int i = 0; i < N; i++) {
            ou_block_free_sized(OU_FAMILY_PLAIN, blocks[i], size);
        }
    }
    ou_memory_stats(&stats);
    CHECK((stats.n_arenas - before.n_arenas) * OU_ARENA_SIZE < (size_t)N * 512 + 2 * OU_ARENA_SIZE);
    CHECK(ou_memory_is_valid());
    size_t empty = ou_memory_empty_pages;
    CHECK(empty > 0);
    CHECK(ou_memory_trim(true) >= empty * OU_PAGE_SIZE);
    CHECK_EQ(ou_memory_empty_pages, 0);
    CHECK(ou_memory_is_valid());
    void *block = ou_block_alloc(OU_FAMILY_PLAIN, 512); /* after the pages went back */
    memset(block, 1, 512);
    ou_block_free_sized(OU_FAMILY_PLAIN, block, 512);
    CHECK(ou_memory_is_valid());
}

TEST(arena, most_of_a_heap_freed_at_random_goes_back)
{
    enum { N = 3000000 };
    void **blocks = ou_memory_map(N * sizeof *blocks);
    REQUIRE(blocks != NULL);
    memset(blocks, 1, N * sizeof *blocks); /* resident from here on */
    size_t start = ou_memory_system_bytes(), resident_start = ou_system_resident();
    for (int i = 0; i < N; i++) {
        blocks[i] = ou_block_alloc(OU_FAMILY_COLLECTED, 56);
        REQUIRE(blocks[i] != NULL);
        memset(blocks[i], 1, 56);
    }
    for (int i = N - 1; i > 0; i--) { /* shuffled */
        size_t j = random_next() % (size_t)(i + 1);
        void *block = blocks[i];
        blocks[i] = blocks[j];
        blocks[j] = block;
    }
    size_t full = ou_memory_system_bytes() - start, resident_full = ou_system_resident() - resident_start;
    for (int i = N / 1000; i < N; i++) {
        ou_block_free_sized(OU_FAMILY_COLLECTED, blocks[i], 56);
    }
    CHECK(ou_memory_wants_trim());
    size_t given = ou_memory_trim(false);
    CHECK(!ou_memory_wants_trim());
    size_t left = ou_memory_system_bytes() - start;
    size_t resident_left = ou_system_resident() - resident_start;
    CHECK(given > 0 && left < full / 5);
    CHECK(OU_ASAN || resident_left < resident_full / 5); /* the sanitizer's shadow stays */
    printf("    %zu MiB real, %zu left after: %.1f %% went back (resident: %.1f %%)\n", full >> 20, left >> 20,
           100.0 - 100.0 * (double)left / (double)full, 100.0 - 100.0 * (double)resident_left / (double)resident_full);
    CHECK(ou_memory_is_valid());
    for (int i = 0; i < N / 1000; i++) {
        ou_block_free(blocks[i]);
    }
    CHECK(ou_memory_is_valid());
    ou_memory_trim(true);
    ou_memory_unmap(blocks, N * sizeof *blocks);
}

TEST(arena, trim_waits_for_an_eighth)
{
    enum { N = 64 * 100 }; /* 100 pages */
    static void *blocks[N];
    ou_memory_trim(true);
    for (int i = 0; i < N; i++) {
        blocks[i] = ou_block_alloc(OU_FAMILY_PLAIN, 64);
    }
    for (int i = 0; i < N; i++) {
        ou_block_free_sized(OU_FAMILY_PLAIN, blocks[i], 64);
    }
    CHECK(!ou_memory_wants_trim()); /* below 1 MiB */
    CHECK_EQ(ou_memory_trim(false), 0);
    CHECK(ou_memory_trim(true) >= 90 * OU_PAGE_SIZE);
    CHECK(ou_memory_is_valid());
}
