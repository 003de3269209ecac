/* object/isinstance.c - isinstance() and issubclass(), for classes, tuples of classes, and whatever has
 * __instancecheck__ or __bases__.
 *
 * Invariant  every step into another object's code or into a nested tuple counts its depth.
 * Source     PEP 3119. */
#include "object/attribute.h"
#include "object/hold.h"

/* cls.__bases__, if it is a tuple: new reference; NULL without an error if not, or with one. */
static PyObject *
get_bases(PyObject *cls)
{
    PyObject *bases;
    if (_PyObject_LookupAttr(cls, OU_STR(__bases__), &bases) > 0 && !PyTuple_Check(bases)) {
        Py_CLEAR(bases);
    }
    return bases;
}

/* Is it a class, in that it has a tuple of bases?  Raises TypeError with the message if not. */
static bool
check_class(PyObject *cls, const char *message)
{
    PyObject *bases = get_bases(cls);
    if (bases == NULL) {
        if (!ou_error_occurred()) {
            PyErr_SetString(PyExc_TypeError, message);
        }
        return false;
    }
    Py_DECREF(bases);
    return true;
}

/* Does cls appear among derived's bases, by __bases__ alone?  RE-ENTRANT. */
static int
is_subclass_by_bases(PyObject *derived, PyObject *cls)
{
    int result = 0;
    Py_INCREF(derived);
    OU_HOLD(h, &derived);
    for (;;) {
        if (derived == cls) {
            result = 1;
            break;
        }
        PyObject *bases = get_bases(derived);
        if (bases == NULL) {
            result = ou_error_occurred() ? -1 : 0;
            break;
        }
        Py_ssize_t n = PyTuple_GET_SIZE(bases);
        if (n == 1) { /* a chain needs no depth */
            Py_SETREF(derived, Py_NewRef(PyTuple_GET_ITEM(bases, 0)));
            Py_DECREF(bases);
            continue;
        }
        if (n > 1 && ou_recursion_enter(" in __issubclass__")) {
            Py_DECREF(bases);
            result = -1;
            break;
        }
        OU_HOLD(hb, &bases);
        for (Py_ssize_t i = 0; result == 0 && i < n; i++) {
            result = is_subclass_by_bases(PyTuple_GET_ITEM(bases, i), cls);
        }
        OU_HOLD_END(hb);
        Py_DECREF(bases);
        if (n > 1) {
            ou_recursion_leave();
        }
        break;
    }
    OU_HOLD_END(h);
    Py_DECREF(derived);
    return result;
}

/* isinstance() without asking cls: by type, then by __class__.  Returns 1, 0, -1.  RE-ENTRANT. */
int
_PyObject_RealIsInstance(PyObject *obj, PyObject *cls)
{
    PyObject *claimed;
    int result;
    if (PyType_Check(cls)) {
        if (PyObject_TypeCheck(obj, (PyTypeObject *)cls)) {
            return 1;
        }
        result = _PyObject_LookupAttr(obj, OU_STR(__class__), &claimed);
        if (result > 0) {
            result = claimed != (PyObject *)Py_TYPE(obj) && PyType_Check(claimed)
                  && PyType_IsSubtype((PyTypeObject *)claimed, (PyTypeObject *)cls);
            Py_DECREF(claimed);
        }
        return result;
    }
    if (!check_class(cls, "isinstance() arg 2 must be a type, a tuple of types, or a union")) {
        return -1;
    }
    result = _PyObject_LookupAttr(obj, OU_STR(__class__), &claimed);
    if (result > 0) {
        OU_HOLD(h, &claimed);
        result = is_subclass_by_bases(claimed, cls);
        OU_HOLD_END(h);
        Py_DECREF(claimed);
    }
    return result;
}

int
_PyObject_RealIsSubclass(PyObject *derived, PyObject *cls)
{
    if (PyType_Check(cls) && PyType_Check(derived)) {
        return PyType_IsSubtype((PyTypeObject *)derived, (PyTypeObject *)cls);
    }
    if (!check_class(derived, "issubclass() arg 1 must be a class")
        || !check_class(cls, "issubclass() arg 2 must be a class, a tuple of classes, or a union")) {
        return -1;
    }
    return is_subclass_by_bases(derived, cls);
}

/* One of the two questions, for any cls. */
static int
is_a(PyObject *obj, PyObject *cls, PyObject *method, int (*real)(PyObject *, PyObject *), const char *where)
{
    int result = 0;
    bool is_union = Py_IS_TYPE(cls, &_PyUnion_Type);
    if (is_union || PyTuple_Check(cls)) {
        if (ou_recursion_enter(where)) {
            return -1;
        }
        cls = is_union ? PyObject_GetAttr(cls, OU_STR(__args__)) : Py_NewRef(cls); /* of int | str: a tuple */
        if (cls == NULL) {
            ou_recursion_leave();
            return -1;
        }
        OU_HOLD(h, &cls);
        for (Py_ssize_t i = 0; result == 0 && i < PyTuple_GET_SIZE(cls); i++) {
            PyObject *item = PyTuple_GET_ITEM(cls, i);
            result = method == OU_STR(__instancecheck__) ? PyObject_IsInstance(obj, item) : PyObject_IsSubclass(obj, item);
        }
        OU_HOLD_END(h);
        Py_DECREF(cls);
        ou_recursion_leave();
        return result;
    }
    PyObject *checker = ou_special_lookup(cls, method);
    if (checker == NULL) {
        return ou_error_occurred() ? -1 : real(obj, cls);
    }
    if (ou_recursion_enter(where)) {
        Py_DECREF(checker);
        return -1;
    }
    OU_HOLD(h, &checker);
    PyObject *answer = PyObject_CallOneArg(checker, obj);
    OU_HOLD_END(h);
    ou_recursion_leave();
    Py_DECREF(checker);
    if (answer == NULL) {
        return -1;
    }
    OU_HOLD(ha, &answer);
    result = PyObject_IsTrue(answer);
    OU_HOLD_END(ha);
    Py_DECREF(answer);
    return result;
}

/* isinstance(obj, cls).  Returns 1, 0, -1.  RE-ENTRANT.  Source: Object Protocol. */
int
PyObject_IsInstance(PyObject *obj, PyObject *cls)
{
    if (Py_IS_TYPE(obj, (PyTypeObject *)cls)) {
        return 1;
    }
    if (PyType_CheckExact(cls)) {
        return _PyObject_RealIsInstance(obj, cls);
    }
    return is_a(obj, cls, OU_STR(__instancecheck__), _PyObject_RealIsInstance, " in __instancecheck__");
}

/* issubclass(derived, cls).  Returns 1, 0, -1.  RE-ENTRANT. */
int
PyObject_IsSubclass(PyObject *derived, PyObject *cls)
{
    if (PyType_CheckExact(cls)) {
        return derived == cls ? 1 : _PyObject_RealIsSubclass(derived, cls);
    }
    return is_a(derived, cls, OU_STR(__subclasscheck__), _PyObject_RealIsSubclass, " in __subclasscheck__");
}
