/* modules/_pickle/pickle_output.c - where a pickle's bytes go: the buffer, frames, the file.
 *
 * Invariant  between instructions an open frame begins at `frame` with room for its header, which is filled in when
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
    self->at = self->end = PyBytes_AS_STRING(out);
    self->frame = NULL;
    return 0;
}

int
ou_pickle_reserve(Pickler *self, size_t n)
{
    bool opens_frame = self->framing && self->frame == NULL;
    if (self->out == NULL && ou_pickle_output_begin(self) < 0) {
        return -1;
    }
    const char *start = PyBytes_AS_STRING(self->out);
    size_t len = (size_t)(self->at - start), frame = self->frame == NULL ? 0 : (size_t)(self->frame - start);
    size_t want = n + (opens_frame ? PICKLE_FRAME_HEADER : 0);
    if (want < n || want > (size_t)PY_SSIZE_T_MAX / 2 - len) {
        PyErr_NoMemory();
        return -1;
    }
    want += len;
    if (want > (size_t)PyBytes_GET_SIZE(self->out)) {
        if (_PyBytes_Resize(&self->out, (Py_ssize_t)(want + want / 2)) < 0) {
            self->at = self->end = self->frame = NULL; /* what was written is lost, and so is the pickle */
            return -1;
        }
        self->at = PyBytes_AS_STRING(self->out) + len;
        self->frame = self->frame == NULL ? NULL : PyBytes_AS_STRING(self->out) + frame;
    }
    if (opens_frame) {
        self->frame = self->at;
        self->at += PICKLE_FRAME_HEADER;
    }
    self->end = PyBytes_AS_STRING(self->out) + PyBytes_GET_SIZE(self->out);
    return 0;
}

void
ou_pickle_set_framing(Pickler *self, bool framing)
{
    self->framing = framing;
    self->end = self->at; /* what comes next reserves, and opens a frame if need be */
}

int
ou_pickle_end_frame(Pickler *self)
{
    if (self->frame == NULL) {
        return 0;
    }
    size_t len = (size_t)(self->at - self->frame - PICKLE_FRAME_HEADER);
    if (len >= FRAME_MIN) {
        self->frame[0] = (char)OP_FRAME;
        pickle_put_le(self->frame + 1, len, 8);
    }
    else {
        memmove(self->frame, self->frame + PICKLE_FRAME_HEADER, len);
        self->at -= PICKLE_FRAME_HEADER;
    }
    self->frame = NULL;
    self->end = self->at; /* what comes next opens one */
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

PyObject *
ou_pickle_take_output(Pickler *self)
{
    PyObject *out = self->out;
    Py_ssize_t len = out == NULL ? 0 : self->at - PyBytes_AS_STRING(out);
    self->out = NULL;
    self->at = self->end = self->frame = NULL;
    if (out == NULL) {
        return PyBytes_FromStringAndSize(NULL, 0);
    }
    return _PyBytes_Resize(&out, len) < 0 ? NULL : out;
}

int
ou_pickle_flush(Pickler *self)
{
    PyObject *out = ou_pickle_take_output(self);
    int status = out == NULL ? -1 : call_write(self, out);
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
    ou_pickle_set_framing(self, false);
    int status = pickle_write(self, header, n_header);
    if (status == 0 && self->write == NULL) {
        status = pickle_write(self, data, (size_t)size);
    }
    else if (status == 0 && (status = ou_pickle_flush(self)) == 0) {
        PyObject *bytes = payload != NULL ? Py_NewRef(payload) : PyBytes_FromStringAndSize(data, size);
        status = bytes == NULL ? -1 : call_write(self, bytes);
        Py_XDECREF(bytes);
    }
    ou_pickle_set_framing(self, framing);
    return status;
}

int
ou_pickle_write_line(Pickler *self, int op, const char *text, Py_ssize_t n)
{
    return pickle_write_op(self, op) < 0 || pickle_write(self, text, (size_t)n) < 0 || pickle_write_op(self, '\n') < 0 ? -1 : 0;
}
