/* modules/builtins/builtins.h - what the files of the builtins module share: each offers a method table. */
#ifndef OU_MODULES_BUILTINS_H
#define OU_MODULES_BUILTINS_H

#include <Python.h>
#include "object/args.h"
#include "object/hold.h"
#include "object/state.h"

/* Tables of functions, entered one after the other; each ends with a NULL name. */
extern PyMethodDef ou_builtins_object_methods[];  /* objects: builtins_object.c */
extern PyMethodDef ou_builtins_iterable_methods[]; /* iterables: builtins_iterable.c */
extern PyMethodDef ou_builtins_number_methods[];  /* numbers and text: builtins_number.c */
extern PyMethodDef ou_builtins_code_methods[];    /* code and namespaces: builtins_code.c */
extern PyMethodDef ou_builtins_io_methods[];      /* print, input: builtins_io.c */

#define FASTCALL_KEYWORDS(function) (PyCFunction)(void *)(function), METH_FASTCALL | METH_KEYWORDS
#define FASTCALL(function) (PyCFunction)(void *)(function), METH_FASTCALL

/* The text of a str, bytes, or other buffer, NUL-terminated.  *owner is to be dropped afterwards; *is_text: it was a str.
 * Returns NULL with TypeError ("`function`() arg 1 must be a `what` object") or ValueError for a NUL inside set. */
const char *ou_source_text(PyObject *source, const char *function, const char *what, PyObject **owner, Py_ssize_t *size,
                           bool *is_text);

#endif
