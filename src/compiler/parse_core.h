/* compiler/parse_core.h - what the files of the parser share.  Private to parse*.c, literal*.c, fstring*.c
 * and syntax_error*.c.
 *
 * Glossary
 *   Build   what one call of the parser makes: the tree, the table of its identifiers, the scratch stack on
 *           which sequences grow.  Shared by a parser and the parsers of its f-strings' expressions.
 *   Parser  one reader of one token stream.
 *
 * How the parser fails: a function that returns NULL (or -1) has either set an exception, or set none: then
 * the text is not Python, and which error to report is found out by a second, slower reader (syntax_error.h)
 * that starts again from the beginning.  So the code here never worries about messages. */
#ifndef OU_COMPILER_PARSE_CORE_H
#define OU_COMPILER_PARSE_CORE_H

#include <Python.h>
#include <stdbool.h>

#include "base/base.h"
#include "compiler/lex.h"
#include "compiler/token.h"
#include "compiler/tree.h"

/* How deep expressions may nest, in calls of the parser's recursive functions (each below 250 bytes of C
 * stack). Arbitrary; well above what brackets (200) and blocks (100) can nest, and what the code generator
 * could take. */
#define PARSE_MAX_DEPTH 3000

typedef struct {
    uint32_t hash;
    PyObject *name; /* borrowed from the tree; NULL is a free slot */
} NameSlot;

typedef struct {
    Tree *tree;
    PyObject *filename;  /* borrowed */
    int flags;           /* OU_PARSE_* */
    int depth;           /* of recursion, PARSE_MAX_DEPTH at most */
    char *c_stack_limit; /* recursion that gets below this address of the C stack is too deep as well */
    int version;         /* minor version of the language that the text must keep to */
    struct {             /* the first thing in it that is of a later one: `what` is NULL without */
        const char *what;
        int since, lineno, col, end_lineno, end_col;
    } too_new;
    bool quiet;          /* no warnings: they were given at the first look */
    bool explains;       /* the second look: errors in f-strings are to be found as well */
    bool warning_raised; /* a warning became an error: the second look must give it again */
    NameSlot *names;     /* open addressing; n_slots is a power of two */
    uint32_t n_slots, n_names;
    void **scratch;
    Py_ssize_t n_scratch, scratch_cap;
} Build;

typedef struct Parser {
    TokenStream *tokens;
    /* the next token: &tokens->items[pos], or a token that nothing accepts after a fatal error */
    const Token *tok;
    int pos;
    Build *build;
    bool in_fstring;  /* reads the expression of an f-string */
    /* Strings that were already read in a part of the text that is being read again (`with (`, `match`): a
     * warning about an escape is given once. */
    struct { int at, after; Expr *value; } memo[16]; /* token positions; more strings than this warn twice */
    int n_memo;
    bool remembers;
} Parser;

/* ---- the build (parse_core.c) ---- */

/* An empty build over a new tree.  Returns 0, or -1 with MemoryError set. */
int ou_build_init(Build *build, PyObject *filename, int flags);

/* Release all but the tree. */
void ou_build_clear(Build *build);

/* Push on the scratch stack.  Returns 0, or -1 with MemoryError set. */
int ou_build_push_slow(Build *build, void *item);

static inline int
ou_build_push(Build *build, void *item)
{
    if (OU_LIKELY(build->n_scratch < build->scratch_cap)) {
        build->scratch[build->n_scratch++] = item;
        return 0;
    }
    return ou_build_push_slow(build, item);
}

/* Pop everything above `mark` into an array of the arena.
 * Returns 0 with the array and its length, or -1 with MemoryError set. */
int ou_build_take(Build *build, Py_ssize_t mark, void *items, Py_ssize_t *n);

/* TAKE(build, mark, node->elts) fills a sequence of any type. */
#define TAKE(build, mark, seq) ou_build_take((build), (mark), &(seq).items, &(seq).n)

/* The identifier spelled by `size` bytes at `text`: interned, normalized, owned by the tree.
 * Returns it borrowed, or NULL with an exception set.  RE-ENTRANT through the normalization hook. */
PyObject *ou_build_name(Build *build, const char *text, size_t size);

/* ---- reading tokens (parse_core.c) ---- */

void ou_parser_init(Parser *parser, Build *build, TokenStream *tokens, int at);

/* The token after the last one fetched.  Sets parser->tok. */
void ou_parser_fetch(Parser *parser);

static inline void
parser_next(Parser *parser)
{
    parser->pos++;
    if (OU_LIKELY(parser->pos < parser->tokens->n)) {
        parser->tok++;
        return;
    }
    ou_parser_fetch(parser);
}

static inline int
parser_kind(const Parser *parser)
{
    return parser->tok->kind;
}

/* Go over the next token if it is a `kind`. */
static inline bool
parser_accept(Parser *parser, int kind)
{
    if (parser->tok->kind == kind) {
        parser_next(parser);
        return true;
    }
    return false;
}

/* Like parser_next(), but what follows is not asked for yet: an interactive reader may be done.
 * parser_need() must come before the next look at a token. */
static inline void
parser_pass_newline(Parser *parser)
{
    parser->pos++;
    if (parser->pos < parser->tokens->n) {
        parser->tok++;
    }
    else if (!parser->tokens->lexer->interactive && !parser->tokens->single) {
        ou_parser_fetch(parser);
    }
}

static inline void
parser_need(Parser *parser)
{
    if (parser->pos >= parser->tokens->n) {
        ou_parser_fetch(parser);
    }
}

/* The token before the next one.  There is one. */
static inline const Token *
parser_last(const Parser *parser)
{
    return &parser->tokens->items[parser->pos - 1];
}

/* The last token that is not a newline, an indent or a dedent: where a statement ends. */
const Token *ou_parser_last_text(const Parser *parser);

/* After a failure: is it that the text is no Python (a SyntaxError that is set is dropped), and not something
 * worse? */
bool ou_parser_failed_plainly(Parser *parser);

/* The kind of the token after the next one; the tokens may move. */
int ou_parser_peek(Parser *parser);

/* Go back (or forward) to a token that was fetched. */
static inline void
parser_seek(Parser *parser, int pos)
{
    parser->pos = pos;
    parser->tok = &parser->tokens->items[pos];
}

static inline bool
parser_is_word(const Parser *parser, const char *word)
{
    return parser->tok->kind == TOK_NAME && ou_token_is(parser->tokens, parser->tok, word);
}

/* One level down.  Returns 0, or -1 with MemoryError set: nothing to undo then. */
int ou_parser_too_deep(Parser *parser);

static inline int
parser_enter(Parser *parser)
{
    Build *build = parser->build;
    if (OU_UNLIKELY(++build->depth > PARSE_MAX_DEPTH || (char *)__builtin_frame_address(0) < build->c_stack_limit)) {
        return ou_parser_too_deep(parser);
    }
    return 0;
}

static inline void
parser_leave(Parser *parser)
{
    parser->build->depth--;
}

/* What has been read came with a minor version of the language: an error at the end if that is too new. */
void ou_parser_note_new(Parser *parser, int since, const char *what);

static inline void
parser_since(Parser *parser, int since, const char *what)
{
    if (OU_UNLIKELY(parser->build->version < since)) {
        ou_parser_note_new(parser, since, what);
    }
}

/* ---- nodes ---- */

typedef struct { int lineno, col; } Place;

static inline Place
parser_place(const Parser *parser)
{
    return (Place){parser->tok->lineno, parser->tok->col};
}

/* A node from `start` to the end of the last token.  Returns NULL with MemoryError set. */
Expr *ou_parser_expr(Parser *parser, ExprKind kind, Place start);
Stmt *ou_parser_stmt(Parser *parser, StmtKind kind, Place start);
#define NEW(parser, type) ((type *)ou_tree_alloc((parser)->build->tree, sizeof(type)))

/* The name that the next token spells, going over it.  Returns it borrowed; NULL if the token is no name, or
 * on error. */
PyObject *ou_parse_name(Parser *parser);

/* An optional type comment: its text, or NULL in *out.  Returns 0, or -1 with an error set. */
int ou_parse_type_comment(Parser *parser, PyObject **out);

/* ---- expressions (parse_expr.c, parse_atom.c) ---- */

Expr *ou_parse_star_expressions(Parser *parser);       /* a, *b, c    with or without commas */
Expr *ou_parse_star_expression(Parser *parser);        /* *a | expression */
Expr *ou_parse_star_named_expression(Parser *parser);  /* *a | named expression */
Expr *ou_parse_named_expression(Parser *parser);       /* a := b | expression */
Expr *ou_parse_expression(Parser *parser);             /* a if b else c, lambda */
Expr *ou_parse_yield(Parser *parser);                  /* the next token is `yield` */
Expr *ou_parse_annotated_rhs(Parser *parser);          /* yield ... | star expressions */
Expr *ou_parse_primary(Parser *parser);
Expr *ou_parse_atom(Parser *parser);
Expr *ou_parse_strings(Parser *parser);                /* adjacent string tokens */

/* Binding strength: an operator at least this strong is taken. */
enum {
    BIND_OR = 1, BIND_AND, BIND_NOT, BIND_COMPARE, BIND_BITOR, BIND_BITXOR, BIND_BITAND, BIND_SHIFT, BIND_SUM,
    BIND_TERM,
    BIND_UNARY
};
Expr *ou_parse_operators(Parser *parser, int strength);

/* `for ... in ... if ...`, one or more; the next token is `for` or `async`.  Returns 0 or -1. */
int ou_parse_comprehensions(Parser *parser, ComprehensionSeq *out);

/* ---- targets (parse_target.c) ---- */

typedef enum { TARGET_STAR, TARGET_SINGLE, TARGET_DEL } TargetKind;
bool ou_target_is_valid(const Expr *expr, TargetKind kind);
void ou_target_set_context(Expr *expr, ExprContext ctx);

/* The targets before `in`: a, *b, (c, d).  Already in the store context. */
Expr *ou_parse_star_targets(Parser *parser);

/* ---- arguments and parameters (parse_call.c) ---- */

/* What is between the parentheses of a call; stops before ')'.  Returns 0 or -1. */
int ou_parse_arguments(Parser *parser, ExprSeq *args, KeywordSeq *keywords);

/* Parameters up to `end` (')' of a def, ':' of a lambda), which stays.  Returns NULL on error. */
Arguments *ou_parse_parameters(Parser *parser, bool lambda);

/* ---- statements (parse_stmt.c, parse_block.c, parse_pattern.c) ---- */

/* `a; b; c` NEWLINE, pushed on the scratch stack.  Returns 0 or -1. */
int ou_parse_simple_statements(Parser *parser);
int ou_parse_statement(Parser *parser);       /* a line of simple statements, or one compound; pushed */
Stmt *ou_parse_compound(Parser *parser);      /* the next token begins a compound statement */
int ou_parse_block(Parser *parser, StmtSeq *out);

/* A match statement, if the name `match` begins one here.  Returns 1 with the statement, 0 having gone over
 * nothing, or -1. */
int ou_parse_match(Parser *parser, Stmt **out);

/* Begin and end a stretch of tokens that may have to be read again: strings in it are remembered. */
static inline void
parser_remember(Parser *parser)
{
    parser->n_memo = 0;
    parser->remembers = true;
}

static inline void
parser_forget(Parser *parser)
{
    parser->remembers = false;
}

/* ---- literals (literal.c, fstring.c) ---- */

/* The value of a number's text.  Returns a new reference, or NULL with an exception set: SyntaxError-worthy
 * ValueErrors are already SyntaxErrors placed at `token`. */
PyObject *ou_literal_number(Parser *parser, const Token *token);

/* A run of a string's body, escapes processed unless `raw`.  Returns a new str (or bytes), or NULL with an
 * exception set; UnicodeError becomes SyntaxError.  `token` is where warnings are placed. */
PyObject *ou_literal_text(Parser *parser, const char *text, size_t size, bool raw, const Token *token);
PyObject *ou_literal_bytes(Parser *parser, const char *text, size_t size, bool raw, const Token *token);

/* Make a SyntaxError of a UnicodeError that is set, as literals' errors are reported. */
void ou_literal_decode_error(Parser *parser);

/* Warn about the escape whose letter is at `at`.  Returns 0, or -1 with an exception set. */
int ou_literal_warn_escape(Parser *parser, const char *at, const Token *token);

#endif
