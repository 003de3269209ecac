/* types/str_find.c - find, index, count, in, startswith, endswith, removeprefix, removesuffix.
 *
 * Owns       nothing.
 * Invariant  indices are clipped to the string as slices are.
 * Not here   the search itself (str_search.c). */
#include "types/str.h"

static void
clip_range(Py_ssize_t *start, Py_ssize_t *end, Py_ssize_t n)
{
    if (*end > n) {
        *end = n;
    }
    else if (*end < 0) {
        *end = Py_MAX(*end + n, 0);
    }
    if (*start < 0) {
        *start = Py_MAX(*start + n, 0);
    }
}

/* Both ready, the range clipped. */
static Py_ssize_t
find_in(PyObject *str, PyObject *sub, Py_ssize_t start, Py_ssize_t end, bool forward)
{
    Py_ssize_t m = PyUnicode_GET_LENGTH(sub);
    if (end - start < m) {
        return -1;
    }
    if (m == 0) {
        return forward ? start : end;
    }
    int kind = PyUnicode_KIND(str), sub_kind = PyUnicode_KIND(sub);
    if (sub_kind > kind) {
        return -1;
    }
    return forward ? ou_ucs_find(kind, PyUnicode_DATA(str), start, end, sub_kind, PyUnicode_DATA(sub), m)
                   : ou_ucs_rfind(kind, PyUnicode_DATA(str), start, end, sub_kind, PyUnicode_DATA(sub), m);
}

static Py_ssize_t
count_in(PyObject *str, PyObject *sub, Py_ssize_t start, Py_ssize_t end)
{
    Py_ssize_t m = PyUnicode_GET_LENGTH(sub);
    if (end - start < m) {
        return 0;
    }
    if (m == 0) {
        return end - start + 1;
    }
    int kind = PyUnicode_KIND(str), sub_kind = PyUnicode_KIND(sub);
    if (sub_kind > kind) {
        return 0;
    }
    return ou_ucs_count(kind, PyUnicode_DATA(str), start, end, sub_kind, PyUnicode_DATA(sub), m, -1);
}

/* Does str[start:end] start (or end) with the other? */
static bool
tail_matches(PyObject *str, PyObject *sub, Py_ssize_t start, Py_ssize_t end, bool at_end)
{
    Py_ssize_t m = PyUnicode_GET_LENGTH(sub);
    if (end - start < m) {
        return false;
    }
    if (m == 0) {
        return true;
    }
    if (PyUnicode_KIND(sub) > PyUnicode_KIND(str)) {
        return false;
    }
    return ou_ucs_equal_at(PyUnicode_KIND(str), PyUnicode_DATA(str), at_end ? end - m : start, PyUnicode_KIND(sub),
                           PyUnicode_DATA(sub), m);
}

/* ---- the API ------------------------------------------------------------------------------------------- */

/* Index of sub in str[start:end], from the left if direction > 0; -1: none; -2: error set. */
Py_ssize_t
PyUnicode_Find(PyObject *str, PyObject *sub, Py_ssize_t start, Py_ssize_t end, int direction)
{
    if (ou_str_require(str) < 0 || ou_str_require(sub) < 0) {
        return -2;
    }
    clip_range(&start, &end, PyUnicode_GET_LENGTH(str));
    return find_in(str, sub, start, end, direction > 0);
}

/* The same for one code point. */
Py_ssize_t
PyUnicode_FindChar(PyObject *str, Py_UCS4 ch, Py_ssize_t start, Py_ssize_t end, int direction)
{
    if (PyUnicode_READY(str) < 0) {
        return -2;
    }
    clip_range(&start, &end, PyUnicode_GET_LENGTH(str));
    return direction > 0 ? ou_ucs_find_char(PyUnicode_KIND(str), PyUnicode_DATA(str), start, end, ch)
                         : ou_ucs_rfind_char(PyUnicode_KIND(str), PyUnicode_DATA(str), start, end, ch);
}

/* Occurrences without overlaps in str[start:end], or -1 with TypeError set. */
Py_ssize_t
PyUnicode_Count(PyObject *str, PyObject *sub, Py_ssize_t start, Py_ssize_t end)
{
    if (ou_str_require(str) < 0 || ou_str_require(sub) < 0) {
        return -1;
    }
    clip_range(&start, &end, PyUnicode_GET_LENGTH(str));
    return count_in(str, sub, start, end);
}

/* Does str[start:end] end (direction > 0) or start (else) with sub?  1, 0, or -1 with TypeError set. */
Py_ssize_t
PyUnicode_Tailmatch(PyObject *str, PyObject *sub, Py_ssize_t start, Py_ssize_t end, int direction)
{
    if (ou_str_require(str) < 0 || ou_str_require(sub) < 0) {
        return -1;
    }
    clip_range(&start, &end, PyUnicode_GET_LENGTH(str));
    return tail_matches(str, sub, start, end, direction > 0);
}

/* sub in str: 1, 0, or -1 with TypeError set. */
int
PyUnicode_Contains(PyObject *str, PyObject *sub)
{
    if (!PyUnicode_Check(sub)) {
        PyErr_Format(PyExc_TypeError, "'in <string>' requires string as left operand, not %.100s", Py_TYPE(sub)->tp_name);
        return -1;
    }
    if (PyUnicode_READY(sub) < 0 || ou_str_require(str) < 0) {
        return -1;
    }
    return find_in(str, sub, 0, PyUnicode_GET_LENGTH(str), true) >= 0;
}

/* ---- the methods --------------------------------------------------------------------------------------- */

/* (sub[, start[, end]]): the indices first, as CPython converts them.  RE-ENTRANT: __index__. */
static int
parse_range(const char *name, PyObject *self, PyObject *const *args, Py_ssize_t nargs, Py_ssize_t *start, Py_ssize_t *end)
{
    if (nargs < 1) {
        PyErr_Format(PyExc_TypeError, "%s() takes at least 1 argument (0 given)", name);
        return -1;
    }
    if (nargs > 3) {
        PyErr_Format(PyExc_TypeError, "%s() takes at most 3 arguments (%zd given)", name, nargs);
        return -1;
    }
    *start = 0;
    *end = PY_SSIZE_T_MAX;
    if ((nargs > 1 && args[1] != Py_None && !_PyEval_SliceIndex(args[1], start))
        || (nargs > 2 && args[2] != Py_None && !_PyEval_SliceIndex(args[2], end))) {
        return -1;
    }
    if (PyUnicode_READY(self) < 0) {
        return -1;
    }
    clip_range(start, end, PyUnicode_GET_LENGTH(self));
    return 0;
}

static Py_ssize_t
find_method(const char *name, PyObject *self, PyObject *const *args, Py_ssize_t nargs, bool forward)
{
    Py_ssize_t start, end;
    if (parse_range(name, self, args, nargs, &start, &end) < 0 || ou_str_require(args[0]) < 0) {
        return -2;
    }
    return find_in(self, args[0], start, end, forward);
}

OU_STR_METHOD_FAST(find)
{
    Py_ssize_t at = find_method("find", self, args, nargs, true);
    return at == -2 ? NULL : PyLong_FromSsize_t(at);
}

OU_STR_METHOD_FAST(rfind)
{
    Py_ssize_t at = find_method("rfind", self, args, nargs, false);
    return at == -2 ? NULL : PyLong_FromSsize_t(at);
}

static PyObject *
index_result(Py_ssize_t at)
{
    if (at == -1) {
        PyErr_SetString(PyExc_ValueError, "substring not found");
    }
    return at < 0 ? NULL : PyLong_FromSsize_t(at);
}

OU_STR_METHOD_FAST(index)
{
    return index_result(find_method("index", self, args, nargs, true));
}

OU_STR_METHOD_FAST(rindex)
{
    return index_result(find_method("rindex", self, args, nargs, false));
}

OU_STR_METHOD_FAST(count)
{
    Py_ssize_t start, end;
    if (parse_range("count", self, args, nargs, &start, &end) < 0 || ou_str_require(args[0]) < 0) {
        return NULL;
    }
    return PyLong_FromSsize_t(count_in(self, args[0], start, end));
}

static PyObject *
tail_method(const char *name, PyObject *self, PyObject *const *args, Py_ssize_t nargs, bool at_end)
{
    Py_ssize_t start, end;
    if (parse_range(name, self, args, nargs, &start, &end) < 0) {
        return NULL;
    }
    PyObject *sub = args[0];
    if (PyTuple_Check(sub)) {
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(sub); i++) {
            PyObject *each = PyTuple_GET_ITEM(sub, i);
            if (!PyUnicode_Check(each)) {
                PyErr_Format(PyExc_TypeError, "tuple for %s must only contain str, not %.100s", name, Py_TYPE(each)->tp_name);
                return NULL;
            }
            if (PyUnicode_READY(each) < 0) {
                return NULL;
            }
            if (tail_matches(self, each, start, end, at_end)) {
                Py_RETURN_TRUE;
            }
        }
        Py_RETURN_FALSE;
    }
    if (!PyUnicode_Check(sub)) {
        PyErr_Format(PyExc_TypeError, "%s first arg must be str or a tuple of str, not %.100s", name, Py_TYPE(sub)->tp_name);
        return NULL;
    }
    if (PyUnicode_READY(sub) < 0) {
        return NULL;
    }
    return Py_NewRef(tail_matches(self, sub, start, end, at_end) ? Py_True : Py_False);
}

OU_STR_METHOD_FAST(startswith)
{
    return tail_method("startswith", self, args, nargs, false);
}

OU_STR_METHOD_FAST(endswith)
{
    return tail_method("endswith", self, args, nargs, true);
}

static PyObject *
remove_method(const char *name, PyObject *self, PyObject *sub, bool at_end)
{
    if (!PyUnicode_Check(sub)) {
        _PyArg_BadArgument(name, "argument", "str", sub);
        return NULL;
    }
    if (PyUnicode_READY(self) < 0 || PyUnicode_READY(sub) < 0) {
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(self), m = PyUnicode_GET_LENGTH(sub);
    if (m == 0 || !tail_matches(self, sub, 0, n, at_end)) {
        return ou_str_unchanged(self);
    }
    return at_end ? PyUnicode_Substring(self, 0, n - m) : PyUnicode_Substring(self, m, n);
}

OU_STR_METHOD_O(removeprefix)
{
    return remove_method("removeprefix", self, arg, false);
}

OU_STR_METHOD_O(removesuffix)
{
    return remove_method("removesuffix", self, arg, true);
}
