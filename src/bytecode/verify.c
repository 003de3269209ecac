/* bytecode/verify.c - is a code object safe to run?
 *
 * Code that our compiler made in this process is trusted; all other code (code.replace(), marshal, a cache file without
 * a good checksum) is looked at once, before it first runs.
 *
 * Owns       the states: for each place that control reaches by a jump, what each register may hold there.
 * Invariant  a state only ever grows, so the work ends; it is also bounded outright.
 * Not here   loops without safe points (verify_loops.c); what instructions do (vm/); whether a program makes sense: only
 *            that no instruction finds a NULL, a wrong kind of object or a register out of range where the loop doesn't look.
 * Source     a forward data-flow analysis over sets of kinds, as in the Java virtual machine's verifier. */
#include "bytecode/verify.h"

#include "base/try.h"

/* What a register may hold: a set of these, and above them a tuple's length + 1 where it is known. */
typedef uint32_t Kinds;
enum {
    NUL = 1,
    ANY = 2, /* an object of which nothing is known */
    CELL = 4,
    LIST = 8,
    SET = 16,
    DICT = 32,
    TUPLE = 64,
    CELLS = 128,     /* a tuple of cells alone */
    EXC = 256,       /* an exception */
    OPT_EXC = 512,   /* an exception or None */
    HANDLED = 1024,  /* what PUSH_EXC saved: an exception, None or NULL; for POP_EXC alone */
    RECEIVER = 2048, /* what LOAD_METHOD left beside the function: an object or NULL; for CALL_METHOD alone */
    SETS = 0xFFFF,
    HIDDEN = NUL | HANDLED | RECEIVER, /* no operand may be one of these */
};
#define WITH_LENGTH(kinds, n) ((n) < 0xFFFE ? (Kinds)(kinds) | ((Kinds)(n) + 1) << 16 : (Kinds)(kinds))

/* The last of a state's entries is no register: has the frame become a generator's? */
enum { PLAIN_FRAME = NUL, GENERATOR_FRAME = ANY };

enum { MAX_STATE_ENTRIES = 1 << 24, MAX_VISITS = 100 }; /* arbitrary */

typedef struct {
    PyCodeObject *code;
    const OuInstr *instrs;
    uint32_t n_words;
    int n_locals, n_registers; /* n_locals: cells and frees too */
    Py_ssize_t n_consts, n_names;
    uint8_t *marks;      /* per word: MARK_* */
    int32_t *state_of;   /* per word: index of its state, -1 */
    int32_t *handler_of; /* per word: row of the exception table, -1 */
    Kinds *states;       /* n_states of n_registers + 1 */
    uint32_t *queue;
    uint16_t *visits; /* per state */
    uint32_t n_states, n_queued;
    const OuHandler *handlers;
    uint32_t n_handlers;
    Kinds *now; /* before and after the instruction at hand */
    Kinds *before;
    uint32_t at;
    const char *why; /* what is wrong */
} Verifier;
enum { MARK_START = 1, MARK_TARGET = 2, MARK_KNOWN = 4, MARK_QUEUED = 8 };

#define MUST(condition, text)     \
    do {                          \
        if (!(condition)) {       \
            return fail(v, text); \
        }                         \
    } while (0)

static int
fail(Verifier *v, const char *why)
{
    v->why = why;
    return -1;
}

/* ---- states -------------------------------------------------------------------------------------------------------- */

static Kinds
join(Kinds a, Kinds b)
{
    if (a == b) {
        return a;
    }
    Kinds kinds = (a | b) & SETS;
    if (a >> 16 == b >> 16) {
        return kinds | (a & ~(Kinds)SETS);
    }
    return kinds & CELLS ? (kinds & ~(Kinds)CELLS) | TUPLE : kinds;
}

/* Control comes to `word` with these registers. */
static int
flow_to(Verifier *v, uint32_t word, const Kinds *registers)
{
    int32_t index = v->state_of[word];
    Kinds *state = v->states + (size_t)index * (size_t)(v->n_registers + 1);
    bool changed = !(v->marks[word] & MARK_KNOWN);
    if (changed) {
        memcpy(state, registers, (size_t)(v->n_registers + 1) * sizeof *state);
        v->marks[word] |= MARK_KNOWN;
    }
    for (int i = 0; i <= v->n_registers && !changed; i++) {
        changed = join(state[i], registers[i]) != state[i];
    }
    for (int i = 0; i <= v->n_registers && changed; i++) {
        state[i] = join(state[i], registers[i]);
    }
    if (changed && !(v->marks[word] & MARK_QUEUED)) {
        MUST(++v->visits[index] < MAX_VISITS, "its control flow is too tangled");
        v->marks[word] |= MARK_QUEUED;
        v->queue[v->n_queued++] = word;
    }
    return 0;
}

/* The instruction at hand may raise with these registers. */
static int
flow_to_handler(Verifier *v, const Kinds *registers)
{
    int32_t row = v->handler_of[v->at];
    if (row < 0) {
        return 0;
    }
    Kinds entry[v->n_registers + 1];
    int depth = (int)(v->handlers[row].depth & OU_INDEX_MASK);
    memcpy(entry, registers, sizeof entry);
    for (int i = depth; i < v->n_registers; i++) {
        entry[i] = NUL;
    }
    entry[depth] = EXC;
    return flow_to(v, v->handlers[row].target, entry);
}

/* ---- fields --------------------------------------------------------------------------------------------------------- */

static Kinds
kinds_of_constant(PyObject *op)
{
    return PyTuple_CheckExact(op) ? WITH_LENGTH(TUPLE, (size_t)PyTuple_GET_SIZE(op)) : ANY;
}

/* A register that is read: there, not NULL, and one of `want` (0: anything). */
static int
reads(Verifier *v, int index, Kinds want)
{
    MUST(index < v->n_registers, "a register is out of range");
    Kinds kinds = v->now[index] & SETS;
    MUST(!(kinds & HIDDEN), "a register may be empty where it is read");
    MUST(want == 0 || !(kinds & ~want), "a register holds the wrong kind of object");
    return 0;
}

/* An R field.  Temporaries are emptied.  What it may hold goes to *kinds (may be NULL). */
static int
operand(Verifier *v, uint16_t x, Kinds want, Kinds *kinds)
{
    int index = x & OU_INDEX_MASK;
    Kinds found = ANY;
    switch (x & OU_KIND_MASK) {
    case OU_KIND_CONST:
        MUST(index < v->n_consts, "a constant is out of range");
        found = kinds_of_constant(PyTuple_GET_ITEM(v->code->co_consts, index));
        MUST(want == 0 || !(found & SETS & ~want), "a constant is of the wrong kind");
        break;
    case OU_KIND_INT:
        MUST(OU_OPERAND_INT(x) >= -5 && OU_OPERAND_INT(x) <= 256, "an immediate int is out of range");
        MUST(want == 0 || (want & ANY), "an int is the wrong kind of object");
        break;
    default:
        TRY(reads(v, index, want));
        found = v->now[index];
        if ((x & OU_KIND_MASK) == OU_KIND_TEMP) {
            MUST(index >= v->n_locals, "a local is consumed");
            v->now[index] = NUL;
        }
    }
    if (kinds != NULL) {
        *kinds = found;
    }
    return 0;
}

/* A D field: a local, or an empty temporary. */
static int
destination(Verifier *v, uint16_t x)
{
    int index = x & OU_INDEX_MASK;
    MUST(index < v->n_registers && x < OU_KIND_CONST, "a destination is out of range");
    if ((x & OU_KIND_MASK) == OU_KIND_TEMP) {
        MUST(index >= v->n_locals && v->now[index] == NUL, "a destination is not empty");
    }
    else {
        MUST(index < v->n_locals, "a destination is no local");
    }
    return 0;
}

static int
store(Verifier *v, uint16_t x, Kinds kinds)
{
    TRY(destination(v, x));
    v->now[x & OU_INDEX_MASK] = kinds;
    return 0;
}

static int
temporaries_exist(Verifier *v, uint16_t first, int n)
{
    int index = first & OU_INDEX_MASK;
    MUST(index >= v->n_locals && index + n <= v->n_registers, "a window is out of range");
    return 0;
}

/* n temporaries from a W field on, read and emptied. */
static int
consume_window(Verifier *v, uint16_t first, int n)
{
    TRY(temporaries_exist(v, first, n));
    for (int i = first & OU_INDEX_MASK; n > 0; i++, n--) {
        TRY(reads(v, i, 0));
        v->now[i] = NUL;
    }
    return 0;
}

/* n empty temporaries from a W field on become objects. */
static int
fill_window(Verifier *v, uint16_t first, int n)
{
    TRY(temporaries_exist(v, first, n));
    for (int i = first & OU_INDEX_MASK; n > 0; i++, n--) {
        MUST(v->now[i] == NUL, "a window is not empty");
        v->now[i] = ANY;
    }
    return 0;
}

static int
all_empty(Verifier *v, int from, int end)
{
    for (int i = from; i < end; i++) {
        MUST(v->now[i] == NUL, "a temporary is left over");
    }
    return 0;
}

/* A call's window: the header's place and all above the arguments are empty.  The callable and what lies from
 * b + OU_WINDOW on (n words) are the caller's to check. */
static int
call_window(Verifier *v, uint16_t b, int n)
{
    int index = b & OU_INDEX_MASK;
    TRY(temporaries_exist(v, b, OU_WINDOW + n));
    TRY(all_empty(v, index + 1, index + OU_WINDOW));
    return all_empty(v, index + OU_WINDOW + n, v->n_registers);
}

static int
is_name(Verifier *v, uint16_t x)
{
    MUST(x < v->n_names, "a name is out of range");
    return 0;
}

/* A cell, read in place. */
static int
is_cell(Verifier *v, uint16_t x)
{
    MUST(x < v->n_locals, "a cell is out of range");
    return reads(v, x, CELL);
}

/* ---- control ----------------------------------------------------------------------------------------------------------- */

static int
jump(Verifier *v, int64_t offset)
{
    const OuOpInfo *info = &ou_op_info[v->instrs[v->at].op];
    int64_t target = (int64_t)v->at + 1 + info->n_cache + offset;
    MUST(target >= 0 && target < v->n_words && (v->marks[target] & MARK_START), "a jump leads into nowhere");
    return flow_to(v, (uint32_t)target, v->now);
}

static bool
jumps_by_32_bits(const OuOpInfo *info)
{
    return info->fields[1] == OU_FIELD_JL;
}

static int64_t
jump_offset(OuInstr i)
{
    return jumps_by_32_bits(&ou_op_info[i.op]) ? OU_JUMP32(i) : (int16_t)i.c;
}

/* ---- instructions -------------------------------------------------------------------------------------------------------- */

static PyObject *
constant(Verifier *v, uint32_t index)
{
    if (index >= (size_t)v->n_consts) {
        v->why = "a constant is out of range";
        return NULL;
    }
    return PyTuple_GET_ITEM(v->code->co_consts, index);
}

static int
verify_call(Verifier *v, OuInstr i)
{
    bool method = i.op == OU_OP_CALL_METHOD || i.op == OU_OP_CALL_METHOD_KW;
    int base = i.b & OU_INDEX_MASK;
    if (i.op == OU_OP_CALL_KW || i.op == OU_OP_CALL_METHOD_KW) {
        PyObject *names = constant(v, v->instrs[v->at + 1].a);
        MUST(names != NULL && PyTuple_CheckExact(names) && PyTuple_GET_SIZE(names) <= i.c, "keyword names are out of shape");
        for (Py_ssize_t n = 0; n < PyTuple_GET_SIZE(names); n++) {
            MUST(PyUnicode_CheckExact(PyTuple_GET_ITEM(names, n)), "keyword names are out of shape");
        }
    }
    TRY(call_window(v, i.b, i.c + method));
    if (method) {
        MUST(v->now[base + OU_WINDOW] == RECEIVER, "a method call without its receiver");
        v->now[base + OU_WINDOW] = NUL;
    }
    TRY(consume_window(v, (uint16_t)(base + OU_WINDOW + method), i.c));
    TRY(consume_window(v, (uint16_t)base, 1));
    return store(v, i.a, ANY);
}

static int
verify_comprehension(Verifier *v, OuInstr i)
{
    int base = i.b & OU_INDEX_MASK;
    PyCodeObject *inner = (PyCodeObject *)constant(v, i.c);
    MUST(inner != NULL && PyCode_Check(inner), "a comprehension without its code");
    MUST(inner->co_argcount == 1 && inner->co_kwonlyargcount == 0
             && (inner->co_flags & (CO_OPTIMIZED | CO_VARARGS | CO_VARKEYWORDS)) == CO_OPTIMIZED,
         "a comprehension's code takes other arguments");
    TRY(call_window(v, i.b, 1));
    Kinds closure = v->now[base];
    MUST(inner->co_nfreevars == 0 ? closure == NUL || closure == WITH_LENGTH(CELLS, 0)
                                  : closure == WITH_LENGTH(CELLS, inner->co_nfreevars),
         "a comprehension's closure is out of shape");
    v->now[base] = NUL;
    TRY(consume_window(v, (uint16_t)(base + OU_WINDOW), 1));
    return store(v, i.a, ANY);
}

static int
verify_function(Verifier *v, OuInstr i)
{
    PyCodeObject *inner = (PyCodeObject *)constant(v, v->instrs[v->at + 1].a);
    MUST(inner != NULL && PyCode_Check(inner), "a function without its code");
    MUST(i.c < 16, "a function with unknown parts");
    MUST(inner->co_nfreevars == 0 || (i.c & 8), "a function without its closure");
    int index = i.b & OU_INDEX_MASK;
    TRY(temporaries_exist(v, i.b, __builtin_popcount(i.c)));
    for (int bit = 0; bit < 4; bit++) {
        if (i.c & 1 << bit) {
            Kinds kinds = v->now[index];
            TRY(reads(v, index, bit == 1 ? DICT : TUPLE | CELLS));
            MUST(bit != 2 || (kinds >> 16) % 2 == 1, "annotations are out of shape"); /* the length + 1 */
            MUST(bit != 3 || kinds == WITH_LENGTH(CELLS, inner->co_nfreevars), "a closure is out of shape");
            v->now[index++] = NUL;
        }
    }
    return store(v, i.a, ANY);
}

static int
verify_display(Verifier *v, OuInstr i)
{
    int n = i.c, base = i.b & OU_INDEX_MASK;
    Kinds kinds = ANY;
    switch (i.op) {
    case OU_OP_BUILD_LIST: kinds = LIST; break;
    case OU_OP_BUILD_SET: kinds = SET; break;
    case OU_OP_BUILD_MAP:
        kinds = DICT;
        n *= 2;
        break;
    case OU_OP_BUILD_CONST_KEY_MAP: {
        PyObject *keys = constant(v, i.c & OU_INDEX_MASK);
        MUST(keys != NULL && PyTuple_CheckExact(keys) && PyTuple_GET_SIZE(keys) <= OU_MAX_REGISTERS,
             "a dict display without its keys");
        kinds = DICT;
        n = (int)PyTuple_GET_SIZE(keys);
        break;
    }
    case OU_OP_BUILD_SLICE: MUST(n == 2 || n == 3, "a slice of neither two nor three parts"); break;
    case OU_OP_FORMAT_SPEC: n = 2; break;
    case OU_OP_IMPORT_NAME:
        TRY(is_name(v, i.c));
        n = 2;
        break;
    case OU_OP_WITH_EXIT: n = 1; break;
    case OU_OP_MATCH_CLASS:
        TRY(temporaries_exist(v, i.b, 3));
        TRY(reads(v, base + 2, TUPLE));
        n = 3;
        break;
    case OU_OP_BUILD_TUPLE:
        TRY(temporaries_exist(v, i.b, n));
        kinds = CELLS;
        for (int k = 0; k < n; k++) {
            kinds = (v->now[base + k] & SETS) == CELL ? kinds : TUPLE;
        }
        kinds = WITH_LENGTH(kinds, (unsigned)n);
        break;
    default: break;
    }
    TRY(consume_window(v, i.b, n));
    return store(v, i.a, kinds);
}

/* Instructions without a case of their own: D, R, L, N, K, U and jumps mean what opcodes.def says. */
static int
verify_plain(Verifier *v, OuInstr i)
{
    const OuOpInfo *info = &ou_op_info[i.op];
    const uint16_t fields[3] = {i.a, i.b, i.c};
    uint16_t d = 0;
    bool has_d = false;
    for (int n = 0; n < 3; n++) {
        if (info->fields[n] == OU_FIELD_D) {
            TRY(destination(v, fields[n])); /* before the operands: it may be none of them */
            d = fields[n];
            has_d = true;
        }
    }
    for (int n = 0; n < 3; n++) {
        switch (info->fields[n]) {
        case OU_FIELD_R: TRY(operand(v, fields[n], 0, NULL)); break;
        case OU_FIELD_L: TRY(reads(v, fields[n] & OU_INDEX_MASK, 0)); break;
        case OU_FIELD_N: TRY(is_name(v, fields[n])); break;
        default: break;
        }
    }
    return has_d ? store(v, d, ANY) : 0;
}

/* An instruction's effect on v->now; a jump with registers of its own is taken here.
 * Returns -1, or 0 with *falls and *jumps saying what follows with v->now. */
static int
verify_instr(Verifier *v, OuInstr i, bool *falls, bool *jumps)
{
    const OuOpInfo *info = &ou_op_info[i.op];
    int a = i.a & OU_INDEX_MASK, b = i.b & OU_INDEX_MASK;
    Kinds kinds;
    *falls = !(info->flags & OU_OPF_ENDS);
    *jumps = (info->flags & OU_OPF_JUMPS) != 0;
    switch (i.op) {
    case OU_OP_RESUME: MUST(i.a <= 3, "an unknown safe point"); return 0;
    case OU_OP_COPY_FREE_VARS:
        MUST(i.a == v->code->co_nfreevars, "free variables don't match");
        TRY(all_empty(v, v->n_locals - i.a, v->n_locals));
        for (int n = v->n_locals - i.a; n < v->n_locals; n++) {
            v->now[n] = CELL;
        }
        return 0;
    case OU_OP_MAKE_CELL:
        MUST(i.a < v->n_locals && !(v->now[a] & (HANDLED | RECEIVER)), "a cell is out of range");
        v->now[a] = CELL;
        return 0;
    case OU_OP_RETURN_GENERATOR:
        MUST(v->now[v->n_registers] == PLAIN_FRAME && (v->code->co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)),
             "no generator's code");
        TRY(all_empty(v, v->n_locals, v->n_registers));
        v->now[v->n_registers] = GENERATOR_FRAME;
        return 0;
    case OU_OP_RETURN:
        TRY(operand(v, i.a, 0, NULL));
        if (i.a < OU_KIND_CONST) {
            v->now[a] = NUL; /* moved, whatever it is */
        }
        return all_empty(v, v->n_locals, v->n_registers);
    case OU_OP_YIELD:
        MUST(v->now[v->n_registers] == GENERATOR_FRAME, "a yield outside a generator");
        TRY(operand(v, i.b, 0, NULL));
        return store(v, i.a, ANY);
    case OU_OP_YIELD_FROM:
        MUST(v->now[v->n_registers] == GENERATOR_FRAME, "a yield outside a generator");
        /* fall through */
    case OU_OP_SEND:
        TRY(reads(v, a, 0));
        TRY(reads(v, b, 0));
        MUST(a != b && b >= v->n_locals && a >= v->n_locals, "a sub-iterator in a local");
        v->now[a] = ANY;
        kinds = v->now[b];
        v->now[b] = NUL;
        TRY(jump(v, jump_offset(i)));
        v->now[b] = kinds;
        *jumps = false;
        return 0;
    case OU_OP_MOVE:
        TRY(destination(v, i.a));
        TRY(operand(v, i.b, 0, &kinds));
        return store(v, i.a, kinds);
    case OU_OP_LOAD_CONST: {
        PyObject *value = constant(v, (uint32_t)i.b | (uint32_t)i.c << 16);
        return value == NULL ? -1 : store(v, i.a, kinds_of_constant(value));
    }
    case OU_OP_CHECK_BOUND:
    case OU_OP_DELETE_LOCAL:
        MUST(i.a < v->n_locals, "a local is out of range");
        kinds = v->now[a] & ~(Kinds)NUL;
        v->now[a] = i.op == OU_OP_DELETE_LOCAL ? NUL : kinds != 0 ? kinds : ANY;
        return 0;
    case OU_OP_CLEAR:
        MUST(a < v->n_registers && !(v->now[a] & (HANDLED | RECEIVER)), "a register is out of range");
        v->now[a] = NUL;
        return 0;
    case OU_OP_LOAD_CELL:
    case OU_OP_LOAD_CLASS_CELL: TRY(is_cell(v, i.b)); return store(v, i.a, ANY);
    case OU_OP_STORE_CELL: TRY(is_cell(v, i.a)); return operand(v, i.b, 0, NULL);
    case OU_OP_DELETE_CELL: return is_cell(v, i.a);
    case OU_OP_LOAD_METHOD:
        TRY(is_name(v, i.c));
        TRY(operand(v, i.b, 0, NULL));
        TRY(temporaries_exist(v, i.a, OU_WINDOW + 1));
        TRY(all_empty(v, a, a + OU_WINDOW + 1));
        v->now[a] = ANY;
        v->now[a + OU_WINDOW] = RECEIVER;
        return 0;
    case OU_OP_LOAD_SLICE:
        TRY(destination(v, i.a));
        TRY(operand(v, i.b, 0, NULL));
        TRY(consume_window(v, i.c, 2));
        return store(v, i.a, ANY);
    case OU_OP_STORE_SLICE:
        TRY(operand(v, i.a, 0, NULL));
        TRY(consume_window(v, i.b, 2));
        return operand(v, i.c, 0, NULL);
    case OU_OP_JUMP_IF_TRUE_KEEP:
    case OU_OP_JUMP_IF_FALSE_KEEP:
        TRY(temporaries_exist(v, i.a, 1));
        TRY(reads(v, a, 0));
        TRY(jump(v, jump_offset(i)));
        v->now[a] = NUL;
        *jumps = false;
        return 0;
    case OU_OP_JUMP_IF_NONE:
    case OU_OP_JUMP_IF_NOT_NONE: {
        bool narrows = (i.a & OU_KIND_MASK) == OU_KIND_LOCAL && a < v->n_registers && v->now[a] == OPT_EXC;
        TRY(operand(v, i.a, 0, NULL));
        if (narrows && i.op == OU_OP_JUMP_IF_NOT_NONE) {
            v->now[a] = EXC;
        }
        TRY(jump(v, jump_offset(i)));
        if (narrows) {
            v->now[a] = i.op == OU_OP_JUMP_IF_NONE ? EXC : OPT_EXC;
        }
        *jumps = false;
        return 0;
    }
    case OU_OP_BUILD_TUPLE:
    case OU_OP_BUILD_LIST:
    case OU_OP_BUILD_SET:
    case OU_OP_BUILD_MAP:
    case OU_OP_BUILD_STRING:
    case OU_OP_BUILD_CONST_KEY_MAP:
    case OU_OP_BUILD_SLICE:
    case OU_OP_FORMAT_SPEC:
    case OU_OP_IMPORT_NAME:
    case OU_OP_WITH_EXIT:
    case OU_OP_MATCH_CLASS: return verify_display(v, i);
    case OU_OP_LIST_APPEND:
    case OU_OP_LIST_EXTEND: TRY(reads(v, a, LIST)); return operand(v, i.b, 0, NULL);
    case OU_OP_LIST_TO_TUPLE:
        TRY(reads(v, a, LIST));
        v->now[a] = TUPLE;
        return 0;
    case OU_OP_SET_ADD:
    case OU_OP_SET_UPDATE: TRY(reads(v, a, SET)); return operand(v, i.b, 0, NULL);
    case OU_OP_MAP_ADD:
        TRY(reads(v, a, DICT));
        TRY(operand(v, i.b, 0, NULL));
        return operand(v, i.c, 0, NULL);
    case OU_OP_DICT_UPDATE:
    case OU_OP_DICT_MERGE:
        TRY(reads(v, a, DICT));
        if (i.op == OU_OP_DICT_MERGE) {
            TRY(reads(v, i.c & OU_INDEX_MASK, 0));
        }
        return operand(v, i.b, 0, NULL);
    case OU_OP_UNPACK_SEQUENCE: TRY(operand(v, i.b, 0, NULL)); return fill_window(v, i.a, i.c);
    case OU_OP_UNPACK_EX: TRY(operand(v, i.b, 0, NULL)); return fill_window(v, i.a, (i.c & 255) + 1 + (i.c >> 8));
    case OU_OP_FOR_ITER:
        TRY(reads(v, b, 0));
        kinds = (i.a & OU_KIND_MASK) == OU_KIND_TEMP ? NUL : i.a < v->n_locals ? v->now[a] : NUL;
        TRY(store(v, i.a, ANY));
        TRY(jump(v, jump_offset(i)));
        v->now[a] = kinds;
        v->now[b] = NUL;
        *jumps = false;
        return 0;
    case OU_OP_END_ASYNC_FOR:
        TRY(temporaries_exist(v, i.a, 1));
        TRY(reads(v, a, EXC));
        TRY(reads(v, b, 0));
        v->now[a] = v->now[b] = NUL;
        return 0;
    case OU_OP_CALL:
    case OU_OP_CALL_KW:
    case OU_OP_CALL_METHOD:
    case OU_OP_CALL_METHOD_KW: return verify_call(v, i);
    case OU_OP_CALL_EX:
        MUST(i.c <= 1, "an unknown form of call");
        TRY(call_window(v, i.b, 1 + i.c));
        if (i.c) {
            TRY(reads(v, b + OU_WINDOW + 1, DICT));
        }
        TRY(consume_window(v, (uint16_t)(b + OU_WINDOW), 1 + i.c));
        TRY(consume_window(v, i.b, 1));
        return store(v, i.a, ANY);
    case OU_OP_CALL_COMPREHENSION: return verify_comprehension(v, i);
    case OU_OP_MAKE_FUNCTION: return verify_function(v, i);
    case OU_OP_BEFORE_WITH:
    case OU_OP_BEFORE_ASYNC_WITH: TRY(operand(v, i.b, 0, NULL)); return fill_window(v, i.a, 2);
    case OU_OP_WITH_EXCEPT:
        TRY(reads(v, b, 0));
        TRY(reads(v, i.c & OU_INDEX_MASK, EXC));
        return store(v, i.a, ANY);
    case OU_OP_PUSH_EXC:
        TRY(temporaries_exist(v, i.a, 2));
        TRY(reads(v, a, EXC));
        MUST(v->now[a + 1] == NUL, "a handler's place is taken");
        v->now[a + 1] = HANDLED;
        return 0;
    case OU_OP_POP_EXC:
        TRY(temporaries_exist(v, i.a, 2));
        MUST(!(v->now[a] & (HANDLED | RECEIVER)) && v->now[a + 1] == HANDLED, "a handler's end without its beginning");
        v->now[a] = v->now[a + 1] = NUL;
        return 0;
    case OU_OP_JUMP_IF_NO_MATCH: TRY(reads(v, a, EXC)); return operand(v, i.b, 0, NULL);
    case OU_OP_EG_MATCH:
        TRY(destination(v, i.a));
        TRY(reads(v, b, EXC | OPT_EXC));
        TRY(operand(v, i.c, 0, NULL));
        v->now[b] = OPT_EXC;
        return store(v, i.a, OPT_EXC);
    case OU_OP_PREP_RERAISE_STAR:
        TRY(destination(v, i.a));
        TRY(operand(v, i.b, EXC, NULL));
        TRY(operand(v, i.c, LIST, NULL));
        return store(v, i.a, OPT_EXC);
    case OU_OP_RAISE:
        MUST(i.a <= 2, "an unknown form of raise");
        if (i.a >= 1) {
            TRY(operand(v, i.b, 0, NULL));
        }
        return i.a == 2 ? operand(v, i.c, 0, NULL) : 0;
    case OU_OP_RERAISE:
        TRY(reads(v, a, EXC));
        v->now[a] = NUL;
        return 0;
    case OU_OP_MATCH_KEYS:
    case OU_OP_MATCH_REST:
        TRY(destination(v, i.a));
        TRY(reads(v, b, 0));
        TRY(operand(v, i.c, TUPLE, NULL));
        return store(v, i.a, ANY);
    default: return verify_plain(v, i);
    }
}

/* ---- the walk -------------------------------------------------------------------------------------------------------------- */

/* From a place with a state to the end of its block. */
static int
verify_block(Verifier *v, uint32_t word)
{
    size_t size = (size_t)(v->n_registers + 1) * sizeof *v->now;
    memcpy(v->now, v->states + (size_t)v->state_of[word] * (size_t)(v->n_registers + 1), size);
    for (bool falls = true, jumps; falls;) {
        OuInstr i = v->instrs[word];
        bool raises = (ou_op_info[i.op].flags & OU_OPF_RAISES);
        v->at = word;
        if (raises && v->handler_of[word] >= 0) {
            memcpy(v->before, v->now, size);
            TRY(flow_to_handler(v, v->before));
        }
        TRY(verify_instr(v, i, &falls, &jumps));
        if (raises && v->handler_of[word] >= 0) {
            TRY(flow_to_handler(v, v->now)); /* it may have done half its work */
        }
        if (jumps) {
            TRY(jump(v, jump_offset(i)));
        }
        word += 1u + ou_op_info[i.op].n_cache;
        if (falls) {
            MUST(word < v->n_words, "control falls off the end");
            if (v->marks[word] & MARK_TARGET) {
                return flow_to(v, word, v->now);
            }
        }
    }
    return 0;
}

/* Find the instructions; reject unknown ones and caches that are not empty. */
static int
find_instrs(Verifier *v)
{
    for (uint32_t at = 0; at < v->n_words;) {
        OuInstr i = v->instrs[at];
        v->at = at;
        MUST(i.op < OU_N_BASE_OPS, "an unknown instruction");
        uint32_t n_cache = ou_op_info[i.op].n_cache;
        MUST(n_cache < v->n_words - at, "an instruction is cut off");
        bool extension = i.op == OU_OP_CALL_KW || i.op == OU_OP_CALL_METHOD_KW || i.op == OU_OP_MAKE_FUNCTION;
        for (uint32_t n = extension; n < n_cache; n++) {
            MUST(v->instrs[at + 1 + n].word == 0, "a cache is not empty");
        }
        v->marks[at] |= MARK_START;
        at += 1 + n_cache;
    }
    return 0;
}

static int
target_add(Verifier *v, int64_t word)
{
    MUST(word >= 0 && word < v->n_words && (v->marks[word] & MARK_START), "a jump leads into nowhere");
    if (!(v->marks[word] & MARK_TARGET)) {
        v->marks[word] |= MARK_TARGET;
        v->state_of[word] = (int32_t)v->n_states++;
    }
    return 0;
}

/* Number the places that control comes to by a jump, and look at the exception table. */
static int
find_targets(Verifier *v)
{
    memset(v->state_of, -1, v->n_words * sizeof *v->state_of);
    memset(v->handler_of, -1, v->n_words * sizeof *v->handler_of);
    TRY(target_add(v, 0));
    for (uint32_t at = 0; at < v->n_words; at += 1u + ou_op_info[v->instrs[at].op].n_cache) {
        const OuOpInfo *info = &ou_op_info[v->instrs[at].op];
        v->at = at;
        if (info->flags & OU_OPF_JUMPS) {
            TRY(target_add(v, (int64_t)at + 1 + info->n_cache + jump_offset(v->instrs[at])));
        }
    }
    uint64_t covered = 0;
    for (uint32_t n = v->n_handlers; n-- > 0;) { /* innermost first in the table, so the last word is the innermost's */
        const OuHandler *row = &v->handlers[n];
        v->at = row->start;
        MUST(row->start < row->end && row->end <= v->n_words && (int)row->depth >= v->n_locals
                 && (int)row->depth < v->n_registers && row->depth <= OU_INDEX_MASK,
             "the exception table is out of shape");
        TRY(target_add(v, row->target));
        covered += row->end - row->start;
        MUST(covered < (uint64_t)MAX_STATE_ENTRIES * 4, "the exception table is too large");
        for (uint32_t word = row->start; word < row->end; word++) {
            v->handler_of[word] = (int32_t)n;
        }
    }
    return 0;
}

/* Parameters are there, all else is empty. */
static void
entry_state(Verifier *v)
{
    PyCodeObject *code = v->code;
    int n_params = code->co_argcount + code->co_kwonlyargcount + ((code->co_flags & CO_VARARGS) != 0)
                 + ((code->co_flags & CO_VARKEYWORDS) != 0);
    for (int i = 0; i < v->n_registers; i++) {
        v->now[i] = i < n_params ? ANY : NUL;
    }
    v->now[v->n_registers] = PLAIN_FRAME;
}

/* Are the registers of free variables the last ones?  COPY_FREE_VARS counts on it. */
static bool
kinds_are_sane(PyCodeObject *code)
{
    const char *kinds = PyBytes_AS_STRING(code->co_localspluskinds);
    for (int i = 0; i < code->co_nlocalsplus; i++) {
        bool is_free = (kinds[i] & OU_FAST_FREE) != 0, is_last = i >= code->co_nlocalsplus - code->co_nfreevars;
        if (is_free != is_last || (is_free && (kinds[i] & (OU_FAST_CELL | OU_FAST_LOCAL)))
            || !(kinds[i] & (OU_FAST_FREE | OU_FAST_CELL | OU_FAST_LOCAL))) {
            return false;
        }
    }
    return true;
}

static int
verify(Verifier *v)
{
    MUST(kinds_are_sane(v->code), "its variables are out of order");
    TRY(find_instrs(v));
    TRY(find_targets(v));
    size_t n_entries = (size_t)(v->n_registers + 1) * v->n_states;
    MUST(n_entries <= MAX_STATE_ENTRIES, "it is too large to be verified");
    v->states = PyMem_Calloc(n_entries, sizeof *v->states);
    v->queue = PyMem_Calloc(v->n_states, sizeof *v->queue);
    v->visits = PyMem_Calloc(v->n_states, sizeof *v->visits);
    v->now = PyMem_Calloc((size_t)(v->n_registers + 1), sizeof *v->now);
    v->before = PyMem_Calloc((size_t)(v->n_registers + 1), sizeof *v->before);
    if (v->states == NULL || v->queue == NULL || v->visits == NULL || v->now == NULL || v->before == NULL) {
        return -1; /* without a reason: MemoryError */
    }
    entry_state(v);
    TRY(flow_to(v, 0, v->now));
    while (v->n_queued > 0) {
        uint32_t word = v->queue[--v->n_queued];
        v->marks[word] &= (uint8_t)~MARK_QUEUED;
        TRY(verify_block(v, word));
    }
    OuFlow flow = {v->instrs, v->n_words, v->handler_of, v->handlers};
    int deaf = ou_verify_loops(&flow, &v->at);
    MUST(deaf <= 0, "a loop has no safe point");
    return deaf;
}

int
ou_code_verify(PyCodeObject *code)
{
    Verifier v = {
        .code = code,
        .instrs = ou_code_instrs(code),
        .n_words = (uint32_t)Py_SIZE(code),
        .n_locals = code->co_nlocalsplus,
        .n_registers = ou_code_n_registers(code),
        .n_consts = PyTuple_GET_SIZE(code->co_consts),
        .n_names = PyTuple_GET_SIZE(code->co_names),
        .handlers = (const OuHandler *)PyBytes_AS_STRING(code->co_exceptiontable),
        .n_handlers = (uint32_t)((size_t)PyBytes_GET_SIZE(code->co_exceptiontable) / sizeof(OuHandler)),
    };
    v.marks = PyMem_Calloc(v.n_words, 1);
    v.state_of = PyMem_Calloc(v.n_words, sizeof *v.state_of);
    v.handler_of = PyMem_Calloc(v.n_words, sizeof *v.handler_of);
    int status = v.marks == NULL || v.state_of == NULL || v.handler_of == NULL ? -1 : verify(&v);
    if (status == 0) {
        OU_CODE_STATE(code) |= OU_CODE_TRUSTED;
    }
    else if (v.why == NULL) {
        PyErr_NoMemory();
    }
    else {
        PyErr_Format(PyExc_ValueError, "code %U is not safe to run: word %u: %s", code->co_name, v.at, v.why);
    }
    PyMem_Free(v.marks);
    PyMem_Free(v.state_of);
    PyMem_Free(v.handler_of);
    PyMem_Free(v.states);
    PyMem_Free(v.queue);
    PyMem_Free(v.visits);
    PyMem_Free(v.now);
    PyMem_Free(v.before);
    return status;
}
