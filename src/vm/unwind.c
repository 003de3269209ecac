/* vm/unwind.c - from a raised exception to its handler.
 *
 * Invariant  a frame is left with its registers empty; a handler is entered with those from its depth on empty but for
 *            the exception itself.
 * Not here   the except clause's own instructions (ops_exception.c), tracebacks (traceback.c). */

#include "vm/vm.h"

/* The handler for an instruction of a frame, or NULL.  Tables are bytes that Python code may have made up: a verifier
 * has looked at them before the code first ran. */
static const OuHandler *
find_handler(Frame *frame)
{
    PyObject *table = frame->code->co_exceptiontable;
    const OuHandler *row = (const OuHandler *)PyBytes_AS_STRING(table);
    size_t n_rows = (size_t)PyBytes_GET_SIZE(table) / sizeof *row;
    uint32_t word = (uint32_t)ou_frame_word(frame);
    for (size_t i = 0; i < n_rows; i++) {
        if (word >= row[i].start && word < row[i].end) {
            return &row[i];
        }
    }
    return NULL;
}

/* The frame is about to be left by a RERAISE that wants to have been nowhere: let it stand where the exception came from. */
static void
stand_at_origin(OuThread *thread, Frame *frame)
{
    OuInstr i = *frame->pc;
    PyTracebackObject *tb = (PyTracebackObject *)thread->ts.curexc_traceback;
    if (ou_op_base(i.op) == OU_OP_RERAISE && i.b != 0 && tb != NULL && tb->tb_frame == frame->object && tb->tb_lasti >= 0) {
        frame->pc = ou_code_instrs(frame->code) + tb->tb_lasti / 2;
    }
}

/* Put the exception in flight, made whole, into a register.  Its registers are empty from there on. */
static void catch (OuThread *thread, Frame *frame, uint32_t depth)
{
    PyObject *type = thread->ts.curexc_type, *value = thread->ts.curexc_value, *tb = thread->ts.curexc_traceback;
    if (OU_LIKELY(value != NULL && (PyObject *)Py_TYPE(value) == type && PyExceptionInstance_Check(value))) {
        PyObject *old = ((PyBaseExceptionObject *)value)->traceback;
        thread->ts.curexc_type = thread->ts.curexc_value = thread->ts.curexc_traceback = NULL;
        ((PyBaseExceptionObject *)value)->traceback = tb;
        frame->registers[depth] = value;
        Py_DECREF(type); /* not the last: it is the value's */
        Py_XDECREF(old);
        return;
    }
    thread->ts.recursion_headroom++;
    PyErr_Fetch(&type, &value, &tb);
    PyErr_NormalizeException(&type, &value, &tb);
    PyException_SetTraceback(value, tb != NULL ? tb : Py_None);
    thread->ts.recursion_headroom--;
    frame->registers[depth] = value;
    Py_XDECREF(type);
    Py_XDECREF(tb);
}

/* The instruction that raised lets go of its operands first, in order of evaluation; those from register `depth` on.
 * RE-ENTRANT. */
static void
drop_operands(Frame *frame, int depth)
{
    OuInstr instr = *frame->pc;
    const uint8_t *fields = ou_op_info[ou_op_base(instr.op)].fields;
    const uint16_t words[] = {instr.a, instr.b, instr.c};
    int end = ou_frame_n_registers(frame);
    for (int i = 0; i < 3; i++) {
        int index = words[i] & OU_INDEX_MASK;
        if (fields[i] == OU_FIELD_R) {
            if ((words[i] & OU_KIND_MASK) == OU_KIND_TEMP && index >= depth && index < end) {
                Py_CLEAR(frame->registers[index]);
            }
        }
        else if (fields[i] == OU_FIELD_W && index >= depth) { /* nothing lives above a window */
            ou_frame_drop_registers(frame, index, end);
        }
    }
}

/* See vm.h. */
Frame *
ou_unwind(OuThread *thread, bool with_traceback)
{
    for (;;) {
        Frame *frame = thread->frame;
        if (with_traceback) {
            ou_traceback_add(frame);
            if (OU_UNLIKELY(ou_is_traced(thread))) {
                ou_trace_exception(thread, frame);
            }
        }
        const OuHandler *handler = find_handler(frame);
        int n_named = frame->code->co_nlocalsplus;
        drop_operands(frame, handler != NULL ? (int)(handler->depth & OU_INDEX_MASK) : n_named);
        if (handler != NULL) {
            uint32_t depth = handler->depth & OU_INDEX_MASK;
            OuInstr *target = ou_code_instrs(frame->code) + handler->target;
            ou_frame_drop_temporaries(frame, (int)depth);
            catch (thread, frame, depth);
            frame->pc = target;
            return frame;
        }
        if (frame->object != NULL) {
            stand_at_origin(thread, frame);
        }
        /* Temporaries end with the call: a frame object keeps what has a name. */
        ou_frame_drop_temporaries(frame, n_named);
        if (OU_UNLIKELY(ou_is_traced(thread))) {
            ou_trace_return(thread, frame, NULL);
        }
        bool is_entry = frame->is_entry;
        if (frame->owner == OU_FRAME_GENERATOR) {
            ou_generator_fix_error(ou_frame_generator(frame));
            ou_generator_finish(thread, frame, NULL);
        }
        else {
            ou_frame_leave(thread, frame, NULL);
        }
        if (is_entry) {
            return NULL;
        }
        thread->ts.recursion_remaining++;
        with_traceback = true;
    }
}
