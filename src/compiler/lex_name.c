/* compiler/lex_name.c - identifiers: which characters may be in one, and keywords.
 *
 * Owns       nothing.
 * Not here   normalization to NFKC: parse_name.c, when the identifier becomes an object.
 * Source     identifier = ID_Start ID_Continue*, as the language reference defines it: the properties are
 *            XID_Start and XID_Continue of Unicode, computed from the general category that utf8proc knows,
 *            plus Other_ID_Start and Other_ID_Continue, less what NFKC would take out of the class again. */
#include <Python.h>
#include <string.h>
#include <utf8proc.h>

#include "base/base.h"
#include "base/utf8.h"
#include "compiler/lex.h"
#include "compiler/token.h"

/* Unicode's Other_ID_Start and Other_ID_Continue. */
static bool
is_other_start(uint32_t c)
{
    return c == 0x1885 || c == 0x1886 || c == 0x2118 || c == 0x212E || c == 0x309B || c == 0x309C;
}

static bool
is_other_continue(uint32_t c)
{
    return c == 0xB7 || c == 0x387 || (c >= 0x1369 && c <= 0x1371) || c == 0x19DA;
}

static bool
is_id_start(uint32_t c)
{
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL:
        return true;
    default:
        return c == '_' || is_other_start(c);
    }
}

static bool
is_id_continue(uint32_t c)
{
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_PC:
        return true;
    default:
        return is_id_start(c) || is_other_continue(c);
    }
}

/* Is every code point of the NFKC form of `c` fit to stand where `c` does? */
static bool
is_closed(uint32_t c, bool first)
{
    utf8proc_int32_t out[32];
    utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)c, out, 32,
                                                 UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, NULL);
    if (n <= 0 || n > 32) {
        return true;
    }
    for (utf8proc_ssize_t i = 0; i < n; i++) {
        if (!(first && i == 0 ? is_id_start((uint32_t)out[i]) : is_id_continue((uint32_t)out[i]))) {
            return false;
        }
    }
    return true;
}

static bool
is_identifier_char(uint32_t c, bool first)
{
    const uint32_t vertical_tilde = 0x2E2F; /* the one letter that is Pattern_Syntax */
    return (first ? is_id_start(c) : is_id_continue(c)) && c != vertical_tilde && is_closed(c, first);
}

static bool
is_printable(uint32_t c)
{
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    case UTF8PROC_CATEGORY_ZS:
        return c == ' ';
    default:
        return true;
    }
}

int
ou_lex_check_identifier(Lexer *lexer, const char *start)
{
    const char *p = start, *end = lexer->cur;
    if (!ou_utf8_validate(start, (size_t)(end - start), NULL)) {
        PyObject *name = PyUnicode_DecodeUTF8(start, end - start, NULL); /* raises */
        Py_XDECREF(name);
        lexer->state = LEX_DECODE;
        return -1;
    }
    while (p < end) {
        const char *at = p;
        uint32_t c = ou_utf8_next(&p);
        if (is_identifier_char(c, at == start)) {
            continue;
        }
        char hex[12];
        PyOS_snprintf(hex, sizeof hex, "%04X", (unsigned)c); /* PyUnicode_FromFormat() has no %X */
        lexer->cur = p;
        if (!is_printable(c)) {
            return ou_lex_error(lexer, p, -1, -1, "invalid non-printable character U+%s", hex);
        }
        return ou_lex_error(lexer, p, -1, -1, "invalid character '%c' (U+%s)", (int)c, hex);
    }
    return 0;
}

/* ---- keywords ---- */

TokenKind
ou_token_keyword(const char *text, size_t length)
{
#define IS(word, kind) if (memcmp(text, word, sizeof word - 1) == 0) return TOK_##kind
    switch (length) {
    case 2:
        switch (text[0]) {
        case 'i': IS("if", IF); IS("in", IN); IS("is", IS); break;
        case 'o': IS("or", OR); break;
        case 'a': IS("as", AS); break;
        }
        break;
    case 3:
        switch (text[0]) {
        case 'a': IS("and", AND); break;
        case 'd': IS("def", DEF); IS("del", DEL); break;
        case 'f': IS("for", FOR); break;
        case 'n': IS("not", NOT); break;
        case 't': IS("try", TRY); break;
        }
        break;
    case 4:
        switch (text[0]) {
        case 'e': IS("else", ELSE); IS("elif", ELIF); break;
        case 'f': IS("from", FROM); break;
        case 'N': IS("None", NONE); break;
        case 'p': IS("pass", PASS); break;
        case 'T': IS("True", TRUE); break;
        case 'w': IS("with", WITH); break;
        }
        break;
    case 5:
        switch (text[0]) {
        case 'a': IS("async", ASYNC); IS("await", AWAIT); break;
        case 'b': IS("break", BREAK); break;
        case 'c': IS("class", CLASS); break;
        case 'F': IS("False", FALSE); break;
        case 'r': IS("raise", RAISE); break;
        case 'w': IS("while", WHILE); break;
        case 'y': IS("yield", YIELD); break;
        }
        break;
    case 6:
        switch (text[0]) {
        case 'a': IS("assert", ASSERT); break;
        case 'e': IS("except", EXCEPT); break;
        case 'g': IS("global", GLOBAL); break;
        case 'i': IS("import", IMPORT); break;
        case 'l': IS("lambda", LAMBDA); break;
        case 'r': IS("return", RETURN); break;
        }
        break;
    case 7:
        IS("finally", FINALLY);
        break;
    case 8:
        IS("continue", CONTINUE);
        IS("nonlocal", NONLOCAL);
        break;
    }
    return TOK_NAME;
#undef IS
}

int
ou_token_kind_named(const char *text, size_t length)
{
    static const char *const names[] = {
#define TOKEN(name, text) text,
#define KEYWORD(name, text) text,
#define PUNCT(name, text) text,
#include "compiler/token.def"
#undef TOKEN
#undef KEYWORD
#undef PUNCT
    };
    for (size_t i = 0; i < OU_COUNT_OF(names); i++) {
        if (strlen(names[i]) == length && memcmp(names[i], text, length) == 0) {
            return (int)i;
        }
    }
    return -1;
}
