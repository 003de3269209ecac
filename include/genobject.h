/* genobject.h - generators, coroutines and asynchronous generators.  The frame follows the fixed part. */
#ifndef OU_GENOBJECT_H
#define OU_GENOBJECT_H

typedef struct _err_stackitem {
    PyObject *exc_value; /* the exception being handled, owned; NULL or None: none */
    struct _err_stackitem *previous_item;
} _PyErr_StackItem;

#define _PyGenObject_HEAD(prefix)             \
    PyObject_HEAD                             \
    PyCodeObject *prefix##_code;              \
    PyObject *prefix##_weakreflist;           \
    PyObject *prefix##_name;                  \
    PyObject *prefix##_qualname;              \
    _PyErr_StackItem prefix##_exc_state;      \
    PyObject *prefix##_origin_or_finalizer;   \
    char prefix##_hooks_inited;               \
    char prefix##_closed;                     \
    char prefix##_running_async;              \
    int8_t prefix##_frame_state;              \
    PyObject *prefix##_iframe[1];

typedef struct {
    _PyGenObject_HEAD(gi)
} PyGenObject;

typedef struct {
    _PyGenObject_HEAD(cr)
} PyCoroObject;

typedef struct {
    _PyGenObject_HEAD(ag)
} PyAsyncGenObject;

PyAPI_DATA(PyTypeObject) PyGen_Type;
PyAPI_DATA(PyTypeObject) PyCoro_Type;
PyAPI_DATA(PyTypeObject) _PyCoroWrapper_Type;
PyAPI_DATA(PyTypeObject) PyAsyncGen_Type;
PyAPI_DATA(PyTypeObject) _PyAsyncGenASend_Type;
PyAPI_DATA(PyTypeObject) _PyAsyncGenWrappedValue_Type;
PyAPI_DATA(PyTypeObject) _PyAsyncGenAThrow_Type;
#define PyGen_Check(op) PyObject_TypeCheck(op, &PyGen_Type)
#define PyGen_CheckExact(op) Py_IS_TYPE(op, &PyGen_Type)
#define PyCoro_CheckExact(op) Py_IS_TYPE(op, &PyCoro_Type)
#define PyAsyncGen_CheckExact(op) Py_IS_TYPE(op, &PyAsyncGen_Type)
PyAPI_FUNC(PyObject *) PyGen_New(PyFrameObject *);
PyAPI_FUNC(PyObject *) PyGen_NewWithQualName(PyFrameObject *, PyObject *, PyObject *);
PyAPI_FUNC(int) _PyGen_SetStopIterationValue(PyObject *);
PyAPI_FUNC(int) _PyGen_FetchStopIterationValue(PyObject **);
PyAPI_FUNC(void) _PyGen_Finalize(PyObject *);
PyAPI_FUNC(PyObject *) PyCoro_New(PyFrameObject *, PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) PyAsyncGen_New(PyFrameObject *, PyObject *, PyObject *);

#endif
