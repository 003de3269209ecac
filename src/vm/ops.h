/* vm/ops.h - operands, and the out-of-line halves of the instructions.
 *
 * An out-of-line instruction reads its fields from frame->pc, does all of its row in opcodes.def and returns 0; or sets an
 * error and returns -1, leaving its operands to the unwinder.  All of them are RE-ENTRANT. */
#ifndef OU_VM_OPS_H
#define OU_VM_OPS_H

#include "vm/vm.h"

/* Fields are passed as unsigned, and gcc is kept from remembering that they have sixteen bits: it would spill so many and
 * reload sixty-four, which stalls. */
static OU_ALWAYS_INLINE unsigned
ou_op_field(unsigned x)
{
    __asm__("" : "+r"(x));
    return x;
}

static OU_ALWAYS_INLINE bool
ou_op_is_local(unsigned x)
{
    return (x & OU_KIND_MASK) == OU_KIND_LOCAL;
}

static OU_ALWAYS_INLINE bool
ou_op_is_temp(unsigned x)
{
    return (x & OU_KIND_MASK) == OU_KIND_TEMP;
}

/* An operand's value.  Borrowed. */
static OU_ALWAYS_INLINE PyObject *
ou_op_fetch(PyObject **registers, PyObject *const *consts, unsigned x)
{
    if (OU_LIKELY(x < OU_KIND_CONST)) {
        return registers[x & OU_INDEX_MASK];
    }
    return x < OU_KIND_INT ? consts[x & OU_INDEX_MASK] : OU_SMALL_INT(OU_OPERAND_INT(x));
}

static OU_ALWAYS_INLINE PyObject *
ou_op_value(Frame *frame, unsigned x)
{
    return ou_op_fetch(frame->registers, ou_frame_consts(frame), x);
}

/* An operand as a reference of its own: a temporary is moved out. */
static OU_ALWAYS_INLINE PyObject *
ou_op_take(PyObject **registers, PyObject *const *consts, unsigned x)
{
    PyObject *value = ou_op_fetch(registers, consts, x);
    if (ou_op_is_temp(x)) {
        registers[x & OU_INDEX_MASK] = NULL;
    }
    else {
        Py_INCREF(value);
    }
    return value;
}

/* Store a result, which is taken: into a temporary (NULL till now), or a local, whose old value falls. */
static OU_ALWAYS_INLINE void
ou_op_store(Frame *frame, unsigned d, PyObject *value)
{
    PyObject **place = &frame->registers[d & OU_INDEX_MASK], *old = *place;
    *place = value;
    Py_XDECREF(old);
}

/* Drop an operand if it is a temporary. */
static OU_ALWAYS_INLINE void
ou_op_consume(Frame *frame, unsigned x)
{
    if (ou_op_is_temp(x)) {
        PyObject **place = &frame->registers[x & OU_INDEX_MASK], *old = *place;
        *place = NULL;
        Py_DECREF(old);
    }
}

/* Store a result and drop the operands.  The destination may be the register of a consumed one. */
static OU_ALWAYS_INLINE void
ou_op_finish1(Frame *frame, unsigned d, PyObject *value, unsigned x)
{
    ou_op_store(frame, d, value);
    if (d != x) {
        ou_op_consume(frame, x);
    }
}

static OU_ALWAYS_INLINE void
ou_op_finish2(Frame *frame, unsigned d, PyObject *value, unsigned x, unsigned y)
{
    d = ou_op_field(d);
    x = ou_op_field(x);
    y = ou_op_field(y);
    if (OU_UNLIKELY(d == y && ou_op_is_temp(y) && ou_op_is_temp(x) && x != y)) {
        /* The second operand must stay while the first falls: the result waits in the first's register. */
        ou_op_store(frame, x, value);
        PyObject *old = frame->registers[y & OU_INDEX_MASK];
        frame->registers[y & OU_INDEX_MASK] = value;
        frame->registers[x & OU_INDEX_MASK] = NULL;
        Py_DECREF(old);
        return;
    }
    ou_op_store(frame, d, value);
    if (d != x) {
        ou_op_consume(frame, x);
    }
    if (d != y) {
        ou_op_consume(frame, y);
    }
}

/* Own the operands that are locals while Python code may run:
 *     OU_OP_HOLD2(b, i.b, c, i.c);  ...  OU_OP_RELEASE2(b, c);
 * Temporaries and constants are held already. */
#define OU_OP_HOLD1(b, x)                                         \
    PyObject *b##_held = ou_op_is_local(x) ? Py_NewRef(b) : NULL; \
    OU_HOLD(op_hold, &b##_held)
#define OU_OP_RELEASE1(b)   \
    OU_HOLD_END(op_hold);   \
    Py_XDECREF(b##_held)
#define OU_OP_HOLD2(b, x, c, y)                                   \
    PyObject *b##_held = ou_op_is_local(x) ? Py_NewRef(b) : NULL; \
    PyObject *c##_held = ou_op_is_local(y) ? Py_NewRef(c) : NULL; \
    OU_HOLD(op_hold, &b##_held, &c##_held)
#define OU_OP_RELEASE2(b, c) \
    OU_HOLD_END(op_hold);    \
    Py_XDECREF(b##_held);    \
    Py_XDECREF(c##_held)
#define OU_OP_HOLD3(b, x, c, y, d, z)                             \
    PyObject *b##_held = ou_op_is_local(x) ? Py_NewRef(b) : NULL; \
    PyObject *c##_held = ou_op_is_local(y) ? Py_NewRef(c) : NULL; \
    PyObject *d##_held = ou_op_is_local(z) ? Py_NewRef(d) : NULL; \
    OU_HOLD(op_hold, &b##_held, &c##_held, &d##_held)
#define OU_OP_RELEASE3(b, c, d) \
    OU_HOLD_END(op_hold);       \
    Py_XDECREF(b##_held);       \
    Py_XDECREF(c##_held);       \
    Py_XDECREF(d##_held)

/* Is an object true?  1, 0, or -1 with an error set.  RE-ENTRANT. */
static OU_ALWAYS_INLINE int
ou_op_truth(PyObject *value)
{
    if (value == Py_True) {
        return 1;
    }
    if (value == Py_False || value == Py_None) {
        return 0;
    }
    return PyObject_IsTrue(value);
}

/* A name of the code object.  Borrowed. */
static OU_ALWAYS_INLINE PyObject *
ou_op_name(Frame *frame, uint16_t n)
{
    return PyTuple_GET_ITEM(frame->code->co_names, n);
}

/* ops_special.c: the method's name for an instruction that may run it; and: the special method in the current frame returned
 * value (taken): leave it and complete its caller's instruction.  Returns 0, the caller's pc behind the instruction; or -1.
 * Both ways the caller's frame is current. */
PyObject *ou_special_name(unsigned op);
int ou_special_returned(OuThread *thread, PyObject *value);

/* ops_operator.c */
int ou_op_unary(Frame *frame, PyObject *(*function)(PyObject *));
int ou_op_binary(Frame *frame, PyObject *(*function)(PyObject *, PyObject *));
int ou_op_add(Frame *frame, bool in_place);
int ou_op_power(Frame *frame, bool in_place);
int ou_op_compare(Frame *frame, int operation);
/* 1 or 0, the operands dropped; or -1. */
int ou_op_compare_test(Frame *frame, int operation);
int ou_op_test(Frame *frame, uint16_t x);
int ou_op_not(Frame *frame);
int ou_op_contains(Frame *frame, bool negated);

/* ops_name.c */
int ou_op_delete_cell(Frame *frame);
int ou_op_load_class_cell(Frame *frame);
int ou_op_copy_free_vars(Frame *frame);
int ou_op_make_cell(Frame *frame);
int ou_op_load_global(Frame *frame);
int ou_op_store_global(Frame *frame);
int ou_op_delete_global(Frame *frame);
int ou_op_load_name(Frame *frame);
int ou_op_store_name(Frame *frame);
int ou_op_delete_name(Frame *frame);
int ou_op_load_locals(Frame *frame);
int ou_op_setup_annotations(Frame *frame);
int ou_op_load_build_class(Frame *frame);

/* ops_attribute.c */
int ou_op_load_attr(Frame *frame);
int ou_op_store_attr(Frame *frame);
int ou_op_delete_attr(Frame *frame);
int ou_op_load_method(Frame *frame);
int ou_op_load_item(Frame *frame);
int ou_op_store_item(Frame *frame);
int ou_op_store_item_dict(Frame *frame);
int ou_op_delete_item(Frame *frame);
int ou_op_load_slice(Frame *frame);
int ou_op_store_slice(Frame *frame);

/* ops_display.c */
int ou_op_build_tuple(Frame *frame);
int ou_op_build_list(Frame *frame);
int ou_op_build_set(Frame *frame);
int ou_op_build_map(Frame *frame);
int ou_op_build_const_key_map(Frame *frame);
int ou_op_build_string(Frame *frame);
int ou_op_build_slice(Frame *frame);
int ou_op_list_extend(Frame *frame);
int ou_op_list_to_tuple(Frame *frame);
int ou_op_set_add(Frame *frame);
int ou_op_set_update(Frame *frame);
int ou_op_map_add(Frame *frame);
int ou_op_dict_update(Frame *frame);
int ou_op_dict_merge(Frame *frame);
int ou_op_format(Frame *frame);
int ou_op_format_spec(Frame *frame);
int ou_op_unpack_sequence(Frame *frame);
int ou_op_unpack_ex(Frame *frame);
int ou_op_make_function(Frame *frame);
int ou_op_print_expr(Frame *frame);

/* ops_iterate.c: send returns 1 to jump, 0 to fall through, -1. */
int ou_op_get_iter(Frame *frame);
int ou_op_for_iter_ended(Frame *frame);
/* FOR_ITER of a pair that the UNPACK_SEQUENCE behind it, where frame->pc is left, gives to two locals.  Returns 1 when that is
 * done; 0 at the end, the iterator dropped; -1 with an error set; -2 if the iterator is none that makes pairs.  RE-ENTRANT. */
int ou_op_for_iter_pair(Frame *frame);
int ou_op_get_yield_from_iter(Frame *frame);
int ou_op_send(Frame *frame);
int ou_op_get_awaitable(Frame *frame);
int ou_op_get_aiter(Frame *frame);
int ou_op_get_anext(Frame *frame);
int ou_op_end_async_for(Frame *frame); /* 0; -1: an error is set; -2: raised again, no new traceback entry */
int ou_op_async_gen_wrap(Frame *frame);

/* ops_import.c */
int ou_op_import_name(Frame *frame);
int ou_op_import_from(Frame *frame);
int ou_op_import_star(Frame *frame);

/* ops_exception.c */
int ou_op_before_with(Frame *frame, PyObject *exit_name, PyObject *enter_name);
int ou_op_with_exit(Frame *frame);
int ou_op_with_except(Frame *frame);
void ou_op_push_exc(Frame *frame);
void ou_op_pop_exc(Frame *frame);
int ou_op_exc_match(Frame *frame); /* 1: matches */
int ou_op_eg_match(Frame *frame);
int ou_op_prep_reraise_star(Frame *frame);
int ou_op_raise(Frame *frame);     /* always sets an error; -2: raised again, without a new traceback entry */
void ou_op_reraise(Frame *frame);

/* ops_match.c */
int ou_op_match_sequence(Frame *frame, unsigned long flag);
int ou_op_match_keys(Frame *frame);
int ou_op_match_rest(Frame *frame);
int ou_op_match_class(Frame *frame);
int ou_op_get_len(Frame *frame);

#endif
