/* compiler/scope.c - reading a tree for its scopes and the names in them.
 *
 * Owns       the table from nodes to scopes; everything else lies in the tree's arena.
 * Invariant  a symbol's name is mangled and interned, so names are compared by address.
 * Not here   what the names mean (scope_resolve.c), and what is done with them (codegen.c). */
#include "compiler/scope.h"

#include <string.h>

#include "base/try.h"
#include "object/state.h"

/* ---- names ------------------------------------------------------------------------------------------ */

PyObject *
ou_mangle(Tree *tree, PyObject *private_name, PyObject *name)
{
    Py_ssize_t len = PyUnicode_GET_LENGTH(name);
    if (private_name == NULL || len < 3 || PyUnicode_READ_CHAR(name, 0) != '_' || PyUnicode_READ_CHAR(name, 1) != '_'
        || (PyUnicode_READ_CHAR(name, len - 1) == '_' && PyUnicode_READ_CHAR(name, len - 2) == '_')) {
        return name;
    }
    for (Py_ssize_t i = 0; i < len; i++) {
        if (PyUnicode_READ_CHAR(name, i) == '.') { /* a module's dotted name */
            return name;
        }
    }
    Py_ssize_t class_len = PyUnicode_GET_LENGTH(private_name), skip = 0;
    while (skip < class_len && PyUnicode_READ_CHAR(private_name, skip) == '_') {
        skip++;
    }
    if (skip == class_len) {
        return name;
    }
    PyObject *bare = PyUnicode_Substring(private_name, skip, class_len);
    if (bare == NULL) {
        return NULL;
    }
    PyObject *mangled = PyUnicode_FromFormat("_%U%U", bare, name);
    Py_DECREF(bare);
    if (mangled == NULL) {
        return NULL;
    }
    PyUnicode_InternInPlace(&mangled);
    return ou_tree_keep(tree, mangled);
}

static inline uint32_t
pointer_hash(const void *p)
{
    return (uint32_t)(((uintptr_t)p >> 4) * 0x9E3779B97F4A7C15u >> 32);
}

Symbol *
ou_scope_find(const Scope *scope, PyObject *name)
{
    if (scope->n_slots == 0) {
        return NULL;
    }
    for (uint32_t i = pointer_hash(name);; i++) {
        uint32_t slot = scope->slots[i & (scope->n_slots - 1)];
        if (slot == 0) {
            return NULL;
        }
        if (scope->symbols[slot - 1].name == name) {
            return &scope->symbols[slot - 1];
        }
    }
}

/* Room for one more item in an array of the arena.  Growing leaves the old array behind: it doubles. */
static void *
arena_grow(Tree *tree, void *items, size_t n, size_t *cap, size_t item_size)
{
    if (n < *cap) {
        return items;
    }
    size_t new_cap = *cap == 0 ? 8 : *cap * 2, size;
    if (ou_size_mul(new_cap, item_size, &size)) {
        PyErr_NoMemory();
        return NULL;
    }
    void *bigger = ou_tree_alloc(tree, size);
    if (bigger != NULL) {
        if (n > 0) {
            memcpy(bigger, items, n * item_size);
        }
        *cap = new_cap;
    }
    return bigger;
}

Symbol *
ou_scope_add(ScopeTable *t, Scope *scope, PyObject *name)
{
    size_t cap = scope->symbols_cap;
    Symbol *symbols = arena_grow(t->tree, scope->symbols, scope->n_symbols, &cap, sizeof *symbols);
    if (symbols == NULL) {
        return NULL;
    }
    scope->symbols = symbols;
    scope->symbols_cap = (uint32_t)cap;
    if ((scope->n_symbols + 1) * 3 > scope->n_slots * 2) {
        uint32_t n_slots = scope->n_slots == 0 ? 16 : scope->n_slots * 2;
        uint32_t *slots = ou_tree_alloc(t->tree, n_slots * sizeof *slots);
        if (slots == NULL) {
            return NULL;
        }
        for (uint32_t k = 0; k < scope->n_symbols; k++) {
            uint32_t i = pointer_hash(symbols[k].name);
            while (slots[i & (n_slots - 1)] != 0) {
                i++;
            }
            slots[i & (n_slots - 1)] = k + 1;
        }
        scope->slots = slots;
        scope->n_slots = n_slots;
    }
    uint32_t i = pointer_hash(name);
    while (scope->slots[i & (scope->n_slots - 1)] != 0) {
        i++;
    }
    scope->slots[i & (scope->n_slots - 1)] = scope->n_symbols + 1;
    Symbol *symbol = &symbols[scope->n_symbols++];
    *symbol = (Symbol){name, 0, SCOPE_UNKNOWN, -1};
    return symbol;
}

static Symbol *
lookup(ScopeTable *t, PyObject *name)
{
    PyObject *mangled = ou_mangle(t->tree, t->private_name, name);
    return mangled == NULL ? NULL : ou_scope_find(t->current, mangled);
}

#define ERROR(t, place, ...) ou_compile_error((t)->filename, place, __VA_ARGS__)

/* A mention of `name` in `scope`. */
static int
add_def_in(ScopeTable *t, Scope *scope, PyObject *name, int flag, OuPlace place)
{
    PyObject *mangled = ou_mangle(t->tree, t->private_name, name);
    if (mangled == NULL) {
        return -1;
    }
    Symbol *symbol = ou_scope_find(scope, mangled);
    if (symbol == NULL) {
        symbol = ou_scope_add(t, scope, mangled);
        if (symbol == NULL) {
            return -1;
        }
    }
    else if (flag & symbol->flags & SYM_PARAM) {
        return ERROR(t, place, "duplicate argument '%U' in function definition", name);
    }
    int flags = symbol->flags | flag;
    if (scope->comp_iter_target) {
        if (flags & (SYM_GLOBAL | SYM_NONLOCAL)) {
            return ERROR(t, place, "comprehension inner loop cannot rebind assignment expression target '%U'", name);
        }
        flags |= SYM_COMP_ITER;
    }
    symbol->flags = (uint16_t)flags;
    if (flag & SYM_PARAM) {
        scope->n_params++;
    }
    else if ((flag & SYM_GLOBAL) && scope != t->top) {
        Symbol *global = ou_scope_find(t->top, mangled);
        if (global == NULL && (global = ou_scope_add(t, t->top, mangled)) == NULL) {
            return -1;
        }
        global->flags |= (uint16_t)flag;
    }
    return 0;
}

static int
add_def(ScopeTable *t, PyObject *name, int flag, OuPlace place)
{
    return add_def_in(t, t->current, name, flag, place);
}

static int
record_directive(ScopeTable *t, Scope *scope, PyObject *name, OuPlace place)
{
    PyObject *mangled = ou_mangle(t->tree, t->private_name, name);
    size_t cap = (size_t)scope->directives_cap;
    Directive *directives = arena_grow(t->tree, scope->directives, (size_t)scope->n_directives, &cap, sizeof *directives);
    if (mangled == NULL || directives == NULL) {
        return -1;
    }
    scope->directives = directives;
    scope->directives_cap = (Py_ssize_t)cap;
    directives[scope->n_directives++] = (Directive){mangled, place};
    return 0;
}

/* ---- entering and leaving blocks -------------------------------------------------------------------- */

static int
table_put(ScopeTable *t, const void *node, Scope *scope)
{
    if ((t->n_scopes + 1) * 2 > t->n_slots) {
        uint32_t n_slots = t->n_slots == 0 ? 32 : t->n_slots * 2;
        ScopeSlot *slots = PyMem_Calloc(n_slots, sizeof *slots);
        if (slots == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        for (uint32_t k = 0; k < t->n_slots; k++) {
            if (t->slots[k].node != NULL) {
                uint32_t i = pointer_hash(t->slots[k].node);
                while (slots[i & (n_slots - 1)].node != NULL) {
                    i++;
                }
                slots[i & (n_slots - 1)] = t->slots[k];
            }
        }
        PyMem_Free(t->slots);
        t->slots = slots;
        t->n_slots = n_slots;
    }
    uint32_t i = pointer_hash(node);
    while (t->slots[i & (t->n_slots - 1)].node != NULL) {
        i++;
    }
    t->slots[i & (t->n_slots - 1)] = (ScopeSlot){node, scope};
    t->n_scopes++;
    return 0;
}

Scope *
ou_scope_of(const ScopeTable *t, const void *node)
{
    for (uint32_t i = pointer_hash(node);; i++) {
        const ScopeSlot *slot = &t->slots[i & (t->n_slots - 1)];
        if (slot->node == node || slot->node == NULL) {
            return slot->scope;
        }
    }
}

static int
enter_block(ScopeTable *t, PyObject *name, BlockKind kind, const void *node, OuPlace place)
{
    Scope *outer = t->current;
    Scope *scope = ou_tree_alloc(t->tree, sizeof *scope);
    if (scope == NULL) {
        return -1;
    }
    scope->kind = kind;
    scope->name = name;
    scope->node = node;
    scope->place = place;
    scope->parent = outer;
    scope->class_cell = -1;
    scope->private_name = t->private_name;
    if (outer != NULL) {
        scope->nested = outer->nested || outer->kind == BLOCK_FUNCTION;
        scope->comp_iter_expr = outer->comp_iter_expr;
    }
    if (kind != BLOCK_ANNOTATION) { /* what an annotation mentions is never evaluated: nobody looks it up */
        if (outer != NULL) {
            size_t cap = (size_t)outer->children_cap;
            Scope **children = arena_grow(t->tree, outer->children, (size_t)outer->n_children, &cap, sizeof *children);
            if (children == NULL) {
                return -1;
            }
            outer->children = children;
            outer->children_cap = (Py_ssize_t)cap;
            children[outer->n_children++] = scope;
        }
        TRY(table_put(t, node, scope));
    }
    t->current = scope;
    return 0;
}

static void
exit_block(ScopeTable *t)
{
    t->current = t->current->parent;
}

/* ---- the walk --------------------------------------------------------------------------------------- */

static int visit_expr(ScopeTable *t, Expr *e);
static int visit_stmts(ScopeTable *t, StmtSeq body);
static int visit_pattern(ScopeTable *t, Pattern *p);

static int
visit_optional(ScopeTable *t, Expr *e)
{
    return e == NULL ? 0 : visit_expr(t, e);
}

static int
visit_exprs(ScopeTable *t, ExprSeq seq)
{
    for (Py_ssize_t i = 0; i < seq.n; i++) {
        TRY(visit_optional(t, seq.items[i]));
    }
    return 0;
}

static int
visit_keywords(ScopeTable *t, KeywordSeq seq)
{
    for (Py_ssize_t i = 0; i < seq.n; i++) {
        TRY(visit_expr(t, seq.items[i]->value));
    }
    return 0;
}

static int
visit_annotation(ScopeTable *t, Expr *annotation)
{
    if (annotation == NULL) {
        return 0;
    }
    bool apart = (t->flags & CO_FUTURE_ANNOTATIONS) != 0;
    if (apart) {
        TRY(enter_block(t, OU_STR(_annotation), BLOCK_ANNOTATION, annotation, PLACE(annotation)));
    }
    TRY(visit_expr(t, annotation));
    if (apart) {
        exit_block(t);
    }
    return 0;
}

static int
visit_arg_annotations(ScopeTable *t, ArgSeq args)
{
    for (Py_ssize_t i = 0; i < args.n; i++) {
        TRY(visit_annotation(t, args.items[i]->annotation));
    }
    return 0;
}

static int
visit_params(ScopeTable *t, ArgSeq args)
{
    for (Py_ssize_t i = 0; i < args.n; i++) {
        TRY(add_def(t, args.items[i]->arg, SYM_PARAM, PLACE(args.items[i])));
    }
    return 0;
}

static int
visit_arguments(ScopeTable *t, Arguments *a)
{
    TRY(visit_params(t, a->posonlyargs));
    TRY(visit_params(t, a->args));
    TRY(visit_params(t, a->kwonlyargs));
    if (a->vararg != NULL) {
        TRY(add_def(t, a->vararg->arg, SYM_PARAM, PLACE(a->vararg)));
        t->current->varargs = true;
    }
    if (a->kwarg != NULL) {
        TRY(add_def(t, a->kwarg->arg, SYM_PARAM, PLACE(a->kwarg)));
        t->current->varkeywords = true;
    }
    return 0;
}

static int
visit_function(ScopeTable *t, Stmt *s)
{
    Arguments *args = s->FunctionDef.args;
    TRY(add_def(t, s->FunctionDef.name, SYM_LOCAL, PLACE(s)));
    TRY(visit_exprs(t, args->defaults));
    TRY(visit_exprs(t, args->kw_defaults));
    TRY(visit_arg_annotations(t, args->posonlyargs));
    TRY(visit_arg_annotations(t, args->args));
    TRY(visit_annotation(t, args->vararg == NULL ? NULL : args->vararg->annotation));
    TRY(visit_annotation(t, args->kwarg == NULL ? NULL : args->kwarg->annotation));
    TRY(visit_arg_annotations(t, args->kwonlyargs));
    TRY(visit_annotation(t, s->FunctionDef.returns));
    TRY(visit_exprs(t, s->FunctionDef.decorator_list));
    TRY(enter_block(t, s->FunctionDef.name, BLOCK_FUNCTION, s, PLACE(s)));
    t->current->coroutine = s->kind == STMT_ASYNCFUNCTIONDEF;
    TRY(visit_arguments(t, args));
    TRY(visit_stmts(t, s->FunctionDef.body));
    exit_block(t);
    return 0;
}

static int
visit_class(ScopeTable *t, Stmt *s)
{
    TRY(add_def(t, s->ClassDef.name, SYM_LOCAL, PLACE(s)));
    TRY(visit_exprs(t, s->ClassDef.bases));
    TRY(visit_keywords(t, s->ClassDef.keywords));
    TRY(visit_exprs(t, s->ClassDef.decorator_list));
    PyObject *outer_private = t->private_name;
    t->private_name = s->ClassDef.name;
    TRY(enter_block(t, s->ClassDef.name, BLOCK_CLASS, s, PLACE(s)));
    TRY(visit_stmts(t, s->ClassDef.body));
    exit_block(t);
    t->private_name = outer_private;
    return 0;
}

static int
visit_lambda(ScopeTable *t, Expr *e)
{
    TRY(visit_exprs(t, e->Lambda.args->defaults));
    TRY(visit_exprs(t, e->Lambda.args->kw_defaults));
    TRY(enter_block(t, OU_STR(lambda), BLOCK_FUNCTION, e, PLACE(e)));
    TRY(visit_arguments(t, e->Lambda.args));
    TRY(visit_expr(t, e->Lambda.body));
    exit_block(t);
    return 0;
}

static int
visit_comprehension(ScopeTable *t, Expr *e, ComprehensionKind kind, ComprehensionSeq generators, Expr *elt, Expr *value)
{
    PyObject *names[] = {NULL, OU_STR(listcomp), OU_STR(dictcomp), OU_STR(setcomp), OU_STR(genexpr)};
    Comprehension *outermost = generators.items[0];
    t->current->comp_iter_expr++;
    TRY(visit_expr(t, outermost->iter)); /* evaluated outside */
    t->current->comp_iter_expr--;
    TRY(enter_block(t, names[kind], BLOCK_FUNCTION, e, PLACE(e)));
    Scope *scope = t->current;
    scope->coroutine = outermost->is_async;
    scope->comprehension = kind;
    TRY(add_def(t, OU_STR(dot_zero), SYM_PARAM, PLACE(e)));
    for (Py_ssize_t i = 0; i < generators.n; i++) {
        Comprehension *part = generators.items[i];
        scope->comp_iter_target = true;
        TRY(visit_expr(t, part->target));
        scope->comp_iter_target = false;
        if (i > 0) {
            scope->comp_iter_expr++;
            TRY(visit_expr(t, part->iter));
            scope->comp_iter_expr--;
        }
        TRY(visit_exprs(t, part->ifs));
        scope->coroutine |= part->is_async;
    }
    TRY(visit_optional(t, value));
    TRY(visit_expr(t, elt));
    scope->generator = kind == COMP_GENERATOR;
    bool is_async = scope->coroutine && !scope->generator;
    exit_block(t);
    t->current->coroutine |= is_async;
    return 0;
}

/* `target := value` inside a comprehension binds in the block around all comprehensions. */
static int
extend_namedexpr_scope(ScopeTable *t, Expr *target)
{
    PyObject *name = target->Name.id;
    for (Scope *scope = t->current; scope != NULL; scope = scope->parent) {
        if (scope->comprehension != NOT_COMPREHENSION) {
            PyObject *mangled = ou_mangle(t->tree, t->private_name, name);
            if (mangled == NULL) {
                return -1;
            }
            Symbol *symbol = ou_scope_find(scope, mangled);
            if (symbol != NULL && (symbol->flags & SYM_COMP_ITER)) {
                return ERROR(t, PLACE(target), "assignment expression cannot rebind comprehension iteration variable '%U'",
                             name);
            }
            continue;
        }
        switch (scope->kind) {
        case BLOCK_FUNCTION: {
            PyObject *mangled = ou_mangle(t->tree, t->private_name, name);
            if (mangled == NULL) {
                return -1;
            }
            Symbol *symbol = ou_scope_find(scope, mangled);
            bool global = symbol != NULL && (symbol->flags & SYM_GLOBAL);
            TRY(add_def(t, name, global ? SYM_GLOBAL : SYM_NONLOCAL, PLACE(target)));
            TRY(record_directive(t, t->current, name, PLACE(target)));
            return add_def_in(t, scope, name, SYM_LOCAL, PLACE(target));
        }
        case BLOCK_MODULE:
            TRY(add_def(t, name, SYM_GLOBAL, PLACE(target)));
            TRY(record_directive(t, t->current, name, PLACE(target)));
            return add_def_in(t, scope, name, SYM_GLOBAL, PLACE(target));
        case BLOCK_CLASS:
            return ERROR(t, PLACE(target), "assignment expression within a comprehension cannot be used in a class body");
        case BLOCK_ANNOTATION: return 0;
        }
    }
    return 0;
}

static int
refuse_in_annotation(ScopeTable *t, const char *what, Expr *e)
{
    if (t->current->kind != BLOCK_ANNOTATION) {
        return 0;
    }
    return ERROR(t, PLACE(e), "'%s' can not be used within an annotation", what);
}

static int
refuse_yield_in_comprehension(ScopeTable *t, Expr *e)
{
    static const char *const where[] = {NULL, "list comprehension", "dict comprehension", "set comprehension",
                                        "generator expression"};
    ComprehensionKind kind = t->current->comprehension;
    return kind == NOT_COMPREHENSION ? 0 : ERROR(t, PLACE(e), "'yield' inside %s", where[kind]);
}

static int
visit_namedexpr(ScopeTable *t, Expr *e)
{
    TRY(refuse_in_annotation(t, "named expression", e));
    if (t->current->comp_iter_expr > 0) {
        return ERROR(t, PLACE(e), "assignment expression cannot be used in a comprehension iterable expression");
    }
    if (t->current->comprehension != NOT_COMPREHENSION) {
        TRY(extend_namedexpr_scope(t, e->NamedExpr.target));
    }
    t->current->has_walrus = true;
    TRY(visit_expr(t, e->NamedExpr.value));
    return visit_expr(t, e->NamedExpr.target);
}

static int
visit_expr_inner(ScopeTable *t, Expr *e)
{
    switch (e->kind) {
    case EXPR_NAMEDEXPR: return visit_namedexpr(t, e);
    case EXPR_BOOLOP: return visit_exprs(t, e->BoolOp.values);
    case EXPR_BINOP: TRY(visit_expr(t, e->BinOp.left)); return visit_expr(t, e->BinOp.right);
    case EXPR_UNARYOP: return visit_expr(t, e->UnaryOp.operand);
    case EXPR_LAMBDA: return visit_lambda(t, e);
    case EXPR_IFEXP:
        TRY(visit_expr(t, e->IfExp.test));
        TRY(visit_expr(t, e->IfExp.body));
        return visit_expr(t, e->IfExp.orelse);
    case EXPR_DICT: TRY(visit_exprs(t, e->Dict.keys)); return visit_exprs(t, e->Dict.values);
    case EXPR_SET: return visit_exprs(t, e->Set.elts);
    case EXPR_GENERATOREXP:
        return visit_comprehension(t, e, COMP_GENERATOR, e->GeneratorExp.generators, e->GeneratorExp.elt, NULL);
    case EXPR_LISTCOMP: return visit_comprehension(t, e, COMP_LIST, e->ListComp.generators, e->ListComp.elt, NULL);
    case EXPR_SETCOMP: return visit_comprehension(t, e, COMP_SET, e->SetComp.generators, e->SetComp.elt, NULL);
    case EXPR_DICTCOMP: return visit_comprehension(t, e, COMP_DICT, e->DictComp.generators, e->DictComp.key, e->DictComp.value);
    case EXPR_YIELD:
    case EXPR_YIELDFROM:
        TRY(refuse_in_annotation(t, "yield expression", e));
        TRY(visit_optional(t, e->kind == EXPR_YIELD ? e->Yield.value : e->YieldFrom.value));
        t->current->generator = true;
        return refuse_yield_in_comprehension(t, e);
    case EXPR_AWAIT:
        TRY(refuse_in_annotation(t, "await expression", e));
        TRY(visit_expr(t, e->Await.value));
        t->current->coroutine = true;
        return 0;
    case EXPR_COMPARE: TRY(visit_expr(t, e->Compare.left)); return visit_exprs(t, e->Compare.comparators);
    case EXPR_CALL:
        TRY(visit_expr(t, e->Call.func));
        TRY(visit_exprs(t, e->Call.args));
        return visit_keywords(t, e->Call.keywords);
    case EXPR_FORMATTEDVALUE:
        TRY(visit_expr(t, e->FormattedValue.value));
        return visit_optional(t, e->FormattedValue.format_spec);
    case EXPR_JOINEDSTR: return visit_exprs(t, e->JoinedStr.values);
    case EXPR_CONSTANT: return 0;
    case EXPR_ATTRIBUTE: return visit_expr(t, e->Attribute.value);
    case EXPR_SUBSCRIPT: TRY(visit_expr(t, e->Subscript.value)); return visit_expr(t, e->Subscript.slice);
    case EXPR_STARRED: return visit_expr(t, e->Starred.value);
    case EXPR_SLICE:
        TRY(visit_optional(t, e->Slice.lower));
        TRY(visit_optional(t, e->Slice.upper));
        return visit_optional(t, e->Slice.step);
    case EXPR_NAME:
        TRY(add_def(t, e->Name.id, e->Name.ctx == CTX_LOAD ? SYM_USE : SYM_LOCAL, PLACE(e)));
        if (e->Name.ctx == CTX_LOAD && t->current->kind == BLOCK_FUNCTION && e->Name.id == OU_STR(super)) {
            return add_def(t, OU_STR(__class__), SYM_USE, PLACE(e)); /* super() finds its class there */
        }
        return 0;
    case EXPR_LIST: return visit_exprs(t, e->List.elts);
    case EXPR_TUPLE: return visit_exprs(t, e->Tuple.elts);
    }
    return 0;
}

static int
visit_expr(ScopeTable *t, Expr *e)
{
    TRY(ou_compile_enter(&t->depth, t->depth_limit));
    int result = visit_expr_inner(t, e);
    t->depth--;
    return result;
}

static int
visit_annassign(ScopeTable *t, Stmt *s)
{
    Expr *target = s->AnnAssign.target;
    if (target->kind == EXPR_NAME) {
        PyObject *name = target->Name.id;
        Symbol *symbol = lookup(t, name);
        int flags = symbol == NULL ? 0 : symbol->flags;
        if (symbol == NULL && PyErr_Occurred()) {
            return -1;
        }
        if ((flags & (SYM_GLOBAL | SYM_NONLOCAL)) && t->current != t->top && s->AnnAssign.simple) {
            return ERROR(t, PLACE(s),
                         flags & SYM_GLOBAL ? "annotated name '%U' can't be global" : "annotated name '%U' can't be nonlocal",
                         name);
        }
        if (s->AnnAssign.simple) {
            TRY(add_def(t, name, SYM_ANNOT | SYM_LOCAL, PLACE(target)));
        }
        else if (s->AnnAssign.value != NULL) {
            TRY(add_def(t, name, SYM_LOCAL, PLACE(target)));
        }
    }
    else {
        TRY(visit_expr(t, target));
    }
    TRY(visit_annotation(t, s->AnnAssign.annotation));
    return visit_optional(t, s->AnnAssign.value);
}

static int
visit_directive(ScopeTable *t, Stmt *s)
{
    bool global = s->kind == STMT_GLOBAL;
    IdentifierSeq names = global ? s->Global.names : s->Nonlocal.names;
    for (Py_ssize_t i = 0; i < names.n; i++) {
        PyObject *name = names.items[i];
        Symbol *symbol = lookup(t, name);
        if (symbol == NULL && PyErr_Occurred()) {
            return -1;
        }
        int flags = symbol == NULL ? 0 : symbol->flags;
        if (flags & (SYM_PARAM | SYM_LOCAL | SYM_USE | SYM_ANNOT)) {
            const char *format;
            if (flags & SYM_PARAM) {
                format = global ? "name '%U' is parameter and global" : "name '%U' is parameter and nonlocal";
            }
            else if (flags & SYM_USE) {
                format = global ? "name '%U' is used prior to global declaration"
                                : "name '%U' is used prior to nonlocal declaration";
            }
            else if (flags & SYM_ANNOT) {
                format = global ? "annotated name '%U' can't be global" : "annotated name '%U' can't be nonlocal";
            }
            else {
                format = global ? "name '%U' is assigned to before global declaration"
                                : "name '%U' is assigned to before nonlocal declaration";
            }
            return ERROR(t, PLACE(s), format, name);
        }
        TRY(add_def(t, name, global ? SYM_GLOBAL : SYM_NONLOCAL, PLACE(s)));
        TRY(record_directive(t, t->current, name, PLACE(s)));
    }
    return 0;
}

static int
visit_aliases(ScopeTable *t, AliasSeq names)
{
    for (Py_ssize_t i = 0; i < names.n; i++) {
        Alias *alias = names.items[i];
        PyObject *name = alias->asname != NULL ? alias->asname : alias->name;
        if (PyUnicode_GET_LENGTH(name) == 1 && PyUnicode_READ_CHAR(name, 0) == '*') {
            if (t->current->kind != BLOCK_MODULE) {
                return ERROR(t, PLACE(alias), "import * only allowed at module level");
            }
            continue;
        }
        Py_ssize_t dot = PyUnicode_FindChar(name, '.', 0, PyUnicode_GET_LENGTH(name), 1);
        if (dot == -2) {
            return -1;
        }
        if (dot >= 0) { /* import a.b binds a */
            PyObject *first = PyUnicode_Substring(name, 0, dot);
            if (first == NULL) {
                return -1;
            }
            PyUnicode_InternInPlace(&first);
            name = ou_tree_keep(t->tree, first);
            if (name == NULL) {
                return -1;
            }
        }
        TRY(add_def(t, name, SYM_IMPORT, PLACE(alias)));
    }
    return 0;
}

static int
visit_handlers(ScopeTable *t, ExceptHandlerSeq handlers)
{
    for (Py_ssize_t i = 0; i < handlers.n; i++) {
        ExceptHandler *handler = handlers.items[i];
        TRY(visit_optional(t, handler->type));
        if (handler->name != NULL) {
            TRY(add_def(t, handler->name, SYM_LOCAL, PLACE(handler)));
        }
        TRY(visit_stmts(t, handler->body));
    }
    return 0;
}

static int
visit_stmt_inner(ScopeTable *t, Stmt *s)
{
    switch (s->kind) {
    case STMT_FUNCTIONDEF:
    case STMT_ASYNCFUNCTIONDEF: return visit_function(t, s);
    case STMT_CLASSDEF: return visit_class(t, s);
    case STMT_RETURN:
        if (s->Return.value != NULL) {
            TRY(visit_expr(t, s->Return.value));
            t->current->returns_value = true;
        }
        return 0;
    case STMT_DELETE: return visit_exprs(t, s->Delete.targets);
    case STMT_ASSIGN: /* the value first, as it runs: locals are numbered in that order */
        TRY(visit_expr(t, s->Assign.value));
        return visit_exprs(t, s->Assign.targets);
    case STMT_AUGASSIGN: TRY(visit_expr(t, s->AugAssign.target)); return visit_expr(t, s->AugAssign.value);
    case STMT_ANNASSIGN: return visit_annassign(t, s);
    case STMT_FOR:
    case STMT_ASYNCFOR:
        t->current->coroutine |= s->kind == STMT_ASYNCFOR; /* matters at module level, where await is allowed */
        TRY(visit_expr(t, s->For.iter));
        TRY(visit_expr(t, s->For.target));
        TRY(visit_stmts(t, s->For.body));
        return visit_stmts(t, s->For.orelse);
    case STMT_WHILE:
    case STMT_IF:
        TRY(visit_expr(t, s->While.test));
        TRY(visit_stmts(t, s->While.body));
        return visit_stmts(t, s->While.orelse);
    case STMT_WITH:
    case STMT_ASYNCWITH:
        t->current->coroutine |= s->kind == STMT_ASYNCWITH;
        for (Py_ssize_t i = 0; i < s->With.items.n; i++) {
            TRY(visit_expr(t, s->With.items.items[i]->context_expr));
            TRY(visit_optional(t, s->With.items.items[i]->optional_vars));
        }
        return visit_stmts(t, s->With.body);
    case STMT_MATCH:
        TRY(visit_expr(t, s->Match.subject));
        for (Py_ssize_t i = 0; i < s->Match.cases.n; i++) {
            MatchCase *match_case = s->Match.cases.items[i];
            TRY(visit_pattern(t, match_case->pattern));
            TRY(visit_optional(t, match_case->guard));
            TRY(visit_stmts(t, match_case->body));
        }
        return 0;
    case STMT_RAISE: TRY(visit_optional(t, s->Raise.exc)); return visit_optional(t, s->Raise.cause);
    case STMT_TRY:
    case STMT_TRYSTAR:
        TRY(visit_stmts(t, s->Try.body));
        TRY(visit_stmts(t, s->Try.orelse));
        TRY(visit_handlers(t, s->Try.handlers));
        return visit_stmts(t, s->Try.finalbody);
    case STMT_ASSERT: TRY(visit_expr(t, s->Assert.test)); return visit_optional(t, s->Assert.msg);
    case STMT_IMPORT: return visit_aliases(t, s->Import.names);
    case STMT_IMPORTFROM: return visit_aliases(t, s->ImportFrom.names);
    case STMT_GLOBAL:
    case STMT_NONLOCAL: return visit_directive(t, s);
    case STMT_EXPR: return visit_expr(t, s->Expr.value);
    case STMT_PASS:
    case STMT_BREAK:
    case STMT_CONTINUE: return 0;
    }
    return 0;
}

static int
visit_stmts(ScopeTable *t, StmtSeq body)
{
    for (Py_ssize_t i = 0; i < body.n; i++) {
        TRY(ou_compile_enter(&t->depth, t->depth_limit));
        TRY(visit_stmt_inner(t, body.items[i]));
        t->depth--;
    }
    return 0;
}

static int
visit_patterns(ScopeTable *t, PatternSeq patterns)
{
    for (Py_ssize_t i = 0; i < patterns.n; i++) {
        TRY(visit_pattern(t, patterns.items[i]));
    }
    return 0;
}

static int
visit_pattern_inner(ScopeTable *t, Pattern *p)
{
    switch (p->kind) {
    case PATTERN_MATCHVALUE: return visit_expr(t, p->MatchValue.value);
    case PATTERN_MATCHSINGLETON: return 0;
    case PATTERN_MATCHSEQUENCE:
    case PATTERN_MATCHOR: return visit_patterns(t, p->MatchSequence.patterns);
    case PATTERN_MATCHSTAR: return p->MatchStar.name == NULL ? 0 : add_def(t, p->MatchStar.name, SYM_LOCAL, PLACE(p));
    case PATTERN_MATCHMAPPING:
        TRY(visit_exprs(t, p->MatchMapping.keys));
        TRY(visit_patterns(t, p->MatchMapping.patterns));
        return p->MatchMapping.rest == NULL ? 0 : add_def(t, p->MatchMapping.rest, SYM_LOCAL, PLACE(p));
    case PATTERN_MATCHCLASS:
        TRY(visit_expr(t, p->MatchClass.cls));
        TRY(visit_patterns(t, p->MatchClass.patterns));
        return visit_patterns(t, p->MatchClass.kwd_patterns);
    case PATTERN_MATCHAS:
        if (p->MatchAs.pattern != NULL) {
            TRY(visit_pattern(t, p->MatchAs.pattern));
        }
        return p->MatchAs.name == NULL ? 0 : add_def(t, p->MatchAs.name, SYM_LOCAL, PLACE(p));
    }
    return 0;
}

static int
visit_pattern(ScopeTable *t, Pattern *p)
{
    TRY(ou_compile_enter(&t->depth, t->depth_limit));
    int result = visit_pattern_inner(t, p);
    t->depth--;
    return result;
}

/* ---- the whole ---------------------------------------------------------------------------------- */

int
ou_scopes_build(ScopeTable *t, Tree *tree, PyObject *filename, int flags)
{
    memset(t, 0, sizeof *t);
    t->tree = tree;
    t->filename = filename;
    t->flags = flags;
    ou_compile_depth_init(&t->depth, &t->depth_limit);
    int start = t->depth;
    Mod *mod = tree->root;
    TRY(enter_block(t, OU_STR(top), BLOCK_MODULE, mod, (OuPlace){0, 0, 0, 0}));
    t->top = t->current;
    switch (mod->kind) {
    case MOD_MODULE:
    case MOD_INTERACTIVE: TRY(visit_stmts(t, mod->Module.body)); break;
    case MOD_EXPRESSION: TRY(visit_expr(t, mod->Expression.body)); break;
    case MOD_FUNCTIONTYPE: PyErr_SetString(PyExc_RuntimeError, "this compiler does not handle FunctionTypes"); return -1;
    }
    t->current = NULL;
    t->depth = start;
    return ou_scope_resolve(t, t->top);
}

void
ou_scopes_clear(ScopeTable *t)
{
    PyMem_Free(t->slots);
    t->slots = NULL;
    t->n_slots = 0;
}
