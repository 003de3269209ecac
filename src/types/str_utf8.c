/* types/str_utf8.c - UTF-8: decoding, encoding, and the encoding cached in a string.
 *
 * Owns       nothing; a string owns its cached UTF-8.
 * Invariant  input is measured first, as if it were valid, so that the result is allocated once, in its kind, and checked
 *            while it is decoded; error handling is a loop of its own.
 * Not here   reading single characters (base/utf8.c). */
#include "types/codec.h"

#include "base/utf8.h"

/* Decode the bytes [*text, end) up to the first error; ASCII runs are widened a word at a time by the compiler. */
#define DECODE(type)                                                                                                 \
    do {                                                                                                             \
        type *to = (type *)data + at;                                                                                \
        while (text < end) {                                                                                         \
            unsigned c = *text;                                                                                      \
            if (c < 0x80) {                                                                                          \
                while (end - text >= 8) {                                                                            \
                    uint64_t word;                                                                                   \
                    memcpy(&word, text, 8);                                                                          \
                    if (word & 0x8080808080808080u) {                                                                \
                        break;                                                                                       \
                    }                                                                                                \
                    for (int i = 0; i < 8; i++) {                                                                    \
                        to[i] = (type)text[i];                                                                       \
                    }                                                                                                \
                    to += 8;                                                                                         \
                    text += 8;                                                                                       \
                }                                                                                                    \
                while (text < end && *text < 0x80) {                                                                 \
                    *to++ = (type)*text++;                                                                           \
                }                                                                                                    \
            }                                                                                                        \
            else if (c < 0xE0) {                                                                                     \
                if (c < 0xC2 || end - text < 2 || !MORE(1)) {                                                        \
                    break;                                                                                           \
                }                                                                                                    \
                *to++ = (type)((c & 0x1F) << 6 | (text[1] & 0x3F));                                                  \
                text += 2;                                                                                           \
            }                                                                                                        \
            else if (sizeof(type) > 1 && c < 0xF0) {                                                                 \
                unsigned ch = (c & 0x0F) << 12;                                                                      \
                if (end - text < 3 || !MORE(1) || !MORE(2) || (c == 0xE0 && text[1] < 0xA0)                          \
                    || (c == 0xED && text[1] >= 0xA0)) {                                                             \
                    break;                                                                                           \
                }                                                                                                    \
                *to++ = (type)(ch | (text[1] & 0x3Fu) << 6 | (text[2] & 0x3F));                                      \
                text += 3;                                                                                           \
            }                                                                                                        \
            else {                                                                                                   \
                if (sizeof(type) < 4 || c > 0xF4 || end - text < 4 || !MORE(1) || !MORE(2) || !MORE(3)               \
                    || (c == 0xF0 && text[1] < 0x90) || (c == 0xF4 && text[1] >= 0x90)) {                            \
                    break;                                                                                           \
                }                                                                                                    \
                *to++ = (type)((c & 7) << 18 | (text[1] & 0x3Fu) << 12 | (text[2] & 0x3Fu) << 6 | (text[3] & 0x3F)); \
                text += 4;                                                                                           \
            }                                                                                                        \
        }                                                                                                            \
    } while (0)
#define MORE(i) ((text[i] & 0xC0) == 0x80)

/* Decode a text whose code points are known to fit `kind` if they are valid.  Returns whether they all are.  Never writes more
 * code points than the text has bytes that are no continuation. */
static bool
decode_checked(const unsigned char *text, size_t size, int kind, void *data, Py_ssize_t at)
{
    const unsigned char *end = text + size;
    switch (kind) {
    case 1: DECODE(Py_UCS1); break;
    case 2: DECODE(Py_UCS2); break;
    default: DECODE(Py_UCS4); break;
    }
    return text == end;
}
#undef MORE
#undef DECODE

/* Measure a text that may be valid: its code points, and their class.  Without branches: vectors. */
OU_VECTOR_LOOPS static Py_UCS4
measure(const unsigned char *text, size_t size, size_t *n_points)
{
    enum { CHUNK = 128 }; /* a sum of so many fits a byte */
    size_t continued = 0;
    unsigned char max = 0;
    for (size_t start = 0; start < size;) {
        size_t stop = size - start < CHUNK ? size : start + CHUNK;
        unsigned char sum = 0;
        for (; start < stop; start++) {
            unsigned char c = text[start];
            sum = (unsigned char)(sum + ((signed char)c < -64));
            max = c > max ? c : max;
        }
        continued += sum;
    }
    *n_points = size - continued;
    return max < 0x80 ? 0x7F : max < 0xC4 ? 0xFF : max < 0xF0 ? 0xFFFF : 0x10FFFF;
}

static const char *
error_reason(OuUtf8Error error)
{
    return error == OU_UTF8_BAD_START        ? "invalid start byte"
         : error == OU_UTF8_BAD_CONTINUATION ? "invalid continuation byte"
                                             : "unexpected end of data";
}

/* With errors in the text, or an end that may be continued: valid stretches and what the handler gives, in
 * turn. */
static OU_NOINLINE PyObject *
decode_with_errors(const char *text, Py_ssize_t size, const char *errors, Py_ssize_t *consumed)
{
    OuDecoder decoder;
    ou_decoder_init(&decoder, "utf-8", errors, text, size);
    Py_ssize_t at = 0;
    bool failed = false;
    while (at < decoder.size) {
        OuUtf8Summary sum;
        const char *from = (const char *)decoder.data + at;
        bool valid = ou_utf8_validate(from, (size_t)(decoder.size - at), &sum);
        if (sum.n_points != 0) {
            if (_PyUnicodeWriter_Prepare(&decoder.writer, (Py_ssize_t)sum.n_points, ou_class_of(sum.max)) < 0) {
                failed = true;
                break;
            }
            decode_checked((const unsigned char *)from, sum.error_at, (int)decoder.writer.kind, decoder.writer.data,
                           decoder.writer.pos);
            decoder.writer.pos += (Py_ssize_t)sum.n_points;
            at += (Py_ssize_t)sum.error_at;
        }
        if (valid) {
            at = decoder.size;
            break;
        }
        const unsigned char *bad = decoder.data + at;
        Py_ssize_t left = decoder.size - at;
        if (consumed != NULL) {
            /* More may come: an unfinished character, or half of a surrogate that a handler may let pass. */
            bool half_surrogate = bad[0] == 0xED && left == 2 && bad[1] >= 0xA0 && bad[1] <= 0xBF;
            if (sum.error == OU_UTF8_TRUNCATED || half_surrogate) {
                break;
            }
        }
        OuUtf8 point = ou_utf8_decode(bad, (size_t)left);
        if (ou_decoder_error(&decoder, at, at + point.size, error_reason(sum.error), &at) < 0) {
            failed = true;
            break;
        }
    }
    if (consumed != NULL && !failed) {
        *consumed = at;
    }
    return ou_decoder_finish(&decoder, failed);
}

/* UTF-8 to str.  With `consumed` an unfinished character at the end is left, and the bytes read are told.
 * Returns  new reference.  Errors UnicodeDecodeError, MemoryError.  RE-ENTRANT by a handler of the
 * program's own. */
PyObject *
PyUnicode_DecodeUTF8Stateful(const char *text, Py_ssize_t size, const char *errors, Py_ssize_t *consumed)
{
    if (size == 0) {
        if (consumed != NULL) {
            *consumed = 0;
        }
        return Py_NewRef(OU_EMPTY_STR);
    }
    if (OU_LIKELY(ou_utf8_ascii_prefix(text, (size_t)size) == (size_t)size)) {
        if (consumed != NULL) {
            *consumed = size;
        }
        return ou_str_from_ascii(text, size);
    }
    size_t n_points;
    Py_UCS4 class = measure((const unsigned char *)text, (size_t)size, &n_points);
    if (n_points == 0) { /* continuations alone */
        return decode_with_errors(text, size, errors, consumed);
    }
    PyObject *str = PyUnicode_New((Py_ssize_t)n_points, class);
    if (str == NULL) {
        return NULL;
    }
    if (!decode_checked((const unsigned char *)text, (size_t)size, PyUnicode_KIND(str), PyUnicode_DATA(str), 0)) {
        Py_DECREF(str);
        return decode_with_errors(text, size, errors, consumed);
    }
    if (consumed != NULL) {
        *consumed = size;
    }
    return ou_str_settle(str);
}

PyObject *
PyUnicode_DecodeUTF8(const char *text, Py_ssize_t size, const char *errors)
{
    return PyUnicode_DecodeUTF8Stateful(text, size, errors, NULL);
}

/* ---- encoding ------------------------------------------------------------------------------------------ */

/* Add to *size the bytes beyond one that each character takes.  Returns true if one is a surrogate.  Sums of a chunk
 * are as narrow as the characters, and there are no branches: vectors. */
enum { MEASURE_CHUNK = 4096 };
#define MEASURE_CHUNKS(name, type, more)                                         \
    OU_VECTOR_LOOPS static bool name(const type *at, Py_ssize_t n, size_t *size) \
    {                                                                            \
        type surrogates = 0;                                                     \
        for (Py_ssize_t start = 0; start < n; start += MEASURE_CHUNK) {          \
            Py_ssize_t end = Py_MIN(n, start + MEASURE_CHUNK);                   \
            type sum = 0;                                                        \
            for (Py_ssize_t i = start; i < end; i++) {                           \
                type ch = at[i];                                                 \
                surrogates |= (type)((ch & (type)0xFFFFF800) == 0xD800);         \
                sum = (type)(sum + (more));                                      \
            }                                                                    \
            *size += sum;                                                        \
        }                                                                        \
        return surrogates != 0;                                                  \
    }
MEASURE_CHUNKS(measure_chunks_2, Py_UCS2, (ch >= 0x80) + (ch >= 0x800))
MEASURE_CHUNKS(measure_chunks_4, Py_UCS4, (ch >= 0x80) + (ch >= 0x800) + (ch >= 0x10000))

/* Bytes that the text takes; SIZE_MAX if there is a surrogate. */
OU_VECTOR_LOOPS static size_t
encoded_size(int kind, const void *data, Py_ssize_t n)
{
    size_t size = (size_t)n;
    if (kind == 1) {
        const Py_UCS1 *at = data;
        for (Py_ssize_t i = 0; i < n; i++) {
            size += at[i] >> 7;
        }
        return size;
    }
    bool surrogate = kind == 2 ? measure_chunks_2(data, n, &size) : measure_chunks_4(data, n, &size);
    return surrogate ? SIZE_MAX : size;
}

static OU_ALWAYS_INLINE void
encode_kind(int kind, const void *data, Py_ssize_t n, char *to)
{
    Py_ssize_t i = 0;
    while (i < n) {
        Py_UCS4 ch = PyUnicode_READ(kind, data, i);
        if (ch >= 0x800) {
            to += ou_utf8_encode(ch, to);
            i++;
            continue;
        }
        if (ch >= 0x80) {
            do { /* a run of two bytes a character */
                *to++ = (char)(0xC0 | ch >> 6);
                *to++ = (char)(0x80 | (ch & 0x3F));
                i++;
            } while (i < n && (ch = PyUnicode_READ(kind, data, i)) - 0x80 < 0x780);
            continue;
        }
        do { /* a run of ASCII: four at once when it goes on */
            *to++ = (char)ch;
            i++;
            while (n - i >= 4 && PyUnicode_READ(kind, data, i) < 0x80) {
                Py_UCS4 a = PyUnicode_READ(kind, data, i), b = PyUnicode_READ(kind, data, i + 1);
                Py_UCS4 c = PyUnicode_READ(kind, data, i + 2), d = PyUnicode_READ(kind, data, i + 3);
                if ((a | b | c | d) >= 0x80) {
                    break;
                }
                uint32_t four = a | b << 8 | c << 16 | d << 24;
                memcpy(to, &four, 4);
                to += 4;
                i += 4;
            }
        } while (i < n && (ch = PyUnicode_READ(kind, data, i)) < 0x80);
    }
}

static void
encode_to(int kind, const void *data, Py_ssize_t n, char *to)
{
    switch (kind) {
    case 1: encode_kind(1, data, n, to); break;
    case 2: encode_kind(2, data, n, to); break;
    default: encode_kind(4, data, n, to); break;
    }
}

static OU_NOINLINE PyObject *
encode_with_errors(PyObject *str, const char *errors)
{
    OuEncoder encoder;
    OuByteSink sink = {NULL};
    ou_encoder_init(&encoder, "utf-8", errors, str);
    int kind = PyUnicode_KIND(str);
    const void *data = PyUnicode_DATA(str);
    Py_ssize_t n = PyUnicode_GET_LENGTH(str), i = 0;
    bool failed = ou_byte_sink_reserve(&sink, (size_t)n) < 0;
    while (i < n && !failed) {
        Py_UCS4 ch = PyUnicode_READ(kind, data, i);
        if (!ou_is_surrogate(ch)) {
            failed = ou_byte_sink_reserve(&sink, 4) < 0;
            if (!failed) {
                sink.size += ou_utf8_encode(ch, sink.data + sink.size);
                i++;
            }
            continue;
        }
        Py_ssize_t end = i + 1;
        while (end < n && ou_is_surrogate(PyUnicode_READ(kind, data, end))) {
            end++;
        }
        if (encoder.kind == OU_ERRORS_SURROGATEPASS) {
            failed = ou_byte_sink_reserve(&sink, (size_t)(end - i) * 3) < 0;
            for (; i < end && !failed; i++) {
                sink.size += ou_utf8_encode(PyUnicode_READ(kind, data, i), sink.data + sink.size);
            }
        }
        else {
            failed = ou_encoder_error_bytes(&encoder, &sink, i, end, "surrogates not allowed", 128, &i) < 0;
        }
    }
    ou_encoder_finish(&encoder);
    return ou_byte_sink_finish(&sink, failed);
}

/* str to UTF-8 bytes.  Refs new.  Errors TypeError, UnicodeEncodeError for surrogates, MemoryError. */
PyObject *
_PyUnicode_AsUTF8String(PyObject *str, const char *errors)
{
    if (!PyUnicode_Check(str)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(str) < 0) {
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(str);
    if (PyUnicode_IS_ASCII(str)) {
        return PyBytes_FromStringAndSize(PyUnicode_DATA(str), n);
    }
    PyCompactUnicodeObject *compact = (PyCompactUnicodeObject *)str;
    if (compact->utf8 != NULL) {
        return PyBytes_FromStringAndSize(compact->utf8, compact->utf8_length);
    }
    int kind = PyUnicode_KIND(str);
    size_t size = encoded_size(kind, PyUnicode_DATA(str), n);
    if (size == SIZE_MAX) {
        return encode_with_errors(str, errors);
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
    if (bytes != NULL) {
        encode_to(kind, PyUnicode_DATA(str), n, PyBytes_AS_STRING(bytes));
    }
    return bytes;
}

PyObject *
PyUnicode_AsUTF8String(PyObject *str)
{
    return _PyUnicode_AsUTF8String(str, NULL);
}

/* The text as UTF-8 with a NUL, kept in the string for as long as it lives.
 * Returns  borrowed; NULL with TypeError, UnicodeEncodeError or MemoryError set. */
const char *
PyUnicode_AsUTF8AndSize(PyObject *str, Py_ssize_t *size)
{
    if (!PyUnicode_Check(str)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(str) < 0) {
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(str);
    if (PyUnicode_IS_ASCII(str)) {
        if (size != NULL) {
            *size = n;
        }
        return PyUnicode_DATA(str);
    }
    PyCompactUnicodeObject *compact = (PyCompactUnicodeObject *)str;
    if (compact->utf8 == NULL) {
        int kind = PyUnicode_KIND(str);
        size_t n_bytes = encoded_size(kind, PyUnicode_DATA(str), n);
        if (n_bytes == SIZE_MAX) {
            PyObject *none = encode_with_errors(str, NULL); /* raises */
            Py_XDECREF(none);
            return NULL;
        }
        char *utf8 = PyMem_Malloc(n_bytes + 1);
        if (utf8 == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
        encode_to(kind, PyUnicode_DATA(str), n, utf8);
        utf8[n_bytes] = '\0';
        compact->utf8 = utf8;
        compact->utf8_length = (Py_ssize_t)n_bytes;
    }
    if (size != NULL) {
        *size = compact->utf8_length;
    }
    return compact->utf8;
}

const char *
PyUnicode_AsUTF8(PyObject *str)
{
    return PyUnicode_AsUTF8AndSize(str, NULL);
}
