/* capi/accumulate.c - _PyAccu: many small strings gathered into a few large ones.  The compiled module _json writes with it.
 *
 * Owns       the two lists of an accumulator, which lies in its user's memory.
 * Invariant  `large`, if there is one, holds what came first, joined; `small` what came since.
 * Not here   _PyUnicodeWriter (types/str_writer.c), which the runtime itself uses. */
#include <Python.h>
#include "base/base.h"

typedef struct {
    PyObject *large, *small; /* lists of str; large is NULL until something has been joined */
} Accumulator;

enum { FLUSH_AT = 100000 }; /* small strings; from CPython 3.11 */

int _PyAccu_Init(Accumulator *acc);
int _PyAccu_Accumulate(Accumulator *acc, PyObject *text);
PyObject *_PyAccu_FinishAsList(Accumulator *acc);
PyObject *_PyAccu_Finish(Accumulator *acc);
void _PyAccu_Destroy(Accumulator *acc);

static PyObject *
join(PyObject *list)
{
    PyObject *empty = PyUnicode_New(0, 0);
    PyObject *joined = empty != NULL ? PyUnicode_Join(empty, list) : NULL;
    Py_XDECREF(empty);
    return joined;
}

/* Move what is in `small` to `large`.  Returns 0, or -1 with an error set. */
static int
flush(Accumulator *acc)
{
    if (acc->large == NULL) {
        acc->large = PyList_New(0);
        if (acc->large == NULL) {
            return -1;
        }
    }
    Py_ssize_t n = PyList_GET_SIZE(acc->small);
    if (n == 0) {
        return 0;
    }
    PyObject *joined = join(acc->small);
    int status = joined != NULL ? PyList_Append(acc->large, joined) : -1;
    Py_XDECREF(joined);
    return status < 0 ? -1 : PyList_SetSlice(acc->small, 0, n, NULL);
}

/* Returns 0, or -1 with an error set. */
Py_EXPORTED_SYMBOL int
_PyAccu_Init(Accumulator *acc)
{
    acc->large = NULL;
    acc->small = PyList_New(0);
    return acc->small != NULL ? 0 : -1;
}

Py_EXPORTED_SYMBOL int
_PyAccu_Accumulate(Accumulator *acc, PyObject *text)
{
    if (PyList_Append(acc->small, text) < 0) {
        return -1;
    }
    return PyList_GET_SIZE(acc->small) < FLUSH_AT ? 0 : flush(acc);
}

/* The strings as a list; the accumulator is empty and gone then.  Returns new, or NULL with an error set. */
Py_EXPORTED_SYMBOL PyObject *
_PyAccu_FinishAsList(Accumulator *acc)
{
    int status = flush(acc);
    Py_CLEAR(acc->small);
    if (status < 0) {
        Py_CLEAR(acc->large);
        return NULL;
    }
    PyObject *list = acc->large;
    acc->large = NULL;
    return list;
}

/* The strings as one. */
Py_EXPORTED_SYMBOL PyObject *
_PyAccu_Finish(Accumulator *acc)
{
    PyObject *list = acc->large != NULL ? _PyAccu_FinishAsList(acc) : Py_XNewRef(acc->small);
    Py_CLEAR(acc->small);
    PyObject *joined = list != NULL ? join(list) : NULL;
    Py_XDECREF(list);
    return joined;
}

Py_EXPORTED_SYMBOL void
_PyAccu_Destroy(Accumulator *acc)
{
    Py_CLEAR(acc->small);
    Py_CLEAR(acc->large);
}
