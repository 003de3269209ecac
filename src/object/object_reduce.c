/* object/object_reduce.c - how objects are pickled and copied when they say nothing of it: __reduce__,
 * __reduce_ex__, __getstate__.
 *
 * Owns       nothing.
 * Not here   the parts in Python: copyreg of the standard library, imported on first use.
 * Source     the pickle module's documentation, "Pickling Class Instances"; PEP 307. */
#include "object/attribute.h"
#include "object/hold.h"

static PyObject *
import_copyreg(void)
{
    PyObject *module = PyImport_GetModule(OU_STR(copyreg));
    return module != NULL || ou_error_occurred() ? module : PyImport_Import(OU_STR(copyreg));
}

bool
ou_object_has_own(PyObject *obj, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(obj);
    if (type->tp_getattro != PyObject_GenericGetAttr
        || ou_type_lookup(type, name) != ou_type_lookup(&PyBaseObject_Type, name)) {
        return true;
    }
    if (type->tp_dictoffset == 0) {
        return false;
    }
    PyObject *value = ou_instance_get(obj, name);
    if (value == NULL && !ou_error_occurred()) {
        return false;
    }
    PyErr_Clear(); /* who looks again sees it again */
    Py_XDECREF(value);
    return true;
}

/* ---- __getstate__ -------------------------------------------------------------------------------------- */

/* The names of the class's slots and its bases': a list, or None.  copyreg keeps them in the class.  Refs
 * new. */
static PyObject *
slot_names(PyTypeObject *type)
{
    PyObject *dict = ou_type_namespace(type);
    PyObject *names = dict == NULL ? NULL : Py_XNewRef(PyDict_GetItemWithError(dict, OU_STR(__slotnames__)));
    if (names == NULL && !ou_error_occurred()) {
        PyObject *copyreg = import_copyreg();
        if (copyreg == NULL) {
            return NULL;
        }
        OU_HOLD(h, &copyreg);
        names = PyObject_CallMethodOneArg(copyreg, OU_STR(_slotnames), (PyObject *)type);
        OU_HOLD_END(h);
        Py_DECREF(copyreg);
        if (names != NULL && names != Py_None && !PyList_Check(names)) {
            PyErr_SetString(PyExc_TypeError, "copyreg._slotnames didn't return a list or None");
            Py_CLEAR(names);
        }
    }
    else if (names != NULL && names != Py_None && !PyList_Check(names)) {
        PyErr_Format(PyExc_TypeError, "%.200s.__slotnames__ should be a list or None, not %.200s", type->tp_name,
                     Py_TYPE(names)->tp_name);
        Py_CLEAR(names);
    }
    return names;
}

/* Is there more in the instance than its dict, weak references and slots show?  Then a copy would lose it. */
static bool
hides_state(PyTypeObject *type, PyObject *names)
{
    Py_ssize_t size = PyBaseObject_Type.tp_basicsize;
    size += type->tp_dictoffset != 0 ? (Py_ssize_t)sizeof(PyObject *) : 0;
    size += type->tp_weaklistoffset > 0 ? (Py_ssize_t)sizeof(PyObject *) : 0;
    size += names != Py_None ? PyList_GET_SIZE(names) * (Py_ssize_t)sizeof(PyObject *) : 0;
    return type->tp_basicsize > size;
}

/* A dict of the slots that are set.  Refs new.  RE-ENTRANT. */
static PyObject *
slot_values(PyObject *obj, PyObject *names)
{
    PyObject *values = PyDict_New();
    if (values == NULL) {
        return NULL;
    }
    OU_HOLD(h, &values);
    int result = 0;
    for (Py_ssize_t i = 0; result >= 0 && i < PyList_GET_SIZE(names); i++) {
        PyObject *name = Py_NewRef(PyList_GET_ITEM(names, i)), *value = NULL;
        OU_HOLD(hn, &name, &value);
        result = _PyObject_LookupAttr(obj, name, &value);
        if (result > 0) {
            result = PyDict_SetItem(values, name, value);
        }
        OU_HOLD_END(hn);
        Py_DECREF(name);
        Py_XDECREF(value);
    }
    OU_HOLD_END(h);
    if (result < 0) {
        Py_CLEAR(values);
    }
    return values;
}

static bool
instance_is_empty(PyObject *obj)
{
    if (Py_TYPE(obj)->tp_dictoffset == 0) {
        return true;
    }
    OuInline *block = ou_instance_inline(obj);
    if (block != NULL && *ou_instance_dict_slot(obj) == NULL) {
        return block->size == 0;
    }
    PyObject **slot = _PyObject_GetDictPtr(obj);
    return slot == NULL || *slot == NULL || PyDict_GET_SIZE(*slot) == 0;
}

/* None; or the instance's dict; or with slots the tuple (dict or None, slots).
 * required  an instance with hidden state is refused.  Refs new.  RE-ENTRANT. */
static PyObject *
default_state(PyObject *obj, bool required)
{
    PyTypeObject *type = Py_TYPE(obj);
    if (required && type->tp_itemsize != 0) {
        return PyErr_Format(PyExc_TypeError, "cannot pickle %.200s objects", type->tp_name);
    }
    PyObject *state = instance_is_empty(obj) ? Py_NewRef(Py_None) : PyObject_GenericGetDict(obj, NULL);
    if (state == NULL) {
        return NULL;
    }
    OU_HOLD(h, &state);
    PyObject *names = slot_names(type);
    if (names == NULL) {
        Py_CLEAR(state);
    }
    else if (required && hides_state(type, names)) {
        PyErr_Format(PyExc_TypeError, "cannot pickle '%.200s' object", type->tp_name);
        Py_CLEAR(state);
    }
    else if (names != Py_None && PyList_GET_SIZE(names) > 0) {
        OU_HOLD(hn, &names);
        PyObject *values = slot_values(obj, names);
        OU_HOLD_END(hn);
        if (values == NULL) {
            Py_CLEAR(state);
        }
        else if (PyDict_GET_SIZE(values) > 0) {
            Py_SETREF(state, PyTuple_Pack(2, state, values));
        }
        Py_XDECREF(values);
    }
    OU_HOLD_END(h);
    Py_XDECREF(names);
    return state;
}

PyObject *
ou_object_method_getstate(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return default_state(self, false);
}

/* obj.__getstate__(), but that object's own is called with `required`. */
static PyObject *
object_state(PyObject *obj, bool required)
{
    if (!ou_object_has_own(obj, OU_STR(__getstate__))) {
        return default_state(obj, required);
    }
    PyObject *method = PyObject_GetAttr(obj, OU_STR(__getstate__)), *state;
    if (method == NULL) {
        return NULL;
    }
    OU_HOLD(h, &method);
    if (PyCFunction_Check(method) && PyCFunction_GET_SELF(method) == obj
        && PyCFunction_GET_FUNCTION(method) == (PyCFunction)ou_object_method_getstate) {
        state = default_state(obj, required);
    }
    else {
        state = PyObject_CallNoArgs(method);
    }
    OU_HOLD_END(h);
    Py_DECREF(method);
    return state;
}

PyObject *
_PyObject_GetState(PyObject *obj)
{
    return object_state(obj, false);
}

/* ---- __reduce__ ---------------------------------------------------------------------------------------- */

/* Arguments for __new__: from __getnewargs_ex__ or __getnewargs__; both NULL if the class has neither.
 * Returns 0, or -1 with an error set.  Refs: new in *args and *kwargs.  RE-ENTRANT. */
static int
new_arguments(PyObject *obj, PyObject **args, PyObject **kwargs)
{
    bool missing;
    *args = *kwargs = NULL;
    PyObject *given = ou_special_call(OU_STR(__getnewargs_ex__), &obj, 1, &missing);
    if (!missing) {
        if (given == NULL) {
            return -1;
        }
        if (!PyTuple_Check(given)) {
            PyErr_Format(PyExc_TypeError, "__getnewargs_ex__ should return a tuple, not '%.200s'", Py_TYPE(given)->tp_name);
        }
        else if (PyTuple_GET_SIZE(given) != 2) {
            PyErr_Format(PyExc_ValueError, "__getnewargs_ex__ should return a tuple of length 2, not %zd",
                         PyTuple_GET_SIZE(given));
        }
        else if (!PyTuple_Check(PyTuple_GET_ITEM(given, 0))) {
            PyErr_Format(PyExc_TypeError, "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '%.200s'",
                         Py_TYPE(PyTuple_GET_ITEM(given, 0))->tp_name);
        }
        else if (!PyDict_Check(PyTuple_GET_ITEM(given, 1))) {
            PyErr_Format(PyExc_TypeError, "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '%.200s'",
                         Py_TYPE(PyTuple_GET_ITEM(given, 1))->tp_name);
        }
        else {
            *args = Py_NewRef(PyTuple_GET_ITEM(given, 0));
            *kwargs = Py_NewRef(PyTuple_GET_ITEM(given, 1));
        }
        Py_DECREF(given);
        return *args == NULL ? -1 : 0;
    }
    given = ou_special_call(OU_STR(__getnewargs__), &obj, 1, &missing);
    if (missing) {
        return 0;
    }
    if (given != NULL && !PyTuple_Check(given)) {
        PyErr_Format(PyExc_TypeError, "__getnewargs__ should return a tuple, not '%.200s'", Py_TYPE(given)->tp_name);
        Py_CLEAR(given);
    }
    *args = given;
    return given == NULL ? -1 : 0;
}

/* Iterators over a list's items and a dict's, None for others.  Refs new. */
static int
item_iterators(PyObject *obj, PyObject **list_items, PyObject **dict_items)
{
    *list_items = PyList_Check(obj) ? PyObject_GetIter(obj) : Py_NewRef(Py_None);
    *dict_items = NULL;
    if (*list_items == NULL) {
        return -1;
    }
    if (!PyDict_Check(obj)) {
        *dict_items = Py_NewRef(Py_None);
        return 0;
    }
    PyObject *items = PyObject_CallMethodNoArgs(obj, OU_STR(items));
    if (items != NULL) {
        OU_HOLD(h, &items);
        *dict_items = PyObject_GetIter(items);
        OU_HOLD_END(h);
        Py_DECREF(items);
    }
    return *dict_items == NULL ? -1 : 0;
}

/* (cls, *args).  Refs new. */
static PyObject *
class_and_arguments(PyObject *cls, PyObject *args)
{
    Py_ssize_t n = args == NULL ? 0 : PyTuple_GET_SIZE(args);
    PyObject *all = PyTuple_New(n + 1);
    if (all != NULL) {
        PyTuple_SET_ITEM(all, 0, Py_NewRef(cls));
        for (Py_ssize_t i = 0; i < n; i++) {
            PyTuple_SET_ITEM(all, i + 1, Py_NewRef(PyTuple_GET_ITEM(args, i)));
        }
    }
    return all;
}

/* Protocols 2 and up: (copyreg.__newobj__, (cls, *args), state, list items, dict items).  Refs new.
 * RE-ENTRANT. */
static PyObject *
reduce_newobj(PyObject *obj)
{
    PyObject *cls = (PyObject *)Py_TYPE(obj), *copyreg = NULL, *args = NULL, *kwargs = NULL, *maker = NULL;
    PyObject *arguments = NULL, *state = NULL, *list_items = NULL, *dict_items = NULL, *result = NULL;
    if (Py_TYPE(obj)->tp_new == NULL) {
        return PyErr_Format(PyExc_TypeError, "cannot pickle '%.200s' object", Py_TYPE(obj)->tp_name);
    }
    Py_INCREF(cls);
    OU_HOLD(h, &cls, &copyreg, &args, &kwargs, &maker, &arguments, &state, &list_items, &dict_items);
    if (new_arguments(obj, &args, &kwargs) < 0 || (copyreg = import_copyreg()) == NULL) {
        goto done;
    }
    bool has_args = args != NULL;
    if (kwargs == NULL || PyDict_GET_SIZE(kwargs) == 0) {
        maker = PyObject_GetAttr(copyreg, OU_STR(__newobj__));
        arguments = class_and_arguments(cls, args);
    }
    else if (has_args) {
        maker = PyObject_GetAttr(copyreg, OU_STR(__newobj_ex__));
        arguments = PyTuple_Pack(3, cls, args, kwargs);
    }
    else {
        PyErr_BadInternalCall();
        goto done;
    }
    if (maker == NULL || arguments == NULL) {
        goto done;
    }
    state = object_state(obj, !(has_args || PyList_Check(obj) || PyDict_Check(obj)));
    if (state == NULL || item_iterators(obj, &list_items, &dict_items) < 0) {
        goto done;
    }
    result = PyTuple_Pack(5, maker, arguments, state, list_items, dict_items);
done:
    OU_HOLD_END(h);
    Py_DECREF(cls);
    Py_XDECREF(copyreg);
    Py_XDECREF(args);
    Py_XDECREF(kwargs);
    Py_XDECREF(maker);
    Py_XDECREF(arguments);
    Py_XDECREF(state);
    Py_XDECREF(list_items);
    Py_XDECREF(dict_items);
    return result;
}

static PyObject *
reduce_by_protocol(PyObject *obj, int protocol)
{
    if (protocol >= 2) {
        return reduce_newobj(obj);
    }
    PyObject *copyreg = import_copyreg();
    if (copyreg == NULL) {
        return NULL;
    }
    PyObject *number = PyLong_FromLong(protocol), *result = NULL;
    OU_HOLD(h, &copyreg, &number);
    if (number != NULL) {
        result = PyObject_CallMethodObjArgs(copyreg, OU_STR(_reduce_ex), obj, number, NULL);
    }
    OU_HOLD_END(h);
    Py_XDECREF(number);
    Py_DECREF(copyreg);
    return result;
}

PyObject *
ou_object_method_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return reduce_by_protocol(self, 0);
}

/* A class's own __reduce__ goes before what the protocol would do. */
PyObject *
ou_object_method_reduce_ex(PyObject *self, PyObject *arg)
{
    int protocol = _PyLong_AsInt(arg);
    if (protocol == -1 && ou_error_occurred()) {
        return NULL;
    }
    PyObject *method;
    int has = ou_object_has_own(self, OU_STR(__reduce__)) ? _PyObject_LookupAttr(self, OU_STR(__reduce__), &method) : 0;
    if (has < 0) {
        return NULL;
    }
    if (has > 0) {
        PyObject *of_class = ou_type_lookup(Py_TYPE(self), OU_STR(__reduce__));
        PyObject *of_object = ou_type_lookup(&PyBaseObject_Type, OU_STR(__reduce__));
        if (of_class != of_object) {
            OU_HOLD(h, &method);
            PyObject *result = PyObject_CallNoArgs(method);
            OU_HOLD_END(h);
            Py_DECREF(method);
            return result;
        }
        Py_DECREF(method);
    }
    return reduce_by_protocol(self, protocol);
}
