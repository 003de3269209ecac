/* modules/_io/io_text_write.c - writing text.
 *
 * Invariant  pending bytes go to the buffer below in the order of the writes; they leave `pending` before anything that can
 *            run Python code, so that a write from there comes behind them.
 * Not here   encoding (io_text_codec.c). */
#include "modules/_io/io_text.h"

/* Hand bytes to the buffer below. */
static int
write_below(TextIO *self, const char *data, Py_ssize_t size)
{
    PyObject *buffer = self->buffer;
    if (ou_buffered_is_plain(buffer)) {
        Py_INCREF(buffer);
        int status = ou_buffered_write(buffer, data, size);
        Py_DECREF(buffer);
        return status;
    }
    PyObject *bytes = PyBytes_FromStringAndSize(data, size), *result;
    if (bytes == NULL) {
        return -1;
    }
    Py_INCREF(buffer);
    OU_HOLD(hold, &buffer, &bytes);
    do {
        result = PyObject_CallMethodOneArg(buffer, OU_STR(write), bytes);
    } while (result == NULL && ou_io_was_interrupted());
    OU_HOLD_END(hold);
    Py_DECREF(buffer);
    Py_DECREF(bytes);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

int
ou_text_write_pending(TextIO *self)
{
    if (self->n_pending == 0) {
        return 0;
    }
    char *data = self->pending;
    Py_ssize_t size = self->n_pending, room = self->pending_room;
    self->pending = NULL;
    self->n_pending = self->pending_room = 0;
    int status = write_below(self, data, size);
    if (self->pending == NULL) {
        self->pending = data; /* the block can serve again */
        self->pending_room = room;
    }
    else {
        PyMem_Free(data);
    }
    return status;
}

/* Make room for n more pending bytes.  Returns 0, or -1 with MemoryError set. */
static int
reserve(TextIO *self, Py_ssize_t n)
{
    if (n <= self->pending_room - self->n_pending) {
        return 0;
    }
    Py_ssize_t room = Py_MAX(self->n_pending + n, Py_MIN(self->chunk_size, IO_DEFAULT_BUFFER_SIZE));
    char *data = PyMem_Realloc(self->pending, (size_t)room);
    if (data == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->pending = data;
    self->pending_room = room;
    return 0;
}

/* Queue encoded bytes; what would overfill a chunk pushes the ones before out, what is longer goes past the queue. */
static int
queue(TextIO *self, const char *data, Py_ssize_t size)
{
    if (self->n_pending > 0 && size > self->chunk_size - self->n_pending && ou_text_write_pending(self) < 0) {
        return -1;
    }
    if (size > self->chunk_size && self->n_pending == 0) {
        return write_below(self, data, size);
    }
    if (reserve(self, size) < 0) {
        return -1;
    }
    if (size > 0) { /* nothing was reserved for nothing */
        memcpy(self->pending + self->n_pending, data, (size_t)size);
        self->n_pending += size;
    }
    return 0;
}

int
ou_text_flush(TextIO *self)
{
    if (ou_text_write_pending(self) < 0) {
        return -1;
    }
    PyObject *buffer = Py_NewRef(self->buffer), *result;
    int status;
    OU_HOLD(hold, &buffer);
    if (ou_buffered_is_plain(buffer) && Py_TYPE(buffer) != &ou_buffered_reader_type) {
        status = ou_buffered_flush(buffer);
    }
    else {
        result = PyObject_CallMethodNoArgs(buffer, OU_STR(flush));
        status = result == NULL ? -1 : 0;
        Py_XDECREF(result);
    }
    OU_HOLD_END(hold);
    Py_DECREF(buffer);
    return status;
}

static bool
has_char(PyObject *text, Py_UCS4 ch)
{
    return ou_ucs_find_char((int)PyUnicode_KIND(text), PyUnicode_DATA(text), 0, PyUnicode_GET_LENGTH(text), ch) >= 0;
}

/* The text with every \n made `writenl`. */
static PyObject *
with_line_ends(TextIO *self, PyObject *text)
{
    PyObject *end = PyUnicode_FromString(self->writenl), *result = NULL;
    if (end != NULL) {
        result = PyUnicode_Replace(text, OU_LATIN1_CHAR('\n'), end, -1);
        Py_DECREF(end);
    }
    return result;
}

/* Encode and queue.  The text is the caller's. */
static int
encode_and_queue(TextIO *self, PyObject *text)
{
    if (PyUnicode_IS_ASCII(text) && ou_text_is_direct(self)) {
        return queue(self, PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text));
    }
    PyObject *bytes = ou_text_encode(self, text);
    if (bytes == NULL) {
        return -1;
    }
    OU_HOLD(hold, &bytes);
    int status = queue(self, PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes));
    OU_HOLD_END(hold);
    Py_DECREF(bytes);
    return status;
}

PyObject *
ou_text_write(PyObject *op, PyObject *text)
{
    TextIO *self = TEXT(op);
    if (OU_UNLIKELY(!PyUnicode_Check(text))) {
        _PyArg_BadArgument("write", "argument", "str", text);
        return NULL;
    }
    if (PyUnicode_READY(text) < 0 || ou_text_check_attached(self) < 0 || ou_text_check_open(self) < 0) {
        return NULL;
    }
    if (!self->can_write) {
        return ou_io_unsupported("not writable");
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(text);
    bool has_lf = (self->line_buffering || (self->write_translate && self->writenl != NULL)) && has_char(text, '\n');
    bool line_done = self->line_buffering && (has_lf || has_char(text, '\r'));
    int status;
    if (has_lf && self->write_translate && self->writenl != NULL) {
        PyObject *changed = with_line_ends(self, text);
        status = changed == NULL ? -1 : encode_and_queue(self, changed);
        Py_XDECREF(changed);
    }
    else {
        status = encode_and_queue(self, text);
    }
    if (status == 0 && (self->n_pending >= self->chunk_size || line_done || self->write_through)) {
        status = line_done ? ou_text_flush(self) : ou_text_write_pending(self);
    }
    if (status < 0) {
        return NULL;
    }
    if (self->decoded != NULL || self->has_snapshot) {
        ou_text_forget(self);
    }
    if (self->can_read && (self->decoder != NULL || self->n_held > 0 || self->pending_cr) && ou_text_decoder_reset(self) < 0) {
        return NULL;
    }
    return PyLong_FromSsize_t(n);
}
