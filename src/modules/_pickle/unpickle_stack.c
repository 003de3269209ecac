/* modules/_pickle/unpickle_stack.c - the stack, the marks and the memo of the machine that reads pickles.
 *
 * Owns       references in the unpickler's arrays.
 * Invariant  0 <= fence <= n_stack; marks rise, and the last is the fence. */
#include "modules/_pickle/pickle.h"
#include "types/list.h"
#include "types/tuple.h"

/* ---- stack ------------------------------------------------------------------------------------------------------------ */

int
ou_unpickle_stack_grow(Unpickler *self)
{
    size_t cap = (size_t)self->stack_cap * 2 + 8, bytes;
    PyObject **stack = ou_size_mul(cap, sizeof *stack, &bytes) ? NULL : PyMem_Realloc(self->stack, bytes);
    if (stack == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->stack = stack;
    self->stack_cap = (Py_ssize_t)cap;
    return 0;
}

int
ou_unpickle_underflow(Unpickler *self)
{
    PyErr_SetString(self->state->unpickling_error, self->n_marks > 0 ? "unexpected MARK found" : "unpickling stack underflow");
    return -1;
}

void
ou_unpickle_drop(Unpickler *self, Py_ssize_t at)
{
    while (self->n_stack > at) {
        PyObject *item = self->stack[--self->n_stack];
        Py_DECREF(item);
    }
}

int
ou_unpickle_replace(Unpickler *self, Py_ssize_t n, PyObject *result)
{
    if (result == NULL) {
        return -1;
    }
    if (n == 0) {
        return unpickle_push(self, result);
    }
    Py_ssize_t at = self->n_stack - n;
    PyObject *old = self->stack[at];
    self->stack[at] = result;
    ou_unpickle_drop(self, at + 1);
    Py_DECREF(old);
    return 0;
}

PyObject *
ou_unpickle_take_tuple(Unpickler *self, Py_ssize_t at)
{
    Py_ssize_t n = self->n_stack - at;
    if (n == 0) {
        return Py_NewRef(ou_empty_tuple());
    }
    PyObject *tuple = ou_tuple_new_raw(n);
    if (tuple == NULL) {
        ou_unpickle_drop(self, at);
        return NULL;
    }
    memcpy(((PyTupleObject *)tuple)->ob_item, self->stack + at, (size_t)n * sizeof(PyObject *));
    self->n_stack = at; /* commit */
    ou_gc_track(tuple);
    return tuple;
}

PyObject *
ou_unpickle_take_list(Unpickler *self, Py_ssize_t at)
{
    PyObject *list = ou_list_take_items(self->stack + at, self->n_stack - at);
    if (list == NULL) {
        ou_unpickle_drop(self, at);
        return NULL;
    }
    self->n_stack = at; /* commit */
    return list;
}

Py_ssize_t
ou_unpickle_pop_mark(Unpickler *self)
{
    if (self->n_marks == 0) {
        PyErr_SetString(self->state->unpickling_error, "could not find MARK");
        return -1;
    }
    Py_ssize_t mark = self->marks[--self->n_marks];
    self->fence = self->n_marks > 0 ? self->marks[self->n_marks - 1] : 0;
    return mark;
}

int
ou_unpickle_push_mark(Unpickler *self)
{
    if (self->n_marks == self->marks_cap) {
        size_t cap = (size_t)self->marks_cap * 2 + 20; /* from CPython 3.11 */
        Py_ssize_t *marks = cap > INT32_MAX ? NULL : PyMem_Realloc(self->marks, cap * sizeof *marks);
        if (marks == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        self->marks = marks;
        self->marks_cap = (int)cap;
    }
    self->marks[self->n_marks++] = self->fence = self->n_stack;
    return 0;
}

/* ---- memo ------------------------------------------------------------------------------------------------------------- */

enum { FIRST_MEMO = 32, SPARSE = 4 }; /* entries, from CPython 3.11; how far beyond its end the array may grow at once */

int
ou_unpickle_memo_init(Unpickler *self)
{
    PyObject **memo = PyMem_Calloc(FIRST_MEMO, sizeof *memo);
    if (memo == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    ou_unpickle_memo_clear(self);
    PyMem_Free(self->memo);
    self->memo = memo;
    self->memo_cap = FIRST_MEMO;
    return 0;
}

void
ou_unpickle_memo_clear(Unpickler *self)
{
    PyObject **memo = self->memo;
    Py_ssize_t n = self->memo_cap;
    self->memo = NULL;
    self->memo_cap = self->n_memo = 0;
    Py_CLEAR(self->far_memo);
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_XDECREF(memo[i]);
    }
    PyMem_Free(memo);
}

static PyObject *
far_get(Unpickler *self, size_t number)
{
    PyObject *key = self->far_memo == NULL ? NULL : PyLong_FromSize_t(number);
    PyObject *obj = key == NULL ? NULL : PyDict_GetItemWithError(self->far_memo, key);
    Py_XDECREF(key);
    return obj;
}

PyObject *
ou_unpickle_memo_get(Unpickler *self, size_t number)
{
    PyObject *obj = number < (size_t)self->memo_cap ? self->memo[number] : NULL;
    if (obj == NULL && (obj = far_get(self, number)) == NULL && !PyErr_Occurred()) {
        PyErr_Format(self->state->unpickling_error, "Memo value not found at index %zu", number);
    }
    return obj;
}

/* A number far from all others: a few bytes of input shall not ask for gigabytes. */
static int
far_put(Unpickler *self, size_t number, PyObject *obj)
{
    if (self->far_memo == NULL && (self->far_memo = PyDict_New()) == NULL) {
        return -1;
    }
    PyObject *key = PyLong_FromSize_t(number);
    Py_ssize_t n = PyDict_GET_SIZE(self->far_memo);
    int status = key == NULL ? -1 : PyDict_SetItem(self->far_memo, key, obj);
    Py_XDECREF(key);
    self->n_memo += PyDict_GET_SIZE(self->far_memo) - n;
    return status;
}

static int
memo_grow(Unpickler *self, size_t cap)
{
    size_t bytes;
    PyObject **memo = ou_size_mul(cap, sizeof *memo, &bytes) ? NULL : PyMem_Realloc(self->memo, bytes);
    if (memo == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t i = (size_t)self->memo_cap; i < cap; i++) {
        memo[i] = NULL;
    }
    self->memo = memo;
    self->memo_cap = (Py_ssize_t)cap;
    return 0;
}

int
ou_unpickle_memo_put(Unpickler *self, size_t number, PyObject *obj)
{
    if (OU_UNLIKELY(number >= (size_t)self->memo_cap)) {
        if (self->far_memo != NULL || number > (size_t)self->memo_cap * SPARSE + FIRST_MEMO) {
            return far_put(self, number, obj);
        }
        if (memo_grow(self, number * 2) < 0) {
            return -1;
        }
    }
    PyObject *old = self->memo[number];
    self->memo[number] = Py_NewRef(obj);
    self->n_memo += old == NULL;
    Py_XDECREF(old);
    return 0;
}
