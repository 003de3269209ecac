/* modules/_sre/sre_scanner.c - a search that goes on where it left off: Pattern.scanner() and finditer().
 *
 * Owns       its pattern, its subject and the subject's buffer.
 * Invariant  once a search has failed, `start` lies behind `end`, and every later one fails at once.  While a search is running
 *            (a signal handler may ask for another) the scanner is busy and refuses. */
#include "modules/_sre/sre.h"

typedef struct {
    PyObject_HEAD
    SrePattern *pattern;
    SreState state; /* state.string is owned */
    bool ready;     /* the state is to be ended */
    bool busy;
} Scanner;

OU_WALKER(sre_scanner)
{
    Scanner *scanner = (Scanner *)self;
    OU_EDGE_OF(scanner, pattern);
    OU_EDGE(scanner->state.string, OU_EDGE_FIELD, "string", -1);
    OU_EDGE(scanner->state.buffer.obj, OU_EDGE_FIELD, "buffer", -1);
    return 0;
}

static void
scanner_dealloc(PyObject *self)
{
    Scanner *scanner = (Scanner *)self;
    ou_gc_untrack(self);
    if (scanner->ready) {
        ou_sre_end(&scanner->state);
    }
    Py_XDECREF(scanner->state.string);
    Py_XDECREF(scanner->pattern);
    ou_gc_free(self);
}

PyObject *
ou_sre_scanner_new(SrePattern *pattern, PyObject *string, Py_ssize_t pos, Py_ssize_t end)
{
    Scanner *scanner = (Scanner *)ou_gc_new(&ou_sre_scanner_type);
    if (scanner == NULL) {
        return NULL;
    }
    if (ou_sre_begin(&scanner->state, pattern, string, pos, end) < 0) {
        scanner->state.string = NULL; /* borrowed */
        scanner->state.buffer.obj = NULL;
        Py_DECREF(scanner);
        return NULL;
    }
    Py_INCREF(string);
    scanner->pattern = (SrePattern *)Py_NewRef(pattern);
    scanner->ready = true;
    ou_gc_track((PyObject *)scanner);
    return (PyObject *)scanner;
}

static PyObject *
scan(PyObject *self, SreMode mode)
{
    Scanner *scanner = (Scanner *)self;
    SreState *state = &scanner->state;
    if (scanner->busy) {
        PyErr_SetString(PyExc_ValueError, "regular expression scanner already executing");
        return NULL;
    }
    scanner->busy = true;
    int status = ou_sre_run(state, scanner->pattern, mode);
    scanner->busy = false;
    PyObject *match = ou_sre_match_new(scanner->pattern, state, status);
    if (status > 0) {
        ou_sre_advance(state);
    }
    else if (status == 0) {
        state->start = state->end + 1;
    }
    return match;
}

static PyObject *
scanner_match(PyObject *self, PyObject *ignored)
{
    return scan(self, SRE_AT_START);
}

static PyObject *
scanner_search(PyObject *self, PyObject *ignored)
{
    return scan(self, SRE_SEARCH);
}

static PyMethodDef scanner_methods[] = {
    {"match", scanner_match, METH_NOARGS, "match($self, /)\n--\n\n"},
    {"search", scanner_search, METH_NOARGS, "search($self, /)\n--\n\n"},
    {NULL},
};

static PyMemberDef scanner_members[] = {
    {"pattern", T_OBJECT, offsetof(Scanner, pattern), READONLY},
    {NULL},
};

PyTypeObject ou_sre_scanner_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_sre.SRE_Scanner",
    .tp_basicsize = sizeof(Scanner),
    .tp_dealloc = scanner_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = sre_scanner_traverse,
    .tp_methods = scanner_methods,
    .tp_members = scanner_members,
};
