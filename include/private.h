/* private.h - functions that CPython 3.11 exports without declaring them in a public header.
 *
 * Compiled modules and the runtime's own modules call them by these names; programs should not. */
#ifndef OU_PRIVATE_H
#define OU_PRIVATE_H

PyAPI_FUNC(PyObject *) _PyObject_LookupSpecial(PyObject *self, PyObject *name);
PyAPI_DATA(PyTypeObject) _PyNamespace_Type;
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

/* Bytes and text. */
PyAPI_FUNC(PyObject *) _Py_strhex(const char *data, const Py_ssize_t size);
PyAPI_FUNC(PyObject *) _Py_strhex_with_sep(const char *data, const Py_ssize_t size, PyObject *sep, const int group);
PyAPI_FUNC(Py_ssize_t) _PyBytes_Find(const char *data, Py_ssize_t size, const char *part, Py_ssize_t part_size,
                                     Py_ssize_t offset);
PyAPI_FUNC(Py_ssize_t) _PyBytes_ReverseFind(const char *data, Py_ssize_t size, const char *part, Py_ssize_t part_size,
                                            Py_ssize_t offset);
PyAPI_DATA(const unsigned int) _Py_ctype_table[256];
PyAPI_DATA(const unsigned char) _Py_ctype_tolower[256];
PyAPI_DATA(const unsigned char) _Py_ctype_toupper[256];

/* What module readline looks for. */
typedef char *(*PyOS_ReadlineFunction)(FILE *, FILE *, const char *);
PyAPI_DATA(PyOS_ReadlineFunction) PyOS_ReadlineFunctionPointer;
PyAPI_DATA(int) (*PyOS_InputHook)(void);
PyAPI_DATA(PyThreadState *) _PyOS_ReadlineTState;
PyAPI_FUNC(char *) _Py_SetLocaleFromEnv(int category);

PyAPI_FUNC(PyTypeObject *) _PyStructSequence_NewType(PyStructSequence_Desc *desc, unsigned long flags);
PyAPI_DATA(PyTypeObject) _PyBytesIOBuffer_Type;

#endif
