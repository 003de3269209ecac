/* modules/_pickle/pickle_save_atom.c - numbers, text and bytes, as instructions that hold them.
 *
 * Owns       nothing.
 * Source     module pickletools. */
#include "modules/_pickle/pickle.h"
#include "types/int.h"

/* ---- numbers -------------------------------------------------------------------------------------------------------- */

static int
save_int32(Pickler *self, int64_t value)
{
    if (!self->bin) {
        char text[16];
        int n = snprintf(text, sizeof text, "%d", (int)value);
        return ou_pickle_write_line(self, OP_INT, text, n);
    }
    char *to = pickle_claim(self, 5);
    if (to == NULL) {
        return -1;
    }
    bool short_ = (value & ~(int64_t)0xFFFF) == 0, byte = (value & ~(int64_t)0xFF) == 0;
    to[0] = byte ? OP_BININT1 : short_ ? OP_BININT2 : OP_BININT;
    pickle_put_le(to + 1, (uint64_t)value, 4); /* some of it in vain */
    self->at = to + (byte ? 2 : short_ ? 3 : 5);
    return 0;
}

static int
save_long_binary(Pickler *self, PyObject *obj)
{
    size_t n_bits = _PyLong_NumBits(obj), n = n_bits / 8 + 1; /* there is always room for the sign */
    if (n_bits == (size_t)-1) {
        return -1;
    }
    if (n > INT32_MAX) {
        PyErr_SetString(PyExc_OverflowError, "int too large to pickle");
        return -1;
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)n);
    if (bytes == NULL || _PyLong_AsByteArray((PyLongObject *)obj, (unsigned char *)PyBytes_AS_STRING(bytes), n, 1, 1) < 0) {
        Py_XDECREF(bytes);
        return -1;
    }
    const char *data = PyBytes_AS_STRING(bytes);
    if (Py_SIZE(obj) < 0 && n > 1 && (unsigned char)data[n - 1] == 0xFF && (data[n - 2] & 0x80) != 0) {
        n--; /* the byte before says the sign already */
    }
    char header[5];
    bool small = n < 256;
    header[0] = (char)(small ? OP_LONG1 : OP_LONG4);
    pickle_put_le(header + 1, n, 4);
    int status = pickle_write(self, header, small ? 2 : 5) < 0 ? -1 : pickle_write(self, data, n);
    Py_DECREF(bytes);
    return status;
}

int
ou_pickle_save_int(Pickler *self, PyObject *obj)
{
    if (OU_LIKELY(ou_int_is_short(obj))) {
        int64_t value = ou_int_value2(obj);
        if (value == (int32_t)value) {
            return save_int32(self, value);
        }
    }
    if (self->proto >= 2) {
        return save_long_binary(self, obj);
    }
    PyObject *text = PyObject_Repr(obj);
    Py_ssize_t n = 0;
    const char *digits = text == NULL ? NULL : PyUnicode_AsUTF8AndSize(text, &n);
    int status = digits == NULL || pickle_write_op(self, OP_LONG) < 0 || pickle_write(self, digits, (size_t)n) < 0
                      || pickle_write(self, "L\n", 2) < 0
                   ? -1
                   : 0;
    Py_XDECREF(text);
    return status;
}

int
ou_pickle_save_float(Pickler *self, PyObject *obj)
{
    double value = PyFloat_AS_DOUBLE(obj);
    if (self->bin) {
        char *to = pickle_claim(self, 9);
        if (to == NULL || PyFloat_Pack8(value, to + 1, 0) < 0) {
            return -1;
        }
        to[0] = OP_BINFLOAT;
        self->at = to + 9;
        return 0;
    }
    char *text = PyOS_double_to_string(value, 'r', 0, Py_DTSF_ADD_DOT_0, NULL);
    if (text == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    int status = ou_pickle_write_line(self, OP_FLOAT, text, (Py_ssize_t)strlen(text));
    PyMem_Free(text);
    return status;
}

/* ---- text ------------------------------------------------------------------------------------------------------------ */

/* An instruction with a length of 1, 4 or 8 bytes.  op1 or op8: 0 if there is none.
 * Returns the header's bytes, or 0 with OverflowError. */
static size_t
sized_header(char header[9], int op1, int op4, int op8, Py_ssize_t size, const char *what)
{
    int n = op1 != 0 && size <= 0xFF ? 1 : (uint64_t)size <= 0xFFFFFFFF ? 4 : 8;
    int op = n == 1 ? op1 : n == 4 ? op4 : op8;
    if (op == 0) {
        PyErr_Format(PyExc_OverflowError, "serializing a %s larger than 4 GiB requires pickle protocol 4 or higher", what);
        return 0;
    }
    header[0] = (char)op;
    pickle_put_le(header + 1, (uint64_t)size, n);
    return (size_t)n + 1;
}

static int
save_str_binary(Pickler *self, PyObject *obj)
{
    PyObject *encoded = NULL;
    Py_ssize_t size;
    const char *data;
    if (OU_LIKELY(PyUnicode_IS_COMPACT_ASCII(obj))) {
        data = (const char *)PyUnicode_1BYTE_DATA(obj);
        size = PyUnicode_GET_LENGTH(obj);
    }
    else if ((data = PyUnicode_AsUTF8AndSize(obj, &size)) == NULL) { /* lone surrogates */
        PyErr_Clear();
        encoded = PyUnicode_AsEncodedString(obj, "utf-8", "surrogatepass");
        if (encoded == NULL) {
            return -1;
        }
        data = PyBytes_AS_STRING(encoded);
        size = PyBytes_GET_SIZE(encoded);
    }
    char header[9];
    bool is_new = self->proto >= 4;
    if (OU_LIKELY(is_new && size <= 0xFF)) {
        char *to = pickle_claim(self, (size_t)size + 2);
        if (to != NULL) {
            to[0] = (char)OP_SHORT_BINUNICODE;
            to[1] = (char)size;
            memcpy(to + 2, data, (size_t)size);
            self->at = to + size + 2;
        }
        Py_XDECREF(encoded);
        return to == NULL ? -1 : 0;
    }
    size_t n_header =
        sized_header(header, is_new ? OP_SHORT_BINUNICODE : 0, OP_BINUNICODE, is_new ? OP_BINUNICODE8 : 0, size, "string");
    OU_HOLD(hold, &encoded);
    int status = n_header == 0 ? -1 : ou_pickle_write_data(self, header, n_header, data, size, encoded);
    OU_HOLD_END(hold);
    Py_XDECREF(encoded);
    return status;
}

/* Latin-1, with an escape for what is not, for what ends a line, and for the backslash. */
static int
save_str_text(Pickler *self, PyObject *obj)
{
    int kind = PyUnicode_KIND(obj);
    const void *data = PyUnicode_DATA(obj);
    if (pickle_write_op(self, OP_UNICODE) < 0) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(obj); i++) {
        Py_UCS4 ch = PyUnicode_READ(kind, data, i);
        char text[12] = {(char)ch};
        int n = 1;
        if (ch > 0xFFFF) {
            n = snprintf(text, sizeof text, "\\U%08x", (unsigned)ch);
        }
        else if (ch > 0xFF || ch == '\\' || ch == 0 || ch == '\n' || ch == '\r' || ch == 0x1A) {
            n = snprintf(text, sizeof text, "\\u%04x", (unsigned)ch);
        }
        if (pickle_write(self, text, (size_t)n) < 0) {
            return -1;
        }
    }
    return pickle_write_op(self, '\n');
}

int
ou_pickle_save_str(Pickler *self, PyObject *obj)
{
    int status = self->bin ? save_str_binary(self, obj) : save_str_text(self, obj);
    return status < 0 ? -1 : ou_pickle_memoize(self, obj);
}

/* ---- bytes ----------------------------------------------------------------------------------------------------------- */

static int
save_bytes_data(Pickler *self, PyObject *obj, const char *data, Py_ssize_t size)
{
    char header[9];
    size_t n_header =
        sized_header(header, OP_SHORT_BINBYTES, OP_BINBYTES, self->proto >= 4 ? OP_BINBYTES8 : 0, size, "bytes object");
    return n_header == 0 || ou_pickle_write_data(self, header, n_header, data, size, obj) < 0 ? -1
                                                                                              : ou_pickle_memoize(self, obj);
}

static int
save_bytearray_data(Pickler *self, PyObject *obj, const char *data, Py_ssize_t size)
{
    char header[9] = {(char)OP_BYTEARRAY8};
    pickle_put_le(header + 1, (uint64_t)size, 8);
    return ou_pickle_write_data(self, header, sizeof header, data, size, obj) < 0 ? -1 : ou_pickle_memoize(self, obj);
}

int
ou_pickle_save_bytes(Pickler *self, PyObject *obj)
{
    if (self->proto >= 3) {
        return save_bytes_data(self, obj, PyBytes_AS_STRING(obj), PyBytes_GET_SIZE(obj));
    }
    /* Python 2 shall understand it: codecs.encode(text, "latin1"). */
    if (PyBytes_GET_SIZE(obj) == 0) {
        return ou_pickle_save_reduced_new(self, Py_BuildValue("(O())", &PyBytes_Type), obj);
    }
    PyObject *text = PyUnicode_DecodeLatin1(PyBytes_AS_STRING(obj), PyBytes_GET_SIZE(obj), NULL);
    if (text == NULL) {
        return -1;
    }
    return ou_pickle_save_reduced_new(self, Py_BuildValue("(O(NO))", self->state->codecs_encode, text, OU_STR(latin1)), obj);
}

int
ou_pickle_save_bytearray(Pickler *self, PyObject *obj)
{
    if (self->proto >= 5) {
        Py_buffer view; /* so that nobody moves it while the file's write() runs */
        if (PyObject_GetBuffer(obj, &view, PyBUF_SIMPLE) < 0) {
            return -1;
        }
        OU_HOLD(hold, &view.obj);
        int status = save_bytearray_data(self, obj, view.buf, view.len);
        OU_HOLD_END(hold);
        PyBuffer_Release(&view);
        return status;
    }
    if (PyByteArray_GET_SIZE(obj) == 0) {
        return ou_pickle_save_reduced_new(self, Py_BuildValue("(O())", &PyByteArray_Type), obj);
    }
    PyObject *bytes = PyBytes_FromObject(obj);
    return bytes == NULL ? -1 : ou_pickle_save_reduced_new(self, Py_BuildValue("(O(N))", &PyByteArray_Type, bytes), obj);
}

/* PEP 574: who reads gets the buffer by another way if buffer_callback says so. */
int
ou_pickle_save_buffer(Pickler *self, PyObject *obj)
{
    if (self->proto < 5) {
        PyErr_SetString(self->state->pickling_error, "PickleBuffer can only pickled with protocol >= 5");
        return -1;
    }
    const Py_buffer *given = PyPickleBuffer_GetBuffer(obj);
    if (given == NULL) {
        return -1;
    }
    if (given->suboffsets != NULL || !PyBuffer_IsContiguous(given, 'A')) {
        PyErr_SetString(self->state->pickling_error,
                        "PickleBuffer can not be pickled when pointing to a non-contiguous buffer");
        return -1;
    }
    Py_buffer view; /* obj may be released meanwhile */
    if (PyObject_GetBuffer(obj, &view, PyBUF_FULL_RO) < 0) {
        return -1;
    }
    OU_HOLD(hold, &view.obj);
    int in_band = 1, status = -1;
    if (self->buffer_callback != NULL) {
        PyObject *result = PyObject_CallOneArg(self->buffer_callback, obj);
        in_band = result == NULL ? -1 : PyObject_IsTrue(result);
        Py_XDECREF(result);
    }
    if (in_band > 0) {
        status =
            view.readonly ? save_bytes_data(self, obj, view.buf, view.len) : save_bytearray_data(self, obj, view.buf, view.len);
    }
    else if (in_band == 0) {
        status = pickle_write_op(self, OP_NEXT_BUFFER);
        if (status == 0 && view.readonly) {
            status = pickle_write_op(self, OP_READONLY_BUFFER);
        }
    }
    OU_HOLD_END(hold);
    PyBuffer_Release(&view);
    return status;
}
