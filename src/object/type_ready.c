/* object/type_ready.c - PyType_Ready: what a type needs before anybody uses it.
 *
 * Order      base and metatype, namespace (methods, members, getsets, slot wrappers), mro, inheritance of
 *            flags, sizes and slots, then the lists of the bases' subclasses.  Only then is it ready.
 * Owns       nothing but what it puts into the type.
 * Cost       start-up readies some 150 static types: everything here is linear in the type's own tables.
 * Not here   classes' own parts (type_new.c), slots (type_slots.c).
 * Source     Type Objects, PyType_Ready. */
#include "object/hold.h"
#include "object/slots.h"
#include <structmember.h>

/* ---- namespace ----------------------------------------------------------------------------------------- */

/* Refs: takes `value` and `name`.  Returns 0, or -1 with an error set. */
static int
namespace_add(PyObject *dict, PyObject *name, PyObject *value, bool replace)
{
    int result = -1;
    if (name != NULL && value != NULL) {
        if (!replace) {
            int there = PyDict_Contains(dict, name);
            if (there != 0) {
                Py_DECREF(name);
                Py_DECREF(value);
                return there < 0 ? -1 : 0;
            }
        }
        result = PyDict_SetItem(dict, name, value);
    }
    Py_XDECREF(name);
    Py_XDECREF(value);
    return result;
}

static int
add_methods(PyTypeObject *type)
{
    for (PyMethodDef *method = type->tp_methods; method != NULL && method->ml_name != NULL; method++) {
        PyObject *descr;
        bool is_descr = true;
        if (method->ml_flags & METH_CLASS) {
            if (method->ml_flags & METH_STATIC) {
                PyErr_SetString(PyExc_ValueError, "method cannot be both class and static");
                return -1;
            }
            descr = PyDescr_NewClassMethod(type, method);
        }
        else if (method->ml_flags & METH_STATIC) {
            PyObject *function = PyCFunction_NewEx(method, (PyObject *)type, NULL);
            descr = function == NULL ? NULL : PyStaticMethod_New(function);
            Py_XDECREF(function);
            is_descr = false;
        }
        else {
            descr = PyDescr_NewMethod(type, method);
        }
        if (descr == NULL) {
            return -1;
        }
        PyObject *name = is_descr ? Py_NewRef(PyDescr_NAME(descr))
            : PyUnicode_InternFromString(method->ml_name);
        if (namespace_add(type->tp_dict, name, descr, (method->ml_flags & METH_COEXIST) != 0) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
add_members(PyTypeObject *type)
{
    for (PyMemberDef *member = type->tp_members; member != NULL && member->name != NULL; member++) {
        PyObject *descr = PyDescr_NewMember(type, member);
        if (descr == NULL
            || namespace_add(type->tp_dict, Py_NewRef(PyDescr_NAME(descr)), descr, false) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
add_getsets(PyTypeObject *type)
{
    for (PyGetSetDef *getset = type->tp_getset; getset != NULL && getset->name != NULL; getset++) {
        PyObject *descr = PyDescr_NewGetSet(type, getset);
        if (descr == NULL
            || namespace_add(type->tp_dict, Py_NewRef(PyDescr_NAME(descr)), descr, false) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
add_doc(PyTypeObject *type)
{
    int there = PyDict_Contains(type->tp_dict, OU_STR(__doc__));
    if (there != 0) {
        return there < 0 ? -1 : 0;
    }
    PyObject *doc = type->tp_doc == NULL ? Py_NewRef(Py_None)
                                         : _PyType_GetDocFromInternalDoc(type->tp_name, type->tp_doc);
    return namespace_add(type->tp_dict, Py_NewRef(OU_STR(__doc__)), doc, true);
}

/* Entries that the tables will make, so that the dict grows once. */
static Py_ssize_t
namespace_size(PyTypeObject *type)
{
    Py_ssize_t n = 4;
    for (PyMethodDef *method = type->tp_methods; method != NULL && method->ml_name != NULL; method++) {
        n++;
    }
    for (PyMemberDef *member = type->tp_members; member != NULL && member->name != NULL; member++) {
        n++;
    }
    for (PyGetSetDef *getset = type->tp_getset; getset != NULL && getset->name != NULL; getset++) {
        n++;
    }
    return n + (type->tp_as_number != NULL ? 24 : 0) + (type->tp_as_sequence != NULL ? 4 : 0)
        + (type->tp_richcompare != NULL ? 6 : 0);
}

/* ---- inheritance --------------------------------------------------------------------------------------- */

/* The flags by which code knows subclasses of the basic types. */
static void
inherit_kind(PyTypeObject *type, PyTypeObject *base)
{
    static const unsigned long kinds =
        Py_TPFLAGS_LONG_SUBCLASS | Py_TPFLAGS_LIST_SUBCLASS | Py_TPFLAGS_TUPLE_SUBCLASS
        | Py_TPFLAGS_BYTES_SUBCLASS | Py_TPFLAGS_UNICODE_SUBCLASS | Py_TPFLAGS_DICT_SUBCLASS
        | Py_TPFLAGS_BASE_EXC_SUBCLASS | Py_TPFLAGS_TYPE_SUBCLASS;
    type->tp_flags |= base->tp_flags & (kinds | _Py_TPFLAGS_MATCH_SELF);
}

static void
inherit_layout(PyTypeObject *type, PyTypeObject *base)
{
    if (!PyType_IS_GC(type) && PyType_IS_GC(base) && type->tp_traverse == NULL && type->tp_clear == NULL) {
        type->tp_flags |= Py_TPFLAGS_HAVE_GC;
        type->tp_traverse = base->tp_traverse;
        type->tp_clear = base->tp_clear;
    }
    if (type->tp_basicsize == 0) {
        type->tp_basicsize = base->tp_basicsize;
    }
    if (type->tp_itemsize == 0) {
        type->tp_itemsize = base->tp_itemsize;
    }
    if (type->tp_weaklistoffset == 0) {
        type->tp_weaklistoffset = base->tp_weaklistoffset;
    }
    if (type->tp_dictoffset == 0) {
        type->tp_dictoffset = base->tp_dictoffset;
    }
    /* Inline values need a place for the shared keys: a static type's instances have the dict pointer
     * alone. */
    if (base->tp_flags & Py_TPFLAGS_MANAGED_DICT && ou_type_is_heap(type) && type->tp_itemsize == 0
        && type->tp_dictoffset == base->tp_dictoffset) {
        type->tp_flags |= Py_TPFLAGS_MANAGED_DICT;
    }
    inherit_kind(type, base);
}

/* A type without tables of its own shares its base's. */
static void
inherit_tables(PyTypeObject *type, PyTypeObject *base)
{
    if (type->tp_as_async == NULL) {
        type->tp_as_async = base->tp_as_async;
    }
    if (type->tp_as_number == NULL) {
        type->tp_as_number = base->tp_as_number;
    }
    if (type->tp_as_sequence == NULL) {
        type->tp_as_sequence = base->tp_as_sequence;
    }
    if (type->tp_as_mapping == NULL) {
        type->tp_as_mapping = base->tp_as_mapping;
    }
    if (type->tp_as_buffer == NULL) {
        type->tp_as_buffer = base->tp_as_buffer;
    }
}

/* list and its subclasses match `case [..]`, dict and its subclasses `case {..}`; so do foreign types that
 * say so. */
static void
inherit_pattern_flags(PyTypeObject *type)
{
    static const unsigned long flags = Py_TPFLAGS_SEQUENCE | Py_TPFLAGS_MAPPING;
    for (Py_ssize_t i = 0; !(type->tp_flags & flags) && i < PyTuple_GET_SIZE(type->tp_mro); i++) {
        type->tp_flags |= ((PyTypeObject *)PyTuple_GET_ITEM(type->tp_mro, i))->tp_flags & flags;
    }
}

/* __new__ of its own, its base's, or none at all. */
static int
ready_new(PyTypeObject *type)
{
    PyTypeObject *base = type->tp_base;
    if (type->tp_new == NULL && base == &PyBaseObject_Type && !ou_type_is_heap(type)) {
        type->tp_flags |= Py_TPFLAGS_DISALLOW_INSTANTIATION; /* object's own way would leave it empty */
    }
    if (type->tp_flags & Py_TPFLAGS_DISALLOW_INSTANTIATION) {
        type->tp_new = NULL;
        return 0;
    }
    if (type->tp_new != NULL) {
        return ou_slots_add_new(type);
    }
    type->tp_new = base == NULL ? NULL : base->tp_new;
    return 0;
}

/* A type that defines == without a hash can't be hashed. */
static int
ready_hash(PyTypeObject *type)
{
    if (type->tp_hash != NULL) {
        return 0;
    }
    int there = PyDict_Contains(type->tp_dict, OU_STR(__hash__));
    if (there != 0) {
        return there < 0 ? -1 : 0;
    }
    if (PyDict_SetItem(type->tp_dict, OU_STR(__hash__), Py_None) < 0) {
        return -1;
    }
    type->tp_hash = PyObject_HashNotImplemented;
    return 0;
}

/* ---- all of it ----------------------------------------------------------------------------------------- */

/* Base, metatype and tuple of bases. */
static int
ready_bases(PyTypeObject *type)
{
    PyTypeObject *base = type->tp_base;
    if (base == NULL && type != &PyBaseObject_Type) {
        base = &PyBaseObject_Type;
        type->tp_base = ou_type_is_heap(type) ? (PyTypeObject *)Py_NewRef(base) : base;
    }
    if (base != NULL && base->tp_dict == NULL && PyType_Ready(base) < 0) {
        return -1;
    }
    if (Py_TYPE(type) == NULL && base != NULL) {
        Py_SET_TYPE(type, Py_TYPE(base));
    }
    if (type->tp_bases == NULL) {
        type->tp_bases = base == NULL ? PyTuple_New(0) : PyTuple_Pack(1, base);
        if (type->tp_bases == NULL) {
            return -1;
        }
    }
    return 0;
}

static int
ready_namespace(PyTypeObject *type)
{
    if (type->tp_dict == NULL && (type->tp_dict = _PyDict_NewPresized(namespace_size(type))) == NULL) {
        return -1;
    }
    return ready_new(type) < 0 || ou_slots_add_wrappers(type) < 0 || add_methods(type) < 0
        || add_members(type) < 0
            || add_getsets(type) < 0 || add_doc(type) < 0
        ? -1
        : 0;
}

static int
ready_inherit(PyTypeObject *type)
{
    PyTypeObject *base = type->tp_base;
    if (base != NULL) {
        inherit_layout(type, base);
    }
    PyObject *mro = type->tp_mro;
    for (Py_ssize_t i = 1; i < PyTuple_GET_SIZE(mro); i++) {
        PyTypeObject *one = (PyTypeObject *)PyTuple_GET_ITEM(mro, i);
        ou_slots_inherit(type, one);
        inherit_kind(type, one);
    }
    if (base != NULL) {
        inherit_tables(type, base);
    }
    inherit_pattern_flags(type);
    if (PyType_IS_GC(type) && type->tp_traverse == NULL) {
        PyErr_Format(PyExc_SystemError,
            "type %s has the Py_TPFLAGS_HAVE_GC flag but has no traverse function",
            type->tp_name);
        return -1;
    }
    if (type->tp_flags & Py_TPFLAGS_MANAGED_DICT && ou_type_shared_keys(type) == NULL) {
        PyDictKeysObject *keys = ou_keys_new_shared();
        if (keys == NULL) {
            return -1;
        }
        ((PyHeapTypeObject *)type)->ht_cached_keys = keys;
    }
    return ready_hash(type);
}

static int
ready_checks(PyTypeObject *type)
{
    if (type->tp_name == NULL) {
        PyErr_SetString(PyExc_SystemError, "Type does not define the tp_name field.");
        return -1;
    }
    if (type->tp_flags & Py_TPFLAGS_HAVE_VECTORCALL && type->tp_vectorcall_offset <= 0) {
        PyErr_Format(PyExc_SystemError, "type %s has Py_TPFLAGS_HAVE_VECTORCALL without tp_vectorcall_offset",
            type->tp_name);
        return -1;
    }
    return 0;
}

/* Every static type that was readied, in that order: the roots walk them and teardown empties them.  In
 * the raw domain: it outlives all objects. */
PyTypeObject **ou_static_types;
size_t ou_n_static_types;

static int
static_type_note(PyTypeObject *type)
{
    enum { STEP = 512 }; /* types; arbitrary */
    if (ou_n_static_types % STEP == 0) {
        PyTypeObject **wider = PyMem_RawRealloc(ou_static_types, (ou_n_static_types + STEP) * sizeof *wider);
        if (wider == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        ou_static_types = wider;
    }
    ou_static_types[ou_n_static_types++] = type;
    return 0;
}

/* Make a type ready for use.  A static one becomes immutable.
 * Returns  0, or -1 with an error set; then it is not ready.  RE-ENTRANT if its metatype has an mro(). */
int
PyType_Ready(PyTypeObject *type)
{
    if (type->tp_flags & (Py_TPFLAGS_READY | Py_TPFLAGS_READYING)) {
        return 0; /* READYING: its metatype's mro() looks at it */
    }
    if (ready_checks(type) < 0) {
        return -1;
    }
    if (!ou_type_is_heap(type)) {
        if (static_type_note(type) < 0) {
            return -1;
        }
        type->tp_flags |= Py_TPFLAGS_IMMUTABLETYPE;
        if (type->ob_base.ob_base.ob_refcnt < OU_LOOSE_COUNT / 2) {
            type->ob_base.ob_base.ob_refcnt += OU_LOOSE_COUNT; /* static: counted loosely */
        }
    }
    type->tp_flags |= Py_TPFLAGS_READYING;
    bool ready = ready_bases(type) == 0 && ready_namespace(type) == 0 && ou_type_mro_update(type, NULL) >= 0
        && ready_inherit(type) == 0 && ou_type_add_to_bases(type, type->tp_bases) == 0;
    type->tp_flags &= ~Py_TPFLAGS_READYING;
    if (!ready) {
        return -1;
    }
    type->tp_flags |= Py_TPFLAGS_READY;
    return 0;
}

/* What readying took: the references that a static type owns fall, so that the process can end with
 * nothing left. */
void
ou_type_fini_static(PyTypeObject *type)
{
    if (!(type->tp_flags & Py_TPFLAGS_READY)) {
        return;
    }
    PyType_Modified(type);
    ou_type_remove_from_bases(type, type->tp_bases);
    PyObject *dict = type->tp_dict, *bases = type->tp_bases, *mro = type->tp_mro;
    type->tp_flags &= ~Py_TPFLAGS_READY;
    type->tp_dict = type->tp_bases = type->tp_mro = NULL;
    Py_XDECREF(dict);
    Py_XDECREF(bases);
    Py_XDECREF(mro);
    ou_type_free_subclasses(type);
}
