/* object/buffer.c - the buffer protocol (PEP 3118): asking for a view, its shape, copying from and to it.
 *
 * Owns       view->obj from PyObject_GetBuffer() to PyBuffer_Release().
 * Invariant  a released view has obj NULL; releasing twice does nothing.
 * Not here   memoryview (types/memoryview.c). */
#include "object/abstract.h"
#include "object/hold.h"

int
PyObject_CheckBuffer(PyObject *op)
{
    PyBufferProcs *procs = Py_TYPE(op)->tp_as_buffer;
    return procs != NULL && procs->bf_getbuffer != NULL;
}

/* Fill `view` with the memory of `op`, as `flags` ask.  Returns 0, or -1 with an error set.  Refs view->obj is owned
 * until PyBuffer_Release(). */
int
PyObject_GetBuffer(PyObject *op, Py_buffer *view, int flags)
{
    PyBufferProcs *procs = Py_TYPE(op)->tp_as_buffer;
    if (procs == NULL || procs->bf_getbuffer == NULL) {
        PyErr_Format(PyExc_TypeError, "a bytes-like object is required, not '%.100s'", Py_TYPE(op)->tp_name);
        return -1;
    }
    return procs->bf_getbuffer(op, view, flags);
}

/* RE-ENTRANT: the owner may die. */
void
PyBuffer_Release(Py_buffer *view)
{
    PyObject *obj = view->obj;
    if (obj == NULL) {
        return;
    }
    PyBufferProcs *procs = Py_TYPE(obj)->tp_as_buffer;
    if (procs != NULL && procs->bf_releasebuffer != NULL) {
        procs->bf_releasebuffer(obj, view);
    }
    view->obj = NULL;
    Py_DECREF(obj);
}

/* Describe `len` contiguous bytes of `exporter`: what a simple bf_getbuffer does.  Returns 0, or -1 with BufferError. */
int
PyBuffer_FillInfo(Py_buffer *view, PyObject *exporter, void *buf, Py_ssize_t len, int readonly, int flags)
{
    if (view == NULL) {
        PyErr_SetString(PyExc_BufferError, "PyBuffer_FillInfo: view==NULL argument is obsolete");
        return -1;
    }
    if (flags != PyBUF_SIMPLE) {
        if (flags == PyBUF_READ || flags == PyBUF_WRITE) {
            PyErr_BadInternalCall();
            return -1;
        }
        if ((flags & PyBUF_WRITABLE) && readonly) {
            PyErr_SetString(PyExc_BufferError, "Object is not writable.");
            return -1;
        }
    }
    view->obj = Py_XNewRef(exporter);
    view->buf = buf;
    view->len = len;
    view->readonly = readonly;
    view->itemsize = 1;
    view->format = flags & PyBUF_FORMAT ? "B" : NULL;
    view->ndim = 1;
    view->shape = (flags & PyBUF_ND) == PyBUF_ND ? &view->len : NULL;
    view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? &view->itemsize : NULL;
    view->suboffsets = NULL;
    view->internal = NULL;
    return 0;
}

/* ---- shape ----------------------------------------------------------------------------------------------------- */

static bool
is_contiguous_from(const Py_buffer *view, int first, int step)
{
    if (view->len == 0) {
        return true;
    }
    Py_ssize_t stride = view->itemsize;
    for (int i = 0, d = first; i < view->ndim; i++, d += step) {
        Py_ssize_t n = view->shape[d];
        if (n > 1 && view->strides[d] != stride) {
            return false;
        }
        stride *= n;
    }
    return true;
}

static bool
is_c_contiguous(const Py_buffer *view)
{
    return view->strides == NULL || is_contiguous_from(view, view->ndim - 1, -1);
}

static bool
is_f_contiguous(const Py_buffer *view)
{
    if (view->strides != NULL) {
        return is_contiguous_from(view, 0, 1);
    }
    if (view->ndim <= 1) {
        return true;
    }
    int n_long = 0; /* dimensions with more than one item */
    for (int d = 0; d < view->ndim; d++) {
        n_long += view->shape[d] > 1;
    }
    return n_long <= 1;
}

/* order: 'C', 'F', or 'A' for either. */
int
PyBuffer_IsContiguous(const Py_buffer *view, char order)
{
    if (view->suboffsets != NULL) {
        return 0;
    }
    switch (order) {
    case 'C': return is_c_contiguous(view);
    case 'F': return is_f_contiguous(view);
    case 'A': return is_c_contiguous(view) || is_f_contiguous(view);
    default: return 0;
    }
}

void *
PyBuffer_GetPointer(const Py_buffer *view, const Py_ssize_t *indices)
{
    char *at = view->buf;
    for (int d = 0; d < view->ndim; d++) {
        at += view->strides[d] * indices[d];
        if (view->suboffsets != NULL && view->suboffsets[d] >= 0) {
            at = *(char **)at + view->suboffsets[d];
        }
    }
    return at;
}

/* The next index, the last dimension (C) or the first one (F) running fastest. */
void
_Py_add_one_to_index_C(int n_dims, Py_ssize_t *index, const Py_ssize_t *shape)
{
    for (int d = n_dims - 1; d >= 0; d--) {
        if (++index[d] < shape[d]) {
            return;
        }
        index[d] = 0;
    }
}

void
_Py_add_one_to_index_F(int n_dims, Py_ssize_t *index, const Py_ssize_t *shape)
{
    for (int d = 0; d < n_dims; d++) {
        if (++index[d] < shape[d]) {
            return;
        }
        index[d] = 0;
    }
}

void
PyBuffer_FillContiguousStrides(int n_dims, Py_ssize_t *shape, Py_ssize_t *strides, int itemsize, char order)
{
    Py_ssize_t stride = itemsize;
    bool fortran = order == 'F' && n_dims > 1;
    for (int i = 0; i < n_dims; i++) {
        int d = fortran ? i : n_dims - 1 - i;
        strides[d] = stride;
        stride *= shape[d];
    }
}

/* calcsize(format) of module struct.  Returns -1 with an error set.  RE-ENTRANT. */
Py_ssize_t
PyBuffer_SizeFromFormat(const char *format)
{
    PyObject *module = PyImport_ImportModule("struct");
    if (module == NULL) {
        return -1;
    }
    OU_HOLD(h, &module);
    PyObject *size = PyObject_CallMethod(module, "calcsize", "s", format);
    OU_HOLD_END(h);
    Py_DECREF(module);
    if (size == NULL) {
        return -1;
    }
    Py_ssize_t n = PyLong_AsSsize_t(size);
    Py_DECREF(size);
    return n;
}

/* ---- copying --------------------------------------------------------------------------------------------------- */

typedef void (*StepIndex)(int, Py_ssize_t *, const Py_ssize_t *);

/* Copy items one by one between a view and contiguous memory.  Returns 0, or -1 with MemoryError. */
static int
copy_items(const Py_buffer *view, char *memory, Py_ssize_t len, bool to_memory, StepIndex step)
{
    Py_ssize_t index[PyBUF_MAX_NDIM] = {0};
    if (view->ndim > PyBUF_MAX_NDIM) {
        PyErr_BadInternalCall();
        return -1;
    }
    Py_ssize_t n_items = view->itemsize > 0 ? len / view->itemsize : 0;
    for (; n_items > 0; n_items--) {
        char *item = PyBuffer_GetPointer(view, index);
        if (to_memory) {
            memcpy(memory, item, (size_t)view->itemsize);
        }
        else {
            memcpy(item, memory, (size_t)view->itemsize);
        }
        memory += view->itemsize;
        step(view->ndim, index, view->shape);
    }
    return 0;
}

/* Copy len bytes of contiguous memory into the view.  Returns 0, or -1 with an error set. */
int
PyBuffer_FromContiguous(const Py_buffer *view, const void *buf, Py_ssize_t len, char order)
{
    len = Py_MIN(len, view->len);
    if (PyBuffer_IsContiguous(view, order)) {
        memcpy(view->buf, buf, (size_t)len);
        return 0;
    }
    return copy_items(view, (char *)(uintptr_t)buf, len, false, order == 'F' ? _Py_add_one_to_index_F : _Py_add_one_to_index_C);
}

/* Copy the view into len contiguous bytes; len must be the view's. */
int
PyBuffer_ToContiguous(void *buf, const Py_buffer *view, Py_ssize_t len, char order)
{
    if (len != view->len) {
        PyErr_SetString(PyExc_ValueError, "PyBuffer_ToContiguous: len != view->len");
        return -1;
    }
    if (PyBuffer_IsContiguous(view, order)) {
        memcpy(buf, view->buf, (size_t)len);
        return 0;
    }
    Py_buffer full = *view;
    Py_ssize_t strides[PyBUF_MAX_NDIM];
    if (full.strides == NULL) {
        PyBuffer_FillContiguousStrides(Py_MIN(full.ndim, PyBUF_MAX_NDIM), full.shape, strides, (int)full.itemsize, 'C');
        full.strides = strides;
    }
    return copy_items(&full, buf, len, true, order == 'F' ? _Py_add_one_to_index_F : _Py_add_one_to_index_C);
}

/* Copy the bytes of `source` to the start of `target`. */
int
PyObject_CopyData(PyObject *target, PyObject *source)
{
    if (!PyObject_CheckBuffer(target) || !PyObject_CheckBuffer(source)) {
        PyErr_SetString(PyExc_TypeError, "both destination and source must be bytes-like objects");
        return -1;
    }
    Py_buffer to, from;
    if (PyObject_GetBuffer(target, &to, PyBUF_FULL) < 0) {
        return -1;
    }
    if (PyObject_GetBuffer(source, &from, PyBUF_FULL_RO) < 0) {
        PyBuffer_Release(&to);
        return -1;
    }
    int status = 0;
    if (to.len < from.len) {
        PyErr_SetString(PyExc_BufferError, "destination is too small to receive data from source");
        status = -1;
    }
    else if (PyBuffer_IsContiguous(&to, 'C') && PyBuffer_IsContiguous(&from, 'C')) {
        memcpy(to.buf, from.buf, (size_t)from.len);
    }
    else {
        Py_ssize_t index[PyBUF_MAX_NDIM] = {0};
        for (Py_ssize_t n = from.len / from.itemsize; n > 0; n--) {
            memcpy(PyBuffer_GetPointer(&to, index), PyBuffer_GetPointer(&from, index), (size_t)from.itemsize);
            _Py_add_one_to_index_C(from.ndim, index, from.shape);
        }
    }
    PyBuffer_Release(&to);
    PyBuffer_Release(&from);
    return status;
}

/* ---- the protocol of old: a pointer that nothing keeps alive --------------------------------------------------- */

static int
old_buffer(PyObject *op, const void **buf, Py_ssize_t *len, bool writable)
{
    Py_buffer view;
    if (op == NULL || buf == NULL || len == NULL) {
        ou_null_argument();
        return -1;
    }
    if (writable && (!PyObject_CheckBuffer(op) || PyObject_GetBuffer(op, &view, PyBUF_WRITABLE) < 0)) {
        PyErr_SetString(PyExc_TypeError, "expected a writable bytes-like object");
        return -1;
    }
    if (!writable && PyObject_GetBuffer(op, &view, PyBUF_SIMPLE) < 0) {
        return -1;
    }
    *buf = view.buf;
    *len = view.len;
    PyBuffer_Release(&view);
    return 0;
}

int
PyObject_AsCharBuffer(PyObject *op, const char **buf, Py_ssize_t *len)
{
    return old_buffer(op, (const void **)buf, len, false);
}

int
PyObject_AsReadBuffer(PyObject *op, const void **buf, Py_ssize_t *len)
{
    return old_buffer(op, buf, len, false);
}

int
PyObject_AsWriteBuffer(PyObject *op, void **buf, Py_ssize_t *len)
{
    return old_buffer(op, (const void **)buf, len, true);
}

int
PyObject_CheckReadBuffer(PyObject *op)
{
    Py_buffer view;
    if (!PyObject_CheckBuffer(op)) {
        return 0;
    }
    if (PyObject_GetBuffer(op, &view, PyBUF_SIMPLE) < 0) {
        PyErr_Clear();
        return 0;
    }
    PyBuffer_Release(&view);
    return 1;
}
