/* modules/_pickle/unpickle_unpickler.c - the type Unpickler.
 *
 * Owns       what the fields of Unpickler say.
 * Invariant  `busy` is set while a pickle is read: the unpickler can't be used by code that this runs.
 * Source     Library Reference, pickle.Unpickler. */
#include "modules/_pickle/pickle.h"
#include "object/args.h"

#define SELF(op) ((Unpickler *)(op))

/* ---- making --------------------------------------------------------------------------------------------------------------- */

Unpickler *
ou_unpickler_new(PyTypeObject *type, PickleState *state)
{
    Unpickler *self = (Unpickler *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    if (ou_unpickle_memo_init(self) < 0) {
        Py_DECREF(self);
        return NULL;
    }
    self->state = state;
    return self;
}

static char *
copy_text(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = PyMem_Malloc(size);
    if (copy == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    return memcpy(copy, text, size);
}

int
ou_unpickler_set(Unpickler *self, bool fix_imports, const char *encoding, const char *errors, PyObject *buffers)
{
    char *new_encoding = copy_text(encoding), *new_errors = new_encoding == NULL ? NULL : copy_text(errors);
    if (new_errors == NULL) {
        PyMem_Free(new_encoding);
        return -1;
    }
    PyMem_Free(self->encoding);
    PyMem_Free(self->errors);
    self->encoding = new_encoding;
    self->errors = new_errors;
    self->fix_imports = fix_imports;
    PyObject *iter = NULL;
    if (buffers != NULL && buffers != Py_None && (iter = PyObject_GetIter(buffers)) == NULL) {
        return -1;
    }
    Py_XSETREF(self->buffers, iter);
    return 0;
}

int
ou_unpickler_set_file(Unpickler *self, PyObject *file)
{
    const struct {
        PyObject *name, **place;
    } methods[] = {
        {OU_STR(peek), &self->peek},
        {OU_STR(readinto), &self->readinto},
        {OU_STR(read), &self->read},
        {OU_STR(readline), &self->readline},
    };
    for (size_t i = 0; i < OU_COUNT_OF(methods); i++) {
        Py_CLEAR(*methods[i].place);
        if (_PyObject_LookupAttr(file, methods[i].name, methods[i].place) < 0) {
            return -1;
        }
    }
    if (self->read == NULL || self->readline == NULL) {
        PyErr_SetString(PyExc_TypeError, "file must have 'read' and 'readline' attributes");
        return -1;
    }
    return 0;
}

/* Nothing of an earlier input is left. */
static void
forget_input(Unpickler *self)
{
    self->in = NULL;
    self->in_len = self->in_next = self->in_prefetched = 0;
    Py_CLEAR(self->input);
}

static PyObject *
unpickler_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    return (PyObject *)ou_unpickler_new(type, NULL);
}

static int
unpickler_clear(PyObject *op)
{
    Unpickler *self = SELF(op);
    forget_input(self);
    self->n_marks = 0;
    self->fence = 0;
    ou_unpickle_drop(self, 0);
    Py_CLEAR(self->persistent_load);
    Py_CLEAR(self->read);
    Py_CLEAR(self->readinto);
    Py_CLEAR(self->readline);
    Py_CLEAR(self->peek);
    Py_CLEAR(self->buffers);
    ou_unpickle_memo_clear(self);
    return 0;
}

static int
init(Unpickler *self, PyObject *const *v)
{
    int fix_imports = v[1] == NULL ? 1 : PyObject_IsTrue(v[1]);
    if (fix_imports < 0) {
        return -1;
    }
    const char *encoding = v[2] == NULL ? "ASCII" : ou_pickle_text_argument(v[2], "Unpickler", "encoding");
    const char *errors = v[3] == NULL     ? "strict"
                       : encoding == NULL ? NULL
                                          : ou_pickle_text_argument(v[3], "Unpickler", "errors");
    if (encoding == NULL || errors == NULL) {
        return -1;
    }
    forget_input(self);
    return ou_unpickle_memo_init(self) < 0 || ou_unpickler_set_file(self, v[0]) < 0
                || ou_unpickler_set(self, fix_imports, encoding, errors, v[4]) < 0
                || ou_pickle_find_method((PyObject *)self, OU_STR(persistent_load), &self->persistent_load,
                                         &self->load_is_bound)
                       < 0
             ? -1
             : 0;
}

static int
begin(Unpickler *self)
{
    if (self->busy) {
        PyErr_SetString(PyExc_RuntimeError, "Unpickler object is already in use");
        return -1;
    }
    self->busy = 1;
    return 0;
}

static int
unpickler_init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {
        "Unpickler", {"file", "fix_imports", "encoding", "errors", "buffers"}, .n_positional = 1, .n_required = 1, .n_all = 5,
    };
    PyObject *v[5];
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0 || begin(SELF(op)) < 0) {
        return -1;
    }
    SELF(op)->state = NULL; /* not whole until all is done */
    int status = init(SELF(op), v);
    if (status == 0) {
        SELF(op)->state = pickle_state(Py_TYPE(op)); /* commit */
    }
    SELF(op)->busy = 0;
    return status;
}

static int
unpickler_traverse(PyObject *op, visitproc visit, void *arg)
{
    Unpickler *self = SELF(op);
    Py_VISIT(Py_TYPE(op));
    for (Py_ssize_t i = 0; i < self->n_stack; i++) {
        Py_VISIT(self->stack[i]);
    }
    for (Py_ssize_t i = 0; i < self->memo_cap; i++) {
        Py_VISIT(self->memo[i]);
    }
    Py_VISIT(self->far_memo);
    Py_VISIT(self->input);
    Py_VISIT(self->persistent_load);
    Py_VISIT(self->read);
    Py_VISIT(self->readinto);
    Py_VISIT(self->readline);
    Py_VISIT(self->peek);
    Py_VISIT(self->buffers);
    return 0;
}

static void
unpickler_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    unpickler_clear(op);
    PyMem_Free(SELF(op)->stack);
    PyMem_Free(SELF(op)->marks);
    PyMem_Free(SELF(op)->encoding);
    PyMem_Free(SELF(op)->errors);
    PyMem_Free(SELF(op)->line);
    type->tp_free(op);
    Py_DECREF(type);
}

/* ---- methods -------------------------------------------------------------------------------------------------------------- */

static PyObject *
unpickler_load(PyObject *op, PyObject *ignored)
{
    if (SELF(op)->state == NULL) {
        return PyErr_Format(pickle_state(Py_TYPE(op))->unpickling_error, "Unpickler.__init__() was not called by %s.__init__()",
                            Py_TYPE(op)->tp_name);
    }
    if (begin(SELF(op)) < 0) {
        return NULL;
    }
    PyObject *owned = Py_NewRef(op);
    OU_HOLD(hold, &owned);
    PyObject *result = ou_unpickle_load(SELF(op));
    OU_HOLD_END(hold);
    Py_DECREF(owned);
    return result;
}

static PyObject *
unpickler_sizeof(PyObject *op, PyObject *ignored)
{
    const Unpickler *self = SELF(op);
    size_t size = _PyObject_SIZE(Py_TYPE(op)) + (size_t)self->memo_cap * sizeof *self->memo;
    size += (size_t)self->marks_cap * sizeof *self->marks;
    size += self->line != NULL ? strlen(self->line) + 1 : 0;
    size += self->encoding != NULL ? strlen(self->encoding) + 1 + strlen(self->errors) + 1 : 0;
    return PyLong_FromSize_t(size);
}

/* ---- attributes ------------------------------------------------------------------------------------------------------------ */

static PyObject *
unpickler_get_persistent_load(PyObject *op, void *closure)
{
    Unpickler *self = SELF(op);
    if (self->persistent_load == NULL) {
        PyErr_SetString(PyExc_AttributeError, "persistent_load");
        return NULL;
    }
    return self->load_is_bound ? PyMethod_New(self->persistent_load, op) : Py_NewRef(self->persistent_load);
}

static int
unpickler_set_persistent_load(PyObject *op, PyObject *value, void *closure)
{
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "attribute deletion is not supported");
        return -1;
    }
    if (!PyCallable_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "persistent_load must be a callable taking one argument");
        return -1;
    }
    SELF(op)->load_is_bound = 0;
    Py_XSETREF(SELF(op)->persistent_load, Py_NewRef(value));
    return 0;
}

static PyObject *
unpickler_get_memo(PyObject *op, void *closure)
{
    return ou_pickle_memo_proxy(pickle_state(Py_TYPE(op))->unpickler_memo_type, op);
}

/* {number: object} */
static int
memo_from_dict(Unpickler *self, PyObject *dict)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    if (ou_unpickle_memo_init(self) < 0) {
        return -1;
    }
    while (PyDict_Next(dict, &position, &key, &value)) {
        if (!PyLong_Check(key)) {
            PyErr_SetString(PyExc_TypeError, "memo key must be integers");
            return -1;
        }
        Py_ssize_t number = PyLong_AsSsize_t(key);
        if (number < 0) {
            if (!PyErr_Occurred()) {
                PyErr_SetString(PyExc_ValueError, "memo key must be positive integers.");
            }
            return -1;
        }
        if (ou_unpickle_memo_put(self, (size_t)number, value) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
unpickler_set_memo(PyObject *op, PyObject *value, void *closure)
{
    Unpickler *self = SELF(op);
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "attribute deletion is not supported");
        return -1;
    }
    PyObject *dict;
    if (Py_IS_TYPE(value, pickle_state(Py_TYPE(op))->unpickler_memo_type)) {
        dict = PyObject_CallMethodNoArgs(value, OU_STR(copy));
    }
    else if (PyDict_Check(value)) {
        dict = PyDict_Copy(value);
    }
    else {
        PyErr_Format(PyExc_TypeError, "'memo' attribute must be an UnpicklerMemoProxy object or dict, not %.200s",
                     Py_TYPE(value)->tp_name);
        return -1;
    }
    if (dict == NULL) {
        return -1;
    }
    OU_HOLD(hold, &dict);
    Unpickler *made = ou_unpickler_new(pickle_state(Py_TYPE(op))->unpickler_type, NULL); /* all or nothing */
    int status = made == NULL ? -1 : memo_from_dict(made, dict);
    if (status == 0) {
        PyObject **memo = self->memo, *far_memo = self->far_memo;
        Py_ssize_t cap = self->memo_cap, n = self->n_memo;
        self->memo = made->memo;
        self->far_memo = made->far_memo;
        self->memo_cap = made->memo_cap;
        self->n_memo = made->n_memo; /* commit */
        made->memo = memo;
        made->far_memo = far_memo;
        made->memo_cap = cap;
        made->n_memo = n;
    }
    OU_HOLD_END(hold);
    Py_DECREF(dict);
    Py_XDECREF(made);
    return status;
}

static PyMethodDef unpickler_methods[] = {
    {"load", unpickler_load, METH_NOARGS, "load($self, /)\n--\n\nRead one pickle from the file: the object it stands for."},
    {"find_class", (PyCFunction)(void *)ou_unpickler_find_class, METH_FASTCALL,
     "find_class($self, module_name, global_name, /)\n--\n\nWhat a module has under a name; the module is imported.\n\n"
     "Subclasses may look elsewhere, or refuse.  Functions are found by this too."},
    {"__sizeof__", unpickler_sizeof, METH_NOARGS, "__sizeof__($self, /)\n--\n\nSize in memory, in bytes."},
    {NULL},
};

static PyGetSetDef unpickler_getset[] = {
    {"memo", unpickler_get_memo, unpickler_set_memo, NULL, NULL},
    {"persistent_load", unpickler_get_persistent_load, unpickler_set_persistent_load, NULL, NULL},
    {NULL},
};

static PyType_Slot unpickler_slots[] = {
    {Py_tp_doc,
     "Unpickler(file, *, fix_imports=True, encoding='ASCII', errors='strict',\n          buffers=())\n--\n\n"
     "Reads objects from a stream of bytes of a binary file.\n\n"
     "fix_imports, encoding and errors are for pickles of Python 2; buffers gives what the pickler passed out of band."},
    {Py_tp_new, unpickler_new},
    {Py_tp_init, unpickler_init},
    {Py_tp_dealloc, unpickler_dealloc},
    {Py_tp_traverse, unpickler_traverse},
    {Py_tp_clear, unpickler_clear},
    {Py_tp_methods, unpickler_methods},
    {Py_tp_getset, unpickler_getset},
    {0, NULL},
};

enum { CPYTHON_SIZE = 272 }; /* bytes of CPython 3.11's: __sizeof__ says the same */
OU_STATIC_ASSERT(sizeof(Unpickler) <= CPYTHON_SIZE, "an unpickler is no larger than CPython's");

PyType_Spec ou_unpickler_spec = {
    .name = "_pickle.Unpickler",
    .basicsize = CPYTHON_SIZE,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = unpickler_slots,
};
