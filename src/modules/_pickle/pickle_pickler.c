/* modules/_pickle/pickle_pickler.c - the type Pickler, and the memo as Python code sees it.
 *
 * Owns       what the fields of Pickler say.
 * Invariant  `busy` is set while a pickle is written: the pickler can't be used by code that this runs.
 * Source     Library Reference, pickle.Pickler. */
#include "modules/_pickle/pickle.h"
#include "object/args.h"

#include <structmember.h>

#define SELF(op) ((Pickler *)(op))

/* ---- one pickle ------------------------------------------------------------------------------------------------------- */

/* Claim the pickler.  Returns 0, or -1 with RuntimeError. */
static int
begin(Pickler *self)
{
    if (self->busy) {
        PyErr_SetString(PyExc_RuntimeError, "Pickler object is already in use");
        return -1;
    }
    self->busy = 1;
    return 0;
}

static int
dump(Pickler *self, PyObject *obj)
{
    if (_PyObject_LookupAttr((PyObject *)self, OU_STR(reducer_override), &self->reducer_override) < 0) {
        return -1;
    }
    if (self->proto >= 2) {
        char header[2] = {(char)OP_PROTO, (char)self->proto};
        if (pickle_write(self, header, sizeof header) < 0) {
            return -1;
        }
        ou_pickle_set_framing(self, self->proto >= 4);
    }
    return ou_pickle_save(self, obj, false) < 0 || pickle_write_op(self, OP_STOP) < 0 ? -1 : ou_pickle_end_frame(self);
}

int
ou_pickle_dump(Pickler *self, PyObject *obj)
{
    if (begin(self) < 0) {
        return -1;
    }
    bool is_empty = self->out != NULL && self->at == PyBytes_AS_STRING(self->out);
    int status = is_empty ? 0 : ou_pickle_output_begin(self);
    self->fast_depth = 0;
    if (status == 0) {
        status = dump(self, obj);
    }
    self->framing = 0;
    Py_CLEAR(self->reducer_override); /* it may hold self */
    if (status < 0 && self->out != NULL) {
        self->at = self->end = PyBytes_AS_STRING(self->out);
        self->frame = NULL;
    }
    self->busy = 0;
    return status;
}

Pickler *
ou_pickler_new(PyTypeObject *type, PickleState *state)
{
    Pickler *self = (Pickler *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    if (ou_pickle_memo_init(&self->memo) < 0) {
        Py_DECREF(self);
        return NULL;
    }
    self->state = state;
    return self;
}

int
ou_pickler_set(Pickler *self, PyObject *proto, bool fix_imports, PyObject *buffer_callback)
{
    long number = PICKLE_DEFAULT;
    if (proto != NULL && proto != Py_None) {
        number = PyLong_AsLong(proto);
        if (number == -1 && PyErr_Occurred()) {
            return -1;
        }
        if (number > PICKLE_HIGHEST) {
            PyErr_Format(PyExc_ValueError, "pickle protocol must be <= %d", PICKLE_HIGHEST);
            return -1;
        }
        number = number < 0 ? PICKLE_HIGHEST : number;
    }
    if (buffer_callback == Py_None) {
        buffer_callback = NULL;
    }
    self->proto = (int)number;
    self->bin = number > 0;
    self->fix_imports = fix_imports && number < 3;
    if (buffer_callback != NULL && number < 5) {
        PyErr_SetString(PyExc_ValueError, "buffer_callback needs protocol >= 5");
        return -1;
    }
    Py_XSETREF(self->buffer_callback, Py_XNewRef(buffer_callback));
    return 0;
}

int
ou_pickler_set_file(Pickler *self, PyObject *file)
{
    PyObject *write;
    if (_PyObject_LookupAttr(file, OU_STR(write), &write) < 0) {
        return -1;
    }
    if (write == NULL) {
        PyErr_SetString(PyExc_TypeError, "file must have a 'write' attribute");
        return -1;
    }
    Py_XSETREF(self->write, write);
    return 0;
}

/* ---- the type ---------------------------------------------------------------------------------------------------------- */

static PyObject *
pickler_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    return (PyObject *)ou_pickler_new(type, NULL);
}

static int
pickler_clear(PyObject *op)
{
    Pickler *self = SELF(op);
    PickleMemo memo = self->memo;
    self->memo = (PickleMemo){0, 0, NULL};
    Py_CLEAR(self->out);
    Py_CLEAR(self->write);
    Py_CLEAR(self->persistent_id);
    Py_CLEAR(self->dispatch_table);
    Py_CLEAR(self->reducer_override);
    Py_CLEAR(self->buffer_callback);
    Py_CLEAR(self->fast_memo);
    ou_pickle_memo_free(&memo);
    return 0;
}

/* A pickler may be made anew: it forgets all that it was. */
static int
init(Pickler *self, PyObject *const *v)
{
    int fix_imports = v[2] == NULL ? 1 : PyObject_IsTrue(v[2]);
    if (fix_imports < 0 || ou_pickle_memo_reset(&self->memo) < 0 || ou_pickler_set(self, v[1], fix_imports, v[3]) < 0
        || ou_pickler_set_file(self, v[0]) < 0 || ou_pickle_output_begin(self) < 0) {
        return -1;
    }
    self->fast = 0;
    Py_CLEAR(self->fast_memo);
    if (ou_pickle_find_method((PyObject *)self, OU_STR(persistent_id), &self->persistent_id, &self->id_is_bound) < 0) {
        return -1;
    }
    PyObject *table; /* a subclass has it, or our own member was set before */
    if (_PyObject_LookupAttr((PyObject *)self, OU_STR(dispatch_table), &table) < 0) {
        return -1;
    }
    Py_XSETREF(self->dispatch_table, table);
    return 0;
}

static int
pickler_init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {
        "Pickler", {"file", "protocol", "fix_imports", "buffer_callback"}, .n_positional = 4, .n_required = 1, .n_all = 4,
    };
    PyObject *v[4];
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
pickler_traverse(PyObject *op, visitproc visit, void *arg)
{
    Pickler *self = SELF(op);
    Py_VISIT(Py_TYPE(op));
    for (size_t i = 0; i < self->memo.n_slots; i++) {
        Py_VISIT(self->memo.entries[i].object);
    }
    Py_VISIT(self->out);
    Py_VISIT(self->write);
    Py_VISIT(self->persistent_id);
    Py_VISIT(self->dispatch_table);
    Py_VISIT(self->reducer_override);
    Py_VISIT(self->buffer_callback);
    Py_VISIT(self->fast_memo);
    return 0;
}

static void
pickler_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    pickler_clear(op);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyObject *
pickler_dump(PyObject *op, PyObject *obj)
{
    Pickler *self = SELF(op);
    if (self->state == NULL) {
        PickleState *state = pickle_state(Py_TYPE(op));
        return PyErr_Format(state->pickling_error, "Pickler.__init__() was not called by %s.__init__()", Py_TYPE(op)->tp_name);
    }
    PyObject *owned = Py_NewRef(op);
    OU_HOLD(hold, &owned);
    int status = ou_pickle_dump(self, obj);
    if (status == 0 && (status = begin(self)) == 0) {
        status = ou_pickle_flush(self);
        self->busy = 0;
    }
    OU_HOLD_END(hold);
    Py_DECREF(owned);
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
pickler_clear_memo(PyObject *op, PyObject *ignored)
{
    return ou_pickle_memo_reset(&SELF(op)->memo) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
pickler_sizeof(PyObject *op, PyObject *ignored)
{
    enum { MEMO_HEAD = 32 }; /* bytes, which CPython 3.11 has beside the pickler, and counts */
    Pickler *self = SELF(op);
    size_t size = _PyObject_SIZE(Py_TYPE(op)) + MEMO_HEAD + self->memo.n_slots * sizeof(MemoEntry);
    size += self->out != NULL ? _PySys_GetSizeOf(self->out) : 0;
    return PyLong_FromSize_t(size);
}

/* ---- attributes -------------------------------------------------------------------------------------------------------- */

static PyObject *
pickler_get_persistent_id(PyObject *op, void *closure)
{
    Pickler *self = SELF(op);
    if (self->persistent_id == NULL) {
        PyErr_SetString(PyExc_AttributeError, "persistent_id");
        return NULL;
    }
    return self->id_is_bound ? PyMethod_New(self->persistent_id, op) : Py_NewRef(self->persistent_id);
}

static int
pickler_set_persistent_id(PyObject *op, PyObject *value, void *closure)
{
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "attribute deletion is not supported");
        return -1;
    }
    if (!PyCallable_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "persistent_id must be a callable taking one argument");
        return -1;
    }
    SELF(op)->id_is_bound = 0;
    Py_XSETREF(SELF(op)->persistent_id, Py_NewRef(value));
    return 0;
}

static PyObject *
pickler_get_memo(PyObject *op, void *closure)
{
    return ou_pickle_memo_proxy(pickle_state(Py_TYPE(op))->pickler_memo_type, op);
}

/* {any key: (number, object)} */
static int
memo_from_dict(PyObject *dict, PickleMemo *memo)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    if (ou_pickle_memo_init(memo) < 0) {
        return -1;
    }
    while (PyDict_Next(dict, &position, &key, &value)) {
        if (!PyTuple_Check(value) || PyTuple_GET_SIZE(value) != 2) {
            PyErr_SetString(PyExc_TypeError, "'memo' values must be 2-item tuples");
            return -1;
        }
        Py_ssize_t number = PyLong_AsSsize_t(PyTuple_GET_ITEM(value, 0));
        if ((number == -1 && PyErr_Occurred()) || ou_pickle_memo_set(memo, PyTuple_GET_ITEM(value, 1), number) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
pickler_set_memo(PyObject *op, PyObject *value, void *closure)
{
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "attribute deletion is not supported");
        return -1;
    }
    PickleMemo memo = {0, 0, NULL}, old;
    int status;
    if (Py_IS_TYPE(value, pickle_state(Py_TYPE(op))->pickler_memo_type)) {
        status = ou_pickle_memo_copy(&memo, &SELF(((MemoProxy *)value)->owner)->memo);
    }
    else if (PyDict_Check(value)) {
        status = memo_from_dict(value, &memo);
    }
    else {
        PyErr_Format(PyExc_TypeError, "'memo' attribute must be a PicklerMemoProxy object or dict, not %.200s",
                     Py_TYPE(value)->tp_name);
        return -1;
    }
    old = status < 0 ? memo : SELF(op)->memo;
    if (status == 0) {
        SELF(op)->memo = memo; /* commit */
    }
    ou_pickle_memo_free(&old);
    return status;
}

static PyMethodDef pickler_methods[] = {
    {"dump", pickler_dump, METH_O, "dump($self, obj, /)\n--\n\nWrite the object to the file."},
    {"clear_memo", pickler_clear_memo, METH_NOARGS,
     "clear_memo($self, /)\n--\n\nForget what was written: it will be written in full again."},
    {"__sizeof__", pickler_sizeof, METH_NOARGS, "__sizeof__($self, /)\n--\n\nSize in memory, in bytes."},
    {NULL},
};

static PyMemberDef pickler_members[] = {
    {"bin", T_INT, offsetof(Pickler, bin), 0},
    {"fast", T_INT, offsetof(Pickler, fast), 0},
    {"dispatch_table", T_OBJECT_EX, offsetof(Pickler, dispatch_table), 0},
    {NULL},
};

static PyGetSetDef pickler_getset[] = {
    {"memo", pickler_get_memo, pickler_set_memo, NULL, NULL},
    {"persistent_id", pickler_get_persistent_id, pickler_set_persistent_id, NULL, NULL},
    {NULL},
};

static PyType_Slot pickler_slots[] = {
    {Py_tp_doc,
     "Pickler(file, protocol=None, fix_imports=True, buffer_callback=None)\n--\n\n"
     "Writes objects as a stream of bytes to a binary file.\n\n"
     "protocol is 0 to 5, a negative number for the newest, or None for 4; buffer_callback, for protocol 5, is told of\n"
     "each PickleBuffer and says by a true result that it shall go into the stream all the same."},
    {Py_tp_new, pickler_new},
    {Py_tp_init, pickler_init},
    {Py_tp_dealloc, pickler_dealloc},
    {Py_tp_traverse, pickler_traverse},
    {Py_tp_clear, pickler_clear},
    {Py_tp_methods, pickler_methods},
    {Py_tp_members, pickler_members},
    {Py_tp_getset, pickler_getset},
    {0, NULL},
};

enum { CPYTHON_SIZE = 152 }; /* bytes of CPython 3.11's: __sizeof__ says the same */
OU_STATIC_ASSERT(sizeof(Pickler) <= CPYTHON_SIZE, "a pickler is no larger than CPython's");

PyType_Spec ou_pickler_spec = {
    .name = "_pickle.Pickler",
    .basicsize = CPYTHON_SIZE,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = pickler_slots,
};
