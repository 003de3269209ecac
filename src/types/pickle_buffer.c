/* types/pickle_buffer.c - pickle.PickleBuffer: a buffer on its way through pickle protocol 5 (PEP 574).
 *
 * Owns       view.obj until it is released.
 * Not here   memoryview (memoryview.c). */
#include "object/args.h"
#include "object/hold.h"
#include "object/walk.h"
#include "types/memoryview.h"

#define SELF(op) ((PyPickleBufferObject *)(op))

OU_WALKER(pickle_buffer)
{
    OU_EDGE(SELF(self)->view.obj, OU_EDGE_FIELD, "view.obj", -1);
    return 0;
}

/* Refs new.  RE-ENTRANT. */
PyObject *
PyPickleBuffer_FromObject(PyObject *op)
{
    PyPickleBufferObject *self = SELF(ou_gc_new(&PyPickleBuffer_Type));
    if (self == NULL) {
        return NULL;
    }
    OU_HOLD(hold, (PyObject **)&self);
    int status = PyObject_GetBuffer(op, &self->view, PyBUF_FULL_RO);
    OU_HOLD_END(hold);
    ou_gc_track((PyObject *)self);
    if (status < 0) {
        self->view.obj = NULL;
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static int
check(PyPickleBufferObject *self)
{
    if (self->view.obj == NULL) {
        PyErr_SetString(PyExc_ValueError, "operation forbidden on released PickleBuffer object");
        return -1;
    }
    return 0;
}

/* The buffer, borrowed; NULL with an error set. */
const Py_buffer *
PyPickleBuffer_GetBuffer(PyObject *op)
{
    if (!PyPickleBuffer_Check(op)) {
        PyErr_Format(PyExc_TypeError, "expected PickleBuffer, %.200s found", Py_TYPE(op)->tp_name);
        return NULL;
    }
    return check(SELF(op)) < 0 ? NULL : &SELF(op)->view;
}

/* RE-ENTRANT. */
int
PyPickleBuffer_Release(PyObject *op)
{
    if (!PyPickleBuffer_Check(op)) {
        PyErr_Format(PyExc_TypeError, "expected PickleBuffer, %.200s found", Py_TYPE(op)->tp_name);
        return -1;
    }
    PyBuffer_Release(&SELF(op)->view);
    return 0;
}

static PyObject *
pickle_buffer_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"PickleBuffer", {""}, .n_posonly = 1, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0) {
        return NULL;
    }
    return PyPickleBuffer_FromObject(v[0]);
}

static int
pickle_buffer_clear(PyObject *self)
{
    PyBuffer_Release(&SELF(self)->view);
    return 0;
}

static void
pickle_buffer_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    if (SELF(self)->weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    PyBuffer_Release(&SELF(self)->view);
    ou_gc_free(self);
}

static int
pickle_buffer_getbuffer(PyObject *self, Py_buffer *view, int flags)
{
    return check(SELF(self)) < 0 ? -1 : PyObject_GetBuffer(SELF(self)->view.obj, view, flags);
}

static void
pickle_buffer_releasebuffer(PyObject *self, Py_buffer *view)
{
    /* The view's owner is the underlying object, which hears of the release itself. */
}

/* A view of the plain bytes, one dimension. */
static PyObject *
pickle_buffer_raw(PyObject *self, PyObject *ignored)
{
    if (check(SELF(self)) < 0) {
        return NULL;
    }
    const Py_buffer *view = &SELF(self)->view;
    if (!PyBuffer_IsContiguous(view, 'A')) {
        PyErr_SetString(PyExc_BufferError, "cannot extract raw buffer from non-contiguous buffer");
        return NULL;
    }
    PyObject *whole = PyMemoryView_FromObject(self);
    if (whole == NULL) {
        return NULL;
    }
    Py_buffer *flat = PyMemoryView_GET_BUFFER(whole);
    Py_buffer raw = *flat;
    Py_ssize_t shape[1] = {flat->len}, strides[1] = {1};
    raw.format = "B";
    raw.itemsize = 1;
    raw.ndim = 1;
    raw.shape = shape;
    raw.strides = strides;
    raw.suboffsets = NULL;
    PyMemoryViewObject *result = ou_memoryview_share(((PyMemoryViewObject *)whole)->mbuf, &raw);
    Py_DECREF(whole);
    return (PyObject *)result;
}

static PyObject *
pickle_buffer_release(PyObject *self, PyObject *ignored)
{
    PyBuffer_Release(&SELF(self)->view);
    Py_RETURN_NONE;
}

static PyMethodDef pickle_buffer_methods[] = {
    {"raw", pickle_buffer_raw, METH_NOARGS, "raw($self, /)\n--\n\nA view of the memory as plain bytes."},
    {"release", pickle_buffer_release, METH_NOARGS, "release($self, /)\n--\n\nGive the buffer back."},
    {NULL},
};

static PyBufferProcs pickle_buffer_buffer = {pickle_buffer_getbuffer, pickle_buffer_releasebuffer};

PyTypeObject PyPickleBuffer_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "pickle.PickleBuffer",
    .tp_basicsize = sizeof(PyPickleBufferObject),
    .tp_dealloc = pickle_buffer_dealloc,
    .tp_as_buffer = &pickle_buffer_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "PickleBuffer(object)\n--\n\nA buffer that pickle may pass out of band.",
    .tp_traverse = pickle_buffer_traverse,
    .tp_clear = pickle_buffer_clear,
    .tp_weaklistoffset = offsetof(PyPickleBufferObject, weakreflist),
    .tp_methods = pickle_buffer_methods,
    .tp_new = pickle_buffer_new,
};
