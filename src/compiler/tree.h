/* compiler/tree.h - the syntax tree: what the parser makes and the code generator reads.
 *
 * Glossary
 *   Tree       one parsed source: an arena of nodes, the objects they name, and the root.
 *   Mod        the root node: Module, Interactive, Expression or FunctionType.
 *   Stmt, Expr, Pattern, ExceptHandler, Arg, Keyword, Alias
 *              nodes with a place in the source; Arguments, Comprehension, WithItem and MatchCase have none.
 *   XxxSeq     a sequence by value: `n` elements at `items` (NULL when n is 0).
 *   identifier an exact, interned str.  Private names are not mangled here.
 *
 * Kinds and fields are those of Python 3.11's documented `ast` module, so its documentation describes this
 * file. A field that is `expr?` there may be NULL here; every other pointer is set.  Lines count from 1,
 * columns are byte offsets into the line's UTF-8 text and count from 0; the end is exclusive.
 *
 * Brackets and blocks bound how deep a tree nests to the right (PARSE_MAX_DEPTH in parse_core.h), but chains
 * that lean left (a + b + ..., a.b.c..., f()()...) and elif chains are as deep as the source is long: who walks
 * them by recursion must count.
 *
 * Nodes live until ou_tree_free() and are never freed singly.  Objects (identifiers and constants) are
 * borrowed by the nodes and owned by the list `objects` of the tree: a consumer that outlives the tree takes
 * its own.  */
#ifndef OU_COMPILER_TREE_H
#define OU_COMPILER_TREE_H

#include <Python.h>
#include <stdbool.h>

typedef struct Tree Tree;
typedef struct Mod Mod;
typedef struct Stmt Stmt;
typedef struct Expr Expr;
typedef struct Pattern Pattern;
typedef struct ExceptHandler ExceptHandler;
typedef struct Arguments Arguments;
typedef struct Arg Arg;
typedef struct Keyword Keyword;
typedef struct Alias Alias;
typedef struct WithItem WithItem;
typedef struct MatchCase MatchCase;
typedef struct Comprehension Comprehension;
typedef struct TypeIgnore TypeIgnore;

typedef struct { Py_ssize_t n; Stmt **items; } StmtSeq;
typedef struct { Py_ssize_t n; Expr **items; } ExprSeq;
typedef struct { Py_ssize_t n; Pattern **items; } PatternSeq;
typedef struct { Py_ssize_t n; ExceptHandler **items; } ExceptHandlerSeq;
typedef struct { Py_ssize_t n; Arg **items; } ArgSeq;
typedef struct { Py_ssize_t n; Keyword **items; } KeywordSeq;
typedef struct { Py_ssize_t n; Alias **items; } AliasSeq;
typedef struct { Py_ssize_t n; WithItem **items; } WithItemSeq;
typedef struct { Py_ssize_t n; MatchCase **items; } MatchCaseSeq;
typedef struct { Py_ssize_t n; Comprehension **items; } ComprehensionSeq;
typedef struct { Py_ssize_t n; TypeIgnore **items; } TypeIgnoreSeq;
typedef struct { Py_ssize_t n; PyObject **items; } IdentifierSeq; /* borrowed str objects */

typedef enum { CTX_LOAD = 1, CTX_STORE = 2, CTX_DEL = 3 } ExprContext;
typedef enum { BOOLOP_AND = 1, BOOLOP_OR } BoolOpKind;
typedef enum {
    OP_ADD = 1, OP_SUB, OP_MULT, OP_MATMULT, OP_DIV, OP_MOD, OP_POW, OP_LSHIFT, OP_RSHIFT, OP_BITOR,
    OP_BITXOR,
    OP_BITAND, OP_FLOORDIV
} OperatorKind;
typedef enum { UNARYOP_INVERT = 1, UNARYOP_NOT, UNARYOP_UADD, UNARYOP_USUB } UnaryOpKind;
typedef enum {
    CMPOP_EQ = 1, CMPOP_NOTEQ, CMPOP_LT, CMPOP_LTE, CMPOP_GT, CMPOP_GTE, CMPOP_IS, CMPOP_ISNOT, CMPOP_IN,
    CMPOP_NOTIN
} CmpOpKind;

typedef struct { Py_ssize_t n; CmpOpKind *items; } CmpOpSeq;

/* The place of a node.  Spelled out in each node, so that consumers write node->lineno. */
#define TREE_PLACE int lineno, col_offset, end_lineno, end_col_offset

/* ---- expressions ---- */

typedef enum {
    EXPR_BOOLOP = 1, EXPR_NAMEDEXPR, EXPR_BINOP, EXPR_UNARYOP, EXPR_LAMBDA, EXPR_IFEXP, EXPR_DICT, EXPR_SET,
    EXPR_LISTCOMP, EXPR_SETCOMP, EXPR_DICTCOMP, EXPR_GENERATOREXP, EXPR_AWAIT, EXPR_YIELD, EXPR_YIELDFROM,
    EXPR_COMPARE, EXPR_CALL, EXPR_FORMATTEDVALUE, EXPR_JOINEDSTR, EXPR_CONSTANT, EXPR_ATTRIBUTE,
    EXPR_SUBSCRIPT,
    EXPR_STARRED, EXPR_NAME, EXPR_LIST, EXPR_TUPLE, EXPR_SLICE
} ExprKind;

struct Expr {
    ExprKind kind;
    TREE_PLACE;
    union {
        struct { BoolOpKind op; ExprSeq values; } BoolOp;
        struct { Expr *target, *value; } NamedExpr;
        struct { Expr *left; OperatorKind op; Expr *right; } BinOp;
        struct { UnaryOpKind op; Expr *operand; } UnaryOp;
        struct { Arguments *args; Expr *body; } Lambda;
        struct { Expr *test, *body, *orelse; } IfExp;
        struct { ExprSeq keys, values; } Dict; /* a NULL key is `**value` */
        struct { ExprSeq elts; } Set;
        struct { Expr *elt; ComprehensionSeq generators; } ListComp, SetComp, GeneratorExp;
        struct { Expr *key, *value; ComprehensionSeq generators; } DictComp;
        struct { Expr *value; } Await, YieldFrom;
        struct { Expr *value; /* may be NULL */ } Yield;
        struct { Expr *left; CmpOpSeq ops; ExprSeq comparators; } Compare;
        struct { Expr *func; ExprSeq args; KeywordSeq keywords; } Call;
        struct { Expr *value; int conversion; /* -1, 's',
                'r' or 'a' */ Expr *format_spec; /* or NULL */ } FormattedValue;
        struct { ExprSeq values; } JoinedStr;
        struct { PyObject *value; /* borrowed */ bool kind_u; /* a str written u"..." */ } Constant;
        struct { Expr *value; PyObject *attr; ExprContext ctx; } Attribute;
        struct { Expr *value, *slice; ExprContext ctx; } Subscript;
        struct { Expr *value; ExprContext ctx; } Starred;
        struct { PyObject *id; ExprContext ctx; } Name;
        struct { ExprSeq elts; ExprContext ctx; } List, Tuple;
        struct { Expr *lower, *upper, *step; /* each may be NULL */ } Slice;
    };
};

struct Comprehension {
    Expr *target, *iter;
    ExprSeq ifs;
    int is_async;
};

struct Arg {
    PyObject *arg;
    Expr *annotation;       /* or NULL */
    PyObject *type_comment; /* or NULL */
    TREE_PLACE;
};

struct Arguments {
    ArgSeq posonlyargs, args;
    Arg *vararg; /* or NULL */
    ArgSeq kwonlyargs;
    ExprSeq kw_defaults; /* as many as kwonlyargs; NULL where there is no default */
    Arg *kwarg;          /* or NULL */
    ExprSeq defaults;    /* of the last of posonlyargs + args */
};

struct Keyword {
    PyObject *arg; /* NULL for `**value` */
    Expr *value;
    TREE_PLACE;
};

/* ---- statements ---- */

typedef enum {
    STMT_FUNCTIONDEF = 1, STMT_ASYNCFUNCTIONDEF, STMT_CLASSDEF, STMT_RETURN, STMT_DELETE, STMT_ASSIGN,
    STMT_AUGASSIGN,
    STMT_ANNASSIGN, STMT_FOR, STMT_ASYNCFOR, STMT_WHILE, STMT_IF, STMT_WITH, STMT_ASYNCWITH, STMT_MATCH,
    STMT_RAISE,
    STMT_TRY, STMT_TRYSTAR, STMT_ASSERT, STMT_IMPORT, STMT_IMPORTFROM, STMT_GLOBAL, STMT_NONLOCAL, STMT_EXPR,
    STMT_PASS, STMT_BREAK, STMT_CONTINUE
} StmtKind;

struct Stmt {
    StmtKind kind;
    TREE_PLACE;
    union {
        struct {
            PyObject *name;
            Arguments *args;
            StmtSeq body;
            ExprSeq decorator_list;
            Expr *returns;          /* or NULL */
            PyObject *type_comment; /* or NULL */
        } FunctionDef, AsyncFunctionDef;
        struct {
            PyObject *name;
            ExprSeq bases;
            KeywordSeq keywords;
            StmtSeq body;
            ExprSeq decorator_list;
        } ClassDef;
        struct { Expr *value; /* or NULL */ } Return;
        struct { ExprSeq targets; } Delete;
        struct { ExprSeq targets; Expr *value; PyObject *type_comment; } Assign;
        struct { Expr *target; OperatorKind op; Expr *value; } AugAssign;
        struct { Expr *target, *annotation, *value; /* value or NULL */ int simple; } AnnAssign;
        struct { Expr *target, *iter; StmtSeq body, orelse; PyObject *type_comment; } For, AsyncFor;
        struct { Expr *test; StmtSeq body, orelse; } While, If;
        struct { WithItemSeq items; StmtSeq body; PyObject *type_comment; } With, AsyncWith;
        struct { Expr *subject; MatchCaseSeq cases; } Match;
        struct { Expr *exc, *cause; /* each or NULL */ } Raise;
        struct { StmtSeq body; ExceptHandlerSeq handlers; StmtSeq orelse, finalbody; } Try, TryStar;
        struct { Expr *test, *msg; /* msg or NULL */ } Assert;
        struct { AliasSeq names; } Import;
        struct { PyObject *module; /* or NULL */ AliasSeq names; int level; } ImportFrom;
        struct { IdentifierSeq names; } Global, Nonlocal;
        struct { Expr *value; } Expr;
    };
};

struct ExceptHandler {
    Expr *type;     /* or NULL */
    PyObject *name; /* or NULL */
    StmtSeq body;
    TREE_PLACE;
};

struct Alias {
    PyObject *name;   /* "a.b.c", or "*" */
    PyObject *asname; /* or NULL */
    TREE_PLACE;
};

struct WithItem {
    Expr *context_expr;
    Expr *optional_vars; /* or NULL */
};

/* ---- match ---- */

typedef enum {
    PATTERN_MATCHVALUE = 1, PATTERN_MATCHSINGLETON, PATTERN_MATCHSEQUENCE, PATTERN_MATCHMAPPING,
    PATTERN_MATCHCLASS,
    PATTERN_MATCHSTAR, PATTERN_MATCHAS, PATTERN_MATCHOR
} PatternKind;

struct MatchCase {
    Pattern *pattern;
    Expr *guard; /* or NULL */
    StmtSeq body;
};

struct Pattern {
    PatternKind kind;
    TREE_PLACE;
    union {
        struct { Expr *value; } MatchValue;
        struct { PyObject *value; /* None, True or False */ } MatchSingleton;
        struct { PatternSeq patterns; } MatchSequence, MatchOr;
        struct { ExprSeq keys; PatternSeq patterns; PyObject *rest; /* or NULL */ } MatchMapping;
        struct {
            Expr *cls;
            PatternSeq patterns;
            IdentifierSeq kwd_attrs;
            PatternSeq kwd_patterns;
        } MatchClass;
        struct { PyObject *name; /* NULL for `*_` */ } MatchStar;
        struct { Pattern *pattern; PyObject *name; /* each or NULL; both NULL is `_` */ } MatchAs;
    };
};

/* ---- the root ---- */

struct TypeIgnore {
    int lineno;
    PyObject *tag; /* what follows `# type: ignore` */
};

typedef enum { MOD_MODULE = 1, MOD_INTERACTIVE, MOD_EXPRESSION, MOD_FUNCTIONTYPE } ModKind;

struct Mod {
    ModKind kind;
    union {
        struct { StmtSeq body; TypeIgnoreSeq type_ignores; } Module;
        struct { StmtSeq body; } Interactive;
        struct { Expr *body; } Expression;
        struct { ExprSeq argtypes; Expr *returns; } FunctionType;
    };
};

struct Tree {
    Mod *root;
    PyObject *objects;        /* list: owns each identifier and constant once */
    struct TreeChunk *chunks; /* the arena, newest first */
    char *free, *limit;       /* what is left of the newest chunk */
};

/* ---- making and freeing ---- */

/* An empty tree without a root.  Returns NULL with MemoryError set. */
Tree *ou_tree_new(void);

/* `size` bytes of zeroed memory that live as long as the tree.  Returns NULL with MemoryError set. */
void *ou_tree_alloc(Tree *tree, size_t size);

/* Let the tree own `object` (Refs: takes it, also on failure).
 * Returns it borrowed, or NULL with MemoryError set; NULL in gives NULL out. */
PyObject *ou_tree_keep(Tree *tree, PyObject *object);

/* Free the tree, all its nodes, and its references.  NULL is fine.  RE-ENTRANT only through constants'
 * deallocators. */
void ou_tree_free(Tree *tree);

/* ---- parsing ---- */

typedef enum {
    OU_PARSE_EXEC = Py_file_input,      /* Module */
    OU_PARSE_EVAL = Py_eval_input,      /* Expression */
    OU_PARSE_SINGLE = Py_single_input,  /* Interactive */
    OU_PARSE_FUNC_TYPE = 345            /* FunctionType; Py_func_type_input */
} OuParseMode;

/* Flags: the values of CPython 3.11's PyCF_*; others (the future statements, ONLY_AST, ...) are not looked
 * at. */
enum {
    OU_PARSE_IGNORE_COOKIE = 0x0800,          /* PyCF_IGNORE_COOKIE: the source is UTF-8, whatever it says */
    OU_PARSE_DONT_IMPLY_DEDENT = 0x0200,      /* PyCF_DONT_IMPLY_DEDENT */
    OU_PARSE_TYPE_COMMENTS = 0x1000,          /* PyCF_TYPE_COMMENTS */
    OU_PARSE_ALLOW_INCOMPLETE_INPUT = 0x4000, /* "incomplete input" where more lines could help */
    OU_PARSE_BARRY_AS_BDFL = 0x400000,        /* CO_FUTURE_BARRY_AS_BDFL: `<>` is the inequality */
    OU_PARSE_VERSION_SHIFT = 25,              /* four bits: 1 + the minor version whose grammar will do; 0 for the newest */
};

/* Parse UTF-8 text that is known to be text (came from a str).
 *
 * source     `size` bytes; source[size] must be 0.  NULs inside are an error.
 * filename   a str for error messages (any object is accepted and kept in the error).
 * Returns    a tree, or NULL with SyntaxError, IndentationError, TabError, ValueError (a NUL), MemoryError or
 *            what a warning filter raised.
 * RE-ENTRANT through warnings, codecs and the hooks; the source must stay as it is meanwhile, and what is built is
 * held by the parser alone. */
Tree *ou_parse_string(const char *source, size_t size, PyObject *filename, OuParseMode mode, int flags);

/* The same for bytes as they lie in a file: byte order mark, encoding cookie (PEP 263), then UTF-8.
 * With OU_PARSE_IGNORE_COOKIE it is ou_parse_string() after a check that the bytes are UTF-8.
 * `from_file` chooses between the messages for a file and those for a bytes object given to compile(). */
Tree *ou_parse_bytes(const char *source, size_t size, PyObject *filename, OuParseMode mode, int flags,
                     bool from_file);

/* Lines for a prompt.  `more` is called with continuation false for the first line of a statement, then true.
 * Returns  a PyMem_Malloc'ed UTF-8 line with its newline, "" (allocated) at end of input, or NULL with an
 *          error set (KeyboardInterrupt, say), which the parser passes on. */
typedef char *(*OuParseMoreFunction)(void *arg, bool continuation);

/* Parse one interactive statement, pulling as many lines as it needs.
 * Returns   a tree (Interactive), or NULL with an error set, or NULL without an error and *at_end true when
 *           the input ended before any token. */
Tree *ou_parse_interactive(OuParseMoreFunction more, void *arg, PyObject *filename, int flags, bool *at_end);

#endif
