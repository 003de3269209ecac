/* object/attribute.h - reading and writing attributes.
 *
 * The rule (docs/objects.md): a data descriptor of the type, then the instance's own attribute, then
 * whatever the type has (bound if it is a descriptor), else AttributeError with its `name` and `obj` set. */
#ifndef OU_OBJECT_ATTRIBUTE_H
#define OU_OBJECT_ATTRIBUTE_H

#include "object/type.h"

/* Raise AttributeError "'T' object has no attribute 'x'" with name and obj.  Returns NULL. */
OU_COLD PyObject *ou_attr_missing(PyObject *obj, PyObject *name);

/* Give the AttributeError that is set, if it is one, its name and obj, unless it has them. */
OU_COLD void ou_attr_error_context(PyObject *obj, PyObject *name);

/* The generic lookup without an error for a missing attribute: NULL without an error then.  RE-ENTRANT. */
PyObject *ou_attr_get_generic(PyObject *obj, PyObject *name, bool suppress);

/* Is the value a data descriptor? */
static OU_ALWAYS_INLINE bool
ou_descr_is_data(PyObject *descr)
{
    return Py_TYPE(descr)->tp_descr_set != NULL;
}

/* Check that a name is a str, and say so if not.  Returns 0, or -1 with TypeError set. */
static OU_ALWAYS_INLINE int
ou_attr_check_name(PyObject *name)
{
    if (OU_LIKELY(PyUnicode_Check(name))) {
        return 0;
    }
    PyErr_Format(PyExc_TypeError, "attribute name must be string, not '%.200s'", Py_TYPE(name)->tp_name);
    return -1;
}

/* ---- halves of operations whose Python method the loop runs itself (vm/ops_special.c) -------------------- */

/* a's own comparison gave NotImplemented, and b has not been asked: what a < b is now.  Refs new.  RE-ENTRANT. */
PyObject *ou_compare_unanswered(PyObject *a, PyObject *b, int op);
/* TypeError: no operand supports `op`, the operator's text.  Returns NULL. */
OU_COLD PyObject *ou_binary_error(PyObject *left, PyObject *right, const char *op);
/* What __len__() gave as a length.  Returns -1 with an error set.  RE-ENTRANT. */
Py_ssize_t ou_length_of(PyObject *result);

#endif
