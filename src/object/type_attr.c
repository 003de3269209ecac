/* object/type_attr.c - attributes of types: lookup through type and metatype, setting, and the computed
 * ones (__name__, __module__, __bases__, __doc__ ...).
 *
 * Invariant  between a change of a namespace and PyType_Modified nothing is released: the value that falls
 *            is owned here until the caches that borrow it have forgotten it.
 * Not here   slots that follow a changed attribute (type_slots.c). */
#include "object/attribute.h"
#include "object/hold.h"

/* ---- lookup -------------------------------------------------------------------------------------------- */

static PyObject *
type_lookup_attr(PyTypeObject *type, PyObject *name)
{
    PyTypeObject *metatype = Py_TYPE(type);
    if (ou_attr_check_name(name) < 0) {
        return NULL;
    }
    if (OU_UNLIKELY(!(type->tp_flags & Py_TPFLAGS_READY)) && PyType_Ready(type) < 0) {
        return NULL;
    }
    PyObject *meta = ou_type_lookup(metatype, name), *value = NULL;
    descrgetfunc meta_get = NULL;
    if (meta != NULL) {
        meta_get = Py_TYPE(meta)->tp_descr_get;
        Py_INCREF(meta);
        if (meta_get != NULL && ou_descr_is_data(meta)) {
            OU_HOLD(h, &meta);
            value = meta_get(meta, (PyObject *)type, (PyObject *)metatype);
            OU_HOLD_END(h);
            Py_DECREF(meta);
            return value;
        }
    }
    PyObject *own = ou_type_lookup(type, name);
    if (own != NULL) {
        descrgetfunc get = Py_TYPE(own)->tp_descr_get;
        Py_INCREF(own);
        Py_XDECREF(meta); /* cannot be its last reference: the metatype has it still */
        if (get == NULL) {
            return own;
        }
        OU_HOLD(h, &own);
        value = get(own, NULL, (PyObject *)type);
        OU_HOLD_END(h);
        Py_DECREF(own);
        return value;
    }
    if (OU_UNLIKELY(ou_error_occurred() != NULL)) {
        Py_CLEAR(meta); /* without memory for the namespace */
    }
    else if (meta_get != NULL) {
        OU_HOLD(h, &meta);
        value = meta_get(meta, (PyObject *)type, (PyObject *)metatype);
        OU_HOLD_END(h);
        Py_DECREF(meta);
        return value;
    }
    if (meta != NULL || ou_error_occurred()) {
        return meta;
    }
    return PyErr_Format(PyExc_AttributeError, "type object '%.50s' has no attribute '%U'", type->tp_name, name);
}

/* tp_getattro of types.  Refs new.  RE-ENTRANT. */
PyObject *
ou_type_getattro(PyObject *self, PyObject *name)
{
    return type_lookup_attr((PyTypeObject *)self, name);
}

/* ---- setting ------------------------------------------------------------------------------------------- */

static bool
is_dunder(PyObject *name)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(name);
    if (n <= 4 || PyUnicode_KIND(name) != PyUnicode_1BYTE_KIND) {
        return false;
    }
    const Py_UCS1 *text = PyUnicode_1BYTE_DATA(name);
    return text[0] == '_' && text[1] == '_' && text[n - 2] == '_' && text[n - 1] == '_';
}

static int
check_mutable(PyTypeObject *type, PyObject *name)
{
    if (!(type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE)) {
        return 0;
    }
    PyErr_Format(PyExc_TypeError, "cannot set %R attribute of immutable type '%s'", name, type->tp_name);
    return -1;
}

/* tp_setattro of types.  RE-ENTRANT: a descriptor of the metatype, and what falls. */
int
ou_type_setattro(PyObject *self, PyObject *name, PyObject *value)
{
    PyTypeObject *type = (PyTypeObject *)self;
    if (ou_attr_check_name(name) < 0 || check_mutable(type, name) < 0) {
        return -1;
    }
    PyObject *meta = ou_type_lookup(Py_TYPE(type), name);
    if (meta != NULL && ou_descr_is_data(meta)) {
        Py_INCREF(meta);
        OU_HOLD(h, &meta);
        int result = Py_TYPE(meta)->tp_descr_set(meta, self, value);
        OU_HOLD_END(h);
        Py_DECREF(meta);
        if (result == 0) {
            PyType_Modified(type);
            if (is_dunder(name)) {
                ou_slots_update(type, name);
            }
        }
        return result;
    }
    Py_INCREF(name);
    if (!PyUnicode_CheckExact(name)) { /* a namespace has plain names, whose lookup runs no code */
        Py_SETREF(name, PyUnicode_FromObject(name));
        if (name == NULL) {
            return -1;
        }
    }
    PyUnicode_InternInPlace(&name);
    int result;
    PyObject *dict = Py_NewRef(type->tp_dict);
    PyObject *old = Py_XNewRef(PyDict_GetItemWithError(dict, name));
    OU_HOLD(h, &name, &dict, &old);
    if (value == NULL && old == NULL) {
        if (!ou_error_occurred()) {
            PyErr_Format(PyExc_AttributeError, "type object '%.50s' has no attribute '%U'", type->tp_name, name);
        }
        result = -1;
    }
    else {
        result = value != NULL ? PyDict_SetItem(dict, name, value) : PyDict_DelItem(dict, name);
    }
    if (result == 0) {
        PyType_Modified(type);
        if (is_dunder(name)) {
            ou_slots_update(type, name);
        }
    }
    OU_HOLD_END(h);
    Py_XDECREF(old); /* last: it may run Python code, and every cache has forgotten it */
    Py_DECREF(dict);
    Py_DECREF(name);
    return result;
}

/* ---- computed attributes ------------------------------------------------------------------------------- */

/* May this attribute of a type be set?  Deleting is refused with a wording of its own. */
static int
check_settable(PyTypeObject *type, PyObject *value, const char *name)
{
    if (type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) {
        PyErr_Format(PyExc_TypeError, "cannot set '%s' attribute of immutable type '%s'", name, type->tp_name);
        return -1;
    }
    if (value == NULL) { /* CPython 3.11 says "immutable" here too */
        PyErr_Format(PyExc_TypeError, "cannot delete '%s' attribute of immutable type '%s'", name, type->tp_name);
        return -1;
    }
    return PySys_Audit("object.__setattr__", "OsO", type, name, value);
}

const char *
ou_type_short_name(PyTypeObject *type)
{
    const char *dot = strrchr(type->tp_name, '.');
    return dot == NULL ? type->tp_name : dot + 1;
}

const char *
_PyType_Name(PyTypeObject *type)
{
    return ou_type_short_name(type);
}

static PyObject *
type_get_name(PyObject *self, void *Py_UNUSED(closure))
{
    PyTypeObject *type = (PyTypeObject *)self;
    if (ou_type_is_heap(type)) {
        return Py_NewRef(((PyHeapTypeObject *)type)->ht_name);
    }
    return PyUnicode_FromString(ou_type_short_name(type));
}

static PyObject *
type_get_qualname(PyObject *self, void *closure)
{
    if (ou_type_is_heap((PyTypeObject *)self)) {
        return Py_NewRef(((PyHeapTypeObject *)self)->ht_qualname);
    }
    return type_get_name(self, closure);
}

/* Refs new.  Source: Type Objects. */
PyObject *
PyType_GetName(PyTypeObject *type)
{
    return type_get_name((PyObject *)type, NULL);
}

PyObject *
PyType_GetQualName(PyTypeObject *type)
{
    return type_get_qualname((PyObject *)type, NULL);
}

static int
type_set_name(PyObject *self, PyObject *value, void *Py_UNUSED(closure))
{
    PyTypeObject *type = (PyTypeObject *)self;
    Py_ssize_t size;
    if (check_settable(type, value, "__name__") < 0) {
        return -1;
    }
    if (!PyUnicode_Check(value)) {
        PyErr_Format(PyExc_TypeError, "can only assign string to %s.__name__, not '%s'", type->tp_name,
                     Py_TYPE(value)->tp_name);
        return -1;
    }
    const char *text = PyUnicode_AsUTF8AndSize(value, &size);
    if (text == NULL) {
        return -1;
    }
    if (strlen(text) != (size_t)size) {
        PyErr_SetString(PyExc_ValueError, "type name must not contain null characters");
        return -1;
    }
    PyHeapTypeObject *heap = (PyHeapTypeObject *)type;
    PyObject *old = heap->ht_name;
    type->tp_name = text; /* lives in the name object */
    heap->ht_name = Py_NewRef(value);
    Py_DECREF(old);
    return 0;
}

static int
type_set_qualname(PyObject *self, PyObject *value, void *Py_UNUSED(closure))
{
    PyTypeObject *type = (PyTypeObject *)self;
    if (check_settable(type, value, "__qualname__") < 0) {
        return -1;
    }
    if (!PyUnicode_Check(value)) {
        PyErr_Format(PyExc_TypeError, "can only assign string to %s.__qualname__, not '%s'", type->tp_name,
                     Py_TYPE(value)->tp_name);
        return -1;
    }
    Py_SETREF(((PyHeapTypeObject *)type)->ht_qualname, Py_NewRef(value));
    return 0;
}

/* The namespace's value of a name: borrowed, or NULL with or without an error. */
static PyObject *
own_get(PyTypeObject *type, PyObject *name)
{
    PyObject *dict = ou_type_namespace(type);
    return dict == NULL ? NULL : PyDict_GetItemWithError(dict, name);
}

/* Set (or with NULL delete) in the namespace, then forget what was cached, then let the old value fall. */
static int
own_set(PyTypeObject *type, PyObject *name, PyObject *value)
{
    PyObject *old = Py_XNewRef(own_get(type, name));
    int result = value != NULL ? PyDict_SetItem(type->tp_dict, name, value) : PyDict_DelItem(type->tp_dict, name);
    if (result == 0) {
        PyType_Modified(type);
    }
    Py_XDECREF(old);
    return result;
}

PyObject *
ou_type_get_module(PyTypeObject *type)
{
    if (ou_type_is_heap(type)) {
        PyObject *module = own_get(type, OU_STR(__module__));
        if (module == NULL && !ou_error_occurred()) {
            PyErr_SetObject(PyExc_AttributeError, OU_STR(__module__));
        }
        return Py_XNewRef(module);
    }
    const char *dot = strrchr(type->tp_name, '.');
    if (dot == NULL) {
        return Py_NewRef(OU_STR(builtins));
    }
    PyObject *module = PyUnicode_FromStringAndSize(type->tp_name, dot - type->tp_name);
    if (module != NULL) {
        PyUnicode_InternInPlace(&module);
    }
    return module;
}

static PyObject *
type_get_module(PyObject *self, void *Py_UNUSED(closure))
{
    return ou_type_get_module((PyTypeObject *)self);
}

static int
type_set_module(PyObject *self, PyObject *value, void *Py_UNUSED(closure))
{
    if (check_settable((PyTypeObject *)self, value, "__module__") < 0) {
        return -1;
    }
    return own_set((PyTypeObject *)self, OU_STR(__module__), value);
}

static PyObject *
type_get_abstractmethods(PyObject *self, void *Py_UNUSED(closure))
{
    PyObject *value = NULL;
    if (self != (PyObject *)&PyType_Type) { /* which has it as this very descriptor */
        value = own_get((PyTypeObject *)self, OU_STR(__abstractmethods__));
    }
    if (value == NULL && !ou_error_occurred()) {
        PyErr_SetObject(PyExc_AttributeError, OU_STR(__abstractmethods__));
    }
    return Py_XNewRef(value);
}

static int
type_set_abstractmethods(PyObject *self, PyObject *value, void *Py_UNUSED(closure))
{
    PyTypeObject *type = (PyTypeObject *)self;
    int abstract = value == NULL ? 0 : PyObject_IsTrue(value);
    if (abstract < 0) {
        return -1;
    }
    if (own_set(type, OU_STR(__abstractmethods__), value) < 0) {
        if (value == NULL && PyErr_ExceptionMatches(PyExc_KeyError)) {
            PyErr_SetObject(PyExc_AttributeError, OU_STR(__abstractmethods__));
        }
        return -1;
    }
    if (abstract) {
        type->tp_flags |= Py_TPFLAGS_IS_ABSTRACT;
    }
    else {
        type->tp_flags &= ~Py_TPFLAGS_IS_ABSTRACT;
    }
    return 0;
}

static PyObject *
type_get_dict(PyObject *self, void *Py_UNUSED(closure))
{
    PyObject *dict = ou_type_namespace((PyTypeObject *)self);
    if (dict == NULL) {
        return ou_error_occurred() ? NULL : Py_NewRef(Py_None);
    }
    return PyDictProxy_New(dict);
}

/* Where the signature's first line ends and the text begins, if the docstring has a signature:
 * "name(...)\n--\n\n". */
static const char *
doc_signature_end(const char *name, const char *doc)
{
    const char *dot = strrchr(name, '.');
    const char *short_name = dot == NULL ? name : dot + 1;
    size_t n = strlen(short_name);
    if (doc == NULL || strncmp(doc, short_name, n) != 0 || doc[n] != '(') {
        return NULL;
    }
    static const char mark[] = ")\n--\n\n";
    for (const char *at = doc + n; *at != '\0'; at++) {
        if (strncmp(at, mark, sizeof mark - 1) == 0) {
            return at + sizeof mark - 1;
        }
        if (at[0] == '\n' && at[1] == '\n') { /* a blank line: the text has begun */
            return NULL;
        }
    }
    return NULL;
}

/* The text of a C docstring without its signature; None if there is none.  Refs new. */
PyObject *
_PyType_GetDocFromInternalDoc(const char *name, const char *doc)
{
    const char *text = doc == NULL ? NULL : doc_signature_end(name, doc);
    if (text == NULL) {
        text = doc;
    }
    if (text == NULL || *text == '\0') {
        Py_RETURN_NONE;
    }
    return PyUnicode_FromString(text);
}

/* The signature of a C docstring, "($self, x, /)"; None if it has none.  Refs new. */
PyObject *
_PyType_GetTextSignatureFromInternalDoc(const char *name, const char *doc)
{
    const char *end = doc == NULL ? NULL : doc_signature_end(name, doc);
    if (end == NULL) {
        Py_RETURN_NONE;
    }
    const char *start = strchr(doc, '(');
    return PyUnicode_FromStringAndSize(start, end - (sizeof "\n--\n\n" - 1) - start);
}

static PyObject *
type_get_doc(PyObject *self, void *Py_UNUSED(closure))
{
    PyTypeObject *type = (PyTypeObject *)self;
    if (!ou_type_is_heap(type) && type->tp_doc != NULL) {
        return _PyType_GetDocFromInternalDoc(type->tp_name, type->tp_doc);
    }
    PyObject *doc = own_get(type, OU_STR(__doc__));
    if (doc == NULL) {
        return ou_error_occurred() ? NULL : Py_NewRef(Py_None);
    }
    Py_INCREF(doc);
    descrgetfunc get = Py_TYPE(doc)->tp_descr_get;
    if (get == NULL) {
        return doc;
    }
    OU_HOLD(h, &doc);
    PyObject *value = get(doc, NULL, self);
    OU_HOLD_END(h);
    Py_DECREF(doc);
    return value;
}

static int
type_set_doc(PyObject *self, PyObject *value, void *Py_UNUSED(closure))
{
    if (check_settable((PyTypeObject *)self, value, "__doc__") < 0) {
        return -1;
    }
    return own_set((PyTypeObject *)self, OU_STR(__doc__), value);
}

static PyObject *
type_get_text_signature(PyObject *self, void *Py_UNUSED(closure))
{
    PyTypeObject *type = (PyTypeObject *)self;
    return _PyType_GetTextSignatureFromInternalDoc(type->tp_name, type->tp_doc);
}

static PyObject *
type_get_annotations(PyObject *self, void *Py_UNUSED(closure))
{
    PyTypeObject *type = (PyTypeObject *)self;
    if (!ou_type_is_heap(type)) {
        return PyErr_Format(PyExc_AttributeError, "type object '%s' has no attribute '__annotations__'", type->tp_name);
    }
    PyObject *annotations = Py_XNewRef(own_get(type, OU_STR(__annotations__)));
    if (annotations != NULL) {
        descrgetfunc get = Py_TYPE(annotations)->tp_descr_get;
        if (get != NULL) {
            OU_HOLD(h, &annotations);
            PyObject *value = get(annotations, NULL, self);
            OU_HOLD_END(h);
            Py_SETREF(annotations, value);
        }
        return annotations;
    }
    if (ou_error_occurred() || (annotations = PyDict_New()) == NULL) {
        return NULL;
    }
    if (own_set(type, OU_STR(__annotations__), annotations) < 0) {
        Py_CLEAR(annotations);
    }
    return annotations;
}

static int
type_set_annotations(PyObject *self, PyObject *value, void *Py_UNUSED(closure))
{
    PyTypeObject *type = (PyTypeObject *)self;
    if (type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) {
        PyErr_Format(PyExc_TypeError, "cannot set '__annotations__' attribute of immutable type '%s'", type->tp_name);
        return -1;
    }
    int result = own_set(type, OU_STR(__annotations__), value);
    if (result < 0 && value == NULL && PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_SetString(PyExc_AttributeError, "__annotations__");
    }
    return result;
}

/* ---- __bases__ ----------------------------------------------------------------------------------------- */

static PyObject *
type_get_bases(PyObject *self, void *Py_UNUSED(closure))
{
    return Py_NewRef(((PyTypeObject *)self)->tp_bases);
}

/* The mros of a type and its subclasses after its bases changed.  What was is kept in `saved` for the case that one of
 * them fails: a list of (type, mro), or (type,) of a class whose first mro() is at work.  RE-ENTRANT. */
static int
mro_update_all(PyTypeObject *type, PyObject *saved)
{
    PyObject *old = NULL;
    if (ou_recursion_enter(" in the hierarchy of a class")) {
        return -1;
    }
    int changed = ou_type_mro_update(type, &old);
    if (changed <= 0) {
        ou_recursion_leave();
        return changed;
    }
    PyObject *pair = old == NULL ? PyTuple_Pack(1, type) : PyTuple_Pack(2, type, old);
    Py_XDECREF(old);
    int result = pair == NULL ? -1 : PyList_Append(saved, pair);
    Py_XDECREF(pair);
    for (Py_ssize_t i = 0; result == 0 && i < ou_type_n_subclasses(type); i++) {
        PyTypeObject *sub = ou_type_subclass(type, i);
        if (sub != NULL) {
            PyObject *held = Py_NewRef(sub);
            OU_HOLD(h, &held);
            result = mro_update_all(sub, saved);
            OU_HOLD_END(h);
            Py_DECREF(held);
        }
    }
    ou_recursion_leave();
    return result;
}

/* Would the type be among its own bases? */
static bool
makes_cycle(PyTypeObject *base, PyTypeObject *type)
{
    if (PyType_IsSubtype(base, type)) {
        return true;
    }
    for (; base != NULL; base = base->tp_base) { /* while an mro() runs, the mro may be the old one */
        if (base == type) {
            return true;
        }
    }
    return false;
}

static int
check_new_bases(PyTypeObject *type, PyObject *bases)
{
    if (!PyTuple_Check(bases)) {
        PyErr_Format(PyExc_TypeError, "can only assign tuple to %s.__bases__, not %s", type->tp_name, Py_TYPE(bases)->tp_name);
        return -1;
    }
    if (PyTuple_GET_SIZE(bases) == 0) {
        PyErr_Format(PyExc_TypeError, "can only assign non-empty tuple to %s.__bases__, not ()", type->tp_name);
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++) {
        PyObject *base = PyTuple_GET_ITEM(bases, i);
        if (!PyType_Check(base)) {
            PyErr_Format(PyExc_TypeError, "%s.__bases__ must be tuple of classes, not '%s'", type->tp_name,
                         Py_TYPE(base)->tp_name);
            return -1;
        }
        if (makes_cycle((PyTypeObject *)base, type)) {
            PyErr_SetString(PyExc_TypeError, "a __bases__ item causes an inheritance cycle");
            return -1;
        }
    }
    return 0;
}

static int
type_set_bases(PyObject *self, PyObject *bases, void *Py_UNUSED(closure))
{
    PyTypeObject *type = (PyTypeObject *)self;
    if (check_settable(type, bases, "__bases__") < 0 || check_new_bases(type, bases) < 0) {
        return -1;
    }
    PyTypeObject *base = ou_type_best_base(bases);
    if (base == NULL || ou_type_layouts_agree(type->tp_base, base, "__bases__") < 0) {
        return -1;
    }
    PyObject *saved = PyList_New(0);
    if (saved == NULL) {
        return -1;
    }
    PyObject *old_bases = type->tp_bases, *old_base = (PyObject *)type->tp_base;
    type->tp_bases = Py_NewRef(bases);
    type->tp_base = (PyTypeObject *)Py_NewRef(base);
    OU_HOLD(h, &saved, &old_bases, &old_base);
    int result = mro_update_all(type, saved);
    if (result == 0 && type->tp_bases == bases) {
        /* Done by us, or by a nested assignment of the same tuple: the lists of subclasses follow. */
        ou_type_remove_from_bases(type, old_bases);
        result = ou_type_add_to_bases(type, type->tp_bases);
        if (result == 0) {
            ou_slots_fix_all(type);
        }
        else if (ou_type_add_to_bases(type, old_bases) < 0) { /* fits: it was there */
            PyErr_Clear();
        }
    }
    if (result < 0) {
        for (Py_ssize_t i = PyList_GET_SIZE(saved) - 1; i >= 0; i--) {
            PyObject *pair = PyList_GET_ITEM(saved, i);
            PyTypeObject *one = (PyTypeObject *)PyTuple_GET_ITEM(pair, 0);
            Py_XSETREF(one->tp_mro, PyTuple_GET_SIZE(pair) == 1 ? NULL : Py_NewRef(PyTuple_GET_ITEM(pair, 1)));
            PyType_Modified(one);
        }
        if (type->tp_bases == bases) {
            PyTypeObject *new_base = type->tp_base;
            type->tp_bases = old_bases;
            type->tp_base = (PyTypeObject *)old_base;
            old_bases = bases;
            old_base = (PyObject *)new_base;
            PyType_Modified(type);
        }
    }
    OU_HOLD_END(h);
    Py_DECREF(saved);
    Py_DECREF(old_bases);
    Py_DECREF(old_base);
    return result;
}

PyGetSetDef ou_type_getset[] = {
    {"__name__", type_get_name, type_set_name, NULL, NULL},
    {"__qualname__", type_get_qualname, type_set_qualname, NULL, NULL},
    {"__bases__", type_get_bases, type_set_bases, NULL, NULL},
    {"__module__", type_get_module, type_set_module, NULL, NULL},
    {"__abstractmethods__", type_get_abstractmethods, type_set_abstractmethods, NULL, NULL},
    {"__dict__", type_get_dict, NULL, NULL, NULL},
    {"__doc__", type_get_doc, type_set_doc, NULL, NULL},
    {"__text_signature__", type_get_text_signature, NULL, NULL, NULL},
    {"__annotations__", type_get_annotations, type_set_annotations, NULL, NULL},
    {NULL},
};
