/* modules/_thread/thread.h - what the files of module _thread share.
 *
 *   box   a lock of the system that several may hold: the lock object, and a thread state that releases it at its end */
#ifndef OU_MODULES_THREAD_H
#define OU_MODULES_THREAD_H

#include "object/alloc.h"
#include "object/args.h"
#include "object/hold.h"
#include "object/walk.h"

#define FAST(function) (PyCFunction)(void *)(function), METH_FASTCALL
#define FAST_KEYWORDS(function) (PyCFunction)(void *)(function), METH_FASTCALL | METH_KEYWORDS

extern PyTypeObject ou_lock_type, ou_rlock_type, ou_local_type, ou_local_dummy_type;

PyObject *ou_lock_new(void);
/* _set_sentinel(): a lock, to be taken by the caller, that is released when the running thread ends.  Refs new. */
PyObject *ou_lock_new_sentinel(void);

/* (blocking=True, timeout=-1) in nanoseconds, -1 without end.  Returns 0, or -1 with an error set. */
int ou_lock_timeout_args(const OuParams *params, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames,
                         _PyTime_t *timeout);
/* Wait; signal handlers run meanwhile.  PY_LOCK_INTR: one of them raised.  RE-ENTRANT. */
PyLockStatus ou_lock_wait(PyThread_type_lock lock, _PyTime_t timeout);

#endif
