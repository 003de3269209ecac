/* cli/prompt.c - the prompt's line editor: one line on a terminal, with history, keys as in Emacs, completion.
 *
 * Owns       the history, an array of lines in the raw domain; the text that was killed last; the terminal's mode while
 *            a line is edited.
 * Invariant  the terminal is back in its own mode whenever this returns; the cursor is never inside a character.
 * Not here   prompts and statements (runtime/pythonrun.c), what could be meant (prompt_complete.c).  The library's
 *            `readline` takes over when it is imported, which site does before a prompt. */
#include "base/utf8.h"
#include "cli/prompt.h"
#include "object/state.h"
#include "runtime/lifecycle.h"

#include <sys/ioctl.h>
#include <termios.h>
#include <utf8proc.h>

enum { HISTORY_MAX = 1000, LINE_MAX_BYTES = 65536 };

static char *history[HISTORY_MAX];
static int n_history;
static char killed[LINE_MAX_BYTES]; /* what ^K, ^U and the like took last */

typedef struct {
    const char *prompt;
    char *text;      /* UTF-8, NUL-terminated */
    size_t size, at; /* bytes; the cursor */
    int place;       /* in the history; n_history: the new line */
    char *kept;      /* the new line while an older one is shown */
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

/* Columns that a character takes on the screen. */
static int
width_at(const char *text, size_t size)
{
    OuUtf8 read = ou_utf8_decode(text, size);
    int width = read.error ? 1 : utf8proc_charwidth((utf8proc_int32_t)read.code);
    return width < 0 ? 0 : width;
}

static int
columns(const char *text, size_t size)
{
    int n = 0;
    for (size_t i = 0; i < size; i++) {
        n += is_tail(text[i]) ? 0 : width_at(text + i, size - i);
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
    snprintf(killed, sizeof killed, "%.*s", (int)(to - from), editor->text + from);
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
    while (to < editor->size && columns(editor->text + from, following(editor, to) - from) <= room) {
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

static size_t
word_start(const Editor *editor)
{
    size_t at = editor->at;
    while (at > 0 && !ou_prompt_is_name_char(editor->text[at - 1])) {
        at--;
    }
    while (at > 0 && ou_prompt_is_name_char(editor->text[at - 1])) {
        at--;
    }
    return at;
}

static size_t
word_end(const Editor *editor)
{
    size_t at = editor->at;
    while (at < editor->size && !ou_prompt_is_name_char(editor->text[at])) {
        at++;
    }
    while (at < editor->size && ou_prompt_is_name_char(editor->text[at])) {
        at++;
    }
    return at;
}

/* What follows an escape: a letter typed with Alt, or the rest of a key such as an arrow. */
static void
escape_key(Editor *editor)
{
    char key[8] = "";
    if (read(STDIN_FILENO, key, 1) != 1) {
        return;
    }
    switch (key[0]) {
    case 'b': editor->at = word_start(editor); return;
    case 'f': editor->at = word_end(editor); return;
    case 'd': kill_text(editor, editor->at, word_end(editor)); return;
    case 127: kill_text(editor, word_start(editor), editor->at); return;
    case '<': history_go(editor, -editor->place); return;
    case '>': history_go(editor, n_history - editor->place); return;
    case '[':
    case 'O': break;
    default: return;
    }
    size_t n = 1;
    bool with_ctrl = false; /* ESC [ 1 ; 5 C: an arrow with Ctrl */
    do {
        if (read(STDIN_FILENO, key + n, 1) != 1) {
            return;
        }
        with_ctrl |= key[n] == ';';
    } while ((Py_ISDIGIT(key[n]) || key[n] == ';') && ++n < sizeof key - 1);
    if (with_ctrl && (key[n] == 'C' || key[n] == 'D')) {
        editor->at = key[n] == 'C' ? word_end(editor) : word_start(editor);
        return;
    }
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

typedef enum { KEY_MORE, KEY_DONE, KEY_END, KEY_INTERRUPT } KeyResult;

/* The newest line of the history before `from` that contains the text; -1: none. */
static int
history_find(const char *text, int from)
{
    while (--from >= 0 && strstr(history[from], text) == NULL) {
    }
    return from;
}

/* ^R: look back through the history as the text that is looked for is typed.  Enter takes the line and ends it, ^G and
 * ^C leave everything as it was, any other key goes on editing the line that was found. */
static KeyResult
search_history(Editor *editor)
{
    char wanted[256] = "", label[320];
    const char *own_prompt = editor->prompt;
    size_t n = 0;
    int found = n_history;
    for (;;) {
        char c;
        snprintf(label, sizeof label, "(%sreverse-i-search)`%s': ", found < 0 ? "failed " : "", wanted);
        editor->prompt = label;
        show(editor);
        editor->prompt = own_prompt;
        ssize_t got = read(STDIN_FILENO, &c, 1);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0 || c == 3 || c == 7) {
            replace_line(editor, "");
            return got <= 0 ? KEY_END : c == 3 ? KEY_INTERRUPT : KEY_MORE;
        }
        int from = found < 0 ? n_history : found;
        if (c == 18) {
            found = history_find(wanted, from);
        }
        else if (c == 127 || c == 8) {
            while (n > 0 && is_tail(wanted[--n])) {
            }
            wanted[n] = 0;
            found = history_find(wanted, n_history);
        }
        else if ((unsigned char)c >= 32 && n + 1 < sizeof wanted) {
            wanted[n++] = c;
            wanted[n] = 0;
            found = history_find(wanted, Py_MIN(from + 1, n_history));
        }
        else {
            if (c == 27) {
                escape_key(editor);
            }
            return c == '\r' || c == '\n' ? KEY_DONE : KEY_MORE;
        }
        if (found >= 0) {
            replace_line(editor, history[found]);
            editor->place = found;
            const char *where = strstr(editor->text, wanted);
            editor->at = where == NULL ? editor->size : (size_t)(where - editor->text);
        }
    }
}

/* Tab: complete the name before the cursor as far as it is certain, and list what could follow. */
static void
complete(Editor *editor)
{
    char added[256], listing[4096];
    bool blank = true;
    for (size_t i = 0; i < editor->at; i++) {
        blank &= editor->text[i] == ' ' || editor->text[i] == '\t';
    }
    if (blank) {
        insert(editor, "    ", 4);
        return;
    }
    int n = ou_prompt_complete(editor->text, editor->at, added, sizeof added, listing, sizeof listing);
    if (*added != 0) {
        insert(editor, added, strlen(added));
    }
    else if (n > 1) {
        put("\r\n", 2);
        put(listing, strlen(listing));
        put("\r\n", 2);
    }
}

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
    case 18: return search_history(editor);
    case 20: /* swap the two characters at the cursor */
        if (editor->at > 0 && editor->size > 1) {
            size_t end = following(editor, editor->at), middle = previous(editor, end), start = previous(editor, middle);
            char both[16];
            if (end - start < sizeof both) {
                memcpy(both, editor->text + middle, end - middle);
                memcpy(both + (end - middle), editor->text + start, middle - start);
                memcpy(editor->text + start, both, end - start);
                editor->at = end;
            }
        }
        break;
    case 21: kill_text(editor, 0, editor->at); break;
    case 23: kill_text(editor, word_start(editor), editor->at); break;
    case 25: insert(editor, killed, strlen(killed)); break;
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
        if (n < 0 && errno == EINTR) { /* the window may have another size now */
            show(&editor);
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
