/* compiler/codegen_jump.c - truth, comparisons, and the jumps they make.
 *
 * Invariant  a condition never becomes a bool object where it only decides: comparisons jump by themselves.
 * Not here   statements (codegen_stmt.c, codegen_loop.c). */
#include "compiler/codegen.h"

#include "object/state.h"

static const uint16_t compare_ops[] = {
    [CMPOP_EQ] = OU_OP_EQ, [CMPOP_NOTEQ] = OU_OP_NE,     [CMPOP_LT] = OU_OP_LT, [CMPOP_LTE] = OU_OP_LE,
    [CMPOP_GT] = OU_OP_GT, [CMPOP_GTE] = OU_OP_GE,       [CMPOP_IS] = OU_OP_IS, [CMPOP_ISNOT] = OU_OP_IS_NOT,
    [CMPOP_IN] = OU_OP_IN, [CMPOP_NOTIN] = OU_OP_NOT_IN,
};

/* Jumps if the comparison holds, if it doesn't, and backwards if it holds.  0 (NOP): there is none. */
static const struct {
    uint16_t if_true, if_false, back;
} compare_jumps[] = {
    [CMPOP_EQ] = {OU_OP_JUMP_IF_EQ, OU_OP_JUMP_IF_NOT_EQ, OU_OP_JUMP_BACK_IF_EQ},
    [CMPOP_NOTEQ] = {OU_OP_JUMP_IF_NE, OU_OP_JUMP_IF_NOT_NE, OU_OP_JUMP_BACK_IF_NE},
    [CMPOP_LT] = {OU_OP_JUMP_IF_LT, OU_OP_JUMP_IF_NOT_LT, OU_OP_JUMP_BACK_IF_LT},
    [CMPOP_LTE] = {OU_OP_JUMP_IF_LE, OU_OP_JUMP_IF_NOT_LE, OU_OP_JUMP_BACK_IF_LE},
    [CMPOP_GT] = {OU_OP_JUMP_IF_GT, OU_OP_JUMP_IF_NOT_GT, OU_OP_JUMP_BACK_IF_GT},
    [CMPOP_GTE] = {OU_OP_JUMP_IF_GE, OU_OP_JUMP_IF_NOT_GE, OU_OP_JUMP_BACK_IF_GE},
    [CMPOP_IS] = {OU_OP_JUMP_IF_IS, OU_OP_JUMP_IF_IS_NOT, 0},
    [CMPOP_ISNOT] = {OU_OP_JUMP_IF_IS_NOT, OU_OP_JUMP_IF_IS, 0},
    [CMPOP_IN] = {0, 0, 0},
    [CMPOP_NOTIN] = {0, 0, 0},
};

static bool
may_be_is_operand(const Expr *e)
{
    return e->kind != EXPR_CONSTANT || e->Constant.value == Py_None || e->Constant.value == Py_False
        || e->Constant.value == Py_True || e->Constant.value == Py_Ellipsis;
}

static int
warn_compare(Compiler *c, Expr *e)
{
    bool left = may_be_is_operand(e->Compare.left);
    for (Py_ssize_t i = 0; i < e->Compare.ops.n; i++) {
        CmpOpKind op = e->Compare.ops.items[i];
        bool right = may_be_is_operand(e->Compare.comparators.items[i]);
        if ((op == CMPOP_IS || op == CMPOP_ISNOT) && (!left || !right)) {
            return ou_gen_warn(c, op == CMPOP_IS ? "\"is\" with a literal. Did you mean \"==\"?"
                                                 : "\"is not\" with a literal. Did you mean \"!=\"?");
        }
        left = right;
    }
    return 0;
}

/* ---- as a value ------------------------------------------------------------------------------------- */

/* The middle operand of a < b < c is read twice: an operand that lasts, as it is kept.  *owned: it is a temporary that
 * the second reader consumes. */
static int
gen_middle(Compiler *c, Expr *e, Expr *later, bool *owned)
{
    int x = ou_gen_operand(c, e, later, NULL);
    *owned = x >= 0 && IS_TEMP(x);
    return x;
}

int
ou_gen_compare(Compiler *c, Expr *e, int want)
{
    AT(c, e);
    TRY(warn_compare(c, e));
    Py_ssize_t last = e->Compare.ops.n - 1;
    ExprSeq rest = e->Compare.comparators;
    int mark = c->unit->sp;
    if (last == 0) {
        int x = ou_gen_operand(c, e->Compare.left, rest.items[0], NULL);
        TRY(x);
        int y = ou_gen_expr(c, rest.items[0], ANY);
        TRY(y);
        int d = ou_result_at(c, mark, want, x, y);
        TRY(d);
        AT(c, e);
        TRY(ou_emit(c, compare_ops[e->Compare.ops.items[0]], d, x, y));
        return d;
    }
    /* t = a < b; if not t: drop b, keep t; else t = b < c */
    Label fail = ou_label_new(c), end = ou_label_new(c);
    TRY(fail);
    TRY(end);
    int t = want != ANY && IS_TEMP(want) ? REG(want) : ou_temp_reserve(c, 1);
    TRY(t);
    int base = c->unit->sp, highest = base;
    int x = ou_gen_operand(c, e->Compare.left, rest.items[0], NULL);
    TRY(x);
    for (Py_ssize_t i = 0; i <= last; i++) {
        bool owned = false;
        int y = i < last ? gen_middle(c, rest.items[i], rest.items[i + 1], &owned) : ou_gen_expr(c, rest.items[i], ANY);
        TRY(y);
        AT(c, e);
        TRY(ou_emit(c, compare_ops[e->Compare.ops.items[i]], TEMP(t), x, owned ? REG(y) : y));
        if (i < last) {
            TRY(ou_emit_jump(c, OU_OP_JUMP_IF_FALSE_KEEP, t, 0, fail));
        }
        highest = c->unit->sp > highest ? c->unit->sp : highest;
        x = y;
    }
    if (highest > base) { /* what the failing comparison left */
        TRY(ou_emit_jump(c, OU_OP_JUMP, 0, 0, end));
        TRY(ou_label_here(c, fail));
        for (int reg = base; reg < highest; reg++) {
            TRY(ou_emit(c, OU_OP_CLEAR, reg, 0, 0));
        }
    }
    else {
        TRY(ou_label_here(c, fail));
    }
    TRY(ou_label_here(c, end));
    if (want != ANY && !IS_TEMP(want)) {
        TRY(ou_emit(c, OU_OP_MOVE, want, TEMP(t), 0));
        c->unit->sp = mark;
        return want;
    }
    c->unit->sp = want == ANY ? t + 1 : mark;
    return TEMP(t);
}

/* The value of `e` in temporary t, and a jump to `target` with it, if its truth is `cond`; else t is empty and control goes
 * on.  The truth of each value is asked for once, however `and` and `or` nest. */
static int
keep_if(Compiler *c, Expr *e, int t, Label target, bool cond)
{
    if (ou_compile_stack_is_low()) {
        return ou_compile_too_deep();
    }
    if (e->kind != EXPR_BOOLOP) {
        TRY(ou_gen_expr(c, e, TEMP(t)));
        return ou_emit_jump(c, cond ? OU_OP_JUMP_IF_TRUE_KEEP : OU_OP_JUMP_IF_FALSE_KEEP, t, 0, target);
    }
    ExprSeq values = e->BoolOp.values;
    bool early = e->BoolOp.op == BOOLOP_OR; /* the truth of one value that decides for all */
    Label end = ou_label_new(c);
    TRY(end);
    for (Py_ssize_t i = 0; i < values.n - 1; i++) {
        if (early == cond) {
            TRY(keep_if(c, values.items[i], t, target, cond));
        }
        else {
            TRY(ou_gen_jump_if(c, values.items[i], end, early, false));
        }
    }
    TRY(keep_if(c, values.items[values.n - 1], t, target, cond));
    return ou_label_here(c, end);
}

int
ou_gen_boolop(Compiler *c, Expr *e, int want)
{
    Label end = ou_label_new(c);
    TRY(end);
    int mark = c->unit->sp;
    int t = want != ANY && IS_TEMP(want) ? REG(want) : ou_temp_reserve(c, 1);
    TRY(t);
    ExprSeq values = e->BoolOp.values;
    for (Py_ssize_t i = 0; i < values.n - 1; i++) {
        TRY(keep_if(c, values.items[i], t, end, e->BoolOp.op == BOOLOP_OR));
    }
    TRY(ou_gen_expr(c, values.items[values.n - 1], TEMP(t)));
    TRY(ou_label_here(c, end));
    if (want != ANY && !IS_TEMP(want)) {
        TRY(ou_emit(c, OU_OP_MOVE, want, TEMP(t), 0));
        c->unit->sp = mark;
        return want;
    }
    c->unit->sp = want == ANY ? t + 1 : mark;
    return TEMP(t);
}

/* ---- as a jump -------------------------------------------------------------------------------------- */

/* A backward jump that no single instruction makes: over a JUMP_BACK. */
static int
jump_back_around(Compiler *c, OuOp opposite, int x, int y, Label target)
{
    Label skip = ou_label_new(c);
    TRY(skip);
    TRY(ou_emit_jump(c, opposite, x, y, skip));
    TRY(ou_emit_jump(c, OU_OP_JUMP_BACK, 0, 0, target));
    return ou_label_here(c, skip);
}

static int
jump_on_truth(Compiler *c, int x, Label target, bool cond, bool back)
{
    OuOp op =
        back ? (cond ? OU_OP_JUMP_BACK_IF_TRUE : OU_OP_JUMP_BACK_IF_FALSE) : (cond ? OU_OP_JUMP_IF_TRUE : OU_OP_JUMP_IF_FALSE);
    return ou_emit_jump(c, op, x, 0, target);
}

static int
jump_on_none(Compiler *c, int x, Label target, bool is_none, bool back)
{
    if (back) {
        return ou_emit_jump(c, is_none ? OU_OP_JUMP_BACK_IF_NONE : OU_OP_JUMP_BACK_IF_NOT_NONE, x, 0, target);
    }
    return ou_emit_jump(c, is_none ? OU_OP_JUMP_IF_NONE : OU_OP_JUMP_IF_NOT_NONE, x, 0, target);
}

/* Compare operands and jump; at the place of the comparison. */
static int
jump_compare(Compiler *c, CmpOpKind op, int x, int y, Label target, bool cond, bool back)
{
    if (compare_jumps[op].if_true == 0) {
        int mark = c->unit->sp;
        int d = ou_result_at(c, mark, ANY, x, y);
        TRY(d);
        TRY(ou_emit(c, compare_ops[op], d, x, y));
        c->unit->sp = mark;
        return jump_on_truth(c, d, target, cond, back);
    }
    if (!back) {
        return ou_emit_jump(c, cond ? compare_jumps[op].if_true : compare_jumps[op].if_false, x, y, target);
    }
    if (cond && compare_jumps[op].back != 0) {
        return ou_emit_jump(c, compare_jumps[op].back, x, y, target);
    }
    return jump_back_around(c, cond ? compare_jumps[op].if_false : compare_jumps[op].if_true, x, y, target);
}

static int
jump_if_compare(Compiler *c, Expr *e, Label target, bool cond, bool back)
{
    AT(c, e);
    TRY(warn_compare(c, e));
    int mark = c->unit->sp;
    Py_ssize_t last = e->Compare.ops.n - 1;
    ExprSeq rest = e->Compare.comparators;
    CmpOpKind *ops = e->Compare.ops.items;
    if (last == 0) {
        int x = ou_gen_operand(c, e->Compare.left, rest.items[0], NULL);
        TRY(x);
        if ((ops[0] == CMPOP_IS || ops[0] == CMPOP_ISNOT) && rest.items[0]->kind == EXPR_CONSTANT
            && rest.items[0]->Constant.value == Py_None) {
            AT(c, e);
            c->unit->sp = mark;
            return jump_on_none(c, x, target, cond == (ops[0] == CMPOP_IS), back);
        }
        int y = ou_gen_expr(c, rest.items[0], ANY);
        TRY(y);
        AT(c, e);
        TRY(jump_compare(c, ops[0], x, y, target, cond, back));
        c->unit->sp = mark;
        return 0;
    }
    Label fail = ou_label_new(c), end = ou_label_new(c);
    TRY(fail);
    TRY(end);
    int highest = mark;
    int x = ou_gen_operand(c, e->Compare.left, rest.items[0], NULL);
    TRY(x);
    for (Py_ssize_t i = 0; i < last; i++) {
        bool owned;
        int y = gen_middle(c, rest.items[i], rest.items[i + 1], &owned);
        TRY(y);
        highest = c->unit->sp > highest ? c->unit->sp : highest;
        AT(c, e);
        TRY(jump_compare(c, ops[i], x, owned ? REG(y) : y, fail, false, false));
        x = y;
    }
    int y = ou_gen_expr(c, rest.items[last], ANY);
    TRY(y);
    AT(c, e);
    TRY(jump_compare(c, ops[last], x, y, target, cond, back));
    c->unit->sp = mark;
    if (highest == mark && cond) {
        TRY(ou_label_here(c, fail)); /* it fails: go on */
        return ou_label_here(c, end);
    }
    TRY(ou_emit_jump(c, OU_OP_JUMP, 0, 0, end));
    TRY(ou_label_here(c, fail));
    for (int reg = mark; reg < highest; reg++) {
        TRY(ou_emit(c, OU_OP_CLEAR, reg, 0, 0));
    }
    if (!cond) {
        TRY(ou_emit_jump(c, back ? OU_OP_JUMP_BACK : OU_OP_JUMP, 0, 0, target));
    }
    return ou_label_here(c, end);
}

static int
jump_if_boolop(Compiler *c, Expr *e, Label target, bool cond, bool back)
{
    ExprSeq values = e->BoolOp.values;
    bool early = e->BoolOp.op == BOOLOP_OR; /* the truth of one value that decides for all */
    Label end = ou_label_new(c);
    TRY(end);
    for (Py_ssize_t i = 0; i < values.n - 1; i++) {
        if (early == cond) {
            TRY(ou_gen_jump_if(c, values.items[i], target, early, back));
        }
        else {
            TRY(ou_gen_jump_if(c, values.items[i], end, early, false));
        }
    }
    TRY(ou_gen_jump_if(c, values.items[values.n - 1], target, cond, back));
    return ou_label_here(c, end);
}

int
ou_gen_jump_if(Compiler *c, Expr *e, Label target, bool cond, bool back)
{
    if (ou_compile_stack_is_low()) {
        return ou_compile_too_deep();
    }
    switch (e->kind) {
    case EXPR_UNARYOP:
        if (e->UnaryOp.op == UNARYOP_NOT) {
            return ou_gen_jump_if(c, e->UnaryOp.operand, target, !cond, back);
        }
        break;
    case EXPR_BOOLOP: return jump_if_boolop(c, e, target, cond, back);
    case EXPR_COMPARE: return jump_if_compare(c, e, target, cond, back);
    case EXPR_IFEXP: {
        Label orelse = ou_label_new(c), end = ou_label_new(c);
        TRY(orelse);
        TRY(end);
        TRY(ou_gen_jump_if(c, e->IfExp.test, orelse, false, false));
        TRY(ou_gen_jump_if(c, e->IfExp.body, target, cond, back));
        TRY(ou_emit_jump(c, OU_OP_JUMP, 0, 0, end));
        TRY(ou_label_here(c, orelse));
        TRY(ou_gen_jump_if(c, e->IfExp.orelse, target, cond, back));
        return ou_label_here(c, end);
    }
    case EXPR_CONSTANT: {
        int truth = PyObject_IsTrue(e->Constant.value);
        TRY(truth);
        AT(c, e);
        if ((truth != 0) != cond) {
            return ou_emit(c, OU_OP_NOP, 0, 0, 0); /* keeps the line, if it is one of its own */
        }
        return ou_emit_jump(c, back ? OU_OP_JUMP_BACK : OU_OP_JUMP, 0, 0, target);
    }
    default: break;
    }
    int mark = c->unit->sp;
    int x = ou_gen_expr(c, e, ANY);
    TRY(x);
    c->unit->sp = mark;
    AT(c, e);
    return jump_on_truth(c, x, target, cond, back);
}
