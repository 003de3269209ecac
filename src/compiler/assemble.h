/* compiler/assemble.h - what assemble.c and assemble_flow.c share.
 *
 *   Code   all instructions of a unit in one list, hot ones first, with what flow analysis finds out about each */
#ifndef OU_COMPILER_ASSEMBLE_H
#define OU_COMPILER_ASSEMBLE_H

#include "compiler/codegen.h"

enum { /* InsnInfo.flags */
    IN_LIVE = 1,    /* control can come here */
    IN_TARGET = 2,  /* something jumps here, or a handler begins here */
    IN_FAR = 4,     /* its jump is too far for 16 bits */
};

typedef struct {
    Insn *insns;
    uint8_t *flags;
    uint32_t *address; /* in words; of n + 1, so that address[i + 1] is known */
    int32_t *target;   /* where an instruction jumps, as an index; -1 */
    int n, cap;
} Code;

/* Thread jumps, find what is live, prove locals bound, and drop what does nothing.
 * Returns 0, or -1 with MemoryError set. */
int ou_flow_optimize(Compiler *c, Code *code);

/* The instruction that control falls into from i, or n. */
static inline int
code_next_live(const Code *code, int i)
{
    do {
        i++;
    } while (i < code->n && !(code->flags[i] & IN_LIVE));
    return i;
}

#endif
