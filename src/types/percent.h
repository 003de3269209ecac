/* types/percent.h - what str % arguments and bytes % arguments share.
 *
 * Percent      a formatting in progress: the format's text, where it is read, the arguments
 * Conversion   what stands between a '%' and its letter, as in "%(key)-08.3f"
 * Field        how a converted value is laid into its field */
#ifndef OU_TYPES_PERCENT_H
#define OU_TYPES_PERCENT_H

#include <Python.h>

#include "base/base.h"

typedef struct {
    PyObject *format;        /* a str; NULL: the text is bytes.  Borrowed */
    int kind;                /* size of a character of the text: 1, 2 or 4 */
    const void *data;        /* the text, kept alive and in place by the caller */
    Py_ssize_t at, n;        /* where it is read, its length; characters */
    PyObject *args;          /* tuple, or the single argument; owned */
    Py_ssize_t n_args, next; /* of a tuple; -1 and -2 (then -1) for a single argument, so that it serves once */
    PyObject *mapping;       /* that keys are looked up in, or NULL; borrowed */
} Percent;

typedef struct {
    bool left, plus, blank, alternate, zero, no_minus_zero; /* - + ' ' # 0, and z in bytes */
    bool number;                                            /* its sign is treated apart; set by who converts */
    Py_ssize_t width;                                       /* -1: none */
    int precision;                                          /* -1: none */
    Py_UCS4 type;                                           /* the letter */
} Conversion;

/* In writing order: blanks, sign, prefix, zeros, text, blanks; one of the three paddings at most is not 0. */
typedef struct {
    Py_ssize_t n_before, n_zeros, n_after; /* padding */
    char sign;                             /* 0: none */
    Py_ssize_t from, n_prefix, n;          /* in the converted text: start of the prefix, its length, the rest's length */
    Py_ssize_t n_all;                      /* of the whole field */
} Field;

/* Start with p->format or p->data and p->n set.  p->args is the caller's to release. */
void ou_percent_start(Percent *p, PyObject *args, bool is_mapping);

/* Read what follows a '%', up to and with the letter.  Returns 0, or -1 with an error set.
 * RE-ENTRANT by a key's lookup. */
OU_MUST_USE int ou_percent_read(Percent *p, Conversion *c);

/* The next argument, borrowed; NULL with TypeError set if there is none. */
PyObject *ou_percent_next(Percent *p);

/* A value's digits for %d, %x and their like, as a str of ASCII.  Refs new.  RE-ENTRANT. */
PyObject *ou_percent_int(const Conversion *c, PyObject *value);

/* Lay out a converted text of n characters that begins with `first`. */
Field ou_percent_field(const Conversion *c, Py_UCS4 first, Py_ssize_t n);

/* Were all arguments used?  Returns 0, or -1 with TypeError set. */
OU_MUST_USE int ou_percent_end(const Percent *p);

#endif
