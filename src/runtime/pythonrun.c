/* runtime/pythonrun.c - the PyRun_ functions: source from a text, a file or a prompt, compiled and run.
 *
 * Invariant  code is run by run_code() alone, which sees to __builtins__ in its globals first.
 * Not here   what a command line asks for (run_main.c), printing of errors (error_print.c). */
#include "compiler/compile.h"
#include "compiler/tree.h"
#include "base/utf8.h"
#include "object/hold.h"
#include "runtime/lifecycle.h"

char *(*ou_prompt_hook)(const char *prompt);
PyOS_ReadlineFunction PyOS_ReadlineFunctionPointer;
PyThreadState *_PyOS_ReadlineTState; /* who waits in it: a line editor's callbacks run with this one */
int (*PyOS_InputHook)(void);

bool ou_run_interrupted;

static int
flags_of(PyCompilerFlags *flags)
{
    return flags == NULL ? 0 : flags->cf_flags;
}

/* Run a code object.  Refs: consumes `code`, which may be NULL with an error set. */
static PyObject *
run_code(PyObject *code, PyObject *globals, PyObject *locals)
{
    if (code == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    ou_run_interrupted = false;
    OU_HOLD(hold, &code);
    if (PyDict_GetItemWithError(globals, OU_STR(__builtins__)) != NULL
        || (!PyErr_Occurred() && PyDict_SetItem(globals, OU_STR(__builtins__), ou_interp()->builtins) == 0)) {
        result = PyEval_EvalCode(code, globals, locals);
    }
    OU_HOLD_END(hold);
    Py_DECREF(code);
    ou_run_interrupted = result == NULL && PyErr_Occurred() == PyExc_KeyboardInterrupt;
    return result;
}

/* Compile `size` bytes of source (source[size] is 0) and run them.
 * Returns  new result, or NULL with an error set.  RE-ENTRANT. */
static PyObject *
run_source(const char *source, size_t size, PyObject *filename, int mode, PyObject *globals, PyObject *locals,
           PyCompilerFlags *flags)
{
    return run_code(ou_compile_source(source, size, filename, (OuParseMode)mode, flags_of(flags), -1), globals, locals);
}

/* PyRun_StringFlags: run a text in namespaces.  `start`: Py_eval_input, Py_file_input or Py_single_input.
 * Returns new result or NULL.  Source: The Very High Level Layer. */
PyObject *
PyRun_StringFlags(const char *text, int start, PyObject *globals, PyObject *locals, PyCompilerFlags *flags)
{
    return run_source(text, strlen(text), OU_STR(anon_string), start, globals, locals, flags);
}

/* The namespace of module __main__, borrowed, or NULL with an error set. */
static PyObject *
main_namespace(void)
{
    PyObject *module = PyImport_AddModule("__main__");
    return module == NULL ? NULL : PyModule_GetDict(module);
}

/* 0 and the result dropped, or -1 with the error printed. */
static int
finish(PyObject *result)
{
    if (result == NULL) {
        PyErr_Print();
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

int
PyRun_SimpleStringFlags(const char *command, PyCompilerFlags *flags)
{
    PyObject *globals = main_namespace();
    return finish(globals == NULL ? NULL : PyRun_StringFlags(command, Py_file_input, globals, globals, flags));
}

/* All of a stream as a NUL-terminated PyMem_Malloc'ed text, or NULL with an error set. */
static char *
read_all(FILE *fp, size_t *size)
{
    size_t cap = 4096, n = 0;
    char *text = PyMem_Malloc(cap);
    while (text != NULL) {
        n += fread(text + n, 1, cap - n - 1, fp);
        if (n < cap - 1) {
            if (ferror(fp) && errno != EBADF) { /* a closed descriptor is an empty file, as in CPython */
                PyErr_SetFromErrno(PyExc_OSError);
                PyMem_Free(text);
                return NULL;
            }
            text[n] = 0;
            *size = n;
            return text;
        }
        char *wider = PyMem_Realloc(text, cap *= 2);
        if (wider == NULL) {
            PyMem_Free(text);
        }
        text = wider;
    }
    PyErr_NoMemory();
    return NULL;
}

/* The encoding that one of the first two lines declares, into `name`.  Source: PEP 263. */
static bool
declared_encoding(const char *text, char *name, size_t size)
{
    for (int line = 0; line < 2 && *text != 0; line++) {
        size_t n = strcspn(text, "\r\n"), blank = strspn(text, " \t\f");
        const char *word = text[blank] == '#' ? strstr(text, "coding") : NULL;
        if (word != NULL && word < text + n && (word[6] == ':' || word[6] == '=')) {
            word += 7 + strspn(word + 7, " \t");
            size_t length = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
            snprintf(name, size, "%.*s", (int)Py_MIN(length, size - 1), word);
            return length > 0;
        }
        if (blank < n && text[blank] != '#') {
            return false;
        }
        text += n + (text[n] == '\r' && text[n + 1] == '\n') + (text[n] != 0);
    }
    return false;
}

/* A program's file that is not in the encoding it declares: the SyntaxErrors that CPython has for files, which say no
 * place.  Returns 0, or -1 with the error set. */
static int
check_encoding(const char *text, size_t size, PyObject *filename)
{
    char name[80];
    bool declared = declared_encoding(text, name, sizeof name);
    if (memcmp(text, "\xef\xbb\xbf", Py_MIN(size, 3)) == 0 && size >= 3) {
        return 0;
    }
    if (!declared) {
        OuUtf8Summary summary;
        if (!ou_utf8_validate(text, size, &summary)) {
            size_t good = summary.error_at;
            int line = 1;
            for (size_t i = 0; i < good; i++) {
                line += text[i] == '\n';
            }
            PyErr_Format(PyExc_SyntaxError,
                         "Non-UTF-8 code starting with '\\x%.2x' in file %U on line %i, but no encoding "
                         "declared; see https://peps.python.org/pep-0263/ for details",
                         (unsigned char)text[good], filename, line);
            return -1;
        }
        return 0;
    }
    PyObject *decoded = PyUnicode_Decode(text, (Py_ssize_t)size, name, NULL);
    if (decoded == NULL && (PyErr_ExceptionMatches(PyExc_LookupError) || PyErr_ExceptionMatches(PyExc_UnicodeError))) {
        PyErr_Format(PyExc_SyntaxError, "encoding problem: %s", name);
    }
    int status = decoded == NULL ? -1 : 0;
    Py_XDECREF(decoded);
    return status;
}

static PyObject *
run_stream(FILE *fp, PyObject *filename, int start, PyObject *globals, PyObject *locals, int closeit, PyCompilerFlags *flags)
{
    size_t size;
    char *text = read_all(fp, &size);
    if (closeit) {
        fclose(fp);
    }
    if (text == NULL || check_encoding(text, size, filename) < 0) {
        PyMem_Free(text);
        return NULL;
    }
    PyObject *code = ou_compile_source(text, size, filename, (OuParseMode)start, flags_of(flags) | OU_COMPILE_FILE, -1);
    PyMem_Free(text);
    return run_code(code, globals, locals);
}

PyObject *
PyRun_FileExFlags(FILE *fp, const char *filename, int start, PyObject *globals, PyObject *locals, int closeit,
                  PyCompilerFlags *flags)
{
    PyObject *name = PyUnicode_DecodeFSDefault(filename);
    OU_HOLD(hold, &name);
    PyObject *result = name == NULL ? NULL : run_stream(fp, name, start, globals, locals, closeit, flags);
    OU_HOLD_END(hold);
    Py_XDECREF(name);
    return result;
}

/* Run a file as __main__, with __file__ set while it runs.  Returns 0, or -1 with the error printed. */
int
_PyRun_SimpleFileObject(FILE *fp, PyObject *filename, int closeit, PyCompilerFlags *flags)
{
    PyObject *globals = main_namespace();
    bool had_file = globals != NULL && PyDict_GetItemWithError(globals, OU_STR(__file__)) != NULL;
    if (globals == NULL
        || (!had_file
            && (PyDict_SetItem(globals, OU_STR(__file__), filename) < 0
                || PyDict_SetItem(globals, OU_STR(__cached__), Py_None) < 0))) {
        if (closeit) {
            fclose(fp);
        }
        return finish(NULL);
    }
    Py_INCREF(globals);
    OU_HOLD(hold, &globals);
    int status = finish(run_stream(fp, filename, Py_file_input, globals, globals, closeit, flags));
    OU_HOLD_END(hold);
    if (!had_file) {
        if (PyDict_DelItem(globals, OU_STR(__file__)) < 0 || PyDict_DelItem(globals, OU_STR(__cached__)) < 0) {
            PyErr_Clear();
        }
    }
    Py_DECREF(globals);
    return status;
}

int
PyRun_SimpleFileExFlags(FILE *fp, const char *filename, int closeit, PyCompilerFlags *flags)
{
    PyObject *name = PyUnicode_DecodeFSDefault(filename);
    OU_HOLD(hold, &name);
    int status = name == NULL ? finish(NULL) : _PyRun_SimpleFileObject(fp, name, closeit, flags);
    OU_HOLD_END(hold);
    Py_XDECREF(name);
    return status;
}

int
_PyRun_AnyFileObject(FILE *fp, PyObject *filename, int closeit, PyCompilerFlags *flags)
{
    if (isatty(fileno(fp)) || Py_InteractiveFlag) {
        const char *name = PyUnicode_AsUTF8(filename);
        int status = PyRun_InteractiveLoopFlags(fp, name ? name : "???", flags);
        if (closeit) {
            fclose(fp);
        }
        return status;
    }
    return _PyRun_SimpleFileObject(fp, filename, closeit, flags);
}

int
PyRun_AnyFileExFlags(FILE *fp, const char *filename, int closeit, PyCompilerFlags *flags)
{
    PyObject *name = PyUnicode_DecodeFSDefault(filename ? filename : "???");
    OU_HOLD(hold, &name);
    int status = name == NULL ? finish(NULL) : _PyRun_AnyFileObject(fp, name, closeit, flags);
    OU_HOLD_END(hold);
    Py_XDECREF(name);
    return status;
}

/* ---- the prompt ------------------------------------------------------------------------------------------- */

/* One line from a stream, with its newline, PyMem_RawMalloc'ed; "" at the end of input; NULL on failure. */
static char *
read_line(FILE *fp)
{
    size_t cap = 128, n = 0;
    char *line = PyMem_RawMalloc(cap);
    int ch = 0;
    while (line != NULL && ch != '\n' && (ch = getc(fp)) != EOF) {
        if (n + 2 > cap) {
            char *wider = PyMem_RawRealloc(line, cap *= 2);
            if (wider == NULL) {
                PyMem_RawFree(line);
                return NULL;
            }
            line = wider;
        }
        line[n++] = (char)ch;
    }
    if (line != NULL) {
        line[n] = 0;
        if (ch == EOF) {
            clearerr(fp);
        }
    }
    return line;
}

/* PyOS_Readline: ask for a line.  On a terminal by the installed editor, else plainly, the prompt on stderr.
 * Returns a PyMem_Malloc'ed line, "" at the end of input, NULL when interrupted or with an error set. */
char *
PyOS_Readline(FILE *in, FILE *out, const char *prompt)
{
    char *raw;
    bool terminal = isatty(fileno(in)) && isatty(fileno(out));
    PyThreadState *state = PyEval_SaveThread();
    if (terminal && PyOS_ReadlineFunctionPointer != NULL) {
        _PyOS_ReadlineTState = state;
        raw = PyOS_ReadlineFunctionPointer(in, out, prompt);
        _PyOS_ReadlineTState = NULL;
    }
    else if (terminal && ou_prompt_hook != NULL) {
        raw = ou_prompt_hook(prompt);
    }
    else {
        fputs(prompt, stderr);
        fflush(stderr);
        raw = read_line(in);
    }
    PyEval_RestoreThread(state);
    if (raw == NULL) {
        return NULL;
    }
    size_t size = strlen(raw) + 1;
    char *line = PyMem_Malloc(size);
    if (line == NULL) {
        PyErr_NoMemory();
    }
    else {
        memcpy(line, raw, size);
    }
    PyMem_RawFree(raw);
    return line;
}

/* sys.ps1 or ps2 as text into `room`. */
static const char *
prompt_text(const char *name, char *room, size_t size)
{
    PyObject *value = PySys_GetObject(name), *text = value == NULL ? NULL : PyObject_Str(value);
    const char *utf8 = text == NULL ? NULL : PyUnicode_AsUTF8(text);
    snprintf(room, size, "%s", utf8 ? utf8 : "");
    PyErr_Clear();
    Py_XDECREF(text);
    return room;
}

static char *
more_input(void *arg, bool continuation)
{
    char prompt[256];
    FILE *fp = arg;
    ou_streams_flush();
    char *line = PyOS_Readline(fp, stdout, prompt_text(continuation ? "ps2" : "ps1", prompt, sizeof prompt));
    if (line == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetNone(PyExc_KeyboardInterrupt);
        }
        return NULL;
    }
    size_t n = strlen(line);
    if ((n == 0 || line[n - 1] != '\n') && !isatty(fileno(fp))) {
        if (n > 0) { /* the last line has no end: CPython asks for the rest of it */
            char *whole = PyMem_Realloc(line, n + 2);
            if (whole == NULL) {
                PyMem_Free(line);
                PyErr_NoMemory();
                return NULL;
            }
            line = whole;
            memcpy(line + n, "\n", 2);
            fputs(prompt_text("ps2", prompt, sizeof prompt), stderr);
        }
        fputc('\n', stderr);
    }
    return line;
}

/* Read, run and print one statement.  Returns 0, -1 with the error printed, or E_EOF (11) at the end of input. */
static int
interactive_one(FILE *fp, PyObject *filename, PyCompilerFlags *flags)
{
    bool at_end = false;
    Tree *tree = ou_parse_interactive(more_input, fp, filename, flags_of(flags), &at_end);
    if (tree == NULL) {
        if (at_end && !PyErr_Occurred()) {
            return 11;
        }
        return finish(NULL);
    }
    PyObject *code = ou_compile_tree(tree, filename, flags_of(flags), -1);
    ou_tree_free(tree);
    if (code != NULL && flags != NULL) {
        flags->cf_flags |= ((PyCodeObject *)code)->co_flags & PyCF_MASK;
    }
    PyObject *globals = main_namespace();
    if (globals == NULL) {
        Py_XDECREF(code);
        return finish(NULL);
    }
    Py_INCREF(globals);
    int status = finish(run_code(code, globals, globals));
    Py_DECREF(globals);
    return status;
}

int
PyRun_InteractiveOneObject(FILE *fp, PyObject *filename, PyCompilerFlags *flags)
{
    int status = interactive_one(fp, filename, flags);
    ou_streams_flush();
    return status;
}

int
PyRun_InteractiveOneFlags(FILE *fp, const char *filename, PyCompilerFlags *flags)
{
    PyObject *name = PyUnicode_DecodeFSDefault(filename);
    int status = name == NULL ? finish(NULL) : PyRun_InteractiveOneObject(fp, name, flags);
    Py_XDECREF(name);
    return status;
}

static int
set_prompt(const char *name, const char *text)
{
    if (PySys_GetObject(name) != NULL) {
        return 0;
    }
    PyObject *value = PyUnicode_FromString(text);
    int status = value == NULL ? -1 : PySys_SetObject(name, value);
    Py_XDECREF(value);
    return status;
}

int
_PyRun_InteractiveLoopObject(FILE *fp, PyObject *filename, PyCompilerFlags *flags)
{
    PyCompilerFlags own = _PyCompilerFlags_INIT;
    flags = flags == NULL ? &own : flags;
    if (set_prompt("ps1", ">>> ") < 0 || set_prompt("ps2", "... ") < 0) {
        return finish(NULL);
    }
    int status = 0;
    while ((status = PyRun_InteractiveOneObject(fp, filename, flags)) != 11) {
    }
    return 0;
}

int
PyRun_InteractiveLoopFlags(FILE *fp, const char *filename, PyCompilerFlags *flags)
{
    PyObject *name = PyUnicode_DecodeFSDefault(filename);
    int status = name == NULL ? finish(NULL) : _PyRun_InteractiveLoopObject(fp, name, flags);
    Py_XDECREF(name);
    return status;
}

/* ---- compiling ---------------------------------------------------------------------------------------------- */

PyObject *
Py_CompileStringObject(const char *text, PyObject *filename, int start, PyCompilerFlags *flags, int optimize)
{
    return ou_compile_source(text, strlen(text), filename, (OuParseMode)start, flags_of(flags), optimize);
}

PyObject *
Py_CompileStringExFlags(const char *text, const char *filename, int start, PyCompilerFlags *flags, int optimize)
{
    PyObject *name = PyUnicode_DecodeFSDefault(filename);
    PyObject *code = name == NULL ? NULL : Py_CompileStringObject(text, name, start, flags, optimize);
    Py_XDECREF(name);
    return code;
}

/* The older names, each a case of those above. */
#undef PyRun_SimpleString
int
PyRun_SimpleString(const char *s)
{
    return PyRun_SimpleStringFlags(s, NULL);
}

PyObject *
PyRun_String(const char *s, int start, PyObject *g, PyObject *l)
{
    return PyRun_StringFlags(s, start, g, l, NULL);
}

int
PyRun_AnyFile(FILE *fp, const char *name)
{
    return PyRun_AnyFileExFlags(fp, name, 0, NULL);
}

int
PyRun_AnyFileEx(FILE *fp, const char *name, int closeit)
{
    return PyRun_AnyFileExFlags(fp, name, closeit, NULL);
}

int
PyRun_AnyFileFlags(FILE *fp, const char *name, PyCompilerFlags *flags)
{
    return PyRun_AnyFileExFlags(fp, name, 0, flags);
}

int
PyRun_SimpleFile(FILE *fp, const char *name)
{
    return PyRun_SimpleFileExFlags(fp, name, 0, NULL);
}

int
PyRun_SimpleFileEx(FILE *fp, const char *name, int closeit)
{
    return PyRun_SimpleFileExFlags(fp, name, closeit, NULL);
}

int
PyRun_InteractiveOne(FILE *fp, const char *name)
{
    return PyRun_InteractiveOneFlags(fp, name, NULL);
}

int
PyRun_InteractiveLoop(FILE *fp, const char *name)
{
    return PyRun_InteractiveLoopFlags(fp, name, NULL);
}

PyObject *
PyRun_File(FILE *fp, const char *p, int s, PyObject *g, PyObject *l)
{
    return PyRun_FileExFlags(fp, p, s, g, l, 0, NULL);
}

PyObject *
PyRun_FileEx(FILE *fp, const char *p, int s, PyObject *g, PyObject *l, int c)
{
    return PyRun_FileExFlags(fp, p, s, g, l, c, NULL);
}

PyObject *
PyRun_FileFlags(FILE *fp, const char *p, int s, PyObject *g, PyObject *l, PyCompilerFlags *f)
{
    return PyRun_FileExFlags(fp, p, s, g, l, 0, f);
}

#undef Py_CompileString
#undef Py_CompileStringFlags
PyObject *
Py_CompileString(const char *s, const char *p, int start)
{
    return Py_CompileStringExFlags(s, p, start, NULL, -1);
}

PyObject *
Py_CompileStringFlags(const char *s, const char *p, int start, PyCompilerFlags *f)
{
    return Py_CompileStringExFlags(s, p, start, f, -1);
}
