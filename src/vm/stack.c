/* vm/stack.c - the frame stack: a chain of segments that never move, and leaving frames.
 *
 * Owns       the segments of a thread.
 * Invariant  words above the live registers of the top frame are NULL; a frame lies in one segment.
 *            While a generator's frame is current stack_limit is NULL, so that no window of it is used in place, and
 *            stack_top says where the next frame goes.
 * Not here   entering frames (call.c), frame objects (frame_object.c). */

#include "memory/memory.h"
#include "vm/vm.h"

enum {
    SEGMENT_FIRST = 16 << 10, /* bytes; doubled for each further one ... */
    SEGMENT_MOST = 1 << 20,   /* ... up to this */
    STACK_MOST = 256 << 20,   /* bytes of all segments of a thread: then RecursionError */
};

/* Where the next frame on the stack would begin, in the current segment. */
static PyObject **
stack_top(OuThread *thread)
{
    Frame *frame = thread->frame;
    if (frame == NULL) {
        return thread->segment->words;
    }
    if (frame->owner == OU_FRAME_STACK) {
        return frame->registers + ou_frame_n_registers(frame);
    }
    return thread->stack_top;
}

/* Begin another segment with room for `size` bytes.  Returns 0, or -1 with the error set. */
static int
stack_grow(OuThread *thread, size_t size)
{
    FrameSegment *prev = thread->segment, *segment = prev != NULL ? prev->next : NULL;
    if (segment != NULL && (size_t)((char *)segment->limit - (char *)segment->words) < size) {
        prev->next = NULL;
        ou_mem_free(OU_DOMAIN_RAW, segment);
        segment = NULL;
    }
    if (segment == NULL) {
        size_t before = prev != NULL ? prev->total : 0;
        size_t wanted = before < SEGMENT_FIRST ? SEGMENT_FIRST : before < SEGMENT_MOST ? before : SEGMENT_MOST;
        if (wanted < size + sizeof *segment) {
            wanted = ou_align_up(size + sizeof *segment, 4096);
        }
        if (before + wanted > STACK_MOST) {
            PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded (frame stack)");
            return -1;
        }
        segment = ou_mem_calloc(OU_DOMAIN_RAW, 1, wanted);
        if (segment == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        segment->prev = prev;
        segment->limit = (PyObject **)((char *)segment + wanted);
        segment->total = before + wanted;
        if (prev != NULL) {
            prev->next = segment;
        }
    }
    segment->saved_top = thread->stack_top;
    thread->segment = segment;
    thread->stack_limit = segment->limit;
    return 0;
}

/* See vm.h. */
Frame *
ou_stack_reserve(OuThread *thread, size_t n_words)
{
    size_t need = OU_WINDOW + n_words;
    bool moved = thread->frame != NULL && thread->frame->owner != OU_FRAME_STACK;
    if (thread->segment != NULL) {
        PyObject **top = stack_top(thread);
        if (OU_LIKELY(need <= (size_t)(thread->segment->limit - top))) {
            Frame *frame = (Frame *)top;
            frame->moved = moved;
            thread->stack_limit = thread->segment->limit;
            return frame;
        }
    }
    if (stack_grow(thread, need * sizeof(PyObject *)) < 0) {
        return NULL;
    }
    Frame *frame = (Frame *)thread->segment->words;
    frame->moved = thread->segment->prev != NULL;
    return frame;
}

/* See vm.h. */
void
ou_stack_release(OuThread *thread, Frame *frame)
{
    FrameSegment *segment = thread->segment;
    PyObject **top = (PyObject **)frame;
    if (top == segment->words && segment->prev != NULL) {
        /* One segment is kept for the next time, so that a loop around this depth doesn't allocate. */
        if (segment->next != NULL) {
            ou_mem_free(OU_DOMAIN_RAW, segment->next);
            segment->next = NULL;
        }
        top = segment->saved_top;
        thread->segment = segment->prev;
    }
    if (thread->frame != NULL && thread->frame->owner != OU_FRAME_STACK) {
        thread->stack_top = top;
        thread->stack_limit = NULL;
    }
    else {
        thread->stack_limit = thread->segment->limit;
    }
}

/* See vm.h. */
void
ou_stack_leave_generator(OuThread *thread)
{
    if (thread->frame == NULL || thread->frame->owner == OU_FRAME_STACK) {
        thread->stack_limit = thread->segment != NULL ? thread->segment->limit : NULL;
    }
}

/* See vm.h. */
void
ou_stack_free(OuThread *thread)
{
    FrameSegment *segment = thread->segment;
    thread->segment = NULL;
    thread->stack_limit = thread->stack_top = NULL;
    if (segment != NULL && segment->next != NULL) {
        ou_mem_free(OU_DOMAIN_RAW, segment->next);
    }
    while (segment != NULL) {
        FrameSegment *prev = segment->prev;
        ou_mem_free(OU_DOMAIN_RAW, segment);
        segment = prev;
    }
}

/* See vm.h. */
void
ou_frame_drop_registers(Frame *frame, int first, int end)
{
    for (int i = first; i < end; i++) {
        PyObject *op = frame->registers[i];
        if (op != NULL) {
            frame->registers[i] = NULL;
            Py_DECREF(op);
        }
    }
}

/* See vm.h. */
void
ou_frame_drop_temporaries(Frame *frame, int first)
{
    for (int i = ou_frame_n_registers(frame); i-- > first;) {
        Py_CLEAR(frame->registers[i]);
    }
}

/* See vm.h. */
PyObject *
ou_frame_leave(OuThread *thread, Frame *frame, PyObject *value)
{
    OU_ASSERT(thread->frame == frame);
    frame->leaving = true;
    Py_XSETREF(frame->scratch, value);
    if (frame->object == NULL || Py_REFCNT(frame->object) == 1) {
        ou_frame_drop_registers(frame, 0, ou_frame_n_registers(frame));
    }
    if (frame->object != NULL) { /* again: dropping may have made it, or have kept it alive */
        ou_frame_object_take(frame);
    }
    value = frame->scratch;
    PyObject *function = frame->function, *code = (PyObject *)frame->code, *locals = frame->locals;
    Frame *back = frame->back;
    bool moved = frame->moved;
    uint8_t owner = frame->owner;
    memset(frame, 0, sizeof *frame);
    frame->owner = owner == OU_FRAME_GENERATOR ? OU_FRAME_GENERATOR : OU_FRAME_STACK;
    thread->frame = back;
    if (owner == OU_FRAME_GENERATOR) {
        ou_stack_leave_generator(thread);
    }
    else if (moved) {
        ou_stack_release(thread, frame);
    }
    if (function != NULL) {
        OU_HOLD(h, &value, &function, &code, &locals);
        Py_CLEAR(locals);
        Py_CLEAR(function);
        Py_CLEAR(code);
        OU_HOLD_END(h);
    }
    return value;
}
