/* bytecode/verify_loops.c - does every loop of a code object pass a safe point?
 *
 * One that doesn't could be ended by no signal, and would keep the collector and other threads waiting.
 *
 * Owns       nothing: two side arrays live for one question.
 * Invariant  instructions, jump targets and handlers have been found in range (verify.c).
 * Not here   what registers hold (verify.c).
 * Source     depth-first search for a cycle in the flow graph without the edges that are safe points. */
#include "bytecode/code.h"
#include "bytecode/verify.h"

/* Does the instruction always pass a safe point, or (`jumping`) when it jumps? */
static bool
is_safe_point(unsigned op, bool jumping)
{
    switch (op) {
    case OU_OP_RESUME:
    case OU_OP_JUMP_BACK:
    case OU_OP_FOR_ITER: return true;
    case OU_OP_JUMP_BACK_IF_TRUE:
    case OU_OP_JUMP_BACK_IF_FALSE:
    case OU_OP_JUMP_BACK_IF_LT:
    case OU_OP_JUMP_BACK_IF_LE:
    case OU_OP_JUMP_BACK_IF_EQ:
    case OU_OP_JUMP_BACK_IF_NE:
    case OU_OP_JUMP_BACK_IF_GT:
    case OU_OP_JUMP_BACK_IF_GE: return jumping;
    default: return false;
    }
}

enum { UNSEEN, FALLING, JUMPING, RAISING, ENTERED, DONE }; /* the edge to be followed next; all from FALLING on are open */

/* The word to which an instruction leads by one of its edges; -1: by none. */
static int64_t
follow(const OuFlow *flow, uint32_t at, int edge)
{
    OuInstr i = flow->instrs[at];
    const OuOpInfo *info = &ou_op_info[i.op];
    int64_t next = (int64_t)at + 1 + info->n_cache;
    switch (edge) {
    case FALLING: return info->flags & OU_OPF_ENDS || is_safe_point(i.op, false) ? -1 : next;
    case JUMPING:
        return !(info->flags & OU_OPF_JUMPS) || is_safe_point(i.op, true)
                 ? -1
                 : next + (info->fields[1] == OU_FIELD_JL ? OU_JUMP32(i) : (int16_t)i.c);
    default:
        return info->flags & OU_OPF_RAISES && flow->handler_of[at] >= 0 ? (int64_t)flow->handlers[flow->handler_of[at]].target
                                                                        : -1;
    }
}

int
ou_verify_loops(const OuFlow *flow, uint32_t *where)
{
    uint8_t *state = PyMem_Calloc(flow->n_words, 1);
    uint32_t *path = PyMem_Calloc(flow->n_words, sizeof *path);
    int found = state == NULL || path == NULL ? -1 : 0;
    for (uint32_t root = 0; found == 0 && root < flow->n_words; root += 1u + ou_op_info[flow->instrs[root].op].n_cache) {
        uint32_t n = 0;
        if (state[root] == UNSEEN) {
            state[root] = FALLING;
            path[n++] = root;
        }
        while (n > 0) {
            uint32_t at = path[n - 1];
            if (state[at] > RAISING) {
                state[at] = DONE;
                n--;
                continue;
            }
            int64_t next = follow(flow, at, state[at]++);
            if (next < 0 || next >= flow->n_words || state[next] == DONE) {
                continue;
            }
            if (state[next] != UNSEEN) {
                *where = at;
                found = 1;
                break;
            }
            state[next] = FALLING;
            path[n++] = (uint32_t)next;
        }
    }
    PyMem_Free(state);
    PyMem_Free(path);
    return found;
}
