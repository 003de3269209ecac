/* modules/_datetime/tzinfo.c - the type tzinfo, which programs derive from, and asking one.
 *
 * Invariant  what a tzinfo answers is checked before it is used: an offset of less than a day, a name that is a str.
 * Not here   timezone (timezone.c).
 * Source     Library Reference, tzinfo objects. */
#include "modules/_datetime/datetime.h"
#include "object/hold.h"

/* ---- asking ------------------------------------------------------------------------------------------------------- */

int
ou_tzinfo_check(PyObject *tzinfo)
{
    if (tzinfo == Py_None || TzInfo_Check(tzinfo)) {
        return 0;
    }
    PyErr_Format(PyExc_TypeError, "tzinfo argument must be None or of a tzinfo subclass, not type '%s'",
                 Py_TYPE(tzinfo)->tp_name);
    return -1;
}

PyObject *
ou_tzinfo_call(PyObject *tzinfo, PyObject *name, PyObject *arg)
{
    if (tzinfo == Py_None) {
        return Py_NewRef(Py_None);
    }
    PyObject *offset = PyObject_CallMethodOneArg(tzinfo, name, arg);
    if (offset == NULL || offset == Py_None) {
        return offset;
    }
    if (!Delta_Check(offset)) {
        PyErr_Format(PyExc_TypeError, "tzinfo.%U() must return None or timedelta, not '%.200s'", name,
                     Py_TYPE(offset)->tp_name);
        Py_DECREF(offset);
        return NULL;
    }
    Wide us = delta_us(offset);
    if (us <= -US_A_DAY || us >= US_A_DAY) {
        PyErr_SetString(PyExc_ValueError,
                        "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24).");
        Py_DECREF(offset);
        return NULL;
    }
    return offset;
}

int
ou_tzinfo_offset(PyObject *tzinfo, PyObject *arg, Offset *offset)
{
    if (tzinfo == Py_None) {
        *offset = (Offset){false, 0};
        return 0;
    }
    if (Py_IS_TYPE(tzinfo, &ou_timezone_type)) {
        *offset = (Offset){true, (int64_t)delta_us(((TimeZone *)tzinfo)->offset)};
        return 0;
    }
    PyObject *answer = ou_tzinfo_call(tzinfo, OU_STR(utcoffset), arg);
    if (answer == NULL) {
        return -1;
    }
    *offset = answer == Py_None ? (Offset){false, 0} : (Offset){true, (int64_t)delta_us(answer)};
    Py_DECREF(answer);
    return 0;
}

PyObject *
ou_tzinfo_name(PyObject *tzinfo, PyObject *arg)
{
    if (tzinfo == Py_None) {
        return Py_NewRef(Py_None);
    }
    PyObject *name = PyObject_CallMethodOneArg(tzinfo, OU_STR(tzname), arg);
    if (name != NULL && name != Py_None && !PyUnicode_Check(name)) {
        PyErr_Format(PyExc_TypeError, "tzinfo.tzname() must return None or a string, not '%s'", Py_TYPE(name)->tp_name);
        Py_CLEAR(name);
    }
    return name;
}

/* ---- methods ------------------------------------------------------------------------------------------------------ */

static PyObject *
not_implemented(const char *name)
{
    PyErr_Format(PyExc_NotImplementedError, "a tzinfo subclass must implement %s()", name);
    return NULL;
}

static PyObject *
tzinfo_tzname(PyObject *self, PyObject *when)
{
    return not_implemented("tzname");
}

static PyObject *
tzinfo_utcoffset(PyObject *self, PyObject *when)
{
    return not_implemented("utcoffset");
}

static PyObject *
tzinfo_dst(PyObject *self, PyObject *when)
{
    return not_implemented("dst");
}

/* A timedelta that must not be None.  Returns 0, or -1 with ValueError of that message.  RE-ENTRANT. */
static int
ask(PyObject *self, PyObject *name, PyObject *when, const char *message, int64_t *us)
{
    PyObject *answer = ou_tzinfo_call(self, name, when);
    if (answer == NULL) {
        return -1;
    }
    bool is_none = answer == Py_None;
    *us = is_none ? 0 : (int64_t)delta_us(answer);
    Py_DECREF(answer);
    if (is_none) {
        PyErr_SetString(PyExc_ValueError, message);
    }
    return is_none ? -1 : 0;
}

/* The default: right for a zone whose standard offset, utcoffset() - dst(), never changes.  RE-ENTRANT. */
static PyObject *
tzinfo_fromutc(PyObject *self, PyObject *when)
{
    if (!DateTime_Check(when)) {
        PyErr_SetString(PyExc_TypeError, "fromutc: argument must be a datetime");
        return NULL;
    }
    if (PyDateTime_DATE_GET_TZINFO(when) != self) {
        PyErr_SetString(PyExc_ValueError, "fromutc: dt.tzinfo is not self");
        return NULL;
    }
    int64_t offset, dst;
    if (ask(self, OU_STR(utcoffset), when, "fromutc: non-None utcoffset() result required", &offset) < 0
        || ask(self, OU_STR(dst), when, "fromutc: non-None dst() result required", &dst) < 0) {
        return NULL;
    }
    PyObject *standard = ou_datetime_add(when, 0, offset - dst, self);
    if (standard == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &standard);
    int status = ask(self, OU_STR(dst), standard, "fromutc: tz.dst() gave inconsistent results; cannot convert", &dst);
    PyObject *result = status < 0 ? NULL : dst == 0 ? Py_NewRef(standard) : ou_datetime_add(standard, 0, dst, self);
    OU_HOLD_END(hold);
    Py_DECREF(standard);
    return result;
}

/* (class, __getinitargs__(), state).  RE-ENTRANT. */
static PyObject *
tzinfo_reduce(PyObject *self, PyObject *ignored)
{
    PyObject *method, *args = NULL, *state = NULL, *result = NULL;
    if (_PyObject_LookupAttr(self, OU_STR(__getinitargs__), &method) < 0) {
        return NULL;
    }
    OU_HOLD(hold, &method, &args);
    args = method != NULL ? PyObject_CallNoArgs(method) : PyTuple_New(0);
    state = args == NULL ? NULL : _PyObject_GetState(self);
    OU_HOLD_END(hold);
    if (state != NULL) {
        result = PyTuple_Pack(3, (PyObject *)Py_TYPE(self), args, state);
        Py_DECREF(state);
    }
    Py_XDECREF(args);
    Py_XDECREF(method);
    return result;
}

static PyMethodDef tzinfo_methods[] = {
    {"tzname", tzinfo_tzname, METH_O, "The zone's name at a datetime."},
    {"utcoffset", tzinfo_utcoffset, METH_O, "What the zone adds to UTC at a datetime: a timedelta, negative west of UTC."},
    {"dst", tzinfo_dst, METH_O, "The part of utcoffset() that is daylight saving time."},
    {"fromutc", tzinfo_fromutc, METH_O, "The local time of a datetime in UTC that has this tzinfo."},
    {"__reduce__", tzinfo_reduce, METH_NOARGS, "For pickle."},
    {NULL},
};

PyTypeObject ou_tzinfo_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "datetime.tzinfo",
    .tp_basicsize = sizeof(PyDateTime_TZInfo),
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "The base of time zones; a subclass provides utcoffset(), dst() and tzname().",
    .tp_methods = tzinfo_methods,
    .tp_new = PyType_GenericNew,
};
