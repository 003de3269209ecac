/* modules/_datetime/datetime.c - the type datetime: a date and a time of day, with a tzinfo or without.
 *
 * Owns       tzinfo, where hastzinfo says so.
 * Invariant  the fields are in range, but for a pickled state's, of which only the month is looked at, as in CPython.
 * Not here   arithmetic, comparing (datetime_number.c); class methods (datetime_make.c); local time (datetime_zone.c).
 * Source     Library Reference, datetime objects. */
#include "modules/_datetime/datetime.h"
#include "object/alloc.h"
#include "object/walk.h"

#define DATETIME(op) ((PyDateTime_DateTime *)(op))
#define TZINFO(op) PyDateTime_DATE_GET_TZINFO(op)

OU_WALKER(datetime)
{
    OU_EDGE_OF(DATETIME(self), tzinfo); /* NULL without one */
    return 0;
}

/* ---- making ------------------------------------------------------------------------------------------------------- */

/* Fields unchecked. */
static PyObject *
datetime_alloc(Ymd date, Clock clock, PyObject *tzinfo, int fold, PyTypeObject *type)
{
    bool aware = tzinfo != Py_None;
    PyObject *self =
        type == &ou_datetime_type ? ou_object_new_fast(type, sizeof(PyDateTime_DateTime)) : type->tp_alloc(type, 0);
    if (self != NULL) {
        DATETIME(self)->hashcode = -1;
        DATETIME(self)->hastzinfo = aware;
        set_date(DATETIME(self)->data, date);
        set_clock(DATETIME(self)->data + _PyDateTime_DATE_DATASIZE, clock);
        DATETIME(self)->fold = (unsigned char)fold;
        DATETIME(self)->tzinfo = aware ? Py_NewRef(tzinfo) : NULL;
    }
    return self;
}

PyObject *
ou_datetime_new(Ymd date, Clock clock, PyObject *tzinfo, int fold, PyTypeObject *type)
{
    return ou_calendar_check_date(date) < 0 || ou_calendar_check_clock(clock, fold) < 0 || ou_tzinfo_check(tzinfo) < 0
             ? NULL
             : datetime_alloc(date, clock, tzinfo, fold, type);
}

PyObject *
ou_datetime_make(PyTypeObject *type, Ymd date, Clock clock, PyObject *tzinfo, int fold)
{
    if (type == &ou_datetime_type) {
        return ou_datetime_new(date, clock, tzinfo, fold, type);
    }
    PyObject *self = PyObject_CallFunction((PyObject *)type, "iiiiiiiO", date.year, date.month, date.day, clock.hour,
                                           clock.minute, clock.second, clock.microsecond, tzinfo);
    if (self != NULL && DateTime_Check(self)) {
        DATETIME(self)->fold = (unsigned char)fold;
    }
    return self;
}

PyObject *
ou_datetime_add(PyObject *self, int64_t days, int64_t us, PyObject *tzinfo)
{
    Ymd date = date_of(self);
    us += clock_us(DATETIME_CLOCK(self));
    for (; us < 0; us += US_A_DAY) {
        days--;
    }
    for (; us >= US_A_DAY; us -= US_A_DAY) {
        days++;
    }
    if (ou_calendar_move(&date, days) < 0) {
        return NULL;
    }
    PyTypeObject *type = Py_TYPE(self);
    return type == &ou_datetime_type ? datetime_alloc(date, clock_from_us(us), tzinfo, 0, type) /* all in range */
                                     : ou_datetime_make(type, date, clock_from_us(us), tzinfo, 0);
}

static PyObject *
datetime_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold", NULL};
    Ymd date;
    Clock clock = {0, 0, 0, 0};
    int fold = 0;
    PyObject *tzinfo = Py_None;
    if (PyTuple_GET_SIZE(args) >= 1 && PyTuple_GET_SIZE(args) <= 2) {
        PyObject *owner, *self = NULL;
        const unsigned char *state =
            ou_date_state(PyTuple_GET_ITEM(args, 0), _PyDateTime_DATETIME_DATASIZE, 2, 1, 13, true, "datetime", &owner);
        if (state != NULL) {
            tzinfo = PyTuple_GET_SIZE(args) == 2 ? PyTuple_GET_ITEM(args, 1) : Py_None;
            if (tzinfo == Py_None || TzInfo_Check(tzinfo)) {
                date = (Ymd){state[0] << 8 | state[1], state[2] & 127, state[3]};
                self = datetime_alloc(date, clock_of(state + _PyDateTime_DATE_DATASIZE), tzinfo, state[2] >> 7, type);
            }
            else {
                PyErr_SetString(PyExc_TypeError, "bad tzinfo state arg");
            }
        }
        Py_XDECREF(owner);
        if (state != NULL || PyErr_Occurred()) {
            return self;
        }
    }
    return PyArg_ParseTupleAndKeywords(args, kwargs, "iii|iiiiO$i", keywords, &date.year, &date.month, &date.day, &clock.hour,
                                       &clock.minute, &clock.second, &clock.microsecond, &tzinfo, &fold)
             ? ou_datetime_new(date, clock, tzinfo, fold, type)
             : NULL;
}

static PyObject *
datetime_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    int v[7] = {0};
    return take_ints(args, nargsf, kwnames, 3, 7, v)
             ? ou_datetime_new((Ymd){v[0], v[1], v[2]}, (Clock){v[3], v[4], v[5], v[6]}, Py_None, 0, &ou_datetime_type)
             : call_type(type, args, nargsf, kwnames);
}

static void
datetime_dealloc(PyObject *self)
{
    Py_CLEAR(DATETIME(self)->tzinfo);
    Py_TYPE(self)->tp_free(self);
}

/* ---- text --------------------------------------------------------------------------------------------------------- */

static PyObject *
datetime_repr(PyObject *self)
{
    Ymd date = date_of(self);
    Clock clock = DATETIME_CLOCK(self);
    char text[128],
        *end = text + sprintf(text, "(%d, %d, %d, %d, %d", date.year, date.month, date.day, clock.hour, clock.minute);
    if (clock.microsecond != 0) {
        end += sprintf(end, ", %d, %d", clock.second, clock.microsecond);
    }
    else if (clock.second != 0) {
        end += sprintf(end, ", %d", clock.second);
    }
    if (DATETIME(self)->fold) {
        (void)sprintf(end, ", fold=1");
    }
    const char *type = Py_TYPE(self)->tp_name;
    return DATETIME(self)->hastzinfo ? PyUnicode_FromFormat("%s%s, tzinfo=%R)", type, text, TZINFO(self))
                                     : PyUnicode_FromFormat("%s%s)", type, text);
}

static PyObject *
isoformat(PyObject *self, int separator, const char *timespec)
{
    char text[ISO_TEXT_MAX], *middle = ou_text_date(text, date_of(self));
    *middle = (char)separator; /* if it is ASCII */
    char *end = ou_text_clock(middle + 1, DATETIME_CLOCK(self), timespec);
    Offset offset;
    if (end == NULL || ou_tzinfo_offset(TZINFO(self), self, &offset) < 0) {
        return NULL;
    }
    end = ou_text_offset(end, offset, ":");
    if (separator < 128) {
        return PyUnicode_FromStringAndSize(text, end - text);
    }
    *middle = *end = '\0';
    return PyUnicode_FromFormat("%s%c%s", text, separator, middle + 1);
}

static PyObject *
datetime_isoformat(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"sep", "timespec", NULL};
    int separator = 'T';
    const char *timespec = NULL;
    return PyArg_ParseTupleAndKeywords(args, kwargs, "|Cs:isoformat", keywords, &separator, &timespec)
             ? isoformat(self, separator, timespec)
             : NULL;
}

/* RE-ENTRANT: a subclass may have an isoformat() of its own. */
static PyObject *
datetime_str(PyObject *self)
{
    return Py_IS_TYPE(self, &ou_datetime_type) ? isoformat(self, ' ', NULL) : PyObject_CallMethod(self, "isoformat", "s", " ");
}

static PyObject *
datetime_ctime(PyObject *self, PyObject *ignored)
{
    return ou_text_ctime(date_of(self), DATETIME_CLOCK(self));
}

/* ---- parts -------------------------------------------------------------------------------------------------------- */

static PyObject *
datetime_hour(PyObject *self, void *closure)
{
    return PyLong_FromLong(PyDateTime_DATE_GET_HOUR(self));
}

static PyObject *
datetime_minute(PyObject *self, void *closure)
{
    return PyLong_FromLong(PyDateTime_DATE_GET_MINUTE(self));
}

static PyObject *
datetime_second(PyObject *self, void *closure)
{
    return PyLong_FromLong(PyDateTime_DATE_GET_SECOND(self));
}

static PyObject *
datetime_microsecond(PyObject *self, void *closure)
{
    return PyLong_FromLong(PyDateTime_DATE_GET_MICROSECOND(self));
}

static PyObject *
datetime_tzinfo(PyObject *self, void *closure)
{
    return Py_NewRef(TZINFO(self));
}

static PyObject *
datetime_fold(PyObject *self, void *closure)
{
    return PyLong_FromLong(DATETIME(self)->fold);
}

static PyObject *
datetime_date(PyObject *self, PyObject *ignored)
{
    return ou_date_new(date_of(self), &ou_date_type);
}

static PyObject *
datetime_time(PyObject *self, PyObject *ignored)
{
    return ou_time_new(DATETIME_CLOCK(self), Py_None, DATETIME(self)->fold, &ou_time_type);
}

static PyObject *
datetime_timetz(PyObject *self, PyObject *ignored)
{
    return ou_time_new(DATETIME_CLOCK(self), TZINFO(self), DATETIME(self)->fold, &ou_time_type);
}

static PyObject *
datetime_utcoffset(PyObject *self, PyObject *ignored)
{
    return ou_tzinfo_call(TZINFO(self), OU_STR(utcoffset), self);
}

int
ou_datetime_offset(PyObject *self, Offset *offset)
{
    return ou_tzinfo_offset(TZINFO(self), self, offset);
}

static PyObject *
datetime_dst(PyObject *self, PyObject *ignored)
{
    return ou_tzinfo_call(TZINFO(self), OU_STR(dst), self);
}

static PyObject *
datetime_tzname(PyObject *self, PyObject *ignored)
{
    return ou_tzinfo_name(TZINFO(self), self);
}

static PyObject *
datetime_replace(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold", NULL};
    Ymd date = date_of(self);
    Clock clock = DATETIME_CLOCK(self);
    int fold = DATETIME(self)->fold;
    PyObject *tzinfo = TZINFO(self);
    return PyArg_ParseTupleAndKeywords(args, kwargs, "|iiiiiiiO$i:replace", keywords, &date.year, &date.month, &date.day,
                                       &clock.hour, &clock.minute, &clock.second, &clock.microsecond, &tzinfo, &fold)
             ? ou_datetime_new(date, clock, tzinfo, fold, Py_TYPE(self))
             : NULL;
}

/* ---- pickling ----------------------------------------------------------------------------------------------------- */

static PyObject *
reduce(PyObject *self, int protocol)
{
    char data[_PyDateTime_DATETIME_DATASIZE];
    memcpy(data, DATETIME(self)->data, sizeof data);
    data[2] = (char)(data[2] | (protocol > 3 && DATETIME(self)->fold ? 128 : 0)); /* Python 2 knows no fold */
    Py_ssize_t size = sizeof data;
    return DATETIME(self)->hastzinfo ? Py_BuildValue("O(y#O)", Py_TYPE(self), data, size, TZINFO(self))
                                     : Py_BuildValue("O(y#)", Py_TYPE(self), data, size);
}

static PyObject *
datetime_reduce_ex(PyObject *self, PyObject *args)
{
    int protocol;
    return PyArg_ParseTuple(args, "i:__reduce_ex__", &protocol) ? reduce(self, protocol) : NULL;
}

static PyObject *
datetime_reduce(PyObject *self, PyObject *ignored)
{
    return reduce(self, 2);
}

/* ---- the type ----------------------------------------------------------------------------------------------------- */

static PyGetSetDef datetime_getset[] = {
    {"hour", datetime_hour},
    {"minute", datetime_minute},
    {"second", datetime_second},
    {"microsecond", datetime_microsecond},
    {"tzinfo", datetime_tzinfo},
    {"fold", datetime_fold},
    {NULL},
};

static PyMethodDef datetime_methods[] = {
    {"now", (PyCFunction)(void *)ou_datetime_now, METH_FASTCALL | METH_KEYWORDS | METH_CLASS,
     "now($type, /, tz=None)\n--\n\nThe present, in a time zone, or naive and in local time."},
    {"utcnow", ou_datetime_utcnow, METH_NOARGS | METH_CLASS, "The present in UTC, naive."},
    {"fromtimestamp", WITH_KEYWORDS(ou_datetime_fromtimestamp) | METH_CLASS,
     "The time of a POSIX timestamp, in a time zone, or naive and in local time."},
    {"utcfromtimestamp", ou_datetime_utcfromtimestamp, METH_VARARGS | METH_CLASS,
     "The time of a POSIX timestamp in UTC, naive."},
    {"strptime", ou_datetime_strptime, METH_VARARGS | METH_CLASS, "The time that a text says in a format, as time.strptime()."},
    {"combine", WITH_KEYWORDS(ou_datetime_combine) | METH_CLASS, "A date and a time in one."},
    {"fromisoformat", ou_datetime_fromisoformat, METH_O | METH_CLASS, "The time that an ISO 8601 text says."},
    {"date", datetime_date, METH_NOARGS, "The date."},
    {"time", datetime_time, METH_NOARGS, "The time of day, naive."},
    {"timetz", datetime_timetz, METH_NOARGS, "The time of day with its tzinfo."},
    {"ctime", datetime_ctime, METH_NOARGS, "A text such as Wed Jan  1 00:00:00 2020."},
    {"timetuple", ou_datetime_timetuple, METH_NOARGS, "A time.struct_time."},
    {"timestamp", ou_datetime_timestamp, METH_NOARGS, "The POSIX timestamp, a float."},
    {"utctimetuple", ou_datetime_utctimetuple, METH_NOARGS, "A time.struct_time in UTC."},
    {"isoformat", WITH_KEYWORDS(datetime_isoformat),
     "The ISO 8601 text, YYYY-MM-DDTHH[:MM[:SS[.mmm[uuu]]]][+HH:MM].\n\nsep stands between date and time.\ntimespec, the last "
     "part that is shown: 'auto', 'hours', 'minutes', 'seconds', 'milliseconds'\nor 'microseconds'."},
    {"utcoffset", datetime_utcoffset, METH_NOARGS, "self.tzinfo.utcoffset(self)."},
    {"tzname", datetime_tzname, METH_NOARGS, "self.tzinfo.tzname(self)."},
    {"dst", datetime_dst, METH_NOARGS, "self.tzinfo.dst(self)."},
    {"replace", WITH_KEYWORDS(datetime_replace), "The same date and time with some fields changed."},
    {"astimezone", WITH_KEYWORDS(ou_datetime_astimezone), "The same moment in a time zone, or in local time."},
    {"__reduce_ex__", datetime_reduce_ex, METH_VARARGS, "For pickle."},
    {"__reduce__", datetime_reduce, METH_NOARGS, "For pickle."},
    {NULL},
};

PyTypeObject ou_datetime_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "datetime.datetime",
    .tp_basicsize = sizeof(PyDateTime_DateTime),
    .tp_dealloc = datetime_dealloc,
    .tp_repr = datetime_repr,
    .tp_as_number = &ou_datetime_number,
    .tp_hash = ou_datetime_hash,
    .tp_str = datetime_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc =
        "A date and a time of day.\n\ndatetime(year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, "
        "fold=0)",
    .tp_richcompare = ou_datetime_richcompare,
    .tp_methods = datetime_methods,
    .tp_getset = datetime_getset,
    .tp_base = &ou_date_type,
    .tp_new = datetime_new,
    .tp_vectorcall = datetime_vectorcall,
};
