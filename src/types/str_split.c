/* types/str_split.c - split, rsplit, splitlines, partition, rpartition.
 *
 * Owns       nothing.
 * Invariant  where nothing is cut, an exact string itself is the part.
 * Not here   the search (str_search.c). */
#include "types/str.h"

#include "object/args.h"
#include "types/list.h"

/* Append str[start:end]. */
static int
add_part(PyObject *list, PyObject *str, Py_ssize_t start, Py_ssize_t end)
{
    bool ascii = PyUnicode_IS_ASCII(str) && start < end && end - start < PyUnicode_GET_LENGTH(str);
    PyObject *part = ascii ? ou_str_from_ascii((const char *)PyUnicode_1BYTE_DATA(str) + start, end - start)
                           : PyUnicode_Substring(str, start, end);
    return part == NULL ? -1 : ou_list_append(list, part);
}

static OU_ALWAYS_INLINE bool
is_space(int kind, const void *data, Py_ssize_t i)
{
    Py_UCS4 ch = PyUnicode_READ(kind, data, i);
    return ch < 128 ? _Py_ascii_whitespace[ch] : ch < 0x1680 ? ch == 0x85 || ch == 0xA0 : _PyUnicode_IsWhitespace(ch);
}

static OU_ALWAYS_INLINE int
split_space_of(int kind, PyObject *list, PyObject *str, Py_ssize_t max)
{
    const void *data = PyUnicode_DATA(str);
    Py_ssize_t n = PyUnicode_GET_LENGTH(str), i = 0;
    for (;;) {
        while (i < n && is_space(kind, data, i)) {
            i++;
        }
        if (i == n) {
            return 0;
        }
        Py_ssize_t start = i;
        if (max-- == 0) {
            return add_part(list, str, start, n); /* the rest as it stands */
        }
        while (i < n && !is_space(kind, data, i)) {
            i++;
        }
        if (add_part(list, str, start, i) < 0) {
            return -1;
        }
    }
}

static int
split_space(PyObject *list, PyObject *str, Py_ssize_t max)
{
    switch (PyUnicode_KIND(str)) {
    case 1: return split_space_of(1, list, str, max);
    case 2: return split_space_of(2, list, str, max);
    default: return split_space_of(4, list, str, max);
    }
}

static int
rsplit_space(PyObject *list, PyObject *str, Py_ssize_t max)
{
    int kind = PyUnicode_KIND(str);
    const void *data = PyUnicode_DATA(str);
    Py_ssize_t i = PyUnicode_GET_LENGTH(str);
    for (;;) {
        while (i > 0 && is_space(kind, data, i - 1)) {
            i--;
        }
        if (i == 0) {
            return 0;
        }
        Py_ssize_t end = i;
        if (max-- == 0) {
            return add_part(list, str, 0, end);
        }
        while (i > 0 && !is_space(kind, data, i - 1)) {
            i--;
        }
        if (add_part(list, str, i, end) < 0) {
            return -1;
        }
    }
}

/* ou_ucs_find_char() of bytes, which parts are often too short for. */
static OU_ALWAYS_INLINE Py_ssize_t
near_byte(const Py_UCS1 *data, Py_ssize_t from, Py_ssize_t n, Py_UCS1 byte)
{
    for (Py_ssize_t end = Py_MIN(n, from + 8); from < end; from++) {
        if (data[from] == byte) {
            return from;
        }
    }
    return ou_ucs_find_char(1, data, from, n, byte);
}

static int
split_text(PyObject *list, PyObject *str, PyObject *separator, Py_ssize_t max)
{
    int kind = PyUnicode_KIND(str), separator_kind = PyUnicode_KIND(separator);
    const void *data = PyUnicode_DATA(str), *separator_data = PyUnicode_DATA(separator);
    Py_ssize_t n = PyUnicode_GET_LENGTH(str), m = PyUnicode_GET_LENGTH(separator), from = 0;
    while (max-- != 0 && separator_kind <= kind) {
        Py_ssize_t at = kind == 1 && m == 1 ? near_byte(data, from, n, *(const Py_UCS1 *)separator_data)
                                            : ou_ucs_find(kind, data, from, n, separator_kind, separator_data, m);
        if (at < 0) {
            break;
        }
        if (add_part(list, str, from, at) < 0) {
            return -1;
        }
        from = at + m;
    }
    return add_part(list, str, from, n);
}

static int
rsplit_text(PyObject *list, PyObject *str, PyObject *separator, Py_ssize_t max)
{
    int kind = PyUnicode_KIND(str), separator_kind = PyUnicode_KIND(separator);
    const void *data = PyUnicode_DATA(str), *separator_data = PyUnicode_DATA(separator);
    Py_ssize_t to = PyUnicode_GET_LENGTH(str), m = PyUnicode_GET_LENGTH(separator);
    while (max-- != 0 && separator_kind <= kind) {
        Py_ssize_t at = ou_ucs_rfind(kind, data, 0, to, separator_kind, separator_data, m);
        if (at < 0) {
            break;
        }
        if (add_part(list, str, at + m, to) < 0) {
            return -1;
        }
        to = at;
    }
    return add_part(list, str, 0, to);
}

/* The list of parts; separator NULL: whitespace; max negative: no bound.  Errors ValueError for an empty
 * separator. */
static PyObject *
split_list(PyObject *str, PyObject *separator, Py_ssize_t max, bool from_right)
{
    if (separator != NULL && PyUnicode_GET_LENGTH(separator) == 0) {
        PyErr_SetString(PyExc_ValueError, "empty separator");
        return NULL;
    }
    PyObject *list = PyList_New(0);
    if (list == NULL) {
        return NULL;
    }
    int failed = separator == NULL ? (from_right ? rsplit_space : split_space)(list, str, max)
                                   : (from_right ? rsplit_text : split_text)(list, str, separator, max);
    if (!failed && from_right) {
        failed = PyList_Reverse(list);
    }
    if (failed) {
        Py_CLEAR(list);
    }
    return list;
}

static PyObject *
split_method(PyObject *self, PyObject *const *v, bool from_right)
{
    Py_ssize_t max = -1;
    if (v[1] != NULL) {
        max = ou_args_ssize(v[1]);
        if (max == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    PyObject *separator = v[0] == Py_None ? NULL : v[0];
    if (separator != NULL && !PyUnicode_Check(separator)) {
        PyErr_Format(PyExc_TypeError, "must be str or None, not %.100s", Py_TYPE(separator)->tp_name);
        return NULL;
    }
    if (PyUnicode_READY(self) < 0 || (separator != NULL && PyUnicode_READY(separator) < 0)) {
        return NULL;
    }
    return split_list(self, separator, max < 0 ? -1 : max, from_right);
}

OU_STR_METHOD_KW(split)
{
    static const OuParams params = {"split", {"sep", "maxsplit"}, .n_positional = 2, .n_all = 2};
    PyObject *v[2];
    return ou_args_parse(&params, args, (size_t)nargs, kwnames, v) < 0 ? NULL : split_method(self, v, false);
}

OU_STR_METHOD_KW(rsplit)
{
    static const OuParams params = {"rsplit", {"sep", "maxsplit"}, .n_positional = 2, .n_all = 2};
    PyObject *v[2];
    return ou_args_parse(&params, args, (size_t)nargs, kwnames, v) < 0 ? NULL : split_method(self, v, true);
}

/* separator NULL or a str.  Errors TypeError, ValueError. */
PyObject *
PyUnicode_Split(PyObject *str, PyObject *separator, Py_ssize_t max)
{
    if (ou_str_require(str) < 0 || (separator != NULL && ou_str_require(separator) < 0)) {
        return NULL;
    }
    return split_list(str, separator, max < 0 ? -1 : max, false);
}

PyObject *
PyUnicode_RSplit(PyObject *str, PyObject *separator, Py_ssize_t max)
{
    if (ou_str_require(str) < 0 || (separator != NULL && ou_str_require(separator) < 0)) {
        return NULL;
    }
    return split_list(str, separator, max < 0 ? -1 : max, true);
}

/* ---- lines --------------------------------------------------------------------------------------------- */

static OU_ALWAYS_INLINE bool
is_line_end(Py_UCS4 ch)
{
    if (ch > 0x1e && ch < 0x2028) {
        return ch == 0x85;
    }
    return ch < 0x2028 ? (ch >= '\n' && ch <= '\r') || ch >= 0x1c : ch <= 0x2029;
}

static OU_ALWAYS_INLINE Py_ssize_t
line_end_from(int kind, const void *data, Py_ssize_t i, Py_ssize_t n)
{
    while (i < n && !is_line_end(PyUnicode_READ(kind, data, i))) {
        i++;
    }
    return i;
}

/* The list of lines.  Errors TypeError. */
PyObject *
PyUnicode_Splitlines(PyObject *str, int keep_ends)
{
    if (ou_str_require(str) < 0) {
        return NULL;
    }
    PyObject *list = PyList_New(0);
    if (list == NULL) {
        return NULL;
    }
    int kind = PyUnicode_KIND(str);
    const void *data = PyUnicode_DATA(str);
    Py_ssize_t n = PyUnicode_GET_LENGTH(str), i = 0;
    while (i < n) {
        Py_ssize_t start = i;
        i = kind == 1 ? line_end_from(1, data, i, n) : kind == 2 ? line_end_from(2, data, i, n) : line_end_from(4, data, i, n);
        Py_ssize_t end = i;
        if (i < n) {
            bool pair = PyUnicode_READ(kind, data, i) == '\r' && i + 1 < n && PyUnicode_READ(kind, data, i + 1) == '\n';
            i += pair ? 2 : 1;
        }
        if (add_part(list, str, start, keep_ends ? i : end) < 0) {
            Py_DECREF(list);
            return NULL;
        }
    }
    return list;
}

OU_STR_METHOD_KW(splitlines)
{
    static const OuParams params = {"splitlines", {"keepends"}, .n_positional = 1, .n_all = 1};
    PyObject *v[1];
    if (ou_args_parse(&params, args, (size_t)nargs, kwnames, v) < 0) {
        return NULL;
    }
    int keep_ends = 0;
    if (v[0] != NULL) {
        keep_ends = _PyLong_AsInt(v[0]);
        if (keep_ends == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    return PyUnicode_Splitlines(self, keep_ends);
}

/* ---- partition ----------------------------------------------------------------------------------------- */

/* A tuple of three new references, which it takes; any may be NULL with an error set. */
static PyObject *
triple(PyObject *a, PyObject *b, PyObject *c)
{
    PyObject *tuple = a == NULL || b == NULL || c == NULL ? NULL : PyTuple_New(3);
    if (tuple == NULL) {
        Py_XDECREF(a);
        Py_XDECREF(b);
        Py_XDECREF(c);
        return NULL;
    }
    PyTuple_SET_ITEM(tuple, 0, a);
    PyTuple_SET_ITEM(tuple, 1, b);
    PyTuple_SET_ITEM(tuple, 2, c);
    return tuple;
}

static PyObject *
partition(PyObject *str, PyObject *separator, bool from_right)
{
    if (ou_str_require(str) < 0 || ou_str_require(separator) < 0) {
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(str), m = PyUnicode_GET_LENGTH(separator), at = -1;
    if (m == 0) {
        PyErr_SetString(PyExc_ValueError, "empty separator");
        return NULL;
    }
    int kind = PyUnicode_KIND(str), separator_kind = PyUnicode_KIND(separator);
    if (separator_kind <= kind) {
        at = (from_right ? ou_ucs_rfind : ou_ucs_find)(kind, PyUnicode_DATA(str), 0, n, separator_kind,
                                                       PyUnicode_DATA(separator), m);
    }
    if (at >= 0) {
        return triple(PyUnicode_Substring(str, 0, at), Py_NewRef(separator), PyUnicode_Substring(str, at + m, n));
    }
    if (from_right) {
        return triple(Py_NewRef(OU_EMPTY_STR), Py_NewRef(OU_EMPTY_STR), ou_str_unchanged(str));
    }
    return triple(ou_str_unchanged(str), Py_NewRef(OU_EMPTY_STR), Py_NewRef(OU_EMPTY_STR));
}

PyObject *
PyUnicode_Partition(PyObject *str, PyObject *separator)
{
    return partition(str, separator, false);
}

PyObject *
PyUnicode_RPartition(PyObject *str, PyObject *separator)
{
    return partition(str, separator, true);
}

OU_STR_METHOD_O(partition)
{
    return partition(self, arg, false);
}

OU_STR_METHOD_O(rpartition)
{
    return partition(self, arg, true);
}
