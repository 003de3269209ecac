/* object/args.h - the arguments of functions written in C, sorted into an array by parameter.
 *
 *     static const OuParams params = {"sorted", {"iterable", "key", "reverse"},
 *                                     .n_posonly = 1, .n_positional = 1, .n_required = 1, .n_all = 3};
 *     PyObject *v[3];
 *     if (ou_args_parse(&params, args, nargs, kwnames, v) < 0) {
 *         return NULL;
 *     }
 *
 * Afterwards v[i] is the borrowed argument of parameter i, or NULL if the caller left it out.  The texts of the
 * TypeErrors are CPython 3.11's. */
#ifndef OU_OBJECT_ARGS_H
#define OU_OBJECT_ARGS_H

#include <Python.h>
#include "base/base.h"

enum { OU_ARGS_MAX = 24 }; /* parameters; arbitrary: the longest list in the runtime has fewer */

typedef struct {
    const char *function;           /* as messages name it, without "()"; NULL: "this function" */
    const char *names[OU_ARGS_MAX]; /* of the parameters, ASCII; positional-only ones may be "" or NULL */
    uint8_t n_posonly;              /* the first so many can't be named */
    uint8_t n_positional;           /* the first so many can be positional, n_posonly included */
    uint8_t n_required;             /* the first so many must be given */
    uint8_t n_all;                  /* all, keyword-only ones included */
} OuParams;

/* In ml_flags: METH_VARARGS in CPython, and METH_FASTCALL here; it shows in one message. */
#define OU_METH_LIKE_VARARGS 0x1000

/* A Py_ssize_t argument.  -1 with an error set, or a true -1.  RE-ENTRANT: __index__. */
Py_ssize_t ou_args_ssize(PyObject *arg);

/* The general case of ou_args_parse. */
int ou_args_parse_slow(const OuParams *params, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames,
                       PyObject **values);

/* Sort a vectorcall's arguments (values of keywords follow the positional ones) into values[0 .. n_all).
 * Returns 0, or -1 with TypeError set.  Refs borrowed from the caller's array.  Runs no Python code. */
static OU_ALWAYS_INLINE OU_MUST_USE int
ou_args_parse(const OuParams *params, PyObject *const *args, size_t nargsf, PyObject *kwnames, PyObject **values)
{
    Py_ssize_t n_args = PyVectorcall_NARGS(nargsf);
    if (OU_UNLIKELY(kwnames != NULL || n_args < params->n_required || n_args > params->n_positional)) {
        return ou_args_parse_slow(params, args, n_args, kwnames, values);
    }
    for (Py_ssize_t i = 0; i < n_args; i++) {
        values[i] = args[i];
    }
    for (Py_ssize_t i = n_args; i < params->n_all; i++) {
        values[i] = NULL;
    }
    return 0;
}

/* The same for tp_new and tp_init: a tuple and a dict or NULL.  Refs borrowed from both. */
OU_MUST_USE int ou_args_parse_tuple(const OuParams *params, PyObject *args, PyObject *kwargs, PyObject **values);

/* A str argument without NUL as a C string, which lives as long as `value`; NULL with TypeError or ValueError set. */
const char *ou_args_text(const char *function, const char *argument, PyObject *value);

#endif
