/* modules/_elementtree/element.c - Element: a tag, attributes, texts, and children.
 *
 * Owns       each element its fields, see elementtree.h.
 * Invariant  the list of children is read anew after whatever may run Python code; an item of it is used as an element
 *            only after a check.
 * Not here   walking a tree (element_iter.c); paths, which are the library's (xml/etree/ElementPath.py).
 * Source     Library Reference, xml.etree.ElementTree. */
#include "modules/_elementtree/elementtree.h"
#include "object/args.h"
#include "object/hold.h"

#include <structmember.h>

/* ---- making -------------------------------------------------------------------------------------------------------- */

PyObject *
ou_element_new(TreeState *state, PyObject *tag, PyObject *attrib)
{
    Element *self = (Element *)state->element_type->tp_alloc(state->element_type, 0);
    if (self != NULL) {
        self->tag = Py_NewRef(tag);
        self->attrib = Py_XNewRef(attrib);
    }
    return (PyObject *)self;
}

int
ou_element_check(TreeState *state, PyObject *obj)
{
    if (PyObject_TypeCheck(obj, state->element_type)) {
        return 0;
    }
    PyErr_Format(PyExc_TypeError, "expected an Element, not \"%.200s\"", Py_TYPE(obj)->tp_name);
    return -1;
}

int
ou_element_append(TreeState *state, PyObject *op, PyObject *child)
{
    Element *self = (Element *)op;
    if (ou_element_check(state, child) < 0 || (self->children == NULL && (self->children = PyList_New(0)) == NULL)) {
        return -1;
    }
    return PyList_Append(self->children, child);
}

int
ou_element_attributes(PyObject *attrib, PyObject *kwargs, PyObject **out)
{
    *out = NULL;
    bool by_keyword = attrib == NULL && kwargs != NULL && (attrib = PyDict_GetItemString(kwargs, "attrib")) != NULL;
    if (by_keyword && !PyDict_Check(attrib)) {
        PyErr_Format(PyExc_TypeError, "attrib must be dict, not %.100s", Py_TYPE(attrib)->tp_name);
        return -1;
    }
    if (attrib == NULL && kwargs == NULL) {
        return 0;
    }
    PyObject *more = by_keyword ? PyDict_Copy(kwargs) : Py_XNewRef(kwargs);
    int status = (by_keyword && (more == NULL || PyDict_DelItemString(more, "attrib") < 0))
                      || (*out = attrib != NULL ? PyDict_Copy(attrib) : PyDict_New()) == NULL
                      || (more != NULL && PyDict_Update(*out, more) < 0)
                   ? -1
                   : 0;
    Py_XDECREF(more);
    if (status < 0) {
        Py_CLEAR(*out);
    }
    return status;
}

static int
element_init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    Element *self = (Element *)op;
    PyObject *tag, *given = NULL, *attrib;
    if (!PyArg_ParseTuple(args, "O|O!:Element", &tag, &PyDict_Type, &given)
        || ou_element_attributes(given, kwargs, &attrib) < 0) {
        return -1;
    }
    PyObject *old[] = {self->tag, self->text, self->tail, self->attrib};
    self->tag = Py_NewRef(tag);
    self->text = NULL;
    self->tail = NULL;
    self->attrib = attrib;
    for (size_t i = 0; i < OU_COUNT_OF(old); i++) {
        Py_XDECREF(old[i]);
    }
    return 0;
}

PyObject *
ou_element_subelement(PyObject *module, PyObject *args, PyObject *kwargs)
{
    TreeState *state = PyModule_GetState(module);
    PyObject *parent, *tag, *given = NULL, *attrib;
    if (!PyArg_ParseTuple(args, "O!O|O!:SubElement", state->element_type, &parent, &tag, &PyDict_Type, &given)
        || ou_element_attributes(given, kwargs, &attrib) < 0) {
        return NULL;
    }
    PyObject *made = ou_element_new(state, tag, attrib);
    Py_XDECREF(attrib);
    if (made != NULL && ou_element_append(state, parent, made) < 0) {
        Py_CLEAR(made);
    }
    return made;
}

static int
element_traverse(PyObject *op, visitproc visit, void *arg)
{
    Element *self = (Element *)op;
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(self->tag);
    Py_VISIT(self->text);
    Py_VISIT(self->tail);
    Py_VISIT(self->attrib);
    Py_VISIT(self->children);
    return 0;
}

static int
element_gc_clear(PyObject *op)
{
    Element *self = (Element *)op;
    Py_CLEAR(self->tag);
    Py_CLEAR(self->text);
    Py_CLEAR(self->tail);
    Py_CLEAR(self->attrib);
    Py_CLEAR(self->children);
    return 0;
}

static void
element_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    if (((Element *)op)->weakrefs != NULL) {
        PyObject_ClearWeakRefs(op);
    }
    element_gc_clear(op);
    type->tp_free(op);
    Py_DECREF(type);
}

/* ---- fields -------------------------------------------------------------------------------------------------------- */

static PyObject **
field_at(PyObject *self, void *offset)
{
    return (PyObject **)((char *)self + (size_t)offset);
}

static PyObject *
element_get_field(PyObject *self, void *offset)
{
    PyObject *value = *field_at(self, offset);
    return Py_NewRef(value != NULL ? value : Py_None);
}

static int
element_set_field(PyObject *self, PyObject *value, void *offset)
{
    if (value == NULL) {
        PyErr_SetString(PyExc_AttributeError, "can't delete element attribute");
        return -1;
    }
    Py_INCREF(value);
    Py_XSETREF(*field_at(self, offset), value);
    return 0;
}

/* Borrowed; made if there is none.  NULL with MemoryError set. */
static PyObject *
attributes_of(Element *self)
{
    if (self->attrib == NULL) {
        self->attrib = PyDict_New();
    }
    return self->attrib;
}

static PyObject *
element_get_attrib(PyObject *self, void *closure)
{
    return Py_XNewRef(attributes_of((Element *)self));
}

static int
element_set_attrib(PyObject *self, PyObject *value, void *closure)
{
    if (value != NULL && !PyDict_Check(value)) {
        PyErr_Format(PyExc_TypeError, "attrib must be dict, not %.200s", Py_TYPE(value)->tp_name);
        return -1;
    }
    return element_set_field(self, value, (void *)offsetof(Element, attrib));
}

static PyObject *
element_get(PyObject *op, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"get", {"key", "default"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    Element *self = (Element *)op;
    PyObject *v[2];
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    PyObject *attrib = Py_XNewRef(self->attrib), *found = NULL; /* a key's == may give the element another dict */
    if (attrib != NULL) {
        OU_HOLD(hold, &attrib);
        found = Py_XNewRef(PyDict_GetItemWithError(attrib, v[0]));
        OU_HOLD_END(hold);
        Py_DECREF(attrib);
    }
    return found != NULL || PyErr_Occurred() ? found : Py_NewRef(v[1] != NULL ? v[1] : Py_None);
}

static PyObject *
element_set(PyObject *self, PyObject *args)
{
    PyObject *key, *value, *attrib;
    if (!PyArg_UnpackTuple(args, "set", 2, 2, &key, &value) || (attrib = attributes_of((Element *)self)) == NULL) {
        return NULL;
    }
    Py_INCREF(attrib);
    OU_HOLD(hold, &attrib);
    int status = PyDict_SetItem(attrib, key, value);
    OU_HOLD_END(hold);
    Py_DECREF(attrib);
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
element_keys(PyObject *self, PyObject *unused)
{
    PyObject *attrib = ((Element *)self)->attrib;
    return attrib == NULL ? PyList_New(0) : PyDict_Keys(attrib);
}

static PyObject *
element_items(PyObject *self, PyObject *unused)
{
    PyObject *attrib = ((Element *)self)->attrib;
    return attrib == NULL ? PyList_New(0) : PyDict_Items(attrib);
}

static PyObject *
element_repr(PyObject *op)
{
    Element *self = (Element *)op;
    int status = Py_ReprEnter(op);
    if (status != 0) {
        if (status > 0) {
            PyErr_Format(PyExc_RuntimeError, "reentrant call inside %s.__repr__", Py_TYPE(op)->tp_name);
        }
        return NULL;
    }
    PyObject *tag = Py_NewRef(self->tag != NULL ? self->tag : Py_None);
    OU_HOLD(hold, &tag);
    PyObject *text = PyUnicode_FromFormat("<Element %R at %p>", tag, (void *)op);
    OU_HOLD_END(hold);
    Py_DECREF(tag);
    Py_ReprLeave(op);
    return text;
}

/* ---- children ------------------------------------------------------------------------------------------------------ */

static Py_ssize_t
element_length(PyObject *self)
{
    PyObject *children = ((Element *)self)->children;
    return children == NULL ? 0 : PyList_GET_SIZE(children);
}

static PyObject *
element_item(PyObject *self, Py_ssize_t i)
{
    if (i < 0 || i >= element_length(self)) {
        PyErr_SetString(PyExc_IndexError, "child index out of range");
        return NULL;
    }
    return Py_NewRef(PyList_GET_ITEM(((Element *)self)->children, i));
}

/* Set, or delete if child is NULL. */
static int
element_set_item(PyObject *op, Py_ssize_t i, PyObject *child)
{
    Element *self = (Element *)op;
    if (i < 0 || i >= element_length(op)) {
        PyErr_SetString(PyExc_IndexError, "child assignment index out of range");
        return -1;
    }
    if (child == NULL) {
        return PySequence_DelItem(self->children, i);
    }
    return ou_element_check(tree_state(Py_TYPE(op)), child) < 0 ? -1 : PyList_SetItem(self->children, i, Py_NewRef(child));
}

/* An index as it may count from the end.  Returns 0, or -1 with TypeError or IndexError set.  RE-ENTRANT. */
static int
index_of(PyObject *self, PyObject *key, Py_ssize_t *out)
{
    if (!PyIndex_Check(key)) {
        PyErr_SetString(PyExc_TypeError, "element indices must be integers");
        return -1;
    }
    Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (i == -1 && PyErr_Occurred()) {
        return -1;
    }
    *out = i < 0 ? i + element_length(self) : i;
    return 0;
}

static PyObject *
element_subscript(PyObject *self, PyObject *key)
{
    Py_ssize_t i;
    if (PySlice_Check(key)) {
        PyObject *children = Py_XNewRef(((Element *)self)->children), *items;
        OU_HOLD(hold, &children);
        items = children == NULL ? PyList_New(0) : PyObject_GetItem(children, key);
        OU_HOLD_END(hold);
        Py_XDECREF(children);
        return items;
    }
    return index_of(self, key, &i) < 0 ? NULL : element_item(self, i);
}

/* Elements as a list or tuple.  New; NULL with an error set.  RE-ENTRANT: iterators. */
static PyObject *
elements_of(TreeState *state, PyObject *value)
{
    PyObject *items = PySequence_Fast(value, "");
    if (items == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Format(PyExc_TypeError, "expected sequence, not \"%.200s\"", Py_TYPE(value)->tp_name);
        }
        return NULL;
    }
    return items;
}

static int
element_set_slice(PyObject *op, PyObject *slice, PyObject *value)
{
    Element *self = (Element *)op;
    TreeState *state = tree_state(Py_TYPE(op));
    PyObject *items = NULL, *children = NULL;
    int status = value == NULL || (items = elements_of(state, value)) != NULL ? 0 : -1;
    OU_HOLD(hold, &items, &children);
    for (Py_ssize_t i = 0; items != NULL && status == 0 && i < PySequence_Fast_GET_SIZE(items); i++) {
        status = ou_element_check(state, PySequence_Fast_GET_ITEM(items, i));
    }
    if (status == 0 && self->children == NULL) {
        status = (self->children = PyList_New(0)) == NULL ? -1 : 0;
    }
    if (status == 0) { /* finalizers of what goes may give the element another list */
        children = Py_NewRef(self->children);
        status = items == NULL ? PyObject_DelItem(children, slice) : PyObject_SetItem(children, slice, items);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(items);
    Py_XDECREF(children);
    return status;
}

static int
element_assign(PyObject *self, PyObject *key, PyObject *value)
{
    Py_ssize_t i;
    if (PySlice_Check(key)) {
        return element_set_slice(self, key, value);
    }
    return index_of(self, key, &i) < 0 ? -1 : element_set_item(self, i, value);
}

/* An argument that has to be an element. */
static bool
is_element(PyObject *self, const char *function, const char *argument, PyObject *arg)
{
    if (PyObject_TypeCheck(arg, tree_state(Py_TYPE(self))->element_type)) {
        return true;
    }
    _PyArg_BadArgument(function, argument, "xml.etree.ElementTree.Element", arg);
    return false;
}

static PyObject *
element_append(PyObject *self, PyObject *child)
{
    if (!is_element(self, "append", "argument", child) || ou_element_append(tree_state(Py_TYPE(self)), self, child) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
element_extend(PyObject *self, PyObject *arg)
{
    TreeState *state = tree_state(Py_TYPE(self));
    PyObject *items = elements_of(state, arg);
    int status = items == NULL ? -1 : 0;
    for (Py_ssize_t i = 0, n = status < 0 ? 0 : PySequence_Fast_GET_SIZE(items);
         status == 0 && i < n && i < PySequence_Fast_GET_SIZE(items); i++) {
        status = ou_element_append(state, self, PySequence_Fast_GET_ITEM(items, i));
    }
    Py_XDECREF(items);
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
element_insert(PyObject *op, PyObject *args)
{
    Element *self = (Element *)op;
    PyObject *index, *child;
    if (!PyArg_UnpackTuple(args, "insert", 2, 2, &index, &child)) {
        return NULL;
    }
    PyObject *number = PyNumber_Index(index);
    Py_ssize_t i = number == NULL ? -1 : PyLong_AsSsize_t(number);
    Py_XDECREF(number);
    if ((i == -1 && PyErr_Occurred()) || !is_element(op, "insert", "argument 2", child)
        || (self->children == NULL && (self->children = PyList_New(0)) == NULL)
        || PyList_Insert(self->children, i, child) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
element_remove(PyObject *self, PyObject *child)
{
    if (!is_element(self, "remove", "argument", child)) {
        return NULL;
    }
    PyObject *children = ((Element *)self)->children;
    if (children == NULL) {
        PyErr_SetString(PyExc_ValueError, "list.remove(x): x not in list");
        return NULL;
    }
    Py_INCREF(children);
    OU_HOLD(hold, &children);
    PyObject *result = PyObject_CallMethod(children, "remove", "O", child);
    OU_HOLD_END(hold);
    Py_DECREF(children);
    return result;
}

static PyObject *
element_clear(PyObject *op, PyObject *unused)
{
    Element *self = (Element *)op;
    Py_CLEAR(self->attrib);
    Py_CLEAR(self->children);
    Py_CLEAR(self->text);
    Py_CLEAR(self->tail);
    Py_RETURN_NONE;
}

/* ---- looking for children ------------------------------------------------------------------------------------------ */

/* A character of a path, which is a str or bytes. */
static Py_UCS4
char_of(PyObject *path, Py_ssize_t i)
{
    return PyUnicode_Check(path) ? PyUnicode_READ_CHAR(path, i) : (unsigned char)PyBytes_AS_STRING(path)[i];
}

/* Is it more than the tag of a child?  In doubt it is. */
static bool
is_path(PyObject *path)
{
    if (!PyUnicode_Check(path) && !PyBytes_Check(path)) {
        return true;
    }
    Py_ssize_t len = PyUnicode_Check(path) ? PyUnicode_GET_LENGTH(path) : PyBytes_GET_SIZE(path);
    bool in_namespace = false;
    if (len >= 2 && char_of(path, 0) == '{'
        && (char_of(path, 1) == '}' || (len > 2 && char_of(path, 1) == '*' && char_of(path, 2) == '}'))) {
        return true; /* of no namespace, of any */
    }
    for (Py_ssize_t i = 0; i < len; i++) {
        Py_UCS4 ch = char_of(path, i);
        if (ch == '{' || ch == '}') {
            in_namespace = ch == '{';
        }
        else if (!in_namespace && ch < 128 && ch != 0 && strchr("/*[@.", (int)ch) != NULL) {
            return true;
        }
    }
    return false;
}

/* The next child with the tag, from *i on.  New; NULL at the end, or with an error set.  RE-ENTRANT: comparison of tags. */
static PyObject *
next_child(PyObject *self, PyObject *tag, Py_ssize_t *i)
{
    TreeState *state = tree_state(Py_TYPE(self));
    while (*i < element_length(self)) {
        PyObject *child = Py_NewRef(PyList_GET_ITEM(((Element *)self)->children, (*i)++));
        PyObject *its = ou_element_check(state, child) < 0 ? NULL : element_get_field(child, (void *)offsetof(Element, tag));
        OU_HOLD(hold, &child, &its);
        int equal = its == NULL ? -1 : PyObject_RichCompareBool(its, tag, Py_EQ);
        OU_HOLD_END(hold);
        Py_XDECREF(its);
        if (equal > 0) {
            return child;
        }
        Py_DECREF(child);
        if (equal < 0) {
            return NULL;
        }
    }
    return NULL;
}

/* Call a function of ElementPath. */
static PyObject *
by_path(PyObject *self, const char *function, PyObject *path, PyObject *fallback, PyObject *namespaces)
{
    PyObject *module = tree_state(Py_TYPE(self))->element_path;
    namespaces = namespaces != NULL ? namespaces : Py_None;
    return fallback != NULL ? PyObject_CallMethod(module, function, "OOOO", self, path, fallback, namespaces)
                            : PyObject_CallMethod(module, function, "OOO", self, path, namespaces);
}

static bool
needs_path(PyObject *path, PyObject *namespaces)
{
    return (namespaces != NULL && namespaces != Py_None) || is_path(path);
}

#define PATH_PARAMS(function)                                                            \
    {                                                                                    \
        function, {"path", "namespaces"}, .n_positional = 2, .n_required = 1, .n_all = 2 \
    }

static PyObject *
element_find(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = PATH_PARAMS("find");
    PyObject *v[2];
    Py_ssize_t i = 0;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    if (needs_path(v[0], v[1])) {
        return by_path(self, "find", v[0], NULL, v[1]);
    }
    PyObject *found = next_child(self, v[0], &i);
    return found == NULL && !PyErr_Occurred() ? Py_NewRef(Py_None) : found;
}

static PyObject *
element_findtext(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {
        "findtext", {"path", "default", "namespaces"}, .n_positional = 3, .n_required = 1, .n_all = 3};
    PyObject *v[3];
    Py_ssize_t i = 0;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    PyObject *fallback = v[1] != NULL ? v[1] : Py_None;
    if (needs_path(v[0], v[2])) {
        return by_path(self, "findtext", v[0], fallback, v[2]);
    }
    PyObject *found = next_child(self, v[0], &i);
    if (found == NULL) {
        return PyErr_Occurred() ? NULL : Py_NewRef(fallback);
    }
    PyObject *text = ((Element *)found)->text;
    text = text == NULL || text == Py_None ? PyUnicode_New(0, 0) : Py_NewRef(text);
    Py_DECREF(found);
    return text;
}

static PyObject *
element_findall(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = PATH_PARAMS("findall");
    PyObject *v[2], *child;
    Py_ssize_t i = 0;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    if (needs_path(v[0], v[1])) {
        return by_path(self, "findall", v[0], NULL, v[1]);
    }
    PyObject *list = PyList_New(0);
    OU_HOLD(hold, &list);
    while (list != NULL && (child = next_child(self, v[0], &i)) != NULL) {
        if (PyList_Append(list, child) < 0) {
            Py_CLEAR(list);
        }
        Py_DECREF(child);
    }
    OU_HOLD_END(hold);
    if (list != NULL && PyErr_Occurred()) {
        Py_CLEAR(list);
    }
    return list;
}

static PyObject *
element_iterfind(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = PATH_PARAMS("iterfind");
    PyObject *v[2];
    return ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0 ? NULL : by_path(self, "iterfind", v[0], NULL, v[1]);
}

static PyObject *
element_iter(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"iter", {"tag"}, .n_positional = 1, .n_all = 1};
    PyObject *v[1];
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    PyObject *tag =
        v[0] == NULL || (PyUnicode_Check(v[0]) && PyUnicode_CompareWithASCIIString(v[0], "*") == 0) ? Py_None : v[0];
    return ou_element_iter_new(tree_state(Py_TYPE(self)), self, tag, false);
}

static PyObject *
element_itertext(PyObject *self, PyObject *unused)
{
    return ou_element_iter_new(tree_state(Py_TYPE(self)), self, Py_None, true);
}

/* ---- copies -------------------------------------------------------------------------------------------------------- */

static PyObject *
element_makeelement(PyObject *self, PyObject *args)
{
    PyObject *tag, *attrib;
    if (!PyArg_UnpackTuple(args, "makeelement", 2, 2, &tag, &attrib)) {
        return NULL;
    }
    if (!PyDict_Check(attrib)) {
        _PyArg_BadArgument("makeelement", "argument 2", "dict", attrib);
        return NULL;
    }
    PyObject *copy = PyDict_Copy(attrib);
    PyObject *made = copy == NULL ? NULL : ou_element_new(tree_state(Py_TYPE(self)), tag, copy);
    Py_XDECREF(copy);
    return made;
}

static PyObject *
element_copy(PyObject *op, PyObject *unused)
{
    Element *self = (Element *)op;
    Element *copy = (Element *)ou_element_new(tree_state(Py_TYPE(op)), self->tag != NULL ? self->tag : Py_None, self->attrib);
    if (copy != NULL) {
        copy->text = Py_XNewRef(self->text);
        copy->tail = Py_XNewRef(self->tail);
        if (self->children != NULL && (copy->children = PyList_GetSlice(self->children, 0, PY_SSIZE_T_MAX)) == NULL) {
            Py_CLEAR(copy);
        }
    }
    return (PyObject *)copy;
}

static PyObject *element_deepcopy(PyObject *op, PyObject *memo);

/* A deep copy of an object, or NULL for NULL.  Returns 0, or -1 with an error set.  RE-ENTRANT. */
static int
copy_deep(TreeState *state, PyObject *value, PyObject *memo, PyObject **out)
{
    if (value == NULL || value == Py_None || PyUnicode_CheckExact(value)) {
        *out = Py_XNewRef(value);
        return 0;
    }
    Py_INCREF(value);
    OU_HOLD(hold, &value);
    *out = Py_IS_TYPE(value, state->element_type) ? element_deepcopy(value, memo)
                                                  : PyObject_CallFunctionObjArgs(state->deepcopy, value, memo, NULL);
    OU_HOLD_END(hold);
    Py_DECREF(value);
    return *out == NULL ? -1 : 0;
}

static int
copy_deep_into(TreeState *state, Element *self, Element *copy, PyObject *memo)
{
    if (copy_deep(state, self->tag, memo, &copy->tag) < 0 || copy_deep(state, self->text, memo, &copy->text) < 0
        || copy_deep(state, self->tail, memo, &copy->tail) < 0) {
        return -1;
    }
    if (self->attrib != NULL && PyDict_GET_SIZE(self->attrib) > 0) {
        if (copy_deep(state, self->attrib, memo, &copy->attrib) < 0) {
            return -1;
        }
        if (!PyDict_Check(copy->attrib)) {
            PyErr_Format(PyExc_TypeError, "attrib must be dict, not %.200s", Py_TYPE(copy->attrib)->tp_name);
            Py_CLEAR(copy->attrib);
            return -1;
        }
    }
    for (Py_ssize_t i = 0; i < element_length((PyObject *)self); i++) {
        PyObject *child;
        if (copy_deep(state, PyList_GET_ITEM(self->children, i), memo, &child) < 0) {
            return -1;
        }
        int status = ou_element_append(state, (PyObject *)copy, child);
        Py_DECREF(child);
        if (status < 0) {
            return -1;
        }
    }
    PyObject *id = PyLong_FromVoidPtr(self);
    int status = id == NULL ? -1 : PyDict_SetItem(memo, id, (PyObject *)copy);
    Py_XDECREF(id);
    return status;
}

static PyObject *
element_deepcopy(PyObject *op, PyObject *memo)
{
    TreeState *state = tree_state(Py_TYPE(op));
    if (!PyDict_Check(memo)) {
        _PyArg_BadArgument("__deepcopy__", "argument", "dict", memo);
        return NULL;
    }
    if (ou_recursion_enter(" in __deepcopy__")) {
        return NULL;
    }
    PyObject *copy = state->element_type->tp_alloc(state->element_type, 0);
    OU_HOLD(hold, &copy);
    if (copy != NULL && copy_deep_into(state, (Element *)op, (Element *)copy, memo) < 0) {
        Py_CLEAR(copy);
    }
    OU_HOLD_END(hold);
    ou_recursion_leave();
    return copy;
}

static PyObject *
element_getstate(PyObject *op, PyObject *unused)
{
    Element *self = (Element *)op;
#define OR_NONE(value) ((value) != NULL ? (value) : Py_None)
    PyObject *children = self->children == NULL ? PyList_New(0) : PyList_GetSlice(self->children, 0, PY_SSIZE_T_MAX);
    PyObject *attrib = self->attrib != NULL ? Py_NewRef(self->attrib) : PyDict_New();
    if (children == NULL || attrib == NULL) {
        Py_XDECREF(children);
        Py_XDECREF(attrib);
        return NULL;
    }
    return Py_BuildValue("{sOsNsNsOsO}", "tag", OR_NONE(self->tag), "_children", children, "attrib", attrib, "text",
                         OR_NONE(self->text), "tail", OR_NONE(self->tail));
#undef OR_NONE
}

static int
restore(Element *self, TreeState *state, PyObject *values)
{
    static char *names[] = {"tag", "_children", "attrib", "text", "tail", NULL};
    PyObject *tag = NULL, *children = NULL, *attrib = NULL, *text = NULL, *tail = NULL;
    PyObject *none = PyTuple_New(0);
    int ok =
        none != NULL && PyArg_ParseTupleAndKeywords(none, values, "|$OOOOO", names, &tag, &children, &attrib, &text, &tail);
    Py_XDECREF(none);
    if (!ok) {
        return -1;
    }
    if (tag == NULL) {
        PyErr_SetString(PyExc_TypeError, "tag may not be NULL");
        return -1;
    }
    if (children != NULL && !PyList_Check(children)) {
        PyErr_SetString(PyExc_TypeError, "'_children' is not a list");
        return -1;
    }
    for (Py_ssize_t i = 0; children != NULL && i < PyList_GET_SIZE(children); i++) {
        if (ou_element_check(state, PyList_GET_ITEM(children, i)) < 0) {
            return -1;
        }
    }
    if (attrib != NULL && !PyDict_Check(attrib)) {
        PyErr_Format(PyExc_TypeError, "attrib must be dict, not %.200s", Py_TYPE(attrib)->tp_name);
        return -1;
    }
    PyObject *own_children = children == NULL ? NULL : PyList_GetSlice(children, 0, PY_SSIZE_T_MAX);
    PyObject *own_attrib = attrib == NULL ? NULL : PyDict_Copy(attrib);
    if ((own_children == NULL && children != NULL) || (own_attrib == NULL && attrib != NULL)) {
        Py_XDECREF(own_children);
        Py_XDECREF(own_attrib);
        return -1;
    }
    PyObject *old[] = {self->tag, self->text, self->tail, self->attrib, self->children};
    self->tag = Py_NewRef(tag); /* commit */
    self->text = Py_XNewRef(text);
    self->tail = Py_XNewRef(tail);
    self->attrib = own_attrib;
    self->children = own_children;
    for (size_t i = 0; i < OU_COUNT_OF(old); i++) {
        Py_XDECREF(old[i]);
    }
    return 0;
}

static PyObject *
element_setstate(PyObject *self, PyObject *values)
{
    if (!PyDict_CheckExact(values)) {
        return PyErr_Format(PyExc_TypeError, "Don't know how to unpickle \"%.200R\" as an Element", values);
    }
    return restore((Element *)self, tree_state(Py_TYPE(self)), values) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
element_sizeof(PyObject *op, PyObject *unused)
{
    Element *self = (Element *)op;
    size_t size = (size_t)Py_TYPE(op)->tp_basicsize;
    if (self->children != NULL) {
        size += sizeof(PyListObject) + (size_t)((PyListObject *)self->children)->allocated * sizeof(PyObject *);
    }
    return PyLong_FromSize_t(size);
}

/* ---- the type ------------------------------------------------------------------------------------------------------ */

#define FAST(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL | METH_KEYWORDS
static PyMethodDef element_methods[] = {
    {"clear", element_clear, METH_NOARGS, "clear($self, /)\n--\n\n"},
    {"get", FAST(element_get), "get($self, /, key, default=None)\n--\n\n"},
    {"set", element_set, METH_VARARGS, "set($self, key, value, /)\n--\n\n"},
    {"find", FAST(element_find), "find($self, /, path, namespaces=None)\n--\n\n"},
    {"findtext", FAST(element_findtext), "findtext($self, /, path, default=None, namespaces=None)\n--\n\n"},
    {"findall", FAST(element_findall), "findall($self, /, path, namespaces=None)\n--\n\n"},
    {"append", element_append, METH_O, "append($self, subelement, /)\n--\n\n"},
    {"extend", element_extend, METH_O, "extend($self, elements, /)\n--\n\n"},
    {"insert", element_insert, METH_VARARGS, "insert($self, index, subelement, /)\n--\n\n"},
    {"remove", element_remove, METH_O, "remove($self, subelement, /)\n--\n\n"},
    {"iter", FAST(element_iter), "iter($self, /, tag=None)\n--\n\n"},
    {"itertext", element_itertext, METH_NOARGS, "itertext($self, /)\n--\n\n"},
    {"iterfind", FAST(element_iterfind), "iterfind($self, /, path, namespaces=None)\n--\n\n"},
    {"items", element_items, METH_NOARGS, "items($self, /)\n--\n\n"},
    {"keys", element_keys, METH_NOARGS, "keys($self, /)\n--\n\n"},
    {"makeelement", element_makeelement, METH_VARARGS, "makeelement($self, tag, attrib, /)\n--\n\n"},
    {"__copy__", element_copy, METH_NOARGS, "__copy__($self, /)\n--\n\n"},
    {"__deepcopy__", element_deepcopy, METH_O, "__deepcopy__($self, memo, /)\n--\n\n"},
    {"__sizeof__", element_sizeof, METH_NOARGS, "__sizeof__($self, /)\n--\n\n"},
    {"__getstate__", element_getstate, METH_NOARGS, "__getstate__($self, /)\n--\n\n"},
    {"__setstate__", element_setstate, METH_O, "__setstate__($self, state, /)\n--\n\n"},
    {NULL},
};
#undef FAST

#define FIELD(noun)                                                                        \
    {                                                                                      \
#noun, element_get_field, element_set_field, NULL, (void *)offsetof(Element, noun) \
    }
static PyGetSetDef element_getset[] = {
    FIELD(tag), FIELD(text), FIELD(tail), {"attrib", element_get_attrib, element_set_attrib}, {NULL},
};
#undef FIELD

static PyMemberDef element_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Element, weakrefs), READONLY},
    {NULL},
};

static PyType_Slot element_slots[] = {
    {Py_tp_init, element_init},
    {Py_tp_new, PyType_GenericNew},
    {Py_tp_dealloc, element_dealloc},
    {Py_tp_traverse, element_traverse},
    {Py_tp_clear, element_gc_clear},
    {Py_tp_repr, element_repr},
    {Py_tp_methods, element_methods},
    {Py_tp_getset, element_getset},
    {Py_tp_members, element_members},
    {Py_sq_length, element_length},
    {Py_sq_item, element_item},
    {Py_sq_ass_item, element_set_item},
    {Py_mp_length, element_length},
    {Py_mp_subscript, element_subscript},
    {Py_mp_ass_subscript, element_assign},
    {0, NULL},
};

PyType_Spec ou_element_spec = {
    .name = "xml.etree.ElementTree.Element",
    .basicsize = sizeof(Element),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = element_slots,
};
