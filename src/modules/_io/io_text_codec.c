/* modules/_io/io_text_codec.c - what turns a TextIOWrapper's bytes into text and back.
 *
 * Invariant  a direct decoder's whole state is held[], pending_cr; a failed decode() leaves it as it was.
 * Not here   the codecs (types/str_utf8.c ...), their registry (types/codecs.c). */
#define PY_SSIZE_T_CLEAN /* before Python.h: lengths of y# are Py_ssize_t */
#include "modules/_io/io_text.h"

/* ---- setting up --------------------------------------------------------------------------------------------------------- */

void
ou_text_newline_init(TextIO *self, const char *newline)
{
    self->universal = newline == NULL || newline[0] == 0;
    self->translate = newline == NULL;
    self->readnl = self->universal ? "\n" : newline;
    self->write_translate = newline == NULL || newline[0] != 0;
    self->writenl = newline != NULL && newline[0] == '\r' ? newline : NULL;
}

/* Ask the buffer whether it is `method` (readable, writable).  1, 0, -1. */
static int
ask(TextIO *self, PyObject *method)
{
    PyObject *result = PyObject_CallMethodNoArgs(self->buffer, method);
    if (result == NULL) {
        return -1;
    }
    int truth = PyObject_IsTrue(result);
    Py_DECREF(result);
    return truth;
}

int
ou_text_codec_init(TextIO *self, PyObject *encoding, PyObject *errors)
{
    const char *name = PyUnicode_AsUTF8(encoding), *errors_text = PyUnicode_AsUTF8(errors);
    if (name == NULL || errors_text == NULL) {
        return -1;
    }
    OuCodec codec = ou_codec_of(name);
    if (codec == OU_CODEC_UTF16 || codec == OU_CODEC_UTF32) {
        codec = OU_CODEC_OTHER; /* a byte order mark makes them have a state */
    }
    PyObject *info = NULL, *decoder = NULL, *encoder = NULL;
    int status = -1, readable, writable;
    OU_HOLD(hold, &info, &decoder, &encoder);
    if (codec == OU_CODEC_OTHER) {
        info = _PyCodec_LookupTextEncoding(name, "codecs.open()");
        if (info == NULL) {
            goto done;
        }
    }
    readable = ask(self, OU_STR(readable));
    if (readable > 0 && info != NULL) {
        decoder = _PyCodecInfo_GetIncrementalDecoder(info, errors_text);
    }
    if (readable < 0 || (readable > 0 && info != NULL && decoder == NULL)) {
        goto done;
    }
    writable = ask(self, OU_STR(writable));
    if (writable > 0 && info != NULL) {
        encoder = _PyCodecInfo_GetIncrementalEncoder(info, errors_text);
    }
    if (writable < 0 || (writable > 0 && info != NULL && encoder == NULL)) {
        goto done;
    }
    self->codec = codec;
    self->can_read = readable;
    self->can_write = writable;
    self->n_held = 0;
    self->pending_cr = false;
    self->seen = 0;
    Py_INCREF(encoding);
    Py_INCREF(errors);
    Py_XSETREF(self->encoding, encoding);
    Py_XSETREF(self->errors, errors);
    self->errors_text = errors_text;
    Py_XSETREF(self->decoder, decoder);
    Py_XSETREF(self->encoder, encoder);
    decoder = encoder = NULL;
    status = 0;
done:
    OU_HOLD_END(hold);
    Py_XDECREF(info);
    Py_XDECREF(decoder);
    Py_XDECREF(encoder);
    return status;
}

/* ---- decoding ----------------------------------------------------------------------------------------------------------- */

static PyObject *
decode_utf8(TextIO *self, const char *data, Py_ssize_t size, bool final)
{
    char *joined = NULL;
    if (self->n_held > 0) {
        joined = PyMem_Malloc((size_t)size + (size_t)self->n_held);
        if (joined == NULL) {
            return PyErr_NoMemory();
        }
        memcpy(joined, self->held, (size_t)self->n_held);
        memcpy(joined + self->n_held, data, (size_t)size);
        data = joined;
        size += self->n_held;
    }
    Py_ssize_t consumed = size;
    PyObject *text = PyUnicode_DecodeUTF8Stateful(data, size, self->errors_text, final ? NULL : &consumed);
    if (text != NULL) {
        self->n_held = (int)Py_MIN(size - consumed, (Py_ssize_t)sizeof self->held);
        memcpy(self->held, data + consumed, (size_t)self->n_held);
    }
    PyMem_Free(joined);
    return text;
}

PyObject *
ou_text_decode(TextIO *self, const char *data, Py_ssize_t size, bool final)
{
    PyObject *text;
    switch (self->codec) {
    case OU_CODEC_UTF8: text = decode_utf8(self, data, size, final); break;
    case OU_CODEC_LATIN1: text = PyUnicode_DecodeLatin1(data, size, self->errors_text); break;
    case OU_CODEC_ASCII: text = PyUnicode_DecodeASCII(data, size, self->errors_text); break;
    default: {
        PyObject *stack[] = {Py_NewRef(self->decoder), PyBytes_FromStringAndSize(data, size), final ? Py_True : Py_False};
        text = NULL;
        if (stack[1] != NULL) {
            OU_HOLD(hold, &stack[0], &stack[1]);
            text = PyObject_VectorcallMethod(OU_STR(decode), stack, 3, NULL);
            OU_HOLD_END(hold);
        }
        Py_DECREF(stack[0]);
        Py_XDECREF(stack[1]);
        if (text != NULL && !PyUnicode_Check(text)) {
            PyErr_Format(PyExc_TypeError, "decoder should return a string result, not '%.200s'", Py_TYPE(text)->tp_name);
            Py_CLEAR(text);
        }
        if (text != NULL && PyUnicode_READY(text) < 0) {
            Py_CLEAR(text);
        }
    }
    }
    return self->universal ? ou_io_translate(text, self->translate, final, &self->pending_cr, &self->seen) : text;
}

int
ou_text_decoder_get(TextIO *self, PyObject **held, int *flags)
{
    *held = NULL;
    *flags = 0;
    if (ou_text_is_direct(self)) {
        *held = PyBytes_FromStringAndSize((const char *)self->held, self->n_held);
        *flags = self->pending_cr;
        return *held == NULL ? -1 : 0;
    }
    PyObject *state = PyObject_CallMethodNoArgs(self->decoder, OU_STR(getstate)), *bytes;
    unsigned long long codec_flags;
    if (state == NULL) {
        return -1;
    }
    int status = -1;
    if (!PyTuple_Check(state)) {
        PyErr_SetString(PyExc_TypeError, "illegal decoder state");
    }
    else if (PyArg_ParseTuple(state, "OK;illegal decoder state", &bytes, &codec_flags)) {
        if (!PyBytes_Check(bytes)) {
            PyErr_Format(PyExc_TypeError, "illegal decoder state: the first item should be a bytes object, not '%.200s'",
                         Py_TYPE(bytes)->tp_name);
        }
        else {
            *held = Py_NewRef(bytes);
            *flags = self->universal ? (int)(codec_flags << 1 | self->pending_cr) : (int)codec_flags;
            status = 0;
        }
    }
    Py_DECREF(state);
    return status;
}

int
ou_text_decoder_reset(TextIO *self)
{
    self->n_held = 0;
    self->pending_cr = false;
    self->seen = 0;
    if (self->decoder == NULL) {
        return 0;
    }
    PyObject *result = PyObject_CallMethodNoArgs(self->decoder, OU_STR(reset));
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

int
ou_text_decoder_set(TextIO *self, const char *held, Py_ssize_t n_held, int flags)
{
    if (ou_text_is_direct(self)) {
        self->n_held = (int)Py_MIN(n_held, (Py_ssize_t)sizeof self->held);
        memcpy(self->held, held, (size_t)self->n_held);
        self->pending_cr = flags & 1;
        return 0;
    }
    if (!self->can_read) {
        return 0;
    }
    if (n_held == 0 && flags == 0) {
        unsigned seen = self->seen;
        int status = ou_text_decoder_reset(self);
        self->seen = seen;
        return status;
    }
    if (self->universal) {
        self->pending_cr = flags & 1;
        flags = (int)((unsigned)flags >> 1);
    }
    PyObject *result = PyObject_CallMethod(self->decoder, "setstate", "((Ni))", PyBytes_FromStringAndSize(held, n_held), flags);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

/* ---- encoding ------------------------------------------------------------------------------------------------------------ */

PyObject *
ou_text_encode(TextIO *self, PyObject *text)
{
    switch (self->codec) {
    case OU_CODEC_UTF8: return _PyUnicode_AsUTF8String(text, self->errors_text);
    case OU_CODEC_LATIN1: return _PyUnicode_AsLatin1String(text, self->errors_text);
    case OU_CODEC_ASCII: return _PyUnicode_AsASCIIString(text, self->errors_text);
    default: break;
    }
    PyObject *encoder = Py_NewRef(self->encoder);
    OU_HOLD(hold, &encoder);
    PyObject *bytes = PyObject_CallMethodOneArg(encoder, OU_STR(encode), text);
    OU_HOLD_END(hold);
    Py_DECREF(encoder);
    if (bytes != NULL && !PyBytes_Check(bytes)) {
        PyErr_Format(PyExc_TypeError, "encoder should return a bytes object, not '%.200s'", Py_TYPE(bytes)->tp_name);
        Py_CLEAR(bytes);
    }
    return bytes;
}

int
ou_text_encoder_reset(TextIO *self, bool at_start)
{
    if (self->encoder == NULL) {
        return 0;
    }
    PyObject *result = at_start ? PyObject_CallMethodNoArgs(self->encoder, OU_STR(reset))
                                : PyObject_CallMethodOneArg(self->encoder, OU_STR(setstate), OU_SMALL_INT(0));
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}
