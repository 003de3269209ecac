/* modules/_symtable.c - the module _symtable: the compiler's scopes, shown to programs.
 *
 * Owns       entries, which are copies: the scopes themselves die with their tree.
 * Invariant  an entry is complete before anybody sees it, and never changes.
 * Not here   finding scopes and names (compiler/scope.c); what the flags mean (the standard library's symtable.py). */
#include <Python.h>
#include <structmember.h>

#include "compiler/compile.h"
#include "compiler/scope.h"
#include "modules/builtins/builtins.h"
#include "object/alloc.h"
#include "object/hold.h"
#include "object/walk.h"

enum { SCOPE_OFF = 11, SCOPE_MASK = 15 }; /* where a symbol's scope lies in its number: CPython 3.11's */

typedef struct {
    PyObject_HEAD
    PyObject *id;      /* an int; all fields are owned */
    PyObject *symbols; /* dict: name -> flags and scope */
    PyObject *name;
    PyObject *varnames; /* list: parameters */
    PyObject *children; /* list of entries */
    int type, nested, lineno;
} Entry;

OU_WALKER(symtable_entry)
{
    OU_EDGE_OF((Entry *)self, id);
    OU_EDGE_OF((Entry *)self, symbols);
    OU_EDGE_OF((Entry *)self, name);
    OU_EDGE_OF((Entry *)self, varnames);
    OU_EDGE_OF((Entry *)self, children);
    return 0;
}

static void
entry_dealloc(PyObject *self)
{
    Entry *entry = (Entry *)self;
    Py_CLEAR(entry->id);
    Py_CLEAR(entry->symbols);
    Py_CLEAR(entry->name);
    Py_CLEAR(entry->varnames);
    Py_CLEAR(entry->children);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *
entry_repr(PyObject *self)
{
    Entry *entry = (Entry *)self;
    return PyUnicode_FromFormat("<symtable entry %U(%R), line %d>", entry->name, entry->id, entry->lineno);
}

static PyMemberDef entry_members[] = {
    {"id", T_OBJECT, offsetof(Entry, id), READONLY, NULL},
    {"name", T_OBJECT, offsetof(Entry, name), READONLY, NULL},
    {"symbols", T_OBJECT, offsetof(Entry, symbols), READONLY, NULL},
    {"varnames", T_OBJECT, offsetof(Entry, varnames), READONLY, NULL},
    {"children", T_OBJECT, offsetof(Entry, children), READONLY, NULL},
    {"nested", T_INT, offsetof(Entry, nested), READONLY, NULL},
    {"type", T_INT, offsetof(Entry, type), READONLY, NULL},
    {"lineno", T_INT, offsetof(Entry, lineno), READONLY, NULL},
    {NULL},
};

PyTypeObject ou_symtable_entry_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "symtable entry",
    .tp_basicsize = sizeof(Entry),
    .tp_dealloc = entry_dealloc,
    .tp_repr = entry_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_members = entry_members,
    .tp_free = PyObject_Free,
};

/* ---- copying ----------------------------------------------------------------------------------------- */

static int
copy_symbols(Entry *entry, const Scope *scope)
{
    for (uint32_t i = 0; i < scope->n_symbols; i++) {
        const Symbol *symbol = &scope->symbols[i];
        PyObject *number = PyLong_FromLong(symbol->flags | (long)symbol->scope << SCOPE_OFF);
        int status = number == NULL ? -1 : PyDict_SetItem(entry->symbols, symbol->name, number);
        Py_XDECREF(number);
        if (status < 0 || ((symbol->flags & SYM_PARAM) && PyList_Append(entry->varnames, symbol->name) < 0)) {
            return -1;
        }
    }
    return 0;
}

/* The entry of a scope and those of all inside it.  Returns a new reference, or NULL with an error set. */
static PyObject *
entry_new(ScopeTable *table, const Scope *scope)
{
    Entry *entry = PyObject_New(Entry, &ou_symtable_entry_type);
    if (entry == NULL) {
        return NULL;
    }
    memset(&entry->id, 0, sizeof *entry - offsetof(Entry, id));
    entry->id = PyLong_FromVoidPtr(entry);
    entry->symbols = PyDict_New();
    entry->name = Py_NewRef(scope->name);
    entry->varnames = PyList_New(0);
    entry->children = PyList_New(0);
    entry->type = (int)scope->kind;
    entry->nested = scope->nested;
    entry->lineno = scope->kind == BLOCK_MODULE ? 0 : scope->place.line;
    if (entry->id == NULL || entry->symbols == NULL || entry->varnames == NULL || entry->children == NULL
        || copy_symbols(entry, scope) < 0 || ou_compile_enter(&table->depth, table->depth_limit) < 0) {
        goto failed;
    }
    for (Py_ssize_t i = 0; i < scope->n_children; i++) {
        PyObject *child = entry_new(table, scope->children[i]);
        int status = child == NULL ? -1 : PyList_Append(entry->children, child);
        Py_XDECREF(child);
        if (status < 0) {
            goto failed;
        }
    }
    table->depth--;
    return (PyObject *)entry;
failed:
    Py_DECREF(entry);
    return NULL;
}

/* RE-ENTRANT through warnings. */
static PyObject *
entry_of_source(const char *text, size_t size, PyObject *filename, OuParseMode mode, int flags)
{
    Tree *tree = ou_parse_bytes(text, size, filename, mode, flags, false);
    if (tree == NULL) {
        return NULL;
    }
    ScopeTable table;
    PyObject *entry = NULL;
    int features, line;
    OU_HOLD(hold, &tree->objects);
    if (ou_future_features(tree, filename, &features, &line) == 0) {
        if (ou_scopes_build(&table, tree, filename, features) == 0) {
            entry = entry_new(&table, table.top);
        }
        ou_scopes_clear(&table);
    }
    OU_HOLD_END(hold);
    ou_tree_free(tree);
    return entry;
}

static PyObject *
symtable_symtable(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    PyObject *filename, *owner = NULL, *entry = NULL;
    if (!_PyArg_CheckPositional("symtable", n_args, 3, 3) || !PyUnicode_FSDecoder(args[1], &filename)) {
        return NULL;
    }
    const char *start = PyUnicode_Check(args[2]) ? PyUnicode_AsUTF8(args[2]) : NULL, *text;
    Py_ssize_t size;
    bool is_text;
    OU_HOLD(hold, &filename, &owner);
    if (start == NULL) {
        if (!PyErr_Occurred()) {
            _PyArg_BadArgument("symtable", "argument 3", "str", args[2]);
        }
    }
    else if ((text = ou_source_text(args[0], "symtable", "string or bytes", &owner, &size, &is_text)) != NULL) {
        int mode = strcmp(start, "exec") == 0   ? Py_file_input
                 : strcmp(start, "eval") == 0   ? Py_eval_input
                 : strcmp(start, "single") == 0 ? Py_single_input
                                                : 0;
        if (mode == 0) {
            PyErr_SetString(PyExc_ValueError, "symtable() arg 3 must be 'exec' or 'eval' or 'single'");
        }
        else {
            entry = entry_of_source(text, (size_t)size, filename, (OuParseMode)mode, is_text ? PyCF_IGNORE_COOKIE : 0);
        }
    }
    OU_HOLD_END(hold);
    Py_DECREF(filename);
    Py_XDECREF(owner);
    return entry;
}

/* ---- the module -------------------------------------------------------------------------------------- */

static PyMethodDef functions[] = {
    {"symtable", (PyCFunction)(void (*)(void))symtable_symtable, METH_FASTCALL,
     "symtable($module, source, filename, startstr, /)\n--\n\nThe scopes of a source, as the compiler sees them."},
    {NULL},
};

static int
module_exec(PyObject *module)
{
    static const struct {
        const char *name;
        int value;
    } constants[] = {
        {"USE", SYM_USE},
        {"DEF_GLOBAL", SYM_GLOBAL},
        {"DEF_NONLOCAL", SYM_NONLOCAL},
        {"DEF_LOCAL", SYM_LOCAL},
        {"DEF_PARAM", SYM_PARAM},
        {"DEF_FREE", SYM_FREE},
        {"DEF_FREE_CLASS", SYM_FREE_CLASS},
        {"DEF_IMPORT", SYM_IMPORT},
        {"DEF_BOUND", SYM_BOUND},
        {"DEF_ANNOT", SYM_ANNOT},
        {"TYPE_FUNCTION", BLOCK_FUNCTION},
        {"TYPE_CLASS", BLOCK_CLASS},
        {"TYPE_MODULE", BLOCK_MODULE},
        {"LOCAL", SCOPE_LOCAL},
        {"GLOBAL_EXPLICIT", SCOPE_GLOBAL_EXPLICIT},
        {"GLOBAL_IMPLICIT", SCOPE_GLOBAL_IMPLICIT},
        {"FREE", SCOPE_FREE},
        {"CELL", SCOPE_CELL},
        {"SCOPE_OFF", SCOPE_OFF},
        {"SCOPE_MASK", SCOPE_MASK},
    };
    for (size_t i = 0; i < OU_COUNT_OF(constants); i++) {
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) {
            return -1;
        }
    }
    return 0;
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, (void *)module_exec},
    {0, NULL},
};

static PyModuleDef symtable_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_symtable",
    .m_methods = functions,
    .m_slots = module_slots,
};

PyMODINIT_FUNC
PyInit__symtable(void)
{
    return PyModuleDef_Init(&symtable_module);
}
