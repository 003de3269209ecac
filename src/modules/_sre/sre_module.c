/* modules/_sre/sre_module.c - module _sre: compile(), and the questions that re/_compiler.py asks about letters.
 *
 * Owns       the definition of the module; its types are static. */
#include "modules/_sre/sre.h"
#include "modules/_sre/sre_source.h"

/* The words of a list of ints.  Returns them (PyMem_Malloc'ed), or NULL with OverflowError or MemoryError set. */
static uint32_t *
words_from_list(PyObject *list, size_t n)
{
    size_t bytes;
    uint32_t *words = ou_size_mul(n + 1, sizeof *words, &bytes) ? NULL : PyMem_Malloc(bytes);
    if (words == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        PyObject *word = PyList_GET_ITEM(list, (Py_ssize_t)i); /* an int's value is read without Python code */
        unsigned long value = PyLong_Check(word) ? PyLong_AsUnsignedLong(word) : ULONG_MAX;
        if (value > UINT32_MAX) {
            PyErr_SetString(PyExc_OverflowError, "regular expression code size limit exceeded");
            PyMem_Free(words);
            return NULL;
        }
        words[i] = (uint32_t)value;
    }
    return words;
}

static int
is_type(PyObject *arg, PyTypeObject *type, const char *name)
{
    if (PyObject_TypeCheck(arg, type)) {
        return 1;
    }
    PyErr_Format(PyExc_TypeError, "compile() argument '%s' must be %s, not %.50s", name, type->tp_name,
                 arg == Py_None ? "None" : Py_TYPE(arg)->tp_name);
    return 0;
}

/* 's' for a str, 'b' for a bytes-like object, 0 for None; -1 with TypeError set. */
static int
kind_of(PyObject *pattern)
{
    if (pattern == Py_None) {
        return 0;
    }
    if (PyUnicode_Check(pattern)) {
        return 's';
    }
    Py_buffer view;
    if (PyObject_GetBuffer(pattern, &view, PyBUF_SIMPLE) < 0) {
        PyErr_Format(PyExc_TypeError, "expected string or bytes-like object, got '%.200s'", Py_TYPE(pattern)->tp_name);
        return -1;
    }
    PyBuffer_Release(&view);
    return 'b';
}

static PyObject *
sre_compile(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"compile",
                                    {"pattern", "flags", "code", "groups", "groupindex", "indexgroup"},
                                    .n_positional = 6,
                                    .n_required = 6,
                                    .n_all = 6};
    PyObject *v[6];
    Py_ssize_t groups;
    if (ou_args_parse(&params, args, n_args, kwnames, v) < 0) {
        return NULL;
    }
    int flags = _PyLong_AsInt(v[1]);
    if ((flags == -1 && PyErr_Occurred()) || !is_type(v[2], &PyList_Type, "code") || ou_sre_ssize(v[3], &groups) < 0
        || !is_type(v[4], &PyDict_Type, "groupindex") || !is_type(v[5], &PyTuple_Type, "indexgroup")) {
        return NULL;
    }
    int kind = kind_of(v[0]);
    size_t n = (size_t)PyList_GET_SIZE(v[2]);
    uint32_t *source = kind < 0 ? NULL : words_from_list(v[2], n);
    if (source == NULL) {
        return NULL;
    }
    SreProgram program;
    SrePattern *self = NULL;
    if (ou_sre_translate(source, n, groups, &program) == 0) {
        self = (SrePattern *)ou_gc_new_var(&ou_sre_pattern_type, (Py_ssize_t)program.n);
    }
    if (self != NULL) {
        self->groups = groups;
        self->groupindex = Py_NewRef(v[4]);
        self->indexgroup = Py_NewRef(v[5]);
        self->pattern = Py_NewRef(v[0]);
        self->flags = flags;
        self->kind = kind;
        self->n_loops = program.n_loops;
        self->min_width = program.min_width;
        self->n_prefix = program.n_prefix;
        self->prefix = program.prefix;
        self->pivot = program.pivot;
        self->prefix_is_narrow = program.prefix_is_narrow;
        self->prefix_is_all = program.prefix_is_all;
        self->anchored = program.anchored;
        self->first_known = program.first_known;
        self->first_wide = program.first_wide;
        memcpy(self->first, program.first, sizeof self->first);
        memcpy(self->program, program.words, program.n * sizeof *program.words);
        ou_gc_track((PyObject *)self);
    }
    PyMem_Free(program.words);
    PyMem_Free(source);
    return (PyObject *)self;
}

static PyObject *
sre_getcodesize(PyObject *module, PyObject *ignored)
{
    return PyLong_FromSize_t(sizeof(uint32_t));
}

/* A character argument: an int, which need not be one of Unicode's. */
static int
character(PyObject *arg, int *ch)
{
    *ch = _PyLong_AsInt(arg);
    return *ch == -1 && PyErr_Occurred() ? -1 : 0;
}

static PyObject *
sre_ascii_iscased(PyObject *module, PyObject *arg)
{
    int ch;
    return character(arg, &ch) < 0 ? NULL : PyBool_FromLong(ch >= 0 && ch < 128 && Py_ISALPHA(ch));
}

static PyObject *
sre_unicode_iscased(PyObject *module, PyObject *arg)
{
    int ch;
    if (character(arg, &ch) < 0) {
        return NULL;
    }
    Py_UCS4 wide = (Py_UCS4)ch;
    return PyBool_FromLong(wide <= 0x10ffff && (Py_UNICODE_TOLOWER(wide) != wide || Py_UNICODE_TOUPPER(wide) != wide));
}

static PyObject *
sre_ascii_tolower(PyObject *module, PyObject *arg)
{
    int ch;
    return character(arg, &ch) < 0 ? NULL : PyLong_FromLong(ch >= 'A' && ch <= 'Z' ? ch | 32 : ch);
}

static PyObject *
sre_unicode_tolower(PyObject *module, PyObject *arg)
{
    int ch;
    if (character(arg, &ch) < 0) {
        return NULL;
    }
    return PyLong_FromLong(ch >= 0 && ch <= 0x10ffff ? (long)Py_UNICODE_TOLOWER((Py_UCS4)ch) : ch);
}

static PyMethodDef sre_methods[] = {
    {"compile", (PyCFunction)(void *)sre_compile, METH_FASTCALL | METH_KEYWORDS,
     "compile($module, /, pattern, flags, code, groups, groupindex,\n        indexgroup)\n--\n\n"},
    {"getcodesize", sre_getcodesize, METH_NOARGS, "getcodesize($module, /)\n--\n\n"},
    {"ascii_iscased", sre_ascii_iscased, METH_O, "ascii_iscased($module, character, /)\n--\n\n"},
    {"unicode_iscased", sre_unicode_iscased, METH_O, "unicode_iscased($module, character, /)\n--\n\n"},
    {"ascii_tolower", sre_ascii_tolower, METH_O, "ascii_tolower($module, character, /)\n--\n\n"},
    {"unicode_tolower", sre_unicode_tolower, METH_O, "unicode_tolower($module, character, /)\n--\n\n"},
    {NULL},
};

static int
sre_exec(PyObject *module)
{
    PyObject *max_repeat = PyLong_FromUnsignedLong(SRE_MAX_REPEAT);
    int status = max_repeat == NULL ? -1 : PyModule_AddObjectRef(module, "MAXREPEAT", max_repeat);
    Py_XDECREF(max_repeat);
    if (status < 0 || PyModule_AddIntConstant(module, "MAGIC", SRE_MAGIC) < 0
        || PyModule_AddIntConstant(module, "CODESIZE", sizeof(uint32_t)) < 0
        || PyModule_AddIntConstant(module, "MAXGROUPS", SRE_MAX_GROUPS) < 0) {
        return -1;
    }
    return PyModule_AddStringConstant(module, "copyright", " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ");
}

static PyModuleDef_Slot sre_slots[] = {{Py_mod_exec, sre_exec}, {0, NULL}};

static struct PyModuleDef sre_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_sre",
    .m_methods = sre_methods,
    .m_slots = sre_slots,
};

PyMODINIT_FUNC
PyInit__sre(void)
{
    return PyModuleDef_Init(&sre_module);
}
