/* modules/deque.c - collections.deque: a ring of items.
 *
 * Owns       len references in `items`, from `head` on, round the end.
 * Invariant  cap is 0 or a power of two; `changes` counts every change of length, so that iterators notice.
 * Not here   the rest of module _collections. */
#include "modules/_collections.h"
#include "object/alloc.h"
#include "object/args.h"
#include "object/hold.h"
#include "object/walk.h"

#include <structmember.h>

typedef struct {
    PyObject_HEAD
    PyObject **items; /* PyMem_Malloc'ed, cap of them */
    Py_ssize_t cap, head, len;
    Py_ssize_t maxlen; /* -1: none */
    size_t changes;
    PyObject *weakreflist;
} Deque;

typedef struct {
    PyObject_HEAD
    Deque *deque; /* owned; NULL when exhausted */
    Py_ssize_t next;
    size_t changes;
} DequeIter;

static inline PyObject **
place(Deque *d, Py_ssize_t i)
{
    return &d->items[(d->head + i) & (d->cap - 1)];
}

OU_WALKER(deque)
{
    Deque *d = (Deque *)self;
    for (Py_ssize_t i = 0; i < d->len; i++) {
        OU_EDGE(*place(d, i), OU_EDGE_ITEM, NULL, i);
    }
    return 0;
}

OU_WALKER(deque_iter)
{
    OU_EDGE_OF((DequeIter *)self, deque);
    return 0;
}

static int
reserve_one(Deque *d)
{
    if (d->len < d->cap) {
        return 0;
    }
    Py_ssize_t cap = d->cap ? 2 * d->cap : 8;
    size_t bytes;
    PyObject **items = cap <= d->cap || ou_size_mul((size_t)cap, sizeof *items, &bytes) ? NULL : PyMem_Malloc(bytes);
    if (items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < d->len; i++) {
        items[i] = *place(d, i);
    }
    PyMem_Free(d->items);
    d->items = items;
    d->cap = cap;
    d->head = 0;
    return 0;
}

static PyObject *
take(Deque *d, bool left)
{
    PyObject *item = *place(d, left ? 0 : d->len - 1);
    d->head = left ? (d->head + 1) & (d->cap - 1) : d->head;
    d->len--;
    d->changes++;
    return item;
}

/* Refs: takes item.  The one that falls out at the other end is dropped last.  RE-ENTRANT. */
static int
put(Deque *d, PyObject *item, bool left)
{
    PyObject *fallen = NULL;
    if (d->maxlen == 0) {
        Py_DECREF(item);
        return 0;
    }
    if (d->maxlen > 0 && d->len >= d->maxlen) {
        fallen = take(d, !left);
    }
    else if (reserve_one(d) < 0) {
        Py_DECREF(item);
        return -1;
    }
    d->head = left ? (d->head - 1) & (d->cap - 1) : d->head;
    d->len++;
    *place(d, left ? 0 : d->len - 1) = item;
    d->changes++;
    Py_XDECREF(fallen);
    return 0;
}

/* Drop the items that are there now: what falls may add others, which stay.  RE-ENTRANT. */
static int
deque_clear(PyObject *self)
{
    Deque *d = (Deque *)self;
    for (Py_ssize_t n = d->len; n > 0 && d->len > 0; n--) {
        Py_DECREF(take(d, true));
    }
    return 0;
}

/* The same, but what falls finds the deque empty: another one, that nobody sees, takes the items with it.  RE-ENTRANT. */
static void
empty(Deque *d)
{
    Deque *other = d->len == 0 ? NULL : (Deque *)PyType_GenericAlloc(&ou_deque_type, 0);
    if (other == NULL) { /* nothing to drop; or no memory, and the items go one by one */
        PyErr_Clear();
        deque_clear((PyObject *)d);
        return;
    }
    other->items = d->items;
    other->cap = d->cap;
    other->head = d->head;
    other->len = d->len;
    d->items = NULL;
    d->cap = d->head = d->len = 0;
    d->changes++;
    Py_DECREF(other);
}

static PyObject *
deque_clear_method(PyObject *self, PyObject *ignored)
{
    empty((Deque *)self);
    Py_RETURN_NONE;
}

static void
deque_dealloc(PyObject *self)
{
    Deque *d = (Deque *)self;
    PyObject_GC_UnTrack(self);
    if (d->weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    deque_clear(self);
    PyMem_Free(d->items);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *
deque_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Deque *d = (Deque *)type->tp_alloc(type, 0);
    if (d != NULL) {
        d->maxlen = -1;
    }
    return (PyObject *)d;
}

static int
extend(Deque *d, PyObject *iterable, bool left)
{
    PyObject *source = iterable == (PyObject *)d ? PySequence_List(iterable) : Py_NewRef(iterable), *item;
    PyObject *iter = source == NULL ? NULL : PyObject_GetIter(source);
    OU_HOLD(hold, &source, &iter);
    while (iter != NULL && (item = PyIter_Next(iter)) != NULL && put(d, item, left) == 0) {
    }
    OU_HOLD_END(hold);
    Py_XDECREF(source);
    Py_XDECREF(iter);
    return PyErr_Occurred() ? -1 : 0;
}

static int
deque_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"deque", {"iterable", "maxlen"}, .n_positional = 2, .n_all = 2};
    PyObject *v[2];
    Py_ssize_t maxlen = -1;
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0) {
        return -1;
    }
    if (v[1] != NULL && v[1] != Py_None) {
        maxlen = PyLong_AsSsize_t(v[1]);
        if (maxlen == -1 && PyErr_Occurred()) {
            return -1;
        }
        if (maxlen < 0) {
            PyErr_SetString(PyExc_ValueError, "maxlen must be non-negative");
            return -1;
        }
    }
    ((Deque *)self)->maxlen = maxlen;
    empty((Deque *)self);
    return v[0] == NULL ? 0 : extend((Deque *)self, v[0], false);
}

static PyObject *
none_or_error(int status)
{
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
deque_append(PyObject *self, PyObject *item)
{
    return none_or_error(put((Deque *)self, Py_NewRef(item), false));
}

static PyObject *
deque_appendleft(PyObject *self, PyObject *item)
{
    return none_or_error(put((Deque *)self, Py_NewRef(item), true));
}

static PyObject *
deque_extend(PyObject *self, PyObject *iterable)
{
    return none_or_error(extend((Deque *)self, iterable, false));
}

static PyObject *
deque_extendleft(PyObject *self, PyObject *iterable)
{
    return none_or_error(extend((Deque *)self, iterable, true));
}

static PyObject *
pop(PyObject *self, bool left)
{
    if (((Deque *)self)->len == 0) {
        PyErr_SetString(PyExc_IndexError, "pop from an empty deque");
        return NULL;
    }
    return take((Deque *)self, left);
}

static PyObject *
deque_pop(PyObject *self, PyObject *ignored)
{
    return pop(self, false);
}

static PyObject *
deque_popleft(PyObject *self, PyObject *ignored)
{
    return pop(self, true);
}

static PyObject *
deque_rotate(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Deque *d = (Deque *)self;
    Py_ssize_t n = 1;
    if (!_PyArg_CheckPositional("rotate", nargs, 0, 1)) {
        return NULL;
    }
    if (nargs == 1 && (n = ou_args_ssize(args[0])) == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (d->len > 1) {
        n %= d->len;
        n = n < 0 ? n + d->len : n;
        for (; n > 0; n--) { /* the last becomes the first; places are there already */
            PyObject *item = *place(d, d->len - 1);
            d->head = (d->head - 1) & (d->cap - 1);
            *place(d, 0) = item;
        }
        d->changes++;
    }
    Py_RETURN_NONE;
}

static PyObject *
deque_reverse(PyObject *self, PyObject *ignored)
{
    Deque *d = (Deque *)self;
    for (Py_ssize_t i = 0, j = d->len - 1; i < j; i++, j--) {
        PyObject *item = *place(d, i);
        *place(d, i) = *place(d, j);
        *place(d, j) = item;
    }
    Py_RETURN_NONE;
}

/* Where an equal item is: its index, -1 if there is none, -2 with an error set.  RE-ENTRANT. */
static Py_ssize_t
find(Deque *d, PyObject *value, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t *count)
{
    size_t changes = d->changes;
    PyObject *item = NULL;
    Py_ssize_t at = -1;
    OU_HOLD(hold, &item);
    for (Py_ssize_t i = start; i < stop && i < d->len; i++) {
        item = Py_NewRef(*place(d, i));
        int same = PyObject_RichCompareBool(item, value, Py_EQ);
        Py_CLEAR(item);
        if (same < 0 || d->changes != changes) {
            if (same >= 0) {
                PyErr_SetString(count ? PyExc_RuntimeError : PyExc_RuntimeError, "deque mutated during iteration");
            }
            at = -2;
            break;
        }
        if (same && count == NULL) {
            at = i;
            break;
        }
        if (same) {
            ++*count;
        }
    }
    OU_HOLD_END(hold);
    return at;
}

static PyObject *
deque_count(PyObject *self, PyObject *value)
{
    Py_ssize_t count = 0;
    return find((Deque *)self, value, 0, PY_SSIZE_T_MAX, &count) == -2 ? NULL : PyLong_FromSsize_t(count);
}

static int
deque_contains(PyObject *self, PyObject *value)
{
    Py_ssize_t at = find((Deque *)self, value, 0, PY_SSIZE_T_MAX, NULL);
    return at == -2 ? -1 : at >= 0;
}

static PyObject *
deque_index(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Deque *d = (Deque *)self;
    Py_ssize_t start = 0, stop = PY_SSIZE_T_MAX, at;
    if (!_PyArg_CheckPositional("index", n_args, 1, 3) || (n_args > 1 && !_PyEval_SliceIndexNotNone(args[1], &start))
        || (n_args > 2 && !_PyEval_SliceIndexNotNone(args[2], &stop))) {
        return NULL;
    }
    PyObject *value = args[0];
    start = start < 0 ? Py_MAX(start + d->len, 0) : start;
    stop = stop < 0 ? Py_MAX(stop + d->len, 0) : stop;
    at = find(d, value, start, stop, NULL);
    if (at == -1) {
        PyErr_Format(PyExc_ValueError, "%R is not in deque", value);
    }
    return at < 0 ? NULL : PyLong_FromSsize_t(at);
}

static PyObject *
item_remove(Deque *d, Py_ssize_t at)
{
    PyObject *item = *place(d, at);
    for (; at + 1 < d->len; at++) {
        *place(d, at) = *place(d, at + 1);
    }
    d->len--;
    d->changes++;
    return item;
}

static PyObject *
deque_remove(PyObject *self, PyObject *value)
{
    Py_ssize_t at = find((Deque *)self, value, 0, PY_SSIZE_T_MAX, NULL);
    if (at < 0) {
        if (at == -1) {
            PyErr_Format(PyExc_ValueError, "%R is not in deque", value);
        }
        else if (PyErr_ExceptionMatches(PyExc_RuntimeError)) {
            PyErr_SetString(PyExc_IndexError, "deque mutated during iteration");
        }
        return NULL;
    }
    Py_DECREF(item_remove((Deque *)self, at));
    Py_RETURN_NONE;
}

static PyObject *
deque_insert(PyObject *self, PyObject *args)
{
    Deque *d = (Deque *)self;
    Py_ssize_t at;
    PyObject *value;
    if (!PyArg_ParseTuple(args, "nO:insert", &at, &value)) {
        return NULL;
    }
    if (d->maxlen >= 0 && d->len >= d->maxlen) {
        PyErr_SetString(PyExc_IndexError, "deque already at its maximum size");
        return NULL;
    }
    at = at < 0 ? Py_MAX(at + d->len, 0) : Py_MIN(at, d->len);
    if (put(d, Py_NewRef(value), false) < 0) {
        return NULL;
    }
    PyObject *item = *place(d, d->len - 1);
    for (Py_ssize_t i = d->len - 1; i > at; i--) {
        *place(d, i) = *place(d, i - 1);
    }
    *place(d, at) = item;
    Py_RETURN_NONE;
}

static Py_ssize_t
deque_length(PyObject *self)
{
    return ((Deque *)self)->len;
}

static PyObject *
deque_item(PyObject *self, Py_ssize_t i)
{
    Deque *d = (Deque *)self;
    if (i < 0 || i >= d->len) {
        PyErr_SetString(PyExc_IndexError, "deque index out of range");
        return NULL;
    }
    return Py_NewRef(*place(d, i));
}

static int
deque_ass_item(PyObject *self, Py_ssize_t i, PyObject *value)
{
    Deque *d = (Deque *)self;
    if (i < 0 || i >= d->len) {
        PyErr_SetString(PyExc_IndexError, "deque index out of range");
        return -1;
    }
    PyObject *old;
    if (value == NULL) {
        old = item_remove(d, i);
    }
    else {
        old = *place(d, i);
        *place(d, i) = Py_NewRef(value);
    }
    Py_DECREF(old);
    return 0;
}

/* A deque of the same type, bound and items. */
static PyObject *
deque_copy(PyObject *self, PyObject *ignored)
{
    Deque *d = (Deque *)self;
    PyObject *type = (PyObject *)Py_TYPE(self);
    PyObject *copy = d->maxlen < 0 ? PyObject_CallOneArg(type, self) : PyObject_CallFunction(type, "On", self, d->maxlen);
    if (copy != NULL && !PyObject_TypeCheck(copy, &ou_deque_type)) { /* a class may make what it likes */
        PyErr_Format(PyExc_TypeError, "%.200s() must return a deque, not %.200s", Py_TYPE(self)->tp_name,
                     Py_TYPE(copy)->tp_name);
        Py_CLEAR(copy);
    }
    return copy;
}

static PyObject *
deque_iadd(PyObject *self, PyObject *other)
{
    return extend((Deque *)self, other, false) < 0 ? NULL : Py_NewRef(self);
}

static PyObject *
deque_concat(PyObject *self, PyObject *other)
{
    if (!PyObject_TypeCheck(other, &ou_deque_type)) {
        PyErr_Format(PyExc_TypeError, "can only concatenate deque (not \"%.200s\") to deque", Py_TYPE(other)->tp_name);
        return NULL;
    }
    PyObject *copy = deque_copy(self, NULL);
    OU_HOLD(hold, &copy);
    int status = copy == NULL ? -1 : extend((Deque *)copy, other, false);
    OU_HOLD_END(hold);
    if (status < 0) {
        Py_CLEAR(copy);
    }
    return copy;
}

static PyObject *
deque_irepeat(PyObject *self, Py_ssize_t n)
{
    Deque *d = (Deque *)self;
    if (n <= 0) {
        empty(d);
        return Py_NewRef(self);
    }
    Py_ssize_t len = d->len;
    if (d->maxlen >= 0 && len > 0 && n > d->maxlen / len + 2) {
        n = d->maxlen / len + 2; /* what falls out again need not come in; the phase stays */
        n = n < 1 ? 1 : n;
    }
    if (len > 0 && n > PY_SSIZE_T_MAX / len / (Py_ssize_t)sizeof(PyObject *)) {
        return PyErr_NoMemory();
    }
    PyObject *items = PySequence_List(self);
    for (Py_ssize_t k = 1; items != NULL && k < n; k++) {
        for (Py_ssize_t i = 0; i < PyList_GET_SIZE(items); i++) {
            if (put(d, Py_NewRef(PyList_GET_ITEM(items, i)), false) < 0) {
                Py_DECREF(items);
                return NULL;
            }
        }
    }
    Py_XDECREF(items);
    return items == NULL ? NULL : Py_NewRef(self);
}

static PyObject *
deque_repeat(PyObject *self, Py_ssize_t n)
{
    PyObject *copy = deque_copy(self, NULL), *result = copy == NULL ? NULL : deque_irepeat(copy, n);
    Py_XDECREF(copy);
    return result;
}

static PyObject *
deque_repr(PyObject *self)
{
    Deque *d = (Deque *)self;
    const char *dot = strrchr(Py_TYPE(self)->tp_name, '.'), *name = dot ? dot + 1 : Py_TYPE(self)->tp_name;
    int entered = Py_ReprEnter(self);
    if (entered != 0) {
        return entered < 0 ? NULL : PyUnicode_FromString("[...]");
    }
    PyObject *items = PySequence_List(self), *text = NULL;
    OU_HOLD(hold, &items);
    if (items != NULL) {
        text = d->maxlen >= 0 ? PyUnicode_FromFormat("%s(%R, maxlen=%zd)", name, items, d->maxlen)
                              : PyUnicode_FromFormat("%s(%R)", name, items);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(items);
    Py_ReprLeave(self);
    return text;
}

static PyObject *
deque_richcompare(PyObject *left, PyObject *right, int op)
{
    if (!PyObject_TypeCheck(left, &ou_deque_type) || !PyObject_TypeCheck(right, &ou_deque_type)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *a = PySequence_List(left), *b = a == NULL ? NULL : PySequence_List(right), *result = NULL;
    OU_HOLD(hold, &a, &b);
    if (b != NULL) {
        result = PyObject_RichCompare(a, b, op);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(a);
    Py_XDECREF(b);
    return result;
}

static PyObject *
deque_reduce(PyObject *self, PyObject *ignored)
{
    Deque *d = (Deque *)self;
    PyObject *iter = PyObject_GetIter(self), *state = iter == NULL ? NULL : _PyObject_GetState(self);
    if (state == NULL) {
        Py_XDECREF(iter);
        return NULL;
    }
    if (d->maxlen < 0) {
        return Py_BuildValue("O()NN", (PyObject *)Py_TYPE(self), state, iter);
    }
    return Py_BuildValue("O(()n)NN", (PyObject *)Py_TYPE(self), d->maxlen, state, iter);
}

static PyObject *
deque_sizeof(PyObject *self, PyObject *ignored)
{
    return PyLong_FromSsize_t(_PyObject_SIZE(Py_TYPE(self)) + ((Deque *)self)->cap * (Py_ssize_t)sizeof(PyObject *));
}

static PyObject *
deque_get_maxlen(PyObject *self, void *closure)
{
    Py_ssize_t maxlen = ((Deque *)self)->maxlen;
    return maxlen < 0 ? Py_NewRef(Py_None) : PyLong_FromSsize_t(maxlen);
}

/* ---- iterators --------------------------------------------------------------------------------------------------- */

static PyObject *
iter_new(PyTypeObject *type, PyObject *deque)
{
    DequeIter *iter = (DequeIter *)ou_gc_new(type);
    if (iter != NULL) {
        iter->deque = (Deque *)Py_NewRef(deque);
        iter->changes = iter->deque->changes;
        ou_gc_track((PyObject *)iter);
    }
    return (PyObject *)iter;
}

static PyObject *
deque_iter(PyObject *self)
{
    return iter_new(&ou_deque_iter_type, self);
}

static PyObject *
deque_reversed(PyObject *self, PyObject *ignored)
{
    return iter_new(&ou_deque_reviter_type, self);
}

static void
deque_iter_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(((DequeIter *)self)->deque);
    ou_gc_free(self);
}

static PyObject *
deque_iter_next(PyObject *self)
{
    DequeIter *iter = (DequeIter *)self;
    Deque *d = iter->deque;
    if (d == NULL || iter->next >= d->len) {
        if (d != NULL && d->changes == iter->changes) {
            return NULL;
        }
        if (d == NULL) {
            return NULL;
        }
    }
    if (d->changes != iter->changes) {
        PyErr_SetString(PyExc_RuntimeError, "deque mutated during iteration");
        return NULL;
    }
    Py_ssize_t i = iter->next++;
    return Py_NewRef(*place(d, Py_TYPE(self) == &ou_deque_reviter_type ? d->len - 1 - i : i));
}

static PyObject *
deque_iter_length_hint(PyObject *self, PyObject *ignored)
{
    DequeIter *iter = (DequeIter *)self;
    return PyLong_FromSsize_t(iter->deque == NULL ? 0 : Py_MAX(iter->deque->len - iter->next, 0));
}

static PyMethodDef deque_iter_methods[] = {{"__length_hint__", deque_iter_length_hint, METH_NOARGS, NULL}, {NULL}};

#define ITER_TYPE(symbol, name)                                                                  \
    PyTypeObject symbol = {                                                                      \
        PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_collections." name,                   \
        .tp_basicsize = sizeof(DequeIter),                                                       \
        .tp_dealloc = deque_iter_dealloc,                                                        \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION, \
        .tp_traverse = deque_iter_traverse,                                                      \
        .tp_iter = PyObject_SelfIter,                                                            \
        .tp_iternext = deque_iter_next,                                                          \
        .tp_methods = deque_iter_methods,                                                        \
    }
ITER_TYPE(ou_deque_iter_type, "_deque_iterator");
ITER_TYPE(ou_deque_reviter_type, "_deque_reverse_iterator");

/* ---- the type ------------------------------------------------------------------------------------------------------ */

static PyMethodDef deque_methods[] = {
    {"append", deque_append, METH_O, "Add at the right."},
    {"appendleft", deque_appendleft, METH_O, "Add at the left."},
    {"clear", deque_clear_method, METH_NOARGS, "Remove all."},
    {"__copy__", deque_copy, METH_NOARGS, "A shallow copy."},
    {"copy", deque_copy, METH_NOARGS, "A shallow copy."},
    {"count", deque_count, METH_O, "How many items equal the value."},
    {"extend", deque_extend, METH_O, "Add all at the right."},
    {"extendleft", deque_extendleft, METH_O, "Add all at the left."},
    {"index", (PyCFunction)(void (*)(void))deque_index, METH_FASTCALL, "Where the value is first."},
    {"insert", deque_insert, METH_VARARGS, "Put the value before an index."},
    {"pop", deque_pop, METH_NOARGS, "Take from the right."},
    {"popleft", deque_popleft, METH_NOARGS, "Take from the left."},
    {"__reduce__", deque_reduce, METH_NOARGS, "For pickle."},
    {"remove", deque_remove, METH_O, "Remove the first equal item."},
    {"__reversed__", deque_reversed, METH_NOARGS, "Iterate from the right."},
    {"reverse", deque_reverse, METH_NOARGS, "Turn round in place."},
    {"rotate", (PyCFunction)(void *)deque_rotate, METH_FASTCALL, "Move n steps to the right."},
    {"__sizeof__", deque_sizeof, METH_NOARGS, "Size in memory, in bytes."},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "See PEP 585"},
    {NULL},
};

static PyGetSetDef deque_getset[] = {{"maxlen", deque_get_maxlen, NULL, "The bound, or None.", NULL}, {NULL}};

static PySequenceMethods deque_sequence = {
    .sq_length = deque_length,
    .sq_concat = deque_concat,
    .sq_repeat = deque_repeat,
    .sq_item = deque_item,
    .sq_ass_item = deque_ass_item,
    .sq_contains = deque_contains,
    .sq_inplace_concat = deque_iadd,
    .sq_inplace_repeat = deque_irepeat,
};

PyTypeObject ou_deque_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "collections.deque",
    .tp_basicsize = sizeof(Deque),
    .tp_dealloc = deque_dealloc,
    .tp_repr = deque_repr,
    .tp_as_sequence = &deque_sequence,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_SEQUENCE,
    .tp_doc = "deque([iterable[, maxlen]]) --> deque object",
    .tp_traverse = deque_traverse,
    .tp_clear = deque_clear,
    .tp_richcompare = deque_richcompare,
    .tp_weaklistoffset = offsetof(Deque, weakreflist),
    .tp_iter = deque_iter,
    .tp_methods = deque_methods,
    .tp_getset = deque_getset,
    .tp_init = deque_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = deque_new,
    .tp_free = PyObject_GC_Del,
};
