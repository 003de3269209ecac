/* modules/_operator/operator.h - the types of module _operator. */
#ifndef OU_MODULES_OPERATOR_H
#define OU_MODULES_OPERATOR_H

#include <Python.h>

extern PyTypeObject ou_itemgetter_type, ou_attrgetter_type, ou_methodcaller_type;

#endif
