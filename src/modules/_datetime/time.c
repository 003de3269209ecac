/* modules/_datetime/time.c - the type time: a time of day, with a tzinfo or without.
 *
 * Owns       tzinfo, where hastzinfo says that the field is there.
 * Invariant  the fields are in range, but for a pickled state's, of which only the hour is looked at, as in CPython.
 * Source     Library Reference, time objects. */
#include "modules/_datetime/datetime.h"
#include "object/alloc.h"
#include "object/walk.h"

#define TIME(op) ((PyDateTime_Time *)(op))
#define TZINFO(op) PyDateTime_TIME_GET_TZINFO(op)

OU_WALKER(time)
{
    if (TIME(self)->hastzinfo) {
        OU_EDGE_OF(TIME(self), tzinfo);
    }
    return 0;
}

/* ---- making ------------------------------------------------------------------------------------------------------- */

/* Fields unchecked.  Without a tzinfo an exact time is shorter. */
static PyObject *
time_alloc(Clock clock, PyObject *tzinfo, int fold, PyTypeObject *type)
{
    bool aware = tzinfo != Py_None;
    PyObject *self = type != &ou_time_type
                       ? type->tp_alloc(type, 0)
                       : ou_object_new_fast(type, aware ? sizeof(PyDateTime_Time) : sizeof(_PyDateTime_BaseTime));
    if (self != NULL) {
        TIME(self)->hashcode = -1;
        TIME(self)->hastzinfo = aware;
        set_clock(TIME(self)->data, clock);
        TIME(self)->fold = (unsigned char)fold;
        if (aware) {
            TIME(self)->tzinfo = Py_NewRef(tzinfo);
        }
    }
    return self;
}

PyObject *
ou_time_new(Clock clock, PyObject *tzinfo, int fold, PyTypeObject *type)
{
    return ou_calendar_check_clock(clock, fold) < 0 || ou_tzinfo_check(tzinfo) < 0 ? NULL
                                                                                   : time_alloc(clock, tzinfo, fold, type);
}

static PyObject *
time_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"hour", "minute", "second", "microsecond", "tzinfo", "fold", NULL};
    Clock clock = {0, 0, 0, 0};
    int fold = 0;
    PyObject *tzinfo = Py_None;
    if (PyTuple_GET_SIZE(args) >= 1 && PyTuple_GET_SIZE(args) <= 2) {
        PyObject *owner, *self = NULL;
        const unsigned char *state =
            ou_date_state(PyTuple_GET_ITEM(args, 0), _PyDateTime_TIME_DATASIZE, 0, 0, 24, true, "time", &owner);
        if (state != NULL) {
            tzinfo = PyTuple_GET_SIZE(args) == 2 ? PyTuple_GET_ITEM(args, 1) : Py_None;
            clock = clock_of(state);
            clock.hour &= 127;
            if (tzinfo == Py_None || TzInfo_Check(tzinfo)) {
                self = time_alloc(clock, tzinfo, state[0] >> 7, type);
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
    return PyArg_ParseTupleAndKeywords(args, kwargs, "|iiiiO$i", keywords, &clock.hour, &clock.minute, &clock.second,
                                       &clock.microsecond, &tzinfo, &fold)
             ? ou_time_new(clock, tzinfo, fold, type)
             : NULL;
}

static PyObject *
time_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    int v[4] = {0};
    return take_ints(args, nargsf, kwnames, 0, 4, v) ? ou_time_new((Clock){v[0], v[1], v[2], v[3]}, Py_None, 0, &ou_time_type)
                                                     : call_type(type, args, nargsf, kwnames);
}

static void
time_dealloc(PyObject *self)
{
    if (TIME(self)->hastzinfo) {
        Py_CLEAR(TIME(self)->tzinfo);
    }
    Py_TYPE(self)->tp_free(self);
}

static PyObject *
time_fromisoformat(PyObject *type, PyObject *text)
{
    Clock clock;
    bool zone;
    int64_t zone_us;
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
    bool has_t = utf8 != NULL && utf8[0] == 'T';
    if (utf8 == NULL || ou_parse_clock(utf8 + has_t, size - has_t, &clock, &zone, &zone_us) < 0) {
        PyErr_Format(PyExc_ValueError, "Invalid isoformat string: %R", text);
        return NULL;
    }
    PyObject *tzinfo = ou_parse_zone(zone, zone_us);
    if (tzinfo == NULL) {
        return NULL;
    }
    if ((PyTypeObject *)type != &ou_time_type) {
        return PyObject_CallFunction(type, "iiiiN", clock.hour, clock.minute, clock.second, clock.microsecond, tzinfo);
    }
    PyObject *self = ou_time_new(clock, tzinfo, 0, &ou_time_type);
    Py_DECREF(tzinfo);
    return self;
}

/* ---- comparing ---------------------------------------------------------------------------------------------------- */

/* RE-ENTRANT: the tzinfos are asked. */
static PyObject *
time_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!Time_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    Offset a = {false, 0}, b = {false, 0};
    if (TZINFO(self) != TZINFO(other)
        && (ou_tzinfo_offset(TZINFO(self), Py_None, &a) < 0 || ou_tzinfo_offset(TZINFO(other), Py_None, &b) < 0)) {
        return NULL;
    }
    if (a.known == b.known) {
        int64_t left = clock_us(clock_of(TIME(self)->data)) - a.us, right = clock_us(clock_of(TIME(other)->data)) - b.us;
        Py_RETURN_RICHCOMPARE(left, right, op);
    }
    if (op == Py_EQ || op == Py_NE) {
        return PyBool_FromLong(op == Py_NE);
    }
    PyErr_SetString(PyExc_TypeError, "can't compare offset-naive and offset-aware times");
    return NULL;
}

/* RE-ENTRANT: the tzinfo is asked. */
static Py_hash_t
time_hash(PyObject *op)
{
    PyDateTime_Time *self = TIME(op);
    if (self->hashcode == -1) {
        Offset offset;
        if (ou_tzinfo_offset(TZINFO(op), Py_None, &offset) < 0) {
            return -1;
        }
        if (!offset.known) {
            self->hashcode = _Py_HashBytes(self->data, _PyDateTime_TIME_DATASIZE);
            return self->hashcode;
        }
        PyObject *delta = ou_timedelta_new(0, 0, clock_us(clock_of(self->data)) - offset.us, &ou_timedelta_type);
        if (delta == NULL) {
            return -1;
        }
        self->hashcode = PyObject_Hash(delta);
        Py_DECREF(delta);
    }
    return self->hashcode;
}

/* ---- methods ------------------------------------------------------------------------------------------------------ */

static PyObject *
time_repr(PyObject *self)
{
    Clock clock = clock_of(TIME(self)->data);
    char text[ISO_TEXT_MAX], *end = text + sprintf(text, "(%d, %d", clock.hour, clock.minute);
    if (clock.microsecond != 0) {
        (void)sprintf(end, ", %d, %d", clock.second, clock.microsecond);
    }
    else if (clock.second != 0) {
        (void)sprintf(end, ", %d", clock.second);
    }
    const char *type = Py_TYPE(self)->tp_name, *fold = TIME(self)->fold ? ", fold=1" : "";
    return TIME(self)->hastzinfo ? PyUnicode_FromFormat("%s%s, tzinfo=%R%s)", type, text, TIME(self)->tzinfo, fold)
                                 : PyUnicode_FromFormat("%s%s%s)", type, text, fold);
}

static PyObject *
isoformat(PyObject *self, const char *timespec)
{
    char text[ISO_TEXT_MAX], *end = ou_text_clock(text, clock_of(TIME(self)->data), timespec);
    Offset offset;
    if (end == NULL || ou_tzinfo_offset(TZINFO(self), Py_None, &offset) < 0) {
        return NULL;
    }
    return PyUnicode_FromStringAndSize(text, ou_text_offset(end, offset, ":") - text);
}

static PyObject *
time_isoformat(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"timespec", NULL};
    const char *timespec = NULL;
    return PyArg_ParseTupleAndKeywords(args, kwargs, "|s:isoformat", keywords, &timespec) ? isoformat(self, timespec) : NULL;
}

/* RE-ENTRANT: a subclass may have an isoformat() of its own. */
static PyObject *
time_str(PyObject *self)
{
    return Py_IS_TYPE(self, &ou_time_type) ? isoformat(self, NULL) : PyObject_CallMethodNoArgs(self, OU_STR(isoformat));
}

/* On 1 January 1900, for years before give some libraries pause.  RE-ENTRANT. */
static PyObject *
time_strftime(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"format", NULL};
    Clock clock = clock_of(TIME(self)->data);
    PyObject *format;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "U:strftime", keywords, &format)) {
        return NULL;
    }
    PyObject *tuple = Py_BuildValue("iiiiiiiii", 1900, 1, 1, clock.hour, clock.minute, clock.second, 0, 1, -1);
    return ou_text_strftime(self, format, tuple, Py_None);
}

static PyObject *
time_utcoffset(PyObject *self, PyObject *ignored)
{
    return ou_tzinfo_call(TZINFO(self), OU_STR(utcoffset), Py_None);
}

static PyObject *
time_tzname(PyObject *self, PyObject *ignored)
{
    return ou_tzinfo_name(TZINFO(self), Py_None);
}

static PyObject *
time_dst(PyObject *self, PyObject *ignored)
{
    return ou_tzinfo_call(TZINFO(self), OU_STR(dst), Py_None);
}

static PyObject *
time_replace(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"hour", "minute", "second", "microsecond", "tzinfo", "fold", NULL};
    Clock clock = clock_of(TIME(self)->data);
    int fold = TIME(self)->fold;
    PyObject *tzinfo = TZINFO(self);
    return PyArg_ParseTupleAndKeywords(args, kwargs, "|iiiiO$i:replace", keywords, &clock.hour, &clock.minute, &clock.second,
                                       &clock.microsecond, &tzinfo, &fold)
             ? ou_time_new(clock, tzinfo, fold, Py_TYPE(self))
             : NULL;
}

static PyObject *
reduce(PyObject *self, int protocol)
{
    char data[_PyDateTime_TIME_DATASIZE];
    memcpy(data, TIME(self)->data, sizeof data);
    data[0] = (char)(data[0] | (protocol > 3 && TIME(self)->fold ? 128 : 0)); /* Python 2 knows no fold */
    Py_ssize_t size = sizeof data;
    return TIME(self)->hastzinfo ? Py_BuildValue("O(y#O)", Py_TYPE(self), data, size, TIME(self)->tzinfo)
                                 : Py_BuildValue("O(y#)", Py_TYPE(self), data, size);
}

static PyObject *
time_reduce_ex(PyObject *self, PyObject *args)
{
    int protocol;
    return PyArg_ParseTuple(args, "i:__reduce_ex__", &protocol) ? reduce(self, protocol) : NULL;
}

static PyObject *
time_reduce(PyObject *self, PyObject *ignored)
{
    return reduce(self, 2);
}

static PyObject *
time_hour(PyObject *self, void *closure)
{
    return PyLong_FromLong(PyDateTime_TIME_GET_HOUR(self));
}

static PyObject *
time_minute(PyObject *self, void *closure)
{
    return PyLong_FromLong(PyDateTime_TIME_GET_MINUTE(self));
}

static PyObject *
time_second(PyObject *self, void *closure)
{
    return PyLong_FromLong(PyDateTime_TIME_GET_SECOND(self));
}

static PyObject *
time_microsecond(PyObject *self, void *closure)
{
    return PyLong_FromLong(PyDateTime_TIME_GET_MICROSECOND(self));
}

static PyObject *
time_tzinfo(PyObject *self, void *closure)
{
    return Py_NewRef(TZINFO(self));
}

static PyObject *
time_fold(PyObject *self, void *closure)
{
    return PyLong_FromLong(TIME(self)->fold);
}

static PyGetSetDef time_getset[] = {
    {"hour", time_hour},
    {"minute", time_minute},
    {"second", time_second},
    {"microsecond", time_microsecond},
    {"tzinfo", time_tzinfo},
    {"fold", time_fold},
    {NULL},
};

static PyMethodDef time_methods[] = {
    {"isoformat", WITH_KEYWORDS(time_isoformat),
     "The ISO 8601 text, HH[:MM[:SS[.mmm[uuu]]]][+HH:MM].\n\ntimespec, the last part that is shown: 'auto', 'hours', "
     "'minutes', "
     "'seconds', 'milliseconds'\nor 'microseconds'."},
    {"strftime", WITH_KEYWORDS(time_strftime), "A text that a format asks for."},
    {"__format__", ou_text_format, METH_VARARGS, "strftime(format), or str() if the format is empty."},
    {"utcoffset", time_utcoffset, METH_NOARGS, "self.tzinfo.utcoffset(None)."},
    {"tzname", time_tzname, METH_NOARGS, "self.tzinfo.tzname(None)."},
    {"dst", time_dst, METH_NOARGS, "self.tzinfo.dst(None)."},
    {"replace", WITH_KEYWORDS(time_replace), "The same time with some fields changed."},
    {"fromisoformat", time_fromisoformat, METH_O | METH_CLASS, "The time that an ISO 8601 text says."},
    {"__reduce_ex__", time_reduce_ex, METH_VARARGS, "For pickle."},
    {"__reduce__", time_reduce, METH_NOARGS, "For pickle."},
    {NULL},
};

PyTypeObject ou_time_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "datetime.time",
    .tp_basicsize = sizeof(PyDateTime_Time),
    .tp_dealloc = time_dealloc,
    .tp_repr = time_repr,
    .tp_hash = time_hash,
    .tp_str = time_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "A time of day.\n\ntime(hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)",
    .tp_richcompare = time_richcompare,
    .tp_methods = time_methods,
    .tp_getset = time_getset,
    .tp_new = time_new,
    .tp_vectorcall = time_vectorcall,
};
