/* types/draw.h - the next item of an iterator, without a call where it goes through a list. */
#ifndef OU_TYPES_DRAW_H
#define OU_TYPES_DRAW_H

#include "object/state.h"
#include "types/list.h"

/* As ou_iternext().  Refs new.  RE-ENTRANT. */
static OU_ALWAYS_INLINE PyObject *
ou_draw(PyObject *iter)
{
    if (Py_IS_TYPE(iter, &PyListIter_Type)) {
        PyObject *item = ou_list_iter_peek((OuListIter *)iter);
        if (OU_LIKELY(item != NULL)) {
            return Py_NewRef(item);
        }
    }
    return ou_iternext(iter);
}

/* As PyIter_Next(): the end is no error.  Refs new.  RE-ENTRANT. */
static OU_ALWAYS_INLINE PyObject *
ou_draw_next(PyObject *iter)
{
    if (Py_IS_TYPE(iter, &PyListIter_Type)) {
        PyObject *item = ou_list_iter_peek((OuListIter *)iter);
        if (OU_LIKELY(item != NULL)) {
            return Py_NewRef(item);
        }
    }
    return PyIter_Next(iter);
}

#endif
