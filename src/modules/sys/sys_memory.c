/* modules/sys/sys_memory.c - counts, sizes, interning, the limits of recursion and of conversions.
 *
 * Invariant  a limit is checked before it is set: a refused value changes nothing. */
#include "modules/sys/sys.h"
#include "object/alloc.h"

static PyObject *
sys_getrefcount(PyObject *module, PyObject *op)
{
    return PyLong_FromSsize_t(Py_REFCNT(op));
}

/* _PySys_GetSizeOf: bytes of an object, with the collector's head.  (size_t)-1 with an error set. */
size_t
_PySys_GetSizeOf(PyObject *op)
{
    PyObject *method = _PyObject_LookupSpecial(op, OU_STR(__sizeof__));
    if (method == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_TypeError, "Type %.100s doesn't define __sizeof__", Py_TYPE(op)->tp_name);
        }
        return (size_t)-1;
    }
    PyObject *result = PyObject_CallNoArgs(method);
    Py_DECREF(method);
    if (result == NULL) {
        return (size_t)-1;
    }
    Py_ssize_t size = PyLong_AsSsize_t(result);
    Py_DECREF(result);
    if (size < 0) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_ValueError, "__sizeof__() should return >= 0");
        }
        return (size_t)-1;
    }
    return (size_t)size + (ou_object_is_gc(op) ? sizeof(PyGC_Head) : 0);
}

static PyObject *
sys_getsizeof(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"getsizeof", {"object", "default"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    size_t size = _PySys_GetSizeOf(v[0]);
    if (size == (size_t)-1) {
        if (v[1] != NULL && PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Clear();
            return Py_NewRef(v[1]);
        }
        return NULL;
    }
    return PyLong_FromSize_t(size);
}

static PyObject *
sys_intern(PyObject *module, PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        _PyArg_BadArgument("intern", "argument", "str", text);
        return NULL;
    }
    if (!PyUnicode_CheckExact(text)) {
        PyErr_Format(PyExc_TypeError, "can't intern %.400s", Py_TYPE(text)->tp_name);
        return NULL;
    }
    Py_INCREF(text);
    PyUnicode_InternInPlace(&text);
    return text;
}

static PyObject *
sys_getallocatedblocks(PyObject *module, PyObject *ignored)
{
    return PyLong_FromSsize_t(_Py_GetAllocatedBlocks());
}

Py_ssize_t
_Py_GetAllocatedBlocks(void)
{
    OuMemoryStats stats;
    ou_memory_stats(&stats);
    return (Py_ssize_t)stats.n_blocks;
}

static PyObject *
sys_getrecursionlimit(PyObject *module, PyObject *ignored)
{
    return PyLong_FromLong(Py_GetRecursionLimit());
}

static PyObject *
sys_setrecursionlimit(PyObject *module, PyObject *value)
{
    int limit = _PyLong_AsInt(value);
    if (limit == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (limit < 1) {
        PyErr_SetString(PyExc_ValueError, "recursion limit must be greater or equal than 1");
        return NULL;
    }
    PyThreadState *ts = ou_tstate();
    int depth = ts->recursion_limit - ts->recursion_remaining;
    if (depth >= limit) {
        PyErr_Format(PyExc_RecursionError,
                     "cannot set the recursion limit to %i at the recursion depth %i: the limit is too low", limit, depth);
        return NULL;
    }
    Py_SetRecursionLimit(limit);
    Py_RETURN_NONE;
}

static PyObject *
sys_get_int_max_str_digits(PyObject *module, PyObject *ignored)
{
    return PyLong_FromLong(ou_interp()->int_max_str_digits);
}

static PyObject *
sys_set_int_max_str_digits(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"set_int_max_str_digits", {"maxdigits"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    int limit = _PyLong_AsInt(v[0]);
    if (limit == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (limit != 0 && limit < 640) { /* CPython 3.11.2's least limit */
        PyErr_Format(PyExc_ValueError, "maxdigits must be 0 or larger than %d", 640);
        return NULL;
    }
    ou_interp()->int_max_str_digits = limit;
    Py_RETURN_NONE;
}

static PyObject *
sys_is_finalizing(PyObject *module, PyObject *ignored)
{
    return PyBool_FromLong(_PyRuntime.finalizing);
}

static PyObject *
sys_getquickenedcount(PyObject *module, PyObject *ignored)
{
    return PyLong_FromLong(0);
}

static PyObject *
sys_debugmallocstats(PyObject *module, PyObject *ignored)
{
    static const char *const families[OU_N_FAMILIES] = {
        [OU_FAMILY_COLLECTED] = "collected objects", [OU_FAMILY_PLAIN] = "plain objects", [OU_FAMILY_BUFFER] = "buffers"};
    OuMemoryStats stats;
    ou_memory_stats(&stats);
    fprintf(stderr, "class   size   num pools   blocks in use  avail blocks\n"
                    "-----   ----   ---------   -------------  ------------\n");
    for (unsigned c = 0; c < OU_N_CLASSES; c++) {
        const OuClassStats *class = &stats.size_class[c];
        if (class->n_pools > 0) {
            fprintf(stderr, "%5u %6zu %11zu %15zu %13zu\n", c, class->block_size, class->n_pools, class->n_blocks,
                    class->n_free);
        }
    }
    for (unsigned f = 0; f < OU_N_FAMILIES; f++) {
        fprintf(stderr, "# %s: %zu blocks of %zu bytes, %zu bytes of slack\n", families[f], stats.family[f].n_blocks,
                stats.family[f].live_bytes, stats.family[f].slack_bytes);
    }
    fprintf(stderr,
            "# large blocks: %zu of %zu bytes\n# raw blocks: %zu of %zu bytes\n# arenas: %zu\n"
            "# bytes from the system: %zu, at most %zu\n",
            stats.n_large, stats.large_bytes, stats.n_raw, stats.raw_bytes, stats.n_arenas, stats.system_bytes,
            stats.peak_system_bytes);
    Py_RETURN_NONE;
}

PyMethodDef ou_sys_memory_methods[] = {
    {"_getquickenedcount", sys_getquickenedcount, METH_NOARGS,
     "_getquickenedcount($module, /)\n--\n\n0: code is specialized where it is."},
    {"_debugmallocstats", sys_debugmallocstats, METH_NOARGS,
     "_debugmallocstats($module, /)\n--\n\nTell stderr what memory is in use."},
    {"get_int_max_str_digits", sys_get_int_max_str_digits, METH_NOARGS,
     "get_int_max_str_digits($module, /)\n--\n\nLimit of digits converted between int and str."},
    {"getallocatedblocks", sys_getallocatedblocks, METH_NOARGS,
     "getallocatedblocks($module, /)\n--\n\nBlocks of memory in use."},
    {"getrecursionlimit", sys_getrecursionlimit, METH_NOARGS,
     "getrecursionlimit($module, /)\n--\n\nThe deepest recursion allowed."},
    {"getrefcount", sys_getrefcount, METH_O,
     "getrefcount($module, object, /)\n--\n\nThe reference count of an object, its reference as the argument included."},
    {"getsizeof", FASTCALL_KEYWORDS(sys_getsizeof), "getsizeof(object [, default]) -> int\n\nSize of an object in bytes."},
    {"intern", sys_intern, METH_O, "intern($module, string, /)\n--\n\nThe one string with this text."},
    {"is_finalizing", sys_is_finalizing, METH_NOARGS, "is_finalizing($module, /)\n--\n\nIs the runtime stopping?"},
    {"set_int_max_str_digits", FASTCALL_KEYWORDS(sys_set_int_max_str_digits),
     "set_int_max_str_digits($module, /, maxdigits)\n--\n\nSet that limit; 0: none."},
    {"setrecursionlimit", sys_setrecursionlimit, METH_O,
     "setrecursionlimit($module, limit, /)\n--\n\nSet the deepest recursion."},
    {NULL},
};
