/* types/str_pad.c - strip, center, ljust, rjust, zfill, expandtabs.
 *
 * Owns       nothing.
 * Invariant  an exact string that needs no change is returned itself.
 * Not here   padding by format specifications (format_spec.c). */
#include "types/str.h"

#include "object/args.h"

/* ---- strip --------------------------------------------------------------------------------------------- */

enum { LEFT = 0, RIGHT = 1, BOTH = 2 }; /* as _PyUnicode_XStrip's callers number them */

/* A set of code points: the string, and a mask of the low six bits that occur in it. */
typedef struct {
    int kind;
    const void *data;
    Py_ssize_t n;
    uint64_t mask;
} CharSet;

static bool
char_set_has(const CharSet *set, Py_UCS4 ch)
{
    return (set->mask >> (ch & 63) & 1) != 0 && ou_ucs_find_char(set->kind, set->data, 0, set->n, ch) >= 0;
}

/* Strip the characters of a string.  `where`: 0 left, 1 right, 2 both.  Errors only for want of memory. */
PyObject *
_PyUnicode_XStrip(PyObject *self, int where, PyObject *chars)
{
    if (PyUnicode_READY(self) < 0 || PyUnicode_READY(chars) < 0) {
        return NULL;
    }
    CharSet set = {PyUnicode_KIND(chars), PyUnicode_DATA(chars), PyUnicode_GET_LENGTH(chars), 0};
    for (Py_ssize_t i = 0; i < set.n; i++) {
        set.mask |= (uint64_t)1 << (PyUnicode_READ(set.kind, set.data, i) & 63);
    }
    int kind = PyUnicode_KIND(self);
    const void *data = PyUnicode_DATA(self);
    Py_ssize_t start = 0, end = PyUnicode_GET_LENGTH(self);
    if (where != RIGHT) {
        while (start < end && char_set_has(&set, PyUnicode_READ(kind, data, start))) {
            start++;
        }
    }
    if (where != LEFT) {
        while (end > start && char_set_has(&set, PyUnicode_READ(kind, data, end - 1))) {
            end--;
        }
    }
    return PyUnicode_Substring(self, start, end);
}

static PyObject *
strip_space(PyObject *self, int where)
{
    if (PyUnicode_READY(self) < 0) {
        return NULL;
    }
    int kind = PyUnicode_KIND(self);
    const void *data = PyUnicode_DATA(self);
    Py_ssize_t start = 0, end = PyUnicode_GET_LENGTH(self);
    if (where != RIGHT) {
        while (start < end && Py_UNICODE_ISSPACE(PyUnicode_READ(kind, data, start))) {
            start++;
        }
    }
    if (where != LEFT) {
        while (end > start && Py_UNICODE_ISSPACE(PyUnicode_READ(kind, data, end - 1))) {
            end--;
        }
    }
    return PyUnicode_Substring(self, start, end);
}

static PyObject *
strip_method(const char *name, PyObject *self, PyObject *const *args, Py_ssize_t nargs, int where)
{
    if (!_PyArg_CheckPositional(name, nargs, 0, 1)) {
        return NULL;
    }
    if (nargs == 0 || args[0] == Py_None) {
        return strip_space(self, where);
    }
    if (!PyUnicode_Check(args[0])) {
        PyErr_Format(PyExc_TypeError, "%s arg must be None or str", name);
        return NULL;
    }
    return _PyUnicode_XStrip(self, where, args[0]);
}

OU_STR_METHOD_FAST(strip)
{
    return strip_method("strip", self, args, nargs, BOTH);
}

OU_STR_METHOD_FAST(lstrip)
{
    return strip_method("lstrip", self, args, nargs, LEFT);
}

OU_STR_METHOD_FAST(rstrip)
{
    return strip_method("rstrip", self, args, nargs, RIGHT);
}

/* ---- fields -------------------------------------------------------------------------------------------- */

/* The string between `left` and `right` fill characters. */
static PyObject *
padded(PyObject *self, Py_ssize_t left, Py_ssize_t right, Py_UCS4 fill)
{
    if (left <= 0 && right <= 0) {
        return ou_str_unchanged(self);
    }
    left = Py_MAX(left, 0);
    right = Py_MAX(right, 0);
    Py_ssize_t n = PyUnicode_GET_LENGTH(self);
    if (left > PY_SSIZE_T_MAX - n || right > PY_SSIZE_T_MAX - (left + n)) {
        PyErr_SetString(PyExc_OverflowError, "padded string is too long");
        return NULL;
    }
    PyObject *result = PyUnicode_New(left + n + right, Py_MAX(PyUnicode_MAX_CHAR_VALUE(self), fill));
    if (result == NULL) {
        return NULL;
    }
    int kind = PyUnicode_KIND(result);
    void *data = PyUnicode_DATA(result);
    ou_ucs_fill(kind, data, 0, left, fill);
    ou_ucs_copy(kind, data, left, PyUnicode_KIND(self), PyUnicode_DATA(self), 0, n);
    ou_ucs_fill(kind, data, left + n, right, fill);
    return ou_str_settle(result);
}

/* (width[, fillchar]).  RE-ENTRANT: __index__ of the width. */
static int
parse_field(const char *name, PyObject *self, PyObject *const *args, Py_ssize_t nargs, Py_ssize_t *width, Py_UCS4 *fill)
{
    if (!_PyArg_CheckPositional(name, nargs, 1, 2)) {
        return -1;
    }
    *width = ou_args_ssize(args[0]);
    if (*width == -1 && PyErr_Occurred()) {
        return -1;
    }
    *fill = ' ';
    if (nargs > 1) {
        if (!PyUnicode_Check(args[1])) {
            PyErr_Format(PyExc_TypeError, "The fill character must be a unicode character, not %.100s",
                         Py_TYPE(args[1])->tp_name);
            return -1;
        }
        if (PyUnicode_READY(args[1]) < 0) {
            return -1;
        }
        if (PyUnicode_GET_LENGTH(args[1]) != 1) {
            PyErr_SetString(PyExc_TypeError, "The fill character must be exactly one character long");
            return -1;
        }
        *fill = PyUnicode_READ_CHAR(args[1], 0);
    }
    return PyUnicode_READY(self);
}

OU_STR_METHOD_FAST(center)
{
    Py_ssize_t width;
    Py_UCS4 fill;
    if (parse_field("center", self, args, nargs, &width, &fill) < 0) {
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(self);
    if (n >= width) {
        return ou_str_unchanged(self);
    }
    Py_ssize_t more = width - n, left = more / 2 + (more & width & 1); /* an odd one goes left in an odd field */
    return padded(self, left, more - left, fill);
}

OU_STR_METHOD_FAST(ljust)
{
    Py_ssize_t width;
    Py_UCS4 fill;
    if (parse_field("ljust", self, args, nargs, &width, &fill) < 0) {
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(self);
    return padded(self, 0, n >= width ? 0 : width - n, fill);
}

OU_STR_METHOD_FAST(rjust)
{
    Py_ssize_t width;
    Py_UCS4 fill;
    if (parse_field("rjust", self, args, nargs, &width, &fill) < 0) {
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(self);
    return padded(self, n >= width ? 0 : width - n, 0, fill);
}

OU_STR_METHOD_O(zfill)
{
    Py_ssize_t width = ou_args_ssize(arg);
    if ((width == -1 && PyErr_Occurred()) || PyUnicode_READY(self) < 0) {
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(self);
    if (n >= width) {
        return ou_str_unchanged(self);
    }
    PyObject *result = padded(self, width - n, 0, '0');
    if (result == NULL || n == 0) {
        return result;
    }
    Py_UCS4 sign = PyUnicode_READ_CHAR(self, 0);
    if (sign == '+' || sign == '-') {
        int kind = PyUnicode_KIND(result);
        PyUnicode_WRITE(kind, PyUnicode_DATA(result), 0, sign);
        PyUnicode_WRITE(kind, PyUnicode_DATA(result), width - n, '0');
    }
    return result;
}

/* Copy with tabs expanded to `to`, or count only (to NULL).  Returns the length, or -1 if it is too much. */
static Py_ssize_t
expand(PyObject *self, Py_ssize_t tab_size, PyObject *to)
{
    int kind = PyUnicode_KIND(self);
    const void *data = PyUnicode_DATA(self);
    Py_ssize_t n = PyUnicode_GET_LENGTH(self), at = 0, column = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_UCS4 ch = PyUnicode_READ(kind, data, i);
        Py_ssize_t more = 1;
        if (ch == '\t') {
            more = tab_size > 0 ? tab_size - column % tab_size : 0;
            ch = ' ';
        }
        if (at > PY_SSIZE_T_MAX - more) {
            return -1;
        }
        if (to != NULL) {
            ou_ucs_fill(kind, PyUnicode_DATA(to), at, more, ch);
        }
        at += more;
        column = ch == '\n' || ch == '\r' ? 0 : column + more;
    }
    return at;
}

OU_STR_METHOD_KW(expandtabs)
{
    static const OuParams params = {"expandtabs", {"tabsize"}, .n_positional = 1, .n_all = 1};
    PyObject *v[1];
    if (ou_args_parse(&params, args, (size_t)nargs, kwnames, v) < 0) {
        return NULL;
    }
    int tab_size = 8;
    if (v[0] != NULL) {
        tab_size = _PyLong_AsInt(v[0]);
        if (tab_size == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    if (PyUnicode_READY(self) < 0) {
        return NULL;
    }
    if (ou_ucs_find_char(PyUnicode_KIND(self), PyUnicode_DATA(self), 0, PyUnicode_GET_LENGTH(self), '\t') < 0) {
        return ou_str_unchanged(self);
    }
    Py_ssize_t n = expand(self, tab_size, NULL);
    if (n < 0) {
        PyErr_SetString(PyExc_OverflowError, "new string is too long");
        return NULL;
    }
    PyObject *result = PyUnicode_New(n, PyUnicode_MAX_CHAR_VALUE(self));
    if (result != NULL && n != 0) {
        expand(self, tab_size, result);
        result = ou_str_settle(result);
    }
    return result;
}
