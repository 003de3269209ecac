/* compiler/parse_call.c - the arguments of a call and the parameters of a function.
 *
 * Owns       nothing: nodes belong to the tree.
 * Not here   the parentheses around them, nor what is called. */
#include <Python.h>

#include "compiler/parse_core.h"

/* ---- arguments ---- */

static Keyword *
new_keyword(Parser *parser, PyObject *arg, Expr *value, Place start)
{
    Keyword *keyword = value != NULL ? NEW(parser, Keyword) : NULL;
    if (keyword == NULL) {
        return NULL;
    }
    const Token *last = parser_last(parser);
    keyword->arg = arg;
    keyword->value = value;
    keyword->lineno = start.lineno;
    keyword->col_offset = start.col;
    keyword->end_lineno = last->end_lineno;
    keyword->end_col_offset = last->end_col;
    return keyword;
}

/* The one argument of f(x for x in y): its parentheses are those of the call, the first of which is at
 * `open`. */
static Expr *
parse_generator_argument(Parser *parser, Expr *elt, Place open)
{
    ComprehensionSeq generators;
    if (ou_parse_comprehensions(parser, &generators) < 0 || parser_kind(parser) != TOK_RPAR) {
        return NULL;
    }
    Expr *node = ou_parser_expr(parser, EXPR_GENERATOREXP, open);
    if (node != NULL) {
        node->GeneratorExp.elt = elt;
        node->GeneratorExp.generators = generators;
        node->end_lineno = parser->tok->end_lineno;
        node->end_col_offset = parser->tok->end_col;
    }
    return node;
}

/* All arguments go on the scratch stack as they come; in the end they are dealt out to the two sequences. */
int
ou_parse_arguments(Parser *parser, ExprSeq *args, KeywordSeq *keywords)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch, n_keywords = 0;
    Place open = {parser_last(parser)->lineno, parser_last(parser)->col};
    bool seen_keyword = false, seen_double = false;
    for (Py_ssize_t n = 0; parser_kind(parser) != TOK_RPAR; n++) {
        Place start = parser_place(parser);
        void *item;
        bool is_keyword = true;
        int kind = parser_kind(parser);
        if (kind == TOK_DOUBLESTAR) {
            parser_next(parser);
            item = new_keyword(parser, NULL, ou_parse_expression(parser), start);
            seen_double = true;
        }
        else if (kind == TOK_STAR) {
            if (seen_double) {
                return -1;
            }
            parser_next(parser);
            Expr *value = ou_parse_expression(parser), *node = NULL;
            if (value != NULL && (node = ou_parser_expr(parser, EXPR_STARRED, start)) != NULL) {
                node->Starred.value = value;
                node->Starred.ctx = CTX_LOAD;
            }
            item = node;
            is_keyword = false;
        }
        else if (kind == TOK_NAME && ou_parser_peek(parser) == TOK_EQUAL) {
            PyObject *name = ou_parse_name(parser);
            if (name == NULL) {
                return -1;
            }
            parser_next(parser);
            item = new_keyword(parser, name, ou_parse_expression(parser), start);
            seen_keyword = true;
        }
        else {
            if (seen_keyword || seen_double) {
                return -1;
            }
            Expr *expr = ou_parse_named_expression(parser);
            if (expr != NULL && (parser_kind(parser) == TOK_FOR || parser_kind(parser) == TOK_ASYNC)) {
                expr = n == 0 ? parse_generator_argument(parser, expr, open) : NULL;
            }
            item = expr;
            is_keyword = false;
        }
        if (item == NULL) {
            return -1;
        }
        /* A keyword is marked by its low bit: nodes are aligned. */
        if (ou_build_push(build, is_keyword ? (char *)item + 1 : item) < 0) {
            return -1;
        }
        n_keywords += is_keyword;
        if (!parser_accept(parser, TOK_COMMA)) {
            break;
        }
    }
    Py_ssize_t n = build->n_scratch - mark;
    args->n = n - n_keywords;
    keywords->n = n_keywords;
    args->items = NULL;
    keywords->items = NULL;
    if (n == 0) {
        return 0;
    }
    void **items = ou_tree_alloc(build->tree, (size_t)n * sizeof *items);
    if (items == NULL) {
        return -1;
    }
    args->items = (Expr **)items;
    keywords->items = (Keyword **)(items + args->n);
    Py_ssize_t arg = 0, keyword = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        uintptr_t item = (uintptr_t)build->scratch[mark + i];
        if (item & 1) {
            keywords->items[keyword++] = (Keyword *)(item - 1);
        }
        else {
            args->items[arg++] = (Expr *)item;
        }
    }
    build->n_scratch = mark;
    return 0;
}

/* ---- parameters ---- */

/* name, or name: annotation.  `star_annotation`: the annotation may be starred (*args: *Ts). */
static Arg *
parse_parameter(Parser *parser, bool lambda, bool star_annotation)
{
    Place start = parser_place(parser);
    PyObject *name = ou_parse_name(parser);
    Arg *arg = name != NULL ? NEW(parser, Arg) : NULL;
    if (arg == NULL) {
        return NULL;
    }
    arg->arg = name;
    if (!lambda && parser_accept(parser, TOK_COLON)) {
        arg->annotation = star_annotation ? ou_parse_star_expression(parser) : ou_parse_expression(parser);
        if (arg->annotation == NULL) {
            return NULL;
        }
    }
    const Token *last = parser_last(parser);
    arg->lineno = start.lineno;
    arg->col_offset = start.col;
    arg->end_lineno = last->end_lineno;
    arg->end_col_offset = last->end_col;
    return arg;
}

/* Parameters between commas: a list of plain ones is collected as pairs (Arg, default or NULL) on the scratch
 * stack; this turns it into sequences.  `sparse`: the defaults have a NULL for each parameter without one. */
static int
take_parameters(Build *build, Py_ssize_t mark, ArgSeq *args, ExprSeq *defaults, bool sparse)
{
    Py_ssize_t n = (build->n_scratch - mark) / 2, n_defaults = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        n_defaults += sparse || build->scratch[mark + 2 * i + 1] != NULL;
    }
    build->n_scratch = mark;
    if (n == 0) {
        return 0;
    }
    Arg **items = ou_tree_alloc(build->tree, (size_t)n * sizeof *items);
    Expr **values = ou_tree_alloc(build->tree, (size_t)(defaults->n + n_defaults) * sizeof *values);
    if (items == NULL || values == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < defaults->n; i++) {
        values[i] = defaults->items[i]; /* those of the positional-only ones come first */
    }
    Py_ssize_t at = defaults->n;
    for (Py_ssize_t i = 0; i < n; i++) {
        Expr *value = build->scratch[mark + 2 * i + 1];
        items[i] = build->scratch[mark + 2 * i];
        if (sparse || value != NULL) {
            values[at++] = value;
        }
    }
    *args = (ArgSeq){n, items};
    if (at > 0) {
        *defaults = (ExprSeq){at, values};
    }
    return 0;
}

Arguments *
ou_parse_parameters(Parser *parser, bool lambda)
{
    Build *build = parser->build;
    Py_ssize_t mark = build->n_scratch;
    int end = lambda ? TOK_COLON : TOK_RPAR;
    Arguments *out = NEW(parser, Arguments);
    if (out == NULL) {
        return NULL;
    }
    bool seen_slash = false, seen_star = false, seen_default = false, bare = false;
    while (parser_kind(parser) != end) {
        int kind = parser_kind(parser);
        Arg *commented = NULL; /* whom a type comment behind the comma belongs to */
        if (kind == TOK_NAME) {
            Arg *arg = parse_parameter(parser, lambda, false);
            if (arg == NULL) {
                return NULL;
            }
            Expr *value = NULL;
            if (parser_accept(parser, TOK_EQUAL)) {
                value = ou_parse_expression(parser);
                if (value == NULL) {
                    return NULL;
                }
            }
            if (!seen_star) {
                if (value == NULL && seen_default) {
                    return NULL;
                }
                seen_default |= value != NULL;
            }
            bare = false;
            commented = arg;
            if (ou_build_push(build, arg) < 0 || ou_build_push(build, value) < 0) {
                return NULL;
            }
        }
        else if (kind == TOK_SLASH) {
            if (seen_slash || seen_star || build->n_scratch == mark) {
                return NULL;
            }
            seen_slash = true;
            parser_next(parser);
            if (take_parameters(build, mark, &out->posonlyargs, &out->defaults, false) < 0) {
                return NULL;
            }
        }
        else if (kind == TOK_STAR) {
            if (seen_star) {
                return NULL;
            }
            seen_star = true;
            if (take_parameters(build, mark, &out->args, &out->defaults, false) < 0) {
                return NULL;
            }
            parser_next(parser);
            if (parser_kind(parser) == TOK_COMMA) {
                bare = true;
            }
            else if ((commented = out->vararg = parse_parameter(parser, lambda, true)) == NULL) {
                return NULL;
            }
        }
        else if (kind == TOK_DOUBLESTAR && !bare) {
            parser_next(parser);
            out->kwarg = parse_parameter(parser, lambda, false);
            if (out->kwarg == NULL) {
                return NULL;
            }
            parser_accept(parser, TOK_COMMA);
            if ((!lambda && ou_parse_type_comment(parser, &out->kwarg->type_comment) < 0) || parser_kind(parser) != end) {
                return NULL;
            }
            break;
        }
        else {
            return NULL;
        }
        bool more = parser_accept(parser, TOK_COMMA);
        if (commented != NULL && !lambda && ou_parse_type_comment(parser, &commented->type_comment) < 0) {
            return NULL;
        }
        if (!more) {
            break;
        }
    }
    if (bare) {
        return NULL; /* `*,` wants a name */
    }
    if (seen_slash) {
        parser_since(parser, 8, "Positional-only parameters are");
    }
    int failed = seen_star ? take_parameters(build, mark, &out->kwonlyargs, &out->kw_defaults, true)
                           : take_parameters(build, mark, &out->args, &out->defaults, false);
    return failed ? NULL : out;
}
