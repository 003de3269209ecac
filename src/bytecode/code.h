/* bytecode/code.h - code objects as the compiler makes them and the loop runs them.
 *
 * The fields of PyCodeObject keep CPython's names; what they hold:
 *   co_code_adaptive   the instructions, 64-bit words (bytecode/opcodes.def); ob_size counts the words
 *   co_consts          tuple of constants; small ints are carried by instructions (co_consts in Python is made
 *                      on demand, with them)
 *   co_exceptiontable  bytes: OuHandler records, innermost first
 *   co_linetable       bytes: bytecode/linetable.h
 *   co_stacksize       temporaries, call windows included */
#ifndef OU_BYTECODE_CODE_H
#define OU_BYTECODE_CODE_H

#include <Python.h>
#include "base/base.h"

typedef union {
    struct {
        uint16_t op, a, b, c;
    };
    uint64_t word;
} OuInstr;
_Static_assert(sizeof(OuInstr) == 8, "an instruction is one word");

enum {
    OU_WINDOW = 8, /* words from a call window's callable to its first argument: a frame header */

    OU_KIND_MASK = 0xC000,
    OU_KIND_LOCAL = 0x0000,
    OU_KIND_TEMP = 0x4000,
    OU_KIND_CONST = 0x8000,
    OU_KIND_INT = 0xC000,
    OU_INDEX_MASK = 0x3FFF,
    OU_MAX_REGISTERS = 0x3FFF,
};

typedef enum {
#define OP(name, a, b, c, n_cache, flags, effect) OU_OP_##name,
#include "bytecode/opcodes.def"
#undef OP
    OU_N_BASE_OPS,
    OU_OP_BEFORE_SPECIALIZED = OU_N_BASE_OPS - 1,
#define SPECIALIZED(name, base, handler, effect) OU_OP_##name,
#include "bytecode/specialized.def"
#undef SPECIALIZED
    OU_N_OPS
} OuOp;

/* The instruction of opcodes.def that a possibly specialized one stands for.  A table: specialized.c. */
extern const uint16_t ou_op_bases[OU_N_OPS];
static OU_ALWAYS_INLINE uint16_t
ou_op_base(uint16_t op)
{
    return op < OU_N_BASE_OPS ? op : ou_op_bases[op];
}

/* A small int as an operand, -5 to 256; and back. */
#define OU_INT_OPERAND(value) ((uint16_t)(OU_KIND_INT | ((value)&OU_INDEX_MASK)))
#define OU_OPERAND_INT(x) ((int)(int16_t)(uint16_t)((x) << 2) >> 2)

/* Signed 32-bit jump in fields b and c. */
#define OU_JUMP32(instr) ((int32_t)((uint32_t)(instr).b | (uint32_t)(instr).c << 16))

/* One row of co_exceptiontable.  Words from the code's start; [start, end). */
typedef struct {
    uint32_t start, end;
    uint32_t target;
    uint32_t depth; /* register that receives the exception; it and all above are cleared first */
} OuHandler;

/* What co_localspluskinds says of each register, as CPython 3.11. */
enum { OU_FAST_LOCAL = 0x20, OU_FAST_CELL = 0x40, OU_FAST_FREE = 0x80 };

/* Shape of an opcode, from opcodes.def. */
typedef enum {
    OU_FIELD_NONE, OU_FIELD_D, OU_FIELD_R, OU_FIELD_L, OU_FIELD_W, OU_FIELD_N, OU_FIELD_K,
    OU_FIELD_U, OU_FIELD_J, OU_FIELD_JL, OU_FIELD_JH, OU_FIELD_KL, OU_FIELD_KH
} OuField;
enum { OU_OPF_RAISES = 1, OU_OPF_RUNS = 2, OU_OPF_JUMPS = 4, OU_OPF_ENDS = 8, OU_OPF_SPECIALIZES = 16 };

typedef struct {
    const char *name;
    uint8_t fields[3]; /* OuField of a, b, c */
    uint8_t n_cache;   /* words */
    uint8_t flags;     /* OU_OPF_* */
    const char *effect;
} OuOpInfo;
extern const OuOpInfo ou_op_info[OU_N_BASE_OPS];

static OU_ALWAYS_INLINE OuInstr *
ou_code_instrs(PyCodeObject *code)
{
    return (OuInstr *)code->co_code_adaptive;
}
_Static_assert(offsetof(PyCodeObject, co_code_adaptive) % 8 == 0, "instructions are aligned words");

static OU_ALWAYS_INLINE int
ou_code_n_registers(PyCodeObject *code)
{
    return code->co_nlocalsplus + code->co_stacksize;
}

/* What the compiler (or marshal) hands over for a new code object.  All references are borrowed: the
 * constructor takes its own. */
typedef struct {
    PyObject *filename, *name, *qualname;    /* str */
    int flags, first_line;
    int n_args, n_posonly, n_kwonly;
    const OuInstr *instrs;
    size_t n_words;
    PyObject *consts;                        /* tuple */
    PyObject *names;                         /* tuple of str */
    PyObject *localsplus_names;              /* tuple of str */
    PyObject *localsplus_kinds;              /* bytes */
    PyObject *line_table;                    /* bytes */
    PyObject *exception_table;               /* bytes of OuHandler */
    int n_temporaries;
} OuCodeSpec;

/* Bits of the code object's own flags (the field CPython calls _co_linearray_entry_size). */
enum {
    OU_CODE_TRUSTED = 1, /* from our compiler in this process, or verified since */
    OU_CODE_LIBRARY = 2, /* source of the standard library */
};
#define OU_CODE_STATE(code) ((code)->_co_linearray_entry_size)

/* The opcode that a specialized one stands for; installed by the loop.  Base opcodes map to themselves. */
extern uint16_t (*ou_code_base_op_hook)(uint16_t op);

/* The verifier (verify.c): 0, or -1 with ValueError set.  Sets OU_CODE_TRUSTED. */
OU_MUST_USE int ou_code_verify(PyCodeObject *code);

/* Text listing of a code object's instructions.  Refs new str. */
PyObject *ou_code_disassemble(PyCodeObject *code);

/* New code object; interns names and string constants.  `trusted`: made by our compiler in this process, so
 * the verifier need not look.  Refs new.  Errors MemoryError; ValueError for a spec that can't be. */
OU_MUST_USE PyObject *ou_code_new(const OuCodeSpec *spec, bool trusted);

#endif
