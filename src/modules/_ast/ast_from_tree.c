/* modules/_ast/ast_from_tree.c - a syntax tree as Python objects.
 *
 * Owns       nothing.
 * Invariant  no Python code runs: attributes go straight into new instances' dicts.
 * Not here   the classes (ast_module.c). */
#include <Python.h>

#include "compiler/scope.h"
#include "modules/_ast/ast.h"
#include "object/hold.h"

typedef struct {
    PyObject *state; /* borrowed */
    PyObject *attributes[4];
    int depth, depth_limit;
} Making;

static PyObject *make_node(Making *m, int class_id, const void *node);

/* What a pointer to a node, or an object, stands for. */
static PyObject *
make_pointer(Making *m, int type, const void *pointer)
{
    if (pointer == NULL) {
        return Py_NewRef(Py_None);
    }
    return type < AST_N_CLASSES ? make_node(m, type, pointer) : Py_NewRef((PyObject *)pointer);
}

static PyObject *
make_enum(Making *m, int type, int value)
{
    return Py_NewRef(ou_ast_state_single(m->state, type + value));
}

static PyObject *
make_sequence(Making *m, int type, const char *at)
{
    const StmtSeq *seq = (const void *)at; /* all sequences have this layout, but for the items' size */
    PyObject *list = PyList_New(seq->n);
    bool is_enum = type < AST_N_CLASSES && ou_ast_class(type)->shape == AST_ENUM;
    for (Py_ssize_t i = 0; list != NULL && i < seq->n; i++) {
        PyObject *item = is_enum ? make_enum(m, type, (int)((const CmpOpSeq *)(const void *)at)->items[i])
                                 : make_pointer(m, type, seq->items[i]);
        if (item == NULL) {
            Py_CLEAR(list);
            break;
        }
        PyList_SET_ITEM(list, i, item);
    }
    return list;
}

static PyObject *
make_field(Making *m, const AstField *field, const char *node)
{
    const char *at = node + field->offset;
    if (field->quantity == AST_MANY) {
        return make_sequence(m, field->type, at);
    }
    if (field->type == AST_CLASS_int) {
        return PyLong_FromLong(*(const int *)(const void *)at);
    }
    if (field->type == AST_CLASS_kind) {
        return *(const bool *)at ? PyUnicode_InternFromString("u") : Py_NewRef(Py_None);
    }
    if (field->type < AST_N_CLASSES && ou_ast_class(field->type)->shape == AST_ENUM) {
        return make_enum(m, field->type, *(const int *)(const void *)at);
    }
    return make_pointer(m, field->type, *(void *const *)(const void *)at);
}

static int
set_item(PyObject *dict, PyObject *key, PyObject *value)
{
    int status = value == NULL ? -1 : PyDict_SetItem(dict, key, value);
    Py_XDECREF(value);
    return status;
}

static PyObject *
make_node(Making *m, int class_id, const void *node)
{
    const AstClass *class = ou_ast_class(class_id);
    if (++m->depth > m->depth_limit || ou_compile_stack_is_low()) {
        PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded during ast construction");
        return NULL;
    }
    if (class->shape == AST_SUM) {
        /* A kind is the first member of its struct; where there is but one kind there is no such member. */
        bool only_one = class_id == AST_CLASS_excepthandler || class_id == AST_CLASS_type_ignore;
        class_id += only_one ? 1 : *(const int *)node;
        class = ou_ast_class(class_id);
    }
    PyObject *self = PyType_GenericNew((PyTypeObject *)ou_ast_state_class(m->state, class_id), NULL, NULL);
    PyObject *dict = PyDict_New(), *fields = ou_ast_state_fields(m->state, class_id);
    if (self == NULL || dict == NULL) {
        goto failed;
    }
    for (int i = 0; i < class->n_fields; i++) {
        if (set_item(dict, PyTuple_GET_ITEM(fields, i), make_field(m, &ou_ast_fields[class->first_field + i], node)) < 0) {
            goto failed;
        }
    }
    const int *place = (const int *)(const void *)((const char *)node + class->place_offset);
    for (int i = 0; class->place != AST_NONE && i < 4; i++) {
        if (set_item(dict, m->attributes[i], PyLong_FromLong(place[i])) < 0) {
            goto failed;
        }
    }
    PyObject **slot = _PyObject_GetDictPtr(self);
    *slot = dict;
    m->depth--;
    return self;
failed:
    Py_XDECREF(self);
    Py_XDECREF(dict);
    return NULL;
}

PyObject *
ou_ast_from_tree(Tree *tree)
{
    Making m = {.state = ou_ast_state(),
                .attributes = {OU_STR(lineno), OU_STR(col_offset), OU_STR(end_lineno), OU_STR(end_col_offset)}};
    if (m.state == NULL) {
        return NULL;
    }
    ou_compile_depth_init(&m.depth, &m.depth_limit);
    return make_node(&m, AST_CLASS_mod, tree->root);
}
