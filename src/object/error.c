/* object/error.c - the error indicator: setting, taking, matching, chaining.
 *
 * Owns       curexc_* of the thread state, and exc_value of its exc_info items.
 * Invariant  curexc_type is NULL if and only if no error is set.  A value that is an instance has its final type
 *            in curexc_type.  MemoryError needs no allocation (types/exceptions.c keeps a reserve).
 * Not here   messages (error_format.c); printing (runtime/error_print.c); exception types (types/exception*.c). */
#include "object/error.h"

enum { MAX_NORMALIZE = 32 }; /* errors while making an error, before we give up; from CPython 3.11 */

static OU_ALWAYS_INLINE bool
is_none(PyObject *op)
{
    return op == NULL || op == Py_None;
}

/* ---- the indicator --------------------------------------------------------------------------------------------- */

PyObject *
PyErr_Occurred(void)
{
    PyThreadState *ts = ou_tstate();
    return ts != NULL ? ts->curexc_type : NULL;
}

/* Set the indicator as it is.  Refs takes all three.  RE-ENTRANT: the old error dies after the new one stands. */
void
PyErr_Restore(PyObject *type, PyObject *value, PyObject *traceback)
{
    PyThreadState *ts = ou_tstate();
    if (traceback != NULL && !PyTraceBack_Check(traceback)) {
        Py_CLEAR(traceback);
    }
    PyObject *old_type = ts->curexc_type, *old_value = ts->curexc_value, *old_traceback = ts->curexc_traceback;
    ts->curexc_type = type;
    ts->curexc_value = value;
    ts->curexc_traceback = traceback;
    Py_XDECREF(old_type);
    Py_XDECREF(old_value);
    Py_XDECREF(old_traceback);
}

/* Move the indicator to the caller, who owns all three; NULLs if there is no error. */
void
PyErr_Fetch(PyObject **type, PyObject **value, PyObject **traceback)
{
    PyThreadState *ts = ou_tstate();
    *type = ts->curexc_type;
    *value = ts->curexc_value;
    *traceback = ts->curexc_traceback;
    ts->curexc_type = ts->curexc_value = ts->curexc_traceback = NULL;
}

/* RE-ENTRANT. */
void
PyErr_Clear(void)
{
    if (ou_error_occurred() != NULL) {
        PyErr_Restore(NULL, NULL, NULL);
    }
}

/* ---- making exceptions ----------------------------------------------------------------------------------------- */

/* A MemoryError from the reserve: tp_new of exactly that type cannot fail. */
static PyObject *
memory_error_new(void)
{
    PyTypeObject *type = (PyTypeObject *)PyExc_MemoryError;
    PyObject *none = PyTuple_New(0); /* the empty tuple exists already */
    PyObject *exc = none != NULL && type->tp_new != NULL ? type->tp_new(type, none, NULL) : NULL;
    Py_XDECREF(none);
    return exc;
}

/* type(value), type(*value) or type().  Refs new.  RE-ENTRANT. */
static PyObject *
exception_make(PyObject *type, PyObject *value)
{
    PyObject *exc;
    if (type == PyExc_MemoryError && is_none(value)) {
        exc = memory_error_new();
        if (exc != NULL) {
            return exc;
        }
    }
    if (is_none(value)) {
        exc = PyObject_CallNoArgs(type);
    }
    else if (PyTuple_Check(value)) {
        exc = PyObject_Call(type, value, NULL);
    }
    else {
        exc = PyObject_CallOneArg(type, value);
    }
    if (exc != NULL && !PyExceptionInstance_Check(exc)) {
        PyErr_Format(PyExc_TypeError, "calling %R should have returned an instance of BaseException, not %s", type,
                     Py_TYPE(exc)->tp_name);
        Py_CLEAR(exc);
    }
    return exc;
}

/* Turn what is being handled into the context of `exc`: cut `exc` out of its chain first, so that no ring arises.
 * The chain may hold a ring of the program's own making, so a second pointer runs at half speed behind. */
static void
context_attach(PyObject *exc, PyObject *handled)
{
    PyObject *turtle = handled, *o = handled, *context;
    bool step = false;
    if (exc == handled) {
        return;
    }
    while ((context = ((PyBaseExceptionObject *)o)->context) != NULL) {
        if (context == exc) {
            PyException_SetContext(o, NULL);
            break;
        }
        o = context;
        if (o == turtle) {
            break;
        }
        if (step) {
            turtle = ((PyBaseExceptionObject *)turtle)->context;
        }
        step = !step;
    }
    PyException_SetContext(exc, Py_NewRef(handled));
}

/* Raise `type` with `value` (NULL, an instance, or what the constructor takes).  While an exception is handled the new
 * one is made at once and has it as __context__.  RE-ENTRANT. */
void
PyErr_SetObject(PyObject *type, PyObject *value)
{
    PyThreadState *ts = ou_tstate();
    if (type != NULL && !PyExceptionClass_Check(type)) {
        PyErr_Format(PyExc_SystemError, "_PyErr_SetObject: exception %R is not a BaseException subclass", type);
        return;
    }
    Py_XINCREF(value);
    PyObject *handled = _PyErr_GetTopmostException(ts)->exc_value;
    if (!is_none(handled)) {
        Py_INCREF(handled);
        PyErr_Clear();
        if (value == NULL || !PyExceptionInstance_Check(value)) {
            OU_HOLD(h, &value, &handled);
            PyObject *exc = exception_make(type, value);
            OU_HOLD_END(h);
            Py_XSETREF(value, exc);
            if (exc == NULL) {
                Py_DECREF(handled);
                return;
            }
        }
        context_attach(value, handled);
        Py_DECREF(handled);
    }
    PyObject *traceback = NULL;
    if (value != NULL && PyExceptionInstance_Check(value)) {
        traceback = PyException_GetTraceback(value);
    }
    PyErr_Restore(Py_XNewRef(type), value, traceback);
}

/* A KeyError whose key may be a tuple: made at once, so that it is not taken for the arguments. */
void
_PyErr_SetKeyError(PyObject *key)
{
    PyObject *exc = PyObject_CallOneArg(PyExc_KeyError, key);
    if (exc != NULL) {
        PyErr_SetObject(PyExc_KeyError, exc);
        Py_DECREF(exc);
    }
}

void
PyErr_SetNone(PyObject *type)
{
    PyErr_SetObject(type, NULL);
}

void
PyErr_SetString(PyObject *type, const char *text)
{
    PyObject *value = PyUnicode_FromString(text);
    if (value != NULL) {
        PyErr_SetObject(type, value);
        Py_DECREF(value);
    }
}

/* Raise MemoryError.  Allocates nothing.  Returns NULL. */
PyObject *
PyErr_NoMemory(void)
{
    PyObject *exc = memory_error_new();
    PyErr_SetObject(PyExc_MemoryError, exc);
    Py_XDECREF(exc);
    return NULL;
}

/* ---- matching -------------------------------------------------------------------------------------------------- */

static int
error_matches(PyObject *err, PyObject *exc, int depth)
{
    if (err == NULL || exc == NULL) {
        return 0;
    }
    if (PyTuple_Check(exc)) {
        Py_ssize_t n = PyTuple_GET_SIZE(exc);
        for (Py_ssize_t i = 0; i < n && depth < 200; i++) { /* arbitrary: no program nests them */
            if (error_matches(err, PyTuple_GET_ITEM(exc, i), depth + 1)) {
                return 1;
            }
        }
        return 0;
    }
    if (PyExceptionInstance_Check(err)) {
        err = PyExceptionInstance_Class(err);
    }
    if (PyExceptionClass_Check(err) && PyExceptionClass_Check(exc)) {
        return PyType_IsSubtype((PyTypeObject *)err, (PyTypeObject *)exc);
    }
    return err == exc;
}

/* Is `err`, an exception or its class, caught by `exc`, a class or a tuple of such?  Runs no Python code. */
int
PyErr_GivenExceptionMatches(PyObject *err, PyObject *exc)
{
    return error_matches(err, exc, 0);
}

int
PyErr_ExceptionMatches(PyObject *exc)
{
    return PyErr_GivenExceptionMatches(PyErr_Occurred(), exc);
}

/* ---- normalizing ----------------------------------------------------------------------------------------------- */

/* One attempt to make *value an instance of *type.  Returns false with the error set that came up. */
static bool
normalize_once(PyObject **type, PyObject **value)
{
    PyObject *class = NULL;
    if (*value != NULL && PyExceptionInstance_Check(*value)) {
        class = PyExceptionInstance_Class(*value);
        int is_subclass = 0;
        if (class != *type) {
            is_subclass = PyObject_IsSubclass(class, *type);
            if (is_subclass < 0) {
                return false;
            }
        }
        else {
            is_subclass = 1;
        }
        if (!is_subclass) {
            class = NULL;
        }
    }
    if (class == NULL) {
        PyObject *exc = exception_make(*type, *value);
        if (exc == NULL) {
            return false;
        }
        Py_XSETREF(*value, exc);
        if (!PyErr_GivenExceptionMatches((PyObject *)Py_TYPE(exc), *type)) {
            Py_SETREF(*type, Py_NewRef(Py_TYPE(exc)));
        }
    }
    else if (class != *type) {
        Py_SETREF(*type, Py_NewRef(class));
    }
    return true;
}

/* Make the value of a fetched error an instance.  An error on the way takes its place, a bounded number of times.
 * RE-ENTRANT. */
void
PyErr_NormalizeException(PyObject **type, PyObject **value, PyObject **traceback)
{
    for (int tries = 0;; tries++) {
        if (*type == NULL) {
            return;
        }
        if (*value == NULL) {
            *value = Py_NewRef(Py_None);
        }
        if (!PyExceptionClass_Check(*type)) {
            return;
        }
        if (PyExceptionInstance_Check(*value) && PyExceptionInstance_Class(*value) == *type) {
            return;
        }
        OU_HOLD(h, type, value, traceback);
        bool done = normalize_once(type, value);
        OU_HOLD_END(h);
        if (done) {
            return;
        }
        if (tries >= MAX_NORMALIZE) {
            /* Constructors keep failing: MemoryError alone cannot. */
            PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded while normalizing an exception");
            if (tries >= MAX_NORMALIZE + 2) {
                PyErr_NoMemory();
            }
        }
        PyObject *old_type = *type, *old_value = *value, *old_traceback = *traceback;
        PyErr_Fetch(type, value, traceback);
        if (*traceback == NULL) {
            *traceback = old_traceback; /* where it happened is still the better place */
            old_traceback = NULL;
        }
        Py_XDECREF(old_type);
        Py_XDECREF(old_value);
        Py_XDECREF(old_traceback);
    }
}

PyObject *
ou_error_take(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (type == NULL) {
        return NULL;
    }
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback != NULL) {
        PyException_SetTraceback(value, traceback);
        Py_DECREF(traceback);
    }
    Py_DECREF(type);
    return value;
}

void
ou_error_restore(PyObject *exc)
{
    if (exc == NULL) {
        PyErr_Restore(NULL, NULL, NULL);
        return;
    }
    PyErr_Restore(Py_NewRef(Py_TYPE(exc)), exc, PyException_GetTraceback(exc));
}

/* ---- what is being handled ------------------------------------------------------------------------------------- */

/* The innermost item of the exc_info stack that handles something, or the outermost one. */
_PyErr_StackItem *
_PyErr_GetTopmostException(PyThreadState *ts)
{
    _PyErr_StackItem *item = ts->exc_info;
    while (is_none(item->exc_value) && item->previous_item != NULL) {
        item = item->previous_item;
    }
    return item;
}

/* Refs new, or NULL if nothing is being handled (no error is set). */
PyObject *
_PyErr_GetHandledException(PyThreadState *ts)
{
    PyObject *exc = _PyErr_GetTopmostException(ts)->exc_value;
    return is_none(exc) ? NULL : Py_NewRef(exc);
}

PyObject *
PyErr_GetHandledException(void)
{
    return _PyErr_GetHandledException(ou_tstate());
}

/* Refs takes a reference of its own.  RE-ENTRANT: drops the old one. */
void
_PyErr_SetHandledException(PyThreadState *ts, PyObject *exc)
{
    Py_XSETREF(ts->exc_info->exc_value, Py_XNewRef(exc));
}

void
PyErr_SetHandledException(PyObject *exc)
{
    _PyErr_SetHandledException(ou_tstate(), exc);
}

/* The old triple.  Refs new; None where there is nothing (the value: NULL or None as it is). */
void
_PyErr_GetExcInfo(PyThreadState *ts, PyObject **type, PyObject **value, PyObject **traceback)
{
    PyObject *exc = _PyErr_GetTopmostException(ts)->exc_value;
    *value = Py_XNewRef(exc);
    *type = Py_NewRef(is_none(exc) ? Py_None : (PyObject *)Py_TYPE(exc));
    *traceback = is_none(exc) ? NULL : PyException_GetTraceback(exc);
    if (*traceback == NULL) {
        *traceback = Py_NewRef(Py_None);
    }
}

void
PyErr_GetExcInfo(PyObject **type, PyObject **value, PyObject **traceback)
{
    _PyErr_GetExcInfo(ou_tstate(), type, value, traceback);
}

/* Refs takes all three; type and traceback follow from the value. */
void
PyErr_SetExcInfo(PyObject *type, PyObject *value, PyObject *traceback)
{
    PyErr_SetHandledException(value);
    Py_XDECREF(value);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
}

/* ---- chaining -------------------------------------------------------------------------------------------------- */

/* A fetched error (all three taken) is put back; if another has been raised meanwhile, as the context of that. */
void
_PyErr_ChainExceptions(PyObject *type, PyObject *value, PyObject *traceback)
{
    if (type == NULL) {
        return;
    }
    if (ou_error_occurred() == NULL) {
        PyErr_Restore(type, value, traceback);
        return;
    }
    PyObject *newer = ou_error_take();
    OU_HOLD(h, &newer);
    PyErr_NormalizeException(&type, &value, &traceback);
    OU_HOLD_END(h);
    if (traceback != NULL) {
        PyException_SetTraceback(value, traceback);
        Py_DECREF(traceback);
    }
    Py_DECREF(type);
    PyException_SetContext(newer, value);
    ou_error_restore(newer);
}
