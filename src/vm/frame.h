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

typedef struct Frame {
    PyObject *function;    /* owned: the function called; for a comprehension the enclosing one */
    PyCodeObject *code;    /* owned */
    PyObject *locals;      /* owned namespace of a module, class or exec; NULL in functions */
    PyFrameObject *object; /* owned frame object, or NULL: made when asked for */
    struct Frame *back;    /* caller's frame, or NULL */
    OuInstr *pc;           /* the instruction it stands at; right at every wall */
    uint16_t dst;          /* D operand: where the caller wants the result */
    uint8_t call_words;    /* words of the caller's call instruction: it goes on at back->pc + call_words */
    uint8_t owner;
    bool is_entry;         /* entered from C: its return leaves the loop */
    bool from_init;        /* an __init__ run in the loop: the result is the instance, not the return value */
    uint16_t spare;
    PyObject *scratch;     /* the word before the arguments: PY_VECTORCALL_ARGUMENTS_OFFSET */
    PyObject *registers[];
} Frame;
_Static_assert(sizeof(Frame) == OU_WINDOW * sizeof(PyObject *), "a window's head is a frame header");
_Static_assert(offsetof(Frame, function) == 0, "the callable's word becomes Frame.function");

#define OU_FRAME_OF(registers_) ((Frame *)((PyObject **)(registers_)-OU_WINDOW))

#endif
