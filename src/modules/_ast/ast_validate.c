/* modules/_ast/ast_validate.c - is a tree made of Python objects one that the compiler may be given?
 *
 * Owns       nothing.
 * Invariant  a tree that passes has everything that the parser would have made sure of, as far as scopes and code
 *            generation rely on it.
 * Not here   types of fields (ast_to_tree.c); what is a SyntaxError in a tree as well (the compiler says that).
 *
 * The order of the checks decides which of several mistakes is told: it is CPython 3.11's, as are the messages.  Where
 * CPython 3.11 would crash (None in a list of names, patterns or handlers) there is a ValueError of our own. */
#include <Python.h>

#include "base/try.h"
#include "compiler/scope.h"
#include "modules/_ast/ast.h"
#include "types/str.h"

typedef struct {
    int depth, depth_limit;
} Check;

static int check_stmts(Check *c, StmtSeq stmts);
static int check_expr(Check *c, const Expr *e, ExprContext ctx);
static int check_pattern(Check *c, const Pattern *p, bool star_is_fine);

static int
refuse(const char *message)
{
    PyErr_SetString(PyExc_ValueError, message);
    return -1;
}

static int
check_place(int line, int column, int end_line, int end_column)
{
    if (line > end_line) {
        PyErr_Format(PyExc_ValueError, "AST node line range (%d, %d) is not valid", line, end_line);
        return -1;
    }
    if ((line < 0 && end_line != line) || (column < 0 && column != end_column)) {
        PyErr_Format(PyExc_ValueError, "AST node column range (%d, %d) for line range (%d, %d) is not valid", column,
                     end_column, line, end_line);
        return -1;
    }
    if (line == end_line && column > end_column) {
        PyErr_Format(PyExc_ValueError, "line %d, column %d-%d is not a valid range", line, column, end_column);
        return -1;
    }
    return 0;
}

#define CHECK_PLACE(node) TRY(check_place((node)->lineno, (node)->col_offset, (node)->end_lineno, (node)->end_col_offset))

static int
check_name(PyObject *name)
{
    static const char *const constants[] = {"None", "True", "False"};
    for (size_t i = 0; i < OU_COUNT_OF(constants); i++) {
        if (_PyUnicode_EqualToASCIIString(name, constants[i])) {
            PyErr_Format(PyExc_ValueError, "identifier field can't represent '%s' constant", constants[i]);
            return -1;
        }
    }
    return 0;
}

static int
check_names(IdentifierSeq names)
{
    for (Py_ssize_t i = 0; i < names.n; i++) {
        if (names.items[i] == NULL) {
            return refuse("None disallowed in identifier list");
        }
    }
    return 0;
}

static int
check_not_empty(Py_ssize_t n, const char *what, const char *owner)
{
    if (n > 0) {
        return 0;
    }
    PyErr_Format(PyExc_ValueError, "empty %s on %s", what, owner);
    return -1;
}

/* ---- expressions ------------------------------------------------------------------------------------- */

static int
check_optional(Check *c, const Expr *e)
{
    return e == NULL ? 0 : check_expr(c, e, CTX_LOAD);
}

static int
check_exprs(Check *c, ExprSeq exprs, ExprContext ctx, bool null_is_fine)
{
    for (Py_ssize_t i = 0; i < exprs.n; i++) {
        if (exprs.items[i] != NULL) {
            TRY(check_expr(c, exprs.items[i], ctx));
        }
        else if (!null_is_fine) {
            return refuse("None disallowed in expression list");
        }
    }
    return 0;
}

static int
check_constant(Check *c, PyObject *value)
{
    if (value == Py_None || value == Py_Ellipsis || PyLong_CheckExact(value) || PyFloat_CheckExact(value)
        || PyComplex_CheckExact(value) || PyBool_Check(value) || PyUnicode_CheckExact(value) || PyBytes_CheckExact(value)) {
        return 0;
    }
    if (!PyTuple_CheckExact(value) && !PyFrozenSet_CheckExact(value)) {
        PyErr_Format(PyExc_TypeError, "got an invalid type in Constant: %s", _PyType_Name(Py_TYPE(value)));
        return -1;
    }
    TRY(ou_compile_enter(&c->depth, c->depth_limit));
    int status = 0;
    if (PyTuple_CheckExact(value)) {
        for (Py_ssize_t i = 0; status == 0 && i < PyTuple_GET_SIZE(value); i++) {
            status = check_constant(c, PyTuple_GET_ITEM(value, i));
        }
    }
    else {
        Py_ssize_t at = 0;
        PyObject *item;
        Py_hash_t hash;
        while (status == 0 && _PySet_NextEntry(value, &at, &item, &hash)) {
            status = check_constant(c, item);
        }
    }
    c->depth--;
    return status;
}

static int
check_generators(Check *c, ComprehensionSeq generators)
{
    if (generators.n == 0) {
        return refuse("comprehension with no generators");
    }
    for (Py_ssize_t i = 0; i < generators.n; i++) {
        const Comprehension *g = generators.items[i];
        TRY(check_expr(c, g->target, CTX_STORE));
        TRY(check_expr(c, g->iter, CTX_LOAD));
        TRY(check_exprs(c, g->ifs, CTX_LOAD, false));
    }
    return 0;
}

static int
check_keywords(Check *c, KeywordSeq keywords)
{
    for (Py_ssize_t i = 0; i < keywords.n; i++) {
        TRY(check_expr(c, keywords.items[i]->value, CTX_LOAD));
    }
    return 0;
}

static int
check_args(Check *c, ArgSeq args)
{
    for (Py_ssize_t i = 0; i < args.n; i++) {
        CHECK_PLACE(args.items[i]);
        TRY(check_optional(c, args.items[i]->annotation));
    }
    return 0;
}

static int
check_arguments(Check *c, const Arguments *a)
{
    TRY(check_args(c, a->posonlyargs));
    TRY(check_args(c, a->args));
    TRY(check_optional(c, a->vararg == NULL ? NULL : a->vararg->annotation));
    TRY(check_args(c, a->kwonlyargs));
    TRY(check_optional(c, a->kwarg == NULL ? NULL : a->kwarg->annotation));
    if (a->defaults.n > a->posonlyargs.n + a->args.n) {
        return refuse("more positional defaults than args on arguments");
    }
    if (a->kw_defaults.n != a->kwonlyargs.n) {
        return refuse("length of kwonlyargs is not the same as kw_defaults on arguments");
    }
    TRY(check_exprs(c, a->defaults, CTX_LOAD, false));
    return check_exprs(c, a->kw_defaults, CTX_LOAD, true);
}

static const char *
context_name(ExprContext ctx)
{
    return ctx == CTX_LOAD ? "Load" : ctx == CTX_STORE ? "Store" : "Del";
}

static int
check_context(const Expr *e, ExprContext ctx)
{
    ExprContext actual;
    switch (e->kind) {
    case EXPR_ATTRIBUTE: actual = e->Attribute.ctx; break;
    case EXPR_SUBSCRIPT: actual = e->Subscript.ctx; break;
    case EXPR_STARRED: actual = e->Starred.ctx; break;
    case EXPR_NAME:
        TRY(check_name(e->Name.id));
        actual = e->Name.ctx;
        break;
    case EXPR_LIST: actual = e->List.ctx; break;
    case EXPR_TUPLE: actual = e->Tuple.ctx; break;
    default:
        if (ctx != CTX_LOAD) {
            PyErr_Format(PyExc_ValueError, "expression which can't be assigned to in %s context", context_name(ctx));
            return -1;
        }
        return 0;
    }
    if (actual != ctx) {
        PyErr_Format(PyExc_ValueError, "expression must have %s context but has %s instead", context_name(ctx),
                     context_name(actual));
        return -1;
    }
    return 0;
}

static int
check_expr_fields(Check *c, const Expr *e, ExprContext ctx)
{
    switch (e->kind) {
    case EXPR_BOOLOP:
        return e->BoolOp.values.n < 2 ? refuse("BoolOp with less than 2 values")
                                      : check_exprs(c, e->BoolOp.values, CTX_LOAD, false);
    case EXPR_NAMEDEXPR:
        TRY(check_expr(c, e->NamedExpr.value, CTX_LOAD));
        return e->NamedExpr.target->kind == EXPR_NAME ? 0 : refuse("NamedExpr target must be a Name");
    case EXPR_BINOP: TRY(check_expr(c, e->BinOp.left, CTX_LOAD)); return check_expr(c, e->BinOp.right, CTX_LOAD);
    case EXPR_UNARYOP: return check_expr(c, e->UnaryOp.operand, CTX_LOAD);
    case EXPR_LAMBDA: TRY(check_arguments(c, e->Lambda.args)); return check_expr(c, e->Lambda.body, CTX_LOAD);
    case EXPR_IFEXP:
        TRY(check_expr(c, e->IfExp.test, CTX_LOAD));
        TRY(check_expr(c, e->IfExp.body, CTX_LOAD));
        return check_expr(c, e->IfExp.orelse, CTX_LOAD);
    case EXPR_DICT:
        if (e->Dict.keys.n != e->Dict.values.n) {
            return refuse("Dict doesn't have the same number of keys as values");
        }
        TRY(check_exprs(c, e->Dict.keys, CTX_LOAD, true));
        return check_exprs(c, e->Dict.values, CTX_LOAD, false);
    case EXPR_SET: return check_exprs(c, e->Set.elts, CTX_LOAD, false);
    case EXPR_LISTCOMP:
    case EXPR_SETCOMP:
    case EXPR_GENERATOREXP: TRY(check_generators(c, e->ListComp.generators)); return check_expr(c, e->ListComp.elt, CTX_LOAD);
    case EXPR_DICTCOMP:
        TRY(check_generators(c, e->DictComp.generators));
        TRY(check_expr(c, e->DictComp.key, CTX_LOAD));
        return check_expr(c, e->DictComp.value, CTX_LOAD);
    case EXPR_AWAIT:
    case EXPR_YIELDFROM: return check_expr(c, e->Await.value, CTX_LOAD);
    case EXPR_YIELD: return check_optional(c, e->Yield.value);
    case EXPR_COMPARE:
        if (e->Compare.comparators.n == 0) {
            return refuse("Compare with no comparators");
        }
        if (e->Compare.comparators.n != e->Compare.ops.n) {
            return refuse("Compare has a different number of comparators and operands");
        }
        TRY(check_exprs(c, e->Compare.comparators, CTX_LOAD, false));
        return check_expr(c, e->Compare.left, CTX_LOAD);
    case EXPR_CALL:
        TRY(check_expr(c, e->Call.func, CTX_LOAD));
        TRY(check_exprs(c, e->Call.args, CTX_LOAD, false));
        return check_keywords(c, e->Call.keywords);
    case EXPR_FORMATTEDVALUE:
        TRY(check_expr(c, e->FormattedValue.value, CTX_LOAD));
        return check_optional(c, e->FormattedValue.format_spec);
    case EXPR_JOINEDSTR: return check_exprs(c, e->JoinedStr.values, CTX_LOAD, false);
    case EXPR_CONSTANT: return check_constant(c, e->Constant.value);
    case EXPR_ATTRIBUTE: return check_expr(c, e->Attribute.value, CTX_LOAD);
    case EXPR_SUBSCRIPT: TRY(check_expr(c, e->Subscript.slice, CTX_LOAD)); return check_expr(c, e->Subscript.value, CTX_LOAD);
    case EXPR_STARRED: return check_expr(c, e->Starred.value, ctx);
    case EXPR_LIST:
    case EXPR_TUPLE: return check_exprs(c, e->List.elts, ctx, false);
    case EXPR_SLICE:
        TRY(check_optional(c, e->Slice.lower));
        TRY(check_optional(c, e->Slice.upper));
        return check_optional(c, e->Slice.step);
    case EXPR_NAME: return 0;
    }
    return 0;
}

static int
check_expr(Check *c, const Expr *e, ExprContext ctx)
{
    CHECK_PLACE(e);
    TRY(ou_compile_enter(&c->depth, c->depth_limit));
    TRY(check_context(e, ctx));
    TRY(check_expr_fields(c, e, ctx));
    c->depth--;
    return 0;
}

/* ---- patterns ---------------------------------------------------------------------------------------- */

/* A number of one of two kinds, with or without a minus. */
static bool
is_literal_number(const Expr *e, bool real, bool minus_is_fine)
{
    if (minus_is_fine && e->kind == EXPR_UNARYOP && e->UnaryOp.op == UNARYOP_USUB) {
        e = e->UnaryOp.operand;
    }
    if (e->kind != EXPR_CONSTANT) {
        return false;
    }
    PyObject *value = e->Constant.value;
    return real ? PyLong_CheckExact(value) || PyFloat_CheckExact(value) : PyComplex_CheckExact(value);
}

static bool
is_matchable(const Expr *e)
{
    switch (e->kind) {
    case EXPR_ATTRIBUTE:
    case EXPR_JOINEDSTR: return true;
    case EXPR_UNARYOP:
        return e->UnaryOp.op == UNARYOP_USUB && (is_literal_number(e, true, true) || is_literal_number(e, false, true));
    case EXPR_BINOP:
        return (e->BinOp.op == OP_ADD || e->BinOp.op == OP_SUB) && is_literal_number(e->BinOp.left, true, true)
            && is_literal_number(e->BinOp.right, false, false);
    default: return false;
    }
}

static int
check_match_value(Check *c, const Expr *e)
{
    TRY(check_expr(c, e, CTX_LOAD));
    if (e->kind == EXPR_CONSTANT) {
        PyObject *value = e->Constant.value;
        bool fine = PyLong_CheckExact(value) || PyFloat_CheckExact(value) || PyBytes_CheckExact(value)
                 || PyComplex_CheckExact(value) || PyUnicode_CheckExact(value);
        return fine ? 0 : refuse("unexpected constant inside of a literal pattern");
    }
    return is_matchable(e) ? 0 : refuse("patterns may only match literals and attribute lookups");
}

static int
check_capture(PyObject *name)
{
    return _PyUnicode_EqualToASCIIString(name, "_") ? refuse("can't capture name '_' in patterns") : check_name(name);
}

static int
check_patterns(Check *c, PatternSeq patterns, bool star_is_fine)
{
    for (Py_ssize_t i = 0; i < patterns.n; i++) {
        if (patterns.items[i] == NULL) {
            return refuse("None disallowed in pattern list");
        }
        TRY(check_pattern(c, patterns.items[i], star_is_fine));
    }
    return 0;
}

static int
check_mapping(Check *c, const Pattern *p)
{
    if (p->MatchMapping.keys.n != p->MatchMapping.patterns.n) {
        return refuse("MatchMapping doesn't have the same number of keys as patterns");
    }
    TRY(p->MatchMapping.rest == NULL ? 0 : check_capture(p->MatchMapping.rest));
    for (Py_ssize_t i = 0; i < p->MatchMapping.keys.n; i++) {
        const Expr *key = p->MatchMapping.keys.items[i];
        if (key == NULL) {
            return refuse("None disallowed in expression list");
        }
        bool is_singleton = key->kind == EXPR_CONSTANT && (key->Constant.value == Py_None || PyBool_Check(key->Constant.value));
        TRY(is_singleton ? 0 : check_match_value(c, key));
    }
    return check_patterns(c, p->MatchMapping.patterns, false);
}

static int
check_class(Check *c, const Pattern *p)
{
    if (p->MatchClass.kwd_attrs.n != p->MatchClass.kwd_patterns.n) {
        return refuse("MatchClass doesn't have the same number of keyword attributes as patterns");
    }
    TRY(check_expr(c, p->MatchClass.cls, CTX_LOAD));
    const Expr *cls = p->MatchClass.cls;
    while (cls->kind == EXPR_ATTRIBUTE) {
        cls = cls->Attribute.value;
    }
    if (cls->kind != EXPR_NAME) {
        return refuse("MatchClass cls field can only contain Name or Attribute nodes.");
    }
    TRY(check_names(p->MatchClass.kwd_attrs));
    for (Py_ssize_t i = 0; i < p->MatchClass.kwd_attrs.n; i++) {
        TRY(check_name(p->MatchClass.kwd_attrs.items[i]));
    }
    TRY(check_patterns(c, p->MatchClass.patterns, false));
    return check_patterns(c, p->MatchClass.kwd_patterns, false);
}

static int
check_pattern_fields(Check *c, const Pattern *p, bool star_is_fine)
{
    switch (p->kind) {
    case PATTERN_MATCHVALUE: return check_match_value(c, p->MatchValue.value);
    case PATTERN_MATCHSINGLETON: {
        PyObject *value = p->MatchSingleton.value;
        return value == Py_None || PyBool_Check(value) ? 0 : refuse("MatchSingleton can only contain True, False and None");
    }
    case PATTERN_MATCHSEQUENCE: return check_patterns(c, p->MatchSequence.patterns, true);
    case PATTERN_MATCHMAPPING: return check_mapping(c, p);
    case PATTERN_MATCHCLASS: return check_class(c, p);
    case PATTERN_MATCHSTAR:
        if (!star_is_fine) {
            return refuse("can't use MatchStar here");
        }
        return p->MatchStar.name == NULL ? 0 : check_capture(p->MatchStar.name);
    case PATTERN_MATCHAS:
        TRY(p->MatchAs.name == NULL ? 0 : check_capture(p->MatchAs.name));
        if (p->MatchAs.pattern == NULL) {
            return 0;
        }
        return p->MatchAs.name == NULL ? refuse("MatchAs must specify a target name if a pattern is given")
                                       : check_pattern(c, p->MatchAs.pattern, false);
    case PATTERN_MATCHOR:
        return p->MatchOr.patterns.n < 2 ? refuse("MatchOr requires at least 2 patterns")
                                         : check_patterns(c, p->MatchOr.patterns, false);
    }
    return 0;
}

static int
check_pattern(Check *c, const Pattern *p, bool star_is_fine)
{
    CHECK_PLACE(p);
    TRY(ou_compile_enter(&c->depth, c->depth_limit));
    TRY(check_pattern_fields(c, p, star_is_fine));
    c->depth--;
    return 0;
}

/* ---- statements -------------------------------------------------------------------------------------- */

static int
check_body(Check *c, StmtSeq body, const char *owner)
{
    TRY(check_not_empty(body.n, "body", owner));
    return check_stmts(c, body);
}

static int
check_targets(Check *c, ExprSeq targets, const char *owner, ExprContext ctx)
{
    TRY(check_not_empty(targets.n, "targets", owner));
    return check_exprs(c, targets, ctx, false);
}

static int
check_with(Check *c, const Stmt *s, const char *owner)
{
    TRY(check_not_empty(s->With.items.n, "items", owner));
    for (Py_ssize_t i = 0; i < s->With.items.n; i++) {
        const WithItem *item = s->With.items.items[i];
        TRY(check_expr(c, item->context_expr, CTX_LOAD));
        TRY(item->optional_vars == NULL ? 0 : check_expr(c, item->optional_vars, CTX_STORE));
    }
    return check_body(c, s->With.body, owner);
}

static int
check_match(Check *c, const Stmt *s)
{
    TRY(check_expr(c, s->Match.subject, CTX_LOAD));
    TRY(check_not_empty(s->Match.cases.n, "cases", "Match"));
    for (Py_ssize_t i = 0; i < s->Match.cases.n; i++) {
        const MatchCase *one = s->Match.cases.items[i];
        TRY(check_pattern(c, one->pattern, false));
        TRY(check_optional(c, one->guard));
        TRY(check_body(c, one->body, "match_case"));
    }
    return 0;
}

static int
check_try(Check *c, const Stmt *s, const char *owner)
{
    TRY(check_body(c, s->Try.body, owner));
    if (s->Try.handlers.n == 0 && (s->Try.finalbody.n == 0 || s->Try.orelse.n > 0)) {
        PyErr_Format(PyExc_ValueError,
                     s->Try.finalbody.n == 0 ? "%s has neither except handlers nor finalbody"
                                             : "%s has orelse but no except handlers",
                     owner);
        return -1;
    }
    for (Py_ssize_t i = 0; i < s->Try.handlers.n; i++) {
        const ExceptHandler *handler = s->Try.handlers.items[i];
        if (handler == NULL) {
            return refuse("None disallowed in exception handler list");
        }
        CHECK_PLACE(handler);
        TRY(check_optional(c, handler->type));
        TRY(check_body(c, handler->body, "ExceptHandler"));
    }
    TRY(check_stmts(c, s->Try.finalbody));
    return check_stmts(c, s->Try.orelse);
}

static int
check_function(Check *c, const Stmt *s, const char *owner)
{
    TRY(check_body(c, s->FunctionDef.body, owner));
    TRY(check_arguments(c, s->FunctionDef.args));
    TRY(check_exprs(c, s->FunctionDef.decorator_list, CTX_LOAD, false));
    return check_optional(c, s->FunctionDef.returns);
}

static int
check_for(Check *c, const Stmt *s, const char *owner)
{
    TRY(check_expr(c, s->For.target, CTX_STORE));
    TRY(check_expr(c, s->For.iter, CTX_LOAD));
    TRY(check_body(c, s->For.body, owner));
    return check_stmts(c, s->For.orelse);
}

static int
check_stmt_fields(Check *c, const Stmt *s)
{
    switch (s->kind) {
    case STMT_FUNCTIONDEF: return check_function(c, s, "FunctionDef");
    case STMT_ASYNCFUNCTIONDEF: return check_function(c, s, "AsyncFunctionDef");
    case STMT_CLASSDEF:
        TRY(check_body(c, s->ClassDef.body, "ClassDef"));
        TRY(check_exprs(c, s->ClassDef.bases, CTX_LOAD, false));
        TRY(check_keywords(c, s->ClassDef.keywords));
        return check_exprs(c, s->ClassDef.decorator_list, CTX_LOAD, false);
    case STMT_RETURN: return check_optional(c, s->Return.value);
    case STMT_DELETE: return check_targets(c, s->Delete.targets, "Delete", CTX_DEL);
    case STMT_ASSIGN:
        TRY(check_targets(c, s->Assign.targets, "Assign", CTX_STORE));
        return check_expr(c, s->Assign.value, CTX_LOAD);
    case STMT_AUGASSIGN: TRY(check_expr(c, s->AugAssign.target, CTX_STORE)); return check_expr(c, s->AugAssign.value, CTX_LOAD);
    case STMT_ANNASSIGN:
        if (s->AnnAssign.target->kind != EXPR_NAME && s->AnnAssign.simple) {
            PyErr_SetString(PyExc_TypeError, "AnnAssign with simple non-Name target");
            return -1;
        }
        TRY(check_expr(c, s->AnnAssign.target, CTX_STORE));
        TRY(check_optional(c, s->AnnAssign.value));
        return check_expr(c, s->AnnAssign.annotation, CTX_LOAD);
    case STMT_FOR: return check_for(c, s, "For");
    case STMT_ASYNCFOR: return check_for(c, s, "AsyncFor");
    case STMT_WHILE:
    case STMT_IF:
        TRY(check_expr(c, s->If.test, CTX_LOAD));
        TRY(check_body(c, s->If.body, s->kind == STMT_IF ? "If" : "While"));
        return check_stmts(c, s->If.orelse);
    case STMT_WITH: return check_with(c, s, "With");
    case STMT_ASYNCWITH: return check_with(c, s, "AsyncWith");
    case STMT_MATCH: return check_match(c, s);
    case STMT_RAISE:
        if (s->Raise.exc == NULL) {
            return s->Raise.cause == NULL ? 0 : refuse("Raise with cause but no exception");
        }
        TRY(check_expr(c, s->Raise.exc, CTX_LOAD));
        return check_optional(c, s->Raise.cause);
    case STMT_TRY: return check_try(c, s, "Try");
    case STMT_TRYSTAR: return check_try(c, s, "TryStar");
    case STMT_ASSERT: TRY(check_expr(c, s->Assert.test, CTX_LOAD)); return check_optional(c, s->Assert.msg);
    case STMT_IMPORT: return check_not_empty(s->Import.names.n, "names", "Import");
    case STMT_IMPORTFROM:
        return s->ImportFrom.level < 0 ? refuse("Negative ImportFrom level")
                                       : check_not_empty(s->ImportFrom.names.n, "names", "ImportFrom");
    case STMT_GLOBAL:
    case STMT_NONLOCAL:
        TRY(check_not_empty(s->Global.names.n, "names", s->kind == STMT_GLOBAL ? "Global" : "Nonlocal"));
        return check_names(s->Global.names);
    case STMT_EXPR: return check_expr(c, s->Expr.value, CTX_LOAD);
    case STMT_PASS:
    case STMT_BREAK:
    case STMT_CONTINUE: return 0;
    }
    return 0;
}

static int
check_stmts(Check *c, StmtSeq stmts)
{
    for (Py_ssize_t i = 0; i < stmts.n; i++) {
        const Stmt *s = stmts.items[i];
        if (s == NULL) {
            return refuse("None disallowed in statement list");
        }
        CHECK_PLACE(s);
        TRY(ou_compile_enter(&c->depth, c->depth_limit));
        TRY(check_stmt_fields(c, s));
        c->depth--;
    }
    return 0;
}

int
ou_ast_validate(Tree *tree)
{
    Check c;
    ou_compile_depth_init(&c.depth, &c.depth_limit);
    const Mod *mod = tree->root;
    switch (mod->kind) {
    case MOD_MODULE: return check_stmts(&c, mod->Module.body);
    case MOD_INTERACTIVE: return check_stmts(&c, mod->Interactive.body);
    case MOD_EXPRESSION: return check_expr(&c, mod->Expression.body, CTX_LOAD);
    case MOD_FUNCTIONTYPE:
        TRY(check_exprs(&c, mod->FunctionType.argtypes, CTX_LOAD, false));
        return check_expr(&c, mod->FunctionType.returns, CTX_LOAD);
    }
    return 0;
}
