/* modules/_pickle/pickle_save_container.c - tuples, lists, dicts and sets, in batches of items.
 *
 * Invariant  what is taken out of a container is owned while it is written: the container may change under us.
 * Not here   reading (unpickle_build.c). */
#include "modules/_pickle/pickle.h"
#include "types/dict.h"
#include "types/set.h"

/* ---- fast mode ------------------------------------------------------------------------------------------------------- */

enum { FAST_DEPTH = 50 }; /* levels after which cycles are looked for; from CPython 3.11 */

/* Without a memo a cycle would never end.  Returns 0, or -1 with ValueError. */
static int
fast_enter(Pickler *self, PyObject *obj)
{
    if (!self->fast || ++self->fast_depth < FAST_DEPTH) {
        return 0;
    }
    if (self->fast_memo == NULL && (self->fast_memo = PyDict_New()) == NULL) {
        return -1;
    }
    PyObject *key = PyLong_FromVoidPtr(obj);
    int there = key == NULL ? -1 : PyDict_Contains(self->fast_memo, key);
    if (there > 0) {
        PyErr_Format(PyExc_ValueError, "fast mode: can't pickle cyclic objects including object type %.200s at %p",
                     Py_TYPE(obj)->tp_name, obj);
    }
    int status = there != 0 ? -1 : PyDict_SetItem(self->fast_memo, key, Py_None);
    Py_XDECREF(key);
    return status;
}

static void
fast_leave(Pickler *self, PyObject *obj)
{
    if (self->fast && self->fast_depth-- >= FAST_DEPTH && self->fast_memo != NULL) {
        PyObject *type, *value, *traceback, *key;
        PyErr_Fetch(&type, &value, &traceback);
        if ((key = PyLong_FromVoidPtr(obj)) == NULL || PyDict_DelItem(self->fast_memo, key) < 0) {
            PyErr_Clear(); /* forgetting was all that was asked for */
        }
        Py_XDECREF(key);
        PyErr_Restore(type, value, traceback);
    }
}

/* ---- tuple ------------------------------------------------------------------------------------------------------------ */

static int
save_tuple_items(Pickler *self, PyObject *obj)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(obj); i++) {
        if (ou_pickle_save(self, PyTuple_GET_ITEM(obj, i), false) < 0) { /* the tuple owns it */
            return -1;
        }
    }
    return 0;
}

static int
write_ops(Pickler *self, int op, Py_ssize_t n)
{
    while (n-- > 0) {
        if (pickle_write_op(self, op) < 0) {
            return -1;
        }
    }
    return 0;
}

int
ou_pickle_save_tuple(Pickler *self, PyObject *obj)
{
    Py_ssize_t n = PyTuple_GET_SIZE(obj);
    bool is_short = n <= 3 && self->proto >= 2;
    if (n == 0) {
        return self->proto > 0 ? pickle_write_op(self, OP_EMPTY_TUPLE) : pickle_write(self, "(t", 2);
    }
    size_t n_memo = self->memo.n_used;
    if ((!is_short && pickle_write_op(self, OP_MARK) < 0) || save_tuple_items(self, obj) < 0) {
        return -1;
    }
    Py_ssize_t number = self->memo.n_used == n_memo ? -1 : pickle_memo_find(&self->memo, obj);
    if (number >= 0) { /* an item led back here, and has written the whole: the items go again */
        int status = is_short  ? write_ops(self, OP_POP, n)
                   : self->bin ? pickle_write_op(self, OP_POP_MARK)
                               : write_ops(self, OP_POP, n + 1);
        return status < 0 ? -1 : ou_pickle_write_get(self, number);
    }
    int op = !is_short ? OP_TUPLE : OP_TUPLE1 + (int)n - 1;
    return pickle_write_op(self, op) < 0 ? -1 : ou_pickle_memoize(self, obj);
}

/* ---- list ------------------------------------------------------------------------------------------------------------- */

/* One item of a batch, or a pair. */
static int
save_item(Pickler *self, PyObject *item)
{
    return ou_pickle_save(self, item, false);
}

static int
save_pair(Pickler *self, PyObject *pair)
{
    if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2) {
        PyErr_SetString(PyExc_TypeError, "dict items iterator must return 2-tuples");
        return -1;
    }
    return save_item(self, PyTuple_GET_ITEM(pair, 0)) < 0 ? -1 : save_item(self, PyTuple_GET_ITEM(pair, 1));
}

/* Protocol 0 knows no batches. */
static int
save_one_by_one(Pickler *self, PyObject *iter, int (*save)(Pickler *, PyObject *), int op)
{
    PyObject *item = NULL;
    int status = 0;
    OU_HOLD(hold, &item);
    while (status == 0 && (item = PyIter_Next(iter)) != NULL) {
        status = save(self, item) < 0 ? -1 : pickle_write_op(self, op);
        Py_CLEAR(item);
    }
    OU_HOLD_END(hold);
    return PyErr_Occurred() ? -1 : status;
}

/* Write what the iterator gives: a single item with op1, more with a mark and op_n.  A batch that is full does not ask
 * for the next item before it ends. */
static int
batch(Pickler *self, PyObject *iter, int (*save)(Pickler *, PyObject *), int op1, int op_n)
{
    if (self->proto == 0) {
        return save_one_by_one(self, iter, save, op1);
    }
    PyObject *item = NULL, *next = NULL;
    int status = 0;
    OU_HOLD(hold, &item, &next);
    for (Py_ssize_t n = PICKLE_BATCH; status == 0 && n == PICKLE_BATCH;) {
        Py_CLEAR(item);
        n = 0;
        if ((item = PyIter_Next(iter)) == NULL) {
            break;
        }
        if ((next = PyIter_Next(iter)) == NULL) {
            status = PyErr_Occurred() || save(self, item) < 0 ? -1 : pickle_write_op(self, op1);
            break;
        }
        status = pickle_write_op(self, OP_MARK) < 0 ? -1 : save(self, item);
        for (n = 1; status == 0 && next != NULL;) {
            status = save(self, next);
            Py_CLEAR(next);
            if (status == 0 && ++n < PICKLE_BATCH) {
                next = PyIter_Next(iter);
            }
        }
        if (status == 0 && !PyErr_Occurred()) {
            status = pickle_write_op(self, op_n);
        }
    }
    OU_HOLD_END(hold);
    Py_XDECREF(item);
    Py_XDECREF(next);
    return PyErr_Occurred() ? -1 : status;
}

int
ou_pickle_batch_list(Pickler *self, PyObject *iter)
{
    return batch(self, iter, save_item, OP_APPEND, OP_APPENDS);
}

int
ou_pickle_batch_dict(Pickler *self, PyObject *iter)
{
    return batch(self, iter, save_pair, OP_SETITEM, OP_SETITEMS);
}

static int
save_list_items(Pickler *self, PyObject *obj)
{
    PyObject *item = NULL;
    Py_ssize_t i = 0;
    int status = 0;
    bool single = PyList_GET_SIZE(obj) == 1;
    OU_HOLD(hold, &item);
    do {
        if (!single) {
            status = pickle_write_op(self, OP_MARK);
        }
        for (Py_ssize_t n = 0; status == 0 && n < PICKLE_BATCH && i < PyList_GET_SIZE(obj); n++) {
            Py_XSETREF(item, Py_NewRef(PyList_GET_ITEM(obj, i)));
            i++;
            status = ou_pickle_save(self, item, false);
        }
        if (status == 0) {
            status = pickle_write_op(self, single ? OP_APPEND : OP_APPENDS);
        }
    } while (status == 0 && i < PyList_GET_SIZE(obj));
    OU_HOLD_END(hold);
    Py_XDECREF(item);
    return status;
}

/* Items by the object's own iterator. */
static int
save_iterated(Pickler *self, PyObject *iterable, int (*save)(Pickler *, PyObject *))
{
    PyObject *iter = iterable == NULL ? NULL : PyObject_GetIter(iterable);
    if (iter == NULL) {
        return -1;
    }
    OU_HOLD(hold, &iter);
    int status = save(self, iter);
    OU_HOLD_END(hold);
    Py_DECREF(iter);
    return status;
}

int
ou_pickle_save_list(Pickler *self, PyObject *obj)
{
    int status = fast_enter(self, obj);
    if (status < 0 || (self->bin ? pickle_write_op(self, OP_EMPTY_LIST) : pickle_write(self, "(l", 2)) < 0
        || ou_pickle_memoize(self, obj) < 0) {
        status = -1;
    }
    else if (PyList_GET_SIZE(obj) > 0) {
        status = ou_recursion_enter(" while pickling an object") ? -1 : 0;
        if (status == 0) {
            status = self->proto > 0 ? save_list_items(self, obj) : save_iterated(self, obj, ou_pickle_batch_list);
            ou_recursion_leave();
        }
    }
    fast_leave(self, obj);
    return status;
}

/* ---- dict ------------------------------------------------------------------------------------------------------------- */

static int
save_dict_items(Pickler *self, PyObject *obj)
{
    PyObject *key = NULL, *value = NULL, *next_key, *next_value;
    Py_ssize_t n_items = PyDict_GET_SIZE(obj), position = 0, n;
    bool single = n_items == 1;
    int status = 0;
    OU_HOLD(hold, &key, &value);
    do {
        if (!single) {
            status = pickle_write_op(self, OP_MARK);
        }
        for (n = 0; status == 0 && n < PICKLE_BATCH && PyDict_Next(obj, &position, &next_key, &next_value); n++) {
            Py_INCREF(next_key);
            Py_INCREF(next_value);
            Py_XSETREF(key, next_key);
            Py_XSETREF(value, next_value);
            status = ou_pickle_save(self, key, false) < 0 ? -1 : ou_pickle_save(self, value, false);
            if (single) {
                break;
            }
        }
        if (status == 0) {
            status = pickle_write_op(self, single ? OP_SETITEM : OP_SETITEMS);
        }
        if (status == 0 && !single && PyDict_GET_SIZE(obj) != n_items) {
            PyErr_SetString(PyExc_RuntimeError, "dictionary changed size during iteration");
            status = -1;
        }
    } while (status == 0 && n == PICKLE_BATCH);
    OU_HOLD_END(hold);
    Py_XDECREF(key);
    Py_XDECREF(value);
    return status;
}

static int
save_items_view(Pickler *self, PyObject *obj)
{
    PyObject *items = PyObject_CallMethodNoArgs(obj, OU_STR(items));
    OU_HOLD(hold, &items);
    int status = save_iterated(self, items, ou_pickle_batch_dict);
    OU_HOLD_END(hold);
    Py_XDECREF(items);
    return status;
}

int
ou_pickle_save_dict(Pickler *self, PyObject *obj)
{
    int status = fast_enter(self, obj);
    if (status < 0 || (self->bin ? pickle_write_op(self, OP_EMPTY_DICT) : pickle_write(self, "(d", 2)) < 0
        || ou_pickle_memoize(self, obj) < 0) {
        status = -1;
    }
    else if (PyDict_GET_SIZE(obj) > 0) {
        status = ou_recursion_enter(" while pickling an object") ? -1 : 0;
        if (status == 0) {
            status = self->proto > 0 ? save_dict_items(self, obj) : save_items_view(self, obj);
            ou_recursion_leave();
        }
    }
    fast_leave(self, obj);
    return status;
}

/* ---- sets ------------------------------------------------------------------------------------------------------------- */

/* Before protocol 4: set([...]). */
static int
save_set_by_call(Pickler *self, PyObject *obj)
{
    PyObject *items = PySequence_List(obj);
    return items == NULL ? -1 : ou_pickle_save_reduced_new(self, Py_BuildValue("(O(N))", Py_TYPE(obj), items), obj);
}

/* Up to n_most items from a position on.  Returns how many, or -1. */
static Py_ssize_t
save_set_items(Pickler *self, PyObject *obj, Py_ssize_t *position, Py_ssize_t n_most)
{
    PyObject *item = NULL, *next;
    Py_hash_t hash;
    Py_ssize_t n = 0;
    OU_HOLD(hold, &item);
    while (n >= 0 && n < n_most && ou_set_next(OU_SET(obj), position, &next, &hash)) {
        Py_INCREF(next);
        Py_XSETREF(item, next);
        n = ou_pickle_save(self, item, false) < 0 ? -1 : n + 1;
    }
    OU_HOLD_END(hold);
    Py_XDECREF(item);
    return n;
}

int
ou_pickle_save_set(Pickler *self, PyObject *obj)
{
    if (self->proto < 4) {
        return save_set_by_call(self, obj);
    }
    if (pickle_write_op(self, OP_EMPTY_SET) < 0 || ou_pickle_memoize(self, obj) < 0) {
        return -1;
    }
    Py_ssize_t n_items = PySet_GET_SIZE(obj), position = 0, n = n_items == 0 ? 0 : PICKLE_BATCH;
    while (n == PICKLE_BATCH) {
        if (pickle_write_op(self, OP_MARK) < 0 || (n = save_set_items(self, obj, &position, PICKLE_BATCH)) < 0
            || pickle_write_op(self, OP_ADDITEMS) < 0) {
            return -1;
        }
        if (PySet_GET_SIZE(obj) != n_items) {
            PyErr_SetString(PyExc_RuntimeError, "set changed size during iteration");
            return -1;
        }
    }
    return 0;
}

int
ou_pickle_save_frozenset(Pickler *self, PyObject *obj)
{
    int status = fast_enter(self, obj);
    if (status == 0 && self->proto < 4) {
        status = save_set_by_call(self, obj);
    }
    else if (status == 0) {
        Py_ssize_t position = 0, number;
        if (pickle_write_op(self, OP_MARK) < 0 || save_set_items(self, obj, &position, PY_SSIZE_T_MAX) < 0) {
            status = -1;
        }
        else if ((number = pickle_memo_find(&self->memo, obj)) >= 0) { /* as a tuple that an item led back to */
            status = pickle_write_op(self, OP_POP_MARK) < 0 ? -1 : ou_pickle_write_get(self, number);
        }
        else {
            status = pickle_write_op(self, OP_FROZENSET) < 0 ? -1 : ou_pickle_memoize(self, obj);
        }
    }
    fast_leave(self, obj);
    return status;
}
