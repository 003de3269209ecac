/* modules/_datetime/iso_date.c - what isocalendar() gives: a tuple of year, week and weekday with names.
 *
 * Invariant  a tuple of three items; its fields are the tuple's own. */
#include "modules/_datetime/datetime.h"

static PyObject *
iso_date_make(PyTypeObject *type, int year, int week, int weekday)
{
    const int values[] = {year, week, weekday};
    PyObject *self = type->tp_alloc(type, OU_COUNT_OF(values));
    for (size_t i = 0; self != NULL && i < OU_COUNT_OF(values); i++) {
        PyObject *value = PyLong_FromLong(values[i]);
        if (value == NULL) {
            Py_CLEAR(self);
            break;
        }
        PyTuple_SET_ITEM(self, i, value);
    }
    return self;
}

PyObject *
ou_date_isocalendar(PyObject *self, PyObject *ignored)
{
    Ymd iso = ou_calendar_iso(date_of(self));
    return iso_date_make(&ou_iso_date_type, iso.year, iso.month, iso.day);
}

static PyObject *
iso_date_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"year", "week", "weekday", NULL};
    int year, week, weekday;
    return PyArg_ParseTupleAndKeywords(args, kwargs, "iii:IsoCalendarDate", keywords, &year, &week, &weekday)
             ? iso_date_make(type, year, week, weekday)
             : NULL;
}

static PyObject *
iso_date_field(PyObject *self, void *index)
{
    return Py_NewRef(PyTuple_GET_ITEM(self, (intptr_t)index));
}

static PyObject *
iso_date_repr(PyObject *self)
{
    return PyUnicode_FromFormat("%.200s(year=%S, week=%S, weekday=%S)", Py_TYPE(self)->tp_name, PyTuple_GET_ITEM(self, 0),
                                PyTuple_GET_ITEM(self, 1), PyTuple_GET_ITEM(self, 2));
}

static PyObject *
iso_date_reduce(PyObject *self, PyObject *ignored)
{
    return Py_BuildValue("O((OOO))", &PyTuple_Type, PyTuple_GET_ITEM(self, 0), PyTuple_GET_ITEM(self, 1),
                         PyTuple_GET_ITEM(self, 2));
}

static PyGetSetDef iso_date_getset[] = {
    {"year", iso_date_field, NULL, NULL, (void *)0},
    {"week", iso_date_field, NULL, NULL, (void *)1},
    {"weekday", iso_date_field, NULL, NULL, (void *)2},
    {NULL},
};

static PyMethodDef iso_date_methods[] = {{"__reduce__", iso_date_reduce, METH_NOARGS, "For pickle."}, {NULL}};

PyTypeObject ou_iso_date_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "datetime.IsoCalendarDate",
    .tp_repr = iso_date_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "ISO 8601 year, week and weekday: a tuple of three, whose items have these names.",
    .tp_methods = iso_date_methods,
    .tp_getset = iso_date_getset,
    .tp_base = &PyTuple_Type,
    .tp_new = iso_date_new,
};
