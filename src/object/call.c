/* object/call.c - calling objects from C (PEP 590).
 *
 * Every call ends in the callable's vectorcall function, or in its type's tp_call with a tuple and a dict.
 *
 * Owns       nothing beyond one call: the tuples and dicts made for it, which are declared as held.
 * Invariant  arguments in a C array are borrowed from something that outlives the call: the caller's own references,
 *            an argument tuple, or a held tuple of values.
 * Not here   Python functions (vm/call.c), C functions (types/builtin_function.c), arguments' parsing (args.c, getargs.c). */
#include "object/abstract.h"
#include "object/error.h"
#include "object/hold.h"
#include "object/build_value.h"

enum { SMALL_CALL = 8 }; /* arguments that find room on the C stack; arbitrary */

/* ---- results --------------------------------------------------------------------------------------------------- */

static OU_COLD PyObject *
bad_result(PyObject *callable, PyObject *result, const char *where)
{
    if (result == NULL) {
        if (callable != NULL) {
            PyErr_Format(PyExc_SystemError, "%R returned NULL without setting an exception", callable);
        }
        else {
            PyErr_Format(PyExc_SystemError, "%s returned NULL without setting an exception", where);
        }
        return NULL;
    }
    Py_DECREF(result);
    if (callable != NULL) {
        _PyErr_FormatFromCause(PyExc_SystemError, "%R returned a result with an exception set", callable);
    }
    else {
        _PyErr_FormatFromCause(PyExc_SystemError, "%s returned a result with an exception set", where);
    }
    return NULL;
}

/* A call gives a result or an error, never both or neither.  Refs takes `result`. */
PyObject *
_Py_CheckFunctionResult(PyThreadState *ts, PyObject *callable, PyObject *result, const char *where)
{
    if (OU_UNLIKELY((result == NULL) != (ts->curexc_type != NULL))) {
        return bad_result(callable, result, where);
    }
    return result;
}

/* ---- arrays and dicts of keywords ------------------------------------------------------------------------------ */

/* {kwnames[i]: values[i]}.  Returns new, or NULL with an error set. */
PyObject *
_PyStack_AsDict(PyObject *const *values, PyObject *kwnames)
{
    PyObject *dict = PyDict_New();
    Py_ssize_t n = PyTuple_GET_SIZE(kwnames);
    for (Py_ssize_t i = 0; dict != NULL && i < n; i++) {
        if (PyDict_SetItem(dict, PyTuple_GET_ITEM(kwnames, i), values[i]) < 0) {
            Py_CLEAR(dict);
        }
    }
    return dict;
}

/* Arguments laid out for a vectorcall: positional ones borrowed, then the values of a dict. */
typedef struct {
    PyObject *kwnames; /* owned: tuple of str */
    PyObject *values;  /* owned: tuple of the dict's values, as the dict may change during the call */
    PyObject **args;   /* the arguments; the word before them is free for PY_VECTORCALL_ARGUMENTS_OFFSET */
    PyObject *small[SMALL_CALL + 1];
} Spread;

static void
spread_release(Spread *spread)
{
    if (spread->args != NULL && spread->args != spread->small + 1) {
        PyMem_Free(spread->args - 1);
    }
    Py_XDECREF(spread->kwnames);
    Py_XDECREF(spread->values);
}

/* Returns 0, or -1 with an error set and nothing to release. */
static int
spread_make(Spread *spread, PyObject *const *args, Py_ssize_t n_args, PyObject *kwargs)
{
    Py_ssize_t n = PyDict_GET_SIZE(kwargs), pos = 0;
    PyObject *key, *value;
    spread->args = NULL;
    spread->kwnames = PyTuple_New(n);
    spread->values = PyTuple_New(n);
    if (spread->kwnames == NULL || spread->values == NULL) {
        goto fail;
    }
    size_t total, bytes;
    if (ou_size_add((size_t)n_args, (size_t)n + 1, &total) || ou_size_mul(total, sizeof(PyObject *), &bytes)) {
        PyErr_NoMemory();
        goto fail;
    }
    PyObject **block = total <= SMALL_CALL + 1 ? spread->small : PyMem_Malloc(bytes);
    if (block == NULL) {
        PyErr_NoMemory();
        goto fail;
    }
    spread->args = block + 1;
    block[0] = NULL;
    if (n_args > 0) {
        memcpy(spread->args, args, (size_t)n_args * sizeof(PyObject *));
    }
    bool all_str = true;
    for (Py_ssize_t i = 0; i < n && PyDict_Next(kwargs, &pos, &key, &value); i++) {
        all_str = all_str && PyUnicode_Check(key);
        PyTuple_SET_ITEM(spread->kwnames, i, Py_NewRef(key));
        PyTuple_SET_ITEM(spread->values, i, Py_NewRef(value));
        spread->args[n_args + i] = value;
    }
    if (!all_str) {
        PyErr_SetString(PyExc_TypeError, "keywords must be strings");
        goto fail;
    }
    return 0;
fail:
    spread_release(spread);
    return -1;
}

/* ---- calls with an array --------------------------------------------------------------------------------------- */

/* The function to call instead of tp_call, or NULL.  Borrowed from the object. */
vectorcallfunc
PyVectorcall_Function(PyObject *callable)
{
    PyTypeObject *type = Py_TYPE(callable);
    if (!PyType_HasFeature(type, Py_TPFLAGS_HAVE_VECTORCALL)) {
        return NULL;
    }
    vectorcallfunc func;
    memcpy(&func, (char *)callable + type->tp_vectorcall_offset, sizeof func);
    return func;
}

static OU_COLD PyObject *
not_callable(PyObject *callable)
{
    PyErr_Format(PyExc_TypeError, "'%.200s' object is not callable", Py_TYPE(callable)->tp_name);
    return NULL;
}

/* tp_call with its recursion counted.  RE-ENTRANT. */
static PyObject *
call_slot(PyThreadState *ts, PyObject *callable, PyObject *args, PyObject *kwargs)
{
    if (ou_recursion_enter(" while calling a Python object")) {
        return NULL;
    }
    PyObject *result = Py_TYPE(callable)->tp_call(callable, args, kwargs);
    ou_recursion_leave();
    return _Py_CheckFunctionResult(ts, callable, result, NULL);
}

/* Call by tp_call with a tuple and a dict made from an array.  `keywords` is NULL, a dict, or a tuple of names whose
 * values follow the positional arguments.  RE-ENTRANT. */
PyObject *
_PyObject_MakeTpCall(PyThreadState *ts, PyObject *callable, PyObject *const *args, Py_ssize_t n_args, PyObject *keywords)
{
    if (Py_TYPE(callable)->tp_call == NULL) {
        return not_callable(callable);
    }
    PyObject *kwargs = NULL;
    PyObject *tuple = PyTuple_New(n_args);
    if (tuple == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n_args; i++) {
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(args[i]));
    }
    if (keywords != NULL) {
        if (PyDict_Check(keywords)) {
            kwargs = Py_NewRef(keywords);
        }
        else if (PyTuple_GET_SIZE(keywords) > 0) {
            kwargs = _PyStack_AsDict(args + n_args, keywords);
            if (kwargs == NULL) {
                Py_DECREF(tuple);
                return NULL;
            }
        }
    }
    OU_HOLD(h, &tuple, &kwargs);
    PyObject *result = call_slot(ts, callable, tuple, kwargs);
    OU_HOLD_END(h);
    Py_DECREF(tuple);
    Py_XDECREF(kwargs);
    return result;
}

static OU_ALWAYS_INLINE PyObject *
vectorcall(PyThreadState *ts, PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    vectorcallfunc func = PyVectorcall_Function(callable);
    if (func == NULL) {
        return _PyObject_MakeTpCall(ts, callable, args, PyVectorcall_NARGS(nargsf), kwnames);
    }
    return _Py_CheckFunctionResult(ts, callable, func(callable, args, nargsf, kwnames), NULL);
}

/* Call with positional arguments args[0 .. n), and values of the keywords kwnames (a tuple or NULL) behind them.
 * Returns new, or NULL with an error set.  RE-ENTRANT; the caller owns callable and arguments. */
PyObject *
PyObject_Vectorcall(PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    return vectorcall(ou_tstate(), callable, args, nargsf, kwnames);
}

PyObject *
_PyObject_FastCall(PyObject *callable, PyObject *const *args, Py_ssize_t n_args)
{
    return vectorcall(ou_tstate(), callable, args, (size_t)n_args, NULL);
}

PyObject *
PyObject_CallNoArgs(PyObject *callable)
{
    PyObject *args[1] = {NULL};
    return vectorcall(ou_tstate(), callable, args + 1, PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
}

PyObject *
PyObject_CallOneArg(PyObject *callable, PyObject *arg)
{
    PyObject *args[2] = {NULL, arg};
    return vectorcall(ou_tstate(), callable, args + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
}

static PyObject *
vectorcall_dict(PyThreadState *ts, vectorcallfunc func, PyObject *callable, PyObject *const *args, size_t nargsf,
                PyObject *kwargs)
{
    if (kwargs == NULL || PyDict_GET_SIZE(kwargs) == 0) {
        return _Py_CheckFunctionResult(ts, callable, func(callable, args, nargsf, NULL), NULL);
    }
    Py_ssize_t n_args = PyVectorcall_NARGS(nargsf);
    Spread spread;
    if (spread_make(&spread, args, n_args, kwargs) < 0) {
        return NULL;
    }
    OU_HOLD(h, &spread.kwnames, &spread.values);
    PyObject *result = func(callable, spread.args, (size_t)n_args | PY_VECTORCALL_ARGUMENTS_OFFSET, spread.kwnames);
    result = _Py_CheckFunctionResult(ts, callable, result, NULL);
    OU_HOLD_END(h);
    spread_release(&spread);
    return result;
}

/* The keywords as a dict or NULL. */
PyObject *
PyObject_VectorcallDict(PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *kwargs)
{
    PyThreadState *ts = ou_tstate();
    vectorcallfunc func = PyVectorcall_Function(callable);
    if (func == NULL) {
        return _PyObject_MakeTpCall(ts, callable, args, PyVectorcall_NARGS(nargsf), kwargs);
    }
    return vectorcall_dict(ts, func, callable, args, nargsf, kwargs);
}

/* ---- calls with a tuple and a dict ----------------------------------------------------------------------------- */

/* tp_call of types that have a vectorcall function.  RE-ENTRANT. */
PyObject *
PyVectorcall_Call(PyObject *callable, PyObject *args, PyObject *kwargs)
{
    PyTypeObject *type = Py_TYPE(callable);
    Py_ssize_t offset = type->tp_vectorcall_offset;
    vectorcallfunc func = NULL;
    if (offset > 0) {
        memcpy(&func, (char *)callable + offset, sizeof func);
    }
    if (func == NULL) {
        PyErr_Format(PyExc_TypeError, "'%.200s' object does not support vectorcall", type->tp_name);
        return NULL;
    }
    return vectorcall_dict(ou_tstate(), func, callable, &PyTuple_GET_ITEM(args, 0), (size_t)PyTuple_GET_SIZE(args), kwargs);
}

/* callable(*args, **kwargs).  Returns new, or NULL with an error set.  RE-ENTRANT. */
PyObject *
PyObject_Call(PyObject *callable, PyObject *args, PyObject *kwargs)
{
    PyThreadState *ts = ou_tstate();
    vectorcallfunc func = PyVectorcall_Function(callable);
    if (func != NULL) {
        return vectorcall_dict(ts, func, callable, &PyTuple_GET_ITEM(args, 0), (size_t)PyTuple_GET_SIZE(args), kwargs);
    }
    if (Py_TYPE(callable)->tp_call == NULL) {
        return not_callable(callable);
    }
    return call_slot(ts, callable, args, kwargs);
}

PyObject *
PyCFunction_Call(PyObject *callable, PyObject *args, PyObject *kwargs)
{
    return PyObject_Call(callable, args, kwargs);
}

/* callable(*args); args may be NULL. */
PyObject *
PyObject_CallObject(PyObject *callable, PyObject *args)
{
    return PyEval_CallObjectWithKeywords(callable, args, NULL);
}

PyObject *
PyEval_CallObjectWithKeywords(PyObject *callable, PyObject *args, PyObject *kwargs)
{
    if (args != NULL && !PyTuple_Check(args)) {
        PyErr_SetString(PyExc_TypeError, "argument list must be a tuple");
        return NULL;
    }
    if (kwargs != NULL && !PyDict_Check(kwargs)) {
        PyErr_SetString(PyExc_TypeError, "keyword list must be a dictionary");
        return NULL;
    }
    if (args == NULL) {
        return PyObject_VectorcallDict(callable, NULL, 0, kwargs);
    }
    return PyObject_Call(callable, args, kwargs);
}

/* ---- methods --------------------------------------------------------------------------------------------------- */

/* args[0].name(*args[1:]) without a bound method in between where it can be avoided.  RE-ENTRANT. */
PyObject *
PyObject_VectorcallMethod(PyObject *name, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    PyObject *callable = NULL;
    int unbound = _PyObject_GetMethod(args[0], name, &callable);
    if (callable == NULL) {
        return NULL;
    }
    if (unbound) {
        nargsf &= ~PY_VECTORCALL_ARGUMENTS_OFFSET; /* the word before self is not ours to lend */
    }
    else {
        args++;
        nargsf--;
    }
    OU_HOLD(h, &callable);
    PyObject *result = vectorcall(ou_tstate(), callable, args, nargsf, kwnames);
    OU_HOLD_END(h);
    Py_DECREF(callable);
    return result;
}

/* Call with what the variable arguments list up to NULL, all borrowed; `first` may be NULL. */
static PyObject *
call_listed(PyObject *callable, PyObject *first, va_list list)
{
    PyObject *small[SMALL_CALL + 1];
    PyObject **block = small;
    size_t n = first != NULL;
    va_list counting;
    va_copy(counting, list);
    while (va_arg(counting, PyObject *) != NULL) {
        n++;
    }
    va_end(counting);
    if (n > SMALL_CALL) {
        block = PyMem_Malloc((n + 1) * sizeof(PyObject *)); /* n words have been passed: no overflow */
        if (block == NULL) {
            return PyErr_NoMemory();
        }
    }
    PyObject **args = block + 1;
    size_t i = 0;
    block[0] = NULL;
    if (first != NULL) {
        args[i++] = first;
    }
    while (i < n) {
        args[i++] = va_arg(list, PyObject *);
    }
    PyObject *result = vectorcall(ou_tstate(), callable, args, n | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    if (block != small) {
        PyMem_Free(block);
    }
    return result;
}

PyObject *
PyObject_CallFunctionObjArgs(PyObject *callable, ...)
{
    if (callable == NULL) {
        return ou_null_argument();
    }
    va_list list;
    va_start(list, callable);
    PyObject *result = call_listed(callable, NULL, list);
    va_end(list);
    return result;
}

static PyObject *
call_method_listed(PyObject *self, PyObject *name, va_list list)
{
    PyObject *callable = NULL;
    if (self == NULL || name == NULL) {
        return ou_null_argument();
    }
    int unbound = _PyObject_GetMethod(self, name, &callable);
    if (callable == NULL) {
        return NULL;
    }
    OU_HOLD(h, &callable);
    PyObject *result = call_listed(callable, unbound ? self : NULL, list);
    OU_HOLD_END(h);
    Py_DECREF(callable);
    return result;
}

PyObject *
PyObject_CallMethodObjArgs(PyObject *self, PyObject *name, ...)
{
    va_list list;
    va_start(list, name);
    PyObject *result = call_method_listed(self, name, list);
    va_end(list);
    return result;
}

/* The str of an identifier.  Returns new, or NULL with an error set. */
static PyObject *
identifier_name(_Py_Identifier *id)
{
    return PyUnicode_InternFromString(id->string);
}

PyObject *
_PyObject_CallMethodIdObjArgs(PyObject *self, _Py_Identifier *id, ...)
{
    PyObject *name = identifier_name(id);
    if (name == NULL) {
        return NULL;
    }
    va_list list;
    va_start(list, id);
    OU_HOLD(h, &name);
    PyObject *result = call_method_listed(self, name, list);
    OU_HOLD_END(h);
    va_end(list);
    Py_DECREF(name);
    return result;
}

/* ---- calls with a format --------------------------------------------------------------------------------------- */

/* Arguments by Py_BuildValue's format: several values, one tuple that is spread, or one value. */
static PyObject *
call_formatted(PyObject *callable, const char *format, va_list list, bool size_t_clean)
{
    if (format == NULL || *format == '\0') {
        return PyObject_CallNoArgs(callable);
    }
    PyObject *args = ou_build_arguments(format, list, size_t_clean);
    if (args == NULL) {
        return NULL;
    }
    OU_HOLD(h, &args);
    PyObject *result =
        vectorcall(ou_tstate(), callable, ((PyTupleObject *)args)->ob_item, (size_t)PyTuple_GET_SIZE(args), NULL);
    OU_HOLD_END(h);
    Py_DECREF(args);
    return result;
}

/* The attribute `callable` (taken, may be NULL) called so. */
static PyObject *
call_attribute(PyObject *callable, const char *format, va_list list, bool size_t_clean)
{
    if (callable == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    OU_HOLD(h, &callable);
    if (!PyCallable_Check(callable)) {
        PyErr_Format(PyExc_TypeError, "attribute of type '%.200s' is not callable", Py_TYPE(callable)->tp_name);
    }
    else {
        result = call_formatted(callable, format, list, size_t_clean);
    }
    OU_HOLD_END(h);
    Py_DECREF(callable);
    return result;
}

#define CALL_BY_FORMAT(check, call) \
    if (check) {                    \
        return ou_null_argument();  \
    }                               \
    va_list list;                   \
    va_start(list, format);         \
    PyObject *result = call;        \
    va_end(list);                   \
    return result

PyObject *
PyObject_CallFunction(PyObject *callable, const char *format, ...)
{
    CALL_BY_FORMAT(callable == NULL, call_formatted(callable, format, list, false));
}

PyObject *
_PyObject_CallFunction_SizeT(PyObject *callable, const char *format, ...)
{
    CALL_BY_FORMAT(callable == NULL, call_formatted(callable, format, list, true));
}

PyObject *
PyEval_CallFunction(PyObject *callable, const char *format, ...)
{
    CALL_BY_FORMAT(callable == NULL, call_formatted(callable, format, list, false));
}

PyObject *
PyObject_CallMethod(PyObject *self, const char *name, const char *format, ...)
{
    CALL_BY_FORMAT(self == NULL || name == NULL, call_attribute(PyObject_GetAttrString(self, name), format, list, false));
}

PyObject *
_PyObject_CallMethod_SizeT(PyObject *self, const char *name, const char *format, ...)
{
    CALL_BY_FORMAT(self == NULL || name == NULL, call_attribute(PyObject_GetAttrString(self, name), format, list, true));
}

PyObject *
PyEval_CallMethod(PyObject *self, const char *name, const char *format, ...)
{
    CALL_BY_FORMAT(self == NULL || name == NULL, call_attribute(PyObject_GetAttrString(self, name), format, list, false));
}

PyObject *
_PyObject_CallMethod(PyObject *self, PyObject *name, const char *format, ...)
{
    CALL_BY_FORMAT(self == NULL || name == NULL, call_attribute(PyObject_GetAttr(self, name), format, list, true));
}

PyObject *
_PyObject_CallMethodId(PyObject *self, _Py_Identifier *name, const char *format, ...)
{
    CALL_BY_FORMAT(self == NULL || name == NULL,
                   call_attribute(PyObject_GetAttrString(self, name->string), format, list, false));
}

PyObject *
_PyObject_CallMethodId_SizeT(PyObject *self, _Py_Identifier *name, const char *format, ...)
{
    CALL_BY_FORMAT(self == NULL || name == NULL,
                   call_attribute(PyObject_GetAttrString(self, name->string), format, list, true));
}
