/* runtime/library_ints.c - the small ints that modules of the standard library compute for themselves.
 *
 * A count speaks of the program: a table that `dis` or `re` builds at import must not blur what the program's own
 * X = 56 shows.  Constants of library code are private ints from the start (compiler, marshal); this does the same for
 * what the body of a library's module has put into its namespace, and into lists, tuples and dicts there.
 *
 * Owns       nothing.
 * Invariant  runs no Python code; only values are replaced, by equal ones.  Without memory the shared ones stay.
 * Not here   tables that are filled later, and ints in sets, as keys, or in attributes of classes. */
#include "bytecode/code.h"
#include "object/state.h"
#include "runtime/import.h"
#include "types/int.h"

enum { DEPTH_MAX = 3 }; /* containers in containers; arbitrary: no table of the library is deeper */

static void privatize(PyObject *op, int depth);

/* A private int for a shared one, new; NULL if it is none, or without memory. */
static PyObject *
private_of(PyObject *value)
{
    if (!PyLong_CheckExact(value) || !ou_is_permanent(value)) {
        return NULL;
    }
    PyObject *copy = ou_int_new_private(PyLong_AsLong(value));
    if (copy == NULL) {
        PyErr_Clear();
    }
    return copy;
}

static void
privatize_items(PyObject **items, Py_ssize_t n, int depth)
{
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *copy = private_of(items[i]);
        if (copy != NULL) {
            Py_SETREF(items[i], copy);
        }
        else {
            privatize(items[i], depth - 1);
        }
    }
}

static void
privatize_values(PyObject *dict, int depth)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    while (PyDict_Next(dict, &position, &key, &value)) {
        if (!PyUnicode_CheckExact(key) && !PyLong_CheckExact(key)) {
            continue; /* looking it up again might run code */
        }
        PyObject *copy = private_of(value);
        if (copy == NULL) {
            privatize(value, depth - 1);
        }
        else {
            if (PyDict_SetItem(dict, key, copy) < 0) { /* the key is there: nothing moves */
                PyErr_Clear();
            }
            Py_DECREF(copy);
        }
    }
}

static void
privatize(PyObject *op, int depth)
{
    if (depth == 0 || op == ou_interp()->builtins || op == ou_interp()->sysdict || op == ou_interp()->modules) {
        return;
    }
    if (PyList_CheckExact(op)) {
        privatize_items(((PyListObject *)op)->ob_item, PyList_GET_SIZE(op), depth);
    }
    else if (PyTuple_CheckExact(op)) {
        privatize_items(((PyTupleObject *)op)->ob_item, PyTuple_GET_SIZE(op), depth);
    }
    else if (PyDict_CheckExact(op)) {
        privatize_values(op, depth);
    }
}

PyObject *
ou_import_exec(PyObject *code, PyObject *names)
{
    PyObject *result = PyEval_EvalCode(code, names, names);
    if (result != NULL && OU_CODE_STATE((PyCodeObject *)code) & OU_CODE_LIBRARY) {
        privatize(names, DEPTH_MAX);
    }
    return result;
}
