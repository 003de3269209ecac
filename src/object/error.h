/* object/error.h - the error indicator from the inside.
 *
 *   indicator   curexc_type, curexc_value, curexc_traceback of the thread: what was raised and not yet caught
 *   normalized  the value is an instance of the type (until then it may be NULL, a str, a tuple of arguments)
 *   handled     the exception of the `except` block that runs: exc_info, a stack with one item a generator */
#ifndef OU_OBJECT_ERROR_H
#define OU_OBJECT_ERROR_H

#include "object/hold.h"
#include "object/state.h"

/* The indicator's exception, taken out and normalized: a new reference with its __traceback__ set, or NULL if no error is
 * set.  RE-ENTRANT: an exception class may be Python code. */
PyObject *ou_error_take(void);

/* Make the exception the indicator's.  Refs takes `exc`. */
void ou_error_restore(PyObject *exc);

/* Where an operation must run with a clean indicator and leave it as it was. */
typedef struct {
    PyObject *type, *value, *traceback;
} OuErrorState;

static inline void
ou_error_save(OuErrorState *state)
{
    PyErr_Fetch(&state->type, &state->value, &state->traceback);
}

static inline void
ou_error_reinstate(OuErrorState *state)
{
    PyErr_Restore(state->type, state->value, state->traceback);
}

#endif
