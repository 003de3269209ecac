/* modules/_io/io_newline.c - line ends: finding them, making them all \n; IncrementalNewlineDecoder.
 *
 * Invariant  a \r at the end of a piece is kept back until the next piece shows whether a \n follows.
 * Source     Library Reference, io.TextIOWrapper, "newline". */
#include "modules/_io/io.h"

/* ---- finding ------------------------------------------------------------------------------------------------------------- */

static Py_ssize_t
find_either(int kind, const void *data, Py_ssize_t start, Py_ssize_t end)
{
    if (kind == 1) {
        const char *text = data;
        const char *lf = memchr(text + start, '\n', (size_t)(end - start));
        Py_ssize_t stop = lf != NULL ? lf - text : end;
        const char *cr = memchr(text + start, '\r', (size_t)(stop - start));
        return cr != NULL ? cr - text : lf != NULL ? stop : -1;
    }
    for (Py_ssize_t i = start; i < end; i++) {
        Py_UCS4 ch = PyUnicode_READ(kind, data, i);
        if (ch == '\n' || ch == '\r') {
            return i;
        }
    }
    return -1;
}

Py_ssize_t
ou_io_find_line(int kind, const void *data, Py_ssize_t start, Py_ssize_t end, const IoLineEnd *line_end, Py_ssize_t *rest)
{
    *rest = end;
    if (start >= end) {
        return -1;
    }
    if (line_end->universal) {
        Py_ssize_t at = find_either(kind, data, start, end);
        if (at < 0) {
            return -1;
        }
        bool pair = PyUnicode_READ(kind, data, at) == '\r' && at + 1 < end && PyUnicode_READ(kind, data, at + 1) == '\n';
        return at + 1 + pair;
    }
    Py_UCS4 first = (unsigned char)line_end->end[0];
    for (;;) {
        Py_ssize_t at = ou_ucs_find_char(kind, data, start, end, first);
        if (at < 0) {
            return -1;
        }
        if (line_end->end[1] == 0) {
            return at + 1;
        }
        if (at + 1 == end) {
            *rest = at; /* the second half may come with the next piece */
            return -1;
        }
        if (PyUnicode_READ(kind, data, at + 1) == (unsigned char)line_end->end[1]) {
            return at + 2;
        }
        start = at + 1;
    }
}

PyObject *
ou_io_newlines(unsigned seen)
{
    static const char *const names[] = {"\r", "\n", "\r\n"};
    static const unsigned bits[] = {IO_SEEN_CR, IO_SEEN_LF, IO_SEEN_CRLF};
    int n = __builtin_popcount(seen), at = 0;
    if (n == 0) {
        Py_RETURN_NONE;
    }
    PyObject *tuple = n > 1 ? PyTuple_New(n) : NULL;
    if (n > 1 && tuple == NULL) {
        return NULL;
    }
    for (int i = 0; i < 3; i++) {
        if (seen & bits[i]) {
            PyObject *text = PyUnicode_FromString(names[i]);
            if (n == 1) {
                return text;
            }
            if (text == NULL) {
                Py_DECREF(tuple);
                return NULL;
            }
            PyTuple_SET_ITEM(tuple, at++, text);
        }
    }
    return tuple;
}

/* ---- translating ----------------------------------------------------------------------------------------------------------- */

/* Note what line ends there are. */
static unsigned
look(int kind, const void *data, Py_ssize_t n, unsigned seen)
{
    for (Py_ssize_t i = 0; i < n && seen != (IO_SEEN_CR | IO_SEEN_LF | IO_SEEN_CRLF);) {
        Py_ssize_t at = find_either(kind, data, i, n);
        if (at < 0) {
            break;
        }
        if (PyUnicode_READ(kind, data, at) == '\n') {
            seen |= IO_SEEN_LF;
            i = at + 1;
        }
        else if (at + 1 < n && PyUnicode_READ(kind, data, at + 1) == '\n') {
            seen |= IO_SEEN_CRLF;
            i = at + 2;
        }
        else {
            seen |= IO_SEEN_CR;
            i = at + 1;
        }
    }
    return seen;
}

/* A new str with every line end made \n. */
static PyObject *
translated(PyObject *text)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(text), n_pairs = 0;
    int kind = PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    for (Py_ssize_t i = 0; (i = ou_ucs_find_char(kind, data, i, n, '\r')) >= 0; i++) {
        n_pairs += i + 1 < n && PyUnicode_READ(kind, data, i + 1) == '\n';
    }
    PyObject *result = PyUnicode_New(n - n_pairs, PyUnicode_MAX_CHAR_VALUE(text));
    if (result == NULL) {
        return NULL;
    }
    void *out = PyUnicode_DATA(result);
    Py_ssize_t to = 0;
    for (Py_ssize_t i = 0; i < n;) {
        Py_ssize_t at = ou_ucs_find_char(kind, data, i, n, '\r');
        Py_ssize_t stop = at < 0 ? n : at;
        memcpy((char *)out + to * kind, (const char *)data + i * kind, (size_t)((stop - i) * kind));
        to += stop - i;
        i = stop;
        if (at >= 0) {
            PyUnicode_WRITE(kind, out, to, '\n');
            to++;
            i += 1 + (at + 1 < n && PyUnicode_READ(kind, data, at + 1) == '\n');
        }
    }
    return ou_str_settle(result);
}

PyObject *
ou_io_translate(PyObject *text, bool translate, bool final, bool *pending_cr, unsigned *seen)
{
    if (text == NULL) {
        return NULL;
    }
    bool pending = *pending_cr;
    Py_ssize_t n = PyUnicode_GET_LENGTH(text);
    if (pending && (final || n > 0)) {
        PyObject *longer = PyUnicode_Concat(OU_LATIN1_CHAR('\r'), text);
        Py_SETREF(text, longer);
        if (text == NULL) {
            return NULL;
        }
        n++;
        pending = false;
    }
    if (!final && n > 0 && PyUnicode_READ_CHAR(text, n - 1) == '\r') {
        PyObject *shorter = PyUnicode_Substring(text, 0, n - 1);
        Py_SETREF(text, shorter);
        if (text == NULL) {
            return NULL;
        }
        n--;
        pending = true;
    }
    int kind = PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    bool has_cr = n > 0 && ou_ucs_find_char(kind, data, 0, n, '\r') >= 0;
    if (!has_cr) {
        if (!(*seen & IO_SEEN_LF) && n > 0 && ou_ucs_find_char(kind, data, 0, n, '\n') >= 0) {
            *seen |= IO_SEEN_LF;
        }
    }
    else {
        unsigned now = look(kind, data, n, *seen);
        if (translate) {
            PyObject *result = translated(text);
            Py_SETREF(text, result);
            if (text == NULL) {
                return NULL;
            }
        }
        *seen = now;
    }
    *pending_cr = pending; /* commit */
    return text;
}

/* ---- IncrementalNewlineDecoder ------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *decoder; /* what makes str of bytes, owned; None: the input is str.  NULL: __init__ not called */
    PyObject *errors;
    bool pending_cr, translate;
    unsigned seen;
} NewlineDecoder;

#define SELF(op) ((NewlineDecoder *)(op))

OU_WALKER(newline_decoder)
{
    OU_EDGE_OF(SELF(self), decoder);
    OU_EDGE_OF(SELF(self), errors);
    return 0;
}

static int
newline_clear(PyObject *self)
{
    Py_CLEAR(SELF(self)->decoder);
    Py_CLEAR(SELF(self)->errors);
    return 0;
}

static void
newline_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    newline_clear(self);
    Py_TYPE(self)->tp_free(self);
}

static int
newline_init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {
        "IncrementalNewlineDecoder", {"decoder", "translate", "errors"}, .n_positional = 3, .n_required = 2, .n_all = 3};
    PyObject *v[3];
    NewlineDecoder *self = SELF(op);
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0) {
        return -1;
    }
    int translate = PyObject_IsTrue(v[1]);
    if (translate < 0) {
        return -1;
    }
    Py_XSETREF(self->decoder, Py_NewRef(v[0]));
    Py_XSETREF(self->errors, Py_NewRef(v[2] != NULL ? v[2] : OU_STR(strict)));
    self->translate = translate;
    self->pending_cr = false;
    self->seen = 0;
    return 0;
}

static int
newline_check(NewlineDecoder *self)
{
    if (self->decoder == NULL) {
        PyErr_SetString(PyExc_ValueError, "IncrementalNewlineDecoder.__init__() not called");
        return -1;
    }
    return 0;
}

static PyObject *
newline_decode(PyObject *op, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"decode", {"input", "final"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2], *text;
    NewlineDecoder *self = SELF(op);
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    int final = v[1] == NULL ? 0 : PyObject_IsTrue(v[1]);
    if (final < 0 || newline_check(self) < 0) {
        return NULL;
    }
    if (self->decoder == Py_None) {
        text = Py_NewRef(v[0]);
    }
    else {
        PyObject *stack[] = {self->decoder, v[0], final ? Py_True : Py_False};
        text = PyObject_VectorcallMethod(OU_STR(decode), stack, 3, NULL);
    }
    if (text != NULL && !PyUnicode_Check(text)) {
        PyErr_Format(PyExc_TypeError, "decoder should return a string result, not '%.200s'", Py_TYPE(text)->tp_name);
        Py_CLEAR(text);
    }
    if (text != NULL && PyUnicode_READY(text) < 0) {
        Py_CLEAR(text);
    }
    return ou_io_translate(text, self->translate, final, &self->pending_cr, &self->seen);
}

static PyObject *
newline_getstate(PyObject *op, PyObject *ignored)
{
    NewlineDecoder *self = SELF(op);
    PyObject *state, *bytes = NULL;
    unsigned long long flag = 0;
    if (newline_check(self) < 0) {
        return NULL;
    }
    if (self->decoder == Py_None) {
        return Py_BuildValue("(yi)", "", (int)self->pending_cr);
    }
    state = PyObject_CallMethodNoArgs(self->decoder, OU_STR(getstate));
    if (state == NULL) {
        return NULL;
    }
    if (!PyTuple_Check(state)) {
        PyErr_SetString(PyExc_TypeError, "illegal decoder state");
        Py_DECREF(state);
        return NULL;
    }
    PyObject *result = NULL;
    if (PyArg_ParseTuple(state, "OK;illegal decoder state", &bytes, &flag)) {
        result = Py_BuildValue("(OK)", bytes, flag << 1 | self->pending_cr);
    }
    Py_DECREF(state);
    return result;
}

static PyObject *
newline_setstate(PyObject *op, PyObject *state)
{
    NewlineDecoder *self = SELF(op);
    PyObject *bytes;
    unsigned long long flag;
    if (newline_check(self) < 0) {
        return NULL;
    }
    if (!PyTuple_Check(state)) {
        PyErr_SetString(PyExc_TypeError, "state argument must be a tuple");
        return NULL;
    }
    if (!PyArg_ParseTuple(state, "OK;setstate(): illegal state argument", &bytes, &flag)) {
        return NULL;
    }
    self->pending_cr = flag & 1;
    if (self->decoder == Py_None) {
        Py_RETURN_NONE;
    }
    return PyObject_CallMethod(self->decoder, "setstate", "((OK))", bytes, flag >> 1);
}

static PyObject *
newline_reset(PyObject *op, PyObject *ignored)
{
    NewlineDecoder *self = SELF(op);
    if (newline_check(self) < 0) {
        return NULL;
    }
    self->seen = 0;
    self->pending_cr = false;
    if (self->decoder == Py_None) {
        Py_RETURN_NONE;
    }
    return PyObject_CallMethodNoArgs(self->decoder, OU_STR(reset));
}

static PyObject *
newline_get_newlines(PyObject *self, void *unused)
{
    return newline_check(SELF(self)) < 0 ? NULL : ou_io_newlines(SELF(self)->seen);
}

static PyMethodDef newline_methods[] = {
    {"decode", IO_KEYWORDS(newline_decode), "decode($self, /, input, final=False)\n--\n\nDecode the next piece."},
    {"getstate", newline_getstate, METH_NOARGS, "getstate($self, /)\n--\n\nThe state: (bytes kept back, flag)."},
    {"setstate", newline_setstate, METH_O, "setstate($self, state, /)\n--\n\nGo back to a state."},
    {"reset", newline_reset, METH_NOARGS, "reset($self, /)\n--\n\nBegin anew."},
    {NULL},
};

static PyGetSetDef newline_getset[] = {{"newlines", newline_get_newlines, NULL, NULL, NULL}, {NULL}};

PyTypeObject ou_newline_decoder_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_io.IncrementalNewlineDecoder",
    .tp_basicsize = sizeof(NewlineDecoder),
    .tp_dealloc = newline_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "IncrementalNewlineDecoder(decoder, translate, errors='strict')\n--\n\n"
              "A decoder that notes and translates line ends.",
    .tp_traverse = newline_decoder_traverse,
    .tp_clear = newline_clear,
    .tp_methods = newline_methods,
    .tp_getset = newline_getset,
    .tp_init = newline_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
};
