/* types/str_compare.c - equality, order, hash.
 *
 * Owns       nothing.
 * Invariant  runs no Python code; strings compare by code points, whatever their kinds.
 * Not here   case folding (str_case.c). */
#include "types/str.h"

#include "base/hash.h"

Py_hash_t
ou_str_hash_slow(PyObject *str)
{
    PyASCIIObject *head = (PyASCIIObject *)str;
    head->hash = ou_hash_bytes(PyUnicode_DATA(str), (size_t)head->length * head->state.kind);
    return head->hash;
}

int
ou_str_require(PyObject *arg)
{
    if (!PyUnicode_Check(arg)) {
        PyErr_Format(PyExc_TypeError, "must be str, not %.100s", Py_TYPE(arg)->tp_name);
        return -1;
    }
    return PyUnicode_READY(arg);
}

/* -1, 0 or 1.  Both ready. */
static int
str_order(PyObject *a, PyObject *b)
{
    Py_ssize_t n_a = PyUnicode_GET_LENGTH(a), n_b = PyUnicode_GET_LENGTH(b), n = Py_MIN(n_a, n_b);
    int kind_a = PyUnicode_KIND(a), kind_b = PyUnicode_KIND(b);
    const void *data_a = PyUnicode_DATA(a), *data_b = PyUnicode_DATA(b);
    if (kind_a == 1 && kind_b == 1) {
        int order = memcmp(data_a, data_b, (size_t)n);
        if (order != 0) {
            return order < 0 ? -1 : 1;
        }
    }
    else {
        for (Py_ssize_t i = 0; i < n; i++) {
            Py_UCS4 ch_a = PyUnicode_READ(kind_a, data_a, i), ch_b = PyUnicode_READ(kind_b, data_b, i);
            if (ch_a != ch_b) {
                return ch_a < ch_b ? -1 : 1;
            }
        }
    }
    return n_a < n_b ? -1 : n_a > n_b;
}

/* -1, 0 or 1; on error -1 with TypeError set. */
int
PyUnicode_Compare(PyObject *left, PyObject *right)
{
    if (!PyUnicode_Check(left) || !PyUnicode_Check(right)) {
        PyErr_Format(PyExc_TypeError, "Can't compare %.100s and %.100s", Py_TYPE(left)->tp_name, Py_TYPE(right)->tp_name);
        return -1;
    }
    if (PyUnicode_READY(left) < 0 || PyUnicode_READY(right) < 0) {
        return -1;
    }
    return left == right ? 0 : str_order(left, right);
}

/* Compare with a Latin-1 C string; never fails. */
int
PyUnicode_CompareWithASCIIString(PyObject *str, const char *text)
{
    int kind = PyUnicode_KIND(str);
    const void *data = PyUnicode_DATA(str);
    Py_ssize_t n = PyUnicode_GET_LENGTH(str);
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_UCS4 ch = PyUnicode_READ(kind, data, i);
        unsigned char other = (unsigned char)text[i];
        if (ch != other || other == 0) {
            return ch < other ? -1 : 1; /* a NUL ends the text: the str is longer */
        }
    }
    return text[n] == 0 ? 0 : -1;
}

/* Is it equal to an ASCII C string?  Never fails. */
int
_PyUnicode_EqualToASCIIString(PyObject *str, const char *text)
{
    if (!PyUnicode_IS_ASCII(str)) {
        return 0;
    }
    size_t n = (size_t)PyUnicode_GET_LENGTH(str);
    return strlen(text) == n && memcmp(PyUnicode_DATA(str), text, n) == 0;
}

int
_PyUnicode_EqualToASCIIId(PyObject *str, _Py_Identifier *id)
{
    return _PyUnicode_EqualToASCIIString(str, id->string);
}

int
_PyUnicode_EQ(PyObject *a, PyObject *b)
{
    return ou_str_equal(a, b);
}

int
_PyUnicode_Equal(PyObject *a, PyObject *b)
{
    return ou_str_equal(a, b);
}

/* The six comparisons; NotImplemented for anything but str. */
PyObject *
PyUnicode_RichCompare(PyObject *left, PyObject *right, int op)
{
    if (!PyUnicode_Check(left) || !PyUnicode_Check(right)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (PyUnicode_READY(left) < 0 || PyUnicode_READY(right) < 0) {
        return NULL;
    }
    bool result;
    if (op == Py_EQ || op == Py_NE) {
        result = ou_str_equal(left, right) == (op == Py_EQ);
    }
    else {
        int order = left == right ? 0 : str_order(left, right);
        switch (op) {
        case Py_LT: result = order < 0; break;
        case Py_LE: result = order <= 0; break;
        case Py_GT: result = order > 0; break;
        case Py_GE: result = order >= 0; break;
        default: PyErr_BadArgument(); return NULL;
        }
    }
    return Py_NewRef(result ? Py_True : Py_False);
}
