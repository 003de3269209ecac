/* bytecode/marshal.h - reading marshalled objects, from the inside; the public part is <marshal.h>. */
#ifndef OU_BYTECODE_MARSHAL_H
#define OU_BYTECODE_MARSHAL_H

#include <Python.h>
#include "base/base.h"

/* Where bytes come from.  Puts exactly n bytes at `to` and returns 0, or returns -1 with an error set.  May run
 * Python code. */
typedef int (*OuMarshalSource)(void *from, char *to, Py_ssize_t n);

/* Read one object.  Refs new.  Errors EOFError, ValueError, TypeError, MemoryError, what the source raised.
 * RE-ENTRANT if the source is. */
OU_MUST_USE PyObject *ou_marshal_read(OuMarshalSource source, void *from);

/* Read one object from memory.
 * trusted  its code objects are known to come from our compiler (a cache file whose checksum is right)
 * used     if not NULL: the bytes it took.  Refs new. */
OU_MUST_USE PyObject *ou_marshal_loads(const char *data, Py_ssize_t size, bool trusted, Py_ssize_t *used);

#endif
