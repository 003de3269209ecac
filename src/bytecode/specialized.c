/* bytecode/specialized.c - the base of each specialized instruction (specialized.def).
 *
 * Invariant  the base of an ordinary instruction is the instruction itself. */

#include "bytecode/code.h"

const uint16_t ou_op_bases[OU_N_OPS] = {
#define OP(name, a, b, c, n_cache, flags, effect) [OU_OP_##name] = OU_OP_##name,
#include "bytecode/opcodes.def"
#undef OP
#define SPECIALIZED(name, base, handler, effect) [OU_OP_##name] = OU_OP_##base,
#include "bytecode/specialized.def"
#undef SPECIALIZED
};
