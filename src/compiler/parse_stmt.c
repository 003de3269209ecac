/* compiler/parse_stmt.c - simple statements, and the lines they stand on.
 *
 * Owns       nothing: nodes belong to the tree.
 * Not here   compound statements: parse_block.c and parse_pattern.c. */
#include <Python.h>

#include "compiler/parse_core.h"

static bool
ends_simple(int kind)
{
    return kind == TOK_NEWLINE || kind == TOK_SEMI;
}

/* ---- assignment and expression statements ---- */

/* target: annotation [= value] */
static Stmt *
parse_annotated(Parser *parser, Expr *target, Place start)
{
    /* (name): int is not "simple": no annotation is recorded for it. */
    bool simple = target->kind == EXPR_NAME && target->lineno == start.lineno && target->col_offset == start.col;
    if (!ou_target_is_valid(target, TARGET_SINGLE)) {
        return NULL;
    }
    parser_next(parser);
    Expr *annotation = ou_parse_expression(parser), *value = NULL;
    if (annotation == NULL) {
        return NULL;
    }
    if (parser_accept(parser, TOK_EQUAL) && (value = ou_parse_annotated_rhs(parser)) == NULL) {
        return NULL;
    }
    parser_since(parser, 6, "Variable annotation syntax is");
    Stmt *stmt = ou_parser_stmt(parser, STMT_ANNASSIGN, start);
    if (stmt != NULL) {
        ou_target_set_context(target, CTX_STORE);
        stmt->AnnAssign.target = target;
        stmt->AnnAssign.annotation = annotation;
        stmt->AnnAssign.value = value;
        stmt->AnnAssign.simple = simple;
    }
    return stmt;
}

static Stmt *
parse_augmented(Parser *parser, Expr *target, Place start)
{
    OperatorKind op = (OperatorKind)(OP_ADD + parser_kind(parser) - TOK_PLUSEQUAL);
    if (!ou_target_is_valid(target, TARGET_SINGLE)) {
        return NULL;
    }
    if (op == OP_MATMULT) {
        parser_since(parser, 5, "The '@' operator is");
    }
    parser_next(parser);
    Expr *value = ou_parse_annotated_rhs(parser);
    if (value == NULL) {
        return NULL;
    }
    Stmt *stmt = ou_parser_stmt(parser, STMT_AUGASSIGN, start);
    if (stmt != NULL) {
        ou_target_set_context(target, CTX_STORE);
        stmt->AugAssign.target = target;
        stmt->AugAssign.op = op;
        stmt->AugAssign.value = value;
    }
    return stmt;
}

/* a = b = value: the next token is the first `=`. */
static Stmt *
parse_assignment(Parser *parser, Expr *expr, Place start)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    while (parser_accept(parser, TOK_EQUAL)) {
        if (!ou_target_is_valid(expr, TARGET_STAR)) {
            return NULL;
        }
        ou_target_set_context(expr, CTX_STORE);
        if (ou_build_push(build, expr) < 0 || (expr = ou_parse_annotated_rhs(parser)) == NULL) {
            return NULL;
        }
    }
    PyObject *comment;
    Stmt *stmt = ou_parse_type_comment(parser, &comment) < 0 ? NULL : ou_parser_stmt(parser, STMT_ASSIGN, start);
    if (stmt == NULL || TAKE(build, mark, stmt->Assign.targets) < 0) {
        return NULL;
    }
    stmt->Assign.value = expr;
    stmt->Assign.type_comment = comment;
    return stmt;
}

static Stmt *
parse_expression_statement(Parser *parser)
{
    Place start = parser_place(parser);
    Expr *expr = ou_parse_annotated_rhs(parser);
    if (expr == NULL) {
        return NULL;
    }
    int kind = parser_kind(parser);
    if (kind == TOK_EQUAL) {
        return parse_assignment(parser, expr, start);
    }
    if (kind == TOK_COLON) {
        return parse_annotated(parser, expr, start);
    }
    if (kind >= TOK_PLUSEQUAL && kind <= TOK_DOUBLESLASHEQUAL) {
        return parse_augmented(parser, expr, start);
    }
    Stmt *stmt = ou_parser_stmt(parser, STMT_EXPR, start);
    if (stmt != NULL) {
        stmt->Expr.value = expr;
    }
    return stmt;
}

/* ---- keyword statements ---- */

static Stmt *
parse_bare(Parser *parser, StmtKind kind)
{
    Place start = parser_place(parser);
    parser_next(parser);
    return ou_parser_stmt(parser, kind, start);
}

static Stmt *
parse_return(Parser *parser)
{
    Place start = parser_place(parser);
    Expr *value = NULL;
    parser_next(parser);
    if (!ends_simple(parser_kind(parser)) && (value = ou_parse_star_expressions(parser)) == NULL) {
        return NULL;
    }
    Stmt *stmt = ou_parser_stmt(parser, STMT_RETURN, start);
    if (stmt != NULL) {
        stmt->Return.value = value;
    }
    return stmt;
}

static Stmt *
parse_raise(Parser *parser)
{
    Place start = parser_place(parser);
    Expr *exc = NULL, *cause = NULL;
    parser_next(parser);
    if (!ends_simple(parser_kind(parser))) {
        exc = ou_parse_expression(parser);
        if (exc == NULL || (parser_accept(parser, TOK_FROM) && (cause = ou_parse_expression(parser)) == NULL)) {
            return NULL;
        }
    }
    Stmt *stmt = ou_parser_stmt(parser, STMT_RAISE, start);
    if (stmt != NULL) {
        stmt->Raise.exc = exc;
        stmt->Raise.cause = cause;
    }
    return stmt;
}

static Stmt *
parse_delete(Parser *parser)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    Place start = parser_place(parser);
    parser_next(parser);
    do {
        if (build->n_scratch > mark && ends_simple(parser_kind(parser))) {
            break; /* a comma at the end */
        }
        Expr *target = ou_parse_operators(parser, BIND_BITOR);
        if (target == NULL || !ou_target_is_valid(target, TARGET_DEL)) {
            return NULL;
        }
        ou_target_set_context(target, CTX_DEL);
        if (ou_build_push(build, target) < 0) {
            return NULL;
        }
    } while (parser_accept(parser, TOK_COMMA));
    Stmt *stmt = ou_parser_stmt(parser, STMT_DELETE, start);
    if (stmt == NULL || TAKE(build, mark, stmt->Delete.targets) < 0) {
        return NULL;
    }
    return stmt;
}

static Stmt *
parse_assert(Parser *parser)
{
    Place start = parser_place(parser);
    parser_next(parser);
    Expr *test = ou_parse_expression(parser), *msg = NULL;
    if (test == NULL || (parser_accept(parser, TOK_COMMA) && (msg = ou_parse_expression(parser)) == NULL)) {
        return NULL;
    }
    Stmt *stmt = ou_parser_stmt(parser, STMT_ASSERT, start);
    if (stmt != NULL) {
        stmt->Assert.test = test;
        stmt->Assert.msg = msg;
    }
    return stmt;
}

static Stmt *
parse_scope(Parser *parser, StmtKind kind)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    Place start = parser_place(parser);
    parser_next(parser);
    do {
        PyObject *name = ou_parse_name(parser);
        if (name == NULL || ou_build_push(build, name) < 0) {
            return NULL;
        }
    } while (parser_accept(parser, TOK_COMMA));
    Stmt *stmt = ou_parser_stmt(parser, kind, start);
    if (stmt == NULL || TAKE(build, mark, stmt->Global.names) < 0) {
        return NULL;
    }
    return stmt;
}

/* ---- imports ---- */

/* a.b.c as one identifier. */
static PyObject *
parse_dotted_name(Parser *parser)
{
    Build *build = parser->build;
    if (parser_kind(parser) != TOK_NAME) {
        return NULL;
    }
    if (ou_parser_peek(parser) != TOK_DOT) {
        return ou_parse_name(parser);
    }
    PyObject *whole = NULL;
    do {
        PyObject *part = ou_parse_name(parser);
        if (part == NULL) {
            Py_XDECREF(whole);
            return NULL;
        }
        PyObject *longer = whole == NULL ? Py_NewRef(part) : PyUnicode_FromFormat("%U.%U", whole, part);
        Py_XDECREF(whole);
        if (longer == NULL) {
            return NULL;
        }
        whole = longer;
    } while (parser_accept(parser, TOK_DOT));
    PyUnicode_InternInPlace(&whole);
    return ou_tree_keep(build->tree, whole);
}

/* Push an Alias for `name`, with what `as` gives it. */
static int
parse_alias(Parser *parser, PyObject *name, Place start)
{
    Alias *alias = name != NULL ? NEW(parser, Alias) : NULL;
    if (alias == NULL) {
        return -1;
    }
    alias->name = name;
    if (parser_accept(parser, TOK_AS) && (alias->asname = ou_parse_name(parser)) == NULL) {
        return -1;
    }
    const Token *last = parser_last(parser);
    alias->lineno = start.lineno;
    alias->col_offset = start.col;
    alias->end_lineno = last->end_lineno;
    alias->end_col_offset = last->end_col;
    return ou_build_push(parser->build, alias);
}

static Stmt *
parse_import(Parser *parser)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    Place start = parser_place(parser);
    parser_next(parser);
    do {
        Place at = parser_place(parser);
        if (parse_alias(parser, parse_dotted_name(parser), at) < 0) {
            return NULL;
        }
    } while (parser_accept(parser, TOK_COMMA));
    Stmt *stmt = ou_parser_stmt(parser, STMT_IMPORT, start);
    if (stmt == NULL || TAKE(build, mark, stmt->Import.names) < 0) {
        return NULL;
    }
    return stmt;
}

/* What follows `import` in a from-import, pushed. */
static int
parse_imported_names(Parser *parser)
{
    if (parser_kind(parser) == TOK_STAR) {
        Place at = parser_place(parser);
        PyObject *star = ou_build_name(parser->build, "*", 1);
        parser_next(parser);
        return parser_kind(parser) == TOK_AS ? -1 : parse_alias(parser, star, at);
    }
    bool parenthesized = parser_accept(parser, TOK_LPAR);
    do {
        Place at = parser_place(parser);
        if (parse_alias(parser, ou_parse_name(parser), at) < 0) {
            return -1;
        }
    } while (parser_accept(parser, TOK_COMMA) && !(parenthesized && parser_kind(parser) == TOK_RPAR));
    return !parenthesized || parser_accept(parser, TOK_RPAR) ? 0 : -1;
}

static Stmt *
parse_from_import(Parser *parser)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    Place start = parser_place(parser);
    int level = 0;
    PyObject *module = NULL;
    parser_next(parser);
    for (;;) {
        if (parser_accept(parser, TOK_DOT)) {
            level++;
        }
        else if (parser_accept(parser, TOK_ELLIPSIS)) {
            level += 3;
        }
        else {
            break;
        }
    }
    if ((parser_kind(parser) != TOK_IMPORT || level == 0) && (module = parse_dotted_name(parser)) == NULL) {
        return NULL;
    }
    if (!parser_accept(parser, TOK_IMPORT) || parse_imported_names(parser) < 0) {
        return NULL;
    }
    Stmt *stmt = ou_parser_stmt(parser, STMT_IMPORTFROM, start);
    if (stmt == NULL || TAKE(build, mark, stmt->ImportFrom.names) < 0) {
        return NULL;
    }
    stmt->ImportFrom.module = module;
    stmt->ImportFrom.level = level;
    return stmt;
}

/* ---- lines ---- */

static Stmt *
parse_simple_statement(Parser *parser)
{
    switch (parser_kind(parser)) {
    case TOK_RETURN: return parse_return(parser);
    case TOK_IMPORT: return parse_import(parser);
    case TOK_FROM: return parse_from_import(parser);
    case TOK_RAISE: return parse_raise(parser);
    case TOK_PASS: return parse_bare(parser, STMT_PASS);
    case TOK_BREAK: return parse_bare(parser, STMT_BREAK);
    case TOK_CONTINUE: return parse_bare(parser, STMT_CONTINUE);
    case TOK_DEL: return parse_delete(parser);
    case TOK_ASSERT: return parse_assert(parser);
    case TOK_GLOBAL: return parse_scope(parser, STMT_GLOBAL);
    case TOK_NONLOCAL: return parse_scope(parser, STMT_NONLOCAL);
    default: return parse_expression_statement(parser);
    }
}

int
ou_parse_simple_statements(Parser *parser)
{
    do {
        Stmt *stmt = parse_simple_statement(parser);
        if (stmt == NULL || ou_build_push(parser->build, stmt) < 0) {
            return -1;
        }
    } while (parser_accept(parser, TOK_SEMI) && parser_kind(parser) != TOK_NEWLINE);
    if (parser_kind(parser) != TOK_NEWLINE) {
        return -1;
    }
    parser_pass_newline(parser);
    return 0;
}
