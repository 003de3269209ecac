/* vm/eval.c - the evaluation loop: one handler an instruction (bytecode/opcodes.def), entered by computed goto.
 *
 * Invariant  the register contract of docs/vm.md.  Inside the loop thread->frame is the frame of r.
 *            Exactly one frame of an activation of ou_eval() is an entry: the one it was called with.
 * Not here   slow halves of instructions (ops_*.c), calls that need thought (call.c), finding handlers (unwind.c). */

#include "object/descriptor.h"
#include "object/keys.h"
#include "object/type.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/module.h"
#include "types/range.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/ops.h"
#include "vm/specialize.h"

#include "vm/eval_macros.h"

static PyObject *eval_loop(OuThread *thread, bool throwing);

/* See vm.h. */
PyObject *
ou_eval(OuThread *thread, Frame *frame)
{
    thread->frame = frame;
    if (OU_UNLIKELY(ou_recursion_enter("") < 0)) {
        if (frame->owner == OU_FRAME_GENERATOR) {
            ou_generator_finish(thread, frame, NULL);
        }
        else {
            ou_frame_leave(thread, frame, NULL);
        }
        return NULL;
    }
    PyObject *result = eval_loop(thread, false);
    ou_recursion_leave();
    return result;
}

/* See vm.h. */
PyObject *
ou_eval_throw(OuThread *thread, Frame *frame)
{
    thread->frame = frame;
    if (OU_UNLIKELY(ou_recursion_enter("") < 0)) {
        ou_generator_finish(thread, frame, NULL);
        return NULL;
    }
    PyObject *result = eval_loop(thread, true);
    ou_recursion_leave();
    return result;
}

/* __init__, the current frame, returned something: leave the frame and raise TypeError in its caller's.  Takes both. */
static OU_COLD void
init_returned(OuThread *thread, PyObject *instance, PyObject *returned)
{
    OU_HOLD(h, &instance);
    returned = ou_frame_leave(thread, thread->frame, returned);
    OU_HOLD_END(h);
    thread->ts.recursion_remaining++;
    PyErr_Format(PyExc_TypeError, "__init__() should return None, not '%.200s'", Py_TYPE(returned)->tp_name);
    Py_DECREF(returned);
    Py_DECREF(instance);
}

/* A generator's value for the frame that resumed it in the loop: done at its SEND or FOR_ITER.  value is taken.
 * ended: it returned.  Sets frame->pc to where to go on. */
static OU_NOINLINE void
deliver(Frame *frame, PyObject *value, bool ended)
{
    OuInstr i = *frame->pc;
    if (ou_op_base(i.op) == OU_OP_SEND) {
        PyObject **place = &frame->registers[i.a & OU_INDEX_MASK];
        PyObject *old = *place;
        *place = value;
        Py_XDECREF(old);
        if (ended) {
            Py_CLEAR(frame->registers[i.b & OU_INDEX_MASK]);
            frame->pc += (int16_t)i.c;
        }
        frame->pc += WORDS_SEND;
        return;
    }
    if (ended) {
        Py_DECREF(value);
        Py_CLEAR(frame->registers[i.b & OU_INDEX_MASK]);
        frame->pc += WORDS_FOR_ITER;
        return;
    }
    ou_op_store(frame, i.a, value);
    frame->pc += WORDS_FOR_ITER + (int16_t)i.c;
}

/* May the loop resume this iterator itself? */
static OU_ALWAYS_INLINE bool
is_resumable(PyObject *iterator)
{
    return (Py_TYPE(iterator) == &PyGen_Type || Py_TYPE(iterator) == &PyCoro_Type)
        && ((PyGenObject *)iterator)->gi_frame_state < OU_GEN_EXECUTING;
}

/* An object's count has reached 0.  Numbers, which own nothing, go the short way. */
static OU_NOINLINE void
drop_dead(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    if (type == &PyLong_Type) {
        if (!ou_is_permanent(op)) {
            ou_int_free(op);
        }
    }
    else if (type == &PyFloat_Type) {
        ou_object_free_fast(op, sizeof(PyFloatObject));
    }
    else {
        _Py_Dealloc(op);
    }
}

static OU_NOINLINE PyObject *
float_new(double value)
{
    return ou_float_new(value);
}

/* It was the last after all.  Both counts are one too low. */
static OU_COLD PyObject *
drop_function(PyObject *value, PyObject *function, PyObject *code)
{
    function->ob_refcnt++;
    code->ob_refcnt++;
    OU_HOLD(h, &value, &function, &code);
    Py_CLEAR(code);
    Py_CLEAR(function);
    OU_HOLD_END(h);
    return value;
}

/* How two ints compare, by the base instruction that asks. */
static OU_ALWAYS_INLINE bool
int_compare(uint16_t base, PyObject *left, PyObject *right)
{
    int order;
    if (OU_LIKELY(ou_int_is_one_digit(left) && ou_int_is_one_digit(right))) {
        int64_t x = ou_int_value1(left), y = ou_int_value1(right);
        order = (x > y) - (x < y);
    }
    else {
        order = ou_int_compare(left, right);
    }
    switch (base) {
    case OU_OP_LT: return order < 0;
    case OU_OP_LE: return order <= 0;
    case OU_OP_EQ: return order == 0;
    case OU_OP_NE: return order != 0;
    case OU_OP_GT: return order > 0;
    default: return order >= 0;
    }
}

/* The same of floats; for a jump: whether to. */
static bool
float_compare(uint16_t base, double x, double y)
{
    switch (base) {
    case OU_OP_LT:
    case OU_OP_JUMP_IF_LT:
    case OU_OP_JUMP_BACK_IF_LT: return x < y;
    case OU_OP_LE:
    case OU_OP_JUMP_IF_LE:
    case OU_OP_JUMP_BACK_IF_LE: return x <= y;
    case OU_OP_EQ:
    case OU_OP_JUMP_IF_EQ:
    case OU_OP_JUMP_BACK_IF_EQ: return x == y;
    case OU_OP_NE:
    case OU_OP_JUMP_IF_NE:
    case OU_OP_JUMP_BACK_IF_NE: return x != y;
    case OU_OP_GT:
    case OU_OP_JUMP_IF_GT:
    case OU_OP_JUMP_BACK_IF_GT: return x > y;
    case OU_OP_GE:
    case OU_OP_JUMP_IF_GE:
    case OU_OP_JUMP_BACK_IF_GE: return x >= y;
    case OU_OP_JUMP_IF_NOT_LT: return !(x < y);
    case OU_OP_JUMP_IF_NOT_LE: return !(x <= y);
    case OU_OP_JUMP_IF_NOT_EQ: return !(x == y);
    case OU_OP_JUMP_IF_NOT_NE: return !(x != y);
    case OU_OP_JUMP_IF_NOT_GT: return !(x > y);
    default: return !(x >= y);
    }
}

/* Run thread->frame, an entry, until it is left. */
static PyObject *
eval_loop(OuThread *thread, bool throwing)
{
    static void *const plain[OU_N_OPS] = {
#define OP(name, a, b, c, n_cache, flags, effect) [OU_OP_##name] = &&L_##name,
#include "bytecode/opcodes.def"
#undef OP
#define SPECIALIZED(name, base, handler, effect) [OU_OP_##name] = &&L_##handler,
#include "bytecode/specialized.def"
#undef SPECIALIZED
    };
    static void *const traced[OU_N_OPS] = {[0 ... OU_N_OPS - 1] = &&L_traced};

    OuInstr *pc;
    PyObject **r, *const *k, *value; /* value: on its way to return_value */
    void *const *dispatch = ou_is_traced(thread) ? traced : plain;

    ENTER(thread->frame);
    if (throwing) {
        goto error;
    }
    DISPATCH();

    /* ---- frame ---- */

    HANDLER(NOP)
    {
        NEXT(WORDS_NOP);
    }

    HANDLER(RESUME)
    {
        if (OU_UNLIKELY(_PyRuntime.eval_breaker != 0)) {
            SAVE();
            if (ou_breaker_service(thread) < 0) {
                goto error;
            }
            if (ou_is_traced(thread) && dispatch == plain) {
                dispatch = traced;
                DISPATCH(); /* this instruction again: it reports the call */
            }
        }
        NEXT(WORDS_RESUME);
    }

    OUT_OF_LINE(COPY_FREE_VARS, ou_op_copy_free_vars(FRAME))
    OUT_OF_LINE(MAKE_CELL, ou_op_make_cell(FRAME))

    HANDLER(RETURN_GENERATOR)
    {
        Frame *frame = FRAME, *back = frame->back;
        frame->pc = pc + WORDS_RETURN_GENERATOR;
        value = ou_generator_from_frame(thread, frame); /* takes all that the frame holds */
        if (OU_UNLIKELY(value == NULL)) {
            SAVE();
            goto error;
        }
        unsigned d = frame->dst, words = frame->call_words;
        bool is_entry = frame->is_entry, moved = frame->moved;
        memset(frame, 0, sizeof *frame);
        thread->frame = back;
        if (OU_UNLIKELY(moved)) {
            ou_stack_release(thread, frame);
        }
        if (is_entry) {
            return value;
        }
        thread->ts.recursion_remaining++;
        ENTER(back);
        STORE_RETURNED(d, value);
        NEXT(words);
    }

    HANDLER(RETURN) /* becomes one of the following when it first runs */
    {
        pc->op = pc->a < OU_KIND_CONST ? OU_OP_RETURN_REGISTER : pc->a < OU_KIND_INT ? OU_OP_RETURN_CONST : OU_OP_RETURN_INT;
        goto *plain[pc->op];
    }

    HANDLER(RETURN_REGISTER) /* a local or temporary: moved */
    {
        value = REG(pc->a);
        REG(pc->a) = NULL;
        goto return_value;
    }

    HANDLER(RETURN_INT)
    {
        value = OU_SMALL_INT(OU_OPERAND_INT(pc->a));
        Py_INCREF(value);
        goto return_value;
    }

    HANDLER(RETURN_CONST)
    {
        value = (k - OU_KIND_CONST)[pc->a];
        Py_INCREF(value);
    }
return_value : {
    Frame *frame = FRAME;
    if (OU_UNLIKELY(((frame->special & ~OU_FRAME_ENTRY_BIT) | (uintptr_t)frame->object | (uintptr_t)frame->locals) != 0)) {
        if (frame->special == OU_FRAME_GENERATOR && ((uintptr_t)frame->object | (uintptr_t)frame->locals) == 0
            && ou_frame_generator(frame)->gi_exc_state.exc_value == NULL) {
            goto return_from_generator;
        }
        if (frame->returns == OU_RETURNS_SPECIAL) {
            goto return_special;
        }
        if (frame->returns == OU_RETURNS_INSTANCE) {
            PyObject *instance = frame->scratch;
            frame->scratch = NULL;
            frame->returns = OU_RETURNS_VALUE;
            if (OU_LIKELY(value == Py_None)) {
                value->ob_refcnt--;
                value = instance;
            }
            else {
                SAVE();
                init_returned(thread, instance, value);
                ENTER(thread->frame);
                goto error;
            }
        }
        if (frame->object != NULL && ou_op_is_local(pc->a)) {
            REG(pc->a) = value; /* who looks at the frame later still sees the name */
            Py_INCREF(value);
        }
        if (OU_UNLIKELY(((frame->special & ~OU_FRAME_ENTRY_BIT) | (uintptr_t)frame->object | (uintptr_t)frame->locals) != 0)) {
            r[-1] = value;
            goto return_slow;
        }
    }
    PyCodeObject *code = frame->code;
    for (PyObject **at = r, **end = r + code->co_nlocalsplus; at < end; at++) {
        PyObject *op = *at;
        if (op != NULL) {
            *at = NULL;
            if (--op->ob_refcnt == 0) {
                r[-1] = value; /* accounted for while the local falls */
                SAVE();
                FRAME->leaving = true;
                drop_dead(op);
                value = r[-1];
                goto return_value; /* once more: nothing need outlive the call in registers */
            }
        }
    }
    PyObject *function = frame->function;
    Frame *back = frame->back;
    unsigned d = frame->dst, words = frame->call_words;
    bool is_entry = frame->is_entry;
    memset(frame, 0, sizeof *frame);
    thread->frame = back;
    if (OU_UNLIKELY(is_entry)) {
        code->ob_base.ob_base.ob_refcnt--; /* neither is the last: the caller holds the function */
        function->ob_refcnt--;
        if (OU_LIKELY(code->ob_base.ob_base.ob_refcnt > 0 && function->ob_refcnt > 0)) {
            return value;
        }
        return drop_function(value, function, (PyObject *)code);
    }
    thread->ts.recursion_remaining++;
    r = back->registers;
    k = ou_frame_consts(back);
    pc = back->pc;
    code->ob_base.ob_base.ob_refcnt--; /* first: what storing drops may look at counts */
    function->ob_refcnt--;
    if (OU_UNLIKELY(code->ob_base.ob_base.ob_refcnt == 0 || function->ob_refcnt == 0)) {
        value = drop_function(value, function, (PyObject *)code);
    }
    STORE_RETURNED(d, value);
    NEXT(words);
}

return_from_generator : /* resumed by the loop; nothing but its registers to empty */
{
    Frame *frame = FRAME;
    PyCodeObject *code = frame->code;
    ou_generator_end(thread, ou_frame_generator(frame)); /* first: what falls may ask for the next value */
    for (PyObject **at = r, **end = r + code->co_nlocalsplus; at < end; at++) {
        PyObject *op = *at;
        if (op != NULL) {
            *at = NULL;
            if (--op->ob_refcnt == 0) {
                r[-1] = value;
                SAVE();
                FRAME->leaving = true;
                drop_dead(op);
                FRAME->leaving = false;
                value = r[-1];
                r[-1] = NULL;
                goto return_value;
            }
        }
    }
    Frame *back = frame->back;
    PyObject *function = frame->function;
    frame->function = NULL;
    frame->code = NULL;
    frame->back = NULL;
    frame->scratch = NULL;
    thread->frame = back;
    thread->ts.recursion_remaining++;
    if (back->owner == OU_FRAME_STACK) {
        thread->stack_limit = thread->segment->limit;
    }
    r = back->registers;
    k = ou_frame_consts(back);
    pc = back->pc;
    unsigned words = WORDS_FOR_ITER;
    if (ou_op_base(pc->op) == OU_OP_SEND) {
        REG(pc->a) = value;
        words = WORDS_SEND + (int16_t)pc->c;
    }
    else {
        DROP(value);
    }
    DROP(code);
    DROP(function);
    PyObject *iterator = REG(pc->b);
    REG(pc->b) = NULL;
    DROP(iterator);
    NEXT((int)words);
}

return_special : /* from a method whose caller's instruction makes something of the value */
{
    SAVE();
    int failed = ou_special_returned(thread, value);
    ENTER(thread->frame);
    if (OU_UNLIKELY(failed)) {
        goto error;
    }
    DISPATCH();
}

return_slow : /* the value is in the frame's scratch word */
{
    Frame *frame = FRAME;
    SAVE();
    PyObject *value = r[-1];
    r[-1] = NULL;
    bool is_entry = frame->is_entry;
    unsigned d = frame->dst;
    unsigned words = frame->call_words;
    if (frame->owner == OU_FRAME_GENERATOR) {
        value = ou_generator_finish(thread, frame, value);
        if (is_entry) {
            return value;
        }
        thread->ts.recursion_remaining++;
        deliver(thread->frame, value, true);
        ENTER(thread->frame);
        DISPATCH();
    }
    value = ou_frame_leave(thread, frame, value);
    if (is_entry) {
        return value;
    }
    thread->ts.recursion_remaining++;
    ENTER(thread->frame);
    STORE_RETURNED(d, value);
    NEXT(words);
}

    HANDLER(YIELD)
    {
        value = ou_op_take(r, k, pc->b);
        goto yield_value;
    }

    HANDLER(YIELD_FROM)
    {
        value = REG(pc->a);
        REG(pc->a) = NULL;
    }
yield_value : {
    SAVE();
    Frame *frame = FRAME, *back = frame->back;
    ou_generator_suspend(thread, frame);
    if (frame->is_entry) {
        return value;
    }
    thread->ts.recursion_remaining++;
    r = back->registers;
    k = ou_frame_consts(back);
    pc = back->pc;
    if (OU_LIKELY(pc->op == OU_OP_FOR_ITER_GENERATOR)) {
        STORE(pc->a, value);
        NEXT(WORDS_FOR_ITER + (int16_t)pc->c);
    }
    if (OU_LIKELY(pc->op == OU_OP_SEND)) {
        if (OU_LIKELY(pc[WORDS_SEND].op == OU_OP_YIELD_FROM && pc[WORDS_SEND].a == pc->a && dispatch == plain)) {
            pc += WORDS_SEND;
            goto yield_value; /* and so on, out to who wants it */
        }
        REG(pc->a) = value; /* empty since it was sent */
        NEXT(WORDS_SEND);
    }
    deliver(back, value, false);
    pc = back->pc;
    DISPATCH();
}

    /* ---- moves ---- */

    HANDLER(MOVE) /* becomes one of the following when it first runs */
    {
        pc->op = ou_specialize_move(*pc);
        goto *plain[pc->op];
    }

    HANDLER(MOVE_TT)
    {
        PyObject *value = (r - OU_KIND_TEMP)[pc->b];
        (r - OU_KIND_TEMP)[pc->b] = NULL;
        (r - OU_KIND_TEMP)[pc->a] = value;
        NEXT(WORDS_MOVE);
    }

#define MOVE_TO_TEMP(name, fetch)          \
    HANDLER(name)                          \
    {                                      \
        PyObject *value = fetch;           \
        Py_INCREF(value);                  \
        (r - OU_KIND_TEMP)[pc->a] = value; \
        NEXT(WORDS_MOVE);                  \
    }
    MOVE_TO_TEMP(MOVE_TL, r[pc->b])
    MOVE_TO_TEMP(MOVE_TK, (k - OU_KIND_CONST)[pc->b])
    MOVE_TO_TEMP(MOVE_TI, OU_SMALL_INT(OU_OPERAND_INT(pc->b)))

#define MOVE_TO_LOCAL(name, fetch, own)           \
    HANDLER(name)                                 \
    {                                             \
        PyObject *value = fetch, *old = r[pc->a]; \
        own;                                      \
        r[pc->a] = value;                         \
        if (old != NULL) {                        \
            DROP(old);                            \
        }                                         \
        NEXT(WORDS_MOVE);                         \
    }
    MOVE_TO_LOCAL(MOVE_LL, r[pc->b], Py_INCREF(value))
    MOVE_TO_LOCAL(MOVE_LK, (k - OU_KIND_CONST)[pc->b], Py_INCREF(value))
    MOVE_TO_LOCAL(MOVE_LI, OU_SMALL_INT(OU_OPERAND_INT(pc->b)), Py_INCREF(value))
    MOVE_TO_LOCAL(MOVE_LT, (r - OU_KIND_TEMP)[pc->b], (r - OU_KIND_TEMP)[pc->b] = NULL)

    HANDLER(LOAD_CONST)
    {
        PyObject *value = k[(uint32_t)pc->b | (uint32_t)pc->c << 16];
        Py_INCREF(value);
        STORE(pc->a, value);
        NEXT(WORDS_LOAD_CONST);
    }

    HANDLER(CHECK_BOUND)
    {
        if (OU_UNLIKELY(REG(pc->a) == NULL)) {
            SAVE();
            ou_error_unbound(FRAME, pc->a & OU_INDEX_MASK);
            goto error;
        }
        NEXT(WORDS_CHECK_BOUND);
    }

    HANDLER(DELETE_LOCAL)
    {
        PyObject *old = REG(pc->a);
        if (OU_UNLIKELY(old == NULL)) {
            SAVE();
            ou_error_unbound(FRAME, pc->a & OU_INDEX_MASK);
            goto error;
        }
        REG(pc->a) = NULL;
        DROP(old);
        NEXT(WORDS_DELETE_LOCAL);
    }

    HANDLER(CLEAR)
    {
        PyObject *old = REG(pc->a);
        if (old != NULL) {
            REG(pc->a) = NULL;
            DROP(old);
        }
        NEXT(WORDS_CLEAR);
    }

    /* ---- cells ---- */

    HANDLER(LOAD_CELL)
    {
        PyObject *value = PyCell_GET(REG(pc->b));
        if (OU_UNLIKELY(value == NULL)) {
            SAVE();
            ou_error_unbound(FRAME, pc->b & OU_INDEX_MASK);
            goto error;
        }
        Py_INCREF(value);
        STORE(pc->a, value);
        NEXT(WORDS_LOAD_CELL);
    }

    HANDLER(STORE_CELL)
    {
        PyCellObject *cell = (PyCellObject *)REG(pc->a);
        PyObject *old = cell->ob_ref;
        cell->ob_ref = ou_op_take(r, k, pc->b);
        if (old != NULL) {
            DROP(old);
        }
        NEXT(WORDS_STORE_CELL);
    }

    OUT_OF_LINE(DELETE_CELL, ou_op_delete_cell(FRAME))
    OUT_OF_LINE(LOAD_CLASS_CELL, ou_op_load_class_cell(FRAME))

    /* ---- names ---- */

    ADAPTIVE(LOAD_GLOBAL, ou_op_load_global(FRAME))
    OUT_OF_LINE(STORE_GLOBAL, ou_op_store_global(FRAME))
    OUT_OF_LINE(DELETE_GLOBAL, ou_op_delete_global(FRAME))
    OUT_OF_LINE(LOAD_NAME, ou_op_load_name(FRAME))
    OUT_OF_LINE(STORE_NAME, ou_op_store_name(FRAME))
    OUT_OF_LINE(DELETE_NAME, ou_op_delete_name(FRAME))
    OUT_OF_LINE(LOAD_LOCALS, ou_op_load_locals(FRAME))
    OUT_OF_LINE(SETUP_ANNOTATIONS, ou_op_setup_annotations(FRAME))
    OUT_OF_LINE(LOAD_BUILD_CLASS, ou_op_load_build_class(FRAME))

    HANDLER(LOAD_ASSERTION_ERROR)
    {
        STORE(pc->a, Py_NewRef(PyExc_AssertionError));
        NEXT(WORDS_LOAD_ASSERTION_ERROR);
    }

    /* ---- attributes and items ---- */

    ADAPTIVE(LOAD_ATTR, ou_op_load_attr(FRAME))
    ADAPTIVE(STORE_ATTR, ou_op_store_attr(FRAME))
    OUT_OF_LINE(DELETE_ATTR, ou_op_delete_attr(FRAME))
    ADAPTIVE(LOAD_METHOD, ou_op_load_method(FRAME))
    ADAPTIVE(LOAD_ITEM, ou_op_load_item(FRAME))
    ADAPTIVE(STORE_ITEM, ou_op_store_item(FRAME))
    OUT_OF_LINE(DELETE_ITEM, ou_op_delete_item(FRAME))
    OUT_OF_LINE(LOAD_SLICE, ou_op_load_slice(FRAME))
    OUT_OF_LINE(STORE_SLICE, ou_op_store_slice(FRAME))

    /* ---- operators ---- */

    HANDLER(NEGATIVE)
    {
        PyObject *op = VALUE(pc->b);
        SAVE();
        if (OU_LIKELY(Py_TYPE(op) == &PyLong_Type || Py_TYPE(op) == &PyFloat_Type)) { /* runs no Python code */
            PyObject *result = Py_TYPE(op) == &PyLong_Type ? ou_int_negative(op) : float_new(-((PyFloatObject *)op)->ob_fval);
            if (OU_UNLIKELY(result == NULL)) {
                goto error;
            }
            ou_op_finish1(FRAME, pc->a, result, pc->b);
        }
        else if (OU_UNLIKELY(ou_op_unary(FRAME, PyNumber_Negative) < 0)) {
            goto error;
        }
        NEXT(WORDS_NEGATIVE);
    }
    OUT_OF_LINE(POSITIVE, ou_op_unary(FRAME, PyNumber_Positive))
    OUT_OF_LINE(INVERT, ou_op_unary(FRAME, PyNumber_Invert))
    HANDLER(NOT)
    {
        PyObject *op = VALUE(pc->b);
        SAVE();
        if (op == Py_True || op == Py_False) {
            ou_op_finish1(FRAME, pc->a, Py_NewRef(op == Py_True ? Py_False : Py_True), pc->b);
        }
        else if (OU_UNLIKELY(ou_op_not(FRAME) < 0)) {
            goto error;
        }
        NEXT(WORDS_NOT);
    }
    ADAPTIVE(ADD, ou_op_add(FRAME, false))
    ADAPTIVE(SUBTRACT, ou_op_binary(FRAME, PyNumber_Subtract))
    ADAPTIVE(MULTIPLY, ou_op_binary(FRAME, PyNumber_Multiply))
    OUT_OF_LINE(MATRIX_MULTIPLY, ou_op_binary(FRAME, PyNumber_MatrixMultiply))
    ADAPTIVE(TRUE_DIVIDE, ou_op_binary(FRAME, PyNumber_TrueDivide))
    ADAPTIVE(FLOOR_DIVIDE, ou_op_binary(FRAME, PyNumber_FloorDivide))
    ADAPTIVE(REMAINDER, ou_op_binary(FRAME, PyNumber_Remainder))
    OUT_OF_LINE(POWER, ou_op_power(FRAME, false))
    ADAPTIVE(LSHIFT, ou_op_binary(FRAME, PyNumber_Lshift))
    ADAPTIVE(RSHIFT, ou_op_binary(FRAME, PyNumber_Rshift))
    ADAPTIVE(AND, ou_op_binary(FRAME, PyNumber_And))
    ADAPTIVE(OR, ou_op_binary(FRAME, PyNumber_Or))
    ADAPTIVE(XOR, ou_op_binary(FRAME, PyNumber_Xor))
    ADAPTIVE(INPLACE_ADD, ou_op_add(FRAME, true))
    ADAPTIVE(INPLACE_SUBTRACT, ou_op_binary(FRAME, PyNumber_InPlaceSubtract))
    ADAPTIVE(INPLACE_MULTIPLY, ou_op_binary(FRAME, PyNumber_InPlaceMultiply))
    OUT_OF_LINE(INPLACE_MATRIX_MULTIPLY, ou_op_binary(FRAME, PyNumber_InPlaceMatrixMultiply))
    ADAPTIVE(INPLACE_TRUE_DIVIDE, ou_op_binary(FRAME, PyNumber_InPlaceTrueDivide))
    ADAPTIVE(INPLACE_FLOOR_DIVIDE, ou_op_binary(FRAME, PyNumber_InPlaceFloorDivide))
    ADAPTIVE(INPLACE_REMAINDER, ou_op_binary(FRAME, PyNumber_InPlaceRemainder))
    OUT_OF_LINE(INPLACE_POWER, ou_op_power(FRAME, true))
    ADAPTIVE(INPLACE_LSHIFT, ou_op_binary(FRAME, PyNumber_InPlaceLshift))
    ADAPTIVE(INPLACE_RSHIFT, ou_op_binary(FRAME, PyNumber_InPlaceRshift))
    ADAPTIVE(INPLACE_AND, ou_op_binary(FRAME, PyNumber_InPlaceAnd))
    ADAPTIVE(INPLACE_OR, ou_op_binary(FRAME, PyNumber_InPlaceOr))
    ADAPTIVE(INPLACE_XOR, ou_op_binary(FRAME, PyNumber_InPlaceXor))
    ADAPTIVE(LT, ou_op_compare(FRAME, Py_LT))
    ADAPTIVE(LE, ou_op_compare(FRAME, Py_LE))
    ADAPTIVE(EQ, ou_op_compare(FRAME, Py_EQ))
    ADAPTIVE(NE, ou_op_compare(FRAME, Py_NE))
    ADAPTIVE(GT, ou_op_compare(FRAME, Py_GT))
    ADAPTIVE(GE, ou_op_compare(FRAME, Py_GE))
    OUT_OF_LINE(IN, ou_op_contains(FRAME, false))
    OUT_OF_LINE(NOT_IN, ou_op_contains(FRAME, true))

#define IDENTITY(name, yes, no)                                             \
    HANDLER(name)                                                           \
    {                                                                       \
        unsigned b = pc->b, c = pc->c;                                      \
        SAVE();                                                             \
        ou_op_finish2(FRAME, pc->a, VALUE(b) == VALUE(c) ? yes : no, b, c); \
        NEXT(WORDS_##name);                                                 \
    }
    IDENTITY(IS, Py_True, Py_False)
    IDENTITY(IS_NOT, Py_False, Py_True)

    /* ---- jumps ---- */

    HANDLER(JUMP)
    {
        NEXT(WORDS_JUMP + OU_JUMP32(*pc));
    }

    HANDLER(JUMP_BACK)
    {
        SAFE_POINT();
        NEXT(WORDS_JUMP_BACK + OU_JUMP32(*pc));
    }

#define JUMP_IF(name, wanted, safe_point)                                \
    HANDLER(name)                                                        \
    {                                                                    \
        unsigned a = pc->a;                                              \
        PyObject *value = VALUE(a);                                      \
        int truth;                                                       \
        if (value == Py_True || value == Py_False || value == Py_None) { \
            truth = value == Py_True;                                    \
            if (ou_op_is_temp(a)) {                                      \
                REG(a) = NULL;                                           \
                value->ob_refcnt--; /* never the last */                 \
            }                                                            \
        }                                                                \
        else if (Py_TYPE(value) == &PyLong_Type) {                       \
            truth = Py_SIZE(value) != 0;                                 \
            if (ou_op_is_temp(a)) {                                      \
                REG(a) = NULL;                                           \
                DROP(value);                                             \
            }                                                            \
        }                                                                \
        else {                                                           \
            SAVE();                                                      \
            truth = ou_op_test(FRAME, a);                                \
            if (OU_UNLIKELY(truth < 0)) {                                \
                goto error;                                              \
            }                                                            \
        }                                                                \
        if (truth == (wanted)) {                                         \
            safe_point();                                                \
            NEXT(WORDS_##name + OU_JUMP32(*pc));                         \
        }                                                                \
        NEXT(WORDS_##name);                                              \
    }
    JUMP_IF(JUMP_IF_TRUE, 1, NO_SAFE_POINT)
    JUMP_IF(JUMP_IF_FALSE, 0, NO_SAFE_POINT)
    JUMP_IF(JUMP_BACK_IF_TRUE, 1, SAFE_POINT)
    JUMP_IF(JUMP_BACK_IF_FALSE, 0, SAFE_POINT)

#define JUMP_IF_KEEP(name, wanted)               \
    HANDLER(name)                                \
    {                                            \
        PyObject *value = REG(pc->a);            \
        SAVE();                                  \
        int truth = ou_op_truth(value);          \
        if (OU_UNLIKELY(truth < 0)) {            \
            goto error;                          \
        }                                        \
        if (truth == (wanted)) {                 \
            NEXT(WORDS_##name + OU_JUMP32(*pc)); \
        }                                        \
        REG(pc->a) = NULL;                       \
        DROP(value);                             \
        NEXT(WORDS_##name);                      \
    }
    JUMP_IF_KEEP(JUMP_IF_TRUE_KEEP, 1)
    JUMP_IF_KEEP(JUMP_IF_FALSE_KEEP, 0)

#define JUMP_NONE(name, compare, safe_point)     \
    HANDLER(name)                                \
    {                                            \
        unsigned a = pc->a;                      \
        PyObject *value = VALUE(a);              \
        bool jump = value compare Py_None;       \
        if (ou_op_is_temp(a)) {                  \
            REG(a) = NULL;                       \
            DROP(value);                         \
        }                                        \
        if (jump) {                              \
            safe_point();                        \
            NEXT(WORDS_##name + OU_JUMP32(*pc)); \
        }                                        \
        NEXT(WORDS_##name);                      \
    }
    JUMP_NONE(JUMP_IF_NONE, ==, NO_SAFE_POINT)
    JUMP_NONE(JUMP_IF_NOT_NONE, !=, NO_SAFE_POINT)
    JUMP_NONE(JUMP_BACK_IF_NONE, ==, SAFE_POINT)
    JUMP_NONE(JUMP_BACK_IF_NOT_NONE, !=, SAFE_POINT)

#define JUMP_COMPARE(name, operation, wanted, safe_point) \
    HANDLER(name)                                         \
    {                                                     \
        SAVE();                                           \
        WARM_UP(name);                                    \
        int truth = ou_op_compare_test(FRAME, operation); \
        if (OU_UNLIKELY(truth < 0)) {                     \
            goto error;                                   \
        }                                                 \
        if (truth == (wanted)) {                          \
            safe_point();                                 \
            NEXT(WORDS_##name + (int16_t)pc->c);          \
        }                                                 \
        NEXT(WORDS_##name);                               \
    }
    JUMP_COMPARE(JUMP_IF_LT, Py_LT, 1, NO_SAFE_POINT)
    JUMP_COMPARE(JUMP_IF_LE, Py_LE, 1, NO_SAFE_POINT)
    JUMP_COMPARE(JUMP_IF_EQ, Py_EQ, 1, NO_SAFE_POINT)
    JUMP_COMPARE(JUMP_IF_NE, Py_NE, 1, NO_SAFE_POINT)
    JUMP_COMPARE(JUMP_IF_GT, Py_GT, 1, NO_SAFE_POINT)
    JUMP_COMPARE(JUMP_IF_GE, Py_GE, 1, NO_SAFE_POINT)
    JUMP_COMPARE(JUMP_IF_NOT_LT, Py_LT, 0, NO_SAFE_POINT)
    JUMP_COMPARE(JUMP_IF_NOT_LE, Py_LE, 0, NO_SAFE_POINT)
    JUMP_COMPARE(JUMP_IF_NOT_EQ, Py_EQ, 0, NO_SAFE_POINT)
    JUMP_COMPARE(JUMP_IF_NOT_NE, Py_NE, 0, NO_SAFE_POINT)
    JUMP_COMPARE(JUMP_IF_NOT_GT, Py_GT, 0, NO_SAFE_POINT)
    JUMP_COMPARE(JUMP_IF_NOT_GE, Py_GE, 0, NO_SAFE_POINT)
    JUMP_COMPARE(JUMP_BACK_IF_LT, Py_LT, 1, SAFE_POINT)
    JUMP_COMPARE(JUMP_BACK_IF_LE, Py_LE, 1, SAFE_POINT)
    JUMP_COMPARE(JUMP_BACK_IF_EQ, Py_EQ, 1, SAFE_POINT)
    JUMP_COMPARE(JUMP_BACK_IF_NE, Py_NE, 1, SAFE_POINT)
    JUMP_COMPARE(JUMP_BACK_IF_GT, Py_GT, 1, SAFE_POINT)
    JUMP_COMPARE(JUMP_BACK_IF_GE, Py_GE, 1, SAFE_POINT)

#define JUMP_IDENTITY(name, compare)                               \
    HANDLER(name)                                                  \
    {                                                              \
        unsigned a = pc->a, b = pc->b;                             \
        bool jump = VALUE(a) compare VALUE(b);                     \
        SAVE();                                                    \
        ou_op_consume(FRAME, a);                                   \
        ou_op_consume(FRAME, b);                                   \
        NEXT(jump ? WORDS_##name + (int16_t)pc->c : WORDS_##name); \
    }
    JUMP_IDENTITY(JUMP_IF_IS, ==)
    JUMP_IDENTITY(JUMP_IF_IS_NOT, !=)

    /* ---- displays ---- */

    OUT_OF_LINE(BUILD_TUPLE, ou_op_build_tuple(FRAME))
    OUT_OF_LINE(BUILD_LIST, ou_op_build_list(FRAME))
    OUT_OF_LINE(BUILD_SET, ou_op_build_set(FRAME))
    OUT_OF_LINE(BUILD_MAP, ou_op_build_map(FRAME))
    OUT_OF_LINE(BUILD_CONST_KEY_MAP, ou_op_build_const_key_map(FRAME))
    OUT_OF_LINE(BUILD_STRING, ou_op_build_string(FRAME))
    OUT_OF_LINE(BUILD_SLICE, ou_op_build_slice(FRAME))

    HANDLER(LIST_APPEND)
    {
        PyObject *item = ou_op_take(r, k, pc->b);
        if (OU_UNLIKELY(ou_list_append(REG(pc->a), item) < 0)) {
            goto error_here;
        }
        NEXT(WORDS_LIST_APPEND);
    }

    OUT_OF_LINE(LIST_EXTEND, ou_op_list_extend(FRAME))
    OUT_OF_LINE(LIST_TO_TUPLE, ou_op_list_to_tuple(FRAME))
    OUT_OF_LINE(SET_ADD, ou_op_set_add(FRAME))
    OUT_OF_LINE(SET_UPDATE, ou_op_set_update(FRAME))
    OUT_OF_LINE(MAP_ADD, ou_op_map_add(FRAME))
    OUT_OF_LINE(DICT_UPDATE, ou_op_dict_update(FRAME))
    OUT_OF_LINE(DICT_MERGE, ou_op_dict_merge(FRAME))
    OUT_OF_LINE(FORMAT, ou_op_format(FRAME))
    OUT_OF_LINE(FORMAT_SPEC, ou_op_format_spec(FRAME))

    HANDLER(UNPACK_SEQUENCE) /* becomes one of the following when it first runs */
    {
        pc->op = ou_specialize_unpack(pc);
        goto *plain[pc->op];
    }

    HANDLER(UNPACK_ANY)
unpack_any : {
    SAVE();
    if (OU_UNLIKELY(ou_op_unpack_sequence(FRAME) < 0)) {
        goto error;
    }
    NEXT(WORDS_UNPACK_SEQUENCE);
}

/* Two targets, the locals of the two MOVEs that follow. */
#define STORE_TWO(first, second)                                                  \
    do {                                                                          \
        PyObject *_second = (second), *_old = r[pc[1].a];                         \
        r[pc[1].a] = (first);                                                     \
        if (_old != NULL) {                                                       \
            REG(pc[2].b) = _second; /* accounted for while the old value falls */ \
            DROP(_old);                                                           \
            _second = REG(pc[2].b);                                               \
            REG(pc[2].b) = NULL;                                                  \
        }                                                                         \
        _old = r[pc[2].a];                                                        \
        r[pc[2].a] = _second;                                                     \
        if (_old != NULL) {                                                       \
            DROP(_old);                                                           \
        }                                                                         \
    } while (0)
#define STORE_PAIR(pair)                                                               \
    do {                                                                               \
        PyObject *_one = PyTuple_GET_ITEM(pair, 0), *_two = PyTuple_GET_ITEM(pair, 1); \
        Py_INCREF(_one);                                                               \
        Py_INCREF(_two);                                                               \
        STORE_TWO(_one, _two);                                                         \
    } while (0)

    HANDLER(UNPACK_PAIR)
    {
        PyObject *pair = REG(pc->b);
        if (OU_UNLIKELY(!PyTuple_CheckExact(pair) || Py_SIZE(pair) != 2)) {
            goto unpack_any;
        }
        PyObject *first = PyTuple_GET_ITEM(pair, 0), *second = PyTuple_GET_ITEM(pair, 1);
        if (OU_LIKELY(ou_op_is_temp(pc->b) && Py_REFCNT(pair) == 1)) { /* it would die here: its items move */
            REG(pc->b) = NULL;
            ou_tuple_free_empty(pair, 2);
        }
        else {
            Py_INCREF(first);
            Py_INCREF(second);
        }
        STORE_TWO(first, second);
        pair = REG(pc->b);
        if (pair != NULL && ou_op_is_temp(pc->b)) {
            REG(pc->b) = NULL;
            DROP(pair);
        }
        NEXT(WORDS_UNPACK_SEQUENCE + 2);
    }

    OUT_OF_LINE(UNPACK_EX, ou_op_unpack_ex(FRAME))

    /* ---- iteration ---- */

    OUT_OF_LINE(GET_ITER, ou_op_get_iter(FRAME))

    HANDLER(FOR_ITER)
    {
        SAFE_POINT();
        SAVE();
        WARM_UP(FOR_ITER);
for_iter_any:
        SAVE();
        PyObject *iterator = REG(pc->b);
        if (Py_TYPE(iterator) == &PyGen_Type && is_resumable(iterator)) {
            if (--thread->ts.recursion_remaining < 0 && ou_recursion_enter_slow("") < 0) {
                goto error;
            }
            ou_generator_resume(thread, (PyGenObject *)iterator, Py_NewRef(Py_None), FRAME);
            ENTER(thread->frame);
            DISPATCH();
        }
        iternextfunc next = Py_TYPE(iterator)->tp_iternext;
        PyObject *item = OU_LIKELY(next != NULL) ? next(iterator) : NULL;
        if (OU_LIKELY(item != NULL)) {
            STORE(pc->a, item);
            NEXT(WORDS_FOR_ITER + (int16_t)pc->c);
        }
        if (OU_UNLIKELY(ou_op_for_iter_ended(FRAME) < 0)) {
            goto error;
        }
        NEXT(WORDS_FOR_ITER);
    }

resume_generator : /* the one at REG(pc->b), with `value` (None if it begins); pc is stored, a level of recursion is left */
{
    PyGenObject *gen = (PyGenObject *)REG(pc->b);
    Frame *back = FRAME, *frame = ou_gen_frame(gen);
    bool begins = gen->gi_frame_state == OU_GEN_CREATED;
    thread->ts.recursion_remaining--;
    gen->gi_frame_state = OU_GEN_EXECUTING;
    gen->gi_exc_state.previous_item = thread->ts.exc_info;
    thread->ts.exc_info = &gen->gi_exc_state;
    frame->back = back;
    frame->is_entry = false;
    if (back->owner == OU_FRAME_STACK) {
        thread->stack_top = back->registers + ou_frame_n_registers(back);
    }
    thread->stack_limit = NULL;
    thread->frame = frame;
    r = frame->registers;
    k = ou_frame_consts(frame);
    pc = frame->pc;
    if (begins) {
        Py_None->ob_refcnt--;
        DISPATCH();
    }
    if (pc->op == OU_OP_YIELD_FROM && dispatch == plain && _PyRuntime.eval_breaker == 0 && pc[1].op == OU_OP_RESUME
        && pc[2].op == OU_OP_JUMP) {
        /* What it delegates to is resumed at once if it can be. */
        OuInstr *send = pc + 2 + WORDS_JUMP + OU_JUMP32(pc[2]);
        PyObject *inner = REG(pc->b);
        if (OU_LIKELY(send->op == OU_OP_SEND && send->a == pc->a && send->b == pc->b && is_resumable(inner)
                      && ((PyGenObject *)inner)->gi_frame_state == OU_GEN_SUSPENDED && thread->ts.recursion_remaining > 0)) {
            pc = send;
            SAVE();
            goto resume_generator;
        }
    }
    pc = ou_yield_resumed(frame, value, dispatch == plain);
    DISPATCH();
}


    HANDLER(GET_YIELD_FROM_ITER)
    {
        if (ou_op_is_temp(pc->b) && Py_TYPE(REG(pc->b)) == &PyGen_Type) {
            PyObject *generator = REG(pc->b);
            REG(pc->b) = NULL;
            STORE(pc->a, generator);
            NEXT(WORDS_GET_YIELD_FROM_ITER);
        }
        SAVE();
        if (OU_UNLIKELY(ou_op_get_yield_from_iter(FRAME) < 0)) {
            goto error;
        }
        NEXT(WORDS_GET_YIELD_FROM_ITER);
    }


    HANDLER(SEND)
    {
        SAVE();
        PyObject *iterator = REG(pc->b);
        if (is_resumable(iterator)) {
            PyGenObject *gen = (PyGenObject *)iterator;
            if (OU_LIKELY(thread->ts.recursion_remaining > 0
                          && (gen->gi_frame_state == OU_GEN_SUSPENDED || REG(pc->a) == Py_None))) {
                value = REG(pc->a);
                REG(pc->a) = NULL;
                goto resume_generator;
            }
            if (gen->gi_frame_state != OU_GEN_CREATED || REG(pc->a) == Py_None) {
                if (--thread->ts.recursion_remaining < 0 && ou_recursion_enter_slow("") < 0) {
                    goto error;
                }
                PyObject *sent = REG(pc->a);
                REG(pc->a) = NULL;
                ou_generator_resume(thread, gen, sent, FRAME);
                ENTER(thread->frame);
                DISPATCH();
            }
        }
        int ended = ou_op_send(FRAME);
        if (OU_UNLIKELY(ended < 0)) {
            goto error;
        }
        NEXT(ended ? WORDS_SEND + (int16_t)pc->c : WORDS_SEND);
    }

    HANDLER(GET_AWAITABLE)
    {
        if (ou_op_is_temp(pc->b)) {
            PyObject *coroutine = REG(pc->b);
            if (Py_TYPE(coroutine) == &PyCoro_Type && ((PyGenObject *)coroutine)->gi_frame_state == OU_GEN_CREATED) {
                REG(pc->b) = NULL;
                STORE(pc->a, coroutine);
                NEXT(WORDS_GET_AWAITABLE);
            }
        }
        SAVE();
        if (OU_UNLIKELY(ou_op_get_awaitable(FRAME) < 0)) {
            goto error;
        }
        NEXT(WORDS_GET_AWAITABLE);
    }

    OUT_OF_LINE(GET_AITER, ou_op_get_aiter(FRAME))
    OUT_OF_LINE(GET_ANEXT, ou_op_get_anext(FRAME))

    HANDLER(END_ASYNC_FOR)
    {
        SAVE();
        if (ou_op_end_async_for(FRAME) < 0) {
            goto error_again;
        }
        NEXT(WORDS_END_ASYNC_FOR);
    }

    OUT_OF_LINE(ASYNC_GEN_WRAP, ou_op_async_gen_wrap(FRAME))

    /* ---- calls ---- */

    HANDLER(CALL)
    {
        SAVE();
        WARM_UP(CALL);
        switch (ou_call_window(thread, FRAME, &REG(pc->b), pc->c, NULL, pc->a, WORDS_CALL)) {
        case OU_CALL_ENTER: goto called_function;
        case OU_CALL_ERROR: goto error;
        case OU_CALL_DONE: break;
        }
        pc += WORDS_CALL;
        goto called_native;
    }

    HANDLER(CALL_KW)
    {
        SAVE();
        WARM_UP_AT(CALL_KW, 2); /* the first word has the names */
        switch (ou_call_window(thread, FRAME, &REG(pc->b), pc->c, k[pc[1].a], pc->a, WORDS_CALL_KW)) {
        case OU_CALL_ENTER: goto called_function;
        case OU_CALL_ERROR: goto error;
        case OU_CALL_DONE: break;
        }
        pc += WORDS_CALL_KW;
        goto called_native;
    }

#define CALL_METHOD_OP(name, kwnames, warm_up)                                                 \
    HANDLER(name)                                                                              \
    {                                                                                          \
        SAVE();                                                                                \
        warm_up;                                                                               \
        PyObject **window = &REG(pc->b);                                                       \
        Py_ssize_t n_args = pc->c + 1;                                                         \
        if (window[OU_WINDOW] == NULL) {                                                       \
            window[1] = window[0];                                                             \
            window[0] = NULL;                                                                  \
            window++;                                                                          \
            n_args--;                                                                          \
        }                                                                                      \
        switch (ou_call_window(thread, FRAME, window, n_args, kwnames, pc->a, WORDS_##name)) { \
        case OU_CALL_ENTER: goto called_function;                                              \
        case OU_CALL_ERROR: goto error;                                                        \
        case OU_CALL_DONE: break;                                                              \
        }                                                                                      \
        pc += WORDS_##name;                                                                    \
        goto called_native;                                                                    \
    }
    CALL_METHOD_OP(CALL_METHOD, NULL, WARM_UP(CALL_METHOD))
    CALL_METHOD_OP(CALL_METHOD_KW, k[pc[1].a], WARM_UP_AT(CALL_METHOD_KW, 2))

    HANDLER(CALL_EX)
    {
        SAVE();
        switch (ou_call_ex(thread, FRAME, &REG(pc->b), pc->a, WORDS_CALL_EX)) {
        case OU_CALL_ENTER: goto called_function;
        case OU_CALL_ERROR: goto error;
        case OU_CALL_DONE: break;
        }
        pc += WORDS_CALL_EX;
        goto called_native;
    }

    HANDLER(CALL_COMPREHENSION)
    {
        SAVE();
        if (ou_call_comprehension(thread, FRAME, &REG(pc->b), (PyCodeObject *)k[pc->c & OU_INDEX_MASK], pc->a,
                                  WORDS_CALL_COMPREHENSION)
            == OU_CALL_ERROR) {
            goto error;
        }
        goto called_function;
    }

called_function : {
    ENTER(thread->frame);
    DISPATCH();
}

called_native : /* a safe point; pc is the next instruction already */
{
    if (OU_UNLIKELY(_PyRuntime.eval_breaker != 0)) {
        if (ou_breaker_service(thread) < 0) {
            goto error;
        }
        if (ou_is_traced(thread)) {
            dispatch = traced;
        }
    }
    DISPATCH();
}

    OUT_OF_LINE(MAKE_FUNCTION, ou_op_make_function(FRAME))
    OUT_OF_LINE(PRINT_EXPR, ou_op_print_expr(FRAME))

    /* ---- imports ---- */

    OUT_OF_LINE(IMPORT_NAME, ou_op_import_name(FRAME))
    OUT_OF_LINE(IMPORT_FROM, ou_op_import_from(FRAME))
    OUT_OF_LINE(IMPORT_STAR, ou_op_import_star(FRAME))

    /* ---- with and exceptions ---- */

    OUT_OF_LINE(BEFORE_WITH, ou_op_before_with(FRAME, OU_STR(__exit__), OU_STR(__enter__)))
    OUT_OF_LINE(BEFORE_ASYNC_WITH, ou_op_before_with(FRAME, OU_STR(__aexit__), OU_STR(__aenter__)))
    OUT_OF_LINE(WITH_EXIT, ou_op_with_exit(FRAME))
    OUT_OF_LINE(WITH_EXCEPT, ou_op_with_except(FRAME))

    HANDLER(PUSH_EXC)
    {
        SAVE();
        ou_op_push_exc(FRAME);
        NEXT(WORDS_PUSH_EXC);
    }

    HANDLER(POP_EXC)
    {
        SAVE();
        ou_op_pop_exc(FRAME);
        NEXT(WORDS_POP_EXC);
    }

    HANDLER(JUMP_IF_NO_MATCH)
    {
        SAVE();
        int matches = ou_op_exc_match(FRAME);
        if (OU_UNLIKELY(matches < 0)) {
            goto error;
        }
        NEXT(matches ? WORDS_JUMP_IF_NO_MATCH : WORDS_JUMP_IF_NO_MATCH + (int16_t)pc->c);
    }

    OUT_OF_LINE(EG_MATCH, ou_op_eg_match(FRAME))
    OUT_OF_LINE(PREP_RERAISE_STAR, ou_op_prep_reraise_star(FRAME))

    HANDLER(RAISE)
    {
        SAVE();
        if (ou_op_raise(FRAME) == -2) {
            goto error_again;
        }
        goto error;
    }

    HANDLER(RERAISE)
    {
        SAVE();
        ou_op_reraise(FRAME);
        goto error_again;
    }

    /* ---- match ---- */

    OUT_OF_LINE(MATCH_SEQUENCE, ou_op_match_sequence(FRAME, Py_TPFLAGS_SEQUENCE))
    OUT_OF_LINE(MATCH_MAPPING, ou_op_match_sequence(FRAME, Py_TPFLAGS_MAPPING))
    OUT_OF_LINE(MATCH_KEYS, ou_op_match_keys(FRAME))
    OUT_OF_LINE(MATCH_REST, ou_op_match_rest(FRAME))
    OUT_OF_LINE(MATCH_CLASS, ou_op_match_class(FRAME))
    OUT_OF_LINE(GET_LEN, ou_op_get_len(FRAME))

    /* ---- specialized ---- */

#include "vm/eval_number.inc"
#include "vm/eval_attribute.inc"
#include "vm/eval_call.inc"

deopt : /* the condition of a specialized instruction doesn't hold: the general one, for a while */
{
    pc->op = ou_op_bases[pc->op];
    CACHE->counter = (uint16_t)OU_COOL;
    goto *plain[pc->op];
}

deopt_attribute : /* another class: the general instruction adds it to what the cache knows, at once */
{
    pc->op = OU_OP_LOAD_ATTR;
    CACHE->counter = OU_WARM - 1;
    goto *plain[OU_OP_LOAD_ATTR];
}

deopt_keywords : {
    pc->op = ou_op_bases[pc->op];
    KEYWORD_CACHE->counter = (uint16_t)OU_COOL;
    goto *plain[pc->op];
}

error_here : {
    SAVE();
    goto error;
}

    /* ---- tracing ---- */

L_traced : /* every instruction comes by here while a trace or profile function is set */
{
    if (!ou_is_traced(thread)) {
        dispatch = plain;
        DISPATCH();
    }
    SAVE();
    if (ou_trace_instruction(thread, FRAME) < 0) {
        goto error;
    }
    pc = FRAME->pc;
    unsigned op = ou_op_base(pc->op);
    if (op == OU_OP_RETURN || op == OU_OP_YIELD || op == OU_OP_YIELD_FROM) {
        PyObject *value = op == OU_OP_YIELD ? VALUE(pc->b) : VALUE(pc->a);
        if (ou_trace_return(thread, FRAME, value) < 0) {
            goto error;
        }
    }
    goto *plain[op];
}

    /* ---- errors ---- */

error : /* raised at FRAME->pc */
{
    OU_ASSERT(thread->ts.curexc_type != NULL);
    Frame *frame = ou_unwind(thread, true);
    if (frame == NULL) {
        return NULL;
    }
    ENTER(frame);
    DISPATCH();
}

error_again : /* without an entry in the traceback for the frame that raises it again */
{
    Frame *frame = ou_unwind(thread, false);
    if (frame == NULL) {
        return NULL;
    }
    ENTER(frame);
    DISPATCH();
}
}
