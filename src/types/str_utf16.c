/* types/str_utf16.c - UTF-16 and UTF-32, either byte order, with or without a byte order mark.
 *
 * Owns       nothing.
 * Invariant  byteorder is -1 for little, 1 for big, 0 for "by the mark, else the machine's" (little).
 * Not here   UTF-8 (str_utf8.c). */
#include "types/codec.h"

static Py_UCS4
read_unit(const unsigned char *at, int unit, bool big)
{
    if (unit == 2) {
        return big ? (Py_UCS4)at[0] << 8 | at[1] : (Py_UCS4)at[1] << 8 | at[0];
    }
    return big ? (Py_UCS4)at[0] << 24 | (Py_UCS4)at[1] << 16 | (Py_UCS4)at[2] << 8 | at[3]
               : (Py_UCS4)at[3] << 24 | (Py_UCS4)at[2] << 16 | (Py_UCS4)at[1] << 8 | at[0];
}

/* Read a byte order mark if none is known.  Returns the bytes it takes. */
static Py_ssize_t
read_mark(const unsigned char *data, Py_ssize_t size, int unit, int *order)
{
    if (*order != 0 || size < unit) {
        return 0;
    }
    if (read_unit(data, unit, false) == 0xFEFF) {
        *order = -1;
        return unit;
    }
    if (read_unit(data, unit, true) == 0xFEFF) {
        *order = 1;
        return unit;
    }
    return 0;
}

enum { RUN_CHUNK = 256 }; /* units looked at without a branch: arbitrary */

/* Are there surrogates, or values beyond Unicode, among n units?  *bits collects the others' bits. */
#define CHUNK_IS_PLAIN(name, type, swapped)                                         \
    OU_VECTOR_LOOPS static bool name(const void *data, Py_ssize_t n, Py_UCS4 *bits) \
    {                                                                               \
        const unsigned char *at = data;                                             \
        type all = 0, bad = 0;                                                      \
        for (Py_ssize_t i = 0; i < n; i++) {                                        \
            type ch;                                                                \
            memcpy(&ch, at + i * (Py_ssize_t)sizeof ch, sizeof ch);                 \
            ch = swapped(ch);                                                       \
            all |= ch;                                                              \
            bad |= (type)((ch & (type)0xFFFFF800) == 0xD800);                       \
            bad |= (type)((uint32_t)ch >> 16 > 0x10);                               \
        }                                                                           \
        *bits |= all;                                                               \
        return bad == 0;                                                            \
    }

/* Units in either order to characters of a width, all of which fit. */
#define COPY_UNITS(name, from_type, to_type, swapped)                               \
    OU_VECTOR_LOOPS static void name(void *to, const void *from, Py_ssize_t n)      \
    {                                                                               \
        for (Py_ssize_t i = 0; i < n; i++) {                                        \
            from_type ch;                                                           \
            memcpy(&ch, (const char *)from + i * (Py_ssize_t)sizeof ch, sizeof ch); \
            ((to_type *)to)[i] = (to_type)swapped(ch);                              \
        }                                                                           \
    }

#define AS_IT_IS(ch) (ch)
CHUNK_IS_PLAIN(plain_16, uint16_t, AS_IT_IS)
CHUNK_IS_PLAIN(plain_16_swapped, uint16_t, __builtin_bswap16)
CHUNK_IS_PLAIN(plain_32, uint32_t, AS_IT_IS)
CHUNK_IS_PLAIN(plain_32_swapped, uint32_t, __builtin_bswap32)
COPY_UNITS(copy_16_1, uint16_t, Py_UCS1, __builtin_bswap16)
COPY_UNITS(copy_16_2, uint16_t, Py_UCS2, __builtin_bswap16)
COPY_UNITS(copy_16_4, uint16_t, Py_UCS4, __builtin_bswap16)
COPY_UNITS(copy_32_1, uint32_t, Py_UCS1, __builtin_bswap32)
COPY_UNITS(copy_32_2, uint32_t, Py_UCS2, __builtin_bswap32)
COPY_UNITS(copy_32_4, uint32_t, Py_UCS4, __builtin_bswap32)

static bool
chunk_is_plain(const void *data, Py_ssize_t n, int unit, bool big, Py_UCS4 *bits)
{
    return unit == 2 ? (big ? plain_16_swapped(data, n, bits) : plain_16(data, n, bits))
                     : (big ? plain_32_swapped(data, n, bits) : plain_32(data, n, bits));
}

/* How many whole units from data on are no surrogates, and their class.  Cost: a pass. */
static Py_ssize_t
plain_run(const unsigned char *data, Py_ssize_t size, int unit, bool big, Py_UCS4 *class)
{
    Py_ssize_t n = size / unit, i = 0, chunk;
    Py_UCS4 bits = 0;
    for (; i < n; i += chunk) {
        Py_UCS4 with_chunk = bits;
        chunk = Py_MIN(n - i, RUN_CHUNK);
        if (!chunk_is_plain(data + i * unit, chunk, unit, big, &with_chunk)) {
            break;
        }
        bits = with_chunk;
    }
    for (; i < n; i++) {
        Py_UCS4 ch = read_unit(data + i * unit, unit, big);
        if ((ch & 0xFFFFF800) == 0xD800 || ch > 0x10FFFF) {
            break;
        }
        bits |= ch;
    }
    *class = ou_class_of(bits);
    return i;
}

/* Write such a run.  Returns the bytes taken, or -1 with MemoryError set. */
static Py_ssize_t
write_run(OuDecoder *decoder, Py_ssize_t at, int unit, bool big)
{
    static void (*const copy[2][5])(void *, const void *, Py_ssize_t) = {{NULL, copy_16_1, copy_16_2, NULL, copy_16_4},
                                                                         {NULL, copy_32_1, copy_32_2, NULL, copy_32_4}};
    Py_UCS4 class;
    Py_ssize_t n = plain_run(decoder->data + at, decoder->size - at, unit, big, &class);
    if (n == 0) {
        return 0;
    }
    _PyUnicodeWriter *writer = &decoder->writer;
    if (_PyUnicodeWriter_Prepare(writer, n, class) < 0) {
        return -1;
    }
    if (big) {
        copy[unit == 4][writer->kind]((char *)writer->data + writer->pos * (Py_ssize_t)writer->kind, decoder->data + at, n);
    }
    else {
        ou_ucs_copy((int)writer->kind, writer->data, writer->pos, unit, decoder->data + at, 0, n);
    }
    writer->pos += n;
    return n * unit;
}

/* Write UTF-16 as long as it is whole and the writer is wide and has room: what follows a surrogate pair is often
 * another one.  Returns the bytes taken. */
static Py_ssize_t
write_wide(OuDecoder *decoder, Py_ssize_t at, bool big)
{
    _PyUnicodeWriter *writer = &decoder->writer;
    const unsigned char *from = decoder->data + at, *end = decoder->data + decoder->size;
    if (writer->kind != PyUnicode_4BYTE_KIND || writer->readonly) {
        return 0;
    }
    for (; end - from >= 4 && writer->pos < writer->size; from += 2) {
        Py_UCS4 ch = read_unit(from, 2, big);
        if (Py_UNICODE_IS_SURROGATE(ch)) {
            Py_UCS4 low = read_unit(from + 2, 2, big);
            if (!Py_UNICODE_IS_HIGH_SURROGATE(ch) || !Py_UNICODE_IS_LOW_SURROGATE(low)) {
                break;
            }
            ch = Py_UNICODE_JOIN_SURROGATES(ch, low);
            from += 2;
        }
        ((Py_UCS4 *)writer->data)[writer->pos++] = ch;
    }
    return (Py_ssize_t)(from - decoder->data) - at;
}

/* UTF-16 to str.  *byteorder (NULL: 0) is set by a mark.  With `consumed` an unfinished character at the
 * end is left.
 * Returns  new reference.  Errors UnicodeDecodeError, MemoryError.  RE-ENTRANT by a handler of the
 * program's own. */
PyObject *
PyUnicode_DecodeUTF16Stateful(const char *data, Py_ssize_t size, const char *errors, int *byteorder, Py_ssize_t *consumed)
{
    int order = byteorder == NULL ? 0 : *byteorder;
    Py_ssize_t at = read_mark((const unsigned char *)data, size, 2, &order);
    if (byteorder != NULL) {
        *byteorder = order;
    }
    bool big = order > 0, failed = false;
    OuDecoder decoder;
    ou_decoder_init(&decoder, big ? "utf-16-be" : "utf-16-le", errors, data, size);
    decoder.writer.min_length = (size - at + 1) / 2;
    while (at < decoder.size && !failed) {
        at += write_wide(&decoder, at, big);
        Py_ssize_t taken = write_run(&decoder, at, 2, big);
        failed = taken < 0;
        at += taken;
        if (failed || at == decoder.size) {
            break;
        }
        Py_ssize_t left = decoder.size - at;
        const unsigned char *from = decoder.data + at;
        const char *reason = NULL;
        Py_ssize_t end = at + 2;
        Py_UCS4 ch = left >= 2 ? read_unit(from, 2, big) : 0;
        if (left < 2) {
            reason = "truncated data";
            end = decoder.size;
        }
        else if (Py_UNICODE_IS_LOW_SURROGATE(ch)) {
            reason = "illegal encoding";
        }
        else if (Py_UNICODE_IS_HIGH_SURROGATE(ch)) {
            if (left < 4) {
                reason = "unexpected end of data";
                end = decoder.size;
            }
            else {
                Py_UCS4 low = read_unit(from + 2, 2, big);
                if (Py_UNICODE_IS_LOW_SURROGATE(low)) {
                    ch = Py_UNICODE_JOIN_SURROGATES(ch, low);
                    end += 2;
                }
                else {
                    reason = "illegal UTF-16 surrogate";
                }
            }
        }
        if (reason == NULL) {
            failed = _PyUnicodeWriter_WriteChar(&decoder.writer, ch) < 0;
            at = end;
        }
        else if (consumed != NULL && end == decoder.size && left < 4 && !Py_UNICODE_IS_LOW_SURROGATE(ch)) {
            break; /* more may come */
        }
        else {
            failed = ou_decoder_error(&decoder, at, end, reason, &at) < 0;
        }
    }
    if (consumed != NULL && !failed) {
        *consumed = at;
    }
    return ou_decoder_finish(&decoder, failed);
}

PyObject *
PyUnicode_DecodeUTF16(const char *data, Py_ssize_t size, const char *errors, int *byteorder)
{
    return PyUnicode_DecodeUTF16Stateful(data, size, errors, byteorder, NULL);
}

/* The same for UTF-32. */
PyObject *
PyUnicode_DecodeUTF32Stateful(const char *data, Py_ssize_t size, const char *errors, int *byteorder, Py_ssize_t *consumed)
{
    int order = byteorder == NULL ? 0 : *byteorder;
    Py_ssize_t at = read_mark((const unsigned char *)data, size, 4, &order);
    if (byteorder != NULL) {
        *byteorder = order;
    }
    bool big = order > 0, failed = false;
    OuDecoder decoder;
    ou_decoder_init(&decoder, big ? "utf-32-be" : "utf-32-le", errors, data, size);
    decoder.writer.min_length = (size - at + 3) / 4;
    while (at < decoder.size && !failed) {
        Py_ssize_t taken = write_run(&decoder, at, 4, big);
        failed = taken < 0;
        at += taken;
        if (failed || at == decoder.size) {
            break;
        }
        Py_ssize_t end = at + 4;
        const char *reason = NULL;
        Py_UCS4 ch = 0;
        if (decoder.size - at < 4) {
            if (consumed != NULL) {
                break; /* more may come */
            }
            reason = "truncated data";
            end = decoder.size;
        }
        else {
            ch = read_unit(decoder.data + at, 4, big);
            reason = Py_UNICODE_IS_SURROGATE(ch) ? "code point in surrogate code point range(0xd800, 0xe000)"
                   : ch > 0x10FFFF               ? "code point not in range(0x110000)"
                                                 : NULL;
        }
        if (reason == NULL) {
            failed = _PyUnicodeWriter_WriteChar(&decoder.writer, ch) < 0;
            at = end;
        }
        else {
            failed = ou_decoder_error(&decoder, at, end, reason, &at) < 0;
        }
    }
    if (consumed != NULL && !failed) {
        *consumed = at;
    }
    return ou_decoder_finish(&decoder, failed);
}

PyObject *
PyUnicode_DecodeUTF32(const char *data, Py_ssize_t size, const char *errors, int *byteorder)
{
    return PyUnicode_DecodeUTF32Stateful(data, size, errors, byteorder, NULL);
}

/* ---- encoding ------------------------------------------------------------------------------------------ */

static void
put_unit(char **to, Py_UCS4 value, int unit, bool big)
{
    for (int i = 0; i < unit; i++) {
        *(*to)++ = (char)(value >> 8 * (big ? unit - 1 - i : i));
    }
}

static void
put_char(char **to, Py_UCS4 ch, int unit, bool big)
{
    if (unit == 2 && ch > 0xFFFF) {
        put_unit(to, Py_UNICODE_HIGH_SURROGATE(ch), 2, big);
        ch = Py_UNICODE_LOW_SURROGATE(ch);
    }
    put_unit(to, ch, unit, big);
}

/* Append what a handler gave: bytes of whole units, or ASCII text. */
static int
put_replacement(OuEncoder *encoder, OuByteSink *sink, PyObject *text, Py_ssize_t at, int unit, bool big)
{
    if (PyBytes_Check(text)) {
        Py_ssize_t size = PyBytes_GET_SIZE(text);
        if (size % unit != 0) {
            return ou_encoder_raise(encoder, at, at + 1, "surrogates not allowed");
        }
        return ou_byte_sink_write(sink, PyBytes_AS_STRING(text), (size_t)size);
    }
    if (!PyUnicode_IS_ASCII(text)) {
        return ou_encoder_raise(encoder, at, at + 1, "surrogates not allowed");
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(text);
    if (n > PY_SSIZE_T_MAX / 8 || ou_byte_sink_reserve(sink, (size_t)n * (size_t)unit) < 0) {
        return -1;
    }
    char *to = sink->data + sink->size;
    for (Py_ssize_t i = 0; i < n; i++) {
        put_unit(&to, PyUnicode_READ_CHAR(text, i), unit, big);
    }
    sink->size = (size_t)(to - sink->data);
    return 0;
}

static bool
has_surrogate(int kind, const void *data, Py_ssize_t n)
{
    Py_UCS4 bits = 0;
    return kind > 1 && !chunk_is_plain(data, n, kind, false, &bits);
}

/* Characters beyond 16 bits. */
OU_VECTOR_LOOPS static Py_ssize_t
count_wide(const Py_UCS4 *data, Py_ssize_t n)
{
    Py_ssize_t found = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        found += data[i] > 0xFFFF;
    }
    return found;
}

/* A string of four-byte characters without surrogates to UTF-16, for which there is room. */
static OU_ALWAYS_INLINE void
put_wide(char *to, const Py_UCS4 *data, Py_ssize_t n, bool big)
{
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_UCS4 ch = data[i];
        if (ch > 0xFFFF) {
            uint16_t high = (uint16_t)Py_UNICODE_HIGH_SURROGATE(ch);
            high = big ? __builtin_bswap16(high) : high;
            memcpy(to, &high, 2);
            to += 2;
            ch = Py_UNICODE_LOW_SURROGATE(ch);
        }
        uint16_t unit = big ? __builtin_bswap16((uint16_t)ch) : (uint16_t)ch;
        memcpy(to, &unit, 2);
        to += 2;
    }
}

static PyObject *
encode_plain(int kind, const void *data, Py_ssize_t n, int byteorder, int unit)
{
    bool big = byteorder > 0;
    Py_ssize_t mark = byteorder == 0, n_units = n + (kind > unit ? count_wide(data, n) : 0);
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (n_units + mark) * unit);
    if (bytes == NULL) {
        return NULL;
    }
    char *to = PyBytes_AS_STRING(bytes);
    if (mark) {
        put_unit(&to, 0xFEFF, unit, false);
    }
    if (kind > unit) {
        if (big) {
            put_wide(to, data, n, true);
        }
        else {
            put_wide(to, data, n, false);
        }
        return bytes;
    }
    ou_ucs_copy(unit, to, 0, kind, data, 0, n);
    if (big) {
        (unit == 2 ? copy_16_2 : copy_32_4)(to, to, n);
    }
    return bytes;
}

static PyObject *
encode_units(PyObject *str, const char *errors, int byteorder, int unit, const char *encoding)
{
    if (!PyUnicode_Check(str)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(str) < 0) {
        return NULL;
    }
    bool big = byteorder > 0, failed;
    Py_ssize_t n = PyUnicode_GET_LENGTH(str);
    int kind = PyUnicode_KIND(str);
    const void *data = PyUnicode_DATA(str);
    if (n > PY_SSIZE_T_MAX / 8) {
        return PyErr_NoMemory();
    }
    if (!has_surrogate(kind, data, n)) {
        return encode_plain(kind, data, n, byteorder, unit);
    }
    OuEncoder encoder;
    OuByteSink sink = {NULL};
    ou_encoder_init(&encoder, encoding, errors, str);
    failed = ou_byte_sink_reserve(&sink, (size_t)(n + 1) * (size_t)(kind == 4 ? 4 : unit)) < 0;
    if (byteorder == 0 && !failed) {
        char *to = sink.data;
        put_unit(&to, 0xFEFF, unit, big);
        sink.size = (size_t)unit;
    }
    Py_ssize_t i = 0;
    while (i < n && !failed) {
        failed = ou_byte_sink_reserve(&sink, 4) < 0;
        char *to = sink.data + sink.size;
        while (i < n && !failed && sink.room - (size_t)(to - sink.data) >= 4) {
            Py_UCS4 ch = PyUnicode_READ(kind, data, i);
            if (Py_UNICODE_IS_SURROGATE(ch)) {
                break;
            }
            put_char(&to, ch, unit, big);
            i++;
        }
        sink.size = (size_t)(to - sink.data);
        if (!failed && i < n && Py_UNICODE_IS_SURROGATE(PyUnicode_READ(kind, data, i))) {
            Py_ssize_t at = i;
            if (encoder.kind == OU_ERRORS_STRICT) {
                failed = ou_encoder_raise(&encoder, at, at + 1, "surrogates not allowed") < 0;
                break;
            }
            PyObject *text = ou_encoder_error(&encoder, at, at + 1, "surrogates not allowed", &i);
            failed = text == NULL || put_replacement(&encoder, &sink, text, at, unit, big) < 0;
            Py_XDECREF(text);
        }
    }
    ou_encoder_finish(&encoder);
    if (failed && !PyErr_Occurred()) {
        PyErr_NoMemory();
    }
    return ou_byte_sink_finish(&sink, failed);
}

/* str to UTF-16 or UTF-32; byteorder 0 writes a mark.  Errors UnicodeEncodeError for surrogates,
 * MemoryError. */
PyObject *
_PyUnicode_EncodeUTF16(PyObject *str, const char *errors, int byteorder)
{
    return encode_units(str, errors, byteorder, 2, byteorder == 0 ? "utf-16" : byteorder < 0 ? "utf-16-le" : "utf-16-be");
}

PyObject *
PyUnicode_AsUTF16String(PyObject *str)
{
    return _PyUnicode_EncodeUTF16(str, NULL, 0);
}

PyObject *
_PyUnicode_EncodeUTF32(PyObject *str, const char *errors, int byteorder)
{
    return encode_units(str, errors, byteorder, 4, byteorder == 0 ? "utf-32" : byteorder < 0 ? "utf-32-le" : "utf-32-be");
}

PyObject *
PyUnicode_AsUTF32String(PyObject *str)
{
    return _PyUnicode_EncodeUTF32(str, NULL, 0);
}
