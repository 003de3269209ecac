/* modules/builtins/builtins_object.c - functions on any object: attributes, identity, classes, text.
 *
 * Invariant  only AttributeError becomes getattr()'s default or hasattr()'s False; other errors pass through. */
#include "modules/builtins/builtins.h"

static PyObject *
builtin_id(PyObject *module, PyObject *op)
{
    if (PySys_Audit("builtins.id", NULL) < 0) {
        return NULL;
    }
    return PyLong_FromVoidPtr(op);
}

static PyObject *
builtin_hash(PyObject *module, PyObject *op)
{
    Py_hash_t hash = PyObject_Hash(op);
    return hash == -1 && PyErr_Occurred() ? NULL : PyLong_FromSsize_t(hash);
}

static PyObject *
builtin_callable(PyObject *module, PyObject *op)
{
    return PyBool_FromLong(PyCallable_Check(op));
}

static PyObject *
builtin_len(PyObject *module, PyObject *op)
{
    Py_ssize_t n = PyObject_Size(op);
    return n < 0 ? NULL : PyLong_FromSsize_t(n);
}

static PyObject *
builtin_repr(PyObject *module, PyObject *op)
{
    return PyObject_Repr(op);
}

static PyObject *
builtin_ascii(PyObject *module, PyObject *op)
{
    return PyObject_ASCII(op);
}

static PyObject *
builtin_format(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("format", n_args, 1, 2)) {
        return NULL;
    }
    if (n_args == 2 && !PyUnicode_Check(args[1])) {
        _PyArg_BadArgument("format", "argument 2", "str", args[1]);
        return NULL;
    }
    return PyObject_Format(args[0], n_args == 2 ? args[1] : NULL);
}

static PyObject *
builtin_getattr(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    PyObject *value;
    if (!_PyArg_CheckPositional("getattr", n_args, 2, 3)) {
        return NULL;
    }
    if (!PyUnicode_Check(args[1])) {
        PyErr_Format(PyExc_TypeError, "attribute name must be string, not '%.200s'", Py_TYPE(args[1])->tp_name);
        return NULL;
    }
    if (n_args == 2) {
        return PyObject_GetAttr(args[0], args[1]);
    }
    if (_PyObject_LookupAttr(args[0], args[1], &value) == 0) {
        return Py_NewRef(args[2]);
    }
    return value;
}

static PyObject *
builtin_hasattr(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    PyObject *value;
    if (!_PyArg_CheckPositional("hasattr", n_args, 2, 2)) {
        return NULL;
    }
    if (!PyUnicode_Check(args[1])) {
        PyErr_Format(PyExc_TypeError, "attribute name must be string, not '%.200s'", Py_TYPE(args[1])->tp_name);
        return NULL;
    }
    if (_PyObject_LookupAttr(args[0], args[1], &value) < 0) {
        return NULL;
    }
    int found = value != NULL;
    Py_XDECREF(value);
    return PyBool_FromLong(found);
}

static PyObject *
builtin_setattr(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("setattr", n_args, 3, 3) || PyObject_SetAttr(args[0], args[1], args[2]) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
builtin_delattr(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("delattr", n_args, 2, 2) || PyObject_SetAttr(args[0], args[1], NULL) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
builtin_isinstance(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("isinstance", n_args, 2, 2)) {
        return NULL;
    }
    int is = PyObject_IsInstance(args[0], args[1]);
    return is < 0 ? NULL : PyBool_FromLong(is);
}

static PyObject *
builtin_issubclass(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("issubclass", n_args, 2, 2)) {
        return NULL;
    }
    int is = PyObject_IsSubclass(args[0], args[1]);
    return is < 0 ? NULL : PyBool_FromLong(is);
}

static PyObject *
builtin_vars(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    PyObject *names;
    if (!_PyArg_CheckPositional("vars", n_args, 0, 1)) {
        return NULL;
    }
    if (n_args == 0) {
        return Py_XNewRef(PyEval_GetLocals());
    }
    if (_PyObject_LookupAttr(args[0], OU_STR(__dict__), &names) == 0) {
        PyErr_SetString(PyExc_TypeError, "vars() argument must have __dict__ attribute");
    }
    return names;
}

static PyObject *
builtin_dir(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("dir", n_args, 0, 1)) {
        return NULL;
    }
    return PyObject_Dir(n_args == 0 ? NULL : args[0]);
}

PyMethodDef ou_builtins_object_methods[] = {
    {"ascii", builtin_ascii, METH_O, "ascii($module, obj, /)\n--\n\nrepr() with all but ASCII escaped."},
    {"callable", builtin_callable, METH_O, "callable($module, obj, /)\n--\n\nCan the object be called?"},
    {"delattr", FASTCALL(builtin_delattr), "delattr($module, obj, name, /)\n--\n\nDelete an attribute."},
    {"dir", FASTCALL(builtin_dir),
     "dir([object]) -> list of strings\n\nNames that can be reached from an object, or from here."},
    {"format", FASTCALL(builtin_format),
     "format($module, value, format_spec='', /)\n--\n\nText of a value by a format specification."},
    {"getattr", FASTCALL(builtin_getattr), "getattr(object, name[, default]) -> value\n\nAn attribute by its name."},
    {"hasattr", FASTCALL(builtin_hasattr), "hasattr($module, obj, name, /)\n--\n\nIs there such an attribute?"},
    {"hash", builtin_hash, METH_O, "hash($module, obj, /)\n--\n\nThe hash value of an object."},
    {"id", builtin_id, METH_O, "id($module, obj, /)\n--\n\nThe identity of an object: its address."},
    {"isinstance", FASTCALL(builtin_isinstance),
     "isinstance($module, obj, class_or_tuple, /)\n--\n\nIs the object an instance of a class or of a class derived from it?"},
    {"issubclass", FASTCALL(builtin_issubclass),
     "issubclass($module, cls, class_or_tuple, /)\n--\n\nIs a class derived from another, or the same?"},
    {"len", builtin_len, METH_O, "len($module, obj, /)\n--\n\nThe number of items."},
    {"repr", builtin_repr, METH_O, "repr($module, obj, /)\n--\n\nThe text that stands for an object."},
    {"setattr", FASTCALL(builtin_setattr), "setattr($module, obj, name, value, /)\n--\n\nSet an attribute."},
    {"vars", FASTCALL(builtin_vars), "vars([object]) -> dictionary\n\nThe __dict__ of an object, or the local names."},
    {NULL},
};
