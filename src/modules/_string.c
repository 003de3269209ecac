/* modules/_string.c - the module _string: str.format's markup, taken apart for string.Formatter.
 *
 * Owns       nothing.
 * Invariant  none.
 * Not here   the parsing (types/str_format.c). */
#include <Python.h>

#include "types/str.h"

static PyObject *
string_formatter_parser(PyObject *self, PyObject *markup)
{
    return ou_str_formatter_parser(markup);
}

static PyObject *
string_field_name_split(PyObject *self, PyObject *field_name)
{
    return ou_str_formatter_field_name_split(field_name);
}

static PyMethodDef string_methods[] = {
    {"formatter_parser", string_formatter_parser, METH_O,
     "An iterator over (literal text, field name, specification, conversion) of a format string."},
    {"formatter_field_name_split", string_field_name_split, METH_O,
     "The first part of a field's name, and an iterator over (is attribute, name) of the rest."},
    {NULL},
};

static PyModuleDef_Slot string_slots[] = {
    {0, NULL},
};

static struct PyModuleDef string_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_string",
    .m_doc = "Helpers of string.Formatter.",
    .m_size = 0,
    .m_methods = string_methods,
    .m_slots = string_slots,
};

PyMODINIT_FUNC
PyInit__string(void)
{
    return PyModuleDef_Init(&string_module);
}
