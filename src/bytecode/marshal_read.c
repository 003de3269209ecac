/* bytecode/marshal_read.c - bytes to objects: the reading half of marshal.
 *
 * Owns       the list of numbered objects, and the containers under construction.
 * Invariant  nothing in the bytes is believed: a length is compared with what is left before anything is allocated for
 *            it, numbers must name finished objects or containers under construction, nesting is bounded.
 * Not here   writing (marshal_write.c), whether instructions make sense (verify.c): code that is read is not trusted. */
#include "bytecode/marshal.h"
#include "bytecode/marshal_format.h"
#include "object/hold.h"
#include "types/int.h"

#include <marshal.h>
#include <sys/stat.h>

/* A tuple under construction. */
typedef struct OpenTuple {
    struct OpenTuple *outer;
    PyObject *tuple;  /* borrowed; NULL if it could not be made */
    int n_unhashable; /* Reader's, when it was begun */
} OpenTuple;

typedef struct {
    const char *at, *end; /* bytes in memory; used if source is NULL */
    OuMarshalSource source;
    void *from;
    char *scratch; /* PyMem_Malloc'ed, for bytes from the source */
    size_t scratch_size;
    PyObject *numbered; /* list; None stands for one under construction */
    OpenTuple *open;    /* innermost */
    int n_unhashable;   /* lists, dicts and sets that we are in */
    int depth;
    int library; /* > 0 inside code of the standard library: its small ints are private */
    bool trusted;
} Reader;

static PyObject *read_object(Reader *r);

/* ---- bytes --------------------------------------------------------------------------------------------------------- */

static void *
bad(const char *what)
{
    PyErr_Format(PyExc_ValueError, "bad marshal data (%s)", what);
    return NULL;
}

/* The next n bytes; valid until the next call.  NULL with EOFError or what the source raised. */
static const char *
read_bytes(Reader *r, Py_ssize_t n)
{
    if (r->source == NULL) {
        if (n > r->end - r->at) {
            PyErr_SetString(PyExc_EOFError, "marshal data too short");
            return NULL;
        }
        r->at += n;
        return r->at - n;
    }
    if ((size_t)n > r->scratch_size || r->scratch == NULL) {
        char *scratch = PyMem_Realloc(r->scratch, (size_t)n + 64);
        if (scratch == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
        r->scratch = scratch;
        r->scratch_size = (size_t)n + 64;
    }
    return r->source(r->from, r->scratch, n) < 0 ? NULL : r->scratch;
}

/* -1 with an error set at the end. */
static int
read_byte(Reader *r)
{
    const char *byte = read_bytes(r, 1);
    return byte == NULL ? -1 : *(const unsigned char *)byte;
}

/* Signed, little-endian.  Returns 0, or -1 with an error set. */
static int
read_number(Reader *r, int n_bytes, int64_t *value)
{
    const unsigned char *bytes = (const unsigned char *)read_bytes(r, n_bytes);
    if (bytes == NULL) {
        return -1;
    }
    uint64_t bits = 0;
    for (int i = 0; i < n_bytes; i++) {
        bits |= (uint64_t)bytes[i] << 8 * i;
    }
    int unused = 64 - 8 * n_bytes;
    *value = (int64_t)(bits << unused) >> unused;
    return 0;
}

/* A length.  A small lie is found when the bytes run out; a big one is not allocated for.  -1 with an error set. */
static Py_ssize_t
read_size(Reader *r, int each, const char *what)
{
    enum { BELIEVED = 0x10000 }; /* items; arbitrary */
    int64_t n;
    if (read_number(r, 4, &n) < 0) {
        return -1;
    }
    if (n < 0 || (each && r->source == NULL && n > BELIEVED && n > (r->end - r->at) / each)) {
        bad(what);
        return -1;
    }
    return (Py_ssize_t)n;
}

/* ---- numbered objects ------------------------------------------------------------------------------------------------ */

/* Keep a place for an object under construction.  Its number, 0 if it has none (flag unset), -1 with an error set. */
static Py_ssize_t
number_reserve(Reader *r, int flag)
{
    if (!flag) {
        return 0;
    }
    Py_ssize_t number = PyList_GET_SIZE(r->numbered);
    if (number >= INT32_MAX - 1) {
        bad("index list too large");
        return -1;
    }
    return PyList_Append(r->numbered, Py_None) < 0 ? -1 : number;
}

static PyObject *
number_set(Reader *r, PyObject *op, Py_ssize_t number, int flag)
{
    if (op != NULL && flag) {
        PyList_SetItem(r->numbered, number, Py_NewRef(op)); /* the place is there: can't fail */
    }
    return op;
}

/* Number a finished object.  Refs: consumes and returns op. */
static PyObject *
number_add(Reader *r, PyObject *op, int flag)
{
    if (op != NULL && flag && PyList_Append(r->numbered, op) < 0) {
        Py_CLEAR(op);
    }
    return op;
}

static PyObject *
read_reference(Reader *r)
{
    int64_t number;
    if (read_number(r, 4, &number) < 0) {
        return NULL;
    }
    if (number < 0 || number >= PyList_GET_SIZE(r->numbered) || PyList_GET_ITEM(r->numbered, number) == Py_None) {
        return bad("invalid reference");
    }
    PyObject *op = PyList_GET_ITEM(r->numbered, number);
    for (OpenTuple *open = r->open; open != NULL && PyTuple_Check(op); open = open->outer) {
        if (open->tuple == op && open->n_unhashable == r->n_unhashable) {
            return bad("invalid reference");
        }
    }
    return Py_NewRef(op);
}

/* ---- plain objects ------------------------------------------------------------------------------------------------------ */

static PyObject *
read_int(Reader *r, int n_bytes)
{
    int64_t value;
    if (read_number(r, n_bytes, &value) < 0) {
        return NULL;
    }
    if (r->library && value >= OU_SMALL_INT_MIN && value <= OU_SMALL_INT_MAX) {
        return ou_int_new_private(value);
    }
    return PyLong_FromLongLong(value);
}

static PyObject *
read_long(Reader *r)
{
    int64_t n;
    if (read_number(r, 4, &n) < 0) {
        return NULL;
    }
    if (n < -INT32_MAX || (r->source == NULL && n != 0 && 2 * (n < 0 ? -n : n) > r->end - r->at)) {
        return n < -INT32_MAX ? bad("long size out of range")
                              : (PyErr_SetString(PyExc_EOFError, "marshal data too short"), NULL);
    }
    if (n == 0) {
        return PyLong_FromLong(0);
    }
    Py_ssize_t n_short = n < 0 ? -n : n, n_digits = (n_short + 1) / 2;
    const unsigned char *bytes = (const unsigned char *)read_bytes(r, 2 * n_short);
    PyLongObject *number = bytes == NULL ? NULL : _PyLong_New(n_digits);
    if (number == NULL) {
        return NULL;
    }
    memset(number->ob_digit, 0, (size_t)n_digits * sizeof(digit));
    for (Py_ssize_t i = 0; i < n_short; i++) {
        digit part = bytes[2 * i] | (digit)bytes[2 * i + 1] << 8;
        if (part > 0x7FFF || (i == n_short - 1 && part == 0)) {
            Py_DECREF(number);
            return bad(part == 0 ? "unnormalized long data" : "digit out of range in long");
        }
        number->ob_digit[i / 2] |= part << (i % 2 ? 15 : 0);
    }
    Py_SET_SIZE(number, n < 0 ? -n_digits : n_digits);
    PyObject *result = (PyObject *)number;
    if (n_digits == 1 && number->ob_digit[0] <= OU_SMALL_INT_MAX) { /* an odd way to write a small one */
        result = PyLong_FromLong(n < 0 ? -(long)number->ob_digit[0] : (long)number->ob_digit[0]);
        Py_DECREF(number);
    }
    return result;
}

static int
read_double(Reader *r, double *value)
{
    const char *bytes = read_bytes(r, 8);
    *value = bytes == NULL ? -1.0 : PyFloat_Unpack8(bytes, 1);
    return bytes == NULL || (*value == -1.0 && PyErr_Occurred()) ? -1 : 0;
}

static int
read_float_text(Reader *r, double *value)
{
    char text[256];
    int n = read_byte(r);
    const char *bytes = n < 0 ? NULL : read_bytes(r, n);
    if (bytes == NULL) {
        return -1;
    }
    memcpy(text, bytes, (size_t)n);
    text[n] = 0;
    *value = PyOS_string_to_double(text, NULL, NULL);
    return *value == -1.0 && PyErr_Occurred() ? -1 : 0;
}

static PyObject *
read_complex(Reader *r, bool binary)
{
    double real, imag;
    int (*read)(Reader *, double *) = binary ? read_double : read_float_text;
    return read(r, &real) < 0 || read(r, &imag) < 0 ? NULL : PyComplex_FromDoubles(real, imag);
}

static PyObject *
read_ascii(Reader *r, Py_ssize_t n, bool interned)
{
    const char *bytes = n < 0 ? NULL : read_bytes(r, n);
    PyObject *text = bytes == NULL ? NULL : PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, bytes, n);
    if (text != NULL && interned) {
        PyUnicode_InternInPlace(&text);
    }
    return text;
}

static PyObject *
read_utf8(Reader *r, bool interned)
{
    Py_ssize_t n = read_size(r, 0, "string size out of range");
    const char *bytes = n < 0 ? NULL : read_bytes(r, n);
    PyObject *text = bytes == NULL ? NULL : PyUnicode_DecodeUTF8(bytes, n, "surrogatepass");
    if (text != NULL && interned) {
        PyUnicode_InternInPlace(&text);
    }
    return text;
}

static PyObject *
read_bytes_object(Reader *r)
{
    Py_ssize_t n = read_size(r, 0, "bytes object size out of range");
    const char *bytes = n < 0 ? NULL : read_bytes(r, n);
    return bytes == NULL ? NULL : PyBytes_FromStringAndSize(bytes, n);
}

/* ---- containers ----------------------------------------------------------------------------------------------------------- */

/* An item that must be there. */
static PyObject *
read_item(Reader *r, const char *where)
{
    PyObject *item = read_object(r);
    if (item == NULL && !PyErr_Occurred()) {
        PyErr_Format(PyExc_TypeError, "NULL object in marshal data for %s", where);
    }
    return item;
}

/* A tuple can be referred to while it is made, but only from inside something that can't be hashed: a tuple that held
 * itself could be hashed for ever.  Until an item is read None stands for it. */
static PyObject *
read_tuple(Reader *r, Py_ssize_t n, int flag)
{
    PyObject *tuple = n < 0 ? NULL : PyTuple_New(n);
    for (Py_ssize_t i = 0; tuple != NULL && i < n; i++) {
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(Py_None));
    }
    tuple = number_add(r, tuple, flag);
    OpenTuple open = {r->open, tuple, r->n_unhashable};
    r->open = &open;
    OU_HOLD(hold, &tuple);
    for (Py_ssize_t i = 0; tuple != NULL && i < n; i++) {
        PyObject *item = read_item(r, "tuple");
        if (item == NULL) {
            Py_CLEAR(tuple);
            break;
        }
        PyTuple_SET_ITEM(tuple, i, item); /* over a None */
        Py_DECREF(Py_None);
    }
    OU_HOLD_END(hold);
    r->open = open.outer;
    return tuple;
}

static PyObject *
read_list(Reader *r, int flag)
{
    Py_ssize_t n = read_size(r, 1, "list size out of range");
    PyObject *list = n < 0 ? NULL : number_add(r, PyList_New(0), flag);
    r->n_unhashable++;
    OU_HOLD(hold, &list);
    for (Py_ssize_t i = 0; list != NULL && i < n; i++) {
        PyObject *item = read_item(r, "list");
        if (item == NULL || PyList_Append(list, item) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(item);
    }
    OU_HOLD_END(hold);
    r->n_unhashable--;
    return list;
}

static PyObject *
read_dict(Reader *r, int flag)
{
    PyObject *dict = number_add(r, PyDict_New(), flag), *key = NULL, *value = NULL;
    r->n_unhashable++;
    OU_HOLD(hold, &dict, &key, &value);
    while (dict != NULL) {
        key = read_object(r);
        value = key == NULL ? NULL : read_object(r);
        bool end = value == NULL && !PyErr_Occurred(); /* as CPython: a missing value ends it too */
        if (!end && (value == NULL || PyDict_SetItem(dict, key, value) < 0)) {
            Py_CLEAR(dict);
        }
        Py_CLEAR(key);
        Py_CLEAR(value);
        if (end) {
            break;
        }
    }
    OU_HOLD_END(hold);
    r->n_unhashable--;
    return dict;
}

static PyObject *
read_set(Reader *r, bool frozen, int flag)
{
    Py_ssize_t n = read_size(r, 1, "set size out of range"), number = 0;
    PyObject *set = n < 0 ? NULL : frozen ? PyFrozenSet_New(NULL) : PySet_New(NULL), *item = NULL;
    if (set == NULL) {
        return NULL;
    }
    if (frozen) { /* nobody may see it before it is whole */
        number = number_reserve(r, flag);
        if (number < 0) {
            Py_DECREF(set);
            return NULL;
        }
    }
    else {
        set = number_add(r, set, flag);
    }
    OU_HOLD(hold, &set, &item);
    for (Py_ssize_t i = 0; set != NULL && i < n; i++) {
        item = read_item(r, "set");
        if (item == NULL || PySet_Add(set, item) < 0) {
            Py_CLEAR(set);
        }
        Py_CLEAR(item);
    }
    OU_HOLD_END(hold);
    return frozen ? number_set(r, set, number, flag) : set;
}

/* ---- code ----------------------------------------------------------------------------------------------------------------- */

/* Make the code object of what was read: the instructions are copied to aligned memory first, the constructor checks
 * the rest. */
static PyObject *
make_code(Reader *r, const int64_t *numbers, PyObject **parts)
{
    PyObject *instrs = parts[0];
    if (!PyBytes_Check(instrs) || PyBytes_GET_SIZE(instrs) % (Py_ssize_t)sizeof(OuInstr) != 0 || !PyUnicode_Check(parts[5])
        || !PyBytes_Check(parts[9])) {
        return bad("code object out of shape");
    }
    OuCodeSpec spec = {
        .n_args = (int)numbers[0],
        .n_posonly = (int)numbers[1],
        .n_kwonly = (int)numbers[2],
        .n_temporaries = (int)numbers[3],
        .flags = (int)numbers[4],
        .first_line = (int)numbers[5],
        .instrs = (const OuInstr *)PyBytes_AS_STRING(instrs),
        .n_words = (size_t)PyBytes_GET_SIZE(instrs) / sizeof(OuInstr),
        .consts = parts[1],
        .names = parts[2],
        .localsplus_names = parts[3],
        .localsplus_kinds = parts[4],
        .filename = parts[5],
        .name = parts[6],
        .qualname = parts[7],
        .line_table = parts[8],
        .exception_table = parts[9],
    };
    PyObject *code = ou_code_new(&spec, r->trusted);
    if (code != NULL && numbers[6]) {
        OU_CODE_STATE((PyCodeObject *)code) |= OU_CODE_LIBRARY;
    }
    return code;
}

static PyObject *
read_code(Reader *r, int flag)
{
    int64_t layout, numbers[CODE_N_NUMBERS];
    PyObject *parts[CODE_N_OBJECTS] = {NULL}, *all = NULL, *code = NULL;
    Py_ssize_t number = number_reserve(r, flag);
    if (number < 0 || read_number(r, 4, &layout) < 0) {
        return NULL;
    }
    if (layout != CODE_LAYOUT) {
        return bad("code of another runtime");
    }
    for (int i = 0; i < CODE_N_NUMBERS; i++) {
        if (read_number(r, 4, &numbers[i]) < 0) {
            return NULL;
        }
    }
    all = PyList_New(0);
    OU_HOLD(hold, &all);
    r->library += numbers[6] != 0;
    for (int i = 0; all != NULL && i < CODE_N_OBJECTS; i++) {
        PyObject *part = read_item(r, "code object");
        if (part == NULL || PyList_Append(all, part) < 0) {
            Py_CLEAR(all);
        }
        parts[i] = part; /* the list holds it */
        Py_XDECREF(part);
    }
    r->library -= numbers[6] != 0;
    if (all != NULL) {
        code = make_code(r, numbers, parts);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(all);
    return number_set(r, code, number, flag);
}

/* ---- any object ---------------------------------------------------------------------------------------- */

static PyObject *
read_typed(Reader *r, int type, int flag)
{
    double real;
    switch (type) {
    case TYPE_NULL: return NULL;
    case TYPE_NONE: return Py_NewRef(Py_None);
    case TYPE_STOPITER: return Py_NewRef(PyExc_StopIteration);
    case TYPE_ELLIPSIS: return Py_NewRef(Py_Ellipsis);
    case TYPE_FALSE: return Py_NewRef(Py_False);
    case TYPE_TRUE: return Py_NewRef(Py_True);
    case TYPE_REF: return read_reference(r);
    case TYPE_INT: return number_add(r, read_int(r, 4), flag);
    case TYPE_INT64: return number_add(r, read_int(r, 8), flag);
    case TYPE_LONG: return number_add(r, read_long(r), flag);
    case TYPE_FLOAT: return read_float_text(r, &real) < 0 ? NULL : number_add(r, PyFloat_FromDouble(real), flag);
    case TYPE_BINARY_FLOAT: return read_double(r, &real) < 0 ? NULL : number_add(r, PyFloat_FromDouble(real), flag);
    case TYPE_COMPLEX: return number_add(r, read_complex(r, false), flag);
    case TYPE_BINARY_COMPLEX: return number_add(r, read_complex(r, true), flag);
    case TYPE_STRING: return number_add(r, read_bytes_object(r), flag);
    case TYPE_ASCII:
    case TYPE_ASCII_INTERNED:
        return number_add(r, read_ascii(r, read_size(r, 0, "string size out of range"), type == TYPE_ASCII_INTERNED), flag);
    case TYPE_SHORT_ASCII:
    case TYPE_SHORT_ASCII_INTERNED: return number_add(r, read_ascii(r, read_byte(r), type == TYPE_SHORT_ASCII_INTERNED), flag);
    case TYPE_UNICODE:
    case TYPE_INTERNED: return number_add(r, read_utf8(r, type == TYPE_INTERNED), flag);
    case TYPE_SMALL_TUPLE: return read_tuple(r, read_byte(r), flag);
    case TYPE_TUPLE: return read_tuple(r, read_size(r, 1, "tuple size out of range"), flag);
    case TYPE_LIST: return read_list(r, flag);
    case TYPE_DICT: return read_dict(r, flag);
    case TYPE_SET:
    case TYPE_FROZENSET: return read_set(r, type == TYPE_FROZENSET, flag);
    case TYPE_CODE: return read_code(r, flag);
    default: return bad("unknown type code");
    }
}

/* New, or NULL: with an error set, or without one for the byte that stands for nothing. */
static PyObject *
read_object(Reader *r)
{
    int code = read_byte(r);
    if (code < 0) {
        if (PyErr_ExceptionMatches(PyExc_EOFError)) {
            PyErr_SetString(PyExc_EOFError, "EOF read where object expected");
        }
        return NULL;
    }
    if (r->depth >= MARSHAL_DEPTH || (char *)&code < (char *)ou_thread()->c_stack_limit) {
        PyErr_SetString(PyExc_ValueError, "recursion limit exceeded");
        return NULL;
    }
    r->depth++;
    PyObject *op = read_typed(r, code & ~FLAG_REF, code & FLAG_REF);
    r->depth--;
    return op;
}

/* ---- the API ------------------------------------------------------------------------------------------------------------ */

static PyObject *
reader_run(Reader *r)
{
    PyObject *op = NULL;
    r->numbered = PyList_New(0);
    if (r->numbered != NULL) {
        OU_HOLD(hold, &r->numbered);
        op = read_item(r, "object");
        OU_HOLD_END(hold);
    }
    Py_CLEAR(r->numbered);
    PyMem_Free(r->scratch);
    return op;
}

PyObject *
ou_marshal_read(OuMarshalSource source, void *from)
{
    Reader r = {.source = source, .from = from};
    return reader_run(&r);
}

PyObject *
ou_marshal_loads(const char *data, Py_ssize_t size, bool trusted, Py_ssize_t *used)
{
    Reader r = {.at = data, .end = data + size, .trusted = trusted};
    PyObject *op = reader_run(&r);
    if (used != NULL) {
        *used = r.at - data;
    }
    return op;
}

/* PyMarshal_ReadObjectFromString: the object that the bytes begin with.  Refs new. */
PyObject *
PyMarshal_ReadObjectFromString(const char *data, Py_ssize_t size)
{
    return ou_marshal_loads(data, size, false, NULL);
}

static int
file_source(void *from, char *to, Py_ssize_t n)
{
    if (fread(to, 1, (size_t)n, from) != (size_t)n) {
        PyErr_SetString(PyExc_EOFError, "marshal data too short");
        return -1;
    }
    return 0;
}

PyObject *
PyMarshal_ReadObjectFromFile(FILE *file)
{
    return ou_marshal_read(file_source, file);
}

PyObject *
PyMarshal_ReadLastObjectFromFile(FILE *file)
{
    return ou_marshal_read(file_source, file);
}

static long
file_number(FILE *file, int n_bytes)
{
    Reader r = {.source = file_source, .from = file};
    int64_t value = -1;
    if (read_number(&r, n_bytes, &value) < 0) {
        value = -1;
    }
    PyMem_Free(r.scratch);
    return (long)value;
}

/* PyMarshal_ReadLongFromFile: four bytes; -1 with EOFError set at the end. */
long
PyMarshal_ReadLongFromFile(FILE *file)
{
    return file_number(file, 4);
}

int
PyMarshal_ReadShortFromFile(FILE *file)
{
    return (int)file_number(file, 2);
}
