/* Tests of base/: checked sizes, panic, hashing, UTF-8. */
#include "../unit.h"

#include "base/hash.h"
#include "base/utf8.h"

#include <signal.h>

TEST(base, sizes_are_checked)
{
    size_t out;
    CHECK(!ou_size_add(1, 2, &out) && out == 3);
    CHECK(ou_size_add(SIZE_MAX, 1, &out));
    CHECK(!ou_size_mul(SIZE_MAX / 2, 2, &out) && out == SIZE_MAX - 1);
    CHECK(ou_size_mul(SIZE_MAX / 2 + 1, 2, &out));
    CHECK_EQ(ou_align_up(0, 16), 0);
    CHECK_EQ(ou_align_up(1, 16), 16);
    CHECK_EQ(ou_align_up(16, 16), 16);
    CHECK_EQ(ou_bit_length(0), 0);
    CHECK_EQ(ou_bit_length(255), 8);
    CHECK_EQ(ou_bit_length(UINT64_MAX), 64);
}

static void
panic_child(void)
{
    OU_CHECK(1 + 1 == 3, "sums are %s", "wrong");
}

TEST(base, a_failed_check_prints_and_aborts)
{
    char text[400];
    CHECK_EQ(unit_fork(panic_child, text, sizeof text), SIGABRT);
    CHECK(strstr(text, "sums are wrong") != NULL);
    CHECK(strstr(text, "panic_child") != NULL);
}

static void
loud_printer(const char *file, int line, const char *function, const char *message)
{
    (void)file, (void)line, (void)function;
    fprintf(stderr, "<%s>", message);
    OU_PANIC("a panic in the printer ends at once");
}

static void
printer_child(void)
{
    ou_panic_set_printer(loud_printer);
    OU_PANIC("number %d", 7);
}

TEST(base, the_printer_can_be_replaced)
{
    char text[400];
    CHECK_EQ(unit_fork(printer_child, text, sizeof text), SIGABRT);
    CHECK_STR(text, "<number 7>");
}

/* The values are python3.11's under the same PYTHONHASHSEED. */
TEST(hash, equals_cpythons_under_the_same_seed)
{
    CHECK(ou_hash_set_seed(false, 0));
    CHECK_EQ(ou_hash_bytes("", 0), 0);
    CHECK_EQ(ou_hash_bytes("a", 1), 4644417185603328019);
    CHECK_EQ(ou_hash_bytes("abcdefgh", 8), 4574395652268504554);
    CHECK_EQ(ou_hash_bytes("The quick brown fox", 19), -7539517227509841101);
    CHECK(ou_hash_set_seed(false, 42));
    CHECK_EQ(ou_hash_bytes("a", 1), -123207753977932514);
    CHECK_EQ(ou_hash_bytes("abcdefgh", 8), -5457871895989710762);
    CHECK_EQ(ou_hash_bytes("The quick brown fox", 19), -7795032298321046848);
}

TEST(hash, a_random_seed_differs)
{
    unsigned char before[OU_HASH_SECRET_SIZE];
    CHECK(ou_hash_set_seed(true, 0));
    memcpy(before, ou_hash_secret(), sizeof before);
    CHECK(ou_hash_set_seed(true, 0));
    CHECK(memcmp(before, ou_hash_secret(), sizeof before) != 0);
}

TEST(hash, of_a_pointer_turns_the_low_bits_away)
{
    CHECK_EQ(ou_hash_pointer((void *)0x1230), 0x123);
    CHECK_EQ(ou_hash_pointer((void *)(uintptr_t)-1), -2);
}

static void
check_round_trip(uint32_t code)
{
    char text[4];
    size_t size = ou_utf8_encode(code, text);
    OuUtf8 point = ou_utf8_decode(text, size);
    if (ou_is_surrogate(code)) {
        CHECK(point.error == OU_UTF8_BAD_CONTINUATION && point.size == 1);
        return;
    }
    CHECK(size == ou_utf8_length(code) && point.size == size && point.code == code && point.error == 0);
    const char *at = text;
    CHECK(ou_utf8_next(&at) == code && at == text + size);
}

TEST(utf8, every_code_point_comes_back)
{
    for (uint32_t code = 0; code <= OU_UNICODE_MAX; code++) {
        check_round_trip(code);
    }
}

static void
check_error(const char *text, size_t size, OuUtf8Error error, unsigned covers)
{
    OuUtf8 point = ou_utf8_decode(text, size);
    CHECK_EQ(point.error, error);
    CHECK_EQ(point.size, covers);
}

TEST(utf8, errors_cover_what_cpython_reports)
{
    check_error("\x80", 1, OU_UTF8_BAD_START, 1);
    check_error("\xc0\x80", 2, OU_UTF8_BAD_START, 1);
    check_error("\xf5\x80\x80\x80", 4, OU_UTF8_BAD_START, 1);
    check_error("\xe2\x82", 2, OU_UTF8_TRUNCATED, 2);
    check_error("\xe2\x82x", 3, OU_UTF8_BAD_CONTINUATION, 2);
    check_error("\xe0\x80\x80", 3, OU_UTF8_BAD_CONTINUATION, 1);
    check_error("\xed\xa0\x80", 3, OU_UTF8_BAD_CONTINUATION, 1);
    check_error("\xf0\x90\x80", 3, OU_UTF8_TRUNCATED, 3);
    check_error("\xf4\x90\x80\x80", 4, OU_UTF8_BAD_CONTINUATION, 1);
    CHECK_EQ(ou_utf8_decode("", 0).size, 0);
}

TEST(utf8, a_text_is_summed_up)
{
    OuUtf8Summary sum;
    CHECK(ou_utf8_validate("hello, world, h\xc3\xa9!", 18, &sum));
    CHECK_EQ(sum.n_points, 17);
    CHECK_EQ(sum.max, 0xE9);
    CHECK_EQ(sum.error_at, 18);
    CHECK(!ou_utf8_validate("0123456789\xff"
                            "abc",
                            14, &sum));
    CHECK_EQ(sum.error_at, 10);
    CHECK_EQ(sum.n_points, 10);
    CHECK_EQ(sum.error, OU_UTF8_BAD_START);
    CHECK_EQ(ou_utf8_ascii_prefix("0123456789\xff"
                                  "abc",
                                  14),
             10);
}
