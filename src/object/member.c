/* object/member.c - fields of C structs as attributes (PyMemberDef).
 *
 * Invariant  a field is written only after the value was converted; the old reference falls last.
 * Source     Common Object Structures, PyMemberDef. */
#include "object/attribute.h"
#include <structmember.h>

static PyObject *
object_field(const char *base, PyMemberDef *member, PyObject *value)
{
    if (value != NULL) {
        return Py_NewRef(value);
    }
    if (member->type == T_OBJECT) {
        Py_RETURN_NONE;
    }
    /* An attribute that is not set: __slots__. */
    PyErr_Format(PyExc_AttributeError, "'%.200s' object has no attribute '%s'", Py_TYPE((PyObject *)base)->tp_name,
                 member->name);
    return NULL;
}

/* The field as an object.  Refs new.  Errors AttributeError if a T_OBJECT_EX is not set. */
PyObject *
PyMember_GetOne(const char *base, PyMemberDef *member)
{
    const char *at = base + member->offset;
    switch (member->type) {
    case T_BOOL: return PyBool_FromLong(*at);
    case T_BYTE: return PyLong_FromLong(*(signed char *)at);
    case T_UBYTE: return PyLong_FromUnsignedLong(*(unsigned char *)at);
    case T_SHORT: return PyLong_FromLong(*(short *)at);
    case T_USHORT: return PyLong_FromUnsignedLong(*(unsigned short *)at);
    case T_INT: return PyLong_FromLong(*(int *)at);
    case T_UINT: return PyLong_FromUnsignedLong(*(unsigned int *)at);
    case T_LONG: return PyLong_FromLong(*(long *)at);
    case T_ULONG: return PyLong_FromUnsignedLong(*(unsigned long *)at);
    case T_LONGLONG: return PyLong_FromLongLong(*(long long *)at);
    case T_ULONGLONG: return PyLong_FromUnsignedLongLong(*(unsigned long long *)at);
    case T_PYSSIZET: return PyLong_FromSsize_t(*(Py_ssize_t *)at);
    case T_FLOAT: return PyFloat_FromDouble(*(float *)at);
    case T_DOUBLE: return PyFloat_FromDouble(*(double *)at);
    case T_STRING: return *(char **)at == NULL ? Py_NewRef(Py_None) : PyUnicode_FromString(*(char **)at);
    case T_STRING_INPLACE: return PyUnicode_FromString(at);
    case T_CHAR: return PyUnicode_FromStringAndSize(at, 1);
    case T_OBJECT:
    case T_OBJECT_EX: return object_field(base, member, *(PyObject **)at);
    case T_NONE: Py_RETURN_NONE;
    default: PyErr_SetString(PyExc_SystemError, "bad memberdescr type"); return NULL;
    }
}

static int
delete_check(const char *at, PyMemberDef *member)
{
    if (member->type == T_OBJECT) {
        return 0;
    }
    if (member->type != T_OBJECT_EX) {
        PyErr_SetString(PyExc_TypeError, "can't delete numeric/char attribute");
        return -1;
    }
    if (*(PyObject **)at == NULL) {
        PyErr_SetString(PyExc_AttributeError, member->name);
        return -1;
    }
    return 0;
}

static int
warn_truncated(const char *type)
{
    return PyErr_WarnFormat(PyExc_RuntimeWarning, 1, "Truncation of value to %s", type);
}

/* An int for a field of at most `long`'s width.  Returns 0, or -1 with an error set. */
static int
as_long(PyObject *value, long *out)
{
    *out = PyLong_AsLong(value);
    return *out == -1 && PyErr_Occurred() ? -1 : 0;
}

#define STORE_SMALL(c_type, least, most, name)                                 \
    do {                                                                       \
        long number;                                                           \
        if (as_long(value, &number) < 0) {                                     \
            return -1;                                                         \
        }                                                                      \
        *(c_type *)at = (c_type)number;                                        \
        return number < (least) || number > (most) ? warn_truncated(name) : 0; \
    } while (0)

static int
store_unsigned(char *at, int type, PyObject *value)
{
    /* Negative numbers are taken, with a warning, as they always were. */
    unsigned long number = PyLong_AsUnsignedLong(value);
    bool negative = false;
    if (number == (unsigned long)-1 && PyErr_Occurred()) {
        PyErr_Clear();
        number = (unsigned long)PyLong_AsLong(value);
        if (number == (unsigned long)-1 && PyErr_Occurred()) {
            return -1;
        }
        negative = true;
    }
    bool wide = type == T_ULONG;
    if (wide) {
        *(unsigned long *)at = number;
    }
    else {
        *(unsigned int *)at = (unsigned int)number;
    }
    if (negative) {
        return PyErr_WarnFormat(PyExc_RuntimeWarning, 1, "Writing negative value into unsigned field");
    }
    return !wide && number > UINT_MAX ? warn_truncated("unsigned int") : 0;
}

static int
store_float(char *at, int type, PyObject *value)
{
    double number = PyFloat_AsDouble(value);
    if (number == -1.0 && PyErr_Occurred()) {
        return -1;
    }
    if (type == T_DOUBLE) {
        *(double *)at = number;
    }
    else {
        *(float *)at = (float)number;
    }
    return 0;
}

/* Write the field; value NULL deletes.  Returns 0, or -1 with the error set.  RE-ENTRANT: the old object
 * falls. */
int
PyMember_SetOne(char *base, PyMemberDef *member, PyObject *value)
{
    char *at = base + member->offset;
    if (member->flags & READONLY) {
        PyErr_SetString(PyExc_AttributeError, "readonly attribute");
        return -1;
    }
    if (value == NULL && delete_check(at, member) < 0) {
        return -1;
    }
    switch (member->type) {
    case T_BOOL:
        if (!PyBool_Check(value)) {
            PyErr_SetString(PyExc_TypeError, "attribute value type must be bool");
            return -1;
        }
        *at = value == Py_True;
        return 0;
    case T_BYTE: STORE_SMALL(signed char, SCHAR_MIN, SCHAR_MAX, "char");
    case T_UBYTE: STORE_SMALL(unsigned char, 0, UCHAR_MAX, "unsigned char");
    case T_SHORT: STORE_SMALL(short, SHRT_MIN, SHRT_MAX, "short");
    case T_USHORT: STORE_SMALL(unsigned short, 0, USHRT_MAX, "unsigned short");
    case T_INT: STORE_SMALL(int, INT_MIN, INT_MAX, "int");
    case T_UINT:
    case T_ULONG: return store_unsigned(at, member->type, value);
    case T_LONG: {
        long number;
        if (as_long(value, &number) < 0) {
            return -1;
        }
        *(long *)at = number;
        return 0;
    }
    case T_PYSSIZET: {
        Py_ssize_t number = PyLong_AsSsize_t(value);
        if (number == -1 && PyErr_Occurred()) {
            return -1;
        }
        *(Py_ssize_t *)at = number;
        return 0;
    }
    case T_LONGLONG: {
        long long number = PyLong_AsLongLong(value);
        if (number == -1 && PyErr_Occurred()) {
            return -1;
        }
        *(long long *)at = number;
        return 0;
    }
    case T_ULONGLONG: {
        unsigned long long number =
            PyLong_Check(value) ? PyLong_AsUnsignedLongLong(value) : (unsigned long long)PyLong_AsLong(value);
        if (number == (unsigned long long)-1 && PyErr_Occurred()) {
            return -1;
        }
        *(unsigned long long *)at = number;
        return 0;
    }
    case T_FLOAT:
    case T_DOUBLE: return store_float(at, member->type, value);
    case T_CHAR: {
        Py_ssize_t size;
        const char *text = PyUnicode_AsUTF8AndSize(value, &size);
        if (text == NULL || size != 1) {
            PyErr_BadArgument();
            return -1;
        }
        *at = text[0];
        return 0;
    }
    case T_OBJECT:
    case T_OBJECT_EX: {
        PyObject *old = *(PyObject **)at;
        *(PyObject **)at = Py_XNewRef(value);
        Py_XDECREF(old); /* last */
        return 0;
    }
    case T_STRING:
    case T_STRING_INPLACE: PyErr_SetString(PyExc_TypeError, "readonly attribute"); return -1;
    default: PyErr_Format(PyExc_SystemError, "bad memberdescr type for %s", member->name); return -1;
    }
}
