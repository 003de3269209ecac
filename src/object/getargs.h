/* object/getargs.h - one unit of a PyArg_Parse format: between the units (getargs_convert.c) and the drivers (getargs.c). */
#ifndef OU_OBJECT_GETARGS_H
#define OU_OBJECT_GETARGS_H

#include <Python.h>
#include "base/base.h"

enum { OU_GETARGS_LEVELS = 32, OU_GETARGS_TEXT = 256 }; /* nesting shown in messages; bytes of a message; from CPython 3.11 */

/* What must be undone if a later argument fails. */
typedef struct {
    enum { OU_UNDO_MEMORY, OU_UNDO_BUFFER, OU_UNDO_CONVERTER } kind;
    void *item;                           /* address of a char *; a Py_buffer; the converter's result */
    int (*converter)(PyObject *, void *);
} OuGetargsUndo;

typedef struct {
    va_list list;                 /* where results go */
    bool size_t_clean;            /* # lengths are Py_ssize_t; else # is refused */
    OuGetargsUndo *undo;
    int n_undo, cap_undo;
    OuGetargsUndo small_undo[8];
    int levels[OU_GETARGS_LEVELS]; /* item numbers inside nested sequences, from 1; 0 ends */
    char text[OU_GETARGS_TEXT];    /* room for a message */
} OuGetargs;

void ou_getargs_init(OuGetargs *state, va_list list, bool size_t_clean);

/* Convert one argument by the unit at *format, which is moved behind it.  Returns NULL, or a message for after "argument n"
 * (its text is of no use if an error is set).  RE-ENTRANT. */
const char *ou_getargs_convert(OuGetargs *state, PyObject *arg, const char **format);

/* Pass over a unit and its results.  Returns NULL, or a message: the format is wrong. */
const char *ou_getargs_skip(OuGetargs *state, const char **format);

/* The end: undo everything if `ok` is 0.  Returns `ok`. */
int ou_getargs_finish(OuGetargs *state, int ok);

#endif
