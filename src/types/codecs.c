/* types/codecs.c - the registry of encodings.
 *
 * Owns       nothing itself: the search functions (a list), what they found (a dict by normalized name) and
 *            the error handlers (codec_errors.c) belong to the interpreter.
 * Invariant  nothing is asked of the registry for UTF-8, Latin-1 and ASCII under their usual names
 *            (ou_codec_of), so that a program without a standard library can encode.
 * Not here   the encodings (str_utf8.c and its like), the module _codecs (modules/_codecs.c). */
#include "types/codec.h"

#include "object/hold.h"

/* ---- names --------------------------------------------------------------------------------------------- */

bool
ou_encoding_normalize(const char *encoding, char *out, size_t room)
{
    size_t n = 0;
    bool gap = false;
    for (const char *at = encoding; *at != '\0'; at++) {
        if (Py_ISALNUM(*at) || *at == '.') {
            if (n + 2 >= room) {
                return false;
            }
            if (gap && n != 0) {
                out[n++] = '_';
            }
            gap = false;
            out[n++] = (char)Py_TOLOWER(*at);
        }
        else {
            gap = true;
        }
    }
    if (room == 0) {
        return false;
    }
    out[n] = '\0';
    return true;
}

OuCodec
ou_codec_of(const char *encoding)
{
    static const struct {
        const char *name;
        OuCodec codec;
    } names[] = {
        {"utf_8", OU_CODEC_UTF8},     {"utf8", OU_CODEC_UTF8},         {"utf_16", OU_CODEC_UTF16},
        {"utf16", OU_CODEC_UTF16},    {"utf_32", OU_CODEC_UTF32},      {"utf32", OU_CODEC_UTF32},
        {"ascii", OU_CODEC_ASCII},    {"us_ascii", OU_CODEC_ASCII},    {"latin1", OU_CODEC_LATIN1},
        {"latin_1", OU_CODEC_LATIN1}, {"iso_8859_1", OU_CODEC_LATIN1}, {"iso8859_1", OU_CODEC_LATIN1},
    };
    char name[12];
    if (encoding == NULL) {
        return OU_CODEC_UTF8;
    }
    if (!ou_encoding_normalize(encoding, name, sizeof name)) {
        return OU_CODEC_OTHER;
    }
    for (size_t i = 0; i < OU_COUNT_OF(names); i++) {
        if (strcmp(name, names[i].name) == 0) {
            return names[i].codec;
        }
    }
    return OU_CODEC_OTHER;
}

/* ---- search functions ---------------------------------------------------------------------------------- */

/* Make the registry, and import the package whose search function finds the standard encodings.
 * Returns 0, or -1 with an error set.  RE-ENTRANT. */
static int
registry_init(void)
{
    PyInterpreterState *interp = ou_interp();
    if (interp->codec_search_path != NULL) {
        return 0;
    }
    PyObject *path = PyList_New(0), *cache = PyDict_New();
    if (path == NULL || cache == NULL) {
        Py_XDECREF(path);
        Py_XDECREF(cache);
        return -1;
    }
    Py_XSETREF(interp->codec_search_cache, cache);
    interp->codec_search_path = path; /* from here on a lookup inside the import finds a registry */
    PyObject *package = PyImport_ImportModule("encodings");
    if (package == NULL) {
        Py_CLEAR(interp->codec_search_path);
        Py_CLEAR(interp->codec_search_cache);
        return -1;
    }
    Py_DECREF(package);
    return 0;
}

/* Add a search function.  Returns 0, or -1 with an error set.  RE-ENTRANT. */
int
PyCodec_Register(PyObject *function)
{
    if (registry_init() < 0) {
        return -1;
    }
    if (function == NULL) {
        PyErr_BadArgument();
        return -1;
    }
    if (!PyCallable_Check(function)) {
        PyErr_SetString(PyExc_TypeError, "argument must be callable");
        return -1;
    }
    return PyList_Append(ou_interp()->codec_search_path, function);
}

/* Remove a search function, and forget what was found.  Returns 0, or -1. */
int
PyCodec_Unregister(PyObject *function)
{
    PyInterpreterState *interp = ou_interp();
    PyObject *path = interp->codec_search_path;
    if (path == NULL) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(path); i++) {
        if (PyList_GET_ITEM(path, i) == function) {
            if (interp->codec_search_cache != NULL) {
                PyDict_Clear(interp->codec_search_cache);
            }
            return PyList_SetSlice(path, i, i + 1, NULL);
        }
    }
    return 0;
}

/* Ask the search functions in turn.  Refs new, or NULL with an error set.  RE-ENTRANT. */
static PyObject *
search_codec(const char *encoding, PyObject *name)
{
    PyObject *path = ou_interp()->codec_search_path, *found = NULL, *function = NULL;
    if (PyList_GET_SIZE(path) == 0) {
        PyErr_SetString(PyExc_LookupError, "no codec search functions registered: can't find encoding");
        return NULL;
    }
    Py_INCREF(path);
    OU_HOLD(hold, &path, &found, &function);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(path); i++) { /* the length is read anew each turn */
        Py_XSETREF(function, Py_NewRef(PyList_GET_ITEM(path, i)));
        found = PyObject_CallOneArg(function, name);
        if (found == NULL || found != Py_None) {
            break;
        }
        Py_CLEAR(found);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(function);
    Py_DECREF(path);
    if (found != NULL && (!PyTuple_Check(found) || PyTuple_GET_SIZE(found) != 4)) {
        PyErr_SetString(PyExc_TypeError, "codec search functions must return 4-tuples");
        Py_CLEAR(found);
    }
    else if (found == NULL && !PyErr_Occurred()) {
        PyErr_Format(PyExc_LookupError, "unknown encoding: %s", encoding);
    }
    return found;
}

static PyObject *
normalized_name(const char *encoding)
{
    size_t room = strlen(encoding) * 2 + 2;
    char *buffer = PyMem_Malloc(room);
    if (buffer == NULL) {
        return PyErr_NoMemory();
    }
    ou_encoding_normalize(encoding, buffer, room);
    PyObject *name = PyUnicode_FromString(buffer);
    PyMem_Free(buffer);
    return name;
}

/* The 4-tuple (a CodecInfo as a rule) of an encoding.
 * Returns new reference.  Errors LookupError, whatever a search function raises.  RE-ENTRANT. */
PyObject *
_PyCodec_Lookup(const char *encoding)
{
    if (encoding == NULL) {
        PyErr_BadArgument();
        return NULL;
    }
    if (registry_init() < 0) {
        return NULL;
    }
    PyObject *name = normalized_name(encoding);
    if (name == NULL) {
        return NULL;
    }
    PyUnicode_InternInPlace(&name);
    PyObject *codec = PyDict_GetItemWithError(ou_interp()->codec_search_cache, name);
    if (codec != NULL) {
        Py_INCREF(codec);
    }
    else if (!PyErr_Occurred()) {
        OU_HOLD(hold, &name);
        codec = search_codec(encoding, name);
        OU_HOLD_END(hold);
        if (codec != NULL && PyDict_SetItem(ou_interp()->codec_search_cache, name, codec) < 0) {
            Py_CLEAR(codec);
        }
    }
    Py_DECREF(name);
    return codec;
}

/* Forget what was found for an encoding.  Returns 0, or -1 with an error set. */
int
_PyCodec_Forget(const char *encoding)
{
    if (ou_interp()->codec_search_cache == NULL) {
        return -1;
    }
    PyObject *name = normalized_name(encoding);
    if (name == NULL) {
        return -1;
    }
    int result = PyDict_DelItem(ou_interp()->codec_search_cache, name);
    Py_DECREF(name);
    return result;
}

/* 1 if there is such an encoding, 0 if not; never an error. */
int
PyCodec_KnownEncoding(const char *encoding)
{
    PyObject *codec = _PyCodec_Lookup(encoding);
    if (codec == NULL) {
        PyErr_Clear();
        return 0;
    }
    Py_DECREF(codec);
    return 1;
}

/* ---- parts of a codec ---------------------------------------------------------------------------------- */

static PyObject *
codec_item(const char *encoding, Py_ssize_t index)
{
    PyObject *codec = _PyCodec_Lookup(encoding);
    if (codec == NULL) {
        return NULL;
    }
    PyObject *item = Py_NewRef(PyTuple_GET_ITEM(codec, index));
    Py_DECREF(codec);
    return item;
}

/* The stateless encoder or decoder, a stream class's instance, an incremental one.  Refs new.  RE-ENTRANT. */
PyObject *
PyCodec_Encoder(const char *encoding)
{
    return codec_item(encoding, 0);
}

PyObject *
PyCodec_Decoder(const char *encoding)
{
    return codec_item(encoding, 1);
}

static PyObject *
incremental(PyObject *codec, const char *errors, const char *attribute)
{
    PyObject *factory = PyObject_GetAttrString(codec, attribute);
    if (factory == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &factory);
    PyObject *result = errors != NULL ? PyObject_CallFunction(factory, "s", errors) : PyObject_CallNoArgs(factory);
    OU_HOLD_END(hold);
    Py_DECREF(factory);
    return result;
}

static PyObject *
incremental_of(const char *encoding, const char *errors, const char *attribute)
{
    PyObject *codec = _PyCodec_Lookup(encoding);
    if (codec == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &codec);
    PyObject *result = incremental(codec, errors, attribute);
    OU_HOLD_END(hold);
    Py_DECREF(codec);
    return result;
}

PyObject *
_PyCodecInfo_GetIncrementalDecoder(PyObject *codec, const char *errors)
{
    return incremental(codec, errors, "incrementaldecoder");
}

PyObject *
_PyCodecInfo_GetIncrementalEncoder(PyObject *codec, const char *errors)
{
    return incremental(codec, errors, "incrementalencoder");
}

PyObject *
PyCodec_IncrementalEncoder(const char *encoding, const char *errors)
{
    return incremental_of(encoding, errors, "incrementalencoder");
}

PyObject *
PyCodec_IncrementalDecoder(const char *encoding, const char *errors)
{
    return incremental_of(encoding, errors, "incrementaldecoder");
}

static PyObject *
stream(const char *encoding, PyObject *file, const char *errors, Py_ssize_t index)
{
    PyObject *factory = codec_item(encoding, index);
    if (factory == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &factory);
    PyObject *result = errors != NULL ? PyObject_CallFunction(factory, "Os", file, errors) : PyObject_CallOneArg(factory, file);
    OU_HOLD_END(hold);
    Py_DECREF(factory);
    return result;
}

PyObject *
PyCodec_StreamReader(const char *encoding, PyObject *file, const char *errors)
{
    return stream(encoding, file, errors, 2);
}

PyObject *
PyCodec_StreamWriter(const char *encoding, PyObject *file, const char *errors)
{
    return stream(encoding, file, errors, 3);
}

/* ---- coding through the registry ----------------------------------------------------------------------- */

/* Call an encoder or decoder, which it takes; the first of the pair it returns.  RE-ENTRANT. */
static PyObject *
run_codec(PyObject *function, PyObject *obj, const char *encoding, const char *errors, bool encoding_now)
{
    if (function == NULL) {
        return NULL;
    }
    PyObject *result = NULL, *errors_str = NULL;
    if (errors == NULL || (errors_str = PyUnicode_FromString(errors)) != NULL) {
        OU_HOLD(hold, &function, &errors_str);
        PyObject *args[3] = {NULL, obj, errors_str};
        result = PyObject_Vectorcall(function, args + 1, (errors_str == NULL ? 1 : 2) | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
        OU_HOLD_END(hold);
        if (result == NULL) {
            _PyErr_TrySetFromCause("%s with '%s' codec failed", encoding_now ? "encoding" : "decoding", encoding);
        }
    }
    Py_XDECREF(errors_str);
    Py_DECREF(function);
    if (result == NULL) {
        return NULL;
    }
    PyObject *coded = NULL;
    if (!PyTuple_Check(result) || PyTuple_GET_SIZE(result) != 2) {
        PyErr_SetString(PyExc_TypeError, encoding_now ? "encoder must return a tuple (object, integer)"
                                                      : "decoder must return a tuple (object,integer)");
    }
    else {
        coded = Py_NewRef(PyTuple_GET_ITEM(result, 0));
    }
    Py_DECREF(result);
    return coded;
}

PyObject *
PyCodec_Encode(PyObject *obj, const char *encoding, const char *errors)
{
    return run_codec(PyCodec_Encoder(encoding), obj, encoding, errors, true);
}

PyObject *
PyCodec_Decode(PyObject *obj, const char *encoding, const char *errors)
{
    return run_codec(PyCodec_Decoder(encoding), obj, encoding, errors, false);
}

/* The codec of an encoding that turns text into bytes; LookupError names `alternate` for others.
 * RE-ENTRANT. */
PyObject *
_PyCodec_LookupTextEncoding(const char *encoding, const char *alternate)
{
    PyObject *codec = _PyCodec_Lookup(encoding);
    if (codec == NULL || PyTuple_CheckExact(codec)) {
        return codec;
    }
    PyObject *flag = NULL;
    OU_HOLD(hold, &codec, &flag);
    int is_text = _PyObject_LookupAttr(codec, OU_STR(_is_text_encoding), &flag);
    if (is_text > 0) {
        is_text = PyObject_IsTrue(flag);
        Py_CLEAR(flag);
        if (is_text == 0) {
            PyErr_Format(PyExc_LookupError, "'%.400s' is not a text encoding; use %s to handle arbitrary codecs", encoding,
                         alternate);
            is_text = -1;
        }
    }
    OU_HOLD_END(hold);
    if (is_text < 0) {
        Py_CLEAR(codec);
    }
    return codec;
}

static PyObject *
text_codec_item(const char *encoding, const char *alternate, Py_ssize_t index)
{
    PyObject *codec = _PyCodec_LookupTextEncoding(encoding, alternate);
    if (codec == NULL) {
        return NULL;
    }
    PyObject *item = Py_NewRef(PyTuple_GET_ITEM(codec, index));
    Py_DECREF(codec);
    return item;
}

PyObject *
_PyCodec_EncodeText(PyObject *obj, const char *encoding, const char *errors)
{
    return run_codec(text_codec_item(encoding, "codecs.encode()", 0), obj, encoding, errors, true);
}

PyObject *
_PyCodec_DecodeText(PyObject *obj, const char *encoding, const char *errors)
{
    return run_codec(text_codec_item(encoding, "codecs.decode()", 1), obj, encoding, errors, false);
}

/* ---- character names ----------------------------------------------------------------------------------- */

const OuUnicodeNames *
ou_unicode_names(void)
{
    const OuUnicodeNames *names = PyCapsule_Import("unicodedata._ucnhash_CAPI", 1);
    if (names == NULL && (PyErr_ExceptionMatches(PyExc_ImportError) || PyErr_ExceptionMatches(PyExc_AttributeError))) {
        PyErr_SetString(PyExc_UnicodeError, "\\N escapes not supported (can't load unicodedata module)");
    }
    return names;
}

int
ou_unicode_lookup_name(const char *name, Py_ssize_t size, Py_UCS4 *out)
{
    const OuUnicodeNames *names = ou_unicode_names();
    if (names == NULL) {
        return -2;
    }
    return size <= INT_MAX && names->code(name, (int)size, out, 0) ? 0 : -1;
}
