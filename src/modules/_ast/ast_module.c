/* modules/_ast/ast_module.c - the module _ast: the classes of syntax nodes.
 *
 * Owns       the state (ast.h), which lies in the interpreter's dict: every import of _ast shows the same classes.
 * Invariant  ids of KINDs follow their sum's in the order of tree.h's enums, so that class = sum + kind.
 * Not here   conversion (ast_from_tree.c, ast_to_tree.c); what trees are allowed (ast_validate.c). */
#include <Python.h>
#include <stddef.h>
#include <structmember.h>

#include "base/base.h"
#include "modules/_ast/ast.h"
#include "object/hold.h"
#include "types/str.h"

/* ---- the table --------------------------------------------------------------------------------------- */

const AstField ou_ast_fields[] = {
#define SUM(name, place)
#define ENUM(name)
#define KIND(name)
#define PRODUCT(name, place)
#define FIELD(type, class, path, name, field_type, quantity) \
    {#name, AST_CLASS_##field_type, AST_##quantity, offsetof(type, path)},
#include "modules/_ast/ast_nodes.def"
#undef SUM
#undef ENUM
#undef KIND
#undef PRODUCT
#undef FIELD
};

/* A number for each class: how many fields come before its own. */
enum {
#define SUM(name, place)
#define ENUM(name)
#define KIND(name) FIRST_##name, BEFORE_##name = FIRST_##name - 1,
#define PRODUCT(name, place) FIRST_##name, BEFORE_##name = FIRST_##name - 1,
#define FIELD(type, class, path, name, field_type, quantity) FIELD_##class##_##name,
#include "modules/_ast/ast_nodes.def"
#undef SUM
#undef ENUM
#undef KIND
#undef PRODUCT
#undef FIELD
    N_FIELDS
};

static AstClass classes[AST_N_CLASSES] = {
    /* parent and n_fields are filled in by classes_complete() */
    {.name = "AST", .shape = AST_BASE},
#define SUM(name_, place_) {.name = #name_, .shape = AST_SUM, .place = AST_##place_},
#define ENUM(name_) {.name = #name_, .shape = AST_ENUM},
#define KIND(name_) {.name = #name_, .shape = AST_KIND, .first_field = FIRST_##name_},
#define PRODUCT(name_, place_) {.name = #name_, .shape = AST_PRODUCT, .place = AST_##place_, .first_field = FIRST_##name_},
#define FIELD(type, class, path, name, field_type, quantity)
#include "modules/_ast/ast_nodes.def"
#undef SUM
#undef ENUM
#undef KIND
#undef PRODUCT
#undef FIELD
};

const AstClass *
ou_ast_class(int id)
{
    return &classes[id];
}

static void
classes_complete(void)
{
    static const struct {
        uint8_t id;
        uint16_t size, place_offset;
    } structs[] = {
        {AST_CLASS_mod, sizeof(Mod), 0},
        {AST_CLASS_stmt, sizeof(Stmt), offsetof(Stmt, lineno)},
        {AST_CLASS_expr, sizeof(Expr), offsetof(Expr, lineno)},
        {AST_CLASS_comprehension, sizeof(Comprehension), 0},
        {AST_CLASS_excepthandler, sizeof(ExceptHandler), offsetof(ExceptHandler, lineno)},
        {AST_CLASS_arguments, sizeof(Arguments), 0},
        {AST_CLASS_arg, sizeof(Arg), offsetof(Arg, lineno)},
        {AST_CLASS_keyword, sizeof(Keyword), offsetof(Keyword, lineno)},
        {AST_CLASS_alias, sizeof(Alias), offsetof(Alias, lineno)},
        {AST_CLASS_withitem, sizeof(WithItem), 0},
        {AST_CLASS_match_case, sizeof(MatchCase), 0},
        {AST_CLASS_pattern, sizeof(Pattern), offsetof(Pattern, lineno)},
        {AST_CLASS_type_ignore, sizeof(TypeIgnore), 0},
    };
    for (size_t i = 0; i < OU_COUNT_OF(structs); i++) {
        classes[structs[i].id].size = structs[i].size;
        classes[structs[i].id].place_offset = structs[i].place_offset;
    }
    int sum = AST_CLASS_AST, next_field = N_FIELDS;
    for (int id = 1; id < AST_N_CLASSES; id++) {
        AstClass *class = &classes[id];
        if (class->shape == AST_SUM || class->shape == AST_ENUM) {
            sum = id;
        }
        else if (class->shape != AST_PRODUCT) {
            class->parent = (uint8_t)sum;
            class->place = classes[sum].place;
            class->size = classes[sum].size;
            class->place_offset = classes[sum].place_offset;
            if (classes[sum].shape == AST_ENUM) {
                class->shape = AST_ENUM_KIND;
            }
        }
    }
    for (int id = AST_N_CLASSES - 1; id > 0; id--) {
        AstClass *class = &classes[id];
        if (class->shape == AST_SUM || class->shape == AST_ENUM) {
            class->first_field = (uint16_t)next_field;
        }
        class->n_fields = (uint16_t)(next_field - class->first_field);
        next_field = class->first_field;
    }
}

/* ---- the base class ---------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *dict; /* owned, or NULL: not asked for yet */
} AstObject;

static int
ast_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((AstObject *)self)->dict);
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static int
ast_clear(PyObject *self)
{
    Py_CLEAR(((AstObject *)self)->dict);
    return 0;
}

static void
ast_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self); /* first: no collection may see a dying node */
    ast_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

/* Node(*fields, **attributes).  RE-ENTRANT. */
static int
ast_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *fields = NULL, *name = NULL, *key, *value;
    Py_ssize_t n_fields = 0, n_args = PyTuple_GET_SIZE(args);
    int status = -1;
    OU_HOLD(hold, &fields, &name);
    if (_PyObject_LookupAttr((PyObject *)Py_TYPE(self), OU_STR(_fields), &fields) < 0) {
        goto done;
    }
    if (fields != NULL && (n_fields = PySequence_Size(fields)) < 0) {
        goto done;
    }
    if (n_args > n_fields) {
        PyErr_Format(PyExc_TypeError, "%.400s constructor takes at most %zd positional argument%s", _PyType_Name(Py_TYPE(self)),
                     n_fields, n_fields == 1 ? "" : "s");
        goto done;
    }
    for (Py_ssize_t i = 0; i < n_args; i++) {
        name = PySequence_GetItem(fields, i);
        if (name == NULL || PyObject_SetAttr(self, name, PyTuple_GET_ITEM(args, i)) < 0) {
            goto done;
        }
        Py_CLEAR(name);
    }
    for (Py_ssize_t at = 0; kwargs != NULL && PyDict_Next(kwargs, &at, &key, &value);) {
        if (fields != NULL) {
            Py_ssize_t index = PySequence_Index(fields, key);
            if (index < 0) {
                if (!PyErr_ExceptionMatches(PyExc_ValueError)) {
                    goto done;
                }
                PyErr_Clear();
            }
            else if (index < n_args) {
                PyErr_Format(PyExc_TypeError, "%.400s got multiple values for argument '%U'", _PyType_Name(Py_TYPE(self)), key);
                goto done;
            }
        }
        if (PyObject_SetAttr(self, key, value) < 0) {
            goto done;
        }
    }
    status = 0;
done:
    OU_HOLD_END(hold);
    Py_XDECREF(fields);
    Py_XDECREF(name);
    return status;
}

static PyObject *
ast_reduce(PyObject *self, PyObject *unused)
{
    PyObject *dict;
    if (_PyObject_LookupAttr(self, OU_STR(__dict__), &dict) < 0) {
        return NULL;
    }
    return dict != NULL ? Py_BuildValue("O()N", Py_TYPE(self), dict) : Py_BuildValue("O()", Py_TYPE(self));
}

static PyMemberDef ast_members[] = {
    {"__dictoffset__", T_PYSSIZET, offsetof(AstObject, dict), READONLY, NULL},
    {NULL},
};

static PyMethodDef ast_methods[] = {
    {"__reduce__", ast_reduce, METH_NOARGS, NULL},
    {NULL},
};

static PyGetSetDef ast_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL},
};

static PyType_Slot ast_slots[] = {
    {Py_tp_dealloc, ast_dealloc},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_setattro, PyObject_GenericSetAttr},
    {Py_tp_traverse, ast_traverse},
    {Py_tp_clear, ast_clear},
    {Py_tp_members, ast_members},
    {Py_tp_methods, ast_methods},
    {Py_tp_getset, ast_getset},
    {Py_tp_init, ast_init},
    {Py_tp_alloc, PyType_GenericAlloc},
    {Py_tp_new, PyType_GenericNew},
    {Py_tp_free, PyObject_GC_Del},
    {0, NULL},
};

static PyType_Spec ast_spec = {
    .name = "ast.AST",
    .basicsize = sizeof(AstObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = ast_slots,
};

/* ---- the other classes ------------------------------------------------------------------------------- */

static const char *
type_name(int type)
{
    static const char *const plain[] = {"identifier", "string", "int", "constant", "string"};
    return type < AST_N_CLASSES ? classes[type].name : plain[type - AST_N_CLASSES];
}

/* Add "Name(type field, ...)".  Returns 0, or -1 with MemoryError set. */
static int
write_signature(_PyUnicodeWriter *w, const AstClass *class)
{
    if (_PyUnicodeWriter_WriteASCIIString(w, class->name, -1) < 0) {
        return -1;
    }
    for (int i = 0; i < class->n_fields; i++) {
        static const char marks[][3] = {" ", "? ", "* "};
        const AstField *field = &ou_ast_fields[class->first_field + i];
        if (_PyUnicodeWriter_WriteASCIIString(w, i == 0 ? "(" : ", ", -1) < 0
            || _PyUnicodeWriter_WriteASCIIString(w, type_name(field->type), -1) < 0
            || _PyUnicodeWriter_WriteASCIIString(w, marks[field->quantity], -1) < 0
            || _PyUnicodeWriter_WriteASCIIString(w, field->name, -1) < 0) {
            return -1;
        }
    }
    return class->n_fields > 0 ? _PyUnicodeWriter_WriteASCIIString(w, ")", 1) : 0;
}

/* The grammar of a class as its docstring shows it: a kind's or product's signature, a sum's alternatives. */
static PyObject *
class_doc(int id)
{
    const AstClass *class = &classes[id];
    _PyUnicodeWriter w;
    _PyUnicodeWriter_Init(&w);
    if (class->shape != AST_SUM && class->shape != AST_ENUM) {
        if (write_signature(&w, class) < 0) {
            goto failed;
        }
        return _PyUnicodeWriter_Finish(&w);
    }
    if (_PyUnicodeWriter_WriteASCIIString(&w, class->name, -1) < 0) {
        goto failed;
    }
    for (int kind = id + 1; kind < AST_N_CLASSES && classes[kind].parent == id; kind++) {
        char line_break[40];
        PyOS_snprintf(line_break, sizeof line_break, "\n%*s | ", (int)strlen(class->name), "");
        const char *glue = kind == id + 1 ? " = " : class->shape == AST_ENUM ? " | " : line_break;
        if (_PyUnicodeWriter_WriteASCIIString(&w, glue, -1) < 0 || write_signature(&w, &classes[kind]) < 0) {
            goto failed;
        }
    }
    return _PyUnicodeWriter_Finish(&w);
failed:
    _PyUnicodeWriter_Dealloc(&w);
    return NULL;
}

static PyObject *
fields_tuple(const AstClass *class)
{
    PyObject *names = PyTuple_New(class->n_fields);
    for (int i = 0; names != NULL && i < class->n_fields; i++) {
        PyObject *name = PyUnicode_InternFromString(ou_ast_fields[class->first_field + i].name);
        if (name == NULL) {
            Py_CLEAR(names);
            break;
        }
        PyTuple_SET_ITEM(names, i, name);
    }
    return names;
}

/* The namespace of a class.  Returns a new dict, or NULL with an error set. */
static PyObject *
class_namespace(int id, PyObject *fields)
{
    const AstClass *class = &classes[id];
    PyObject *doc = class_doc(id), *attributes = NULL;
    if (doc == NULL) {
        return NULL;
    }
    PyObject *dict =
        Py_BuildValue("{sOsOsssN}", "_fields", fields, "__match_args__", fields, "__module__", "ast", "__doc__", doc);
    if (dict == NULL) {
        return NULL;
    }
    if (class->shape == AST_SUM || class->shape == AST_ENUM || class->shape == AST_PRODUCT) {
        attributes = class->place == AST_NONE ? PyTuple_New(0)
                                              : Py_BuildValue("(ssss)", "lineno", "col_offset", "end_lineno", "end_col_offset");
        if (attributes == NULL || PyDict_SetItemString(dict, "_attributes", attributes) < 0) {
            goto failed;
        }
    }
    for (int i = 0; i < class->n_fields; i++) {
        const AstField *field = &ou_ast_fields[class->first_field + i];
        if (field->quantity == AST_OPTIONAL && PyDict_SetItemString(dict, field->name, Py_None) < 0) {
            goto failed;
        }
    }
    if (class->place == AST_PLACE && attributes != NULL
        && (PyDict_SetItemString(dict, "end_lineno", Py_None) < 0
            || PyDict_SetItemString(dict, "end_col_offset", Py_None) < 0)) {
        goto failed;
    }
    Py_XDECREF(attributes);
    return dict;
failed:
    Py_XDECREF(attributes);
    Py_DECREF(dict);
    return NULL;
}

/* Make a class and what the state holds for it.  Returns 0, or -1 with an error set. */
static int
class_make(PyObject *state, int id)
{
    const AstClass *class = &classes[id];
    PyObject *fields = fields_tuple(class), *cls = NULL, *single = NULL;
    if (fields == NULL) {
        return -1;
    }
    OU_HOLD(hold, &fields, &cls); /* making a class may run code: __init_subclass__, put in by a program */
    if (id == AST_CLASS_AST) {
        cls = PyType_FromSpec(&ast_spec);
        if (cls != NULL
            && (PyObject_SetAttrString(cls, "_fields", fields) < 0 || PyObject_SetAttrString(cls, "__match_args__", fields) < 0
                || PyObject_SetAttrString(cls, "_attributes", fields) < 0)) {
            Py_CLEAR(cls);
        }
    }
    else {
        PyObject *namespace = class_namespace(id, fields);
        cls = namespace == NULL ? NULL
                                : PyObject_CallFunction((PyObject *)&PyType_Type, "s(O)N", class->name,
                                                        ou_ast_state_class(state, class->parent), namespace);
    }
    OU_HOLD_END(hold);
    if (cls != NULL) {
        single = class->shape == AST_ENUM_KIND ? PyType_GenericNew((PyTypeObject *)cls, NULL, NULL) : Py_NewRef(Py_None);
    }
    if (single == NULL) {
        Py_DECREF(fields);
        Py_XDECREF(cls);
        return -1;
    }
    PyTuple_SET_ITEM(state, id, cls);
    PyTuple_SET_ITEM(state, AST_N_CLASSES + id, fields);
    PyTuple_SET_ITEM(state, 2 * AST_N_CLASSES + id, single);
    return 0;
}

PyObject *
ou_ast_state(void)
{
    PyObject *dict = PyInterpreterState_GetDict(PyInterpreterState_Get()); /* borrowed */
    PyObject *state = dict == NULL ? NULL : PyDict_GetItemWithError(dict, OU_STR(_ast));
    if (dict == NULL && !PyErr_Occurred()) {
        PyErr_NoMemory(); /* it sets none itself */
    }
    if (dict == NULL || state != NULL) {
        return state;
    }
    classes_complete();
    state = PyTuple_New(3 * AST_N_CLASSES);
    if (state == NULL) {
        return NULL;
    }
    PyObject_GC_UnTrack(state); /* nobody may find it half filled */
    OU_HOLD(hold, &state);
    int status = 0;
    for (int id = 0; status == 0 && id < AST_N_CLASSES; id++) {
        status = class_make(state, id);
    }
    OU_HOLD_END(hold);
    if (status == 0) {
        PyObject_GC_Track(state);
        status = PyDict_SetItem(dict, OU_STR(_ast), state);
    }
    Py_DECREF(state);
    return status < 0 ? NULL : PyDict_GetItemWithError(dict, OU_STR(_ast));
}

int
ou_ast_check(PyObject *object)
{
    PyObject *dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
    if (dict == NULL || PyDict_GetItemWithError(dict, OU_STR(_ast)) == NULL) {
        return 0; /* there are no nodes where there is no class of them */
    }
    return PyObject_IsInstance(object, ou_ast_state_class(ou_ast_state(), AST_CLASS_AST));
}

/* ---- the module -------------------------------------------------------------------------------------- */

static int
module_exec(PyObject *module)
{
    PyObject *state = ou_ast_state();
    if (state == NULL || PyModule_AddIntMacro(module, PyCF_ALLOW_TOP_LEVEL_AWAIT) < 0
        || PyModule_AddIntMacro(module, PyCF_ONLY_AST) < 0 || PyModule_AddIntMacro(module, PyCF_TYPE_COMMENTS) < 0) {
        return -1;
    }
    for (int id = 0; id < AST_N_CLASSES; id++) {
        if (PyModule_AddObjectRef(module, classes[id].name, ou_ast_state_class(state, id)) < 0) {
            return -1;
        }
    }
    return 0;
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, (void *)module_exec},
    {0, NULL},
};

static PyModuleDef ast_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_ast",
    .m_slots = module_slots,
};

PyMODINIT_FUNC
PyInit__ast(void)
{
    return PyModuleDef_Init(&ast_module);
}
