/* modules/_codecs.c - the module _codecs: the registry of encodings, and the encodings that are in C, as
 * functions.
 *
 * Owns       nothing.
 * Invariant  an encoder returns (bytes, characters read), a decoder (str, bytes read).
 * Not here   the encodings and the registry themselves (types/codecs.c, types/str_utf8.c and their like). */
#include <Python.h>

#include "object/args.h"
#include "object/hold.h"
#include "types/str.h"

#define FAST(function) (PyCFunction)(void (*)(void)) function, METH_FASTCALL
#define SIGNATURE_FAST(name) static PyObject *name(PyObject *self, PyObject *const *args, Py_ssize_t nargs)

/* (coded, n); takes coded, which may be NULL with an error set. */
static PyObject *
pair(PyObject *coded, Py_ssize_t n)
{
    return coded == NULL ? NULL : Py_BuildValue("Nn", coded, n);
}

/* ---- the registry -------------------------------------------------------------------------------------- */

static PyObject *
codecs_register(PyObject *self, PyObject *function)
{
    if (PyCodec_Register(function) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
codecs_unregister(PyObject *self, PyObject *function)
{
    if (PyCodec_Unregister(function) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
codecs_lookup(PyObject *self, PyObject *encoding)
{
    const char *name = ou_args_text("lookup", "argument", encoding);
    return name == NULL ? NULL : _PyCodec_Lookup(name);
}

static PyObject *
codecs_forget(PyObject *self, PyObject *encoding)
{
    const char *name = ou_args_text("_forget_codec", "argument", encoding);
    if (name == NULL || _PyCodec_Forget(name) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
code(const OuParams *params, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
     PyObject *(*run)(PyObject *, const char *, const char *))
{
    PyObject *v[3];
    if (ou_args_parse(params, args, (size_t)nargs, kwnames, v) < 0) {
        return NULL;
    }
    const char *encoding = "utf-8", *errors = NULL;
    if ((v[1] != NULL && (encoding = ou_args_text(params->function, "argument 'encoding'", v[1])) == NULL)
        || (v[2] != NULL && (errors = ou_args_text(params->function, "argument 'errors'", v[2])) == NULL)) {
        return NULL;
    }
    return run(v[0], encoding, errors);
}

static PyObject *
codecs_encode(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const OuParams params = {"encode", {"obj", "encoding", "errors"}, .n_positional = 3, .n_required = 1, .n_all = 3};
    return code(&params, args, nargs, kwnames, PyCodec_Encode);
}

static PyObject *
codecs_decode(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const OuParams params = {"decode", {"obj", "encoding", "errors"}, .n_positional = 3, .n_required = 1, .n_all = 3};
    return code(&params, args, nargs, kwnames, PyCodec_Decode);
}

SIGNATURE_FAST(codecs_register_error)
{
    if (!_PyArg_CheckPositional("register_error", nargs, 2, 2)) {
        return NULL;
    }
    const char *name = ou_args_text("register_error", "argument 1", args[0]);
    if (name == NULL || PyCodec_RegisterError(name, args[1]) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
codecs_lookup_error(PyObject *self, PyObject *arg)
{
    const char *name = ou_args_text("lookup_error", "argument", arg);
    return name == NULL ? NULL : PyCodec_LookupError(name);
}

/* ---- decoders ------------------------------------------------------------------------------------------ */

/* How a decoder is called, once its arguments are read. */
typedef PyObject *(*DecodeCall)(const char *data, Py_ssize_t size, const char *errors, Py_ssize_t *consumed);

static PyObject *
run_decoder(Py_buffer *view, const char *errors, bool final, DecodeCall call)
{
    Py_ssize_t consumed = view->len;
    OU_HOLD(hold, &view->obj);
    PyObject *str = call(view->buf, view->len, errors, final ? NULL : &consumed);
    OU_HOLD_END(hold);
    PyBuffer_Release(view);
    return pair(str, consumed);
}

/* (data, errors=None, final=?) of a decoder that may stop before the end. */
static PyObject *
decode_stateful(const char *format, PyObject *const *args, Py_ssize_t nargs, int final, DecodeCall call)
{
    Py_buffer view;
    const char *errors = NULL;
    if (!_PyArg_ParseStack(args, nargs, format, &view, &errors, &final)) {
        return NULL;
    }
    return run_decoder(&view, errors, final != 0, call);
}

/* (data, errors=None) of one that reads all. */
static PyObject *
decode_all(const char *format, PyObject *const *args, Py_ssize_t nargs, DecodeCall call)
{
    Py_buffer view;
    const char *errors = NULL;
    if (!_PyArg_ParseStack(args, nargs, format, &view, &errors)) {
        return NULL;
    }
    return run_decoder(&view, errors, true, call);
}

#define ORDERED(name, function, order)                                                                 \
    static PyObject *name(const char *data, Py_ssize_t size, const char *errors, Py_ssize_t *consumed) \
    {                                                                                                  \
        int byteorder = (order);                                                                       \
        return function(data, size, errors, &byteorder, consumed);                                     \
    }
ORDERED(utf_16_native, PyUnicode_DecodeUTF16Stateful, 0)
ORDERED(utf_16_little, PyUnicode_DecodeUTF16Stateful, -1)
ORDERED(utf_16_big, PyUnicode_DecodeUTF16Stateful, 1)
ORDERED(utf_32_native, PyUnicode_DecodeUTF32Stateful, 0)
ORDERED(utf_32_little, PyUnicode_DecodeUTF32Stateful, -1)
ORDERED(utf_32_big, PyUnicode_DecodeUTF32Stateful, 1)

static PyObject *
latin_1_all(const char *data, Py_ssize_t size, const char *errors, Py_ssize_t *consumed)
{
    return PyUnicode_DecodeLatin1(data, size, errors);
}

static PyObject *
ascii_all(const char *data, Py_ssize_t size, const char *errors, Py_ssize_t *consumed)
{
    return PyUnicode_DecodeASCII(data, size, errors);
}

static PyObject *
escape_all(const char *data, Py_ssize_t size, const char *errors, Py_ssize_t *consumed)
{
    return PyBytes_DecodeEscape(data, size, errors, 0, NULL);
}

#define STATEFUL(name, call)                                          \
    SIGNATURE_FAST(codecs_##name)                                     \
    {                                                                 \
        return decode_stateful("y*|zi:" #name, args, nargs, 0, call); \
    }
STATEFUL(utf_8_decode, PyUnicode_DecodeUTF8Stateful)
STATEFUL(utf_7_decode, PyUnicode_DecodeUTF7Stateful)
STATEFUL(utf_16_decode, utf_16_native)
STATEFUL(utf_16_le_decode, utf_16_little)
STATEFUL(utf_16_be_decode, utf_16_big)
STATEFUL(utf_32_decode, utf_32_native)
STATEFUL(utf_32_le_decode, utf_32_little)
STATEFUL(utf_32_be_decode, utf_32_big)

SIGNATURE_FAST(codecs_unicode_escape_decode)
{
    return decode_stateful("s*|zi:unicode_escape_decode", args, nargs, 1, _PyUnicode_DecodeUnicodeEscapeStateful);
}

SIGNATURE_FAST(codecs_raw_unicode_escape_decode)
{
    return decode_stateful("s*|zi:raw_unicode_escape_decode", args, nargs, 1, _PyUnicode_DecodeRawUnicodeEscapeStateful);
}

SIGNATURE_FAST(codecs_latin_1_decode)
{
    return decode_all("y*|z:latin_1_decode", args, nargs, latin_1_all);
}

SIGNATURE_FAST(codecs_ascii_decode)
{
    return decode_all("y*|z:ascii_decode", args, nargs, ascii_all);
}

SIGNATURE_FAST(codecs_escape_decode)
{
    return decode_all("s*|z:escape_decode", args, nargs, escape_all);
}

/* (data, errors=None, byteorder=0, final=False) to (str, consumed, byteorder). */
static PyObject *
decode_ex(const char *format, PyObject *const *args, Py_ssize_t nargs,
          PyObject *(*call)(const char *, Py_ssize_t, const char *, int *, Py_ssize_t *))
{
    Py_buffer view;
    const char *errors = NULL;
    int byteorder = 0, final = 0;
    if (!_PyArg_ParseStack(args, nargs, format, &view, &errors, &byteorder, &final)) {
        return NULL;
    }
    Py_ssize_t consumed = view.len;
    OU_HOLD(hold, &view.obj);
    PyObject *str = call(view.buf, view.len, errors, &byteorder, final ? NULL : &consumed);
    OU_HOLD_END(hold);
    PyBuffer_Release(&view);
    return str == NULL ? NULL : Py_BuildValue("Nni", str, consumed, byteorder);
}

SIGNATURE_FAST(codecs_utf_16_ex_decode)
{
    return decode_ex("y*|zii:utf_16_ex_decode", args, nargs, PyUnicode_DecodeUTF16Stateful);
}

SIGNATURE_FAST(codecs_utf_32_ex_decode)
{
    return decode_ex("y*|zii:utf_32_ex_decode", args, nargs, PyUnicode_DecodeUTF32Stateful);
}

SIGNATURE_FAST(codecs_charmap_decode)
{
    Py_buffer view;
    const char *errors = NULL;
    PyObject *mapping = NULL;
    if (!_PyArg_ParseStack(args, nargs, "y*|zO:charmap_decode", &view, &errors, &mapping)) {
        return NULL;
    }
    Py_ssize_t n = view.len;
    OU_HOLD(hold, &view.obj);
    PyObject *str = PyUnicode_DecodeCharmap(view.buf, n, mapping == Py_None ? NULL : mapping, errors);
    OU_HOLD_END(hold);
    PyBuffer_Release(&view);
    return pair(str, n);
}

/* ---- encoders ------------------------------------------------------------------------------------------ */

/* (str, errors=None) */
static PyObject *
encode_all(const char *format, PyObject *const *args, Py_ssize_t nargs, PyObject *(*call)(PyObject *, const char *))
{
    PyObject *str;
    const char *errors = NULL;
    if (!_PyArg_ParseStack(args, nargs, format, &str, &errors)) {
        return NULL;
    }
    return pair(call(str, errors), PyUnicode_GET_LENGTH(str));
}

static PyObject *
utf_7_call(PyObject *str, const char *errors)
{
    return _PyUnicode_EncodeUTF7(str, 0, 0, errors);
}

static PyObject *
utf_16_le_call(PyObject *str, const char *errors)
{
    return _PyUnicode_EncodeUTF16(str, errors, -1);
}

static PyObject *
utf_16_be_call(PyObject *str, const char *errors)
{
    return _PyUnicode_EncodeUTF16(str, errors, 1);
}

static PyObject *
utf_32_le_call(PyObject *str, const char *errors)
{
    return _PyUnicode_EncodeUTF32(str, errors, -1);
}

static PyObject *
utf_32_be_call(PyObject *str, const char *errors)
{
    return _PyUnicode_EncodeUTF32(str, errors, 1);
}

static PyObject *
unicode_escape_call(PyObject *str, const char *errors)
{
    return PyUnicode_AsUnicodeEscapeString(str);
}

static PyObject *
raw_unicode_escape_call(PyObject *str, const char *errors)
{
    return PyUnicode_AsRawUnicodeEscapeString(str);
}

#define ENCODER(name, call)                                 \
    SIGNATURE_FAST(codecs_##name)                           \
    {                                                       \
        return encode_all("U|z:" #name, args, nargs, call); \
    }
ENCODER(utf_8_encode, _PyUnicode_AsUTF8String)
ENCODER(utf_7_encode, utf_7_call)
ENCODER(utf_16_le_encode, utf_16_le_call)
ENCODER(utf_16_be_encode, utf_16_be_call)
ENCODER(utf_32_le_encode, utf_32_le_call)
ENCODER(utf_32_be_encode, utf_32_be_call)
ENCODER(unicode_escape_encode, unicode_escape_call)
ENCODER(raw_unicode_escape_encode, raw_unicode_escape_call)
ENCODER(latin_1_encode, _PyUnicode_AsLatin1String)
ENCODER(ascii_encode, _PyUnicode_AsASCIIString)

/* (str, errors=None, byteorder=0) */
static PyObject *
encode_ordered(const char *format, PyObject *const *args, Py_ssize_t nargs, PyObject *(*call)(PyObject *, const char *, int))
{
    PyObject *str;
    const char *errors = NULL;
    int byteorder = 0;
    if (!_PyArg_ParseStack(args, nargs, format, &str, &errors, &byteorder)) {
        return NULL;
    }
    return pair(call(str, errors, byteorder), PyUnicode_GET_LENGTH(str));
}

SIGNATURE_FAST(codecs_utf_16_encode)
{
    return encode_ordered("U|zi:utf_16_encode", args, nargs, _PyUnicode_EncodeUTF16);
}

SIGNATURE_FAST(codecs_utf_32_encode)
{
    return encode_ordered("U|zi:utf_32_encode", args, nargs, _PyUnicode_EncodeUTF32);
}

SIGNATURE_FAST(codecs_charmap_encode)
{
    PyObject *str, *mapping = NULL;
    const char *errors = NULL;
    if (!_PyArg_ParseStack(args, nargs, "U|zO:charmap_encode", &str, &errors, &mapping)) {
        return NULL;
    }
    return pair(_PyUnicode_EncodeCharmap(str, mapping == Py_None ? NULL : mapping, errors), PyUnicode_GET_LENGTH(str));
}

static PyObject *
codecs_charmap_build(PyObject *self, PyObject *table)
{
    if (!PyUnicode_Check(table)) {
        _PyArg_BadArgument("charmap_build", "argument", "str", table);
        return NULL;
    }
    return PyUnicode_BuildEncodingMap(table);
}

SIGNATURE_FAST(codecs_readbuffer_encode)
{
    Py_buffer view;
    const char *errors = NULL;
    if (!_PyArg_ParseStack(args, nargs, "s*|z:readbuffer_encode", &view, &errors)) {
        return NULL;
    }
    Py_ssize_t n = view.len;
    PyObject *bytes = PyBytes_FromStringAndSize(view.buf, n);
    PyBuffer_Release(&view);
    return pair(bytes, n);
}

/* Bytes with whatever is not printable ASCII escaped, as in repr(bytes) between single quotes. */
SIGNATURE_FAST(codecs_escape_encode)
{
    PyObject *data;
    const char *errors = NULL;
    if (!_PyArg_ParseStack(args, nargs, "O!|z:escape_encode", &PyBytes_Type, &data, &errors)) {
        return NULL;
    }
    Py_ssize_t n = PyBytes_GET_SIZE(data);
    const unsigned char *from = (const unsigned char *)PyBytes_AS_STRING(data);
    size_t size = 0;
    if (n > PY_SSIZE_T_MAX / 4) {
        PyErr_SetString(PyExc_OverflowError, "string is too large to encode");
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        bool short_escape = from[i] == '\\' || from[i] == '\'' || from[i] == '\t' || from[i] == '\n' || from[i] == '\r';
        size += short_escape ? 2 : from[i] < ' ' || from[i] >= 0x7f ? 4 : 1;
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
    if (bytes == NULL) {
        return NULL;
    }
    char *to = PyBytes_AS_STRING(bytes);
    for (Py_ssize_t i = 0; i < n; i++) {
        unsigned char ch = from[i];
        switch (ch) {
        case '\\':
        case '\'':
            *to++ = '\\';
            *to++ = (char)ch;
            break;
        case '\t':
            *to++ = '\\';
            *to++ = 't';
            break;
        case '\n':
            *to++ = '\\';
            *to++ = 'n';
            break;
        case '\r':
            *to++ = '\\';
            *to++ = 'r';
            break;
        default:
            if (ch >= ' ' && ch < 0x7f) {
                *to++ = (char)ch;
            }
            else {
                *to++ = '\\';
                *to++ = 'x';
                *to++ = Py_hexdigits[ch >> 4];
                *to++ = Py_hexdigits[ch & 15];
            }
            break;
        }
    }
    return pair(bytes, n);
}

/* ---- the module ---------------------------------------------------------------------------------------- */

#define DECODE_DOC(name) #name "($module, data, errors=None, final=False, /)\n--\n\n"
#define DECODE_ALL_DOC(name) #name "($module, data, errors=None, /)\n--\n\n"
#define ENCODE_DOC(name) #name "($module, str, errors=None, /)\n--\n\n"
#define DECODE(name)                                 \
    {                                                \
#name, FAST(codecs_##name), DECODE_DOC(name) \
    }
#define ENCODE(name)                                 \
    {                                                \
#name, FAST(codecs_##name), ENCODE_DOC(name) \
    }

static PyMethodDef codecs_methods[] = {
    {"register", codecs_register, METH_O,
     "register($module, search_function, /)\n--\n\nAdd a function that is asked for encodings by their normalized names.\n\n"
     "It returns None or (encode, decode, stream reader, stream writer), a CodecInfo as a rule."},
    {"unregister", codecs_unregister, METH_O,
     "unregister($module, search_function, /)\n--\n\nRemove a search function and forget what all of them found."},
    {"lookup", codecs_lookup, METH_O, "lookup($module, encoding, /)\n--\n\nThe CodecInfo of an encoding."},
    {"_forget_codec", codecs_forget, METH_O,
     "_forget_codec($module, encoding, /)\n--\n\nForget what was found for an encoding."},
    {"encode", (PyCFunction)(void (*)(void))codecs_encode, METH_FASTCALL | METH_KEYWORDS,
     "encode($module, /, obj, encoding='utf-8', errors='strict')\n--\n\nEncode an object by the codec of this name."},
    {"decode", (PyCFunction)(void (*)(void))codecs_decode, METH_FASTCALL | METH_KEYWORDS,
     "decode($module, /, obj, encoding='utf-8', errors='strict')\n--\n\nDecode an object by the codec of this name."},
    ENCODE(escape_encode),
    {"escape_decode", FAST(codecs_escape_decode), DECODE_ALL_DOC(escape_decode)},
    ENCODE(utf_8_encode),
    DECODE(utf_8_decode),
    ENCODE(utf_7_encode),
    DECODE(utf_7_decode),
    {"utf_16_encode", FAST(codecs_utf_16_encode), "utf_16_encode($module, str, errors=None, byteorder=0, /)\n--\n\n"},
    ENCODE(utf_16_le_encode),
    ENCODE(utf_16_be_encode),
    DECODE(utf_16_decode),
    DECODE(utf_16_le_decode),
    DECODE(utf_16_be_decode),
    {"utf_16_ex_decode", FAST(codecs_utf_16_ex_decode),
     "utf_16_ex_decode($module, data, errors=None, byteorder=0, final=False,\n                 /)\n--\n\n"},
    {"utf_32_encode", FAST(codecs_utf_32_encode), "utf_32_encode($module, str, errors=None, byteorder=0, /)\n--\n\n"},
    ENCODE(utf_32_le_encode),
    ENCODE(utf_32_be_encode),
    DECODE(utf_32_decode),
    DECODE(utf_32_le_decode),
    DECODE(utf_32_be_decode),
    {"utf_32_ex_decode", FAST(codecs_utf_32_ex_decode),
     "utf_32_ex_decode($module, data, errors=None, byteorder=0, final=False,\n                 /)\n--\n\n"},
    ENCODE(unicode_escape_encode),
    {"unicode_escape_decode", FAST(codecs_unicode_escape_decode),
     "unicode_escape_decode($module, data, errors=None, final=True, /)\n--\n\n"},
    ENCODE(raw_unicode_escape_encode),
    {"raw_unicode_escape_decode", FAST(codecs_raw_unicode_escape_decode),
     "raw_unicode_escape_decode($module, data, errors=None, final=True, /)\n--\n\n"},
    ENCODE(latin_1_encode),
    {"latin_1_decode", FAST(codecs_latin_1_decode), DECODE_ALL_DOC(latin_1_decode)},
    ENCODE(ascii_encode),
    {"ascii_decode", FAST(codecs_ascii_decode), DECODE_ALL_DOC(ascii_decode)},
    {"charmap_encode", FAST(codecs_charmap_encode), "charmap_encode($module, str, errors=None, mapping=None, /)\n--\n\n"},
    {"charmap_decode", FAST(codecs_charmap_decode), "charmap_decode($module, data, errors=None, mapping=None, /)\n--\n\n"},
    {"charmap_build", codecs_charmap_build, METH_O, "charmap_build($module, map, /)\n--\n\n"},
    {"readbuffer_encode", FAST(codecs_readbuffer_encode), "readbuffer_encode($module, data, errors=None, /)\n--\n\n"},
    {"register_error", FAST(codecs_register_error),
     "register_error($module, errors, handler, /)\n--\n\nRegister what `errors` names: a function from a Unicode error to\n"
     "(replacement, position to go on at), or one that raises."},
    {"lookup_error", codecs_lookup_error, METH_O, "lookup_error($module, name, /)\n--\n\nThe error handler of this name."},
    {NULL},
};

static PyModuleDef_Slot codecs_slots[] = {
    {0, NULL},
};

static struct PyModuleDef codecs_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_codecs",
    .m_size = 0,
    .m_methods = codecs_methods,
    .m_slots = codecs_slots,
};

PyMODINIT_FUNC
PyInit__codecs(void)
{
    return PyModuleDef_Init(&codecs_module);
}
