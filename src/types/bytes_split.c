/* types/bytes_split.c - methods of bytes and bytearray that take apart, join, replace and translate.
 *
 * Invariant  arguments are sorted out before the text of self is looked at: that may run Python code.
 * Not here   searching, case, padding (bytes_methods.c). */
#include "object/args.h"
#include "object/hold.h"
#include "types/bytes_text.h"
#include "types/list.h"

/* ---- splitting and joining --------------------------------------------------------------------------------------------- */

static int
append_part(PyObject *list, PyObject *self, Py_ssize_t start, Py_ssize_t end)
{
    PyObject *part = ou_bytes_like(self, ou_bytes_text(self).data + start, end - start);
    return part == NULL ? -1 : ou_list_append(list, part);
}

/* Split at whitespace; nothing here runs Python code. */
static int
split_blank(PyObject *list, PyObject *self, Py_ssize_t max, bool backward)
{
    OuBytesText text = ou_bytes_text(self);
    Py_ssize_t at = backward ? text.n : 0;
    while (true) {
        while (backward ? at > 0 && Py_ISSPACE(text.data[at - 1]) : at < text.n && Py_ISSPACE(text.data[at])) {
            at += backward ? -1 : 1;
        }
        if (backward ? at == 0 : at == text.n) {
            return 0;
        }
        Py_ssize_t other = at;
        if (max-- == 0) {
            other = backward ? 0 : text.n;
        }
        else {
            while (backward ? other > 0 && !Py_ISSPACE(text.data[other - 1])
                            : other < text.n && !Py_ISSPACE(text.data[other])) {
                other += backward ? -1 : 1;
            }
        }
        if (append_part(list, self, backward ? other : at, backward ? at : other) < 0) {
            return -1;
        }
        at = other;
    }
}

static int
split_at(PyObject *list, PyObject *self, const char *sep, Py_ssize_t n_sep, Py_ssize_t max, bool backward)
{
    OuBytesText text = ou_bytes_text(self);
    Py_ssize_t start = 0, end = text.n;
    while (max-- != 0) {
        Py_ssize_t found = ou_bytes_search(text, start, end, sep, n_sep, backward);
        if (found < 0) {
            break;
        }
        if (backward ? append_part(list, self, found + n_sep, end) < 0 : append_part(list, self, start, found) < 0) {
            return -1;
        }
        if (backward) {
            end = found;
        }
        else {
            start = found + n_sep;
        }
    }
    return append_part(list, self, start, end);
}

static PyObject *
split_any(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames, bool backward)
{
    static const OuParams split = {"split", {"sep", "maxsplit"}, .n_positional = 2, .n_all = 2};
    static const OuParams rsplit = {"rsplit", {"sep", "maxsplit"}, .n_positional = 2, .n_all = 2};
    PyObject *v[2];
    Py_ssize_t max = -1;
    Py_buffer view = {.obj = NULL};
    if (ou_args_parse(backward ? &rsplit : &split, args, (size_t)n_args, kwnames, v) < 0
        || (v[1] != NULL && (max = ou_args_ssize(v[1])) == -1 && PyErr_Occurred())) {
        return NULL;
    }
    bool blank = v[0] == NULL || v[0] == Py_None;
    if (!blank) {
        if (PyObject_GetBuffer(v[0], &view, PyBUF_SIMPLE) < 0) {
            return NULL;
        }
        if (view.len == 0) {
            PyErr_SetString(PyExc_ValueError, "empty separator");
            PyBuffer_Release(&view);
            return NULL;
        }
    }
    PyObject *list = PyList_New(0);
    max = max < 0 ? PY_SSIZE_T_MAX : max;
    if (list != NULL
        && (blank ? split_blank(list, self, max, backward) : split_at(list, self, view.buf, view.len, max, backward)) < 0) {
        Py_CLEAR(list);
    }
    if (view.obj != NULL) {
        PyBuffer_Release(&view);
    }
    if (list != NULL && backward && PyList_Reverse(list) < 0) {
        Py_CLEAR(list);
    }
    return list;
}

PyObject *
ou_bytes_split(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    return split_any(self, args, n_args, kwnames, false);
}

PyObject *
ou_bytes_rsplit(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    return split_any(self, args, n_args, kwnames, true);
}

PyObject *
ou_bytes_splitlines(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"splitlines", {"keepends"}, .n_positional = 1, .n_all = 1};
    PyObject *v[1];
    int keep = 0;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0
        || (v[0] != NULL && (keep = _PyLong_AsInt(v[0])) == -1 && PyErr_Occurred())) {
        return NULL;
    }
    PyObject *list = PyList_New(0);
    OuBytesText text = ou_bytes_text(self);
    for (Py_ssize_t at = 0; list != NULL && at < text.n;) {
        Py_ssize_t end = at;
        while (end < text.n && text.data[end] != '\n' && text.data[end] != '\r') {
            end++;
        }
        Py_ssize_t next = end;
        if (next < text.n) {
            next += text.data[next] == '\r' && next + 1 < text.n && text.data[next + 1] == '\n' ? 2 : 1;
        }
        if (append_part(list, self, at, keep ? next : end) < 0) {
            Py_CLEAR(list);
        }
        at = next;
    }
    return list;
}

static PyObject *
partition(PyObject *self, PyObject *sep, bool backward)
{
    Py_buffer view;
    if (PyObject_GetBuffer(sep, &view, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    PyObject *result = NULL;
    if (view.len == 0) {
        PyErr_SetString(PyExc_ValueError, "empty separator");
    }
    else {
        OuBytesText text = ou_bytes_text(self);
        Py_ssize_t found = ou_bytes_search(text, 0, text.n, view.buf, view.len, backward);
        PyObject *empty1, *empty2;
        if (found >= 0) {
            result = Py_BuildValue("(NNN)", ou_bytes_like(self, text.data, found),
                                   PyBytes_Check(self) && PyBytes_Check(sep) ? Py_NewRef(sep)
                                                                             : ou_bytes_like(self, view.buf, view.len),
                                   ou_bytes_like(self, text.data + found + view.len, text.n - found - view.len));
        }
        else {
            empty1 = ou_bytes_like(self, NULL, 0);
            empty2 = ou_bytes_like(self, NULL, 0);
            result = backward ? Py_BuildValue("(NNN)", empty1, empty2, ou_bytes_same(self))
                              : Py_BuildValue("(NNN)", ou_bytes_same(self), empty1, empty2);
        }
    }
    PyBuffer_Release(&view);
    return result;
}

PyObject *
ou_bytes_partition(PyObject *self, PyObject *sep)
{
    return partition(self, sep, false);
}

PyObject *
ou_bytes_rpartition(PyObject *self, PyObject *sep)
{
    return partition(self, sep, true);
}

/* self.join(iterable).  The parts' buffers stay exported while they are copied.  RE-ENTRANT. */
PyObject *
ou_bytes_join(PyObject *self, PyObject *iterable)
{
    PyObject *parts = PySequence_Fast(iterable, "can only join an iterable"), *result = NULL;
    if (parts == NULL) {
        return NULL;
    }
    Py_ssize_t n = PySequence_Fast_GET_SIZE(parts), total = 0, done = 0;
    Py_buffer *views = PyMem_New(Py_buffer, n + 1), own;
    if (views == NULL || PyObject_GetBuffer(self, &own, PyBUF_SIMPLE) < 0) {
        if (views == NULL) {
            PyErr_NoMemory();
        }
        PyMem_Free(views);
        Py_DECREF(parts);
        return NULL;
    }
    OU_HOLD(hold, &parts);
    for (; done < n; done++) {
        if (PySequence_Fast_GET_SIZE(parts) != n) {
            PyErr_SetString(PyExc_RuntimeError, "sequence changed size during iteration");
            goto release;
        }
        PyObject *item = PySequence_Fast_GET_ITEM(parts, done);
        if (PyObject_GetBuffer(item, &views[done], PyBUF_SIMPLE) < 0) {
            PyErr_Format(PyExc_TypeError, "sequence item %zd: expected a bytes-like object, %.80s found", done,
                         Py_TYPE(item)->tp_name);
            goto release;
        }
        if (__builtin_add_overflow(total, views[done].len, &total)
            || (done > 0 && __builtin_add_overflow(total, own.len, &total))) {
            PyErr_SetString(PyExc_OverflowError, "join() result is too long");
            done++;
            goto release;
        }
    }
    if (n == 1 && PyBytes_CheckExact(PySequence_Fast_GET_ITEM(parts, 0)) && PyBytes_Check(self)) {
        result = Py_NewRef(PySequence_Fast_GET_ITEM(parts, 0));
        goto release;
    }
    result = ou_bytes_like(self, NULL, total);
    if (result != NULL) {
        char *to = ou_bytes_writable(result);
        for (Py_ssize_t i = 0; i < n; i++) {
            if (i > 0) {
                memcpy(to, own.buf, (size_t)own.len);
                to += own.len;
            }
            memcpy(to, views[i].buf, (size_t)views[i].len);
            to += views[i].len;
        }
    }
release:
    for (Py_ssize_t i = 0; i < done; i++) {
        PyBuffer_Release(&views[i]);
    }
    PyBuffer_Release(&own);
    OU_HOLD_END(hold);
    PyMem_Free(views);
    Py_DECREF(parts);
    return result;
}

PyObject *
_PyBytes_Join(PyObject *sep, PyObject *iterable)
{
    return ou_bytes_join(sep, iterable);
}

/* ---- replacing and translating --------------------------------------------------------------------------------------------- */

OU_VECTOR_LOOPS static void
swap_bytes(char *to, const char *from, Py_ssize_t n, char old, char new)
{
    for (Py_ssize_t i = 0; i < n; i++) {
        to[i] = from[i] == old ? new : from[i];
    }
}

static PyObject *
replace(PyObject *self, const char *from, Py_ssize_t n_from, const char *to, Py_ssize_t n_to, Py_ssize_t max)
{
    OuBytesText text = ou_bytes_text(self);
    max = max < 0 ? PY_SSIZE_T_MAX : max;
    Py_ssize_t n = n_from == 0 ? Py_MIN(text.n + 1, max)
                               : ou_ucs_count(1, text.data, 0, text.n, 1, from, n_from, max == PY_SSIZE_T_MAX ? -1 : max);
    if (n == 0 || max == 0) {
        return ou_bytes_same(self);
    }
    Py_ssize_t more, total;
    if (__builtin_mul_overflow(n, n_to - n_from, &more) || __builtin_add_overflow(text.n, more, &total)) {
        PyErr_SetString(PyExc_OverflowError, "replace bytes is too long");
        return NULL;
    }
    PyObject *result = ou_bytes_like(self, NULL, total);
    if (result == NULL) {
        return NULL;
    }
    char *out = ou_bytes_writable(result);
    Py_ssize_t at = 0;
    if (n_from == 1 && n_to == 1 && max == PY_SSIZE_T_MAX) {
        swap_bytes(out, text.data, text.n, *from, *to);
        return result;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_ssize_t found = n_from == 0 ? at : ou_ucs_find(1, text.data, at, text.n, 1, from, n_from);
        memcpy(out, text.data + at, (size_t)(found - at));
        out += found - at;
        memcpy(out, to, (size_t)n_to);
        out += n_to;
        at = found + n_from;
        if (n_from == 0 && at < text.n) {
            *out++ = text.data[at++];
        }
    }
    memcpy(out, text.data + at, (size_t)(text.n - at));
    return result;
}

PyObject *
ou_bytes_replace(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t max = -1;
    Py_buffer from = {.obj = NULL}, to = {.obj = NULL};
    PyObject *result = NULL;
    if (_PyArg_CheckPositional("replace", n_args, 2, 3) && PyObject_GetBuffer(args[0], &from, PyBUF_SIMPLE) == 0
        && PyObject_GetBuffer(args[1], &to, PyBUF_SIMPLE) == 0
        && (n_args < 3 || (max = ou_args_ssize(args[2])) != -1 || !PyErr_Occurred())) {
        result = replace(self, from.buf, from.len, to.buf, to.len, max);
    }
    PyBuffer_Release(&to);
    PyBuffer_Release(&from);
    return result;
}

PyObject *
ou_bytes_translate(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"translate",       {"", "delete"},  .n_posonly = 1,
                                    .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2], *result = NULL;
    Py_buffer table = {.obj = NULL}, drop = {.obj = NULL};
    bool dropped[256] = {false};
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0
        || (v[0] != Py_None && PyObject_GetBuffer(v[0], &table, PyBUF_SIMPLE) < 0)) {
        return NULL;
    }
    if (table.obj != NULL && table.len != 256) {
        PyErr_SetString(PyExc_ValueError, "translation table must be 256 characters long");
        goto done;
    }
    if (v[1] != NULL) {
        if (PyObject_GetBuffer(v[1], &drop, PyBUF_SIMPLE) < 0) {
            goto done;
        }
        for (Py_ssize_t i = 0; i < drop.len; i++) {
            dropped[((unsigned char *)drop.buf)[i]] = true;
        }
    }
    OuBytesText text = ou_bytes_text(self);
    Py_ssize_t n = 0;
    for (Py_ssize_t i = 0; i < text.n; i++) {
        n += !dropped[(unsigned char)text.data[i]];
    }
    result = ou_bytes_like(self, NULL, n);
    if (result != NULL) {
        char *to = ou_bytes_writable(result);
        for (Py_ssize_t i = 0; i < text.n; i++) {
            unsigned char c = (unsigned char)text.data[i];
            if (!dropped[c]) {
                *to++ = table.obj != NULL ? ((char *)table.buf)[c] : (char)c;
            }
        }
    }
done:
    if (table.obj != NULL) {
        PyBuffer_Release(&table);
    }
    if (drop.obj != NULL) {
        PyBuffer_Release(&drop);
    }
    return result;
}

PyObject *
ou_bytes_maketrans(PyObject *ignored, PyObject *const *args, Py_ssize_t n_args)
{
    Py_buffer from, to;
    if (!_PyArg_CheckPositional("maketrans", n_args, 2, 2) || PyObject_GetBuffer(args[0], &from, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    PyObject *table = NULL;
    if (PyObject_GetBuffer(args[1], &to, PyBUF_SIMPLE) == 0) {
        if (from.len != to.len) {
            PyErr_SetString(PyExc_ValueError, "maketrans arguments must have same length");
        }
        else if ((table = PyBytes_FromStringAndSize(NULL, 256)) != NULL) {
            for (int c = 0; c < 256; c++) {
                PyBytes_AS_STRING(table)[c] = (char)c;
            }
            for (Py_ssize_t i = 0; i < from.len; i++) {
                PyBytes_AS_STRING(table)[((unsigned char *)from.buf)[i]] = ((char *)to.buf)[i];
            }
        }
        PyBuffer_Release(&to);
    }
    PyBuffer_Release(&from);
    return table;
}
