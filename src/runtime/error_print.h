/* runtime/error_print.h - showing errors: between the files that print exceptions, tracebacks and source lines.
 *
 *   sink    where text goes: a Python file object, and what begins each line of it (exception groups indent) */
#ifndef OU_RUNTIME_ERROR_PRINT_H
#define OU_RUNTIME_ERROR_PRINT_H

#include "object/error.h"

typedef struct {
    PyObject *file;     /* borrowed */
    int indent;         /* spaces before the margin */
    const char *margin; /* "| " inside groups, else "" */
} OuErrorSink;

/* Each returns 0, or -1 with an error set.  RE-ENTRANT: the file may be written in Python. */
int ou_error_sink_write(const OuErrorSink *sink, const char *text);
int ou_error_sink_write_str(const OuErrorSink *sink, PyObject *text);   /* refs takes `text`; NULL: -1 */
int ou_error_sink_margin(const OuErrorSink *sink);                      /* begin a line */

/* An attribute of sys by a name from names.def: found without an allocation.  Borrowed; NULL if there is none (no error). */
static inline PyObject *
ou_error_sys(PyObject *name)
{
    PyObject *sysdict = ou_interp()->sysdict;
    return sysdict != NULL ? PyDict_GetItemWithError(sysdict, name) : NULL;
}

/* A traceback with its header, a line without newline; `group` puts "+ " where the margin stands. */
int ou_traceback_print(const OuErrorSink *sink, PyObject *traceback, const char *header, bool group);

/* ". Did you mean: 'x'?" for a NameError or AttributeError.  Returns a new str; NULL without an error, or with MemoryError. */
PyObject *ou_error_suggestion(PyObject *exc);

/* Forget the error that is set: what it spoils is left out of what is shown.  Not so MemoryError: then the whole is to fail,
 * rather than look complete.  Returns 0, or -1 with MemoryError still set. */
static inline int
ou_error_overlook(void)
{
    if (PyErr_ExceptionMatches(PyExc_MemoryError)) {
        return -1;
    }
    PyErr_Clear();
    return 0;
}

/* Put unraisablehook and __unraisablehook__ into the namespace of sys.
 * Returns 0, or -1 with an error set. */
int ou_unraisable_init(PyObject *sysdict);

#endif
