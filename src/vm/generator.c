/* vm/generator.c - generators, and what coroutines and asynchronous generators share with them.
 *
 * A generator owns its frame: header and registers follow its fixed part.  Between resumptions the frame stands at the
 * instruction that yielded.
 *
 * Owns       the frame's contents, the exception state, names, code; origin or finalizer.
 * Invariant  gi_frame_state says whether the frame is CREATED, SUSPENDED, EXECUTING or CLEARED (empty, or being emptied).
 * Not here   the loop's own resumption and return (eval.c); the other kinds' protocols (coroutine.c, async_generator.c). */

#include <Python.h>
#include <structmember.h>

#include "vm/frame_edges.h"
#include "vm/ops.h"

/* Words that name a kind in messages. */
static const char *
kind_of(PyGenObject *gen)
{
    return PyCoro_CheckExact(gen) ? "coroutine" : PyAsyncGen_CheckExact(gen) ? "async generator" : "generator";
}

/* ---- walking and dying -------------------------------------------------------------------------------- */

OU_WALKER(generator)
{
    PyGenObject *gen = (PyGenObject *)self;
    OU_EDGE_OF(gen, gi_code);
    OU_EDGE_OF(gen, gi_name);
    OU_EDGE_OF(gen, gi_qualname);
    OU_EDGE_OF(gen, gi_origin_or_finalizer);
    OU_EDGE(gen->gi_exc_state.exc_value, OU_EDGE_FIELD, "gi_exc_state", -1);
    Frame *frame = ou_gen_frame(gen); /* holds things till it is empty, though the state says CLEARED before */
    return frame_edges(frame, frame->code != NULL ? ou_frame_n_registers(frame) : 0, sink);
}

int
ou_generator_traverse(PyObject *self, visitproc visit, void *arg)
{
    return generator_traverse(self, visit, arg);
}

/* Empty the frame of a generator that doesn't run.  RE-ENTRANT. */
static void
generator_drop_frame(PyGenObject *gen)
{
    Frame *frame = ou_gen_frame(gen);
    gen->gi_frame_state = OU_GEN_CLEARED;
    if (frame->object != NULL) {
        ou_frame_object_take(frame);
    }
    PyObject *function = frame->function, *code = (PyObject *)frame->code;
    if (code != NULL) {
        ou_frame_drop_registers(frame, 0, ou_frame_n_registers(frame));
    }
    Py_CLEAR(frame->locals);
    frame->function = NULL;
    frame->code = NULL;
    Py_XDECREF(function);
    Py_XDECREF(code);
}

void
ou_generator_dealloc(PyObject *self)
{
    PyGenObject *gen = (PyGenObject *)self;
    size_t size =
        gen->gi_code == NULL /* made in part */ ? 0
                                                : (size_t)Py_TYPE(self)->tp_basicsize
                                                      + (size_t)ou_code_n_registers(gen->gi_code) * sizeof(PyObject *);
    ou_gc_untrack(self);
    if (gen->gi_weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    if (gen->gi_frame_state < OU_GEN_CLEARED) {
        ou_gc_track(self);
        if (PyObject_CallFinalizerFromDealloc(self)) {
            return; /* it lives again */
        }
        ou_gc_untrack(self);
        if (gen->gi_frame_state < OU_GEN_CLEARED) {
            generator_drop_frame(gen);
        }
    }
    Py_CLEAR(gen->gi_origin_or_finalizer);
    Py_CLEAR(gen->gi_code);
    Py_CLEAR(gen->gi_name);
    Py_CLEAR(gen->gi_qualname);
    Py_CLEAR(gen->gi_exc_state.exc_value);
    if (OU_LIKELY(size != 0)) {
        ou_gc_free_fast(self, size);
    }
    else {
        ou_gc_free(self);
    }
}

/* tp_finalize of all kinds: let its finally clauses run.  RE-ENTRANT; an error in flight is kept. */
void
_PyGen_Finalize(PyObject *self)
{
    PyGenObject *gen = (PyGenObject *)self;
    if (gen->gi_frame_state >= OU_GEN_EXECUTING) {
        return;
    }
    PyObject *type, *value, *tb, *result;
    PyErr_Fetch(&type, &value, &tb);
    OU_HOLD(h, &type, &value, &tb);
    PyObject *finalizer = gen->gi_origin_or_finalizer;
    if (PyAsyncGen_CheckExact(self) && finalizer != NULL && !gen->gi_closed) {
        result = PyObject_CallOneArg(finalizer, self);
    }
    else if (PyCoro_CheckExact(self) && gen->gi_frame_state == OU_GEN_CREATED) {
        ou_coroutine_warn_unawaited(self);
        result = NULL;
    }
    else {
        result = ou_generator_close(gen);
    }
    if (result == NULL) {
        if (PyErr_Occurred()) {
            PyErr_WriteUnraisable(self);
        }
    }
    else {
        Py_DECREF(result);
    }
    OU_HOLD_END(h);
    PyErr_Restore(type, value, tb);
}

/* ---- making ------------------------------------------------------------------------------------------- */

/* See vm.h. */
PyObject *
ou_generator_from_frame(OuThread *thread, Frame *frame)
{
    PyCodeObject *code = frame->code;
    PyFunctionObject *function = (PyFunctionObject *)frame->function;
    PyTypeObject *type = code->co_flags & CO_GENERATOR ? &PyGen_Type
                       : code->co_flags & CO_COROUTINE ? &PyCoro_Type
                                                       : &PyAsyncGen_Type;
    size_t size = (size_t)type->tp_basicsize + (size_t)ou_code_n_registers(code) * sizeof(PyObject *);
    PyGenObject *gen = (PyGenObject *)ou_gc_new_fast(type, size);
    if (gen == NULL) {
        return NULL;
    }
    memset((char *)gen + sizeof(PyObject), 0, size - sizeof(PyObject));
    int depth = thread->ts.coroutine_origin_tracking_depth;
    if (type == &PyCoro_Type && depth > 0) {
        gen->gi_origin_or_finalizer = ou_coroutine_origin(depth, frame->back);
        if (gen->gi_origin_or_finalizer == NULL) {
            gen->gi_frame_state = OU_GEN_CLEARED;
            Py_DECREF((PyObject *)gen);
            return NULL;
        }
    }
    bool own = function->func_code == (PyObject *)code; /* else a comprehension, whose function is the enclosing one */
    gen->gi_code = (PyCodeObject *)Py_NewRef((PyObject *)code);
    gen->gi_name = Py_NewRef(own ? function->func_name : code->co_name);
    gen->gi_qualname = Py_NewRef(own ? function->func_qualname : code->co_qualname);
    gen->gi_frame_state = OU_GEN_CREATED;
    Frame *moved = ou_gen_frame(gen);
    moved->function = frame->function;
    moved->code = code;
    moved->locals = frame->locals;
    moved->object = frame->object;
    moved->pc = frame->pc;
    moved->owner = OU_FRAME_GENERATOR;
    if (moved->object != NULL) {
        moved->object->f_frame = moved;
    }
    for (int i = 0, n = code->co_nlocalsplus; i < n; i++) { /* there are no temporaries yet */
        moved->registers[i] = frame->registers[i];
        frame->registers[i] = NULL;
    }
    ou_gc_track((PyObject *)gen);
    return (PyObject *)gen;
}

/* ---- running ------------------------------------------------------------------------------------------ */

/* Make the generator's frame current, at its pc. */
static void
generator_enter(OuThread *thread, PyGenObject *gen, Frame *back)
{
    Frame *frame = ou_gen_frame(gen);
    gen->gi_frame_state = OU_GEN_EXECUTING;
    gen->gi_exc_state.previous_item = thread->ts.exc_info;
    thread->ts.exc_info = &gen->gi_exc_state;
    frame->back = back;
    frame->is_entry = false;
    ou_stack_enter_generator(thread, back);
    thread->frame = frame;
}

/* See vm.h. */
void
ou_generator_resume(OuThread *thread, PyGenObject *gen, PyObject *value, Frame *back)
{
    bool started = gen->gi_frame_state == OU_GEN_SUSPENDED;
    generator_enter(thread, gen, back);
    if (!started) {
        Py_DECREF(value); /* None */
        return;
    }
    Frame *frame = ou_gen_frame(gen);
    frame->pc = ou_yield_resumed(frame, value, !ou_is_traced(thread));
}

/* See vm.h. */
PyObject *
ou_generator_finish(OuThread *thread, Frame *frame, PyObject *value)
{
    PyGenObject *gen = ou_frame_generator(frame);
    ou_generator_end(thread, gen); /* first: what falls may ask for the next value */
    value = ou_frame_leave(thread, frame, value);
    if (gen->gi_exc_state.exc_value != NULL) {
        OU_HOLD(h, &value);
        Py_CLEAR(gen->gi_exc_state.exc_value);
        OU_HOLD_END(h);
    }
    return value;
}

/* See vm.h. */
void
ou_generator_fix_error(PyGenObject *gen)
{
    if (PyErr_ExceptionMatches(PyExc_StopIteration)) {
        _PyErr_FormatFromCause(PyExc_RuntimeError, "%s raised StopIteration", kind_of(gen));
    }
    else if (PyAsyncGen_CheckExact(gen) && PyErr_ExceptionMatches(PyExc_StopAsyncIteration)) {
        _PyErr_FormatFromCause(PyExc_RuntimeError, "async generator raised StopAsyncIteration");
    }
}

/* The error set is about to be raised in the generator, whose frame is current: what that handles is its context. */
static void
chain_thrown(PyGenObject *gen)
{
    PyObject *type, *value, *tb;
    if (gen->gi_exc_state.exc_value == NULL) {
        return;
    }
    PyErr_Fetch(&type, &value, &tb);
    PyErr_NormalizeException(&type, &value, &tb);
    if (tb != NULL) {
        PyException_SetTraceback(value, tb);
    }
    PyErr_SetObject(type, value);
    Py_DECREF(type);
    Py_DECREF(value);
    Py_XDECREF(tb);
}

/* Run from C; the caller holds the generator.  arg: what is sent, NULL for next(); throwing: the error set is raised in it
 * instead; placed: what is sent stands in its place already and the frame's pc behind it. */
static PySendResult
generator_run(PyGenObject *gen, PyObject *arg, bool throwing, bool placed, bool closing, PyObject **result)
{
    OuThread *thread = ou_thread();
    *result = NULL;
    if (gen->gi_frame_state == OU_GEN_CREATED && arg != NULL && arg != Py_None && !throwing) {
        PyErr_Format(PyExc_TypeError, "can't send non-None value to a just-started %s", kind_of(gen));
        return PYGEN_ERROR;
    }
    if (gen->gi_frame_state == OU_GEN_EXECUTING) {
        PyErr_Format(PyExc_ValueError, "%s already executing", kind_of(gen));
        return PYGEN_ERROR;
    }
    if (gen->gi_frame_state >= OU_GEN_CLEARED) {
        if (PyCoro_CheckExact(gen) && !closing) {
            PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited coroutine");
        }
        else if (arg != NULL && !throwing) {
            *result = Py_NewRef(Py_None);
            return PYGEN_RETURN;
        }
        return PYGEN_ERROR;
    }
    Frame *frame = ou_gen_frame(gen);
    if (throwing || placed) {
        generator_enter(thread, gen, thread->frame);
        if (throwing) {
            chain_thrown(gen);
        }
    }
    else {
        ou_generator_resume(thread, gen, Py_NewRef(arg != NULL ? arg : Py_None), thread->frame);
    }
    frame->is_entry = true;
    PyObject *value = throwing ? ou_eval_throw(thread, frame) : ou_eval(thread, frame);
    int8_t state = gen->gi_frame_state;
    if (value == NULL) {
        return PYGEN_ERROR;
    }
    if (state != OU_GEN_SUSPENDED && arg == NULL && value == Py_None && !PyAsyncGen_CheckExact(gen)) {
        Py_DECREF(value); /* next() wants no StopIteration for a plain end */
        return PYGEN_ERROR;
    }
    *result = value;
    return state == OU_GEN_SUSPENDED ? PYGEN_NEXT : PYGEN_RETURN;
}

/* The end of a generator as an error: StopIteration with the value (taken). */
static void
raise_end(PyGenObject *gen, PyObject *value)
{
    if (PyAsyncGen_CheckExact(gen)) {
        PyErr_SetNone(PyExc_StopAsyncIteration);
    }
    else if (value == Py_None) {
        PyErr_SetNone(PyExc_StopIteration);
    }
    else {
        _PyGen_SetStopIterationValue(value);
    }
    Py_DECREF(value);
}

static PyObject *
run_raising(PyGenObject *gen, PyObject *arg, bool throwing, bool placed, bool closing)
{
    PyObject *result;
    if (generator_run(gen, arg, throwing, placed, closing, &result) == PYGEN_RETURN) {
        raise_end(gen, result);
        return NULL;
    }
    return result;
}

/* am_send.  See vm.h. */
PySendResult
ou_generator_send(PyGenObject *gen, PyObject *arg, PyObject **result)
{
    return generator_run(gen, arg, false, false, false, result);
}

static PySendResult
generator_am_send(PyObject *self, PyObject *arg, PyObject **result)
{
    return generator_run((PyGenObject *)self, arg, false, false, false, result);
}

/* See vm.h. */
PyObject *
ou_generator_send_raising(PyGenObject *gen, PyObject *arg)
{
    return run_raising(gen, arg, false, false, false);
}

static PyObject *
generator_iternext(PyObject *self)
{
    PyGenObject *gen = (PyGenObject *)self;
    PyObject *result;
    if (OU_LIKELY(gen->gi_frame_state == OU_GEN_SUSPENDED)) { /* generator_run(), for what C code asks most */
        OuThread *thread = ou_thread();
        Frame *frame = ou_gen_frame(gen);
        generator_enter(thread, gen, thread->frame);
        frame->is_entry = true;
        frame->pc = ou_yield_resumed(frame, Py_NewRef(Py_None), !ou_is_traced(thread));
        result = ou_eval(thread, frame);
        if (result == NULL || gen->gi_frame_state == OU_GEN_SUSPENDED) {
            return result;
        }
    }
    else if (generator_run(gen, NULL, false, false, false, &result) != PYGEN_RETURN) {
        return result;
    }
    if (result != Py_None) {
        _PyGen_SetStopIterationValue(result);
    }
    Py_DECREF(result);
    return NULL;
}

/* ---- delegation, throw, close ------------------------------------------------------------------------- */

/* See vm.h. */
PyObject *
ou_generator_delegate(PyGenObject *gen)
{
    if (gen->gi_frame_state != OU_GEN_SUSPENDED) {
        return NULL;
    }
    Frame *frame = ou_gen_frame(gen);
    return ou_op_base(frame->pc->op) == OU_OP_YIELD_FROM ? frame->registers[frame->pc->b & OU_INDEX_MASK] : NULL;
}

/* Close what a generator delegates to.  Returns 0, or -1 with an error set.  RE-ENTRANT. */
static int
close_delegate(PyGenObject *gen, PyObject *delegate)
{
    PyObject *result, *close;
    int8_t state = gen->gi_frame_state;
    gen->gi_frame_state = OU_GEN_EXECUTING;
    if (PyGen_CheckExact(delegate) || PyCoro_CheckExact(delegate)) {
        result = ou_generator_close((PyGenObject *)delegate);
    }
    else {
        if (_PyObject_LookupAttr(delegate, OU_STR(close), &close) < 0) {
            PyErr_WriteUnraisable(delegate);
        }
        if (close == NULL) {
            gen->gi_frame_state = state;
            return 0;
        }
        OU_HOLD(h, &close);
        result = PyObject_CallNoArgs(close);
        OU_HOLD_END(h);
        Py_DECREF(close);
    }
    gen->gi_frame_state = state;
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

/* See vm.h. */
PyObject *
ou_generator_close(PyGenObject *gen)
{
    if (gen->gi_frame_state == OU_GEN_CREATED && !ou_is_traced(ou_thread())) {
        generator_drop_frame(gen); /* nothing of it has run: no handler could see the exception */
        Py_RETURN_NONE;
    }
    PyObject *delegate = Py_XNewRef(ou_generator_delegate(gen)), *result;
    int failed = 0;
    if (delegate != NULL) {
        OU_HOLD(h, &delegate);
        failed = close_delegate(gen, delegate);
        Py_CLEAR(delegate);
        OU_HOLD_END(h);
    }
    if (!failed) {
        PyErr_SetNone(PyExc_GeneratorExit);
    }
    result = run_raising(gen, Py_None, true, false, true);
    if (result != NULL) {
        Py_DECREF(result);
        PyErr_Format(PyExc_RuntimeError, "%s ignored GeneratorExit", kind_of(gen));
        return NULL;
    }
    if (PyErr_ExceptionMatches(PyExc_StopIteration) || PyErr_ExceptionMatches(PyExc_GeneratorExit)) {
        PyErr_Clear();
        Py_RETURN_NONE;
    }
    return NULL;
}

/* The delegate answered a throw() by ending: its value is sent, or the error it set is raised, in the generator. */
static PyObject *
delegate_ended(PyGenObject *gen)
{
    PyObject *value;
    if (_PyGen_FetchStopIterationValue(&value) < 0) {
        return run_raising(gen, Py_None, true, false, false);
    }
    Frame *frame = ou_gen_frame(gen);
    OuInstr i = *frame->pc;
    PyObject *delegate = frame->registers[i.b & OU_INDEX_MASK];
    frame->registers[i.a & OU_INDEX_MASK] = value;
    frame->registers[i.b & OU_INDEX_MASK] = NULL;
    frame->pc += 1 + (int16_t)i.c;
    OU_HOLD(h, &delegate);
    Py_CLEAR(delegate);
    OU_HOLD_END(h);
    return run_raising(gen, Py_None, false, true, false);
}

/* What is left to do when a throw() was passed on to the delegate. */
typedef enum { NOTHING_MORE, THROW_HERE, RAISE_HERE, DELEGATE_ENDED } AfterThrow;

/* throw() passed on to the delegate.  Returns its value, or NULL with what comes next in *after. */
static PyObject *
throw_to_delegate(PyGenObject *gen, PyObject *delegate, bool close_on_exit, PyObject *type, PyObject *value, PyObject *tb,
                  AfterThrow *after)
{
    PyObject *result, *throw;
    int8_t state = gen->gi_frame_state;
    *after = NOTHING_MORE;
    if (PyErr_GivenExceptionMatches(type, PyExc_GeneratorExit) && close_on_exit) {
        *after = close_delegate(gen, delegate) < 0 ? RAISE_HERE : THROW_HERE;
        return NULL;
    }
    if (PyGen_CheckExact(delegate) || PyCoro_CheckExact(delegate)) {
        gen->gi_frame_state = OU_GEN_EXECUTING;
        if (ou_recursion_enter(" while calling a Python object") < 0) {
            gen->gi_frame_state = state;
            return NULL;
        }
        /* Our frame is the delegate's caller, though it does not run. */
        OuThread *thread = ou_thread();
        Frame *frame = ou_gen_frame(gen), *back = thread->frame;
        frame->back = back;
        ou_stack_enter_generator(thread, back);
        thread->frame = frame;
        result = ou_generator_throw_raising((PyGenObject *)delegate, close_on_exit, type, value, tb);
        thread->frame = back;
        ou_stack_leave_generator(thread);
        frame->back = NULL;
        ou_recursion_leave();
    }
    else {
        if (_PyObject_LookupAttr(delegate, OU_STR(throw), &throw) < 0) {
            return NULL;
        }
        if (throw == NULL) {
            *after = THROW_HERE;
            return NULL;
        }
        gen->gi_frame_state = OU_GEN_EXECUTING;
        OU_HOLD(h, &throw);
        result = PyObject_CallFunctionObjArgs(throw, type, value, tb, NULL);
        OU_HOLD_END(h);
        Py_DECREF(throw);
    }
    gen->gi_frame_state = state;
    *after = result != NULL ? NOTHING_MORE : DELEGATE_ENDED;
    return result;
}

/* See vm.h.  type, value and tb borrowed; value and tb may be NULL. */
PyObject *
ou_generator_throw_raising(PyGenObject *gen, int close_on_exit, PyObject *type, PyObject *value, PyObject *tb)
{
    PyObject *delegate = Py_XNewRef(ou_generator_delegate(gen));
    if (delegate != NULL) {
        AfterThrow after;
        OU_HOLD(h, &delegate);
        PyObject *result = throw_to_delegate(gen, delegate, close_on_exit, type, value, tb, &after);
        Py_CLEAR(delegate); /* before the generator goes on, whose reference may be the last then */
        OU_HOLD_END(h);
        switch (after) {
        case NOTHING_MORE: return result;
        case DELEGATE_ENDED: return delegate_ended(gen);
        case RAISE_HERE: return run_raising(gen, Py_None, true, false, false);
        case THROW_HERE: break;
        }
    }
    if (tb == Py_None) {
        tb = NULL;
    }
    else if (tb != NULL && !PyTraceBack_Check(tb)) {
        PyErr_SetString(PyExc_TypeError, "throw() third argument must be a traceback object");
        return NULL;
    }
    Py_INCREF(type);
    Py_XINCREF(value);
    Py_XINCREF(tb);
    if (PyExceptionClass_Check(type)) {
        PyErr_NormalizeException(&type, &value, &tb);
    }
    else if (PyExceptionInstance_Check(type)) {
        if (value != NULL && value != Py_None) {
            PyErr_SetString(PyExc_TypeError, "instance exception may not have a separate value");
            goto failed;
        }
        Py_XDECREF(value);
        value = type;
        type = Py_NewRef((PyObject *)Py_TYPE(value));
        if (tb == NULL) {
            tb = PyException_GetTraceback(value);
        }
    }
    else {
        PyErr_Format(PyExc_TypeError, "exceptions must be classes or instances deriving from BaseException, not %s",
                     Py_TYPE(type)->tp_name);
        goto failed;
    }
    PyErr_Restore(type, value, tb);
    return run_raising(gen, Py_None, true, false, false);
failed:
    Py_DECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(tb);
    return NULL;
}

/* Raise StopIteration(value), whatever the value is.  Returns 0, or -1 if that failed with another error. */
int
_PyGen_SetStopIterationValue(PyObject *value)
{
    if (value == NULL || (!PyTuple_Check(value) && !PyExceptionInstance_Check(value))) {
        PyErr_SetObject(PyExc_StopIteration, value);
        return 0;
    }
    PyObject *error = PyObject_CallOneArg(PyExc_StopIteration, value); /* else the value would be taken for arguments */
    if (error == NULL) {
        return -1;
    }
    PyErr_SetObject(PyExc_StopIteration, error);
    Py_DECREF(error);
    return 0;
}

/* If StopIteration is set, or nothing, clear it: its value, new, in *result, and 0.  Else -1. */
int
_PyGen_FetchStopIterationValue(PyObject **result)
{
    PyObject *type, *error, *tb, *value = NULL;
    if (PyErr_ExceptionMatches(PyExc_StopIteration)) {
        PyErr_Fetch(&type, &error, &tb);
        PyErr_NormalizeException(&type, &error, &tb);
        if (!PyObject_TypeCheck(error, (PyTypeObject *)PyExc_StopIteration)) {
            PyErr_Restore(type, error, tb);
            return -1;
        }
        value = Py_XNewRef(((PyStopIterationObject *)error)->value);
        Py_XDECREF(type);
        Py_XDECREF(error);
        Py_XDECREF(tb);
    }
    else if (PyErr_Occurred()) {
        return -1;
    }
    *result = value != NULL ? value : Py_NewRef(Py_None);
    return 0;
}

/* ---- methods and attributes, shared by the kinds ------------------------------------------------------- */

PyObject *
ou_generator_method_send(PyObject *self, PyObject *arg)
{
    return run_raising((PyGenObject *)self, arg, false, false, false);
}

PyObject *
ou_generator_method_throw(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    if (n_args < 1 || n_args > 3) {
        PyErr_Format(PyExc_TypeError, "throw expected at %s %d argument%s, got %zd", n_args < 1 ? "least" : "most",
                     n_args < 1 ? 1 : 3, n_args < 1 ? "" : "s", n_args);
        return NULL;
    }
    return ou_generator_throw_raising((PyGenObject *)self, 1, args[0], n_args > 1 ? args[1] : NULL,
                                      n_args > 2 ? args[2] : NULL);
}

PyObject *
ou_generator_method_close(PyObject *self, PyObject *unused)
{
    return ou_generator_close((PyGenObject *)self);
}

PyObject *
ou_generator_method_sizeof(PyObject *self, PyObject *unused)
{
    Py_ssize_t n = ou_code_n_registers(((PyGenObject *)self)->gi_code);
    return PyLong_FromSsize_t(Py_TYPE(self)->tp_basicsize + n * (Py_ssize_t)sizeof(PyObject *));
}

PyObject *
ou_generator_get_name(PyObject *self, void *unused)
{
    return Py_NewRef(((PyGenObject *)self)->gi_name);
}

int
ou_generator_set_name(PyObject *self, PyObject *value, void *unused)
{
    if (value == NULL || !PyUnicode_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "__name__ must be set to a string object");
        return -1;
    }
    Py_SETREF(((PyGenObject *)self)->gi_name, Py_NewRef(value));
    return 0;
}

PyObject *
ou_generator_get_qualname(PyObject *self, void *unused)
{
    return Py_NewRef(((PyGenObject *)self)->gi_qualname);
}

int
ou_generator_set_qualname(PyObject *self, PyObject *value, void *unused)
{
    if (value == NULL || !PyUnicode_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "__qualname__ must be set to a string object");
        return -1;
    }
    Py_SETREF(((PyGenObject *)self)->gi_qualname, Py_NewRef(value));
    return 0;
}

PyObject *
ou_generator_get_running(PyObject *self, void *unused)
{
    return PyBool_FromLong(((PyGenObject *)self)->gi_frame_state == OU_GEN_EXECUTING);
}

PyObject *
ou_generator_get_suspended(PyObject *self, void *unused)
{
    return PyBool_FromLong(((PyGenObject *)self)->gi_frame_state == OU_GEN_SUSPENDED);
}

PyObject *
ou_generator_get_frame(PyObject *self, void *unused)
{
    PyGenObject *gen = (PyGenObject *)self;
    if (gen->gi_frame_state >= OU_GEN_CLEARED) {
        Py_RETURN_NONE;
    }
    return Py_XNewRef((PyObject *)ou_frame_object(ou_gen_frame(gen)));
}

PyObject *
ou_generator_get_code(PyObject *self, void *unused)
{
    return Py_NewRef((PyObject *)((PyGenObject *)self)->gi_code);
}

PyObject *
ou_generator_get_yieldfrom(PyObject *self, void *unused)
{
    PyObject *delegate = ou_generator_delegate((PyGenObject *)self);
    return Py_NewRef(delegate != NULL ? delegate : Py_None);
}

static PyObject *
generator_repr(PyObject *self)
{
    return PyUnicode_FromFormat("<generator object %S at %p>", ((PyGenObject *)self)->gi_qualname, self);
}

static PyMethodDef generator_methods[] = {
    {"send", ou_generator_method_send, METH_O,
     "send(arg) -> send 'arg' into generator,\nreturn next yielded value or raise StopIteration."},
    {"throw", (PyCFunction)(void (*)(void))ou_generator_method_throw, METH_FASTCALL,
     "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\n"
     "StopIteration."},
    {"close", ou_generator_method_close, METH_NOARGS, "close() -> raise GeneratorExit inside generator."},
    {"__sizeof__", ou_generator_method_sizeof, METH_NOARGS, NULL},
    {NULL},
};

static PyGetSetDef generator_getset[] = {
    {"__name__", ou_generator_get_name, ou_generator_set_name, "name of the generator", NULL},
    {"__qualname__", ou_generator_get_qualname, ou_generator_set_qualname, "qualified name of the generator", NULL},
    {"gi_yieldfrom", ou_generator_get_yieldfrom, NULL, "object being iterated by yield from, or None", NULL},
    {"gi_running", ou_generator_get_running, NULL, NULL, NULL},
    {"gi_frame", ou_generator_get_frame, NULL, NULL, NULL},
    {"gi_suspended", ou_generator_get_suspended, NULL, NULL, NULL},
    {"gi_code", ou_generator_get_code, NULL, NULL, NULL},
    {NULL},
};

static PyAsyncMethods generator_as_async = {.am_send = generator_am_send};

PyTypeObject PyGen_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "generator",
    .tp_basicsize = offsetof(PyGenObject, gi_iframe) + sizeof(Frame),
    .tp_itemsize = sizeof(PyObject *),
    .tp_dealloc = ou_generator_dealloc,
    .tp_as_async = &generator_as_async,
    .tp_repr = generator_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = ou_generator_traverse,
    .tp_weaklistoffset = offsetof(PyGenObject, gi_weakreflist),
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = generator_iternext,
    .tp_methods = generator_methods,
    .tp_getset = generator_getset,
    .tp_finalize = _PyGen_Finalize,
};

/* ---- generators of frames made by C code --------------------------------------------------------------- */

/* A frame object's frame, which must be a generator's that has not begun, can't be had this way: PyFrame_New() makes frames
 * that only tracebacks use. */
static PyObject *
cannot_make(PyFrameObject *frame)
{
    Py_XDECREF((PyObject *)frame);
    PyErr_SetString(PyExc_SystemError, "generators cannot be made of frame objects");
    return NULL;
}

PyObject *
PyGen_New(PyFrameObject *frame)
{
    return cannot_make(frame);
}

PyObject *
PyGen_NewWithQualName(PyFrameObject *frame, PyObject *name, PyObject *qualname)
{
    return cannot_make(frame);
}

PyObject *
PyCoro_New(PyFrameObject *frame, PyObject *name, PyObject *qualname)
{
    return cannot_make(frame);
}

PyObject *
PyAsyncGen_New(PyFrameObject *frame, PyObject *name, PyObject *qualname)
{
    return cannot_make(frame);
}
