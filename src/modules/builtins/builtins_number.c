/* modules/builtins/builtins_number.c - functions on numbers and characters.
 *
 * Owns       nothing: arguments are the caller's, results new; the types' number slots do the work. */
#include "modules/builtins/builtins.h"

static PyObject *
builtin_abs(PyObject *module, PyObject *op)
{
    return PyNumber_Absolute(op);
}

static PyObject *
builtin_divmod(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    return _PyArg_CheckPositional("divmod", n_args, 2, 2) ? PyNumber_Divmod(args[0], args[1]) : NULL;
}

static PyObject *
builtin_pow(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"pow", {"base", "exp", "mod"}, .n_positional = 3, .n_required = 2, .n_all = 3};
    PyObject *v[3];
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    return PyNumber_Power(v[0], v[1], v[2] ? v[2] : Py_None);
}

static PyObject *
builtin_round(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"round", {"number", "ndigits"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    PyObject *round = _PyObject_LookupSpecial(v[0], OU_STR(__round__)), *result;
    if (round == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_TypeError, "type %.100s doesn't define __round__ method", Py_TYPE(v[0])->tp_name);
        }
        return NULL;
    }
    OU_HOLD(hold, &round);
    result = v[1] == NULL || v[1] == Py_None ? PyObject_CallNoArgs(round) : PyObject_CallOneArg(round, v[1]);
    OU_HOLD_END(hold);
    Py_DECREF(round);
    return result;
}

static PyObject *
builtin_bin(PyObject *module, PyObject *op)
{
    return PyNumber_ToBase(op, 2);
}

static PyObject *
builtin_oct(PyObject *module, PyObject *op)
{
    return PyNumber_ToBase(op, 8);
}

static PyObject *
builtin_hex(PyObject *module, PyObject *op)
{
    return PyNumber_ToBase(op, 16);
}

static PyObject *
builtin_chr(PyObject *module, PyObject *op)
{
    PyObject *index = PyNumber_Index(op);
    if (index == NULL) {
        return NULL;
    }
    int overflow;
    long code = PyLong_AsLongAndOverflow(index, &overflow);
    Py_DECREF(index);
    if (overflow || code < INT_MIN || code > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError, overflow < 0 || code < 0 ? "signed integer is less than minimum"
                                                                      : "signed integer is greater than maximum");
        return NULL;
    }
    return PyUnicode_FromOrdinal((int)code);
}

static PyObject *
builtin_ord(PyObject *module, PyObject *op)
{
    Py_ssize_t size;
    if (PyUnicode_Check(op)) {
        size = PyUnicode_GET_LENGTH(op);
        if (size == 1) {
            return PyLong_FromLong((long)PyUnicode_READ_CHAR(op, 0));
        }
    }
    else if (PyBytes_Check(op)) {
        size = PyBytes_GET_SIZE(op);
        if (size == 1) {
            return PyLong_FromLong((unsigned char)PyBytes_AS_STRING(op)[0]);
        }
    }
    else if (PyByteArray_Check(op)) {
        size = PyByteArray_GET_SIZE(op);
        if (size == 1) {
            return PyLong_FromLong((unsigned char)PyByteArray_AS_STRING(op)[0]);
        }
    }
    else {
        PyErr_Format(PyExc_TypeError, "ord() expected string of length 1, but %.200s found", Py_TYPE(op)->tp_name);
        return NULL;
    }
    PyErr_Format(PyExc_TypeError, "ord() expected a character, but string of length %zd found", size);
    return NULL;
}

PyMethodDef ou_builtins_number_methods[] = {
    {"abs", builtin_abs, METH_O, "abs($module, x, /)\n--\n\nThe absolute value."},
    {"bin", builtin_bin, METH_O, "bin($module, number, /)\n--\n\nBinary text of an int."},
    {"chr", builtin_chr, METH_O, "chr($module, i, /)\n--\n\nThe character of a code point."},
    {"divmod", FASTCALL(builtin_divmod), "divmod($module, x, y, /)\n--\n\nThe tuple (x // y, x % y)."},
    {"hex", builtin_hex, METH_O, "hex($module, number, /)\n--\n\nHexadecimal text of an int."},
    {"oct", builtin_oct, METH_O, "oct($module, number, /)\n--\n\nOctal text of an int."},
    {"ord", builtin_ord, METH_O, "ord($module, c, /)\n--\n\nThe code point of a character."},
    {"pow", FASTCALL_KEYWORDS(builtin_pow), "pow($module, /, base, exp, mod=None)\n--\n\nbase ** exp, or that modulo mod."},
    {"round", FASTCALL_KEYWORDS(builtin_round), "round($module, /, number, ndigits=None)\n--\n\nRound to a number of digits."},
    {NULL},
};
