/* types/int.c - the type int: its methods and slots.
 *
 * Owns       nothing: an int has no references.
 * Invariant  instances of subclasses keep their digits in their own, larger blocks; every result of an operation is
 *            an exact int.
 * Not here   the operations themselves (int_arith.c, int_bits.c, int_power.c), text (int_text.c), making and
 *            conversion (int_convert.c), bool (bool.c). */
#include "object/args.h"
#include "object/hold.h"
#include "object/walk.h"
#include "types/int_internal.h"
#include "types/str.h"

/* An exact int of the same value, the object itself if it is one.  Refs new. */
static PyObject *
int_long(PyObject *self)
{
    return PyLong_CheckExact(self) ? Py_NewRef(self) : _PyLong_Copy((PyLongObject *)self);
}

/* ---- making -------------------------------------------------------------------------------------------- */

static PyObject *
new_from_text(PyObject *x, PyObject *base_object)
{
    Py_ssize_t base = PyNumber_AsSsize_t(base_object, NULL);
    if (base == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if ((base != 0 && base < 2) || base > 36) {
        PyErr_SetString(PyExc_ValueError, "int() base must be >= 2 and <= 36, or 0");
        return NULL;
    }
    if (PyUnicode_Check(x)) {
        return PyLong_FromUnicodeObject(x, (int)base);
    }
    if (PyByteArray_Check(x)) {
        return _PyLong_FromBytes(PyByteArray_AS_STRING(x), PyByteArray_GET_SIZE(x), (int)base);
    }
    if (PyBytes_Check(x)) {
        return _PyLong_FromBytes(PyBytes_AS_STRING(x), PyBytes_GET_SIZE(x), (int)base);
    }
    PyErr_SetString(PyExc_TypeError, "int() can't convert non-string with explicit base");
    return NULL;
}

/* int(x, base), either NULL.  Refs new exact int.  RE-ENTRANT. */
static PyObject *
new_exact(PyObject *x, PyObject *base)
{
    if (base != NULL) {
        if (x == NULL) {
            PyErr_SetString(PyExc_TypeError, "int() missing string argument");
            return NULL;
        }
        return new_from_text(x, base);
    }
    return x == NULL ? Py_NewRef(OU_SMALL_INT(0)) : PyNumber_Long(x);
}

static PyObject *
new_of_type(PyTypeObject *type, PyObject *x, PyObject *base)
{
    PyObject *value = new_exact(x, base);
    if (type == &PyLong_Type || value == NULL) {
        return value;
    }
    Py_ssize_t n = ou_int_n_digits(value);
    PyObject *self = type->tp_alloc(type, n);
    if (self != NULL) {
        Py_SET_SIZE(self, Py_SIZE(value));
        memcpy(((PyLongObject *)self)->ob_digit, ou_int_digits(value), (size_t)n * sizeof(digit));
    }
    Py_DECREF(value);
    return self;
}

static const OuParams new_params = {
    "int", {"", "base"}, .n_posonly = 1, .n_positional = 2, .n_required = 0, .n_all = 2,
};

static PyObject *
int_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *v[2];
    if (ou_args_parse_tuple(&new_params, args, kwargs, v) < 0) {
        return NULL;
    }
    return new_of_type(type, v[0], v[1]);
}

static PyObject *
int_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    PyObject *v[2];
    if (ou_args_parse(&new_params, args, nargsf, kwnames, v) < 0) {
        return NULL;
    }
    return new_of_type((PyTypeObject *)type, v[0], v[1]);
}

static void
int_dealloc(PyObject *self)
{
    if (OU_LIKELY(PyLong_CheckExact(self))) {
        ou_int_free(self);
    }
    else {
        Py_TYPE(self)->tp_free(self);
    }
}

/* ---- slots --------------------------------------------------------------------------------------------- */

#define BINARY_SLOT(name, function)                              \
    static PyObject *int_##name(PyObject *left, PyObject *right) \
    {                                                            \
        if (!PyLong_Check(left) || !PyLong_Check(right)) {       \
            Py_RETURN_NOTIMPLEMENTED;                            \
        }                                                        \
        return function(left, right);                            \
    }

BINARY_SLOT(add, ou_int_add)
BINARY_SLOT(sub, ou_int_subtract)
BINARY_SLOT(mul, ou_int_multiply)
BINARY_SLOT(mod, ou_int_remainder)
BINARY_SLOT(floordiv, ou_int_floor_divide)
BINARY_SLOT(truediv, ou_int_true_divide)
BINARY_SLOT(lshift, ou_int_lshift)
BINARY_SLOT(rshift, ou_int_rshift)
BINARY_SLOT(and, ou_int_and)
BINARY_SLOT(or, ou_int_or)
BINARY_SLOT(xor, ou_int_xor)

static PyObject *
divmod_pair(PyObject *left, PyObject *right)
{
    PyObject *q, *r, *pair;
    if (ou_int_divmod(left, right, &q, &r) < 0) {
        return NULL;
    }
    pair = PyTuple_Pack(2, q, r);
    Py_DECREF(q);
    Py_DECREF(r);
    return pair;
}

BINARY_SLOT(divmod, divmod_pair)

static PyObject *
int_pow(PyObject *base, PyObject *exponent, PyObject *modulus)
{
    if (!PyLong_Check(base) || !PyLong_Check(exponent) || (modulus != Py_None && !PyLong_Check(modulus))) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return ou_int_power(base, exponent, modulus);
}

static PyObject *
int_abs(PyObject *self)
{
    return Py_SIZE(self) < 0 ? ou_int_negative(self) : int_long(self);
}

static int
int_bool(PyObject *self)
{
    return Py_SIZE(self) != 0;
}

static PyObject *
int_float(PyObject *self)
{
    double value = PyLong_AsDouble(self);
    return value == -1.0 && PyErr_Occurred() ? NULL : ou_float_new(value);
}

static PyObject *
int_richcompare(PyObject *left, PyObject *right, int op)
{
    if (!PyLong_Check(left) || !PyLong_Check(right)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    int order = left == right ? 0 : ou_int_compare(left, right);
    Py_RETURN_RICHCOMPARE(order, 0, op);
}

Py_hash_t
ou_int_hash(PyObject *op)
{
    if (OU_LIKELY(ou_int_is_short(op))) {
        int64_t value = ou_int_value2(op);
        return value == -1 ? -2 : value;
    }
    const digit *d = ou_int_digits(op);
    uint64_t hash = 0;
    for (Py_ssize_t i = ou_int_n_digits(op); i-- > 0;) {
        /* hash * 2**30 modulo 2**61 - 1 turns the 61 bits by 30 */
        hash = (hash << PyLong_SHIFT & _PyHASH_MODULUS) | hash >> (_PyHASH_BITS - PyLong_SHIFT);
        hash += d[i];
        if (hash >= _PyHASH_MODULUS) {
            hash -= _PyHASH_MODULUS;
        }
    }
    int64_t value = ou_int_is_negative(op) ? -(int64_t)hash : (int64_t)hash;
    return value == -1 ? -2 : value;
}

/* ---- methods ------------------------------------------------------------------------------------------- */

static PyObject *
int_conjugate(PyObject *self, PyObject *unused)
{
    return int_long(self);
}

static PyObject *
int_bit_length(PyObject *self, PyObject *unused)
{
    size_t bits = _PyLong_NumBits(self);
    return bits == (size_t)-1 && PyErr_Occurred() ? NULL : PyLong_FromSize_t(bits);
}

static PyObject *
int_bit_count(PyObject *self, PyObject *unused)
{
    const digit *d = ou_int_digits(self);
    int64_t count = 0; /* of at most 2**61 digits: never overflows */
    for (Py_ssize_t i = ou_int_n_digits(self); i-- > 0;) {
        count += __builtin_popcount(d[i]);
    }
    return ou_int_from_int64(count);
}

static PyObject *
int_as_integer_ratio(PyObject *self, PyObject *unused)
{
    PyObject *numerator = int_long(self);
    if (numerator == NULL) {
        return NULL;
    }
    PyObject *pair = PyTuple_Pack(2, numerator, OU_SMALL_INT(1));
    Py_DECREF(numerator);
    return pair;
}

/* 1 for little, 0 for big, -1 with an error set.  NULL: the default, big. */
static int
byteorder_is_little(PyObject *byteorder, const char *function)
{
    if (byteorder == NULL) {
        return 0;
    }
    if (!PyUnicode_Check(byteorder)) {
        PyErr_Format(PyExc_TypeError, "%s() argument 'byteorder' must be str, not %.50s", function,
                     byteorder == Py_None ? "None" : Py_TYPE(byteorder)->tp_name);
        return -1;
    }
    if (ou_str_equal(byteorder, OU_STR(little))) {
        return 1;
    }
    if (ou_str_equal(byteorder, OU_STR(big))) {
        return 0;
    }
    PyErr_SetString(PyExc_ValueError, "byteorder must be either 'little' or 'big'");
    return -1;
}

static PyObject *
int_to_bytes(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const OuParams params = {
        "to_bytes", {"length", "byteorder", "signed"}, .n_posonly = 0, .n_positional = 2, .n_required = 0, .n_all = 3};
    PyObject *v[3];
    if (ou_args_parse(&params, args, (size_t)nargs, kwnames, v) < 0) {
        return NULL;
    }
    Py_ssize_t length = 1;
    if (v[0] != NULL) {
        PyObject *index = _PyNumber_Index(v[0]);
        if (index == NULL) {
            return NULL;
        }
        length = PyLong_AsSsize_t(index);
        Py_DECREF(index);
        if (length == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (v[1] != NULL && !PyUnicode_Check(v[1])) {
        byteorder_is_little(v[1], "to_bytes");
        return NULL;
    }
    int is_signed = v[2] == NULL ? 0 : PyObject_IsTrue(v[2]);
    if (is_signed < 0) {
        return NULL;
    }
    int little = byteorder_is_little(v[1], "to_bytes");
    if (little < 0) {
        return NULL;
    }
    if (length < 0) {
        PyErr_SetString(PyExc_ValueError, "length argument must be non-negative");
        return NULL;
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, length);
    if (bytes != NULL
        && _PyLong_AsByteArray((PyLongObject *)self, (unsigned char *)PyBytes_AS_STRING(bytes), (size_t)length, little,
                               is_signed)
               < 0) {
        Py_CLEAR(bytes);
    }
    return bytes;
}

static PyObject *
int_from_bytes(PyObject *type, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const OuParams params = {
        "from_bytes", {"bytes", "byteorder", "signed"}, .n_posonly = 0, .n_positional = 2, .n_required = 1, .n_all = 3};
    PyObject *v[3];
    if (ou_args_parse(&params, args, (size_t)nargs, kwnames, v) < 0) {
        return NULL;
    }
    if (v[1] != NULL && !PyUnicode_Check(v[1])) {
        byteorder_is_little(v[1], "from_bytes");
        return NULL;
    }
    int is_signed = v[2] == NULL ? 0 : PyObject_IsTrue(v[2]);
    int little = is_signed < 0 ? -1 : byteorder_is_little(v[1], "from_bytes");
    if (little < 0) {
        return NULL;
    }
    PyObject *bytes = PyObject_Bytes(v[0]);
    if (bytes == NULL) {
        return NULL;
    }
    PyObject *value =
        _PyLong_FromByteArray((unsigned char *)PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes), little, is_signed);
    Py_DECREF(bytes);
    if (value != NULL && type != (PyObject *)&PyLong_Type) {
        OU_HOLD(h, &value);
        PyObject *made = PyObject_CallOneArg(type, value);
        OU_HOLD_END(h);
        Py_SETREF(value, made);
    }
    return value;
}

static PyObject *
int_round_to(PyObject *self, PyObject *ndigits)
{
    PyObject *index = PyNumber_Index(ndigits);
    if (index == NULL) {
        return NULL;
    }
    if (Py_SIZE(index) >= 0) {
        Py_DECREF(index);
        return int_long(self);
    }
    /* self minus its remainder, between -half and half, by 10 ** -ndigits */
    Py_SETREF(index, ou_int_negative(index));
    PyObject *ten = index == NULL ? NULL : ou_int_power(OU_SMALL_INT(10), index, Py_None);
    Py_XDECREF(index);
    PyObject *pair = ten == NULL ? NULL : _PyLong_DivmodNear(self, ten);
    Py_XDECREF(ten);
    PyObject *result = pair == NULL ? NULL : ou_int_subtract(self, PyTuple_GET_ITEM(pair, 1));
    Py_XDECREF(pair);
    return result;
}

static PyObject *
int_round(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs > 1) {
        PyErr_Format(PyExc_TypeError, "__round__ expected at most 1 argument, got %zd", nargs);
        return NULL;
    }
    return nargs == 0 ? int_long(self) : int_round_to(self, args[0]);
}

static PyObject *
int_getnewargs(PyObject *self, PyObject *unused)
{
    PyObject *copy = _PyLong_Copy((PyLongObject *)self);
    if (copy == NULL) {
        return NULL;
    }
    PyObject *args = PyTuple_Pack(1, copy);
    Py_DECREF(copy);
    return args;
}

static PyObject *
int_sizeof(PyObject *self, PyObject *unused)
{
    Py_ssize_t n = ou_int_n_digits(self);
    size_t size = offsetof(PyLongObject, ob_digit) + (size_t)(n == 0 ? 1 : n) * sizeof(digit);
    return PyLong_FromSize_t(size);
}

static PyObject *
int_get_imag(PyObject *self, void *closure)
{
    return Py_NewRef(OU_SMALL_INT(0));
}

static PyObject *
int_get_denominator(PyObject *self, void *closure)
{
    return Py_NewRef(OU_SMALL_INT(1));
}

static PyObject *
int_get_self(PyObject *self, void *closure)
{
    return int_long(self);
}

#define TO_INT_DOC "Return the integer itself."

static PyMethodDef int_methods[] = {
    {"conjugate", int_conjugate, METH_NOARGS, "Return the complex conjugate, which is the integer itself."},
    {"bit_length", int_bit_length, METH_NOARGS,
     "bit_length($self, /)\n--\n\nReturn how many bits the absolute value takes in binary; 0 for 0."},
    {"bit_count", int_bit_count, METH_NOARGS, "bit_count($self, /)\n--\n\nReturn how many bits of the absolute value are 1."},
    {"to_bytes", (PyCFunction)(void (*)(void))int_to_bytes, METH_FASTCALL | METH_KEYWORDS,
     "to_bytes($self, /, length=1, byteorder='big', *, signed=False)\n--\n\n"
     "Return the integer as that many bytes, in two's complement if signed.\n\n"
     "OverflowError is raised if they don't hold it."},
    {"from_bytes", (PyCFunction)(void (*)(void))int_from_bytes, METH_FASTCALL | METH_KEYWORDS | METH_CLASS,
     "from_bytes($type, /, bytes, byteorder='big', *, signed=False)\n--\n\n"
     "Return the integer that these bytes spell, in two's complement if signed."},
    {"as_integer_ratio", int_as_integer_ratio, METH_NOARGS,
     "as_integer_ratio($self, /)\n--\n\nReturn the pair of the integer and 1."},
    {"__trunc__", int_conjugate, METH_NOARGS, TO_INT_DOC},
    {"__floor__", int_conjugate, METH_NOARGS, TO_INT_DOC},
    {"__ceil__", int_conjugate, METH_NOARGS, TO_INT_DOC},
    {"__round__", (PyCFunction)(void (*)(void))int_round, METH_FASTCALL,
     "__round__($self, ndigits=<unrepresentable>, /)\n--\n\n"
     "Round to a multiple of 10 ** -ndigits, half to even; without ndigits, return the integer itself."},
    {"__getnewargs__", int_getnewargs, METH_NOARGS, "__getnewargs__($self, /)\n--\n\n"},
    {"__format__", ou_format_int, METH_O, "__format__($self, format_spec, /)\n--\n\nFormat as format_spec says."},
    {"__sizeof__", int_sizeof, METH_NOARGS, "__sizeof__($self, /)\n--\n\nReturn the object's size in bytes."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef int_getset[] = {
    {"real", int_get_self, NULL, "the integer itself", NULL},
    {"imag", int_get_imag, NULL, "0", NULL},
    {"numerator", int_get_self, NULL, "the integer itself", NULL},
    {"denominator", int_get_denominator, NULL, "1", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyNumberMethods int_number = {
    .nb_add = int_add,
    .nb_subtract = int_sub,
    .nb_multiply = int_mul,
    .nb_remainder = int_mod,
    .nb_divmod = int_divmod,
    .nb_power = int_pow,
    .nb_negative = ou_int_negative,
    .nb_positive = int_long,
    .nb_absolute = int_abs,
    .nb_bool = int_bool,
    .nb_invert = ou_int_invert,
    .nb_lshift = int_lshift,
    .nb_rshift = int_rshift,
    .nb_and = int_and,
    .nb_xor = int_xor,
    .nb_or = int_or,
    .nb_int = int_long,
    .nb_float = int_float,
    .nb_floor_divide = int_floordiv,
    .nb_true_divide = int_truediv,
    .nb_index = int_long,
};

PyTypeObject PyLong_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "int",
    .tp_basicsize = offsetof(PyLongObject, ob_digit),
    .tp_itemsize = sizeof(digit),
    .tp_dealloc = int_dealloc,
    .tp_repr = ou_int_repr,
    .tp_as_number = &int_number,
    .tp_hash = ou_int_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_LONG_SUBCLASS | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = "int([x]) -> integer\nint(x, base=10) -> integer\n\n"
              "Make an integer of a number, truncating towards zero, or of text in a base from 2 to 36.\n\n"
              "Without arguments the result is 0.  Text may be a str, bytes or bytearray, may have a sign,\n"
              "surrounding spaces and single underscores between digits.  Base 0 takes the base from the text's\n"
              "prefix, as in source code.",
    .tp_richcompare = int_richcompare,
    .tp_methods = int_methods,
    .tp_getset = int_getset,
    .tp_new = int_new,
    .tp_free = PyObject_Free,
    .tp_vectorcall = int_vectorcall,
};

/* ---- sys.int_info -------------------------------------------------------------------------------------- */

static PyStructSequence_Field info_fields[] = {
    {"bits_per_digit", "bits that a digit holds"},
    {"sizeof_digit", "bytes that a digit takes"},
    {"default_max_str_digits", "limit of digits in conversions between text and int, unless it is changed"},
    {"str_digits_check_threshold", "numbers of fewer digits are never checked, and the limit may not be set lower"},
    {NULL, NULL},
};

static PyStructSequence_Desc info_desc = {
    .name = "sys.int_info",
    .doc = "How ints are represented.",
    .fields = info_fields,
    .n_in_sequence = 4,
};

/* A new sys.int_info.  Errors MemoryError. */
PyObject *
PyLong_GetInfo(void)
{
    PyTypeObject *type = PyStructSequence_NewType(&info_desc);
    if (type == NULL) {
        return NULL;
    }
    static const int values[] = {PyLong_SHIFT, sizeof(digit), 4300, 640}; /* the last two are CPython 3.11's */
    PyObject *info = PyStructSequence_New(type);
    Py_DECREF(type); /* its instance holds it */
    for (int i = 0; info != NULL && i < 4; i++) {
        PyObject *value = ou_int_new_private(values[i]);
        if (value == NULL) {
            Py_CLEAR(info);
            break;
        }
        PyStructSequence_SET_ITEM(info, i, value);
    }
    return info;
}
