/* modules/_pickle/pickle_output.c - where a pickle's bytes go: the buffer, frames, the file.
 *
 * Invariant  between instructions an open frame begins at frame_start with room for its header, which is filled in when
 *            it ends.
 * Source     PEP 3154, Framing; sizes from CPython 3.11. */
#include "modules/_pickle/pickle.h"

enum {
    FIRST_SIZE = 4096, /* bytes of a buffer; from CPython 3.11 */
    FRAME_MIN = 4,     /* a shorter frame goes without header; from CPython 3.11 */
};

int
ou_pickle_output_begin(Pickler *self)
{
    PyObject *out = PyBytes_FromStringAndSize(NULL, FIRST_SIZE);
    if (out == NULL) {
        return -1;
    }
    Py_XSETREF(self->out, out);
    self->out_len = 0;
    self->frame_start = -1;
    return 0;
}

int
ou_pickle_reserve(Pickler *self, size_t n)
{
    bool opens_frame = self->framing && self->frame_start < 0;
    if (self->out == NULL && ou_pickle_output_begin(self) < 0) {
        return -1;
    }
    size_t want = n + (opens_frame ? PICKLE_FRAME_HEADER : 0), cap = (size_t)PyBytes_GET_SIZE(self->out);
    if (want < n || want > (size_t)PY_SSIZE_T_MAX / 2 - (size_t)self->out_len) {
        PyErr_NoMemory();
        return -1;
    }
    want += (size_t)self->out_len;
    if (want > cap && _PyBytes_Resize(&self->out, (Py_ssize_t)(want + want / 2)) < 0) {
        self->out_len = 0; /* it is gone: what was written is lost, and so is the pickle */
        self->frame_start = -1;
        return -1;
    }
    if (opens_frame) {
        self->frame_start = self->out_len;
        self->out_len += PICKLE_FRAME_HEADER;
    }
    return 0;
}

int
ou_pickle_end_frame(Pickler *self)
{
    if (!self->framing || self->frame_start < 0) {
        return 0;
    }
    char *start = PyBytes_AS_STRING(self->out) + self->frame_start;
    size_t len = (size_t)(self->out_len - self->frame_start - PICKLE_FRAME_HEADER);
    if (len >= FRAME_MIN) {
        start[0] = (char)OP_FRAME;
        pickle_put_le(start + 1, len, 8);
    }
    else {
        memmove(start, start + PICKLE_FRAME_HEADER, len);
        self->out_len -= PICKLE_FRAME_HEADER;
    }
    self->frame_start = -1;
    return 0;
}

static int
call_write(Pickler *self, PyObject *data)
{
    PyObject *write = Py_NewRef(self->write);
    OU_HOLD(hold, &write, &data);
    PyObject *result = PyObject_CallOneArg(write, data);
    OU_HOLD_END(hold);
    Py_DECREF(write);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

int
ou_pickle_flush(Pickler *self)
{
    PyObject *out = self->out;
    self->out = NULL;
    if (out != NULL && _PyBytes_Resize(&out, self->out_len) < 0) {
        return -1;
    }
    self->out_len = 0;
    self->frame_start = -1;
    int status = out == NULL ? 0 : call_write(self, out);
    Py_XDECREF(out);
    return status;
}

int
ou_pickle_boundary_slow(Pickler *self)
{
    if (ou_pickle_end_frame(self) < 0) {
        return -1;
    }
    return self->write == NULL ? 0 : ou_pickle_flush(self);
}

int
ou_pickle_write_data(Pickler *self, const char *header, size_t n_header, const char *data, Py_ssize_t size, PyObject *payload)
{
    if (size < PICKLE_FRAME_TARGET) {
        return pickle_write(self, header, n_header) < 0 ? -1 : pickle_write(self, data, (size_t)size);
    }
    /* Outside any frame, and to the file without a copy: neither side shall need it all at once. */
    char framing = self->framing;
    if (ou_pickle_end_frame(self) < 0) {
        return -1;
    }
    self->framing = 0;
    int status = pickle_write(self, header, n_header);
    if (status == 0 && self->write == NULL) {
        status = pickle_write(self, data, (size_t)size);
    }
    else if (status == 0 && (status = ou_pickle_flush(self)) == 0) {
        PyObject *bytes = payload != NULL ? Py_NewRef(payload) : PyBytes_FromStringAndSize(data, size);
        status = bytes == NULL ? -1 : call_write(self, bytes);
        Py_XDECREF(bytes);
    }
    self->framing = framing;
    return status;
}

int
ou_pickle_write_line(Pickler *self, int op, const char *text, Py_ssize_t n)
{
    return pickle_write_op(self, op) < 0 || pickle_write(self, text, (size_t)n) < 0 || pickle_write_op(self, '\n') < 0 ? -1 : 0;
}
