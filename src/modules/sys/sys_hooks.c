/* modules/sys/sys_hooks.c - what sys does on events: display, errors, exit, tracing, auditing, frames.
 *
 * Owns       the interpreter's list of audit hooks: made for the first one, only ever appended to. */
#include "modules/sys/sys.h"
#include "runtime/import.h"
#include "vm/vm.h"

/* ---- the prompt's display ------------------------------------------------------------------------------- */

/* Write the repr of a value to a file whose encoding may not have all of its characters. */
static int
write_escaped(PyObject *file, PyObject *value)
{
    PyObject *repr = PyObject_Repr(value), *encoding = repr == NULL ? NULL : PyObject_GetAttr(file, OU_STR(encoding));
    const char *name = encoding == NULL ? NULL : PyUnicode_AsUTF8(encoding);
    PyObject *bytes = name == NULL ? NULL : PyUnicode_AsEncodedString(repr, name, "backslashreplace");
    PyObject *text = bytes == NULL ? NULL : PyUnicode_FromEncodedObject(bytes, name, "strict");
    int status = text == NULL ? -1 : PyFile_WriteObject(text, file, Py_PRINT_RAW);
    Py_XDECREF(repr);
    Py_XDECREF(encoding);
    Py_XDECREF(bytes);
    Py_XDECREF(text);
    return status;
}

static PyObject *
sys_displayhook(PyObject *module, PyObject *value)
{
    PyObject *builtins = ou_interp()->builtins, *file;
    if (value == Py_None) {
        Py_RETURN_NONE;
    }
    if (builtins == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "lost builtins module");
        return NULL;
    }
    if (PyDict_SetItemString(builtins, "_", Py_None) < 0) { /* first: repr() may print */
        return NULL;
    }
    file = PySys_GetObject("stdout");
    if (file == NULL || file == Py_None) {
        PyErr_SetString(PyExc_RuntimeError, "lost sys.stdout");
        return NULL;
    }
    Py_INCREF(file);
    OU_HOLD(hold, &file);
    int status = PyFile_WriteObject(value, file, 0);
    if (status < 0 && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
        PyErr_Clear();
        status = write_escaped(file, value);
    }
    if (status == 0) {
        status = PyFile_WriteObject(OU_LATIN1_CHAR('\n'), file, Py_PRINT_RAW);
    }
    OU_HOLD_END(hold);
    Py_DECREF(file);
    if (status < 0 || PyDict_SetItemString(builtins, "_", value) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
sys_excepthook(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("excepthook", n_args, 3, 3)) {
        return NULL;
    }
    PyErr_Display(args[0], args[1], args[2]);
    Py_RETURN_NONE;
}

static PyObject *
sys_breakpointhook(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    const char *name = getenv("PYTHONBREAKPOINT");
    if (name == NULL || *name == 0 || !ou_interp()->config->use_environment) {
        name = "pdb.set_trace";
    }
    if (strcmp(name, "0") == 0) {
        Py_RETURN_NONE;
    }
    const char *dot = strrchr(name, '.');
    PyObject *module_name = dot ? PyUnicode_FromStringAndSize(name, dot - name) : PyUnicode_FromString("builtins");
    PyObject *from = module_name == NULL ? NULL : PyImport_Import(module_name);
    PyObject *hook = from == NULL ? NULL : PyObject_GetAttrString(from, dot ? dot + 1 : name);
    Py_XDECREF(module_name);
    Py_XDECREF(from);
    if (hook == NULL) {
        PyErr_Clear();
        if (PyErr_WarnFormat(PyExc_RuntimeWarning, 0, "Ignoring unimportable $PYTHONBREAKPOINT: \"%s\"", name) < 0) {
            return NULL;
        }
        Py_RETURN_NONE;
    }
    PyObject *result = PyObject_Vectorcall(hook, args, (size_t)n_args, kwnames);
    Py_DECREF(hook);
    return result;
}

/* ---- exceptions and exit ---------------------------------------------------------------------------------- */

static PyObject *
sys_exc_info(PyObject *module, PyObject *ignored)
{
    PyObject *type, *value, *traceback;
    PyErr_GetExcInfo(&type, &value, &traceback);
    return Py_BuildValue("(NNN)", type ? type : Py_NewRef(Py_None), value ? value : Py_NewRef(Py_None),
                         traceback ? traceback : Py_NewRef(Py_None));
}

static PyObject *
sys_exception(PyObject *module, PyObject *ignored)
{
    PyObject *type, *value, *traceback;
    PyErr_GetExcInfo(&type, &value, &traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    return value != NULL ? value : Py_NewRef(Py_None);
}

static PyObject *
sys_exit(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (_PyArg_CheckPositional("exit", n_args, 0, 1)) {
        PyErr_SetObject(PyExc_SystemExit, n_args ? args[0] : Py_None);
    }
    return NULL;
}

/* ---- frames -------------------------------------------------------------------------------------------------- */

static PyObject *
sys_getframe(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    int depth = 0;
    if (!_PyArg_CheckPositional("_getframe", n_args, 0, 1)) {
        return NULL;
    }
    if (n_args && (depth = _PyLong_AsInt(args[0])) == -1 && PyErr_Occurred()) {
        return NULL;
    }
    PyFrameObject *frame = PyThreadState_GetFrame(ou_tstate());
    if (frame == NULL && ou_thread()->frame != NULL) { /* it has swallowed the error */
        return PyErr_NoMemory();
    }
    while (frame != NULL && depth-- > 0) {
        PyFrameObject *back = PyFrame_GetBack(frame);
        Py_DECREF(frame);
        frame = back;
    }
    if (frame == NULL && !PyErr_Occurred()) {
        PyErr_SetString(PyExc_ValueError, "call stack is not deep enough");
    }
    if (frame != NULL && PySys_Audit("sys._getframe", "(O)", frame) < 0) {
        Py_CLEAR(frame);
    }
    return (PyObject *)frame;
}

static PyObject *
sys_current_frames(PyObject *module, PyObject *ignored)
{
    return _PyThread_CurrentFrames();
}

static PyObject *
sys_current_exceptions(PyObject *module, PyObject *ignored)
{
    return _PyThread_CurrentExceptions();
}

/* ---- switch interval, async generators ----------------------------------------------------------------------------- */

static PyObject *
sys_getswitchinterval(PyObject *module, PyObject *ignored)
{
    return PyFloat_FromDouble(1e-6 * (double)_PyEval_GetSwitchInterval());
}

static PyObject *
sys_setswitchinterval(PyObject *module, PyObject *value)
{
    double seconds = PyFloat_AsDouble(value);
    if (seconds == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    if (!(seconds > 0.0)) {
        PyErr_SetString(PyExc_ValueError, "switch interval must be strictly positive");
        return NULL;
    }
    _PyEval_SetSwitchInterval((unsigned long)(1e6 * seconds));
    Py_RETURN_NONE;
}

static PyObject *
sys_set_asyncgen_hooks(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"set_asyncgen_hooks", {"firstiter", "finalizer"}, .n_positional = 2, .n_all = 2};
    static const char *const names[] = {"firstiter", "finalizer"};
    PyObject *v[2];
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    for (int i = 0; i < 2; i++) {
        if (v[i] != NULL && v[i] != Py_None && !PyCallable_Check(v[i])) {
            PyErr_Format(PyExc_TypeError, "callable %s expected, got %.50s", names[i], Py_TYPE(v[i])->tp_name);
            return NULL;
        }
    }
    if (v[0] != NULL) {
        Py_XSETREF(ou_tstate()->async_gen_firstiter, v[0] == Py_None ? NULL : Py_NewRef(v[0]));
    }
    if (v[1] != NULL) {
        Py_XSETREF(ou_tstate()->async_gen_finalizer, v[1] == Py_None ? NULL : Py_NewRef(v[1]));
    }
    Py_RETURN_NONE;
}

static PyObject *
sys_get_asyncgen_hooks(PyObject *module, PyObject *ignored)
{
    static PyStructSequence_Field fields[] = {
        {"firstiter", "Called when an asynchronous generator is first iterated."},
        {"finalizer", "Called when an asynchronous generator that has not ended is about to be collected."},
        {0}};
    static PyStructSequence_Desc desc = {"asyncgen_hooks", "The hooks of asynchronous generators.", fields, 2};
    static PyTypeObject type;
    if (!(type.tp_flags & Py_TPFLAGS_READY) && PyStructSequence_InitType2(&type, &desc) < 0) {
        return NULL;
    }
    PyObject *first = ou_tstate()->async_gen_firstiter, *final = ou_tstate()->async_gen_finalizer;
    PyObject *hooks = PyStructSequence_New(&type);
    if (hooks != NULL) {
        PyStructSequence_SET_ITEM(hooks, 0, Py_NewRef(first ? first : Py_None));
        PyStructSequence_SET_ITEM(hooks, 1, Py_NewRef(final ? final : Py_None));
    }
    return hooks;
}

static PyObject *
sys_set_coroutine_origin_tracking_depth(PyObject *module, PyObject *value)
{
    int depth = _PyLong_AsInt(value);
    if (depth == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (depth < 0) {
        PyErr_SetString(PyExc_ValueError, "depth must be >= 0");
        return NULL;
    }
    ou_tstate()->coroutine_origin_tracking_depth = depth;
    Py_RETURN_NONE;
}

static PyObject *
sys_get_coroutine_origin_tracking_depth(PyObject *module, PyObject *ignored)
{
    return PyLong_FromLong(ou_tstate()->coroutine_origin_tracking_depth);
}

/* ---- tracing: the functions that the loop calls back are in vm/trace_python.c ------------------------------------------ */

static PyObject *
sys_settrace(PyObject *module, PyObject *function)
{
    if (ou_trace_set_python(function, false) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
sys_gettrace(PyObject *module, PyObject *ignored)
{
    return ou_trace_get_python(false);
}

static PyObject *
sys_setprofile(PyObject *module, PyObject *function)
{
    if (ou_trace_set_python(function, true) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
sys_getprofile(PyObject *module, PyObject *ignored)
{
    return ou_trace_get_python(true);
}

static PyObject *
sys_call_tracing(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("call_tracing", n_args, 2, 2)) {
        return NULL;
    }
    if (!PyTuple_Check(args[1])) {
        _PyArg_BadArgument("call_tracing", "argument 2", "tuple", args[1]);
        return NULL;
    }
    return _PyEval_CallTracing(args[0], args[1]);
}

/* ---- auditing (PEP 578) -------------------------------------------------------------------------------- */

/* PySys_Audit: tell the hooks of an event; arguments by a Py_BuildValue format.  Returns 0, or -1 with the error that a
 * hook raised.  Costs a test where there are no hooks. */
int
PySys_Audit(const char *event, const char *format, ...)
{
    PyInterpreterState *interp = ou_tstate() ? ou_interp() : NULL;
    if (interp == NULL || interp->audit_hooks == NULL) {
        return 0;
    }
    va_list va;
    va_start(va, format);
    PyObject *args = format && *format ? _Py_VaBuildValue_SizeT(format, va) : PyTuple_New(0);
    va_end(va);
    if (args != NULL && !PyTuple_Check(args)) {
        Py_SETREF(args, PyTuple_Pack(1, args));
    }
    PyObject *name = args == NULL ? NULL : PyUnicode_FromString(event), *hook = NULL;
    int status = name == NULL ? -1 : 0;
    OU_HOLD(hold, &args, &name, &hook);
    for (Py_ssize_t i = 0; status == 0 && i < PyList_GET_SIZE(interp->audit_hooks); i++) {
        hook = Py_NewRef(PyList_GET_ITEM(interp->audit_hooks, i));
        PyObject *result = PyObject_CallFunctionObjArgs(hook, name, args, NULL);
        status = result == NULL ? -1 : 0;
        Py_XDECREF(result);
        Py_CLEAR(hook);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(name);
    Py_XDECREF(args);
    return status;
}

static PyObject *
sys_audit(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (n_args == 0) {
        PyErr_SetString(PyExc_TypeError, "audit expected at least 1 argument, got 0");
        return NULL;
    }
    if (!PyUnicode_Check(args[0])) {
        PyErr_Format(PyExc_TypeError, "expected str for argument 'event', not %.200s", Py_TYPE(args[0])->tp_name);
        return NULL;
    }
    const char *event = PyUnicode_AsUTF8(args[0]);
    PyObject *rest = event == NULL ? NULL : PyTuple_New(n_args - 1);
    for (Py_ssize_t i = 1; rest != NULL && i < n_args; i++) {
        PyTuple_SET_ITEM(rest, i - 1, Py_NewRef(args[i]));
    }
    int status = rest == NULL ? -1 : PySys_Audit(event, "O", rest);
    Py_XDECREF(rest);
    if (status < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
sys_addaudithook(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"addaudithook", {"hook"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyInterpreterState *interp = ou_interp();
    PyObject *v[1];
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    if (PySys_Audit("sys.addaudithook", NULL) < 0) {
        if (PyErr_ExceptionMatches(PyExc_Exception)) { /* a hook refuses: quietly not added */
            PyErr_Clear();
            Py_RETURN_NONE;
        }
        return NULL;
    }
    if (interp->audit_hooks == NULL && (interp->audit_hooks = PyList_New(0)) == NULL) {
        return NULL;
    }
    if (PyList_Append(interp->audit_hooks, v[0]) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
sys_getdefaultencoding(PyObject *module, PyObject *ignored)
{
    return PyUnicode_FromString("utf-8");
}

static PyObject *
sys_getfilesystemencodeerrors(PyObject *module, PyObject *ignored)
{
    return PyUnicode_FromString("surrogateescape");
}

static PyObject *
sys_getdlopenflags(PyObject *module, PyObject *ignored)
{
    return PyLong_FromLong(ou_dlopen_flags);
}

static PyObject *
sys_setdlopenflags(PyObject *module, PyObject *flags)
{
    int value = _PyLong_AsInt(flags);
    if (value == -1 && PyErr_Occurred()) {
        return NULL;
    }
    ou_dlopen_flags = value;
    Py_RETURN_NONE;
}

static PyObject *
sys_deactivate_stack_trampoline(PyObject *module, PyObject *ignored)
{
    Py_RETURN_NONE;
}

PyMethodDef ou_sys_hook_methods[] = {
    {"addaudithook", FASTCALL_KEYWORDS(sys_addaudithook), "addaudithook($module, /, hook)\n--\n\nAdd a hook for audit events."},
    {"audit", FASTCALL(sys_audit), "audit(event, *args)\n\nTell the hooks of an event."},
    {"breakpointhook", FASTCALL_KEYWORDS(sys_breakpointhook), "breakpointhook(*args, **kws)\n\nWhat breakpoint() calls."},
    {"__breakpointhook__", FASTCALL_KEYWORDS(sys_breakpointhook), "breakpointhook(*args, **kws)\n\nWhat breakpoint() calls."},
    {"_clear_type_cache", sys_deactivate_stack_trampoline, METH_NOARGS, "_clear_type_cache($module, /)\n--\n\nAccepted."},
    {"_current_exceptions", sys_current_exceptions, METH_NOARGS,
     "_current_exceptions($module, /)\n--\n\nThe exception each thread handles."},
    {"_current_frames", sys_current_frames, METH_NOARGS, "_current_frames($module, /)\n--\n\nThe frame of each thread."},
    {"_getframe", FASTCALL(sys_getframe), "_getframe($module, depth=0, /)\n--\n\nA frame of the call stack."},
    {"call_tracing", FASTCALL(sys_call_tracing), "call_tracing($module, func, args, /)\n--\n\nCall with tracing enabled."},
    {"displayhook", sys_displayhook, METH_O, "displayhook($module, object, /)\n--\n\nPrint a value as the prompt does."},
    {"__displayhook__", sys_displayhook, METH_O, "displayhook($module, object, /)\n--\n\nPrint a value as the prompt does."},
    {"exc_info", sys_exc_info, METH_NOARGS,
     "exc_info($module, /)\n--\n\nType, value and traceback of the exception being handled."},
    {"excepthook", FASTCALL(sys_excepthook), "excepthook($module, exctype, value, traceback, /)\n--\n\nPrint an exception."},
    {"__excepthook__", FASTCALL(sys_excepthook),
     "excepthook($module, exctype, value, traceback, /)\n--\n\nPrint an exception."},
    {"exception", sys_exception, METH_NOARGS, "exception($module, /)\n--\n\nThe exception being handled."},
    {"exit", FASTCALL(sys_exit), "exit($module, status=None, /)\n--\n\nLeave the program: raise SystemExit."},
    {"get_asyncgen_hooks", sys_get_asyncgen_hooks, METH_NOARGS,
     "get_asyncgen_hooks($module, /)\n--\n\nThe hooks of asynchronous generators."},
    {"get_coroutine_origin_tracking_depth", sys_get_coroutine_origin_tracking_depth, METH_NOARGS,
     "get_coroutine_origin_tracking_depth($module, /)\n--\n\nFrames noted where a coroutine is made."},
    {"getdefaultencoding", sys_getdefaultencoding, METH_NOARGS, "getdefaultencoding($module, /)\n--\n\n'utf-8'."},
    {"getdlopenflags", sys_getdlopenflags, METH_NOARGS,
     "getdlopenflags($module, /)\n--\n\nFlags for loading extension modules."},
    {"getfilesystemencodeerrors", sys_getfilesystemencodeerrors, METH_NOARGS,
     "getfilesystemencodeerrors($module, /)\n--\n\n'surrogateescape'."},
    {"getfilesystemencoding", sys_getdefaultencoding, METH_NOARGS, "getfilesystemencoding($module, /)\n--\n\n'utf-8'."},
    {"getprofile", sys_getprofile, METH_NOARGS, "getprofile($module, /)\n--\n\nThe profile function."},
    {"getswitchinterval", sys_getswitchinterval, METH_NOARGS,
     "getswitchinterval($module, /)\n--\n\nSeconds between switches of threads."},
    {"gettrace", sys_gettrace, METH_NOARGS, "gettrace($module, /)\n--\n\nThe trace function."},
    {"set_asyncgen_hooks", FASTCALL_KEYWORDS(sys_set_asyncgen_hooks),
     "set_asyncgen_hooks([firstiter] [, finalizer])\n\nSet the hooks of asynchronous generators."},
    {"set_coroutine_origin_tracking_depth", sys_set_coroutine_origin_tracking_depth, METH_O,
     "set_coroutine_origin_tracking_depth($module, /, depth)\n--\n\nSet that depth."},
    {"setdlopenflags", sys_setdlopenflags, METH_O,
     "setdlopenflags($module, flags, /)\n--\n\nSet the flags for loading extension modules."},
    {"setprofile", sys_setprofile, METH_O, "setprofile(function)\n\nSet the profile function."},
    {"setswitchinterval", sys_setswitchinterval, METH_O,
     "setswitchinterval($module, interval, /)\n--\n\nSet the seconds between switches."},
    {"settrace", sys_settrace, METH_O, "settrace(function)\n\nSet the trace function."},
    {NULL},
};
