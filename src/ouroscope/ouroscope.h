/* ouroscope/ouroscope.h - the glass box: who holds what, and whether the counts are right.
 *
 *   edge        one counted reference: from a holder (an object or a root) to an object, with a label
 *   in-degree   number of edges to an object, found by walking everything
 *   explained   an object whose in-degree equals its count
 *   finding     an object that is not explained
 *   hidden      a pointer in an object to another that the walker neither reports nor declares borrowed
 *   foreign     of a module compiled for CPython, which may hold references that nothing tells of
 *
 * docs/audit.md explains the design. */
#ifndef OU_OUROSCOPE_H
#define OU_OUROSCOPE_H

#include "memory/memory.h"
#include "object/walk.h"

/* Install the hooks (walker dispatch, audit at exit).  Before the runtime starts. */
void ou_ouroscope_install(void);

/* Every counted reference that an object owns, that to its heap type included; and what it declares borrowed. */
int ou_object_walk(PyObject *self, OuVisit visit, void *arg);

/* In the image of the program that the runtime is linked into: what lies there is held to our own rules. */
bool ou_in_main_program(const void *address);

/* For an object whose fields a compiled module's type tells of, through tp_traverse: the nearest base that has a walker.
 * NULL for all others. */
PyTypeObject *ou_foreign_base(PyObject *self);
/* The part of ou_object_walk() that is the base's own. */
int ou_object_walk_as(PyObject *self, PyTypeObject *base, OuVisit visit, void *arg);

/* A word in memory of a compiled module that may be a reference: where it lies. */
typedef struct {
    PyObject *object;  /* the object or module it belongs to, or NULL */
    const char *place; /* "static data of", ... */
    const char *name;  /* of the library, module or type; lives as long as they */
} OuForeignHolder;
typedef void (*OuForeignVisit)(PyObject *ref, const OuForeignHolder *holder, void *arg);

/* Every such word whose value is the address of memory in use.  Several may stand for one reference, or for none. */
void ou_foreign_walk(OuForeignVisit visit, void *arg);

typedef struct {
    PyObject *object;
    Py_ssize_t count;     /* ob_refcnt */
    Py_ssize_t in_degree; /* edges found */
} OuFinding;

typedef struct {
    PyObject *holder;
    size_t offset; /* bytes from the holder's start */
    PyObject *object;
} OuHidden;

typedef struct {
    OuForeignHolder holder;
    Py_ssize_t n; /* references */
} OuForeignShare;

typedef struct {
    Py_ssize_t n_objects, n_edges;
    Py_ssize_t n_foreign;       /* references that compiled modules alone can hold */
    OuForeignShare foreign[16]; /* by the first so many names */
    int n_shares;
    Py_ssize_t n_hidden;
    OuHidden hidden[16]; /* the first so many */
    Py_ssize_t n_findings;
    OuFinding findings[64]; /* the first so many */
    bool refused;           /* the counters could not be had */
} OuAudit;

/* Recompute every object's in-degree and compare.  Runs no Python code, allocates no block.
 * `left_over`: only permanent objects may be left: every live object is a finding. */
void ou_audit_run(OuAudit *audit, bool left_over);

/* Part of it (words.c): fill in n_hidden and hidden.  `counters` are zero, one for each block number. */
void ou_audit_scan_words(OuAudit *audit, uint32_t *counters, size_t n_numbers);

/* Print findings with their holders, and the verdict; each line begins with "audit: ". */
void ou_audit_print(const OuAudit *audit, FILE *out);

/* One edge to an object: who holds it. */
typedef struct {
    PyObject *object;    /* NULL: a frame on a thread's stack, or a root */
    struct Frame *frame; /* NULL: an object or a root */
    OuEdgeKind kind;
    const char *name; /* of the field, or NULL */
    Py_ssize_t index; /* or -1 */
} OuHolder;
typedef void (*OuHolderVisit)(const OuHolder *holder, void *arg);
void ou_why_walk(PyObject *object, OuHolderVisit visit, void *arg);

/* A short text of an object that runs no Python code: type, and the value of simple ones.  Writes at most size bytes. */
void ou_describe(PyObject *op, char *text, size_t size);
void ou_describe_hidden(const OuHidden *hidden, char *text, size_t size);
/* "item 3 of list at 0x... (5 items)", "local x of f (file.py, line 7)", "global y of module m", ... */
void ou_describe_holder(const OuHolder *holder, char *text, size_t size);

#endif
