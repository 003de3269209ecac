/* modules/_csv/csv.h - module _csv: text in rows and fields.
 *
 *   dialect   how fields are separated, quoted and escaped; checked when it is made, then never changed
 *   record    one row; it may span several lines of text */
#ifndef OU_MODULES_CSV_H
#define OU_MODULES_CSV_H

#include <Python.h>
#include "base/base.h"

typedef enum { CSV_QUOTE_MINIMAL, CSV_QUOTE_ALL, CSV_QUOTE_NONNUMERIC, CSV_QUOTE_NONE, CSV_N_QUOTING } CsvQuoting;

#define CSV_NOT_SET ((Py_UCS4)-1) /* of a character that a dialect may lack; equal to none */

typedef struct {
    PyObject_HEAD
    Py_UCS4 delimiter, quotechar, escapechar; /* the last two may be CSV_NOT_SET */
    CsvQuoting quoting;
    char doublequote, skipinitialspace, strict; /* 0 or 1 */
    PyObject *lineterminator;                   /* str, owned */
} CsvDialect;

typedef struct {
    PyTypeObject *dialect_type, *reader_type, *writer_type; /* owned, like all here */
    PyObject *error;                                        /* _csv.Error */
    PyObject *dialects;                                     /* dict: name -> dialect */
    long field_limit;                                       /* characters */
} CsvState;

extern PyModuleDef ou_csv_module;
extern PyType_Spec ou_csv_dialect_spec, ou_csv_reader_spec, ou_csv_writer_spec;

/* The state of the module that a type, or an object's type, belongs to. */
static inline CsvState *
csv_state(PyTypeObject *type)
{
    return PyModule_GetState(PyType_GetModuleByDef(type, &ou_csv_module));
}

/* The registered dialect of a name: new, or NULL with _csv.Error.  RE-ENTRANT: the name is hashed. */
PyObject *ou_csv_dialect_find(CsvState *state, PyObject *name);

/* A dialect from another (an object with attributes, a name, or NULL) and keywords (or NULL): new.  RE-ENTRANT. */
PyObject *ou_csv_dialect_make(CsvState *state, PyObject *dialect, PyObject *kwargs);

/* The functions reader() and writer(). */
PyObject *ou_csv_reader(PyObject *module, PyObject *args, PyObject *kwargs);
PyObject *ou_csv_writer(PyObject *module, PyObject *args, PyObject *kwargs);

/* Characters that grow at the end. */
typedef struct {
    Py_UCS4 *text; /* PyMem_Malloc'ed */
    Py_ssize_t len, cap;
} CsvText;

OU_MUST_USE int ou_csv_text_reserve(CsvText *text);

/* Returns 0, or -1 with MemoryError. */
static inline OU_MUST_USE int
csv_text_add(CsvText *text, Py_UCS4 ch)
{
    if (text->len == text->cap && ou_csv_text_reserve(text) < 0) {
        return -1;
    }
    text->text[text->len++] = ch;
    return 0;
}

#endif
