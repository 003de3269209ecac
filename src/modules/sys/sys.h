/* modules/sys/sys.h - what the files of the sys module share. */
#ifndef OU_MODULES_SYS_H
#define OU_MODULES_SYS_H

#include <Python.h>
#include "memory/memory.h"
#include "object/args.h"
#include "object/hold.h"
#include "object/state.h"

extern PyMethodDef ou_sys_memory_methods[]; /* counts, sizes, interning, limits: sys_memory.c */
extern PyMethodDef ou_sys_hook_methods[];   /* display, excepthook, trace, audit, exit: sys_hooks.c */

/* Enter version, flags, *_info, implementation, paths (sys_info.c).  Returns 0, or -1 with an error set. */
int ou_sys_info_enter(PyObject *names);

#define FASTCALL_KEYWORDS(function) (PyCFunction)(void *)(function), METH_FASTCALL | METH_KEYWORDS
#define FASTCALL(function) (PyCFunction)(void *)(function), METH_FASTCALL

#endif
