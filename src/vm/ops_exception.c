/* vm/ops_exception.c - with statements, except clauses, raise.
 *
 * Invariant  exc_info->exc_value owns the exception being handled; PUSH_EXC and POP_EXC move the outer one out to a
 *            register and back.
 * Not here   finding a handler (unwind.c). */

#include "object/type.h"
#include "types/exception.h"
#include "vm/ops.h"

/* ---- with --------------------------------------------------------------------------------------------- */

int
ou_op_before_with(Frame *frame, PyObject *exit_name, PyObject *enter_name)
{
    OuInstr i = *frame->pc;
    PyObject **place = &frame->registers[i.a & OU_INDEX_MASK], *manager = ou_op_value(frame, i.b);
    bool is_async = exit_name == OU_STR(__aexit__);
    const char *protocol = is_async ? "asynchronous context manager" : "context manager";
    PyObject *b_held = ou_op_is_local(i.b) ? Py_NewRef(manager) : NULL, *enter = NULL, *exit = NULL, *result = NULL;
    OU_HOLD(op_hold, &b_held, &enter, &exit);
    PyObject *function = ou_type_lookup(Py_TYPE(manager), enter_name);
    bool is_function = function != NULL && PyFunction_Check(function); /* needs no bound method */
    enter = is_function ? Py_NewRef(function) : ou_special_lookup(manager, enter_name);
    if (enter == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_TypeError, "'%.200s' object does not support the %s protocol", Py_TYPE(manager)->tp_name,
                         protocol);
        }
        goto done;
    }
    exit = ou_special_lookup(manager, exit_name);
    if (exit == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_TypeError, "'%.200s' object does not support the %s protocol (missed %s method)",
                         Py_TYPE(manager)->tp_name, protocol, is_async ? "__aexit__" : "__exit__");
        }
        goto done;
    }
    result = PyObject_Vectorcall(enter, &manager, is_function ? 1 : 0, NULL);
    if (result == NULL) {
        goto done;
    }
    place[1] = result;
    if (ou_op_is_temp(i.b) && &frame->registers[i.b & OU_INDEX_MASK] == place) {
        place[0] = exit;
        exit = manager; /* falls below */
    }
    else {
        place[0] = exit;
        exit = NULL;
        ou_op_consume(frame, i.b);
    }
done:
    Py_CLEAR(exit);
    Py_CLEAR(enter);
    OU_HOLD_END(op_hold);
    Py_XDECREF(b_held);
    return result == NULL ? -1 : 0;
}

int
ou_op_with_exit(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject **place = &frame->registers[i.b & OU_INDEX_MASK];
    PyObject *args[4] = {NULL, Py_None, Py_None, Py_None};
    PyObject *result = PyObject_Vectorcall(*place, args + 1, 3 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    if (result == NULL) {
        return -1;
    }
    ou_op_finish1(frame, i.a, result, i.b | OU_KIND_TEMP);
    return 0;
}

int
ou_op_with_except(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *function = frame->registers[i.b & OU_INDEX_MASK], *exception = frame->registers[i.c & OU_INDEX_MASK];
    PyObject *tb = PyException_GetTraceback(exception);
    PyObject *args[4] = {NULL, (PyObject *)Py_TYPE(exception), exception, tb != NULL ? tb : Py_None};
    OU_HOLD(h, &tb);
    PyObject *result = PyObject_Vectorcall(function, args + 1, 3 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_CLEAR(tb);
    OU_HOLD_END(h);
    if (result == NULL) {
        return -1;
    }
    ou_op_store(frame, i.a, result);
    return 0;
}

/* ---- handlers ----------------------------------------------------------------------------------------- */

void
ou_op_push_exc(Frame *frame)
{
    PyObject **pair = &frame->registers[frame->pc->a & OU_INDEX_MASK];
    _PyErr_StackItem *handled = ou_tstate()->exc_info;
    pair[1] = handled->exc_value;
    handled->exc_value = Py_NewRef(pair[0]);
}

void
ou_op_pop_exc(Frame *frame)
{
    PyObject **pair = &frame->registers[frame->pc->a & OU_INDEX_MASK];
    _PyErr_StackItem *handled = ou_tstate()->exc_info;
    PyObject *old = handled->exc_value;
    handled->exc_value = pair[1];
    pair[1] = old; /* accounted for while the other falls */
    Py_CLEAR(pair[0]);
    Py_CLEAR(pair[1]);
}

static int
check_exception_type(PyObject *type)
{
    if (PyExceptionClass_Check(type)) {
        return 0;
    }
    PyErr_SetString(PyExc_TypeError, "catching classes that do not inherit from BaseException is not allowed");
    return -1;
}

static int
check_exception_types(PyObject *types)
{
    if (!PyTuple_Check(types)) {
        return check_exception_type(types);
    }
    for (Py_ssize_t n = 0; n < PyTuple_GET_SIZE(types); n++) {
        if (check_exception_type(PyTuple_GET_ITEM(types, n)) < 0) {
            return -1;
        }
    }
    return 0;
}

int
ou_op_exc_match(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *exception = frame->registers[i.a & OU_INDEX_MASK], *b = ou_op_value(frame, i.b);
    int matches;
    if (b == (PyObject *)Py_TYPE(exception)) {
        matches = 1;
    }
    else if (check_exception_types(b) < 0) {
        return -1;
    }
    else {
        matches = PyErr_GivenExceptionMatches(exception, b); /* runs no Python code */
    }
    ou_op_consume(frame, i.b);
    return matches;
}

/* ---- except* ------------------------------------------------------------------------------------------ */

static int
check_star_types(PyObject *types)
{
    if (check_exception_types(types) < 0) {
        return -1;
    }
    Py_ssize_t n_types = PyTuple_Check(types) ? PyTuple_GET_SIZE(types) : 1;
    for (Py_ssize_t n = 0; n < n_types; n++) {
        PyObject *type = PyTuple_Check(types) ? PyTuple_GET_ITEM(types, n) : types;
        int is_group = PyObject_IsSubclass(type, PyExc_BaseExceptionGroup);
        if (is_group > 0) {
            PyErr_SetString(PyExc_TypeError, "catching ExceptionGroup with except* is not allowed. Use except instead.");
        }
        if (is_group != 0) {
            return -1;
        }
    }
    return 0;
}

int
ou_op_eg_match(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject **group = &frame->registers[i.b & OU_INDEX_MASK], *c = ou_op_value(frame, i.c);
    PyObject *match = NULL, *rest = NULL, *c_held = ou_op_is_local(i.c) ? Py_NewRef(c) : NULL;
    OU_HOLD(op_hold, &c_held, &match, &rest);
    int result = check_star_types(c);
    if (result == 0) {
        result = ou_exception_group_match(*group, c, &match, &rest);
    }
    if (result == 0) {
        if (match != Py_None) {
            PyErr_SetHandledException(match);
        }
        PyObject *old = *group;
        *group = rest;
        rest = old;
        PyObject *found = match;
        match = NULL;
        ou_op_finish1(frame, i.a, found, i.c);
    }
    Py_CLEAR(rest);
    Py_CLEAR(match);
    OU_HOLD_END(op_hold);
    Py_XDECREF(c_held);
    return result;
}

int
ou_op_prep_reraise_star(Frame *frame)
{
    return ou_op_binary(frame, _PyExc_PrepReraiseStar);
}

/* ---- raise -------------------------------------------------------------------------------------------- */

/* An exception from what stands in a raise statement.  Returns new, or NULL. */
static PyObject *
exception_of(PyObject *what, const char *otherwise)
{
    if (PyExceptionClass_Check(what)) {
        PyObject *value = ou_exception_of_class((PyTypeObject *)what);
        if (value != NULL && !PyExceptionInstance_Check(value)) {
            PyErr_Format(PyExc_TypeError, "calling %R should have returned an instance of BaseException, not %R", what,
                         Py_TYPE(value));
            Py_CLEAR(value);
        }
        return value;
    }
    if (PyExceptionInstance_Check(what)) {
        return Py_NewRef(what);
    }
    PyErr_SetString(PyExc_TypeError, otherwise);
    return NULL;
}

int
ou_op_raise(Frame *frame)
{
    OuInstr i = *frame->pc;
    if (i.a == 0) {
        _PyErr_StackItem *handled = _PyErr_GetTopmostException(ou_tstate());
        PyObject *value = handled->exc_value;
        if (value == NULL || value == Py_None) {
            PyErr_SetString(PyExc_RuntimeError, "No active exception to reraise");
            return -1;
        }
        PyErr_Restore(Py_NewRef((PyObject *)Py_TYPE(value)), Py_NewRef(value), PyException_GetTraceback(value));
        return -2;
    }
    PyObject *value = exception_of(ou_op_value(frame, i.b), "exceptions must derive from BaseException");
    if (value == NULL) {
        return -1;
    }
    OU_HOLD(h, &value);
    bool failed = false;
    if (i.a == 2) {
        PyObject *what = ou_op_value(frame, i.c);
        PyObject *cause = what == Py_None ? NULL : exception_of(what, "exception causes must derive from BaseException");
        failed = cause == NULL && what != Py_None;
        if (!failed) {
            PyException_SetCause(value, cause);
        }
    }
    if (!failed) {
        PyErr_SetObject((PyObject *)Py_TYPE(value), value);
    }
    Py_CLEAR(value);
    OU_HOLD_END(h);
    return -1;
}

void
ou_op_reraise(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject **place = &frame->registers[i.a & OU_INDEX_MASK], *value = *place;
    *place = NULL;
    PyObject *tb = PyException_GetTraceback(value);
    PyErr_Restore(Py_NewRef((PyObject *)Py_TYPE(value)), value, tb);
}
