/* compiler/fold.c - constant folding on the syntax tree.
 *
 * Owns       nothing: new constants go to the tree.
 * Invariant  a node is replaced only once its value exists, so a failure leaves the tree as good as before.
 * Not here   jumps on constant conditions (codegen_jump.c), dead code (assemble.c). */
#include "compiler/fold.h"

#include "base/try.h"
#include "compiler/scope.h"
#include "object/state.h"

/* How large a folded value may be: from CPython 3.11. */
enum {
    MAX_INT_BITS = 128,
    MAX_COLLECTION = 256,
    MAX_STR = 4096,
    MAX_TOTAL_ITEMS = 1024,
};

typedef struct {
    Tree *tree;
    int optimize, flags;
    int depth, depth_limit;
} Fold;

static int fold_expr(Fold *f, Expr *e);
static int fold_stmts(Fold *f, StmtSeq body);
static int fold_pattern(Fold *f, Pattern *p);

static int
fold_optional(Fold *f, Expr *e)
{
    return e == NULL ? 0 : fold_expr(f, e);
}

static int
fold_exprs(Fold *f, ExprSeq seq)
{
    for (Py_ssize_t i = 0; i < seq.n; i++) {
        TRY(fold_optional(f, seq.items[i]));
    }
    return 0;
}

static int
fold_keywords(Fold *f, KeywordSeq seq)
{
    for (Py_ssize_t i = 0; i < seq.n; i++) {
        TRY(fold_expr(f, seq.items[i]->value));
    }
    return 0;
}

/* The node becomes the constant `value` (Refs: takes it; NULL with an error set: nothing was folded). */
static int
make_constant(Fold *f, Expr *e, PyObject *value)
{
    if (value == NULL) {
        if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt)) {
            return -1;
        }
        PyErr_Clear();
        return 0;
    }
    if (ou_tree_keep(f->tree, value) == NULL) {
        return -1;
    }
    e->kind = EXPR_CONSTANT;
    e->Constant.value = value;
    e->Constant.kind_u = false;
    return 0;
}

/* ---- operators -------------------------------------------------------------------------------------- */

static int
fold_unary(Fold *f, Expr *e)
{
    Expr *arg = e->UnaryOp.operand;
    TRY(fold_expr(f, arg));
    if (arg->kind == EXPR_CONSTANT) {
        PyObject *value = arg->Constant.value;
        switch (e->UnaryOp.op) {
        case UNARYOP_INVERT: return make_constant(f, e, PyNumber_Invert(value));
        case UNARYOP_UADD: return make_constant(f, e, PyNumber_Positive(value));
        case UNARYOP_USUB: return make_constant(f, e, PyNumber_Negative(value));
        case UNARYOP_NOT: {
            int truth = PyObject_IsTrue(value);
            return make_constant(f, e, truth < 0 ? NULL : PyBool_FromLong(!truth));
        }
        }
    }
    if (e->UnaryOp.op == UNARYOP_NOT && arg->kind == EXPR_COMPARE && arg->Compare.ops.n == 1) {
        CmpOpKind *op = arg->Compare.ops.items;
        switch (*op) { /* only the comparisons whose result is a bool for certain */
        case CMPOP_IS: *op = CMPOP_ISNOT; break;
        case CMPOP_ISNOT: *op = CMPOP_IS; break;
        case CMPOP_IN: *op = CMPOP_NOTIN; break;
        case CMPOP_NOTIN: *op = CMPOP_IN; break;
        default: return 0;
        }
        *e = *arg; /* with its place */
    }
    return 0;
}

/* Items in a tuple and its tuples, `limit` at most; -1: more. */
static Py_ssize_t
items_left(PyObject *value, Py_ssize_t limit)
{
    if (PyTuple_Check(value)) {
        limit -= PyTuple_GET_SIZE(value);
        for (Py_ssize_t i = 0; limit >= 0 && i < PyTuple_GET_SIZE(value); i++) {
            limit = items_left(PyTuple_GET_ITEM(value, i), limit);
        }
    }
    else if (PyFrozenSet_Check(value)) {
        limit -= PySet_GET_SIZE(value);
        PyObject *key;
        Py_ssize_t at = 0;
        Py_hash_t hash;
        while (limit >= 0 && _PySet_NextEntry(value, &at, &key, &hash)) {
            limit = items_left(key, limit);
        }
    }
    return limit;
}

#define BITS(value) ((Py_ssize_t)_PyLong_NumBits(value))

/* Would the result of the operation be too large to be kept in the code?  Only sizes that can be told beforehand. */
static bool
is_large(OperatorKind op, PyObject *left, PyObject *right)
{
    bool ints = PyLong_Check(left) && PyLong_Check(right);
    if (op == OP_MULT) {
        if (ints && Py_SIZE(left) != 0 && Py_SIZE(right) != 0) {
            return BITS(left) + BITS(right) > MAX_INT_BITS;
        }
        PyObject *count = PyLong_Check(left) ? left : right, *items = count == left ? right : left;
        if (!PyLong_Check(count)) {
            return false;
        }
        Py_ssize_t size, limit;
        if (PyTuple_Check(items) || PyFrozenSet_Check(items)) {
            size = PyTuple_Check(items) ? PyTuple_GET_SIZE(items) : PySet_GET_SIZE(items);
            limit = MAX_COLLECTION;
        }
        else if (PyUnicode_Check(items) || PyBytes_Check(items)) {
            size = PyUnicode_Check(items) ? PyUnicode_GET_LENGTH(items) : PyBytes_GET_SIZE(items);
            limit = MAX_STR;
        }
        else {
            return false;
        }
        if (size == 0) {
            return false;
        }
        long n = PyLong_AsLong(count);
        if (n == -1 && PyErr_Occurred()) {
            PyErr_Clear();
            return true;
        }
        if (n < 0 || n > limit / size) {
            return true;
        }
        return n != 0 && PyTuple_Check(items) && items_left(items, MAX_TOTAL_ITEMS / n) < 0;
    }
    if (op == OP_POW && ints && Py_SIZE(right) > 0) {
        size_t exponent = PyLong_AsSize_t(right);
        if (exponent == (size_t)-1 && PyErr_Occurred()) {
            PyErr_Clear();
            return Py_SIZE(left) != 0;
        }
        return exponent != 0 && (size_t)BITS(left) > MAX_INT_BITS / exponent;
    }
    if (op == OP_LSHIFT && ints && Py_SIZE(left) != 0 && Py_SIZE(right) != 0) {
        size_t shift = PyLong_AsSize_t(right);
        if (shift == (size_t)-1 && PyErr_Occurred()) {
            PyErr_Clear();
            return true;
        }
        return shift > MAX_INT_BITS || (size_t)BITS(left) > MAX_INT_BITS - shift;
    }
    return op == OP_MOD && (PyUnicode_Check(left) || PyBytes_Check(left)); /* formatting runs what it formats */
}

static PyObject *
binary_value(OperatorKind op, PyObject *left, PyObject *right)
{
    switch (op) {
    case OP_ADD: return PyNumber_Add(left, right);
    case OP_SUB: return PyNumber_Subtract(left, right);
    case OP_MULT: return PyNumber_Multiply(left, right);
    case OP_DIV: return PyNumber_TrueDivide(left, right);
    case OP_FLOORDIV: return PyNumber_FloorDivide(left, right);
    case OP_MOD: return PyNumber_Remainder(left, right);
    case OP_POW: return PyNumber_Power(left, right, Py_None);
    case OP_LSHIFT: return PyNumber_Lshift(left, right);
    case OP_RSHIFT: return PyNumber_Rshift(left, right);
    case OP_BITOR: return PyNumber_Or(left, right);
    case OP_BITXOR: return PyNumber_Xor(left, right);
    case OP_BITAND: return PyNumber_And(left, right);
    case OP_MATMULT: break; /* no constant knows it */
    }
    return NULL;
}

/* ---- "..." % (a, b) ---------------------------------------------------------------------------------- */

static Expr *
new_expr(Fold *f, ExprKind kind, const Expr *place)
{
    Expr *e = ou_tree_alloc(f->tree, sizeof *e);
    if (e != NULL) {
        e->kind = kind;
        e->lineno = place->lineno;
        e->col_offset = place->col_offset;
        e->end_lineno = place->end_lineno;
        e->end_col_offset = place->end_col_offset;
    }
    return e;
}

/* Text format[start:end] with %% made %, as a constant appended to `parts`, unless it is empty. */
static int
add_literal(Fold *f, Expr *e, PyObject *format, Py_ssize_t start, Py_ssize_t end, ExprSeq *parts)
{
    if (start == end) {
        return 0;
    }
    PyObject *text = PyUnicode_Substring(format, start, end), *percents, *percent;
    if (text == NULL) {
        return -1;
    }
    percents = PyUnicode_FromString("%%");
    percent = PyUnicode_FromString("%");
    PyObject *plain = percents == NULL || percent == NULL ? NULL : PyUnicode_Replace(text, percents, percent, -1);
    Py_XDECREF(percents);
    Py_XDECREF(percent);
    Py_DECREF(text);
    if (plain == NULL || ou_tree_keep(f->tree, plain) == NULL) {
        return -1;
    }
    Expr *part = new_expr(f, EXPR_CONSTANT, e);
    if (part == NULL) {
        return -1;
    }
    part->Constant.value = plain;
    parts->items[parts->n++] = part;
    return 0;
}

/* One conversion after its %: sets *at behind it.  Returns the FormattedValue, or NULL: not a form that means the
 * same in an f-string (no error), or MemoryError. */
static Expr *
parse_conversion(Fold *f, PyObject *format, Py_ssize_t *at, Expr *arg)
{
    Py_ssize_t len = PyUnicode_GET_LENGTH(format), pos = *at, width = -1, precision = -1;
    bool left = false;
    for (; pos < len && PyUnicode_READ_CHAR(format, pos) == '-'; pos++) {
        left = true;
    }
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1) {
            if (pos >= len || PyUnicode_READ_CHAR(format, pos) != '.') {
                break;
            }
            pos++;
            precision = 0;
        }
        Py_ssize_t n = 0, digits = 0;
        for (; pos < len; pos++, digits++) {
            Py_UCS4 ch = PyUnicode_READ_CHAR(format, pos);
            if (ch < '0' || ch > '9') {
                break;
            }
            n = n * 10 + (Py_ssize_t)(ch - '0');
            if (digits == 0 && ch == '0' && pass == 0) {
                return NULL; /* the zero flag */
            }
            if (digits > 3) {
                return NULL;
            }
        }
        if (digits > 0) {
            *(pass == 0 ? &width : &precision) = n;
        }
    }
    if (pos >= len) {
        return NULL;
    }
    Py_UCS4 conversion = PyUnicode_READ_CHAR(format, pos++);
    if (conversion != 's' && conversion != 'r' && conversion != 'a') {
        return NULL;
    }
    Expr *value = new_expr(f, EXPR_FORMATTEDVALUE, arg);
    if (value == NULL) {
        return NULL;
    }
    value->FormattedValue.value = arg;
    value->FormattedValue.conversion = (int)conversion;
    if (width >= 0 || precision >= 0) {
        char spec[40];
        int n = snprintf(spec, sizeof spec, width > 0 && !left ? ">" : "");
        if (width >= 0) {
            n += snprintf(spec + n, sizeof spec - (size_t)n, "%zd", width);
        }
        if (precision >= 0) {
            snprintf(spec + n, sizeof spec - (size_t)n, ".%zd", precision);
        }
        Expr *joined = new_expr(f, EXPR_JOINEDSTR, arg), *text = new_expr(f, EXPR_CONSTANT, arg);
        Expr **items = ou_tree_alloc(f->tree, sizeof *items);
        PyObject *str = PyUnicode_FromString(spec);
        if (joined == NULL || text == NULL || items == NULL || ou_tree_keep(f->tree, str) == NULL) {
            return NULL;
        }
        text->Constant.value = str;
        items[0] = text;
        joined->JoinedStr.values = (ExprSeq){1, items};
        value->FormattedValue.format_spec = joined;
    }
    *at = pos;
    return value;
}

/* 'text %s' % (a,) as a joined string, if every conversion is a plain %s, %r or %a. */
static int
fold_format(Fold *f, Expr *e)
{
    PyObject *format = e->BinOp.left->Constant.value;
    ExprSeq args = e->BinOp.right->Tuple.elts;
    for (Py_ssize_t i = 0; i < args.n; i++) {
        if (args.items[i]->kind == EXPR_STARRED) {
            return 0;
        }
    }
    ExprSeq parts = {0, ou_tree_alloc(f->tree, ((size_t)args.n * 2 + 1) * sizeof *parts.items)};
    if (parts.items == NULL) {
        return -1;
    }
    Py_ssize_t len = PyUnicode_GET_LENGTH(format), start = 0, at = 0, n_used = 0;
    while (at < len) {
        if (PyUnicode_READ_CHAR(format, at) != '%') {
            at++;
            continue;
        }
        if (at + 1 < len && PyUnicode_READ_CHAR(format, at + 1) == '%') {
            at += 2;
            continue;
        }
        if (n_used >= args.n) {
            return 0;
        }
        TRY(add_literal(f, e, format, start, at, &parts));
        at++;
        Expr *value = parse_conversion(f, format, &at, args.items[n_used]);
        if (value == NULL) {
            return PyErr_Occurred() ? -1 : 0;
        }
        n_used++;
        parts.items[parts.n++] = value;
        start = at;
    }
    if (n_used < args.n) {
        return 0;
    }
    TRY(add_literal(f, e, format, start, len, &parts));
    e->kind = EXPR_JOINEDSTR;
    e->JoinedStr.values = parts;
    return 0;
}

static int
fold_binary(Fold *f, Expr *e)
{
    TRY(fold_expr(f, e->BinOp.left));
    TRY(fold_expr(f, e->BinOp.right));
    Expr *left = e->BinOp.left, *right = e->BinOp.right;
    OperatorKind op = e->BinOp.op;
    if (left->kind != EXPR_CONSTANT) {
        return 0;
    }
    if (op == OP_MOD && right->kind == EXPR_TUPLE && PyUnicode_Check(left->Constant.value)) {
        return fold_format(f, e);
    }
    if (right->kind != EXPR_CONSTANT || op == OP_MATMULT || is_large(op, left->Constant.value, right->Constant.value)) {
        return 0;
    }
    return make_constant(f, e, binary_value(op, left->Constant.value, right->Constant.value));
}

/* ---- displays and subscripts ------------------------------------------------------------------------ */

/* A tuple of the values of constant expressions; NULL without an error if one is not constant. */
static PyObject *
constant_tuple(ExprSeq elts)
{
    for (Py_ssize_t i = 0; i < elts.n; i++) {
        if (elts.items[i]->kind != EXPR_CONSTANT) {
            return NULL;
        }
    }
    PyObject *tuple = PyTuple_New(elts.n);
    for (Py_ssize_t i = 0; tuple != NULL && i < elts.n; i++) {
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(elts.items[i]->Constant.value));
    }
    return tuple;
}

static int
fold_constant_tuple(Fold *f, Expr *e, ExprSeq elts)
{
    PyObject *tuple = constant_tuple(elts);
    if (tuple == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    return make_constant(f, e, tuple);
}

/* What is only iterated over, or searched: a list may be a tuple, and a set of constants a frozenset. */
static int
fold_iterable(Fold *f, Expr *e)
{
    if (e->kind == EXPR_LIST) {
        ExprSeq elts = e->List.elts;
        for (Py_ssize_t i = 0; i < elts.n; i++) {
            if (elts.items[i]->kind == EXPR_STARRED) {
                return 0;
            }
        }
        e->kind = EXPR_TUPLE;
        e->Tuple.ctx = CTX_LOAD;
        return fold_constant_tuple(f, e, elts);
    }
    if (e->kind == EXPR_SET) {
        PyObject *tuple = constant_tuple(e->Set.elts);
        if (tuple == NULL) {
            return PyErr_Occurred() ? -1 : 0;
        }
        PyObject *set = PyFrozenSet_New(tuple);
        Py_DECREF(tuple);
        return make_constant(f, e, set);
    }
    return 0;
}

static int
fold_compare(Fold *f, Expr *e)
{
    TRY(fold_expr(f, e->Compare.left));
    TRY(fold_exprs(f, e->Compare.comparators));
    Py_ssize_t last = e->Compare.ops.n - 1;
    CmpOpKind op = e->Compare.ops.items[last];
    return op == CMPOP_IN || op == CMPOP_NOTIN ? fold_iterable(f, e->Compare.comparators.items[last]) : 0;
}

static int
fold_subscript(Fold *f, Expr *e)
{
    TRY(fold_expr(f, e->Subscript.value));
    TRY(fold_expr(f, e->Subscript.slice));
    Expr *value = e->Subscript.value, *key = e->Subscript.slice;
    if (e->Subscript.ctx != CTX_LOAD || value->kind != EXPR_CONSTANT || key->kind != EXPR_CONSTANT) {
        return 0;
    }
    return make_constant(f, e, PyObject_GetItem(value->Constant.value, key->Constant.value));
}

static int
fold_comprehensions(Fold *f, ComprehensionSeq parts)
{
    for (Py_ssize_t i = 0; i < parts.n; i++) {
        Comprehension *part = parts.items[i];
        TRY(fold_expr(f, part->target));
        TRY(fold_expr(f, part->iter));
        TRY(fold_exprs(f, part->ifs));
        TRY(fold_iterable(f, part->iter));
    }
    return 0;
}

static int
fold_annotation(Fold *f, Expr *annotation)
{
    return f->flags & CO_FUTURE_ANNOTATIONS ? 0 : fold_optional(f, annotation);
}

static int
fold_args(Fold *f, ArgSeq args)
{
    for (Py_ssize_t i = 0; i < args.n; i++) {
        TRY(fold_annotation(f, args.items[i]->annotation));
    }
    return 0;
}

static int
fold_arguments(Fold *f, Arguments *a)
{
    TRY(fold_args(f, a->posonlyargs));
    TRY(fold_args(f, a->args));
    TRY(fold_annotation(f, a->vararg == NULL ? NULL : a->vararg->annotation));
    TRY(fold_args(f, a->kwonlyargs));
    TRY(fold_exprs(f, a->kw_defaults));
    TRY(fold_annotation(f, a->kwarg == NULL ? NULL : a->kwarg->annotation));
    return fold_exprs(f, a->defaults);
}

/* ---- the walk --------------------------------------------------------------------------------------- */

static int
fold_expr_inner(Fold *f, Expr *e)
{
    switch (e->kind) {
    case EXPR_BOOLOP: return fold_exprs(f, e->BoolOp.values);
    case EXPR_NAMEDEXPR: return fold_expr(f, e->NamedExpr.value);
    case EXPR_BINOP: return fold_binary(f, e);
    case EXPR_UNARYOP: return fold_unary(f, e);
    case EXPR_LAMBDA: TRY(fold_arguments(f, e->Lambda.args)); return fold_expr(f, e->Lambda.body);
    case EXPR_IFEXP:
        TRY(fold_expr(f, e->IfExp.test));
        TRY(fold_expr(f, e->IfExp.body));
        return fold_expr(f, e->IfExp.orelse);
    case EXPR_DICT: TRY(fold_exprs(f, e->Dict.keys)); return fold_exprs(f, e->Dict.values);
    case EXPR_SET: return fold_exprs(f, e->Set.elts);
    case EXPR_LISTCOMP:
    case EXPR_SETCOMP:
    case EXPR_GENERATOREXP: TRY(fold_expr(f, e->ListComp.elt)); return fold_comprehensions(f, e->ListComp.generators);
    case EXPR_DICTCOMP:
        TRY(fold_expr(f, e->DictComp.key));
        TRY(fold_expr(f, e->DictComp.value));
        return fold_comprehensions(f, e->DictComp.generators);
    case EXPR_AWAIT:
    case EXPR_YIELDFROM: return fold_expr(f, e->Await.value);
    case EXPR_YIELD: return fold_optional(f, e->Yield.value);
    case EXPR_COMPARE: return fold_compare(f, e);
    case EXPR_CALL:
        TRY(fold_expr(f, e->Call.func));
        TRY(fold_exprs(f, e->Call.args));
        return fold_keywords(f, e->Call.keywords);
    case EXPR_FORMATTEDVALUE:
        TRY(fold_expr(f, e->FormattedValue.value));
        return fold_optional(f, e->FormattedValue.format_spec);
    case EXPR_JOINEDSTR: return fold_exprs(f, e->JoinedStr.values);
    case EXPR_ATTRIBUTE: return fold_expr(f, e->Attribute.value);
    case EXPR_SUBSCRIPT: return fold_subscript(f, e);
    case EXPR_STARRED: return fold_expr(f, e->Starred.value);
    case EXPR_NAME:
        if (e->Name.ctx == CTX_LOAD && e->Name.id == OU_STR(__debug__)) {
            return make_constant(f, e, PyBool_FromLong(f->optimize == 0));
        }
        return 0;
    case EXPR_LIST: return fold_exprs(f, e->List.elts);
    case EXPR_TUPLE:
        TRY(fold_exprs(f, e->Tuple.elts));
        return e->Tuple.ctx == CTX_LOAD ? fold_constant_tuple(f, e, e->Tuple.elts) : 0;
    case EXPR_SLICE:
        TRY(fold_optional(f, e->Slice.lower));
        TRY(fold_optional(f, e->Slice.upper));
        return fold_optional(f, e->Slice.step);
    case EXPR_CONSTANT: return 0;
    }
    return 0;
}

static int
fold_expr(Fold *f, Expr *e)
{
    TRY(ou_compile_enter(&f->depth, f->depth_limit));
    int result = fold_expr_inner(f, e);
    f->depth--;
    return result;
}

static bool
is_docstring(StmtSeq body)
{
    if (body.n == 0 || body.items[0]->kind != STMT_EXPR) {
        return false;
    }
    Expr *e = body.items[0]->Expr.value;
    return e->kind == EXPR_CONSTANT && PyUnicode_CheckExact(e->Constant.value);
}

/* The body of what may have a docstring: an expression that only folding made a string is none. */
static int
fold_body(Fold *f, StmtSeq body)
{
    bool had_docstring = is_docstring(body);
    TRY(fold_stmts(f, body));
    if (!had_docstring && is_docstring(body)) {
        Expr *text = body.items[0]->Expr.value, *joined = new_expr(f, EXPR_JOINEDSTR, text);
        Expr **items = ou_tree_alloc(f->tree, sizeof *items);
        if (joined == NULL || items == NULL) {
            return -1;
        }
        items[0] = text;
        joined->JoinedStr.values = (ExprSeq){1, items};
        body.items[0]->Expr.value = joined;
    }
    return 0;
}

static int
fold_handlers(Fold *f, ExceptHandlerSeq handlers)
{
    for (Py_ssize_t i = 0; i < handlers.n; i++) {
        TRY(fold_optional(f, handlers.items[i]->type));
        TRY(fold_stmts(f, handlers.items[i]->body));
    }
    return 0;
}

static int
fold_stmt(Fold *f, Stmt *s)
{
    switch (s->kind) {
    case STMT_FUNCTIONDEF:
    case STMT_ASYNCFUNCTIONDEF:
        TRY(fold_arguments(f, s->FunctionDef.args));
        TRY(fold_body(f, s->FunctionDef.body));
        TRY(fold_exprs(f, s->FunctionDef.decorator_list));
        return fold_annotation(f, s->FunctionDef.returns);
    case STMT_CLASSDEF:
        TRY(fold_exprs(f, s->ClassDef.bases));
        TRY(fold_keywords(f, s->ClassDef.keywords));
        TRY(fold_body(f, s->ClassDef.body));
        return fold_exprs(f, s->ClassDef.decorator_list);
    case STMT_RETURN: return fold_optional(f, s->Return.value);
    case STMT_DELETE: return fold_exprs(f, s->Delete.targets);
    case STMT_ASSIGN: TRY(fold_exprs(f, s->Assign.targets)); return fold_expr(f, s->Assign.value);
    case STMT_AUGASSIGN: TRY(fold_expr(f, s->AugAssign.target)); return fold_expr(f, s->AugAssign.value);
    case STMT_ANNASSIGN:
        TRY(fold_expr(f, s->AnnAssign.target));
        TRY(fold_annotation(f, s->AnnAssign.annotation));
        return fold_optional(f, s->AnnAssign.value);
    case STMT_FOR:
    case STMT_ASYNCFOR:
        TRY(fold_expr(f, s->For.target));
        TRY(fold_expr(f, s->For.iter));
        TRY(fold_stmts(f, s->For.body));
        TRY(fold_stmts(f, s->For.orelse));
        return fold_iterable(f, s->For.iter);
    case STMT_WHILE:
    case STMT_IF:
        TRY(fold_expr(f, s->While.test));
        TRY(fold_stmts(f, s->While.body));
        return fold_stmts(f, s->While.orelse);
    case STMT_WITH:
    case STMT_ASYNCWITH:
        for (Py_ssize_t i = 0; i < s->With.items.n; i++) {
            TRY(fold_expr(f, s->With.items.items[i]->context_expr));
            TRY(fold_optional(f, s->With.items.items[i]->optional_vars));
        }
        return fold_stmts(f, s->With.body);
    case STMT_MATCH:
        TRY(fold_expr(f, s->Match.subject));
        for (Py_ssize_t i = 0; i < s->Match.cases.n; i++) {
            TRY(fold_pattern(f, s->Match.cases.items[i]->pattern));
            TRY(fold_optional(f, s->Match.cases.items[i]->guard));
            TRY(fold_stmts(f, s->Match.cases.items[i]->body));
        }
        return 0;
    case STMT_RAISE: TRY(fold_optional(f, s->Raise.exc)); return fold_optional(f, s->Raise.cause);
    case STMT_TRY:
    case STMT_TRYSTAR:
        TRY(fold_stmts(f, s->Try.body));
        TRY(fold_handlers(f, s->Try.handlers));
        TRY(fold_stmts(f, s->Try.orelse));
        return fold_stmts(f, s->Try.finalbody);
    case STMT_ASSERT: TRY(fold_expr(f, s->Assert.test)); return fold_optional(f, s->Assert.msg);
    case STMT_EXPR: return fold_expr(f, s->Expr.value);
    case STMT_IMPORT:
    case STMT_IMPORTFROM:
    case STMT_GLOBAL:
    case STMT_NONLOCAL:
    case STMT_PASS:
    case STMT_BREAK:
    case STMT_CONTINUE: return 0;
    }
    return 0;
}

static int
fold_stmts(Fold *f, StmtSeq body)
{
    for (Py_ssize_t i = 0; i < body.n; i++) {
        TRY(ou_compile_enter(&f->depth, f->depth_limit));
        TRY(fold_stmt(f, body.items[i]));
        f->depth--;
    }
    return 0;
}

/* Of a pattern's value only -1 and 1 + 2j are folded, so that no other expression slips in as a constant. */
static int
fold_pattern_value(Fold *f, Expr *e)
{
    if (e->kind == EXPR_UNARYOP && e->UnaryOp.op == UNARYOP_USUB && e->UnaryOp.operand->kind == EXPR_CONSTANT) {
        return fold_unary(f, e);
    }
    if (e->kind == EXPR_BINOP && (e->BinOp.op == OP_ADD || e->BinOp.op == OP_SUB)) {
        TRY(fold_pattern_value(f, e->BinOp.left));
        TRY(fold_pattern_value(f, e->BinOp.right));
        if (e->BinOp.left->kind == EXPR_CONSTANT && e->BinOp.right->kind == EXPR_CONSTANT) {
            return fold_binary(f, e);
        }
    }
    return 0;
}

static int
fold_patterns(Fold *f, PatternSeq patterns)
{
    for (Py_ssize_t i = 0; i < patterns.n; i++) {
        TRY(fold_pattern(f, patterns.items[i]));
    }
    return 0;
}

static int
fold_pattern(Fold *f, Pattern *p)
{
    TRY(ou_compile_enter(&f->depth, f->depth_limit));
    switch (p->kind) {
    case PATTERN_MATCHVALUE: TRY(fold_pattern_value(f, p->MatchValue.value)); break;
    case PATTERN_MATCHSEQUENCE:
    case PATTERN_MATCHOR: TRY(fold_patterns(f, p->MatchSequence.patterns)); break;
    case PATTERN_MATCHMAPPING:
        for (Py_ssize_t i = 0; i < p->MatchMapping.keys.n; i++) {
            TRY(fold_pattern_value(f, p->MatchMapping.keys.items[i]));
        }
        TRY(fold_patterns(f, p->MatchMapping.patterns));
        break;
    case PATTERN_MATCHCLASS:
        TRY(fold_patterns(f, p->MatchClass.patterns));
        TRY(fold_patterns(f, p->MatchClass.kwd_patterns));
        break;
    case PATTERN_MATCHAS:
        if (p->MatchAs.pattern != NULL) {
            TRY(fold_pattern(f, p->MatchAs.pattern));
        }
        break;
    case PATTERN_MATCHSINGLETON:
    case PATTERN_MATCHSTAR: break;
    }
    f->depth--;
    return 0;
}

int
ou_fold(Tree *tree, int optimize, int flags)
{
    Fold f = {.tree = tree, .optimize = optimize, .flags = flags};
    ou_compile_depth_init(&f.depth, &f.depth_limit);
    Mod *mod = tree->root;
    switch (mod->kind) {
    case MOD_MODULE: return fold_body(&f, mod->Module.body);
    case MOD_INTERACTIVE: return fold_stmts(&f, mod->Interactive.body);
    case MOD_EXPRESSION: return fold_expr(&f, mod->Expression.body);
    case MOD_FUNCTIONTYPE: break;
    }
    return 0;
}
