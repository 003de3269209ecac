/* modules/_elementtree/tree_builder.c - TreeBuilder: makes a tree of a sequence of starts, texts and ends.
 *
 * Owns       the tree so far, the open elements, the text that waits for its end; see elementtree.h.
 * Invariant  factories and foreign elements run Python code: the fields are read anew after each call.
 * Source     Library Reference, xml.etree.ElementTree. */
#include "modules/_elementtree/elementtree.h"
#include "object/args.h"
#include "object/hold.h"

static TreeState *
state_of(TreeBuilder *self)
{
    return tree_state(Py_TYPE(self));
}

static bool
is_plain(TreeBuilder *self, PyObject *element)
{
    return Py_IS_TYPE(element, state_of(self)->element_type);
}

/* ---- parts --------------------------------------------------------------------------------------------------------- */

/* Add text to an attribute ("text" or "tail") of an element.  Returns 0, or -1 with an error set.  RE-ENTRANT. */
static int
extend_text(TreeBuilder *self, PyObject *element, PyObject *text, bool tail)
{
    if (is_plain(self, element)) {
        PyObject **field = tail ? &((Element *)element)->tail : &((Element *)element)->text;
        if (*field == NULL || *field == Py_None) {
            Py_INCREF(text);
            Py_XSETREF(*field, text);
            return 0;
        }
    }
    const char *name = tail ? "tail" : "text";
    PyObject *before = PyObject_GetAttrString(element, name);
    OU_HOLD(hold, &before);
    PyObject *whole = before == NULL ? NULL : before == Py_None ? Py_NewRef(text) : PyNumber_Add(before, text);
    OU_HOLD_END(hold);
    Py_XDECREF(before);
    OU_HOLD(set, &whole);
    int status = whole == NULL ? -1 : PyObject_SetAttrString(element, name, whole);
    OU_HOLD_END(set);
    Py_XDECREF(whole);
    return status;
}

/* Give the text that waits to the element that it belongs to.  Returns 0, or -1 with an error set.  RE-ENTRANT. */
static int
flush(TreeBuilder *self)
{
    PyObject *data = self->data, *text = NULL, *empty = NULL;
    PyObject *element = Py_XNewRef(self->tail_of != NULL ? self->tail_of : self->last);
    bool tail = self->tail_of != NULL;
    if (data == NULL || element == NULL) {
        Py_XDECREF(element);
        return 0;
    }
    self->data = NULL;
    OU_HOLD(hold, &data, &text, &element);
    if (PyList_GET_SIZE(data) == 1) {
        text = Py_NewRef(PyList_GET_ITEM(data, 0));
    }
    else if ((empty = PyUnicode_New(0, 0)) != NULL) {
        text = PyUnicode_Join(empty, data);
    }
    int status = text == NULL ? -1 : extend_text(self, element, text, tail);
    OU_HOLD_END(hold);
    Py_XDECREF(empty);
    Py_XDECREF(text);
    Py_DECREF(data);
    Py_DECREF(element);
    return status;
}

int
ou_tree_builder_event(TreeBuilder *self, TreeEvent event, PyObject *what)
{
    if (self->events_append == NULL || self->events[event] == NULL) {
        return 0;
    }
    PyObject *pair = PyTuple_Pack(2, self->events[event], what), *append = Py_NewRef(self->events_append);
    OU_HOLD(hold, &pair, &append);
    PyObject *result = pair == NULL ? NULL : PyObject_CallOneArg(append, pair);
    OU_HOLD_END(hold);
    Py_XDECREF(pair);
    Py_DECREF(append);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

/* Returns 0, or -1 with an error set.  RE-ENTRANT. */
static int
add_child(TreeBuilder *self, PyObject *parent, PyObject *child)
{
    if (is_plain(self, parent)) {
        return ou_element_append(state_of(self), parent, child);
    }
    PyObject *result = PyObject_CallMethod(parent, "append", "O", child);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

static void
replace(PyObject **field, PyObject *value)
{
    Py_XINCREF(value);
    Py_XSETREF(*field, value);
}

/* ---- events -------------------------------------------------------------------------------------------------------- */

static PyObject *
element_make(TreeBuilder *self, PyObject *tag, PyObject *attrib)
{
    if (self->element_factory == NULL) {
        return ou_element_new(state_of(self), tag, attrib);
    }
    PyObject *factory = Py_NewRef(self->element_factory), *given = attrib != NULL ? Py_NewRef(attrib) : PyDict_New();
    OU_HOLD(hold, &factory, &given);
    PyObject *element = given == NULL ? NULL : PyObject_CallFunctionObjArgs(factory, tag, given, NULL);
    OU_HOLD_END(hold);
    Py_DECREF(factory);
    Py_XDECREF(given);
    return element;
}

PyObject *
ou_tree_builder_start(TreeBuilder *self, PyObject *tag, PyObject *attrib)
{
    PyObject *element = NULL, *parent = NULL;
    OU_HOLD(hold, &element, &parent);
    int status = flush(self) < 0 || (element = element_make(self, tag, attrib)) == NULL ? -1 : 0;
    if (status == 0) {
        Py_CLEAR(self->tail_of);
        parent = Py_XNewRef(self->this);
        if (parent != NULL) {
            status = add_child(self, parent, element);
        }
        else if (self->root != NULL) {
            PyErr_SetString(state_of(self)->parse_error, "multiple elements on top level");
            status = -1;
        }
        else {
            self->root = Py_NewRef(element);
        }
    }
    if (status == 0) {
        status = PyList_Append(self->stack, parent != NULL ? parent : Py_None);
    }
    if (status == 0) {
        replace(&self->this, element);
        replace(&self->last, element);
        status = ou_tree_builder_event(self, EVENT_START, element);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(parent);
    if (status < 0) {
        Py_CLEAR(element);
    }
    return element;
}

PyObject *
ou_tree_builder_data(TreeBuilder *self, PyObject *data)
{
    if (self->data == NULL && self->last == NULL) {
        Py_RETURN_NONE; /* before the first element */
    }
    if ((self->data == NULL && (self->data = PyList_New(0)) == NULL) || PyList_Append(self->data, data) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyObject *
ou_tree_builder_end(TreeBuilder *self)
{
    if (flush(self) < 0) {
        return NULL;
    }
    Py_ssize_t n = PyList_GET_SIZE(self->stack);
    if (n == 0) {
        PyErr_SetString(PyExc_IndexError, "pop from empty stack");
        return NULL;
    }
    PyObject *parent = Py_NewRef(PyList_GET_ITEM(self->stack, n - 1)), *ended = Py_XNewRef(self->this);
    OU_HOLD(hold, &parent, &ended);
    int status = PyList_SetSlice(self->stack, n - 1, n, NULL);
    if (status == 0) {
        replace(&self->last, ended);
        replace(&self->tail_of, ended);
        replace(&self->this, parent == Py_None ? NULL : parent);
        status = ou_tree_builder_event(self, EVENT_END, ended != NULL ? ended : Py_None);
    }
    OU_HOLD_END(hold);
    Py_DECREF(parent);
    if (status < 0) {
        Py_CLEAR(ended);
    }
    return status == 0 && ended == NULL ? Py_NewRef(Py_None) : ended;
}

/* What comment() and pi() share: put the node into the tree if that is wanted, and tell of it.  Refs takes node or NULL. */
static PyObject *
node_done(TreeBuilder *self, PyObject *node, bool made, bool insert, TreeEvent event)
{
    int status = node == NULL ? -1 : 0;
    PyObject *parent = Py_XNewRef(self->this);
    OU_HOLD(hold, &node, &parent);
    if (status == 0 && made && insert && parent != NULL) {
        status = add_child(self, parent, node);
        if (status == 0) {
            replace(&self->tail_of, node);
        }
    }
    if (status == 0) {
        status = ou_tree_builder_event(self, event, node);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(parent);
    if (status < 0) {
        Py_CLEAR(node);
    }
    return node;
}

PyObject *
ou_tree_builder_comment(TreeBuilder *self, PyObject *text)
{
    if (flush(self) < 0) {
        return NULL;
    }
    PyObject *factory = Py_XNewRef(self->comment_factory);
    OU_HOLD(hold, &factory);
    PyObject *node = factory == NULL ? Py_NewRef(text) : PyObject_CallOneArg(factory, text);
    OU_HOLD_END(hold);
    Py_XDECREF(factory);
    return node_done(self, node, factory != NULL, self->insert_comments, EVENT_COMMENT);
}

PyObject *
ou_tree_builder_pi(TreeBuilder *self, PyObject *target, PyObject *text)
{
    if (flush(self) < 0) {
        return NULL;
    }
    PyObject *factory = Py_XNewRef(self->pi_factory);
    OU_HOLD(hold, &factory);
    PyObject *node =
        factory == NULL ? PyTuple_Pack(2, target, text) : PyObject_CallFunctionObjArgs(factory, target, text, NULL);
    OU_HOLD_END(hold);
    Py_XDECREF(factory);
    return node_done(self, node, factory != NULL, self->insert_pis, EVENT_PI);
}

PyObject *
ou_tree_builder_close(TreeBuilder *self)
{
    return Py_NewRef(self->root != NULL ? self->root : Py_None);
}

/* ---- the type ------------------------------------------------------------------------------------------------------ */

static PyObject *
builder_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    TreeBuilder *self = (TreeBuilder *)type->tp_alloc(type, 0);
    if (self != NULL && (self->stack = PyList_New(0)) == NULL) {
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

static PyObject *
or_null(PyObject *value)
{
    return value == Py_None ? NULL : value;
}

static int
builder_init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {
        "TreeBuilder",
        {"element_factory", "comment_factory", "pi_factory", "insert_comments", "insert_pis"},
        .n_positional = 1,
        .n_all = 5,
    };
    TreeBuilder *self = (TreeBuilder *)op;
    TreeState *state = state_of(self);
    PyObject *v[5];
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0) {
        return -1;
    }
    int comments = v[3] == NULL ? 0 : PyObject_IsTrue(v[3]), pis = comments < 0 || v[4] == NULL ? 0 : PyObject_IsTrue(v[4]);
    if (comments < 0 || pis < 0) {
        return -1;
    }
    replace(&self->element_factory, or_null(v[0]));
    replace(&self->comment_factory, or_null(v[1]) != NULL ? v[1] : state->comment_factory);
    replace(&self->pi_factory, or_null(v[2]) != NULL ? v[2] : state->pi_factory);
    self->insert_comments = comments;
    self->insert_pis = pis;
    return 0;
}

static PyObject *
builder_start(PyObject *self, PyObject *args)
{
    PyObject *tag, *attrib;
    if (!PyArg_UnpackTuple(args, "start", 2, 2, &tag, &attrib)) {
        return NULL;
    }
    if (!PyDict_Check(attrib)) {
        _PyArg_BadArgument("start", "argument 2", "dict", attrib);
        return NULL;
    }
    return ou_tree_builder_start((TreeBuilder *)self, tag, attrib);
}

static PyObject *
builder_data(PyObject *self, PyObject *data)
{
    return ou_tree_builder_data((TreeBuilder *)self, data);
}

static PyObject *
builder_end(PyObject *self, PyObject *tag)
{
    return ou_tree_builder_end((TreeBuilder *)self);
}

static PyObject *
builder_comment(PyObject *self, PyObject *text)
{
    return ou_tree_builder_comment((TreeBuilder *)self, text);
}

static PyObject *
builder_pi(PyObject *self, PyObject *args)
{
    PyObject *target, *text = Py_None;
    return PyArg_UnpackTuple(args, "pi", 1, 2, &target, &text) ? ou_tree_builder_pi((TreeBuilder *)self, target, text) : NULL;
}

static PyObject *
builder_close(PyObject *self, PyObject *unused)
{
    return ou_tree_builder_close((TreeBuilder *)self);
}

static int
builder_traverse(PyObject *op, visitproc visit, void *arg)
{
    TreeBuilder *self = (TreeBuilder *)op;
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(self->root);
    Py_VISIT(self->this);
    Py_VISIT(self->last);
    Py_VISIT(self->tail_of);
    Py_VISIT(self->data);
    Py_VISIT(self->stack);
    Py_VISIT(self->element_factory);
    Py_VISIT(self->comment_factory);
    Py_VISIT(self->pi_factory);
    Py_VISIT(self->events_append);
    for (int i = 0; i < N_EVENTS; i++) {
        Py_VISIT(self->events[i]);
    }
    return 0;
}

static int
builder_clear(PyObject *op)
{
    TreeBuilder *self = (TreeBuilder *)op;
    PyObject **fields[] = {&self->root,
                           &self->this,
                           &self->last,
                           &self->tail_of,
                           &self->data,
                           &self->element_factory,
                           &self->comment_factory,
                           &self->pi_factory,
                           &self->events_append};
    for (size_t i = 0; i < OU_COUNT_OF(fields); i++) {
        Py_CLEAR(*fields[i]);
    }
    return 0;
}

static void
builder_dealloc(PyObject *op)
{
    TreeBuilder *self = (TreeBuilder *)op;
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    builder_clear(op);
    Py_CLEAR(self->stack);
    for (int i = 0; i < N_EVENTS; i++) {
        Py_CLEAR(self->events[i]);
    }
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef builder_methods[] = {
    {"data", builder_data, METH_O, "data($self, data, /)\n--\n\n"},
    {"start", builder_start, METH_VARARGS, "start($self, tag, attrs, /)\n--\n\n"},
    {"end", builder_end, METH_O, "end($self, tag, /)\n--\n\n"},
    {"comment", builder_comment, METH_O, "comment($self, text, /)\n--\n\n"},
    {"pi", builder_pi, METH_VARARGS, "pi($self, target, text=None, /)\n--\n\n"},
    {"close", builder_close, METH_NOARGS, "close($self, /)\n--\n\n"},
    {NULL},
};

static PyType_Slot builder_slots[] = {
    {Py_tp_new, builder_new},
    {Py_tp_init, builder_init},
    {Py_tp_dealloc, builder_dealloc},
    {Py_tp_traverse, builder_traverse},
    {Py_tp_clear, builder_clear},
    {Py_tp_methods, builder_methods},
    {0, NULL},
};

PyType_Spec ou_tree_builder_spec = {
    .name = "xml.etree.ElementTree.TreeBuilder",
    .basicsize = sizeof(TreeBuilder),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = builder_slots,
};
