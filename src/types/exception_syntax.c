/* types/exception_syntax.c - SyntaxError: what is wrong, and where.
 *
 * Owns       the fields of PySyntaxErrorObject beside BaseException's.
 * Invariant  each field is any object or NULL: programs may set them to what they like.
 * Not here   how it is shown (runtime/error_print.c); finding the place (compiler/). */
#include "types/exception.h"
#include <structmember.h>

OU_WALKER(syntax_error)
{
    PySyntaxErrorObject *exc = (PySyntaxErrorObject *)self;
    OU_EDGE_OF(exc, msg);
    OU_EDGE_OF(exc, filename);
    OU_EDGE_OF(exc, lineno);
    OU_EDGE_OF(exc, offset);
    OU_EDGE_OF(exc, end_lineno);
    OU_EDGE_OF(exc, end_offset);
    OU_EDGE_OF(exc, text);
    OU_EDGE_OF(exc, print_file_and_line);
    OU_EXCEPTION_EDGES(exc);
    return 0;
}

OU_EXCEPTION_KIND_FUNCTIONS(syntax_error)

int
ou_syntax_error_clear(PyObject *self)
{
    PySyntaxErrorObject *exc = (PySyntaxErrorObject *)self;
    Py_CLEAR(exc->msg);
    Py_CLEAR(exc->filename);
    Py_CLEAR(exc->lineno);
    Py_CLEAR(exc->offset);
    Py_CLEAR(exc->end_lineno);
    Py_CLEAR(exc->end_offset);
    Py_CLEAR(exc->text);
    Py_CLEAR(exc->print_file_and_line);
    return ou_exception_clear(self);
}

/* The second argument: (filename, lineno, offset, text[, end_lineno, end_offset]). */
static int
set_place(PySyntaxErrorObject *self, PyObject *info)
{
    Py_ssize_t n = PyTuple_GET_SIZE(info);
    if (n < 4 || n > 6) {
        PyErr_Format(PyExc_TypeError, "function takes at %s %d arguments (%zd given)", n < 4 ? "least" : "most", n < 4 ? 4 : 6,
                     n);
        return -1;
    }
    PyObject **items = ((PyTupleObject *)info)->ob_item;
    Py_XSETREF(self->filename, Py_NewRef(items[0]));
    Py_XSETREF(self->lineno, Py_NewRef(items[1]));
    Py_XSETREF(self->offset, Py_NewRef(items[2]));
    Py_XSETREF(self->text, Py_NewRef(items[3]));
    Py_XSETREF(self->end_lineno, n > 4 ? Py_NewRef(items[4]) : NULL);
    Py_XSETREF(self->end_offset, n > 5 ? Py_NewRef(items[5]) : NULL);
    if (n == 5) {
        PyErr_SetString(PyExc_TypeError, "end_offset must be provided when end_lineno is provided");
        return -1;
    }
    return 0;
}

int
ou_syntax_error_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PySyntaxErrorObject *exc = (PySyntaxErrorObject *)self;
    if (ou_exception_init(self, args, kwargs) < 0) {
        return -1;
    }
    if (PyTuple_GET_SIZE(args) >= 1) {
        Py_XSETREF(exc->msg, Py_NewRef(PyTuple_GET_ITEM(args, 0)));
    }
    if (PyTuple_GET_SIZE(args) == 2) {
        PyObject *info = PySequence_Tuple(PyTuple_GET_ITEM(args, 1));
        if (info == NULL) {
            return -1;
        }
        OU_HOLD(h, &info);
        int status = set_place(exc, info);
        OU_HOLD_END(h);
        Py_DECREF(info);
        return status;
    }
    return 0;
}

/* The part of a path behind the last slash.  Refs new, or NULL with an error set. */
static PyObject *
basename_of(PyObject *path)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(path);
    Py_ssize_t slash = PyUnicode_FindChar(path, '/', 0, n, -1);
    if (slash == -2) {
        return NULL;
    }
    return slash < 0 ? Py_NewRef(path) : PyUnicode_Substring(path, slash + 1, n);
}

static PyObject *
syntax_error_str(PyObject *self)
{
    PySyntaxErrorObject *exc = (PySyntaxErrorObject *)self;
    PyObject *filename = NULL, *result;
    PyObject *msg = Py_NewRef(exc->msg != NULL ? exc->msg : Py_None);
    bool has_line = exc->lineno != NULL && PyLong_CheckExact(exc->lineno);
    int overflow;
    long line = has_line ? PyLong_AsLongAndOverflow(exc->lineno, &overflow) : 0;
    if (exc->filename != NULL && PyUnicode_Check(exc->filename)) {
        filename = basename_of(exc->filename);
        if (filename == NULL) {
            Py_DECREF(msg);
            return NULL;
        }
    }
    OU_HOLD(h, &msg, &filename);
    if (filename != NULL && has_line) {
        result = PyUnicode_FromFormat("%S (%U, line %ld)", msg, filename, line);
    }
    else if (filename != NULL) {
        result = PyUnicode_FromFormat("%S (%U)", msg, filename);
    }
    else if (has_line) {
        result = PyUnicode_FromFormat("%S (line %ld)", msg, line);
    }
    else {
        result = PyObject_Str(msg);
    }
    OU_HOLD_END(h);
    Py_DECREF(msg);
    Py_XDECREF(filename);
    return result;
}

#define MEMBER(name, text)                                            \
    {                                                                 \
#name, T_OBJECT, offsetof(PySyntaxErrorObject, name), 0, text \
    }

static PyMemberDef syntax_error_members[] = {
    MEMBER(msg, "what is wrong"),
    MEMBER(filename, "the file's name"),
    MEMBER(lineno, "the line, from 1"),
    MEMBER(offset, "the column, from 1"),
    MEMBER(text, "the line's text"),
    MEMBER(end_lineno, "the line where it ends"),
    MEMBER(end_offset, "the column behind its end"),
    MEMBER(print_file_and_line, "whether the place is shown"),
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject _PyExc_SyntaxError = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
        OU_EXCEPTION_SLOTS(SyntaxError, Exception, syntax_error, PySyntaxErrorObject, "The text is no Python program."),
    .tp_str = syntax_error_str,
    .tp_members = syntax_error_members,
    .tp_new = ou_exception_new,
};
PyObject *PyExc_SyntaxError = (PyObject *)&_PyExc_SyntaxError;
