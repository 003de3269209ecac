/* compiler/codegen_function.c - def, lambda and class: a unit inside a unit, and the object made of it.
 *
 * Invariant  ou_unit_enter() is paired with ou_unit_finish() or ou_unit_leave() on every way out.
 * Not here   comprehensions (codegen_comprehension.c). */
#include "compiler/codegen.h"

#include "object/state.h"

/* ---- pieces of a function object -------------------------------------------------------------------- */

int
ou_gen_closure(Compiler *c, Scope *scope, int want)
{
    Unit *u = c->unit;
    int mark = u->sp, first = scope->n_registers - scope->n_free;
    for (int i = first; i < scope->n_registers; i++) {
        PyObject *name = scope->register_names[i];
        Symbol *symbol = ou_scope_find(u->scope, name);
        bool class_cell = u->scope->kind == BLOCK_CLASS && name == OU_STR(__class__) && u->scope->class_cell >= 0;
        int reg = class_cell ? u->scope->class_cell : symbol == NULL ? -1 : symbol->reg;
        if (reg < 0) {
            PyErr_Format(PyExc_SystemError, "no register for free variable %R of %R in %R", name, scope->name, u->qualname);
            return -1;
        }
        int t = ou_temp_reserve(c, 1);
        TRY(t);
        TRY(ou_emit(c, OU_OP_MOVE, TEMP(t), reg, 0)); /* the cell itself */
    }
    TRY(ou_emit(c, OU_OP_BUILD_TUPLE, want, mark, scope->n_free));
    u->sp = mark;
    return 0;
}

int
ou_gen_make_function(Compiler *c, PyObject *code, Scope *scope, int w, int flags, int want)
{
    if (scope->n_free > 0) {
        int closure = ou_temp_reserve(c, 1);
        TRY(closure);
        TRY(ou_gen_closure(c, scope, TEMP(closure)));
        flags |= 8;
    }
    int index = ou_const_index(c, code);
    TRY(index);
    if (index > 0xFFFF) {
        return ou_gen_error(c, "too many constants");
    }
    return ou_emit_ext(c, OU_OP_MAKE_FUNCTION, want, w, flags, index);
}

static bool
all_constant(ExprSeq seq)
{
    for (Py_ssize_t i = 0; i < seq.n; i++) {
        if (seq.items[i]->kind != EXPR_CONSTANT) {
            return false;
        }
    }
    return true;
}

/* The tuple of positional defaults into the next temporary. */
static int
push_defaults(Compiler *c, ExprSeq defaults, OuPlace place)
{
    Unit *u = c->unit;
    int t = ou_temp_reserve(c, 1);
    TRY(t);
    if (all_constant(defaults)) {
        PyObject *tuple = PyTuple_New(defaults.n);
        if (tuple == NULL) {
            return -1;
        }
        for (Py_ssize_t i = 0; i < defaults.n; i++) {
            PyTuple_SET_ITEM(tuple, i, Py_NewRef(defaults.items[i]->Constant.value));
        }
        u->at = place;
        int failed = ou_const_to(c, tuple, TEMP(t));
        Py_DECREF(tuple);
        return failed;
    }
    for (Py_ssize_t i = 0; i < defaults.n; i++) {
        TRY(ou_gen_push(c, defaults.items[i]));
    }
    u->at = place;
    TRY(ou_emit(c, OU_OP_BUILD_TUPLE, TEMP(t), t + 1, (int)defaults.n));
    u->sp = t + 1;
    return 0;
}

/* The dict of keyword-only defaults into the next temporary.  Returns 1, or 0 if there are none. */
static int
push_kw_defaults(Compiler *c, Arguments *args, OuPlace place)
{
    Unit *u = c->unit;
    Py_ssize_t n = 0;
    for (Py_ssize_t i = 0; i < args->kwonlyargs.n; i++) {
        n += args->kw_defaults.items[i] != NULL;
    }
    if (n == 0) {
        return 0;
    }
    int t = ou_temp_reserve(c, 1);
    TRY(t);
    PyObject *names = PyTuple_New(n);
    if (names == NULL) {
        return -1;
    }
    n = 0;
    for (Py_ssize_t i = 0; i < args->kwonlyargs.n; i++) {
        if (args->kw_defaults.items[i] == NULL) {
            continue;
        }
        PyObject *name = ou_mangle(c->tree, u->private_name, args->kwonlyargs.items[i]->arg);
        if (name == NULL || ou_gen_push(c, args->kw_defaults.items[i]) < 0) {
            Py_DECREF(names);
            return -1;
        }
        PyTuple_SET_ITEM(names, n, Py_NewRef(name));
        n++;
    }
    int index = ou_const_index(c, names);
    Py_DECREF(names);
    TRY(index);
    if (index > 0xFFFF) {
        return ou_gen_error(c, "too many constants");
    }
    u->at = place;
    TRY(ou_emit(c, OU_OP_BUILD_CONST_KEY_MAP, TEMP(t), t + 1, index));
    u->sp = t + 1;
    return 1;
}

/* One annotation, as a name and a value in the next two temporaries. */
static int
push_annotation(Compiler *c, PyObject *name, Expr *annotation, int *n)
{
    if (annotation == NULL) {
        return 0;
    }
    PyObject *mangled = ou_mangle(c->tree, c->unit->private_name, name);
    if (mangled == NULL) {
        return -1;
    }
    AT(c, annotation);
    TRY(ou_gen_push_const(c, mangled));
    int t = ou_temp_reserve(c, 1);
    TRY(t);
    TRY(ou_gen_annotation_value(c, annotation, TEMP(t)));
    *n += 2;
    return 0;
}

static int
push_arg_annotations(Compiler *c, ArgSeq args, int *n)
{
    for (Py_ssize_t i = 0; i < args.n; i++) {
        TRY(push_annotation(c, args.items[i]->arg, args.items[i]->annotation, n));
    }
    return 0;
}

/* The tuple of annotations into the next temporary.  Returns 1, or 0 if there are none. */
static int
push_annotations(Compiler *c, Arguments *a, Expr *returns, OuPlace place)
{
    Unit *u = c->unit;
    int t = ou_temp_reserve(c, 1), n = 0;
    TRY(t);
    TRY(push_arg_annotations(c, a->args, &n));
    TRY(push_arg_annotations(c, a->posonlyargs, &n));
    if (a->vararg != NULL) {
        TRY(push_annotation(c, a->vararg->arg, a->vararg->annotation, &n));
    }
    TRY(push_arg_annotations(c, a->kwonlyargs, &n));
    if (a->kwarg != NULL) {
        TRY(push_annotation(c, a->kwarg->arg, a->kwarg->annotation, &n));
    }
    if (returns != NULL) {
        PyObject *name = PyUnicode_InternFromString("return");
        if (name == NULL || ou_tree_keep(c->tree, name) == NULL) {
            return -1;
        }
        TRY(push_annotation(c, name, returns, &n));
    }
    if (n == 0) {
        u->sp = t;
        return 0;
    }
    u->at = place;
    TRY(ou_emit(c, OU_OP_BUILD_TUPLE, TEMP(t), t + 1, n));
    u->sp = t + 1;
    return 1;
}

static int
check_parameter(Compiler *c, Arg *arg)
{
    if (arg == NULL) {
        return 0;
    }
    return ou_gen_check_name(c, arg->arg, CTX_STORE);
}

static int
check_parameters(Compiler *c, Arguments *a)
{
    for (Py_ssize_t i = 0; i < a->args.n; i++) {
        TRY(check_parameter(c, a->args.items[i]));
    }
    for (Py_ssize_t i = 0; i < a->posonlyargs.n; i++) {
        TRY(check_parameter(c, a->posonlyargs.items[i]));
    }
    for (Py_ssize_t i = 0; i < a->kwonlyargs.n; i++) {
        TRY(check_parameter(c, a->kwonlyargs.items[i]));
    }
    TRY(check_parameter(c, a->vararg));
    return check_parameter(c, a->kwarg);
}

/* Defaults into temporaries from the current sp on.  Returns MAKE_FUNCTION's flags. */
static int
push_parts(Compiler *c, Arguments *args, OuPlace place)
{
    int flags = 0;
    if (args->defaults.n > 0) {
        TRY(push_defaults(c, args->defaults, place));
        flags |= 1;
    }
    int kw = push_kw_defaults(c, args, place);
    TRY(kw);
    return flags | (kw ? 2 : 0);
}

static void
set_parameters(Unit *u, Arguments *args)
{
    u->n_args = (int)(args->posonlyargs.n + args->args.n);
    u->n_posonly = (int)args->posonlyargs.n;
    u->n_kwonly = (int)args->kwonlyargs.n;
}

/* return None, at the end of a body that may not have one: it belongs to whoever comes there. */
static int
emit_final_return(Compiler *c)
{
    AT_NOWHERE(c);
    int none = ou_const_operand(c, Py_None);
    TRY(none);
    return ou_emit(c, OU_OP_RETURN, none, 0, 0);
}

/* ---- decorators ------------------------------------------------------------------------------------- */

/* A def or class statement under way: where the object goes, and the decorators that wait for it. */
typedef struct {
    Stmt *at;
    ExprSeq decorators;
    PyObject *name;
    int mark;       /* temporaries before it; the first decorator's window begins there */
    int d;          /* operand the bare object is made in: the last decorator's argument, the name's register, a temporary */
    int first_line; /* with the decorators */
} Definition;

/* The register for the finished object: the name's own, or a temporary. */
static int
definition_register(Compiler *c, PyObject *name)
{
    int fast = ou_name_fast(c, name);
    if (fast >= 0) {
        return fast;
    }
    int reg = ou_temp_reserve(c, 1);
    TRY(reg);
    return TEMP(reg);
}

/* Evaluate the decorators, each into a call window that has room for its one argument. */
static int
definition_begin(Compiler *c, Definition *def, Stmt *at, PyObject *name, ExprSeq decorators)
{
    *def = (Definition){at, decorators, name, c->unit->sp, ANY, at->lineno};
    for (Py_ssize_t i = 0; i < decorators.n; i++) {
        TRY(ou_gen_push(c, decorators.items[i]));
        TRY(ou_temp_reserve(c, OU_WINDOW - 1));
        int reg = ou_temp_reserve(c, 1);
        TRY(reg);
        def->d = TEMP(reg);
    }
    if (decorators.n > 0) {
        def->first_line = decorators.items[0]->lineno;
        return 0;
    }
    def->d = definition_register(c, name);
    return def->d < 0 ? -1 : 0;
}

/* The bare object stands in def->d: call the decorators, the last one first, and bind the name. */
static int
definition_end(Compiler *c, Definition *def)
{
    int d = def->d;
    for (Py_ssize_t i = def->decorators.n - 1; i >= 0; i--) {
        int w = def->mark + (int)i * (OU_WINDOW + 1);
        d = i > 0 ? TEMP(w - 1) : definition_register(c, def->name);
        TRY(d);
        AT(c, def->decorators.items[i]);
        TRY(ou_emit(c, OU_OP_CALL, d, w, 1));
    }
    if (IS_TEMP(d)) {
        AT(c, def->at);
        TRY(ou_name_store(c, def->name, d));
    }
    else {
        TRY(ou_gen_check_name(c, def->name, CTX_STORE));
    }
    c->unit->sp = def->mark;
    return 0;
}

/* ---- def -------------------------------------------------------------------------------------------- */

static PyObject *
docstring_of(StmtSeq body)
{
    if (body.n == 0 || body.items[0]->kind != STMT_EXPR) {
        return NULL;
    }
    Expr *e = body.items[0]->Expr.value;
    return e->kind == EXPR_CONSTANT && PyUnicode_CheckExact(e->Constant.value) ? e->Constant.value : NULL;
}

static int
gen_function_body(Compiler *c, Stmt *s)
{
    PyObject *docstring = c->optimize < 2 ? docstring_of(s->FunctionDef.body) : NULL;
    TRY(ou_const_index(c, docstring == NULL ? Py_None : docstring)); /* first: where __doc__ is looked up */
    TRY(ou_unit_prologue(c));
    StmtSeq body = s->FunctionDef.body;
    if (docstring != NULL) {
        body = (StmtSeq){body.n - 1, body.items + 1};
    }
    TRY(ou_gen_body(c, body));
    return emit_final_return(c);
}

int
ou_gen_function(Compiler *c, Stmt *s)
{
    Arguments *args = s->FunctionDef.args;
    PyObject *name = s->FunctionDef.name;
    Definition def;
    AT(c, s);
    TRY(check_parameters(c, args));
    TRY(definition_begin(c, &def, s, name, s->FunctionDef.decorator_list));
    int w = c->unit->sp, flags = push_parts(c, args, PLACE(s));
    TRY(flags);
    int annotated = push_annotations(c, args, s->FunctionDef.returns, PLACE(s));
    TRY(annotated);
    flags |= annotated ? 4 : 0;

    UnitKind kind = s->kind == STMT_ASYNCFUNCTIONDEF ? UNIT_ASYNC_FUNCTION : UNIT_FUNCTION;
    TRY(ou_unit_enter(c, kind, name, s, def.first_line));
    Scope *scope = c->unit->scope;
    set_parameters(c->unit, args);
    if (gen_function_body(c, s) < 0) {
        ou_unit_leave(c);
        return -1;
    }
    PyObject *code = ou_unit_finish(c);
    if (code == NULL) {
        return -1;
    }
    AT(c, s);
    int failed = ou_gen_make_function(c, code, scope, w, flags, def.d);
    Py_DECREF(code);
    TRY(failed);
    return definition_end(c, &def);
}

int
ou_gen_lambda(Compiler *c, Expr *e, int want)
{
    Unit *outer = c->unit;
    Arguments *args = e->Lambda.args;
    int mark = outer->sp;
    AT(c, e);
    TRY(check_parameters(c, args));
    int d = want;
    if (want == ANY) {
        d = ou_temp_reserve(c, 1);
        TRY(d);
        d = TEMP(d);
    }
    int w = outer->sp, flags = push_parts(c, args, PLACE(e));
    TRY(flags);
    TRY(ou_unit_enter(c, UNIT_LAMBDA, OU_STR(anon_lambda), e, e->lineno));
    Scope *scope = c->unit->scope;
    set_parameters(c->unit, args);
    int failed = ou_const_index(c, Py_None) < 0 || ou_unit_prologue(c) < 0; /* no docstring */
    if (!failed) {
        int x = ou_gen_expr(c, e->Lambda.body, ANY);
        if (scope->generator) {
            AT_NOWHERE(c);
        }
        else {
            AT(c, e->Lambda.body);
        }
        failed = x < 0 || ou_emit(c, OU_OP_RETURN, x, 0, 0) < 0;
    }
    if (failed) {
        ou_unit_leave(c);
        return -1;
    }
    PyObject *code = ou_unit_finish(c);
    if (code == NULL) {
        return -1;
    }
    AT(c, e);
    failed = ou_gen_make_function(c, code, scope, w, flags, d);
    Py_DECREF(code);
    TRY(failed);
    outer->sp = want == ANY ? REG(d) + 1 : mark;
    return d;
}

/* ---- modules and classes ---------------------------------------------------------------------------- */

bool
ou_has_annotations(StmtSeq body)
{
    for (Py_ssize_t i = 0; i < body.n; i++) {
        Stmt *s = body.items[i];
        bool found = false;
        switch (s->kind) {
        case STMT_ANNASSIGN: return true;
        case STMT_FOR:
        case STMT_ASYNCFOR: found = ou_has_annotations(s->For.body) || ou_has_annotations(s->For.orelse); break;
        case STMT_WHILE:
        case STMT_IF: found = ou_has_annotations(s->If.body) || ou_has_annotations(s->If.orelse); break;
        case STMT_WITH:
        case STMT_ASYNCWITH: found = ou_has_annotations(s->With.body); break;
        case STMT_MATCH:
            for (Py_ssize_t k = 0; k < s->Match.cases.n && !found; k++) {
                found = ou_has_annotations(s->Match.cases.items[k]->body);
            }
            break;
        case STMT_TRY:
        case STMT_TRYSTAR:
            for (Py_ssize_t k = 0; k < s->Try.handlers.n && !found; k++) {
                found = ou_has_annotations(s->Try.handlers.items[k]->body);
            }
            found = found || ou_has_annotations(s->Try.body) || ou_has_annotations(s->Try.orelse)
                 || ou_has_annotations(s->Try.finalbody);
            break;
        default: break;
        }
        if (found) {
            return true;
        }
    }
    return false;
}

int
ou_gen_outer_body(Compiler *c, StmtSeq body)
{
    if (c->unit->kind == UNIT_MODULE && body.n > 0) {
        AT(c, body.items[0]);
    }
    if (ou_has_annotations(body)) {
        TRY(ou_emit(c, OU_OP_SETUP_ANNOTATIONS, 0, 0, 0));
    }
    PyObject *docstring = c->optimize < 2 ? docstring_of(body) : NULL;
    if (docstring != NULL) {
        AT(c, body.items[0]->Expr.value);
        int mark = c->unit->sp, x = ou_const_operand(c, docstring);
        TRY(x);
        TRY(ou_name_store(c, OU_STR(__doc__), x));
        c->unit->sp = mark;
        body = (StmtSeq){body.n - 1, body.items + 1};
    }
    return ou_gen_body(c, body);
}

static int
store_class_name(Compiler *c, PyObject *name, PyObject *value)
{
    int mark = c->unit->sp, x = ou_const_operand(c, value);
    TRY(x);
    TRY(ou_name_store(c, name, x));
    c->unit->sp = mark;
    return 0;
}

static int
gen_class_body(Compiler *c, Stmt *s)
{
    Unit *u = c->unit;
    TRY(ou_unit_prologue(c));
    u->at = (OuPlace){u->first_line, u->first_line, 0, 0};
    int mark = u->sp, x = ou_name_load(c, OU_STR(__name__), ANY);
    TRY(x);
    TRY(ou_name_store(c, OU_STR(__module__), x));
    u->sp = mark;
    TRY(store_class_name(c, OU_STR(__qualname__), u->qualname));
    TRY(ou_gen_outer_body(c, s->ClassDef.body));
    AT_NOWHERE(c);
    if (u->scope->class_cell < 0) {
        return emit_final_return(c);
    }
    TRY(ou_name_store(c, OU_STR(__classcell__), u->scope->class_cell)); /* the cell itself, and it is the result too */
    return ou_emit(c, OU_OP_RETURN, u->scope->class_cell, 0, 0);
}

int
ou_gen_class(Compiler *c, Stmt *s)
{
    Unit *outer = c->unit;
    PyObject *name = s->ClassDef.name;
    Definition def;
    TRY(definition_begin(c, &def, s, name, s->ClassDef.decorator_list));
    TRY(ou_unit_enter(c, UNIT_CLASS, name, s, def.first_line));
    Scope *scope = c->unit->scope;
    if (gen_class_body(c, s) < 0) {
        ou_unit_leave(c);
        return -1;
    }
    PyObject *code = ou_unit_finish(c);
    if (code == NULL) {
        return -1;
    }
    AT(c, s);
    int w = ou_temp_reserve(c, OU_WINDOW), function = ou_temp_reserve(c, 1);
    int failed = w < 0 || function < 0 || ou_emit(c, OU_OP_LOAD_BUILD_CLASS, TEMP(w), 0, 0) < 0
              || ou_gen_make_function(c, code, scope, function + 1, 0, TEMP(function)) < 0;
    Py_DECREF(code);
    if (failed) {
        return -1;
    }
    outer->sp = function + 1;
    TRY(ou_gen_push_const(c, name));
    TRY(ou_gen_check_keywords(c, s->ClassDef.keywords));
    AT(c, s);
    TRY(ou_gen_call_rest(c, w, 2, s->ClassDef.bases, s->ClassDef.keywords, def.d, PLACE(s)));
    return definition_end(c, &def);
}
