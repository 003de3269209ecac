/* runtime/run_main.c - what a command line asks to run: a command, a module, a file, standard input.
 *
 * Owns       main_flags: the __future__ flags that statements at the prompt leave to those after them.
 * Not here   the options themselves (command_line.c). */
#include "compiler/compile.h"
#include "object/hold.h"
#include "runtime/lifecycle.h"

#include <sys/stat.h>

static PyCompilerFlags main_flags = _PyCompilerFlags_INIT;

static PyObject *
str_from_wide(const wchar_t *wide)
{
    char *bytes = ou_bytes_from_wide(wide);
    if (bytes == NULL) {
        return PyErr_NoMemory();
    }
    PyObject *text = PyUnicode_DecodeFSDefault(bytes);
    PyMem_RawFree(bytes);
    return text;
}

/* Put `folder` at the head of sys.path.  Refs: consumes it. */
static int
path_prepend(PyObject *folder)
{
    PyObject *path = PySys_GetObject("path");
    int status = folder == NULL || path == NULL ? -1 : PyList_Insert(path, 0, folder);
    Py_XDECREF(folder);
    return status;
}

/* The folder of a script, symbolic links followed, as sys.path[0]. */
static PyObject *
script_folder(const char *script)
{
    char *real = realpath(script, NULL);
    const char *name = real != NULL ? real : script, *slash = strrchr(name, '/');
    PyObject *folder = PyUnicode_DecodeFSDefaultAndSize(name, slash == NULL ? 0 : slash == name ? 1 : slash - name);
    free(real);
    return folder;
}

/* The script's name from the root on, as tracebacks and __file__ show it; sys.argv[0] stays as given.
 * Returns PyMem_RawMalloc'ed text, or NULL without memory. */
static char *
absolute_name(const wchar_t *wide)
{
    char *name = ou_bytes_from_wide(wide);
    char *cwd = name == NULL || name[0] == '/' ? NULL : getcwd(NULL, 0);
    if (cwd == NULL) {
        return name; /* absolute already, or the folder is gone */
    }
    size_t size = strlen(cwd) + strlen(name) + 2;
    char *whole = PyMem_RawMalloc(size);
    if (whole != NULL) {
        snprintf(whole, size, "%s/%s", strcmp(cwd, "/") == 0 ? "" : cwd, name);
    }
    free(cwd);
    PyMem_RawFree(name);
    return whole;
}

/* After the program: print an error that is set, and say with which status to exit.  SystemExit ends the process
 * from PyErr_Print(). */
static int
status_of(int failed)
{
    return failed ? 1 : 0;
}

static int
run_command(const wchar_t *command)
{
    PyObject *text = str_from_wide(command);
    const char *utf8 = text == NULL ? NULL : PyUnicode_AsUTF8(text);
    if (utf8 == NULL) {
        fprintf(stderr, "Unable to decode the command from the command line:\n");
        PyErr_Print();
        Py_XDECREF(text);
        return 1;
    }
    PyCompilerFlags flags = main_flags;
    flags.cf_flags |= PyCF_IGNORE_COOKIE;
    OU_HOLD(hold, &text);
    int failed = PyRun_SimpleStringFlags(utf8, &flags) < 0;
    OU_HOLD_END(hold);
    Py_DECREF(text);
    return status_of(failed);
}

/* runpy does it, as in CPython. */
static int
run_module(PyObject *name, bool set_argv0)
{
    PyObject *runpy = NULL, *run = NULL, *result = NULL;
    OU_HOLD(hold, &name, &runpy, &run); /* the caller's reference to the name, which it can't declare itself */
    runpy = PyImport_ImportModule("runpy");
    run = runpy == NULL ? NULL : PyObject_GetAttrString(runpy, "_run_module_as_main");
    result = run == NULL ? NULL : PyObject_CallFunction(run, "Oi", name, (int)set_argv0);
    if (result == NULL) {
        PyErr_Print();
    }
    OU_HOLD_END(hold);
    Py_XDECREF(runpy);
    Py_XDECREF(run);
    Py_XDECREF(result);
    return result == NULL;
}

static int
run_file(PyConfig *config)
{
    char *name = absolute_name(config->run_filename);
    PyObject *filename = name == NULL ? PyErr_NoMemory() : PyUnicode_DecodeFSDefault(name);
    if (filename == NULL) {
        PyErr_Print();
        PyMem_RawFree(name);
        return 1;
    }
    FILE *fp = fopen(name, "rb");
    struct stat st;
    int status = 2;
    if (fp == NULL) {
        int error = errno;
        char *program = ou_bytes_from_wide(config->program_name);
        fprintf(stderr, "%s: can't open file '%s': [Errno %d] %s\n", program ? program : "ouro", name, error,
                strerror(error));
        PyMem_RawFree(program);
    }
    else if (fstat(fileno(fp), &st) == 0 && S_ISDIR(st.st_mode)) {
        fclose(fp);
        char main_name[strlen(name) + sizeof "/__main__.py"];
        sprintf(main_name, "%s/__main__.py", name);
        if (access(main_name, R_OK) != 0) {
            char *program = ou_bytes_from_wide(config->program_name);
            fprintf(stderr, "%s: can't find '__main__' module in '%s'\n", program ? program : "ouro", name);
            PyMem_RawFree(program);
            status = 1;
        }
        else {
            PyObject *main_text = PyUnicode_FromString("__main__");
            Py_INCREF(filename);
            status = path_prepend(filename) < 0 || main_text == NULL ? 1 : run_module(main_text, false);
            Py_XDECREF(main_text);
        }
    }
    else if (!config->safe_path && path_prepend(script_folder(name)) < 0) {
        PyErr_Print();
        fclose(fp);
        status = 1;
    }
    else {
        OU_HOLD(hold, &filename);
        status = status_of(_PyRun_SimpleFileObject(fp, filename, 1, &main_flags) < 0);
        OU_HOLD_END(hold);
    }
    Py_DECREF(filename);
    PyMem_RawFree(name);
    return status;
}

static void
banner(const PyConfig *config)
{
    if (!config->quiet && (config->run_filename == NULL && config->run_command == NULL && config->run_module == NULL)) {
        fprintf(stderr, "Python %s on %s\n", Py_GetVersion(), Py_GetPlatform());
        fprintf(stderr, "Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n");
    }
}

static int
run_stdin(PyConfig *config)
{
    bool prompt = isatty(0) || config->interactive;
    if (prompt) {
        banner(config);
        const char *startup = config->use_environment ? getenv("PYTHONSTARTUP") : NULL;
        FILE *fp = startup != NULL && *startup != 0 ? fopen(startup, "rb") : NULL;
        if (fp != NULL) {
            (void)PyRun_SimpleFileExFlags(fp, startup, 1, &main_flags);
        }
        else if (startup != NULL && *startup != 0) {
            fprintf(stderr, "Could not open PYTHONSTARTUP\n");
        }
    }
    config->inspect = 0; /* the prompt is what would follow */
    Py_InspectFlag = 0;
    return status_of(_PyRun_AnyFileObject(stdin, OU_STR(anon_stdin), 0, &main_flags) != 0);
}

int
ou_run_main(PyConfig *config)
{
    int status = 0;
    ou_xoptions_arm();
    if (config->run_filename == NULL && !config->safe_path && !config->isolated) {
        PyObject *folder;
        if (config->run_module != NULL) {
            char *cwd = getcwd(NULL, 0);
            folder = PyUnicode_DecodeFSDefault(cwd ? cwd : "");
            free(cwd);
        }
        else {
            folder = Py_NewRef(OU_EMPTY_STR);
        }
        if (path_prepend(folder) < 0) {
            PyErr_Print();
            return 1;
        }
    }
    if (config->run_command != NULL) {
        status = run_command(config->run_command);
    }
    else if (config->run_module != NULL) {
        PyObject *name = str_from_wide(config->run_module);
        status = name == NULL ? 1 : run_module(name, true);
        Py_XDECREF(name);
    }
    else if (config->run_filename != NULL) {
        status = run_file(config);
    }
    else {
        status = run_stdin(config);
    }
    const char *inspect = getenv("PYTHONINSPECT");
    if (config->inspect || Py_InspectFlag || (config->use_environment && inspect != NULL && *inspect != 0 && isatty(0))) {
        Py_InspectFlag = 0;
        if (isatty(0) || config->interactive) {
            config->inspect = 0;
            status = status_of(_PyRun_AnyFileObject(stdin, OU_STR(anon_stdin), 0, &main_flags) != 0);
        }
    }
    return status;
}

/* Run what the configuration of the started runtime asks for, stop the runtime.  Returns the exit status. */
int
Py_RunMain(void)
{
    Py_Exit(ou_run_main(ou_interp()->config)); /* does not return */
}

/* Py_BytesMain: a whole run of the command.  Returns the exit status.  Source: The Very High Level Layer. */
int
Py_BytesMain(int argc, char **argv)
{
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    PyStatus status = PyConfig_SetBytesArgv(&config, argc, argv);
    if (!PyStatus_Exception(status)) {
        status = Py_InitializeFromConfig(&config);
    }
    if (PyStatus_Exception(status)) {
        Py_ExitStatusException(status);
    }
    return Py_RunMain();
}

int
Py_Main(int argc, wchar_t **argv)
{
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    PyStatus status = PyConfig_SetArgv(&config, argc, argv);
    if (!PyStatus_Exception(status)) {
        status = Py_InitializeFromConfig(&config);
    }
    if (PyStatus_Exception(status)) {
        Py_ExitStatusException(status);
    }
    return Py_RunMain();
}
