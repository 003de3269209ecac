/* modules/select/select.h - module select: waiting for several descriptors at once. */
#ifndef OU_MODULES_SELECT_H
#define OU_MODULES_SELECT_H

#include <Python.h>
#include "base/base.h"

extern PyTypeObject ou_poll_type, ou_epoll_type;

/* select.poll(): a poll object. */
PyObject *ou_poll_new(PyObject *module, PyObject *ignored);

/* A wait with an end: the time that is left of it. */
typedef struct {
    bool forever;
    _PyTime_t left, deadline; /* left is never negative */
} OuWait;

/* Start a wait of `arg` seconds (or milliseconds).  None, NULL and, if `negative_is_forever`, what is below zero never end.
 * Errors  TypeError(`wanted`) if it is no number; ValueError if below zero and `negative_is_forever` is not set. */
OU_MUST_USE int ou_wait_start(OuWait *wait, PyObject *arg, bool milliseconds, bool negative_is_forever, const char *wanted);

/* The wait was interrupted (errno is EINTR): run the handlers of signals.  Returns 1 to wait again for what is left, 0 if
 * the time is over, -1 if a handler raised.  RE-ENTRANT. */
OU_MUST_USE int ou_wait_again(OuWait *wait);

/* What is left in milliseconds, for poll() and epoll_wait(): -1 for ever.
 * Errors  OverflowError if it doesn't fit an int: then -2. */
int ou_wait_milliseconds(const OuWait *wait);

#endif
