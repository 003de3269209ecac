/* types/str_repr.c - repr(str).
 *
 * Owns       nothing.
 * Invariant  double quotes only where there is a single quote and no double one; whatever is not printable
 *            is escaped.
 * Not here   ascii() (object/), the escape codecs (str_escape.c). */
#include "types/str.h"

/* Characters that repr() needs for an ASCII one; quotes are 1 here. */
static const uint8_t ascii_size[128] = {
    4, 4, 4, 4, 4, 4, 4, 4, 4, 2, 2, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4,
};

/* Characters that repr() needs for one. */
static OU_ALWAYS_INLINE int
escaped_size(Py_UCS4 ch, Py_UCS4 quote)
{
    if (OU_LIKELY(ch < 128)) {
        return ascii_size[ch] + (ch == quote);
    }
    return _PyUnicode_IsPrintable(ch) ? 1 : ch < 0x100 ? 4 : ch < 0x10000 ? 6 : 10;
}

/* The size of the whole, and the class of what stays as it is. */
static OU_ALWAYS_INLINE size_t
repr_measure(int kind, const void *data, Py_ssize_t n, Py_UCS4 quote, Py_UCS4 *max)
{
    size_t size = 2;
    Py_UCS4 bits = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_UCS4 ch = PyUnicode_READ(kind, data, i);
        int more = escaped_size(ch, quote);
        size += (size_t)more;
        bits |= more == 1 ? ch : 0;
    }
    *max = ou_class_of(bits);
    return size;
}

/* Write backslash, letter and n hexadecimal digits. */
static Py_ssize_t
write_hex(int kind, void *data, Py_ssize_t at, char letter, Py_UCS4 ch, int n_digits)
{
    PyUnicode_WRITE(kind, data, at++, '\\');
    PyUnicode_WRITE(kind, data, at++, letter);
    for (int shift = (n_digits - 1) * 4; shift >= 0; shift -= 4) {
        PyUnicode_WRITE(kind, data, at++, Py_hexdigits[ch >> shift & 15]);
    }
    return at;
}

PyObject *
ou_str_repr(PyObject *self)
{
    if (PyUnicode_READY(self) < 0) {
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(self);
    int kind = PyUnicode_KIND(self);
    const void *data = PyUnicode_DATA(self);
    Py_UCS4 quote = '\'';
    if (ou_ucs_find_char(kind, data, 0, n, '\'') >= 0 && ou_ucs_find_char(kind, data, 0, n, '"') < 0) {
        quote = '"';
    }
    Py_UCS4 max;
    size_t size = kind == 1 ? repr_measure(1, data, n, quote, &max)
                : kind == 2 ? repr_measure(2, data, n, quote, &max)
                            : repr_measure(4, data, n, quote, &max);
    if (size > PY_SSIZE_T_MAX) {
        PyErr_SetString(PyExc_OverflowError, "string is too long to generate repr");
        return NULL;
    }
    PyObject *repr = PyUnicode_New((Py_ssize_t)size, max);
    if (repr == NULL) {
        return NULL;
    }
    int to_kind = PyUnicode_KIND(repr);
    void *to = PyUnicode_DATA(repr);
    PyUnicode_WRITE(to_kind, to, 0, quote);
    Py_ssize_t at = 1;
    if (size == (size_t)n + 2) { /* nothing to escape */
        ou_ucs_copy(to_kind, to, 1, kind, data, 0, n);
        at += n;
    }
    else {
        for (Py_ssize_t i = 0; i < n; i++) {
            Py_UCS4 ch = PyUnicode_READ(kind, data, i);
            switch (escaped_size(ch, quote)) {
            case 1: PyUnicode_WRITE(to_kind, to, at++, ch); break;
            case 2:
                PyUnicode_WRITE(to_kind, to, at++, '\\');
                PyUnicode_WRITE(to_kind, to, at++, ch == '\t' ? 't' : ch == '\n' ? 'n' : ch == '\r' ? 'r' : ch);
                break;
            case 4: at = write_hex(to_kind, to, at, 'x', ch, 2); break;
            case 6: at = write_hex(to_kind, to, at, 'u', ch, 4); break;
            default: at = write_hex(to_kind, to, at, 'U', ch, 8); break;
            }
        }
    }
    PyUnicode_WRITE(to_kind, to, at, quote);
    return repr;
}
