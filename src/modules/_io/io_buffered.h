/* modules/_io/io_buffered.h - BufferedReader, BufferedWriter and BufferedRandom from the inside.
 *
 *   read-ahead   bytes that were read from the raw stream but not yet given to anyone: buf[pos .. end)
 *   pending      bytes that were written to us but not yet to the raw stream: buf[0 .. n_pending)
 *   raw_pos      where the raw stream stands, if known: behind the read-ahead, before the pending bytes; else -1 */
#ifndef OU_MODULES_IO_BUFFERED_H
#define OU_MODULES_IO_BUFFERED_H

#include "modules/_io/io.h"

#include <structmember.h>

typedef struct {
    IO_HEAD;
    bool ok, detached;        /* ok: __init__ succeeded and nobody detached the raw stream */
    bool readable, writable;  /* the type's, not the raw stream's */
    bool closed;              /* our own close() ran: there is no buffer any more */
    PyObject *raw;
    char *buf;                /* PyMem, made on first use */
    Py_ssize_t size;          /* of buf, when there is one */
    Py_ssize_t pos, end;      /* at most one of (end > 0) and (n_pending > 0) */
    Py_ssize_t n_pending;
    long long raw_pos;
    unsigned long owner;      /* thread that is inside, or 0 */
    int n_waiters;
} Buffered;

#define BUFFERED(op) ((Buffered *)(op))

static inline Py_ssize_t
ou_buffered_ahead(const Buffered *self)
{
    return self->end - self->pos;
}

/* 0, or -1 with ValueError set. */
int ou_buffered_check_ok(Buffered *self);
/* 0, or -1 with ValueError(message) set if it is closed and nothing is left to read.  RE-ENTRANT. */
int ou_buffered_check_open(Buffered *self, const char *message);

/* One thread at a time: whoever is inside may give up the interpreter's lock.  enter: 0, or -1 with RuntimeError set if
 * this very thread is inside (a signal handler). */
int ou_buffered_enter(Buffered *self);
void ou_buffered_leave(Buffered *self);

/* Make the buffer.  Returns 0, or -1 with MemoryError set. */
int ou_buffered_need(Buffered *self);

/* The raw stream; all RE-ENTRANT.  read, write: number of bytes, IO_WOULD_BLOCK or IO_ERROR. */
Py_ssize_t ou_buffered_raw_read(Buffered *self, char *to, Py_ssize_t size);
Py_ssize_t ou_buffered_raw_write(Buffered *self, const char *from, Py_ssize_t size);

/* Write all pending bytes.  Returns 0, or -1 with an error set (BlockingIOError too).  RE-ENTRANT. */
int ou_buffered_write_pending(Buffered *self);
/* Give the read-ahead up, so that the raw stream stands where the program thinks.  Returns 0 or -1.  RE-ENTRANT. */
int ou_buffered_rewind(Buffered *self);
int ou_buffered_flush_and_rewind(Buffered *self);

/* Methods that types share. */
PyObject *ou_buffered_method_flush(PyObject *self, PyObject *ignored);
PyObject *ou_buffered_method_write(PyObject *self, PyObject *arg);
PyObject *ou_buffered_next(PyObject *self);
PyObject *ou_buffered_readline(PyObject *self, PyObject *const *args, Py_ssize_t n_args);
PyObject *ou_buffered_alloc(PyTypeObject *type, PyObject *args, PyObject *kwargs);
int ou_buffered_init(PyObject *self, PyObject *args, PyObject *kwargs);
PyObject *ou_buffered_repr(PyObject *self);
void ou_buffered_dealloc(PyObject *self);
int ou_buffered_traverse(PyObject *self, visitproc visit, void *arg);
int ou_buffered_clear(PyObject *self);

#define OU_BUFFERED_METHOD_0(name) PyObject *ou_buffered_method_##name(PyObject *self, PyObject *ignored)
#define OU_BUFFERED_METHOD(name) \
    PyObject *ou_buffered_method_##name(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
OU_BUFFERED_METHOD_0(close);
OU_BUFFERED_METHOD_0(detach);
OU_BUFFERED_METHOD_0(seekable);
OU_BUFFERED_METHOD_0(readable);
OU_BUFFERED_METHOD_0(writable);
OU_BUFFERED_METHOD_0(fileno);
OU_BUFFERED_METHOD_0(isatty);
OU_BUFFERED_METHOD_0(dealloc_warn);
OU_BUFFERED_METHOD_0(simple_flush);
OU_BUFFERED_METHOD_0(tell);
OU_BUFFERED_METHOD_0(sizeof);
OU_BUFFERED_METHOD(seek);
OU_BUFFERED_METHOD(truncate);
OU_BUFFERED_METHOD(read);
OU_BUFFERED_METHOD(read1);
OU_BUFFERED_METHOD(peek);
OU_BUFFERED_METHOD_0(readinto);
OU_BUFFERED_METHOD_0(readinto1);

extern PyGetSetDef ou_buffered_getset[];
extern PyMemberDef ou_buffered_members[];

/* Rows of all three types' method tables. */
#define OU_BUFFERED_METHODS                                                                                              \
    {"close", ou_buffered_method_close, METH_NOARGS, "Flush and close; a second time does nothing."},                    \
    {"detach", ou_buffered_method_detach, METH_NOARGS, "Give the raw stream away."},                                     \
    {"seekable", ou_buffered_method_seekable, METH_NOARGS, "Can positions be set?"},                                     \
    {"fileno", ou_buffered_method_fileno, METH_NOARGS, "The descriptor."},                                               \
    {"isatty", ou_buffered_method_isatty, METH_NOARGS, "Is it a terminal?"},                                             \
    {"_dealloc_warn", ou_buffered_method_dealloc_warn, METH_O, NULL},                                                    \
    {"tell", ou_buffered_method_tell, METH_NOARGS, "The position."},                                                     \
    {"seek", IO_FAST(ou_buffered_method_seek), "seek($self, target, whence=0, /)\n--\n\nMove to a position."},           \
    {"truncate", IO_FAST(ou_buffered_method_truncate), "truncate($self, pos=None, /)\n--\n\nCut or grow to a size."},    \
    {"__sizeof__", ou_buffered_method_sizeof, METH_NOARGS, NULL}
#define OU_BUFFERED_READ_METHODS                                                                                         \
    {"readable", ou_buffered_method_readable, METH_NOARGS, "Can it be read?"},                                           \
    {"read", IO_FAST(ou_buffered_method_read), "read($self, size=-1, /)\n--\n\nRead `size` bytes, or to the end."},      \
    {"read1", IO_FAST(ou_buffered_method_read1), "read1($self, size=-1, /)\n--\n\nRead with at most one raw read."},     \
    {"peek", IO_FAST(ou_buffered_method_peek), "peek($self, size=0, /)\n--\n\nThe bytes ahead, without moving."},        \
    {"readinto", ou_buffered_method_readinto, METH_O, "readinto($self, buffer, /)\n--\n\nRead into a buffer."},          \
    {"readinto1", ou_buffered_method_readinto1, METH_O,                                                                  \
     "readinto1($self, buffer, /)\n--\n\nRead into a buffer with at most one raw read."},                                \
    {"readline", IO_FAST(ou_buffered_readline), "readline($self, size=-1, /)\n--\n\nA line, or part of it."}
#define OU_BUFFERED_WRITE_METHODS                                                                                        \
    {"writable", ou_buffered_method_writable, METH_NOARGS, "Can it be written?"},                                        \
    {"write", ou_buffered_method_write, METH_O, "write($self, buffer, /)\n--\n\nWrite bytes; their number."},            \
    {"flush", ou_buffered_method_flush, METH_NOARGS, "Write what is pending."}

/* What the three types have alike.  `name` and `doc` are string literals; the table of methods follows. */
#define OU_BUFFERED_SLOTS(name, doc)                                                                                     \
    .tp_name = "_io." name,                                                                                              \
    .tp_basicsize = sizeof(Buffered),                                                                                    \
    .tp_dealloc = ou_buffered_dealloc,                                                                                   \
    .tp_repr = ou_buffered_repr,                                                                                         \
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,                                           \
    .tp_doc = name "(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\n" doc,                                                 \
    .tp_traverse = ou_buffered_traverse,                                                                                 \
    .tp_clear = ou_buffered_clear,                                                                                       \
    .tp_members = ou_buffered_members,                                                                                   \
    .tp_getset = ou_buffered_getset,                                                                                     \
    .tp_base = &ou_bufferediobase_type,                                                                                  \
    .tp_init = ou_buffered_init,                                                                                         \
    .tp_alloc = PyType_GenericAlloc,                                                                                     \
    .tp_new = ou_buffered_alloc,                                                                                         \
    .tp_free = PyObject_GC_Del

#endif
