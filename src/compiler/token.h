/* compiler/token.h - tokens, and the stream of them that a parser reads.
 *
 * A token is a piece of the source: it holds a place, never an object.  The stream keeps every token that was
 * fetched, so that a parser can go back (`with (`, `match`), and so that an error pass can start again. */
#ifndef OU_COMPILER_TOKEN_H
#define OU_COMPILER_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "compiler/lex.h"

typedef enum {
#define TOKEN(name, text) TOK_##name,
#define KEYWORD(name, text) TOK_##name,
#define PUNCT(name, text) TOK_##name,
#include "compiler/token.def"
#undef TOKEN
#undef KEYWORD
#undef PUNCT
    TOK_N_KINDS
} TokenKind;

typedef struct {
    uint8_t kind;            /* TokenKind */
    uint16_t level;          /* brackets open after this token */
    int lineno, col;         /* 1-based line, 0-based byte; col is -1 for tokens without text */
    int end_lineno, end_col;
    uint32_t start, len;     /* the text: bytes of the lexer's buffer */
} Token;

typedef struct {
    Lexer *lexer;
    Token *items; /* moves when a token is fetched */
    int n, cap;
    int n_fetched; /* n, unless a part of the stream is shown as the whole */
    int batch;    /* how many tokens to fetch at a time; 1 when each fetch may ask a person for a line */
    bool single;  /* single statement: an end without a newline gets one */
    bool started; /* with `single`: a token came since the last made-up newline */
    /* SyntaxErrors are dropped: a TOK_ERROR is all that tells, and a second look will raise it */
    bool forgets;
    Token *ignores; /* `# type: ignore` comments, which no parser sees; PyMem block */
    int n_ignores;
    bool frozen;  /* reading past what was fetched gives `end` instead of asking the lexer */
    Token end;
} TokenStream;

/* Prepare an empty stream over `lexer`.  Cannot fail; nothing is fetched. */
void ou_token_stream_init(TokenStream *stream, Lexer *lexer, bool single);
void ou_token_stream_clear(TokenStream *stream);

/* Fetch until token `at` is there.  A lexical error becomes a TOK_ERROR token (the last one), and the lexer
 * holds its exception or its reason.  Returns 0, or -1 with MemoryError set.  RE-ENTRANT: warnings, and the
 * callback of an interactive lexer. */
int ou_token_stream_fetch(TokenStream *stream, int at);

static inline const char *
ou_token_text(const TokenStream *stream, const Token *token)
{
    return stream->lexer->base + token->start;
}

/* Is the token's text this (a NUL-terminated string)? */
bool ou_token_is(const TokenStream *stream, const Token *token, const char *text);

/* Can an expression, starred ones included, begin with a token of this kind? */
bool ou_token_begins_expression(int kind);

/* The keyword that `length` bytes at `text` spell, or TOK_NAME. */
TokenKind ou_token_keyword(const char *text, size_t length);

/* The kind whose table text is `text` ("if", "->", "NAME"), or -1.  Linear: for tables made once. */
int ou_token_kind_named(const char *text, size_t length);

#endif
