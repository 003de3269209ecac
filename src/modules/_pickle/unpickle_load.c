/* modules/_pickle/unpickle_load.c - the machine that reads pickles: one instruction after the other, up to STOP.
 *
 * Invariant  nesting in the pickle lies on the machine's own stack: none on C's.
 * Not here   what most instructions do (unpickle_value.c, unpickle_build.c, unpickle_find.c). */
#include "modules/_pickle/pickle.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- stack and memo ----------------------------------------------------------------------------------------------------- */

static int
load_pop(Unpickler *self)
{
    if (self->n_marks > 0 && self->marks[self->n_marks - 1] == self->n_stack) { /* pickles may mean the mark */
        return ou_unpickle_pop_mark(self) < 0 ? -1 : 0;
    }
    if (unpickle_need(self, 1) < 0) {
        return -1;
    }
    ou_unpickle_drop(self, self->n_stack - 1);
    return 0;
}

static int
load_pop_mark(Unpickler *self)
{
    Py_ssize_t mark = ou_unpickle_pop_mark(self);
    if (mark < 0) {
        return -1;
    }
    ou_unpickle_drop(self, mark);
    return 0;
}

static int
load_dup(Unpickler *self)
{
    return unpickle_need(self, 1) < 0 ? -1 : unpickle_push(self, Py_NewRef(self->stack[self->n_stack - 1]));
}

static int
push_number(Unpickler *self, Py_ssize_t number)
{
    if (OU_LIKELY((size_t)number < (size_t)self->memo_cap && self->memo[number] != NULL)) {
        return unpickle_push(self, Py_NewRef(self->memo[number]));
    }
    return unpickle_push(self, Py_XNewRef(ou_unpickle_memo_get(self, (size_t)number)));
}

/* The line's number, or -1 with an error: GET and PUT have it as text. */
static int
number_of_line(const char *line, Py_ssize_t *number)
{
    PyObject *value = PyLong_FromString(line, NULL, 10);
    if (value == NULL) {
        return -1;
    }
    *number = PyLong_AsSsize_t(value);
    Py_DECREF(value);
    return *number == -1 && PyErr_Occurred() ? -1 : 0;
}

static int
load_get(Unpickler *self)
{
    Py_ssize_t n, number;
    const char *line = ou_unpickle_line(self, &n, 2);
    if (line == NULL || number_of_line(line, &number) < 0) {
        return -1;
    }
    if (number < 0) {
        PyErr_Format(self->state->unpickling_error, "Memo value not found at index %zd", number);
        return -1;
    }
    return push_number(self, number);
}

static int
load_binget(Unpickler *self, int size_bytes)
{
    const char *bytes = unpickle_read(self, size_bytes);
    return bytes == NULL ? -1 : push_number(self, unpickle_le(bytes, size_bytes));
}

static int
put(Unpickler *self, Py_ssize_t number)
{
    return unpickle_need(self, 1) < 0 ? -1 : ou_unpickle_memo_put(self, (size_t)number, self->stack[self->n_stack - 1]);
}

static int
load_put(Unpickler *self)
{
    Py_ssize_t n, number;
    const char *line = ou_unpickle_line(self, &n, 2);
    if (line == NULL || unpickle_need(self, 1) < 0 || number_of_line(line, &number) < 0) {
        return -1;
    }
    if (number < 0) {
        PyErr_SetString(PyExc_ValueError, "negative PUT argument");
        return -1;
    }
    return put(self, number);
}

static int
load_binput(Unpickler *self, int size_bytes)
{
    const char *bytes = unpickle_read(self, size_bytes);
    return bytes == NULL ? -1 : put(self, unpickle_le(bytes, size_bytes));
}

/* ---- values and containers ----------------------------------------------------------------------------- */

static int
load_binint(Unpickler *self, int size_bytes)
{
    const char *bytes = unpickle_read(self, size_bytes);
    if (bytes == NULL) {
        return -1;
    }
    int64_t value = (int64_t)unpickle_le(bytes, size_bytes);
    return unpickle_push(self, ou_int_from_int64(size_bytes == 4 ? (int32_t)value : value));
}

static int
load_tuple(Unpickler *self, Py_ssize_t n)
{
    if (unpickle_need(self, n) < 0) {
        return -1;
    }
    return unpickle_push(self, ou_unpickle_take_tuple(self, self->n_stack - n));
}

static int
load_marked(Unpickler *self, PyObject *(*take)(Unpickler *, Py_ssize_t))
{
    Py_ssize_t mark = ou_unpickle_pop_mark(self);
    return mark < 0 ? -1 : unpickle_push(self, take(self, mark));
}

static int
load_appends(Unpickler *self)
{
    Py_ssize_t mark = ou_unpickle_pop_mark(self);
    return mark < 0 ? -1 : ou_unpickle_append(self, mark);
}

static int
load_setitems(Unpickler *self)
{
    Py_ssize_t mark = ou_unpickle_pop_mark(self);
    return mark < 0 ? -1 : ou_unpickle_set_items(self, mark);
}

/* ---- the stream ---------------------------------------------------------------------------------------- */

static int
load_proto(Unpickler *self)
{
    const char *bytes = unpickle_read(self, 1);
    if (bytes == NULL) {
        return -1;
    }
    int proto = (unsigned char)bytes[0];
    if (proto > PICKLE_HIGHEST) {
        PyErr_Format(PyExc_ValueError, "unsupported pickle protocol: %d", proto);
        return -1;
    }
    self->proto = (char)proto;
    return 0;
}

/* Fetch the whole frame, and go on at its start. */
static int
load_frame(Unpickler *self)
{
    const char *bytes = unpickle_read(self, 8);
    if (bytes == NULL) {
        return -1;
    }
    Py_ssize_t size = unpickle_le(bytes, 8);
    if (size < 0) {
        PyErr_Format(PyExc_OverflowError, "FRAME length exceeds system's maximum of %zd bytes", PY_SSIZE_T_MAX);
        return -1;
    }
    if (unpickle_read(self, size) == NULL) {
        return -1;
    }
    self->in_next -= size;
    return 0;
}

static int
bad_opcode(Unpickler *self, int op)
{
    if (op >= 0x20 && op < 0x7F) {
        PyErr_Format(self->state->unpickling_error, "invalid load key, '%c'.", op);
    }
    else {
        PyErr_Format(self->state->unpickling_error, "invalid load key, '\\x%02x'.", op);
    }
    return -1;
}

static int
step(Unpickler *self, int op)
{
    switch (op) {
    case OP_NONE: return unpickle_push(self, Py_NewRef(Py_None));
    case OP_NEWTRUE: return unpickle_push(self, Py_NewRef(Py_True));
    case OP_NEWFALSE: return unpickle_push(self, Py_NewRef(Py_False));
    case OP_BININT1: return load_binint(self, 1);
    case OP_BININT2: return load_binint(self, 2);
    case OP_BININT: return load_binint(self, 4);
    case OP_INT: return ou_unpickle_int_text(self);
    case OP_LONG: return ou_unpickle_long_text(self);
    case OP_LONG1: return ou_unpickle_long(self, 1);
    case OP_LONG4: return ou_unpickle_long(self, 4);
    case OP_FLOAT: return ou_unpickle_float_text(self);
    case OP_BINFLOAT: return ou_unpickle_float(self);

    case OP_SHORT_BINUNICODE: return ou_unpickle_str(self, 1);
    case OP_BINUNICODE: return ou_unpickle_str(self, 4);
    case OP_BINUNICODE8: return ou_unpickle_str(self, 8);
    case OP_UNICODE: return ou_unpickle_str_text(self);
    case OP_STRING: return ou_unpickle_string_text(self);
    case OP_SHORT_BINSTRING: return ou_unpickle_string(self, 1);
    case OP_BINSTRING: return ou_unpickle_string(self, 4);
    case OP_SHORT_BINBYTES: return ou_unpickle_bytes(self, 1);
    case OP_BINBYTES: return ou_unpickle_bytes(self, 4);
    case OP_BINBYTES8: return ou_unpickle_bytes(self, 8);
    case OP_BYTEARRAY8: return ou_unpickle_bytearray(self);
    case OP_NEXT_BUFFER: return ou_unpickle_next_buffer(self);
    case OP_READONLY_BUFFER: return ou_unpickle_readonly_buffer(self);

    case OP_MEMOIZE: return put(self, self->n_memo);
    case OP_BINPUT: return load_binput(self, 1);
    case OP_LONG_BINPUT: return load_binput(self, 4);
    case OP_PUT: return load_put(self);
    case OP_BINGET: return load_binget(self, 1);
    case OP_LONG_BINGET: return load_binget(self, 4);
    case OP_GET: return load_get(self);

    case OP_MARK: return ou_unpickle_push_mark(self);
    case OP_POP: return load_pop(self);
    case OP_POP_MARK: return load_pop_mark(self);
    case OP_DUP: return load_dup(self);

    case OP_EMPTY_TUPLE: return unpickle_push(self, Py_NewRef(ou_empty_tuple()));
    case OP_TUPLE1: return load_tuple(self, 1);
    case OP_TUPLE2: return load_tuple(self, 2);
    case OP_TUPLE3: return load_tuple(self, 3);
    case OP_TUPLE: return load_marked(self, ou_unpickle_take_tuple);
    case OP_EMPTY_LIST: return unpickle_push(self, PyList_New(0));
    case OP_LIST: return load_marked(self, ou_unpickle_take_list);
    case OP_APPEND: return unpickle_need(self, 1) < 0 ? -1 : ou_unpickle_append(self, self->n_stack - 1);
    case OP_APPENDS: return load_appends(self);
    case OP_EMPTY_DICT: return unpickle_push(self, PyDict_New());
    case OP_DICT: return ou_unpickle_dict(self);
    case OP_SETITEM: return unpickle_need(self, 2) < 0 ? -1 : ou_unpickle_set_items(self, self->n_stack - 2);
    case OP_SETITEMS: return load_setitems(self);
    case OP_EMPTY_SET: return unpickle_push(self, PySet_New(NULL));
    case OP_ADDITEMS: return ou_unpickle_add_items(self);
    case OP_FROZENSET: return ou_unpickle_frozenset(self);

    case OP_GLOBAL: return ou_unpickle_global(self);
    case OP_STACK_GLOBAL: return ou_unpickle_stack_global(self);
    case OP_EXT1: return ou_unpickle_extension(self, 1);
    case OP_EXT2: return ou_unpickle_extension(self, 2);
    case OP_EXT4: return ou_unpickle_extension(self, 4);
    case OP_PERSID: return ou_unpickle_persistent_text(self);
    case OP_BINPERSID: return ou_unpickle_persistent(self);
    case OP_REDUCE: return ou_unpickle_reduce(self);
    case OP_BUILD: return ou_unpickle_build(self);
    case OP_NEWOBJ: return ou_unpickle_new(self, false);
    case OP_NEWOBJ_EX: return ou_unpickle_new(self, true);
    case OP_OBJ: return ou_unpickle_obj(self);
    case OP_INST: return ou_unpickle_inst(self);

    case OP_PROTO: return load_proto(self);
    case OP_FRAME: return load_frame(self);
    }
    return bad_opcode(self, op);
}

static PyObject *
run(Unpickler *self)
{
    for (;;) {
        const char *at = unpickle_read(self, 1);
        if (OU_UNLIKELY(at == NULL)) {
            if (PyErr_ExceptionMatches(self->state->unpickling_error)) {
                PyErr_SetString(PyExc_EOFError, "Ran out of input");
            }
            return NULL;
        }
        int op = (unsigned char)*at;
        if (op == OP_STOP) {
            break;
        }
        if (OU_UNLIKELY(step(self, op) < 0)) {
            return NULL;
        }
    }
    if (ou_unpickle_skip_consumed(self) < 0 || unpickle_need(self, 1) < 0) {
        return NULL;
    }
    return self->stack[--self->n_stack];
}

PyObject *
ou_unpickle_load(Unpickler *self)
{
    self->busy = 1;
    self->n_marks = 0;
    self->fence = 0;
    self->proto = 0;
    PyObject *result = run(self);
    OU_HOLD(hold, &result);
    ou_unpickle_drop(self, 0);
    OU_HOLD_END(hold);
    self->busy = 0;
    return result;
}
