/* bytecode/verify.h - the parts of the verifier among themselves. */
#ifndef OU_BYTECODE_VERIFY_H
#define OU_BYTECODE_VERIFY_H

#include "bytecode/code.h"

/* Where control may go in a code object. */
typedef struct {
    const OuInstr *instrs;
    uint32_t n_words;
    const int32_t *handler_of; /* per word: row of `handlers`, -1 */
    const OuHandler *handlers;
} OuFlow;

/* Look for a loop without a safe point.
 * Returns  1 and an instruction of it in *where, 0 if there is none, -1 when memory is refused (no error is set). */
OU_MUST_USE int ou_verify_loops(const OuFlow *flow, uint32_t *where);

#endif
