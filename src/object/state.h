/* object/state.h - all that the runtime knows, in one place.
 *
 *   OuRuntime   the process's one runtime: `_PyRuntime`.  Compiled modules read two things in
 *               it by offset: the current thread state (576) and the small ints (680).
 *   OuThread    one thread of Python code; begins with the public PyThreadState
 *   struct _is  the interpreter: modules, builtins, hooks
 *   permanent   an object in static storage inside OuRuntime (small ints, one-character strings,
 *               the runtime's own names).  Its count is exact, may reach 0 and come back, and
 *               deallocation knows it by address before anything else.
 *   safe point  a place where the loop looks at `eval_breaker`: collections, signals, pending
 *               calls and requests for the lock are served there and nowhere else. */
#ifndef OU_OBJECT_STATE_H
#define OU_OBJECT_STATE_H

#include <Python.h>
#include "base/base.h"

enum { OU_SMALL_INT_MIN = -5, OU_SMALL_INT_MAX = 256, OU_N_SMALL_INTS = 262 };
enum { OU_N_GENERATIONS = 3 };

/* Why eval_breaker is not 0. */
enum {
    OU_BREAK_GC = 1,       /* a collection was asked for */
    OU_BREAK_SIGNAL = 2,   /* a signal arrived */
    OU_BREAK_PENDING = 4,  /* Py_AddPendingCall, or an asynchronous exception */
    OU_BREAK_LOCK = 8,     /* another thread wants the lock */
    OU_BREAK_MEMORY = 16,  /* empty pools may go back to the system */
    OU_BREAK_TRACE = 32,   /* tracing was switched on: loops take the tracing dispatch table */
};

typedef struct {
    PyGC_Head head;     /* of the list; its own links close the ring */
    int threshold;      /* 0: this generation never starts a collection */
    int count;          /* generation 0: allocations less frees; others: collections of the younger one */
} OuGeneration;

typedef struct {
    OuGeneration generations[OU_N_GENERATIONS];
    PyGC_Head frozen;           /* gc.freeze(): never looked at */
    bool enabled;
    bool collecting;
    int debug;                  /* gc.DEBUG_* */
    unsigned stress;            /* -X gc-stress=N: request a collection at every Nth allocation; 0: off */
    unsigned stress_count;      /* allocations since it was requested last */
    unsigned stress_turn;       /* collections made so, of which some are of the older generations */
    Py_ssize_t long_lived_total, long_lived_pending; /* the 25 % rule of full collections */
    PyObject *garbage;          /* list, owned */
    PyObject *callbacks;        /* list, owned */
    struct OuGcStats {
        Py_ssize_t collections, collected, uncollectable;
        uint64_t nanoseconds;
        Py_ssize_t candidates;
    } stats[OU_N_GENERATIONS];
} OuGc;

/* The runtime's own strings: static, interned, permanent (object/names.def). */
typedef struct {
#define OU_NAME_AS(ident, text)   \
    struct {                      \
        PyASCIIObject head;       \
        char data[sizeof(text)];  \
    } n_##ident;
#include "object/names.def"
#undef OU_NAME_AS
} OuNames;

typedef struct {
    union {
        PyASCIIObject ascii;
        PyCompactUnicodeObject latin1;
    } head;
    char data[8];
} OuLatin1; /* a one-character string; the data follows the head its kind needs */

/* The runtime. */
typedef struct pyruntimestate {
    union {
        struct {
            volatile uint32_t eval_breaker; /* OU_BREAK_*; read by the loop at every safe point */
            bool initialized;
            bool finalizing;
            bool foreign;                   /* a module that is not ours was loaded: its deallocators may do anything */
            OuGc gc;
        };
        char before_tstate[576];
    };
    PyThreadState *tstate_current; /* at 576 */
    char before_small_ints[96];
    struct {
        PyLongObject value; /* 32 bytes: one digit and padding */
    } small_ints[OU_N_SMALL_INTS]; /* at 680 */
    OuLatin1 latin1[256];
    struct {
        PyASCIIObject head;
        char data[8];
    } empty_str;
    OuNames names;
    PyInterpreterState *interp; /* the main interpreter */
} OuRuntime;

PyAPI_DATA(OuRuntime) _PyRuntime;

_Static_assert(offsetof(OuRuntime, tstate_current) == 576, "compiled modules read it here");
_Static_assert(offsetof(OuRuntime, small_ints) == 680, "compiled modules read them here");
_Static_assert(sizeof(PyLongObject) == 32, "small ints stand 32 bytes apart");

/* The permanent int of a value from -5 to 256.  Borrowed. */
#define OU_SMALL_INT(value) ((PyObject *)&_PyRuntime.small_ints[(value) - OU_SMALL_INT_MIN])
/* The permanent string of an identifier listed in names.def.  Borrowed. */
#define OU_STR(ident) ((PyObject *)&_PyRuntime.names.n_##ident.head)
#define OU_EMPTY_STR ((PyObject *)&_PyRuntime.empty_str.head)
#define OU_LATIN1_CHAR(ch) ((PyObject *)&_PyRuntime.latin1[(unsigned char)(ch)].head)

static OU_ALWAYS_INLINE bool
ou_is_permanent(const void *op)
{
    return (uintptr_t)op - (uintptr_t)&_PyRuntime < sizeof(OuRuntime);
}

/* None, True, False, Ellipsis, NotImplemented and static types start here and are counted loosely. */
#define OU_LOOSE_COUNT ((Py_ssize_t)1 << 60)

struct OuHold;
struct Frame;
struct FrameSegment;

/* One nesting of deallocation: see object/dealloc.c. */
typedef struct OuDeallocLevel {
    struct OuDeallocLevel *outer;
    PyObject *queue; /* objects with count 0 that wait, last in first out */
    int depth;
    int nesting; /* levels outside this one */
    bool shared; /* too many: what dies inside waits in the outer level's queue */
    bool quiet; /* no Python code may run: what would run some is put off */
} OuDeallocLevel;

typedef struct {
    PyThreadState ts;             /* first: the public part, at CPython's offsets */
    struct Frame *frame;          /* the frame that runs, or NULL */
    PyObject **stack_limit;       /* end of the current segment of the frame stack; NULL while a generator's frame runs */
    PyObject **stack_top;         /* while a generator's frame runs: where the next frame on the stack goes */
    struct FrameSegment *segment;
    struct OuHold *holds;         /* references that C functions own across Python code, innermost first */
    OuDeallocLevel *dealloc;      /* innermost level; never NULL */
    OuDeallocLevel dealloc_base;
    char *c_stack_limit;          /* below this address of the C stack: RecursionError */
    int repr_depth;
    bool installing[2];           /* a trace function, a profile function: the one before is falling */
    PyObject *repr_running;       /* list of the containers whose repr() runs, owned, or NULL */
} OuThread;

struct _is {
    PyInterpreterState *next;
    PyThreadState *threads;
    int64_t id;
    PyObject *modules;            /* dict: sys.modules */
    PyObject *modules_by_index;   /* list: PyState_FindModule */
    PyObject *sysdict;            /* dict of module sys */
    PyObject *builtins;           /* dict of module builtins */
    PyObject *importlib;
    PyObject *import_func;        /* the original builtins.__import__ */
    PyObject *codec_search_path, *codec_search_cache, *codec_error_registry;
    PyObject *dict;               /* PyInterpreterState_GetDict */
    PyObject *interned;           /* unused: the intern table is weak and lies in types/str_intern.c */
    PyObject *atexit_callbacks;   /* list of (function, args, kwargs) */
    PyObject *audit_hooks;        /* list or NULL */
    PyObject *before_forkers, *after_forkers_parent, *after_forkers_child;
    PyObject *warnings_filters, *warnings_once_registry, *warnings_default_action;
    long warnings_version;
    PyConfig *config;
    uint32_t next_func_version;
    int int_max_str_digits;
    _PyFrameEvalFunction eval_frame;
};

static OU_ALWAYS_INLINE OuThread *
ou_thread(void)
{
    return (OuThread *)_PyRuntime.tstate_current;
}

static OU_ALWAYS_INLINE PyThreadState *
ou_tstate(void)
{
    return _PyRuntime.tstate_current;
}

static OU_ALWAYS_INLINE PyInterpreterState *
ou_interp(void)
{
    return _PyRuntime.tstate_current->interp;
}

static inline void
ou_break_request(uint32_t why)
{
    __atomic_fetch_or(&_PyRuntime.eval_breaker, why, __ATOMIC_RELAXED);
}

/* Fill the permanent objects.  Allocates nothing, cannot fail. */
void ou_permanents_init(void);

/* Is an error set in this thread?  Borrowed type, or NULL. */
static OU_ALWAYS_INLINE PyObject *
ou_error_occurred(void)
{
    return _PyRuntime.tstate_current->curexc_type;
}

/* Is what the C stack still holds down to the reserve?  For recursion that Python's limit doesn't count. */
static OU_ALWAYS_INLINE bool
ou_c_stack_is_low(void)
{
    char here;
    return &here < ((OuThread *)_PyRuntime.tstate_current)->c_stack_limit;
}

/* The next item of an iterator, as its tp_iternext gives it.  Iterators that draw from others go through here: chains of
 * them recurse in C, and Python's limit counts none of it.  Refs new.  Errors RecursionError besides tp_iternext's own. */
PyObject *ou_iternext_too_deep(void);
static OU_ALWAYS_INLINE PyObject *
ou_iternext(PyObject *iter)
{
    return OU_UNLIKELY(ou_c_stack_is_low()) ? ou_iternext_too_deep() : Py_TYPE(iter)->tp_iternext(iter);
}

/* Count one level of recursion in C.  Returns 0, or -1 with RecursionError set
 * ("maximum recursion depth exceeded" and `where`, such as " while calling a Python object"). */
int ou_recursion_enter_slow(const char *where);
static OU_ALWAYS_INLINE int
ou_recursion_enter(const char *where)
{
    PyThreadState *ts = ou_tstate();
    char here;
    if (OU_UNLIKELY(--ts->recursion_remaining < 0 || &here < ((OuThread *)ts)->c_stack_limit)) {
        return ou_recursion_enter_slow(where);
    }
    return 0;
}
static OU_ALWAYS_INLINE void
ou_recursion_leave(void)
{
    ou_tstate()->recursion_remaining++;
}

#endif
