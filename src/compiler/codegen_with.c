/* compiler/codegen_with.c - with and async with.
 *
 * The bound exit function stays in register W while the body runs; an exception comes to W + 1.
 *
 * Invariant  the exit function is called exactly once on every way out.
 * Not here   leaving a with early (codegen_stmt.c). */
#include "compiler/codegen.h"

static int
gen_item(Compiler *c, Stmt *s, Py_ssize_t index)
{
    Unit *u = c->unit;
    bool async = s->kind == STMT_ASYNCWITH;
    if (index == s->With.items.n) {
        return ou_gen_body(c, s->With.body);
    }
    WithItem *item = s->With.items.items[index];
    Label except = ou_label_new(c), cleanup = ou_label_new(c), suppress = ou_label_new(c), end = ou_label_new(c);
    TRY(except);
    TRY(cleanup);
    TRY(suppress);
    TRY(end);
    int mark = u->sp, outer = u->region;
    int x = ou_gen_expr(c, item->context_expr, ANY);
    TRY(x);
    AT(c, s);
    int w = ou_temp_reserve(c, 2);
    TRY(w);
    TRY(ou_emit(c, async ? OU_OP_BEFORE_ASYNC_WITH : OU_OP_BEFORE_WITH, w, x, 0));
    int entered = TEMP(w + 1);
    if (async) { /* awaited under no protection, as its exit function is not due yet */
        entered = ou_gen_await(c, entered, 1, ANY);
        TRY(entered);
    }
    FBlock block = {.kind = async ? FB_ASYNC_WITH : FB_WITH, .region = outer, .reg = w, .place = PLACE(s)};
    TRY(ou_block_push(c, block));
    TRY(ou_region_new(c, except, w + 1));
    if (item->optional_vars != NULL) {
        TRY(ou_gen_store(c, item->optional_vars, entered));
    }
    else {
        TRY(ou_emit(c, OU_OP_CLEAR, REG(entered), 0, 0));
    }
    u->sp = w + 1;
    TRY(gen_item(c, s, index + 1));
    ou_block_pop(c);
    u->region = outer;

    AT(c, s);
    int t = ou_temp_reserve(c, 1);
    TRY(t);
    TRY(ou_emit(c, OU_OP_WITH_EXIT, TEMP(t), w, 0));
    t = TEMP(t);
    if (async) {
        t = ou_gen_await(c, t, 2, ANY);
        TRY(t);
    }
    TRY(ou_emit(c, OU_OP_CLEAR, REG(t), 0, 0));

    int was_cold = ou_cold_begin(c, end);
    TRY(was_cold);
    int exc = w + 1;
    u->sp = exc;
    TRY(ou_temp_reserve(c, 2));
    TRY(ou_label_here(c, except));
    AT(c, s);
    TRY(ou_emit(c, OU_OP_PUSH_EXC, exc, 0, 0));
    TRY(ou_region_new(c, cleanup, exc + 2));
    t = ou_temp_reserve(c, 1);
    TRY(t);
    TRY(ou_emit(c, OU_OP_WITH_EXCEPT, TEMP(t), w, exc));
    t = TEMP(t);
    if (async) {
        t = ou_gen_await(c, t, 2, ANY);
        TRY(t);
    }
    TRY(ou_emit_jump(c, OU_OP_JUMP_IF_TRUE, t, 0, suppress));
    u->sp = exc + 2;
    u->region = outer;
    TRY(ou_temp_reserve(c, 1));
    TRY(ou_emit(c, OU_OP_MOVE, TEMP(exc + 2), TEMP(exc), 0));
    TRY(ou_emit(c, OU_OP_POP_EXC, exc, 0, 0));
    TRY(ou_emit(c, OU_OP_RERAISE, exc + 2, 1, 0));
    TRY(ou_label_here(c, suppress));
    TRY(ou_emit(c, OU_OP_POP_EXC, exc, 0, 0));
    TRY(ou_emit(c, OU_OP_CLEAR, w, 0, 0));
    TRY(ou_emit_jump(c, OU_OP_JUMP, 0, 0, end));
    TRY(ou_label_here(c, cleanup));
    AT_NOWHERE(c);
    TRY(ou_emit(c, OU_OP_POP_EXC, exc, 0, 0));
    TRY(ou_emit(c, OU_OP_RERAISE, exc + 2, 1, 0));
    ou_cold_end(c, was_cold);
    u->sp = mark;
    return ou_label_here(c, end);
}

int
ou_gen_with(Compiler *c, Stmt *s)
{
    AT(c, s);
    if (s->kind == STMT_ASYNCWITH && c->unit->kind != UNIT_ASYNC_FUNCTION && !ou_gen_top_level_await(c)) {
        return ou_gen_error(c, "'async with' outside async function");
    }
    return gen_item(c, s, 0);
}
