/* types/dict_internal.h - slots of dict that dict.c gives to dict_type.c. */
#ifndef OU_TYPES_DICT_INTERNAL_H
#define OU_TYPES_DICT_INTERNAL_H

#include <Python.h>

int ou_dict_traverse(PyObject *self, visitproc visit, void *arg);
int ou_dict_clear_slot(PyObject *self);
void ou_dict_dealloc(PyObject *self);
PyObject *ou_dict_new(PyTypeObject *type, PyObject *args, PyObject *kwargs);

#endif
