/* vm/trace.c - events for sys.settrace, sys.setprofile and their C forms.
 *
 * While a thread has a trace or profile function its loops take the tracing dispatch table, which comes by here before
 * every instruction.  Where a frame stood last is kept in its object's first data word, which is unused until the
 * frame ends.
 *
 * Invariant  no event is reported while `tracing` is above 0, as it is when a trace function is called.
 * Not here   the Python-level functions: they are trace functions in C that call them (modules/sys). */

#include "vm/ops.h"

/* ---- calling the functions ---------------------------------------------------------------------------- */

/* Report an event to one function.  Returns 0, or -1 with an error set.  RE-ENTRANT. */
static int
report(OuThread *thread, Frame *frame, Py_tracefunc function, PyObject *self, int what, PyObject *arg)
{
    PyThreadState *ts = &thread->ts;
    if (function == NULL || ts->tracing > 0) {
        return 0;
    }
    PyFrameObject *object = ou_frame_object(frame);
    if (object == NULL) {
        return -1;
    }
    int old_what = ts->tracing_what, old_line = object->f_lineno;
    Py_INCREF((PyObject *)object);
    Py_XINCREF(self);
    PyObject *object_held = (PyObject *)object;
    OU_HOLD(h, &object_held, &self);
    ts->tracing++;
    ts->tracing_what = what;
    object->f_lineno = 0;
    object->f_lineno = PyFrame_GetLineNumber(object);
    for (int word = ou_frame_word(frame); object->f_lineno < 0 && word-- > 0;) {
        object->f_lineno = PyCode_Addr2Line(frame->code, 2 * word); /* code of no line goes by the one before it */
    }
    if (object->f_lineno < 0) {
        object->f_lineno = 0;
    }
    int result = function(self, object, what, arg);
    object->f_lineno = old_line;
    ts->tracing_what = old_what;
    ts->tracing--;
    OU_HOLD_END(h);
    Py_DECREF((PyObject *)object);
    Py_XDECREF(self);
    return result;
}

/* The same, keeping the error in flight unless the function raises one of its own. */
static int
report_protected(OuThread *thread, Frame *frame, Py_tracefunc function, PyObject *self, int what, PyObject *arg)
{
    PyObject *type, *value, *tb;
    PyErr_Fetch(&type, &value, &tb);
    OU_HOLD(h, &type, &value, &tb);
    int result = report(thread, frame, function, self, what, arg);
    OU_HOLD_END(h);
    if (result == 0) {
        PyErr_Restore(type, value, tb);
        return 0;
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(tb);
    return -1;
}

/* ---- events ------------------------------------------------------------------------------------------- */

static int
trace_call(OuThread *thread, Frame *frame)
{
    if (report_protected(thread, frame, thread->ts.c_tracefunc, thread->ts.c_traceobj, PyTrace_CALL, Py_None) < 0) {
        return -1;
    }
    return report_protected(thread, frame, thread->ts.c_profilefunc, thread->ts.c_profileobj, PyTrace_CALL, Py_None);
}

/* See vm.h. */
int
ou_trace_return(OuThread *thread, Frame *frame, PyObject *value)
{
    PyObject *held = Py_XNewRef(value);
    OU_HOLD(h, &held);
    int result = report_protected(thread, frame, thread->ts.c_tracefunc, thread->ts.c_traceobj, PyTrace_RETURN, value);
    if (result == 0) {
        result = report_protected(thread, frame, thread->ts.c_profilefunc, thread->ts.c_profileobj, PyTrace_RETURN, value);
    }
    OU_HOLD_END(h);
    Py_XDECREF(held);
    return result;
}

/* See vm.h. */
void
ou_trace_exception(OuThread *thread, Frame *frame)
{
    if (thread->ts.c_tracefunc == NULL || thread->ts.tracing > 0) {
        return;
    }
    PyObject *type, *value, *tb, *arg;
    PyErr_Fetch(&type, &value, &tb);
    PyErr_NormalizeException(&type, &value, &tb);
    OU_HOLD(h, &type, &value, &tb, &arg);
    arg = PyTuple_Pack(3, type, value != NULL ? value : Py_None, tb != NULL ? tb : Py_None);
    int result = -1;
    if (arg != NULL) {
        result = report(thread, frame, thread->ts.c_tracefunc, thread->ts.c_traceobj, PyTrace_EXCEPTION, arg);
        Py_CLEAR(arg);
    }
    else {
        PyErr_Clear();
        result = 0;
    }
    OU_HOLD_END(h);
    if (result == 0) {
        PyErr_Restore(type, value, tb);
        return;
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(tb);
}

/* Does the step from one word to another begin a loop's turn?  Back jumps do, but for that of FOR_ITER, which stands behind
 * the body of its loop: there it is the way from the body to FOR_ITER. */
static bool
is_new_turn(Frame *frame, int from, int to)
{
    enum { WORDS_FOR_ITER = 2 }; /* with its cache, from which it jumps */
    const OuInstr *code = ou_code_instrs(frame->code);
    if (from < 0) {
        return false;
    }
    if (ou_op_base(code[to].op) == OU_OP_FOR_ITER) {
        return from >= to + WORDS_FOR_ITER + (int16_t)code[to].c && from <= to;
    }
    return from > to && ou_op_base(code[from].op) != OU_OP_FOR_ITER;
}

/* See vm.h. */
int
ou_trace_instruction(OuThread *thread, Frame *frame)
{
    uint16_t op = ou_op_base(frame->pc->op);
    if (thread->ts.tracing > 0) {
        return 0;
    }
    if (op == OU_OP_RESUME) {
        if (trace_call(thread, frame) < 0) {
            return -1;
        }
        if (frame->object != NULL) { /* at the start every line is new */
            frame->object->data[0] = frame->pc->a == 0 ? NULL : (PyObject *)(uintptr_t)(ou_frame_word(frame) + 1);
        }
        return 0;
    }
    if (thread->ts.c_tracefunc == NULL || op == OU_OP_COPY_FREE_VARS || op == OU_OP_MAKE_CELL || op == OU_OP_RETURN_GENERATOR) {
        return 0;
    }
    PyFrameObject *object = ou_frame_object(frame);
    if (object == NULL) {
        return -1;
    }
    uintptr_t last = (uintptr_t)object->data[0]; /* word + 1, or 0 */
    int word = ou_frame_word(frame);
    object->data[0] = (PyObject *)(uintptr_t)(word + 1);
    int line = PyCode_Addr2Line(frame->code, 2 * word);
    int last_line = last == 0 ? -1 : PyCode_Addr2Line(frame->code, 2 * (int)(last - 1));
    if (line != -1 && object->f_trace_lines && (line != last_line || is_new_turn(frame, (int)last - 1, word))) {
        if (report(thread, frame, thread->ts.c_tracefunc, thread->ts.c_traceobj, PyTrace_LINE, Py_None) < 0) {
            return -1;
        }
        if (ou_frame_word(frame) != word) {
            object->data[0] = NULL; /* it jumped */
        }
    }
    if (object->f_trace_opcodes) {
        return report(thread, frame, thread->ts.c_tracefunc, thread->ts.c_traceobj, PyTrace_OPCODE, Py_None);
    }
    return 0;
}

/* Call a function written in C, with events for the profile function. */
static PyObject *
profiled_call(OuThread *thread, Frame *frame, PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    if (report(thread, frame, thread->ts.c_profilefunc, thread->ts.c_profileobj, PyTrace_C_CALL, callable) < 0) {
        return NULL;
    }
    PyObject *result = PyObject_Vectorcall(callable, args, nargsf, kwnames);
    if (thread->ts.c_profilefunc == NULL) {
        return result;
    }
    if (result == NULL) {
        report_protected(thread, frame, thread->ts.c_profilefunc, thread->ts.c_profileobj, PyTrace_C_EXCEPTION, callable);
        return NULL;
    }
    OU_HOLD(h, &result);
    if (report(thread, frame, thread->ts.c_profilefunc, thread->ts.c_profileobj, PyTrace_C_RETURN, callable) < 0) {
        Py_CLEAR(result);
    }
    OU_HOLD_END(h);
    return result;
}

/* See vm.h. */
PyObject *
ou_trace_vectorcall(OuThread *thread, Frame *frame, PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    if (thread->ts.c_profilefunc != NULL) {
        if (PyCFunction_CheckExact(callable) || PyCMethod_CheckExact(callable)) {
            return profiled_call(thread, frame, callable, args, nargsf, kwnames);
        }
        Py_ssize_t n_args = PyVectorcall_NARGS(nargsf);
        if (Py_IS_TYPE(callable, &PyMethodDescr_Type) && n_args > 0) {
            PyObject *bound = Py_TYPE(callable)->tp_descr_get(callable, args[0], (PyObject *)Py_TYPE(args[0]));
            if (bound == NULL) {
                return NULL;
            }
            OU_HOLD(h, &bound);
            PyObject *result = profiled_call(thread, frame, bound, args + 1, (size_t)n_args - 1, kwnames);
            OU_HOLD_END(h);
            Py_DECREF(bound);
            return result;
        }
    }
    return PyObject_Vectorcall(callable, args, nargsf, kwnames);
}

/* See vm.h. */
PyObject *
ou_trace_call_ex(OuThread *thread, Frame *frame, PyObject *callable, PyObject *args, PyObject *kwargs)
{
    bool profiled = thread->ts.c_profilefunc != NULL && PyCFunction_Check(callable);
    if (profiled && report(thread, frame, thread->ts.c_profilefunc, thread->ts.c_profileobj, PyTrace_C_CALL, callable) < 0) {
        return NULL;
    }
    PyObject *result = PyObject_Call(callable, args, kwargs);
    if (profiled && thread->ts.c_profilefunc != NULL) {
        OU_HOLD(h, &result);
        int status = report_protected(thread, frame, thread->ts.c_profilefunc, thread->ts.c_profileobj,
                                      result == NULL ? PyTrace_C_EXCEPTION : PyTrace_C_RETURN, callable);
        if (status < 0) {
            Py_CLEAR(result);
        }
        OU_HOLD_END(h);
    }
    return result;
}

/* ---- jumping ------------------------------------------------------------------------------------------ */

/* A frame may jump only between places where no temporary is alive.  The code doesn't tell where that is, so code with
 * loops over iterators, with or try blocks is left alone. */
static bool
is_jumpable(PyCodeObject *code)
{
    if (PyBytes_GET_SIZE(code->co_exceptiontable) > 0) {
        return false;
    }
    OuInstr *instrs = ou_code_instrs(code);
    for (Py_ssize_t at = 0; at < Py_SIZE(code); at += 1 + ou_op_info[ou_op_base(instrs[at].op)].n_cache) {
        uint16_t op = ou_op_base(instrs[at].op);
        if (op == OU_OP_FOR_ITER || op == OU_OP_SEND) {
            return false;
        }
    }
    return true;
}

/* See vm.h. */
int
ou_trace_set_line(PyFrameObject *object, int line)
{
    Frame *frame = object->f_frame;
    PyCodeObject *code = frame->code;
    PyThreadState *ts = ou_tstate();
    if (object->f_trace == NULL || ts->tracing == 0) {
        PyErr_SetString(PyExc_ValueError, "f_lineno can only be set by a trace function");
        return -1;
    }
    if (ts->tracing_what != PyTrace_LINE) {
        PyErr_SetString(PyExc_ValueError, ts->tracing_what == PyTrace_CALL
                                              ? "can't jump from the 'call' trace event of a new frame"
                                              : "can only jump from a 'line' trace event");
        return -1;
    }
    if (line < code->co_firstlineno) {
        PyErr_Format(PyExc_ValueError, "line %d comes before the current code block", line);
        return -1;
    }
    if (!is_jumpable(code)) {
        PyErr_SetString(PyExc_ValueError, "can't jump in code with loops over iterators, with or try blocks");
        return -1;
    }
    OuInstr *instrs = ou_code_instrs(code);
    Py_ssize_t best = -1;
    int best_line = 0;
    for (Py_ssize_t at = 0; at < Py_SIZE(code); at += 1 + ou_op_info[ou_op_base(instrs[at].op)].n_cache) {
        int here = PyCode_Addr2Line(code, 2 * (int)at);
        if (here >= line && (best < 0 || here < best_line)) {
            best = at;
            best_line = here;
        }
    }
    if (best < 0) {
        PyErr_Format(PyExc_ValueError, "line %d comes after the current code block", line);
        return -1;
    }
    for (int i = code->co_nlocalsplus; i < ou_frame_n_registers(frame); i++) {
        if (frame->registers[i] != NULL) {
            PyErr_SetString(PyExc_ValueError, "can't jump out of an expression");
            return -1;
        }
    }
    for (int i = 0; i < code->co_nlocals; i++) {
        if (frame->registers[i] == NULL) {
            frame->registers[i] = Py_NewRef(Py_None); /* the compiler may know it to be bound there */
        }
    }
    frame->pc = instrs + best;
    object->f_lineno = best_line;
    return 0;
}

/* ---- switching on and off ----------------------------------------------------------------------------- */

/* Put a function in the place of the one there.  Returns 0, or -1 where the old one, falling, asks for this.  RE-ENTRANT. */
static int
set_function(PyThreadState *ts, bool profile, Py_tracefunc new_function, PyObject *new_self)
{
    Py_tracefunc *function = profile ? &ts->c_profilefunc : &ts->c_tracefunc;
    PyObject **self = profile ? &ts->c_profileobj : &ts->c_traceobj;
    bool *installing = &((OuThread *)ts)->installing[profile];
    if (*installing) {
        const char *kind = profile ? "profile" : "trace";
        PyErr_Format(PyExc_RuntimeError, "Cannot install a %s function while another %s function is being installed", kind,
                     kind);
        return -1;
    }
    PyObject *held = Py_XNewRef(new_self);
    OU_HOLD(h, &held);
    *installing = true;
    *function = NULL;
    Py_CLEAR(*self);
    *installing = false;
    OU_HOLD_END(h);
    *self = held;
    *function = new_function;
    ts->cframe->use_tracing = ou_is_traced((OuThread *)ts) ? 255 : 0;
    if (ou_is_traced((OuThread *)ts)) {
        ou_break_request(OU_BREAK_TRACE);
    }
    else {
        __atomic_fetch_and(&_PyRuntime.eval_breaker, ~(uint32_t)OU_BREAK_TRACE, __ATOMIC_RELAXED);
    }
    return 0;
}

/* Returns 0, or -1 with an error set: an audit hook's, or that another one is being installed.  RE-ENTRANT. */
int
_PyEval_SetProfile(PyThreadState *ts, Py_tracefunc function, PyObject *self)
{
    if (PySys_Audit("sys.setprofile", NULL) < 0) {
        return -1;
    }
    return set_function(ts, true, function, self);
}

int
_PyEval_SetTrace(PyThreadState *ts, Py_tracefunc function, PyObject *self)
{
    if (PySys_Audit("sys.settrace", NULL) < 0) {
        return -1;
    }
    return set_function(ts, false, function, self);
}

void
PyEval_SetProfile(Py_tracefunc function, PyObject *self)
{
    if (_PyEval_SetProfile(ou_tstate(), function, self) < 0) {
        PyErr_WriteUnraisable(NULL);
    }
}

void
PyEval_SetTrace(Py_tracefunc function, PyObject *self)
{
    if (_PyEval_SetTrace(ou_tstate(), function, self) < 0) {
        PyErr_WriteUnraisable(NULL);
    }
}
