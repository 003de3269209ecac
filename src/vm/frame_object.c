/* vm/frame_object.c - frames as Python sees them.
 *
 * A frame has an object only when somebody asked for it.  While the frame runs the object points at it; when the frame
 * ends and the object lives on, the frame's contents move into the object.
 *
 * Owns       f_trace; f_back once the frame has ended; and then the contents.
 * Invariant  a live frame's `object` and the object's f_frame point at each other.
 * Not here   local variables as a namespace (frame_locals.c), trace events (trace.c). */

#include <Python.h>
#include <structmember.h>

#include "vm/frame_edges.h"

OU_WALKER(frame_object)
{
    PyFrameObject *object = (PyFrameObject *)self;
    OU_EDGE_OF(object, f_back);
    OU_EDGE_OF(object, f_trace);
    if (object->f_frame != NULL && object->f_frame->owner == OU_FRAME_OBJECT) {
        int stop = frame_edges(object->f_frame, ou_frame_n_registers(object->f_frame), sink);
        if (stop) {
            return stop;
        }
    }
    return 0;
}

/* New, untracked, with room for a frame of n_registers that may end before it.  There is no ob_size. */
static PyFrameObject *
frame_object_new(int n_registers)
{
    size_t n_words = OU_WINDOW + (size_t)n_registers;
    return (PyFrameObject *)ou_gc_new_sized(&PyFrame_Type, offsetof(PyFrameObject, data) + n_words * sizeof(PyObject *));
}

/* See vm.h. */
PyFrameObject *
ou_frame_object(Frame *frame)
{
    if (OU_LIKELY(frame->object != NULL)) {
        return frame->object;
    }
    PyFrameObject *object = frame_object_new(ou_frame_n_registers(frame));
    if (object == NULL) {
        return NULL;
    }
    object->f_frame = frame;
    object->f_trace_lines = 1;
    frame->object = object;
    ou_gc_track((PyObject *)object);
    return object;
}

/* See vm.h. */
void
ou_frame_object_take(Frame *frame)
{
    PyFrameObject *object = frame->object;
    frame->object = NULL;
    if (Py_REFCNT(object) == 1) {
        object->f_frame = NULL;
        Py_DECREF((PyObject *)object);
        return;
    }
    int n = ou_frame_n_registers(frame);
    Frame *moved = (Frame *)object->data;
    moved->function = frame->function;
    moved->code = frame->code;
    moved->locals = frame->locals;
    moved->pc = frame->pc;
    moved->owner = OU_FRAME_OBJECT;
    frame->function = NULL;
    frame->code = NULL;
    frame->locals = NULL;
    for (int i = 0; i < n; i++) {
        moved->registers[i] = frame->registers[i];
        frame->registers[i] = NULL;
    }
    object->f_frame = moved;
    if (ou_frame_shown(frame->back) != NULL && frame->owner == OU_FRAME_STACK) {
        PyObject *type, *value, *tb;
        PyErr_Fetch(&type, &value, &tb);
        object->f_back = (PyFrameObject *)Py_XNewRef((PyObject *)ou_frame_object(ou_frame_shown(frame->back)));
        PyErr_Restore(type, value, tb);
    }
    Py_DECREF((PyObject *)object);
}

/* Drop the contents of an object whose frame has ended. */
static void
drop_contents(PyFrameObject *object)
{
    Frame *frame = object->f_frame;
    if (frame == NULL || frame->owner != OU_FRAME_OBJECT) {
        return;
    }
    ou_frame_drop_registers(frame, 0, ou_frame_n_registers(frame));
    Py_CLEAR(frame->locals);
}

static int
frame_clear(PyObject *self)
{
    PyFrameObject *object = (PyFrameObject *)self;
    Py_CLEAR(object->f_trace);
    drop_contents(object);
    return 0;
}

static void
frame_dealloc(PyObject *self)
{
    PyFrameObject *object = (PyFrameObject *)self;
    ou_gc_untrack(self);
    frame_clear(self);
    Frame *frame = object->f_frame;
    if (frame != NULL && frame->owner == OU_FRAME_OBJECT) {
        PyObject *function = frame->function, *code = (PyObject *)frame->code;
        object->f_frame = NULL;
        frame->function = NULL;
        frame->code = NULL;
        Py_XDECREF(function);
        Py_XDECREF(code);
    }
    Py_CLEAR(object->f_back);
    ou_gc_free(self);
}

/* ---- attributes --------------------------------------------------------------------------------------- */

/* See vm.h. */
int
ou_frame_line(Frame *frame)
{
    if (frame->object != NULL && frame->object->f_lineno > 0) {
        return frame->object->f_lineno;
    }
    return PyCode_Addr2Line(frame->code, 2 * ou_frame_word(frame));
}

int
PyFrame_GetLineNumber(PyFrameObject *object)
{
    if (object->f_lineno != 0) {
        return object->f_lineno;
    }
    return PyCode_Addr2Line(object->f_frame->code, 2 * ou_frame_word(object->f_frame));
}

int
PyFrame_GetLasti(PyFrameObject *object)
{
    int word = ou_frame_word(object->f_frame);
    return word < 0 ? -1 : 2 * word;
}

PyCodeObject *
PyFrame_GetCode(PyFrameObject *object)
{
    return (PyCodeObject *)Py_NewRef((PyObject *)object->f_frame->code);
}

/* The caller's frame, new, or NULL without an error if there is none. */
PyFrameObject *
PyFrame_GetBack(PyFrameObject *object)
{
    Frame *back = object->f_frame->owner == OU_FRAME_OBJECT ? NULL : ou_frame_shown(object->f_frame->back);
    if (object->f_back != NULL || back == NULL) {
        return (PyFrameObject *)Py_XNewRef((PyObject *)object->f_back);
    }
    return (PyFrameObject *)Py_XNewRef((PyObject *)ou_frame_object(back));
}

PyObject *
PyFrame_GetGlobals(PyFrameObject *object)
{
    return Py_NewRef(ou_frame_globals(object->f_frame));
}

PyObject *
PyFrame_GetBuiltins(PyFrameObject *object)
{
    return Py_NewRef(ou_frame_builtins(object->f_frame));
}

/* The generator whose frame it is, new, or NULL. */
PyObject *
PyFrame_GetGenerator(PyFrameObject *object)
{
    if (object->f_frame->owner != OU_FRAME_GENERATOR) {
        return NULL;
    }
    return Py_NewRef((PyObject *)ou_frame_generator(object->f_frame));
}

PyObject *
PyFrame_GetLocals(PyFrameObject *object)
{
    return ou_frame_locals(object->f_frame);
}

int
_PyFrame_IsEntryFrame(PyFrameObject *object)
{
    return object->f_frame->is_entry;
}

static PyObject *
frame_get_back(PyObject *self, void *unused)
{
    PyFrameObject *back = PyFrame_GetBack((PyFrameObject *)self);
    if (back == NULL && !PyErr_Occurred()) {
        Py_RETURN_NONE;
    }
    return (PyObject *)back;
}

static PyObject *
frame_get_code(PyObject *self, void *unused)
{
    if (PySys_Audit("object.__getattr__", "Os", self, "f_code") < 0) {
        return NULL;
    }
    return (PyObject *)PyFrame_GetCode((PyFrameObject *)self);
}

static PyObject *
frame_get_globals(PyObject *self, void *unused)
{
    return PyFrame_GetGlobals((PyFrameObject *)self);
}

static PyObject *
frame_get_builtins(PyObject *self, void *unused)
{
    return PyFrame_GetBuiltins((PyFrameObject *)self);
}

static PyObject *
frame_get_locals(PyObject *self, void *unused)
{
    return PyFrame_GetLocals((PyFrameObject *)self);
}

static PyObject *
frame_get_lasti(PyObject *self, void *unused)
{
    return PyLong_FromLong(PyFrame_GetLasti((PyFrameObject *)self));
}

static PyObject *
frame_get_lineno(PyObject *self, void *unused)
{
    int line = PyFrame_GetLineNumber((PyFrameObject *)self);
    if (line < 0) {
        Py_RETURN_NONE;
    }
    return PyLong_FromLong(line);
}

static int
frame_set_lineno(PyObject *self, PyObject *value, void *unused)
{
    PyFrameObject *object = (PyFrameObject *)self;
    if (value == NULL) {
        PyErr_SetString(PyExc_AttributeError, "cannot delete attribute");
        return -1;
    }
    if (!PyLong_CheckExact(value)) {
        PyErr_SetString(PyExc_ValueError, "lineno must be an integer");
        return -1;
    }
    long line = PyLong_AsLong(value);
    if (line == -1 && PyErr_Occurred()) {
        return -1;
    }
    return ou_trace_set_line(object, (int)line);
}

static PyObject *
frame_get_trace(PyObject *self, void *unused)
{
    PyFrameObject *object = (PyFrameObject *)self;
    return Py_NewRef(object->f_trace != NULL ? object->f_trace : Py_None);
}

static int
frame_set_trace(PyObject *self, PyObject *value, void *unused)
{
    PyFrameObject *object = (PyFrameObject *)self;
    PyObject *old = object->f_trace;
    object->f_trace = value == Py_None ? NULL : Py_XNewRef(value);
    Py_XDECREF(old);
    return 0;
}

static PyObject *
frame_get_trace_opcodes(PyObject *self, void *unused)
{
    return PyBool_FromLong(((PyFrameObject *)self)->f_trace_opcodes);
}

static int
frame_set_trace_opcodes(PyObject *self, PyObject *value, void *unused)
{
    if (value == NULL || !PyBool_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "attribute value type must be bool");
        return -1;
    }
    ((PyFrameObject *)self)->f_trace_opcodes = value == Py_True;
    return 0;
}

/* ---- methods ------------------------------------------------------------------------------------------ */

static PyObject *
frame_method_clear(PyObject *self, PyObject *unused)
{
    PyFrameObject *object = (PyFrameObject *)self;
    if (object->f_frame->owner == OU_FRAME_GENERATOR) {
        PyGenObject *gen = ou_frame_generator(object->f_frame);
        if (gen->gi_frame_state == OU_GEN_EXECUTING) {
            goto running;
        }
        Py_INCREF((PyObject *)gen);
        _PyGen_Finalize((PyObject *)gen);
        Py_DECREF((PyObject *)gen);
    }
    else if (object->f_frame->owner == OU_FRAME_STACK) {
        goto running;
    }
    frame_clear(self);
    Py_RETURN_NONE;
running:
    PyErr_SetString(PyExc_RuntimeError, "cannot clear an executing frame");
    return NULL;
}

static PyObject *
frame_method_sizeof(PyObject *self, PyObject *unused)
{
    Py_ssize_t size = Py_TYPE(self)->tp_basicsize + Py_SIZE(self) * (Py_ssize_t)sizeof(PyObject *);
    return PyLong_FromSsize_t(size);
}

static PyObject *
frame_repr(PyObject *self)
{
    PyFrameObject *object = (PyFrameObject *)self;
    PyCodeObject *code = object->f_frame->code;
    return PyUnicode_FromFormat("<frame at %p, file %R, line %d, code %S>", self, code->co_filename,
                                PyFrame_GetLineNumber(object), code->co_name);
}

static PyMethodDef frame_methods[] = {
    {"clear", frame_method_clear, METH_NOARGS, "clear($self, /)\n--\n\nDrop the references that the frame holds."},
    {"__sizeof__", frame_method_sizeof, METH_NOARGS, NULL},
    {NULL},
};

static PyMemberDef frame_members[] = {
    {"f_trace_lines", T_BOOL, offsetof(PyFrameObject, f_trace_lines), 0, NULL},
    {NULL},
};

static PyGetSetDef frame_getset[] = {
    {"f_back", frame_get_back, NULL, NULL, NULL},
    {"f_locals", frame_get_locals, NULL, NULL, NULL},
    {"f_lineno", frame_get_lineno, frame_set_lineno, NULL, NULL},
    {"f_trace", frame_get_trace, frame_set_trace, NULL, NULL},
    {"f_lasti", frame_get_lasti, NULL, NULL, NULL},
    {"f_globals", frame_get_globals, NULL, NULL, NULL},
    {"f_builtins", frame_get_builtins, NULL, NULL, NULL},
    {"f_code", frame_get_code, NULL, NULL, NULL},
    {"f_trace_opcodes", frame_get_trace_opcodes, frame_set_trace_opcodes, NULL, NULL},
    {NULL},
};

PyTypeObject PyFrame_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "frame",
    .tp_basicsize = offsetof(PyFrameObject, data),
    .tp_itemsize = sizeof(PyObject *),
    .tp_dealloc = frame_dealloc,
    .tp_repr = frame_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = frame_object_traverse,
    .tp_clear = frame_clear,
    .tp_methods = frame_methods,
    .tp_members = frame_members,
    .tp_getset = frame_getset,
};

/* ---- public functions --------------------------------------------------------------------------------- */

/* A frame that never runs, for tracebacks of foreign code.  locals may be NULL. */
PyFrameObject *
PyFrame_New(PyThreadState *ts, PyCodeObject *code, PyObject *globals, PyObject *locals)
{
    (void)ts;
    PyObject *builtins = ou_builtins_of(globals);
    if (builtins == NULL) {
        return NULL;
    }
    PyObject *function =
        ou_function_make(Py_NewRef((PyObject *)code), Py_NewRef(globals), Py_NewRef(builtins), NULL, NULL, NULL, NULL);
    if (function == NULL) {
        return NULL;
    }
    PyFrameObject *object = frame_object_new(ou_code_n_registers(code));
    if (object == NULL) {
        Py_DECREF(function);
        return NULL;
    }
    Frame *frame = (Frame *)object->data;
    frame->function = function;
    frame->code = (PyCodeObject *)Py_NewRef((PyObject *)code);
    frame->locals = code->co_flags & CO_OPTIMIZED ? NULL : Py_XNewRef(locals);
    frame->pc = ou_code_instrs(code);
    frame->owner = OU_FRAME_OBJECT;
    object->f_frame = frame;
    object->f_trace_lines = 1;
    ou_gc_track((PyObject *)object);
    return object;
}

/* The current frame's object, borrowed; NULL if nothing runs. */
PyFrameObject *
PyEval_GetFrame(void)
{
    Frame *frame = ou_frame_shown(ou_thread()->frame);
    if (frame == NULL) {
        return NULL;
    }
    PyFrameObject *object = ou_frame_object(frame);
    if (object == NULL) {
        PyErr_Clear();
    }
    return object;
}

/* A thread's innermost frame, new, or NULL. */
PyFrameObject *
PyThreadState_GetFrame(PyThreadState *ts)
{
    Frame *frame = ou_frame_shown(((OuThread *)ts)->frame);
    if (frame == NULL) {
        return NULL;
    }
    PyFrameObject *object = ou_frame_object(frame);
    if (object == NULL) {
        PyErr_Clear();
    }
    return (PyFrameObject *)Py_XNewRef((PyObject *)object);
}

/* All borrowed. */
PyObject *
PyEval_GetBuiltins(void)
{
    Frame *frame = ou_frame_shown(ou_thread()->frame);
    return frame != NULL ? ou_frame_builtins(frame) : ou_interp()->builtins;
}

PyObject *
PyEval_GetGlobals(void)
{
    Frame *frame = ou_frame_shown(ou_thread()->frame);
    return frame != NULL ? ou_frame_globals(frame) : NULL;
}

PyObject *
_PyEval_GetBuiltin(PyObject *name)
{
    PyObject *value = PyObject_GetItem(PyEval_GetBuiltins(), name);
    if (value == NULL && PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_SetObject(PyExc_AttributeError, name);
    }
    return value;
}

PyObject *
_PyEval_GetBuiltinId(_Py_Identifier *id)
{
    PyObject *name = _PyUnicode_FromId(id);
    return name != NULL ? _PyEval_GetBuiltin(name) : NULL;
}

PyObject *
PyEval_EvalFrame(PyFrameObject *object)
{
    return PyEval_EvalFrameEx(object, 0);
}

/* Frames from PyFrame_New() can be run once. */
PyObject *
PyEval_EvalFrameEx(PyFrameObject *object, int throwing)
{
    Frame *frame = object->f_frame;
    if (throwing || frame->owner != OU_FRAME_OBJECT) {
        PyErr_SetString(PyExc_SystemError, "frame cannot be run");
        return NULL;
    }
    return ou_call_code((PyFunctionObject *)frame->function, frame->locals);
}

PyObject *
_PyEval_EvalFrameDefault(PyThreadState *ts, struct _PyInterpreterFrame *frame, int throwing)
{
    PyErr_SetString(PyExc_SystemError, "frames of another layout cannot be run");
    return NULL;
}
