/* modules/time.c - module time: clocks, calendars, sleeping.
 *
 * Owns       the type struct_time, while the module lives.
 * Not here   _PyTime_* (runtime/pytime.c); strptime() is the standard library's _strptime.
 * Source     Library Reference, time. */
#include <pthread.h>
#include <time.h>

#include "object/args.h"
#include "object/hold.h"
#include "object/state.h"
#include "types/int.h"

#define FAST(function) (PyCFunction)(void *)(function), METH_FASTCALL

/* ---- clocks -------------------------------------------------------------------------------------------------------------- */

static PyObject *
seconds(_PyTime_t t)
{
    return PyFloat_FromDouble(_PyTime_AsSecondsDouble(t));
}

/* A clock of the system.  Returns 0, or -1 with OSError set. */
static int
read_clock(clockid_t clock, _PyTime_t *t)
{
    struct timespec spec;
    if (clock_gettime(clock, &spec) != 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        return -1;
    }
    return _PyTime_FromTimespec(t, &spec);
}

#define CLOCK_FUNCTIONS(name, clock)                                      \
    static PyObject *time_##name(PyObject *m, PyObject *n)                \
    {                                                                     \
        _PyTime_t t;                                                      \
        return read_clock(clock, &t) < 0 ? NULL : seconds(t);             \
    }                                                                     \
    static PyObject *time_##name##_ns(PyObject *m, PyObject *n)           \
    {                                                                     \
        _PyTime_t t;                                                      \
        return read_clock(clock, &t) < 0 ? NULL : PyLong_FromLongLong(t); \
    }
CLOCK_FUNCTIONS(time, CLOCK_REALTIME)
CLOCK_FUNCTIONS(monotonic, CLOCK_MONOTONIC)
CLOCK_FUNCTIONS(perf_counter, CLOCK_MONOTONIC)
CLOCK_FUNCTIONS(process_time, CLOCK_PROCESS_CPUTIME_ID)
CLOCK_FUNCTIONS(thread_time, CLOCK_THREAD_CPUTIME_ID)

static int
clock_arg(PyObject *arg, clockid_t *clock)
{
    *clock = (clockid_t)_PyLong_AsInt(arg);
    return *clock == -1 && PyErr_Occurred() ? -1 : 0;
}

static PyObject *
time_clock_gettime(PyObject *module, PyObject *arg)
{
    clockid_t clock;
    _PyTime_t t;
    return clock_arg(arg, &clock) < 0 || read_clock(clock, &t) < 0 ? NULL : seconds(t);
}

static PyObject *
time_clock_gettime_ns(PyObject *module, PyObject *arg)
{
    clockid_t clock;
    _PyTime_t t;
    return clock_arg(arg, &clock) < 0 || read_clock(clock, &t) < 0 ? NULL : PyLong_FromLongLong(t);
}

static PyObject *
set_clock(PyObject *const *args, Py_ssize_t n_args, bool nanoseconds)
{
    clockid_t clock;
    _PyTime_t t;
    struct timespec spec;
    if (!_PyArg_CheckPositional(nanoseconds ? "clock_settime_ns" : "clock_settime", n_args, 2, 2)
        || clock_arg(args[0], &clock) < 0) {
        return NULL;
    }
    if (nanoseconds ? _PyTime_FromNanosecondsObject(&t, args[1]) < 0
                    : _PyTime_FromSecondsObject(&t, args[1], _PyTime_ROUND_FLOOR) < 0) {
        return NULL;
    }
    _PyTime_AsTimespec_clamp(t, &spec);
    if (clock_settime(clock, &spec) != 0) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    Py_RETURN_NONE;
}

static PyObject *
time_clock_settime(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    return set_clock(args, n_args, false);
}

static PyObject *
time_clock_settime_ns(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    return set_clock(args, n_args, true);
}

static PyObject *
time_clock_getres(PyObject *module, PyObject *arg)
{
    clockid_t clock;
    struct timespec spec;
    if (clock_arg(arg, &clock) < 0) {
        return NULL;
    }
    if (clock_getres(clock, &spec) != 0) {
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return PyFloat_FromDouble((double)spec.tv_sec + (double)spec.tv_nsec * 1e-9);
}

static PyObject *
time_pthread_getcpuclockid(PyObject *module, PyObject *arg)
{
    clockid_t clock;
    unsigned long id = PyLong_AsUnsignedLong(arg);
    if (id == (unsigned long)-1 && PyErr_Occurred()) {
        return NULL;
    }
    int error = pthread_getcpuclockid((pthread_t)id, &clock);
    if (error != 0) {
        errno = error;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return PyLong_FromLong(clock);
}

static PyObject *
time_get_clock_info(PyObject *module, PyObject *arg)
{
    static const struct {
        const char *name, *implementation;
        clockid_t clock;
        bool monotonic;
    } clocks[] = {
        {"time", "clock_gettime(CLOCK_REALTIME)", CLOCK_REALTIME, false},
        {"monotonic", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, true},
        {"perf_counter", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, true},
        {"process_time", "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", CLOCK_PROCESS_CPUTIME_ID, true},
        {"thread_time", "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", CLOCK_THREAD_CPUTIME_ID, true},
    };
    if (!PyUnicode_Check(arg)) {
        PyErr_Format(PyExc_TypeError, "get_clock_info() argument 1 must be str, not %.50s", Py_TYPE(arg)->tp_name);
        return NULL;
    }
    for (size_t i = 0; i < OU_COUNT_OF(clocks); i++) {
        if (PyUnicode_CompareWithASCIIString(arg, clocks[i].name) == 0) {
            struct timespec spec;
            clock_getres(clocks[i].clock, &spec);
            PyObject *names =
                Py_BuildValue("{sssOsOsd}", "implementation", clocks[i].implementation, "monotonic",
                              clocks[i].monotonic ? Py_True : Py_False, "adjustable", clocks[i].monotonic ? Py_False : Py_True,
                              "resolution", (double)spec.tv_sec + (double)spec.tv_nsec * 1e-9);
            PyObject *info = names == NULL ? NULL : _PyNamespace_New(names);
            Py_XDECREF(names);
            return info;
        }
    }
    PyErr_SetString(PyExc_ValueError, "unknown clock");
    return NULL;
}

/* RE-ENTRANT: signal handlers run, and the sleep goes on after them. */
static PyObject *
time_sleep(PyObject *module, PyObject *arg)
{
    _PyTime_t timeout;
    if (_PyTime_FromSecondsObject(&timeout, arg, _PyTime_ROUND_TIMEOUT) < 0) {
        return NULL;
    }
    if (timeout < 0) {
        PyErr_SetString(PyExc_ValueError, "sleep length must be non-negative");
        return NULL;
    }
    struct timespec deadline;
    _PyTime_AsTimespec_clamp(_PyDeadline_Init(timeout), &deadline);
    for (;;) {
        int error;
        Py_BEGIN_ALLOW_THREADS error = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, NULL);
        Py_END_ALLOW_THREADS if (error == 0)
        {
            Py_RETURN_NONE;
        }
        if (error != EINTR) {
            errno = error;
            return PyErr_SetFromErrno(PyExc_OSError);
        }
        if (PyErr_CheckSignals() < 0) {
            return NULL;
        }
    }
}

/* ---- struct_time --------------------------------------------------------------------------------------------------------- */

static PyStructSequence_Field struct_time_fields[] = {
    {"tm_year", "year, for example, 1993"},
    {"tm_mon", "month of year, range [1, 12]"},
    {"tm_mday", "day of month, range [1, 31]"},
    {"tm_hour", "hours, range [0, 23]"},
    {"tm_min", "minutes, range [0, 59]"},
    {"tm_sec", "seconds, range [0, 61])"},
    {"tm_wday", "day of week, range [0, 6], Monday is 0"},
    {"tm_yday", "day of year, range [1, 366]"},
    {"tm_isdst", "1 if summer time is in effect, 0 if not, and -1 if unknown"},
    {"tm_zone", "abbreviation of timezone name"},
    {"tm_gmtoff", "offset from UTC in seconds"},
    {NULL},
};

static PyStructSequence_Desc struct_time_desc = {"time.struct_time", "A time as its parts, which also have names.",
                                                 struct_time_fields, 9};

static PyTypeObject *struct_time_type; /* owned by a module: of several copies, which a second import makes, the newest */
static PyObject *owner;                /* borrowed: that module */

static PyObject *
from_tm(const struct tm *tm)
{
    if (struct_time_type == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "module time is gone");
        return NULL;
    }
    PyObject *self = PyStructSequence_New(struct_time_type);
    if (self == NULL) {
        return NULL;
    }
    long numbers[9] = {tm->tm_year + 1900L, tm->tm_mon + 1,        tm->tm_mday,     tm->tm_hour, tm->tm_min,
                       tm->tm_sec,          (tm->tm_wday + 6) % 7, tm->tm_yday + 1, tm->tm_isdst};
    for (int i = 0; i < 9; i++) {
        PyStructSequence_SetItem(self, i, PyLong_FromLong(numbers[i]));
    }
    PyStructSequence_SetItem(self, 9, PyUnicode_DecodeLocale(tm->tm_zone, "surrogateescape"));
    PyStructSequence_SetItem(self, 10, PyLong_FromLong(tm->tm_gmtoff));
    if (PyErr_Occurred()) {
        Py_CLEAR(self);
    }
    return self;
}

/* [seconds]: now without.  Returns 0 or -1. */
static int
when_arg(const char *name, PyObject *const *args, Py_ssize_t n_args, time_t *when)
{
    if (!_PyArg_CheckPositional(name, n_args, 0, 1)) {
        return -1;
    }
    if (n_args == 0 || args[0] == Py_None) {
        *when = time(NULL);
        return 0;
    }
    return _PyTime_ObjectToTime_t(args[0], when, _PyTime_ROUND_FLOOR);
}

static PyObject *
time_gmtime(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    time_t when;
    struct tm tm;
    return when_arg("gmtime", args, n_args, &when) < 0 || _PyTime_gmtime(when, &tm) < 0 ? NULL : from_tm(&tm);
}

static PyObject *
time_localtime(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    time_t when;
    struct tm tm;
    return when_arg("localtime", args, n_args, &when) < 0 || _PyTime_localtime(when, &tm) < 0 ? NULL : from_tm(&tm);
}

/* A tuple of nine numbers as struct tm.  *zone, if the tuple has one, is borrowed from it.  Returns 0 or -1. */
static int
to_tm(PyObject *tuple, struct tm *tm, const char *format)
{
    int year;
    memset(tm, 0, sizeof *tm);
    if (!PyTuple_Check(tuple)) {
        PyErr_SetString(PyExc_TypeError, "Tuple or struct_time argument required");
        return -1;
    }
    if (!PyArg_ParseTuple(tuple, format, &year, &tm->tm_mon, &tm->tm_mday, &tm->tm_hour, &tm->tm_min, &tm->tm_sec, &tm->tm_wday,
                          &tm->tm_yday, &tm->tm_isdst)) {
        return -1;
    }
    if (year < INT_MIN + 1900) {
        PyErr_SetString(PyExc_OverflowError, "year out of range");
        return -1;
    }
    tm->tm_year = year - 1900;
    tm->tm_mon--;
    tm->tm_wday = (tm->tm_wday + 1) % 7;
    tm->tm_yday--;
    if (Py_IS_TYPE(tuple, struct_time_type)) {
        PyObject *zone = PyStructSequence_GetItem(tuple, 9), *offset = PyStructSequence_GetItem(tuple, 10);
        if (zone != NULL && zone != Py_None) {
            tm->tm_zone = PyUnicode_AsUTF8(zone); /* kept by the tuple */
            if (tm->tm_zone == NULL) {
                return -1;
            }
        }
        if (offset != NULL && offset != Py_None) {
            tm->tm_gmtoff = PyLong_AsLong(offset);
            if (PyErr_Occurred()) {
                return -1;
            }
        }
    }
    return 0;
}

/* Ranges; what is zero where nothing is zero counts as the first.  Returns 0, or -1 with ValueError set. */
static int
check_tm(struct tm *tm)
{
    const char *wrong = NULL;
    tm->tm_mon += tm->tm_mon == -1;
    tm->tm_mday += tm->tm_mday == 0;
    tm->tm_yday += tm->tm_yday == -1;
    if (tm->tm_mon < 0 || tm->tm_mon > 11) {
        wrong = "month out of range";
    }
    else if (tm->tm_mday < 0 || tm->tm_mday > 31) {
        wrong = "day of month out of range";
    }
    else if (tm->tm_hour < 0 || tm->tm_hour > 23) {
        wrong = "hour out of range";
    }
    else if (tm->tm_min < 0 || tm->tm_min > 59) {
        wrong = "minute out of range";
    }
    else if (tm->tm_sec < 0 || tm->tm_sec > 61) {
        wrong = "seconds out of range";
    }
    else if (tm->tm_wday < 0) { /* more than 6 was reduced */
        wrong = "day of week out of range";
    }
    else if (tm->tm_yday < 0 || tm->tm_yday > 365) {
        wrong = "day of year out of range";
    }
    if (wrong != NULL) {
        PyErr_SetString(PyExc_ValueError, wrong);
        return -1;
    }
    return 0;
}

/* ---- text ----------------------------------------------------------------------------------------------------------------- */

static PyObject *
ascii_time(const struct tm *tm)
{
    static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char text[80];
    PyOS_snprintf(text, sizeof text, "%s %s%3d %.2d:%.2d:%.2d %ld", days[tm->tm_wday], months[tm->tm_mon], tm->tm_mday,
                  tm->tm_hour, tm->tm_min, tm->tm_sec, 1900L + tm->tm_year);
    return PyUnicode_FromString(text);
}

static PyObject *
time_asctime(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    struct tm tm;
    if (!_PyArg_CheckPositional("asctime", n_args, 0, 1)) {
        return NULL;
    }
    if (n_args == 0) {
        if (_PyTime_localtime(time(NULL), &tm) < 0) {
            return NULL;
        }
    }
    else if (to_tm(args[0], &tm, "iiiiiiiii;asctime(): illegal time tuple argument") < 0 || check_tm(&tm) < 0) {
        return NULL;
    }
    return ascii_time(&tm);
}

static PyObject *
time_ctime(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    time_t when;
    struct tm tm;
    return when_arg("ctime", args, n_args, &when) < 0 || _PyTime_localtime(when, &tm) < 0 ? NULL : ascii_time(&tm);
}

static PyObject *
time_mktime(PyObject *module, PyObject *tuple)
{
    struct tm tm;
    if (to_tm(tuple, &tm, "iiiiiiiii;mktime(): illegal time tuple argument") < 0) {
        return NULL;
    }
    tm.tm_wday = -1; /* still -1 afterwards: mktime() failed */
    time_t when = mktime(&tm);
    if (when == (time_t)-1 && tm.tm_wday == -1) {
        PyErr_SetString(PyExc_OverflowError, "mktime argument out of range");
        return NULL;
    }
    return PyFloat_FromDouble((double)when);
}

/* strftime() into memory that grows until the text fits.  Refs new. */
static PyObject *
format_tm(const char *format, size_t size, const struct tm *tm)
{
    for (size_t room = 1024;; room += room) {
        char *text = PyMem_Malloc(room);
        if (text == NULL) {
            return PyErr_NoMemory();
        }
        size_t n = strftime(text, room, format, tm);
        if (n > 0 || room >= 256 * size) { /* an empty text may be right: %p in some locales */
            PyObject *result = PyUnicode_DecodeLocaleAndSize(text, (Py_ssize_t)n, "surrogateescape");
            PyMem_Free(text);
            return result;
        }
        PyMem_Free(text);
    }
}

static PyObject *
time_strftime(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    struct tm tm;
    if (!_PyArg_CheckPositional("strftime", n_args, 1, 2)) {
        return NULL;
    }
    if (!PyUnicode_Check(args[0])) {
        PyErr_Format(PyExc_TypeError, "strftime() argument 1 must be str, not %.50s", Py_TYPE(args[0])->tp_name);
        return NULL;
    }
    if (n_args == 1) {
        if (_PyTime_localtime(time(NULL), &tm) < 0) {
            return NULL;
        }
    }
    else if (to_tm(args[1], &tm, "iiiiiiiii;strftime(): illegal time tuple argument") < 0 || check_tm(&tm) < 0) {
        return NULL;
    }
    tm.tm_isdst = tm.tm_isdst < -1 ? -1 : tm.tm_isdst > 1 ? 1 : tm.tm_isdst;
    PyObject *format = PyUnicode_EncodeLocale(args[0], "surrogateescape");
    if (format == NULL) {
        return NULL;
    }
    size_t size = (size_t)PyBytes_GET_SIZE(format);
    PyObject *text = NULL;
    if (strlen(PyBytes_AS_STRING(format)) != size) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
    }
    else {
        text = size == 0 ? Py_NewRef(OU_EMPTY_STR) : format_tm(PyBytes_AS_STRING(format), size, &tm);
    }
    Py_DECREF(format);
    return text;
}

/* RE-ENTRANT. */
static PyObject *
time_strptime(PyObject *module, PyObject *args)
{
    PyObject *library = PyImport_ImportModule("_strptime"), *function, *result = NULL;
    if (library == NULL) {
        return NULL;
    }
    function = PyObject_GetAttrString(library, "_strptime_time");
    Py_DECREF(library);
    if (function != NULL) {
        OU_HOLD(hold, &function);
        result = PyObject_Call(function, args, NULL);
        OU_HOLD_END(hold);
        Py_DECREF(function);
    }
    return result;
}

/* ---- the zone ------------------------------------------------------------------------------------------ */

static void
zone_at(time_t when, long *offset, char name[16])
{
    struct tm tm;
    memset(&tm, 0, sizeof tm);
    localtime_r(&when, &tm);
    PyOS_snprintf(name, 16, "%s", tm.tm_zone != NULL ? tm.tm_zone : "   ");
    *offset = -tm.tm_gmtoff;
}

static int
add_private(PyObject *module, const char *name, long value)
{
    return PyModule_AddIntConstant(module, name, value);
}

/* timezone, altzone, daylight, tzname: of the first of January and the first of July, whichever is summer. */
static int
zone_init(PyObject *module)
{
    const time_t year = (365 * 24 + 6) * 3600;
    time_t january = time(NULL) / year * year, july = january + year / 2;
    long january_offset, july_offset;
    char january_name[16], july_name[16];
    tzset();
    zone_at(january, &january_offset, january_name);
    zone_at(july, &july_offset, july_name);
    bool southern = january_offset < july_offset;
    PyObject *names =
        southern ? Py_BuildValue("(zz)", july_name, january_name) : Py_BuildValue("(zz)", january_name, july_name);
    if (names == NULL || PyModule_AddObjectRef(module, "tzname", names) < 0) {
        Py_XDECREF(names);
        return -1;
    }
    Py_DECREF(names);
    return add_private(module, "timezone", southern ? july_offset : january_offset) < 0
                || add_private(module, "altzone", southern ? january_offset : july_offset) < 0
                || add_private(module, "daylight", january_offset != july_offset) < 0
             ? -1
             : 0;
}

static PyObject *
time_tzset(PyObject *module, PyObject *ignored)
{
    if (zone_init(module) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* ---- the module ---------------------------------------------------------------------------------------- */

static PyMethodDef time_methods[] = {
    {"time", time_time, METH_NOARGS, "time() -> floating point number\n\nSeconds since the epoch."},
    {"time_ns", time_time_ns, METH_NOARGS, "time_ns() -> int\n\nNanoseconds since the epoch."},
    {"clock_gettime", time_clock_gettime, METH_O, "clock_gettime(clk_id) -> float\n\nSeconds of a clock."},
    {"clock_gettime_ns", time_clock_gettime_ns, METH_O, "clock_gettime_ns(clk_id) -> int\n\nNanoseconds of a clock."},
    {"clock_settime", FAST(time_clock_settime), "clock_settime(clk_id, time)\n\nSet a clock."},
    {"clock_settime_ns", FAST(time_clock_settime_ns), "clock_settime_ns(clk_id, time)\n\nSet a clock, in nanoseconds."},
    {"clock_getres", time_clock_getres, METH_O, "clock_getres(clk_id) -> floating point number\n\nResolution of a clock."},
    {"pthread_getcpuclockid", time_pthread_getcpuclockid, METH_O,
     "pthread_getcpuclockid(thread_id) -> int\n\nThe clock of a thread's processor time."},
    {"sleep", time_sleep, METH_O, "sleep(seconds)\n\nWait so many seconds."},
    {"gmtime", FAST(time_gmtime), "gmtime([seconds]) -> struct_time\n\nA time in UTC."},
    {"localtime", FAST(time_localtime), "localtime([seconds]) -> struct_time\n\nA time in the local zone."},
    {"asctime", FAST(time_asctime), "asctime([tuple]) -> string\n\nA time as 'Sat Jun 06 16:26:11 1998'."},
    {"ctime", FAST(time_ctime), "ctime(seconds) -> string\n\nThe same of seconds since the epoch."},
    {"mktime", time_mktime, METH_O, "mktime(tuple) -> floating point number\n\nSeconds since the epoch of a local time."},
    {"strftime", FAST(time_strftime), "strftime(format[, tuple]) -> string\n\nA time as the format asks."},
    {"strptime", time_strptime, METH_VARARGS, "strptime(string, format) -> struct_time\n\nA time read from a text."},
    {"tzset", time_tzset, METH_NOARGS, "tzset()\n\nRead the zone from the environment again."},
    {"monotonic", time_monotonic, METH_NOARGS, "monotonic() -> float\n\nA clock that never goes back."},
    {"monotonic_ns", time_monotonic_ns, METH_NOARGS, "monotonic_ns() -> int\n\nThe same in nanoseconds."},
    {"process_time", time_process_time, METH_NOARGS, "process_time() -> float\n\nProcessor time of the process."},
    {"process_time_ns", time_process_time_ns, METH_NOARGS, "process_time_ns() -> int\n\nThe same in nanoseconds."},
    {"thread_time", time_thread_time, METH_NOARGS, "thread_time() -> float\n\nProcessor time of the thread."},
    {"thread_time_ns", time_thread_time_ns, METH_NOARGS, "thread_time_ns() -> int\n\nThe same in nanoseconds."},
    {"perf_counter", time_perf_counter, METH_NOARGS, "perf_counter() -> float\n\nA clock for measuring."},
    {"perf_counter_ns", time_perf_counter_ns, METH_NOARGS, "perf_counter_ns() -> int\n\nThe same in nanoseconds."},
    {"get_clock_info", time_get_clock_info, METH_O, "get_clock_info(name: str) -> dict\n\nFacts on a clock."},
    {NULL},
};

static int
time_exec(PyObject *module)
{
    static const struct {
        const char *name;
        long value;
    } constants[] = {
        {"CLOCK_REALTIME", CLOCK_REALTIME},
        {"CLOCK_MONOTONIC", CLOCK_MONOTONIC},
        {"CLOCK_MONOTONIC_RAW", CLOCK_MONOTONIC_RAW},
        {"CLOCK_PROCESS_CPUTIME_ID", CLOCK_PROCESS_CPUTIME_ID},
        {"CLOCK_THREAD_CPUTIME_ID", CLOCK_THREAD_CPUTIME_ID},
        {"CLOCK_BOOTTIME", CLOCK_BOOTTIME},
        {"CLOCK_TAI", CLOCK_TAI},
        {"_STRUCT_TM_ITEMS", 11},
    };
    for (size_t i = 0; i < OU_COUNT_OF(constants); i++) {
        if (add_private(module, constants[i].name, constants[i].value) < 0) {
            return -1;
        }
    }
    owner = module;
    if (struct_time_type == NULL && (struct_time_type = PyStructSequence_NewType(&struct_time_desc)) == NULL) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "struct_time", (PyObject *)struct_time_type) < 0 || zone_init(module) < 0 ? -1 : 0;
}

static int
time_traverse(PyObject *module, visitproc visit, void *arg)
{
    if (module == owner) {
        Py_VISIT(struct_time_type);
    }
    return 0;
}

static int
time_clear(PyObject *module)
{
    if (module == owner) {
        owner = NULL;
        Py_CLEAR(struct_time_type);
    }
    return 0;
}

static void
time_free(void *module)
{
    (void)time_clear(module);
}

static PyModuleDef_Slot time_slots[] = {{Py_mod_exec, time_exec}, {0, NULL}};

static struct PyModuleDef time_module = {
    PyModuleDef_HEAD_INIT,     .m_name = "time",      .m_doc = "Clocks, calendars and sleeping.",
    .m_methods = time_methods, .m_slots = time_slots, .m_traverse = time_traverse,
    .m_clear = time_clear,     .m_free = time_free,
};

PyMODINIT_FUNC
PyInit_time(void)
{
    return PyModuleDef_Init(&time_module);
}
