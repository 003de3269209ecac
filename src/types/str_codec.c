/* types/str_codec.c - from str to bytes and back by the name of an encoding; the file system's and the
 * locale's.
 *
 * Owns       nothing.
 * Invariant  UTF-8, UTF-16, UTF-32, Latin-1 and ASCII never ask the registry.
 * Not here   the encodings themselves (str_utf8.c and its like), the registry (codecs.c). */
#include "types/codec.h"

#include "object/args.h"
#include "object/hold.h"

/* The default encoding's name. */
const char *
PyUnicode_GetDefaultEncoding(void)
{
    return "utf-8";
}

/* ---- by name ------------------------------------------------------------------------------------------- */

/* Bytes to str; encoding NULL: UTF-8.
 * Returns  new reference.  Errors UnicodeDecodeError, LookupError, TypeError, what a codec raises.
 * RE-ENTRANT. */
PyObject *
PyUnicode_Decode(const char *data, Py_ssize_t size, const char *encoding, const char *errors)
{
    switch (ou_codec_of(encoding)) {
    case OU_CODEC_UTF8: return PyUnicode_DecodeUTF8Stateful(data, size, errors, NULL);
    case OU_CODEC_LATIN1: return PyUnicode_DecodeLatin1(data, size, errors);
    case OU_CODEC_ASCII: return PyUnicode_DecodeASCII(data, size, errors);
    case OU_CODEC_UTF16: return PyUnicode_DecodeUTF16(data, size, errors, NULL);
    case OU_CODEC_UTF32: return PyUnicode_DecodeUTF32(data, size, errors, NULL);
    default: break;
    }
    PyObject *bytes = PyBytes_FromStringAndSize(data, size); /* a copy: the codec may keep it */
    if (bytes == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &bytes);
    PyObject *str = _PyCodec_DecodeText(bytes, encoding, errors);
    OU_HOLD_END(hold);
    Py_DECREF(bytes);
    if (str != NULL && !PyUnicode_Check(str)) {
        PyErr_Format(PyExc_TypeError,
                     "'%.400s' decoder returned '%.400s' instead of 'str'; use codecs.decode() to decode to "
                     "arbitrary types",
                     encoding, Py_TYPE(str)->tp_name);
        Py_CLEAR(str);
    }
    return str;
}

/* str to bytes; encoding NULL: UTF-8.
 * Returns  new reference.  Errors UnicodeEncodeError, LookupError, TypeError, what a codec raises.
 * RE-ENTRANT. */
PyObject *
PyUnicode_AsEncodedString(PyObject *str, const char *encoding, const char *errors)
{
    if (!PyUnicode_Check(str)) {
        PyErr_BadArgument();
        return NULL;
    }
    switch (ou_codec_of(encoding)) {
    case OU_CODEC_UTF8: return _PyUnicode_AsUTF8String(str, errors);
    case OU_CODEC_LATIN1: return _PyUnicode_AsLatin1String(str, errors);
    case OU_CODEC_ASCII: return _PyUnicode_AsASCIIString(str, errors);
    case OU_CODEC_UTF16: return _PyUnicode_EncodeUTF16(str, errors, 0);
    case OU_CODEC_UTF32: return _PyUnicode_EncodeUTF32(str, errors, 0);
    default: break;
    }
    PyObject *bytes = _PyCodec_EncodeText(str, encoding, errors);
    if (bytes == NULL || PyBytes_Check(bytes)) {
        return bytes;
    }
    PyObject *result = NULL;
    if (PyByteArray_Check(bytes)) {
        OU_HOLD(hold, &bytes);
        int failed = PyErr_WarnFormat(PyExc_RuntimeWarning, 1,
                                      "encoder %s returned bytearray instead of bytes; use "
                                      "codecs.encode() to encode to arbitrary types",
                                      encoding);
        OU_HOLD_END(hold);
        if (!failed) {
            result = PyBytes_FromStringAndSize(PyByteArray_AS_STRING(bytes), PyByteArray_GET_SIZE(bytes));
        }
    }
    else {
        PyErr_Format(PyExc_TypeError,
                     "'%.400s' encoder returned '%.400s' instead of 'bytes'; use codecs.encode() to encode to "
                     "arbitrary types",
                     encoding, Py_TYPE(bytes)->tp_name);
    }
    Py_DECREF(bytes);
    return result;
}

/* A bytes-like object decoded: str(obj, encoding, errors).  RE-ENTRANT. */
PyObject *
PyUnicode_FromEncodedObject(PyObject *obj, const char *encoding, const char *errors)
{
    if (obj == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyBytes_Check(obj)) {
        if (PyBytes_GET_SIZE(obj) == 0) {
            return Py_NewRef(OU_EMPTY_STR);
        }
        return PyUnicode_Decode(PyBytes_AS_STRING(obj), PyBytes_GET_SIZE(obj), encoding, errors);
    }
    if (PyUnicode_Check(obj)) {
        PyErr_SetString(PyExc_TypeError, "decoding str is not supported");
        return NULL;
    }
    Py_buffer view;
    if (PyObject_GetBuffer(obj, &view, PyBUF_SIMPLE) < 0) {
        PyErr_Format(PyExc_TypeError, "decoding to str: need a bytes-like object, %.80s found", Py_TYPE(obj)->tp_name);
        return NULL;
    }
    OU_HOLD(hold, &view.obj);
    PyObject *str = view.len == 0 ? Py_NewRef(OU_EMPTY_STR) : PyUnicode_Decode(view.buf, view.len, encoding, errors);
    OU_HOLD_END(hold);
    PyBuffer_Release(&view);
    return str;
}

OU_STR_METHOD_KW(encode)
{
    static const OuParams params = {"encode", {"encoding", "errors"}, .n_positional = 2, .n_all = 2};
    PyObject *v[2];
    if (ou_args_parse(&params, args, (size_t)nargs, kwnames, v) < 0) {
        return NULL;
    }
    const char *encoding = NULL, *errors = NULL;
    if ((v[0] != NULL && (encoding = ou_args_text("encode", "argument 'encoding'", v[0])) == NULL)
        || (v[1] != NULL && (errors = ou_args_text("encode", "argument 'errors'", v[1])) == NULL)) {
        return NULL;
    }
    return PyUnicode_AsEncodedString(self, encoding, errors);
}

/* ---- the deprecated four: any object in, any out, through the registry --------------------------------- */

PyObject *
PyUnicode_AsDecodedObject(PyObject *str, const char *encoding, const char *errors)
{
    if (!PyUnicode_Check(str)) {
        PyErr_BadArgument();
        return NULL;
    }
    return PyCodec_Decode(str, encoding == NULL ? "utf-8" : encoding, errors);
}

PyObject *
PyUnicode_AsEncodedObject(PyObject *str, const char *encoding, const char *errors)
{
    if (!PyUnicode_Check(str)) {
        PyErr_BadArgument();
        return NULL;
    }
    return PyCodec_Encode(str, encoding == NULL ? "utf-8" : encoding, errors);
}

static PyObject *
require_str(PyObject *result, const char *what, const char *encoding, const char *use)
{
    if (result != NULL && !PyUnicode_Check(result)) {
        PyErr_Format(PyExc_TypeError, "'%.400s' %s returned '%.400s' instead of 'str'; use codecs.%s() to %s arbitrary types",
                     encoding, what, Py_TYPE(result)->tp_name, use, use[0] == 'd' ? "decode to" : "encode to");
        Py_CLEAR(result);
    }
    return result;
}

PyObject *
PyUnicode_AsDecodedUnicode(PyObject *str, const char *encoding, const char *errors)
{
    PyObject *result = PyUnicode_AsDecodedObject(str, encoding, errors);
    return require_str(result, "decoder", encoding == NULL ? "utf-8" : encoding, "decode");
}

PyObject *
PyUnicode_AsEncodedUnicode(PyObject *str, const char *encoding, const char *errors)
{
    PyObject *result = PyUnicode_AsEncodedObject(str, encoding, errors);
    return require_str(result, "encoder", encoding == NULL ? "utf-8" : encoding, "encode");
}

/* ---- the file system and the locale: UTF-8, whatever the locale says ----------------------------------- */

PyObject *
PyUnicode_EncodeFSDefault(PyObject *str)
{
    return _PyUnicode_AsUTF8String(str, "surrogateescape");
}

PyObject *
PyUnicode_DecodeFSDefaultAndSize(const char *data, Py_ssize_t size)
{
    return PyUnicode_DecodeUTF8Stateful(data, size, "surrogateescape", NULL);
}

PyObject *
PyUnicode_DecodeFSDefault(const char *data)
{
    return PyUnicode_DecodeFSDefaultAndSize(data, (Py_ssize_t)strlen(data));
}

/* errors: NULL, "strict" or "surrogateescape". */
static int
locale_errors_check(const char *errors)
{
    if (errors != NULL && strcmp(errors, "strict") != 0 && strcmp(errors, "surrogateescape") != 0) {
        PyErr_Format(PyExc_ValueError, "only 'strict' and 'surrogateescape' error handlers are supported, not '%s'", errors);
        return -1;
    }
    return 0;
}

PyObject *
PyUnicode_EncodeLocale(PyObject *str, const char *errors)
{
    return locale_errors_check(errors) < 0 ? NULL : _PyUnicode_AsUTF8String(str, errors);
}

PyObject *
PyUnicode_DecodeLocaleAndSize(const char *data, Py_ssize_t size, const char *errors)
{
    if (locale_errors_check(errors) < 0) {
        return NULL;
    }
    if (size < 0 || data[size] != '\0' || strlen(data) != (size_t)size) {
        PyErr_SetString(PyExc_ValueError, "embedded null byte");
        return NULL;
    }
    return PyUnicode_DecodeUTF8Stateful(data, size, errors, NULL);
}

PyObject *
PyUnicode_DecodeLocale(const char *data, const char *errors)
{
    return PyUnicode_DecodeLocaleAndSize(data, (Py_ssize_t)strlen(data), errors);
}

/* Converter for PyArg_Parse: a path as bytes.  *(PyObject **)to is new; the clean-up call drops it.
 * RE-ENTRANT. */
int
PyUnicode_FSConverter(PyObject *arg, void *to)
{
    if (arg == NULL) {
        Py_DECREF(*(PyObject **)to);
        *(PyObject **)to = NULL;
        return 1;
    }
    PyObject *path = PyOS_FSPath(arg);
    if (path == NULL) {
        return 0;
    }
    PyObject *bytes = path;
    if (!PyBytes_Check(path)) {
        bytes = PyUnicode_EncodeFSDefault(path);
        Py_DECREF(path);
        if (bytes == NULL) {
            return 0;
        }
    }
    if (strlen(PyBytes_AS_STRING(bytes)) != (size_t)PyBytes_GET_SIZE(bytes)) {
        PyErr_SetString(PyExc_ValueError, "embedded null byte");
        Py_DECREF(bytes);
        return 0;
    }
    *(PyObject **)to = bytes;
    return Py_CLEANUP_SUPPORTED;
}

/* Converter for PyArg_Parse: a path as str.  RE-ENTRANT. */
int
PyUnicode_FSDecoder(PyObject *arg, void *to)
{
    if (arg == NULL) {
        Py_DECREF(*(PyObject **)to);
        *(PyObject **)to = NULL;
        return 1;
    }
    bool is_buffer = PyObject_CheckBuffer(arg);
    PyObject *path = is_buffer && !PyBytes_Check(arg) ? Py_NewRef(arg) : PyOS_FSPath(arg), *str = NULL;
    if (path == NULL) {
        return 0;
    }
    OU_HOLD(hold, &path, &str);
    if (PyUnicode_Check(path)) {
        str = Py_NewRef(path);
    }
    else if (PyBytes_Check(path)) {
        str = PyUnicode_DecodeFSDefaultAndSize(PyBytes_AS_STRING(path), PyBytes_GET_SIZE(path));
    }
    else if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1, "path should be string, bytes, or os.PathLike, not %.200s",
                              Py_TYPE(arg)->tp_name)
             == 0) {
        PyObject *bytes = PyBytes_FromObject(path);
        if (bytes != NULL) {
            str = PyUnicode_DecodeFSDefaultAndSize(PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes));
            Py_DECREF(bytes);
        }
    }
    OU_HOLD_END(hold);
    Py_DECREF(path);
    if (str == NULL) {
        return 0;
    }
    if (PyUnicode_READY(str) < 0
        || ou_ucs_find_char(PyUnicode_KIND(str), PyUnicode_DATA(str), 0, PyUnicode_GET_LENGTH(str), 0) >= 0) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_ValueError, "embedded null character");
        }
        Py_DECREF(str);
        return 0;
    }
    *(PyObject **)to = str;
    return Py_CLEANUP_SUPPORTED;
}
