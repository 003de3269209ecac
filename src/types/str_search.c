/* types/str_search.c - finding code points and texts in arrays of code points.
 *
 * Owns       nothing; allocates nothing.
 * Invariant  linear time in the worst case; a needle of a wider kind than the text does not occur in it,
 *            since kinds are the narrowest possible.
 * Not here   indices and arguments as Python gives them (str_find.c). */
#include "types/str.h"

#define HAY Py_UCS1
#define NEEDLE Py_UCS1
#define SUFFIX 1_1
#include "types/str_search_kind.inc"
#define HAY Py_UCS2
#define NEEDLE Py_UCS1
#define SUFFIX 2_1
#include "types/str_search_kind.inc"
#define HAY Py_UCS2
#define NEEDLE Py_UCS2
#define SUFFIX 2_2
#include "types/str_search_kind.inc"
#define HAY Py_UCS4
#define NEEDLE Py_UCS1
#define SUFFIX 4_1
#include "types/str_search_kind.inc"
#define HAY Py_UCS4
#define NEEDLE Py_UCS2
#define SUFFIX 4_2
#include "types/str_search_kind.inc"
#define HAY Py_UCS4
#define NEEDLE Py_UCS4
#define SUFFIX 4_4
#include "types/str_search_kind.inc"

/* From i on, in steps of a block, to the first block at whose places `first` stands with `last` `distance` behind it; or to
 * where no whole block is left.  Without branches: vectors. */
enum { PAIR_BLOCK = 32 };
OU_VECTOR_LOOPS static OU_NOINLINE Py_ssize_t
skip_pair_2(const Py_UCS2 *at, Py_ssize_t i, Py_ssize_t n, Py_ssize_t distance, Py_UCS2 first, Py_UCS2 last)
{
    for (; i + PAIR_BLOCK <= n; i += PAIR_BLOCK) {
        Py_UCS2 hits = 0;
        for (Py_ssize_t j = 0; j < PAIR_BLOCK; j++) {
            hits |= (Py_UCS2)((Py_UCS2) - (at[i + j] == first) & (Py_UCS2) - (at[i + j + distance] == last));
        }
        if (hits != 0) {
            break;
        }
    }
    return i;
}

/* The first of n places where `first` stands with `last` `distance` behind it, or -1.  Four places of two bytes at a time: the
 * lowest lane of the differences that is zero. */
static OU_ALWAYS_INLINE Py_ssize_t
find_pair_2(const Py_UCS2 *at, Py_ssize_t n, Py_ssize_t distance, Py_UCS2 first, Py_UCS2 last)
{
    const uint64_t ones = 0x0001000100010001, highs = 0x8000800080008000;
    Py_ssize_t i = 0;
#if PY_LITTLE_ENDIAN
    for (; i + 4 <= n; i += 4) {
        if (i == PAIR_BLOCK) { /* not near: blocks from here */
            i = skip_pair_2(at, i, n, distance, first, last);
            if (i + 4 > n) {
                break;
            }
        }
        uint64_t word, behind;
        memcpy(&word, at + i, sizeof word);
        memcpy(&behind, at + i + distance, sizeof behind);
        word = (word ^ ones * first) | (behind ^ ones * last);
        word = (word - ones) & ~word & highs;
        if (word != 0) {
            return i + (__builtin_ctzll(word) >> 4);
        }
    }
#endif
    for (; i < n; i++) {
        if (at[i] == first && at[i + distance] == last) {
            return i;
        }
    }
    return -1;
}

static Py_ssize_t
find_char_2(const Py_UCS2 *at, Py_ssize_t n, Py_UCS2 ch)
{
    return find_pair_2(at, n, 0, ch, ch);
}

Py_ssize_t
ou_ucs_find_char(int kind, const void *data, Py_ssize_t from, Py_ssize_t to, Py_UCS4 ch)
{
    Py_ssize_t n = to - from;
    if (n <= 0) {
        return -1;
    }
    if (kind == 1) {
        const char *hit = ch > 0xff ? NULL : memchr((const char *)data + from, (int)ch, (size_t)n);
        return hit == NULL ? -1 : hit - (const char *)data;
    }
    if (kind == 2) {
        Py_ssize_t hit = ch > 0xffff ? -1 : find_char_2((const Py_UCS2 *)data + from, n, (Py_UCS2)ch);
        return hit < 0 ? -1 : from + hit;
    }
    const wchar_t *hit = wmemchr((const wchar_t *)data + from, (wchar_t)ch, (size_t)n);
    return hit == NULL ? -1 : hit - (const wchar_t *)data;
}

Py_ssize_t
ou_ucs_rfind_char(int kind, const void *data, Py_ssize_t from, Py_ssize_t to, Py_UCS4 ch)
{
    if (to <= from) {
        return -1;
    }
    if (kind == 1) {
        extern void *memrchr(const void *, int, size_t); /* a GNU function */
        const char *hit = ch > 0xff ? NULL : memrchr((const char *)data + from, (int)ch, (size_t)(to - from));
        return hit == NULL ? -1 : hit - (const char *)data;
    }
    for (Py_ssize_t i = to - 1; i >= from; i--) {
        if (PyUnicode_READ(kind, data, i) == ch) {
            return i;
        }
    }
    return -1;
}

/* From one occurrence of the first byte to the next, as long as that wastes little; else memmem, which is
 * linear
 * but prepares a table at each call. */
static const char *
find_bytes(const char *hay, Py_ssize_t n, const char *needle, Py_ssize_t m)
{
    extern void *memmem(const void *, size_t, const void *, size_t); /* a GNU function */
    const char *at = hay, *end = hay + (n - m) + 1;
    Py_ssize_t wasted = 0;
    while (at < end) {
        at = memchr(at, needle[0], (size_t)(end - at));
        if (at == NULL) {
            return NULL;
        }
        Py_ssize_t i = m - 1;
        while (i > 0 && at[i] == needle[i]) {
            i--;
        }
        if (i == 0) {
            return at;
        }
        at++;
        wasted += 8; /* what memchr's next start costs, in bytes: estimated */
        if (wasted > (at - hay) / 2 + 128) {
            return memmem(at, (size_t)(hay + n - at), needle, (size_t)m);
        }
    }
    return NULL;
}

static Py_ssize_t
search(int kind, const void *data, Py_ssize_t n, int needle_kind, const void *needle, Py_ssize_t m, Py_ssize_t step)
{
    switch (kind << 4 | needle_kind) {
    case 0x11: return search_1_1(data, n, needle, m, step);
    case 0x21: return search_2_1(data, n, needle, m, step);
    case 0x22: return search_2_2(data, n, needle, m, step);
    case 0x41: return search_4_1(data, n, needle, m, step);
    case 0x42: return search_4_2(data, n, needle, m, step);
    case 0x44: return search_4_4(data, n, needle, m, step);
    default: return -1; /* the needle is of a wider kind */
    }
}

/* A needle of two or more characters in a text of two bytes each: from one place where its ends match to the next, as long as
 * that wastes little. */
static Py_ssize_t
find_2(const Py_UCS2 *hay, Py_ssize_t n, int needle_kind, const void *needle, Py_ssize_t m)
{
    Py_UCS2 first = (Py_UCS2)PyUnicode_READ(needle_kind, needle, 0), last = (Py_UCS2)PyUnicode_READ(needle_kind, needle, m - 1);
    Py_ssize_t wasted = 0;
    for (Py_ssize_t at = 0; at <= n - m; at++) {
        Py_ssize_t hit = find_pair_2(hay + at, n - m + 1 - at, m - 1, first, last);
        if (hit < 0) {
            return -1;
        }
        at += hit;
        Py_ssize_t i = 1;
        while (i < m - 1 && hay[at + i] == PyUnicode_READ(needle_kind, needle, i)) {
            i++;
        }
        if (i >= m - 1) {
            return at;
        }
        wasted += i + 4; /* and a start of the search: estimated */
        if (wasted > at + 1000) {
            hit = search(2, hay + at + 1, n - at - 1, needle_kind, needle, m, 1);
            return hit < 0 ? -1 : at + 1 + hit;
        }
    }
    return -1;
}

Py_ssize_t
ou_ucs_find(int kind, const void *data, Py_ssize_t from, Py_ssize_t to, int needle_kind, const void *needle, Py_ssize_t m)
{
    if (m > to - from) {
        return -1;
    }
    if (m == 1) {
        return ou_ucs_find_char(kind, data, from, to, PyUnicode_READ(needle_kind, needle, 0));
    }
    if (kind == 1 && needle_kind == 1) {
        const char *hit = find_bytes((const char *)data + from, to - from, needle, m);
        return hit == NULL ? -1 : hit - (const char *)data;
    }
    if (kind == 2 && needle_kind <= 2) {
        Py_ssize_t hit = find_2((const Py_UCS2 *)data + from, to - from, needle_kind, needle, m);
        return hit < 0 ? -1 : from + hit;
    }
    Py_ssize_t hit = search(kind, ou_ucs_at(kind, data, from), to - from, needle_kind, needle, m, 1);
    return hit < 0 ? -1 : from + hit;
}

Py_ssize_t
ou_ucs_rfind(int kind, const void *data, Py_ssize_t from, Py_ssize_t to, int needle_kind, const void *needle, Py_ssize_t m)
{
    if (m > to - from) {
        return -1;
    }
    if (m == 1) {
        return ou_ucs_rfind_char(kind, data, from, to, PyUnicode_READ(needle_kind, needle, 0));
    }
    Py_ssize_t hit = search(kind, ou_ucs_at(kind, data, from), to - from, needle_kind, needle, m, -1);
    return hit < 0 ? -1 : from + hit;
}

OU_VECTOR_LOOPS static Py_ssize_t
count_byte(const Py_UCS1 *at, Py_ssize_t n, Py_UCS1 byte)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        count += at[i] == byte;
    }
    return count;
}

Py_ssize_t
ou_ucs_count(int kind, const void *data, Py_ssize_t from, Py_ssize_t to, int needle_kind, const void *needle, Py_ssize_t m,
             Py_ssize_t max)
{
    Py_ssize_t n = 0;
    if (m == 1 && max < 0 && kind == 1 && needle_kind == 1) {
        return from < to ? count_byte((const Py_UCS1 *)data + from, to - from, *(const Py_UCS1 *)needle) : 0;
    }
    while (n != max) {
        Py_ssize_t at = ou_ucs_find(kind, data, from, to, needle_kind, needle, m);
        if (at < 0) {
            break;
        }
        n++;
        from = at + m;
    }
    return n;
}
