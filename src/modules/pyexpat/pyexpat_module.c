/* modules/pyexpat/pyexpat_module.c - module pyexpat: ParserCreate, the errors and constants of expat, the capsule.
 *
 * Owns       its state (ExpatState).
 * Source     Library Reference, xml.parsers.expat; expat.h. */
#include "modules/pyexpat/xml_parser.h"
#include "object/args.h"

static ExpatState *
state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

/* An argument that is a str or None, which gives NULL.  Returns 0, or -1 with an error set. */
static int
text_or_none(PyObject *value, const char *argument, const char **out)
{
    *out = NULL;
    if (value == NULL || value == Py_None) {
        return 0;
    }
    if (!PyUnicode_Check(value)) {
        _PyArg_BadArgument("ParserCreate", argument, "str or None", value);
        return -1;
    }
    *out = ou_args_text("ParserCreate", argument, value);
    return *out == NULL ? -1 : 0;
}

static PyObject *
expat_parser_create(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {
        "ParserCreate", {"encoding", "namespace_separator", "intern"}, .n_positional = 3, .n_all = 3};
    PyObject *v[3];
    const char *encoding, *separator;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0 || text_or_none(v[0], "argument 'encoding'", &encoding) < 0
        || text_or_none(v[1], "argument 'namespace_separator'", &separator) < 0) {
        return NULL;
    }
    if (separator != NULL && strlen(separator) > 1) {
        PyErr_SetString(PyExc_ValueError, "namespace_separator must be at most one character, omitted, or None");
        return NULL;
    }
    PyObject *intern = v[2] == NULL ? PyDict_New() : v[2] == Py_None ? NULL : Py_NewRef(v[2]);
    if (v[2] == NULL && intern == NULL) {
        return NULL;
    }
    PyObject *parser = NULL;
    if (intern != NULL && !PyDict_Check(intern)) {
        PyErr_SetString(PyExc_TypeError, "intern must be a dictionary");
    }
    else {
        parser = ou_xml_parser_new(state_of(module), encoding, separator, intern);
    }
    Py_XDECREF(intern);
    return parser;
}

static PyObject *
expat_error_string(PyObject *module, PyObject *arg)
{
    long code = PyLong_AsLong(arg);
    return code == -1 && PyErr_Occurred() ? NULL : Py_BuildValue("z", XML_ErrorString((enum XML_Error)(int)code));
}

static PyMethodDef expat_methods[] = {
    {"ParserCreate", (PyCFunction)(void (*)(void))expat_parser_create, METH_FASTCALL | METH_KEYWORDS,
     "ParserCreate($module, /, encoding=None, namespace_separator=None,\n             intern=<unrepresentable>)\n--\n\n"
     "A new XML parser."},
    {"ErrorString", expat_error_string, METH_O, "ErrorString($module, code, /)\n--\n\nThe text of an error's number."},
    {NULL},
};

/* ---- constants ----------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *name;
    int value;
} Constant;
#define ROW(name)   \
    {               \
#name, name \
    }

static int
add_constants(PyObject *module, const Constant *constants, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) {
            return -1;
        }
    }
    return 0;
}

/* A module within this one, and in sys.modules under its full name.  Borrowed. */
static PyObject *
add_submodule(PyObject *module, const char *full_name, const char *doc)
{
    PyObject *made = PyImport_AddModule(full_name);
    return made == NULL || PyModule_SetDocString(made, doc) < 0
                || PyModule_AddObjectRef(module, strchr(full_name, '.') + 1, made) < 0
             ? NULL
             : made;
}

static int
add_model(PyObject *module)
{
    static const Constant constants[] = {
        ROW(XML_CTYPE_EMPTY), ROW(XML_CTYPE_ANY),   ROW(XML_CTYPE_MIXED), ROW(XML_CTYPE_NAME), ROW(XML_CTYPE_CHOICE),
        ROW(XML_CTYPE_SEQ),   ROW(XML_CQUANT_NONE), ROW(XML_CQUANT_OPT),  ROW(XML_CQUANT_REP), ROW(XML_CQUANT_PLUS),
    };
    PyObject *model = add_submodule(module, "pyexpat.model", "Numbers in the content models of elements.");
    return model == NULL ? -1 : add_constants(model, constants, OU_COUNT_OF(constants));
}

/* An error's name is its text; `codes` and `messages` lead from text to number and back. */
static int
add_error(PyObject *errors, PyObject *codes, PyObject *messages, const Constant *error)
{
    PyObject *text = PyUnicode_FromString(XML_ErrorString((enum XML_Error)error->value));
    PyObject *number = PyLong_FromLong(error->value);
    int status = text == NULL || number == NULL || PyModule_AddObjectRef(errors, error->name, text) < 0
                      || PyDict_SetItem(codes, text, number) < 0 || PyDict_SetItem(messages, number, text) < 0
                   ? -1
                   : 0;
    Py_XDECREF(text);
    Py_XDECREF(number);
    return status;
}

static int
add_errors(PyObject *module)
{
    static const Constant constants[] = {
#define E(name) {"XML_ERROR_" #name, XML_ERROR_##name}
        E(NO_MEMORY),
        E(SYNTAX),
        E(NO_ELEMENTS),
        E(INVALID_TOKEN),
        E(UNCLOSED_TOKEN),
        E(PARTIAL_CHAR),
        E(TAG_MISMATCH),
        E(DUPLICATE_ATTRIBUTE),
        E(JUNK_AFTER_DOC_ELEMENT),
        E(PARAM_ENTITY_REF),
        E(UNDEFINED_ENTITY),
        E(RECURSIVE_ENTITY_REF),
        E(ASYNC_ENTITY),
        E(BAD_CHAR_REF),
        E(BINARY_ENTITY_REF),
        E(ATTRIBUTE_EXTERNAL_ENTITY_REF),
        E(MISPLACED_XML_PI),
        E(UNKNOWN_ENCODING),
        E(INCORRECT_ENCODING),
        E(UNCLOSED_CDATA_SECTION),
        E(EXTERNAL_ENTITY_HANDLING),
        E(NOT_STANDALONE),
        E(UNEXPECTED_STATE),
        E(ENTITY_DECLARED_IN_PE),
        E(FEATURE_REQUIRES_XML_DTD),
        E(CANT_CHANGE_FEATURE_ONCE_PARSING),
        E(UNBOUND_PREFIX),
        E(UNDECLARING_PREFIX),
        E(INCOMPLETE_PE),
        E(XML_DECL),
        E(TEXT_DECL),
        E(PUBLICID),
        E(SUSPENDED),
        E(NOT_SUSPENDED),
        E(ABORTED),
        E(FINISHED),
        E(SUSPEND_PE),
        E(RESERVED_PREFIX_XML),
        E(RESERVED_PREFIX_XMLNS),
        E(RESERVED_NAMESPACE_URI),
        E(INVALID_ARGUMENT),
        E(NO_BUFFER),
        E(AMPLIFICATION_LIMIT_BREACH),
#undef E
    };
    PyObject *errors = add_submodule(module, "pyexpat.errors", "What may be wrong with a document.");
    PyObject *codes = errors == NULL ? NULL : PyDict_New(), *messages = codes == NULL ? NULL : PyDict_New();
    int status = messages == NULL ? -1 : 0;
    for (size_t i = 0; status == 0 && i < OU_COUNT_OF(constants); i++) {
        status = add_error(errors, codes, messages, &constants[i]);
    }
    if (status == 0
        && (PyModule_AddObjectRef(errors, "codes", codes) < 0 || PyModule_AddObjectRef(errors, "messages", messages) < 0)) {
        status = -1;
    }
    Py_XDECREF(codes);
    Py_XDECREF(messages);
    return status;
}

static int
add_features(PyObject *module)
{
    PyObject *list = PyList_New(0);
    const XML_Feature *feature = XML_GetFeatureList();
    for (; list != NULL && feature->feature != XML_FEATURE_END; feature++) {
        PyObject *pair = Py_BuildValue("sl", feature->name, feature->value);
        if (pair == NULL || PyList_Append(list, pair) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(pair);
    }
    int status = list == NULL ? -1 : PyModule_AddObjectRef(module, "features", list);
    Py_XDECREF(list);
    return status;
}

static int
add_capsule(PyObject *module)
{
    static struct PyExpat_CAPI api = {
        .magic = PyExpat_CAPI_MAGIC,
        .size = sizeof(struct PyExpat_CAPI),
        .MAJOR_VERSION = XML_MAJOR_VERSION,
        .MINOR_VERSION = XML_MINOR_VERSION,
        .MICRO_VERSION = XML_MICRO_VERSION,
        .ErrorString = XML_ErrorString,
        .GetErrorCode = XML_GetErrorCode,
        .GetErrorColumnNumber = XML_GetCurrentColumnNumber,
        .GetErrorLineNumber = XML_GetCurrentLineNumber,
        .Parse = XML_Parse,
        .ParserCreate_MM = XML_ParserCreate_MM,
        .ParserFree = XML_ParserFree,
        .SetCharacterDataHandler = XML_SetCharacterDataHandler,
        .SetCommentHandler = XML_SetCommentHandler,
        .SetDefaultHandlerExpand = XML_SetDefaultHandlerExpand,
        .SetElementHandler = XML_SetElementHandler,
        .SetNamespaceDeclHandler = XML_SetNamespaceDeclHandler,
        .SetProcessingInstructionHandler = XML_SetProcessingInstructionHandler,
        .SetUnknownEncodingHandler = XML_SetUnknownEncodingHandler,
        .SetUserData = XML_SetUserData,
        .SetStartDoctypeDeclHandler = XML_SetStartDoctypeDeclHandler,
        .SetEncoding = XML_SetEncoding,
        .DefaultUnknownEncodingHandler = ou_xml_unknown_encoding,
        .SetHashSalt = XML_SetHashSalt,
    };
    PyObject *capsule = PyCapsule_New(&api, PyExpat_CAPSULE_NAME, NULL);
    int status = capsule == NULL ? -1 : PyModule_AddObjectRef(module, "expat_CAPI", capsule);
    Py_XDECREF(capsule);
    return status;
}

static int
add_version(PyObject *module)
{
    XML_Expat_Version version = XML_ExpatVersionInfo();
    PyObject *info = Py_BuildValue("iii", version.major, version.minor, version.micro);
    int status = info == NULL || PyModule_AddStringConstant(module, "EXPAT_VERSION", XML_ExpatVersion()) < 0
                      || PyModule_AddObjectRef(module, "version_info", info) < 0
                   ? -1
                   : PyModule_AddStringConstant(module, "native_encoding", "UTF-8");
    Py_XDECREF(info);
    return status;
}

/* ---- the module ---------------------------------------------------------------------------------------------------- */

static int
expat_exec(PyObject *module)
{
    static const Constant constants[] = {
        ROW(XML_PARAM_ENTITY_PARSING_NEVER),
        ROW(XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE),
        ROW(XML_PARAM_ENTITY_PARSING_ALWAYS),
    };
    ExpatState *state = state_of(module);
    state->parser_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &ou_xml_parser_spec, NULL);
    state->error = PyErr_NewException("xml.parsers.expat.ExpatError", NULL, NULL);
    return state->parser_type == NULL || state->error == NULL || PyModule_AddObjectRef(module, "error", state->error) < 0
                || PyModule_AddObjectRef(module, "ExpatError", state->error) < 0
                || PyModule_AddObjectRef(module, "XMLParserType", (PyObject *)state->parser_type) < 0 || add_version(module) < 0
                || add_errors(module) < 0 || add_model(module) < 0 || add_features(module) < 0
                || add_constants(module, constants, OU_COUNT_OF(constants)) < 0
             ? -1
             : add_capsule(module);
}
#undef ROW

static int
expat_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(state_of(module)->parser_type);
    Py_VISIT(state_of(module)->error);
    return 0;
}

static int
expat_clear(PyObject *module)
{
    Py_CLEAR(state_of(module)->parser_type);
    Py_CLEAR(state_of(module)->error);
    return 0;
}

static void
expat_free(void *module)
{
    expat_clear(module);
}

static PyModuleDef_Slot expat_slots[] = {{Py_mod_exec, expat_exec}, {0, NULL}};

static PyModuleDef expat_module = {
    PyModuleDef_HEAD_INIT,        .m_name = "pyexpat",        .m_doc = "XML parsing by expat.",
    .m_size = sizeof(ExpatState), .m_methods = expat_methods, .m_slots = expat_slots,
    .m_traverse = expat_traverse, .m_clear = expat_clear,     .m_free = expat_free,
};

PyMODINIT_FUNC
PyInit_pyexpat(void)
{
    return PyModuleDef_Init(&expat_module);
}
