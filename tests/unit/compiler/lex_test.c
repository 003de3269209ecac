/* tests/unit/compiler/lex_test.c - tokens: their kinds, their places, and the errors between them.
 *
 * Owns       nothing beyond a test. */
#include <Python.h>

#include "compiler/lex.h"
#include "compiler/token.h"

static void
start(void)
{
    Py_Initialize();
}

#define UNIT_SETUP start
#include "unit.h"

static PyObject *filename;
static Lexer lexer;
static TokenStream tokens;

/* Lex a whole text; the tokens stay until the next one. */
static void
lex(const char *text)
{
    ou_token_stream_clear(&tokens);
    ou_lex_clear(&lexer);
    if (filename == NULL) {
        filename = PyUnicode_FromString("<test>");
    }
    ou_lex_init(&lexer, text, strlen(text), filename);
    ou_token_stream_init(&tokens, &lexer, false);
    tokens.forgets = true;
    CHECK(ou_token_stream_fetch(&tokens, 1 << 20) == 0);
}

/* Are the kinds of the tokens these? */
static bool
kinds_are(const int *kinds, int n)
{
    if (tokens.n != n) {
        return false;
    }
    for (int i = 0; i < n; i++) {
        if (tokens.items[i].kind != kinds[i]) {
            return false;
        }
    }
    return true;
}

#define KINDS_ARE(...) kinds_are((const int[]){__VA_ARGS__}, sizeof(int[]){__VA_ARGS__} / sizeof(int))

TEST(lex, tells_names_from_keywords)
{
    lex("if iff None nonlocal match\n");
    CHECK(KINDS_ARE(TOK_IF, TOK_NAME, TOK_NONE, TOK_NONLOCAL, TOK_NAME, TOK_NEWLINE, TOK_END));
}

TEST(lex, takes_the_longest_operator)
{
    lex("a**=b//c<<d->...:=!=\n");
    CHECK(KINDS_ARE(TOK_NAME, TOK_DOUBLESTAREQUAL, TOK_NAME, TOK_DOUBLESLASH, TOK_NAME, TOK_LEFTSHIFT, TOK_NAME, TOK_ARROW,
                    TOK_ELLIPSIS, TOK_COLONEQUAL, TOK_NOTEQUAL, TOK_NEWLINE, TOK_END));
}

TEST(lex, makes_indents_of_blocks_but_not_of_blank_lines_or_brackets)
{
    lex("if a:\n    b\n\n  # c\n    (d,\ne)\nf\n");
    CHECK(KINDS_ARE(TOK_IF, TOK_NAME, TOK_COLON, TOK_NEWLINE, TOK_INDENT, TOK_NAME, TOK_NEWLINE, TOK_LPAR, TOK_NAME, TOK_COMMA,
                    TOK_NAME, TOK_RPAR, TOK_NEWLINE, TOK_DEDENT, TOK_NAME, TOK_NEWLINE, TOK_END));
}

TEST(lex, counts_columns_in_bytes)
{
    lex("\xC3\xA9 = '''a\nb''' + x\n");
    const Token *string = &tokens.items[2], *plus = &tokens.items[3];
    CHECK(tokens.items[1].col == 3);
    CHECK(string->lineno == 1 && string->col == 5 && string->end_lineno == 2 && string->end_col == 4);
    CHECK(plus->lineno == 2 && plus->col == 5);
}

TEST(lex, reads_every_kind_of_number)
{
    lex("0xF_f 0b1 0o7 00 1_0 1.5e-3 .5j 1. 1e9\n");
    CHECK(tokens.n == 11);
    for (int i = 0; i < 9; i++) {
        CHECK(tokens.items[i].kind == TOK_NUMBER);
    }
}

TEST(lex, stops_at_what_is_no_token)
{
    static const char *const bad[] = {"1_", "0x", "0b2", "012", "'abc\n", "'''abc", "\x01", "\xE2\x82\xAC", ")", "(]"};
    for (size_t i = 0; i < OU_COUNT_OF(bad); i++) {
        lex(bad[i]);
        CHECK(tokens.items[tokens.n - 1].kind == TOK_ERROR);
        CHECK(!PyErr_Occurred());
    }
}

TEST(lex, knows_why_it_stopped)
{
    lex("if a:\n    b\n  c\n");
    CHECK(lexer.state == LEX_DEDENT);
    lex("if a:\n\tb\n        c\n");
    CHECK(lexer.state == LEX_TABS);
    lex("a \\ b\n");
    CHECK(lexer.state == LEX_CONTINUATION);
    lex("(a\n");
    CHECK(lexer.state == LEX_EOF && lexer.level == 1);
}
