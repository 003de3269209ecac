/* compiler/assemble_flow.c - what can be reached, and what can be left out.
 *
 *   threading     a jump to a jump goes where that goes; a jump to `return None` at the end of a body returns itself
 *   liveness      what control never reaches is dropped
 *   bound locals  CHECK_BOUND goes where every way to it has bound the local: a forward analysis over basic
 *                 blocks with a bit for each local; a handler is reached from before each instruction that may raise
 *   cleaning      NOPs stay only where they alone stand for a line, as tracing counts lines
 *
 * Invariant  lines are kept as CPython's compiler keeps them: a jump is threaded only if no line is skipped by it.
 * Not here   addresses and tables (assemble.c). */
#include <string.h>

#include "compiler/assemble.h"

static bool
ends(const Insn *insn)
{
    return (ou_op_info[insn->op].flags & OU_OPF_ENDS) != 0;
}

/* ---- threading -------------------------------------------------------------------------------------- */

/* `return None` without a line of its own. */
static bool
is_bare_return(const Insn *insn)
{
    return insn->op == OU_OP_RETURN && insn->place.line < 0 && (insn->a & OU_KIND_CONST);
}

/* A copy of the bare return `to` for a conditional jump from `from`: behind all other code.  Returns its index. */
static int
copy_return(Code *code, int n_original, int from, int to)
{
    for (int i = n_original; i < code->n; i++) {
        if (code->insns[i].a == code->insns[to].a && code->insns[i].place.line == code->insns[from].place.line) {
            return i;
        }
    }
    if (code->n == code->cap) {
        return -2; /* no room: the jump stays as it is */
    }
    Insn *copy = &code->insns[code->n];
    *copy = code->insns[to];
    copy->place = code->insns[from].place;
    copy->region = NO_REGION;
    code->target[code->n] = -1;
    code->flags[code->n] = 0;
    return code->n++;
}

static void
thread_jumps(Code *code)
{
    int n = code->n;
    for (int i = 0; i < n; i++) {
        Insn *insn = &code->insns[i];
        if (code->target[i] < 0) {
            continue;
        }
        for (int hops = 0; hops < 20; hops++) { /* arbitrary: a loop of jumps must end */
            int t = code->target[i];
            while (t < n - 1 && code->insns[t].op == OU_OP_NOP && code->insns[t].place.line < 0) {
                t++;
            }
            Insn *to = &code->insns[t];
            bool same_line = to->place.line < 0 || to->place.line == insn->place.line;
            if (to->op == OU_OP_JUMP && same_line && code->target[t] != t) {
                code->target[i] = code->target[t];
                continue;
            }
            if (insn->op == OU_OP_JUMP && to->op == OU_OP_JUMP_BACK && same_line) {
                insn->op = OU_OP_JUMP_BACK;
                code->target[i] = code->target[t];
                continue;
            }
            if (is_bare_return(to) && insn->op == OU_OP_JUMP) {
                insn->op = OU_OP_RETURN;
                insn->a = to->a;
                code->target[i] = -1;
            }
            else if (is_bare_return(to) && t < n && insn->op != OU_OP_JUMP_BACK && insn->place.line >= 0) {
                int copy = copy_return(code, n, i, t);
                if (copy >= 0) {
                    code->target[i] = copy;
                }
            }
            break;
        }
    }
}

/* ---- liveness --------------------------------------------------------------------------------------- */

static int
find_live(Compiler *c, Code *code, const int32_t *label_at)
{
    Unit *u = c->unit;
    int n = code->n, top = 0;
    int32_t *stack = PyMem_Malloc(((size_t)n * 2 + 1) * sizeof *stack); /* each is pushed at most once */
    uint8_t *region_done = PyMem_Calloc((size_t)u->n_regions + 1, 1);
    if (stack == NULL || region_done == NULL) {
        PyMem_Free(stack);
        PyMem_Free(region_done);
        PyErr_NoMemory();
        return -1;
    }
    for (int i = 0; i < n; i++) {
        code->flags[i] &= (uint8_t) ~(IN_LIVE | IN_TARGET);
    }
#define REACH(index)                         \
    do {                                     \
        int to_ = (index);                   \
        if (!(code->flags[to_] & IN_LIVE)) { \
            code->flags[to_] |= IN_LIVE;     \
            stack[top++] = to_;              \
        }                                    \
    } while (0)
    REACH(0);
    while (top > 0) {
        int i = stack[--top];
        Insn *insn = &code->insns[i];
        if (insn->region >= 0 && !region_done[insn->region] && (ou_op_info[insn->op].flags & OU_OPF_RAISES)) {
            region_done[insn->region] = 1;
            int handler = label_at[u->regions[insn->region].handler];
            code->flags[handler] |= IN_TARGET;
            REACH(handler);
        }
        if (code->target[i] >= 0) {
            code->flags[code->target[i]] |= IN_TARGET;
            REACH(code->target[i]);
        }
        if (!ends(insn)) {
            OU_ASSERT(i + 1 < n);
            REACH(i + 1);
        }
    }
#undef REACH
    PyMem_Free(stack);
    PyMem_Free(region_done);
    return 0;
}

/* ---- bound locals ----------------------------------------------------------------------------------- */

typedef struct {
    const Code *code;
    int n_fast, n_words;
    int32_t *block_of; /* of the first instruction of each block; -1 elsewhere */
    int32_t *first;    /* of each block */
    int n_blocks;
    uint64_t *in; /* n_blocks sets of bound locals */
    uint8_t *queued;
    int32_t *queue;
    int n_queued;
} Bound;

/* What the instruction does to the set of bound locals when it has run. */
static void
bound_transfer(const Bound *b, const Insn *insn, uint64_t *set)
{
    int reg = insn->a;
    switch (insn->op) {
    case OU_OP_CHECK_BOUND: break;
    case OU_OP_DELETE_LOCAL:
    case OU_OP_CLEAR:
        if (reg < b->n_fast) {
            set[reg >> 6] &= ~(1ull << (reg & 63));
        }
        return;
    case OU_OP_FOR_ITER: /* on its way back only */ return;
    default:
        if (ou_op_info[insn->op].fields[0] != OU_FIELD_D) {
            return;
        }
        break;
    }
    if (reg < b->n_fast) { /* a temporary has bit 14 set */
        set[reg >> 6] |= 1ull << (reg & 63);
    }
}

/* Control can enter block `to` with `set` (and local `also`, if not -1). */
static void
bound_flow(Bound *b, int to, const uint64_t *set, int also)
{
    int block = b->block_of[to];
    uint64_t *in = b->in + (size_t)block * (size_t)b->n_words, changed = 0;
    for (int w = 0; w < b->n_words; w++) {
        uint64_t bits = set[w];
        if (also >= 0 && also >> 6 == w) {
            bits |= 1ull << (also & 63);
        }
        changed |= in[w] & ~bits;
        in[w] &= bits;
    }
    if ((changed != 0 || b->queued[block] == 2) && b->queued[block] != 1) {
        b->queued[block] = 1;
        b->queue[b->n_queued++] = block;
    }
}

static void
bound_run_block(Compiler *c, Bound *b, int block, uint64_t *set, const int32_t *label_at, bool mark)
{
    const Code *code = b->code;
    Unit *u = c->unit;
    memcpy(set, b->in + (size_t)block * (size_t)b->n_words, (size_t)b->n_words * sizeof *set);
    for (int i = b->first[block];;) {
        Insn *insn = &code->insns[i];
        if (mark) {
            if (insn->op == OU_OP_CHECK_BOUND && (set[insn->a >> 6] >> (insn->a & 63) & 1)) {
                insn->op = OU_OP_NOP;
                insn->a = 0;
            }
        }
        else if (insn->region >= 0 && (ou_op_info[insn->op].flags & OU_OPF_RAISES)) {
            bound_flow(b, label_at[u->regions[insn->region].handler], set, -1);
        }
        bound_transfer(b, insn, set);
        if (!mark && code->target[i] >= 0) {
            bool item = insn->op == OU_OP_FOR_ITER && insn->a < b->n_fast;
            bound_flow(b, code->target[i], set, item ? insn->a : -1);
        }
        if (ends(insn)) {
            return;
        }
        i = code_next_live(code, i);
        if (b->block_of[i] >= 0) {
            if (!mark) {
                bound_flow(b, i, set, -1);
            }
            return;
        }
    }
}

static int
prove_bound(Compiler *c, Code *code, const int32_t *label_at)
{
    Scope *scope = c->unit->scope;
    int n = code->n, n_blocks = 0;
    Bound b = {.code = code, .n_fast = scope->n_fast, .n_words = (scope->n_fast + 63) / 64};
    size_t words = (size_t)(b.n_words > 0 ? b.n_words : 1);
    b.block_of = PyMem_Malloc((size_t)n * sizeof *b.block_of);
    if (b.block_of == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    bool leader = true;
    for (int i = 0; i < n; i++) {
        b.block_of[i] = -1;
        if (!(code->flags[i] & IN_LIVE)) {
            continue;
        }
        if (leader || (code->flags[i] & IN_TARGET)) {
            b.block_of[i] = n_blocks++;
        }
        leader = code->target[i] >= 0 || ends(&code->insns[i]);
    }
    b.n_blocks = n_blocks;
    b.first = PyMem_Malloc((size_t)n_blocks * sizeof *b.first);
    b.in = PyMem_Malloc((size_t)n_blocks * words * sizeof *b.in);
    b.queued = PyMem_Malloc((size_t)n_blocks);
    b.queue = PyMem_Malloc((size_t)n_blocks * sizeof *b.queue);
    uint64_t *set = PyMem_Calloc(words, sizeof *set);
    int result = 0;
    if (b.first == NULL || b.in == NULL || b.queued == NULL || b.queue == NULL || set == NULL) {
        PyErr_NoMemory();
        result = -1;
        goto done;
    }
    for (int i = 0; i < n; i++) {
        if (b.block_of[i] >= 0) {
            b.first[b.block_of[i]] = i;
        }
    }
    memset(b.in, 0xFF, (size_t)n_blocks * words * sizeof *b.in);
    memset(b.queued, 2, (size_t)n_blocks); /* 2: never run yet */
    for (int reg = 0; reg < scope->n_params && reg < b.n_fast; reg++) {
        set[reg >> 6] |= 1ull << (reg & 63);
    }
    bound_flow(&b, code->flags[0] & IN_LIVE ? 0 : code_next_live(code, 0), set, -1);
    while (b.n_queued > 0) {
        int block = b.queue[--b.n_queued];
        b.queued[block] = 0;
        bound_run_block(c, &b, block, set, label_at, false);
    }
    for (int block = 0; block < n_blocks; block++) {
        bound_run_block(c, &b, block, set, label_at, true);
    }
done:
    PyMem_Free(b.block_of);
    PyMem_Free(b.first);
    PyMem_Free(b.in);
    PyMem_Free(b.queued);
    PyMem_Free(b.queue);
    PyMem_Free(set);
    return result;
}

/* ---- cleaning --------------------------------------------------------------------------------------- */

/* Take instruction i out; who jumped to it goes on to the next one. */
static void
drop(Code *code, int i, int32_t *forward)
{
    int next = code_next_live(code, i);
    code->flags[i] &= (uint8_t)~IN_LIVE;
    if (code->flags[i] & IN_TARGET) {
        code->flags[next] |= IN_TARGET;
    }
    forward[i] = next;
}

static int
clean(Code *code, int32_t *label_at, int n_labels)
{
    int n = code->n;
    int32_t *forward = PyMem_Malloc((size_t)n * sizeof *forward);
    if (forward == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (int i = 0; i < n; i++) {
        forward[i] = i;
    }
    /* Lines for final returns: from what falls into them. */
    int prev = -1;
    for (int i = 0; i < n; i++) {
        if (!(code->flags[i] & IN_LIVE)) {
            continue;
        }
        Insn *insn = &code->insns[i];
        if (insn->op == OU_OP_RETURN && insn->place.line < 0 && prev >= 0 && !ends(&code->insns[prev])) {
            insn->place = code->insns[prev].place;
        }
        prev = i;
    }
    for (int i = n - 1; i >= 0; i--) { /* backwards, so that a chain of jumps to the next collapses at once */
        if (!(code->flags[i] & IN_LIVE) || code->insns[i].op != OU_OP_JUMP) {
            continue;
        }
        int to = code->target[i];
        while (forward[to] != to) {
            to = forward[to];
        }
        if (to == code_next_live(code, i)) {
            code->insns[i].op = OU_OP_NOP; /* its line may matter */
            code->insns[i].b = code->insns[i].c = 0;
            code->target[i] = -1;
        }
    }
    prev = -1;
    for (int i = 0; i < n; i++) {
        if (!(code->flags[i] & IN_LIVE)) {
            continue;
        }
        Insn *insn = &code->insns[i];
        if (insn->op != OU_OP_NOP) {
            prev = i;
            continue;
        }
        int next = code_next_live(code, i);
        int line = insn->place.line;
        bool same_before = prev >= 0 && !(code->flags[i] & IN_TARGET) && !ends(&code->insns[prev]) && code->target[prev] < 0
                        && code->insns[prev].place.line == line;
        bool same_after = next < n && code->insns[next].place.line == line;
        if (next < n && (line < 0 || same_before || same_after)) {
            drop(code, i, forward);
        }
        else if (next < n && code->insns[next].place.line < 0 && !(code->flags[next] & IN_TARGET)) {
            code->insns[next].place = insn->place;
            drop(code, i, forward);
        }
        else {
            prev = i;
        }
    }
    for (int i = 0; i < n; i++) {
        int to = code->target[i];
        if (to >= 0) {
            while (forward[to] != to) {
                to = forward[to];
            }
            code->target[i] = to;
        }
    }
    for (int l = 0; l < n_labels; l++) {
        while (label_at[l] >= 0 && label_at[l] < n && forward[label_at[l]] != label_at[l]) {
            label_at[l] = forward[label_at[l]];
        }
    }
    PyMem_Free(forward);
    return 0;
}

int
ou_flow_optimize(Compiler *c, Code *code)
{
    Unit *u = c->unit;
    int32_t *label_at = u->labels; /* by now indexes */
    thread_jumps(code);
    TRY(find_live(c, code, label_at));
    if (u->needs_check) {
        TRY(prove_bound(c, code, label_at));
        TRY(find_live(c, code, label_at)); /* a check that is gone can't raise: its handler may be dead */
    }
    return clean(code, label_at, u->n_labels);
}
