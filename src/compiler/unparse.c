/* compiler/unparse.c - an expression as text: annotations that a future statement keeps unevaluated.
 *
 * Owns       the writer.
 * Invariant  the text, parsed again, is the same expression; parentheses only where the binding strengths ask.
 * Not here   ast.unparse(), which is Python. */
#include "compiler/codegen.h"

#include <math.h>

typedef _PyUnicodeWriter Writer;

/* How strongly what is around binds: an operand that binds less gets parentheses. */
enum {
    PREC_TUPLE,
    PREC_TEST,
    PREC_OR,
    PREC_AND,
    PREC_NOT,
    PREC_CMP,
    PREC_EXPR,
    PREC_BITOR = PREC_EXPR,
    PREC_BITXOR,
    PREC_BITAND,
    PREC_SHIFT,
    PREC_ARITH,
    PREC_TERM,
    PREC_FACTOR,
    PREC_POWER,
    PREC_AWAIT,
    PREC_ATOM
};

static int write_expr(Writer *w, Expr *e, int level);

static int
put(Writer *w, const char *text)
{
    return _PyUnicodeWriter_WriteASCIIString(w, text, -1);
}

static int
put_if(Writer *w, bool cond, const char *text)
{
    return cond ? put(w, text) : 0;
}

static int
put_name(Writer *w, PyObject *name)
{
    return _PyUnicodeWriter_WriteStr(w, name);
}

static int
write_repr(Writer *w, PyObject *value)
{
    if (PyTuple_CheckExact(value)) { /* item by item: of floats in it too */
        Py_ssize_t n = PyTuple_GET_SIZE(value);
        TRY(put(w, "("));
        for (Py_ssize_t i = 0; i < n; i++) {
            TRY(put_if(w, i > 0, ", "));
            TRY(write_repr(w, PyTuple_GET_ITEM(value, i)));
        }
        return put(w, n == 1 ? ",)" : ")");
    }
    PyObject *repr = PyObject_Repr(value);
    if (repr == NULL) {
        return -1;
    }
    if ((PyFloat_CheckExact(value) && isinf(PyFloat_AS_DOUBLE(value))) || PyComplex_CheckExact(value)) {
        PyObject *inf = PyUnicode_FromString("inf"), *big = PyUnicode_FromString("1e309");
        PyObject *text = inf == NULL || big == NULL ? NULL : PyUnicode_Replace(repr, inf, big, -1);
        Py_XDECREF(inf);
        Py_XDECREF(big);
        Py_SETREF(repr, text);
    }
    int failed = repr == NULL ? -1 : _PyUnicodeWriter_WriteStr(w, repr);
    Py_XDECREF(repr);
    return failed;
}

static int
write_seq(Writer *w, ExprSeq seq, int level)
{
    for (Py_ssize_t i = 0; i < seq.n; i++) {
        TRY(put_if(w, i > 0, ", "));
        TRY(write_expr(w, seq.items[i], level));
    }
    return 0;
}

static int
write_boolop(Writer *w, Expr *e, int level)
{
    bool is_and = e->BoolOp.op == BOOLOP_AND;
    int prec = is_and ? PREC_AND : PREC_OR;
    TRY(put_if(w, level > prec, "("));
    for (Py_ssize_t i = 0; i < e->BoolOp.values.n; i++) {
        TRY(put_if(w, i > 0, is_and ? " and " : " or "));
        TRY(write_expr(w, e->BoolOp.values.items[i], prec + 1));
    }
    return put_if(w, level > prec, ")");
}

static int
write_binop(Writer *w, Expr *e, int level)
{
    static const struct {
        const char *text;
        int prec;
    } ops[] = {
        [OP_ADD] = {" + ", PREC_ARITH},      [OP_SUB] = {" - ", PREC_ARITH},     [OP_MULT] = {" * ", PREC_TERM},
        [OP_MATMULT] = {" @ ", PREC_TERM},   [OP_DIV] = {" / ", PREC_TERM},      [OP_MOD] = {" % ", PREC_TERM},
        [OP_POW] = {" ** ", PREC_POWER},     [OP_LSHIFT] = {" << ", PREC_SHIFT}, [OP_RSHIFT] = {" >> ", PREC_SHIFT},
        [OP_BITOR] = {" | ", PREC_BITOR},    [OP_BITXOR] = {" ^ ", PREC_BITXOR}, [OP_BITAND] = {" & ", PREC_BITAND},
        [OP_FLOORDIV] = {" // ", PREC_TERM},
    };
    int prec = ops[e->BinOp.op].prec;
    bool right_first = e->BinOp.op == OP_POW;
    TRY(put_if(w, level > prec, "("));
    TRY(write_expr(w, e->BinOp.left, prec + right_first));
    TRY(put(w, ops[e->BinOp.op].text));
    TRY(write_expr(w, e->BinOp.right, prec + !right_first));
    return put_if(w, level > prec, ")");
}

static int
write_unary(Writer *w, Expr *e, int level)
{
    static const char *const ops[] = {
        [UNARYOP_INVERT] = "~", [UNARYOP_NOT] = "not ", [UNARYOP_UADD] = "+", [UNARYOP_USUB] = "-"};
    int prec = e->UnaryOp.op == UNARYOP_NOT ? PREC_NOT : PREC_FACTOR;
    TRY(put_if(w, level > prec, "("));
    TRY(put(w, ops[e->UnaryOp.op]));
    TRY(write_expr(w, e->UnaryOp.operand, prec));
    return put_if(w, level > prec, ")");
}

static int
write_compare(Writer *w, Expr *e, int level)
{
    static const char *const ops[] = {
        [CMPOP_EQ] = " == ", [CMPOP_NOTEQ] = " != ",     [CMPOP_LT] = " < ",  [CMPOP_LTE] = " <= ",
        [CMPOP_GT] = " > ",  [CMPOP_GTE] = " >= ",       [CMPOP_IS] = " is ", [CMPOP_ISNOT] = " is not ",
        [CMPOP_IN] = " in ", [CMPOP_NOTIN] = " not in ",
    };
    TRY(put_if(w, level > PREC_CMP, "("));
    TRY(write_expr(w, e->Compare.left, PREC_CMP + 1));
    for (Py_ssize_t i = 0; i < e->Compare.ops.n; i++) {
        TRY(put(w, ops[e->Compare.ops.items[i]]));
        TRY(write_expr(w, e->Compare.comparators.items[i], PREC_CMP + 1));
    }
    return put_if(w, level > PREC_CMP, ")");
}

/* ---- lambda and calls ------------------------------------------------------------------------------- */

static int
write_arg(Writer *w, Arg *arg, Expr *value, bool *first, const char *stars)
{
    TRY(put_if(w, !*first, ", "));
    *first = false;
    TRY(put(w, stars));
    TRY(put_name(w, arg->arg));
    if (value != NULL) {
        TRY(put(w, "="));
        TRY(write_expr(w, value, PREC_TEST));
    }
    return 0;
}

static int
write_arguments(Writer *w, Arguments *a)
{
    bool first = true;
    Py_ssize_t n_posonly = a->posonlyargs.n, n = n_posonly + a->args.n, n_plain = n - a->defaults.n;
    for (Py_ssize_t i = 0; i < n; i++) {
        Arg *arg = i < n_posonly ? a->posonlyargs.items[i] : a->args.items[i - n_posonly];
        TRY(write_arg(w, arg, i < n_plain ? NULL : a->defaults.items[i - n_plain], &first, ""));
        TRY(put_if(w, n_posonly > 0 && i + 1 == n_posonly, ", /"));
    }
    if (a->vararg != NULL) {
        TRY(write_arg(w, a->vararg, NULL, &first, "*"));
    }
    else if (a->kwonlyargs.n > 0) {
        TRY(put(w, first ? "*" : ", *"));
        first = false;
    }
    for (Py_ssize_t i = 0; i < a->kwonlyargs.n; i++) {
        TRY(write_arg(w, a->kwonlyargs.items[i], a->kw_defaults.items[i], &first, ""));
    }
    return a->kwarg == NULL ? 0 : write_arg(w, a->kwarg, NULL, &first, "**");
}

static int
write_lambda(Writer *w, Expr *e, int level)
{
    Arguments *a = e->Lambda.args;
    TRY(put_if(w, level > PREC_TEST, "("));
    TRY(put(w, a->posonlyargs.n + a->args.n > 0 ? "lambda " : "lambda")); /* "lambda*args: 1" is CPython's */
    TRY(write_arguments(w, a));
    TRY(put(w, ": "));
    TRY(write_expr(w, e->Lambda.body, PREC_TEST));
    return put_if(w, level > PREC_TEST, ")");
}

static int
write_call(Writer *w, Expr *e)
{
    TRY(write_expr(w, e->Call.func, PREC_ATOM));
    if (e->Call.args.n == 1 && e->Call.keywords.n == 0 && e->Call.args.items[0]->kind == EXPR_GENERATOREXP) {
        return write_expr(w, e->Call.args.items[0], PREC_TEST); /* has parentheses of its own */
    }
    TRY(put(w, "("));
    TRY(write_seq(w, e->Call.args, PREC_TEST));
    for (Py_ssize_t i = 0; i < e->Call.keywords.n; i++) {
        Keyword *keyword = e->Call.keywords.items[i];
        TRY(put_if(w, i > 0 || e->Call.args.n > 0, ", "));
        if (keyword->arg == NULL) {
            TRY(put(w, "**"));
        }
        else {
            TRY(put_name(w, keyword->arg));
            TRY(put(w, "="));
        }
        TRY(write_expr(w, keyword->value, PREC_TEST));
    }
    return put(w, ")");
}

/* ---- displays and comprehensions -------------------------------------------------------------------- */

static int
write_dict(Writer *w, Expr *e)
{
    TRY(put(w, "{"));
    for (Py_ssize_t i = 0; i < e->Dict.values.n; i++) {
        TRY(put_if(w, i > 0, ", "));
        if (e->Dict.keys.items[i] != NULL) {
            TRY(write_expr(w, e->Dict.keys.items[i], PREC_TEST));
            TRY(put(w, ": "));
            TRY(write_expr(w, e->Dict.values.items[i], PREC_TEST));
        }
        else {
            TRY(put(w, "**"));
            TRY(write_expr(w, e->Dict.values.items[i], PREC_EXPR));
        }
    }
    return put(w, "}");
}

static int
write_comprehensions(Writer *w, ComprehensionSeq parts)
{
    for (Py_ssize_t i = 0; i < parts.n; i++) {
        Comprehension *part = parts.items[i];
        TRY(put(w, part->is_async ? " async for " : " for "));
        TRY(write_expr(w, part->target, PREC_TUPLE));
        TRY(put(w, " in "));
        TRY(write_expr(w, part->iter, PREC_TEST + 1));
        for (Py_ssize_t k = 0; k < part->ifs.n; k++) {
            TRY(put(w, " if "));
            TRY(write_expr(w, part->ifs.items[k], PREC_TEST + 1));
        }
    }
    return 0;
}

static int
write_comprehension(Writer *w, Expr *e, const char *open, const char *close)
{
    TRY(put(w, open));
    if (e->kind == EXPR_DICTCOMP) {
        TRY(write_expr(w, e->DictComp.key, PREC_TEST));
        TRY(put(w, ": "));
        TRY(write_expr(w, e->DictComp.value, PREC_TEST));
        TRY(write_comprehensions(w, e->DictComp.generators));
    }
    else {
        TRY(write_expr(w, e->ListComp.elt, PREC_TEST));
        TRY(write_comprehensions(w, e->ListComp.generators));
    }
    return put(w, close);
}

/* ---- formatted strings ------------------------------------------------------------------------------ */

static int write_fstring_part(Writer *w, Expr *e, bool spec);

/* Literal text inside an f-string: braces doubled. */
static int
write_fstring_text(Writer *w, PyObject *text)
{
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(text); i++) {
        Py_UCS4 ch = PyUnicode_READ_CHAR(text, i);
        TRY(_PyUnicodeWriter_WriteChar(w, ch));
        if (ch == '{' || ch == '}') {
            TRY(_PyUnicodeWriter_WriteChar(w, ch));
        }
    }
    return 0;
}

static int
write_formatted(Writer *w, Expr *e)
{
    Writer inner;
    _PyUnicodeWriter_Init(&inner);
    if (write_expr(&inner, e->FormattedValue.value, PREC_TEST + 1) < 0) {
        _PyUnicodeWriter_Dealloc(&inner);
        return -1;
    }
    PyObject *text = _PyUnicodeWriter_Finish(&inner);
    if (text == NULL) {
        return -1;
    }
    bool brace = PyUnicode_GET_LENGTH(text) > 0 && PyUnicode_READ_CHAR(text, 0) == '{';
    int failed = put(w, brace ? "{ " : "{") < 0 || put_name(w, text) < 0;
    if (!failed && PyUnicode_FindChar(text, '\\', 0, PyUnicode_GET_LENGTH(text), 1) >= 0) {
        PyErr_SetString(PyExc_ValueError, "f-string expression part cannot include a backslash");
        failed = 1;
    }
    Py_DECREF(text);
    if (failed) {
        return -1;
    }
    if (e->FormattedValue.conversion > 0) {
        const char conversion[] = {'!', (char)e->FormattedValue.conversion, 0};
        TRY(put(w, conversion));
    }
    if (e->FormattedValue.format_spec != NULL) {
        TRY(put(w, ":"));
        TRY(write_fstring_part(w, e->FormattedValue.format_spec, true));
    }
    return put(w, "}");
}

static int
write_fstring_part(Writer *w, Expr *e, bool spec)
{
    switch (e->kind) {
    case EXPR_CONSTANT: return write_fstring_text(w, e->Constant.value);
    case EXPR_JOINEDSTR:
        for (Py_ssize_t i = 0; i < e->JoinedStr.values.n; i++) {
            TRY(write_fstring_part(w, e->JoinedStr.values.items[i], spec));
        }
        return 0;
    case EXPR_FORMATTEDVALUE: return write_formatted(w, e);
    default: PyErr_SetString(PyExc_SystemError, "unknown expression kind inside f-string"); return -1;
    }
}

static int
write_joined(Writer *w, Expr *e)
{
    Writer inner;
    _PyUnicodeWriter_Init(&inner);
    if (write_fstring_part(&inner, e, false) < 0) {
        _PyUnicodeWriter_Dealloc(&inner);
        return -1;
    }
    PyObject *body = _PyUnicodeWriter_Finish(&inner), *repr = body == NULL ? NULL : PyObject_Repr(body);
    Py_XDECREF(body);
    if (repr == NULL) {
        return -1;
    }
    int failed = put(w, "f") < 0 || put_name(w, repr) < 0 ? -1 : 0;
    Py_DECREF(repr);
    return failed;
}

/* ---- the choice ------------------------------------------------------------------------------------- */

static int
write_subscript(Writer *w, Expr *e)
{
    TRY(write_expr(w, e->Subscript.value, PREC_ATOM));
    TRY(put(w, "["));
    TRY(write_expr(w, e->Subscript.slice, PREC_TUPLE));
    return put(w, "]");
}

static int
write_slice(Writer *w, Expr *e)
{
    if (e->Slice.lower != NULL) {
        TRY(write_expr(w, e->Slice.lower, PREC_TEST));
    }
    TRY(put(w, ":"));
    if (e->Slice.upper != NULL) {
        TRY(write_expr(w, e->Slice.upper, PREC_TEST));
    }
    if (e->Slice.step != NULL) {
        TRY(put(w, ":"));
        TRY(write_expr(w, e->Slice.step, PREC_TEST));
    }
    return 0;
}

static int
write_attribute(Writer *w, Expr *e)
{
    Expr *value = e->Attribute.value;
    bool number = value->kind == EXPR_CONSTANT && PyLong_CheckExact(value->Constant.value);
    TRY(write_expr(w, value, PREC_ATOM));
    TRY(put(w, number ? " ." : "."));
    return put_name(w, e->Attribute.attr);
}

static int
write_expr_inner(Writer *w, Expr *e, int level)
{
    switch (e->kind) {
    case EXPR_BOOLOP: return write_boolop(w, e, level);
    case EXPR_BINOP: return write_binop(w, e, level);
    case EXPR_UNARYOP: return write_unary(w, e, level);
    case EXPR_LAMBDA: return write_lambda(w, e, level);
    case EXPR_IFEXP:
        TRY(put_if(w, level > PREC_TEST, "("));
        TRY(write_expr(w, e->IfExp.body, PREC_TEST + 1));
        TRY(put(w, " if "));
        TRY(write_expr(w, e->IfExp.test, PREC_TEST + 1));
        TRY(put(w, " else "));
        TRY(write_expr(w, e->IfExp.orelse, PREC_TEST));
        return put_if(w, level > PREC_TEST, ")");
    case EXPR_DICT: return write_dict(w, e);
    case EXPR_SET:
        TRY(put(w, "{"));
        TRY(write_seq(w, e->Set.elts, PREC_TEST));
        return put(w, "}");
    case EXPR_LISTCOMP: return write_comprehension(w, e, "[", "]");
    case EXPR_SETCOMP:
    case EXPR_DICTCOMP: return write_comprehension(w, e, "{", "}");
    case EXPR_GENERATOREXP: return write_comprehension(w, e, "(", ")");
    case EXPR_YIELD:
        if (e->Yield.value == NULL) {
            return put(w, "(yield)");
        }
        TRY(put(w, "(yield "));
        TRY(write_expr(w, e->Yield.value, PREC_TEST));
        return put(w, ")");
    case EXPR_YIELDFROM:
        TRY(put(w, "(yield from "));
        TRY(write_expr(w, e->YieldFrom.value, PREC_TEST));
        return put(w, ")");
    case EXPR_AWAIT:
        TRY(put_if(w, level > PREC_AWAIT, "("));
        TRY(put(w, "await "));
        TRY(write_expr(w, e->Await.value, PREC_ATOM));
        return put_if(w, level > PREC_AWAIT, ")");
    case EXPR_COMPARE: return write_compare(w, e, level);
    case EXPR_CALL: return write_call(w, e);
    case EXPR_CONSTANT:
        if (e->Constant.value == Py_Ellipsis) {
            return put(w, "...");
        }
        TRY(put_if(w, e->Constant.kind_u, "u"));
        return write_repr(w, e->Constant.value);
    case EXPR_JOINEDSTR: return write_joined(w, e);
    case EXPR_FORMATTEDVALUE: return write_formatted(w, e);
    case EXPR_ATTRIBUTE: return write_attribute(w, e);
    case EXPR_STARRED: TRY(put(w, "*")); return write_expr(w, e->Starred.value, PREC_EXPR);
    case EXPR_NAME: return put_name(w, e->Name.id);
    case EXPR_LIST:
        TRY(put(w, "["));
        TRY(write_seq(w, e->List.elts, PREC_TEST));
        return put(w, "]");
    case EXPR_TUPLE:
        if (e->Tuple.elts.n == 0) {
            return put(w, "()");
        }
        TRY(put_if(w, level > PREC_TUPLE, "("));
        TRY(write_seq(w, e->Tuple.elts, PREC_TEST));
        TRY(put_if(w, e->Tuple.elts.n == 1, ","));
        return put_if(w, level > PREC_TUPLE, ")");
    case EXPR_SUBSCRIPT: return write_subscript(w, e);
    case EXPR_SLICE: return write_slice(w, e);
    case EXPR_NAMEDEXPR:
        TRY(put_if(w, level > PREC_TUPLE, "("));
        TRY(write_expr(w, e->NamedExpr.target, PREC_ATOM));
        TRY(put(w, " := "));
        TRY(write_expr(w, e->NamedExpr.value, PREC_ATOM));
        return put_if(w, level > PREC_TUPLE, ")");
    }
    PyErr_SetString(PyExc_SystemError, "unknown expression kind");
    return -1;
}

static int
write_expr(Writer *w, Expr *e, int level)
{
    return ou_compile_stack_is_low() ? ou_compile_too_deep() : write_expr_inner(w, e, level);
}

PyObject *
ou_unparse(Expr *e)
{
    Writer writer;
    _PyUnicodeWriter_Init(&writer);
    writer.min_length = 256;
    writer.overallocate = 1;
    if (write_expr(&writer, e, PREC_TEST) < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}
