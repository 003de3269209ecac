/* object/abstract_object.c - len, [], iteration, format() and mappings for any object.
 *
 * Owns       nothing; operands are borrowed from the caller, who owns them for as long as the call takes.
 * Invariant  a slot returns a result or sets an error; the texts of the errors are CPython 3.11's.
 * Not here   attributes (attribute.c), comparison, hash and repr (object.c), isinstance (isinstance.c), sequences alone
 *            (abstract_sequence.c). */
#include "object/abstract.h"
#include "object/hold.h"

/* See abstract.h. */
OU_COLD PyObject *
ou_null_argument(void)
{
    if (!PyErr_Occurred()) {
        PyErr_SetString(PyExc_SystemError, "null argument to internal routine");
    }
    return NULL;
}

/* See abstract.h. */
OU_COLD PyObject *
ou_type_error(const char *format, PyObject *op)
{
    PyErr_Format(PyExc_TypeError, format, Py_TYPE(op)->tp_name);
    return NULL;
}

/* See abstract.h. */
OU_COLD Py_ssize_t
ou_size_error(PyObject *op, const char *noun, lenfunc by_other)
{
    if (by_other != NULL) {
        PyErr_Format(PyExc_TypeError, "%.200s is not a %s", Py_TYPE(op)->tp_name, noun);
    }
    else {
        ou_type_error("object of type '%.200s' has no len()", op);
    }
    return -1;
}

/* ---- length ---------------------------------------------------------------------------------------------------- */

/* len(op).  Returns -1 with an error set.  RE-ENTRANT. */
Py_ssize_t
PyObject_Size(PyObject *op)
{
    if (op == NULL) {
        ou_null_argument();
        return -1;
    }
    PySequenceMethods *sequence = Py_TYPE(op)->tp_as_sequence;
    if (sequence != NULL && sequence->sq_length != NULL) {
        return sequence->sq_length(op);
    }
    return PyMapping_Size(op);
}

#undef PyObject_Length
Py_ssize_t
PyObject_Length(PyObject *op)
{
    return PyObject_Size(op);
}

int
_PyObject_HasLen(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    return (type->tp_as_sequence != NULL && type->tp_as_sequence->sq_length != NULL)
        || (type->tp_as_mapping != NULL && type->tp_as_mapping->mp_length != NULL);
}

/* operator.length_hint(op, default): a guess, never to be trusted.  Returns -1 with an error set.  RE-ENTRANT. */
Py_ssize_t
PyObject_LengthHint(PyObject *op, Py_ssize_t fallback)
{
    if (_PyObject_HasLen(op)) {
        Py_ssize_t n = PyObject_Size(op);
        if (n >= 0) {
            return n;
        }
        if (!PyErr_ExceptionMatches(PyExc_TypeError)) {
            return -1;
        }
        PyErr_Clear();
    }
    PyObject *descr = _PyType_Lookup(Py_TYPE(op), OU_STR(__length_hint__));
    if (descr == NULL) {
        return ou_error_occurred() ? -1 : fallback;
    }
    PyObject *hint = Py_NewRef(descr);
    descrgetfunc get = Py_TYPE(descr)->tp_descr_get;
    if (get != NULL) {
        PyObject *bound = get(descr, op, (PyObject *)Py_TYPE(op));
        Py_SETREF(hint, bound);
        if (hint == NULL) {
            return -1;
        }
    }
    OU_HOLD(h, &hint);
    PyObject *result = PyObject_CallNoArgs(hint);
    OU_HOLD_END(h);
    Py_DECREF(hint);
    if (result == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Clear();
            return fallback;
        }
        return -1;
    }
    if (result == Py_NotImplemented) {
        Py_DECREF(result);
        return fallback;
    }
    if (!PyLong_Check(result)) {
        ou_type_error("__length_hint__ must be an integer, not %.100s", result);
        Py_DECREF(result);
        return -1;
    }
    Py_ssize_t n = PyLong_AsSsize_t(result);
    Py_DECREF(result);
    if (n < 0) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_ValueError, "__length_hint__() should return >= 0");
        }
        return -1;
    }
    return n;
}

/* ---- items ----------------------------------------------------------------------------------------------------- */

/* type[key]: __class_getitem__, and list[int] for `type` itself. */
static PyObject *
class_getitem(PyObject *type, PyObject *key)
{
    if (type == (PyObject *)&PyType_Type) {
        return Py_GenericAlias(type, key);
    }
    PyObject *method;
    if (_PyObject_LookupAttr(type, OU_STR(__class_getitem__), &method) < 0) {
        return NULL;
    }
    if (method != NULL && method != Py_None) {
        OU_HOLD(h, &method);
        PyObject *result = PyObject_CallOneArg(method, key);
        OU_HOLD_END(h);
        Py_DECREF(method);
        return result;
    }
    Py_XDECREF(method);
    PyErr_Format(PyExc_TypeError, "type '%.200s' is not subscriptable", ((PyTypeObject *)type)->tp_name);
    return NULL;
}

/* op[key].  Returns new, or NULL with an error set.  RE-ENTRANT. */
PyObject *
PyObject_GetItem(PyObject *op, PyObject *key)
{
    if (op == NULL || key == NULL) {
        return ou_null_argument();
    }
    PyMappingMethods *mapping = Py_TYPE(op)->tp_as_mapping;
    if (mapping != NULL && mapping->mp_subscript != NULL) {
        return mapping->mp_subscript(op, key);
    }
    PySequenceMethods *sequence = Py_TYPE(op)->tp_as_sequence;
    if (sequence != NULL && sequence->sq_item != NULL) {
        if (!PyIndex_Check(key)) {
            return ou_type_error("sequence index must be integer, not '%.200s'", key);
        }
        Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (index == -1 && PyErr_Occurred()) {
            return NULL;
        }
        return PySequence_GetItem(op, index);
    }
    if (PyType_Check(op)) {
        return class_getitem(op, key);
    }
    return ou_type_error("'%.200s' object is not subscriptable", op);
}

/* op[key] = value; with value NULL del op[key].  `mapping_text` and `sequence_text` say that it can't be done. */
static int
item_assign(PyObject *op, PyObject *key, PyObject *value, const char *text)
{
    PyMappingMethods *mapping = Py_TYPE(op)->tp_as_mapping;
    if (mapping != NULL && mapping->mp_ass_subscript != NULL) {
        return mapping->mp_ass_subscript(op, key, value);
    }
    if (Py_TYPE(op)->tp_as_sequence != NULL) {
        if (PyIndex_Check(key)) {
            Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
            if (index == -1 && PyErr_Occurred()) {
                return -1;
            }
            return value != NULL ? PySequence_SetItem(op, index, value) : PySequence_DelItem(op, index);
        }
        if (Py_TYPE(op)->tp_as_sequence->sq_ass_item != NULL) {
            ou_type_error("sequence index must be integer, not '%.200s'", key);
            return -1;
        }
    }
    ou_type_error(text, op);
    return -1;
}

int
PyObject_SetItem(PyObject *op, PyObject *key, PyObject *value)
{
    if (op == NULL || key == NULL || value == NULL) {
        ou_null_argument();
        return -1;
    }
    return item_assign(op, key, value, "'%.200s' object does not support item assignment");
}

int
PyObject_DelItem(PyObject *op, PyObject *key)
{
    if (op == NULL || key == NULL) {
        ou_null_argument();
        return -1;
    }
    return item_assign(op, key, NULL, "'%.200s' object does not support item deletion");
}

int
PyObject_DelItemString(PyObject *op, const char *key)
{
    if (op == NULL || key == NULL) {
        ou_null_argument();
        return -1;
    }
    PyObject *name = PyUnicode_FromString(key);
    if (name == NULL) {
        return -1;
    }
    OU_HOLD(h, &name);
    int status = PyObject_DelItem(op, name);
    OU_HOLD_END(h);
    Py_DECREF(name);
    return status;
}

/* ---- format() -------------------------------------------------------------------------------------------------- */

/* format(op, spec), spec a str or NULL.  Returns a new str, or NULL with an error set.  RE-ENTRANT. */
PyObject *
PyObject_Format(PyObject *op, PyObject *spec)
{
    if (spec != NULL && !PyUnicode_Check(spec)) {
        PyErr_Format(PyExc_SystemError, "Format specifier must be a string, not %.200s", Py_TYPE(spec)->tp_name);
        return NULL;
    }
    if (spec == NULL || PyUnicode_GET_LENGTH(spec) == 0) {
        if (PyUnicode_CheckExact(op)) {
            return Py_NewRef(op);
        }
        if (PyLong_CheckExact(op)) {
            return PyObject_Str(op);
        }
    }
    PyObject *descr = _PyType_Lookup(Py_TYPE(op), OU_STR(__format__));
    if (descr == NULL) {
        return ou_error_occurred() ? NULL : ou_type_error("Type %.100s doesn't define __format__", op);
    }
    PyObject *method = Py_NewRef(descr), *result = NULL;
    PyObject *text = Py_NewRef(spec != NULL ? spec : OU_EMPTY_STR);
    OU_HOLD(h, &method, &text);
    if (PyType_HasFeature(Py_TYPE(method), Py_TPFLAGS_METHOD_DESCRIPTOR)) {
        PyObject *args[3] = {NULL, op, text};
        result = PyObject_Vectorcall(method, args + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    }
    else {
        descrgetfunc get = Py_TYPE(descr)->tp_descr_get;
        if (get != NULL) {
            PyObject *bound = get(descr, op, (PyObject *)Py_TYPE(op));
            Py_SETREF(method, bound);
        }
        if (method != NULL) {
            result = PyObject_CallOneArg(method, text);
        }
    }
    OU_HOLD_END(h);
    Py_XDECREF(method);
    Py_DECREF(text);
    if (result != NULL && !PyUnicode_Check(result)) {
        ou_type_error("__format__ must return a str, not %.200s", result);
        Py_CLEAR(result);
    }
    return result;
}

/* ---- iteration ------------------------------------------------------------------------------------------------- */

int
PyIter_Check(PyObject *op)
{
    iternextfunc next = Py_TYPE(op)->tp_iternext;
    return next != NULL && next != &_PyObject_NextNotImplemented;
}

/* iter(op).  Returns new, or NULL with an error set.  RE-ENTRANT. */
PyObject *
PyObject_GetIter(PyObject *op)
{
    getiterfunc iter = Py_TYPE(op)->tp_iter;
    if (iter == NULL) {
        if (PySequence_Check(op)) {
            return PySeqIter_New(op);
        }
        return ou_type_error("'%.200s' object is not iterable", op);
    }
    PyObject *result = iter(op);
    if (result != NULL && !PyIter_Check(result)) {
        ou_type_error("iter() returned non-iterator of type '%.100s'", result);
        Py_CLEAR(result);
    }
    return result;
}

int
PyAIter_Check(PyObject *op)
{
    PyAsyncMethods *methods = Py_TYPE(op)->tp_as_async;
    return methods != NULL && methods->am_anext != NULL && methods->am_anext != &_PyObject_NextNotImplemented;
}

/* aiter(op). */
PyObject *
PyObject_GetAIter(PyObject *op)
{
    PyAsyncMethods *methods = Py_TYPE(op)->tp_as_async;
    if (methods == NULL || methods->am_aiter == NULL) {
        return ou_type_error("'%.200s' object is not an async iterable", op);
    }
    PyObject *result = methods->am_aiter(op);
    if (result != NULL && !PyAIter_Check(result)) {
        ou_type_error("aiter() returned not an async iterator of type '%.100s'", result);
        Py_CLEAR(result);
    }
    return result;
}

/* See state.h. */
PyObject *
ou_iternext_too_deep(void)
{
    PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded in an iterator");
    return NULL;
}

/* The next item: new; NULL without an error at the end, or with one.  RE-ENTRANT. */
PyObject *
PyIter_Next(PyObject *iter)
{
    PyObject *result = ou_iternext(iter);
    if (result == NULL && ou_error_occurred() != NULL && PyErr_ExceptionMatches(PyExc_StopIteration)) {
        PyErr_Clear();
    }
    return result;
}

/* iter.send(value): an item in *result (PYGEN_NEXT), the return value (PYGEN_RETURN), or an error. */
PySendResult
PyIter_Send(PyObject *iter, PyObject *value, PyObject **result)
{
    PyAsyncMethods *methods = Py_TYPE(iter)->tp_as_async;
    if (methods != NULL && methods->am_send != NULL) {
        return methods->am_send(iter, value, result);
    }
    if (value == Py_None && PyIter_Check(iter)) {
        *result = ou_iternext(iter);
    }
    else {
        *result = PyObject_CallMethodOneArg(iter, OU_STR(send), value);
    }
    if (*result != NULL) {
        return PYGEN_NEXT;
    }
    return _PyGen_FetchStopIterationValue(result) == 0 ? PYGEN_RETURN : PYGEN_ERROR;
}

/* ---- mappings -------------------------------------------------------------------------------------------------- */

int
PyMapping_Check(PyObject *op)
{
    return op != NULL && Py_TYPE(op)->tp_as_mapping != NULL && Py_TYPE(op)->tp_as_mapping->mp_subscript != NULL;
}

Py_ssize_t
PyMapping_Size(PyObject *op)
{
    if (op == NULL) {
        ou_null_argument();
        return -1;
    }
    PyMappingMethods *mapping = Py_TYPE(op)->tp_as_mapping;
    if (mapping != NULL && mapping->mp_length != NULL) {
        return mapping->mp_length(op);
    }
    PySequenceMethods *sequence = Py_TYPE(op)->tp_as_sequence;
    return ou_size_error(op, "mapping", sequence != NULL ? sequence->sq_length : NULL);
}

#undef PyMapping_Length
Py_ssize_t
PyMapping_Length(PyObject *op)
{
    return PyMapping_Size(op);
}

PyObject *
PyMapping_GetItemString(PyObject *op, const char *key)
{
    if (key == NULL) {
        return ou_null_argument();
    }
    PyObject *name = PyUnicode_FromString(key);
    if (name == NULL) {
        return NULL;
    }
    OU_HOLD(h, &name);
    PyObject *result = PyObject_GetItem(op, name);
    OU_HOLD_END(h);
    Py_DECREF(name);
    return result;
}

int
PyMapping_SetItemString(PyObject *op, const char *key, PyObject *value)
{
    if (key == NULL) {
        ou_null_argument();
        return -1;
    }
    PyObject *name = PyUnicode_FromString(key);
    if (name == NULL) {
        return -1;
    }
    OU_HOLD(h, &name);
    int status = PyObject_SetItem(op, name, value);
    OU_HOLD_END(h);
    Py_DECREF(name);
    return status;
}

int
PyMapping_HasKeyString(PyObject *op, const char *key)
{
    PyObject *value = PyMapping_GetItemString(op, key);
    PyErr_Clear();
    Py_XDECREF(value);
    return value != NULL;
}

int
PyMapping_HasKey(PyObject *op, PyObject *key)
{
    PyObject *value = PyObject_GetItem(op, key);
    PyErr_Clear();
    Py_XDECREF(value);
    return value != NULL;
}

/* list(op.name()).  RE-ENTRANT. */
static PyObject *
list_of_method(PyObject *op, PyObject *name)
{
    PyObject *view = PyObject_CallMethodNoArgs(op, name);
    if (view == NULL || PyList_CheckExact(view)) {
        return view;
    }
    PyObject *result = NULL;
    OU_HOLD(h, &view);
    PyObject *iter = PyObject_GetIter(view);
    if (iter == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Format(PyExc_TypeError, "%.200s.%U() returned a non-iterable (type %.200s)", Py_TYPE(op)->tp_name, name,
                         Py_TYPE(view)->tp_name);
        }
    }
    else {
        OU_HOLD(h2, &iter);
        result = PySequence_List(iter);
        OU_HOLD_END(h2);
        Py_DECREF(iter);
    }
    OU_HOLD_END(h);
    Py_DECREF(view);
    return result;
}

/* The keys, values or items as a new list. */
PyObject *
PyMapping_Keys(PyObject *op)
{
    if (op == NULL) {
        return ou_null_argument();
    }
    return PyDict_CheckExact(op) ? PyDict_Keys(op) : list_of_method(op, OU_STR(keys));
}

PyObject *
PyMapping_Items(PyObject *op)
{
    if (op == NULL) {
        return ou_null_argument();
    }
    return PyDict_CheckExact(op) ? PyDict_Items(op) : list_of_method(op, OU_STR(items));
}

PyObject *
PyMapping_Values(PyObject *op)
{
    if (op == NULL) {
        return ou_null_argument();
    }
    return PyDict_CheckExact(op) ? PyDict_Values(op) : list_of_method(op, OU_STR(values));
}
