/* vm/frame.h - frames on the frame stack.
 *
 *   Frame     header of 8 words, then registers: locals and cells, then temporaries
 *   segment   a piece of the frame stack; never moves (vm/stack.c)
 *   window    the caller's temporaries in which a callee's frame is made: callable, 7 words, arguments
 *
 * The zero rule: every word of a segment above the live registers of the top frame is NULL.  So a new frame needs
 * no clearing; who leaves a frame empties its registers and header.
 * The register contract is in docs/vm.md. */
#ifndef OU_VM_FRAME_H
#define OU_VM_FRAME_H

#include "bytecode/code.h"
#include "object/state.h"

enum { /* Frame.owner */
    OU_FRAME_STACK = 0,     /* on the frame stack */
    OU_FRAME_GENERATOR = 1, /* inside a generator, coroutine or asynchronous generator */
    OU_FRAME_OBJECT = 2,    /* moved into its PyFrameObject when it ended */
};

/* Bit of Frame.dst: the result is dropped, not stored; call_words reaches beyond the CLEAR that would do it. */
#define OU_DST_NOWHERE 0x8000

enum { /* Frame.returns */
    OU_RETURNS_VALUE = 0,    /* the value itself */
    OU_RETURNS_INSTANCE = 1, /* an __init__ run in the loop: the result is `scratch`, and the value must be None */
    OU_RETURNS_SPECIAL = 2,  /* a special method: the caller's instruction is completed with the value */
};

typedef struct Frame {
    PyObject *function;    /* owned: the function called; for a comprehension the enclosing one */
    PyCodeObject *code;    /* owned */
    PyObject *locals;      /* owned namespace of a module, class or exec; in functions NULL or what locals() made */
    PyFrameObject *object; /* owned frame object, or NULL: made when asked for */
    struct Frame *back;    /* caller's frame, or NULL */
    OuInstr *pc;           /* the instruction it stands at; right at every wall */
    uint16_t dst;          /* D operand: where the caller wants the result */
    uint8_t call_words;    /* words of the caller's call instruction: it goes on at back->pc + call_words */
    bool leaving;          /* it has returned and its registers fall: not shown any more */
    union {
        struct {
            uint8_t owner;
            bool is_entry;  /* entered from C: its return leaves the loop */
            uint8_t returns; /* OU_RETURNS_*: what its caller makes of the value */
            bool moved;     /* its window was moved: first of a segment, or called from a generator's frame */
        };
        uint32_t special;   /* 0: an ordinary frame on the stack, which returns the short way */
    };
    PyObject *scratch;     /* owned or NULL: the instance under __init__; the value on its way out */
    PyObject *registers[];
} Frame;
/* is_entry alone, in Frame.special: the frame returns the short way, but to C. */
#define OU_FRAME_ENTRY_BIT ((uint32_t)1 << 8 * (offsetof(Frame, is_entry) - offsetof(Frame, special)))
_Static_assert(sizeof(Frame) == OU_WINDOW * sizeof(PyObject *), "a window's head is a frame header");
_Static_assert(offsetof(Frame, function) == 0, "the callable's word becomes Frame.function");

#define OU_FRAME_OF(registers_) ((Frame *)((PyObject **)(registers_)-OU_WINDOW))

/* A frame as Python sees it; 56 bytes as CPython 3.11's. */
struct _frame {
    PyObject_HEAD
    PyFrameObject *f_back; /* owned; known only once the frame has ended */
    Frame *f_frame;        /* on the stack, in a generator, or `data` below */
    PyObject *f_trace;     /* owned or NULL */
    int f_lineno;          /* 0, or the line a trace function works on */
    char f_trace_lines;
    char f_trace_opcodes;
    char f_fast_as_locals;
    PyObject *data[1];     /* header and registers, once the frame has ended */
};

/* A piece of the frame stack. */
typedef struct FrameSegment {
    struct FrameSegment *prev;
    struct FrameSegment *next; /* kept for the next overflow, or NULL */
    PyObject **limit;          /* end of `words` */
    PyObject **saved_top;      /* OuThread.stack_top as it was when this one was begun */
    size_t total;              /* bytes of this and all before */
    PyObject *words[];
} FrameSegment;

/* The globals and builtins a frame works with.  Borrowed. */
static OU_ALWAYS_INLINE PyObject *
ou_frame_globals(Frame *frame)
{
    return ((PyFunctionObject *)frame->function)->func_globals;
}

static OU_ALWAYS_INLINE PyObject *
ou_frame_builtins(Frame *frame)
{
    return ((PyFunctionObject *)frame->function)->func_builtins;
}

static OU_ALWAYS_INLINE PyObject *const *
ou_frame_consts(Frame *frame)
{
    return ((PyTupleObject *)frame->code->co_consts)->ob_item;
}

/* The frame that Python code sees where `frame` is the innermost: itself, unless it is being left. */
static OU_ALWAYS_INLINE Frame *
ou_frame_shown(Frame *frame)
{
    while (OU_UNLIKELY(frame != NULL && frame->leaving)) {
        frame = frame->back;
    }
    return frame;
}

/* Index of the instruction it stands at, in words. */
static OU_ALWAYS_INLINE int
ou_frame_word(Frame *frame)
{
    return (int)(frame->pc - ou_code_instrs(frame->code));
}

#endif
