/* compiler/token.c - the token stream: fetched tokens, kept.
 *
 * Owns       the array of tokens.
 * Invariant  a TOK_END or TOK_ERROR is the last token of a stream, and never missing at a place that was
 *            fetched.
 * Not here   how tokens are found: lex.c. */
#include <Python.h>
#include <string.h>

#include "base/base.h"
#include "compiler/token.h"

#define BATCH 64 /* arbitrary: enough to amortise the call, little enough that an early error costs nothing */

void
ou_token_stream_init(TokenStream *stream, Lexer *lexer, bool single)
{
    memset(stream, 0, sizeof *stream);
    stream->lexer = lexer;
    stream->single = single;
    stream->batch = single || lexer->interactive ? 1 : BATCH;
    stream->end.kind = TOK_END;
    stream->end.col = stream->end.end_col = -1;
}

void
ou_token_stream_clear(TokenStream *stream)
{
    PyMem_Free(stream->items);
    PyMem_Free(stream->ignores);
    stream->items = stream->ignores = NULL;
    stream->n = stream->cap = 0;
}

/* Add one token; there is room for it. */
static void
stream_add(TokenStream *stream)
{
    Lexer *lexer = stream->lexer;
    const char *start, *end;
    int kind = ou_lex_next(lexer, &start, &end);
    if (stream->single) {
        /* A single statement need not end in a newline: one is made up, once, and the blocks it closes with
         * it. */
        if (kind == TOK_END && stream->started) {
            kind = TOK_NEWLINE;
            stream->started = false;
            if (lexer->indent > 0 && !lexer->keep_blocks_open) {
                lexer->pending_indents = -lexer->indent;
                lexer->indent = 0;
            }
        }
        else {
            stream->started = true;
        }
    }
    Token *token = &stream->items[stream->n++];
    const char *line_start = kind == TOK_STRING ? lexer->multi_line_start : lexer->line_start;
    token->kind = (uint8_t)kind;
    token->level = (uint16_t)lexer->level;
    token->lineno = kind == TOK_STRING ? lexer->first_lineno : lexer->lineno;
    token->end_lineno = lexer->lineno;
    token->col = start != NULL && start >= line_start ? (int)(start - line_start) : -1;
    token->end_col = end != NULL && end >= lexer->line_start ? (int)(end - lexer->line_start) : -1;
    if (lexer->lineno == lexer->starting_lineno) {
        token->col += lexer->first_line_shift;
        token->end_col += lexer->first_line_shift;
    }
    token->start = start != NULL ? (uint32_t)(start - lexer->base) : (uint32_t)(lexer->cur - lexer->base);
    token->len = start != NULL ? (uint32_t)(end - start) : 0;
    stream->n_fetched = stream->n;
}

/* Put a `# type: ignore` aside, which was added last.  Returns 0, or -1 with MemoryError set. */
static int
stream_ignore(TokenStream *stream)
{
    Token *ignores = PyMem_Realloc(stream->ignores, (size_t)(stream->n_ignores + 1) * sizeof *ignores);
    if (ignores == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    stream->ignores = ignores;
    ignores[stream->n_ignores++] = stream->items[--stream->n];
    return 0;
}

int
ou_token_stream_fetch(TokenStream *stream, int at)
{
    OU_ASSERT(!stream->frozen);
    while (stream->n <= at) {
        if (stream->n > 0) {
            int last = stream->items[stream->n - 1].kind;
            if (last == TOK_END || last == TOK_ERROR) {
                break;
            }
        }
        if (stream->n + stream->batch + 1 > stream->cap) {
            int cap = stream->cap < BATCH ? 4 * BATCH : stream->cap + stream->cap / 2;
            Token *items = cap > stream->cap ? PyMem_Realloc(stream->items, (size_t)cap * sizeof *items) : NULL;
            if (items == NULL) {
                PyErr_NoMemory();
                return -1;
            }
            stream->items = items;
            stream->cap = cap;
        }
        for (int i = 0; i < stream->batch; i++) {
            stream_add(stream);
            int kind = stream->items[stream->n - 1].kind;
            if (kind == TOK_END || kind == TOK_ERROR) {
                break;
            }
            if (OU_UNLIKELY(kind == TOK_TYPE_IGNORE) && stream_ignore(stream) < 0) {
                return -1;
            }
        }
    }
    if (!PyErr_Occurred()) {
        return 0;
    }
    /* An exception that is not about the text (memory, an interrupt, a warning filter's) ends everything at
     * once. */
    if (!PyErr_ExceptionMatches(PyExc_SyntaxError) && stream->lexer->state != LEX_DECODE) {
        return -1;
    }
    if (stream->forgets) {
        PyErr_Clear();
    }
    return 0;
}

bool
ou_token_is(const TokenStream *stream, const Token *token, const char *text)
{
    return strlen(text) == token->len && memcmp(ou_token_text(stream, token), text, token->len) == 0;
}

/* See token.h. */
bool
ou_token_begins_expression(int kind)
{
    switch (kind) {
    case TOK_NAME:
    case TOK_NUMBER:
    case TOK_STRING:
    case TOK_FALSE:
    case TOK_NONE:
    case TOK_TRUE:
    case TOK_AWAIT:
    case TOK_LAMBDA:
    case TOK_NOT:
    case TOK_LPAR:
    case TOK_LSQB:
    case TOK_LBRACE:
    case TOK_ELLIPSIS:
    case TOK_PLUS:
    case TOK_MINUS:
    case TOK_STAR:
    case TOK_TILDE: return true;
    default: return false;
    }
}
