/* ouroscope/describe.c - short texts of objects and edges, without running any Python code.
 *
 * Invariant  fields are only read: nothing is allocated, no count changes, and every text ends in a NUL. */
#include "ouroscope/ouroscope.h"

static void
describe_str(PyObject *op, char *text, size_t size)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(op);
    size_t at = 0;
    for (Py_ssize_t i = 0; i < n && i < 40 && at + 2 < size; i++) {
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
        describe_str(op, inner, sizeof inner);
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
        describe_str(((PyFunctionObject *)op)->func_qualname, inner, sizeof inner);
    }
    else if (PyCode_Check(op)) {
        describe_str(((PyCodeObject *)op)->co_qualname, inner, sizeof inner);
    }
    else if (PyCFunction_Check(op)) {
        snprintf(inner, sizeof inner, "%.50s", ((PyCFunctionObject *)op)->m_ml->ml_name);
    }
    else if (PyObject_TypeCheck(op, &PyMethodDescr_Type) || Py_IS_TYPE(op, &PyWrapperDescr_Type)
             || Py_IS_TYPE(op, &PyGetSetDescr_Type) || Py_IS_TYPE(op, &PyMemberDescr_Type)) {
        describe_str(((PyDescrObject *)op)->d_name, inner, sizeof inner);
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

void
ou_describe_edge(OuEdgeKind kind, const char *name, Py_ssize_t index, char *text, size_t size)
{
    static const char *const kinds[] = {
        [OU_EDGE_FIELD] = "field",
        [OU_EDGE_ITEM] = "item",
        [OU_EDGE_KEY] = "key",
        [OU_EDGE_VALUE] = "value",
        [OU_EDGE_ATTRIBUTE] = "attribute",
        [OU_EDGE_SLOT] = "slot",
        [OU_EDGE_TYPE] = "type",
        [OU_EDGE_LOCAL] = "local",
        [OU_EDGE_TEMPORARY] = "temporary",
        [OU_EDGE_CONSTANT] = "constant",
        [OU_EDGE_HOLD] = "operation in progress",
        [OU_EDGE_ROOT] = "root",
        [OU_EDGE_FOREIGN] = "compiled code",
        [OU_EDGE_BORROWED] = "borrowed",
    };
    size_t n = (size_t)snprintf(text, size, "%s", kinds[kind]);
    if (name != NULL && n < size) {
        n += (size_t)snprintf(text + n, size - n, " %s", name);
    }
    if (index >= 0 && n < size) {
        snprintf(text + n, size - n, " %zd", index);
    }
}
