/* Python.h - the public C API of Ouroboros: names and binary layout of CPython 3.11. */
#ifndef OU_PYTHON_H
#define OU_PYTHON_H

#include "pyport.h"
#ifdef __cplusplus
extern "C" {
#endif
#include "object.h"
#include "pymem.h"
#include "objimpl.h"
#include "typeslots.h"
#include "pyhash.h"
#include "methodobject.h"
#include "descrobject.h"
#include "longobject.h"
#include "boolobject.h"
#include "floatobject.h"
#include "complexobject.h"
#include "bytesobject.h"
#include "unicodeobject.h"
#include "tupleobject.h"
#include "listobject.h"
#include "dictobject.h"
#include "odictobject.h"
#include "setobject.h"
#include "rangeobject.h"
#include "sliceobject.h"
#include "iterobject.h"
#include "memoryobject.h"
#include "pycapsule.h"
#include "moduleobject.h"
#include "funcobject.h"
#include "code.h"
#include "genobject.h"
#include "pystate.h"
#include "frameobject.h"
#include "traceback.h"
#include "context.h"
#include "genericaliasobject.h"
#include "weakrefobject.h"
#include "structseq.h"
#include "pyerrors.h"
#include "codecs.h"
#include "modsupport.h"
#include "compile.h"
#include "pylifecycle.h"
#include "pythonrun.h"
#include "ceval.h"
#include "sysmodule.h"
#include "abstract.h"
#include "import.h"
#include "fileobject.h"
#include "pythread.h"
#include "pytime.h"
#include "tracemalloc.h"
#include "private.h"
#ifdef __cplusplus
}
#endif

#endif
