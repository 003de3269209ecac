/* vm/call.c - entering Python functions, and calling everything else.
 *
 * A call's callable and arguments lie in a window of the caller's temporaries.  A Python function's frame is made right
 * there; a C function gets the window as its argument array.
 *
 * Invariant  until thread->frame is the new frame nothing runs Python code, as the caller's registers no longer
 *            tell what the window holds.
 * Not here   arguments that don't fit exactly (bind.c); the stack itself (stack.c); calls that specialized (eval.c). */

#include "object/slots.h"
#include "object/type.h"
#include "vm/ops.h"
#include "vm/vm.h"

/* ---- frames ------------------------------------------------------------------------------------------- */

/* Last act of a call: the frame, whose function and registers are set, becomes current. */
static inline void
frame_start(OuThread *thread, Frame *frame, PyCodeObject *code, Frame *back, uint16_t dst, unsigned words)
{
    frame->code = (PyCodeObject *)Py_NewRef((PyObject *)code);
    frame->back = back;
    frame->pc = ou_code_instrs(code);
    frame->dst = dst;
    frame->call_words = (uint8_t)words;
    thread->frame = frame;
}

/* Give up a frame-to-be: its registers are NULL already.  Drops the callable. */
static void
frame_abandon(OuThread *thread, Frame *frame)
{
    PyObject *function = frame->function, *scratch = frame->scratch;
    bool moved = frame->moved;
    memset(frame, 0, sizeof *frame);
    if (moved) {
        ou_stack_release(thread, frame);
    }
    Py_XDECREF(function);
    Py_XDECREF(scratch);
}

/* Room for a callee's frame of n_words registers at the window, or elsewhere with function word and n_args arguments moved
 * there.  Returns NULL with the error set and nothing moved. */
static inline Frame *
frame_place(OuThread *thread, PyObject **window, size_t n_words, Py_ssize_t n_args)
{
    if (OU_LIKELY(ou_stack_has(thread, window + OU_WINDOW + n_words))) {
        return (Frame *)window;
    }
    Frame *frame = ou_stack_reserve(thread, n_words);
    if (frame == NULL) {
        return NULL;
    }
    frame->function = window[0];
    window[0] = NULL;
    for (Py_ssize_t i = 0; i < n_args; i++) {
        frame->registers[i] = window[OU_WINDOW + i];
        window[OU_WINDOW + i] = NULL;
    }
    return frame;
}

/* Put arguments that are not just as the parameters in their places.  Code without fast locals works in its globals then, as a
 * module does.  See ou_bind_arguments. */
static int
frame_bind(Frame *frame, PyFunctionObject *function, Py_ssize_t n_args, PyObject *const *kwnames, Py_ssize_t n_kwargs)
{
    if (ou_bind_arguments(function, frame->registers, n_args, kwnames, n_kwargs) < 0) {
        return -1;
    }
    if (!(((PyCodeObject *)function->func_code)->co_flags & CO_OPTIMIZED)) {
        frame->locals = Py_NewRef(function->func_globals);
    }
    return 0;
}

static inline int
recursion_enter(OuThread *thread)
{
    if (OU_UNLIKELY(--thread->ts.recursion_remaining < 0)) {
        return ou_recursion_enter_slow("");
    }
    return 0;
}

/* Call the Python function in the window. */
static OuCall
call_function(OuThread *thread, Frame *caller, PyObject **window, Py_ssize_t n_args, PyObject *kwnames, uint16_t dst,
              unsigned words)
{
    PyFunctionObject *function = (PyFunctionObject *)window[0];
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    if (recursion_enter(thread) < 0) {
        return OU_CALL_ERROR;
    }
    Frame *frame = frame_place(thread, window, ou_bind_n_registers(code, n_args), n_args);
    if (frame == NULL) {
        ou_recursion_leave();
        return OU_CALL_ERROR;
    }
    if (n_args != code->co_argcount || kwnames != NULL || !ou_code_is_simple(code)) {
        if (frame_bind(frame, function, n_args, kwnames != NULL ? ((PyTupleObject *)kwnames)->ob_item : NULL,
                       kwnames != NULL ? PyTuple_GET_SIZE(kwnames) : 0)
            < 0) {
            ou_recursion_leave();
            frame_abandon(thread, frame);
            return OU_CALL_ERROR;
        }
    }
    frame_start(thread, frame, code, caller, dst, words);
    return OU_CALL_ENTER;
}

/* Make room for one more argument in front.  False if the segment has none. */
static bool
window_shift(OuThread *thread, PyObject **window, Py_ssize_t n_args, PyObject *first)
{
    PyObject **args = window + OU_WINDOW;
    if (!ou_stack_has(thread, args + n_args + 1)) {
        return false;
    }
    for (Py_ssize_t i = n_args; i > 0; i--) {
        args[i] = args[i - 1];
    }
    args[0] = first;
    return true;
}

/* ---- classes ------------------------------------------------------------------------------------------ */

/* The Python function __init__ that a call of the class ends in, if making an instance is nothing but allocating. */
PyFunctionObject *
ou_call_plain_init(PyTypeObject *type)
{
    if (Py_TYPE(type) != &PyType_Type || type->tp_new != PyBaseObject_Type.tp_new || type->tp_init != ou_slot_tp_init
        || (type->tp_flags & Py_TPFLAGS_IS_ABSTRACT) || type->tp_vectorcall != NULL) {
        return NULL;
    }
    PyObject *init = ou_type_lookup(type, OU_STR(__init__));
    return init != NULL && PyFunction_Check(init) ? (PyFunctionObject *)init : NULL;
}

static OuCall
call_class(OuThread *thread, Frame *caller, PyObject **window, Py_ssize_t n_args, PyObject *kwnames, uint16_t dst,
           unsigned words, PyFunctionObject *init)
{
    PyTypeObject *type = (PyTypeObject *)window[0];
    PyCodeObject *code = (PyCodeObject *)init->func_code;
    size_t n_words = ou_bind_n_registers(code, n_args + 1);
    if (!ou_stack_has(thread, window + OU_WINDOW + n_words)) {
        return OU_CALL_DONE; /* the caller goes the general way */
    }
    if (recursion_enter(thread) < 0) {
        return OU_CALL_ERROR;
    }
    PyObject *self = type->tp_alloc(type, 0);
    if (self == NULL) {
        ou_recursion_leave();
        return OU_CALL_ERROR;
    }
    window_shift(thread, window, n_args, self);
    window[0] = Py_NewRef((PyObject *)init);
    Frame *frame = (Frame *)window;
    frame->scratch = Py_NewRef(self);
    Py_DECREF(type); /* not the last: the instance holds it */
    if (n_args + 1 != code->co_argcount || kwnames != NULL || !ou_code_is_simple(code)) {
        if (frame_bind(frame, init, n_args + 1, kwnames != NULL ? ((PyTupleObject *)kwnames)->ob_item : NULL,
                       kwnames != NULL ? PyTuple_GET_SIZE(kwnames) : 0)
            < 0) {
            ou_recursion_leave();
            frame_abandon(thread, frame);
            return OU_CALL_ERROR;
        }
    }
    frame->returns = OU_RETURNS_INSTANCE;
    frame_start(thread, frame, code, caller, dst, words);
    return OU_CALL_ENTER;
}

/* ---- everything else ---------------------------------------------------------------------------------- */

/* Store a call's result, then empty the window: callable first, as it was evaluated. */
static inline void
window_finish(Frame *caller, PyObject **window, Py_ssize_t n_args, uint16_t dst, PyObject *result)
{
    PyObject *callable = window[0];
    window[0] = NULL;
    if (caller->registers + (dst & OU_INDEX_MASK) == window) {
        window[0] = result;
        Py_DECREF(callable);
    }
    else {
        window[0] = callable;
        ou_op_store(caller, dst, result);
        Py_CLEAR(window[0]);
    }
    for (Py_ssize_t i = 0; i < n_args; i++) {
        Py_CLEAR(window[OU_WINDOW + i]);
    }
}

static OuCall
call_native(OuThread *thread, Frame *caller, PyObject **window, Py_ssize_t n_args, PyObject *kwnames, uint16_t dst)
{
    PyObject *callable = window[0], *result;
    PyTypeObject *type = Py_TYPE(callable);
    size_t n_positional = (size_t)(n_args - (kwnames != NULL ? PyTuple_GET_SIZE(kwnames) : 0));
    vectorcallfunc function = NULL;
    if (type->tp_flags & Py_TPFLAGS_HAVE_VECTORCALL) {
        function = *(vectorcallfunc *)((char *)callable + type->tp_vectorcall_offset);
    }
    if (OU_UNLIKELY(ou_is_traced(thread))) {
        result = ou_trace_vectorcall(thread, caller, callable, window + OU_WINDOW, n_positional, kwnames);
    }
    else if (function != NULL) {
        /* Without PY_VECTORCALL_ARGUMENTS_OFFSET: what a callee lends the word before the arguments is no count, and
         * words of a frame are. */
        result = function(callable, window + OU_WINDOW, n_positional, kwnames);
        if (OU_UNLIKELY((result == NULL) != (thread->ts.curexc_type != NULL))) {
            result = _Py_CheckFunctionResult(&thread->ts, callable, result, NULL);
        }
    }
    else {
        result = _PyObject_MakeTpCall(&thread->ts, callable, window + OU_WINDOW, (Py_ssize_t)n_positional, kwnames);
    }
    if (OU_UNLIKELY(result == NULL)) {
        return OU_CALL_ERROR;
    }
    window_finish(caller, window, n_args, dst, result);
    return OU_CALL_DONE;
}

/* After window_shift(). */
static OuCall
call_function_shifted(OuThread *thread, Frame *caller, PyObject **window, Py_ssize_t n_args, PyObject *kwnames, uint16_t dst,
                      unsigned words)
{
    OuCall call = call_function(thread, caller, window, n_args, kwnames, dst, words);
    PyObject **last = &window[OU_WINDOW + n_args - 1];
    if (call == OU_CALL_ERROR && *last != NULL) {
        /* The one more argument may lie beyond the caller's registers, where the unwinder doesn't look. */
        Py_CLEAR(*last);
    }
    return call;
}

/* See vm.h. */
OuCall
ou_call_window(OuThread *thread, Frame *caller, PyObject **window, Py_ssize_t n_args, PyObject *kwnames, uint16_t dst,
               unsigned words)
{
    PyObject *callable = window[0];
    PyTypeObject *type = Py_TYPE(callable);
    if (type == &PyFunction_Type) {
        if (OU_LIKELY(((PyFunctionObject *)callable)->vectorcall == _PyFunction_Vectorcall)) {
            return call_function(thread, caller, window, n_args, kwnames, dst, words);
        }
    }
    else if (type == &PyMethod_Type) {
        PyObject *function = ((PyMethodObject *)callable)->im_func, *self = ((PyMethodObject *)callable)->im_self;
        if (PyFunction_Check(function) && ou_stack_has(thread, window + OU_WINDOW + n_args + 1)) {
            Py_INCREF(self);
            window[0] = Py_NewRef(function);
            OU_HOLD(h, &self);
            Py_DECREF(callable); /* callbacks of weak references may run: nothing lies beyond the caller's registers yet */
            OU_HOLD_END(h);
            window_shift(thread, window, n_args, self);
            return call_function_shifted(thread, caller, window, n_args + 1, kwnames, dst, words);
        }
    }
    else if (type->tp_call == ou_slot_tp_call) { /* an instance whose class has __call__ */
        PyObject *function = ou_type_lookup(type, OU_STR(__call__));
        if (function != NULL && PyFunction_Check(function) && window_shift(thread, window, n_args, callable)) {
            window[0] = Py_NewRef(function);
            return call_function_shifted(thread, caller, window, n_args + 1, kwnames, dst, words);
        }
    }
    else if (PyType_Check(callable) && !ou_is_traced(thread)) {
        PyFunctionObject *init = ou_call_plain_init((PyTypeObject *)callable);
        if (init != NULL && init->vectorcall == _PyFunction_Vectorcall) {
            OuCall call = call_class(thread, caller, window, n_args, kwnames, dst, words, init);
            if (call != OU_CALL_DONE) {
                return call;
            }
        }
    }
    return call_native(thread, caller, window, n_args, kwnames, dst);
}

/* ---- f(*args, **kwargs) ------------------------------------------------------------------------------- */

/* A Python function with a tuple and perhaps a dict: its frame takes their items. */
static OuCall
call_function_unpacked(OuThread *thread, Frame *caller, PyObject **window, uint16_t dst, unsigned words)
{
    PyFunctionObject *function = (PyFunctionObject *)window[0];
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    PyObject *args = window[OU_WINDOW], *kwargs = window[OU_WINDOW + 1];
    Py_ssize_t n_positional = PyTuple_GET_SIZE(args), n_kwargs = kwargs != NULL ? PyDict_GET_SIZE(kwargs) : 0;
    Py_ssize_t n_args = n_positional + n_kwargs;
    PyObject *names_inline[16], **names = names_inline;
    if (n_kwargs > (Py_ssize_t)OU_COUNT_OF(names_inline)) {
        names = PyMem_New(PyObject *, n_kwargs);
        if (names == NULL) {
            PyErr_NoMemory();
            return OU_CALL_ERROR;
        }
    }
    OuCall call = OU_CALL_ERROR;
    if (recursion_enter(thread) < 0) {
        goto done;
    }
    window[OU_WINDOW] = window[OU_WINDOW + 1] = NULL;
    Frame *frame = frame_place(thread, window, ou_bind_n_registers(code, n_args), 0);
    if (frame == NULL) {
        ou_recursion_leave();
        window[OU_WINDOW] = args;
        window[OU_WINDOW + 1] = kwargs;
        goto done;
    }
    PyObject **registers = frame->registers;
    for (Py_ssize_t i = 0; i < n_positional; i++) {
        registers[i] = Py_NewRef(PyTuple_GET_ITEM(args, i));
    }
    Py_ssize_t at = 0, n = 0;
    PyObject *value;
    int bound = 0;
    while (n < n_kwargs && PyDict_Next(kwargs, &at, &names[n], &value)) {
        bound |= !PyUnicode_Check(names[n]);
        registers[n_positional + n++] = Py_NewRef(value);
    }
    if (OU_UNLIKELY(bound != 0)) {
        PyErr_SetString(PyExc_TypeError, "keywords must be strings");
        for (Py_ssize_t i = 0; i < n_args; i++) {
            Py_CLEAR(registers[i]);
        }
        bound = -1;
    }
    else if (n_args != code->co_argcount || n_kwargs > 0 || !ou_code_is_simple(code)) {
        bound = frame_bind(frame, function, n_args, names, n_kwargs);
    }
    if (bound < 0) {
        ou_recursion_leave();
        frame_abandon(thread, frame);
    }
    else {
        frame_start(thread, frame, code, caller, dst, words);
        call = OU_CALL_ENTER;
    }
    Py_DECREF(args);
    Py_XDECREF(kwargs);
done:
    if (names != names_inline) {
        PyMem_Free(names);
    }
    return call;
}

/* See vm.h. */
OuCall
ou_call_ex(OuThread *thread, Frame *caller, PyObject **window, uint16_t dst, unsigned words)
{
    PyObject *callable = window[0], *args = window[OU_WINDOW], *kwargs = window[OU_WINDOW + 1];
    if (!PyTuple_CheckExact(args)) {
        if (Py_TYPE(args)->tp_iter == NULL && !PySequence_Check(args)) {
            PyObject *text = _PyObject_FunctionStr(callable);
            if (text != NULL) {
                PyErr_Format(PyExc_TypeError, "%U argument after * must be an iterable, not %.200s", text,
                             Py_TYPE(args)->tp_name);
                Py_DECREF(text);
            }
            return OU_CALL_ERROR;
        }
        PyObject *tuple = PySequence_Tuple(args);
        if (tuple == NULL) {
            return OU_CALL_ERROR;
        }
        window[OU_WINDOW] = tuple;
        Py_DECREF(args);
    }
    if (PyFunction_Check(callable) && ((PyFunctionObject *)callable)->vectorcall == _PyFunction_Vectorcall
        && (kwargs == NULL || PyDict_CheckExact(kwargs))) {
        return call_function_unpacked(thread, caller, window, dst, words);
    }
    PyObject *result;
    if (OU_UNLIKELY(ou_is_traced(thread))) {
        result = ou_trace_call_ex(thread, caller, callable, window[OU_WINDOW], kwargs);
    }
    else {
        result = PyObject_Call(callable, window[OU_WINDOW], kwargs);
    }
    if (result == NULL) {
        return OU_CALL_ERROR;
    }
    window_finish(caller, window, 2, dst, result);
    return OU_CALL_DONE;
}

/* See vm.h.  The closure waits in `locals` until COPY_FREE_VARS; the iterator is the first register already. */
OuCall
ou_call_comprehension(OuThread *thread, Frame *caller, PyObject **window, PyCodeObject *code, uint16_t dst, unsigned words)
{
    if (OU_UNLIKELY(!(OU_CODE_STATE(code) & OU_CODE_TRUSTED)) && ou_code_verify(code) < 0) {
        return OU_CALL_ERROR;
    }
    if (recursion_enter(thread) < 0) {
        return OU_CALL_ERROR;
    }
    Frame *frame = frame_place(thread, window, ou_bind_n_registers(code, 1), 1);
    if (frame == NULL) {
        ou_recursion_leave();
        return OU_CALL_ERROR;
    }
    frame->locals = frame->function;
    frame->function = Py_NewRef(caller->function);
    frame_start(thread, frame, code, caller, dst, words);
    return OU_CALL_ENTER;
}

/* ---- from C ------------------------------------------------------------------------------------------- */

/* func.vectorcall of Python functions.  RE-ENTRANT. */
PyObject *
_PyFunction_Vectorcall(PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    OuThread *thread = ou_thread();
    PyFunctionObject *function = (PyFunctionObject *)callable;
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    Py_ssize_t n_positional = PyVectorcall_NARGS(nargsf);
    Py_ssize_t n_kwargs = kwnames != NULL ? PyTuple_GET_SIZE(kwnames) : 0, n_args = n_positional + n_kwargs;
    size_t n_words = ou_bind_n_registers(code, n_args);
    Frame *back = thread->frame, *frame;
    if (OU_LIKELY(back != NULL && back->owner == OU_FRAME_STACK)) {
        frame = (Frame *)(back->registers + ou_frame_n_registers(back));
        if (OU_UNLIKELY(frame->registers + n_words > thread->stack_limit)) {
            frame = ou_stack_reserve(thread, n_words);
        }
    }
    else {
        frame = ou_stack_reserve(thread, n_words);
    }
    if (frame == NULL) {
        return NULL;
    }
    frame->function = Py_NewRef(callable);
    for (Py_ssize_t i = 0; i < n_args; i++) {
        frame->registers[i] = Py_NewRef(args[i]);
    }
    if (n_args != code->co_argcount || n_kwargs > 0 || !ou_code_is_simple(code)) {
        if (frame_bind(frame, function, n_args, kwnames != NULL ? ((PyTupleObject *)kwnames)->ob_item : NULL, n_kwargs) < 0) {
            frame_abandon(thread, frame);
            return NULL;
        }
    }
    frame_start(thread, frame, code, back, 0, 0);
    frame->is_entry = true;
    return ou_eval(thread, frame);
}

/* See vm.h. */
PyObject *
ou_call_code(PyFunctionObject *function, PyObject *locals)
{
    OuThread *thread = ou_thread();
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    if ((code->co_flags & CO_OPTIMIZED) || locals == NULL) {
        return _PyFunction_Vectorcall((PyObject *)function, NULL, 0, NULL);
    }
    Frame *frame = ou_stack_reserve(thread, ou_bind_n_registers(code, 0));
    if (frame == NULL) {
        return NULL;
    }
    frame->function = Py_NewRef((PyObject *)function);
    frame->locals = Py_NewRef(locals);
    Frame *back = thread->frame;
    frame_start(thread, frame, code, back, 0, 0);
    frame->is_entry = true;
    return ou_eval(thread, frame);
}

/* Run code in namespaces, as exec() does.  locals may be any mapping; NULL: globals. */
PyObject *
PyEval_EvalCode(PyObject *code, PyObject *globals, PyObject *locals)
{
    if (locals == NULL) {
        locals = globals;
    }
    PyObject *builtins = ou_builtins_of(globals);
    if (builtins == NULL) {
        return NULL;
    }
    PyObject *function = ou_function_make(Py_NewRef(code), Py_NewRef(globals), Py_NewRef(builtins), NULL, NULL, NULL, NULL);
    if (function == NULL) {
        return NULL;
    }
    OU_HOLD(h, &function);
    PyObject *result = ou_call_code((PyFunctionObject *)function, locals);
    OU_HOLD_END(h);
    Py_DECREF(function);
    return result;
}

/* A tuple of n borrowed references, or NULL without an error when there are none. */
static PyObject *
tuple_of(PyObject *const *items, Py_ssize_t n, int stride)
{
    PyObject *tuple = PyTuple_New(n);
    for (Py_ssize_t i = 0; tuple != NULL && i < n; i++) {
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(items[i * stride]));
    }
    return tuple;
}

/* The same with arguments, defaults and a closure.  kws: n_kws pairs of name and value. */
PyObject *
PyEval_EvalCodeEx(PyObject *code, PyObject *globals, PyObject *locals, PyObject *const *args, int n_args, PyObject *const *kws,
                  int n_kws, PyObject *const *defaults, int n_defaults, PyObject *kwdefaults, PyObject *closure)
{
    PyObject *result = NULL, *function = NULL, *kwnames = NULL, *all = NULL, *default_tuple = NULL;
    PyObject *builtins = ou_builtins_of(globals);
    if (builtins == NULL || (n_defaults > 0 && (default_tuple = tuple_of(defaults, n_defaults, 1)) == NULL)) {
        return NULL;
    }
    function = ou_function_make(Py_NewRef(code), Py_NewRef(globals), Py_NewRef(builtins), default_tuple, Py_XNewRef(kwdefaults),
                                NULL, Py_XNewRef(closure));
    if (function == NULL) {
        return NULL;
    }
    OU_HOLD(h, &function, &kwnames, &all);
    if (!(((PyCodeObject *)code)->co_flags & CO_OPTIMIZED) && n_args == 0 && n_kws == 0) {
        result = ou_call_code((PyFunctionObject *)function, locals != NULL ? locals : globals);
    }
    else {
        all = PyTuple_New((Py_ssize_t)n_args + n_kws);
        kwnames = tuple_of(kws, n_kws, 2);
        if (all != NULL && kwnames != NULL) {
            for (int i = 0; i < n_args; i++) {
                PyTuple_SET_ITEM(all, i, Py_NewRef(args[i]));
            }
            for (int i = 0; i < n_kws; i++) {
                PyTuple_SET_ITEM(all, n_args + i, Py_NewRef(kws[2 * i + 1]));
            }
            result =
                _PyFunction_Vectorcall(function, ((PyTupleObject *)all)->ob_item, (size_t)n_args, n_kws > 0 ? kwnames : NULL);
        }
    }
    OU_HOLD_END(h);
    Py_XDECREF(all);
    Py_XDECREF(kwnames);
    Py_DECREF(function);
    return result;
}
