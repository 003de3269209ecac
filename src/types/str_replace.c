/* types/str_replace.c - replace, translate, maketrans.
 *
 * Owns       nothing.
 * Invariant  a string in which nothing is replaced is returned itself; results are in their narrowest kind,
 *            also where the wide characters were replaced away.
 * Not here   charmap codecs (str_charmap.c). */
#include "object/args.h"
#include "types/str.h"

#include "object/hold.h"
#include "types/codec.h"
#include "types/int.h"

/* ---- replace ------------------------------------------------------------------------------------------- */

/* Take a new string that may be wider than it need be; return it in its narrowest kind. */
static PyObject *
narrowed(PyObject *fresh)
{
    int kind = PyUnicode_KIND(fresh);
    Py_ssize_t n = PyUnicode_GET_LENGTH(fresh);
    if (ou_ucs_class(kind, PyUnicode_DATA(fresh), n) == PyUnicode_MAX_CHAR_VALUE(fresh)) {
        return ou_str_settle(fresh);
    }
    PyObject *result = ou_str_from_ucs(kind, PyUnicode_DATA(fresh), n);
    Py_DECREF(fresh);
    return result;
}

/* new + s[0] + new + s[1] + ...: n times new. */
static PyObject *
interleave(PyObject *self, PyObject *new, Py_ssize_t n)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(self), m = PyUnicode_GET_LENGTH(new);
    if (m != 0 && n > (PY_SSIZE_T_MAX - length) / m) {
        PyErr_SetString(PyExc_OverflowError, "replace string is too long");
        return NULL;
    }
    PyObject *result =
        PyUnicode_New(length + n * m, Py_MAX(length ? PyUnicode_MAX_CHAR_VALUE(self) : 0, PyUnicode_MAX_CHAR_VALUE(new)));
    if (result == NULL || PyUnicode_GET_LENGTH(result) == 0) {
        return result;
    }
    int kind = PyUnicode_KIND(result), self_kind = PyUnicode_KIND(self), new_kind = PyUnicode_KIND(new);
    void *to = PyUnicode_DATA(result);
    const void *data = PyUnicode_DATA(self), *new_data = PyUnicode_DATA(new);
    Py_ssize_t at = 0, i = 0;
    for (; i < n; i++) {
        ou_ucs_copy(kind, to, at, new_kind, new_data, 0, m);
        at += m;
        if (i < length) {
            PyUnicode_WRITE(kind, to, at, PyUnicode_READ(self_kind, data, i));
            at++;
        }
    }
    if (i < length) {
        ou_ucs_copy(kind, to, at, self_kind, data, i, length - i);
    }
    return ou_str_settle(result);
}

#define SWAP_LOOP(type)                                            \
    do {                                                           \
        const type *source = from;                                 \
        type *target = to;                                         \
        for (Py_ssize_t i = 0; i < n; i++) {                       \
            target[i] = source[i] == old ? (type) new : source[i]; \
        }                                                          \
    } while (0)

OU_VECTOR_LOOPS static void
swap_chars(int kind, void *to, const void *from, Py_ssize_t n, Py_UCS4 old, Py_UCS4 new)
{
    switch (kind) {
    case 1: SWAP_LOOP(Py_UCS1); break;
    case 2: SWAP_LOOP(Py_UCS2); break;
    default: SWAP_LOOP(Py_UCS4); break;
    }
}

/* self with old replaced by new, at most `max` times (negative: everywhere).  All three ready. */
static PyObject *
str_replace_text(PyObject *self, PyObject *old, PyObject *new, Py_ssize_t max)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(self), n_old = PyUnicode_GET_LENGTH(old), n_new = PyUnicode_GET_LENGTH(new);
    int kind = PyUnicode_KIND(self), old_kind = PyUnicode_KIND(old), new_kind = PyUnicode_KIND(new);
    if (max == 0 || old == new || n_old > n || old_kind > kind) {
        return ou_str_unchanged(self);
    }
    if (n_old == 0) {
        if (n_new == 0) {
            return ou_str_unchanged(self);
        }
        return interleave(self, new, max < 0 || max > n ? n + 1 : max);
    }
    const void *data = PyUnicode_DATA(self), *old_data = PyUnicode_DATA(old), *new_data = PyUnicode_DATA(new);
    Py_UCS4 class = PyUnicode_MAX_CHAR_VALUE(self), new_class = n_new ? PyUnicode_MAX_CHAR_VALUE(new) : 0;
    bool may_narrow = class > 0x7f && PyUnicode_MAX_CHAR_VALUE(old) == class && new_class < class;
    if (n_old == 1 && n_new == 1 && max < 0 && new_class <= class && !may_narrow) {
        Py_UCS4 old_char = PyUnicode_READ(old_kind, old_data, 0), new_char = PyUnicode_READ(new_kind, new_data, 0);
        if (old_char == new_char || ou_ucs_find_char(kind, data, 0, n, old_char) < 0) {
            return ou_str_unchanged(self);
        }
        PyObject *result = PyUnicode_New(n, class);
        if (result != NULL) {
            swap_chars(kind, PyUnicode_DATA(result), data, n, old_char, new_char);
        }
        return ou_str_settle(result);
    }
    enum { MAX_HITS = 32 }; /* arbitrary: places of that many words are not looked for twice */
    Py_ssize_t hits[MAX_HITS], n_hits = 0, count = 0, behind = 0;
    if (n_old > 1) {
        while (n_hits < MAX_HITS && n_hits != max
               && (hits[n_hits] = ou_ucs_find(kind, data, behind, n, old_kind, old_data, n_old)) >= 0) {
            behind = hits[n_hits++] + n_old;
        }
        count = n_hits;
    }
    if (n_old == 1 || n_hits == MAX_HITS) {
        count += ou_ucs_count(kind, data, behind, n, old_kind, old_data, n_old, max < 0 ? -1 : max - count);
    }
    if (count == 0 || ou_str_equal(old, new)) {
        return ou_str_unchanged(self);
    }
    if (n_new > n_old && count > (PY_SSIZE_T_MAX - n) / (n_new - n_old)) {
        PyErr_SetString(PyExc_OverflowError, "replace string is too long");
        return NULL;
    }
    PyObject *result = PyUnicode_New(n + count * (n_new - n_old), Py_MAX(class, new_class));
    if (result == NULL || PyUnicode_GET_LENGTH(result) == 0) {
        return result;
    }
    int to_kind = PyUnicode_KIND(result);
    void *to = PyUnicode_DATA(result);
    Py_ssize_t from = 0, at = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_ssize_t hit = i < n_hits ? hits[i] : ou_ucs_find(kind, data, from, n, old_kind, old_data, n_old);
        ou_ucs_copy(to_kind, to, at, kind, data, from, hit - from);
        at += hit - from;
        if (n_new == 1) {
            PyUnicode_WRITE(to_kind, to, at, PyUnicode_READ(new_kind, new_data, 0));
        }
        else {
            ou_ucs_copy(to_kind, to, at, new_kind, new_data, 0, n_new);
        }
        at += n_new;
        from = hit + n_old;
    }
    ou_ucs_copy(to_kind, to, at, kind, data, from, n - from);
    return may_narrow ? narrowed(result) : ou_str_settle(result);
}

/* Errors  TypeError, OverflowError, MemoryError. */
PyObject *
PyUnicode_Replace(PyObject *str, PyObject *old, PyObject *new, Py_ssize_t max)
{
    if (ou_str_require(str) < 0 || ou_str_require(old) < 0 || ou_str_require(new) < 0) {
        return NULL;
    }
    return str_replace_text(str, old, new, max);
}

OU_STR_METHOD_FAST(replace)
{
    if (!_PyArg_CheckPositional("replace", nargs, 2, 3)) {
        return NULL;
    }
    for (int i = 0; i < 2; i++) {
        if (!PyUnicode_Check(args[i])) {
            _PyArg_BadArgument("replace", i == 0 ? "argument 1" : "argument 2", "str", args[i]);
            return NULL;
        }
        if (PyUnicode_READY(args[i]) < 0) {
            return NULL;
        }
    }
    Py_ssize_t max = -1;
    if (nargs > 2) {
        max = ou_args_ssize(args[2]); /* RE-ENTRANT; the strings don't change */
        if (max == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    return str_replace_text(self, args[0], args[1], max);
}

/* ---- translate ----------------------------------------------------------------------------------------- */

/* What the table has for a character: new reference; None for "nothing"; NULL without an error for "no
 * entry". */
static PyObject *
table_lookup(PyObject *table, Py_UCS4 ch)
{
    PyObject *key = PyLong_FromLong((long)ch);
    if (key == NULL) {
        return NULL;
    }
    PyObject *entry;
    if (PyDict_CheckExact(table)) {
        entry = Py_XNewRef(PyDict_GetItemWithError(table, key));
    }
    else {
        OU_HOLD(hold, &key);
        entry = PyObject_GetItem(table, key);
        OU_HOLD_END(hold);
        if (entry == NULL && PyErr_ExceptionMatches(PyExc_LookupError)) {
            PyErr_Clear();
        }
    }
    Py_DECREF(key);
    return entry;
}

/* Write what stands for one character.  Returns 1; 0 if it maps to nothing; -1 with an error set.
 * RE-ENTRANT. */
static int
translate_char(_PyUnicodeWriter *writer, PyObject *table, Py_UCS4 ch)
{
    PyObject *entry = table_lookup(table, ch);
    if (entry == NULL) {
        return PyErr_Occurred() || _PyUnicodeWriter_WriteChar(writer, ch) < 0 ? -1 : 1;
    }
    int result = 1;
    if (entry == Py_None) {
        result = 0;
    }
    else if (PyLong_Check(entry)) {
        int overflow;
        long code = PyLong_AsLongAndOverflow(entry, &overflow);
        if (overflow || code < 0 || code > 0x10FFFF) {
            PyErr_Format(PyExc_ValueError, "character mapping must be in range(0x%x)", 0x110000);
            result = -1;
        }
        else if (_PyUnicodeWriter_WriteChar(writer, (Py_UCS4)code) < 0) {
            result = -1;
        }
    }
    else if (PyUnicode_Check(entry)) {
        result = _PyUnicodeWriter_WriteStr(writer, entry) < 0 ? -1 : 1;
    }
    else {
        PyErr_SetString(PyExc_TypeError, "character mapping must return integer, None or str");
        result = -1;
    }
    Py_DECREF(entry);
    return result;
}

/* Write the run of ASCII characters from i on whose answers are known.  Returns how many, or -1 with
 * MemoryError set. */
static Py_ssize_t
write_known(_PyUnicodeWriter *writer, PyObject *str, Py_ssize_t i, const Py_UCS4 known[128])
{
    int kind = PyUnicode_KIND(str);
    const void *data = PyUnicode_DATA(str);
    Py_ssize_t n = PyUnicode_GET_LENGTH(str), end = i;
    Py_UCS4 bits = 0;
    for (; end < n; end++) {
        Py_UCS4 ch = PyUnicode_READ(kind, data, end);
        if (ch >= 128 || known[ch] == 0) {
            break;
        }
        bits |= known[ch] - 1;
    }
    if (_PyUnicodeWriter_Prepare(writer, end - i, ou_class_of(bits)) < 0) {
        return -1;
    }
    for (Py_ssize_t j = i; j < end; j++) {
        PyUnicode_WRITE(writer->kind, writer->data, writer->pos, known[PyUnicode_READ(kind, data, j)] - 1);
        writer->pos++;
    }
    return end - i;
}

/* What an ASCII string becomes while each character's answer is an ASCII character or nothing: up to the first that is not,
 * whose place is given in *done.  `to` has room for all.  Returns how many characters were written, or -1 with an error set. */
static Py_ssize_t
translate_ascii(PyObject *str, PyObject *table, Py_UCS1 *to, Py_ssize_t *done)
{
    enum { UNKNOWN = 0x80, NOTHING };
    Py_UCS1 answers[128];
    const Py_UCS1 *from = PyUnicode_1BYTE_DATA(str);
    Py_ssize_t n = PyUnicode_GET_LENGTH(str), at = 0, i = 0;
    memset(answers, UNKNOWN, sizeof answers);
    for (; i < n; i++) {
        Py_UCS1 answer = answers[from[i]];
        if (OU_UNLIKELY(answer == UNKNOWN)) {
            PyObject *entry = table_lookup(table, from[i]);
            if (entry == NULL && PyErr_Occurred()) {
                return -1;
            }
            long code = entry == NULL ? from[i] : UNKNOWN;
            if (entry != NULL && PyLong_CheckExact(entry) && ou_int_is_one_digit(entry)) {
                code = ou_int_value1(entry);
            }
            else if (entry != NULL && PyUnicode_CheckExact(entry) && PyUnicode_GET_LENGTH(entry) == 1) {
                code = (long)PyUnicode_READ_CHAR(entry, 0);
            }
            bool nothing = entry == Py_None;
            Py_XDECREF(entry);
            if (!nothing && (code < 0 || code >= UNKNOWN)) {
                break;
            }
            answer = answers[from[i]] = nothing ? NOTHING : (Py_UCS1)code;
        }
        if (answer != NOTHING) {
            to[at++] = answer;
        }
    }
    *done = i;
    return at;
}

/* str.translate with error handling for characters that map to None.
 * RE-ENTRANT  the table's __getitem__, the handler. */
PyObject *
PyUnicode_Translate(PyObject *str, PyObject *table, const char *errors)
{
    if (ou_str_require(str) < 0) {
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(str);
    if (n == 0) {
        return ou_str_unchanged(str);
    }
    OuTranslateErrors handling = {.errors = errors};
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    writer.min_length = n;
    bool ignore = errors != NULL && strcmp(errors, "ignore") == 0;
    bool pure = PyDict_CheckExact(table); /* no code of the program runs in a lookup */
    Py_ssize_t i = 0;
    int result = 1;
    OU_HOLD(hold, &writer.buffer, &handling.handler, &handling.exception);
    if (pure && ignore && PyUnicode_IS_ASCII(str)) {
        result = _PyUnicodeWriter_Prepare(&writer, n, 127);
        Py_ssize_t n_written = result < 0 ? -1 : translate_ascii(str, table, writer.data, &i);
        result = n_written < 0 ? -1 : 1;
        writer.pos = Py_MAX(n_written, 0);
    }
    Py_UCS4 known[128]; /* answer + 1 for ASCII characters that map to one character */
    memset(known, 0, sizeof known);
    while (i < n && result >= 0) {
        if (pure) {
            Py_ssize_t taken = write_known(&writer, str, i, known);
            if (taken < 0) {
                result = -1;
                break;
            }
            if (taken > 0) {
                i += taken;
                continue;
            }
        }
        Py_UCS4 ch = PyUnicode_READ_CHAR(str, i);
        Py_ssize_t before = writer.pos;
        result = translate_char(&writer, table, ch);
        if (result < 0) {
            break;
        }
        i++;
        if (result == 0 && !ignore) {
            result = ou_translate_error(&handling, &writer, str, i - 1, i, "character maps to <undefined>", &i);
            if (result < 0) {
                break;
            }
        }
        else if (pure && ch < 128 && writer.pos == before + 1) {
            known[ch] = PyUnicode_READ(writer.readonly ? PyUnicode_KIND(writer.buffer) : writer.kind, writer.data, before) + 1;
        }
    }
    OU_HOLD_END(hold);
    Py_XDECREF(handling.handler);
    Py_XDECREF(handling.exception);
    if (result < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}

OU_STR_METHOD_O(translate)
{
    return PyUnicode_Translate(self, arg, "ignore");
}

/* ---- maketrans ----------------------------------------------------------------------------------------- */

static int
set_entry(PyObject *table, Py_UCS4 ch, PyObject *value)
{
    PyObject *key = PyLong_FromLong((long)ch);
    if (key == NULL) {
        return -1;
    }
    int failed = PyDict_SetItem(table, key, value);
    Py_DECREF(key);
    return failed;
}

/* The one-argument form.  RE-ENTRANT: a key's hash, if it is of a subclass of int. */
static int
fill_from_dict(PyObject *table, PyObject *dict)
{
    PyObject *key = NULL, *value = NULL;
    Py_ssize_t at = 0;
    int failed = 0;
    OU_HOLD(hold, &key, &value, &table);
    PyObject *each_key, *each_value;
    while (!failed && PyDict_Next(dict, &at, &each_key, &each_value)) {
        key = Py_NewRef(each_key);
        value = Py_NewRef(each_value);
        if (PyUnicode_Check(key)) {
            if (PyUnicode_READY(key) < 0) {
                failed = -1;
            }
            else if (PyUnicode_GET_LENGTH(key) != 1) {
                PyErr_SetString(PyExc_ValueError, "string keys in translate table must be of length 1");
                failed = -1;
            }
            else {
                failed = set_entry(table, PyUnicode_READ_CHAR(key, 0), value);
            }
        }
        else if (PyLong_Check(key)) {
            failed = PyDict_SetItem(table, key, value);
        }
        else {
            PyErr_SetString(PyExc_TypeError, "keys in translate table must be strings or integers");
            failed = -1;
        }
        Py_CLEAR(key);
        Py_CLEAR(value);
    }
    OU_HOLD_END(hold);
    return failed;
}

static int
fill_from_strings(PyObject *table, PyObject *x, PyObject *y, PyObject *z)
{
    if (!PyUnicode_Check(x)) {
        PyErr_SetString(PyExc_TypeError, "first maketrans argument must be a string if there is a second argument");
        return -1;
    }
    if (PyUnicode_READY(x) < 0) {
        return -1;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(x);
    if (n != PyUnicode_GET_LENGTH(y)) {
        PyErr_SetString(PyExc_ValueError, "the first two maketrans arguments must have equal length");
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *value = PyLong_FromLong((long)PyUnicode_READ_CHAR(y, i));
        if (value == NULL) {
            return -1;
        }
        int failed = set_entry(table, PyUnicode_READ_CHAR(x, i), value);
        Py_DECREF(value);
        if (failed) {
            return -1;
        }
    }
    for (Py_ssize_t i = 0; z != NULL && i < PyUnicode_GET_LENGTH(z); i++) {
        if (set_entry(table, PyUnicode_READ_CHAR(z, i), Py_None) < 0) {
            return -1;
        }
    }
    return 0;
}

PyObject *
ou_str_maketrans(PyObject *unused, PyObject *const *args, Py_ssize_t nargs)
{
    if (!_PyArg_CheckPositional("maketrans", nargs, 1, 3)) {
        return NULL;
    }
    for (Py_ssize_t i = 1; i < nargs; i++) {
        if (!PyUnicode_Check(args[i])) {
            _PyArg_BadArgument("maketrans", i == 1 ? "argument 2" : "argument 3", "str", args[i]);
            return NULL;
        }
        if (PyUnicode_READY(args[i]) < 0) {
            return NULL;
        }
    }
    if (nargs == 1 && !PyDict_CheckExact(args[0])) {
        PyErr_SetString(PyExc_TypeError, "if you give only one argument to maketrans it must be a dict");
        return NULL;
    }
    PyObject *table = PyDict_New();
    if (table == NULL) {
        return NULL;
    }
    int failed =
        nargs == 1 ? fill_from_dict(table, args[0]) : fill_from_strings(table, args[0], args[1], nargs > 2 ? args[2] : NULL);
    if (failed) {
        Py_CLEAR(table);
    }
    return table;
}
