/* types/exception_group.c - BaseExceptionGroup: several exceptions raised together, taken apart by except* (PEP 654).
 *
 * Owns       msg and excs of PyBaseExceptionGroupObject beside BaseException's fields.
 * Invariant  msg is a str and excs a tuple of exceptions, at least one; neither changes.
 * Not here   ExceptionGroup, which is made at start-up (exceptions.c); how groups are shown (runtime/error_print.c). */
#include "types/exception.h"
#include <structmember.h>

OU_WALKER(exception_group)
{
    PyBaseExceptionGroupObject *exc = (PyBaseExceptionGroupObject *)self;
    OU_EDGE_OF(exc, msg);
    OU_EDGE_OF(exc, excs);
    OU_EXCEPTION_EDGES(exc);
    return 0;
}

OU_EXCEPTION_KIND_FUNCTIONS(exception_group)

int
ou_exception_group_clear(PyObject *self)
{
    PyBaseExceptionGroupObject *exc = (PyBaseExceptionGroupObject *)self;
    Py_CLEAR(exc->msg);
    Py_CLEAR(exc->excs);
    return ou_exception_clear(self);
}

int
ou_exception_group_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return ou_exception_init(self, args, kwargs);
}

static PyBaseExceptionGroupObject *
as_group(PyObject *op)
{
    return (PyBaseExceptionGroupObject *)op;
}

/* ---- making ---------------------------------------------------------------------------------------------------- */

/* Check the members and find the class to make.  Returns borrowed, or NULL with an error set. */
static PyTypeObject *
class_for(PyTypeObject *type, PyObject *excs)
{
    bool all_plain = true; /* all derive from Exception */
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(excs); i++) {
        PyObject *exc = PyTuple_GET_ITEM(excs, i);
        if (!PyExceptionInstance_Check(exc)) {
            PyErr_Format(PyExc_ValueError, "Item %zd of second argument (exceptions) is not an exception", i);
            return NULL;
        }
        all_plain = all_plain && PyObject_TypeCheck(exc, &_PyExc_Exception);
    }
    if (type == &_PyExc_BaseExceptionGroup) {
        return all_plain ? (PyTypeObject *)PyExc_ExceptionGroup : type;
    }
    if (!all_plain && (PyObject *)type == PyExc_ExceptionGroup) {
        PyErr_SetString(PyExc_TypeError, "Cannot nest BaseExceptions in an ExceptionGroup");
        return NULL;
    }
    if (!all_plain && PyType_IsSubtype(type, &_PyExc_Exception)) {
        PyErr_Format(PyExc_TypeError, "Cannot nest BaseExceptions in '%.200s'", type->tp_name);
        return NULL;
    }
    return type;
}

static PyObject *
exception_group_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *message, *exceptions;
    if (!PyArg_ParseTuple(args, "UO:BaseExceptionGroup.__new__", &message, &exceptions)) {
        return NULL;
    }
    if (!PySequence_Check(exceptions)) {
        PyErr_SetString(PyExc_TypeError, "second argument (exceptions) must be a sequence");
        return NULL;
    }
    PyObject *excs = PySequence_Tuple(exceptions);
    if (excs == NULL) {
        return NULL;
    }
    PyBaseExceptionGroupObject *self = NULL;
    if (PyTuple_GET_SIZE(excs) == 0) {
        PyErr_SetString(PyExc_ValueError, "second argument (exceptions) must be a non-empty sequence");
    }
    else {
        PyTypeObject *class = class_for(type, excs);
        self = class != NULL ? (PyBaseExceptionGroupObject *)ou_exception_new(class, args, kwargs) : NULL;
    }
    if (self != NULL) {
        self->msg = Py_NewRef(message);
        self->excs = Py_NewRef(excs);
    }
    Py_DECREF(excs);
    return (PyObject *)self;
}

/* ExceptionGroup(message, exceptions) or its base.  Returns new, or NULL with an error set. */
PyObject *
_PyExc_CreateExceptionGroup(const char *message, PyObject *exceptions)
{
    return PyObject_CallFunction(PyExc_BaseExceptionGroup, "sO", message, exceptions);
}

static PyObject *
exception_group_str(PyObject *self)
{
    PyBaseExceptionGroupObject *group = as_group(self);
    if (group->excs == NULL) {
        return Py_NewRef(OU_EMPTY_STR);
    }
    Py_ssize_t n = PyTuple_GET_SIZE(group->excs);
    return PyUnicode_FromFormat("%S (%zd sub-exception%s)", group->msg, n, n > 1 ? "s" : "");
}

static PyObject *
exception_group_derive(PyObject *self, PyObject *excs)
{
    PyObject *args = PyTuple_Pack(2, as_group(self)->msg, excs);
    if (args == NULL) {
        return NULL;
    }
    OU_HOLD(h, &args);
    PyObject *result = PyObject_Call(PyExc_BaseExceptionGroup, args, NULL);
    OU_HOLD_END(h);
    Py_DECREF(args);
    return result;
}

/* ---- taking apart ---------------------------------------------------------------------------------------------- */

/* What is looked for. */
typedef struct {
    enum { BY_TYPE, BY_PREDICATE, BY_IDENTITY } kind;
    PyObject *value; /* borrowed: class or tuple of classes; callable; set of addresses as ints */
} Matcher;

/* The argument of split() and subgroup().  Returns 0, or -1 with TypeError set. */
static int
matcher_init(Matcher *matcher, PyObject *value)
{
    matcher->value = value;
    matcher->kind = BY_TYPE;
    if (PyExceptionClass_Check(value)) {
        return 0;
    }
    if (PyTuple_CheckExact(value)) {
        Py_ssize_t n = PyTuple_GET_SIZE(value), i = 0;
        while (i < n && PyExceptionClass_Check(PyTuple_GET_ITEM(value, i))) {
            i++;
        }
        if (i == n) {
            return 0;
        }
    }
    else if (PyFunction_Check(value)) {
        matcher->kind = BY_PREDICATE;
        return 0;
    }
    PyErr_SetString(PyExc_TypeError, "expected a function, exception type or tuple of exception types");
    return -1;
}

/* 1, 0, or -1 with an error set.  RE-ENTRANT. */
static int
matches(const Matcher *matcher, PyObject *exc)
{
    if (matcher->kind == BY_TYPE) {
        return PyErr_GivenExceptionMatches(exc, matcher->value);
    }
    if (matcher->kind == BY_IDENTITY) {
        PyObject *address = PyLong_FromVoidPtr(exc);
        if (address == NULL) {
            return -1;
        }
        int found = PySet_Contains(matcher->value, address);
        Py_DECREF(address);
        return found;
    }
    PyObject *result = PyObject_CallOneArg(matcher->value, exc);
    if (result == NULL) {
        return -1;
    }
    int truth = PyObject_IsTrue(result);
    Py_DECREF(result);
    return truth;
}

/* A group like `original` with the members in the list: by its derive(), with its places and notes.
 * Returns new (None for an empty list), or NULL with an error set.  RE-ENTRANT. */
static PyObject *
subset(PyObject *original, PyObject *members)
{
    if (PyList_GET_SIZE(members) == 0) {
        Py_RETURN_NONE;
    }
    PyObject *notes = NULL;
    PyObject *group = PyObject_CallMethod(original, "derive", "(O)", members);
    if (group == NULL) {
        return NULL;
    }
    OU_HOLD(h, &group, &notes);
    bool ok = false;
    if (!_PyBaseExceptionGroup_Check(group)) {
        PyErr_SetString(PyExc_TypeError, "derive must return an instance of BaseExceptionGroup");
        goto done;
    }
    PyObject *traceback = PyException_GetTraceback(original);
    if (traceback != NULL) {
        int status = PyException_SetTraceback(group, traceback);
        Py_DECREF(traceback);
        if (status < 0) {
            goto done;
        }
    }
    PyException_SetContext(group, PyException_GetContext(original));
    PyException_SetCause(group, PyException_GetCause(original));
    if (_PyObject_LookupAttr(original, OU_STR(__notes__), &notes) < 0) {
        goto done;
    }
    if (notes != NULL && PySequence_Check(notes)) {
        /* Each group has a list of its own, so that a note added to one is not added to all. */
        PyObject *copy = PySequence_List(notes);
        if (copy == NULL) {
            goto done;
        }
        Py_SETREF(notes, copy);
        if (PyObject_SetAttr(group, OU_STR(__notes__), notes) < 0) {
            goto done;
        }
    }
    ok = true;
done:
    OU_HOLD_END(h);
    Py_XDECREF(notes);
    if (!ok) {
        Py_CLEAR(group);
    }
    return group;
}

/* What of `exc` matches, and (if `rest` is not NULL) what is left: each new, or None.
 * Returns 0, or -1 with an error set.  RE-ENTRANT. */
static int
split(PyObject *exc, const Matcher *matcher, PyObject **match, PyObject **rest)
{
    *match = NULL;
    if (rest != NULL) {
        *rest = NULL;
    }
    int whole = matches(matcher, exc);
    if (whole < 0) {
        return -1;
    }
    if (whole || !_PyBaseExceptionGroup_Check(exc)) {
        *match = Py_NewRef(whole ? exc : Py_None);
        if (rest != NULL) {
            *rest = Py_NewRef(whole ? Py_None : exc);
        }
        return 0;
    }
    int status = -1;
    PyObject *match_list = PyList_New(0), *rest_list = rest != NULL ? PyList_New(0) : NULL;
    PyObject *of_match = NULL, *of_rest = NULL, *members = Py_NewRef(as_group(exc)->excs);
    OU_HOLD(h, &match_list, &rest_list, &of_match, &of_rest, &members);
    if (match_list == NULL || (rest != NULL && rest_list == NULL)) {
        goto done;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(members); i++) {
        if (Py_EnterRecursiveCall(" in exceptiongroup_split_recursive")) {
            goto done;
        }
        int one = split(PyTuple_GET_ITEM(members, i), matcher, &of_match, rest != NULL ? &of_rest : NULL);
        Py_LeaveRecursiveCall();
        if (one < 0) {
            goto done;
        }
        if (of_match != Py_None && PyList_Append(match_list, of_match) < 0) {
            goto done;
        }
        if (rest != NULL && of_rest != Py_None && PyList_Append(rest_list, of_rest) < 0) {
            goto done;
        }
        Py_CLEAR(of_match);
        Py_CLEAR(of_rest);
    }
    of_match = subset(exc, match_list);
    if (of_match == NULL) {
        goto done;
    }
    if (rest != NULL) {
        of_rest = subset(exc, rest_list);
        if (of_rest == NULL) {
            goto done;
        }
        *rest = of_rest;
        of_rest = NULL;
    }
    *match = of_match;
    of_match = NULL;
    status = 0;
done:
    OU_HOLD_END(h);
    Py_XDECREF(match_list);
    Py_XDECREF(rest_list);
    Py_XDECREF(of_match);
    Py_XDECREF(of_rest);
    Py_DECREF(members);
    return status;
}

static PyObject *
exception_group_split(PyObject *self, PyObject *args)
{
    PyObject *value, *match, *rest;
    Matcher matcher;
    if (!PyArg_UnpackTuple(args, "split", 1, 1, &value) || matcher_init(&matcher, value) < 0
        || split(self, &matcher, &match, &rest) < 0) {
        return NULL;
    }
    PyObject *result = PyTuple_Pack(2, match, rest);
    Py_DECREF(match);
    Py_DECREF(rest);
    return result;
}

static PyObject *
exception_group_subgroup(PyObject *self, PyObject *args)
{
    PyObject *value, *match;
    Matcher matcher;
    if (!PyArg_UnpackTuple(args, "subgroup", 1, 1, &value) || matcher_init(&matcher, value) < 0
        || split(self, &matcher, &match, NULL) < 0) {
        return NULL;
    }
    return match;
}

/* ---- for except* ----------------------------------------------------------------------------------------------- */

int
ou_exception_group_match(PyObject *exc, PyObject *type, PyObject **matched, PyObject **rest)
{
    *matched = *rest = NULL;
    if (exc == Py_None) {
        *matched = Py_NewRef(Py_None);
        *rest = Py_NewRef(Py_None);
        return 0;
    }
    if (PyErr_GivenExceptionMatches(exc, type)) {
        if (_PyBaseExceptionGroup_Check(exc)) {
            *matched = Py_NewRef(exc);
        }
        else {
            /* A naked exception is put into a group, so that the block always has one. */
            PyObject *alone = PyTuple_Pack(1, exc);
            if (alone == NULL) {
                return -1;
            }
            OU_HOLD(h, &alone);
            *matched = _PyExc_CreateExceptionGroup("", alone);
            OU_HOLD_END(h);
            Py_DECREF(alone);
            if (*matched == NULL) {
                return -1;
            }
        }
        *rest = Py_NewRef(Py_None);
        return 0;
    }
    if (!_PyBaseExceptionGroup_Check(exc)) {
        *matched = Py_NewRef(Py_None);
        *rest = Py_NewRef(exc);
        return 0;
    }
    PyObject *pair = PyObject_CallMethodOneArg(exc, OU_STR(split), type);
    if (pair == NULL) {
        return -1;
    }
    if (!PyTuple_CheckExact(pair)) {
        PyErr_Format(PyExc_TypeError, "%.200s.split must return a tuple, not %.200s", Py_TYPE(exc)->tp_name,
                     Py_TYPE(pair)->tp_name);
        Py_DECREF(pair);
        return -1;
    }
    if (PyTuple_GET_SIZE(pair) < 2) {
        PyErr_Format(PyExc_TypeError, "%.200s.split must return a 2-tuple, got tuple of size %zd", Py_TYPE(exc)->tp_name,
                     PyTuple_GET_SIZE(pair));
        Py_DECREF(pair);
        return -1;
    }
    *matched = Py_NewRef(PyTuple_GET_ITEM(pair, 0));
    *rest = Py_NewRef(PyTuple_GET_ITEM(pair, 1));
    Py_DECREF(pair);
    return 0;
}

/* Was `exc` raised again by the block that caught it, not raised anew?  Then it stands where the original stands. */
static bool
is_same_place(PyObject *exc, PyObject *original)
{
    PyBaseExceptionObject *a = (PyBaseExceptionObject *)exc, *b = (PyBaseExceptionObject *)original;
    return _PyBaseExceptionGroup_Check(exc) && a->traceback == b->traceback && a->cause == b->cause && a->context == b->context;
}

/* The addresses of all exceptions in a group that are no groups, into the set.  Returns 0, or -1 with an error set. */
static int
collect_leaves(PyObject *exc, PyObject *set)
{
    if (!_PyBaseExceptionGroup_Check(exc)) {
        PyObject *address = PyLong_FromVoidPtr(exc);
        int status = address != NULL ? PySet_Add(set, address) : -1;
        Py_XDECREF(address);
        return status;
    }
    PyObject *members = as_group(exc)->excs;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(members); i++) {
        if (Py_EnterRecursiveCall(" in collect_exception_group_leaf_ids")) {
            return -1;
        }
        int status = collect_leaves(PyTuple_GET_ITEM(members, i), set);
        Py_LeaveRecursiveCall();
        if (status < 0) {
            return -1;
        }
    }
    return 0;
}

/* The part of `original` whose leaves are in the groups of the list: in the original's shape.  Returns new, or None. */
static PyObject *
projection(PyObject *original, PyObject *groups)
{
    PyObject *result = NULL;
    PyObject *set = PySet_New(NULL);
    if (set == NULL) {
        return NULL;
    }
    OU_HOLD(h, &set);
    Py_ssize_t n = PyList_GET_SIZE(groups), i = 0;
    while (i < n && collect_leaves(PyList_GET_ITEM(groups, i), set) == 0) {
        i++;
    }
    if (i == n) {
        Matcher matcher = {BY_IDENTITY, set};
        if (split(original, &matcher, &result, NULL) < 0) {
            result = NULL;
        }
    }
    OU_HOLD_END(h);
    Py_DECREF(set);
    return result;
}

PyObject *
_PyExc_PrepReraiseStar(PyObject *original, PyObject *excs)
{
    Py_ssize_t n = PyList_GET_SIZE(excs);
    if (!_PyBaseExceptionGroup_Check(original)) {
        /* A naked exception: at most one block has run. */
        for (Py_ssize_t i = 0; i < n; i++) {
            if (PyList_GET_ITEM(excs, i) != Py_None) {
                return Py_NewRef(PyList_GET_ITEM(excs, i));
            }
        }
        Py_RETURN_NONE;
    }
    PyObject *raised = PyList_New(0), *again = PyList_New(0), *rest = NULL, *result = NULL;
    OU_HOLD(h, &raised, &again, &rest);
    if (raised == NULL || again == NULL) {
        goto done;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *exc = PyList_GET_ITEM(excs, i);
        if (exc != Py_None && PyList_Append(is_same_place(exc, original) ? again : raised, exc) < 0) {
            goto done;
        }
    }
    rest = PyList_GET_SIZE(again) > 0 ? projection(original, again) : Py_NewRef(Py_None);
    if (rest == NULL) {
        goto done;
    }
    if (PyList_GET_SIZE(raised) == 0) {
        result = Py_NewRef(rest);
        goto done;
    }
    if (rest != Py_None && PyList_Append(raised, rest) < 0) {
        goto done;
    }
    result = _PyExc_CreateExceptionGroup("", raised); /* of one too: 3.11 wraps it */
done:
    OU_HOLD_END(h);
    Py_XDECREF(raised);
    Py_XDECREF(again);
    Py_XDECREF(rest);
    return result;
}

/* ---- the type -------------------------------------------------------------------------------------------------- */

static PyMemberDef exception_group_members[] = {
    {"message", T_OBJECT, offsetof(PyBaseExceptionGroupObject, msg), READONLY, "the message"},
    {"exceptions", T_OBJECT, offsetof(PyBaseExceptionGroupObject, excs), READONLY, "the exceptions in it"},
    {NULL, 0, 0, 0, NULL},
};

static PyMethodDef exception_group_methods[] = {
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "See PEP 585"},
    {"derive", exception_group_derive, METH_O, NULL},
    {"split", exception_group_split, METH_VARARGS, NULL},
    {"subgroup", exception_group_subgroup, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

PyTypeObject _PyExc_BaseExceptionGroup = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
        OU_EXCEPTION_SLOTS(BaseExceptionGroup, BaseException, exception_group, PyBaseExceptionGroupObject,
                           "Several exceptions that are raised together."),
    .tp_str = exception_group_str,
    .tp_methods = exception_group_methods,
    .tp_members = exception_group_members,
    .tp_new = exception_group_new,
};
PyObject *PyExc_BaseExceptionGroup = (PyObject *)&_PyExc_BaseExceptionGroup;
