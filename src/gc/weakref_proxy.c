/* gc/weakref_proxy.c - weakref.proxy: every operation goes to the referent, or raises ReferenceError.
 *
 * Invariant  the referent is owned while its operation runs.
 * Not here   lists and callbacks (weakref.c): a proxy is a PyWeakReference as any other. */
#include "gc/gc.h"
#include "object/walk.h"

int ou_weakref_walk(PyObject *self, OuVisit visit, void *arg);

/* The referent as a new reference, or NULL with ReferenceError set. */
static PyObject *
referent(PyObject *proxy)
{
    PyObject *op = PyWeakref_GET_OBJECT(proxy);
    if (op == Py_None) {
        PyErr_SetString(PyExc_ReferenceError, "weakly-referenced object no longer exists");
        return NULL;
    }
    return _Py_NewRef(op);
}

/* An operand that may be a proxy: what it stands for. */
static PyObject *
unwrap(PyObject *op)
{
    return PyWeakref_CheckProxy(op) ? referent(op) : _Py_NewRef(op);
}

#define UNARY(name, function)                                \
    static PyObject *proxy_##name(PyObject *self)            \
    {                                                        \
        PyObject *op = referent(self);                       \
        PyObject *result = op == NULL ? NULL : function(op); \
        Py_XDECREF(op);                                      \
        return result;                                       \
    }

#define BINARY(name, function)                                             \
    static PyObject *proxy_##name(PyObject *left, PyObject *right)         \
    {                                                                      \
        PyObject *a = unwrap(left), *b = a == NULL ? NULL : unwrap(right); \
        PyObject *result = b == NULL ? NULL : function(a, b);              \
        Py_XDECREF(a);                                                     \
        Py_XDECREF(b);                                                     \
        return result;                                                     \
    }

#define TERNARY(name, function)                                                                                   \
    static PyObject *proxy_##name(PyObject *left, PyObject *right, PyObject *third)                               \
    {                                                                                                             \
        PyObject *a = unwrap(left), *b = a == NULL ? NULL : unwrap(right), *c = b == NULL ? NULL : unwrap(third); \
        PyObject *result = c == NULL ? NULL : function(a, b, c);                                                  \
        Py_XDECREF(a);                                                                                            \
        Py_XDECREF(b);                                                                                            \
        Py_XDECREF(c);                                                                                            \
        return result;                                                                                            \
    }

UNARY(str, PyObject_Str)
UNARY(negative, PyNumber_Negative)
UNARY(positive, PyNumber_Positive)
UNARY(absolute, PyNumber_Absolute)
UNARY(invert, PyNumber_Invert)
UNARY(int, PyNumber_Long)
UNARY(float, PyNumber_Float)
UNARY(index, PyNumber_Index)
UNARY(iter, PyObject_GetIter)
BINARY(add, PyNumber_Add)
BINARY(subtract, PyNumber_Subtract)
BINARY(multiply, PyNumber_Multiply)
BINARY(remainder, PyNumber_Remainder)
BINARY(divmod, PyNumber_Divmod)
BINARY(lshift, PyNumber_Lshift)
BINARY(rshift, PyNumber_Rshift)
BINARY(and, PyNumber_And)
BINARY(xor, PyNumber_Xor)
BINARY(or, PyNumber_Or)
BINARY(floor_divide, PyNumber_FloorDivide)
BINARY(true_divide, PyNumber_TrueDivide)
BINARY(matrix_multiply, PyNumber_MatrixMultiply)
BINARY(iadd, PyNumber_InPlaceAdd)
BINARY(isubtract, PyNumber_InPlaceSubtract)
BINARY(imultiply, PyNumber_InPlaceMultiply)
BINARY(iremainder, PyNumber_InPlaceRemainder)
BINARY(ilshift, PyNumber_InPlaceLshift)
BINARY(irshift, PyNumber_InPlaceRshift)
BINARY(iand, PyNumber_InPlaceAnd)
BINARY(ixor, PyNumber_InPlaceXor)
BINARY(ior, PyNumber_InPlaceOr)
BINARY(ifloor_divide, PyNumber_InPlaceFloorDivide)
BINARY(itrue_divide, PyNumber_InPlaceTrueDivide)
BINARY(imatrix_multiply, PyNumber_InPlaceMatrixMultiply)
BINARY(getattr, PyObject_GetAttr)
BINARY(getitem, PyObject_GetItem)
TERNARY(power, PyNumber_Power)
TERNARY(ipower, PyNumber_InPlacePower)

static PyObject *
proxy_bytes(PyObject *self, PyObject *ignored)
{
    PyObject *op = referent(self), *result = op == NULL ? NULL : PyObject_CallMethodNoArgs(op, OU_STR(__bytes__));
    Py_XDECREF(op);
    return result;
}

static PyObject *
proxy_reversed(PyObject *self, PyObject *ignored)
{
    PyObject *op = referent(self), *result = op == NULL ? NULL : PyObject_CallMethodNoArgs(op, OU_STR(__reversed__));
    Py_XDECREF(op);
    return result;
}

static PyObject *
proxy_repr(PyObject *self)
{
    PyObject *op = PyWeakref_GET_OBJECT(self);
    return PyUnicode_FromFormat("<weakproxy at %p to %s at %p>", self, Py_TYPE(op)->tp_name, op);
}

static PyObject *
proxy_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *op = referent(self), *result = op == NULL ? NULL : PyObject_Call(op, args, kwargs);
    Py_XDECREF(op);
    return result;
}

static int
proxy_setattr(PyObject *self, PyObject *name, PyObject *value)
{
    PyObject *op = referent(self);
    int status = op == NULL ? -1 : PyObject_SetAttr(op, name, value);
    Py_XDECREF(op);
    return status;
}

static PyObject *
proxy_richcompare(PyObject *left, PyObject *right, int how)
{
    PyObject *a = unwrap(left), *b = a == NULL ? NULL : unwrap(right);
    PyObject *result = b == NULL ? NULL : PyObject_RichCompare(a, b, how);
    Py_XDECREF(a);
    Py_XDECREF(b);
    return result;
}

static int
proxy_bool(PyObject *self)
{
    PyObject *op = referent(self);
    int truth = op == NULL ? -1 : PyObject_IsTrue(op);
    Py_XDECREF(op);
    return truth;
}

static Py_ssize_t
proxy_length(PyObject *self)
{
    PyObject *op = referent(self);
    Py_ssize_t n = op == NULL ? -1 : PyObject_Length(op);
    Py_XDECREF(op);
    return n;
}

static int
proxy_contains(PyObject *self, PyObject *item)
{
    PyObject *op = referent(self);
    int found = op == NULL ? -1 : PySequence_Contains(op, item);
    Py_XDECREF(op);
    return found;
}

static int
proxy_setitem(PyObject *self, PyObject *key, PyObject *value)
{
    PyObject *op = referent(self);
    int status = op == NULL ? -1 : value == NULL ? PyObject_DelItem(op, key) : PyObject_SetItem(op, key, value);
    Py_XDECREF(op);
    return status;
}

static PyObject *
proxy_iternext(PyObject *self)
{
    PyObject *op = referent(self), *item = NULL;
    if (op != NULL && !PyIter_Check(op)) {
        PyErr_Format(PyExc_TypeError, "Weakref proxy referenced a non-iterator '%.200s' object", Py_TYPE(op)->tp_name);
    }
    else if (op != NULL) {
        item = PyIter_Next(op);
    }
    Py_XDECREF(op);
    return item;
}

static int
proxy_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((PyWeakReference *)self)->wr_callback);
    return 0;
}

static int
proxy_clear(PyObject *self)
{
    return _PyWeakref_RefType.tp_clear(self);
}

static void
proxy_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    proxy_clear(self);
    PyObject_GC_Del(self);
}

static PyNumberMethods proxy_number = {
    .nb_add = proxy_add,
    .nb_subtract = proxy_subtract,
    .nb_multiply = proxy_multiply,
    .nb_remainder = proxy_remainder,
    .nb_divmod = proxy_divmod,
    .nb_power = proxy_power,
    .nb_negative = proxy_negative,
    .nb_positive = proxy_positive,
    .nb_absolute = proxy_absolute,
    .nb_bool = proxy_bool,
    .nb_invert = proxy_invert,
    .nb_lshift = proxy_lshift,
    .nb_rshift = proxy_rshift,
    .nb_and = proxy_and,
    .nb_xor = proxy_xor,
    .nb_or = proxy_or,
    .nb_int = proxy_int,
    .nb_float = proxy_float,
    .nb_inplace_add = proxy_iadd,
    .nb_inplace_subtract = proxy_isubtract,
    .nb_inplace_multiply = proxy_imultiply,
    .nb_inplace_remainder = proxy_iremainder,
    .nb_inplace_power = proxy_ipower,
    .nb_inplace_lshift = proxy_ilshift,
    .nb_inplace_rshift = proxy_irshift,
    .nb_inplace_and = proxy_iand,
    .nb_inplace_xor = proxy_ixor,
    .nb_inplace_or = proxy_ior,
    .nb_floor_divide = proxy_floor_divide,
    .nb_true_divide = proxy_true_divide,
    .nb_inplace_floor_divide = proxy_ifloor_divide,
    .nb_inplace_true_divide = proxy_itrue_divide,
    .nb_index = proxy_index,
    .nb_matrix_multiply = proxy_matrix_multiply,
    .nb_inplace_matrix_multiply = proxy_imatrix_multiply,
};

static PySequenceMethods proxy_sequence = {.sq_length = proxy_length, .sq_contains = proxy_contains};
static PyMappingMethods proxy_mapping = {proxy_length, proxy_getitem, proxy_setitem};

static PyMethodDef proxy_methods[] = {
    {"__bytes__", proxy_bytes, METH_NOARGS},
    {"__reversed__", proxy_reversed, METH_NOARGS},
    {NULL},
};

#define PROXY_SLOTS                                                                                                          \
    .tp_basicsize = sizeof(PyWeakReference), .tp_dealloc = proxy_dealloc, .tp_repr = proxy_repr,                             \
    .tp_as_number = &proxy_number, .tp_as_sequence = &proxy_sequence, .tp_as_mapping = &proxy_mapping,                       \
    .tp_hash = PyObject_HashNotImplemented, .tp_str = proxy_str, .tp_getattro = proxy_getattr, .tp_setattro = proxy_setattr, \
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, .tp_traverse = proxy_traverse, .tp_clear = proxy_clear,             \
    .tp_richcompare = proxy_richcompare, .tp_iter = proxy_iter, .tp_iternext = proxy_iternext

PyTypeObject _PyWeakref_ProxyType = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "weakref.ProxyType",
    .tp_methods = proxy_methods,
    PROXY_SLOTS,
};

PyTypeObject _PyWeakref_CallableProxyType = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "weakref.CallableProxyType",
    .tp_call = proxy_call,
    PROXY_SLOTS,
};
