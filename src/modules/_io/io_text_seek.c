/* modules/_io/io_text_seek.c - positions in text: tell(), seek(), truncate().
 *
 * A position of text is a cookie: where in the bytes to start, the decoder's flags there, how many bytes to feed it, and how
 * many characters of the outcome to skip.  Mostly it is the byte position alone.
 *
 * Invariant  tell() leaves the decoder as it was.
 * Source     Library Reference, io.TextIOBase: the number is opaque; its layout is CPython 3.11's. */
#include "modules/_io/io_text.h"

typedef struct {
    unsigned long long start;
    int flags, feed, skip;
    bool need_eof;
} Cookie;

enum { COOKIE_BYTES = 21 };

static PyObject *
cookie_pack(const Cookie *cookie)
{
    unsigned char bytes[COOKIE_BYTES];
    memcpy(bytes, &cookie->start, 8); /* little-endian */
    memcpy(bytes + 8, &cookie->flags, 4);
    memcpy(bytes + 12, &cookie->feed, 4);
    memcpy(bytes + 16, &cookie->skip, 4);
    bytes[20] = cookie->need_eof;
    return _PyLong_FromByteArray(bytes, sizeof bytes, 1, 0);
}

static int
cookie_unpack(PyObject *number, Cookie *cookie)
{
    unsigned char bytes[COOKIE_BYTES];
    PyObject *integer = PyNumber_Index(number);
    if (integer == NULL) {
        return -1;
    }
    int status = _PyLong_AsByteArray((PyLongObject *)integer, bytes, sizeof bytes, 1, 0);
    Py_DECREF(integer);
    if (status < 0) {
        return -1;
    }
    memcpy(&cookie->start, bytes, 8);
    memcpy(&cookie->flags, bytes + 8, 4);
    memcpy(&cookie->feed, bytes + 12, 4);
    memcpy(&cookie->skip, bytes + 16, 4);
    cookie->need_eof = bytes[20] != 0;
    return 0;
}

/* ---- tell ------------------------------------------------------------------------------------------------------------------ */

/* Decode and count.  -1 with an error set.  RE-ENTRANT. */
static Py_ssize_t
count_decoded(TextIO *self, const char *data, Py_ssize_t size, bool final)
{
    PyObject *text = ou_text_decode(self, data, size, final);
    Py_ssize_t n = text == NULL ? -1 : PyUnicode_GET_LENGTH(text);
    Py_XDECREF(text);
    return n;
}

/* What the decoder holds: number of bytes, and the flags.  -1 with an error set. */
static Py_ssize_t
decoder_state(TextIO *self, int *flags)
{
    PyObject *held;
    if (ou_text_decoder_get(self, &held, flags) < 0) {
        return -1;
    }
    Py_ssize_t n = PyBytes_GET_SIZE(held);
    Py_DECREF(held);
    return n;
}

/* Find how to come to the `used`-th character of what the bytes decoded to.  The cookie's start and flags are where the
 * bytes begin; on success they, feed, skip and need_eof are the answer.  The decoder is left anywhere.  Returns 0 or -1. */
static int
find_character(TextIO *self, const char *data, Py_ssize_t size, Py_ssize_t used, Cookie *cookie)
{
    /* First a guess, and from there backwards in growing steps, until a place before it where the decoder holds nothing. */
    Py_ssize_t skip = used, at = (Py_ssize_t)(self->bytes_per_char * (double)used), back = 1;
    at = Py_MIN(at, size);
    while (at > 0) {
        if (ou_text_decoder_set(self, "", 0, cookie->flags) < 0) {
            return -1;
        }
        Py_ssize_t n = count_decoded(self, data, at, false);
        if (n < 0) {
            return -1;
        }
        if (n <= used) {
            int flags;
            Py_ssize_t held = decoder_state(self, &flags);
            if (held < 0) {
                return -1;
            }
            if (held == 0) {
                cookie->flags = flags;
                skip -= n;
                break;
            }
            at -= held;
            back = 1;
        }
        else {
            at -= back;
            back *= 2;
        }
    }
    if (at <= 0) {
        at = 0;
        if (ou_text_decoder_set(self, "", 0, cookie->flags) < 0) {
            return -1;
        }
    }
    cookie->start += (unsigned long long)at;
    cookie->skip = (int)skip;
    if (skip == 0) {
        return 0;
    }
    /* Then byte by byte: each place where the decoder holds nothing is a better start. */
    Py_ssize_t n_chars = 0;
    for (; at < size; at++) {
        int flags;
        Py_ssize_t n = count_decoded(self, data + at, 1, false), held;
        if (n < 0) {
            return -1;
        }
        n_chars += n;
        cookie->feed++;
        held = decoder_state(self, &flags);
        if (held < 0) {
            return -1;
        }
        if (held == 0 && n_chars <= skip) {
            cookie->start += (unsigned long long)cookie->feed;
            cookie->flags = flags;
            cookie->feed = 0;
            skip -= n_chars;
            n_chars = 0;
        }
        if (n_chars >= skip) {
            cookie->skip = (int)skip;
            return 0;
        }
    }
    Py_ssize_t n = count_decoded(self, "", 0, true);
    if (n < 0) {
        return -1;
    }
    cookie->need_eof = true;
    cookie->skip = (int)skip;
    if (n_chars + n < skip) {
        PyErr_SetString(PyExc_OSError, "can't reconstruct logical file position");
        return -1;
    }
    return 0;
}

PyObject *
ou_text_tell(PyObject *op, PyObject *ignored)
{
    TextIO *self = TEXT(op);
    if (ou_text_check_attached(self) < 0 || ou_text_check_open(self) < 0) {
        return NULL;
    }
    if (!self->seekable) {
        return ou_io_unsupported("underlying stream is not seekable");
    }
    if (!self->telling) {
        PyErr_SetString(PyExc_OSError, "telling position disabled by next() call");
        return NULL;
    }
    if (ou_text_write_pending(self) < 0) {
        return NULL;
    }
    PyObject *result = PyObject_CallMethodNoArgs(op, OU_STR(flush));
    if (result == NULL) {
        return NULL;
    }
    Py_DECREF(result);
    result = PyObject_CallMethodNoArgs(self->buffer, OU_STR(tell));
    if (result == NULL || !self->can_read || !self->has_snapshot) {
        return result;
    }
    Cookie cookie = {.flags = self->snapshot_flags};
    cookie.start = PyLong_AsUnsignedLongLong(result);
    Py_DECREF(result);
    if (PyErr_Occurred()) {
        return NULL;
    }
    PyObject *data = Py_NewRef(self->snapshot), *held = NULL;
    cookie.start -= (unsigned long long)PyBytes_GET_SIZE(data);
    Py_ssize_t used = self->used;
    if (self->decoded == NULL || used == 0) {
        Py_DECREF(data);
        return cookie_pack(&cookie);
    }
    int flags, status;
    unsigned seen = self->seen;
    OU_HOLD(hold, &data, &held);
    status = ou_text_decoder_get(self, &held, &flags);
    if (status == 0) {
        status = find_character(self, PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data), used, &cookie);
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        int restored = ou_text_decoder_set(self, PyBytes_AS_STRING(held), PyBytes_GET_SIZE(held), flags);
        self->seen = seen;
        if (type != NULL) {
            _PyErr_ChainExceptions(type, value, traceback);
        }
        status |= restored;
    }
    OU_HOLD_END(hold);
    Py_DECREF(data);
    Py_XDECREF(held);
    return status < 0 ? NULL : cookie_pack(&cookie);
}

/* ---- seek ---------------------------------------------------------------------------------------------- */

/* self.flush().  Returns 0 or -1. */
static int
flush(PyObject *self)
{
    PyObject *result = PyObject_CallMethodNoArgs(self, OU_STR(flush));
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

static PyObject *
seek_to_end(TextIO *self)
{
    ou_text_forget(self);
    if (self->can_read && ou_text_decoder_reset(self) < 0) {
        return NULL;
    }
    PyObject *stack[] = {self->buffer, OU_SMALL_INT(0), OU_SMALL_INT(2)};
    PyObject *at = PyObject_VectorcallMethod(OU_STR(seek), stack, 3, NULL);
    if (at == NULL || self->encoder == NULL) {
        return at;
    }
    int is_start = PyObject_RichCompareBool(at, OU_SMALL_INT(0), Py_EQ);
    if (is_start < 0 || ou_text_encoder_reset(self, is_start) < 0) {
        Py_CLEAR(at);
    }
    return at;
}

/* The buffer stands at the cookie's start: feed the decoder up to its character.  Returns 0 or -1. */
static int
feed_cookie(TextIO *self, const Cookie *cookie)
{
    PyObject *input = PyObject_CallMethod(self->buffer, "read", "i", cookie->feed), *decoded = NULL;
    if (input == NULL) {
        return -1;
    }
    int status = -1;
    OU_HOLD(hold, &input, &decoded);
    if (!PyBytes_Check(input)) {
        PyErr_Format(PyExc_TypeError, "underlying read() should have returned a bytes object, not '%.200s'",
                     Py_TYPE(input)->tp_name);
    }
    else {
        decoded = ou_text_decode(self, PyBytes_AS_STRING(input), PyBytes_GET_SIZE(input), cookie->need_eof);
        if (decoded != NULL && PyUnicode_GET_LENGTH(decoded) < cookie->skip) {
            PyErr_SetString(PyExc_OSError, "can't restore logical file position");
        }
        else if (decoded != NULL) {
            Py_XSETREF(self->snapshot, Py_NewRef(input));
            self->snapshot_flags = cookie->flags;
            self->has_snapshot = true;
            Py_XSETREF(self->decoded, Py_NewRef(decoded));
            self->used = cookie->skip;
            status = 0;
        }
    }
    OU_HOLD_END(hold);
    Py_DECREF(input);
    Py_XDECREF(decoded);
    return status;
}

static PyObject *
seek_to(TextIO *self, PyObject *number)
{
    Cookie cookie;
    if (cookie_unpack(number, &cookie) < 0) {
        return NULL;
    }
    PyObject *start = PyLong_FromUnsignedLongLong(cookie.start), *at;
    if (start == NULL) {
        return NULL;
    }
    at = PyObject_CallMethodOneArg(self->buffer, OU_STR(seek), start);
    Py_DECREF(start);
    if (at == NULL) {
        return NULL;
    }
    Py_DECREF(at);
    ou_text_forget(self);
    if (self->can_read) {
        bool fresh = cookie.start == 0 && cookie.flags == 0;
        if (fresh ? ou_text_decoder_reset(self) < 0 : ou_text_decoder_set(self, "", 0, cookie.flags) < 0) {
            return NULL;
        }
        if (cookie.skip != 0) {
            if (feed_cookie(self, &cookie) < 0) {
                return NULL;
            }
        }
        else {
            self->snapshot = PyBytes_FromStringAndSize(NULL, 0);
            if (self->snapshot == NULL) {
                return NULL;
            }
            self->snapshot_flags = cookie.flags;
            self->has_snapshot = true;
        }
    }
    if (ou_text_encoder_reset(self, cookie.start == 0 && cookie.flags == 0) < 0) {
        return NULL;
    }
    return Py_NewRef(number);
}

PyObject *
ou_text_seek(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
{
    TextIO *self = TEXT(op);
    int whence = 0;
    if (!_PyArg_CheckPositional("seek", n_args, 1, 2)) {
        return NULL;
    }
    if (n_args > 1 && (whence = _PyLong_AsInt(args[1])) == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (ou_text_check_attached(self) < 0 || ou_text_check_open(self) < 0) {
        return NULL;
    }
    if (!self->seekable) {
        return ou_io_unsupported("underlying stream is not seekable");
    }
    PyObject *cookie = Py_NewRef(args[0]), *result = NULL;
    OU_HOLD(hold, &cookie);
    if (whence == 1 || whence == 2) {
        int zero = PyObject_RichCompareBool(cookie, OU_SMALL_INT(0), Py_EQ);
        if (zero == 0) {
            ou_io_unsupported(whence == 1 ? "can't do nonzero cur-relative seeks" : "can't do nonzero end-relative seeks");
        }
        if (zero <= 0) {
            goto done;
        }
        if (whence == 2) {
            if (flush(op) == 0) {
                result = seek_to_end(self);
            }
            goto done;
        }
        PyObject *here = PyObject_CallMethodNoArgs(op, OU_STR(tell));
        if (here == NULL) {
            goto done;
        }
        Py_SETREF(cookie, here);
    }
    else if (whence != 0) {
        PyErr_Format(PyExc_ValueError, "invalid whence (%d, should be %d, %d or %d)", whence, 0, 1, 2);
        goto done;
    }
    int negative = PyObject_RichCompareBool(cookie, OU_SMALL_INT(0), Py_LT);
    if (negative > 0) {
        PyErr_Format(PyExc_ValueError, "negative seek position %R", cookie);
    }
    if (negative == 0 && flush(op) == 0) {
        result = seek_to(self, cookie);
    }
done:
    OU_HOLD_END(hold);
    Py_DECREF(cookie);
    return result;
}

PyObject *
ou_text_truncate(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
{
    TextIO *self = TEXT(op);
    if (!_PyArg_CheckPositional("truncate", n_args, 0, 1) || ou_text_check_attached(self) < 0 || flush(op) < 0) {
        return NULL;
    }
    return PyObject_CallMethodOneArg(self->buffer, OU_STR(truncate), n_args ? args[0] : Py_None);
}
