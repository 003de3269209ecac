/* types/list_type.c - list as Python sees it: operators, methods and the type object.
 *
 * Owns       nothing of its own.
 * Invariant  where == or an index may run Python code, the length is read again after it, and an item that is
 *            being compared is owned.
 * Not here   growing and slices (list.c), sort (list_sort.c), iterators (list_iter.c). */
#include "object/args.h"
#include "object/keys.h"
#include "types/compare.h"
#include "types/list.h"
#include "types/list_internal.h"
#include "types/tuple.h"

#define LIST(op) ((PyListObject *)(op))

/* ---- slots ---------------------------------------------------------------------------------- */

static Py_ssize_t
list_length(PyObject *self)
{
    return Py_SIZE(self);
}

static PyObject *
list_item(PyObject *self, Py_ssize_t index)
{
    if ((size_t)index >= (size_t)Py_SIZE(self)) {
        PyErr_SetString(PyExc_IndexError, "list index out of range");
        return NULL;
    }
    return Py_NewRef(LIST(self)->ob_item[index]);
}

static int
list_ass_item(PyObject *self, Py_ssize_t index, PyObject *value)
{
    if ((size_t)index >= (size_t)Py_SIZE(self)) {
        PyErr_SetString(PyExc_IndexError, "list assignment index out of range");
        return -1;
    }
    PyObject *old;
    if (value == NULL) {
        old = ou_list_take(LIST(self), index);
    }
    else {
        old = LIST(self)->ob_item[index];
        LIST(self)->ob_item[index] = Py_NewRef(value);
    }
    Py_DECREF(old);
    return 0;
}

/* An index as list[...] takes it.  Returns -1 with an error set; may return -1 without one.  RE-ENTRANT. */
static Py_ssize_t
list_index_of(PyObject *self, PyObject *key)
{
    Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (index == -1 && ou_error_occurred() != NULL) {
        return -1;
    }
    return index < 0 ? index + Py_SIZE(self) : index;
}

static PyObject *
list_subscript(PyObject *self, PyObject *key)
{
    if (PyIndex_Check(key)) {
        Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (index == -1 && ou_error_occurred() != NULL) {
            return NULL;
        }
        return list_item(self, index < 0 ? index + Py_SIZE(self) : index);
    }
    if (!PySlice_Check(key)) {
        PyErr_Format(PyExc_TypeError, "list indices must be integers or slices, not %.200s", Py_TYPE(key)->tp_name);
        return NULL;
    }
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(key, &start, &stop, &step) < 0) {
        return NULL;
    }
    Py_ssize_t n = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop, step);
    if (n <= 0) {
        return PyList_New(0);
    }
    if (step == 1) {
        return ou_list_slice(LIST(self), start, stop);
    }
    PyObject *result = ou_list_new_room(n);
    if (result != NULL) {
        PyObject **to = LIST(result)->ob_item, **from = LIST(self)->ob_item;
        for (Py_ssize_t i = 0; i < n; i++, start += (size_t)step) {
            to[i] = Py_NewRef(from[start]);
        }
        Py_SET_SIZE((PyVarObject *)result, n); /* commit */
    }
    return result;
}

static int
list_ass_slice(PyObject *self, PyObject *key, PyObject *value)
{
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(key, &start, &stop, &step) < 0) {
        return -1;
    }
    Py_ssize_t first = start, last = stop;
    Py_ssize_t n = PySlice_AdjustIndices(Py_SIZE(self), &first, &last, step);
    if (step == 1) {
        return ou_list_set_slice(LIST(self), first, last, value);
    }
    if (value == NULL) {
        return ou_list_set_extended(LIST(self), first, step, n, NULL);
    }
    PyObject *source = ou_list_replacement(LIST(self), value, "must assign iterable to extended slice");
    if (source == NULL) {
        return -1;
    }
    if (PySequence_Fast_GET_SIZE(source) == n) {
        n = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop, step); /* iterating may have changed the list */
        first = start;
    }
    int status = -1;
    OU_HOLD(hold, &source);
    if (PySequence_Fast_GET_SIZE(source) != n) {
        PyErr_Format(PyExc_ValueError, "attempt to assign sequence of size %zd to extended slice of size %zd",
                     PySequence_Fast_GET_SIZE(source), n);
    }
    else {
        status = ou_list_set_extended(LIST(self), first, step, n, source);
    }
    OU_HOLD_END(hold);
    Py_DECREF(source);
    return status;
}

static int
list_ass_subscript(PyObject *self, PyObject *key, PyObject *value)
{
    if (PyIndex_Check(key)) {
        Py_ssize_t index = list_index_of(self, key);
        if (index < 0 && ou_error_occurred() != NULL) {
            return -1;
        }
        return list_ass_item(self, index, value);
    }
    if (PySlice_Check(key)) {
        return list_ass_slice(self, key, value);
    }
    PyErr_Format(PyExc_TypeError, "list indices must be integers or slices, not %.200s", Py_TYPE(key)->tp_name);
    return -1;
}

static int
list_contains(PyObject *self, PyObject *value)
{
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        int equal = ou_item_equal(LIST(self)->ob_item[i], value);
        if (equal != 0) {
            return equal;
        }
    }
    return 0;
}

static PyObject *
list_inplace_concat(PyObject *self, PyObject *other)
{
    return ou_list_extend(LIST(self), other) < 0 ? NULL : Py_NewRef(self);
}

static PyObject *
list_repr(PyObject *self)
{
    if (Py_SIZE(self) == 0) {
        return PyUnicode_FromString("[]");
    }
    int running = Py_ReprEnter(self);
    if (running != 0) {
        return running > 0 ? PyUnicode_FromString("[...]") : NULL;
    }
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    writer.min_length = 1 + 1 + (2 + 1) * (Py_SIZE(self) - 1) + 1;
    PyObject *item = NULL;
    OU_HOLD(hold, &writer.buffer, &item);
    int status = _PyUnicodeWriter_WriteChar(&writer, '[');
    for (Py_ssize_t i = 0; status == 0 && i < Py_SIZE(self); i++) { /* repr() may change the length */
        if (i > 0) {
            status = _PyUnicodeWriter_WriteASCIIString(&writer, ", ", 2);
        }
        item = Py_NewRef(LIST(self)->ob_item[i]);
        PyObject *text = status < 0 ? NULL : PyObject_Repr(item);
        status = text == NULL ? -1 : _PyUnicodeWriter_WriteStr(&writer, text);
        Py_XDECREF(text);
        Py_CLEAR(item);
    }
    OU_HOLD_END(hold);
    Py_ReprLeave(self);
    writer.overallocate = 0;
    if (status < 0 || _PyUnicodeWriter_WriteChar(&writer, ']') < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}

static PyObject *
list_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!PyList_Check(self) || !PyList_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (Py_SIZE(self) != Py_SIZE(other) && (op == Py_EQ || op == Py_NE)) {
        return PyBool_FromLong(op == Py_NE);
    }
    for (Py_ssize_t i = 0; i < Py_SIZE(self) && i < Py_SIZE(other); i++) {
        PyObject *a = LIST(self)->ob_item[i], *b = LIST(other)->ob_item[i];
        int equal = ou_equal_plain(a, b);
        if (equal > 0) {
            continue;
        }
        Py_INCREF(a);
        Py_INCREF(b);
        OU_HOLD(hold, &a, &b);
        if (equal < 0) {
            equal = PyObject_RichCompareBool(a, b, Py_EQ);
        }
        PyObject *result = NULL;
        if (equal == 0) {
            /* Items that differ decide; if the lists have become too short meanwhile, so do their lengths. */
            if (i >= Py_SIZE(self) || i >= Py_SIZE(other)) {
                result = ou_compare_lengths(Py_SIZE(self), Py_SIZE(other), op);
            }
            else if (op == Py_EQ || op == Py_NE) {
                result = PyBool_FromLong(op == Py_NE);
            }
            else {
                Py_SETREF(a, Py_NewRef(LIST(self)->ob_item[i]));
                if (i < Py_SIZE(other)) {
                    Py_SETREF(b, Py_NewRef(LIST(other)->ob_item[i]));
                }
                result = PyObject_RichCompare(a, b, op);
            }
        }
        Py_CLEAR(a);
        Py_CLEAR(b);
        OU_HOLD_END(hold);
        if (equal <= 0) {
            return result;
        }
    }
    return ou_compare_lengths(Py_SIZE(self), Py_SIZE(other), op);
}

/* ---- construction --------------------------------------------------------------------------- */

static int
list_init_with(PyObject *self, PyObject *iterable)
{
    ou_list_clear(LIST(self));
    return iterable == NULL ? 0 : ou_list_extend(LIST(self), iterable);
}

static int
list_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if ((PyList_CheckExact(self) || Py_TYPE(self)->tp_new == PyList_Type.tp_new) && !_PyArg_NoKeywords("list", kwargs)) {
        return -1;
    }
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    if (!_PyArg_CheckPositional("list", nargs, 0, 1)) {
        return -1;
    }
    return list_init_with(self, nargs == 0 ? NULL : PyTuple_GET_ITEM(args, 0));
}

static PyObject *
list_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (!_PyArg_NoKwnames("list", kwnames) || !_PyArg_CheckPositional("list", nargs, 0, 1)) {
        return NULL;
    }
    PyObject *self = PyType_GenericAlloc((PyTypeObject *)type, 0);
    if (self == NULL || nargs == 0) {
        return self;
    }
    OU_HOLD(hold, &self);
    int status = list_init_with(self, args[0]);
    OU_HOLD_END(hold);
    if (status < 0) {
        Py_CLEAR(self);
    }
    return self;
}

/* ---- methods -------------------------------------------------------------------------------- */

static PyObject *
list_append(PyObject *self, PyObject *item)
{
    return ou_list_append(self, Py_NewRef(item)) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
list_extend(PyObject *self, PyObject *iterable)
{
    return ou_list_extend(LIST(self), iterable) < 0 ? NULL : Py_NewRef(Py_None);
}

/* The argument as an index.  Returns false with the error set.  RE-ENTRANT. */
static bool
index_argument(PyObject *arg, Py_ssize_t *out)
{
    PyObject *number = PyNumber_Index(arg);
    *out = -1;
    if (number != NULL) {
        *out = PyLong_AsSsize_t(number);
        Py_DECREF(number);
    }
    return *out != -1 || ou_error_occurred() == NULL;
}

static PyObject *
list_insert(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t index;
    if (!_PyArg_CheckPositional("insert", nargs, 2, 2) || !index_argument(args[0], &index)) {
        return NULL;
    }
    return PyList_Insert(self, index, args[1]) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
list_pop(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t index = -1;
    if (!_PyArg_CheckPositional("pop", nargs, 0, 1) || (nargs == 1 && !index_argument(args[0], &index))) {
        return NULL;
    }
    if (Py_SIZE(self) == 0) {
        PyErr_SetString(PyExc_IndexError, "pop from empty list");
        return NULL;
    }
    index += index < 0 ? Py_SIZE(self) : 0;
    if ((size_t)index >= (size_t)Py_SIZE(self)) {
        PyErr_SetString(PyExc_IndexError, "pop index out of range");
        return NULL;
    }
    return ou_list_take(LIST(self), index);
}

static PyObject *
list_remove(PyObject *self, PyObject *value)
{
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        int equal = ou_item_equal(LIST(self)->ob_item[i], value);
        if (equal > 0) { /* by now the index is a hint: the slice is clamped */
            return ou_list_set_slice(LIST(self), i, i + 1, NULL) < 0 ? NULL : Py_NewRef(Py_None);
        }
        if (equal < 0) {
            return NULL;
        }
    }
    PyErr_SetString(PyExc_ValueError, "list.remove(x): x not in list");
    return NULL;
}

static PyObject *
list_index(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t start = 0, stop = PY_SSIZE_T_MAX;
    if (!_PyArg_CheckPositional("index", nargs, 1, 3) || (nargs > 1 && !_PyEval_SliceIndexNotNone(args[1], &start))
        || (nargs > 2 && !_PyEval_SliceIndexNotNone(args[2], &stop))) {
        return NULL;
    }
    if (start < 0) {
        start = Py_MAX(start + Py_SIZE(self), 0);
    }
    if (stop < 0) {
        stop = Py_MAX(stop + Py_SIZE(self), 0);
    }
    for (Py_ssize_t i = start; i < stop && i < Py_SIZE(self); i++) {
        int equal = ou_item_equal(LIST(self)->ob_item[i], args[0]);
        if (equal != 0) {
            return equal < 0 ? NULL : PyLong_FromSsize_t(i);
        }
    }
    PyErr_Format(PyExc_ValueError, "%R is not in list", args[0]);
    return NULL;
}

static PyObject *
list_count(PyObject *self, PyObject *value)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        int equal = ou_item_equal(LIST(self)->ob_item[i], value);
        if (equal < 0) {
            return NULL;
        }
        count += equal;
    }
    return PyLong_FromSsize_t(count);
}

static PyObject *
list_clear(PyObject *self, PyObject *ignored)
{
    ou_list_clear(LIST(self));
    Py_RETURN_NONE;
}

static PyObject *
list_copy(PyObject *self, PyObject *ignored)
{
    return ou_list_slice(LIST(self), 0, Py_SIZE(self));
}

static PyObject *
list_reverse(PyObject *self, PyObject *ignored)
{
    PyList_Reverse(self);
    Py_RETURN_NONE;
}

static PyObject *
list_sort(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const OuParams params = {"sort", {"key", "reverse"}, .n_all = 2};
    PyObject *v[2];
    if (ou_args_parse(&params, args, (size_t)nargs, kwnames, v) < 0) {
        return NULL;
    }
    int reverse = v[1] == NULL ? 0 : _PyLong_AsInt(v[1]);
    if (reverse == -1 && ou_error_occurred() != NULL) {
        return NULL;
    }
    PyObject *key = v[0] == Py_None ? NULL : v[0];
    return ou_list_sort(LIST(self), key, reverse != 0) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
list_sizeof(PyObject *self, PyObject *ignored)
{
    Py_ssize_t size = Py_TYPE(self)->tp_basicsize + LIST(self)->allocated * (Py_ssize_t)sizeof(PyObject *);
    return PyLong_FromSsize_t(size);
}

static PyMethodDef list_methods[] = {
    {"__getitem__", list_subscript, METH_O | METH_COEXIST, "x.__getitem__(y) <==> x[y]"},
    {"__reversed__", ou_list_reversed, METH_NOARGS, "__reversed__($self, /)\n--\n\nAn iterator over the items, last first."},
    {"__sizeof__", list_sizeof, METH_NOARGS, "__sizeof__($self, /)\n--\n\nBytes that the list takes, items not counted."},
    {"clear", list_clear, METH_NOARGS, "clear($self, /)\n--\n\nRemove all items."},
    {"copy", list_copy, METH_NOARGS, "copy($self, /)\n--\n\nA shallow copy."},
    {"append", list_append, METH_O, "append($self, object, /)\n--\n\nPut an item at the end."},
    {"insert", (PyCFunction)(void (*)(void))list_insert, METH_FASTCALL,
     "insert($self, index, object, /)\n--\n\nPut an item before the index."},
    {"extend", list_extend, METH_O, "extend($self, iterable, /)\n--\n\nPut all that an iterable gives at the end."},
    {"pop", (PyCFunction)(void (*)(void))list_pop, METH_FASTCALL,
     "pop($self, index=-1, /)\n--\n\nRemove and return an item; IndexError if there is none."},
    {"remove", list_remove, METH_O,
     "remove($self, value, /)\n--\n\nRemove the first item that equals the value; ValueError if none does."},
    {"index", (PyCFunction)(void (*)(void))list_index, METH_FASTCALL,
     "index($self, value, start=0, stop=sys.maxsize, /)\n--\n\n"
     "The first index at which an item equals the value; ValueError if none does."},
    {"count", list_count, METH_O, "count($self, value, /)\n--\n\nHow many items equal the value."},
    {"reverse", list_reverse, METH_NOARGS, "reverse($self, /)\n--\n\nTurn the order round, in place."},
    {"sort", (PyCFunction)(void (*)(void))list_sort, METH_FASTCALL | METH_KEYWORDS,
     "sort($self, /, *, key=None, reverse=False)\n--\n\n"
     "Sort in place, stably; by key(item) if a key is given, descending if reverse is true."},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "See PEP 585"},
    {NULL},
};

static PySequenceMethods list_as_sequence = {
    .sq_length = list_length,
    .sq_concat = ou_list_concat,
    .sq_repeat = ou_list_repeat,
    .sq_item = list_item,
    .sq_ass_item = list_ass_item,
    .sq_contains = list_contains,
    .sq_inplace_concat = list_inplace_concat,
    .sq_inplace_repeat = ou_list_inplace_repeat,
};

static PyMappingMethods list_as_mapping = {
    .mp_length = list_length,
    .mp_subscript = list_subscript,
    .mp_ass_subscript = list_ass_subscript,
};

PyTypeObject PyList_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "list",
    .tp_basicsize = sizeof(PyListObject),
    .tp_dealloc = ou_list_dealloc,
    .tp_repr = list_repr,
    .tp_as_sequence = &list_as_sequence,
    .tp_as_mapping = &list_as_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_LIST_SUBCLASS
              | _Py_TPFLAGS_MATCH_SELF | Py_TPFLAGS_SEQUENCE,
    .tp_doc = "list(iterable=(), /)\n--\n\nItems in an order that can be changed.",
    .tp_traverse = ou_list_traverse,
    .tp_clear = ou_list_clear_slot,
    .tp_richcompare = list_richcompare,
    .tp_iter = ou_list_iter,
    .tp_methods = list_methods,
    .tp_init = list_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = list_vectorcall,
};
