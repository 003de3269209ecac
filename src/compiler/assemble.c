/* compiler/assemble.c - a unit's instructions as words, with the tables beside them.
 *
 * Owns       the working copy of the instructions while it runs.
 * Invariant  jumps count words from the next instruction, caches included.
 *            A jump too far for 16 bits is made over two 32-bit jumps behind it.
 * Not here   flow analysis (assemble_flow.c), the code object itself (bytecode/code.c). */
#include "compiler/assemble.h"

#include <string.h>

#include "compiler/compile.h"

static uint32_t
insn_words(const Code *code, int i)
{
    return 1u + ou_op_info[code->insns[i].op].n_cache + (code->flags[i] & IN_FAR ? 2u : 0u);
}

static bool
has_short_jump(int op)
{
    return ou_op_info[op].fields[2] == OU_FIELD_J;
}

/* Hot and cold instructions in one list; labels become indexes into it. */
static int
code_gather(Unit *u, Code *code)
{
    int hot = u->code[0].n, cold = u->code[1].n, n = hot + cold, n_jumps = 0;
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < u->code[k].n; i++) {
            n_jumps += u->code[k].items[i].label >= 0;
        }
    }
    size_t cap = (size_t)n + (size_t)(n_jumps < 64 ? n_jumps : 64) + 1; /* arbitrary: room for copies of returns */
    code->n = n;
    code->cap = (int)cap;
    code->insns = PyMem_Malloc(cap * sizeof *code->insns);
    code->flags = PyMem_Calloc(cap, sizeof *code->flags);
    code->address = PyMem_Calloc(cap + 1, sizeof *code->address);
    code->target = PyMem_Malloc(cap * sizeof *code->target);
    if (code->insns == NULL || code->flags == NULL || code->address == NULL || code->target == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    if (hot > 0) {
        memcpy(code->insns, u->code[0].items, (size_t)hot * sizeof *code->insns);
    }
    if (cold > 0) {
        memcpy(code->insns + hot, u->code[1].items, (size_t)cold * sizeof *code->insns);
    }
    for (int l = 0; l < u->n_labels; l++) {
        int at = u->labels[l];
        u->labels[l] = at < 0 ? -1 : (at >> 1) + (at & 1 ? hot : 0);
    }
    for (int i = 0; i < n; i++) {
        int label = code->insns[i].label;
        code->target[i] = label < 0 ? -1 : u->labels[label];
        OU_ASSERT(label < 0 || u->labels[label] >= 0);
    }
    return 0;
}

static void
code_free(Code *code)
{
    PyMem_Free(code->insns);
    PyMem_Free(code->flags);
    PyMem_Free(code->address);
    PyMem_Free(code->target);
}

/* ---- constants -------------------------------------------------------------------------------------- */

typedef void (*ConstVisit)(void *arg, uint32_t *index);

/* Every constant that an instruction names, in a form that can be changed. */
static void
visit_consts(Insn *insn, ConstVisit visit, void *arg)
{
    const OuOpInfo *info = &ou_op_info[insn->op];
    uint16_t *fields[] = {&insn->a, &insn->b, &insn->c};
    for (int f = 0; f < 3; f++) {
        uint32_t index;
        switch (info->fields[f]) {
        case OU_FIELD_R:
            if ((*fields[f] & OU_KIND_MASK) == OU_KIND_CONST) {
                index = *fields[f] & OU_INDEX_MASK;
                visit(arg, &index);
                *fields[f] = (uint16_t)CONST(index);
            }
            break;
        case OU_FIELD_K:
            index = *fields[f];
            visit(arg, &index);
            *fields[f] = (uint16_t)index;
            break;
        case OU_FIELD_KL:
            index = insn->b | (uint32_t)insn->c << 16;
            visit(arg, &index);
            insn->b = (uint16_t)index;
            insn->c = (uint16_t)(index >> 16);
            break;
        default: break;
        }
    }
    if (insn->op == OU_OP_CALL_KW || insn->op == OU_OP_CALL_METHOD_KW || insn->op == OU_OP_MAKE_FUNCTION) {
        visit(arg, &insn->ext);
    }
}

static void
mark_const(void *arg, uint32_t *index)
{
    ((uint32_t *)arg)[*index] = 1;
}

static void
renumber_const(void *arg, uint32_t *index)
{
    *index = ((uint32_t *)arg)[*index];
}

/* The constants that live instructions name, as a tuple; instructions are renumbered.  Returns new, or NULL. */
static PyObject *
code_consts(Unit *u, Code *code)
{
    Py_ssize_t n = PyList_GET_SIZE(u->consts), n_used = 0;
    uint32_t *map = PyMem_Calloc((size_t)n + 1, sizeof *map);
    if (map == NULL) {
        return PyErr_NoMemory();
    }
    if (n > 0 && (u->kind == UNIT_FUNCTION || u->kind == UNIT_ASYNC_FUNCTION || u->kind == UNIT_LAMBDA)) {
        map[0] = 1; /* the docstring, or None */
    }
    for (int i = 0; i < code->n; i++) {
        if (code->flags[i] & IN_LIVE) {
            visit_consts(&code->insns[i], mark_const, map);
        }
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        n_used += map[i];
    }
    PyObject *tuple = PyTuple_New(n_used);
    if (tuple != NULL) {
        uint32_t next = 0;
        for (Py_ssize_t i = 0; i < n; i++) {
            if (map[i]) {
                PyTuple_SET_ITEM(tuple, next, Py_NewRef(PyList_GET_ITEM(u->consts, i)));
                map[i] = next++;
            }
        }
        for (int i = 0; i < code->n && n_used < n; i++) {
            if (code->flags[i] & IN_LIVE) {
                visit_consts(&code->insns[i], renumber_const, map);
            }
        }
    }
    PyMem_Free(map);
    return tuple;
}

/* ---- words ------------------------------------------------------------------------------------------ */

/* Number the words; find the jumps that are too far.  Returns how many words there are. */
static uint32_t
code_layout(Code *code)
{
    for (;;) {
        uint32_t at = 0;
        bool changed = false;
        for (int i = 0; i < code->n; i++) {
            code->address[i] = at;
            if (code->flags[i] & IN_LIVE) {
                at += insn_words(code, i);
            }
        }
        code->address[code->n] = at;
        for (int i = 0; i < code->n; i++) {
            if (!(code->flags[i] & IN_LIVE) || code->target[i] < 0 || (code->flags[i] & IN_FAR)
                || !has_short_jump(code->insns[i].op)) {
                continue;
            }
            int64_t distance = (int64_t)code->address[code->target[i]] - (int64_t)(code->address[i] + insn_words(code, i));
            if (distance < INT16_MIN || distance > INT16_MAX) {
                code->flags[i] |= IN_FAR;
                changed = true;
            }
        }
        if (!changed) {
            return at;
        }
    }
}

static void
set_jump32(OuInstr *word, uint32_t from, uint32_t to)
{
    int32_t distance = (int32_t)(to - from);
    word->b = (uint16_t)distance;
    word->c = (uint16_t)((uint32_t)distance >> 16);
}

static void
write_words(const Code *code, OuInstr *words)
{
    for (int i = 0; i < code->n; i++) {
        if (!(code->flags[i] & IN_LIVE)) {
            continue;
        }
        const Insn *insn = &code->insns[i];
        uint32_t at = code->address[i], n_cache = ou_op_info[insn->op].n_cache, next = at + 1 + n_cache;
        OuInstr *word = words + at;
        *word = (OuInstr){.op = insn->op, .a = insn->a, .b = insn->b, .c = insn->c};
        if (n_cache > 0) {
            word[1].a = (uint16_t)insn->ext;
        }
        if (code->target[i] < 0) {
            continue;
        }
        uint32_t to = code->address[code->target[i]];
        if (!has_short_jump(insn->op)) {
            set_jump32(word, next, to);
        }
        else if (!(code->flags[i] & IN_FAR)) {
            word->c = (uint16_t)(int16_t)(int32_t)(to - next);
        }
        else { /* jumps: to the second; else: over the second by the first */
            word->c = 1;
            words[next] = (OuInstr){.op = OU_OP_JUMP};
            set_jump32(&words[next], next + 1, next + 2);
            words[next + 1] = (OuInstr){.op = OU_OP_JUMP};
            set_jump32(&words[next + 1], next + 2, to);
        }
    }
}

/* ---- tables ----------------------------------------------------------------------------------------- */

static PyObject *
line_table(Unit *u, const Code *code)
{
    OuLineWriter writer;
    PyObject *table = NULL;
    ou_linetable_writer_init(&writer, u->first_line);
    for (int i = 0; i < code->n; i++) {
        if ((code->flags[i] & IN_LIVE) && ou_linetable_add(&writer, code->insns[i].place, insn_words(code, i)) < 0) {
            goto done;
        }
    }
    table = ou_linetable_finish(&writer);
done:
    ou_linetable_writer_clear(&writer);
    return table;
}

static PyObject *
exception_table(Unit *u, const Code *code)
{
    OuHandler *rows = NULL;
    size_t n = 0, cap = 0;
    for (int i = 0; i < code->n; i++) {
        if (!(code->flags[i] & IN_LIVE) || code->insns[i].region < 0) {
            continue;
        }
        Region *region = &u->regions[code->insns[i].region];
        int at = u->labels[region->handler];
        if (!(code->flags[at] & IN_LIVE)) {
            continue; /* nothing in the region can raise */
        }
        OuHandler row = {code->address[i], code->address[i] + insn_words(code, i), code->address[at], (uint32_t)region->depth};
        OuHandler *last = n > 0 ? &rows[n - 1] : NULL;
        if (last != NULL && last->end == row.start && last->target == row.target && last->depth == row.depth) {
            last->end = row.end;
            continue;
        }
        if (n == cap) {
            cap = cap * 2 + 8;
            OuHandler *more = PyMem_Realloc(rows, cap * sizeof *rows);
            if (more == NULL) {
                PyMem_Free(rows);
                return PyErr_NoMemory();
            }
            rows = more;
        }
        rows[n++] = row;
    }
    PyObject *table = PyBytes_FromStringAndSize((const char *)rows, (Py_ssize_t)(n * sizeof *rows));
    PyMem_Free(rows);
    return table;
}

static PyObject *
tuple_of(PyObject *const *items, Py_ssize_t n)
{
    PyObject *tuple = PyTuple_New(n);
    for (Py_ssize_t i = 0; tuple != NULL && i < n; i++) {
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(items[i]));
    }
    return tuple;
}

PyObject *
ou_assemble(Compiler *c, int flags)
{
    Unit *u = c->unit;
    Scope *scope = u->scope;
    Code code = {0};
    OuCodeSpec spec = {.filename = c->filename,
                       .name = u->name,
                       .qualname = u->qualname,
                       .flags = flags,
                       .first_line = u->first_line,
                       .n_args = u->n_args,
                       .n_posonly = u->n_posonly,
                       .n_kwonly = u->n_kwonly,
                       .n_temporaries = u->max_sp - u->n_registers};
    OuInstr *words = NULL;
    PyObject *result = NULL;
    if (code_gather(u, &code) < 0 || ou_flow_optimize(c, &code) < 0 || (spec.consts = code_consts(u, &code)) == NULL) {
        goto done;
    }
    spec.n_words = code_layout(&code);
    words = PyMem_Calloc(spec.n_words, sizeof *words);
    if (words == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    write_words(&code, words);
    spec.instrs = words;
    spec.names = tuple_of(u->names.items, (Py_ssize_t)u->names.n);
    spec.localsplus_names = tuple_of(scope->register_names, scope->n_registers);
    spec.localsplus_kinds = PyBytes_FromStringAndSize((const char *)scope->register_kinds, scope->n_registers);
    spec.line_table = line_table(u, &code);
    spec.exception_table = exception_table(u, &code);
    if (spec.names != NULL && spec.localsplus_names != NULL && spec.localsplus_kinds != NULL && spec.line_table != NULL
        && spec.exception_table != NULL) {
        result = ou_code_new(&spec, true);
    }
    if (result != NULL && (c->flags & OU_COMPILE_LIBRARY)) {
        OU_CODE_STATE((PyCodeObject *)result) |= OU_CODE_LIBRARY;
    }
done:
    Py_XDECREF(spec.consts);
    Py_XDECREF(spec.names);
    Py_XDECREF(spec.localsplus_names);
    Py_XDECREF(spec.localsplus_kinds);
    Py_XDECREF(spec.line_table);
    Py_XDECREF(spec.exception_table);
    PyMem_Free(words);
    code_free(&code);
    return result;
}
