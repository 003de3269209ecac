/* vm/compiler_flags.c - what code that compiles at run time takes over from the code that runs; super() without
 * arguments.
 *
 * Invariant  the running frame is only read; what super() gets is borrowed from it. */

#include "object/type.h"
#include "vm/vm.h"

enum {
    FUTURE_FLAGS = CO_FUTURE_DIVISION | CO_FUTURE_ABSOLUTE_IMPORT | CO_FUTURE_WITH_STATEMENT | CO_FUTURE_PRINT_FUNCTION
                 | CO_FUTURE_UNICODE_LITERALS | CO_FUTURE_BARRY_AS_BDFL | CO_FUTURE_GENERATOR_STOP | CO_FUTURE_ANNOTATIONS,
};

/* Add the __future__ flags of the running code.  Returns whether any flag is set then. */
int
PyEval_MergeCompilerFlags(PyCompilerFlags *flags)
{
    Frame *frame = ou_thread()->frame;
    if (frame != NULL) {
        flags->cf_flags |= frame->code->co_flags & FUTURE_FLAGS;
    }
    return flags->cf_flags != 0;
}

/* The class and the first argument that super() means in the current frame.  Borrowed.  Returns 0, or -1 with RuntimeError
 * set. */
int
ou_frame_super(PyTypeObject **cls, PyObject **self)
{
    Frame *frame = ou_thread()->frame;
    if (frame == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "super(): no current frame");
        return -1;
    }
    PyCodeObject *code = frame->code;
    if (code->co_argcount == 0) {
        PyErr_SetString(PyExc_RuntimeError, "super(): no arguments");
        return -1;
    }
    PyObject *first = frame->registers[0];
    if (first != NULL && (PyBytes_AS_STRING(code->co_localspluskinds)[0] & OU_FAST_CELL) && PyCell_Check(first)) {
        first = PyCell_GET(first);
    }
    if (first == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "super(): arg[0] deleted");
        return -1;
    }
    for (int i = code->co_nlocalsplus - code->co_nfreevars; i < code->co_nlocalsplus; i++) {
        PyObject *name = PyTuple_GET_ITEM(code->co_localsplusnames, i);
        if (PyUnicode_CompareWithASCIIString(name, "__class__") != 0) {
            continue;
        }
        PyObject *cell = frame->registers[i];
        if (cell == NULL || !PyCell_Check(cell)) {
            PyErr_SetString(PyExc_RuntimeError, "super(): bad __class__ cell");
            return -1;
        }
        PyObject *type = PyCell_GET(cell);
        if (type == NULL) {
            PyErr_SetString(PyExc_RuntimeError, "super(): empty __class__ cell");
            return -1;
        }
        if (!PyType_Check(type)) {
            PyErr_Format(PyExc_RuntimeError, "super(): __class__ is not a type (%s)", Py_TYPE(type)->tp_name);
            return -1;
        }
        *cls = (PyTypeObject *)type;
        *self = first;
        return 0;
    }
    PyErr_SetString(PyExc_RuntimeError, "super(): __class__ cell not found");
    return -1;
}
