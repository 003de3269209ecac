/* ouroscope/ouroscope.h - the glass box: who holds what, and whether the counts are right.
 *
 *   edge        one counted reference: from a holder (an object or a root) to an object, with a label
 *   in-degree   number of edges to an object, found by walking everything
 *   explained   an object whose in-degree equals its count
 *   finding     an object that is not explained
 *
 * docs/audit.md explains the design. */
#ifndef OU_OUROSCOPE_H
#define OU_OUROSCOPE_H

#include "memory/memory.h"
#include "object/walk.h"

/* Install the hooks (walker dispatch, audit at exit).  Before the runtime starts. */
void ou_ouroscope_install(void);

/* Every counted reference that an object owns, that to its heap type included. */
int ou_object_walk(PyObject *self, OuVisit visit, void *arg);

typedef struct {
    PyObject *object;
    Py_ssize_t count;     /* ob_refcnt */
    Py_ssize_t in_degree; /* edges found */
} OuFinding;

typedef struct {
    Py_ssize_t n_objects, n_edges;
    Py_ssize_t n_findings;
    OuFinding findings[64]; /* the first so many */
    bool refused;           /* the counters could not be had */
} OuAudit;

/* Recompute every object's in-degree and compare.  Runs no Python code, allocates no block.
 * `left_over`: only permanent objects may be left: every live object is a finding. */
void ou_audit_run(OuAudit *audit, bool left_over);

/* Print findings with their holders, and the verdict; each line begins with "audit: ". */
void ou_audit_print(const OuAudit *audit, FILE *out);

/* The holders of an object: each edge to it.  `holder` is NULL for roots. */
typedef void (*OuHolderVisit)(PyObject *holder, OuEdgeKind kind, const char *name, Py_ssize_t index, void *arg);
void ou_why_walk(PyObject *object, OuHolderVisit visit, void *arg);

/* A short text of an object that runs no Python code: type, and the value of simple ones.  Writes at most size bytes. */
void ou_describe(PyObject *op, char *text, size_t size);
/* A label: "item 3", "field func_code", ... */
void ou_describe_edge(OuEdgeKind kind, const char *name, Py_ssize_t index, char *text, size_t size);

#endif
