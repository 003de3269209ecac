/* modules/_sre/sre_set.c - sets of characters: verified, asked, and turned into bitmaps.
 *
 * Invariant  items are read only after ou_sre_set_verify() has accepted them. */
#include "modules/_sre/sre.h"
#include "modules/_sre/sre_source.h"

#include <ctype.h>

enum { BIG_MAP_WORDS = 64 }; /* of a BIGCHARSET: 256 bytes, the block of each high byte */

size_t
ou_sre_set_verify(const uint32_t *source, size_t n)
{
    size_t i = 0;
    while (i < n) {
        size_t size = 0;
        switch (source[i]) {
        case SRE_SRC_FAILURE: return i + 1;
        case SRE_SRC_NEGATE: size = 1; break;
        case SRE_SRC_LITERAL: size = 2; break;
        case SRE_SRC_RANGE:
        case SRE_SRC_RANGE_UNI_IGNORE: size = 3; break;
        case SRE_SRC_CATEGORY: size = n - i >= 2 && source[i + 1] < SRE_N_CAT ? 2 : 0; break;
        case SRE_SRC_CHARSET: size = 1 + SRE_SET_WORDS; break;
        case SRE_SRC_BIGCHARSET:
            if (n - i > 2 + BIG_MAP_WORDS) {
                uint32_t n_blocks = source[i + 1];
                const uint8_t *map = (const uint8_t *)&source[i + 2];
                for (int high = 0; high < 256; high++) {
                    if (map[high] >= n_blocks) {
                        return 0;
                    }
                }
                if (n_blocks > 256) {
                    return 0;
                }
                size = 2 + BIG_MAP_WORDS + (size_t)n_blocks * SRE_SET_WORDS;
            }
            break;
        }
        if (size == 0 || size > n - i) {
            return 0;
        }
        i += size;
    }
    return 0;
}

bool
ou_sre_is_word(uint32_t ch)
{
    return ch < 128 ? ou_sre_is_word_ascii(ch) : Py_UNICODE_ISALNUM(ch);
}

bool
ou_sre_is_word_locale(uint32_t ch)
{
    return ch < 256 && (isalnum((int)ch) || ch == '_');
}

static bool
is_in_category(uint32_t category, uint32_t ch)
{
    bool in = false;
    switch (category & ~1u) {
    case SRE_CAT_DIGIT: in = ch - '0' < 10; break;
    case SRE_CAT_SPACE: in = ch == ' ' || ch - '\t' < 5; break;
    case SRE_CAT_WORD: in = ou_sre_is_word_ascii(ch); break;
    case SRE_CAT_LINEBREAK: in = ch == '\n'; break;
    case SRE_CAT_LOC_WORD: in = ou_sre_is_word_locale(ch); break;
    case SRE_CAT_UNI_DIGIT: in = Py_UNICODE_ISDECIMAL(ch); break;
    case SRE_CAT_UNI_SPACE: in = Py_UNICODE_ISSPACE(ch); break;
    case SRE_CAT_UNI_WORD: in = ou_sre_is_word(ch); break;
    case SRE_CAT_UNI_LINEBREAK: in = Py_UNICODE_ISLINEBREAK(ch); break;
    }
    return in != (category & 1);
}

bool
ou_sre_set_has(const uint32_t *items, uint32_t ch)
{
    bool found = true;
    for (;;) {
        bool hit = false;
        switch (*items) {
        case SRE_SRC_FAILURE: return !found;
        case SRE_SRC_NEGATE:
            found = !found;
            items++;
            continue;
        case SRE_SRC_LITERAL:
            hit = ch == items[1];
            items += 2;
            break;
        case SRE_SRC_RANGE:
            hit = items[1] <= ch && ch <= items[2];
            items += 3;
            break;
        case SRE_SRC_RANGE_UNI_IGNORE: {
            uint32_t upper = Py_UNICODE_TOUPPER(ch);
            hit = (items[1] <= ch && ch <= items[2]) || (items[1] <= upper && upper <= items[2]);
            items += 3;
            break;
        }
        case SRE_SRC_CATEGORY:
            hit = is_in_category(items[1], ch);
            items += 2;
            break;
        case SRE_SRC_CHARSET:
            hit = ch < 256 && ou_sre_bit(items + 1, ch);
            items += 1 + SRE_SET_WORDS;
            break;
        case SRE_SRC_BIGCHARSET: {
            const uint32_t *blocks = items + 2 + BIG_MAP_WORDS;
            hit = ch < 65536 && ou_sre_bit(blocks + ((const uint8_t *)(items + 2))[ch >> 8] * SRE_SET_WORDS, ch & 255);
            items = blocks + (size_t)items[1] * SRE_SET_WORDS;
            break;
        }
        default: OU_UNREACHABLE(); /* verified */
        }
        if (hit) {
            return found;
        }
    }
}

/* ---- case ------------------------------------------------------------------------------------------------------ */

static uint32_t
lower_locale(uint32_t ch)
{
    return ch < 256 ? (uint32_t)tolower((int)ch) : ch;
}

static uint32_t
upper_locale(uint32_t ch)
{
    return ch < 256 ? (uint32_t)toupper((int)ch) : ch;
}

uint32_t
ou_sre_lower(SreFold fold, uint32_t ch)
{
    switch (fold) {
    case SRE_FOLD_ASCII: return ch < 128 ? Py_TOLOWER(ch) : ch;
    case SRE_FOLD_UNICODE: return Py_UNICODE_TOLOWER(ch);
    case SRE_FOLD_LOCALE: return lower_locale(ch);
    default: return ch;
    }
}

bool
ou_sre_set_has_locale(const uint32_t *items, uint32_t ch)
{
    uint32_t lower = lower_locale(ch), upper = upper_locale(ch);
    return ou_sre_set_has(items, lower) || (upper != lower && ou_sre_set_has(items, upper));
}

bool
ou_sre_locale_same(uint32_t wanted, uint32_t ch)
{
    return ch == wanted || lower_locale(ch) == wanted || upper_locale(ch) == wanted;
}

/* ---- bitmaps --------------------------------------------------------------------------------------------------- */

static const uint32_t *
next_item(const uint32_t *items)
{
    switch (*items) {
    case SRE_SRC_NEGATE: return items + 1;
    case SRE_SRC_RANGE:
    case SRE_SRC_RANGE_UNI_IGNORE: return items + 3;
    case SRE_SRC_CHARSET: return items + 1 + SRE_SET_WORDS;
    case SRE_SRC_BIGCHARSET: return items + 2 + BIG_MAP_WORDS + (size_t)items[1] * SRE_SET_WORDS;
    default: return items + 2;
    }
}

bool
ou_sre_set_uses_locale(const uint32_t *items)
{
    for (; *items != SRE_SRC_FAILURE; items = next_item(items)) {
        if (*items == SRE_SRC_CATEGORY && (items[1] & ~1u) == SRE_CAT_LOC_WORD) {
            return true;
        }
    }
    return false;
}

/* Does it treat all characters from 256 on alike?  (True is certain, false is a guess.) */
static bool
is_narrow(const uint32_t *items)
{
    for (; *items != SRE_SRC_FAILURE; items = next_item(items)) {
        switch (*items) {
        case SRE_SRC_NEGATE:
        case SRE_SRC_CHARSET: continue;
        case SRE_SRC_LITERAL:
            if (items[1] < 256) {
                continue;
            }
            return false;
        case SRE_SRC_RANGE:
            if (items[2] < 256) {
                continue;
            }
            return false;
        case SRE_SRC_CATEGORY:
            if (items[1] < SRE_CAT_LOC_WORD) {
                continue;
            }
            return false;
        default: return false;
        }
    }
    return true;
}

SreWide
ou_sre_set_bitmap(const uint32_t *items, SreFold fold, uint32_t bits[SRE_SET_WORDS])
{
    memset(bits, 0, SRE_SET_WORDS * sizeof *bits);
    for (uint32_t ch = 0; ch < 256; ch++) {
        if (ou_sre_set_has(items, ou_sre_lower(fold, ch))) {
            bits[ch >> 5] |= 1u << (ch & 31);
        }
    }
    if (fold == SRE_FOLD_UNICODE) {
        return SRE_WIDE_FOLD; /* the lower-case form of a wide character may be narrow: KELVIN SIGN */
    }
    return !is_narrow(items) ? SRE_WIDE_ITEMS : ou_sre_set_has(items, 0x110000) ? SRE_WIDE_ALL : SRE_WIDE_NONE;
}
