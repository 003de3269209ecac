/* modules/_datetime/datetime_zone.c - datetimes and the machine's local time: timestamps, struct_time, astimezone().
 *
 * Invariant  the machine's zone is asked of the system each time; nothing of it is kept.
 * Source     PEP 495, for local times that exist twice or never. */
#include "modules/_datetime/datetime.h"
#include "object/hold.h"

#define TZINFO(op) PyDateTime_DATE_GET_TZINFO(op)

enum { DAY = SECONDS_A_DAY };

/* Seconds since 1970 as if the fields were of UTC. */
static int64_t
naive_seconds(Ymd date, Clock clock)
{
    return (int64_t)(calendar_ordinal(date) - EPOCH_ORDINAL) * DAY + clock_us(clock) / US_A_SECOND;
}

int
ou_datetime_local_seconds(int64_t timestamp, int64_t *seconds)
{
    struct tm tm;
    if (_PyTime_localtime((time_t)timestamp, &tm) < 0 || ou_calendar_check_year(tm.tm_year + 1900) < 0) {
        return -1;
    }
    *seconds = naive_seconds((Ymd){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday}, (Clock){tm.tm_hour, tm.tm_min, tm.tm_sec, 0});
    return 0;
}

/* A timestamp t is looked for of which local(t) is the time.  One guess at the offset is what holds at the naive time itself; the
 * other, what holds a day beyond in the direction of fold, or what the first guess shows. */
int64_t
ou_datetime_local_timestamp(Ymd date, Clock clock, int fold)
{
    int64_t wanted = naive_seconds(date, clock), local, offset, other_offset, local_of_guess;
    if (ou_datetime_local_seconds(wanted, &local) < 0) {
        return -1;
    }
    offset = local - wanted;
    int64_t guess = wanted - offset;
    if (ou_datetime_local_seconds(guess, &local_of_guess) < 0) {
        return -1;
    }
    if (local_of_guess == wanted) {
        int64_t beyond = guess + (fold ? DAY : -DAY);
        if (ou_datetime_local_seconds(beyond, &local) < 0) {
            return -1;
        }
        other_offset = local - beyond;
        if (other_offset == offset) {
            return guess; /* no change near */
        }
    }
    else {
        other_offset = local_of_guess - guess;
    }
    int64_t other = wanted - other_offset;
    if (ou_datetime_local_seconds(other, &local) < 0) {
        return -1;
    }
    if (local == wanted) {
        return other;
    }
    if (local_of_guess == wanted) {
        return guess;
    }
    /* The time was skipped: as if the clock had not gone forward yet, or as if it had. */
    return fold ? Py_MIN(guess, other) : Py_MAX(guess, other);
}

PyObject *
ou_datetime_timestamp(PyObject *self, PyObject *ignored)
{
    Offset offset;
    if (ou_datetime_offset(self, &offset) < 0) {
        return NULL;
    }
    if (TZINFO(self) != Py_None && !offset.known) {
        PyErr_SetString(PyExc_TypeError, "can't subtract offset-naive and offset-aware datetimes");
        return NULL;
    }
    if (offset.known) {
        PyObject *since = ou_timedelta_new(0, 0, moment_of(self) - offset.us - EPOCH_MOMENT, &ou_timedelta_type),
                 *seconds = NULL;
        if (since != NULL) {
            seconds = ou_timedelta_total_seconds(since, NULL);
            Py_DECREF(since);
        }
        return seconds;
    }
    int64_t seconds = ou_datetime_local_timestamp(date_of(self), DATETIME_CLOCK(self), PyDateTime_DATE_GET_FOLD(self));
    return seconds == -1 && PyErr_Occurred()
             ? NULL
             : PyFloat_FromDouble((double)seconds + PyDateTime_DATE_GET_MICROSECOND(self) / 1e6);
}

PyObject *
ou_datetime_timetuple(PyObject *self, PyObject *ignored)
{
    PyObject *dst = ou_tzinfo_call(TZINFO(self), OU_STR(dst), self);
    if (dst == NULL) {
        return NULL;
    }
    int flag = dst == Py_None ? -1 : delta_us(dst) != 0;
    Py_DECREF(dst);
    return ou_text_struct_time(date_of(self), DATETIME_CLOCK(self), flag);
}

PyObject *
ou_datetime_utctimetuple(PyObject *self, PyObject *ignored)
{
    Offset offset;
    if (ou_datetime_offset(self, &offset) < 0) {
        return NULL;
    }
    int64_t moment = moment_of(self) - offset.us;
    if (moment < US_A_DAY || moment / US_A_DAY > ORDINAL_MAX) {
        PyErr_SetString(PyExc_OverflowError, "date value out of range");
        return NULL;
    }
    return ou_text_struct_time(ou_calendar_date((int)(moment / US_A_DAY)), clock_from_us(moment % US_A_DAY), 0);
}

/* RE-ENTRANT: the tzinfos are asked. */
PyObject *
ou_datetime_astimezone(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"tz", NULL};
    PyObject *tz = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:astimezone", keywords, &tz) || ou_tzinfo_check(tz) < 0) {
        return NULL;
    }
    if (TZINFO(self) == tz && tz != Py_None) {
        return Py_NewRef(self);
    }
    Offset offset;
    if (ou_datetime_offset(self, &offset) < 0) {
        return NULL;
    }
    if (!offset.known) { /* taken for local time */
        int64_t timestamp = ou_datetime_local_timestamp(date_of(self), DATETIME_CLOCK(self), PyDateTime_DATE_GET_FOLD(self));
        if (timestamp == -1 && PyErr_Occurred()) {
            return NULL;
        }
        PyObject *own = ou_timezone_local(timestamp);
        if (own == NULL || own == tz) {
            Py_XDECREF(own);
            return own == NULL ? NULL : Py_NewRef(self);
        }
        offset = (Offset){true, (int64_t)delta_us(((TimeZone *)own)->offset)};
        Py_DECREF(own);
    }
    int64_t since = moment_of(self) - offset.us - EPOCH_MOMENT;
    tz = tz != Py_None ? Py_NewRef(tz) : ou_timezone_local(since / US_A_SECOND - (since % US_A_SECOND < 0));
    PyObject *utc = NULL, *result = NULL;
    OU_HOLD(hold, &tz, &utc);
    if (tz != NULL && (utc = ou_datetime_add(self, 0, -offset.us, tz)) != NULL) {
        result = PyObject_CallMethodOneArg(tz, OU_STR(fromutc), utc);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(tz);
    Py_XDECREF(utc);
    return result;
}
