/* modules/array/array_kind.c - the C types that items of an array may have: reading one, and converting a Python value.
 *
 * Invariant  a conversion writes its item only after all Python code has run.
 * Source     Library Reference, array. */
#include "modules/array/array.h"

#include <limits.h>
#include <wchar.h>

/* ---- reading ---------------------------------------------------------------------------------------------------- */

#define GET(name, type, make)                     \
    static PyObject *get_##name(const void *item) \
    {                                             \
        type value;                               \
        memcpy(&value, item, sizeof value);       \
        return make;                              \
    }

GET(schar, signed char, PyLong_FromLong(value))
GET(uchar, unsigned char, PyLong_FromLong(value))
GET(short, short, PyLong_FromLong(value))
GET(ushort, unsigned short, PyLong_FromLong(value))
GET(int, int, PyLong_FromLong(value))
GET(uint, unsigned, PyLong_FromUnsignedLong(value))
GET(long, long, PyLong_FromLong(value))
GET(ulong, unsigned long, PyLong_FromUnsignedLong(value))
GET(float, float, PyFloat_FromDouble(value))
GET(double, double, PyFloat_FromDouble(value))
GET(wchar, wchar_t, PyUnicode_FromWideChar(&value, 1))

/* ---- converting ------------------------------------------------------------------------------------------------- */

static int
out_of_range(const char *what, bool too_small)
{
    PyErr_Format(PyExc_OverflowError, "%s is %s", what, too_small ? "less than minimum" : "greater than maximum");
    return -1;
}

static int
convert_schar(PyObject *value, void *item)
{
    short x;
    if (!PyArg_Parse(value, "h;array item must be integer", &x)) {
        return -1;
    }
    if (x < SCHAR_MIN || x > SCHAR_MAX) {
        return out_of_range("signed char", x < 0);
    }
    *(signed char *)item = (signed char)x;
    return 0;
}

static int
convert_ushort(PyObject *value, void *item)
{
    int x;
    if (!PyArg_Parse(value, "i;array item must be integer", &x)) {
        return -1;
    }
    if (x < 0 || x > USHRT_MAX) {
        return out_of_range("unsigned short", x < 0);
    }
    unsigned short narrow = (unsigned short)x;
    memcpy(item, &narrow, sizeof narrow);
    return 0;
}

#define CONVERT(name, type, format)                                         \
    static int convert_##name(PyObject *value, void *item)                  \
    {                                                                       \
        type x;                                                             \
        if (!PyArg_Parse(value, format ";array item must be " #name, &x)) { \
            return -1;                                                      \
        }                                                                   \
        memcpy(item, &x, sizeof x);                                         \
        return 0;                                                           \
    }

CONVERT(uchar, unsigned char, "b")
CONVERT(short, short, "h")
CONVERT(int, int, "i")
CONVERT(long, long, "l")
CONVERT(llong, long long, "L")
CONVERT(float, float, "f")
CONVERT(double, double, "d")

static int
convert_ulong(PyObject *value, void *item)
{
    PyObject *index = _PyNumber_Index(value);
    unsigned long x = index == NULL ? (unsigned long)-1 : PyLong_AsUnsignedLong(index);
    Py_XDECREF(index);
    if (x == (unsigned long)-1 && PyErr_Occurred()) {
        return -1;
    }
    memcpy(item, &x, sizeof x);
    return 0;
}

static int
convert_uint(PyObject *value, void *item)
{
    unsigned long x;
    if (convert_ulong(value, &x) < 0) {
        return -1;
    }
    if (x > UINT_MAX) {
        return out_of_range("unsigned int", false);
    }
    unsigned narrow = (unsigned)x;
    memcpy(item, &narrow, sizeof narrow);
    return 0;
}

static int
convert_ullong(PyObject *value, void *item)
{
    PyObject *index = _PyNumber_Index(value);
    unsigned long long x = index == NULL ? (unsigned long long)-1 : PyLong_AsUnsignedLongLong(index);
    Py_XDECREF(index);
    if (x == (unsigned long long)-1 && PyErr_Occurred()) {
        return -1;
    }
    memcpy(item, &x, sizeof x);
    return 0;
}

static int
convert_wchar(PyObject *value, void *item)
{
    if (!PyUnicode_Check(value) || PyUnicode_GET_LENGTH(value) != 1) {
        PyErr_SetString(PyExc_TypeError, "array item must be unicode character");
        return -1;
    }
    wchar_t x = (wchar_t)PyUnicode_READ_CHAR(value, 0);
    memcpy(item, &x, sizeof x);
    return 0;
}

/* ---- the table: in the order of array.typecodes -------------------------------------------------------------------- */

const ArrayKind ou_array_kinds[] = {
    {'b', sizeof(char), true, true, "b", get_schar, convert_schar},
    {'B', sizeof(char), true, false, "B", get_uchar, convert_uchar},
    {'u', sizeof(wchar_t), false, false, "w", get_wchar, convert_wchar},
    {'h', sizeof(short), true, true, "h", get_short, convert_short},
    {'H', sizeof(short), true, false, "H", get_ushort, convert_ushort},
    {'i', sizeof(int), true, true, "i", get_int, convert_int},
    {'I', sizeof(int), true, false, "I", get_uint, convert_uint},
    {'l', sizeof(long), true, true, "l", get_long, convert_long},
    {'L', sizeof(long), true, false, "L", get_ulong, convert_ulong},
    {'q', sizeof(long long), true, true, "q", get_long, convert_llong},
    {'Q', sizeof(long long), true, false, "Q", get_ulong, convert_ullong},
    {'f', sizeof(float), false, true, "f", get_float, convert_float},
    {'d', sizeof(double), false, true, "d", get_double, convert_double},
};
const int ou_n_array_kinds = OU_COUNT_OF(ou_array_kinds);

OU_STATIC_ASSERT(sizeof(long) == sizeof(long long), "q and Q read as l and L");

const ArrayKind *
ou_array_kind(Py_UCS4 code)
{
    for (int i = 0; i < ou_n_array_kinds; i++) {
        if ((Py_UCS4)ou_array_kinds[i].code == code) {
            return &ou_array_kinds[i];
        }
    }
    return NULL;
}
