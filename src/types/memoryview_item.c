/* types/memoryview_item.c - the items of a memoryview: reading, writing, slices, comparing, casting.
 *
 * Invariant  whatever runs Python code (an index, a value's conversion) is done before memory is touched, and the view is
 *            checked for release again after it.
 * Not here   making and releasing views (memoryview.c). */
#include "object/args.h"
#include "object/hold.h"
#include "types/memoryview.h"

#define VIEW(op) ((PyMemoryViewObject *)(op))

/* ---- formats ----------------------------------------------------------------------------------------------------- */

char
ou_memoryview_native(const char *format)
{
    format += format[0] == '@';
    return format[0] != 0 && format[1] == 0 && ou_memoryview_item_size(format[0]) > 0 ? format[0] : 0;
}

Py_ssize_t
ou_memoryview_item_size(char format)
{
    switch (format) {
    case 'c':
    case 'b':
    case 'B':
    case '?': return 1;
    case 'h':
    case 'H': return sizeof(short);
    case 'i':
    case 'I': return sizeof(int);
    case 'l':
    case 'L': return sizeof(long);
    case 'q':
    case 'Q': return sizeof(long long);
    case 'n':
    case 'N': return sizeof(Py_ssize_t);
    case 'f': return sizeof(float);
    case 'd': return sizeof(double);
    case 'P': return sizeof(void *);
    default: return 0;
    }
}

static PyObject *
not_supported(const char *format)
{
    PyErr_Format(PyExc_NotImplementedError, "memoryview: format %s not supported", format);
    return NULL;
}

#define READ(type, at)                        \
    ({                                        \
        type value_;                          \
        memcpy(&value_, (at), sizeof value_); \
        value_;                               \
    })

static PyObject *
unpack_native(char format, const char *at)
{
    switch (format) {
    case 'B': return PyLong_FromLong(*(const unsigned char *)at);
    case 'b': return PyLong_FromLong(*(const signed char *)at);
    case 'c': return PyBytes_FromStringAndSize(at, 1);
    case '?': return PyBool_FromLong(*at != 0);
    case 'h': return PyLong_FromLong(READ(short, at));
    case 'H': return PyLong_FromLong(READ(unsigned short, at));
    case 'i': return PyLong_FromLong(READ(int, at));
    case 'I': return PyLong_FromUnsignedLong(READ(unsigned, at));
    case 'l': return PyLong_FromLong(READ(long, at));
    case 'L': return PyLong_FromUnsignedLong(READ(unsigned long, at));
    case 'q': return PyLong_FromLongLong(READ(long long, at));
    case 'Q': return PyLong_FromUnsignedLongLong(READ(unsigned long long, at));
    case 'n': return PyLong_FromSsize_t(READ(Py_ssize_t, at));
    case 'N': return PyLong_FromSize_t(READ(size_t, at));
    case 'f': return PyFloat_FromDouble((double)READ(float, at));
    case 'd': return PyFloat_FromDouble(READ(double, at));
    default: return PyLong_FromVoidPtr(READ(void *, at));
    }
}

/* One item as an object.  Refs new.  Errors NotImplementedError for a format that is not native. */
static PyObject *
memoryview_unpack(PyMemoryViewObject *self, const char *at)
{
    char format = ou_memoryview_native(self->view.format);
    return format == 0 ? not_supported(self->view.format) : unpack_native(format, at);
}

/* The bytes of `value` in a native format; at most 8.  Returns 0, or -1 with an error set.  RE-ENTRANT. */
static int
pack_native(char format, PyObject *value, void *out)
{
    if (format == 'c') {
        if (!PyBytes_Check(value)) {
            PyErr_SetNone(PyExc_TypeError);
            return -1;
        }
        if (PyBytes_GET_SIZE(value) != 1) {
            PyErr_SetNone(PyExc_ValueError);
            return -1;
        }
        memcpy(out, PyBytes_AS_STRING(value), 1);
        return 0;
    }
    if (format == '?') {
        int truth = PyObject_IsTrue(value);
        *(char *)out = truth > 0;
        return truth < 0 ? -1 : 0;
    }
    if (format == 'f' || format == 'd') {
        double number = PyFloat_AsDouble(value);
        if (number == -1.0 && PyErr_Occurred()) {
            return -1;
        }
        float single = (float)number;
        memcpy(out, format == 'f' ? (void *)&single : (void *)&number, format == 'f' ? sizeof single : sizeof number);
        return 0;
    }
    if (format == 'P') {
        void *pointer = PyLong_AsVoidPtr(value);
        if (pointer == NULL && PyErr_Occurred()) {
            return -1;
        }
        memcpy(out, &pointer, sizeof pointer);
        return 0;
    }
    PyObject *number = PyNumber_Index(value);
    if (number == NULL) {
        return -1;
    }
    Py_ssize_t size = ou_memoryview_item_size(format);
    bool is_signed = strchr("bhilqn", format) != NULL;
    int status = 0;
    if (is_signed) {
        long wide = PyLong_AsLong(number);
        status = wide == -1 && PyErr_Occurred() ? -1 : 0;
        int shift = 64 - 8 * (int)size;
        if (status == 0 && (long)((unsigned long)wide << shift) >> shift != wide) {
            PyErr_SetNone(PyExc_OverflowError);
            status = -1;
        }
        memcpy(out, &wide, (size_t)size); /* little-endian */
    }
    else {
        unsigned long wide = PyLong_AsUnsignedLong(number);
        status = wide == (unsigned long)-1 && PyErr_Occurred() ? -1 : 0;
        if (status == 0 && size < 8 && wide >> (8 * size) != 0) {
            PyErr_SetNone(PyExc_OverflowError);
            status = -1;
        }
        memcpy(out, &wide, (size_t)size);
    }
    Py_DECREF(number);
    return status;
}

/* Store `value` at an item.  RE-ENTRANT. */
static int
pack_item(PyMemoryViewObject *self, char *at, PyObject *value)
{
    char format = ou_memoryview_native(self->view.format), bytes[8];
    if (format == 0) {
        not_supported(self->view.format);
        return -1;
    }
    if (pack_native(format, value, bytes) < 0) {
        const char *text = self->view.format + (self->view.format[0] == '@');
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Format(PyExc_TypeError, "memoryview: invalid type for format '%s'", text);
        }
        else if (PyErr_ExceptionMatches(PyExc_OverflowError) || PyErr_ExceptionMatches(PyExc_ValueError)) {
            PyErr_Format(PyExc_ValueError, "memoryview: invalid value for format '%s'", text);
        }
        return -1;
    }
    if (ou_memoryview_check(self) < 0) { /* the conversion may have released it */
        return -1;
    }
    memcpy(at, bytes, (size_t)self->view.itemsize);
    return 0;
}

/* ---- places -------------------------------------------------------------------------------------------------------- */

/* The address of one item in dimension d, from the address of the whole.  NULL with IndexError set. */
static char *
step_to(const Py_buffer *view, char *at, Py_ssize_t index, int d)
{
    Py_ssize_t n = view->shape[d];
    index += index < 0 ? n : 0;
    if (index < 0 || index >= n) {
        PyErr_Format(PyExc_IndexError, "index out of bounds on dimension %d", d + 1);
        return NULL;
    }
    at += view->strides[d] * index;
    if (view->suboffsets != NULL && view->suboffsets[d] >= 0) {
        at = *(char **)at + view->suboffsets[d];
    }
    return at;
}

/* The item that a tuple of indexes names.  RE-ENTRANT. */
static char *
place_of_tuple(PyMemoryViewObject *self, PyObject *tuple)
{
    const Py_buffer *view = &self->view;
    Py_ssize_t n = PyTuple_GET_SIZE(tuple), index[PyBUF_MAX_NDIM];
    if (n > view->ndim) {
        PyErr_Format(PyExc_TypeError, "cannot index %zd-dimension view with %zd-element tuple", (Py_ssize_t)view->ndim, n);
        return NULL;
    }
    for (Py_ssize_t d = 0; d < n; d++) {
        index[d] = PyNumber_AsSsize_t(PyTuple_GET_ITEM(tuple, d), PyExc_IndexError);
        if (index[d] == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (ou_memoryview_check(self) < 0) {
        return NULL;
    }
    char *at = view->buf;
    for (int d = 0; d < n && at != NULL; d++) {
        at = step_to(view, at, index[d], d);
    }
    return at;
}

typedef enum { KEY_INDEX, KEY_SLICE, KEY_INDEXES, KEY_SLICES, KEY_WRONG } KeyKind;

static KeyKind
kind_of_key(PyObject *key)
{
    if (PyIndex_Check(key)) {
        return KEY_INDEX;
    }
    if (PySlice_Check(key)) {
        return KEY_SLICE;
    }
    if (!PyTuple_Check(key)) {
        return KEY_WRONG;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(key), n_indexes = 0, n_slices = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        n_indexes += PyIndex_Check(PyTuple_GET_ITEM(key, i)) != 0;
        n_slices += PySlice_Check(PyTuple_GET_ITEM(key, i)) != 0;
    }
    return n_indexes == n ? KEY_INDEXES : n_slices == n ? KEY_SLICES : KEY_WRONG;
}

static PyObject *
wrong_key(void)
{
    PyErr_SetString(PyExc_TypeError, "memoryview: invalid slice key");
    return NULL;
}

/* Narrow the first dimension of `view`, whose shape and strides are the caller's own. */
static void
narrow(Py_buffer *view, Py_ssize_t start, Py_ssize_t step, Py_ssize_t n)
{
    view->buf = (char *)view->buf + view->strides[0] * start;
    view->shape[0] = n;
    view->strides[0] *= step;
}

static Py_ssize_t
product(const Py_buffer *view)
{
    Py_ssize_t n = view->itemsize;
    for (int d = 0; d < view->ndim; d++) {
        n *= view->shape[d];
    }
    return n;
}

static PyObject *
slice_view(PyMemoryViewObject *self, PyObject *slice)
{
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(slice, &start, &stop, &step) < 0 || ou_memoryview_check(self) < 0) {
        return NULL;
    }
    Py_ssize_t n = PySlice_AdjustIndices(self->view.shape[0], &start, &stop, step);
    PyMemoryViewObject *part = ou_memoryview_share(self->mbuf, &self->view);
    if (part == NULL) {
        return NULL;
    }
    narrow(&part->view, start, step, n);
    part->view.len = product(&part->view);
    ou_memoryview_set_flags(part);
    return (PyObject *)part;
}

PyObject *
ou_memoryview_item(PyObject *op, Py_ssize_t index)
{
    PyMemoryViewObject *self = VIEW(op);
    if (ou_memoryview_check(self) < 0) {
        return NULL;
    }
    if (ou_memoryview_native(self->view.format) == 0) {
        return not_supported(self->view.format);
    }
    if (self->view.ndim == 0) {
        PyErr_SetString(PyExc_TypeError, "invalid indexing of 0-dim memory");
        return NULL;
    }
    if (self->view.ndim > 1) {
        PyErr_SetString(PyExc_NotImplementedError, "multi-dimensional sub-views are not implemented");
        return NULL;
    }
    char *at = step_to(&self->view, self->view.buf, index, 0);
    return at == NULL ? NULL : memoryview_unpack(self, at);
}

PyObject *
ou_memoryview_subscript(PyObject *op, PyObject *key)
{
    PyMemoryViewObject *self = VIEW(op);
    if (ou_memoryview_check(self) < 0) {
        return NULL;
    }
    if (self->view.ndim == 0) {
        if (PyTuple_Check(key) && PyTuple_GET_SIZE(key) == 0) {
            return memoryview_unpack(self, self->view.buf);
        }
        if (key == Py_Ellipsis) {
            return Py_NewRef(op);
        }
        PyErr_SetString(PyExc_TypeError, "invalid indexing of 0-dim memory");
        return NULL;
    }
    switch (kind_of_key(key)) {
    case KEY_INDEX: {
        Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
        return index == -1 && PyErr_Occurred() ? NULL : ou_memoryview_item(op, index);
    }
    case KEY_SLICE: return slice_view(self, key);
    case KEY_INDEXES: {
        if (PyTuple_GET_SIZE(key) < self->view.ndim) {
            PyErr_SetString(PyExc_NotImplementedError, "sub-views are not implemented");
            return NULL;
        }
        char *at = place_of_tuple(self, key);
        return at == NULL ? NULL : memoryview_unpack(self, at);
    }
    case KEY_SLICES: PyErr_SetString(PyExc_NotImplementedError, "multi-dimensional slicing is not implemented"); return NULL;
    default: return wrong_key();
    }
}

/* ---- writing --------------------------------------------------------------------------------------------------------- */

static bool
same_structure(const Py_buffer *a, const Py_buffer *b)
{
    const char *fa = a->format + (a->format[0] == '@'), *fb = b->format ? b->format + (b->format[0] == '@') : "B";
    if (strcmp(fa, fb) != 0 || a->itemsize != b->itemsize || a->ndim != b->ndim) {
        return false;
    }
    for (int d = 0; d < a->ndim; d++) {
        Py_ssize_t na = a->shape[d], nb = b->shape != NULL ? b->shape[d] : b->len / b->itemsize;
        if (na != nb) {
            return false;
        }
        if (na == 0) {
            break;
        }
    }
    return true;
}

/* Items of one dimension from one strided place to another, which may overlap.  Returns 0, or -1 with MemoryError. */
static int
copy_row(const Py_buffer *to, const Py_buffer *from)
{
    Py_ssize_t n = to->shape[0], size = to->itemsize;
    if (PyBuffer_IsContiguous(to, 'C') && PyBuffer_IsContiguous(from, 'C')) {
        memmove(to->buf, from->buf, (size_t)(n * size));
        return 0;
    }
    char *row = PyMem_Malloc((size_t)(n * size));
    if (row == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        memcpy(row + i * size, PyBuffer_GetPointer(from, &i), (size_t)size);
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        memcpy(PyBuffer_GetPointer(to, &i), row + i * size, (size_t)size);
    }
    PyMem_Free(row);
    return 0;
}

/* self[slice] = value.  RE-ENTRANT. */
static int
assign_slice(PyMemoryViewObject *self, PyObject *slice, PyObject *value)
{
    Py_ssize_t start, stop, step;
    Py_buffer from;
    if (PyObject_GetBuffer(value, &from, PyBUF_FULL_RO) < 0) {
        return -1;
    }
    int status = PySlice_Unpack(slice, &start, &stop, &step);
    if (status == 0 && (status = ou_memoryview_check(self)) == 0) {
        Py_ssize_t n = PySlice_AdjustIndices(self->view.shape[0], &start, &stop, step);
        Py_buffer to = self->view;
        Py_ssize_t shape[1] = {to.shape[0]}, strides[1] = {to.strides[0]}, suboffsets[1], one[2];
        to.shape = shape;
        to.strides = strides;
        if (to.suboffsets != NULL) {
            suboffsets[0] = to.suboffsets[0];
            to.suboffsets = suboffsets;
        }
        narrow(&to, start, step, n);
        to.len = n * to.itemsize;
        if (!same_structure(&to, &from)) {
            PyErr_SetString(PyExc_ValueError, "memoryview assignment: lvalue and rvalue have different structures");
            status = -1;
        }
        else {
            if (from.shape == NULL) {
                one[0] = from.len / from.itemsize;
                from.shape = &one[0];
            }
            if (from.strides == NULL) {
                one[1] = from.itemsize;
                from.strides = &one[1];
            }
            status = copy_row(&to, &from);
        }
    }
    PyBuffer_Release(&from);
    return status;
}

int
ou_memoryview_ass_subscript(PyObject *op, PyObject *key, PyObject *value)
{
    PyMemoryViewObject *self = VIEW(op);
    Py_buffer *view = &self->view;
    if (ou_memoryview_check(self) < 0) {
        return -1;
    }
    if (ou_memoryview_native(view->format) == 0) {
        not_supported(view->format);
        return -1;
    }
    if (view->readonly) {
        PyErr_SetString(PyExc_TypeError, "cannot modify read-only memory");
        return -1;
    }
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "cannot delete memory");
        return -1;
    }
    if (view->ndim == 0) {
        if (key == Py_Ellipsis || (PyTuple_Check(key) && PyTuple_GET_SIZE(key) == 0)) {
            return pack_item(self, view->buf, value);
        }
        PyErr_SetString(PyExc_TypeError, "invalid indexing of 0-dim memory");
        return -1;
    }
    char *at;
    switch (kind_of_key(key)) {
    case KEY_INDEX: {
        if (view->ndim > 1) {
            PyErr_SetString(PyExc_NotImplementedError, "sub-views are not implemented");
            return -1;
        }
        Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if ((index == -1 && PyErr_Occurred()) || ou_memoryview_check(self) < 0) {
            return -1;
        }
        at = step_to(view, view->buf, index, 0);
        return at == NULL ? -1 : pack_item(self, at, value);
    }
    case KEY_SLICE:
        if (view->ndim == 1) {
            return assign_slice(self, key, value);
        }
        PyErr_SetString(PyExc_NotImplementedError, "memoryview slice assignments are currently restricted to ndim = 1");
        return -1;
    case KEY_INDEXES:
        if (PyTuple_GET_SIZE(key) < view->ndim) {
            PyErr_SetString(PyExc_NotImplementedError, "sub-views are not implemented");
            return -1;
        }
        at = place_of_tuple(self, key);
        return at == NULL ? -1 : pack_item(self, at, value);
    case KEY_SLICES:
        PyErr_SetString(PyExc_NotImplementedError, "memoryview slice assignments are currently restricted to ndim = 1");
        return -1;
    default: wrong_key(); return -1;
    }
}

/* ---- lists ------------------------------------------------------------------------------------------------------------ */

/* The items from dimension d on, as nested lists.  At most 64 levels. */
static PyObject *
list_from(const Py_buffer *view, char format, char *at, int d)
{
    if (d == view->ndim) {
        return unpack_native(format, at);
    }
    PyObject *list = PyList_New(view->shape[d]);
    for (Py_ssize_t i = 0; list != NULL && i < view->shape[d]; i++) {
        PyObject *item = list_from(view, format, step_to(view, at, i, d), d + 1);
        if (item == NULL) {
            Py_CLEAR(list);
            break;
        }
        PyList_SET_ITEM(list, i, item);
    }
    return list;
}

PyObject *
ou_memoryview_tolist(PyObject *op, PyObject *ignored)
{
    PyMemoryViewObject *self = VIEW(op);
    if (ou_memoryview_check(self) < 0) {
        return NULL;
    }
    char format = ou_memoryview_native(self->view.format);
    return format == 0 ? not_supported(self->view.format) : list_from(&self->view, format, self->view.buf, 0);
}

/* ---- comparing ---------------------------------------------------------------------------------------------------------- */

/* How one side's items become objects: natively, or through struct.unpack. */
typedef struct {
    const Py_buffer *view;
    char format;      /* native, or 0 */
    PyObject *unpack; /* bound method of a Struct, owned, or NULL */
} Side;

static int
side_init(Side *side, const Py_buffer *view)
{
    *side = (Side){.view = view, .format = ou_memoryview_native(view->format != NULL ? view->format : "B")};
    if (side->format != 0) {
        return 0;
    }
    PyObject *module = PyImport_ImportModule("struct"), *object = NULL;
    if (module != NULL) {
        object = PyObject_CallMethod(module, "Struct", "s", view->format);
        Py_DECREF(module);
    }
    if (object != NULL) {
        side->unpack = PyObject_GetAttrString(object, "unpack");
        Py_DECREF(object);
    }
    return side->unpack == NULL ? -1 : 0;
}

static PyObject *
side_item(const Side *side, const char *at)
{
    if (side->format != 0) {
        return unpack_native(side->format, at);
    }
    PyObject *bytes = PyBytes_FromStringAndSize(at, side->view->itemsize);
    if (bytes == NULL) {
        return NULL;
    }
    PyObject *tuple = PyObject_CallOneArg(side->unpack, bytes);
    Py_DECREF(bytes);
    if (tuple != NULL && PyTuple_Check(tuple) && PyTuple_GET_SIZE(tuple) == 1) {
        Py_SETREF(tuple, Py_NewRef(PyTuple_GET_ITEM(tuple, 0)));
    }
    return tuple;
}

/* 1, 0, or -1 with an error set.  RE-ENTRANT for formats that are not native. */
static int
equal_items(const Side *a, const char *at_a, const Side *b, const char *at_b)
{
    if (a->format == b->format && a->format != 0) {
        switch (a->format) {
        case 'f': return READ(float, at_a) == READ(float, at_b);
        case 'd': return READ(double, at_a) == READ(double, at_b);
        case '?': return (*at_a != 0) == (*at_b != 0);
        default: return memcmp(at_a, at_b, (size_t)a->view->itemsize) == 0;
        }
    }
    PyObject *item_a = side_item(a, at_a), *item_b = NULL;
    if (item_a == NULL) {
        return -1;
    }
    OU_HOLD(hold, &item_a, &item_b);
    item_b = side_item(b, at_b);
    int equal = item_b == NULL ? -1 : PyObject_RichCompareBool(item_a, item_b, Py_EQ);
    OU_HOLD_END(hold);
    Py_DECREF(item_a);
    Py_XDECREF(item_b);
    return equal;
}

static int
equal_from(const Side *a, char *at_a, const Side *b, char *at_b, int d)
{
    if (d == a->view->ndim) {
        return equal_items(a, at_a, b, at_b);
    }
    int equal = 1;
    for (Py_ssize_t i = 0; equal == 1 && i < a->view->shape[d]; i++) {
        equal = equal_from(a, step_to(a->view, at_a, i, d), b, step_to(b->view, at_b, i, d), d + 1);
    }
    return equal;
}

/* Compare two whole buffers that have shape and strides.  1, 0 or -1.  RE-ENTRANT. */
static int
equal_buffers(const Py_buffer *a, const Py_buffer *b)
{
    if (a->ndim != b->ndim) {
        return 0;
    }
    for (int d = 0; d < a->ndim; d++) {
        if (a->shape[d] != b->shape[d]) {
            return 0;
        }
        if (a->shape[d] == 0) {
            break;
        }
    }
    Side left = {.unpack = NULL}, right = {.unpack = NULL};
    OU_HOLD(hold, &left.unpack, &right.unpack);
    int equal = -1;
    if (side_init(&left, a) == 0 && side_init(&right, b) == 0) {
        if (left.format == right.format && left.format != 0 && strchr("fd?", left.format) == NULL
            && PyBuffer_IsContiguous(a, 'C') && PyBuffer_IsContiguous(b, 'C')) {
            equal = a->len == b->len && memcmp(a->buf, b->buf, (size_t)a->len) == 0;
        }
        else {
            equal = equal_from(&left, a->buf, &right, b->buf, 0);
        }
    }
    OU_HOLD_END(hold);
    Py_XDECREF(left.unpack);
    Py_XDECREF(right.unpack);
    if (equal < 0) { /* a format that struct doesn't know makes them differ */
        PyObject *module = PyImport_GetModule(OU_STR(struct));
        PyObject *error = module == NULL ? NULL : PyObject_GetAttrString(module, "error");
        bool unknown = error != NULL && PyErr_ExceptionMatches(error);
        Py_XDECREF(module);
        Py_XDECREF(error);
        if (unknown || PyErr_ExceptionMatches(PyExc_NotImplementedError)) {
            PyErr_Clear();
            equal = 0;
        }
    }
    return equal;
}

PyObject *
ou_memoryview_richcompare(PyObject *left, PyObject *right, int op)
{
    if ((op != Py_EQ && op != Py_NE) || !PyMemoryView_Check(left)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (ou_memoryview_is_released(VIEW(left))) {
        return PyBool_FromLong((left == right) == (op == Py_EQ));
    }
    PyObject *other;
    if (PyMemoryView_Check(right)) {
        if (ou_memoryview_is_released(VIEW(right))) {
            return PyBool_FromLong(op == Py_NE);
        }
        other = Py_NewRef(right);
    }
    else {
        other = PyObject_CheckBuffer(right) ? PyMemoryView_FromObject(right) : NULL;
        if (other == NULL) {
            PyErr_Clear();
            Py_RETURN_NOTIMPLEMENTED;
        }
    }
    OU_HOLD(hold, &other);
    VIEW(left)->exports++; /* neither is released while items run code */
    VIEW(other)->exports++;
    int equal = equal_buffers(&VIEW(left)->view, &VIEW(other)->view);
    VIEW(left)->exports--;
    VIEW(other)->exports--;
    OU_HOLD_END(hold);
    Py_DECREF(other);
    return equal < 0 ? NULL : PyBool_FromLong(equal == (op == Py_EQ));
}

/* ---- casting ------------------------------------------------------------------------------------------------------------- */

static const char *
static_format(char format)
{
    static const char formats[][2] = {"c", "b", "B", "h", "H", "i", "I", "l", "L", "q", "Q", "n", "N", "f", "d", "?", "P"};
    for (size_t i = 0; i < OU_COUNT_OF(formats); i++) {
        if (formats[i][0] == format) {
            return formats[i];
        }
    }
    return NULL;
}

static const char *
static_format_at(char format)
{
    static const char formats[][3] = {"@c", "@b", "@B", "@h", "@H", "@i", "@I", "@l", "@L",
                                      "@q", "@Q", "@n", "@N", "@f", "@d", "@?", "@P"};
    for (size_t i = 0; i < OU_COUNT_OF(formats); i++) {
        if (formats[i][1] == format) {
            return formats[i];
        }
    }
    return NULL;
}

/* The shape of cast(): positive ints.  Returns the product of them and the item size, or -1 with an error set. */
static Py_ssize_t
read_shape(PyObject *items, Py_ssize_t n, Py_ssize_t itemsize, Py_ssize_t *shape)
{
    Py_ssize_t total = itemsize;
    for (Py_ssize_t d = 0; d < n; d++) {
        PyObject *item = PySequence_Fast_GET_ITEM(items, d);
        if (!PyLong_Check(item)) {
            PyErr_SetString(PyExc_TypeError, "memoryview.cast(): elements of shape must be integers");
            return -1;
        }
        shape[d] = PyLong_AsSsize_t(item);
        if (shape[d] == -1 && PyErr_Occurred()) {
            return -1;
        }
        if (shape[d] <= 0) {
            PyErr_SetString(PyExc_ValueError, "memoryview.cast(): elements of shape must be integers > 0");
            return -1;
        }
        if (total > PY_SSIZE_T_MAX / shape[d]) {
            PyErr_SetString(PyExc_ValueError, "memoryview.cast(): product(shape) > SSIZE_MAX");
            return -1;
        }
        total *= shape[d];
    }
    return total;
}

PyObject *
ou_memoryview_cast(PyObject *op, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"cast", {"format", "shape"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    PyMemoryViewObject *self = VIEW(op);
    const Py_buffer *view = &self->view;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    if (!PyUnicode_Check(v[0])) {
        _PyArg_BadArgument("cast", "argument 'format'", "str", v[0]);
        return NULL;
    }
    if (ou_memoryview_check(self) < 0) {
        return NULL;
    }
    if (!(self->flags & _Py_MEMORYVIEW_C)) {
        PyErr_SetString(PyExc_TypeError, "memoryview: casts are restricted to C-contiguous views");
        return NULL;
    }
    Py_ssize_t n_dims = 1, shape[PyBUF_MAX_NDIM], strides[PyBUF_MAX_NDIM];
    if (v[1] != NULL) {
        if (!PyList_Check(v[1]) && !PyTuple_Check(v[1])) {
            PyErr_SetString(PyExc_TypeError, "shape must be a list or a tuple");
            return NULL;
        }
        n_dims = PySequence_Fast_GET_SIZE(v[1]);
        if (n_dims > PyBUF_MAX_NDIM) {
            PyErr_SetString(PyExc_ValueError, "memoryview: number of dimensions must not exceed 64");
            return NULL;
        }
        if (view->ndim != 1 && n_dims != 1) {
            PyErr_SetString(PyExc_TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D");
            return NULL;
        }
    }
    if (view->ndim != 1) {
        for (int d = 0; d < view->ndim; d++) {
            if (view->shape[d] == 0 || view->strides[d] == 0) {
                PyErr_SetString(PyExc_TypeError, "memoryview: cannot cast view with zeros in shape or strides");
                return NULL;
            }
        }
    }
    const char *text = PyUnicode_AsUTF8(v[0]);
    if (text == NULL) {
        return NULL;
    }
    char from = ou_memoryview_native(view->format), to = ou_memoryview_native(text);
    if (from == 0) {
        PyErr_SetString(PyExc_ValueError, "memoryview: source format must be a native single character format prefixed "
                                          "with an optional '@'");
        return NULL;
    }
    if (to == 0) {
        PyErr_SetString(PyExc_ValueError, "memoryview: destination format must be a native single character format "
                                          "prefixed with an optional '@'");
        return NULL;
    }
    if (strchr("bBc", from) == NULL && strchr("bBc", to) == NULL) {
        PyErr_SetString(PyExc_TypeError, "memoryview: cannot cast between two non-byte formats");
        return NULL;
    }
    Py_buffer cast = *view;
    cast.itemsize = ou_memoryview_item_size(to);
    cast.format = (char *)(uintptr_t)(text[0] == '@' ? static_format_at(to) : static_format(to));
    if (view->len % cast.itemsize != 0) {
        PyErr_SetString(PyExc_TypeError, "memoryview: length is not a multiple of itemsize");
        return NULL;
    }
    cast.ndim = (int)n_dims;
    cast.shape = shape;
    if (v[1] == NULL) {
        shape[0] = view->len / cast.itemsize;
    }
    else {
        Py_ssize_t total = read_shape(v[1], n_dims, cast.itemsize, shape);
        if (total < 0) {
            return NULL;
        }
        if (total != view->len) {
            PyErr_SetString(PyExc_TypeError, "memoryview: product(shape) * itemsize != buffer size");
            return NULL;
        }
    }
    PyBuffer_FillContiguousStrides((int)n_dims, shape, strides, (int)cast.itemsize, 'C');
    cast.strides = strides;
    cast.suboffsets = NULL;
    return (PyObject *)ou_memoryview_share(self->mbuf, &cast);
}
