/* modules/pyexpat/xml_parser.c - the type xmlparser: making, feeding, asking, dropping.
 *
 * Owns       a parser its expat parser, handlers, table of names, buffer, and the parser it was made from.
 * Invariant  expat is not entered again while it is at work for the same parser (`parsing`): it would free what it reads.
 *            A parser made for an external entity shares tables with its parent, which therefore lives longer.
 * Not here   what happens on events (pyexpat.c); functions and constants of the module (pyexpat_module.c).
 * Source     Library Reference, xml.parsers.expat; expat.h. */
#include "modules/pyexpat/xml_parser.h"
#include "base/hash.h"
#include "object/args.h"
#include "object/hold.h"

#include <structmember.h>

enum {
    BUFFER_SIZE = 8192,  /* of text at first; from CPython 3.11 */
    READ_SIZE = 2048,    /* bytes asked of a file at a time; from CPython 3.11 */
    CHUNK_SIZE = 1 << 20 /* bytes given to expat at a time, whose lengths are ints; from CPython 3.11 */
};

/* ---- expat's parser ------------------------------------------------------------------------------------------------ */

/* PyMem: accounted, and may be refused. */
static const XML_Memory_Handling_Suite memory = {PyMem_Malloc, PyMem_Realloc, PyMem_Free};

int
ou_xml_unknown_encoding(void *data, const XML_Char *name, XML_Encoding *info)
{
    char every_byte[256];
    if (PyErr_Occurred()) {
        return XML_STATUS_ERROR;
    }
    for (int i = 0; i < 256; i++) {
        every_byte[i] = (char)i;
    }
    PyObject *table = PyUnicode_Decode(every_byte, 256, name, "replace");
    if (table == NULL) {
        return XML_STATUS_ERROR;
    }
    if (PyUnicode_GET_LENGTH(table) != 256) {
        Py_DECREF(table);
        PyErr_SetString(PyExc_ValueError, "multi-byte encodings are not supported");
        return XML_STATUS_ERROR;
    }
    for (int i = 0; i < 256; i++) {
        Py_UCS4 ch = PyUnicode_READ_CHAR(table, i);
        info->map[i] = ch == Py_UNICODE_REPLACEMENT_CHARACTER ? -1 : (int)ch;
    }
    info->data = NULL;
    info->convert = NULL;
    info->release = NULL;
    Py_DECREF(table);
    return XML_STATUS_OK;
}

XML_Parser
ou_xml_expat_new(const char *encoding, const char *separator)
{
    XML_Parser expat = XML_ParserCreate_MM(encoding, &memory, separator);
    if (expat == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    unsigned long salt;
    memcpy(&salt, ou_hash_secret(), sizeof salt); /* so that PYTHONHASHSEED settles the order of expat's tables too */
    XML_SetHashSalt(expat, salt ^ 1);             /* 0 would have expat make one up */
    XML_SetUnknownEncodingHandler(expat, ou_xml_unknown_encoding, NULL);
    return expat;
}

/* Refs: new, with no expat parser yet. */
static XmlParser *
parser_alloc(ExpatState *state, PyObject *intern)
{
    XmlParser *self = PyObject_GC_New(XmlParser, state->parser_type);
    if (self != NULL) {
        memset((char *)self + sizeof(PyObject), 0, sizeof *self - sizeof(PyObject));
        self->intern = Py_XNewRef(intern);
        self->buffer_size = BUFFER_SIZE;
    }
    return self;
}

/* expat: NULL gives NULL, with the error that is set.  Refs: takes self. */
static PyObject *
parser_finish(XmlParser *self, XML_Parser expat)
{
    if (expat == NULL) {
        Py_DECREF(self);
        return NULL;
    }
    self->expat = expat;
    XML_SetUserData(expat, self);
    PyObject_GC_Track(self); /* last: now it is whole */
    return (PyObject *)self;
}

PyObject *
ou_xml_parser_new(ExpatState *state, const char *encoding, const char *separator, PyObject *intern)
{
    XmlParser *self = parser_alloc(state, intern);
    return self == NULL ? NULL : parser_finish(self, ou_xml_expat_new(encoding, separator));
}

static int
parser_traverse(PyObject *op, visitproc visit, void *arg)
{
    XmlParser *self = (XmlParser *)op;
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(self->parent);
    Py_VISIT(self->intern);
    for (int i = 0; i < OU_XML_N_HANDLERS; i++) {
        Py_VISIT(self->handlers[i]);
    }
    return 0;
}

/* The parent stays, as expat may still read its tables; a cycle through it is broken at its handlers. */
static int
parser_clear(PyObject *op)
{
    ou_xml_handlers_clear((XmlParser *)op);
    Py_CLEAR(((XmlParser *)op)->intern);
    return 0;
}

static void
parser_dealloc(PyObject *op)
{
    XmlParser *self = (XmlParser *)op;
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    parser_clear(op);
    if (self->expat != NULL) {
        XML_ParserFree(self->expat);
        self->expat = NULL;
    }
    PyMem_Free(self->buffer);
    Py_CLEAR(self->parent); /* last: see above */
    type->tp_free(op);
    Py_DECREF(type);
}

/* ---- errors -------------------------------------------------------------------------------------------------------- */

static int
set_number(PyObject *obj, const char *name, unsigned long value)
{
    PyObject *number = PyLong_FromUnsignedLong(value);
    int status = number == NULL ? -1 : PyObject_SetAttrString(obj, name, number);
    Py_XDECREF(number);
    return status;
}

/* Raise ExpatError.  Returns NULL.  RE-ENTRANT: a program may have given the class methods. */
static PyObject *
raise_error(XmlParser *self, enum XML_Error code)
{
    if (code == XML_ERROR_NO_MEMORY) {
        return PyErr_NoMemory();
    }
    PyObject *type = ((ExpatState *)PyType_GetModuleState(Py_TYPE(self)))->error, *error = NULL;
    unsigned long line = XML_GetErrorLineNumber(self->expat), column = XML_GetErrorColumnNumber(self->expat);
    PyObject *message = PyUnicode_FromFormat("%s: line %i, column %i", XML_ErrorString(code), (int)line, (int)column);
    OU_HOLD(hold, &message, &error);
    error = message == NULL ? NULL : PyObject_CallOneArg(type, message);
    if (error != NULL && set_number(error, "code", code) == 0 && set_number(error, "offset", column) == 0
        && set_number(error, "lineno", line) == 0) {
        PyErr_SetObject(type, error);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(error);
    Py_XDECREF(message);
    return NULL;
}

/* ---- parsing ------------------------------------------------------------------------------------------------------- */

/* Returns expat's status; XML_STATUS_ERROR perhaps with an error of Python set.  RE-ENTRANT: handlers. */
static enum XML_Status
feed(XmlParser *self, const char *data, size_t size, bool last)
{
    enum XML_Status status = XML_STATUS_OK;
    do {
        size_t chunk = Py_MIN(size, (size_t)CHUNK_SIZE);
        if (self->parsing) {
            PyErr_SetString(PyExc_RuntimeError, "the parser is at work already");
            return XML_STATUS_ERROR;
        }
        self->parsing = true;
        status = XML_Parse(self->expat, data, (int)chunk, last && chunk == size);
        self->parsing = false;
        data += chunk;
        size -= chunk;
    } while (size > 0 && status != XML_STATUS_ERROR);
    return status;
}

/* What Parse and ParseFile return.  RE-ENTRANT. */
static PyObject *
parsed(XmlParser *self, enum XML_Status status)
{
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (status == XML_STATUS_ERROR) {
        return raise_error(self, XML_GetErrorCode(self->expat));
    }
    return ou_xml_buffer_flush(self) < 0 ? NULL : PyLong_FromLong(status);
}

static PyObject *
parser_parse(PyObject *op, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"Parse", {"", ""}, .n_posonly = 2, .n_positional = 2, .n_required = 1, .n_all = 2};
    XmlParser *self = (XmlParser *)op;
    PyObject *v[2];
    int last = 0;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0
        || (v[1] != NULL && (last = _PyLong_AsInt(v[1])) == -1 && PyErr_Occurred())) {
        return NULL;
    }
    if (PyUnicode_Check(v[0])) {
        Py_ssize_t size;
        const char *text = PyUnicode_AsUTF8AndSize(v[0], &size);
        if (text == NULL) {
            return NULL;
        }
        if (!self->parsing) {
            (void)XML_SetEncoding(self->expat, "utf-8"); /* too late for it once parsing began, but said before then */
        }
        return parsed(self, feed(self, text, (size_t)size, last != 0));
    }
    Py_buffer data;
    if (PyObject_GetBuffer(v[0], &data, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    OU_HOLD(hold, &data.obj);
    PyObject *result = parsed(self, feed(self, data.buf, (size_t)data.len, last != 0));
    OU_HOLD_END(hold);
    PyBuffer_Release(&data);
    return result;
}

/* The next bytes of a file, at most READ_SIZE.  New.  RE-ENTRANT. */
static PyObject *
read_piece(PyObject *read, Py_ssize_t *size)
{
    PyObject *piece = PyObject_CallFunction(read, "i", READ_SIZE);
    if (piece == NULL) {
        return NULL;
    }
    if (!PyBytes_Check(piece) && !PyByteArray_Check(piece)) {
        PyErr_Format(PyExc_TypeError, "read() did not return a bytes object (type=%.400s)", Py_TYPE(piece)->tp_name);
        Py_CLEAR(piece);
    }
    else if ((*size = Py_SIZE(piece)) > READ_SIZE) {
        PyErr_Format(PyExc_ValueError, "read() returned too much data: %i bytes requested, %zd returned", READ_SIZE, *size);
        Py_CLEAR(piece);
    }
    return piece;
}

static PyObject *
parser_parse_file(PyObject *op, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"ParseFile", {""}, .n_posonly = 1, .n_positional = 1, .n_required = 1, .n_all = 1};
    XmlParser *self = (XmlParser *)op;
    PyObject *v[1], *read = NULL, *piece = NULL, *result = NULL;
    Py_ssize_t size = 1;
    enum XML_Status status = XML_STATUS_OK;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    OU_HOLD(hold, &read, &piece);
    read = PyObject_GetAttrString(v[0], "read");
    if (read == NULL) {
        if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
            PyErr_SetString(PyExc_TypeError, "argument must have 'read' attribute");
        }
        goto done;
    }
    while (size > 0 && status != XML_STATUS_ERROR) {
        piece = read_piece(read, &size);
        if (piece == NULL) {
            goto done;
        }
        const char *bytes = PyBytes_Check(piece) ? PyBytes_AS_STRING(piece) : PyByteArray_AS_STRING(piece);
        status = feed(self, bytes, (size_t)size, size == 0); /* expat copies first: a handler may resize a bytearray */
        Py_CLEAR(piece);
        if (PyErr_Occurred()) {
            goto done;
        }
    }
    result = parsed(self, status);
done:
    OU_HOLD_END(hold);
    Py_XDECREF(read);
    Py_XDECREF(piece);
    return result;
}

static PyObject *
parser_external(PyObject *op, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {
        "ExternalEntityParserCreate", {"", ""}, .n_posonly = 2, .n_positional = 2, .n_required = 1, .n_all = 2};
    XmlParser *self = (XmlParser *)op;
    PyObject *v[2];
    const char *context = NULL, *encoding = NULL;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    if (v[0] != Py_None && !PyUnicode_Check(v[0])) {
        _PyArg_BadArgument("ExternalEntityParserCreate", "argument 1", "str or None", v[0]);
        return NULL;
    }
    if ((v[0] != Py_None && (context = ou_args_text("ExternalEntityParserCreate", "argument 1", v[0])) == NULL)
        || (v[1] != NULL && (encoding = ou_args_text("ExternalEntityParserCreate", "argument 2", v[1])) == NULL)) {
        return NULL;
    }
    XmlParser *made = parser_alloc(PyType_GetModuleState(Py_TYPE(op)), self->intern);
    if (made == NULL) {
        return NULL;
    }
    made->parent = Py_NewRef(op);
    made->buffer_size = self->buffer_size;
    made->ordered_attributes = self->ordered_attributes;
    made->specified_attributes = self->specified_attributes;
    made->namespace_prefixes = self->namespace_prefixes;
    XML_Parser expat = NULL;
    if (self->buffer == NULL || (made->buffer = PyMem_Malloc((size_t)self->buffer_size)) != NULL) {
        expat = XML_ExternalEntityParserCreate(self->expat, context, encoding);
    }
    if (expat == NULL) {
        PyErr_NoMemory();
    }
    else {
        for (int i = 0; i < OU_XML_N_HANDLERS; i++) { /* the callbacks are inherited already */
            made->handlers[i] = Py_XNewRef(self->handlers[i]);
        }
    }
    return parser_finish(made, expat);
}

/* ---- questions and settings ---------------------------------------------------------------------------------------- */

static PyObject *
parser_set_base(PyObject *self, PyObject *arg)
{
    const char *base = ou_args_text("SetBase", "argument", arg);
    if (base == NULL) {
        return NULL;
    }
    if (XML_SetBase(((XmlParser *)self)->expat, base) == XML_STATUS_ERROR) {
        return PyErr_NoMemory();
    }
    Py_RETURN_NONE;
}

static PyObject *
parser_get_base(PyObject *self, PyObject *unused)
{
    return Py_BuildValue("z", XML_GetBase(((XmlParser *)self)->expat));
}

static PyObject *
parser_get_input_context(PyObject *op, PyObject *unused)
{
    XmlParser *self = (XmlParser *)op;
    int offset, size;
    const char *input = self->in_callback ? XML_GetInputContext(self->expat, &offset, &size) : NULL;
    return input == NULL ? Py_NewRef(Py_None) : PyBytes_FromStringAndSize(input + offset, size - offset);
}

static PyObject *
parser_set_param_entity_parsing(PyObject *self, PyObject *arg)
{
    int flag = _PyLong_AsInt(arg);
    if (flag == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromLong(XML_SetParamEntityParsing(((XmlParser *)self)->expat, (enum XML_ParamEntityParsing)flag));
}

static PyObject *
parser_use_foreign_dtd(PyObject *op, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"UseForeignDTD", {""}, .n_posonly = 1, .n_positional = 1, .n_all = 1};
    XmlParser *self = (XmlParser *)op;
    PyObject *v[1];
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    int flag = v[0] == NULL ? 1 : PyObject_IsTrue(v[0]);
    if (flag < 0) {
        return NULL;
    }
    enum XML_Error code = XML_UseForeignDTD(self->expat, (XML_Bool)flag);
    return code == XML_ERROR_NONE ? Py_NewRef(Py_None) : raise_error(self, code);
}

#define FAST(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL | METH_KEYWORDS
static PyMethodDef parser_methods[] = {
    {"Parse", FAST(parser_parse), "Parse($self, data, isfinal=False, /)\n--\n\nParse more of the document; is it the last?"},
    {"ParseFile", FAST(parser_parse_file), "ParseFile($self, file, /)\n--\n\nParse what a file's read() gives."},
    {"SetBase", parser_set_base, METH_O, "SetBase($self, base, /)\n--\n\nWhat relative system identifiers are relative to."},
    {"GetBase", parser_get_base, METH_NOARGS, "GetBase($self, /)\n--\n\nWhat SetBase() has set."},
    {"GetInputContext", parser_get_input_context, METH_NOARGS,
     "GetInputContext($self, /)\n--\n\nThe input from the event on that is being handled; None between events."},
    {"ExternalEntityParserCreate", FAST(parser_external),
     "ExternalEntityParserCreate($self, context, encoding=<unrepresentable>,\n                           /)\n--\n\n"
     "A parser for an external entity, with this one's settings."},
    {"SetParamEntityParsing", parser_set_param_entity_parsing, METH_O,
     "SetParamEntityParsing($self, flag, /)\n--\n\nWhether parameter entities are parsed.  Tells if that could be set."},
    {"UseForeignDTD", FAST(parser_use_foreign_dtd),
     "UseForeignDTD($self, flag=True, /)\n--\n\nTreat the document as if it named an external subset."},
    {NULL},
};
#undef FAST

static PyMemberDef parser_members[] = {
    {"intern", T_OBJECT, offsetof(XmlParser, intern), READONLY, NULL},
    {NULL},
};

#define POSITION(noun, function, type)                                      \
    static PyObject *parser_get_##noun(PyObject *self, void *closure)       \
    {                                                                       \
        return PyLong_FromLong##type(function(((XmlParser *)self)->expat)); \
    }
POSITION(error_code, XML_GetErrorCode, )
POSITION(line, XML_GetCurrentLineNumber, Long)
POSITION(column, XML_GetCurrentColumnNumber, Long)
POSITION(byte_index, XML_GetCurrentByteIndex, Long)
#undef POSITION

static PyObject *
parser_get_flag(PyObject *self, void *offset)
{
    return PyBool_FromLong(*(bool *)((char *)self + (size_t)offset));
}

static int
no_delete(PyObject *value)
{
    if (value == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "Cannot delete attribute");
        return -1;
    }
    return 0;
}

static int
parser_set_flag(PyObject *self, PyObject *value, void *offset)
{
    int truth = no_delete(value) < 0 ? -1 : PyObject_IsTrue(value);
    if (truth < 0) {
        return -1;
    }
    *(bool *)((char *)self + (size_t)offset) = truth != 0;
    XML_SetReturnNSTriplet(((XmlParser *)self)->expat, ((XmlParser *)self)->namespace_prefixes);
    return 0;
}

static PyObject *
parser_get_buffer_text(PyObject *self, void *closure)
{
    return PyBool_FromLong(((XmlParser *)self)->buffer != NULL);
}

static int
parser_set_buffer_text(PyObject *op, PyObject *value, void *closure)
{
    XmlParser *self = (XmlParser *)op;
    int truth = no_delete(value) < 0 ? -1 : PyObject_IsTrue(value);
    if (truth < 0 || (!truth && ou_xml_buffer_flush(self) < 0)) {
        return -1;
    }
    if (!truth) {
        PyMem_Free(self->buffer);
        self->buffer = NULL;
    }
    else if (self->buffer == NULL) {
        self->buffer = PyMem_Malloc((size_t)self->buffer_size);
        if (self->buffer == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        self->buffer_used = 0;
    }
    return 0;
}

static PyObject *
parser_get_int(PyObject *self, void *offset)
{
    return PyLong_FromLong(*(int *)((char *)self + (size_t)offset));
}

static int
parser_set_buffer_size(PyObject *op, PyObject *value, void *closure)
{
    XmlParser *self = (XmlParser *)op;
    if (no_delete(value) < 0) {
        return -1;
    }
    if (!PyLong_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "buffer_size must be an integer");
        return -1;
    }
    long size = PyLong_AsLong(value);
    if (size <= 0) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_ValueError, "buffer_size must be greater than zero");
        }
        return -1;
    }
    if (size > INT_MAX) {
        PyErr_Format(PyExc_ValueError, "buffer_size must not be greater than %i", INT_MAX);
        return -1;
    }
    if (ou_xml_buffer_flush(self) < 0) {
        return -1;
    }
    if (self->buffer != NULL) {
        XML_Char *buffer = PyMem_Malloc((size_t)size);
        if (buffer == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        PyMem_Free(self->buffer);
        self->buffer = buffer;
        self->buffer_used = 0;
    }
    self->buffer_size = (int)size;
    return 0;
}

#define FLAG(field)                                                                        \
    {                                                                                      \
#field, parser_get_flag, parser_set_flag, NULL, (void *)offsetof(XmlParser, field) \
    }
static PyGetSetDef parser_getset[] = {
    {"ErrorCode", parser_get_error_code},
    {"ErrorLineNumber", parser_get_line},
    {"ErrorColumnNumber", parser_get_column},
    {"ErrorByteIndex", parser_get_byte_index},
    {"CurrentLineNumber", parser_get_line},
    {"CurrentColumnNumber", parser_get_column},
    {"CurrentByteIndex", parser_get_byte_index},
    {"buffer_size", parser_get_int, parser_set_buffer_size, NULL, (void *)offsetof(XmlParser, buffer_size)},
    {"buffer_text", parser_get_buffer_text, parser_set_buffer_text},
    {"buffer_used", parser_get_int, NULL, NULL, (void *)offsetof(XmlParser, buffer_used)},
    FLAG(namespace_prefixes),
    FLAG(ordered_attributes),
    FLAG(specified_attributes),
#define HANDLER(name, where, callback) {#name, ou_xml_handler_get, ou_xml_handler_set, NULL, (void *)OU_XML_##name},
#include "modules/pyexpat/handlers.def"
    {NULL},
};
#undef FLAG

static PyType_Slot parser_slots[] = {
    {Py_tp_doc, "XML parser"},         {Py_tp_dealloc, parser_dealloc},
    {Py_tp_traverse, parser_traverse}, {Py_tp_clear, parser_clear},
    {Py_tp_methods, parser_methods},   {Py_tp_members, parser_members},
    {Py_tp_getset, parser_getset},     {0, NULL},
};

PyType_Spec ou_xml_parser_spec = {
    .name = "pyexpat.xmlparser",
    .basicsize = sizeof(XmlParser),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = parser_slots,
};
