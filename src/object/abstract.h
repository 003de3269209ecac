/* object/abstract.h - the errors that the abstract protocols share (abstract_object.c). */
#ifndef OU_OBJECT_ABSTRACT_H
#define OU_OBJECT_ABSTRACT_H

#include <Python.h>

#include "base/base.h"

/* An argument is NULL: SystemError, unless the error that made it so is set.  Returns NULL. */
PyObject *ou_null_argument(void);

/* TypeError: `format` has one %s, the name of op's type.  Returns NULL. */
PyObject *ou_type_error(const char *format, PyObject *op);

/* The length of what has none by one protocol (`noun`: "mapping", "sequence"), but maybe by the other.
 * Returns -1 with TypeError set. */
Py_ssize_t ou_size_error(PyObject *op, const char *noun, lenfunc by_other);

#endif
