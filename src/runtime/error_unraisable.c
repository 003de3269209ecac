/* runtime/error_unraisable.c - errors that cannot be raised: from __del__, callbacks, at the end.  They go to sys.unraisablehook.
 *
 * Owns       nothing between calls.
 * Invariant  no error is set afterwards.
 * Not here   exceptions that reach the top (error_print.c). */
#include "runtime/error_print.h"
#include <structmember.h>

static PyTypeObject hook_args_type; /* UnraisableHookArgs, which has no name in sys */

enum { ARG_TYPE, ARG_VALUE, ARG_TRACEBACK, ARG_MESSAGE, ARG_OBJECT, N_ARGS };

static PyStructSequence_Field hook_args_fields[] = {
    {"exc_type", "the exception's class"},       {"exc_value", "the exception, or None"},
    {"exc_traceback", "its traceback, or None"}, {"err_msg", "the message, or None"},
    {"object", "what was the cause, or None"},   {NULL, NULL},
};

static PyStructSequence_Desc hook_args_desc = {
    .name = "UnraisableHookArgs",
    .doc = "UnraisableHookArgs\n\nWhat sys.unraisablehook is told.",
    .fields = hook_args_fields,
    .n_in_sequence = N_ARGS,
};

static PyObject *
none_or(PyObject *op)
{
    return Py_NewRef(op != NULL ? op : Py_None);
}

/* Returns new, or NULL with an error set. */
static PyObject *
hook_args_make(PyObject *exc, PyObject *message, PyObject *object)
{
    PyObject *args = PyStructSequence_New(&hook_args_type);
    if (args != NULL) {
        PyObject *traceback = exc != NULL ? PyException_GetTraceback(exc) : NULL;
        PyStructSequence_SetItem(args, ARG_TYPE, none_or(exc != NULL ? (PyObject *)Py_TYPE(exc) : NULL));
        PyStructSequence_SetItem(args, ARG_VALUE, none_or(exc));
        PyStructSequence_SetItem(args, ARG_TRACEBACK, traceback != NULL ? traceback : Py_NewRef(Py_None));
        PyStructSequence_SetItem(args, ARG_MESSAGE, none_or(message));
        PyStructSequence_SetItem(args, ARG_OBJECT, none_or(object));
    }
    return args;
}

/* ---- the default hook ------------------------------------------------------------------------------------------ */

/* "message: repr(object)" or "Exception ignored in: repr(object)". */
static int
write_heading(const OuErrorSink *sink, PyObject *message, PyObject *object)
{
    if (object != NULL && object != Py_None) {
        if (message != NULL && message != Py_None) {
            if (ou_error_sink_write_str(sink, PyObject_Str(message)) < 0 || ou_error_sink_write(sink, ": ") < 0) {
                return -1;
            }
        }
        else if (ou_error_sink_write(sink, "Exception ignored in: ") < 0) {
            return -1;
        }
        PyObject *text = PyObject_Repr(object);
        if (text == NULL) {
            PyErr_Clear();
            if (ou_error_sink_write(sink, "<object repr() failed>") < 0) {
                return -1;
            }
        }
        else if (ou_error_sink_write_str(sink, text) < 0) {
            return -1;
        }
        return ou_error_sink_write(sink, "\n");
    }
    if (message != NULL && message != Py_None) {
        return ou_error_sink_write_str(sink, PyObject_Str(message)) < 0 ? -1 : ou_error_sink_write(sink, ":\n");
    }
    return 0;
}

static int
write_exception(const OuErrorSink *sink, PyObject *type, PyObject *value)
{
    if (type == NULL || type == Py_None) {
        return 0;
    }
    PyObject *module = PyObject_GetAttr(type, OU_STR(__module__));
    if (module == NULL || !PyUnicode_Check(module)) {
        Py_XDECREF(module);
        PyErr_Clear();
        if (ou_error_sink_write(sink, "<unknown>") < 0) {
            return -1;
        }
    }
    else if (_PyUnicode_EqualToASCIIString(module, "builtins") || _PyUnicode_EqualToASCIIString(module, "__main__")) {
        Py_DECREF(module);
    }
    else if (ou_error_sink_write_str(sink, module) < 0 || ou_error_sink_write(sink, ".") < 0) {
        return -1;
    }
    PyObject *name = PyType_Check(type) ? PyType_GetQualName((PyTypeObject *)type) : NULL;
    if (name == NULL) {
        PyErr_Clear();
        if (ou_error_sink_write(sink, "<unknown>") < 0) {
            return -1;
        }
    }
    else if (ou_error_sink_write_str(sink, name) < 0) {
        return -1;
    }
    if (value != NULL && value != Py_None) {
        if (ou_error_sink_write(sink, ": ") < 0) {
            return -1;
        }
        PyObject *text = PyObject_Str(value);
        if (text == NULL) {
            PyErr_Clear();
            if (ou_error_sink_write(sink, "<exception str() failed>") < 0) {
                return -1;
            }
        }
        else if (ou_error_sink_write_str(sink, text) < 0) {
            return -1;
        }
    }
    return ou_error_sink_write(sink, "\n");
}

/* Write what the arguments say to sys.stderr.  No error is left set. */
static void
write_default(PyObject *type, PyObject *value, PyObject *traceback, PyObject *message, PyObject *object)
{
    PyObject *file = Py_XNewRef(ou_error_sys(OU_STR(stderr)));
    if (file == NULL || file == Py_None) {
        Py_XDECREF(file);
        return;
    }
    OuErrorSink sink = {file, 0, ""};
    OU_HOLD(h, &file);
    int status = write_heading(&sink, message, object);
    if (status == 0 && traceback != NULL && traceback != Py_None) {
        if (PyTraceBack_Print(traceback, file) < 0) {
            PyErr_Clear();
        }
    }
    if (status == 0) {
        status = write_exception(&sink, type, value);
    }
    if (status < 0) {
        PyErr_Clear();
    }
    PyObject *flushed = PyObject_CallMethodNoArgs(file, OU_STR(flush));
    if (flushed == NULL) {
        PyErr_Clear();
    }
    Py_XDECREF(flushed);
    OU_HOLD_END(h);
    Py_DECREF(file);
}

/* sys.unraisablehook(unraisable). */
static PyObject *
unraisablehook(PyObject *module, PyObject *args)
{
    if (!Py_IS_TYPE(args, &hook_args_type)) {
        PyErr_SetString(PyExc_TypeError, "sys.unraisablehook argument type must be UnraisableHookArgs");
        return NULL;
    }
    write_default(PyStructSequence_GetItem(args, ARG_TYPE), PyStructSequence_GetItem(args, ARG_VALUE),
                  PyStructSequence_GetItem(args, ARG_TRACEBACK), PyStructSequence_GetItem(args, ARG_MESSAGE),
                  PyStructSequence_GetItem(args, ARG_OBJECT));
    Py_RETURN_NONE;
}

static PyMethodDef unraisablehook_def = {
    "unraisablehook", unraisablehook, METH_O,
    "unraisablehook(unraisable, /)\n--\n\nShow an exception that could not be raised, on sys.stderr."};

int
ou_unraisable_init(PyObject *sysdict)
{
    if (hook_args_type.tp_name == NULL && PyStructSequence_InitType2(&hook_args_type, &hook_args_desc) < 0) {
        return -1;
    }
    hook_args_type.tp_flags |= Py_TPFLAGS_DISALLOW_INSTANTIATION;
    PyObject *name = PyUnicode_FromString("sys");
    PyObject *hook = name != NULL ? PyCFunction_NewEx(&unraisablehook_def, NULL, name) : NULL;
    int status = -1;
    if (hook != NULL && PyDict_SetItem(sysdict, OU_STR(unraisablehook), hook) == 0
        && PyDict_SetItem(sysdict, OU_STR(__unraisablehook__), hook) == 0) {
        status = 0;
    }
    Py_XDECREF(hook);
    Py_XDECREF(name);
    return status;
}

/* ---- from C ---------------------------------------------------------------------------------------------------- */

/* Give an exception without a traceback the place that runs now. */
static void
add_place(PyObject *exc)
{
    PyFrameObject *frame = PyEval_GetFrame();
    if (frame == NULL || ((PyBaseExceptionObject *)exc)->traceback != NULL) {
        return;
    }
    Py_INCREF(frame);
    ou_error_restore(Py_NewRef(exc));
    if (PyTraceBack_Here(frame) < 0) {
        PyErr_Clear();
    }
    PyObject *again = ou_error_take();
    Py_XDECREF(again);
    Py_DECREF(frame);
}

/* The error that is set goes to sys.unraisablehook with a message ("Exception ignored <message>") and the object it came from;
 * each may be NULL.  The error is cleared.  RE-ENTRANT. */
void
_PyErr_WriteUnraisableMsg(const char *text, PyObject *object)
{
    PyObject *exc = ou_error_take(), *message = NULL, *hook = NULL, *args = NULL, *result = NULL;
    if (exc == NULL) {
        return;
    }
    Py_XINCREF(object);
    OU_HOLD(h, &exc, &object, &message, &hook, &args, &result);
    add_place(exc);
    if (text != NULL) {
        message = PyUnicode_FromFormat("Exception ignored %s", text);
        if (message == NULL) {
            PyErr_Clear();
        }
    }
    if (hook_args_type.tp_name == NULL || !(hook_args_type.tp_flags & Py_TPFLAGS_READY)) {
        goto fallback; /* too early or too late for hooks */
    }
    hook = Py_XNewRef(ou_error_sys(OU_STR(unraisablehook)));
    if (hook == NULL || hook == Py_None) {
        goto fallback;
    }
    args = hook_args_make(exc, message, object);
    if (args == NULL) {
        PyErr_Clear();
        goto fallback;
    }
    if (PySys_Audit("sys.unraisablehook", "OO", hook, args) < 0) {
        goto hook_failed;
    }
    result = PyObject_CallOneArg(hook, args);
    if (result != NULL) {
        goto done;
    }
hook_failed:
    Py_XSETREF(exc, ou_error_take());
    Py_XSETREF(message, PyUnicode_FromString("Exception ignored in sys.unraisablehook"));
    PyErr_Clear();
    Py_XSETREF(object, Py_XNewRef(hook));
fallback:
    if (exc != NULL) {
        write_default((PyObject *)Py_TYPE(exc), exc, ((PyBaseExceptionObject *)exc)->traceback, message, object);
    }
done:
    OU_HOLD_END(h);
    PyErr_Clear();
    Py_XDECREF(result);
    Py_XDECREF(args);
    Py_XDECREF(hook);
    Py_XDECREF(message);
    Py_XDECREF(object);
    Py_XDECREF(exc);
}

void
PyErr_WriteUnraisable(PyObject *object)
{
    _PyErr_WriteUnraisableMsg(NULL, object);
}
