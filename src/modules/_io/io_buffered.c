/* modules/_io/io_buffered.c - what BufferedReader, BufferedWriter and BufferedRandom share: life, the raw stream, positions.
 *
 * Owns       the raw stream, the buffer.
 * Invariant  never both read-ahead and pending bytes (io_buffered.h).  A raw stream in Python never sees our buffer itself:
 *            it gets memory of an object that it may keep.
 * Not here   reading (io_buffered_read.c), writing (io_buffered_write.c), the pair (io_buffered_pair.c). */
#include <pthread.h>

#include "modules/_io/io_buffered.h"

/* ---- states ------------------------------------------------------------------------------------------------------------- */

int
ou_buffered_check_ok(Buffered *self)
{
    if (OU_LIKELY(self->ok)) {
        return 0;
    }
    PyErr_SetString(PyExc_ValueError,
                    self->detached ? "raw stream has been detached" : "I/O operation on uninitialized object");
    return -1;
}

int
ou_buffered_is_closed(PyObject *op)
{
    Buffered *self = BUFFERED(op);
    if (ou_buffered_check_ok(self) < 0) {
        return -1;
    }
    return ou_io_is_closed(self->raw);
}

/* Is it closed, with nothing to do at its end?  Sets no error: an exception may be under way. */
bool
ou_buffered_is_idle(PyObject *op)
{
    Buffered *self = BUFFERED(op);
    return ou_buffered_is_plain(op) && self->closed && self->raw != NULL && ou_io_is_plain(self->raw, &ou_fileio_type)
        && ou_fileio_is_closed(self->raw);
}

int
ou_buffered_check_open(Buffered *self, const char *message)
{
    if (OU_LIKELY(!self->closed && ou_io_is_plain(self->raw, &ou_fileio_type) && !ou_fileio_is_closed(self->raw))) {
        return 0;
    }
    int closed = self->closed ? 1 : ou_io_is_closed(self->raw);
    if (closed > 0 && ou_buffered_ahead(self) == 0) {
        PyErr_SetString(PyExc_ValueError, message);
        return -1;
    }
    return closed < 0 ? -1 : 0;
}

/* Waiting for another thread to leave is rare: one condition serves all streams. */
static pthread_mutex_t wait_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wait_left = PTHREAD_COND_INITIALIZER;

static OU_COLD int
enter_slow(Buffered *self, unsigned long me)
{
    if (self->owner == me) {
        PyErr_Format(PyExc_RuntimeError, "reentrant call inside %R", self);
        return -1;
    }
    self->n_waiters++;
    while (self->owner != 0) {
        Py_BEGIN_ALLOW_THREADS pthread_mutex_lock(&wait_mutex);
        struct timespec when;
        clock_gettime(CLOCK_REALTIME, &when);
        when.tv_nsec += 10 * 1000 * 1000; /* the owner may leave before we wait: look again; arbitrary */
        if (when.tv_nsec >= 1000000000) {
            when.tv_nsec -= 1000000000;
            when.tv_sec++;
        }
        if (__atomic_load_n(&self->owner, __ATOMIC_ACQUIRE) != 0) {
            pthread_cond_timedwait(&wait_left, &wait_mutex, &when);
        }
        pthread_mutex_unlock(&wait_mutex);
        Py_END_ALLOW_THREADS if (_Py_IsFinalizing())
        {
            break; /* the owner is a daemon thread that will never run again */
        }
    }
    self->n_waiters--;
    if (ou_buffered_check_ok(self) < 0) { /* detached meanwhile */
        return -1;
    }
    self->owner = me;
    return 0;
}

int
ou_buffered_enter(Buffered *self)
{
    unsigned long me = ou_tstate()->thread_id;
    if (OU_UNLIKELY(self->owner != 0)) {
        return enter_slow(self, me);
    }
    self->owner = me;
    return 0;
}

void
ou_buffered_leave(Buffered *self)
{
    __atomic_store_n(&self->owner, 0, __ATOMIC_RELEASE);
    if (OU_UNLIKELY(self->n_waiters > 0)) {
        pthread_mutex_lock(&wait_mutex);
        pthread_cond_broadcast(&wait_left);
        pthread_mutex_unlock(&wait_mutex);
    }
}

int
ou_buffered_need(Buffered *self)
{
    if (OU_LIKELY(self->buf != NULL)) {
        return 0;
    }
    self->buf = PyMem_Malloc((size_t)self->size);
    if (self->buf == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

/* ---- the raw stream ------------------------------------------------------------------------------------------------------- */

/* What raw.readinto() or raw.write() answered, taken. */
static Py_ssize_t
raw_count(PyObject *result, Py_ssize_t size, const char *what)
{
    if (result == Py_None) {
        Py_DECREF(result);
        return IO_WOULD_BLOCK;
    }
    Py_ssize_t n = PyNumber_AsSsize_t(result, PyExc_ValueError);
    Py_DECREF(result);
    bool reads = what[0] == 'r';
    if (n == -1 && PyErr_Occurred() && reads) {
        _PyErr_FormatFromCause(PyExc_OSError, "raw readinto() failed");
        return IO_ERROR;
    }
    if (n < 0 || n > size) {
        PyErr_Format(PyExc_OSError, "raw %s() returned invalid length %zd (should have been between 0 and %zd)", what, n, size);
        return IO_ERROR;
    }
    return n;
}

static Py_ssize_t
raw_read_object(Buffered *self, char *to, Py_ssize_t size)
{
    PyObject *memory = PyByteArray_FromStringAndSize(NULL, size), *view = NULL, *result = NULL;
    if (memory == NULL) {
        return IO_ERROR;
    }
    memset(PyByteArray_AS_STRING(memory), 0, (size_t)size); /* the raw stream may look at it */
    view = PyMemoryView_FromObject(memory);
    Py_ssize_t n = IO_ERROR;
    OU_HOLD(hold, &memory, &view);
    if (view != NULL) {
        do {
            result = PyObject_CallMethodOneArg(self->raw, OU_STR(readinto), view);
        } while (result == NULL && ou_io_was_interrupted());
    }
    if (result != NULL) {
        n = raw_count(result, size, "readinto");
        if (n > 0) {
            memcpy(to, PyByteArray_AS_STRING(memory), (size_t)n); /* the view keeps it this long */
        }
    }
    OU_HOLD_END(hold);
    Py_XDECREF(view);
    Py_DECREF(memory);
    return n;
}

static Py_ssize_t
raw_write_object(Buffered *self, const char *from, Py_ssize_t size)
{
    PyObject *memory = PyBytes_FromStringAndSize(from, size), *view = NULL, *result = NULL;
    if (memory == NULL) {
        return IO_ERROR;
    }
    view = PyMemoryView_FromObject(memory);
    Py_DECREF(memory);
    OU_HOLD(hold, &view);
    if (view != NULL) {
        do {
            result = PyObject_CallMethodOneArg(self->raw, OU_STR(write), view);
        } while (result == NULL && ou_io_was_interrupted());
    }
    OU_HOLD_END(hold);
    Py_XDECREF(view);
    return result == NULL ? IO_ERROR : raw_count(result, size, "write");
}

Py_ssize_t
ou_buffered_raw_read(Buffered *self, char *to, Py_ssize_t size)
{
    Py_ssize_t n =
        ou_io_is_plain(self->raw, &ou_fileio_type) ? ou_fileio_read(self->raw, to, size) : raw_read_object(self, to, size);
    if (n > 0 && self->raw_pos >= 0) {
        self->raw_pos += n;
    }
    return n;
}

Py_ssize_t
ou_buffered_raw_write(Buffered *self, const char *from, Py_ssize_t size)
{
    Py_ssize_t n = ou_io_is_plain(self->raw, &ou_fileio_type) ? ou_fileio_write(self->raw, from, size)
                                                              : raw_write_object(self, from, size);
    if (n > 0 && self->raw_pos >= 0) {
        self->raw_pos += n;
    }
    return n;
}

/* A position that the raw stream answered, taken.  -1 with an error set. */
static long long
raw_position(Buffered *self, PyObject *result)
{
    long long at = -1;
    self->raw_pos = -1;
    if (result == NULL) {
        return -1;
    }
    int status = ou_io_offset(result, &at);
    Py_DECREF(result);
    if (status == 0 && at < 0) {
        PyErr_Format(PyExc_OSError, "Raw stream returned invalid position %lld", at);
        status = -1;
    }
    return status < 0 ? -1 : (self->raw_pos = at);
}

/* asks */
static long long
buffered_raw_tell(Buffered *self)
{
    if (ou_io_is_plain(self->raw, &ou_fileio_type)) {
        return self->raw_pos = ou_fileio_seek(self->raw, 0, SEEK_CUR);
    }
    return raw_position(self, PyObject_CallMethodNoArgs(self->raw, OU_STR(tell)));
}

/* asks if it isn't known */
static long long
buffered_raw_where(Buffered *self)
{
    return self->raw_pos >= 0 ? self->raw_pos : buffered_raw_tell(self);
}

static long long
buffered_raw_seek(Buffered *self, long long offset, int whence)
{
    if (ou_io_is_plain(self->raw, &ou_fileio_type)) {
        return self->raw_pos = ou_fileio_seek(self->raw, offset, whence);
    }
    PyObject *args[] = {self->raw, PyLong_FromLongLong(offset), PyLong_FromLong(whence)}, *result = NULL;
    if (args[1] != NULL && args[2] != NULL) {
        OU_HOLD(hold, &args[1], &args[2]);
        result = PyObject_VectorcallMethod(OU_STR(seek), args, 3, NULL);
        OU_HOLD_END(hold);
    }
    Py_XDECREF(args[1]);
    Py_XDECREF(args[2]);
    return raw_position(self, result);
}

int
ou_buffered_rewind(Buffered *self)
{
    Py_ssize_t ahead = ou_buffered_ahead(self);
    if (ahead > 0 && buffered_raw_seek(self, -(long long)ahead, SEEK_CUR) < 0) {
        return -1;
    }
    self->pos = self->end = 0;
    return 0;
}

int
ou_buffered_flush_and_rewind(Buffered *self)
{
    if (self->n_pending > 0 && ou_buffered_write_pending(self) < 0) {
        return -1;
    }
    return self->readable ? ou_buffered_rewind(self) : 0;
}

/* ---- life ---------------------------------------------------------------------------------------------- */

OU_WALKER(buffered)
{
    OU_EDGE_OF(BUFFERED(self), dict);
    OU_EDGE_OF(BUFFERED(self), raw);
    return 0;
}

int
ou_buffered_traverse(PyObject *self, visitproc visit, void *arg)
{
    return buffered_traverse(self, visit, arg);
}

int
ou_buffered_clear(PyObject *self)
{
    BUFFERED(self)->ok = false;
    Py_CLEAR(BUFFERED(self)->raw);
    Py_CLEAR(BUFFERED(self)->dict);
    return 0;
}

PyObject *
ou_buffered_alloc(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Buffered *self = BUFFERED(type->tp_alloc(type, 0));
    if (self != NULL) {
        self->raw_pos = -1;
    }
    return (PyObject *)self;
}

enum { EAGER = 1 << 20 }; /* a larger buffer is asked for at once, since it may be refused; arbitrary */

/* Begin (again) before `raw`.  RE-ENTRANT. */
static int
buffered_open(Buffered *self, PyObject *raw, Py_ssize_t size)
{
    bool is_random = PyType_IsSubtype(Py_TYPE(self), &ou_buffered_random_type);
    bool reads = is_random || PyType_IsSubtype(Py_TYPE(self), &ou_buffered_reader_type);
    bool writes = is_random || !reads;
    self->ok = false;
    self->detached = false;
    if ((is_random && ou_io_check_able(raw, OU_STR(seekable), "File or stream is not seekable.") < 0)
        || (reads && ou_io_check_able(raw, OU_STR(readable), "File or stream is not readable.") < 0)
        || (writes && ou_io_check_able(raw, OU_STR(writable), "File or stream is not writable.") < 0)) {
        return -1;
    }
    if (size <= 0) {
        PyErr_SetString(PyExc_ValueError, "buffer size must be strictly positive");
        return -1;
    }
    if (ou_buffered_enter(self) < 0) {
        return -1;
    }
    PyMem_Free(self->buf);
    self->buf = NULL;
    self->size = size;
    self->pos = self->end = self->n_pending = 0;
    self->readable = reads;
    self->writable = writes;
    self->closed = false;
    Py_XSETREF(self->raw, Py_NewRef(raw));
    if (size > EAGER && ou_buffered_need(self) < 0) {
        ou_buffered_leave(self);
        return -1;
    }
    if (buffered_raw_tell(self) < 0) {
        PyErr_Clear(); /* a pipe, say */
    }
    ou_buffered_leave(self);
    self->ok = true;
    return 0;
}

int
ou_buffered_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const OuParams params[3] = {
        {"BufferedReader", {"raw", "buffer_size"}, .n_positional = 2, .n_required = 1, .n_all = 2},
        {"BufferedWriter", {"raw", "buffer_size"}, .n_positional = 2, .n_required = 1, .n_all = 2},
        {"BufferedRandom", {"raw", "buffer_size"}, .n_positional = 2, .n_required = 1, .n_all = 2},
    };
    PyObject *v[2];
    int which = PyType_IsSubtype(Py_TYPE(self), &ou_buffered_random_type) ? 2
              : PyType_IsSubtype(Py_TYPE(self), &ou_buffered_writer_type) ? 1
                                                                          : 0;
    if (ou_args_parse_tuple(&params[which], args, kwargs, v) < 0) {
        return -1;
    }
    Py_ssize_t size = IO_DEFAULT_BUFFER_SIZE;
    if (v[1] != NULL) {
        size = PyNumber_AsSsize_t(v[1], PyExc_OverflowError);
        if (size == -1 && PyErr_Occurred()) {
            return -1;
        }
    }
    return buffered_open(BUFFERED(self), v[0], size);
}

PyObject *
ou_buffered_new(PyTypeObject *type, PyObject *raw, Py_ssize_t size)
{
    PyObject *self = ou_buffered_alloc(type, NULL, NULL);
    if (self == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &self);
    int status = buffered_open(BUFFERED(self), raw, size);
    OU_HOLD_END(hold);
    if (status < 0) {
        Py_CLEAR(self);
    }
    return self;
}

void
ou_buffered_dealloc(PyObject *op)
{
    Buffered *self = BUFFERED(op);
    self->finalizing = true;
    if (!ou_buffered_is_idle(op) && ou_io_finalize(op) < 0) {
        return;
    }
    ou_io_dealloc_head(op);
    self->ok = false;
    Py_CLEAR(self->raw);
    PyMem_Free(self->buf);
    self->buf = NULL;
    ou_io_free(op);
}

static void
warn_raw(Buffered *self, PyObject *source)
{
    if (self->ok && self->raw != NULL) {
        PyObject *result = PyObject_CallMethodOneArg(self->raw, OU_STR(_dealloc_warn), source);
        if (result == NULL) {
            PyErr_Clear();
        }
        Py_XDECREF(result);
    }
}

PyObject *
ou_buffered_method_dealloc_warn(PyObject *self, PyObject *source)
{
    warn_raw(BUFFERED(self), source);
    Py_RETURN_NONE;
}

PyObject *
ou_buffered_method_close(PyObject *op, PyObject *ignored)
{
    Buffered *self = BUFFERED(op);
    if (ou_buffered_check_ok(self) < 0) {
        return NULL;
    }
    int closed = ou_buffered_is_closed(op);
    if (closed != 0) {
        return closed < 0 ? NULL : Py_NewRef(Py_None);
    }
    if (self->finalizing) {
        warn_raw(self, op);
    }
    PyObject *result = PyObject_CallMethodNoArgs(op, OU_STR(flush)), *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    OU_HOLD(hold, &type, &value, &traceback);
    Py_XDECREF(result);
    result = NULL;
    PyObject *raw = Py_XNewRef(self->raw);
    if (ou_buffered_enter(self) == 0) {
        result = raw == NULL ? Py_NewRef(Py_None) : PyObject_CallMethodNoArgs(raw, OU_STR(close));
        PyMem_Free(self->buf);
        self->buf = NULL;
        self->closed = true;
        self->pos = self->end = self->n_pending = 0;
        ou_buffered_leave(self);
    }
    Py_XDECREF(raw);
    OU_HOLD_END(hold);
    if (type != NULL) {
        _PyErr_ChainExceptions(type, value, traceback);
        Py_CLEAR(result);
    }
    return result;
}

PyObject *
ou_buffered_method_detach(PyObject *op, PyObject *ignored)
{
    Buffered *self = BUFFERED(op);
    if (ou_buffered_check_ok(self) < 0) {
        return NULL;
    }
    PyObject *result = PyObject_CallMethodNoArgs(op, OU_STR(flush));
    if (result == NULL) {
        return NULL;
    }
    Py_DECREF(result);
    if (ou_buffered_check_ok(self) < 0) { /* flush() may have run anything */
        return NULL;
    }
    PyObject *raw = self->raw;
    self->raw = NULL;
    self->detached = true;
    self->ok = false;
    return raw;
}

/* ---- what the raw stream answers ----------------------------------------------------------------------- */

static PyObject *
ask_raw(PyObject *self, PyObject *method)
{
    if (ou_buffered_check_ok(BUFFERED(self)) < 0) {
        return NULL;
    }
    PyObject *raw = Py_NewRef(BUFFERED(self)->raw), *result = PyObject_CallMethodNoArgs(raw, method);
    Py_DECREF(raw);
    return result;
}

PyObject *
ou_buffered_method_seekable(PyObject *self, PyObject *ignored)
{
    return ask_raw(self, OU_STR(seekable));
}

PyObject *
ou_buffered_method_readable(PyObject *self, PyObject *ignored)
{
    return ask_raw(self, OU_STR(readable));
}

PyObject *
ou_buffered_method_writable(PyObject *self, PyObject *ignored)
{
    return ask_raw(self, OU_STR(writable));
}

PyObject *
ou_buffered_method_fileno(PyObject *self, PyObject *ignored)
{
    return ask_raw(self, OU_STR(fileno));
}

PyObject *
ou_buffered_method_isatty(PyObject *self, PyObject *ignored)
{
    return ask_raw(self, OU_STR(isatty));
}

PyObject *
ou_buffered_method_simple_flush(PyObject *self, PyObject *ignored)
{
    return ask_raw(self, OU_STR(flush));
}

static PyObject *
get_of_raw(PyObject *self, void *name)
{
    if (ou_buffered_check_ok(BUFFERED(self)) < 0) {
        return NULL;
    }
    return PyObject_GetAttr(BUFFERED(self)->raw, name);
}

static PyObject *
buffered_get_closed(PyObject *self, void *unused)
{
    return get_of_raw(self, OU_STR(closed));
}

static PyObject *
buffered_get_name(PyObject *self, void *unused)
{
    return get_of_raw(self, OU_STR(name));
}

static PyObject *
buffered_get_mode(PyObject *self, void *unused)
{
    return get_of_raw(self, OU_STR(mode));
}

PyGetSetDef ou_buffered_getset[] = {
    {"closed", buffered_get_closed, NULL, NULL, NULL},
    {"name", buffered_get_name, NULL, NULL, NULL},
    {"mode", buffered_get_mode, NULL, NULL, NULL},
    {NULL},
};

PyMemberDef ou_buffered_members[] = {
    {"raw", T_OBJECT, offsetof(Buffered, raw), READONLY},
    {"_finalizing", T_BOOL, offsetof(Buffered, finalizing), 0},
    {NULL},
};

PyObject *
ou_buffered_method_sizeof(PyObject *self, PyObject *ignored)
{
    return PyLong_FromSsize_t(Py_TYPE(self)->tp_basicsize + (BUFFERED(self)->closed ? 0 : BUFFERED(self)->size));
}

PyObject *
ou_buffered_repr(PyObject *self)
{
    PyObject *name, *text = NULL;
    if (_PyObject_LookupAttr(self, OU_STR(name), &name) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_ValueError)) {
            return NULL;
        }
        PyErr_Clear(); /* detached: no name, and a repr all the same */
    }
    if (name == NULL) {
        return PyUnicode_FromFormat("<%s>", Py_TYPE(self)->tp_name);
    }
    OU_HOLD(hold, &name);
    int running = Py_ReprEnter(self);
    if (running == 0) {
        text = PyUnicode_FromFormat("<%s name=%R>", Py_TYPE(self)->tp_name, name);
        Py_ReprLeave(self);
    }
    else if (running > 0) {
        PyErr_Format(PyExc_RuntimeError, "reentrant call inside %s.__repr__", Py_TYPE(self)->tp_name);
    }
    OU_HOLD_END(hold);
    Py_DECREF(name);
    return text;
}

/* ---- positions ----------------------------------------------------------------------------------------- */

PyObject *
ou_buffered_method_tell(PyObject *op, PyObject *ignored)
{
    Buffered *self = BUFFERED(op);
    if (ou_buffered_check_ok(self) < 0) {
        return NULL;
    }
    long long at = buffered_raw_tell(self);
    if (at < 0) {
        return NULL;
    }
    at += self->n_pending - ou_buffered_ahead(self);
    return PyLong_FromLongLong(Py_MAX(at, 0));
}

PyObject *
ou_buffered_method_seek(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
{
    Buffered *self = BUFFERED(op);
    int whence = SEEK_SET;
    long long target;
    if (!_PyArg_CheckPositional("seek", n_args, 1, 2)) {
        return NULL;
    }
    if (n_args > 1 && (whence = _PyLong_AsInt(args[1])) == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (ou_buffered_check_ok(self) < 0) {
        return NULL;
    }
    if (whence < 0 || whence > 4) { /* SEEK_DATA and SEEK_HOLE are the last ones */
        PyErr_Format(PyExc_ValueError, "whence value %d unsupported", whence);
        return NULL;
    }
    if (ou_buffered_check_open(self, "seek of closed file") < 0
        || ou_io_check_able(self->raw, OU_STR(seekable), "File or stream is not seekable.") < 0
        || ou_io_offset(args[0], &target) < 0 || ou_buffered_check_ok(self) < 0) {
        return NULL;
    }
    Py_ssize_t ahead = ou_buffered_ahead(self);
    if (whence <= 1 && ahead > 0) { /* perhaps the target is in the buffer */
        long long raw_at = buffered_raw_where(self);
        if (raw_at < 0) {
            return NULL;
        }
        ahead = ou_buffered_ahead(self);
        long long offset = whence == 0 ? target - (raw_at - ahead) : target;
        if (offset >= -(long long)self->pos && offset <= ahead) {
            self->pos += (Py_ssize_t)offset;
            return PyLong_FromLongLong(raw_at - ahead + offset);
        }
    }
    if (ou_buffered_enter(self) < 0) {
        return NULL;
    }
    long long at = -1;
    if (self->n_pending == 0 || ou_buffered_write_pending(self) == 0) {
        at = buffered_raw_seek(self, whence == SEEK_CUR ? target - ou_buffered_ahead(self) : target, whence);
        if (at >= 0) {
            self->pos = self->end = 0;
        }
    }
    ou_buffered_leave(self);
    return at < 0 ? NULL : PyLong_FromLongLong(at);
}

PyObject *
ou_buffered_method_truncate(PyObject *op, PyObject *const *args, Py_ssize_t n_args)
{
    Buffered *self = BUFFERED(op);
    if (!_PyArg_CheckPositional("truncate", n_args, 0, 1) || ou_buffered_check_ok(self) < 0
        || ou_buffered_check_open(self, "truncate of closed file") < 0) {
        return NULL;
    }
    if (!self->writable) {
        return ou_io_unsupported("truncate");
    }
    if (ou_buffered_enter(self) < 0) {
        return NULL;
    }
    PyObject *result = NULL;
    if (ou_buffered_flush_and_rewind(self) == 0) {
        result = PyObject_CallMethodOneArg(self->raw, OU_STR(truncate), n_args ? args[0] : Py_None);
    }
    if (result != NULL && buffered_raw_tell(self) < 0) {
        PyErr_Clear();
    }
    ou_buffered_leave(self);
    return result;
}
