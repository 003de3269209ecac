/* compiler/fold.h - constant folding on the syntax tree. */
#ifndef OU_COMPILER_FOLD_H
#define OU_COMPILER_FOLD_H

#include "compiler/tree.h"

/* Replace expressions whose value is known by constants, in place, as CPython 3.11 does (results that would be large, and
 * operations that fail, stay).
 *
 * optimize  __debug__ is False from 1 on
 * flags     with CO_FUTURE_ANNOTATIONS annotations are left as they were written
 * Returns   0, or -1 with RecursionError, MemoryError or KeyboardInterrupt set: the tree is still whole. */
int ou_fold(Tree *tree, int optimize, int flags);

#endif
