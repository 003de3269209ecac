/* modules/atexit.c - module atexit: functions to be called when the interpreter stops.
 *
 * Owns       nothing: the interpreter holds the list of callbacks, (function, args, kwargs) tuples, or None where one was
 *            taken back while they ran.
 * Invariant  a callback is taken from the list before it is called, so each runs once however the others behave. */
#include "object/hold.h"
#include "object/state.h"
#include "runtime/lifecycle.h"

/* The list, made when first wanted.  Borrowed; NULL with MemoryError. */
static PyObject *
callbacks(void)
{
    PyInterpreterState *interp = ou_interp();
    if (interp->atexit_callbacks == NULL) {
        interp->atexit_callbacks = PyList_New(0);
    }
    return interp->atexit_callbacks;
}

/* Call all, last registered first; what they raise is reported.  RE-ENTRANT. */
static void
run_all(void)
{
    PyInterpreterState *interp = ou_interp();
    PyObject *entry = NULL, *result = NULL;
    OU_HOLD(hold, &entry);
    for (;;) {
        PyObject *list = interp->atexit_callbacks;
        Py_ssize_t n = list == NULL ? 0 : PyList_GET_SIZE(list);
        if (n == 0) {
            break;
        }
        entry = Py_NewRef(PyList_GET_ITEM(list, n - 1));
        if (PyList_SetSlice(list, n - 1, n, NULL) < 0) {
            PyErr_WriteUnraisable(NULL);
            Py_CLEAR(entry);
            break;
        }
        result = PyObject_Call(PyTuple_GET_ITEM(entry, 0), PyTuple_GET_ITEM(entry, 1), PyTuple_GET_ITEM(entry, 2));
        if (result == NULL) {
            _PyErr_WriteUnraisableMsg("in atexit callback", PyTuple_GET_ITEM(entry, 0));
        }
        Py_CLEAR(result);
        Py_CLEAR(entry);
    }
    OU_HOLD_END(hold);
}

static PyObject *
atexit_register(PyObject *module, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) == 0) {
        PyErr_SetString(PyExc_TypeError, "register() takes at least 1 argument (0 given)");
        return NULL;
    }
    PyObject *function = PyTuple_GET_ITEM(args, 0);
    if (!PyCallable_Check(function)) {
        PyErr_SetString(PyExc_TypeError, "the first argument must be callable");
        return NULL;
    }
    PyObject *rest = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args));
    PyObject *names = kwargs == NULL ? PyDict_New() : PyDict_Copy(kwargs);
    PyObject *entry = rest == NULL || names == NULL ? NULL : PyTuple_Pack(3, function, rest, names), *list = callbacks();
    int status = entry == NULL || list == NULL ? -1 : PyList_Append(list, entry);
    Py_XDECREF(rest);
    Py_XDECREF(names);
    Py_XDECREF(entry);
    return status < 0 ? NULL : Py_NewRef(function);
}

/* unregister(function).  RE-ENTRANT: == may change the list, so it is read again every turn. */
static PyObject *
atexit_unregister(PyObject *module, PyObject *function)
{
    PyObject *list = callbacks(), *entry = NULL;
    int same = 0;
    if (list == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &entry);
    for (Py_ssize_t i = 0; same >= 0 && i < PyList_GET_SIZE(list);) {
        entry = Py_NewRef(PyList_GET_ITEM(list, i));
        same = PyObject_RichCompareBool(PyTuple_GET_ITEM(entry, 0), function, Py_EQ);
        if (same > 0 && i < PyList_GET_SIZE(list) && PyList_GET_ITEM(list, i) == entry) {
            same = PyList_SetSlice(list, i, i + 1, NULL);
        }
        else {
            i++;
        }
        Py_CLEAR(entry);
    }
    OU_HOLD_END(hold);
    return same < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
atexit_clear(PyObject *module, PyObject *ignored)
{
    PyObject *list = ou_interp()->atexit_callbacks;
    if (list != NULL && PyList_SetSlice(list, 0, PyList_GET_SIZE(list), NULL) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
atexit_run(PyObject *module, PyObject *ignored)
{
    run_all();
    Py_RETURN_NONE;
}

static PyObject *
atexit_ncallbacks(PyObject *module, PyObject *ignored)
{
    PyObject *list = ou_interp()->atexit_callbacks;
    return PyLong_FromSsize_t(list == NULL ? 0 : PyList_GET_SIZE(list));
}

static int
atexit_exec(PyObject *module)
{
    ou_atexit_hook = run_all;
    return 0;
}

static PyMethodDef atexit_methods[] = {
    {"register", (PyCFunction)(void *)atexit_register, METH_VARARGS | METH_KEYWORDS,
     "register($module, func, /, *args, **kwargs)\n--\n\nCall func(*args, **kwargs) when the interpreter stops."},
    {"unregister", atexit_unregister, METH_O, "unregister($module, func, /)\n--\n\nForget every registration of func."},
    {"_clear", atexit_clear, METH_NOARGS, "_clear($module, /)\n--\n\nForget all."},
    {"_run_exitfuncs", atexit_run, METH_NOARGS, "_run_exitfuncs($module, /)\n--\n\nCall all now."},
    {"_ncallbacks", atexit_ncallbacks, METH_NOARGS, "_ncallbacks($module, /)\n--\n\nHow many are registered."},
    {NULL},
};

static PyModuleDef_Slot atexit_slots[] = {{Py_mod_exec, atexit_exec}, {0, NULL}};

static PyModuleDef atexit_module = {
    PyModuleDef_HEAD_INIT,       .m_name = "atexit",      .m_doc = "Functions to be called when the interpreter stops.",
    .m_methods = atexit_methods, .m_slots = atexit_slots,
};

PyMODINIT_FUNC
PyInit_atexit(void)
{
    return PyModuleDef_Init(&atexit_module);
}
