/* compiler/compile.h - from a tree or source text to a code object.
 *
 * The rest of the runtime uses only this header and tree.h. */
#ifndef OU_COMPILER_COMPILE_H
#define OU_COMPILER_COMPILE_H

#include <Python.h>

#include "compiler/tree.h"

/* With the flags of compile(). */
enum {
    OU_COMPILE_LIBRARY = 0x40000000, /* a source of the standard library, whose small int constants are objects of its own */
    OU_COMPILE_FILE = 0x20000000,    /* a program's file, not text given to compile(): other errors of encoding */
};

/* Compile a tree.
 *
 * tree      changed (folded) on the way; still the caller's to free.  Its list of objects is declared held meanwhile
 *           (OU_HOLD), so the caller must not do that too
 * filename  a str
 * flags     PyCF_* and CO_FUTURE_*, OU_COMPILE_LIBRARY
 * optimize  0, 1 (no asserts, __debug__ is False), 2 (no docstrings); -1: what the interpreter was started with
 * Returns   a new code object, or NULL with SyntaxError, RecursionError, MemoryError or what a warning filter raised.
 * RE-ENTRANT through warnings. */
PyObject *ou_compile_tree(Tree *tree, PyObject *filename, int flags, int optimize);

/* Parse and compile source bytes; source[size] must be 0.  With PyCF_IGNORE_COOKIE they are known to be UTF-8 text. */
PyObject *ou_compile_source(const char *source, size_t size, PyObject *filename, OuParseMode mode, int flags, int optimize);

/* The future statements at a module's head (PyFutureFeatures).
 * Returns 0 with *features and the last one's line, or -1 with SyntaxError set. */
int ou_future_features(Tree *tree, PyObject *filename, int *features, int *line);

/* What __debug__, asserts and docstrings follow where a caller says -1.  Set at start from -O. */
extern int ou_compile_optimize;

#endif
