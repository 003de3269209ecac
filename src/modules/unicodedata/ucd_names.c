/* modules/unicodedata/ucd_names.c - names of characters, in both directions.
 *
 * Owns       nothing; constant tables, which cost memory only when a page of them is read.
 * Invariant  a name is split into words in one way only, so equal names are spelled equally.
 * Not here   arguments and errors (unicodedata.c).
 *
 * A name is a row of words: what stands between blanks, and there what begins with a hyphen.  Each word has a number, the
 * more frequent the lower, spelled by one to three printable digits; a name's spelling ends with a blank.  To find a
 * name, spell it, and look the spelling up by halves in the order of spellings. */
#include "modules/unicodedata/ucd.h"

#include "modules/unicodedata/names_data.h"

/* ---- Hangul ------------------------------------------------------------------------------------------ */

static const char hangul_first[][3] = {"G",  "GG", "N", "D",  "DD", "R", "M", "B", "BB", "S",
                                       "SS", "",   "J", "JJ", "C",  "K", "T", "P", "H"};
static const char hangul_middle[][4] = {"A",  "AE", "YA", "YAE", "EO", "E",  "YEO", "YE", "O",  "WA", "WAE",
                                        "OE", "YO", "U",  "WEO", "WE", "WI", "YU",  "EU", "YI", "I"};
static const char hangul_last[][3] = {"",   "G",  "GG", "GS", "N",  "NJ", "NH", "D",  "L", "LG", "LM", "LB", "LS", "LT",
                                      "LP", "LH", "M",  "B",  "BS", "S",  "SS", "NG", "J", "C",  "K",  "T",  "P",  "H"};
static const char hangul_syllable[] = "HANGUL SYLLABLE ";

/* The longest of `n` strings, each in `width` bytes, that begins the text; -1 if none does. */
static int
longest_prefix(const char *strings, int width, int n, const char **text)
{
    int best = -1;
    size_t best_size = 0;
    for (int i = 0; i < n; i++) {
        const char *s = strings + i * width;
        size_t size = strlen(s);
        if (strncmp(s, *text, size) == 0 && (best < 0 || size > best_size)) {
            best = i;
            best_size = size;
        }
    }
    *text += best_size;
    return best;
}

static bool
hangul_code(const char *name, Py_UCS4 *code)
{
    int l = longest_prefix(hangul_first[0], sizeof hangul_first[0], HANGUL_N_L, &name);
    int v = longest_prefix(hangul_middle[0], sizeof hangul_middle[0], HANGUL_N_V, &name);
    int t = longest_prefix(hangul_last[0], sizeof hangul_last[0], HANGUL_N_T, &name);
    if (l < 0 || v < 0 || t < 0 || *name != 0) {
        return false;
    }
    *code = HANGUL_S + (Py_UCS4)((l * HANGUL_N_V + v) * HANGUL_N_T + t);
    return true;
}

/* ---- words ------------------------------------------------------------------------------------------- */

/* The text of a word, `*size` bytes. */
static const char *
word_text(unsigned number, size_t *size)
{
    const char *at = names_words + names_word_groups[number / NAMES_GROUP];
    for (unsigned i = number % NAMES_GROUP; i > 0; i--) {
        at = strchr(at, '|') + 1;
    }
    *size = (size_t)(strchr(at, '|') - at);
    return at;
}

static int
digit_value(char digit)
{
    const char *at = strchr(names_digits, digit);
    return (int)(at - names_digits);
}

/* Read a word's number, and go past its spelling. */
static unsigned
word_read(const char **at)
{
    unsigned first = (unsigned)digit_value(*(*at)++);
    if (first < NAMES_ONE) {
        return first;
    }
    unsigned second = (unsigned)digit_value(*(*at)++);
    if (first < NAMES_ONE + NAMES_TWO) {
        return NAMES_ONE + (first - NAMES_ONE) * NAMES_DIGITS + second;
    }
    unsigned third = (unsigned)digit_value(*(*at)++), high = first - NAMES_ONE - NAMES_TWO;
    return NAMES_ONE + NAMES_TWO * NAMES_DIGITS + (high * NAMES_DIGITS + second) * NAMES_DIGITS + third;
}

/* Spell a word's number, in up to three characters.  Returns how many. */
static int
word_spell(unsigned number, char *out)
{
    if (number < NAMES_ONE) {
        out[0] = names_digits[number];
        return 1;
    }
    number -= NAMES_ONE;
    if (number < NAMES_TWO * NAMES_DIGITS) {
        out[0] = names_digits[NAMES_ONE + number / NAMES_DIGITS];
        out[1] = names_digits[number % NAMES_DIGITS];
        return 2;
    }
    number -= NAMES_TWO * NAMES_DIGITS;
    out[0] = names_digits[NAMES_ONE + NAMES_TWO + number / (NAMES_DIGITS * NAMES_DIGITS)];
    out[1] = names_digits[number / NAMES_DIGITS % NAMES_DIGITS];
    out[2] = names_digits[number % NAMES_DIGITS];
    return 3;
}

/* The number of a word, or -1. */
static int
word_find(const char *word, size_t size)
{
    size_t low = 0, high = NAMES_N_WORDS;
    while (low < high) {
        size_t middle = (low + high) / 2, other_size;
        const char *other = word_text(names_alphabetic[middle], &other_size);
        int order = memcmp(other, word, size < other_size ? size : other_size);
        if (order == 0 && size == other_size) {
            return names_alphabetic[middle];
        }
        if (order < 0 || (order == 0 && other_size < size)) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return -1;
}

/* ---- the list of names ------------------------------------------------------------------------------- */

/* The spelling of the name with this index; it ends at a blank. */
static const char *
spelling(unsigned index)
{
    const char *at = names_spelled + names_groups[index / NAMES_GROUP];
    for (unsigned i = index % NAMES_GROUP; i > 0; i--) {
        at = strchr(at, ' ') + 1;
    }
    return at;
}

/* The index of a code point's name, or -1. */
static int
index_of(Py_UCS4 code)
{
    size_t low = 0, high = NAMES_N_SPANS; /* the first span behind it */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (names_spans[middle].code <= code) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    if (low == 0) {
        return -1;
    }
    unsigned end = low == NAMES_N_SPANS ? NAMES_N : names_spans[low].index;
    Py_UCS4 index = names_spans[low - 1].index + (code - names_spans[low - 1].code);
    return index < end ? (int)index : -1;
}

static Py_UCS4
code_of(unsigned index)
{
    size_t low = 0, high = NAMES_N_SPANS;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (names_spans[middle].index <= index) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return names_spans[low - 1].code + (index - names_spans[low - 1].index);
}

/* Spell a name of upper-case letters.  Returns the size of the spelling with its blank, or 0 if a word of it is in no name. */
static size_t
name_spell(const char *name, size_t length, char *out)
{
    size_t size = 0, at = 0;
    for (bool after_blank = true; at < length;) {
        size_t end = at + (name[at] == '-');
        while (end < length && name[end] != ' ' && name[end] != '-') {
            end++;
        }
        /* A hyphen behind a blank is no part of the word before: such words keep their blank. */
        size_t from = after_blank && name[at] == '-' && at > 0 ? at - 1 : at;
        int number = word_find(name + from, end - from);
        if (number < 0) {
            return 0;
        }
        size += (size_t)word_spell((unsigned)number, out + size);
        at = end;
        after_blank = at < length && name[at] == ' ';
        at += after_blank;
        if (after_blank && at == length) {
            return 0;
        }
    }
    out[size++] = ' ';
    return size;
}

/* The code point (or private number) of a name in the list. */
static bool
name_find(const char *name, size_t length, Py_UCS4 *code)
{
    char spelled[3 * UCD_NAME_MAX + 1];
    size_t size = name_spell(name, length, spelled), low = 0, high = NAMES_N;
    if (size == 0) {
        return false;
    }
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strncmp(spelling(names_by_spelling[middle]), spelled, size);
        if (order == 0) {
            *code = code_of(names_by_spelling[middle]);
            return true;
        }
        if (order < 0) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return false;
}

/* ---- the two directions ------------------------------------------------------------------------------ */

int
ou_ucd_name(Py_UCS4 code, char *buffer, int size, int private)
{
    if (!private && code >= NAMES_ALIASES && code < NAMES_SEQUENCES + NAMES_N_SEQUENCES) {
        return 0;
    }
    if (code - HANGUL_S < HANGUL_N_S) {
        unsigned s = code - HANGUL_S, n_end = HANGUL_N_V * HANGUL_N_T;
        return snprintf(buffer, (size_t)size, "%s%s%s%s", hangul_syllable, hangul_first[s / n_end],
                        hangul_middle[s % n_end / HANGUL_N_T], hangul_last[s % HANGUL_N_T])
             < size;
    }
    for (int i = 0; i < NAMES_N_RANGES; i++) {
        if (code >= names_ranges[i].first && code <= names_ranges[i].last) {
            return snprintf(buffer, (size_t)size, "%s%X", names_ranges[i].prefix, (unsigned)code) < size;
        }
    }
    int index = index_of(code);
    if (index < 0) {
        return 0;
    }
    size_t n = 0;
    for (const char *at = spelling((unsigned)index); *at != ' ';) {
        size_t length;
        const char *word = word_text(word_read(&at), &length);
        bool needs_blank = n > 0 && *word != '-' && *word != ' ';
        if (n + needs_blank + length + 1 > (size_t)size) {
            return 0;
        }
        if (needs_blank) {
            buffer[n++] = ' ';
        }
        memcpy(buffer + n, word, length);
        n += length;
    }
    buffer[n] = 0;
    return 1;
}

/* The number that ends the name of an ideograph: four or five digits, as CPython 3.11 reads it. */
static bool
ideograph_code(const char *digits, Py_UCS4 *code)
{
    size_t length = strspn(digits, "0123456789ABCDEF");
    if ((length != 4 && length != 5) || digits[length] != 0) {
        return false;
    }
    *code = (Py_UCS4)strtoul(digits, NULL, 16);
    char name[UCD_NAME_MAX];
    return ou_ucd_name(*code, name, sizeof name, 0) && strncmp(name, "CJK UNIFIED", 11) == 0;
}

/* The code point of a name that ends in its own number. */
static bool
numbered_code(const char *upper, Py_UCS4 *code)
{
    for (int i = 0; i < NAMES_N_RANGES; i++) {
        size_t size = strlen(names_ranges[i].prefix);
        if (strncmp(upper, names_ranges[i].prefix, size) != 0 || strspn(upper + size, "0123456789ABCDEF") > 6) {
            continue;
        }
        *code = (Py_UCS4)strtoul(upper + size, NULL, 16);
        char name[UCD_NAME_MAX];
        if (ou_ucd_name(*code, name, sizeof name, 0) && strcmp(name, upper) == 0) {
            return true;
        }
    }
    return false;
}

int
ou_ucd_code(const char *name, int length, Py_UCS4 *code, int private)
{
    static const char unified[] = "CJK UNIFIED IDEOGRAPH-";
    char exact[UCD_NAME_MAX + 1], upper[UCD_NAME_MAX + 1];
    if (length <= 0 || length > UCD_NAME_MAX || memchr(name, 0, (size_t)length) != NULL) {
        return 0;
    }
    memcpy(exact, name, (size_t)length);
    exact[length] = 0;
    /* These two are told from their exact beginning, upper case only; everything else in any case. */
    if (strncmp(exact, hangul_syllable, sizeof hangul_syllable - 1) == 0
        && hangul_code(exact + sizeof hangul_syllable - 1, code)) {
        return 1;
    }
    if (strncmp(exact, unified, sizeof unified - 1) == 0) {
        return ideograph_code(exact + sizeof unified - 1, code);
    }
    for (int i = 0; i <= length; i++) {
        upper[i] = Py_TOUPPER(exact[i]);
    }
    if (strncmp(upper, unified, sizeof unified - 1) == 0) {
        return 0;
    }
    if (!numbered_code(upper, code) && !name_find(upper, (size_t)length, code)) {
        return 0;
    }
    if (*code - NAMES_ALIASES < NAMES_N_ALIASES) {
        *code = names_aliases[*code - NAMES_ALIASES];
    }
    return private || *code - NAMES_SEQUENCES >= NAMES_N_SEQUENCES;
}

int
ou_ucd_sequence(Py_UCS4 code, Py_UCS2 *out)
{
    int n = 0;
    if (code - NAMES_SEQUENCES < NAMES_N_SEQUENCES) {
        for (; n < 4 && names_sequences[code - NAMES_SEQUENCES][n] != 0; n++) {
            out[n] = names_sequences[code - NAMES_SEQUENCES][n];
        }
    }
    return n;
}
