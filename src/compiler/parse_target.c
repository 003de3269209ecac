/* compiler/parse_target.c - what can be assigned to, deleted, or looped over.
 *
 * A target is read as an expression first; then it is checked, and its context is changed in place.
 * Invariant  recursion follows brackets only, which the lexer bounds. */
#include <Python.h>

#include "compiler/parse_core.h"

bool
ou_target_is_valid(const Expr *expr, TargetKind kind)
{
    const ExprSeq *elts;
    switch (expr->kind) {
    case EXPR_NAME:
    case EXPR_ATTRIBUTE:
    case EXPR_SUBSCRIPT: return true;
    case EXPR_STARRED:
        return kind == TARGET_STAR && expr->Starred.value->kind != EXPR_STARRED
            && ou_target_is_valid(expr->Starred.value, kind);
    case EXPR_TUPLE: elts = &expr->Tuple.elts; break;
    case EXPR_LIST: elts = &expr->List.elts; break;
    default: return false;
    }
    if (kind == TARGET_SINGLE) {
        return false;
    }
    for (Py_ssize_t i = 0; i < elts->n; i++) {
        if (!ou_target_is_valid(elts->items[i], kind)) {
            return false;
        }
    }
    return true;
}

void
ou_target_set_context(Expr *expr, ExprContext ctx)
{
    ExprSeq *elts;
    switch (expr->kind) {
    case EXPR_NAME: expr->Name.ctx = ctx; return;
    case EXPR_ATTRIBUTE: expr->Attribute.ctx = ctx; return;
    case EXPR_SUBSCRIPT: expr->Subscript.ctx = ctx; return;
    case EXPR_STARRED:
        expr->Starred.ctx = ctx;
        ou_target_set_context(expr->Starred.value, ctx);
        return;
    case EXPR_TUPLE:
        expr->Tuple.ctx = ctx;
        elts = &expr->Tuple.elts;
        break;
    case EXPR_LIST:
        expr->List.ctx = ctx;
        elts = &expr->List.elts;
        break;
    default: return;
    }
    for (Py_ssize_t i = 0; i < elts->n; i++) {
        ou_target_set_context(elts->items[i], ctx);
    }
}

/* *a | b.c: an operand that stops before `in`. */
static Expr *
parse_star_target(Parser *parser)
{
    Place start = parser_place(parser);
    bool starred = parser_accept(parser, TOK_STAR);
    Expr *expr = ou_parse_operators(parser, BIND_BITOR);
    if (expr == NULL || !starred) {
        return expr;
    }
    Expr *node = ou_parser_expr(parser, EXPR_STARRED, start);
    if (node != NULL) {
        node->Starred.value = expr;
    }
    return node;
}

Expr *
ou_parse_star_targets(Parser *parser)
{
    Build *build = parser->build;
    Place start = parser_place(parser);
    Expr *target = parse_star_target(parser);
    if (target != NULL && parser_kind(parser) == TOK_COMMA) {
        Py_ssize_t mark = build->n_scratch;
        if (ou_build_push(build, target) < 0) {
            return NULL;
        }
        while (parser_accept(parser, TOK_COMMA) && parser_kind(parser) != TOK_IN) {
            target = parse_star_target(parser);
            if (target == NULL || ou_build_push(build, target) < 0) {
                return NULL;
            }
        }
        target = ou_parser_expr(parser, EXPR_TUPLE, start);
        if (target == NULL || TAKE(build, mark, target->Tuple.elts) < 0) {
            return NULL;
        }
    }
    if (target == NULL || !ou_target_is_valid(target, TARGET_STAR)) {
        return NULL;
    }
    ou_target_set_context(target, CTX_STORE);
    return target;
}
