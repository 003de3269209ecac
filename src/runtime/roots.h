/* runtime/roots.h - the references that the runtime owns, walked. */
#ifndef OU_RUNTIME_ROOTS_H
#define OU_RUNTIME_ROOTS_H

#include "object/walk.h"

/* Report every root once, with its label.  Allocates nothing.  Non-zero from the visitor stops it. */
int ou_roots_walk(OuVisit visit, void *arg);

/* The same for a plain visitor (the collector's marking). */
int ou_roots_traverse(visitproc visit, void *arg);

/* The types of types.def. */
int ou_static_types_walk(int (*each)(PyTypeObject *type, OuWalker walker, void *arg), void *arg);

#endif
