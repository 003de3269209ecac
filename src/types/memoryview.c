/* types/memoryview.c - memoryview: a window on another object's memory (PEP 3118).
 *
 * Owns       a managed buffer owns the exporter's buffer; a memoryview owns a managed buffer, and counts in its `exports`
 *            until it is released.
 * Invariant  view.shape, strides and suboffsets point into the view's own ob_array; view.format is never NULL.
 *            Nothing reads memory of a released view.
 * Not here   items, slices, comparing, casting (memoryview_item.c); the protocol itself (object/buffer.c). */
#include "object/args.h"
#include "object/hold.h"
#include "object/walk.h"
#include "types/memoryview.h"

#define VIEW(op) ((PyMemoryViewObject *)(op))

/* ---- the managed buffer -------------------------------------------------------------------------------------------- */

OU_WALKER(managed_buffer)
{
    _PyManagedBufferObject *self_ = (_PyManagedBufferObject *)self;
    OU_EDGE(self_->master.obj, OU_EDGE_FIELD, "master.obj", -1);
    return 0;
}

static _PyManagedBufferObject *
mbuf_new(void)
{
    return (_PyManagedBufferObject *)ou_gc_new(&_PyManagedBuffer_Type);
}

/* The exporter's whole buffer, read-only if need be.  RE-ENTRANT. */
static _PyManagedBufferObject *
mbuf_from_object(PyObject *exporter)
{
    _PyManagedBufferObject *mbuf = mbuf_new();
    if (mbuf == NULL) {
        return NULL;
    }
    OU_HOLD(hold, (PyObject **)&mbuf);
    int status = PyObject_GetBuffer(exporter, &mbuf->master, PyBUF_FULL_RO);
    OU_HOLD_END(hold);
    if (status < 0) {
        mbuf->master.obj = NULL;
        Py_DECREF(mbuf);
        return NULL;
    }
    ou_gc_track((PyObject *)mbuf);
    return mbuf;
}

/* Nobody views it any more: give the exporter's buffer back.  RE-ENTRANT. */
static void
mbuf_release(_PyManagedBufferObject *self)
{
    if (self->flags & _Py_MANAGED_BUFFER_RELEASED) {
        return;
    }
    self->flags |= _Py_MANAGED_BUFFER_RELEASED;
    ou_gc_untrack((PyObject *)self);
    PyBuffer_Release(&self->master);
}

static void
mbuf_dealloc(PyObject *op)
{
    _PyManagedBufferObject *self = (_PyManagedBufferObject *)op;
    mbuf_release(self);
    ou_gc_untrack(op);
    if (self->flags & _Py_MANAGED_BUFFER_FREE_FORMAT) {
        PyMem_Free(self->master.format);
    }
    ou_gc_free(op);
}

static int
mbuf_clear(PyObject *self)
{
    if (((_PyManagedBufferObject *)self)->exports == 0) {
        mbuf_release((_PyManagedBufferObject *)self);
    }
    return 0;
}

PyTypeObject _PyManagedBuffer_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "managedbuffer",
    .tp_basicsize = sizeof(_PyManagedBufferObject),
    .tp_dealloc = mbuf_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = managed_buffer_traverse,
    .tp_clear = mbuf_clear,
};

/* ---- making -------------------------------------------------------------------------------------------------------- */

OU_WALKER(memoryview)
{
    OU_EDGE_OF(VIEW(self), mbuf);
    OU_BORROWED(VIEW(self), view.obj); /* mbuf owns it */
    return 0;
}

int
ou_memoryview_check(PyMemoryViewObject *self)
{
    if (ou_memoryview_is_released(self)) {
        PyErr_SetString(PyExc_ValueError, "operation forbidden on released memoryview object");
        return -1;
    }
    return 0;
}

static PyMemoryViewObject *
view_alloc(int n_dims)
{
    if (n_dims > PyBUF_MAX_NDIM) {
        PyErr_SetString(PyExc_ValueError, "memoryview: number of dimensions must not exceed 64");
        return NULL;
    }
    PyMemoryViewObject *self = VIEW(ou_gc_new_var(&PyMemoryView_Type, 3 * n_dims));
    if (self != NULL) {
        self->hash = -1;
        self->view.ndim = n_dims;
        self->view.shape = self->ob_array;
        self->view.strides = self->ob_array + n_dims;
        self->view.suboffsets = self->ob_array + 2 * n_dims;
    }
    return self;
}

void
ou_memoryview_set_flags(PyMemoryViewObject *self)
{
    const Py_buffer *view = &self->view;
    int flags = 0;
    if (view->ndim == 0) {
        flags = _Py_MEMORYVIEW_SCALAR | _Py_MEMORYVIEW_C | _Py_MEMORYVIEW_FORTRAN;
    }
    else if (view->suboffsets != NULL) {
        flags = _Py_MEMORYVIEW_PIL;
    }
    else {
        flags |= PyBuffer_IsContiguous(view, 'C') ? _Py_MEMORYVIEW_C : 0;
        flags |= PyBuffer_IsContiguous(view, 'F') ? _Py_MEMORYVIEW_FORTRAN : 0;
    }
    self->flags = flags;
}

/* A view with its own arrays, filled from `source`; not yet of any managed buffer, not tracked. */
static PyMemoryViewObject *
view_from_buffer(const Py_buffer *source)
{
    PyMemoryViewObject *self = view_alloc(source->ndim);
    if (self == NULL) {
        return NULL;
    }
    Py_buffer *view = &self->view;
    int n = source->ndim;
    view->obj = source->obj;
    view->buf = source->buf;
    view->len = source->len;
    view->itemsize = source->itemsize;
    view->readonly = source->readonly;
    view->format = source->format != NULL ? source->format : "B";
    view->internal = source->internal;
    if (n == 1 && source->shape == NULL) {
        view->shape[0] = source->itemsize > 0 ? source->len / source->itemsize : 0;
    }
    else {
        for (int d = 0; d < n; d++) {
            view->shape[d] = source->shape[d];
        }
    }
    if (source->strides == NULL) {
        PyBuffer_FillContiguousStrides(n, view->shape, view->strides, (int)view->itemsize, 'C');
    }
    for (int d = 0; d < n; d++) {
        if (source->strides != NULL) {
            view->strides[d] = source->strides[d];
        }
        if (source->suboffsets != NULL) {
            view->suboffsets[d] = source->suboffsets[d];
        }
    }
    if (source->suboffsets == NULL) {
        view->suboffsets = NULL;
    }
    ou_memoryview_set_flags(self);
    return self;
}

PyMemoryViewObject *
ou_memoryview_share(_PyManagedBufferObject *mbuf, const Py_buffer *source)
{
    PyMemoryViewObject *self = view_from_buffer(source);
    if (self == NULL) {
        return NULL;
    }
    self->mbuf = (_PyManagedBufferObject *)Py_NewRef(mbuf);
    mbuf->exports++;
    ou_gc_track((PyObject *)self);
    return self;
}

/* A view of `flags` on another object's memory.  Refs new.  RE-ENTRANT. */
PyObject *
PyMemoryView_FromObject(PyObject *op)
{
    if (PyMemoryView_Check(op)) {
        if (ou_memoryview_check(VIEW(op)) < 0) {
            return NULL;
        }
        return (PyObject *)ou_memoryview_share(VIEW(op)->mbuf, &VIEW(op)->view);
    }
    if (!PyObject_CheckBuffer(op)) {
        PyErr_Format(PyExc_TypeError, "memoryview: a bytes-like object is required, not '%.200s'", Py_TYPE(op)->tp_name);
        return NULL;
    }
    _PyManagedBufferObject *mbuf = mbuf_from_object(op);
    if (mbuf == NULL) {
        return NULL;
    }
    PyObject *view = (PyObject *)ou_memoryview_share(mbuf, &mbuf->master);
    Py_DECREF(mbuf);
    return view;
}

/* A view of memory that nobody but the caller keeps.  flags: PyBUF_READ or PyBUF_WRITE.  Refs new. */
PyObject *
PyMemoryView_FromMemory(char *memory, Py_ssize_t size, int flags)
{
    _PyManagedBufferObject *mbuf = mbuf_new();
    if (mbuf == NULL) {
        return NULL;
    }
    (void)PyBuffer_FillInfo(&mbuf->master, NULL, memory, size, flags == PyBUF_WRITE ? 0 : 1, PyBUF_FULL_RO);
    ou_gc_track((PyObject *)mbuf);
    PyObject *view = (PyObject *)ou_memoryview_share(mbuf, &mbuf->master);
    Py_DECREF(mbuf);
    return view;
}

/* A view of what `info` describes; its owner is not kept, its arrays are copied.  Refs new. */
PyObject *
PyMemoryView_FromBuffer(const Py_buffer *info)
{
    if (info->buf == NULL) {
        PyErr_SetString(PyExc_ValueError, "PyMemoryView_FromBuffer(): info->buf must not be NULL");
        return NULL;
    }
    _PyManagedBufferObject *mbuf = mbuf_new();
    if (mbuf == NULL) {
        return NULL;
    }
    mbuf->master = *info;
    mbuf->master.obj = NULL;
    ou_gc_track((PyObject *)mbuf);
    PyObject *view = (PyObject *)ou_memoryview_share(mbuf, &mbuf->master);
    Py_DECREF(mbuf);
    return view;
}

/* A view of a copy in new bytes, contiguous in `order`, with the shape and format of `source`.  Refs new. */
static PyObject *
view_of_copy(PyMemoryViewObject *source, char order)
{
    const Py_buffer *from = &source->view;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, from->len);
    if (bytes == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    _PyManagedBufferObject *mbuf = NULL;
    if (PyBuffer_ToContiguous(PyBytes_AS_STRING(bytes), from, from->len, order) == 0) {
        mbuf = mbuf_from_object(bytes);
    }
    Py_DECREF(bytes);
    if (mbuf == NULL) {
        return NULL;
    }
    size_t size = strlen(from->format) + 1;
    char *format = PyMem_Malloc(size);
    if (format == NULL) {
        PyErr_NoMemory();
    }
    else {
        mbuf->master.format = memcpy(format, from->format, size); /* the source may go */
        mbuf->flags |= _Py_MANAGED_BUFFER_FREE_FORMAT;
        Py_buffer copy = mbuf->master;
        Py_ssize_t strides[PyBUF_MAX_NDIM];
        copy.itemsize = from->itemsize;
        copy.ndim = from->ndim;
        copy.shape = from->shape;
        PyBuffer_FillContiguousStrides(copy.ndim, copy.shape, strides, (int)copy.itemsize, order);
        copy.strides = strides;
        copy.suboffsets = NULL;
        result = (PyObject *)ou_memoryview_share(mbuf, &copy);
    }
    Py_DECREF(mbuf);
    return result;
}

/* A contiguous view of the object: of its memory if that is contiguous in `order`, else (to read only) of a copy.
 * Refs new.  RE-ENTRANT. */
PyObject *
PyMemoryView_GetContiguous(PyObject *op, int buffer_type, char order)
{
    PyMemoryViewObject *self = VIEW(PyMemoryView_FromObject(op));
    if (self == NULL) {
        return NULL;
    }
    if (buffer_type == PyBUF_WRITE && self->view.readonly) {
        PyErr_SetString(PyExc_BufferError, "underlying buffer is not writable");
        Py_DECREF(self);
        return NULL;
    }
    if (PyBuffer_IsContiguous(&self->view, order)) {
        return (PyObject *)self;
    }
    PyObject *copy = NULL;
    if (buffer_type == PyBUF_WRITE) {
        PyErr_SetString(PyExc_BufferError, "writable contiguous buffer requested for a non-contiguous object.");
    }
    else {
        copy = view_of_copy(self, order == 'F' ? 'F' : 'C');
    }
    Py_DECREF(self);
    return copy;
}

static PyObject *
memoryview_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"memoryview", {"object"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0) {
        return NULL;
    }
    return PyMemoryView_FromObject(v[0]);
}

/* ---- release and death --------------------------------------------------------------------------------------------- */

/* Returns 0, or -1 with BufferError set if somebody has a buffer of the view itself.  RE-ENTRANT. */
static int
view_release(PyMemoryViewObject *self)
{
    if (self->flags & _Py_MEMORYVIEW_RELEASED) {
        return 0;
    }
    if (self->exports > 0) {
        PyErr_Format(PyExc_BufferError, "memoryview has %zd exported buffer%s", self->exports, self->exports == 1 ? "" : "s");
        return -1;
    }
    self->flags |= _Py_MEMORYVIEW_RELEASED;
    if (--self->mbuf->exports == 0) {
        mbuf_release(self->mbuf);
    }
    return 0;
}

static void
memoryview_dealloc(PyObject *op)
{
    PyMemoryViewObject *self = VIEW(op);
    ou_gc_untrack(op);
    if (self->weakreflist != NULL) {
        PyObject_ClearWeakRefs(op);
    }
    if (self->mbuf != NULL) {
        (void)view_release(self); /* nobody can hold an export of a dead view */
        Py_CLEAR(self->mbuf);
    }
    ou_gc_free(op);
}

static int
memoryview_clear(PyObject *op)
{
    PyMemoryViewObject *self = VIEW(op);
    if (self->exports == 0 && self->mbuf != NULL) {
        (void)view_release(self); /* mbuf stays: every method reads it */
    }
    return 0;
}

static PyObject *
memoryview_release(PyObject *self, PyObject *ignored)
{
    if (view_release(VIEW(self)) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
memoryview_enter(PyObject *self, PyObject *ignored)
{
    return ou_memoryview_check(VIEW(self)) < 0 ? NULL : Py_NewRef(self);
}

static PyObject *
memoryview_exit(PyObject *self, PyObject *args)
{
    return memoryview_release(self, NULL);
}

/* ---- the buffer protocol, as exporter -------------------------------------------------------------------------------- */

static int
refuse(const char *why)
{
    PyErr_Format(PyExc_BufferError, "memoryview: %s", why);
    return -1;
}

static int
memoryview_getbuffer(PyObject *op, Py_buffer *view, int flags)
{
    PyMemoryViewObject *self = VIEW(op);
    view->obj = NULL; /* for those who release after a failure */
    if (ou_memoryview_check(self) < 0) {
        return -1;
    }
    bool is_c = (self->flags & (_Py_MEMORYVIEW_SCALAR | _Py_MEMORYVIEW_C)) != 0;
    bool is_f = (self->flags & (_Py_MEMORYVIEW_SCALAR | _Py_MEMORYVIEW_FORTRAN)) != 0;
    if ((flags & PyBUF_WRITABLE) && self->view.readonly) {
        return refuse("underlying buffer is not writable");
    }
    if ((flags & PyBUF_C_CONTIGUOUS) == PyBUF_C_CONTIGUOUS && !is_c) {
        return refuse("underlying buffer is not C-contiguous");
    }
    if ((flags & PyBUF_F_CONTIGUOUS) == PyBUF_F_CONTIGUOUS && !is_f) {
        return refuse("underlying buffer is not Fortran contiguous");
    }
    if ((flags & PyBUF_ANY_CONTIGUOUS) == PyBUF_ANY_CONTIGUOUS && !is_c && !is_f) {
        return refuse("underlying buffer is not contiguous");
    }
    if ((flags & PyBUF_INDIRECT) != PyBUF_INDIRECT && (self->flags & _Py_MEMORYVIEW_PIL)) {
        return refuse("underlying buffer requires suboffsets");
    }
    if ((flags & PyBUF_STRIDES) != PyBUF_STRIDES && !is_c) {
        return refuse("underlying buffer is not C-contiguous");
    }
    if ((flags & PyBUF_ND) != PyBUF_ND && (flags & PyBUF_FORMAT)) {
        return refuse("cannot cast to unsigned bytes if the format flag is present");
    }
    *view = self->view;
    if ((flags & PyBUF_FORMAT) == 0) {
        view->format = NULL; /* bytes: itemsize says how many make an item */
    }
    if ((flags & PyBUF_STRIDES) != PyBUF_STRIDES) {
        view->strides = NULL;
    }
    if ((flags & PyBUF_ND) != PyBUF_ND) {
        view->ndim = 1;
        view->shape = NULL;
    }
    view->obj = Py_NewRef(op);
    self->exports++;
    return 0;
}

static void
memoryview_releasebuffer(PyObject *self, Py_buffer *view)
{
    VIEW(self)->exports--;
}

/* ---- attributes ------------------------------------------------------------------------------------------------------ */

static PyObject *
numbers(const Py_ssize_t *values, int n)
{
    PyObject *tuple = PyTuple_New(values != NULL ? n : 0);
    for (int i = 0; tuple != NULL && values != NULL && i < n; i++) {
        PyObject *number = PyLong_FromSsize_t(values[i]);
        if (number == NULL) {
            Py_CLEAR(tuple);
            break;
        }
        PyTuple_SET_ITEM(tuple, i, number);
    }
    return tuple;
}

enum {
    GET_OBJ,
    GET_NBYTES,
    GET_READONLY,
    GET_ITEMSIZE,
    GET_FORMAT,
    GET_NDIM,
    GET_SHAPE,
    GET_STRIDES,
    GET_SUBOFFSETS,
    GET_C_CONTIGUOUS,
    GET_F_CONTIGUOUS,
    GET_CONTIGUOUS
};

static PyObject *
memoryview_get(PyObject *op, void *what)
{
    PyMemoryViewObject *self = VIEW(op);
    const Py_buffer *view = &self->view;
    if (ou_memoryview_check(self) < 0) {
        return NULL;
    }
    switch ((intptr_t)what) {
    case GET_OBJ: return Py_NewRef(view->obj != NULL ? view->obj : Py_None);
    case GET_NBYTES: return PyLong_FromSsize_t(view->len);
    case GET_READONLY: return PyBool_FromLong(view->readonly);
    case GET_ITEMSIZE: return PyLong_FromSsize_t(view->itemsize);
    case GET_FORMAT: return PyUnicode_FromString(view->format);
    case GET_NDIM: return PyLong_FromLong(view->ndim);
    case GET_SHAPE: return numbers(view->shape, view->ndim);
    case GET_STRIDES: return numbers(view->strides, view->ndim);
    case GET_SUBOFFSETS: return numbers(view->suboffsets, view->ndim);
    case GET_C_CONTIGUOUS: return PyBool_FromLong(self->flags & (_Py_MEMORYVIEW_SCALAR | _Py_MEMORYVIEW_C));
    case GET_F_CONTIGUOUS: return PyBool_FromLong(self->flags & (_Py_MEMORYVIEW_SCALAR | _Py_MEMORYVIEW_FORTRAN));
    default: return PyBool_FromLong(self->flags & (_Py_MEMORYVIEW_SCALAR | _Py_MEMORYVIEW_C | _Py_MEMORYVIEW_FORTRAN));
    }
}

static PyGetSetDef memoryview_getset[] = {
    {"obj", memoryview_get, NULL, "The object whose memory this is.", (void *)GET_OBJ},
    {"nbytes", memoryview_get, NULL, "Bytes that a contiguous copy takes.", (void *)GET_NBYTES},
    {"readonly", memoryview_get, NULL, "May the memory only be read?", (void *)GET_READONLY},
    {"itemsize", memoryview_get, NULL, "Bytes of one item.", (void *)GET_ITEMSIZE},
    {"format", memoryview_get, NULL, "Format of one item, as module struct has it.", (void *)GET_FORMAT},
    {"ndim", memoryview_get, NULL, "Number of dimensions.", (void *)GET_NDIM},
    {"shape", memoryview_get, NULL, "Items in each dimension.", (void *)GET_SHAPE},
    {"strides", memoryview_get, NULL, "Bytes from one item to the next in each dimension.", (void *)GET_STRIDES},
    {"suboffsets", memoryview_get, NULL, "Offsets behind pointers, for arrays of pointers.", (void *)GET_SUBOFFSETS},
    {"c_contiguous", memoryview_get, NULL, "Is the memory contiguous, last dimension first?", (void *)GET_C_CONTIGUOUS},
    {"f_contiguous", memoryview_get, NULL, "Is the memory contiguous, first dimension first?", (void *)GET_F_CONTIGUOUS},
    {"contiguous", memoryview_get, NULL, "Is the memory contiguous in either order?", (void *)GET_CONTIGUOUS},
    {NULL},
};

/* ---- methods --------------------------------------------------------------------------------------------------------- */

static PyObject *
memoryview_tobytes(PyObject *op, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"tobytes", {"order"}, .n_positional = 1, .n_all = 1};
    PyObject *v[1];
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0 || ou_memoryview_check(VIEW(op)) < 0) {
        return NULL;
    }
    char order = 'C';
    if (v[0] != NULL && v[0] != Py_None) {
        if (!PyUnicode_Check(v[0])) {
            _PyArg_BadArgument("tobytes", "argument 'order'", "str or None", v[0]);
            return NULL;
        }
        const char *text = PyUnicode_AsUTF8(v[0]);
        if (text == NULL) {
            return NULL;
        }
        if (text[0] == 0 || text[1] != 0 || strchr("CFA", text[0]) == NULL) {
            PyErr_SetString(PyExc_ValueError, "order must be 'C', 'F' or 'A'");
            return NULL;
        }
        order = text[0];
    }
    const Py_buffer *view = &VIEW(op)->view;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, view->len);
    if (bytes != NULL && PyBuffer_ToContiguous(PyBytes_AS_STRING(bytes), view, view->len, order) < 0) {
        Py_CLEAR(bytes);
    }
    return bytes;
}

static PyObject *
memoryview_hex(PyObject *op, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"hex", {"sep", "bytes_per_sep"}, .n_positional = 2, .n_all = 2};
    PyObject *v[2];
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    PyObject *bytes = memoryview_tobytes(op, NULL, 0, NULL);
    if (bytes == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &bytes);
    PyObject *hex = PyObject_GetAttrString(bytes, "hex"), *result = NULL;
    if (hex != NULL) {
        result = PyObject_Vectorcall(hex, args, (size_t)n_args, kwnames);
        Py_DECREF(hex);
    }
    OU_HOLD_END(hold);
    Py_DECREF(bytes);
    return result;
}

static PyObject *
memoryview_toreadonly(PyObject *op, PyObject *ignored)
{
    PyMemoryViewObject *self = VIEW(op);
    if (ou_memoryview_check(self) < 0) {
        return NULL;
    }
    PyMemoryViewObject *view = ou_memoryview_share(self->mbuf, &self->view);
    if (view != NULL) {
        view->view.readonly = 1;
    }
    return (PyObject *)view;
}

static PyMethodDef memoryview_methods[] = {
    {"release", memoryview_release, METH_NOARGS, "release($self, /)\n--\n\nGive the exporter's buffer back."},
    {"tobytes", (PyCFunction)(void *)memoryview_tobytes, METH_FASTCALL | METH_KEYWORDS,
     "tobytes($self, /, order='C')\n--\n\nA contiguous copy as bytes."},
    {"hex", (PyCFunction)(void *)memoryview_hex, METH_FASTCALL | METH_KEYWORDS,
     "hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nThe bytes in hexadecimal digits."},
    {"tolist", ou_memoryview_tolist, METH_NOARGS, "tolist($self, /)\n--\n\nThe items as a list, nested for each dimension."},
    {"cast", (PyCFunction)(void *)ou_memoryview_cast, METH_FASTCALL | METH_KEYWORDS,
     "cast($self, /, format, shape=<unrepresentable>)\n--\n\nThe same memory with another format or shape."},
    {"toreadonly", memoryview_toreadonly, METH_NOARGS, "toreadonly($self, /)\n--\n\nA view that can't be written."},
    {"__enter__", memoryview_enter, METH_NOARGS, NULL},
    {"__exit__", memoryview_exit, METH_VARARGS, NULL},
    {NULL},
};

/* ---- slots ----------------------------------------------------------------------------------------------------------- */

static PyObject *
memoryview_repr(PyObject *self)
{
    return PyUnicode_FromFormat(VIEW(self)->flags & _Py_MEMORYVIEW_RELEASED ? "<released memory at %p>" : "<memory at %p>",
                                self);
}

/* The hash of the bytes, so that it equals that of bytes with the same content.  RE-ENTRANT. */
static Py_hash_t
memoryview_hash(PyObject *op)
{
    PyMemoryViewObject *self = VIEW(op);
    if (self->hash != -1) {
        return self->hash;
    }
    if (ou_memoryview_check(self) < 0) {
        return -1;
    }
    Py_buffer *view = &self->view;
    if (!view->readonly) {
        PyErr_SetString(PyExc_ValueError, "cannot hash writable memoryview object");
        return -1;
    }
    char format = ou_memoryview_native(view->format);
    if (format != 'B' && format != 'b' && format != 'c') {
        PyErr_SetString(PyExc_ValueError, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
        return -1;
    }
    if (view->obj != NULL) {
        PyObject *obj = Py_NewRef(view->obj);
        OU_HOLD(hold, &obj);
        Py_hash_t hash = PyObject_Hash(obj); /* an exporter that can't be hashed can change */
        OU_HOLD_END(hold);
        Py_DECREF(obj);
        if (hash == -1 || ou_memoryview_check(self) < 0) {
            return -1;
        }
    }
    if (self->flags & _Py_MEMORYVIEW_C) {
        return self->hash = _Py_HashBytes(view->buf, view->len);
    }
    char *copy = PyMem_Malloc((size_t)view->len);
    if (copy == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    if (PyBuffer_ToContiguous(copy, view, view->len, 'C') == 0) {
        self->hash = _Py_HashBytes(copy, view->len);
    }
    PyMem_Free(copy);
    return self->hash;
}

static Py_ssize_t
memoryview_length(PyObject *self)
{
    if (ou_memoryview_check(VIEW(self)) < 0) {
        return -1;
    }
    return VIEW(self)->view.ndim == 0 ? 1 : VIEW(self)->view.shape[0];
}

/* ---- iteration ------------------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    Py_ssize_t next;
    PyObject *view; /* NULL: exhausted */
    Py_ssize_t length;
} ViewIter;

OU_WALKER(memoryview_iter)
{
    OU_EDGE_OF((ViewIter *)self, view);
    return 0;
}

static PyObject *
memoryview_iter(PyObject *self)
{
    if (ou_memoryview_check(VIEW(self)) < 0) {
        return NULL;
    }
    if (VIEW(self)->view.ndim == 0) {
        PyErr_SetString(PyExc_TypeError, "invalid indexing of 0-dim memory");
        return NULL;
    }
    const char *format = VIEW(self)->view.format;
    if (ou_memoryview_native(format) == 0) {
        PyErr_Format(PyExc_NotImplementedError, "memoryview: format %s not supported", format);
        return NULL;
    }
    ViewIter *iter = (ViewIter *)ou_gc_new(&ou_memoryview_iter_type);
    if (iter != NULL) {
        iter->view = Py_NewRef(self);
        iter->length = memoryview_length(self);
        ou_gc_track((PyObject *)iter);
    }
    return (PyObject *)iter;
}

static void
memoryview_iter_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    Py_CLEAR(((ViewIter *)self)->view);
    ou_gc_free(self);
}

static PyObject *
memoryview_iter_next(PyObject *op)
{
    ViewIter *self = (ViewIter *)op;
    if (self->view == NULL) {
        return NULL;
    }
    if (self->next < self->length) {
        return ou_memoryview_item(self->view, self->next++);
    }
    Py_CLEAR(self->view);
    return NULL;
}

PyTypeObject ou_memoryview_iter_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "memory_iterator",
    .tp_basicsize = sizeof(ViewIter),
    .tp_dealloc = memoryview_iter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = memoryview_iter_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = memoryview_iter_next,
};

static PySequenceMethods memoryview_sequence = {.sq_length = memoryview_length, .sq_item = ou_memoryview_item};
static PyMappingMethods memoryview_mapping = {memoryview_length, ou_memoryview_subscript, ou_memoryview_ass_subscript};
static PyBufferProcs memoryview_buffer = {memoryview_getbuffer, memoryview_releasebuffer};

PyTypeObject PyMemoryView_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "memoryview",
    .tp_basicsize = offsetof(PyMemoryViewObject, ob_array),
    .tp_itemsize = sizeof(Py_ssize_t),
    .tp_dealloc = memoryview_dealloc,
    .tp_repr = memoryview_repr,
    .tp_as_sequence = &memoryview_sequence,
    .tp_as_mapping = &memoryview_mapping,
    .tp_hash = memoryview_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_as_buffer = &memoryview_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_SEQUENCE,
    .tp_doc = "memoryview(object)\n--\n\nA window on the memory of an object.",
    .tp_traverse = memoryview_traverse,
    .tp_clear = memoryview_clear,
    .tp_richcompare = ou_memoryview_richcompare,
    .tp_weaklistoffset = offsetof(PyMemoryViewObject, weakreflist),
    .tp_iter = memoryview_iter,
    .tp_methods = memoryview_methods,
    .tp_getset = memoryview_getset,
    .tp_new = memoryview_new,
};
