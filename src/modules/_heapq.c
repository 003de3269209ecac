/* modules/_heapq.c - module _heapq: a list as a priority queue.
 *
 * Invariant  a comparison is a wall: what it compares is owned, and the list's length is checked after it.
 * Source     Library Reference, heapq; J. W. J. Williams, "Algorithm 232: Heapsort", 1964, with the descent to a leaf of
 *            Knuth, volume 3, 5.2.3, exercise 18. */
#include "object/hold.h"

/* Which end of the order is at heap[0]. */
typedef enum { SMALLEST, LARGEST } Order;

/* Must heap[a] be above heap[b]?  -1: an error, or the list has changed its length.  RE-ENTRANT. */
static int
is_above(PyListObject *heap, Py_ssize_t a, Py_ssize_t b, Order order)
{
    Py_ssize_t len = Py_SIZE(heap);
    PyObject *left = Py_NewRef(heap->ob_item[order == SMALLEST ? a : b]);
    PyObject *right = Py_NewRef(heap->ob_item[order == SMALLEST ? b : a]);
    OU_HOLD(hold, &left, &right);
    int answer = PyObject_RichCompareBool(left, right, Py_LT);
    OU_HOLD_END(hold);
    Py_DECREF(left);
    Py_DECREF(right);
    if (answer >= 0 && Py_SIZE(heap) != len) {
        PyErr_SetString(PyExc_RuntimeError, "list changed size during iteration");
        return -1;
    }
    return answer;
}

static void
swap(PyListObject *heap, Py_ssize_t a, Py_ssize_t b)
{
    PyObject *item = heap->ob_item[a];
    heap->ob_item[a] = heap->ob_item[b];
    heap->ob_item[b] = item;
}

/* Let the item at `at` rise, but not above `top`. */
static int
rise(PyListObject *heap, Py_ssize_t top, Py_ssize_t at, Order order)
{
    if (at >= Py_SIZE(heap)) {
        PyErr_SetString(PyExc_IndexError, "index out of range");
        return -1;
    }
    while (at > top) {
        Py_ssize_t parent = (at - 1) >> 1;
        int above = is_above(heap, at, parent, order);
        if (above <= 0) {
            return above;
        }
        swap(heap, at, parent);
        at = parent;
    }
    return 0;
}

/* Let the item at `at` sink to a leaf, its better child coming up each time, and then rise to its place: fewer comparisons than
 * asking on the way down, as a last item mostly belongs deep. */
static int
sink(PyListObject *heap, Py_ssize_t at, Order order)
{
    Py_ssize_t top = at, len = Py_SIZE(heap);
    if (at >= len) {
        PyErr_SetString(PyExc_IndexError, "index out of range");
        return -1;
    }
    while (at < len >> 1) {
        Py_ssize_t child = 2 * at + 1;
        if (child + 1 < len) {
            int above = is_above(heap, child, child + 1, order);
            if (above < 0) {
                return -1;
            }
            /* Equal children: the right one comes up, with either order. */
            child += above == 0;
        }
        swap(heap, at, child);
        at = child;
    }
    return rise(heap, top, at, order);
}

static PyObject *
heap_pop(PyObject *heap, Order order)
{
    Py_ssize_t len = PyList_GET_SIZE(heap);
    if (len == 0) {
        PyErr_SetString(PyExc_IndexError, "index out of range");
        return NULL;
    }
    PyObject *last = Py_NewRef(PyList_GET_ITEM(heap, len - 1));
    if (PyList_SetSlice(heap, len - 1, len, NULL) < 0) {
        Py_DECREF(last);
        return NULL;
    }
    if (len == 1) {
        return last;
    }
    PyObject *first = PyList_GET_ITEM(heap, 0);
    ((PyListObject *)heap)->ob_item[0] = last;
    OU_HOLD(hold, &first);
    int status = sink((PyListObject *)heap, 0, order);
    OU_HOLD_END(hold);
    if (status < 0) {
        Py_CLEAR(first);
    }
    return first;
}

static PyObject *
heap_replace(PyObject *heap, PyObject *item, Order order)
{
    if (PyList_GET_SIZE(heap) == 0) {
        PyErr_SetString(PyExc_IndexError, "index out of range");
        return NULL;
    }
    PyObject *first = PyList_GET_ITEM(heap, 0);
    ((PyListObject *)heap)->ob_item[0] = Py_NewRef(item);
    OU_HOLD(hold, &first);
    int status = sink((PyListObject *)heap, 0, order);
    OU_HOLD_END(hold);
    if (status < 0) {
        Py_CLEAR(first);
    }
    return first;
}

static PyObject *
heap_make(PyObject *heap, Order order)
{
    for (Py_ssize_t at = (PyList_GET_SIZE(heap) >> 1) - 1; at >= 0; at--) {
        if (sink((PyListObject *)heap, at, order) < 0) {
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

/* ---- the module ---------------------------------------------------------------------------------------------------- */

static bool
is_heap(const char *function, PyObject *heap)
{
    if (PyList_Check(heap)) {
        return true;
    }
    PyErr_Format(PyExc_TypeError, "%s must be list, not %.50s", function, Py_TYPE(heap)->tp_name);
    return false;
}

#define OF_HEAP(name, call)                                         \
    static PyObject *heapq_##name(PyObject *module, PyObject *heap) \
    {                                                               \
        return is_heap(#name "() argument", heap) ? call : NULL;    \
    }
#define OF_HEAP_AND_ITEM(name)                                                                              \
    static PyObject *heapq_##name(PyObject *module, PyObject *const *args, Py_ssize_t n_args)               \
    {                                                                                                       \
        bool good = _PyArg_CheckPositional(#name, n_args, 2, 2) && is_heap(#name "() argument 1", args[0]); \
        return good ? name##_with(args[0], args[1]) : NULL;                                                 \
    }

static PyObject *
heappush_with(PyObject *heap, PyObject *item)
{
    if (PyList_Append(heap, item) < 0 || rise((PyListObject *)heap, 0, PyList_GET_SIZE(heap) - 1, SMALLEST) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
heapreplace_with(PyObject *heap, PyObject *item)
{
    return heap_replace(heap, item, SMALLEST);
}

static PyObject *
_heapreplace_max_with(PyObject *heap, PyObject *item)
{
    return heap_replace(heap, item, LARGEST);
}

/* RE-ENTRANT: heap[0] < item may empty the heap. */
static PyObject *
heappushpop_with(PyObject *heap, PyObject *item)
{
    if (PyList_GET_SIZE(heap) == 0) {
        return Py_NewRef(item);
    }
    PyObject *first = Py_NewRef(PyList_GET_ITEM(heap, 0));
    OU_HOLD(hold, &first);
    int below = PyObject_RichCompareBool(first, item, Py_LT);
    OU_HOLD_END(hold);
    Py_DECREF(first);
    if (below < 0) {
        return NULL;
    }
    return below == 0 ? Py_NewRef(item) : heap_replace(heap, item, SMALLEST);
}

OF_HEAP(heappop, heap_pop(heap, SMALLEST))
OF_HEAP(_heappop_max, heap_pop(heap, LARGEST))
OF_HEAP(heapify, heap_make(heap, SMALLEST))
OF_HEAP(_heapify_max, heap_make(heap, LARGEST))
OF_HEAP_AND_ITEM(heappush)
OF_HEAP_AND_ITEM(heappushpop)
OF_HEAP_AND_ITEM(heapreplace)
OF_HEAP_AND_ITEM(_heapreplace_max)

#define ONE(name, doc)                                                      \
    {                                                                       \
#name, heapq_##name, METH_O, #name "($module, heap, /)\n--\n\n" doc \
    }
#define TWO(name, doc)                                                                                                \
    {                                                                                                                 \
#name, (PyCFunction)(void (*)(void))heapq_##name, METH_FASTCALL, #name "($module, heap, item, /)\n--\n\n" doc \
    }
static PyMethodDef heapq_methods[] = {
    TWO(heappush, "Put item into the heap, keeping it a heap."),
    TWO(heappushpop, "Put item into the heap, then take the smallest out."),
    ONE(heappop, "Take the smallest item out of the heap."),
    TWO(heapreplace, "Take the smallest item out, then put item in: faster than the two apart."),
    ONE(heapify, "Make a list a heap, in place, in linear time."),
    ONE(_heappop_max, "heappop of a heap with the largest item first."),
    ONE(_heapify_max, "heapify with the largest item first."),
    TWO(_heapreplace_max, "heapreplace of a heap with the largest item first."),
    {NULL},
};

static PyModuleDef_Slot heapq_slots[] = {{0, NULL}};

static PyModuleDef heapq_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_heapq",
    .m_doc = "Lists as priority queues: a[k] <= a[2*k+1] and a[k] <= a[2*k+2], so a[0] is the smallest.",
    .m_methods = heapq_methods,
    .m_slots = heapq_slots,
};

PyMODINIT_FUNC
PyInit__heapq(void)
{
    return PyModuleDef_Init(&heapq_module);
}
