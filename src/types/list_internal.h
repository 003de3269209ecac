/* types/list_internal.h - functions of list.c that only list_type.c and list_sort.c need. */
#ifndef OU_TYPES_LIST_INTERNAL_H
#define OU_TYPES_LIST_INTERNAL_H

#include <Python.h>

/* Slots. */
int ou_list_traverse(PyObject *self, visitproc visit, void *arg);
int ou_list_clear_slot(PyObject *self);
void ou_list_dealloc(PyObject *self);
PyObject *ou_list_concat(PyObject *self, PyObject *other);
PyObject *ou_list_repeat(PyObject *self, Py_ssize_t times);
PyObject *ou_list_inplace_repeat(PyObject *self, Py_ssize_t times);

/* Take out the item at an index that is in range.  Returns it, owned.  Runs no Python code. */
PyObject *ou_list_take(PyListObject *list, Py_ssize_t index);
/* What is to replace a slice, as a list or tuple other than `list`.  Refs new.  RE-ENTRANT. */
PyObject *ou_list_replacement(PyListObject *list, PyObject *value, const char *message);
/* Assign or (source NULL) delete `count` items, `step` apart.  RE-ENTRANT after all is done. */
int ou_list_set_extended(PyListObject *list, Py_ssize_t start, Py_ssize_t step, Py_ssize_t count, PyObject *source);

#endif
