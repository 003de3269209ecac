/* cli/prompt.c - the prompt's line editor: one line on a terminal, with history, keys as in Emacs, completion.
 *
 * Owns       the history, an array of lines in the raw domain; the terminal's mode while a line is edited.
 * Invariant  the terminal is back in its own mode whenever this returns.
 * Not here   prompts and statements (runtime/pythonrun.c).  Debian's `readline` module takes over when imported. */
#include "cli/prompt.h"
#include "object/state.h"
#include "runtime/lifecycle.h"

#include <sys/ioctl.h>
#include <termios.h>

enum { HISTORY_MAX = 1000, LINE_MAX_BYTES = 65536 };

static char *history[HISTORY_MAX];
static int n_history;

typedef struct {
    const char *prompt;
    char *text;          /* UTF-8, NUL-terminated */
    size_t size, at;     /* bytes; the cursor */
    int place;           /* in the history; n_history: the new line */
    char *kept;          /* the new line while an older one is shown */
    char killed[1024];   /* what ^K and ^U took last */
} Editor;

static void
history_add(const char *line)
{
    size_t size = strlen(line);
    if (size == 0 || (n_history > 0 && strcmp(history[n_history - 1], line) == 0)) {
        return;
    }
    char *copy = PyMem_RawMalloc(size + 1);
    if (copy == NULL) {
        return; /* a line less to come back to */
    }
    memcpy(copy, line, size + 1);
    if (n_history == HISTORY_MAX) {
        PyMem_RawFree(history[0]);
        memmove(history, history + 1, (HISTORY_MAX - 1) * sizeof *history);
        n_history--;
    }
    history[n_history++] = copy;
}

/* ---- characters ---------------------------------------------------------------------------------------------- */

static bool
is_tail(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static size_t
previous(const Editor *editor, size_t at)
{
    while (at > 0 && is_tail(editor->text[--at])) {
    }
    return at;
}

static size_t
following(const Editor *editor, size_t at)
{
    if (at < editor->size) {
        at++;
        while (at < editor->size && is_tail(editor->text[at])) {
            at++;
        }
    }
    return at;
}

static int
columns(const char *text, size_t size)
{
    int n = 0;
    for (size_t i = 0; i < size; i++) {
        n += !is_tail(text[i]);
    }
    return n;
}

static void
insert(Editor *editor, const char *text, size_t size)
{
    if (editor->size + size + 1 > LINE_MAX_BYTES) {
        return;
    }
    memmove(editor->text + editor->at + size, editor->text + editor->at, editor->size - editor->at + 1);
    memcpy(editor->text + editor->at, text, size);
    editor->at += size;
    editor->size += size;
}

static void
erase(Editor *editor, size_t from, size_t to)
{
    memmove(editor->text + from, editor->text + to, editor->size - to + 1);
    editor->size -= to - from;
    editor->at = from;
}

static void
kill_text(Editor *editor, size_t from, size_t to)
{
    snprintf(editor->killed, sizeof editor->killed, "%.*s", (int)(to - from), editor->text + from);
    erase(editor, from, to);
}

/* ---- the screen ------------------------------------------------------------------------------------------------- */

static void
put(const char *text, size_t size)
{
    while (size > 0) {
        ssize_t n = write(STDOUT_FILENO, text, size);
        if (n <= 0) {
            return;
        }
        text += n;
        size -= (size_t)n;
    }
}

static void
show(const Editor *editor)
{
    struct winsize window;
    int width = ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 10 ? window.ws_col : 80;
    int room = width - columns(editor->prompt, strlen(editor->prompt)) - 1;
    size_t from = 0;
    while (columns(editor->text + from, editor->at - from) > room) { /* scroll sideways to keep the cursor in sight */
        from = following(editor, from);
    }
    size_t to = from;
    for (int n = 0; n < room && to < editor->size; n++) {
        to = following(editor, to);
    }
    char move[32];
    int column = columns(editor->prompt, strlen(editor->prompt)) + columns(editor->text + from, editor->at - from);
    put("\r", 1);
    put(editor->prompt, strlen(editor->prompt));
    put(editor->text + from, to - from);
    put("\x1b[K\r", 4);
    if (column > 0) {
        put(move, (size_t)snprintf(move, sizeof move, "\x1b[%dC", column));
    }
}

/* ---- completion ---------------------------------------------------------------------------------------------------- */

static bool
is_name_char(char c)
{
    return Py_ISALNUM(c) || c == '_' || (unsigned char)c >= 0x80;
}

/* The names that could follow: attributes of a dotted name's object, or globals and builtins.  New list or NULL. */
static PyObject *
candidates(const char *dotted, size_t dotted_size)
{
    PyObject *module = PyImport_AddModule("__main__"), *names = NULL;
    PyObject *globals = module == NULL ? NULL : PyModule_GetDict(module);
    if (globals == NULL) {
        return NULL;
    }
    if (dotted_size == 0) {
        PyObject *builtins = PyMapping_Keys(ou_interp()->builtins);
        names = PyDict_Keys(globals);
        if (names != NULL && builtins != NULL) {
            PyList_SetSlice(names, PyList_GET_SIZE(names), PyList_GET_SIZE(names), builtins);
        }
        Py_XDECREF(builtins);
        return names;
    }
    PyObject *object = NULL;
    for (size_t from = 0; from <= dotted_size;) {
        size_t to = from;
        while (to < dotted_size && dotted[to] != '.') {
            to++;
        }
        PyObject *part = PyUnicode_FromStringAndSize(dotted + from, (Py_ssize_t)(to - from)), *next = NULL;
        if (part != NULL && object == NULL) {
            next = Py_XNewRef(PyDict_GetItemWithError(globals, part));
            next = next != NULL ? next : Py_XNewRef(PyDict_GetItemWithError(ou_interp()->builtins, part));
        }
        else if (part != NULL) {
            next = PyObject_GetAttr(object, part);
        }
        Py_XDECREF(part);
        Py_XDECREF(object);
        object = next;
        if (object == NULL) {
            return NULL;
        }
        from = to + 1;
    }
    names = PyObject_Dir(object);
    Py_XDECREF(object);
    return names;
}

/* Tab: complete the name before the cursor as far as it is certain, and list what could follow. */
static void
complete(Editor *editor)
{
    size_t start = editor->at, dot;
    while (start > 0 && (is_name_char(editor->text[start - 1]) || editor->text[start - 1] == '.')) {
        start--;
    }
    for (dot = editor->at; dot > start && editor->text[dot - 1] != '.'; dot--) {
    }
    if (editor->at == start) {
        insert(editor, "    ", 4);
        return;
    }
    PyGILState_STATE lock = PyGILState_Ensure();
    PyObject *names = candidates(editor->text + start, dot > start ? dot - 1 - start : 0);
    char common[256] = "", listing[4096] = "";
    size_t prefix = editor->at - dot, n = 0, used = 0;
    for (Py_ssize_t i = 0; names != NULL && i < PyList_GET_SIZE(names); i++) {
        const char *name = PyUnicode_Check(PyList_GET_ITEM(names, i)) ? PyUnicode_AsUTF8(PyList_GET_ITEM(names, i)) : NULL;
        if (name == NULL || strncmp(name, editor->text + dot, prefix) != 0 || (prefix == 0 && name[0] == '_')) {
            continue;
        }
        if (n++ == 0) {
            snprintf(common, sizeof common, "%s", name);
        }
        size_t same = 0;
        while (common[same] != 0 && common[same] == name[same]) {
            same++;
        }
        common[same] = 0;
        used += (size_t)snprintf(listing + used, sizeof listing - used, "%s  ", name);
        used = used < sizeof listing ? used : sizeof listing - 1;
    }
    PyErr_Clear();
    Py_XDECREF(names);
    PyGILState_Release(lock);
    if (strlen(common) > prefix) {
        insert(editor, common + prefix, strlen(common) - prefix);
    }
    else if (n > 1) {
        put("\r\n", 2);
        put(listing, used);
        put("\r\n", 2);
    }
}

/* ---- keys ------------------------------------------------------------------------------------------------------------ */

static void
replace_line(Editor *editor, const char *line)
{
    editor->size = editor->at = 0;
    editor->text[0] = 0;
    insert(editor, line, strlen(line));
}

static void
history_go(Editor *editor, int step)
{
    int to = editor->place + step;
    if (to < 0 || to > n_history) {
        return;
    }
    if (editor->place == n_history) {
        PyMem_RawFree(editor->kept);
        editor->kept = PyMem_RawMalloc(editor->size + 1);
        if (editor->kept != NULL) {
            memcpy(editor->kept, editor->text, editor->size + 1);
        }
    }
    editor->place = to;
    replace_line(editor, to < n_history ? history[to] : editor->kept ? editor->kept : "");
}

static void
escape_key(Editor *editor)
{
    char key[8] = "";
    if (read(STDIN_FILENO, key, 1) != 1 || (key[0] != '[' && key[0] != 'O')) {
        return;
    }
    size_t n = 1;
    do {
        if (read(STDIN_FILENO, key + n, 1) != 1) {
            return;
        }
    } while (Py_ISDIGIT(key[n]) && ++n < sizeof key - 1);
    switch (key[n]) {
    case 'A': history_go(editor, -1); break;
    case 'B': history_go(editor, 1); break;
    case 'C': editor->at = following(editor, editor->at); break;
    case 'D': editor->at = previous(editor, editor->at); break;
    case 'H': editor->at = 0; break;
    case 'F': editor->at = editor->size; break;
    case '~':
        if (key[1] == '1' || key[1] == '7') {
            editor->at = 0;
        }
        else if (key[1] == '4' || key[1] == '8') {
            editor->at = editor->size;
        }
        else if (key[1] == '3') {
            erase(editor, editor->at, following(editor, editor->at));
        }
        break;
    }
}

static size_t
word_start(const Editor *editor)
{
    size_t at = editor->at;
    while (at > 0 && !is_name_char(editor->text[at - 1])) {
        at--;
    }
    while (at > 0 && is_name_char(editor->text[at - 1])) {
        at--;
    }
    return at;
}

typedef enum { KEY_MORE, KEY_DONE, KEY_END, KEY_INTERRUPT } KeyResult;

static KeyResult
one_key(Editor *editor, char c)
{
    switch (c) {
    case '\r':
    case '\n': return KEY_DONE;
    case 3: return KEY_INTERRUPT;
    case 4:
        if (editor->size == 0) {
            return KEY_END;
        }
        erase(editor, editor->at, following(editor, editor->at));
        break;
    case 1: editor->at = 0; break;
    case 5: editor->at = editor->size; break;
    case 2: editor->at = previous(editor, editor->at); break;
    case 6: editor->at = following(editor, editor->at); break;
    case 8:
    case 127: erase(editor, previous(editor, editor->at), editor->at); break;
    case 9: complete(editor); break;
    case 11: kill_text(editor, editor->at, editor->size); break;
    case 12: put("\x1b[H\x1b[2J", 7); break;
    case 14: history_go(editor, 1); break;
    case 16: history_go(editor, -1); break;
    case 21: kill_text(editor, 0, editor->at); break;
    case 23: kill_text(editor, word_start(editor), editor->at); break;
    case 25: insert(editor, editor->killed, strlen(editor->killed)); break;
    case 27: escape_key(editor); break;
    default:
        if ((unsigned char)c >= 32) {
            insert(editor, &c, 1);
        }
    }
    return KEY_MORE;
}

/* One line with its newline, PyMem_RawMalloc'ed; "" at the end of input; NULL when interrupted.  Runs without the lock. */
static char *
prompt_line(const char *prompt)
{
    struct termios own, raw;
    Editor editor = {.prompt = prompt, .text = PyMem_RawMalloc(LINE_MAX_BYTES), .place = n_history};
    if (editor.text == NULL || tcgetattr(STDIN_FILENO, &own) < 0) {
        PyMem_RawFree(editor.text);
        return NULL;
    }
    editor.text[0] = 0;
    raw = own;
    raw.c_iflag &= ~(tcflag_t)(ICRNL | IXON);
    raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG | IEXTEN);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    KeyResult result = KEY_MORE;
    show(&editor);
    while (result == KEY_MORE) {
        char c;
        ssize_t n = read(STDIN_FILENO, &c, 1);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        result = n <= 0 ? KEY_END : one_key(&editor, c);
        show(&editor);
    }
    tcsetattr(STDIN_FILENO, TCSADRAIN, &own);
    put("\n", 1);
    PyMem_RawFree(editor.kept);
    if (result == KEY_INTERRUPT) {
        PyMem_RawFree(editor.text);
        return NULL;
    }
    if (result == KEY_DONE) {
        history_add(editor.text);
        editor.text[editor.size++] = '\n';
        editor.text[editor.size] = 0;
    }
    else {
        editor.text[0] = 0;
    }
    return editor.text;
}

void
ou_prompt_install(void)
{
    ou_prompt_hook = prompt_line;
}
