/* modules/_elementtree/elementtree.h - elements, what builds trees of them, and what feeds the builder.
 *
 * builder   TreeBuilder: makes elements of start, data and end
 * parser    XMLParser: expat, and the target that it tells */
#ifndef OU_MODULES_ELEMENTTREE_H
#define OU_MODULES_ELEMENTTREE_H

#include <Python.h>

#include "base/base.h"

typedef struct {
    PyTypeObject *element_type, *iter_type, *builder_type, *parser_type; /* owned */
    PyObject *parse_error;                                               /* owned */
    PyObject *deepcopy;                                                  /* owned: copy.deepcopy */
    PyObject *element_path;                                              /* owned: the module xml.etree.ElementPath */
    PyObject *comment_factory, *pi_factory;                              /* owned or NULL: see _set_factories() */
} TreeState;

/* Each field may be NULL: None, or none. */
typedef struct {
    PyObject_HEAD
    PyObject *tag, *text, *tail;
    PyObject *attrib;   /* dict; made when first asked for */
    PyObject *children; /* list, this element's own.  A program can get at it through gc: what is in it is checked. */
    PyObject *weakrefs;
} Element;

extern PyModuleDef ou_elementtree_module;
extern PyType_Spec ou_element_spec, ou_element_iter_spec, ou_tree_builder_spec, ou_tree_parser_spec;

static inline TreeState *
tree_state(PyTypeObject *type)
{
    return PyModule_GetState(PyType_GetModuleByDef(type, &ou_elementtree_module));
}

/* ---- elements (element.c) ------------------------------------------------------------------------------------------ */

/* A new element of the exact type.  attrib: a dict, which it will share, or NULL. */
PyObject *ou_element_new(TreeState *state, PyObject *tag, PyObject *attrib);

/* Returns 0, or -1 with TypeError set if obj is no element. */
int ou_element_check(TreeState *state, PyObject *obj);

/* Returns 0, or -1 with an error set. */
int ou_element_append(TreeState *state, PyObject *element, PyObject *child);

/* A dict of attributes: those of `attrib` (a dict or NULL; else the keyword of that name), and the keywords'.
 * Returns a new dict or NULL in *out, and 0; -1 with an error set. */
int ou_element_attributes(PyObject *attrib, PyObject *kwargs, PyObject **out);

PyObject *ou_element_subelement(PyObject *module, PyObject *args, PyObject *kwargs);

/* ---- iterators (element_iter.c) ------------------------------------------------------------------------------------ */

/* Over the elements of a tree with `tag` (None: all), or over its texts. */
PyObject *ou_element_iter_new(TreeState *state, PyObject *root, PyObject *tag, bool texts);

/* ---- the builder (tree_builder.c) ---------------------------------------------------------------------------------- */

typedef enum { EVENT_START, EVENT_END, EVENT_START_NS, EVENT_END_NS, EVENT_COMMENT, EVENT_PI, N_EVENTS } TreeEvent;

typedef struct {
    PyObject_HEAD
    PyObject *root;                                           /* the first element; NULL so far */
    PyObject *this;                                           /* the element that is open, or NULL */
    PyObject *last;                                           /* the element started or ended last, or NULL */
    PyObject *tail_of;                                        /* text goes behind this one, or into `last` if NULL */
    PyObject *data;                                           /* list of pieces of text, or NULL */
    PyObject *stack;                                          /* list: the open elements around `this`, None first */
    PyObject *element_factory, *comment_factory, *pi_factory; /* or NULL */
    bool insert_comments, insert_pis;
    PyObject *events_append;    /* what is told of events, or NULL */
    PyObject *events[N_EVENTS]; /* the names under which it is told; NULL: it isn't */
} TreeBuilder;

/* What its methods of these names do.  New; NULL with an error set.  RE-ENTRANT: factories. */
PyObject *ou_tree_builder_start(TreeBuilder *self, PyObject *tag, PyObject *attrib);
PyObject *ou_tree_builder_data(TreeBuilder *self, PyObject *data);
PyObject *ou_tree_builder_end(TreeBuilder *self);
PyObject *ou_tree_builder_comment(TreeBuilder *self, PyObject *text);
PyObject *ou_tree_builder_pi(TreeBuilder *self, PyObject *target, PyObject *text);
PyObject *ou_tree_builder_close(TreeBuilder *self);

/* Tell of an event if somebody listens.  Returns 0, or -1 with an error set.  RE-ENTRANT. */
int ou_tree_builder_event(TreeBuilder *self, TreeEvent event, PyObject *what);

#endif
