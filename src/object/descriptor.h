/* object/descriptor.h - what the kinds of descriptors share (descriptor.c, wrapper.c). */
#ifndef OU_OBJECT_DESCRIPTOR_H
#define OU_OBJECT_DESCRIPTOR_H

#include "object/alloc.h"
#include "object/attribute.h"
#include "object/walk.h"
#include <structmember.h>

/* staticmethod and classmethod look like this. */
typedef struct {
    PyObject_HEAD
    PyObject *callable; /* owned, or NULL before __init__ */
    PyObject *dict;     /* owned: __dict__ */
} OuMethodWrapper;

typedef struct {
    PyObject_HEAD
    PyTypeObject *type;     /* lookup starts behind it; NULL before __init__ */
    PyObject *obj;          /* NULL: unbound */
    PyTypeObject *obj_type; /* the object's type, or the object itself if it is a class */
} OuSuper;
/* The Python function that an attribute of a super object bound to an instance would be bound from.  Borrowed; NULL, without an
 * error, if there is none or finding it takes more than a look into a cache. */
PyObject *ou_super_method(PyObject *super, PyObject *name);

/* Is obj an instance of the descriptor's type?  Returns 0, or -1 with TypeError set. */
int ou_descr_check(PyObject *self, PyObject *obj);

/* format: '%U' the name, '%s' the type's. */
PyObject *ou_descr_repr(PyObject *self, const char *format);
PyObject *ou_descr_getset_qualname(PyObject *self, void *closure);

int ou_descr_traverse(PyObject *self, visitproc visit, void *arg);
void ou_descr_dealloc(PyObject *self);

extern PyMethodDef ou_descr_methods[];
extern PyMemberDef ou_descr_members[];
extern PyGetSetDef ou_descr_callable_getset[]; /* __doc__, __qualname__, __text_signature__ */

#endif
