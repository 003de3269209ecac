/* modules/itertools/combinatoric.c - product, combinations, combinations_with_replacement, permutations.
 *
 * One state serves all four: the pools (one tuple, or one for each place), an index for each place, and a step that
 * moves the indices on or says that it is over.
 *
 * Owns       the pools; the indices, in the mem domain.
 * Invariant  indices are in range of their pools. */
#include "modules/itertools/itertools.h"

typedef struct {
    PyObject_HEAD
    PyObject *pools;     /* product: tuple of tuples; else one tuple */
    Py_ssize_t *indices; /* one a place; permutations: one an item of the pool, then the cycles, one a place */
    Py_ssize_t n_places;
    int state; /* 0 before the first result, 1 in between, 2 over */
} Combinatoric;

OU_WALKER(combinatoric)
{
    OU_EDGE_OF((Combinatoric *)self, pools);
    return 0;
}

static int
combinatoric_clear(PyObject *self)
{
    Py_CLEAR(((Combinatoric *)self)->pools);
    return 0;
}

static void
combinatoric_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    combinatoric_clear(self);
    PyMem_Free(((Combinatoric *)self)->indices);
    Py_TYPE(self)->tp_free(self);
}

/* Takes the reference to pools.  n_indices words, zero. */
static PyObject *
combinatoric_make(PyTypeObject *type, PyObject *pools, Py_ssize_t n_places, Py_ssize_t n_indices)
{
    Py_ssize_t *indices = PyMem_Calloc((size_t)n_indices + 1, sizeof *indices);
    Combinatoric *it = indices == NULL ? (Combinatoric *)PyErr_NoMemory() : (Combinatoric *)type->tp_alloc(type, 0);
    if (it == NULL) {
        PyMem_Free(indices);
        Py_DECREF(pools);
        return NULL;
    }
    it->pools = pools;
    it->indices = indices;
    it->n_places = n_places;
    return (PyObject *)it;
}

/* A tuple of the items that the indices select.  `nested`: each place has a pool of its own. */
static PyObject *
select_items(Combinatoric *it, bool nested)
{
    PyObject *result = PyTuple_New(it->n_places);
    for (Py_ssize_t i = 0; result != NULL && i < it->n_places; i++) {
        PyObject *pool = nested ? PyTuple_GET_ITEM(it->pools, i) : it->pools;
        PyTuple_SET_ITEM(result, i, Py_NewRef(PyTuple_GET_ITEM(pool, it->indices[i])));
    }
    return result;
}

/* ---- product ------------------------------------------------------------------------------------------------------ */

static PyObject *
product_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Py_ssize_t repeat = 1, n = PyTuple_GET_SIZE(args), n_places;
    if (kwargs != NULL) {
        static char *names[] = {"repeat", NULL};
        PyObject *none = PyTuple_New(0);
        int good = none != NULL && PyArg_ParseTupleAndKeywords(none, kwargs, "|n:product", names, &repeat);
        Py_XDECREF(none);
        if (!good) {
            return NULL;
        }
        if (repeat < 0) {
            PyErr_SetString(PyExc_ValueError, "repeat argument cannot be negative");
            return NULL;
        }
    }
    if (__builtin_mul_overflow(n, repeat, &n_places) || (size_t)n_places > PY_SSIZE_T_MAX / sizeof(Py_ssize_t)) {
        PyErr_SetString(PyExc_OverflowError, "repeat argument too large");
        return NULL;
    }
    PyObject *list = PyList_New(0), *pools;
    OU_HOLD(hold, &list);
    for (Py_ssize_t i = 0; list != NULL && repeat > 0 && i < n; i++) {
        PyObject *pool = PySequence_Tuple(PyTuple_GET_ITEM(args, i));
        if (pool == NULL || PyList_Append(list, pool) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(pool);
    }
    OU_HOLD_END(hold);
    pools = list == NULL ? NULL : PyList_AsTuple(list);
    Py_XDECREF(list);
    if (pools != NULL && repeat > 1) {
        Py_SETREF(pools, PySequence_Repeat(pools, repeat));
    }
    return pools == NULL ? NULL : combinatoric_make(type, pools, n_places, n_places);
}

static PyObject *
product_next(PyObject *self)
{
    Combinatoric *it = (Combinatoric *)self;
    if (it->state == 1) {
        Py_ssize_t i = it->n_places - 1;
        while (i >= 0 && ++it->indices[i] == PyTuple_GET_SIZE(PyTuple_GET_ITEM(it->pools, i))) {
            it->indices[i--] = 0;
        }
        it->state = i < 0 ? 2 : 1;
    }
    for (Py_ssize_t i = 0; it->state == 0 && i < it->n_places; i++) {
        if (PyTuple_GET_SIZE(PyTuple_GET_ITEM(it->pools, i)) == 0) {
            it->state = 2;
        }
    }
    if (it->state == 2) {
        return NULL;
    }
    it->state = 1;
    return select_items(it, true);
}

/* ---- combinations --------------------------------------------------------------------------------------------------- */

/* iterable and r; r None (permutations): all.  Returns the pool, or NULL. */
static PyObject *
pool_args(const char *name, PyObject *args, PyObject *kwargs, bool optional, Py_ssize_t *r)
{
    const OuParams params = {name, {"iterable", "r"}, .n_positional = 2, .n_required = optional ? 1 : 2, .n_all = 2};
    PyObject *v[2];
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0) {
        return NULL;
    }
    PyObject *pool = PySequence_Tuple(v[0]);
    if (pool == NULL) {
        return NULL;
    }
    if (optional && (v[1] == NULL || v[1] == Py_None)) {
        *r = PyTuple_GET_SIZE(pool);
        return pool;
    }
    if (optional && !PyLong_Check(v[1])) {
        PyErr_SetString(PyExc_TypeError, "Expected int as r");
        Py_DECREF(pool);
        return NULL;
    }
    *r = ou_args_ssize(v[1]);
    if (*r < 0) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_ValueError, "r must be non-negative");
        }
        Py_DECREF(pool);
        return NULL;
    }
    return pool;
}

static PyObject *
combinations_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Py_ssize_t r;
    PyObject *pool = pool_args("combinations", args, kwargs, false, &r);
    Py_ssize_t n = pool == NULL ? 0 : PyTuple_GET_SIZE(pool);
    Combinatoric *it = pool == NULL ? NULL : (Combinatoric *)combinatoric_make(type, pool, r, Py_MIN(r, n));
    if (it != NULL) {
        it->state = r > n ? 2 : 0;
        for (Py_ssize_t i = 0; i < Py_MIN(r, n); i++) {
            it->indices[i] = i;
        }
    }
    return (PyObject *)it;
}

static PyObject *
combinations_next(PyObject *self)
{
    Combinatoric *it = (Combinatoric *)self;
    Py_ssize_t r = it->n_places;
    if (it->state == 1) {
        Py_ssize_t n = PyTuple_GET_SIZE(it->pools), i = r - 1;
        while (i >= 0 && it->indices[i] == i + n - r) {
            i--;
        }
        if (i < 0) {
            it->state = 2;
        }
        else {
            it->indices[i]++;
            for (Py_ssize_t j = i + 1; j < r; j++) {
                it->indices[j] = it->indices[j - 1] + 1;
            }
        }
    }
    if (it->state == 2) {
        return NULL;
    }
    it->state = 1;
    return select_items(it, false);
}

static PyObject *
combinations_wr_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Py_ssize_t r;
    PyObject *pool = pool_args("combinations_with_replacement", args, kwargs, false, &r);
    if (pool != NULL && (size_t)r > PY_SSIZE_T_MAX / sizeof(Py_ssize_t) - 1) {
        Py_DECREF(pool);
        return PyErr_NoMemory();
    }
    Combinatoric *it = pool == NULL ? NULL : (Combinatoric *)combinatoric_make(type, pool, r, r);
    if (it != NULL) {
        it->state = PyTuple_GET_SIZE(it->pools) == 0 && r > 0 ? 2 : 0;
    }
    return (PyObject *)it;
}

static PyObject *
combinations_wr_next(PyObject *self)
{
    Combinatoric *it = (Combinatoric *)self;
    if (it->state == 1) {
        Py_ssize_t n = PyTuple_GET_SIZE(it->pools), i = it->n_places - 1;
        while (i >= 0 && it->indices[i] == n - 1) {
            i--;
        }
        if (i < 0) {
            it->state = 2;
        }
        else {
            Py_ssize_t index = it->indices[i] + 1;
            for (; i < it->n_places; i++) {
                it->indices[i] = index;
            }
        }
    }
    if (it->state == 2) {
        return NULL;
    }
    it->state = 1;
    return select_items(it, false);
}

/* ---- permutations ----------------------------------------------------------------------------------------------------- */

static PyObject *
permutations_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Py_ssize_t r;
    PyObject *pool = pool_args("permutations", args, kwargs, true, &r);
    Py_ssize_t n = pool == NULL ? 0 : PyTuple_GET_SIZE(pool), n_cycles = Py_MIN(r, n);
    Combinatoric *it = pool == NULL ? NULL : (Combinatoric *)combinatoric_make(type, pool, r, n + n_cycles);
    if (it != NULL) {
        it->state = r > n ? 2 : 0;
        for (Py_ssize_t i = 0; i < n; i++) {
            it->indices[i] = i;
        }
        for (Py_ssize_t i = 0; i < n_cycles; i++) {
            it->indices[n + i] = n - i;
        }
    }
    return (PyObject *)it;
}

static PyObject *
permutations_next(PyObject *self)
{
    Combinatoric *it = (Combinatoric *)self;
    if (it->state == 1) {
        Py_ssize_t n = PyTuple_GET_SIZE(it->pools), i = it->n_places - 1;
        Py_ssize_t *indices = it->indices, *cycles = indices + n;
        for (; i >= 0; i--) {
            if (--cycles[i] == 0) { /* the place has seen all: rotate it to the end */
                Py_ssize_t index = indices[i];
                memmove(&indices[i], &indices[i + 1], (size_t)(n - 1 - i) * sizeof *indices);
                indices[n - 1] = index;
                cycles[i] = n - i;
            }
            else {
                Py_ssize_t j = n - cycles[i], index = indices[i];
                indices[i] = indices[j];
                indices[j] = index;
                break;
            }
        }
        it->state = i < 0 ? 2 : 1;
    }
    if (it->state == 2) {
        return NULL;
    }
    it->state = 1;
    return select_items(it, false);
}

static PyObject *
combinatoric_sizeof(PyObject *self, PyObject *ignored)
{
    return PyLong_FromSsize_t(Py_TYPE(self)->tp_basicsize + ((Combinatoric *)self)->n_places * (Py_ssize_t)sizeof(Py_ssize_t));
}

/* ---- pickling ------------------------------------------------------------------------------------------------------------ */

static PyObject *
indices_tuple(const Py_ssize_t *indices, Py_ssize_t n)
{
    PyObject *tuple = PyTuple_New(n);
    for (Py_ssize_t i = 0; tuple != NULL && i < n; i++) {
        PyObject *index = PyLong_FromSsize_t(indices[i]);
        if (index == NULL) {
            Py_CLEAR(tuple);
        }
        else {
            PyTuple_SET_ITEM(tuple, i, index);
        }
    }
    return tuple;
}

/* Indices from a tuple of n of them; each is put into [least, most(it, i)].  Returns 0; 1 at a range that is empty; -1 with
 * an error set; what was read before it stays. */
static int
indices_read(Combinatoric *it, Py_ssize_t *indices, PyObject *tuple, Py_ssize_t n, Py_ssize_t least,
             Py_ssize_t (*most)(const Combinatoric *it, Py_ssize_t i))
{
    if (!PyTuple_Check(tuple) || PyTuple_GET_SIZE(tuple) != n) {
        PyErr_SetString(PyExc_ValueError, "invalid arguments");
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        if (most(it, i) < 0) {
            return 1;
        }
        Py_ssize_t index = PyLong_AsSsize_t(PyTuple_GET_ITEM(tuple, i)); /* runs no Python code */
        if (index == -1 && PyErr_Occurred()) {
            return -1;
        }
        indices[i] = Py_MAX(Py_MIN(index, most(it, i)), least);
    }
    return 0;
}

static PyObject *
product_reduce(PyObject *self, PyObject *ignored)
{
    Combinatoric *it = (Combinatoric *)self;
    if (it->state == 2) {
        return Py_BuildValue("O(())", Py_TYPE(self));
    }
    return it->state == 0 ? Py_BuildValue("OO", Py_TYPE(self), it->pools)
                          : Py_BuildValue("OON", Py_TYPE(self), it->pools, indices_tuple(it->indices, it->n_places));
}

static Py_ssize_t
product_most(const Combinatoric *it, Py_ssize_t i)
{
    return PyTuple_GET_SIZE(PyTuple_GET_ITEM(it->pools, i)) - 1;
}

static PyObject *
product_setstate(PyObject *self, PyObject *state)
{
    Combinatoric *it = (Combinatoric *)self;
    int nothing = indices_read(it, it->indices, state, it->n_places, 0, product_most);
    if (nothing < 0) {
        return NULL;
    }
    it->state = nothing ? 2 : 1;
    Py_RETURN_NONE;
}

/* What the three others have in common: NULL without an error if they are under way.  `repeats`: there can be more places
 * than items. */
static PyObject *
selection_reduce(Combinatoric *it, bool repeats)
{
    if (it->state == 2 && (repeats || it->n_places <= PyTuple_GET_SIZE(it->pools))) {
        return Py_BuildValue("O(()n)", Py_TYPE(it), it->n_places);
    }
    return it->state != 1 ? Py_BuildValue("O(On)", Py_TYPE(it), it->pools, it->n_places) : NULL;
}

static PyObject *
indices_reduce(PyObject *self, bool repeats)
{
    Combinatoric *it = (Combinatoric *)self;
    PyObject *result = selection_reduce(it, repeats);
    return result != NULL || PyErr_Occurred()
             ? result
             : Py_BuildValue("O(On)N", Py_TYPE(self), it->pools, it->n_places, indices_tuple(it->indices, it->n_places));
}

static PyObject *
combinations_reduce(PyObject *self, PyObject *ignored)
{
    return indices_reduce(self, false);
}

static PyObject *
combinations_wr_reduce(PyObject *self, PyObject *ignored)
{
    return indices_reduce(self, true);
}

static Py_ssize_t
combinations_most(const Combinatoric *it, Py_ssize_t i)
{
    return PyTuple_GET_SIZE(it->pools) - it->n_places + i;
}

static PyObject *
combinations_setstate(PyObject *self, PyObject *state)
{
    Combinatoric *it = (Combinatoric *)self;
    if (it->n_places > PyTuple_GET_SIZE(it->pools)) { /* there is no such selection */
        PyErr_SetString(PyExc_ValueError, "invalid arguments");
        return NULL;
    }
    if (indices_read(it, it->indices, state, it->n_places, 0, combinations_most) < 0) {
        return NULL;
    }
    it->state = 1;
    Py_RETURN_NONE;
}

static Py_ssize_t
combinations_wr_most(const Combinatoric *it, Py_ssize_t i)
{
    return PyTuple_GET_SIZE(it->pools) - 1;
}

static PyObject *
combinations_wr_setstate(PyObject *self, PyObject *state)
{
    Combinatoric *it = (Combinatoric *)self;
    if (PyTuple_GET_SIZE(it->pools) == 0 && it->n_places > 0) {
        PyErr_SetString(PyExc_ValueError, "invalid arguments");
        return NULL;
    }
    if (indices_read(it, it->indices, state, it->n_places, 0, combinations_wr_most) < 0) {
        return NULL;
    }
    it->state = 1;
    Py_RETURN_NONE;
}

static PyObject *
permutations_reduce(PyObject *self, PyObject *ignored)
{
    Combinatoric *it = (Combinatoric *)self;
    PyObject *result = selection_reduce(it, false);
    Py_ssize_t n = PyTuple_GET_SIZE(it->pools);
    return result != NULL || PyErr_Occurred()
             ? result
             : Py_BuildValue("O(On)(NN)", Py_TYPE(self), it->pools, it->n_places, indices_tuple(it->indices, n),
                             indices_tuple(it->indices + n, it->n_places));
}

static Py_ssize_t
permutations_cycle_most(const Combinatoric *it, Py_ssize_t i)
{
    return PyTuple_GET_SIZE(it->pools) - i;
}

static PyObject *
permutations_setstate(PyObject *self, PyObject *state)
{
    Combinatoric *it = (Combinatoric *)self;
    PyObject *indices, *cycles;
    Py_ssize_t n = PyTuple_GET_SIZE(it->pools);
    if (!PyTuple_Check(state)) {
        PyErr_SetString(PyExc_TypeError, "state is not a tuple");
        return NULL;
    }
    if (!PyArg_ParseTuple(state, "O!O!", &PyTuple_Type, &indices, &PyTuple_Type, &cycles)) {
        return NULL;
    }
    if (it->n_places > n || PyTuple_GET_SIZE(indices) != n || PyTuple_GET_SIZE(cycles) != it->n_places) {
        PyErr_SetString(PyExc_ValueError, "invalid arguments");
        return NULL;
    }
    if (indices_read(it, it->indices, indices, n, 0, combinations_wr_most) < 0
        || indices_read(it, it->indices + n, cycles, it->n_places, 1, permutations_cycle_most) < 0) {
        return NULL;
    }
    it->state = 1;
    Py_RETURN_NONE;
}

#define COMBINATORIC(noun, name, doc, reduce)                                                                    \
    static PyMethodDef noun##_methods[] = {                                                                      \
        {"__reduce__", reduce, METH_NOARGS, "For pickling."},                                                    \
        {"__setstate__", noun##_setstate, METH_O, "For unpickling."},                                            \
        {"__sizeof__", combinatoric_sizeof, METH_NOARGS, "Size in bytes."},                                      \
        {NULL},                                                                                                  \
    };                                                                                                           \
    PyTypeObject ou_##noun##_type = {                                                                            \
        PyVarObject_HEAD_INIT(&PyType_Type, 0) OU_ITERATOR_SLOTS(combinatoric, Combinatoric, "itertools." name), \
        .tp_doc = doc,                                                                                           \
        .tp_iternext = noun##_next,                                                                              \
        .tp_methods = noun##_methods,                                                                            \
        .tp_new = noun##_new,                                                                                    \
    }
COMBINATORIC(product, "product", "product(*iterables, repeat=1)\n--\n\nThe Cartesian product.", product_reduce);
COMBINATORIC(combinations, "combinations", "combinations(iterable, r)\n--\n\nSelections of r items, in order.",
             combinations_reduce);
COMBINATORIC(combinations_wr, "combinations_with_replacement",
             "combinations_with_replacement(iterable, r)\n--\n\nSelections of r items, each as often as you like.",
             combinations_wr_reduce);
COMBINATORIC(permutations, "permutations", "permutations(iterable, r=None)\n--\n\nArrangements of r items.",
             permutations_reduce);
