/* types/str_percent.c - printf-style formatting: str % arguments; and the integer digits that bytes %
 * shares.
 *
 * Owns       nothing.
 * Invariant  everything owned is held while an argument's own methods run.
 * Not here   format() (format_spec.c), PyUnicode_FromFormat (str_fromformat.c). */
#include "types/str.h"

#include "object/hold.h"

/* ---- integers ------------------------------------------------------------------------------------------ */

/* An int's digits for %d %i %u %o %x %X: `precision` digits at least, the prefix of %o and %x kept if
 * `alternate`.
 * Refs new.  Errors MemoryError, OverflowError, ValueError (too many digits). */
PyObject *
_PyUnicode_FormatLong(PyObject *value, int alternate, int precision, int type)
{
    if (precision > INT_MAX - 3) {
        PyErr_SetString(PyExc_OverflowError, "precision too large");
        return NULL;
    }
    int base = type == 'o' ? 8 : type == 'x' || type == 'X' ? 16 : 10;
    PyObject *str = _PyLong_Format(value, base);
    if (str == NULL) {
        return NULL;
    }
    const char *text = PyUnicode_DATA(str);
    Py_ssize_t n = PyUnicode_GET_LENGTH(str);
    bool negative = *text == '-';
    Py_ssize_t n_prefix = base == 10 ? 0 : 2, n_digits = n - negative - n_prefix;
    const char *digits = text + n - n_digits;
    if (n_prefix != 0 && !alternate) {
        n_prefix = 0;
    }
    if (precision <= n_digits && n == negative + n_prefix + n_digits && type != 'X') {
        return str;
    }
    Py_ssize_t n_zeros = Py_MAX(precision - n_digits, 0);
    PyObject *result = PyUnicode_New(negative + n_prefix + n_zeros + n_digits, 127);
    if (result != NULL) {
        char *to = PyUnicode_DATA(result);
        if (negative) {
            *to++ = '-';
        }
        if (n_prefix != 0) {
            *to++ = '0';
            *to++ = (char)type;
        }
        memset(to, '0', (size_t)n_zeros);
        to += n_zeros;
        for (Py_ssize_t i = 0; i < n_digits; i++) {
            to[i] = type == 'X' ? (char)Py_TOUPPER(digits[i]) : digits[i];
        }
    }
    Py_DECREF(str);
    return result;
}

/* ---- one conversion ------------------------------------------------------------------------------------ */

/* The formatting in progress. */
typedef struct {
    PyObject *format;
    Py_ssize_t at, n; /* position in it, its length */
    _PyUnicodeWriter writer;
    PyObject *args;          /* tuple, or the single argument; owned */
    Py_ssize_t n_args, next; /* of a tuple; -1 and -2 (then -1) for a single argument, so that it serves once */
    PyObject *mapping;       /* borrowed, or NULL */
} Percent;

typedef struct {
    bool left, plus, blank, alternate, zero;
    Py_ssize_t width;
    int precision;
    Py_UCS4 type;
    bool sign; /* a number: its sign is treated apart */
} Conversion;

static PyObject *
next_argument(Percent *p)
{
    if (p->next < p->n_args) {
        Py_ssize_t index = p->next++;
        return p->n_args < 0 ? p->args : PyTuple_GET_ITEM(p->args, index);
    }
    PyErr_SetString(PyExc_TypeError, "not enough arguments for format string");
    return NULL;
}

static int
incomplete(void)
{
    PyErr_SetString(PyExc_ValueError, "incomplete format");
    return -1;
}

static Py_UCS4
peek(Percent *p)
{
    return p->at < p->n ? PyUnicode_READ_CHAR(p->format, p->at) : 0;
}

/* "(key)": the value becomes the single argument.  RE-ENTRANT. */
static int
parse_key(Percent *p)
{
    if (p->mapping == NULL) {
        PyErr_SetString(PyExc_TypeError, "format requires a mapping");
        return -1;
    }
    Py_ssize_t start = ++p->at;
    int depth = 1;
    for (; p->at < p->n && depth > 0; p->at++) {
        Py_UCS4 ch = peek(p);
        depth += ch == '(' ? 1 : ch == ')' ? -1 : 0;
    }
    if (depth > 0) {
        PyErr_SetString(PyExc_ValueError, "incomplete format key");
        return -1;
    }
    PyObject *key = PyUnicode_Substring(p->format, start, p->at - 1);
    if (key == NULL) {
        return -1;
    }
    OU_HOLD(hold, &key);
    PyObject *value = PyObject_GetItem(p->mapping, key);
    OU_HOLD_END(hold);
    Py_DECREF(key);
    if (value == NULL) {
        return -1;
    }
    Py_SETREF(p->args, value);
    p->n_args = -1;
    p->next = -2;
    return 0;
}

/* A number or '*' at p->at.  Returns 0, or -1 with an error set. */
static int
parse_number(Percent *p, Py_ssize_t max, const char *too_big, Py_ssize_t *out)
{
    if (peek(p) == '*') {
        p->at++;
        PyObject *value = next_argument(p);
        if (value == NULL) {
            return -1;
        }
        if (!PyLong_Check(value)) {
            PyErr_SetString(PyExc_TypeError, "* wants int");
            return -1;
        }
        *out = max == INT_MAX ? _PyLong_AsInt(value) : PyLong_AsSsize_t(value);
        return *out == -1 && PyErr_Occurred() ? -1 : 0;
    }
    Py_ssize_t number = 0;
    for (; p->at < p->n && peek(p) - '0' < 10; p->at++) {
        int digit = (int)(peek(p) - '0');
        if (number > (max - digit) / 10) {
            PyErr_SetString(PyExc_ValueError, too_big);
            return -1;
        }
        number = number * 10 + digit;
    }
    *out = number;
    return 0;
}

/* All that follows a '%', up to the type.  RE-ENTRANT by a key's lookup. */
static int
parse_conversion(Percent *p, Conversion *c)
{
    *c = (Conversion){.width = -1, .precision = -1};
    if (peek(p) == '(' && parse_key(p) < 0) {
        return -1;
    }
    for (bool flag = true; flag && p->at < p->n;) {
        switch (peek(p)) {
        case '-': c->left = true; break;
        case '+': c->plus = true; break;
        case ' ': c->blank = true; break;
        case '#': c->alternate = true; break;
        case '0': c->zero = true; break;
        default: flag = false; break;
        }
        p->at += flag;
    }
    if (peek(p) == '*' || peek(p) - '0' < 10) {
        if (parse_number(p, PY_SSIZE_T_MAX, "width too big", &c->width) < 0) {
            return -1;
        }
        if (c->width < 0) { /* only '*' gives that */
            c->left = true;
            c->width = c->width == PY_SSIZE_T_MIN ? PY_SSIZE_T_MAX : -c->width;
        }
    }
    if (p->at < p->n && peek(p) == '.') {
        p->at++;
        Py_ssize_t precision;
        if (parse_number(p, INT_MAX, "precision too big", &precision) < 0) {
            return -1;
        }
        c->precision = (int)Py_MAX(precision, 0);
    }
    if (peek(p) == 'h' || peek(p) == 'l' || peek(p) == 'L') {
        p->at++;
    }
    if (p->at >= p->n) {
        return incomplete();
    }
    c->type = peek(p);
    p->at++;
    return 0;
}

/* The int that %d, %x and their like ask for.  Refs new.  RE-ENTRANT. */
static PyObject *
int_argument(PyObject *value, Py_UCS4 type)
{
    bool index = type == 'o' || type == 'x' || type == 'X';
    if (PyLong_Check(value)) {
        return Py_NewRef(value);
    }
    if (PyNumber_Check(value)) {
        PyObject *number = index ? PyNumber_Index(value) : PyNumber_Long(value);
        if (number != NULL || !PyErr_ExceptionMatches(PyExc_TypeError)) {
            return number;
        }
    }
    PyErr_Format(PyExc_TypeError,
                 index ? "%%%c format: an integer is required, not %.200s"
                       : "%%%c format: a real number is required, not %.200s",
                 (int)type, Py_TYPE(value)->tp_name);
    return NULL;
}

static PyObject *
format_int(const Conversion *c, PyObject *value)
{
    PyObject *number = int_argument(value, c->type);
    if (number == NULL) {
        return NULL;
    }
    PyObject *text = _PyUnicode_FormatLong(number, c->alternate, c->precision, (int)c->type);
    Py_DECREF(number);
    return text;
}

static PyObject *
format_float(const Conversion *c, PyObject *value)
{
    double number = PyFloat_AsDouble(value);
    if (number == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    char *text =
        PyOS_double_to_string(number, (char)c->type, c->precision < 0 ? 6 : c->precision, c->alternate ? Py_DTSF_ALT : 0, NULL);
    if (text == NULL) {
        return NULL;
    }
    PyObject *str = ou_str_from_ascii(text, (Py_ssize_t)strlen(text));
    PyMem_Free(text);
    return str;
}

static PyObject *
format_char(PyObject *value)
{
    if (PyUnicode_Check(value)) {
        if (PyUnicode_READY(value) == 0 && PyUnicode_GET_LENGTH(value) == 1) {
            return Py_NewRef(value);
        }
        goto wrong;
    }
    PyObject *number = PyLong_Check(value) ? Py_NewRef(value) : PyNumber_Index(value);
    if (number == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_TypeError)) {
            return NULL;
        }
        goto wrong;
    }
    int overflow;
    long ordinal = PyLong_AsLongAndOverflow(number, &overflow);
    Py_DECREF(number);
    if (overflow || ordinal < 0 || ordinal > 0x10FFFF) {
        PyErr_SetString(PyExc_OverflowError, "%c arg not in range(0x110000)");
        return NULL;
    }
    return ou_str_from_char((Py_UCS4)ordinal);
wrong:
    PyErr_SetString(PyExc_TypeError, "%c requires int or char");
    return NULL;
}

/* The text of one argument.  Refs new.  RE-ENTRANT. */
static PyObject *
format_value(Percent *p, Conversion *c, PyObject *value)
{
    switch (c->type) {
    case 's': return PyUnicode_CheckExact(value) ? Py_NewRef(value) : PyObject_Str(value);
    case 'r': return PyObject_Repr(value);
    case 'a': return PyObject_ASCII(value);
    case 'c': return format_char(value);
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X': c->sign = true; return format_int(c, value);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': c->sign = true; return format_float(c, value);
    default:
        PyErr_Format(PyExc_ValueError, "unsupported format character '%c' (0x%x) at index %zd",
                     c->type >= 32 && c->type <= 126 ? (int)c->type : '?', (unsigned)c->type, p->at - 1);
        return NULL;
    }
}

/* Write the text in its field. */
static int
write_field(_PyUnicodeWriter *writer, const Conversion *c, PyObject *text)
{
    Py_ssize_t from = 0, n = PyUnicode_GET_LENGTH(text), n_prefix = 0;
    if (c->precision >= 0 && c->precision < n && (c->type == 's' || c->type == 'r' || c->type == 'a')) {
        n = c->precision;
    }
    Py_UCS4 sign = 0;
    if (c->sign) {
        Py_UCS4 first = n > 0 ? PyUnicode_READ_CHAR(text, 0) : 0;
        if (first == '-' || first == '+') {
            sign = first;
            from++;
            n--;
        }
        else {
            sign = c->plus ? '+' : c->blank ? ' ' : 0;
        }
        if (c->alternate && (c->type == 'x' || c->type == 'X' || c->type == 'o')) {
            n_prefix = 2;
            n -= 2;
        }
    }
    Py_ssize_t n_all = n + n_prefix + (sign != 0), padding = Py_MAX(c->width - n_all, 0);
    bool zeros = c->zero && c->sign && !c->left;
    Py_UCS4 maxchar = _PyUnicode_FindMaxChar(text, from, from + n_prefix + n);
    if (n_all + padding == 0) {
        return 0;
    }
    if (_PyUnicodeWriter_Prepare(writer, n_all + padding, maxchar) < 0) {
        return -1;
    }
    int kind = (int)writer->kind;
    void *data = writer->data;
    Py_ssize_t at = writer->pos;
    if (!c->left && !zeros) {
        ou_ucs_fill(kind, data, at, padding, ' ');
        at += padding;
    }
    if (sign != 0) {
        PyUnicode_WRITE(kind, data, at, sign);
        at++;
    }
    int text_kind = PyUnicode_KIND(text);
    const void *text_data = PyUnicode_DATA(text);
    ou_ucs_copy(kind, data, at, text_kind, text_data, from, n_prefix);
    at += n_prefix;
    if (zeros) {
        ou_ucs_fill(kind, data, at, padding, '0');
        at += padding;
    }
    ou_ucs_copy(kind, data, at, text_kind, text_data, from + n_prefix, n);
    at += n;
    if (c->left) {
        ou_ucs_fill(kind, data, at, padding, ' ');
        at += padding;
    }
    writer->pos = at;
    return 0;
}

/* One conversion; p->at is behind its '%'.  RE-ENTRANT. */
static int
convert_one(Percent *p)
{
    if (p->at >= p->n) {
        return incomplete();
    }
    if (peek(p) == '%') {
        p->at++;
        return _PyUnicodeWriter_WriteChar(&p->writer, '%');
    }
    Conversion c;
    if (parse_conversion(p, &c) < 0) {
        return -1;
    }
    PyObject *value = next_argument(p);
    if (value == NULL) {
        return -1;
    }
    PyObject *text = format_value(p, &c, value);
    if (text == NULL) {
        return -1;
    }
    if (p->at >= p->n) {
        p->writer.overallocate = 0; /* the last piece */
    }
    int result = -1;
    if (PyUnicode_READY(text) == 0) {
        bool plain = c.width < 0 && !c.plus && !c.blank && (c.sign || c.precision < 0);
        result = plain ? _PyUnicodeWriter_WriteStr(&p->writer, text) : write_field(&p->writer, &c, text);
    }
    Py_DECREF(text);
    return result;
}

/* format % args.  Refs new.  Errors TypeError, ValueError, what the arguments raise.  RE-ENTRANT. */
PyObject *
PyUnicode_Format(PyObject *format, PyObject *args)
{
    if (format == NULL || args == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (ou_str_require(format) < 0) {
        return NULL;
    }
    bool tuple = PyTuple_Check(args);
    Percent p = {.format = format,
                 .n = PyUnicode_GET_LENGTH(format),
                 .args = Py_NewRef(args),
                 .n_args = tuple ? PyTuple_GET_SIZE(args) : -1,
                 .next = tuple ? 0 : -2};
    if (!tuple && !PyUnicode_Check(args) && PyMapping_Check(args)) {
        p.mapping = args;
    }
    _PyUnicodeWriter_Init(&p.writer);
    p.writer.min_length = p.n + 100; /* room for some arguments: arbitrary */
    p.writer.overallocate = 1;
    OU_HOLD(hold, &p.args, &p.writer.buffer);
    int kind = PyUnicode_KIND(format), result = 0;
    const void *data = PyUnicode_DATA(format);
    while (p.at < p.n && result == 0) {
        Py_ssize_t percent = ou_ucs_find_char(kind, data, p.at, p.n, '%');
        Py_ssize_t end = percent < 0 ? p.n : percent;
        if (end == p.n) {
            p.writer.overallocate = 0;
        }
        result = _PyUnicodeWriter_WriteSubstring(&p.writer, format, p.at, end);
        p.at = end;
        if (result == 0 && percent >= 0) {
            p.at++;
            result = convert_one(&p);
        }
    }
    if (result == 0 && p.next < p.n_args && p.mapping == NULL) {
        PyErr_SetString(PyExc_TypeError, "not all arguments converted during string formatting");
        result = -1;
    }
    OU_HOLD_END(hold);
    Py_DECREF(p.args);
    if (result < 0) {
        _PyUnicodeWriter_Dealloc(&p.writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&p.writer);
}
