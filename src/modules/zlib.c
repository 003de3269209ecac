/* modules/zlib.c - module zlib: compression, whole or in streams, and checksums.
 *
 * Owns       a stream object its z_stream, its dictionary, and what was left over.
 * Invariant  a stream is used by one thread at a time: the lock is not given up while it works.  zlib allocates with PyMem,
 *            so that its memory is accounted and may be refused.
 * Source     Library Reference, zlib; zlib.h. */
#include <zlib.h>

#include <structmember.h>

#include "object/alloc.h"
#include "object/args.h"
#include "object/hold.h"
#include "object/walk.h"

enum { FIRST_ROOM = 16384 }; /* bytes of output at first; zlib.DEF_BUF_SIZE of CPython 3.11 */

typedef struct {
    PyTypeObject *compress, *decompress; /* owned */
    PyObject *error;                     /* owned: zlib.error */
} ZlibState;

typedef struct {
    PyObject_HEAD
    z_stream stream;
    PyObject *unused_data, *unconsumed_tail; /* owned bytes; NULL in a compressor */
    PyObject *zdict;                         /* owned or NULL */
    bool open;                               /* stream is set up */
    char eof;
} Stream;

static ZlibState *
state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

static PyObject *
error_of(PyObject *self)
{
    return ((ZlibState *)PyType_GetModuleState(Py_TYPE(self)))->error;
}

/* Returns NULL with zlib.error set. */
static PyObject *
raise_error(PyObject *type, const z_stream *stream, int code, const char *what)
{
    const char *text = stream->msg;
    if (code == Z_MEM_ERROR) {
        return PyErr_NoMemory();
    }
    if (code == Z_VERSION_ERROR) {
        text = "library version mismatch";
    }
    else if (text == NULL) {
        text = code == Z_BUF_ERROR    ? "incomplete or truncated stream"
             : code == Z_STREAM_ERROR ? "inconsistent stream state"
             : code == Z_DATA_ERROR   ? "invalid input data"
                                      : NULL;
    }
    return text == NULL ? PyErr_Format(type, "Error %d %s", code, what)
                        : PyErr_Format(type, "Error %d %s: %.200s", code, what, text);
}

static void *
zlib_allocate(void *unused, unsigned n, unsigned size)
{
    size_t bytes;
    return ou_size_mul(n, size, &bytes) ? NULL : PyMem_RawMalloc(bytes);
}

static void
zlib_release(void *unused, void *block)
{
    PyMem_RawFree(block);
}

/* ---- output that grows ------------------------------------------------------------------------------------------------- */

/* Run deflate or inflate over `in` until all is consumed, the stream ends, or `limit` bytes came out (0: no limit).
 * Returns the output as new bytes; NULL with MemoryError set.  *left is what was not consumed; *code what zlib said last. */
static PyObject *
pump(z_stream *stream, int (*step)(z_stream *, int), const unsigned char *in, size_t size, int flush, Py_ssize_t limit,
     Py_ssize_t room, size_t *left, int *code)
{
    Py_ssize_t made = 0;
    room = limit > 0 ? Py_MIN(room, limit) : room;
    PyObject *out = PyBytes_FromStringAndSize(NULL, room);
    bool more = true;
    stream->next_in = (unsigned char *)in;
    while (out != NULL && more) {
        unsigned chunk = (unsigned)Py_MIN(size, (size_t)UINT_MAX);
        unsigned space = (unsigned)Py_MIN((size_t)(room - made), (size_t)UINT_MAX);
        stream->avail_in = chunk;
        stream->next_out = (unsigned char *)PyBytes_AS_STRING(out) + made;
        stream->avail_out = space;
        *code = step(stream, chunk == size ? flush : Z_NO_FLUSH);
        size -= chunk - stream->avail_in;
        made += (Py_ssize_t)(space - stream->avail_out);
        if (*code != Z_OK && *code != Z_BUF_ERROR) {
            break; /* the end, an error, or a dictionary is wanted */
        }
        if (stream->avail_out == 0) {
            if (limit > 0 && made == limit) {
                break;
            }
            Py_ssize_t larger = room > PY_SSIZE_T_MAX / 2 ? PY_SSIZE_T_MAX : 2 * room;
            larger = limit > 0 ? Py_MIN(larger, limit) : larger;
            if (room < larger && _PyBytes_Resize(&out, larger) == 0) {
                room = larger;
            }
            continue;
        }
        more = size > 0 && *code == Z_OK;
    }
    *left = size;
    if (out != NULL && made != room) {
        _PyBytes_Resize(&out, made);
    }
    return out;
}

/* ---- whole ------------------------------------------------------------------------------------------------------------- */

static PyObject *
zlib_compress(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"", "level", "wbits", NULL};
    Py_buffer data;
    int level = Z_DEFAULT_COMPRESSION, wbits = MAX_WBITS, code = Z_OK;
    size_t left;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "y*|ii:compress", names, &data, &level, &wbits)) {
        return NULL;
    }
    z_stream stream = {.zalloc = zlib_allocate, .zfree = zlib_release};
    PyObject *result = NULL, *error = state_of(module)->error;
    code = deflateInit2(&stream, level, Z_DEFLATED, wbits, MAX_MEM_LEVEL < 8 ? MAX_MEM_LEVEL : 8, Z_DEFAULT_STRATEGY);
    if (code == Z_MEM_ERROR) {
        PyErr_SetString(PyExc_MemoryError, "Out of memory while compressing data");
    }
    else if (code == Z_STREAM_ERROR) {
        PyErr_SetString(error, "Bad compression level");
    }
    else if (code != Z_OK) {
        raise_error(error, &stream, code, "while compressing data");
    }
    else {
        result = pump(&stream, deflate, data.buf, (size_t)data.len, Z_FINISH, 0, FIRST_ROOM, &left, &code);
        if (result != NULL && code != Z_STREAM_END) {
            raise_error(error, &stream, code, "while compressing data");
            Py_CLEAR(result);
        }
        deflateEnd(&stream);
    }
    PyBuffer_Release(&data);
    return result;
}

static PyObject *
zlib_decompress(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"", "wbits", "bufsize", NULL};
    Py_buffer data;
    int wbits = MAX_WBITS, code;
    Py_ssize_t room = FIRST_ROOM;
    size_t left;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "y*|in:decompress", names, &data, &wbits, &room)) {
        return NULL;
    }
    z_stream stream = {.zalloc = zlib_allocate, .zfree = zlib_release};
    PyObject *result = NULL, *error = state_of(module)->error;
    if (room < 0) {
        PyErr_SetString(PyExc_ValueError, "bufsize must be non-negative");
    }
    else if ((code = inflateInit2(&stream, wbits)) != Z_OK) {
        raise_error(error, &stream, code, "while preparing to decompress data");
    }
    else {
        result = pump(&stream, inflate, data.buf, (size_t)data.len, Z_SYNC_FLUSH, 0, Py_MAX(room, 1), &left, &code);
        if (result != NULL && code != Z_STREAM_END) {
            raise_error(error, &stream, code == Z_OK ? Z_BUF_ERROR : code, "while decompressing data");
            Py_CLEAR(result);
        }
        inflateEnd(&stream);
    }
    PyBuffer_Release(&data);
    return result;
}

/* ---- streams ------------------------------------------------------------------------------------------------------------ */

static void
stream_dealloc(PyObject *self)
{
    Stream *s = (Stream *)self;
    PyTypeObject *type = Py_TYPE(self);
    if (s->open) {
        s->unused_data != NULL ? inflateEnd(&s->stream) : deflateEnd(&s->stream);
    }
    PyObject_GC_UnTrack(self);
    Py_CLEAR(s->unused_data);
    Py_CLEAR(s->unconsumed_tail);
    Py_CLEAR(s->zdict);
    ou_gc_free(self);
    Py_DECREF(type);
}

static int
stream_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((Stream *)self)->unused_data);
    Py_VISIT(((Stream *)self)->unconsumed_tail);
    Py_VISIT(((Stream *)self)->zdict);
    return 0;
}

/* A stream that is not open yet.  decompressing: with the places for what is left over. */
static Stream *
stream_new(PyTypeObject *type, bool decompressing)
{
    Stream *s = (Stream *)ou_gc_new(type);
    if (s == NULL) {
        return NULL;
    }
    s->stream = (z_stream){.zalloc = zlib_allocate, .zfree = zlib_release};
    if (decompressing) {
        s->unused_data = PyBytes_FromStringAndSize(NULL, 0);
        s->unconsumed_tail = PyBytes_FromStringAndSize(NULL, 0);
        if (s->unused_data == NULL || s->unconsumed_tail == NULL) {
            Py_CLEAR(s);
            return NULL;
        }
    }
    ou_gc_track((PyObject *)s);
    return s;
}

static PyObject *
zlib_compressobj(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"level", "method", "wbits", "memLevel", "strategy", "zdict", NULL};
    int level = Z_DEFAULT_COMPRESSION, method = Z_DEFLATED, wbits = MAX_WBITS, mem_level = 8, strategy = Z_DEFAULT_STRATEGY,
        code;
    Py_buffer zdict = {.buf = NULL};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|iiiiiy*:compressobj", names, &level, &method, &wbits, &mem_level,
                                     &strategy, &zdict)) {
        return NULL;
    }
    Stream *s = stream_new(state_of(module)->compress, false);
    if (s != NULL) {
        code = deflateInit2(&s->stream, level, method, wbits, mem_level, strategy);
        s->open = code == Z_OK;
        if (code == Z_OK && zdict.buf != NULL) {
            code = deflateSetDictionary(&s->stream, zdict.buf, (unsigned)zdict.len);
            if (code == Z_STREAM_ERROR) {
                PyErr_SetString(PyExc_ValueError, "Invalid dictionary");
            }
        }
        else if (code == Z_MEM_ERROR) {
            PyErr_SetString(PyExc_MemoryError, "Can't allocate memory for compression object");
        }
        else if (code == Z_STREAM_ERROR) {
            PyErr_SetString(PyExc_ValueError, "Invalid initialization option");
        }
        if (code != Z_OK) {
            if (!PyErr_Occurred()) {
                raise_error(state_of(module)->error, &s->stream, code, "while creating compression object");
            }
            Py_CLEAR(s);
        }
    }
    PyBuffer_Release(&zdict);
    return (PyObject *)s;
}

/* Tell a decompressor its dictionary.  Returns 0, or -1 with an error set. */
static int
set_dictionary(Stream *s)
{
    Py_buffer zdict;
    if (PyObject_GetBuffer(s->zdict, &zdict, PyBUF_SIMPLE) < 0) {
        return -1;
    }
    int code = inflateSetDictionary(&s->stream, zdict.buf, (unsigned)zdict.len);
    PyBuffer_Release(&zdict);
    if (code != Z_OK) {
        raise_error(error_of((PyObject *)s), &s->stream, code, "while setting zdict");
        return -1;
    }
    return 0;
}

static PyObject *
zlib_decompressobj(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"wbits", "zdict", NULL};
    int wbits = MAX_WBITS, code;
    PyObject *zdict = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|iO:decompressobj", names, &wbits, &zdict)) {
        return NULL;
    }
    if (zdict != NULL && !PyObject_CheckBuffer(zdict)) {
        PyErr_SetString(PyExc_TypeError, "zdict argument must support the buffer protocol");
        return NULL;
    }
    Stream *s = stream_new(state_of(module)->decompress, true);
    if (s == NULL) {
        return NULL;
    }
    s->zdict = Py_XNewRef(zdict);
    code = inflateInit2(&s->stream, wbits);
    s->open = code == Z_OK;
    if (code == Z_STREAM_ERROR) {
        PyErr_SetString(PyExc_ValueError, "Invalid initialization option");
    }
    else if (code == Z_MEM_ERROR) {
        PyErr_SetString(PyExc_MemoryError, "Can't allocate memory for decompression object");
    }
    else if (code != Z_OK) {
        raise_error(state_of(module)->error, &s->stream, code, "while creating decompression object");
    }
    if (code != Z_OK || (zdict != NULL && wbits < 0 && set_dictionary(s) < 0)) {
        Py_CLEAR(s);
    }
    return (PyObject *)s;
}

static PyObject *
compress_compress(PyObject *self, PyObject *arg)
{
    Stream *s = (Stream *)self;
    Py_buffer data;
    size_t left;
    int code;
    if (PyObject_GetBuffer(arg, &data, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    PyObject *result = pump(&s->stream, deflate, data.buf, (size_t)data.len, Z_NO_FLUSH, 0, FIRST_ROOM, &left, &code);
    if (result != NULL && code == Z_STREAM_ERROR) {
        raise_error(error_of(self), &s->stream, code, "while compressing data");
        Py_CLEAR(result);
    }
    PyBuffer_Release(&data);
    return result;
}

static PyObject *
compress_flush(PyObject *self, PyObject *args)
{
    Stream *s = (Stream *)self;
    int mode = Z_FINISH, code;
    size_t left;
    if (!PyArg_ParseTuple(args, "|i:flush", &mode)) {
        return NULL;
    }
    if (mode == Z_NO_FLUSH) {
        return PyBytes_FromStringAndSize(NULL, 0);
    }
    PyObject *result = pump(&s->stream, deflate, NULL, 0, mode, 0, FIRST_ROOM, &left, &code);
    if (result == NULL) {
        return NULL;
    }
    if (code == Z_STREAM_END && mode == Z_FINISH) {
        s->open = false;
        code = deflateEnd(&s->stream);
        if (code != Z_OK) {
            raise_error(error_of(self), &s->stream, code, "while finishing compression");
            Py_CLEAR(result);
        }
    }
    else if (code != Z_OK && code != Z_BUF_ERROR) {
        raise_error(error_of(self), &s->stream, code, "while flushing");
        Py_CLEAR(result);
    }
    return result;
}

/* What the last piece of input leaves: behind the end of the stream, or because of max_length. */
static int
keep_rest(Stream *s, const unsigned char *end, size_t left, int code)
{
    PyObject *rest;
    if (code == Z_STREAM_END) {
        rest = PyBytes_FromStringAndSize((const char *)(end - left), (Py_ssize_t)left);
        if (rest != NULL && PyBytes_GET_SIZE(s->unused_data) > 0) {
            PyObject *more = PySequence_Concat(s->unused_data, rest);
            Py_SETREF(rest, more);
        }
        if (rest == NULL) {
            return -1;
        }
        Py_SETREF(s->unused_data, rest);
        left = 0;
    }
    if (left > 0 || PyBytes_GET_SIZE(s->unconsumed_tail) > 0) {
        rest = PyBytes_FromStringAndSize((const char *)(end - left), (Py_ssize_t)left);
        if (rest == NULL) {
            return -1;
        }
        Py_SETREF(s->unconsumed_tail, rest);
    }
    return 0;
}

/* Decompress; a dictionary is given when it is asked for.  New bytes; NULL with an error set. */
static PyObject *
inflate_some(Stream *s, const Py_buffer *data, int flush, Py_ssize_t limit, Py_ssize_t room, const char *what)
{
    const unsigned char *end = (const unsigned char *)data->buf + data->len;
    size_t left;
    int code;
    PyObject *out = pump(&s->stream, inflate, data->buf, (size_t)data->len, flush, limit, room, &left, &code);
    if (out != NULL && code == Z_NEED_DICT && s->zdict != NULL) {
        if (set_dictionary(s) < 0) {
            Py_DECREF(out);
            return NULL;
        }
        Py_DECREF(out); /* empty: the dictionary comes first */
        out = pump(&s->stream, inflate, end - left, left, flush, limit, room, &left, &code);
    }
    if (out == NULL) {
        return NULL;
    }
    if (code == Z_STREAM_END) {
        s->eof = 1;
    }
    if ((code != Z_STREAM_END && code != Z_OK && code != Z_BUF_ERROR) || keep_rest(s, end, left, code) < 0) {
        if (!PyErr_Occurred()) {
            raise_error(error_of((PyObject *)s), &s->stream, code, what);
        }
        Py_CLEAR(out);
    }
    return out;
}

static PyObject *
decompress_decompress(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"", "max_length", NULL};
    Py_buffer data;
    Py_ssize_t limit = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "y*|n:decompress", names, &data, &limit)) {
        return NULL;
    }
    PyObject *result = NULL;
    if (limit < 0) {
        PyErr_SetString(PyExc_ValueError, "max_length must be non-negative");
    }
    else {
        result = inflate_some((Stream *)self, &data, Z_SYNC_FLUSH, limit, FIRST_ROOM, "while decompressing data");
    }
    PyBuffer_Release(&data);
    return result;
}

static PyObject *
decompress_flush(PyObject *self, PyObject *args)
{
    Stream *s = (Stream *)self;
    Py_ssize_t room = FIRST_ROOM;
    Py_buffer data;
    if (!PyArg_ParseTuple(args, "|n:flush", &room)) {
        return NULL;
    }
    if (room <= 0) {
        PyErr_SetString(PyExc_ValueError, "length must be greater than zero");
        return NULL;
    }
    if (PyObject_GetBuffer(s->unconsumed_tail, &data, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    PyObject *result =
        !s->open ? PyBytes_FromStringAndSize(NULL, 0) : inflate_some(s, &data, Z_FINISH, 0, room, "while flushing");
    PyBuffer_Release(&data);
    if (result != NULL && s->eof && s->open) {
        s->open = false;
        inflateEnd(&s->stream);
    }
    return result;
}

static PyObject *
stream_copy(PyObject *self, PyObject *unused)
{
    Stream *s = (Stream *)self;
    bool decompressing = s->unused_data != NULL;
    Stream *copy = stream_new(Py_TYPE(self), decompressing);
    if (copy == NULL) {
        return NULL;
    }
    int code = decompressing ? inflateCopy(&copy->stream, &s->stream) : deflateCopy(&copy->stream, &s->stream);
    if (code != Z_OK) {
        if (code == Z_STREAM_ERROR) {
            PyErr_SetString(PyExc_ValueError, "Inconsistent stream state");
        }
        else {
            raise_error(error_of(self), &s->stream, code,
                        decompressing ? "while copying decompression object" : "while copying compression object");
        }
        Py_DECREF(copy);
        return NULL;
    }
    copy->open = true;
    copy->eof = s->eof;
    copy->zdict = Py_XNewRef(s->zdict);
    if (decompressing) {
        Py_SETREF(copy->unused_data, Py_NewRef(s->unused_data));
        Py_SETREF(copy->unconsumed_tail, Py_NewRef(s->unconsumed_tail));
    }
    return (PyObject *)copy;
}

static PyObject *
stream_deepcopy(PyObject *self, PyObject *memo)
{
    return stream_copy(self, NULL);
}

#define COPIES                                                                                               \
    {"copy", stream_copy, METH_NOARGS, "copy($self, /)\n--\n\nAnother that starts from where this one is."}, \
        {"__copy__", stream_copy, METH_NOARGS, "__copy__($self, /)\n--\n\n"},                                \
    {                                                                                                        \
        "__deepcopy__", stream_deepcopy, METH_O, "__deepcopy__($self, memo, /)\n--\n\n"                      \
    }

static PyMethodDef compress_methods[] = {
    {"compress", compress_compress, METH_O, "compress($self, data, /)\n--\n\nCompress more; returns what is ready."},
    {"flush", compress_flush, METH_VARARGS, "flush($self, mode=zlib.Z_FINISH, /)\n--\n\nReturns the rest of the output."},
    COPIES,
    {NULL},
};

static PyMethodDef decompress_methods[] = {
    {"decompress", (PyCFunction)(void (*)(void))decompress_decompress, METH_VARARGS | METH_KEYWORDS,
     "decompress($self, data, /, max_length=0)\n--\n\nDecompress more; returns what is ready."},
    {"flush", decompress_flush, METH_VARARGS,
     "flush($self, length=zlib.DEF_BUF_SIZE, /)\n--\n\nReturns the rest of the output."},
    COPIES,
    {NULL},
};

static PyMemberDef decompress_members[] = {
    {"unused_data", T_OBJECT, offsetof(Stream, unused_data), READONLY, NULL},
    {"unconsumed_tail", T_OBJECT, offsetof(Stream, unconsumed_tail), READONLY, NULL},
    {"eof", T_BOOL, offsetof(Stream, eof), READONLY, NULL},
    {NULL},
};

/* ---- checksums ------------------------------------------------------------------------------------------------------------ */

static PyObject *
checksum(PyObject *args, const char *format, unsigned long value,
         unsigned long (*step)(unsigned long, const unsigned char *, size_t))
{
    Py_buffer data;
    PyObject *start = NULL;
    if (!PyArg_ParseTuple(args, format, &data, &start)) {
        return NULL;
    }
    if (start != NULL) {
        value = PyLong_AsUnsignedLongMask(start) & 0xffffffff;
    }
    PyObject *result = PyErr_Occurred() ? NULL : PyLong_FromUnsignedLong(step(value, data.buf, (size_t)data.len) & 0xffffffff);
    PyBuffer_Release(&data);
    return result;
}

static PyObject *
zlib_crc32(PyObject *module, PyObject *args)
{
    return checksum(args, "y*|O:crc32", 0, crc32_z);
}

static PyObject *
zlib_adler32(PyObject *module, PyObject *args)
{
    return checksum(args, "y*|O:adler32", 1, adler32_z);
}

/* ---- the module ------------------------------------------------------------------------------------------------------------ */

#define KEYWORDS(function) (PyCFunction)(void (*)(void))(function), METH_VARARGS | METH_KEYWORDS
static PyMethodDef zlib_methods[] = {
    {"compress", KEYWORDS(zlib_compress),
     "compress($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)\n--\n\nThe data, compressed."},
    {"decompress", KEYWORDS(zlib_decompress),
     "decompress($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)\n--\n\nThe data, as they were."},
    {"compressobj", KEYWORDS(zlib_compressobj),
     "compressobj($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED,\n            wbits=MAX_WBITS, "
     "memLevel=DEF_MEM_LEVEL,\n            strategy=Z_DEFAULT_STRATEGY, zdict=None)\n--\n\n"
     "An object that compresses piece by piece."},
    {"decompressobj", KEYWORDS(zlib_decompressobj),
     "decompressobj($module, /, wbits=MAX_WBITS, zdict=b'')\n--\n\nAn object that decompresses piece by piece."},
    {"crc32", zlib_crc32, METH_VARARGS, "crc32($module, data, value=0, /)\n--\n\nThe CRC-32 of the data."},
    {"adler32", zlib_adler32, METH_VARARGS, "adler32($module, data, value=1, /)\n--\n\nThe Adler-32 checksum of the data."},
    {NULL},
};

static PyTypeObject *
add_type(PyObject *module, const char *name, PyMethodDef *methods, PyMemberDef *members)
{
    PyType_Slot slots[] = {
        {Py_tp_dealloc, stream_dealloc},
        {Py_tp_traverse, stream_traverse},
        {Py_tp_methods, methods},
        {members != NULL ? Py_tp_members : 0, members},
        {0, NULL},
    };
    PyType_Spec spec = {
        .name = name,
        .basicsize = sizeof(Stream),
        .slots = slots,
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    };
    return (PyTypeObject *)PyType_FromModuleAndSpec(module, &spec, NULL);
}

static int
zlib_exec(PyObject *module)
{
    static const struct {
        const char *name;
        int value;
    } constants[] = {
#define ROW(name) {#name, name},
        ROW(MAX_WBITS) ROW(Z_NO_COMPRESSION) ROW(Z_BEST_SPEED) ROW(Z_BEST_COMPRESSION) ROW(Z_DEFAULT_COMPRESSION)
            ROW(Z_FILTERED) ROW(Z_HUFFMAN_ONLY) ROW(Z_RLE) ROW(Z_FIXED) ROW(Z_DEFAULT_STRATEGY) ROW(Z_NO_FLUSH)
                ROW(Z_PARTIAL_FLUSH) ROW(Z_SYNC_FLUSH) ROW(Z_FULL_FLUSH) ROW(Z_FINISH) ROW(Z_BLOCK) ROW(Z_TREES)
#undef ROW
                    {"DEFLATED", Z_DEFLATED},
        {"DEF_MEM_LEVEL", 8},
        {"DEF_BUF_SIZE", FIRST_ROOM},
    };
    for (size_t i = 0; i < OU_COUNT_OF(constants); i++) {
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) {
            return -1;
        }
    }
    ZlibState *state = state_of(module);
    state->compress = add_type(module, "zlib.Compress", compress_methods, NULL);
    state->decompress = add_type(module, "zlib.Decompress", decompress_methods, decompress_members);
    state->error = PyErr_NewException("zlib.error", NULL, NULL);
    return state->compress == NULL || state->decompress == NULL || state->error == NULL
                || PyModule_AddObjectRef(module, "error", state->error) < 0
                || PyModule_AddStringConstant(module, "ZLIB_VERSION", ZLIB_VERSION) < 0
                || PyModule_AddStringConstant(module, "ZLIB_RUNTIME_VERSION", zlibVersion()) < 0
                || PyModule_AddStringConstant(module, "__version__", "1.0") < 0
             ? -1
             : 0;
}

static int
zlib_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(state_of(module)->compress);
    Py_VISIT(state_of(module)->decompress);
    Py_VISIT(state_of(module)->error);
    return 0;
}

static int
zlib_clear(PyObject *module)
{
    Py_CLEAR(state_of(module)->compress);
    Py_CLEAR(state_of(module)->decompress);
    Py_CLEAR(state_of(module)->error);
    return 0;
}

static void
zlib_free(void *module)
{
    zlib_clear(module);
}

static PyModuleDef_Slot zlib_slots[] = {{Py_mod_exec, zlib_exec}, {0, NULL}};

static PyModuleDef zlib_module = {
    PyModuleDef_HEAD_INIT,       .m_name = "zlib",          .m_doc = "Compression as of GNU zip.",
    .m_size = sizeof(ZlibState), .m_methods = zlib_methods, .m_slots = zlib_slots,
    .m_traverse = zlib_traverse, .m_clear = zlib_clear,     .m_free = zlib_free,
};

PyMODINIT_FUNC
PyInit_zlib(void)
{
    return PyModuleDef_Init(&zlib_module);
}
