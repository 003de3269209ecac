/* types/unicode_ctype.c - what a code point is: letter, digit, space, lower case ..., and its case
 * mappings.
 *
 * Owns       nothing; constant tables.
 * Invariant  the answers are those of Unicode 14.0, the version of Python 3.11.
 * Not here   names, normalization, categories (module unicodedata); whole strings (str_case.c).
 * Source     unicode_data.h, written by tools/gen_unicode.py from the Unicode Character Database. utf8proc
 *            is not asked: it knows neither numeric values nor the derived properties (lower, upper, cased,
 *            identifiers), and is of another version. */
#include "types/str.h"

/* What code points have in common.  Where U_SPECIAL is set, lower is an index into unicode_special. */
typedef struct {
    int32_t lower, upper, title; /* differences to the code point itself */
    uint16_t flags;              /* U_* */
    uint8_t decimal, digit;      /* values; 255: none */
} UnicodeRecord;

/* Mappings to several code points, or a case folding other than the lower case: in the pool one after
 * another. */
typedef struct {
    uint16_t at;
    uint8_t n_lower, n_upper, n_title, n_fold;
} UnicodeSpecial;

/* A numeric value that is no digit. */
typedef struct {
    uint32_t code;
    int32_t denominator;
    int64_t numerator;
} UnicodeNumber;

#include "types/unicode_data.h"

static OU_ALWAYS_INLINE const UnicodeRecord *
record_of(Py_UCS4 ch)
{
    if (OU_UNLIKELY(ch > 0x10FFFF)) {
        return &unicode_records[unicode_points[0]]; /* as a control character: nothing at all */
    }
    unsigned block = unicode_blocks[ch >> U_BLOCK_SHIFT];
    return &unicode_records[unicode_points[(block << U_BLOCK_SHIFT) + (ch & ((1u << U_BLOCK_SHIFT) - 1))]];
}

/* Is there a NUL-like answer for each of these: 1 or 0. */
#define PROPERTY(function, flag)                     \
    int function(Py_UCS4 ch)                         \
    {                                                \
        return (record_of(ch)->flags & (flag)) != 0; \
    }

PROPERTY(_PyUnicode_IsAlpha, U_ALPHA)
PROPERTY(_PyUnicode_IsLowercase, U_LOWER)
PROPERTY(_PyUnicode_IsUppercase, U_UPPER)
PROPERTY(_PyUnicode_IsTitlecase, U_TITLE)
PROPERTY(_PyUnicode_IsXidStart, U_XID_START)
PROPERTY(_PyUnicode_IsXidContinue, U_XID_CONTINUE)
PROPERTY(_PyUnicode_IsPrintable, U_PRINTABLE)
PROPERTY(_PyUnicode_IsCased, U_CASED)
PROPERTY(_PyUnicode_IsCaseIgnorable, U_CASE_IGNORABLE)
PROPERTY(_PyUnicode_IsNumeric, U_NUMERIC)
PROPERTY(_PyUnicode_IsDigit, U_DIGIT)
PROPERTY(_PyUnicode_IsDecimalDigit, U_DECIMAL)
PROPERTY(_PyUnicode_IsWhitespace, U_SPACE)
PROPERTY(_PyUnicode_IsLinebreak, U_LINEBREAK)

/* The value of a decimal digit, or -1. */
int
_PyUnicode_ToDecimalDigit(Py_UCS4 ch)
{
    const UnicodeRecord *record = record_of(ch);
    return record->flags & U_DECIMAL ? record->decimal : -1;
}

/* The value of a digit, superscripts and the like included, or -1. */
int
_PyUnicode_ToDigit(Py_UCS4 ch)
{
    const UnicodeRecord *record = record_of(ch);
    return record->flags & U_DIGIT ? record->digit : -1;
}

/* The numeric value, or -1.0. */
double
_PyUnicode_ToNumeric(Py_UCS4 ch)
{
    const UnicodeRecord *record = record_of(ch);
    if (!(record->flags & U_NUMERIC)) {
        return -1.0;
    }
    if (record->flags & U_DIGIT) {
        return record->digit;
    }
    size_t low = 0, high = U_N_NUMBERS;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const UnicodeNumber *number = &unicode_numbers[middle];
        if (number->code == ch) {
            return (double)number->numerator / (double)number->denominator;
        }
        if (number->code < ch) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return -1.0;
}

/* Simple mappings: of a mapping to several code points they are the first. */
Py_UCS4
_PyUnicode_ToLowercase(Py_UCS4 ch)
{
    const UnicodeRecord *record = record_of(ch);
    if (record->flags & U_SPECIAL) {
        return unicode_pool[unicode_special[record->lower].at];
    }
    return ch + (Py_UCS4)record->lower;
}

Py_UCS4
_PyUnicode_ToUppercase(Py_UCS4 ch)
{
    const UnicodeRecord *record = record_of(ch);
    if (record->flags & U_SPECIAL) {
        const UnicodeSpecial *special = &unicode_special[record->lower];
        return unicode_pool[special->at + special->n_lower];
    }
    return ch + (Py_UCS4)record->upper;
}

Py_UCS4
_PyUnicode_ToTitlecase(Py_UCS4 ch)
{
    const UnicodeRecord *record = record_of(ch);
    if (record->flags & U_SPECIAL) {
        const UnicodeSpecial *special = &unicode_special[record->lower];
        return unicode_pool[special->at + special->n_lower + special->n_upper];
    }
    return ch + (Py_UCS4)record->title;
}

/* The case mapping of code points, one to one, for as long as each maps to one that fits the kind: see types/str.h. */
#define MAP_SIMPLE(name, type, mapping)                                                                          \
    static Py_ssize_t name(type *to, const type *from, Py_ssize_t n, Py_UCS4 *bits)                              \
    {                                                                                                            \
        Py_UCS4 seen = 0;                                                                                        \
        Py_ssize_t i = 0;                                                                                        \
        for (; i < n; i++) {                                                                                     \
            Py_UCS4 ch = from[i];                                                                                \
            const UnicodeRecord *record =                                                                        \
                &unicode_records[unicode_points[((unsigned)unicode_blocks[ch >> U_BLOCK_SHIFT] << U_BLOCK_SHIFT) \
                                                + (ch & ((1u << U_BLOCK_SHIFT) - 1))]];                          \
            Py_UCS4 mapped = ch + (Py_UCS4)record->mapping;                                                      \
            if ((record->flags & U_SPECIAL) || mapped > (type)-1 || ch == 0x3A3) {                               \
                break; /* the capital sigma asks what is around it */                                            \
            }                                                                                                    \
            seen |= mapped;                                                                                      \
            to[i] = (type)mapped;                                                                                \
        }                                                                                                        \
        *bits |= seen;                                                                                           \
        return i;                                                                                                \
    }
MAP_SIMPLE(map_lower_1, Py_UCS1, lower)
MAP_SIMPLE(map_lower_2, Py_UCS2, lower)
MAP_SIMPLE(map_lower_4, Py_UCS4, lower)
MAP_SIMPLE(map_upper_1, Py_UCS1, upper)
MAP_SIMPLE(map_upper_2, Py_UCS2, upper)
MAP_SIMPLE(map_upper_4, Py_UCS4, upper)

Py_ssize_t
ou_ucs_map_simple(int kind, void *to, const void *from, Py_ssize_t n, bool to_upper, Py_UCS4 *bits)
{
    switch (kind) {
    case 1: return (to_upper ? map_upper_1 : map_lower_1)(to, from, n, bits);
    case 2: return (to_upper ? map_upper_2 : map_lower_2)(to, from, n, bits);
    default: return (to_upper ? map_upper_4 : map_lower_4)(to, from, n, bits);
    }
}

static int
pool_copy(unsigned at, unsigned n, Py_UCS4 *out)
{
    for (unsigned i = 0; i < n; i++) {
        out[i] = unicode_pool[at + i];
    }
    return (int)n;
}

/* Full mappings: write one to three code points to `out`, return how many. */
int
_PyUnicode_ToLowerFull(Py_UCS4 ch, Py_UCS4 *out)
{
    const UnicodeRecord *record = record_of(ch);
    if (record->flags & U_SPECIAL) {
        const UnicodeSpecial *special = &unicode_special[record->lower];
        return pool_copy(special->at, special->n_lower, out);
    }
    out[0] = ch + (Py_UCS4)record->lower;
    return 1;
}

int
_PyUnicode_ToUpperFull(Py_UCS4 ch, Py_UCS4 *out)
{
    const UnicodeRecord *record = record_of(ch);
    if (record->flags & U_SPECIAL) {
        const UnicodeSpecial *special = &unicode_special[record->lower];
        return pool_copy(special->at + special->n_lower, special->n_upper, out);
    }
    out[0] = ch + (Py_UCS4)record->upper;
    return 1;
}

int
_PyUnicode_ToTitleFull(Py_UCS4 ch, Py_UCS4 *out)
{
    const UnicodeRecord *record = record_of(ch);
    if (record->flags & U_SPECIAL) {
        const UnicodeSpecial *special = &unicode_special[record->lower];
        return pool_copy(special->at + special->n_lower + special->n_upper, special->n_title, out);
    }
    out[0] = ch + (Py_UCS4)record->title;
    return 1;
}

int
_PyUnicode_ToFoldedFull(Py_UCS4 ch, Py_UCS4 *out)
{
    const UnicodeRecord *record = record_of(ch);
    if (record->flags & U_SPECIAL) {
        const UnicodeSpecial *special = &unicode_special[record->lower];
        return pool_copy(special->at + special->n_lower + special->n_upper + special->n_title, special->n_fold, out);
    }
    out[0] = ch + (Py_UCS4)record->lower;
    return 1;
}

/* 1 at the ASCII characters that str takes for whitespace: for a macro of the public headers. */
const unsigned char _Py_ascii_whitespace[128] = {
    ['\t'] = 1, ['\n'] = 1, ['\v'] = 1, ['\f'] = 1, ['\r'] = 1, [0x1c] = 1, [0x1d] = 1, [0x1e] = 1, [0x1f] = 1, [' '] = 1,
};
