/* modules/_bisect.c - module _bisect: searching and inserting in a sorted sequence.
 *
 * Invariant  keeps nothing; the sequence is asked for each item it compares, through its own protocol.
 * Source     Library Reference, bisect. */
#include "object/args.h"
#include "object/hold.h"
#include "types/compare.h"
#include "types/list.h"

typedef enum { BEFORE_EQUAL, AFTER_EQUAL } Side;

/* Where does x belong in a[lo:hi]?  Returns -1 with an error set.  RE-ENTRANT: items, key and comparisons. */
static Py_ssize_t
bisect(PyObject *a, PyObject *x, Py_ssize_t lo, Py_ssize_t hi, PyObject *key, Side side)
{
    if (lo < 0) {
        PyErr_SetString(PyExc_ValueError, "lo must be non-negative");
        return -1;
    }
    if (hi == -1) {
        hi = PySequence_Size(a);
        if (hi < 0) {
            return -1;
        }
    }
    PyObject *item = NULL;
    OU_HOLD(hold, &item);
    int is_left = 0;
    while (lo < hi) {
        Py_ssize_t middle = (Py_ssize_t)(((size_t)lo + (size_t)hi) / 2);
        item = PyList_CheckExact(a) ? Py_XNewRef(ou_list_get(a, middle)) : NULL;
        if (item == NULL) {
            item = PySequence_GetItem(a, middle);
        }
        if (item != NULL && key != Py_None) {
            Py_SETREF(item, PyObject_CallOneArg(key, item));
        }
        if (item == NULL) {
            is_left = -1;
            break;
        }
        PyObject *left = side == BEFORE_EQUAL ? item : x, *right = side == BEFORE_EQUAL ? x : item;
        is_left = ou_less_plain(left, right, false);
        if (is_left < 0) {
            is_left = PyObject_RichCompareBool(left, right, Py_LT);
        }
        Py_CLEAR(item);
        if (is_left < 0) {
            break;
        }
        if (is_left == (side == BEFORE_EQUAL)) {
            lo = middle + 1;
        }
        else {
            hi = middle;
        }
    }
    OU_HOLD_END(hold);
    return is_left < 0 ? -1 : lo;
}

typedef struct {
    PyObject *a, *x, *key; /* borrowed */
    Py_ssize_t lo, hi;     /* hi -1: the whole length */
} Arguments;

static int
arguments_parse(const OuParams *params, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames, Arguments *out)
{
    PyObject *v[5];
    if (ou_args_parse(params, args, (size_t)n_args, kwnames, v) < 0) {
        return -1;
    }
    *out = (Arguments){v[0], v[1], v[4] == NULL ? Py_None : v[4], 0, -1};
    if (v[2] != NULL) {
        PyObject *index = _PyNumber_Index(v[2]);
        out->lo = index == NULL ? -1 : PyLong_AsSsize_t(index);
        Py_XDECREF(index);
        if (out->lo == -1 && PyErr_Occurred()) {
            return -1;
        }
    }
    if (v[3] != NULL && v[3] != Py_None) {
        if (!PyIndex_Check(v[3])) {
            PyErr_Format(PyExc_TypeError, "argument should be integer or None, not '%.200s'", Py_TYPE(v[3])->tp_name);
            return -1;
        }
        out->hi = PyNumber_AsSsize_t(v[3], PyExc_OverflowError);
        if (out->hi == -1 && PyErr_Occurred()) {
            return -1;
        }
    }
    return 0;
}

static PyObject *
bisect_find(const OuParams *params, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames, Side side)
{
    Arguments given;
    if (arguments_parse(params, args, n_args, kwnames, &given) < 0) {
        return NULL;
    }
    Py_ssize_t at = bisect(given.a, given.x, given.lo, given.hi, given.key, side);
    return at < 0 ? NULL : PyLong_FromSsize_t(at);
}

static PyObject *
bisect_insort(const OuParams *params, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames, Side side)
{
    Arguments given;
    if (arguments_parse(params, args, n_args, kwnames, &given) < 0) {
        return NULL;
    }
    PyObject *x = given.key == Py_None ? Py_NewRef(given.x) : PyObject_CallOneArg(given.key, given.x);
    if (x == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &x);
    Py_ssize_t at = bisect(given.a, x, given.lo, given.hi, given.key, side);
    OU_HOLD_END(hold);
    Py_DECREF(x);
    if (at < 0) {
        return NULL;
    }
    if (PyList_CheckExact(given.a)) {
        return PyList_Insert(given.a, at, given.x) < 0 ? NULL : Py_NewRef(Py_None);
    }
    PyObject *done = PyObject_CallMethod(given.a, "insert", "nO", at, given.x);
    Py_XDECREF(done);
    return done == NULL ? NULL : Py_NewRef(Py_None);
}

#define FUNCTION(name, call, side)                                                                                             \
    static PyObject *name(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)                       \
    {                                                                                                                          \
        static const OuParams params = {#name, {"a", "x", "lo", "hi", "key"}, .n_positional = 4, .n_required = 2, .n_all = 5}; \
        return call(&params, args, n_args, kwnames, side);                                                                     \
    }
FUNCTION(bisect_left, bisect_find, BEFORE_EQUAL)
FUNCTION(bisect_right, bisect_find, AFTER_EQUAL)
FUNCTION(insort_left, bisect_insort, BEFORE_EQUAL)
FUNCTION(insort_right, bisect_insort, AFTER_EQUAL)

#define METHOD(name, doc)                                                        \
    {                                                                            \
#name, (PyCFunction)(void (*)(void))name, METH_FASTCALL | METH_KEYWORDS, \
            #name "($module, /, a, x, lo=0, hi=None, *, key=None)\n--\n\n" doc   \
    }
static PyMethodDef bisect_methods[] = {
    METHOD(bisect_left, "Where x belongs in the sorted a, before what equals it."),
    METHOD(bisect_right, "Where x belongs in the sorted a, after what equals it."),
    METHOD(insort_left, "Insert x where it belongs in the sorted a, before what equals it."),
    METHOD(insort_right, "Insert x where it belongs in the sorted a, after what equals it."),
    {NULL},
};

static PyModuleDef_Slot bisect_slots[] = {{0, NULL}};

static PyModuleDef bisect_module = {
    PyModuleDef_HEAD_INIT,       .m_name = "_bisect",     .m_doc = "Searching in sorted sequences.",
    .m_methods = bisect_methods, .m_slots = bisect_slots,
};

PyMODINIT_FUNC
PyInit__bisect(void)
{
    return PyModuleDef_Init(&bisect_module);
}
