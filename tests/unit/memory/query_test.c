/* Tests of memory/query.c and stats.c: addresses, walks, numbers, side bits, accounts. */
#include "../unit.h"

typedef struct {
    size_t n, n_found;
    void **blocks;
    bool *seen;
    unsigned char *numbers; /* one per block number */
    size_t n_numbers, n_doubled;
} WalkCheck;

static int
walk_check(const OuAddress *at, void *arg)
{
    WalkCheck *check = arg;
    check->n++;
    if (at->number >= check->n_numbers || check->numbers[at->number]++ != 0) {
        check->n_doubled++;
    }
    for (size_t i = 0; i < 3000; i++) {
        if (check->blocks[i] == at->block) {
            check->n_found++;
            check->n_doubled += check->seen[i];
            check->seen[i] = true;
        }
    }
    return 0;
}

TEST(query, a_walk_visits_each_live_block_once)
{
    static void *blocks[3000];
    static bool seen[3000];
    size_t n_live = ou_memory_live_blocks();
    for (size_t i = 0; i < 3000; i++) {
        size_t size = i % 50 == 0 ? 3000 + i * 100 : i % 7 == 0 ? 600 + i % 1400 : 32 + i % 480;
        blocks[i] = ou_block_alloc((OuFamily)(i % 3), size);
    }
    for (size_t i = 0; i < 3000; i += 2) {
        ou_block_free(blocks[i]);
        blocks[i] = NULL;
    }
    WalkCheck check = {.blocks = blocks, .seen = seen};
    check.n_numbers = ou_memory_block_numbers();
    check.numbers = calloc(1, check.n_numbers);
    CHECK_EQ(ou_memory_walk(7, walk_check, &check), 0);
    CHECK_EQ(check.n, n_live + 1500);
    CHECK_EQ(check.n, ou_memory_live_blocks());
    CHECK_EQ(check.n_found, 1500);
    CHECK_EQ(check.n_doubled, 0);
    free(check.numbers);
    for (size_t i = 0; i < 3000; i++) {
        ou_block_free(blocks[i]);
    }
}

static int
stop_at_third(const OuAddress *at, void *arg)
{
    (void)at;
    return ++*(int *)arg == 3 ? 42 : 0;
}

static int
count_family(const OuAddress *at, void *arg)
{
    ((size_t *)arg)[at->family]++;
    return 0;
}

TEST(query, a_walk_stops_and_selects)
{
    void *blocks[6];
    for (int i = 0; i < 6; i++) {
        blocks[i] = ou_block_alloc((OuFamily)(i % 3), i < 3 ? 64 : 4096);
    }
    int n = 0;
    CHECK_EQ(ou_memory_walk(7, stop_at_third, &n), 42);
    CHECK_EQ(n, 3);
    size_t counts[3] = {0, 0, 0};
    ou_memory_walk(1u << OU_FAMILY_PLAIN, count_family, counts);
    CHECK(counts[OU_FAMILY_PLAIN] >= 2 && counts[OU_FAMILY_COLLECTED] == 0 && counts[OU_FAMILY_BUFFER] == 0);
    for (int i = 0; i < 6; i++) {
        ou_block_free(blocks[i]);
    }
}

static void
check_address(OuFamily family, size_t size)
{
    char *block = ou_block_alloc(family, size);
    REQUIRE(block != NULL);
    for (size_t at = 0; at < size; at += size / 7 + 1) {
        OuAddress address = ou_memory_at(block + at);
        CHECK_EQ(address.state, OU_ADDR_LIVE);
        CHECK(address.block == block);
        CHECK_EQ(address.family, family);
        CHECK(address.size >= size);
        CHECK_EQ(address.is_object, family != OU_FAMILY_BUFFER);
        CHECK_EQ(address.object_offset, family == OU_FAMILY_COLLECTED ? 16 : 0);
        CHECK(address.number < ou_memory_block_numbers());
    }
    CHECK(ou_block_is_ours(block));
    ou_block_free(block);
    if (size <= OU_POOLED_MAX) {
        CHECK(ou_memory_at(block + size - 1).state == OU_ADDR_FREED || ou_memory_at(block + size - 1).state == OU_ADDR_UNUSED);
    }
}

TEST(query, interior_addresses_find_their_block)
{
    static const size_t sizes[] = {32, 48, 100, 512, 513, 700, 1000, 1500, 2048, 2049, 9000, 200000};
    void *keep[40];
    for (int i = 0; i < 40; i++) {
        keep[i] = ou_block_alloc(OU_FAMILY_BUFFER, 3000); /* enough large ones for the index */
    }
    for (size_t i = 0; i < OU_COUNT_OF(sizes); i++) {
        for (int family = 0; family < 3; family++) {
            check_address((OuFamily)family, sizes[i]);
        }
    }
    for (int i = 0; i < 40; i++) {
        CHECK(ou_memory_at((char *)keep[i] + 2999).block == keep[i]);
        CHECK(ou_memory_at((char *)keep[i] + 3000).block != keep[i]);
        ou_block_free(keep[i]);
    }
}

static int static_data;

TEST(query, foreign_addresses_are_none)
{
    int local;
    void *raw = ou_mem_malloc(OU_DOMAIN_RAW, 100), *libc = malloc(100);
    CHECK_EQ(ou_memory_at(NULL).state, OU_ADDR_NONE);
    CHECK_EQ(ou_memory_at(&local).state, OU_ADDR_NONE);
    CHECK_EQ(ou_memory_at(&static_data).state, OU_ADDR_NONE);
    CHECK_EQ(ou_memory_at(raw).state, OU_ADDR_NONE);
    CHECK_EQ(ou_memory_at(libc).state, OU_ADDR_NONE);
    CHECK_EQ(ou_memory_at((void *)UINTPTR_MAX).state, OU_ADDR_NONE);
    void *block = ou_block_alloc(OU_FAMILY_PLAIN, 16);
    CHECK_EQ(ou_memory_at((void *)((uintptr_t)block & ~(uintptr_t)0xFFFFF)).state, OU_ADDR_NONE);
    ou_block_free(block);
    ou_mem_free(OU_DOMAIN_RAW, raw);
    free(libc);
}

TEST(query, frozen_answers_are_the_same)
{
    enum { N = 1000 };
    static char *blocks[N];
    for (int i = 0; i < N; i++) {
        blocks[i] = ou_block_alloc((OuFamily)(i % 3), 32 + (size_t)i % 700);
    }
    for (int i = 0; i < N; i += 3) {
        ou_block_free(blocks[i]);
    }
    ou_memory_freeze();
    for (int i = 0; i < N; i++) {
        OuAddress at = ou_memory_at(blocks[i] + 5);
        CHECK_EQ(at.state == OU_ADDR_LIVE, i % 3 != 0);
        CHECK(i % 3 == 0 || at.block == blocks[i]);
    }
    ou_memory_thaw();
    for (int i = 0; i < N; i++) {
        if (i % 3 != 0) {
            ou_block_free(blocks[i]);
        }
    }
    ou_memory_freeze();
    for (int i = 0; i < N; i++) {
        CHECK(ou_memory_at(blocks[i]).state != OU_ADDR_LIVE);
    }
    ou_memory_thaw();
}

TEST(query, numbers_are_dealt_anew_when_sparse)
{
    for (int round = 0; round < 50; round++) {
        static void *blocks[5000];
        for (int i = 0; i < 5000; i++) {
            blocks[i] = ou_block_alloc(OU_FAMILY_PLAIN, 32);
        }
        for (int i = 0; i < 5000; i++) {
            ou_block_free_sized(OU_FAMILY_PLAIN, blocks[i], 32);
        }
    }
    OuMemoryStats stats;
    ou_memory_stats(&stats);
    size_t room = stats.n_large;
    for (int c = 0; c < OU_N_CLASSES; c++) {
        room += stats.size_class[c].n_blocks + stats.size_class[c].n_free;
    }
    CHECK(ou_memory_block_numbers() <= (room < 2048 ? 4097 : 2 * room + 1));
}

TEST(object_bit, comes_and_goes_with_the_block)
{
    static const size_t sizes[] = {16, 64, 700, 5000};
    for (size_t i = 0; i < OU_COUNT_OF(sizes); i++) {
        intptr_t *block = ou_mem_malloc(OU_DOMAIN_OBJ, sizes[i]);
        void *other = ou_mem_malloc(OU_DOMAIN_OBJ, sizes[i]);
        CHECK(!ou_memory_at(block).is_object);
        ou_block_mark_object(block, 0);
        ou_block_mark_object(block, 0);
        CHECK(ou_memory_at((char *)block + 3).is_object);
        CHECK_EQ(ou_memory_at(block).object_offset, 0);
        CHECK(!ou_memory_at(other).is_object);
        block[0] = 99;
        CHECK(ou_memory_is_valid());
        ou_mem_free(OU_DOMAIN_OBJ, block);
        if (sizes[i] <= 2048) {
            CHECK_EQ(block[0], 0);
        }
        void *again = ou_mem_malloc(OU_DOMAIN_OBJ, sizes[i]);
        CHECK(!ou_memory_at(again).is_object);
        if (sizes[i] > 32) {
            ou_block_mark_object(again, 16);
            CHECK_EQ(ou_memory_at(again).object_offset, 16);
            ou_block_free_sized(OU_FAMILY_BUFFER, again, sizes[i]);
        }
        else {
            ou_mem_free(OU_DOMAIN_OBJ, again);
        }
        ou_mem_free(OU_DOMAIN_OBJ, other);
        CHECK(ou_memory_is_valid());
    }
}

TEST(object_bit, many_share_pools_and_move_along)
{
    enum { N = 2000 };
    static void *blocks[N];
    OuMemoryStats before, after;
    ou_memory_stats(&before);
    for (int i = 0; i < N; i++) {
        blocks[i] = ou_mem_malloc(OU_DOMAIN_OBJ, 64);
        ou_block_mark_object(blocks[i], 0);
    }
    ou_memory_stats(&after);
    CHECK(after.pages_in_use - before.pages_in_use <= N / 64 + 2);
    CHECK(ou_memory_is_valid());
    for (int i = 0; i < N; i++) {
        blocks[i] = ou_mem_realloc(OU_DOMAIN_OBJ, blocks[i], i % 2 ? 300 : 3000);
        CHECK(ou_memory_at(blocks[i]).is_object);
    }
    CHECK(ou_memory_is_valid());
    for (int i = 0; i < N; i++) {
        ou_mem_free(OU_DOMAIN_OBJ, blocks[i]);
    }
    CHECK(ou_memory_is_valid());
}

TEST(side, bits_are_each_blocks_own)
{
    enum { N = 600 };
    static char *blocks[N];
    for (int i = 0; i < N; i++) {
        blocks[i] = ou_block_alloc((OuFamily)(i % 3), i % 20 == 0 ? 4000 : 32 + (size_t)i);
    }
    for (int side = OU_SIDE_MARK; side <= OU_SIDE_AGE2; side++) {
        ou_side_clear_all((OuSide)side);
        for (int i = 0; i < N; i += 2) {
            CHECK(!ou_side_test_and_set((OuSide)side, blocks[i]));
            CHECK(ou_side_test_and_set((OuSide)side, blocks[i]));
        }
        for (int i = 0; i < N; i++) {
            CHECK_EQ(ou_side_test((OuSide)side, blocks[i]), i % 2 == 0);
        }
        ou_side_clear((OuSide)side, blocks[0]);
        CHECK(!ou_side_test((OuSide)side, blocks[0]));
        ou_side_set((OuSide)side, blocks[0]);
    }
    ou_mark_clear_all();
    for (int i = 0; i < N; i++) {
        CHECK(!ou_mark_test(blocks[i]));
        CHECK_EQ(ou_side_test(OU_SIDE_AGE, blocks[i]), i % 2 == 0);
    }
    size_t with = ou_memory_system_bytes();
    for (int side = OU_SIDE_MARK; side <= OU_SIDE_AGE2; side++) {
        ou_side_release((OuSide)side);
    }
    CHECK(ou_memory_system_bytes() < with);
    for (int i = 0; i < N; i++) {
        CHECK(!ou_side_test(OU_SIDE_AGE, blocks[i]));
        ou_block_free(blocks[i]);
    }
    CHECK(ou_memory_is_valid());
}

TEST(stats, add_up)
{
    OuMemoryStats before, after;
    ou_memory_stats(&before);
    void *a = ou_block_alloc(OU_FAMILY_COLLECTED, 100), *b = ou_block_alloc(OU_FAMILY_PLAIN, 10000);
    void *c = ou_mem_malloc(OU_DOMAIN_RAW, 1000);
    ou_memory_stats(&after);
    CHECK_EQ(after.n_blocks - before.n_blocks, 2);
    CHECK_EQ(after.live_bytes - before.live_bytes, 112 + 10000);
    OuFamily collected = OU_FAMILY_COLLECTED;
    CHECK_EQ(after.family[collected].live_bytes - before.family[collected].live_bytes, 112);
    CHECK_EQ(after.n_large - before.n_large, 1);
    CHECK_EQ(after.n_raw - before.n_raw, 1);
    CHECK(after.raw_bytes - before.raw_bytes >= 1000);
    CHECK(after.peak_system_bytes >= after.system_bytes);
    size_t in_pools = (after.pages_in_use + after.pages_empty) * OU_PAGE_SIZE;
    CHECK(after.system_bytes >= in_pools + after.large_bytes + after.raw_bytes + after.mapped_bytes);
    ou_block_free(a);
    ou_block_free(b);
    ou_mem_free(OU_DOMAIN_RAW, c);
    ou_memory_stats(&after);
    CHECK_EQ(after.live_bytes, before.live_bytes);
    CHECK_EQ(after.raw_bytes, before.raw_bytes);
}
