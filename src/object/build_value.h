/* object/build_value.h - values from format strings, for calls. */
#ifndef OU_OBJECT_BUILD_VALUE_H
#define OU_OBJECT_BUILD_VALUE_H

#include <Python.h>
#include "base/base.h"

/* The argument tuple that a format describes: its values, or the one tuple that it makes.  `size_t_clean`: lengths
 * behind # are Py_ssize_t.  Returns new, or NULL with an error set. */
PyObject *ou_build_arguments(const char *format, va_list list, bool size_t_clean);

#endif
