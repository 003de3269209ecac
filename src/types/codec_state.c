/* types/codec_state.c - decoders and encoders in progress: error handlers called, answers checked; the
 * byte sink.
 *
 * Owns       what the states own (codec.h).
 * Invariant  a handler's answer is a pair of a replacement and a position inside the input; everything
 *            owned is held while the handler runs.
 * Not here   the handlers (codec_errors.c), the encodings (str_utf8.c and the like). */
#include "types/codec.h"

#include "object/hold.h"

/* What a name stands for; NULL is strict. */
static OuErrors
errors_of(const char *errors)
{
    static const struct {
        const char *name;
        OuErrors kind;
    } names[] = {
        {"strict", OU_ERRORS_STRICT},
        {"surrogateescape", OU_ERRORS_SURROGATEESCAPE},
        {"replace", OU_ERRORS_REPLACE},
        {"ignore", OU_ERRORS_IGNORE},
        {"backslashreplace", OU_ERRORS_BACKSLASHREPLACE},
        {"surrogatepass", OU_ERRORS_SURROGATEPASS},
        {"xmlcharrefreplace", OU_ERRORS_XMLCHARREFREPLACE},
    };
    if (errors == NULL) {
        return OU_ERRORS_STRICT;
    }
    for (size_t i = 0; i < OU_COUNT_OF(names); i++) {
        if (strcmp(errors, names[i].name) == 0) {
            return names[i].kind;
        }
    }
    return OU_ERRORS_OTHER;
}

/* ---- the answer of a handler --------------------------------------------------------------------------- */

/* Call the handler.  Returns the first of its pair (borrowed from *answer, which the caller releases), and
 * the position. */
static PyObject *
call_handler(PyObject *handler, PyObject *exception, PyObject **answer, const char *wrong, Py_ssize_t *position)
{
    *answer = PyObject_CallOneArg(handler, exception);
    if (*answer == NULL) {
        return NULL;
    }
    if (!PyTuple_Check(*answer) || PyTuple_GET_SIZE(*answer) != 2) {
        PyErr_SetString(PyExc_TypeError, wrong);
        return NULL;
    }
    *position = PyNumber_AsSsize_t(PyTuple_GET_ITEM(*answer, 1), PyExc_OverflowError);
    if (*position == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyTuple_GET_ITEM(*answer, 0);
}

/* A negative position counts from the end.  Returns 0, or -1 with IndexError set. */
static int
settle_position(Py_ssize_t *position, Py_ssize_t n)
{
    if (*position < 0) {
        *position += n;
    }
    if (*position < 0 || *position > n) {
        PyErr_Format(PyExc_IndexError, "position %zd from error handler out of bounds", *position);
        return -1;
    }
    return 0;
}

/* ---- decoding ------------------------------------------------------------------------------------------ */

void
ou_decoder_init(OuDecoder *decoder, const char *encoding, const char *errors, const char *data, Py_ssize_t size)
{
    *decoder = (OuDecoder){
        .encoding = encoding, .errors = errors, .kind = errors_of(errors), .data = (const unsigned char *)data, .size = size};
    _PyUnicodeWriter_Init(&decoder->writer);
    decoder->writer.min_length = size;
}

/* Make the exception, or set its range anew. */
static int
decoder_exception(OuDecoder *decoder, Py_ssize_t start, Py_ssize_t end, const char *reason)
{
    if (decoder->exception == NULL) {
        decoder->exception =
            PyUnicodeDecodeError_Create(decoder->encoding, (const char *)decoder->data, decoder->size, start, end, reason);
        return decoder->exception == NULL ? -1 : 0;
    }
    return PyUnicodeDecodeError_SetStart(decoder->exception, start) < 0
                || PyUnicodeDecodeError_SetEnd(decoder->exception, end) < 0
                || PyUnicodeDecodeError_SetReason(decoder->exception, reason) < 0
             ? -1
             : 0;
}

static int
decoder_ask(OuDecoder *decoder, Py_ssize_t start, Py_ssize_t end, const char *reason, Py_ssize_t *next)
{
    static const char wrong[] = "decoding error handler must return (str, int) tuple";
    PyObject *answer = NULL, *object = NULL;
    int result = -1;
    OU_HOLD(hold, &decoder->writer.buffer, &decoder->handler, &decoder->exception, &answer, &object);
    if (decoder->handler == NULL) {
        decoder->handler = PyCodec_LookupError(decoder->errors);
    }
    if (decoder->handler != NULL && decoder_exception(decoder, start, end, reason) == 0) {
        PyObject *text = call_handler(decoder->handler, decoder->exception, &answer, wrong, next);
        if (text != NULL && !PyUnicode_Check(text)) {
            PyErr_SetString(PyExc_TypeError, wrong);
        }
        else if (text != NULL && (object = PyUnicodeDecodeError_GetObject(decoder->exception)) != NULL) {
            if (!PyBytes_Check(object)) {
                PyErr_SetString(PyExc_TypeError, "exception attribute object must be bytes");
            }
            else { /* the exception keeps it: what is read from now on */
                decoder->data = (const unsigned char *)PyBytes_AS_STRING(object);
                decoder->size = PyBytes_GET_SIZE(object);
                decoder->writer.overallocate = 1;
                result = settle_position(next, decoder->size);
                if (result == 0) {
                    result = _PyUnicodeWriter_WriteStr(&decoder->writer, text);
                }
            }
        }
    }
    OU_HOLD_END(hold);
    Py_XDECREF(answer);
    Py_XDECREF(object);
    return result;
}

static int
write_escape(_PyUnicodeWriter *writer, unsigned char byte)
{
    char text[4] = {'\\', 'x', Py_hexdigits[byte >> 4], Py_hexdigits[byte & 15]};
    return _PyUnicodeWriter_WriteASCIIString(writer, text, 4);
}

int
ou_decoder_error(OuDecoder *decoder, Py_ssize_t start, Py_ssize_t end, const char *reason, Py_ssize_t *next)
{
    _PyUnicodeWriter *writer = &decoder->writer;
    switch (decoder->kind) {
    case OU_ERRORS_STRICT:
        if (decoder_exception(decoder, start, end, reason) == 0) {
            PyErr_SetObject((PyObject *)Py_TYPE(decoder->exception), decoder->exception);
        }
        return -1;
    case OU_ERRORS_IGNORE: *next = end; return 0;
    case OU_ERRORS_REPLACE: *next = end; return _PyUnicodeWriter_WriteChar(writer, Py_UNICODE_REPLACEMENT_CHARACTER);
    case OU_ERRORS_BACKSLASHREPLACE:
        writer->overallocate = 1;
        for (Py_ssize_t i = start; i < end; i++) {
            if (write_escape(writer, decoder->data[i]) < 0) {
                return -1;
            }
        }
        *next = end;
        return 0;
    case OU_ERRORS_SURROGATEESCAPE: {
        Py_ssize_t i = start;
        for (; i < end && i < start + 4 && decoder->data[i] >= 128; i++) { /* never ASCII; four as the handler does */
            if (_PyUnicodeWriter_WriteChar(writer, 0xDC00u + decoder->data[i]) < 0) {
                return -1;
            }
        }
        if (i > start) {
            *next = i;
            return 0;
        }
        return decoder_ask(decoder, start, end, reason, next);
    }
    default: return decoder_ask(decoder, start, end, reason, next);
    }
}

PyObject *
ou_decoder_finish(OuDecoder *decoder, bool failed)
{
    Py_CLEAR(decoder->handler);
    Py_CLEAR(decoder->exception);
    if (failed) {
        _PyUnicodeWriter_Dealloc(&decoder->writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&decoder->writer);
}

/* ---- the sink ------------------------------------------------------------------------------------------ */

int
ou_byte_sink_reserve(OuByteSink *sink, size_t extra)
{
    size_t want;
    if (extra <= sink->room - sink->size) {
        return 0;
    }
    if (ou_size_add(sink->size, extra, &want) || want > (size_t)PY_SSIZE_T_MAX - want / 4 - 32) {
        PyErr_NoMemory();
        return -1;
    }
    want += want / 4 + 32;
    char *data = PyMem_Realloc(sink->data, want);
    if (data == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    sink->data = data;
    sink->room = want;
    return 0;
}

int
ou_byte_sink_write(OuByteSink *sink, const void *bytes, size_t size)
{
    if (ou_byte_sink_reserve(sink, size) < 0) {
        return -1;
    }
    if (size != 0) {
        memcpy(sink->data + sink->size, bytes, size);
        sink->size += size;
    }
    return 0;
}

PyObject *
ou_byte_sink_finish(OuByteSink *sink, bool failed)
{
    PyObject *bytes = failed ? NULL : PyBytes_FromStringAndSize(sink->data, (Py_ssize_t)sink->size);
    PyMem_Free(sink->data);
    *sink = (OuByteSink){NULL};
    return bytes;
}

/* ---- encoding ------------------------------------------------------------------------------------------ */

void
ou_encoder_init(OuEncoder *encoder, const char *encoding, const char *errors, PyObject *str)
{
    *encoder = (OuEncoder){.encoding = encoding, .errors = errors, .kind = errors_of(errors), .str = str};
}

void
ou_encoder_finish(OuEncoder *encoder)
{
    Py_CLEAR(encoder->handler);
    Py_CLEAR(encoder->exception);
}

static int
encoder_exception(OuEncoder *encoder, Py_ssize_t start, Py_ssize_t end, const char *reason)
{
    if (encoder->exception == NULL) {
        encoder->exception =
            PyObject_CallFunction(PyExc_UnicodeEncodeError, "sOnns", encoder->encoding, encoder->str, start, end, reason);
        return encoder->exception == NULL ? -1 : 0;
    }
    return PyUnicodeEncodeError_SetStart(encoder->exception, start) < 0
                || PyUnicodeEncodeError_SetEnd(encoder->exception, end) < 0
                || PyUnicodeEncodeError_SetReason(encoder->exception, reason) < 0
             ? -1
             : 0;
}

int
ou_encoder_raise(OuEncoder *encoder, Py_ssize_t start, Py_ssize_t end, const char *reason)
{
    if (encoder_exception(encoder, start, end, reason) == 0) {
        PyErr_SetObject((PyObject *)Py_TYPE(encoder->exception), encoder->exception);
    }
    return -1;
}

PyObject *
ou_encoder_error(OuEncoder *encoder, Py_ssize_t start, Py_ssize_t end, const char *reason, Py_ssize_t *next)
{
    static const char wrong[] = "encoding error handler must return (str/bytes, int) tuple";
    PyObject *answer = NULL, *result = NULL;
    OU_HOLD(hold, &encoder->handler, &encoder->exception, &answer);
    if (encoder->handler == NULL) {
        encoder->handler = PyCodec_LookupError(encoder->errors);
    }
    if (encoder->handler != NULL && encoder_exception(encoder, start, end, reason) == 0) {
        PyObject *text = call_handler(encoder->handler, encoder->exception, &answer, wrong, next);
        if (text != NULL && !PyUnicode_Check(text) && !PyBytes_Check(text)) {
            PyErr_SetString(PyExc_TypeError, wrong);
        }
        else if (text != NULL && settle_position(next, PyUnicode_GET_LENGTH(encoder->str)) == 0
                 && (PyBytes_Check(text) || PyUnicode_READY(text) == 0)) {
            result = Py_NewRef(text);
        }
    }
    OU_HOLD_END(hold);
    Py_XDECREF(answer);
    return result;
}

/* Backslash escapes or character references for str[start:end]. */
static int
write_references(OuEncoder *encoder, OuByteSink *sink, Py_ssize_t start, Py_ssize_t end)
{
    for (Py_ssize_t i = start; i < end; i++) {
        Py_UCS4 ch = PyUnicode_READ_CHAR(encoder->str, i);
        char text[16];
        int n = encoder->kind == OU_ERRORS_XMLCHARREFREPLACE ? snprintf(text, sizeof text, "&#%u;", (unsigned)ch)
              : ch < 0x100                                   ? snprintf(text, sizeof text, "\\x%02x", (unsigned)ch)
              : ch < 0x10000                                 ? snprintf(text, sizeof text, "\\u%04x", (unsigned)ch)
                                                             : snprintf(text, sizeof text, "\\U%08x", (unsigned)ch);
        if (ou_byte_sink_write(sink, text, (size_t)n) < 0) {
            return -1;
        }
    }
    return 0;
}

int
ou_encoder_error_bytes(OuEncoder *encoder, OuByteSink *sink, Py_ssize_t start, Py_ssize_t end, const char *reason,
                       Py_UCS4 limit, Py_ssize_t *next)
{
    *next = end;
    switch (encoder->kind) {
    case OU_ERRORS_STRICT: return ou_encoder_raise(encoder, start, end, reason);
    case OU_ERRORS_IGNORE: return 0;
    case OU_ERRORS_REPLACE:
        if (ou_byte_sink_reserve(sink, (size_t)(end - start)) < 0) {
            return -1;
        }
        memset(sink->data + sink->size, '?', (size_t)(end - start));
        sink->size += (size_t)(end - start);
        return 0;
    case OU_ERRORS_BACKSLASHREPLACE:
    case OU_ERRORS_XMLCHARREFREPLACE: return write_references(encoder, sink, start, end);
    case OU_ERRORS_SURROGATEESCAPE:
        while (start < end) {
            Py_UCS4 ch = PyUnicode_READ_CHAR(encoder->str, start);
            if (ch < 0xDC80 || ch > 0xDCFF) {
                break;
            }
            if (ou_byte_sink_put(sink, (int)(ch & 0xff)) < 0) {
                return -1;
            }
            start++;
        }
        if (start == end) {
            return 0;
        }
        break; /* the handler raises for the first that can't be */
    default: break;
    }
    PyObject *text = ou_encoder_error(encoder, start, end, reason, next);
    if (text == NULL) {
        return -1;
    }
    int result = 0;
    if (PyBytes_Check(text)) {
        result = ou_byte_sink_write(sink, PyBytes_AS_STRING(text), (size_t)PyBytes_GET_SIZE(text));
    }
    else {
        Py_ssize_t n = PyUnicode_GET_LENGTH(text);
        result = ou_byte_sink_reserve(sink, (size_t)n);
        for (Py_ssize_t i = 0; i < n && result == 0; i++) {
            Py_UCS4 ch = PyUnicode_READ_CHAR(text, i);
            if (ch >= limit) {
                result = ou_encoder_raise(encoder, start, end, reason);
            }
            else {
                sink->data[sink->size++] = (char)ch;
            }
        }
    }
    Py_DECREF(text);
    return result;
}

/* ---- translating --------------------------------------------------------------------------------------- */

int
ou_translate_error(OuTranslateErrors *handling, _PyUnicodeWriter *writer, PyObject *str, Py_ssize_t start, Py_ssize_t end,
                   const char *reason, Py_ssize_t *next)
{
    static const char wrong[] = "translating error handler must return (str, int) tuple";
    if (handling->handler == NULL) {
        handling->handler = PyCodec_LookupError(handling->errors);
        if (handling->handler == NULL) {
            return -1;
        }
    }
    Py_CLEAR(handling->exception);
    handling->exception = _PyUnicodeTranslateError_Create(str, start, end, reason);
    if (handling->exception == NULL) {
        return -1;
    }
    PyObject *answer = NULL;
    int result = -1;
    OU_HOLD(hold, &answer); /* the caller holds the rest */
    PyObject *text = call_handler(handling->handler, handling->exception, &answer, wrong, next);
    if (text != NULL && !PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, wrong);
    }
    else if (text != NULL && settle_position(next, PyUnicode_GET_LENGTH(str)) == 0) {
        result = _PyUnicodeWriter_WriteStr(writer, text);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(answer);
    return result;
}
