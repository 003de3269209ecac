/* modules/_pickle/pickle_module.c - module _pickle: dump, dumps, load, loads, and the module's state.
 *
 * Owns       its state (PickleState).
 * Source     Library Reference, pickle. */
#include "modules/_pickle/pickle.h"
#include "object/args.h"

static PickleState *
state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

const char *
ou_pickle_text_argument(PyObject *value, const char *function, const char *name)
{
    if (!PyUnicode_Check(value)) {
        PyErr_Format(PyExc_TypeError, "%s() argument '%s' must be str, not %.50s", function, name,
                     value == Py_None ? "None" : Py_TYPE(value)->tp_name);
        return NULL;
    }
    Py_ssize_t n;
    const char *text = PyUnicode_AsUTF8AndSize(value, &n);
    if (text != NULL && strlen(text) != (size_t)n) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        return NULL;
    }
    return text;
}

/* ---- writing --------------------------------------------------------------------------------------------------------- */

/* A pickle of v[0]: to the file if there is one.  v: object, protocol, fix_imports, buffer_callback.
 * Returns bytes, or None; new. */
static PyObject *
write_pickle(PickleState *state, PyObject *file, PyObject *const *v)
{
    int fix_imports = v[2] == NULL ? 1 : PyObject_IsTrue(v[2]);
    PyObject *self = fix_imports < 0 ? NULL : (PyObject *)ou_pickler_new(state->pickler_type, state), *result = NULL;
    if (self == NULL) {
        return NULL;
    }
    Pickler *pickler = (Pickler *)self;
    OU_HOLD(hold, &self, &result);
    if (ou_pickler_set(pickler, v[1], fix_imports, v[3]) == 0 && (file == NULL || ou_pickler_set_file(pickler, file) == 0)
        && ou_pickle_dump(pickler, v[0]) == 0) {
        result = file == NULL ? ou_pickle_take_output(pickler) : ou_pickle_flush(pickler) < 0 ? NULL : Py_NewRef(Py_None);
    }
    OU_HOLD_END(hold);
    Py_DECREF(self);
    return result;
}

static PyObject *
pickle_dumps(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {
        "dumps", {"obj", "protocol", "fix_imports", "buffer_callback"}, .n_positional = 2, .n_required = 1, .n_all = 4,
    };
    PyObject *v[4];
    return ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0 ? NULL : write_pickle(state_of(module), NULL, v);
}

static PyObject *
pickle_dump(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {
        "dump", {"obj", "file", "protocol", "fix_imports", "buffer_callback"}, .n_positional = 3, .n_required = 2, .n_all = 5,
    };
    PyObject *v[5];
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    PyObject *file = v[1];
    v[1] = v[0];
    return write_pickle(state_of(module), file, v + 1);
}

/* ---- reading --------------------------------------------------------------------------------------------------------- */

/* v: fix_imports, encoding, errors, buffers.  Either data or file is given. */
static PyObject *
read_pickle(PickleState *state, PyObject *data, PyObject *file, PyObject *const *v)
{
    const char *function = data != NULL ? "loads" : "load";
    int fix_imports = v[0] == NULL ? 1 : PyObject_IsTrue(v[0]);
    if (fix_imports < 0) {
        return NULL;
    }
    const char *encoding = v[1] == NULL ? "ASCII" : ou_pickle_text_argument(v[1], function, "encoding");
    const char *errors = encoding == NULL ? NULL : v[2] == NULL ? "strict" : ou_pickle_text_argument(v[2], function, "errors");
    PyObject *self = errors == NULL ? NULL : (PyObject *)ou_unpickler_new(state->unpickler_type, state), *result = NULL;
    if (self == NULL) {
        return NULL;
    }
    Unpickler *unpickler = (Unpickler *)self;
    OU_HOLD(hold, &self, &result);
    int status = file != NULL ? ou_unpickler_set_file(unpickler, file) : ou_unpickle_set_input(unpickler, data);
    if (status == 0 && ou_unpickler_set(unpickler, fix_imports, encoding, errors, v[3]) == 0) {
        result = ou_unpickle_load(unpickler);
    }
    Py_CLEAR(self); /* may run Python code */
    OU_HOLD_END(hold);
    return result;
}

static PyObject *
pickle_loads(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {
        "loads",    {"", "fix_imports", "encoding", "errors", "buffers"}, .n_posonly = 1, .n_positional = 1, .n_required = 1,
        .n_all = 5,
    };
    PyObject *v[5];
    return ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0 ? NULL
                                                                        : read_pickle(state_of(module), v[0], NULL, v + 1);
}

static PyObject *
pickle_load(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {
        "load", {"file", "fix_imports", "encoding", "errors", "buffers"}, .n_positional = 1, .n_required = 1, .n_all = 5,
    };
    PyObject *v[5];
    return ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0 ? NULL
                                                                        : read_pickle(state_of(module), NULL, v[0], v + 1);
}

/* ---- the module ------------------------------------------------------------------------------------------------------- */

#define FASTCALL(function) (PyCFunction)(void *) function, METH_FASTCALL | METH_KEYWORDS
static PyMethodDef pickle_methods[] = {
    {"dump", FASTCALL(pickle_dump),
     "dump($module, /, obj, file, protocol=None, *, fix_imports=True,\n     buffer_callback=None)\n--\n\n"
     "Write an object to a binary file: Pickler(file, protocol).dump(obj)."},
    {"dumps", FASTCALL(pickle_dumps),
     "dumps($module, /, obj, protocol=None, *, fix_imports=True,\n      buffer_callback=None)\n--\n\n"
     "An object as bytes."},
    {"load", FASTCALL(pickle_load),
     "load($module, /, file, *, fix_imports=True, encoding='ASCII',\n     errors='strict', buffers=())\n--\n\n"
     "Read an object from a binary file: Unpickler(file).load()."},
    {"loads", FASTCALL(pickle_loads),
     "loads($module, data, /, *, fix_imports=True, encoding='ASCII',\n      errors='strict', buffers=())\n--\n\n"
     "The object that bytes stand for."},
    {NULL},
};
#undef FASTCALL

static int
add_types(PyObject *module, PickleState *state)
{
    const struct {
        PyType_Spec *spec;
        PyTypeObject **place;
        bool is_public;
    } rows[] = {
        {&ou_pickler_spec, &state->pickler_type, true},
        {&ou_unpickler_spec, &state->unpickler_type, true},
        {&ou_pickler_memo_spec, &state->pickler_memo_type, false},
        {&ou_unpickler_memo_spec, &state->unpickler_memo_type, false},
    };
    for (size_t i = 0; i < OU_COUNT_OF(rows); i++) {
        *rows[i].place = (PyTypeObject *)PyType_FromModuleAndSpec(module, rows[i].spec, NULL);
        if (*rows[i].place == NULL || (rows[i].is_public && PyModule_AddType(module, *rows[i].place) < 0)) {
            return -1;
        }
    }
    return PyModule_AddType(module, &PyPickleBuffer_Type);
}

static int
add_error(PyObject *module, const char *name, PyObject *base, PyObject **place)
{
    *place = PyErr_NewException(name, base, NULL);
    return *place == NULL ? -1 : PyModule_AddObjectRef(module, strchr(name, '.') + 1, *place);
}

static int
pickle_exec(PyObject *module)
{
    PickleState *state = state_of(module);
    return ou_pickle_state_init(state) < 0 || add_types(module, state) < 0
                || add_error(module, "_pickle.PickleError", NULL, &state->error) < 0
                || add_error(module, "_pickle.PicklingError", state->error, &state->pickling_error) < 0
                || add_error(module, "_pickle.UnpicklingError", state->error, &state->unpickling_error) < 0
             ? -1
             : 0;
}

static int
pickle_traverse(PyObject *module, visitproc visit, void *arg)
{
    PyObject **fields = (PyObject **)state_of(module); /* all fields are references */
    for (size_t i = 0; i < sizeof(PickleState) / sizeof(PyObject *); i++) {
        Py_VISIT(fields[i]);
    }
    return 0;
}

static int
pickle_clear(PyObject *module)
{
    PyObject **fields = (PyObject **)state_of(module);
    for (size_t i = 0; i < sizeof(PickleState) / sizeof(PyObject *); i++) {
        Py_CLEAR(fields[i]);
    }
    return 0;
}

static void
pickle_free(void *module)
{
    pickle_clear(module);
}

static PyModuleDef_Slot pickle_slots[] = {{Py_mod_exec, pickle_exec}, {0, NULL}};

PyModuleDef ou_pickle_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_pickle",
    .m_doc = "The core of the module pickle, which has the documentation.",
    .m_size = sizeof(PickleState),
    .m_methods = pickle_methods,
    .m_slots = pickle_slots,
    .m_traverse = pickle_traverse,
    .m_clear = pickle_clear,
    .m_free = pickle_free,
};

PyMODINIT_FUNC
PyInit__pickle(void)
{
    return PyModuleDef_Init(&ou_pickle_module);
}
