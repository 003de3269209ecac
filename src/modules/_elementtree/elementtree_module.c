/* modules/_elementtree/elementtree_module.c - module _elementtree: the types under xml.etree.ElementTree.
 *
 * Owns       its state (TreeState).
 * Source     Library Reference, xml.etree.ElementTree. */
#include "modules/_elementtree/elementtree.h"

#include <pyexpat.h>

static TreeState *
state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

/* May it be a factory?  Else TypeError is set. */
static bool
is_factory(PyObject *value, const char *format)
{
    if (value == Py_None || PyCallable_Check(value)) {
        return true;
    }
    PyErr_Format(PyExc_TypeError, format, Py_TYPE(value)->tp_name);
    return false;
}

/* What makes nodes of comments and processing instructions where a builder is given nothing else.  Returns what did so far. */
static PyObject *
tree_set_factories(PyObject *module, PyObject *args)
{
    TreeState *state = state_of(module);
    PyObject *comment, *pi;
    if (!PyArg_UnpackTuple(args, "_set_factories", 2, 2, &comment, &pi)
        || !is_factory(comment, "Comment factory must be callable, not %.100s")
        || !is_factory(pi, "PI factory must be callable, not %.100s")) {
        return NULL;
    }
    PyObject *old = PyTuple_Pack(2, state->comment_factory != NULL ? state->comment_factory : Py_None,
                                 state->pi_factory != NULL ? state->pi_factory : Py_None);
    if (old != NULL) {
        Py_XSETREF(state->comment_factory, comment == Py_None ? NULL : Py_NewRef(comment));
        Py_XSETREF(state->pi_factory, pi == Py_None ? NULL : Py_NewRef(pi));
    }
    return old;
}

static PyMethodDef tree_methods[] = {
    {"SubElement", (PyCFunction)(void (*)(void))ou_element_subelement, METH_VARARGS | METH_KEYWORDS, NULL},
    {"_set_factories", tree_set_factories, METH_VARARGS, "_set_factories($module, comment_factory, pi_factory, /)\n--\n\n"},
    {NULL},
};

static PyTypeObject *
add_type(PyObject *module, PyType_Spec *spec, bool public)
{
    PyTypeObject *type = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
    if (type != NULL && public && PyModule_AddType(module, type) < 0) {
        Py_CLEAR(type);
    }
    return type;
}

static int
tree_exec(PyObject *module)
{
    TreeState *state = state_of(module);
    PyObject *copy = PyImport_ImportModule("copy");
    state->deepcopy = copy == NULL ? NULL : PyObject_GetAttrString(copy, "deepcopy");
    Py_XDECREF(copy);
    if (state->deepcopy == NULL || (state->element_path = PyImport_ImportModule("xml.etree.ElementPath")) == NULL
        || PyCapsule_Import(PyExpat_CAPSULE_NAME, 0) == NULL /* as in CPython: where pyexpat can't be had, nor can this */
        || (state->iter_type = add_type(module, &ou_element_iter_spec, false)) == NULL
        || (state->element_type = add_type(module, &ou_element_spec, true)) == NULL
        || (state->builder_type = add_type(module, &ou_tree_builder_spec, true)) == NULL
        || (state->parser_type = add_type(module, &ou_tree_parser_spec, true)) == NULL
        || (state->parse_error = PyErr_NewException("xml.etree.ElementTree.ParseError", PyExc_SyntaxError, NULL)) == NULL) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "ParseError", state->parse_error);
}

#define EACH_FIELD(DO)         \
    DO(state->element_type)    \
    DO(state->iter_type)       \
    DO(state->builder_type)    \
    DO(state->parser_type)     \
    DO(state->parse_error)     \
    DO(state->deepcopy)        \
    DO(state->element_path)    \
    DO(state->comment_factory) \
    DO(state->pi_factory)

static int
tree_traverse(PyObject *module, visitproc visit, void *arg)
{
    TreeState *state = state_of(module);
#define DO(field) Py_VISIT(field);
    EACH_FIELD(DO)
#undef DO
    return 0;
}

static int
tree_clear(PyObject *module)
{
    TreeState *state = state_of(module);
#define DO(field) Py_CLEAR(field);
    EACH_FIELD(DO)
#undef DO
    return 0;
}
#undef EACH_FIELD

static void
tree_free(void *module)
{
    tree_clear(module);
}

static PyModuleDef_Slot tree_slots[] = {{Py_mod_exec, tree_exec}, {0, NULL}};

PyModuleDef ou_elementtree_module = {
    PyModuleDef_HEAD_INIT, .m_name = "_elementtree",    .m_size = sizeof(TreeState), .m_methods = tree_methods,
    .m_slots = tree_slots, .m_traverse = tree_traverse, .m_clear = tree_clear,       .m_free = tree_free,
};

PyMODINIT_FUNC
PyInit__elementtree(void)
{
    return PyModuleDef_Init(&ou_elementtree_module);
}
