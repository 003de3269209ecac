/* modules/array/array_methods.h - what array.c and array_methods.c know of one another. */
#ifndef OU_MODULES_ARRAY_METHODS_H
#define OU_MODULES_ARRAY_METHODS_H

#include "modules/array/array.h"

extern PyMethodDef ou_array_methods[];
extern PyGetSetDef ou_array_getset[];

/* Put a value before an index, which is clipped; or take the item at one out.  0, or -1 with an exception. */
int ou_array_insert(Array *self, Py_ssize_t i, PyObject *value);
int ou_array_remove(Array *self, Py_ssize_t i);

/* Append all of another array, or of an iterable.  RE-ENTRANT. */
int ou_array_extend(Array *self, PyObject *other);

int ou_array_contains(PyObject *self, PyObject *value);
PyObject *ou_array_tolist(PyObject *self, PyObject *ignored);
PyObject *ou_array_tounicode(PyObject *self, PyObject *ignored);

#endif
