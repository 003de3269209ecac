/* types/str_build.c - making strings: blocks, kinds, copies.
 *
 * Owns       nothing.
 * Invariant  a string that leaves this file is ready, compact (but for the deprecated
 *            PyUnicode_FromUnicode(NULL, n)), in its narrowest kind unless the caller asked for a wider one
 *            with PyUnicode_New, and NUL-terminated.
 * Not here   the writer (str_writer.c), concatenation (str_join.c), decoding (str_utf8.c and its like),
 *            wchar_t (str_wide.c). */
#include "types/str.h"

#include "base/utf8.h"
#include "memory/memory.h"

/* ---- code points in arrays ----------------------------------------------------------------------------- */

OU_VECTOR_LOOPS Py_UCS4
ou_ucs_class(int kind, const void *data, Py_ssize_t n)
{
    if (kind == 1) {
        return ou_utf8_ascii_prefix(data, (size_t)n) == (size_t)n ? 0x7f : 0xff;
    }
    Py_UCS4 bits = 0; /* or-ing keeps the class: its bounds are powers of two */
    if (kind == 2) {
        const Py_UCS2 *at = data;
        for (Py_ssize_t i = 0; i < n; i++) {
            bits |= at[i];
        }
    }
    else {
        const Py_UCS4 *at = data;
        for (Py_ssize_t i = 0; i < n; i++) {
            bits |= at[i];
        }
    }
    return ou_class_of(bits);
}

/* A decoder's input begins at any byte. */
typedef Py_UCS1 Unaligned_Py_UCS1;
typedef Py_UCS2 Unaligned_Py_UCS2 __attribute__((aligned(1), may_alias));
typedef Py_UCS4 Unaligned_Py_UCS4 __attribute__((aligned(1), may_alias));

#define COPY_LOOP(from_type, to_type)                                                        \
    do {                                                                                     \
        const Unaligned_##from_type *source = (const Unaligned_##from_type *)from + from_at; \
        to_type *target = (to_type *)to + to_at;                                             \
        for (Py_ssize_t i = 0; i < n; i++) {                                                 \
            target[i] = (to_type)source[i];                                                  \
        }                                                                                    \
    } while (0)

OU_VECTOR_LOOPS void
ou_ucs_copy(int to_kind, void *to, Py_ssize_t to_at, int from_kind, const void *from, Py_ssize_t from_at, Py_ssize_t n)
{
    if (to_kind == from_kind) {
        memcpy((char *)to + to_at * to_kind, (const char *)from + from_at * from_kind, (size_t)n * (size_t)to_kind);
        return;
    }
    switch (from_kind << 4 | to_kind) {
    case 0x12: COPY_LOOP(Py_UCS1, Py_UCS2); break;
    case 0x14: COPY_LOOP(Py_UCS1, Py_UCS4); break;
    case 0x21: COPY_LOOP(Py_UCS2, Py_UCS1); break;
    case 0x24: COPY_LOOP(Py_UCS2, Py_UCS4); break;
    case 0x41: COPY_LOOP(Py_UCS4, Py_UCS1); break;
    case 0x42: COPY_LOOP(Py_UCS4, Py_UCS2); break;
    default: OU_UNREACHABLE();
    }
}

void
ou_ucs_fill(int kind, void *data, Py_ssize_t at, Py_ssize_t n, Py_UCS4 ch)
{
    if (kind == 1) {
        memset((char *)data + at, (int)ch, (size_t)n);
        return;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyUnicode_WRITE(kind, data, at + i, ch);
    }
}

/* ---- blocks -------------------------------------------------------------------------------------------- */

/* Bytes of a compact string.  Returns 0 if they are too many. */
static size_t
compact_size(Py_ssize_t length, bool ascii, int kind)
{
    size_t head = ascii ? sizeof(PyASCIIObject) : sizeof(PyCompactUnicodeObject);
    if (length > (PY_SSIZE_T_MAX - (Py_ssize_t)head) / kind - 1) {
        return 0;
    }
    return head + ((size_t)length + 1) * (size_t)kind;
}

/* The states of compact strings by kind, of ASCII ones at 0: stored as one word, not bit by bit. */
#define MODEL(bytes, is_ascii)                                                     \
    {                                                                              \
        .state = {.kind = (bytes), .compact = 1, .ascii = (is_ascii), .ready = 1 } \
    }
static const PyASCIIObject models[] = {[0] = MODEL(1, 1), [1] = MODEL(1, 0), [2] = MODEL(2, 0), [4] = MODEL(4, 0)};

/* New string with room for `size` code points up to maxchar: the caller writes all of them before anyone
 * sees it.
 * Size 0 gives the permanent empty string.
 * Returns  new reference; only the caller knows it (but for the empty string).
 * Errors   MemoryError; SystemError for a negative size or a maxchar beyond Unicode. */
PyObject *
PyUnicode_New(Py_ssize_t size, Py_UCS4 maxchar)
{
    if (size == 0) {
        return Py_NewRef(OU_EMPTY_STR);
    }
    if (maxchar > OU_UNICODE_MAX) {
        PyErr_SetString(PyExc_SystemError, "invalid maximum character passed to PyUnicode_New");
        return NULL;
    }
    if (size < 0) {
        PyErr_SetString(PyExc_SystemError, "Negative size passed to PyUnicode_New");
        return NULL;
    }
    bool ascii = maxchar < 0x80;
    int kind = ou_kind_of(maxchar);
    size_t bytes = compact_size(size, ascii, kind);
    PyASCIIObject *str = bytes == 0 ? NULL : ou_block_alloc(OU_FAMILY_PLAIN, bytes);
    if (str == NULL) {
        return PyErr_NoMemory();
    }
    str->length = size;
    str->hash = -1;
    str->state = models[ascii ? 0 : kind].state;
    str->wstr = NULL;
    char *data = (char *)(str + 1);
    if (!ascii) {
        PyCompactUnicodeObject *compact = (PyCompactUnicodeObject *)str;
        compact->utf8_length = 0;
        compact->utf8 = NULL;
        compact->wstr_length = 0;
        data = (char *)(compact + 1);
    }
    memset(data + (size_t)size * (size_t)kind, 0, (size_t)kind); /* the NUL */
    str->ob_base.ob_refcnt = 1;
    str->ob_base.ob_type = &PyUnicode_Type; /* last: now it is an object */
    return (PyObject *)str;
}

/* May the string's text be changed in place?  (Nobody else holds, interned or hashed it.) */
static bool
str_is_modifiable(PyObject *str)
{
    PyASCIIObject *head = (PyASCIIObject *)str;
    return Py_REFCNT(str) == 1 && head->state.interned == 0 && head->hash == -1 && PyUnicode_CheckExact(str)
        && !ou_is_permanent(str);
}

int
ou_str_resize(PyObject **where, Py_ssize_t n)
{
    PyASCIIObject *str = (PyASCIIObject *)*where;
    if (str->length == n) {
        return 0;
    }
    if (n == 0) {
        Py_SETREF(*where, Py_NewRef(OU_EMPTY_STR));
        return 0;
    }
    OU_ASSERT(!ou_is_permanent(str) && str->state.compact && str->state.interned == 0);
    int kind = (int)str->state.kind;
    size_t bytes = compact_size(n, str->state.ascii, kind);
    PyASCIIObject *moved = bytes == 0 ? NULL : ou_block_realloc(OU_FAMILY_PLAIN, str, bytes);
    if (moved == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    if (!moved->state.ascii) {
        PyCompactUnicodeObject *compact = (PyCompactUnicodeObject *)moved;
        PyMem_Free(compact->utf8);
        compact->utf8 = NULL;
        compact->utf8_length = 0;
    }
    PyMem_Free(moved->wstr);
    moved->wstr = NULL;
    moved->length = n;
    moved->hash = -1;
    memset((char *)PyUnicode_DATA((PyObject *)moved) + (size_t)n * (size_t)kind, 0, (size_t)kind);
    *where = (PyObject *)moved; /* commit */
    return 0;
}

/* Change the length of *p_str in place or by a copy; *p_str must be a str that the caller owns.
 * Returns  0, or -1 with an error set and *p_str as it was.  Errors MemoryError, SystemError. */
int
PyUnicode_Resize(PyObject **p_str, Py_ssize_t length)
{
    PyObject *str = p_str == NULL ? NULL : *p_str;
    if (str == NULL || !PyUnicode_Check(str) || length < 0) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (PyUnicode_READY(str) < 0) {
        return -1;
    }
    Py_ssize_t old = PyUnicode_GET_LENGTH(str);
    if (old == length) {
        return 0;
    }
    if (length == 0 || (str_is_modifiable(str) && PyUnicode_IS_COMPACT(str))) {
        return ou_str_resize(p_str, length);
    }
    PyObject *copy = PyUnicode_New(length, PyUnicode_MAX_CHAR_VALUE(str));
    if (copy == NULL) {
        return -1;
    }
    int kind = PyUnicode_KIND(copy);
    Py_ssize_t kept = Py_MIN(length, old);
    ou_ucs_copy(kind, PyUnicode_DATA(copy), 0, PyUnicode_KIND(str), PyUnicode_DATA(str), 0, kept);
    ou_ucs_fill(kind, PyUnicode_DATA(copy), kept, length - kept, 0);
    Py_SETREF(*p_str, copy);
    return 0;
}

/* ---- from data ----------------------------------------------------------------------------------------- */

PyObject *
ou_str_from_char(Py_UCS4 ch)
{
    if (ch < 256) {
        return Py_NewRef(OU_LATIN1_CHAR(ch));
    }
    PyObject *str = PyUnicode_New(1, ch);
    if (str != NULL) {
        PyUnicode_WRITE(PyUnicode_KIND(str), PyUnicode_DATA(str), 0, ch);
    }
    return str;
}

/* chr().  Errors  ValueError beyond Unicode. */
PyObject *
PyUnicode_FromOrdinal(int ordinal)
{
    if (ordinal < 0 || ordinal > OU_UNICODE_MAX) {
        PyErr_SetString(PyExc_ValueError, "chr() arg not in range(0x110000)");
        return NULL;
    }
    return ou_str_from_char((Py_UCS4)ordinal);
}

PyObject *
ou_str_from_ascii(const char *text, Py_ssize_t n)
{
    if (n == 1) {
        return Py_NewRef(OU_LATIN1_CHAR(text[0]));
    }
    if (n == 0) {
        return Py_NewRef(OU_EMPTY_STR);
    }
    /* PyUnicode_New() without its questions: the size is that of a text which exists. */
    PyASCIIObject *str = ou_block_alloc(OU_FAMILY_PLAIN, sizeof(PyASCIIObject) + (size_t)n + 1);
    if (OU_UNLIKELY(str == NULL)) {
        return PyErr_NoMemory();
    }
    str->state = models[0].state;
    str->length = n;
    str->hash = -1;
    str->wstr = NULL;
    char *data = (char *)(str + 1);
    memcpy(data, text, (size_t)n);
    data[n] = 0;
    str->ob_base.ob_refcnt = 1;
    str->ob_base.ob_type = &PyUnicode_Type; /* last: now it is an object */
    return (PyObject *)str;
}

PyObject *
_PyUnicode_FromASCII(const char *text, Py_ssize_t n)
{
    return ou_str_from_ascii(text, n);
}

PyObject *
ou_str_from_ucs(int kind, const void *data, Py_ssize_t n)
{
    if (n == 1) {
        return ou_str_from_char(PyUnicode_READ(kind, data, 0));
    }
    PyObject *str = PyUnicode_New(n, ou_ucs_class(kind, data, n));
    if (str != NULL && n != 0) {
        ou_ucs_copy(PyUnicode_KIND(str), PyUnicode_DATA(str), 0, kind, data, 0, n);
    }
    return str;
}

/* New string of `size` code points of 1, 2 or 4 bytes.  Errors SystemError for another kind, ValueError for a
 * negative size. */
PyObject *
PyUnicode_FromKindAndData(int kind, const void *data, Py_ssize_t size)
{
    if (size < 0) {
        PyErr_SetString(PyExc_ValueError, "size must be positive");
        return NULL;
    }
    if (kind != 1 && kind != 2 && kind != 4) {
        PyErr_SetString(PyExc_SystemError, "invalid kind");
        return NULL;
    }
    if (kind == 4 && size > 0 && ou_ucs_class(4, data, size) == 0x10ffff) {
        const Py_UCS4 *at = data;
        for (Py_ssize_t i = 0; i < size; i++) {
            if (at[i] > OU_UNICODE_MAX) {
                PyErr_SetString(PyExc_SystemError, "invalid maximum character passed to PyUnicode_New");
                return NULL;
            }
        }
    }
    return ou_str_from_ucs(kind, data, size);
}

/* UTF-8 to str, strictly.  text NULL with a size: the deprecated unfinished string, see
 * PyUnicode_FromUnicode. */
PyObject *
PyUnicode_FromStringAndSize(const char *text, Py_ssize_t size)
{
    if (size < 0) {
        PyErr_SetString(PyExc_SystemError, "Negative size passed to PyUnicode_FromStringAndSize");
        return NULL;
    }
    if (text == NULL) {
        return PyUnicode_FromUnicode(NULL, size);
    }
    return PyUnicode_DecodeUTF8Stateful(text, size, NULL, NULL);
}

PyObject *
PyUnicode_FromString(const char *text)
{
    return PyUnicode_DecodeUTF8Stateful(text, (Py_ssize_t)strlen(text), NULL, NULL);
}

PyObject *
ou_str_settle(PyObject *fresh)
{
    if (fresh == NULL || PyUnicode_GET_LENGTH(fresh) > 1) {
        return fresh;
    }
    PyObject *settled = OU_EMPTY_STR;
    if (PyUnicode_GET_LENGTH(fresh) == 1) {
        Py_UCS4 ch = PyUnicode_READ_CHAR(fresh, 0);
        if (ch > 255) {
            return fresh;
        }
        settled = OU_LATIN1_CHAR(ch);
    }
    if (settled != fresh) {
        Py_INCREF(settled);
        Py_DECREF(fresh);
    }
    return settled;
}

PyObject *
_PyUnicode_Copy(PyObject *str)
{
    if (!PyUnicode_Check(str)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyUnicode_READY(str) < 0) {
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(str);
    PyObject *copy = PyUnicode_New(n, PyUnicode_MAX_CHAR_VALUE(str));
    if (copy != NULL && n != 0) {
        memcpy(PyUnicode_DATA(copy), PyUnicode_DATA(str), (size_t)n * PyUnicode_KIND(str));
    }
    return copy;
}

PyObject *
ou_str_unchanged(PyObject *str)
{
    return PyUnicode_CheckExact(str) ? Py_NewRef(str) : _PyUnicode_Copy(str);
}

/* An exact str of the same text.  Errors TypeError. */
PyObject *
PyUnicode_FromObject(PyObject *obj)
{
    if (PyUnicode_READY(obj) < 0) {
        return NULL;
    }
    if (!PyUnicode_Check(obj)) {
        PyErr_Format(PyExc_TypeError, "Can't convert '%.100s' object to str implicitly", Py_TYPE(obj)->tp_name);
        return NULL;
    }
    return ou_str_unchanged(obj);
}

/* ---- parts --------------------------------------------------------------------------------------------- */

PyObject *
ou_str_item(PyObject *str, Py_ssize_t index)
{
    Py_UCS4 ch = PyUnicode_READ_CHAR(str, index);
    return OU_LIKELY(ch < 256) ? Py_NewRef(OU_LATIN1_CHAR(ch)) : ou_str_from_char(ch);
}

/* str[start:end], an end beyond the length being the length.  Errors IndexError for negative indices. */
PyObject *
PyUnicode_Substring(PyObject *self, Py_ssize_t start, Py_ssize_t end)
{
    if (PyUnicode_READY(self) < 0) {
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(self);
    end = Py_MIN(end, n);
    if (start == 0 && end == n) {
        return ou_str_unchanged(self);
    }
    if (start < 0 || end < 0) {
        PyErr_SetString(PyExc_IndexError, "string index out of range");
        return NULL;
    }
    if (start >= n || end <= start) {
        return Py_NewRef(OU_EMPTY_STR);
    }
    if (PyUnicode_IS_ASCII(self)) {
        return ou_str_from_ascii((const char *)PyUnicode_1BYTE_DATA(self) + start, end - start);
    }
    int kind = PyUnicode_KIND(self);
    return ou_str_from_ucs(kind, ou_ucs_at(kind, PyUnicode_DATA(self), start), end - start);
}

/* The class of a part of a string. */
Py_UCS4
_PyUnicode_FindMaxChar(PyObject *str, Py_ssize_t start, Py_ssize_t end)
{
    if (start >= end) {
        return 127;
    }
    if (PyUnicode_IS_ASCII(str) || (start == 0 && end == PyUnicode_GET_LENGTH(str))) {
        return PyUnicode_MAX_CHAR_VALUE(str);
    }
    int kind = PyUnicode_KIND(str);
    return ou_ucs_class(kind, ou_ucs_at(kind, PyUnicode_DATA(str), start), end - start);
}

/* Copy between strings without any check: the target is of a kind that holds the source's. */
void
_PyUnicode_FastCopyCharacters(PyObject *to, Py_ssize_t to_start, PyObject *from, Py_ssize_t from_start, Py_ssize_t n)
{
    ou_ucs_copy(PyUnicode_KIND(to), PyUnicode_DATA(to), to_start, PyUnicode_KIND(from), PyUnicode_DATA(from), from_start, n);
}

static int
modifiable_check(PyObject *str)
{
    if (!str_is_modifiable(str)) {
        PyErr_SetString(PyExc_SystemError, "Cannot modify a string currently used");
        return -1;
    }
    return 0;
}

/* Copy code points into a string that only the caller knows yet.
 * Returns  the number copied, or -1.  Errors IndexError, SystemError. */
Py_ssize_t
PyUnicode_CopyCharacters(PyObject *to, Py_ssize_t to_start, PyObject *from, Py_ssize_t from_start, Py_ssize_t how_many)
{
    if (!PyUnicode_Check(from) || !PyUnicode_Check(to)) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (PyUnicode_READY(from) < 0 || PyUnicode_READY(to) < 0) {
        return -1;
    }
    if ((size_t)from_start > (size_t)PyUnicode_GET_LENGTH(from) || (size_t)to_start > (size_t)PyUnicode_GET_LENGTH(to)) {
        PyErr_SetString(PyExc_IndexError, "string index out of range");
        return -1;
    }
    if (how_many < 0) {
        PyErr_SetString(PyExc_SystemError, "how_many cannot be negative");
        return -1;
    }
    how_many = Py_MIN(PyUnicode_GET_LENGTH(from) - from_start, how_many);
    if (to_start + how_many > PyUnicode_GET_LENGTH(to)) {
        PyErr_Format(PyExc_SystemError, "Cannot write %zi characters at %zi in a string of %zi characters", how_many, to_start,
                     PyUnicode_GET_LENGTH(to));
        return -1;
    }
    if (how_many == 0) {
        return 0;
    }
    if (modifiable_check(to) < 0) {
        return -1;
    }
    Py_UCS4 class = _PyUnicode_FindMaxChar(from, from_start, from_start + how_many);
    if (class > PyUnicode_MAX_CHAR_VALUE(to)) {
        PyErr_Format(PyExc_SystemError, "Cannot copy %s characters into a string of %s characters",
                     PyUnicode_IS_ASCII(from)    ? "ASCII"
                     : PyUnicode_KIND(from) == 1 ? "latin1"
                                                 : "wide",
                     PyUnicode_IS_ASCII(to)    ? "ASCII"
                     : PyUnicode_KIND(to) == 1 ? "latin1"
                                               : "wide");
        return -1;
    }
    _PyUnicode_FastCopyCharacters(to, to_start, from, from_start, how_many);
    return how_many;
}

void
_PyUnicode_FastFill(PyObject *str, Py_ssize_t start, Py_ssize_t n, Py_UCS4 ch)
{
    ou_ucs_fill(PyUnicode_KIND(str), PyUnicode_DATA(str), start, n, ch);
}

/* Fill a part of a string that only the caller knows yet.
 * Returns  the number written, or -1.  Errors IndexError, SystemError, ValueError (ch too large for the
 * string). */
Py_ssize_t
PyUnicode_Fill(PyObject *str, Py_ssize_t start, Py_ssize_t length, Py_UCS4 ch)
{
    if (!PyUnicode_Check(str)) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (PyUnicode_READY(str) < 0 || modifiable_check(str) < 0) {
        return -1;
    }
    if (start < 0) {
        PyErr_SetString(PyExc_IndexError, "string index out of range");
        return -1;
    }
    if (ch > PyUnicode_MAX_CHAR_VALUE(str)) {
        PyErr_SetString(PyExc_ValueError, "fill character is bigger than the string maximum character");
        return -1;
    }
    length = Py_MIN(PyUnicode_GET_LENGTH(str) - start, length);
    if (length <= 0) {
        return 0;
    }
    _PyUnicode_FastFill(str, start, length, ch);
    return length;
}

/* Length in code points, or -1 with TypeError set. */
Py_ssize_t
PyUnicode_GetLength(PyObject *str)
{
    if (!PyUnicode_Check(str)) {
        PyErr_BadArgument();
        return -1;
    }
    return PyUnicode_READY(str) < 0 ? -1 : PyUnicode_GET_LENGTH(str);
}

/* One code point, or (Py_UCS4)-1 with TypeError or IndexError set. */
Py_UCS4
PyUnicode_ReadChar(PyObject *str, Py_ssize_t index)
{
    if (!PyUnicode_Check(str)) {
        PyErr_BadArgument();
        return (Py_UCS4)-1;
    }
    if (PyUnicode_READY(str) < 0) {
        return (Py_UCS4)-1;
    }
    if (index < 0 || index >= PyUnicode_GET_LENGTH(str)) {
        PyErr_SetString(PyExc_IndexError, "string index out of range");
        return (Py_UCS4)-1;
    }
    return PyUnicode_READ_CHAR(str, index);
}

/* Write one code point into a string that only the caller knows yet.  Returns 0, or -1 with an error set. */
int
PyUnicode_WriteChar(PyObject *str, Py_ssize_t index, Py_UCS4 ch)
{
    if (!PyUnicode_Check(str) || !PyUnicode_IS_COMPACT(str)) {
        PyErr_BadArgument();
        return -1;
    }
    if (index < 0 || index >= PyUnicode_GET_LENGTH(str)) {
        PyErr_SetString(PyExc_IndexError, "string index out of range");
        return -1;
    }
    if (modifiable_check(str) < 0) {
        return -1;
    }
    if (ch > PyUnicode_MAX_CHAR_VALUE(str)) {
        PyErr_SetString(PyExc_ValueError, "character out of range");
        return -1;
    }
    PyUnicode_WRITE(PyUnicode_KIND(str), PyUnicode_DATA(str), index, ch);
    return 0;
}

/* Copy all code points to `target`, which has room for n_room.  Returns target, or NULL with SystemError
 * set. */
Py_UCS4 *
PyUnicode_AsUCS4(PyObject *str, Py_UCS4 *target, Py_ssize_t n_room, int copy_null)
{
    if (target == NULL || n_room < 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyUnicode_READY(str) < 0) {
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(str);
    if (n_room < n + (copy_null != 0)) {
        PyErr_SetString(PyExc_SystemError, "string is longer than the buffer");
        if (copy_null && n_room > 0) {
            target[0] = 0;
        }
        return NULL;
    }
    ou_ucs_copy(4, target, 0, PyUnicode_KIND(str), PyUnicode_DATA(str), 0, n);
    if (copy_null) {
        target[n] = 0;
    }
    return target;
}

/* All code points and a NUL in a block for PyMem_Free, or NULL with MemoryError set. */
Py_UCS4 *
PyUnicode_AsUCS4Copy(PyObject *str)
{
    if (PyUnicode_READY(str) < 0) {
        return NULL;
    }
    Py_UCS4 *copy = PyMem_New(Py_UCS4, (size_t)PyUnicode_GET_LENGTH(str) + 1);
    if (copy == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    return PyUnicode_AsUCS4(str, copy, PyUnicode_GET_LENGTH(str) + 1, 1);
}

/* Is the structure what it says it is?  Aborts if not; returns 1. */
int
_PyUnicode_CheckConsistency(PyObject *op, int check_content)
{
    PyASCIIObject *str = (PyASCIIObject *)op;
    OU_CHECK(PyUnicode_Check(op) && str->state.ready && str->length >= 0, "not a ready str");
    OU_CHECK(str->state.kind == 1 || (!str->state.ascii && (str->state.kind == 2 || str->state.kind == 4)), "odd kind");
    if (check_content) {
        Py_UCS4 class = ou_ucs_class((int)str->state.kind, PyUnicode_DATA(op), str->length);
        OU_CHECK(class == PyUnicode_MAX_CHAR_VALUE(op) || str->length == 0, "str is not in its narrowest kind");
    }
    return 1;
}
