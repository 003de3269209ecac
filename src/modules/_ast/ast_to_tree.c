/* modules/_ast/ast_to_tree.c - Python objects as a syntax tree.
 *
 * Owns       the tree until it is complete.
 * Invariant  every object that a node of the tree names is in the tree's list, which is declared held: attributes may
 *            be properties, so any step may run Python code.
 * Not here   whether the tree makes sense (ast_validate.c).
 *
 * What is demanded of an object, and in what order it is looked at, is CPython 3.11's: a product may be any object with
 * the right attributes, a kind is looked for with isinstance() after the place was read, None is refused late. */
#include <Python.h>

#include "base/base.h"
#include "base/try.h"
#include "compiler/scope.h"
#include "modules/_ast/ast.h"
#include "object/hold.h"

typedef struct {
    PyObject *state; /* borrowed */
    Tree *tree;
} Reading;

static int read_node(Reading *r, int class_id, PyObject *object, void **out);

static int
missing(const char *field, int class_id)
{
    PyErr_Format(PyExc_TypeError, "required field \"%s\" missing from %s", field, ou_ast_class(class_id)->name);
    return -1;
}

/* Read obj.name.  Returns 1 with a new reference, 0 if there is none, or -1 with an error set. */
static int
read_attribute(PyObject *object, PyObject *name, PyObject **out)
{
    int found = _PyObject_LookupAttr(object, name, out);
    return found < 0 ? -1 : *out != NULL;
}

/* Let the tree own an object that a node names. */
static int
keep(Reading *r, PyObject *object, void **out)
{
    *out = ou_tree_keep(r->tree, Py_NewRef(object));
    return *out == NULL ? -1 : 0;
}

static int
read_identifier(Reading *r, PyObject *object, void **out)
{
    if (object == Py_None) {
        return 0;
    }
    if (!PyUnicode_CheckExact(object)) {
        PyErr_SetString(PyExc_TypeError, "AST identifier must be of type str");
        return -1;
    }
    PyObject *name = Py_NewRef(object);
    PyUnicode_InternInPlace(&name);
    *out = ou_tree_keep(r->tree, name);
    return *out == NULL ? -1 : 0;
}

static int
read_string(Reading *r, PyObject *object, void **out)
{
    if (object == Py_None) {
        return 0;
    }
    if (!PyUnicode_CheckExact(object) && !PyBytes_CheckExact(object)) {
        PyErr_SetString(PyExc_TypeError, "AST string must be of type str");
        return -1;
    }
    return keep(r, object, out);
}

static int
read_int(PyObject *object, int *out)
{
    if (!PyLong_Check(object)) {
        PyErr_Format(PyExc_ValueError, "invalid integer value: %R", object);
        return -1;
    }
    *out = _PyLong_AsInt(object);
    return *out == -1 && PyErr_Occurred() ? -1 : 0;
}

static int
not_some(int class_id, PyObject *object)
{
    PyErr_Format(PyExc_TypeError, "expected some sort of %s, but got %R", ou_ast_class(class_id)->name, object);
    return -1;
}

/* Which kind of a sum or enumeration is `object`?  Returns its number, counted from 1, or -1 with an error set. */
static int
kind_of(Reading *r, int class_id, PyObject *object)
{
    PyObject *type = (PyObject *)Py_TYPE(object);
    int end = class_id + 1;
    for (; end < AST_N_CLASSES && ou_ast_class(end)->parent == class_id; end++) {
        if (ou_ast_state_class(r->state, end) == type) {
            return end - class_id;
        }
    }
    for (int id = class_id + 1; id < end; id++) {
        int is = PyObject_IsInstance(object, ou_ast_state_class(r->state, id));
        if (is != 0) {
            return is < 0 ? -1 : id - class_id;
        }
    }
    return not_some(class_id, object);
}

/* The value of one field, or one item of it, into `at`. */
static int
read_value(Reading *r, int type, PyObject *object, void *at)
{
    switch (type) {
    case AST_CLASS_identifier: return read_identifier(r, object, at);
    case AST_CLASS_string: return read_string(r, object, at);
    case AST_CLASS_int: return read_int(object, at);
    case AST_CLASS_constant: return keep(r, object, at);
    case AST_CLASS_kind: {
        void *kind = NULL;
        TRY(read_string(r, object, &kind));
        *(bool *)at = kind != NULL && PyUnicode_Check((PyObject *)kind) && _PyUnicode_EqualToASCIIString(kind, "u");
        return 0;
    }
    default: break;
    }
    if (ou_ast_class(type)->shape == AST_ENUM) {
        int kind = kind_of(r, type, object);
        TRY(kind);
        *(int *)at = kind;
        return 0;
    }
    char where[60];
    PyOS_snprintf(where, sizeof where, " while traversing '%s' node", ou_ast_class(type)->name);
    if (Py_EnterRecursiveCall(where)) {
        return -1;
    }
    int status = read_node(r, type, object, at);
    Py_LeaveRecursiveCall();
    return status;
}

/* RE-ENTRANT: items' attributes may change the list. */
static int
read_sequence(Reading *r, int class_id, const AstField *field, PyObject *list, char *at)
{
    if (!PyList_Check(list)) {
        PyErr_Format(PyExc_TypeError, "%s field \"%s\" must be a list, not a %.200s", ou_ast_class(class_id)->name, field->name,
                     _PyType_Name(Py_TYPE(list)));
        return -1;
    }
    bool is_enum = field->type < AST_N_CLASSES && ou_ast_class(field->type)->shape == AST_ENUM;
    size_t item_size = is_enum ? sizeof(int) : sizeof(void *), n = (size_t)PyList_GET_SIZE(list);
    char *items = n == 0 ? NULL : ou_tree_alloc(r->tree, n * item_size); /* fits: the list is that long */
    if (n > 0 && items == NULL) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        PyObject *item = Py_NewRef(PyList_GET_ITEM(list, i));
        OU_HOLD(hold, &item);
        int status = read_value(r, field->type, item, items + i * item_size);
        OU_HOLD_END(hold);
        Py_DECREF(item);
        TRY(status);
        if (n != (size_t)PyList_GET_SIZE(list)) {
            PyErr_Format(PyExc_RuntimeError, "%s field \"%s\" changed size during iteration", ou_ast_class(class_id)->name,
                         field->name);
            return -1;
        }
    }
    StmtSeq seq = {(Py_ssize_t)n, (void *)items}; /* all sequences have this layout */
    memcpy(at, &seq, sizeof seq);
    return 0;
}

static int
read_field(Reading *r, int class_id, int i, PyObject *object, char *node)
{
    const AstField *field = &ou_ast_fields[ou_ast_class(class_id)->first_field + i];
    PyObject *value;
    int found = read_attribute(object, PyTuple_GET_ITEM(ou_ast_state_fields(r->state, class_id), i), &value);
    TRY(found);
    if (!found) {
        return field->quantity == AST_OPTIONAL ? 0 : missing(field->name, class_id);
    }
    int status = 0;
    OU_HOLD(hold, &value);
    if (field->quantity == AST_MANY) {
        status = read_sequence(r, class_id, field, value, node + field->offset);
    }
    else if (field->quantity == AST_ONE || value != Py_None) {
        status = read_value(r, field->type, value, node + field->offset);
    }
    OU_HOLD_END(hold);
    Py_DECREF(value);
    return status;
}

static int
read_place(int class_id, AstPlace kind, PyObject *object, int *place)
{
    static const char *const names[] = {"lineno", "col_offset", "end_lineno", "end_col_offset"};
    PyObject *attributes[] = {OU_STR(lineno), OU_STR(col_offset), OU_STR(end_lineno), OU_STR(end_col_offset)};
    for (int i = 0; i < 4; i++) {
        PyObject *value;
        int found = read_attribute(object, attributes[i], &value);
        TRY(found);
        bool may_be_missing = i >= 2 && kind == AST_PLACE;
        if (!found && !may_be_missing) {
            return missing(names[i], class_id);
        }
        if (may_be_missing && (!found || value == Py_None)) {
            place[i] = place[i - 2];
            Py_XDECREF(value);
            continue;
        }
        OU_HOLD(hold, &value);
        int status = read_int(value, &place[i]);
        OU_HOLD_END(hold);
        Py_DECREF(value);
        TRY(status);
    }
    return 0;
}

/* What must be there but is None. */
static int
check_required(const AstClass *class, const char *node)
{
    for (int i = 0; i < class->n_fields; i++) {
        const AstField *field = &ou_ast_fields[class->first_field + i];
        bool is_pointer = field->type != AST_CLASS_int && field->type != AST_CLASS_kind
                       && (field->type >= AST_N_CLASSES || ou_ast_class(field->type)->shape != AST_ENUM);
        if (field->quantity == AST_ONE && is_pointer && *(void *const *)(const void *)(node + field->offset) == NULL) {
            PyErr_Format(PyExc_ValueError, "field '%s' is required for %s", field->name, class->name);
            return -1;
        }
    }
    return 0;
}

static int
read_node(Reading *r, int class_id, PyObject *object, void **out)
{
    const AstClass *class = ou_ast_class(class_id);
    bool is_sum = class->shape == AST_SUM;
    if (is_sum && object == Py_None) {
        return 0;
    }
    char *node = ou_tree_alloc(r->tree, class->size);
    if (node == NULL) {
        return -1;
    }
    int *place = (int *)(void *)(node + class->place_offset);
    if (is_sum) {
        if (class->place != AST_NONE) {
            TRY(read_place(class_id, class->place, object, place));
        }
        int kind = kind_of(r, class_id, object);
        TRY(kind);
        if (class_id != AST_CLASS_excepthandler && class_id != AST_CLASS_type_ignore) {
            *(int *)(void *)node = kind; /* the first member, where there is more than one kind */
        }
        class_id += kind;
        class = ou_ast_class(class_id);
    }
    for (int i = 0; i < class->n_fields; i++) {
        TRY(read_field(r, class_id, i, object, node));
    }
    if (!is_sum && class->place != AST_NONE) {
        TRY(read_place(class_id, class->place, object, place));
    }
    TRY(check_required(class, node));
    *out = node;
    return 0;
}

Tree *
ou_ast_to_tree(PyObject *object, OuParseMode mode)
{
    Reading r = {.state = ou_ast_state()};
    int wanted = mode == OU_PARSE_EXEC   ? AST_CLASS_Module
               : mode == OU_PARSE_EVAL   ? AST_CLASS_Expression
               : mode == OU_PARSE_SINGLE ? AST_CLASS_Interactive
                                         : AST_CLASS_FunctionType;
    if (r.state == NULL) {
        return NULL;
    }
    int is = PyObject_IsInstance(object, ou_ast_state_class(r.state, wanted));
    if (is <= 0) {
        if (is == 0) {
            PyErr_Format(PyExc_TypeError, "expected %s node, got %.400s", ou_ast_class(wanted)->name,
                         _PyType_Name(Py_TYPE(object)));
        }
        return NULL;
    }
    r.tree = ou_tree_new();
    if (r.tree == NULL) {
        return NULL;
    }
    void *root = NULL;
    OU_HOLD(hold, &r.tree->objects);
    int status = read_node(&r, AST_CLASS_mod, object, &root);
    r.tree->root = root;
    if (status == 0) {
        status = ou_ast_validate(r.tree);
    }
    OU_HOLD_END(hold);
    if (status < 0) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback); /* first: freeing must not see an exception */
        ou_tree_free(r.tree);
        PyErr_Restore(type, value, traceback);
        return NULL;
    }
    return r.tree;
}
