/* compiler/codegen_comprehension.c - list, set and dict comprehensions and generator expressions.
 *
 * A comprehension is a code object with one parameter, `.0`, the iterator of its outermost `for`, run in a frame of its
 * own without a function object; only what is a coroutine or an asynchronous generator gets a function.
 *
 * Invariant  the result grows in one temporary of its own frame, and `.0` is the first register.
 * Not here   loops as statements (codegen_loop.c). */
#include "compiler/codegen.h"

#include "object/state.h"

typedef struct {
    ComprehensionKind kind;
    ComprehensionSeq parts;
    Expr *elt, *value; /* key and value of a dict */
    int result;        /* register of what is built; -1 in a generator */
    Expr *node;
} Making;

static int gen_part(Compiler *c, Making *m, Py_ssize_t i);

static int
gen_element(Compiler *c, Making *m)
{
    Unit *u = c->unit;
    int mark = u->sp;
    switch (m->kind) {
    case COMP_LIST:
    case COMP_SET: {
        int x = ou_gen_expr(c, m->elt, ANY);
        TRY(x);
        AT(c, m->elt);
        TRY(ou_emit(c, m->kind == COMP_LIST ? OU_OP_LIST_APPEND : OU_OP_SET_ADD, m->result, x, 0));
        break;
    }
    case COMP_DICT: {
        int x = ou_gen_operand(c, m->elt, m->value, NULL);
        TRY(x);
        int y = ou_gen_expr(c, m->value, ANY);
        TRY(y);
        u->at = PLACE(m->elt);
        u->at.end_line = m->value->end_lineno;
        u->at.end_col = m->value->end_col_offset;
        TRY(ou_emit(c, OU_OP_MAP_ADD, m->result, x, y));
        break;
    }
    default: {
        int x = ou_gen_expr(c, m->elt, ANY);
        TRY(x);
        AT(c, m->elt);
        if (u->scope->coroutine) {
            int wrapped = ou_result_at(c, mark, ANY, x, -1);
            TRY(wrapped);
            TRY(ou_emit(c, OU_OP_ASYNC_GEN_WRAP, wrapped, x, 0));
            x = wrapped;
        }
        int d = ou_result_at(c, mark, ANY, x, -1);
        TRY(d);
        TRY(ou_emit(c, OU_OP_YIELD, d, x, 0));
        TRY(ou_emit(c, OU_OP_RESUME, 1, 0, 0));
        TRY(ou_emit(c, OU_OP_CLEAR, REG(d), 0, 0));
        break;
    }
    }
    u->sp = mark;
    return 0;
}

/* The conditions of part i, then the parts inside it. */
static int
gen_inside(Compiler *c, Making *m, Py_ssize_t i, Label next)
{
    ExprSeq ifs = m->parts.items[i]->ifs;
    for (Py_ssize_t k = 0; k < ifs.n; k++) {
        TRY(ou_gen_jump_if(c, ifs.items[k], next, false, false));
    }
    return i + 1 < m->parts.n ? gen_part(c, m, i + 1) : gen_element(c, m);
}

static int
gen_sync_part(Compiler *c, Making *m, Py_ssize_t i)
{
    Unit *u = c->unit;
    Comprehension *part = m->parts.items[i];
    Label body = ou_label_new(c), next = ou_label_new(c);
    TRY(body);
    TRY(next);
    int mark = u->sp, it = 0; /* the first register is .0 */
    if (i > 0) {
        ExprSeq elts = {0, NULL};
        if (part->iter->kind == EXPR_LIST || part->iter->kind == EXPR_TUPLE) {
            elts = part->iter->kind == EXPR_LIST ? part->iter->List.elts : part->iter->Tuple.elts;
        }
        if (elts.n == 1 && elts.items[0]->kind != EXPR_STARRED) { /* for y in [f(x)]: an assignment */
            int want = ou_gen_target_want(c, part->target), x = ou_gen_expr(c, elts.items[0], want);
            TRY(x);
            if (want == ANY) {
                TRY(ou_gen_store(c, part->target, x));
            }
            TRY(gen_inside(c, m, i, next));
            TRY(ou_label_here(c, next));
            u->sp = mark;
            return 0;
        }
        int x = ou_gen_expr(c, part->iter, ANY);
        TRY(x);
        int d = ou_result_at(c, mark, ANY, x, -1);
        TRY(d);
        AT(c, part->iter);
        TRY(ou_emit(c, OU_OP_GET_ITER, d, x, 0));
        it = REG(d);
    }
    TRY(ou_emit_jump(c, OU_OP_JUMP, 0, 0, next));
    TRY(ou_label_here(c, body));
    int want = ou_gen_target_want(c, part->target), item = u->sp;
    if (want == ANY) {
        TRY(ou_temp_reserve(c, 1));
        TRY(ou_gen_store(c, part->target, TEMP(item)));
        u->sp = item;
    }
    TRY(gen_inside(c, m, i, next));
    TRY(ou_label_here(c, next));
    AT(c, m->node);
    TRY(ou_emit_jump(c, OU_OP_FOR_ITER, want == ANY ? TEMP(item) : want, it, body));
    u->sp = mark;
    return 0;
}

static int
gen_async_part(Compiler *c, Making *m, Py_ssize_t i)
{
    Unit *u = c->unit;
    Comprehension *part = m->parts.items[i];
    Label start = ou_label_new(c), next = ou_label_new(c), except = ou_label_new(c);
    TRY(start);
    TRY(next);
    TRY(except);
    int mark = u->sp, it = 0;
    if (i > 0) {
        int x = ou_gen_expr(c, part->iter, ANY);
        TRY(x);
        int d = ou_result_at(c, mark, ANY, x, -1);
        TRY(d);
        AT(c, part->iter);
        TRY(ou_emit(c, OU_OP_GET_AITER, d, x, 0));
        it = REG(d);
    }
    TRY(ou_label_here(c, start));
    AT(c, m->node);
    TRY(ou_gen_async_next(c, it, except, part->target));
    TRY(gen_inside(c, m, i, next));
    TRY(ou_label_here(c, next));
    AT(c, m->node);
    TRY(ou_emit_jump(c, OU_OP_JUMP_BACK, 0, 0, start));
    TRY(ou_label_here(c, except));
    TRY(ou_emit(c, OU_OP_END_ASYNC_FOR, u->sp, it, 0));
    u->sp = mark;
    return 0;
}

static int
gen_part(Compiler *c, Making *m, Py_ssize_t i)
{
    if (ou_compile_stack_is_low()) {
        return ou_compile_too_deep();
    }
    return m->parts.items[i]->is_async ? gen_async_part(c, m, i) : gen_sync_part(c, m, i);
}

/* The body of the comprehension's own unit. */
static int
gen_unit(Compiler *c, Making *m)
{
    Unit *u = c->unit;
    TRY(ou_unit_prologue(c));
    AT(c, m->node);
    OuOp build = m->kind == COMP_LIST ? OU_OP_BUILD_LIST : m->kind == COMP_SET ? OU_OP_BUILD_SET : OU_OP_BUILD_MAP;
    m->result = -1;
    if (m->kind != COMP_GENERATOR) {
        m->result = ou_temp_reserve(c, 1);
        TRY(m->result);
        TRY(ou_emit(c, build, TEMP(m->result), u->sp, 0));
    }
    TRY(gen_part(c, m, 0));
    if (m->kind != COMP_GENERATOR) {
        AT(c, m->node);
        return ou_emit(c, OU_OP_RETURN, TEMP(m->result), 0, 0);
    }
    AT_NOWHERE(c);
    int none = ou_const_operand(c, Py_None);
    TRY(none);
    return ou_emit(c, OU_OP_RETURN, none, 0, 0);
}

/* The iterator of the outermost `for` into temporary `slot`. */
static int
gen_outermost(Compiler *c, Making *m, int slot)
{
    Comprehension *outermost = m->parts.items[0];
    int x = ou_gen_expr(c, outermost->iter, ANY);
    TRY(x);
    AT(c, m->node);
    TRY(ou_emit(c, outermost->is_async ? OU_OP_GET_AITER : OU_OP_GET_ITER, TEMP(slot), x, 0));
    c->unit->sp = slot + 1;
    return 0;
}

int
ou_gen_comprehension(Compiler *c, Expr *e, int want)
{
    Unit *outer = c->unit;
    Making m = {.node = e, .elt = e->ListComp.elt, .parts = e->ListComp.generators};
    PyObject *name;
    switch (e->kind) {
    case EXPR_LISTCOMP:
        m.kind = COMP_LIST;
        name = OU_STR(anon_listcomp);
        break;
    case EXPR_SETCOMP:
        m.kind = COMP_SET;
        name = OU_STR(anon_setcomp);
        break;
    case EXPR_DICTCOMP:
        m.kind = COMP_DICT;
        m.elt = e->DictComp.key;
        m.value = e->DictComp.value;
        m.parts = e->DictComp.generators;
        name = OU_STR(anon_dictcomp);
        break;
    default:
        m.kind = COMP_GENERATOR;
        name = OU_STR(anon_genexpr);
        break;
    }
    bool top_level_await = ou_gen_top_level_await(c);
    TRY(ou_unit_enter(c, UNIT_COMPREHENSION, name, e, e->lineno));
    Scope *scope = c->unit->scope;
    c->unit->n_args = 1;
    AT(c, e);
    int failed = 0;
    if (scope->coroutine && m.kind != COMP_GENERATOR && outer->kind != UNIT_ASYNC_FUNCTION && outer->kind != UNIT_COMPREHENSION
        && !top_level_await) {
        failed = ou_gen_error(c, "asynchronous comprehension outside of an asynchronous function");
    }
    if (failed || gen_unit(c, &m) < 0) {
        ou_unit_leave(c);
        return -1;
    }
    PyObject *code = ou_unit_finish(c);
    if (code == NULL) {
        return -1;
    }
    if (top_level_await && scope->coroutine) {
        outer->scope->coroutine = true;
    }
    int mark = outer->sp, d = want, index = ou_const_index(c, code);
    if (want == ANY) {
        d = ou_temp_reserve(c, 1);
        d = d < 0 ? -1 : TEMP(d);
    }
    int w = ou_temp_reserve(c, OU_WINDOW + 1);
    failed = index < 0 || d < 0 || w < 0;
    AT(c, e);
    if (!failed && !scope->coroutine && index <= 0xFFFF) {
        failed = (scope->n_free > 0 && ou_gen_closure(c, scope, TEMP(w)) < 0) || gen_outermost(c, &m, w + OU_WINDOW) < 0
              || ou_emit(c, OU_OP_CALL_COMPREHENSION, d, w, index) < 0;
        Py_DECREF(code);
        outer->sp = want == ANY ? REG(d) + 1 : mark;
        return failed ? -1 : d;
    }
    failed = failed || ou_gen_make_function(c, code, scope, outer->sp, 0, TEMP(w)) < 0;
    Py_DECREF(code);
    if (failed) {
        return -1;
    }
    outer->sp = w + OU_WINDOW + 1;
    TRY(gen_outermost(c, &m, w + OU_WINDOW));
    bool awaits = scope->coroutine && m.kind != COMP_GENERATOR;
    int result = d;
    if (awaits) { /* the coroutine, above the register of its value */
        result = ou_temp_reserve(c, 1);
        TRY(result);
        result = TEMP(result);
    }
    TRY(ou_emit(c, OU_OP_CALL, result, w, 1));
    outer->sp = want == ANY ? REG(d) + 1 : mark;
    if (!awaits) {
        return d;
    }
    if (outer->sp <= REG(result)) {
        outer->sp = REG(result) + 1;
    }
    TRY(ou_gen_await(c, result, 0, d));
    outer->sp = want == ANY ? REG(d) + 1 : mark;
    return d;
}
