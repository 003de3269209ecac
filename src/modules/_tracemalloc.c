/* modules/_tracemalloc.c - module _tracemalloc: what tracemalloc.py asks of the tracer.
 *
 * Owns       nothing; the tables are the tracer's.
 * Not here   the tracer (capi/tracemalloc.c), snapshots and statistics (tracemalloc.py). */
#include "capi/tracemalloc.h"

static PyObject *
trace_is_tracing(PyObject *module, PyObject *unused)
{
    return PyBool_FromLong(ou_tracemalloc_is_on());
}

static PyObject *
trace_clear_traces(PyObject *module, PyObject *unused)
{
    if (ou_tracemalloc_is_on()) {
        ou_tracemalloc_clear();
    }
    Py_RETURN_NONE;
}

static PyObject *
trace_get_traces(PyObject *module, PyObject *unused)
{
    return ou_tracemalloc_traces();
}

static PyObject *
trace_get_object_traceback(PyObject *module, PyObject *object)
{
    return ou_tracemalloc_traceback(object);
}

static PyObject *
trace_start(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("start", n_args, 0, 1)) {
        return NULL;
    }
    int n_frames = n_args > 0 ? _PyLong_AsInt(args[0]) : 1;
    if (n_frames == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (n_frames < 1 || n_frames > OU_TRACEMALLOC_MOST_FRAMES) {
        PyErr_Format(PyExc_ValueError, "the number of frames must be in range [1; %i]", OU_TRACEMALLOC_MOST_FRAMES);
        return NULL;
    }
    if (ou_tracemalloc_start(n_frames) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
trace_stop(PyObject *module, PyObject *unused)
{
    ou_tracemalloc_stop();
    Py_RETURN_NONE;
}

static PyObject *
trace_get_traceback_limit(PyObject *module, PyObject *unused)
{
    return PyLong_FromLong(ou_tracemalloc_limit());
}

static PyObject *
trace_get_tracemalloc_memory(PyObject *module, PyObject *unused)
{
    size_t traced, peak, own;
    ou_tracemalloc_sizes(&traced, &peak, &own);
    return PyLong_FromSize_t(own);
}

static PyObject *
trace_get_traced_memory(PyObject *module, PyObject *unused)
{
    size_t traced, peak, own;
    ou_tracemalloc_sizes(&traced, &peak, &own);
    return Py_BuildValue("(nn)", (Py_ssize_t)traced, (Py_ssize_t)peak);
}

static PyObject *
trace_reset_peak(PyObject *module, PyObject *unused)
{
    ou_tracemalloc_reset_peak();
    Py_RETURN_NONE;
}

static PyMethodDef trace_methods[] = {
    {"is_tracing", trace_is_tracing, METH_NOARGS, "is_tracing($module, /)\n--\n\nAre allocations traced?"},
    {"clear_traces", trace_clear_traces, METH_NOARGS, "clear_traces($module, /)\n--\n\nForget all traces; go on tracing."},
    {"_get_traces", trace_get_traces, METH_NOARGS,
     "_get_traces($module, /)\n--\n\nA list of (domain, size, traceback, frames in all), one a block that is traced."},
    {"_get_object_traceback", trace_get_object_traceback, METH_O,
     "_get_object_traceback($module, obj, /)\n--\n\n"
     "Where an object was allocated: a tuple of (file name, line), or None if that was not traced."},
    {"start", (PyCFunction)(void (*)(void))trace_start, METH_FASTCALL,
     "start($module, nframe=1, /)\n--\n\nTrace what is allocated from now on, with up to nframe frames each."},
    {"stop", trace_stop, METH_NOARGS, "stop($module, /)\n--\n\nTrace no more, and forget all traces."},
    {"get_traceback_limit", trace_get_traceback_limit, METH_NOARGS,
     "get_traceback_limit($module, /)\n--\n\nThe most frames that a traceback has."},
    {"get_tracemalloc_memory", trace_get_tracemalloc_memory, METH_NOARGS,
     "get_tracemalloc_memory($module, /)\n--\n\nThe bytes that tracing itself uses."},
    {"get_traced_memory", trace_get_traced_memory, METH_NOARGS,
     "get_traced_memory($module, /)\n--\n\nThe bytes in traced blocks: (now, at most)."},
    {"reset_peak", trace_reset_peak, METH_NOARGS, "reset_peak($module, /)\n--\n\nThe most bytes are as many as there are now."},
    {NULL},
};

static PyModuleDef_Slot trace_slots[] = {{0, NULL}};

static PyModuleDef trace_module = {
    PyModuleDef_HEAD_INIT,      .m_name = "_tracemalloc", .m_doc = "Where memory was allocated.",
    .m_methods = trace_methods, .m_slots = trace_slots,
};

PyMODINIT_FUNC
PyInit__tracemalloc(void)
{
    return PyModuleDef_Init(&trace_module);
}
