/* types/int_convert.c - ints from and to the numbers of C, and raw bytes; how an int object is made.
 *
 * Owns       nothing.
 * Invariant  an int has no leading zero digit; a value from -5 to 256 that we return is the permanent object; an
 *            exact int of at most two digits lies in a block of OU_INT_BLOCK bytes, any other in one of its size.
 * Not here   text (int_text.c), arithmetic (int_arith.c), the type (int.c). */
#include "types/int_internal.h"

/* ---- making -------------------------------------------------------------------------------------------- */

enum { HEAD = offsetof(PyLongObject, ob_digit) };

PyLongObject *
ou_int_alloc(Py_ssize_t n_digits)
{
    if (n_digits > (PY_SSIZE_T_MAX - HEAD) / (Py_ssize_t)sizeof(digit)) {
        PyErr_SetString(PyExc_OverflowError, "too many digits in integer");
        return NULL;
    }
    PyLongObject *op;
    if (n_digits <= 2) {
        op = (PyLongObject *)ou_object_new_fast(&PyLong_Type, OU_INT_BLOCK);
        if (op != NULL) {
            op->ob_digit[0] = op->ob_digit[1] = 0;
        }
    }
    else {
        op = (PyLongObject *)ou_object_new_fast(&PyLong_Type, HEAD + (size_t)n_digits * sizeof(digit));
    }
    if (op != NULL) {
        op->ob_base.ob_size = n_digits;
    }
    return op;
}

PyObject *
ou_int_finish(PyLongObject *op, bool negative)
{
    Py_ssize_t had = op->ob_base.ob_size, n = had;
    while (n > 0 && op->ob_digit[n - 1] == 0) {
        n--;
    }
    if (OU_UNLIKELY(n <= 2)) {
        uint64_t magnitude = n == 0 ? 0 : op->ob_digit[0];
        if (n == 2) {
            magnitude |= (uint64_t)op->ob_digit[1] << PyLong_SHIFT;
        }
        int64_t value = negative ? -(int64_t)magnitude : (int64_t)magnitude;
        if (had > 2 || (uint64_t)(value - OU_SMALL_INT_MIN) < OU_N_SMALL_INTS) {
            PyObject *result = ou_int_from_int64(value);
            ou_int_free((PyObject *)op);
            return result;
        }
    }
    op->ob_base.ob_size = negative ? -n : n;
    return (PyObject *)op;
}

PyObject *
ou_int_from_sign_u64(bool negative, uint64_t magnitude)
{
    if (OU_LIKELY(magnitude >> (2 * PyLong_SHIFT) == 0)) {
        return ou_int_from_int64(negative ? -(int64_t)magnitude : (int64_t)magnitude);
    }
    PyLongObject *op = ou_int_alloc(3);
    if (op == NULL) {
        return NULL;
    }
    op->ob_digit[0] = (digit)(magnitude & PyLong_MASK);
    op->ob_digit[1] = (digit)(magnitude >> PyLong_SHIFT & PyLong_MASK);
    op->ob_digit[2] = (digit)(magnitude >> (2 * PyLong_SHIFT));
    op->ob_base.ob_size = negative ? -3 : 3;
    return (PyObject *)op;
}

PyObject *
ou_int_from_sign_u128(bool negative, unsigned __int128 magnitude)
{
    if (magnitude >> 64 == 0) {
        return ou_int_from_sign_u64(negative, (uint64_t)magnitude);
    }
    Py_ssize_t n = 3 + (magnitude >> (3 * PyLong_SHIFT) != 0) + (magnitude >> (4 * PyLong_SHIFT) != 0);
    PyLongObject *op = ou_int_alloc(n);
    if (op == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        op->ob_digit[i] = (digit)(magnitude & PyLong_MASK);
        magnitude >>= PyLong_SHIFT;
    }
    op->ob_base.ob_size = negative ? -n : n;
    return (PyObject *)op;
}

PyObject *
ou_int_from_int64_slow(int64_t value)
{
    return ou_int_from_sign_u64(value < 0, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

PyObject *
ou_int_new_private(int64_t value)
{
    uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
    if (magnitude >> PyLong_SHIFT != 0) {
        return ou_int_from_int64(value);
    }
    PyLongObject *op = ou_int_alloc(1);
    if (op != NULL) {
        op->ob_digit[0] = (digit)magnitude;
        op->ob_base.ob_size = value < 0 ? -1 : value > 0;
    }
    return (PyObject *)op;
}

/* New int of n digits for a caller that fills them and sets the sign by ob_size.
 * Errors MemoryError, OverflowError. */
PyLongObject *
_PyLong_New(Py_ssize_t n_digits)
{
    PyLongObject *op = ou_int_alloc(n_digits);
    if (op != NULL) {
        memset(op->ob_digit, 0, (size_t)n_digits * sizeof(digit));
    }
    return op;
}

/* An exact int of the same value.  Refs new. */
PyObject *
_PyLong_Copy(PyLongObject *source)
{
    PyObject *op = (PyObject *)source;
    if (ou_int_is_short(op)) {
        return ou_int_from_int64(ou_int_value2(op));
    }
    Py_ssize_t n = ou_int_n_digits(op);
    PyLongObject *copy = ou_int_alloc(n);
    if (copy == NULL) {
        return NULL;
    }
    memcpy(copy->ob_digit, source->ob_digit, (size_t)n * sizeof(digit));
    copy->ob_base.ob_size = source->ob_base.ob_size;
    return (PyObject *)copy;
}

/* ---- from C -------------------------------------------------------------------------------------------- */

PyObject *
PyLong_FromLong(long value)
{
    return ou_int_from_int64(value);
}

PyObject *
PyLong_FromLongLong(long long value)
{
    return ou_int_from_int64(value);
}

PyObject *
PyLong_FromSsize_t(Py_ssize_t value)
{
    return ou_int_from_int64(value);
}

PyObject *
PyLong_FromUnsignedLong(unsigned long value)
{
    return ou_int_from_sign_u64(false, value);
}

PyObject *
PyLong_FromUnsignedLongLong(unsigned long long value)
{
    return ou_int_from_sign_u64(false, value);
}

PyObject *
PyLong_FromSize_t(size_t value)
{
    return ou_int_from_sign_u64(false, value);
}

PyObject *
PyLong_FromVoidPtr(void *address)
{
    return ou_int_from_sign_u64(false, (uintptr_t)address);
}

/* The integral part.  Errors OverflowError for infinities, ValueError for NaN, MemoryError. */
PyObject *
PyLong_FromDouble(double value)
{
    if (value > -9.2e18 && value < 9.2e18) {
        return ou_int_from_int64((int64_t)value);
    }
    if (isinf(value)) {
        PyErr_SetString(PyExc_OverflowError, "cannot convert float infinity to integer");
        return NULL;
    }
    if (isnan(value)) {
        PyErr_SetString(PyExc_ValueError, "cannot convert float NaN to integer");
        return NULL;
    }
    int exponent;
    double fraction = frexp(fabs(value), &exponent);
    uint64_t mantissa = (uint64_t)ldexp(fraction, 53);
    exponent -= 53; /* above 0 here: |value| >= 2**62 */
    Py_ssize_t shift_digits = exponent / PyLong_SHIFT;
    unsigned __int128 top = (unsigned __int128)mantissa << (exponent % PyLong_SHIFT);
    PyLongObject *op = ou_int_alloc(shift_digits + 3);
    if (op == NULL) {
        return NULL;
    }
    memset(op->ob_digit, 0, (size_t)shift_digits * sizeof(digit));
    for (int i = 0; i < 3; i++) {
        op->ob_digit[shift_digits + i] = (digit)(top & PyLong_MASK);
        top >>= PyLong_SHIFT;
    }
    return ou_int_finish(op, value < 0);
}

/* ---- to C ---------------------------------------------------------------------------------------------- */

/* The magnitude modulo 2**64.  Sets *overflow if it does not fit. */
static uint64_t
magnitude_u64(PyObject *op, bool *overflow)
{
    Py_ssize_t n = ou_int_n_digits(op);
    const digit *d = ou_int_digits(op);
    *overflow = n > 3 || (n == 3 && d[2] >> 4 != 0);
    uint64_t value = n > 2 ? (uint64_t)d[2] << (2 * PyLong_SHIFT) : 0;
    if (n > 1) {
        value |= (uint64_t)d[1] << PyLong_SHIFT;
    }
    return n > 0 ? value | d[0] : 0;
}

/* The value if it fits in 64 bits with a sign; else *overflow is the sign and the result -1. */
static int64_t
value_i64(PyObject *op, int *overflow)
{
    *overflow = 0;
    if (OU_LIKELY(ou_int_is_short(op))) {
        return ou_int_value2(op);
    }
    bool too_large, negative = ou_int_is_negative(op);
    uint64_t magnitude = magnitude_u64(op, &too_large);
    if (too_large || magnitude > (uint64_t)INT64_MAX + negative) {
        *overflow = negative ? -1 : 1;
        return -1;
    }
    return (int64_t)(negative ? -magnitude : magnitude);
}

/* `op` as an int, by __index__ if need be.  Refs new.  RE-ENTRANT. */
static PyObject *
as_index(PyObject *op)
{
    if (op == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return PyLong_Check(op) ? Py_NewRef(op) : _PyNumber_Index(op);
}

/* The value of an int or of an object with __index__.  Too large: *overflow is the sign, and -1 is returned with
 * no error set.  Errors: *overflow is 0, -1 returned.  RE-ENTRANT. */
long
PyLong_AsLongAndOverflow(PyObject *op, int *overflow)
{
    *overflow = 0;
    if (OU_LIKELY(op != NULL && PyLong_Check(op))) {
        return value_i64(op, overflow);
    }
    PyObject *index = as_index(op);
    if (index == NULL) {
        return -1;
    }
    long value = value_i64(index, overflow);
    Py_DECREF(index);
    return value;
}

long long
PyLong_AsLongLongAndOverflow(PyObject *op, int *overflow)
{
    return PyLong_AsLongAndOverflow(op, overflow);
}

/* The same with OverflowError.  -1 may be an error.  RE-ENTRANT. */
long
PyLong_AsLong(PyObject *op)
{
    int overflow;
    long value = PyLong_AsLongAndOverflow(op, &overflow);
    if (OU_UNLIKELY(overflow)) {
        PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C long");
    }
    return value;
}

long long
PyLong_AsLongLong(PyObject *op)
{
    int overflow;
    long value = PyLong_AsLongAndOverflow(op, &overflow);
    if (OU_UNLIKELY(overflow)) {
        PyErr_SetString(PyExc_OverflowError, "int too big to convert");
    }
    return value;
}

int
_PyLong_AsInt(PyObject *op)
{
    int overflow;
    long value = PyLong_AsLongAndOverflow(op, &overflow);
    if (OU_UNLIKELY(overflow || value > INT_MAX || value < INT_MIN)) {
        PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C int");
        return -1;
    }
    return (int)value;
}

/* Is it an int?  Else TypeError: these functions ask no __index__. */
static bool
require_int(PyObject *op)
{
    if (OU_LIKELY(op != NULL && PyLong_Check(op))) {
        return true;
    }
    if (op == NULL) {
        PyErr_BadInternalCall();
    }
    else {
        PyErr_SetString(PyExc_TypeError, "an integer is required");
    }
    return false;
}

Py_ssize_t
PyLong_AsSsize_t(PyObject *op)
{
    if (!require_int(op)) {
        return -1;
    }
    int overflow;
    Py_ssize_t value = value_i64(op, &overflow);
    if (OU_UNLIKELY(overflow)) {
        PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C ssize_t");
    }
    return value;
}

static uint64_t
unsigned_value(PyObject *op, const char *negative_text, PyObject *negative_error, const char *large_text)
{
    if (!require_int(op)) {
        return (uint64_t)-1;
    }
    if (ou_int_is_negative(op)) {
        PyErr_SetString(negative_error, negative_text);
        return (uint64_t)-1;
    }
    bool overflow;
    uint64_t value = magnitude_u64(op, &overflow);
    if (overflow) {
        PyErr_SetString(PyExc_OverflowError, large_text);
        return (uint64_t)-1;
    }
    return value;
}

unsigned long
PyLong_AsUnsignedLong(PyObject *op)
{
    return unsigned_value(op, "can't convert negative value to unsigned int", PyExc_OverflowError,
                          "Python int too large to convert to C unsigned long");
}

size_t
PyLong_AsSize_t(PyObject *op)
{
    return unsigned_value(op, "can't convert negative value to size_t", PyExc_OverflowError,
                          "Python int too large to convert to C size_t");
}

unsigned long long
PyLong_AsUnsignedLongLong(PyObject *op)
{
    return unsigned_value(op, "can't convert negative int to unsigned", PyExc_OverflowError, "int too big to convert");
}

/* The value modulo 2**64, of an int or by __index__.  Errors TypeError only.  RE-ENTRANT. */
unsigned long
PyLong_AsUnsignedLongMask(PyObject *op)
{
    PyObject *index = as_index(op);
    if (index == NULL) {
        return (unsigned long)-1;
    }
    bool overflow;
    uint64_t magnitude = magnitude_u64(index, &overflow);
    uint64_t value = ou_int_is_negative(index) ? -magnitude : magnitude;
    Py_DECREF(index);
    return value;
}

unsigned long long
PyLong_AsUnsignedLongLongMask(PyObject *op)
{
    return PyLong_AsUnsignedLongMask(op);
}

void *
PyLong_AsVoidPtr(PyObject *op)
{
    if (op != NULL && PyLong_Check(op) && ou_int_is_negative(op)) {
        long value = PyLong_AsLong(op);
        return value == -1 && PyErr_Occurred() ? NULL : (void *)(intptr_t)value;
    }
    unsigned long value = PyLong_AsUnsignedLong(op);
    return value == (unsigned long)-1 && PyErr_Occurred() ? NULL : (void *)(uintptr_t)value;
}

/* ---- converters for PyArg_Parse's O& ------------------------------------------------------------------- */

/* Store an int from 0 to max.  Returns 1, or 0 with an error set. */
static int
convert_unsigned(PyObject *op, uint64_t max, const char *type_name, uint64_t *out)
{
    if (PyLong_Check(op) && ou_int_is_negative(op)) {
        PyErr_SetString(PyExc_ValueError, "value must be positive");
        return 0;
    }
    uint64_t value = PyLong_AsUnsignedLong(op);
    if (value == (uint64_t)-1 && PyErr_Occurred()) {
        return 0;
    }
    if (value > max) {
        PyErr_Format(PyExc_OverflowError, "Python int too large for C %s", type_name);
        return 0;
    }
    *out = value;
    return 1;
}

int
_PyLong_UnsignedShort_Converter(PyObject *op, void *result)
{
    uint64_t value;
    if (!convert_unsigned(op, USHRT_MAX, "unsigned short", &value)) {
        return 0;
    }
    *(unsigned short *)result = (unsigned short)value;
    return 1;
}

int
_PyLong_UnsignedInt_Converter(PyObject *op, void *result)
{
    uint64_t value;
    if (!convert_unsigned(op, UINT_MAX, "unsigned int", &value)) {
        return 0;
    }
    *(unsigned int *)result = (unsigned int)value;
    return 1;
}

int
_PyLong_UnsignedLong_Converter(PyObject *op, void *result)
{
    uint64_t value;
    if (!convert_unsigned(op, ULONG_MAX, "unsigned long", &value)) {
        return 0;
    }
    *(unsigned long *)result = value;
    return 1;
}

int
_PyLong_UnsignedLongLong_Converter(PyObject *op, void *result)
{
    return _PyLong_UnsignedLong_Converter(op, result);
}

int
_PyLong_Size_t_Converter(PyObject *op, void *result)
{
    return _PyLong_UnsignedLong_Converter(op, result);
}

/* ---- magnitude ----------------------------------------------------------------------------------------- */

/* -1, 0 or 1. */
int
_PyLong_Sign(PyObject *op)
{
    Py_ssize_t size = Py_SIZE(op);
    return (size > 0) - (size < 0);
}

/* Bits of the magnitude: 0 for 0.  (size_t)-1 with OverflowError set if they are too many to count. */
size_t
_PyLong_NumBits(PyObject *op)
{
    Py_ssize_t n = ou_int_n_digits(op);
    if (n == 0) {
        return 0;
    }
    size_t bits, top = ou_bit_length(ou_int_digits(op)[n - 1]);
    if (ou_size_mul((size_t)n - 1, PyLong_SHIFT, &bits) || ou_size_add(bits, top, &bits)) {
        PyErr_SetString(PyExc_OverflowError, "int has too many bits to express in a platform size_t");
        return (size_t)-1;
    }
    return bits;
}

uint64_t
ou_int_top_bits(PyObject *op, Py_ssize_t *exponent)
{
    Py_ssize_t n = ou_int_n_digits(op);
    const digit *d = ou_int_digits(op);
    unsigned __int128 top = 0; /* the highest four digits */
    Py_ssize_t taken = 0;
    for (; taken < 4 && taken < n; taken++) {
        top = top << PyLong_SHIFT | d[n - 1 - taken];
    }
    Py_ssize_t rest = n - taken;
    *exponent = rest * PyLong_SHIFT;
    uint64_t high = (uint64_t)(top >> 64);
    int bits = high != 0 ? 64 + (int)ou_bit_length(high) : (int)ou_bit_length((uint64_t)top);
    *exponent += bits - 64;
    if (bits <= 64) {
        return (uint64_t)top << (64 - bits);
    }
    unsigned __int128 cut = top & (((unsigned __int128)1 << (bits - 64)) - 1);
    bool sticky = cut != 0;
    while (!sticky && rest > 0) {
        sticky = d[--rest] != 0;
    }
    return (uint64_t)(top >> (bits - 64)) | sticky;
}

/* The 53 highest bits of a 64-bit mantissa, rounded half to even; the result may be 2**53. */
static uint64_t
round_to_53(uint64_t mantissa)
{
    uint64_t kept = mantissa >> 11, rest = mantissa & 0x7ff;
    return kept + (rest > 0x400 || (rest == 0x400 && (kept & 1)));
}

/* op as x * 2**exponent with 0.5 <= |x| < 1, rounded half to even; 0.0 for 0.
 * Errors  -1.0 with OverflowError set if the exponent does not fit. */
double
_PyLong_Frexp(PyLongObject *source, Py_ssize_t *exponent)
{
    PyObject *op = (PyObject *)source;
    if (Py_SIZE(op) == 0) {
        *exponent = 0;
        return 0.0;
    }
    if (ou_int_n_digits(op) > PY_SSIZE_T_MAX / PyLong_SHIFT - 4) {
        PyErr_SetString(PyExc_OverflowError, "huge integer: number of bits overflows a Py_ssize_t");
        *exponent = 0;
        return -1.0;
    }
    Py_ssize_t shift;
    double x = ldexp((double)round_to_53(ou_int_top_bits(op, &shift)), -53);
    *exponent = shift + 64;
    if (x == 1.0) {
        x = 0.5;
        *exponent += 1;
    }
    return ou_int_is_negative(op) ? -x : x;
}

/* The nearest double, half to even.  -1.0 may be an error: OverflowError, TypeError. */
double
PyLong_AsDouble(PyObject *op)
{
    if (!require_int(op)) {
        return -1.0;
    }
    if (OU_LIKELY(ou_int_is_short(op))) {
        return (double)ou_int_value2(op); /* the machine rounds half to even */
    }
    Py_ssize_t exponent;
    double x = _PyLong_Frexp((PyLongObject *)op, &exponent);
    if (exponent > 1024 || (x == -1.0 && exponent == 0)) {
        PyErr_SetString(PyExc_OverflowError, "int too large to convert to float");
        return -1.0;
    }
    return ldexp(x, (int)exponent);
}

/* ---- bytes --------------------------------------------------------------------------------------------- */

/* New int of `n` bytes in either order, with or without two's complement. */
PyObject *
_PyLong_FromByteArray(const unsigned char *bytes, size_t n, int little_endian, int is_signed)
{
    if (n == 0) {
        return Py_NewRef(OU_SMALL_INT(0));
    }
    const unsigned char *least = little_endian ? bytes : bytes + n - 1;
    Py_ssize_t step = little_endian ? 1 : -1;
    bool negative = is_signed && least[(Py_ssize_t)(n - 1) * step] & 0x80;
    unsigned char fill = negative ? 0xff : 0;
    size_t used = n;
    while (used > 0 && least[(Py_ssize_t)(used - 1) * step] == fill) {
        used--;
    }
    if (negative && used < n) {
        used++; /* of -0x0100 = 0xff00 the magnitude needs the byte that was only sign */
    }
    if (used > ((size_t)PY_SSIZE_T_MAX - PyLong_SHIFT) / 8) {
        PyErr_SetString(PyExc_OverflowError, "byte array too long to convert to int");
        return NULL;
    }
    Py_ssize_t n_digits = (Py_ssize_t)((used * 8 + PyLong_SHIFT - 1) / PyLong_SHIFT);
    PyLongObject *op = ou_int_alloc(n_digits);
    if (op == NULL) {
        return NULL;
    }
    uint64_t have = 0;
    unsigned bits = 0, carry = 1;
    Py_ssize_t at = 0;
    for (size_t i = 0; i < used; i++) {
        unsigned byte = least[(Py_ssize_t)i * step];
        if (negative) {
            byte = (byte ^ 0xff) + carry;
            carry = byte >> 8;
            byte &= 0xff;
        }
        have |= (uint64_t)byte << bits;
        bits += 8;
        if (bits >= PyLong_SHIFT) {
            op->ob_digit[at++] = (digit)(have & PyLong_MASK);
            have >>= PyLong_SHIFT;
            bits -= PyLong_SHIFT;
        }
    }
    if (at < n_digits) {
        op->ob_digit[at] = (digit)have;
    }
    return ou_int_finish(op, negative);
}

/* Write an int as n bytes.  Returns 0, or -1 with OverflowError set if they do not hold it. */
int
_PyLong_AsByteArray(PyLongObject *source, unsigned char *bytes, size_t n, int little_endian, int is_signed)
{
    PyObject *op = (PyObject *)source;
    bool negative = ou_int_is_negative(op);
    if (negative && !is_signed) {
        PyErr_SetString(PyExc_OverflowError, "can't convert negative int to unsigned");
        return -1;
    }
    Py_ssize_t n_digits = ou_int_n_digits(op);
    const digit *d = ou_int_digits(op);
    Py_ssize_t step = little_endian ? 1 : -1;
    unsigned char *least = little_endian ? bytes : bytes + n - (n != 0);
    uint64_t have = 0;
    unsigned bits = 0, carry = 1, last = 0;
    Py_ssize_t at = 0;
    for (size_t i = 0; i < n; i++) {
        if (bits < 8 && at < n_digits) {
            have |= (uint64_t)d[at++] << bits;
            bits += PyLong_SHIFT;
        }
        last = (unsigned)have & 0xff;
        have >>= 8;
        bits = bits < 8 ? 0 : bits - 8;
        if (negative) {
            last = (last ^ 0xff) + carry;
            carry = last >> 8;
            last &= 0xff;
        }
        least[(Py_ssize_t)i * step] = (unsigned char)last;
    }
    bool fits = have == 0 && at == n_digits;
    if (is_signed && fits && n_digits != 0) {
        fits = n == 0 ? false : (last & 0x80) != 0 ? negative : !negative;
    }
    if (n == 0) {
        fits = n_digits == 0 || (negative && n_digits == 1 && d[0] == 1); /* -1 is nothing but sign bits */
    }
    if (!fits) {
        PyErr_SetString(PyExc_OverflowError, "int too big to convert");
        return -1;
    }
    return 0;
}
