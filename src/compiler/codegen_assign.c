/* compiler/codegen_assign.c - assignment statements, targets, del.
 *
 * Invariant  the value is complete before the first target is evaluated, and targets are bound from left to right.
 * Not here   names themselves (codegen.c), `:=` (codegen_expr.c). */
#include "compiler/codegen.h"

#include "object/state.h"

/* Can binding `target`, or evaluating its parts, rebind the fast local `reg`? */
static bool
target_rebinds(Compiler *c, const Expr *target, int reg)
{
    switch (target->kind) {
    case EXPR_NAME: return ou_name_fast(c, target->Name.id) == reg;
    case EXPR_STARRED: return target_rebinds(c, target->Starred.value, reg);
    case EXPR_TUPLE:
    case EXPR_LIST: {
        ExprSeq elts = target->kind == EXPR_TUPLE ? target->Tuple.elts : target->List.elts;
        for (Py_ssize_t i = 0; i < elts.n; i++) {
            if (target_rebinds(c, elts.items[i], reg)) {
                return true;
            }
        }
        return false;
    }
    default: return ou_gen_rebinds(c, target, reg);
    }
}

static int
copy_to_temp(Compiler *c, int x)
{
    int reg = ou_temp_reserve(c, 1);
    TRY(reg);
    TRY(ou_emit(c, OU_OP_MOVE, TEMP(reg), x, 0));
    return TEMP(reg);
}

/* ---- targets ---------------------------------------------------------------------------------------- */

static int
store_unpacked(Compiler *c, Expr *target, ExprSeq elts, int x)
{
    Unit *u = c->unit;
    Py_ssize_t star = -1;
    for (Py_ssize_t i = 0; i < elts.n; i++) {
        if (elts.items[i]->kind != EXPR_STARRED) {
            continue;
        }
        AT(c, target);
        if (star >= 0) {
            return ou_gen_error(c, "multiple starred expressions in assignment");
        }
        if (i >= 256 || elts.n - i - 1 >= 256) {
            return ou_gen_error(c, "too many expressions in star-unpacking assignment");
        }
        star = i;
    }
    if (elts.n > OU_MAX_REGISTERS) {
        return ou_gen_error(c, "too many targets in an assignment");
    }
    int n = (int)elts.n, w, mark = u->sp;
    if (IS_TEMP(x) && REG(x) == u->sp - 1 && n > 0) {
        w = REG(x); /* unpacks over itself */
        TRY(ou_temp_reserve(c, n - 1));
    }
    else {
        w = ou_temp_reserve(c, n);
        TRY(w);
    }
    AT(c, target);
    if (star >= 0) {
        TRY(ou_emit(c, OU_OP_UNPACK_EX, w, x, (int)star | (int)(n - star - 1) << 8));
    }
    else {
        TRY(ou_emit(c, OU_OP_UNPACK_SEQUENCE, w, x, n));
    }
    for (int i = 0; i < n; i++) {
        Expr *item = elts.items[i];
        TRY(ou_gen_store(c, item->kind == EXPR_STARRED ? item->Starred.value : item, TEMP(w + i)));
    }
    u->sp = mark;
    return 0;
}

int
ou_gen_store(Compiler *c, Expr *target, int x)
{
    Unit *u = c->unit;
    int mark = u->sp;
    switch (target->kind) {
    case EXPR_NAME: AT(c, target); return ou_name_store(c, target->Name.id, x);
    case EXPR_ATTRIBUTE: {
        AT(c, target);
        TRY(ou_gen_check_name(c, target->Attribute.attr, CTX_STORE));
        int object = ou_gen_expr(c, target->Attribute.value, ANY);
        TRY(object);
        int name = ou_name_index(c, target->Attribute.attr);
        TRY(name);
        AT(c, target);
        TRY(ou_emit(c, OU_OP_STORE_ATTR, object, name, x));
        u->sp = mark;
        return 0;
    }
    case EXPR_SUBSCRIPT: {
        Expr *key = target->Subscript.slice;
        int object = ou_gen_operand(c, target->Subscript.value, key, NULL);
        TRY(object);
        if (key->kind == EXPR_SLICE && key->Slice.step == NULL) {
            int w = key->Slice.lower == NULL ? ou_gen_push_const(c, Py_None) : ou_gen_push(c, key->Slice.lower);
            TRY(w);
            TRY(key->Slice.upper == NULL ? ou_gen_push_const(c, Py_None) : ou_gen_push(c, key->Slice.upper));
            AT(c, target);
            TRY(ou_emit(c, OU_OP_STORE_SLICE, object, w, x));
        }
        else {
            int k = ou_gen_expr(c, key, ANY);
            TRY(k);
            AT(c, target);
            TRY(ou_emit(c, OU_OP_STORE_ITEM, object, k, x));
        }
        u->sp = mark;
        return 0;
    }
    case EXPR_TUPLE: return store_unpacked(c, target, target->Tuple.elts, x);
    case EXPR_LIST: return store_unpacked(c, target, target->List.elts, x);
    case EXPR_STARRED: AT(c, target); return ou_gen_error(c, "starred assignment target must be in a list or tuple");
    default: AT(c, target); return ou_gen_error(c, "cannot assign to expression");
    }
}

int
ou_gen_target_want(Compiler *c, Expr *target)
{
    int fast = target->kind == EXPR_NAME ? ou_name_fast(c, target->Name.id) : -1;
    return fast >= 0 && target->Name.id != OU_STR(__debug__) ? fast : ANY;
}

int
ou_gen_delete(Compiler *c, Expr *target)
{
    Unit *u = c->unit;
    int mark = u->sp;
    switch (target->kind) {
    case EXPR_NAME: AT(c, target); return ou_name_delete(c, target->Name.id);
    case EXPR_ATTRIBUTE: {
        AT(c, target);
        TRY(ou_gen_check_name(c, target->Attribute.attr, CTX_DEL));
        int object = ou_gen_expr(c, target->Attribute.value, ANY);
        TRY(object);
        int name = ou_name_index(c, target->Attribute.attr);
        TRY(name);
        AT(c, target);
        TRY(ou_emit(c, OU_OP_DELETE_ATTR, object, name, 0));
        break;
    }
    case EXPR_SUBSCRIPT: {
        int object = ou_gen_operand(c, target->Subscript.value, target->Subscript.slice, NULL);
        TRY(object);
        int key = ou_gen_expr(c, target->Subscript.slice, ANY);
        TRY(key);
        AT(c, target);
        TRY(ou_emit(c, OU_OP_DELETE_ITEM, object, key, 0));
        break;
    }
    case EXPR_TUPLE:
    case EXPR_LIST: {
        ExprSeq elts = target->kind == EXPR_TUPLE ? target->Tuple.elts : target->List.elts;
        for (Py_ssize_t i = 0; i < elts.n; i++) {
            TRY(ou_gen_delete(c, elts.items[i]));
        }
        break;
    }
    default: AT(c, target); return ou_gen_error(c, "cannot delete expression");
    }
    u->sp = mark;
    return 0;
}

/* ---- a, b = c, d ------------------------------------------------------------------------------------ */

/* Items of a display or a constant tuple; n < 0: it is neither, or has a star. */
static ExprSeq
display_items(const Expr *e)
{
    ExprSeq elts = {-1, NULL};
    if (e->kind == EXPR_TUPLE || e->kind == EXPR_LIST) {
        elts = e->kind == EXPR_TUPLE ? e->Tuple.elts : e->List.elts;
        for (Py_ssize_t i = 0; i < elts.n; i++) {
            if (elts.items[i]->kind == EXPR_STARRED) {
                return (ExprSeq){-1, NULL};
            }
        }
    }
    return elts;
}

/* Value i can be read where it lies when target i is bound. */
static bool
survives(Compiler *c, ExprSeq targets, ExprSeq values, Py_ssize_t i, int reg)
{
    for (Py_ssize_t k = i + 1; k < values.n; k++) {
        if (ou_gen_rebinds(c, values.items[k], reg)) {
            return false;
        }
    }
    for (Py_ssize_t k = 0; k < i; k++) {
        if (target_rebinds(c, targets.items[k], reg)) {
            return false;
        }
    }
    return targets.items[i]->kind == EXPR_NAME || !target_rebinds(c, targets.items[i], reg);
}

/* Bind several targets to as many values without a tuple in between.  1: done; 0: not of that form. */
static int
assign_in_parallel(Compiler *c, Expr *target, Expr *value)
{
    enum { MAX_PARALLEL = 30 }; /* arbitrary */
    ExprSeq targets = display_items(target), values = display_items(value);
    Unit *u = c->unit;
    int mark = u->sp, operands[MAX_PARALLEL];
    PyObject *tuple = value->kind == EXPR_CONSTANT && PyTuple_CheckExact(value->Constant.value) ? value->Constant.value : NULL;
    Py_ssize_t n = tuple != NULL ? PyTuple_GET_SIZE(tuple) : values.n;
    if (targets.n < 1 || targets.n != n || n > MAX_PARALLEL) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        int x;
        if (tuple != NULL) {
            AT(c, value);
            x = ou_const_operand(c, PyTuple_GET_ITEM(tuple, i));
        }
        else {
            x = ou_gen_expr(c, values.items[i], ANY);
            if (x >= 0 && IS_REGISTER(x) && !survives(c, targets, values, i, x)) {
                x = copy_to_temp(c, x);
            }
        }
        TRY(x);
        operands[i] = x;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        TRY(ou_gen_store(c, targets.items[i], operands[i]));
    }
    u->sp = mark;
    return 1;
}

/* ---- statements ------------------------------------------------------------------------------------- */

int
ou_gen_assign(Compiler *c, Stmt *s)
{
    ExprSeq targets = s->Assign.targets;
    Expr *value = s->Assign.value, *first = targets.items[0];
    int mark = c->unit->sp;
    int want = ou_gen_target_want(c, first);
    if (targets.n == 1) {
        if (want != ANY) {
            return ou_gen_expr(c, value, want) < 0 ? -1 : 0;
        }
        int done = assign_in_parallel(c, first, value);
        TRY(done);
        if (done) {
            return 0;
        }
    }
    bool direct = want != ANY; /* the first target may hold the value for the others */
    for (Py_ssize_t i = 1; i < targets.n && direct; i++) {
        direct = !target_rebinds(c, targets.items[i], want);
    }
    int x = ou_gen_expr(c, value, direct ? want : ANY);
    TRY(x);
    for (Py_ssize_t i = 0; i < targets.n && IS_REGISTER(x) && !direct; i++) {
        bool last = i == targets.n - 1;
        if (last && targets.items[i]->kind != EXPR_ATTRIBUTE && targets.items[i]->kind != EXPR_SUBSCRIPT) {
            break; /* read before it is bound */
        }
        if (target_rebinds(c, targets.items[i], x)) {
            x = copy_to_temp(c, x);
            TRY(x);
        }
    }
    for (Py_ssize_t i = direct ? 1 : 0; i < targets.n; i++) {
        bool last = i == targets.n - 1;
        TRY(ou_gen_store(c, targets.items[i], IS_TEMP(x) && !last ? REG(x) : x));
    }
    c->unit->sp = mark;
    return 0;
}

static const uint16_t inplace_ops[] = {
    [OP_ADD] = OU_OP_INPLACE_ADD,
    [OP_SUB] = OU_OP_INPLACE_SUBTRACT,
    [OP_MULT] = OU_OP_INPLACE_MULTIPLY,
    [OP_MATMULT] = OU_OP_INPLACE_MATRIX_MULTIPLY,
    [OP_DIV] = OU_OP_INPLACE_TRUE_DIVIDE,
    [OP_MOD] = OU_OP_INPLACE_REMAINDER,
    [OP_POW] = OU_OP_INPLACE_POWER,
    [OP_LSHIFT] = OU_OP_INPLACE_LSHIFT,
    [OP_RSHIFT] = OU_OP_INPLACE_RSHIFT,
    [OP_BITOR] = OU_OP_INPLACE_OR,
    [OP_BITXOR] = OU_OP_INPLACE_XOR,
    [OP_BITAND] = OU_OP_INPLACE_AND,
    [OP_FLOORDIV] = OU_OP_INPLACE_FLOOR_DIVIDE,
};

/* x op= value at the statement's place.  Returns where the result is. */
static int
gen_inplace(Compiler *c, Stmt *s, int mark, int x, int want)
{
    int y = ou_gen_expr(c, s->AugAssign.value, ANY);
    TRY(y);
    int d = ou_result_at(c, mark, want, x, y);
    TRY(d);
    AT(c, s);
    TRY(ou_emit(c, inplace_ops[s->AugAssign.op], d, x, y));
    return d;
}

int
ou_gen_augassign(Compiler *c, Stmt *s)
{
    Unit *u = c->unit;
    Expr *target = s->AugAssign.target, *value = s->AugAssign.value;
    int mark = u->sp;
    switch (target->kind) {
    case EXPR_NAME: {
        AT(c, target);
        TRY(ou_gen_check_name(c, target->Name.id, CTX_STORE));
        int x = ou_name_load(c, target->Name.id, ANY);
        TRY(x);
        int fast = IS_REGISTER(x) ? x : ANY;
        if (IS_REGISTER(x) && ou_gen_rebinds(c, value, x)) {
            x = copy_to_temp(c, x);
            TRY(x);
        }
        int d = gen_inplace(c, s, mark, x, fast);
        TRY(d);
        if (fast == ANY) {
            AT(c, target);
            TRY(ou_name_store(c, target->Name.id, d));
        }
        break;
    }
    case EXPR_ATTRIBUTE: {
        AT(c, target);
        TRY(ou_gen_check_name(c, target->Attribute.attr, CTX_STORE));
        int object = ou_gen_operand(c, target->Attribute.value, value, NULL);
        TRY(object);
        int name = ou_name_index(c, target->Attribute.attr);
        TRY(name);
        int base = u->sp, x = ou_temp_reserve(c, 1);
        TRY(x);
        AT(c, target);
        TRY(ou_emit(c, OU_OP_LOAD_ATTR, TEMP(x), IS_TEMP(object) ? REG(object) : object, name));
        int d = gen_inplace(c, s, base, TEMP(x), ANY);
        TRY(d);
        AT(c, target);
        TRY(ou_emit(c, OU_OP_STORE_ATTR, object, name, d));
        break;
    }
    case EXPR_SUBSCRIPT: {
        Expr *slice = target->Subscript.slice;
        int object = ou_gen_operand(c, target->Subscript.value, slice, value);
        TRY(object);
        int key = ou_gen_operand(c, slice, value, NULL);
        TRY(key);
        int base = u->sp, x = ou_temp_reserve(c, 1);
        TRY(x);
        AT(c, target);
        TRY(ou_emit(c, OU_OP_LOAD_ITEM, TEMP(x), IS_TEMP(object) ? REG(object) : object, IS_TEMP(key) ? REG(key) : key));
        int d = gen_inplace(c, s, base, TEMP(x), ANY);
        TRY(d);
        AT(c, target);
        TRY(ou_emit(c, OU_OP_STORE_ITEM, object, key, d));
        break;
    }
    default: AT(c, target); return ou_gen_error(c, "illegal target for augmented assignment");
    }
    u->sp = mark;
    return 0;
}

/* ---- annotations ------------------------------------------------------------------------------------ */

int
ou_gen_annotation_value(Compiler *c, Expr *annotation, int want)
{
    if (c->flags & CO_FUTURE_ANNOTATIONS) {
        PyObject *text = ou_unparse(annotation);
        if (text == NULL) {
            return -1;
        }
        AT(c, annotation);
        int x = want == ANY ? ou_const_operand(c, text) : ou_const_to(c, text, want);
        Py_DECREF(text);
        return x < 0 ? -1 : want == ANY ? x : want;
    }
    if (annotation->kind == EXPR_STARRED) { /* *args: *Ts means one item of the unpacked */
        int mark = c->unit->sp, x = ou_gen_expr(c, annotation->Starred.value, ANY);
        TRY(x);
        c->unit->sp = mark;
        int w = mark;
        if (IS_TEMP(x) && REG(x) >= mark) {
            c->unit->sp = REG(x) + 1;
            w = REG(x);
        }
        else {
            w = ou_temp_reserve(c, 1);
            TRY(w);
        }
        AT(c, annotation);
        TRY(ou_emit(c, OU_OP_UNPACK_SEQUENCE, w, x, 1));
        if (want == ANY || want == TEMP(w)) {
            return TEMP(w);
        }
        TRY(ou_emit(c, OU_OP_MOVE, want, TEMP(w), 0));
        c->unit->sp = mark;
        return want;
    }
    return ou_gen_expr(c, annotation, want);
}

static int
evaluate_and_drop(Compiler *c, Expr *e)
{
    return e == NULL ? 0 : ou_gen_effect(c, e);
}

/* The key of an annotated subscript without a value is evaluated all the same. */
static int
evaluate_key(Compiler *c, Expr *key)
{
    if (key->kind == EXPR_SLICE) {
        TRY(evaluate_and_drop(c, key->Slice.lower));
        TRY(evaluate_and_drop(c, key->Slice.upper));
        return evaluate_and_drop(c, key->Slice.step);
    }
    if (key->kind == EXPR_TUPLE) {
        for (Py_ssize_t i = 0; i < key->Tuple.elts.n; i++) {
            TRY(evaluate_key(c, key->Tuple.elts.items[i]));
        }
        return 0;
    }
    return ou_gen_effect(c, key);
}

int
ou_gen_annassign(Compiler *c, Stmt *s)
{
    Unit *u = c->unit;
    Expr *target = s->AnnAssign.target, *value = s->AnnAssign.value, *annotation = s->AnnAssign.annotation;
    bool evaluates = u->kind == UNIT_MODULE || u->kind == UNIT_CLASS;
    int mark = u->sp;
    if (value != NULL) {
        int want = ou_gen_target_want(c, target);
        int x = ou_gen_expr(c, value, want);
        TRY(x);
        if (want == ANY) {
            if (IS_REGISTER(x) && target_rebinds(c, target, x)) {
                x = copy_to_temp(c, x);
                TRY(x);
            }
            TRY(ou_gen_store(c, target, x));
        }
        u->sp = mark;
    }
    AT(c, s);
    switch (target->kind) {
    case EXPR_NAME: {
        TRY(ou_gen_check_name(c, target->Name.id, CTX_STORE));
        if (!s->AnnAssign.simple || !evaluates) {
            break;
        }
        int x = ou_gen_annotation_value(c, annotation, ANY);
        TRY(x);
        AT(c, s);
        int d = ou_name_index(c, OU_STR(__annotations__)), table = ou_temp_reserve(c, 1);
        TRY(d);
        TRY(table);
        TRY(ou_emit(c, OU_OP_LOAD_NAME, TEMP(table), d, 0));
        PyObject *mangled = ou_mangle(c->tree, u->private_name, target->Name.id);
        int key = mangled == NULL ? -1 : ou_const_operand(c, mangled);
        TRY(key);
        TRY(ou_emit(c, OU_OP_STORE_ITEM, TEMP(table), key, x));
        break;
    }
    case EXPR_ATTRIBUTE:
        TRY(ou_gen_check_name(c, target->Attribute.attr, CTX_STORE));
        if (value == NULL) {
            TRY(ou_gen_effect(c, target->Attribute.value));
        }
        break;
    case EXPR_SUBSCRIPT:
        if (value == NULL) {
            TRY(ou_gen_effect(c, target->Subscript.value));
            TRY(evaluate_key(c, target->Subscript.slice));
        }
        break;
    default: PyErr_Format(PyExc_SystemError, "invalid node type (%d) for annotated assignment", (int)target->kind); return -1;
    }
    u->sp = mark;
    if (!s->AnnAssign.simple && evaluates && !(c->flags & CO_FUTURE_ANNOTATIONS)) {
        TRY(ou_gen_effect(c, annotation));
    }
    return 0;
}
