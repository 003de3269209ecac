/* modules/pyexpat/xml_parser.h - the type xmlparser, and what _elementtree's parser shares with it.
 *
 * handler   a Python callable that is told of one kind of event
 * callback  the C function that expat calls for it */
#ifndef OU_MODULES_PYEXPAT_XML_PARSER_H
#define OU_MODULES_PYEXPAT_XML_PARSER_H

#include <Python.h>

#include <pyexpat.h>

#include "base/base.h"

typedef enum {
#define HANDLER(name, where, callback) OU_XML_##name,
#include "modules/pyexpat/handlers.def"
    OU_XML_N_HANDLERS
} XmlHandler;

typedef struct {
    PyTypeObject *parser_type; /* owned */
    PyObject *error;           /* owned: xml.parsers.expat.ExpatError */
} ExpatState;

typedef struct {
    PyObject_HEAD
    XML_Parser expat; /* owned; its user data is this object */
    PyObject *parent; /* owned: the parser whose tables an external entity's parser shares; freed after `expat` */
    PyObject *intern; /* owned dict: names to themselves; NULL: names are not shared */
    PyObject *handlers[OU_XML_N_HANDLERS]; /* owned or NULL */
    XML_Char *buffer;                      /* text that waits for its end; NULL: buffer_text is off */
    int buffer_size, buffer_used;          /* bytes */
    bool parsing;                          /* expat is at work: it can't be asked for more */
    bool in_callback;                      /* a handler runs */
    bool ordered_attributes, specified_attributes, namespace_prefixes;
} XmlParser;

extern PyType_Spec ou_xml_parser_spec;

/* A new parser.  encoding, separator: text or NULL; intern: a dict or NULL.  Refs: new.  Errors: MemoryError. */
PyObject *ou_xml_parser_new(ExpatState *state, const char *encoding, const char *separator, PyObject *intern);

/* ---- handlers ------------------------------------------------------------------------------------------------------ */

/* The attribute of a handler; `which` is the XmlHandler.  Setting is RE-ENTRANT. */
PyObject *ou_xml_handler_get(PyObject *self, void *which);
int ou_xml_handler_set(PyObject *self, PyObject *value, void *which);

/* Give the handler of text what the buffer holds.  Returns 0, or -1 with an error set.  RE-ENTRANT. */
int ou_xml_buffer_flush(XmlParser *self);

/* Drop all handlers.  RE-ENTRANT: their finalizers. */
void ou_xml_handlers_clear(XmlParser *self);

/* ---- shared with _elementtree -------------------------------------------------------------------------------------- */

/* A bare parser, salted, with ou_xml_unknown_encoding.  NULL with MemoryError set. */
XML_Parser ou_xml_expat_new(const char *encoding, const char *separator);

/* The callback for encodings that expat doesn't know: a table of 256 characters is asked of Python's codecs.
 * Returns XML_STATUS_OK, or XML_STATUS_ERROR with an error set.  RE-ENTRANT. */
int ou_xml_unknown_encoding(void *data, const XML_Char *name, XML_Encoding *info);

#endif
