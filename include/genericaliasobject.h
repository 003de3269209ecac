/* genericaliasobject.h - list[int] and the like (PEP 585). */
#ifndef OU_GENERICALIASOBJECT_H
#define OU_GENERICALIASOBJECT_H

PyAPI_DATA(PyTypeObject) Py_GenericAliasType;
PyAPI_FUNC(PyObject *) Py_GenericAlias(PyObject *, PyObject *);

#endif
