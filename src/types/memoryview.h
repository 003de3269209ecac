/* types/memoryview.h - what the files of memoryview share.
 *
 *   master   the one buffer taken from the exporter, in a managed buffer that all views made from one another share
 *   base     view.obj of a memoryview: the exporter, borrowed from the master
 *   native   a format of one character, of the machine's own size and order, with an optional '@' before it */
#ifndef OU_TYPES_MEMORYVIEW_H
#define OU_TYPES_MEMORYVIEW_H

#include "object/alloc.h"

static inline bool
ou_memoryview_is_released(PyMemoryViewObject *self)
{
    return (self->flags & _Py_MEMORYVIEW_RELEASED) || (self->mbuf->flags & _Py_MANAGED_BUFFER_RELEASED);
}
/* 0, or -1 with ValueError set if the view was released. */
int ou_memoryview_check(PyMemoryViewObject *self);

/* A view of the same master, described by `source` (whose arrays are copied).  Refs new. */
PyMemoryViewObject *ou_memoryview_share(_PyManagedBufferObject *mbuf, const Py_buffer *source);
/* Set the flags that say in which order the memory is contiguous. */
void ou_memoryview_set_flags(PyMemoryViewObject *self);

extern PyTypeObject ou_memoryview_iter_type;

/* The character of a native format, or 0. */
char ou_memoryview_native(const char *format);
/* Bytes of an item of a native format character; 0 if it is none. */
Py_ssize_t ou_memoryview_item_size(char format);

/* Slots and methods in memoryview_item.c.  RE-ENTRANT. */
PyObject *ou_memoryview_item(PyObject *self, Py_ssize_t index);
PyObject *ou_memoryview_subscript(PyObject *self, PyObject *key);
int ou_memoryview_ass_subscript(PyObject *self, PyObject *key, PyObject *value);
PyObject *ou_memoryview_tolist(PyObject *self, PyObject *ignored);
PyObject *ou_memoryview_richcompare(PyObject *left, PyObject *right, int op);
PyObject *ou_memoryview_cast(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames);

#endif
