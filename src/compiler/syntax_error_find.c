/* compiler/syntax_error_find.c - which error a refused text deserves.
 *
 * The order of precedence is CPython 3.11's: an error of the lexer anywhere in the text; a mistake that has a
 * name; an indentation that is not expected; "invalid syntax" at the furthest token that the grammar looked
 * at.
 *
 * Owns       for the time of a call, a lexer, its tokens and a scratch tree.
 * Not here   the grammar: syntax_error_rules.def and syntax_error_grammar.c. */
#include <Python.h>
#include <string.h>

#include "base/base.h"
#include "compiler/syntax_error_grammar.h"
#include "object/hold.h"

/* ---- pieces of the text as nodes ---- */

typedef struct {
    int lineno, col, end_lineno, end_col;
} Place4;

static Place4
span_place(const Explainer *ex, Span span)
{
    const Token *first = &ex->tokens.items[span.start], *last = &ex->tokens.items[span.end - 1];
    return (Place4){first->lineno, first->col, last->end_lineno, last->end_col};
}

/* Show the parser only the tokens before `end`.  Returns what to give to parser_unlimit(). */
static int
parser_limit(Explainer *ex, Span span)
{
    int n = ex->tokens.n;
    ex->tokens.n = span.end;
    ex->tokens.frozen = true;
    parser_seek(&ex->parser, span.start);
    return n;
}

static void
parser_unlimit(Explainer *ex, int n)
{
    ex->tokens.n = n;
    ex->tokens.frozen = false;
    ex->parser.build->n_scratch = 0;
}

/* The expression that these tokens are, or NULL: then they are none. */
static Expr *
span_expr(Explainer *ex, Span span)
{
    Expr *expr = NULL;
    for (int attempt = 0; attempt < 2 && expr == NULL; attempt++) {
        int n = parser_limit(ex, span);
        expr = parser_kind(&ex->parser) == TOK_YIELD ? ou_parse_yield(&ex->parser)
             : attempt == 0                          ? ou_parse_star_expressions(&ex->parser)
                                                     : ou_parse_star_named_expression(&ex->parser);
        if (expr != NULL && ex->parser.pos != span.end) {
            expr = NULL;
        }
        parser_unlimit(ex, n);
        ex->parser.build->depth = 0;
        if (PyErr_Occurred()) {
            PyErr_Clear(); /* it was right when the grammar went over it: at worst a place is less exact */
        }
    }
    return expr;
}

static Place4
node_place(Explainer *ex, Span span)
{
    Expr *expr = span_expr(ex, span);
    return expr == NULL ? span_place(ex, span)
                        : (Place4){expr->lineno, expr->col_offset, expr->end_lineno, expr->end_col_offset};
}

/* What an expression is called in an error message. */
static const char *
expr_kind_name(const Expr *expr)
{
    switch (expr->kind) {
    case EXPR_ATTRIBUTE: return "attribute";
    case EXPR_SUBSCRIPT: return "subscript";
    case EXPR_STARRED: return "starred";
    case EXPR_NAME: return "name";
    case EXPR_LIST: return "list";
    case EXPR_TUPLE: return "tuple";
    case EXPR_LAMBDA: return "lambda";
    case EXPR_CALL: return "function call";
    case EXPR_BOOLOP:
    case EXPR_BINOP:
    case EXPR_UNARYOP: return "expression";
    case EXPR_GENERATOREXP: return "generator expression";
    case EXPR_YIELD:
    case EXPR_YIELDFROM: return "yield expression";
    case EXPR_AWAIT: return "await expression";
    case EXPR_LISTCOMP: return "list comprehension";
    case EXPR_SETCOMP: return "set comprehension";
    case EXPR_DICTCOMP: return "dict comprehension";
    case EXPR_DICT: return "dict literal";
    case EXPR_SET: return "set display";
    case EXPR_JOINEDSTR:
    case EXPR_FORMATTEDVALUE: return "f-string expression";
    case EXPR_COMPARE: return "comparison";
    case EXPR_IFEXP: return "conditional expression";
    case EXPR_NAMEDEXPR: return "named expression";
    case EXPR_CONSTANT: {
        PyObject *value = expr->Constant.value;
        return value == Py_None     ? "None"
             : value == Py_True     ? "True"
             : value == Py_False    ? "False"
             : value == Py_Ellipsis ? "ellipsis"
                                    : "literal";
    }
    default: return "expression";
    }
}

/* The part of `expr` that keeps it from being a target, or NULL. */
static const Expr *
invalid_target(const Expr *expr, Action kind)
{
    const ExprSeq *elts = &expr->List.elts;
    switch (expr->kind) {
    case EXPR_TUPLE: elts = &expr->Tuple.elts; /* fall through */
    case EXPR_LIST:
        for (Py_ssize_t i = 0; i < elts->n; i++) {
            const Expr *found = invalid_target(elts->items[i], kind);
            if (found != NULL) {
                return found;
            }
        }
        return NULL;
    case EXPR_STARRED: return kind == ACTION_TARGET_DEL ? expr : invalid_target(expr->Starred.value, kind);
    case EXPR_COMPARE:
        /* `for x in y` was read as a comparison. */
        if (kind == ACTION_TARGET_FOR) {
            return expr->Compare.ops.items[0] == CMPOP_IN ? invalid_target(expr->Compare.left, kind) : NULL;
        }
        return expr;
    case EXPR_NAME:
    case EXPR_SUBSCRIPT:
    case EXPR_ATTRIBUTE: return NULL;
    default: return expr;
    }
}

/* ---- raising ---- */

static void
raise_place(Explainer *ex, Place4 place, const char *message, ...)
{
    va_list args;
    va_start(args, message);
    ex->stopped = true;
    ou_syntax_error_va(&ex->parser, PyExc_SyntaxError, place.lineno, place.col, place.end_lineno, place.end_col, message, args);
    va_end(args);
}

void
ou_explainer_lexical(Explainer *ex)
{
    Parser *parser = &ex->parser;
    const Lexer *lexer = ex->lexer;
    PyObject *type = PyExc_SyntaxError;
    const char *message = "unknown parsing error";
    int col = 0;
    ex->stopped = true;
    if (lexer->state == LEX_DECODE) {
        ou_literal_decode_error(parser);
        return;
    }
    if (PyErr_Occurred()) {
        return;
    }
    switch (lexer->state) {
    case LEX_EOF:
        if (lexer->level > 0) {
            ou_syntax_error_unclosed(parser);
        }
        else {
            ou_syntax_error_last(parser, type, "unexpected EOF while parsing");
        }
        return;
    case LEX_DEDENT:
        ou_syntax_error_last(parser, PyExc_IndentationError, "unindent does not match any outer indentation level");
        return;
    case LEX_TABS:
        type = PyExc_TabError;
        message = "inconsistent use of tabs and spaces in indentation";
        break;
    case LEX_TOO_DEEP:
        type = PyExc_IndentationError;
        message = "too many levels of indentation";
        break;
    case LEX_CONTINUATION:
        message = "unexpected character after line continuation character";
        col = (int)(lexer->cur - lexer->line_block) - 1;
        break;
    default: break;
    }
    ou_syntax_error_at(parser, type, lexer->lineno, col >= 0 ? col : 0, lexer->lineno, -1, "%s", message);
}

/* ---- literals ---- */

int
ou_explainer_strings(Explainer *ex, int at)
{
    int end = at;
    while (ou_explainer_token(ex, end)->kind == TOK_STRING) {
        end++;
    }
    if (ex->stopped) {
        return -1;
    }
    int n = parser_limit(ex, (Span){at, end});
    Expr *expr = ou_parse_strings(&ex->parser);
    parser_unlimit(ex, n);
    if (expr == NULL) {
        ex->stopped = true;
        return -1;
    }
    return end;
}

void
ou_explainer_number(Explainer *ex, int at)
{
    const Token *token = &ex->tokens.items[at];
    if (token->len < 500) {
        return; /* below any limit on digits */
    }
    PyObject *value = ou_literal_number(&ex->parser, token);
    Py_XDECREF(value);
    ex->stopped |= value == NULL;
}

/* ---- actions ---- */

static Place4
place_range(Place4 from, Place4 to)
{
    return (Place4){from.lineno, from.col, to.end_lineno, to.end_col};
}

/* The loops that the tokens `span` are; the place of the last one's last piece, or of its target. */
static Place4
loops_place(Explainer *ex, Span span, bool target)
{
    ComprehensionSeq loops = {0, NULL};
    int n = parser_limit(ex, span);
    int failed = ou_parse_comprehensions(&ex->parser, &loops);
    parser_unlimit(ex, n);
    ex->parser.build->depth = 0;
    PyErr_Clear();
    if (failed || loops.n == 0) {
        return span_place(ex, span);
    }
    const Comprehension *last = loops.items[loops.n - 1];
    const Expr *expr = target ? last->target : last->ifs.n > 0 ? last->ifs.items[last->ifs.n - 1] : last->iter;
    return (Place4){expr->lineno, expr->col_offset, expr->end_lineno, expr->end_col_offset};
}

/* Go over the arguments in `span`, one by one.  Out: how many positional ones (starred ones are), the last of
 * them, and whether there is a `**`. */
static void
arguments_survey(Explainer *ex, Span span, int *n_positional, Span *last, bool *double_star)
{
    bool before = ex->mistakes;
    ex->mistakes = false;
    *n_positional = 0;
    *double_star = false;
    for (int at = span.start; at < span.end && !ex->stopped;) {
        int kind = ou_explainer_token(ex, at)->kind, start = at, end;
        bool keyword = kind == TOK_NAME && ou_explainer_token(ex, at + 1)->kind == TOK_EQUAL;
        if (kind == TOK_DOUBLESTAR || keyword) {
            *double_star |= kind == TOK_DOUBLESTAR;
            end = ou_explainer_match(ex, "plain_expression", keyword ? at + 2 : at + 1);
        }
        else {
            end = ou_explainer_match(ex, "starred", at);
            end = end >= 0 ? end : ou_explainer_match(ex, "walrus", at);
            end = end >= 0 ? end : ou_explainer_match(ex, "plain_expression", at);
            if (end >= 0) {
                (*n_positional)++;
                *last = (Span){start, end};
            }
        }
        if (end < 0) {
            break;
        }
        at = end + 1; /* the comma */
    }
    ex->mistakes = before;
}

/* Two expressions side by side: a comma may be missing, if we are in brackets and it is not an old print
 * statement. */
static bool
act_comma(Explainer *ex, const char *message, Pieces pieces, int end)
{
    const Token *first = &ex->tokens.items[pieces.a.start];
    bool legacy = pieces.a.end == pieces.a.start + 1 && first->kind == TOK_NAME
               && (ou_token_is(&ex->tokens, first, "print") || ou_token_is(&ex->tokens, first, "exec"));
    if (!legacy && ex->tokens.items[end - 1].level != 0) {
        raise_place(ex, place_range(node_place(ex, pieces.a), node_place(ex, pieces.b)), message);
    }
    return false;
}

static bool
act_legacy(Explainer *ex, const char *message, Pieces pieces)
{
    const Token *token = &ex->tokens.items[pieces.a.start];
    if (!ou_token_is(&ex->tokens, token, "print") && !ou_token_is(&ex->tokens, token, "exec")) {
        return false;
    }
    Place4 place = place_range(span_place(ex, pieces.a), node_place(ex, pieces.b));
    PyObject *name = PyUnicode_FromStringAndSize(ou_token_text(&ex->tokens, token), token->len);
    if (name != NULL) {
        raise_place(ex, place, message, name, name);
        Py_DECREF(name);
    }
    ex->stopped = true;
    return false;
}

static bool
act_target(Explainer *ex, Action action, const char *message, Span span)
{
    Expr *expr = span_expr(ex, span);
    const Expr *bad = expr != NULL ? invalid_target(expr, action) : NULL;
    if (bad != NULL) {
        raise_place(ex, (Place4){bad->lineno, bad->col_offset, bad->end_lineno, bad->end_col_offset}, message,
                    expr_kind_name(bad));
    }
    return false;
}

/* Is the number at `a` of the kind that its place in a complex literal wants? */
static bool
act_number(Explainer *ex, Action action, const char *message, Span span)
{
    const Token *token = &ex->tokens.items[span.start];
    char last = ou_token_text(&ex->tokens, token)[token->len - 1];
    bool imaginary = last == 'j' || last == 'J';
    if (imaginary == (action == ACTION_IMAGINARY)) {
        return true;
    }
    raise_place(ex, span_place(ex, span), message);
    return false;
}

bool
ou_explainer_act(Explainer *ex, Action action, const char *message, Pieces pieces, int end)
{
    Parser *parser = &ex->parser;
    Span a = pieces.a, b = pieces.b;
    switch (action) {
    case ACTION_LAST: ou_syntax_error_last(parser, PyExc_SyntaxError, "%s", message); break;
    case ACTION_NODE: raise_place(ex, node_place(ex, a), message); break;
    case ACTION_NODE_NAMED: {
        Expr *expr = span_expr(ex, a);
        raise_place(ex, node_place(ex, a), message, expr != NULL ? expr_kind_name(expr) : "expression");
        break;
    }
    case ACTION_SPAN: raise_place(ex, span_place(ex, a), message); break;
    case ACTION_RANGE: raise_place(ex, place_range(node_place(ex, a), node_place(ex, b)), message); break;
    case ACTION_RANGE_LAST: {
        Expr *list = span_expr(ex, b);
        Place4 place = place_range(node_place(ex, a), span_place(ex, b));
        if (list != NULL && list->kind == EXPR_TUPLE && list->Tuple.elts.n > 0
            && (b.end - b.start > 1 && ex->tokens.items[b.start].kind != TOK_LPAR)) {
            list = list->Tuple.elts.items[list->Tuple.elts.n - 1];
        }
        if (list != NULL) {
            place.end_lineno = list->end_lineno;
            place.end_col = list->end_col_offset;
        }
        raise_place(ex, place, message);
        break;
    }
    case ACTION_RANGE_LOOP:
    case ACTION_RANGE_LOOP_TARGET:
        raise_place(ex, place_range(node_place(ex, a), loops_place(ex, b, action == ACTION_RANGE_LOOP_TARGET)), message);
        break;
    case ACTION_RANGE_TEXT: {
        const Token *token = &ex->tokens.items[a.start];
        char text[16];
        PyOS_snprintf(text, sizeof text, "%.*s", (int)token->len, ou_token_text(&ex->tokens, token));
        raise_place(ex, place_range(span_place(ex, a), span_place(ex, b)), message, text);
        break;
    }
    case ACTION_FROM: {
        Place4 place = node_place(ex, a);
        place.end_lineno = ex->lexer->lineno;
        place.end_col = (int)(ex->lexer->cur - ex->lexer->line_start) - 1;
        raise_place(ex, place, message);
        break;
    }
    case ACTION_INDENT: ou_syntax_error_last(parser, PyExc_IndentationError, "%s", message); break;
    case ACTION_INDENT_LINE:
        ou_syntax_error_last(parser, PyExc_IndentationError, message, ex->tokens.items[a.start].lineno);
        break;
    case ACTION_ANNOTATED: {
        Expr *expr = span_expr(ex, a);
        raise_place(ex, node_place(ex, a), message, expr != NULL && expr->kind == EXPR_LIST ? "list" : "tuple");
        break;
    }
    case ACTION_TARGET_STAR:
    case ACTION_TARGET_FOR:
    case ACTION_TARGET_DEL: return act_target(ex, action, message, a);
    case ACTION_COMMA: return act_comma(ex, message, pieces, end);
    case ACTION_LEGACY: return act_legacy(ex, message, pieces);
    case ACTION_KEY_COLON: {
        Place4 place = node_place(ex, a);
        raise_place(ex, (Place4){place.lineno, place.end_col - 1, place.end_lineno, -1}, message);
        break;
    }
    case ACTION_LAST_ARGUMENT:
    case ACTION_POSITIONAL: {
        int n;
        Span last = {-1, -1};
        bool double_star;
        arguments_survey(ex, a, &n, &last, &double_star);
        if (ex->stopped) {
            return false;
        }
        if (action == ACTION_POSITIONAL) {
            ou_syntax_error_last(parser, PyExc_SyntaxError, message, double_star ? " unpacking" : "");
            break;
        }
        if (n <= 1) {
            return false;
        }
        raise_place(ex, place_range(node_place(ex, last), loops_place(ex, b, false)), message);
        break;
    }
    case ACTION_PARAMETER:
        if (ex->tokens.items[a.end - 1].kind == TOK_COMMA) {
            a.end--;
        }
        raise_place(ex, span_place(ex, a), message);
        break;
    case ACTION_REAL:
    case ACTION_IMAGINARY: return act_number(ex, action, message, a);
    case ACTION_NONE: return true;
    }
    ex->stopped = true;
    return false;
}

/* ---- the search ---- */

/* The lexer's errors win over the parser's, wherever they are.  The rest of the text is read for them. */
static void
prefer_lexical_error(Explainer *ex)
{
    PyObject *type, *value, *traceback;
    const Token *last = ex->tokens.n > 0 ? &ex->tokens.items[ex->tokens.n - 1] : &ex->tokens.end;
    int lineno = last->lineno;
    if (ex->lexer->interactive || last->kind == TOK_ERROR) {
        return;
    }
    PyErr_Fetch(&type, &value, &traceback);
    const char *start, *end;
    int kind;
    do {
        kind = ou_lex_next(ex->lexer, &start, &end);
    } while (kind != TOK_END && kind != TOK_ERROR);
    if (kind == TOK_ERROR && !PyErr_Occurred() && ex->lexer->level > 0
        && lineno > ex->lexer->brackets[ex->lexer->level - 1].lineno) {
        ou_syntax_error_unclosed(&ex->parser);
    }
    if (PyErr_Occurred()) {
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
    }
    else {
        PyErr_Restore(type, value, traceback);
    }
}

static const char *
root_rule(const FaultyText *faulty)
{
    if (faulty->in_fstring) {
        return "fstring";
    }
    switch (faulty->mode) {
    case OU_PARSE_EVAL: return "eval";
    case OU_PARSE_SINGLE: return "single";
    case OU_PARSE_FUNC_TYPE: return "func_type";
    default: return "module";
    }
}

static void
explain(Explainer *ex, const FaultyText *faulty)
{
    Parser *parser = &ex->parser;
    const char *root = root_rule(faulty);
    bool generic = false;
    ou_explainer_match(ex, root, 0);
    if ((faulty->flags & OU_PARSE_ALLOW_INCOMPLETE_INPUT) && (ex->lexer->state == LEX_EOF || ex->lexer->state == LEX_EOF_STRING)
        && (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_SyntaxError))) {
        PyErr_Clear();
        ou_syntax_error_last(parser, PyExc_SyntaxError, "incomplete input");
        return;
    }
    if (!PyErr_Occurred()) {
        Token last = ex->tokens.n > 0 ? ex->tokens.items[ex->tokens.n - 1] : ex->tokens.end;
        ou_explainer_forget(ex);
        ex->mistakes = true;
        ex->stopped = false;
        parser->build->quiet = false; /* CPython 3.11 warns once for each time it reads a literal: so do we */
        ex->lexer->stopped = true;
        ou_explainer_match(ex, root, 0);
        generic = !PyErr_Occurred();
        if (!generic) {
            /* A mistake with a name. */
        }
        else if (last.kind == TOK_INDENT) {
            ou_syntax_error_last(parser, PyExc_IndentationError, "unexpected indent");
            return;
        }
        else if (last.kind == TOK_DEDENT) {
            ou_syntax_error_last(parser, PyExc_IndentationError, "unexpected unindent");
            return;
        }
        else {
            ou_syntax_error_at(parser, PyExc_SyntaxError, last.lineno, last.col, last.end_lineno, last.end_col,
                               "invalid syntax");
        }
    }
    /* A lexer that has met the end or an error has nothing better to offer; "invalid syntax" is always put to the test. */
    if ((generic || ex->lexer->state == LEX_OK) && PyErr_ExceptionMatches(PyExc_SyntaxError)) {
        prefer_lexical_error(ex);
    }
}

void
ou_syntax_error_find(const FaultyText *faulty)
{
    Build build;
    Explainer ex = {.lexer = PyMem_Malloc(sizeof *ex.lexer)};
    if (ex.lexer == NULL) {
        PyErr_NoMemory();
        return;
    }
    if (ou_build_init(&build, faulty->filename, faulty->flags) < 0) {
        PyMem_Free(ex.lexer);
        return;
    }
    build.explains = true;
    build.quiet = !faulty->warn;
    ou_lex_init(ex.lexer, faulty->text, faulty->size, faulty->filename);
    ex.lexer->warn = faulty->warn;
    ex.lexer->is_decoded = faulty->is_decoded;
    ex.lexer->interactive = faulty->interactive;
    ex.lexer->async_names = (faulty->flags >> OU_PARSE_VERSION_SHIFT & 15) - 1u < 7;
    ex.lexer->keep_blocks_open = faulty->flags & OU_PARSE_DONT_IMPLY_DEDENT;
    ex.lexer->starting_lineno = faulty->starting_lineno;
    ex.lexer->first_line_shift = faulty->first_line_shift;
    if (faulty->starting_lineno > 0) {
        ex.lexer->lineno = faulty->starting_lineno - 1;
    }
    ou_token_stream_init(&ex.tokens, ex.lexer, faulty->mode == OU_PARSE_SINGLE && !faulty->in_fstring);
    ex.tokens.batch = 1;
    ex.parser.build = &build;
    ex.parser.tokens = &ex.tokens;
    ex.parser.in_fstring = faulty->in_fstring;
    OU_HOLD(hold, &build.tree->objects);
    explain(&ex, faulty);
    OU_HOLD_END(hold);
    OU_ASSERT(PyErr_Occurred());
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback); /* first: freeing must not see an exception */
    ou_explainer_forget(&ex);
    ou_token_stream_clear(&ex.tokens);
    ou_lex_clear(ex.lexer);
    PyMem_Free(ex.lexer);
    ou_build_clear(&build);
    ou_tree_free(build.tree);
    PyErr_Restore(type, value, traceback);
}
