/* object/getargs_convert.c - the units of PyArg_Parse formats: one Python object to one or more C values.
 *
 * Owns       until the parse has succeeded: what the state's undo list names.
 * Invariant  a unit that fails stores nothing that needs undoing.  Borrowed pointers live as long as the argument.
 * Not here   counting arguments, keywords, messages (getargs.c). */
#include "object/getargs.h"

static const char error_is_set[] = "";

/* ---- undoing --------------------------------------------------------------------------------------------------- */

void
ou_getargs_init(OuGetargs *state, va_list list, bool size_t_clean)
{
    va_copy(state->list, list);
    state->size_t_clean = size_t_clean;
    state->undo = state->small_undo;
    state->n_undo = 0;
    state->cap_undo = OU_COUNT_OF(state->small_undo);
    state->levels[0] = 0;
}

/* Returns false with MemoryError set; the caller undoes its own then. */
static bool
undo_add(OuGetargs *state, int kind, void *item, int (*converter)(PyObject *, void *))
{
    if (state->n_undo == state->cap_undo) {
        size_t cap = (size_t)state->cap_undo * 2;
        OuGetargsUndo *grown = PyMem_Malloc(cap * sizeof *grown); /* as many as a format has letters: no overflow */
        if (grown == NULL) {
            PyErr_NoMemory();
            return false;
        }
        memcpy(grown, state->undo, (size_t)state->n_undo * sizeof *grown);
        if (state->undo != state->small_undo) {
            PyMem_Free(state->undo);
        }
        state->undo = grown;
        state->cap_undo = (int)cap;
    }
    state->undo[state->n_undo++] = (OuGetargsUndo){kind, item, converter};
    return true;
}

int
ou_getargs_finish(OuGetargs *state, int ok)
{
    for (int i = 0; !ok && i < state->n_undo; i++) {
        OuGetargsUndo *undo = &state->undo[i];
        switch (undo->kind) {
        case OU_UNDO_MEMORY:
            PyMem_Free(*(char **)undo->item);
            *(char **)undo->item = NULL;
            break;
        case OU_UNDO_BUFFER: PyBuffer_Release(undo->item); break;
        case OU_UNDO_CONVERTER: undo->converter(NULL, undo->item); break;
        }
    }
    if (state->undo != state->small_undo) {
        PyMem_Free(state->undo);
    }
    va_end(state->list);
    return ok;
}

/* ---- messages -------------------------------------------------------------------------------------------------- */

static const char *
must_be(OuGetargs *state, const char *expected, PyObject *arg)
{
    if (!PyErr_Occurred()) {
        snprintf(state->text, sizeof state->text, "must be %.50s, not %.50s", expected,
                 arg == Py_None ? "None" : Py_TYPE(arg)->tp_name);
    }
    return state->text;
}

static const char *
raise(PyObject *type, const char *text)
{
    PyErr_SetString(type, text);
    return error_is_set;
}

/* The length behind '#' goes there; NULL with an error set if the caller's idea of it is unknown. */
static Py_ssize_t *
length_target(OuGetargs *state)
{
    if (!state->size_t_clean) {
        PyErr_SetString(PyExc_SystemError, "PY_SSIZE_T_CLEAN macro must be defined for '#' formats");
        return NULL;
    }
    return va_arg(state->list, Py_ssize_t *);
}

/* ---- integers -------------------------------------------------------------------------------------------------- */

static const char *
convert_small_int(OuGetargs *state, PyObject *arg, char code)
{
    static const struct {
        char code;
        long min, max;
        const char *noun;
    } ranges[] = {
        {'b', 0, UCHAR_MAX, "unsigned byte integer"},
        {'h', SHRT_MIN, SHRT_MAX, "signed short integer"},
        {'i', INT_MIN, INT_MAX, "signed integer"},
    };
    int r = code == 'b' ? 0 : code == 'h' ? 1 : 2;
    void *target = va_arg(state->list, void *);
    long value = PyLong_AsLong(arg);
    if (value == -1 && PyErr_Occurred()) {
        return error_is_set;
    }
    if (value < ranges[r].min || value > ranges[r].max) {
        PyErr_Format(PyExc_OverflowError, "%s is %s", ranges[r].noun,
                     value < ranges[r].min ? "less than minimum" : "greater than maximum");
        return error_is_set;
    }
    if (code == 'b') {
        *(unsigned char *)target = (unsigned char)value;
    }
    else if (code == 'h') {
        *(short *)target = (short)value;
    }
    else {
        *(int *)target = (int)value;
    }
    return NULL;
}

/* B, H and I take any int and keep its low bits. */
static const char *
convert_masked(OuGetargs *state, PyObject *arg, char code)
{
    void *target = va_arg(state->list, void *);
    unsigned long value = PyLong_AsUnsignedLongMask(arg);
    if (value == (unsigned long)-1 && PyErr_Occurred()) {
        return error_is_set;
    }
    if (code == 'B') {
        *(unsigned char *)target = (unsigned char)value;
    }
    else if (code == 'H') {
        *(unsigned short *)target = (unsigned short)value;
    }
    else {
        *(unsigned int *)target = (unsigned int)value;
    }
    return NULL;
}

static const char *
convert_long_int(OuGetargs *state, PyObject *arg, char code)
{
    switch (code) {
    case 'n': {
        Py_ssize_t *target = va_arg(state->list, Py_ssize_t *);
        PyObject *index = _PyNumber_Index(arg);
        Py_ssize_t value = index != NULL ? PyLong_AsSsize_t(index) : -1;
        Py_XDECREF(index);
        if (value == -1 && PyErr_Occurred()) {
            return error_is_set;
        }
        *target = value;
        return NULL;
    }
    case 'l': {
        long *target = va_arg(state->list, long *);
        long value = PyLong_AsLong(arg);
        if (value == -1 && PyErr_Occurred()) {
            return error_is_set;
        }
        *target = value;
        return NULL;
    }
    case 'L': {
        long long *target = va_arg(state->list, long long *);
        long long value = PyLong_AsLongLong(arg);
        if (value == -1 && PyErr_Occurred()) {
            return error_is_set;
        }
        *target = value;
        return NULL;
    }
    case 'k': {
        unsigned long *target = va_arg(state->list, unsigned long *);
        if (!PyLong_Check(arg)) {
            return must_be(state, "int", arg);
        }
        *target = PyLong_AsUnsignedLongMask(arg);
        return NULL;
    }
    default: {
        unsigned long long *target = va_arg(state->list, unsigned long long *);
        if (!PyLong_Check(arg)) {
            return must_be(state, "int", arg);
        }
        *target = PyLong_AsUnsignedLongLongMask(arg);
        return NULL;
    }
    }
}

/* ---- other numbers and characters ------------------------------------------------------------------------------ */

static const char *
convert_float(OuGetargs *state, PyObject *arg, char code)
{
    void *target = va_arg(state->list, void *);
    if (code == 'D') {
        Py_complex value = PyComplex_AsCComplex(arg);
        if (PyErr_Occurred()) {
            return error_is_set;
        }
        *(Py_complex *)target = value;
        return NULL;
    }
    double value = PyFloat_AsDouble(arg);
    if (value == -1.0 && PyErr_Occurred()) {
        return error_is_set;
    }
    if (code == 'f') {
        *(float *)target = (float)value;
    }
    else {
        *(double *)target = value;
    }
    return NULL;
}

static const char *
convert_character(OuGetargs *state, PyObject *arg, char code)
{
    if (code == 'c') {
        char *target = va_arg(state->list, char *);
        if (PyBytes_Check(arg) && PyBytes_GET_SIZE(arg) == 1) {
            *target = PyBytes_AS_STRING(arg)[0];
            return NULL;
        }
        if (PyByteArray_Check(arg) && PyByteArray_GET_SIZE(arg) == 1) {
            *target = PyByteArray_AS_STRING(arg)[0];
            return NULL;
        }
        return must_be(state, "a byte string of length 1", arg);
    }
    int *target = va_arg(state->list, int *);
    if (!PyUnicode_Check(arg) || PyUnicode_READY(arg) < 0 || PyUnicode_GET_LENGTH(arg) != 1) {
        return must_be(state, "a unicode character", arg);
    }
    *target = (int)PyUnicode_READ_CHAR(arg, 0);
    return NULL;
}

/* ---- bytes and text -------------------------------------------------------------------------------------------- */

/* Memory that stays where it is as long as the object lives: its owner must not need a release.  Returns its length, or -1 with
 * *message set. */
static Py_ssize_t
fixed_buffer(OuGetargs *state, PyObject *arg, const void **data, const char **message)
{
    PyBufferProcs *procs = Py_TYPE(arg)->tp_as_buffer;
    Py_buffer view;
    if (procs != NULL && procs->bf_releasebuffer != NULL) {
        *message = must_be(state, "read-only bytes-like object", arg);
        return -1;
    }
    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0) {
        *message = error_is_set;
        return -1;
    }
    Py_ssize_t len = view.len;
    *data = view.buf;
    PyBuffer_Release(&view);
    return len;
}

/* A view that the caller will release; str as UTF-8 if `text`. */
static const char *
convert_view(OuGetargs *state, PyObject *arg, bool text, bool writable, bool none)
{
    Py_buffer *view = va_arg(state->list, Py_buffer *);
    if (none && arg == Py_None) {
        PyBuffer_FillInfo(view, NULL, NULL, 0, 1, 0);
    }
    else if (text && PyUnicode_Check(arg)) {
        Py_ssize_t len;
        const char *data = PyUnicode_AsUTF8AndSize(arg, &len);
        if (data == NULL) {
            return error_is_set;
        }
        PyBuffer_FillInfo(view, arg, (void *)(uintptr_t)data, len, 1, 0);
    }
    else {
        if (PyObject_GetBuffer(arg, view, writable ? PyBUF_WRITABLE : PyBUF_SIMPLE) < 0) {
            if (writable) {
                PyErr_Clear();
                return must_be(state, "read-write bytes-like object", arg);
            }
            return error_is_set;
        }
        if (!PyBuffer_IsContiguous(view, 'C')) {
            PyBuffer_Release(view);
            return must_be(state, "contiguous buffer", arg);
        }
    }
    if (!undo_add(state, OU_UNDO_BUFFER, view, NULL)) {
        PyBuffer_Release(view);
        return error_is_set;
    }
    return NULL;
}

/* y, y#: bytes. */
static const char *
convert_bytes(OuGetargs *state, PyObject *arg, bool with_length)
{
    const void **target = va_arg(state->list, const void **);
    const char *message = NULL;
    Py_ssize_t *length = NULL;
    if (with_length && (length = length_target(state)) == NULL) {
        return error_is_set;
    }
    const void *data;
    Py_ssize_t len = fixed_buffer(state, arg, &data, &message);
    if (len < 0) {
        return message;
    }
    if (!with_length && strlen(data) != (size_t)len) {
        return raise(PyExc_ValueError, "embedded null byte");
    }
    *target = data;
    if (length != NULL) {
        *length = len;
    }
    return NULL;
}

/* s, z, s#, z#: text as UTF-8; with # bytes too; z: or None. */
static const char *
convert_text(OuGetargs *state, PyObject *arg, bool none, bool with_length)
{
    const char **target = va_arg(state->list, const char **);
    Py_ssize_t *length = NULL, len = 0;
    const char *data = NULL;
    if (with_length && (length = length_target(state)) == NULL) {
        return error_is_set;
    }
    if (none && arg == Py_None) {
        data = NULL;
    }
    else if (PyUnicode_Check(arg)) {
        data = PyUnicode_AsUTF8AndSize(arg, &len);
        if (data == NULL) {
            return error_is_set;
        }
        if (!with_length && strlen(data) != (size_t)len) {
            return raise(PyExc_ValueError, "embedded null character");
        }
    }
    else if (with_length) {
        const char *message;
        const void *bytes;
        len = fixed_buffer(state, arg, &bytes, &message);
        if (len < 0) {
            return message;
        }
        data = bytes;
    }
    else {
        return must_be(state, none ? "str or None" : "str", arg);
    }
    *target = data;
    if (length != NULL) {
        *length = len;
    }
    return NULL;
}

/* u, Z and with #: wide characters, deprecated. */
static const char *
convert_wide(OuGetargs *state, PyObject *arg, char code, bool with_length)
{
    if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1, "getargs: The '%c' format is deprecated. Use 'U' instead.", code) < 0) {
        return error_is_set;
    }
    const wchar_t **target = va_arg(state->list, const wchar_t **);
    Py_ssize_t *length = NULL, len = 0;
    const wchar_t *data = NULL;
    if (with_length && (length = length_target(state)) == NULL) {
        return error_is_set;
    }
    if (!(code == 'Z' && arg == Py_None)) {
        if (!PyUnicode_Check(arg)) {
            return must_be(state, code == 'Z' ? "str or None" : "str", arg);
        }
        data = PyUnicode_AsUnicodeAndSize(arg, &len);
        if (data == NULL) {
            return error_is_set;
        }
        if (!with_length && wcslen(data) != (size_t)len) {
            return raise(PyExc_ValueError, "embedded null character");
        }
    }
    *target = data;
    if (length != NULL) {
        *length = len;
    }
    return NULL;
}

/* The text as bytes of an encoding: et lets bytes pass as they are.  Returns new, or NULL with *message set. */
static PyObject *
encode(OuGetargs *state, PyObject *arg, const char *encoding, bool pass_bytes, const char **message)
{
    if (pass_bytes && PyBytes_Check(arg)) {
        return Py_NewRef(arg);
    }
    if (pass_bytes && PyByteArray_Check(arg)) {
        return PyBytes_FromStringAndSize(PyByteArray_AS_STRING(arg), PyByteArray_GET_SIZE(arg));
    }
    if (!PyUnicode_Check(arg)) {
        *message = must_be(state, pass_bytes ? "str, bytes or bytearray" : "str", arg);
        return NULL;
    }
    PyObject *bytes = PyUnicode_AsEncodedString(arg, encoding != NULL ? encoding : "utf-8", NULL);
    if (bytes == NULL) {
        *message = "(encoding failed)";
    }
    else if (!PyBytes_Check(bytes)) {
        *message = "(encoder failed to return bytes)";
        Py_CLEAR(bytes);
    }
    return bytes;
}

/* es, et, es#, et#: a copy in an encoding, PyMem_Malloc'ed; with # into the caller's buffer if there is one. */
static const char *
convert_encoded(OuGetargs *state, PyObject *arg, bool pass_bytes, bool with_length)
{
    const char *encoding = va_arg(state->list, const char *);
    char **target = va_arg(state->list, char **);
    Py_ssize_t *length = NULL;
    const char *message = error_is_set;
    if (with_length && (length = length_target(state)) == NULL) {
        return error_is_set;
    }
    if (target == NULL) {
        return "(buffer is NULL)";
    }
    PyObject *bytes = encode(state, arg, encoding, pass_bytes, &message);
    if (bytes == NULL) {
        return message;
    }
    const char *data = PyBytes_AS_STRING(bytes);
    size_t size = (size_t)PyBytes_GET_SIZE(bytes);
    message = NULL;
    if (with_length && *target != NULL) {
        if ((Py_ssize_t)size + 1 > *length) {
            PyErr_Format(PyExc_ValueError, "encoded string too long (%zd, maximum length %zd)", (Py_ssize_t)size, *length - 1);
            message = error_is_set;
        }
        else {
            memcpy(*target, data, size + 1);
            *length = (Py_ssize_t)size;
        }
    }
    else if (!with_length && strlen(data) != size) {
        message = raise(PyExc_ValueError, "embedded null byte");
    }
    else {
        char *copy = PyMem_Malloc(size + 1);
        if (copy == NULL) {
            PyErr_NoMemory();
            message = error_is_set;
        }
        else if (!undo_add(state, OU_UNDO_MEMORY, target, NULL)) {
            PyMem_Free(copy);
            message = error_is_set;
        }
        else {
            memcpy(copy, data, size + 1);
            *target = copy;
            if (length != NULL) {
                *length = (Py_ssize_t)size;
            }
        }
    }
    Py_DECREF(bytes);
    return message;
}

/* ---- objects --------------------------------------------------------------------------------------------------- */

static const char *
convert_object(OuGetargs *state, PyObject *arg, const char **format)
{
    if (**format == '!') {
        (*format)++;
        PyTypeObject *type = va_arg(state->list, PyTypeObject *);
        PyObject **target = va_arg(state->list, PyObject **);
        if (!PyType_IsSubtype(Py_TYPE(arg), type)) {
            return must_be(state, type->tp_name, arg);
        }
        *target = arg;
        return NULL;
    }
    if (**format == '&') {
        typedef int (*Converter)(PyObject *, void *);
        (*format)++;
        Converter convert = va_arg(state->list, Converter);
        void *target = va_arg(state->list, void *);
        int status = convert(arg, target);
        if (status == 0) {
            return must_be(state, "(unspecified)", arg);
        }
        if (status == Py_CLEANUP_SUPPORTED && !undo_add(state, OU_UNDO_CONVERTER, target, convert)) {
            convert(NULL, target);
            return error_is_set;
        }
        return NULL;
    }
    *va_arg(state->list, PyObject **) = arg;
    return NULL;
}

static const char *
convert_of_type(OuGetargs *state, PyObject *arg, bool fits, const char *name)
{
    PyObject **target = va_arg(state->list, PyObject **);
    if (!fits) {
        return must_be(state, name, arg);
    }
    *target = arg;
    return NULL;
}

/* ---- dispatch -------------------------------------------------------------------------------------------------- */

static const char *
convert_simple(OuGetargs *state, PyObject *arg, const char **format)
{
    char code = *(*format)++;
    bool sharp = **format == '#' && strchr("szyuZ", code) != NULL;
    bool star = **format == '*' && strchr("szyw", code) != NULL;
    *format += sharp || star;
    switch (code) {
    case 'b':
    case 'h':
    case 'i': return convert_small_int(state, arg, code);
    case 'B':
    case 'H':
    case 'I': return convert_masked(state, arg, code);
    case 'n':
    case 'l':
    case 'k':
    case 'L':
    case 'K': return convert_long_int(state, arg, code);
    case 'f':
    case 'd':
    case 'D': return convert_float(state, arg, code);
    case 'c':
    case 'C': return convert_character(state, arg, code);
    case 'p': {
        int *target = va_arg(state->list, int *);
        int truth = PyObject_IsTrue(arg);
        if (truth < 0) {
            return error_is_set;
        }
        *target = truth > 0;
        return NULL;
    }
    case 'y': return star ? convert_view(state, arg, false, false, false) : convert_bytes(state, arg, sharp);
    case 's':
    case 'z': return star ? convert_view(state, arg, true, false, code == 'z') : convert_text(state, arg, code == 'z', sharp);
    case 'u':
    case 'Z': return convert_wide(state, arg, code, sharp);
    case 'w':
        if (!star) {
            return "(impossible<bad format char>)";
        }
        return convert_view(state, arg, false, true, false);
    case 'e': {
        char kind = **format;
        if (kind != 's' && kind != 't') {
            return "(unknown parser marker combination)";
        }
        (*format)++;
        sharp = **format == '#';
        *format += sharp;
        return convert_encoded(state, arg, kind == 't', sharp);
    }
    case 'S': return convert_of_type(state, arg, PyBytes_Check(arg), "bytes");
    case 'Y': return convert_of_type(state, arg, PyByteArray_Check(arg), "bytearray");
    case 'U': return convert_of_type(state, arg, PyUnicode_Check(arg), "str");
    case 'O': return convert_object(state, arg, format);
    default: return "(impossible<bad format char>)";
    }
}

/* Units up to the closing bracket. */
static int
count_nested(const char *format)
{
    int n = 0, level = 0;
    for (;; format++) {
        char c = *format;
        if (c == '(') {
            n += level == 0;
            level++;
        }
        else if (c == ')') {
            if (level == 0) {
                return n;
            }
            level--;
        }
        else if (c == '\0' || c == ':' || c == ';') {
            return n;
        }
        else if (level == 0 && Py_ISALPHA(c)) {
            n++;
            format += c == 'e' && format[1] != '\0';
        }
    }
}

/* (units): a sequence of as many items.  *format stands behind the opening bracket. */
static const char *
convert_sequence(OuGetargs *state, PyObject *arg, const char **format, int depth)
{
    int n = count_nested(*format);
    if (!PySequence_Check(arg) || PyBytes_Check(arg)) {
        snprintf(state->text, sizeof state->text, "must be %d-item sequence, not %.50s", n,
                 arg == Py_None ? "None" : Py_TYPE(arg)->tp_name);
        return state->text;
    }
    Py_ssize_t len = PySequence_Size(arg);
    if (len != n) {
        if (len < 0) {
            return error_is_set;
        }
        snprintf(state->text, sizeof state->text, "must be sequence of length %d, not %zd", n, len);
        return state->text;
    }
    for (int i = 0; i < n; i++) {
        PyObject *item = PySequence_GetItem(arg, i);
        if (item == NULL) {
            PyErr_Clear();
            state->levels[depth] = i + 1;
            state->levels[depth + 1] = 0;
            snprintf(state->text, sizeof state->text, "is not retrievable");
            return state->text;
        }
        bool kept = Py_REFCNT(item) > 1; /* by the sequence: the results borrow from it */
        const char *message;
        if (!kept) {
            snprintf(state->text, sizeof state->text, "must be a sequence that holds its items");
            message = state->text;
        }
        else if (**format == '(' && depth < OU_GETARGS_LEVELS - 2) {
            (*format)++;
            message = convert_sequence(state, item, format, depth + 1);
        }
        else {
            message = convert_simple(state, item, format);
            state->levels[depth + 1] = 0;
        }
        Py_DECREF(item);
        if (message != NULL) {
            state->levels[depth] = i + 1;
            return message;
        }
    }
    *format += **format == ')';
    state->levels[depth] = 0;
    return NULL;
}

const char *
ou_getargs_convert(OuGetargs *state, PyObject *arg, const char **format)
{
    state->levels[0] = 0;
    if (**format == '(') {
        (*format)++;
        return convert_sequence(state, arg, format, 0);
    }
    return convert_simple(state, arg, format);
}

const char *
ou_getargs_skip(OuGetargs *state, const char **format)
{
    char code = *(*format)++;
    if (code == '(') {
        while (**format != ')') {
            if (**format == '\0') {
                return "unmatched left paren in format string";
            }
            const char *message = ou_getargs_skip(state, format);
            if (message != NULL) {
                return message;
            }
        }
        (*format)++;
        return NULL;
    }
    if (code == 'e') {
        (void)va_arg(state->list, const char *);
        *format += **format != '\0';
        code = 's';
    }
    if (strchr("bBhHiIlkLKnfdDcCpszyuZwSYU", code) != NULL && code != '\0') {
        (void)va_arg(state->list, void *);
        if (**format == '#') {
            (*format)++;
            if (length_target(state) == NULL) {
                return error_is_set;
            }
        }
        else if (**format == '*') {
            (*format)++;
        }
        return NULL;
    }
    if (code == 'O') {
        if (**format == '!' || **format == '&') {
            (*format)++;
            (void)va_arg(state->list, void *);
        }
        (void)va_arg(state->list, void *);
        return NULL;
    }
    return "impossible<bad format char>";
}
