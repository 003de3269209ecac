/* types/str_charmap.c - encodings given by a table of characters, in Python: charmap.
 *
 * Owns       an EncodingMap owns its pages.
 * Invariant  the code point U+FFFE in a table means "undefined".
 * Not here   str.translate (str_replace.c). */
#include "types/codec.h"

#include "object/alloc.h"
#include "object/hold.h"
#include "object/walk.h"

enum { UNDEFINED = 0xFFFE };
static const char undefined_reason[] = "character maps to <undefined>";

/* ---- decoding ------------------------------------------------------------------------------------------ */

/* A byte through a mapping object.  Returns 1, 0 for undefined, -1 with an error set.  RE-ENTRANT. */
static int
decode_byte(OuDecoder *decoder, PyObject *mapping, unsigned char byte)
{
    PyObject *entry = PyObject_GetItem(mapping, OU_SMALL_INT(byte));
    if (entry == NULL) {
        if (PyErr_ExceptionMatches(PyExc_LookupError)) {
            PyErr_Clear();
            return 0;
        }
        return -1;
    }
    int result = 1;
    if (entry == Py_None) {
        result = 0;
    }
    else if (PyLong_Check(entry)) {
        int overflow;
        long code = PyLong_AsLongAndOverflow(entry, &overflow);
        if (overflow || code < 0 || code > 0x10FFFF) {
            PyErr_Format(PyExc_TypeError, "character mapping must be in range(0x%x)", 0x110000);
            result = -1;
        }
        else if (code == UNDEFINED) {
            result = 0;
        }
        else {
            result = _PyUnicodeWriter_WriteChar(&decoder->writer, (Py_UCS4)code) < 0 ? -1 : 1;
        }
    }
    else if (PyUnicode_Check(entry)) {
        if (PyUnicode_READY(entry) < 0) {
            result = -1;
        }
        else if (PyUnicode_GET_LENGTH(entry) == 1 && PyUnicode_READ_CHAR(entry, 0) == UNDEFINED) {
            result = 0;
        }
        else {
            decoder->writer.overallocate = 1;
            result = _PyUnicodeWriter_WriteStr(&decoder->writer, entry) < 0 ? -1 : 1;
        }
    }
    else {
        PyErr_SetString(PyExc_TypeError, "character mapping must return integer, None or str");
        result = -1;
    }
    Py_DECREF(entry);
    return result;
}

/* Bytes to str; mapping NULL is Latin-1, a str is a table, else it is asked for each byte's ordinal.
 * Returns  new reference.  Errors UnicodeDecodeError, TypeError, what the mapping raises.  RE-ENTRANT. */
PyObject *
PyUnicode_DecodeCharmap(const char *data, Py_ssize_t size, PyObject *mapping, const char *errors)
{
    if (mapping == NULL) {
        return PyUnicode_DecodeLatin1(data, size, errors);
    }
    if (size == 0) {
        return Py_NewRef(OU_EMPTY_STR);
    }
    bool table = PyUnicode_CheckExact(mapping);
    if (table && PyUnicode_READY(mapping) < 0) {
        return NULL;
    }
    OuDecoder decoder;
    ou_decoder_init(&decoder, "charmap", errors, data, size);
    OU_HOLD(hold, &decoder.writer.buffer);
    Py_ssize_t at = 0;
    bool failed = false;
    while (at < decoder.size && !failed) {
        unsigned char byte = decoder.data[at];
        int result;
        if (table) {
            Py_UCS4 ch = byte < PyUnicode_GET_LENGTH(mapping) ? PyUnicode_READ_CHAR(mapping, byte) : UNDEFINED;
            result = ch == UNDEFINED ? 0 : _PyUnicodeWriter_WriteChar(&decoder.writer, ch) < 0 ? -1 : 1;
        }
        else {
            result = decode_byte(&decoder, mapping, byte);
        }
        if (result == 0) {
            /* the hold of the error's own call names the buffer again: end ours first */
            OU_HOLD_END(hold);
            failed = ou_decoder_error(&decoder, at, at + 1, undefined_reason, &at) < 0;
            ou_hold_push(&hold);
        }
        else {
            failed = result < 0;
            at++;
        }
    }
    OU_HOLD_END(hold);
    return ou_decoder_finish(&decoder, failed);
}

/* ---- the map for encoding ------------------------------------------------------------------------------ */

/* Byte for each code point of two bytes: pages of 256; page 0 is all "none", as is a 0 anywhere but for
 * U+0000. */
typedef struct {
    PyObject_HEAD
    unsigned n_pages;
    uint8_t page_of[256];
    uint8_t (*pages)[256]; /* owned */
} EncodingMap;

static void
encoding_map_dealloc(PyObject *self)
{
    PyMem_Free(((EncodingMap *)self)->pages);
    ou_object_free_fast(self, sizeof(EncodingMap));
}

static PyObject *
encoding_map_size(PyObject *self, PyObject *unused)
{
    return PyLong_FromSize_t(sizeof(EncodingMap) + ((EncodingMap *)self)->n_pages * (size_t)256);
}

static PyMethodDef encoding_map_methods[] = {
    {"size", encoding_map_size, METH_NOARGS, "Bytes of memory that the map takes."},
    {NULL},
};

PyTypeObject ou_encoding_map_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "EncodingMap",
    .tp_basicsize = sizeof(EncodingMap),
    .tp_dealloc = encoding_map_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_methods = encoding_map_methods,
};

/* The byte, or -1. */
static int
encoding_map_get(const EncodingMap *map, Py_UCS4 ch)
{
    if (ch > 0xFFFF) {
        return -1;
    }
    if (ch == 0) {
        return 0;
    }
    int byte = map->pages[map->page_of[ch >> 8]][ch & 255];
    return byte == 0 ? -1 : byte;
}

static PyObject *
encoding_dict(PyObject *table, Py_ssize_t n)
{
    PyObject *dict = PyDict_New();
    for (Py_ssize_t i = 0; dict != NULL && i < n; i++) {
        PyObject *key = PyLong_FromLong((long)PyUnicode_READ_CHAR(table, i));
        PyObject *value = PyLong_FromSsize_t(i);
        if (key == NULL || value == NULL || PyDict_SetItem(dict, key, value) < 0) {
            Py_CLEAR(dict);
        }
        Py_XDECREF(key);
        Py_XDECREF(value);
    }
    return dict;
}

/* The reverse of a table of up to 256 characters, for PyUnicode_AsCharmapString: an EncodingMap, or a dict
 * where
 * the first character is not U+0000 or one is beyond U+FFFF.  Errors TypeError for no str or an empty one. */
PyObject *
PyUnicode_BuildEncodingMap(PyObject *table)
{
    if (!PyUnicode_Check(table) || PyUnicode_READY(table) < 0 || PyUnicode_GET_LENGTH(table) == 0) {
        PyErr_BadArgument();
        return NULL;
    }
    Py_ssize_t n = Py_MIN(PyUnicode_GET_LENGTH(table), 256);
    uint8_t page_of[256] = {0};
    unsigned n_pages = 1;
    bool need_dict = PyUnicode_READ_CHAR(table, 0) != 0;
    for (Py_ssize_t i = 1; i < n && !need_dict; i++) {
        Py_UCS4 ch = PyUnicode_READ_CHAR(table, i);
        need_dict = ch == 0 || ch > 0xFFFF;
        if (!need_dict && ch != UNDEFINED && page_of[ch >> 8] == 0) {
            need_dict = n_pages == 256;
            page_of[ch >> 8] = (uint8_t)n_pages++;
        }
    }
    if (need_dict) {
        return encoding_dict(table, n);
    }
    uint8_t(*pages)[256] = PyMem_Calloc(n_pages, 256);
    if (pages == NULL) {
        return PyErr_NoMemory();
    }
    EncodingMap *map = (EncodingMap *)ou_object_new_fast(&ou_encoding_map_type, sizeof(EncodingMap));
    if (map == NULL) {
        PyMem_Free(pages);
        return NULL;
    }
    for (Py_ssize_t i = 1; i < n; i++) {
        Py_UCS4 ch = PyUnicode_READ_CHAR(table, i);
        if (ch != UNDEFINED) {
            pages[page_of[ch >> 8]][ch & 255] = (uint8_t)i;
        }
    }
    map->n_pages = n_pages;
    memcpy(map->page_of, page_of, sizeof page_of);
    map->pages = pages;
    return (PyObject *)map;
}

/* ---- encoding ------------------------------------------------------------------------------------------ */

/* What the mapping has for a character: an int from 0 to 255, bytes, or None; new reference, NULL with an
 * error set.
 * RE-ENTRANT. */
static PyObject *
encode_lookup(PyObject *mapping, Py_UCS4 ch)
{
    PyObject *key = PyLong_FromLong((long)ch);
    if (key == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &key);
    PyObject *entry = PyObject_GetItem(mapping, key);
    OU_HOLD_END(hold);
    Py_DECREF(key);
    if (entry == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_LookupError)) {
            return NULL;
        }
        PyErr_Clear();
        return Py_NewRef(Py_None);
    }
    if (PyLong_Check(entry)) {
        int overflow;
        long byte = PyLong_AsLongAndOverflow(entry, &overflow);
        if (overflow || byte < 0 || byte > 255) {
            PyErr_SetString(PyExc_TypeError, "character mapping must be in range(256)");
            Py_CLEAR(entry);
        }
    }
    else if (entry != Py_None && !PyBytes_Check(entry)) {
        PyErr_Format(PyExc_TypeError, "character mapping must return integer, bytes or None, not %.400s",
                     Py_TYPE(entry)->tp_name);
        Py_CLEAR(entry);
    }
    return entry;
}

/* Write a character.  Returns 1, 0 if it has none, -1 with an error set.  RE-ENTRANT. */
static int
encode_char(OuByteSink *sink, PyObject *mapping, Py_UCS4 ch)
{
    if (Py_IS_TYPE(mapping, &ou_encoding_map_type)) {
        int byte = encoding_map_get((EncodingMap *)mapping, ch);
        return byte < 0 ? 0 : ou_byte_sink_put(sink, byte) < 0 ? -1 : 1;
    }
    PyObject *entry = encode_lookup(mapping, ch);
    if (entry == NULL) {
        return -1;
    }
    int result = 1;
    if (entry == Py_None) {
        result = 0;
    }
    else if (PyLong_Check(entry)) {
        result = ou_byte_sink_put(sink, (int)PyLong_AsLong(entry)) < 0 ? -1 : 1;
    }
    else {
        result = ou_byte_sink_write(sink, PyBytes_AS_STRING(entry), (size_t)PyBytes_GET_SIZE(entry)) < 0 ? -1 : 1;
    }
    Py_DECREF(entry);
    return result;
}

/* Is a character without a byte?  1, 0, or -1 with an error set.  RE-ENTRANT. */
static int
is_undefined(PyObject *mapping, Py_UCS4 ch)
{
    if (Py_IS_TYPE(mapping, &ou_encoding_map_type)) {
        return encoding_map_get((EncodingMap *)mapping, ch) < 0;
    }
    PyObject *entry = encode_lookup(mapping, ch);
    if (entry == NULL) {
        return -1;
    }
    int result = entry == Py_None;
    Py_DECREF(entry);
    return result;
}

/* Text that stands for characters from start to end goes through the map itself. */
static int
encode_ascii(OuEncoder *encoder, OuByteSink *sink, PyObject *mapping, const char *text, Py_ssize_t start, Py_ssize_t end)
{
    for (; *text != '\0'; text++) {
        int result = encode_char(sink, mapping, (unsigned char)*text);
        if (result <= 0) {
            return result < 0 ? -1 : ou_encoder_raise(encoder, start, end, undefined_reason);
        }
    }
    return 0;
}

/* The character at `at` has no byte: handle it and its like that follow.  RE-ENTRANT. */
static int
encode_error(OuEncoder *encoder, OuByteSink *sink, PyObject *mapping, Py_ssize_t at, Py_ssize_t *next)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(encoder->str), end = at + 1;
    while (end < n) {
        int undefined = is_undefined(mapping, PyUnicode_READ_CHAR(encoder->str, end));
        if (undefined < 0) {
            return -1;
        }
        if (!undefined) {
            break;
        }
        end++;
    }
    *next = end;
    switch (encoder->kind) {
    case OU_ERRORS_STRICT: return ou_encoder_raise(encoder, at, end, undefined_reason);
    case OU_ERRORS_IGNORE: return 0;
    case OU_ERRORS_REPLACE:
    case OU_ERRORS_XMLCHARREFREPLACE:
        for (Py_ssize_t i = at; i < end; i++) {
            char text[16] = "?";
            if (encoder->kind == OU_ERRORS_XMLCHARREFREPLACE) {
                snprintf(text, sizeof text, "&#%u;", (unsigned)PyUnicode_READ_CHAR(encoder->str, i));
            }
            if (encode_ascii(encoder, sink, mapping, text, at, end) < 0) {
                return -1;
            }
        }
        return 0;
    default: break;
    }
    PyObject *text = ou_encoder_error(encoder, at, end, undefined_reason, next);
    if (text == NULL) {
        return -1;
    }
    int result = 0;
    OU_HOLD(hold, &text);
    if (PyBytes_Check(text)) {
        result = ou_byte_sink_write(sink, PyBytes_AS_STRING(text), (size_t)PyBytes_GET_SIZE(text));
    }
    else {
        for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(text) && result == 0; i++) {
            int written = encode_char(sink, mapping, PyUnicode_READ_CHAR(text, i));
            result = written > 0 ? 0 : written < 0 ? -1 : ou_encoder_raise(encoder, at, end, undefined_reason);
        }
    }
    OU_HOLD_END(hold);
    Py_DECREF(text);
    return result;
}

/* str to bytes; mapping NULL is Latin-1, else an EncodingMap or an object asked for each ordinal.
 * Returns  new reference.  Errors UnicodeEncodeError, TypeError, what the mapping raises.  RE-ENTRANT. */
PyObject *
_PyUnicode_EncodeCharmap(PyObject *str, PyObject *mapping, const char *errors)
{
    if (mapping == NULL) {
        return _PyUnicode_AsLatin1String(str, errors);
    }
    if (PyUnicode_READY(str) < 0) {
        return NULL;
    }
    OuEncoder encoder;
    OuByteSink sink = {NULL};
    ou_encoder_init(&encoder, "charmap", errors, str);
    Py_ssize_t n = PyUnicode_GET_LENGTH(str), i = 0;
    bool failed = ou_byte_sink_reserve(&sink, (size_t)n) < 0;
    OU_HOLD(hold, &encoder.handler, &encoder.exception);
    while (i < n && !failed) {
        int result = encode_char(&sink, mapping, PyUnicode_READ_CHAR(str, i));
        if (result == 0) {
            OU_HOLD_END(hold); /* the error's own call holds them */
            failed = encode_error(&encoder, &sink, mapping, i, &i) < 0;
            ou_hold_push(&hold);
        }
        else {
            failed = result < 0;
            i++;
        }
    }
    OU_HOLD_END(hold);
    ou_encoder_finish(&encoder);
    return ou_byte_sink_finish(&sink, failed);
}

PyObject *
PyUnicode_AsCharmapString(PyObject *str, PyObject *mapping)
{
    if (!PyUnicode_Check(str) || mapping == NULL) {
        PyErr_BadArgument();
        return NULL;
    }
    return _PyUnicode_EncodeCharmap(str, mapping, NULL);
}
