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

#endif
