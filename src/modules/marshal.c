/* modules/marshal.c - module marshal: objects as bytes, for cache files.
 *
 * Invariant  the view that readinto() fills is released before its bytes are used: no program keeps it.
 * Not here   the format (bytecode/marshal_read.c, marshal_write.c).
 * Source     Library Reference, marshal. */
#define PY_SSIZE_T_CLEAN /* before Python.h: lengths of y# are Py_ssize_t */
#include "bytecode/marshal.h"
#include "object/args.h"
#include "object/hold.h"

#include <marshal.h>

static int
version_of(PyObject *arg, int *version)
{
    *version = arg == NULL ? Py_MARSHAL_VERSION : _PyLong_AsInt(arg);
    return *version == -1 && PyErr_Occurred() ? -1 : 0;
}

static PyObject *
marshal_dumps(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    static const OuParams params = {"dumps",           {"value", "version"}, .n_posonly = 2,
                                    .n_positional = 2, .n_required = 1,      .n_all = 2};
    PyObject *v[2];
    int version;
    if (ou_args_parse(&params, args, nargs, NULL, v) < 0 || version_of(v[1], &version) < 0) {
        return NULL;
    }
    return PyMarshal_WriteObjectToString(v[0], version);
}

static PyObject *
marshal_dump(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    static const OuParams params = {"dump",    {"value", "file", "version"}, .n_posonly = 3, .n_positional = 3, .n_required = 2,
                                    .n_all = 3};
    PyObject *v[3], *bytes, *result;
    int version;
    if (ou_args_parse(&params, args, nargs, NULL, v) < 0 || version_of(v[2], &version) < 0) {
        return NULL;
    }
    bytes = PyMarshal_WriteObjectToString(v[0], version);
    if (bytes == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &bytes);
    result = PyObject_CallMethodOneArg(v[1], OU_STR(write), bytes);
    OU_HOLD_END(hold);
    Py_DECREF(bytes);
    return result;
}

/* loads() of anything that lends its bytes. */
static PyObject *
marshal_loads(PyObject *module, PyObject *data)
{
    Py_buffer view;
    if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    PyObject *op =
        PySys_Audit("marshal.loads", "y#", view.buf, view.len) < 0 ? NULL : ou_marshal_loads(view.buf, view.len, false, NULL);
    PyBuffer_Release(&view);
    return op;
}

/* Fill `to` from a Python file, by readinto().  RE-ENTRANT. */
static int
python_file_source(void *from, char *to, Py_ssize_t n)
{
    Py_ssize_t got = 0;
    PyObject *view = PyMemoryView_FromMemory(to, n, PyBUF_WRITE), *count = NULL;
    if (view != NULL) {
        OU_HOLD(hold, &view);
        count = PyObject_CallMethodOneArg(from, OU_STR(readinto), view);
        OU_HOLD_END(hold);
        PyObject *error_type, *error, *traceback; /* nobody may write to the buffer from now on */
        PyErr_Fetch(&error_type, &error, &traceback);
        PyObject *released = PyObject_CallMethod(view, "release", NULL);
        if (released == NULL && error_type == NULL) {
            PyErr_Fetch(&error_type, &error, &traceback);
            Py_CLEAR(count);
        }
        Py_XDECREF(released);
        PyErr_Restore(error_type, error, traceback);
        Py_DECREF(view);
    }
    if (count == NULL) {
        return -1;
    }
    got = PyNumber_AsSsize_t(count, PyExc_ValueError);
    Py_DECREF(count);
    if (got == n) {
        return 0;
    }
    if (got == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (got > n) {
        PyErr_Format(PyExc_ValueError, "read() returned too much data: %zd bytes requested, %zd returned", n, got);
    }
    else {
        PyErr_SetString(PyExc_EOFError, "EOF read where not expected");
    }
    return -1;
}

static PyObject *
marshal_load(PyObject *module, PyObject *file)
{
    PyObject *nothing = PyObject_CallMethod(file, "read", "i", 0);
    if (nothing == NULL) {
        return NULL;
    }
    if (!PyBytes_Check(nothing)) {
        PyErr_Format(PyExc_TypeError, "file.read() returned not bytes but %.100s", Py_TYPE(nothing)->tp_name);
        Py_DECREF(nothing);
        return NULL;
    }
    Py_DECREF(nothing);
    if (PySys_Audit("marshal.load", NULL) < 0) {
        return NULL;
    }
    return ou_marshal_read(python_file_source, file);
}

static int
marshal_exec(PyObject *module)
{
    return PyModule_AddIntConstant(module, "version", Py_MARSHAL_VERSION);
}

static PyMethodDef marshal_methods[] = {
    {"dump", (PyCFunction)(void *)marshal_dump, METH_FASTCALL,
     "dump($module, value, file, version=version, /)\n--\n\nWrite the value to a binary file."},
    {"load", marshal_load, METH_O, "load($module, file, /)\n--\n\nRead one value from a binary file."},
    {"dumps", (PyCFunction)(void *)marshal_dumps, METH_FASTCALL,
     "dumps($module, value, version=version, /)\n--\n\nThe bytes that dump() would write."},
    {"loads", marshal_loads, METH_O, "loads($module, bytes, /)\n--\n\nThe value that the bytes begin with."},
    {NULL},
};

static PyModuleDef_Slot marshal_slots[] = {{Py_mod_exec, marshal_exec}, {0, NULL}};

static PyModuleDef marshal_module = {
    PyModuleDef_HEAD_INIT,        .m_name = "marshal",      .m_doc = "Values as bytes, for the runtime's own cache files.",
    .m_methods = marshal_methods, .m_slots = marshal_slots,
};

PyMODINIT_FUNC
PyInit_marshal(void)
{
    return PyModuleDef_Init(&marshal_module);
}
