/* vm/ops_special.c - special methods written in Python that the loop itself runs: a + b, a < b, a[i], len(a).
 *
 * The instruction stays where it is, its operands in their registers, while the method's frame runs behind the caller's.
 * When the method returns, the instruction is completed here: NotImplemented, truth, conversion, the operands' end.
 *
 * Invariant  specialize.c chose the form: the left operand's slot does nothing but call the method, and the right one's
 *            type would not be asked first.
 * Not here   entering the method (eval_call.inc). */

#include "object/attribute.h"
#include "types/int.h"
#include "vm/ops.h"

typedef struct {
    PyObject *method; /* permanent */
    const char *text; /* as messages show the operator */
} Special;

static const Special specials[] = {
    [OU_OP_LOAD_ITEM] = {OU_STR(__getitem__), NULL},
    [OU_OP_CALL] = {OU_STR(__len__), NULL},
    [OU_OP_ADD] = {OU_STR(__add__), "+"},
    [OU_OP_SUBTRACT] = {OU_STR(__sub__), "-"},
    [OU_OP_MULTIPLY] = {OU_STR(__mul__), "*"},
    [OU_OP_TRUE_DIVIDE] = {OU_STR(__truediv__), "/"},
    [OU_OP_FLOOR_DIVIDE] = {OU_STR(__floordiv__), "//"},
    [OU_OP_REMAINDER] = {OU_STR(__mod__), "%"},
    [OU_OP_LSHIFT] = {OU_STR(__lshift__), "<<"},
    [OU_OP_RSHIFT] = {OU_STR(__rshift__), ">>"},
    [OU_OP_AND] = {OU_STR(__and__), "&"},
    [OU_OP_OR] = {OU_STR(__or__), "|"},
    [OU_OP_XOR] = {OU_STR(__xor__), "^"},
    [OU_OP_INPLACE_ADD] = {OU_STR(__add__), "+="},
    [OU_OP_INPLACE_SUBTRACT] = {OU_STR(__sub__), "-="},
    [OU_OP_INPLACE_MULTIPLY] = {OU_STR(__mul__), "*="},
    [OU_OP_INPLACE_TRUE_DIVIDE] = {OU_STR(__truediv__), "/="},
    [OU_OP_INPLACE_FLOOR_DIVIDE] = {OU_STR(__floordiv__), "//="},
    [OU_OP_INPLACE_REMAINDER] = {OU_STR(__mod__), "%="},
    [OU_OP_INPLACE_LSHIFT] = {OU_STR(__lshift__), "<<="},
    [OU_OP_INPLACE_RSHIFT] = {OU_STR(__rshift__), ">>="},
    [OU_OP_INPLACE_AND] = {OU_STR(__and__), "&="},
    [OU_OP_INPLACE_OR] = {OU_STR(__or__), "|="},
    [OU_OP_INPLACE_XOR] = {OU_STR(__xor__), "^="},
};

/* The comparison that an instruction makes, or -1. */
static int
comparison_of(unsigned op)
{
    static const int8_t order[] = {Py_LT, Py_LE, Py_EQ, Py_NE, Py_GT, Py_GE}; /* as they stand in opcodes.def */
    if (op >= OU_OP_LT && op <= OU_OP_GE) {
        return order[op - OU_OP_LT];
    }
    if (op >= OU_OP_JUMP_IF_LT && op <= OU_OP_JUMP_IF_NOT_GE) {
        return order[(op - OU_OP_JUMP_IF_LT) % 6];
    }
    return op >= OU_OP_JUMP_BACK_IF_LT && op <= OU_OP_JUMP_BACK_IF_GE ? order[op - OU_OP_JUMP_BACK_IF_LT] : -1;
}

/* See ops.h. */
PyObject *
ou_special_name(unsigned op)
{
    static PyObject *const compare[] = {[Py_LT] = OU_STR(__lt__), [Py_LE] = OU_STR(__le__), [Py_EQ] = OU_STR(__eq__),
                                        [Py_NE] = OU_STR(__ne__), [Py_GT] = OU_STR(__gt__), [Py_GE] = OU_STR(__ge__)};
    int comparison = comparison_of(op);
    return comparison >= 0 ? compare[comparison] : specials[op].method;
}

/* a < b where a's method answered `value`, which is taken: the answer of both, or NULL. */
static PyObject *
compare_answer(Frame *frame, unsigned x, unsigned y, int operation, PyObject *value)
{
    if (OU_LIKELY(value != Py_NotImplemented)) {
        return value;
    }
    Py_DECREF(value);
    PyObject *a = ou_op_value(frame, x), *b = ou_op_value(frame, y);
    OU_OP_HOLD2(a, x, b, y);
    PyObject *result = ou_compare_unanswered(a, b, operation);
    OU_OP_RELEASE2(a, b);
    return result;
}

/* A compare-and-branch: value is taken. */
static int
finish_jump(Frame *frame, OuInstr i, unsigned op, int operation, PyObject *value)
{
    value = compare_answer(frame, i.a, i.b, operation, value);
    if (value == NULL) {
        return -1;
    }
    int truth = value == Py_True ? 1 : value == Py_False ? 0 : -1;
    if (truth < 0) {
        OU_HOLD(h, &value);
        truth = PyObject_IsTrue(value);
        OU_HOLD_END(h);
    }
    Py_DECREF(value);
    if (truth < 0) {
        return -1;
    }
    ou_op_consume(frame, i.a);
    ou_op_consume(frame, i.b);
    bool wanted = op < OU_OP_JUMP_IF_NOT_LT || op > OU_OP_JUMP_IF_NOT_GE;
    frame->pc += 1 + ou_op_info[op].n_cache + (truth == wanted ? (int16_t)i.c : 0);
    return 0;
}

/* len(): value is taken. */
static int
finish_len(Frame *frame, OuInstr i, PyObject *value)
{
    PyObject **window = &frame->registers[i.b & OU_INDEX_MASK];
    if (!PyLong_CheckExact(value) || Py_SIZE(value) < 0 || !ou_int_is_one_digit(value)) {
        OU_HOLD(h, &value);
        Py_ssize_t length = ou_length_of(value);
        OU_HOLD_END(h);
        Py_DECREF(value);
        value = length < 0 ? NULL : PyLong_FromSsize_t(length);
        if (value == NULL) {
            return -1;
        }
    }
    ou_op_store(frame, i.a, value);
    Py_CLEAR(window[0]);
    Py_CLEAR(window[OU_WINDOW]);
    frame->pc += 1 + ou_op_info[OU_OP_CALL].n_cache;
    return 0;
}

/* ou_frame_leave(), the short way for a frame on the stack that nobody has looked at. */
static inline PyObject *
leave(OuThread *thread, Frame *frame, PyObject *value)
{
    PyObject **registers = frame->registers;
    PyObject *function = frame->function, *code = (PyObject *)frame->code;
    frame->leaving = true;
    frame->scratch = value; /* accounted for while the locals fall */
    for (int i = 0, n = frame->code->co_nlocalsplus; i < n; i++) {
        PyObject *op = registers[i];
        if (op != NULL) {
            registers[i] = NULL;
            Py_DECREF(op);
        }
    }
    if (OU_UNLIKELY(((uintptr_t)frame->object | (uintptr_t)frame->locals) != 0 || frame->moved || Py_REFCNT(function) == 1
                    || Py_REFCNT(code) == 1)) {
        frame->scratch = NULL;
        return ou_frame_leave(thread, frame, value);
    }
    thread->frame = frame->back;
    memset(frame, 0, sizeof *frame);
    function->ob_refcnt--;
    code->ob_refcnt--;
    return value;
}

/* See ops.h. */
int
ou_special_returned(OuThread *thread, PyObject *value)
{
    value = leave(thread, thread->frame, value);
    thread->ts.recursion_remaining++;
    Frame *frame = thread->frame;
    OuInstr i = *frame->pc;
    unsigned op = ou_op_base(i.op);
    if (op == OU_OP_CALL) {
        return finish_len(frame, i, value);
    }
    int comparison = comparison_of(op);
    if (comparison >= 0) {
        if (op > OU_OP_GE || op < OU_OP_LT) {
            return finish_jump(frame, i, op, comparison, value);
        }
        value = compare_answer(frame, i.b, i.c, comparison, value);
        if (value == NULL) {
            return -1;
        }
    }
    else if (OU_UNLIKELY(value == Py_NotImplemented) && specials[op].text != NULL) {
        Py_DECREF(value);
        ou_binary_error(ou_op_value(frame, i.b), ou_op_value(frame, i.c), specials[op].text);
        return -1;
    }
    ou_op_finish2(frame, i.a, value, i.b, i.c);
    frame->pc += 1 + ou_op_info[op].n_cache;
    return 0;
}
