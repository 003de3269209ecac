/* modules/_io/io.h - the streams from the inside: what the files of _io share, and what the runtime asks of it.
 *
 *   raw        a stream that does one system call a call: FileIO, or any object with its methods
 *   buffered   a stream of bytes with a buffer before a raw one: reader, writer, random, pair; BytesIO
 *   text       a stream of str before a buffered one: TextIOWrapper; StringIO
 *   plain      said of a stream object whose type is one of ours exactly and that has no attributes of its own: nobody can
 *              have changed its methods, so that the layer above may call the C function without looking them up
 *   would block  a system call on a non-blocking descriptor had to wait: None in Python, IO_WOULD_BLOCK here
 *
 * Which file has what: docs/modules.md. */
#ifndef OU_MODULES_IO_H
#define OU_MODULES_IO_H

#include "object/alloc.h"
#include "object/args.h"
#include "object/hold.h"
#include "object/walk.h"
#include "types/codec.h"

enum { IO_DEFAULT_BUFFER_SIZE = 8192 }; /* from CPython 3.11 */
enum { IO_ERROR = -1, IO_WOULD_BLOCK = -2 };

#define IO_KEYWORDS(function) (PyCFunction)(void *)(function), METH_FASTCALL | METH_KEYWORDS
#define IO_FAST(function) (PyCFunction)(void *)(function), METH_FASTCALL

/* Every stream begins with these. */
#define IO_HEAD            \
    PyObject_HEAD          \
    PyObject *dict;        \
    PyObject *weakreflist; \
    bool finalizing        /* its deallocator runs: close() has no one to tell of errors */

typedef struct {
    IO_HEAD;
} IoObject;

extern PyTypeObject ou_iobase_type, ou_rawiobase_type, ou_bufferediobase_type, ou_textiobase_type;
extern PyTypeObject ou_fileio_type, ou_bytesio_type, ou_bytesio_buffer_type, ou_stringio_type;
extern PyTypeObject ou_buffered_reader_type, ou_buffered_writer_type, ou_buffered_random_type, ou_buffered_pair_type;
extern PyTypeObject ou_textio_type, ou_newline_decoder_type;

/* ---- helpers (io_base.c) --------------------------------------------------------------------------------- */

/* Set UnsupportedOperation.  Returns NULL. */
PyObject *ou_io_unsupported(const char *message);
/* The class, borrowed; OSError once the module is gone. */
PyObject *ou_io_unsupported_class(void);
int ou_io_unsupported_init(PyObject *module);
int ou_io_unsupported_traverse(PyObject *module, visitproc visit, void *arg);
int ou_io_unsupported_clear(PyObject *module);

/* ValueError "I/O operation on closed file".  Returns NULL. */
PyObject *ou_io_closed_error(void);
PyObject *ou_io_closed_error_dot(void); /* the same with a full stop, as other methods have it */
/* Does the error in flight say EINTR?  Then it is cleared: the caller tries again. */
bool ou_io_was_interrupted(void);
/* The `closed` attribute: 1, 0, or -1 with an error set.  RE-ENTRANT. */
int ou_io_is_closed(PyObject *stream);
/* 0, or -1 with ValueError set if stream.closed.  RE-ENTRANT. */
int ou_io_check_closed(PyObject *stream);
/* 0, or -1 with UnsupportedOperation set unless the stream's method (OU_STR(readable), ...) says True.  RE-ENTRANT. */
int ou_io_check_able(PyObject *stream, PyObject *method, const char *message);
/* A size: an index, or None or NULL, which mean `otherwise`.  Returns 0 or -1.  RE-ENTRANT. */
int ou_io_size(PyObject *arg, Py_ssize_t otherwise, Py_ssize_t *out);
/* A file position.  Returns 0 or -1 with an error set.  RE-ENTRANT. */
int ou_io_offset(PyObject *arg, long long *out);
/* (offset, whence=0) of a stream in memory.  Returns 0 or -1 with an error set.  RE-ENTRANT. */
int ou_io_seek_arguments(PyObject *const *args, Py_ssize_t n_args, Py_ssize_t *to, int *whence);
/* write(stream, line) for each of the lines.  Refs new None.  RE-ENTRANT. */
PyObject *ou_io_write_lines(PyObject *stream, PyObject *lines, binaryfunc write);
/* Call tp_finalize of a dying stream.  Returns -1 if it lives on.  RE-ENTRANT. */
int ou_io_finalize(PyObject *stream);
/* The rest of a stream's death, after its own fields are empty: weak references before, dict and block here. */
void ou_io_dealloc_head(PyObject *stream);
void ou_io_free(PyObject *stream);
/* stream.close(), keeping an error that is already set: the new one becomes its context.  Returns 0 or -1. */
int ou_io_close_chained(PyObject *stream);
/* Bytes-like object to write from.  Returns 0, or -1 with TypeError for a str. */
int ou_io_bytes_arg(PyObject *arg, Py_buffer *view);
/* Memory to read into; `function` is named by the TypeError. */
int ou_io_writable_arg(PyObject *arg, Py_buffer *view, const char *function);

static OU_ALWAYS_INLINE bool
ou_io_is_plain(PyObject *stream, PyTypeObject *type)
{
    return Py_TYPE(stream) == type && ((IoObject *)stream)->dict == NULL;
}

/* ---- FileIO (io_file.c) ------------------------------------------------------------------------------------ */

/* New FileIO.  `opener` may be NULL.  RE-ENTRANT. */
PyObject *ou_fileio_new(PyObject *name, const char *mode, bool closefd, PyObject *opener);
/* One read() or write(): number of bytes, IO_WOULD_BLOCK or IO_ERROR.  RE-ENTRANT by signal handlers. */
Py_ssize_t ou_fileio_read(PyObject *file, void *to, Py_ssize_t size);
Py_ssize_t ou_fileio_write(PyObject *file, const void *from, Py_ssize_t size);
/* lseek: the new position or -1. */
long long ou_fileio_seek(PyObject *file, long long offset, int whence);
bool ou_fileio_is_closed(PyObject *file);
PyObject *ou_fileio_readall(PyObject *file, PyObject *ignored);
long ou_fileio_block_size(PyObject *file);
bool ou_fileio_is_terminal(PyObject *file);

/* ---- buffered (io_buffered.c ...) ---------------------------------------------------------------------------- */

/* New reader, writer or random before `raw`.  RE-ENTRANT. */
PyObject *ou_buffered_new(PyTypeObject *type, PyObject *raw, Py_ssize_t size);
static OU_ALWAYS_INLINE bool
ou_buffered_is_plain(PyObject *stream)
{
    PyTypeObject *type = Py_TYPE(stream);
    return (type == &ou_buffered_reader_type || type == &ou_buffered_writer_type || type == &ou_buffered_random_type)
           && ((IoObject *)stream)->dict == NULL;
}
/* For plain ones.  write: 0 or -1.  read1: new bytes, or NULL.  RE-ENTRANT. */
int ou_buffered_write(PyObject *stream, const char *data, Py_ssize_t size);
int ou_buffered_flush(PyObject *stream);
PyObject *ou_buffered_read1(PyObject *stream, Py_ssize_t size);
/* 1, 0 or -1. */
int ou_buffered_is_closed(PyObject *stream);
bool ou_buffered_is_idle(PyObject *stream);

/* ---- text ------------------------------------------------------------------------------------------------------ */

/* What a stream has seen of line ends. */
enum { IO_SEEN_CR = 1, IO_SEEN_LF = 2, IO_SEEN_CRLF = 4 };
/* None, a str or a tuple of them.  Refs new. */
PyObject *ou_io_newlines(unsigned seen);

/* Line ends of decoded text, piece by piece (io_newline.c).
 * text      str, taken (also on failure); NULL passes
 * Returns   new str with \r\n and \r made \n if `translate`.  Keeps a \r at the end back in *pending_cr. */
PyObject *ou_io_translate(PyObject *text, bool translate, bool final, bool *pending_cr, unsigned *seen);

/* Where a line ends, among the code points from `start` to `end`: the index behind its end, or -1 if it goes on; then
 * *rest is the first index that a later search must look at again. */
typedef struct {
    bool universal;    /* any of \n, \r, \r\n */
    const char *end;   /* else this: "\n" if translated */
} IoLineEnd;
Py_ssize_t ou_io_find_line(int kind, const void *data, Py_ssize_t start, Py_ssize_t end, const IoLineEnd *line_end,
                           Py_ssize_t *rest);

typedef struct {
    PyObject *encoding, *errors; /* str; NULL: the locale's, strict */
    const char *newline;         /* NULL: universal */
    bool line_buffering, write_through;
} IoTextOptions;
/* New TextIOWrapper.  mode: what its attribute `mode` says, or NULL.  RE-ENTRANT. */
PyObject *ou_textio_new(PyObject *buffer, const IoTextOptions *options, PyObject *mode);
/* The newline argument: None or one of the five.  Returns 0, or -1 with an error set. */
int ou_io_newline_arg(PyObject *arg, const char *function, const char **newline);
/* io.text_encoding().  Refs new.  RE-ENTRANT. */
PyObject *ou_io_text_encoding(PyObject *encoding, int stack_level);

/* io.open().  RE-ENTRANT. */
PyObject *ou_io_open(PyObject *file, const char *mode, PyObject *mode_object, int buffering, PyObject *encoding,
                     PyObject *errors, const char *newline, bool has_newline, bool closefd, PyObject *opener);

#endif
