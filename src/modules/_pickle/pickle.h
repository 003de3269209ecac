/* modules/_pickle/pickle.h - module _pickle: objects to bytes and back.
 *
 *   opcode   an instruction of the machine that makes objects of bytes (pickle_opcodes.def)
 *   memo     the objects written or made so far, by number: what comes again is named by its number
 *   frame    a run of instructions with its length in front, so that a reader may fetch it whole (protocol 4)
 *   mark     a place on the reader's stack, above which items of a container are collected
 *   fence    the last mark: what lies below it can't be taken
 *   global   what a module has under a (dotted) name: written by name, imported by the reader
 *
 * A pickler or unpickler at work refuses to be used a second time, from Python code that it calls itself: so its buffers,
 * stack and marks are its own until it is done, and what lies on the stack is owned there. */
#ifndef OU_MODULES_PICKLE_H
#define OU_MODULES_PICKLE_H

#include "object/alloc.h"
#include "object/hold.h"

enum {
#define OP(name, byte) OP_##name = byte,
#include "modules/_pickle/pickle_opcodes.def"
#undef OP
};

enum {
    PICKLE_HIGHEST = 5,
    PICKLE_DEFAULT = 4,
    PICKLE_BATCH = 1000,           /* items that one APPENDS, SETITEMS or ADDITEMS takes; from CPython 3.11 */
    PICKLE_FRAME_HEADER = 9,       /* bytes of FRAME with its length */
    PICKLE_FRAME_TARGET = 1 << 16, /* bytes after which a frame ends; from CPython 3.11 */
};

/* ---- the module's state --------------------------------------------------------------------------------------------- */

typedef struct {
    PyTypeObject *pickler_type, *unpickler_type, *pickler_memo_type, *unpickler_memo_type; /* owned, like all here */
    PyObject *error, *pickling_error, *unpickling_error;
    PyObject *dispatch_table;     /* copyreg: dict, type -> function */
    PyObject *extension_registry; /* copyreg: dict, (module, name) -> code */
    PyObject *inverted_registry;  /* copyreg: dict, code -> (module, name) */
    PyObject *extension_cache;    /* copyreg: dict, code -> object */
    PyObject *names_2to3, *modules_2to3, *names_3to2, *modules_3to2; /* _compat_pickle: dicts */
    PyObject *codecs_encode, *getattr, *partial;
} PickleState;

extern PyModuleDef ou_pickle_module;
extern PyType_Spec ou_pickler_spec, ou_unpickler_spec, ou_pickler_memo_spec, ou_unpickler_memo_spec;

/* The state of the module that a type, or an object's type, belongs to. */
static inline PickleState *
pickle_state(PyTypeObject *type)
{
    return PyModule_GetState(PyType_GetModuleByDef(type, &ou_pickle_module));
}

/* ---- the memo of a pickler (pickle_memo.c) ---------------------------------------------------------------------------- */

typedef struct {
    PyObject *object; /* owned; NULL: the slot is free */
    Py_ssize_t number;
} MemoEntry;

typedef struct {
    size_t n_slots; /* a power of two, or 0 while there is no memory */
    size_t n_used;  /* entries; the number of the next one */
    MemoEntry *entries;
} PickleMemo;

/* The object's entry, or the free one where it would go.  The search begins by address, so that objects that lie together
 * have entries that do, and then jumps, as addresses at regular distances meet often. */
static OU_ALWAYS_INLINE MemoEntry *
pickle_memo_entry(const PickleMemo *memo, PyObject *object)
{
    size_t mask = memo->n_slots - 1, at = (uintptr_t)object >> 5, rest = at;
    for (;;) {
        MemoEntry *entry = &memo->entries[at & mask];
        if (entry->object == object || entry->object == NULL) {
            return entry;
        }
        rest >>= 5;
        at = at * 5 + rest + 1;
    }
}

/* The number of an object, or -1. */
static OU_ALWAYS_INLINE Py_ssize_t
pickle_memo_find(const PickleMemo *memo, PyObject *object)
{
    const MemoEntry *entry = pickle_memo_entry(memo, object);
    return entry->object == NULL ? -1 : entry->number;
}

/* An empty memo in place of what `memo` is (which is not released).  Returns 0, or -1 with MemoryError. */
OU_MUST_USE int ou_pickle_memo_init(PickleMemo *memo);
/* Give an object that number, or another one.  Returns 0, or -1 with MemoryError and nothing changed. */
OU_MUST_USE int ou_pickle_memo_set(PickleMemo *memo, PyObject *object, Py_ssize_t number);
/* A copy.  Returns 0, or -1 with MemoryError. */
OU_MUST_USE int ou_pickle_memo_copy(PickleMemo *to, const PickleMemo *from);
/* Release all.  RE-ENTRANT: `memo` is a variable of the caller's that nobody else sees. */
void ou_pickle_memo_free(PickleMemo *memo);
/* Forget all.  Returns 0, or -1 with MemoryError and nothing changed.  RE-ENTRANT. */
OU_MUST_USE int ou_pickle_memo_reset(PickleMemo *memo);

/* ---- writing ----------------------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PickleState *state;      /* of the module, which the type holds; NULL before __init__ */
    PickleMemo memo;
    PyObject *persistent_id; /* callable, or NULL */
    PyObject *dispatch_table, *reducer_override, *buffer_callback; /* or NULL */
    PyObject *write;         /* the file's method; NULL: the bytes are the result */
    PyObject *out;           /* bytes, held by us alone; or NULL */
    char *at, *end;          /* in `out`: what is written ends here; room ends here, or at `at` if a frame is to be opened */
    char *frame;             /* in `out`: start of the open frame, or NULL */
    PyObject *fast_memo;     /* dict of addresses: containers that are being written in fast mode; or NULL */
    int proto, bin, fast, fast_depth;
    char fix_imports, framing, busy; /* 0 or 1 */
    char id_is_bound;                /* persistent_id is a function to be called with self first: no cycle */
} Pickler;

/* Make room for n bytes at the end, opening a frame if there is to be one.  Returns 0, or -1 with MemoryError. */
OU_MUST_USE int ou_pickle_reserve(Pickler *self, size_t n);

/* Room for n bytes at the end; who fills it moves `at` behind what was used.  Returns NULL with MemoryError. */
static OU_ALWAYS_INLINE char *
pickle_claim(Pickler *self, size_t n)
{
    if (OU_UNLIKELY(n > (size_t)(self->end - self->at)) && ou_pickle_reserve(self, n) < 0) {
        return NULL;
    }
    return self->at;
}

/* Append bytes.  Returns 0, or -1 with MemoryError. */
static OU_ALWAYS_INLINE OU_MUST_USE int
pickle_write(Pickler *self, const void *bytes, size_t n)
{
    char *to = pickle_claim(self, n);
    if (OU_UNLIKELY(to == NULL)) {
        return -1;
    }
    memcpy(to, bytes, n);
    self->at = to + n;
    return 0;
}

static OU_ALWAYS_INLINE OU_MUST_USE int
pickle_write_op(Pickler *self, int op)
{
    char byte = (char)op;
    return pickle_write(self, &byte, 1);
}

static OU_ALWAYS_INLINE void
pickle_put_le(char *to, uint64_t value, int n_bytes)
{
    for (int i = 0; i < n_bytes; i++) {
        to[i] = (char)(value >> 8 * i);
    }
}

/* An instruction with text up to the end of the line. */
OU_MUST_USE int ou_pickle_write_line(Pickler *self, int op, const char *text, Py_ssize_t n);
/* A header of an instruction and its data, which go past the buffer if they are large.
 * payload   the data as an object, or NULL.  RE-ENTRANT: the file's write(). */
OU_MUST_USE int ou_pickle_write_data(Pickler *self, const char *header, size_t n_header, const char *data, Py_ssize_t size,
                                     PyObject *payload);
/* End the frame; _boundary: if it is long enough, and then write it to the file.  RE-ENTRANT. */
OU_MUST_USE int ou_pickle_end_frame(Pickler *self);
OU_MUST_USE int ou_pickle_boundary_slow(Pickler *self);
static OU_ALWAYS_INLINE OU_MUST_USE int
pickle_boundary(Pickler *self)
{
    bool is_full = self->frame != NULL && self->at - self->frame >= PICKLE_FRAME_HEADER + PICKLE_FRAME_TARGET;
    return OU_UNLIKELY(is_full) ? ou_pickle_boundary_slow(self) : 0;
}
/* What there is, taken out: new bytes, or NULL with MemoryError. */
PyObject *ou_pickle_take_output(Pickler *self);
/* Write what there is to the file.  RE-ENTRANT. */
OU_MUST_USE int ou_pickle_flush(Pickler *self);
/* Begin or end putting what comes into frames. */
void ou_pickle_set_framing(Pickler *self, bool framing);
/* Nothing is written yet. */
OU_MUST_USE int ou_pickle_output_begin(Pickler *self);

/* Any object.  The caller owns it and has said so (OU_HOLD) as long as this takes.
 * is_id   it is what persistent_id() gave: not to be asked again.  RE-ENTRANT, as all below. */
OU_MUST_USE int ou_pickle_save(Pickler *self, PyObject *obj, bool is_id);
/* Give obj the next number, and say so in the output (not in fast mode). */
OU_MUST_USE int ou_pickle_memoize(Pickler *self, PyObject *obj);
/* Name an object by its number. */
OU_MUST_USE int ou_pickle_write_get(Pickler *self, Py_ssize_t number);

OU_MUST_USE int ou_pickle_save_str(Pickler *self, PyObject *obj);
OU_MUST_USE int ou_pickle_save_bytes(Pickler *self, PyObject *obj);
OU_MUST_USE int ou_pickle_save_bytearray(Pickler *self, PyObject *obj);
OU_MUST_USE int ou_pickle_save_buffer(Pickler *self, PyObject *obj);
OU_MUST_USE int ou_pickle_save_int(Pickler *self, PyObject *obj);
OU_MUST_USE int ou_pickle_save_float(Pickler *self, PyObject *obj);

OU_MUST_USE int ou_pickle_save_tuple(Pickler *self, PyObject *obj);
OU_MUST_USE int ou_pickle_save_list(Pickler *self, PyObject *obj);
OU_MUST_USE int ou_pickle_save_dict(Pickler *self, PyObject *obj);
OU_MUST_USE int ou_pickle_save_set(Pickler *self, PyObject *obj);
OU_MUST_USE int ou_pickle_save_frozenset(Pickler *self, PyObject *obj);
/* What an iterator gives, as items of the list, or of the dict (pairs), on the reader's stack. */
OU_MUST_USE int ou_pickle_batch_list(Pickler *self, PyObject *iter);
OU_MUST_USE int ou_pickle_batch_dict(Pickler *self, PyObject *iter);

/* By its name: `name`, or its own if that is NULL.  _type: NoneType and the like have none. */
OU_MUST_USE int ou_pickle_save_global(Pickler *self, PyObject *obj, PyObject *name);
OU_MUST_USE int ou_pickle_save_type(Pickler *self, PyObject *obj);

/* What __reduce__ gave, a tuple that the caller holds.  obj: what it stands for, or NULL (it gets no number then). */
OU_MUST_USE int ou_pickle_save_reduced(Pickler *self, PyObject *reduced, PyObject *obj);
/* The same of a new reference, or NULL with an error set. */
OU_MUST_USE int ou_pickle_save_reduced_new(Pickler *self, PyObject *reduced, PyObject *obj);
/* Ask the object, or who knows its type, how it is made. */
OU_MUST_USE int ou_pickle_save_by_reduction(Pickler *self, PyObject *obj);

/* One whole pickle of obj, from PROTO to STOP.  The caller holds both.  RE-ENTRANT. */
OU_MUST_USE int ou_pickle_dump(Pickler *self, PyObject *obj);
/* A pickler with an empty memo: new, untracked.  proto may be NULL or None. */
Pickler *ou_pickler_new(PyTypeObject *type, PickleState *state);
/* The arguments of Pickler() but the file, checked and put in.  RE-ENTRANT. */
OU_MUST_USE int ou_pickler_set(Pickler *self, PyObject *proto, bool fix_imports, PyObject *buffer_callback);
/* The file's method.  RE-ENTRANT. */
OU_MUST_USE int ou_pickler_set_file(Pickler *self, PyObject *file);

/* What the attribute `memo` of both types gives. */
typedef struct {
    PyObject_HEAD
    PyObject *owner; /* the pickler or unpickler */
} MemoProxy;

PyObject *ou_pickle_memo_proxy(PyTypeObject *type, PyObject *owner);

/* ---- names (pickle_names.c) --------------------------------------------------------------------------------------------- */

/* Write access to the bound method of that name, or the function of one bound to self.
 * Returns 0 (*method may be NULL), or -1.  Refs: new in *method.  RE-ENTRANT. */
OU_MUST_USE int ou_pickle_find_method(PyObject *self, PyObject *name, PyObject **method, char *is_bound);
/* Call it with one argument.  RE-ENTRANT. */
PyObject *ou_pickle_call_method(PyObject *self, PyObject *method, bool is_bound, PyObject *arg);
/* The parts of a dotted name: a new list.  Errors AttributeError for one inside a function; obj: for the message, or NULL. */
PyObject *ou_pickle_split_name(PyObject *name, PyObject *obj);
/* The attribute of an attribute ... of obj.  *parent: its holder, new, if asked for.
 * Returns new; NULL without an error if it is missing, or with one.  RE-ENTRANT. */
PyObject *ou_pickle_follow_path(PyObject *obj, PyObject *path, PyObject **parent);
/* Python 3's names of a module and what is in it in Python 2's words, or the other way.
 * Refs: *module and *name are replaced.  Returns 0, or -1 with RuntimeError.  RE-ENTRANT. */
OU_MUST_USE int ou_pickle_map_names(PyObject *names, PyObject *modules, bool reverse, PyObject **module, PyObject **name);
/* Fill the state from copyreg, _compat_pickle and others.  RE-ENTRANT. */
OU_MUST_USE int ou_pickle_state_init(PickleState *state);

/* ---- reading ----------------------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PickleState *state; /* as in Pickler */
    PyObject **stack;   /* owned items */
    Py_ssize_t n_stack, stack_cap;
    Py_ssize_t fence;   /* items below can't be taken */
    Py_ssize_t *marks;
    int n_marks, marks_cap;
    PyObject **memo;    /* by number; owned, NULL where there is none */
    Py_ssize_t memo_cap, n_memo;
    PyObject *far_memo; /* dict: numbers that would make the array absurdly long; or NULL */
    PyObject *persistent_load; /* callable, or NULL */
    PyObject *input;    /* what the bytes lie in: bytes, or a memoryview; or NULL */
    const char *in;
    Py_ssize_t in_len, in_next, in_prefetched; /* bytes; the last: up to where they are fetched but not read from the file */
    PyObject *read, *readinto, *readline, *peek; /* the file's; the first NULL: there is no file; others may be missing */
    PyObject *buffers;  /* iterator, or NULL */
    char *encoding, *errors; /* of strings of Python 2; PyMem_Malloc'ed; encoding NULL: no __init__ yet */
    char *line;         /* copy of the last line read, PyMem_Malloc'ed */
    char proto, fix_imports, busy, load_is_bound; /* as in Pickler */
} Unpickler;

OU_COLD int ou_unpickle_underflow(Unpickler *self);
OU_MUST_USE int ou_unpickle_stack_grow(Unpickler *self);

/* Push.  Refs: takes the reference, also when it fails; NULL with an error set fails. */
static OU_ALWAYS_INLINE OU_MUST_USE int
unpickle_push(Unpickler *self, PyObject *obj)
{
    if (OU_UNLIKELY(obj == NULL)) {
        return -1;
    }
    if (OU_UNLIKELY(self->n_stack == self->stack_cap) && ou_unpickle_stack_grow(self) < 0) {
        Py_DECREF(obj);
        return -1;
    }
    self->stack[self->n_stack++] = obj;
    return 0;
}

/* Are there n items above the fence?  If not, raise. */
static OU_ALWAYS_INLINE OU_MUST_USE int
unpickle_need(Unpickler *self, Py_ssize_t n)
{
    return OU_LIKELY(self->n_stack - self->fence >= n) ? 0 : ou_unpickle_underflow(self);
}

/* Take everything from `at` on off the stack.  RE-ENTRANT. */
void ou_unpickle_drop(Unpickler *self, Py_ssize_t at);
/* The n topmost items give way to a result (taken; NULL: fail with them in place).  RE-ENTRANT. */
OU_MUST_USE int ou_unpickle_replace(Unpickler *self, Py_ssize_t n, PyObject *result);
/* Everything from `at` on as a new tuple or list, off the stack (also when it fails). */
PyObject *ou_unpickle_take_tuple(Unpickler *self, Py_ssize_t at);
PyObject *ou_unpickle_take_list(Unpickler *self, Py_ssize_t at);
/* Take the last mark away.  Returns its place, or -1 with UnpicklingError. */
Py_ssize_t ou_unpickle_pop_mark(Unpickler *self);

/* Set a mark and the fence here.  Returns 0, or -1 with MemoryError. */
OU_MUST_USE int ou_unpickle_push_mark(Unpickler *self);

/* The object of a number, borrowed; NULL with UnpicklingError. */
PyObject *ou_unpickle_memo_get(Unpickler *self, size_t number);
/* Returns 0, or -1 with MemoryError.  RE-ENTRANT. */
OU_MUST_USE int ou_unpickle_memo_put(Unpickler *self, size_t number, PyObject *obj);
/* Forget all.  RE-ENTRANT. */
void ou_unpickle_memo_clear(Unpickler *self);
OU_MUST_USE int ou_unpickle_memo_init(Unpickler *self);

/* Input.  _read: n bytes, which stay until the next of these; _line: with its newline and a 0 behind it, at least `least` long.
 * Returns the bytes, or NULL with UnpicklingError if the data ends before.  RE-ENTRANT. */
const char *ou_unpickle_read_slow(Unpickler *self, Py_ssize_t n);
const char *ou_unpickle_line(Unpickler *self, Py_ssize_t *n, Py_ssize_t least);
static OU_ALWAYS_INLINE const char *
unpickle_read(Unpickler *self, Py_ssize_t n)
{
    if (OU_LIKELY(n <= self->in_len - self->in_next)) {
        const char *at = self->in + self->in_next;
        self->in_next += n;
        return at;
    }
    return ou_unpickle_read_slow(self, n);
}
/* n bytes into memory of `owner`'s, which must live.  RE-ENTRANT. */
OU_MUST_USE int ou_unpickle_read_into(Unpickler *self, PyObject *owner, char *to, Py_ssize_t n);
/* Tell the file what was read of what was only peeked at.  RE-ENTRANT. */
OU_MUST_USE int ou_unpickle_skip_consumed(Unpickler *self);
/* Read from an object's bytes.  RE-ENTRANT. */
OU_MUST_USE int ou_unpickle_set_input(Unpickler *self, PyObject *data);
OU_COLD int ou_unpickle_truncated(Unpickler *self);

/* A little-endian number; _le: without sign, -1 if it is larger than any size. */
static OU_ALWAYS_INLINE Py_ssize_t
unpickle_le(const char *bytes, int n)
{
    uint64_t value = 0;
    for (int i = 0; i < n; i++) {
        value |= (uint64_t)(unsigned char)bytes[i] << 8 * i;
    }
    return value > PY_SSIZE_T_MAX ? -1 : (Py_ssize_t)value;
}

/* Instructions that hold values in themselves (unpickle_value.c).  All RE-ENTRANT as far as the file is. */
OU_MUST_USE int ou_unpickle_int_text(Unpickler *self);
OU_MUST_USE int ou_unpickle_long_text(Unpickler *self);
OU_MUST_USE int ou_unpickle_long(Unpickler *self, int size_bytes);
OU_MUST_USE int ou_unpickle_float_text(Unpickler *self);
OU_MUST_USE int ou_unpickle_float(Unpickler *self);
OU_MUST_USE int ou_unpickle_string_text(Unpickler *self);
OU_MUST_USE int ou_unpickle_string(Unpickler *self, int size_bytes);
OU_MUST_USE int ou_unpickle_str_text(Unpickler *self);
OU_MUST_USE int ou_unpickle_str(Unpickler *self, int size_bytes);
OU_MUST_USE int ou_unpickle_bytes(Unpickler *self, int size_bytes);
OU_MUST_USE int ou_unpickle_bytearray(Unpickler *self);
OU_MUST_USE int ou_unpickle_next_buffer(Unpickler *self);
OU_MUST_USE int ou_unpickle_readonly_buffer(Unpickler *self);

/* Instructions that fill containers, or make objects by calling something (unpickle_build.c).  All RE-ENTRANT. */
OU_MUST_USE int ou_unpickle_append(Unpickler *self, Py_ssize_t from);
OU_MUST_USE int ou_unpickle_set_items(Unpickler *self, Py_ssize_t from);
OU_MUST_USE int ou_unpickle_add_items(Unpickler *self);
OU_MUST_USE int ou_unpickle_dict(Unpickler *self);
OU_MUST_USE int ou_unpickle_frozenset(Unpickler *self);
OU_MUST_USE int ou_unpickle_build(Unpickler *self);
OU_MUST_USE int ou_unpickle_reduce(Unpickler *self);
OU_MUST_USE int ou_unpickle_new(Unpickler *self, bool has_kwargs);
OU_MUST_USE int ou_unpickle_inst(Unpickler *self);
OU_MUST_USE int ou_unpickle_obj(Unpickler *self);

/* Instructions that find what is not in the pickle (unpickle_find.c).  All RE-ENTRANT. */
OU_MUST_USE int ou_unpickle_global(Unpickler *self);
OU_MUST_USE int ou_unpickle_stack_global(Unpickler *self);
OU_MUST_USE int ou_unpickle_extension(Unpickler *self, int code_bytes);
OU_MUST_USE int ou_unpickle_persistent_text(Unpickler *self);
OU_MUST_USE int ou_unpickle_persistent(Unpickler *self);
/* self.find_class(module, name): new.  The method itself, as METH_FASTCALL. */
PyObject *ou_unpickle_find(Unpickler *self, PyObject *module, PyObject *name);
PyObject *ou_unpickler_find_class(PyObject *self, PyObject *const *args, Py_ssize_t n_args);

/* Run a pickle up to its STOP.  The caller holds self.  Returns new.  RE-ENTRANT. */
PyObject *ou_unpickle_load(Unpickler *self);
/* An unpickler with an empty memo: new, untracked. */
Unpickler *ou_unpickler_new(PyTypeObject *type, PickleState *state);
OU_MUST_USE int ou_unpickler_set(Unpickler *self, bool fix_imports, const char *encoding, const char *errors, PyObject *buffers);
OU_MUST_USE int ou_unpickler_set_file(Unpickler *self, PyObject *file);

/* A str argument as text without 0s: borrowed; NULL with TypeError or ValueError. */
const char *ou_pickle_text_argument(PyObject *value, const char *function, const char *name);

#endif
