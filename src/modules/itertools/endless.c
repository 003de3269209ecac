/* modules/itertools/endless.c - iterators that need not end: count, cycle, repeat.
 *
 * Invariant  count: until `number` is set the next value is `next`; from then on `next` means nothing. */
#include "modules/itertools/itertools.h"

/* ---- count --------------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    Py_ssize_t next;  /* while `number` is NULL */
    PyObject *number; /* the next value once it is no machine int */
    PyObject *step;
} Count;

#define COUNT_FIELDS(X) X(number) X(step)
OU_ITERATOR(count, Count, COUNT_FIELDS)

static PyObject *
count_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"count", {"start", "step"}, .n_positional = 2, .n_all = 2};
    PyObject *v[2];
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0) {
        return NULL;
    }
    if ((v[0] != NULL && !PyNumber_Check(v[0])) || (v[1] != NULL && !PyNumber_Check(v[1]))) {
        PyErr_SetString(PyExc_TypeError, "a number is required");
        return NULL;
    }
    PyObject *start = v[0] ? v[0] : OU_SMALL_INT(0), *step = v[1] ? v[1] : OU_SMALL_INT(1);
    bool machine = PyLong_CheckExact(start) && PyLong_CheckExact(step) && PyLong_AsLong(step) == 1;
    PyErr_Clear();
    Py_ssize_t next = machine ? PyLong_AsSsize_t(start) : 0;
    if (next == -1 && PyErr_Occurred()) {
        PyErr_Clear();
        machine = false;
    }
    Count *it = (Count *)type->tp_alloc(type, 0);
    if (it != NULL) {
        it->next = next;
        it->step = Py_NewRef(step);
        it->number = machine ? NULL : Py_NewRef(start);
    }
    return (PyObject *)it;
}

static PyObject *
count_next(PyObject *self)
{
    Count *it = (Count *)self;
    if (it->number == NULL) {
        if (it->next < PY_SSIZE_T_MAX) {
            return PyLong_FromSsize_t(it->next++);
        }
        it->number = PyLong_FromSsize_t(it->next);
        if (it->number == NULL) {
            return NULL;
        }
    }
    PyObject *value = it->number, *next = PyNumber_Add(value, it->step);
    if (next == NULL) {
        return NULL;
    }
    it->number = next;
    return value;
}

static PyObject *
count_repr(PyObject *self)
{
    Count *it = (Count *)self;
    const char *name = _PyType_Name(Py_TYPE(self));
    if (it->number == NULL) {
        return PyUnicode_FromFormat("%s(%zd)", name, it->next);
    }
    if (PyLong_Check(it->step) && PyLong_AsLong(it->step) == 1) {
        return PyUnicode_FromFormat("%s(%R)", name, it->number);
    }
    PyErr_Clear();
    return PyUnicode_FromFormat("%s(%R, %R)", name, it->number, it->step);
}

static PyObject *
count_reduce(PyObject *self, PyObject *ignored)
{
    Count *it = (Count *)self;
    return it->number == NULL ? Py_BuildValue("O(n)", Py_TYPE(self), it->next)
                              : Py_BuildValue("O(OO)", Py_TYPE(self), it->number, it->step);
}

static PyMethodDef count_methods[] = {{"__reduce__", count_reduce, METH_NOARGS, "For pickling."}, {NULL}};

PyTypeObject ou_count_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0) OU_ITERATOR_SLOTS(count, Count, "itertools.count"),
    .tp_doc = "count(start=0, step=1)\n--\n\nstart, start + step, ... without end.",
    .tp_repr = count_repr,
    .tp_iternext = count_next,
    .tp_methods = count_methods,
    .tp_new = count_new,
};

/* ---- cycle ----------------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *iter;  /* NULL once it has ended */
    PyObject *saved; /* list of its items */
    Py_ssize_t index;
    bool replays; /* iter goes over saved items, which are not to be saved again */
} Cycle;

#define CYCLE_FIELDS(X) X(iter) X(saved)
OU_ITERATOR(cycle, Cycle, CYCLE_FIELDS)

static PyObject *
cycle_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *iterable;
    if (((type == &ou_cycle_type || type->tp_init == ou_cycle_type.tp_init) && !_PyArg_NoKeywords("cycle", kwargs))
        || !PyArg_UnpackTuple(args, "cycle", 1, 1, &iterable)) {
        return NULL;
    }
    PyObject *iter = PyObject_GetIter(iterable), *saved = iter == NULL ? NULL : PyList_New(0);
    Cycle *it = saved == NULL ? NULL : (Cycle *)type->tp_alloc(type, 0);
    if (it == NULL) {
        Py_XDECREF(iter);
        Py_XDECREF(saved);
        return NULL;
    }
    it->iter = iter;
    it->saved = saved;
    return (PyObject *)it;
}

static PyObject *
cycle_next(PyObject *self)
{
    Cycle *it = (Cycle *)self;
    if (it->iter != NULL) {
        PyObject *item = ou_next(it->iter);
        if (item != NULL) {
            if (!it->replays && PyList_Append(it->saved, item) < 0) {
                Py_CLEAR(item);
            }
            return item;
        }
        if (PyErr_Occurred()) {
            return NULL;
        }
        Py_CLEAR(it->iter);
    }
    if (it->saved == NULL || PyList_GET_SIZE(it->saved) == 0) {
        return NULL;
    }
    if (it->index >= PyList_GET_SIZE(it->saved)) {
        it->index = 0;
    }
    return Py_NewRef(PyList_GET_ITEM(it->saved, it->index++));
}

static PyObject *
cycle_reduce(PyObject *self, PyObject *ignored)
{
    Cycle *it = (Cycle *)self;
    if (it->iter == NULL) { /* an iterator over the saved items from where we stand, then round again */
        PyObject *iter = PyObject_GetIter(it->saved);
        PyObject *state = iter == NULL ? NULL : PyObject_CallMethod(iter, "__setstate__", "n", it->index);
        if (state == NULL) {
            Py_XDECREF(iter);
            return NULL;
        }
        Py_DECREF(state);
        return Py_BuildValue("O(N)(OO)", Py_TYPE(self), iter, it->saved, Py_True);
    }
    return Py_BuildValue("O(O)(OO)", Py_TYPE(self), it->iter, it->saved, it->replays ? Py_True : Py_False);
}

static PyObject *
cycle_setstate(PyObject *self, PyObject *state)
{
    Cycle *it = (Cycle *)self;
    PyObject *saved;
    int first;
    if (!PyTuple_Check(state)) {
        PyErr_SetString(PyExc_TypeError, "state is not a tuple");
        return NULL;
    }
    if (!PyArg_ParseTuple(state, "O!i", &PyList_Type, &saved, &first)) {
        return NULL;
    }
    Py_XSETREF(it->saved, Py_NewRef(saved));
    it->index = 0;
    it->replays = first != 0;
    Py_RETURN_NONE;
}

static PyMethodDef cycle_methods[] = {
    {"__reduce__", cycle_reduce, METH_NOARGS, "For pickling."},
    {"__setstate__", cycle_setstate, METH_O, "For pickling."},
    {NULL},
};

PyTypeObject ou_cycle_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0) OU_ITERATOR_SLOTS(cycle, Cycle, "itertools.cycle"),
    .tp_doc = "cycle(iterable, /)\n--\n\nThe items again and again.",
    .tp_iternext = cycle_next,
    .tp_methods = cycle_methods,
    .tp_new = cycle_new,
};

/* ---- repeat ------------------------------------------------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PyObject *element;
    Py_ssize_t left; /* -1: without end */
} Repeat;

#define REPEAT_FIELDS(X) X(element)
OU_ITERATOR(repeat, Repeat, REPEAT_FIELDS)

static PyObject *
repeat_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"repeat", {"object", "times"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    Py_ssize_t n = -1;
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0) {
        return NULL;
    }
    if (v[1] != NULL) {
        n = ou_args_ssize(v[1]);
        if (n == -1 && PyErr_Occurred()) {
            return NULL;
        }
        n = Py_MAX(n, 0);
    }
    Repeat *it = (Repeat *)type->tp_alloc(type, 0);
    if (it != NULL) {
        it->element = Py_NewRef(v[0]);
        it->left = n;
    }
    return (PyObject *)it;
}

static PyObject *
repeat_next(PyObject *self)
{
    Repeat *it = (Repeat *)self;
    if (it->left == 0) {
        return NULL;
    }
    it->left -= it->left > 0;
    return Py_NewRef(it->element);
}

static PyObject *
repeat_repr(PyObject *self)
{
    Repeat *it = (Repeat *)self;
    const char *name = _PyType_Name(Py_TYPE(self));
    return it->left < 0 ? PyUnicode_FromFormat("%s(%R)", name, it->element)
                        : PyUnicode_FromFormat("%s(%R, %zd)", name, it->element, it->left);
}

static PyObject *
repeat_length_hint(PyObject *self, PyObject *ignored)
{
    Repeat *it = (Repeat *)self;
    if (it->left < 0) {
        PyErr_SetString(PyExc_TypeError, "len() of unsized object");
        return NULL;
    }
    return PyLong_FromSsize_t(it->left);
}

static PyObject *
repeat_reduce(PyObject *self, PyObject *ignored)
{
    Repeat *it = (Repeat *)self;
    return it->left < 0 ? Py_BuildValue("O(O)", Py_TYPE(self), it->element)
                        : Py_BuildValue("O(On)", Py_TYPE(self), it->element, it->left);
}

static PyMethodDef repeat_methods[] = {
    {"__length_hint__", repeat_length_hint, METH_NOARGS, "How many items are left."},
    {"__reduce__", repeat_reduce, METH_NOARGS, "For pickling."},
    {NULL},
};

PyTypeObject ou_repeat_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0) OU_ITERATOR_SLOTS(repeat, Repeat, "itertools.repeat"),
    .tp_doc = "repeat(object [,times])\n--\n\nOne object, times times or without end.",
    .tp_repr = repeat_repr,
    .tp_iternext = repeat_next,
    .tp_methods = repeat_methods,
    .tp_new = repeat_new,
};
