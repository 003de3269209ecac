/* vm/frame_locals.c - local variables of a function as a namespace: locals(), f_locals, and back again.
 *
 * Invariant  the dict is a snapshot, kept in Frame.locals so that it is the same one each time; registers rule. */

#include "vm/vm.h"

/* What a register shows: the contents of a cell, NULL if unbound.  Borrowed. */
static PyObject *
shown_value(Frame *frame, int i, int kind)
{
    PyObject *value = frame->registers[i];
    if (value != NULL && (kind & (OU_FAST_CELL | OU_FAST_FREE)) && PyCell_Check(value)) {
        /* A parameter that will be a cell is none yet before MAKE_CELL; nobody looks at a frame that early. */
        return PyCell_GET(value);
    }
    return value;
}

/* Make Frame.locals show the registers.  RE-ENTRANT.  Returns 0, or -1 with an error set. */
static int
frame_to_locals(Frame *frame)
{
    PyCodeObject *code = frame->code;
    if (frame->locals == NULL) {
        frame->locals = PyDict_New();
        if (frame->locals == NULL) {
            return -1;
        }
    }
    const char *kinds = PyBytes_AS_STRING(code->co_localspluskinds);
    PyObject *namespace = Py_NewRef(frame->locals), *value = NULL;
    int result = 0;
    OU_HOLD(h, &namespace, &value);
    for (int i = 0; i < code->co_nlocalsplus && result == 0; i++) {
        if ((kinds[i] & OU_FAST_FREE) && !(code->co_flags & CO_OPTIMIZED)) {
            continue; /* a class body's free variables are not its names */
        }
        PyObject *name = PyTuple_GET_ITEM(code->co_localsplusnames, i);
        value = Py_XNewRef(shown_value(frame, i, kinds[i]));
        if (value != NULL) {
            result = PyObject_SetItem(namespace, name, value);
            Py_CLEAR(value);
        }
        else if (PyObject_DelItem(namespace, name) < 0) {
            if (!PyErr_ExceptionMatches(PyExc_KeyError)) {
                result = -1;
            }
            else {
                PyErr_Clear();
            }
        }
    }
    Py_CLEAR(namespace);
    OU_HOLD_END(h);
    return result;
}

/* See vm.h. */
PyObject *
ou_frame_locals(Frame *frame)
{
    if (((frame->code->co_flags & CO_OPTIMIZED) || frame->locals == NULL || frame->code->co_nlocalsplus > 0)
        && frame_to_locals(frame) < 0) {
        return NULL;
    }
    return Py_NewRef(frame->locals);
}

int
PyFrame_FastToLocalsWithError(PyFrameObject *object)
{
    PyObject *locals = ou_frame_locals(object->f_frame);
    Py_XDECREF(locals);
    return locals == NULL ? -1 : 0;
}

void
PyFrame_FastToLocals(PyFrameObject *object)
{
    if (PyFrame_FastToLocalsWithError(object) < 0) {
        PyErr_Clear();
    }
}

/* Write the namespace back.  clear: a name that is gone from it becomes None, as a register that the compiler knows to be
 * bound must stay so. */
void
PyFrame_LocalsToFast(PyFrameObject *object, int clear)
{
    Frame *frame = object->f_frame;
    PyCodeObject *code = frame->code;
    if (frame->locals == NULL || !(code->co_flags & CO_OPTIMIZED)) {
        return;
    }
    PyObject *type, *error, *tb;
    PyErr_Fetch(&type, &error, &tb);
    const char *kinds = PyBytes_AS_STRING(code->co_localspluskinds);
    for (int i = 0; i < code->co_nlocalsplus; i++) {
        PyObject *value = PyObject_GetItem(frame->locals, PyTuple_GET_ITEM(code->co_localsplusnames, i));
        if (value == NULL) {
            PyErr_Clear();
            if (!clear || shown_value(frame, i, kinds[i]) == NULL) {
                continue;
            }
            value = Py_NewRef(Py_None);
        }
        PyObject **place = &frame->registers[i];
        if (*place != NULL && (kinds[i] & (OU_FAST_CELL | OU_FAST_FREE)) && PyCell_Check(*place)) {
            place = &((PyCellObject *)*place)->ob_ref;
        }
        else if (kinds[i] & OU_FAST_FREE) {
            Py_DECREF(value);
            continue;
        }
        PyObject *old = *place;
        *place = value;
        Py_XDECREF(old);
    }
    PyErr_Restore(type, error, tb);
}

/* locals() of the frame that runs.  Borrowed. */
PyObject *
PyEval_GetLocals(void)
{
    Frame *frame = ou_frame_shown(ou_thread()->frame);
    if (frame == NULL) {
        PyErr_SetString(PyExc_SystemError, "frame does not exist");
        return NULL;
    }
    PyObject *locals = ou_frame_locals(frame);
    Py_XDECREF(locals);
    return locals;
}
