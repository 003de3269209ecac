/* object/build_value.c - Python values from C values, by a format string: Py_BuildValue and its family.
 *
 * Owns       what is being built; a container under construction is untracked or complete before anyone sees it.
 * Invariant  every argument is consumed even after an error, so that references given away with N are released.
 *            Nested brackets recurse: formats are constants of the program, so the depth is small.
 * Not here   parsing (getargs.c); adding values to modules (types/module_def.c). */
#include "object/build_value.h"
#include "object/error.h"

typedef struct {
    const char *at; /* rest of the format */
    va_list list;
    bool size_t_clean; /* lengths behind # are Py_ssize_t; else # is refused */
} Builder;

static PyObject *build_one(Builder *b);

/* Values up to `end`, nested ones not counted.  Returns -1 with SystemError set for unmatched brackets. */
static Py_ssize_t
count_values(const char *format, char end)
{
    Py_ssize_t n = 0;
    int level = 0;
    for (; level > 0 || *format != end; format++) {
        switch (*format) {
        case '\0': PyErr_SetString(PyExc_SystemError, "unmatched paren in format"); return -1;
        case '(':
        case '[':
        case '{':
            n += level == 0;
            level++;
            break;
        case ')':
        case ']':
        case '}': level--; break;
        case '#':
        case '&':
        case ',':
        case ':':
        case ' ':
        case '\t': break;
        default: n += level == 0;
        }
    }
    return n;
}

/* Something went wrong: consume the remaining `n` values and the closing bracket, and keep the first error. */
static void
skip_values(Builder *b, Py_ssize_t n, char end)
{
    OuErrorState first;
    ou_error_save(&first);
    for (; n > 0; n--) {
        PyObject *value = build_one(b);
        PyErr_Clear();
        Py_XDECREF(value);
    }
    ou_error_reinstate(&first);
    if (end != '\0' && *b->at == end) {
        b->at++;
    }
}

static int
close_bracket(Builder *b, char end)
{
    if (*b->at != end) {
        PyErr_SetString(PyExc_SystemError, "Unmatched paren in format");
        return -1;
    }
    b->at += end != '\0';
    return 0;
}

static void
skip_separators(Builder *b)
{
    while (*b->at == ',' || *b->at == ':' || *b->at == ' ' || *b->at == '\t') {
        b->at++;
    }
}

/* n values as a tuple, or as a list.  Returns new, or NULL with an error set. */
static PyObject *
build_sequence(Builder *b, char end, Py_ssize_t n, bool list)
{
    PyObject *sequence = n < 0 ? NULL : list ? PyList_New(n) : PyTuple_New(n);
    if (sequence == NULL) {
        skip_values(b, n, end);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *value = build_one(b);
        if (value == NULL) {
            skip_values(b, n - i - 1, end);
            Py_DECREF(sequence);
            return NULL;
        }
        if (list) {
            PyList_SET_ITEM(sequence, i, value);
        }
        else {
            PyTuple_SET_ITEM(sequence, i, value);
        }
    }
    skip_separators(b);
    if (close_bracket(b, end) < 0) {
        Py_DECREF(sequence);
        return NULL;
    }
    return sequence;
}

static PyObject *
build_dict(Builder *b, char end, Py_ssize_t n)
{
    PyObject *dict = NULL;
    if (n >= 0) {
        if (n % 2) {
            PyErr_SetString(PyExc_SystemError, "Bad dict format");
        }
        else {
            dict = PyDict_New();
        }
    }
    if (dict == NULL) {
        skip_values(b, n, end);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i += 2) {
        PyObject *key = build_one(b);
        if (key == NULL) {
            skip_values(b, n - i - 1, end);
            Py_DECREF(dict);
            return NULL;
        }
        PyObject *value = build_one(b);
        int status = value != NULL ? PyDict_SetItem(dict, key, value) : -1;
        Py_DECREF(key);
        Py_XDECREF(value);
        if (status < 0) {
            skip_values(b, n - i - 2, end);
            Py_DECREF(dict);
            return NULL;
        }
    }
    skip_separators(b);
    if (close_bracket(b, end) < 0) {
        Py_DECREF(dict);
        return NULL;
    }
    return dict;
}

/* The length behind a '#', if there is one.  Returns false with an error set if it can't be read. */
static bool
read_length(Builder *b, Py_ssize_t *length, bool *given)
{
    *given = *b->at == '#';
    *length = -1;
    if (!*given) {
        return true;
    }
    b->at++;
    if (!b->size_t_clean) {
        (void)va_arg(b->list, int);
        PyErr_SetString(PyExc_SystemError, "PY_SSIZE_T_CLEAN macro must be defined for '#' formats");
        return false;
    }
    *length = va_arg(b->list, Py_ssize_t);
    return true;
}

static PyObject *
build_text(Builder *b, bool bytes)
{
    const char *text = va_arg(b->list, const char *);
    Py_ssize_t length;
    bool given;
    if (!read_length(b, &length, &given)) {
        return NULL;
    }
    if (text == NULL) {
        Py_RETURN_NONE;
    }
    if (length < 0) {
        size_t n = strlen(text);
        if (n > PY_SSIZE_T_MAX) {
            PyErr_SetString(PyExc_OverflowError,
                            bytes ? "string too long for Python bytes" : "string too long for Python string");
            return NULL;
        }
        length = (Py_ssize_t)n;
    }
    return bytes ? PyBytes_FromStringAndSize(text, length) : PyUnicode_FromStringAndSize(text, length);
}

static PyObject *
build_wide(Builder *b)
{
    const wchar_t *text = va_arg(b->list, const wchar_t *);
    Py_ssize_t length;
    bool given;
    if (!read_length(b, &length, &given)) {
        return NULL;
    }
    if (text == NULL) {
        Py_RETURN_NONE;
    }
    return PyUnicode_FromWideChar(text, length < 0 ? (Py_ssize_t)wcslen(text) : length);
}

static PyObject *
build_object(Builder *b, char code)
{
    if (*b->at == '&') {
        typedef PyObject *(*Converter)(void *);
        b->at++;
        Converter convert = va_arg(b->list, Converter);
        void *argument = va_arg(b->list, void *);
        return convert(argument);
    }
    PyObject *value = va_arg(b->list, PyObject *);
    if (value == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_SystemError, "NULL object passed to Py_BuildValue");
        }
        return NULL;
    }
    return code == 'N' ? value : Py_NewRef(value);
}

static PyObject *
build_one(Builder *b)
{
    skip_separators(b);
    char code = *b->at;
    if (code != '\0') {
        b->at++;
    }
    switch (code) {
    case '(': return build_sequence(b, ')', count_values(b->at, ')'), false);
    case '[': return build_sequence(b, ']', count_values(b->at, ']'), true);
    case '{': return build_dict(b, '}', count_values(b->at, '}'));
    case 'b':
    case 'B':
    case 'h':
    case 'i': return PyLong_FromLong(va_arg(b->list, int));
    case 'H': return PyLong_FromLong((long)va_arg(b->list, unsigned int));
    case 'I': return PyLong_FromUnsignedLong(va_arg(b->list, unsigned int));
    case 'n': return PyLong_FromSsize_t(va_arg(b->list, Py_ssize_t));
    case 'l': return PyLong_FromLong(va_arg(b->list, long));
    case 'k': return PyLong_FromUnsignedLong(va_arg(b->list, unsigned long));
    case 'L': return PyLong_FromLongLong(va_arg(b->list, long long));
    case 'K': return PyLong_FromUnsignedLongLong(va_arg(b->list, unsigned long long));
    case 'f':
    case 'd': return PyFloat_FromDouble(va_arg(b->list, double));
    case 'D': return PyComplex_FromCComplex(*va_arg(b->list, Py_complex *));
    case 'c': {
        char byte = (char)va_arg(b->list, int);
        return PyBytes_FromStringAndSize(&byte, 1);
    }
    case 'C': return PyUnicode_FromOrdinal(va_arg(b->list, int));
    case 'u': return build_wide(b);
    case 's':
    case 'z':
    case 'U': return build_text(b, false);
    case 'y': return build_text(b, true);
    case 'N':
    case 'S':
    case 'O': return build_object(b, code);
    default: PyErr_SetString(PyExc_SystemError, "bad format char passed to Py_BuildValue"); return NULL;
    }
}

static PyObject *
build_value(const char *format, va_list list, bool size_t_clean)
{
    Builder b = {.at = format, .size_t_clean = size_t_clean};
    Py_ssize_t n = count_values(format, '\0');
    if (n < 0) {
        return NULL;
    }
    if (n == 0) {
        Py_RETURN_NONE;
    }
    va_copy(b.list, list);
    PyObject *value = n == 1 ? build_one(&b) : build_sequence(&b, '\0', n, false);
    va_end(b.list);
    return value;
}

/* A value, a tuple of several, or None, as the format says.  Returns new, or NULL with an error set. */
PyObject *
Py_BuildValue(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    PyObject *value = build_value(format, list, false);
    va_end(list);
    return value;
}

PyObject *
_Py_BuildValue_SizeT(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    PyObject *value = build_value(format, list, true);
    va_end(list);
    return value;
}

PyObject *
Py_VaBuildValue(const char *format, va_list list)
{
    return build_value(format, list, false);
}

PyObject *
_Py_VaBuildValue_SizeT(const char *format, va_list list)
{
    return build_value(format, list, true);
}

PyObject *
ou_build_arguments(const char *format, va_list list, bool size_t_clean)
{
    Builder b = {.at = format, .size_t_clean = size_t_clean};
    Py_ssize_t n = count_values(format, '\0');
    if (n < 0) {
        return NULL;
    }
    va_copy(b.list, list);
    PyObject *args = build_sequence(&b, '\0', n, false);
    va_end(b.list);
    if (args != NULL && n == 1 && PyTuple_Check(PyTuple_GET_ITEM(args, 0))) {
        Py_SETREF(args, Py_NewRef(PyTuple_GET_ITEM(args, 0)));
    }
    return args;
}

/* The values in an array: `small` if they fit, else PyMem_Malloc'ed.  Refs new in the array.
 * Returns NULL with an error set. */
static PyObject **
build_stack(PyObject **small, Py_ssize_t small_len, const char *format, va_list list, bool size_t_clean, Py_ssize_t *n_out)
{
    Py_ssize_t n = count_values(format, '\0');
    *n_out = 0;
    if (n < 0) {
        return NULL;
    }
    PyObject **stack = small;
    if (n > small_len) {
        size_t bytes;
        stack = ou_size_mul((size_t)n, sizeof *stack, &bytes) ? NULL : PyMem_Malloc(bytes);
        if (stack == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
    }
    Builder b = {.at = format, .size_t_clean = size_t_clean};
    va_copy(b.list, list);
    for (Py_ssize_t i = 0; i < n; i++) {
        stack[i] = build_one(&b);
        if (stack[i] == NULL) {
            skip_values(&b, n - i - 1, '\0');
            while (i > 0) {
                Py_DECREF(stack[--i]);
            }
            if (stack != small) {
                PyMem_Free(stack);
            }
            stack = NULL;
            break;
        }
    }
    va_end(b.list);
    *n_out = stack != NULL ? n : 0;
    return stack;
}

PyObject **
_Py_VaBuildStack(PyObject **small, Py_ssize_t small_len, const char *format, va_list list, Py_ssize_t *n_out)
{
    return build_stack(small, small_len, format, list, false, n_out);
}

PyObject **
_Py_VaBuildStack_SizeT(PyObject **small, Py_ssize_t small_len, const char *format, va_list list, Py_ssize_t *n_out)
{
    return build_stack(small, small_len, format, list, true, n_out);
}
