/* compiler/syntax_error.h - what is wrong with a text that the parser refused.
 *
 * The parser proper only says no.  Then the text is read again, from its beginning and without making a tree,
 * by a slower reader that knows more: twice, first to see how far the grammar gets, then to look for mistakes
 * that have a name. How it does that, and why twice, is told in docs/parser.md.  Private to the parser's
 * files. */
#ifndef OU_COMPILER_SYNTAX_ERROR_H
#define OU_COMPILER_SYNTAX_ERROR_H

#include <Python.h>
#include <stdbool.h>

#include "compiler/parse_core.h"

/* A text to be explained. */
typedef struct {
    const char *text;       /* size bytes and a NUL */
    size_t size;
    PyObject *filename;     /* borrowed */
    OuParseMode mode;
    int flags;              /* OU_PARSE_* */
    bool in_fstring;        /* the text is an f-string's expression in parentheses; mode does not matter */
    int starting_lineno;    /* in_fstring: where the expression lies */
    int first_line_shift;
    bool interactive;       /* typed at a prompt: what follows the error is not looked at */
    bool is_decoded;        /* errors count columns in characters */
    bool warn;              /* a warning became an error: give it again to find out where */
} FaultyText;

/* Set the exception that `faulty` deserves.  RE-ENTRANT through warnings and hooks. */
void ou_syntax_error_find(const FaultyText *faulty);

/* Raise `type` (SyntaxError or a subclass) about a stretch of the text.  Columns are bytes from 0, -1 for
 * none; the end column -1 for none.  Always returns -1. */
int ou_syntax_error_at(Parser *parser, PyObject *type, int lineno, int col, int end_lineno, int end_col,
                       const char *format, ...);
int ou_syntax_error_va(Parser *parser, PyObject *type, int lineno, int col, int end_lineno, int end_col,
                       const char *format, va_list args);

/* Raise about the last token that was fetched.  Always returns -1. */
int ou_syntax_error_last(Parser *parser, PyObject *type, const char *format, ...);

/* Raise about the innermost bracket that is still open.  Always returns -1. */
int ou_syntax_error_unclosed(Parser *parser);

#endif
