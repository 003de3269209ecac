/* vm/interpreter_state.c - the public functions about interpreter states.  There is one.
 *
 * Invariant  no second state is ever made: PyInterpreterState_New() returns NULL.
 * Not here   start and stop (runtime/). */

#include "vm/vm.h"

PyInterpreterState *
PyInterpreterState_Get(void)
{
    return ou_interp();
}

PyInterpreterState *
PyInterpreterState_Main(void)
{
    return _PyRuntime.interp;
}

PyInterpreterState *
PyInterpreterState_Head(void)
{
    return _PyRuntime.interp;
}

PyInterpreterState *
PyInterpreterState_Next(PyInterpreterState *interp)
{
    return interp->next;
}

PyInterpreterState *
PyInterpreterState_New(void)
{
    return NULL; /* one is all there is */
}

void
PyInterpreterState_Clear(PyInterpreterState *interp)
{
    (void)interp;
}

void
PyInterpreterState_Delete(PyInterpreterState *interp)
{
    (void)interp;
}

int64_t
PyInterpreterState_GetID(PyInterpreterState *interp)
{
    return interp->id;
}

/* A dict for extensions to keep things in.  Borrowed; NULL without an error if it can't be had. */
PyObject *
PyInterpreterState_GetDict(PyInterpreterState *interp)
{
    if (interp->dict == NULL) {
        interp->dict = PyDict_New();
        if (interp->dict == NULL) {
            PyErr_Clear();
        }
    }
    return interp->dict;
}

int
_PyInterpreterState_RequiresIDRef(PyInterpreterState *interp)
{
    return 0;
}

void
_PyInterpreterState_RequireIDRef(PyInterpreterState *interp, int required)
{
}

PyObject *
_PyInterpreterState_GetMainModule(PyInterpreterState *interp)
{
    if (interp->modules == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "interpreter not initialized");
        return NULL;
    }
    PyObject *module = PyMapping_GetItemString(interp->modules, "__main__");
    return module;
}

_PyFrameEvalFunction
_PyInterpreterState_GetEvalFrameFunc(PyInterpreterState *interp)
{
    return interp->eval_frame != NULL ? interp->eval_frame : _PyEval_EvalFrameDefault;
}

/* Remembered, and not called: our frames are not what such a function expects. */
void
_PyInterpreterState_SetEvalFrameFunc(PyInterpreterState *interp, _PyFrameEvalFunction function)
{
    interp->eval_frame = function;
}

const PyConfig *
_PyInterpreterState_GetConfig(PyInterpreterState *interp)
{
    return interp->config;
}

const PyConfig *
_Py_GetConfig(void)
{
    return ou_interp()->config;
}
