/* compiler/codegen_display.c - list, tuple, set and dict displays, and formatted strings.
 *
 * Invariant  items are evaluated straight into consecutive temporaries, so that building takes them over without a copy;
 *            long displays grow item by item instead, as registers are finite.
 * Not here   comprehensions (codegen_comprehension.c), unpacking targets (codegen_assign.c). */
#include "compiler/codegen.h"

#include "compiler/compile.h"
#include "object/state.h"

/* Arbitrary: above this many items a display is not built in one go. */
enum { MAX_WINDOW_ITEMS = 64, MAX_WINDOW_STRINGS = 256 };

/* The register an instruction above it builds into: want, or a fresh temporary.  A temporary if `in_place`. */
static int
reserve_result(Compiler *c, int want, bool in_place)
{
    if (want != ANY && (IS_TEMP(want) || !in_place)) {
        return want;
    }
    int reg = ou_temp_reserve(c, 1);
    return reg < 0 ? -1 : TEMP(reg);
}

/* What was built in `d` goes to `want`.  Returns the operand. */
static int
deliver(Compiler *c, int mark, int d, int want)
{
    if (want == ANY) {
        c->unit->sp = REG(d) + 1;
        return d;
    }
    if (d != want) {
        TRY(ou_emit(c, OU_OP_MOVE, want, d, 0));
    }
    c->unit->sp = mark;
    return want;
}

static bool
is_small_int_constant(const Expr *e)
{
    return e->kind == EXPR_CONSTANT && PyLong_CheckExact(e->Constant.value) && Py_ABS(Py_SIZE(e->Constant.value)) <= 1
        && PyLong_AsLong(e->Constant.value) >= OU_SMALL_INT_MIN && PyLong_AsLong(e->Constant.value) <= OU_SMALL_INT_MAX;
}

/* All items constant, and a constant tuple of them may be kept.  It would count the small ints in it, which the program's
 * text does not, so a short display of them is built from immediates. */
static bool
is_constant_display(Compiler *c, ExprSeq elts)
{
    bool small = false;
    for (Py_ssize_t i = 0; i < elts.n; i++) {
        if (elts.items[i]->kind != EXPR_CONSTANT) {
            return false;
        }
        small |= is_small_int_constant(elts.items[i]);
    }
    return elts.n >= 3 && (!small || (c->flags & OU_COMPILE_LIBRARY) || elts.n > MAX_WINDOW_ITEMS);
}

static int
extend_with_constants(Compiler *c, Expr *e, OuOp build, ExprSeq elts, int list)
{
    PyObject *tuple = PyTuple_New(elts.n), *value;
    if (tuple == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < elts.n; i++) {
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(elts.items[i]->Constant.value));
    }
    value = tuple;
    if (build == OU_OP_BUILD_SET) {
        value = PyFrozenSet_New(tuple);
        Py_DECREF(tuple);
        if (value == NULL) {
            return -1;
        }
    }
    int mark = c->unit->sp, x = ou_const_operand(c, value);
    Py_DECREF(value);
    TRY(x);
    AT(c, e);
    TRY(ou_emit(c, build == OU_OP_BUILD_SET ? OU_OP_SET_UPDATE : OU_OP_LIST_EXTEND, list, x, 0));
    c->unit->sp = mark;
    return 0;
}

int
ou_gen_display(Compiler *c, Expr *e, OuOp build, ExprSeq elts, int want)
{
    int mark = c->unit->sp;
    Py_ssize_t n_plain = 0; /* items before the first star */
    while (n_plain < elts.n && elts.items[n_plain]->kind != EXPR_STARRED) {
        n_plain++;
    }
    bool constants = build != OU_OP_BUILD_TUPLE && is_constant_display(c, elts);
    bool in_place = constants || n_plain < elts.n || elts.n > MAX_WINDOW_ITEMS;
    int d = reserve_result(c, want, in_place);
    TRY(d);
    if (!in_place) {
        int w = c->unit->sp;
        for (Py_ssize_t i = 0; i < elts.n; i++) {
            TRY(ou_gen_push(c, elts.items[i]));
        }
        AT(c, e);
        TRY(ou_emit(c, build, d, w, (int)elts.n));
        return deliver(c, mark, d, want);
    }
    bool set = build == OU_OP_BUILD_SET;
    int base = c->unit->sp;
    Py_ssize_t n_first = constants ? 0 : n_plain < MAX_WINDOW_ITEMS ? n_plain : MAX_WINDOW_ITEMS;
    for (Py_ssize_t i = 0; i < n_first; i++) {
        TRY(ou_gen_push(c, elts.items[i]));
    }
    AT(c, e);
    TRY(ou_emit(c, set ? OU_OP_BUILD_SET : OU_OP_BUILD_LIST, d, base, (int)n_first));
    c->unit->sp = base;
    if (constants) {
        TRY(extend_with_constants(c, e, build, elts, REG(d)));
        return deliver(c, mark, d, want);
    }
    for (Py_ssize_t i = n_first; i < elts.n; i++) {
        Expr *item = elts.items[i];
        bool starred = item->kind == EXPR_STARRED;
        int x = ou_gen_expr(c, starred ? item->Starred.value : item, ANY);
        TRY(x);
        AT(c, e);
        OuOp add = starred ? (set ? OU_OP_SET_UPDATE : OU_OP_LIST_EXTEND) : (set ? OU_OP_SET_ADD : OU_OP_LIST_APPEND);
        TRY(ou_emit(c, add, REG(d), x, 0));
        c->unit->sp = base;
    }
    AT(c, e);
    if (build == OU_OP_BUILD_TUPLE) {
        TRY(ou_emit(c, OU_OP_LIST_TO_TUPLE, REG(d), 0, 0));
    }
    return deliver(c, mark, d, want);
}

/* ---- dicts ------------------------------------------------------------------------------------------ */

/* Keys from..to as a constant tuple's index that BUILD_CONST_KEY_MAP can name; -2: not so; -1: error. */
static int
constant_keys(Compiler *c, ExprSeq keys, Py_ssize_t from, Py_ssize_t to)
{
    if (to - from < 2) {
        return -2;
    }
    for (Py_ssize_t i = from; i < to; i++) {
        if (keys.items[i]->kind != EXPR_CONSTANT
            || (is_small_int_constant(keys.items[i]) && !(c->flags & OU_COMPILE_LIBRARY))) {
            return -2;
        }
    }
    PyObject *tuple = PyTuple_New(to - from);
    if (tuple == NULL) {
        return -1;
    }
    for (Py_ssize_t i = from; i < to; i++) {
        PyTuple_SET_ITEM(tuple, i - from, Py_NewRef(keys.items[i]->Constant.value));
    }
    int index = ou_const_index(c, tuple);
    Py_DECREF(tuple);
    return index > 0xFFFF ? -2 : index;
}

/* A dict of the pairs from..to, none of them `**`, into D field d. */
static int
build_pairs(Compiler *c, Expr *e, Py_ssize_t from, Py_ssize_t to, int d)
{
    int w = c->unit->sp, keys = constant_keys(c, e->Dict.keys, from, to);
    if (keys == -1) {
        return -1;
    }
    for (Py_ssize_t i = from; i < to; i++) {
        if (keys < 0) {
            TRY(ou_gen_push(c, e->Dict.keys.items[i]));
        }
        TRY(ou_gen_push(c, e->Dict.values.items[i]));
    }
    AT(c, e);
    if (keys < 0) {
        TRY(ou_emit(c, OU_OP_BUILD_MAP, d, w, (int)(to - from)));
    }
    else {
        TRY(ou_emit(c, OU_OP_BUILD_CONST_KEY_MAP, d, w, keys));
    }
    c->unit->sp = w;
    return 0;
}

int
ou_gen_dict(Compiler *c, Expr *e, int want)
{
    ExprSeq keys = e->Dict.keys, values = e->Dict.values;
    int mark = c->unit->sp;
    Py_ssize_t n_first = 0;
    while (n_first < keys.n && keys.items[n_first] != NULL && n_first < MAX_WINDOW_ITEMS / 2) {
        n_first++;
    }
    int d = reserve_result(c, want, n_first < keys.n);
    TRY(d);
    TRY(build_pairs(c, e, 0, n_first, d));
    int base = c->unit->sp;
    for (Py_ssize_t i = n_first; i < keys.n; i++) {
        Expr *key = keys.items[i], *value = values.items[i];
        if (key == NULL) {
            int x = ou_gen_expr(c, value, ANY);
            TRY(x);
            AT(c, e);
            TRY(ou_emit(c, OU_OP_DICT_UPDATE, REG(d), x, 0));
        }
        else {
            int x = ou_gen_operand(c, key, value, NULL);
            TRY(x);
            int y = ou_gen_expr(c, value, ANY);
            TRY(y);
            AT(c, e);
            TRY(ou_emit(c, OU_OP_MAP_ADD, REG(d), x, y));
        }
        c->unit->sp = base;
    }
    AT(c, e);
    return deliver(c, mark, d, want);
}

/* ---- strings ---------------------------------------------------------------------------------------- */

int
ou_gen_formatted(Compiler *c, Expr *e, int want)
{
    int mark = c->unit->sp, conversion;
    switch (e->FormattedValue.conversion) {
    case 's': conversion = 1; break;
    case 'r': conversion = 2; break;
    case 'a': conversion = 3; break;
    case -1: conversion = 0; break;
    default: PyErr_Format(PyExc_SystemError, "Unrecognized conversion character %d", e->FormattedValue.conversion); return -1;
    }
    if (e->FormattedValue.format_spec == NULL) {
        int x = ou_gen_expr(c, e->FormattedValue.value, ANY);
        TRY(x);
        int d = ou_result_at(c, mark, want, x, -1);
        TRY(d);
        AT(c, e);
        TRY(ou_emit(c, OU_OP_FORMAT, d, x, conversion));
        return d;
    }
    int d = reserve_result(c, want, false);
    TRY(d);
    int w = ou_gen_push(c, e->FormattedValue.value);
    TRY(w);
    TRY(ou_gen_push(c, e->FormattedValue.format_spec));
    AT(c, e);
    TRY(ou_emit(c, OU_OP_FORMAT_SPEC, d, w, conversion));
    return deliver(c, mark, d, want);
}

int
ou_gen_joined(Compiler *c, Expr *e, int want)
{
    ExprSeq values = e->JoinedStr.values;
    AT(c, e);
    if (values.n == 0) {
        if (want == ANY) {
            return ou_const_operand(c, OU_EMPTY_STR);
        }
        TRY(ou_const_to(c, OU_EMPTY_STR, want));
        return want;
    }
    if (values.n == 1) {
        return ou_gen_expr(c, values.items[0], want);
    }
    int mark = c->unit->sp;
    int d = reserve_result(c, want, false);
    TRY(d);
    int w = c->unit->sp, n = 0;
    for (Py_ssize_t i = 0; i < values.n; i++) {
        if (n == MAX_WINDOW_STRINGS) { /* what there is so far becomes the first piece */
            AT(c, e);
            int t = ou_temp_reserve(c, 1);
            TRY(t);
            TRY(ou_emit(c, OU_OP_BUILD_STRING, TEMP(t), w, n));
            TRY(ou_emit(c, OU_OP_MOVE, TEMP(w), TEMP(t), 0));
            c->unit->sp = w + 1;
            n = 1;
        }
        TRY(ou_gen_push(c, values.items[i]));
        n++;
    }
    AT(c, e);
    TRY(ou_emit(c, OU_OP_BUILD_STRING, d, w, n));
    return deliver(c, mark, d, want);
}
