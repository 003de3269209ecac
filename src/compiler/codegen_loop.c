/* compiler/codegen_loop.c - while, for and async for.
 *
 * The test stands at the loop's bottom, so that a turn costs one jump; it is entered by a jump to the test.  Every
 * way back is a safe point: FOR_ITER, JUMP_BACK and JUMP_BACK_IF_...
 *
 * Invariant  every cycle of instructions contains a safe point.
 * Not here   the loops of comprehensions (codegen_comprehension.c). */
#include "compiler/codegen.h"

static int
gen_while(Compiler *c, Stmt *s)
{
    Label top = ou_label_new(c), test = ou_label_new(c), end = ou_label_new(c);
    TRY(top);
    TRY(test);
    TRY(end);
    TRY(ou_block_push(c, (FBlock){.kind = FB_WHILE, .exit = end, .next = test, .region = c->unit->region, .reg = -1}));
    Expr *e = s->While.test;
    int truth = e->kind == EXPR_CONSTANT ? PyObject_IsTrue(e->Constant.value) : 0;
    TRY(truth);
    AT(c, e);
    if (truth) {
        TRY(ou_emit(c, OU_OP_NOP, 0, 0, 0));
    }
    else {
        TRY(ou_emit_jump(c, OU_OP_JUMP, 0, 0, test));
    }
    TRY(ou_label_here(c, top));
    TRY(ou_gen_body(c, s->While.body));
    TRY(ou_label_here(c, test));
    TRY(ou_gen_jump_if(c, e, top, true, true));
    ou_block_pop(c);
    TRY(ou_gen_body(c, s->While.orelse));
    return ou_label_here(c, end);
}

static int
gen_for(Compiler *c, Stmt *s)
{
    Unit *u = c->unit;
    Label body = ou_label_new(c), test = ou_label_new(c), end = ou_label_new(c);
    TRY(body);
    TRY(test);
    TRY(end);
    int mark = u->sp;
    int x = ou_gen_expr(c, s->For.iter, ANY);
    TRY(x);
    int it = ou_result_at(c, mark, ANY, x, -1);
    TRY(it);
    it = REG(it);
    AT(c, s);
    TRY(ou_block_push(c, (FBlock){.kind = FB_FOR, .exit = end, .next = test, .region = u->region, .reg = it}));
    TRY(ou_emit(c, OU_OP_GET_ITER, TEMP(it), x, 0));
    TRY(ou_emit_jump(c, OU_OP_JUMP, 0, 0, test));
    TRY(ou_label_here(c, body));
    int want = ou_gen_target_want(c, s->For.target), item = u->sp;
    if (want == ANY) {
        TRY(ou_temp_reserve(c, 1));
        TRY(ou_gen_store(c, s->For.target, TEMP(item)));
        u->sp = item;
    }
    TRY(ou_gen_body(c, s->For.body));
    TRY(ou_label_here(c, test));
    AT(c, s);
    TRY(ou_emit_jump(c, OU_OP_FOR_ITER, want == ANY ? TEMP(item) : want, it, body));
    ou_block_pop(c);
    u->sp = mark;
    TRY(ou_gen_body(c, s->For.orelse));
    return ou_label_here(c, end);
}

int
ou_gen_async_next(Compiler *c, int it, Label except, Expr *target)
{
    Unit *u = c->unit;
    int mark = u->sp, region = u->region;
    TRY(ou_region_new(c, except, mark));
    int value = ou_temp_reserve(c, 2);
    TRY(value);
    TRY(ou_emit(c, OU_OP_GET_ANEXT, TEMP(value + 1), it, 0));
    TRY(ou_gen_yield_from(c, value, value + 1, true));
    u->region = region;
    u->sp = value + 1;
    TRY(ou_gen_store(c, target, TEMP(value)));
    u->sp = mark;
    return 0;
}

static int
gen_async_for(Compiler *c, Stmt *s)
{
    Unit *u = c->unit;
    AT(c, s);
    if (u->kind != UNIT_ASYNC_FUNCTION && !ou_gen_top_level_await(c)) {
        return ou_gen_error(c, "'async for' outside async function");
    }
    Label start = ou_label_new(c), next = ou_label_new(c), except = ou_label_new(c), end = ou_label_new(c);
    TRY(start);
    TRY(next);
    TRY(except);
    TRY(end);
    int mark = u->sp;
    int x = ou_gen_expr(c, s->AsyncFor.iter, ANY);
    TRY(x);
    int it = ou_result_at(c, mark, ANY, x, -1);
    TRY(it);
    it = REG(it);
    AT(c, s);
    TRY(ou_emit(c, OU_OP_GET_AITER, TEMP(it), x, 0));
    TRY(ou_block_push(c, (FBlock){.kind = FB_FOR, .exit = end, .next = next, .region = u->region, .reg = it}));
    TRY(ou_label_here(c, start));
    TRY(ou_gen_async_next(c, it, except, s->AsyncFor.target));
    TRY(ou_gen_body(c, s->AsyncFor.body));
    TRY(ou_label_here(c, next));
    AT(c, s);
    TRY(ou_emit_jump(c, OU_OP_JUMP_BACK, 0, 0, start));
    ou_block_pop(c);
    TRY(ou_label_here(c, except));
    AT(c, s->AsyncFor.iter);
    TRY(ou_temp_reserve(c, 1));
    TRY(ou_emit(c, OU_OP_END_ASYNC_FOR, u->sp - 1, it, 0));
    u->sp = mark;
    TRY(ou_gen_body(c, s->AsyncFor.orelse));
    return ou_label_here(c, end);
}

int
ou_gen_loop(Compiler *c, Stmt *s)
{
    switch (s->kind) {
    case STMT_WHILE: return gen_while(c, s);
    case STMT_FOR: return gen_for(c, s);
    default: return gen_async_for(c, s);
    }
}
