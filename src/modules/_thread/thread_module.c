/* modules/_thread/thread_module.c - module _thread: starting threads.
 *
 * Owns       what a thread is to run, from its start to its end: a hold of the thread's own state, so that the audit finds
 *            it before the thread has run its first instruction.
 * Not here   locks (lock.c), locals (local.c), thread states (vm/thread_state.c).
 * Source     Library Reference, _thread. */
#include <signal.h>

#include "modules/_thread/thread.h"
#include "runtime/importlib.h"
#include "vm/vm.h"

typedef struct {
    PyThreadState *ts;
    PyObject *function, *args, *kwargs; /* owned; kwargs may be NULL */
    OuHold hold;
    PyObject **slots[3];
} Boot;

static long n_threads; /* started here and not ended yet; under the interpreter's lock */

/* Drop what the thread ran.  The lock is held.  RE-ENTRANT. */
static void
boot_clear(Boot *boot)
{
    Py_CLEAR(boot->function);
    Py_CLEAR(boot->args);
    Py_CLEAR(boot->kwargs);
}

static void
thread_run(void *block)
{
    Boot *boot = block;
    PyThreadState *ts = boot->ts;
    OuThread *thread = (OuThread *)ts;
    ou_thread_attach(ts);
    PyEval_AcquireThread(ts);
    n_threads++;
    PyObject *result = PyObject_Call(boot->function, boot->args, boot->kwargs);
    if (result == NULL) {
        if (PyErr_ExceptionMatches(PyExc_SystemExit)) {
            PyErr_Clear(); /* exit() */
        }
        else {
            _PyErr_WriteUnraisableMsg("in thread started by", boot->function);
        }
    }
    Py_XDECREF(result);
    boot_clear(boot);
    thread->holds = NULL;
    n_threads--;
    PyMem_RawFree(boot);
    PyThreadState_Clear(ts);
    PyThreadState_DeleteCurrent();
}

static PyObject *
thread_start_new_thread(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("start_new_thread", n_args, 2, 3)) {
        return NULL;
    }
    if (!PyCallable_Check(args[0])) {
        PyErr_SetString(PyExc_TypeError, "first arg must be callable");
        return NULL;
    }
    if (!PyTuple_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "2nd arg must be a tuple");
        return NULL;
    }
    if (n_args > 2 && !PyDict_Check(args[2])) {
        PyErr_SetString(PyExc_TypeError, "optional 3rd arg must be a dictionary");
        return NULL;
    }
    if (PySys_Audit("_thread.start_new_thread", "OOO", args[0], args[1], n_args > 2 ? args[2] : Py_None) < 0) {
        return NULL;
    }
    if (ou_importlib_install() < 0) { /* modules need locks from now on */
        return NULL;
    }
    Boot *boot = PyMem_RawCalloc(1, sizeof *boot);
    PyThreadState *ts = boot == NULL ? NULL : ou_thread_prealloc(ou_interp());
    if (ts == NULL) {
        PyMem_RawFree(boot);
        return PyErr_NoMemory();
    }
    boot->ts = ts;
    boot->function = Py_NewRef(args[0]);
    boot->args = Py_NewRef(args[1]);
    boot->kwargs = n_args > 2 ? Py_NewRef(args[2]) : NULL;
    boot->slots[0] = &boot->function;
    boot->slots[1] = &boot->args;
    boot->slots[2] = &boot->kwargs;
    boot->hold = (OuHold){NULL, "start_new_thread", boot->slots, 3};
    ((OuThread *)ts)->holds = &boot->hold;
    unsigned long id = PyThread_start_new_thread(thread_run, boot);
    if (id == PYTHREAD_INVALID_THREAD_ID) {
        ((OuThread *)ts)->holds = NULL;
        boot_clear(boot);
        PyThreadState_Clear(ts);
        PyThreadState_Delete(ts);
        PyMem_RawFree(boot);
        PyErr_SetString(PyExc_RuntimeError, "can't start new thread");
        return NULL;
    }
    return PyLong_FromUnsignedLong(id);
}

static PyObject *
thread_exit(PyObject *module, PyObject *ignored)
{
    PyErr_SetNone(PyExc_SystemExit);
    return NULL;
}

static PyObject *
thread_interrupt_main(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    int number = SIGINT;
    if (!_PyArg_CheckPositional("interrupt_main", n_args, 0, 1)) {
        return NULL;
    }
    if (n_args && (number = _PyLong_AsInt(args[0])) == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (PyErr_SetInterruptEx(number) < 0) {
        PyErr_SetString(PyExc_ValueError, "signal number out of range");
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
thread_allocate_lock(PyObject *module, PyObject *ignored)
{
    return ou_lock_new();
}

static PyObject *
thread_set_sentinel(PyObject *module, PyObject *ignored)
{
    return ou_lock_new_sentinel();
}

static PyObject *
thread_get_ident(PyObject *module, PyObject *ignored)
{
    return PyLong_FromUnsignedLong(PyThread_get_thread_ident());
}

static PyObject *
thread_get_native_id(PyObject *module, PyObject *ignored)
{
    return PyLong_FromUnsignedLong(PyThread_get_thread_native_id());
}

static PyObject *
thread_count(PyObject *module, PyObject *ignored)
{
    return PyLong_FromLong(n_threads);
}

static PyObject *
thread_stack_size(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    Py_ssize_t size = 0;
    if (!_PyArg_CheckPositional("stack_size", n_args, 0, 1)) {
        return NULL;
    }
    if (n_args && (size = PyNumber_AsSsize_t(args[0], PyExc_OverflowError)) == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (size < 0) {
        PyErr_SetString(PyExc_ValueError, "size must be 0 or a positive value");
        return NULL;
    }
    size_t old = PyThread_get_stacksize();
    if (n_args && PyThread_set_stacksize((size_t)size) < 0) {
        PyErr_Format(PyExc_ValueError, "size not valid: %zd bytes", size);
        return NULL;
    }
    return PyLong_FromSize_t(old);
}

/* ---- threading.excepthook ------------------------------------------------------------------------------------------------ */

static PyStructSequence_Field hook_fields[] = {
    {"exc_type", "Exception type"},
    {"exc_value", "Exception value"},
    {"exc_traceback", "Exception traceback"},
    {"thread", "Thread"},
    {NULL},
};
static PyStructSequence_Desc hook_desc = {"_thread._ExceptHookArgs", "What threading.excepthook is told.", hook_fields, 4};
static PyTypeObject *hook_args_type; /* owned by a module: of several copies, which a second import makes, the newest */
static PyObject *owner;              /* borrowed: that module */

/* Where to report: sys.stderr, or the thread's own idea of it; NULL without an error: nowhere.  Refs new. */
static PyObject *
error_stream(PyObject *thread)
{
    PyObject *file = PySys_GetObject("stderr");
    if (file != NULL && file != Py_None) {
        return Py_NewRef(file);
    }
    if (thread == Py_None) {
        return NULL;
    }
    file = PyObject_GetAttrString(thread, "_stderr");
    if (file == Py_None) {
        Py_CLEAR(file);
    }
    return file;
}

/* "Exception in thread NAME:" and the traceback.  RE-ENTRANT. */
static int
report(PyObject *file, PyObject *args)
{
    PyObject *thread = PyStructSequence_GetItem(args, 3), *name = NULL;
    if (thread != Py_None && _PyObject_LookupAttr(thread, OU_STR(name), &name) < 0) {
        return -1;
    }
    if (name == NULL) {
        name = PyLong_FromUnsignedLong(PyThread_get_thread_ident());
        if (name == NULL) {
            return -1;
        }
    }
    OU_HOLD(hold, &name);
    int status = PyFile_WriteString("Exception in thread ", file) < 0 || PyFile_WriteObject(name, file, Py_PRINT_RAW) < 0
                      || PyFile_WriteString(":\n", file) < 0
                   ? -1
                   : 0;
    OU_HOLD_END(hold);
    Py_DECREF(name);
    if (status == 0) {
        PyObject *value = PyStructSequence_GetItem(args, 1), *traceback = PyStructSequence_GetItem(args, 2);
        PyErr_Display(PyStructSequence_GetItem(args, 0), value == Py_None ? NULL : value,
                      traceback == Py_None ? NULL : traceback);
        PyObject *result = PyObject_CallMethodNoArgs(file, OU_STR(flush));
        status = result == NULL ? -1 : 0;
        Py_XDECREF(result);
    }
    return status;
}

static PyObject *
thread_excepthook(PyObject *module, PyObject *args)
{
    if (hook_args_type == NULL || !Py_IS_TYPE(args, hook_args_type)) {
        PyErr_SetString(PyExc_TypeError, "_thread.excepthook argument type must be ExceptHookArgs");
        return NULL;
    }
    if (PyStructSequence_GetItem(args, 0) == PyExc_SystemExit) {
        Py_RETURN_NONE;
    }
    PyObject *file = error_stream(PyStructSequence_GetItem(args, 3));
    if (file == NULL) {
        return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
    }
    OU_HOLD(hold, &file);
    int status = report(file, args);
    OU_HOLD_END(hold);
    Py_DECREF(file);
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

/* ---- the module ---------------------------------------------------------------------------------------- */

static PyMethodDef thread_methods[] = {
    {"start_new_thread", FAST(thread_start_new_thread),
     "start_new_thread(function, args[, kwargs])\n\nRun function(*args, **kwargs) in a new thread; its identity."},
    {"start_new", FAST(thread_start_new_thread), NULL},
    {"allocate_lock", thread_allocate_lock, METH_NOARGS, "allocate_lock() -> lock object\n\nA new lock."},
    {"allocate", thread_allocate_lock, METH_NOARGS, NULL},
    {"exit_thread", thread_exit, METH_NOARGS, NULL},
    {"exit", thread_exit, METH_NOARGS, "exit()\n\nRaise SystemExit, which ends the thread quietly."},
    {"interrupt_main", FAST(thread_interrupt_main),
     "interrupt_main(signum=signal.SIGINT, /)\n\nAs if a signal had come to the main thread."},
    {"get_ident", thread_get_ident, METH_NOARGS, "get_ident() -> integer\n\nThe running thread's identity."},
    {"get_native_id", thread_get_native_id, METH_NOARGS, "get_native_id() -> integer\n\nThe system's number of the thread."},
    {"_count", thread_count, METH_NOARGS, "_count() -> integer\n\nThreads that run, the main one left out."},
    {"stack_size", FAST(thread_stack_size), "stack_size([size]) -> size\n\nThe stack size of new threads; set it."},
    {"_set_sentinel", thread_set_sentinel, METH_NOARGS,
     "_set_sentinel() -> lock\n\nA lock that is released when the thread ends."},
    {"_excepthook", thread_excepthook, METH_O, "excepthook(exc_type, exc_value, exc_traceback, thread)\n\nReport an error."},
    {NULL},
};

static int
thread_exec(PyObject *module)
{
    owner = module;
    if (hook_args_type == NULL && (hook_args_type = PyStructSequence_NewType(&hook_desc)) == NULL) {
        return -1;
    }
    PyObject *max = PyFloat_FromDouble(9223372036.0); /* whole seconds of 2^63 nanoseconds */
    int status = max == NULL || PyModule_AddObjectRef(module, "TIMEOUT_MAX", max) < 0
                      || PyModule_AddObjectRef(module, "error", PyExc_RuntimeError) < 0
                      || PyModule_AddObjectRef(module, "LockType", (PyObject *)&ou_lock_type) < 0
                      || PyModule_AddType(module, &ou_rlock_type) < 0 || PyModule_AddType(module, &ou_local_type) < 0
                      || PyModule_AddObjectRef(module, "_ExceptHookArgs", (PyObject *)hook_args_type) < 0
                   ? -1
                   : 0;
    Py_XDECREF(max);
    return status;
}

static int
thread_traverse(PyObject *module, visitproc visit, void *arg)
{
    if (module == owner) {
        Py_VISIT(hook_args_type);
    }
    return 0;
}

static int
thread_clear(PyObject *module)
{
    if (module == owner) {
        owner = NULL;
        Py_CLEAR(hook_args_type);
    }
    return 0;
}

static void
thread_free(void *module)
{
    (void)thread_clear(module);
}

static PyModuleDef_Slot thread_slots[] = {{Py_mod_exec, thread_exec}, {0, NULL}};

static struct PyModuleDef thread_module = {
    PyModuleDef_HEAD_INIT,   .m_name = "_thread",           .m_doc = "Threads and locks.", .m_methods = thread_methods,
    .m_slots = thread_slots, .m_traverse = thread_traverse, .m_clear = thread_clear,       .m_free = thread_free,
};

PyMODINIT_FUNC
PyInit__thread(void)
{
    return PyModuleDef_Init(&thread_module);
}
