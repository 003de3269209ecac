/* modules/_opcode.c - module _opcode: what CPython's instructions do to its stack, for library modules that ask.
 *
 * Invariant  a register machine has no stack: the effect of each of its instructions is 0.
 * Not here   the instructions (bytecode/opcodes.def); code._disassemble() lists them. */
#include "object/args.h"

/* stack_effect(opcode, oparg=None, *, jump=None): 0.  The arguments are checked as far as our bytecode has an opinion. */
static PyObject *
opcode_stack_effect(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"stack_effect",    {NULL, NULL, "jump"}, .n_posonly = 2,
                                    .n_positional = 2, .n_required = 1,      .n_all = 3};
    PyObject *v[3];
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    int opcode = _PyLong_AsInt(v[0]);
    if (opcode == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (v[2] != NULL && v[2] != Py_None && !PyBool_Check(v[2])) {
        PyErr_SetString(PyExc_ValueError, "stack_effect: jump must be False, True or None");
        return NULL;
    }
    if (opcode < 0) {
        PyErr_SetString(PyExc_ValueError, "invalid opcode or oparg");
        return NULL;
    }
    return PyLong_FromLong(0);
}

static PyObject *
opcode_get_specialization_stats(PyObject *module, PyObject *unused)
{
    Py_RETURN_NONE;
}

static PyMethodDef opcode_methods[] = {
    {"stack_effect", (PyCFunction)(void (*)(void))opcode_stack_effect, METH_FASTCALL | METH_KEYWORDS,
     "stack_effect($module, opcode, oparg=None, /, *, jump=None)\n--\n\nThe stack effect of an instruction."},
    {"get_specialization_stats", opcode_get_specialization_stats, METH_NOARGS,
     "get_specialization_stats($module, /)\n--\n\nNone: they are not counted."},
    {NULL},
};

static PyModuleDef_Slot opcode_slots[] = {{0, NULL}};

static PyModuleDef opcode_module = {
    PyModuleDef_HEAD_INIT,       .m_name = "_opcode",     .m_doc = "What the library asks about instructions.",
    .m_methods = opcode_methods, .m_slots = opcode_slots,
};

PyMODINIT_FUNC
PyInit__opcode(void)
{
    return PyModuleDef_Init(&opcode_module);
}
