/* compiler/lex_number.c - how far a number goes, and what is wrong with it.
 *
 * Owns       nothing.
 * Invariant  `cur` moves only forward; on an error it stands where the report points.
 * Not here   the number's value: literal.c. */
#include <Python.h>
#include <string.h>

#include "base/base.h"
#include "compiler/lex.h"

#define IS(c, what) (ou_lex_class[(unsigned char)(c)] & (what))

static int
number_error(Lexer *lexer, const char *at, const char *kind)
{
    lexer->cur = at;
    return ou_lex_error(lexer, at, -1, -1, "invalid %s literal", kind);
}

/* What directly follows a number: nothing that could belong to a name, but for the operators that are words,
 * with which old programs glue (`1if x else 2`): those give a warning. */
static int
number_check_end(Lexer *lexer, const char *at, const char *kind)
{
    static const char words[][5] = {"and", "else", "for", "if", "in", "is", "not", "or"};
    lexer->cur = at;
    if (!IS(*at, LEX_ID)) {
        return 0;
    }
    for (size_t i = 0; i < OU_COUNT_OF(words); i++) {
        if (strncmp(at, words[i], strlen(words[i])) == 0) {
            char message[48];
            PyOS_snprintf(message, sizeof message, "invalid %s literal", kind);
            return ou_lex_warn(lexer, at, message);
        }
    }
    return number_error(lexer, at, kind);
}

/* Digits with single underscores between them, from a digit at `p`.  Returns where they end, or NULL with an
 * error. */
static const char *
number_digits(Lexer *lexer, const char *p)
{
    for (;;) {
        while (IS(*p, LEX_DIGIT)) {
            p++;
        }
        if (*p != '_') {
            return p;
        }
        p++;
        if (!IS(*p, LEX_DIGIT)) {
            number_error(lexer, p, "decimal");
            return NULL;
        }
    }
}

/* 0x, 0o or 0b: `p` is behind the letter. */
static int
number_based(Lexer *lexer, const char *p, int base, const char *kind)
{
    do {
        if (*p == '_') {
            p++;
        }
        const char *first = p;
        while (base == 16 ? IS(*p, LEX_HEX) : *p >= '0' && *p < '0' + base) {
            p++;
        }
        if (base != 16 && IS(*p, LEX_DIGIT)) {
            lexer->cur = p + 1;
            return ou_lex_error(lexer, p + 1, -1, -1, "invalid digit '%c' in %s literal", *p, kind);
        }
        if (p == first) {
            return number_error(lexer, p, kind);
        }
    } while (*p == '_');
    return number_check_end(lexer, p, kind);
}

/* The rest of a number that is not a plain integer: `p` is behind its integer digits, if any. */
static int
number_rest(Lexer *lexer, const char *p)
{
    if (*p == '.') {
        p++;
        if (IS(*p, LEX_DIGIT) && (p = number_digits(lexer, p)) == NULL) {
            return -1;
        }
    }
    if (*p == 'e' || *p == 'E') {
        const char *letter = p++;
        if (*p == '+' || *p == '-') {
            p++;
            if (!IS(*p, LEX_DIGIT)) {
                return number_error(lexer, p, "decimal");
            }
        }
        else if (!IS(*p, LEX_DIGIT)) {
            return number_check_end(lexer, letter, "decimal"); /* perhaps `1else` */
        }
        if ((p = number_digits(lexer, p)) == NULL) {
            return -1;
        }
    }
    if (*p == 'j' || *p == 'J') {
        return number_check_end(lexer, p + 1, "imaginary");
    }
    return number_check_end(lexer, p, "decimal");
}

int
ou_lex_number(Lexer *lexer)
{
    const char *start = lexer->cur, *p = start;
    if (*p == '0') {
        switch (p[1] | 0x20) {
        case 'x': return number_based(lexer, p + 2, 16, "hexadecimal");
        case 'o': return number_based(lexer, p + 2, 8, "octal");
        case 'b': return number_based(lexer, p + 2, 2, "binary");
        }
        /* Zeros are fine alone; before other digits only a float may have them. */
        while (*p == '0' || *p == '_') {
            if (*p == '_' && !IS(p[1], LEX_DIGIT)) {
                return number_error(lexer, p + 1, "decimal");
            }
            p++;
        }
        const char *zeros_end = p;
        if (IS(*p, LEX_DIGIT)) {
            if ((p = number_digits(lexer, p)) == NULL) {
                return -1;
            }
            if (*p != '.' && (*p | 0x20) != 'e' && (*p | 0x20) != 'j') {
                lexer->cur = p;
                return ou_lex_error(lexer, p, (int)(start + 1 - lexer->line_start), (int)(zeros_end + 1 - lexer->line_start),
                                    "leading zeros in decimal integer literals are not permitted; "
                                    "use an 0o prefix for octal integers");
            }
        }
        return number_rest(lexer, p);
    }
    if (*p != '.' && (p = number_digits(lexer, p)) == NULL) {
        return -1;
    }
    return number_rest(lexer, p);
}
