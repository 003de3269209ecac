/* modules/array/array.c - the type array.array: making, items, slices, comparing, buffers.
 *
 * Owns       the block of items.
 * Invariant  Python code runs before an item's place is computed: a conversion may have resized the array.
 * Not here   methods (array_methods.c), C types of items (array_kind.c), pickling (array_pickle.c).
 * Source     Library Reference, array. */
#include "modules/array/array.h"
#include "modules/array/array_methods.h"
#include "object/hold.h"
#include "object/walk.h"

/* ---- room --------------------------------------------------------------------------------------------------------- */

PyObject *
ou_array_new(PyTypeObject *type, const ArrayKind *kind, Py_ssize_t n)
{
    size_t bytes;
    if (n < 0 || ou_size_mul((size_t)n, kind->item_size, &bytes)) {
        return PyErr_NoMemory();
    }
    char *items = n > 0 ? PyMem_Malloc(bytes) : NULL;
    Array *self = n > 0 && items == NULL ? (Array *)PyErr_NoMemory() : (Array *)type->tp_alloc(type, 0);
    if (self == NULL) {
        PyMem_Free(items);
        return NULL;
    }
    self->kind = kind;
    self->items = items;
    self->cap = n;
    Py_SET_SIZE(self, n);
    return (PyObject *)self;
}

int
ou_array_resize(Array *self, Py_ssize_t n)
{
    if (self->n_exports > 0 && n != Py_SIZE(self)) {
        PyErr_SetString(PyExc_BufferError, "cannot resize an array that is exporting buffers");
        return -1;
    }
    if (n <= self->cap && Py_SIZE(self) < n + 16 && self->items != NULL) {
        Py_SET_SIZE(self, n);
        return 0;
    }
    if (n == 0) {
        PyMem_Free(self->items);
        self->items = NULL;
        self->cap = 0;
        Py_SET_SIZE(self, 0);
        return 0;
    }
    /* From CPython 3.11, for sys.getsizeof() shows it. */
    size_t cap = (size_t)n + ((size_t)n >> 4) + (Py_SIZE(self) < 8 ? 3 : 7), bytes;
    char *items =
        ou_size_mul(cap, self->kind->item_size, &bytes) || bytes > PY_SSIZE_T_MAX ? NULL : PyMem_Realloc(self->items, bytes);
    if (items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->items = items;
    self->cap = (Py_ssize_t)cap;
    Py_SET_SIZE(self, n);
    return 0;
}

static char *
place(const Array *self, Py_ssize_t i)
{
    return self->items + i * self->kind->item_size;
}

/* Replace items [start, stop) by n others, whose values are anything. */
static int
make_room(Array *self, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t n)
{
    Py_ssize_t old = Py_SIZE(self), change = n - (stop - start);
    if (change > 0 && (old > PY_SSIZE_T_MAX - change || ou_array_resize(self, old + change) < 0)) {
        return PyErr_Occurred() ? -1 : (PyErr_NoMemory(), -1);
    }
    if (change < 0 && self->n_exports > 0) {
        return ou_array_resize(self, old + change); /* says why not */
    }
    if (change != 0 && stop < old) {
        memmove(place(self, start + n), place(self, stop), (size_t)((old - stop) * self->kind->item_size));
    }
    return change < 0 ? ou_array_resize(self, old + change) : 0;
}

int
ou_array_insert(Array *self, Py_ssize_t i, PyObject *value)
{
    char item[ARRAY_ITEM_MAX];
    if (self->kind->convert(value, item) < 0) {
        return -1;
    }
    Py_ssize_t n = Py_SIZE(self);
    i = i < 0 ? Py_MAX(i + n, 0) : Py_MIN(i, n);
    if (make_room(self, i, i, 1) < 0) {
        return -1;
    }
    memcpy(place(self, i), item, self->kind->item_size);
    return 0;
}

int
ou_array_remove(Array *self, Py_ssize_t i)
{
    return make_room(self, i, i + 1, 0);
}

/* ---- making ------------------------------------------------------------------------------------------------------- */

int
ou_array_append_bytes(Array *self, const void *bytes, Py_ssize_t size)
{
    Py_ssize_t item_size = self->kind->item_size, old = Py_SIZE(self), n = size / item_size;
    if (size % item_size != 0) {
        PyErr_SetString(PyExc_ValueError, "bytes length not a multiple of item size");
        return -1;
    }
    if (n > 0) {
        if (old > PY_SSIZE_T_MAX - n) {
            PyErr_NoMemory();
            return -1;
        }
        if (ou_array_resize(self, old + n) < 0) {
            return -1;
        }
        memcpy(place(self, old), bytes, (size_t)size);
    }
    return 0;
}

int
ou_array_append_str(Array *self, PyObject *str)
{
    Py_ssize_t n;
    wchar_t *text = PyUnicode_AsWideCharString(str, &n);
    if (text == NULL) {
        return -1;
    }
    int status = ou_array_append_bytes(self, text, n * (Py_ssize_t)sizeof *text);
    PyMem_Free(text);
    return status;
}

int
ou_array_append_iterable(Array *self, PyObject *iterable)
{
    PyObject *iter = PyObject_GetIter(iterable), *item = NULL;
    if (iter == NULL) {
        return -1;
    }
    OU_HOLD(hold, &iter, &item);
    while ((item = PyIter_Next(iter)) != NULL && ou_array_insert(self, PY_SSIZE_T_MAX, item) == 0) {
        Py_CLEAR(item);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(item);
    Py_DECREF(iter);
    return PyErr_Occurred() ? -1 : 0;
}

/* May an array of this kind be made of that?  TypeError if not. */
static bool
accepts(const ArrayKind *kind, PyObject *initial)
{
    bool is_str = PyUnicode_Check(initial);
    if (kind->code != 'u' && (is_str || (Array_Check(initial) && ((Array *)initial)->kind->code == 'u'))) {
        PyErr_Format(PyExc_TypeError, "cannot use a %s to initialize an array with typecode '%c'",
                     is_str ? "str" : "unicode array", kind->code);
        return false;
    }
    return true;
}

/* Refs  takes nothing.  RE-ENTRANT. */
static int
fill(Array *self, PyObject *initial)
{
    if (PyUnicode_Check(initial)) {
        return ou_array_append_str(self, initial);
    }
    if (PyBytes_Check(initial) || PyByteArray_Check(initial)) {
        Py_buffer view;
        if (PyObject_GetBuffer(initial, &view, PyBUF_SIMPLE) < 0) {
            return -1;
        }
        int status = ou_array_append_bytes(self, view.buf, view.len);
        PyBuffer_Release(&view);
        return status;
    }
    if (Array_Check(initial) && ((Array *)initial)->kind == self->kind) {
        return ou_array_append_bytes(self, ((Array *)initial)->items, Py_SIZE(initial) * self->kind->item_size);
    }
    return ou_array_append_iterable(self, initial);
}

static PyObject *
array_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    int code;
    PyObject *initial = NULL;
    if ((type == &ou_array_type || type->tp_init == ou_array_type.tp_init) && !_PyArg_NoKeywords("array.array", kwargs)) {
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "C|O:array", &code, &initial)
        || PySys_Audit("array.__new__", "CO", code, initial ? initial : Py_None) < 0) {
        return NULL;
    }
    const ArrayKind *kind = ou_array_kind((Py_UCS4)code);
    if (kind == NULL) {
        PyErr_SetString(PyExc_ValueError, "bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)");
        return NULL;
    }
    if (initial != NULL && !accepts(kind, initial)) {
        return NULL;
    }
    Py_ssize_t n = initial == NULL        ? 0
                 : PyList_Check(initial)  ? PyList_GET_SIZE(initial)
                 : PyTuple_Check(initial) ? PyTuple_GET_SIZE(initial)
                                          : 0;
    PyObject *self = ou_array_new(type, kind, n); /* room for as many and no more */
    if (self == NULL || initial == NULL) {
        return self;
    }
    Py_SET_SIZE(self, 0);
    OU_HOLD(hold, &self);
    int status = fill((Array *)self, initial);
    OU_HOLD_END(hold);
    if (status < 0) {
        Py_CLEAR(self);
    }
    return self;
}

static void
array_dealloc(PyObject *op)
{
    Array *self = (Array *)op;
    if (self->weakreflist != NULL) {
        PyObject_ClearWeakRefs(op);
    }
    PyMem_Free(self->items);
    Py_TYPE(op)->tp_free(op);
}

/* ---- items and slices --------------------------------------------------------------------------------------------- */

static Py_ssize_t
array_length(PyObject *self)
{
    return Py_SIZE(self);
}

static PyObject *
array_item(PyObject *op, Py_ssize_t i)
{
    Array *self = (Array *)op;
    if ((size_t)i >= (size_t)Py_SIZE(self)) {
        PyErr_SetString(PyExc_IndexError, "array index out of range");
        return NULL;
    }
    return self->kind->get(place(self, i));
}

static int
array_ass_item(PyObject *op, Py_ssize_t i, PyObject *value)
{
    Array *self = (Array *)op;
    char item[ARRAY_ITEM_MAX];
    if ((size_t)i < (size_t)Py_SIZE(self) && value != NULL && self->kind->convert(value, item) < 0) {
        return -1;
    }
    if ((size_t)i >= (size_t)Py_SIZE(self)) { /* after the conversion, which may have shortened it */
        PyErr_SetString(PyExc_IndexError, "array assignment index out of range");
        return -1;
    }
    if (value == NULL) {
        return ou_array_remove(self, i);
    }
    memcpy(place(self, i), item, self->kind->item_size);
    return 0;
}

/* The index of an item from the front, which may still be out of range.  Returns -1 with an exception.  RE-ENTRANT. */
static int
index_of(PyObject *self, PyObject *key, Py_ssize_t *i)
{
    *i = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (*i == -1 && PyErr_Occurred()) {
        return -1;
    }
    *i += *i < 0 ? Py_SIZE(self) : 0;
    return 0;
}

static int
wrong_index(void)
{
    PyErr_SetString(PyExc_TypeError, "array indices must be integers");
    return -1;
}

static PyObject *
array_subscript(PyObject *op, PyObject *key)
{
    Array *self = (Array *)op;
    Py_ssize_t i, start, stop, step;
    if (PyIndex_Check(key)) {
        return index_of(op, key, &i) < 0 ? NULL : array_item(op, i);
    }
    if (!PySlice_Check(key)) {
        wrong_index();
        return NULL;
    }
    if (PySlice_Unpack(key, &start, &stop, &step) < 0) {
        return NULL;
    }
    Py_ssize_t n = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop, step);
    Array *part = (Array *)ou_array_new(&ou_array_type, self->kind, n);
    if (part == NULL || n == 0) {
        return (PyObject *)part;
    }
    if (step == 1) {
        memcpy(part->items, place(self, start), (size_t)n * self->kind->item_size);
        return (PyObject *)part;
    }
    for (i = 0; i < n; i++, start += step) {
        memcpy(place(part, i), place(self, start), self->kind->item_size);
    }
    return (PyObject *)part;
}

/* Remove the n items at start, start + step, ... */
static int
delete_stepped(Array *self, Py_ssize_t start, Py_ssize_t step, Py_ssize_t n)
{
    Py_ssize_t size = self->kind->item_size, length = Py_SIZE(self), to, from;
    if (step < 0) {
        start += (n - 1) * step;
        step = -step;
    }
    if (self->n_exports > 0) {
        return ou_array_resize(self, length - n);
    }
    for (to = from = start; from < length; from++) {
        if ((from - start) % step != 0 || (from - start) / step >= n) {
            memmove(place(self, to++), place(self, from), (size_t)size);
        }
    }
    return ou_array_resize(self, length - n);
}

static int
array_ass_subscript(PyObject *op, PyObject *key, PyObject *value)
{
    Array *self = (Array *)op, *other = (Array *)value;
    Py_ssize_t i, start, stop, step;
    if (PyIndex_Check(key)) {
        return index_of(op, key, &i) < 0 ? -1 : array_ass_item(op, i, value);
    }
    if (!PySlice_Check(key)) {
        return wrong_index();
    }
    if (PySlice_Unpack(key, &start, &stop, &step) < 0) {
        return -1;
    }
    Py_ssize_t n = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop, step), n_new = 0;
    if (value != NULL) {
        if (!Array_Check(value)) {
            PyErr_Format(PyExc_TypeError, "can only assign array (not \"%.200s\") to array slice", Py_TYPE(value)->tp_name);
            return -1;
        }
        if (other->kind != self->kind) {
            return PyErr_BadArgument() - 1;
        }
        n_new = Py_SIZE(other);
    }
    if ((step > 0 && stop < start) || (step < 0 && stop > start)) {
        stop = start;
    }
    if (n_new != n && self->n_exports > 0) {
        return ou_array_resize(self, -1);
    }
    if (value == NULL && step != 1) {
        return n == 0 ? 0 : delete_stepped(self, start, step, n);
    }
    if (step != 1 && n != n_new) {
        PyErr_Format(PyExc_ValueError, "attempt to assign array of size %zd to extended slice of size %zd", n_new, n);
        return -1;
    }
    char *items = other != NULL ? other->items : NULL, *copy = NULL;
    if (other == self && n_new > 0) {
        size_t bytes = (size_t)n_new * self->kind->item_size; /* it exists already: no overflow */
        items = copy = PyMem_Malloc(bytes);
        if (copy == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        memcpy(copy, self->items, bytes);
    }
    int status = step == 1 ? make_room(self, start, stop, n_new) : 0;
    for (i = 0; status == 0 && i < n_new; i++, start += step) {
        memcpy(place(self, start), items + i * self->kind->item_size, self->kind->item_size);
    }
    PyMem_Free(copy);
    return status;
}

static PyObject *
array_concat(PyObject *left, PyObject *right)
{
    Array *a = (Array *)left, *b = (Array *)right;
    if (!Array_Check(right)) {
        return PyErr_Format(PyExc_TypeError, "can only append array (not \"%.200s\") to array", Py_TYPE(right)->tp_name);
    }
    if (a->kind != b->kind) {
        PyErr_BadArgument();
        return NULL;
    }
    if (Py_SIZE(a) > PY_SSIZE_T_MAX - Py_SIZE(b)) {
        return PyErr_NoMemory();
    }
    Array *sum = (Array *)ou_array_new(&ou_array_type, a->kind, Py_SIZE(a) + Py_SIZE(b));
    if (sum != NULL && Py_SIZE(a) > 0) {
        memcpy(sum->items, a->items, (size_t)Py_SIZE(a) * a->kind->item_size);
    }
    if (sum != NULL && Py_SIZE(b) > 0) {
        memcpy(place(sum, Py_SIZE(a)), b->items, (size_t)Py_SIZE(b) * a->kind->item_size);
    }
    return (PyObject *)sum;
}

static PyObject *
array_inplace_concat(PyObject *self, PyObject *other)
{
    if (!Array_Check(other)) {
        return PyErr_Format(PyExc_TypeError, "can only extend array with array (not \"%.200s\")", Py_TYPE(other)->tp_name);
    }
    return ou_array_extend((Array *)self, other) < 0 ? NULL : Py_NewRef(self);
}

/* Write n more copies of the first `bytes` bytes behind them. */
static void
repeat_bytes(char *items, size_t bytes, Py_ssize_t n)
{
    size_t done = bytes, all = bytes * (size_t)n;
    while (done < all) {
        size_t more = Py_MIN(done, all - done);
        memcpy(items + done, items, more);
        done += more;
    }
}

static PyObject *
array_repeat(PyObject *op, Py_ssize_t n)
{
    Array *self = (Array *)op;
    Py_ssize_t length = Py_SIZE(self);
    n = Py_MAX(n, 0);
    if (length != 0 && n > PY_SSIZE_T_MAX / length) {
        return PyErr_NoMemory();
    }
    Array *all = (Array *)ou_array_new(&ou_array_type, self->kind, length * n);
    if (all != NULL && Py_SIZE(all) > 0) {
        memcpy(all->items, self->items, (size_t)length * self->kind->item_size);
        repeat_bytes(all->items, (size_t)length * self->kind->item_size, n);
    }
    return (PyObject *)all;
}

static PyObject *
array_inplace_repeat(PyObject *op, Py_ssize_t n)
{
    Array *self = (Array *)op;
    Py_ssize_t length = Py_SIZE(self);
    n = Py_MAX(n, 0);
    if (length > 0 && n != 1) {
        if (n > PY_SSIZE_T_MAX / length) {
            return PyErr_NoMemory();
        }
        if (ou_array_resize(self, length * n) < 0) {
            return NULL;
        }
        if (n > 1) {
            repeat_bytes(self->items, (size_t)length * self->kind->item_size, n);
        }
    }
    return Py_NewRef(op);
}

/* ---- comparing and showing ---------------------------------------------------------------------------------------- */

static PyObject *
array_richcompare(PyObject *left, PyObject *right, int operation)
{
    if (!Array_Check(left) || !Array_Check(right)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (Py_SIZE(left) != Py_SIZE(right) && (operation == Py_EQ || operation == Py_NE)) {
        return PyBool_FromLong(operation == Py_NE);
    }
    for (Py_ssize_t i = 0; i < Py_SIZE(left) && i < Py_SIZE(right); i++) {
        PyObject *a = array_item(left, i), *b = a == NULL ? NULL : array_item(right, i), *result = NULL;
        int equal = b == NULL ? -1 : PyObject_RichCompareBool(a, b, Py_EQ);
        if (equal == 0) {
            result = operation == Py_EQ ? Py_NewRef(Py_False)
                   : operation == Py_NE ? Py_NewRef(Py_True)
                                        : PyObject_RichCompare(a, b, operation);
        }
        Py_XDECREF(a);
        Py_XDECREF(b);
        if (equal <= 0) {
            return result;
        }
    }
    Py_RETURN_RICHCOMPARE(Py_SIZE(left), Py_SIZE(right), operation);
}

static PyObject *
array_repr(PyObject *op)
{
    Array *self = (Array *)op;
    if (Py_SIZE(self) == 0) {
        return PyUnicode_FromFormat("%s('%c')", _PyType_Name(Py_TYPE(op)), self->kind->code);
    }
    PyObject *items = self->kind->code == 'u' ? ou_array_tounicode(op, NULL) : ou_array_tolist(op, NULL), *text = NULL;
    if (items != NULL) {
        text = PyUnicode_FromFormat("%s('%c', %R)", _PyType_Name(Py_TYPE(op)), self->kind->code, items);
        Py_DECREF(items);
    }
    return text;
}

/* ---- buffers ------------------------------------------------------------------------------------------------------ */

static int
array_getbuffer(PyObject *op, Py_buffer *view, int flags)
{
    static char nothing[1];
    Array *self = (Array *)op;
    if (view == NULL) {
        PyErr_SetString(PyExc_BufferError, "array_buffer_getbuf: view==NULL argument is obsolete");
        return -1;
    }
    *view = (Py_buffer){
        .buf = self->items != NULL ? self->items : nothing,
        .obj = Py_NewRef(op),
        .len = Py_SIZE(self) * self->kind->item_size,
        .itemsize = self->kind->item_size,
        .ndim = 1,
        .format = flags & PyBUF_FORMAT ? (char *)self->kind->format : NULL,
    };
    view->shape = (flags & PyBUF_ND) == PyBUF_ND ? &((PyVarObject *)self)->ob_size : NULL;
    view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? &view->itemsize : NULL;
    self->n_exports++;
    return 0;
}

static void
array_releasebuffer(PyObject *self, Py_buffer *view)
{
    ((Array *)self)->n_exports--;
}

/* ---- iterating ---------------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    Py_ssize_t next;
    PyObject *array; /* owned; NULL when exhausted */
} ArrayIter;

OU_WALKER(array_iter)
{
    OU_EDGE_OF((ArrayIter *)self, array);
    return 0;
}

static PyObject *
array_iter(PyObject *self)
{
    ArrayIter *iter = PyObject_GC_New(ArrayIter, &ou_array_iter_type);
    if (iter != NULL) {
        iter->next = 0;
        iter->array = Py_NewRef(self);
        PyObject_GC_Track(iter);
    }
    return (PyObject *)iter;
}

static void
array_iter_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(((ArrayIter *)self)->array);
    PyObject_GC_Del(self);
}

static PyObject *
array_iter_next(PyObject *self)
{
    ArrayIter *iter = (ArrayIter *)self;
    if (iter->array == NULL) {
        return NULL;
    }
    if (iter->next < Py_SIZE(iter->array)) {
        return array_item(iter->array, iter->next++);
    }
    Py_CLEAR(iter->array);
    return NULL;
}

static PyObject *
array_iter_reduce(PyObject *self, PyObject *ignored)
{
    ArrayIter *iter = (ArrayIter *)self;
    PyObject *builtin = _PyEval_GetBuiltin(OU_STR(iter));
    if (builtin == NULL) {
        return NULL;
    }
    return iter->array == NULL ? Py_BuildValue("N(())", builtin) : Py_BuildValue("N(O)n", builtin, iter->array, iter->next);
}

static PyObject *
array_iter_setstate(PyObject *self, PyObject *state)
{
    ArrayIter *iter = (ArrayIter *)self;
    Py_ssize_t next = PyLong_AsSsize_t(state);
    if (next == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (iter->array != NULL) {
        iter->next = next < 0 ? 0 : Py_MIN(next, Py_SIZE(iter->array));
    }
    Py_RETURN_NONE;
}

static PyMethodDef array_iter_methods[] = {
    {"__reduce__", array_iter_reduce, METH_NOARGS, "__reduce__($self, /)\n--\n\nFor pickle."},
    {"__setstate__", array_iter_setstate, METH_O, "__setstate__($self, state, /)\n--\n\nFor pickle."},
    {NULL},
};

PyTypeObject ou_array_iter_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "array.arrayiterator",
    .tp_basicsize = sizeof(ArrayIter),
    .tp_dealloc = array_iter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = array_iter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = array_iter_next,
    .tp_methods = array_iter_methods,
};

/* ---- the type ----------------------------------------------------------------------------------------------------- */

static PySequenceMethods array_sequence = {
    .sq_length = array_length,
    .sq_concat = array_concat,
    .sq_repeat = array_repeat,
    .sq_item = array_item,
    .sq_ass_item = array_ass_item,
    .sq_contains = ou_array_contains,
    .sq_inplace_concat = array_inplace_concat,
    .sq_inplace_repeat = array_inplace_repeat,
};

static PyMappingMethods array_mapping = {
    .mp_length = array_length,
    .mp_subscript = array_subscript,
    .mp_ass_subscript = array_ass_subscript,
};

static PyBufferProcs array_buffer = {.bf_getbuffer = array_getbuffer, .bf_releasebuffer = array_releasebuffer};

PyTypeObject ou_array_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "array.array",
    .tp_basicsize = sizeof(Array),
    .tp_dealloc = array_dealloc,
    .tp_repr = array_repr,
    .tp_as_sequence = &array_sequence,
    .tp_as_mapping = &array_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_as_buffer = &array_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_SEQUENCE,
    .tp_doc = "array(typecode [, initializer]) -> array\n\nReturn a new array whose items are numbers of one C type, named by "
              "the type "
              "code, initialized from\na string, a bytes-like object, or any iterable.\n\n  b B  h H  i I  l L  q Q   "
              "integers, signed and "
              "unsigned, of 1, 2, 4, 8, 8 bytes\n  f d                     floating point, of 4 and 8 bytes\n  u               "
              "        a "
              "Unicode character",
    .tp_richcompare = array_richcompare,
    .tp_weaklistoffset = offsetof(Array, weakreflist),
    .tp_iter = array_iter,
    .tp_methods = ou_array_methods,
    .tp_getset = ou_array_getset,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = array_new,
};
