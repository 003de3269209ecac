/* compiler/fstring.c - adjacent string literals, and the expressions inside f-strings.
 *
 * In Python 3.11 an f-string is one token: its expressions are found by counting brackets and quotes, cut
 * out, put into parentheses, and read by a parser of their own.  So errors in them are about that small text.
 * Invariant  f-strings nest at most as deep as there are kinds of quotes, format specs two deep.
 * Not here   escapes: literal.c. */
#include <Python.h>
#include <string.h>

#include "base/base.h"
#include "compiler/parse_core.h"
#include "compiler/syntax_error.h"
#include "object/hold.h"

#define FAIL(...) ou_syntax_error_last(parser, PyExc_SyntaxError, __VA_ARGS__)

/* The parts of the strings that are glued together. */
typedef struct {
    Token first, last; /* of all of them: every part claims that whole place, as in CPython 3.11 */
    bool kind_u;       /* the first is u"..." */
    PyObject *pending; /* literal text that is not a part yet; owned, or NULL */
} Parts;

static int fstring_parts(Parser *parser, const char **at, const char *end, bool raw, int depth, Parts *parts,
                         const Token *token);

static Expr *
new_part(Parser *parser, ExprKind kind, const Parts *parts)
{
    Expr *expr = NEW(parser, Expr);
    if (expr != NULL) {
        expr->kind = kind;
        expr->lineno = parts->first.lineno;
        expr->col_offset = parts->first.col;
        expr->end_lineno = parts->last.end_lineno;
        expr->end_col_offset = parts->last.end_col;
    }
    return expr;
}

/* Add literal text to what is pending.  Refs: takes `text`, NULL being an error that is set. */
static int
parts_add_text(Parts *parts, PyObject *text)
{
    if (text == NULL) {
        return -1;
    }
    if (parts->pending == NULL) {
        parts->pending = text;
        return 0;
    }
    PyUnicode_AppendAndDel(&parts->pending, text);
    return parts->pending == NULL ? -1 : 0;
}

/* Make a part of the pending text, if there is any. */
static int
parts_flush(Parser *parser, Parts *parts)
{
    PyObject *text = parts->pending;
    parts->pending = NULL;
    if (text == NULL) {
        return 0;
    }
    if (PyUnicode_GET_LENGTH(text) == 0) {
        Py_DECREF(text);
        return 0;
    }
    text = ou_tree_keep(parser->build->tree, text);
    Expr *expr = text != NULL ? new_part(parser, EXPR_CONSTANT, parts) : NULL;
    if (expr == NULL) {
        return -1;
    }
    expr->Constant.value = text;
    expr->Constant.kind_u = parts->kind_u;
    return ou_build_push(parser->build, expr);
}

/* ---- one expression ---- */

/* Where the expression of the brace at `brace` lies: lines after the token's first, and the brace's column.
 * */
static void
expression_place(const Token *token, const char *text, const char *brace, int *lineno, int *col)
{
    int lines = 0, cols = 0;
    bool blank = true; /* nothing between the brace and the end of its line */
    for (const char *p = brace + 1; *p != '}' && *p != '\n'; p++) {
        if (*p != ' ' && *p != '\t' && *p != '\f') {
            blank = false;
            break;
        }
    }
    if (!blank) {
        const char *p = brace;
        while (p > text && *p != '\n') {
            p--;
        }
        cols = (int)(brace - p) - (*p == '\n');
    }
    for (const char *p = text; p < brace; p++) {
        lines += *p == '\n';
    }
    *lineno = token->lineno + lines;
    *col = lines > 0 ? cols : token->col + cols;
}

/* Parse the text from `start` to `end`, which follows a brace of the string `token`. */
static Expr *
expression_parse(Parser *parser, const char *start, const char *end, const Token *token)
{
    Build *build = parser->build;
    const char *p = start;
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\f')) {
        p++;
    }
    if (p == end) {
        if (*end == '!' || *end == ':' || *end == '=') {
            FAIL("f-string: expression required before '%c'", *end);
        }
        else {
            FAIL("f-string: empty expression not allowed");
        }
        return NULL;
    }
    size_t size = (size_t)(end - start);
    char *text = PyMem_Malloc(size + 4); /* the token's length is far below the limit of size_t */
    if (text == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    text[0] = '(';
    memcpy(text + 1, start, size);
    memcpy(text + 1 + size, ")\n", 3);
    Lexer lexer;
    TokenStream tokens;
    Parser inner;
    ou_lex_init(&lexer, text, size + 3, build->filename);
    expression_place(token, ou_token_text(parser->tokens, token), start - 1, &lexer.starting_lineno, &lexer.first_line_shift);
    lexer.lineno = lexer.starting_lineno - 1;
    lexer.warn = !build->quiet;
    lexer.is_decoded = false; /* columns in its errors are bytes, as in CPython 3.11 */
    ou_token_stream_init(&tokens, &lexer, false);
    tokens.forgets = true;
    Py_ssize_t mark = build->n_scratch;
    int depth = build->depth;
    ou_parser_init(&inner, build, &tokens, 0);
    inner.in_fstring = true;
    Expr *expr = ou_parse_star_expressions(&inner);
    if (expr == NULL) {
        build->n_scratch = mark;
        build->depth = depth;
        if (build->explains && ou_parser_failed_plainly(&inner)) {
            FaultyText faulty = {
                .text = text,
                .size = size + 3,
                .filename = build->filename,
                .mode = OU_PARSE_EVAL,
                .flags = build->flags,
                .in_fstring = true,
                .starting_lineno = lexer.starting_lineno,
                .first_line_shift = lexer.first_line_shift,
                .warn = !build->quiet,
            };
            ou_syntax_error_find(&faulty);
        }
    }
    ou_token_stream_clear(&tokens);
    ou_lex_clear(&lexer);
    PyMem_Free(text);
    return expr;
}

/* Find where the expression at *at ends: at a '!', ':', '=' or '}' outside of brackets and strings.
 * Returns 0, or -1 with an exception set. */
static int
expression_scan(Parser *parser, const char **at, const char *end)
{
    const char *p = *at;
    char quote = 0, brackets[LEX_MAX_LEVEL];
    int quote_size = 0, level = 0;
    for (; p < end; p++) {
        char c = *p;
        if (c == '\\') {
            return FAIL("f-string expression part cannot include a backslash");
        }
        bool triple = end - p > 2 && p[1] == c && p[2] == c;
        if (quote != 0) {
            if (c == quote && (quote_size == 1 || triple)) {
                p += quote_size - 1;
                quote = 0;
            }
            continue;
        }
        if (c == '\'' || c == '"') {
            quote = c;
            quote_size = triple ? 3 : 1;
            p += quote_size - 1;
            continue;
        }
        if (c == '(' || c == '[' || c == '{') {
            if (level == LEX_MAX_LEVEL) {
                return FAIL("f-string: too many nested parenthesis");
            }
            brackets[level++] = c;
            continue;
        }
        if (c == '#') {
            return FAIL("f-string expression part cannot include '#'");
        }
        if (level == 0 && strchr("!:}=><", c) != NULL) {
            if (end - p > 1 && p[1] == '=' && strchr("!=<>", c) != NULL) {
                p++; /* an operator of two characters */
                continue;
            }
            if (c == '<' || c == '>') {
                continue;
            }
            break;
        }
        if (c == ')' || c == ']' || c == '}') {
            if (level == 0) {
                return FAIL("f-string: unmatched '%c'", c);
            }
            char open = brackets[--level];
            if (open != (c == ')' ? '(' : c == ']' ? '[' : '{')) {
                return FAIL("f-string: closing parenthesis '%c' does not match opening parenthesis '%c'", c, open);
            }
        }
    }
    *at = p;
    if (quote != 0) {
        return FAIL("f-string: unterminated string");
    }
    if (level > 0) {
        return FAIL("f-string: unmatched '%c'", brackets[level - 1]);
    }
    return p == end ? FAIL("f-string: expecting '}'") : 0;
}

/* {expression!r:spec} at *at, pushed as a FormattedValue. */
static int
fstring_expression(Parser *parser, const char **at, const char *end, bool raw, int depth, Parts *parts, const Token *token)
{
    if (depth >= 2) {
        return FAIL("f-string: expressions nested too deeply");
    }
    Build *build = parser->build;
    const char *start = *at + 1, *p = start;
    if (expression_scan(parser, &p, end) < 0) {
        return -1;
    }
    Expr *value = expression_parse(parser, start, p, token), *spec = NULL;
    if (value == NULL) {
        return -1;
    }
    bool shows_text = *p == '=';
    int conversion = -1;
    if (shows_text) {
        parser_since(parser, 8, "f-string: self documenting expressions are");
        p++;
        while (Py_ISSPACE(*p)) {
            p++; /* the string's quote, at least, is behind it */
        }
        if (p >= end) {
            return FAIL("f-string: expecting '}'");
        }
        if (parts_add_text(parts, ou_literal_text(parser, start, (size_t)(p - start), true, token)) < 0) {
            return -1;
        }
    }
    if (*p == '!') {
        p++;
        if (p >= end) {
            return FAIL("f-string: expecting '}'");
        }
        conversion = (unsigned char)*p++;
        if (conversion != 's' && conversion != 'r' && conversion != 'a') {
            return FAIL("f-string: invalid conversion character: expected 's', 'r', or 'a'");
        }
    }
    if (p < end && *p == ':') {
        p++;
        if (p >= end) {
            return FAIL("f-string: expecting '}'");
        }
        /* What comes before the spec's last expression claims the place of all strings; the rest, and the spec itself,
         * only that of the string it is in. */
        Parts inner = {parts->first, parts->last, parts->kind_u, NULL};
        Py_ssize_t mark = build->n_scratch;
        OU_HOLD(hold, &inner.pending);
        int failed = fstring_parts(parser, &p, end, raw, depth + 1, &inner, token);
        OU_HOLD_END(hold);
        inner.first = inner.last = *token;
        inner.kind_u = *ou_token_text(parser->tokens, token) == 'u';
        if (failed || parts_flush(parser, &inner) < 0) {
            Py_CLEAR(inner.pending);
            return -1;
        }
        spec = new_part(parser, EXPR_JOINEDSTR, &inner);
        if (spec == NULL || TAKE(build, mark, spec->JoinedStr.values) < 0) {
            return -1;
        }
    }
    if (p >= end || *p != '}') {
        return FAIL("f-string: expecting '}'");
    }
    *at = p + 1;
    if (shows_text && spec == NULL && conversion == -1) {
        conversion = 'r';
    }
    if (parts_flush(parser, parts) < 0) {
        return -1;
    }
    Expr *expr = new_part(parser, EXPR_FORMATTEDVALUE, parts);
    if (expr == NULL) {
        return -1;
    }
    expr->FormattedValue.value = value;
    expr->FormattedValue.conversion = conversion;
    expr->FormattedValue.format_spec = spec;
    return ou_build_push(build, expr);
}

/* ---- an f-string's body ---- */

/* The literal text at *at, up to an expression or the end; a doubled brace ends it too, after its first
 * brace. Returns 1 if it goes on with more literal text, 0 if not, -1 on error. */
static int
fstring_literal(Parser *parser, const char **at, const char *end, bool raw, int depth, Parts *parts, const Token *token)
{
    const char *start = *at, *p = start, *stop = NULL, *next = NULL;
    while (p < end) {
        char c = *p++;
        if (!raw && c == '\\' && p < end) {
            c = *p++;
            if (c == 'N') {
                /* The braces of \N{name} are no expression. */
                if (p < end && *p++ == '{') {
                    while (p < end && *p++ != '}') {
                    }
                }
                continue;
            }
            if (c == '{' && ou_literal_warn_escape(parser, p - 1, token) < 0) {
                return -1;
            }
        }
        if (c != '{' && c != '}') {
            continue;
        }
        if (depth == 0) {
            if (p < end && *p == c) {
                stop = p;
                next = p + 1;
                break;
            }
            if (c == '}') {
                *at = p - 1;
                return FAIL("f-string: single '}' is not allowed");
            }
        }
        p--;
        break;
    }
    if (stop == NULL) {
        stop = next = p;
    }
    *at = next;
    if (stop > start && parts_add_text(parts, ou_literal_text(parser, start, (size_t)(stop - start), raw, token)) < 0) {
        return -1;
    }
    return next != stop;
}

static int
fstring_parts(Parser *parser, const char **at, const char *end, bool raw, int depth, Parts *parts, const Token *token)
{
    for (;;) {
        int more = fstring_literal(parser, at, end, raw, depth, parts, token);
        if (more < 0) {
            return -1;
        }
        if (more) {
            continue;
        }
        if (*at >= end || **at == '}') {
            break; /* the end of a body, or of a spec */
        }
        if (fstring_expression(parser, at, end, raw, depth, parts, token) < 0) {
            return -1;
        }
    }
    if (depth == 0 && *at < end) {
        return FAIL("f-string: unexpected end of string");
    }
    return 0;
}

/* ---- adjacent strings ---- */

typedef struct {
    bool raw, bytes, format;
    const char *body, *end;
} StringToken;

static StringToken
string_open(const TokenStream *tokens, const Token *token)
{
    const char *p = ou_token_text(tokens, token);
    StringToken s = {.end = p + token->len};
    for (; *p != '"' && *p != '\''; p++) {
        s.raw |= (*p | 0x20) == 'r';
        s.bytes |= (*p | 0x20) == 'b';
        s.format |= (*p | 0x20) == 'f';
    }
    int quotes = s.end - p >= 6 && p[1] == *p && p[2] == *p ? 3 : 1;
    s.body = p + quotes;
    s.end -= quotes;
    return s;
}

/* All tokens from `from` to the parser's position.  Out: the node. */
static Expr *
strings_join(Parser *parser, int from, Parts *parts)
{
    Build *build = parser->build;
    TokenStream *tokens = parser->tokens;
    Py_ssize_t mark = build->n_scratch;
    bool format = false, bytes = string_open(tokens, &parts->first).bytes;
    for (int i = from; i < parser->pos; i++) {
        Token token = tokens->items[i];
        StringToken s = string_open(tokens, &token);
        PyObject *text = NULL;
        if (!s.format) {
            size_t size = (size_t)(s.end - s.body);
            text = s.bytes ? ou_literal_bytes(parser, s.body, size, s.raw, &token)
                           : ou_literal_text(parser, s.body, size, s.raw, &token);
            if (text == NULL) {
                return NULL;
            }
        }
        if (s.bytes != bytes) {
            Py_XDECREF(text);
            FAIL("cannot mix bytes and nonbytes literals");
            return NULL;
        }
        if (s.format) {
            format = true;
            parser_since(parser, 6, "Format strings are");
            const char *at = s.body;
            if (fstring_parts(parser, &at, s.end, s.raw, 0, parts, &token) < 0) {
                return NULL;
            }
        }
        else if (s.bytes && parts->pending != NULL) {
            PyBytes_ConcatAndDel(&parts->pending, text);
            if (parts->pending == NULL) {
                return NULL;
            }
        }
        else if (parts_add_text(parts, text) < 0) {
            return NULL;
        }
    }
    if (format) {
        Expr *expr = parts_flush(parser, parts) < 0 ? NULL : new_part(parser, EXPR_JOINEDSTR, parts);
        return expr != NULL && TAKE(build, mark, expr->JoinedStr.values) == 0 ? expr : NULL;
    }
    PyObject *value = ou_tree_keep(build->tree, parts->pending);
    parts->pending = NULL;
    Expr *expr = value != NULL ? new_part(parser, EXPR_CONSTANT, parts) : NULL;
    if (expr != NULL) {
        expr->Constant.value = value;
        expr->Constant.kind_u = parts->kind_u && !bytes;
    }
    return expr;
}

Expr *
ou_parse_strings(Parser *parser)
{
    int from = parser->pos;
    for (int i = 0; i < parser->n_memo; i++) {
        if (parser->memo[i].at == from) {
            parser_seek(parser, parser->memo[i].after);
            return parser->memo[i].value;
        }
    }
    Parts parts = {.first = *parser->tok};
    do {
        parts.last = *parser->tok;
        parser_next(parser);
    } while (parser_kind(parser) == TOK_STRING);
    parts.kind_u = *ou_token_text(parser->tokens, &parts.first) == 'u';
    OU_HOLD(hold, &parts.pending);
    Expr *expr = strings_join(parser, from, &parts);
    OU_HOLD_END(hold);
    Py_CLEAR(parts.pending);
    if (expr != NULL && parser->remembers && parser->n_memo < (int)OU_COUNT_OF(parser->memo)) {
        parser->memo[parser->n_memo].at = from;
        parser->memo[parser->n_memo].after = parser->pos;
        parser->memo[parser->n_memo].value = expr;
        parser->n_memo++;
    }
    return expr;
}
