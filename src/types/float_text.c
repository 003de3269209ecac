/* types/float_text.c - doubles as text and text as doubles: repr, %e %f %g, hexadecimal, float("...").
 *
 * Owns       nothing.
 * Invariant  no locale.
 * Not here   the digits themselves (float_digits.c), format specifications (str_format.c). */
#include "object/hold.h"
#include "types/float_internal.h"

/* ---- to text ------------------------------------------------------------------------------------------- */

/* Text of a number with these digits is: sign, zeros or digits, point, zeros or digits, zeros, exponent. */
typedef struct {
    const char *digits;
    int n_digits;
    int point;
    Py_ssize_t start, end; /* digit places that are written, counted from the first digit; point lies between */
    int exponent;
    bool with_exponent, upper, alternate;
    char sign; /* or NUL */
} Layout;

static Py_ssize_t
layout_size(const Layout *layout)
{
    return layout->end - layout->start + 10; /* sign, point, e+308 and a NUL */
}

/* Write it.  Returns the length. */
static Py_ssize_t
layout_write(const Layout *layout, char *out)
{
    char *p = out;
    if (layout->sign != '\0') {
        *p++ = layout->sign;
    }
    Py_ssize_t point = layout->point, n = layout->n_digits, end = layout->end;
    if (point <= 0) {
        *p++ = '0';
        *p++ = '.';
        memset(p, '0', (size_t)-point);
        p += -point;
        memcpy(p, layout->digits, (size_t)n);
        p += n;
    }
    else if (point >= n) {
        memcpy(p, layout->digits, (size_t)n);
        p += n;
        memset(p, '0', (size_t)(point - n));
        p += point - n;
        *p++ = '.';
        n = point;
    }
    else {
        memcpy(p, layout->digits, (size_t)point);
        p += point;
        *p++ = '.';
        memcpy(p, layout->digits + point, (size_t)(n - point));
        p += n - point;
    }
    if (end > n) {
        memset(p, '0', (size_t)(end - n));
        p += end - n;
    }
    if (p[-1] == '.' && !layout->alternate) {
        p--;
    }
    if (layout->with_exponent) {
        int e = layout->exponent;
        *p++ = layout->upper ? 'E' : 'e';
        *p++ = e < 0 ? '-' : '+';
        e = e < 0 ? -e : e;
        if (e >= 100) {
            *p++ = (char)('0' + e / 100);
            e %= 100;
        }
        *p++ = (char)('0' + e / 10);
        *p++ = (char)('0' + e % 10);
    }
    *p = '\0';
    return p - out;
}

/* Lay out digits as CPython's codes e, f, g and r do.  `places`: of e and g significant digits, of f behind the
 * point. */
static void
layout_arrange(Layout *layout, char code, Py_ssize_t places, bool dot_0)
{
    int point = layout->point;
    Py_ssize_t end = layout->n_digits;
    layout->with_exponent = false;
    switch (code) {
    case 'e':
        layout->with_exponent = true;
        end = places;
        break;
    case 'f': end = point + places; break;
    case 'g':
        layout->with_exponent = point <= -4 || point > places - dot_0;
        if (layout->alternate) {
            end = places;
        }
        break;
    default: layout->with_exponent = point <= -4 || point > 16; break;
    }
    if (layout->with_exponent) {
        layout->exponent = point - 1;
        layout->point = point = 1;
    }
    Py_ssize_t least = !layout->with_exponent && dot_0 ? point + 1 : point;
    layout->end = end > least ? end : least;
    layout->start = point <= 0 ? point - 1 : 0;
}

/* repr(x) for any double into out (room for 32 bytes).  Returns its length. */
static int
double_repr(double x, char *out)
{
    if (isnan(x)) {
        memcpy(out, "nan", 4);
        return 3;
    }
    char digits[OU_DIGITS_SHORTEST];
    Layout layout = {.digits = digits, .sign = signbit(x) ? '-' : '\0'};
    x = fabs(x);
    if (isinf(x)) {
        *out = '-';
        out += layout.sign != '\0';
        memcpy(out, "inf", 4);
        return 3 + (layout.sign != '\0');
    }
    layout.n_digits = ou_double_shortest(x, digits, &layout.point);
    layout_arrange(&layout, 'r', 0, true);
    return (int)layout_write(&layout, out);
}

PyObject *
ou_float_repr(PyObject *self)
{
    char text[40];
    int n = double_repr(PyFloat_AS_DOUBLE(self), text);
    PyObject *result = PyUnicode_New(n, 127);
    if (result != NULL) {
        memcpy(PyUnicode_DATA(result), text, (size_t)n);
    }
    return result;
}

static char *
text_copy(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = PyMem_Malloc(size);
    if (copy == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    return memcpy(copy, text, size);
}

/* Text of x by code e, E, f, F, g, G or r (repr; precision 0).  flags: Py_DTSF_*.  *type, if not NULL: Py_DTST_*.
 * Returns text to be freed with PyMem_Free().  Errors SystemError for another code, MemoryError. */
char *
PyOS_double_to_string(double x, char code, int precision, int flags, int *type)
{
    bool upper = code == 'E' || code == 'F' || code == 'G';
    if (upper) {
        code = (char)(code | 0x20);
    }
    if ((code != 'e' && code != 'f' && code != 'g' && code != 'r') || (code == 'r' && precision != 0)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    bool negative = signbit(x) != 0, plus = flags & Py_DTSF_SIGN;
    if (isnan(x) || isinf(x)) {
        char text[8], *p = text;
        if (isinf(x) && negative) {
            *p++ = '-';
        }
        else if (plus) {
            *p++ = '+';
        }
        strcpy(p, isnan(x) ? (upper ? "NAN" : "nan") : (upper ? "INF" : "inf"));
        if (type != NULL) {
            *type = isnan(x) ? Py_DTST_NAN : Py_DTST_INFINITE;
        }
        return text_copy(text);
    }
    x = fabs(x);
    char digits[OU_DIGITS_EXACT];
    Layout layout = {.digits = digits, .upper = upper, .alternate = flags & Py_DTSF_ALT};
    Py_ssize_t places = precision;
    if (code == 'r') {
        layout.n_digits = ou_double_shortest(x, digits, &layout.point);
    }
    else if (code == 'f') {
        layout.n_digits = ou_double_fixed(x, places, digits, &layout.point);
    }
    else {
        places = code == 'e' ? places + 1 : places == 0 ? 1 : places;
        layout.n_digits = x == 0.0 ? 0 : ou_double_significant(x, places, digits, &layout.point);
    }
    while (layout.n_digits > 0 && digits[layout.n_digits - 1] == '0') {
        layout.n_digits--;
    }
    if (layout.n_digits == 0) {
        digits[0] = '0';
        layout.n_digits = layout.point = 1;
    }
    if (negative && (flags & Py_DTSF_NO_NEG_0) && digits[0] == '0') {
        negative = false;
    }
    layout.sign = negative ? '-' : plus ? '+' : '\0';
    layout_arrange(&layout, code, places, flags & Py_DTSF_ADD_DOT_0);
    char *text = PyMem_Malloc((size_t)layout_size(&layout));
    if (text == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    layout_write(&layout, text);
    if (type != NULL) {
        *type = Py_DTST_FINITE;
    }
    return text;
}

double
ou_double_round(double x, Py_ssize_t places)
{
    char digits[OU_DIGITS_EXACT];
    int point;
    int n = ou_double_fixed(fabs(x), places, digits, &point);
    return copysign(n == 0 ? 0.0 : ou_double_from_digits(digits, n, point), x);
}

/* ---- from text ----------------------------------------------------------------------------------------- */

static bool
starts_with(const char *text, const char *word)
{
    for (; *word != '\0'; text++, word++) {
        if ((*text | 0x20) != *word) {
            return false;
        }
    }
    return true;
}

/* inf, infinity or nan, with a sign.  *end: behind it, or `text` (and the result is -1.0) if it is none of them. */
double
_Py_parse_inf_or_nan(const char *text, char **end)
{
    const char *p = text;
    bool negative = *p == '-';
    p += *p == '-' || *p == '+';
    double value = -1.0;
    if (starts_with(p, "inf")) {
        p += starts_with(p, "infinity") ? 8 : 3;
        value = negative ? -INFINITY : INFINITY;
    }
    else if (starts_with(p, "nan")) {
        p += 3;
        value = negative ? -fabs(NAN) : fabs(NAN);
    }
    else {
        p = text;
    }
    *end = (char *)(uintptr_t)p;
    return value;
}

/* Read a decimal number.  *end is `text` if there is none. */
static double
read_decimal(const char *text, const char **end)
{
    enum { ENOUGH = 800 };
    char digits[ENOUGH + 1];
    const char *p = text;
    bool negative = *p == '-', any = false, seen_point = false, left_out = false;
    p += *p == '-' || *p == '+';
    Py_ssize_t n = 0, point = 0;
    for (;; p++) {
        if (*p == '.' && !seen_point) {
            seen_point = true;
            continue;
        }
        if (!Py_ISDIGIT(*p)) {
            break;
        }
        any = true;
        if (*p == '0' && n == 0) {
            point -= seen_point; /* a leading zero */
        }
        else {
            point += !seen_point;
            if (n < ENOUGH) {
                digits[n++] = *p;
            }
            else {
                left_out |= *p != '0';
            }
        }
    }
    if (!any) {
        *end = text;
        return -1.0;
    }
    if (*p == 'e' || *p == 'E') {
        const char *q = p + 1;
        bool down = *q == '-';
        q += *q == '-' || *q == '+';
        if (Py_ISDIGIT(*q)) {
            Py_ssize_t e = 0;
            for (; Py_ISDIGIT(*q); q++) {
                e = e < PY_SSIZE_T_MAX / 40 ? e * 10 + (*q - '0') : e; /* beyond that nothing changes */
            }
            point += down ? -e : e;
            p = q;
        }
    }
    *end = p;
    if (left_out) {
        digits[n++] = '1';
    }
    double value = ou_double_from_digits(digits, n, point);
    return negative ? -value : value;
}

/* The double that text begins with; a sign, inf and nan may be, spaces not.
 * end       if not NULL, set to what follows; if NULL, nothing may follow
 * overflow  the exception for too large a number, or NULL: infinity then
 * Errors    -1.0 and ValueError (no number, or not all of it), `overflow`. */
double
PyOS_string_to_double(const char *text, char **end, PyObject *overflow)
{
    const char *stop;
    double value = read_decimal(text, &stop), result = -1.0;
    bool infinite = false;
    if (stop == text) {
        char *special;
        value = _Py_parse_inf_or_nan(text, &special);
        stop = special;
        infinite = true;
    }
    if (stop == text || (end == NULL && *stop != '\0')) {
        PyErr_Format(PyExc_ValueError, "could not convert string to float: '%.200s'", text);
    }
    else if (overflow != NULL && !infinite && isinf(value)) {
        PyErr_Format(overflow, "value too large to convert to float: '%.200s'", text);
    }
    else {
        result = value;
    }
    if (end != NULL) {
        *end = (char *)(uintptr_t)stop;
    }
    return result;
}

/* Call inner(text, size, arg) with the underscores taken out of text, which may only stand between digits; `what`
 * and shown appear in the ValueError if they don't. */
PyObject *
_Py_string_to_number_with_underscores(const char *text, Py_ssize_t size, const char *what, PyObject *shown, void *arg,
                                      PyObject *(*inner)(const char *, Py_ssize_t, void *))
{
    if (memchr(text, '_', (size_t)size) == NULL) {
        return inner(text, size, arg);
    }
    char *copy = PyMem_Malloc((size_t)size + 1), *to = copy;
    if (copy == NULL) {
        return PyErr_NoMemory();
    }
    bool valid = true;
    char before = '\0';
    for (Py_ssize_t i = 0; i < size && valid; i++) {
        char ch = text[i];
        if (ch == '_') {
            valid = Py_ISDIGIT(before);
        }
        else {
            valid = before != '_' || Py_ISDIGIT(ch);
            *to++ = ch;
        }
        before = ch;
    }
    *to = '\0';
    PyObject *result = NULL;
    if (valid && before != '_' && memchr(text, '\0', (size_t)size) == NULL) {
        result = inner(copy, to - copy, arg);
    }
    else {
        PyErr_Format(PyExc_ValueError, "could not convert string to %s: %R", what, shown);
    }
    PyMem_Free(copy);
    return result;
}

static PyObject *
float_of_text(const char *text, Py_ssize_t size, void *shown)
{
    char *end;
    double value = size == 0 ? -1.0 : PyOS_string_to_double(text, &end, NULL);
    if (size == 0 || end != text + size) {
        PyErr_Format(PyExc_ValueError, "could not convert string to float: %R", (PyObject *)shown);
        return NULL;
    }
    return value == -1.0 && PyErr_Occurred() ? NULL : ou_float_new(value);
}

/* float() of a str, bytes, bytearray or buffer.  Refs new.  Errors TypeError, ValueError.  RE-ENTRANT. */
PyObject *
PyFloat_FromString(PyObject *op)
{
    Py_buffer view = {.obj = NULL};
    PyObject *owned = NULL;
    const char *text;
    Py_ssize_t size;
    if (PyUnicode_Check(op)) {
        owned = PyUnicode_IS_COMPACT_ASCII(op) ? Py_NewRef(op) : _PyUnicode_TransformDecimalAndSpaceToASCII(op);
        if (owned == NULL) {
            return NULL;
        }
        text = PyUnicode_DATA(owned);
        size = PyUnicode_GET_LENGTH(owned);
    }
    else if (PyBytes_Check(op)) {
        owned = Py_NewRef(op);
        text = PyBytes_AS_STRING(op);
        size = PyBytes_GET_SIZE(op);
    }
    else if (PyObject_CheckBuffer(op)) {
        if (PyObject_GetBuffer(op, &view, PyBUF_SIMPLE) < 0) {
            return NULL;
        }
        /* Its bytes need not end in a NUL. */
        owned = PyBytes_FromStringAndSize(view.buf, view.len);
        PyBuffer_Release(&view);
        if (owned == NULL) {
            return NULL;
        }
        text = PyBytes_AS_STRING(owned);
        size = PyBytes_GET_SIZE(owned);
    }
    else {
        PyErr_Format(PyExc_TypeError, "float() argument must be a string or a real number, not '%.200s'", Py_TYPE(op)->tp_name);
        return NULL;
    }
    while (size > 0 && Py_ISSPACE(*text)) {
        text++;
        size--;
    }
    while (size > 0 && Py_ISSPACE(text[size - 1])) {
        size--;
    }
    /* A number stops at the first byte that can't belong to it, so trailing spaces need not be cut off in memory. */
    PyObject *result = _Py_string_to_number_with_underscores(text, size, "float", op, op, float_of_text);
    Py_DECREF(owned);
    return result;
}

/* ---- hexadecimal --------------------------------------------------------------------------------------- */

PyObject *
ou_float_hex(PyObject *self, PyObject *unused)
{
    double x = PyFloat_AS_DOUBLE(self);
    if (isnan(x) || isinf(x)) {
        return ou_float_repr(self);
    }
    const char *sign = signbit(x) ? "-" : "";
    if (x == 0.0) {
        return PyUnicode_FromFormat("%s0x0.0p+0", sign);
    }
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int biased = (int)(bits >> 52 & 0x7ff), exponent = (biased == 0 ? 1 : biased) - 1023;
    char hex[16];
    for (int i = 0; i < 13; i++) {
        hex[i] = "0123456789abcdef"[bits >> (48 - 4 * i) & 15];
    }
    hex[13] = '\0';
    return PyUnicode_FromFormat("%s0x%c.%sp%c%d", sign, biased == 0 ? '0' : '1', hex, exponent < 0 ? '-' : '+',
                                exponent < 0 ? -exponent : exponent);
}

static int
hex_value(char ch)
{
    if (Py_ISDIGIT(ch)) {
        return ch - '0';
    }
    ch |= 0x20;
    return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

/* Read all of the text.  Returns 0, or -1 with an error set. */
static int
read_hexadecimal(const char *text, Py_ssize_t size, double *out)
{
    const char *p = text, *stop = text + size;
    while (p < stop && Py_ISSPACE(*p)) {
        p++;
    }
    char *end;
    double x = _Py_parse_inf_or_nan(p, &end);
    if (end != p) {
        p = end;
        goto finished;
    }
    bool negative = *p == '-';
    p += *p == '-' || *p == '+';
    if (*p == '0' && (p[1] | 0x20) == 'x') {
        p += 2;
    }
    uint64_t mantissa = 0; /* 60 bits at most, its lowest bit sticky */
    Py_ssize_t exponent = 0;
    bool seen_point = false, any = false;
    for (;; p++) {
        if (*p == '.' && !seen_point) {
            seen_point = true;
            continue;
        }
        int value = hex_value(*p);
        if (value < 0) {
            break;
        }
        any = true;
        exponent -= seen_point ? 4 : 0;
        if (mantissa >> 56 == 0) {
            mantissa = mantissa << 4 | (unsigned)value;
        }
        else {
            mantissa |= value != 0;
            exponent += 4;
        }
    }
    if (!any) {
        goto invalid;
    }
    if ((*p | 0x20) == 'p') {
        p++;
        bool down = *p == '-';
        p += *p == '-' || *p == '+';
        if (!Py_ISDIGIT(*p)) {
            goto invalid;
        }
        Py_ssize_t e = 0;
        for (; Py_ISDIGIT(*p); p++) {
            e = e < PY_SSIZE_T_MAX / 40 ? e * 10 + (*p - '0') : e;
        }
        exponent += down ? -e : e;
    }
    x = 0.0;
    if (mantissa != 0) {
        int shift = __builtin_clzll(mantissa);
        exponent = exponent > 100000 ? 100000 : exponent < -100000 ? -100000 : exponent;
        x = ou_double_from_scaled(mantissa << shift, exponent - shift);
    }
    if (isinf(x)) {
        PyErr_SetString(PyExc_OverflowError, "hexadecimal value too large to represent as a float");
        return -1;
    }
    if (negative) {
        x = -x;
    }
finished:
    while (p < stop && Py_ISSPACE(*p)) {
        p++;
    }
    if (p == stop) {
        *out = x;
        return 0;
    }
invalid:
    PyErr_SetString(PyExc_ValueError, "invalid hexadecimal floating-point string");
    return -1;
}

PyObject *
ou_float_fromhex(PyObject *type, PyObject *text)
{
    Py_ssize_t size;
    const char *utf8 = PyUnicode_AsUTF8AndSize(text, &size);
    double x;
    if (utf8 == NULL || read_hexadecimal(utf8, size, &x) < 0) {
        return NULL;
    }
    PyObject *result = ou_float_new(x);
    if (result != NULL && type != (PyObject *)&PyFloat_Type) {
        OU_HOLD(h, &result);
        PyObject *made = PyObject_CallOneArg(type, result);
        OU_HOLD_END(h);
        Py_SETREF(result, made);
    }
    return result;
}
