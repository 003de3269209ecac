/* compiler/codegen.c - the ground of the code generator: units, instructions, registers, constants, names.
 *
 * Owns       a unit's lists until it is left.
 * Invariant  what emit() appends goes to the hot or the cold list with the current place and region.
 * Not here   what is generated (codegen_*.c), and how it becomes words (assemble.c). */
#include "compiler/codegen.h"

#include <stdarg.h>
#include <string.h>

#include "compiler/compile.h"
#include "object/state.h"

/* Make room for one more item.  Returns 0, or -1 with MemoryError set. */
static int
grow(void *items_address, int n, int *cap, size_t item_size)
{
    if (n < *cap) {
        return 0;
    }
    void *items;
    memcpy(&items, items_address, sizeof items);
    size_t new_cap = *cap == 0 ? 32 : (size_t)*cap * 2, size;
    if (new_cap > INT32_MAX / 2 || ou_size_mul(new_cap, item_size, &size) || (items = PyMem_Realloc(items, size)) == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(items_address, &items, sizeof items);
    *cap = (int)new_cap;
    return 0;
}

/* ---- units ------------------------------------------------------------------------------------------ */

static bool
is_method_of_global(Unit *outer, PyObject *name)
{
    Symbol *symbol = ou_scope_find(outer->scope, name);
    return symbol != NULL && symbol->scope == SCOPE_GLOBAL_EXPLICIT;
}

/* The qualified name of a unit inside `outer`.  Returns new. */
static PyObject *
unit_qualname(Compiler *c, Unit *outer, UnitKind kind, PyObject *name)
{
    if (outer == NULL || outer->outer == NULL) { /* the module itself, or directly in it */
        return Py_NewRef(name);
    }
    bool named = kind == UNIT_FUNCTION || kind == UNIT_ASYNC_FUNCTION || kind == UNIT_CLASS;
    if (named) {
        PyObject *mangled = ou_mangle(c->tree, outer->private_name, name);
        if (mangled == NULL) {
            return NULL;
        }
        if (is_method_of_global(outer, mangled)) { /* `global f` makes it the module's */
            return Py_NewRef(name);
        }
    }
    bool function = outer->kind == UNIT_FUNCTION || outer->kind == UNIT_ASYNC_FUNCTION || outer->kind == UNIT_LAMBDA;
    return PyUnicode_FromFormat(function ? "%U.<locals>.%U" : "%U.%U", outer->qualname, name);
}

int
ou_unit_enter(Compiler *c, UnitKind kind, PyObject *name, const void *node, int first_line)
{
    Unit *outer = c->unit, *u = PyMem_Calloc(1, sizeof *u);
    if (u == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    u->outer = outer;
    u->scope = ou_scope_of(&c->scopes, node);
    OU_ASSERT(u->scope != NULL);
    u->kind = kind;
    u->name = name;
    u->private_name = kind == UNIT_CLASS ? name : outer == NULL ? NULL : outer->private_name;
    u->first_line = first_line;
    u->region = NO_REGION;
    u->n_registers = u->sp = u->max_sp = u->scope->n_registers;
    u->has_walrus = u->scope->has_walrus;
    u->at = (OuPlace){first_line, first_line, 0, 0};
    u->qualname = unit_qualname(c, outer, kind, name);
    u->consts = PyList_New(0);
    u->const_index = PyDict_New();
    u->held[0] = &u->qualname;
    u->held[1] = &u->consts;
    u->held[2] = &u->const_index;
    u->hold = (OuHold){NULL, "compile", u->held, OU_COUNT_OF(u->held)};
    ou_hold_push(&u->hold); /* a warning may run Python code */
    c->unit = u;
    if (u->qualname == NULL || u->consts == NULL || u->const_index == NULL) {
        ou_unit_leave(c);
        return -1;
    }
    if (u->n_registers > OU_MAX_REGISTERS - OU_WINDOW) {
        ou_gen_error(c, "too many local variables");
        ou_unit_leave(c);
        return -1;
    }
    return 0;
}

void
ou_unit_leave(Compiler *c)
{
    Unit *u = c->unit;
    c->unit = u->outer;
    ou_hold_pop(&u->hold);
    PyMem_Free(u->names.items);
    PyMem_Free(u->names.slots);
    PyMem_Free(u->code[0].items);
    PyMem_Free(u->code[1].items);
    PyMem_Free(u->labels);
    PyMem_Free(u->regions);
    Py_XDECREF(u->qualname);
    Py_XDECREF(u->consts);
    Py_XDECREF(u->const_index);
    PyMem_Free(u);
}

static int
unit_flags(Compiler *c)
{
    Unit *u = c->unit;
    Scope *scope = u->scope;
    int flags = c->flags & PyCF_MASK;
    if (scope->kind == BLOCK_FUNCTION) {
        flags |= CO_NEWLOCALS | CO_OPTIMIZED;
        flags |= scope->nested ? CO_NESTED : 0;
        flags |=
            scope->generator ? (scope->coroutine ? CO_ASYNC_GENERATOR : CO_GENERATOR) : (scope->coroutine ? CO_COROUTINE : 0);
        flags |= scope->varargs ? CO_VARARGS : 0;
        flags |= scope->varkeywords ? CO_VARKEYWORDS : 0;
    }
    else if (scope->coroutine && ou_gen_top_level_await(c)) {
        flags |= CO_COROUTINE;
    }
    return flags;
}

PyObject *
ou_unit_finish(Compiler *c)
{
    PyObject *code = ou_assemble(c, unit_flags(c));
    ou_unit_leave(c);
    return code;
}

int
ou_unit_prologue(Compiler *c)
{
    Unit *u = c->unit;
    Scope *scope = u->scope;
    AT_NOWHERE(c);
    if (scope->n_free > 0) {
        TRY(ou_emit(c, OU_OP_COPY_FREE_VARS, scope->n_free, 0, 0));
    }
    for (int i = 0; i < scope->n_registers; i++) {
        if (scope->register_kinds[i] & OU_FAST_CELL) {
            TRY(ou_emit(c, OU_OP_MAKE_CELL, i, 0, 0));
        }
    }
    if (unit_flags(c) & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) {
        u->at = (OuPlace){u->first_line, u->first_line, -1, -1};
        TRY(ou_emit(c, OU_OP_RETURN_GENERATOR, 0, 0, 0));
    }
    u->at = (OuPlace){u->first_line, u->first_line, 0, 0};
    if (u->kind == UNIT_MODULE) {
        u->at = (OuPlace){0, 1, 0, 0};
    }
    return ou_emit(c, OU_OP_RESUME, 0, 0, 0);
}

/* ---- instructions ----------------------------------------------------------------------------------- */

static Insn *
insn_new(Compiler *c)
{
    Unit *u = c->unit;
    InsnList *list = &u->code[u->cold];
    if (grow(&list->items, list->n, &list->cap, sizeof *list->items) < 0) {
        return NULL;
    }
    return &list->items[list->n++];
}

int
ou_emit_ext(Compiler *c, OuOp op, int a, int b, int d, int ext)
{
    OU_ASSERT(a >= 0 && a <= 0xFFFF && b >= 0 && b <= 0xFFFF && d >= 0 && d <= 0xFFFF);
    Insn *insn = insn_new(c);
    if (insn == NULL) {
        return -1;
    }
    *insn = (Insn){(uint16_t)op, (uint16_t)a, (uint16_t)b, (uint16_t)d, NO_LABEL, c->unit->region, (uint32_t)ext, c->unit->at};
    return 0;
}

int
ou_emit(Compiler *c, OuOp op, int a, int b, int d)
{
    return ou_emit_ext(c, op, a, b, d, 0);
}

int
ou_emit_jump(Compiler *c, OuOp op, int a, int b, Label target)
{
    TRY(ou_emit_ext(c, op, a, b, 0, 0));
    InsnList *list = &c->unit->code[c->unit->cold];
    list->items[list->n - 1].label = target;
    return 0;
}

Label
ou_label_new(Compiler *c)
{
    Unit *u = c->unit;
    TRY(grow(&u->labels, u->n_labels, &u->labels_cap, sizeof *u->labels));
    u->labels[u->n_labels] = -1;
    return u->n_labels++;
}

int
ou_label_here(Compiler *c, Label label)
{
    Unit *u = c->unit;
    OU_ASSERT(u->labels[label] == -1);
    u->labels[label] = u->code[u->cold].n << 1 | u->cold;
    return 0;
}

int
ou_region_new(Compiler *c, Label handler, int depth)
{
    Unit *u = c->unit;
    TRY(grow(&u->regions, u->n_regions, &u->regions_cap, sizeof *u->regions));
    u->regions[u->n_regions] = (Region){handler, depth};
    return u->region = u->n_regions++;
}

int
ou_temp_reserve(Compiler *c, int n)
{
    Unit *u = c->unit;
    int first = u->sp;
    if (n > OU_MAX_REGISTERS - u->sp) {
        return ou_gen_error(c, "expression is too complex: more temporary values than registers");
    }
    u->sp += n;
    if (u->sp > u->max_sp) {
        u->max_sp = u->sp;
    }
    return first;
}

int
ou_result_at(Compiler *c, int mark, int want, int x, int y)
{
    if (want != ANY) {
        c->unit->sp = mark;
        return want;
    }
    while (TEMP(mark) == x || TEMP(mark) == y) {
        mark++;
    }
    c->unit->sp = mark;
    TRY(ou_temp_reserve(c, 1));
    return TEMP(mark);
}

/* ---- constants -------------------------------------------------------------------------------------- */

static bool
is_small_int(PyObject *value)
{
    if (!PyLong_CheckExact(value) || Py_SIZE(value) < -1 || Py_SIZE(value) > 1) {
        return false;
    }
    long n = PyLong_AsLong(value);
    return n >= OU_SMALL_INT_MIN && n <= OU_SMALL_INT_MAX;
}

/* A constant of a library's code: its small ints are objects of their own, so that they don't raise the counts of those
 * that the program names.  Returns new. */
static PyObject *
private_constant(PyObject *value)
{
    if (is_small_int(value)) {
        long n = PyLong_AsLong(value);
        PyLongObject *copy = _PyLong_New(n != 0);
        if (copy != NULL && n != 0) {
            copy->ob_digit[0] = (digit)(n < 0 ? -n : n);
            Py_SET_SIZE(copy, n < 0 ? -1 : 1);
        }
        return (PyObject *)copy;
    }
    if (PyTuple_CheckExact(value)) {
        Py_ssize_t n = PyTuple_GET_SIZE(value);
        PyObject *copy = PyTuple_New(n);
        for (Py_ssize_t i = 0; copy != NULL && i < n; i++) {
            PyObject *item = private_constant(PyTuple_GET_ITEM(value, i));
            if (item == NULL) {
                Py_CLEAR(copy);
            }
            else {
                PyTuple_SET_ITEM(copy, i, item);
            }
        }
        return copy;
    }
    return Py_NewRef(value); /* a frozenset keeps the shared ones: rare */
}

int
ou_const_index(Compiler *c, PyObject *value)
{
    Unit *u = c->unit;
    PyObject *key = _PyCode_ConstantKey(value);
    if (key == NULL) {
        return -1;
    }
    PyObject *known = PyDict_GetItemWithError(u->const_index, key);
    if (known != NULL || PyErr_Occurred()) {
        Py_DECREF(key);
        return known == NULL ? -1 : (int)PyLong_AsLong(known);
    }
    Py_ssize_t index = PyList_GET_SIZE(u->consts);
    PyObject *number = PyLong_FromSsize_t(index);
    PyObject *owned = c->flags & OU_COMPILE_LIBRARY ? private_constant(value) : Py_NewRef(value);
    int failed = number == NULL || owned == NULL || index > INT32_MAX / 2 || PyList_Append(u->consts, owned) < 0
              || PyDict_SetItem(u->const_index, key, number) < 0;
    Py_XDECREF(owned);
    Py_XDECREF(number);
    Py_DECREF(key);
    return failed ? -1 : (int)index;
}

int
ou_const_operand(Compiler *c, PyObject *value)
{
    if (!(c->flags & OU_COMPILE_LIBRARY) && is_small_int(value)) {
        return OU_INT_OPERAND((int)PyLong_AsLong(value));
    }
    int index = ou_const_index(c, value);
    if (index < 0 || index <= OU_INDEX_MASK) {
        return index < 0 ? -1 : CONST(index);
    }
    int reg = ou_temp_reserve(c, 1);
    TRY(reg);
    TRY(ou_emit(c, OU_OP_LOAD_CONST, TEMP(reg), index & 0xFFFF, index >> 16));
    return TEMP(reg);
}

int
ou_const_to(Compiler *c, PyObject *value, int want)
{
    if (!(c->flags & OU_COMPILE_LIBRARY) && is_small_int(value)) {
        return ou_emit(c, OU_OP_MOVE, want, OU_INT_OPERAND((int)PyLong_AsLong(value)), 0);
    }
    int index = ou_const_index(c, value);
    TRY(index);
    if (index <= OU_INDEX_MASK) {
        return ou_emit(c, OU_OP_MOVE, want, CONST(index), 0);
    }
    return ou_emit(c, OU_OP_LOAD_CONST, want, index & 0xFFFF, index >> 16);
}

/* ---- names ------------------------------------------------------------------------------------------ */

static inline uint32_t
name_hash(PyObject *name)
{
    return (uint32_t)(((uintptr_t)name >> 4) * 0x9E3779B97F4A7C15u >> 32);
}

static int
name_table_grow(NameTable *t)
{
    uint32_t n_slots = t->n_slots == 0 ? 32 : t->n_slots * 2;
    uint32_t *slots = PyMem_Calloc(n_slots, sizeof *slots);
    PyObject **items = PyMem_Realloc(t->items, n_slots / 2 * sizeof *items);
    if (items != NULL) {
        t->items = items;
    }
    if (slots == NULL || items == NULL) {
        PyMem_Free(slots);
        PyErr_NoMemory();
        return -1;
    }
    for (uint32_t k = 0; k < t->n; k++) {
        uint32_t i = name_hash(items[k]);
        while (slots[i & (n_slots - 1)] != 0) {
            i++;
        }
        slots[i & (n_slots - 1)] = k + 1;
    }
    PyMem_Free(t->slots);
    t->slots = slots;
    t->n_slots = n_slots;
    return 0;
}

int
ou_name_index(Compiler *c, PyObject *name)
{
    name = ou_mangle(c->tree, c->unit->private_name, name);
    if (name == NULL) {
        return -1;
    }
    NameTable *t = &c->unit->names;
    if ((t->n + 1) * 2 > t->n_slots) {
        TRY(name_table_grow(t));
    }
    uint32_t i = name_hash(name);
    for (;; i++) {
        uint32_t slot = t->slots[i & (t->n_slots - 1)];
        if (slot == 0) {
            break;
        }
        if (t->items[slot - 1] == name) {
            return (int)slot - 1;
        }
    }
    if (t->n > 0xFFFF) {
        return ou_gen_error(c, "too many names");
    }
    t->items[t->n] = name;
    t->slots[i & (t->n_slots - 1)] = ++t->n;
    return (int)t->n - 1;
}

static int
name_resolve(Compiler *c, PyObject *name, NameRef *out)
{
    Unit *u = c->unit;
    PyObject *mangled = ou_mangle(c->tree, u->private_name, name);
    if (mangled == NULL) {
        return -1;
    }
    Symbol *symbol = ou_scope_find(u->scope, mangled);
    bool function = u->scope->kind == BLOCK_FUNCTION;
    switch (symbol == NULL ? SCOPE_UNKNOWN : symbol->scope) {
    case SCOPE_FREE:
    case SCOPE_CELL: *out = (NameRef){NAME_CELL, symbol->reg}; return 0;
    case SCOPE_LOCAL:
        if (function) {
            *out = (NameRef){NAME_FAST, symbol->reg};
            return 0;
        }
        out->kind = NAME_NAME;
        break;
    case SCOPE_GLOBAL_EXPLICIT: out->kind = NAME_GLOBAL; break;
    case SCOPE_GLOBAL_IMPLICIT: out->kind = function ? NAME_GLOBAL : NAME_NAME; break;
    default: out->kind = NAME_NAME; break;
    }
    out->index = ou_name_index(c, mangled);
    return out->index < 0 ? -1 : 0;
}

int
ou_name_fast(Compiler *c, PyObject *name)
{
    Unit *u = c->unit;
    if (u->scope->kind != BLOCK_FUNCTION) {
        return -1;
    }
    PyObject *mangled = ou_mangle(c->tree, u->private_name, name);
    if (mangled == NULL) {
        PyErr_Clear(); /* whoever needs it next fails with the same */
        return -1;
    }
    Symbol *symbol = ou_scope_find(u->scope, mangled);
    return symbol != NULL && symbol->scope == SCOPE_LOCAL ? symbol->reg : -1;
}

/* A local is about to be read: prove it later (assemble_flow.c removes the check where it can). */
static int
check_bound(Compiler *c, int reg)
{
    Unit *u = c->unit;
    if (u->scope->symbols[0].reg == reg && u->scope->comprehension != NOT_COMPREHENSION) {
        return 0; /* .0 */
    }
    u->needs_check = true;
    return ou_emit(c, OU_OP_CHECK_BOUND, reg, 0, 0);
}

int
ou_name_load(Compiler *c, PyObject *name, int want)
{
    NameRef ref;
    TRY(name_resolve(c, name, &ref));
    if (ref.kind == NAME_FAST) {
        TRY(check_bound(c, ref.index));
        if (want == ANY || want == ref.index) {
            return ref.index;
        }
        TRY(ou_emit(c, OU_OP_MOVE, want, ref.index, 0));
        return want;
    }
    int d = ou_result_at(c, c->unit->sp, want, -1, -1);
    TRY(d);
    switch (ref.kind) {
    case NAME_CELL:
        TRY(ou_emit(c, c->unit->scope->kind == BLOCK_CLASS ? OU_OP_LOAD_CLASS_CELL : OU_OP_LOAD_CELL, d, ref.index, 0));
        break;
    case NAME_GLOBAL: TRY(ou_emit(c, OU_OP_LOAD_GLOBAL, d, ref.index, 0)); break;
    default: TRY(ou_emit(c, OU_OP_LOAD_NAME, d, ref.index, 0)); break;
    }
    return d;
}

int
ou_name_store(Compiler *c, PyObject *name, int operand)
{
    TRY(ou_gen_check_name(c, name, CTX_STORE));
    NameRef ref;
    TRY(name_resolve(c, name, &ref));
    switch (ref.kind) {
    case NAME_FAST: return ref.index == operand ? 0 : ou_emit(c, OU_OP_MOVE, ref.index, operand, 0);
    case NAME_CELL: return ou_emit(c, OU_OP_STORE_CELL, ref.index, operand, 0);
    case NAME_GLOBAL: return ou_emit(c, OU_OP_STORE_GLOBAL, ref.index, operand, 0);
    case NAME_NAME: break;
    }
    return ou_emit(c, OU_OP_STORE_NAME, ref.index, operand, 0);
}

int
ou_name_delete(Compiler *c, PyObject *name)
{
    TRY(ou_gen_check_name(c, name, CTX_DEL));
    NameRef ref;
    TRY(name_resolve(c, name, &ref));
    switch (ref.kind) {
    case NAME_FAST: c->unit->deletes_locals = true; return ou_emit(c, OU_OP_DELETE_LOCAL, ref.index, 0, 0);
    case NAME_CELL: return ou_emit(c, OU_OP_DELETE_CELL, ref.index, 0, 0);
    case NAME_GLOBAL: return ou_emit(c, OU_OP_DELETE_GLOBAL, ref.index, 0, 0);
    case NAME_NAME: break;
    }
    return ou_emit(c, OU_OP_DELETE_NAME, ref.index, 0, 0);
}

int
ou_name_unbind(Compiler *c, PyObject *name)
{
    NameRef ref;
    TRY(name_resolve(c, name, &ref));
    if (ref.kind == NAME_FAST) {
        c->unit->deletes_locals = true;
        return ou_emit(c, OU_OP_CLEAR, ref.index, 0, 0);
    }
    int none = ou_const_operand(c, Py_None); /* first bound again, as the clause may have deleted it */
    TRY(none);
    int mark = c->unit->sp;
    TRY(ou_name_store(c, name, none));
    c->unit->sp = mark;
    return ou_name_delete(c, name);
}

/* ---- messages --------------------------------------------------------------------------------------- */

int
ou_gen_check_name(Compiler *c, PyObject *name, ExprContext ctx)
{
    if (name == OU_STR(__debug__) && ctx != CTX_LOAD) {
        return ou_gen_error(c, ctx == CTX_STORE ? "cannot assign to __debug__" : "cannot delete __debug__");
    }
    return 0;
}

int
ou_gen_warn(Compiler *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    PyObject *message = PyUnicode_FromFormatV(format, args);
    va_end(args);
    if (message == NULL) {
        return -1;
    }
    int failed = PyErr_WarnExplicitObject(PyExc_SyntaxWarning, message, c->filename, c->unit->at.line, NULL, NULL);
    if (failed && PyErr_ExceptionMatches(PyExc_SyntaxWarning)) {
        PyErr_Clear(); /* a filter made it an error: then it is one with a place */
        ou_gen_error(c, "%U", message);
    }
    Py_DECREF(message);
    return failed ? -1 : 0;
}
