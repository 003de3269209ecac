/* modules/_elementtree/element_iter.c - what Element.iter() and itertext() return: a walk over a tree, parents first.
 *
 * Owns       the elements from the root down to where it is, with the index of the next child of each.
 * Invariant  children may come and go while it walks: indices are compared with what is there then.  While Python code
 *            runs (comparing tags, truth of texts) the walk itself may be moved on, so nothing of it is kept.
 * Source     Library Reference, xml.etree.ElementTree. */
#include "modules/_elementtree/elementtree.h"
#include "object/hold.h"

typedef struct {
    PyObject *element; /* owned */
    Py_ssize_t next;   /* child */
} Level;

typedef struct {
    PyObject_HEAD
    PyObject *root; /* owned; NULL once the walk began */
    PyObject *tag;  /* owned; None: any */
    Level *levels;
    Py_ssize_t n_levels, cap;
    bool texts;
} Walk;

PyObject *
ou_element_iter_new(TreeState *state, PyObject *root, PyObject *tag, bool texts)
{
    Walk *self = (Walk *)state->iter_type->tp_alloc(state->iter_type, 0);
    if (self != NULL) {
        self->root = Py_NewRef(root);
        self->tag = Py_NewRef(tag);
        self->texts = texts;
    }
    return (PyObject *)self;
}

/* Go down into an element.  Refs takes it.  Returns 0, or -1 with an error set. */
static int
enter(Walk *self, PyObject *element)
{
    if (self->n_levels == self->cap) {
        size_t bytes;
        Py_ssize_t cap = self->cap == 0 ? 8 : 2 * self->cap;
        Level *grown = ou_size_mul((size_t)cap, sizeof *grown, &bytes) ? NULL : PyMem_Realloc(self->levels, bytes);
        if (grown == NULL) {
            Py_DECREF(element);
            PyErr_NoMemory();
            return -1;
        }
        self->levels = grown;
        self->cap = cap;
    }
    self->levels[self->n_levels++] = (Level){element, 0};
    return 0;
}

/* One step: *entered is the element gone into, or *left the one come back from; new.  Returns 1, 0 at the end, -1 with an
 * error set. */
static int
step(Walk *self, TreeState *state, PyObject **entered, PyObject **left)
{
    *entered = *left = NULL;
    if (self->root != NULL) {
        *entered = self->root;
        self->root = NULL;
    }
    else if (self->n_levels == 0) {
        return 0;
    }
    else {
        Level *top = &self->levels[self->n_levels - 1];
        PyObject *children = ((Element *)top->element)->children;
        if (children == NULL || top->next >= PyList_GET_SIZE(children)) {
            *left = top->element;
            self->n_levels--;
            return 1;
        }
        PyObject *child = PyList_GET_ITEM(children, top->next);
        if (ou_element_check(state, child) < 0) {
            return -1;
        }
        top->next++;
        *entered = Py_NewRef(child);
    }
    Py_INCREF(*entered);
    if (enter(self, *entered) < 0) {
        Py_CLEAR(*entered);
        return -1;
    }
    return 1;
}

static PyObject *
walk_next(PyObject *op)
{
    Walk *self = (Walk *)op;
    TreeState *state = PyType_GetModuleState(Py_TYPE(op));
    PyObject *entered = NULL, *left = NULL, *found = NULL;
    int status;
    OU_HOLD(hold, &entered, &left, &found);
    while ((status = step(self, state, &entered, &left)) > 0 && found == NULL) {
        bool root_left = left != NULL && self->n_levels == 0;
        if (self->texts) { /* an element's own text first, what follows it last; nothing follows the root */
            PyObject *text = entered != NULL ? ((Element *)entered)->text : root_left ? NULL : ((Element *)left)->tail;
            found = text == NULL || text == Py_None ? NULL : Py_NewRef(text);
            status = found == NULL ? 0 : PyObject_IsTrue(found);
        }
        else if (entered != NULL) {
            PyObject *tag = ((Element *)entered)->tag;
            found = Py_NewRef(tag != NULL ? tag : Py_None);
            status = self->tag == Py_None ? 1 : PyObject_RichCompareBool(found, self->tag, Py_EQ);
            Py_SETREF(found, Py_NewRef(entered));
        }
        if (status <= 0) {
            Py_CLEAR(found);
        }
        Py_CLEAR(entered);
        Py_CLEAR(left);
        if (status < 0 || found != NULL) {
            break;
        }
    }
    OU_HOLD_END(hold);
    return found;
}

static int
walk_traverse(PyObject *op, visitproc visit, void *arg)
{
    Walk *self = (Walk *)op;
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(self->root);
    Py_VISIT(self->tag);
    for (Py_ssize_t i = 0; i < self->n_levels; i++) {
        Py_VISIT(self->levels[i].element);
    }
    return 0;
}

static int
walk_clear(PyObject *op)
{
    Walk *self = (Walk *)op;
    Py_CLEAR(self->root);
    while (self->n_levels > 0) {
        Py_DECREF(self->levels[--self->n_levels].element);
    }
    return 0;
}

static void
walk_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    walk_clear(op);
    Py_CLEAR(((Walk *)op)->tag);
    PyMem_Free(((Walk *)op)->levels);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyType_Slot walk_slots[] = {
    {Py_tp_dealloc, walk_dealloc},   {Py_tp_traverse, walk_traverse}, {Py_tp_clear, walk_clear},
    {Py_tp_iter, PyObject_SelfIter}, {Py_tp_iternext, walk_next},     {0, NULL},
};

PyType_Spec ou_element_iter_spec = {
    .name = "_elementtree._element_iterator",
    .basicsize = sizeof(Walk),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = walk_slots,
};
