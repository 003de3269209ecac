/* compiler/parse_expr.c - expressions from the comma down to the unary operators.
 *
 * Invariant  the C stack grows by a bounded amount for each level that parser_enter() counts.
 * Not here   atoms, displays, calls, subscripts: parse_atom.c and parse_call.c. */
#include <Python.h>

#include "compiler/parse_core.h"

/* ---- operators ---- */

typedef struct {
    uint8_t strength; /* 0: not a binary operator */
    uint8_t op;       /* OperatorKind, CmpOpKind or BoolOpKind */
} BinaryOperator;

static const BinaryOperator binary_operators[TOK_N_KINDS] = {
    [TOK_OR] = {BIND_OR, BOOLOP_OR},
    [TOK_AND] = {BIND_AND, BOOLOP_AND},
    [TOK_EQEQUAL] = {BIND_COMPARE, CMPOP_EQ},
    [TOK_NOTEQUAL] = {BIND_COMPARE, CMPOP_NOTEQ},
    [TOK_LESSGREATER] = {BIND_COMPARE, CMPOP_NOTEQ},
    [TOK_LESS] = {BIND_COMPARE, CMPOP_LT},
    [TOK_LESSEQUAL] = {BIND_COMPARE, CMPOP_LTE},
    [TOK_GREATER] = {BIND_COMPARE, CMPOP_GT},
    [TOK_GREATEREQUAL] = {BIND_COMPARE, CMPOP_GTE},
    [TOK_IS] = {BIND_COMPARE, CMPOP_IS},
    [TOK_IN] = {BIND_COMPARE, CMPOP_IN},
    [TOK_NOT] = {BIND_COMPARE, CMPOP_NOTIN},
    [TOK_VBAR] = {BIND_BITOR, OP_BITOR},
    [TOK_CIRCUMFLEX] = {BIND_BITXOR, OP_BITXOR},
    [TOK_AMPER] = {BIND_BITAND, OP_BITAND},
    [TOK_LEFTSHIFT] = {BIND_SHIFT, OP_LSHIFT},
    [TOK_RIGHTSHIFT] = {BIND_SHIFT, OP_RSHIFT},
    [TOK_PLUS] = {BIND_SUM, OP_ADD},
    [TOK_MINUS] = {BIND_SUM, OP_SUB},
    [TOK_STAR] = {BIND_TERM, OP_MULT},
    [TOK_SLASH] = {BIND_TERM, OP_DIV},
    [TOK_DOUBLESLASH] = {BIND_TERM, OP_FLOORDIV},
    [TOK_PERCENT] = {BIND_TERM, OP_MOD},
    [TOK_AT] = {BIND_TERM, OP_MATMULT},
};

/* The comparison operator at the next token, going over it.  Returns 0 if it is none after all. */
static CmpOpKind
operator_comparison(Parser *parser)
{
    int kind = parser_kind(parser);
    bool barry = parser->build->flags & OU_PARSE_BARRY_AS_BDFL;
    if ((kind == TOK_LESSGREATER && !barry) || (kind == TOK_NOTEQUAL && barry)) {
        return 0;
    }
    CmpOpKind op = binary_operators[kind].op;
    if (kind == TOK_NOT) {
        if (ou_parser_peek(parser) != TOK_IN) {
            return 0;
        }
        parser_next(parser);
    }
    parser_next(parser);
    if (kind == TOK_IS && parser_accept(parser, TOK_NOT)) {
        op = CMPOP_ISNOT;
    }
    return op;
}

/* left < b <= c ...: the next token compares. */
static Expr *
parse_comparison(Parser *parser, Expr *left, Place start)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    do {
        CmpOpKind op = operator_comparison(parser);
        if (op == 0) {
            return NULL;
        }
        Expr *right = ou_parse_operators(parser, BIND_BITOR);
        if (right == NULL || ou_build_push(build, (void *)(uintptr_t)op) < 0 || ou_build_push(build, right) < 0) {
            return NULL;
        }
    } while (binary_operators[parser_kind(parser)].strength == BIND_COMPARE);
    Expr *node = ou_parser_expr(parser, EXPR_COMPARE, start);
    if (node == NULL) {
        return NULL;
    }
    Py_ssize_t n = (build->n_scratch - mark) / 2;
    node->Compare.left = left;
    node->Compare.ops.items = ou_tree_alloc(build->tree, (size_t)n * sizeof(CmpOpKind));
    node->Compare.comparators.items = ou_tree_alloc(build->tree, (size_t)n * sizeof(Expr *));
    if (node->Compare.ops.items == NULL || node->Compare.comparators.items == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        node->Compare.ops.items[i] = (CmpOpKind)(uintptr_t)build->scratch[mark + 2 * i];
        node->Compare.comparators.items[i] = build->scratch[mark + 2 * i + 1];
    }
    node->Compare.ops.n = node->Compare.comparators.n = n;
    build->n_scratch = mark;
    return node;
}

/* left or b or c ...: the next token is the operator. */
static Expr *
parse_bool(Parser *parser, Expr *left, int kind, Place start)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    int strength = binary_operators[kind].strength;
    if (ou_build_push(build, left) < 0) {
        return NULL;
    }
    while (parser_accept(parser, kind)) {
        Expr *right = ou_parse_operators(parser, strength + 1);
        if (right == NULL || ou_build_push(build, right) < 0) {
            return NULL;
        }
    }
    Expr *node = ou_parser_expr(parser, EXPR_BOOLOP, start);
    if (node == NULL || TAKE(build, mark, node->BoolOp.values) < 0) {
        return NULL;
    }
    node->BoolOp.op = binary_operators[kind].op;
    return node;
}

static Expr *
parse_unary(Parser *parser, UnaryOpKind op, int strength)
{
    Place start = parser_place(parser);
    parser_next(parser);
    Expr *operand = ou_parse_operators(parser, strength);
    if (operand == NULL) {
        return NULL;
    }
    Expr *node = ou_parser_expr(parser, EXPR_UNARYOP, start);
    if (node != NULL) {
        node->UnaryOp.op = op;
        node->UnaryOp.operand = operand;
    }
    return node;
}

static Expr *
parse_binary(Parser *parser, Expr *left, OperatorKind op, int right_strength, Place start)
{
    parser_next(parser);
    Expr *right = ou_parse_operators(parser, right_strength);
    if (right == NULL) {
        return NULL;
    }
    if (op == OP_MATMULT) {
        parser_since(parser, 5, "The '@' operator is");
    }
    Expr *node = ou_parser_expr(parser, EXPR_BINOP, start);
    if (node != NULL) {
        node->BinOp.left = left;
        node->BinOp.op = op;
        node->BinOp.right = right;
    }
    return node;
}

Expr *
ou_parse_operators(Parser *parser, int strength)
{
    if (parser_enter(parser) < 0) {
        return NULL;
    }
    Place start = parser_place(parser); /* a parenthesis before the left operand belongs to the whole */
    Expr *left;
    switch (parser_kind(parser)) {
    case TOK_NOT: left = strength <= BIND_NOT ? parse_unary(parser, UNARYOP_NOT, BIND_NOT) : NULL; break;
    case TOK_MINUS: left = parse_unary(parser, UNARYOP_USUB, BIND_UNARY); break;
    case TOK_PLUS: left = parse_unary(parser, UNARYOP_UADD, BIND_UNARY); break;
    case TOK_TILDE: left = parse_unary(parser, UNARYOP_INVERT, BIND_UNARY); break;
    default:
        left = ou_parse_primary(parser);
        if (left != NULL && parser_kind(parser) == TOK_DOUBLESTAR) {
            left = parse_binary(parser, left, OP_POW, BIND_UNARY, start);
        }
    }
    while (left != NULL) {
        int kind = parser_kind(parser), found = binary_operators[kind].strength;
        if (found == 0 || found < strength) {
            break;
        }
        if (found >= BIND_BITOR) {
            left = parse_binary(parser, left, binary_operators[kind].op, found + 1, start);
        }
        else if (found == BIND_COMPARE) {
            left = parse_comparison(parser, left, start);
        }
        else {
            left = parse_bool(parser, left, kind, start);
        }
    }
    parser_leave(parser);
    return left;
}

/* ---- expressions ---- */

static Expr *
parse_lambda(Parser *parser)
{
    Place start = parser_place(parser);
    parser_next(parser);
    Arguments *args = ou_parse_parameters(parser, true);
    if (args == NULL || !parser_accept(parser, TOK_COLON)) {
        return NULL;
    }
    Expr *body = ou_parse_expression(parser);
    if (body == NULL) {
        return NULL;
    }
    Expr *node = ou_parser_expr(parser, EXPR_LAMBDA, start);
    if (node != NULL) {
        node->Lambda.args = args;
        node->Lambda.body = body;
    }
    return node;
}

static Expr *
parse_conditional(Parser *parser, Expr *body, Place start)
{
    parser_next(parser); /* if */
    Expr *test = ou_parse_operators(parser, BIND_OR);
    if (test == NULL || !parser_accept(parser, TOK_ELSE)) {
        return NULL;
    }
    Expr *orelse = ou_parse_expression(parser);
    if (orelse == NULL) {
        return NULL;
    }
    Expr *node = ou_parser_expr(parser, EXPR_IFEXP, start);
    if (node != NULL) {
        node->IfExp.body = body;
        node->IfExp.test = test;
        node->IfExp.orelse = orelse;
    }
    return node;
}

Expr *
ou_parse_expression(Parser *parser)
{
    Expr *expr;
    if (parser_enter(parser) < 0) {
        return NULL;
    }
    if (parser_kind(parser) == TOK_LAMBDA) {
        expr = parse_lambda(parser);
    }
    else {
        Place start = parser_place(parser);
        expr = ou_parse_operators(parser, BIND_OR);
        if (expr != NULL && parser_kind(parser) == TOK_IF) {
            expr = parse_conditional(parser, expr, start);
        }
    }
    parser_leave(parser);
    return expr;
}

Expr *
ou_parse_named_expression(Parser *parser)
{
    if (parser_kind(parser) != TOK_NAME || ou_parser_peek(parser) != TOK_COLONEQUAL) {
        Expr *expr = ou_parse_expression(parser);
        return expr != NULL && parser_kind(parser) != TOK_COLONEQUAL ? expr : NULL;
    }
    Place start = parser_place(parser);
    PyObject *id = ou_parse_name(parser);
    Expr *target = id != NULL ? ou_parser_expr(parser, EXPR_NAME, start) : NULL;
    if (target == NULL) {
        return NULL;
    }
    target->Name.id = id;
    target->Name.ctx = CTX_STORE;
    parser_next(parser); /* := */
    Expr *value = ou_parse_expression(parser);
    if (value == NULL) {
        return NULL;
    }
    parser_since(parser, 8, "Assignment expressions are");
    Expr *node = ou_parser_expr(parser, EXPR_NAMEDEXPR, start);
    if (node != NULL) {
        node->NamedExpr.target = target;
        node->NamedExpr.value = value;
    }
    return node;
}

static Expr *
parse_starred(Parser *parser)
{
    Place start = parser_place(parser);
    parser_next(parser);
    Expr *value = ou_parse_operators(parser, BIND_BITOR);
    if (value == NULL) {
        return NULL;
    }
    Expr *node = ou_parser_expr(parser, EXPR_STARRED, start);
    if (node != NULL) {
        node->Starred.value = value;
        node->Starred.ctx = CTX_LOAD;
    }
    return node;
}

Expr *
ou_parse_star_expression(Parser *parser)
{
    return parser_kind(parser) == TOK_STAR ? parse_starred(parser) : ou_parse_expression(parser);
}

Expr *
ou_parse_star_named_expression(Parser *parser)
{
    return parser_kind(parser) == TOK_STAR ? parse_starred(parser) : ou_parse_named_expression(parser);
}

Expr *
ou_parse_star_expressions(Parser *parser)
{
    Place start = parser_place(parser);
    Expr *first = ou_parse_star_expression(parser);
    if (first == NULL || parser_kind(parser) != TOK_COMMA) {
        return first;
    }
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    if (ou_build_push(build, first) < 0) {
        return NULL;
    }
    while (parser_accept(parser, TOK_COMMA)) {
        if (!ou_token_begins_expression(parser_kind(parser))) {
            break;
        }
        Expr *item = ou_parse_star_expression(parser);
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

Expr *
ou_parse_yield(Parser *parser)
{
    Place start = parser_place(parser);
    parser_next(parser);
    Expr *value = NULL, *node;
    if (parser_accept(parser, TOK_FROM)) {
        value = ou_parse_expression(parser);
        node = value != NULL ? ou_parser_expr(parser, EXPR_YIELDFROM, start) : NULL;
        if (node != NULL) {
            node->YieldFrom.value = value;
        }
        return node;
    }
    if (ou_token_begins_expression(parser_kind(parser))) {
        value = ou_parse_star_expressions(parser);
        if (value == NULL) {
            return NULL;
        }
    }
    node = ou_parser_expr(parser, EXPR_YIELD, start);
    if (node != NULL) {
        node->Yield.value = value;
    }
    return node;
}

Expr *
ou_parse_annotated_rhs(Parser *parser)
{
    return parser_kind(parser) == TOK_YIELD ? ou_parse_yield(parser) : ou_parse_star_expressions(parser);
}
