/* types/pairs.h - the next pair of an iterator that makes pairs, without the tuple: for loops that take it apart at once.
 *
 * Each gives two new references and true; or false, with an error set or at the end, as tp_iternext would give NULL.  The
 * iterator is an instance of the type itself, not of a subclass.  RE-ENTRANT. */
#ifndef OU_TYPES_PAIRS_H
#define OU_TYPES_PAIRS_H

#include <Python.h>
#include "base/base.h"

bool ou_enumerate_next_pair(PyObject *self, PyObject **number, PyObject **item);
/* Of a zip for which ou_zip_makes_pairs(). */
bool ou_zip_next_pair(PyObject *self, PyObject **first, PyObject **second);
bool ou_zip_makes_pairs(PyObject *self);
bool ou_dict_next_pair(PyObject *self, PyObject **key, PyObject **value); /* of PyDictIterItem_Type */

#endif
