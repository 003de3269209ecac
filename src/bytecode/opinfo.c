/* bytecode/opinfo.c - the shapes of the instructions as a table, made from opcodes.def.
 *
 * Invariant  one row for each opcode, in the order of OuOp. */
#include "bytecode/code.h"


/* "-" as a field: FIELD_- can't be pasted, so the letters are compared as text. */
#define SHAPE(text)                                     \
    (text[0] == '-'   ? OU_FIELD_NONE                   \
     : text[0] == 'D' ? OU_FIELD_D                      \
     : text[0] == 'R' ? OU_FIELD_R                      \
     : text[0] == 'L' ? OU_FIELD_L                      \
     : text[0] == 'W' ? OU_FIELD_W                      \
     : text[0] == 'N' ? OU_FIELD_N                      \
     : text[0] == 'U' ? OU_FIELD_U                      \
     : text[0] == 'J' ? (text[1] == 'L'   ? OU_FIELD_JL \
                         : text[1] == 'H' ? OU_FIELD_JH \
                                          : OU_FIELD_J) \
                      : (text[1] == 'L'   ? OU_FIELD_KL \
                         : text[1] == 'H' ? OU_FIELD_KH \
                                          : OU_FIELD_K))

enum { E = OU_OPF_RAISES, R = OU_OPF_RUNS, J = OU_OPF_JUMPS, T = OU_OPF_ENDS, S = OU_OPF_SPECIALIZES };

const OuOpInfo ou_op_info[OU_N_BASE_OPS] = {
#define OP(name, a, b, c, n_cache, flags, effect) {#name, {SHAPE(#a), SHAPE(#b), SHAPE(#c)}, n_cache, flags, effect},
#include "bytecode/opcodes.def"
#undef OP
};
