/* compiler/scope_resolve.c - what each name of each scope means, and which register it has.
 *
 * Owns       nothing: all lies in the tree's arena.
 * Invariant  a scope is resolved before those inside it, and numbered after them: they may still make its
 *            variables cells and add free ones.
 * Not here   finding the scopes and names (scope.c). */
#include <stdlib.h>

#include "base/try.h"
#include "bytecode/code.h"
#include "compiler/scope.h"
#include "object/state.h"

#define ERROR(t, place, ...) ou_compile_error((t)->filename, place, __VA_ARGS__)

static int
error_at_directive(ScopeTable *t, Scope *scope, PyObject *name, const char *format)
{
    OuPlace place = scope->place;
    for (Py_ssize_t i = 0; i < scope->n_directives; i++) {
        if (scope->directives[i].name == name) {
            place = scope->directives[i].place;
            break;
        }
    }
    return ERROR(t, place, format, name);
}

/* The scope around `scope` whose variable a free `name` would be, or NULL. */
static Scope *
find_binding(Scope *scope, PyObject *name)
{
    for (Scope *outer = scope->parent; outer != NULL; outer = outer->parent) {
        if (outer->kind == BLOCK_CLASS && name == OU_STR(__class__)) {
            return outer;
        }
        if (outer->kind != BLOCK_FUNCTION) {
            continue;
        }
        Symbol *symbol = ou_scope_find(outer, name);
        if (symbol != NULL && (symbol->flags & SYM_GLOBAL)) {
            return NULL;
        }
        if (symbol != NULL && (symbol->flags & SYM_BOUND) && !(symbol->flags & SYM_NONLOCAL)) {
            return outer;
        }
    }
    return NULL;
}

/* `name` of `scope` is the variable of `binding`: a cell there, free in all between. */
static int
make_free(ScopeTable *t, Scope *scope, Scope *binding, PyObject *name)
{
    for (Scope *between = scope->parent; between != binding; between = between->parent) {
        Symbol *symbol = ou_scope_find(between, name);
        between->child_free = true;
        if (symbol == NULL) {
            symbol = ou_scope_add(t, between, name);
            if (symbol == NULL) {
                return -1;
            }
            symbol->scope = SCOPE_FREE;
        }
        else if (between->kind == BLOCK_CLASS && (symbol->flags & (SYM_BOUND | SYM_GLOBAL))) {
            symbol->flags |= SYM_FREE_CLASS;
        }
    }
    binding->child_free = true;
    if (binding->kind == BLOCK_CLASS) {
        binding->needs_class_closure = true;
    }
    else {
        ou_scope_find(binding, name)->scope = SCOPE_CELL;
    }
    return 0;
}

static int
resolve_symbol(ScopeTable *t, Scope *scope, uint32_t index)
{
    Symbol *symbol = &scope->symbols[index];
    PyObject *name = symbol->name;
    int flags = symbol->flags;
    if (flags & SYM_GLOBAL) {
        if (flags & SYM_NONLOCAL) {
            return error_at_directive(t, scope, name, "name '%U' is nonlocal and global");
        }
        symbol->scope = SCOPE_GLOBAL_EXPLICIT;
        return 0;
    }
    if (flags & SYM_NONLOCAL) {
        if (scope->kind == BLOCK_MODULE) {
            return error_at_directive(t, scope, name, "nonlocal declaration not allowed at module level");
        }
        Scope *binding = find_binding(scope, name);
        if (binding == NULL) {
            return error_at_directive(t, scope, name, "no binding for nonlocal '%U' found");
        }
        symbol->scope = SCOPE_FREE;
        return make_free(t, scope, binding, name);
    }
    if (flags & SYM_BOUND) {
        if (symbol->scope != SCOPE_CELL) {
            symbol->scope = SCOPE_LOCAL;
        }
        return 0;
    }
    if (symbol->scope == SCOPE_FREE) { /* added by make_free() of a scope inside */
        return 0;
    }
    Scope *binding = scope->kind == BLOCK_MODULE ? NULL : find_binding(scope, name);
    if (binding == NULL) {
        symbol->scope = SCOPE_GLOBAL_IMPLICIT;
        return 0;
    }
    symbol->scope = SCOPE_FREE;
    return make_free(t, scope, binding, name);
}

static int
compare_names(const void *a, const void *b)
{
    return PyUnicode_Compare(*(PyObject *const *)a, *(PyObject *const *)b);
}

static bool
symbol_is_free(const Symbol *symbol)
{
    return symbol->scope == SCOPE_FREE || (symbol->flags & SYM_FREE_CLASS);
}

static void
add_register(Scope *scope, PyObject *name, int kind)
{
    scope->register_names[scope->n_registers] = name;
    scope->register_kinds[scope->n_registers] = (uint8_t)kind;
    Symbol *symbol = ou_scope_find(scope, name);
    if (symbol != NULL) {
        symbol->reg = scope->n_registers;
    }
    scope->n_registers++;
}

/* Number the registers of one scope.  All scopes inside it must be resolved. */
static int
assign_registers(ScopeTable *t, Scope *scope)
{
    size_t n = scope->n_symbols + 1u;
    scope->register_names = ou_tree_alloc(t->tree, n * sizeof *scope->register_names);
    scope->register_kinds = ou_tree_alloc(t->tree, n);
    PyObject **sorted = ou_tree_alloc(t->tree, n * sizeof *sorted);
    if (scope->register_names == NULL || scope->register_kinds == NULL || sorted == NULL) {
        return -1;
    }
    bool fast = scope->kind == BLOCK_FUNCTION;
    for (int pass = 0; pass < 2 && fast; pass++) { /* parameters, then other locals */
        for (uint32_t i = 0; i < scope->n_symbols; i++) {
            Symbol *symbol = &scope->symbols[i];
            bool param = (symbol->flags & SYM_PARAM) != 0;
            if (param != (pass == 0) || (symbol->scope != SCOPE_LOCAL && !(param && symbol->scope == SCOPE_CELL))) {
                continue;
            }
            bool cell = symbol->scope == SCOPE_CELL;
            scope->n_cells += cell;
            add_register(scope, symbol->name, cell ? OU_FAST_LOCAL | OU_FAST_CELL : OU_FAST_LOCAL);
        }
    }
    scope->n_fast = scope->n_registers;
    for (int pass = 0; pass < 2; pass++) { /* cells, then free variables */
        size_t n_sorted = 0;
        for (uint32_t i = 0; i < scope->n_symbols; i++) {
            Symbol *symbol = &scope->symbols[i];
            if (pass == 0 ? symbol->scope == SCOPE_CELL && !(symbol->flags & SYM_PARAM) : symbol_is_free(symbol)) {
                sorted[n_sorted++] = symbol->name;
            }
        }
        qsort(sorted, n_sorted, sizeof *sorted, compare_names);
        if (pass == 0 && scope->needs_class_closure) {
            scope->class_cell = scope->n_registers;
            scope->register_names[scope->n_registers] = OU_STR(__class__);
            scope->register_kinds[scope->n_registers++] = OU_FAST_CELL;
            scope->n_cells++;
        }
        for (size_t i = 0; i < n_sorted; i++) {
            add_register(scope, sorted[i], pass == 0 ? OU_FAST_CELL : OU_FAST_FREE);
            *(pass == 0 ? &scope->n_cells : &scope->n_free) += 1;
        }
    }
    return 0;
}

int
ou_scope_resolve(ScopeTable *t, Scope *scope)
{
    TRY(ou_compile_enter(&t->depth, t->depth_limit));
    for (uint32_t i = 0; i < scope->n_symbols; i++) { /* by index: a binding elsewhere may add symbols here */
        TRY(resolve_symbol(t, scope, i));
    }
    for (Py_ssize_t i = 0; i < scope->n_children; i++) {
        TRY(ou_scope_resolve(t, scope->children[i]));
    }
    t->depth--;
    return assign_registers(t, scope);
}
