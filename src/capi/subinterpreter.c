/* capi/subinterpreter.c - Py_NewInterpreter and its kin: there is one interpreter a process, and these say so.
 *
 * Owns       nothing. */
#include <Python.h>

/* Returns NULL, as the C API has it when an interpreter can't be made, with RuntimeError set if a thread state is current:
 * callers may have put theirs away, and then say it themselves. */
PyThreadState *
_Py_NewInterpreter(int isolated)
{
    if (_PyThreadState_UncheckedGet() == NULL) {
        return NULL;
    }
    PyErr_SetString(PyExc_RuntimeError, "this runtime has one interpreter a process");
    return NULL;
}

PyThreadState *
Py_NewInterpreter(void)
{
    return _Py_NewInterpreter(0);
}

/* Ends what Py_NewInterpreter made, so nothing that a caller can have. */
void
Py_EndInterpreter(PyThreadState *state)
{
    Py_FatalError("Py_EndInterpreter: not the state of a subinterpreter");
}
