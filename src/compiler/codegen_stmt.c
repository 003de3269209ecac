/* compiler/codegen_stmt.c - simple statements, if, and leaving blocks early.
 *
 * Invariant  between statements the temporaries are those of the blocks around (iterators, exit functions, exceptions),
 *            and a return leaves none behind.
 * Not here   loops, try, with, match, def, assignment: codegen_*.c of that name. */
#include "compiler/codegen.h"

#include <string.h>

#include "compiler/compile.h"
#include "object/state.h"

/* ---- blocks ----------------------------------------------------------------------------------------- */

int
ou_block_push(Compiler *c, FBlock block)
{
    Unit *u = c->unit;
    if (u->n_blocks >= CO_MAXBLOCKS) {
        return ou_gen_error(c, "too many statically nested blocks");
    }
    u->blocks[u->n_blocks++] = block;
    return 0;
}

void
ou_block_pop(Compiler *c)
{
    c->unit->n_blocks--;
}

/* Code that leaves one block; it is not on the stack of blocks meanwhile. */
static int
unwind_block(Compiler *c, FBlock *b, int keep)
{
    Unit *u = c->unit;
    u->region = b->region;
    switch (b->kind) {
    case FB_WHILE:
    case FB_TRY: return 0;
    case FB_FOR:
    case FB_POP_VALUE: return ou_emit(c, OU_OP_CLEAR, b->reg, 0, 0);
    case FB_FINALLY_TRY: {
        if (keep >= 0) { /* a return in the finally drops the value of the first */
            TRY(ou_block_push(c, (FBlock){.kind = FB_POP_VALUE, .region = b->region, .reg = keep}));
        }
        TRY(ou_gen_body(c, b->finalbody));
        AT_NOWHERE(c); /* what follows belongs to no line: the statement that left is past */
        if (keep >= 0) {
            ou_block_pop(c);
        }
        return 0;
    }
    case FB_FINALLY_END: return ou_emit(c, OU_OP_POP_EXC, b->reg, 0, 0);
    case FB_HANDLER: TRY(ou_emit(c, OU_OP_POP_EXC, b->reg, 0, 0)); return b->name == NULL ? 0 : ou_name_unbind(c, b->name);
    case FB_WITH:
    case FB_ASYNC_WITH: {
        u->at = b->place;
        int mark = u->sp, t = ou_temp_reserve(c, 1);
        TRY(t);
        TRY(ou_emit(c, OU_OP_WITH_EXIT, TEMP(t), b->reg, 0));
        if (b->kind == FB_ASYNC_WITH) {
            t = ou_gen_await(c, TEMP(t), 2, ANY);
            TRY(t);
        }
        TRY(ou_emit(c, OU_OP_CLEAR, REG(t), 0, 0));
        u->sp = mark;
        AT_NOWHERE(c);
        return 0;
    }
    case FB_GROUP_HANDLER: return ou_gen_error(c, "'break', 'continue' and 'return' cannot appear in an except* block");
    }
    return 0;
}

/* Code that leaves the innermost blocks down to number `down_to`, that one included.  `keep`: a temporary that is
 * carried along (a value to be returned), or -1. */
static int
block_unwind(Compiler *c, int down_to, int keep)
{
    Unit *u = c->unit;
    int n_blocks = u->n_blocks, region = u->region;
    if (n_blocks <= down_to) {
        return 0;
    }
    FBlock saved[CO_MAXBLOCKS]; /* the bodies of finally push blocks of their own where these lie */
    memcpy(saved, u->blocks, (size_t)n_blocks * sizeof *saved);
    while (u->n_blocks > down_to) {
        u->n_blocks--;
        TRY(unwind_block(c, &saved[u->n_blocks], keep));
    }
    memcpy(u->blocks, saved, (size_t)n_blocks * sizeof *saved);
    u->n_blocks = n_blocks;
    u->region = region;
    return 0;
}

int
ou_cold_begin(Compiler *c, Label exit)
{
    if (c->unit->cold) {
        TRY(ou_emit_jump(c, OU_OP_JUMP, 0, 0, exit));
        return 1;
    }
    c->unit->cold = true;
    return 0;
}

void
ou_cold_end(Compiler *c, int was_cold)
{
    c->unit->cold = was_cold;
}

/* ---- return, break, continue ------------------------------------------------------------------------ */

/* Will leaving all blocks run code of this frame that may rebind `reg`? */
static bool
unwinding_rebinds(Compiler *c, int reg)
{
    Unit *u = c->unit;
    for (int i = 0; i < u->n_blocks; i++) {
        FBlock *b = &u->blocks[i];
        if (b->kind == FB_FINALLY_TRY || (b->kind == FB_HANDLER && b->name != NULL && ou_name_fast(c, b->name) == reg)) {
            return true;
        }
    }
    return false;
}

static int
gen_return(Compiler *c, Stmt *s)
{
    Unit *u = c->unit;
    Expr *value = s->Return.value;
    AT(c, s);
    if (u->scope->kind != BLOCK_FUNCTION) {
        return ou_gen_error(c, "'return' outside function");
    }
    if (value != NULL && u->scope->coroutine && u->scope->generator) {
        return ou_gen_error(c, "'return' with value in async generator");
    }
    int mark = u->sp, x = -1;
    bool constant = value == NULL || value->kind == EXPR_CONSTANT;
    if (!constant) {
        x = ou_gen_expr(c, value, ANY);
        TRY(x);
        if (IS_REGISTER(x) && unwinding_rebinds(c, x)) {
            int t = ou_temp_reserve(c, 1);
            TRY(t);
            TRY(ou_emit(c, OU_OP_MOVE, TEMP(t), x, 0));
            x = TEMP(t);
        }
    }
    else if (u->n_blocks > 0) {
        TRY(ou_emit(c, OU_OP_NOP, 0, 0, 0)); /* the line, before what the blocks do */
    }
    AT(c, s);
    if (constant && value != NULL && value->lineno == s->lineno) {
        AT(c, value); /* where a return from an except* block is refused */
    }
    TRY(block_unwind(c, 0, !constant && IS_TEMP(x) ? REG(x) : -1));
    if (constant) {
        x = ou_const_operand(c, value == NULL ? Py_None : value->Constant.value);
        TRY(x);
    }
    TRY(ou_emit(c, OU_OP_RETURN, x, 0, 0));
    u->sp = mark;
    return 0;
}

static int
gen_leave_loop(Compiler *c, Stmt *s)
{
    Unit *u = c->unit;
    bool is_break = s->kind == STMT_BREAK;
    AT(c, s);
    TRY(ou_emit(c, OU_OP_NOP, 0, 0, 0));
    int loop = u->n_blocks - 1;
    while (loop >= 0 && u->blocks[loop].kind != FB_FOR && u->blocks[loop].kind != FB_WHILE) {
        if (u->blocks[loop].kind == FB_GROUP_HANDLER) {
            return ou_gen_error(c, "'break', 'continue' and 'return' cannot appear in an except* block");
        }
        loop--;
    }
    if (loop < 0) {
        return ou_gen_error(c, is_break ? "'break' outside loop" : "'continue' not properly in loop");
    }
    TRY(block_unwind(c, is_break ? loop : loop + 1, -1));
    return ou_emit_jump(c, OU_OP_JUMP, 0, 0, is_break ? u->blocks[loop].exit : u->blocks[loop].next);
}

/* ---- raise, assert ---------------------------------------------------------------------------------- */

static int
gen_raise(Compiler *c, Stmt *s)
{
    int mark = c->unit->sp, x = 0, y = 0, n = 0;
    if (s->Raise.exc != NULL) {
        x = ou_gen_operand(c, s->Raise.exc, s->Raise.cause, NULL);
        TRY(x);
        n = 1;
        if (s->Raise.cause != NULL) {
            y = ou_gen_expr(c, s->Raise.cause, ANY);
            TRY(y);
            n = 2;
        }
    }
    AT(c, s);
    TRY(ou_emit(c, OU_OP_RAISE, n, x, y));
    c->unit->sp = mark;
    return 0;
}

/* The last comparison that a condition may come to: the place of the assertion that fails, as in CPython 3.11.  NULL: there is
 * none.  The condition has been compiled, so its depth is one that the C stack can bear. */
static Expr *
last_comparison(Expr *e)
{
    switch (e->kind) {
    case EXPR_COMPARE: return e;
    case EXPR_UNARYOP: return e->UnaryOp.op == UNARYOP_NOT ? last_comparison(e->UnaryOp.operand) : NULL;
    case EXPR_BOOLOP:
        for (Py_ssize_t i = e->BoolOp.values.n - 1; i >= 0; i--) {
            Expr *found = last_comparison(e->BoolOp.values.items[i]);
            if (found != NULL) {
                return found;
            }
        }
        return NULL;
    case EXPR_IFEXP: {
        Expr *found = last_comparison(e->IfExp.orelse);
        found = found != NULL ? found : last_comparison(e->IfExp.body);
        return found != NULL ? found : last_comparison(e->IfExp.test);
    }
    default: return NULL;
    }
}

static int
gen_assert(Compiler *c, Stmt *s)
{
    Unit *u = c->unit;
    Expr *test = s->Assert.test;
    AT(c, s);
    if ((test->kind == EXPR_TUPLE && test->Tuple.elts.n > 0)
        || (test->kind == EXPR_CONSTANT && PyTuple_Check(test->Constant.value) && PyTuple_GET_SIZE(test->Constant.value) > 0)) {
        TRY(ou_gen_warn(c, "assertion is always true, perhaps remove parentheses?"));
    }
    if (c->optimize > 0) {
        return 0;
    }
    Label end = ou_label_new(c);
    TRY(end);
    int mark = u->sp;
    TRY(ou_gen_jump_if(c, test, end, true, false));
    Expr *comparison = last_comparison(test);
    u->at = comparison != NULL ? PLACE(comparison) : PLACE(s);
    OuPlace place = u->at;
    int d = ou_temp_reserve(c, 1);
    TRY(d);
    if (s->Assert.msg == NULL) {
        TRY(ou_emit(c, OU_OP_LOAD_ASSERTION_ERROR, TEMP(d), 0, 0));
    }
    else {
        int w = ou_temp_reserve(c, OU_WINDOW);
        TRY(w);
        TRY(ou_emit(c, OU_OP_LOAD_ASSERTION_ERROR, TEMP(w), 0, 0));
        TRY(ou_gen_push(c, s->Assert.msg));
        u->at = place;
        TRY(ou_emit(c, OU_OP_CALL, TEMP(d), w, 1));
    }
    TRY(ou_emit(c, OU_OP_RAISE, 1, TEMP(d), 0));
    u->sp = mark;
    return ou_label_here(c, end);
}

/* ---- import ----------------------------------------------------------------------------------------- */

/* __import__(name, ..., fromlist, level) into D field d. */
static int
emit_import(Compiler *c, PyObject *name, PyObject *fromlist, int level, int d)
{
    Unit *u = c->unit;
    int mark = u->sp;
    PyObject *number = PyLong_FromLong(level);
    int w = number == NULL ? -1 : ou_gen_push_const(c, number);
    Py_XDECREF(number);
    TRY(w);
    TRY(ou_gen_push_const(c, fromlist));
    int index = ou_name_index(c, name);
    TRY(index);
    TRY(ou_emit(c, OU_OP_IMPORT_NAME, d, w, index));
    u->sp = mark;
    return 0;
}

/* Part from..to of a dotted name: interned and borrowed from the tree. */
static PyObject *
name_part(Compiler *c, PyObject *name, Py_ssize_t from, Py_ssize_t to)
{
    PyObject *part = PyUnicode_Substring(name, from, to);
    if (part == NULL) {
        return NULL;
    }
    PyUnicode_InternInPlace(&part);
    return ou_tree_keep(c->tree, part);
}

static int
gen_import_one(Compiler *c, Stmt *s, Alias *alias)
{
    Unit *u = c->unit;
    PyObject *name = alias->name;
    Py_ssize_t len = PyUnicode_GET_LENGTH(name), dot = PyUnicode_FindChar(name, '.', 0, len, 1);
    if (dot == -2) {
        return -1;
    }
    int mark = u->sp;
    AT(c, s);
    PyObject *bound = alias->asname != NULL ? alias->asname : dot < 0 ? name : name_part(c, name, 0, dot);
    if (bound == NULL) {
        return -1;
    }
    int fast = ou_name_fast(c, bound), module = -1;
    bool chain = alias->asname != NULL && dot >= 0;
    if (fast < 0 || chain) {
        module = ou_temp_reserve(c, 1);
        TRY(module);
        module = TEMP(module);
    }
    else {
        module = fast;
    }
    TRY(emit_import(c, name, Py_None, 0, module));
    while (chain && dot >= 0) { /* import a.b.c as d: down from a */
        Py_ssize_t from = dot + 1;
        dot = PyUnicode_FindChar(name, '.', from, len, 1);
        if (dot == -2) {
            return -1;
        }
        PyObject *part = name_part(c, name, from, dot < 0 ? len : dot);
        int index = part == NULL ? -1 : ou_name_index(c, part), next = ou_temp_reserve(c, 1);
        TRY(index);
        TRY(next);
        TRY(ou_emit(c, OU_OP_IMPORT_FROM, TEMP(next), REG(module), index));
        TRY(ou_emit(c, OU_OP_CLEAR, REG(module), 0, 0));
        module = TEMP(next);
    }
    if (IS_TEMP(module)) {
        TRY(ou_name_store(c, bound, module));
    }
    else {
        TRY(ou_gen_check_name(c, bound, CTX_STORE));
    }
    u->sp = mark;
    return 0;
}

static int
gen_import(Compiler *c, Stmt *s)
{
    for (Py_ssize_t i = 0; i < s->Import.names.n; i++) {
        TRY(gen_import_one(c, s, s->Import.names.items[i]));
    }
    return 0;
}

static int
gen_import_from(Compiler *c, Stmt *s)
{
    Unit *u = c->unit;
    AliasSeq names = s->ImportFrom.names;
    AT(c, s);
    if (s->lineno > c->future_line && s->ImportFrom.module != NULL
        && _PyUnicode_EqualToASCIIString(s->ImportFrom.module, "__future__")) {
        return ou_gen_error(c, "from __future__ imports must occur at the beginning of the file");
    }
    PyObject *fromlist = PyTuple_New(names.n);
    if (fromlist == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < names.n; i++) {
        PyTuple_SET_ITEM(fromlist, i, Py_NewRef(names.items[i]->name));
    }
    int mark = u->sp, module = ou_temp_reserve(c, 1);
    int failed = module < 0
              || emit_import(c, s->ImportFrom.module != NULL ? s->ImportFrom.module : OU_EMPTY_STR, fromlist,
                             s->ImportFrom.level, TEMP(module))
                     < 0;
    Py_DECREF(fromlist);
    if (failed) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < names.n; i++) {
        Alias *alias = names.items[i];
        if (i == 0 && PyUnicode_READ_CHAR(alias->name, 0) == '*') {
            TRY(ou_emit(c, OU_OP_IMPORT_STAR, TEMP(module), 0, 0));
            u->sp = mark;
            return 0;
        }
        PyObject *bound = alias->asname != NULL ? alias->asname : alias->name;
        int index = ou_name_index(c, alias->name), fast = ou_name_fast(c, bound), d = fast;
        TRY(index);
        if (fast < 0) {
            d = ou_temp_reserve(c, 1);
            TRY(d);
            d = TEMP(d);
        }
        TRY(ou_gen_check_name(c, bound, CTX_STORE));
        TRY(ou_emit(c, OU_OP_IMPORT_FROM, d, module, index));
        if (fast < 0) {
            TRY(ou_name_store(c, bound, d));
        }
        u->sp = module + 1;
    }
    TRY(ou_emit(c, OU_OP_CLEAR, module, 0, 0));
    u->sp = mark;
    return 0;
}

/* ---- the choice ------------------------------------------------------------------------------------- */

static int
gen_if(Compiler *c, Stmt *s)
{
    Label orelse = ou_label_new(c), end = ou_label_new(c);
    TRY(orelse);
    TRY(end);
    TRY(ou_gen_jump_if(c, s->If.test, orelse, false, false));
    TRY(ou_gen_body(c, s->If.body));
    if (s->If.orelse.n > 0) {
        TRY(ou_emit_jump(c, OU_OP_JUMP, 0, 0, end));
    }
    TRY(ou_label_here(c, orelse));
    TRY(ou_gen_body(c, s->If.orelse));
    return ou_label_here(c, end);
}

static int
gen_expr_stmt(Compiler *c, Stmt *s)
{
    Expr *e = s->Expr.value;
    if (c->interactive && c->unit->outer == NULL) {
        int mark = c->unit->sp, x = ou_gen_expr(c, e, ANY);
        TRY(x);
        AT(c, s);
        TRY(ou_emit(c, OU_OP_PRINT_EXPR, x, 0, 0));
        c->unit->sp = mark;
        return 0;
    }
    if (e->kind == EXPR_CONSTANT) {
        AT(c, s);
        return ou_emit(c, OU_OP_NOP, 0, 0, 0);
    }
    return ou_gen_effect(c, e);
}

static int
gen_stmt(Compiler *c, Stmt *s)
{
    AT(c, s);
    switch (s->kind) {
    case STMT_FUNCTIONDEF:
    case STMT_ASYNCFUNCTIONDEF: return ou_gen_function(c, s);
    case STMT_CLASSDEF: return ou_gen_class(c, s);
    case STMT_RETURN: return gen_return(c, s);
    case STMT_DELETE:
        for (Py_ssize_t i = 0; i < s->Delete.targets.n; i++) {
            TRY(ou_gen_delete(c, s->Delete.targets.items[i]));
        }
        return 0;
    case STMT_ASSIGN: return ou_gen_assign(c, s);
    case STMT_AUGASSIGN: return ou_gen_augassign(c, s);
    case STMT_ANNASSIGN: return ou_gen_annassign(c, s);
    case STMT_FOR:
    case STMT_ASYNCFOR:
    case STMT_WHILE: return ou_gen_loop(c, s);
    case STMT_IF: return gen_if(c, s);
    case STMT_WITH:
    case STMT_ASYNCWITH: return ou_gen_with(c, s);
    case STMT_MATCH: return ou_gen_match(c, s);
    case STMT_RAISE: return gen_raise(c, s);
    case STMT_TRY:
    case STMT_TRYSTAR: return ou_gen_try(c, s);
    case STMT_ASSERT: return gen_assert(c, s);
    case STMT_IMPORT: return gen_import(c, s);
    case STMT_IMPORTFROM: return gen_import_from(c, s);
    case STMT_GLOBAL:
    case STMT_NONLOCAL: return 0;
    case STMT_EXPR: return gen_expr_stmt(c, s);
    case STMT_PASS: return ou_emit(c, OU_OP_NOP, 0, 0, 0);
    case STMT_BREAK:
    case STMT_CONTINUE: return gen_leave_loop(c, s);
    }
    return 0;
}

int
ou_gen_body(Compiler *c, StmtSeq body)
{
    if (ou_compile_stack_is_low()) {
        return ou_compile_too_deep();
    }
    for (Py_ssize_t i = 0; i < body.n; i++) {
        TRY(gen_stmt(c, body.items[i]));
    }
    return 0;
}
