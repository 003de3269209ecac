/* object/slot_wrap.c - how the C function of a slot is called as a method: int.__add__ and its like.
 *
 * Each function takes self, a tuple of arguments and the slot's function, checks the number of arguments,
 * converts, and turns C results into objects.
 * Owns       nothing: the caller holds self and the arguments.
 * Not here   which slot has which wrapper (slots.def); the descriptors themselves (descriptor.c). */
#include "object/slots.h"

static int
check_args(PyObject *args, Py_ssize_t least, Py_ssize_t most)
{
    Py_ssize_t n = PyTuple_GET_SIZE(args);
    if (n >= least && n <= most) {
        return 0;
    }
    if (least == most) {
        PyErr_Format(PyExc_TypeError, "expected %zd argument%s, got %zd", least, least == 1 ? "" : "s", n);
    }
    else {
        PyErr_Format(PyExc_TypeError, " expected at %s %zd argument%s, got %zd", n < least ? "least" : "most",
                     n < least ? least : most, (n < least ? least : most) == 1 ? "" : "s", n);
    }
    return -1;
}

/* The same where CPython unpacks the arguments for a function without a name, which leaves a space. */
static int
check_unpacked(PyObject *args, Py_ssize_t n)
{
    if (PyTuple_GET_SIZE(args) == n) {
        return 0;
    }
    PyErr_Format(PyExc_TypeError, " expected %zd argument%s, got %zd", n, n == 1 ? "" : "s", PyTuple_GET_SIZE(args));
    return -1;
}

#define ARG(args, i) PyTuple_GET_ITEM(args, i)

static PyObject *
none_or_error(int result)
{
    return result < 0 ? NULL : Py_NewRef(Py_None);
}

PyObject *
ou_wrap_unary(PyObject *self, PyObject *args, void *wrapped)
{
    return check_args(args, 0, 0) < 0 ? NULL : ((unaryfunc)wrapped)(self);
}

PyObject *
ou_wrap_binary(PyObject *self, PyObject *args, void *wrapped)
{
    return check_args(args, 1, 1) < 0 ? NULL : ((binaryfunc)wrapped)(self, ARG(args, 0));
}

PyObject *
ou_wrap_binary_left(PyObject *self, PyObject *args, void *wrapped)
{
    return check_args(args, 1, 1) < 0 ? NULL : ((binaryfunc)wrapped)(self, ARG(args, 0));
}

PyObject *
ou_wrap_binary_right(PyObject *self, PyObject *args, void *wrapped)
{
    return check_args(args, 1, 1) < 0 ? NULL : ((binaryfunc)wrapped)(ARG(args, 0), self);
}

PyObject *
ou_wrap_power(PyObject *self, PyObject *args, void *wrapped)
{
    if (check_args(args, 1, 2) < 0) {
        return NULL;
    }
    return ((ternaryfunc)wrapped)(self, ARG(args, 0), PyTuple_GET_SIZE(args) == 2 ? ARG(args, 1) : Py_None);
}

PyObject *
ou_wrap_power_right(PyObject *self, PyObject *args, void *wrapped)
{
    if (check_args(args, 1, 2) < 0) {
        return NULL;
    }
    return ((ternaryfunc)wrapped)(ARG(args, 0), self, PyTuple_GET_SIZE(args) == 2 ? ARG(args, 1) : Py_None);
}

/* **= has a third argument in C alone. */
PyObject *
ou_wrap_power_in_place(PyObject *self, PyObject *args, void *wrapped)
{
    return check_args(args, 1, 1) < 0 ? NULL : ((ternaryfunc)wrapped)(self, ARG(args, 0), Py_None);
}

PyObject *
ou_wrap_truth(PyObject *self, PyObject *args, void *wrapped)
{
    if (check_args(args, 0, 0) < 0) {
        return NULL;
    }
    int truth = ((inquiry)wrapped)(self);
    return truth == -1 && PyErr_Occurred() ? NULL : PyBool_FromLong(truth);
}

PyObject *
ou_wrap_length(PyObject *self, PyObject *args, void *wrapped)
{
    if (check_args(args, 0, 0) < 0) {
        return NULL;
    }
    Py_ssize_t length = ((lenfunc)wrapped)(self);
    return length == -1 && PyErr_Occurred() ? NULL : PyLong_FromSsize_t(length);
}

PyObject *
ou_wrap_hash(PyObject *self, PyObject *args, void *wrapped)
{
    if (check_args(args, 0, 0) < 0) {
        return NULL;
    }
    Py_hash_t hash = ((hashfunc)wrapped)(self);
    return hash == -1 && PyErr_Occurred() ? NULL : PyLong_FromSsize_t(hash);
}

PyObject *
ou_wrap_index(PyObject *self, PyObject *args, void *wrapped)
{
    if (check_unpacked(args, 1) < 0) {
        return NULL;
    }
    Py_ssize_t n = PyNumber_AsSsize_t(ARG(args, 0), PyExc_OverflowError);
    return n == -1 && PyErr_Occurred() ? NULL : ((ssizeargfunc)wrapped)(self, n);
}

/* The index an argument stands for; a negative one counts from the end.  -1 with an error set, or a true
 * -1. */
static Py_ssize_t
sequence_index(PyObject *self, PyObject *arg)
{
    Py_ssize_t i = PyNumber_AsSsize_t(arg, PyExc_OverflowError);
    if (i >= 0 || PyErr_Occurred()) {
        return i;
    }
    PySequenceMethods *methods = Py_TYPE(self)->tp_as_sequence;
    if (methods != NULL && methods->sq_length != NULL) {
        Py_ssize_t n = methods->sq_length(self);
        if (n < 0) {
            return -1;
        }
        i += n;
    }
    return i;
}

PyObject *
ou_wrap_sequence_item(PyObject *self, PyObject *args, void *wrapped)
{
    if (check_args(args, 1, 1) < 0) {
        return NULL;
    }
    Py_ssize_t i = sequence_index(self, ARG(args, 0));
    return i == -1 && PyErr_Occurred() ? NULL : ((ssizeargfunc)wrapped)(self, i);
}

PyObject *
ou_wrap_sequence_set_item(PyObject *self, PyObject *args, void *wrapped)
{
    if (check_unpacked(args, 2) < 0) {
        return NULL;
    }
    Py_ssize_t i = sequence_index(self, ARG(args, 0));
    if (i == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return none_or_error(((ssizeobjargproc)wrapped)(self, i, ARG(args, 1)));
}

PyObject *
ou_wrap_sequence_delete_item(PyObject *self, PyObject *args, void *wrapped)
{
    if (check_args(args, 1, 1) < 0) {
        return NULL;
    }
    Py_ssize_t i = sequence_index(self, ARG(args, 0));
    return i == -1 && PyErr_Occurred() ? NULL : none_or_error(((ssizeobjargproc)wrapped)(self, i, NULL));
}

PyObject *
ou_wrap_set_item(PyObject *self, PyObject *args, void *wrapped)
{
    if (check_unpacked(args, 2) < 0) {
        return NULL;
    }
    return none_or_error(((objobjargproc)wrapped)(self, ARG(args, 0), ARG(args, 1)));
}

PyObject *
ou_wrap_delete_item(PyObject *self, PyObject *args, void *wrapped)
{
    return check_args(args, 1, 1) < 0 ? NULL : none_or_error(((objobjargproc)wrapped)(self, ARG(args, 0), NULL));
}

PyObject *
ou_wrap_contains(PyObject *self, PyObject *args, void *wrapped)
{
    if (check_args(args, 1, 1) < 0) {
        return NULL;
    }
    int result = ((objobjproc)wrapped)(self, ARG(args, 0));
    return result == -1 && PyErr_Occurred() ? NULL : PyBool_FromLong(result);
}

PyObject *
ou_wrap_call(PyObject *self, PyObject *args, void *wrapped, PyObject *kwargs)
{
    return ((ternaryfunc)wrapped)(self, args, kwargs);
}

PyObject *
ou_wrap_init(PyObject *self, PyObject *args, void *wrapped, PyObject *kwargs)
{
    return none_or_error(((initproc)wrapped)(self, args, kwargs));
}

PyObject *
ou_wrap_next(PyObject *self, PyObject *args, void *wrapped)
{
    if (check_args(args, 0, 0) < 0) {
        return NULL;
    }
    PyObject *value = ((iternextfunc)wrapped)(self);
    if (value == NULL && !PyErr_Occurred()) {
        PyErr_SetNone(PyExc_StopIteration);
    }
    return value;
}

PyObject *
ou_wrap_descr_get(PyObject *self, PyObject *args, void *wrapped)
{
    if (check_args(args, 1, 2) < 0) {
        return NULL;
    }
    PyObject *obj = ARG(args, 0), *type = PyTuple_GET_SIZE(args) == 2 ? ARG(args, 1) : Py_None;
    obj = obj == Py_None ? NULL : obj;
    type = type == Py_None ? NULL : type;
    if (obj == NULL && type == NULL) {
        PyErr_SetString(PyExc_TypeError, "__get__(None, None) is invalid");
        return NULL;
    }
    return ((descrgetfunc)wrapped)(self, obj, type);
}

PyObject *
ou_wrap_descr_set(PyObject *self, PyObject *args, void *wrapped)
{
    if (check_unpacked(args, 2) < 0) {
        return NULL;
    }
    return none_or_error(((descrsetfunc)wrapped)(self, ARG(args, 0), ARG(args, 1)));
}

PyObject *
ou_wrap_descr_delete(PyObject *self, PyObject *args, void *wrapped)
{
    return check_args(args, 1, 1) < 0 ? NULL : none_or_error(((descrsetfunc)wrapped)(self, ARG(args, 0), NULL));
}

PyObject *
ou_wrap_del(PyObject *self, PyObject *args, void *wrapped)
{
    if (check_args(args, 0, 0) < 0) {
        return NULL;
    }
    ((destructor)wrapped)(self);
    Py_RETURN_NONE;
}

/* object.__setattr__(int, ...) must not go round what type.__setattr__ forbids: the function has to be the
 * one of the lowest C type that the object has. */
static int
check_setter(PyObject *self, setattrofunc set, const char *what)
{
    PyTypeObject *type = Py_TYPE(self), *definer = type;
    PyObject *mro = type->tp_mro;
    if (mro == NULL) {
        return 0;
    }
    for (Py_ssize_t i = PyTuple_GET_SIZE(mro) - 1; i >= 0; i--) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(mro, i);
        if (base->tp_setattro != ou_slot_tp_setattro && base->tp_setattro == type->tp_setattro) {
            definer = base; /* the C type whose setter the object has */
            break;
        }
    }
    for (PyTypeObject *base = definer; base != NULL && base->tp_setattro != set; base = base->tp_base) {
        if (base->tp_setattro != ou_slot_tp_setattro) {
            PyErr_Format(PyExc_TypeError, "can't apply this %s to %s object", what, type->tp_name);
            return -1;
        }
    }
    return 0;
}

PyObject *
ou_wrap_setattr(PyObject *self, PyObject *args, void *wrapped)
{
    if (check_unpacked(args, 2) < 0 || check_setter(self, (setattrofunc)wrapped, "__setattr__") < 0) {
        return NULL;
    }
    return none_or_error(((setattrofunc)wrapped)(self, ARG(args, 0), ARG(args, 1)));
}

PyObject *
ou_wrap_delattr(PyObject *self, PyObject *args, void *wrapped)
{
    if (check_args(args, 1, 1) < 0 || check_setter(self, (setattrofunc)wrapped, "__delattr__") < 0) {
        return NULL;
    }
    return none_or_error(((setattrofunc)wrapped)(self, ARG(args, 0), NULL));
}

#define COMPARE(noun, op)                                                                            \
    PyObject *ou_wrap_compare_##noun(PyObject *self, PyObject *args, void *wrapped)                  \
    {                                                                                                \
        return check_args(args, 1, 1) < 0 ? NULL : ((richcmpfunc)wrapped)(self, ARG(args, 0), (op)); \
    }
COMPARE(lt, Py_LT)
COMPARE(le, Py_LE)
COMPARE(eq, Py_EQ)
COMPARE(ne, Py_NE)
COMPARE(gt, Py_GT)
COMPARE(ge, Py_GE)
