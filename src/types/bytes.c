/* types/bytes.c - bytes: making, items, comparison, the type.
 *
 * Owns       the bytes themselves, in the object.
 * Invariant  ob_sval[ob_size] is NUL.  The empty bytes object and those of one byte are each one object.
 * Not here   methods (bytes_methods.c), formatting (bytes_format.c), bytearray (bytearray.c). */
#include "base/hash.h"
#include "object/args.h"
#include "object/hold.h"
#include "object/walk.h"
#include "types/bytes.h"

/* One-byte and empty objects live as long as someone holds them: weakly kept. */
enum { HEAD = offsetof(PyBytesObject, ob_sval) };

static OU_ALWAYS_INLINE size_t
block_size(Py_ssize_t size)
{
    return (size_t)HEAD + (size_t)size + 1;
}

/* PyBytes_FromStringAndSize: new bytes; data NULL: contents undefined, to be filled by the caller. */
PyObject *
PyBytes_FromStringAndSize(const char *data, Py_ssize_t size)
{
    if (size < 0) {
        PyErr_SetString(PyExc_SystemError, "Negative size passed to PyBytes_FromStringAndSize");
        return NULL;
    }
    if (size > PY_SSIZE_T_MAX - HEAD - 1) {
        PyErr_SetString(PyExc_OverflowError, "byte string is too large");
        return NULL;
    }
    PyBytesObject *op = (PyBytesObject *)ou_object_new_fast(&PyBytes_Type, block_size(size));
    if (op == NULL) {
        return NULL;
    }
    op->ob_base.ob_size = size;
    op->ob_shash = -1;
    if (data != NULL && size > 0) {
        memcpy(op->ob_sval, data, (size_t)size);
    }
    op->ob_sval[size] = 0;
    return (PyObject *)op;
}

PyObject *
PyBytes_FromString(const char *text)
{
    return PyBytes_FromStringAndSize(text, (Py_ssize_t)strlen(text));
}

static void
bytes_dealloc(PyObject *self)
{
    if (PyBytes_CheckExact(self)) {
        ou_object_free_fast(self, block_size(Py_SIZE(self)));
    }
    else {
        Py_TYPE(self)->tp_free(self);
    }
}

/* _PyBytes_Resize: make *op, which nobody else knows, `size` bytes long.  On failure *op is NULL and dropped. */
int
_PyBytes_Resize(PyObject **op, Py_ssize_t size)
{
    PyObject *old = *op;
    if (!PyBytes_Check(old) || size < 0) {
        *op = NULL;
        Py_DECREF(old);
        PyErr_BadInternalCall();
        return -1;
    }
    if (Py_SIZE(old) == size) {
        return 0;
    }
    PyObject *made = NULL;
    if (Py_REFCNT(old) == 1 && PyBytes_CheckExact(old)) {
        made = ou_block_realloc(OU_FAMILY_PLAIN, old, block_size(size));
        if (made != NULL) {
            Py_SET_SIZE((PyVarObject *)made, size);
            ((PyBytesObject *)made)->ob_shash = -1;
            ((PyBytesObject *)made)->ob_sval[size] = 0;
            *op = made;
            return 0;
        }
        PyErr_NoMemory();
    }
    else {
        made = PyBytes_FromStringAndSize(NULL, size);
        if (made != NULL) {
            memcpy(PyBytes_AS_STRING(made), PyBytes_AS_STRING(old), (size_t)Py_MIN(size, Py_SIZE(old)));
        }
    }
    *op = made;
    Py_DECREF(old);
    return made == NULL ? -1 : 0;
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static int
check(PyObject *op)
{
    if (!PyBytes_Check(op)) {
        PyErr_Format(PyExc_TypeError, "expected bytes, %.200s found", Py_TYPE(op)->tp_name);
        return -1;
    }
    return 0;
}

Py_ssize_t
PyBytes_Size(PyObject *op)
{
    return check(op) < 0 ? -1 : Py_SIZE(op);
}

char *
PyBytes_AsString(PyObject *op)
{
    return check(op) < 0 ? NULL : PyBytes_AS_STRING(op);
}

int
PyBytes_AsStringAndSize(PyObject *op, char **data, Py_ssize_t *size)
{
    if (data == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (check(op) < 0) {
        return -1;
    }
    *data = PyBytes_AS_STRING(op);
    if (size != NULL) {
        *size = Py_SIZE(op);
    }
    else if (strlen(*data) != (size_t)Py_SIZE(op)) {
        PyErr_SetString(PyExc_ValueError, "embedded null byte");
        return -1;
    }
    return 0;
}

/* ---- building ----------------------------------------------------------------------------------------------------- */

void
PyBytes_Concat(PyObject **left, PyObject *right)
{
    if (*left == NULL) {
        return;
    }
    if (right == NULL) {
        Py_CLEAR(*left);
        return;
    }
    PyObject *old = *left;
    *left = PySequence_Concat(old, right);
    Py_DECREF(old);
}

void
PyBytes_ConcatAndDel(PyObject **left, PyObject *right)
{
    PyBytes_Concat(left, right);
    Py_XDECREF(right);
}

/* ---- text ------------------------------------------------------------------------------------------------------------ */

PyObject *
PyBytes_Repr(PyObject *self, int smart_quotes)
{
    const unsigned char *data = (const unsigned char *)PyBytes_AS_STRING(self);
    return ou_bytes_repr(data, Py_SIZE(self), smart_quotes != 0, false, "b", "");
}

/* See bytes.h. */
PyObject *
ou_bytes_repr(const unsigned char *data, Py_ssize_t size, bool smart_quotes, bool escape_single, const char *prefix,
              const char *suffix)
{
    Py_ssize_t n = 2 + (Py_ssize_t)strlen(prefix) + (Py_ssize_t)strlen(suffix);
    bool has_single = false, has_double = false;
    for (Py_ssize_t i = 0; i < size; i++) {
        unsigned char c = data[i];
        Py_ssize_t more = c == '\\' || c == '\t' || c == '\n' || c == '\r' ? 2 : c < ' ' || c >= 0x7f ? 4 : 1;
        has_single |= c == '\'';
        has_double |= c == '"';
        if (n > PY_SSIZE_T_MAX - more - 1) {
            PyErr_SetString(PyExc_OverflowError, "bytes object is too large to make repr");
            return NULL;
        }
        n += more;
    }
    char quote = smart_quotes && has_single && !has_double ? '"' : '\'';
    escape_single |= quote == '\'';
    for (Py_ssize_t i = 0; escape_single && has_single && i < size; i++) {
        n += data[i] == '\'';
    }
    PyObject *text = PyUnicode_New(n, 127);
    if (text == NULL) {
        return NULL;
    }
    static const char hex[] = "0123456789abcdef";
    char *to = (char *)PyUnicode_1BYTE_DATA(text);
    to = stpcpy(to, prefix);
    *to++ = quote;
    for (Py_ssize_t i = 0; i < size; i++) {
        unsigned char c = data[i];
        if (c == quote || c == '\\' || (c == '\'' && escape_single)) {
            *to++ = '\\';
            *to++ = (char)c;
        }
        else if (c == '\t' || c == '\n' || c == '\r') {
            *to++ = '\\';
            *to++ = c == '\t' ? 't' : c == '\n' ? 'n' : 'r';
        }
        else if (c < ' ' || c >= 0x7f) {
            *to++ = '\\';
            *to++ = 'x';
            *to++ = hex[c >> 4];
            *to++ = hex[c & 15];
        }
        else {
            *to++ = (char)c;
        }
    }
    *to++ = quote;
    memcpy(to, suffix, strlen(suffix) + 1);
    return text;
}

static PyObject *
bytes_repr(PyObject *self)
{
    return PyBytes_Repr(self, 1);
}

static PyObject *
bytes_str(PyObject *self)
{
    if (Py_BytesWarningFlag && PyErr_WarnEx(PyExc_BytesWarning, "str() on a bytes instance", 1) < 0) {
        return NULL;
    }
    return bytes_repr(self);
}

/* ---- the protocols ---------------------------------------------------------------------------------------------------- */

static Py_ssize_t
bytes_length(PyObject *self)
{
    return Py_SIZE(self);
}

static PyObject *
bytes_concat(PyObject *left, PyObject *right)
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
    if (a.len == 0 && PyBytes_CheckExact(right)) {
        result = Py_NewRef(right);
    }
    else if (b.len == 0 && PyBytes_CheckExact(left)) {
        result = Py_NewRef(left);
    }
    else if (a.len > PY_SSIZE_T_MAX - b.len) {
        PyErr_NoMemory();
    }
    else if ((result = PyBytes_FromStringAndSize(NULL, a.len + b.len)) != NULL) {
        memcpy(PyBytes_AS_STRING(result), a.buf, (size_t)a.len);
        memcpy(PyBytes_AS_STRING(result) + a.len, b.buf, (size_t)b.len);
    }
    PyBuffer_Release(&a);
    PyBuffer_Release(&b);
    return result;
}

static PyObject *
bytes_repeat(PyObject *self, Py_ssize_t n)
{
    Py_ssize_t size = Py_SIZE(self), total;
    n = n < 0 ? 0 : n;
    if (__builtin_mul_overflow(size, n, &total) || total > PY_SSIZE_T_MAX - HEAD - 1) {
        PyErr_SetString(PyExc_OverflowError, "repeated bytes are too long");
        return NULL;
    }
    if (total == size && PyBytes_CheckExact(self)) {
        return Py_NewRef(self);
    }
    PyObject *result = PyBytes_FromStringAndSize(NULL, total);
    if (result != NULL) {
        ou_bytes_fill(PyBytes_AS_STRING(result), total, PyBytes_AS_STRING(self), size);
    }
    return result;
}

/* Fill `total` bytes with repetitions of `unit`. */
void
ou_bytes_fill(char *to, Py_ssize_t total, const char *unit, Py_ssize_t size)
{
    if (size == 1) {
        memset(to, *unit, (size_t)total);
        return;
    }
    Py_ssize_t done = Py_MIN(size, total);
    memcpy(to, unit, (size_t)done);
    while (done < total) { /* double what is there */
        Py_ssize_t more = Py_MIN(done, total - done);
        memcpy(to + done, to, (size_t)more);
        done += more;
    }
}

static PyObject *
bytes_item(PyObject *self, Py_ssize_t i)
{
    if (i < 0 || i >= Py_SIZE(self)) {
        PyErr_SetString(PyExc_IndexError, "index out of range");
        return NULL;
    }
    return PyLong_FromLong((unsigned char)PyBytes_AS_STRING(self)[i]);
}

static PyObject *
bytes_subscript(PyObject *self, PyObject *key)
{
    if (PyIndex_Check(key)) {
        Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (i == -1 && PyErr_Occurred()) {
            return NULL;
        }
        return bytes_item(self, i < 0 ? i + Py_SIZE(self) : i);
    }
    if (!PySlice_Check(key)) {
        PyErr_Format(PyExc_TypeError, "byte indices must be integers or slices, not %.200s", Py_TYPE(key)->tp_name);
        return NULL;
    }
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(key, &start, &stop, &step) < 0) {
        return NULL;
    }
    Py_ssize_t n = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop, step);
    if (step == 1) {
        return n == Py_SIZE(self) && PyBytes_CheckExact(self) ? Py_NewRef(self)
                                                              : PyBytes_FromStringAndSize(PyBytes_AS_STRING(self) + start, n);
    }
    PyObject *result = PyBytes_FromStringAndSize(NULL, n);
    for (Py_ssize_t i = 0; result != NULL && i < n; i++, start += step) {
        PyBytes_AS_STRING(result)[i] = PyBytes_AS_STRING(self)[start];
    }
    return result;
}

static PyObject *
bytes_richcompare(PyObject *left, PyObject *right, int op)
{
    if (!PyBytes_Check(left) || !PyBytes_Check(right)) {
        if (Py_BytesWarningFlag && (op == Py_EQ || op == Py_NE)) {
            const char *text = PyUnicode_Check(left) || PyUnicode_Check(right) ? "Comparison between bytes and string"
                             : PyLong_Check(left) || PyLong_Check(right)       ? "Comparison between bytes and int"
                                                                               : NULL;
            if (text != NULL && PyErr_WarnEx(PyExc_BytesWarning, text, 1) < 0) {
                return NULL;
            }
        }
        Py_RETURN_NOTIMPLEMENTED;
    }
    Py_ssize_t a = Py_SIZE(left), b = Py_SIZE(right);
    if ((op == Py_EQ || op == Py_NE) && a != b) {
        return PyBool_FromLong(op == Py_NE);
    }
    int order = left == right ? 0 : memcmp(PyBytes_AS_STRING(left), PyBytes_AS_STRING(right), (size_t)Py_MIN(a, b));
    order = order != 0 ? order : a < b ? -1 : a > b;
    Py_RETURN_RICHCOMPARE(order, 0, op);
}

static Py_hash_t
bytes_hash(PyObject *self)
{
    PyBytesObject *op = (PyBytesObject *)self;
    if (op->ob_shash == -1) {
        op->ob_shash = ou_hash_bytes(op->ob_sval, (size_t)Py_SIZE(self));
    }
    return op->ob_shash;
}

static int
bytes_getbuffer(PyObject *self, Py_buffer *view, int flags)
{
    return PyBuffer_FillInfo(view, self, PyBytes_AS_STRING(self), Py_SIZE(self), 1, flags);
}

static PySequenceMethods bytes_sequence = {
    .sq_length = bytes_length,
    .sq_concat = bytes_concat,
    .sq_repeat = bytes_repeat,
    .sq_item = bytes_item,
    .sq_contains = ou_bytes_contains,
};
static PyMappingMethods bytes_mapping = {bytes_length, bytes_subscript, NULL};
static PyBufferProcs bytes_buffer = {bytes_getbuffer, NULL};
static PyNumberMethods bytes_number = {.nb_remainder = ou_bytes_remainder};

PyTypeObject PyBytes_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "bytes",
    .tp_basicsize = HEAD + 1,
    .tp_itemsize = 1,
    .tp_dealloc = bytes_dealloc,
    .tp_repr = bytes_repr,
    .tp_as_number = &bytes_number,
    .tp_as_sequence = &bytes_sequence,
    .tp_as_mapping = &bytes_mapping,
    .tp_hash = bytes_hash,
    .tp_str = bytes_str,
    .tp_as_buffer = &bytes_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_BYTES_SUBCLASS | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\n"
              "bytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\nbytes(int) -> bytes object of that size, zeros\n"
              "bytes() -> empty bytes object",
    .tp_richcompare = bytes_richcompare,
    .tp_iter = ou_bytes_iter,
    .tp_methods = ou_bytes_methods,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = ou_bytes_new,
    .tp_free = PyObject_Free,
};
