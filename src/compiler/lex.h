/* compiler/lex.h - from text to tokens.
 *
 * A lexer reads UTF-8 text in one buffer that ends in a NUL.  An interactive lexer's buffer grows by a line
 * whenever the text runs out, so its pointers may move at each token.
 *
 * Errors come in two strengths, because the parser must rank them as CPython 3.11 does.  Some set a
 * SyntaxError on the spot (LEX_RAISED): they win over any complaint of the parser, even about earlier lines.
 * The others (LEX_DEDENT and so on) are only a reason: they become an exception when the parser gets as far
 * as their token. */
#ifndef OU_COMPILER_LEX_H
#define OU_COMPILER_LEX_H

#include <Python.h>
#include <stdbool.h>
#include <stdint.h>

#define LEX_MAX_LEVEL 200  /* open brackets, CPython 3.11's bound */
#define LEX_MAX_INDENT 100 /* CPython 3.11's bound */

typedef enum {
    LEX_OK,
    LEX_EOF,          /* the text ended, well or not */
    LEX_EOF_STRING,   /* the text ended inside a string: raised, and more lines could help */
    LEX_RAISED,       /* an exception is set */
    LEX_DECODE,       /* a name is no UTF-8: UnicodeDecodeError is set */
    LEX_DEDENT,       /* unindent does not match any outer level */
    LEX_TABS,         /* tabs and spaces disagree */
    LEX_TOO_DEEP,     /* too many levels of indentation */
    LEX_CONTINUATION, /* something after a backslash */
} LexState;

typedef struct Lexer {
    const char *base, *end; /* the whole text; *end is 0 */
    const char *cur;        /* next byte to read */
    const char *line_start; /* of the line `cur` is in */
    /* where an error report's text starts: `line_start`, or the first line of a token */
    const char *line_block;
    const char *multi_line_start; /* line_start where the latest string began */
    /* after an unterminated string: how far it was read, while `cur` went back; else NULL */
    const char *read_to;
    int lineno;             /* of `cur`; 0 before the first line is read */
    int first_lineno;       /* where the latest string began */
    LexState state;
    bool at_line_start;     /* the next token begins a line: indentation counts */
    bool line_pending;      /* a newline was read, and no byte after it yet */
    bool warn;              /* give warnings; the second look at a text is silent */
    bool warning_raised;    /* a warning became an error */
    /* columns in errors are characters (else bytes, as for undeclared bytes sources) */
    bool is_decoded;
    bool interactive;
    bool stopped;           /* interactive: ask for no more lines */
    bool keep_blocks_open;  /* OU_PARSE_DONT_IMPLY_DEDENT */
    bool async_names;       /* before 3.7: `async` and `await` are names, but in front of and inside an `async def` */
    bool in_async_def, async_def_has_body; /* async_names: since a line at depth async_def_indent; its first line is over */
    int async_def_indent;
    bool type_comments;     /* OU_PARSE_TYPE_COMMENTS: they are tokens */
    int pending_indents;    /* INDENT (> 0) or DEDENT (< 0) tokens to give first */
    int indent, level;      /* depth of the stacks below */
    int indent_cols[LEX_MAX_INDENT], indent_alt_cols[LEX_MAX_INDENT];
    struct { char open; int lineno, col; } brackets[LEX_MAX_LEVEL];

    PyObject *filename; /* borrowed, for errors and warnings */

    /* The place of an f-string's expression in its source: added to tokens of the first line and to all
     * lines. */
    int first_line_shift; /* column */
    int starting_lineno;  /* 0 for a whole source */

    /* interactive only: see OuParseMoreFunction in tree.h */
    char *(*more)(void *arg, bool continuation);
    void *more_arg;
    char *owned;           /* the growing buffer */
    size_t owned_len, owned_cap;
} Lexer;

/* Start reading `size` bytes at `text`; text[size] must be 0 and no byte before may be. */
void ou_lex_init(Lexer *lexer, const char *text, size_t size, PyObject *filename);

/* Start with no text; every line comes from `more`. */
void ou_lex_init_interactive(Lexer *lexer, char *(*more)(void *, bool), void *arg, PyObject *filename);

void ou_lex_clear(Lexer *lexer);

/* Where the line of `cur` ends: after its newline, or at the end of the text. */
const char *ou_lex_line_end(const Lexer *lexer);

/* Raise SyntaxError at `at` (a pointer into the current line): the column is that of `at`, counted in
 * characters from 1 if `col` is negative, else the given columns.  Sets the state to LEX_RAISED.  Returns -1.
 * */
int ou_lex_error(Lexer *lexer, const char *at, int col, int end_col, const char *format, ...);

/* Read the next token.  Out: start and end of its text (both NULL where it has none).
 * Returns its TokenKind; TOK_ERROR when `state` tells an error.  RE-ENTRANT through warnings and `more`. */
int ou_lex_next(Lexer *lexer, const char **start, const char **end);

/* Parts of the lexer that have files of their own. */

/* A number at cur[0], which is a digit, or a '.' before one.  Moves cur past it.  Returns 0, or -1 with an
 * exception. */
int ou_lex_number(Lexer *lexer);

/* Check the identifier from `start` to cur, which has bytes above 127.  Returns 0, or -1 with an exception.
 * */
int ou_lex_check_identifier(Lexer *lexer, const char *start);

/* Give a SyntaxWarning at the current line; `at` is where its SyntaxError would point, if a filter makes it
 * one. Returns 0, or -1 with an exception set and the state LEX_RAISED.  RE-ENTRANT. */
int ou_lex_warn(Lexer *lexer, const char *at, const char *message);

/* What a byte can be in an identifier or a number. */
enum { LEX_ID_START = 1, LEX_ID = 2, LEX_DIGIT = 4, LEX_HEX = 8 };
extern const uint8_t ou_lex_class[256];

#endif
