/* modules/math_sum.c - the module math: sums, products and lengths of many numbers.
 *
 * Owns       nothing beyond a call.
 * Invariant  what grows while items are asked for holds doubles only, or is one reference in a hold.
 * Not here   functions of one or two numbers (math.c).
 * Source     fsum: Jonathan Shewchuk, "Adaptive Precision Floating-Point Arithmetic", grow-expansion.  hypot, dist:
 *            squares and their sum in pairs of doubles (Dekker), then one correction of the root. */
#include "modules/math.h"
#include "types/int.h"

/* ---- fsum ---------------------------------------------------------------------------------------------- */

typedef struct {
    double *part; /* not overlapping, growing in size, none zero */
    Py_ssize_t n, cap;
    double local[32];
    double special, infinite; /* sums of infinities and NaNs, and of infinities alone */
} Expansion;

/* Make room for one more.  Returns false with MemoryError set. */
static bool
expansion_reserve(Expansion *e)
{
    if (e->n < e->cap) {
        return true;
    }
    Py_ssize_t cap = e->cap * 2; /* at most some 70 parts of doubles exist, so this ends */
    double *grown = PyMem_Malloc((size_t)cap * sizeof(double));
    if (grown == NULL) {
        PyErr_NoMemory();
        return false;
    }
    memcpy(grown, e->part, (size_t)e->n * sizeof(double));
    if (e->part != e->local) {
        PyMem_Free(e->part);
    }
    e->part = grown;
    e->cap = cap;
    return true;
}

/* Add x exactly.  Returns false with an error set. */
static bool
expansion_add(Expansion *e, double x)
{
    double original = x;
    Py_ssize_t kept = 0;
    for (Py_ssize_t i = 0; i < e->n; i++) {
        double y = e->part[i];
        if (fabs(x) < fabs(y)) {
            double swap = x;
            x = y;
            y = swap;
        }
        volatile double high = x + y, back = high - x;
        double low = y - back; /* high + low is x + y exactly */
        if (low != 0.0) {
            e->part[kept++] = low;
        }
        x = high;
    }
    e->n = kept;
    if (x == 0.0) {
        return true;
    }
    if (!isfinite(x)) {
        if (isfinite(original)) {
            PyErr_SetString(PyExc_OverflowError, "intermediate overflow in fsum");
            return false;
        }
        if (isinf(original)) {
            e->infinite += original;
        }
        e->special += original;
        e->n = 0;
        return true;
    }
    if (!expansion_reserve(e)) {
        return false;
    }
    e->part[e->n++] = x;
    return true;
}

/* The value, rounded half to even. */
static double
expansion_round(const Expansion *e)
{
    Py_ssize_t n = e->n;
    if (n == 0) {
        return 0.0;
    }
    double high = e->part[--n], low = 0.0;
    while (n > 0) {
        double x = high, y = e->part[--n];
        volatile double sum = x + y, back = sum - x;
        high = sum;
        low = y - back;
        if (low != 0.0) {
            break;
        }
    }
    /* low is at most half of high's last place.  If it is just half, the next part says to which side. */
    if (n > 0 && ((low < 0.0 && e->part[n - 1] < 0.0) || (low > 0.0 && e->part[n - 1] > 0.0))) {
        double twice = low * 2.0;
        volatile double up = high + twice, back = up - high;
        if (twice == back) {
            high = up;
        }
    }
    return high;
}

/* RE-ENTRANT: the iterator and __float__ run code, but nothing of ours is in its reach. */
PyObject *
ou_math_fsum(PyObject *module, PyObject *arg)
{
    PyObject *iterator = PyObject_GetIter(arg), *item = NULL, *result = NULL;
    if (iterator == NULL) {
        return NULL;
    }
    Expansion sum;
    sum.part = sum.local;
    sum.n = 0;
    sum.cap = (Py_ssize_t)OU_COUNT_OF(sum.local);
    sum.special = sum.infinite = 0.0;
    OU_HOLD(h, &iterator, &item);
    while ((item = PyIter_Next(iterator)) != NULL) {
        double x = PyFloat_AsDouble(item);
        bool failed = (x == -1.0 && PyErr_Occurred()) || !expansion_add(&sum, x);
        Py_CLEAR(item);
        if (failed) {
            break;
        }
    }
    OU_HOLD_END(h);
    if (!PyErr_Occurred()) {
        if (sum.special == 0.0) {
            result = ou_float_new(expansion_round(&sum));
        }
        else if (isnan(sum.infinite)) {
            PyErr_SetString(PyExc_ValueError, "-inf + inf in fsum");
        }
        else {
            result = ou_float_new(sum.special);
        }
    }
    if (sum.part != sum.local) {
        PyMem_Free(sum.part);
    }
    Py_DECREF(iterator);
    return result;
}

/* ---- prod ---------------------------------------------------------------------------------------------- */

PyObject *
ou_math_prod(PyObject *module, PyObject *const *args, Py_ssize_t nargsf, PyObject *kwnames)
{
    static const OuParams params = {"prod", {"", "start"}, .n_posonly = 1, .n_positional = 1, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    if (ou_args_parse(&params, args, (size_t)nargsf, kwnames, v) < 0) {
        return NULL;
    }
    PyObject *product = Py_NewRef(v[1] == NULL ? OU_SMALL_INT(1) : v[1]), *item = NULL;
    PyObject *iterator = NULL;
    OU_HOLD(h, &product, &item, &iterator);
    iterator = PyObject_GetIter(v[0]);
    if (iterator == NULL) {
        Py_CLEAR(product);
    }
    while (iterator != NULL && (item = PyIter_Next(iterator)) != NULL) {
        PyObject *next = PyLong_CheckExact(product) && PyLong_CheckExact(item) ? ou_int_multiply(product, item)
                                                                               : PyNumber_Multiply(product, item);
        Py_CLEAR(item);
        Py_SETREF(product, next);
        if (product == NULL) {
            break;
        }
    }
    OU_HOLD_END(h);
    Py_XDECREF(iterator);
    if (product != NULL && PyErr_Occurred()) {
        Py_CLEAR(product);
    }
    return product;
}

/* ---- lengths ------------------------------------------------------------------------------------------- */

/* Square root of the sum of squares of n numbers that are not negative. */
static double
vector_length(const double *x, Py_ssize_t n, double max, bool has_nan)
{
    if (isinf(max)) {
        return max;
    }
    if (has_nan) {
        return NAN;
    }
    if (max == 0.0 || n <= 1) {
        return max;
    }
    int exponent;
    frexp(max, &exponent);
    /* Scaled by a power of two to below 1, in two steps where 2**-exponent is no double. */
    double scale = exponent > -1022 ? ldexp(1.0, -exponent) : ldexp(1.0, 1022);
    double sum = 0.0, carry = 0.0; /* their sum is the sum of squares to about 106 bits */
    double rest = exponent > -1022 ? 1.0 : ldexp(1.0, -exponent - 1022);
    for (Py_ssize_t i = 0; i < n; i++) {
        double y = x[i] * scale * rest;
        double square = y * y, below = fma(y, y, -square);
        double next = sum + square; /* Knuth's two-sum */
        double virtual = next - sum;
        carry += (sum - (next - virtual)) + (square - virtual) + below;
        sum = next;
    }
    double root = sqrt(sum + carry);
    double error = fma(-root, root, sum) + carry;
    root += error / (2.0 * root);
    return root / rest / scale;
}

enum { LOCAL_COORDINATES = 16 };

PyObject *
ou_math_hypot(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    double local[LOCAL_COORDINATES], *x = local;
    if (n_args > LOCAL_COORDINATES) {
        x = PyMem_Malloc((size_t)n_args * sizeof(double));
        if (x == NULL) {
            return PyErr_NoMemory();
        }
    }
    double max = 0.0;
    bool has_nan = false;
    PyObject *result = NULL;
    for (Py_ssize_t i = 0; i < n_args; i++) {
        x[i] = PyFloat_AsDouble(args[i]);
        if (x[i] == -1.0 && PyErr_Occurred()) {
            goto end;
        }
        x[i] = fabs(x[i]);
        has_nan |= isnan(x[i]);
        max = x[i] > max ? x[i] : max;
    }
    result = ou_float_new(vector_length(x, n_args, max, has_nan));
end:
    if (x != local) {
        PyMem_Free(x);
    }
    return result;
}

PyObject *
ou_math_dist(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("dist", n_args, 2, 2)) {
        return NULL;
    }
    double local[LOCAL_COORDINATES], *x = local;
    PyObject *result = NULL, *q = NULL;
    PyObject *p = PySequence_Tuple(args[0]);
    if (p == NULL) {
        return NULL;
    }
    OU_HOLD(h, &p, &q);
    q = PySequence_Tuple(args[1]);
    if (q == NULL) {
        goto end;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(p);
    if (n != PyTuple_GET_SIZE(q)) {
        PyErr_SetString(PyExc_ValueError, "both points must have the same number of dimensions");
        goto end;
    }
    if (n > LOCAL_COORDINATES) {
        x = PyMem_Malloc((size_t)n * sizeof(double)); /* no overflow: a tuple of as many pointers exists */
        if (x == NULL) {
            PyErr_NoMemory();
            goto end;
        }
    }
    double max = 0.0;
    bool has_nan = false;
    for (Py_ssize_t i = 0; i < n; i++) {
        double a = PyFloat_AsDouble(PyTuple_GET_ITEM(p, i));
        if (a == -1.0 && PyErr_Occurred()) {
            goto end;
        }
        double b = PyFloat_AsDouble(PyTuple_GET_ITEM(q, i));
        if (b == -1.0 && PyErr_Occurred()) {
            goto end;
        }
        x[i] = fabs(a - b);
        has_nan |= isnan(x[i]);
        max = x[i] > max ? x[i] : max;
    }
    result = ou_float_new(vector_length(x, n, max, has_nan));
end:
    OU_HOLD_END(h);
    if (x != local) {
        PyMem_Free(x);
    }
    Py_XDECREF(p);
    Py_XDECREF(q);
    return result;
}
