/* types/bytes_methods.c - the methods that bytes and bytearray share.
 *
 * A method sorts out its arguments first, for that may run Python code which changes a bytearray; only then it looks
 * at the text of self.  Results are of self's kind: bytes or bytearray, never a subclass.
 *
 * Invariant  see above: arguments first, then the text.
 * Not here   splitting, joining, replacing (bytes_split.c); bytearray's own methods (bytearray.c), making
 *            (bytes_new.c), % (bytes_format.c). */
#define PY_SSIZE_T_CLEAN /* before Python.h: lengths of y# are Py_ssize_t */
#include "object/args.h"
#include "object/hold.h"
#include "types/bytes_text.h"

/* ---- searching ------------------------------------------------------------------------------------------------- */

typedef struct {
    Py_buffer view;
    char byte;
    const char *data;
    Py_ssize_t n;
} Needle;

/* A needle: an int from 0 to 255 or a buffer.  Returns 0, or -1 with an error set; release it afterwards. */
static int
needle_get(PyObject *op, Needle *needle)
{
    needle->view.obj = NULL;
    if (PyIndex_Check(op) && !PyObject_CheckBuffer(op)) {
        Py_ssize_t value = PyNumber_AsSsize_t(op, NULL);
        if (value == -1 && PyErr_Occurred()) {
            return -1;
        }
        if (value < 0 || value > 255) {
            PyErr_SetString(PyExc_ValueError, "byte must be in range(0, 256)");
            return -1;
        }
        needle->byte = (char)value;
        needle->data = &needle->byte;
        needle->n = 1;
        return 0;
    }
    if (!PyObject_CheckBuffer(op)) {
        PyErr_Format(PyExc_TypeError, "argument should be integer or bytes-like object, not '%.200s'", Py_TYPE(op)->tp_name);
        return -1;
    }
    if (PyObject_GetBuffer(op, &needle->view, PyBUF_SIMPLE) < 0) {
        return -1;
    }
    needle->data = needle->view.buf;
    needle->n = needle->view.len;
    return 0;
}

static void
needle_release(Needle *needle)
{
    if (needle->view.obj != NULL) {
        PyBuffer_Release(&needle->view);
    }
}

/* sub[, start[, end]] */
static int
range_args(const char *name, PyObject *const *args, Py_ssize_t n_args, Py_ssize_t *start, Py_ssize_t *end)
{
    *start = 0;
    *end = PY_SSIZE_T_MAX;
    if (n_args < 1 || n_args > 3) {
        PyErr_Format(PyExc_TypeError,
                     n_args < 1 ? "%s() takes at least 1 argument (%zd given)" : "%s() takes at most 3 arguments (%zd given)",
                     name, n_args);
        return -1;
    }
    if ((n_args > 1 && !_PyEval_SliceIndex(args[1], start)) || (n_args > 2 && !_PyEval_SliceIndex(args[2], end))) {
        return -1;
    }
    return 0;
}

static Py_ssize_t
find_any(const char *name, PyObject *self, PyObject *const *args, Py_ssize_t n_args, bool backward)
{
    Py_ssize_t start, end, found;
    Needle needle;
    if (range_args(name, args, n_args, &start, &end) < 0 || needle_get(args[0], &needle) < 0) {
        return -2;
    }
    found = ou_bytes_search(ou_bytes_text(self), start, end, needle.data, needle.n, backward);
    needle_release(&needle);
    return found;
}

static PyObject *
bytes_find(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t found = find_any("find", self, args, n_args, false);
    return found == -2 ? NULL : PyLong_FromSsize_t(found);
}

static PyObject *
bytes_rfind(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t found = find_any("rfind", self, args, n_args, true);
    return found == -2 ? NULL : PyLong_FromSsize_t(found);
}

static PyObject *
found_or_error(Py_ssize_t found)
{
    if (found == -1) {
        PyErr_SetString(PyExc_ValueError, "subsection not found");
    }
    return found < 0 ? NULL : PyLong_FromSsize_t(found);
}

static PyObject *
bytes_index(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    return found_or_error(find_any("index", self, args, n_args, false));
}

static PyObject *
bytes_rindex(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    return found_or_error(find_any("rindex", self, args, n_args, true));
}

static PyObject *
bytes_count(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t start, end, n;
    Needle needle;
    if (range_args("count", args, n_args, &start, &end) < 0 || needle_get(args[0], &needle) < 0) {
        return NULL;
    }
    OuBytesText text = ou_bytes_text(self);
    ou_bytes_clip(text.n, &start, &end);
    n = end < start   ? 0
      : needle.n == 0 ? end - start + 1
                      : ou_ucs_count(1, text.data, start, end, 1, needle.data, needle.n, -1);
    needle_release(&needle);
    return PyLong_FromSsize_t(n);
}

int
ou_bytes_contains(PyObject *self, PyObject *item)
{
    Needle needle;
    if (!PyIndex_Check(item) && !PyObject_CheckBuffer(item)) {
        PyErr_Format(PyExc_TypeError, "a bytes-like object is required, not '%.100s'", Py_TYPE(item)->tp_name);
        return -1;
    }
    if (needle_get(item, &needle) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_ValueError)) { /* an __index__ that fails makes no number */
            PyErr_Format(PyExc_TypeError, "a bytes-like object is required, not '%.100s'", Py_TYPE(item)->tp_name);
        }
        return -1;
    }
    OuBytesText text = ou_bytes_text(self);
    int found = ou_bytes_search(text, 0, text.n, needle.data, needle.n, false) >= 0;
    needle_release(&needle);
    return found;
}

/* Does the range begin (end) with this one?  -1 with an error set. */
static int
tail_match(PyObject *self, PyObject *part, Py_ssize_t start, Py_ssize_t end, bool at_end)
{
    Py_buffer view;
    if (PyObject_GetBuffer(part, &view, PyBUF_SIMPLE) < 0) {
        return -1;
    }
    OuBytesText text = ou_bytes_text(self);
    ou_bytes_clip(text.n, &start, &end);
    int match = end - start >= view.len && start <= text.n
             && memcmp(text.data + (at_end ? end - view.len : start), view.buf, (size_t)view.len) == 0;
    PyBuffer_Release(&view);
    return match;
}

static PyObject *
tail_match_any(const char *name, PyObject *self, PyObject *const *args, Py_ssize_t n_args, bool at_end)
{
    Py_ssize_t start, end;
    if (range_args(name, args, n_args, &start, &end) < 0) {
        return NULL;
    }
    if (PyTuple_Check(args[0])) {
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args[0]); i++) {
            int match = tail_match(self, PyTuple_GET_ITEM(args[0], i), start, end, at_end);
            if (match != 0) {
                return match < 0 ? NULL : Py_NewRef(Py_True);
            }
        }
        Py_RETURN_FALSE;
    }
    int match = tail_match(self, args[0], start, end, at_end);
    if (match < 0) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Format(PyExc_TypeError, "%s first arg must be bytes or a tuple of bytes, not %s", name,
                         Py_TYPE(args[0])->tp_name);
        }
        return NULL;
    }
    return PyBool_FromLong(match);
}

static PyObject *
bytes_startswith(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    return tail_match_any("startswith", self, args, n_args, false);
}

static PyObject *
bytes_endswith(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    return tail_match_any("endswith", self, args, n_args, true);
}

static PyObject *
remove_tail(PyObject *self, PyObject *part, bool at_end)
{
    Py_buffer view;
    if (PyObject_GetBuffer(part, &view, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    OuBytesText text = ou_bytes_text(self);
    PyObject *result;
    if (view.len > 0 && text.n >= view.len
        && memcmp(text.data + (at_end ? text.n - view.len : 0), view.buf, (size_t)view.len) == 0) {
        result = ou_bytes_like(self, text.data + (at_end ? 0 : view.len), text.n - view.len);
    }
    else {
        result = ou_bytes_same(self);
    }
    PyBuffer_Release(&view);
    return result;
}

static PyObject *
bytes_removeprefix(PyObject *self, PyObject *prefix)
{
    return remove_tail(self, prefix, false);
}

static PyObject *
bytes_removesuffix(PyObject *self, PyObject *suffix)
{
    return remove_tail(self, suffix, true);
}

/* ---- case and classes --------------------------------------------------------------------------------------------- */

static PyObject *
map_bytes(PyObject *self, int (*map)(int c, int previous))
{
    PyObject *result = ou_bytes_like(self, NULL, Py_SIZE(self));
    if (result != NULL) {
        OuBytesText text = ou_bytes_text(self);
        char *to = ou_bytes_writable(result);
        int previous = 0;
        for (Py_ssize_t i = 0; i < text.n; i++) {
            unsigned char c = (unsigned char)text.data[i];
            to[i] = (char)map(c, i == 0 ? -1 : previous);
            previous = c;
        }
    }
    return result;
}

static int
map_upper(int c, int previous)
{
    return Py_TOUPPER(c);
}

static int
map_lower(int c, int previous)
{
    return Py_TOLOWER(c);
}

static int
map_swap(int c, int previous)
{
    return Py_ISLOWER(c) ? Py_TOUPPER(c) : Py_TOLOWER(c);
}

static int
map_capital(int c, int previous)
{
    return previous < 0 ? Py_TOUPPER(c) : Py_TOLOWER(c);
}

static int
map_title(int c, int previous)
{
    return previous >= 0 && Py_ISALPHA(previous) ? Py_TOLOWER(c) : Py_TOUPPER(c);
}

#define MAP_METHOD(name, map)                                        \
    static PyObject *bytes_##name(PyObject *self, PyObject *ignored) \
    {                                                                \
        return map_bytes(self, map);                                 \
    }
MAP_METHOD(upper, map_upper)
MAP_METHOD(lower, map_lower)
MAP_METHOD(swapcase, map_swap)
MAP_METHOD(capitalize, map_capital)
MAP_METHOD(title, map_title)

#define CLASS_METHOD(name, test)                                     \
    static PyObject *bytes_##name(PyObject *self, PyObject *ignored) \
    {                                                                \
        OuBytesText text = ou_bytes_text(self);                      \
        bool all = text.n > 0;                                       \
        for (Py_ssize_t i = 0; all && i < text.n; i++) {             \
            unsigned char c = (unsigned char)text.data[i];           \
            all = test;                                              \
        }                                                            \
        return PyBool_FromLong(all);                                 \
    }
CLASS_METHOD(isalnum, Py_ISALNUM(c))
CLASS_METHOD(isalpha, Py_ISALPHA(c))
CLASS_METHOD(isdigit, Py_ISDIGIT(c))
CLASS_METHOD(isspace, Py_ISSPACE(c))

static PyObject *
bytes_isascii(PyObject *self, PyObject *ignored)
{
    OuBytesText text = ou_bytes_text(self);
    bool all = true;
    for (Py_ssize_t i = 0; all && i < text.n; i++) {
        all = (unsigned char)text.data[i] < 128;
    }
    return PyBool_FromLong(all);
}

/* Letters of one case only, and at least one. */
static PyObject *
is_case(PyObject *self, bool upper)
{
    OuBytesText text = ou_bytes_text(self);
    bool any = false;
    for (Py_ssize_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (upper ? Py_ISLOWER(c) : Py_ISUPPER(c)) {
            Py_RETURN_FALSE;
        }
        any |= Py_ISALPHA(c);
    }
    return PyBool_FromLong(any);
}

static PyObject *
bytes_islower(PyObject *self, PyObject *ignored)
{
    return is_case(self, false);
}

static PyObject *
bytes_isupper(PyObject *self, PyObject *ignored)
{
    return is_case(self, true);
}

static PyObject *
bytes_istitle(PyObject *self, PyObject *ignored)
{
    OuBytesText text = ou_bytes_text(self);
    bool in_word = false, any = false;
    for (Py_ssize_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (Py_ISALPHA(c)) {
            if (in_word ? Py_ISUPPER(c) : Py_ISLOWER(c)) {
                Py_RETURN_FALSE;
            }
            any = in_word = true;
        }
        else {
            in_word = false;
        }
    }
    return PyBool_FromLong(any);
}

/* ---- padding and stripping ------------------------------------------------------------------------------------------ */

static PyObject *
pad(PyObject *self, Py_ssize_t left, Py_ssize_t right, char fill)
{
    left = Py_MAX(left, 0);
    right = Py_MAX(right, 0);
    if (left == 0 && right == 0) {
        return ou_bytes_same(self);
    }
    OuBytesText text = ou_bytes_text(self);
    Py_ssize_t n;
    if (__builtin_add_overflow(text.n, left, &n) || __builtin_add_overflow(n, right, &n)) {
        return PyErr_NoMemory();
    }
    PyObject *result = ou_bytes_like(self, NULL, n);
    if (result != NULL) {
        char *to = ou_bytes_writable(result);
        memset(to, fill, (size_t)left);
        memcpy(to + left, ou_bytes_text(self).data, (size_t)text.n);
        memset(to + left + text.n, fill, (size_t)right);
    }
    return result;
}

static int
pad_args(const char *name, PyObject *const *args, Py_ssize_t n_args, Py_ssize_t *width, char *fill)
{
    *fill = ' ';
    if (!_PyArg_CheckPositional(name, n_args, 1, 2)) {
        return -1;
    }
    *width = ou_args_ssize(args[0]);
    if (*width == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (n_args == 2) {
        if ((!PyBytes_Check(args[1]) && !PyByteArray_Check(args[1])) || Py_SIZE(args[1]) != 1) {
            _PyArg_BadArgument(name, "argument 2", "a byte string of length 1", args[1]);
            return -1;
        }
        *fill = *ou_bytes_text(args[1]).data;
    }
    return 0;
}

static PyObject *
bytes_ljust(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t width;
    char fill;
    return pad_args("ljust", args, n_args, &width, &fill) < 0 ? NULL : pad(self, 0, width - Py_SIZE(self), fill);
}

static PyObject *
bytes_rjust(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t width;
    char fill;
    return pad_args("rjust", args, n_args, &width, &fill) < 0 ? NULL : pad(self, width - Py_SIZE(self), 0, fill);
}

static PyObject *
bytes_center(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t width;
    char fill;
    if (pad_args("center", args, n_args, &width, &fill) < 0) {
        return NULL;
    }
    Py_ssize_t room = Py_MAX(width - Py_SIZE(self), 0), left = room / 2 + (room & width & 1);
    return pad(self, left, room - left, fill);
}

static PyObject *
bytes_zfill(PyObject *self, PyObject *arg)
{
    Py_ssize_t width = ou_args_ssize(arg);
    if (width == -1 && PyErr_Occurred()) {
        return NULL;
    }
    Py_ssize_t zeros = width - Py_SIZE(self);
    PyObject *result = pad(self, zeros, 0, '0');
    if (result != NULL && zeros > 0 && Py_SIZE(self) > 0) {
        char *to = ou_bytes_writable(result);
        if (to[zeros] == '+' || to[zeros] == '-') {
            to[0] = to[zeros];
            to[zeros] = '0';
        }
    }
    return result;
}

static PyObject *
bytes_expandtabs(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"expandtabs", {"tabsize"}, .n_positional = 1, .n_all = 1};
    PyObject *v[1];
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    int tab = v[0] == NULL ? 8 : _PyLong_AsInt(v[0]);
    if (tab == -1 && PyErr_Occurred()) {
        return NULL;
    }
    OuBytesText text = ou_bytes_text(self);
    Py_ssize_t n = 0, column = 0;
    for (Py_ssize_t i = 0; i < text.n; i++) {
        char c = text.data[i];
        Py_ssize_t more = c == '\t' ? (tab > 0 ? tab - column % tab : 0) : 1;
        column = c == '\n' || c == '\r' ? 0 : column + more;
        if (__builtin_add_overflow(n, more, &n)) {
            PyErr_SetString(PyExc_OverflowError, "result too long");
            return NULL;
        }
    }
    PyObject *result = ou_bytes_like(self, NULL, n);
    if (result == NULL) {
        return NULL;
    }
    char *to = ou_bytes_writable(result);
    column = 0;
    for (Py_ssize_t i = 0; i < text.n; i++) {
        char c = text.data[i];
        if (c == '\t') {
            Py_ssize_t more = tab > 0 ? tab - column % tab : 0;
            memset(to, ' ', (size_t)more);
            to += more;
            column += more;
        }
        else {
            *to++ = c;
            column = c == '\n' || c == '\r' ? 0 : column + 1;
        }
    }
    return result;
}

static PyObject *
strip(const char *name, PyObject *self, PyObject *const *args, Py_ssize_t n_args, bool left, bool right)
{
    if (!_PyArg_CheckPositional(name, n_args, 0, 1)) {
        return NULL;
    }
    bool drop[256] = {false};
    if (n_args == 0 || args[0] == Py_None) {
        drop[' '] = drop['\t'] = drop['\n'] = drop['\r'] = drop['\v'] = drop['\f'] = true;
    }
    else {
        Py_buffer view;
        if (PyObject_GetBuffer(args[0], &view, PyBUF_SIMPLE) < 0) {
            return NULL;
        }
        for (Py_ssize_t i = 0; i < view.len; i++) {
            drop[((unsigned char *)view.buf)[i]] = true;
        }
        PyBuffer_Release(&view);
    }
    OuBytesText text = ou_bytes_text(self);
    Py_ssize_t start = 0, end = text.n;
    while (left && start < end && drop[(unsigned char)text.data[start]]) {
        start++;
    }
    while (right && end > start && drop[(unsigned char)text.data[end - 1]]) {
        end--;
    }
    return start == 0 && end == text.n ? ou_bytes_same(self) : ou_bytes_like(self, text.data + start, end - start);
}

static PyObject *
bytes_strip(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    return strip("strip", self, args, n_args, true, true);
}

static PyObject *
bytes_lstrip(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    return strip("lstrip", self, args, n_args, true, false);
}

static PyObject *
bytes_rstrip(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    return strip("rstrip", self, args, n_args, false, true);
}

/* ---- text ---------------------------------------------------------------------------------------------- */

static PyObject *
bytes_decode(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"decode", {"encoding", "errors"}, .n_positional = 2, .n_all = 2};
    PyObject *v[2];
    const char *names[2] = {NULL, NULL};
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    for (int i = 0; i < 2; i++) {
        if (v[i] != NULL && !PyUnicode_Check(v[i])) {
            _PyArg_BadArgument("decode", i == 0 ? "argument 'encoding'" : "argument 'errors'", "str", v[i]);
            return NULL;
        }
        if (v[i] != NULL && (names[i] = PyUnicode_AsUTF8(v[i])) == NULL) {
            return NULL;
        }
    }
    return PyUnicode_FromEncodedObject(self, names[0], names[1]);
}

/* Index of a part in data, counted from `offset` before it; -1: not there.  Data is never read beyond its size. */
Py_ssize_t
_PyBytes_Find(const char *data, Py_ssize_t size, const char *part, Py_ssize_t part_size, Py_ssize_t offset)
{
    Py_ssize_t at = ou_bytes_search((OuBytesText){data, size}, 0, size, part, part_size, false);
    return at < 0 ? -1 : at + offset;
}

Py_ssize_t
_PyBytes_ReverseFind(const char *data, Py_ssize_t size, const char *part, Py_ssize_t part_size, Py_ssize_t offset)
{
    Py_ssize_t at = ou_bytes_search((OuBytesText){data, size}, 0, size, part, part_size, true);
    return at < 0 ? -1 : at + offset;
}

/* _Py_strhex: hexadecimal digits of bytes, with a separator after every `group` bytes (counted from the right if
 * positive).  New str. */
PyObject *
_Py_strhex_with_sep(const char *data, const Py_ssize_t size, PyObject *sep, const int group)
{
    static const char digits[] = "0123456789abcdef";
    Py_UCS4 mark = 0;
    if (sep != NULL) {
        /* A subclass's __len__ is not asked: it might let go of the data. */
        Py_ssize_t len = PyUnicode_Check(sep) ? PyUnicode_GET_LENGTH(sep)
                       : PyBytes_Check(sep)   ? Py_SIZE(sep)
                                              : PyObject_Length(sep);
        if (len != 1 || (!PyUnicode_Check(sep) && !PyBytes_Check(sep))) {
            if (len >= 0) {
                PyErr_SetString(len == 1 ? PyExc_TypeError : PyExc_ValueError,
                                len == 1 ? "sep must be str or bytes." : "sep must be length 1.");
            }
            return NULL;
        }
        mark = PyUnicode_Check(sep) ? PyUnicode_READ_CHAR(sep, 0) : (unsigned char)*PyBytes_AS_STRING(sep);
        if (mark > 127) {
            PyErr_SetString(PyExc_ValueError, "sep must be ASCII.");
            return NULL;
        }
    }
    Py_ssize_t step = group < 0 ? -(Py_ssize_t)group : group;
    Py_ssize_t marks = sep == NULL || step == 0 || size == 0 ? 0 : (size - 1) / step;
    if (size > (PY_SSIZE_T_MAX - marks) / 2) {
        return PyErr_NoMemory();
    }
    PyObject *text = PyUnicode_New(2 * size + marks, 127);
    if (text == NULL) {
        return NULL;
    }
    Py_UCS1 *to = PyUnicode_1BYTE_DATA(text);
    for (Py_ssize_t i = 0; i < size; i++) {
        if (marks > 0 && i > 0 && (group > 0 ? (size - i) % step == 0 : i % step == 0)) {
            *to++ = (Py_UCS1)mark;
        }
        *to++ = (Py_UCS1)digits[(unsigned char)data[i] >> 4];
        *to++ = (Py_UCS1)digits[(unsigned char)data[i] & 15];
    }
    return text;
}

PyObject *
_Py_strhex(const char *data, const Py_ssize_t size)
{
    return _Py_strhex_with_sep(data, size, NULL, 0);
}

static PyObject *
bytes_hex(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"hex", {"sep", "bytes_per_sep"}, .n_positional = 2, .n_all = 2};
    PyObject *v[2];
    int group = 1;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0
        || (v[1] != NULL && (group = _PyLong_AsInt(v[1])) == -1 && PyErr_Occurred())) {
        return NULL;
    }
    OuBytesText text = ou_bytes_text(self);
    return _Py_strhex_with_sep(text.data, text.n, v[0], group);
}

static OU_ALWAYS_INLINE int
hex_digit(Py_UCS4 c)
{
    static const uint8_t values[128] = {
        /* and 1 more, so that 0 is none */
        ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
        ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
        ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16};
    return c < 128 ? values[c] - 1 : -1;
}

static PyObject *
bytes_fromhex(PyObject *type, PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        _PyArg_BadArgument("fromhex", "argument", "str", text);
        return NULL;
    }
    if (PyUnicode_READY(text) < 0) {
        return NULL;
    }
    int kind = PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    Py_ssize_t n = PyUnicode_GET_LENGTH(text), used = 0;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, n / 2);
    for (Py_ssize_t i = 0; bytes != NULL && i < n;) {
        Py_UCS4 c = PyUnicode_READ(kind, data, i);
        int high = hex_digit(c), low = i + 1 < n ? hex_digit(PyUnicode_READ(kind, data, i + 1)) : -1;
        if (high < 0 && c < 128 && Py_ISSPACE(c)) {
            i++;
            continue;
        }
        if (high < 0 || low < 0) {
            PyErr_Format(PyExc_ValueError, "non-hexadecimal number found in fromhex() arg at position %zd",
                         high < 0 ? i : i + 1);
            Py_CLEAR(bytes);
            break;
        }
        PyBytes_AS_STRING(bytes)[used++] = (char)(high << 4 | low);
        i += 2;
    }
    if (bytes == NULL || _PyBytes_Resize(&bytes, used) < 0) {
        return NULL;
    }
    if (type != (PyObject *)&PyBytes_Type) {
        Py_SETREF(bytes, PyObject_CallOneArg(type, bytes));
    }
    return bytes;
}

static PyObject *
bytes_getnewargs(PyObject *self, PyObject *ignored)
{
    OuBytesText text = ou_bytes_text(self);
    return Py_BuildValue("(N)", PyBytes_FromStringAndSize(text.data, text.n));
}

static PyObject *
bytes_dunder_bytes(PyObject *self, PyObject *ignored)
{
    return PyBytes_CheckExact(self) ? Py_NewRef(self) : PyBytes_FromStringAndSize(PyBytes_AS_STRING(self), Py_SIZE(self));
}

#define FASTCALL(function) (PyCFunction)(void *)(function), METH_FASTCALL
#define FASTCALL_KEYWORDS(function) (PyCFunction)(void *)(function), METH_FASTCALL | METH_KEYWORDS

#define SHARED_METHODS                                                                                                         \
    {"capitalize", bytes_capitalize, METH_NOARGS, "capitalize($self, /)\n--\n\nFirst letter upper, the rest lower case."},     \
        {"center", FASTCALL(bytes_center), "center($self, width, fillchar=b' ', /)\n--\n\nPad on both sides."},                \
        {"count", FASTCALL(bytes_count) | OU_METH_LIKE_VARARGS,                                                                \
         "B.count(sub[, start[, end]]) -> int\n\nOccurrences that do not overlap."},                                           \
        {"decode", FASTCALL_KEYWORDS(bytes_decode), "decode($self, /, encoding='utf-8', errors='strict')\n--\n\nThe text."},   \
        {"endswith", FASTCALL(bytes_endswith) | OU_METH_LIKE_VARARGS,                                                          \
         "B.endswith(suffix[, start[, end]]) -> bool\n\nDoes it end so?"},                                                     \
        {"expandtabs", FASTCALL_KEYWORDS(bytes_expandtabs), "expandtabs($self, /, tabsize=8)\n--\n\nTabs become spaces."},     \
        {"find", FASTCALL(bytes_find) | OU_METH_LIKE_VARARGS,                                                                  \
         "B.find(sub[, start[, end]]) -> int\n\nFirst index of sub, or -1."},                                                  \
        {"fromhex", bytes_fromhex, METH_O | METH_CLASS, "fromhex($type, string, /)\n--\n\nFrom hexadecimal digits."},          \
        {"hex", FASTCALL_KEYWORDS(bytes_hex),                                                                                  \
         "hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nHexadecimal digits."},                                  \
        {"index", FASTCALL(bytes_index) | OU_METH_LIKE_VARARGS,                                                                \
         "B.index(sub[, start[, end]]) -> int\n\nFirst index of sub, or ValueError."},                                         \
        {"isalnum", bytes_isalnum, METH_NOARGS, "B.isalnum() -> bool\n\nLetters and digits only?"},                            \
        {"isalpha", bytes_isalpha, METH_NOARGS, "B.isalpha() -> bool\n\nLetters only?"},                                       \
        {"isascii", bytes_isascii, METH_NOARGS, "B.isascii() -> bool\n\nASCII only?"},                                         \
        {"isdigit", bytes_isdigit, METH_NOARGS, "B.isdigit() -> bool\n\nDigits only?"},                                        \
        {"islower", bytes_islower, METH_NOARGS, "B.islower() -> bool\n\nNo upper case letter, and some letter?"},              \
        {"isspace", bytes_isspace, METH_NOARGS, "B.isspace() -> bool\n\nWhitespace only?"},                                    \
        {"istitle", bytes_istitle, METH_NOARGS, "B.istitle() -> bool\n\nWords with a capital?"},                               \
        {"isupper", bytes_isupper, METH_NOARGS, "B.isupper() -> bool\n\nNo lower case letter, and some letter?"},              \
        {"join", ou_bytes_join, METH_O, "join($self, iterable_of_bytes, /)\n--\n\nThe parts with self in between."},           \
        {"ljust", FASTCALL(bytes_ljust), "ljust($self, width, fillchar=b' ', /)\n--\n\nPad on the right."},                    \
        {"lower", bytes_lower, METH_NOARGS, "B.lower() -> copy of B\n\nLower case."},                                          \
        {"lstrip", FASTCALL(bytes_lstrip), "lstrip($self, bytes=None, /)\n--\n\nStrip on the left."},                          \
        {"maketrans", FASTCALL(ou_bytes_maketrans) | METH_STATIC, "maketrans(frm, to, /)\n--\n\nA table for translate()."},    \
        {"partition", ou_bytes_partition, METH_O, "partition($self, sep, /)\n--\n\nThree parts, at the first sep."},           \
        {"removeprefix", bytes_removeprefix, METH_O, "removeprefix($self, prefix, /)\n--\n\nWithout the prefix."},             \
        {"removesuffix", bytes_removesuffix, METH_O, "removesuffix($self, suffix, /)\n--\n\nWithout the suffix."},             \
        {"replace", FASTCALL(ou_bytes_replace),                                                                                \
         "replace($self, old, new, count=-1, /)\n--\n\nOccurrences of old become new."},                                       \
        {"rfind", FASTCALL(bytes_rfind) | OU_METH_LIKE_VARARGS,                                                                \
         "B.rfind(sub[, start[, end]]) -> int\n\nLast index of sub, or -1."},                                                  \
        {"rindex", FASTCALL(bytes_rindex) | OU_METH_LIKE_VARARGS,                                                              \
         "B.rindex(sub[, start[, end]]) -> int\n\nLast index of sub, or ValueError."},                                         \
        {"rjust", FASTCALL(bytes_rjust), "rjust($self, width, fillchar=b' ', /)\n--\n\nPad on the left."},                     \
        {"rpartition", ou_bytes_rpartition, METH_O, "rpartition($self, sep, /)\n--\n\nThree parts, at the last sep."},         \
        {"rsplit", FASTCALL_KEYWORDS(ou_bytes_rsplit),                                                                         \
         "rsplit($self, /, sep=None, maxsplit=-1)\n--\n\nSplit from the right."},                                              \
        {"rstrip", FASTCALL(bytes_rstrip), "rstrip($self, bytes=None, /)\n--\n\nStrip on the right."},                         \
        {"split", FASTCALL_KEYWORDS(ou_bytes_split),                                                                           \
         "split($self, /, sep=None, maxsplit=-1)\n--\n\nSplit at sep or whitespace."},                                         \
        {"splitlines", FASTCALL_KEYWORDS(ou_bytes_splitlines), "splitlines($self, /, keepends=False)\n--\n\nThe lines."},      \
        {"startswith", FASTCALL(bytes_startswith) | OU_METH_LIKE_VARARGS,                                                      \
         "B.startswith(prefix[, start[, end]]) -> bool\n\nDoes it begin so?"},                                                 \
        {"strip", FASTCALL(bytes_strip), "strip($self, bytes=None, /)\n--\n\nStrip on both sides."},                           \
        {"swapcase", bytes_swapcase, METH_NOARGS, "B.swapcase() -> copy of B\n\nThe other case."},                             \
        {"title", bytes_title, METH_NOARGS, "B.title() -> copy of B\n\nWords with a capital."},                                \
        {"translate", FASTCALL_KEYWORDS(ou_bytes_translate), "translate($self, table, /, delete=b'')\n--\n\nMap by a table."}, \
        {"upper", bytes_upper, METH_NOARGS, "B.upper() -> copy of B\n\nUpper case."},                                          \
    {                                                                                                                          \
        "zfill", bytes_zfill, METH_O, "zfill($self, width, /)\n--\n\nPad with zeros behind the sign."                          \
    }

PyMethodDef ou_bytes_methods[] = {
    {"__bytes__", bytes_dunder_bytes, METH_NOARGS, "__bytes__($self, /)\n--\n\nThe bytes themselves."},
    {"__getnewargs__", bytes_getnewargs, METH_NOARGS, ""},
    SHARED_METHODS,
    {NULL},
};

PyMethodDef ou_bytearray_methods[] = {
    {"__alloc__", ou_bytearray_alloc, METH_NOARGS, "B.__alloc__() -> int\n\nBytes allocated."},
    {"__reduce__", ou_bytearray_reduce, METH_NOARGS, "__reduce__($self, /)\n--\n\nFor pickling."},
    {"__reduce_ex__", FASTCALL(ou_bytearray_reduce_ex), "__reduce_ex__($self, proto=0, /)\n--\n\nFor pickling."},
    {"__sizeof__", ou_bytearray_sizeof, METH_NOARGS, "__sizeof__($self, /)\n--\n\nSize in bytes."},
    {"append", ou_bytearray_append, METH_O, "append($self, item, /)\n--\n\nAdd a byte at the end."},
    {"clear", ou_bytearray_clear, METH_NOARGS, "clear($self, /)\n--\n\nRemove all."},
    {"copy", ou_bytearray_copy, METH_NOARGS, "copy($self, /)\n--\n\nA copy."},
    {"extend", ou_bytearray_extend, METH_O, "extend($self, iterable_of_ints, /)\n--\n\nAdd all at the end."},
    {"insert", FASTCALL(ou_bytearray_insert), "insert($self, index, item, /)\n--\n\nInsert a byte."},
    {"pop", FASTCALL(ou_bytearray_pop), "pop($self, index=-1, /)\n--\n\nRemove and return a byte."},
    {"remove", ou_bytearray_remove, METH_O, "remove($self, value, /)\n--\n\nRemove the first such byte."},
    {"reverse", ou_bytearray_reverse, METH_NOARGS, "reverse($self, /)\n--\n\nReverse in place."},
    SHARED_METHODS,
    {NULL},
};
