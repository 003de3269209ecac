/* modules/_datetime/timezone.c - the type timezone: a fixed offset from UTC.
 *
 * Invariant  the offset is strictly less than a day.  timezone(timedelta(0)) is timezone.utc, which the type's namespace holds.
 * Source     Library Reference, timezone objects. */
#include "modules/_datetime/datetime.h"
#include "object/alloc.h"
#include "object/type.h"
#include "object/walk.h"

#define ZONE(op) ((TimeZone *)(op))

OU_WALKER(timezone)
{
    OU_EDGE_OF(ZONE(self), offset);
    OU_EDGE_OF(ZONE(self), name);
    return 0;
}

/* ---- making ------------------------------------------------------------------------------------------------------- */

static PyObject *
zone_make(PyObject *offset, PyObject *name)
{
    PyObject *self = ou_object_new(&ou_timezone_type);
    if (self != NULL) {
        ZONE(self)->offset = Py_NewRef(offset);
        ZONE(self)->name = Py_XNewRef(name);
    }
    return self;
}

static PyObject *
zone_make_us(Wide us)
{
    PyObject *offset = ou_timedelta_from_us(us, &ou_timedelta_type), *self = NULL;
    if (offset != NULL) {
        self = zone_make(offset, NULL);
        Py_DECREF(offset);
    }
    return self;
}

/* timezone.utc: borrowed.  NULL before the module is made, or with an exception. */
static PyObject *
utc_find(void)
{
    _Py_IDENTIFIER(utc);
    PyObject *names = ou_type_namespace(&ou_timezone_type);
    return names == NULL ? NULL : _PyDict_GetItemIdWithError(names, &PyId_utc);
}

PyObject *
ou_timezone_utc(void)
{
    PyObject *utc = utc_find();
    return utc != NULL ? Py_NewRef(utc) : PyErr_Occurred() ? NULL : zone_make_us(0);
}

PyObject *
ou_timezone_new(PyObject *offset, PyObject *name)
{
    Wide us = delta_us(offset);
    if (name == NULL && us == 0) {
        return ou_timezone_utc();
    }
    if (us <= -US_A_DAY || us >= US_A_DAY) {
        PyErr_Format(PyExc_ValueError,
                     "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not %R.",
                     offset);
        return NULL;
    }
    return zone_make(offset, name);
}

PyObject *
ou_timezone_local(int64_t timestamp)
{
    struct tm tm;
    if (_PyTime_localtime((time_t)timestamp, &tm) < 0) {
        return NULL;
    }
    PyObject *name = PyUnicode_DecodeLocale(tm.tm_zone, "surrogateescape");
    PyObject *offset = name == NULL ? NULL : ou_timedelta_new(0, tm.tm_gmtoff, 0, &ou_timedelta_type);
    PyObject *self = offset == NULL ? NULL : ou_timezone_new(offset, name);
    Py_XDECREF(name);
    Py_XDECREF(offset);
    return self;
}

/* timezone.NAME, unless it is there from an earlier time that the module was made.  Returns 0 or -1. */
static int
add_constant(const char *name, Wide us)
{
    PyObject *names = ou_type_namespace(&ou_timezone_type);
    if (names == NULL || PyDict_GetItemString(names, name) != NULL) {
        return names == NULL ? -1 : 0;
    }
    PyObject *zone = zone_make_us(us);
    int status = zone == NULL ? -1 : PyDict_SetItemString(names, name, zone);
    Py_XDECREF(zone);
    return status;
}

int
ou_timezone_init(void)
{
    const Wide most = US_A_DAY - 60 * US_A_SECOND;
    return add_constant("utc", 0) < 0 || add_constant("min", -most) < 0 || add_constant("max", most) < 0 ? -1 : 0;
}

static PyObject *
zone_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"offset", "name", NULL};
    PyObject *offset, *name = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O!|U:timezone", keywords, &ou_timedelta_type, &offset, &name)) {
        return NULL;
    }
    return ou_timezone_new(offset, name);
}

static void
zone_dealloc(PyObject *self)
{
    Py_CLEAR(ZONE(self)->offset);
    Py_CLEAR(ZONE(self)->name);
    Py_TYPE(self)->tp_free(self);
}

/* ---- methods ------------------------------------------------------------------------------------------------------ */

static bool
check_when(PyObject *when, const char *method)
{
    if (when == Py_None || DateTime_Check(when)) {
        return true;
    }
    PyErr_Format(PyExc_TypeError, "%s(dt) argument must be a datetime instance or None, not %.200s", method,
                 Py_TYPE(when)->tp_name);
    return false;
}

static PyObject *
zone_str(PyObject *self)
{
    char text[ISO_TEXT_MAX] = "UTC";
    int64_t us = (int64_t)delta_us(ZONE(self)->offset);
    if (ZONE(self)->name != NULL) {
        return Py_NewRef(ZONE(self)->name);
    }
    char *end = us == 0 ? text + 3 : ou_text_offset(text + 3, (Offset){true, us}, ":");
    return PyUnicode_FromStringAndSize(text, end - text);
}

static PyObject *
zone_repr(PyObject *self)
{
    const char *type = Py_TYPE(self)->tp_name;
    PyObject *utc = utc_find();
    if (utc == NULL && PyErr_Occurred()) {
        return NULL;
    }
    if (self == utc) {
        return PyUnicode_FromFormat("%s.utc", type);
    }
    return ZONE(self)->name == NULL ? PyUnicode_FromFormat("%s(%R)", type, ZONE(self)->offset)
                                    : PyUnicode_FromFormat("%s(%R, %R)", type, ZONE(self)->offset, ZONE(self)->name);
}

static PyObject *
zone_tzname(PyObject *self, PyObject *when)
{
    return check_when(when, "tzname") ? zone_str(self) : NULL;
}

static PyObject *
zone_utcoffset(PyObject *self, PyObject *when)
{
    return check_when(when, "utcoffset") ? Py_NewRef(ZONE(self)->offset) : NULL;
}

static PyObject *
zone_dst(PyObject *self, PyObject *when)
{
    return check_when(when, "dst") ? Py_NewRef(Py_None) : NULL;
}

static PyObject *
zone_fromutc(PyObject *self, PyObject *when)
{
    if (!DateTime_Check(when)) {
        PyErr_SetString(PyExc_TypeError, "fromutc: argument must be a datetime");
        return NULL;
    }
    if (PyDateTime_DATE_GET_TZINFO(when) != self) {
        PyErr_SetString(PyExc_ValueError, "fromutc: dt.tzinfo is not self");
        return NULL;
    }
    return ou_datetime_add(when, 0, (int64_t)delta_us(ZONE(self)->offset), self);
}

static PyObject *
zone_getinitargs(PyObject *self, PyObject *ignored)
{
    return ZONE(self)->name == NULL ? PyTuple_Pack(1, ZONE(self)->offset)
                                    : PyTuple_Pack(2, ZONE(self)->offset, ZONE(self)->name);
}

static PyObject *
zone_richcompare(PyObject *self, PyObject *other, int op)
{
    if ((op != Py_EQ && op != Py_NE) || !Py_IS_TYPE(other, &ou_timezone_type)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return PyBool_FromLong((delta_us(ZONE(self)->offset) == delta_us(ZONE(other)->offset)) == (op == Py_EQ));
}

static Py_hash_t
zone_hash(PyObject *self)
{
    return PyObject_Hash(ZONE(self)->offset);
}

static PyMethodDef zone_methods[] = {
    {"tzname", zone_tzname, METH_O, "The name, or UTC and the offset."},
    {"utcoffset", zone_utcoffset, METH_O, "The offset."},
    {"dst", zone_dst, METH_O, "None."},
    {"fromutc", zone_fromutc, METH_O, "The local time of a datetime in UTC that has this tzinfo."},
    {"__getinitargs__", zone_getinitargs, METH_NOARGS, "For pickle."},
    {NULL},
};

PyTypeObject ou_timezone_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "datetime.timezone",
    .tp_basicsize = sizeof(TimeZone),
    .tp_dealloc = zone_dealloc,
    .tp_repr = zone_repr,
    .tp_hash = zone_hash,
    .tp_str = zone_str,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "A fixed offset from UTC.",
    .tp_richcompare = zone_richcompare,
    .tp_methods = zone_methods,
    .tp_base = &ou_tzinfo_type,
    .tp_new = zone_new,
};
