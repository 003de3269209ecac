/* types/str.h - str beyond the public API: what its files share, and what the runtime asks of it.
 *
 *   kind       bytes a code point takes in a string: 1, 2 or 4, the least that its greatest one needs.
 *              Kept canonical, so equal strings have equal bytes (and equal hashes).
 *   class      what decides the kind and the head's size: the greatest of 0x7f, 0xff, 0xffff, 0x10ffff
 *              that some code point reaches.  "maxchar" in the public API is any number of the class.
 *   compact    the code points follow the head.  Only instances of subclasses, and strings that
 *              PyUnicode_FromUnicode(NULL, n) began, keep them elsewhere.
 *   permanent  the empty string, the 256 latin-1 characters and the runtime's names: never freed.
 *
 * docs/str.md explains the design. */
#ifndef OU_TYPES_STR_H
#define OU_TYPES_STR_H

#include <Python.h>
#include "base/base.h"
#include "object/state.h"

/* On functions whose loops are worth vectors whatever the level of optimization. */
#if defined(__clang__)
#  define OU_VECTOR_LOOPS
#else
#  define OU_VECTOR_LOOPS __attribute__((optimize("O3")))
#endif

/* ---- for the runtime ----------------------------------------------------------------------------------- */

/* *left += right, both exact str; reuses *left's block when its count is 1 and nobody interned it.
 * Returns 0; or -1 with an error set and *left unchanged. */
int ou_str_concat_in_place(PyObject **left, PyObject *right);

/* Are two strings equal?  Any str, any subclass; runs no Python code. */
static OU_ALWAYS_INLINE bool
ou_str_equal(PyObject *a, PyObject *b)
{
    if (a == b) {
        return true;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(a);
    int kind = PyUnicode_KIND(a);
    if (n != PyUnicode_GET_LENGTH(b) || kind != (int)PyUnicode_KIND(b)) {
        return false;
    }
    return memcmp(PyUnicode_DATA(a), PyUnicode_DATA(b), (size_t)n * (size_t)kind) == 0;
}

/* The hash of a str, computed once.  Never fails. */
Py_hash_t ou_str_hash_slow(PyObject *str);
static OU_ALWAYS_INLINE Py_hash_t
ou_str_hash(PyObject *str)
{
    Py_hash_t hash = ((PyASCIIObject *)str)->hash;
    return OU_LIKELY(hash != -1) ? hash : ou_str_hash_slow(str);
}

/* str[index] for an index that is in range.  Refs new. */
PyObject *ou_str_item(PyObject *str, Py_ssize_t index);

/* A one-character string, permanent where it is latin-1.  Refs new. */
PyObject *ou_str_from_char(Py_UCS4 ch);

/* The intern table (str_intern.c).  init enters the permanent strings: first, once.  forget is for the
 * deallocator.  find returns the interned string with these ASCII bytes, borrowed, or NULL. */
void ou_intern_init(void);
void ou_intern_forget(PyObject *str);
PyObject *ou_intern_find(const char *ascii, size_t size);

/* What _PyUnicode_FromId() keeps alive: a list, owned, or NULL.  Named in the roots; dropped at the end. */
extern PyObject *ou_str_identifiers;

/* str.format's markup for the _string module: iterators' items as string.Formatter wants them. */
PyObject *ou_str_formatter_parser(PyObject *markup);
PyObject *ou_str_formatter_field_name_split(PyObject *field_name);
extern PyTypeObject ou_formatter_iterator_type, ou_field_name_iterator_type, ou_encoding_map_type;
extern PyTypeObject ou_str_ascii_iter_type;

/* __format__ of the built-in types, for str.format, f-strings and the types' methods: write `value` as the
 * spec's part from start to end asks.  Return 0, or -1 with an error set.  The names are CPython's. */
PyAPI_FUNC(int)
    _PyLong_FormatAdvancedWriter(_PyUnicodeWriter *, PyObject *, PyObject *, Py_ssize_t, Py_ssize_t);
PyAPI_FUNC(int)
    _PyFloat_FormatAdvancedWriter(_PyUnicodeWriter *, PyObject *, PyObject *, Py_ssize_t, Py_ssize_t);
PyAPI_FUNC(int)
    _PyComplex_FormatAdvancedWriter(_PyUnicodeWriter *, PyObject *, PyObject *, Py_ssize_t, Py_ssize_t);

/* The same as a method body: (value, spec) to a new string; TypeError if spec is not a str. */
PyObject *ou_format_int(PyObject *value, PyObject *spec);
PyObject *ou_format_float(PyObject *value, PyObject *spec);
PyObject *ou_format_complex(PyObject *value, PyObject *spec);

/* ---- classes and kinds --------------------------------------------------------------------------------- */

static OU_ALWAYS_INLINE Py_UCS4
ou_class_of(Py_UCS4 max)
{
    return max < 0x80 ? 0x7f : max < 0x100 ? 0xff : max < 0x10000 ? 0xffff : 0x10ffff;
}

static OU_ALWAYS_INLINE int
ou_kind_of(Py_UCS4 max)
{
    return max < 0x100 ? 1 : max < 0x10000 ? 2 : 4;
}

/* The class of n code points. */
Py_UCS4 ou_ucs_class(int kind, const void *data, Py_ssize_t n);

/* Copy n code points between kinds; a narrower target must be known to hold them. */
void ou_ucs_copy(int to_kind, void *to, Py_ssize_t to_at, int from_kind, const void *from, Py_ssize_t from_at,
                 Py_ssize_t n);

/* Fill n code points. */
void ou_ucs_fill(int kind, void *data, Py_ssize_t at, Py_ssize_t n, Py_UCS4 ch);

static OU_ALWAYS_INLINE const void *
ou_ucs_at(int kind, const void *data, Py_ssize_t index)
{
    return (const char *)data + (size_t)index * (size_t)kind;
}

/* New string of these code points, in its narrowest kind.  Refs new. */
PyObject *ou_str_from_ucs(int kind, const void *data, Py_ssize_t n);

/* New string of n bytes that are known to be ASCII.  Refs new. */
PyObject *ou_str_from_ascii(const char *text, Py_ssize_t n);

/* Take a new string that this thread alone knows and return what should stand for it: the permanent
 * one if it is empty or one latin-1 character.  NULL passes. */
PyObject *ou_str_settle(PyObject *fresh);

/* A finished result that is the string itself: a new reference if exact, else an exact copy. */
PyObject *ou_str_unchanged(PyObject *str);

/* Make a compact, exact string that only the caller holds (or one of length 0) n code points long.
 * Returns 0; or -1 with MemoryError set and *str unchanged.  The hash is forgotten. */
int ou_str_resize(PyObject **str, Py_ssize_t n);

/* Write the lower (or upper) case of code points to an array of the same kind: up to the first that has a mapping to several,
 * or to one that doesn't fit, or that depends on its surroundings.  Returns how many were written; or-s them to *bits. */
Py_ssize_t ou_ucs_map_simple(int kind, void *to, const void *from, Py_ssize_t n, bool to_upper, Py_UCS4 *bits);

/* ---- searching ----------------------------------------------------------------------------------------- */

/* Index of the first (or, backward, last) occurrence at or after `from` and before `to`, or -1.
 * Linear in the worst case; allocates nothing.  The needle is not empty and of any kind. */
Py_ssize_t ou_ucs_find(int kind, const void *data, Py_ssize_t from, Py_ssize_t to, int needle_kind,
                       const void *needle, Py_ssize_t n_needle);
Py_ssize_t ou_ucs_rfind(int kind, const void *data, Py_ssize_t from, Py_ssize_t to, int needle_kind,
                        const void *needle, Py_ssize_t n_needle);
Py_ssize_t ou_ucs_find_char(int kind, const void *data, Py_ssize_t from, Py_ssize_t to, Py_UCS4 ch);
Py_ssize_t ou_ucs_rfind_char(int kind, const void *data, Py_ssize_t from, Py_ssize_t to, Py_UCS4 ch);

/* Non-overlapping occurrences, at most `max` (negative: all). */
Py_ssize_t ou_ucs_count(int kind, const void *data, Py_ssize_t from, Py_ssize_t to, int needle_kind,
                        const void *needle, Py_ssize_t n_needle, Py_ssize_t max);

/* Do n code points of a at `at` equal those of b? */
static OU_ALWAYS_INLINE bool
ou_ucs_equal_at(int a_kind, const void *a, Py_ssize_t at, int b_kind, const void *b, Py_ssize_t n)
{
    if (a_kind == b_kind) {
        return memcmp(ou_ucs_at(a_kind, a, at), b, (size_t)n * (size_t)a_kind) == 0;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        if (PyUnicode_READ(a_kind, a, at + i) != PyUnicode_READ(b_kind, b, i)) {
            return false;
        }
    }
    return true;
}

/* Slots that live outside str.c. */
PyObject *ou_str_repr(PyObject *self);
PyObject *ou_str_iter(PyObject *str);

/* ---- methods: one prototype each, the table is in str.c ------------------------------------------------ */

#define OU_STR_METHOD_O(name) PyObject *ou_str_##name(PyObject *self, PyObject *arg)
#define OU_STR_METHOD_0(name) PyObject *ou_str_##name(PyObject *self, PyObject *unused)
#define OU_STR_METHOD_FAST(name)                                                                             \
    PyObject *ou_str_##name(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
#define OU_STR_METHOD_KW(name) \
    PyObject *ou_str_##name(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)

OU_STR_METHOD_KW(encode);                                                   /* str_codec.c */
OU_STR_METHOD_FAST(find);                                                   /* str_find.c */
OU_STR_METHOD_FAST(rfind);
OU_STR_METHOD_FAST(index);
OU_STR_METHOD_FAST(rindex);
OU_STR_METHOD_FAST(count);
OU_STR_METHOD_FAST(startswith);
OU_STR_METHOD_FAST(endswith);
OU_STR_METHOD_O(removeprefix);
OU_STR_METHOD_O(removesuffix);
OU_STR_METHOD_FAST(replace);                                                /* str_replace.c */
OU_STR_METHOD_O(translate);
PyObject *ou_str_maketrans(PyObject *unused, PyObject *const *args, Py_ssize_t nargs);
OU_STR_METHOD_KW(split);                                                    /* str_split.c */
OU_STR_METHOD_KW(rsplit);
OU_STR_METHOD_KW(splitlines);
OU_STR_METHOD_O(partition);
OU_STR_METHOD_O(rpartition);
OU_STR_METHOD_FAST(strip);                                                  /* str_pad.c */
OU_STR_METHOD_FAST(lstrip);
OU_STR_METHOD_FAST(rstrip);
OU_STR_METHOD_FAST(center);
OU_STR_METHOD_FAST(ljust);
OU_STR_METHOD_FAST(rjust);
OU_STR_METHOD_O(zfill);
OU_STR_METHOD_KW(expandtabs);
OU_STR_METHOD_0(capitalize);                                                /* str_case.c */
OU_STR_METHOD_0(casefold);
OU_STR_METHOD_0(title);
OU_STR_METHOD_0(lower);
OU_STR_METHOD_0(upper);
OU_STR_METHOD_0(swapcase);
OU_STR_METHOD_0(isascii);
OU_STR_METHOD_0(islower);
OU_STR_METHOD_0(isupper);
OU_STR_METHOD_0(istitle);
OU_STR_METHOD_0(isspace);
OU_STR_METHOD_0(isdecimal);
OU_STR_METHOD_0(isdigit);
OU_STR_METHOD_0(isnumeric);
OU_STR_METHOD_0(isalpha);
OU_STR_METHOD_0(isalnum);
OU_STR_METHOD_0(isidentifier);
OU_STR_METHOD_0(isprintable);
PyObject *ou_str_format(PyObject *self, PyObject *args, PyObject *kwargs);  /* str_format.c */
OU_STR_METHOD_O(format_map);
OU_STR_METHOD_O(dunder_format);                                             /* format_spec.c */

/* str.join over an array; `separator` a str. */
PyObject *ou_str_join_array(PyObject *separator, PyObject *const *items, Py_ssize_t n);

/* TypeError "must be str, not X" unless it is a str.  Returns 0 or -1. */
int ou_str_require(PyObject *arg);

#endif
