/* object/hold.h - references that a C function owns while Python code may run.
 *
 *     OU_HOLD(h, &left, &right);      // locals of this function, each owning a count or NULL
 *     ... anything that may run Python code ...
 *     OU_HOLD_END(h);
 *
 * The audit counts them, and `why` calls them "operation in progress" with the function's name.
 * Borrowed references need no hold; neither do references that nobody looks at while no Python runs. */
#ifndef OU_OBJECT_HOLD_H
#define OU_OBJECT_HOLD_H

#include "object/state.h"

typedef struct OuHold {
    struct OuHold *outer;
    const char *function;
    PyObject ***slots; /* addresses of the variables */
    int n_slots;
} OuHold;

static OU_ALWAYS_INLINE void
ou_hold_push(OuHold *hold)
{
    OuThread *thread = ou_thread();
    hold->outer = thread->holds;
    thread->holds = hold;
}

static OU_ALWAYS_INLINE void
ou_hold_pop(OuHold *hold)
{
    OU_ASSERT(ou_thread()->holds == hold);
    ou_thread()->holds = hold->outer;
}

#define OU_HOLD(h, ...)                                                                          \
    PyObject **h##_slots[] = {__VA_ARGS__};                                                      \
    OuHold h = {NULL, __func__, h##_slots, (int)(sizeof(h##_slots) / sizeof(h##_slots[0]))};     \
    ou_hold_push(&h)
#define OU_HOLD_END(h) ou_hold_pop(&h)

#endif
