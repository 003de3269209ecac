/* modules/_collections.h - the types of module _collections. */
#ifndef OU_MODULES_COLLECTIONS_H
#define OU_MODULES_COLLECTIONS_H

#include <Python.h>

extern PyTypeObject ou_defaultdict_type, ou_tuplegetter_type, ou_deque_type, ou_deque_iter_type, ou_deque_reviter_type;

#endif
