/* types/generic_alias.h - what list[int] and int | str share: parameters and their substitution (PEP 585, 604, 646). */
#ifndef OU_TYPES_GENERIC_ALIAS_H
#define OU_TYPES_GENERIC_ALIAS_H

#include <Python.h>

/* The type variables in a tuple of arguments, each once.  Returns a new tuple, or NULL with an error set.  RE-ENTRANT. */
PyObject *ou_type_parameters(PyObject *args);

/* The arguments with `item` (a type or tuple of types) for the parameters.  Returns a new tuple, or NULL with an error set.
 * RE-ENTRANT. */
PyObject *ou_type_substitute(PyObject *self, PyObject *args, PyObject *parameters, PyObject *item);

/* A type as it is shown inside brackets.  Returns a new str, or NULL with an error set.  RE-ENTRANT. */
PyObject *ou_type_repr_item(PyObject *item);

/* int | str.  Returns new, NotImplemented, or NULL with an error set. */
PyObject *_Py_union_type_or(PyObject *self, PyObject *other);

#endif
