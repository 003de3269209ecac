/* types/str_utf7.c - UTF-7.
 *
 * Owns       nothing.
 * Invariant  outside of a shifted section there are no bits left over.
 * Not here   UTF-16, whose units UTF-7 shifts (str_utf16.c).
 * Source     RFC 2152. */
#include "types/codec.h"

static bool
is_base64(Py_UCS4 ch)
{
    return ch < 128 && (Py_ISALNUM(ch) || ch == '+' || ch == '/');
}

static unsigned
from_base64(unsigned char ch)
{
    return ch >= 'a' ? ch - 'a' + 26u : ch >= 'A' ? ch - 'A' + 0u : ch >= '0' ? ch - '0' + 52u : ch == '+' ? 62 : 63;
}

static char
to_base64(unsigned n)
{
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[n & 63];
}

/* Where a decoder stands. */
typedef struct {
    OuDecoder decoder;
    Py_ssize_t at;
    Py_ssize_t start;     /* of the shifted section, or of what is wrong */
    Py_ssize_t shift_out; /* characters written before the section */
    bool shifted;
    unsigned n_bits; /* left over, below 16 */
    uint32_t bits;
    Py_UCS4 high; /* a high surrogate that waits for its low one, or 0 */
} Utf7;

static int
write_char(Utf7 *s, Py_UCS4 ch)
{
    return _PyUnicodeWriter_WriteChar(&s->decoder.writer, ch);
}

/* A character of base 64.  Returns 0, or -1 with MemoryError set. */
static int
take_base64(Utf7 *s, unsigned char ch)
{
    s->bits = s->bits << 6 | from_base64(ch);
    s->n_bits += 6;
    s->at++;
    if (s->n_bits < 16) {
        return 0;
    }
    Py_UCS4 unit = s->bits >> (s->n_bits - 16) & 0xFFFF;
    s->n_bits -= 16;
    s->bits &= (1u << s->n_bits) - 1;
    if (s->high != 0) {
        Py_UCS4 high = s->high;
        s->high = 0;
        if (Py_UNICODE_IS_LOW_SURROGATE(unit)) {
            return write_char(s, Py_UNICODE_JOIN_SURROGATES(high, unit));
        }
        if (write_char(s, high) < 0) {
            return -1;
        }
    }
    if (Py_UNICODE_IS_HIGH_SURROGATE(unit)) {
        s->high = unit;
        return 0;
    }
    return write_char(s, unit);
}

/* A character that ends a shifted section.  Returns what is wrong, or NULL; *failed on MemoryError. */
static const char *
leave_shift(Utf7 *s, unsigned char ch, bool *failed)
{
    s->shifted = false;
    if (s->n_bits >= 6) {
        s->at++;
        return "partial character in shift sequence";
    }
    if (s->n_bits > 0 && s->bits != 0) {
        s->at++;
        return "non-zero padding bits in shift sequence";
    }
    if (s->high != 0 && ch < 128 && ch != '+') {
        *failed = write_char(s, s->high) < 0;
    }
    s->high = 0;
    if (ch == '-') {
        s->at++;
    }
    return NULL;
}

/* One step.  Returns what is wrong (from s->start to s->at), or NULL. */
static const char *
step(Utf7 *s, bool *failed)
{
    unsigned char ch = s->decoder.data[s->at];
    if (s->shifted) {
        if (is_base64(ch)) {
            *failed = take_base64(s, ch) < 0;
            return NULL;
        }
        return leave_shift(s, ch, failed);
    }
    if (ch == '+') {
        s->start = s->at++;
        int next = s->at < s->decoder.size ? s->decoder.data[s->at] : -1;
        if (next == '-') {
            s->at++;
            *failed = write_char(s, '+') < 0;
        }
        else if (next >= 0 && !is_base64((Py_UCS4)next)) {
            s->at++;
            return "ill-formed sequence";
        }
        else {
            s->shifted = true;
            s->high = 0;
            s->shift_out = s->decoder.writer.pos;
            s->n_bits = 0;
            s->bits = 0;
        }
        return NULL;
    }
    if (ch < 128) {
        s->at++;
        *failed = write_char(s, ch) < 0;
        return NULL;
    }
    s->start = s->at++;
    return "unexpected special character";
}

/* UTF-7 to str.  With `consumed` an unfinished section at the end is left.
 * Returns  new reference.  Errors UnicodeDecodeError, MemoryError.  RE-ENTRANT by a handler of the
 * program's own. */
PyObject *
PyUnicode_DecodeUTF7Stateful(const char *data, Py_ssize_t size, const char *errors, Py_ssize_t *consumed)
{
    Utf7 s = {.at = 0};
    ou_decoder_init(&s.decoder, "utf7", errors, data, size);
    bool failed = false;
    for (;;) {
        while (s.at < s.decoder.size && !failed) {
            const char *reason = step(&s, &failed);
            if (reason != NULL && !failed) {
                failed = ou_decoder_error(&s.decoder, s.start, s.at, reason, &s.at) < 0;
            }
        }
        if (failed || !s.shifted || consumed != NULL) {
            break;
        }
        s.shifted = false;
        if (s.high == 0 && s.n_bits < 6 && (s.n_bits == 0 || s.bits == 0)) {
            break;
        }
        failed = ou_decoder_error(&s.decoder, s.start, s.decoder.size, "unterminated shift sequence", &s.at) < 0;
        if (failed || s.at >= s.decoder.size) {
            break;
        }
    }
    bool back_off = !failed && consumed != NULL && s.shifted;
    if (consumed != NULL && !failed) {
        *consumed = s.shifted ? s.start : s.at;
    }
    if (back_off) {
        s.decoder.writer.pos = s.shift_out;
    }
    PyObject *str = ou_decoder_finish(&s.decoder, failed);
    if (back_off && str != NULL && !PyUnicode_IS_ASCII(str)) { /* what was dropped may have been wide */
        Py_SETREF(str, ou_str_from_ucs(PyUnicode_KIND(str), PyUnicode_DATA(str), PyUnicode_GET_LENGTH(str)));
    }
    return str;
}

PyObject *
PyUnicode_DecodeUTF7(const char *data, Py_ssize_t size, const char *errors)
{
    return PyUnicode_DecodeUTF7Stateful(data, size, errors, NULL);
}

/* ---- encoding ------------------------------------------------------------------------------------------ */

/* May the character stand for itself?  The RFC's set O and whitespace only if so wished. */
static bool
is_direct(Py_UCS4 ch, bool set_o, bool space)
{
    if (ch == 0 || ch >= 128) {
        return false;
    }
    if (Py_ISALNUM(ch) || strchr("'(),-./:?", (int)ch) != NULL) {
        return true;
    }
    if (strchr(" \t\r\n", (int)ch) != NULL) {
        return space;
    }
    return set_o && strchr("!\"#$%&*;<=>@[]^_`{|}", (int)ch) != NULL;
}

/* str to UTF-7; base64_o, base64_space: shift the characters of those sets too.  Never wrong but for
 * memory. */
PyObject *
_PyUnicode_EncodeUTF7(PyObject *str, int base64_o, int base64_space, const char *errors)
{
    if (PyUnicode_READY(str) < 0) {
        return NULL;
    }
    int kind = PyUnicode_KIND(str);
    const void *data = PyUnicode_DATA(str);
    Py_ssize_t n = PyUnicode_GET_LENGTH(str);
    OuByteSink sink = {NULL};
    bool shifted = false, failed = false;
    uint64_t bits = 0;
    unsigned n_bits = 0;
    for (Py_ssize_t i = 0; i < n && !failed; i++) {
        Py_UCS4 ch = PyUnicode_READ(kind, data, i);
        failed = ou_byte_sink_reserve(&sink, 12) < 0; /* more than any character needs */
        if (failed) {
            break;
        }
        char *to = sink.data + sink.size;
        bool direct = is_direct(ch, !base64_o, !base64_space);
        if (shifted && direct) {
            if (n_bits > 0) {
                *to++ = to_base64((unsigned)(bits << (6 - n_bits)));
            }
            bits = n_bits = 0;
            shifted = false;
            if (is_base64(ch) || ch == '-') {
                *to++ = '-';
            }
            *to++ = (char)ch;
        }
        else if (!shifted && ch == '+') {
            *to++ = '+';
            *to++ = '-';
        }
        else if (direct) {
            *to++ = (char)ch;
        }
        else {
            if (!shifted) {
                *to++ = '+';
                shifted = true;
            }
            if (ch >= 0x10000) {
                bits = bits << 16 | Py_UNICODE_HIGH_SURROGATE(ch);
                n_bits += 16;
                ch = Py_UNICODE_LOW_SURROGATE(ch);
            }
            bits = bits << 16 | ch;
            n_bits += 16;
            while (n_bits >= 6) {
                *to++ = to_base64((unsigned)(bits >> (n_bits - 6)));
                n_bits -= 6;
            }
            bits &= (1u << n_bits) - 1;
        }
        sink.size = (size_t)(to - sink.data);
    }
    if (!failed && n_bits > 0) {
        failed = ou_byte_sink_put(&sink, to_base64((unsigned)(bits << (6 - n_bits)))) < 0;
    }
    if (!failed && shifted) {
        failed = ou_byte_sink_put(&sink, '-') < 0;
    }
    return ou_byte_sink_finish(&sink, failed);
}
