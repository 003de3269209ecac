/* modules/gc.c - module gc: Python's view of the collector.
 *
 * Invariant  no collection starts while a ring is walked: an allocation may ask for one, a safe point serves it.
 * Not here   collecting (gc/collect.c).
 * Source     Library Reference, gc. */
#include "gc/gc.h"
#include "object/args.h"
#include "object/hold.h"

#define FASTCALL_KEYWORDS(function) (PyCFunction)(void *)(function), METH_FASTCALL | METH_KEYWORDS
#define FASTCALL(function) (PyCFunction)(void *)(function), METH_FASTCALL

static PyObject *
gc_enable(PyObject *module, PyObject *ignored)
{
    PyGC_Enable();
    Py_RETURN_NONE;
}

static PyObject *
gc_disable(PyObject *module, PyObject *ignored)
{
    PyGC_Disable();
    Py_RETURN_NONE;
}

static PyObject *
gc_isenabled(PyObject *module, PyObject *ignored)
{
    return PyBool_FromLong(PyGC_IsEnabled());
}

static PyObject *
gc_collect(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"collect", {"generation"}, .n_positional = 1, .n_all = 1};
    PyObject *v[1];
    int generation = OU_N_GENERATIONS - 1;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    if (v[0] != NULL && (generation = _PyLong_AsInt(v[0])) == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (generation < 0 || generation >= OU_N_GENERATIONS) {
        PyErr_SetString(PyExc_ValueError, "invalid generation");
        return NULL;
    }
    return PyLong_FromSsize_t(ou_gc_collect(generation));
}

static PyObject *
gc_set_debug(PyObject *module, PyObject *flags)
{
    int value = _PyLong_AsInt(flags);
    if (value == -1 && PyErr_Occurred()) {
        return NULL;
    }
    _PyRuntime.gc.debug = value;
    Py_RETURN_NONE;
}

static PyObject *
gc_get_debug(PyObject *module, PyObject *ignored)
{
    return PyLong_FromLong(_PyRuntime.gc.debug);
}

static PyObject *
gc_set_threshold(PyObject *module, PyObject *args)
{
    OuGeneration *g = _PyRuntime.gc.generations;
    int t[OU_N_GENERATIONS] = {g[0].threshold, g[1].threshold, g[2].threshold};
    if (!PyArg_ParseTuple(args, "i|ii:set_threshold", &t[0], &t[1], &t[2])) {
        return NULL;
    }
    for (int i = 0; i < OU_N_GENERATIONS; i++) {
        g[i].threshold = t[i];
    }
    Py_RETURN_NONE;
}

static PyObject *
gc_get_threshold(PyObject *module, PyObject *ignored)
{
    OuGeneration *g = _PyRuntime.gc.generations;
    return Py_BuildValue("(iii)", g[0].threshold, g[1].threshold, g[2].threshold);
}

static PyObject *
gc_get_count(PyObject *module, PyObject *ignored)
{
    OuGeneration *g = _PyRuntime.gc.generations;
    return Py_BuildValue("(iii)", g[0].count, g[1].count, g[2].count);
}

/* ---- who refers to whom ------------------------------------------------------------------------------------ */

static int
is_among(PyObject *op, void *objects)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(objects); i++) {
        if (PyTuple_GET_ITEM(objects, i) == op) {
            return 1;
        }
    }
    return 0;
}

/* Making a list while following a ring: an emergency collection, which moves objects between the rings, must wait. */
static bool
rings_hold(void)
{
    bool was = _PyRuntime.gc.collecting;
    _PyRuntime.gc.collecting = true;
    return was;
}

static int
add_referrers(PyGC_Head *list, PyObject *objects, PyObject *result)
{
    for (PyGC_Head *gc = ou_gc_next(list); gc != list; gc = ou_gc_next(gc)) {
        PyObject *op = OU_GC_OBJECT(gc);
        if (op == objects || op == result) {
            continue;
        }
        if (Py_TYPE(op)->tp_traverse(op, is_among, objects) && PyList_Append(result, op) < 0) {
            return -1;
        }
    }
    return 0;
}

static PyObject *
gc_get_referrers(PyObject *module, PyObject *objects)
{
    if (PySys_Audit("gc.get_referrers", "(O)", objects) < 0) {
        return NULL;
    }
    PyObject *result = PyList_New(0);
    bool was = rings_hold();
    for (int i = 0; result != NULL && i < OU_N_GENERATIONS; i++) {
        if (add_referrers(&_PyRuntime.gc.generations[i].head, objects, result) < 0) {
            Py_CLEAR(result);
        }
    }
    _PyRuntime.gc.collecting = was;
    return result;
}

static int
append_to(PyObject *op, void *list)
{
    return PyList_Append(list, op) < 0;
}

static PyObject *
gc_get_referents(PyObject *module, PyObject *objects)
{
    if (PySys_Audit("gc.get_referents", "(O)", objects) < 0) {
        return NULL;
    }
    PyObject *result = PyList_New(0);
    for (Py_ssize_t i = 0; result != NULL && i < PyTuple_GET_SIZE(objects); i++) {
        PyObject *op = PyTuple_GET_ITEM(objects, i);
        traverseproc traverse = ou_object_is_gc(op) ? Py_TYPE(op)->tp_traverse : NULL;
        if (traverse != NULL && traverse(op, append_to, result)) {
            Py_CLEAR(result);
        }
    }
    return result;
}

static int
append_list(PyObject *result, PyGC_Head *list)
{
    for (PyGC_Head *gc = ou_gc_next(list); gc != list; gc = ou_gc_next(gc)) {
        PyObject *op = OU_GC_OBJECT(gc);
        if (op != result && PyList_Append(result, op) < 0) {
            return -1;
        }
    }
    return 0;
}

static PyObject *
gc_get_objects(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"get_objects", {"generation"}, .n_positional = 1, .n_all = 1};
    PyObject *v[1];
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    int first = 0, last = OU_N_GENERATIONS - 1;
    if (v[0] != NULL && v[0] != Py_None) {
        Py_ssize_t generation = PyNumber_AsSsize_t(v[0], PyExc_OverflowError);
        if (generation == -1 && PyErr_Occurred()) {
            return NULL;
        }
        if (generation < 0 || generation >= OU_N_GENERATIONS) {
            PyErr_Format(PyExc_ValueError,
                         generation < 0 ? "generation parameter cannot be negative"
                                        : "generation parameter must be less than the number of available generations (%i)",
                         OU_N_GENERATIONS);
            return NULL;
        }
        first = last = (int)generation;
    }
    if (PySys_Audit("gc.get_objects", "n", first == last ? (Py_ssize_t)first : (Py_ssize_t)-1) < 0) {
        return NULL;
    }
    PyObject *result = PyList_New(0);
    bool was = rings_hold();
    for (int i = first; result != NULL && i <= last; i++) {
        if (append_list(result, &_PyRuntime.gc.generations[i].head) < 0) {
            Py_CLEAR(result);
        }
    }
    _PyRuntime.gc.collecting = was;
    return result;
}

static PyObject *
gc_is_tracked(PyObject *module, PyObject *op)
{
    return PyBool_FromLong(PyObject_GC_IsTracked(op));
}

static PyObject *
gc_is_finalized(PyObject *module, PyObject *op)
{
    return PyBool_FromLong(PyObject_GC_IsFinalized(op));
}

/* ---- freezing and statistics ------------------------------------------------------------------------------------ */

static PyObject *
gc_freeze(PyObject *module, PyObject *ignored)
{
    OuGc *gc = &_PyRuntime.gc;
    for (int i = 0; i < OU_N_GENERATIONS; i++) {
        ou_gc_list_merge(&gc->generations[i].head, &gc->frozen);
        gc->generations[i].count = 0;
    }
    Py_RETURN_NONE;
}

static PyObject *
gc_unfreeze(PyObject *module, PyObject *ignored)
{
    ou_gc_list_merge(&_PyRuntime.gc.frozen, &_PyRuntime.gc.generations[OU_N_GENERATIONS - 1].head);
    Py_RETURN_NONE;
}

static PyObject *
gc_get_freeze_count(PyObject *module, PyObject *ignored)
{
    return PyLong_FromSsize_t(ou_gc_list_len(&_PyRuntime.gc.frozen));
}

static PyObject *
gc_get_stats(PyObject *module, PyObject *ignored)
{
    PyObject *result = PyList_New(OU_N_GENERATIONS);
    struct OuGcStats stats[OU_N_GENERATIONS]; /* a copy: making the dicts may collect */
    memcpy(stats, _PyRuntime.gc.stats, sizeof stats);
    for (int i = 0; result != NULL && i < OU_N_GENERATIONS; i++) {
        PyObject *row = Py_BuildValue("{snsnsnsdsn}", "collections", stats[i].collections, "collected", stats[i].collected,
                                      "uncollectable", stats[i].uncollectable, "duration", (double)stats[i].nanoseconds / 1e9,
                                      "candidates", stats[i].candidates);
        if (row == NULL) {
            Py_CLEAR(result);
        }
        else {
            PyList_SET_ITEM(result, i, row);
        }
    }
    return result;
}

static PyMethodDef gc_methods[] = {
    {"collect", FASTCALL_KEYWORDS(gc_collect),
     "collect($module, /, generation=2)\n--\n\nCollect a generation and the younger ones; the number of unreachable objects."},
    {"disable", gc_disable, METH_NOARGS, "disable($module, /)\n--\n\nNo collections by themselves."},
    {"enable", gc_enable, METH_NOARGS, "enable($module, /)\n--\n\nCollections by themselves."},
    {"freeze", gc_freeze, METH_NOARGS, "freeze($module, /)\n--\n\nTake all tracked objects out of the collector's sight."},
    {"get_count", gc_get_count, METH_NOARGS, "get_count($module, /)\n--\n\nThe counters of the generations."},
    {"get_debug", gc_get_debug, METH_NOARGS, "get_debug($module, /)\n--\n\nThe debugging flags."},
    {"get_freeze_count", gc_get_freeze_count, METH_NOARGS, "get_freeze_count($module, /)\n--\n\nThe number of frozen objects."},
    {"get_objects", FASTCALL_KEYWORDS(gc_get_objects),
     "get_objects($module, /, generation=None)\n--\n\nThe tracked objects, of one generation or all."},
    {"get_referents", gc_get_referents, METH_VARARGS, "get_referents(*objs) -> list\n\nWhat the objects refer to."},
    {"get_referrers", gc_get_referrers, METH_VARARGS,
     "get_referrers(*objs) -> list\n\nThe tracked objects that refer to any of these."},
    {"get_stats", gc_get_stats, METH_NOARGS, "get_stats($module, /)\n--\n\nA dict of figures for each generation."},
    {"get_threshold", gc_get_threshold, METH_NOARGS, "get_threshold($module, /)\n--\n\nThe thresholds of the generations."},
    {"is_finalized", gc_is_finalized, METH_O, "is_finalized($module, obj, /)\n--\n\nHas the finalizer run?"},
    {"is_tracked", gc_is_tracked, METH_O, "is_tracked($module, obj, /)\n--\n\nDoes the collector track the object?"},
    {"isenabled", gc_isenabled, METH_NOARGS, "isenabled($module, /)\n--\n\nDo collections run by themselves?"},
    {"set_debug", gc_set_debug, METH_O, "set_debug($module, flags, /)\n--\n\nSet the debugging flags."},
    {"set_threshold", gc_set_threshold, METH_VARARGS,
     "set_threshold(threshold0, [threshold1, threshold2])\n\nSet the thresholds."},
    {"unfreeze", gc_unfreeze, METH_NOARGS, "unfreeze($module, /)\n--\n\nFrozen objects become the oldest generation."},
    {NULL},
};

static int
gc_exec(PyObject *module)
{
    OuGc *gc = &_PyRuntime.gc;
    if (PyModule_AddObjectRef(module, "garbage", gc->garbage) < 0
        || PyModule_AddObjectRef(module, "callbacks", gc->callbacks) < 0
        || PyModule_AddIntConstant(module, "DEBUG_STATS", OU_GC_DEBUG_STATS) < 0
        || PyModule_AddIntConstant(module, "DEBUG_COLLECTABLE", OU_GC_DEBUG_COLLECTABLE) < 0
        || PyModule_AddIntConstant(module, "DEBUG_UNCOLLECTABLE", OU_GC_DEBUG_UNCOLLECTABLE) < 0
        || PyModule_AddIntConstant(module, "DEBUG_SAVEALL", OU_GC_DEBUG_SAVEALL) < 0
        || PyModule_AddIntConstant(module, "DEBUG_LEAK", OU_GC_DEBUG_LEAK) < 0) {
        return -1;
    }
    return 0;
}

static PyModuleDef_Slot gc_slots[] = {{Py_mod_exec, gc_exec}, {0, NULL}};

static struct PyModuleDef gc_module = {
    PyModuleDef_HEAD_INIT,   .m_name = "gc",      .m_doc = "The collector of reference cycles.",
    .m_methods = gc_methods, .m_slots = gc_slots,
};

PyMODINIT_FUNC
PyInit_gc(void)
{
    return PyModuleDef_Init(&gc_module);
}
