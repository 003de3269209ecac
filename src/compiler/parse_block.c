/* compiler/parse_block.c - compound statements but for match.
 *
 * Invariant  blocks nest through indentation, which the lexer bounds; an elif chain is a loop here, however
 *            long.
 * Not here   match: parse_pattern.c; the statements on a line: parse_stmt.c. */
#include <Python.h>

#include "compiler/parse_core.h"

/* ---- blocks ---- */

static bool
parse_is_compound(const Parser *parser)
{
    switch (parser_kind(parser)) {
    case TOK_DEF:
    case TOK_AT:
    case TOK_ASYNC:
    case TOK_IF:
    case TOK_CLASS:
    case TOK_WITH:
    case TOK_FOR:
    case TOK_TRY:
    case TOK_WHILE: return true;
    default: return false;
    }
}

int
ou_parse_statement(Parser *parser)
{
    if (parse_is_compound(parser)) {
        Stmt *stmt = ou_parse_compound(parser);
        return stmt == NULL ? -1 : ou_build_push(parser->build, stmt);
    }
    if (parser_is_word(parser, "match")) {
        Stmt *stmt = NULL;
        int found = ou_parse_match(parser, &stmt);
        if (found != 0) {
            return found < 0 ? -1 : ou_build_push(parser->build, stmt);
        }
    }
    return ou_parse_simple_statements(parser);
}

int
ou_parse_block(Parser *parser, StmtSeq *out)
{
    Py_ssize_t mark = parser->build->n_scratch;
    if (parser_kind(parser) != TOK_NEWLINE) {
        /* A compound statement cannot share the line of the one it belongs to; match is a name here. */
        if (parse_is_compound(parser) || ou_parse_simple_statements(parser) < 0) {
            return -1;
        }
        parser_need(parser); /* an else may follow */
        return TAKE(parser->build, mark, *out);
    }
    parser_pass_newline(parser);
    parser_need(parser);
    if (!parser_accept(parser, TOK_INDENT)) {
        return -1;
    }
    do {
        if (ou_parse_statement(parser) < 0) {
            return -1;
        }
        parser_need(parser);
    } while (parser_kind(parser) != TOK_DEDENT);
    parser_next(parser);
    return TAKE(parser->build, mark, *out);
}

/* `: block` */
static int
parse_suite(Parser *parser, StmtSeq *out)
{
    return parser_accept(parser, TOK_COLON) ? ou_parse_block(parser, out) : -1;
}

/* The same with a type comment behind the colon. */
static int
parse_commented_suite(Parser *parser, StmtSeq *out, PyObject **comment)
{
    if (!parser_accept(parser, TOK_COLON) || ou_parse_type_comment(parser, comment) < 0) {
        return -1;
    }
    return ou_parse_block(parser, out);
}

/* An optional `else: block`. */
static int
parse_else(Parser *parser, StmtSeq *out)
{
    return parser_accept(parser, TOK_ELSE) ? parse_suite(parser, out) : 0;
}

/* Set the end of a statement that was made before its last block was read. */
static void
stmt_end_here(const Parser *parser, Stmt *stmt)
{
    const Token *last = ou_parser_last_text(parser);
    stmt->end_lineno = last->end_lineno;
    stmt->end_col_offset = last->end_col;
}

/* ---- if, while, for ---- */

static Stmt *
parse_if(Parser *parser)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    do {
        Place start = parser_place(parser);
        parser_next(parser); /* if, elif */
        Expr *test = ou_parse_named_expression(parser);
        StmtSeq body;
        if (test == NULL || parse_suite(parser, &body) < 0) {
            return NULL;
        }
        Stmt *stmt = ou_parser_stmt(parser, STMT_IF, start);
        if (stmt == NULL || ou_build_push(build, stmt) < 0) {
            return NULL;
        }
        stmt->If.test = test;
        stmt->If.body = body;
    } while (parser_kind(parser) == TOK_ELIF);
    StmtSeq orelse = {0, NULL};
    if (parse_else(parser, &orelse) < 0) {
        return NULL;
    }
    /* From the last to the first: each is the else of the one before. */
    Stmt *stmt = NULL;
    for (Py_ssize_t i = build->n_scratch; i > mark; i--) {
        stmt = build->scratch[i - 1];
        stmt->If.orelse = orelse;
        stmt_end_here(parser, stmt);
        if (i - 1 > mark) {
            Stmt **items = ou_tree_alloc(build->tree, sizeof *items);
            if (items == NULL) {
                return NULL;
            }
            items[0] = stmt;
            orelse = (StmtSeq){1, items};
        }
    }
    build->n_scratch = mark;
    return stmt;
}

static Stmt *
parse_while(Parser *parser)
{
    Place start = parser_place(parser);
    StmtSeq body, orelse = {0, NULL};
    parser_next(parser);
    Expr *test = ou_parse_named_expression(parser);
    if (test == NULL || parse_suite(parser, &body) < 0 || parse_else(parser, &orelse) < 0) {
        return NULL;
    }
    Stmt *stmt = ou_parser_stmt(parser, STMT_WHILE, start);
    if (stmt != NULL) {
        stmt->While.test = test;
        stmt->While.body = body;
        stmt->While.orelse = orelse;
    }
    return stmt;
}

static Stmt *
parse_for(Parser *parser, StmtKind kind, Place start)
{
    StmtSeq body, orelse = {0, NULL};
    PyObject *comment;
    parser_next(parser);
    Expr *target = ou_parse_star_targets(parser);
    if (target == NULL || !parser_accept(parser, TOK_IN)) {
        return NULL;
    }
    Expr *iter = ou_parse_star_expressions(parser);
    if (iter == NULL || parse_commented_suite(parser, &body, &comment) < 0 || parse_else(parser, &orelse) < 0) {
        return NULL;
    }
    Stmt *stmt = ou_parser_stmt(parser, kind, start);
    if (stmt != NULL) {
        stmt->For.target = target;
        stmt->For.iter = iter;
        stmt->For.body = body;
        stmt->For.orelse = orelse;
        stmt->For.type_comment = comment;
    }
    return stmt;
}

/* ---- with ---- */

static int
parse_with_item(Parser *parser)
{
    WithItem *item = NEW(parser, WithItem);
    if (item == NULL) {
        return -1;
    }
    item->context_expr = ou_parse_expression(parser);
    if (item->context_expr == NULL) {
        return -1;
    }
    if (parser_accept(parser, TOK_AS)) {
        Place start = parser_place(parser);
        bool starred = parser_accept(parser, TOK_STAR);
        Expr *target = ou_parse_operators(parser, BIND_BITOR);
        if (target != NULL && starred) {
            Expr *value = target;
            target = ou_parser_expr(parser, EXPR_STARRED, start);
            if (target != NULL) {
                target->Starred.value = value;
            }
        }
        if (target == NULL || !ou_target_is_valid(target, TARGET_STAR)) {
            return -1;
        }
        int kind = parser_kind(parser);
        if (kind != TOK_COMMA && kind != TOK_RPAR && kind != TOK_COLON) {
            return -1;
        }
        ou_target_set_context(target, CTX_STORE);
        item->optional_vars = target;
    }
    return ou_build_push(parser->build, item);
}

/* ( item, item ): the whole of it, with the colon after it.  Returns 1, 0 (the parser is where it was: the
 * parenthesis belongs to an expression), or -1. */
static int
parse_parenthesized_items(Parser *parser)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    int pos = parser->pos;
    bool good = true;
    parser_remember(parser);
    parser_next(parser);
    do {
        if (build->n_scratch > mark && parser_kind(parser) == TOK_RPAR) {
            break;
        }
        good = parse_with_item(parser) == 0;
    } while (good && parser_accept(parser, TOK_COMMA));
    good = good && parser_accept(parser, TOK_RPAR) && parser_kind(parser) == TOK_COLON;
    parser_forget(parser);
    if (good) {
        return 1;
    }
    if (PyErr_Occurred()) {
        return -1;
    }
    build->n_scratch = mark;
    parser_seek(parser, pos);
    return 0;
}

static Stmt *
parse_with(Parser *parser, StmtKind kind, Place start)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    parser_next(parser);
    int found = parser_kind(parser) == TOK_LPAR ? parse_parenthesized_items(parser) : 0;
    if (found < 0) {
        return NULL;
    }
    if (found == 0) {
        do {
            if (parse_with_item(parser) < 0) {
                return NULL;
            }
        } while (parser_accept(parser, TOK_COMMA));
    }
    WithItemSeq items;
    StmtSeq body;
    PyObject *comment;
    if (TAKE(build, mark, items) < 0 || parse_commented_suite(parser, &body, &comment) < 0) {
        return NULL;
    }
    if (found > 0 && kind == STMT_WITH) {
        parser_since(parser, 9, "Parenthesized context managers are");
    }
    Stmt *stmt = ou_parser_stmt(parser, kind, start);
    if (stmt != NULL) {
        stmt->With.items = items;
        stmt->With.body = body;
        stmt->With.type_comment = comment;
    }
    return stmt;
}

/* ---- try ---- */

/* An except clause.  *star is -1 before the first one, then whether it was `except*`: all must agree. */
static int
parse_handler(Parser *parser, int *star)
{
    Place start = parser_place(parser);
    ExceptHandler *handler = NEW(parser, ExceptHandler);
    if (handler == NULL) {
        return -1;
    }
    parser_next(parser);
    int has_star = parser_accept(parser, TOK_STAR);
    if (*star >= 0 && *star != has_star) {
        return -1;
    }
    *star = has_star;
    if (has_star || parser_kind(parser) != TOK_COLON) {
        handler->type = ou_parse_expression(parser);
        if (handler->type == NULL) {
            return -1;
        }
        if (parser_accept(parser, TOK_AS) && (handler->name = ou_parse_name(parser)) == NULL) {
            return -1;
        }
    }
    if (parse_suite(parser, &handler->body) < 0) {
        return -1;
    }
    const Token *last = ou_parser_last_text(parser);
    handler->lineno = start.lineno;
    handler->col_offset = start.col;
    handler->end_lineno = last->end_lineno;
    handler->end_col_offset = last->end_col;
    return ou_build_push(parser->build, handler);
}

static Stmt *
parse_try(Parser *parser)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    Place start = parser_place(parser);
    StmtSeq body, orelse = {0, NULL}, finalbody = {0, NULL};
    ExceptHandlerSeq handlers;
    int star = -1;
    parser_next(parser);
    if (parse_suite(parser, &body) < 0) {
        return NULL;
    }
    while (parser_kind(parser) == TOK_EXCEPT) {
        if (parse_handler(parser, &star) < 0) {
            return NULL;
        }
    }
    if (TAKE(build, mark, handlers) < 0 || (handlers.n > 0 && parse_else(parser, &orelse) < 0)) {
        return NULL;
    }
    if (parser_accept(parser, TOK_FINALLY)) {
        if (parse_suite(parser, &finalbody) < 0) {
            return NULL;
        }
    }
    else if (handlers.n == 0) {
        return NULL;
    }
    if (star == 1) {
        parser_since(parser, 11, "Exception groups are");
    }
    Stmt *stmt = ou_parser_stmt(parser, star == 1 ? STMT_TRYSTAR : STMT_TRY, start);
    if (stmt != NULL) {
        stmt->Try.body = body;
        stmt->Try.handlers = handlers;
        stmt->Try.orelse = orelse;
        stmt->Try.finalbody = finalbody;
    }
    return stmt;
}

/* ---- def, class ---- */

/* A function's body, with a type comment behind the colon or on a line of its own before the first statement. */
static int
parse_function_suite(Parser *parser, StmtSeq *out, PyObject **comment)
{
    if (!parser_accept(parser, TOK_COLON) || ou_parse_type_comment(parser, comment) < 0) {
        return -1;
    }
    if (OU_UNLIKELY(parser->build->flags & OU_PARSE_TYPE_COMMENTS) && *comment == NULL && parser_kind(parser) == TOK_NEWLINE
        && ou_parser_peek(parser) == TOK_TYPE_COMMENT) {
        int pos = parser->pos;
        parser_next(parser);
        if (ou_parse_type_comment(parser, comment) < 0) {
            return -1;
        }
        if (parser_kind(parser) != TOK_NEWLINE || ou_parser_peek(parser) != TOK_INDENT) {
            *comment = NULL;
            parser_seek(parser, pos);
        }
    }
    return ou_parse_block(parser, out);
}

static Stmt *
parse_def(Parser *parser, StmtKind kind, Place start, ExprSeq decorators)
{
    Expr *returns = NULL;
    StmtSeq body;
    parser_next(parser);
    PyObject *name = ou_parse_name(parser);
    if (name == NULL || !parser_accept(parser, TOK_LPAR)) {
        return NULL;
    }
    Arguments *args = ou_parse_parameters(parser, false);
    if (args == NULL || !parser_accept(parser, TOK_RPAR)) {
        return NULL;
    }
    if (parser_accept(parser, TOK_ARROW) && (returns = ou_parse_expression(parser)) == NULL) {
        return NULL;
    }
    PyObject *comment;
    if (parse_function_suite(parser, &body, &comment) < 0) {
        return NULL;
    }
    Stmt *stmt = ou_parser_stmt(parser, kind, start);
    if (stmt != NULL) {
        stmt->FunctionDef.type_comment = comment;
        stmt->FunctionDef.name = name;
        stmt->FunctionDef.args = args;
        stmt->FunctionDef.body = body;
        stmt->FunctionDef.decorator_list = decorators;
        stmt->FunctionDef.returns = returns;
    }
    return stmt;
}

static Stmt *
parse_class(Parser *parser, ExprSeq decorators)
{
    Place start = parser_place(parser);
    ExprSeq bases = {0, NULL};
    KeywordSeq keywords = {0, NULL};
    StmtSeq body;
    parser_next(parser);
    PyObject *name = ou_parse_name(parser);
    if (name == NULL) {
        return NULL;
    }
    if (parser_accept(parser, TOK_LPAR)) {
        if (ou_parse_arguments(parser, &bases, &keywords) < 0 || !parser_accept(parser, TOK_RPAR)) {
            return NULL;
        }
        if (bases.n == 1 && bases.items[0]->kind == EXPR_GENERATOREXP
            && bases.items[0]->end_lineno == parser_last(parser)->end_lineno
            && bases.items[0]->end_col_offset == parser_last(parser)->end_col) {
            return NULL; /* class A(x for x in y): what a call may do, a class may not */
        }
    }
    if (parse_suite(parser, &body) < 0) {
        return NULL;
    }
    Stmt *stmt = ou_parser_stmt(parser, STMT_CLASSDEF, start);
    if (stmt != NULL) {
        stmt->ClassDef.name = name;
        stmt->ClassDef.bases = bases;
        stmt->ClassDef.keywords = keywords;
        stmt->ClassDef.body = body;
        stmt->ClassDef.decorator_list = decorators;
    }
    return stmt;
}

static Stmt *
parse_async(Parser *parser, ExprSeq decorators)
{
    Place start = parser_place(parser);
    parser_next(parser);
    Stmt *stmt = NULL;
    const char *what = "Async functions are";
    if (parser_kind(parser) == TOK_DEF) {
        stmt = parse_def(parser, STMT_ASYNCFUNCTIONDEF, start, decorators);
    }
    else if (parser_kind(parser) == TOK_WITH && decorators.n == 0) {
        stmt = parse_with(parser, STMT_ASYNCWITH, start);
        what = "Async with statements are";
    }
    else if (parser_kind(parser) == TOK_FOR && decorators.n == 0) {
        stmt = parse_for(parser, STMT_ASYNCFOR, start);
        what = "Async for loops are";
    }
    parser_since(parser, 5, what);
    return stmt;
}

static Stmt *
parse_decorated(Parser *parser)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    while (parser_accept(parser, TOK_AT)) {
        Expr *decorator = ou_parse_named_expression(parser);
        if (decorator == NULL || ou_build_push(build, decorator) < 0 || parser_kind(parser) != TOK_NEWLINE) {
            return NULL;
        }
        parser_pass_newline(parser);
        parser_need(parser);
    }
    ExprSeq decorators;
    if (TAKE(build, mark, decorators) < 0) {
        return NULL;
    }
    switch (parser_kind(parser)) {
    case TOK_DEF: return parse_def(parser, STMT_FUNCTIONDEF, parser_place(parser), decorators);
    case TOK_CLASS: return parse_class(parser, decorators);
    case TOK_ASYNC: return parse_async(parser, decorators);
    default: return NULL;
    }
}

Stmt *
ou_parse_compound(Parser *parser)
{
    const ExprSeq none = {0, NULL};
    Place start = parser_place(parser);
    switch (parser_kind(parser)) {
    case TOK_IF: return parse_if(parser);
    case TOK_FOR: return parse_for(parser, STMT_FOR, start);
    case TOK_WHILE: return parse_while(parser);
    case TOK_TRY: return parse_try(parser);
    case TOK_WITH: return parse_with(parser, STMT_WITH, start);
    case TOK_DEF: return parse_def(parser, STMT_FUNCTIONDEF, start, none);
    case TOK_CLASS: return parse_class(parser, none);
    case TOK_AT: return parse_decorated(parser);
    case TOK_ASYNC: return parse_async(parser, none);
    default: return NULL;
    }
}
