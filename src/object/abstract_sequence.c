/* object/abstract_sequence.c - sequences by their slots, and sequences made from any iterable.
 *
 * Owns       nothing; operands are borrowed from the caller, who owns them for as long as the call takes.
 * Invariant  what grows while an iterator runs is an untracked list that is held: the audit sees it, the program does not.
 * Not here   [] with any key (abstract_object.c); + and * as operators (abstract_number.c). */
#include "object/abstract.h"
#include "object/alloc.h"
#include "object/hold.h"

/* Is it a sequence by its slots?  Dicts have sq_contains alone. */
int
PySequence_Check(PyObject *op)
{
    if (PyDict_Check(op)) {
        return 0;
    }
    PySequenceMethods *methods = Py_TYPE(op)->tp_as_sequence;
    return methods != NULL && methods->sq_item != NULL;
}

static bool
has_mapping(PyObject *op, bool assigns)
{
    PyMappingMethods *mapping = Py_TYPE(op)->tp_as_mapping;
    return mapping != NULL && (assigns ? (void *)mapping->mp_ass_subscript : (void *)mapping->mp_subscript) != NULL;
}

Py_ssize_t
PySequence_Size(PyObject *op)
{
    if (op == NULL) {
        ou_null_argument();
        return -1;
    }
    PySequenceMethods *methods = Py_TYPE(op)->tp_as_sequence;
    if (methods != NULL && methods->sq_length != NULL) {
        return methods->sq_length(op);
    }
    PyMappingMethods *mapping = Py_TYPE(op)->tp_as_mapping;
    return ou_size_error(op, "sequence", mapping != NULL ? mapping->mp_length : NULL);
}

#undef PySequence_Length
Py_ssize_t
PySequence_Length(PyObject *op)
{
    return PySequence_Size(op);
}

/* ---- concatenation and repetition ------------------------------------------------------------------------------ */

static binaryfunc
number_slot(PyObject *op, size_t offset)
{
    PyNumberMethods *methods = Py_TYPE(op)->tp_as_number;
    return methods != NULL ? *(binaryfunc *)((char *)methods + offset) : NULL;
}

/* By the number slots of both, if they are sequences: classes written in Python have __add__ there.
 * Returns new, NotImplemented, or NULL with an error set. */
static PyObject *
concat_by_number(PyObject *left, PyObject *right, size_t offset)
{
    if (!PySequence_Check(left) || !PySequence_Check(right)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    binaryfunc slot = number_slot(left, offset);
    PyObject *result = slot != NULL ? slot(left, right) : Py_NewRef(Py_NotImplemented);
    if (result == Py_NotImplemented && !Py_IS_TYPE(right, Py_TYPE(left))) {
        binaryfunc other = number_slot(right, offset);
        if (other != NULL && other != slot) {
            Py_DECREF(result);
            result = other(left, right);
        }
    }
    return result;
}

PyObject *
PySequence_Concat(PyObject *left, PyObject *right)
{
    if (left == NULL || right == NULL) {
        return ou_null_argument();
    }
    PySequenceMethods *methods = Py_TYPE(left)->tp_as_sequence;
    if (methods != NULL && methods->sq_concat != NULL) {
        return methods->sq_concat(left, right);
    }
    PyObject *result = concat_by_number(left, right, offsetof(PyNumberMethods, nb_add));
    if (result != Py_NotImplemented) {
        return result;
    }
    Py_DECREF(result);
    return ou_type_error("'%.200s' object can't be concatenated", left);
}

PyObject *
PySequence_InPlaceConcat(PyObject *left, PyObject *right)
{
    if (left == NULL || right == NULL) {
        return ou_null_argument();
    }
    PySequenceMethods *methods = Py_TYPE(left)->tp_as_sequence;
    if (methods != NULL && methods->sq_inplace_concat != NULL) {
        return methods->sq_inplace_concat(left, right);
    }
    if (methods != NULL && methods->sq_concat != NULL) {
        return methods->sq_concat(left, right);
    }
    if (PySequence_Check(left) && PySequence_Check(right)) {
        binaryfunc slot = number_slot(left, offsetof(PyNumberMethods, nb_inplace_add));
        PyObject *result = slot != NULL ? slot(left, right) : Py_NewRef(Py_NotImplemented);
        if (result != Py_NotImplemented) {
            return result;
        }
        Py_DECREF(result);
        result = concat_by_number(left, right, offsetof(PyNumberMethods, nb_add));
        if (result != Py_NotImplemented) {
            return result;
        }
        Py_DECREF(result);
    }
    return ou_type_error("'%.200s' object can't be concatenated", left);
}

/* By __mul__ of a class written in Python. */
static PyObject *
repeat_by_number(PyObject *op, Py_ssize_t count, bool in_place)
{
    if (!PySequence_Check(op)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    binaryfunc slot = in_place ? number_slot(op, offsetof(PyNumberMethods, nb_inplace_multiply)) : NULL;
    if (slot == NULL) {
        slot = number_slot(op, offsetof(PyNumberMethods, nb_multiply));
    }
    if (slot == NULL) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *n = PyLong_FromSsize_t(count);
    if (n == NULL) {
        return NULL;
    }
    OU_HOLD(h, &n);
    PyObject *result = slot(op, n);
    OU_HOLD_END(h);
    Py_DECREF(n);
    return result;
}

static PyObject *
repeat(PyObject *op, Py_ssize_t count, bool in_place)
{
    if (op == NULL) {
        return ou_null_argument();
    }
    PySequenceMethods *methods = Py_TYPE(op)->tp_as_sequence;
    if (methods != NULL) {
        if (in_place && methods->sq_inplace_repeat != NULL) {
            return methods->sq_inplace_repeat(op, count);
        }
        if (methods->sq_repeat != NULL) {
            return methods->sq_repeat(op, count);
        }
    }
    PyObject *result = repeat_by_number(op, count, in_place);
    if (result != Py_NotImplemented) {
        return result;
    }
    Py_DECREF(result);
    return ou_type_error("'%.200s' object can't be repeated", op);
}

PyObject *
PySequence_Repeat(PyObject *op, Py_ssize_t count)
{
    return repeat(op, count, false);
}

PyObject *
PySequence_InPlaceRepeat(PyObject *op, Py_ssize_t count)
{
    return repeat(op, count, true);
}

/* ---- items ----------------------------------------------------------------------------------------------------- */

/* A negative index counts from the end, if the sequence has a length.  Returns 0, or -1 with an error set. */
static int
adjust_index(PyObject *op, PySequenceMethods *methods, Py_ssize_t *index)
{
    if (*index < 0 && methods->sq_length != NULL) {
        Py_ssize_t n = methods->sq_length(op);
        if (n < 0) {
            return -1;
        }
        *index += n;
    }
    return 0;
}

PyObject *
PySequence_GetItem(PyObject *op, Py_ssize_t index)
{
    if (op == NULL) {
        return ou_null_argument();
    }
    PySequenceMethods *methods = Py_TYPE(op)->tp_as_sequence;
    if (methods != NULL && methods->sq_item != NULL) {
        if (adjust_index(op, methods, &index) < 0) {
            return NULL;
        }
        return methods->sq_item(op, index);
    }
    return ou_type_error(has_mapping(op, false) ? "%.200s is not a sequence" : "'%.200s' object does not support indexing", op);
}

static int
assign_item(PyObject *op, Py_ssize_t index, PyObject *value, const char *text)
{
    if (op == NULL) {
        ou_null_argument();
        return -1;
    }
    PySequenceMethods *methods = Py_TYPE(op)->tp_as_sequence;
    if (methods != NULL && methods->sq_ass_item != NULL) {
        if (adjust_index(op, methods, &index) < 0) {
            return -1;
        }
        return methods->sq_ass_item(op, index, value);
    }
    ou_type_error(has_mapping(op, true) ? "%.200s is not a sequence" : text, op);
    return -1;
}

int
PySequence_SetItem(PyObject *op, Py_ssize_t index, PyObject *value)
{
    return assign_item(op, index, value, "'%.200s' object does not support item assignment");
}

int
PySequence_DelItem(PyObject *op, Py_ssize_t index)
{
    return assign_item(op, index, NULL, "'%.200s' object doesn't support item deletion");
}

static PyObject *
slice_of(Py_ssize_t low, Py_ssize_t high)
{
    PyObject *start = PyLong_FromSsize_t(low);
    PyObject *stop = start != NULL ? PyLong_FromSsize_t(high) : NULL;
    PyObject *slice = stop != NULL ? PySlice_New(start, stop, NULL) : NULL;
    Py_XDECREF(start);
    Py_XDECREF(stop);
    return slice;
}

PyObject *
PySequence_GetSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high)
{
    if (op == NULL) {
        return ou_null_argument();
    }
    if (!has_mapping(op, false)) {
        return ou_type_error("'%.200s' object is unsliceable", op);
    }
    PyObject *slice = slice_of(low, high);
    if (slice == NULL) {
        return NULL;
    }
    OU_HOLD(h, &slice);
    PyObject *result = Py_TYPE(op)->tp_as_mapping->mp_subscript(op, slice);
    OU_HOLD_END(h);
    Py_DECREF(slice);
    return result;
}

static int
assign_slice(PyObject *op, Py_ssize_t low, Py_ssize_t high, PyObject *value, const char *text)
{
    if (op == NULL) {
        ou_null_argument();
        return -1;
    }
    if (!has_mapping(op, true)) {
        ou_type_error(text, op);
        return -1;
    }
    PyObject *slice = slice_of(low, high);
    if (slice == NULL) {
        return -1;
    }
    OU_HOLD(h, &slice);
    int status = Py_TYPE(op)->tp_as_mapping->mp_ass_subscript(op, slice, value);
    OU_HOLD_END(h);
    Py_DECREF(slice);
    return status;
}

int
PySequence_SetSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high, PyObject *value)
{
    return assign_slice(op, low, high, value, "'%.200s' object doesn't support slice assignment");
}

int
PySequence_DelSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high)
{
    return assign_slice(op, low, high, NULL, "'%.200s' object doesn't support slice deletion");
}

/* ---- from any iterable ----------------------------------------------------------------------------------------- */

/* The items of an iterable in a list that nobody else can see.  Returns new and untracked, or NULL. */
static PyObject *
collect(PyObject *iterable)
{
    PyObject *list = PyList_New(0);
    if (list == NULL) {
        return NULL;
    }
    ou_gc_untrack(list);
    OU_HOLD(h, &list);
    PyObject *none = _PyList_Extend((PyListObject *)list, iterable);
    OU_HOLD_END(h);
    if (none == NULL) {
        Py_DECREF(list);
        return NULL;
    }
    Py_DECREF(none);
    return list;
}

/* tuple(op); an exact tuple is returned itself.  Returns new, or NULL with an error set.  RE-ENTRANT. */
PyObject *
PySequence_Tuple(PyObject *op)
{
    if (op == NULL) {
        return ou_null_argument();
    }
    if (PyTuple_CheckExact(op)) {
        return Py_NewRef(op);
    }
    if (PyList_CheckExact(op)) {
        return PyList_AsTuple(op);
    }
    PyObject *list = collect(op);
    if (list == NULL) {
        return NULL;
    }
    Py_ssize_t n = PyList_GET_SIZE(list);
    PyObject *tuple = PyTuple_New(n);
    if (tuple != NULL && n > 0) {
        /* The references move: the list is empty before anyone can look. */
        memcpy(((PyTupleObject *)tuple)->ob_item, ((PyListObject *)list)->ob_item, (size_t)n * sizeof(PyObject *));
        Py_SET_SIZE(list, 0);
    }
    Py_DECREF(list);
    return tuple;
}

/* list(op).  Returns new, or NULL with an error set.  RE-ENTRANT. */
PyObject *
PySequence_List(PyObject *op)
{
    if (op == NULL) {
        return ou_null_argument();
    }
    PyObject *list = collect(op);
    if (list != NULL) {
        ou_gc_track(list);
    }
    return list;
}

/* A list or tuple with the items of `op`: itself if it is one.  If it can't be iterated, TypeError(text). */
PyObject *
PySequence_Fast(PyObject *op, const char *text)
{
    if (op == NULL) {
        return ou_null_argument();
    }
    if (PyList_CheckExact(op) || PyTuple_CheckExact(op)) {
        return Py_NewRef(op);
    }
    PyObject *iter = PyObject_GetIter(op);
    if (iter == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_SetString(PyExc_TypeError, text);
        }
        return NULL;
    }
    OU_HOLD(h, &iter);
    PyObject *list = PySequence_List(iter);
    OU_HOLD_END(h);
    Py_DECREF(iter);
    return list;
}

/* ---- searching ------------------------------------------------------------------------------------------------- */

/* Look for `item` by iterating.  operation 1: count, 2: index (ValueError if it is not there), 3: contains.
 * Returns -1 with an error set.  RE-ENTRANT. */
Py_ssize_t
_PySequence_IterSearch(PyObject *op, PyObject *item, int operation)
{
    enum { COUNT = 1, INDEX = 2, CONTAINS = 3 };
    if (op == NULL || item == NULL) {
        ou_null_argument();
        return -1;
    }
    PyObject *iter = PyObject_GetIter(op), *current = NULL;
    if (iter == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            ou_type_error("argument of type '%.200s' is not iterable", op);
        }
        return -1;
    }
    Py_ssize_t n = 0, result = -1;
    bool wrapped = false;
    OU_HOLD(h, &iter, &current);
    for (;;) {
        current = PyIter_Next(iter);
        if (current == NULL) {
            if (!PyErr_Occurred()) {
                result = operation == INDEX ? -1 : n;
                if (operation == INDEX) {
                    PyErr_SetString(PyExc_ValueError, "sequence.index(x): x not in sequence");
                }
            }
            break;
        }
        int equal = PyObject_RichCompareBool(current, item, Py_EQ);
        Py_CLEAR(current);
        if (equal < 0) {
            break;
        }
        if (equal && operation == CONTAINS) {
            result = 1;
            break;
        }
        if (equal && operation == INDEX) {
            if (wrapped) {
                PyErr_SetString(PyExc_OverflowError, "index exceeds C integer size");
                break;
            }
            result = n;
            break;
        }
        if (operation == COUNT && equal) {
            if (n == PY_SSIZE_T_MAX) {
                PyErr_SetString(PyExc_OverflowError, "count exceeds C integer size");
                break;
            }
            n++;
        }
        else if (operation == INDEX) {
            wrapped = wrapped || n == PY_SSIZE_T_MAX;
            n = wrapped ? 0 : n + 1;
        }
    }
    OU_HOLD_END(h);
    Py_DECREF(iter);
    return result;
}

Py_ssize_t
PySequence_Count(PyObject *op, PyObject *item)
{
    return _PySequence_IterSearch(op, item, 1);
}

Py_ssize_t
PySequence_Index(PyObject *op, PyObject *item)
{
    return _PySequence_IterSearch(op, item, 2);
}

/* item in op: 1, 0, or -1 with an error set.  RE-ENTRANT. */
int
PySequence_Contains(PyObject *op, PyObject *item)
{
    PySequenceMethods *methods = Py_TYPE(op)->tp_as_sequence;
    if (methods != NULL && methods->sq_contains != NULL) {
        return methods->sq_contains(op, item);
    }
    return (int)_PySequence_IterSearch(op, item, 3);
}

#undef PySequence_In
int
PySequence_In(PyObject *op, PyObject *item)
{
    return PySequence_Contains(op, item);
}

/* ---- arrays of C strings --------------------------------------------------------------------------------------- */

void
_Py_FreeCharPArray(char *const *array)
{
    for (Py_ssize_t i = 0; array[i] != NULL; i++) {
        PyMem_Free(array[i]);
    }
    PyMem_Free((void *)array);
}

/* A NULL-terminated array of copies of the bytes objects in a sequence.  Returns NULL with an error set. */
char *const *
_PySequence_BytesToCharpArray(PyObject *op)
{
    Py_ssize_t n = PySequence_Size(op);
    if (n < 0) {
        return NULL;
    }
    if ((size_t)n > PY_SSIZE_T_MAX / sizeof(char *) - 1) {
        PyErr_NoMemory();
        return NULL;
    }
    char **array = PyMem_Calloc((size_t)n + 1, sizeof(char *));
    if (array == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PySequence_GetItem(op, i);
        char *text;
        Py_ssize_t size;
        if (item == NULL || PyBytes_AsStringAndSize(item, &text, NULL) < 0) {
            Py_XDECREF(item);
            _Py_FreeCharPArray(array);
            return NULL;
        }
        size = PyBytes_GET_SIZE(item) + 1;
        array[i] = PyMem_Malloc((size_t)size);
        if (array[i] == NULL) {
            PyErr_NoMemory();
            Py_DECREF(item);
            _Py_FreeCharPArray(array);
            return NULL;
        }
        memcpy(array[i], text, (size_t)size);
        Py_DECREF(item);
    }
    return array;
}
