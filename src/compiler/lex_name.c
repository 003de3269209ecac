/* compiler/lex_name.c - identifiers: which characters may be in one, and keywords.
 *
 * Owns       nothing.
 * Not here   normalization to NFKC: parse_core.c, when the identifier becomes an object.
 * Source     identifier = XID_Start XID_Continue*, as the language reference defines it; the tables are those of str
 *            (types/unicode_ctype.c), so that a name is what str.isidentifier() says. */
#include <Python.h>
#include <string.h>

#include "base/base.h"
#include "base/utf8.h"
#include "compiler/lex.h"
#include "compiler/token.h"

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
        if (at == start ? c == '_' || _PyUnicode_IsXidStart(c) : _PyUnicode_IsXidContinue(c)) {
            continue;
        }
        char hex[12];
        PyOS_snprintf(hex, sizeof hex, "%04X", (unsigned)c); /* PyUnicode_FromFormat() has no %X */
        lexer->cur = p;
        if (!_PyUnicode_IsPrintable(c)) {
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
#define IS(word, kind)                            \
    if (memcmp(text, word, sizeof word - 1) == 0) \
    return TOK_##kind
    switch (length) {
    case 2:
        switch (text[0]) {
        case 'i':
            IS("if", IF);
            IS("in", IN);
            IS("is", IS);
            break;
        case 'o': IS("or", OR); break;
        case 'a': IS("as", AS); break;
        }
        break;
    case 3:
        switch (text[0]) {
        case 'a': IS("and", AND); break;
        case 'd':
            IS("def", DEF);
            IS("del", DEL);
            break;
        case 'f': IS("for", FOR); break;
        case 'n': IS("not", NOT); break;
        case 't': IS("try", TRY); break;
        }
        break;
    case 4:
        switch (text[0]) {
        case 'e':
            IS("else", ELSE);
            IS("elif", ELIF);
            break;
        case 'f': IS("from", FROM); break;
        case 'N': IS("None", NONE); break;
        case 'p': IS("pass", PASS); break;
        case 'T': IS("True", TRUE); break;
        case 'w': IS("with", WITH); break;
        }
        break;
    case 5:
        switch (text[0]) {
        case 'a':
            IS("async", ASYNC);
            IS("await", AWAIT);
            break;
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
    case 7: IS("finally", FINALLY); break;
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
