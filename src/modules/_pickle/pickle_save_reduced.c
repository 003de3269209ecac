/* modules/_pickle/pickle_save_reduced.c - what __reduce__ gave: a call that makes the object, and what to put into it then.
 *
 * Invariant  the tuple is the caller's and can't change: its items are borrowed here.
 * Source     Library Reference, pickle: object.__reduce__; PEP 307, PEP 3154. */
#include "modules/_pickle/pickle.h"

typedef struct {
    PyObject *callable, *args;                      /* args: tuple */
    PyObject *state, *items, *pairs, *state_setter; /* NULL: none */
} Reduced;

static int
refuse(Pickler *self, const char *format, PyObject *value)
{
    PyErr_Format(self->state->pickling_error, format, value != NULL ? Py_TYPE(value)->tp_name : "");
    return -1;
}

/* The parts, checked. */
static int
unpack(Pickler *self, PyObject *reduced, Reduced *parts)
{
    Py_ssize_t n = PyTuple_GET_SIZE(reduced);
    if (n < 2 || n > 6) {
        return refuse(self, "tuple returned by __reduce__ must contain 2 through 6 elements", NULL);
    }
    PyObject *optional[4] = {NULL};
    for (Py_ssize_t i = 2; i < n; i++) {
        PyObject *part = PyTuple_GET_ITEM(reduced, i);
        optional[i - 2] = part == Py_None ? NULL : part;
    }
    *parts = (Reduced){
        PyTuple_GET_ITEM(reduced, 0), PyTuple_GET_ITEM(reduced, 1), optional[0], optional[1], optional[2], optional[3]};
    if (!PyCallable_Check(parts->callable)) {
        return refuse(self, "first item of the tuple returned by __reduce__ must be callable", NULL);
    }
    if (!PyTuple_Check(parts->args)) {
        return refuse(self, "second item of the tuple returned by __reduce__ must be a tuple", NULL);
    }
    if (parts->items != NULL && !PyIter_Check(parts->items)) {
        return refuse(self, "fourth element of the tuple returned by __reduce__ must be an iterator, not %s", parts->items);
    }
    if (parts->pairs != NULL && !PyIter_Check(parts->pairs)) {
        return refuse(self, "fifth element of the tuple returned by __reduce__ must be an iterator, not %s", parts->pairs);
    }
    if (parts->state_setter != NULL && !PyCallable_Check(parts->state_setter)) {
        return refuse(self, "sixth element of the tuple returned by __reduce__ must be a function, not %s",
                      parts->state_setter);
    }
    return 0;
}

/* A new object, held while it is written. */
static int
save_new(Pickler *self, PyObject *obj)
{
    if (obj == NULL) {
        return -1;
    }
    OU_HOLD(hold, &obj);
    int status = ou_pickle_save(self, obj, false);
    OU_HOLD_END(hold);
    Py_DECREF(obj);
    return status;
}

/* partial(cls.__new__, cls, *args, **kwargs), for protocols that have no NEWOBJ_EX. */
static PyObject *
partial_new(Pickler *self, PyObject *cls, PyObject *args, PyObject *kwargs)
{
    Py_ssize_t n = PyTuple_GET_SIZE(args);
    PyObject *new_args = PyTuple_New(n + 2), *partial = NULL;
    if (new_args == NULL) {
        return NULL;
    }
    PyObject *maker = PyObject_GetAttr(cls, OU_STR(__new__));
    if (maker != NULL) {
        PyTuple_SET_ITEM(new_args, 0, maker);
        PyTuple_SET_ITEM(new_args, 1, Py_NewRef(cls));
        for (Py_ssize_t i = 0; i < n; i++) {
            PyTuple_SET_ITEM(new_args, i + 2, Py_NewRef(PyTuple_GET_ITEM(args, i)));
        }
        OU_HOLD(hold, &new_args);
        partial = PyObject_Call(self->state->partial, new_args, kwargs);
        OU_HOLD_END(hold);
    }
    Py_DECREF(new_args);
    return partial;
}

static int
save_newobj_ex(Pickler *self, const Reduced *parts)
{
    Py_ssize_t n = PyTuple_GET_SIZE(parts->args);
    if (n != 3) {
        PyErr_Format(self->state->pickling_error, "length of the NEWOBJ_EX argument tuple must be exactly 3, not %zd", n);
        return -1;
    }
    PyObject *cls = PyTuple_GET_ITEM(parts->args, 0), *args = PyTuple_GET_ITEM(parts->args, 1);
    PyObject *kwargs = PyTuple_GET_ITEM(parts->args, 2);
    if (!PyType_Check(cls)) {
        return refuse(self, "first item from NEWOBJ_EX argument tuple must be a class, not %.200s", cls);
    }
    if (!PyTuple_Check(args)) {
        return refuse(self, "second item from NEWOBJ_EX argument tuple must be a tuple, not %.200s", args);
    }
    if (!PyDict_Check(kwargs)) {
        return refuse(self, "third item from NEWOBJ_EX argument tuple must be a dict, not %.200s", kwargs);
    }
    if (self->proto >= 4) {
        return ou_pickle_save(self, cls, false) < 0 || ou_pickle_save(self, args, false) < 0
                    || ou_pickle_save(self, kwargs, false) < 0
                 ? -1
                 : pickle_write_op(self, OP_NEWOBJ_EX);
    }
    return save_new(self, partial_new(self, cls, args, kwargs)) < 0 || save_new(self, PyTuple_New(0)) < 0
             ? -1
             : pickle_write_op(self, OP_REDUCE);
}

static int
save_newobj(Pickler *self, const Reduced *parts, PyObject *obj)
{
    Py_ssize_t n = PyTuple_GET_SIZE(parts->args);
    if (n < 1) {
        return refuse(self, "__newobj__ arglist is empty", NULL);
    }
    PyObject *cls = PyTuple_GET_ITEM(parts->args, 0);
    if (!PyType_Check(cls)) {
        return refuse(self, "args[0] from __newobj__ args is not a type", NULL);
    }
    if (obj != NULL) {
        PyObject *obj_class = PyObject_GetAttr(obj, OU_STR(__class__));
        bool agrees = obj_class == cls;
        if (obj_class == NULL) {
            return -1;
        }
        Py_DECREF(obj_class);
        if (!agrees) {
            return refuse(self, "args[0] from __newobj__ args has the wrong class", NULL);
        }
    }
    return ou_pickle_save(self, cls, false) < 0 || save_new(self, PyTuple_GetSlice(parts->args, 1, n)) < 0
             ? -1
             : pickle_write_op(self, OP_NEWOBJ);
}

/* The call that makes the object.  copyreg's two functions have instructions of their own. */
static int
save_call(Pickler *self, const Reduced *parts, PyObject *obj)
{
    if (self->proto >= 2) {
        PyObject *name;
        if (_PyObject_LookupAttr(parts->callable, OU_STR(__name__), &name) < 0) {
            return -1;
        }
        bool is_name = name != NULL && PyUnicode_Check(name);
        bool newobj_ex = is_name && _PyUnicode_EqualToASCIIString(name, "__newobj_ex__");
        bool newobj = is_name && _PyUnicode_EqualToASCIIString(name, "__newobj__");
        Py_XDECREF(name);
        if (newobj_ex) {
            return save_newobj_ex(self, parts);
        }
        if (newobj) {
            return save_newobj(self, parts, obj);
        }
    }
    return ou_pickle_save(self, parts->callable, false) < 0 || ou_pickle_save(self, parts->args, false) < 0
             ? -1
             : pickle_write_op(self, OP_REDUCE);
}

static int
save_state(Pickler *self, const Reduced *parts, PyObject *obj)
{
    if (parts->state_setter == NULL) {
        return ou_pickle_save(self, parts->state, false) < 0 ? -1 : pickle_write_op(self, OP_BUILD);
    }
    /* state_setter(obj, state), whose result is dropped: the stack is as before. */
    static const char ops[3] = {(char)OP_TUPLE2, OP_REDUCE, OP_POP};
    return ou_pickle_save(self, parts->state_setter, false) < 0 || ou_pickle_save(self, obj, false) < 0
                || ou_pickle_save(self, parts->state, false) < 0
             ? -1
             : pickle_write(self, ops, sizeof ops);
}

int
ou_pickle_save_reduced(Pickler *self, PyObject *reduced, PyObject *obj)
{
    Reduced parts;
    if (unpack(self, reduced, &parts) < 0 || save_call(self, &parts, obj) < 0) {
        return -1;
    }
    if (obj != NULL) {
        Py_ssize_t number = pickle_memo_find(&self->memo, obj);
        if (number >= 0) { /* the arguments led back here, as with tuples */
            return pickle_write_op(self, OP_POP) < 0 ? -1 : ou_pickle_write_get(self, number);
        }
        if (ou_pickle_memoize(self, obj) < 0) {
            return -1;
        }
    }
    if ((parts.items != NULL && ou_pickle_batch_list(self, parts.items) < 0)
        || (parts.pairs != NULL && ou_pickle_batch_dict(self, parts.pairs) < 0)) {
        return -1;
    }
    return parts.state == NULL ? 0 : save_state(self, &parts, obj);
}
