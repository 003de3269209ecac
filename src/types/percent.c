/* types/percent.c - printf-style formatting, as far as str and bytes share it: arguments, conversions, integers, fields.
 *
 * Owns       the arguments, in a Percent, until who formats releases them.
 * Invariant  what is owned while a method of an argument runs is held.
 * Not here   values of other types and the writing (str_percent.c, bytes_format.c); format() (format_spec.c). */
#include "types/percent.h"

#include "object/hold.h"

void
ou_percent_start(Percent *p, PyObject *args, bool is_mapping)
{
    bool tuple = PyTuple_Check(args);
    p->args = Py_NewRef(args);
    p->n_args = tuple ? PyTuple_GET_SIZE(args) : -1;
    p->next = tuple ? 0 : -2;
    p->mapping = is_mapping ? args : NULL;
}

PyObject *
ou_percent_next(Percent *p)
{
    if (p->next < p->n_args) {
        Py_ssize_t index = p->next++;
        return p->n_args < 0 ? p->args : PyTuple_GET_ITEM(p->args, index);
    }
    PyErr_SetString(PyExc_TypeError, "not enough arguments for format string");
    return NULL;
}

int
ou_percent_end(const Percent *p)
{
    if (p->next < p->n_args && p->mapping == NULL) {
        PyErr_Format(PyExc_TypeError, "not all arguments converted during %s formatting",
                     p->format != NULL ? "string" : "bytes");
        return -1;
    }
    return 0;
}

/* ---- reading a conversion ------------------------------------------------------------------------------ */

/* The character at p->at; 0 at the end. */
static Py_UCS4
peek(const Percent *p)
{
    return p->at < p->n ? PyUnicode_READ(p->kind, p->data, p->at) : 0;
}

static bool
is_digit(Py_UCS4 ch)
{
    return ch - '0' < 10;
}

/* "(key)": the value becomes the single argument.  RE-ENTRANT. */
static int
read_key(Percent *p)
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
    PyObject *key = p->format != NULL ? PyUnicode_Substring(p->format, start, p->at - 1)
                                      : PyBytes_FromStringAndSize((const char *)p->data + start, p->at - 1 - start);
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
read_number(Percent *p, Py_ssize_t max, const char *too_big, Py_ssize_t *out)
{
    if (peek(p) == '*') {
        p->at++;
        PyObject *value = ou_percent_next(p);
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
    for (Py_UCS4 ch; is_digit(ch = peek(p)); p->at++) {
        int digit = (int)(ch - '0');
        if (number > (max - digit) / 10) {
            PyErr_SetString(PyExc_ValueError, too_big);
            return -1;
        }
        number = number * 10 + digit;
    }
    *out = number;
    return 0;
}

int
ou_percent_read(Percent *p, Conversion *c)
{
    *c = (Conversion){.width = -1, .precision = -1};
    bool is_bytes = p->format == NULL;
    if (peek(p) == '(' && read_key(p) < 0) {
        return -1;
    }
    for (bool flag = true; flag; p->at += flag) {
        switch (peek(p)) {
        case '-': c->left = true; break;
        case '+': c->plus = true; break;
        case ' ': c->blank = true; break;
        case '#': c->alternate = true; break;
        case '0': c->zero = true; break;
        case 'z': flag = c->no_minus_zero = is_bytes; break;
        default: flag = false; break;
        }
    }
    if (peek(p) == '*' || is_digit(peek(p))) {
        if (read_number(p, PY_SSIZE_T_MAX, "width too big", &c->width) < 0) {
            return -1;
        }
        if (c->width < 0) { /* only '*' gives that */
            c->left = true;
            c->width = c->width == PY_SSIZE_T_MIN ? PY_SSIZE_T_MAX : -c->width;
        }
    }
    if (peek(p) == '.') {
        p->at++;
        Py_ssize_t precision;
        if (read_number(p, INT_MAX, is_bytes ? "prec too big" : "precision too big", &precision) < 0) {
            return -1;
        }
        c->precision = (int)Py_MAX(precision, 0);
    }
    if (peek(p) == 'h' || peek(p) == 'l' || peek(p) == 'L') {
        p->at++;
    }
    if (p->at >= p->n) {
        PyErr_SetString(PyExc_ValueError, "incomplete format");
        return -1;
    }
    c->type = peek(p);
    p->at++;
    return 0;
}

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

PyObject *
ou_percent_int(const Conversion *c, PyObject *value)
{
    bool index = c->type == 'o' || c->type == 'x' || c->type == 'X';
    PyObject *number = NULL;
    if (PyLong_Check(value)) {
        number = Py_NewRef(value);
    }
    else if (PyNumber_Check(value)) {
        number = index ? PyNumber_Index(value) : PyNumber_Long(value);
        if (number == NULL && !PyErr_ExceptionMatches(PyExc_TypeError)) {
            return NULL;
        }
    }
    if (number == NULL) {
        return PyErr_Format(PyExc_TypeError,
                            index ? "%%%c format: an integer is required, not %.200s"
                                  : "%%%c format: a real number is required, not %.200s",
                            (int)c->type, Py_TYPE(value)->tp_name);
    }
    PyObject *text = _PyUnicode_FormatLong(number, c->alternate, c->precision, (int)c->type);
    Py_DECREF(number);
    return text;
}

/* ---- fields -------------------------------------------------------------------------------------------- */

Field
ou_percent_field(const Conversion *c, Py_UCS4 first, Py_ssize_t n)
{
    Field field = {.n = n};
    if (!c->number) {
        if (c->precision >= 0 && c->precision < n && c->type != 'c') {
            field.n = c->precision;
        }
    }
    else if (n > 0 && (first == '-' || first == '+')) {
        field.sign = (char)first;
        field.from = 1;
        field.n--;
    }
    else {
        field.sign = c->plus ? '+' : c->blank ? ' ' : 0;
    }
    if (c->number && c->alternate && (c->type == 'x' || c->type == 'X' || c->type == 'o')) {
        field.n_prefix = 2;
        field.n -= 2;
    }
    Py_ssize_t n_content = (field.sign != 0) + field.n_prefix + field.n, padding = Py_MAX(c->width - n_content, 0);
    *(c->left ? &field.n_after : c->zero && c->number ? &field.n_zeros : &field.n_before) = padding;
    field.n_all = n_content + padding;
    return field;
}
