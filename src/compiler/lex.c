/* compiler/lex.c - the lexer: lines, indentation, strings' extent, operators.
 *
 * Owns       the text buffer of an interactive lexer; otherwise only looks at its caller's text.
 * Invariant  `cur` never passes `end`, and *end is 0, so looking one byte ahead is always safe.  A line
 *            begins when its first byte is looked for, not when the newline before it is read: an error right
 *            after a newline still belongs to the line that ended, and an interactive lexer asks for a line
 *            only when it needs one.
 * Not here   numbers (lex_number.c), the letters of identifiers (lex_name.c), what a string's text means
 *            (literal.c), encodings (parse_source.c). */
#include <Python.h>
#include <stdarg.h>
#include <string.h>

#include "base/base.h"
#include "compiler/lex.h"
#include "compiler/token.h"
#include "object/hold.h"

#define TAB_WIDTH 8

#define S (LEX_ID_START | LEX_ID)
#define X (S | LEX_HEX)
#define D (LEX_ID | LEX_DIGIT | LEX_HEX)
const uint8_t ou_lex_class[256] = {
    ['A' ... 'F'] = X, ['G' ... 'Z'] = S, ['a' ... 'f'] = X, ['g' ... 'z'] = S, ['_'] = S, ['0' ... '9'] = D, [128 ... 255] = S,
};
#undef S
#undef X
#undef D

#define CLASS(c) (ou_lex_class[(unsigned char)(c)])

void
ou_lex_init(Lexer *lexer, const char *text, size_t size, PyObject *filename)
{
    memset(lexer, 0, offsetof(Lexer, indent_cols));
    memset((char *)lexer + offsetof(Lexer, filename), 0, sizeof *lexer - offsetof(Lexer, filename));
    lexer->indent_cols[0] = lexer->indent_alt_cols[0] = 0;
    lexer->base = lexer->cur = lexer->line_start = lexer->line_block = lexer->multi_line_start = text;
    lexer->end = text + size;
    lexer->filename = filename;
    lexer->at_line_start = lexer->line_pending = lexer->warn = lexer->is_decoded = true;
}

void
ou_lex_init_interactive(Lexer *lexer, char *(*more)(void *, bool), void *arg, PyObject *filename)
{
    ou_lex_init(lexer, "", 0, filename);
    lexer->interactive = true;
    lexer->more = more;
    lexer->more_arg = arg;
}

void
ou_lex_clear(Lexer *lexer)
{
    PyMem_Free(lexer->owned);
    lexer->owned = NULL;
}

const char *
ou_lex_line_end(const Lexer *lexer)
{
    const char *from = lexer->line_start;
    if (lexer->read_to != NULL) {
        return lexer->read_to;
    }
    if (lexer->cur > from && lexer->cur[-1] == '\n') {
        return lexer->cur;
    }
    if (lexer->cur > from) {
        from = lexer->cur;
    }
    const char *newline = memchr(from, '\n', (size_t)(lexer->end - from));
    return newline != NULL ? newline + 1 : lexer->end;
}

/* ---- lines ---- */

/* Get one more line from whoever types.  Returns 1, 0 at the end of input, or -1 with an exception set. */
static int
lex_pull(Lexer *lexer)
{
    if (!lexer->interactive || lexer->stopped || lexer->more == NULL) {
        return 0;
    }
    char *line = lexer->more(lexer->more_arg, lexer->lineno > 0);
    if (line == NULL) {
        return -1;
    }
    size_t len = strlen(line);
    if (len == 0) {
        PyMem_Free(line);
        lexer->stopped = true;
        return 0;
    }
    size_t need, cap = lexer->owned_cap;
    if (ou_size_add(lexer->owned_len, len, &need) || ou_size_add(need, 2, &need) || need > INT_MAX) {
        PyMem_Free(line);
        PyErr_NoMemory();
        return -1;
    }
    if (need > cap) {
        cap = need * 2;
        char *grown = PyMem_Realloc(lexer->owned, cap);
        if (grown == NULL) {
            PyMem_Free(line);
            PyErr_NoMemory();
            return -1;
        }
        lexer->owned = grown;
        lexer->owned_cap = cap;
    }
    const char *old = lexer->base;
    char *text = lexer->owned;
    memcpy(text + lexer->owned_len, line, len);
    PyMem_Free(line);
    lexer->owned_len += len;
    if (text[lexer->owned_len - 1] != '\n') {
        text[lexer->owned_len++] = '\n';
    }
    text[lexer->owned_len] = 0;
    lexer->base = text; /* commit: every pointer into the text moves with it */
    lexer->cur = text + (lexer->cur - old);
    lexer->line_start = text + (lexer->line_start - old);
    lexer->line_block = text + (lexer->line_block - old);
    lexer->multi_line_start = text + (lexer->multi_line_start - old);
    lexer->end = text + lexer->owned_len;
    return 1;
}

/* Begin the next line.  `in_token`: a token that began before goes on in it.
 * Returns 1, 0 at the end of the text (state LEX_EOF), or -1 with an exception set. */
static int
lex_begin_line(Lexer *lexer, bool in_token)
{
    if (lexer->cur == lexer->end) {
        int pulled = lex_pull(lexer);
        if (pulled <= 0) {
            lexer->state = pulled == 0 ? LEX_EOF : LEX_RAISED;
            return pulled;
        }
    }
    lexer->line_pending = false;
    lexer->lineno++;
    lexer->line_start = lexer->cur;
    if (!in_token) {
        lexer->line_block = lexer->cur;
    }
    return 1;
}

/* ---- errors ---- */

int
ou_lex_error(Lexer *lexer, const char *at, int col, int end_col, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    PyObject *message = PyUnicode_FromFormatV(format, args), *text = NULL;
    va_end(args);
    lexer->state = LEX_RAISED;
    if (message == NULL) {
        return -1;
    }
    if (col < 0) {
        PyObject *before = PyUnicode_DecodeUTF8(lexer->line_start, at - lexer->line_start, "replace");
        if (before == NULL) {
            Py_DECREF(message);
            return -1;
        }
        col = end_col = (int)PyUnicode_GET_LENGTH(before);
        Py_DECREF(before);
    }
    text = PyUnicode_DecodeUTF8(lexer->line_start, (Py_ssize_t)strcspn(lexer->line_start, "\n"), "replace");
    if (text != NULL) {
        PyObject *value =
            Py_BuildValue("(O(OiiOii))", message, lexer->filename, lexer->lineno, col, text, lexer->lineno, end_col);
        if (value != NULL) {
            PyErr_SetObject(PyExc_SyntaxError, value);
            Py_DECREF(value);
        }
        Py_DECREF(text);
    }
    Py_DECREF(message);
    return -1;
}

int
ou_lex_warn(Lexer *lexer, const char *at, const char *message)
{
    if (!lexer->warn) {
        return 0;
    }
    PyObject *text = PyUnicode_FromString(message);
    if (text == NULL) {
        lexer->state = LEX_RAISED;
        return -1;
    }
    OU_HOLD(hold, &text);
    int failed = PyErr_WarnExplicitObject(PyExc_SyntaxWarning, text, lexer->filename, lexer->lineno, NULL, NULL);
    OU_HOLD_END(hold);
    Py_DECREF(text);
    if (failed == 0) {
        return 0;
    }
    lexer->state = LEX_RAISED;
    if (PyErr_ExceptionMatches(PyExc_SyntaxWarning)) {
        PyErr_Clear();
        lexer->warning_raised = true;
        return ou_lex_error(lexer, at, -1, -1, "%s", message);
    }
    return -1;
}

/* Stop with a reason that becomes an exception only if the parser gets here. */
static TokenKind
lex_stop(Lexer *lexer, LexState reason)
{
    if (reason != LEX_CONTINUATION) {
        lexer->cur = ou_lex_line_end(lexer);
    }
    lexer->state = reason;
    return TOK_ERROR;
}

/* After a backslash: the newline, and that there is a line after it.  Returns 0, or -1 with the state set. */
static int
lex_continue_line(Lexer *lexer, bool in_token)
{
    if (*lexer->cur != '\n') {
        if (lexer->cur < lexer->end) {
            lexer->cur++; /* the report points behind it */
        }
        lexer->state = LEX_CONTINUATION;
        return -1;
    }
    lexer->cur++;
    return lex_begin_line(lexer, in_token) == 1 ? 0 : -1;
}

/* ---- indentation ---- */

/* Measure the indentation of the line that begins here, and note the INDENT or DEDENT tokens it makes.
 * Returns 0, or -1 with the state set.  Out: `blank`, whether the line is to be passed over silently. */
static int
lex_indentation(Lexer *lexer, bool *blank)
{
    int col = 0, alt_col = 0, continued_col = 0;
    lexer->at_line_start = false;
    if (lexer->line_pending) {
        int begun = lex_begin_line(lexer, false);
        if (begun < 0) {
            return -1;
        }
    }
    for (;; lexer->cur++) {
        char c = *lexer->cur;
        if (OU_LIKELY(c == ' ')) {
            col++;
            alt_col++;
        }
        else if (c == '\t') {
            col = (col / TAB_WIDTH + 1) * TAB_WIDTH;
            alt_col++;
        }
        else if (c == '\f') {
            col = alt_col = 0;
        }
        else if (c == '\\') {
            /* The first backslash decides how deep the statement behind it lies. */
            continued_col = continued_col ? continued_col : col;
            lexer->cur++;
            if (lex_continue_line(lexer, false) < 0) {
                return -1;
            }
            lexer->cur--; /* the loop steps onto the first byte */
        }
        else {
            break;
        }
    }
    char c = *lexer->cur;
    *blank = false;
    if (c == 0) {
        lexer->state = LEX_EOF;
    }
    if (c == '#' || c == '\n') {
        if (lexer->interactive && col == 0 && c == '\n') {
            /* An empty line ends a statement at the prompt. */
        }
        else if (lexer->interactive && lexer->lineno == 1) {
            col = alt_col = 0; /* as does a first line that says nothing */
        }
        else {
            *blank = true;
        }
    }
    if (*blank || lexer->level > 0) {
        return 0;
    }
    if (continued_col) {
        col = alt_col = continued_col;
    }
    int *cols = lexer->indent_cols, *alt_cols = lexer->indent_alt_cols;
    if (col > cols[lexer->indent]) {
        if (lexer->indent + 1 >= LEX_MAX_INDENT) {
            lex_stop(lexer, LEX_TOO_DEEP);
            return -1;
        }
        if (alt_col <= alt_cols[lexer->indent]) {
            lex_stop(lexer, LEX_TABS);
            return -1;
        }
        lexer->pending_indents++;
        lexer->indent++;
        cols[lexer->indent] = col;
        alt_cols[lexer->indent] = alt_col;
        return 0;
    }
    while (lexer->indent > 0 && col < cols[lexer->indent]) {
        lexer->pending_indents--;
        lexer->indent--;
    }
    if (col != cols[lexer->indent]) {
        lex_stop(lexer, LEX_DEDENT);
        return -1;
    }
    if (alt_col != alt_cols[lexer->indent]) {
        lex_stop(lexer, LEX_TABS);
        return -1;
    }
    return 0;
}

/* ---- strings ---- */

static TokenKind
lex_string_unterminated(Lexer *lexer, const char *start, bool triple, bool at_end)
{
    int detected = lexer->lineno;
    lexer->read_to = lexer->cur;
    lexer->cur = start + 1;
    lexer->line_start = lexer->multi_line_start;
    lexer->lineno = lexer->first_lineno;
    ou_lex_error(lexer, lexer->cur, -1, -1,
                 triple ? "unterminated triple-quoted string literal (detected at line %d)"
                        : "unterminated string literal (detected at line %d)",
                 detected);
    if (at_end && PyErr_ExceptionMatches(PyExc_SyntaxError)) {
        lexer->state = LEX_EOF_STRING;
    }
    return TOK_ERROR;
}

/* The string whose token starts at `*start`; cur is at its quote.  An interactive text may move: *start
 * follows. */
static TokenKind
lex_string(Lexer *lexer, const char **start)
{
    char quote = *lexer->cur;
    bool triple = lexer->cur[1] == quote && lexer->cur[2] == quote;
    lexer->first_lineno = lexer->lineno;
    lexer->multi_line_start = lexer->line_start;
    if (!triple && lexer->cur[1] == quote) {
        lexer->cur += 2; /* empty */
        return TOK_STRING;
    }
    lexer->cur += triple ? 3 : 1;
    for (;;) {
        const char *p = lexer->cur;
        while (*p != quote && *p != '\\' && *p != '\n' && *p != 0) {
            p++;
        }
        lexer->cur = p;
        if (*p == quote) {
            if (!triple) {
                lexer->cur = p + 1;
                return TOK_STRING;
            }
            if (p[1] == quote && p[2] == quote) {
                lexer->cur = p + 3;
                return TOK_STRING;
            }
            lexer->cur = p + 1;
            continue;
        }
        bool newline = *p == '\n';
        if (*p == '\\') {
            lexer->cur = ++p;
            newline = *p == '\n';
            if (!newline) {
                lexer->cur += *p != 0;
                continue;
            }
        }
        else if (*p == 0 || !triple) {
            if (*p == 0) {
                lexer->state = LEX_EOF;
            }
            else {
                lexer->cur++;
            }
            return lex_string_unterminated(lexer, *start, triple, *p == 0);
        }
        lexer->cur++; /* the newline */
        size_t offset = (size_t)(*start - lexer->base);
        int begun = lex_begin_line(lexer, true);
        *start = lexer->base + offset;
        if (begun < 0) {
            return TOK_ERROR;
        }
        if (begun == 0) {
            return lex_string_unterminated(lexer, *start, triple, true);
        }
    }
}

/* Does `c`, with what was read before it, still spell a string's prefix?  `seen` collects 'b', 'u', 'r', 'f'.
 * */
static bool
lex_prefix_takes(char c, unsigned *seen)
{
    enum { B = 1, U = 2, R = 4, F = 8 };
    unsigned bit = 0, clash = 0;
    switch (c | 0x20) {
    case 'b':
        bit = B;
        clash = B | U | F;
        break;
    case 'u':
        bit = U;
        clash = B | U | R | F;
        break;
    case 'r':
        bit = R;
        clash = R | U;
        break;
    case 'f':
        bit = F;
        clash = F | B | U;
        break;
    default: return false;
    }
    if (*seen & clash) {
        return false;
    }
    *seen |= bit;
    return true;
}

/* `async` or `await`, just read, in the grammar before 3.7. */
static TokenKind
old_async(Lexer *lexer, TokenKind kind)
{
    if (lexer->in_async_def && lexer->async_def_has_body && lexer->indent <= lexer->async_def_indent && lexer->level == 0) {
        lexer->in_async_def = false;
    }
    if (lexer->in_async_def) {
        return kind;
    }
    const char *p = lexer->cur;
    while (*p == ' ' || *p == '\t') {
        p++;
    }
    if (kind == TOK_AWAIT || strncmp(p, "def", 3) != 0 || CLASS(p[3]) & LEX_ID) {
        return TOK_NAME;
    }
    lexer->in_async_def = true;
    lexer->async_def_has_body = false;
    lexer->async_def_indent = lexer->indent;
    return kind;
}

/* ---- names, operators ---- */

static TokenKind
lex_name(Lexer *lexer, const char **start)
{
    const char *p = lexer->cur;
    unsigned seen = 0;
    while (lex_prefix_takes(*p, &seen)) {
        p++;
        if (*p == '"' || *p == '\'') {
            lexer->cur = p;
            return lex_string(lexer, start);
        }
    }
    p = lexer->cur;
    bool ascii = true;
    while (CLASS(*p) & LEX_ID) {
        ascii &= (unsigned char)*p < 128;
        p++;
    }
    lexer->cur = p;
    if (OU_UNLIKELY(!ascii)) {
        return ou_lex_check_identifier(lexer, *start) < 0 ? TOK_ERROR : TOK_NAME;
    }
    TokenKind kind = ou_token_keyword(*start, (size_t)(p - *start));
    return OU_UNLIKELY(lexer->async_names) && (kind == TOK_ASYNC || kind == TOK_AWAIT) ? old_async(lexer, kind) : kind;
}

static TokenKind
lex_open(Lexer *lexer, const char *start, TokenKind kind)
{
    if (lexer->level >= LEX_MAX_LEVEL) {
        lexer->cur = start + 1;
        ou_lex_error(lexer, lexer->cur, -1, -1, "too many nested parentheses");
        return TOK_ERROR;
    }
    lexer->brackets[lexer->level].open = *start;
    lexer->brackets[lexer->level].lineno = lexer->lineno;
    lexer->brackets[lexer->level].col = (int)(start - lexer->line_start);
    lexer->level++;
    return kind;
}

static TokenKind
lex_close(Lexer *lexer, const char *start, char wants, TokenKind kind)
{
    if (lexer->level == 0) {
        lexer->cur = start + 1;
        ou_lex_error(lexer, lexer->cur, -1, -1, "unmatched '%c'", *start);
        return TOK_ERROR;
    }
    lexer->level--;
    char open = lexer->brackets[lexer->level].open;
    int lineno = lexer->brackets[lexer->level].lineno;
    if (open != wants) {
        lexer->cur = start + 1;
        if (lineno != lexer->lineno) {
            ou_lex_error(lexer, lexer->cur, -1, -1,
                         "closing parenthesis '%c' does not match opening parenthesis '%c' on line %d", *start, open, lineno);
        }
        else {
            ou_lex_error(lexer, lexer->cur, -1, -1, "closing parenthesis '%c' does not match opening parenthesis '%c'", *start,
                         open);
        }
        return TOK_ERROR;
    }
    return kind;
}

/* Choose by the byte behind the operator read so far. */
#define IF_NEXT(c, yes, no) (*lexer->cur == (c) ? (lexer->cur++, (yes)) : (no))

static TokenKind
lex_operator(Lexer *lexer, const char *start)
{
    char c = *lexer->cur++;
    switch (c) {
    case '(': return lex_open(lexer, start, TOK_LPAR);
    case '[': return lex_open(lexer, start, TOK_LSQB);
    case '{': return lex_open(lexer, start, TOK_LBRACE);
    case ')': return lex_close(lexer, start, '(', TOK_RPAR);
    case ']': return lex_close(lexer, start, '[', TOK_RSQB);
    case '}': return lex_close(lexer, start, '{', TOK_RBRACE);
    case ',': return TOK_COMMA;
    case ';': return TOK_SEMI;
    case '~': return TOK_TILDE;
    case ':': return IF_NEXT('=', TOK_COLONEQUAL, TOK_COLON);
    case '=': return IF_NEXT('=', TOK_EQEQUAL, TOK_EQUAL);
    case '+': return IF_NEXT('=', TOK_PLUSEQUAL, TOK_PLUS);
    case '-': return IF_NEXT('=', TOK_MINEQUAL, IF_NEXT('>', TOK_ARROW, TOK_MINUS));
    case '@': return IF_NEXT('=', TOK_ATEQUAL, TOK_AT);
    case '%': return IF_NEXT('=', TOK_PERCENTEQUAL, TOK_PERCENT);
    case '&': return IF_NEXT('=', TOK_AMPEREQUAL, TOK_AMPER);
    case '|': return IF_NEXT('=', TOK_VBAREQUAL, TOK_VBAR);
    case '^': return IF_NEXT('=', TOK_CIRCUMFLEXEQUAL, TOK_CIRCUMFLEX);
    case '!': return IF_NEXT('=', TOK_NOTEQUAL, TOK_UNKNOWN);
    case '*': return IF_NEXT('*', IF_NEXT('=', TOK_DOUBLESTAREQUAL, TOK_DOUBLESTAR), IF_NEXT('=', TOK_STAREQUAL, TOK_STAR));
    case '/': return IF_NEXT('/', IF_NEXT('=', TOK_DOUBLESLASHEQUAL, TOK_DOUBLESLASH), IF_NEXT('=', TOK_SLASHEQUAL, TOK_SLASH));
    case '<':
        return IF_NEXT('<', IF_NEXT('=', TOK_LEFTSHIFTEQUAL, TOK_LEFTSHIFT),
                       IF_NEXT('=', TOK_LESSEQUAL, IF_NEXT('>', TOK_LESSGREATER, TOK_LESS)));
    case '>':
        return IF_NEXT('>', IF_NEXT('=', TOK_RIGHTSHIFTEQUAL, TOK_RIGHTSHIFT), IF_NEXT('=', TOK_GREATEREQUAL, TOK_GREATER));
    case '.':
        if (lexer->cur[0] == '.' && lexer->cur[1] == '.') {
            lexer->cur += 2;
            return TOK_ELLIPSIS;
        }
        if (lexer->cur[0] == '.' && lexer->cur[1] == 0) {
            lexer->state = LEX_EOF;
        }
        return TOK_DOT;
    default:
        if ((unsigned char)c < 32 || c == 127) {
            char hex[8];
            PyOS_snprintf(hex, sizeof hex, "%04X", (unsigned char)c);
            ou_lex_error(lexer, lexer->cur, -1, -1, "invalid non-printable character U+%s", hex);
            return TOK_ERROR;
        }
        return TOK_UNKNOWN;
    }
}

/* Did reading a token of `len` bytes take a look at the byte behind it?  A closing quote and the third character of an
 * operator end their tokens by themselves. */
static bool
looks_ahead(TokenKind kind, Py_ssize_t len)
{
    switch (kind) {
    case TOK_ERROR: return false;
    case TOK_STRING: return len == 2; /* "" could have been the beginning of triple quotes */
    case TOK_NAME:
    case TOK_NUMBER: return true;
    default: return kind < TOK_LPAR || len < 3;
    }
}

/* ---- type comments ---- */

/* Is the comment from `p` to `end` a `# type: ...`?  Out: what follows that, or what follows `ignore` there.
 * Returns TOK_TYPE_COMMENT, TOK_TYPE_IGNORE, or TOK_UNKNOWN. */
static TokenKind
type_comment_kind(const char *p, const char *end, const char **start)
{
    static const char word[] = "type:", ignore[] = "ignore";
    for (p++; *p == ' ' || *p == '\t'; p++) {
    }
    if (strncmp(p, word, sizeof word - 1) != 0) {
        return TOK_UNKNOWN;
    }
    for (p += sizeof word - 1; *p == ' ' || *p == '\t'; p++) {
    }
    *start = p;
    if (strncmp(p, ignore, sizeof ignore - 1) == 0) {
        p += sizeof ignore - 1;
        if (p == end || !(CLASS(*p) & LEX_ID) || *p == '_') { /* ignore[...], not ignored */
            *start = p;
            return TOK_TYPE_IGNORE;
        }
    }
    return TOK_TYPE_COMMENT;
}

/* ---- the next token ---- */

int
ou_lex_next(Lexer *lexer, const char **start, const char **end)
{
    bool blank = false;
    *start = *end = NULL;
next_line:
    blank = false;
    if (lexer->at_line_start && lex_indentation(lexer, &blank) < 0) {
        return TOK_ERROR;
    }
    if (lexer->pending_indents != 0) {
        if (lexer->pending_indents < 0) {
            lexer->pending_indents++;
            return TOK_DEDENT;
        }
        lexer->pending_indents--;
        return TOK_INDENT;
    }
again:;
    const char *p = lexer->cur;
    while (*p == ' ' || *p == '\t' || *p == '\f') {
        p++;
    }
    const char *comment = p;
    if (*p == '#') {
        do {
            p++;
        } while (*p != '\n' && *p != 0);
        TokenKind kind = lexer->type_comments ? type_comment_kind(comment, p, start) : TOK_UNKNOWN;
        if (kind != TOK_UNKNOWN) {
            *end = lexer->cur = p;
            if (kind == TOK_TYPE_IGNORE && blank && *p == '\n') {
                lexer->cur++; /* nothing else is on the line */
                lexer->at_line_start = lexer->line_pending = true;
            }
            return kind;
        }
    }
    lexer->cur = p;
    if (*p == 0) {
        lexer->state = LEX_EOF;
        /* Looking for mistakes in what was typed so far, the end inside of brackets is none. */
        bool typed = lexer->interactive && lexer->stopped && lexer->more == NULL;
        return lexer->level > 0 && !typed ? TOK_ERROR : TOK_END;
    }
    TokenKind kind;
    const char *first = p;
    if (CLASS(*p) & LEX_ID_START) {
        kind = lex_name(lexer, &first);
    }
    else if (*p == '\n') {
        lexer->cur++;
        lexer->at_line_start = lexer->line_pending = true;
        if (blank || lexer->level > 0) {
            goto next_line;
        }
        lexer->async_def_has_body = true;
        *start = comment; /* a comment counts as the newline's, as in CPython 3.11 */
        *end = p;
        return TOK_NEWLINE;
    }
    else if (CLASS(*p) & LEX_DIGIT || (*p == '.' && CLASS(p[1]) & LEX_DIGIT)) {
        kind = ou_lex_number(lexer) < 0 ? TOK_ERROR : TOK_NUMBER;
    }
    else if (*p == '"' || *p == '\'') {
        kind = lex_string(lexer, &first);
    }
    else if (*p == '\\') {
        lexer->cur++;
        if (lex_continue_line(lexer, true) < 0) {
            return TOK_ERROR;
        }
        goto again;
    }
    else {
        kind = lex_operator(lexer, p);
    }
    if (lexer->cur == lexer->end && looks_ahead(kind, lexer->cur - first)) {
        lexer->state = LEX_EOF;
    }
    if (kind != TOK_ERROR) {
        *start = first;
        *end = lexer->cur;
    }
    return kind;
}
