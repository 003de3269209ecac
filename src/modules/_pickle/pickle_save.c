/* modules/_pickle/pickle_save.c - one object to bytes: which way it goes, the memo, persistent ids, __reduce__.
 *
 * Invariant  an object that may refer to itself gets its number before what it holds is written, where the reader's side
 *            can do the same; tuples and frozensets can't, and look afterwards.
 * Not here   each type's own way (pickle_save_atom.c, pickle_save_container.c, pickle_save_global.c). */
#include "modules/_pickle/pickle.h"
#include "object/attribute.h"

/* ---- the memo -------------------------------------------------------------------------------------------------------- */

/* An instruction with a number of the memo: in 1 or 4 bytes, or as text. */
static int
write_number(Pickler *self, int op1, int op4, int op_text, Py_ssize_t number, const char *name)
{
    if (!self->bin) {
        char text[32];
        int n = snprintf(text, sizeof text, "%zd", number);
        return ou_pickle_write_line(self, op_text, text, n);
    }
    if ((uint64_t)number > 0xFFFFFFFF) {
        PyErr_Format(self->state->pickling_error, "memo id too large for LONG_%s", name);
        return -1;
    }
    char *to = pickle_claim(self, 5);
    if (to == NULL) {
        return -1;
    }
    bool small = number < 256;
    to[0] = (char)(small ? op1 : op4);
    pickle_put_le(to + 1, (uint64_t)number, 4);
    self->at = to + (small ? 2 : 5);
    return 0;
}

int
ou_pickle_write_get(Pickler *self, Py_ssize_t number)
{
    return write_number(self, OP_BINGET, OP_LONG_BINGET, OP_GET, number, "BINGET");
}

int
ou_pickle_memoize(Pickler *self, PyObject *obj)
{
    if (self->fast) {
        return 0;
    }
    Py_ssize_t number = (Py_ssize_t)self->memo.n_used;
    if (OU_UNLIKELY(ou_pickle_memo_set(&self->memo, obj, number) < 0)) {
        return -1;
    }
    return self->proto >= 4 ? pickle_write_op(self, OP_MEMOIZE)
                            : write_number(self, OP_BINPUT, OP_LONG_BINPUT, OP_PUT, number, "BINPUT");
}

/* ---- persistent ids --------------------------------------------------------------------------------------------------- */

static int
save_id(Pickler *self, PyObject *id)
{
    if (self->bin) {
        return ou_pickle_save(self, id, true) < 0 ? -1 : pickle_write_op(self, OP_BINPERSID);
    }
    PyObject *text = PyObject_Str(id);
    int status = -1;
    if (text != NULL && !PyUnicode_IS_ASCII(text)) {
        PyErr_SetString(self->state->pickling_error, "persistent IDs in protocol 0 must be ASCII strings");
    }
    else if (text != NULL) {
        status = ou_pickle_write_line(self, OP_PERSID, (const char *)PyUnicode_1BYTE_DATA(text), PyUnicode_GET_LENGTH(text));
    }
    Py_XDECREF(text);
    return status;
}

/* Returns 1 if the object has an id, which is written now, 0 if it has none, -1 with an error. */
static int
save_persistent(Pickler *self, PyObject *obj)
{
    PyObject *id = ou_pickle_call_method((PyObject *)self, self->persistent_id, self->id_is_bound, obj);
    if (id == NULL || id == Py_None) {
        Py_XDECREF(id);
        return id == NULL ? -1 : 0;
    }
    OU_HOLD(hold, &id);
    int status = save_id(self, id);
    OU_HOLD_END(hold);
    Py_DECREF(id);
    return status < 0 ? -1 : 1;
}

/* ---- by reduction ------------------------------------------------------------------------------------------------------- */

/* The function that the dispatch table has for the type, called: new, or NULL, with an error or without. */
static PyObject *
reduce_by_table(Pickler *self, PyObject *obj)
{
    PyObject *table = self->dispatch_table, *type = (PyObject *)Py_TYPE(obj), *function;
    if (table == NULL) {
        function = Py_XNewRef(PyDict_GetItemWithError(self->state->dispatch_table, type));
    }
    else {
        Py_INCREF(table);
        OU_HOLD(hold, &table);
        function = PyObject_GetItem(table, type);
        OU_HOLD_END(hold);
        Py_DECREF(table);
        if (function == NULL && PyErr_ExceptionMatches(PyExc_KeyError)) {
            PyErr_Clear();
        }
    }
    if (function == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &function);
    PyObject *reduced = PyObject_CallOneArg(function, obj);
    OU_HOLD_END(hold);
    Py_DECREF(function);
    return reduced;
}

/* __reduce_ex__(protocol), or __reduce__(): new. */
static PyObject *
reduce_by_method(Pickler *self, PyObject *obj)
{
    PyObject *method, *protocol = NULL, *reduced = NULL;
    if (!ou_object_has_own(obj, OU_STR(__reduce_ex__))) { /* nearly every object: without making a bound method */
        if ((protocol = PyLong_FromLong(self->proto)) != NULL) {
            reduced = ou_object_method_reduce_ex(obj, protocol);
            Py_DECREF(protocol);
        }
        return reduced;
    }
    int has = _PyObject_LookupAttr(obj, OU_STR(__reduce_ex__), &method);
    if (has > 0) {
        protocol = PyLong_FromLong(self->proto);
    }
    else if (has == 0) {
        has = _PyObject_LookupAttr(obj, OU_STR(__reduce__), &method);
    }
    if (has == 0) {
        PyErr_Format(self->state->pickling_error, "can't pickle '%.200s' object: %R", Py_TYPE(obj)->tp_name, obj);
    }
    if (has <= 0) {
        return NULL;
    }
    OU_HOLD(hold, &method, &protocol);
    if (protocol != NULL) {
        reduced = PyObject_CallOneArg(method, protocol);
    }
    else if (!PyErr_Occurred()) {
        reduced = PyObject_CallNoArgs(method);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(protocol);
    Py_DECREF(method);
    return reduced;
}

/* What the object is made of: new; NULL with an error set, or with *by_name set where its name says all. */
static PyObject *
reduce(Pickler *self, PyObject *obj, bool *by_name)
{
    PyTypeObject *type = Py_TYPE(obj);
    PyObject *reduced;
    if (self->reducer_override != NULL) {
        reduced = PyObject_CallOneArg(self->reducer_override, obj);
        if (reduced != Py_NotImplemented) {
            return reduced;
        }
        Py_DECREF(reduced);
        type = Py_TYPE(obj);
    }
    *by_name = type == &PyType_Type || type == &PyFunction_Type;
    if (*by_name) {
        return NULL;
    }
    reduced = reduce_by_table(self, obj);
    if (reduced != NULL || PyErr_Occurred()) {
        return reduced;
    }
    *by_name = PyType_IsSubtype(type, &PyType_Type);
    return *by_name ? NULL : reduce_by_method(self, obj);
}

int
ou_pickle_save_reduced_new(Pickler *self, PyObject *reduced, PyObject *obj)
{
    if (reduced == NULL) {
        return -1;
    }
    OU_HOLD(hold, &reduced);
    int status = ou_pickle_save_reduced(self, reduced, obj);
    OU_HOLD_END(hold);
    Py_DECREF(reduced);
    return status;
}

int
ou_pickle_save_by_reduction(Pickler *self, PyObject *obj)
{
    bool by_name = false;
    PyObject *reduced = reduce(self, obj, &by_name);
    if (by_name) {
        return PyType_CheckExact(obj) ? ou_pickle_save_type(self, obj) : ou_pickle_save_global(self, obj, NULL);
    }
    if (reduced == NULL) {
        return -1;
    }
    OU_HOLD(hold, &reduced);
    int status = -1;
    if (PyUnicode_Check(reduced)) {
        status = ou_pickle_save_global(self, obj, reduced);
    }
    else if (PyTuple_Check(reduced)) {
        status = ou_pickle_save_reduced(self, reduced, obj);
    }
    else {
        PyErr_SetString(self->state->pickling_error, "__reduce__ must return a string or tuple");
    }
    OU_HOLD_END(hold);
    Py_DECREF(reduced);
    return status;
}

/* ---- any object ------------------------------------------------------------------------------------------------------- */

static int
save_bool(Pickler *self, PyObject *obj)
{
    if (self->proto >= 2) {
        return pickle_write_op(self, obj == Py_True ? OP_NEWTRUE : OP_NEWFALSE);
    }
    return pickle_write(self, obj == Py_True ? "I01\n" : "I00\n", 4);
}

/* What may hold other objects. */
static int
save_compound(Pickler *self, PyObject *obj, PyTypeObject *type)
{
    if (type == &PyList_Type) {
        return ou_pickle_save_list(self, obj);
    }
    if (type == &PyDict_Type) {
        return ou_pickle_save_dict(self, obj);
    }
    if (type == &PyTuple_Type) {
        return ou_pickle_save_tuple(self, obj);
    }
    if (type == &PySet_Type) {
        return ou_pickle_save_set(self, obj);
    }
    if (type == &PyFrozenSet_Type) {
        return ou_pickle_save_frozenset(self, obj);
    }
    if (type == &PyByteArray_Type) {
        return ou_pickle_save_bytearray(self, obj);
    }
    if (type == &PyPickleBuffer_Type) {
        return ou_pickle_save_buffer(self, obj);
    }
    return ou_pickle_save_by_reduction(self, obj);
}

int
ou_pickle_save(Pickler *self, PyObject *obj, bool is_id)
{
    if (pickle_boundary(self) < 0) {
        return -1;
    }
    if (self->persistent_id != NULL && !is_id) {
        int has = save_persistent(self, obj);
        if (has != 0) {
            return has < 0 ? -1 : 0;
        }
    }
    PyTypeObject *type = Py_TYPE(obj);
    if (type == &PyLong_Type) {
        return ou_pickle_save_int(self, obj);
    }
    if (obj == Py_None) {
        return pickle_write_op(self, OP_NONE);
    }
    if (type == &PyBool_Type) {
        return save_bool(self, obj);
    }
    if (type == &PyFloat_Type) {
        return ou_pickle_save_float(self, obj);
    }
    Py_ssize_t number = pickle_memo_find(&self->memo, obj);
    if (number >= 0) {
        return ou_pickle_write_get(self, number);
    }
    if (type == &PyUnicode_Type) {
        return ou_pickle_save_str(self, obj);
    }
    if (type == &PyBytes_Type) {
        return ou_pickle_save_bytes(self, obj);
    }
    if (ou_recursion_enter(" while pickling an object")) {
        return -1;
    }
    int status = save_compound(self, obj, type);
    ou_recursion_leave();
    return status;
}
