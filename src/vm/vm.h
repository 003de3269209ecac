/* vm/vm.h - the virtual machine from the inside; frame.h has the glossary of frames.
 *
 *   wall        a call that can reach Python code; frame->pc is right and every count is in a register
 *   operand     what a field of kind R names: a local (borrowed), a temporary (consumed), a constant, a small int
 *   entry       a frame whose caller is C code: its return leaves the loop
 *   handled     the exception that an except clause works on: exc_info of the thread, owned there
 *   in flight   the exception being raised: curexc_* of the thread
 *
 * Which file has what: docs/vm.md. */
#ifndef OU_VM_VM_H
#define OU_VM_VM_H

#include "object/alloc.h"
#include "object/hold.h"
#include "object/walk.h"
#include "vm/frame.h"

/* ---- the loop (eval.c) -------------------------------------------------------------------------------- */

/* Run a frame that is complete, whose is_entry is set and whose `back` is thread->frame, until it returns or
 * yields; then the frame is gone (or suspended).  Returns new, or NULL with the error set.  RE-ENTRANT. */
PyObject *ou_eval(OuThread *thread, Frame *frame);
/* The same, beginning with the exception in flight: generator.throw(). */
PyObject *ou_eval_throw(OuThread *thread, Frame *frame);

/* ---- the frame stack (stack.c) ------------------------------------------------------------------------ */

/* Room for a frame of n_words registers where the next frame goes.  Its words are all NULL.  thread->frame is unchanged,
 * so nothing that may push a frame may happen until it is.  `moved` is set in it if a new segment was begun.
 * Returns NULL with RecursionError or MemoryError set. */
Frame *ou_stack_reserve(OuThread *thread, size_t n_words);
/* Make sure that words up to `end` are in the segment of the current frame, which lies on the stack. */
static OU_ALWAYS_INLINE bool
ou_stack_has(OuThread *thread, PyObject **end)
{
    return end <= thread->stack_limit;
}
/* A frame with `moved` set was given up or has returned: thread->frame is already the caller's. */
void ou_stack_release(OuThread *thread, Frame *frame);
/* A generator's frame becomes current, called from `back`; and: it was left for thread->frame. */
static OU_ALWAYS_INLINE void
ou_stack_enter_generator(OuThread *thread, Frame *back)
{
    if (OU_UNLIKELY(back == NULL)) {
        thread->stack_top = thread->segment != NULL ? thread->segment->words : NULL;
    }
    else if (back->owner == OU_FRAME_STACK) {
        thread->stack_top = back->registers + ou_code_n_registers(back->code);
    }
    thread->stack_limit = NULL;
}
/* And: it was left for thread->frame. */
void ou_stack_leave_generator(OuThread *thread);
/* Give all segments back: the thread has no frame any more. */
void ou_stack_free(OuThread *thread);

/* Leave the current frame: drop its registers, first to last, then make its caller current and drop function, code and
 * namespace.  If its object lives on, that takes them all instead.  The frame's words are NULL afterwards.
 * value    owned or NULL: what is on its way out, accounted for meanwhile
 * Returns  value.  RE-ENTRANT. */
PyObject *ou_frame_leave(OuThread *thread, Frame *frame, PyObject *value);
/* Drop registers from `first` up to `end`, each emptied first.  RE-ENTRANT. */
void ou_frame_drop_registers(Frame *frame, int first, int end);
/* Empty the temporaries from `first` on, the last first, as the values of a stack fall.  RE-ENTRANT. */
void ou_frame_drop_temporaries(Frame *frame, int first);
static OU_ALWAYS_INLINE int
ou_frame_n_registers(Frame *frame)
{
    return ou_code_n_registers(frame->code);
}

/* ---- calls (call.c, bind.c) --------------------------------------------------------------------------- */

typedef enum { OU_CALL_ERROR = -1, OU_CALL_DONE = 0, OU_CALL_ENTER = 1 } OuCall;

/* Call what stands in a window of `caller`: callable in window[0], n_args owned arguments from window[OU_WINDOW] on, the
 * last PyTuple_GET_SIZE(kwnames) of them by keyword (kwnames borrowed, or NULL).  DONE: the window is empty and the
 * result stored by `dst`.  ENTER: thread->frame is the callee's new frame, which returns to caller->pc + words.
 * ERROR: an error is set; what is left in the window is the unwinder's.  RE-ENTRANT. */
OuCall ou_call_window(OuThread *thread, Frame *caller, PyObject **window, Py_ssize_t n_args, PyObject *kwnames,
                      uint16_t dst, unsigned words);
/* f(*args, **kwargs): window[0], window[OU_WINDOW] (any iterable) and window[OU_WINDOW + 1] (a dict or NULL). */
OuCall ou_call_ex(OuThread *thread, Frame *caller, PyObject **window, uint16_t dst, unsigned words);
OuCall ou_call_comprehension(OuThread *thread, Frame *caller, PyObject **window, PyCodeObject *code, uint16_t dst,
                             unsigned words);

/* The Python function __init__ that a call of the class ends in, if making an instance is nothing but allocating.  Borrowed. */
PyFunctionObject *ou_call_plain_init(PyTypeObject *type);

/* Put n_args owned arguments, which already lie in the first registers of a frame-to-be, where the function's parameters
 * want them.  On failure they are dropped and the registers NULL.  Runs no Python code but allocation.
 * n_kwargs of them, the last, are named by kwnames[0 .. n_kwargs). */
int ou_bind_arguments(PyFunctionObject *function, PyObject **registers, Py_ssize_t n_args, PyObject *const *kwnames,
                      Py_ssize_t n_kwargs);
/* Registers that binding may touch: for a frame of `code` called with n_args arguments in all. */
static OU_ALWAYS_INLINE size_t
ou_bind_n_registers(PyCodeObject *code, Py_ssize_t n_args)
{
    size_t n = (size_t)ou_code_n_registers(code);
    return n > (size_t)n_args ? n : (size_t)n_args;
}
/* True if the arguments need no binding: exactly as many as the positional parameters, and there are no others. */
static OU_ALWAYS_INLINE bool
ou_code_is_simple(PyCodeObject *code)
{
    return (code->co_flags & (CO_VARARGS | CO_VARKEYWORDS | CO_OPTIMIZED)) == CO_OPTIMIZED && code->co_kwonlyargcount == 0;
}

/* The same, and a call of it with n_args runs it: it makes no generator or coroutine. */
static OU_ALWAYS_INLINE bool
ou_code_is_plain(PyCodeObject *code, Py_ssize_t n_args)
{
    enum { FLAGS = CO_VARARGS | CO_VARKEYWORDS | CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR | CO_OPTIMIZED };
    return (code->co_flags & FLAGS) == CO_OPTIMIZED && code->co_argcount == n_args && code->co_kwonlyargcount == 0;
}

/* Run code in a namespace.  function: gives globals, builtins, closure.  Takes nothing.  RE-ENTRANT. */
PyObject *ou_call_code(PyFunctionObject *function, PyObject *locals);

/* ---- functions (function.c) --------------------------------------------------------------------------- */

/* The builtins that code in these globals sees: its __builtins__, or the interpreter's.  Borrowed. */
PyObject *ou_builtins_of(PyObject *globals);
/* func_version, assigned if it has none; 0 when they are used up. */
uint32_t ou_function_version(PyFunctionObject *function);
/* New function from the parts of MAKE_FUNCTION, each owned and taken (also on failure), NULL if absent. */
PyObject *ou_function_make(PyObject *code, PyObject *globals, PyObject *builtins, PyObject *defaults, PyObject *kwdefaults,
                           PyObject *annotations, PyObject *closure);

/* ---- errors (unwind.c) -------------------------------------------------------------------------------- */

/* An error is set in the thread's current frame, at frame->pc.  Finds the handler, leaving frames on the way up to and
 * including an entry frame.  Returns the frame to go on with (its pc is the handler, or the place where a generator's end was
 * noted), or NULL: an entry frame was left, the error is still set.  RE-ENTRANT.
 * with_traceback: add an entry for the current frame first. */
Frame *ou_unwind(OuThread *thread, bool with_traceback);
/* A generator ran to its end (value owned, taken) or failed: finish it. */
PyObject *ou_current_exception_normalized(void);

OU_COLD void ou_error_unbound(Frame *frame, int local);

/* ---- generators (generator.c) ------------------------------------------------------------------------- */

enum { /* gi_frame_state; order matters: below CREATED nothing, from RETURNED on no frame */
    OU_GEN_CREATED = -2,
    OU_GEN_SUSPENDED = -1,
    OU_GEN_EXECUTING = 0,
    OU_GEN_CLEARED = 4,
};

static OU_ALWAYS_INLINE Frame *
ou_gen_frame(PyGenObject *gen)
{
    return (Frame *)gen->gi_iframe;
}
static OU_ALWAYS_INLINE PyGenObject *
ou_frame_generator(Frame *frame)
{
    return OU_CONTAINER(frame, PyGenObject, gi_iframe);
}
static OU_ALWAYS_INLINE bool
ou_is_gen(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    return type == &PyGen_Type || type == &PyCoro_Type || type == &PyAsyncGen_Type;
}

/* Make a generator (coroutine, asynchronous generator) of the thread's current frame, which stands at its begin.  All that it
 * holds moves into it; the header's words are the caller's to clear.
 * Returns new, or NULL with the error set and the frame as it was. */
PyObject *ou_generator_from_frame(OuThread *thread, Frame *frame);
/* Put `value` (taken) where the suspended generator wants what is sent, and make its frame the current one, with
 * `back` the caller's.  The generator must be CREATED or SUSPENDED. */
void ou_generator_resume(OuThread *thread, PyGenObject *gen, PyObject *value, Frame *back);
/* A frame that stands at the YIELD or YIELD_FROM that suspended it gets `value` (taken), what was sent, and goes on at the pc
 * that this returns.  Unless it is traced, a RESUME that has nothing to do is passed by, and so is a CLEAR of None. */
static OU_ALWAYS_INLINE OuInstr *
ou_yield_resumed(Frame *frame, PyObject *value, bool untraced)
{
    OuInstr *pc = frame->pc, *next = pc + 1;
    if (OU_LIKELY(untraced && next->op == OU_OP_RESUME && _PyRuntime.eval_breaker == 0)) {
        next++;
        if (value == Py_None && next->op == OU_OP_CLEAR && next->a == (pc->a & OU_INDEX_MASK)) {
            value->ob_refcnt--;
            return next + 1;
        }
    }
    PyObject **place = &frame->registers[pc->a & OU_INDEX_MASK], *old = *place;
    *place = value;
    if (old != NULL) { /* a local's old value falls: the pc that it sees is this instruction's */
        Py_DECREF(old);
    }
    return next;
}
/* The generator's frame, the current one, is about to yield: make its caller's current again. */
static OU_ALWAYS_INLINE void
ou_generator_suspend(OuThread *thread, Frame *frame)
{
    PyGenObject *gen = ou_frame_generator(frame);
    Frame *back = frame->back;
    gen->gi_frame_state = OU_GEN_SUSPENDED;
    thread->ts.exc_info = gen->gi_exc_state.previous_item;
    gen->gi_exc_state.previous_item = NULL;
    thread->frame = back;
    frame->back = NULL;
    if (back == NULL || back->owner == OU_FRAME_STACK) {
        thread->stack_limit = thread->segment != NULL ? thread->segment->limit : NULL;
    }
}
/* The generator, which runs, has returned or raised: it counts as finished while what its frame holds falls, and what it
 * handled is no longer shown.  Does nothing the second time. */
static OU_ALWAYS_INLINE void
ou_generator_end(OuThread *thread, PyGenObject *gen)
{
    if (gen->gi_frame_state != OU_GEN_CLEARED) {
        gen->gi_frame_state = OU_GEN_CLEARED;
        thread->ts.exc_info = gen->gi_exc_state.previous_item;
        gen->gi_exc_state.previous_item = NULL;
    }
}
/* It returned or raised: drop its frame.  Returns value (owned or NULL), accounted for meanwhile.  RE-ENTRANT. */
PyObject *ou_generator_finish(OuThread *thread, Frame *frame, PyObject *value);
/* The error set by a generator's code on its way out: StopIteration becomes RuntimeError. */
void ou_generator_fix_error(PyGenObject *gen);
/* Sub-iterator of a suspended `yield from` or `await`.  Borrowed or NULL. */
PyObject *ou_generator_delegate(PyGenObject *gen);
PySendResult ou_generator_send(PyGenObject *gen, PyObject *arg, PyObject **result);
/* send() that raises StopIteration at the end, and throw(), close() of any of the kinds. */
PyObject *ou_generator_send_raising(PyGenObject *gen, PyObject *arg);
PyObject *ou_generator_throw_raising(PyGenObject *gen, int close_on_exit, PyObject *type, PyObject *value, PyObject *tb);
PyObject *ou_generator_close(PyGenObject *gen);
PyObject *ou_coroutine_awaitable_iter(PyObject *awaitable);   /* coroutine.c; RE-ENTRANT */
void ou_coroutine_warn_unawaited(PyObject *coroutine);         /* coroutine.c */
PyObject *ou_coroutine_origin(int depth, Frame *frame);       /* coroutine.c; cr_origin tuple */
PyObject *ou_async_gen_wrap(PyObject *value);                 /* async_generator.c; takes the value */
PyObject *ou_anext_awaitable_new(PyObject *awaitable, PyObject *default_value); /* anext_awaitable.c: anext(iter, default) */
/* The three kinds share walker, traverse and deallocator. */
int ou_generator_walk(PyObject *self, OuVisit visit, void *arg);
int ou_generator_traverse(PyObject *self, visitproc visit, void *arg);
void ou_generator_dealloc(PyObject *self);
PyObject *ou_generator_get_name(PyObject *self, void *unused);
int ou_generator_set_name(PyObject *self, PyObject *value, void *unused);
PyObject *ou_generator_get_qualname(PyObject *self, void *unused);
int ou_generator_set_qualname(PyObject *self, PyObject *value, void *unused);
PyObject *ou_generator_get_running(PyObject *self, void *unused);
PyObject *ou_generator_get_suspended(PyObject *self, void *unused);
PyObject *ou_generator_get_frame(PyObject *self, void *unused);
PyObject *ou_generator_get_code(PyObject *self, void *unused);
PyObject *ou_generator_get_yieldfrom(PyObject *self, void *unused);
PyObject *ou_generator_method_send(PyObject *self, PyObject *arg);
PyObject *ou_generator_method_throw(PyObject *self, PyObject *const *args, Py_ssize_t n_args);
PyObject *ou_generator_method_close(PyObject *self, PyObject *unused);
PyObject *ou_generator_method_sizeof(PyObject *self, PyObject *unused);

/* ---- frame objects and tracebacks --------------------------------------------------------------------- */

/* The frame's object, made if it has none.  Borrowed from the frame; NULL with MemoryError set. */
PyFrameObject *ou_frame_object(Frame *frame);
/* The frame ended while its object lives on: contents move into it.  Consumes frame->object. */
void ou_frame_object_take(Frame *frame);
/* f_locals: the namespace, for functions filled from the registers.  New reference. */
PyObject *ou_frame_locals(Frame *frame);
int ou_frame_line(Frame *frame);
int ou_thread_walk_frames(OuThread *thread, OuVisit visit, void *arg);
Frame *ou_frame_walked(void);
/* Add an entry for the frame to the traceback of the exception in flight.  If memory is refused MemoryError takes its place,
 * with it as the context. */
void ou_traceback_add(Frame *frame);

/* ---- safe points, threads, tracing -------------------------------------------------------------------- */

/* Serve what eval_breaker asks for.  Returns 0, or -1 with an error set.  RE-ENTRANT. */
int ou_breaker_service(OuThread *thread);

static OU_ALWAYS_INLINE bool
ou_is_traced(OuThread *thread)
{
    return thread->ts.c_tracefunc != NULL || thread->ts.c_profilefunc != NULL;
}
/* Events; each returns 0, or -1 with the error set.  RE-ENTRANT. */
int ou_trace_return(OuThread *thread, Frame *frame, PyObject *value); /* value NULL: left by an exception */
void ou_trace_exception(OuThread *thread, Frame *frame);
/* Before an instruction: line and opcode events.  May move frame->pc (a trace function set f_lineno). */
int ou_trace_instruction(OuThread *thread, Frame *frame);
/* frame.f_lineno = line, in a trace function.  Returns 0, or -1 with ValueError set. */
int ou_trace_set_line(PyFrameObject *object, int line);
/* sys.settrace(function), sys.setprofile(function); None switches off.  Returns 0, or -1 with an error set.  RE-ENTRANT. */
int ou_trace_set_python(PyObject *function, bool profile);
/* sys.gettrace(), sys.getprofile().  Refs new. */
PyObject *ou_trace_get_python(bool profile);
/* Call with c_call, c_return and c_exception events around it. */
PyObject *ou_trace_vectorcall(OuThread *thread, Frame *frame, PyObject *callable, PyObject *const *args, size_t nargsf,
                              PyObject *kwnames);

PyObject *ou_trace_call_ex(OuThread *thread, Frame *frame, PyObject *callable, PyObject *args, PyObject *kwargs);

/* What a recursion limit really allows: frames need memory, and so do the tracebacks of the error at their end. */
static inline int
ou_recursion_bound(int limit)
{
    enum { MOST = 1 << 20 }; /* arbitrary: some 400 MB */
    return limit < MOST ? limit : MOST;
}

/* ---- thread states and the lock (thread_state.c, thread_lock.c) --------------------------------------- */

/* The main thread's state, current and holding the lock.  Returns 0, or -1 if memory is refused (no error is set). */
int ou_thread_init_main(PyInterpreterState *interp);
/* A thread state for a thread that is about to start; the new thread calls ou_thread_attach() before it takes the lock.
 * Returns NULL if memory is refused (no error is set). */
PyThreadState *ou_thread_prealloc(PyInterpreterState *interp);
/* The running thread of the system is the state's: identity, bounds of its C stack, PyGILState. */
void ou_thread_attach(PyThreadState *ts);
/* compiler_flags.c: what super() means in the current frame, borrowed.  Returns 0, or -1 with RuntimeError set. */
int ou_frame_super(PyTypeObject **cls, PyObject **self);
/* Bounds of the running C stack -> thread->c_stack_limit. */
void ou_thread_find_stack(OuThread *thread);
/* The lock.  drop: give it up; take: wait for it, and make ts current.  errno is kept. */
void ou_lock_drop(PyThreadState *ts);
void ou_lock_take(PyThreadState *ts);
/* At a safe point, asked for by OU_BREAK_LOCK: let another thread have it. */
void ou_lock_yield(PyThreadState *ts);
/* In the child of a fork: the lock is the running thread's, other threads are gone. */
void ou_lock_after_fork(void);
void ou_breaker_after_fork(void);
void ou_thread_after_fork(void);
bool ou_lock_is_mine(PyThreadState *ts);

#endif
