/* compiler/parse_core.c - the parser's tools: scratch stack, identifiers, tokens, nodes.
 *
 * Owns       a Build's tables.
 * Invariant  every identifier of a build is in its table once, so each name costs one object and one entry of
 *            the tree's list however often it is written.
 * Not here   grammar. */
#include <Python.h>
#include <string.h>
#include <utf8proc.h>

#include "compiler/parse_core.h"
#include "object/hold.h"

/* ---- the build ---- */

int
ou_build_init(Build *build, PyObject *filename, int flags)
{
    memset(build, 0, sizeof *build);
    build->filename = filename;
    build->flags = flags;
    build->version = (flags >> OU_PARSE_VERSION_SHIFT & 15) - 1;
    if (build->version < 0) {
        build->version = PY_MINOR_VERSION;
    }
    build->c_stack_limit = ou_thread()->c_stack_limit;
    build->tree = ou_tree_new();
    return build->tree == NULL ? -1 : 0;
}

void
ou_build_clear(Build *build)
{
    PyMem_Free(build->names);
    PyMem_Free(build->scratch);
    build->names = NULL;
    build->scratch = NULL;
}

int
ou_build_push_slow(Build *build, void *item)
{
    Py_ssize_t cap = build->scratch_cap == 0 ? 256 : build->scratch_cap * 2;
    void **scratch = NULL;
    if ((size_t)cap <= PY_SSIZE_T_MAX / sizeof *scratch) {
        scratch = PyMem_Realloc(build->scratch, (size_t)cap * sizeof *scratch);
    }
    if (scratch == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    build->scratch = scratch;
    build->scratch_cap = cap;
    build->scratch[build->n_scratch++] = item;
    return 0;
}

int
ou_build_take(Build *build, Py_ssize_t mark, void *items, Py_ssize_t *n)
{
    Py_ssize_t count = build->n_scratch - mark;
    void *memory = NULL;
    if (count > 0) {
        size_t size = (size_t)count * sizeof(void *); /* fits: the scratch stack is that large */
        memory = ou_tree_alloc(build->tree, size);
        if (memory == NULL) {
            return -1;
        }
        memcpy(memory, build->scratch + mark, size);
    }
    build->n_scratch = mark;
    memcpy(items, &memory, sizeof memory);
    *n = count;
    return 0;
}

/* ---- identifiers ---- */

static PyObject *
name_normalize(PyObject *name)
{
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(name, &size);
    if (text == NULL) {
        return NULL;
    }
    utf8proc_uint8_t *out = NULL;
    utf8proc_ssize_t n =
        utf8proc_map((const utf8proc_uint8_t *)text, size, &out, UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE);
    if (n < 0) {
        PyErr_NoMemory(); /* the text is valid, so nothing else can be wrong */
        return NULL;
    }
    PyObject *result = PyUnicode_DecodeUTF8((const char *)out, n, NULL);
    free(out);
    return result;
}

/* Returns 0, or -1 with MemoryError set. */
static int
names_grow(Build *build)
{
    uint32_t n_slots = build->n_slots == 0 ? 128 : build->n_slots * 2;
    NameSlot *names = PyMem_Calloc(n_slots, sizeof *names);
    if (names == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (uint32_t i = 0; i < build->n_slots; i++) {
        if (build->names[i].name != NULL) {
            uint32_t at = build->names[i].hash & (n_slots - 1);
            while (names[at].name != NULL) {
                at = (at + 1) & (n_slots - 1);
            }
            names[at] = build->names[i];
        }
    }
    PyMem_Free(build->names);
    build->names = names;
    build->n_slots = n_slots;
    return 0;
}

PyObject *
ou_build_name(Build *build, const char *text, size_t size)
{
    /* FNV-1a: short keys, and no table an attacker could fill slower than by its size */
    uint32_t hash = 2166136261u;
    unsigned char high = 0;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
        high |= (unsigned char)text[i];
    }
    hash ^= hash >> 15;
    if (OU_UNLIKELY(build->n_names * 2 >= build->n_slots) && names_grow(build) < 0) {
        return NULL;
    }
    uint32_t mask = build->n_slots - 1, at = hash & mask;
    if (OU_LIKELY(high < 128)) {
        for (; build->names[at].name != NULL; at = (at + 1) & mask) {
            PyObject *name = build->names[at].name;
            if (build->names[at].hash == hash && PyUnicode_GET_LENGTH(name) == (Py_ssize_t)size && PyUnicode_IS_ASCII(name)
                && memcmp(PyUnicode_1BYTE_DATA(name), text, size) == 0) {
                return name;
            }
        }
    }
    PyObject *name = PyUnicode_DecodeUTF8(text, (Py_ssize_t)size, NULL);
    if (name == NULL) {
        return NULL;
    }
    if (OU_UNLIKELY(high >= 128)) {
        OU_HOLD(hold, &name);
        PyObject *normal = name_normalize(name);
        OU_HOLD_END(hold);
        Py_DECREF(name);
        if (normal == NULL) {
            return NULL;
        }
        if (!PyUnicode_CheckExact(normal)) {
            PyErr_Format(PyExc_TypeError, "unicodedata.normalize() must return a string, not %.200s", Py_TYPE(normal)->tp_name);
            Py_DECREF(normal);
            return NULL;
        }
        PyUnicode_InternInPlace(&normal);
        return ou_tree_keep(build->tree, normal);
    }
    PyUnicode_InternInPlace(&name);
    if (ou_tree_keep(build->tree, name) == NULL) {
        return NULL;
    }
    build->names[at].hash = hash;
    build->names[at].name = name;
    build->n_names++;
    return name;
}

/* ---- tokens ---- */

/* What a parser sees after an exception: nothing accepts it. */
static const Token stop_token = {.kind = TOK_ERROR, .col = -1, .end_col = -1};

void
ou_parser_init(Parser *parser, Build *build, TokenStream *tokens, int at)
{
    memset(parser, 0, sizeof *parser);
    parser->build = build;
    parser->tokens = tokens;
    parser->pos = at;
    if (at < tokens->n) {
        parser->tok = &tokens->items[at];
    }
    else {
        ou_parser_fetch(parser);
    }
}

OU_NOINLINE void
ou_parser_fetch(Parser *parser)
{
    TokenStream *tokens = parser->tokens;
    if (tokens->frozen) {
        parser->tok = &tokens->end;
        return;
    }
    if (PyErr_Occurred() || ou_token_stream_fetch(tokens, parser->pos) < 0) {
        parser->tok = &stop_token;
        return;
    }
    parser->tok = parser->pos < tokens->n ? &tokens->items[parser->pos] : &stop_token;
}

const Token *
ou_parser_last_text(const Parser *parser)
{
    int at = parser->pos - 1;
    while (at > 0) {
        int kind = parser->tokens->items[at].kind;
        if (kind != TOK_NEWLINE && kind != TOK_INDENT && kind != TOK_DEDENT && kind != TOK_END) {
            break;
        }
        at--;
    }
    return &parser->tokens->items[at];
}

int
ou_parser_peek(Parser *parser)
{
    int at = parser->pos;
    if (at + 1 >= parser->tokens->n && parser->tok->kind != TOK_END && parser->tok->kind != TOK_ERROR) {
        parser->pos++;
        ou_parser_fetch(parser);
        int kind = parser->tok->kind;
        parser_seek(parser, at);
        return kind;
    }
    return at + 1 < parser->tokens->n ? parser->tok[1].kind : TOK_END;
}

bool
ou_parser_failed_plainly(Parser *parser)
{
    if (parser->tokens->lexer->warning_raised) {
        parser->build->warning_raised = true;
    }
    if (PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_SyntaxError)) {
        PyErr_Clear();
    }
    return !PyErr_Occurred();
}

void
ou_parser_note_new(Parser *parser, int since, const char *what)
{
    Build *build = parser->build;
    if (build->too_new.what == NULL) {
        const Token *token = parser->tok; /* behind a suite, the end of that */
        if (parser->pos > 0 && (parser_last(parser)->kind == TOK_NEWLINE || parser_last(parser)->kind == TOK_DEDENT)) {
            token = parser_last(parser);
        }
        build->too_new.what = what;
        build->too_new.since = since;
        build->too_new.lineno = token->lineno;
        build->too_new.col = token->col;
        build->too_new.end_lineno = token->end_lineno;
        build->too_new.end_col = token->end_col;
    }
}

int
ou_parser_too_deep(Parser *parser)
{
    parser->build->depth--;
    PyErr_NoMemory(); /* as CPython 3.11 calls a parser stack that overflows */
    return -1;
}

/* ---- nodes ---- */

Expr *
ou_parser_expr(Parser *parser, ExprKind kind, Place start)
{
    Expr *expr = ou_tree_alloc(parser->build->tree, sizeof *expr);
    if (OU_UNLIKELY(expr == NULL)) {
        return NULL;
    }
    const Token *last = parser_last(parser);
    expr->kind = kind;
    expr->lineno = start.lineno;
    expr->col_offset = start.col;
    expr->end_lineno = last->end_lineno;
    expr->end_col_offset = last->end_col;
    return expr;
}

Stmt *
ou_parser_stmt(Parser *parser, StmtKind kind, Place start)
{
    Stmt *stmt = ou_tree_alloc(parser->build->tree, sizeof *stmt);
    if (OU_UNLIKELY(stmt == NULL)) {
        return NULL;
    }
    const Token *last = ou_parser_last_text(parser);
    stmt->kind = kind;
    stmt->lineno = start.lineno;
    stmt->col_offset = start.col;
    stmt->end_lineno = last->end_lineno;
    stmt->end_col_offset = last->end_col;
    return stmt;
}

PyObject *
ou_parse_name(Parser *parser)
{
    if (parser->tok->kind != TOK_NAME) {
        return NULL;
    }
    PyObject *name = ou_build_name(parser->build, ou_token_text(parser->tokens, parser->tok), parser->tok->len);
    if (name != NULL) {
        parser_next(parser);
    }
    return name;
}

int
ou_parse_type_comment(Parser *parser, PyObject **out)
{
    *out = NULL;
    if (OU_LIKELY(parser->tok->kind != TOK_TYPE_COMMENT)) {
        return 0;
    }
    PyObject *text = PyUnicode_DecodeUTF8(ou_token_text(parser->tokens, parser->tok), parser->tok->len, NULL);
    *out = ou_tree_keep(parser->build->tree, text);
    if (*out == NULL) {
        return -1;
    }
    parser_next(parser);
    return 0;
}
