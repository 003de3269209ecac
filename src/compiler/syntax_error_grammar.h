/* compiler/syntax_error_grammar.h - the explaining reader: follows the rules of syntax_error_rules.def over a
 * stream of tokens.  Private to syntax_error*.c. */
#ifndef OU_COMPILER_SYNTAX_ERROR_GRAMMAR_H
#define OU_COMPILER_SYNTAX_ERROR_GRAMMAR_H

#include <Python.h>
#include <stdbool.h>
#include <stdint.h>

#include "compiler/syntax_error.h"

/* A stretch of tokens that a pattern named. */
typedef struct {
    int start, end; /* end is exclusive; start is -1 where the piece did not occur */
} Span;

typedef struct {
    Span a, b;
} Pieces;

typedef enum {
    ACTION_NONE,
    ACTION_LAST,              /* at the last token looked at */
    ACTION_NODE,              /* at the expression (or token) a */
    ACTION_NODE_NAMED,        /* the same; the message wants to know what kind of expression it is */
    ACTION_SPAN,              /* at all tokens of a */
    ACTION_RANGE,             /* from a to the end of b */
    ACTION_RANGE_LAST,        /* from a to the end of the last item of the list b */
    ACTION_RANGE_LOOP,        /* from a to the end of the last piece of the comprehension b */
    ACTION_RANGE_LOOP_TARGET, /* from a to the end of the target of the last loop of the comprehension b */
    ACTION_RANGE_TEXT,        /* from a to the end of b; the message wants the text of a */
    ACTION_FROM,              /* from a to where the lexer is */
    ACTION_INDENT,            /* IndentationError at the last token */
    ACTION_INDENT_LINE,       /* the same; the message wants the line of a */
    ACTION_ANNOTATED,         /* at the list or tuple a */
    ACTION_TARGET_STAR,       /* at what cannot be assigned to in a, if anything */
    ACTION_TARGET_FOR,        /* the same, where a may have swallowed `in` */
    ACTION_TARGET_DEL,        /* the same for what cannot be deleted */
    ACTION_COMMA,             /* a and b, in brackets, with a comma missing between them */
    ACTION_LEGACY,            /* a is `print` or `exec` */
    ACTION_KEY_COLON,         /* behind the dict key a */
    ACTION_LAST_ARGUMENT,     /* a generator as the last of several arguments a: its loops are b */
    ACTION_POSITIONAL,        /* an argument after the keyword arguments a */
    ACTION_PARAMETER,         /* at the parameter a, without its comma */
    ACTION_REAL,              /* a must be real; not an error if it is */
    ACTION_IMAGINARY,         /* a must be imaginary; not an error if it is */
} Action;

typedef struct Explainer Explainer;

typedef struct {
    uint64_t key; /* position, rule and mode, plus one: 0 is a free slot */
    int end;
} Remembered;

struct Explainer {
    Parser parser;   /* over our tokens, frozen: makes nodes of pieces that are known to be right */
    Lexer *lexer;
    TokenStream tokens;
    bool mistakes;   /* look at bad_ rules */
    bool stopped;    /* an exception is set: every match fails */
    int depth;
    Remembered *memory;
    uint32_t n_memory, memory_size; /* entries; slots, a power of two */
};

/* Match rule `name` (of those without a twin) from token `at`.
 * Returns the token after it, or -1: it does not fit, or explainer->stopped. */
int ou_explainer_match(Explainer *explainer, const char *name, int at);

/* Forget what was matched. */
void ou_explainer_forget(Explainer *explainer);

/* The token `at`, fetched if need be.  A lexical error is raised: the explainer is stopped. */
const Token *ou_explainer_token(Explainer *explainer, int at);

/* Do an action (syntax_error_find.c).  Returns true if the alternative counts as matched; false if not, or if
 * it raised: then the explainer is stopped. */
bool ou_explainer_act(Explainer *explainer, Action action, const char *message, Pieces pieces, int end);

/* Raise the exception for the lexer's last token, a TOK_ERROR. */
void ou_explainer_lexical(Explainer *explainer);

/* Evaluate the string literals from token `at` on, to find errors in them (syntax_error_find.c).
 * Returns the token after them, or -1 with the explainer stopped. */
int ou_explainer_strings(Explainer *explainer, int at);

/* Evaluate a number that could be too long. */
void ou_explainer_number(Explainer *explainer, int at);

#endif
