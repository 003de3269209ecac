/* modules/_csv/csv_reader.c - the reader: lines of text to records, by a machine of nine states.
 *
 * Owns       the iterator over lines, its dialect, the fields of the record that is being read.
 * Invariant  Python code runs only between lines; a reader that is used by the iterator that feeds it starts its record anew.
 * Source     Library Reference, csv. */
#include "modules/_csv/csv.h"
#include "object/hold.h"

#include <structmember.h>

typedef enum {
    START_RECORD,
    START_FIELD,
    ESCAPED,           /* after the escape character */
    AFTER_ESCAPED_EOL, /* after an escaped end of line */
    IN_FIELD,
    IN_QUOTED,
    ESCAPED_IN_QUOTED,
    QUOTE_IN_QUOTED, /* after a quote in a quoted field: its end, or the first of two */
    EAT_EOL          /* only line ends may follow */
} State;

#define END_OF_LINE ((Py_UCS4)-2) /* behind the last character of each line */

typedef struct {
    PyObject_HEAD
    PyObject *lines; /* iterator */
    CsvDialect *dialect;
    PyObject *fields; /* list: those of the record so far; NULL between records */
    State state;
    CsvText field;  /* the one that is being read */
    bool is_number; /* it was not quoted, and QUOTE_NONNUMERIC is set */
    unsigned long n_lines;
} Reader;

int
ou_csv_text_reserve(CsvText *text)
{
    Py_ssize_t cap = text->cap ? 2 * text->cap : 256;
    size_t bytes;
    Py_UCS4 *grown = ou_size_mul((size_t)cap, sizeof *grown, &bytes) ? NULL : PyMem_Realloc(text->text, bytes);
    if (grown == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    text->text = grown;
    text->cap = cap;
    return 0;
}

static int
save_field(Reader *self)
{
    PyObject *field = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, self->field.text, self->field.len);
    self->field.len = 0;
    if (field != NULL && self->is_number) {
        self->is_number = false;
        Py_SETREF(field, PyNumber_Float(field));
    }
    int status = field == NULL ? -1 : PyList_Append(self->fields, field);
    Py_XDECREF(field);
    return status;
}

static int
add_char(Reader *self, const CsvState *state, Py_UCS4 ch)
{
    if (self->field.len >= state->field_limit) {
        PyErr_Format(state->error, "field larger than field limit (%ld)", state->field_limit);
        return -1;
    }
    return csv_text_add(&self->field, ch);
}

/* The field has ended, by a delimiter or a line's end.  Returns 1 if that is what ch is. */
static int
ends_field(Reader *self, Py_UCS4 ch)
{
    if (ch == '\n' || ch == '\r' || ch == END_OF_LINE) {
        self->state = ch == END_OF_LINE ? START_RECORD : EAT_EOL;
    }
    else if (ch == self->dialect->delimiter) {
        self->state = START_FIELD;
    }
    else {
        return 0;
    }
    return save_field(self) < 0 ? -1 : 1;
}

/* One step of the machine.  Returns 0, or -1 with an exception. */
static int
take(Reader *self, const CsvState *state, Py_UCS4 ch)
{
    const CsvDialect *dialect = self->dialect;
    int ended;
    switch (self->state) {
    case START_RECORD:
        if (ch == END_OF_LINE) {
            return 0; /* an empty line: a record without fields */
        }
        if (ch == '\n' || ch == '\r') {
            self->state = EAT_EOL;
            return 0;
        }
        self->state = START_FIELD;
        /* fall through */
    case START_FIELD:
        ended = ends_field(self, ch);
        if (ended != 0) {
            return ended < 0 ? -1 : 0;
        }
        if (ch == dialect->quotechar && dialect->quoting != CSV_QUOTE_NONE) {
            self->state = IN_QUOTED;
        }
        else if (ch == dialect->escapechar) {
            self->state = ESCAPED;
        }
        else if (ch != ' ' || !dialect->skipinitialspace) {
            self->is_number = dialect->quoting == CSV_QUOTE_NONNUMERIC;
            self->state = IN_FIELD;
            return add_char(self, state, ch);
        }
        return 0;

    case ESCAPED:
        if (ch == '\n' || ch == '\r') {
            self->state = AFTER_ESCAPED_EOL;
            return add_char(self, state, ch);
        }
        self->state = IN_FIELD;
        return add_char(self, state, ch == END_OF_LINE ? '\n' : ch);

    case AFTER_ESCAPED_EOL:
        if (ch == END_OF_LINE) {
            return 0;
        }
        /* fall through */
    case IN_FIELD:
        ended = ends_field(self, ch);
        if (ended != 0) {
            return ended < 0 ? -1 : 0;
        }
        if (ch == dialect->escapechar) {
            self->state = ESCAPED;
            return 0;
        }
        return add_char(self, state, ch); /* AFTER_ESCAPED_EOL stays, as in CPython: the record goes on in the next line */

    case IN_QUOTED:
        if (ch == END_OF_LINE) {
            return 0;
        }
        if (ch == dialect->escapechar) {
            self->state = ESCAPED_IN_QUOTED;
            return 0;
        }
        if (ch == dialect->quotechar && dialect->quoting != CSV_QUOTE_NONE) {
            self->state = dialect->doublequote ? QUOTE_IN_QUOTED : IN_FIELD;
            return 0;
        }
        return add_char(self, state, ch);

    case ESCAPED_IN_QUOTED: self->state = IN_QUOTED; return add_char(self, state, ch == END_OF_LINE ? '\n' : ch);

    case QUOTE_IN_QUOTED:
        if (ch == dialect->quotechar && dialect->quoting != CSV_QUOTE_NONE) {
            self->state = IN_QUOTED;
            return add_char(self, state, ch);
        }
        ended = ends_field(self, ch);
        if (ended != 0) {
            return ended < 0 ? -1 : 0;
        }
        if (dialect->strict) {
            PyErr_Format(state->error, "'%c' expected after '%c'", dialect->delimiter, dialect->quotechar);
            return -1;
        }
        self->state = IN_FIELD;
        return add_char(self, state, ch);

    case EAT_EOL:
        if (ch == END_OF_LINE) {
            self->state = START_RECORD;
        }
        else if (ch != '\n' && ch != '\r') {
            PyErr_SetString(
                state->error,
                "new-line character seen in unquoted field - do you need to open the file in universal-newline mode?");
            return -1;
        }
        return 0;
    }
    return 0;
}

static int
take_line(Reader *self, const CsvState *state, PyObject *line)
{
    int kind = PyUnicode_KIND(line);
    const void *data = PyUnicode_DATA(line);
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(line); i++) {
        if (take(self, state, PyUnicode_READ(kind, data, i)) < 0) {
            return -1;
        }
    }
    return take(self, state, END_OF_LINE);
}

/* Nothing is left of a record that was begun. */
static int
begin_record(Reader *self)
{
    Py_XSETREF(self->fields, PyList_New(0));
    self->field.len = 0;
    self->state = START_RECORD;
    self->is_number = false;
    return self->fields == NULL ? -1 : 0;
}

/* The lines are at their end.  Returns 1 if there is a last record, 0 if there is none, -1 with an exception. */
static int
end_of_lines(Reader *self, const CsvState *state)
{
    if (PyErr_Occurred()) {
        return -1;
    }
    if (self->field.len == 0 && self->state != IN_QUOTED) {
        return 0;
    }
    if (self->dialect->strict) {
        PyErr_SetString(state->error, "unexpected end of data");
        return -1;
    }
    return save_field(self) < 0 ? -1 : 1;
}

/* RE-ENTRANT: the next line comes from Python code. */
static PyObject *
reader_next(PyObject *op)
{
    Reader *self = (Reader *)op;
    CsvState *state = csv_state(Py_TYPE(op));
    if (begin_record(self) < 0) {
        return NULL;
    }
    do {
        PyObject *line = PyIter_Next(self->lines);
        if (self->fields == NULL && begin_record(self) < 0) { /* the iterator used this reader */
            Py_XDECREF(line);
            return NULL;
        }
        if (line == NULL) {
            int last = end_of_lines(self, state);
            if (last > 0) {
                break;
            }
            return NULL;
        }
        if (!PyUnicode_Check(line)) {
            PyErr_Format(state->error, "iterator should return strings, not %.200s (the file should be opened in text mode)",
                         Py_TYPE(line)->tp_name);
            Py_DECREF(line);
            return NULL;
        }
        self->n_lines++;
        int status = PyUnicode_READY(line) < 0 ? -1 : take_line(self, state, line);
        Py_DECREF(line);
        if (status < 0) {
            return NULL;
        }
    } while (self->state != START_RECORD);
    PyObject *fields = self->fields;
    self->fields = NULL;
    return fields;
}

PyObject *
ou_csv_reader(PyObject *module, PyObject *args, PyObject *kwargs)
{
    CsvState *state = PyModule_GetState(module);
    PyObject *iterable, *dialect = NULL;
    if (!PyArg_UnpackTuple(args, "", 1, 2, &iterable, &dialect)) {
        return NULL;
    }
    Reader *self = PyObject_GC_New(Reader, state->reader_type);
    if (self == NULL) {
        return NULL;
    }
    memset((char *)self + sizeof(PyObject), 0, sizeof *self - sizeof(PyObject));
    PyObject *op = (PyObject *)self;
    OU_HOLD(hold, &op);
    if ((self->lines = PyObject_GetIter(iterable)) == NULL
        || (self->dialect = (CsvDialect *)ou_csv_dialect_make(state, dialect, kwargs)) == NULL) {
        OU_HOLD_END(hold);
        Py_DECREF(op);
        return NULL;
    }
    OU_HOLD_END(hold);
    PyObject_GC_Track(op);
    return op;
}

static int
reader_traverse(PyObject *op, visitproc visit, void *arg)
{
    Reader *self = (Reader *)op;
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(self->lines);
    Py_VISIT(self->dialect);
    Py_VISIT(self->fields);
    return 0;
}

static int
reader_clear(PyObject *op)
{
    Reader *self = (Reader *)op;
    Py_CLEAR(self->fields);
    return 0;
}

static void
reader_dealloc(PyObject *op)
{
    Reader *self = (Reader *)op;
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    Py_CLEAR(self->lines);
    Py_CLEAR(self->dialect);
    Py_CLEAR(self->fields);
    PyMem_Free(self->field.text);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMemberDef reader_members[] = {
    {"dialect", T_OBJECT, offsetof(Reader, dialect), READONLY},
    {"line_num", T_ULONG, offsetof(Reader, n_lines), READONLY},
    {NULL},
};

static PyType_Slot reader_slots[] = {
    {Py_tp_doc, "CSV reader\n\nAn iterator over the records of lines of text."},
    {Py_tp_dealloc, reader_dealloc},
    {Py_tp_traverse, reader_traverse},
    {Py_tp_clear, reader_clear},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, reader_next},
    {Py_tp_members, reader_members},
    {0, NULL},
};

PyType_Spec ou_csv_reader_spec = {
    .name = "_csv.reader",
    .basicsize = sizeof(Reader),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = reader_slots,
};
