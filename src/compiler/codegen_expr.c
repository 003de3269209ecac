/* compiler/codegen_expr.c - expressions into registers: operators, attributes, subscripts, yield and await.
 *
 * Invariant  the operands of an instruction are evaluated in Python's order, each read when the instruction runs
 *            or, if a later one could rebind it, copied to a temporary before.
 * Not here   calls (codegen_call.c), displays and strings (codegen_display.c), conditions (codegen_jump.c). */
#include "compiler/codegen.h"

#include "object/state.h"

/* ---- who rebinds what ------------------------------------------------------------------------------- */

static bool
seq_rebinds(Compiler *c, ExprSeq seq, int reg)
{
    for (Py_ssize_t i = 0; i < seq.n; i++) {
        if (ou_gen_rebinds(c, seq.items[i], reg)) {
            return true;
        }
    }
    return false;
}

static bool
comprehension_rebinds(Compiler *c, ComprehensionSeq parts, int reg)
{
    return ou_gen_rebinds(c, parts.items[0]->iter, reg); /* the rest runs in a frame of its own */
}

bool
ou_gen_rebinds(Compiler *c, const Expr *e, int reg)
{
    if (e == NULL || !c->unit->has_walrus) {
        return false;
    }
    if (ou_compile_stack_is_low()) {
        return true; /* to be careful is always right */
    }
    switch (e->kind) {
    case EXPR_NAMEDEXPR:
        return ou_name_fast(c, e->NamedExpr.target->Name.id) == reg || ou_gen_rebinds(c, e->NamedExpr.value, reg);
    case EXPR_BOOLOP: return seq_rebinds(c, e->BoolOp.values, reg);
    case EXPR_BINOP: return ou_gen_rebinds(c, e->BinOp.left, reg) || ou_gen_rebinds(c, e->BinOp.right, reg);
    case EXPR_UNARYOP: return ou_gen_rebinds(c, e->UnaryOp.operand, reg);
    case EXPR_LAMBDA: return seq_rebinds(c, e->Lambda.args->defaults, reg) || seq_rebinds(c, e->Lambda.args->kw_defaults, reg);
    case EXPR_IFEXP:
        return ou_gen_rebinds(c, e->IfExp.test, reg) || ou_gen_rebinds(c, e->IfExp.body, reg)
            || ou_gen_rebinds(c, e->IfExp.orelse, reg);
    case EXPR_DICT: return seq_rebinds(c, e->Dict.keys, reg) || seq_rebinds(c, e->Dict.values, reg);
    case EXPR_SET:
    case EXPR_LIST:
    case EXPR_TUPLE:
        return seq_rebinds(c, e->kind == EXPR_SET ? e->Set.elts : e->kind == EXPR_LIST ? e->List.elts : e->Tuple.elts, reg);
    case EXPR_LISTCOMP:
    case EXPR_SETCOMP:
    case EXPR_GENERATOREXP: return comprehension_rebinds(c, e->ListComp.generators, reg);
    case EXPR_DICTCOMP: return comprehension_rebinds(c, e->DictComp.generators, reg);
    case EXPR_AWAIT:
    case EXPR_YIELDFROM: return ou_gen_rebinds(c, e->Await.value, reg);
    case EXPR_YIELD: return ou_gen_rebinds(c, e->Yield.value, reg);
    case EXPR_COMPARE: return ou_gen_rebinds(c, e->Compare.left, reg) || seq_rebinds(c, e->Compare.comparators, reg);
    case EXPR_CALL:
        for (Py_ssize_t i = 0; i < e->Call.keywords.n; i++) {
            if (ou_gen_rebinds(c, e->Call.keywords.items[i]->value, reg)) {
                return true;
            }
        }
        return ou_gen_rebinds(c, e->Call.func, reg) || seq_rebinds(c, e->Call.args, reg);
    case EXPR_FORMATTEDVALUE:
        return ou_gen_rebinds(c, e->FormattedValue.value, reg) || ou_gen_rebinds(c, e->FormattedValue.format_spec, reg);
    case EXPR_JOINEDSTR: return seq_rebinds(c, e->JoinedStr.values, reg);
    case EXPR_ATTRIBUTE: return ou_gen_rebinds(c, e->Attribute.value, reg);
    case EXPR_SUBSCRIPT: return ou_gen_rebinds(c, e->Subscript.value, reg) || ou_gen_rebinds(c, e->Subscript.slice, reg);
    case EXPR_STARRED: return ou_gen_rebinds(c, e->Starred.value, reg);
    case EXPR_SLICE:
        return ou_gen_rebinds(c, e->Slice.lower, reg) || ou_gen_rebinds(c, e->Slice.upper, reg)
            || ou_gen_rebinds(c, e->Slice.step, reg);
    case EXPR_CONSTANT:
    case EXPR_NAME: return false;
    }
    return true;
}

int
ou_gen_operand(Compiler *c, Expr *e, Expr *later, Expr *later2)
{
    int x = ou_gen_expr(c, e, ANY);
    if (x >= 0 && IS_REGISTER(x) && (ou_gen_rebinds(c, later, x) || ou_gen_rebinds(c, later2, x))) {
        int reg = ou_temp_reserve(c, 1);
        TRY(reg);
        TRY(ou_emit(c, OU_OP_MOVE, TEMP(reg), x, 0));
        return TEMP(reg);
    }
    return x;
}

int
ou_gen_push(Compiler *c, Expr *e)
{
    int reg = ou_temp_reserve(c, 1);
    TRY(reg);
    TRY(ou_gen_expr(c, e, TEMP(reg)));
    return reg;
}

int
ou_gen_push_const(Compiler *c, PyObject *value)
{
    int reg = ou_temp_reserve(c, 1);
    TRY(reg);
    TRY(ou_const_to(c, value, TEMP(reg)));
    return reg;
}

/* ---- operators -------------------------------------------------------------------------------------- */

static int
gen_binary(Compiler *c, Expr *e, int want)
{
    static const uint16_t ops[] = {
        [OP_ADD] = OU_OP_ADD,
        [OP_SUB] = OU_OP_SUBTRACT,
        [OP_MULT] = OU_OP_MULTIPLY,
        [OP_MATMULT] = OU_OP_MATRIX_MULTIPLY,
        [OP_DIV] = OU_OP_TRUE_DIVIDE,
        [OP_MOD] = OU_OP_REMAINDER,
        [OP_POW] = OU_OP_POWER,
        [OP_LSHIFT] = OU_OP_LSHIFT,
        [OP_RSHIFT] = OU_OP_RSHIFT,
        [OP_BITOR] = OU_OP_OR,
        [OP_BITXOR] = OU_OP_XOR,
        [OP_BITAND] = OU_OP_AND,
        [OP_FLOORDIV] = OU_OP_FLOOR_DIVIDE,
    };
    int mark = c->unit->sp;
    int x = ou_gen_operand(c, e->BinOp.left, e->BinOp.right, NULL);
    TRY(x);
    int y = ou_gen_expr(c, e->BinOp.right, ANY);
    TRY(y);
    int d = ou_result_at(c, mark, want, x, y);
    TRY(d);
    AT(c, e);
    TRY(ou_emit(c, ops[e->BinOp.op], d, x, y));
    return d;
}

static int
gen_unary(Compiler *c, Expr *e, int want)
{
    static const uint16_t ops[] = {[UNARYOP_INVERT] = OU_OP_INVERT,
                                   [UNARYOP_NOT] = OU_OP_NOT,
                                   [UNARYOP_UADD] = OU_OP_POSITIVE,
                                   [UNARYOP_USUB] = OU_OP_NEGATIVE};
    int mark = c->unit->sp;
    int x = ou_gen_expr(c, e->UnaryOp.operand, ANY);
    TRY(x);
    int d = ou_result_at(c, mark, want, x, -1);
    TRY(d);
    AT(c, e);
    TRY(ou_emit(c, ops[e->UnaryOp.op], d, x, 0));
    return d;
}

static int
gen_ifexp(Compiler *c, Expr *e, int want)
{
    Label orelse = ou_label_new(c), end = ou_label_new(c);
    TRY(orelse);
    TRY(end);
    int mark = c->unit->sp;
    TRY(ou_gen_jump_if(c, e->IfExp.test, orelse, false, false));
    int d = ou_result_at(c, mark, want, -1, -1);
    TRY(d);
    TRY(ou_gen_expr(c, e->IfExp.body, d));
    TRY(ou_emit_jump(c, OU_OP_JUMP, 0, 0, end));
    TRY(ou_label_here(c, orelse));
    TRY(ou_gen_expr(c, e->IfExp.orelse, d));
    TRY(ou_label_here(c, end));
    return d;
}

static int
gen_namedexpr(Compiler *c, Expr *e, int want)
{
    Expr *target = e->NamedExpr.target;
    int fast = ou_name_fast(c, target->Name.id);
    if (fast >= 0) {
        AT(c, target);
        TRY(ou_gen_check_name(c, target->Name.id, CTX_STORE));
        TRY(ou_gen_expr(c, e->NamedExpr.value, fast));
        if (want == ANY || want == fast) {
            return fast;
        }
        AT(c, e);
        TRY(ou_emit(c, OU_OP_MOVE, want, fast, 0));
        return want;
    }
    int mark = c->unit->sp;
    int x = ou_gen_expr(c, e->NamedExpr.value, want != ANY && IS_TEMP(want) ? want : ANY);
    TRY(x);
    AT(c, target);
    TRY(ou_name_store(c, target->Name.id, IS_TEMP(x) ? REG(x) : x)); /* kept: it is the value too */
    if (want == ANY || want == x) {
        return x;
    }
    AT(c, e);
    TRY(ou_emit(c, OU_OP_MOVE, want, x, 0));
    c->unit->sp = mark;
    return want;
}

/* ---- attributes and subscripts ---------------------------------------------------------------------- */

static int
gen_attribute(Compiler *c, Expr *e, int want)
{
    int mark = c->unit->sp;
    int x = ou_gen_expr(c, e->Attribute.value, ANY);
    TRY(x);
    int name = ou_name_index(c, e->Attribute.attr);
    TRY(name);
    int d = ou_result_at(c, mark, want, x, -1);
    TRY(d);
    AT(c, e);
    if (e->lineno != e->end_lineno) { /* in a chain over several lines: the line of the name */
        OuPlace *at = &c->unit->at;
        Py_ssize_t len = PyUnicode_GET_LENGTH(e->Attribute.attr);
        at->line = e->end_lineno;
        at->col = len <= e->end_col_offset ? e->end_col_offset - (int)len : -1;
        at->end_col = at->col < 0 ? -1 : e->end_col_offset;
    }
    TRY(ou_emit(c, OU_OP_LOAD_ATTR, d, x, name));
    return d;
}

/* The type that an expression surely has, or NULL: for warnings. */
static const char *
known_type(const Expr *e)
{
    switch (e->kind) {
    case EXPR_TUPLE: return "tuple";
    case EXPR_LIST:
    case EXPR_LISTCOMP: return "list";
    case EXPR_DICT:
    case EXPR_DICTCOMP: return "dict";
    case EXPR_SET:
    case EXPR_SETCOMP: return "set";
    case EXPR_GENERATOREXP: return "generator";
    case EXPR_LAMBDA: return "function";
    case EXPR_JOINEDSTR:
    case EXPR_FORMATTEDVALUE: return "str";
    case EXPR_CONSTANT: return Py_TYPE(e->Constant.value)->tp_name;
    default: return NULL;
    }
}

static int
warn_subscript(Compiler *c, Expr *e)
{
    Expr *value = e->Subscript.value, *key = e->Subscript.slice;
    PyObject *k = value->kind == EXPR_CONSTANT ? value->Constant.value : NULL;
    if (value->kind == EXPR_SET || value->kind == EXPR_SETCOMP || value->kind == EXPR_GENERATOREXP || value->kind == EXPR_LAMBDA
        || (k != NULL
            && (k == Py_None || k == Py_Ellipsis || PyLong_Check(k) || PyFloat_Check(k) || PyComplex_Check(k)
                || PyAnySet_Check(k)))) {
        return ou_gen_warn(c, "'%.200s' object is not subscriptable; perhaps you missed a comma?", known_type(value));
    }
    const char *key_type = known_type(key);
    if (key_type == NULL || (key->kind == EXPR_CONSTANT && PyLong_Check(key->Constant.value))) {
        return 0;
    }
    bool sequence = value->kind == EXPR_TUPLE || value->kind == EXPR_LIST || value->kind == EXPR_LISTCOMP
                 || value->kind == EXPR_JOINEDSTR || value->kind == EXPR_FORMATTEDVALUE
                 || (k != NULL && (PyUnicode_Check(k) || PyBytes_Check(k) || PyTuple_Check(k)));
    if (!sequence) {
        return 0;
    }
    return ou_gen_warn(c, "%.200s indices must be integers or slices, not %.200s; perhaps you missed a comma?",
                       known_type(value), key_type);
}

static int
push_optional(Compiler *c, Expr *e)
{
    return e == NULL ? ou_gen_push_const(c, Py_None) : ou_gen_push(c, e);
}

static int
gen_slice(Compiler *c, Expr *e, int want)
{
    int mark = c->unit->sp, d = want;
    if (want == ANY) {
        d = ou_temp_reserve(c, 1);
        TRY(d);
        d = TEMP(d);
    }
    int w = push_optional(c, e->Slice.lower);
    TRY(w);
    TRY(push_optional(c, e->Slice.upper));
    if (e->Slice.step != NULL) {
        TRY(ou_gen_push(c, e->Slice.step));
    }
    AT(c, e);
    TRY(ou_emit(c, OU_OP_BUILD_SLICE, d, w, e->Slice.step != NULL ? 3 : 2));
    c->unit->sp = want == ANY ? mark + 1 : mark;
    return d;
}

static int
gen_subscript(Compiler *c, Expr *e, int want)
{
    AT(c, e);
    TRY(warn_subscript(c, e));
    int mark = c->unit->sp;
    Expr *key = e->Subscript.slice;
    int x = ou_gen_operand(c, e->Subscript.value, key, NULL);
    TRY(x);
    if (key->kind == EXPR_SLICE && key->Slice.step == NULL) {
        int d = want;
        if (want == ANY) { /* below the window, and not x */
            d = ou_temp_reserve(c, 1);
            TRY(d);
            d = TEMP(d);
        }
        int w = push_optional(c, key->Slice.lower);
        TRY(w);
        TRY(push_optional(c, key->Slice.upper));
        AT(c, e);
        TRY(ou_emit(c, OU_OP_LOAD_SLICE, d, x, w));
        c->unit->sp = want == ANY ? REG(d) + 1 : mark;
        return d;
    }
    int y = ou_gen_expr(c, key, ANY);
    TRY(y);
    int d = ou_result_at(c, mark, want, x, y);
    TRY(d);
    AT(c, e);
    TRY(ou_emit(c, OU_OP_LOAD_ITEM, d, x, y));
    return d;
}

/* ---- generators ------------------------------------------------------------------------------------- */

int
ou_gen_yield_from(Compiler *c, int value, int it, bool await)
{
    Label loop = ou_label_new(c), end = ou_label_new(c);
    TRY(loop);
    TRY(end);
    TRY(ou_const_to(c, Py_None, TEMP(value)));
    TRY(ou_label_here(c, loop));
    TRY(ou_emit_jump(c, OU_OP_SEND, value, it, end));
    TRY(ou_emit_jump(c, OU_OP_YIELD_FROM, value, it, end));
    TRY(ou_emit(c, OU_OP_RESUME, await ? 3 : 2, 0, 0));
    TRY(ou_emit_jump(c, OU_OP_JUMP, 0, 0, loop)); /* RESUME was a safe point */
    return ou_label_here(c, end);
}

/* value <- result of the iterator that x is, made by `op`. */
static int
gen_delegate(Compiler *c, OuOp op, int x, int how, int want, int mark)
{
    /* The value's register, then the iterator's; x may be a temporary at `mark` and is consumed before either is used
     * for good, but must not be the D of its own instruction. */
    Unit *u = c->unit;
    int value;
    if (want != ANY && IS_TEMP(want)) {
        value = REG(want);
    }
    else {
        u->sp = mark;
        value = ou_temp_reserve(c, 1);
        TRY(value);
    }
    u->sp = value >= mark ? value + 1 : mark;
    if (IS_TEMP(x) && REG(x) >= u->sp) {
        u->sp = REG(x) + 1;
    }
    int it = ou_temp_reserve(c, 1);
    TRY(it);
    TRY(ou_emit(c, op, TEMP(it), x, how));
    TRY(ou_gen_yield_from(c, value, it, op == OU_OP_GET_AWAITABLE));
    if (want != ANY && !IS_TEMP(want)) {
        TRY(ou_emit(c, OU_OP_MOVE, want, TEMP(value), 0));
        u->sp = mark;
        return want;
    }
    u->sp = want == ANY ? value + 1 : mark;
    return TEMP(value);
}

int
ou_gen_await(Compiler *c, int x, int how, int want)
{
    int mark = c->unit->sp;
    return gen_delegate(c, OU_OP_GET_AWAITABLE, x, how, want, mark);
}

bool
ou_gen_top_level_await(Compiler *c)
{
    return (c->flags & PyCF_ALLOW_TOP_LEVEL_AWAIT) && c->unit->scope->kind == BLOCK_MODULE;
}

static int
gen_await(Compiler *c, Expr *e, int want)
{
    Unit *u = c->unit;
    AT(c, e);
    if (!ou_gen_top_level_await(c)) {
        if (u->scope->kind != BLOCK_FUNCTION) {
            return ou_gen_error(c, "'await' outside function");
        }
        if (u->kind != UNIT_ASYNC_FUNCTION && u->kind != UNIT_COMPREHENSION) {
            return ou_gen_error(c, "'await' outside async function");
        }
    }
    int mark = u->sp;
    int x = ou_gen_expr(c, e->Await.value, ANY);
    TRY(x);
    AT(c, e);
    return gen_delegate(c, OU_OP_GET_AWAITABLE, x, 0, want, mark);
}

static int
gen_yield_from(Compiler *c, Expr *e, int want)
{
    Unit *u = c->unit;
    AT(c, e);
    if (u->scope->kind != BLOCK_FUNCTION) {
        return ou_gen_error(c, "'yield' outside function");
    }
    if (u->kind == UNIT_ASYNC_FUNCTION) {
        return ou_gen_error(c, "'yield from' inside async function");
    }
    int mark = u->sp;
    int x = ou_gen_expr(c, e->YieldFrom.value, ANY);
    TRY(x);
    AT(c, e);
    return gen_delegate(c, OU_OP_GET_YIELD_FROM_ITER, x, 0, want, mark);
}

static int
gen_yield(Compiler *c, Expr *e, int want)
{
    Unit *u = c->unit;
    AT(c, e);
    if (u->scope->kind != BLOCK_FUNCTION) {
        return ou_gen_error(c, "'yield' outside function");
    }
    int mark = u->sp;
    int x = e->Yield.value == NULL ? ou_const_operand(c, Py_None) : ou_gen_expr(c, e->Yield.value, ANY);
    TRY(x);
    AT(c, e);
    if (u->scope->coroutine) {
        int wrapped = ou_result_at(c, mark, ANY, x, -1);
        TRY(wrapped);
        TRY(ou_emit(c, OU_OP_ASYNC_GEN_WRAP, wrapped, x, 0));
        x = wrapped;
    }
    int d = ou_result_at(c, mark, want, x, -1);
    TRY(d);
    TRY(ou_emit(c, OU_OP_YIELD, d, x, 0));
    TRY(ou_emit(c, OU_OP_RESUME, 1, 0, 0));
    return d;
}

/* ---- the choice ------------------------------------------------------------------------------------- */

static int
gen_constant(Compiler *c, Expr *e, int want)
{
    AT(c, e);
    if (want == ANY) {
        return ou_const_operand(c, e->Constant.value);
    }
    TRY(ou_const_to(c, e->Constant.value, want));
    return want;
}

int
ou_gen_expr(Compiler *c, Expr *e, int want)
{
    if (ou_compile_stack_is_low()) {
        return ou_compile_too_deep();
    }
    switch (e->kind) {
    case EXPR_NAME: AT(c, e); return ou_name_load(c, e->Name.id, want);
    case EXPR_CONSTANT: return gen_constant(c, e, want);
    case EXPR_ATTRIBUTE: return gen_attribute(c, e, want);
    case EXPR_CALL: return ou_gen_call(c, e, want);
    case EXPR_BINOP: return gen_binary(c, e, want);
    case EXPR_COMPARE: return ou_gen_compare(c, e, want);
    case EXPR_SUBSCRIPT: return gen_subscript(c, e, want);
    case EXPR_BOOLOP: return ou_gen_boolop(c, e, want);
    case EXPR_UNARYOP: return gen_unary(c, e, want);
    case EXPR_IFEXP: return gen_ifexp(c, e, want);
    case EXPR_NAMEDEXPR: return gen_namedexpr(c, e, want);
    case EXPR_TUPLE: return ou_gen_display(c, e, OU_OP_BUILD_TUPLE, e->Tuple.elts, want);
    case EXPR_LIST: return ou_gen_display(c, e, OU_OP_BUILD_LIST, e->List.elts, want);
    case EXPR_SET: return ou_gen_display(c, e, OU_OP_BUILD_SET, e->Set.elts, want);
    case EXPR_DICT: return ou_gen_dict(c, e, want);
    case EXPR_JOINEDSTR: return ou_gen_joined(c, e, want);
    case EXPR_FORMATTEDVALUE: return ou_gen_formatted(c, e, want);
    case EXPR_SLICE: return gen_slice(c, e, want);
    case EXPR_LAMBDA: return ou_gen_lambda(c, e, want);
    case EXPR_LISTCOMP:
    case EXPR_SETCOMP:
    case EXPR_DICTCOMP:
    case EXPR_GENERATOREXP: return ou_gen_comprehension(c, e, want);
    case EXPR_YIELD: return gen_yield(c, e, want);
    case EXPR_YIELDFROM: return gen_yield_from(c, e, want);
    case EXPR_AWAIT: return gen_await(c, e, want);
    case EXPR_STARRED:
        AT(c, e);
        return e->Starred.ctx == CTX_STORE ? ou_gen_error(c, "starred assignment target must be in a list or tuple")
                                           : ou_gen_error(c, "can't use starred expression here");
    }
    return ou_gen_error(c, "unknown expression");
}

int
ou_gen_effect(Compiler *c, Expr *e)
{
    int mark = c->unit->sp;
    if (e->kind == EXPR_IFEXP) { /* as a statement's, neither branch's value is wanted */
        Label orelse = ou_label_new(c), end = ou_label_new(c);
        TRY(orelse);
        TRY(end);
        TRY(ou_gen_jump_if(c, e->IfExp.test, orelse, false, false));
        TRY(ou_gen_effect(c, e->IfExp.body));
        TRY(ou_emit_jump(c, OU_OP_JUMP, 0, 0, end));
        TRY(ou_label_here(c, orelse));
        TRY(ou_gen_effect(c, e->IfExp.orelse));
        return ou_label_here(c, end);
    }
    int x = ou_gen_expr(c, e, ANY);
    TRY(x);
    if (IS_TEMP(x)) {
        TRY(ou_emit(c, OU_OP_CLEAR, REG(x), 0, 0));
    }
    c->unit->sp = mark;
    return 0;
}
