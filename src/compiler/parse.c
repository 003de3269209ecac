/* compiler/parse.c - the parser's front doors: a text in, a tree out.
 *
 * Owns       for the time of a call, a copy of the text where its newlines are not as the lexer wants them.
 * Not here   encodings: parse_source.c; what to say about a text that is not Python: syntax_error.c. */
#include <Python.h>
#include <string.h>

#include "base/base.h"
#include "compiler/parse_core.h"
#include "compiler/parse_source.h"
#include "compiler/syntax_error.h"
#include "object/hold.h"

/* ---- the roots ---- */

/* Nodes for the comments `# type: ignore`. */
static int
take_ignores(Parser *parser, TypeIgnoreSeq *out)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    for (int i = 0; i < parser->tokens->n_ignores; i++) {
        const Token *token = &parser->tokens->ignores[i];
        TypeIgnore *ignore = NEW(parser, TypeIgnore);
        if (ignore == NULL || ou_build_push(build, ignore) < 0) {
            return -1;
        }
        ignore->lineno = token->lineno;
        ignore->tag = ou_tree_keep(build->tree, PyUnicode_DecodeUTF8(ou_token_text(parser->tokens, token), token->len, NULL));
        if (ignore->tag == NULL) {
            return -1;
        }
    }
    return TAKE(build, mark, *out);
}

static Mod *
parse_module(Parser *parser)
{
    Py_ssize_t mark = parser->build->n_scratch;
    Mod *root = NEW(parser, Mod);
    if (root == NULL) {
        return NULL;
    }
    root->kind = MOD_MODULE;
    while (parser_kind(parser) != TOK_END) {
        if (ou_parse_statement(parser) < 0) {
            return NULL;
        }
        parser_need(parser);
    }
    return TAKE(parser->build, mark, root->Module.body) < 0 || take_ignores(parser, &root->Module.type_ignores) < 0 ? NULL
                                                                                                                    : root;
}

static Mod *
parse_eval(Parser *parser)
{
    Build *build = parser->build;
    Mod *root = NEW(parser, Mod);
    Place start = parser_place(parser);
    Py_ssize_t mark = build->n_scratch;
    Expr *expr = root != NULL ? ou_parse_expression(parser) : NULL;
    if (expr != NULL && parser_kind(parser) == TOK_COMMA) {
        /* Like star expressions, but without stars. */
        if (ou_build_push(build, expr) < 0) {
            return NULL;
        }
        while (parser_accept(parser, TOK_COMMA)) {
            if (parser_kind(parser) == TOK_NEWLINE || parser_kind(parser) == TOK_END) {
                break;
            }
            expr = ou_parse_expression(parser);
            if (expr == NULL || ou_build_push(build, expr) < 0) {
                return NULL;
            }
        }
        expr = ou_parser_expr(parser, EXPR_TUPLE, start);
        if (expr == NULL || TAKE(build, mark, expr->Tuple.elts) < 0) {
            return NULL;
        }
        expr->Tuple.ctx = CTX_LOAD;
    }
    if (expr == NULL) {
        return NULL;
    }
    while (parser_accept(parser, TOK_NEWLINE)) {
    }
    root->kind = MOD_EXPRESSION;
    root->Expression.body = expr;
    return parser_kind(parser) == TOK_END ? root : NULL;
}

static Mod *
parse_single(Parser *parser)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    Mod *root = NEW(parser, Mod);
    if (root == NULL || parser_kind(parser) == TOK_END) {
        return NULL;
    }
    root->kind = MOD_INTERACTIVE;
    if (parser_kind(parser) == TOK_NEWLINE) {
        Place start = parser_place(parser);
        parser_pass_newline(parser);
        const Token *newline = parser_last(parser);
        Stmt *stmt = ou_parser_stmt(parser, STMT_PASS, start);
        if (stmt == NULL || ou_build_push(build, stmt) < 0) {
            return NULL;
        }
        stmt->end_lineno = newline->end_lineno;
        stmt->end_col_offset = newline->end_col;
    }
    else {
        if (ou_parse_statement(parser) < 0) {
            return NULL;
        }
        const Stmt *stmt = build->scratch[build->n_scratch - 1];
        switch (stmt->kind) {
        case STMT_FUNCTIONDEF:
        case STMT_ASYNCFUNCTIONDEF:
        case STMT_CLASSDEF:
        case STMT_FOR:
        case STMT_ASYNCFOR:
        case STMT_WHILE:
        case STMT_IF:
        case STMT_WITH:
        case STMT_ASYNCWITH:
        case STMT_MATCH:
        case STMT_TRY:
        case STMT_TRYSTAR:
            /* An empty line ends a block. */
            if (parser_kind(parser) != TOK_NEWLINE) {
                return NULL;
            }
            parser_pass_newline(parser);
            break;
        default: break;
        }
    }
    return TAKE(build, mark, root->Interactive.body) < 0 ? NULL : root;
}

/* ( types ) -> type */
static Mod *
parse_func_type(Parser *parser)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    Mod *root = NEW(parser, Mod);
    if (root == NULL || !parser_accept(parser, TOK_LPAR)) {
        return NULL;
    }
    int stars = 0; /* how far `*` and `**` have got: each once, at the end, in this order */
    while (parser_kind(parser) != TOK_RPAR) {
        int kind = parser_kind(parser), star = kind == TOK_STAR ? 1 : kind == TOK_DOUBLESTAR ? 2 : 0;
        if (star > 0 ? star <= stars : stars > 0) {
            return NULL;
        }
        stars = star;
        if (star > 0) {
            parser_next(parser);
        }
        Expr *type = ou_parse_expression(parser);
        if (type == NULL || ou_build_push(build, type) < 0) {
            return NULL;
        }
        if (!parser_accept(parser, TOK_COMMA)) {
            break;
        }
        if (parser_kind(parser) == TOK_RPAR) {
            return NULL;
        }
    }
    root->kind = MOD_FUNCTIONTYPE;
    if (TAKE(build, mark, root->FunctionType.argtypes) < 0 || !parser_accept(parser, TOK_RPAR)
        || !parser_accept(parser, TOK_ARROW) || (root->FunctionType.returns = ou_parse_expression(parser)) == NULL) {
        return NULL;
    }
    while (parser_accept(parser, TOK_NEWLINE)) {
    }
    return parser_kind(parser) == TOK_END ? root : NULL;
}

static Mod *
parse_root(Parser *parser, OuParseMode mode)
{
    switch (mode) {
    case OU_PARSE_EVAL: return parse_eval(parser);
    case OU_PARSE_SINGLE: return parse_single(parser);
    case OU_PARSE_FUNC_TYPE: return parse_func_type(parser);
    default: return parse_module(parser);
    }
}

/* Is there more than blank lines and comments behind a single statement? */
static bool
more_statements_follow(const Lexer *lexer)
{
    const char *p = lexer->cur;
    for (;;) {
        while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\f') {
            p++;
        }
        if (*p != '#') {
            return *p != 0;
        }
        while (*p != '\n' && *p != 0) {
            p++;
        }
    }
}

/* ---- one parse ---- */

/* Parse what `lexer` reads.  On failure the text that the lexer has read so far is explained. */
static Tree *
parse_from(Lexer *lexer, PyObject *filename, OuParseMode mode, int flags)
{
    Build build;
    TokenStream tokens;
    Parser parser;
    if (ou_build_init(&build, filename, flags) < 0) {
        return NULL;
    }
    lexer->keep_blocks_open = flags & OU_PARSE_DONT_IMPLY_DEDENT;
    lexer->type_comments = flags & OU_PARSE_TYPE_COMMENTS;
    lexer->async_names = build.version < 7;
    ou_token_stream_init(&tokens, lexer, mode == OU_PARSE_SINGLE);
    tokens.forgets = true;
    Tree *tree = build.tree;
    OU_HOLD(hold, &tree->objects); /* warnings, codecs and hooks may run Python code */
    ou_parser_init(&parser, &build, &tokens, 0);
    tree->root = parse_root(&parser, mode);
    if (tree->root != NULL && PyErr_Occurred()) {
        tree->root = NULL; /* a token behind the end brought an exception */
    }
    if (tree->root != NULL && mode == OU_PARSE_SINGLE && !lexer->interactive && more_statements_follow(lexer)) {
        ou_syntax_error_last(&parser, PyExc_SyntaxError, "multiple statements found while compiling a single statement");
        tree->root = NULL;
    }
    else if (tree->root != NULL && build.too_new.what != NULL) {
        ou_syntax_error_at(&parser, PyExc_SyntaxError, build.too_new.lineno, build.too_new.col, build.too_new.end_lineno,
                           build.too_new.end_col, "%s only supported in Python 3.%d and greater", build.too_new.what,
                           build.too_new.since);
        tree->root = NULL;
    }
    else if (tree->root == NULL && parser.tok->kind == TOK_TYPE_COMMENT && !PyErr_Occurred()) {
        ou_syntax_error_at(&parser, PyExc_SyntaxError, parser.tok->lineno, parser.tok->col, parser.tok->end_lineno,
                           parser.tok->end_col, "invalid syntax"); /* the second look doesn't see them */
    }
    else if (tree->root == NULL && ou_parser_failed_plainly(&parser)) {
        FaultyText faulty = {
            .text = lexer->base,
            .size = (size_t)(lexer->end - lexer->base),
            .filename = filename,
            .mode = mode,
            .flags = flags,
            .interactive = lexer->interactive,
            .is_decoded = lexer->is_decoded,
            .warn = build.warning_raised,
        };
        bool nothing = lexer->interactive && lexer->end == lexer->base;
        if (!nothing) {
            ou_syntax_error_find(&faulty);
        }
    }
    bool good = tree->root != NULL;
    OU_HOLD_END(hold);
    ou_token_stream_clear(&tokens);
    ou_build_clear(&build);
    if (!good) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback); /* first: freeing must not see an exception */
        ou_tree_free(tree);
        PyErr_Restore(type, value, traceback);
        return NULL;
    }
    return tree;
}

/* Copy the text with '\n' for every kind of newline, and one at the end if `complete`.
 * Returns a PyMem block, or NULL with MemoryError set. */
static char *
text_normalize(const char *text, size_t *size, bool complete)
{
    char *copy = PyMem_Malloc(*size + 2);
    if (copy == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    char *out = copy;
    for (const char *p = text, *end = text + *size; p < end;) {
        const char *cr = memchr(p, '\r', (size_t)(end - p));
        size_t run = (size_t)((cr != NULL ? cr : end) - p);
        memcpy(out, p, run);
        out += run;
        p += run;
        if (p < end) {
            *out++ = '\n';
            p += p + 1 < end && p[1] == '\n' ? 2 : 1;
        }
    }
    if (complete && (out == copy || out[-1] != '\n')) {
        *out++ = '\n';
    }
    *out = 0;
    *size = (size_t)(out - copy);
    return copy;
}

/* Parse UTF-8 text that has been checked. */
static Tree *
parse_text(const char *text, size_t size, PyObject *filename, OuParseMode mode, int flags, bool is_decoded)
{
    if (size > INT_MAX - 16) {
        PyErr_SetString(PyExc_OverflowError, "source code is too large to parse"); /* columns are ints */
        return NULL;
    }
    bool complete = mode == OU_PARSE_EXEC;
    char *copy = NULL;
    if (memchr(text, '\r', size) != NULL || (complete && size > 0 && text[size - 1] != '\n')) {
        text = copy = text_normalize(text, &size, complete);
        if (copy == NULL) {
            return NULL;
        }
    }
    Lexer *lexer = PyMem_Malloc(sizeof *lexer); /* large: its stacks of brackets and indentation */
    Tree *tree = NULL;
    if (lexer == NULL) {
        PyErr_NoMemory();
    }
    else {
        ou_lex_init(lexer, text, size, filename);
        lexer->is_decoded = is_decoded;
        tree = parse_from(lexer, filename, mode, flags);
        ou_lex_clear(lexer);
        PyMem_Free(lexer);
    }
    PyMem_Free(copy);
    return tree;
}

Tree *
ou_parse_string(const char *source, size_t size, PyObject *filename, OuParseMode mode, int flags)
{
    if (memchr(source, 0, size) != NULL) {
        PyErr_SetString(PyExc_ValueError, "source code string cannot contain null bytes");
        return NULL;
    }
    return parse_text(source, size, filename, mode, flags, true);
}

Tree *
ou_parse_bytes(const char *source, size_t size, PyObject *filename, OuParseMode mode, int flags, bool from_file)
{
    SourceText decoded;
    if (!from_file && memchr(source, 0, size) != NULL) {
        PyErr_SetString(PyExc_ValueError, "source code string cannot contain null bytes");
        return NULL;
    }
    if (ou_source_decode(source, size, filename, flags & OU_PARSE_IGNORE_COOKIE, from_file, &decoded) < 0) {
        return NULL;
    }
    OU_HOLD(hold, &decoded.owner);
    Tree *tree = parse_text(decoded.text, decoded.size, filename, mode, flags, decoded.declared);
    OU_HOLD_END(hold);
    Py_XDECREF(decoded.owner);
    return tree;
}

Tree *
ou_parse_interactive(OuParseMoreFunction more, void *arg, PyObject *filename, int flags, bool *at_end)
{
    Lexer *lexer = PyMem_Malloc(sizeof *lexer);
    *at_end = false;
    if (lexer == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    ou_lex_init_interactive(lexer, more, arg, filename);
    Tree *tree = parse_from(lexer, filename, OU_PARSE_SINGLE, flags);
    if (tree == NULL && !PyErr_Occurred()) {
        *at_end = true;
    }
    ou_lex_clear(lexer);
    PyMem_Free(lexer);
    return tree;
}
