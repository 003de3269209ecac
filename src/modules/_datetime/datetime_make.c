/* modules/_datetime/datetime_make.c - datetimes from clocks, timestamps and texts: the class methods.
 *
 * Invariant  a class method gives what its class makes of the fields: a subclass is called.
 * Not here   datetime() itself (datetime.c); local time the other way (datetime_zone.c). */
#include "modules/_datetime/datetime.h"
#include "object/args.h"
#include "object/hold.h"

enum { DAY = SECONDS_A_DAY };

/* Is a local time of so many seconds the second of two?  The clock went back if the time a day before was less behind.
 * local is the naive time's number of seconds since 1970.  Returns 0, 1, or -1 with an exception. */
static int
find_fold(int64_t timestamp, int64_t local)
{
    int64_t before, again;
    if (ou_datetime_local_seconds(timestamp - DAY, &before) < 0) {
        return -1;
    }
    int64_t jump = local - before - DAY;
    if (jump >= 0) {
        return 0;
    }
    return ou_datetime_local_seconds(timestamp + jump, &again) < 0 ? -1 : again == local;
}

/* tzinfo None: local time if `local`, else UTC; naive both.  Otherwise the time of UTC, which tzinfo makes its own.
 * RE-ENTRANT. */
static PyObject *
from_seconds(PyTypeObject *type, int64_t timestamp, int us, PyObject *tzinfo, bool local)
{
    struct tm tm;
    if ((local ? _PyTime_localtime((time_t)timestamp, &tm) : _PyTime_gmtime((time_t)timestamp, &tm)) < 0) {
        return NULL;
    }
    Ymd date = {tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday};
    Clock clock = {tm.tm_hour, tm.tm_min, tm.tm_sec > 59 ? 59 : tm.tm_sec, us}; /* no leap seconds here */
    int fold = 0;
    if (local) {
        if (ou_calendar_check_year(date.year) < 0) {
            return NULL;
        }
        int64_t seconds = (int64_t)(calendar_ordinal(date) - EPOCH_ORDINAL) * DAY + clock_us(clock) / US_A_SECOND;
        /* Near the first year there is no day before. */
        fold = date.year == YEAR_MIN && date.month == 1 && date.day <= 2 ? 0 : find_fold(timestamp, seconds);
        if (fold < 0) {
            return NULL;
        }
    }
    PyObject *self = ou_datetime_make(type, date, clock, tzinfo, fold);
    if (self == NULL || tzinfo == Py_None) {
        return self;
    }
    OU_HOLD(hold, &self);
    PyObject *result = PyObject_CallMethodOneArg(tzinfo, OU_STR(fromutc), self);
    OU_HOLD_END(hold);
    Py_DECREF(self);
    return result;
}

static PyObject *
from_clock(PyObject *type, PyObject *tzinfo, bool local)
{
    _PyTime_t ns = _PyTime_GetSystemClock();
    int64_t us = _PyTime_AsMicroseconds(ns, _PyTime_ROUND_FLOOR), seconds = us / US_A_SECOND;
    seconds -= us % US_A_SECOND < 0;
    return from_seconds((PyTypeObject *)type, seconds, (int)(us - seconds * US_A_SECOND), tzinfo, local);
}

static PyObject *
from_timestamp(PyObject *type, PyObject *timestamp, PyObject *tzinfo, bool local)
{
    time_t seconds;
    long us;
    return _PyTime_ObjectToTimeval(timestamp, &seconds, &us, _PyTime_ROUND_HALF_EVEN) < 0
             ? NULL
             : from_seconds((PyTypeObject *)type, seconds, (int)us, tzinfo, local);
}

PyObject *
ou_datetime_now(PyObject *type, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    PyObject *tzinfo = Py_None;
    if (n_args == 1 && kwnames == NULL) {
        tzinfo = args[0];
    }
    else if (n_args != 0 || kwnames != NULL) {
        static const char *const keywords[] = {"tz", NULL};
        static _PyArg_Parser parser = {.keywords = keywords, .format = "|O:now"};
        if (!_PyArg_ParseStackAndKeywords(args, n_args, kwnames, &parser, &tzinfo)) {
            return NULL;
        }
    }
    return ou_tzinfo_check(tzinfo) < 0 ? NULL : from_clock(type, tzinfo, tzinfo == Py_None);
}

PyObject *
ou_datetime_utcnow(PyObject *type, PyObject *ignored)
{
    return from_clock(type, Py_None, false);
}

PyObject *
ou_datetime_fromtimestamp(PyObject *type, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"timestamp", "tz", NULL};
    PyObject *timestamp, *tzinfo = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O:fromtimestamp", keywords, &timestamp, &tzinfo)
        || ou_tzinfo_check(tzinfo) < 0) {
        return NULL;
    }
    return from_timestamp(type, timestamp, tzinfo, tzinfo == Py_None);
}

PyObject *
ou_datetime_utcfromtimestamp(PyObject *type, PyObject *args)
{
    PyObject *timestamp;
    return PyArg_ParseTuple(args, "O:utcfromtimestamp", &timestamp) ? from_timestamp(type, timestamp, Py_None, false) : NULL;
}

/* RE-ENTRANT: _strptime is a Python module. */
PyObject *
ou_datetime_strptime(PyObject *type, PyObject *args)
{
    PyObject *text, *format;
    if (!PyArg_ParseTuple(args, "UU:strptime", &text, &format)) {
        return NULL;
    }
    PyObject *module = PyImport_ImportModule("_strptime"), *self = NULL;
    if (module != NULL) {
        OU_HOLD(hold, &module);
        self = PyObject_CallMethod(module, "_strptime_datetime", "OOO", type, text, format);
        OU_HOLD_END(hold);
        Py_DECREF(module);
    }
    return self;
}

PyObject *
ou_datetime_combine(PyObject *type, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"date", "time", "tzinfo", NULL};
    PyObject *date, *time, *tzinfo = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O!O!|O:combine", keywords, &ou_date_type, &date, &ou_time_type, &time,
                                     &tzinfo)) {
        return NULL;
    }
    return ou_datetime_make((PyTypeObject *)type, date_of(date), clock_of(((PyDateTime_Time *)time)->data),
                            tzinfo != NULL ? tzinfo : PyDateTime_TIME_GET_TZINFO(time), PyDateTime_TIME_GET_FOLD(time));
}

/* The bytes of the one character between date and time, of any language. */
static Py_ssize_t
separator_size(unsigned char first)
{
    return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

static int
parse(const char *text, Py_ssize_t size, Ymd *date, Clock *clock, bool *zone, int64_t *zone_us)
{
    Py_ssize_t end = size < 7 ? -1 : ou_parse_date_end(text, size);
    if (end < 0 || end > size || ou_parse_date(text, end, date) < 0) {
        return -1;
    }
    *clock = (Clock){0, 0, 0, 0};
    *zone = false;
    *zone_us = 0;
    if (size == end) {
        return 0;
    }
    end += separator_size((unsigned char)text[end]);
    return end > size ? -1 : ou_parse_clock(text + end, size - end, clock, zone, zone_us);
}

/* A text like this one without what UTF-8 can't say: a separator may be a lone surrogate.  New. */
static PyObject *
without_surrogate(PyObject *text)
{
    static const Py_ssize_t places[] = {7, 8, 10};
    for (size_t i = 0; i < OU_COUNT_OF(places); i++) {
        if (PyUnicode_GET_LENGTH(text) > places[i] && Py_UNICODE_IS_SURROGATE(PyUnicode_READ_CHAR(text, places[i]))) {
            PyObject *copy = _PyUnicode_Copy(text);
            if (copy != NULL && PyUnicode_WriteChar(copy, places[i], 'T') < 0) {
                Py_CLEAR(copy);
            }
            return copy;
        }
    }
    return Py_NewRef(text);
}

PyObject *
ou_datetime_fromisoformat(PyObject *type, PyObject *text)
{
    Ymd date;
    Clock clock;
    bool zone;
    int64_t zone_us;
    Py_ssize_t size;
    if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, "fromisoformat: argument must be str");
        return NULL;
    }
    PyObject *clean = without_surrogate(text);
    const char *utf8 = clean == NULL ? NULL : PyUnicode_AsUTF8AndSize(clean, &size);
    if (utf8 == NULL && !PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
        Py_XDECREF(clean);
        return NULL;
    }
    PyErr_Clear();
    int status = utf8 == NULL ? -1 : parse(utf8, size, &date, &clock, &zone, &zone_us);
    Py_DECREF(clean);
    if (status < 0) {
        PyErr_Format(PyExc_ValueError, "Invalid isoformat string: %R", text);
        return NULL;
    }
    PyObject *tzinfo = ou_parse_zone(zone, zone_us), *self = NULL;
    if (tzinfo != NULL) {
        OU_HOLD(hold, &tzinfo);
        self = ou_datetime_make((PyTypeObject *)type, date, clock, tzinfo, 0);
        OU_HOLD_END(hold);
        Py_DECREF(tzinfo);
    }
    return self;
}
