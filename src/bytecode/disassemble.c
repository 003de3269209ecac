/* bytecode/disassemble.c - a listing of a code object's instructions, read off opcodes.def.
 *
 * Invariant  an operand's index is checked before its table is read; what lies outside prints as `?`.
 * Not here   Python's dis module, which knows CPython's instructions only. */
#include "bytecode/code.h"
#include "bytecode/linetable.h"

static int
write_text(_PyUnicodeWriter *writer, const char *text)
{
    return _PyUnicodeWriter_WriteASCIIString(writer, text, (Py_ssize_t)strlen(text));
}

static int
write_repr(_PyUnicodeWriter *writer, PyObject *tuple, size_t index)
{
    if (index >= (size_t)PyTuple_GET_SIZE(tuple)) {
        return write_text(writer, "?");
    }
    PyObject *repr = PyObject_Repr(PyTuple_GET_ITEM(tuple, index));
    int status = repr == NULL ? -1 : _PyUnicodeWriter_WriteStr(writer, repr);
    Py_XDECREF(repr);
    return status;
}

static int
write_register(_PyUnicodeWriter *writer, PyCodeObject *code, unsigned index)
{
    char text[24];
    if ((int)index < code->co_nlocalsplus) {
        return _PyUnicodeWriter_WriteStr(writer, PyTuple_GET_ITEM(code->co_localsplusnames, index));
    }
    snprintf(text, sizeof text, "t%u", index - (unsigned)code->co_nlocalsplus);
    return write_text(writer, text);
}

static int
write_field(_PyUnicodeWriter *writer, PyCodeObject *code, OuField field, const OuInstr *instr, uint16_t value, size_t next)
{
    char text[24];
    switch (field) {
    case OU_FIELD_NONE:
    case OU_FIELD_JH:
    case OU_FIELD_KH: return 0;
    case OU_FIELD_R:
        if ((value & OU_KIND_MASK) == OU_KIND_CONST) {
            return write_repr(writer, code->co_consts, value & OU_INDEX_MASK);
        }
        if ((value & OU_KIND_MASK) == OU_KIND_INT) {
            snprintf(text, sizeof text, "%d", OU_OPERAND_INT(value));
            return write_text(writer, text);
        }
        return write_register(writer, code, value & OU_INDEX_MASK);
    case OU_FIELD_D:
    case OU_FIELD_L:
    case OU_FIELD_W: return write_register(writer, code, value & OU_INDEX_MASK);
    case OU_FIELD_N:
        return value < PyTuple_GET_SIZE(code->co_names)
                 ? _PyUnicodeWriter_WriteStr(writer, PyTuple_GET_ITEM(code->co_names, value))
                 : write_text(writer, "?");
    case OU_FIELD_K: return write_repr(writer, code->co_consts, value);
    case OU_FIELD_KL: return write_repr(writer, code->co_consts, instr->b | (size_t)instr->c << 16);
    case OU_FIELD_J: snprintf(text, sizeof text, "to %zd", (Py_ssize_t)next + (int16_t)value); return write_text(writer, text);
    case OU_FIELD_JL:
        snprintf(text, sizeof text, "to %zd", (Py_ssize_t)next + OU_JUMP32(*instr));
        return write_text(writer, text);
    default: snprintf(text, sizeof text, "%u", value); return write_text(writer, text);
    }
}

PyObject *
ou_code_disassemble(PyCodeObject *code)
{
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    const OuInstr *instrs = ou_code_instrs(code);
    size_t n_words = (size_t)Py_SIZE(code);
    int last_line = -1;
    for (size_t at = 0; at < n_words;) {
        char text[64];
        uint16_t op = ou_code_base_op_hook != NULL ? ou_code_base_op_hook(instrs[at].op) : instrs[at].op;
        if (op >= OU_N_BASE_OPS) {
            snprintf(text, sizeof text, "     %6zu  <%u>\n", at, op);
            if (write_text(&writer, text) < 0) {
                goto failed;
            }
            at++;
            continue;
        }
        const OuOpInfo *info = &ou_op_info[op];
        int line = PyCode_Addr2Line(code, (int)(2 * at));
        if (line != last_line && line >= 0) {
            snprintf(text, sizeof text, "%5d%6zu  %-20s", line, at, info->name);
            last_line = line;
        }
        else {
            snprintf(text, sizeof text, "     %6zu  %-20s", at, info->name);
        }
        size_t next = at + 1 + info->n_cache;
        if (write_text(&writer, text) < 0) {
            goto failed;
        }
        const uint16_t values[3] = {instrs[at].a, instrs[at].b, instrs[at].c};
        for (int i = 0; i < 3; i++) {
            OuField field = info->fields[i];
            if (field == OU_FIELD_NONE || field == OU_FIELD_JH || field == OU_FIELD_KH) {
                continue;
            }
            if (write_text(&writer, " ") < 0 || write_field(&writer, code, field, &instrs[at], values[i], next) < 0) {
                goto failed;
            }
        }
        if ((op == OU_OP_CALL_KW || op == OU_OP_CALL_METHOD_KW || op == OU_OP_MAKE_FUNCTION) && at + 1 < n_words
            && (write_text(&writer, "  ") < 0 || write_repr(&writer, code->co_consts, instrs[at + 1].a) < 0)) {
            goto failed;
        }
        if (write_text(&writer, "\n") < 0) {
            goto failed;
        }
        at = next;
    }
    return _PyUnicodeWriter_Finish(&writer);
failed:
    _PyUnicodeWriter_Dealloc(&writer);
    return NULL;
}
