/* vm/trace_python.c - sys.settrace and sys.setprofile: trace functions in C that call Python functions.
 *
 * Invariant  a function that raises is switched off: there is no trace function then, and the error goes on.
 * Not here   when events happen (trace.c). */

#include "vm/ops.h"

static PyObject *
event_name(int what)
{
    switch (what) {
    case PyTrace_CALL: return OU_STR(call);
    case PyTrace_EXCEPTION: return OU_STR(exception);
    case PyTrace_LINE: return OU_STR(line);
    case PyTrace_RETURN: return OU_STR(return );
    case PyTrace_C_CALL: return OU_STR(c_call);
    case PyTrace_C_EXCEPTION: return OU_STR(c_exception);
    case PyTrace_C_RETURN: return OU_STR(c_return);
    default: return OU_STR(opcode);
    }
}

/* callback(frame, event, arg), which sees local variables and may change them.  Returns new, or NULL.  RE-ENTRANT. */
static PyObject *
call_python(PyObject *callback, PyFrameObject *frame, int what, PyObject *arg)
{
    if (PyFrame_FastToLocalsWithError(frame) < 0) {
        return NULL;
    }
    PyObject *args[] = {NULL, (PyObject *)frame, event_name(what), arg != NULL ? arg : Py_None}, *result;
    PyObject *held = Py_NewRef(callback);
    OU_HOLD(h, &held);
    result = PyObject_Vectorcall(callback, args + 1, 3 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    PyFrame_LocalsToFast(frame, 1);
    OU_HOLD_END(h);
    Py_DECREF(held);
    if (result == NULL) {
        PyTraceBack_Here(frame);
    }
    return result;
}

static int
profile_python(PyObject *self, PyFrameObject *frame, int what, PyObject *arg)
{
    PyObject *result = call_python(self, frame, what, arg);
    if (result == NULL) {
        _PyEval_SetProfile(ou_tstate(), NULL, NULL);
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

static int
trace_python(PyObject *self, PyFrameObject *frame, int what, PyObject *arg)
{
    PyObject *callback = what == PyTrace_CALL ? self : frame->f_trace;
    if (callback == NULL) {
        return 0;
    }
    PyObject *result = call_python(callback, frame, what, arg);
    if (result == NULL) {
        _PyEval_SetTrace(ou_tstate(), NULL, NULL);
        Py_CLEAR(frame->f_trace);
        return -1;
    }
    if (result != Py_None) {
        Py_XSETREF(frame->f_trace, result);
    }
    else {
        Py_DECREF(result);
    }
    return 0;
}

/* See vm.h. */
int
ou_trace_set_python(PyObject *function, bool profile)
{
    PyThreadState *ts = ou_tstate();
    if (function == Py_None) {
        return profile ? _PyEval_SetProfile(ts, NULL, NULL) : _PyEval_SetTrace(ts, NULL, NULL);
    }
    return profile ? _PyEval_SetProfile(ts, profile_python, function) : _PyEval_SetTrace(ts, trace_python, function);
}

/* See vm.h. */
PyObject *
ou_trace_get_python(bool profile)
{
    PyThreadState *ts = ou_tstate();
    PyObject *self = profile ? ts->c_profileobj : ts->c_traceobj;
    return Py_NewRef(self != NULL ? self : Py_None);
}

/* sys.call_tracing(function, args): trace it even though a trace function runs. */
PyObject *
_PyEval_CallTracing(PyObject *function, PyObject *args)
{
    PyThreadState *ts = ou_tstate();
    int tracing = ts->tracing;
    ts->tracing = 0;
    PyObject *result = PyObject_Call(function, args, NULL);
    ts->tracing = tracing;
    return result;
}
