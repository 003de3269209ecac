/* modules/_datetime/date.c - the type date: a day of the Gregorian calendar.
 *
 * Invariant  the fields are in range, but for a pickled state's, of which only the month is looked at, as in CPython.
 * Not here   what isocalendar() gives (iso_date.c); datetime, which derives from this (datetime.c).
 * Source     Library Reference, date objects. */
#include "modules/_datetime/datetime.h"
#include "object/alloc.h"
#include "object/hold.h"

#define DATE(op) ((PyDateTime_Date *)(op))

/* ---- making ------------------------------------------------------------------------------------------------------- */

/* Fields unchecked. */
static PyObject *
date_alloc(Ymd date, PyTypeObject *type)
{
    PyObject *self = type == &ou_date_type ? ou_object_new_fast(type, sizeof(PyDateTime_Date)) : type->tp_alloc(type, 0);
    if (self != NULL) {
        DATE(self)->hashcode = -1;
        DATE(self)->hastzinfo = 0;
        set_date(DATE(self)->data, date);
    }
    return self;
}

PyObject *
ou_date_new(Ymd date, PyTypeObject *type)
{
    return ou_calendar_check_date(date) < 0 ? NULL : date_alloc(date, type);
}

PyObject *
ou_date_make(PyTypeObject *type, Ymd date)
{
    return type == &ou_date_type     ? ou_date_new(date, type)
         : type == &ou_datetime_type ? ou_datetime_new(date, (Clock){0, 0, 0, 0}, Py_None, 0, type)
                                     : PyObject_CallFunction((PyObject *)type, "iii", date.year, date.month, date.day);
}

const unsigned char *
ou_date_state(PyObject *state, Py_ssize_t n, int at, int low, int high, bool fold, const char *noun, PyObject **owner)
{
    int mark;
    *owner = NULL;
    if (PyBytes_Check(state) && PyBytes_GET_SIZE(state) == n) {
        mark = (unsigned char)PyBytes_AS_STRING(state)[at];
    }
    else if (PyUnicode_Check(state) && PyUnicode_GetLength(state) == n) {
        Py_UCS4 ch = PyUnicode_READ_CHAR(state, at);
        mark = ch < 256 ? (int)ch : -1;
    }
    else {
        return NULL;
    }
    mark = fold ? mark & ~128 : mark;
    if (mark < low || mark >= high) {
        return NULL;
    }
    if (PyBytes_Check(state)) {
        *owner = Py_NewRef(state);
    }
    else if ((*owner = PyUnicode_AsLatin1String(state)) == NULL) {
        if (PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
            PyErr_Format(PyExc_ValueError,
                         "Failed to encode latin1 string when unpickling a %s object. pickle.load(data, encoding='latin1') is "
                         "assumed.",
                         noun);
        }
        return NULL;
    }
    return (unsigned char *)PyBytes_AS_STRING(*owner);
}

static PyObject *
date_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"year", "month", "day", NULL};
    Ymd date;
    if (PyTuple_GET_SIZE(args) == 1) {
        PyObject *owner, *self = NULL;
        const unsigned char *state =
            ou_date_state(PyTuple_GET_ITEM(args, 0), _PyDateTime_DATE_DATASIZE, 2, 1, 13, false, "date", &owner);
        if (state != NULL) {
            self = date_alloc((Ymd){state[0] << 8 | state[1], state[2], state[3]}, type);
        }
        Py_XDECREF(owner);
        if (state != NULL || PyErr_Occurred()) {
            return self;
        }
    }
    return PyArg_ParseTupleAndKeywords(args, kwargs, "iii", keywords, &date.year, &date.month, &date.day)
             ? ou_date_new(date, type)
             : NULL;
}

static PyObject *
date_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    int v[3];
    return take_ints(args, nargsf, kwnames, 3, 3, v) ? ou_date_new((Ymd){v[0], v[1], v[2]}, &ou_date_type)
                                                     : call_type(type, args, nargsf, kwnames);
}

PyObject *
ou_date_from_timestamp(PyObject *type, PyObject *timestamp)
{
    time_t seconds;
    struct tm tm;
    if (_PyTime_ObjectToTime_t(timestamp, &seconds, _PyTime_ROUND_FLOOR) < 0 || _PyTime_localtime(seconds, &tm) < 0) {
        return NULL;
    }
    return ou_date_make((PyTypeObject *)type, (Ymd){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday});
}

/* cls.fromtimestamp(time.time()).  RE-ENTRANT. */
static PyObject *
date_today(PyObject *type, PyObject *ignored)
{
    PyObject *time = PyImport_ImportModule("time"), *now = NULL, *self = NULL;
    OU_HOLD(hold, &time, &now);
    if (time != NULL && (now = PyObject_CallMethod(time, "time", NULL)) != NULL) {
        self = PyObject_CallMethodOneArg(type, OU_STR(fromtimestamp), now);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(time);
    Py_XDECREF(now);
    return self;
}

static PyObject *
date_fromordinal(PyObject *type, PyObject *args)
{
    int ordinal;
    if (!PyArg_ParseTuple(args, "i:fromordinal", &ordinal)) {
        return NULL;
    }
    if (ordinal < 1) {
        PyErr_SetString(PyExc_ValueError, "ordinal must be >= 1");
        return NULL;
    }
    return ou_date_make((PyTypeObject *)type, ou_calendar_date(ordinal));
}

static PyObject *
date_fromisoformat(PyObject *type, PyObject *text)
{
    Ymd date;
    Py_ssize_t size;
    if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, "fromisoformat: argument must be str");
        return NULL;
    }
    const char *utf8 = PyUnicode_AsUTF8AndSize(text, &size);
    if (utf8 == NULL && !PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
        return NULL;
    }
    PyErr_Clear();
    if (utf8 == NULL || ou_parse_date(utf8, size, &date) < 0) {
        PyErr_Format(PyExc_ValueError, "Invalid isoformat string: %R", text);
        return NULL;
    }
    return ou_date_make((PyTypeObject *)type, date);
}

static PyObject *
date_fromisocalendar(PyObject *type, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"year", "week", "day", NULL};
    int year, week, day;
    Ymd date;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "iii:fromisocalendar", keywords, &year, &week, &day)) {
        if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
            PyErr_SetString(PyExc_ValueError, "ISO calendar component out of range");
        }
        return NULL;
    }
    switch (ou_calendar_from_iso(year, week, day, &date)) {
    case 1: PyErr_Format(PyExc_ValueError, "Year is out of range: %d", year); return NULL;
    case 2: PyErr_Format(PyExc_ValueError, "Invalid week: %d", week); return NULL;
    case 3: PyErr_Format(PyExc_ValueError, "Invalid day: %d (range is [1, 7])", day); return NULL;
    default: return ou_date_make((PyTypeObject *)type, date);
    }
}

/* ---- arithmetic and comparing ------------------------------------------------------------------------------------- */

/* A date that is no datetime, which has an arithmetic of its own. */
static bool
is_plain(PyObject *op)
{
    return Py_IS_TYPE(op, &ou_date_type) || (Date_Check(op) && !DateTime_Check(op));
}

static PyObject *
add_days(PyObject *self, int64_t days)
{
    Ymd date = date_of(self);
    if (ou_calendar_move(&date, days) < 0) {
        return NULL;
    }
    return ou_date_make(Py_TYPE(self), date);
}

static PyObject *
date_add(PyObject *left, PyObject *right)
{
    PyObject *delta = Delta_Check(right) ? right : left, *date = delta == right ? left : right;
    if (!is_plain(date) || !Delta_Check(delta)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return add_days(date, PyDateTime_DELTA_GET_DAYS(delta));
}

static PyObject *
date_subtract(PyObject *left, PyObject *right)
{
    if (!is_plain(left)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (is_plain(right)) {
        return ou_timedelta_new(calendar_ordinal(date_of(left)) - calendar_ordinal(date_of(right)), 0, 0, &ou_timedelta_type);
    }
    if (Delta_Check(right)) {
        return add_days(left, -(int64_t)PyDateTime_DELTA_GET_DAYS(right));
    }
    Py_RETURN_NOTIMPLEMENTED;
}

static PyObject *
date_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!Date_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    int order = memcmp(DATE(self)->data, DATE(other)->data, _PyDateTime_DATE_DATASIZE);
    Py_RETURN_RICHCOMPARE(order, 0, op);
}

static Py_hash_t
date_hash(PyObject *self)
{
    if (DATE(self)->hashcode == -1) {
        DATE(self)->hashcode = _Py_HashBytes(DATE(self)->data, _PyDateTime_DATE_DATASIZE);
    }
    return DATE(self)->hashcode;
}

/* ---- methods ------------------------------------------------------------------------------------------------------ */

static PyObject *
date_repr(PyObject *self)
{
    Ymd date = date_of(self);
    return PyUnicode_FromFormat("%s(%d, %d, %d)", Py_TYPE(self)->tp_name, date.year, date.month, date.day);
}

static PyObject *
date_isoformat(PyObject *self, PyObject *ignored)
{
    char text[ISO_TEXT_MAX];
    return PyUnicode_FromStringAndSize(text, ou_text_date(text, date_of(self)) - text);
}

/* RE-ENTRANT: a subclass may have an isoformat() of its own. */
static PyObject *
date_str(PyObject *self)
{
    return Py_IS_TYPE(self, &ou_date_type) ? date_isoformat(self, NULL) : PyObject_CallMethodNoArgs(self, OU_STR(isoformat));
}

static PyObject *
date_ctime(PyObject *self, PyObject *ignored)
{
    return ou_text_ctime(date_of(self), (Clock){0, 0, 0, 0});
}

/* Of datetime too: the tuple is that of its own timetuple().  RE-ENTRANT. */
static PyObject *
date_strftime(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"format", NULL};
    PyObject *format;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "U:strftime", keywords, &format)) {
        return NULL;
    }
    return ou_text_strftime(self, format, PyObject_CallMethod(self, "timetuple", NULL), self);
}

static PyObject *
date_timetuple(PyObject *self, PyObject *ignored)
{
    return ou_text_struct_time(date_of(self), (Clock){0, 0, 0, 0}, -1);
}

static PyObject *
date_toordinal(PyObject *self, PyObject *ignored)
{
    return PyLong_FromLong(calendar_ordinal(date_of(self)));
}

static PyObject *
date_weekday(PyObject *self, PyObject *ignored)
{
    return PyLong_FromLong(calendar_weekday(calendar_ordinal(date_of(self))));
}

static PyObject *
date_isoweekday(PyObject *self, PyObject *ignored)
{
    return PyLong_FromLong(calendar_weekday(calendar_ordinal(date_of(self))) + 1);
}

static PyObject *
date_replace(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"year", "month", "day", NULL};
    Ymd date = date_of(self);
    return PyArg_ParseTupleAndKeywords(args, kwargs, "|iii:replace", keywords, &date.year, &date.month, &date.day)
             ? ou_date_new(date, Py_TYPE(self))
             : NULL;
}

static PyObject *
date_reduce(PyObject *self, PyObject *ignored)
{
    return Py_BuildValue("O(y#)", Py_TYPE(self), DATE(self)->data, (Py_ssize_t)_PyDateTime_DATE_DATASIZE);
}

static PyObject *
date_year(PyObject *self, void *closure)
{
    return PyLong_FromLong(PyDateTime_GET_YEAR(self));
}

static PyObject *
date_month(PyObject *self, void *closure)
{
    return PyLong_FromLong(PyDateTime_GET_MONTH(self));
}

static PyObject *
date_day(PyObject *self, void *closure)
{
    return PyLong_FromLong(PyDateTime_GET_DAY(self));
}

static PyGetSetDef date_getset[] = {{"year", date_year}, {"month", date_month}, {"day", date_day}, {NULL}};

static PyMethodDef date_methods[] = {
    {"fromtimestamp", ou_date_from_timestamp, METH_O | METH_CLASS,
     "fromtimestamp($type, timestamp, /)\n--\n\nThe local date of a POSIX timestamp, such as time.time() gives."},
    {"fromordinal", date_fromordinal, METH_VARARGS | METH_CLASS, "The date of an ordinal; 1 January of the year 1 has 1."},
    {"fromisoformat", date_fromisoformat, METH_O | METH_CLASS, "The date that an ISO 8601 text says."},
    {"fromisocalendar", WITH_KEYWORDS(date_fromisocalendar) | METH_CLASS, "The date of an ISO 8601 year, week and weekday."},
    {"today", date_today, METH_NOARGS | METH_CLASS, "cls.fromtimestamp(time.time())."},
    {"ctime", date_ctime, METH_NOARGS, "A text such as Wed Jan  1 00:00:00 2020."},
    {"strftime", WITH_KEYWORDS(date_strftime), "A text that a format asks for."},
    {"__format__", ou_text_format, METH_VARARGS, "strftime(format), or str() if the format is empty."},
    {"timetuple", date_timetuple, METH_NOARGS, "A time.struct_time."},
    {"isocalendar", ou_date_isocalendar, METH_NOARGS, "ISO 8601 year, week and weekday, a named tuple."},
    {"isoformat", date_isoformat, METH_NOARGS, "The ISO 8601 text, YYYY-MM-DD."},
    {"isoweekday", date_isoweekday, METH_NOARGS, "The day of the week; Monday is 1 and Sunday 7."},
    {"toordinal", date_toordinal, METH_NOARGS, "The ordinal; 1 January of the year 1 has 1."},
    {"weekday", date_weekday, METH_NOARGS, "The day of the week; Monday is 0 and Sunday 6."},
    {"replace", WITH_KEYWORDS(date_replace), "The same date with some fields changed."},
    {"__reduce__", date_reduce, METH_NOARGS, "For pickle."},
    {NULL},
};

static PyNumberMethods date_number = {.nb_add = date_add, .nb_subtract = date_subtract};

PyTypeObject ou_date_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "datetime.date",
    .tp_basicsize = sizeof(PyDateTime_Date),
    .tp_repr = date_repr,
    .tp_as_number = &date_number,
    .tp_hash = date_hash,
    .tp_str = date_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "A day.\n\ndate(year, month, day)",
    .tp_richcompare = date_richcompare,
    .tp_methods = date_methods,
    .tp_getset = date_getset,
    .tp_new = date_new,
    .tp_vectorcall = date_vectorcall,
};
