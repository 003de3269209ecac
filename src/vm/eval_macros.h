/* vm/eval_macros.h - the words that the loop's handlers are written in (eval.c alone includes this).
 *
 * The loop keeps pc (the instruction), r (the frame's registers) and k (its constants) in local variables.  Before a wall
 * a handler stores pc: SAVE().  A handler ends in NEXT(), or by going to another label. */
#ifndef OU_VM_EVAL_MACROS_H
#define OU_VM_EVAL_MACROS_H

/* Words of each instruction, its cache included. */
enum {
#define OP(name, a, b, c, n_cache, flags, effect) WORDS_##name = 1 + n_cache,
#include "bytecode/opcodes.def"
#undef OP
};

#define FRAME OU_FRAME_OF(r)
#define HANDLER(name) L_##name:

#define DISPATCH() goto *dispatch[pc->op]
#define NEXT(n_words)     \
    do {                  \
        pc += (n_words);  \
        DISPATCH();       \
    } while (0)
#define SAVE() (FRAME->pc = pc)

/* Go on in a frame, at its pc. */
#define ENTER(f)                      \
    do {                              \
        Frame *_f = (f);              \
        r = _f->registers;            \
        k = ou_frame_consts(_f);      \
        pc = _f->pc;                  \
    } while (0)

/* Registers by what is known of a field. */
#define REG(x) (r[(x) & OU_INDEX_MASK])
#define VALUE(x) ou_op_fetch(r, k, ou_op_field(x))

/* Drop a reference; pc is stored before anything can see it. */
#define DROP(op)                             \
    do {                                     \
        PyObject *_op = (PyObject *)(op);    \
        if (OU_UNLIKELY(--_op->ob_refcnt == 0)) { \
            SAVE();                          \
            drop_dead(_op);                  \
        }                                    \
    } while (0)

/* Store a result by a D field. */
#define STORE(d, value)                          \
    do {                                         \
        unsigned _d = (d);                       \
        PyObject *_value = (value);              \
        if (ou_op_is_temp(_d)) {                 \
            REG(_d) = _value;                    \
        }                                        \
        else {                                   \
            PyObject *_old = r[_d];              \
            r[_d] = _value;                      \
            if (_old != NULL) {                  \
                DROP(_old);                      \
            }                                    \
        }                                        \
    } while (0)

/* The same of what a frame returns: Frame.dst may also say nowhere. */
#define STORE_RETURNED(d, value)                             \
    do {                                                     \
        unsigned _d = (d);                                   \
        if (ou_op_is_temp(_d)) {                             \
            REG(_d) = (value);                               \
        }                                                    \
        else if (_d & OU_DST_NOWHERE) {                      \
            PyObject *_unwanted = (value);                   \
            DROP(_unwanted);                                 \
        }                                                    \
        else {                                               \
            PyObject *_old = r[_d];                          \
            r[_d] = (value);                                 \
            if (_old != NULL) {                              \
                DROP(_old);                                  \
            }                                                \
        }                                                    \
    } while (0)

/* Signals, collections, the lock: see breaker.c. */
#define SAFE_POINT()                                        \
    do {                                                    \
        if (OU_UNLIKELY(_PyRuntime.eval_breaker != 0)) {    \
            SAVE();                                         \
            if (ou_breaker_service(thread) < 0) {           \
                goto error;                                 \
            }                                               \
            if (ou_is_traced(thread)) {                     \
                dispatch = traced;                          \
            }                                               \
        }                                                   \
    } while (0)
#define NO_SAFE_POINT() ((void)0)

/* An instruction done out of line. */
#define OUT_OF_LINE(name, call)          \
    HANDLER(name)                        \
    {                                    \
        SAVE();                          \
        if (OU_UNLIKELY((call) < 0)) {   \
            goto error;                  \
        }                                \
        NEXT(WORDS_##name);              \
    }

/* Count a run of a general instruction; at the right one let it become a form, which runs instead.  Not while it is traced:
 * a form may do several instructions in one. */
#define WARM_UP(name) WARM_UP_AT(name, 1)
#define WARM_UP_AT(name, word)                                               \
    do {                                                                     \
        if (OU_UNLIKELY(++((OuCache *)(pc + (word)))->counter == OU_WARM)) { \
            if (dispatch == traced) {                                        \
                ((OuCache *)(pc + (word)))->counter--;                       \
            }                                                                \
            else {                                                           \
                ou_specialize(FRAME);                                        \
            }                                                                \
            if (pc->op != OU_OP_##name) {                                    \
                goto *plain[pc->op];                                         \
            }                                                                \
        }                                                                    \
    } while (0)

#define ADAPTIVE(name, call)             \
    HANDLER(name)                        \
    {                                    \
        SAVE();                          \
        WARM_UP(name);                   \
        if (OU_UNLIKELY((call) < 0)) {   \
            goto error;                  \
        }                                \
        NEXT(WORDS_##name);              \
    }

#endif
