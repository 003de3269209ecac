/* types/tuple.c - tuple, and the iterator over it.
 *
 * Owns       ob_size references, in the object itself; types of named fields (structseq.c) have more behind
 *            them.
 * Invariant  items never change once somebody else can see the tuple.  There is one empty tuple, never freed.
 *            The collector untracks tuples whose items can't be part of a cycle.
 * Not here   tuples with named fields (structseq.c).
 * Source     the hash is xxHash's mixing (Y. Collet), with CPython 3.11's constants and so its results. */
#include "object/walk.h"
#include "types/compare.h"
#include "types/structseq_internal.h"
#include "types/tuple.h"

#define TUPLE(op) ((PyTupleObject *)(op))

struct OuEmptyTuple ou_empty_tuple_block = {
    .head = {0, 0},
    .tuple = {.ob_base = {{OU_LOOSE_COUNT, &PyTuple_Type}, 0}},
};

/* ---- making and dying ----------------------------------------------------------------------- */

PyObject *
ou_tuple_new_untracked(Py_ssize_t n)
{
    if (n == 0) {
        return Py_NewRef(ou_empty_tuple());
    }
    if ((size_t)n > (PY_SSIZE_T_MAX - sizeof(PyTupleObject) - sizeof(PyGC_Head)) / sizeof(PyObject *)) {
        return PyErr_NoMemory();
    }
    PyObject *self = ou_tuple_new_raw(n);
    if (self != NULL) {
        memset(TUPLE(self)->ob_item, 0, (size_t)n * sizeof(PyObject *));
    }
    return self;
}

/* Tracked at once, as whoever calls it fills it with PyTuple_SET_ITEM and tells nobody when it is whole. */
PyObject *
PyTuple_New(Py_ssize_t n)
{
    if (n < 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyObject *self = ou_tuple_new_untracked(n);
    if (self != NULL && n > 0) {
        ou_gc_track(self);
    }
    return self;
}

PyObject *
ou_tuple_from_array(PyObject *const *items, Py_ssize_t n)
{
    if (n == 0) {
        return Py_NewRef(ou_empty_tuple());
    }
    PyObject *self = ou_tuple_new_raw(n);
    if (self != NULL) {
        for (Py_ssize_t i = 0; i < n; i++) {
            TUPLE(self)->ob_item[i] = Py_NewRef(items[i]);
        }
        ou_gc_track(self);
    }
    return self;
}

PyObject *
ou_tuple_pair(PyObject *a, PyObject *b)
{
    PyObject *self = a == NULL || b == NULL ? NULL : ou_tuple_new_raw(2);
    if (self == NULL) {
        Py_XDECREF(a);
        Py_XDECREF(b);
        return NULL;
    }
    TUPLE(self)->ob_item[0] = a;
    TUPLE(self)->ob_item[1] = b;
    if (ou_may_be_in_cycle(a) || ou_may_be_in_cycle(b)) {
        ou_gc_track(self);
    }
    return self;
}

PyObject *
PyTuple_Pack(Py_ssize_t n, ...)
{
    PyObject *self = ou_tuple_new_untracked(n);
    if (self == NULL || n == 0) {
        return self;
    }
    va_list items;
    va_start(items, n);
    for (Py_ssize_t i = 0; i < n; i++) {
        TUPLE(self)->ob_item[i] = Py_NewRef(va_arg(items, PyObject *));
    }
    va_end(items);
    ou_gc_track(self);
    return self;
}

OU_WALKER(tuple)
{
    Py_ssize_t n = Py_SIZE(self) + (PyTuple_CheckExact(self) ? 0 : ou_structseq_n_hidden(Py_TYPE(self)));
    for (Py_ssize_t i = n; i-- > 0;) { /* from the last, as gc.get_referents() shows */
        OU_EDGE(TUPLE(self)->ob_item[i], OU_EDGE_ITEM, NULL, i);
    }
    return 0;
}

static void
tuple_dealloc(PyObject *self)
{
    if (OU_UNLIKELY(self == ou_empty_tuple())) { /* somebody dropped it once too often: loosely counted */
        Py_SET_REFCNT(self, OU_LOOSE_COUNT);
        return;
    }
    ou_gc_untrack(self);
    Py_ssize_t n = Py_SIZE(self);
    PyObject **items = TUPLE(self)->ob_item;
    for (Py_ssize_t i = n; --i >= 0;) {
        PyObject *item = items[i];
        items[i] = NULL; /* first: a dying tuple may still be walked */
        Py_XDECREF(item);
    }
    if (OU_LIKELY(n == 2 && PyTuple_CheckExact(self))) { /* most often: of a size that is known here */
        ou_gc_free_fast(self, ou_tuple_size(2));
    }
    else if (PyTuple_CheckExact(self)) {
        ou_gc_free_fast(self, ou_tuple_size(n));
    }
    else {
        Py_TYPE(self)->tp_free(self);
    }
}

/* Grow or shrink a tuple that nobody else knows.  On failure *self is NULL and the tuple is dropped. */
int
_PyTuple_Resize(PyObject **self_ref, Py_ssize_t n)
{
    PyObject *self = *self_ref;
    Py_ssize_t n_old = self == NULL ? 0 : Py_SIZE(self);
    if (self == NULL || !PyTuple_CheckExact(self) || n < 0 || (n_old != 0 && Py_REFCNT(self) != 1)) {
        *self_ref = NULL;
        Py_XDECREF(self);
        PyErr_BadInternalCall();
        return -1;
    }
    if (n == n_old) {
        return 0;
    }
    if (n_old == 0 || n == 0) {
        Py_DECREF(self); /* the empty one is shared */
        *self_ref = PyTuple_New(n);
        return *self_ref == NULL ? -1 : 0;
    }
    bool tracked = ou_gc_is_tracked(self);
    ou_gc_untrack(self);
    for (Py_ssize_t i = n_old; --i >= n;) {
        Py_CLEAR(TUPLE(self)->ob_item[i]);
    }
    PyGC_Head *gc = NULL;
    if ((size_t)n <= (PY_SSIZE_T_MAX - sizeof(PyTupleObject) - sizeof *gc) / sizeof(PyObject *)) {
        gc = ou_block_realloc(OU_FAMILY_COLLECTED, OU_GC_HEAD(self), sizeof *gc + ou_tuple_size(n));
    }
    if (gc == NULL) {
        *self_ref = NULL;
        Py_DECREF(self);
        PyErr_NoMemory();
        return -1;
    }
    self = OU_GC_OBJECT(gc);
    if (n > n_old) {
        memset(TUPLE(self)->ob_item + n_old, 0, (size_t)(n - n_old) * sizeof(PyObject *));
    }
    Py_SET_SIZE((PyVarObject *)self, n);
    if (tracked) {
        ou_gc_track(self);
    }
    *self_ref = self;
    return 0;
}

/* The collector asks: can anything in it be part of a cycle? */
void
_PyTuple_MaybeUntrack(PyObject *self)
{
    if (!PyTuple_CheckExact(self) || !ou_gc_is_tracked(self)) {
        return;
    }
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        PyObject *item = TUPLE(self)->ob_item[i];
        if (item == NULL || ou_may_be_in_cycle(item)) { /* NULL: still being filled */
            return;
        }
    }
    ou_gc_untrack(self);
}

/* ---- items ---------------------------------------------------------------------------------- */

Py_ssize_t
PyTuple_Size(PyObject *self)
{
    if (!PyTuple_Check(self)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return Py_SIZE(self);
}

PyObject *
PyTuple_GetItem(PyObject *self, Py_ssize_t index)
{
    if (!PyTuple_Check(self)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if ((size_t)index >= (size_t)Py_SIZE(self)) {
        PyErr_SetString(PyExc_IndexError, "tuple index out of range");
        return NULL;
    }
    return TUPLE(self)->ob_item[index];
}

/* Takes the reference to `value`, also when it fails. */
int
PyTuple_SetItem(PyObject *self, Py_ssize_t index, PyObject *value)
{
    if (!PyTuple_Check(self) || Py_REFCNT(self) != 1) {
        Py_XDECREF(value);
        PyErr_BadInternalCall();
        return -1;
    }
    if ((size_t)index >= (size_t)Py_SIZE(self)) {
        Py_XDECREF(value);
        PyErr_SetString(PyExc_IndexError, "tuple assignment index out of range");
        return -1;
    }
    Py_XSETREF(TUPLE(self)->ob_item[index], value);
    return 0;
}

PyObject *
PyTuple_GetSlice(PyObject *self, Py_ssize_t low, Py_ssize_t high)
{
    if (self == NULL || !PyTuple_Check(self)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    low = Py_MIN(Py_MAX(low, 0), Py_SIZE(self));
    high = Py_MIN(Py_MAX(high, low), Py_SIZE(self));
    if (low == 0 && high == Py_SIZE(self) && PyTuple_CheckExact(self)) {
        return Py_NewRef(self);
    }
    return ou_tuple_from_array(TUPLE(self)->ob_item + low, high - low);
}

static Py_ssize_t
tuple_length(PyObject *self)
{
    return Py_SIZE(self);
}

static PyObject *
tuple_item(PyObject *self, Py_ssize_t index)
{
    return Py_XNewRef(PyTuple_GetItem(self, index));
}

static PyObject *
tuple_subscript(PyObject *self, PyObject *key)
{
    if (PyIndex_Check(key)) {
        Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (index == -1 && ou_error_occurred() != NULL) {
            return NULL;
        }
        return tuple_item(self, index < 0 ? index + Py_SIZE(self) : index);
    }
    if (!PySlice_Check(key)) {
        PyErr_Format(PyExc_TypeError, "tuple indices must be integers or slices, not %.200s", Py_TYPE(key)->tp_name);
        return NULL;
    }
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(key, &start, &stop, &step) < 0) {
        return NULL;
    }
    Py_ssize_t n = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop, step);
    if (step == 1) {
        return PyTuple_GetSlice(self, start, start + Py_MAX(n, 0));
    }
    PyObject *result = ou_tuple_new_untracked(Py_MAX(n, 0));
    if (result == NULL || n <= 0) {
        return result;
    }
    for (Py_ssize_t i = 0; i < n; i++, start += (size_t)step) {
        TUPLE(result)->ob_item[i] = Py_NewRef(TUPLE(self)->ob_item[start]);
    }
    ou_gc_track(result);
    return result;
}

static int
tuple_contains(PyObject *self, PyObject *value)
{
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        int equal = ou_item_equal(TUPLE(self)->ob_item[i], value);
        if (equal != 0) {
            return equal;
        }
    }
    return 0;
}

/* ---- + and * -------------------------------------------------------------------------------- */

static PyObject *
tuple_concat(PyObject *self, PyObject *other)
{
    if (Py_SIZE(self) == 0 && PyTuple_CheckExact(other)) {
        return Py_NewRef(other);
    }
    if (!PyTuple_Check(other)) {
        PyErr_Format(PyExc_TypeError, "can only concatenate tuple (not \"%.200s\") to tuple", Py_TYPE(other)->tp_name);
        return NULL;
    }
    Py_ssize_t n = Py_SIZE(self), n_other = Py_SIZE(other);
    if (n_other == 0 && PyTuple_CheckExact(self)) {
        return Py_NewRef(self);
    }
    if (n > PY_SSIZE_T_MAX - n_other) {
        return PyErr_NoMemory();
    }
    PyObject *result = ou_tuple_new_untracked(n + n_other);
    if (result == NULL || n + n_other == 0) {
        return result;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        TUPLE(result)->ob_item[i] = Py_NewRef(TUPLE(self)->ob_item[i]);
    }
    for (Py_ssize_t i = 0; i < n_other; i++) {
        TUPLE(result)->ob_item[n + i] = Py_NewRef(TUPLE(other)->ob_item[i]);
    }
    ou_gc_track(result);
    return result;
}

static PyObject *
tuple_repeat(PyObject *self, Py_ssize_t times)
{
    Py_ssize_t n = Py_SIZE(self);
    if ((n == 0 || times == 1) && PyTuple_CheckExact(self)) {
        return Py_NewRef(self);
    }
    if (n == 0 || times <= 0) {
        return Py_NewRef(ou_empty_tuple());
    }
    if (n > PY_SSIZE_T_MAX / times) {
        return PyErr_NoMemory();
    }
    PyObject *result = ou_tuple_new_untracked(n * times);
    if (result == NULL) {
        return NULL;
    }
    PyObject **items = TUPLE(result)->ob_item;
    for (Py_ssize_t i = 0; i < n; i++) {
        items[i] = TUPLE(self)->ob_item[i];
        Py_SET_REFCNT(items[i], Py_REFCNT(items[i]) + times);
    }
    for (size_t done = (size_t)n, total = (size_t)n * (size_t)times; done < total;) {
        size_t step = Py_MIN(done, total - done);
        memcpy(items + done, items, step * sizeof *items);
        done += step;
    }
    ou_gc_track(result);
    return result;
}

/* ---- comparing, hashing, showing ------------------------------------------------------------ */

static PyObject *
tuple_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!PyTuple_Check(self) || !PyTuple_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    Py_ssize_t n = Py_SIZE(self), n_other = Py_SIZE(other);
    for (Py_ssize_t i = 0; i < n && i < n_other; i++) { /* the caller holds both, and so their items */
        PyObject *a = TUPLE(self)->ob_item[i], *b = TUPLE(other)->ob_item[i];
        int equal = ou_equal_plain(a, b);
        if (equal < 0) {
            equal = PyObject_RichCompareBool(a, b, Py_EQ);
        }
        if (equal < 0) {
            return NULL;
        }
        if (equal == 0) {
            return op == Py_EQ ? Py_NewRef(Py_False) : op == Py_NE ? Py_NewRef(Py_True) : PyObject_RichCompare(a, b, op);
        }
    }
    return ou_compare_lengths(n, n_other, op);
}

static Py_hash_t
tuple_hash(PyObject *self)
{
    const Py_uhash_t prime1 = UINT64_C(11400714785074694791), prime2 = UINT64_C(14029467366897019727);
    const Py_uhash_t prime5 = UINT64_C(2870177450012600261);
    Py_ssize_t n = Py_SIZE(self);
    Py_uhash_t sum = prime5;
    if (OU_UNLIKELY(ou_c_stack_is_low())) {
        PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded while hashing a tuple");
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_hash_t hash = PyObject_Hash(TUPLE(self)->ob_item[i]);
        if (hash == -1) {
            return -1;
        }
        sum += (Py_uhash_t)hash * prime2;
        sum = sum << 31 | sum >> 33;
        sum *= prime1;
    }
    sum += (Py_uhash_t)n ^ (prime5 ^ UINT64_C(3527539));
    return sum == (Py_uhash_t)-1 ? 1546275796 : (Py_hash_t)sum;
}

static PyObject *
tuple_repr(PyObject *self)
{
    Py_ssize_t n = Py_SIZE(self);
    if (n == 0) {
        return PyUnicode_FromString("()");
    }
    int running = Py_ReprEnter(self);
    if (running != 0) {
        return running > 0 ? PyUnicode_FromString("(...)") : NULL;
    }
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    writer.min_length = n > 1 ? 1 + 1 + (2 + 1) * (n - 1) + 1 : 4;
    OU_HOLD(hold, &writer.buffer);
    int status = _PyUnicodeWriter_WriteChar(&writer, '(');
    for (Py_ssize_t i = 0; status == 0 && i < n; i++) {
        if (i > 0) {
            status = _PyUnicodeWriter_WriteASCIIString(&writer, ", ", 2);
        }
        PyObject *text = status < 0 ? NULL : PyObject_Repr(TUPLE(self)->ob_item[i]);
        status = text == NULL ? -1 : _PyUnicodeWriter_WriteStr(&writer, text);
        Py_XDECREF(text);
    }
    OU_HOLD_END(hold);
    Py_ReprLeave(self);
    writer.overallocate = 0;
    if (status < 0 || _PyUnicodeWriter_WriteASCIIString(&writer, n == 1 ? ",)" : ")", n == 1 ? 2 : 1) < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}

/* ---- construction --------------------------------------------------------------------------- */

/* An instance of a subclass with the items of a tuple.  Refs new; `items` borrowed. */
static PyObject *
tuple_subtype_new(PyTypeObject *type, PyObject *items)
{
    Py_ssize_t n = PyTuple_GET_SIZE(items);
    PyObject *self = type->tp_alloc(type, n);
    if (self != NULL) {
        for (Py_ssize_t i = 0; i < n; i++) {
            TUPLE(self)->ob_item[i] = Py_NewRef(TUPLE(items)->ob_item[i]);
        }
    }
    return self;
}

static PyObject *
tuple_new_of(PyTypeObject *type, PyObject *iterable)
{
    PyObject *items = iterable == NULL ? Py_NewRef(ou_empty_tuple()) : PySequence_Tuple(iterable);
    if (items == NULL || type == &PyTuple_Type) {
        return items;
    }
    OU_HOLD(hold, &items);
    PyObject *self = tuple_subtype_new(type, items);
    OU_HOLD_END(hold);
    Py_DECREF(items);
    return self;
}

static PyObject *
tuple_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if ((type == &PyTuple_Type || type->tp_init == PyTuple_Type.tp_init) && !_PyArg_NoKeywords("tuple", kwargs)) {
        return NULL;
    }
    Py_ssize_t nargs = PyTuple_GET_SIZE(args);
    if (!_PyArg_CheckPositional("tuple", nargs, 0, 1)) {
        return NULL;
    }
    return tuple_new_of(type, nargs == 0 ? NULL : PyTuple_GET_ITEM(args, 0));
}

static PyObject *
tuple_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (!_PyArg_NoKwnames("tuple", kwnames) || !_PyArg_CheckPositional("tuple", nargs, 0, 1)) {
        return NULL;
    }
    return tuple_new_of((PyTypeObject *)type, nargs == 0 ? NULL : args[0]);
}

/* ---- methods -------------------------------------------------------------------------------- */

static PyObject *
tuple_index(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    Py_ssize_t start = 0, stop = PY_SSIZE_T_MAX, n = Py_SIZE(self);
    if (!_PyArg_CheckPositional("index", nargs, 1, 3) || (nargs > 1 && !_PyEval_SliceIndexNotNone(args[1], &start))
        || (nargs > 2 && !_PyEval_SliceIndexNotNone(args[2], &stop))) {
        return NULL;
    }
    start = start < 0 ? Py_MAX(start + n, 0) : start;
    stop = stop < 0 ? stop + n : Py_MIN(stop, n);
    for (Py_ssize_t i = start; i < stop; i++) {
        int equal = ou_item_equal(TUPLE(self)->ob_item[i], args[0]);
        if (equal != 0) {
            return equal < 0 ? NULL : PyLong_FromSsize_t(i);
        }
    }
    PyErr_SetString(PyExc_ValueError, "tuple.index(x): x not in tuple");
    return NULL;
}

static PyObject *
tuple_count(PyObject *self, PyObject *value)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        int equal = ou_item_equal(TUPLE(self)->ob_item[i], value);
        if (equal < 0) {
            return NULL;
        }
        count += equal;
    }
    return PyLong_FromSsize_t(count);
}

static PyObject *
tuple_getnewargs(PyObject *self, PyObject *ignored)
{
    return Py_BuildValue("(N)", ou_tuple_from_array(TUPLE(self)->ob_item, Py_SIZE(self)));
}

static PyMethodDef tuple_methods[] = {
    {"__getnewargs__", tuple_getnewargs, METH_NOARGS, "__getnewargs__($self, /)\n--\n\n"},
    {"index", (PyCFunction)(void (*)(void))tuple_index, METH_FASTCALL,
     "index($self, value, start=0, stop=sys.maxsize, /)\n--\n\n"
     "The first index at which an item equals the value; ValueError if none does."},
    {"count", tuple_count, METH_O, "count($self, value, /)\n--\n\nHow many items equal the value."},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "See PEP 585"},
    {NULL},
};

static PySequenceMethods tuple_as_sequence = {
    .sq_length = tuple_length,
    .sq_concat = tuple_concat,
    .sq_repeat = tuple_repeat,
    .sq_item = tuple_item,
    .sq_contains = tuple_contains,
};

static PyMappingMethods tuple_as_mapping = {
    .mp_length = tuple_length,
    .mp_subscript = tuple_subscript,
};

static PyObject *tuple_iter(PyObject *self);

PyTypeObject PyTuple_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "tuple",
    .tp_basicsize = offsetof(PyTupleObject, ob_item),
    .tp_itemsize = sizeof(PyObject *),
    .tp_dealloc = tuple_dealloc,
    .tp_repr = tuple_repr,
    .tp_as_sequence = &tuple_as_sequence,
    .tp_as_mapping = &tuple_as_mapping,
    .tp_hash = tuple_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_TUPLE_SUBCLASS
              | _Py_TPFLAGS_MATCH_SELF | Py_TPFLAGS_SEQUENCE,
    .tp_doc = "tuple(iterable=(), /)\n--\n\nItems in an order that can't be changed.",
    .tp_traverse = tuple_traverse,
    .tp_richcompare = tuple_richcompare,
    .tp_iter = tuple_iter,
    .tp_methods = tuple_methods,
    .tp_new = tuple_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = tuple_vectorcall,
};

/* ---- iterator ------------------------------------------------------------------------------- */

#define ITER(op) ((OuTupleIter *)(op))

static PyObject *
tuple_iter(PyObject *self)
{
    OuTupleIter *iter = (OuTupleIter *)ou_gc_new_fast(&PyTupleIter_Type, sizeof(OuTupleIter));
    if (iter != NULL) {
        iter->it_index = 0;
        iter->it_seq = (PyTupleObject *)Py_NewRef(self);
        ou_gc_track((PyObject *)iter);
    }
    return (PyObject *)iter;
}

OU_WALKER(tuple_iter)
{
    OU_EDGE_OF(ITER(self), it_seq);
    return 0;
}

static void
iter_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(ITER(self)->it_seq);
    ou_gc_free_fast(self, sizeof(OuTupleIter));
}

static PyObject *
iter_next(PyObject *self)
{
    PyObject *item = ou_tuple_iter_peek(ITER(self));
    if (item == NULL) {
        Py_CLEAR(ITER(self)->it_seq);
        return NULL;
    }
    return Py_NewRef(item);
}

static PyObject *
iter_length_hint(PyObject *self, PyObject *ignored)
{
    OuTupleIter *iter = ITER(self);
    return PyLong_FromSsize_t(iter->it_seq == NULL ? 0 : Py_SIZE(iter->it_seq) - iter->it_index);
}

static PyObject *
iter_reduce(PyObject *self, PyObject *ignored)
{
    OuTupleIter *iter = ITER(self);
    PyObject *function = _PyEval_GetBuiltin(OU_STR(iter));
    if (function == NULL) {
        return NULL;
    }
    if (iter->it_seq != NULL) {
        return Py_BuildValue("N(O)n", function, iter->it_seq, iter->it_index);
    }
    return Py_BuildValue("N(())", function);
}

static PyObject *
iter_setstate(PyObject *self, PyObject *state)
{
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && ou_error_occurred() != NULL) {
        return NULL;
    }
    PyTupleObject *tuple = ITER(self)->it_seq;
    if (tuple != NULL) {
        ITER(self)->it_index = Py_MIN(Py_MAX(index, 0), Py_SIZE(tuple));
    }
    Py_RETURN_NONE;
}

static PyMethodDef iter_methods[] = {
    {"__length_hint__", iter_length_hint, METH_NOARGS, "How many items are left."},
    {"__reduce__", iter_reduce, METH_NOARGS, "State for pickling."},
    {"__setstate__", iter_setstate, METH_O, "Set the position, from pickling."},
    {NULL},
};

PyTypeObject PyTupleIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "tuple_iterator",
    .tp_basicsize = sizeof(OuTupleIter),
    .tp_dealloc = iter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = tuple_iter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = iter_next,
    .tp_methods = iter_methods,
    .tp_free = PyObject_GC_Del,
};

/* There are no free lists to tell of. */
void
_PyTuple_DebugMallocStats(FILE *out)
{
}
