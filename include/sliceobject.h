/* sliceobject.h - slice and Ellipsis. */
#ifndef OU_SLICEOBJECT_H
#define OU_SLICEOBJECT_H

typedef struct {
    PyObject_HEAD
    PyObject *start, *stop, *step; /* never NULL */
} PySliceObject;

PyAPI_DATA(PyObject) _Py_EllipsisObject;
PyAPI_DATA(PyTypeObject) PySlice_Type;
PyAPI_DATA(PyTypeObject) PyEllipsis_Type;
#define Py_Ellipsis (&_Py_EllipsisObject)
#define PySlice_Check(op) Py_IS_TYPE(op, &PySlice_Type)

PyAPI_FUNC(PyObject *) PySlice_New(PyObject *, PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) _PySlice_FromIndices(Py_ssize_t, Py_ssize_t);
PyAPI_FUNC(int) _PySlice_GetLongIndices(PySliceObject *, PyObject *, PyObject **, PyObject **, PyObject
    **);
PyAPI_FUNC(int) PySlice_GetIndices(PyObject *, Py_ssize_t, Py_ssize_t *, Py_ssize_t *, Py_ssize_t *);
PyAPI_FUNC(int) (PySlice_GetIndicesEx)(PyObject *, Py_ssize_t, Py_ssize_t *, Py_ssize_t *, Py_ssize_t *,
    Py_ssize_t *);
PyAPI_FUNC(int) PySlice_Unpack(PyObject *, Py_ssize_t *, Py_ssize_t *, Py_ssize_t *);
PyAPI_FUNC(Py_ssize_t) PySlice_AdjustIndices(Py_ssize_t, Py_ssize_t *, Py_ssize_t *, Py_ssize_t);
#define PySlice_GetIndicesEx(slice, length, start, stop, step, slicelen)                            \
    (PySlice_Unpack((slice), (start), (stop), (step)) < 0                                           \
         ? (*(slicelen) = 0, -1)                                                                    \
         : (*(slicelen) = PySlice_AdjustIndices((length), (start), (stop), *(step)), 0))

#endif
