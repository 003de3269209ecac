/* modules/_functools/functools.h - the types of module _functools. */
#ifndef OU_MODULES_FUNCTOOLS_H
#define OU_MODULES_FUNCTOOLS_H

#include <Python.h>

extern PyTypeObject ou_partial_type, ou_lru_wrapper_type, ou_lru_link_type, ou_cmp_key_type;

#endif
