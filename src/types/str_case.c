/* types/str_case.c - lower, upper, title and folded copies of strings; questions about all their
 * characters.
 *
 * Owns       nothing.
 * Invariant  the full mappings of Unicode are used (one character may become three), and a capital sigma at
 *            the end of a word becomes a final one.
 * Not here   single code points (unicode_ctype.c). */
#include "types/str.h"

/* ---- mapping ------------------------------------------------------------------------------------------- */

enum { MAX_EXPANSION = 3, CAPITAL_SIGMA = 0x3A3, FINAL_SIGMA = 0x3C2, SMALL_SIGMA = 0x3C3 };

/* What the sigma at i becomes: final if a cased character goes before and none comes after, case-ignorable
 * ones passed over. */
static Py_UCS4
lower_sigma(int kind, const void *data, Py_ssize_t n, Py_ssize_t i)
{
    Py_ssize_t j = i - 1;
    while (j >= 0 && _PyUnicode_IsCaseIgnorable(PyUnicode_READ(kind, data, j))) {
        j--;
    }
    if (j < 0 || !_PyUnicode_IsCased(PyUnicode_READ(kind, data, j))) {
        return SMALL_SIGMA;
    }
    j = i + 1;
    while (j < n && _PyUnicode_IsCaseIgnorable(PyUnicode_READ(kind, data, j))) {
        j++;
    }
    return j < n && _PyUnicode_IsCased(PyUnicode_READ(kind, data, j)) ? SMALL_SIGMA : FINAL_SIGMA;
}

static OU_ALWAYS_INLINE int
lower_at(int kind, const void *data, Py_ssize_t n, Py_ssize_t i, Py_UCS4 *out)
{
    Py_UCS4 ch = PyUnicode_READ(kind, data, i);
    if (ch < 128) {
        out[0] = Py_TOLOWER(ch);
        return 1;
    }
    if (ch == CAPITAL_SIGMA) {
        out[0] = lower_sigma(kind, data, n, i);
        return 1;
    }
    return _PyUnicode_ToLowerFull(ch, out);
}

static OU_ALWAYS_INLINE int
upper_of(Py_UCS4 ch, Py_UCS4 *out)
{
    if (ch < 128) {
        out[0] = Py_TOUPPER(ch);
        return 1;
    }
    return _PyUnicode_ToUpperFull(ch, out);
}

static OU_ALWAYS_INLINE int
title_of(Py_UCS4 ch, Py_UCS4 *out)
{
    if (ch < 128) {
        out[0] = Py_TOUPPER(ch);
        return 1;
    }
    return _PyUnicode_ToTitleFull(ch, out);
}

/* The mapping of the character at i; *in_word is title()'s memory. */
typedef int (*MapAt)(int kind, const void *data, Py_ssize_t n, Py_ssize_t i, Py_UCS4 *out, bool *in_word);

static OU_ALWAYS_INLINE int
map_lower(int kind, const void *data, Py_ssize_t n, Py_ssize_t i, Py_UCS4 *out, bool *in_word)
{
    return lower_at(kind, data, n, i, out);
}

static OU_ALWAYS_INLINE int
map_upper(int kind, const void *data, Py_ssize_t n, Py_ssize_t i, Py_UCS4 *out, bool *in_word)
{
    return upper_of(PyUnicode_READ(kind, data, i), out);
}

static OU_ALWAYS_INLINE int
map_fold(int kind, const void *data, Py_ssize_t n, Py_ssize_t i, Py_UCS4 *out, bool *in_word)
{
    Py_UCS4 ch = PyUnicode_READ(kind, data, i);
    if (ch < 128) {
        out[0] = Py_TOLOWER(ch);
        return 1;
    }
    return _PyUnicode_ToFoldedFull(ch, out);
}

static OU_ALWAYS_INLINE int
map_capitalize(int kind, const void *data, Py_ssize_t n, Py_ssize_t i, Py_UCS4 *out, bool *in_word)
{
    return i == 0 ? title_of(PyUnicode_READ(kind, data, 0), out) : lower_at(kind, data, n, i, out);
}

static OU_ALWAYS_INLINE int
map_title(int kind, const void *data, Py_ssize_t n, Py_ssize_t i, Py_UCS4 *out, bool *in_word)
{
    Py_UCS4 ch = PyUnicode_READ(kind, data, i);
    int n_out = *in_word ? lower_at(kind, data, n, i, out) : title_of(ch, out);
    *in_word = ch < 128 ? Py_ISALPHA(ch) : _PyUnicode_IsCased(ch);
    return n_out;
}

static OU_ALWAYS_INLINE int
map_swap(int kind, const void *data, Py_ssize_t n, Py_ssize_t i, Py_UCS4 *out, bool *in_word)
{
    Py_UCS4 ch = PyUnicode_READ(kind, data, i);
    if (_PyUnicode_IsUppercase(ch)) {
        return lower_at(kind, data, n, i, out);
    }
    if (_PyUnicode_IsLowercase(ch)) {
        return _PyUnicode_ToUpperFull(ch, out);
    }
    out[0] = ch;
    return 1;
}

/* Any string: two passes, one for the size and the class, one to write.  Inlined once a mapping. */
static OU_ALWAYS_INLINE PyObject *
mapped(PyObject *self, MapAt map)
{
    int kind = PyUnicode_KIND(self);
    const void *data = PyUnicode_DATA(self);
    Py_ssize_t n = PyUnicode_GET_LENGTH(self);
    if (n > PY_SSIZE_T_MAX / MAX_EXPANSION) {
        PyErr_SetString(PyExc_OverflowError, "string is too long");
        return NULL;
    }
    Py_UCS4 out[MAX_EXPANSION], bits = 0;
    Py_ssize_t total = 0;
    bool in_word = false;
    for (Py_ssize_t i = 0; i < n; i++) {
        int n_out = map(kind, data, n, i, out, &in_word);
        for (int j = 0; j < n_out; j++) {
            bits |= out[j];
        }
        total += n_out;
    }
    PyObject *result = PyUnicode_New(total, ou_class_of(bits));
    if (result == NULL || total == 0) {
        return result;
    }
    int to_kind = PyUnicode_KIND(result);
    void *to = PyUnicode_DATA(result);
    Py_ssize_t at = 0;
    in_word = false;
    for (Py_ssize_t i = 0; i < n; i++) {
        int n_out = map(kind, data, n, i, out, &in_word);
        for (int j = 0; j < n_out; j++) {
            PyUnicode_WRITE(to_kind, to, at++, out[j]);
        }
    }
    return ou_str_settle(result);
}

static OU_ALWAYS_INLINE unsigned char
ascii_lower(unsigned char ch)
{
    return (unsigned char)(ch + ((unsigned)(ch - 'A') < 26u ? 32 : 0));
}

static OU_ALWAYS_INLINE unsigned char
ascii_upper(unsigned char ch)
{
    return (unsigned char)(ch - ((unsigned)(ch - 'a') < 26u ? 32 : 0));
}

/* Which letters change by 32. */
enum { UPPER_ONLY, LOWER_ONLY, BOTH_CASES };

OU_VECTOR_LOOPS static void
ascii_map(const unsigned char *from, unsigned char *to, Py_ssize_t n, int which)
{
    if (which == UPPER_ONLY) {
        for (Py_ssize_t i = 0; i < n; i++) {
            to[i] = ascii_lower(from[i]);
        }
    }
    else if (which == LOWER_ONLY) {
        for (Py_ssize_t i = 0; i < n; i++) {
            to[i] = ascii_upper(from[i]);
        }
    }
    else {
        for (Py_ssize_t i = 0; i < n; i++) {
            to[i] = (unsigned char)(from[i] ^ ((unsigned)((from[i] | 32) - 'a') < 26u ? 32 : 0));
        }
    }
}

/* A new string of the same length from an ASCII one. */
static PyObject *
ascii_mapped(PyObject *self, int which)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(self);
    PyObject *result = PyUnicode_New(n, 127);
    if (result == NULL || n == 0) {
        return result;
    }
    ascii_map(PyUnicode_1BYTE_DATA(self), PyUnicode_1BYTE_DATA(result), n, which);
    return ou_str_settle(result);
}

/* Lower or upper case of any string: in one pass while characters map one to one in the string's own kind, which most do. */
static OU_ALWAYS_INLINE PyObject *
mapped_simply(PyObject *self, MapAt map, bool to_upper)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(self);
    Py_UCS4 class = PyUnicode_MAX_CHAR_VALUE(self), bits = 0;
    PyObject *result = PyUnicode_New(n, class);
    if (result == NULL) {
        return NULL;
    }
    Py_ssize_t done = ou_ucs_map_simple(PyUnicode_KIND(self), PyUnicode_DATA(result), PyUnicode_DATA(self), n, to_upper, &bits);
    if (done < n || ou_class_of(bits) != class) {
        Py_DECREF(result);
        return mapped(self, map);
    }
    return ou_str_settle(result);
}

OU_STR_METHOD_0(lower)
{
    if (PyUnicode_READY(self) < 0) {
        return NULL;
    }
    if (PyUnicode_IS_ASCII(self)) {
        return ascii_mapped(self, UPPER_ONLY);
    }
    return mapped_simply(self, map_lower, false);
}

OU_STR_METHOD_0(upper)
{
    if (PyUnicode_READY(self) < 0) {
        return NULL;
    }
    if (PyUnicode_IS_ASCII(self)) {
        return ascii_mapped(self, LOWER_ONLY);
    }
    return mapped_simply(self, map_upper, true);
}

OU_STR_METHOD_0(casefold)
{
    if (PyUnicode_READY(self) < 0) {
        return NULL;
    }
    if (PyUnicode_IS_ASCII(self)) {
        return ascii_mapped(self, UPPER_ONLY);
    }
    return mapped(self, map_fold);
}

OU_STR_METHOD_0(capitalize)
{
    if (PyUnicode_READY(self) < 0) {
        return NULL;
    }
    return mapped(self, map_capitalize);
}

OU_STR_METHOD_0(title)
{
    return PyUnicode_READY(self) < 0 ? NULL : mapped(self, map_title);
}

OU_STR_METHOD_0(swapcase)
{
    if (PyUnicode_READY(self) < 0) {
        return NULL;
    }
    if (PyUnicode_IS_ASCII(self)) {
        return ascii_mapped(self, BOTH_CASES);
    }
    return mapped(self, map_swap);
}

/* ---- questions ----------------------------------------------------------------------------------------- */

static PyObject *
truth(bool value)
{
    return Py_NewRef(value ? Py_True : Py_False);
}

/* Is the string not empty, and does every character have the property? */
#define ALL_METHOD(name, property, empty)               \
    OU_STR_METHOD_0(name)                               \
    {                                                   \
        if (PyUnicode_READY(self) < 0) {                \
            return NULL;                                \
        }                                               \
        int kind = PyUnicode_KIND(self);                \
        const void *data = PyUnicode_DATA(self);        \
        Py_ssize_t n = PyUnicode_GET_LENGTH(self);      \
        for (Py_ssize_t i = 0; i < n; i++) {            \
            Py_UCS4 ch = PyUnicode_READ(kind, data, i); \
            if (!(property)) {                          \
                return truth(false);                    \
            }                                           \
        }                                               \
        return truth(n != 0 || (empty));                \
    }

ALL_METHOD(isspace, Py_UNICODE_ISSPACE(ch), false)
ALL_METHOD(isdecimal, _PyUnicode_IsDecimalDigit(ch), false)
ALL_METHOD(isdigit, _PyUnicode_IsDigit(ch), false)
ALL_METHOD(isnumeric, _PyUnicode_IsNumeric(ch), false)
ALL_METHOD(isalpha, _PyUnicode_IsAlpha(ch), false)
ALL_METHOD(isalnum, Py_UNICODE_ISALNUM(ch), false)
ALL_METHOD(isprintable, _PyUnicode_IsPrintable(ch), true)

OU_STR_METHOD_0(isascii)
{
    return PyUnicode_READY(self) < 0 ? NULL : truth(PyUnicode_IS_ASCII(self));
}

/* Is there a cased character, none in title case, and none that `wrong` says? */
static PyObject *
all_of_case(PyObject *self, int (*right)(Py_UCS4), int (*wrong)(Py_UCS4))
{
    if (PyUnicode_READY(self) < 0) {
        return NULL;
    }
    int kind = PyUnicode_KIND(self);
    const void *data = PyUnicode_DATA(self);
    Py_ssize_t n = PyUnicode_GET_LENGTH(self);
    bool cased = false;
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_UCS4 ch = PyUnicode_READ(kind, data, i);
        if (wrong(ch) || _PyUnicode_IsTitlecase(ch)) {
            return truth(false);
        }
        cased = cased || right(ch);
    }
    return truth(cased);
}

OU_STR_METHOD_0(islower)
{
    return all_of_case(self, _PyUnicode_IsLowercase, _PyUnicode_IsUppercase);
}

OU_STR_METHOD_0(isupper)
{
    return all_of_case(self, _PyUnicode_IsUppercase, _PyUnicode_IsLowercase);
}

OU_STR_METHOD_0(istitle)
{
    if (PyUnicode_READY(self) < 0) {
        return NULL;
    }
    int kind = PyUnicode_KIND(self);
    const void *data = PyUnicode_DATA(self);
    Py_ssize_t n = PyUnicode_GET_LENGTH(self);
    bool cased = false, in_word = false;
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_UCS4 ch = PyUnicode_READ(kind, data, i);
        bool upper = _PyUnicode_IsUppercase(ch) || _PyUnicode_IsTitlecase(ch), lower = _PyUnicode_IsLowercase(ch);
        if ((upper && in_word) || (lower && !in_word)) {
            return truth(false);
        }
        in_word = upper || lower;
        cased = cased || in_word;
    }
    return truth(cased);
}

/* ---- identifiers --------------------------------------------------------------------------------------- */

/* How many characters from the start make an identifier. */
Py_ssize_t
_PyUnicode_ScanIdentifier(PyObject *self)
{
    if (PyUnicode_READY(self) < 0) {
        Py_FatalError("identifier not ready");
    }
    int kind = PyUnicode_KIND(self);
    const void *data = PyUnicode_DATA(self);
    Py_ssize_t n = PyUnicode_GET_LENGTH(self), i = 0;
    while (i < n) {
        Py_UCS4 ch = PyUnicode_READ(kind, data, i);
        if (!(ch == '_' || (i == 0 ? _PyUnicode_IsXidStart(ch) : _PyUnicode_IsXidContinue(ch)))) {
            break;
        }
        i++;
    }
    return i;
}

int
PyUnicode_IsIdentifier(PyObject *self)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(self);
    return n != 0 && _PyUnicode_ScanIdentifier(self) == n;
}

OU_STR_METHOD_0(isidentifier)
{
    return PyUnicode_READY(self) < 0 ? NULL : truth(PyUnicode_IsIdentifier(self));
}

/* ---- numbers in any script ----------------------------------------------------------------------------- */

/* The string with decimal digits made ASCII, whitespace made ' ', and all from the first other character
 * that is
 * not ASCII on made '?': what int() and float() read.  Refs new; an ASCII string itself. */
PyObject *
_PyUnicode_TransformDecimalAndSpaceToASCII(PyObject *str)
{
    if (!PyUnicode_Check(str)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyUnicode_READY(str) < 0) {
        return NULL;
    }
    if (PyUnicode_IS_ASCII(str)) {
        return Py_NewRef(str);
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(str);
    PyObject *result = PyUnicode_New(n, 127);
    if (result == NULL) {
        return NULL;
    }
    int kind = PyUnicode_KIND(str);
    const void *data = PyUnicode_DATA(str);
    Py_UCS1 *to = PyUnicode_1BYTE_DATA(result);
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_UCS4 ch = PyUnicode_READ(kind, data, i);
        int digit;
        if (ch < 127) {
            to[i] = (Py_UCS1)ch;
        }
        else if (_PyUnicode_IsWhitespace(ch)) {
            to[i] = ' ';
        }
        else if ((digit = _PyUnicode_ToDecimalDigit(ch)) >= 0) {
            to[i] = (Py_UCS1)('0' + digit);
        }
        else {
            to[i] = '?';
            to[i + 1] = '\0';
            if (ou_str_resize(&result, i + 1) < 0) {
                Py_CLEAR(result);
            }
            return result;
        }
    }
    return result;
}
