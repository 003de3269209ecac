/* object/slot_call.c - what C slots hold where a method of Python code stands behind them: class A with
 * __add__ has ou_slot_nb_add in nb_add, which looks __add__ up and calls it.
 *
 * Owns       nothing between calls.  The method is held while it runs: it may delete itself from its
 *            class.
 * Invariant  special methods are looked up in the type, never in the instance.
 * Not here   when a slot gets which function (type_slots.c). */
#include "object/attribute.h"
#include "object/hold.h"
#include "object/slots.h"

/* ---- calling ------------------------------------------------------------------------------------------- */

/* Call a method found in the type of args[0].  Refs: takes `method`.  RE-ENTRANT. */
static PyObject *
call_found(PyObject *method, PyObject *const *args, Py_ssize_t n_args)
{
    PyObject *result, *self = args[0];
    OU_HOLD(h, &method);
    if (OU_LIKELY(Py_TYPE(method)->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR)) {
        result = PyObject_Vectorcall(method, args, (size_t)n_args, NULL);
    }
    else {
        descrgetfunc get = Py_TYPE(method)->tp_descr_get;
        if (get != NULL) {
            PyObject *bound = get(method, self, (PyObject *)Py_TYPE(self));
            Py_SETREF(method, bound);
        }
        result = method == NULL ? NULL : PyObject_Vectorcall(method, args + 1, (size_t)n_args - 1, NULL);
    }
    OU_HOLD_END(h);
    Py_XDECREF(method);
    return result;
}

PyObject *
ou_special_call(PyObject *name, PyObject *const *args, Py_ssize_t n_args, bool *missing)
{
    PyObject *method = ou_type_lookup(Py_TYPE(args[0]), name);
    *missing = method == NULL;
    return method == NULL ? NULL : call_found(Py_NewRef(method), args, n_args);
}

/* The same; a missing method is an AttributeError. */
static PyObject *
call(PyObject *name, PyObject *const *args, Py_ssize_t n_args)
{
    bool missing;
    PyObject *result = ou_special_call(name, args, n_args, &missing);
    if (missing) {
        PyErr_SetObject(PyExc_AttributeError, name);
    }
    return result;
}

/* The same; a missing method is NotImplemented. */
static PyObject *
call_maybe(PyObject *name, PyObject *a, PyObject *b)
{
    bool missing;
    PyObject *result = ou_special_call(name, (PyObject *[]){a, b}, 2, &missing);
    return missing ? Py_NewRef(Py_NotImplemented) : result;
}

#define CALL(name, ...) \
    call(OU_STR(name), (PyObject *[]){__VA_ARGS__}, sizeof((PyObject *[]){__VA_ARGS__}) / sizeof(PyObject *))

static int
drop(PyObject *result)
{
    if (result == NULL) {
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

/* ---- text, hash, call ---------------------------------------------------------------------------------- */

PyObject *
ou_slot_tp_repr(PyObject *self)
{
    bool missing;
    PyObject *result = ou_special_call(OU_STR(__repr__), &self, 1, &missing);
    if (missing) {
        return PyUnicode_FromFormat("<%s object at %p>", Py_TYPE(self)->tp_name, self);
    }
    return result;
}

PyObject *
ou_slot_tp_str(PyObject *self)
{
    return CALL(__str__, self);
}

Py_hash_t
ou_slot_tp_hash(PyObject *self)
{
    if (ou_type_lookup(Py_TYPE(self), OU_STR(__hash__)) == Py_None) {
        return PyObject_HashNotImplemented(self);
    }
    bool missing;
    PyObject *result = ou_special_call(OU_STR(__hash__), &self, 1, &missing);
    if (missing) {
        return PyObject_HashNotImplemented(self);
    }
    if (result == NULL) {
        return -1;
    }
    if (!PyLong_Check(result)) {
        PyErr_SetString(PyExc_TypeError, "__hash__ method should return an integer");
        Py_DECREF(result);
        return -1;
    }
    Py_hash_t hash = PyLong_AsSsize_t(result);
    if (hash == -1 && ou_error_occurred()) { /* a large int: its own hash will do */
        PyErr_Clear();
        hash = PyLong_Type.tp_hash(result);
    }
    Py_DECREF(result);
    return hash == -1 ? -2 : hash;
}

PyObject *
ou_slot_tp_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject *method = ou_type_lookup(type, OU_STR(__call__));
    if (method == NULL) {
        PyErr_SetObject(PyExc_AttributeError, OU_STR(__call__));
        return NULL;
    }
    /* __call__ may be an instance of the same class */
    if (ou_recursion_enter(" while calling a Python object")) {
        return NULL;
    }
    Py_INCREF(method);
    OU_HOLD(h, &method);
    PyObject *result = NULL;
    descrgetfunc get = Py_TYPE(method)->tp_descr_get;
    if (get != NULL) {
        PyObject *bound = get(method, self, (PyObject *)type);
        Py_SETREF(method, bound);
    }
    if (method != NULL) {
        result = PyObject_Call(method, args, kwargs);
    }
    OU_HOLD_END(h);
    Py_XDECREF(method);
    ou_recursion_leave();
    return result;
}

/* ---- attributes ---------------------------------------------------------------------------------------- */

PyObject *
ou_slot_tp_getattro(PyObject *self, PyObject *name)
{
    return CALL(__getattribute__, self, name);
}

/* Is it object.__getattribute__? */
static bool
is_generic_getattribute(PyObject *method)
{
    return Py_IS_TYPE(method, &PyWrapperDescr_Type)
        && ((PyWrapperDescrObject *)method)->d_wrapped == (void *)PyObject_GenericGetAttr;
}

PyObject *
ou_slot_tp_getattro_hook(PyObject *self, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject *fallback = ou_type_lookup(type, OU_STR(__getattr__));
    if (fallback == NULL) {
        return ou_slot_tp_getattro(self, name);
    }
    Py_INCREF(fallback);
    PyObject *method = ou_type_lookup(type, OU_STR(__getattribute__)), *result;
    OU_HOLD(h, &fallback);
    if (method == NULL || is_generic_getattribute(method)) {
        result = ou_attr_get_generic(self, name, true);
    }
    else {
        result = call_found(Py_NewRef(method), (PyObject *[]){self, name}, 2);
        if (result == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
            PyErr_Clear();
        }
    }
    OU_HOLD_END(h);
    if (result != NULL || ou_error_occurred()) {
        Py_DECREF(fallback);
        return result;
    }
    return call_found(fallback, (PyObject *[]){self, name}, 2);
}

int
ou_slot_tp_setattro(PyObject *self, PyObject *name, PyObject *value)
{
    return drop(value == NULL ? CALL(__delattr__, self, name) : CALL(__setattr__, self, name, value));
}

PyObject *
ou_slot_tp_descr_get(PyObject *self, PyObject *obj, PyObject *type)
{
    PyObject *get = ou_type_lookup(Py_TYPE(self), OU_STR(__get__));
    if (get == NULL) {
        return Py_NewRef(self);
    }
    /* Called unbound: binding would ask a __get__ that is itself such an object, without end. */
    PyObject *args[] = {self, obj == NULL ? Py_None : obj, type == NULL ? Py_None : type};
    Py_INCREF(get);
    OU_HOLD(h, &get);
    PyObject *result = PyObject_Vectorcall(get, args, 3, NULL);
    OU_HOLD_END(h);
    Py_DECREF(get);
    return result;
}

int
ou_slot_tp_descr_set(PyObject *self, PyObject *obj, PyObject *value)
{
    return drop(value == NULL ? CALL(__delete__, self, obj) : CALL(__set__, self, obj, value));
}

/* ---- comparison, iteration ----------------------------------------------------------------------------- */

PyObject *
ou_slot_tp_richcompare(PyObject *self, PyObject *other, int op)
{
    PyObject *const names[] = {OU_STR(__lt__), OU_STR(__le__), OU_STR(__eq__), OU_STR(__ne__), OU_STR(__gt__), OU_STR(__ge__)};
    PyObject *method = ou_type_lookup(Py_TYPE(self), names[op]);
    if (method == NULL) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    descrgetfunc get = Py_TYPE(method)->tp_descr_get;
    if (get == NULL || Py_TYPE(method)->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR) {
        return call_found(Py_NewRef(method), (PyObject *[]){self, other}, 2);
    }
    Py_INCREF(method);
    OU_HOLD(h, &method);
    PyObject *bound = get(method, self, (PyObject *)Py_TYPE(self)), *result;
    Py_SETREF(method, bound);
    if (method != NULL) {
        result = PyObject_CallOneArg(method, other);
    }
    else { /* whatever the descriptor raised, there is no method then */
        PyErr_Clear();
        result = Py_NewRef(Py_NotImplemented);
    }
    OU_HOLD_END(h);
    Py_XDECREF(method);
    return result;
}

PyObject *
ou_slot_tp_iter(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject *method = ou_type_lookup(type, OU_STR(__iter__));
    if (method != NULL && method != Py_None) {
        return call_found(Py_NewRef(method), &self, 1);
    }
    if (method == NULL && ou_type_lookup(type, OU_STR(__getitem__)) != NULL) {
        return PySeqIter_New(self);
    }
    return PyErr_Format(PyExc_TypeError, "'%.200s' object is not iterable", type->tp_name);
}

PyObject *
ou_slot_tp_iternext(PyObject *self)
{
    return CALL(__next__, self);
}

/* ---- making and ending --------------------------------------------------------------------------------- */

int
ou_slot_tp_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject *method = ou_type_lookup(type, OU_STR(__init__)), *result = NULL;
    if (method == NULL) {
        PyErr_SetObject(PyExc_AttributeError, OU_STR(__init__));
        return -1;
    }
    Py_INCREF(method);
    OU_HOLD(h, &method);
    if (Py_TYPE(method)->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR && PyTuple_GET_SIZE(args) < 8) {
        PyObject *stack[9];
        Py_ssize_t n = PyTuple_GET_SIZE(args);
        stack[0] = self;
        memcpy(stack + 1, &PyTuple_GET_ITEM(args, 0), (size_t)n * sizeof(PyObject *));
        result = PyObject_VectorcallDict(method, stack, (size_t)n + 1, kwargs);
    }
    else {
        descrgetfunc get = Py_TYPE(method)->tp_descr_get;
        if (get != NULL) {
            PyObject *bound = get(method, self, (PyObject *)type);
            Py_SETREF(method, bound);
        }
        if (method != NULL) {
            result = PyObject_Call(method, args, kwargs);
        }
    }
    OU_HOLD_END(h);
    Py_XDECREF(method);
    if (result == NULL) {
        return -1;
    }
    if (result != Py_None) {
        PyErr_Format(PyExc_TypeError, "__init__() should return None, not '%.200s'", Py_TYPE(result)->tp_name);
        Py_DECREF(result);
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

PyObject *
ou_slot_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *method = PyObject_GetAttr((PyObject *)type, OU_STR(__new__));
    if (method == NULL) {
        return NULL;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(args);
    PyObject *small[8], **stack = small;
    if (n >= (Py_ssize_t)OU_COUNT_OF(small)) {
        stack = PyMem_Calloc((size_t)n + 1, sizeof *stack);
        if (stack == NULL) {
            Py_DECREF(method);
            return PyErr_NoMemory();
        }
    }
    stack[0] = (PyObject *)type;
    for (Py_ssize_t i = 0; i < n; i++) {
        stack[i + 1] = PyTuple_GET_ITEM(args, i);
    }
    OU_HOLD(h, &method);
    PyObject *result = PyObject_VectorcallDict(method, stack, (size_t)n + 1, kwargs);
    OU_HOLD_END(h);
    Py_DECREF(method);
    if (stack != small) {
        PyMem_Free(stack);
    }
    return result;
}

/* __del__, with whatever error is under way kept aside.  RE-ENTRANT. */
void
ou_slot_tp_finalize(PyObject *self)
{
    PyObject *type, *value, *traceback, *method = ou_type_lookup(Py_TYPE(self), OU_STR(__del__));
    if (method == NULL) {
        return;
    }
    Py_INCREF(method);
    PyErr_Fetch(&type, &value, &traceback);
    OU_HOLD(h, &type, &value, &traceback, &method);
    PyObject *result = call_found(Py_NewRef(method), &self, 1);
    if (result == NULL) {
        PyErr_WriteUnraisable(method);
    }
    else {
        Py_DECREF(result);
    }
    OU_HOLD_END(h);
    Py_DECREF(method);
    PyErr_Restore(type, value, traceback);
}

/* ---- coroutines ---------------------------------------------------------------------------------------- */

static PyObject *
async_call(PyObject *self, PyObject *name)
{
    bool missing;
    PyObject *result = ou_special_call(name, &self, 1, &missing);
    if (missing) {
        PyErr_Format(PyExc_AttributeError, "object %.50s does not have %U method", Py_TYPE(self)->tp_name, name);
    }
    return result;
}

PyObject *
ou_slot_am_await(PyObject *self)
{
    return async_call(self, OU_STR(__await__));
}

PyObject *
ou_slot_am_aiter(PyObject *self)
{
    return async_call(self, OU_STR(__aiter__));
}

PyObject *
ou_slot_am_anext(PyObject *self)
{
    return async_call(self, OU_STR(__anext__));
}

/* ---- numbers ------------------------------------------------------------------------------------------- */

/* Does the right operand's type have a method of that name other than the left one's? */
static bool
is_overloaded(PyObject *left, PyObject *right, PyObject *name)
{
    PyObject *method = ou_type_lookup(Py_TYPE(right), name);
    return method != NULL && method != ou_type_lookup(Py_TYPE(left), name);
}

/* The binary operator of two objects, of which one at least has `slot` in the number slot at `index`.  The
 * left operand's method comes first, unless the right one's type is derived from the left one's and brings
 * its own. */
static PyObject *
binary(PyObject *left, PyObject *right, size_t index, void *slot, PyObject *name, PyObject *reflected)
{
    PyTypeObject *a = Py_TYPE(left), *b = Py_TYPE(right);
    bool ask_right = a != b && b->tp_as_number != NULL && ((OuSlotWord *)b->tp_as_number)[index] == slot;
    if (a->tp_as_number != NULL && ((OuSlotWord *)a->tp_as_number)[index] == slot) {
        if (ask_right && PyType_IsSubtype(b, a) && is_overloaded(left, right, reflected)) {
            PyObject *result = call_maybe(reflected, right, left);
            if (result != Py_NotImplemented) {
                return result;
            }
            Py_DECREF(result);
            ask_right = false;
        }
        PyObject *result = call_maybe(name, left, right);
        if (result != Py_NotImplemented || Py_TYPE(right) == a) {
            return result;
        }
        Py_DECREF(result);
    }
    if (ask_right) {
        return call_maybe(reflected, right, left);
    }
    Py_RETURN_NOTIMPLEMENTED;
}

#define NB_INDEX(field) (offsetof(PyNumberMethods, field) / sizeof(void *))
#define BINARY(field, name, reflected)                                                                         \
    PyObject *ou_slot_##field(PyObject *left, PyObject *right)                                                 \
    {                                                                                                          \
        return binary(left, right, NB_INDEX(field), (void *)ou_slot_##field, OU_STR(name), OU_STR(reflected)); \
    }
BINARY(nb_add, __add__, __radd__)
BINARY(nb_subtract, __sub__, __rsub__)
BINARY(nb_multiply, __mul__, __rmul__)
BINARY(nb_matrix_multiply, __matmul__, __rmatmul__)
BINARY(nb_remainder, __mod__, __rmod__)
BINARY(nb_divmod, __divmod__, __rdivmod__)
BINARY(nb_lshift, __lshift__, __rlshift__)
BINARY(nb_rshift, __rshift__, __rrshift__)
BINARY(nb_and, __and__, __rand__)
BINARY(nb_xor, __xor__, __rxor__)
BINARY(nb_or, __or__, __ror__)
BINARY(nb_floor_divide, __floordiv__, __rfloordiv__)
BINARY(nb_true_divide, __truediv__, __rtruediv__)

PyObject *
ou_slot_nb_power(PyObject *self, PyObject *other, PyObject *modulus)
{
    size_t index = NB_INDEX(nb_power);
    if (modulus == Py_None) {
        return binary(self, other, index, (void *)ou_slot_nb_power, OU_STR(__pow__), OU_STR(__rpow__));
    }
    /* With a modulus the right operand is not asked. */
    PyNumberMethods *methods = Py_TYPE(self)->tp_as_number;
    if (methods != NULL && methods->nb_power == ou_slot_nb_power) {
        return CALL(__pow__, self, other, modulus);
    }
    Py_RETURN_NOTIMPLEMENTED;
}

PyObject *
ou_slot_nb_inplace_power(PyObject *self, PyObject *other, PyObject *Py_UNUSED(modulus))
{
    return CALL(__ipow__, self, other);
}

#define IN_PLACE(field, name)                                  \
    PyObject *ou_slot_##field(PyObject *self, PyObject *other) \
    {                                                          \
        return CALL(name, self, other);                        \
    }
IN_PLACE(nb_inplace_add, __iadd__)
IN_PLACE(nb_inplace_subtract, __isub__)
IN_PLACE(nb_inplace_multiply, __imul__)
IN_PLACE(nb_inplace_matrix_multiply, __imatmul__)
IN_PLACE(nb_inplace_remainder, __imod__)
IN_PLACE(nb_inplace_lshift, __ilshift__)
IN_PLACE(nb_inplace_rshift, __irshift__)
IN_PLACE(nb_inplace_and, __iand__)
IN_PLACE(nb_inplace_xor, __ixor__)
IN_PLACE(nb_inplace_or, __ior__)
IN_PLACE(nb_inplace_floor_divide, __ifloordiv__)
IN_PLACE(nb_inplace_true_divide, __itruediv__)

#define UNARY(field, name)                    \
    PyObject *ou_slot_##field(PyObject *self) \
    {                                         \
        return CALL(name, self);              \
    }
UNARY(nb_negative, __neg__)
UNARY(nb_positive, __pos__)
UNARY(nb_absolute, __abs__)
UNARY(nb_invert, __invert__)
UNARY(nb_int, __int__)
UNARY(nb_float, __float__)
UNARY(nb_index, __index__)

int
ou_slot_nb_bool(PyObject *self)
{
    bool missing;
    PyObject *result = ou_special_call(OU_STR(__bool__), &self, 1, &missing);
    if (missing) {
        if (ou_type_lookup(Py_TYPE(self), OU_STR(__len__)) == NULL) {
            return 1;
        }
        Py_ssize_t length = ou_slot_mp_length(self);
        return length < 0 ? -1 : length > 0;
    }
    if (result == NULL) {
        return -1;
    }
    int truth = result == Py_True;
    if (!truth && result != Py_False) {
        PyErr_Format(PyExc_TypeError, "__bool__ should return bool, returned %s", Py_TYPE(result)->tp_name);
        truth = -1;
    }
    Py_DECREF(result);
    return truth;
}

/* ---- mappings and sequences ---------------------------------------------------------------------------- */

Py_ssize_t
ou_slot_mp_length(PyObject *self)
{
    PyObject *result = CALL(__len__, self);
    if (result == NULL) {
        return -1;
    }
    OU_HOLD(h, &result);
    Py_ssize_t length = ou_length_of(result);
    OU_HOLD_END(h);
    Py_DECREF(result);
    return length;
}

Py_ssize_t
ou_length_of(PyObject *result)
{
    PyObject *number = PyNumber_Index(result);
    if (number == NULL) {
        return -1;
    }
    Py_ssize_t length = -1;
    if (Py_SIZE(number) < 0) {
        PyErr_SetString(PyExc_ValueError, "__len__() should return >= 0");
    }
    else {
        length = PyNumber_AsSsize_t(number, PyExc_OverflowError);
    }
    Py_DECREF(number);
    return length;
}

PyObject *
ou_slot_mp_subscript(PyObject *self, PyObject *key)
{
    return CALL(__getitem__, self, key);
}

int
ou_slot_mp_ass_subscript(PyObject *self, PyObject *key, PyObject *value)
{
    return drop(value == NULL ? CALL(__delitem__, self, key) : CALL(__setitem__, self, key, value));
}

PyObject *
ou_slot_sq_item(PyObject *self, Py_ssize_t i)
{
    PyObject *index = PyLong_FromSsize_t(i);
    if (index == NULL) {
        return NULL;
    }
    OU_HOLD(h, &index);
    PyObject *result = CALL(__getitem__, self, index);
    OU_HOLD_END(h);
    Py_DECREF(index);
    return result;
}

int
ou_slot_sq_ass_item(PyObject *self, Py_ssize_t i, PyObject *value)
{
    PyObject *index = PyLong_FromSsize_t(i);
    if (index == NULL) {
        return -1;
    }
    OU_HOLD(h, &index);
    int result = ou_slot_mp_ass_subscript(self, index, value);
    OU_HOLD_END(h);
    Py_DECREF(index);
    return result;
}

int
ou_slot_sq_contains(PyObject *self, PyObject *value)
{
    PyObject *method = ou_type_lookup(Py_TYPE(self), OU_STR(__contains__));
    if (method == Py_None) {
        PyErr_Format(PyExc_TypeError, "'%.200s' object is not a container", Py_TYPE(self)->tp_name);
        return -1;
    }
    if (method == NULL) {
        enum { CONTAINS = 3 }; /* what _PySequence_IterSearch is asked for */
        return (int)_PySequence_IterSearch(self, value, CONTAINS);
    }
    PyObject *result = call_found(Py_NewRef(method), (PyObject *[]){self, value}, 2);
    if (result == NULL) {
        return -1;
    }
    OU_HOLD(h, &result);
    int truth = PyObject_IsTrue(result);
    OU_HOLD_END(h);
    Py_DECREF(result);
    return truth;
}
