/* modules/_pickle/unpickle_build.c - instructions that fill containers, and that make objects by calling something.
 *
 * Invariant  operands stay on the stack, which owns them, until Python code that was called with them is done.
 * Not here   values in instructions (unpickle_value.c), globals (unpickle_find.c). */
#include "modules/_pickle/pickle.h"
#include "object/attribute.h"
#include "object/descriptor.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/set.h"

static int
refuse(Unpickler *self, const char *message)
{
    PyErr_SetString(self->state->unpickling_error, message);
    return -1;
}

/* ---- containers -------------------------------------------------------------------------------------------------------- */

/* Is there a container below the items from `from` on? */
static int
need_container(Unpickler *self, Py_ssize_t from)
{
    return from > self->n_stack || from <= self->fence ? ou_unpickle_underflow(self) : 0;
}

/* method(item) for all of them; those behind one that fails are dropped too. */
static int
call_for_each(Unpickler *self, Py_ssize_t from, PyObject *container, PyObject *name)
{
    PyObject *method = PyObject_GetAttr(container, name);
    if (method == NULL) {
        return -1;
    }
    int status = 0;
    OU_HOLD(hold, &method);
    for (Py_ssize_t i = from; status == 0 && i < self->n_stack; i++) {
        PyObject *result = PyObject_CallOneArg(method, self->stack[i]);
        status = result == NULL ? -1 : 0;
        Py_XDECREF(result);
    }
    OU_HOLD_END(hold);
    Py_DECREF(method);
    ou_unpickle_drop(self, from);
    return status;
}

static int
extend(Unpickler *self, Py_ssize_t from, PyObject *method)
{
    PyObject *items = NULL, *result = NULL;
    OU_HOLD(hold, &method, &items);
    items = ou_unpickle_take_list(self, from);
    if (items != NULL) {
        result = PyObject_CallOneArg(method, items);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(items);
    Py_DECREF(method);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

int
ou_unpickle_append(Unpickler *self, Py_ssize_t from)
{
    if (need_container(self, from) < 0) {
        return -1;
    }
    Py_ssize_t n = self->n_stack - from;
    if (n == 0) {
        return 0;
    }
    PyObject *list = self->stack[from - 1], *method;
    if (PyList_CheckExact(list)) {
        int status = 0;
        self->n_stack = from; /* first: an item is the list's or gone once it was handed over */
        for (Py_ssize_t i = from; i < from + n; i++) {
            if (status < 0) {
                Py_DECREF(self->stack[i]);
            }
            else {
                status = ou_list_append(list, self->stack[i]);
            }
        }
        return status;
    }
    if (_PyObject_LookupAttr(list, OU_STR(extend), &method) < 0) {
        return -1;
    }
    return method != NULL ? extend(self, from, method) : call_for_each(self, from, list, OU_STR(append));
}

int
ou_unpickle_set_items(Unpickler *self, Py_ssize_t from)
{
    if (need_container(self, from) < 0) {
        return -1;
    }
    if ((self->n_stack - from) % 2 != 0) {
        return refuse(self, "odd number of items for SETITEMS");
    }
    PyObject *dict = self->stack[from - 1];
    bool is_dict = PyDict_CheckExact(dict);
    int status = 0;
    for (Py_ssize_t i = from; status == 0 && i + 1 < self->n_stack; i += 2) {
        status = (is_dict ? ou_dict_set : PyObject_SetItem)(dict, self->stack[i], self->stack[i + 1]);
    }
    ou_unpickle_drop(self, from);
    return status;
}

int
ou_unpickle_dict(Unpickler *self)
{
    Py_ssize_t from = ou_unpickle_pop_mark(self);
    if (from < 0) {
        return -1;
    }
    if ((self->n_stack - from) % 2 != 0) {
        return refuse(self, "odd number of items for DICT");
    }
    PyObject *dict = PyDict_New();
    int status = dict == NULL ? -1 : 0;
    OU_HOLD(hold, &dict);
    for (Py_ssize_t i = from; status == 0 && i < self->n_stack; i += 2) {
        status = PyDict_SetItem(dict, self->stack[i], self->stack[i + 1]);
    }
    ou_unpickle_drop(self, from);
    OU_HOLD_END(hold);
    if (status < 0) {
        Py_XDECREF(dict);
        return -1;
    }
    return unpickle_push(self, dict);
}

int
ou_unpickle_add_items(Unpickler *self)
{
    Py_ssize_t from = ou_unpickle_pop_mark(self);
    if (from < 0 || need_container(self, from) < 0) {
        return -1;
    }
    if (self->n_stack == from) {
        return 0;
    }
    PyObject *set = self->stack[from - 1];
    if (!PySet_Check(set)) {
        return call_for_each(self, from, set, OU_STR(add));
    }
    int status = 0;
    for (Py_ssize_t i = from; status == 0 && i < self->n_stack; i++) {
        status = ou_set_add_key(OU_SET(set), self->stack[i]);
    }
    ou_unpickle_drop(self, from);
    return status;
}

int
ou_unpickle_frozenset(Unpickler *self)
{
    Py_ssize_t from = ou_unpickle_pop_mark(self);
    PyObject *items = from < 0 ? NULL : ou_unpickle_take_tuple(self, from);
    if (items == NULL) {
        return -1;
    }
    OU_HOLD(hold, &items);
    PyObject *set = PyFrozenSet_New(items);
    OU_HOLD_END(hold);
    Py_DECREF(items);
    return unpickle_push(self, set);
}

/* ---- calls --------------------------------------------------------------------------------------------------------------- */

int
ou_unpickle_reduce(Unpickler *self)
{
    if (unpickle_need(self, 2) < 0) {
        return -1;
    }
    PyObject *callable = self->stack[self->n_stack - 2], *args = self->stack[self->n_stack - 1];
    return ou_unpickle_replace(self, 2, PyObject_CallObject(callable, args));
}

static int
refuse_new(Unpickler *self, bool has_kwargs, const char *format, PyTypeObject *type)
{
    PyErr_Format(self->state->unpickling_error, format, has_kwargs ? "NEWOBJ_EX" : "NEWOBJ", type->tp_name);
    return -1;
}

int
ou_unpickle_new(Unpickler *self, bool has_kwargs)
{
    Py_ssize_t n = has_kwargs ? 3 : 2;
    if (unpickle_need(self, n) < 0) {
        return -1;
    }
    PyObject **operands = self->stack + self->n_stack - n, *kwargs = has_kwargs ? operands[2] : NULL;
    if (!PyType_Check(operands[0])) {
        return refuse_new(self, has_kwargs, "%s class argument must be a type, not %.200s", Py_TYPE(operands[0]));
    }
    PyTypeObject *cls = (PyTypeObject *)operands[0];
    if (cls->tp_new == NULL) {
        return refuse_new(self, has_kwargs, "%s class argument '%.200s' doesn't have __new__", Py_TYPE(cls));
    }
    if (!PyTuple_Check(operands[1])) {
        return refuse_new(self, has_kwargs, "%s args argument must be a tuple, not %.200s", Py_TYPE(operands[1]));
    }
    if (has_kwargs && !PyDict_Check(kwargs)) {
        return refuse_new(self, has_kwargs, "%s kwargs argument must be a dict, not %.200s", Py_TYPE(kwargs));
    }
    return ou_unpickle_replace(self, n, cls->tp_new(cls, operands[1], kwargs));
}

/* An instance of a class of Python 2: without arguments, and without __getinitargs__, __init__ isn't called.
 * Refs: takes both. */
static PyObject *
instantiate(PyObject *cls, PyObject *args)
{
    PyObject *obj = NULL, *method = NULL;
    OU_HOLD(hold, &cls, &args);
    int by_new = 0;
    if (PyTuple_GET_SIZE(args) == 0 && PyType_Check(cls)) {
        by_new = _PyObject_LookupAttr(cls, OU_STR(__getinitargs__), &method);
        by_new = by_new < 0 ? -1 : !by_new;
        Py_XDECREF(method);
    }
    if (by_new >= 0) {
        obj = by_new ? PyObject_CallMethodOneArg(cls, OU_STR(__new__), cls) : PyObject_CallObject(cls, args);
    }
    OU_HOLD_END(hold);
    Py_DECREF(cls);
    Py_DECREF(args);
    return obj;
}

int
ou_unpickle_obj(Unpickler *self)
{
    Py_ssize_t mark = ou_unpickle_pop_mark(self);
    if (mark < 0) {
        return -1;
    }
    if (self->n_stack - mark < 1) {
        return ou_unpickle_underflow(self);
    }
    PyObject *args = ou_unpickle_take_tuple(self, mark + 1);
    if (args == NULL) {
        return -1;
    }
    if (self->n_stack <= self->fence) {
        Py_DECREF(args);
        return ou_unpickle_underflow(self);
    }
    return unpickle_push(self, instantiate(self->stack[--self->n_stack], args));
}

int
ou_unpickle_inst(Unpickler *self)
{
    Py_ssize_t mark = ou_unpickle_pop_mark(self), n;
    const char *line = mark < 0 ? NULL : ou_unpickle_line(self, &n, 2);
    PyObject *module = line == NULL ? NULL : PyUnicode_DecodeASCII(line, n - 1, "strict"), *name = NULL, *cls = NULL;
    if (module == NULL) {
        return -1;
    }
    OU_HOLD(hold, &module, &name, &cls);
    if ((line = ou_unpickle_line(self, &n, 2)) != NULL && (name = PyUnicode_DecodeASCII(line, n - 1, "strict")) != NULL) {
        cls = ou_unpickle_find(self, module, name);
    }
    OU_HOLD_END(hold);
    Py_DECREF(module);
    Py_XDECREF(name);
    PyObject *args = cls == NULL ? NULL : ou_unpickle_take_tuple(self, mark);
    if (args == NULL) {
        Py_XDECREF(cls);
        return -1;
    }
    return unpickle_push(self, instantiate(cls, args));
}

/* ---- state --------------------------------------------------------------------------------------------------------------- */

/* Does the instance keep attributes as classes do that say nothing of it?  Then its values may stay inline. */
static bool
has_plain_dict(PyObject *obj)
{
    PyTypeObject *type = Py_TYPE(obj);
    if (!(type->tp_flags & Py_TPFLAGS_MANAGED_DICT) || type->tp_getattro != PyObject_GenericGetAttr) {
        return false;
    }
    PyObject *descriptor = ou_type_lookup(type, OU_STR(__dict__));
    return descriptor != NULL && Py_IS_TYPE(descriptor, &PyGetSetDescr_Type)
        && ((PyGetSetDescrObject *)descriptor)->d_getset->get == ou_subtype_dict_getset[0].get;
}

/* obj.__dict__[key] = value for all, or setattr(obj, key, value). */
static int
set_all(PyObject *obj, PyObject *state, bool attributes)
{
    PyObject *key = NULL, *value = NULL, *next_key, *next_value, *dict = NULL;
    Py_ssize_t position = 0;
    int status = 0;
    OU_HOLD(hold, &key, &value, &dict);
    bool plain = !attributes && has_plain_dict(obj);
    if (!attributes && !plain) {
        dict = PyObject_GetAttr(obj, OU_STR(__dict__));
        status = dict == NULL ? -1 : 0;
    }
    while (status == 0 && PyDict_Next(state, &position, &next_key, &next_value)) {
        Py_INCREF(next_key);
        Py_INCREF(next_value);
        Py_XSETREF(key, next_key);
        Py_XSETREF(value, next_value);
        if (!attributes && PyUnicode_CheckExact(key)) {
            PyUnicode_InternInPlace(&key);
        }
        if (plain && PyUnicode_CheckExact(key)) {
            status = ou_instance_set(obj, key, value);
        }
        else if (plain) { /* no name: a dict takes it */
            dict = PyObject_GetAttr(obj, OU_STR(__dict__));
            plain = false;
            status = dict == NULL ? -1 : PyObject_SetItem(dict, key, value);
        }
        else {
            status = attributes ? PyObject_SetAttr(obj, key, value) : PyObject_SetItem(dict, key, value);
        }
    }
    OU_HOLD_END(hold);
    Py_XDECREF(key);
    Py_XDECREF(value);
    Py_XDECREF(dict);
    return status;
}

/* state is on the stack; its parts can't go while it is a tuple. */
static int
set_state(Unpickler *self, PyObject *obj, PyObject *state)
{
    PyObject *slots = NULL;
    if (PyTuple_Check(state) && PyTuple_GET_SIZE(state) == 2) {
        slots = PyTuple_GET_ITEM(state, 1);
        state = PyTuple_GET_ITEM(state, 0);
    }
    if (state != Py_None) {
        if (!PyDict_Check(state)) {
            return refuse(self, "state is not a dictionary");
        }
        if (set_all(obj, state, false) < 0) {
            return -1;
        }
    }
    if (slots == NULL) {
        return 0;
    }
    return PyDict_Check(slots) ? set_all(obj, slots, true) : refuse(self, "slot state is not a dictionary");
}

int
ou_unpickle_build(Unpickler *self)
{
    if (unpickle_need(self, 2) < 0) {
        return -1;
    }
    PyObject *obj = self->stack[self->n_stack - 2], *state = self->stack[self->n_stack - 1], *method;
    if (_PyObject_LookupAttr(obj, OU_STR(__setstate__), &method) < 0) {
        return -1;
    }
    int status;
    if (method != NULL) {
        OU_HOLD(hold, &method);
        PyObject *result = PyObject_CallOneArg(method, state);
        OU_HOLD_END(hold);
        Py_DECREF(method);
        Py_XDECREF(result);
        status = result == NULL ? -1 : 0;
    }
    else {
        status = set_state(self, obj, state);
    }
    ou_unpickle_drop(self, self->n_stack - 1);
    return status;
}
