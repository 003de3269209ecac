/* base/utf8.h - UTF-8, one code point or one run at a time.
 *
 * Strict: overlong forms, surrogates and anything above U+10FFFF are errors.
 * An error covers the bytes that CPython's codec would report and replace. */
#ifndef OU_UTF8_H
#define OU_UTF8_H

#include "base/base.h"

#define OU_UNICODE_MAX 0x10FFFF

typedef enum {
    OU_UTF8_OK = 0,
    OU_UTF8_BAD_START,          /* "invalid start byte" */
    OU_UTF8_BAD_CONTINUATION,   /* "invalid continuation byte" */
    OU_UTF8_TRUNCATED           /* "unexpected end of data" */
} OuUtf8Error;

typedef struct {
    uint32_t code;      /* the code point; 0 on error */
    uint8_t size;       /* bytes it takes, or that the error covers; 0 only at the end of the text */
    uint8_t error;      /* OuUtf8Error */
} OuUtf8;

/* What a whole text is made of. */
typedef struct {
    size_t n_points;    /* code points before the end, or before the error */
    uint32_t max;       /* the greatest of them */
    size_t error_at;    /* byte offset of the first error, or the text's size */
    OuUtf8Error error;
} OuUtf8Summary;

static inline bool
ou_is_surrogate(uint32_t code)
{
    return code - 0xD800u < 0x800u;
}

/* Bytes that a code point takes; a surrogate counts 3. */
static inline size_t
ou_utf8_length(uint32_t code)
{
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/* Write a code point up to OU_UNICODE_MAX; surrogates are written as they are
 * (the caller decides whether they may pass).  Returns the bytes written, 1 to 4. */
static inline size_t
ou_utf8_encode(uint32_t code, char *out)
{
    unsigned char *to = (unsigned char *)out;
    if (code < 0x80) {
        to[0] = (unsigned char)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (unsigned char)(0xC0 | code >> 6);
        to[1] = (unsigned char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        to[0] = (unsigned char)(0xE0 | code >> 12);
        to[1] = (unsigned char)(0x80 | (code >> 6 & 0x3F));
        to[2] = (unsigned char)(0x80 | (code & 0x3F));
        return 3;
    }
    to[0] = (unsigned char)(0xF0 | code >> 18);
    to[1] = (unsigned char)(0x80 | (code >> 12 & 0x3F));
    to[2] = (unsigned char)(0x80 | (code >> 6 & 0x3F));
    to[3] = (unsigned char)(0x80 | (code & 0x3F));
    return 4;
}

/* Read one code point from at most `left` bytes. */
OuUtf8 ou_utf8_decode(const void *text, size_t left);

/* The same, where the text is known to be valid: returns the code point and
 * moves *text past it. */
static inline uint32_t
ou_utf8_next(const char **text)
{
    const unsigned char *at = (const unsigned char *)*text;
    uint32_t c = at[0];
    if (c < 0x80) {
        *text += 1;
        return c;
    }
    if (c < 0xE0) {
        *text += 2;
        return (c & 0x1F) << 6 | (at[1] & 0x3F);
    }
    if (c < 0xF0) {
        *text += 3;
        return (c & 0x0F) << 12 | (uint32_t)(at[1] & 0x3F) << 6 | (at[2] & 0x3F);
    }
    *text += 4;
    return (c & 0x07) << 18 | (uint32_t)(at[1] & 0x3F) << 12 | (uint32_t)(at[2] & 0x3F) << 6 | (at[3] & 0x3F);
}

/* How many bytes at the start are ASCII. */
size_t ou_utf8_ascii_prefix(const void *text, size_t size);

/* Read a whole text.  Returns true if it is valid; *out (may be NULL) is filled either way. */
bool ou_utf8_validate(const void *text, size_t size, OuUtf8Summary *out);

#endif /* OU_UTF8_H */
