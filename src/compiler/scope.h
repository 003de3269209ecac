/* compiler/scope.h - which name means what: the blocks of a program and their symbols.
 *
 * Glossary
 *   Scope       one block: a module, a class body, a function, lambda or comprehension, or the annotation that a
 *               future statement keeps from being evaluated
 *   Symbol      one name in one scope: how it is used there (SYM_*), and what that makes it (SCOPE_*)
 *   directive   a `global` or `nonlocal` statement's name with its place
 *   register    where a fast local, cell or free variable of a function lies in its frame
 *
 * Scopes are made in one walk over the folded tree and then resolved from the outside in.  They live in the tree's
 * arena and their names are the tree's, so they are good as long as the tree is.  The flags have the values of CPython
 * 3.11's symbol tables: a `symtable` module can hand them out as they are. */
#ifndef OU_COMPILER_SCOPE_H
#define OU_COMPILER_SCOPE_H

#include <Python.h>
#include <stdbool.h>

#include "bytecode/linetable.h" /* OuPlace */
#include "compiler/tree.h"

enum { /* Symbol.flags */
    SYM_GLOBAL = 1,          /* global statement */
    SYM_LOCAL = 2,           /* assigned */
    SYM_PARAM = 4,           /* parameter */
    SYM_NONLOCAL = 8,        /* nonlocal statement */
    SYM_USE = 16,            /* read */
    SYM_FREE = 32,           /* unused, kept for its value */
    SYM_FREE_CLASS = 64,     /* free in a method, and bound in the class around it */
    SYM_IMPORT = 128,        /* bound by import */
    SYM_ANNOT = 256,         /* annotated */
    SYM_COMP_ITER = 512,     /* iteration variable of a comprehension */
    SYM_BOUND = SYM_LOCAL | SYM_PARAM | SYM_IMPORT,
};

typedef enum { /* Symbol.scope */
    SCOPE_UNKNOWN, SCOPE_LOCAL, SCOPE_GLOBAL_EXPLICIT, SCOPE_GLOBAL_IMPLICIT, SCOPE_FREE, SCOPE_CELL
} SymbolScope;

typedef struct {
    PyObject *name; /* mangled; borrowed from the tree */
    uint16_t flags;
    uint8_t scope;  /* SymbolScope */
    int32_t reg;    /* register in the frame of this scope, or -1 */
} Symbol;

typedef enum { BLOCK_FUNCTION, BLOCK_CLASS, BLOCK_MODULE, BLOCK_ANNOTATION } BlockKind;
typedef enum { NOT_COMPREHENSION, COMP_LIST, COMP_DICT, COMP_SET, COMP_GENERATOR } ComprehensionKind;

typedef struct {
    PyObject *name; /* mangled */
    OuPlace place;
} Directive;

typedef struct Scope Scope;
struct Scope {
    BlockKind kind;
    ComprehensionKind comprehension;
    PyObject *name;          /* "top", a function's or class's name, "lambda", "listcomp", ... */
    const void *node;        /* the Mod, Stmt or Expr it belongs to */
    OuPlace place;
    Scope *parent;           /* NULL for a module */
    Scope **children;        /* in the order of the source */
    Py_ssize_t n_children, children_cap;

    Symbol *symbols;         /* in the order of first mention */
    uint32_t n_symbols, symbols_cap;
    uint32_t *slots;         /* hash table of indexes + 1 into symbols; n_slots is a power of two */
    uint32_t n_slots;
    Directive *directives;
    Py_ssize_t n_directives, directives_cap;

    PyObject *private_name;  /* the class whose name mangles, or NULL */
    int n_params;            /* names of parameters, * and ** included: the first symbols with SYM_PARAM, in order */
    bool nested, child_free, generator, coroutine, varargs, varkeywords, returns_value;
    bool needs_class_closure; /* a class whose methods mention __class__ or super */
    bool comp_iter_target;   /* the targets of a comprehension are being read */
    bool has_walrus;         /* binds a name in the middle of an expression of its own */
    int comp_iter_expr;      /* inside iterables of comprehensions, so many deep */

    /* Registers of a frame: parameters, other fast locals, cells that are not parameters (sorted), free variables
     * (sorted).  Filled by the resolution. */
    PyObject **register_names; /* n_registers of them */
    uint8_t *register_kinds;   /* OU_FAST_LOCAL, OU_FAST_CELL, OU_FAST_FREE or both of the first */
    int n_registers, n_fast, n_cells, n_free; /* n_fast: parameters and fast locals */
    int class_cell;            /* register of a class's own __class__ cell, or -1 */
};

typedef struct {
    const void *node;
    Scope *scope;
} ScopeSlot;

typedef struct {
    Tree *tree;
    PyObject *filename;   /* borrowed */
    int flags;            /* CO_FUTURE_* and PyCF_* */
    Scope *top;
    ScopeSlot *slots;     /* node -> scope; PyMem block */
    uint32_t n_slots, n_scopes;

    /* while it is built */
    Scope *current;
    PyObject *private_name;
    int depth, depth_limit;
} ScopeTable;

/* Find the scopes of a whole (folded) tree.
 *
 * flags     future features (CO_FUTURE_ANNOTATIONS keeps annotations apart), PyCF_ALLOW_TOP_LEVEL_AWAIT
 * Returns   0, or -1 with SyntaxError, RecursionError or MemoryError set; ou_scopes_clear() is due in any case. */
int ou_scopes_build(ScopeTable *table, Tree *tree, PyObject *filename, int flags);

/* For scope.c and scope_resolve.c: a new symbol for a name that has none (NULL: MemoryError; others of the scope move); and the
 * meaning of all names of a scope and those inside it (0 or -1). */
Symbol *ou_scope_add(ScopeTable *table, Scope *scope, PyObject *name);
int ou_scope_resolve(ScopeTable *table, Scope *scope);

/* Free what is not in the tree's arena. */
void ou_scopes_clear(ScopeTable *table);

/* The scope that belongs to a node of the tree, or NULL. */
Scope *ou_scope_of(const ScopeTable *table, const void *node);

/* The symbol of an (already mangled) name, or NULL. */
Symbol *ou_scope_find(const Scope *scope, PyObject *name);

/* A private name as the class sees it: __x in class C is _C__x.  Returns it borrowed from the tree (the name itself where
 * nothing is to be mangled), or NULL with MemoryError set. */
PyObject *ou_mangle(Tree *tree, PyObject *private_name, PyObject *name);

/* ---- depth ---- */

/* How deep may a compiler's recursion go, and where does it begin: CPython's three levels a call of Python. */
void ou_compile_depth_init(int *depth, int *limit);

/* RecursionError "maximum recursion depth exceeded during compilation".  Returns -1. */
int ou_compile_too_deep(void);

/* Is the C stack nearly used up? */
bool ou_compile_stack_is_low(void);

static inline int
ou_compile_enter(int *depth, int limit)
{
    return ++*depth > limit || ou_compile_stack_is_low() ? ou_compile_too_deep() : 0;
}

/* ---- errors ---- */

/* SyntaxError with a place, and the line's text if the file can be read.  Columns of the error count from 1.
 * Returns -1.  Errors that happen on the way replace it. */
int ou_compile_error(PyObject *filename, OuPlace place, const char *format, ...);

#define PLACE(node) ((OuPlace){(node)->lineno, (node)->end_lineno, (node)->col_offset, (node)->end_col_offset})

#endif
