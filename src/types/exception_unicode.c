/* types/exception_unicode.c - UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError: what, where in which text, why.
 *
 * Owns       encoding, object and reason of PyUnicodeErrorObject beside BaseException's fields.
 * Invariant  `object` is a str (encode, translate) or bytes (decode) once __init__ has run; start and end are whatever was
 *            given, and are clamped by whoever reads them.
 * Not here   codecs and their error handlers (types/codecs.c). */
#include "types/exception.h"
#include <structmember.h>

OU_WALKER(unicode_error)
{
    PyUnicodeErrorObject *exc = (PyUnicodeErrorObject *)self;
    OU_EDGE_OF(exc, encoding);
    OU_EDGE_OF(exc, object);
    OU_EDGE_OF(exc, reason);
    OU_EXCEPTION_EDGES(exc);
    return 0;
}

OU_EXCEPTION_KIND_FUNCTIONS(unicode_error)

int
ou_unicode_error_clear(PyObject *self)
{
    PyUnicodeErrorObject *exc = (PyUnicodeErrorObject *)self;
    Py_CLEAR(exc->encoding);
    Py_CLEAR(exc->object);
    Py_CLEAR(exc->reason);
    return ou_exception_clear(self);
}

/* ---- making ---------------------------------------------------------------------------------------------------- */

/* Commit to the fields.  Refs takes `object`. */
static void
store(PyUnicodeErrorObject *exc, PyObject *encoding, PyObject *object, Py_ssize_t start, Py_ssize_t end, PyObject *reason)
{
    exc->start = start;
    exc->end = end;
    Py_XSETREF(exc->encoding, Py_XNewRef(encoding));
    Py_XSETREF(exc->object, object);
    Py_XSETREF(exc->reason, Py_NewRef(reason));
}

/* UnicodeEncodeError(encoding, object, start, end, reason). */
int
ou_unicode_error_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *encoding, *object, *reason;
    Py_ssize_t start, end;
    if (ou_exception_init(self, args, kwargs) < 0
        || !PyArg_ParseTuple(args, "UUnnU", &encoding, &object, &start, &end, &reason)) {
        return -1;
    }
    store((PyUnicodeErrorObject *)self, encoding, Py_NewRef(object), start, end, reason);
    return 0;
}

static int
decode_error_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *encoding, *object, *reason;
    Py_ssize_t start, end;
    if (ou_exception_init(self, args, kwargs) < 0
        || !PyArg_ParseTuple(args, "UOnnU", &encoding, &object, &start, &end, &reason)) {
        return -1;
    }
    if (PyBytes_Check(object)) {
        Py_INCREF(object);
    }
    else {
        Py_buffer view;
        if (PyObject_GetBuffer(object, &view, PyBUF_SIMPLE) < 0) {
            return -1;
        }
        object = PyBytes_FromStringAndSize(view.buf, view.len);
        PyBuffer_Release(&view);
        if (object == NULL) {
            return -1;
        }
    }
    store((PyUnicodeErrorObject *)self, encoding, object, start, end, reason);
    return 0;
}

static int
translate_error_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *object, *reason;
    Py_ssize_t start, end;
    if (ou_exception_init(self, args, kwargs) < 0 || !PyArg_ParseTuple(args, "UnnU", &object, &start, &end, &reason)) {
        return -1;
    }
    store((PyUnicodeErrorObject *)self, NULL, Py_NewRef(object), start, end, reason);
    return 0;
}

/* ---- text ------------------------------------------------------------------------------------------------------ */

/* "character '\x..'" in the shortest form that holds it.  Returns new. */
static PyObject *
escaped(Py_UCS4 ch)
{
    return PyUnicode_FromFormat(ch <= 0xff ? "\\x%02x" : ch <= 0xffff ? "\\u%04x" : "\\U%08x", (int)ch);
}

/* The message, from parts that are owned here: making their text may run code that changes the exception. */
static PyObject *
message(PyUnicodeErrorObject *exc, bool decode, bool translate)
{
    if (exc->object == NULL) {
        return Py_NewRef(OU_EMPTY_STR); /* __init__ has not run */
    }
    PyObject *object = Py_NewRef(exc->object), *result = NULL, *one = NULL;
    PyObject *reason = exc->reason != NULL ? PyObject_Str(exc->reason) : Py_NewRef(Py_None);
    PyObject *encoding = exc->encoding != NULL ? PyObject_Str(exc->encoding) : Py_NewRef(Py_None);
    Py_ssize_t start = exc->start, end = exc->end;
    bool fits = decode ? PyBytes_Check(object) : PyUnicode_Check(object); /* programs may set it to anything */
    Py_ssize_t n = !fits ? 0 : decode ? PyBytes_GET_SIZE(object) : PyUnicode_GET_LENGTH(object);
    if (reason == NULL || encoding == NULL) {
        goto done;
    }
    bool single = start >= 0 && start < n && end == start + 1;
    if (single && !decode) {
        one = escaped(PyUnicode_ReadChar(object, start));
        if (one == NULL) {
            goto done;
        }
    }
    if (decode && single) {
        result = PyUnicode_FromFormat("'%S' codec can't decode byte 0x%02x in position %zd: %S", encoding,
                                      (int)(unsigned char)PyBytes_AS_STRING(object)[start], start, reason);
    }
    else if (decode) {
        result =
            PyUnicode_FromFormat("'%S' codec can't decode bytes in position %zd-%zd: %S", encoding, start, end - 1, reason);
    }
    else if (translate && single) {
        result = PyUnicode_FromFormat("can't translate character '%U' in position %zd: %S", one, start, reason);
    }
    else if (translate) {
        result = PyUnicode_FromFormat("can't translate characters in position %zd-%zd: %S", start, end - 1, reason);
    }
    else if (single) {
        result =
            PyUnicode_FromFormat("'%S' codec can't encode character '%U' in position %zd: %S", encoding, one, start, reason);
    }
    else {
        result = PyUnicode_FromFormat("'%S' codec can't encode characters in position %zd-%zd: %S", encoding, start, end - 1,
                                      reason);
    }
done:
    Py_XDECREF(one);
    Py_DECREF(object);
    Py_XDECREF(reason);
    Py_XDECREF(encoding);
    return result;
}

static PyObject *
str_of(PyObject *self, bool decode, bool translate)
{
    return message((PyUnicodeErrorObject *)self, decode, translate);
}

static PyObject *
encode_error_str(PyObject *self)
{
    return str_of(self, false, false);
}

static PyObject *
decode_error_str(PyObject *self)
{
    return str_of(self, true, false);
}

static PyObject *
translate_error_str(PyObject *self)
{
    return str_of(self, false, true);
}

/* ---- types ----------------------------------------------------------------------------------------------------- */

static PyMemberDef unicode_error_members[] = {
    {"encoding", T_OBJECT, offsetof(PyUnicodeErrorObject, encoding), 0, "the encoding's name"},
    {"object", T_OBJECT, offsetof(PyUnicodeErrorObject, object), 0, "the text or bytes"},
    {"start", T_PYSSIZET, offsetof(PyUnicodeErrorObject, start), 0, "index of the first that does not fit"},
    {"end", T_PYSSIZET, offsetof(PyUnicodeErrorObject, end), 0, "index behind the last"},
    {"reason", T_OBJECT, offsetof(PyUnicodeErrorObject, reason), 0, "why"},
    {NULL, 0, 0, 0, NULL},
};

#define UNICODE_TYPE(name, str_, init_, doc)                                                                      \
    PyTypeObject _PyExc_##name = {                                                                                \
        PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = #name,                                                   \
        .tp_basicsize = sizeof(PyUnicodeErrorObject),                                                             \
        .tp_dealloc = ou_unicode_error_dealloc,                                                                   \
        .tp_str = str_,                                                                                           \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASE_EXC_SUBCLASS, \
        .tp_doc = doc,                                                                                            \
        .tp_traverse = unicode_error_traverse,                                                                    \
        .tp_clear = ou_unicode_error_clear,                                                                       \
        .tp_members = unicode_error_members,                                                                      \
        .tp_base = &_PyExc_UnicodeError,                                                                          \
        .tp_dictoffset = offsetof(PyBaseExceptionObject, dict),                                                   \
        .tp_init = init_,                                                                                         \
        .tp_new = ou_exception_new,                                                                               \
    };                                                                                                            \
    PyObject *PyExc_##name = (PyObject *)&_PyExc_##name

UNICODE_TYPE(UnicodeEncodeError, encode_error_str, ou_unicode_error_init, "Text can't be encoded.");
UNICODE_TYPE(UnicodeDecodeError, decode_error_str, decode_error_init, "Bytes can't be decoded.");
UNICODE_TYPE(UnicodeTranslateError, translate_error_str, translate_error_init, "Text can't be translated.");

/* ---- the C API ------------------------------------------------------------------------------------------------- */

PyObject *
PyUnicodeDecodeError_Create(const char *encoding, const char *object, Py_ssize_t length, Py_ssize_t start, Py_ssize_t end,
                            const char *reason)
{
    return _PyObject_CallFunction_SizeT(PyExc_UnicodeDecodeError, "sy#nns", encoding, object, length, start, end, reason);
}

PyObject *
_PyUnicodeTranslateError_Create(PyObject *object, Py_ssize_t start, Py_ssize_t end, const char *reason)
{
    return PyObject_CallFunction(PyExc_UnicodeTranslateError, "Onns", object, start, end, reason);
}

/* A field that must be of one kind.  Returns borrowed, or NULL with TypeError set. */
static PyObject *
checked_field(PyObject *field, const char *name, bool bytes)
{
    if (field == NULL) {
        PyErr_Format(PyExc_TypeError, "%.200s attribute not set", name);
        return NULL;
    }
    if (bytes ? !PyBytes_Check(field) : !PyUnicode_Check(field)) {
        PyErr_Format(PyExc_TypeError, "%.200s attribute must be %s", name, bytes ? "bytes" : "unicode");
        return NULL;
    }
    return field;
}

static PyObject *
get_object(PyObject *self, bool bytes)
{
    return Py_XNewRef(checked_field(((PyUnicodeErrorObject *)self)->object, "object", bytes));
}

static PyObject *
get_encoding(PyObject *self)
{
    return Py_XNewRef(checked_field(((PyUnicodeErrorObject *)self)->encoding, "encoding", false));
}

static PyObject *
get_reason(PyObject *self)
{
    return Py_XNewRef(checked_field(((PyUnicodeErrorObject *)self)->reason, "reason", false));
}

static int
set_reason(PyObject *self, const char *reason)
{
    PyObject *text = PyUnicode_FromString(reason);
    if (text == NULL) {
        return -1;
    }
    Py_XSETREF(((PyUnicodeErrorObject *)self)->reason, text);
    return 0;
}

static Py_ssize_t
object_length(PyObject *self, bool bytes)
{
    PyObject *object = checked_field(((PyUnicodeErrorObject *)self)->object, "object", bytes);
    if (object == NULL) {
        return -1;
    }
    return bytes ? PyBytes_GET_SIZE(object) : PyUnicode_GET_LENGTH(object);
}

/* The start within the object: 0 up to its last index. */
static int
get_start(PyObject *self, Py_ssize_t *start, bool bytes)
{
    Py_ssize_t n = object_length(self, bytes), value = ((PyUnicodeErrorObject *)self)->start;
    if (n < 0) {
        return -1;
    }
    value = Py_MAX(value, 0);
    *start = value >= n ? Py_MAX(n - 1, 0) : value;
    return 0;
}

/* The end: 1 up to its length. */
static int
get_end(PyObject *self, Py_ssize_t *end, bool bytes)
{
    Py_ssize_t n = object_length(self, bytes), value = ((PyUnicodeErrorObject *)self)->end;
    if (n < 0) {
        return -1;
    }
    value = Py_MAX(value, 1);
    *end = Py_MIN(value, n);
    return 0;
}

static int
set_start(PyObject *self, Py_ssize_t start)
{
    ((PyUnicodeErrorObject *)self)->start = start;
    return 0;
}

static int
set_end(PyObject *self, Py_ssize_t end)
{
    ((PyUnicodeErrorObject *)self)->end = end;
    return 0;
}

PyObject *
PyUnicodeEncodeError_GetEncoding(PyObject *self)
{
    return get_encoding(self);
}

PyObject *
PyUnicodeDecodeError_GetEncoding(PyObject *self)
{
    return get_encoding(self);
}

/* The same functions for each of the three types. */
#define UNICODE_API(type, bytes)                             \
    PyObject *type##_GetObject(PyObject *self)               \
    {                                                        \
        return get_object(self, bytes);                      \
    }                                                        \
    int type##_GetStart(PyObject *self, Py_ssize_t *start)   \
    {                                                        \
        return get_start(self, start, bytes);                \
    }                                                        \
    int type##_SetStart(PyObject *self, Py_ssize_t start)    \
    {                                                        \
        return set_start(self, start);                       \
    }                                                        \
    int type##_GetEnd(PyObject *self, Py_ssize_t *end)       \
    {                                                        \
        return get_end(self, end, bytes);                    \
    }                                                        \
    int type##_SetEnd(PyObject *self, Py_ssize_t end)        \
    {                                                        \
        return set_end(self, end);                           \
    }                                                        \
    PyObject *type##_GetReason(PyObject *self)               \
    {                                                        \
        return get_reason(self);                             \
    }                                                        \
    int type##_SetReason(PyObject *self, const char *reason) \
    {                                                        \
        return set_reason(self, reason);                     \
    }

UNICODE_API(PyUnicodeEncodeError, false)
UNICODE_API(PyUnicodeDecodeError, true)
UNICODE_API(PyUnicodeTranslateError, false)
