/* modules/_csv/csv_writer.c - the writer: records to text, quoted where the dialect asks for it.
 *
 * Owns       the method that writes, its dialect.
 * Invariant  a record is built in memory of the call, for making text of a field may use this writer again.
 * Source     Library Reference, csv. */
#include "modules/_csv/csv.h"
#include "object/hold.h"

#include <structmember.h>

typedef struct {
    PyObject_HEAD
    PyObject *write; /* callable */
    CsvDialect *dialect;
} Writer;

typedef struct {
    CsvText text;
    Py_ssize_t n_fields;
} Record;

/* ---- a field ------------------------------------------------------------------------------------------------------ */

typedef enum { PLAIN, NEEDS_QUOTES, DOUBLED, ESCAPED } Need;

/* What a character of a field needs. */
static Need
need_of(const CsvDialect *dialect, Py_UCS4 ch)
{
    bool special = ch == dialect->delimiter || ch == dialect->escapechar || ch == dialect->quotechar
                || PyUnicode_FindChar(dialect->lineterminator, ch, 0, PyUnicode_GET_LENGTH(dialect->lineterminator), 1) >= 0;
    if (!special) {
        return PLAIN;
    }
    if (dialect->quoting == CSV_QUOTE_NONE || ch == dialect->escapechar) {
        return ESCAPED;
    }
    return ch != dialect->quotechar ? NEEDS_QUOTES : dialect->doublequote ? DOUBLED : ESCAPED;
}

/* text     str, or NULL for nothing.
 * Errors   _csv.Error if a character must be escaped and can't be. */
static int
add_field(Record *record, const CsvState *state, const CsvDialect *dialect, PyObject *text, bool quoted)
{
    Py_ssize_t n = text == NULL ? 0 : PyUnicode_GET_LENGTH(text);
    for (Py_ssize_t i = 0; i < n; i++) {
        Need need = need_of(dialect, PyUnicode_READ_CHAR(text, i));
        quoted |= need == NEEDS_QUOTES || need == DOUBLED;
        if (need == ESCAPED && dialect->escapechar == CSV_NOT_SET) {
            PyErr_SetString(state->error, "need to escape, but no escapechar set");
            return -1;
        }
    }
    if ((record->n_fields > 0 && csv_text_add(&record->text, dialect->delimiter) < 0)
        || (quoted && csv_text_add(&record->text, dialect->quotechar) < 0)) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_UCS4 ch = PyUnicode_READ_CHAR(text, i);
        Need need = need_of(dialect, ch);
        if ((need == DOUBLED && csv_text_add(&record->text, ch) < 0)
            || (need == ESCAPED && csv_text_add(&record->text, dialect->escapechar) < 0)
            || csv_text_add(&record->text, ch) < 0) {
            return -1;
        }
    }
    record->n_fields++;
    return quoted ? csv_text_add(&record->text, dialect->quotechar) : 0;
}

/* RE-ENTRANT: str() of the value. */
static int
add_value(Record *record, const CsvState *state, const CsvDialect *dialect, PyObject *value)
{
    bool quoted = dialect->quoting == CSV_QUOTE_ALL || (dialect->quoting == CSV_QUOTE_NONNUMERIC && !PyNumber_Check(value));
    if (value == Py_None) {
        return add_field(record, state, dialect, NULL, quoted);
    }
    PyObject *text = PyObject_Str(value);
    int status = text == NULL ? -1 : add_field(record, state, dialect, text, quoted);
    Py_XDECREF(text);
    return status;
}

/* ---- a record ----------------------------------------------------------------------------------------------------- */

/* RE-ENTRANT: the row's items, str() of each. */
static int
add_row(Record *record, const CsvState *state, const CsvDialect *dialect, PyObject *row)
{
    PyObject *iter = PyObject_GetIter(row), *value = NULL;
    if (iter == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Format(state->error, "iterable expected, not %.200s", Py_TYPE(row)->tp_name);
        }
        return -1;
    }
    OU_HOLD(hold, &iter, &value);
    while ((value = PyIter_Next(iter)) != NULL && add_value(record, state, dialect, value) == 0) {
        Py_CLEAR(value);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(value);
    Py_DECREF(iter);
    if (PyErr_Occurred()) {
        return -1;
    }
    if (record->n_fields > 0 && record->text.len == 0) { /* one empty field must not read as no field */
        if (dialect->quoting == CSV_QUOTE_NONE) {
            PyErr_SetString(state->error, "single empty field record must be quoted");
            return -1;
        }
        record->n_fields--;
        return add_field(record, state, dialect, NULL, true);
    }
    return 0;
}

static PyObject *
writer_writerow(PyObject *op, PyObject *row)
{
    Writer *self = (Writer *)op;
    CsvState *state = csv_state(Py_TYPE(op));
    PyObject *line = NULL, *result = NULL, *terminator = self->dialect->lineterminator;
    Record record = {{NULL, 0, 0}, 0};
    int status = add_row(&record, state, self->dialect, row);
    for (Py_ssize_t i = 0; status == 0 && i < PyUnicode_GET_LENGTH(terminator); i++) {
        status = csv_text_add(&record.text, PyUnicode_READ_CHAR(terminator, i));
    }
    if (status == 0) {
        line = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, record.text.text, record.text.len);
    }
    PyMem_Free(record.text.text);
    if (line != NULL) {
        result = PyObject_CallOneArg(self->write, line);
        Py_DECREF(line);
    }
    return result;
}

static PyObject *
writer_writerows(PyObject *self, PyObject *rows)
{
    PyObject *iter = PyObject_GetIter(rows), *row = NULL;
    if (iter == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &iter, &row);
    while ((row = PyIter_Next(iter)) != NULL) {
        PyObject *result = writer_writerow(self, row);
        Py_CLEAR(row);
        if (result == NULL) {
            break;
        }
        Py_DECREF(result);
    }
    OU_HOLD_END(hold);
    Py_DECREF(iter);
    return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

/* ---- the type ----------------------------------------------------------------------------------------------------- */

PyObject *
ou_csv_writer(PyObject *module, PyObject *args, PyObject *kwargs)
{
    CsvState *state = PyModule_GetState(module);
    PyObject *file, *dialect = NULL;
    if (!PyArg_UnpackTuple(args, "", 1, 2, &file, &dialect)) {
        return NULL;
    }
    Writer *self = PyObject_GC_New(Writer, state->writer_type);
    if (self == NULL) {
        return NULL;
    }
    self->write = NULL;
    self->dialect = NULL;
    PyObject *op = (PyObject *)self;
    OU_HOLD(hold, &op);
    self->dialect = (CsvDialect *)ou_csv_dialect_make(state, dialect, kwargs);
    if (self->dialect != NULL) {
        self->write = PyObject_GetAttrString(file, "write");
        if (self->write == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
            PyErr_Clear();
        }
        if (!PyErr_Occurred() && (self->write == NULL || !PyCallable_Check(self->write))) {
            PyErr_SetString(PyExc_TypeError, "argument 1 must have a \"write\" method");
        }
    }
    OU_HOLD_END(hold);
    if (PyErr_Occurred()) {
        Py_DECREF(op);
        return NULL;
    }
    PyObject_GC_Track(op);
    return op;
}

static int
writer_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(((Writer *)op)->write);
    Py_VISIT(((Writer *)op)->dialect);
    return 0;
}

static void
writer_dealloc(PyObject *op)
{
    Writer *self = (Writer *)op;
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    Py_CLEAR(self->write);
    Py_CLEAR(self->dialect);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef writer_methods[] = {
    {"writerow", writer_writerow, METH_O,
     "writerow(iterable)\n\nWrite one record of the items, which are made into strings.  What the file's write() returns."},
    {"writerows", writer_writerows, METH_O, "writerows(iterable of iterables)\n\nWrite a record for each."},
    {NULL},
};

static PyMemberDef writer_members[] = {{"dialect", T_OBJECT, offsetof(Writer, dialect), READONLY}, {NULL}};

static PyType_Slot writer_slots[] = {
    {Py_tp_doc, "CSV writer\n\nWrites records to a file-like object."},
    {Py_tp_dealloc, writer_dealloc},
    {Py_tp_traverse, writer_traverse},
    {Py_tp_methods, writer_methods},
    {Py_tp_members, writer_members},
    {0, NULL},
};

PyType_Spec ou_csv_writer_spec = {
    .name = "_csv.writer",
    .basicsize = sizeof(Writer),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = writer_slots,
};
