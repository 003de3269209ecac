/* compiler/parse_atom.c - atoms, displays, comprehensions, and what is attached to a primary.
 *
 * Invariant  every recursion from here goes through a bracket, which the lexer bounds, or through
 *            ou_parse_operators() and ou_parse_expression(), which count.
 * Not here   the arguments of a call: parse_call.c; the value of a literal: literal*.c. */
#include <Python.h>

#include "compiler/parse_core.h"

/* ---- comprehensions ---- */

int
ou_parse_comprehensions(Parser *parser, ComprehensionSeq *out)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    while (parser_kind(parser) == TOK_FOR || parser_kind(parser) == TOK_ASYNC) {
        Comprehension *comp = NEW(parser, Comprehension);
        if (comp == NULL) {
            return -1;
        }
        comp->is_async = parser_accept(parser, TOK_ASYNC);
        if (!parser_accept(parser, TOK_FOR)) {
            return -1;
        }
        comp->target = ou_parse_star_targets(parser);
        if (comp->target == NULL || !parser_accept(parser, TOK_IN)) {
            return -1;
        }
        comp->iter = ou_parse_operators(parser, BIND_OR);
        if (comp->iter == NULL) {
            return -1;
        }
        Py_ssize_t ifs_mark = build->n_scratch;
        while (parser_accept(parser, TOK_IF)) {
            Expr *test = ou_parse_operators(parser, BIND_OR);
            if (test == NULL || ou_build_push(build, test) < 0) {
                return -1;
            }
        }
        if (comp->is_async) {
            parser_since(parser, 6, "Async comprehensions are");
        }
        if (TAKE(build, ifs_mark, comp->ifs) < 0 || ou_build_push(build, comp) < 0) {
            return -1;
        }
    }
    return TAKE(build, mark, *out);
}

static bool
begins_comprehension(const Parser *parser)
{
    return parser_kind(parser) == TOK_FOR || parser_kind(parser) == TOK_ASYNC;
}

/* [elt for ...], {elt for ...}, (elt for ...): the next token is `for` or `async`. */
static Expr *
parse_comprehension(Parser *parser, ExprKind kind, int close, Expr *elt, Place start)
{
    ComprehensionSeq generators;
    if (elt->kind == EXPR_STARRED || ou_parse_comprehensions(parser, &generators) < 0 || !parser_accept(parser, close)) {
        return NULL;
    }
    Expr *node = ou_parser_expr(parser, kind, start);
    if (node != NULL) {
        node->ListComp.elt = elt;
        node->ListComp.generators = generators;
    }
    return node;
}

/* ---- displays ---- */

/* Is this `a := b` without parentheses?  Then it begins where the whole did. */
static bool
is_bare_named(const Expr *expr, Place start)
{
    return expr->kind == EXPR_NAMEDEXPR && expr->lineno == start.lineno && expr->col_offset == start.col;
}

/* Push the items after the first, up to `close`, which is gone over.  The next token is a comma or `close`.
 * */
static int
parse_items(Parser *parser, int close)
{
    while (parser_accept(parser, TOK_COMMA)) {
        if (parser_kind(parser) == close) {
            break;
        }
        Expr *item = ou_parse_star_named_expression(parser);
        if (item == NULL || ou_build_push(parser->build, item) < 0) {
            return -1;
        }
    }
    return parser_accept(parser, close) ? 0 : -1;
}

/* ( ... ): a tuple, a generator expression, or something in parentheses. */
static Expr *
parse_parenthesized(Parser *parser)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    Place start = parser_place(parser);
    parser_next(parser);
    if (parser_kind(parser) == TOK_YIELD) {
        Expr *expr = ou_parse_yield(parser);
        return expr != NULL && parser_accept(parser, TOK_RPAR) ? expr : NULL;
    }
    if (!parser_accept(parser, TOK_RPAR)) {
        Expr *first = ou_parse_star_named_expression(parser);
        if (first == NULL) {
            return NULL;
        }
        if (begins_comprehension(parser)) {
            return parse_comprehension(parser, EXPR_GENERATOREXP, TOK_RPAR, first, start);
        }
        if (parser_kind(parser) != TOK_COMMA) {
            return first->kind != EXPR_STARRED && parser_accept(parser, TOK_RPAR) ? first : NULL;
        }
        if (ou_build_push(build, first) < 0 || parse_items(parser, TOK_RPAR) < 0) {
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

static Expr *
parse_list(Parser *parser)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    Place start = parser_place(parser);
    parser_next(parser);
    if (!parser_accept(parser, TOK_RSQB)) {
        Expr *first = ou_parse_star_named_expression(parser);
        if (first == NULL) {
            return NULL;
        }
        if (begins_comprehension(parser)) {
            return parse_comprehension(parser, EXPR_LISTCOMP, TOK_RSQB, first, start);
        }
        if (ou_build_push(build, first) < 0 || parse_items(parser, TOK_RSQB) < 0) {
            return NULL;
        }
    }
    Expr *node = ou_parser_expr(parser, EXPR_LIST, start);
    if (node == NULL || TAKE(build, mark, node->List.elts) < 0) {
        return NULL;
    }
    node->List.ctx = CTX_LOAD;
    return node;
}

/* key: value | **value.  A NULL key in `*key` for the latter.  Returns the value, or NULL. */
static Expr *
parse_pair(Parser *parser, Expr **key)
{
    *key = NULL;
    if (parser_accept(parser, TOK_DOUBLESTAR)) {
        return ou_parse_operators(parser, BIND_BITOR);
    }
    *key = ou_parse_expression(parser);
    if (*key == NULL || !parser_accept(parser, TOK_COLON)) {
        return NULL;
    }
    return ou_parse_expression(parser);
}

/* The rest of a dict, after its first pair; keys and values alternate on the scratch stack. */
static Expr *
parse_dict(Parser *parser, Expr *key, Expr *value, Place start)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    if (ou_build_push(build, key) < 0 || ou_build_push(build, value) < 0) {
        return NULL;
    }
    while (parser_accept(parser, TOK_COMMA)) {
        if (parser_kind(parser) == TOK_RBRACE) {
            break;
        }
        value = parse_pair(parser, &key);
        if (value == NULL || ou_build_push(build, key) < 0 || ou_build_push(build, value) < 0) {
            return NULL;
        }
    }
    if (!parser_accept(parser, TOK_RBRACE)) {
        return NULL;
    }
    Expr *node = ou_parser_expr(parser, EXPR_DICT, start);
    if (node == NULL) {
        return NULL;
    }
    Py_ssize_t n = (build->n_scratch - mark) / 2;
    Expr **items = ou_tree_alloc(build->tree, 2 * (size_t)n * sizeof *items);
    if (items == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        items[i] = build->scratch[mark + 2 * i];
        items[n + i] = build->scratch[mark + 2 * i + 1];
    }
    build->n_scratch = mark;
    node->Dict.keys = (ExprSeq){n, items};
    node->Dict.values = (ExprSeq){n, items + n};
    return node;
}

static Expr *
parse_braces(Parser *parser)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    Place start = parser_place(parser);
    parser_next(parser);
    if (parser_accept(parser, TOK_RBRACE)) {
        return ou_parser_expr(parser, EXPR_DICT, start);
    }
    if (parser_kind(parser) == TOK_DOUBLESTAR) {
        Expr *key, *value = parse_pair(parser, &key);
        return value != NULL ? parse_dict(parser, NULL, value, start) : NULL;
    }
    Place inside = parser_place(parser);
    Expr *first = ou_parse_star_named_expression(parser);
    if (first == NULL) {
        return NULL;
    }
    if (parser_kind(parser) == TOK_COLON && first->kind != EXPR_STARRED) {
        if (is_bare_named(first, inside)) {
            return NULL; /* {a := 1: 2} */
        }
        parser_next(parser);
        Expr *value = ou_parse_expression(parser);
        if (value == NULL) {
            return NULL;
        }
        if (!begins_comprehension(parser)) {
            return parse_dict(parser, first, value, start);
        }
        ComprehensionSeq generators;
        if (ou_parse_comprehensions(parser, &generators) < 0 || !parser_accept(parser, TOK_RBRACE)) {
            return NULL;
        }
        Expr *node = ou_parser_expr(parser, EXPR_DICTCOMP, start);
        if (node != NULL) {
            node->DictComp.key = first;
            node->DictComp.value = value;
            node->DictComp.generators = generators;
        }
        return node;
    }
    if (begins_comprehension(parser)) {
        return parse_comprehension(parser, EXPR_SETCOMP, TOK_RBRACE, first, start);
    }
    if (ou_build_push(build, first) < 0 || parse_items(parser, TOK_RBRACE) < 0) {
        return NULL;
    }
    Expr *node = ou_parser_expr(parser, EXPR_SET, start);
    if (node == NULL || TAKE(build, mark, node->Set.elts) < 0) {
        return NULL;
    }
    return node;
}

/* ---- atoms ---- */

static Expr *
parse_constant(Parser *parser, PyObject *value)
{
    Place start = parser_place(parser);
    parser_next(parser);
    Expr *node = ou_parser_expr(parser, EXPR_CONSTANT, start);
    if (node != NULL) {
        node->Constant.value = value;
    }
    return node;
}

Expr *
ou_parse_atom(Parser *parser)
{
    switch (parser_kind(parser)) {
    case TOK_NAME: {
        Place start = parser_place(parser);
        PyObject *id = ou_parse_name(parser);
        Expr *node = id != NULL ? ou_parser_expr(parser, EXPR_NAME, start) : NULL;
        if (node != NULL) {
            node->Name.id = id;
            node->Name.ctx = CTX_LOAD;
        }
        return node;
    }
    case TOK_NUMBER: {
        PyObject *value = ou_tree_keep(parser->build->tree, ou_literal_number(parser, parser->tok));
        return value != NULL ? parse_constant(parser, value) : NULL;
    }
    case TOK_STRING: return ou_parse_strings(parser);
    case TOK_TRUE: return parse_constant(parser, Py_True);
    case TOK_FALSE: return parse_constant(parser, Py_False);
    case TOK_NONE: return parse_constant(parser, Py_None);
    case TOK_ELLIPSIS: return parse_constant(parser, Py_Ellipsis);
    case TOK_LPAR: return parse_parenthesized(parser);
    case TOK_LSQB: return parse_list(parser);
    case TOK_LBRACE: return parse_braces(parser);
    default: return NULL;
    }
}

/* ---- primaries ---- */

/* a[...]: lower:upper:step, or an expression. */
static Expr *
parse_slice(Parser *parser)
{
    Place start = parser_place(parser);
    Expr *lower = NULL, *upper = NULL, *step = NULL;
    if (parser_kind(parser) != TOK_COLON) {
        lower = ou_parse_named_expression(parser);
        if (lower == NULL || parser_kind(parser) != TOK_COLON) {
            return lower;
        }
        if (is_bare_named(lower, start)) {
            return NULL; /* a[b := 1:2] */
        }
    }
    parser_next(parser);
    int kind = parser_kind(parser);
    if (kind != TOK_COLON && kind != TOK_COMMA && kind != TOK_RSQB && (upper = ou_parse_expression(parser)) == NULL) {
        return NULL;
    }
    if (parser_accept(parser, TOK_COLON)) {
        kind = parser_kind(parser);
        if (kind != TOK_COMMA && kind != TOK_RSQB && (step = ou_parse_expression(parser)) == NULL) {
            return NULL;
        }
    }
    Expr *node = ou_parser_expr(parser, EXPR_SLICE, start);
    if (node != NULL) {
        node->Slice.lower = lower;
        node->Slice.upper = upper;
        node->Slice.step = step;
    }
    return node;
}

/* *args in a subscript: unlike elsewhere, any expression may follow the star. */
static Expr *
parse_starred_index(Parser *parser)
{
    Place start = parser_place(parser);
    parser_next(parser);
    Expr *value = ou_parse_expression(parser);
    Expr *node = value != NULL ? ou_parser_expr(parser, EXPR_STARRED, start) : NULL;
    if (node != NULL) {
        node->Starred.value = value;
        node->Starred.ctx = CTX_LOAD;
    }
    return node;
}

/* What is between the brackets of a subscript; the bracket stays. */
static Expr *
parse_slices(Parser *parser)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    Place start = parser_place(parser);
    bool tuple = parser_kind(parser) == TOK_STAR;
    for (;;) {
        Expr *item = parser_kind(parser) == TOK_STAR ? parse_starred_index(parser) : parse_slice(parser);
        if (item == NULL) {
            return NULL;
        }
        if (!tuple && parser_kind(parser) != TOK_COMMA) {
            return item;
        }
        tuple = true;
        if (ou_build_push(build, item) < 0) {
            return NULL;
        }
        if (!parser_accept(parser, TOK_COMMA) || parser_kind(parser) == TOK_RSQB) {
            break;
        }
    }
    Expr *node = ou_parser_expr(parser, EXPR_TUPLE, start);
    if (node == NULL || TAKE(build, mark, node->Tuple.elts) < 0) {
        return NULL;
    }
    node->Tuple.ctx = CTX_LOAD;
    return node;
}

static Expr *
parse_call(Parser *parser, Expr *func, Place start)
{
    ExprSeq args;
    KeywordSeq keywords;
    if (ou_parse_arguments(parser, &args, &keywords) < 0 || !parser_accept(parser, TOK_RPAR)) {
        return NULL;
    }
    Expr *node = ou_parser_expr(parser, EXPR_CALL, start);
    if (node != NULL) {
        node->Call.func = func;
        node->Call.args = args;
        node->Call.keywords = keywords;
    }
    return node;
}

Expr *
ou_parse_primary(Parser *parser)
{
    Place whole = parser_place(parser);
    bool awaits = parser_accept(parser, TOK_AWAIT);
    Place start = parser_place(parser); /* a parenthesis before the atom belongs to what is attached to it */
    Expr *expr = ou_parse_atom(parser);
    while (expr != NULL) {
        int kind = parser_kind(parser);
        if (kind == TOK_DOT) {
            parser_next(parser);
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
        else if (kind == TOK_LPAR) {
            parser_next(parser);
            expr = parse_call(parser, expr, start);
        }
        else if (kind == TOK_LSQB) {
            parser_next(parser);
            Expr *slice = parse_slices(parser);
            if (slice == NULL || !parser_accept(parser, TOK_RSQB)) {
                return NULL;
            }
            Expr *node = ou_parser_expr(parser, EXPR_SUBSCRIPT, start);
            if (node == NULL) {
                return NULL;
            }
            node->Subscript.value = expr;
            node->Subscript.slice = slice;
            node->Subscript.ctx = CTX_LOAD;
            expr = node;
        }
        else {
            break;
        }
    }
    if (expr == NULL || !awaits) {
        return expr;
    }
    parser_since(parser, 5, "Await expressions are");
    Expr *node = ou_parser_expr(parser, EXPR_AWAIT, whole);
    if (node != NULL) {
        node->Await.value = expr;
    }
    return node;
}
