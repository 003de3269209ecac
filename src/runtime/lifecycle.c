/* runtime/lifecycle.c - start and stop of the interpreter.
 *
 * Start: permanents, thread state, names, types, modules dict, sys, builtins, streams, __main__.
 * Stop: threads, atexit, streams, audit with modules alive, modules, collection, and in a checked stop all that
 * the runtime itself holds, then the audit of what is left.
 *
 * Owns       the main interpreter and thread states (static storage).
 * Not here   what is run in between (run_main.c). */
#include "compiler/compile.h"
#include "base/hash.h"
#include "gc/gc.h"
#include "memory/memory.h"
#include "object/alloc.h"
#include "object/hold.h"
#include "runtime/error_print.h"
#include "runtime/importlib.h"
#include "runtime/lifecycle.h"
#include "runtime/signals.h"
#include "types/exception.h"
#include "types/str.h"
#include "vm/vm.h"

Py_ssize_t (*ou_audit_hook)(int stage, FILE *out);
void (*ou_atexit_hook)(void);

int Py_DebugFlag, Py_VerboseFlag, Py_QuietFlag, Py_InteractiveFlag, Py_InspectFlag, Py_OptimizeFlag, Py_NoSiteFlag,
    Py_BytesWarningFlag, Py_FrozenFlag, Py_IgnoreEnvironmentFlag, Py_DontWriteBytecodeFlag, Py_NoUserSiteDirectory,
    Py_UnbufferedStdioFlag, Py_HashRandomizationFlag, Py_IsolatedFlag, Py_UTF8Mode;
const unsigned long Py_Version = PY_VERSION_HEX;

static PyInterpreterState main_interp;
static PyConfig main_config;
static int audit_status;  /* unexplained counts found at the stop */
static bool process_ends; /* the stop is the process's own */

static void
set_flags(const PyConfig *config)
{
    Py_DebugFlag = config->parser_debug;
    Py_VerboseFlag = config->verbose;
    Py_QuietFlag = config->quiet;
    Py_InteractiveFlag = config->interactive;
    Py_InspectFlag = config->inspect;
    Py_OptimizeFlag = config->optimization_level;
    ou_compile_optimize = Py_MIN(config->optimization_level, 2);
    Py_NoSiteFlag = !config->site_import;
    Py_BytesWarningFlag = config->bytes_warning;
    Py_IgnoreEnvironmentFlag = !config->use_environment;
    Py_DontWriteBytecodeFlag = !config->write_bytecode;
    Py_NoUserSiteDirectory = !config->user_site_directory;
    Py_UnbufferedStdioFlag = !config->buffered_stdio;
    Py_IsolatedFlag = config->isolated;
    Py_HashRandomizationFlag = config->use_hash_seed != 1 || config->hash_seed != 0;
}

/* Make the built-in module `name` and keep its namespace.  Returns 0, or -1 with an error set. */
static int
core_module_init(PyObject *name, PyObject **namespace)
{
    PyObject *module = ou_import_builtin(name);
    if (module == NULL) {
        return -1;
    }
    *namespace = Py_NewRef(PyModule_GetDict(module));
    Py_DECREF(module); /* sys.modules holds it */
    return 0;
}

static int
collector_init(void)
{
    OuGc *gc = &_PyRuntime.gc;
    gc->garbage = PyList_New(0);
    gc->callbacks = PyList_New(0);
    return gc->garbage == NULL || gc->callbacks == NULL ? -1 : 0;
}

static int
main_module_init(PyInterpreterState *interp)
{
    PyObject *module = PyImport_AddModule("__main__");
    PyObject *names = module == NULL ? NULL : PyModule_GetDict(module);
    if (names == NULL) {
        return -1;
    }
    if (PyDict_SetItem(names, OU_STR(__builtins__), PyDict_GetItemWithError(interp->modules, OU_STR(builtins))) < 0) {
        return -1;
    }
    PyObject *annotations = PyDict_New();
    int status = annotations == NULL ? -1 : PyDict_SetItem(names, OU_STR(__annotations__), annotations);
    Py_XDECREF(annotations);
    return status;
}

/* Options of warnings are read by the module of that name.  Returns 0, or -1 with an error set. */
static int
import_warnings(const PyConfig *config)
{
    if (config->warnoptions.length == 0 || ou_stdlib_folder() == NULL) {
        return 0;
    }
    PyObject *warnings = PyImport_ImportModule("warnings");
    if (warnings == NULL && !PyErr_ExceptionMatches(PyExc_MemoryError)) {
        PyErr_WriteUnraisable(NULL);
        return 0;
    }
    Py_XDECREF(warnings);
    return warnings == NULL ? -1 : 0;
}

/* -X faulthandler: tracebacks on fatal signals from here on. */
static int
fault_handler_start(void)
{
    PyObject *module = PyImport_ImportModule("faulthandler");
    PyObject *result = module == NULL ? NULL : PyObject_CallMethod(module, "enable", NULL);
    Py_XDECREF(module);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

/* -X tracemalloc=N: allocations are traced from here on. */
static int
tracing_start(int n_frames)
{
    PyObject *module = PyImport_ImportModule("_tracemalloc");
    PyObject *result = module == NULL ? NULL : PyObject_CallMethod(module, "start", "i", n_frames);
    Py_XDECREF(module);
    Py_XDECREF(result);
    if (result != NULL) { /* the module was a means: the program has not imported it */
        (void)PyDict_DelItemString(ou_interp()->modules, "_tracemalloc");
    }
    return result == NULL ? -1 : 0;
}

/* Everything after the first thread state, with a message naming the step that failed. */
static const char *
start(PyInterpreterState *interp, PyConfig *config)
{
    ou_permanents_init();
    ou_intern_init();
    if (ou_types_ready() < 0) {
        return "can't ready the built-in types";
    }
    interp->modules = PyDict_New();
    interp->modules_by_index = PyList_New(0);
    if (interp->modules == NULL || interp->modules_by_index == NULL || collector_init() < 0) {
        return "can't make sys.modules";
    }
    if (ou_exceptions_init() < 0) {
        return "can't make the exceptions";
    }
    if (core_module_init(OU_STR(builtins), &interp->builtins) < 0 || core_module_init(OU_STR(sys), &interp->sysdict) < 0
        || ou_unraisable_init(interp->sysdict) < 0 || ou_import_paths_init() < 0) {
        return "can't initialize sys and builtins";
    }
    if (main_module_init(interp) < 0) {
        return "can't make module __main__";
    }
    const char *failed = ou_streams_init(config);
    if (failed != NULL) {
        return failed;
    }
    ou_locale_warn();
    interp->import_func = Py_XNewRef(PyDict_GetItemWithError(interp->builtins, OU_STR(__import__)));
    ou_importlib_init();
    ou_gc_init();
    ou_gc_settle();
    _PyRuntime.gc.enabled = true;
    if (config->tracemalloc > 0 && tracing_start(config->tracemalloc) < 0) {
        return "init_interp_main: can't initialize tracemalloc";
    }
    if (config->faulthandler && fault_handler_start() < 0) {
        return "init_interp_main: can't start faulthandler";
    }
    return import_warnings(config) < 0 ? "init_interp_main: can't import warnings" : NULL;
}

/* Py_InitializeFromConfig: start the runtime; a second start does nothing. */
PyStatus
Py_InitializeFromConfig(const PyConfig *config)
{
    if (_PyRuntime.initialized) {
        return PyStatus_Ok();
    }
    main_config = *config;
    PyStatus status = PyConfig_Read(&main_config);
    ((PyConfig *)config)->argv = main_config.argv; /* the copy owns the strings now; see Py_RunMain */
    if (PyStatus_Exception(status)) {
        return status;
    }
    set_flags(&main_config);
    if (!ou_hash_set_seed(main_config.use_hash_seed != 1, (uint32_t)main_config.hash_seed)) {
        return PyStatus_Error("failed to get random numbers to initialize Python");
    }
    main_interp.config = &main_config;
    main_interp.int_max_str_digits = ou_switches.max_str_digits < 0 ? 4300 /* CPython 3.11.2 */ : ou_switches.max_str_digits;
    _PyRuntime.interp = &main_interp;
    if (ou_thread_init_main(&main_interp) < 0) {
        return PyStatus_NoMemory();
    }
    ou_signals_init(main_config.install_signal_handlers);
    const char *failed = start(&main_interp, &main_config);
    if (failed == NULL) {
        _PyRuntime.initialized = true;
        failed = ou_site_start() < 0 ? "init_import_site: Failed to import the site module" : NULL;
    }
    return failed == NULL ? PyStatus_Ok() : PyStatus_Error(failed);
}

void
Py_InitializeEx(int install_signals)
{
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    config.parse_argv = 0;
    config.install_signal_handlers = install_signals;
    PyStatus status = Py_InitializeFromConfig(&config);
    if (PyStatus_Exception(status)) {
        Py_ExitStatusException(status);
    }
}

void
Py_Initialize(void)
{
    Py_InitializeEx(1);
}

int
Py_IsInitialized(void)
{
    return _PyRuntime.initialized;
}

int
_Py_IsFinalizing(void)
{
    return _PyRuntime.finalizing;
}

/* Print the error that ended the start: by its kind and text alone while there are no streams. */
static void
print_fatal(void)
{
    PyObject *stream = PySys_GetObject("stderr");
    if (stream != NULL && stream != Py_None && !PyErr_ExceptionMatches(PyExc_MemoryError)) {
        PyErr_Print();
        return;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *text = value == NULL ? NULL : PyObject_Str(value);
    const char *utf8 = text == NULL ? "" : PyUnicode_AsUTF8(text);
    fprintf(stderr, "%s%s%s\n", ((PyTypeObject *)type)->tp_name, utf8 != NULL && *utf8 ? ": " : "", utf8 ? utf8 : "");
    Py_XDECREF(text);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    PyErr_Clear();
}

void _Py_NO_RETURN
Py_ExitStatusException(PyStatus status)
{
    if (status._type == _PyStatus_TYPE_EXIT) {
        exit(status.exitcode);
    }
    bool pre = status.func != NULL && strncmp(status.func, "preconfig", 9) == 0; /* the encoding, the allocator */
    bool has_thread = _PyRuntime.tstate_current != NULL;
    fprintf(stderr, "Fatal Python error: %s%s%s\nPython runtime state: %s\n", status.func ? status.func : "",
            status.func ? ": " : "", status.err_msg ? status.err_msg : "unknown",
            pre                      ? "preinitializing"
            : _PyRuntime.initialized ? "initialized"
            : has_thread             ? "core initialized"
                                     : "preinitialized");
    if (has_thread && PyErr_Occurred()) {
        print_fatal();
    }
    fputc('\n', stderr);
    if (has_thread) {
        fprintf(stderr, "Current thread 0x%016lx (most recent call first):\n  <no Python frame>\n",
                PyThread_get_thread_ident());
    }
    exit(1);
}

/* ---- stop ---------------------------------------------------------------------------------------------------- */

static void
shut_threads(PyInterpreterState *interp)
{
    PyObject *threading = PyDict_GetItemString(interp->modules, "threading");
    if (threading != NULL) {
        PyObject *result = PyObject_CallMethodNoArgs(threading, OU_STR(_shutdown));
        if (result == NULL) {
            PyErr_WriteUnraisable(threading);
        }
        Py_XDECREF(result);
    }
}

/* Empty sys.modules.  Returns weak references to the modules, a list (new) or NULL.  RE-ENTRANT: a module that nobody else
 * holds goes at once, and its names with it. */
static PyObject *
modules_let_go(PyObject *modules)
{
    PyObject *refs = PyList_New(0), *name, *module;
    Py_ssize_t pos = 0;
    OU_HOLD(hold, &refs);
    while (PyDict_Next(modules, &pos, &name, &module)) {
        if (PyModule_Check(module)) {
            PyObject *ref = refs == NULL ? NULL : PyWeakref_NewRef(module, NULL);
            if (ref == NULL || PyList_Append(refs, ref) < 0) {
                PyErr_Clear(); /* without memory a module that is part of a cycle is not emptied */
            }
            Py_XDECREF(ref);
        }
        if (PyDict_SetItem(modules, name, Py_None) < 0) { /* keys stay, so the walk stays right */
            PyErr_Clear();
        }
    }
    PyDict_Clear(modules);
    OU_HOLD_END(hold);
    return refs;
}

/* Empty the modules that something still holds, those imported last first; not sys and builtins.  RE-ENTRANT. */
static void
modules_clear_held(PyInterpreterState *interp, PyObject *refs)
{
    PyObject *module = NULL;
    OU_HOLD(hold, &refs, &module);
    for (Py_ssize_t i = PyList_GET_SIZE(refs); i-- > 0;) {
        module = Py_NewRef(PyWeakref_GET_OBJECT(PyList_GET_ITEM(refs, i)));
        PyObject *names = module == Py_None ? NULL : PyModule_GetDict(module);
        if (names != NULL && names != interp->sysdict && names != interp->builtins) {
            _PyModule_Clear(module);
        }
        Py_CLEAR(module);
    }
    OU_HOLD_END(hold);
}

/* Would anybody notice the end of the program's objects?  When the process ends anyway, and nothing that lives has a
 * finalizer, a callback or a file to close, its memory goes as a whole. */
static bool
end_is_noticed(void)
{
    if (!process_ends || _PyRuntime.foreign || ou_switches.audit || ou_interp()->config->warnoptions.length != 0) {
        return true;
    }
    static const char *const streams[] = {"__stdin__", "__stdout__", "__stderr__"};
    for (size_t i = 0; i < OU_COUNT_OF(streams); i++) {
        PyObject *stream = PySys_GetObject(streams[i]);
        if (stream == NULL || stream == Py_None) {
            return true; /* then another file could pass for it */
        }
    }
    return ou_gc_would_show();
}

/* Modules go as in CPython: first those that only sys.modules held, each with its names in their order; what then hangs in
 * cycles (a module whose functions hold its namespace) by a collection, breadth first from the namespace of __main__; then
 * the names of modules that live on, those with one underscore first; sys and builtins last. */
static void
clear_modules(PyInterpreterState *interp)
{
    static const char *const sys_names[] = {
        "path",     "argv", "ps1", "ps2", "last_type", "last_value", "last_traceback", "path_hooks", "path_importer_cache",
        "meta_path"};
    if (_PyRuntime.gc.enabled) {
        ou_gc_collect(OU_N_GENERATIONS - 1); /* garbage of before: its finalizers still find the modules, and import */
    }
    for (size_t i = 0; i < OU_COUNT_OF(sys_names); i++) {
        if (PySys_GetObject(sys_names[i]) != NULL) {
            PySys_SetObject(sys_names[i], Py_None);
        }
    }
    if (PyDict_GetItemString(interp->builtins, "_") != NULL) { /* what the prompt showed last */
        PyDict_SetItemString(interp->builtins, "_", Py_None);
    }
    static const char *const restored[][2] = {{"stdin", "__stdin__"}, {"stdout", "__stdout__"}, {"stderr", "__stderr__"}};
    for (size_t i = 0; i < OU_COUNT_OF(restored); i++) {
        PyObject *first = PySys_GetObject(restored[i][1]);
        PySys_SetObject(restored[i][0], first == NULL ? Py_None : first);
    }
    PyObject *main_module = PyDict_GetItemWithError(interp->modules, OU_STR(__main__));
    if (main_module != NULL && PyModule_Check(main_module)) {
        ou_gc_order_from(PyModule_GetDict(main_module));
    }
    PyObject *refs = modules_let_go(interp->modules);
    ou_gc_collect(OU_N_GENERATIONS - 1);
    if (refs != NULL) {
        modules_clear_held(interp, refs);
        Py_DECREF(refs);
    }
    PyErr_Clear();
    _PyModule_ClearDict(interp->sysdict);
    _PyModule_ClearDict(interp->builtins);
    ou_gc_collect(OU_N_GENERATIONS - 1);
}

static void
clear_interp(PyInterpreterState *interp)
{
    PyObject **fields[] = {
        &interp->codec_search_path,
        &interp->codec_search_cache,
        &interp->codec_error_registry,
        &interp->dict,
        &interp->importlib,
        &interp->import_func,
        &interp->atexit_callbacks,
        &interp->audit_hooks,
        &interp->before_forkers,
        &interp->after_forkers_parent,
        &interp->after_forkers_child,
        &interp->warnings_filters,
        &interp->warnings_once_registry,
        &interp->warnings_default_action,
        &interp->modules_by_index,
        &interp->sysdict,
        &interp->builtins,
        &interp->modules,
        &_PyRuntime.gc.callbacks,
        &_PyRuntime.gc.garbage,
    };
    for (size_t i = 0; i < OU_COUNT_OF(fields); i++) {
        Py_CLEAR(*fields[i]);
    }
}

enum { MAX_EXIT_FUNCTIONS = 32 }; /* from CPython 3.11 */
static void (*exit_functions[MAX_EXIT_FUNCTIONS])(void);
static int n_exit_functions;

/* Py_AtExit: call a function when the runtime has stopped, the last one first.  Returns 0, or -1 if there are too many. */
int
Py_AtExit(void (*function)(void))
{
    if (n_exit_functions >= MAX_EXIT_FUNCTIONS) {
        return -1;
    }
    exit_functions[n_exit_functions++] = function;
    return 0;
}

static void
call_exit_functions(void)
{
    while (n_exit_functions > 0) {
        exit_functions[--n_exit_functions]();
    }
    fflush(stdout);
    fflush(stderr);
}

/* Py_FinalizeEx: stop the runtime.  Returns 0, or -1 if the standard streams could not be flushed. */
int
Py_FinalizeEx(void)
{
    if (!_PyRuntime.initialized) {
        return 0;
    }
    PyInterpreterState *interp = ou_interp();
    shut_threads(interp);
    if (ou_atexit_hook != NULL) {
        ou_atexit_hook();
    }
    int status = ou_streams_flush();
    ou_dealloc_put_off_drain();
    ou_memory_clear_fail(); /* the program is over: the refusals were for it */
    if (ou_switches.audit && ou_audit_hook != NULL) {
        audit_status = ou_audit_hook(1, stderr) != 0;
    }
    _PyRuntime.finalizing = true;
    PyErr_Clear();
    if (end_is_noticed()) {
        clear_modules(interp);
        if (ou_streams_flush() < 0) {
            status = -1;
        }
    }
    if (ou_switches.audit && ou_audit_hook != NULL) {
        PyThreadState_Clear(ou_tstate());
        clear_interp(interp);
        ou_exceptions_fini();
        for (int pass = 0; pass < 8 && ou_gc_collect(OU_N_GENERATIONS - 1) > 0; pass++) {
            /* what went may have been all that kept a cycle from being garbage */
        }
        ou_types_clear();
        Py_CLEAR(ou_str_identifiers); /* last: compiled modules' deallocators ask for them */
        audit_status |= ou_audit_hook(2, stderr) != 0;
    }
    _PyRuntime.initialized = false;
    call_exit_functions();
    return status;
}

void
Py_Finalize(void)
{
    Py_FinalizeEx();
}

/* The C functions that wait for the one that ends the process never go on: what they own is released for them.
 * RE-ENTRANT: each variable is empty before its count falls. */
static void
holds_release(void)
{
    OuHold *hold;
    while ((hold = ou_thread()->holds) != NULL) {
        ou_thread()->holds = hold->outer;
        for (int i = 0; i < hold->n_slots; i++) {
            Py_CLEAR(*hold->slots[i]);
        }
    }
}

/* Py_Exit: stop the runtime and the process. */
void
Py_Exit(int status)
{
    uint64_t allocations = ou_memory_allocations();
    holds_release();
    process_ends = true;
    if (Py_FinalizeEx() < 0) {
        status = 120; /* as CPython: buffered output was lost */
    }
    if (ou_switches.count_allocations) {
        fprintf(stderr, "fail-at: %" PRIu64 " allocations\n", allocations);
    }
    if (audit_status) {
        status = 99;
    }
    if (ou_run_interrupted && status != 99) { /* so that a shell sees what ended the program */
        fflush(NULL);
        signal(SIGINT, SIG_DFL);
        raise(SIGINT);
    }
    exit(status);
}
