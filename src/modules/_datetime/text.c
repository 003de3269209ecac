/* modules/_datetime/text.c - dates and times as text: ISO 8601, ctime(), strftime().
 *
 * Invariant  what is written at a pointer fits ISO_TEXT_MAX bytes, also where a pickled state has fields out of range.
 * Not here   reading text (parse.c). */
#include "modules/_datetime/datetime.h"
#include "object/hold.h"

/* ---- ISO 8601 ----------------------------------------------------------------------------------------------------- */

char *
ou_text_number(char *out, int number, int n_digits)
{
    for (int i = n_digits - 1; i >= 0; i--, number /= 10) {
        out[i] = (char)('0' + number % 10);
    }
    return out + n_digits;
}

char *
ou_text_date(char *out, Ymd date)
{
    out = ou_text_number(out, date.year, 4);
    *out++ = '-';
    out = ou_text_number(out, date.month, 2);
    *out++ = '-';
    return ou_text_number(out, date.day, 2);
}

char *
ou_text_offset(char *out, Offset offset, const char *separator)
{
    size_t n = strlen(separator);
    if (!offset.known) {
        return out;
    }
    *out++ = offset.us < 0 ? '-' : '+';
    Clock clock = clock_from_us(offset.us < 0 ? -offset.us : offset.us);
    out = ou_text_number(out, clock.hour, 2);
    memcpy(out, separator, n);
    out = ou_text_number(out + n, clock.minute, 2);
    if (clock.second != 0 || clock.microsecond != 0) {
        memcpy(out, separator, n);
        out = ou_text_number(out + n, clock.second, 2);
    }
    if (clock.microsecond != 0) {
        *out++ = '.';
        out = ou_text_number(out, clock.microsecond, 6);
    }
    return out;
}

char *
ou_text_clock(char *out, Clock clock, const char *timespec)
{
    enum { AUTO, HOURS, MINUTES, SECONDS, MILLISECONDS, MICROSECONDS, N_SPECS };
    static const char *const names[N_SPECS] = {"auto", "hours", "minutes", "seconds", "milliseconds", "microseconds"};
    int spec = AUTO;
    while (timespec != NULL && spec < N_SPECS && strcmp(timespec, names[spec]) != 0) {
        spec++;
    }
    if (spec == N_SPECS) {
        PyErr_SetString(PyExc_ValueError, "Unknown timespec value");
        return NULL;
    }
    if (spec == AUTO) {
        spec = clock.microsecond != 0 ? MICROSECONDS : SECONDS;
    }
    out = ou_text_number(out, clock.hour, 2);
    if (spec >= MINUTES) {
        *out++ = ':';
        out = ou_text_number(out, clock.minute, 2);
    }
    if (spec >= SECONDS) {
        *out++ = ':';
        out = ou_text_number(out, clock.second, 2);
    }
    if (spec >= MILLISECONDS) {
        *out++ = '.';
        out =
            spec == MICROSECONDS ? ou_text_number(out, clock.microsecond, 6) : ou_text_number(out, clock.microsecond / 1000, 3);
    }
    return out;
}

PyObject *
ou_text_ctime(Ymd date, Clock clock)
{
    static const char days[7][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char text[ISO_TEXT_MAX];
    int n = snprintf(text, sizeof text, "%s %s %2d %02d:%02d:%02d %04d", days[calendar_weekday(calendar_ordinal(date))],
                     months[date.month - 1], date.day, clock.hour, clock.minute, clock.second, date.year);
    return PyUnicode_FromStringAndSize(text, n);
}

/* ---- strftime() --------------------------------------------------------------------------------------------------- */

/* What stands for %z, %Z and %f.  Zone and name are made only if the format has them. */
typedef struct {
    char offset[ISO_TEXT_MAX], microsecond[7];
    PyObject *name; /* str, owned, or NULL */
} Directives;

static PyObject *
tzinfo_of(PyObject *op)
{
    return DateTime_Check(op) ? PyDateTime_DATE_GET_TZINFO(op) : Time_Check(op) ? PyDateTime_TIME_GET_TZINFO(op) : Py_None;
}

/* Returns 0, or -1 with an exception and nothing owned.  RE-ENTRANT. */
static int
directives_init(Directives *directives, PyObject *self, const char *format, PyObject *zone_arg)
{
    PyObject *tzinfo = tzinfo_of(self);
    *directives = (Directives){.name = NULL};
    for (const char *p = format; (p = strchr(p, '%')) != NULL && p[1] != '\0'; p += 2) {
        if (p[1] == 'z' && directives->offset[0] == '\0') {
            Offset offset;
            if (ou_tzinfo_offset(tzinfo, zone_arg, &offset) < 0) {
                Py_CLEAR(directives->name);
                return -1;
            }
            *ou_text_offset(directives->offset, offset, "") = '\0';
        }
        else if (p[1] == 'Z' && directives->name == NULL) {
            PyObject *name = ou_tzinfo_name(tzinfo, zone_arg);
            if (name == NULL) {
                return -1;
            }
            /* time.strftime() is to see no directive in it. */
            OU_HOLD(hold, &name);
            directives->name = name == Py_None ? PyUnicode_New(0, 0) : PyObject_CallMethod(name, "replace", "ss", "%", "%%");
            OU_HOLD_END(hold);
            Py_DECREF(name);
            if (directives->name == NULL) {
                return -1;
            }
            if (!PyUnicode_Check(directives->name)) {
                PyErr_SetString(PyExc_TypeError, "tzname.replace() did not return a string");
                Py_CLEAR(directives->name);
                return -1;
            }
        }
    }
    int us = DateTime_Check(self) ? PyDateTime_DATE_GET_MICROSECOND(self)
           : Time_Check(self)     ? PyDateTime_TIME_GET_MICROSECOND(self)
                                  : 0;
    *ou_text_number(directives->microsecond, us, 6) = '\0';
    return 0;
}

/* The format with our directives replaced.  Runs no Python code.  Refs new. */
static PyObject *
directives_apply(const Directives *directives, const char *format)
{
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    const char *p = format;
    for (const char *next; *p != '\0'; p = next) {
        bool ours = p[0] == '%' && p[1] != '\0' && strchr("zZf", p[1]) != NULL;
        if (ours) {
            next = p + 2;
        }
        else { /* up to the next directive; a directive of strftime's own, %% among them, goes along whole */
            next = p[0] == '%' && p[1] != '\0' ? p + 2 : p + 1;
            next += strcspn(next, "%");
        }
        PyObject *part = !ours       ? PyUnicode_FromStringAndSize(p, next - p)
                       : p[1] == 'z' ? PyUnicode_FromString(directives->offset)
                       : p[1] == 'f' ? PyUnicode_FromString(directives->microsecond)
                                     : Py_NewRef(directives->name);
        int status = part == NULL ? -1 : _PyUnicodeWriter_WriteStr(&writer, part);
        Py_XDECREF(part);
        if (status < 0) {
            _PyUnicodeWriter_Dealloc(&writer);
            return NULL;
        }
    }
    return _PyUnicodeWriter_Finish(&writer);
}

PyObject *
ou_text_strftime(PyObject *self, PyObject *format, PyObject *tuple, PyObject *zone_arg)
{
    Directives directives = {.name = NULL};
    PyObject *time = NULL, *native = NULL, *text = NULL;
    const char *utf8 = tuple == NULL ? NULL : PyUnicode_AsUTF8(format); /* up to the first NUL */
    OU_HOLD(hold, &tuple, &directives.name, &time, &native);
    if (utf8 != NULL && directives_init(&directives, self, utf8, zone_arg) == 0
        && (native = directives_apply(&directives, utf8)) != NULL && (time = PyImport_ImportModule("time")) != NULL) {
        text = PyObject_CallMethodObjArgs(time, OU_STR(strftime), native, tuple, NULL);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(tuple);
    Py_XDECREF(directives.name);
    Py_XDECREF(native);
    Py_XDECREF(time);
    return text;
}

PyObject *
ou_text_format(PyObject *self, PyObject *args)
{
    PyObject *format;
    if (!PyArg_ParseTuple(args, "U:__format__", &format)) {
        return NULL;
    }
    return PyUnicode_GET_LENGTH(format) == 0 ? PyObject_Str(self) : PyObject_CallMethodOneArg(self, OU_STR(strftime), format);
}

PyObject *
ou_text_struct_time(Ymd date, Clock clock, int dst)
{
    int ordinal = calendar_ordinal(date);
    PyObject *time = PyImport_ImportModule("time"), *result = NULL;
    if (time != NULL) {
        OU_HOLD(hold, &time);
        result = PyObject_CallMethod(time, "struct_time", "((iiiiiiiii))", date.year, date.month, date.day, clock.hour,
                                     clock.minute, clock.second, calendar_weekday(ordinal), ou_calendar_day_of_year(date), dst);
        OU_HOLD_END(hold);
        Py_DECREF(time);
    }
    return result;
}
