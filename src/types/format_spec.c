/* types/format_spec.c - the format specification mini-language: format(x, "*>+#010,.2f") for str, int,
 * float, complex.
 *
 * Owns       nothing.
 * Invariant  numbers come as ASCII text; what a locale adds (point, separators) may be any text.
 * Not here   the markup around specifications (str_format.c), printf-style % (str_percent.c). */
#include "types/str.h"

#include <locale.h>

typedef enum { SEPARATOR_NONE, SEPARATOR_COMMA, SEPARATOR_UNDERSCORE, SEPARATOR_UNDERSCORE_4, SEPARATOR_LOCALE } Separator;

typedef struct {
    Py_UCS4 fill;
    Py_UCS4 align; /* '<' '>' '^' '=' */
    Py_UCS4 sign;  /* '+' '-' ' ', or 0 */
    Py_UCS4 type;  /* 0: none given */
    bool alternate, no_negative_zero;
    Separator separator;
    Py_ssize_t width;     /* -1: none given */
    Py_ssize_t precision; /* -1: none given */
} Spec;

/* ---- parsing ------------------------------------------------------------------------------------------- */

static bool
is_align(Py_UCS4 ch)
{
    return ch == '<' || ch == '>' || ch == '=' || ch == '^';
}

/* Decimal digits at *at.  Returns how many, or -1 with ValueError set; the value in *out if there are any. */
static Py_ssize_t
parse_digits(PyObject *text, Py_ssize_t *at, Py_ssize_t end, Py_ssize_t *out)
{
    Py_ssize_t value = 0, start = *at;
    for (; *at < end; ++*at) {
        int digit = Py_UNICODE_TODECIMAL(PyUnicode_READ_CHAR(text, *at));
        if (digit < 0) {
            break;
        }
        if (value > (PY_SSIZE_T_MAX - digit) / 10) {
            PyErr_SetString(PyExc_ValueError, "Too many decimal digits in format string");
            return -1;
        }
        value = value * 10 + digit;
    }
    if (*at > start) {
        *out = value;
    }
    return *at - start;
}

static void
raise_both_separators(void)
{
    PyErr_SetString(PyExc_ValueError, "Cannot specify both ',' and '_'.");
}

static void
raise_separator(char separator, Py_UCS4 type)
{
    if (type > 32 && type < 128) {
        PyErr_Format(PyExc_ValueError, "Cannot specify '%c' with '%c'.", separator, (int)type);
    }
    else {
        PyErr_Format(PyExc_ValueError, "Cannot specify '%c' with '\\x%x'.", separator, (unsigned)type);
    }
}

static int
raise_type(Py_UCS4 type, PyObject *obj)
{
    if (type > 32 && type < 128) {
        PyErr_Format(PyExc_ValueError, "Unknown format code '%c' for object of type '%.200s'", (int)type,
                     Py_TYPE(obj)->tp_name);
    }
    else {
        PyErr_Format(PyExc_ValueError, "Unknown format code '\\x%x' for object of type '%.200s'", (unsigned)type,
                     Py_TYPE(obj)->tp_name);
    }
    return -1;
}

/* Which separator a type of presentation allows.  Returns 0, or -1 with ValueError set. */
static int
check_separator(Spec *spec)
{
    switch (spec->type) {
    case 'd':
    case 'e':
    case 'f':
    case 'g':
    case 'E':
    case 'G':
    case '%':
    case 'F':
    case 0: return 0;
    case 'b':
    case 'o':
    case 'x':
    case 'X':
        if (spec->separator == SEPARATOR_UNDERSCORE) {
            spec->separator = SEPARATOR_UNDERSCORE_4;
            return 0;
        }
        break;
    default: break;
    }
    raise_separator(spec->separator == SEPARATOR_COMMA ? ',' : '_', spec->type);
    return -1;
}

/* Parse text[at:end].  `type` and `align` are what holds where none is given.  Returns 0, or -1 with
 * ValueError set. */
static int
spec_parse(Spec *spec, PyObject *obj, PyObject *text, Py_ssize_t at, Py_ssize_t end, Py_UCS4 type, Py_UCS4 align)
{
#define PEEK(i) (at + (i) < end ? PyUnicode_READ_CHAR(text, at + (i)) : 0)
    Py_ssize_t start = at;
    bool has_fill = false, has_align = false;
    *spec = (Spec){.fill = ' ', .align = align, .type = type, .width = -1, .precision = -1};
    if (is_align(PEEK(1))) {
        spec->fill = PEEK(0);
        spec->align = PEEK(1);
        has_fill = has_align = true;
        at += 2;
    }
    else if (is_align(PEEK(0))) {
        spec->align = PEEK(0);
        has_align = true;
        at++;
    }
    if (PEEK(0) == '+' || PEEK(0) == '-' || PEEK(0) == ' ') {
        spec->sign = PEEK(0);
        at++;
    }
    if (PEEK(0) == 'z') {
        spec->no_negative_zero = true;
        at++;
    }
    if (PEEK(0) == '#') {
        spec->alternate = true;
        at++;
    }
    if (!has_fill && PEEK(0) == '0') {
        spec->fill = '0';
        if (!has_align && align == '>') {
            spec->align = '=';
        }
        at++;
    }
    if (parse_digits(text, &at, end, &spec->width) < 0) {
        return -1;
    }
    if (PEEK(0) == ',') {
        spec->separator = SEPARATOR_COMMA;
        at++;
    }
    if (PEEK(0) == '_') {
        if (spec->separator != SEPARATOR_NONE) {
            raise_both_separators();
            return -1;
        }
        spec->separator = SEPARATOR_UNDERSCORE;
        at++;
    }
    if (PEEK(0) == ',' && spec->separator == SEPARATOR_UNDERSCORE) {
        raise_both_separators();
        return -1;
    }
    if (PEEK(0) == '.') {
        at++;
        Py_ssize_t n = parse_digits(text, &at, end, &spec->precision);
        if (n <= 0) {
            if (n == 0) {
                PyErr_SetString(PyExc_ValueError, "Format specifier missing precision");
            }
            return -1;
        }
    }
    if (end - at > 1) {
        PyObject *whole = PyUnicode_Substring(text, start, end);
        if (whole != NULL) {
            PyErr_Format(PyExc_ValueError, "Invalid format specifier '%U' for object of type '%.200s'", whole,
                         Py_TYPE(obj)->tp_name);
            Py_DECREF(whole);
        }
        return -1;
    }
    if (end - at == 1) {
        spec->type = PEEK(0);
    }
    return spec->separator == SEPARATOR_NONE ? 0 : check_separator(spec);
#undef PEEK
}

/* ---- locales ------------------------------------------------------------------------------------------- */

/* How numbers are written: the point, and separators between groups of digits. */
typedef struct {
    PyObject *point, *separator; /* owned str */
    char grouping[16];           /* sizes of groups from the right: CHAR_MAX ends it, 0 repeats the last */
} Locale;

static void
locale_clear(Locale *locale)
{
    Py_XDECREF(locale->point);
    Py_XDECREF(locale->separator);
}

static int
locale_init(Locale *locale, Separator separator)
{
    *locale = (Locale){NULL};
    if (separator != SEPARATOR_LOCALE) {
        locale->point = Py_NewRef(OU_LATIN1_CHAR('.'));
        locale->separator = Py_NewRef(separator == SEPARATOR_NONE    ? OU_EMPTY_STR
                                      : separator == SEPARATOR_COMMA ? OU_LATIN1_CHAR(',')
                                                                     : OU_LATIN1_CHAR('_'));
        locale->grouping[0] = separator == SEPARATOR_NONE ? CHAR_MAX : separator == SEPARATOR_UNDERSCORE_4 ? 4 : 3;
        return 0;
    }
    const struct lconv *system = localeconv();
    locale->point = PyUnicode_DecodeLocale(system->decimal_point, "surrogateescape");
    locale->separator = PyUnicode_DecodeLocale(system->thousands_sep, "surrogateescape");
    if (locale->point == NULL || locale->separator == NULL) {
        locale_clear(locale);
        return -1;
    }
    snprintf(locale->grouping, sizeof locale->grouping, "%s", system->grouping);
    if (locale->grouping[0] == 0) {
        locale->grouping[0] = CHAR_MAX;
    }
    return 0;
}

/* ---- groups -------------------------------------------------------------------------------------------- */

/* A target that is written from its end; data NULL only counts. */
typedef struct {
    int kind;
    void *data;
    Py_ssize_t at; /* the next character is written before this index; counted down from 0 when only counting */
} Backward;

static void
put_back_digits(Backward *to, const PyObject *source, const char *ascii, Py_ssize_t from, Py_ssize_t n)
{
    to->at -= n;
    if (to->data == NULL) {
        return;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_UCS4 ch = ascii != NULL ? (unsigned char)ascii[from + i] : PyUnicode_READ_CHAR((PyObject *)source, from + i);
        PyUnicode_WRITE(to->kind, to->data, to->at + i, ch);
    }
}

/* Write digits from the right, a separator between groups, zeros before them up to `width` characters in
 * all. */
static void
put_groups(Backward *to, PyObject *source, const char *ascii, Py_ssize_t from, Py_ssize_t n, Py_ssize_t width,
           const char *grouping, PyObject *separator)
{
    Py_ssize_t n_separator = PyUnicode_GET_LENGTH(separator), group = 0;
    bool separate = false;
    for (;;) {
        bool last_group = *grouping == CHAR_MAX;
        if (*grouping != 0 && !last_group) {
            group = *grouping++;
        }
        Py_ssize_t size = Py_MAX(Py_MAX(n, width), 1); /* all that is left, one zero at least */
        if (!last_group && group > 0) {
            size = Py_MIN(size, group);
        }
        if (separate) {
            put_back_digits(to, separator, NULL, 0, n_separator);
        }
        Py_ssize_t n_digits = Py_MIN(n, size), n_zeros = size - n_digits;
        put_back_digits(to, source, ascii, from + n - n_digits, n_digits);
        to->at -= n_zeros;
        if (to->data != NULL) {
            ou_ucs_fill(to->kind, to->data, to->at, n_zeros, '0');
        }
        n -= n_digits;
        width -= size;
        if (n <= 0 && width <= 0) {
            return;
        }
        width -= n_separator;
        separate = true;
    }
}

/* Digits with separators for compiled modules (_decimal): text digits[d_pos : d_pos + n_digits] is written
 * to the
 * writer's n_buffer characters, or only counted where there is no writer.
 * Returns  the number of characters; *maxchar rises to the separator's. */
Py_ssize_t
_PyUnicode_InsertThousandsGrouping(_PyUnicodeWriter *writer, Py_ssize_t n_buffer, PyObject *digits, Py_ssize_t d_pos,
                                   Py_ssize_t n_digits, Py_ssize_t min_width, const char *grouping, PyObject *thousands_sep,
                                   Py_UCS4 *maxchar)
{
    Backward to = {0, NULL, 0};
    if (writer != NULL) {
        to = (Backward){(int)writer->kind, writer->data, writer->pos + n_buffer};
    }
    else if (maxchar != NULL) {
        *maxchar = Py_MAX(*maxchar, PyUnicode_MAX_CHAR_VALUE(thousands_sep));
    }
    Py_ssize_t end = to.at;
    char none[2] = {CHAR_MAX, 0};
    put_groups(&to, digits, NULL, d_pos, n_digits, Py_MAX(min_width, 0), *grouping == 0 ? none : grouping, thousands_sep);
    return end - to.at;
}

/* ---- numbers ------------------------------------------------------------------------------------------- */

/* A number as text: [-] digits [. rest], or words such as inf. */
typedef struct {
    bool negative;
    const char *prefix; /* "0x" and its like, or "" */
    const char *digits; /* ASCII, not NUL-terminated */
    Py_ssize_t n_digits;
    bool point;
    const char *rest;
    Py_ssize_t n_rest;
} Number;

static int
put_ascii(_PyUnicodeWriter *writer, const char *text, Py_ssize_t n)
{
    ou_ucs_copy((int)writer->kind, writer->data, writer->pos, 1, text, 0, n);
    writer->pos += n;
    return 0;
}

static void
put_fill(_PyUnicodeWriter *writer, Py_ssize_t n, Py_UCS4 ch)
{
    ou_ucs_fill((int)writer->kind, writer->data, writer->pos, n, ch);
    writer->pos += n;
}

static void
put_str(_PyUnicodeWriter *writer, PyObject *str)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(str);
    ou_ucs_copy((int)writer->kind, writer->data, writer->pos, PyUnicode_KIND(str), PyUnicode_DATA(str), 0, n);
    writer->pos += n;
}

/* Write a number as the spec asks.  Returns 0, or -1 with MemoryError or OverflowError set. */
static int
number_write(_PyUnicodeWriter *writer, const Spec *spec, const Number *number, const Locale *locale)
{
    char sign = number->negative ? '-' : spec->sign == '+' ? '+' : spec->sign == ' ' ? ' ' : 0;
    Py_ssize_t n_prefix = (Py_ssize_t)strlen(number->prefix);
    Py_ssize_t n_point = number->point ? PyUnicode_GET_LENGTH(locale->point) : 0;
    Py_ssize_t n_other = (sign != 0) + n_prefix + n_point + number->n_rest;
    Py_ssize_t zeros_to = spec->fill == '0' && spec->align == '=' ? Py_MAX(spec->width - n_other, 0) : 0;
    Py_ssize_t n_groups = 0;
    if (zeros_to > 4096 && _PyUnicodeWriter_Prepare(writer, zeros_to, 127) < 0) {
        return -1; /* refused before the groups are counted: that takes time in proportion */
    }
    if (number->n_digits != 0) {
        Backward count = {0, NULL, 0};
        put_groups(&count, NULL, number->digits, 0, number->n_digits, zeros_to, locale->grouping, locale->separator);
        n_groups = -count.at;
    }
    Py_ssize_t n = n_other + n_groups, padding = Py_MAX(spec->width - n, 0);
    Py_ssize_t left = 0, inside = 0;
    switch (spec->align) {
    case '<': break;
    case '^': left = padding / 2; break;
    case '=': inside = padding; break;
    default: left = padding; break;
    }
    Py_UCS4 maxchar = padding != 0 ? Py_MAX(spec->fill, 127) : 127;
    if (number->point) {
        maxchar = Py_MAX(maxchar, PyUnicode_MAX_CHAR_VALUE(locale->point));
    }
    if (n_groups > number->n_digits) {
        maxchar = Py_MAX(maxchar, PyUnicode_MAX_CHAR_VALUE(locale->separator));
    }
    if (_PyUnicodeWriter_Prepare(writer, n + padding, maxchar) < 0) {
        return -1;
    }
    put_fill(writer, left, spec->fill);
    if (sign != 0) {
        put_fill(writer, 1, (Py_UCS4)sign);
    }
    put_ascii(writer, number->prefix, n_prefix);
    put_fill(writer, inside, spec->fill);
    if (n_groups != 0) {
        Backward to = {(int)writer->kind, writer->data, writer->pos + n_groups};
        put_groups(&to, NULL, number->digits, 0, number->n_digits, zeros_to, locale->grouping, locale->separator);
        writer->pos += n_groups;
    }
    if (number->point) {
        put_str(writer, locale->point);
    }
    put_ascii(writer, number->rest, number->n_rest);
    put_fill(writer, padding - left - inside, spec->fill);
    return 0;
}

/* ---- str ----------------------------------------------------------------------------------------------- */

/* Write text[0:n] in the field that the spec asks for. */
static int
text_write(_PyUnicodeWriter *writer, const Spec *spec, PyObject *text, Py_ssize_t n)
{
    Py_ssize_t padding = Py_MAX(spec->width - n, 0);
    Py_ssize_t left = spec->align == '>' || spec->align == '=' ? padding : spec->align == '^' ? padding / 2 : 0;
    Py_UCS4 maxchar = _PyUnicode_FindMaxChar(text, 0, n);
    if (padding != 0) {
        maxchar = Py_MAX(maxchar, spec->fill);
    }
    if (padding > PY_SSIZE_T_MAX - n) {
        PyErr_NoMemory();
        return -1;
    }
    if (n + padding == 0) {
        return 0;
    }
    if (_PyUnicodeWriter_Prepare(writer, n + padding, maxchar) < 0) {
        return -1;
    }
    put_fill(writer, left, spec->fill);
    ou_ucs_copy((int)writer->kind, writer->data, writer->pos, PyUnicode_KIND(text), PyUnicode_DATA(text), 0, n);
    writer->pos += n;
    put_fill(writer, padding - left, spec->fill);
    return 0;
}

/* str.__format__ into a writer.  Errors ValueError, MemoryError. */
int
_PyUnicode_FormatAdvancedWriter(_PyUnicodeWriter *writer, PyObject *obj, PyObject *spec_text, Py_ssize_t start, Py_ssize_t end)
{
    if (PyUnicode_READY(obj) < 0) {
        return -1;
    }
    if (start == end) {
        if (PyUnicode_CheckExact(obj)) {
            return _PyUnicodeWriter_WriteStr(writer, obj);
        }
        PyObject *str = PyObject_Str(obj);
        if (str == NULL) {
            return -1;
        }
        int result = _PyUnicodeWriter_WriteStr(writer, str);
        Py_DECREF(str);
        return result;
    }
    Spec spec;
    if (spec_parse(&spec, obj, spec_text, start, end, 's', '<') < 0) {
        return -1;
    }
    const char *wrong = spec.type != 's'      ? NULL
                      : spec.sign == ' '      ? "Space not allowed in string format specifier"
                      : spec.sign != 0        ? "Sign not allowed in string format specifier"
                      : spec.no_negative_zero ? "Negative zero coercion (z) not allowed in string format specifier"
                      : spec.alternate        ? "Alternate form (#) not allowed in string format specifier"
                      : spec.align == '='     ? "'=' alignment not allowed in string format specifier"
                                              : NULL;
    if (spec.type != 's') {
        return raise_type(spec.type, obj);
    }
    if (wrong != NULL) {
        PyErr_SetString(PyExc_ValueError, wrong);
        return -1;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(obj);
    if (spec.precision >= 0 && spec.precision < n) {
        n = spec.precision;
    }
    return text_write(writer, &spec, obj, n);
}

/* ---- float --------------------------------------------------------------------------------------------- */

/* Split what PyOS_double_to_string made. */
static void
number_split(Number *number, const char *text)
{
    *number = (Number){.prefix = ""};
    number->negative = *text == '-';
    text += number->negative;
    number->digits = text;
    while (Py_ISDIGIT(*text)) {
        text++;
    }
    number->n_digits = text - number->digits;
    number->point = *text == '.';
    text += number->point;
    number->rest = text;
    number->n_rest = (Py_ssize_t)strlen(text);
}

/* The kind of conversion, digits after the point and flags for a double; a kind of 0 becomes `plain`.
 * Returns 0, or -1 with ValueError set. */
static int
double_options(const Spec *spec, char plain, char *type, int *precision, int *flags)
{
    if (spec->precision > INT_MAX) {
        PyErr_SetString(PyExc_ValueError, "precision too big");
        return -1;
    }
    *type = spec->type == 0 ? plain : spec->type == 'n' ? 'g' : spec->type == '%' ? 'f' : (char)spec->type;
    *flags = (spec->alternate ? Py_DTSF_ALT : 0) | (spec->no_negative_zero ? Py_DTSF_NO_NEG_0 : 0);
    *precision = spec->precision < 0 ? (*type == 'r' ? 0 : 6) : (int)spec->precision;
    if (spec->precision >= 0 && *type == 'r') {
        *type = 'g';
    }
    return 0;
}

static int
float_write(_PyUnicodeWriter *writer, const Spec *spec, double value)
{
    char type;
    int precision, flags;
    if (double_options(spec, 'r', &type, &precision, &flags) < 0) {
        return -1;
    }
    if (spec->type == 0) {
        flags |= Py_DTSF_ADD_DOT_0;
    }
    bool percent = spec->type == '%';
    char *text = PyOS_double_to_string(percent ? value * 100 : value, type, precision, flags, NULL);
    if (text == NULL) {
        return -1;
    }
    if (percent) {
        size_t n = strlen(text);
        char *longer = PyMem_Realloc(text, n + 2);
        if (longer == NULL) {
            PyMem_Free(text);
            PyErr_NoMemory();
            return -1;
        }
        text = longer;
        memcpy(text + n, "%", 2);
    }
    int result;
    if (spec->sign == 0 && spec->width < 0 && spec->type != 'n' && spec->separator == SEPARATOR_NONE) {
        result = _PyUnicodeWriter_WriteASCIIString(writer, text, -1);
    }
    else {
        Number number;
        Locale locale;
        number_split(&number, text);
        result = locale_init(&locale, spec->type == 'n' ? SEPARATOR_LOCALE : spec->separator);
        if (result == 0) {
            result = number_write(writer, spec, &number, &locale);
            locale_clear(&locale);
        }
    }
    PyMem_Free(text);
    return result;
}

static bool
is_float_type(Py_UCS4 type)
{
    return type == 'e' || type == 'E' || type == 'f' || type == 'F' || type == 'g' || type == 'G' || type == '%';
}

/* str(obj) into a writer.  RE-ENTRANT. */
static int
plain_write(_PyUnicodeWriter *writer, PyObject *obj)
{
    PyObject *str = PyObject_Str(obj);
    if (str == NULL) {
        return -1;
    }
    int result = _PyUnicodeWriter_WriteStr(writer, str);
    Py_DECREF(str);
    return result;
}

int
_PyFloat_FormatAdvancedWriter(_PyUnicodeWriter *writer, PyObject *obj, PyObject *spec_text, Py_ssize_t start, Py_ssize_t end)
{
    if (start == end) {
        return plain_write(writer, obj);
    }
    Spec spec;
    if (spec_parse(&spec, obj, spec_text, start, end, 0, '>') < 0) {
        return -1;
    }
    if (spec.type != 0 && spec.type != 'n' && !is_float_type(spec.type)) {
        return raise_type(spec.type, obj);
    }
    return float_write(writer, &spec, PyFloat_AS_DOUBLE(obj));
}

/* ---- int ----------------------------------------------------------------------------------------------- */

static int
char_write(_PyUnicodeWriter *writer, const Spec *spec, PyObject *value)
{
    if (spec->sign != 0) {
        PyErr_SetString(PyExc_ValueError, "Sign not allowed with integer format specifier 'c'");
        return -1;
    }
    if (spec->alternate) {
        PyErr_SetString(PyExc_ValueError, "Alternate form (#) not allowed with integer format specifier 'c'");
        return -1;
    }
    long ordinal = PyLong_AsLong(value);
    if (ordinal == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (ordinal < 0 || ordinal > 0x10ffff) {
        PyErr_SetString(PyExc_OverflowError, "%c arg not in range(0x110000)");
        return -1;
    }
    PyObject *str = ou_str_from_char((Py_UCS4)ordinal);
    if (str == NULL) {
        return -1;
    }
    int result = text_write(writer, spec, str, 1);
    Py_DECREF(str);
    return result;
}

static int
int_write(_PyUnicodeWriter *writer, const Spec *spec, PyObject *value)
{
    if (spec->precision != -1) {
        PyErr_SetString(PyExc_ValueError, "Precision not allowed in integer format specifier");
        return -1;
    }
    if (spec->no_negative_zero) {
        PyErr_SetString(PyExc_ValueError, "Negative zero coercion (z) not allowed in integer format specifier");
        return -1;
    }
    if (spec->type == 'c') {
        return char_write(writer, spec, value);
    }
    int base = spec->type == 'b' ? 2 : spec->type == 'o' ? 8 : spec->type == 'x' || spec->type == 'X' ? 16 : 10;
    PyObject *str = _PyLong_Format(value, base);
    if (str == NULL) {
        return -1;
    }
    Number number = {.prefix = "", .rest = ""};
    const char *text = PyUnicode_DATA(str), *end = text + PyUnicode_GET_LENGTH(str);
    number.negative = *text == '-';
    text += number.negative;
    if (base != 10) {
        text += 2; /* 0b, 0o, 0x */
        if (spec->alternate) {
            number.prefix = base == 2 ? "0b" : base == 8 ? "0o" : spec->type == 'X' ? "0X" : "0x";
        }
    }
    number.digits = text;
    number.n_digits = end - text;
    char *upper = NULL;
    if (spec->type == 'X') {
        upper = PyMem_Malloc((size_t)number.n_digits);
        if (upper == NULL) {
            Py_DECREF(str);
            PyErr_NoMemory();
            return -1;
        }
        for (Py_ssize_t i = 0; i < number.n_digits; i++) {
            upper[i] = (char)Py_TOUPPER(text[i]);
        }
        number.digits = upper;
    }
    Locale locale;
    int result = locale_init(&locale, spec->type == 'n' ? SEPARATOR_LOCALE : spec->separator);
    if (result == 0) {
        result = number_write(writer, spec, &number, &locale);
        locale_clear(&locale);
    }
    PyMem_Free(upper);
    Py_DECREF(str);
    return result;
}

int
_PyLong_FormatAdvancedWriter(_PyUnicodeWriter *writer, PyObject *obj, PyObject *spec_text, Py_ssize_t start, Py_ssize_t end)
{
    if (start == end) {
        return plain_write(writer, obj);
    }
    Spec spec;
    if (spec_parse(&spec, obj, spec_text, start, end, 'd', '>') < 0) {
        return -1;
    }
    switch (spec.type) {
    case 'b':
    case 'c':
    case 'd':
    case 'o':
    case 'x':
    case 'X':
    case 'n': return int_write(writer, &spec, obj);
    default: break;
    }
    if (!is_float_type(spec.type)) {
        return raise_type(spec.type, obj);
    }
    double value = PyLong_AsDouble(obj);
    if (value == -1.0 && PyErr_Occurred()) {
        return -1;
    }
    return float_write(writer, &spec, value);
}

/* ---- complex ------------------------------------------------------------------------------------------- */

static int
complex_write(_PyUnicodeWriter *writer, const Spec *spec, Py_complex value)
{
    if (spec->fill == '0') {
        PyErr_SetString(PyExc_ValueError, "Zero padding is not allowed in complex format specifier");
        return -1;
    }
    if (spec->align == '=') {
        PyErr_SetString(PyExc_ValueError, "'=' alignment flag is not allowed in complex format specifier");
        return -1;
    }
    char type;
    int precision, flags;
    if (double_options(spec, 'r', &type, &precision, &flags) < 0) {
        return -1;
    }
    bool plain = spec->type == 0;
    bool skip_real = plain && value.real == 0 && copysign(1.0, value.real) == 1.0;
    bool parentheses = plain && !skip_real;
    /* The two parts go to a string of their own, which is then put into the field. */
    Spec part = *spec;
    part.width = -1;
    part.align = '<';
    part.fill = ' ';
    char *real = NULL, *imaginary = NULL;
    Locale locale;
    if (locale_init(&locale, spec->type == 'n' ? SEPARATOR_LOCALE : spec->separator) < 0) {
        return -1;
    }
    _PyUnicodeWriter inner;
    _PyUnicodeWriter_Init(&inner);
    inner.overallocate = 1;
    Number number;
    int result = -1;
    real = PyOS_double_to_string(value.real, type, precision, flags, NULL);
    imaginary = real == NULL ? NULL : PyOS_double_to_string(value.imag, type, precision, flags, NULL);
    if (imaginary != NULL) {
        result = parentheses ? _PyUnicodeWriter_WriteChar(&inner, '(') : 0;
        if (result == 0 && !skip_real) {
            number_split(&number, real);
            result = number_write(&inner, &part, &number, &locale);
            part.sign = '+'; /* between the two there is always one */
        }
        if (result == 0) {
            number_split(&number, imaginary);
            result = number_write(&inner, &part, &number, &locale);
        }
        if (result == 0) {
            result = _PyUnicodeWriter_WriteASCIIString(&inner, parentheses ? "j)" : "j", -1);
        }
    }
    PyMem_Free(real);
    PyMem_Free(imaginary);
    locale_clear(&locale);
    if (result < 0) {
        _PyUnicodeWriter_Dealloc(&inner);
        return -1;
    }
    PyObject *text = _PyUnicodeWriter_Finish(&inner);
    if (text == NULL) {
        return -1;
    }
    result = text_write(writer, spec, text, PyUnicode_GET_LENGTH(text));
    Py_DECREF(text);
    return result;
}

int
_PyComplex_FormatAdvancedWriter(_PyUnicodeWriter *writer, PyObject *obj, PyObject *spec_text, Py_ssize_t start, Py_ssize_t end)
{
    if (start == end) {
        return plain_write(writer, obj);
    }
    Spec spec;
    if (spec_parse(&spec, obj, spec_text, start, end, 0, '>') < 0) {
        return -1;
    }
    if (spec.type != 0 && spec.type != 'n' && (!is_float_type(spec.type) || spec.type == '%')) {
        return raise_type(spec.type, obj);
    }
    return complex_write(writer, &spec, ((PyComplexObject *)obj)->cval);
}

/* ---- the methods --------------------------------------------------------------------------------------- */

static PyObject *
format_method(PyObject *value, PyObject *spec, int (*write)(_PyUnicodeWriter *, PyObject *, PyObject *, Py_ssize_t, Py_ssize_t))
{
    if (!PyUnicode_Check(spec)) {
        _PyArg_BadArgument("__format__", "argument", "str", spec);
        return NULL;
    }
    if (PyUnicode_READY(spec) < 0) {
        return NULL;
    }
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    if (write(&writer, value, spec, 0, PyUnicode_GET_LENGTH(spec)) < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}

OU_STR_METHOD_O(dunder_format)
{
    if (PyUnicode_Check(arg) && PyUnicode_GET_LENGTH(arg) == 0 && PyUnicode_CheckExact(self)) {
        return Py_NewRef(self);
    }
    return format_method(self, arg, _PyUnicode_FormatAdvancedWriter);
}

PyObject *
ou_format_int(PyObject *value, PyObject *spec)
{
    return format_method(value, spec, _PyLong_FormatAdvancedWriter);
}

PyObject *
ou_format_float(PyObject *value, PyObject *spec)
{
    return format_method(value, spec, _PyFloat_FormatAdvancedWriter);
}

PyObject *
ou_format_complex(PyObject *value, PyObject *spec)
{
    return format_method(value, spec, _PyComplex_FormatAdvancedWriter);
}
