/* modules/_io/io_text.h - TextIOWrapper from the inside.
 *
 *   direct     said of UTF-8, Latin-1 and ASCII: encoded and decoded here, without a codec object
 *   held       bytes of a character whose rest has not been read yet (a direct decoder's)
 *   decoded    text that was decoded; the first `used` characters of it were given to the program
 *   snapshot   where the decoder was before `decoded` came out of it, and the bytes it has got since: tell() counts from
 *              there.  Kept only while `telling`.
 *   pending    bytes that were written to us but not yet to the buffer below
 *   cookie     the int that tell() makes: a position of bytes, and how to get to the character from there */
#ifndef OU_MODULES_IO_TEXT_H
#define OU_MODULES_IO_TEXT_H

#include "modules/_io/io.h"

typedef struct {
    IO_HEAD;
    bool ok, detached;
    bool can_read, can_write;
    bool universal, translate, write_translate;
    bool line_buffering, write_through;
    bool seekable, telling, has_read1;
    bool pending_cr;              /* the decoder keeps a \r back */
    bool has_snapshot;
    unsigned seen;                /* IO_SEEN_... */
    OuCodec codec;                /* OU_CODEC_OTHER: not direct */
    const char *readnl, *writenl; /* line end if not universal; what \n becomes, or NULL */
    PyObject *buffer;
    PyObject *encoding, *errors;  /* str */
    const char *errors_text;      /* of `errors` */
    PyObject *encoder, *decoder;  /* the codec's objects; NULL if direct, or not that way */
    PyObject *mode;               /* what open() was asked for, or NULL */
    unsigned char held[4];
    int n_held;
    PyObject *decoded;            /* NULL: none */
    Py_ssize_t used;
    PyObject *snapshot;           /* bytes */
    int snapshot_flags;
    double bytes_per_char;        /* of the last chunk; 0: not known */
    char *pending;                /* PyMem */
    Py_ssize_t n_pending, pending_room;
    Py_ssize_t chunk_size;
} TextIO;

#define TEXT(op) ((TextIO *)(op))

static inline bool
ou_text_is_direct(const TextIO *self)
{
    return self->codec != OU_CODEC_OTHER;
}

/* 0, or -1 with ValueError set: initialized, attached; open.  open is RE-ENTRANT. */
int ou_text_check_attached(TextIO *self);
int ou_text_check_open(TextIO *self);

/* ---- decoder and encoder (io_text_codec.c); RE-ENTRANT ------------------------------------------------------ */

/* Take the encoding: direct, or make the codec's objects for what the buffer can do.  Returns 0 or -1. */
int ou_text_codec_init(TextIO *self, PyObject *encoding, PyObject *errors);
void ou_text_newline_init(TextIO *self, const char *newline);
/* The text of the next bytes, line ends translated.  Refs new. */
PyObject *ou_text_decode(TextIO *self, const char *data, Py_ssize_t size, bool final);
/* State: bytes that the decoder holds (new reference) and flags. */
int ou_text_decoder_get(TextIO *self, PyObject **held, int *flags);
int ou_text_decoder_set(TextIO *self, const char *held, Py_ssize_t n_held, int flags);
int ou_text_decoder_reset(TextIO *self);
/* Encode a str to bytes.  Refs new. */
PyObject *ou_text_encode(TextIO *self, PyObject *text);
/* The next write is at the start of the stream (a BOM is due), or isn't. */
int ou_text_encoder_reset(TextIO *self, bool at_start);

/* ---- reading, writing; RE-ENTRANT ---------------------------------------------------------------------------- */

/* Write pending bytes to the buffer below.  Returns 0 or -1. */
int ou_text_write_pending(TextIO *self);
/* The same, and flush that. */
int ou_text_flush(TextIO *self);
/* Forget decoded text and snapshot. */
void ou_text_forget(TextIO *self);

#define OU_TEXT_METHOD(name) PyObject *ou_text_##name(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
OU_TEXT_METHOD(read);
OU_TEXT_METHOD(readline);
OU_TEXT_METHOD(seek);
OU_TEXT_METHOD(truncate);
PyObject *ou_text_write(PyObject *self, PyObject *text);
PyObject *ou_text_tell(PyObject *self, PyObject *ignored);
PyObject *ou_text_next(PyObject *self);

#endif
