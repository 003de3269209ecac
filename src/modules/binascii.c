/* modules/binascii.c - module binascii: bytes as text and back (hexadecimal, base64, uuencode, quoted-printable), and checksums.
 *
 * Owns       binascii.Error and binascii.Incomplete.
 * Invariant  nothing here runs Python code while it holds a buffer, so a buffer's bytes stay.
 * Not here   CRC-32 itself (zlib).
 * Source     RFC 4648 (base64), RFC 2045 (quoted-printable). */
#include "object/args.h"
#include "object/state.h"

#include <zlib.h>

static PyObject *error, *incomplete;
static PyObject *owner; /* borrowed: the module that owns them: of several copies, which a second import makes, the newest */
#define ERROR (error != NULL ? error : PyExc_ValueError)

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* A bytes-like argument.  -1: TypeError or the buffer's error. */
static int
get_bytes(PyObject *arg, Py_buffer *buffer)
{
    return PyObject_GetBuffer(arg, buffer, PyBUF_SIMPLE);
}

/* A bytes-like argument, or a str of ASCII characters. */
static int
get_ascii(PyObject *arg, Py_buffer *buffer)
{
    if (PyUnicode_Check(arg)) {
        if (!PyUnicode_IS_ASCII(arg)) {
            PyErr_SetString(PyExc_ValueError, "string argument should contain only ASCII characters");
            return -1;
        }
        return PyBuffer_FillInfo(buffer, arg, PyUnicode_1BYTE_DATA(arg), PyUnicode_GET_LENGTH(arg), 1, PyBUF_SIMPLE);
    }
    if (PyObject_GetBuffer(arg, buffer, PyBUF_SIMPLE) < 0) {
        PyErr_Format(PyExc_TypeError, "argument should be bytes, buffer or ASCII string, not '%.100s'", Py_TYPE(arg)->tp_name);
        return -1;
    }
    return 0;
}

/* A flag argument, or what it is by default; -1 with an error set.  RE-ENTRANT (__index__), so flags come before buffers. */
static int
get_flag(PyObject *arg, int fallback)
{
    if (arg == NULL) {
        return fallback;
    }
    int value = _PyLong_AsInt(arg);
    return value == -1 && PyErr_Occurred() ? -1 : value != 0;
}

/* A bytes object of room for n times `factor` bytes and `more`.  MemoryError: NULL. */
static PyObject *
new_bytes(Py_ssize_t n, Py_ssize_t factor, Py_ssize_t more, unsigned char **out)
{
    Py_ssize_t size;
    if (__builtin_mul_overflow(n, factor, &size) || __builtin_add_overflow(size, more, &size)) {
        return PyErr_NoMemory();
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    *out = bytes == NULL ? NULL : (unsigned char *)PyBytes_AS_STRING(bytes);
    return bytes;
}

/* Cut a bytes object to what was written; or drop it if an error is set. */
static PyObject *
finish(PyObject *bytes, unsigned char *end, Py_buffer *buffer)
{
    PyBuffer_Release(buffer);
    if (end == NULL) {
        Py_XDECREF(bytes);
        return NULL;
    }
    _PyBytes_Resize(&bytes, (char *)end - PyBytes_AS_STRING(bytes));
    return bytes;
}

/* ---- base64 ----------------------------------------------------------------------------------------------------- */

static int
base64_value(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A'
         : c >= 'a' && c <= 'z' ? c - 'a' + 26
         : c >= '0' && c <= '9' ? c - '0' + 52
         : c == '+'             ? 62
         : c == '/'             ? 63
                                : -1;
}

/* Decode in[0 .. n).  Returns the end of what was written, or NULL with Error set. */
static unsigned char *
base64_decode(const unsigned char *in, Py_ssize_t n, bool strict, unsigned char *out)
{
    const unsigned char *start = out;
    int place = 0, n_pads = 0; /* characters of the current four; "=" behind them */
    unsigned left = 0;
    const char *wrong = NULL;
    if (strict && n > 0 && in[0] == '=') {
        PyErr_SetString(ERROR, "Leading padding not allowed");
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        if (in[i] == '=') {
            n_pads++;
            if (place >= 2 && place + n_pads >= 4) {
                if (strict && i + 1 < n) {
                    PyErr_SetString(ERROR, "Excess data after padding");
                    return NULL;
                }
                return out;
            }
            continue;
        }
        int value = base64_value(in[i]);
        if (value < 0) {
            if (strict) {
                PyErr_SetString(ERROR, "Only base64 data is allowed");
                return NULL;
            }
            continue;
        }
        if (strict && n_pads > 0) {
            wrong = "Discontinuous padding not allowed";
            break;
        }
        n_pads = 0;
        left = left << 6 | (unsigned)value;
        if (place > 0) {
            *out++ = (unsigned char)(left >> (6 - 2 * place));
        }
        place = (place + 1) & 3;
    }
    if (wrong != NULL || place > 1) {
        PyErr_SetString(ERROR, wrong != NULL ? wrong : "Incorrect padding");
        return NULL;
    }
    if (place == 1) {
        PyErr_Format(ERROR,
                     "Invalid base64-encoded string: number of data characters (%zd) cannot be 1 more than a multiple of 4",
                     (out - start) / 3 * 4 + 1);
        return NULL;
    }
    return out;
}

static PyObject *
a2b_base64(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"a2b_base64",      {"", "strict_mode"}, .n_posonly = 1,
                                    .n_positional = 1, .n_required = 1,     .n_all = 2};
    PyObject *v[2];
    Py_buffer in;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0) {
        return NULL;
    }
    int strict = get_flag(v[1], 0);
    if (strict < 0 || get_ascii(v[0], &in) < 0) {
        return NULL;
    }
    unsigned char *out = NULL;
    PyObject *bytes = new_bytes(in.len / 4 + 1, 3, 0, &out);
    return finish(bytes, bytes == NULL ? NULL : base64_decode(in.buf, in.len, strict, out), &in);
}

static PyObject *
b2a_base64(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"b2a_base64",      {"", "newline"}, .n_posonly = 1,
                                    .n_positional = 1, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    Py_buffer in;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0) {
        return NULL;
    }
    int newline = get_flag(v[1], 1);
    if (newline < 0 || get_bytes(v[0], &in) < 0) {
        return NULL;
    }
    unsigned char *out = NULL;
    PyObject *bytes = new_bytes(in.len / 3 + (in.len % 3 != 0), 4, newline, &out);
    const unsigned char *from = in.buf;
    for (Py_ssize_t i = 0; bytes != NULL && i < in.len; i += 3) {
        Py_ssize_t n = in.len - i < 3 ? in.len - i : 3;
        unsigned three = (unsigned)from[i] << 16 | (n > 1 ? (unsigned)from[i + 1] << 8 : 0) | (n > 2 ? from[i + 2] : 0);
        *out++ = base64_digits[three >> 18];
        *out++ = base64_digits[three >> 12 & 63];
        *out++ = n > 1 ? base64_digits[three >> 6 & 63] : '=';
        *out++ = n > 2 ? base64_digits[three & 63] : '=';
    }
    if (bytes != NULL && newline) {
        *out = '\n';
    }
    PyBuffer_Release(&in);
    return bytes;
}

/* ---- hexadecimal ------------------------------------------------------------------------------------------------ */

static PyObject *
hexlify(const char *name, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    const OuParams params = {name, {"data", "sep", "bytes_per_sep"}, .n_positional = 3, .n_required = 1, .n_all = 3};
    PyObject *v[3];
    Py_buffer in;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0) {
        return NULL;
    }
    int group = v[2] == NULL ? 1 : _PyLong_AsInt(v[2]);
    if ((group == -1 && PyErr_Occurred()) || get_bytes(v[0], &in) < 0) {
        return NULL;
    }
    PyObject *text = _Py_strhex_with_sep(in.buf, in.len, v[1], group);
    PyBuffer_Release(&in);
    PyObject *bytes = text == NULL ? NULL : PyUnicode_AsLatin1String(text);
    Py_XDECREF(text);
    return bytes;
}

static PyObject *
binascii_hexlify(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    return hexlify("hexlify", args, n_args, kwnames);
}

static PyObject *
binascii_b2a_hex(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    return hexlify("b2a_hex", args, n_args, kwnames);
}

static int
hex_value(unsigned char c)
{
    return Py_ISDIGIT(c) ? c - '0' : Py_ISXDIGIT(c) ? (c | 32) - 'a' + 10 : -1;
}

static PyObject *
unhexlify(PyObject *module, PyObject *arg)
{
    Py_buffer in;
    if (get_ascii(arg, &in) < 0) {
        return NULL;
    }
    PyObject *bytes = NULL;
    unsigned char *out = NULL;
    const unsigned char *from = in.buf;
    if (in.len % 2 != 0) {
        PyErr_SetString(ERROR, "Odd-length string");
    }
    else {
        bytes = new_bytes(in.len / 2, 1, 0, &out);
    }
    for (Py_ssize_t i = 0; bytes != NULL && i < in.len; i += 2) {
        int high = hex_value(from[i]), low = hex_value(from[i + 1]);
        if (high < 0 || low < 0) {
            PyErr_SetString(ERROR, "Non-hexadecimal digit found");
            Py_CLEAR(bytes);
            break;
        }
        *out++ = (unsigned char)(high << 4 | low);
    }
    PyBuffer_Release(&in);
    return bytes;
}

/* ---- uuencode --------------------------------------------------------------------------------------------------- */

static PyObject *
a2b_uu(PyObject *module, PyObject *arg)
{
    Py_buffer in;
    if (get_ascii(arg, &in) < 0) {
        return NULL;
    }
    const unsigned char *from = in.buf, *end = from + in.len;
    Py_ssize_t len = ((in.len > 0 ? *from : 0) - ' ') & 63;
    unsigned char *out = NULL;
    PyObject *bytes = new_bytes(len, 1, 0, &out);
    unsigned left = 0;
    int n_bits = 0;
    from += in.len > 0;
    for (Py_ssize_t i = 0; bytes != NULL && i < len; from++) {
        unsigned c = from < end && *from != '\n' && *from != '\r' ? *from : ' '; /* a line may be cut short: zeros */
        if (c < ' ' || c > ' ' + 64) {
            PyErr_SetString(ERROR, "Illegal char");
            Py_CLEAR(bytes);
            break;
        }
        left = left << 6 | ((c - ' ') & 63);
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            out[i++] = (unsigned char)(left >> n_bits);
        }
    }
    for (; bytes != NULL && from < end; from++) {
        if (*from != ' ' && *from != ' ' + 64 && *from != '\n' && *from != '\r') {
            PyErr_SetString(ERROR, "Trailing garbage");
            Py_CLEAR(bytes);
        }
    }
    PyBuffer_Release(&in);
    return bytes;
}

static PyObject *
b2a_uu(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"b2a_uu", {"", "backtick"}, .n_posonly = 1, .n_positional = 1, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    Py_buffer in;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0) {
        return NULL;
    }
    int backtick = get_flag(v[1], 0);
    if (backtick < 0 || get_bytes(v[0], &in) < 0) {
        return NULL;
    }
    PyObject *bytes = NULL;
    unsigned char *out = NULL;
    if (in.len > 45) {
        PyErr_SetString(ERROR, "At most 45 bytes at once");
    }
    else {
        bytes = new_bytes((in.len + 2) / 3, 4, 2, &out);
    }
    if (bytes != NULL) {
        const unsigned char *from = in.buf;
        const unsigned char zero = backtick ? '`' : ' ';
#define UU(value) ((value) != 0 ? (unsigned char)((value) + ' ') : zero)
        *out++ = UU(in.len);
        for (Py_ssize_t i = 0; i < in.len; i += 3) {
            unsigned three = (unsigned)from[i] << 16 | (i + 1 < in.len ? (unsigned)from[i + 1] << 8 : 0)
                           | (i + 2 < in.len ? from[i + 2] : 0);
            for (int shift = 18; shift >= 0; shift -= 6) {
                *out++ = UU(three >> shift & 63);
            }
        }
#undef UU
        *out = '\n';
    }
    PyBuffer_Release(&in);
    return bytes;
}

/* ---- quoted-printable ------------------------------------------------------------------------------------------- */

static PyObject *
a2b_qp(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"a2b_qp", {"data", "header"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    Py_buffer in;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0) {
        return NULL;
    }
    int header = get_flag(v[1], 0);
    if (header < 0 || get_ascii(v[0], &in) < 0) {
        return NULL;
    }
    unsigned char *out = NULL;
    PyObject *bytes = new_bytes(in.len, 1, 0, &out);
    const unsigned char *from = in.buf, *end = from + in.len;
    while (bytes != NULL && from < end) {
        unsigned char c = *from++;
        if (c != '=') {
            *out++ = header && c == '_' ? ' ' : c;
        }
        else if (from == end) {
            break;
        }
        else if (*from == '\n' || *from == '\r') { /* a soft line break */
            while (from < end && *from != '\n') {
                from++;
            }
            from += from < end;
        }
        else if (*from == '=') {
            *out++ = *from++;
        }
        else if (end - from >= 2 && hex_value(from[0]) >= 0 && hex_value(from[1]) >= 0) {
            *out++ = (unsigned char)(hex_value(from[0]) << 4 | hex_value(from[1]));
            from += 2;
        }
        else {
            *out++ = c;
        }
    }
    return finish(bytes, bytes == NULL ? NULL : out, &in);
}

enum { QP_LINE = 76 }; /* characters; from RFC 2045 */

typedef struct {
    unsigned char *out, *start;
    Py_ssize_t column;
    bool crlf; /* line ends are \r\n, as the first one of the data is */
} QpWriter;

static void
qp_newline(QpWriter *w)
{
    if (w->crlf) {
        *w->out++ = '\r';
    }
    *w->out++ = '\n';
    w->column = 0;
}

static void
qp_hex(QpWriter *w, unsigned char c)
{
    static const char digits[] = "0123456789ABCDEF";
    *w->out++ = '=';
    *w->out++ = digits[c >> 4];
    *w->out++ = digits[c & 15];
    w->column += 3;
}

/* Must the byte at from be written as =XX? */
static bool
qp_is_special(const QpWriter *w, const unsigned char *from, const unsigned char *end, bool quote_tabs, bool text, bool header)
{
    unsigned char c = *from;
    bool last = from + 1 == end;
    if (c > 126 || c == '=' || (header && c == '_')) {
        return true;
    }
    if (c == '.' && w->column == 0 && (last || from[1] == '\n' || from[1] == '\r' || from[1] == 0)) {
        return true; /* alone on a line it ends a mail */
    }
    if (c == '\r' || c == '\n') {
        return !text;
    }
    if (c == ' ' || c == '\t') {
        return last || quote_tabs;
    }
    return c < ' ';
}

static void
qp_encode(QpWriter *w, const unsigned char *from, const unsigned char *end, bool quote_tabs, bool text, bool header)
{
    while (from < end) {
        unsigned char c = *from;
        if (qp_is_special(w, from, end, quote_tabs, text, header)) {
            if (w->column + 3 >= QP_LINE) {
                *w->out++ = '=';
                qp_newline(w);
            }
            qp_hex(w, c);
            from++;
        }
        else if (text && (c == '\n' || (c == '\r' && from + 1 < end && from[1] == '\n'))) {
            if (w->out > w->start && (w->out[-1] == ' ' || w->out[-1] == '\t')) { /* mailers drop blanks at the end of a line */
                w->out--;
                qp_hex(w, *w->out);
            }
            qp_newline(w);
            from += c == '\r' ? 2 : 1;
        }
        else {
            if (from + 1 < end && from[1] != '\n' && w->column + 1 >= QP_LINE) {
                *w->out++ = '=';
                qp_newline(w);
            }
            *w->out++ = header && c == ' ' ? '_' : c;
            w->column++;
            from++;
        }
    }
}

static PyObject *
b2a_qp(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {
        "b2a_qp", {"data", "quotetabs", "istext", "header"}, .n_positional = 4, .n_required = 1, .n_all = 4};
    PyObject *v[4];
    Py_buffer in;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0) {
        return NULL;
    }
    int quote_tabs = get_flag(v[1], 0), text = quote_tabs < 0 ? -1 : get_flag(v[2], 1);
    int header = text < 0 ? -1 : get_flag(v[3], 0);
    if (header < 0 || get_bytes(v[0], &in) < 0) {
        return NULL;
    }
    QpWriter w = {0};
    PyObject *bytes = new_bytes(in.len, 4, 8, &w.out); /* =XX for each byte, and =\r\n for every 24 of those */
    if (bytes != NULL) {
        const unsigned char *from = in.buf, *first = in.len > 0 ? memchr(from, '\n', (size_t)in.len) : NULL;
        w.start = w.out;
        w.crlf = first != NULL && first > from && first[-1] == '\r';
        qp_encode(&w, from, from + in.len, quote_tabs, text, header);
    }
    return finish(bytes, w.out, &in);
}

/* ---- checksums -------------------------------------------------------------------------------------------------- */

static PyObject *
binascii_crc32(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    Py_buffer in;
    if (!_PyArg_CheckPositional("crc32", n_args, 1, 2)) {
        return NULL;
    }
    unsigned long crc = n_args > 1 ? PyLong_AsUnsignedLongMask(args[1]) : 0;
    if ((crc == (unsigned long)-1 && PyErr_Occurred()) || get_bytes(args[0], &in) < 0) {
        return NULL;
    }
    crc = in.len > 0 ? crc32_z((uLong)(uint32_t)crc, in.buf, (size_t)in.len) : (uint32_t)crc;
    PyBuffer_Release(&in);
    return PyLong_FromUnsignedLong(crc);
}

static PyObject *
binascii_crc_hqx(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    Py_buffer in;
    if (!_PyArg_CheckPositional("crc_hqx", n_args, 2, 2)) {
        return NULL;
    }
    unsigned long crc = PyLong_AsUnsignedLongMask(args[1]);
    if ((crc == (unsigned long)-1 && PyErr_Occurred()) || get_bytes(args[0], &in) < 0) {
        return NULL;
    }
    const unsigned char *from = in.buf;
    crc &= 0xffff;
    for (Py_ssize_t i = 0; i < in.len; i++) {
        crc ^= (unsigned long)from[i] << 8;
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc << 1 ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff; /* the polynomial of CRC-CCITT */
        }
    }
    PyBuffer_Release(&in);
    return PyLong_FromUnsignedLong(crc);
}

/* ---- the module ------------------------------------------------------------------------------------------------- */

#define KEYWORDS (METH_FASTCALL | METH_KEYWORDS)
static PyMethodDef binascii_methods[] = {
    {"a2b_base64", (PyCFunction)(void *)a2b_base64, KEYWORDS,
     "a2b_base64($module, data, /, *, strict_mode=False)\n--\n\nDecode a line of base64."},
    {"a2b_hex", unhexlify, METH_O, "a2b_hex($module, hexstr, /)\n--\n\nBytes from hexadecimal digits."},
    {"a2b_qp", (PyCFunction)(void *)a2b_qp, KEYWORDS, "a2b_qp($module, /, data, header=False)\n--\n\nDecode quoted-printable."},
    {"a2b_uu", a2b_uu, METH_O, "a2b_uu($module, data, /)\n--\n\nDecode a line of uuencoded data."},
    {"b2a_base64", (PyCFunction)(void *)b2a_base64, KEYWORDS,
     "b2a_base64($module, data, /, *, newline=True)\n--\n\nEncode as a line of base64."},
    {"b2a_hex", (PyCFunction)(void *)binascii_b2a_hex, KEYWORDS,
     "b2a_hex($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nHexadecimal digits of bytes."},
    {"b2a_qp", (PyCFunction)(void *)b2a_qp, KEYWORDS,
     "b2a_qp($module, /, data, quotetabs=False, istext=True, header=False)\n--\n\nEncode as quoted-printable."},
    {"b2a_uu", (PyCFunction)(void *)b2a_uu, KEYWORDS, "b2a_uu($module, data, /, *, backtick=False)\n--\n\nUuencode a line."},
    {"crc32", (PyCFunction)(void *)binascii_crc32, METH_FASTCALL, "crc32($module, data, crc=0, /)\n--\n\nThe CRC-32 of data."},
    {"crc_hqx", (PyCFunction)(void *)binascii_crc_hqx, METH_FASTCALL,
     "crc_hqx($module, data, crc, /)\n--\n\nThe CRC-CCITT of data."},
    {"hexlify", (PyCFunction)(void *)binascii_hexlify, KEYWORDS,
     "hexlify($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nHexadecimal digits of bytes."},
    {"unhexlify", unhexlify, METH_O, "unhexlify($module, hexstr, /)\n--\n\nBytes from hexadecimal digits."},
    {NULL},
};

static int
binascii_exec(PyObject *module)
{
    owner = module;
    error = error != NULL ? error : PyErr_NewException("binascii.Error", PyExc_ValueError, NULL); /* else a second import */
    if (error == NULL || PyModule_AddObjectRef(module, "Error", error) < 0) {
        return -1;
    }
    incomplete = incomplete != NULL ? incomplete : PyErr_NewException("binascii.Incomplete", NULL, NULL);
    return incomplete == NULL ? -1 : PyModule_AddObjectRef(module, "Incomplete", incomplete);
}

static int
binascii_traverse(PyObject *module, visitproc visit, void *arg)
{
    if (module == owner) {
        Py_VISIT(error);
        Py_VISIT(incomplete);
    }
    return 0;
}

static int
binascii_clear(PyObject *module)
{
    if (module == owner) {
        owner = NULL;
        Py_CLEAR(error);
        Py_CLEAR(incomplete);
    }
    return 0;
}

static void
binascii_free(void *module)
{
    (void)binascii_clear(module);
}

static PyModuleDef_Slot binascii_slots[] = {{Py_mod_exec, binascii_exec}, {0, NULL}};

static struct PyModuleDef binascii_module = {
    PyModuleDef_HEAD_INIT,         .m_name = "binascii",      .m_doc = "Conversion between binary data and ASCII",
    .m_methods = binascii_methods, .m_slots = binascii_slots, .m_traverse = binascii_traverse,
    .m_clear = binascii_clear,     .m_free = binascii_free,
};

PyMODINIT_FUNC
PyInit_binascii(void)
{
    return PyModuleDef_Init(&binascii_module);
}
