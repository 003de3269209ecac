/* modules/_datetime/datetime.h - module _datetime: dates, times of day, durations and time zones.
 *
 *   ordinal   a day's number: 1 is 1 January of the year 1, in the Gregorian calendar carried back to then
 *   moment    microseconds from the start of day 0: fits 64 bits for every datetime
 *   wide      microseconds of a timedelta: needs 68 bits
 *   offset    what a time zone adds to UTC, if it knows: strictly less than a day
 *   naive     without an offset; aware: with one
 *   fold      1 for the second of two equal local times, when clocks go back */
#ifndef OU_MODULES_DATETIME_H
#define OU_MODULES_DATETIME_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#define _PY_DATETIME_IMPL
#include <datetime.h>
#include "base/base.h"

extern PyTypeObject ou_timedelta_type, ou_date_type, ou_iso_date_type, ou_tzinfo_type, ou_timezone_type, ou_time_type,
    ou_datetime_type;

#define Delta_Check(op) PyObject_TypeCheck(op, &ou_timedelta_type)
#define Date_Check(op) PyObject_TypeCheck(op, &ou_date_type)
#define DateTime_Check(op) PyObject_TypeCheck(op, &ou_datetime_type)
#define Time_Check(op) PyObject_TypeCheck(op, &ou_time_type)
#define TzInfo_Check(op) PyObject_TypeCheck(op, &ou_tzinfo_type)

#define WITH_KEYWORDS(function) (PyCFunction)(void *) function, METH_VARARGS | METH_KEYWORDS

enum { YEAR_MIN = 1, YEAR_MAX = 9999, ORDINAL_MAX = 3652059, SECONDS_A_DAY = 86400, DELTA_DAYS_MAX = 999999999 };
#define US_A_SECOND INT64_C(1000000)
#define US_A_DAY (SECONDS_A_DAY * US_A_SECOND)
#define EPOCH_ORDINAL 719163 /* 1 January 1970 */
#define EPOCH_MOMENT (EPOCH_ORDINAL * US_A_DAY)

typedef __int128 Wide;

typedef struct {
    int year, month, day;
} Ymd;

typedef struct {
    int hour, minute, second, microsecond;
} Clock;

typedef struct {
    bool known;
    int64_t us; /* 0 if not known */
} Offset;

/* ---- calendar.c --------------------------------------------------------------------------------------------------- */

enum { DAYS_IN_400_YEARS = 146097, MARCH_OF_YEAR_0 = -305 /* its ordinal */ };

/* Of a year from 0 on.  Inline: two of them are half of a subtraction. */
static inline int
calendar_ordinal(Ymd date)
{
    int year = date.year - (date.month <= 2), in_era = year % 400;
    int day = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    return year / 400 * DAYS_IN_400_YEARS + in_era * 365 + in_era / 4 - in_era / 100 + day + MARCH_OF_YEAR_0;
}

Ymd ou_calendar_date(int ordinal); /* from 1 on; beyond ORDINAL_MAX the year is greater than YEAR_MAX */
int ou_calendar_day_of_year(Ymd date);

/* Monday is 0.  A pickled state may have the year 0. */
static inline int
calendar_weekday(int ordinal)
{
    return (ordinal + 706) % 7;
}

/* The date so many days later.  Returns 0, or -1 with OverflowError and *date as it was. */
int ou_calendar_move(Ymd *date, int64_t days);

/* Year, week and weekday (Monday is 1) of ISO 8601, in this order in the three fields. */
Ymd ou_calendar_iso(Ymd date);

/* The other way round.
 * Returns  0, or the number of the part that is wrong: 1 year, 2 week, 3 weekday.  The date may be in the year 10000. */
int ou_calendar_from_iso(int year, int week, int weekday, Ymd *date);

/* Are the fields in range?  Returns 0, or -1 with ValueError set. */
int ou_calendar_check_year(int year);
int ou_calendar_check_date(Ymd date);
int ou_calendar_check_clock(Clock clock, int fold);

/* ---- text.c: digits and parts of formats --------------------------------------------------------------------------- */

enum { ISO_TEXT_MAX = 64 }; /* bytes of any ISO 8601 text that is written here */

/* Write at `out`; return where it ends. */
char *ou_text_number(char *out, int number, int n_digits); /* the last so many digits */
char *ou_text_date(char *out, Ymd date);
char *ou_text_offset(char *out, Offset offset, const char *separator); /* +hh:mm[:ss[.ffffff]]; nothing if not known */

/* hh[:mm[:ss[.fff[fff]]]] as `timespec` says (NULL: auto).  Returns NULL with ValueError if it says nothing known. */
char *ou_text_clock(char *out, Clock clock, const char *timespec);

/* strftime() with %z, %Z and %f of the object; the rest is the module time's.  `zone_arg` is what the tzinfo is asked about.
 * Refs  takes `tuple`, which may be NULL with an exception.  RE-ENTRANT. */
PyObject *ou_text_strftime(PyObject *self, PyObject *format, PyObject *tuple, PyObject *zone_arg);

/* __format__ of all three: str(self) if the format is empty, else self.strftime(format).  RE-ENTRANT. */
PyObject *ou_text_format(PyObject *self, PyObject *args);

/* time.struct_time of a date and time.  RE-ENTRANT: time is imported. */
PyObject *ou_text_struct_time(Ymd date, Clock clock, int dst);

PyObject *ou_text_ctime(Ymd date, Clock clock);

/* ---- parse.c: ISO 8601 --------------------------------------------------------------------------------------------- */

/* Returns 0, or -1 without an exception if the text is none.  Fields may be out of range. */
int ou_parse_date(const char *text, Py_ssize_t size, Ymd *date);

/* The same with a zone behind it: *zone is 0 without one, 1 with offset *zone_us. */
int ou_parse_clock(const char *text, Py_ssize_t size, Clock *clock, bool *zone, int64_t *zone_us);

/* Where the date of a text of date and time ends: 7, 8 or 10 for what may be right. */
Py_ssize_t ou_parse_date_end(const char *text, Py_ssize_t size);

/* The tzinfo of what was parsed: new; None without a zone.  ValueError if the offset is a day or more. */
PyObject *ou_parse_zone(bool zone, int64_t zone_us);

/* ---- timedelta.c --------------------------------------------------------------------------------------------------- */

/* New; parts of any size.  Errors  OverflowError. */
PyObject *ou_timedelta_new(int64_t days, int64_t seconds, int64_t us, PyTypeObject *type);
PyObject *ou_timedelta_from_us(Wide us, PyTypeObject *type);

static inline Wide
delta_us(const PyObject *op)
{
    const PyDateTime_Delta *delta = (const PyDateTime_Delta *)op;
    return (Wide)delta->days * US_A_DAY + (delta->seconds * US_A_SECOND + delta->microseconds);
}

/* Number operations, in timedelta_number.c. */
extern PyNumberMethods ou_timedelta_number;
PyObject *ou_timedelta_total_seconds(PyObject *self, PyObject *ignored);
PyObject *ou_wide_to_int(Wide value);
int ou_wide_from_int(PyObject *value, Wide *wide); /* saturates at 2**126; -1 only if memory is refused */
Wide ou_wide_divide_nearest(Wide a, Wide b);       /* half to even */

/* ---- tzinfo.c, timezone.c ------------------------------------------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    PyObject *offset; /* timedelta, owned */
    PyObject *name;   /* str, owned, or NULL */
} TimeZone;

/* timezone.utc: new.  Before the module is made, one like it. */
PyObject *ou_timezone_utc(void);

/* Make timezone.utc, min and max, if they are not there from before.  Returns 0 or -1. */
int ou_timezone_init(void);

/* timezone(offset, name): new.  name may be NULL. */
PyObject *ou_timezone_new(PyObject *offset, PyObject *name);

/* The timezone of the machine's local time at a POSIX timestamp: new. */
PyObject *ou_timezone_local(int64_t timestamp);

/* None or a tzinfo?  TypeError if not: 0 or -1. */
int ou_tzinfo_check(PyObject *tzinfo);

/* tzinfo.utcoffset(arg) or dst(arg), checked: None or a timedelta, new.  None for None.  RE-ENTRANT. */
PyObject *ou_tzinfo_call(PyObject *tzinfo, PyObject *name, PyObject *arg);
int ou_tzinfo_offset(PyObject *tzinfo, PyObject *arg, Offset *offset); /* utcoffset; 0 or -1.  RE-ENTRANT */

/* tzinfo.tzname(arg), checked: None or a str, new.  RE-ENTRANT. */
PyObject *ou_tzinfo_name(PyObject *tzinfo, PyObject *arg);

/* ---- date.c, time.c ------------------------------------------------------------------------------------------------ */

static inline Ymd
date_of(PyObject *op)
{
    return (Ymd){PyDateTime_GET_YEAR(op), PyDateTime_GET_MONTH(op), PyDateTime_GET_DAY(op)};
}

static inline Clock
clock_of(const unsigned char *data)
{
    return (Clock){data[0], data[1], data[2], data[3] << 16 | data[4] << 8 | data[5]};
}

static inline void
set_date(unsigned char *data, Ymd date)
{
    data[0] = (unsigned char)(date.year >> 8);
    data[1] = (unsigned char)date.year;
    data[2] = (unsigned char)date.month;
    data[3] = (unsigned char)date.day;
}

static inline void
set_clock(unsigned char *data, Clock clock)
{
    data[0] = (unsigned char)clock.hour;
    data[1] = (unsigned char)clock.minute;
    data[2] = (unsigned char)clock.second;
    data[3] = (unsigned char)(clock.microsecond >> 16);
    data[4] = (unsigned char)(clock.microsecond >> 8);
    data[5] = (unsigned char)clock.microsecond;
}

static inline int64_t
clock_us(Clock clock)
{
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * US_A_SECOND + clock.microsecond;
}

/* Of less than a day. */
static inline Clock
clock_from_us(int64_t us)
{
    int seconds = (int)(us / US_A_SECOND);
    return (Clock){seconds / 3600, seconds / 60 % 60, seconds % 60, (int)(us % US_A_SECOND)};
}

/* The arguments of a call, if each is an int of 32 bits and there are low to high of them: what most calls have. */
static inline bool
take_ints(PyObject *const *args, size_t nargsf, PyObject *kwnames, Py_ssize_t low, Py_ssize_t high, int *values)
{
    Py_ssize_t n = PyVectorcall_NARGS(nargsf);
    if (kwnames != NULL || n < low || n > high) {
        return false;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        int overflow = 1;
        long value = PyLong_CheckExact(args[i]) ? PyLong_AsLongAndOverflow(args[i], &overflow) : 0;
        if (overflow || value != (int)value) {
            return false;
        }
        values[i] = (int)value;
    }
    return true;
}

/* type(...) by tp_new, where the arguments are not what take_ints() takes. */
static inline PyObject *
call_type(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    return _PyObject_MakeTpCall(PyThreadState_Get(), type, args, PyVectorcall_NARGS(nargsf), kwnames);
}

/* An object of `type`, its fields checked, by no call of Python code: new. */
PyObject *ou_date_new(Ymd date, PyTypeObject *type);
PyObject *ou_time_new(Clock clock, PyObject *tzinfo, int fold, PyTypeObject *type);

/* An object as a method of the class makes it: a subclass is called.  RE-ENTRANT. */
PyObject *ou_date_make(PyTypeObject *type, Ymd date);

PyObject *ou_date_isocalendar(PyObject *self, PyObject *ignored);
PyObject *ou_date_from_timestamp(PyObject *type, PyObject *timestamp);

/* The bytes of a pickled state, with what came as a str from Python 2 encoded: borrowed from *owner, a new reference.
 * `at` is the byte that shows a state by being from `low` up to below `high`, its top bit left aside if `fold`.
 * Returns NULL with no exception if it is no state of n bytes, with ValueError if the str can't be encoded. */
const unsigned char *ou_date_state(PyObject *state, Py_ssize_t n, int at, int low, int high, bool fold, const char *noun,
                                   PyObject **owner);

/* ---- datetime.c, datetime_make.c, datetime_zone.c ------------------------------------------------------------------ */

#define DATETIME_CLOCK(op) clock_of(((PyDateTime_DateTime *)(op))->data + _PyDateTime_DATE_DATASIZE)

static inline int64_t
moment_of(PyObject *op)
{
    return calendar_ordinal(date_of(op)) * US_A_DAY + clock_us(DATETIME_CLOCK(op));
}

PyObject *ou_datetime_new(Ymd date, Clock clock, PyObject *tzinfo, int fold, PyTypeObject *type);
PyObject *ou_datetime_make(PyTypeObject *type, Ymd date, Clock clock, PyObject *tzinfo, int fold);

/* datetime + timedelta, of the class of the datetime, with that tzinfo; us is of a few days at most.  RE-ENTRANT. */
PyObject *ou_datetime_add(PyObject *self, int64_t days, int64_t us, PyObject *tzinfo);

/* utcoffset() of a datetime: 0 or -1.  RE-ENTRANT. */
int ou_datetime_offset(PyObject *self, Offset *offset);

extern PyNumberMethods ou_datetime_number;
PyObject *ou_datetime_richcompare(PyObject *self, PyObject *other, int op);
Py_hash_t ou_datetime_hash(PyObject *self);

/* Class methods, in datetime_make.c. */
PyObject *ou_datetime_now(PyObject *type, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames);
PyObject *ou_datetime_utcnow(PyObject *type, PyObject *ignored);
PyObject *ou_datetime_fromtimestamp(PyObject *type, PyObject *args, PyObject *kwargs);
PyObject *ou_datetime_utcfromtimestamp(PyObject *type, PyObject *args);
PyObject *ou_datetime_strptime(PyObject *type, PyObject *args);
PyObject *ou_datetime_combine(PyObject *type, PyObject *args, PyObject *kwargs);
PyObject *ou_datetime_fromisoformat(PyObject *type, PyObject *text);

/* Local time and zones, in datetime_zone.c.  ou_datetime_local_timestamp: seconds since 1970 of a local time, the earlier or the
 * later of two by fold; -1 with an exception is an error, which PyErr_Occurred() tells. */
int ou_datetime_local_seconds(int64_t timestamp, int64_t *seconds);
int64_t ou_datetime_local_timestamp(Ymd date, Clock clock, int fold);
PyObject *ou_datetime_astimezone(PyObject *self, PyObject *args, PyObject *kwargs);
PyObject *ou_datetime_timestamp(PyObject *self, PyObject *ignored);
PyObject *ou_datetime_timetuple(PyObject *self, PyObject *ignored);
PyObject *ou_datetime_utctimetuple(PyObject *self, PyObject *ignored);

#endif
