/* object/attribute.c - reading, writing and deleting attributes of any object.
 *
 * Owns       nothing.
 * Invariant  what the type says of a name is borrowed from the type, so it is owned here before anything
 *            that can run Python code (a descriptor may delete itself).
 * Not here   where instances keep their attributes (instance.c); attributes of types (type_attr.c); lookup
 *            in types (type_lookup.c). */
#include "object/attribute.h"
#include "object/hold.h"

/* ---- errors -------------------------------------------------------------------------------------------- */

void
ou_attr_error_context(PyObject *obj, PyObject *name)
{
    PyObject *type, *value, *traceback;
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) {
        return;
    }
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (value != NULL && PyObject_TypeCheck(value, (PyTypeObject *)PyExc_AttributeError)) {
        PyAttributeErrorObject *error = (PyAttributeErrorObject *)value;
        if (error->name == NULL && error->obj == NULL) {
            error->name = Py_NewRef(name);
            error->obj = Py_NewRef(obj);
        }
    }
    PyErr_Restore(type, value, traceback);
}

PyObject *
ou_attr_missing(PyObject *obj, PyObject *name)
{
    PyErr_Format(PyExc_AttributeError, "'%.100s' object has no attribute '%U'", Py_TYPE(obj)->tp_name, name);
    ou_attr_error_context(obj, name);
    return NULL;
}

/* ---- generic reading ----------------------------------------------------------------------------------- */

/* The instance's own attribute: new reference, or NULL with or without an error.
 * dict  NULL: the one that the instance has, if any. */
static OU_ALWAYS_INLINE PyObject *
instance_lookup(PyObject *obj, PyObject *name, PyObject *dict)
{
    if (dict == NULL) {
        if (Py_TYPE(obj)->tp_dictoffset == 0) {
            return NULL;
        }
        return ou_instance_get(obj, name);
    }
    Py_INCREF(dict);
    OU_HOLD(h, &dict);
    PyObject *value = Py_XNewRef(PyDict_GetItemWithError(dict, name));
    OU_HOLD_END(h);
    Py_DECREF(dict);
    return value;
}

static PyObject *
generic_get(PyObject *obj, PyObject *name, PyObject *dict, bool suppress)
{
    PyTypeObject *type = Py_TYPE(obj);
    if (ou_attr_check_name(name) < 0) {
        return NULL;
    }
    if (OU_UNLIKELY(type->tp_dict == NULL) && PyType_Ready(type) < 0) {
        return NULL;
    }
    PyObject *descr = ou_type_lookup(type, name), *value;
    if (descr == NULL) {
        if (OU_UNLIKELY(!ou_type_is_heap(type)) && ou_error_occurred()) {
            return NULL; /* without memory for the namespace */
        }
        value = instance_lookup(obj, name, dict);
        if (value == NULL) {
            if (!ou_error_occurred()) {
                return suppress ? NULL : ou_attr_missing(obj, name);
            }
            if (suppress && PyErr_ExceptionMatches(PyExc_AttributeError)) {
                PyErr_Clear();
            }
        }
        return value;
    }
    Py_INCREF(descr);
    OU_HOLD(h, &descr);
    descrgetfunc get = Py_TYPE(descr)->tp_descr_get;
    if (get != NULL && ou_descr_is_data(descr)) {
        value = get(descr, obj, (PyObject *)type);
    }
    else {
        value = instance_lookup(obj, name, dict);
        if (value == NULL && !ou_error_occurred()) {
            value = get != NULL ? get(descr, obj, (PyObject *)Py_TYPE(obj)) : Py_NewRef(descr);
        }
    }
    OU_HOLD_END(h);
    Py_DECREF(descr);
    if (value == NULL && suppress && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
    }
    return value;
}

PyObject *
ou_attr_get_generic(PyObject *obj, PyObject *name, bool suppress)
{
    return generic_get(obj, name, NULL, suppress);
}

/* The lookup that tp_getattro does where a type asks for nothing else.  Refs new.  RE-ENTRANT.  Source:
 * Object Protocol. */
PyObject *
PyObject_GenericGetAttr(PyObject *obj, PyObject *name)
{
    return generic_get(obj, name, NULL, false);
}

PyObject *
_PyObject_GenericGetAttrWithDict(PyObject *obj, PyObject *name, PyObject *dict, int suppress)
{
    return generic_get(obj, name, dict, suppress != 0);
}

/* ---- generic writing ----------------------------------------------------------------------------------- */

/* Say why an attribute could be neither set nor deleted. */
static OU_COLD int
set_failed(PyObject *obj, PyObject *name, PyObject *descr)
{
    PyErr_Format(PyExc_AttributeError,
                 descr == NULL ? "'%.100s' object has no attribute '%U'" : "'%.100s' object attribute '%U' is read-only",
                 Py_TYPE(obj)->tp_name, name);
    return -1;
}

/* Set in, or delete from, the instance's own attributes.  Returns 0; 1 if it has none or lacks the name;
 * -1. */
static int
instance_store(PyObject *obj, PyObject *name, PyObject *value, PyObject *dict)
{
    if (dict == NULL) {
        if (Py_TYPE(obj)->tp_dictoffset == 0) {
            return 1;
        }
        return value != NULL ? ou_instance_set(obj, name, value) : ou_instance_del(obj, name);
    }
    Py_INCREF(dict);
    OU_HOLD(h, &dict);
    int result = value != NULL ? PyDict_SetItem(dict, name, value) : PyDict_DelItem(dict, name);
    OU_HOLD_END(h);
    Py_DECREF(dict);
    if (result < 0 && value == NULL && PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_Clear();
        return 1;
    }
    return result;
}

/* value NULL deletes.  Returns 0, or -1 with the error set.  RE-ENTRANT. */
int
_PyObject_GenericSetAttrWithDict(PyObject *obj, PyObject *name, PyObject *value, PyObject *dict)
{
    PyTypeObject *type = Py_TYPE(obj);
    if (ou_attr_check_name(name) < 0) {
        return -1;
    }
    if (OU_UNLIKELY(type->tp_dict == NULL) && PyType_Ready(type) < 0) {
        return -1;
    }
    PyObject *descr = ou_type_lookup(type, name);
    if (descr == NULL) {
        if (OU_UNLIKELY(!ou_type_is_heap(type)) && ou_error_occurred()) {
            return -1; /* without memory for the namespace */
        }
        int result = instance_store(obj, name, value, dict);
        return result > 0 ? set_failed(obj, name, NULL) : result;
    }
    Py_INCREF(descr);
    Py_INCREF(name);
    OU_HOLD(h, &descr, &name);
    descrsetfunc set = Py_TYPE(descr)->tp_descr_set;
    int result = set != NULL ? set(descr, obj, value) : instance_store(obj, name, value, dict);
    if (result > 0) {
        /* An instance with a place of its own lacks the name; one without can't cover what the type has. */
        result = set_failed(obj, name, dict == NULL && Py_TYPE(obj)->tp_dictoffset == 0 ? descr : NULL);
    }
    OU_HOLD_END(h);
    Py_DECREF(descr);
    Py_DECREF(name);
    return result;
}

int
PyObject_GenericSetAttr(PyObject *obj, PyObject *name, PyObject *value)
{
    return _PyObject_GenericSetAttrWithDict(obj, name, value, NULL);
}

/* ---- any object ---------------------------------------------------------------------------------------- */

/* The object's way to read an attribute, without context for the error. */
static OU_ALWAYS_INLINE PyObject *
get_plain(PyObject *obj, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(obj);
    if (OU_LIKELY(type->tp_getattro != NULL)) {
        return type->tp_getattro(obj, name);
    }
    if (type->tp_getattr != NULL) {
        const char *text = PyUnicode_AsUTF8(name);
        return text == NULL ? NULL : type->tp_getattr(obj, (char *)text);
    }
    return PyErr_Format(PyExc_AttributeError, "'%.100s' object has no attribute '%U'", type->tp_name, name);
}

/* getattr(obj, name) of a name known to be a str: tp_getattro or tp_getattr.  Returns new, or NULL with
 * the error set.
 * RE-ENTRANT. */
static PyObject *
attr_get(PyObject *obj, PyObject *name)
{
    PyObject *value = get_plain(obj, name);
    if (OU_UNLIKELY(value == NULL)) {
        ou_attr_error_context(obj, name);
    }
    return value;
}

/* obj.name.  Refs new.  Errors: AttributeError with name and obj set, TypeError if the name is no str, any
 *            other that the object raises.  RE-ENTRANT.  Source: Object Protocol. */
PyObject *
PyObject_GetAttr(PyObject *obj, PyObject *name)
{
    return ou_attr_check_name(name) < 0 ? NULL : attr_get(obj, name);
}

PyObject *
PyObject_GetAttrString(PyObject *obj, const char *text)
{
    if (Py_TYPE(obj)->tp_getattr != NULL) {
        return Py_TYPE(obj)->tp_getattr(obj, (char *)text);
    }
    PyObject *name = PyUnicode_FromString(text);
    if (name == NULL) {
        return NULL;
    }
    OU_HOLD(h, &name);
    PyObject *value = attr_get(obj, name);
    OU_HOLD_END(h);
    Py_DECREF(name);
    return value;
}

PyObject *
_PyObject_GetAttrId(PyObject *obj, _Py_Identifier *id)
{
    PyObject *name = _PyUnicode_FromId(id);
    return name == NULL ? NULL : attr_get(obj, name);
}

/* The attribute if there is one: *result is a new reference or NULL.  Returns 1, 0 (no error is set), or
 * -1 with an error other than AttributeError.  RE-ENTRANT. */
int
_PyObject_LookupAttr(PyObject *obj, PyObject *name, PyObject **result)
{
    *result = NULL;
    if (ou_attr_check_name(name) < 0) {
        return -1;
    }
    if (Py_TYPE(obj)->tp_getattro == PyObject_GenericGetAttr) {
        *result = generic_get(obj, name, NULL, true);
    }
    else {
        *result = get_plain(obj, name);
        if (*result == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
            PyErr_Clear();
            return 0;
        }
    }
    return *result != NULL ? 1 : ou_error_occurred() ? -1 : 0;
}

int
_PyObject_LookupAttrId(PyObject *obj, _Py_Identifier *id, PyObject **result)
{
    PyObject *name = _PyUnicode_FromId(id);
    *result = NULL;
    return name == NULL ? -1 : _PyObject_LookupAttr(obj, name, result);
}

/* Is there such an attribute?  Returns 1 or 0; errors are dropped, as the API has it.  RE-ENTRANT. */
int
PyObject_HasAttr(PyObject *obj, PyObject *name)
{
    PyObject *value;
    if (_PyObject_LookupAttr(obj, name, &value) < 0) {
        PyErr_Clear();
        return 0;
    }
    Py_XDECREF(value);
    return value != NULL;
}

int
PyObject_HasAttrString(PyObject *obj, const char *text)
{
    PyObject *value = PyObject_GetAttrString(obj, text);
    if (value == NULL) {
        PyErr_Clear();
        return 0;
    }
    Py_DECREF(value);
    return 1;
}

/* obj.name = value; NULL deletes.  Returns 0, or -1 with the error set.  RE-ENTRANT.  Source: Object
 * Protocol. */
int
PyObject_SetAttr(PyObject *obj, PyObject *name, PyObject *value)
{
    PyTypeObject *type = Py_TYPE(obj);
    int result;
    if (ou_attr_check_name(name) < 0) {
        return -1;
    }
    Py_INCREF(name);
    if (PyUnicode_CheckExact(name)) {
        PyUnicode_InternInPlace(&name);
    }
    OU_HOLD(h, &name);
    if (OU_LIKELY(type->tp_setattro != NULL)) {
        result = type->tp_setattro(obj, name, value);
    }
    else if (type->tp_setattr != NULL) {
        const char *text = PyUnicode_AsUTF8(name);
        result = text == NULL ? -1 : type->tp_setattr(obj, (char *)text, value);
    }
    else {
        bool readable = type->tp_getattr != NULL || type->tp_getattro != NULL;
        PyErr_Format(PyExc_TypeError, "'%.100s' object has %s (%s .%U)", type->tp_name,
                     readable ? "only read-only attributes" : "no attributes", value == NULL ? "del" : "assign to", name);
        result = -1;
    }
    OU_HOLD_END(h);
    Py_DECREF(name);
    return result;
}

int
PyObject_SetAttrString(PyObject *obj, const char *text, PyObject *value)
{
    if (Py_TYPE(obj)->tp_setattr != NULL) {
        return Py_TYPE(obj)->tp_setattr(obj, (char *)text, value);
    }
    PyObject *name = PyUnicode_FromString(text);
    if (name == NULL) {
        return -1;
    }
    OU_HOLD(h, &name);
    int result = PyObject_SetAttr(obj, name, value);
    OU_HOLD_END(h);
    Py_DECREF(name);
    return result;
}

int
_PyObject_SetAttrId(PyObject *obj, _Py_Identifier *id, PyObject *value)
{
    PyObject *name = _PyUnicode_FromId(id);
    return name == NULL ? -1 : PyObject_SetAttr(obj, name, value);
}

/* ---- methods ------------------------------------------------------------------------------------------- */

/* obj.name for a call: a method that is a plain function of the type isn't bound.
 * method   set to a new reference, or to NULL with the error set
 * Returns  1 if the call must pass obj first (unbound method), 0 if `method` is the attribute itself.
 *          RE-ENTRANT. */
int
_PyObject_GetMethod(PyObject *obj, PyObject *name, PyObject **method)
{
    PyTypeObject *type = Py_TYPE(obj);
    *method = NULL;
    if (type->tp_getattro != PyObject_GenericGetAttr || !PyUnicode_Check(name)) {
        *method = PyObject_GetAttr(obj, name);
        return 0;
    }
    if (OU_UNLIKELY(type->tp_dict == NULL) && PyType_Ready(type) < 0) {
        return 0;
    }
    PyObject *descr = ou_type_lookup(type, name);
    if (descr == NULL && OU_UNLIKELY(!ou_type_is_heap(type)) && ou_error_occurred()) {
        return 0; /* without memory for the namespace */
    }
    if (descr == NULL || !(Py_TYPE(descr)->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR)) {
        *method = generic_get(obj, name, NULL, false);
        if (*method == NULL) {
            ou_attr_error_context(obj, name);
        }
        return 0;
    }
    Py_INCREF(descr); /* the instance may have an attribute that covers it, and looking may run code */
    OU_HOLD(h, &descr);
    PyObject *own = type->tp_dictoffset != 0 ? ou_instance_get(obj, name) : NULL;
    OU_HOLD_END(h);
    if (own != NULL || (type->tp_dictoffset != 0 && ou_error_occurred())) {
        Py_DECREF(descr);
        *method = own;
        return 0;
    }
    *method = descr;
    return 1;
}

/* A special method is looked up in the type alone and bound to the object. */
PyObject *
ou_special_lookup(PyObject *obj, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(obj);
    PyObject *descr = ou_type_lookup(type, name);
    if (descr == NULL) {
        return NULL;
    }
    Py_INCREF(descr);
    descrgetfunc get = Py_TYPE(descr)->tp_descr_get;
    if (get == NULL) {
        return descr;
    }
    OU_HOLD(h, &descr);
    PyObject *bound = get(descr, obj, (PyObject *)type);
    OU_HOLD_END(h);
    Py_DECREF(descr);
    return bound;
}

PyObject *
_PyObject_LookupSpecial(PyObject *obj, PyObject *name)
{
    return ou_special_lookup(obj, name);
}

PyObject *
_PyObject_LookupSpecialId(PyObject *obj, _Py_Identifier *id)
{
    PyObject *name = _PyUnicode_FromId(id);
    return name == NULL ? NULL : ou_special_lookup(obj, name);
}
