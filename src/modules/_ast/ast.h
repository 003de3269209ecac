/* modules/_ast/ast.h - syntax trees as Python objects.
 *
 * Glossary
 *   class   one row of ast_nodes.def: AST_CLASS_stmt, AST_CLASS_FunctionDef, ... index every table here
 *   shape   what a class's row makes it: the base, an abstract sum, an enumeration, one of their kinds, or a product
 *   state   the tuple of ou_ast_state(): the Python classes, the tuples of their fields' names, and the only instance
 *           of each operator
 *
 * One table describes all nodes: classes, conversion in both directions and docstrings are made from it. */
#ifndef OU_MODULES_AST_H
#define OU_MODULES_AST_H

#include <Python.h>

#include "compiler/tree.h"

typedef enum {
    AST_CLASS_AST,
#define SUM(name, place) AST_CLASS_##name,
#define ENUM(name) AST_CLASS_##name,
#define KIND(name) AST_CLASS_##name,
#define PRODUCT(name, place) AST_CLASS_##name,
#define FIELD(type, class, path, name, field_type, quantity)
#include "modules/_ast/ast_nodes.def"
#undef SUM
#undef ENUM
#undef KIND
#undef PRODUCT
#undef FIELD
    AST_N_CLASSES,
    /* Fields' types that are no nodes. */
    AST_CLASS_identifier = AST_N_CLASSES,
    AST_CLASS_string,
    AST_CLASS_int,
    AST_CLASS_constant,
    AST_CLASS_kind, /* "u" or nothing: a flag in the tree */
} AstClassId;

typedef enum { AST_BASE, AST_SUM, AST_ENUM, AST_KIND, AST_ENUM_KIND, AST_PRODUCT } AstShape;
typedef enum { AST_NONE, AST_PLACE, AST_WHOLE_PLACE } AstPlace;
typedef enum { AST_ONE, AST_OPTIONAL, AST_MANY } AstQuantity;

typedef struct {
    const char *name;
    uint8_t type;     /* AstClassId */
    uint8_t quantity; /* AstQuantity */
    uint16_t offset;  /* in the tree's struct */
} AstField;

typedef struct {
    const char *name;
    uint8_t shape;         /* AstShape */
    uint8_t parent;        /* AstClassId of the base class */
    uint8_t place;         /* AstPlace; a kind's is its parent's */
    uint16_t first_field, n_fields;
    uint16_t size;         /* bytes of the tree's struct; 0 for enumerations */
    uint16_t place_offset; /* of its `lineno`, which the three other numbers follow */
} AstClass;

extern const AstField ou_ast_fields[];

/* The class with this id; complete once ou_ast_state() has been called. */
const AstClass *ou_ast_class(int id);

/* The state, made at the first call.  Returns it borrowed (the interpreter owns it), or NULL with an error set. */
PyObject *ou_ast_state(void);

static inline PyObject *
ou_ast_state_class(PyObject *state, int id)
{
    return PyTuple_GET_ITEM(state, id);
}

static inline PyObject *
ou_ast_state_fields(PyObject *state, int id)
{
    return PyTuple_GET_ITEM(state, AST_N_CLASSES + id);
}

/* The only instance of an operator or context; None for other classes. */
static inline PyObject *
ou_ast_state_single(PyObject *state, int id)
{
    return PyTuple_GET_ITEM(state, 2 * AST_N_CLASSES + id);
}

/* Is `object` a node?  Returns 1, 0, or -1 with an error set.  RE-ENTRANT. */
int ou_ast_check(PyObject *object);

/* The root of a tree as a Python object.  Returns a new reference, or NULL with RecursionError or MemoryError set. */
PyObject *ou_ast_from_tree(Tree *tree);

/* A tree from a Python object.
 *
 * mode      what kind of root it must be
 * Returns   a tree that has passed ou_ast_validate(), or NULL with TypeError, ValueError, RecursionError, MemoryError
 *           or what an attribute raised.  RE-ENTRANT. */
Tree *ou_ast_to_tree(PyObject *object, OuParseMode mode);

/* Is the tree one that the parser could have made, as far as the compiler relies on it?
 * Returns 0, or -1 with ValueError, TypeError or RecursionError set. */
int ou_ast_validate(Tree *tree);

#endif
