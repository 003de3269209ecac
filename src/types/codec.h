/* types/codec.h - what the codecs share: states with error handling, and a growing buffer of bytes.
 *
 *   error handler   what a name given as `errors` stands for.  The standard names are answered here without a
 *                   call where the answer does not depend on the encoding; others come from the registry.
 *   decoder         bytes to str: the writer it fills, and the handler once an error asked for it.
 *   encoder         str to bytes: the handler once an error asked for it.
 *   sink            bytes that grow. */
#ifndef OU_TYPES_CODEC_H
#define OU_TYPES_CODEC_H

#include "types/str.h"

typedef enum {
    OU_ERRORS_STRICT,
    OU_ERRORS_IGNORE,
    OU_ERRORS_REPLACE,
    OU_ERRORS_SURROGATEESCAPE,
    OU_ERRORS_SURROGATEPASS,
    OU_ERRORS_BACKSLASHREPLACE,
    OU_ERRORS_XMLCHARREFREPLACE,
    OU_ERRORS_OTHER, /* ask the registry */
} OuErrors;

/* ---- decoding ------------------------------------------------------------------------------------------ */

typedef struct {
    const char *encoding, *errors;
    OuErrors kind;
    const unsigned char *data;      /* the input; an error handler may replace it */
    Py_ssize_t size;
    _PyUnicodeWriter writer;
    PyObject *handler, *exception;  /* owned, made on the first error */
} OuDecoder;

/* Begin to decode `size` bytes, which the caller keeps; allocates nothing. */
void ou_decoder_init(OuDecoder *decoder, const char *encoding, const char *errors, const char *data,
                     Py_ssize_t size);

/* The bytes from start to end are wrong: let the handler write what stands for them.
 * Returns 0 and where to go on in *next (data and size are read again after this), or -1.  RE-ENTRANT. */
int ou_decoder_error(OuDecoder *decoder, Py_ssize_t start, Py_ssize_t end, const char *reason,
                     Py_ssize_t *next);

/* The result, or NULL if `failed`; either way everything is released. */
PyObject *ou_decoder_finish(OuDecoder *decoder, bool failed);

/* ---- encoding ------------------------------------------------------------------------------------------ */

typedef struct {
    char *data;
    size_t size, room;
} OuByteSink;

/* Make room for `extra` more bytes.  Returns 0, or -1 with MemoryError set. */
int ou_byte_sink_reserve(OuByteSink *sink, size_t extra);
int ou_byte_sink_write(OuByteSink *sink, const void *bytes, size_t size);
static inline int
ou_byte_sink_put(OuByteSink *sink, int byte)
{
    if (OU_UNLIKELY(sink->size == sink->room) && ou_byte_sink_reserve(sink, 1) < 0) {
        return -1;
    }
    sink->data[sink->size++] = (char)byte;
    return 0;
}
/* The bytes object, or NULL if `failed`; either way the buffer is freed. */
PyObject *ou_byte_sink_finish(OuByteSink *sink, bool failed);

typedef struct {
    const char *encoding, *errors;
    OuErrors kind;
    PyObject *str;                  /* borrowed: the text, ready */
    PyObject *handler, *exception;  /* owned, made on the first error */
} OuEncoder;

/* Begin to encode a str that is ready; allocates nothing.  finish drops what errors left. */
void ou_encoder_init(OuEncoder *encoder, const char *encoding, const char *errors, PyObject *str);
void ou_encoder_finish(OuEncoder *encoder);

/* Set UnicodeEncodeError for str[start:end].  Returns -1. */
int ou_encoder_raise(OuEncoder *encoder, Py_ssize_t start, Py_ssize_t end, const char *reason);

/* What the handler puts for str[start:end]: a new str or bytes, and where to go on in *next; NULL on
 * error.  RE-ENTRANT. */
PyObject *ou_encoder_error(OuEncoder *encoder, Py_ssize_t start, Py_ssize_t end, const char *reason,
                           Py_ssize_t *next);

/* The same for encodings that hold ASCII in bytes: written to the sink.  A str answer must stay below
 * `limit`.
 * Returns 0 or -1.  RE-ENTRANT. */
int ou_encoder_error_bytes(OuEncoder *encoder, OuByteSink *sink, Py_ssize_t start, Py_ssize_t end,
                           const char *reason, Py_UCS4 limit, Py_ssize_t *next);

/* ---- translating --------------------------------------------------------------------------------------- */

typedef struct {
    const char *errors;
    PyObject *handler, *exception;  /* owned */
} OuTranslateErrors;

/* str[start:end] maps to nothing: let the handler write what stands for it.  Returns 0 or -1.  RE-ENTRANT. */
int ou_translate_error(OuTranslateErrors *handling, _PyUnicodeWriter *writer, PyObject *str, Py_ssize_t start,
                       Py_ssize_t end, const char *reason, Py_ssize_t *next);

/* ---- names --------------------------------------------------------------------------------------------- */

/* Encodings that need no registry. */
typedef enum {
    OU_CODEC_OTHER,
    OU_CODEC_UTF8,
    OU_CODEC_LATIN1,
    OU_CODEC_ASCII,
    OU_CODEC_UTF16,
    OU_CODEC_UTF32
} OuCodec;
OuCodec ou_codec_of(const char *encoding);

/* Lower case, and runs of other characters than letters, digits and dots made one underscore.  Returns
 * false if the
 * buffer is too small. */
bool ou_encoding_normalize(const char *encoding, char *out, size_t room);

/* The C API of the module unicodedata, as CPython 3.11 lays it out (the capsule unicodedata._ucnhash_CAPI).
 * `private`: aliases and sequences too, by their private numbers. */
typedef struct {
    int (*name)(Py_UCS4 code, char *buffer, int size, int private);
    int (*code)(const char *name, int length, Py_UCS4 *code, int private);
} OuUnicodeNames;

/* That API, or NULL with an error set: UnicodeError where the module can't be imported.  RE-ENTRANT (the first import). */
const OuUnicodeNames *ou_unicode_names(void);

/* The character called `name` in \N{name}: 0; -1 if there is none, -2 with an error set, as above.
 * RE-ENTRANT. */
int ou_unicode_lookup_name(const char *name, Py_ssize_t size, Py_UCS4 *out);

/* Warn of an escape that means nothing, at the character behind its backslash.  Returns 0, or -1 with the warning raised.
 * RE-ENTRANT. */
int ou_warn_escape(const char *first_invalid);

#endif
