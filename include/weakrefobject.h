/* weakrefobject.h - weak references and proxies. */
#ifndef OU_WEAKREFOBJECT_H
#define OU_WEAKREFOBJECT_H

struct _PyWeakReference {
    PyObject_HEAD
    PyObject *wr_object;   /* borrowed; None once the referent is gone */
    PyObject *wr_callback; /* owned, or NULL */
    Py_hash_t hash;
    PyWeakReference *wr_prev; /* neighbours in the referent's list */
    PyWeakReference *wr_next;
    vectorcallfunc vectorcall;
};
PyAPI_DATA(PyTypeObject) _PyWeakref_RefType;
PyAPI_DATA(PyTypeObject) _PyWeakref_ProxyType;
PyAPI_DATA(PyTypeObject) _PyWeakref_CallableProxyType;
#define PyWeakref_CheckRef(op) PyObject_TypeCheck(op, &_PyWeakref_RefType)
#define PyWeakref_CheckRefExact(op) Py_IS_TYPE(op, &_PyWeakref_RefType)
#define PyWeakref_CheckProxy(op) (Py_IS_TYPE(op, &_PyWeakref_ProxyType) || Py_IS_TYPE(op, &_PyWeakref_CallableProxyType))
#define PyWeakref_Check(op) (PyWeakref_CheckRef(op) || PyWeakref_CheckProxy(op))
PyAPI_FUNC(PyObject *) PyWeakref_NewRef(PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) PyWeakref_NewProxy(PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) PyWeakref_GetObject(PyObject *);
PyAPI_FUNC(Py_ssize_t) _PyWeakref_GetWeakrefCount(PyWeakReference *);
PyAPI_FUNC(void) _PyWeakref_ClearRef(PyWeakReference *);

static inline PyObject *
PyWeakref_GET_OBJECT(PyObject *ref)
{
    PyObject *obj = ((PyWeakReference *)ref)->wr_object;
    return Py_REFCNT(obj) > 0 ? obj : Py_None;
}
#define PyWeakref_GET_OBJECT(ref) PyWeakref_GET_OBJECT(_PyObject_CAST(ref))

#endif
