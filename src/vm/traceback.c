/* vm/traceback.c - traceback objects: a chain of (frame, instruction), the innermost frame last.
 *
 * Owns       the frame and the next entry.
 * Not here   printing (runtime/). */

#include <Python.h>
#include <structmember.h>

#include "vm/vm.h"

OU_WALKER(traceback)
{
    PyTracebackObject *tb = (PyTracebackObject *)self;
    OU_EDGE_OF(tb, tb_next);
    OU_EDGE_OF(tb, tb_frame);
    return 0;
}

static int
traceback_clear(PyObject *self)
{
    PyTracebackObject *tb = (PyTracebackObject *)self;
    Py_CLEAR(tb->tb_next);
    Py_CLEAR(tb->tb_frame);
    return 0;
}

static void
traceback_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    traceback_clear(self);
    ou_gc_free_fast(self, sizeof(PyTracebackObject));
}

/* New entry; takes nothing.  lineno -1: found out when asked for. */
static PyObject *
traceback_new(PyTracebackObject *next, PyFrameObject *frame, int lasti, int lineno)
{
    PyTracebackObject *tb = (PyTracebackObject *)ou_gc_new_fast(&PyTraceBack_Type, sizeof *tb);
    if (tb == NULL) {
        return NULL;
    }
    tb->tb_next = (PyTracebackObject *)Py_XNewRef((PyObject *)next);
    tb->tb_frame = (PyFrameObject *)Py_NewRef((PyObject *)frame);
    tb->tb_lasti = lasti;
    tb->tb_lineno = lineno;
    ou_gc_track((PyObject *)tb);
    return (PyObject *)tb;
}

/* See vm.h.  Puts the new entry before those of the frames that it called. */
void
ou_traceback_add(Frame *frame)
{
    PyThreadState *ts = ou_tstate();
    PyObject *type = ts->curexc_type, *value = ts->curexc_value, *tb = ts->curexc_traceback;
    ts->curexc_type = ts->curexc_value = ts->curexc_traceback = NULL;
    PyFrameObject *object = ou_frame_object(frame);
    PyTracebackObject *entry =
        object == NULL ? NULL : (PyTracebackObject *)ou_gc_new_fast(&PyTraceBack_Type, sizeof(PyTracebackObject));
    if (OU_UNLIKELY(entry == NULL)) {
        _PyErr_ChainExceptions(type, value, tb);
        return;
    }
    entry->tb_next = (PyTracebackObject *)tb;
    entry->tb_frame = (PyFrameObject *)Py_NewRef((PyObject *)object);
    entry->tb_lasti = 2 * ou_frame_word(frame);
    entry->tb_lineno = object->f_lineno > 0 ? object->f_lineno : -1;
    ou_gc_track((PyObject *)entry);
    ts->curexc_type = type;
    ts->curexc_value = value;
    ts->curexc_traceback = (PyObject *)entry;
}

/* Add an entry for a frame to the error that is set.  Returns 0, or -1 with another error set. */
int
PyTraceBack_Here(PyFrameObject *object)
{
    PyObject *type, *value, *tb;
    PyErr_Fetch(&type, &value, &tb);
    PyObject *entry = traceback_new((PyTracebackObject *)tb, object, PyFrame_GetLasti(object), PyFrame_GetLineNumber(object));
    if (entry == NULL) {
        _PyErr_ChainExceptions(type, value, tb);
        return -1;
    }
    PyErr_Restore(type, value, entry);
    Py_XDECREF(tb);
    return 0;
}

/* An entry for a place that has no Python frame: a module written in C.  Errors are swallowed. */
void
_PyTraceback_Add(const char *function, const char *filename, int line)
{
    PyObject *type, *value, *tb;
    PyErr_Fetch(&type, &value, &tb);
    PyObject *globals = PyDict_New();
    PyCodeObject *code = globals != NULL ? PyCode_NewEmpty(filename, function, line) : NULL;
    PyFrameObject *frame = code != NULL ? PyFrame_New(ou_tstate(), code, globals, NULL) : NULL;
    Py_XDECREF(globals);
    Py_XDECREF((PyObject *)code);
    if (frame == NULL) {
        PyErr_Clear();
        PyErr_Restore(type, value, tb);
        return;
    }
    frame->f_lineno = line;
    PyErr_Restore(type, value, tb);
    PyTraceBack_Here(frame);
    Py_DECREF((PyObject *)frame);
}

/* ---- as Python sees them ------------------------------------------------------------------------------ */

static PyObject *
traceback_new_method(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"tb_next", "tb_frame", "tb_lasti", "tb_lineno", NULL};
    PyObject *next, *frame;
    int lasti, lineno;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO!ii:TracebackType", names, &next, &PyFrame_Type, &frame, &lasti,
                                     &lineno)) {
        return NULL;
    }
    if (next != Py_None && !PyTraceBack_Check(next)) {
        PyErr_Format(PyExc_TypeError, "expected traceback object or None, got '%s'", Py_TYPE(next)->tp_name);
        return NULL;
    }
    return traceback_new(next == Py_None ? NULL : (PyTracebackObject *)next, (PyFrameObject *)frame, lasti, lineno);
}

static PyObject *
traceback_get_next(PyObject *self, void *unused)
{
    PyTracebackObject *tb = (PyTracebackObject *)self;
    return Py_NewRef(tb->tb_next != NULL ? (PyObject *)tb->tb_next : Py_None);
}

static int
traceback_set_next(PyObject *self, PyObject *value, void *unused)
{
    PyTracebackObject *tb = (PyTracebackObject *)self;
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "can't delete tb_next attribute");
        return -1;
    }
    if (value != Py_None && !PyTraceBack_Check(value)) {
        PyErr_Format(PyExc_TypeError, "expected traceback object, got '%s'", Py_TYPE(value)->tp_name);
        return -1;
    }
    for (PyTracebackObject *at = value == Py_None ? NULL : (PyTracebackObject *)value; at != NULL; at = at->tb_next) {
        if (at == tb) {
            PyErr_SetString(PyExc_ValueError, "traceback loop detected");
            return -1;
        }
    }
    PyObject *old = (PyObject *)tb->tb_next;
    tb->tb_next = value == Py_None ? NULL : (PyTracebackObject *)Py_NewRef(value);
    Py_XDECREF(old);
    return 0;
}

static PyObject *
traceback_get_lineno(PyObject *self, void *unused)
{
    PyTracebackObject *tb = (PyTracebackObject *)self;
    int line = tb->tb_lineno;
    if (line == -1) {
        PyCodeObject *code = PyFrame_GetCode(tb->tb_frame);
        line = PyCode_Addr2Line(code, tb->tb_lasti);
        Py_DECREF((PyObject *)code);
        if (line == -1) {
            Py_RETURN_NONE;
        }
    }
    return PyLong_FromLong(line);
}

static PyObject *
traceback_dir(PyObject *self, PyObject *unused)
{
    return Py_BuildValue("[ssss]", "tb_frame", "tb_next", "tb_lasti", "tb_lineno");
}

static PyMethodDef traceback_methods[] = {
    {"__dir__", traceback_dir, METH_NOARGS, NULL},
    {NULL},
};

static PyMemberDef traceback_members[] = {
    {"tb_frame", T_OBJECT, offsetof(PyTracebackObject, tb_frame), READONLY, NULL},
    {"tb_lasti", T_INT, offsetof(PyTracebackObject, tb_lasti), READONLY, NULL},
    {NULL},
};

static PyGetSetDef traceback_getset[] = {
    {"tb_next", traceback_get_next, traceback_set_next, NULL, NULL},
    {"tb_lineno", traceback_get_lineno, NULL, NULL, NULL},
    {NULL},
};

PyTypeObject PyTraceBack_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "traceback",
    .tp_basicsize = sizeof(PyTracebackObject),
    .tp_dealloc = traceback_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "TracebackType(tb_next, tb_frame, tb_lasti, tb_lineno)\n--\n\nOne entry of a traceback.",
    .tp_traverse = traceback_traverse,
    .tp_clear = traceback_clear,
    .tp_methods = traceback_methods,
    .tp_members = traceback_members,
    .tp_getset = traceback_getset,
    .tp_new = traceback_new_method,
};
