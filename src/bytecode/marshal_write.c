/* bytecode/marshal_write.c - objects to bytes: the writing half of marshal.
 *
 *   byte of type, bit 7 set: the object gets the next number, and a later 'r' number stands for it
 *
 * Owns       the growing buffer and the table of numbered objects; no reference: what is written outlives the writing.
 * Invariant  the first error stops the writing; it is told at the end.
 * Not here   reading (marshal_read.c).
 * Source     CPython's format version 4 for all but code objects, whose layout is our own (write_code). */
#include "bytecode/marshal_format.h"
#include "object/state.h"
#include "types/str.h"

#include <marshal.h>

typedef struct {
    PyObject *object; /* borrowed */
    uint32_t number;
} Numbered;

typedef enum { WRITE_GOOD, WRITE_UNKNOWN, WRITE_NESTED, WRITE_NO_MEMORY, WRITE_RAISED } WriteStatus;

typedef struct {
    char *bytes; /* PyMem_Malloc'ed */
    size_t n, cap;
    Numbered *table; /* open addressing, 2^k entries, at most half full; NULL until the first */
    size_t n_numbered, n_slots;
    int version, depth, set_depth;
    WriteStatus status;
} Writer;

static void write_object(Writer *w, PyObject *op);

/* ---- bytes ------------------------------------------------------------------------------------------------------- */

static bool
reserve(Writer *w, size_t n)
{
    if (w->status != WRITE_GOOD) {
        return false;
    }
    if (n <= w->cap - w->n) {
        return true;
    }
    size_t want = w->n + n, cap = want + want / 2 + 64;
    char *bytes = want < n || cap < want || cap > PY_SSIZE_T_MAX ? NULL : PyMem_Realloc(w->bytes, cap);
    if (bytes == NULL) {
        w->status = WRITE_NO_MEMORY;
        return false;
    }
    w->bytes = bytes;
    w->cap = cap;
    return true;
}

static void
write_byte(Writer *w, int byte)
{
    if (reserve(w, 1)) {
        w->bytes[w->n++] = (char)byte;
    }
}

static void
write_bytes(Writer *w, const void *bytes, size_t n)
{
    if (n > 0 && reserve(w, n)) {
        memcpy(w->bytes + w->n, bytes, n);
        w->n += n;
    }
}

static void
write_short(Writer *w, int value)
{
    write_byte(w, value & 0xFF);
    write_byte(w, value >> 8 & 0xFF);
}

static void
write_long(Writer *w, int64_t value)
{
    for (int i = 0; i < 32; i += 8) {
        write_byte(w, (int)(value >> i & 0xFF));
    }
}

/* A length, or an error if the format has no room for it. */
static bool
write_size(Writer *w, Py_ssize_t n)
{
    if (n > INT32_MAX) {
        w->status = w->status == WRITE_GOOD ? WRITE_UNKNOWN : w->status;
        return false;
    }
    write_long(w, n);
    return w->status == WRITE_GOOD;
}

static void
write_sized(Writer *w, const void *bytes, Py_ssize_t n)
{
    if (write_size(w, n)) {
        write_bytes(w, bytes, (size_t)n);
    }
}

static void
write_double(Writer *w, double value)
{
    char bytes[8];
    if (PyFloat_Pack8(value, bytes, 1) < 0) {
        w->status = WRITE_RAISED;
        return;
    }
    write_bytes(w, bytes, sizeof bytes);
}

static void
write_float_text(Writer *w, double value)
{
    char *text = PyOS_double_to_string(value, 'g', 17, 0, NULL);
    if (text == NULL) {
        w->status = WRITE_NO_MEMORY;
        PyErr_Clear();
        return;
    }
    size_t n = strlen(text);
    write_byte(w, (int)n);
    write_bytes(w, text, n);
    PyMem_Free(text);
}

/* ---- numbered objects ------------------------------------------------------------------------------------------------ */

static Numbered *
find_numbered(Numbered *table, size_t n_slots, PyObject *op)
{
    size_t at = (size_t)ou_hash_pointer(op) & (n_slots - 1);
    while (table[at].object != NULL && table[at].object != op) {
        at = (at + 1) & (n_slots - 1);
    }
    return &table[at];
}

static bool
grow_table(Writer *w)
{
    size_t n_slots = w->n_slots ? 2 * w->n_slots : 64;
    Numbered *table = PyMem_Calloc(n_slots, sizeof *table);
    if (table == NULL) {
        w->status = WRITE_NO_MEMORY;
        return false;
    }
    for (size_t i = 0; i < w->n_slots; i++) {
        if (w->table[i].object != NULL) {
            *find_numbered(table, n_slots, w->table[i].object) = w->table[i];
        }
    }
    PyMem_Free(w->table);
    w->table = table;
    w->n_slots = n_slots;
    return true;
}

/* Write the number of an object that was written before and return true; else give it one if anyone else holds it,
 * and set *flag. */
static bool
write_number(Writer *w, PyObject *op, int *flag)
{
    *flag = 0;
    if (w->version < 3 || (Py_REFCNT(op) == 1 && !ou_is_permanent(op))) {
        return false;
    }
    if (2 * (w->n_numbered + 1) > w->n_slots && !grow_table(w)) {
        return true;
    }
    Numbered *slot = find_numbered(w->table, w->n_slots, op);
    if (slot->object != NULL) {
        write_byte(w, TYPE_REF);
        write_long(w, slot->number);
        return true;
    }
    if (w->n_numbered >= INT32_MAX) {
        w->status = WRITE_NESTED;
        return true;
    }
    *slot = (Numbered){op, (uint32_t)w->n_numbered++};
    *flag = FLAG_REF;
    return false;
}

/* ---- kinds of objects --------------------------------------------------------------------------------------------- */

static void
write_int(Writer *w, PyObject *op, int flag)
{
    int overflow;
    long value = PyLong_AsLongAndOverflow(op, &overflow);
    if (!overflow && value >= INT32_MIN && value <= INT32_MAX) {
        write_byte(w, TYPE_INT | flag);
        write_long(w, value);
        return;
    }
    const PyLongObject *number = (PyLongObject *)op;
    Py_ssize_t n = Py_ABS(Py_SIZE(number));
    int last = 0; /* 15-bit digits in the topmost 30-bit one */
    for (digit top = number->ob_digit[n - 1]; top != 0; top >>= 15) {
        last++;
    }
    write_byte(w, TYPE_LONG | flag);
    if (n > INT32_MAX / 2) {
        w->status = WRITE_UNKNOWN;
        return;
    }
    Py_ssize_t n_short = 2 * (n - 1) + last;
    write_long(w, Py_SIZE(number) < 0 ? -n_short : n_short);
    for (Py_ssize_t i = 0; i < n_short; i++) {
        write_short(w, (int)(number->ob_digit[i / 2] >> (i % 2 ? 15 : 0) & 0x7FFF));
    }
}

static void
write_str(Writer *w, PyObject *op, int flag)
{
    bool interned = PyUnicode_CHECK_INTERNED(op) != 0;
    if (w->version >= 4 && PyUnicode_IS_ASCII(op)) {
        Py_ssize_t n = PyUnicode_GET_LENGTH(op);
        if (n < 256) {
            write_byte(w, (interned ? TYPE_SHORT_ASCII_INTERNED : TYPE_SHORT_ASCII) | flag);
            write_byte(w, (int)n);
            write_bytes(w, PyUnicode_1BYTE_DATA(op), (size_t)n);
        }
        else {
            write_byte(w, (interned ? TYPE_ASCII_INTERNED : TYPE_ASCII) | flag);
            write_sized(w, PyUnicode_1BYTE_DATA(op), n);
        }
        return;
    }
    PyObject *bytes = PyUnicode_AsEncodedString(op, "utf-8", "surrogatepass");
    if (bytes == NULL) {
        w->status = WRITE_RAISED;
        return;
    }
    write_byte(w, (w->version >= 3 && interned ? TYPE_INTERNED : TYPE_UNICODE) | flag);
    write_sized(w, PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes));
    Py_DECREF(bytes);
}

/* Sets have no order of their own, and the same code must give the same bytes: elements go in the order of their bytes.
 * Inside a few levels of sets, that is: sorting writes each element twice. */
static void
write_set(Writer *w, PyObject *op, int flag)
{
    enum { SORTED_DEPTH = 3 }; /* arbitrary */
    PyObject *pairs = PyList_New(0), *item;
    Py_ssize_t pos = 0;
    Py_hash_t hash;
    write_byte(w, (PyFrozenSet_CheckExact(op) ? TYPE_FROZENSET : TYPE_SET) | flag);
    write_size(w, PySet_GET_SIZE(op));
    while (pairs != NULL && w->status == WRITE_GOOD && _PySet_NextEntry(op, &pos, &item, &hash)) {
        Writer alone = {.version = w->version, .depth = w->depth, .set_depth = w->set_depth + 1};
        if (w->set_depth < SORTED_DEPTH && PySet_GET_SIZE(op) > 1) {
            write_object(&alone, item);
        }
        w->status = alone.status;
        PyObject *key = PyBytes_FromStringAndSize(alone.bytes, (Py_ssize_t)alone.n);
        PyObject *pair = key == NULL ? NULL : PyTuple_Pack(2, key, item);
        Py_XDECREF(key);
        if (pair == NULL || PyList_Append(pairs, pair) < 0) {
            Py_CLEAR(pairs);
        }
        Py_XDECREF(pair);
        PyMem_Free(alone.bytes);
        PyMem_Free(alone.table);
    }
    if (w->status == WRITE_GOOD && w->set_depth < SORTED_DEPTH && pairs != NULL && PyList_Sort(pairs) < 0) {
        Py_CLEAR(pairs);
    }
    w->set_depth++;
    for (Py_ssize_t i = 0; pairs != NULL && w->status == WRITE_GOOD && i < PyList_GET_SIZE(pairs); i++) {
        write_object(w, PyTuple_GET_ITEM(PyList_GET_ITEM(pairs, i), 1));
    }
    w->set_depth--;
    if (pairs == NULL && w->status == WRITE_GOOD) {
        w->status = WRITE_RAISED;
    }
    Py_XDECREF(pairs);
}

static void
write_code(Writer *w, PyCodeObject *code, int flag)
{
    PyObject *instrs = PyCode_GetCode(code);
    if (instrs == NULL) {
        w->status = WRITE_RAISED;
        return;
    }
    const int numbers[CODE_N_NUMBERS] = {
        code->co_argcount,
        code->co_posonlyargcount,
        code->co_kwonlyargcount,
        code->co_stacksize,
        code->co_flags,
        code->co_firstlineno,
        OU_CODE_STATE(code) & OU_CODE_LIBRARY,
    };
    PyObject *const parts[CODE_N_OBJECTS] = {
        instrs,
        code->co_consts,
        code->co_names,
        code->co_localsplusnames,
        code->co_localspluskinds,
        code->co_filename,
        code->co_name,
        code->co_qualname,
        code->co_linetable,
        code->co_exceptiontable,
    };
    write_byte(w, TYPE_CODE | flag);
    write_long(w, CODE_LAYOUT);
    for (int i = 0; i < CODE_N_NUMBERS; i++) {
        write_long(w, numbers[i]);
    }
    for (int i = 0; i < CODE_N_OBJECTS; i++) {
        write_object(w, parts[i]);
    }
    Py_DECREF(instrs);
}

static void
write_buffer(Writer *w, PyObject *op, int flag)
{
    Py_buffer view;
    if (PyObject_GetBuffer(op, &view, PyBUF_SIMPLE) != 0) {
        write_byte(w, TYPE_UNKNOWN);
        w->status = w->status == WRITE_GOOD ? WRITE_UNKNOWN : w->status;
        PyErr_Clear();
        return;
    }
    write_byte(w, TYPE_STRING | flag);
    write_sized(w, view.buf, view.len);
    PyBuffer_Release(&view);
}

static void
write_compound(Writer *w, PyObject *op, int flag)
{
    if (PyLong_CheckExact(op)) {
        write_int(w, op, flag);
    }
    else if (PyFloat_CheckExact(op)) {
        write_byte(w, (w->version > 1 ? TYPE_BINARY_FLOAT : TYPE_FLOAT) | flag);
        (w->version > 1 ? write_double : write_float_text)(w, PyFloat_AS_DOUBLE(op));
    }
    else if (PyComplex_CheckExact(op)) {
        Py_complex value = ((PyComplexObject *)op)->cval;
        write_byte(w, (w->version > 1 ? TYPE_BINARY_COMPLEX : TYPE_COMPLEX) | flag);
        (w->version > 1 ? write_double : write_float_text)(w, value.real);
        (w->version > 1 ? write_double : write_float_text)(w, value.imag);
    }
    else if (PyBytes_CheckExact(op)) {
        write_byte(w, TYPE_STRING | flag);
        write_sized(w, PyBytes_AS_STRING(op), PyBytes_GET_SIZE(op));
    }
    else if (PyUnicode_CheckExact(op)) {
        write_str(w, op, flag);
    }
    else if (PyTuple_CheckExact(op)) {
        Py_ssize_t n = PyTuple_GET_SIZE(op);
        if (w->version >= 4 && n < 256) {
            write_byte(w, TYPE_SMALL_TUPLE | flag);
            write_byte(w, (int)n);
        }
        else {
            write_byte(w, TYPE_TUPLE | flag);
            write_size(w, n);
        }
        for (Py_ssize_t i = 0; i < n && w->status == WRITE_GOOD; i++) {
            write_object(w, PyTuple_GET_ITEM(op, i));
        }
    }
    else if (PyList_CheckExact(op)) {
        write_byte(w, TYPE_LIST | flag);
        write_size(w, PyList_GET_SIZE(op));
        for (Py_ssize_t i = 0; i < PyList_GET_SIZE(op) && w->status == WRITE_GOOD; i++) {
            write_object(w, PyList_GET_ITEM(op, i));
        }
    }
    else if (PyDict_CheckExact(op)) {
        PyObject *key, *value;
        Py_ssize_t pos = 0;
        write_byte(w, TYPE_DICT | flag);
        while (w->status == WRITE_GOOD && PyDict_Next(op, &pos, &key, &value)) {
            write_object(w, key);
            write_object(w, value);
        }
        write_byte(w, TYPE_NULL);
    }
    else if (PyAnySet_CheckExact(op)) {
        write_set(w, op, flag);
    }
    else if (PyCode_Check(op)) {
        write_code(w, (PyCodeObject *)op, flag);
    }
    else {
        write_buffer(w, op, flag);
    }
}

static void
write_object(Writer *w, PyObject *op)
{
    int flag;
    if (w->status != WRITE_GOOD) {
        return;
    }
    if (w->depth >= MARSHAL_DEPTH || (char *)&flag < (char *)ou_thread()->c_stack_limit) {
        w->status = WRITE_NESTED;
        return;
    }
    w->depth++;
    if (op == NULL) {
        write_byte(w, TYPE_NULL);
    }
    else if (op == Py_None) {
        write_byte(w, TYPE_NONE);
    }
    else if (op == PyExc_StopIteration) {
        write_byte(w, TYPE_STOPITER);
    }
    else if (op == Py_Ellipsis) {
        write_byte(w, TYPE_ELLIPSIS);
    }
    else if (op == Py_False) {
        write_byte(w, TYPE_FALSE);
    }
    else if (op == Py_True) {
        write_byte(w, TYPE_TRUE);
    }
    else if (!write_number(w, op, &flag)) {
        write_compound(w, op, flag);
    }
    w->depth--;
}

/* ---- the API ---------------------------------------------------------------------------------------------------------- */

/* Release the writer; raise what stopped it.  Returns 0 or -1. */
static int
writer_end(Writer *w)
{
    PyMem_Free(w->table);
    switch (w->status) {
    case WRITE_GOOD: return 0;
    case WRITE_NO_MEMORY: PyErr_NoMemory(); break;
    case WRITE_UNKNOWN: PyErr_SetString(PyExc_ValueError, "unmarshallable object"); break;
    case WRITE_NESTED: PyErr_SetString(PyExc_ValueError, "object too deeply nested to marshal"); break;
    case WRITE_RAISED: break;
    }
    return -1;
}

/* PyMarshal_WriteObjectToString: op as bytes, in the format of that version (4 is the newest).
 * Refs new.  Errors ValueError for what can't be written, MemoryError. */
PyObject *
PyMarshal_WriteObjectToString(PyObject *op, int version)
{
    Writer w = {.version = version};
    if (PySys_Audit("marshal.dumps", "Oi", op, version) < 0) {
        return NULL;
    }
    write_object(&w, op);
    PyObject *bytes = writer_end(&w) < 0 ? NULL : PyBytes_FromStringAndSize(w.bytes, (Py_ssize_t)w.n);
    PyMem_Free(w.bytes);
    return bytes;
}

/* PyMarshal_WriteObjectToFile: errors of the file are the file's (ferror); others are left set. */
void
PyMarshal_WriteObjectToFile(PyObject *op, FILE *file, int version)
{
    Writer w = {.version = version};
    if (PySys_Audit("marshal.dumps", "Oi", op, version) < 0) {
        return;
    }
    write_object(&w, op);
    if (writer_end(&w) == 0) {
        fwrite(w.bytes, 1, w.n, file);
    }
    PyMem_Free(w.bytes);
}

void
PyMarshal_WriteLongToFile(long value, FILE *file, int version)
{
    unsigned char bytes[4];
    for (int i = 0; i < 4; i++) {
        bytes[i] = (unsigned char)(value >> 8 * i);
    }
    fwrite(bytes, 1, sizeof bytes, file);
}
