/* modules/builtins/builtins_iterable.c - functions that go through iterables.
 *
 * Invariant  the iterator and what was gathered so far are held while an item is fetched or compared. */
#include "modules/builtins/builtins.h"
#include "types/compare.h"
#include "types/draw.h"
#include "vm/vm.h"

static PyObject *
builtin_iter(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("iter", n_args, 1, 2)) {
        return NULL;
    }
    if (n_args == 1) {
        return PyObject_GetIter(args[0]);
    }
    if (!PyCallable_Check(args[0])) {
        PyErr_SetString(PyExc_TypeError, "iter(v, w): v must be callable");
        return NULL;
    }
    return PyCallIter_New(args[0], args[1]);
}

static PyObject *
builtin_next(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("next", n_args, 1, 2)) {
        return NULL;
    }
    PyObject *iter = args[0];
    if (!PyIter_Check(iter)) {
        PyErr_Format(PyExc_TypeError, "'%.200s' object is not an iterator", Py_TYPE(iter)->tp_name);
        return NULL;
    }
    PyObject *item = ou_iternext(iter);
    if (item != NULL) {
        return item;
    }
    if (n_args == 2) {
        if (PyErr_Occurred()) {
            if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
                return NULL;
            }
            PyErr_Clear();
        }
        return Py_NewRef(args[1]);
    }
    if (!PyErr_Occurred()) {
        PyErr_SetNone(PyExc_StopIteration);
    }
    return NULL;
}

static PyObject *
builtin_aiter(PyObject *module, PyObject *op)
{
    return PyObject_GetAIter(op);
}

static PyObject *
builtin_anext(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("anext", n_args, 1, 2)) {
        return NULL;
    }
    PyTypeObject *type = Py_TYPE(args[0]);
    if (type->tp_as_async == NULL || type->tp_as_async->am_anext == NULL) {
        PyErr_Format(PyExc_TypeError, "'%.200s' object is not an async iterator", type->tp_name);
        return NULL;
    }
    PyObject *awaitable = type->tp_as_async->am_anext(args[0]);
    if (awaitable == NULL || n_args == 1) {
        return awaitable;
    }
    PyObject *wrapped = ou_anext_awaitable_new(awaitable, args[1]);
    Py_DECREF(awaitable);
    return wrapped;
}

/* Is there an item whose truth is `wanted`?  Returns True or False as `found` says.  RE-ENTRANT. */
static PyObject *
search_truth(PyObject *iterable, int wanted, int found)
{
    PyObject *iter = PyObject_GetIter(iterable), *item = NULL;
    if (iter == NULL) {
        return NULL;
    }
    int result = !found;
    OU_HOLD(hold, &iter, &item);
    while ((item = ou_draw_next(iter)) != NULL) {
        int truth = PyBool_Check(item) ? item == Py_True : PyLong_CheckExact(item) ? Py_SIZE(item) != 0 : PyObject_IsTrue(item);
        Py_CLEAR(item);
        if (truth < 0 || truth == wanted) {
            result = truth < 0 ? -1 : found;
            break;
        }
    }
    OU_HOLD_END(hold);
    Py_DECREF(iter);
    return result < 0 || PyErr_Occurred() ? NULL : PyBool_FromLong(result);
}

static PyObject *
builtin_all(PyObject *module, PyObject *iterable)
{
    return search_truth(iterable, 0, 0);
}

static PyObject *
builtin_any(PyObject *module, PyObject *iterable)
{
    return search_truth(iterable, 1, 1);
}

static PyObject *
builtin_sorted(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    if (!_PyArg_CheckPositional("sorted", n_args, 1, 1)) {
        return NULL;
    }
    PyObject *list = PySequence_List(args[0]);
    PyObject *sort = list == NULL ? NULL : PyObject_GetAttr(list, OU_STR(sort));
    if (sort == NULL) {
        Py_XDECREF(list);
        return NULL;
    }
    OU_HOLD(hold, &list, &sort);
    PyObject *result = PyObject_Vectorcall(sort, args + 1, 0, kwnames);
    OU_HOLD_END(hold);
    Py_DECREF(sort);
    if (result == NULL) {
        Py_DECREF(list);
        return NULL;
    }
    Py_DECREF(result);
    return list;
}

/* The sum of machine ints and floats as long as it is one; what is left over goes on with objects.
 * Refs  *total: owned, replaced.  Returns 0 when the iterator has ended, 1 with an item in *item to go on with as
 * objects, -1 with an error set. */
static int
sum_machine(PyObject *iter, PyObject **total, PyObject **item)
{
    if (PyLong_CheckExact(*total)) {
        int overflow;
        long sum = PyLong_AsLongAndOverflow(*total, &overflow);
        if (overflow) {
            *item = ou_draw_next(iter);
            return *item != NULL ? 1 : PyErr_Occurred() ? -1 : 0;
        }
        bool ended = false;
        while (true) {
            *item = ou_draw_next(iter);
            if (*item == NULL) {
                ended = true;
                break;
            }
            long value, next;
            if (!PyLong_CheckExact(*item) && !PyBool_Check(*item)) {
                break;
            }
            if (OU_LIKELY(ou_int_is_one_digit(*item))) {
                value = ou_int_value1(*item);
            }
            else {
                value = PyLong_AsLongAndOverflow(*item, &overflow);
            }
            if (overflow || __builtin_add_overflow(sum, value, &next)) {
                break;
            }
            sum = next;
            Py_CLEAR(*item);
        }
        PyObject *sum_object = PyErr_Occurred() ? NULL : PyLong_FromLong(sum);
        if (sum_object == NULL) {
            return -1;
        }
        Py_SETREF(*total, sum_object);
        if (ended) {
            return 0;
        }
        if (!PyFloat_CheckExact(*item)) {
            return 1;
        }
        PyObject *first = PyNumber_Add(*total, *item);
        Py_CLEAR(*item);
        if (first == NULL) {
            return -1;
        }
        Py_SETREF(*total, first);
    }
    if (PyFloat_CheckExact(*total)) {
        double sum = PyFloat_AS_DOUBLE(*total);
        while ((*item = ou_draw_next(iter)) != NULL) {
            if (PyFloat_CheckExact(*item)) {
                sum += PyFloat_AS_DOUBLE(*item);
            }
            else if (PyLong_Check(*item)) {
                int overflow;
                long value = PyLong_AsLongAndOverflow(*item, &overflow);
                if (overflow) {
                    break;
                }
                sum += (double)value;
            }
            else {
                break;
            }
            Py_CLEAR(*item);
        }
        PyObject *sum_object = PyErr_Occurred() ? NULL : PyFloat_FromDouble(sum);
        if (sum_object == NULL) {
            return -1;
        }
        Py_SETREF(*total, sum_object);
        return *item != NULL;
    }
    *item = ou_draw_next(iter);
    return *item != NULL ? 1 : PyErr_Occurred() ? -1 : 0;
}

static PyObject *
builtin_sum(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"sum", {"", "start"}, .n_posonly = 1, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2], *item = NULL;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    if (v[1] != NULL && (PyUnicode_Check(v[1]) || PyBytes_Check(v[1]) || PyByteArray_Check(v[1]))) {
        PyErr_Format(PyExc_TypeError, "sum() can't sum %s [use %s.join(seq) instead]",
                     PyUnicode_Check(v[1]) ? "strings"
                     : PyBytes_Check(v[1]) ? "bytes"
                                           : "bytearray",
                     PyUnicode_Check(v[1]) ? "''" : "b''");
        return NULL;
    }
    PyObject *iter = PyObject_GetIter(v[0]), *total = Py_NewRef(v[1] ? v[1] : OU_SMALL_INT(0));
    if (iter == NULL) {
        Py_DECREF(total);
        return NULL;
    }
    OU_HOLD(hold, &iter, &total, &item);
    int more = sum_machine(iter, &total, &item);
    while (more > 0) {
        PyObject *next = PyNumber_Add(total, item);
        Py_CLEAR(item);
        Py_XSETREF(total, next);
        if (next == NULL) {
            more = -1;
            break;
        }
        item = ou_draw_next(iter);
        more = item != NULL ? 1 : PyErr_Occurred() ? -1 : 0;
    }
    OU_HOLD_END(hold);
    Py_XDECREF(item);
    Py_DECREF(iter);
    if (more < 0) {
        Py_CLEAR(total);
    }
    return total;
}

/* min() and max(): op is Py_LT or Py_GT. */
static PyObject *
extreme(const char *name, int op, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    PyObject *key = NULL, *initial = NULL, *iter = NULL, *item = NULL, *value = NULL, *best = NULL, *best_value = NULL;
    for (Py_ssize_t i = 0; kwnames != NULL && i < PyTuple_GET_SIZE(kwnames); i++) {
        PyObject *keyword = PyTuple_GET_ITEM(kwnames, i);
        if (PyUnicode_CompareWithASCIIString(keyword, "key") == 0) {
            key = args[n_args + i] == Py_None ? NULL : args[n_args + i];
        }
        else if (PyUnicode_CompareWithASCIIString(keyword, "default") == 0) {
            initial = args[n_args + i];
        }
        else {
            PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'", name, keyword);
            return NULL;
        }
    }
    if (n_args == 0) {
        PyErr_Format(PyExc_TypeError, "%s expected at least 1 argument, got 0", name);
        return NULL;
    }
    if (n_args > 1 && initial != NULL) {
        PyErr_Format(PyExc_TypeError, "Cannot specify a default for %s() with multiple positional arguments", name);
        return NULL;
    }
    if (n_args == 1 && (iter = PyObject_GetIter(args[0])) == NULL) {
        return NULL;
    }
    bool failed = false;
    OU_HOLD(hold, &iter, &item, &value, &best, &best_value);
    for (Py_ssize_t i = 0; iter != NULL || i < n_args; i++) {
        item = iter != NULL ? ou_draw_next(iter) : Py_NewRef(args[i]);
        if (item == NULL) {
            failed = PyErr_Occurred() != NULL;
            break;
        }
        value = key == NULL ? Py_NewRef(item) : PyObject_CallOneArg(key, item);
        int better = value == NULL ? -1 : best == NULL ? 1 : ou_less_plain(value, best_value, op == Py_GT);
        if (better < 0 && value != NULL) {
            better = PyObject_RichCompareBool(value, best_value, op);
        }
        if (better < 0) {
            failed = true;
            break;
        }
        if (better) {
            PyObject *old = best, *old_value = best_value;
            best = item;
            best_value = value;
            item = value = NULL;
            Py_XDECREF(old);
            Py_XDECREF(old_value);
        }
        Py_CLEAR(item);
        Py_CLEAR(value);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(item);
    Py_XDECREF(value);
    Py_XDECREF(best_value);
    Py_XDECREF(iter);
    if (failed) {
        Py_CLEAR(best);
    }
    else if (best == NULL) {
        if (initial != NULL) {
            return Py_NewRef(initial);
        }
        PyErr_Format(PyExc_ValueError, "%s() arg is an empty sequence", name);
    }
    return best;
}

static PyObject *
builtin_min(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    return extreme("min", Py_LT, args, n_args, kwnames);
}

static PyObject *
builtin_max(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    return extreme("max", Py_GT, args, n_args, kwnames);
}

PyMethodDef ou_builtins_iterable_methods[] = {
    {"aiter", builtin_aiter, METH_O,
     "aiter($module, async_iterable, /)\n--\n\nAn asynchronous iterator over an asynchronous iterable."},
    {"all", builtin_all, METH_O, "all($module, iterable, /)\n--\n\nAre all items true?"},
    {"anext", FASTCALL(builtin_anext),
     "anext(async_iterator[, default])\n\nThe next item of an asynchronous iterator, to be awaited."},
    {"any", builtin_any, METH_O, "any($module, iterable, /)\n--\n\nIs any item true?"},
    {"iter", FASTCALL(builtin_iter), "iter(iterable) -> iterator\niter(callable, sentinel) -> iterator"},
    {"max", FASTCALL_KEYWORDS(builtin_max),
     "max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, key=func]) -> value"},
    {"min", FASTCALL_KEYWORDS(builtin_min),
     "min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, key=func]) -> value"},
    {"next", FASTCALL(builtin_next), "next(iterator[, default])\n\nThe next item, or the default at the end."},
    {"sorted", FASTCALL_KEYWORDS(builtin_sorted),
     "sorted($module, iterable, /, *, key=None, reverse=False)\n--\n\nA new sorted list of the items."},
    {"sum", FASTCALL_KEYWORDS(builtin_sum), "sum($module, iterable, /, start=0)\n--\n\nThe sum of start and the items."},
    {NULL},
};
