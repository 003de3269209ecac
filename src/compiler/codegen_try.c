/* compiler/codegen_try.c - try: except, finally, except*.
 *
 * A handler's exception comes to register W, the number of temporaries outside the try; PUSH_EXC keeps what was handled
 * before in W + 1.  What a handler itself raises comes to W + 2 (its cleanup): there the one handled before is put
 * back, and the new one goes on outwards.
 *
 * Invariant  every way out of a handler passes exactly one POP_EXC.
 * Not here   leaving a try early (codegen_stmt.c), with (codegen_with.c). */
#include "compiler/codegen.h"

/* The cleanup of a handler with exception register w: behind `cleanup`, in the region outside the try. */
static int
emit_cleanup(Compiler *c, Label cleanup, int w)
{
    TRY(ou_label_here(c, cleanup));
    AT_NOWHERE(c);
    TRY(ou_emit(c, OU_OP_POP_EXC, w, 0, 0));
    return ou_emit(c, OU_OP_RERAISE, w + 2, 1, 0);
}

/* Raise w's exception on, no handler having taken it. */
static int
emit_reraise(Compiler *c, int w)
{
    TRY(ou_emit(c, OU_OP_MOVE, TEMP(w + 2), TEMP(w), 0));
    TRY(ou_emit(c, OU_OP_POP_EXC, w, 0, 0));
    return ou_emit(c, OU_OP_RERAISE, w + 2, 0, 0);
}

/* One except clause whose exception, in w, is matched already. */
static int
gen_clause(Compiler *c, ExceptHandler *handler, int w, Label end, int outer_region, int cleanup_region)
{
    Unit *u = c->unit;
    FBlock block = {.kind = FB_HANDLER, .region = outer_region, .reg = w, .name = handler->name};
    Label unbind = NO_LABEL;
    if (handler->name != NULL) {
        unbind = ou_label_new(c);
        TRY(unbind);
        AT(c, handler);
        TRY(ou_name_store(c, handler->name, w));
        TRY(ou_region_new(c, unbind, w + 2));
    }
    TRY(ou_block_push(c, block));
    TRY(ou_gen_body(c, handler->body));
    ou_block_pop(c);
    u->region = outer_region;
    TRY(ou_emit(c, OU_OP_POP_EXC, w, 0, 0));
    if (handler->name != NULL) {
        TRY(ou_name_unbind(c, handler->name));
    }
    TRY(ou_emit_jump(c, OU_OP_JUMP, 0, 0, end));
    if (handler->name != NULL) {
        AT_NOWHERE(c);
        TRY(ou_label_here(c, unbind));
        u->region = cleanup_region;
        u->sp = w + 3; /* the new exception stands in w + 2 meanwhile */
        TRY(ou_name_unbind(c, handler->name));
        u->sp = w + 2;
        u->region = outer_region;
        TRY(ou_emit(c, OU_OP_POP_EXC, w, 0, 0));
        TRY(ou_emit(c, OU_OP_RERAISE, w + 2, 1, 0));
    }
    return 0;
}

/* The body that handlers guard and its else, then the head of the handlers at `except`, which have `n_temps`
 * temporaries.  Returns what ou_cold_end() wants, or -1. */
static int
gen_guarded(Compiler *c, Stmt *s, Label except, Label end, int n_temps)
{
    Unit *u = c->unit;
    int w = u->sp, outer = u->region;
    FBlock block = {.kind = FB_TRY, .region = outer, .reg = -1};
    AT(c, s);
    TRY(ou_emit(c, OU_OP_NOP, 0, 0, 0));
    TRY(ou_block_push(c, block));
    TRY(ou_region_new(c, except, w));
    TRY(ou_gen_body(c, s->Try.body));
    ou_block_pop(c);
    u->region = outer;
    TRY(ou_gen_body(c, s->Try.orelse));

    int was_cold = ou_cold_begin(c, end);
    TRY(was_cold);
    TRY(ou_temp_reserve(c, n_temps));
    TRY(ou_block_push(c, block));
    TRY(ou_label_here(c, except));
    AT_NOWHERE(c);
    TRY(ou_emit(c, OU_OP_PUSH_EXC, w, 0, 0));
    return was_cold;
}

static int
gen_try_except(Compiler *c, Stmt *s)
{
    Unit *u = c->unit;
    Label except = ou_label_new(c), cleanup = ou_label_new(c), end = ou_label_new(c);
    TRY(except);
    TRY(cleanup);
    TRY(end);
    int w = u->sp, outer = u->region;
    int was_cold = gen_guarded(c, s, except, end, 3); /* the third only in passing */
    TRY(was_cold);
    u->sp = w + 2;
    int cleanup_region = ou_region_new(c, cleanup, w + 2);
    TRY(cleanup_region);
    ExceptHandlerSeq handlers = s->Try.handlers;
    for (Py_ssize_t i = 0; i < handlers.n; i++) {
        ExceptHandler *handler = handlers.items[i];
        AT(c, handler);
        if (handler->type == NULL && i < handlers.n - 1) {
            return ou_gen_error(c, "default 'except:' must be last");
        }
        Label next = ou_label_new(c);
        TRY(next);
        u->region = cleanup_region;
        if (handler->type != NULL) {
            int x = ou_gen_expr(c, handler->type, ANY);
            TRY(x);
            AT(c, handler);
            TRY(ou_emit_jump(c, OU_OP_JUMP_IF_NO_MATCH, w, x, next));
            u->sp = w + 2;
        }
        else {
            TRY(ou_emit(c, OU_OP_NOP, 0, 0, 0)); /* the line of a bare except */
        }
        TRY(gen_clause(c, handler, w, end, outer, cleanup_region));
        TRY(ou_label_here(c, next));
        AT(c, handler);
    }
    u->region = outer;
    TRY(emit_reraise(c, w));
    TRY(emit_cleanup(c, cleanup, w));
    ou_block_pop(c);
    u->sp = w;
    ou_cold_end(c, was_cold);
    return ou_label_here(c, end);
}

/* ---- except* ---------------------------------------------------------------------------------------- */

/* One except* clause.  group..: w exception, w + 1 handled before, w + 2 list of what clauses raised, w + 3 what is
 * not matched yet, w + 4 the part that matches this clause. */
static int
gen_group_clause(Compiler *c, ExceptHandler *handler, int w, int outer, int cleanup_region)
{
    Unit *u = c->unit;
    Label no_match = ou_label_new(c), next = ou_label_new(c), raised = ou_label_new(c);
    TRY(no_match);
    TRY(next);
    TRY(raised);
    u->sp = w + 4;
    int match = ou_temp_reserve(c, 1);
    TRY(match);
    int x = ou_gen_expr(c, handler->type, ANY);
    TRY(x);
    AT(c, handler);
    TRY(ou_emit(c, OU_OP_EG_MATCH, TEMP(match), w + 3, x));
    u->sp = match + 1;
    TRY(ou_emit_jump(c, OU_OP_JUMP_IF_NONE, match, 0, no_match));
    if (handler->name != NULL) {
        TRY(ou_name_store(c, handler->name, TEMP(match)));
    }
    else {
        TRY(ou_emit(c, OU_OP_CLEAR, match, 0, 0));
    }
    u->sp = w + 4;
    TRY(ou_region_new(c, raised, w + 4));
    TRY(ou_block_push(c, (FBlock){.kind = FB_GROUP_HANDLER, .region = outer, .reg = w}));
    TRY(ou_gen_body(c, handler->body));
    ou_block_pop(c);
    u->region = cleanup_region;
    if (handler->name != NULL) {
        TRY(ou_name_unbind(c, handler->name));
    }
    TRY(ou_emit_jump(c, OU_OP_JUMP, 0, 0, next));
    TRY(ou_label_here(c, raised));
    AT_NOWHERE(c);
    u->sp = w + 5;
    if (handler->name != NULL) {
        TRY(ou_name_unbind(c, handler->name));
    }
    TRY(ou_emit(c, OU_OP_LIST_APPEND, w + 2, TEMP(w + 4), 0));
    TRY(ou_emit_jump(c, OU_OP_JUMP, 0, 0, next));
    TRY(ou_label_here(c, no_match));
    TRY(ou_emit(c, OU_OP_CLEAR, match, 0, 0));
    TRY(ou_label_here(c, next));
    u->sp = w + 4;
    return 0;
}

static int
gen_try_star(Compiler *c, Stmt *s)
{
    Unit *u = c->unit;
    Label except = ou_label_new(c), cleanup = ou_label_new(c), end = ou_label_new(c), reraise = ou_label_new(c);
    TRY(except);
    TRY(cleanup);
    TRY(end);
    TRY(reraise);
    int w = u->sp, outer = u->region;
    int was_cold = gen_guarded(c, s, except, end, 5);
    TRY(was_cold);
    int cleanup_region = ou_region_new(c, cleanup, w + 2);
    TRY(cleanup_region);
    TRY(ou_emit(c, OU_OP_BUILD_LIST, TEMP(w + 2), w + 3, 0));
    TRY(ou_emit(c, OU_OP_MOVE, TEMP(w + 3), w, 0));
    ExceptHandlerSeq handlers = s->TryStar.handlers;
    for (Py_ssize_t i = 0; i < handlers.n; i++) {
        u->region = cleanup_region;
        AT(c, handlers.items[i]);
        TRY(gen_group_clause(c, handlers.items[i], w, outer, cleanup_region));
    }
    ou_block_pop(c);
    u->region = cleanup_region;
    AT_NOWHERE(c);
    TRY(ou_emit(c, OU_OP_LIST_APPEND, w + 2, TEMP(w + 3), 0));
    TRY(ou_emit(c, OU_OP_PREP_RERAISE_STAR, TEMP(w + 3), w, TEMP(w + 2)));
    TRY(ou_emit_jump(c, OU_OP_JUMP_IF_NOT_NONE, w + 3, 0, reraise));
    TRY(ou_emit(c, OU_OP_CLEAR, w + 3, 0, 0));
    u->region = outer;
    TRY(ou_emit(c, OU_OP_POP_EXC, w, 0, 0));
    TRY(ou_emit_jump(c, OU_OP_JUMP, 0, 0, end));
    TRY(ou_label_here(c, reraise));
    TRY(ou_emit(c, OU_OP_POP_EXC, w, 0, 0));
    TRY(ou_emit(c, OU_OP_RERAISE, w + 3, 0, 0));
    TRY(emit_cleanup(c, cleanup, w));
    u->sp = w;
    ou_cold_end(c, was_cold);
    return ou_label_here(c, end);
}

/* ---- finally ---------------------------------------------------------------------------------------- */

static int
gen_try_finally(Compiler *c, Stmt *s)
{
    Unit *u = c->unit;
    Label except = ou_label_new(c), cleanup = ou_label_new(c), end = ou_label_new(c);
    TRY(except);
    TRY(cleanup);
    TRY(end);
    int w = u->sp, outer = u->region;
    AT(c, s);
    TRY(ou_emit(c, OU_OP_NOP, 0, 0, 0));
    TRY(ou_block_push(c, (FBlock){.kind = FB_FINALLY_TRY, .region = outer, .reg = -1, .finalbody = s->Try.finalbody}));
    TRY(ou_region_new(c, except, w));
    if (s->Try.handlers.n == 0) {
        TRY(ou_gen_body(c, s->Try.body));
    }
    else {
        TRY(s->kind == STMT_TRYSTAR ? gen_try_star(c, s) : gen_try_except(c, s));
    }
    ou_block_pop(c);
    u->region = outer;
    TRY(ou_gen_body(c, s->Try.finalbody));

    int was_cold = ou_cold_begin(c, end);
    TRY(was_cold);
    TRY(ou_temp_reserve(c, 3));
    u->sp = w + 2;
    TRY(ou_label_here(c, except));
    AT_NOWHERE(c);
    TRY(ou_emit(c, OU_OP_PUSH_EXC, w, 0, 0));
    TRY(ou_block_push(c, (FBlock){.kind = FB_FINALLY_END, .region = outer, .reg = w}));
    TRY(ou_region_new(c, cleanup, w + 2));
    TRY(ou_gen_body(c, s->Try.finalbody));
    ou_block_pop(c);
    u->region = outer;
    TRY(emit_reraise(c, w));
    TRY(emit_cleanup(c, cleanup, w));
    u->sp = w;
    ou_cold_end(c, was_cold);
    return ou_label_here(c, end);
}

int
ou_gen_try(Compiler *c, Stmt *s)
{
    if (s->Try.finalbody.n > 0) {
        return gen_try_finally(c, s);
    }
    return s->kind == STMT_TRYSTAR ? gen_try_star(c, s) : gen_try_except(c, s);
}
