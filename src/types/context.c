/* types/context.c - context variables (PEP 567): Context, ContextVar, Token.
 *
 * A context's variables lie in a dict that contexts share: copying a context copies a pointer, and whoever sets a variable
 * while the dict has another holder (a context, an iterator) takes a copy of it first.
 *
 * Owns       a context its dict and, while it is entered, the context before it; a token its context, variable and old value.
 * Invariant  keys of the dict are ContextVars, compared by identity: no lookup runs Python code.
 * Not here   module _contextvars (Debian's, through this API). */
#include "object/type.h"
#include "object/alloc.h"
#include "object/hold.h"
#include "object/walk.h"
#include <structmember.h>

struct _pycontextobject {
    PyObject_HEAD
    PyObject *previous; /* the thread's context before this one was entered, or NULL */
    PyObject *vars;     /* dict; NULL: empty */
    PyObject *weakreflist;
    bool entered;
};

struct _pycontextvarobject {
    PyObject_HEAD
    PyObject *name;
    PyObject *fallback; /* default, or NULL */
};

struct _pycontexttokenobject {
    PyObject_HEAD
    PyObject *context;
    PyObject *var;
    PyObject *old_value; /* NULL: the variable had none */
    bool used;
};

extern PyTypeObject ou_context_token_missing_type;
static PyObject token_missing = {OU_LOOSE_COUNT, &ou_context_token_missing_type};

OU_WALKER(context)
{
    PyContext *context = (PyContext *)self;
    OU_EDGE_OF(context, previous);
    OU_EDGE_OF(context, vars);
    return 0;
}

OU_WALKER(context_var)
{
    PyContextVar *var = (PyContextVar *)self;
    OU_EDGE_OF(var, name);
    OU_EDGE_OF(var, fallback);
    return 0;
}

OU_WALKER(context_token)
{
    PyContextToken *token = (PyContextToken *)self;
    OU_EDGE_OF(token, context);
    OU_EDGE_OF(token, var);
    OU_EDGE_OF(token, old_value);
    return 0;
}

/* ---- contexts -------------------------------------------------------------------------------------------------- */

/* Returns new, or NULL with an error set. */
static PyContext *
context_make(PyObject *vars)
{
    PyContext *self = (PyContext *)ou_gc_new(&PyContext_Type);
    if (self != NULL) {
        self->vars = Py_XNewRef(vars);
        ou_gc_track((PyObject *)self);
    }
    return self;
}

static int
context_clear(PyObject *self)
{
    Py_CLEAR(((PyContext *)self)->previous);
    Py_CLEAR(((PyContext *)self)->vars);
    return 0;
}

static void
context_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    if (((PyContext *)self)->weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    context_clear(self);
    ou_gc_free(self);
}

/* The thread's context, made if it has none.  Borrowed, or NULL with MemoryError. */
static PyContext *
context_current(void)
{
    PyThreadState *ts = ou_tstate();
    if (ts->context == NULL) {
        ts->context = (PyObject *)context_make(NULL);
    }
    return (PyContext *)ts->context;
}

static PyContext *
context_checked(PyObject *op)
{
    if (!PyContext_CheckExact(op)) {
        PyErr_SetString(PyExc_TypeError, "an instance of Context was expected");
        return NULL;
    }
    return (PyContext *)op;
}

/* The dict, for writing: this context's alone.  Borrowed, or NULL with MemoryError. */
static PyObject *
context_own_vars(PyContext *context)
{
    if (context->vars == NULL) {
        context->vars = PyDict_New();
    }
    else if (Py_REFCNT(context->vars) > 1) {
        PyObject *copy = PyDict_Copy(context->vars);
        if (copy == NULL) {
            return NULL;
        }
        Py_SETREF(context->vars, copy);
    }
    return context->vars;
}

/* Borrowed; NULL if the variable has no value here (no error is set). */
static PyObject *
context_lookup(PyContext *context, PyObject *var)
{
    return context != NULL && context->vars != NULL ? PyDict_GetItemWithError(context->vars, var) : NULL;
}

PyObject *
PyContext_New(void)
{
    return (PyObject *)context_make(NULL);
}

PyObject *
PyContext_Copy(PyObject *op)
{
    PyContext *context = context_checked(op);
    return context != NULL ? (PyObject *)context_make(context->vars) : NULL;
}

PyObject *
PyContext_CopyCurrent(void)
{
    PyContext *context = context_current();
    return context != NULL ? (PyObject *)context_make(context->vars) : NULL;
}

/* Make it the thread's context.  Returns 0, or -1 with an error set. */
int
PyContext_Enter(PyObject *op)
{
    PyThreadState *ts = ou_tstate();
    PyContext *context = context_checked(op);
    if (context == NULL) {
        return -1;
    }
    if (context->entered) {
        PyErr_Format(PyExc_RuntimeError, "cannot enter context: %R is already entered", op);
        return -1;
    }
    context->previous = ts->context; /* the reference moves */
    context->entered = true;
    ts->context = Py_NewRef(op);
    ts->context_ver++;
    return 0;
}

int
PyContext_Exit(PyObject *op)
{
    PyThreadState *ts = ou_tstate();
    PyContext *context = context_checked(op);
    if (context == NULL) {
        return -1;
    }
    if (!context->entered) {
        PyErr_Format(PyExc_RuntimeError, "cannot exit context: %R has not been entered", op);
        return -1;
    }
    if (ts->context != op) {
        PyErr_SetString(PyExc_RuntimeError, "cannot exit context: thread state references a different context object");
        return -1;
    }
    ts->context = context->previous;
    context->previous = NULL;
    context->entered = false;
    ts->context_ver++;
    Py_DECREF(op); /* last: the thread's reference */
    return 0;
}

static PyObject *
context_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) != 0 || (kwargs != NULL && PyDict_GET_SIZE(kwargs) != 0)) {
        PyErr_SetString(PyExc_TypeError, "Context() does not accept any arguments");
        return NULL;
    }
    return PyContext_New();
}

/* Is the key a ContextVar?  Says so if not. */
static bool
is_var_key(PyObject *key)
{
    if (PyContextVar_CheckExact(key)) {
        return true;
    }
    PyErr_Format(PyExc_TypeError, "a ContextVar key was expected, got %R", key);
    return false;
}

static Py_ssize_t
context_length(PyObject *self)
{
    PyObject *vars = ((PyContext *)self)->vars;
    return vars != NULL ? PyDict_GET_SIZE(vars) : 0;
}

static PyObject *
context_subscript(PyObject *self, PyObject *key)
{
    if (!is_var_key(key)) {
        return NULL;
    }
    PyObject *value = context_lookup((PyContext *)self, key);
    if (value == NULL) {
        PyErr_SetObject(PyExc_KeyError, key);
        return NULL;
    }
    return Py_NewRef(value);
}

static int
context_contains(PyObject *self, PyObject *key)
{
    return is_var_key(key) ? context_lookup((PyContext *)self, key) != NULL : -1;
}

static PyObject *
context_get(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("get", n_args, 1, 2) || !is_var_key(args[0])) {
        return NULL;
    }
    PyObject *value = context_lookup((PyContext *)self, args[0]);
    return Py_NewRef(value != NULL ? value : n_args > 1 ? args[1] : Py_None);
}

/* An iterator over a method's view of the dict as it is now: a later set takes a copy. */
static PyObject *
context_iterate(PyObject *self, const char *view_name)
{
    PyObject *vars = Py_XNewRef(((PyContext *)self)->vars), *view, *iter;
    if (vars == NULL) {
        vars = PyDict_New();
    }
    if (vars == NULL) {
        return NULL;
    }
    view = PyObject_CallMethod(vars, view_name, NULL);
    iter = view != NULL ? PyObject_GetIter(view) : NULL;
    Py_XDECREF(view);
    Py_DECREF(vars);
    return iter;
}

static PyObject *
context_iter(PyObject *self)
{
    return context_iterate(self, "keys");
}

static PyObject *
context_keys(PyObject *self, PyObject *ignored)
{
    return context_iterate(self, "keys");
}

static PyObject *
context_values(PyObject *self, PyObject *ignored)
{
    return context_iterate(self, "values");
}

static PyObject *
context_items(PyObject *self, PyObject *ignored)
{
    return context_iterate(self, "items");
}

static PyObject *
context_copy(PyObject *self, PyObject *ignored)
{
    return PyContext_Copy(self);
}

static PyObject *
context_run(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    if (n_args < 1) {
        PyErr_SetString(PyExc_TypeError, "run() missing 1 required positional argument");
        return NULL;
    }
    if (PyContext_Enter(self) < 0) {
        return NULL;
    }
    PyObject *result = PyObject_Vectorcall(args[0], args + 1, (size_t)(n_args - 1), kwnames);
    if (PyContext_Exit(self) < 0) {
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *
context_richcompare(PyObject *self, PyObject *other, int op)
{
    if (!PyContext_CheckExact(self) || !PyContext_CheckExact(other) || (op != Py_EQ && op != Py_NE)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *a = Py_XNewRef(((PyContext *)self)->vars), *b = Py_XNewRef(((PyContext *)other)->vars);
    int equal = context_length(self) == context_length(other);
    if (equal && a != NULL && b != NULL && a != b) {
        OU_HOLD(h, &a, &b);
        equal = PyObject_RichCompareBool(a, b, Py_EQ);
        OU_HOLD_END(h);
    }
    Py_XDECREF(a);
    Py_XDECREF(b);
    return equal < 0 ? NULL : Py_NewRef(equal == (op == Py_EQ) ? Py_True : Py_False);
}

static PyMethodDef context_methods[] = {
    {"get", (PyCFunction)(void (*)(void))context_get, METH_FASTCALL,
     "get($self, key, default=None, /)\n--\n\nThe value of a variable in this context, or default."},
    {"items", context_items, METH_NOARGS, "items($self, /)\n--\n\nThe variables with their values."},
    {"keys", context_keys, METH_NOARGS, "keys($self, /)\n--\n\nThe variables."},
    {"values", context_values, METH_NOARGS, "values($self, /)\n--\n\nThe variables' values."},
    {"copy", context_copy, METH_NOARGS, "copy($self, /)\n--\n\nA copy, which shares the values."},
    {"run", (PyCFunction)(void (*)(void))context_run, METH_FASTCALL | METH_KEYWORDS, NULL},
    {NULL, NULL, 0, NULL},
};

static PySequenceMethods context_as_sequence = {
    .sq_contains = context_contains,
};

static PyMappingMethods context_as_mapping = {
    .mp_length = context_length,
    .mp_subscript = context_subscript,
};

PyTypeObject PyContext_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_contextvars.Context",
    .tp_basicsize = sizeof(PyContext),
    .tp_dealloc = context_dealloc,
    .tp_as_sequence = &context_as_sequence,
    .tp_as_mapping = &context_as_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = context_traverse,
    .tp_clear = context_clear,
    .tp_richcompare = context_richcompare,
    .tp_weaklistoffset = offsetof(PyContext, weakreflist),
    .tp_iter = context_iter,
    .tp_methods = context_methods,
    .tp_new = context_new,
};

/* ---- tokens ---------------------------------------------------------------------------------------------------- */

static int
token_clear(PyObject *self)
{
    PyContextToken *token = (PyContextToken *)self;
    Py_CLEAR(token->context);
    Py_CLEAR(token->var);
    Py_CLEAR(token->old_value);
    return 0;
}

static void
token_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    token_clear(self);
    ou_gc_free(self);
}

static PyContextToken *
token_make(PyContext *context, PyObject *var, PyObject *old_value)
{
    PyContextToken *self = (PyContextToken *)ou_gc_new(&PyContextToken_Type);
    if (self != NULL) {
        self->context = Py_NewRef(context);
        self->var = Py_NewRef(var);
        self->old_value = Py_XNewRef(old_value);
        ou_gc_track((PyObject *)self);
    }
    return self;
}

static PyObject *
token_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyErr_SetString(PyExc_RuntimeError, "Tokens can only be created by ContextVars");
    return NULL;
}

static PyObject *
token_repr(PyObject *self)
{
    PyContextToken *token = (PyContextToken *)self;
    return PyUnicode_FromFormat("<Token%s var=%R at %p>", token->used ? " used" : "", token->var, self);
}

static PyObject *
token_get_old_value(PyObject *self, void *closure)
{
    PyObject *value = ((PyContextToken *)self)->old_value;
    return Py_NewRef(value != NULL ? value : &token_missing);
}

static PyGetSetDef token_getset[] = {
    {"old_value", token_get_old_value, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef token_members[] = {
    {"var", T_OBJECT, offsetof(PyContextToken, var), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyMethodDef token_methods[] = {
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "See PEP 585"},
    {NULL, NULL, 0, NULL},
};

PyTypeObject PyContextToken_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_contextvars.Token",
    .tp_basicsize = sizeof(PyContextToken),
    .tp_dealloc = token_dealloc,
    .tp_repr = token_repr,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = context_token_traverse,
    .tp_clear = token_clear,
    .tp_methods = token_methods,
    .tp_members = token_members,
    .tp_getset = token_getset,
    .tp_new = token_new,
};

static PyObject *
token_missing_repr(PyObject *self)
{
    return PyUnicode_FromString("<Token.MISSING>");
}

/* The one instance is static: its count is put right if somebody drops it once too often. */
static void
token_missing_dealloc(PyObject *self)
{
    Py_SET_REFCNT(self, OU_LOOSE_COUNT);
}

PyTypeObject ou_context_token_missing_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "Token.MISSING",
    .tp_basicsize = sizeof(PyObject),
    .tp_dealloc = token_missing_dealloc,
    .tp_repr = token_missing_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
};

/* Put Token.MISSING into the ready type.  Returns 0, or -1 with an error set. */
int
ou_context_init(void)
{
    PyObject *names = ou_type_namespace(&PyContextToken_Type);
    int status = names == NULL ? -1 : PyDict_SetItemString(names, "MISSING", &token_missing);
    PyType_Modified(&PyContextToken_Type);
    return status;
}

/* ---- variables ------------------------------------------------------------------------------------------------- */

static PyContextVar *
var_checked(PyObject *op)
{
    if (!PyContextVar_CheckExact(op)) {
        PyErr_SetString(PyExc_TypeError, "an instance of ContextVar was expected");
        return NULL;
    }
    return (PyContextVar *)op;
}

static PyObject *
var_make(PyObject *name, PyObject *fallback)
{
    if (!PyUnicode_Check(name)) {
        PyErr_SetString(PyExc_TypeError, "context variable name must be a str");
        return NULL;
    }
    PyContextVar *self = (PyContextVar *)ou_gc_new(&PyContextVar_Type);
    if (self != NULL) {
        self->name = Py_NewRef(name);
        self->fallback = Py_XNewRef(fallback);
        ou_gc_track((PyObject *)self);
    }
    return (PyObject *)self;
}

/* Returns new, or NULL with an error set. */
PyObject *
PyContextVar_New(const char *name, PyObject *fallback)
{
    PyObject *text = PyUnicode_FromString(name);
    PyObject *self = text != NULL ? var_make(text, fallback) : NULL;
    Py_XDECREF(text);
    return self;
}

/* *value is the variable's value: new; or `fallback`, or the variable's own, or NULL.  Returns 0, or -1 with an error set. */
int
PyContextVar_Get(PyObject *op, PyObject *fallback, PyObject **value)
{
    PyContextVar *var = var_checked(op);
    if (var == NULL) {
        *value = NULL;
        return -1;
    }
    PyObject *found = context_lookup((PyContext *)ou_tstate()->context, op);
    *value = Py_XNewRef(found != NULL ? found : fallback != NULL ? fallback : var->fallback);
    return 0;
}

/* Set it in the thread's context.  RE-ENTRANT: the old value may die. */
static int
var_store(PyContext *context, PyObject *var, PyObject *value)
{
    PyObject *vars = context_own_vars(context);
    if (vars == NULL) {
        return -1;
    }
    return value != NULL ? PyDict_SetItem(vars, var, value) : PyDict_DelItem(vars, var);
}

/* Returns a new token, or NULL with an error set. */
PyObject *
PyContextVar_Set(PyObject *op, PyObject *value)
{
    PyContext *context = var_checked(op) != NULL ? context_current() : NULL;
    if (context == NULL) {
        return NULL;
    }
    PyContextToken *token = token_make(context, op, context_lookup(context, op));
    if (token != NULL && var_store(context, op, value) < 0) {
        Py_CLEAR(token);
    }
    return (PyObject *)token;
}

int
PyContextVar_Reset(PyObject *op, PyObject *token_op)
{
    PyContextToken *token = (PyContextToken *)token_op;
    if (var_checked(op) == NULL) {
        return -1;
    }
    if (token->used) {
        PyErr_Format(PyExc_RuntimeError, "%R has already been used once", token_op);
        return -1;
    }
    if (token->var != op) {
        PyErr_Format(PyExc_ValueError, "%R was created by a different ContextVar", token_op);
        return -1;
    }
    PyContext *context = context_current();
    if (context == NULL) {
        return -1;
    }
    if (token->context != (PyObject *)context) {
        PyErr_Format(PyExc_ValueError, "%R was created in a different Context", token_op);
        return -1;
    }
    token->used = true;
    if (token->old_value == NULL && context_lookup(context, op) == NULL) {
        PyErr_SetObject(PyExc_LookupError, op);
        return -1;
    }
    return var_store(context, op, token->old_value);
}

static int
var_clear(PyObject *self)
{
    Py_CLEAR(((PyContextVar *)self)->name);
    Py_CLEAR(((PyContextVar *)self)->fallback);
    return 0;
}

static void
var_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    var_clear(self);
    ou_gc_free(self);
}

static PyObject *
var_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"", "default", NULL};
    PyObject *name, *fallback = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|$O:ContextVar", names, &name, &fallback)) {
        return NULL;
    }
    return var_make(name, fallback);
}

static PyObject *
var_get(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    PyObject *value;
    if (!_PyArg_CheckPositional("get", n_args, 0, 1) || PyContextVar_Get(self, n_args > 0 ? args[0] : NULL, &value) < 0) {
        return NULL;
    }
    if (value == NULL) {
        PyErr_SetObject(PyExc_LookupError, self);
    }
    return value;
}

static PyObject *
var_reset(PyObject *self, PyObject *token)
{
    if (!PyContextToken_CheckExact(token)) {
        PyErr_Format(PyExc_TypeError, "expected an instance of Token, got %R", token);
        return NULL;
    }
    if (PyContextVar_Reset(self, token) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
var_repr(PyObject *self)
{
    PyContextVar *var = (PyContextVar *)self;
    if (var->fallback == NULL) {
        return PyUnicode_FromFormat("<ContextVar name=%R at %p>", var->name, self);
    }
    return PyUnicode_FromFormat("<ContextVar name=%R default=%R at %p>", var->name, var->fallback, self);
}

static PyMethodDef var_methods[] = {
    {"get", (PyCFunction)(void (*)(void))var_get, METH_FASTCALL,
     "get([default])\n--\n\nThe value in the current context, else default, else the variable's default."},
    {"set", PyContextVar_Set, METH_O,
     "set($self, value, /)\n--\n\nSet the value in the current context; the token can reset it."},
    {"reset", var_reset, METH_O, "reset($self, token, /)\n--\n\nMake the value what it was before the set() of the token."},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "See PEP 585"},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef var_members[] = {
    {"name", T_OBJECT, offsetof(PyContextVar, name), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject PyContextVar_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_contextvars.ContextVar",
    .tp_basicsize = sizeof(PyContextVar),
    .tp_dealloc = var_dealloc,
    .tp_repr = var_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = context_var_traverse,
    .tp_clear = var_clear,
    .tp_methods = var_methods,
    .tp_members = var_members,
    .tp_new = var_new,
};

PyObject *
_PyContext_NewHamtForTests(void)
{
    PyErr_SetString(PyExc_NotImplementedError, "contexts are dicts here");
    return NULL;
}
