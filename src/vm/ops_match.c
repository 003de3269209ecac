/* vm/ops_match.c - the match statement's questions.
 *
 * Invariant  the subject stays in its register while a question runs; a question that fails consumes nothing.
 * Source     the rules of PEP 634; texts of errors from CPython 3.11. */

#include "vm/ops.h"

int
ou_op_match_sequence(Frame *frame, unsigned long flag)
{
    OuInstr i = *frame->pc;
    bool yes = (Py_TYPE(frame->registers[i.b & OU_INDEX_MASK])->tp_flags & flag) != 0;
    ou_op_store(frame, i.a, Py_NewRef(yes ? Py_True : Py_False));
    return 0;
}

int
ou_op_get_len(Frame *frame)
{
    OuInstr i = *frame->pc;
    Py_ssize_t n = PyObject_Size(frame->registers[i.b & OU_INDEX_MASK]);
    PyObject *result = n < 0 ? NULL : PyLong_FromSsize_t(n);
    if (result == NULL) {
        return -1;
    }
    ou_op_store(frame, i.a, result);
    return 0;
}

/* Values of `keys` in a mapping: a new tuple, or None. */
static PyObject *
match_keys(PyObject *mapping, PyObject *keys)
{
    Py_ssize_t n_keys = PyTuple_GET_SIZE(keys);
    if (n_keys == 0) {
        return PyTuple_New(0);
    }
    PyObject *seen = PySet_New(NULL), *values = PyList_New(0), *get = NULL, *missing = NULL, *value = NULL;
    PyObject *result = NULL;
    OU_HOLD(h, &seen, &values, &get, &missing, &value);
    if (seen == NULL || values == NULL || (get = PyObject_GetAttr(mapping, OU_STR(get))) == NULL
        || (missing = PyObject_CallNoArgs((PyObject *)&PyBaseObject_Type)) == NULL) {
        goto done;
    }
    for (Py_ssize_t n = 0; n < n_keys; n++) {
        PyObject *key = PyTuple_GET_ITEM(keys, n);
        int known = PySet_Contains(seen, key);
        if (known != 0 || PySet_Add(seen, key) < 0) {
            if (known > 0) {
                PyErr_Format(PyExc_ValueError, "mapping pattern checks duplicate key (%R)", key);
            }
            goto done;
        }
        PyObject *args[] = {NULL, key, missing};
        value = PyObject_Vectorcall(get, args + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
        if (value == NULL) {
            goto done;
        }
        if (value == missing) {
            result = Py_NewRef(Py_None);
            goto done;
        }
        if (PyList_Append(values, value) < 0) {
            goto done;
        }
        Py_CLEAR(value);
    }
    result = PyList_AsTuple(values);
done:
    Py_CLEAR(value);
    Py_CLEAR(missing);
    Py_CLEAR(get);
    Py_CLEAR(values);
    Py_CLEAR(seen);
    OU_HOLD_END(h);
    return result;
}

static int
keep_subject(Frame *frame, PyObject *(*function)(PyObject *, PyObject *))
{
    OuInstr i = *frame->pc;
    PyObject *c = ou_op_value(frame, i.c);
    OU_OP_HOLD1(c, i.c);
    PyObject *result = function(frame->registers[i.b & OU_INDEX_MASK], c);
    if (result != NULL) {
        ou_op_finish1(frame, i.a, result, i.c);
    }
    OU_OP_RELEASE1(c);
    return result == NULL ? -1 : 0;
}

int
ou_op_match_keys(Frame *frame)
{
    return keep_subject(frame, match_keys);
}

static PyObject *
match_rest(PyObject *mapping, PyObject *keys)
{
    PyObject *rest = PyDict_New();
    if (rest == NULL) {
        return NULL;
    }
    OU_HOLD(h, &rest);
    int failed = PyDict_Update(rest, mapping) < 0;
    for (Py_ssize_t n = 0; !failed && n < PyTuple_GET_SIZE(keys); n++) {
        failed = PyDict_DelItem(rest, PyTuple_GET_ITEM(keys, n)) < 0;
    }
    if (failed) {
        Py_CLEAR(rest);
    }
    OU_HOLD_END(h);
    return rest;
}

int
ou_op_match_rest(Frame *frame)
{
    return keep_subject(frame, match_rest);
}

/* Append an attribute of the subject to a list.  Returns 1, 0 if it has none, -1. */
static int
match_attribute(PyObject *subject, PyTypeObject *type, PyObject *name, PyObject *seen, PyObject *list)
{
    int known = PySet_Contains(seen, name);
    if (known != 0 || PySet_Add(seen, name) < 0) {
        if (known > 0) {
            PyErr_Format(PyExc_TypeError, "%s() got multiple sub-patterns for attribute %R", type->tp_name, name);
        }
        return -1;
    }
    PyObject *value = PyObject_GetAttr(subject, name);
    if (value == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_AttributeError)) {
            return -1;
        }
        PyErr_Clear();
        return 0;
    }
    int result = PyList_Append(list, value);
    Py_DECREF(value);
    return result < 0 ? -1 : 1;
}

/* Attributes of positional patterns, by __match_args__.  Returns 1, 0 if the subject doesn't match, -1. */
static int
match_positional(PyObject *subject, PyTypeObject *type, int n_positional, PyObject *seen, PyObject *list)
{
    PyObject *names = NULL;
    bool match_self = false;
    if (_PyObject_LookupAttr((PyObject *)type, OU_STR(__match_args__), &names) < 0) {
        return -1;
    }
    OU_HOLD(h, &names);
    int result = -1;
    if (names == NULL) {
        match_self = (type->tp_flags & _Py_TPFLAGS_MATCH_SELF) != 0;
    }
    else if (!PyTuple_CheckExact(names)) {
        PyErr_Format(PyExc_TypeError, "%s.__match_args__ must be a tuple (got %s)", type->tp_name, Py_TYPE(names)->tp_name);
        goto done;
    }
    Py_ssize_t allowed = match_self ? 1 : names != NULL ? PyTuple_GET_SIZE(names) : 0;
    if (allowed < n_positional) {
        PyErr_Format(PyExc_TypeError, "%s() accepts %zd positional sub-pattern%s (%d given)", type->tp_name, allowed,
                     allowed == 1 ? "" : "s", n_positional);
        goto done;
    }
    result = 1;
    if (match_self) {
        result = PyList_Append(list, subject) < 0 ? -1 : 1;
        goto done;
    }
    for (int n = 0; n < n_positional && result > 0; n++) {
        PyObject *name = PyTuple_GET_ITEM(names, n);
        if (!PyUnicode_CheckExact(name)) {
            PyErr_Format(PyExc_TypeError, "__match_args__ elements must be strings (got %s)", Py_TYPE(name)->tp_name);
            result = -1;
            break;
        }
        result = match_attribute(subject, type, name, seen, list);
    }
done:
    Py_CLEAR(names);
    OU_HOLD_END(h);
    return result;
}

/* A new tuple of the attributes, or None if the subject doesn't match. */
static PyObject *
match_class(PyObject *subject, PyObject *class, int n_positional, PyObject *names)
{
    if (!PyType_Check(class)) {
        PyErr_SetString(PyExc_TypeError, "called match pattern must be a type");
        return NULL;
    }
    int matches = PyObject_IsInstance(subject, class);
    if (matches <= 0) {
        return matches < 0 ? NULL : Py_NewRef(Py_None);
    }
    PyTypeObject *type = (PyTypeObject *)class;
    PyObject *seen = PySet_New(NULL), *list = PyList_New(0), *result = NULL;
    OU_HOLD(h, &seen, &list);
    if (seen == NULL || list == NULL) {
        goto done;
    }
    if (n_positional > 0) {
        matches = match_positional(subject, type, n_positional, seen, list);
    }
    for (Py_ssize_t n = 0; matches > 0 && n < PyTuple_GET_SIZE(names); n++) {
        matches = match_attribute(subject, type, PyTuple_GET_ITEM(names, n), seen, list);
    }
    if (matches >= 0) {
        result = matches > 0 ? PyList_AsTuple(list) : Py_NewRef(Py_None);
    }
done:
    Py_CLEAR(list);
    Py_CLEAR(seen);
    OU_HOLD_END(h);
    return result;
}

int
ou_op_match_class(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject **items = &frame->registers[i.b & OU_INDEX_MASK];
    PyObject *result = match_class(items[0], items[1], i.c, items[2]);
    if (result == NULL) {
        return -1;
    }
    PyObject **place = &frame->registers[i.a & OU_INDEX_MASK];
    ou_op_store(frame, i.a, result);
    for (int n = 0; n < 3; n++) {
        if (items + n != place) {
            Py_CLEAR(items[n]);
        }
    }
    return 0;
}
