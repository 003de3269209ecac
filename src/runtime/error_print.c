/* runtime/error_print.c - exceptions on sys.stderr: PyErr_Print, PyErr_Display, sys.excepthook.
 *
 * Owns       nothing between calls.
 * Invariant  no error is set when a display is over; if showing fails (no memory, a broken sys.stderr), at least what is known of
 *            the exception is written to the C stream.
 * Not here   tracebacks (error_traceback.c), suggestions (error_suggest.c), unraisable errors (error_unraisable.c). */
#include "runtime/error_print.h"

enum {
    MAX_GROUP_WIDTH = 15, /* exceptions shown of one group; from CPython 3.11 */
    MAX_GROUP_DEPTH = 10, /* groups shown inside one another; from CPython 3.11 */
};

static const char cause_message[] = "The above exception was the direct cause of the following exception:\n";
static const char context_message[] = "During handling of the above exception, another exception occurred:\n";

/* ---- sinks ----------------------------------------------------------------------------------------------------- */

int
ou_error_sink_write(const OuErrorSink *sink, const char *text)
{
    return PyFile_WriteString(text, sink->file);
}

int
ou_error_sink_write_str(const OuErrorSink *sink, PyObject *text)
{
    if (text == NULL) {
        return -1;
    }
    OU_HOLD(h, &text);
    int status = PyFile_WriteObject(text, sink->file, Py_PRINT_RAW);
    OU_HOLD_END(h);
    Py_DECREF(text);
    return status;
}

int
ou_error_sink_margin(const OuErrorSink *sink)
{
    for (int i = 0; i < sink->indent; i++) {
        if (ou_error_sink_write(sink, " ") < 0) {
            return -1;
        }
    }
    return *sink->margin != '\0' ? ou_error_sink_write(sink, sink->margin) : 0;
}

/* ---- SyntaxErrors ---------------------------------------------------------------------------------------------- */

/* An attribute as a size: `fallback` for None or a missing one.  Returns 0, or -1 with an error set. */
static int
size_attr(PyObject *exc, PyObject *name, Py_ssize_t fallback, Py_ssize_t *out)
{
    PyObject *value;
    if (_PyObject_LookupAttr(exc, name, &value) < 0) {
        return -1;
    }
    *out = fallback;
    if (value != NULL && value != Py_None) {
        *out = PyLong_AsSsize_t(value);
    }
    Py_XDECREF(value);
    return *out == -1 && PyErr_Occurred() ? -1 : 0;
}

/* The line and the marks under it.  Offsets count characters from 1. */
static int
print_error_text(const OuErrorSink *sink, const char *text, Py_ssize_t offset, Py_ssize_t end_offset)
{
    Py_ssize_t n_carets = end_offset > 0 && end_offset > offset ? end_offset - offset : 1;
    offset--;
    while (*text == ' ' || *text == '\t' || *text == '\f') {
        text++;
        offset--;
    }
    Py_ssize_t len = (Py_ssize_t)strlen(text);
    len -= len > 0 && text[len - 1] == '\n';
    offset = Py_MIN(offset, len);
    /* Of a text with several lines the one with the mark is shown. */
    for (const char *newline; (newline = strchr(text, '\n')) != NULL && newline - text < offset;) {
        Py_ssize_t skip = newline - text + 1;
        text += skip;
        len -= skip;
        offset -= skip;
    }
    if (ou_error_sink_margin(sink) < 0 || ou_error_sink_write(sink, "    ") < 0 || ou_error_sink_write(sink, text) < 0
        || (text[len] != '\n' && ou_error_sink_write(sink, "\n") < 0)) {
        return -1;
    }
    if (offset < 0) {
        return 0;
    }
    if (ou_error_sink_margin(sink) < 0 || ou_error_sink_write(sink, "    ") < 0) {
        return -1;
    }
    while (offset-- > 0) {
        if (ou_error_sink_write(sink, " ") < 0) {
            return -1;
        }
    }
    while (n_carets-- > 0) {
        if (ou_error_sink_write(sink, "^") < 0) {
            return -1;
        }
    }
    return ou_error_sink_write(sink, "\n");
}

/* What a SyntaxError, or whatever has print_file_and_line, says of its place. */
typedef struct {
    PyObject *message, *filename, *text; /* owned; text may be NULL */
    Py_ssize_t line, offset, end_line, end_offset;
} Place;

static void
place_release(Place *place)
{
    Py_XDECREF(place->message);
    Py_XDECREF(place->filename);
    Py_XDECREF(place->text);
}

/* Read the attributes.  Returns 1; 0 if they are not as they should be (no error is set), -1 with MemoryError: nothing to
 * release then. */
static int
place_read(PyObject *exc, Place *place)
{
    *place = (Place){NULL};
    place->message = PyObject_GetAttr(exc, OU_STR(msg));
    place->filename = place->message != NULL ? PyObject_GetAttr(exc, OU_STR(filename)) : NULL;
    if (place->filename == Py_None) {
        Py_SETREF(place->filename, Py_NewRef(OU_STR(anon_string)));
    }
    PyObject *line = place->filename != NULL ? PyObject_GetAttr(exc, OU_STR(lineno)) : NULL;
    if (line == NULL) {
        goto fail;
    }
    place->line = PyLong_AsSsize_t(line);
    Py_DECREF(line);
    if ((place->line == -1 && PyErr_Occurred()) || size_attr(exc, OU_STR(offset), -1, &place->offset) < 0
        || size_attr(exc, OU_STR(end_lineno), place->line, &place->end_line) < 0
        || size_attr(exc, OU_STR(end_offset), -1, &place->end_offset) < 0) {
        goto fail;
    }
    place->text = PyObject_GetAttr(exc, OU_STR(text));
    if (place->text == NULL) {
        goto fail;
    }
    if (place->text == Py_None || !PyUnicode_Check(place->text)) {
        Py_CLEAR(place->text);
    }
    return 1;
fail:
    place_release(place);
    return ou_error_overlook();
}

static int
place_print(const OuErrorSink *sink, Place *place)
{
    if (ou_error_sink_margin(sink) < 0
        || ou_error_sink_write_str(sink, PyUnicode_FromFormat("  File \"%S\", line %zd\n", place->filename, place->line)) < 0) {
        return -1;
    }
    if (place->text == NULL) {
        return 0;
    }
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(place->text, &size);
    if (text == NULL) {
        return -1;
    }
    Py_ssize_t end_offset = place->end_line > place->line ? size : place->end_offset;
    end_offset = Py_MIN(end_offset, size + 1);
    return print_error_text(sink, text, place->offset, end_offset);
}

/* If the exception knows a place in a file, print it, and let *message be what is shown instead of the exception (new; else
 * NULL).  Returns 0, or -1 with an error set. */
static int
print_place(const OuErrorSink *sink, PyObject *exc, PyObject **message)
{
    PyObject *flag;
    Place place;
    *message = NULL;
    int found = _PyObject_LookupAttr(exc, OU_STR(print_file_and_line), &flag);
    if (found <= 0) {
        return found;
    }
    Py_DECREF(flag);
    found = place_read(exc, &place);
    if (found <= 0) {
        return found;
    }
    OU_HOLD(h, &place.message, &place.filename, &place.text);
    int status = place_print(sink, &place);
    OU_HOLD_END(h);
    if (status == 0) {
        *message = place.message;
        place.message = NULL;
    }
    place_release(&place);
    return status;
}

/* ---- one exception --------------------------------------------------------------------------------------------- */

/* "module.Name" as it is shown. */
static int
print_type(const OuErrorSink *sink, PyObject *type)
{
    PyObject *module = PyObject_GetAttr(type, OU_STR(__module__));
    if (module == NULL || !PyUnicode_Check(module)) {
        Py_XDECREF(module);
        if (ou_error_overlook() < 0 || ou_error_sink_write(sink, "<unknown>.") < 0) {
            return -1;
        }
    }
    else if (_PyUnicode_EqualToASCIIString(module, "builtins") || _PyUnicode_EqualToASCIIString(module, "__main__")) {
        Py_DECREF(module);
    }
    else if (ou_error_sink_write_str(sink, module) < 0 || ou_error_sink_write(sink, ".") < 0) {
        return -1;
    }
    PyObject *qualname = PyType_GetQualName((PyTypeObject *)type);
    if (qualname == NULL || !PyUnicode_Check(qualname)) {
        Py_XDECREF(qualname);
        return ou_error_overlook() < 0 ? -1 : ou_error_sink_write(sink, "<unknown>");
    }
    return ou_error_sink_write_str(sink, qualname);
}

/* ": text", if there is a text. */
static int
print_text(const OuErrorSink *sink, PyObject *value)
{
    if (value == NULL || value == Py_None) {
        return 0;
    }
    PyObject *text = PyObject_Str(value);
    if (text == NULL) {
        return ou_error_overlook() < 0 ? -1 : ou_error_sink_write(sink, ": <exception str() failed>");
    }
    int status = 0;
    if (PyUnicode_GET_LENGTH(text) > 0) {
        OU_HOLD(h, &text);
        status = ou_error_sink_write(sink, ": ");
        if (status == 0) {
            status = ou_error_sink_write_str(sink, Py_NewRef(text));
        }
        OU_HOLD_END(h);
    }
    Py_DECREF(text);
    return status;
}

/* One note: its lines, each after the margin. */
static int
print_note(const OuErrorSink *sink, PyObject *note)
{
    PyObject *text = PyUnicode_Check(note) ? Py_NewRef(note) : PyObject_Str(note);
    if (text == NULL) {
        return ou_error_overlook() < 0 || ou_error_sink_margin(sink) < 0 ? -1
                                                                         : ou_error_sink_write(sink, "<note str() failed>\n");
    }
    PyObject *newline = PyUnicode_FromString("\n");
    PyObject *lines = newline != NULL ? PyUnicode_Split(text, newline, -1) : NULL;
    Py_XDECREF(newline);
    Py_DECREF(text);
    if (lines == NULL) {
        return -1;
    }
    int status = 0;
    OU_HOLD(h, &lines);
    for (Py_ssize_t i = 0; status == 0 && i < PyList_GET_SIZE(lines); i++) {
        status = ou_error_sink_margin(sink) < 0 || ou_error_sink_write_str(sink, Py_NewRef(PyList_GET_ITEM(lines, i))) < 0
                      || ou_error_sink_write(sink, "\n") < 0
                   ? -1
                   : 0;
    }
    OU_HOLD_END(h);
    Py_DECREF(lines);
    return status;
}

static int
print_notes(const OuErrorSink *sink, PyObject *exc)
{
    PyObject *notes;
    int found = _PyObject_LookupAttr(exc, OU_STR(__notes__), &notes);
    if (found <= 0) {
        return found;
    }
    int status = 0;
    OU_HOLD(h, &notes);
    if (!PySequence_Check(notes) || PyUnicode_Check(notes) || PyBytes_Check(notes)) {
        PyObject *text = PyObject_Repr(notes);
        if (text == NULL) {
            PyErr_Clear();
            text = PyUnicode_FromString("<__notes__ repr() failed>");
        }
        status = ou_error_sink_margin(sink) < 0 || ou_error_sink_write_str(sink, text) < 0 ? -1 : 0;
    }
    else {
        for (Py_ssize_t i = 0; status == 0; i++) {
            Py_ssize_t n = PySequence_Size(notes);
            if (n < 0) {
                status = -1;
            }
            if (i >= n) {
                break;
            }
            PyObject *note = PySequence_GetItem(notes, i);
            if (note == NULL) {
                status = -1;
                break;
            }
            OU_HOLD(h2, &note);
            status = print_note(sink, note);
            OU_HOLD_END(h2);
            Py_DECREF(note);
        }
    }
    OU_HOLD_END(h);
    Py_DECREF(notes);
    return status;
}

/* Traceback, place, type and text, suggestion, notes.  `top_group`: the outermost of a tree of groups. */
static int
print_exception(const OuErrorSink *sink, PyObject *exc, bool top_group)
{
    PyObject *message = NULL, *traceback;
    if (!PyExceptionInstance_Check(exc)) {
        PyObject *text = PyUnicode_FromFormat("TypeError: print_exception(): Exception expected for value, %s found\n",
                                              Py_TYPE(exc)->tp_name);
        if (text == NULL || ou_error_sink_margin(sink) < 0) {
            Py_XDECREF(text);
            return -1;
        }
        return ou_error_sink_write_str(sink, text);
    }
    traceback = PyException_GetTraceback(exc);
    if (traceback != NULL) {
        bool group = _PyBaseExceptionGroup_Check(exc);
        OU_HOLD(h, &traceback);
        int status = ou_traceback_print(sink, traceback,
                                        group ? "Exception Group Traceback (most recent call last):"
                                              : "Traceback (most recent call last):",
                                        group && top_group);
        OU_HOLD_END(h);
        Py_DECREF(traceback);
        if (status < 0) {
            return -1;
        }
    }
    if (print_place(sink, exc, &message) < 0) {
        return -1;
    }
    int status = -1;
    OU_HOLD(h, &message);
    if (ou_error_sink_margin(sink) == 0 && print_type(sink, (PyObject *)Py_TYPE(exc)) == 0
        && print_text(sink, message != NULL ? message : exc) == 0) {
        PyObject *suggestion = ou_error_suggestion(exc);
        if (suggestion == NULL ? !PyErr_Occurred() : ou_error_sink_write_str(sink, suggestion) == 0) {
            status = ou_error_sink_write(sink, "\n");
        }
    }
    OU_HOLD_END(h);
    Py_XDECREF(message);
    return status < 0 ? -1 : print_notes(sink, exc);
}

/* ---- chains and groups ----------------------------------------------------------------------------------------- */

typedef struct {
    OuErrorSink sink;
    PyObject *seen;   /* set of the addresses of exceptions that have been shown, or NULL: chains are not followed */
    int depth;        /* of groups, from 1 */
    bool needs_close; /* the innermost group's last line is still to be drawn */
} Display;

static int display_chain(Display *display, PyObject *exc);

static void
display_set_depth(Display *display, int depth)
{
    display->depth = depth;
    display->sink.indent = 2 * depth;
    display->sink.margin = depth > 0 ? "| " : "";
}

/* A line that is not after the margin: indentation, then the text. */
static int
display_rule(Display *display, const char *text)
{
    OuErrorSink bare = {display->sink.file, display->sink.indent, ""};
    return ou_error_sink_margin(&bare) < 0 ? -1 : ou_error_sink_write(&bare, text);
}

static int
display_group_member(Display *display, PyObject *members, Py_ssize_t i)
{
    Py_ssize_t n = PyTuple_GET_SIZE(members);
    char rule[80], number[24];
    bool truncated = i >= MAX_GROUP_WIDTH;
    snprintf(number, sizeof number, "%zd", i + 1);
    snprintf(rule, sizeof rule, "%s+---------------- %s ----------------\n", i == 0 ? "+-" : "  ", truncated ? "..." : number);
    if (display_rule(display, rule) < 0) {
        return -1;
    }
    display_set_depth(display, display->depth + 1);
    if (truncated) {
        Py_ssize_t rest = n - MAX_GROUP_WIDTH;
        return ou_error_sink_margin(&display->sink) < 0
                    || ou_error_sink_write_str(&display->sink,
                                               PyUnicode_FromFormat("and %zd more exception%s\n", rest, rest > 1 ? "s" : ""))
                           < 0
                 ? -1
                 : 0;
    }
    if (Py_EnterRecursiveCall(" in print_exception_group")) {
        return -1;
    }
    int status = display_chain(display, PyTuple_GET_ITEM(members, i));
    Py_LeaveRecursiveCall();
    return status;
}

static int
display_group(Display *display, PyObject *exc)
{
    int depth = display->depth;
    if (depth > MAX_GROUP_DEPTH) {
        return ou_error_sink_margin(&display->sink) < 0
                    || ou_error_sink_write_str(&display->sink,
                                               PyUnicode_FromFormat("... (max_group_depth is %d)\n", MAX_GROUP_DEPTH))
                           < 0
                 ? -1
                 : 0;
    }
    if (depth == 0) {
        display_set_depth(display, 1);
    }
    if (print_exception(&display->sink, exc, depth == 0) < 0) {
        return -1;
    }
    PyObject *members = Py_XNewRef(((PyBaseExceptionGroupObject *)exc)->excs);
    Py_ssize_t n = members != NULL ? PyTuple_GET_SIZE(members) : 0, shown = Py_MIN(n, MAX_GROUP_WIDTH + 1);
    int status = 0, base = display->depth;
    OU_HOLD(h, &members);
    display->needs_close = false;
    for (Py_ssize_t i = 0; status == 0 && i < shown; i++) {
        if (i == shown - 1) {
            display->needs_close = true; /* unless a group inside draws a line that closes this one too */
        }
        status = display_group_member(display, members, i);
        if (status == 0 && i == shown - 1 && display->needs_close) {
            status = display_rule(display, "+------------------------------------\n");
            display->needs_close = false;
        }
        display_set_depth(display, base);
    }
    OU_HOLD_END(h);
    Py_XDECREF(members);
    display_set_depth(display, depth);
    return status;
}

/* Has it been shown?  Else it counts as shown from now on.  1, 0, or -1 with an error set. */
static int
display_seen(Display *display, PyObject *exc)
{
    PyObject *address = PyLong_FromVoidPtr(exc);
    int seen = address != NULL ? PySet_Contains(display->seen, address) : -1;
    if (seen == 0 && PySet_Add(display->seen, address) < 0) {
        seen = -1;
    }
    Py_XDECREF(address);
    return seen;
}

static int
display_link(Display *display, const char *message)
{
    const OuErrorSink *sink = &display->sink;
    return ou_error_sink_margin(sink) < 0 || ou_error_sink_write(sink, "\n") < 0 || ou_error_sink_margin(sink) < 0
                || ou_error_sink_write(sink, message) < 0 || ou_error_sink_margin(sink) < 0
                || ou_error_sink_write(sink, "\n") < 0
             ? -1
             : 0;
}

/* Collect what led to the exception: [exc, its cause or context, ...] and how each leads to the one before. */
static int
collect_chain(Display *display, PyObject *exc, PyObject *chain)
{
    if (PyList_Append(chain, exc) < 0) {
        return -1;
    }
    if (display->seen == NULL) {
        return 0;
    }
    if (display_seen(display, exc) < 0) {
        return -1;
    }
    while (PyExceptionInstance_Check(exc)) {
        PyBaseExceptionObject *self = (PyBaseExceptionObject *)exc;
        PyObject *next = self->cause;
        bool is_cause = next != NULL;
        if (next == NULL && !self->suppress_context) {
            next = self->context;
        }
        if (next == NULL) {
            break;
        }
        int seen = display_seen(display, next);
        if (seen < 0) {
            return -1;
        }
        if (seen) {
            break;
        }
        if (PyList_Append(chain, is_cause ? Py_True : Py_False) < 0 || PyList_Append(chain, next) < 0) {
            return -1;
        }
        exc = next;
    }
    return 0;
}

/* An exception after those that led to it. */
static int
display_chain(Display *display, PyObject *exc)
{
    PyObject *chain = PyList_New(0);
    if (chain == NULL) {
        return -1;
    }
    OU_HOLD(h, &chain);
    int status = collect_chain(display, exc, chain);
    bool close_after = display->needs_close;
    for (Py_ssize_t i = PyList_GET_SIZE(chain) - 1; status == 0 && i >= 0; i -= 2) {
        PyObject *one = PyList_GET_ITEM(chain, i);
        display->needs_close = i == 0 && close_after;
        status = _PyBaseExceptionGroup_Check(one) ? display_group(display, one) : print_exception(&display->sink, one, false);
        if (status == 0 && i > 0) {
            status = display_link(display, PyList_GET_ITEM(chain, i - 1) == Py_True ? cause_message : context_message);
        }
    }
    OU_HOLD_END(h);
    Py_DECREF(chain);
    return status;
}

/* sys.stderr is of no use: what is known of the exception, on the C stream. */
static OU_COLD void
display_failed(PyObject *exc)
{
    if (PyErr_Occurred() != NULL && PyErr_ExceptionMatches(PyExc_MemoryError)) {
        fprintf(stderr, "MemoryError\n");
    }
    PyErr_Clear();
    _PyObject_Dump(exc != NULL ? exc : Py_None);
    fprintf(stderr, "lost sys.stderr\n");
    fflush(stderr);
}

static void
flush(PyObject *file)
{
    PyObject *result = PyObject_CallMethodNoArgs(file, OU_STR(flush));
    if (result == NULL) {
        PyErr_Clear();
    }
    Py_XDECREF(result);
}

/* Show an exception with its chain in a file.  No error is set before or after.  RE-ENTRANT. */
static void
display_exception(PyObject *file, PyObject *exc)
{
    Display display = {.sink = {file, 0, ""}};
    display.seen = PySet_New(NULL);
    if (display.seen == NULL) {
        PyErr_Clear(); /* the chain is left out then */
    }
    OU_HOLD(h, &display.seen);
    if (display_chain(&display, exc) < 0) {
        display_failed(exc);
    }
    OU_HOLD_END(h);
    Py_XDECREF(display.seen);
    flush(file);
}

/* Show an exception on sys.stderr: what sys.excepthook does.  RE-ENTRANT. */
void
PyErr_Display(PyObject *type, PyObject *value, PyObject *traceback)
{
    PyObject *file = ou_error_sys(OU_STR(stderr));
    if (value != NULL && PyExceptionInstance_Check(value) && traceback != NULL && PyTraceBack_Check(traceback)
        && ((PyBaseExceptionObject *)value)->traceback == NULL) {
        PyException_SetTraceback(value, traceback);
    }
    if (file == NULL) { /* as nothing but `del sys.stderr` makes it */
        display_failed(value);
        return;
    }
    if (file == Py_None) {
        return;
    }
    Py_INCREF(file);
    value = Py_NewRef(value != NULL ? value : Py_None);
    OU_HOLD(h, &file, &value);
    display_exception(file, value);
    OU_HOLD_END(h);
    Py_DECREF(value);
    Py_DECREF(file);
}

/* ---- SystemExit ------------------------------------------------------------------------------------------------ */

/* If the error that is set is SystemExit: take it, show its message if it has one, and set *status.  Returns whether it was. */
static bool
error_take_exit(int *status)
{
    if (PyErr_Occurred() == NULL || !PyErr_ExceptionMatches(PyExc_SystemExit)) {
        return false;
    }
    PyObject *exc = ou_error_take();
    PyObject *code = NULL;
    fflush(stdout);
    *status = 0;
    OU_HOLD(h, &exc, &code);
    if (exc != NULL && _PyObject_LookupAttr(exc, OU_STR(code), &code) < 0) {
        PyErr_Clear();
    }
    if (code == NULL || code == Py_None) {
        *status = 0;
    }
    else if (PyLong_Check(code)) {
        *status = (int)PyLong_AsLong(code);
        if (PyErr_Occurred()) {
            PyErr_Clear();
            *status = -1;
        }
    }
    else {
        PyObject *file = Py_XNewRef(ou_error_sys(OU_STR(stderr)));
        if (file != NULL && file != Py_None) {
            if (PyFile_WriteObject(code, file, Py_PRINT_RAW) < 0) {
                PyErr_Clear();
            }
        }
        else {
            PyObject_Print(code, stderr, Py_PRINT_RAW);
            fflush(stderr);
        }
        PySys_WriteStderr("\n");
        Py_XDECREF(file);
        *status = 1;
    }
    OU_HOLD_END(h);
    Py_XDECREF(code);
    Py_XDECREF(exc);
    return true;
}

/* End the process if SystemExit is set and no -i keeps it. */
static void
exit_if_asked(void)
{
    int status;
    if (Py_InspectFlag) {
        return;
    }
    if (error_take_exit(&status)) {
        Py_Exit(status);
    }
}

/* ---- PyErr_Print ----------------------------------------------------------------------------------------------- */

static void
set_last(PyObject *name, PyObject *value)
{
    PyObject *sysdict = ou_interp()->sysdict;
    if (sysdict != NULL && PyDict_SetItem(sysdict, name, value != NULL ? value : Py_None) < 0) {
        PyErr_Clear();
    }
}

/* sys.excepthook(type, exc, traceback) has failed: both errors are shown. */
static void
show_hook_error(PyObject *exc)
{
    exit_if_asked();
    PyObject *second = ou_error_take();
    OU_HOLD(h, &second);
    fflush(stdout);
    PySys_WriteStderr("Error in sys.excepthook:\n");
    PyErr_Display(NULL, second, NULL);
    PySys_WriteStderr("\nOriginal exception was:\n");
    PyErr_Display(NULL, exc, NULL);
    OU_HOLD_END(h);
    Py_XDECREF(second);
}

/* Show the error that is set through sys.excepthook, and clear it; SystemExit ends the process.  RE-ENTRANT. */
void
PyErr_PrintEx(int set_sys_last_vars)
{
    exit_if_asked();
    PyObject *exc = ou_error_take();
    if (exc == NULL) {
        return;
    }
    PyObject *traceback = PyException_GetTraceback(exc), *hook = NULL, *result = NULL;
    OU_HOLD(h, &exc, &traceback, &hook, &result);
    if (set_sys_last_vars) {
        set_last(OU_STR(last_type), (PyObject *)Py_TYPE(exc));
        set_last(OU_STR(last_value), exc);
        set_last(OU_STR(last_traceback), traceback);
    }
    hook = Py_XNewRef(ou_error_sys(OU_STR(excepthook)));
    if (PySys_Audit("sys.excepthook", "OOOO", hook != NULL ? hook : Py_None, Py_TYPE(exc), exc,
                    traceback != NULL ? traceback : Py_None)
        < 0) {
        if (PyErr_ExceptionMatches(PyExc_RuntimeError)) {
            PyErr_Clear();
            goto done;
        }
        PyErr_WriteUnraisable(NULL);
    }
    if (hook != NULL) {
        PyObject *args[3] = {(PyObject *)Py_TYPE(exc), exc, traceback != NULL ? traceback : Py_None};
        result = PyObject_Vectorcall(hook, args, 3, NULL);
        if (result == NULL) {
            show_hook_error(exc);
        }
    }
    else {
        PySys_WriteStderr("sys.excepthook is missing\n");
        PyErr_Display(NULL, exc, NULL);
    }
done:
    OU_HOLD_END(h);
    Py_XDECREF(hook);
    Py_XDECREF(result);
    Py_XDECREF(traceback);
    Py_DECREF(exc);
}

void
PyErr_Print(void)
{
    PyErr_PrintEx(1);
}
