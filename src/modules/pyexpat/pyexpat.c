/* modules/pyexpat/pyexpat.c - what expat tells a parser, passed on to the program's handlers.
 *
 * Owns       nothing: handlers and buffered text are the parser's.
 * Invariant  a handler that fails ends the parse: all handlers are dropped, expat is told to stop, and what it still
 *            reports finds an error set and is passed over.  After each handler the parser's fields are read again.
 * Not here   making parsers and feeding them (xml_parser.c).
 * Source     Library Reference, xml.parsers.expat; expat.h. */
#include "modules/pyexpat/xml_parser.h"
#include "object/hold.h"

enum { MAX_ARGS = 7 }; /* of a handler: EntityDeclHandler has as many */

/* ---- strings ------------------------------------------------------------------------------------------------------- */

static PyObject *
text_new(const XML_Char *text)
{
    return text == NULL ? Py_NewRef(Py_None) : PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "strict");
}

/* *slot: a str or None, replaced by the equal one in the parser's dict, which gets it if there is none.
 * Returns 0, or -1 with an error set.  RE-ENTRANT: a program's dict may have keys that compare as they please. */
static int
intern(XmlParser *self, PyObject **slot)
{
    if (*slot == NULL || self->intern == NULL) {
        return *slot == NULL ? -1 : 0;
    }
    PyObject *known = PyDict_GetItemWithError(self->intern, *slot);
    if (known != NULL) {
        Py_INCREF(known);
        Py_SETREF(*slot, known);
        return 0;
    }
    return PyErr_Occurred() ? -1 : PyDict_SetItem(self->intern, *slot, *slot);
}

/* ---- calling a handler --------------------------------------------------------------------------------------------- */

static const char *const names[] = {
#define HANDLER(name, where, callback) where,
#include "modules/pyexpat/handlers.def"
};

static void
stop(XmlParser *self)
{
    ou_xml_handlers_clear(self);
    XML_StopParser(self->expat, XML_FALSE);
}

/* Call a handler.  Each letter of the format is an argument: N a name, S text (either may be NULL: None), L text and its
 * length, i an int, O an object whose reference is taken.
 * Returns what it returned, new; NULL if it failed, and then the parse is over, or if there is no such handler.  RE-ENTRANT. */
static PyObject *
tell(XmlParser *self, XmlHandler which, const char *format, ...)
{
    PyObject *v[MAX_ARGS] = {NULL}, *handler = NULL, *result = NULL;
    size_t n = 0;
    bool whole = true;
    va_list args;
    va_start(args, format);
    OU_HOLD(hold, &handler, &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6]);
    for (; format[n] != '\0'; n++) {
        const XML_Char *text = format[n] == 'N' || format[n] == 'S' || format[n] == 'L' ? va_arg(args, const XML_Char *) : NULL;
        int number = format[n] == 'i' || format[n] == 'L' ? va_arg(args, int) : 0;
        if (format[n] == 'O') {
            v[n] = va_arg(args, PyObject *);
        }
        else if (whole) {
            v[n] = format[n] == 'i'                 ? PyLong_FromLong(number)
                 : format[n] == 'L' && text != NULL ? PyUnicode_DecodeUTF8(text, number, "strict")
                                                    : text_new(text);
        }
        whole = whole && v[n] != NULL && (format[n] != 'N' || intern(self, &v[n]) == 0);
    }
    va_end(args);
    handler = whole ? Py_XNewRef(self->handlers[which]) : NULL;
    if (handler != NULL) {
        self->in_callback = true;
        result = PyObject_Vectorcall(handler, v, n, NULL);
        self->in_callback = false;
        if (result == NULL) {
            _PyTraceback_Add(names[which], "pyexpat.c", __LINE__ - 3);
        }
    }
    OU_HOLD_END(hold);
    Py_XDECREF(handler);
    for (size_t i = 0; i < n; i++) {
        Py_XDECREF(v[i]);
    }
    if (result == NULL && PyErr_Occurred()) {
        stop(self);
    }
    return result;
}

int
ou_xml_buffer_flush(XmlParser *self)
{
    if (self->buffer == NULL || self->buffer_used == 0) {
        return 0;
    }
    int used = self->buffer_used;
    self->buffer_used = 0; /* first: the handler may ask for a flush */
    Py_XDECREF(tell(self, OU_XML_CharacterDataHandler, "L", self->buffer, used));
    return PyErr_Occurred() ? -1 : 0;
}

/* Is there a handler for the event, once the text before it was handed over? */
static bool
wants(XmlParser *self, XmlHandler which)
{
    return self->handlers[which] != NULL && !PyErr_Occurred() && ou_xml_buffer_flush(self) == 0
        && self->handlers[which] != NULL;
}

#define TELL(which, ...)                                         \
    do {                                                         \
        if (wants(self, OU_XML_##which)) {                       \
            Py_XDECREF(tell(self, OU_XML_##which, __VA_ARGS__)); \
        }                                                        \
    } while (0)

/* As TELL, for handlers that say whether to go on.  Returns what they said, or 0. */
#define ASK(which, ...) (wants(self, OU_XML_##which) ? answer(self, tell(self, OU_XML_##which, __VA_ARGS__)) : 0)

/* Refs: takes result or NULL. */
static int
answer(XmlParser *self, PyObject *result)
{
    if (result == NULL) {
        return 0;
    }
    OU_HOLD(hold, &result);
    long yes = PyLong_AsLong(result);
    OU_HOLD_END(hold);
    Py_DECREF(result);
    if (yes == -1 && PyErr_Occurred()) {
        stop(self);
        return 0;
    }
    return (int)yes;
}

/* ---- elements and text --------------------------------------------------------------------------------------------- */

/* *out: a dict, or a list of names and values in turn.  Returns 0, or -1 with an error set.  RE-ENTRANT as intern() is. */
static int
attributes_new(XmlParser *self, const XML_Char **attributes, PyObject **out)
{
    int n = self->specified_attributes ? XML_GetSpecifiedAttributeCount(self->expat) : INT_MAX;
    bool ordered = self->ordered_attributes;
    PyObject *name = NULL, *value = NULL;
    int status = (*out = ordered ? PyList_New(0) : PyDict_New()) == NULL ? -1 : 0;
    OU_HOLD(hold, out, &name, &value);
    for (int i = 0; status == 0 && i < n && attributes[i] != NULL; i += 2) {
        name = text_new(attributes[i]);
        if (intern(self, &name) < 0 || (value = text_new(attributes[i + 1])) == NULL) {
            status = -1;
        }
        else if (ordered) {
            status = PyList_Append(*out, name) < 0 ? -1 : PyList_Append(*out, value);
        }
        else {
            status = PyDict_SetItem(*out, name, value);
        }
        Py_CLEAR(name);
        Py_CLEAR(value);
    }
    OU_HOLD_END(hold);
    if (status < 0) {
        Py_CLEAR(*out);
    }
    return status;
}

static void
on_start_element(void *data, const XML_Char *name, const XML_Char **attributes)
{
    XmlParser *self = data;
    PyObject *container;
    if (!wants(self, OU_XML_StartElementHandler)) {
        return;
    }
    if (attributes_new(self, attributes, &container) < 0) {
        stop(self);
        return;
    }
    Py_XDECREF(tell(self, OU_XML_StartElementHandler, "NO", name, container));
}

static void
on_end_element(void *data, const XML_Char *name)
{
    XmlParser *self = data;
    TELL(EndElementHandler, "N", name);
}

static void
on_character_data(void *data, const XML_Char *text, int size)
{
    XmlParser *self = data;
    if (PyErr_Occurred()) {
        return;
    }
    if (self->buffer != NULL && size > self->buffer_size - self->buffer_used && ou_xml_buffer_flush(self) < 0) {
        return;
    }
    if (self->buffer == NULL || size > self->buffer_size - self->buffer_used) {
        Py_XDECREF(tell(self, OU_XML_CharacterDataHandler, "L", text, size));
    }
    else if (self->handlers[OU_XML_CharacterDataHandler] != NULL) {
        memcpy(self->buffer + self->buffer_used, text, (size_t)size);
        self->buffer_used += size;
    }
}

static void
on_processing_instruction(void *data, const XML_Char *target, const XML_Char *text)
{
    XmlParser *self = data;
    TELL(ProcessingInstructionHandler, "NS", target, text);
}

static void
on_comment(void *data, const XML_Char *text)
{
    XmlParser *self = data;
    TELL(CommentHandler, "S", text);
}

static void
on_start_cdata_section(void *data)
{
    XmlParser *self = data;
    TELL(StartCdataSectionHandler, "");
}

static void
on_end_cdata_section(void *data)
{
    XmlParser *self = data;
    TELL(EndCdataSectionHandler, "");
}

static void
on_start_namespace_decl(void *data, const XML_Char *prefix, const XML_Char *uri)
{
    XmlParser *self = data;
    TELL(StartNamespaceDeclHandler, "NN", prefix, uri);
}

static void
on_end_namespace_decl(void *data, const XML_Char *prefix)
{
    XmlParser *self = data;
    TELL(EndNamespaceDeclHandler, "N", prefix);
}

static void
on_default(void *data, const XML_Char *text, int size)
{
    XmlParser *self = data;
    TELL(DefaultHandler, "L", text, size);
}

static void
on_default_expand(void *data, const XML_Char *text, int size)
{
    XmlParser *self = data;
    TELL(DefaultHandlerExpand, "L", text, size);
}

/* ---- the document's type ------------------------------------------------------------------------------------------- */

static void
on_xml_decl(void *data, const XML_Char *version, const XML_Char *encoding, int standalone)
{
    XmlParser *self = data;
    TELL(XmlDeclHandler, "SSi", version, encoding, standalone);
}

static void
on_start_doctype_decl(void *data, const XML_Char *name, const XML_Char *system_id, const XML_Char *public_id, int has_internal)
{
    XmlParser *self = data;
    TELL(StartDoctypeDeclHandler, "NNNi", name, system_id, public_id, has_internal);
}

static void
on_end_doctype_decl(void *data)
{
    XmlParser *self = data;
    TELL(EndDoctypeDeclHandler, "");
}

/* (type, quantifier, name, (child, ...)).  New; NULL with MemoryError or RecursionError set. */
static PyObject *
model_new(const XML_Content *model)
{
    if (ou_recursion_enter(" in a content model")) {
        return NULL;
    }
    PyObject *children = PyTuple_New(model->numchildren);
    for (unsigned i = 0; children != NULL && i < model->numchildren; i++) {
        PyObject *child = model_new(&model->children[i]);
        if (child == NULL) {
            Py_CLEAR(children);
        }
        else {
            PyTuple_SET_ITEM(children, i, child);
        }
    }
    ou_recursion_leave();
    PyObject *name = children == NULL ? NULL : text_new(model->name);
    PyObject *result = name == NULL ? NULL : Py_BuildValue("iiOO", model->type, model->quant, name, children);
    Py_XDECREF(name);
    Py_XDECREF(children);
    return result;
}

static void
on_element_decl(void *data, const XML_Char *name, XML_Content *model)
{
    XmlParser *self = data;
    if (wants(self, OU_XML_ElementDeclHandler)) {
        PyObject *content = model_new(model);
        if (content == NULL) {
            stop(self);
        }
        else {
            Py_XDECREF(tell(self, OU_XML_ElementDeclHandler, "NO", name, content));
        }
    }
    XML_FreeContentModel(self->expat, model);
}

static void
on_attlist_decl(void *data, const XML_Char *element, const XML_Char *attribute, const XML_Char *type, const XML_Char *value,
                int required)
{
    XmlParser *self = data;
    TELL(AttlistDeclHandler, "NNSSi", element, attribute, type, value, required);
}

static void
on_entity_decl(void *data, const XML_Char *name, int is_parameter, const XML_Char *value, int size, const XML_Char *base,
               const XML_Char *system_id, const XML_Char *public_id, const XML_Char *notation)
{
    XmlParser *self = data;
    TELL(EntityDeclHandler, "NiLNNNN", name, is_parameter, value, size, base, system_id, public_id, notation);
}

static void
on_unparsed_entity_decl(void *data, const XML_Char *name, const XML_Char *base, const XML_Char *system_id,
                        const XML_Char *public_id, const XML_Char *notation)
{
    XmlParser *self = data;
    TELL(UnparsedEntityDeclHandler, "NNNNN", name, base, system_id, public_id, notation);
}

static void
on_notation_decl(void *data, const XML_Char *name, const XML_Char *base, const XML_Char *system_id, const XML_Char *public_id)
{
    XmlParser *self = data;
    TELL(NotationDeclHandler, "NNNN", name, base, system_id, public_id);
}

static void
on_skipped_entity(void *data, const XML_Char *name, int is_parameter)
{
    XmlParser *self = data;
    TELL(SkippedEntityHandler, "Ni", name, is_parameter);
}

static int
on_not_standalone(void *data)
{
    XmlParser *self = data;
    return ASK(NotStandaloneHandler, "");
}

static int
on_external_entity_ref(XML_Parser expat, const XML_Char *context, const XML_Char *base, const XML_Char *system_id,
                       const XML_Char *public_id)
{
    XmlParser *self = XML_GetUserData(expat);
    return ASK(ExternalEntityRefHandler, "SNNN", context, base, system_id, public_id);
}

/* ---- setting handlers ---------------------------------------------------------------------------------------------- */

#define HANDLER(name, where, callback)                    \
    static void install_##name(XML_Parser expat, bool on) \
    {                                                     \
        XML_Set##name(expat, on ? (callback) : NULL);     \
    }
#include "modules/pyexpat/handlers.def"

static void (*const install[])(XML_Parser, bool) = {
#define HANDLER(name, where, callback) install_##name,
#include "modules/pyexpat/handlers.def"
};

PyObject *
ou_xml_handler_get(PyObject *self, void *which)
{
    PyObject *handler = ((XmlParser *)self)->handlers[(uintptr_t)which];
    return Py_NewRef(handler != NULL ? handler : Py_None);
}

int
ou_xml_handler_set(PyObject *op, PyObject *value, void *closure)
{
    XmlParser *self = (XmlParser *)op;
    XmlHandler which = (XmlHandler)(uintptr_t)closure;
    if (value == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "Cannot delete attribute");
        return -1;
    }
    if (which == OU_XML_CharacterDataHandler && ou_xml_buffer_flush(self) < 0) {
        return -1;
    }
    PyObject *old = self->handlers[which];
    self->handlers[which] = value == Py_None ? NULL : Py_NewRef(value);
    /* expat may be about to pass on text: its callback stays, and finds no handler. */
    install[which](self->expat, value != Py_None || (which == OU_XML_CharacterDataHandler && self->in_callback));
    Py_XDECREF(old);
    return 0;
}

void
ou_xml_handlers_clear(XmlParser *self)
{
    for (int i = 0; i < OU_XML_N_HANDLERS; i++) {
        if (self->expat != NULL) {
            install[i](self->expat, false);
        }
        Py_CLEAR(self->handlers[i]);
    }
}
