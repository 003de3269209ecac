/* types/type_parameters.c - type variables in the arguments of generic types: finding and replacing them; how types are shown.
 *
 * Owns       nothing.
 * Invariant  what a type variable can do it says itself: __typing_subst__, __typing_prepare_subst__, __parameters__.
 *            A class's __parameters__ are not those of its arguments, so classes are passed over.
 * Not here   the types that use this (generic_alias.c, union.c). */
#include "types/generic_alias.h"
#include "object/hold.h"

/* ---- finding --------------------------------------------------------------------------------------------------- */

static Py_ssize_t
index_of(PyObject *tuple, PyObject *item)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); i++) {
        if (PyTuple_GET_ITEM(tuple, i) == item) {
            return i;
        }
    }
    return -1;
}

/* Append what the list does not have yet, by identity. */
static int
append_once(PyObject *list, PyObject *item)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        if (PyList_GET_ITEM(list, i) == item) {
            return 0;
        }
    }
    return PyList_Append(list, item);
}

static int
collect_parameters(PyObject *list, PyObject *args)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++) {
        PyObject *arg = PyTuple_GET_ITEM(args, i), *found;
        if (PyType_Check(arg)) {
            continue;
        }
        if (_PyObject_LookupAttr(arg, OU_STR(__typing_subst__), &found) < 0) {
            return -1;
        }
        if (found != NULL) {
            Py_DECREF(found);
            if (append_once(list, arg) < 0) {
                return -1;
            }
            continue;
        }
        if (_PyObject_LookupAttr(arg, OU_STR(__parameters__), &found) < 0) {
            return -1;
        }
        int status = 0;
        if (found != NULL && PyTuple_Check(found)) {
            for (Py_ssize_t j = 0; status == 0 && j < PyTuple_GET_SIZE(found); j++) {
                status = append_once(list, PyTuple_GET_ITEM(found, j));
            }
        }
        Py_XDECREF(found);
        if (status < 0) {
            return -1;
        }
    }
    return 0;
}

PyObject *
ou_type_parameters(PyObject *args)
{
    PyObject *list = PyList_New(0), *result = NULL;
    if (list == NULL) {
        return NULL;
    }
    OU_HOLD(h, &list);
    if (collect_parameters(list, args) == 0) {
        result = PyList_AsTuple(list);
    }
    OU_HOLD_END(h);
    Py_DECREF(list);
    return result;
}

/* ---- replacing ------------------------------------------------------------------------------------------------- */

/* A generic argument with its own parameters replaced: arg[...].  Returns new, or NULL with an error set. */
static PyObject *
substitute_inside(PyObject *arg, PyObject *parameters, PyObject *items)
{
    PyObject *inner, *list = NULL, *key = NULL, *result = NULL;
    if (_PyObject_LookupAttr(arg, OU_STR(__parameters__), &inner) < 0) {
        return NULL;
    }
    if (inner == NULL || !PyTuple_Check(inner) || PyTuple_GET_SIZE(inner) == 0) {
        Py_XDECREF(inner);
        return Py_NewRef(arg);
    }
    OU_HOLD(h, &inner, &list, &key);
    list = PyList_New(0);
    if (list == NULL) {
        goto done;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(inner); i++) {
        PyObject *parameter = PyTuple_GET_ITEM(inner, i);
        Py_ssize_t at = index_of(parameters, parameter);
        PyObject *value = at >= 0 ? PyTuple_GET_ITEM(items, at) : parameter;
        if (at >= 0 && Py_TYPE(parameter)->tp_iter != NULL && PyTuple_Check(value)) {
            /* A TypeVarTuple stands for any number of types. */
            if (PyList_SetSlice(list, PY_SSIZE_T_MAX, PY_SSIZE_T_MAX, value) < 0) {
                goto done;
            }
        }
        else if (PyList_Append(list, value) < 0) {
            goto done;
        }
    }
    key = PyList_AsTuple(list);
    if (key != NULL) {
        result = PyObject_GetItem(arg, key);
    }
done:
    OU_HOLD_END(h);
    Py_DECREF(inner);
    Py_XDECREF(list);
    Py_XDECREF(key);
    return result;
}

/* The item (one type or a tuple) as a tuple, with *tuple[int, str] spread.  Returns new, or NULL with an error set. */
static PyObject *
unpack_items(PyObject *item)
{
    PyObject *list = PyList_New(0), *result = NULL, *inner = NULL;
    if (list == NULL) {
        return NULL;
    }
    OU_HOLD(h, &list, &inner);
    bool is_tuple = PyTuple_Check(item);
    Py_ssize_t n = is_tuple ? PyTuple_GET_SIZE(item) : 1;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *one = is_tuple ? PyTuple_GET_ITEM(item, i) : item;
        if (!PyType_Check(one)) {
            if (_PyObject_LookupAttr(one, OU_STR(__typing_unpacked_tuple_args__), &inner) < 0) {
                goto done;
            }
            if (inner != NULL && PyTuple_Check(inner)) {
                Py_ssize_t m = PyTuple_GET_SIZE(inner);
                if (!(m > 0 && PyTuple_GET_ITEM(inner, m - 1) == Py_Ellipsis)) {
                    if (PyList_SetSlice(list, PY_SSIZE_T_MAX, PY_SSIZE_T_MAX, inner) < 0) {
                        goto done;
                    }
                    Py_CLEAR(inner);
                    continue;
                }
            }
            Py_CLEAR(inner);
        }
        if (PyList_Append(list, one) < 0) {
            goto done;
        }
    }
    result = PyList_AsTuple(list);
done:
    OU_HOLD_END(h);
    Py_DECREF(list);
    Py_XDECREF(inner);
    return result;
}

/* Let each parameter prepare the items: those that stand for several, or have defaults.  *items is replaced. */
static int
prepare_items(PyObject *self, PyObject *parameters, PyObject **items)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(parameters); i++) {
        PyObject *prepare;
        if (_PyObject_LookupAttr(PyTuple_GET_ITEM(parameters, i), OU_STR(__typing_prepare_subst__), &prepare) < 0) {
            return -1;
        }
        if (prepare != NULL && prepare != Py_None) {
            PyObject *prepared;
            OU_HOLD(h, &prepare);
            if (PyTuple_Check(*items)) {
                prepared = PyObject_CallFunctionObjArgs(prepare, self, *items, NULL);
            }
            else {
                prepared = PyObject_CallFunction(prepare, "O(O)", self, *items);
            }
            OU_HOLD_END(h);
            Py_DECREF(prepare);
            if (prepared == NULL) {
                return -1;
            }
            Py_SETREF(*items, prepared);
        }
        else {
            Py_XDECREF(prepare);
        }
    }
    if (!PyTuple_Check(*items)) {
        PyObject *tuple = PyTuple_Pack(1, *items);
        if (tuple == NULL) {
            return -1;
        }
        Py_SETREF(*items, tuple);
    }
    return 0;
}

/* Is it *Ts?  1, 0, or -1 with an error set. */
static int
is_unpacked_typevartuple(PyObject *arg)
{
    PyObject *value;
    if (PyType_Check(arg)) {
        return 0;
    }
    int found = _PyObject_LookupAttr(arg, OU_STR(__typing_is_unpacked_typevartuple__), &value);
    if (found > 0) {
        found = PyObject_IsTrue(value);
        Py_DECREF(value);
    }
    return found;
}

/* One argument replaced, appended to the list. */
static int
substitute_one(PyObject *list, PyObject *arg, PyObject *parameters, PyObject *items)
{
    PyObject *subst = NULL, *value;
    if (PyType_Check(arg)) {
        return PyList_Append(list, arg);
    }
    int unpack = is_unpacked_typevartuple(arg);
    if (unpack < 0 || _PyObject_LookupAttr(arg, OU_STR(__typing_subst__), &subst) < 0) {
        return -1;
    }
    if (subst != NULL) {
        Py_ssize_t at = index_of(parameters, arg);
        OU_HOLD(h, &subst);
        value = at >= 0 ? PyObject_CallOneArg(subst, PyTuple_GET_ITEM(items, at)) : Py_NewRef(arg);
        OU_HOLD_END(h);
        Py_DECREF(subst);
    }
    else {
        value = substitute_inside(arg, parameters, items);
    }
    if (value == NULL) {
        return -1;
    }
    int status;
    if (unpack && PyTuple_Check(value)) {
        status = PyList_SetSlice(list, PY_SSIZE_T_MAX, PY_SSIZE_T_MAX, value);
    }
    else {
        status = PyList_Append(list, value);
    }
    Py_DECREF(value);
    return status;
}

PyObject *
ou_type_substitute(PyObject *self, PyObject *args, PyObject *parameters, PyObject *item)
{
    Py_ssize_t n_parameters = PyTuple_GET_SIZE(parameters);
    if (n_parameters == 0) {
        PyErr_Format(PyExc_TypeError, "%R is not a generic class", self);
        return NULL;
    }
    PyObject *items = unpack_items(item), *list = NULL, *result = NULL;
    if (items == NULL) {
        return NULL;
    }
    OU_HOLD(h, &items, &list);
    if (prepare_items(self, parameters, &items) < 0) {
        goto done;
    }
    if (PyTuple_GET_SIZE(items) != n_parameters) {
        PyErr_Format(PyExc_TypeError, "Too %s arguments for %R; actual %zd, expected %zd",
                     PyTuple_GET_SIZE(items) > n_parameters ? "many" : "few", self, PyTuple_GET_SIZE(items), n_parameters);
        goto done;
    }
    list = PyList_New(0);
    if (list == NULL) {
        goto done;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++) {
        if (substitute_one(list, PyTuple_GET_ITEM(args, i), parameters, items) < 0) {
            goto done;
        }
    }
    result = PyList_AsTuple(list);
done:
    OU_HOLD_END(h);
    Py_DECREF(items);
    Py_XDECREF(list);
    return result;
}

/* ---- text ------------------------------------------------------------------------------------------------------ */

/* Has the object both attributes of an alias?  1, 0, or -1 with an error set. */
static int
looks_like_alias(PyObject *item)
{
    PyObject *value;
    int found = _PyObject_LookupAttr(item, OU_STR(__origin__), &value);
    if (found <= 0) {
        return found;
    }
    Py_DECREF(value);
    found = _PyObject_LookupAttr(item, OU_STR(__args__), &value);
    Py_XDECREF(value);
    return found;
}

PyObject *
ou_type_repr_item(PyObject *item)
{
    PyObject *qualname = NULL, *module = NULL, *result = NULL;
    if (item == Py_Ellipsis) {
        return PyUnicode_FromString("...");
    }
    int alias = looks_like_alias(item);
    if (alias != 0) {
        return alias < 0 ? NULL : PyObject_Repr(item);
    }
    OU_HOLD(h, &qualname, &module);
    if (_PyObject_LookupAttr(item, OU_STR(__qualname__), &qualname) < 0
        || (qualname != NULL && _PyObject_LookupAttr(item, OU_STR(__module__), &module) < 0)) {
        goto done;
    }
    if (qualname == NULL || module == NULL || module == Py_None) {
        result = PyObject_Repr(item);
    }
    else if (PyUnicode_Check(module) && _PyUnicode_EqualToASCIIString(module, "builtins")) {
        result = PyObject_Str(qualname);
    }
    else {
        result = PyUnicode_FromFormat("%S.%S", module, qualname);
    }
done:
    OU_HOLD_END(h);
    Py_XDECREF(qualname);
    Py_XDECREF(module);
    return result;
}
