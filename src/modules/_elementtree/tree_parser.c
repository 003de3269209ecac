/* modules/_elementtree/tree_parser.c - XMLParser: tells a target, by default a TreeBuilder, what expat reads.
 *
 * Owns       its expat parser, the target and those of its methods that are called, entities, and names seen so far.
 * Invariant  while an error is set no target is called: expat reads on to the end of what it was given, in vain, as in
 *            CPython.  expat is not entered while it is at work (`parsing`): it would free what it reads.
 * Not here   memory and encodings of expat (../pyexpat/xml_parser.c).
 * Source     Library Reference, xml.etree.ElementTree; expat.h. */
#include "modules/_elementtree/elementtree.h"
#include "modules/pyexpat/xml_parser.h"
#include "object/args.h"
#include "object/hold.h"

#include <structmember.h>

enum { READ_SIZE = 64 * 1024, CHUNK_SIZE = 1 << 20 }; /* of a file; of what expat gets at a time, whose lengths are ints */

typedef enum { ON_START_NS, ON_END_NS, ON_START, ON_DATA, ON_END, ON_COMMENT, ON_PI, ON_CLOSE, ON_DOCTYPE, N_METHODS } Method;

static const char *const method_names[] = {"start_ns", "end_ns", "start", "data", "end", "comment", "pi", "close", "doctype"};

typedef struct {
    PyObject_HEAD
    XML_Parser expat;             /* NULL before __init__ */
    PyObject *target;             /* owned or NULL before __init__ */
    PyObject *entity;             /* owned dict: entities that the document does not declare */
    PyObject *names;              /* owned dict: expat's name, as bytes, to ours */
    PyObject *methods[N_METHODS]; /* of the target, owned; NULL: it has none */
    bool parsing;
} Parser;

/* The target if it is exactly a TreeBuilder, which is told without a call; else NULL. */
static TreeBuilder *
builder_of(Parser *self)
{
    return Py_IS_TYPE(self->target, tree_state(Py_TYPE(self))->builder_type) ? (TreeBuilder *)self->target : NULL;
}

/* ---- errors -------------------------------------------------------------------------------------------------------- */

/* Raise ParseError.  RE-ENTRANT: a program may have given the class methods. */
static void
raise_error(Parser *self, enum XML_Error code, const char *message)
{
    if (code == XML_ERROR_NO_MEMORY) {
        PyErr_NoMemory();
        return;
    }
    PyObject *type = tree_state(Py_TYPE(self))->parse_error, *error = NULL, *value = NULL;
    size_t line = XML_GetErrorLineNumber(self->expat), column = XML_GetErrorColumnNumber(self->expat);
    PyObject *text =
        PyUnicode_FromFormat("%s: line %zu, column %zu", message != NULL ? message : XML_ErrorString(code), line, column);
    OU_HOLD(hold, &text, &error, &value);
    error = text == NULL ? NULL : PyObject_CallOneArg(type, text);
    int status = error == NULL || (value = PyLong_FromLong(code)) == NULL ? -1 : PyObject_SetAttrString(error, "code", value);
    if (status == 0) {
        Py_SETREF(value, Py_BuildValue("(kk)", (unsigned long)line, (unsigned long)column));
        if (value != NULL && PyObject_SetAttrString(error, "position", value) == 0) {
            PyErr_SetObject(type, error);
        }
    }
    OU_HOLD_END(hold);
    Py_XDECREF(text);
    Py_XDECREF(error);
    Py_XDECREF(value);
}

/* ---- strings ------------------------------------------------------------------------------------------------------- */

static PyObject *
text_new(const XML_Char *text)
{
    return PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "strict");
}

static PyObject *
text_or_none(const XML_Char *text)
{
    return text == NULL ? Py_NewRef(Py_None) : text_new(text);
}

/* A name as the library writes it: "uri}local" of expat is "{uri}local".  New. */
static PyObject *
name_new(Parser *self, const XML_Char *text)
{
    PyObject *key = PyBytes_FromString(text);
    PyObject *name = key == NULL ? NULL : Py_XNewRef(PyDict_GetItemWithError(self->names, key));
    if (key != NULL && name == NULL && !PyErr_Occurred()) {
        name = strchr(text, '}') != NULL ? PyUnicode_FromFormat("{%s", text) : text_new(text);
        if (name != NULL && PyDict_SetItem(self->names, key, name) < 0) {
            Py_CLEAR(name);
        }
    }
    Py_XDECREF(key);
    return name;
}

/* ---- what expat tells ---------------------------------------------------------------------------------------------- */

static bool
wants(Parser *self, Method method)
{
    return !PyErr_Occurred() && (self->methods[method] != NULL || builder_of(self) != NULL);
}

/* Call the target's method, if it has it, with the n values.  Refs: takes them; one that is NULL means that an error is set. */
static void
tell(Parser *self, Method which, int n, PyObject *one, PyObject *two, PyObject *three)
{
    PyObject *v[] = {one, two, three}, *method = Py_XNewRef(self->methods[which]), *result = NULL;
    TreeBuilder *builder = builder_of(self);
    bool whole = (n < 1 || one != NULL) && (n < 2 || two != NULL) && (n < 3 || three != NULL);
    OU_HOLD(hold, &method, &v[0], &v[1], &v[2]);
    if (whole && builder != NULL && which != ON_DOCTYPE) {
        result = which == ON_START   ? ou_tree_builder_start(builder, one, PyDict_GET_SIZE(two) > 0 ? two : NULL)
               : which == ON_DATA    ? ou_tree_builder_data(builder, one)
               : which == ON_END     ? ou_tree_builder_end(builder)
               : which == ON_COMMENT ? ou_tree_builder_comment(builder, one)
                                     : ou_tree_builder_pi(builder, one, two);
    }
    else if (whole && method != NULL) {
        result = PyObject_Vectorcall(method, v, (size_t)n, NULL);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(method);
    for (int i = 0; i < 3; i++) {
        Py_XDECREF(v[i]);
    }
    Py_XDECREF(result);
}

static PyObject *
attributes_new(Parser *self, const XML_Char **attributes)
{
    PyObject *dict = PyDict_New();
    for (; dict != NULL && attributes[0] != NULL; attributes += 2) {
        PyObject *name = name_new(self, attributes[0]), *value = name == NULL ? NULL : text_new(attributes[1]);
        if (value == NULL || PyDict_SetItem(dict, name, value) < 0) {
            Py_CLEAR(dict);
        }
        Py_XDECREF(name);
        Py_XDECREF(value);
    }
    return dict;
}

static void
on_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
    Parser *self = data;
    if (wants(self, ON_START)) {
        PyObject *tag = name_new(self, name);
        tell(self, ON_START, 2, tag, tag == NULL ? NULL : attributes_new(self, attributes), NULL);
    }
}

static void
on_end(void *data, const XML_Char *name)
{
    Parser *self = data;
    if (wants(self, ON_END)) {
        tell(self, ON_END, 1, name_new(self, name), NULL, NULL);
    }
}

static void
on_data(void *data, const XML_Char *text, int size)
{
    Parser *self = data;
    if (wants(self, ON_DATA)) {
        tell(self, ON_DATA, 1, PyUnicode_DecodeUTF8(text, size, "strict"), NULL, NULL);
    }
}

/* What is left over: of interest are references to entities that the document does not declare. */
static void
on_default(void *data, const XML_Char *text, int size)
{
    Parser *self = data;
    if (size < 2 || text[0] != '&' || PyErr_Occurred()) {
        return;
    }
    PyObject *key = PyUnicode_DecodeUTF8(text + 1, size - 2, "strict"), *value = NULL;
    if (key != NULL) {
        OU_HOLD(hold, &key);
        value = Py_XNewRef(PyDict_GetItemWithError(self->entity, key));
        OU_HOLD_END(hold);
        Py_DECREF(key);
    }
    if (value != NULL) {
        tell(self, ON_DATA, 1, value, NULL, NULL);
    }
    else if (!PyErr_Occurred()) {
        char message[128] = "undefined entity ";
        strncat(message, text, (size_t)Py_MIN(size, 100));
        raise_error(self, XML_ERROR_UNDEFINED_ENTITY, message);
    }
}

static void
on_comment(void *data, const XML_Char *text)
{
    Parser *self = data;
    if (wants(self, ON_COMMENT)) {
        tell(self, ON_COMMENT, 1, text_new(text), NULL, NULL);
    }
}

static void
on_pi(void *data, const XML_Char *target, const XML_Char *text)
{
    Parser *self = data;
    if (wants(self, ON_PI)) {
        PyObject *name = text_new(target);
        tell(self, ON_PI, 2, name, name == NULL ? NULL : text_or_none(text), NULL);
    }
}

/* (prefix, uri), or (prefix) if `uri` is NULL, where no prefix is "". */
static void
on_namespace(Parser *self, Method which, TreeEvent event, const XML_Char *prefix, const XML_Char *uri)
{
    if (!wants(self, which)) {
        return;
    }
    TreeBuilder *builder = builder_of(self);
    PyObject *one = text_new(prefix != NULL ? prefix : "");
    PyObject *two = one == NULL || which == ON_END_NS ? NULL : text_new(uri != NULL ? uri : "");
    if (builder == NULL) {
        tell(self, which, which == ON_START_NS ? 2 : 1, one, two, NULL);
        return;
    }
    PyObject *what = one == NULL        ? NULL
                   : which == ON_END_NS ? Py_NewRef(Py_None)
                   : two == NULL        ? NULL
                                        : PyTuple_Pack(2, one, two);
    Py_XDECREF(one);
    Py_XDECREF(two);
    OU_HOLD(hold, &what);
    if (what != NULL) {
        (void)ou_tree_builder_event(builder, event, what); /* feed() asks whether an error is set */
    }
    OU_HOLD_END(hold);
    Py_XDECREF(what);
}

static void
on_start_namespace(void *data, const XML_Char *prefix, const XML_Char *uri)
{
    on_namespace(data, ON_START_NS, EVENT_START_NS, prefix, uri);
}

static void
on_end_namespace(void *data, const XML_Char *prefix)
{
    on_namespace(data, ON_END_NS, EVENT_END_NS, prefix, NULL);
}

static void
on_doctype(void *data, const XML_Char *name, const XML_Char *system_id, const XML_Char *public_id, int has_internal)
{
    Parser *self = data;
    if (PyErr_Occurred()) {
        return;
    }
    if (self->methods[ON_DOCTYPE] != NULL) {
        PyObject *root = name_new(self, name), *public = root == NULL ? NULL : text_or_none(public_id);
        tell(self, ON_DOCTYPE, 3, root, public, public == NULL ? NULL : text_or_none(system_id));
        return;
    }
    PyObject *method = PyObject_GetAttrString((PyObject *)self, "doctype");
    if (method != NULL) {
        Py_DECREF(method);
        PyErr_WarnEx(PyExc_RuntimeWarning,
                     "The doctype() method of XMLParser is ignored.  Define doctype() method on the TreeBuilder target.", 1);
    }
    else if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
    }
}

/* ---- making -------------------------------------------------------------------------------------------------------- */

static PyObject *
parser_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    return type->tp_alloc(type, 0);
}

/* Fill the array with the target's methods.  Returns 0, or -1 with an error set.  RE-ENTRANT. */
static int
find_methods(PyObject *target, PyObject **methods)
{
    for (int i = 0; i < N_METHODS; i++) {
        methods[i] = PyObject_GetAttrString(target, method_names[i]);
        if (methods[i] == NULL) {
            if (!PyErr_ExceptionMatches(PyExc_AttributeError)) {
                return -1;
            }
            PyErr_Clear();
        }
    }
    return 0;
}

static void
install(Parser *self)
{
    XML_Parser expat = self->expat;
    XML_SetUserData(expat, self);
    XML_SetElementHandler(expat, on_start, on_end);
    XML_SetDefaultHandlerExpand(expat, on_default);
    XML_SetCharacterDataHandler(expat, on_data);
    XML_SetStartDoctypeDeclHandler(expat, on_doctype);
    if (self->methods[ON_START_NS] != NULL || self->methods[ON_END_NS] != NULL) {
        XML_SetNamespaceDeclHandler(expat, on_start_namespace, on_end_namespace);
    }
    if (self->methods[ON_COMMENT] != NULL) {
        XML_SetCommentHandler(expat, on_comment);
    }
    if (self->methods[ON_PI] != NULL) {
        XML_SetProcessingInstructionHandler(expat, on_pi);
    }
}

static int
parser_init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"XMLParser", {"target", "encoding"}, .n_all = 2};
    Parser *self = (Parser *)op;
    PyTypeObject *builder_type = tree_state(Py_TYPE(op))->builder_type;
    PyObject *v[2], *target = NULL, *entity = NULL, *names = NULL, *m[N_METHODS] = {NULL};
    const char *encoding = NULL;
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0) {
        return -1;
    }
    if (v[1] != NULL && v[1] != Py_None) {
        if (!PyUnicode_Check(v[1])) {
            _PyArg_BadArgument("XMLParser", "argument 'encoding'", "str or None", v[1]);
            return -1;
        }
        if ((encoding = ou_args_text("XMLParser", "argument 'encoding'", v[1])) == NULL) {
            return -1;
        }
    }
    OU_HOLD(hold, &target, &entity, &names, &m[0], &m[1], &m[2], &m[3], &m[4], &m[5], &m[6], &m[7], &m[8]);
    XML_Parser expat = ou_xml_expat_new(encoding, "}");
    /* Its own builder is made but not initialised: comments are plain text to it. */
    target = expat == NULL                   ? NULL
           : v[0] != NULL && v[0] != Py_None ? Py_NewRef(v[0])
                                             : builder_type->tp_new(builder_type, NULL, NULL);
    entity = target == NULL ? NULL : PyDict_New();
    names = entity == NULL ? NULL : PyDict_New();
    int status = names == NULL ? -1 : find_methods(target, m);
    if (status == 0 && self->parsing) {
        PyErr_SetString(PyExc_RuntimeError, "the parser is at work already");
        status = -1;
    }
    if (status == 0) { /* commit; what was there before falls below */
#define SWAP(type, a, b)   \
    do {                   \
        type _swapped = a; \
        a = b;             \
        b = _swapped;      \
    } while (0)
        SWAP(XML_Parser, self->expat, expat);
        SWAP(PyObject *, self->target, target);
        SWAP(PyObject *, self->entity, entity);
        SWAP(PyObject *, self->names, names);
        for (int i = 0; i < N_METHODS; i++) {
            SWAP(PyObject *, self->methods[i], m[i]);
        }
#undef SWAP
        install(self);
    }
    OU_HOLD_END(hold);
    if (expat != NULL) {
        XML_ParserFree(expat);
    }
    Py_XDECREF(target);
    Py_XDECREF(entity);
    Py_XDECREF(names);
    for (int i = 0; i < N_METHODS; i++) {
        Py_XDECREF(m[i]);
    }
    return status;
}

static int
parser_traverse(PyObject *op, visitproc visit, void *arg)
{
    Parser *self = (Parser *)op;
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(self->target);
    Py_VISIT(self->entity);
    Py_VISIT(self->names);
    for (int i = 0; i < N_METHODS; i++) {
        Py_VISIT(self->methods[i]);
    }
    return 0;
}

static int
parser_clear(PyObject *op)
{
    Parser *self = (Parser *)op;
    XML_Parser expat = self->expat;
    self->expat = NULL; /* first: whoever still calls finds a parser that was never made */
    if (expat != NULL) {
        XML_ParserFree(expat);
    }
    Py_CLEAR(self->target);
    Py_CLEAR(self->entity);
    Py_CLEAR(self->names);
    for (int i = 0; i < N_METHODS; i++) {
        Py_CLEAR(self->methods[i]);
    }
    return 0;
}

static void
parser_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    parser_clear(op);
    type->tp_free(op);
    Py_DECREF(type);
}

/* ---- parsing ------------------------------------------------------------------------------------------------------- */

static bool
is_ready(Parser *self)
{
    if (self->expat == NULL || self->parsing) {
        PyErr_SetString(self->expat == NULL ? PyExc_ValueError : PyExc_RuntimeError,
                        self->expat == NULL ? "XMLParser.__init__() wasn't called" : "the parser is at work already");
        return false;
    }
    return true;
}

/* Returns 0, or -1 with an error set.  RE-ENTRANT: targets. */
static int
feed(Parser *self, const char *data, size_t size, bool last)
{
    enum XML_Status status = XML_STATUS_OK;
    do {
        size_t chunk = Py_MIN(size, (size_t)CHUNK_SIZE);
        if (!is_ready(self)) {
            return -1;
        }
        self->parsing = true;
        status = XML_Parse(self->expat, data, (int)chunk, last && chunk == size);
        self->parsing = false;
        data += chunk;
        size -= chunk;
    } while (size > 0 && status != XML_STATUS_ERROR && !PyErr_Occurred());
    if (status == XML_STATUS_ERROR && !PyErr_Occurred()) {
        raise_error(self, XML_GetErrorCode(self->expat), NULL);
    }
    return PyErr_Occurred() ? -1 : 0;
}

static PyObject *
parser_feed(PyObject *op, PyObject *arg)
{
    Parser *self = (Parser *)op;
    if (!is_ready(self)) {
        return NULL;
    }
    if (PyUnicode_Check(arg)) {
        Py_ssize_t size;
        const char *text = PyUnicode_AsUTF8AndSize(arg, &size);
        if (text == NULL) {
            return NULL;
        }
        (void)XML_SetEncoding(self->expat, "utf-8"); /* too late for it once parsing began, but said before then */
        return feed(self, text, (size_t)size, false) < 0 ? NULL : Py_NewRef(Py_None);
    }
    Py_buffer data;
    if (PyObject_GetBuffer(arg, &data, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    OU_HOLD(hold, &data.obj);
    int status = feed(self, data.buf, (size_t)data.len, false);
    OU_HOLD_END(hold);
    PyBuffer_Release(&data);
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
parser_close(PyObject *op, PyObject *unused)
{
    Parser *self = (Parser *)op;
    if (!is_ready(self) || feed(self, "", 0, true) < 0) {
        return NULL;
    }
    TreeBuilder *builder = builder_of(self);
    if (builder != NULL) {
        return ou_tree_builder_close(builder);
    }
    PyObject *method = Py_XNewRef(self->methods[ON_CLOSE]);
    OU_HOLD(hold, &method);
    PyObject *result = method == NULL ? Py_NewRef(Py_None) : PyObject_CallNoArgs(method);
    OU_HOLD_END(hold);
    Py_XDECREF(method);
    return result;
}

static PyObject *
parser_parse_whole(PyObject *op, PyObject *file)
{
    Parser *self = (Parser *)op;
    PyObject *read = NULL, *piece = NULL;
    if (!is_ready(self)) {
        return NULL;
    }
    OU_HOLD(hold, &read, &piece);
    int status = (read = PyObject_GetAttrString(file, "read")) == NULL ? -1 : 0;
    bool more = status == 0;
    while (more && status == 0) {
        piece = PyObject_CallFunction(read, "i", READ_SIZE);
        if (piece != NULL && PyUnicode_CheckExact(piece)) {
            Py_SETREF(piece, PyUnicode_AsEncodedString(piece, "utf-8", "surrogatepass"));
        }
        more = piece != NULL && PyBytes_CheckExact(piece) && PyBytes_GET_SIZE(piece) > 0;
        status = piece == NULL ? -1 : more ? feed(self, PyBytes_AS_STRING(piece), (size_t)PyBytes_GET_SIZE(piece), false) : 0;
        Py_CLEAR(piece);
    }
    status = status < 0 ? -1 : feed(self, "", 0, true);
    OU_HOLD_END(hold);
    Py_XDECREF(read);
    if (status < 0) {
        return NULL;
    }
    TreeBuilder *builder = builder_of(self);
    return builder != NULL ? ou_tree_builder_close(builder) : Py_NewRef(Py_None);
}

/* ---- events -------------------------------------------------------------------------------------------------------- */

/* Tell of the event under `name`, a str or bytes.  Returns 0, or -1 with ValueError set. */
static int
listen(Parser *self, TreeBuilder *builder, PyObject *name)
{
    static const char *const names[] = {"start", "end", "start-ns", "end-ns", "comment", "pi"};
    const char *text = PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : PyBytes_Check(name) ? PyBytes_AS_STRING(name) : NULL;
    if (text == NULL) {
        PyErr_SetString(PyExc_ValueError, "invalid events sequence");
        return -1;
    }
    for (int i = 0; i < N_EVENTS; i++) {
        if (strcmp(text, names[i]) == 0) {
            Py_INCREF(name);
            Py_XSETREF(builder->events[i], name);
            if (i == EVENT_START_NS || i == EVENT_END_NS) {
                XML_SetNamespaceDeclHandler(self->expat, on_start_namespace, on_end_namespace);
            }
            else if (i == EVENT_COMMENT) {
                XML_SetCommentHandler(self->expat, on_comment);
            }
            else if (i == EVENT_PI) {
                XML_SetProcessingInstructionHandler(self->expat, on_pi);
            }
            return 0;
        }
    }
    PyErr_Format(PyExc_ValueError, "unknown event '%s'", text);
    return -1;
}

static PyObject *
parser_setevents(PyObject *op, PyObject *args)
{
    Parser *self = (Parser *)op;
    PyObject *queue, *wanted = Py_None;
    if (!PyArg_UnpackTuple(args, "_setevents", 1, 2, &queue, &wanted) || !is_ready(self)) {
        return NULL;
    }
    TreeBuilder *builder = builder_of(self);
    if (builder == NULL) {
        PyErr_SetString(PyExc_TypeError, "event handling only supported for ElementTree.TreeBuilder targets");
        return NULL;
    }
    PyObject *append = PyObject_GetAttrString(queue, "append"), *names = NULL;
    if (append == NULL) {
        return NULL;
    }
    Py_XSETREF(builder->events_append, append);
    for (int i = 0; i < N_EVENTS; i++) {
        Py_CLEAR(builder->events[i]);
    }
    if (wanted == Py_None) {
        builder->events[EVENT_END] = PyUnicode_FromString("end");
        return builder->events[EVENT_END] == NULL ? NULL : Py_NewRef(Py_None);
    }
    names = PySequence_Fast(wanted, "events must be a sequence");
    int status = names == NULL ? -1 : 0;
    OU_HOLD(hold, &names);
    for (Py_ssize_t i = 0; status == 0 && i < PySequence_Fast_GET_SIZE(names); i++) {
        status = listen(self, builder, PySequence_Fast_GET_ITEM(names, i));
    }
    OU_HOLD_END(hold);
    Py_XDECREF(names);
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

/* ---- the type ------------------------------------------------------------------------------------------------------ */

static PyObject *
parser_get_version(PyObject *self, void *closure)
{
    return PyUnicode_FromFormat("Expat %d.%d.%d", XML_MAJOR_VERSION, XML_MINOR_VERSION, XML_MICRO_VERSION);
}

static PyMethodDef parser_methods[] = {
    {"feed", parser_feed, METH_O, "feed($self, data, /)\n--\n\n"},
    {"close", parser_close, METH_NOARGS, "close($self, /)\n--\n\n"},
    {"_parse_whole", parser_parse_whole, METH_O, "_parse_whole($self, file, /)\n--\n\n"},
    {"_setevents", parser_setevents, METH_VARARGS, "_setevents($self, events_queue, events_to_report=None, /)\n--\n\n"},
    {NULL},
};

static PyMemberDef parser_members[] = {
    {"entity", T_OBJECT, offsetof(Parser, entity), READONLY, NULL},
    {"target", T_OBJECT, offsetof(Parser, target), READONLY, NULL},
    {NULL},
};

static PyGetSetDef parser_getset[] = {{"version", parser_get_version}, {NULL}};

static PyType_Slot parser_slots[] = {
    {Py_tp_new, parser_new},           {Py_tp_init, parser_init},     {Py_tp_dealloc, parser_dealloc},
    {Py_tp_traverse, parser_traverse}, {Py_tp_clear, parser_clear},   {Py_tp_methods, parser_methods},
    {Py_tp_members, parser_members},   {Py_tp_getset, parser_getset}, {0, NULL},
};

PyType_Spec ou_tree_parser_spec = {
    .name = "xml.etree.ElementTree.XMLParser",
    .basicsize = sizeof(Parser),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = parser_slots,
};
