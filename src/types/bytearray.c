/* types/bytearray.c - bytearray: bytes that can change.
 *
 * Owns       the buffer at ob_bytes.
 * Invariant  ob_start lies in the buffer, and ob_start[ob_size] is NUL.  While ob_exports > 0 the buffer stays where it is
 *            and as long as it is: whoever would resize it gets BufferError.
 * Not here   the methods shared with bytes (bytes_methods.c). */
#define PY_SSIZE_T_CLEAN /* before Python.h: lengths of y# are Py_ssize_t */
#include "object/args.h"
#include "object/hold.h"
#include "object/walk.h"
#include "types/bytes.h"

char _PyByteArray_empty_string[] = "";

static int
check_exports(PyByteArrayObject *self)
{
    if (self->ob_exports > 0) {
        PyErr_SetString(PyExc_BufferError, "Existing exports of data: object cannot be re-sized");
        return -1;
    }
    return 0;
}

PyObject *
PyByteArray_FromStringAndSize(const char *data, Py_ssize_t size)
{
    if (size < 0 || size == PY_SSIZE_T_MAX) {
        PyErr_SetString(PyExc_SystemError, "Negative size passed to PyByteArray_FromStringAndSize");
        return NULL;
    }
    PyByteArrayObject *self = (PyByteArrayObject *)ou_object_new(&PyByteArray_Type);
    if (self == NULL || size == 0) {
        return (PyObject *)self;
    }
    self->ob_bytes = PyMem_Malloc((size_t)size + 1);
    if (self->ob_bytes == NULL) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    if (data != NULL) {
        memcpy(self->ob_bytes, data, (size_t)size);
    }
    self->ob_bytes[size] = 0;
    self->ob_start = self->ob_bytes;
    self->ob_alloc = size + 1;
    Py_SET_SIZE(self, size);
    return (PyObject *)self;
}

PyObject *
PyByteArray_FromObject(PyObject *op)
{
    return PyObject_CallOneArg((PyObject *)&PyByteArray_Type, op);
}

Py_ssize_t
PyByteArray_Size(PyObject *self)
{
    return Py_SIZE(self);
}

char *
PyByteArray_AsString(PyObject *self)
{
    return PyByteArray_AS_STRING(self);
}

/* PyByteArray_Resize: make it `size` bytes long; new ones are undefined.  Returns 0, or -1 and nothing changed. */
int
PyByteArray_Resize(PyObject *op, Py_ssize_t size)
{
    PyByteArrayObject *self = (PyByteArrayObject *)op;
    if (size == Py_SIZE(self)) {
        return 0;
    }
    if (check_exports(self) < 0) {
        return -1;
    }
    if (size < 0 || size > PY_SSIZE_T_MAX - 1) {
        PyErr_NoMemory();
        return -1;
    }
    Py_ssize_t offset = self->ob_bytes == NULL ? 0 : self->ob_start - self->ob_bytes;
    if (self->ob_bytes == NULL || offset + size + 1 > self->ob_alloc || size + 1 < self->ob_alloc / 2) {
        /* Room to grow where it grows by little; a first size and a great step are exact, as in CPython 3.11. */
        bool by_little = size >= self->ob_alloc / 2 && size - self->ob_alloc <= self->ob_alloc >> 3;
        Py_ssize_t cap = by_little ? size + (size >> 3) + (size < 9 ? 3 : 6) : size + 1;
        if (cap <= size) {
            cap = size + 1;
        }
        char *bytes = offset > 0 ? PyMem_Malloc((size_t)cap) : PyMem_Realloc(self->ob_bytes, (size_t)cap);
        if (bytes == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        if (offset > 0) {
            memcpy(bytes, self->ob_start, (size_t)Py_MIN(size, Py_SIZE(self)));
            PyMem_Free(self->ob_bytes);
        }
        self->ob_bytes = self->ob_start = bytes;
        self->ob_alloc = cap;
    }
    Py_SET_SIZE(self, size);
    self->ob_start[size] = 0;
    return 0;
}

PyObject *
PyByteArray_Concat(PyObject *left, PyObject *right)
{
    Py_buffer a, b;
    PyObject *result = NULL;
    if (PyObject_GetBuffer(left, &a, PyBUF_SIMPLE) < 0) {
        PyErr_Format(PyExc_TypeError, "can't concat %.100s to %.100s", Py_TYPE(right)->tp_name, Py_TYPE(left)->tp_name);
        return NULL;
    }
    if (PyObject_GetBuffer(right, &b, PyBUF_SIMPLE) < 0) {
        PyErr_Format(PyExc_TypeError, "can't concat %.100s to %.100s", Py_TYPE(right)->tp_name, Py_TYPE(left)->tp_name);
        PyBuffer_Release(&a);
        return NULL;
    }
    if (a.len > PY_SSIZE_T_MAX - 1 - b.len) {
        PyErr_NoMemory();
    }
    else if ((result = PyByteArray_FromStringAndSize(NULL, a.len + b.len)) != NULL) {
        memcpy(PyByteArray_AS_STRING(result), a.buf, (size_t)a.len);
        memcpy(PyByteArray_AS_STRING(result) + a.len, b.buf, (size_t)b.len);
    }
    PyBuffer_Release(&a);
    PyBuffer_Release(&b);
    return result;
}

OU_WALKER(bytearray)
{
    return 0;
}

static void
bytearray_dealloc(PyObject *op)
{
    PyByteArrayObject *self = (PyByteArrayObject *)op;
    if (self->ob_exports > 0) {
        PyErr_SetString(PyExc_SystemError, "deallocated bytearray object has exported buffers");
        PyErr_WriteUnraisable(NULL);
    }
    PyMem_Free(self->ob_bytes);
    Py_TYPE(op)->tp_free(op);
}

/* ---- changing ranges ----------------------------------------------------------------------------------------------- */

/* Replace [lo, hi) by n bytes that lie outside of self (data NULL: leave them undefined).  0 or -1. */
static int
splice(PyByteArrayObject *self, Py_ssize_t lo, Py_ssize_t hi, const char *data, Py_ssize_t n)
{
    Py_ssize_t size = Py_SIZE(self), growth = n - (hi - lo);
    if (growth != 0 && check_exports(self) < 0) {
        return -1;
    }
    if (growth < 0) {
        if (lo == 0 && self->ob_bytes != NULL) { /* removing at the front moves the start, not the rest */
            self->ob_start -= growth;
        }
        else {
            memmove(self->ob_start + lo + n, self->ob_start + hi, (size_t)(size - hi));
        }
        Py_SET_SIZE(self, size + growth);
        self->ob_start[size + growth] = 0;
        if (size + growth < self->ob_alloc / 2 && size + growth > 0) { /* give back what is far too much */
            memmove(self->ob_bytes, self->ob_start, (size_t)(size + growth) + 1);
            self->ob_start = self->ob_bytes;
            char *less = PyMem_Realloc(self->ob_bytes, (size_t)(size + growth) + 1);
            if (less != NULL) {
                self->ob_bytes = self->ob_start = less;
                self->ob_alloc = size + growth + 1;
            }
        }
    }
    else if (growth > 0) {
        if (size > PY_SSIZE_T_MAX - 1 - growth) {
            PyErr_NoMemory();
            return -1;
        }
        if (PyByteArray_Resize((PyObject *)self, size + growth) < 0) {
            return -1;
        }
        memmove(self->ob_start + lo + n, self->ob_start + hi, (size_t)(size - hi));
    }
    if (n > 0 && data != NULL) {
        memcpy(self->ob_start + lo, data, (size_t)n);
    }
    return 0;
}

/* self[lo:hi] = values; NULL deletes.  RE-ENTRANT. */
static int
set_slice(PyByteArrayObject *self, Py_ssize_t lo, Py_ssize_t hi, PyObject *values)
{
    Py_buffer view = {.buf = NULL, .len = 0, .obj = NULL};
    PyObject *copy = NULL;
    if (values == (PyObject *)self) { /* the source must not move under us */
        copy = PyByteArray_FromStringAndSize(PyByteArray_AS_STRING(values), Py_SIZE(values));
        values = copy;
        if (copy == NULL) {
            return -1;
        }
    }
    if (values != NULL && PyObject_GetBuffer(values, &view, PyBUF_SIMPLE) < 0) {
        PyErr_Format(PyExc_TypeError, "can't set bytearray slice from %.100s", Py_TYPE(values)->tp_name);
        Py_XDECREF(copy);
        return -1;
    }
    lo = Py_MAX(lo, 0);
    hi = Py_MIN(Py_MAX(hi, lo), Py_SIZE(self));
    lo = Py_MIN(lo, hi);
    int status = splice(self, lo, hi, view.buf, view.len);
    if (view.obj != NULL) {
        PyBuffer_Release(&view);
    }
    Py_XDECREF(copy);
    return status;
}

/* ---- items ----------------------------------------------------------------------------------------------------------- */

static Py_ssize_t
bytearray_length(PyObject *self)
{
    return Py_SIZE(self);
}

static PyObject *
bytearray_item(PyObject *self, Py_ssize_t i)
{
    if (i < 0 || i >= Py_SIZE(self)) {
        PyErr_SetString(PyExc_IndexError, "bytearray index out of range");
        return NULL;
    }
    return PyLong_FromLong((unsigned char)PyByteArray_AS_STRING(self)[i]);
}

static PyObject *
bytearray_subscript(PyObject *self, PyObject *key)
{
    if (PyIndex_Check(key)) {
        Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (i == -1 && PyErr_Occurred()) {
            return NULL;
        }
        return bytearray_item(self, i < 0 ? i + Py_SIZE(self) : i);
    }
    if (!PySlice_Check(key)) {
        PyErr_Format(PyExc_TypeError, "bytearray indices must be integers or slices, not %.200s", Py_TYPE(key)->tp_name);
        return NULL;
    }
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(key, &start, &stop, &step) < 0) {
        return NULL;
    }
    Py_ssize_t n = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop, step);
    PyObject *result = PyByteArray_FromStringAndSize(NULL, n);
    for (Py_ssize_t i = 0; result != NULL && i < n; i++, start += step) {
        PyByteArray_AS_STRING(result)[i] = PyByteArray_AS_STRING(self)[start];
    }
    return result;
}

static int
set_item(PyObject *self, Py_ssize_t i, PyObject *value)
{
    int byte = 0;
    i = i < 0 ? i + Py_SIZE(self) : i;
    if (i < 0 || i >= Py_SIZE(self)) {
        PyErr_SetString(PyExc_IndexError, "bytearray index out of range");
        return -1;
    }
    if (value == NULL) {
        return splice((PyByteArrayObject *)self, i, i + 1, NULL, 0);
    }
    byte = ou_byte_value(value, "byte must be in range(0, 256)"); /* RE-ENTRANT: __index__ may shrink self */
    if (byte < 0) {
        return -1;
    }
    if (i >= Py_SIZE(self)) {
        PyErr_SetString(PyExc_IndexError, "bytearray index out of range");
        return -1;
    }
    PyByteArray_AS_STRING(self)[i] = (char)byte;
    return 0;
}

static int
bytearray_ass_item(PyObject *self, Py_ssize_t i, PyObject *value)
{
    return set_item(self, i, value);
}

static int
set_stepped(PyByteArrayObject *self, Py_ssize_t start, Py_ssize_t step, Py_ssize_t n, PyObject *values)
{
    if (values == NULL) { /* delete every step-th */
        if (n == 0) {
            return 0;
        }
        if (check_exports(self) < 0) {
            return -1;
        }
        if (step < 0) {
            start += step * (n - 1);
            step = -step;
        }
        char *data = self->ob_start;
        Py_ssize_t to = start, size = Py_SIZE(self);
        for (Py_ssize_t from = start, left = n; from < size; from++) {
            if (left > 0 && (from - start) % step == 0) {
                left--;
            }
            else {
                data[to++] = data[from];
            }
        }
        return PyByteArray_Resize((PyObject *)self, to);
    }
    Py_buffer view;
    PyObject *copy = PyByteArray_FromObject(values);
    if (copy == NULL || PyObject_GetBuffer(copy, &view, PyBUF_SIMPLE) < 0) {
        Py_XDECREF(copy);
        return -1;
    }
    int status = 0;
    if (view.len == 0) { /* b[::2] = b"" deletes */
        status = set_stepped(self, start, step, n, NULL);
        n = 0;
    }
    else if (view.len != n) {
        PyErr_Format(PyExc_ValueError, "attempt to assign bytes of size %zd to extended slice of size %zd", view.len, n);
        status = -1;
    }
    for (Py_ssize_t i = 0; status == 0 && i < n; i++, start += step) {
        if (start >= 0 && start < Py_SIZE(self)) {
            self->ob_start[start] = ((char *)view.buf)[i];
        }
    }
    PyBuffer_Release(&view);
    Py_DECREF(copy);
    return status;
}

static int
bytearray_ass_subscript(PyObject *self, PyObject *key, PyObject *values)
{
    if (PyIndex_Check(key)) {
        Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
        return i == -1 && PyErr_Occurred() ? -1 : set_item(self, i, values);
    }
    if (!PySlice_Check(key)) {
        PyErr_Format(PyExc_TypeError, "bytearray indices must be integers or slices, not %.200s", Py_TYPE(key)->tp_name);
        return -1;
    }
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(key, &start, &stop, &step) < 0) {
        return -1;
    }
    PyObject *copy = NULL;
    if (values != NULL && !PyByteArray_Check(values) && !PyObject_CheckBuffer(values)) {
        if (PyLong_Check(values) || PyUnicode_Check(values)) {
            PyErr_SetString(PyExc_TypeError, "can assign only bytes, buffers, or iterables of ints in range(0, 256)");
            return -1;
        }
        values = copy = PyByteArray_FromObject(values); /* RE-ENTRANT: indices are computed after it */
        if (copy == NULL) {
            return -1;
        }
    }
    Py_ssize_t n = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop, step);
    if (step < 0 ? start < stop : start > stop) {
        stop = start;
    }
    int status = step == 1 ? set_slice((PyByteArrayObject *)self, start, stop, values)
                           : set_stepped((PyByteArrayObject *)self, start, step, n, values);
    Py_XDECREF(copy);
    return status;
}

static PyObject *
bytearray_repeat(PyObject *self, Py_ssize_t n)
{
    Py_ssize_t size = Py_SIZE(self), total;
    n = Py_MAX(n, 0);
    if (__builtin_mul_overflow(size, n, &total) || total > PY_SSIZE_T_MAX - 1) {
        return PyErr_NoMemory();
    }
    PyObject *result = PyByteArray_FromStringAndSize(NULL, total);
    if (result != NULL && total > 0) {
        ou_bytes_fill(PyByteArray_AS_STRING(result), total, PyByteArray_AS_STRING(self), size);
    }
    return result;
}

static PyObject *
bytearray_irepeat(PyObject *self, Py_ssize_t n)
{
    Py_ssize_t size = Py_SIZE(self), total;
    n = Py_MAX(n, 0);
    if (__builtin_mul_overflow(size, n, &total) || total > PY_SSIZE_T_MAX - 1) {
        return PyErr_NoMemory();
    }
    if (PyByteArray_Resize(self, total) < 0) {
        return NULL;
    }
    for (Py_ssize_t at = size; size > 0 && at < total; at += size) {
        memcpy(PyByteArray_AS_STRING(self) + at, PyByteArray_AS_STRING(self), (size_t)size);
    }
    return Py_NewRef(self);
}

static PyObject *
bytearray_iconcat(PyObject *self, PyObject *other)
{
    Py_buffer view;
    if (PyObject_GetBuffer(other, &view, PyBUF_SIMPLE) < 0) {
        PyErr_Format(PyExc_TypeError, "can't concat %.100s to %.100s", Py_TYPE(other)->tp_name, Py_TYPE(self)->tp_name);
        return NULL;
    }
    /* b += b is refused, unless b is empty: the source is an export of its own. */
    int status = splice((PyByteArrayObject *)self, Py_SIZE(self), Py_SIZE(self), view.buf, view.len);
    PyBuffer_Release(&view);
    return status < 0 ? NULL : Py_NewRef(self);
}

/* ---- methods of its own ------------------------------------------------------------------------------------------------- */

/* RE-ENTRANT: __index__ may change self. */
static int
append_item(PyByteArrayObject *self, PyObject *item)
{
    int byte = ou_byte_value(item, "byte must be in range(0, 256)");
    if (byte < 0 || check_exports(self) < 0) {
        return -1;
    }
    Py_ssize_t size = Py_SIZE(self), used = self->ob_bytes == NULL ? 0 : self->ob_start - self->ob_bytes + size + 1;
    if (used + 1 > self->ob_alloc && PyByteArray_Resize((PyObject *)self, size + 1) < 0) {
        return -1;
    }
    Py_SET_SIZE(self, size + 1);
    self->ob_start[size] = (char)byte;
    self->ob_start[size + 1] = 0;
    return 0;
}

PyObject *
ou_bytearray_append(PyObject *self, PyObject *item)
{
    if (append_item((PyByteArrayObject *)self, item) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyObject *
ou_bytearray_clear(PyObject *self, PyObject *ignored)
{
    if (PyByteArray_Resize(self, 0) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyObject *
ou_bytearray_copy(PyObject *self, PyObject *ignored)
{
    return PyByteArray_FromStringAndSize(PyByteArray_AS_STRING(self), Py_SIZE(self));
}

PyObject *
ou_bytearray_extend(PyObject *self, PyObject *iterable)
{
    if (PyObject_CheckBuffer(iterable)) {
        if (set_slice((PyByteArrayObject *)self, Py_SIZE(self), Py_SIZE(self), iterable) < 0) {
            return NULL;
        }
        Py_RETURN_NONE;
    }
    PyObject *iter = PyObject_GetIter(iterable);
    if (iter == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Format(PyExc_TypeError, "can't extend bytearray with %.100s", Py_TYPE(iterable)->tp_name);
        }
        return NULL;
    }
    OU_HOLD(h, &iter);
    PyObject *bytes = PyObject_LengthHint(iterable, 0) < 0 ? NULL : PyBytes_FromObject(iter); /* __len__ may raise */
    OU_HOLD_END(h);
    Py_DECREF(iter);
    if (bytes == NULL) {
        if (PyErr_ExceptionMatches(PyExc_ValueError)) {
            PyErr_SetString(PyExc_ValueError, "byte must be in range(0, 256)");
        }
        return NULL;
    }
    int status = set_slice((PyByteArrayObject *)self, Py_SIZE(self), Py_SIZE(self), bytes);
    Py_DECREF(bytes);
    if (status < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyObject *
ou_bytearray_insert(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("insert", n_args, 2, 2)) {
        return NULL;
    }
    Py_ssize_t i = ou_args_ssize(args[0]);
    if (i == -1 && PyErr_Occurred()) {
        return NULL;
    }
    int byte = ou_byte_value(args[1], "byte must be in range(0, 256)");
    char c = (char)byte;
    Py_ssize_t n = Py_SIZE(self);
    i = i < 0 ? Py_MAX(i + n, 0) : Py_MIN(i, n);
    if (byte < 0 || splice((PyByteArrayObject *)self, i, i, &c, 1) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyObject *
ou_bytearray_pop(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t i = -1;
    if (!_PyArg_CheckPositional("pop", n_args, 0, 1)
        || (n_args == 1 && (i = ou_args_ssize(args[0])) == -1 && PyErr_Occurred())) {
        return NULL;
    }
    Py_ssize_t n = Py_SIZE(self);
    if (n == 0) {
        PyErr_SetString(PyExc_IndexError, "pop from empty bytearray");
        return NULL;
    }
    i = i < 0 ? i + n : i;
    if (i < 0 || i >= n) {
        PyErr_SetString(PyExc_IndexError, "pop index out of range");
        return NULL;
    }
    int byte = (unsigned char)PyByteArray_AS_STRING(self)[i];
    return splice((PyByteArrayObject *)self, i, i + 1, NULL, 0) < 0 ? NULL : PyLong_FromLong(byte);
}

PyObject *
ou_bytearray_remove(PyObject *self, PyObject *value)
{
    int byte = ou_byte_value(value, "byte must be in range(0, 256)");
    if (byte < 0) {
        return NULL;
    }
    char *data = PyByteArray_AS_STRING(self), *found = memchr(data, byte, (size_t)Py_SIZE(self));
    if (found == NULL) {
        PyErr_SetString(PyExc_ValueError, "value not found in bytearray");
        return NULL;
    }
    if (splice((PyByteArrayObject *)self, found - data, found - data + 1, NULL, 0) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyObject *
ou_bytearray_reverse(PyObject *self, PyObject *ignored)
{
    char *data = PyByteArray_AS_STRING(self);
    for (Py_ssize_t i = 0, j = Py_SIZE(self) - 1; i < j; i++, j--) {
        char c = data[i];
        data[i] = data[j];
        data[j] = c;
    }
    Py_RETURN_NONE;
}

PyObject *
ou_bytearray_alloc(PyObject *self, PyObject *ignored)
{
    return PyLong_FromSsize_t(((PyByteArrayObject *)self)->ob_alloc);
}

PyObject *
ou_bytearray_sizeof(PyObject *self, PyObject *ignored)
{
    return PyLong_FromSsize_t(Py_TYPE(self)->tp_basicsize + ((PyByteArrayObject *)self)->ob_alloc);
}

static PyObject *
reduce(PyObject *self, int protocol)
{
    PyObject *state = _PyObject_GetState(self), *result = NULL;
    if (state == NULL) {
        return NULL;
    }
    if (Py_SIZE(self) == 0) {
        result = Py_BuildValue("(O()N)", Py_TYPE(self), state);
    }
    else if (protocol < 3) {
        PyObject *text = PyUnicode_DecodeLatin1(PyByteArray_AS_STRING(self), Py_SIZE(self), NULL);
        result = text == NULL ? NULL : Py_BuildValue("(O(Ns)N)", Py_TYPE(self), text, "latin-1", state);
    }
    else {
        result = Py_SIZE(self) > 0 ? Py_BuildValue("(O(N)N)", Py_TYPE(self), PyBytes_FromObject(self), state)
                                   : Py_BuildValue("(O()N)", Py_TYPE(self), state);
    }
    return result;
}

PyObject *
ou_bytearray_reduce(PyObject *self, PyObject *ignored)
{
    return reduce(self, 2);
}

PyObject *
ou_bytearray_reduce_ex(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    int protocol = 0;
    if (!_PyArg_CheckPositional("__reduce_ex__", n_args, 0, 1)
        || (n_args == 1 && (protocol = _PyLong_AsInt(args[0])) == -1 && PyErr_Occurred())) {
        return NULL;
    }
    return reduce(self, protocol);
}

/* ---- the type ------------------------------------------------------------------------------------------ */

/* Append each item of iterable; those before an error stay.  RE-ENTRANT. */
static int
fill(PyObject *self, PyObject *iterable)
{
    PyObject *iter = PyObject_GetIter(iterable), *item = NULL;
    if (iter == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Format(PyExc_TypeError, "cannot convert '%.200s' object to bytearray", Py_TYPE(iterable)->tp_name);
        }
        return -1;
    }
    OU_HOLD(hold, &iter, &item);
    int status = 0;
    while (status == 0 && (item = PyIter_Next(iter)) != NULL) {
        status = append_item((PyByteArrayObject *)self, item);
        Py_CLEAR(item);
    }
    OU_HOLD_END(hold);
    Py_DECREF(iter);
    return PyErr_Occurred() ? -1 : 0;
}

static int
bytearray_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"bytearray", {"source", "encoding", "errors"}, .n_positional = 3, .n_all = 3};
    PyObject *v[3], *bytes = NULL;
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0 || (Py_SIZE(self) != 0 && PyByteArray_Resize(self, 0) < 0)) {
        return -1;
    }
    const char *encoding = NULL, *errors = NULL;
    for (int i = 1; i < 3; i++) {
        if (v[i] != NULL && !PyUnicode_Check(v[i])) {
            _PyArg_BadArgument("bytearray", i == 1 ? "argument 'encoding'" : "argument 'errors'", "str", v[i]);
            return -1;
        }
    }
    if ((v[1] != NULL && (encoding = PyUnicode_AsUTF8(v[1])) == NULL)
        || (v[2] != NULL && (errors = PyUnicode_AsUTF8(v[2])) == NULL)) {
        return -1;
    }
    if (v[0] == NULL || !PyUnicode_Check(v[0])) {
        if (v[1] != NULL || v[2] != NULL) {
            PyErr_SetString(PyExc_TypeError,
                            v[1] != NULL ? "encoding without a string argument" : "errors without a string argument");
            return -1;
        }
    }
    if (v[0] == NULL) {
        return 0;
    }
    if (PyUnicode_Check(v[0])) {
        if (v[1] == NULL) {
            PyErr_SetString(PyExc_TypeError, "string argument without an encoding");
            return -1;
        }
        bytes = PyUnicode_AsEncodedString(v[0], encoding, errors);
    }
    else {
        Py_ssize_t size = ou_bytes_size_arg(v[0]);
        if (size == -1) {
            return -1;
        }
        if (size >= 0) {
            if (size > 0 && PyByteArray_Resize(self, size) < 0) {
                return -1;
            }
            memset(PyByteArray_AS_STRING(self), 0, (size_t)size);
            return 0;
        }
        if (!PyObject_CheckBuffer(v[0]) && !PyList_CheckExact(v[0]) && !PyTuple_CheckExact(v[0])) {
            return fill(self, v[0]);
        }
        bytes = PyBytes_FromObject(v[0]); /* what has a length: all at once */
        if (bytes == NULL && PyErr_ExceptionMatches(PyExc_ValueError)) {
            PyErr_SetString(PyExc_ValueError, "byte must be in range(0, 256)");
        }
    }
    int status = bytes == NULL ? -1 : set_slice((PyByteArrayObject *)self, 0, Py_SIZE(self), bytes);
    Py_XDECREF(bytes);
    return status;
}

static PyObject *
bytearray_repr(PyObject *self)
{
    char prefix[120];
    snprintf(prefix, sizeof prefix, "%.100s(b", _PyType_Name(Py_TYPE(self)));
    return ou_bytes_repr((unsigned char *)PyByteArray_AS_STRING(self), Py_SIZE(self), true, true, prefix, ")");
}

static PyObject *
bytearray_str(PyObject *self)
{
    if (Py_BytesWarningFlag && PyErr_WarnEx(PyExc_BytesWarning, "str() on a bytearray instance", 1) < 0) {
        return NULL;
    }
    return bytearray_repr(self);
}

static PyObject *
bytearray_richcompare(PyObject *left, PyObject *right, int op)
{
    Py_buffer a, b;
    if (!PyObject_CheckBuffer(left) || !PyObject_CheckBuffer(right)) {
        if (Py_BytesWarningFlag && (op == Py_EQ || op == Py_NE) && (PyUnicode_Check(left) || PyUnicode_Check(right))
            && PyErr_WarnEx(PyExc_BytesWarning, "Comparison between bytearray and string", 1) < 0) {
            return NULL;
        }
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (PyObject_GetBuffer(left, &a, PyBUF_SIMPLE) < 0) {
        PyErr_Clear();
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (PyObject_GetBuffer(right, &b, PyBUF_SIMPLE) < 0) {
        PyErr_Clear();
        PyBuffer_Release(&a);
        Py_RETURN_NOTIMPLEMENTED;
    }
    int order = memcmp(a.buf, b.buf, (size_t)Py_MIN(a.len, b.len));
    order = order != 0 ? order : a.len < b.len ? -1 : a.len > b.len;
    PyBuffer_Release(&a);
    PyBuffer_Release(&b);
    Py_RETURN_RICHCOMPARE(order, 0, op);
}

static int
bytearray_getbuffer(PyObject *self, Py_buffer *view, int flags)
{
    if (view == NULL) {
        PyErr_SetString(PyExc_BufferError, "bytearray_getbuffer: view==NULL argument is obsolete");
        return -1;
    }
    (void)PyBuffer_FillInfo(view, self, PyByteArray_AS_STRING(self), Py_SIZE(self), 0, flags);
    ((PyByteArrayObject *)self)->ob_exports++;
    return 0;
}

static void
bytearray_releasebuffer(PyObject *self, Py_buffer *view)
{
    ((PyByteArrayObject *)self)->ob_exports--;
}

static PySequenceMethods bytearray_sequence = {
    .sq_length = bytearray_length,
    .sq_concat = PyByteArray_Concat,
    .sq_repeat = bytearray_repeat,
    .sq_item = bytearray_item,
    .sq_ass_item = bytearray_ass_item,
    .sq_contains = ou_bytes_contains,
    .sq_inplace_concat = bytearray_iconcat,
    .sq_inplace_repeat = bytearray_irepeat,
};
static PyMappingMethods bytearray_mapping = {bytearray_length, bytearray_subscript, bytearray_ass_subscript};
static PyBufferProcs bytearray_buffer = {bytearray_getbuffer, bytearray_releasebuffer};
static PyNumberMethods bytearray_number = {.nb_remainder = ou_bytes_remainder};

PyTypeObject PyByteArray_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "bytearray",
    .tp_basicsize = sizeof(PyByteArrayObject),
    .tp_dealloc = bytearray_dealloc,
    .tp_repr = bytearray_repr,
    .tp_as_number = &bytearray_number,
    .tp_as_sequence = &bytearray_sequence,
    .tp_as_mapping = &bytearray_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_str = bytearray_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_as_buffer = &bytearray_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\n"
              "bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\nbytearray(int) -> that many zeros\n"
              "bytearray() -> empty bytearray",
    .tp_richcompare = bytearray_richcompare,
    .tp_iter = ou_bytes_iter,
    .tp_methods = ou_bytearray_methods,
    .tp_init = bytearray_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_Free,
};
