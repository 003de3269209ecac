/* modules/_struct/struct_module.c - module _struct: the type Struct, its iterator, and the functions that take a format.
 *
 * Owns       struct.error, and a cache of Structs by format.
 * Invariant  a Struct that __init__ has not made has no layout and a size of -1; whoever runs Python code while it works by a
 *            layout owns it.
 * Not here   formats and values (struct_layout.c). */
#include "modules/_struct/struct.h"

#include <structmember.h>

enum { CACHE_MAX = 100 }; /* formats; from CPython 3.11 */

typedef struct {
    PyObject_HEAD
    Py_ssize_t size;     /* bytes; -1: not made yet */
    Py_ssize_t n_values; /* values */
    PyObject *format;    /* bytes */
    PyObject *layout;    /* bytes, see struct.h */
    PyObject *weakreflist;
} Struct;

typedef struct {
    PyObject_HEAD
    PyObject *layout;
    Py_ssize_t size, n_values;
    Py_buffer buffer; /* buffer.obj NULL: exhausted */
    Py_ssize_t at;    /* bytes read */
} Unpacker;

PyObject *ou_struct_error;
static PyObject *cache; /* dict: format to Struct */
static PyObject *owner; /* borrowed: the module that owns them: of several copies, which a second import makes, the newest */

extern PyTypeObject ou_struct_type, ou_struct_unpacker_type;

OU_WALKER(struct)
{
    OU_EDGE_OF((Struct *)self, format);
    OU_EDGE_OF((Struct *)self, layout);
    return 0;
}

OU_WALKER(struct_unpacker)
{
    Unpacker *unpacker = (Unpacker *)self;
    OU_EDGE_OF(unpacker, layout);
    OU_EDGE(unpacker->buffer.obj, OU_EDGE_FIELD, "buffer", -1);
    return 0;
}

/* ---- Struct ----------------------------------------------------------------------------------------------------- */

static PyObject *
struct_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Struct *self = (Struct *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->size = self->n_values = -1;
    }
    return (PyObject *)self;
}

static int
struct_set_format(Struct *self, PyObject *format)
{
    PyObject *text;
    if (PyUnicode_Check(format)) {
        text = PyUnicode_AsASCIIString(format);
    }
    else if (PyBytes_Check(format)) {
        text = Py_NewRef(format);
    }
    else {
        text = NULL;
        PyErr_Format(PyExc_TypeError, "Struct() argument 1 must be a str or bytes object, not %.200s",
                     _PyType_Name(Py_TYPE(format)));
    }
    Py_ssize_t size, n_values;
    PyObject *layout = text == NULL ? NULL : ou_struct_parse(text, &size, &n_values);
    if (layout == NULL) {
        Py_XDECREF(text);
        return -1;
    }
    self->size = size;
    self->n_values = n_values;
    Py_XSETREF(self->layout, layout);
    Py_XSETREF(self->format, text);
    return 0;
}

static int
struct_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"Struct", {"format"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *format;
    return ou_args_parse_tuple(&params, args, kwargs, &format) < 0 ? -1 : struct_set_format((Struct *)self, format);
}

static void
struct_dealloc(PyObject *self)
{
    Struct *s = (Struct *)self;
    if (s->weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    Py_XDECREF(s->layout);
    Py_XDECREF(s->format);
    Py_TYPE(self)->tp_free(self);
}

static int
check_ready(Struct *self)
{
    if (self->layout == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "Struct object is not initialized");
        return -1;
    }
    return 0;
}

static int
check_n_values(Struct *self, const char *function, Py_ssize_t n)
{
    if (n != self->n_values) {
        PyErr_Format(STRUCT_ERROR, "%s expected %zd items for packing (got %zd)", function, self->n_values, n);
        return -1;
    }
    return 0;
}

static PyObject *
struct_pack(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Struct *s = (Struct *)self;
    if (check_n_values(s, "pack", n_args) < 0) {
        return NULL;
    }
    PyObject *layout = s->layout, *result = PyBytes_FromStringAndSize(NULL, s->size);
    if (result == NULL) {
        return NULL;
    }
    memset(PyBytes_AS_STRING(result), 0, (size_t)s->size);
    Py_INCREF(layout);
    OU_HOLD(h, &layout, &result);
    int status = ou_struct_pack(layout, args, PyBytes_AS_STRING(result));
    OU_HOLD_END(h);
    Py_DECREF(layout);
    if (status < 0) {
        Py_CLEAR(result);
    }
    return result;
}

/* An offset counted from the end if negative, for `size` bytes of a buffer; messages differ for the two directions. */
static int
place(Py_ssize_t *offset, Py_ssize_t size, Py_ssize_t len, bool packing)
{
    if (*offset < 0) {
        if (*offset + size > 0) {
            PyErr_Format(STRUCT_ERROR,
                         packing ? "no space to pack %zd bytes at offset %zd"
                                 : "not enough data to unpack %zd bytes at offset %zd",
                         size, *offset);
            return -1;
        }
        if (*offset + len < 0) {
            PyErr_Format(STRUCT_ERROR, "offset %zd out of range for %zd-byte buffer", *offset, len);
            return -1;
        }
        *offset += len;
    }
    if (len - *offset < size) {
        PyErr_Format(STRUCT_ERROR,
                     "%s requires a buffer of at least %zu bytes for %s %zd bytes at offset %zd (actual buffer size is %zd)",
                     packing ? "pack_into" : "unpack_from", (size_t)size + (size_t)*offset, packing ? "packing" : "unpacking",
                     size, *offset, len);
        return -1;
    }
    return 0;
}

static PyObject *
struct_pack_into(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Struct *s = (Struct *)self;
    Py_buffer buffer;
    if (n_args < 2) {
        PyErr_SetString(STRUCT_ERROR,
                        n_args == 0 ? "pack_into expected buffer argument" : "pack_into expected offset argument");
        return NULL;
    }
    if (check_n_values(s, "pack_into", n_args - 2) < 0) {
        return NULL;
    }
    if (PyObject_GetBuffer(args[0], &buffer, PyBUF_WRITABLE) < 0) {
        PyErr_Format(PyExc_TypeError, "argument must be read-write bytes-like object, not %.50s", Py_TYPE(args[0])->tp_name);
        return NULL;
    }
    PyObject *layout = Py_NewRef(s->layout);
    Py_ssize_t size = s->size;
    OU_HOLD(h, &layout, &buffer.obj);
    Py_ssize_t offset = PyNumber_AsSsize_t(args[1], PyExc_IndexError);
    int status = offset == -1 && PyErr_Occurred() ? -1 : place(&offset, size, buffer.len, true);
    if (status == 0) {
        char *out = (char *)buffer.buf + offset;
        memset(out, 0, (size_t)size);
        status = ou_struct_pack(layout, args + 2, out);
    }
    OU_HOLD_END(h);
    PyBuffer_Release(&buffer);
    Py_DECREF(layout);
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
struct_unpack(PyObject *self, PyObject *arg)
{
    Struct *s = (Struct *)self;
    Py_buffer buffer;
    if (check_ready(s) < 0 || PyObject_GetBuffer(arg, &buffer, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    PyObject *values = NULL;
    if (buffer.len != s->size) {
        PyErr_Format(STRUCT_ERROR, "unpack requires a buffer of %zd bytes", s->size);
    }
    else {
        values = ou_struct_unpack(s->layout, s->n_values, buffer.buf);
    }
    PyBuffer_Release(&buffer);
    return values;
}

static PyObject *
struct_unpack_from(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"unpack_from", {"buffer", "offset"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    Struct *s = (Struct *)self;
    PyObject *v[2], *values = NULL;
    Py_ssize_t offset = 0;
    Py_buffer buffer;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0) {
        return NULL;
    }
    if (v[1] != NULL) {
        PyObject *number = PyNumber_Index(v[1]);
        offset = number == NULL ? -1 : PyLong_AsSsize_t(number);
        Py_XDECREF(number);
        if (offset == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (check_ready(s) < 0 || PyObject_GetBuffer(v[0], &buffer, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    if (place(&offset, s->size, buffer.len, false) == 0) {
        values = ou_struct_unpack(s->layout, s->n_values, (const char *)buffer.buf + offset);
    }
    PyBuffer_Release(&buffer);
    return values;
}

static PyObject *
struct_get_format(PyObject *self, void *ignored)
{
    PyObject *format = ((Struct *)self)->format;
    return format == NULL ? PyUnicode_FromString("") : PyUnicode_DecodeASCII(PyBytes_AS_STRING(format), Py_SIZE(format), NULL);
}

static PyObject *
struct_get_size(PyObject *self, void *ignored)
{
    return PyLong_FromSsize_t(((Struct *)self)->size);
}

/* ---- iterating -------------------------------------------------------------------------------------------------- */

static PyObject *
struct_iter_unpack(PyObject *self, PyObject *arg)
{
    Struct *s = (Struct *)self;
    if (check_ready(s) < 0) {
        return NULL;
    }
    if (s->size == 0) {
        PyErr_SetString(STRUCT_ERROR, "cannot iteratively unpack with a struct of length 0");
        return NULL;
    }
    Unpacker *unpacker = (Unpacker *)ou_gc_new(&ou_struct_unpacker_type);
    if (unpacker == NULL) {
        return NULL;
    }
    if (PyObject_GetBuffer(arg, &unpacker->buffer, PyBUF_SIMPLE) < 0) {
        unpacker->buffer.obj = NULL;
        Py_DECREF(unpacker);
        return NULL;
    }
    if (unpacker->buffer.len % s->size != 0) {
        PyErr_Format(STRUCT_ERROR, "iterative unpacking requires a buffer of a multiple of %zd bytes", s->size);
        Py_DECREF(unpacker);
        return NULL;
    }
    unpacker->layout = Py_NewRef(s->layout);
    unpacker->size = s->size;
    unpacker->n_values = s->n_values;
    ou_gc_track((PyObject *)unpacker);
    return (PyObject *)unpacker;
}

static void
unpacker_dealloc(PyObject *self)
{
    Unpacker *unpacker = (Unpacker *)self;
    ou_gc_untrack(self);
    PyBuffer_Release(&unpacker->buffer);
    Py_XDECREF(unpacker->layout);
    ou_gc_free(self);
}

static PyObject *
unpacker_next(PyObject *self)
{
    Unpacker *unpacker = (Unpacker *)self;
    if (unpacker->buffer.obj == NULL) {
        return NULL;
    }
    if (unpacker->at >= unpacker->buffer.len) {
        PyBuffer_Release(&unpacker->buffer);
        return NULL;
    }
    PyObject *values =
        ou_struct_unpack(unpacker->layout, unpacker->n_values, (const char *)unpacker->buffer.buf + unpacker->at);
    unpacker->at += values == NULL ? 0 : unpacker->size;
    return values;
}

static PyObject *
unpacker_length_hint(PyObject *self, PyObject *ignored)
{
    Unpacker *unpacker = (Unpacker *)self;
    return PyLong_FromSsize_t(unpacker->buffer.obj == NULL ? 0 : (unpacker->buffer.len - unpacker->at) / unpacker->size);
}

/* ---- the module ------------------------------------------------------------------------------------------------- */

/* The Struct of a format: a cached one, or a new one that is cached.  Refs new. */
static PyObject *
struct_of(PyObject *format)
{
    PyObject *found = cache == NULL ? NULL : PyDict_GetItemWithError(cache, format);
    if (found != NULL || PyErr_Occurred()) {
        return Py_XNewRef(found);
    }
    PyObject *made = struct_new(&ou_struct_type, NULL, NULL);
    if (made == NULL || struct_set_format((Struct *)made, format) < 0) {
        Py_XDECREF(made);
        return NULL;
    }
    if (cache == NULL) {
        cache = PyDict_New();
    }
    else if (PyDict_GET_SIZE(cache) >= CACHE_MAX) {
        PyDict_Clear(cache);
    }
    OU_HOLD(h, &made);
    if (cache == NULL || PyDict_SetItem(cache, format, made) < 0) {
        PyErr_Clear(); /* it is only a cache */
    }
    OU_HOLD_END(h);
    return made;
}

/* Call a method's C function on the Struct of the first argument, with the others. */
#define WITH_STRUCT(format, call)       \
    PyObject *self = struct_of(format); \
    if (self == NULL) {                 \
        return NULL;                    \
    }                                   \
    OU_HOLD(h, &self);                  \
    PyObject *result = call;            \
    OU_HOLD_END(h);                     \
    Py_DECREF(self);                    \
    return result

static int
check_format(Py_ssize_t n_args)
{
    if (n_args == 0) {
        PyErr_SetString(PyExc_TypeError, "missing format argument");
        return -1;
    }
    return 0;
}

static PyObject *
module_pack(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (check_format(n_args) < 0) {
        return NULL;
    }
    WITH_STRUCT(args[0], struct_pack(self, args + 1, n_args - 1));
}

static PyObject *
module_pack_into(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (check_format(n_args) < 0) {
        return NULL;
    }
    WITH_STRUCT(args[0], struct_pack_into(self, args + 1, n_args - 1));
}

static PyObject *
module_unpack(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("unpack", n_args, 2, 2)) {
        return NULL;
    }
    WITH_STRUCT(args[0], struct_unpack(self, args[1]));
}

static PyObject *
module_iter_unpack(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("iter_unpack", n_args, 2, 2)) {
        return NULL;
    }
    WITH_STRUCT(args[0], struct_iter_unpack(self, args[1]));
}

static PyObject *
module_unpack_from(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"unpack_from",     {"", "buffer", "offset"}, .n_posonly = 1,
                                    .n_positional = 3, .n_required = 2,          .n_all = 3};
    PyObject *v[3];
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0) {
        return NULL;
    }
    WITH_STRUCT(v[0], struct_unpack_from(self, v + 1, v[2] == NULL ? 1 : 2, NULL));
}

static PyObject *
module_calcsize(PyObject *module, PyObject *format)
{
    WITH_STRUCT(format, struct_get_size(self, NULL));
}

static PyObject *
module_clearcache(PyObject *module, PyObject *ignored)
{
    Py_CLEAR(cache);
    Py_RETURN_NONE;
}

static PyMethodDef struct_methods[] = {
    {"iter_unpack", struct_iter_unpack, METH_O, "iter_unpack($self, buffer, /)\n--\n\nThe tuples of a buffer, one by one."},
    {"pack", (PyCFunction)(void *)struct_pack, METH_FASTCALL, "S.pack(v1, v2, ...) -> bytes"},
    {"pack_into", (PyCFunction)(void *)struct_pack_into, METH_FASTCALL, "S.pack_into(buffer, offset, v1, v2, ...)"},
    {"unpack", struct_unpack, METH_O, "unpack($self, buffer, /)\n--\n\nThe values of a buffer of exactly S.size bytes."},
    {"unpack_from", (PyCFunction)(void *)struct_unpack_from, METH_FASTCALL | METH_KEYWORDS,
     "unpack_from($self, /, buffer, offset=0)\n--\n\nThe values that begin at an offset of a buffer."},
    {NULL},
};

static PyGetSetDef struct_getset[] = {
    {"format", struct_get_format, NULL, "struct format string"},
    {"size", struct_get_size, NULL, "struct size in bytes"},
    {NULL},
};

PyTypeObject ou_struct_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_struct.Struct",
    .tp_basicsize = sizeof(Struct),
    .tp_dealloc = struct_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "Struct(fmt) --> compiled struct object",
    .tp_weaklistoffset = offsetof(Struct, weakreflist),
    .tp_methods = struct_methods,
    .tp_getset = struct_getset,
    .tp_init = struct_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = struct_new,
    .tp_free = PyObject_Free,
};

static PyMethodDef unpacker_methods[] = {
    {"__length_hint__", unpacker_length_hint, METH_NOARGS, NULL},
    {NULL},
};

PyTypeObject ou_struct_unpacker_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_struct.unpack_iterator",
    .tp_basicsize = sizeof(Unpacker),
    .tp_dealloc = unpacker_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = struct_unpacker_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = unpacker_next,
    .tp_methods = unpacker_methods,
};

static PyMethodDef module_methods[] = {
    {"_clearcache", module_clearcache, METH_NOARGS, "_clearcache($module, /)\n--\n\nClear the internal cache."},
    {"calcsize", module_calcsize, METH_O, "calcsize($module, format, /)\n--\n\nThe bytes of a structure of this format."},
    {"iter_unpack", (PyCFunction)(void *)module_iter_unpack, METH_FASTCALL,
     "iter_unpack($module, format, buffer, /)\n--\n\nThe tuples of a buffer, one by one."},
    {"pack", (PyCFunction)(void *)module_pack, METH_FASTCALL, "pack(format, v1, v2, ...) -> bytes"},
    {"pack_into", (PyCFunction)(void *)module_pack_into, METH_FASTCALL, "pack_into(format, buffer, offset, v1, v2, ...)"},
    {"unpack", (PyCFunction)(void *)module_unpack, METH_FASTCALL,
     "unpack($module, format, buffer, /)\n--\n\nThe values of a buffer that is as long as the format says."},
    {"unpack_from", (PyCFunction)(void *)module_unpack_from, METH_FASTCALL | METH_KEYWORDS,
     "unpack_from($module, format, /, buffer, offset=0)\n--\n\nThe values that begin at an offset of a buffer."},
    {NULL},
};

static int
module_exec(PyObject *module)
{
    if (PyModule_AddType(module, &ou_struct_type) < 0) {
        return -1;
    }
    owner = module;
    if (ou_struct_error == NULL) { /* else a second import, which keeps what the first one's Structs raise */
        ou_struct_error = PyErr_NewException("struct.error", NULL, NULL);
    }
    return ou_struct_error == NULL ? -1 : PyModule_AddObjectRef(module, "error", ou_struct_error);
}

static int
module_traverse(PyObject *module, visitproc visit, void *arg)
{
    if (module == owner) {
        Py_VISIT(ou_struct_error);
        Py_VISIT(cache);
    }
    return 0;
}

static int
module_clear(PyObject *module)
{
    if (module == owner) {
        owner = NULL;
        Py_CLEAR(cache);
        Py_CLEAR(ou_struct_error);
    }
    return 0;
}

static void
module_free(void *module)
{
    (void)module_clear(module);
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, module_exec}, {0, NULL}};

static struct PyModuleDef struct_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_struct",
    .m_doc = "Values of Python as the bytes of C structs, by formats: see module struct.",
    .m_methods = module_methods,
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
    .m_free = module_free,
};

PyMODINIT_FUNC
PyInit__struct(void)
{
    return PyModuleDef_Init(&struct_module);
}
