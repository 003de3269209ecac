/* modules/_datetime/module.c - module _datetime: names, constants of the types, the capsule for compiled modules.
 *
 * Owns       `api`.  Its TimeZone_UTC is not counted: the interpreter's dict, out of Python's reach, keeps it.
 * Not here   the types, each in a file of its own. */
#include "modules/_datetime/datetime.h"
#include "object/type.h"

/* ---- the capsule: what include/datetime.h declares ----------------------------------------------------------------- */

static PyObject *
api_date(int year, int month, int day, PyTypeObject *type)
{
    return ou_date_new((Ymd){year, month, day}, type);
}

static PyObject *
api_datetime_fold(int year, int month, int day, int hour, int minute, int second, int microsecond, PyObject *tzinfo, int fold,
                  PyTypeObject *type)
{
    return ou_datetime_new((Ymd){year, month, day}, (Clock){hour, minute, second, microsecond}, tzinfo, fold, type);
}

static PyObject *
api_datetime(int year, int month, int day, int hour, int minute, int second, int microsecond, PyObject *tzinfo,
             PyTypeObject *type)
{
    return api_datetime_fold(year, month, day, hour, minute, second, microsecond, tzinfo, 0, type);
}

static PyObject *
api_time_fold(int hour, int minute, int second, int microsecond, PyObject *tzinfo, int fold, PyTypeObject *type)
{
    return ou_time_new((Clock){hour, minute, second, microsecond}, tzinfo, fold, type);
}

static PyObject *
api_time(int hour, int minute, int second, int microsecond, PyObject *tzinfo, PyTypeObject *type)
{
    return api_time_fold(hour, minute, second, microsecond, tzinfo, 0, type);
}

/* Fields that are in range already are what they are when they are normalized. */
static PyObject *
api_timedelta(int days, int seconds, int microseconds, int normalize, PyTypeObject *type)
{
    return ou_timedelta_new(days, seconds, microseconds, type);
}

static PyObject *
api_date_from_timestamp(PyObject *type, PyObject *args)
{
    PyObject *timestamp;
    return PyArg_UnpackTuple(args, "fromtimestamp", 1, 1, &timestamp) ? ou_date_from_timestamp(type, timestamp) : NULL;
}

static PyDateTime_CAPI api = {
    .DateType = &ou_date_type,
    .DateTimeType = &ou_datetime_type,
    .TimeType = &ou_time_type,
    .DeltaType = &ou_timedelta_type,
    .TZInfoType = &ou_tzinfo_type,
    .Date_FromDate = api_date,
    .DateTime_FromDateAndTime = api_datetime,
    .Time_FromTime = api_time,
    .Delta_FromDelta = api_timedelta,
    .TimeZone_FromTimeZone = ou_timezone_new,
    .DateTime_FromTimestamp = ou_datetime_fromtimestamp,
    .Date_FromTimestamp = api_date_from_timestamp,
    .DateTime_FromDateAndTimeAndFold = api_datetime_fold,
    .Time_FromTimeAndFold = api_time_fold,
};

/* ---- the module ---------------------------------------------------------------------------------------------------- */

/* type.NAME = value, unless it is there from an earlier time that the module was made.  Refs takes value; NULL is an error. */
static int
add_constant(PyTypeObject *type, const char *name, PyObject *value)
{
    PyObject *names = value == NULL ? NULL : ou_type_namespace(type);
    int status = names == NULL ? -1 : PyDict_GetItemString(names, name) != NULL ? 0 : PyDict_SetItemString(names, name, value);
    Py_XDECREF(value);
    return status;
}

static int
add_constants(void)
{
    const Ymd first = {YEAR_MIN, 1, 1}, last = {YEAR_MAX, 12, 31};
    const Clock midnight = {0, 0, 0, 0}, latest = {23, 59, 59, 999999};
    PyTypeObject *delta = &ou_timedelta_type, *date = &ou_date_type, *time = &ou_time_type, *datetime = &ou_datetime_type;
    return add_constant(delta, "resolution", ou_timedelta_new(0, 0, 1, delta)) < 0
                || add_constant(delta, "min", ou_timedelta_new(-DELTA_DAYS_MAX, 0, 0, delta)) < 0
                || add_constant(delta, "max", ou_timedelta_new(DELTA_DAYS_MAX, SECONDS_A_DAY - 1, 999999, delta)) < 0
                || add_constant(date, "min", ou_date_new(first, date)) < 0
                || add_constant(date, "max", ou_date_new(last, date)) < 0
                || add_constant(date, "resolution", ou_timedelta_new(1, 0, 0, delta)) < 0
                || add_constant(time, "min", ou_time_new(midnight, Py_None, 0, time)) < 0
                || add_constant(time, "max", ou_time_new(latest, Py_None, 0, time)) < 0
                || add_constant(time, "resolution", ou_timedelta_new(0, 0, 1, delta)) < 0
                || add_constant(datetime, "min", ou_datetime_new(first, midnight, Py_None, 0, datetime)) < 0
                || add_constant(datetime, "max", ou_datetime_new(last, latest, Py_None, 0, datetime)) < 0
                || add_constant(datetime, "resolution", ou_timedelta_new(0, 0, 1, delta)) < 0
             ? -1
             : ou_timezone_init();
}

static int
datetime_exec(PyObject *module)
{
    PyTypeObject *const types[] = {&ou_date_type,      &ou_datetime_type, &ou_time_type,
                                   &ou_timedelta_type, &ou_tzinfo_type,   &ou_timezone_type};
    for (size_t i = 0; i < OU_COUNT_OF(types); i++) {
        if (PyModule_AddType(module, types[i]) < 0) {
            return -1;
        }
    }
    PyObject *utc = add_constants() < 0 ? NULL : ou_timezone_utc();
    if (utc == NULL || PyDict_SetItemString(PyInterpreterState_GetDict(PyInterpreterState_Get()), "datetime.UTC", utc) < 0) {
        Py_XDECREF(utc);
        return -1;
    }
    api.TimeZone_UTC = utc;
    int status = PyModule_AddObjectRef(module, "UTC", utc);
    Py_DECREF(utc);
    PyObject *capsule = status < 0 ? NULL : PyCapsule_New(&api, PyDateTime_CAPSULE_NAME, NULL);
    status = capsule == NULL ? -1 : PyModule_AddObjectRef(module, "datetime_CAPI", capsule);
    Py_XDECREF(capsule);
    return status < 0 || PyModule_AddIntConstant(module, "MINYEAR", YEAR_MIN) < 0
                || PyModule_AddIntConstant(module, "MAXYEAR", YEAR_MAX) < 0
             ? -1
             : 0;
}

static PyModuleDef_Slot datetime_slots[] = {{Py_mod_exec, datetime_exec}, {0, NULL}};

static PyModuleDef datetime_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_datetime",
    .m_doc = "Dates, times and durations; programs use module datetime.",
    .m_slots = datetime_slots,
};

PyMODINIT_FUNC
PyInit__datetime(void)
{
    return PyModuleDef_Init(&datetime_module);
}
