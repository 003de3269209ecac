/* compiler/codegen.h - what the files of the code generator share.  Private to codegen*.c, assemble*.c and compile.c.
 *
 * Glossary
 *   Unit      a code object in the making: a module, class body, function, lambda or comprehension
 *   Insn      an instruction before it is words: its jump is a label, its place and handler stand beside it
 *   operand   an R field: OU_KIND_* and an index.  A register with kind 00 is read in place ("kept"), TEMP(reg)
 *             is a temporary that the instruction consumes
 *   want      where an expression's value shall go: a D field (a local, or TEMP(reg), reserved and NULL), or ANY: where
 *             it is cheapest, as an operand
 *   sp        the first register above the live temporaries.  Temporaries are used stack-wise, but a register
 *             below sp may be empty (a hole): it is NULL and does no harm
 *   region    what protects an instruction: the handler's label and the depth, or NO_REGION
 *   block     a statement that something may leave early: a loop, try, with (FBlock)
 *   cold      handlers are emitted behind the rest of the code, so that what does not raise never jumps over them
 *
 * Conventions: functions return -1 with an exception set, 0 or a value that is not negative.  A function given a `want`
 * leaves sp as it found it; with ANY the operand it returns, if a temporary, lies just below sp.
 * Every instruction gets the place in unit->at: it is set (AT) right before the instruction is emitted. */
#ifndef OU_COMPILER_CODEGEN_H
#define OU_COMPILER_CODEGEN_H

#include <Python.h>
#include <stdbool.h>

#include "base/base.h"
#include "base/try.h"
#include "bytecode/code.h"
#include "bytecode/linetable.h"
#include "compiler/scope.h"
#include "compiler/tree.h"
#include "object/hold.h"

enum { ANY = 0x10000 };           /* as a want */
enum { NO_REGION = -1, NO_LABEL = -1 };
#define TEMP(reg) (OU_KIND_TEMP | (reg))
#define CONST(index) (OU_KIND_CONST | (index))
#define IS_TEMP(operand) (((operand)&OU_KIND_MASK) == OU_KIND_TEMP)
#define IS_REGISTER(operand) ((operand) < OU_KIND_TEMP) /* kept: a local */
#define REG(operand) ((operand)&OU_INDEX_MASK)

typedef int Label;

typedef struct {
    uint16_t op;
    uint16_t a, b, c;
    int32_t label;    /* where it jumps, or NO_LABEL */
    int32_t region;   /* index of its Region, or NO_REGION */
    uint32_t ext;     /* a field of the extension word, if the opcode has one */
    OuPlace place;
} Insn;

typedef struct {
    Insn *items;
    int32_t n, cap;
} InsnList;

typedef struct {
    Label handler;
    int depth;        /* register that receives the exception */
} Region;

typedef enum {
    FB_WHILE, FB_FOR, FB_TRY, FB_FINALLY_TRY, FB_FINALLY_END, FB_WITH, FB_ASYNC_WITH, FB_HANDLER, FB_GROUP_HANDLER, FB_POP_VALUE
} FBlockKind;

typedef struct {
    FBlockKind kind;
    Label exit;          /* of a loop: where break goes */
    Label next;          /* of a loop: where continue goes */
    int region;          /* the region around the block */
    int reg;             /* of a for: the iterator; a with: the exit function; a handler: the exception; else -1 */
    PyObject *name;      /* of a handler: the name to unbind, or NULL */
    StmtSeq finalbody;   /* of a finally */
    OuPlace place;       /* of a with: the statement */
} FBlock;

typedef enum { UNIT_MODULE, UNIT_CLASS, UNIT_FUNCTION, UNIT_ASYNC_FUNCTION, UNIT_LAMBDA, UNIT_COMPREHENSION } UnitKind;

typedef struct {
    PyObject **items;    /* borrowed from the tree */
    uint32_t *slots;     /* open addressing by address; index + 1 */
    uint32_t n, n_slots;
} NameTable;

typedef struct Unit Unit;
struct Unit {
    Unit *outer;
    OuHold hold;             /* declares the three objects below that are owned */
    PyObject **held[3];
    Scope *scope;
    UnitKind kind;
    PyObject *name;          /* borrowed */
    PyObject *qualname;      /* owned */
    PyObject *private_name;  /* of the class around, for mangling; borrowed; NULL */
    int first_line;
    int n_args, n_posonly, n_kwonly;
    PyObject *consts;        /* list, owned */
    PyObject *const_index;   /* dict: key -> index, owned */
    NameTable names;
    InsnList code[2];        /* hot, cold */
    bool cold;               /* where emit() writes */
    int32_t *labels;         /* position of each label: index << 1 | cold; -1: not placed yet */
    int n_labels, labels_cap;
    Region *regions;
    int n_regions, regions_cap;
    int region;              /* of what is emitted now */
    int n_registers;         /* locals and cells: temporaries begin here */
    int sp, max_sp;
    FBlock blocks[CO_MAXBLOCKS];
    int n_blocks;
    OuPlace at;
    bool has_walrus;         /* an expression of this frame may rebind a local */
    bool deletes_locals;     /* a local may become unbound again */
    bool needs_check;        /* a CHECK_BOUND was emitted */
};

typedef struct {
    Tree *tree;
    PyObject *filename;
    int flags;               /* CO_FUTURE_* and PyCF_*, OU_COMPILE_LIBRARY */
    int optimize;
    bool interactive;
    int future_line;         /* of the last future statement */
    ScopeTable scopes;
    Unit *unit;
} Compiler;

#define AT(c, node) ((c)->unit->at = PLACE(node))
/* What only keeps the house: an instruction without a place. */
#define AT_NOWHERE(c) ((c)->unit->at = OU_NO_PLACE)

/* ---- units (codegen.c) ---- */

/* Begin a unit inside the current one.  `node` names its scope. */
int ou_unit_enter(Compiler *c, UnitKind kind, PyObject *name, const void *node, int first_line);
/* Assemble the current unit (0 ends without a return are not allowed) and leave it.  Returns a new code object or NULL. */
PyObject *ou_unit_finish(Compiler *c);
/* Leave the current unit, whatever state it is in. */
void ou_unit_leave(Compiler *c);
/* COPY_FREE_VARS, MAKE_CELL ..., RETURN_GENERATOR, RESUME. */
int ou_unit_prologue(Compiler *c);

/* ---- instructions (codegen.c) ---- */

int ou_emit(Compiler *c, OuOp op, int a, int b, int d);
int ou_emit_ext(Compiler *c, OuOp op, int a, int b, int d, int ext);
/* A jump whose J field is the one after its operands. */
int ou_emit_jump(Compiler *c, OuOp op, int a, int b, Label target);
Label ou_label_new(Compiler *c);
int ou_label_here(Compiler *c, Label label);
/* New region; makes it current.  Returns its index. */
int ou_region_new(Compiler *c, Label handler, int depth);

/* n temporaries from sp on.  Returns the first register. */
int ou_temp_reserve(Compiler *c, int n);
/* The temporary or want that an instruction at `mark` may write that reads operands x and y; sets sp. */
int ou_result_at(Compiler *c, int mark, int want, int x, int y);

/* ---- constants and names (codegen.c) ---- */

/* Index of a constant (Refs: borrows). */
int ou_const_index(Compiler *c, PyObject *value);
/* The constant as an operand; a small int is an immediate.  May push a temporary. */
int ou_const_operand(Compiler *c, PyObject *value);
/* The constant into a register (D field). */
int ou_const_to(Compiler *c, PyObject *value, int want);
int ou_name_index(Compiler *c, PyObject *name);

typedef enum { NAME_FAST, NAME_CELL, NAME_GLOBAL, NAME_NAME } NameKind;
typedef struct {
    NameKind kind;
    int index; /* register, or index into co_names */
} NameRef;

/* Load, bind and unbind a name.  A bound value is an operand. */
int ou_name_load(Compiler *c, PyObject *name, int want);
int ou_name_store(Compiler *c, PyObject *name, int operand);
int ou_name_delete(Compiler *c, PyObject *name);
/* name = None; del name: after an except clause. */
int ou_name_unbind(Compiler *c, PyObject *name);
/* If the name is a fast local its register, else -1.  Cannot fail. */
int ou_name_fast(Compiler *c, PyObject *name);

/* SyntaxError at unit->at.  Returns -1. */
#define ou_gen_error(c, ...) ou_compile_error((c)->filename, (c)->unit->at, __VA_ARGS__)
/* SyntaxWarning at unit->at. */
int ou_gen_warn(Compiler *c, const char *format, ...);
/* Refuse __debug__ as a target. */
int ou_gen_check_name(Compiler *c, PyObject *name, ExprContext ctx);

/* ---- expressions (codegen_expr.c, codegen_display.c, codegen_call.c, codegen_jump.c) ---- */

/* Evaluate into `want`.  Returns the operand that has the value. */
int ou_gen_expr(Compiler *c, Expr *e, int want);
/* Evaluate as an operand that evaluating `later` (each may be NULL) afterwards can't change. */
int ou_gen_operand(Compiler *c, Expr *e, Expr *later, Expr *later2);
/* Evaluate for its effects alone. */
int ou_gen_effect(Compiler *c, Expr *e);
/* Can evaluating `e` rebind the fast local `reg` of this frame? */
bool ou_gen_rebinds(Compiler *c, const Expr *e, int reg);
/* Evaluate into the next temporary; returns its register. */
int ou_gen_push(Compiler *c, Expr *e);
int ou_gen_push_const(Compiler *c, PyObject *value);

/* Jump to `target` if `e` is `cond`, else go on.  `back`: the target lies behind: with a safe point. */
int ou_gen_jump_if(Compiler *c, Expr *e, Label target, bool cond, bool back);
int ou_gen_compare(Compiler *c, Expr *e, int want);
int ou_gen_boolop(Compiler *c, Expr *e, int want);

int ou_gen_display(Compiler *c, Expr *e, OuOp build, ExprSeq elts, int want);
int ou_gen_dict(Compiler *c, Expr *e, int want);
int ou_gen_joined(Compiler *c, Expr *e, int want);
int ou_gen_formatted(Compiler *c, Expr *e, int want);

int ou_gen_call(Compiler *c, Expr *e, int want);
/* SyntaxError for a keyword that is given twice, or is __debug__. */
int ou_gen_check_keywords(Compiler *c, KeywordSeq keywords);
/* The rest of a call whose callable is in window register w and whose first n_filled arguments are there. */
int ou_gen_call_rest(Compiler *c, int w, int n_filled, ExprSeq args, KeywordSeq keywords, int want, OuPlace place);

/* ---- assignment (codegen_assign.c) ---- */

/* Bind a target to an operand (a temporary is consumed). */
int ou_gen_store(Compiler *c, Expr *target, int operand);
/* Where a target's value can be computed directly: a fast local's register, or ANY. */
int ou_gen_target_want(Compiler *c, Expr *target);
int ou_gen_delete(Compiler *c, Expr *target);
int ou_gen_assign(Compiler *c, Stmt *s);
int ou_gen_augassign(Compiler *c, Stmt *s);
int ou_gen_annassign(Compiler *c, Stmt *s);

/* ---- functions (codegen_function.c, codegen_comprehension.c) ---- */

int ou_gen_function(Compiler *c, Stmt *s);
int ou_gen_lambda(Compiler *c, Expr *e, int want);
int ou_gen_class(Compiler *c, Stmt *s);
int ou_gen_comprehension(Compiler *c, Expr *e, int want);
/* A function of `code`, whose parts (defaults, ...; flags as MAKE_FUNCTION) lie from register w to sp.  Adds the closure. */
int ou_gen_make_function(Compiler *c, PyObject *code, Scope *scope, int w, int flags, int want);
/* The tuple of cells that code with `scope` needs, into a D field. */
int ou_gen_closure(Compiler *c, Scope *scope, int want);
/* Text of an annotation that stays unevaluated, as a new str. */
PyObject *ou_unparse(Expr *e);
int ou_gen_annotation_value(Compiler *c, Expr *annotation, int want);

/* ---- statements (codegen_stmt.c, codegen_loop.c, codegen_try.c, codegen_with.c, codegen_pattern.c) ---- */

int ou_gen_body(Compiler *c, StmtSeq body);
/* A module's or class's body: annotations, docstring. */
int ou_gen_outer_body(Compiler *c, StmtSeq body);
/* Does a body annotate a variable, at any depth of statements that belong to it? */
bool ou_has_annotations(StmtSeq body);
int ou_gen_loop(Compiler *c, Stmt *s);
int ou_gen_try(Compiler *c, Stmt *s);
int ou_gen_with(Compiler *c, Stmt *s);
int ou_gen_match(Compiler *c, Stmt *s);

int ou_block_push(Compiler *c, FBlock block);
void ou_block_pop(Compiler *c);

/* Begin and end a stretch of cold code.  Where the code is cold already, it is jumped over to `exit`.
 * `was_cold` is what begin returned. */
int ou_cold_begin(Compiler *c, Label exit);
void ou_cold_end(Compiler *c, int was_cold);

/* await the awaitable that is operand x: GET_AWAITABLE with `how`, then SEND until it ends. */
int ou_gen_await(Compiler *c, int x, int how, int want);
/* SEND None to the iterator in register `it` until it ends; the value stays in temporary register `value`. */
int ou_gen_yield_from(Compiler *c, int value, int it, bool await);
/* One turn of an asynchronous loop: the next item of the asynchronous iterator in register `it` to the target; when there is
 * none StopAsyncIteration comes to `except`, in the register that sp is. */
int ou_gen_async_next(Compiler *c, int it, Label except, Expr *target);
/* Is `await` allowed at the module level here? */
bool ou_gen_top_level_await(Compiler *c);

/* ---- assembling (assemble.c, assemble_flow.c) ---- */

/* The words, tables and constants of the current unit as a code object.  Returns new, or NULL. */
PyObject *ou_assemble(Compiler *c, int flags);

#endif
