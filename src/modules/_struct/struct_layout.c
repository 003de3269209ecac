/* modules/_struct/struct_layout.c - formats of module struct, and values as bytes by them.
 *
 * Owns       the table of codes.
 * Invariant  the machine is little-endian; sizes and offsets of a layout add up to no more than PY_SSIZE_T_MAX.
 * Not here   floats as bytes (types/float_pack.c); the type Struct (struct_module.c). */
#include "modules/_struct/struct.h"

#include <ctype.h>

typedef struct {
    char code;
    uint8_t kind;
    uint8_t size, native_size; /* 0: no such code in this mode */
} Code;

/* A native code is aligned by its size. */
static const Code codes[] = {
    {'x', STRUCT_PAD, 1, 1},      {'c', STRUCT_CHAR, 1, 1},    {'s', STRUCT_BYTES, 1, 1},    {'p', STRUCT_PASCAL, 1, 1},
    {'?', STRUCT_BOOL, 1, 1},     {'b', STRUCT_SIGNED, 1, 1},  {'B', STRUCT_UNSIGNED, 1, 1}, {'h', STRUCT_SIGNED, 2, 2},
    {'H', STRUCT_UNSIGNED, 2, 2}, {'i', STRUCT_SIGNED, 4, 4},  {'I', STRUCT_UNSIGNED, 4, 4}, {'l', STRUCT_SIGNED, 4, 8},
    {'L', STRUCT_UNSIGNED, 4, 8}, {'q', STRUCT_SIGNED, 8, 8},  {'Q', STRUCT_UNSIGNED, 8, 8}, {'n', STRUCT_SIGNED, 0, 8},
    {'N', STRUCT_UNSIGNED, 0, 8}, {'P', STRUCT_POINTER, 0, 8}, {'e', STRUCT_HALF, 2, 2},     {'f', STRUCT_FLOAT, 4, 4},
    {'d', STRUCT_DOUBLE, 8, 8},
};

/* ---- parsing ---------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *next;
    bool native, big;
    Py_ssize_t size, n_values;
} Parser;

static int
fail(const char *message)
{
    PyErr_SetString(STRUCT_ERROR, message);
    return -1;
}

static void
parser_begin(Parser *p, const char *format)
{
    *p = (Parser){.next = format};
    switch (*format) {
    case '@': p->native = true; break;
    case '=':
    case '<': break;
    case '>':
    case '!': p->big = true; break;
    default: p->native = true; return;
    }
    p->next++;
}

/* The next code with its count.  Returns 1, 0 at the end, or -1 with struct.error set. */
static int
parser_next(Parser *p, StructItem *item)
{
    while (isspace((unsigned char)*p->next)) {
        p->next++;
    }
    if (*p->next == '\0') {
        return 0;
    }
    Py_ssize_t n = 1;
    if (isdigit((unsigned char)*p->next)) {
        for (n = 0; isdigit((unsigned char)*p->next); p->next++) {
            if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, *p->next - '0', &n)) {
                return fail("total struct size too long");
            }
        }
        if (*p->next == '\0') {
            return fail("repeat count given without format specifier");
        }
    }
    char code = *p->next++;
    const Code *found = NULL;
    for (size_t i = 0; i < OU_COUNT_OF(codes); i++) {
        if (codes[i].code == code && (p->native || codes[i].size > 0)) {
            found = &codes[i];
        }
    }
    if (found == NULL) {
        return fail("bad char in struct format");
    }
    Py_ssize_t size = p->native ? found->native_size : found->size, bytes, end;
    bool text = found->kind == STRUCT_BYTES || found->kind == STRUCT_PASCAL;
    Py_ssize_t gap = p->native ? -p->size & (size - 1) : 0;
    if (__builtin_mul_overflow(n, size, &bytes) || __builtin_add_overflow(p->size, gap, &p->size)
        || __builtin_add_overflow(p->size, bytes, &end)) {
        return fail("total struct size too long");
    }
    *item = (StructItem){found->kind, code, p->native, p->big, p->size, text ? n : size, text ? 1 : n};
    p->size = end;
    p->n_values += found->kind == STRUCT_PAD ? 0 : item->n;
    return 1;
}

PyObject *
ou_struct_parse(PyObject *format, Py_ssize_t *size, Py_ssize_t *n_values)
{
    const char *text = PyBytes_AS_STRING(format);
    if (strlen(text) != (size_t)PyBytes_GET_SIZE(format)) {
        fail("embedded null character");
        return NULL;
    }
    Parser p;
    StructItem item;
    Py_ssize_t n = 0;
    int status;
    parser_begin(&p, text);
    while ((status = parser_next(&p, &item)) > 0) {
        n += item.kind != STRUCT_PAD && item.n > 0;
    }
    size_t bytes;
    if (status < 0) {
        return NULL;
    }
    if (ou_size_mul((size_t)n, sizeof item, &bytes)) {
        return PyErr_NoMemory();
    }
    PyObject *layout = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)bytes);
    if (layout == NULL) {
        return NULL;
    }
    StructItem *out = (StructItem *)PyBytes_AS_STRING(layout);
    parser_begin(&p, text);
    while (parser_next(&p, &item) > 0) {
        if (item.kind != STRUCT_PAD && item.n > 0) {
            *out++ = item;
        }
    }
    *size = p.size;
    *n_values = p.n_values;
    return layout;
}

static const StructItem *
items_of(PyObject *layout, Py_ssize_t *n)
{
    *n = PyBytes_GET_SIZE(layout) / (Py_ssize_t)sizeof(StructItem);
    return (const StructItem *)PyBytes_AS_STRING(layout);
}

/* ---- packing ---------------------------------------------------------------------------------------------------- */

static void
store(const StructItem *item, uint64_t bits, char *out)
{
    if (item->big) {
        bits = __builtin_bswap64(bits) >> (64 - 8 * item->size);
    }
    memcpy(out, &bits, (size_t)item->size);
}

/* The int that a value is or has.  Refs new.  RE-ENTRANT (__index__). */
static PyObject *
int_of(PyObject *value)
{
    if (PyLong_Check(value)) {
        return Py_NewRef(value);
    }
    if (!PyIndex_Check(value)) {
        fail("required argument is not an integer");
        return NULL;
    }
    return PyNumber_Index(value);
}

/* The range that an int of `item` must be in, for a message. */
static int
out_of_range(const StructItem *item)
{
    static const char *const words[] = {"byte", "ubyte", "short", "ushort"};
    char quoted[] = {'\'', item->code, '\'', '\0'};
    const char *place = item->big && item->size == 2 ? NULL : strchr("bBhH", item->code);
    const char *name = place == NULL ? quoted : words[place - "bBhH"];
    int n_bits = 8 * (int)item->size;
    if (item->kind == STRUCT_SIGNED) {
        long top = (long)(UINT64_MAX >> (65 - n_bits));
        PyErr_Format(STRUCT_ERROR, "%s format requires %ld <= number <= %ld", name, -top - 1, top);
    }
    else {
        PyErr_Format(STRUCT_ERROR, "%s format requires 0 <= number <= %lu", name, UINT64_MAX >> (64 - n_bits));
    }
    return -1;
}

/* RE-ENTRANT (__index__). */
static int
pack_int(const StructItem *item, PyObject *value, char *out)
{
    PyObject *number = int_of(value);
    if (number == NULL) {
        return -1;
    }
    int n_bits = 8 * (int)item->size;
    /* The little ones of a byte order that isn't swapped go by way of a signed long: a negative number is out of their range, for
     * the others of what can be an argument at all.  The messages tell. */
    bool through_signed = item->kind == STRUCT_SIGNED || item->size == 1 || (item->size == 2 && !item->big);
    int overflow = 0, status = 0;
    uint64_t bits;
    if (through_signed) {
        long x = PyLong_AsLongAndOverflow(number, &overflow);
        bits = (uint64_t)x;
        if (overflow == 0 && n_bits < 64) {
            long low = item->kind == STRUCT_SIGNED ? -(1L << (n_bits - 1)) : 0;
            long high = item->kind == STRUCT_SIGNED ? (1L << (n_bits - 1)) - 1 : (1L << n_bits) - 1;
            status = x < low || x > high ? out_of_range(item) : 0;
        }
    }
    else {
        bits = PyLong_AsUnsignedLong(number);
        overflow = bits == UINT64_MAX && PyErr_Occurred();
        PyErr_Clear();
        if (!overflow && n_bits < 64 && bits >> n_bits != 0) {
            status = out_of_range(item);
        }
    }
    Py_DECREF(number);
    if (overflow) {
        return fail(item->big && item->size == 8 ? "int too large to convert" : "argument out of range");
    }
    if (status == 0) {
        store(item, bits, out);
    }
    return status;
}

static int
pack_pointer(PyObject *value, char *out)
{
    PyObject *number = int_of(value);
    if (number == NULL) {
        return -1;
    }
    void *pointer = PyLong_AsVoidPtr(number);
    Py_DECREF(number);
    if (pointer == NULL && PyErr_Occurred()) {
        return PyErr_ExceptionMatches(PyExc_OverflowError) ? fail("int too large to convert") : -1;
    }
    memcpy(out, &pointer, sizeof pointer);
    return 0;
}

/* RE-ENTRANT (__float__). */
static int
pack_float(const StructItem *item, PyObject *value, char *out)
{
    double x = PyFloat_AsDouble(value);
    if (x == -1.0 && PyErr_Occurred()) {
        return fail("required argument is not a float");
    }
    switch (item->kind) {
    case STRUCT_HALF: return PyFloat_Pack2(x, out, !item->big);
    case STRUCT_DOUBLE: return PyFloat_Pack8(x, out, !item->big);
    }
    if (!item->native) {
        return PyFloat_Pack4(x, out, !item->big);
    }
    float narrow = (float)x; /* too large: infinity, as C has it */
    memcpy(out, &narrow, sizeof narrow);
    return 0;
}

static int
pack_text(const StructItem *item, PyObject *value, char *out)
{
    if (!PyBytes_Check(value) && !PyByteArray_Check(value)) {
        PyErr_Format(STRUCT_ERROR, "argument for '%c' must be a bytes object", item->code);
        return -1;
    }
    const char *text = PyBytes_Check(value) ? PyBytes_AS_STRING(value) : PyByteArray_AS_STRING(value);
    Py_ssize_t n = Py_SIZE(value), head = item->kind == STRUCT_PASCAL, room = item->size - head;
    n = n < room ? n : room;
    if (n > 0) {
        memcpy(out + head, text, (size_t)n);
    }
    if (head && room >= 0) {
        *out = (char)(n < 255 ? n : 255);
    }
    return 0;
}

/* RE-ENTRANT. */
static int
pack_value(const StructItem *item, PyObject *value, char *out)
{
    int truth;
    switch (item->kind) {
    case STRUCT_CHAR:
        if (!PyBytes_Check(value) || PyBytes_GET_SIZE(value) != 1) {
            return fail("char format requires a bytes object of length 1");
        }
        *out = *PyBytes_AS_STRING(value);
        return 0;
    case STRUCT_BYTES:
    case STRUCT_PASCAL: return pack_text(item, value, out);
    case STRUCT_BOOL:
        truth = PyObject_IsTrue(value);
        *out = truth > 0;
        return truth < 0 ? -1 : 0;
    case STRUCT_SIGNED:
    case STRUCT_UNSIGNED: return pack_int(item, value, out);
    case STRUCT_POINTER: return pack_pointer(value, out);
    default: return pack_float(item, value, out);
    }
}

int
ou_struct_pack(PyObject *layout, PyObject *const *values, char *out)
{
    Py_ssize_t n_items;
    const StructItem *item = items_of(layout, &n_items);
    for (const StructItem *end = item + n_items; item < end; item++) {
        for (Py_ssize_t i = 0; i < item->n; i++) {
            if (pack_value(item, *values++, out + item->offset + i * item->size) < 0) {
                return -1;
            }
        }
    }
    return 0;
}

/* ---- unpacking -------------------------------------------------------------------------------------------------- */

static uint64_t
load(const StructItem *item, const char *in)
{
    uint64_t bits = 0;
    memcpy(&bits, in, (size_t)item->size);
    return item->big ? __builtin_bswap64(bits) >> (64 - 8 * item->size) : bits;
}

static PyObject *
unpack_value(const StructItem *item, const char *in)
{
    double x;
    switch (item->kind) {
    case STRUCT_CHAR:
    case STRUCT_BYTES: return PyBytes_FromStringAndSize(in, item->size);
    case STRUCT_PASCAL: {
        Py_ssize_t n = item->size > 0 ? (unsigned char)*in : 0, room = item->size > 0 ? item->size - 1 : 0;
        return PyBytes_FromStringAndSize(in + 1, n < room ? n : room);
    }
    case STRUCT_BOOL: return PyBool_FromLong(*in != 0);
    case STRUCT_SIGNED: {
        int shift = 64 - 8 * (int)item->size;
        return PyLong_FromLong((long)(load(item, in) << shift) >> shift);
    }
    case STRUCT_UNSIGNED: return PyLong_FromUnsignedLong(load(item, in));
    case STRUCT_POINTER: return PyLong_FromVoidPtr((void *)load(item, in));
    case STRUCT_HALF: x = PyFloat_Unpack2(in, !item->big); break;
    case STRUCT_FLOAT: x = PyFloat_Unpack4(in, !item->big); break;
    default: x = PyFloat_Unpack8(in, !item->big);
    }
    return x == -1.0 && PyErr_Occurred() ? NULL : PyFloat_FromDouble(x);
}

PyObject *
ou_struct_unpack(PyObject *layout, Py_ssize_t n_values, const char *in)
{
    Py_ssize_t n_items, at = 0;
    const StructItem *item = items_of(layout, &n_items);
    PyObject *values = PyTuple_New(n_values);
    if (values == NULL) {
        return NULL;
    }
    for (const StructItem *end = item + n_items; item < end; item++) {
        for (Py_ssize_t i = 0; i < item->n; i++) {
            PyObject *value = unpack_value(item, in + item->offset + i * item->size);
            if (value == NULL) {
                Py_DECREF(values);
                return NULL;
            }
            PyTuple_SET_ITEM(values, at++, value);
        }
    }
    return values;
}
