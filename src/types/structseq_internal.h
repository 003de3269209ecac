/* types/structseq_internal.h - what tuple.c and structseq.c know of each other. */
#ifndef OU_TYPES_STRUCTSEQ_INTERNAL_H
#define OU_TYPES_STRUCTSEQ_INTERNAL_H

#include <Python.h>

/* Fields of an instance behind those that make its length; 0 for a type that is no structseq. */
Py_ssize_t ou_structseq_n_hidden(PyTypeObject *type);

#endif
