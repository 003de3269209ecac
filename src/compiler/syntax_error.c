/* compiler/syntax_error.c - raising SyntaxErrors with a place and a line of text.
 *
 * Owns       nothing.
 * Invariant  the arguments of the exception are those of CPython 3.11: (filename, line, column, text, end
 *            line, end column), columns from 1.
 * Not here   which error a text deserves: syntax_error_find.c. */
#include <Python.h>
#include <stdarg.h>
#include <string.h>

#include "compiler/syntax_error.h"

/* The text of line `lineno`, as an error about it shows it.  Returns a new str, or NULL with an exception
 * set. */
static PyObject *
error_line(const Lexer *lexer, int lineno)
{
    const char *start, *end;
    if (!lexer->interactive && lexer->lineno <= lineno && ou_lex_line_end(lexer) > lexer->line_block) {
        /* The line being read: with the lines before it that belong to the same token, and its newline. */
        start = lexer->line_block;
        end = ou_lex_line_end(lexer);
    }
    else {
        int relative = lexer->starting_lineno ? lineno - lexer->starting_lineno + 1 : lineno;
        start = lexer->base;
        for (int i = 1; i < relative; i++) {
            const char *newline = strchr(start, '\n');
            if (newline == NULL || newline + 1 > ou_lex_line_end(lexer)) {
                break;
            }
            start = newline + 1;
        }
        end = start + strcspn(start, "\n");
    }
    return PyUnicode_DecodeUTF8(start, end - start, "replace");
}

/* The column of a byte offset from 1 as a character offset from 1.  Returns -1 with an exception set. */
static Py_ssize_t
column_in_characters(PyObject *line, Py_ssize_t offset)
{
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(line, &size);
    if (text == NULL) {
        return -1;
    }
    if (offset > size + 1) {
        offset = size + 1;
    }
    if (offset < 0) {
        offset = 0;
    }
    /* one past the end reads the NUL: it counts */
    PyObject *before = PyUnicode_DecodeUTF8(text, offset, "replace");
    if (before == NULL) {
        return -1;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(before);
    Py_DECREF(before);
    return n;
}

/* Offsets count from 1; 0 and below are handed on as they are. */
static int
raise_at(Parser *parser, PyObject *type, int lineno, int offset, int end_lineno, int end_offset, const char *format,
         va_list args)
{
    const Lexer *lexer = parser->tokens->lexer;
    char *prefixed = NULL;
    if (parser->in_fstring) {
        size_t size = strlen(format) + sizeof "f-string: ";
        prefixed = PyMem_Malloc(size);
        if (prefixed == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        PyOS_snprintf(prefixed, size, "f-string: %s", format);
        format = prefixed;
        offset -= lexer->first_line_shift;
        end_offset -= lexer->first_line_shift;
    }
    PyObject *message = PyUnicode_FromFormatV(format, args);
    PyMem_Free(prefixed);
    PyObject *text = message != NULL ? error_line(lexer, lineno) : NULL;
    Py_ssize_t col = offset, end_col = end_offset;
    if (text != NULL && lexer->is_decoded) {
        col = column_in_characters(text, offset);
        if (col >= 0 && end_offset > 0) {
            end_col = column_in_characters(text, end_offset);
        }
        if (PyErr_Occurred()) {
            Py_CLEAR(text);
        }
    }
    if (text != NULL) {
        PyObject *value = Py_BuildValue("(O(OinOin))", message, lexer->filename, lineno, col, text, end_lineno, end_col);
        if (value != NULL) {
            PyErr_SetObject(type, value);
            Py_DECREF(value);
        }
    }
    Py_XDECREF(text);
    Py_XDECREF(message);
    return -1;
}

int
ou_syntax_error_va(Parser *parser, PyObject *type, int lineno, int col, int end_lineno, int end_col, const char *format,
                   va_list args)
{
    if (PyErr_Occurred()) {
        return -1;
    }
    return raise_at(parser, type, lineno, col + 1, end_lineno, end_col + 1, format, args);
}

int
ou_syntax_error_at(Parser *parser, PyObject *type, int lineno, int col, int end_lineno, int end_col, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    ou_syntax_error_va(parser, type, lineno, col, end_lineno, end_col, format, args);
    va_end(args);
    return -1;
}

int
ou_syntax_error_last(Parser *parser, PyObject *type, const char *format, ...)
{
    const TokenStream *tokens = parser->tokens;
    const Lexer *lexer = tokens->lexer;
    if (PyErr_Occurred()) {
        return -1;
    }
    va_list args;
    va_start(args, format);
    if (tokens->n_fetched == 0) {
        raise_at(parser, type, 0, 0, 0, -1, format, args);
    }
    else {
        const Token *token = &tokens->items[tokens->n_fetched - 1];
        int offset = token->col + 1, end_offset = token->end_col == -1 ? -1 : token->end_col + 1;
        if (token->col == -1) {
            offset = lexer->cur == lexer->line_block ? 0 : (int)(lexer->cur - lexer->line_start);
        }
        raise_at(parser, type, token->lineno, offset, token->end_lineno, end_offset, format, args);
    }
    va_end(args);
    return -1;
}

int
ou_syntax_error_unclosed(Parser *parser)
{
    const Lexer *lexer = parser->tokens->lexer;
    int i = lexer->level - 1;
    return ou_syntax_error_at(parser, PyExc_SyntaxError, lexer->brackets[i].lineno, lexer->brackets[i].col,
                              lexer->brackets[i].lineno, -1, "'%c' was never closed", lexer->brackets[i].open);
}
