/* modules/_pickle/unpickle_value.c - instructions that hold a value in themselves: numbers, text, bytes.
 *
 * Invariant  a length is compared with the input before memory for it is taken, where the input is memory.
 * Source     module pickletools. */
#include "modules/_pickle/pickle.h"
#include "types/str.h"

/* ---- numbers -------------------------------------------------------------------------------------------------------- */

int
ou_unpickle_int_text(Unpickler *self)
{
    Py_ssize_t n;
    const char *line = ou_unpickle_line(self, &n, 2);
    if (line == NULL) {
        return -1;
    }
    char *end;
    errno = 0;
    long value = strtol(line, &end, 0);
    if (errno != 0 || (*end != '\n' && *end != 0)) { /* more than a long */
        PyObject *number = PyLong_FromString(line, NULL, 0);
        if (number == NULL) {
            PyErr_SetString(PyExc_ValueError, "could not convert string to int");
        }
        return unpickle_push(self, number);
    }
    bool is_bool = n == 3 && (value == 0 || value == 1); /* "00" and "01" */
    return unpickle_push(self, is_bool ? PyBool_FromLong(value) : PyLong_FromLong(value));
}

int
ou_unpickle_long_text(Unpickler *self)
{
    Py_ssize_t n;
    if (ou_unpickle_line(self, &n, 2) == NULL) {
        return -1;
    }
    if (self->line[n - 2] == 'L') {
        self->line[n - 2] = 0;
    }
    return unpickle_push(self, PyLong_FromString(self->line, NULL, 0));
}

int
ou_unpickle_long(Unpickler *self, int size_bytes)
{
    const char *bytes = unpickle_read(self, size_bytes);
    if (bytes == NULL) {
        return -1;
    }
    Py_ssize_t size = size_bytes == 1 ? (unsigned char)bytes[0] : (int32_t)unpickle_le(bytes, 4);
    if (size < 0) {
        PyErr_SetString(self->state->unpickling_error, "LONG pickle has negative byte count");
        return -1;
    }
    if ((bytes = unpickle_read(self, size)) == NULL) {
        return -1;
    }
    return unpickle_push(self, size == 0 ? PyLong_FromLong(0)
                                         : _PyLong_FromByteArray((const unsigned char *)bytes, (size_t)size, 1, 1));
}

int
ou_unpickle_float_text(Unpickler *self)
{
    Py_ssize_t n;
    const char *line = ou_unpickle_line(self, &n, 2);
    if (line == NULL) {
        return -1;
    }
    char *end;
    double value = PyOS_string_to_double(line, &end, PyExc_OverflowError);
    if (value == -1.0 && PyErr_Occurred()) {
        return -1;
    }
    if (*end != '\n' && *end != 0) {
        PyErr_SetString(PyExc_ValueError, "could not convert string to float");
        return -1;
    }
    return unpickle_push(self, PyFloat_FromDouble(value));
}

int
ou_unpickle_float(Unpickler *self)
{
    const char *bytes = unpickle_read(self, 8);
    if (bytes == NULL) {
        return -1;
    }
    double value = PyFloat_Unpack8(bytes, 0);
    return value == -1.0 && PyErr_Occurred() ? -1 : unpickle_push(self, PyFloat_FromDouble(value));
}

/* ---- strings of Python 2 ----------------------------------------------------------------------------------------------- */

/* bytes, or str if the unpickler was not told to leave them.  Refs: takes the bytes; new. */
static PyObject *
decode(Unpickler *self, PyObject *bytes)
{
    if (bytes == NULL || strcmp(self->encoding, "bytes") == 0) {
        return bytes;
    }
    OU_HOLD(hold, &bytes);
    PyObject *text = PyUnicode_FromEncodedObject(bytes, self->encoding, self->errors);
    OU_HOLD_END(hold);
    Py_DECREF(bytes);
    return text;
}

int
ou_unpickle_string_text(Unpickler *self)
{
    Py_ssize_t n;
    const char *line = ou_unpickle_line(self, &n, 0);
    if (line == NULL) {
        return -1;
    }
    n--; /* the newline */
    if (n < 2 || line[0] != line[n - 1] || (line[0] != '\'' && line[0] != '"')) {
        PyErr_SetString(self->state->unpickling_error, "the STRING opcode argument must be quoted");
        return -1;
    }
    return unpickle_push(self, decode(self, PyBytes_DecodeEscape(line + 1, n - 2, NULL, 0, NULL)));
}

/* The length in an instruction, if the system has such, or -1. */
static Py_ssize_t
read_size(Unpickler *self, int size_bytes, PyObject *error, const char *what)
{
    const char *bytes = unpickle_read(self, size_bytes);
    if (bytes == NULL) {
        return -1;
    }
    Py_ssize_t size = unpickle_le(bytes, size_bytes);
    if (size < 0) {
        PyErr_Format(error, "%s exceeds system's maximum size of %zd bytes", what, PY_SSIZE_T_MAX);
    }
    return size;
}

int
ou_unpickle_string(Unpickler *self, int size_bytes)
{
    Py_ssize_t size = read_size(self, size_bytes, self->state->unpickling_error, "BINSTRING");
    const char *bytes = size < 0 ? NULL : unpickle_read(self, size);
    return bytes == NULL ? -1 : unpickle_push(self, decode(self, PyBytes_FromStringAndSize(bytes, size)));
}

/* ---- text and bytes ----------------------------------------------------------------------------------------------------- */

int
ou_unpickle_str_text(Unpickler *self)
{
    Py_ssize_t n;
    const char *line = ou_unpickle_line(self, &n, 1);
    return line == NULL ? -1 : unpickle_push(self, PyUnicode_DecodeRawUnicodeEscape(line, n - 1, NULL));
}

int
ou_unpickle_str(Unpickler *self, int size_bytes)
{
    Py_ssize_t size = read_size(self, size_bytes, PyExc_OverflowError, "BINUNICODE");
    const char *bytes = size < 0 ? NULL : unpickle_read(self, size);
    return bytes == NULL ? -1 : unpickle_push(self, PyUnicode_DecodeUTF8(bytes, size, "surrogatepass"));
}

/* Is the rest of the input too short for that many bytes, with no file behind it? */
static int
check_size(Unpickler *self, Py_ssize_t size)
{
    return self->read == NULL && size > self->in_len - self->in_next ? ou_unpickle_truncated(self) : 0;
}

int
ou_unpickle_bytes(Unpickler *self, int size_bytes)
{
    Py_ssize_t size = read_size(self, size_bytes, PyExc_OverflowError, "BINBYTES");
    if (size < 0 || check_size(self, size) < 0) {
        return -1;
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    if (bytes == NULL) {
        return -1;
    }
    OU_HOLD(hold, &bytes);
    int status = ou_unpickle_read_into(self, bytes, PyBytes_AS_STRING(bytes), size);
    OU_HOLD_END(hold);
    if (status < 0) {
        Py_DECREF(bytes);
        return -1;
    }
    return unpickle_push(self, bytes);
}

int
ou_unpickle_bytearray(Unpickler *self)
{
    Py_ssize_t size = read_size(self, 8, PyExc_OverflowError, "BYTEARRAY8");
    if (size < 0 || check_size(self, size) < 0) {
        return -1;
    }
    PyObject *bytearray = PyByteArray_FromStringAndSize(NULL, size);
    if (bytearray == NULL) {
        return -1;
    }
    OU_HOLD(hold, &bytearray);
    int status = ou_unpickle_read_into(self, bytearray, PyByteArray_AS_STRING(bytearray), size);
    OU_HOLD_END(hold);
    if (status < 0) {
        Py_DECREF(bytearray);
        return -1;
    }
    return unpickle_push(self, bytearray);
}

/* ---- buffers that come by another way (PEP 574) ---------------------------------------------------------------------------- */

int
ou_unpickle_next_buffer(Unpickler *self)
{
    if (self->buffers == NULL) {
        PyErr_SetString(self->state->unpickling_error,
                        "pickle stream refers to out-of-band data but no *buffers* argument was given");
        return -1;
    }
    PyObject *buffer = PyIter_Next(self->buffers);
    if (buffer == NULL && !PyErr_Occurred()) {
        PyErr_SetString(self->state->unpickling_error, "not enough out-of-band buffers");
    }
    return unpickle_push(self, buffer);
}

int
ou_unpickle_readonly_buffer(Unpickler *self)
{
    if (unpickle_need(self, 1) < 0) {
        return -1;
    }
    PyObject *view = PyMemoryView_FromObject(self->stack[self->n_stack - 1]);
    if (view == NULL) {
        return -1;
    }
    if (PyMemoryView_GET_BUFFER(view)->readonly) {
        Py_DECREF(view);
        return 0;
    }
    PyMemoryView_GET_BUFFER(view)->readonly = 1;
    return ou_unpickle_replace(self, 1, view);
}
