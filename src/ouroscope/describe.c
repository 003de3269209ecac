/* ouroscope/describe.c - short texts of objects and edges, without running any Python code.
 *
 * Invariant  fields are only read: nothing is allocated, no count changes, and every text ends in a NUL. */
#include "object/keys.h"
#include "object/state.h"
#include "object/type.h"
#include "ouroscope/ouroscope.h"
#include "vm/vm.h"

/* The first 40 characters from `start` on. */
static void
describe_str(PyObject *op, Py_ssize_t start, char *text, size_t size)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(op);
    size_t at = 0;
    for (Py_ssize_t i = start; i < n && i < start + 40 && at + 2 < size; i++) {
        Py_UCS4 ch = PyUnicode_READ_CHAR(op, i);
        text[at++] = ch >= 32 && ch < 127 ? (char)ch : '?';
    }
    text[at] = 0;
}

void
ou_describe(PyObject *op, char *text, size_t size)
{
    const char *type = Py_TYPE(op) != NULL ? Py_TYPE(op)->tp_name : "?";
    char inner[64] = "";
    if (PyUnicode_CheckExact(op)) {
        describe_str(op, 0, inner, sizeof inner);
    }
    else if (PyType_Check(op)) {
        snprintf(inner, sizeof inner, "%.50s", ((PyTypeObject *)op)->tp_name);
    }
    else if (PyLong_CheckExact(op) && (size_t)(Py_SIZE(op) + 1) <= 2) {
        snprintf(inner, sizeof inner, "%ld", (long)Py_SIZE(op) * (long)((PyLongObject *)op)->ob_digit[0]);
    }
    else if (PyFloat_CheckExact(op)) {
        snprintf(inner, sizeof inner, "%g", ((PyFloatObject *)op)->ob_fval);
    }
    else if (PyTuple_Check(op) || PyList_Check(op)) {
        snprintf(inner, sizeof inner, Py_SIZE(op) == 1 ? "%zd item" : "%zd items", Py_SIZE(op));
    }
    else if (PyDict_Check(op)) {
        snprintf(inner, sizeof inner, PyDict_GET_SIZE(op) == 1 ? "%zd entry" : "%zd entries", PyDict_GET_SIZE(op));
    }
    else if (PyFunction_Check(op)) {
        describe_str(((PyFunctionObject *)op)->func_qualname, 0, inner, sizeof inner);
    }
    else if (PyCode_Check(op)) {
        describe_str(((PyCodeObject *)op)->co_qualname, 0, inner, sizeof inner);
    }
    else if (PyCFunction_Check(op)) {
        snprintf(inner, sizeof inner, "%.50s", ((PyCFunctionObject *)op)->m_ml->ml_name);
    }
    else if (PyObject_TypeCheck(op, &PyMethodDescr_Type) || Py_IS_TYPE(op, &PyWrapperDescr_Type)
             || Py_IS_TYPE(op, &PyGetSetDescr_Type) || Py_IS_TYPE(op, &PyMemberDescr_Type)) {
        describe_str(((PyDescrObject *)op)->d_name, 0, inner, sizeof inner);
    }
    snprintf(text, size, inner[0] ? "%s at %p (%s)" : "%s at %p%s", type, (void *)op, inner);
}

void
ou_describe_hidden(const OuHidden *hidden, char *text, size_t size)
{
    char holder[90], object[90];
    ou_describe(hidden->holder, holder, sizeof holder);
    ou_describe(hidden->object, object, sizeof object);
    snprintf(text, size, "%s: byte %zu points at %s", holder, hidden->offset, object);
}

/* ---- holders ------------------------------------------------------------------------------------------------------- */

static const char *const kinds[] = {
    [OU_EDGE_FIELD] = "field",
    [OU_EDGE_ITEM] = "item",
    [OU_EDGE_KEY] = "key",
    [OU_EDGE_VALUE] = "value",
    [OU_EDGE_ATTRIBUTE] = "attribute",
    [OU_EDGE_SLOT] = "attribute",
    [OU_EDGE_TYPE] = "type",
    [OU_EDGE_LOCAL] = "local",
    [OU_EDGE_TEMPORARY] = "temporary",
    [OU_EDGE_CONSTANT] = "constant",
    [OU_EDGE_HOLD] = "operation in progress",
    [OU_EDGE_ROOT] = "root",
    [OU_EDGE_FOREIGN] = "compiled code",
    [OU_EDGE_BORROWED] = "borrowed",
};

/* The name of the module whose namespace this dict is, or NULL.  Borrowed.  Looks at tables of str keys alone, which need
 * no ==. */
static PyObject *
namespace_name(PyObject *dict)
{
    PyDictObject *names = (PyDictObject *)dict, *modules = (PyDictObject *)_PyRuntime.interp->modules;
    if (modules == NULL || names->ma_keys->kind != OU_KEYS_STR || modules->ma_keys->kind != OU_KEYS_STR) {
        return NULL;
    }
    PyObject *name = ou_keys_get_str(names, OU_STR(__name__), ou_keys_str_hash(OU_STR(__name__)));
    if (name == NULL || !PyUnicode_CheckExact(name)) {
        return NULL;
    }
    PyObject *module = ou_keys_get_str(modules, name, ou_keys_str_hash(name));
    return module != NULL && PyModule_Check(module) && PyModule_GetDict(module) == dict ? name : NULL;
}

/* The frame of a generator, coroutine or frame object, whose registers its walker reports; else NULL. */
static Frame *
frame_of(PyObject *op)
{
    if (PyFrame_Check(op)) {
        return ((PyFrameObject *)op)->f_frame;
    }
    return PyGen_CheckExact(op) || PyCoro_CheckExact(op) || PyAsyncGen_CheckExact(op) ? ou_gen_frame((PyGenObject *)op) : NULL;
}

/* What the label says beside its kind: the name of a local or attribute, the key of a value. */
static void
describe_label(const OuHolder *holder, const Frame *frame, bool is_global, char *text, size_t size)
{
    PyObject *op = holder->object, *name = NULL, *key = NULL;
    if (holder->kind == OU_EDGE_LOCAL && frame != NULL && frame->code != NULL) {
        name = PyTuple_GET_ITEM(frame->code->co_localsplusnames, holder->index);
    }
    else if (holder->kind == OU_EDGE_ATTRIBUTE && op != NULL) {
        name = ou_keys_shared_key(ou_type_shared_keys(Py_TYPE(op)), holder->index);
    }
    else if (holder->kind == OU_EDGE_VALUE && op != NULL && PyDict_Check(op)) {
        PyObject **value;
        key = ou_keys_entry(((PyDictObject *)op)->ma_keys, holder->index, &value);
        name = is_global ? key : NULL;
    }
    if (name != NULL) {
        describe_str(name, 0, text, size);
    }
    else if (key != NULL && PyUnicode_CheckExact(key)) {
        text[0] = '\'';
        describe_str(key, 0, text + 1, size - 2);
        strcat(text, "'");
    }
    else if (key != NULL) {
        ou_describe(key, text, size);
    }
    else if (holder->name != NULL) {
        snprintf(text, size, "%s", holder->name);
    }
    else if (holder->index >= 0 && holder->kind != OU_EDGE_TEMPORARY) {
        snprintf(text, size, "%zd", holder->index);
    }
}

void
ou_describe_holder(const OuHolder *holder, char *text, size_t size)
{
    char label[160] = "", owner[160] = "";
    PyObject *op = holder->object;
    bool in_frame = holder->kind == OU_EDGE_LOCAL || holder->kind == OU_EDGE_TEMPORARY;
    Frame *frame = holder->frame != NULL ? holder->frame : op != NULL && in_frame ? frame_of(op) : NULL;
    const char *kind = kinds[holder->kind];
    PyObject *module = op != NULL && holder->kind == OU_EDGE_VALUE && PyDict_Check(op) ? namespace_name(op) : NULL;
    describe_label(holder, frame, module != NULL, label, sizeof label);
    if (frame != NULL && frame->code != NULL) {
        char function[48], file[96];
        describe_str(frame->code->co_qualname, 0, function, sizeof function);
        PyObject *path = frame->code->co_filename;
        Py_ssize_t slash = PyUnicode_FindChar(path, '/', 0, PyUnicode_GET_LENGTH(path), -1);
        describe_str(path, slash + 1, file, sizeof file);
        snprintf(owner, sizeof owner, "%s (%s, line %d)", function, file, ou_frame_line(frame));
    }
    else if (module != NULL) {
        char name[64] = "?";
        describe_str(module, 0, name, sizeof name);
        kind = "global";
        snprintf(owner, sizeof owner, "module %s", name);
    }
    else if (op != NULL) {
        ou_describe(op, owner, sizeof owner);
    }
    snprintf(text, size, "%s%s%s%s%s", kind, label[0] ? " " : "", label, owner[0] ? " of " : "", owner);
}
