/* types/int_text.c - ints as text, and text as ints, in bases 2 to 36.
 *
 * Owns       nothing.
 * Invariant  between decimal (or any base that is no power of two) and int the cost is more than linear, so the
 *            digits are limited to sys.get_int_max_str_digits().
 * Not here   format specifications (str_format.c), numbers in source text (compiler/lex_number.c checks those).
 * Source     short numbers by machine words, powers of two by bits, the rest by GMP's mpn_get_str and mpn_set_str,
 *            which split in halves and so stay below quadratic. */
#include "types/int_internal.h"

/* The limit in digits, or 0 for none; before there is a thread, CPython's default. */
static Py_ssize_t
digits_limit(void)
{
    return ou_tstate() == NULL ? 4300 : ou_interp()->int_max_str_digits;
}

/* ---- to text ------------------------------------------------------------------------------------------- */

static const char pairs[] = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546"
                            "47484950515253545556575859606162636465666768697071727374757677787980818283848586878889909192"
                            "93949596979899";

/* Write the decimal digits of `value` so that they end before `end`.  Returns their start. */
static char *
write_decimal(char *end, uint64_t value)
{
    while (value >= 100) {
        end -= 2;
        memcpy(end, pairs + value % 100 * 2, 2);
        value /= 100;
    }
    if (value >= 10) {
        end -= 2;
        memcpy(end, pairs + value * 2, 2);
    }
    else {
        *--end = (char)('0' + value);
    }
    return end;
}

static PyObject *
raise_digits_limit(Py_ssize_t limit)
{
    return PyErr_Format(PyExc_ValueError,
                        "Exceeds the limit (%zd digits) for integer string conversion; "
                        "use sys.set_int_max_str_digits() to increase the limit",
                        limit);
}

static PyObject *
decimal_by_gmp(PyObject *op)
{
    Py_ssize_t n = ou_int_n_digits(op), limit = digits_limit();
    if (n > PY_SSIZE_T_MAX / 40) {
        return PyErr_NoMemory();
    }
    if (limit > 0 && n > limit / 9 + 2) {
        return raise_digits_limit(limit); /* a digit of ours is 9.03 decimal ones, the top one 1 at least */
    }
    bool negative = ou_int_is_negative(op);
    size_t room = ou_limbs_of_digits(n);
    size_t text_room = ((size_t)n * 10 + 8) / 8 + 2; /* limbs for the digits' values, a byte each */
    OuLimbs limbs;
    if (ou_limbs_begin(&limbs, room + 1 + text_room, ou_limbs_for_text(room)) < 0) {
        return NULL;
    }
    mp_limb_t *x = ou_limbs_take(&limbs, room + 1); /* mpn_get_str destroys it */
    unsigned char *digits = (unsigned char *)ou_limbs_take(&limbs, text_room);
    size_t n_limbs = ou_limbs_from_digits(x, ou_int_digits(op), n);
    size_t n_chars = mpn_get_str(digits, 10, x, (mp_size_t)n_limbs);
    size_t zeros = 0;
    while (zeros + 1 < n_chars && digits[zeros] == 0) {
        zeros++;
    }
    n_chars -= zeros;
    PyObject *text = NULL;
    if (limit > 0 && n_chars > (size_t)limit) {
        raise_digits_limit(limit);
    }
    else {
        text = PyUnicode_New((Py_ssize_t)n_chars + negative, 127);
    }
    if (text != NULL) {
        char *out = PyUnicode_DATA(text);
        *out = '-';
        out += negative;
        for (size_t i = 0; i < n_chars; i++) {
            out[i] = (char)('0' + digits[zeros + i]);
        }
    }
    ou_limbs_end(&limbs);
    return text;
}

PyObject *
ou_int_repr(PyObject *op)
{
    if (OU_UNLIKELY(!ou_int_is_short(op))) {
        return decimal_by_gmp(op);
    }
    int64_t value = ou_int_value2(op);
    if ((uint64_t)value < 10) {
        return Py_NewRef(OU_LATIN1_CHAR('0' + value));
    }
    char buffer[24], *end = buffer + sizeof buffer;
    char *start = write_decimal(end, (uint64_t)(value < 0 ? -value : value));
    if (value < 0) {
        *--start = '-';
    }
    PyObject *text = PyUnicode_New(end - start, 127);
    if (text != NULL) {
        memcpy(PyUnicode_DATA(text), start, (size_t)(end - start));
    }
    return text;
}

/* Text of an int in base 2, 8, 10 or 16, with the prefix 0b, 0o or 0x.  Refs new str.
 * Errors  TypeError, ValueError (too many decimal digits), MemoryError. */
PyObject *
_PyLong_Format(PyObject *op, int base)
{
    if (!PyLong_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (base == 10) {
        return ou_int_repr(op);
    }
    unsigned bits = base == 16 ? 4 : base == 8 ? 3 : 1;
    char letter = base == 16 ? 'x' : base == 8 ? 'o' : 'b';
    if (base != 2 && base != 8 && base != 16) {
        PyErr_BadInternalCall();
        return NULL;
    }
    size_t n_bits = _PyLong_NumBits(op);
    if (n_bits == (size_t)-1 && PyErr_Occurred()) {
        return NULL;
    }
    size_t n_chars = n_bits == 0 ? 1 : (n_bits + bits - 1) / bits;
    bool negative = ou_int_is_negative(op);
    if (n_chars > PY_SSIZE_T_MAX - 3) {
        PyErr_SetString(PyExc_OverflowError, "int too large to format");
        return NULL;
    }
    PyObject *text = PyUnicode_New((Py_ssize_t)n_chars + 2 + negative, 127);
    if (text == NULL) {
        return NULL;
    }
    char *out = PyUnicode_DATA(text);
    *out = '-';
    out += negative;
    *out++ = '0';
    *out++ = letter;
    const digit *d = ou_int_digits(op);
    Py_ssize_t n = ou_int_n_digits(op), at = 0;
    twodigits have = 0;
    unsigned n_have = 0, mask = (1u << bits) - 1;
    for (size_t i = n_chars; i-- > 0;) {
        if (n_have < bits && at < n) {
            have |= (twodigits)d[at++] << n_have;
            n_have += PyLong_SHIFT;
        }
        out[i] = "0123456789abcdef"[have & mask];
        have >>= bits;
        n_have -= n_have < bits ? n_have : bits;
    }
    return text;
}

/* ---- from text ----------------------------------------------------------------------------------------- */

/* Value of a digit in any base, 37 for what is none. */
static inline unsigned
digit_value(unsigned char ch)
{
    unsigned value = ch - (unsigned)'0';
    if (value < 10) {
        return value;
    }
    value = (ch | 0x20u) - (unsigned)'a';
    return value < 26 ? value + 10 : 37;
}

/* n_digits digits with underscores between them, from `text` on, which hold at least one digit that is not 0. */
static PyObject *
value_of_digits(const char *text, size_t n_digits, unsigned base, bool negative)
{
    if (n_digits <= 12 || (base <= 10 && n_digits <= 19)) {
        uint64_t value = 0;
        for (; n_digits > 0; text++) {
            if (*text != '_') {
                value = value * base + digit_value((unsigned char)*text);
                n_digits--;
            }
        }
        return ou_int_from_sign_u64(negative, value);
    }
    double bits = ceil((double)n_digits * log2((double)base) * 1.0000001) + 64;
    if (bits > (double)PY_SSIZE_T_MAX / 8) {
        return PyErr_NoMemory();
    }
    size_t room = (size_t)bits / 64 + 2, text_room = n_digits / 8 + 1;
    OuLimbs limbs;
    if (ou_limbs_begin(&limbs, room + text_room, ou_limbs_for_text(room)) < 0) {
        return NULL;
    }
    mp_limb_t *x = ou_limbs_take(&limbs, room);
    unsigned char *values = (unsigned char *)ou_limbs_take(&limbs, text_room);
    for (size_t i = 0; i < n_digits; text++) {
        if (*text != '_') {
            values[i++] = (unsigned char)digit_value((unsigned char)*text);
        }
    }
    size_t n = (size_t)mpn_set_str(x, values, n_digits, (int)base);
    PyObject *result = ou_int_from_limbs(x, n, negative);
    ou_limbs_end(&limbs);
    return result;
}

typedef enum { TEXT_ERROR = -1, TEXT_INVALID, TEXT_VALID } TextStatus;

/* Read an int from the front of text.  *end: the first byte that does not belong to it, spaces behind it being
 * passed over.  base is 0 or from 2 to 36. */
static TextStatus
text_to_int(const char *text, size_t size, int base, const char **end, PyObject **result)
{
    const char *at = text, *stop = text + size;
    bool negative = false, zero_only = false;
    *end = text;
    while (at < stop && Py_ISSPACE(*at)) {
        at++;
    }
    if (at < stop && (*at == '+' || *at == '-')) {
        negative = *at++ == '-';
    }
    char letter = stop - at > 1 && *at == '0' ? (char)(at[1] | 0x20) : '\0';
    int prefix = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
    if (base == 0) {
        base = prefix != 0 ? prefix : 10;
        zero_only = prefix == 0 && at < stop && *at == '0'; /* C's octal numbers are errors; 0, 00, 0_0 are not */
    }
    if (prefix == base) {
        at += 2;
        if (at < stop && *at == '_') {
            at++;
        }
    }
    if (at < stop && *at == '_') {
        *end = at;
        return TEXT_INVALID;
    }
    const char *start = at;
    size_t n_digits = 0, n_leading = 0; /* leading zeros among the digits */
    bool leading = true, underscore = false;
    for (; at < stop; at++) {
        if (*at == '_') {
            if (underscore) {
                break;
            }
            underscore = true;
            continue;
        }
        unsigned value = digit_value((unsigned char)*at);
        if (value >= (unsigned)base) {
            break;
        }
        underscore = false;
        n_digits++;
        if (leading) {
            leading = value == 0;
            n_leading += leading;
            start = at;
        }
    }
    *end = at;
    if (n_digits == 0 || underscore || (zero_only && n_leading != n_digits)) {
        return TEXT_INVALID;
    }
    while (*end < stop && Py_ISSPACE(**end)) {
        (*end)++;
    }
    if (n_leading == n_digits) {
        *result = Py_NewRef(OU_SMALL_INT(0));
    }
    Py_ssize_t limit = digits_limit();
    if (OU_UNLIKELY(n_digits > 640) && limit > 0 && n_digits > (size_t)limit && (base & (base - 1)) != 0) {
        if (n_leading == n_digits) {
            Py_CLEAR(*result);
        }
        PyErr_Format(PyExc_ValueError,
                     "Exceeds the limit (%zd digits) for integer string conversion: value has %zd digits; "
                     "use sys.set_int_max_str_digits() to increase the limit",
                     limit, (Py_ssize_t)n_digits);
        return TEXT_ERROR;
    }
    if (n_leading != n_digits) {
        *result = value_of_digits(start, n_digits - n_leading, (unsigned)base, negative);
    }
    return *result == NULL ? TEXT_ERROR : TEXT_VALID;
}

static bool
base_is_valid(int base)
{
    if (base == 0 || (base >= 2 && base <= 36)) {
        return true;
    }
    PyErr_SetString(PyExc_ValueError, "int() arg 2 must be >= 2 and <= 36");
    return false;
}

static void
raise_invalid(int base, PyObject *shown)
{
    if (shown != NULL) {
        PyErr_Format(PyExc_ValueError, "invalid literal for int() with base %d: %.200R", base, shown);
    }
}

/* New int of NUL-terminated text.  end: if not NULL, set to where reading stopped (to `text` if it is no int), and
 * text may go on after the number; if NULL, nothing may follow but spaces.  base: 0, or 2 to 36.
 * Errors  ValueError, MemoryError. */
PyObject *
PyLong_FromString(const char *text, char **end, int base)
{
    if (!base_is_valid(base)) {
        if (end != NULL) {
            *end = NULL;
        }
        return NULL;
    }
    const char *stop;
    PyObject *result = NULL;
    size_t size = strlen(text);
    TextStatus status = text_to_int(text, size, base, &stop, &result);
    if (status == TEXT_VALID && (end != NULL || stop == text + size)) {
        if (end != NULL) {
            *end = (char *)(uintptr_t)stop;
        }
        return result;
    }
    Py_CLEAR(result);
    if (end != NULL) {
        *end = status == TEXT_ERROR ? NULL : (char *)(uintptr_t)stop;
    }
    if (status != TEXT_ERROR) {
        PyObject *shown = PyUnicode_FromStringAndSize(text, (Py_ssize_t)(size < 200 ? size : 200));
        raise_invalid(base, shown);
        Py_XDECREF(shown);
    }
    return NULL;
}

/* New int of all the bytes of a string of known size, which is then shown as bytes in the ValueError. */
PyObject *
_PyLong_FromBytes(const char *text, Py_ssize_t size, int base)
{
    if (!base_is_valid(base)) {
        return NULL;
    }
    const char *stop;
    PyObject *result = NULL;
    TextStatus status = text_to_int(text, (size_t)size, base, &stop, &result);
    if (status == TEXT_VALID && stop == text + size) {
        return result;
    }
    Py_CLEAR(result);
    if (status != TEXT_ERROR) {
        PyObject *shown = PyBytes_FromStringAndSize(text, size < 200 ? size : 200);
        raise_invalid(base, shown);
        Py_XDECREF(shown);
    }
    return NULL;
}

/* New int of a str, whose decimal digits and spaces may be any of Unicode's.  Errors ValueError, MemoryError. */
PyObject *
PyLong_FromUnicodeObject(PyObject *op, int base)
{
    if (!base_is_valid(base)) {
        return NULL;
    }
    PyObject *ascii = PyUnicode_IS_COMPACT_ASCII(op) ? Py_NewRef(op) : _PyUnicode_TransformDecimalAndSpaceToASCII(op);
    if (ascii == NULL) {
        return NULL;
    }
    const char *text = PyUnicode_DATA(ascii), *stop; /* transformed text is ASCII: what is none became '?' */
    size_t size = (size_t)PyUnicode_GET_LENGTH(ascii);
    PyObject *result = NULL;
    TextStatus status = text_to_int(text, size, base, &stop, &result);
    bool whole = stop == text + size;
    Py_DECREF(ascii);
    if (status == TEXT_VALID && whole) {
        return result;
    }
    Py_CLEAR(result);
    if (status != TEXT_ERROR) {
        raise_invalid(base, op);
    }
    return NULL;
}

/* ---- C's own numbers ----------------------------------------------------------------------------------- */

/* strtoul() with Python's prefixes and no locale.  base 0 reads them.  Too large: ULONG_MAX and errno ERANGE. */
unsigned long
PyOS_strtoul(const char *text, char **end, int base)
{
    const char *at = text;
    while (Py_ISSPACE(*at)) {
        at++;
    }
    if (base == 0 || base == 16 || base == 8 || base == 2) {
        char letter = *at == '0' ? (char)(at[1] | 0x20) : '\0';
        int prefix = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
        if (prefix != 0 && (base == 0 || base == prefix) && digit_value((unsigned char)at[2]) < (unsigned)prefix) {
            at += 2;
            base = prefix;
        }
        else if (base == 0) {
            base = 10;
        }
    }
    unsigned long value = 0;
    bool overflow = false, any = false;
    for (unsigned d; (d = digit_value((unsigned char)*at)) < (unsigned)base; at++) {
        any = true;
        overflow |= __builtin_mul_overflow(value, (unsigned long)base, &value);
        overflow |= __builtin_add_overflow(value, (unsigned long)d, &value);
    }
    if (end != NULL) {
        *end = (char *)(uintptr_t)(any ? at : text);
    }
    if (overflow) {
        errno = ERANGE;
        return ULONG_MAX;
    }
    return value;
}

long
PyOS_strtol(const char *text, char **end, int base)
{
    while (Py_ISSPACE(*text)) {
        text++;
    }
    bool negative = *text == '-';
    if (*text == '+' || *text == '-') {
        text++;
    }
    unsigned long magnitude = PyOS_strtoul(text, end, base);
    if (magnitude > (unsigned long)LONG_MAX + negative) {
        errno = ERANGE;
        return LONG_MAX;
    }
    return negative ? (long)-magnitude : (long)magnitude;
}
