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

/* What goes into a static type's namespace besides its tables: known when it is readied, before it inherits. */
typedef struct {
    OuSlotSet slots; /* filled by the type itself */
    bool own_new;    /* tp_new as well */
    bool unhashable; /* == without a hash */
    bool postponed;  /* the namespace is made when somebody asks for it */
} Namespace;

/* Refs: takes `value` and `name`.  Returns 0, or -1 with an error set. */
static int
namespace_add(PyObject *dict, PyObject *name, PyObject *value, bool replace)
{
    int result = -1;
    if (name != NULL && value != NULL) {
        result = replace ? PyDict_SetItem(dict, name, value) : PyDict_SetDefault(dict, name, value) == NULL ? -1 : 0;
    }
    Py_XDECREF(name);
    Py_XDECREF(value);
    return result;
}

static int
add_methods(PyTypeObject *type, PyObject *dict)
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
        PyObject *name = is_descr ? Py_NewRef(PyDescr_NAME(descr)) : PyUnicode_InternFromString(method->ml_name);
        if (namespace_add(dict, name, descr, (method->ml_flags & METH_COEXIST) != 0) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
add_members(PyTypeObject *type, PyObject *dict)
{
    for (PyMemberDef *member = type->tp_members; member != NULL && member->name != NULL; member++) {
        PyObject *descr = PyDescr_NewMember(type, member);
        if (descr == NULL || namespace_add(dict, Py_NewRef(PyDescr_NAME(descr)), descr, false) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
add_getsets(PyTypeObject *type, PyObject *dict)
{
    for (PyGetSetDef *getset = type->tp_getset; getset != NULL && getset->name != NULL; getset++) {
        PyObject *descr = PyDescr_NewGetSet(type, getset);
        if (descr == NULL || namespace_add(dict, Py_NewRef(PyDescr_NAME(descr)), descr, false) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
add_doc(PyTypeObject *type, PyObject *dict)
{
    int there = PyDict_Contains(dict, OU_STR(__doc__));
    if (there != 0) {
        return there < 0 ? -1 : 0;
    }
    PyObject *doc = type->tp_doc == NULL ? Py_NewRef(Py_None) : _PyType_GetDocFromInternalDoc(type->tp_name, type->tp_doc);
    return namespace_add(dict, Py_NewRef(OU_STR(__doc__)), doc, true);
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
    static const unsigned long kinds = Py_TPFLAGS_LONG_SUBCLASS | Py_TPFLAGS_LIST_SUBCLASS | Py_TPFLAGS_TUPLE_SUBCLASS
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
static void
ready_new(PyTypeObject *type, bool *own)
{
    PyTypeObject *base = type->tp_base;
    if (type->tp_new == NULL && base == &PyBaseObject_Type && !ou_type_is_heap(type)) {
        type->tp_flags |= Py_TPFLAGS_DISALLOW_INSTANTIATION; /* object's own way would leave it empty */
    }
    if (type->tp_flags & Py_TPFLAGS_DISALLOW_INSTANTIATION) {
        type->tp_new = NULL;
        return;
    }
    if (type->tp_new != NULL) {
        *own = true;
    }
    else {
        type->tp_new = base == NULL ? NULL : base->tp_new;
    }
}

/* A type that defines == without a hash can't be hashed. */
static int
ready_hash(PyTypeObject *type, Namespace *namespace)
{
    if (type->tp_hash != NULL) {
        return 0;
    }
    if (type->tp_dict == NULL) {
        namespace->unhashable = true;
        type->tp_hash = PyObject_HashNotImplemented;
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
    if (base != NULL && !(base->tp_flags & (Py_TPFLAGS_READY | Py_TPFLAGS_READYING)) && PyType_Ready(base) < 0) {
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
namespace_fill(PyTypeObject *type, PyObject *dict, const Namespace *namespace)
{
    if ((namespace->own_new && ou_slots_add_new(type, dict) < 0) || ou_slots_add_wrappers(type, dict, &namespace->slots) < 0
        || add_methods(type, dict) < 0 || add_members(type, dict) < 0 || add_getsets(type, dict) < 0
        || add_doc(type, dict) < 0) {
        return -1;
    }
    return namespace->unhashable ? namespace_add(dict, Py_NewRef(OU_STR(__hash__)), Py_NewRef(Py_None), false) : 0;
}

static int
ready_namespace(PyTypeObject *type, Namespace *namespace)
{
    ready_new(type, &namespace->own_new);
    namespace->slots = ou_slots_own(type); /* first: before it inherits more */
    if (namespace->postponed) {
        return 0;
    }
    if (type->tp_dict == NULL && (type->tp_dict = _PyDict_NewPresized(namespace_size(type))) == NULL) {
        return -1;
    }
    return namespace_fill(type, type->tp_dict, namespace);
}

static int
ready_inherit(PyTypeObject *type, Namespace *namespace)
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
        PyErr_Format(PyExc_SystemError, "type %s has the Py_TPFLAGS_HAVE_GC flag but has no traverse function", type->tp_name);
        return -1;
    }
    if (type->tp_flags & Py_TPFLAGS_MANAGED_DICT && ou_type_shared_keys(type) == NULL) {
        PyDictKeysObject *keys = ou_keys_new_shared();
        if (keys == NULL) {
            return -1;
        }
        ((PyHeapTypeObject *)type)->ht_cached_keys = keys;
    }
    return ready_hash(type, namespace);
}

static int
ready_checks(PyTypeObject *type)
{
    if (type->tp_name == NULL) {
        PyErr_SetString(PyExc_SystemError, "Type does not define the tp_name field.");
        return -1;
    }
    if (type->tp_flags & Py_TPFLAGS_HAVE_VECTORCALL && type->tp_vectorcall_offset <= 0) {
        PyErr_Format(PyExc_SystemError, "type %s has Py_TPFLAGS_HAVE_VECTORCALL without tp_vectorcall_offset", type->tp_name);
        return -1;
    }
    return 0;
}

/* Every static type that was readied, in that order: the roots walk them and teardown empties them.  In
 * the raw domain: they outlive all objects. */
PyTypeObject **ou_static_types;
size_t ou_n_static_types;
static Namespace *namespaces; /* one for each */

static int
static_type_note(PyTypeObject *type)
{
    enum { STEP = 512 }; /* types; arbitrary */
    if (ou_n_static_types % STEP == 0) {
        PyTypeObject **wider = PyMem_RawRealloc(ou_static_types, (ou_n_static_types + STEP) * sizeof *wider);
        ou_static_types = wider != NULL ? wider : ou_static_types;
        Namespace *more = PyMem_RawRealloc(namespaces, (ou_n_static_types + STEP) * sizeof *more);
        namespaces = more != NULL ? more : namespaces;
        if (wider == NULL || more == NULL) {
            PyErr_NoMemory();
            return -1;
        }
    }
    namespaces[ou_n_static_types] = (Namespace){.postponed = false};
    ou_static_types[ou_n_static_types++] = type;
    return 0;
}

/* Give a static type of the runtime's own, before any is ready, what its instances need to be made known and to die: until
 * its turn comes an error may be raised, and dropped.  Its base comes before it. */
void
ou_type_prepare_static(PyTypeObject *type)
{
    PyTypeObject *base = type->tp_base != NULL ? type->tp_base : &PyBaseObject_Type;
    type->tp_flags |= OU_TPFLAG_BUILT_IN;
    if (type != base) {
        inherit_layout(type, base);
        if (type->tp_dealloc == NULL) {
            type->tp_dealloc = base->tp_dealloc;
        }
        if (type->tp_free == NULL) {
            type->tp_free = PyType_IS_GC(type) ? PyObject_GC_Del : PyObject_Free;
        }
    }
}

static int
ready(PyTypeObject *type, bool postpone)
{
    if (type->tp_flags & (Py_TPFLAGS_READY | Py_TPFLAGS_READYING)) {
        return 0; /* READYING: its metatype's mro() looks at it */
    }
    if (ready_checks(type) < 0) {
        return -1;
    }
    bool is_static = !ou_type_is_heap(type);
    if (is_static) {
        if (static_type_note(type) < 0) {
            return -1;
        }
        type->tp_flags |= Py_TPFLAGS_IMMUTABLETYPE;
        if (type->ob_base.ob_base.ob_refcnt < OU_LOOSE_COUNT / 2) {
            type->ob_base.ob_base.ob_refcnt += OU_LOOSE_COUNT; /* static: counted loosely */
        }
    }
    size_t index = ou_n_static_types - 1; /* of a static type: readying its base adds more */
    Namespace namespace = {.postponed = postpone};
    type->tp_flags |= Py_TPFLAGS_READYING;
    bool done = ready_bases(type) == 0 && ready_namespace(type, &namespace) == 0 && ou_type_mro_update(type, NULL) >= 0
             && ready_inherit(type, &namespace) == 0 && ou_type_add_to_bases(type, type->tp_bases) == 0;
    type->tp_flags &= ~Py_TPFLAGS_READYING;
    if (!done) {
        if (is_static) {
            ou_type_forget_static(type);
        }
        return -1;
    }
    type->tp_flags |= Py_TPFLAGS_READY;
    if (is_static) {
        namespaces[index] = namespace;
    }
    return 0;
}

/* Make a type ready for use.  A static one becomes immutable.
 * Returns  0, or -1 with an error set; then it is not ready.  RE-ENTRANT if its metatype has an mro(). */
int
PyType_Ready(PyTypeObject *type)
{
    return ready(type, false);
}

int
ou_type_ready_static(PyTypeObject *type)
{
    return ready(type, true);
}

PyObject *
ou_type_namespace_make(PyTypeObject *type)
{
    size_t i = 0;
    while (i < ou_n_static_types && ou_static_types[i] != type) {
        i++;
    }
    if (i == ou_n_static_types || !namespaces[i].postponed) {
        return NULL; /* dying, or not ready */
    }
    PyObject *dict = _PyDict_NewPresized(namespace_size(type));
    if (dict == NULL || namespace_fill(type, dict, &namespaces[i]) < 0) {
        Py_XDECREF(dict);
        return NULL;
    }
    namespaces[i].postponed = false;
    return type->tp_dict = dict; /* commit */
}

/* What readying took: the references that a static type owns fall, so that the process can end with
 * nothing left. */
void
ou_type_fini_static(PyTypeObject *type)
{
    if (!(type->tp_flags & Py_TPFLAGS_READY) && type->tp_bases == NULL) {
        return;
    }
    PyType_Modified(type);
    ou_type_remove_from_bases(type, type->tp_bases);
    for (size_t i = 0; i < ou_n_static_types; i++) {
        namespaces[i].postponed &= ou_static_types[i] != type;
    }
    PyObject *dict = type->tp_dict, *bases = type->tp_bases, *mro = type->tp_mro;
    type->tp_flags &= ~Py_TPFLAGS_READY;
    type->tp_dict = type->tp_bases = type->tp_mro = NULL;
    Py_XDECREF(dict);
    Py_XDECREF(bases);
    Py_XDECREF(mro);
    ou_type_free_subclasses(type);
}

void
ou_type_forget_static(PyTypeObject *type)
{
    size_t i = 0;
    ou_type_fini_static(type);
    while (i < ou_n_static_types && ou_static_types[i] != type) {
        i++;
    }
    if (i < ou_n_static_types) {
        size_t n_behind = --ou_n_static_types - i;
        memmove(&ou_static_types[i], &ou_static_types[i + 1], n_behind * sizeof *ou_static_types);
        memmove(&namespaces[i], &namespaces[i + 1], n_behind * sizeof *namespaces);
    }
}
