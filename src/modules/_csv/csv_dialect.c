/* modules/_csv/csv_dialect.c - dialects: what each option may be, and where it is looked for.
 *
 * Invariant  a dialect that exists is consistent, and never changes.
 * Source     Library Reference, csv: Dialects and Formatting Parameters. */
#include "modules/_csv/csv.h"
#include "object/hold.h"

#include <structmember.h>

enum { DELIMITER, DOUBLEQUOTE, ESCAPECHAR, LINETERMINATOR, QUOTECHAR, QUOTING, SKIPINITIALSPACE, STRICT, N_OPTIONS };

static const char *const names[N_OPTIONS] = {
    "delimiter", "doublequote", "escapechar", "lineterminator", "quotechar", "quoting", "skipinitialspace", "strict",
};

/* ---- checking ----------------------------------------------------------------------------------------------------- */

static int
wrong(const char *format, const char *name, PyObject *value)
{
    PyErr_Format(PyExc_TypeError, format, name, value != NULL ? Py_TYPE(value)->tp_name : "");
    return -1;
}

static int
set_char(Py_UCS4 *ch, const char *name, PyObject *value, bool may_be_none)
{
    if (value == NULL) {
        return 0; /* the default stays */
    }
    if (value == Py_None && may_be_none) {
        *ch = CSV_NOT_SET;
        return 0;
    }
    if (!PyUnicode_Check(value)) {
        return wrong(may_be_none ? "\"%s\" must be string or None, not %.200s" : "\"%s\" must be string, not %.200s", name,
                     value);
    }
    if (PyUnicode_GET_LENGTH(value) != 1) {
        return wrong("\"%s\" must be a 1-character string", name, NULL);
    }
    *ch = PyUnicode_READ_CHAR(value, 0);
    return 0;
}

static int
set_bool(char *flag, PyObject *value)
{
    int truth = value == NULL ? *flag : PyObject_IsTrue(value);
    *flag = truth > 0;
    return truth < 0 ? -1 : 0;
}

static int
set_terminator(CsvDialect *self, PyObject *value)
{
    if (value == Py_None) {
        PyErr_SetString(PyExc_TypeError, "lineterminator must be set");
        return -1;
    }
    if (value != NULL && !PyUnicode_Check(value)) {
        return wrong("\"%s\" must be a string", "lineterminator", NULL);
    }
    self->lineterminator = value != NULL ? Py_NewRef(value) : PyUnicode_FromString("\r\n");
    return self->lineterminator == NULL ? -1 : 0;
}

static int
set_quoting(CsvDialect *self, PyObject *value)
{
    if (value == NULL) {
        return 0;
    }
    if (!PyLong_CheckExact(value)) {
        return wrong("\"%s\" must be an integer", "quoting", NULL);
    }
    int quoting = _PyLong_AsInt(value);
    if (quoting == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (quoting < 0 || quoting >= CSV_N_QUOTING) {
        return wrong("bad \"%s\" value", "quoting", NULL);
    }
    self->quoting = (CsvQuoting)quoting;
    return 0;
}

/* RE-ENTRANT: the truth of flags. */
static int
set_options(CsvDialect *self, PyObject *const v[N_OPTIONS])
{
    self->delimiter = ',';
    self->quotechar = '"';
    self->escapechar = CSV_NOT_SET;
    self->doublequote = 1;
    if (set_char(&self->delimiter, "delimiter", v[DELIMITER], false) < 0 || set_bool(&self->doublequote, v[DOUBLEQUOTE]) < 0
        || set_char(&self->escapechar, "escapechar", v[ESCAPECHAR], true) < 0 || set_terminator(self, v[LINETERMINATOR]) < 0
        || set_char(&self->quotechar, "quotechar", v[QUOTECHAR], true) < 0 || set_quoting(self, v[QUOTING]) < 0
        || set_bool(&self->skipinitialspace, v[SKIPINITIALSPACE]) < 0 || set_bool(&self->strict, v[STRICT]) < 0) {
        return -1;
    }
    if (v[QUOTECHAR] == Py_None && v[QUOTING] == NULL) {
        self->quoting = CSV_QUOTE_NONE;
    }
    if (self->quoting != CSV_QUOTE_NONE && self->quotechar == CSV_NOT_SET) {
        PyErr_SetString(PyExc_TypeError, "quotechar must be set if quoting enabled");
        return -1;
    }
    return 0;
}

/* ---- making ------------------------------------------------------------------------------------------------------- */

PyObject *
ou_csv_dialect_find(CsvState *state, PyObject *name)
{
    PyObject *dialect = PyDict_GetItemWithError(state->dialects, name);
    if (dialect == NULL && !PyErr_Occurred()) {
        PyErr_SetString(state->error, "unknown dialect");
    }
    return Py_XNewRef(dialect);
}

static PyObject *
dialect_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"dialect",   "delimiter", "doublequote",      "escapechar", "lineterminator",
                               "quotechar", "quoting",   "skipinitialspace", "strict",     NULL};
    PyObject *dialect = NULL, *v[N_OPTIONS] = {NULL}, *self = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|OOOOOOOOO", keywords, &dialect, &v[0], &v[1], &v[2], &v[3], &v[4], &v[5],
                                     &v[6], &v[7])) {
        return NULL;
    }
    CsvState *state = csv_state(type);
    bool changes = false;
    for (int i = 0; i < N_OPTIONS; i++) {
        changes |= v[i] != NULL;
        Py_XINCREF(v[i]);
    }
    Py_XINCREF(dialect);
    OU_HOLD(hold, &dialect, &self, &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7]);
    if (dialect != NULL && PyUnicode_Check(dialect)) {
        Py_SETREF(dialect, ou_csv_dialect_find(state, dialect));
        if (dialect == NULL) {
            goto done;
        }
    }
    if (dialect != NULL && PyObject_TypeCheck(dialect, state->dialect_type) && !changes) {
        self = Py_NewRef(dialect);
        goto done;
    }
    for (int i = 0; dialect != NULL && i < N_OPTIONS; i++) {
        if (v[i] == NULL && (v[i] = PyObject_GetAttrString(dialect, names[i])) == NULL) {
            PyErr_Clear(); /* whatever it was: the default serves */
        }
    }
    self = type->tp_alloc(type, 0);
    if (self != NULL && set_options((CsvDialect *)self, v) < 0) {
        Py_CLEAR(self);
    }
done:
    OU_HOLD_END(hold);
    Py_XDECREF(dialect);
    for (int i = 0; i < N_OPTIONS; i++) {
        Py_XDECREF(v[i]);
    }
    return self;
}

PyObject *
ou_csv_dialect_make(CsvState *state, PyObject *dialect, PyObject *kwargs)
{
    PyObject *args = dialect != NULL ? PyTuple_Pack(1, dialect) : PyTuple_New(0);
    PyObject *made = args == NULL ? NULL : PyObject_Call((PyObject *)state->dialect_type, args, kwargs);
    Py_XDECREF(args);
    return made;
}

static int
dialect_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((CsvDialect *)self)->lineterminator);
    return 0;
}

static void
dialect_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_CLEAR(((CsvDialect *)self)->lineterminator);
    type->tp_free(self);
    Py_DECREF(type);
}

/* ---- attributes --------------------------------------------------------------------------------------------------- */

static PyObject *
dialect_get_char(PyObject *self, void *offset)
{
    Py_UCS4 ch = *(Py_UCS4 *)((char *)self + (size_t)offset);
    return ch == CSV_NOT_SET ? Py_NewRef(Py_None) : PyUnicode_FromOrdinal((int)ch);
}

static PyObject *
dialect_get_lineterminator(PyObject *self, void *closure)
{
    return Py_XNewRef(((CsvDialect *)self)->lineterminator);
}

static PyObject *
dialect_get_quoting(PyObject *self, void *closure)
{
    return PyLong_FromLong(((CsvDialect *)self)->quoting);
}

static PyObject *
dialect_reduce(PyObject *self, PyObject *ignored)
{
    return PyErr_Format(PyExc_TypeError, "cannot pickle '%.100s' instances", _PyType_Name(Py_TYPE(self)));
}

static PyMethodDef dialect_methods[] = {
    {"__reduce__", dialect_reduce, METH_VARARGS, "TypeError: a dialect can't be pickled."},
    {"__reduce_ex__", dialect_reduce, METH_VARARGS, "TypeError: a dialect can't be pickled."},
    {NULL},
};

static PyMemberDef dialect_members[] = {
    {"skipinitialspace", T_BOOL, offsetof(CsvDialect, skipinitialspace), READONLY},
    {"doublequote", T_BOOL, offsetof(CsvDialect, doublequote), READONLY},
    {"strict", T_BOOL, offsetof(CsvDialect, strict), READONLY},
    {NULL},
};

static PyGetSetDef dialect_getset[] = {
    {"delimiter", dialect_get_char, NULL, NULL, (void *)offsetof(CsvDialect, delimiter)},
    {"escapechar", dialect_get_char, NULL, NULL, (void *)offsetof(CsvDialect, escapechar)},
    {"lineterminator", dialect_get_lineterminator, NULL, NULL, NULL},
    {"quotechar", dialect_get_char, NULL, NULL, (void *)offsetof(CsvDialect, quotechar)},
    {"quoting", dialect_get_quoting, NULL, NULL, NULL},
    {NULL},
};

static PyType_Slot dialect_slots[] = {
    {Py_tp_doc, "CSV dialect\n\nHow a reader or writer separates, quotes and escapes fields."},
    {Py_tp_new, dialect_new},
    {Py_tp_dealloc, dialect_dealloc},
    {Py_tp_traverse, dialect_traverse},
    {Py_tp_methods, dialect_methods},
    {Py_tp_members, dialect_members},
    {Py_tp_getset, dialect_getset},
    {0, NULL},
};

PyType_Spec ou_csv_dialect_spec = {
    .name = "_csv.Dialect",
    .basicsize = sizeof(CsvDialect),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = dialect_slots,
};
