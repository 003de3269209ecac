/* runtime/run_main.c - what a command line asks to run: a command, a module, a file, standard input.
 *
 * Owns       main_flags: the __future__ flags that statements at the prompt leave to those after them.
 * Not here   the options themselves (command_line.c). */
#include "compiler/compile.h"
#include "object/hold.h"
#include "runtime/importlib.h"
#include "runtime/lifecycle.h"
#include "runtime/pyc.h"

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
    ou_run_interrupted = false;
    if (result == NULL) {
        ou_run_interrupted = PyErr_ExceptionMatches(PyExc_KeyboardInterrupt);
        PyErr_Print();
    }
    OU_HOLD_END(hold);
    Py_XDECREF(runpy);
    Py_XDECREF(run);
    Py_XDECREF(result);
    return result == NULL;
}

/* The end of a file, as zip files have it: "PK\5\6" in the last 64 KiB. */
static bool
is_zip(int fd, off_t size)
{
    static const char mark[4] = "PK\5\6";
    char tail[22], *all;
    off_t n = Py_MIN(size, 22 + 65535);
    if (size < 22 || pread(fd, tail, sizeof tail, size - 22) != (ssize_t)sizeof tail) {
        return false;
    }
    if (memcmp(tail, mark, sizeof mark) == 0) {
        return true;
    }
    all = PyMem_RawMalloc((size_t)n); /* there may be a comment at the end */
    bool found =
        all != NULL && pread(fd, all, (size_t)n, size - n) == (ssize_t)n && memmem(all, (size_t)n, mark, sizeof mark) != NULL;
    PyMem_RawFree(all);
    return found;
}

/* A folder or a zip file: its module __main__, with the folder or file at the head of sys.path.
 * Returns the exit status; -1 if it is no zip file after all. */
static int
run_container(PyObject *filename, bool is_folder)
{
    if (!is_folder) {
        PyObject *importer = _PyImport_GetModuleAttrString("zipimport", "zipimporter");
        PyObject *opened = importer == NULL ? NULL : PyObject_CallOneArg(importer, filename);
        Py_XDECREF(importer);
        if (opened == NULL) {
            PyErr_Clear();
            return -1;
        }
        Py_DECREF(opened);
    }
    PyObject *main_text = PyUnicode_FromString("__main__");
    int status = 1;
    if (main_text == NULL || path_prepend(Py_NewRef(filename)) < 0) {
        PyErr_Print();
    }
    else {
        status = run_module(main_text, false);
    }
    Py_XDECREF(main_text);
    return status;
}

/* Compiled code: PyRun_SimpleFile's way with .pyc files. */
static int
run_pyc(const char *path, PyObject *filename)
{
    PyObject *code = ou_pyc_load_alone(path, filename, filename), *module = PyImport_AddModule("__main__"), *result = NULL;
    if (code == NULL && PyErr_ExceptionMatches(PyExc_ImportError)) {
        PyErr_SetString(PyExc_RuntimeError, "Bad magic number in .pyc file");
    }
    PyObject *names = module == NULL ? NULL : Py_XNewRef(PyModule_GetDict(module));
    OU_HOLD(hold, &code, &names);
    if (code != NULL && names != NULL && PyDict_SetItem(names, OU_STR(__file__), filename) == 0
        && PyDict_SetItem(names, OU_STR(__cached__), Py_None) == 0) {
        result = PyEval_EvalCode(code, names, names);
    }
    if (result == NULL) {
        PyErr_Print();
    }
    OU_HOLD_END(hold);
    Py_XDECREF(code);
    Py_XDECREF(names);
    Py_XDECREF(result);
    return result == NULL;
}

/* Is it compiled code: by its name, or by its first bytes? */
static bool
is_pyc(const char *name, int fd)
{
    size_t n = strlen(name);
    char start[4];
    return (n > 4 && strcmp(name + n - 4, ".pyc") == 0)
        || (pread(fd, start, sizeof start, 0) == (ssize_t)sizeof start && memcmp(start, ou_pyc_magic(), sizeof start) == 0);
}

/* Read past the first line, not past its end, so that lines keep their numbers. */
static void
skip_line(FILE *fp)
{
    int ch;
    while ((ch = getc(fp)) != EOF && ch != '\n') {
    }
    if (ch != EOF) {
        ungetc(ch, fp);
    }
}

static int
run_opened(PyConfig *config, FILE *fp, const char *name, PyObject *filename)
{
    struct stat st;
    bool known = fstat(fileno(fp), &st) == 0, is_folder = known && S_ISDIR(st.st_mode);
    if (is_folder || (known && S_ISREG(st.st_mode) && is_zip(fileno(fp), st.st_size))) {
        int status = run_container(filename, is_folder);
        if (status >= 0) {
            fclose(fp);
            return status;
        }
    }
    if (!config->safe_path && path_prepend(script_folder(name)) < 0) {
        PyErr_Print();
        fclose(fp);
        return 1;
    }
    if (known && S_ISREG(st.st_mode) && is_pyc(name, fileno(fp))) {
        fclose(fp);
        return run_pyc(name, filename);
    }
    if (config->skip_source_first_line) {
        skip_line(fp);
    }
    return status_of(_PyRun_SimpleFileObject(fp, filename, 1, &main_flags) < 0);
}

static int
run_file(PyConfig *config)
{
    char *name = absolute_name(config->run_filename);
    PyObject *filename = name == NULL ? PyErr_NoMemory() : PyUnicode_DecodeFSDefault(name);
    int status = 1;
    if (filename == NULL) {
        PyErr_Print();
        PyMem_RawFree(name);
        return 1;
    }
    OU_HOLD(hold, &filename);
    FILE *fp = fopen(name, "rbe");
    if (fp == NULL) {
        int error = errno;
        PyObject *program = str_from_wide(config->program_name);
        PySys_FormatStderr("%S: can't open file %R: [Errno %d] %s\n", program, filename, error, strerror(error));
        Py_XDECREF(program);
        PyErr_Clear();
        status = 2;
    }
    else {
        status = run_opened(config, fp, name, filename);
    }
    OU_HOLD_END(hold);
    Py_DECREF(filename);
    PyMem_RawFree(name);
    return status;
}

/* Before the first prompt: the real site, and what it set up for prompts. */
static void
prepare_prompt(const PyConfig *config)
{
    if (ou_site_complete(NULL) < 0) {
        PyErr_Print();
    }
    PyObject *hook = config->isolated ? NULL : Py_XNewRef(PySys_GetObject("__interactivehook__")), *result;
    if (hook == NULL) {
        return;
    }
    OU_HOLD(hold, &hook);
    result = PySys_Audit("cpython.run_interactivehook", "O", hook) < 0 ? NULL : PyObject_CallNoArgs(hook);
    if (result == NULL) {
        PySys_WriteStderr("Failed calling sys.__interactivehook__\n");
        PyErr_Print();
    }
    OU_HOLD_END(hold);
    Py_XDECREF(result);
    Py_DECREF(hook);
}

static void
banner(const PyConfig *config)
{
    if (!config->quiet) {
        fprintf(stderr, "Python %s on %s\n", Py_GetVersion(), Py_GetPlatform());
        if (config->site_import) {
            fprintf(stderr, "Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n");
        }
    }
}

/* The file that PYTHONSTARTUP names. */
static void
run_startup(const PyConfig *config)
{
    const char *startup = config->use_environment ? getenv("PYTHONSTARTUP") : NULL;
    if (startup == NULL || *startup == 0) {
        return;
    }
    FILE *fp = fopen(startup, "rbe");
    if (fp != NULL) {
        (void)PyRun_SimpleFileExFlags(fp, startup, 1, &main_flags);
        return;
    }
    int error = errno;
    PySys_WriteStderr("Could not open PYTHONSTARTUP\n");
    errno = error;
    PyErr_SetFromErrnoWithFilename(PyExc_OSError, startup);
    PyErr_Print();
}

static int
run_stdin(PyConfig *config)
{
    if (isatty(0) || config->interactive) {
        banner(config);
        run_startup(config);
        prepare_prompt(config);
    }
    config->inspect = 0; /* the prompt is what would follow */
    Py_InspectFlag = 0;
    return status_of(_PyRun_AnyFileObject(stdin, OU_STR(anon_stdin), 0, &main_flags) != 0);
}

/* Run what the configuration names: command, module, file, standard input.  Returns the exit status. */
static int
run_main(PyConfig *config)
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
            prepare_prompt(config);
            status = status_of(_PyRun_AnyFileObject(stdin, OU_STR(anon_stdin), 0, &main_flags) != 0);
        }
    }
    return status;
}

/* Run what the configuration of the started runtime asks for, stop the runtime.  Returns the exit status. */
int
Py_RunMain(void)
{
    Py_Exit(run_main(ou_interp()->config)); /* does not return */
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
