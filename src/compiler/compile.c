/* compiler/compile.c - the compiler's entry: future statements, folding, scopes, code generation, in this order; and what all
 * of them share: depth and errors.
 *
 * Owns       the Compiler while it runs.
 * Invariant  all units are left, and the scope table freed, on every way out.
 * Not here   what compile() accepts and which flags it inherits (the built-in function does that). */
#include "compiler/compile.h"

#include <stdarg.h>

#include "compiler/codegen.h"
#include "compiler/fold.h"
#include "object/state.h"

int ou_compile_optimize = 0;

/* ---- depth and errors ------------------------------------------------------------------------------- */

void
ou_compile_depth_init(int *depth, int *limit)
{
    enum { SCALE = 3 }; /* from CPython 3.11: a tree may be three times as deep as calls */
    PyThreadState *ts = PyThreadState_Get();
    int recursion_limit = Py_GetRecursionLimit(), used = recursion_limit - ts->recursion_remaining;
    if (used < 0) {
        used = 0;
    }
    *limit = recursion_limit > INT_MAX / SCALE ? INT_MAX - 1 : recursion_limit * SCALE;
    *depth = used > INT_MAX / SCALE ? INT_MAX - 1 : used * SCALE;
}

int
ou_compile_too_deep(void)
{
    PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded during compilation");
    return -1;
}

bool
ou_compile_stack_is_low(void)
{
    char here;
    return &here < ou_thread()->c_stack_limit;
}

int
ou_compile_error(PyObject *filename, OuPlace place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    PyObject *message = PyUnicode_FromFormatV(format, args);
    va_end(args);
    if (message == NULL) {
        return -1;
    }
    PyObject *text = PyErr_ProgramTextObject(filename, place.line);
    if (text == NULL) {
        if (PyErr_Occurred()) {
            Py_DECREF(message);
            return -1;
        }
        text = Py_NewRef(Py_None);
    }
    PyObject *value =
        Py_BuildValue("O(OiiOii)", message, filename, place.line, place.col + 1, text, place.end_line, place.end_col + 1);
    Py_DECREF(message);
    Py_DECREF(text);
    if (value != NULL) {
        PyErr_SetObject(PyExc_SyntaxError, value);
        Py_DECREF(value);
    }
    return -1;
}

/* ---- from __future__ import ... --------------------------------------------------------------------- */

static int
future_feature(PyObject *filename, Stmt *s, Alias *alias, int *features)
{
    static const struct {
        const char *name;
        int flag;
    } known[] = {
        {FUTURE_NESTED_SCOPES, 0},    {FUTURE_GENERATORS, 0},
        {FUTURE_DIVISION, 0},         {FUTURE_ABSOLUTE_IMPORT, 0},
        {FUTURE_WITH_STATEMENT, 0},   {FUTURE_PRINT_FUNCTION, 0},
        {FUTURE_UNICODE_LITERALS, 0}, {FUTURE_BARRY_AS_BDFL, CO_FUTURE_BARRY_AS_BDFL},
        {FUTURE_GENERATOR_STOP, 0},   {FUTURE_ANNOTATIONS, CO_FUTURE_ANNOTATIONS},
    };
    for (size_t i = 0; i < OU_COUNT_OF(known); i++) {
        if (_PyUnicode_EqualToASCIIString(alias->name, known[i].name)) {
            *features |= known[i].flag;
            return 0;
        }
    }
    if (_PyUnicode_EqualToASCIIString(alias->name, "braces")) {
        PyErr_SetString(PyExc_SyntaxError, "not a chance");
    }
    else {
        PyErr_Format(PyExc_SyntaxError, "future feature %.100U is not defined", alias->name);
    }
    PyErr_SyntaxLocationObject(filename, s->lineno, s->col_offset + 1);
    return -1;
}

int
ou_future_features(Tree *tree, PyObject *filename, int *features, int *line)
{
    *features = 0;
    *line = -1;
    Mod *mod = tree->root;
    if (mod->kind != MOD_MODULE && mod->kind != MOD_INTERACTIVE) {
        return 0;
    }
    StmtSeq body = mod->Module.body;
    int previous_line = 0;
    bool done = false;
    for (Py_ssize_t i = 0; i < body.n; i++) {
        Stmt *s = body.items[i];
        if (done && s->lineno > previous_line) {
            return 0;
        }
        previous_line = s->lineno;
        if (s->kind == STMT_IMPORTFROM && s->ImportFrom.module != NULL
            && _PyUnicode_EqualToASCIIString(s->ImportFrom.module, "__future__")) {
            if (done) {
                PyErr_SetString(PyExc_SyntaxError, "from __future__ imports must occur at the beginning of the file");
                PyErr_SyntaxLocationObject(filename, s->lineno, s->col_offset); /* counted from 0 here, as CPython 3.11 does */
                return -1;
            }
            for (Py_ssize_t k = 0; k < s->ImportFrom.names.n; k++) {
                TRY(future_feature(filename, s, s->ImportFrom.names.items[k], features));
            }
            *line = s->lineno;
        }
        else if (i > 0 || s->kind != STMT_EXPR || s->Expr.value->kind != EXPR_CONSTANT
                 || !PyUnicode_CheckExact(s->Expr.value->Constant.value)) { /* anything but the docstring */
            done = true;
        }
    }
    return 0;
}

/* ---- the tree --------------------------------------------------------------------------------------- */

static int
gen_module(Compiler *c, Mod *mod)
{
    TRY(ou_unit_prologue(c));
    Unit *u = c->unit;
    switch (mod->kind) {
    case MOD_MODULE: TRY(ou_gen_outer_body(c, mod->Module.body)); break;
    case MOD_INTERACTIVE:
        c->interactive = true;
        if (ou_has_annotations(mod->Interactive.body)) {
            AT(c, mod->Interactive.body.items[0]);
            TRY(ou_emit(c, OU_OP_SETUP_ANNOTATIONS, 0, 0, 0));
        }
        TRY(ou_gen_body(c, mod->Interactive.body));
        break;
    case MOD_EXPRESSION: {
        int x = ou_gen_expr(c, mod->Expression.body, ANY);
        TRY(x);
        AT(c, mod->Expression.body);
        return ou_emit(c, OU_OP_RETURN, x, 0, 0);
    }
    case MOD_FUNCTIONTYPE: return -1; /* refused by the scopes already */
    }
    if (u->code[0].n > 1) {
        AT_NOWHERE(c);
    }
    int none = ou_const_operand(c, Py_None);
    TRY(none);
    return ou_emit(c, OU_OP_RETURN, none, 0, 0);
}

PyObject *
ou_compile_tree(Tree *tree, PyObject *filename, int flags, int optimize)
{
    Compiler c = {.tree = tree, .filename = filename, .optimize = optimize < 0 ? ou_compile_optimize : optimize};
    int features;
    PyObject *code = NULL;
    if (ou_future_features(tree, filename, &features, &c.future_line) < 0) {
        return NULL;
    }
    c.flags = flags | features;
    OU_HOLD(hold, &tree->objects);
    if (ou_fold(tree, c.optimize, c.flags) < 0 || ou_scopes_build(&c.scopes, tree, filename, c.flags) < 0) {
        goto done;
    }
    if (ou_unit_enter(&c, UNIT_MODULE, OU_STR(anon_module), tree->root, 1) < 0) {
        goto done;
    }
    if (gen_module(&c, tree->root) < 0) {
        while (c.unit != NULL) {
            ou_unit_leave(&c);
        }
        goto done;
    }
    code = ou_unit_finish(&c);
done:
    ou_scopes_clear(&c.scopes);
    OU_HOLD_END(hold);
    return code;
}

PyObject *
ou_compile_source(const char *source, size_t size, PyObject *filename, OuParseMode mode, int flags, int optimize)
{
    Tree *tree = ou_parse_bytes(source, size, filename, mode, flags, flags & OU_COMPILE_FILE);
    if (tree == NULL) {
        return NULL;
    }
    PyObject *code = ou_compile_tree(tree, filename, flags, optimize);
    ou_tree_free(tree);
    return code;
}
