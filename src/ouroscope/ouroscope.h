/* ouroscope/ouroscope.h - the glass box: who holds what, and whether the counts are right.
 *
 *   edge        one counted reference: from a holder (an object or a root) to an object, with a label
 *   in-degree   number of edges to an object, found by walking everything
 *   explained   an object whose in-degree equals its count
 *   finding     an object that is not explained
 *   hidden      a pointer in an object to another that the walker neither reports nor declares borrowed
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
    Py_ssize_t n_objects, n_edges;
    Py_ssize_t n_hidden;
    OuHidden hidden[16];    /* the first so many */
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

/* The holders of an object: each edge to it.  `holder` is NULL for roots. */
typedef void (*OuHolderVisit)(PyObject *holder, OuEdgeKind kind, const char *name, Py_ssize_t index, void *arg);
void ou_why_walk(PyObject *object, OuHolderVisit visit, void *arg);

/* A short text of an object that runs no Python code: type, and the value of simple ones.  Writes at most size bytes. */
void ou_describe(PyObject *op, char *text, size_t size);
void ou_describe_hidden(const OuHidden *hidden, char *text, size_t size);
/* A label: "item 3", "field func_code", ... */
void ou_describe_edge(OuEdgeKind kind, const char *name, Py_ssize_t index, char *text, size_t size);

#endif
