/* tracemalloc.h - telling the allocation tracer of foreign memory. */
#ifndef OU_TRACEMALLOC_H
#define OU_TRACEMALLOC_H

PyAPI_FUNC(int) PyTraceMalloc_Track(unsigned int, uintptr_t, size_t);
PyAPI_FUNC(int) PyTraceMalloc_Untrack(unsigned int, uintptr_t);
PyAPI_FUNC(PyObject *) _PyTraceMalloc_GetTraceback(unsigned int, uintptr_t);

#endif
