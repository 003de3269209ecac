/* runtime/warnings.h - warnings from the inside: what module _warnings is made of. */
#ifndef OU_RUNTIME_WARNINGS_H
#define OU_RUNTIME_WARNINGS_H

#include <Python.h>

/* Make filters, default action and registry of the interpreter, if they are not there yet.
 * Returns 0, or -1 with an error set. */
int ou_warnings_init(void);

/* warnings.warn() and warnings.warn_explicit(): category, registry, module, source line and source may be NULL.
 * Each returns a new None, or NULL with an error set: the warning as an exception, where a filter says so.  RE-ENTRANT. */
PyObject *ou_warnings_warn(PyObject *message, PyObject *category, Py_ssize_t stack_level, PyObject *source);
PyObject *ou_warnings_warn_explicit(PyObject *category, PyObject *message, PyObject *filename, int line, PyObject *module,
                                    PyObject *registry, PyObject *source_line, PyObject *source);

/* The category of a message, checked: a subclass of Warning.  Returns borrowed, or NULL with TypeError set. */
PyObject *ou_warnings_category(PyObject *message, PyObject *category);

/* The filters have changed: registries are out of date. */
void ou_warnings_filters_mutated(void);

#endif
