/* tests/unit/compiler/parse_test.c - texts become trees, or exceptions; never anything else.
 *
 * Owns       nothing beyond a test. */
#include <Python.h>

#include "compiler/tree.h"

static void
start(void)
{
    Py_Initialize();
}

#define UNIT_SETUP start
#include "unit.h"

static Tree *
parse(const char *text, OuParseMode mode)
{
    static PyObject *filename;
    if (filename == NULL) {
        filename = PyUnicode_FromString("<test>");
    }
    return ou_parse_string(text, strlen(text), filename, mode, OU_PARSE_IGNORE_COOKIE);
}

/* Is the exception that is set a `type` whose message begins so?  Clears it. */
static bool
raised(PyObject *type, const char *message)
{
    PyObject *kind, *value, *traceback;
    bool right = PyErr_ExceptionMatches(type);
    PyErr_Fetch(&kind, &value, &traceback);
    PyErr_NormalizeException(&kind, &value, &traceback);
    PyObject *text = PyObject_Str(value);
    const char *utf8 = text != NULL ? PyUnicode_AsUTF8(text) : NULL;
    right = right && utf8 != NULL && strncmp(utf8, message, strlen(message)) == 0;
    if (!right) {
        printf("    got: %s\n", utf8 != NULL ? utf8 : "nothing");
    }
    Py_XDECREF(text);
    Py_XDECREF(kind);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return right;
}

TEST(parse, binds_operators_as_the_language_does)
{
    Tree *tree = parse("not a < b + -c ** 2 or d", OU_PARSE_EVAL);
    CHECK(tree != NULL);
    Expr * or = tree->root->Expression.body;
    CHECK(or->kind == EXPR_BOOLOP && or->BoolOp.values.n == 2);
    Expr *not = or->BoolOp.values.items[0];
    CHECK(not ->kind == EXPR_UNARYOP && not ->UnaryOp.op == UNARYOP_NOT);
    Expr *sum = not ->UnaryOp.operand->Compare.comparators.items[0];
    CHECK(sum->kind == EXPR_BINOP && sum->BinOp.right->kind == EXPR_UNARYOP);
    CHECK(sum->BinOp.right->UnaryOp.operand->BinOp.op == OP_POW);
    CHECK(sum->col_offset == 8 && sum->end_col_offset == 19);
    ou_tree_free(tree);
}

TEST(parse, makes_each_identifier_once)
{
    Tree *tree = parse("a.b = a.b\n", OU_PARSE_EXEC);
    CHECK(tree != NULL && PyList_GET_SIZE(tree->objects) == 2);
    Stmt *stmt = tree->root->Module.body.items[0];
    Expr *target = stmt->Assign.targets.items[0];
    CHECK(target->Attribute.ctx == CTX_STORE && target->Attribute.value->Name.ctx == CTX_LOAD);
    CHECK(target->Attribute.attr == stmt->Assign.value->Attribute.attr);
    ou_tree_free(tree);
}

TEST(parse, chains_elif_without_recursion)
{
    Tree *tree = parse("if a: b\nelif c: d\nelse: e\n", OU_PARSE_EXEC);
    CHECK(tree != NULL);
    Stmt *first = tree->root->Module.body.items[0], *second = first->If.orelse.items[0];
    CHECK(first->If.orelse.n == 1 && second->kind == STMT_IF && second->If.orelse.items[0]->kind == STMT_EXPR);
    CHECK(first->end_lineno == 3 && second->end_lineno == 3);
    ou_tree_free(tree);
}

TEST(parse, goes_back_where_a_parenthesis_after_with_is_an_expression)
{
    Tree *tree = parse("with (a, b): pass\nwith (a, b) as c: pass\nwith (a + b).c: pass\n", OU_PARSE_EXEC);
    CHECK(tree != NULL);
    StmtSeq body = tree->root->Module.body;
    CHECK(body.n == 3 && body.items[0]->With.items.n == 2 && body.items[1]->With.items.n == 1);
    CHECK(body.items[1]->With.items.items[0]->context_expr->kind == EXPR_TUPLE);
    CHECK(body.items[2]->With.items.items[0]->context_expr->kind == EXPR_ATTRIBUTE);
    ou_tree_free(tree);
}

TEST(parse, reads_match_as_a_name_and_as_a_statement)
{
    Tree *tree = parse("match = 1\nmatch(a, b)\nmatch (a, b):\n    case [x, *_] if x: pass\n", OU_PARSE_EXEC);
    CHECK(tree != NULL);
    StmtSeq body = tree->root->Module.body;
    CHECK(body.items[0]->kind == STMT_ASSIGN && body.items[1]->kind == STMT_EXPR);
    CHECK(body.items[2]->kind == STMT_MATCH && body.items[2]->Match.cases.n == 1);
    ou_tree_free(tree);
}

TEST(parse, bounds_its_depth)
{
    size_t n = 300000;
    char *text = malloc(n + 2);
    memset(text, '-', n);
    strcpy(text + n, "1");
    CHECK(parse(text, OU_PARSE_EVAL) == NULL && PyErr_ExceptionMatches(PyExc_MemoryError));
    PyErr_Clear();
    memset(text, '(', n);
    CHECK(parse(text, OU_PARSE_EVAL) == NULL && raised(PyExc_SyntaxError, "too many nested parentheses"));
    free(text);
}

TEST(parse, explains_what_it_refuses)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"f(a b)", "invalid syntax. Perhaps you forgot a comma?"},
        {"if a\n  b", "expected ':'"},
        {"f() = 1", "cannot assign to function call here. Maybe you meant '==' instead of '='?"},
        {"x = (1,", "'(' was never closed"},
        {"x = 'a", "unterminated string literal (detected at line 1)"},
        {"f'{a b}'", "f-string: invalid syntax. Perhaps you forgot a comma?"},
        {"print 1", "Missing parentheses in call to 'print'. Did you mean print(...)?"},
        {"a b\n)", "unmatched ')'"},
        {"a = = b", "invalid syntax"},
    };
    for (size_t i = 0; i < OU_COUNT_OF(cases); i++) {
        CHECK(parse(cases[i].text, OU_PARSE_EXEC) == NULL && raised(PyExc_SyntaxError, cases[i].message));
    }
    CHECK(parse("if a:\nb", OU_PARSE_EXEC) == NULL);
    CHECK(raised(PyExc_IndentationError, "expected an indented block after 'if' statement on line 1"));
}

/* Lines for the interactive parser. */
static const char *const *next_line;

static char *
more(void *arg, bool continuation)
{
    (void)arg;
    (void)continuation;
    const char *line = *next_line != NULL ? *next_line++ : "";
    return strcpy(PyMem_Malloc(strlen(line) + 1), line);
}

TEST(parse, asks_for_no_line_too_many)
{
    static const char *const lines[] = {"x = (1,\n", "2)\n", "if x:\n", "  y\n", "\n", "z\n", NULL};
    PyObject *filename = PyUnicode_FromString("<stdin>");
    bool at_end;
    next_line = lines;
    int n_lines[] = {2, 5, 6};
    for (int i = 0; i < 3; i++) {
        Tree *tree = ou_parse_interactive(more, NULL, filename, 0, &at_end);
        CHECK(tree != NULL && next_line == lines + n_lines[i]);
        ou_tree_free(tree);
    }
    CHECK(ou_parse_interactive(more, NULL, filename, 0, &at_end) == NULL && at_end && !PyErr_Occurred());
    Py_DECREF(filename);
}

FAULT_TEST(parse, survives_refused_allocations)
{
    static const char *const texts[] = {"def f(a, *, b=1):\n    return [x for x in f'{a!r:>{b}}' 'c\\n']\n", "f(a b)\n"};
    for (int i = 0; i < 2; i++) {
        Tree *tree = parse(texts[i], OU_PARSE_EXEC);
        if (tree == NULL) {
            CHECK(PyErr_ExceptionMatches(PyExc_MemoryError) || (i == 1 && PyErr_ExceptionMatches(PyExc_SyntaxError)));
            PyErr_Clear();
        }
        ou_tree_free(tree);
    }
}
