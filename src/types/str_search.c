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

/* Four code points of two bytes at a time: a lane of the difference is zero where the character is. */
static Py_ssize_t
find_char_2(const Py_UCS2 *at, Py_ssize_t n, Py_UCS2 ch)
{
    const uint64_t ones = 0x0001000100010001, highs = 0x8000800080008000, pattern = ones * ch;
    Py_ssize_t i = 0;
    for (; i + 4 <= n; i += 4) {
        uint64_t word;
        memcpy(&word, at + i, sizeof word);
        word ^= pattern;
        if (((word - ones) & ~word & highs) != 0) {
            break;
        }
    }
    for (; i < n; i++) {
        if (at[i] == ch) {
            return i;
        }
    }
    return -1;
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
        if (at[m - 1] == needle[m - 1] && memcmp(at + 1, needle + 1, (size_t)m - 1) == 0) {
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
