/* vm/ops_attribute.c - attributes, items and slices of any objects.
 *
 * Invariant  operands are held over the call and consumed only when it succeeded (OU_OP_HOLD1 to 3 in ops.h).
 * Not here   cached attributes and indexing of built-in containers (eval.c, specialize.c). */

#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "vm/ops.h"

int
ou_op_load_attr(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b);
    OU_OP_HOLD1(b, i.b);
    PyObject *result = PyObject_GetAttr(b, ou_op_name(frame, i.c));
    if (result != NULL) {
        ou_op_finish1(frame, i.a, result, i.b);
    }
    OU_OP_RELEASE1(b);
    return result == NULL ? -1 : 0;
}

int
ou_op_store_attr(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.a), *c = ou_op_value(frame, i.c);
    OU_OP_HOLD2(b, i.a, c, i.c);
    int result = PyObject_SetAttr(b, ou_op_name(frame, i.b), c);
    if (result == 0) {
        ou_op_consume(frame, i.c);
        ou_op_consume(frame, i.a);
    }
    OU_OP_RELEASE2(b, c);
    return result;
}

int
ou_op_delete_attr(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.a);
    OU_OP_HOLD1(b, i.a);
    int result = PyObject_SetAttr(b, ou_op_name(frame, i.b), NULL);
    if (result == 0) {
        ou_op_consume(frame, i.a);
    }
    OU_OP_RELEASE1(b);
    return result;
}

int
ou_op_load_method(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject **place = &frame->registers[i.a & OU_INDEX_MASK], *method = NULL;
    PyObject *b = ou_op_value(frame, i.b);
    OU_OP_HOLD1(b, i.b);
    int is_method = _PyObject_GetMethod(b, ou_op_name(frame, i.c), &method);
    if (method != NULL) {
        bool same = ou_op_is_temp(i.b) && &frame->registers[i.b & OU_INDEX_MASK] == place;
        if (is_method) {
            place[OU_WINDOW] = b; /* moved if a temporary */
            if (ou_op_is_temp(i.b)) {
                frame->registers[i.b & OU_INDEX_MASK] = NULL;
            }
            else {
                Py_INCREF(b);
            }
            place[0] = method;
        }
        else {
            place[0] = method;
            if (same) {
                Py_DECREF(b);
            }
            else {
                ou_op_consume(frame, i.b);
            }
        }
    }
    OU_OP_RELEASE1(b);
    return method == NULL ? -1 : 0;
}

int
ou_op_load_item(Frame *frame)
{
    return ou_op_binary(frame, PyObject_GetItem);
}

static inline int
store_item(Frame *frame, int (*function)(PyObject *, PyObject *, PyObject *))
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.a), *c = ou_op_value(frame, i.b), *d = ou_op_value(frame, i.c);
    OU_OP_HOLD3(b, i.a, c, i.b, d, i.c);
    int result = function(b, c, d);
    if (result == 0) {
        ou_op_consume(frame, i.c);
        ou_op_consume(frame, i.a);
        ou_op_consume(frame, i.b);
    }
    OU_OP_RELEASE3(b, c, d);
    return result;
}

int
ou_op_store_item(Frame *frame)
{
    return store_item(frame, PyObject_SetItem);
}

static int
dict_set(PyObject *dict, PyObject *key, PyObject *value)
{
    return ou_dict_set(dict, key, value);
}

/* Of an exact dict. */
int
ou_op_store_item_dict(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *dict = ou_op_value(frame, i.a), *key = ou_op_value(frame, i.b), *old;
    if (PyUnicode_CheckExact(key) || PyLong_CheckExact(key)) { /* hashed without Python code */
        int done = ou_dict_insert_plain((PyDictObject *)dict, key, ou_dict_hash(key), ou_op_value(frame, i.c), &old);
        if (OU_LIKELY(done > 0)) {
            ou_op_consume(frame, i.c);
            ou_op_consume(frame, i.a);
            ou_op_consume(frame, i.b);
            Py_XDECREF(old); /* last: may run Python code */
            return 0;
        }
        if (done < 0) {
            return -1;
        }
    }
    return store_item(frame, dict_set);
}

int
ou_op_delete_item(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.a), *c = ou_op_value(frame, i.b);
    OU_OP_HOLD2(b, i.a, c, i.b);
    int result = PyObject_DelItem(b, c);
    if (result == 0) {
        ou_op_consume(frame, i.a);
        ou_op_consume(frame, i.b);
    }
    OU_OP_RELEASE2(b, c);
    return result;
}

/* The slice of two temporaries.  They stay until the operation is done. */
static PyObject *
slice_of(Frame *frame, uint16_t w)
{
    PyObject **pair = &frame->registers[w & OU_INDEX_MASK];
    return PySlice_New(pair[0], pair[1], NULL);
}

static void
drop_pair(Frame *frame, uint16_t w, uint16_t except)
{
    PyObject **pair = &frame->registers[w & OU_INDEX_MASK];
    for (int n = 0; n < 2; n++) {
        if (pair + n != &frame->registers[except & OU_INDEX_MASK] || !ou_op_is_temp(except)) {
            Py_CLEAR(pair[n]);
        }
    }
}

/* A bound of a slice that is None or an int of one digit, against n items.  Returns false if it is something else. */
static inline bool
slice_bound(PyObject *op, Py_ssize_t otherwise, Py_ssize_t n, Py_ssize_t *bound)
{
    if (op == Py_None) {
        *bound = otherwise;
        return true;
    }
    if (!PyLong_CheckExact(op) || !ou_int_is_one_digit(op)) {
        return false;
    }
    Py_ssize_t at = ou_int_value1(op);
    at += at < 0 ? n : 0;
    *bound = at < 0 ? 0 : at > n ? n : at;
    return true;
}

/* b[low:high] of an exact list, tuple or str.  Returns new, or NULL with an error set, or without one if it is another
 * case.  Runs no Python code. */
static PyObject *
simple_slice(PyObject *b, PyObject *const *pair)
{
    PyTypeObject *type = Py_TYPE(b);
    Py_ssize_t n = type == &PyUnicode_Type ? PyUnicode_GET_LENGTH(b) : Py_SIZE(b), low, high;
    if ((type != &PyList_Type && type != &PyTuple_Type && type != &PyUnicode_Type) || !slice_bound(pair[0], 0, n, &low)
        || !slice_bound(pair[1], n, n, &high)) {
        return NULL;
    }
    high = high < low ? low : high;
    return type == &PyList_Type  ? ou_list_slice((PyListObject *)b, low, high)
         : type == &PyTuple_Type ? PyTuple_GetSlice(b, low, high)
                                 : PyUnicode_Substring(b, low, high);
}

int
ou_op_load_slice(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b), *simple = NULL;
    if (Py_TYPE(b) == &PyList_Type || Py_TYPE(b) == &PyTuple_Type || Py_TYPE(b) == &PyUnicode_Type) {
        simple = simple_slice(b, &frame->registers[i.c & OU_INDEX_MASK]);
        if (simple != NULL) {
            ou_op_finish1(frame, i.a, simple, i.b);
            drop_pair(frame, i.c, i.a);
            return 0;
        }
        if (PyErr_Occurred()) {
            return -1;
        }
    }
    PyObject *slice = slice_of(frame, i.c);
    if (slice == NULL) {
        return -1;
    }
    PyObject *b_held = ou_op_is_local(i.b) ? Py_NewRef(b) : NULL;
    OU_HOLD(op_hold, &b_held, &slice);
    PyObject *result = PyObject_GetItem(b, slice);
    if (result != NULL) {
        ou_op_finish1(frame, i.a, result, i.b);
        drop_pair(frame, i.c, i.a);
    }
    Py_CLEAR(slice);
    OU_HOLD_END(op_hold);
    Py_XDECREF(b_held);
    return result == NULL ? -1 : 0;
}

int
ou_op_store_slice(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.a), *c = ou_op_value(frame, i.c), *slice = slice_of(frame, i.b);
    if (slice == NULL) {
        return -1;
    }
    PyObject *b_held = ou_op_is_local(i.a) ? Py_NewRef(b) : NULL, *c_held = ou_op_is_local(i.c) ? Py_NewRef(c) : NULL;
    OU_HOLD(op_hold, &b_held, &c_held, &slice);
    int result = PyObject_SetItem(b, slice, c);
    if (result == 0) {
        ou_op_consume(frame, i.c);
        ou_op_consume(frame, i.a);
        drop_pair(frame, i.b, 0);
    }
    Py_CLEAR(slice);
    OU_HOLD_END(op_hold);
    Py_XDECREF(b_held);
    Py_XDECREF(c_held);
    return result;
}
