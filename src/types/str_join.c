/* types/str_join.c - concatenation: +, +=, *, join.
 *
 * Owns       nothing.
 * Invariant  a result that equals an exact operand is that operand.
 * Not here   building from pieces that are not strings yet (str_writer.c). */
#include "types/str.h"

/* left + right.  Errors TypeError, OverflowError, MemoryError. */
PyObject *
PyUnicode_Concat(PyObject *left, PyObject *right)
{
    if (ou_str_require(left) < 0) {
        return NULL;
    }
    if (!PyUnicode_Check(right)) {
        PyErr_Format(PyExc_TypeError, "can only concatenate str (not \"%.200s\") to str", Py_TYPE(right)->tp_name);
        return NULL;
    }
    if (PyUnicode_READY(left) < 0 || PyUnicode_READY(right) < 0) {
        return NULL;
    }
    Py_ssize_t n_left = PyUnicode_GET_LENGTH(left), n_right = PyUnicode_GET_LENGTH(right);
    if (n_left == 0) {
        return ou_str_unchanged(right);
    }
    if (n_right == 0) {
        return ou_str_unchanged(left);
    }
    if (n_left > PY_SSIZE_T_MAX - n_right) {
        PyErr_SetString(PyExc_OverflowError, "strings are too large to concat");
        return NULL;
    }
    Py_UCS4 maxchar = Py_MAX(PyUnicode_MAX_CHAR_VALUE(left), PyUnicode_MAX_CHAR_VALUE(right));
    PyObject *result = PyUnicode_New(n_left + n_right, maxchar);
    if (result == NULL) {
        return NULL;
    }
    int kind = PyUnicode_KIND(result);
    void *data = PyUnicode_DATA(result);
    ou_ucs_copy(kind, data, 0, PyUnicode_KIND(left), PyUnicode_DATA(left), 0, n_left);
    ou_ucs_copy(kind, data, n_left, PyUnicode_KIND(right), PyUnicode_DATA(right), 0, n_right);
    return result;
}

int
ou_str_concat_in_place(PyObject **left, PyObject *right)
{
    PyObject *str = *left;
    PyASCIIObject *head = (PyASCIIObject *)str;
    Py_ssize_t n = head->length, n_right = PyUnicode_GET_LENGTH(right);
    if (n_right == 0 && PyUnicode_CheckExact(str)) {
        return 0;
    }
    /* `s += s` may come with one count for both: a borrowed operand is not a second holder. */
    if (Py_REFCNT(str) == 1 && str != right && head->state.interned == 0 && head->state.compact && n > 0
        && PyUnicode_CheckExact(str) && PyUnicode_MAX_CHAR_VALUE(right) <= PyUnicode_MAX_CHAR_VALUE(str)
        && n <= PY_SSIZE_T_MAX - n_right && !ou_is_permanent(str)) {
        if (ou_str_resize(left, n + n_right) < 0) {
            return -1;
        }
        str = *left;
        ou_ucs_copy(PyUnicode_KIND(str), PyUnicode_DATA(str), n, PyUnicode_KIND(right), PyUnicode_DATA(right), 0, n_right);
        return 0;
    }
    PyObject *result = PyUnicode_Concat(str, right);
    if (result == NULL) {
        return -1;
    }
    Py_SETREF(*left, result);
    return 0;
}

/* *p_left += right; on error *p_left is dropped and NULL. */
void
PyUnicode_Append(PyObject **p_left, PyObject *right)
{
    PyObject *left = p_left == NULL ? NULL : *p_left;
    if (p_left == NULL || left == NULL || right == NULL || !PyUnicode_Check(left) || !PyUnicode_Check(right)) {
        if (p_left != NULL) {
            if (!PyErr_Occurred()) {
                PyErr_BadInternalCall();
            }
            Py_CLEAR(*p_left);
        }
        return;
    }
    if (PyUnicode_READY(left) < 0 || PyUnicode_READY(right) < 0 || ou_str_concat_in_place(p_left, right) < 0) {
        Py_CLEAR(*p_left);
    }
}

/* The same, taking the reference to right. */
void
PyUnicode_AppendAndDel(PyObject **p_left, PyObject *right)
{
    PyUnicode_Append(p_left, right);
    Py_XDECREF(right);
}

/* ---- join ---------------------------------------------------------------------------------------------- */

PyObject *
ou_str_join_array(PyObject *separator, PyObject *const *items, Py_ssize_t n)
{
    if (n == 0) {
        return Py_NewRef(OU_EMPTY_STR);
    }
    if (n == 1 && PyUnicode_CheckExact(items[0])) {
        return Py_NewRef(items[0]);
    }
    Py_ssize_t n_separator = 0;
    Py_UCS4 maxchar = 0;
    if (separator != NULL && n > 1) {
        if (PyUnicode_READY(separator) < 0) {
            return NULL;
        }
        n_separator = PyUnicode_GET_LENGTH(separator);
        maxchar = n_separator != 0 ? PyUnicode_MAX_CHAR_VALUE(separator) : 0;
    }
    size_t total = 0;
    bool same_kind = true;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = items[i];
        if (OU_UNLIKELY(!PyUnicode_Check(item))) {
            PyErr_Format(PyExc_TypeError, "sequence item %zd: expected str instance, %.80s found", i, Py_TYPE(item)->tp_name);
            return NULL;
        }
        if (PyUnicode_READY(item) < 0) {
            return NULL;
        }
        size_t more = (size_t)PyUnicode_GET_LENGTH(item) + (i != 0 ? (size_t)n_separator : 0);
        if (ou_size_add(total, more, &total) || total > PY_SSIZE_T_MAX) {
            PyErr_SetString(PyExc_OverflowError, "join() result is too long for a Python string");
            return NULL;
        }
        same_kind &= PyUnicode_KIND(item) == PyUnicode_KIND(items[0]);
        maxchar = Py_MAX(maxchar, PyUnicode_MAX_CHAR_VALUE(item));
    }
    PyObject *result = PyUnicode_New((Py_ssize_t)total, maxchar);
    if (result == NULL || total == 0) {
        return result;
    }
    int kind = PyUnicode_KIND(result);
    if (same_kind && (n_separator == 0 || PyUnicode_KIND(separator) == PyUnicode_KIND(items[0]))) {
        char *to = PyUnicode_DATA(result); /* all of one kind: a chain of memcpy */
        size_t separator_size = (size_t)n_separator * (size_t)kind;
        const char *between = n_separator != 0 ? PyUnicode_DATA(separator) : NULL;
        for (Py_ssize_t i = 0; i < n; i++) {
            if (i != 0 && separator_size != 0) {
                memcpy(to, between, separator_size);
                to += separator_size;
            }
            size_t size = (size_t)PyUnicode_GET_LENGTH(items[i]) * (size_t)kind;
            memcpy(to, PyUnicode_DATA(items[i]), size);
            to += size;
        }
    }
    else {
        void *data = PyUnicode_DATA(result);
        Py_ssize_t at = 0;
        for (Py_ssize_t i = 0; i < n; i++) {
            if (i != 0 && n_separator != 0) {
                ou_ucs_copy(kind, data, at, PyUnicode_KIND(separator), PyUnicode_DATA(separator), 0, n_separator);
                at += n_separator;
            }
            Py_ssize_t length = PyUnicode_GET_LENGTH(items[i]);
            ou_ucs_copy(kind, data, at, PyUnicode_KIND(items[i]), PyUnicode_DATA(items[i]), 0, length);
            at += length;
        }
    }
    return ou_str_settle(result);
}

/* separator.join(items), the array's items borrowed; separator NULL is a space, as in PyUnicode_Join. */
PyObject *
_PyUnicode_JoinArray(PyObject *separator, PyObject *const *items, Py_ssize_t n)
{
    return ou_str_join_array(separator == NULL ? OU_LATIN1_CHAR(' ') : separator, items, n);
}

/* separator.join(iterable).  separator NULL is a space.
 * RE-ENTRANT  while the iterable is read; from then on no Python code runs, so the sequence stands still. */
PyObject *
PyUnicode_Join(PyObject *separator, PyObject *iterable)
{
    if (separator == NULL) {
        separator = OU_LATIN1_CHAR(' ');
    }
    if (!PyUnicode_Check(separator)) {
        PyErr_Format(PyExc_TypeError, "separator: expected str instance, %.80s found", Py_TYPE(separator)->tp_name);
        return NULL;
    }
    PyObject *fast = PySequence_Fast(iterable, "can only join an iterable");
    if (fast == NULL) {
        return NULL;
    }
    PyObject *result = ou_str_join_array(separator, PySequence_Fast_ITEMS(fast), PySequence_Fast_GET_SIZE(fast));
    Py_DECREF(fast);
    return result;
}
