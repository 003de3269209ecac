/* private.h - functions that CPython 3.11 exports without declaring them in a public header.
 *
 * Compiled modules and the runtime's own modules call them by these names; programs should not. */
#ifndef OU_PRIVATE_H
#define OU_PRIVATE_H

PyAPI_FUNC(PyObject *) _PyObject_LookupSpecial(PyObject *self, PyObject *name);
PyAPI_FUNC(PyObject *) _PyNamespace_New(PyObject *names);
PyAPI_FUNC(PyObject *) _PyEval_CallTracing(PyObject *function, PyObject *args);
PyAPI_FUNC(PyObject *) _PyThread_CurrentExceptions(void);
PyAPI_FUNC(Py_ssize_t) _Py_GetAllocatedBlocks(void);
PyAPI_FUNC(void) _PyModule_Clear(PyObject *module);
PyAPI_FUNC(void) _PyModule_ClearDict(PyObject *names);

/* Descriptors: capi/fileutils.c. */
struct stat;
PyAPI_FUNC(Py_ssize_t) _Py_read(int fd, void *buf, size_t size);
PyAPI_FUNC(Py_ssize_t) _Py_write(int fd, const void *buf, size_t size);
PyAPI_FUNC(Py_ssize_t) _Py_write_noraise(int fd, const void *buf, size_t size);
PyAPI_FUNC(int) _Py_open(const char *path, int flags);
PyAPI_FUNC(int) _Py_open_noraise(const char *path, int flags);
PyAPI_FUNC(int) _Py_fstat(int fd, struct stat *out);
PyAPI_FUNC(int) _Py_fstat_noraise(int fd, struct stat *out);
PyAPI_FUNC(int) _Py_get_inheritable(int fd);
PyAPI_FUNC(int) _Py_set_inheritable(int fd, int inheritable, int *atomic_flag_works);
PyAPI_FUNC(int) _Py_set_inheritable_async_safe(int fd, int inheritable, int *atomic_flag_works);
PyAPI_FUNC(int) _Py_dup(int fd);
PyAPI_FUNC(int) _Py_get_blocking(int fd);
PyAPI_FUNC(int) _Py_set_blocking(int fd, int blocking);

#endif
