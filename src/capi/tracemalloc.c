/* capi/tracemalloc.c - who allocated what is still there: the tracer behind tracemalloc, and PyTraceMalloc_*.
 *
 * Owns       three tables of raw memory: file names (copied text), tracebacks (each kept once), traces (by domain and address).
 * Invariant  no reference to an object is held, and nothing is read but under `lock`.  A thread that holds it has `inside`
 *            set, so that the tables' own allocations are not traced.  Tracebacks and names are freed only while nobody
 *            makes objects of them (`n_readers`).
 *            Where memory is refused a block goes untraced; nothing else fails.
 * Not here   telling of allocations (memory/watch.c), the module (modules/_tracemalloc.c). */
#include "capi/tracemalloc.h"

#include <pthread.h>

#include "memory/memory.h"
#include "object/hold.h"
#include "vm/frame.h"

typedef struct {
    size_t hash;
    Py_ssize_t len; /* code points */
    int kind;
    char text[];
} FileName;

typedef struct {
    const FileName *file; /* NULL: unknown */
    int line;
} Place;

typedef struct {
    size_t hash;
    uint32_t n_places;
    uint32_t n_frames; /* how many there were; at most OU_TRACEMALLOC_MOST_FRAMES */
    Place places[];
} Traceback;

typedef struct {
    uintptr_t address;
    size_t size;
    const Traceback *traceback; /* NULL: an empty slot */
    unsigned domain;
} Trace;

/* Open addressing, linear; `cap` is a power of two or 0, and at most three quarters are in use. */
typedef struct {
    void *slots;
    size_t n_items, cap;
} Table;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local bool inside; /* this thread holds `lock` */
static _Thread_local int quiet;   /* above 0: this thread makes objects that are not to be traced */

static bool is_on;              /* read without the lock by those who hold the runtime's */
static int limit = 1;           /* frames */
static Table names, tracebacks; /* of FileName *, Traceback *: both begin with their hash */
static Table traces;            /* of Trace */
static Traceback *scratch;      /* room for `limit` places */
static size_t traced_bytes, peak_bytes, own_bytes;
static int n_readers; /* under the runtime's lock */

static void
enter(void)
{
    pthread_mutex_lock(&lock);
    inside = true;
}

static void
leave(void)
{
    inside = false;
    pthread_mutex_unlock(&lock);
}

/* ---- memory of our own --------------------------------------------------------------------------------------- */

/* Returns zeroed raw memory, or NULL when refused, which is no error: who asks goes on without. */
static void *
own_alloc(size_t size)
{
    ou_memory_fail_benign_begin();
    void *block = ou_mem_calloc(OU_DOMAIN_RAW, 1, size);
    ou_memory_fail_benign_end();
    own_bytes += block != NULL ? size : 0;
    return block;
}

static void
own_free(void *block, size_t size)
{
    own_bytes -= block != NULL ? size : 0;
    ou_mem_free(OU_DOMAIN_RAW, block);
}

static size_t
mix(size_t hash, size_t value)
{
    hash = (hash ^ value) * (size_t)0x9E3779B97F4A7C15u; /* 2^64 over the golden ratio */
    return hash ^ hash >> 29;
}

/* ---- names and tracebacks, each once --------------------------------------------------------------------------- */

/* The slot for one with that hash: *same compares an item with `key`. */
static void **
interned_slot(const Table *table, size_t hash, bool (*same)(const void *item, const void *key), const void *key)
{
    void **slots = table->slots;
    size_t at = hash & (table->cap - 1);
    while (slots[at] != NULL && (*(size_t *)slots[at] != hash || !same(slots[at], key))) {
        at = (at + 1) & (table->cap - 1);
    }
    return &slots[at];
}

static bool
never_same(const void *item, const void *key)
{
    return false;
}

/* Returns whether there is room for one more. */
static bool
interned_reserve(Table *table)
{
    if (table->n_items < table->cap / 4 * 3) {
        return true;
    }
    Table bigger = {NULL, table->n_items, table->cap != 0 ? 2 * table->cap : 256}; /* arbitrary */
    bigger.slots = own_alloc(bigger.cap * sizeof(void *));
    if (bigger.slots == NULL) {
        return false;
    }
    for (size_t i = 0; i < table->cap; i++) {
        void *item = ((void **)table->slots)[i];
        if (item != NULL) {
            *interned_slot(&bigger, *(size_t *)item, never_same, NULL) = item;
        }
    }
    own_free(table->slots, table->cap * sizeof(void *));
    *table = bigger;
    return true;
}

static size_t
name_size(const FileName *name)
{
    return sizeof *name + (size_t)name->len * (size_t)name->kind;
}

static bool
name_is(const void *item, const void *key)
{
    const FileName *name = item;
    PyObject *text = (PyObject *)key;
    return name->len == PyUnicode_GET_LENGTH(text) && name->kind == (int)PyUnicode_KIND(text)
        && memcmp(name->text, PyUnicode_DATA(text), (size_t)name->len * (size_t)name->kind) == 0;
}

/* Returns NULL if memory is refused, or if it is no str. */
static const FileName *
name_of(PyObject *text)
{
    if (text == NULL || !PyUnicode_CheckExact(text) || !interned_reserve(&names)) {
        return NULL;
    }
    size_t hash = (size_t)PyUnicode_Type.tp_hash(text); /* kept in the str; allocates nothing */
    void **slot = interned_slot(&names, hash, name_is, text);
    if (*slot == NULL) {
        size_t bytes = (size_t)PyUnicode_GET_LENGTH(text) * (size_t)PyUnicode_KIND(text);
        FileName *name = own_alloc(sizeof *name + bytes);
        if (name == NULL) {
            return NULL;
        }
        name->hash = hash;
        name->len = PyUnicode_GET_LENGTH(text);
        name->kind = (int)PyUnicode_KIND(text);
        memcpy(name->text, PyUnicode_DATA(text), bytes);
        *slot = name;
        names.n_items++;
    }
    return *slot;
}

static size_t
traceback_size(size_t n_places)
{
    return sizeof(Traceback) + n_places * sizeof(Place);
}

static bool
traceback_is(const void *item, const void *key)
{
    const Traceback *left = item, *right = key;
    if (left->n_places != right->n_places || left->n_frames != right->n_frames) {
        return false;
    }
    for (uint32_t i = 0; i < left->n_places; i++) {
        if (left->places[i].file != right->places[i].file || left->places[i].line != right->places[i].line) {
            return false;
        }
    }
    return true;
}

/* This thread's frames, or one unknown place if it has none or may not read them.  Returns NULL if memory is refused. */
static const Traceback *
traceback_now(void)
{
    uint32_t n = 0, n_frames = 0;
    OuThread *thread = PyGILState_Check() ? ou_thread() : NULL;
    Frame *frame = thread != NULL ? ou_frame_shown(thread->frame) : NULL;
    for (; frame != NULL; frame = ou_frame_shown(frame->back)) {
        if (n < (uint32_t)limit) {
            int line = PyCode_Addr2Line(frame->code, 2 * ou_frame_word(frame));
            scratch->places[n++] = (Place){name_of(frame->code->co_filename), line < 0 ? 0 : line};
        }
        n_frames += n_frames < OU_TRACEMALLOC_MOST_FRAMES;
    }
    if (n == 0) {
        scratch->places[n++] = (Place){NULL, 0};
        n_frames = 1;
    }
    scratch->n_places = n;
    scratch->n_frames = n_frames;
    scratch->hash = n_frames;
    for (uint32_t i = 0; i < n; i++) {
        scratch->hash = mix(mix(scratch->hash, (uintptr_t)scratch->places[i].file), (size_t)scratch->places[i].line);
    }
    if (!interned_reserve(&tracebacks)) {
        return NULL;
    }
    void **slot = interned_slot(&tracebacks, scratch->hash, traceback_is, scratch);
    if (*slot == NULL) {
        Traceback *traceback = own_alloc(traceback_size(n));
        if (traceback == NULL) {
            return NULL;
        }
        memcpy(traceback, scratch, traceback_size(n));
        *slot = traceback;
        tracebacks.n_items++;
    }
    return *slot;
}

/* ---- traces ---------------------------------------------------------------------------------------------------- */

static size_t
trace_home(const Table *table, unsigned domain, uintptr_t address)
{
    return mix(address >> 4, domain) & (table->cap - 1);
}

/* Where it is, or the empty slot where it belongs. */
static Trace *
trace_slot(const Table *table, unsigned domain, uintptr_t address)
{
    Trace *slots = table->slots;
    size_t at = trace_home(table, domain, address);
    while (slots[at].traceback != NULL && (slots[at].address != address || slots[at].domain != domain)) {
        at = (at + 1) & (table->cap - 1);
    }
    return &slots[at];
}

static bool
trace_reserve(void)
{
    if (traces.n_items < traces.cap / 4 * 3) {
        return true;
    }
    Table bigger = {NULL, traces.n_items, traces.cap != 0 ? 2 * traces.cap : 1024}; /* arbitrary */
    bigger.slots = own_alloc(bigger.cap * sizeof(Trace));
    if (bigger.slots == NULL) {
        return false;
    }
    for (size_t i = 0; i < traces.cap; i++) {
        const Trace *trace = (Trace *)traces.slots + i;
        if (trace->traceback != NULL) {
            *trace_slot(&bigger, trace->domain, trace->address) = *trace;
        }
    }
    own_free(traces.slots, traces.cap * sizeof(Trace));
    traces = bigger;
    return true;
}

static void
trace_remove(unsigned domain, uintptr_t address)
{
    Trace *slots = traces.slots, *trace = traces.cap != 0 ? trace_slot(&traces, domain, address) : NULL;
    if (trace == NULL || trace->traceback == NULL) {
        return;
    }
    traced_bytes -= trace->size;
    traces.n_items--;
    /* Those behind move up unless that would put them before their home. */
    size_t mask = traces.cap - 1, hole = (size_t)(trace - slots);
    for (size_t at = (hole + 1) & mask; slots[at].traceback != NULL; at = (at + 1) & mask) {
        size_t home = trace_home(&traces, slots[at].domain, slots[at].address);
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            slots[hole] = slots[at];
            hole = at;
        }
    }
    slots[hole].traceback = NULL;
}

/* Returns false if memory is refused: then nothing is known of the block. */
static bool
trace_add(unsigned domain, uintptr_t address, size_t size)
{
    trace_remove(domain, address);
    const Traceback *traceback = trace_reserve() ? traceback_now() : NULL;
    if (traceback == NULL) {
        return false;
    }
    *trace_slot(&traces, domain, address) = (Trace){address, size, traceback, domain};
    traces.n_items++;
    traced_bytes += size;
    peak_bytes = traced_bytes > peak_bytes ? traced_bytes : peak_bytes;
    return true;
}

static void
interned_free(Table *table, bool are_names)
{
    for (size_t i = 0; i < table->cap; i++) {
        void *item = ((void **)table->slots)[i];
        if (item != NULL) {
            own_free(item, are_names ? name_size(item) : traceback_size(((Traceback *)item)->n_places));
        }
    }
    own_free(table->slots, table->cap * sizeof(void *));
    *table = (Table){NULL, 0, 0};
}

static void
forget(void)
{
    own_free(traces.slots, traces.cap * sizeof(Trace));
    traces = (Table){NULL, 0, 0};
    traced_bytes = peak_bytes = 0;
    if (n_readers == 0) {
        interned_free(&tracebacks, false);
        interned_free(&names, true);
    }
}

/* ---- what memory/ tells ------------------------------------------------------------------------------------------ */

static void
on_allocated(void *ctx, OuDomain domain, void *block, size_t size)
{
    if (inside || quiet > 0) {
        return;
    }
    enter();
    if (is_on) {
        trace_add(0, (uintptr_t)block, size);
    }
    leave();
}

static void
on_freed(void *ctx, OuDomain domain, void *block)
{
    if (inside) {
        return; /* memory of our own */
    }
    enter();
    trace_remove(0, (uintptr_t)block);
    leave();
}

/* ---- for the module ---------------------------------------------------------------------------------------------- */

int
ou_tracemalloc_start(int n_frames)
{
    static const OuMemoryTrace trace = {NULL, on_allocated, on_freed};
    static bool fork_safe;
    if (is_on) {
        return 0;
    }
    if (!fork_safe) {
        fork_safe = pthread_atfork(enter, leave, leave) == 0;
    }
    enter();
    scratch = own_alloc(traceback_size((size_t)n_frames));
    is_on = scratch != NULL;
    if (is_on) {
        limit = n_frames;
    }
    leave();
    if (!is_on) {
        PyErr_NoMemory();
        return -1;
    }
    ou_memory_set_trace(&trace);
    return 0;
}

bool
ou_tracemalloc_is_on(void)
{
    return is_on;
}

int
ou_tracemalloc_limit(void)
{
    return limit;
}

void
ou_tracemalloc_sizes(size_t *traced, size_t *peak, size_t *own)
{
    enter();
    *traced = traced_bytes;
    *peak = peak_bytes;
    *own = own_bytes;
    leave();
}

void
ou_tracemalloc_reset_peak(void)
{
    enter();
    peak_bytes = traced_bytes;
    leave();
}

void
ou_tracemalloc_clear(void)
{
    enter();
    forget();
    leave();
}

void
ou_tracemalloc_stop(void)
{
    if (!is_on) {
        return;
    }
    ou_memory_set_trace(NULL);
    enter();
    is_on = false;
    forget();
    own_free(scratch, traceback_size((size_t)limit));
    scratch = NULL;
    leave();
}

/* ---- objects of them --------------------------------------------------------------------------------------------- */

/* What `made` has for an address, or NULL; borrowed. */
static PyObject *
made_before(PyObject *made, const void *address)
{
    PyObject *key = PyLong_FromVoidPtr((void *)address);
    PyObject *found = key != NULL ? PyDict_GetItemWithError(made, key) : NULL;
    Py_XDECREF(key);
    return found;
}

/* made     a dict that keeps what was made of each address.
 * Takes `value`, NULL too.  Returns it, or NULL with an error set. */
static PyObject *
made_now(PyObject *made, const void *address, PyObject *value)
{
    PyObject *key = value != NULL ? PyLong_FromVoidPtr((void *)address) : NULL;
    if (key == NULL || PyDict_SetItem(made, key, value) < 0) {
        Py_CLEAR(value);
    }
    Py_XDECREF(key);
    return value;
}

static PyObject *
name_object(PyObject *made, const FileName *name)
{
    if (name == NULL) {
        return PyUnicode_InternFromString("<unknown>");
    }
    PyObject *text = made_before(made, name);
    if (text != NULL || PyErr_Occurred()) {
        return Py_XNewRef(text);
    }
    return made_now(made, name, PyUnicode_FromKindAndData(name->kind, name->text, name->len));
}

/* Returns a new tuple of (file name, line), or NULL with an error set. */
static PyObject *
traceback_object(PyObject *made, const Traceback *traceback)
{
    PyObject *frames = made_before(made, traceback);
    if (frames != NULL || PyErr_Occurred()) {
        return Py_XNewRef(frames);
    }
    frames = PyTuple_New(traceback->n_places);
    OU_HOLD(hold, &frames);
    for (uint32_t i = 0; frames != NULL && i < traceback->n_places; i++) {
        PyObject *name = name_object(made, traceback->places[i].file);
        PyObject *place = name != NULL ? Py_BuildValue("(Ni)", name, traceback->places[i].line) : NULL;
        if (place == NULL) {
            Py_CLEAR(frames);
            break;
        }
        PyTuple_SET_ITEM(frames, i, place);
    }
    OU_HOLD_END(hold);
    return made_now(made, traceback, frames);
}

/* While a reader is at work tracebacks and names stay, even if a finalizer clears the traces. */
static PyObject *
reader_begin(void)
{
    quiet++;
    n_readers++;
    return PyDict_New();
}

static void
reader_end(PyObject *made)
{
    Py_XDECREF(made);
    n_readers--;
    quiet--;
}

static int
append_traces(PyObject *list, PyObject *made, const Trace *copy, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        PyObject *frames = traceback_object(made, copy[i].traceback);
        PyObject *item = frames == NULL ? NULL
                                        : Py_BuildValue("(InNi)", copy[i].domain, (Py_ssize_t)copy[i].size, frames,
                                                        (int)copy[i].traceback->n_frames);
        if (item == NULL || PyList_Append(list, item) < 0) {
            Py_XDECREF(item);
            return -1;
        }
        Py_DECREF(item);
    }
    return 0;
}

PyObject *
ou_tracemalloc_traces(void)
{
    PyObject *list = PyList_New(0), *made = NULL;
    if (list == NULL || !is_on) {
        return list;
    }
    OU_HOLD(hold, &list, &made);
    made = reader_begin();
    enter();
    size_t n = 0, n_all = traces.n_items, size = (n_all + 1) * sizeof(Trace);
    Trace *copy = own_alloc(size);
    for (size_t i = 0; copy != NULL && i < traces.cap; i++) {
        const Trace *trace = (Trace *)traces.slots + i;
        if (trace->traceback != NULL) {
            copy[n++] = *trace;
        }
    }
    leave();
    if (copy == NULL && !PyErr_Occurred()) {
        PyErr_NoMemory();
    }
    if (made == NULL || copy == NULL || append_traces(list, made, copy, n) < 0) {
        Py_CLEAR(list);
    }
    enter();
    own_free(copy, size);
    leave();
    OU_HOLD_END(hold);
    reader_end(made);
    return list;
}

/* Returns a new tuple, None if nothing is known of the block, or NULL with an error set. */
PyObject *
_PyTraceMalloc_GetTraceback(unsigned int domain, uintptr_t address)
{
    enter();
    const Traceback *traceback = is_on && traces.cap != 0 ? trace_slot(&traces, domain, address)->traceback : NULL;
    leave();
    if (traceback == NULL) {
        Py_RETURN_NONE;
    }
    PyObject *made = reader_begin();
    OU_HOLD(hold, &made);
    PyObject *frames = made != NULL ? traceback_object(made, traceback) : NULL;
    OU_HOLD_END(hold);
    reader_end(made);
    return frames;
}

PyObject *
ou_tracemalloc_traceback(PyObject *object)
{
    OuAddress at = ou_memory_at(object);
    return _PyTraceMalloc_GetTraceback(0, (uintptr_t)(at.state == OU_ADDR_LIVE ? at.block : object));
}

/* ---- foreign memory ---------------------------------------------------------------------------------------------- */

/* Say that a block is there that the runtime knows nothing of; a trace that it has is replaced.  Any thread.
 * Returns 0, -1 if memory is refused (no error is set), or -2 if nothing is traced. */
int
PyTraceMalloc_Track(unsigned int domain, uintptr_t address, size_t size)
{
    if (!is_on) {
        return -2;
    }
    PyGILState_STATE state = PyGILState_Ensure();
    enter();
    int result = !is_on ? -2 : trace_add(domain, address, size) ? 0 : -1;
    leave();
    PyGILState_Release(state);
    return result;
}

/* The block is gone.  Any thread.  Returns 0, or -2 if nothing is traced. */
int
PyTraceMalloc_Untrack(unsigned int domain, uintptr_t address)
{
    enter();
    bool was_on = is_on;
    trace_remove(domain, address);
    leave();
    return was_on ? 0 : -2;
}
