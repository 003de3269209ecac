/* object/walk.h - walkers: who holds whom, with a label, once per counted reference.
 *
 * Every type has one walker.  From its one body two functions are made: `<noun>_traverse` for the
 * type's tp_traverse, and `ou_<noun>_walk`, which also labels each edge, for audit, why and snapshot:
 *
 *     OU_WALKER(list)
 *     {
 *         PyListObject *list = (PyListObject *)self;
 *         for (Py_ssize_t i = 0; i < Py_SIZE(list); i++) {
 *             OU_EDGE(list->ob_item[i], OU_EDGE_ITEM, NULL, i);
 *         }
 *         return 0;
 *     }
 *
 * A walker allocates nothing, runs no Python code, and is right at every moment at which the object is
 * reachable.  ob_type of a heap type's instance is an edge that the audit adds itself; walkers leave it out,
 * except that heap types' own tp_traverse slots visit it as CPython 3.9+ asks (ou_subtype_traverse does). */
#ifndef OU_OBJECT_WALK_H
#define OU_OBJECT_WALK_H

#include <Python.h>
#include "base/base.h"

typedef enum {
    OU_EDGE_FIELD,     /* a field of the C struct: name */
    OU_EDGE_ITEM,      /* a sequence's item: index */
    OU_EDGE_KEY,       /* a mapping's or set's key: index of the entry */
    OU_EDGE_VALUE,     /* a mapping's value: index of the entry */
    OU_EDGE_ATTRIBUTE, /* an inline attribute value: index */
    OU_EDGE_SLOT,      /* a __slots__ member: name */
    OU_EDGE_TYPE,      /* ob_type of a heap type's instance */
    OU_EDGE_LOCAL,     /* a frame's named register: index */
    OU_EDGE_TEMPORARY, /* a frame's temporary: index */
    OU_EDGE_CONSTANT,  /* a code object's constant: index */
    OU_EDGE_HOLD,      /* an operation in progress: name of the C function */
    OU_EDGE_ROOT,      /* a row of roots.def: name */
    OU_EDGE_FOREIGN,   /* what only a compiled module can hold: where */
    OU_EDGE_BORROWED,  /* no edge: a pointer that is not counted, told of for the word scan; other visitors pass it over */
} OuEdgeKind;

/* Told of one reference.  `name` may be NULL; `index` is -1 where it says nothing.  Non-zero stops the walk. */
typedef int (*OuVisit)(PyObject *ref, OuEdgeKind kind, const char *name, Py_ssize_t index, void *arg);
typedef int (*OuWalker)(PyObject *self, OuVisit visit, void *arg);

/* Where a walker's body sends its edges: exactly one of the two is set, and known at compile time. */
typedef struct {
    visitproc plain;
    OuVisit labelled;
    void *arg;
} OuSink;

#define OU_WALKER(noun)                                                              \
    static OU_ALWAYS_INLINE int noun##_edges(PyObject *self, OuSink sink);           \
    OU_UNUSED static int noun##_traverse(PyObject *self, visitproc visit, void *arg) \
    {                                                                                \
        return noun##_edges(self, (OuSink){visit, NULL, arg});                       \
    }                                                                                \
    int ou_##noun##_walk(PyObject *self, OuVisit visit, void *arg)                   \
    {                                                                                \
        return noun##_edges(self, (OuSink){NULL, visit, arg});                       \
    }                                                                                \
    static OU_ALWAYS_INLINE int noun##_edges(PyObject *self, OuSink sink)

extern bool ou_traverse_tells_all; /* see OU_EDGE_ATOM */

/* Report one reference; NULL is passed over. */
#define OU_EDGE(ref, kind, name, index)                                                                    \
    do {                                                                                                   \
        PyObject *_ou_ref = (PyObject *)(ref);                                                             \
        if (_ou_ref != NULL) {                                                                             \
            int _ou_stop = sink.plain != NULL ? sink.plain(_ou_ref, sink.arg)                              \
                                              : sink.labelled(_ou_ref, (kind), (name), (index), sink.arg); \
            if (_ou_stop) {                                                                                \
                return _ou_stop;                                                                           \
            }                                                                                              \
        }                                                                                                  \
    } while (0)

/* A field named as in the struct. */
#define OU_EDGE_OF(object, field) OU_EDGE((object)->field, OU_EDGE_FIELD, #field, -1)

/* The same for what can be in no cycle (a name, strings): counted, but tp_traverse leaves it out where CPython's does, so
 * that gc.get_referents() shows the same.  While the audit calls a compiled type's tp_traverse, which hands on to that of
 * its base, nothing is left out. */
#define OU_EDGE_ATOM(ref, kind, name, index)                                              \
    do {                                                                                  \
        if (sink.labelled != NULL || OU_UNLIKELY(ou_traverse_tells_all)) {                \
            OU_EDGE(ref, kind, name, index);                                              \
        }                                                                                 \
    } while (0)
#define OU_EDGE_ATOM_OF(object, field) OU_EDGE_ATOM((object)->field, OU_EDGE_FIELD, #field, -1)

/* A field that points at an object without counting: who keeps it right, or why it can't dangle, stands beside it. */
#define OU_BORROWED(object, field)                                                     \
    do {                                                                               \
        PyObject *_ou_borrowed = (PyObject *)(object)->field;                          \
        if (sink.labelled != NULL && _ou_borrowed != NULL) {                           \
            (void)sink.labelled(_ou_borrowed, OU_EDGE_BORROWED, #field, -1, sink.arg); \
        }                                                                              \
    } while (0)

/* The walker of an object: its nearest static base's row in types.def, with instance parts (slots, inline
 * attributes, dict) added; a foreign type's tp_traverse.  Set by the layer that reads types.def. */
extern int (*ou_object_walk_hook)(PyObject *self, OuVisit visit, void *arg);

#endif
