/* runtime/error_traceback.c - tracebacks as text: the frames' places, their source lines, and the marks under them (PEP 657).
 *
 * Owns       nothing between calls.
 * Invariant  a source line that can't be had is left out; only a file that can't be written to is an error.
 * Not here   the traceback type (vm/traceback.c); exceptions (error_print.c). */
#include "compiler/tree.h"
#include "memory/memory.h" /* was memory refused? */
#include "runtime/error_print.h"

enum {
    DEFAULT_LIMIT = 1000,     /* frames shown; from CPython 3.11 */
    REPEAT_LIMIT = 3,         /* times the same line is shown in a row; from CPython 3.11 */
    MAX_LINE_BYTES = 1 << 20, /* of a source line; arbitrary: nobody reads more */
};

/* Forget an error that is set, unless memory was refused since the count was taken: then it is MemoryError. */
static void
overlook_since(uint64_t refusals)
{
    PyErr_Clear();
    if (ou_memory_failures() != refusals) {
        PyErr_NoMemory();
    }
}

/* ---- source lines ---------------------------------------------------------------------------------------------- */

/* Open a file for reading, by its name or, if it is not there, by its last part in the folders of sys.path.
 * Returns NULL if it can't be had. */
static FILE *
open_source(PyObject *filename)
{
    FILE *file = _Py_fopen_obj(filename, "rb");
    if (file != NULL) {
        return file;
    }
    PyErr_Clear();
    PyObject *path = ou_error_sys(OU_STR(path));
    if (path == NULL || !PyList_Check(path)) {
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(filename), slash = PyUnicode_FindChar(filename, '/', 0, n, -1);
    PyObject *tail = slash < 0 ? Py_NewRef(filename) : PyUnicode_Substring(filename, slash + 1, n);
    for (Py_ssize_t i = 0; tail != NULL && file == NULL && i < PyList_GET_SIZE(path); i++) {
        PyObject *folder = PyList_GET_ITEM(path, i);
        if (!PyUnicode_Check(folder)) {
            continue;
        }
        Py_ssize_t len = PyUnicode_GET_LENGTH(folder);
        bool has_slash = len > 0 && PyUnicode_READ_CHAR(folder, len - 1) == '/';
        PyObject *name = PyUnicode_FromFormat(len == 0 || has_slash ? "%U%U" : "%U/%U", folder, tail);
        file = name != NULL ? _Py_fopen_obj(name, "rb") : NULL;
        Py_XDECREF(name);
        PyErr_Clear();
    }
    Py_XDECREF(tail);
    PyErr_Clear();
    return file;
}

typedef struct {
    char *bytes; /* PyMem_Malloc'ed */
    size_t len, cap;
} Line;

/* The next line, its end dropped.  Returns false at the end of the file, or if memory is refused. */
static bool
line_read(FILE *file, Line *line)
{
    int c;
    line->len = 0;
    while ((c = getc(file)) != EOF && c != '\n' && c != '\r') {
        if (line->len + 1 >= line->cap) {
            size_t cap = line->cap == 0 ? 256 : line->cap * 2;
            char *grown = cap <= MAX_LINE_BYTES ? PyMem_Realloc(line->bytes, cap) : NULL;
            if (grown == NULL) {
                return false;
            }
            line->bytes = grown;
            line->cap = cap;
        }
        line->bytes[line->len++] = (char)c;
    }
    if (c == '\r') {
        int next = getc(file);
        if (next != '\n' && next != EOF) {
            ungetc(next, file);
        }
    }
    if (line->bytes != NULL) {
        line->bytes[line->len] = '\0';
    }
    return c != EOF || line->len > 0;
}

/* Does the line, a comment, name an encoding (PEP 263)?  Then it goes to `out`.  Returns whether a second line may. */
static bool
find_cookie(const char *line, char *out, size_t size)
{
    const char *at = line;
    while (*at == ' ' || *at == '\t' || *at == '\f') {
        at++;
    }
    if (*at != '#') {
        return *at == '\0';
    }
    while ((at = strstr(at, "coding")) != NULL) {
        at += 6;
        if (*at != ':' && *at != '=') {
            continue;
        }
        for (at++; *at == ' ' || *at == '\t'; at++) {
        }
        size_t n = 0;
        while (n + 1 < size && (Py_ISALNUM(at[n]) || at[n] == '-' || at[n] == '_' || at[n] == '.')) {
            out[n] = at[n];
            n++;
        }
        if (n > 0) {
            out[n] = '\0';
            return false;
        }
    }
    return true;
}

static PyObject *
read_source_line(FILE *file, int wanted)
{
    Line line = {NULL, 0, 0};
    char encoding[64] = "";
    bool look = true;
    PyObject *result = NULL;
    for (int number = 1; number <= wanted && line_read(file, &line); number++) {
        const char *text = line.bytes != NULL ? line.bytes : "";
        size_t len = line.len;
        if (number == 1 && len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
            text += 3;
            len -= 3;
        }
        if (number <= 2 && look) {
            look = find_cookie(text, encoding, sizeof encoding);
        }
        if (number == wanted) {
            result = PyUnicode_Decode(text, (Py_ssize_t)len, encoding[0] != '\0' ? encoding : "utf-8", "replace");
        }
    }
    PyMem_Free(line.bytes);
    return result;
}

/* Line `line` (from 1) of a source file in its own encoding, without its end; sys.path is searched if there is no such file.
 * Returns a new str; NULL without an error if it can't be had, or with MemoryError. */
static PyObject *
source_line(PyObject *filename, int line)
{
    if (filename == NULL || !PyUnicode_Check(filename) || line < 1) {
        return NULL;
    }
    uint64_t refusals = ou_memory_failures();
    FILE *file = open_source(filename);
    PyObject *text = file != NULL ? read_source_line(file, line) : NULL;
    if (file != NULL) {
        fclose(file);
    }
    if (text == NULL) {
        overlook_since(refusals);
    }
    return text;
}

/* ---- marks ----------------------------------------------------------------------------------------------------- */

/* Which part of the text under an instruction is the operator: [left, right) in characters; left < 0: no such part. */
typedef struct {
    Py_ssize_t left, right;
} Anchors;

/* Characters in the first n bytes of the text's UTF-8. */
static Py_ssize_t
characters_in(const char *utf8, Py_ssize_t n)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        count += ((unsigned char)utf8[i] & 0xc0) != 0x80;
    }
    return count;
}

/* For a + b the operator, for a[b] the brackets.  The columns count bytes of `segment`. */
static Anchors
anchors_of(const Expr *expr, const char *segment, Py_ssize_t size)
{
    Anchors none = {-1, -1};
    Py_ssize_t left, right;
    if (expr->kind == EXPR_BINOP) {
        const Expr *first = expr->BinOp.left, *second = expr->BinOp.right;
        if (first->end_lineno != 2 || second->lineno != 2) {
            return none;
        }
        left = first->end_col_offset;
        Py_ssize_t end = second->col_offset;
        if (left < 0 || end > size || left >= end) {
            return none;
        }
        while (left < end && Py_ISSPACE(segment[left])) {
            left++;
        }
        right = left + 1;
        if (right < end && !Py_ISSPACE(segment[right])) {
            right++;
        }
    }
    else if (expr->kind == EXPR_SUBSCRIPT) {
        if (expr->Subscript.value->end_lineno != 2 || expr->Subscript.slice->end_lineno != 2) {
            return none;
        }
        left = expr->Subscript.value->end_col_offset;
        right = expr->Subscript.slice->end_col_offset + 1;
    }
    else {
        return none;
    }
    if (left < 0 || right > size || left >= right) {
        return none;
    }
    return (Anchors){characters_in(segment, left), characters_in(segment, right)};
}

/* Parse characters [start, end) of the line as an expression.  Errors: MemoryError may be set. */
static Anchors
find_anchors(PyObject *line, Py_ssize_t start, Py_ssize_t end)
{
    Anchors anchors = {-1, -1};
    uint64_t refusals = ou_memory_failures();
    PyObject *segment = PyUnicode_Substring(line, start, end);
    /* In brackets, on a line of its own: columns are those of the segment, and a line break in it does no harm. */
    PyObject *source = segment != NULL ? PyUnicode_FromFormat("(\n%U\n)", segment) : NULL;
    if (source != NULL) {
        Py_ssize_t size, segment_size;
        const char *text = PyUnicode_AsUTF8AndSize(source, &size);
        const char *segment_text = PyUnicode_AsUTF8AndSize(segment, &segment_size);
        if (text != NULL && segment_text != NULL) {
            Tree *tree = ou_parse_string(text, (size_t)size, OU_STR(anon_string), OU_PARSE_EVAL, 0);
            if (tree != NULL) {
                if (tree->root->kind == MOD_EXPRESSION) {
                    anchors = anchors_of(tree->root->Expression.body, segment_text, segment_size);
                }
                ou_tree_free(tree);
            }
        }
    }
    Py_XDECREF(source);
    Py_XDECREF(segment);
    overlook_since(refusals);
    return anchors;
}

static int
write_repeated(const OuErrorSink *sink, const char *text, Py_ssize_t n)
{
    while (n-- > 0) {
        if (ou_error_sink_write(sink, text) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Blanks at both ends of the line, in characters. */
static void
blanks_of(PyObject *line, Py_ssize_t *leading, Py_ssize_t *trailing)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(line);
    *leading = *trailing = 0;
    while (*leading < n && _PyUnicode_IsWhitespace(PyUnicode_READ_CHAR(line, *leading))) {
        ++*leading;
    }
    while (*trailing < n - *leading && _PyUnicode_IsWhitespace(PyUnicode_READ_CHAR(line, n - 1 - *trailing))) {
        ++*trailing;
    }
}

/* The line of marks under the source line of `code` at instruction offset `lasti`, of which `cut` characters were not shown. */
static int
print_marks(const OuErrorSink *sink, PyCodeObject *code, int lasti, PyObject *line, Py_ssize_t cut)
{
    int start_line, start_byte, end_line, end_byte;
    if (lasti < 0 || !PyCode_Addr2Location(code, lasti, &start_line, &start_byte, &end_line, &end_byte) || start_line < 0
        || end_line < 0 || start_byte < 0 || end_byte < 0) {
        return 0;
    }
    Py_ssize_t size, leading, trailing;
    const char *utf8 = PyUnicode_AsUTF8AndSize(line, &size);
    if (utf8 == NULL) {
        return ou_error_overlook();
    }
    blanks_of(line, &leading, &trailing);
    Py_ssize_t n = PyUnicode_GET_LENGTH(line);
    Py_ssize_t start = characters_in(utf8, Py_MIN(start_byte, size));
    Py_ssize_t end = start_line == end_line ? characters_in(utf8, Py_MIN(end_byte, size)) : n - trailing;
    if (end <= start) {
        return 0;
    }
    Anchors anchors = {-1, -1};
    if (start_line == end_line) {
        anchors = find_anchors(line, start, end);
        if (PyErr_Occurred()) {
            return -1;
        }
    }
    if (anchors.left < 0 && end - start >= n - leading - trailing) {
        return 0; /* marks under the whole line say nothing */
    }
    if (ou_error_sink_margin(sink) < 0 || ou_error_sink_write(sink, "    ") < 0 || write_repeated(sink, " ", start - cut) < 0) {
        return -1;
    }
    if (anchors.left < 0) {
        if (write_repeated(sink, "^", end - start) < 0) {
            return -1;
        }
    }
    else if (write_repeated(sink, "~", anchors.left) < 0 || write_repeated(sink, "^", anchors.right - anchors.left) < 0
             || write_repeated(sink, "~", end - start - anchors.right) < 0) {
        return -1;
    }
    return ou_error_sink_write(sink, "\n");
}

/* The line without the blanks at its start.  *cut: how many those are.  Returns 0, 1 if there is no line, -1 with an error. */
static int
print_source(const OuErrorSink *sink, PyObject *filename, int line, int indent, Py_ssize_t *cut, PyObject **text)
{
    *text = source_line(filename, line);
    if (*text == NULL) {
        return PyErr_Occurred() ? -1 : 1;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(*text), at = 0;
    while (at < n && strchr(" \t\f", (int)PyUnicode_READ_CHAR(*text, at)) != NULL && PyUnicode_READ_CHAR(*text, at) != 0
           && PyUnicode_READ_CHAR(*text, at) < 128) {
        at++;
    }
    *cut = at;
    if (ou_error_sink_margin(sink) < 0 || write_repeated(sink, " ", indent) < 0
        || ou_error_sink_write_str(sink, PyUnicode_Substring(*text, at, n)) < 0 || ou_error_sink_write(sink, "\n") < 0) {
        Py_CLEAR(*text);
        return -1;
    }
    return 0;
}

/* Print a source line to a file.  *truncation (or NULL): blanks left out; *line_out (or NULL): the whole line, new.
 * Returns 0, or -1 with an error set. */
int
_Py_DisplaySourceLine(PyObject *file, PyObject *filename, int line, int indent, int *truncation, PyObject **line_out)
{
    OuErrorSink sink = {file, 0, ""};
    Py_ssize_t cut = 0;
    PyObject *text;
    if (line_out != NULL) {
        *line_out = NULL;
    }
    int status = print_source(&sink, filename, line, indent, &cut, &text);
    if (truncation != NULL) {
        *truncation = (int)cut;
    }
    if (line_out != NULL && text != NULL) {
        *line_out = Py_NewRef(text);
    }
    Py_XDECREF(text);
    return status < 0 ? -1 : 0;
}

/* ---- frames ---------------------------------------------------------------------------------------------------- */

static int
traceback_line(PyTracebackObject *tb, PyCodeObject *code)
{
    return tb->tb_lineno != -1 ? tb->tb_lineno : PyCode_Addr2Line(code, tb->tb_lasti);
}

static int
print_frame(const OuErrorSink *sink, PyTracebackObject *tb, PyCodeObject *code, int line)
{
    Py_ssize_t cut = 0;
    PyObject *text = NULL;
    if (ou_error_sink_margin(sink) < 0
        || ou_error_sink_write_str(
               sink, PyUnicode_FromFormat("  File \"%U\", line %d, in %U\n", code->co_filename, line, code->co_name))
               < 0) {
        return -1;
    }
    int status = print_source(sink, code->co_filename, line, 4, &cut, &text);
    if (status == 0) {
        OU_HOLD(h, &text);
        status = print_marks(sink, code, tb->tb_lasti, text, cut);
        OU_HOLD_END(h);
    }
    Py_XDECREF(text);
    return status < 0 ? -1 : 0;
}

static int
print_repeated(const OuErrorSink *sink, Py_ssize_t count)
{
    count -= REPEAT_LIMIT;
    if (count <= 0) {
        return 0;
    }
    return ou_error_sink_margin(sink) < 0
                || ou_error_sink_write_str(sink, PyUnicode_FromFormat(count > 1 ? "  [Previous line repeated %zd more times]\n"
                                                                                : "  [Previous line repeated %zd more time]\n",
                                                                      count))
                       < 0
             ? -1
             : 0;
}

/* The last `limit` frames.  `first` is held by the caller, and holds all that follow; a program may cut the chain meanwhile. */
static int
print_frames(const OuErrorSink *sink, PyTracebackObject *first, long limit)
{
    long depth = 0;
    for (PyTracebackObject *tb = first; tb != NULL; tb = tb->tb_next) {
        depth++;
    }
    PyTracebackObject *tb = first;
    for (; depth > limit && tb != NULL; depth--) {
        tb = tb->tb_next;
    }
    PyObject *current = Py_XNewRef(tb), *code = NULL, *last_file = NULL, *last_name = NULL;
    int last_line = -1, status = 0;
    Py_ssize_t count = 0;
    OU_HOLD(h, &current, &code, &last_file, &last_name);
    while (status == 0 && current != NULL) {
        tb = (PyTracebackObject *)current;
        Py_XSETREF(code, (PyObject *)PyFrame_GetCode(tb->tb_frame));
        PyCodeObject *co = (PyCodeObject *)code;
        int line = traceback_line(tb, co);
        if (last_file == NULL || co->co_filename != last_file || line != last_line || co->co_name != last_name) {
            status = print_repeated(sink, count);
            Py_XSETREF(last_file, Py_NewRef(co->co_filename));
            Py_XSETREF(last_name, Py_NewRef(co->co_name));
            last_line = line;
            count = 0;
        }
        count++;
        if (status == 0 && count <= REPEAT_LIMIT) {
            status = print_frame(sink, tb, co, line);
            if (status == 0) {
                status = PyErr_CheckSignals();
            }
        }
        Py_SETREF(current, Py_XNewRef(tb->tb_next));
    }
    if (status == 0) {
        status = print_repeated(sink, count);
    }
    OU_HOLD_END(h);
    Py_XDECREF(current);
    Py_XDECREF(code);
    Py_XDECREF(last_file);
    Py_XDECREF(last_name);
    return status;
}

int
ou_traceback_print(const OuErrorSink *sink, PyObject *traceback, const char *header, bool group)
{
    long limit = DEFAULT_LIMIT;
    PyObject *wanted = ou_error_sys(OU_STR(tracebacklimit));
    if (wanted != NULL && PyLong_Check(wanted)) {
        int overflow;
        limit = PyLong_AsLongAndOverflow(wanted, &overflow);
        if (overflow > 0) {
            limit = LONG_MAX;
        }
        if (overflow < 0 || limit <= 0) {
            return 0;
        }
    }
    OuErrorSink top = *sink;
    if (group) {
        top.margin = "+ ";
    }
    if (ou_error_sink_margin(&top) < 0 || ou_error_sink_write(&top, header) < 0 || ou_error_sink_write(&top, "\n") < 0) {
        return -1;
    }
    return print_frames(sink, (PyTracebackObject *)traceback, limit);
}

/* Print a traceback with its header to a file.  Returns 0, or -1 with an error set.  RE-ENTRANT. */
int
PyTraceBack_Print(PyObject *traceback, PyObject *file)
{
    if (traceback == NULL) {
        return 0;
    }
    if (!PyTraceBack_Check(traceback)) {
        PyErr_BadInternalCall();
        return -1;
    }
    OuErrorSink sink = {file, 0, ""};
    return ou_traceback_print(&sink, traceback, "Traceback (most recent call last):", false);
}
