/* compiler/parse_pattern.c - the match statement: subject, cases, patterns.
 *
 * `match` and `case` are names.  Whether `match` begins a statement is known only at the end of its line: the
 * line is read as a subject, and if it is none it is read again as an expression.
 * Invariant  patterns nest through brackets only, which the lexer bounds. */
#include <Python.h>

#include "compiler/parse_core.h"

static Pattern *parse_pattern(Parser *parser);

static Pattern *
new_pattern(Parser *parser, PatternKind kind, Place start)
{
    Pattern *pattern = NEW(parser, Pattern);
    if (pattern != NULL) {
        const Token *last = parser_last(parser);
        pattern->kind = kind;
        pattern->lineno = start.lineno;
        pattern->col_offset = start.col;
        pattern->end_lineno = last->end_lineno;
        pattern->end_col_offset = last->end_col;
    }
    return pattern;
}

/* ---- values ---- */

static Expr *
parse_number(Parser *parser, bool imaginary, bool check)
{
    Place start = parser_place(parser);
    bool negative = parser_accept(parser, TOK_MINUS);
    if (parser_kind(parser) != TOK_NUMBER) {
        return NULL;
    }
    Expr *expr = ou_parse_atom(parser);
    if (expr == NULL || (check && PyComplex_CheckExact(expr->Constant.value) != imaginary) || !negative) {
        return expr != NULL && check && PyComplex_CheckExact(expr->Constant.value) != imaginary ? NULL : expr;
    }
    Expr *node = ou_parser_expr(parser, EXPR_UNARYOP, start);
    if (node != NULL) {
        node->UnaryOp.op = UNARYOP_USUB;
        node->UnaryOp.operand = expr;
    }
    return node;
}

/* -1, 1.5, 1+2j: the real part may be negative, the imaginary part may not. */
static Expr *
parse_signed_number(Parser *parser)
{
    Place start = parser_place(parser);
    Expr *left = parse_number(parser, false, false);
    int kind = parser_kind(parser);
    if (left == NULL || (kind != TOK_PLUS && kind != TOK_MINUS)) {
        return left;
    }
    Expr *real = left->kind == EXPR_UNARYOP ? left->UnaryOp.operand : left;
    parser_next(parser);
    if (PyComplex_CheckExact(real->Constant.value) || parser_kind(parser) != TOK_NUMBER) {
        return NULL;
    }
    Expr *right = parse_number(parser, true, true);
    Expr *node = right != NULL ? ou_parser_expr(parser, EXPR_BINOP, start) : NULL;
    if (node != NULL) {
        node->BinOp.left = left;
        node->BinOp.op = kind == TOK_PLUS ? OP_ADD : OP_SUB;
        node->BinOp.right = right;
    }
    return node;
}

static bool
begins_literal(int kind)
{
    return kind == TOK_NUMBER || kind == TOK_MINUS || kind == TOK_STRING || kind == TOK_NONE || kind == TOK_TRUE
        || kind == TOK_FALSE;
}

static Expr *
parse_literal(Parser *parser)
{
    int kind = parser_kind(parser);
    return kind == TOK_NUMBER || kind == TOK_MINUS ? parse_signed_number(parser) : ou_parse_atom(parser);
}

static Expr *
new_name(Parser *parser, PyObject *id, Place start)
{
    Expr *node = id != NULL ? ou_parser_expr(parser, EXPR_NAME, start) : NULL;
    if (node != NULL) {
        node->Name.id = id;
        node->Name.ctx = CTX_LOAD;
    }
    return node;
}

/* name, or name.attr.attr */
static Expr *
parse_dotted(Parser *parser)
{
    Place start = parser_place(parser);
    Expr *expr = new_name(parser, ou_parse_name(parser), start);
    while (expr != NULL && parser_accept(parser, TOK_DOT)) {
        PyObject *attr = ou_parse_name(parser);
        Expr *node = attr != NULL ? ou_parser_expr(parser, EXPR_ATTRIBUTE, start) : NULL;
        if (node == NULL) {
            return NULL;
        }
        node->Attribute.value = expr;
        node->Attribute.attr = attr;
        node->Attribute.ctx = CTX_LOAD;
        expr = node;
    }
    return expr;
}

/* ---- captures ---- */

/* A name to bind, or `_` where `wildcard` allows it (NULL in *out).  Returns 0 or -1. */
static int
parse_capture(Parser *parser, bool wildcard, PyObject **out)
{
    *out = NULL;
    if (parser_is_word(parser, "_")) {
        parser_next(parser);
        return wildcard ? 0 : -1;
    }
    *out = ou_parse_name(parser);
    int kind = parser_kind(parser);
    return *out == NULL || kind == TOK_DOT || kind == TOK_LPAR || kind == TOK_EQUAL ? -1 : 0;
}

/* ---- patterns ---- */

static Pattern *
parse_star_pattern(Parser *parser)
{
    Place start = parser_place(parser);
    PyObject *name;
    parser_next(parser);
    if (parse_capture(parser, true, &name) < 0) {
        return NULL;
    }
    Pattern *pattern = new_pattern(parser, PATTERN_MATCHSTAR, start);
    if (pattern != NULL) {
        pattern->MatchStar.name = name;
    }
    return pattern;
}

static Pattern *
parse_maybe_star_pattern(Parser *parser)
{
    return parser_kind(parser) == TOK_STAR ? parse_star_pattern(parser) : parse_pattern(parser);
}

static Pattern *
take_sequence(Parser *parser, Py_ssize_t mark, Place start)
{
    Pattern *pattern = new_pattern(parser, PATTERN_MATCHSEQUENCE, start);
    return pattern != NULL && TAKE(parser->build, mark, pattern->MatchSequence.patterns) == 0 ? pattern : NULL;
}

/* [a, *b] and (a, b), and (a), which is a itself. */
static Pattern *
parse_sequence(Parser *parser, int close)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    Place start = parser_place(parser);
    parser_next(parser);
    while (parser_kind(parser) != close) {
        Pattern *item = parse_maybe_star_pattern(parser);
        if (item == NULL) {
            return NULL;
        }
        if (close == TOK_RPAR && build->n_scratch == mark && parser_kind(parser) == TOK_RPAR) {
            parser_next(parser);
            return item->kind != PATTERN_MATCHSTAR ? item : NULL;
        }
        if (ou_build_push(build, item) < 0) {
            return NULL;
        }
        if (!parser_accept(parser, TOK_COMMA)) {
            break;
        }
    }
    return parser_accept(parser, close) ? take_sequence(parser, mark, start) : NULL;
}

/* {"key": pattern, a.b: pattern, **rest} */
static Pattern *
parse_mapping(Parser *parser)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    Place start = parser_place(parser);
    PyObject *rest = NULL;
    parser_next(parser);
    while (parser_kind(parser) != TOK_RBRACE) {
        if (parser_accept(parser, TOK_DOUBLESTAR)) {
            if (parse_capture(parser, false, &rest) < 0) {
                return NULL;
            }
            parser_accept(parser, TOK_COMMA);
            break;
        }
        Expr *key = begins_literal(parser_kind(parser)) ? parse_literal(parser) : parse_dotted(parser);
        if (key == NULL || key->kind == EXPR_NAME || !parser_accept(parser, TOK_COLON)) {
            return NULL;
        }
        Pattern *value = parse_pattern(parser);
        if (value == NULL || ou_build_push(build, key) < 0 || ou_build_push(build, value) < 0) {
            return NULL;
        }
        if (!parser_accept(parser, TOK_COMMA)) {
            break;
        }
    }
    if (!parser_accept(parser, TOK_RBRACE)) {
        return NULL;
    }
    Pattern *pattern = new_pattern(parser, PATTERN_MATCHMAPPING, start);
    Py_ssize_t n = (build->n_scratch - mark) / 2;
    void **items = ou_tree_alloc(build->tree, 2 * (size_t)n * sizeof *items);
    if (pattern == NULL || items == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        items[i] = build->scratch[mark + 2 * i];
        items[n + i] = build->scratch[mark + 2 * i + 1];
    }
    build->n_scratch = mark;
    pattern->MatchMapping.keys = (ExprSeq){n, (Expr **)items};
    pattern->MatchMapping.patterns = (PatternSeq){n, (Pattern **)(items + n)};
    pattern->MatchMapping.rest = rest;
    return pattern;
}

/* cls(pattern, name=pattern): the next token is the parenthesis. */
static Pattern *
parse_class(Parser *parser, Expr *cls, Place start)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch, n_positional = 0;
    bool keywords = false;
    parser_next(parser);
    while (parser_kind(parser) != TOK_RPAR) {
        PyObject *name = NULL;
        if (parser_kind(parser) == TOK_NAME && ou_parser_peek(parser) == TOK_EQUAL) {
            name = ou_parse_name(parser);
            if (name == NULL) {
                return NULL;
            }
            parser_next(parser);
            keywords = true;
        }
        else if (keywords) {
            return NULL;
        }
        Pattern *value = parse_pattern(parser);
        if (value == NULL || (name != NULL && ou_build_push(build, name) < 0) || ou_build_push(build, value) < 0) {
            return NULL;
        }
        n_positional += name == NULL;
        if (!parser_accept(parser, TOK_COMMA)) {
            break;
        }
    }
    if (!parser_accept(parser, TOK_RPAR)) {
        return NULL;
    }
    Pattern *pattern = new_pattern(parser, PATTERN_MATCHCLASS, start);
    Py_ssize_t n = build->n_scratch - mark, n_keywords = (n - n_positional) / 2;
    void **items = ou_tree_alloc(build->tree, (size_t)n * sizeof *items);
    if (pattern == NULL || items == NULL) {
        return NULL;
    }
    void **names = items + n_positional, **values = names + n_keywords, **from = build->scratch + mark;
    for (Py_ssize_t i = 0; i < n_positional; i++) {
        items[i] = from[i];
    }
    for (Py_ssize_t i = 0; i < n_keywords; i++) {
        names[i] = from[n_positional + 2 * i];
        values[i] = from[n_positional + 2 * i + 1];
    }
    build->n_scratch = mark;
    pattern->MatchClass.cls = cls;
    pattern->MatchClass.patterns = (PatternSeq){n_positional, (Pattern **)items};
    pattern->MatchClass.kwd_attrs = (IdentifierSeq){n_keywords, (PyObject **)names};
    pattern->MatchClass.kwd_patterns = (PatternSeq){n_keywords, (Pattern **)values};
    return pattern;
}

/* A name: a capture, the wildcard, a value, or a class. */
static Pattern *
parse_name_pattern(Parser *parser)
{
    Place start = parser_place(parser);
    bool wildcard = parser_is_word(parser, "_");
    Expr *expr = parse_dotted(parser);
    if (expr == NULL) {
        return NULL;
    }
    int kind = parser_kind(parser);
    if (kind == TOK_LPAR) {
        return parse_class(parser, expr, start);
    }
    if (kind == TOK_EQUAL) {
        return NULL;
    }
    bool value = expr->kind == EXPR_ATTRIBUTE;
    Pattern *pattern = new_pattern(parser, value ? PATTERN_MATCHVALUE : PATTERN_MATCHAS, start);
    if (pattern == NULL) {
        return NULL;
    }
    if (value) {
        pattern->MatchValue.value = expr;
    }
    else {
        pattern->MatchAs.name = wildcard ? NULL : expr->Name.id;
    }
    return pattern;
}

static Pattern *
parse_literal_pattern(Parser *parser)
{
    Place start = parser_place(parser);
    int kind = parser_kind(parser);
    bool singleton = kind == TOK_NONE || kind == TOK_TRUE || kind == TOK_FALSE;
    Expr *value = parse_literal(parser);
    if (value == NULL) {
        return NULL;
    }
    Pattern *pattern = new_pattern(parser, singleton ? PATTERN_MATCHSINGLETON : PATTERN_MATCHVALUE, start);
    if (pattern == NULL) {
        return NULL;
    }
    if (singleton) {
        pattern->MatchSingleton.value = value->Constant.value;
    }
    else {
        pattern->MatchValue.value = value;
    }
    return pattern;
}

static Pattern *
parse_closed_pattern(Parser *parser)
{
    switch (parser_kind(parser)) {
    case TOK_NAME: return parse_name_pattern(parser);
    case TOK_LPAR: return parse_sequence(parser, TOK_RPAR);
    case TOK_LSQB: return parse_sequence(parser, TOK_RSQB);
    case TOK_LBRACE: return parse_mapping(parser);
    default: return begins_literal(parser_kind(parser)) ? parse_literal_pattern(parser) : NULL;
    }
}

/* a | b | c as name */
static Pattern *
parse_pattern(Parser *parser)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    Place start = parser_place(parser);
    Pattern *pattern = parse_closed_pattern(parser);
    if (pattern != NULL && parser_kind(parser) == TOK_VBAR) {
        if (ou_build_push(build, pattern) < 0) {
            return NULL;
        }
        while (parser_accept(parser, TOK_VBAR)) {
            pattern = parse_closed_pattern(parser);
            if (pattern == NULL || ou_build_push(build, pattern) < 0) {
                return NULL;
            }
        }
        pattern = new_pattern(parser, PATTERN_MATCHOR, start);
        if (pattern == NULL || TAKE(build, mark, pattern->MatchOr.patterns) < 0) {
            return NULL;
        }
    }
    if (pattern == NULL || !parser_accept(parser, TOK_AS)) {
        return pattern;
    }
    PyObject *name;
    if (parse_capture(parser, false, &name) < 0) {
        return NULL;
    }
    Pattern *as = new_pattern(parser, PATTERN_MATCHAS, start);
    if (as != NULL) {
        as->MatchAs.pattern = pattern;
        as->MatchAs.name = name;
    }
    return as;
}

/* The pattern of a case: a sequence without brackets is allowed here. */
static Pattern *
parse_case_pattern(Parser *parser)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    Place start = parser_place(parser);
    Pattern *first = parse_maybe_star_pattern(parser);
    if (first == NULL || parser_kind(parser) != TOK_COMMA) {
        return first != NULL && first->kind != PATTERN_MATCHSTAR ? first : NULL;
    }
    if (ou_build_push(build, first) < 0) {
        return NULL;
    }
    while (parser_accept(parser, TOK_COMMA)) {
        if (parser_kind(parser) == TOK_COLON || parser_kind(parser) == TOK_IF) {
            break;
        }
        Pattern *item = parse_maybe_star_pattern(parser);
        if (item == NULL || ou_build_push(build, item) < 0) {
            return NULL;
        }
    }
    return take_sequence(parser, mark, start);
}

/* ---- the statement ---- */

static int
parse_case(Parser *parser)
{
    MatchCase *item = NEW(parser, MatchCase);
    if (item == NULL) {
        return -1;
    }
    parser_next(parser);
    item->pattern = parse_case_pattern(parser);
    if (item->pattern == NULL) {
        return -1;
    }
    if (parser_accept(parser, TOK_IF)) {
        item->guard = ou_parse_named_expression(parser);
        if (item->guard == NULL) {
            return -1;
        }
    }
    if (!parser_accept(parser, TOK_COLON) || ou_parse_block(parser, &item->body) < 0) {
        return -1;
    }
    return ou_build_push(parser->build, item);
}

/* a, *b | a := b */
static Expr *
parse_subject(Parser *parser)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    Place start = parser_place(parser);
    Expr *first = ou_parse_star_named_expression(parser);
    if (first == NULL || parser_kind(parser) != TOK_COMMA) {
        return first != NULL && first->kind != EXPR_STARRED ? first : NULL;
    }
    if (ou_build_push(build, first) < 0) {
        return NULL;
    }
    while (parser_accept(parser, TOK_COMMA)) {
        if (parser_kind(parser) == TOK_COLON) {
            break;
        }
        Expr *item = ou_parse_star_named_expression(parser);
        if (item == NULL || ou_build_push(build, item) < 0) {
            return NULL;
        }
    }
    Expr *node = ou_parser_expr(parser, EXPR_TUPLE, start);
    if (node == NULL || TAKE(build, mark, node->Tuple.elts) < 0) {
        return NULL;
    }
    node->Tuple.ctx = CTX_LOAD;
    return node;
}

int
ou_parse_match(Parser *parser, Stmt **out)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    if (!ou_token_begins_expression(ou_parser_peek(parser))) { /* only to spare the second reading of most lines */
        return 0;
    }
    int pos = parser->pos;
    Place start = parser_place(parser);
    parser_remember(parser);
    parser_next(parser);
    Expr *subject = parse_subject(parser);
    parser_forget(parser);
    bool is_match = subject != NULL && parser_accept(parser, TOK_COLON) && parser_kind(parser) == TOK_NEWLINE;
    if (!is_match) {
        if (PyErr_Occurred()) {
            return -1;
        }
        build->n_scratch = mark;
        parser_seek(parser, pos);
        return 0;
    }
    parser_pass_newline(parser);
    parser_need(parser);
    if (!parser_accept(parser, TOK_INDENT) || !parser_is_word(parser, "case")) {
        return -1;
    }
    while (parser_is_word(parser, "case")) {
        if (parse_case(parser) < 0) {
            return -1;
        }
        parser_need(parser);
    }
    if (!parser_accept(parser, TOK_DEDENT)) {
        return -1;
    }
    parser_since(parser, 10, "Pattern matching is");
    Stmt *stmt = ou_parser_stmt(parser, STMT_MATCH, start);
    if (stmt == NULL || TAKE(build, mark, stmt->Match.cases) < 0) {
        return -1;
    }
    stmt->Match.subject = subject;
    *out = stmt;
    return 1;
}
