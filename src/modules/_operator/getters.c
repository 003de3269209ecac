/* modules/_operator/getters.c - itemgetter, attrgetter and methodcaller: functions that remember what to ask for.
 *
 * Owns       a getter a tuple of items or of dotted names, each with its parts; a methodcaller a name, arguments and keywords.
 * Invariant  nothing of it changes after __new__, so a call in progress needs to own no more than the getter.
 * Source     Library Reference, operator. */
#include <stddef.h>

#include "modules/_operator/operator.h"
#include "object/alloc.h"
#include "object/hold.h"
#include "object/walk.h"

typedef struct {
    PyObject_HEAD
    PyObject *wanted; /* owned tuple: of items; or of names, as given */
    PyObject *parts;  /* owned tuple, a tuple of interned names for each of `wanted`; NULL in an itemgetter */
    vectorcallfunc vectorcall;
} Getter;

typedef struct {
    PyObject_HEAD
    PyObject *name;   /* owned, interned */
    PyObject *args;   /* owned tuple */
    PyObject *kwargs; /* owned dict or NULL */
    vectorcallfunc vectorcall;
} MethodCaller;

OU_WALKER(getter)
{
    OU_EDGE_OF((Getter *)self, wanted);
    OU_EDGE_OF((Getter *)self, parts);
    return 0;
}

OU_WALKER(methodcaller)
{
    OU_EDGE_OF((MethodCaller *)self, name);
    OU_EDGE_OF((MethodCaller *)self, args);
    OU_EDGE(((MethodCaller *)self)->kwargs, OU_EDGE_FIELD, "keywords", -1);
    return 0;
}

/* Exactly one positional argument, as the messages of all three say it. */
static bool
is_one_argument(const char *name, size_t nargsf, PyObject *kwnames)
{
    if (kwnames != NULL && PyTuple_GET_SIZE(kwnames) > 0) {
        PyErr_Format(PyExc_TypeError, "%s() takes no keyword arguments", name);
        return false;
    }
    return _PyArg_CheckPositional(name, PyVectorcall_NARGS(nargsf), 1, 1);
}

/* ---- itemgetter and attrgetter -------------------------------------------------------------------------------------- */

static int
getter_clear(PyObject *self)
{
    Py_CLEAR(((Getter *)self)->wanted);
    Py_CLEAR(((Getter *)self)->parts);
    return 0;
}

static void
getter_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    getter_clear(self);
    ou_gc_free(self);
}

/* One of the results: the item, or the attribute at the end of the path.  RE-ENTRANT. */
static PyObject *
getter_get(const Getter *g, Py_ssize_t i, PyObject *obj)
{
    if (g->parts == NULL) {
        return PyObject_GetItem(obj, PyTuple_GET_ITEM(g->wanted, i));
    }
    PyObject *path = PyTuple_GET_ITEM(g->parts, i), *at = Py_NewRef(obj);
    OU_HOLD(hold, &at);
    for (Py_ssize_t k = 0; at != NULL && k < PyTuple_GET_SIZE(path); k++) {
        Py_SETREF(at, PyObject_GetAttr(at, PyTuple_GET_ITEM(path, k)));
    }
    OU_HOLD_END(hold);
    return at;
}

static PyObject *
getter_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Getter *g = (Getter *)self;
    if (!is_one_argument(g->parts ? "attrgetter" : "itemgetter", nargsf, kwnames)) {
        return NULL;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(g->wanted);
    if (n == 1) {
        return getter_get(g, 0, args[0]);
    }
    PyObject *all = PyTuple_New(n);
    if (all == NULL) {
        return NULL;
    }
    ou_gc_untrack(all); /* nobody sees it half filled */
    OU_HOLD(hold, &all);
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = getter_get(g, i, args[0]);
        if (item == NULL) {
            break;
        }
        PyTuple_SET_ITEM(all, i, item);
    }
    OU_HOLD_END(hold);
    if (PyTuple_GET_ITEM(all, n - 1) == NULL) {
        Py_DECREF(all);
        return NULL;
    }
    ou_gc_track(all);
    return all;
}

static PyObject *
getter_make(PyTypeObject *type, PyObject *wanted, PyObject *parts)
{
    Getter *g = (Getter *)ou_gc_new(type);
    if (g != NULL) {
        g->wanted = Py_NewRef(wanted);
        g->parts = Py_XNewRef(parts);
        g->vectorcall = getter_vectorcall;
        ou_gc_track((PyObject *)g);
    }
    return (PyObject *)g;
}

static PyObject *
itemgetter_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (!_PyArg_NoKeywords("itemgetter", kwargs)
        || (PyTuple_GET_SIZE(args) == 0 && !_PyArg_CheckPositional("itemgetter", 0, 1, 1))) {
        return NULL;
    }
    return getter_make(type, args, NULL);
}

/* "a.b" as the tuple ("a", "b"). */
static PyObject *
path_of(PyObject *dotted)
{
    PyObject *dot = PyUnicode_FromString("."), *list = dot == NULL ? NULL : PyUnicode_Split(dotted, dot, -1), *path = NULL;
    Py_XDECREF(dot);
    if (list != NULL) {
        for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
            PyUnicode_InternInPlace(&((PyListObject *)list)->ob_item[i]);
        }
        path = PyList_AsTuple(list);
        Py_DECREF(list);
    }
    return path;
}

static PyObject *
attrgetter_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Py_ssize_t n = PyTuple_GET_SIZE(args);
    if (!_PyArg_NoKeywords("attrgetter", kwargs) || (n == 0 && !_PyArg_CheckPositional("attrgetter", 0, 1, 1))) {
        return NULL;
    }
    PyObject *parts = PyTuple_New(n), *result = NULL;
    for (Py_ssize_t i = 0; parts != NULL && i < n; i++) {
        PyObject *name = PyTuple_GET_ITEM(args, i), *path = NULL;
        if (!PyUnicode_Check(name)) {
            PyErr_SetString(PyExc_TypeError, "attribute name must be a string");
        }
        else {
            path = path_of(name);
        }
        if (path == NULL) {
            Py_CLEAR(parts);
            break;
        }
        PyTuple_SET_ITEM(parts, i, path);
    }
    if (parts != NULL) {
        result = getter_make(type, args, parts);
        Py_DECREF(parts);
    }
    return result;
}

/* itemgetter(1, 2): the type's name and the tuple's repr, which has a comma too many if it is alone.  RE-ENTRANT. */
static PyObject *
getter_repr(PyObject *self)
{
    PyObject *wanted = ((Getter *)self)->wanted, *text = NULL;
    int entered = Py_ReprEnter(self);
    if (entered != 0) {
        return entered < 0 ? NULL : PyUnicode_FromFormat("%s(...)", Py_TYPE(self)->tp_name);
    }
    if (PyTuple_GET_SIZE(wanted) == 1) {
        text = PyUnicode_FromFormat("%s(%R)", Py_TYPE(self)->tp_name, PyTuple_GET_ITEM(wanted, 0));
    }
    else {
        text = PyUnicode_FromFormat("%s%R", Py_TYPE(self)->tp_name, wanted);
    }
    Py_ReprLeave(self);
    return text;
}

static PyObject *
getter_reduce(PyObject *self, PyObject *ignored)
{
    return PyTuple_Pack(2, (PyObject *)Py_TYPE(self), ((Getter *)self)->wanted);
}

static PyMethodDef getter_methods[] = {
    {"__reduce__", getter_reduce, METH_NOARGS, "Return state information for pickling"},
    {NULL},
};

#define GETTER_TYPE(text, about)                                                                                            \
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "operator." text, .tp_basicsize = sizeof(Getter),                      \
                                        .tp_dealloc = getter_dealloc, .tp_vectorcall_offset = offsetof(Getter, vectorcall), \
                                        .tp_repr = getter_repr, .tp_call = PyVectorcall_Call,                               \
                                        .tp_getattro = PyObject_GenericGetAttr,                                             \
                                        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,   \
                                        .tp_doc = about, .tp_traverse = getter_traverse, .tp_clear = getter_clear,          \
                                        .tp_methods = getter_methods

PyTypeObject ou_itemgetter_type = {
    GETTER_TYPE("itemgetter", "itemgetter(item, ...) --> itemgetter object\n\n"
                              "f = itemgetter(2, 5); f(r) returns (r[2], r[5]); with one item r[2] alone."),
    .tp_new = itemgetter_new,
};
PyTypeObject ou_attrgetter_type = {
    GETTER_TYPE("attrgetter", "attrgetter(attr, ...) --> attrgetter object\n\n"
                              "f = attrgetter('name.first', 'age'); f(r) returns (r.name.first, r.age); one attribute alone."),
    .tp_new = attrgetter_new,
};

/* ---- methodcaller --------------------------------------------------------------------------------------------------- */

static int
methodcaller_clear(PyObject *self)
{
    Py_CLEAR(((MethodCaller *)self)->name);
    Py_CLEAR(((MethodCaller *)self)->args);
    Py_CLEAR(((MethodCaller *)self)->kwargs);
    return 0;
}

static void
methodcaller_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    methodcaller_clear(self);
    ou_gc_free(self);
}

/* RE-ENTRANT. */
static PyObject *
methodcaller_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    enum { ON_STACK = 6 }; /* arguments; arbitrary */
    MethodCaller *m = (MethodCaller *)self;
    if (!is_one_argument("methodcaller", nargsf, kwnames)) {
        return NULL;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(m->args);
    if (m->kwargs == NULL && n <= ON_STACK) {
        PyObject *window[ON_STACK + 2] = {NULL, args[0]};
        memcpy(window + 2, &PyTuple_GET_ITEM(m->args, 0), (size_t)n * sizeof *window);
        return PyObject_VectorcallMethod(m->name, window + 1, (size_t)(n + 1) | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    }
    PyObject *method = PyObject_GetAttr(args[0], m->name), *result = NULL;
    if (method != NULL) {
        OU_HOLD(hold, &method);
        result = PyObject_Call(method, m->args, m->kwargs);
        OU_HOLD_END(hold);
        Py_DECREF(method);
    }
    return result;
}

static PyObject *
methodcaller_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) < 1) {
        PyErr_SetString(PyExc_TypeError, "methodcaller needs at least one argument, the method name");
        return NULL;
    }
    PyObject *name = PyTuple_GET_ITEM(args, 0), *rest, *keywords = NULL;
    if (!PyUnicode_Check(name)) {
        PyErr_SetString(PyExc_TypeError, "method name must be a string");
        return NULL;
    }
    rest = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args));
    if (rest != NULL && kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0) {
        keywords = PyDict_Copy(kwargs);
        if (keywords == NULL) {
            Py_CLEAR(rest);
        }
    }
    MethodCaller *m = rest == NULL ? NULL : (MethodCaller *)ou_gc_new(type);
    if (m == NULL) {
        Py_XDECREF(rest);
        Py_XDECREF(keywords);
        return NULL;
    }
    m->name = Py_NewRef(name);
    PyUnicode_InternInPlace(&m->name);
    m->args = rest;
    m->kwargs = keywords;
    m->vectorcall = methodcaller_vectorcall;
    ou_gc_track((PyObject *)m);
    return (PyObject *)m;
}

/* RE-ENTRANT: the reprs of the arguments, which nothing can change meanwhile. */
static PyObject *
methodcaller_repr(PyObject *self)
{
    MethodCaller *m = (MethodCaller *)self;
    PyObject *text, *key, *value;
    int entered = Py_ReprEnter(self);
    if (entered != 0) {
        return entered < 0 ? NULL : PyUnicode_FromFormat("%s(...)", Py_TYPE(self)->tp_name);
    }
    text = PyUnicode_FromFormat("%s(%R", Py_TYPE(self)->tp_name, m->name);
    OU_HOLD(hold, &text);
    for (Py_ssize_t i = 0; text != NULL && i < PyTuple_GET_SIZE(m->args); i++) {
        Py_SETREF(text, PyUnicode_FromFormat("%U, %R", text, PyTuple_GET_ITEM(m->args, i)));
    }
    for (Py_ssize_t at = 0; text != NULL && m->kwargs != NULL && PyDict_Next(m->kwargs, &at, &key, &value);) {
        Py_SETREF(text, PyUnicode_FromFormat("%U, %U=%R", text, key, value));
    }
    if (text != NULL) {
        Py_SETREF(text, PyUnicode_FromFormat("%U)", text));
    }
    OU_HOLD_END(hold);
    Py_ReprLeave(self);
    return text;
}

/* With keywords, pickle makes it again by way of functools.partial.  RE-ENTRANT. */
static PyObject *
methodcaller_reduce(PyObject *self, PyObject *ignored)
{
    MethodCaller *m = (MethodCaller *)self;
    PyObject *result = NULL;
    if (m->kwargs == NULL) {
        PyObject *name = PyTuple_Pack(1, m->name), *all = name == NULL ? NULL : PySequence_Concat(name, m->args);
        Py_XDECREF(name);
        result = all == NULL ? NULL : PyTuple_Pack(2, (PyObject *)Py_TYPE(self), all);
        Py_XDECREF(all);
        return result;
    }
    PyObject *functools = PyImport_ImportModule("functools"), *partial = NULL, *start = NULL;
    OU_HOLD(hold, &functools, &partial, &start);
    partial = functools == NULL ? NULL : PyObject_GetAttrString(functools, "partial");
    start = partial == NULL ? NULL : PyTuple_Pack(2, (PyObject *)Py_TYPE(self), m->name);
    if (start != NULL) {
        PyObject *made = PyObject_Call(partial, start, m->kwargs);
        result = made == NULL ? NULL : PyTuple_Pack(2, made, m->args);
        Py_XDECREF(made);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(start);
    Py_XDECREF(partial);
    Py_XDECREF(functools);
    return result;
}

static PyMethodDef methodcaller_methods[] = {
    {"__reduce__", methodcaller_reduce, METH_NOARGS, "Return state information for pickling"},
    {NULL},
};

PyTypeObject ou_methodcaller_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "operator.methodcaller",
    .tp_basicsize = sizeof(MethodCaller),
    .tp_dealloc = methodcaller_dealloc,
    .tp_vectorcall_offset = offsetof(MethodCaller, vectorcall),
    .tp_repr = methodcaller_repr,
    .tp_call = PyVectorcall_Call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_doc = "methodcaller(name, ...) --> methodcaller object\n\n"
              "f = methodcaller('name', 1, key=2); f(r) returns r.name(1, key=2).",
    .tp_traverse = methodcaller_traverse,
    .tp_clear = methodcaller_clear,
    .tp_methods = methodcaller_methods,
    .tp_new = methodcaller_new,
};
