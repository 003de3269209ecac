/* base/utf8.c - reading UTF-8 strictly.
 *
 * Owns       nothing.
 * Invariant  never reads past the size given; a valid text decodes to scalar
 *            values only (no surrogates, nothing above U+10FFFF, no overlong form).
 * Not here   str objects and error handlers (types/str_codec.c).
 * Source     the table of well-formed sequences in the Unicode standard, 3.9. */
#include "base/utf8.h"

#include <string.h>

static OuUtf8
utf8_error(OuUtf8Error error, unsigned size)
{
    return (OuUtf8){.code = 0, .size = (uint8_t)size, .error = (uint8_t)error};
}

/* text, left: the bytes that may be read.
 * Returns  a code point and its size, or an error and the bytes that it covers;
 *          size 0 (and no error) where left is 0. */
OuUtf8
ou_utf8_decode(const void *text, size_t left)
{
    const unsigned char *at = text;
    if (left == 0) {
        return utf8_error(OU_UTF8_OK, 0);
    }
    unsigned c = at[0];
    if (c < 0x80) {
        return (OuUtf8){.code = c, .size = 1, .error = OU_UTF8_OK};
    }
    /* The second byte's range depends on the first: that is what excludes overlong
     * forms, surrogates and what lies above the last plane. */
    unsigned low = 0x80, high = 0xBF, n_more;
    if (c < 0xC2) {
        return utf8_error(OU_UTF8_BAD_START, 1);
    }
    else if (c < 0xE0) {
        n_more = 1;
        c &= 0x1F;
    }
    else if (c < 0xF0) {
        n_more = 2;
        low = c == 0xE0 ? 0xA0 : low;
        high = c == 0xED ? 0x9F : high;
        c &= 0x0F;
    }
    else if (c < 0xF5) {
        n_more = 3;
        low = c == 0xF0 ? 0x90 : low;
        high = c == 0xF4 ? 0x8F : high;
        c &= 0x07;
    }
    else {
        return utf8_error(OU_UTF8_BAD_START, 1);
    }
    uint32_t code = c;
    for (unsigned i = 1; i <= n_more; i++) {
        if (i >= left) {
            return utf8_error(OU_UTF8_TRUNCATED, i);
        }
        if (at[i] < low || at[i] > high) {
            return utf8_error(OU_UTF8_BAD_CONTINUATION, i);
        }
        code = code << 6 | (at[i] & 0x3F);
        low = 0x80;
        high = 0xBF;
    }
    return (OuUtf8){.code = code, .size = (uint8_t)(n_more + 1), .error = OU_UTF8_OK};
}

/* Returns  bytes, up to `size`. */
size_t
ou_utf8_ascii_prefix(const void *text, size_t size)
{
    const unsigned char *start = text, *at = start, *end = start + size;
    while ((size_t)(end - at) >= 8) {
        uint64_t word;
        memcpy(&word, at, sizeof word);
        if (word & 0x8080808080808080u) {
            break;
        }
        at += 8;
    }
    while (at < end && *at < 0x80) {
        at++;
    }
    return (size_t)(at - start);
}

/* Returns  whether the whole text is valid; *out is filled either way. */
bool
ou_utf8_validate(const void *text, size_t size, OuUtf8Summary *out)
{
    const unsigned char *start = text;
    OuUtf8Summary sum = {0, 0, size, OU_UTF8_OK};
    size_t at = 0;

    while (at < size) {
        if (start[at] < 0x80) {
            size_t run = ou_utf8_ascii_prefix(start + at, size - at);
            for (size_t i = 0; i < run && sum.max < 0x7F; i++) {
                sum.max = start[at + i] > sum.max ? start[at + i] : sum.max;
            }
            sum.n_points += run;
            at += run;
            continue;
        }
        OuUtf8 point = ou_utf8_decode(start + at, size - at);
        if (point.error != OU_UTF8_OK) {
            sum.error = (OuUtf8Error)point.error;
            sum.error_at = at;
            break;
        }
        sum.max = point.code > sum.max ? point.code : sum.max;
        sum.n_points++;
        at += point.size;
    }
    if (out != NULL) {
        *out = sum;
    }
    return sum.error == OU_UTF8_OK;
}
