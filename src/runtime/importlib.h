/* runtime/importlib.h - the handover of importing to the standard library's importlib, and site. */
#ifndef OU_RUNTIME_IMPORTLIB_H
#define OU_RUNTIME_IMPORTLIB_H

#include "runtime/import.h"

/* A module that the C import is loading, innermost first. */
typedef struct OuLoading {
    struct OuLoading *outer;
    PyObject *name; /* borrowed from the loader's caller */
    PyObject *lock; /* importlib's lock of the module, if the handover came meanwhile; owned */
} OuLoading;

/* Begin and end the load of a module.  The end releases importlib's lock; an error that is set stays.  RE-ENTRANT. */
void ou_loading_push(OuLoading *entry, PyObject *name);
void ou_loading_pop(OuLoading *entry);

/* At start: names of sys and builtins that are made when asked for. */
void ou_importlib_init(void);

/* Hand importing over, once; without a standard library sys gets its (empty) lists alone.
 * Returns 0, or -1 with an error set and nothing changed.  RE-ENTRANT. */
int ou_importlib_install(void);

/* Is the handover at work?  Its own imports must be done in C. */
bool ou_importlib_installing(void);

/* After the handover: find and load by importlib (new, or NULL); wait until another thread has loaded a module.
 * RE-ENTRANT. */
PyObject *ou_importlib_load(PyObject *name);
int ou_importlib_wait(PyObject *name);

/* What site does at a start (site.c).  Returns 0, or -1 with an error set.  RE-ENTRANT. */
int ou_site_start(void);

/* Import the real site if a plain start went without: before a prompt, or when a name of builtins is missing that it
 * makes (NULL: any).  Returns 1 if it ran, 0, or -1 with an error set.  RE-ENTRANT. */
int ou_site_complete(PyObject *name);

#endif
