/* object/type_new.c - making classes: what `class A(B): ...` and type(name, bases, namespace) come to.
 *
 * Order      checks and copies first; then the type's memory, filled by plain stores and new objects while
 *            nobody knows it; then PyType_Ready; then the calls of Python code that a new class owes:
 *            __set_name__, __init_subclass__.
 * Owns       nothing between calls.
 * Invariant  what grows while Python code may run (the namespace's copy, the tuple of slots) is in a hold
 *            or the type.
 * Not here   layouts and mro (type_mro.c), what instances do with the layout (instance.c).
 * Source     Python Data Model, "Customizing class creation". */
#include "object/attribute.h"
#include "object/hold.h"
#include "object/slots.h"
#include <structmember.h>

/* All that is decided before the type has memory. */
typedef struct {
    PyTypeObject *metatype; /* borrowed */
    PyObject *name;         /* borrowed, str */
    PyObject *bases;        /* owned tuple, not empty */
    PyObject *dict;         /* owned copy of the namespace */
    PyObject *slots;        /* owned sorted tuple of mangled names; NULL: no __slots__ */
    PyTypeObject *base;     /* borrowed from bases: the one whose layout it gets */
    bool add_dict, add_weak;
    bool may_add_dict, may_add_weak;
} Plan;

/* ---- metaclass ----------------------------------------------------------------------------------------- */

/* The most derived of a metatype and the bases' types.  Returns borrowed, NULL with TypeError set. */
PyTypeObject *
_PyType_CalculateMetaclass(PyTypeObject *metatype, PyObject *bases)
{
    PyTypeObject *winner = metatype;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++) {
        PyTypeObject *one = Py_TYPE(PyTuple_GET_ITEM(bases, i));
        if (PyType_IsSubtype(winner, one)) {
            continue;
        }
        if (!PyType_IsSubtype(one, winner)) {
            PyErr_SetString(PyExc_TypeError, "metaclass conflict: the metaclass of a derived class must be a (non-strict) "
                                             "subclass of the metaclasses of all its bases");
            return NULL;
        }
        winner = one;
    }
    return winner;
}

/* A base that is no type and would have itself replaced: that is types.new_class()'s affair. */
static int
check_mro_entries(PyObject *bases)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++) {
        PyObject *base = PyTuple_GET_ITEM(bases, i), *entries;
        if (PyType_Check(base)) {
            continue;
        }
        int has = _PyObject_LookupAttr(base, OU_STR(__mro_entries__), &entries);
        Py_XDECREF(entries);
        if (has > 0) {
            PyErr_SetString(PyExc_TypeError, "type() doesn't support MRO entry resolution; use types.new_class()");
        }
        if (has != 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- __slots__ ----------------------------------------------------------------------------------------- */

/* A private name as the class's body knows it: __x in class _C becomes _C__x.  Refs new. */
static PyObject *
mangle(PyObject *class_name, PyObject *name)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(name), n_class = PyUnicode_GET_LENGTH(class_name), skip = 0;
    if (n < 2 || PyUnicode_READ_CHAR(name, 0) != '_' || PyUnicode_READ_CHAR(name, 1) != '_'
        || (PyUnicode_READ_CHAR(name, n - 1) == '_' && PyUnicode_READ_CHAR(name, n - 2) == '_')
        || PyUnicode_FindChar(name, '.', 0, n, 1) >= 0) {
        return Py_NewRef(name);
    }
    while (skip < n_class && PyUnicode_READ_CHAR(class_name, skip) == '_') {
        skip++;
    }
    if (skip == n_class) {
        return Py_NewRef(name);
    }
    PyObject *stem = PyUnicode_Substring(class_name, skip, n_class);
    PyObject *mangled = stem == NULL ? NULL : PyUnicode_FromFormat("_%U%U", stem, name);
    Py_XDECREF(stem);
    return mangled;
}

/* Is the name one of the words that ask for a dict or weak references?  Notes the wish; -1 if it can't be
 * had. */
static int
slots_take_word(Plan *plan, PyObject *name)
{
    if (PyUnicode_Compare(name, OU_STR(__dict__)) == 0) {
        if (!plan->may_add_dict || plan->add_dict) {
            PyErr_SetString(PyExc_TypeError, "__dict__ slot disallowed: we already got one");
            return -1;
        }
        plan->add_dict = true;
        return 1;
    }
    if (PyUnicode_Compare(name, OU_STR(__weakref__)) == 0) {
        if (!plan->may_add_weak || plan->add_weak) {
            PyErr_SetString(PyExc_TypeError, "__weakref__ slot disallowed: either we already got one, or __itemsize__ != 0");
            return -1;
        }
        plan->add_weak = true;
        return 1;
    }
    return 0;
}

static int
slots_check(Plan *plan, PyObject *slots)
{
    Py_ssize_t n = PyTuple_GET_SIZE(slots);
    if (n > 0 && plan->base->tp_itemsize != 0) {
        PyErr_Format(PyExc_TypeError, "nonempty __slots__ not supported for subtype of '%s'", plan->base->tp_name);
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *name = PyTuple_GET_ITEM(slots, i);
        if (!PyUnicode_Check(name)) {
            PyErr_Format(PyExc_TypeError, "__slots__ items must be strings, not '%.200s'", Py_TYPE(name)->tp_name);
            return -1;
        }
        if (!PyUnicode_IsIdentifier(name)) {
            PyErr_SetString(PyExc_TypeError, "__slots__ must be identifiers");
            return -1;
        }
    }
    return 0;
}

/* The final names: mangled, sorted, without the two words.  Refs: a new tuple. */
static PyObject *
slots_names(Plan *plan, PyObject *slots)
{
    PyObject *list = PyList_New(0);
    for (Py_ssize_t i = 0; list != NULL && i < PyTuple_GET_SIZE(slots); i++) {
        PyObject *name = PyTuple_GET_ITEM(slots, i);
        int word = slots_take_word(plan, name);
        if (word > 0) {
            continue;
        }
        PyObject *mangled = word < 0 ? NULL : mangle(plan->name, name);
        bool ok = mangled != NULL && PyList_Append(list, mangled) == 0;
        if (ok) {
            int there = PyDict_Contains(plan->dict, mangled);
            /* The compiler itself puts __qualname__ and __classcell__ there: they may be slots all the
             * same. */
            if (there > 0 && PyUnicode_Compare(mangled, OU_STR(__qualname__)) != 0
                && PyUnicode_Compare(mangled, OU_STR(__classcell__)) != 0) {
                PyErr_Format(PyExc_ValueError, "%R in __slots__ conflicts with class variable", mangled);
                ok = false;
            }
            ok = ok && there >= 0;
        }
        Py_XDECREF(mangled);
        if (!ok) {
            Py_CLEAR(list);
        }
    }
    PyObject *names = NULL;
    if (list != NULL && PyList_Sort(list) == 0) {
        names = PyList_AsTuple(list);
    }
    Py_XDECREF(list);
    return names;
}

/* Read __slots__ and decide on dict and weak references.  RE-ENTRANT: __slots__ may be any iterable. */
static int
plan_slots(Plan *plan)
{
    PyTypeObject *base = plan->base;
    plan->may_add_dict = base->tp_dictoffset == 0;
    plan->may_add_weak = base->tp_weaklistoffset == 0 && base->tp_itemsize == 0;
    PyObject *given = PyDict_GetItemWithError(plan->dict, OU_STR(__slots__));
    if (given == NULL) {
        plan->add_dict = plan->may_add_dict;
        plan->add_weak = plan->may_add_weak;
        return ou_error_occurred() ? -1 : 0;
    }
    PyObject *slots = PyUnicode_Check(given) ? PyTuple_Pack(1, given) : PySequence_Tuple(given);
    if (slots == NULL) {
        return -1;
    }
    OU_HOLD(h, &slots);
    if (slots_check(plan, slots) == 0) {
        plan->slots = slots_names(plan, slots);
    }
    OU_HOLD_END(h);
    Py_DECREF(slots);
    if (plan->slots == NULL) {
        return -1;
    }
    /* Other bases may bring a dict or weak references, which the layout base lacks. */
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(plan->bases); i++) {
        PyTypeObject *other = (PyTypeObject *)PyTuple_GET_ITEM(plan->bases, i);
        if (other != base) {
            plan->add_dict |= plan->may_add_dict && other->tp_dictoffset != 0;
            plan->add_weak |= plan->may_add_weak && other->tp_weaklistoffset != 0;
        }
    }
    return 0;
}

/* ---- the type's parts ---------------------------------------------------------------------------------- */

OU_MUST_USE PyTypeObject *
ou_type_alloc(PyTypeObject *metatype, Py_ssize_t n_members)
{
    PyTypeObject *type = (PyTypeObject *)metatype->tp_alloc(metatype, n_members);
    if (type == NULL) {
        return NULL;
    }
    PyObject_GC_UnTrack(type); /* half-built: nobody may find it */
    PyHeapTypeObject *heap = (PyHeapTypeObject *)type;
    type->tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HEAPTYPE;
    type->tp_as_async = &heap->as_async;
    type->tp_as_number = &heap->as_number;
    type->tp_as_sequence = &heap->as_sequence;
    type->tp_as_mapping = &heap->as_mapping;
    type->tp_as_buffer = &heap->as_buffer;
    return type;
}

/* The fields of the instance: slots, dict pointer, list of weak references. */
static void
layout_fill(PyTypeObject *type, const Plan *plan)
{
    PyTypeObject *base = plan->base;
    Py_ssize_t offset = base->tp_basicsize;
    PyMemberDef *member = ou_type_members(type);
    if (base->tp_itemsize == 0) {
        offset = (Py_ssize_t)ou_align_up((size_t)offset, sizeof(PyObject *));
    }
    for (Py_ssize_t i = 0; plan->slots != NULL && i < PyTuple_GET_SIZE(plan->slots); i++, member++) {
        /* cached: it was asked for before */
        member->name = PyUnicode_AsUTF8(PyTuple_GET_ITEM(plan->slots, i));
        member->type = T_OBJECT_EX;
        member->offset = offset;
        offset += (Py_ssize_t)sizeof(PyObject *);
    }
    type->tp_itemsize = base->tp_itemsize;
    type->tp_dictoffset = base->tp_dictoffset;
    type->tp_weaklistoffset = base->tp_weaklistoffset;
    if (plan->add_dict) {
        type->tp_dictoffset = base->tp_itemsize != 0 ? -(Py_ssize_t)sizeof(PyObject *) : offset;
        offset += (Py_ssize_t)sizeof(PyObject *);
        if (base->tp_itemsize == 0) {
            type->tp_flags |= Py_TPFLAGS_MANAGED_DICT; /* PyType_Ready makes the shared keys */
        }
    }
    if (plan->add_weak) {
        type->tp_weaklistoffset = offset;
        offset += (Py_ssize_t)sizeof(PyObject *);
    }
    type->tp_basicsize = offset;
    type->tp_members = ou_type_members(type);
    if (plan->add_weak && plan->add_dict) {
        type->tp_getset = ou_subtype_both_getset;
    }
    else if (plan->add_dict) {
        type->tp_getset = ou_subtype_dict_getset;
    }
    else if (plan->add_weak) {
        type->tp_getset = ou_subtype_weakref_getset;
    }
}

static void
functions_fill(PyTypeObject *type, const Plan *plan)
{
    PyTypeObject *base = plan->base;
    type->tp_flags |= Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_FINALIZE;
    type->tp_dealloc = ou_subtype_dealloc;
    type->tp_alloc = PyType_GenericAlloc;
    if (PyType_IS_GC(base) || type->tp_basicsize > base->tp_basicsize) {
        type->tp_flags |= Py_TPFLAGS_HAVE_GC;
        type->tp_traverse = ou_subtype_traverse;
        type->tp_clear = ou_subtype_clear;
        type->tp_free = PyObject_GC_Del;
    }
    else {
        type->tp_free = PyObject_Free;
    }
}

/* A C copy of the class's docstring for tp_doc. */
static int
doc_fill(PyTypeObject *type)
{
    PyObject *doc = PyDict_GetItemWithError(type->tp_dict, OU_STR(__doc__));
    if (doc == NULL || !PyUnicode_Check(doc)) {
        return ou_error_occurred() ? -1 : 0;
    }
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(doc, &size);
    if (text == NULL) {
        return -1;
    }
    char *copy = PyObject_Malloc((size_t)size + 1);
    if (copy == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(copy, text, (size_t)size + 1);
    type->tp_doc = copy;
    return 0;
}

static int
names_fill(PyTypeObject *type, PyObject *name)
{
    Py_ssize_t size;
    PyHeapTypeObject *heap = (PyHeapTypeObject *)type;
    type->tp_name = PyUnicode_AsUTF8AndSize(name, &size);
    if (type->tp_name == NULL) {
        return -1;
    }
    if (strlen(type->tp_name) != (size_t)size) {
        PyErr_SetString(PyExc_ValueError, "type name must not contain null characters");
        return -1;
    }
    heap->ht_name = Py_NewRef(name);
    PyObject *qualname = PyDict_GetItemWithError(type->tp_dict, OU_STR(__qualname__));
    if (qualname == NULL) {
        heap->ht_qualname = Py_NewRef(name);
        return ou_error_occurred() ? -1 : 0;
    }
    if (!PyUnicode_Check(qualname)) {
        PyErr_Format(PyExc_TypeError, "type __qualname__ must be a str, not %s", Py_TYPE(qualname)->tp_name);
        return -1;
    }
    heap->ht_qualname = Py_NewRef(qualname);
    return PyDict_DelItem(type->tp_dict, OU_STR(__qualname__));
}

/* __module__ is that of the code that makes the class. */
static int
module_fill(PyTypeObject *type)
{
    int there = PyDict_Contains(type->tp_dict, OU_STR(__module__));
    if (there != 0) {
        return there < 0 ? -1 : 0;
    }
    PyObject *globals = PyEval_GetGlobals();
    PyObject *module = globals == NULL ? NULL : PyDict_GetItemWithError(globals, OU_STR(__name__));
    if (module == NULL) {
        return ou_error_occurred() ? -1 : 0;
    }
    return PyDict_SetItem(type->tp_dict, OU_STR(__module__), module);
}

/* Functions of these names are what their decorators would make of them. */
static int
wrap_function(PyTypeObject *type, PyObject *name, PyObject *(*wrap)(PyObject *))
{
    PyObject *function = PyDict_GetItemWithError(type->tp_dict, name);
    if (function == NULL || !PyFunction_Check(function)) {
        return ou_error_occurred() ? -1 : 0;
    }
    PyObject *wrapped = wrap(function);
    int result = wrapped == NULL ? -1 : PyDict_SetItem(type->tp_dict, name, wrapped);
    Py_XDECREF(wrapped);
    return result;
}

/* Tell the class's methods which class they are of: the cell behind super() and __class__. */
static int
classcell_fill(PyTypeObject *type)
{
    PyObject *cell = PyDict_GetItemWithError(type->tp_dict, OU_STR(__classcell__));
    if (cell == NULL) {
        return ou_error_occurred() ? -1 : 0;
    }
    if (!PyCell_Check(cell)) {
        PyErr_Format(PyExc_TypeError, "__classcell__ must be a nonlocal cell, not %.200R", Py_TYPE(cell));
        return -1;
    }
    PyCell_Set(cell, (PyObject *)type);
    return PyDict_DelItem(type->tp_dict, OU_STR(__classcell__));
}

/* ---- calls a new class owes ---------------------------------------------------------------------------- */

/* object.__init_subclass__ and __set_name__ of a new class.  RE-ENTRANT. */
static int
type_call_set_names(PyTypeObject *type)
{
    PyObject *names = PyDict_Copy(type->tp_dict); /* a __set_name__ may change the class */
    if (names == NULL) {
        return -1;
    }
    Py_ssize_t position = 0;
    PyObject *key, *value;
    int result = 0;
    OU_HOLD(h, &names);
    while (result == 0 && PyDict_Next(names, &position, &key, &value)) {
        PyObject *hook = ou_special_lookup(value, OU_STR(__set_name__));
        if (hook == NULL) {
            result = ou_error_occurred() ? -1 : 0;
            continue;
        }
        OU_HOLD(hk, &hook);
        PyObject *done = PyObject_CallFunctionObjArgs(hook, (PyObject *)type, key, NULL);
        OU_HOLD_END(hk);
        Py_DECREF(hook);
        if (done == NULL) {
            _PyErr_FormatFromCause(PyExc_RuntimeError, "Error calling __set_name__ on '%.100s' instance %R in '%.100s'",
                                   Py_TYPE(value)->tp_name, key, type->tp_name);
            result = -1;
        }
        Py_XDECREF(done);
    }
    OU_HOLD_END(h);
    Py_DECREF(names);
    return result;
}

static int
type_call_init_subclass(PyTypeObject *type, PyObject *kwargs)
{
    PyObject *super = PyObject_CallFunctionObjArgs((PyObject *)&PySuper_Type, (PyObject *)type, (PyObject *)type, NULL);
    if (super == NULL) {
        return -1;
    }
    OU_HOLD(h, &super);
    PyObject *method = PyObject_GetAttr(super, OU_STR(__init_subclass__));
    OU_HOLD_END(h);
    Py_DECREF(super);
    if (method == NULL) {
        return -1;
    }
    OU_HOLD(hm, &method);
    PyObject *result = PyObject_VectorcallDict(method, NULL, 0, kwargs);
    OU_HOLD_END(hm);
    Py_DECREF(method);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

/* ---- all of it ----------------------------------------------------------------------------------------- */

/* Give up a type that could not be finished.  Its mro and its descriptors lead back to it. */
static void
build_failed(PyTypeObject *type)
{
    PyObject *error_type, *error, *traceback;
    PyErr_Fetch(&error_type, &error, &traceback);
    ou_type_remove_from_bases(type, type->tp_bases);
    PyDict_Clear(type->tp_dict);
    Py_CLEAR(type->tp_mro);
    if (Py_REFCNT(type) > 1) { /* an mro() or a cell has kept it */
        PyObject_GC_Track(type);
    }
    Py_DECREF(type);
    PyErr_Restore(error_type, error, traceback);
}

/* The new class, ready but for the calls it owes.  Refs new.  RE-ENTRANT if the metatype has an mro(). */
static PyTypeObject *
type_build(const Plan *plan)
{
    Py_ssize_t n_slots = plan->slots == NULL ? 0 : PyTuple_GET_SIZE(plan->slots);
    for (Py_ssize_t i = 0; i < n_slots; i++) { /* the member table points into the strings */
        if (PyUnicode_AsUTF8(PyTuple_GET_ITEM(plan->slots, i)) == NULL) {
            return NULL;
        }
    }
    PyTypeObject *type = ou_type_alloc(plan->metatype, n_slots);
    if (type == NULL) {
        return NULL;
    }
    type->tp_bases = Py_NewRef(plan->bases);
    type->tp_base = (PyTypeObject *)Py_NewRef(plan->base);
    type->tp_dict = Py_NewRef(plan->dict);
    ((PyHeapTypeObject *)type)->ht_slots = Py_XNewRef(plan->slots);
    layout_fill(type, plan);
    functions_fill(type, plan);
    if (names_fill(type, plan->name) < 0 || module_fill(type) < 0 || doc_fill(type) < 0
        || wrap_function(type, OU_STR(__new__), PyStaticMethod_New) < 0
        || wrap_function(type, OU_STR(__init_subclass__), PyClassMethod_New) < 0
        || wrap_function(type, OU_STR(__class_getitem__), PyClassMethod_New) < 0 || classcell_fill(type) < 0) {
        build_failed(type);
        return NULL;
    }
    PyObject *held = (PyObject *)type;
    OU_HOLD(h, &held);
    bool ready = PyType_Ready(type) == 0;
    OU_HOLD_END(h);
    if (!ready) {
        build_failed(type);
        return NULL;
    }
    ou_slots_fix(type);
    PyObject_GC_Track(type); /* now it is whole */
    return type;
}

static int
check_arguments(PyObject *args)
{
    static const struct {
        PyTypeObject *type;
    } wanted[] = {{&PyUnicode_Type}, {&PyTuple_Type}, {&PyDict_Type}};
    if (PyTuple_GET_SIZE(args) != 3) {
        PyErr_Format(PyExc_TypeError, "type.__new__() takes exactly 3 arguments (%zd given)", PyTuple_GET_SIZE(args));
        return -1;
    }
    for (int i = 0; i < 3; i++) {
        PyObject *arg = PyTuple_GET_ITEM(args, i);
        if (!PyObject_TypeCheck(arg, wanted[i].type)) {
            PyErr_Format(PyExc_TypeError, "type.__new__() argument %d must be %s, not %s", i + 1, wanted[i].type->tp_name,
                         arg == Py_None ? "None" : Py_TYPE(arg)->tp_name);
            return -1;
        }
    }
    return 0;
}

PyObject *
ou_type_new(PyTypeObject *metatype, PyObject *args, PyObject *kwargs)
{
    if (check_arguments(args) < 0) {
        return NULL;
    }
    Plan plan = {.metatype = metatype, .name = PyTuple_GET_ITEM(args, 0)};
    PyObject *bases = PyTuple_GET_ITEM(args, 1);
    if (PyTuple_GET_SIZE(bases) == 0) {
        plan.base = &PyBaseObject_Type;
        plan.bases = PyTuple_Pack(1, plan.base);
        if (plan.bases == NULL) {
            return NULL;
        }
    }
    else {
        if (check_mro_entries(bases) < 0) {
            return NULL;
        }
        PyTypeObject *winner = _PyType_CalculateMetaclass(metatype, bases);
        if (winner == NULL) {
            return NULL;
        }
        if (winner != metatype) {
            if (winner->tp_new != ou_type_new) { /* a metaclass of its own making decides */
                return winner->tp_new(winner, args, kwargs);
            }
            plan.metatype = winner;
        }
        plan.base = ou_type_best_base(bases);
        if (plan.base == NULL) {
            return NULL;
        }
        plan.bases = Py_NewRef(bases);
    }
    PyTypeObject *type = NULL;
    plan.dict = PyDict_Copy(PyTuple_GET_ITEM(args, 2));
    OU_HOLD(h, &plan.bases, &plan.dict, &plan.slots);
    if (plan.dict != NULL && plan_slots(&plan) == 0) {
        type = type_build(&plan);
    }
    OU_HOLD_END(h);
    Py_CLEAR(plan.bases); /* the type has its own references now */
    Py_CLEAR(plan.dict);
    Py_CLEAR(plan.slots);
    if (type == NULL) {
        return NULL;
    }
    PyObject *held = (PyObject *)type;
    OU_HOLD(ht, &held);
    int result = type_call_set_names(type);
    if (result == 0) {
        result = type_call_init_subclass(type, kwargs);
    }
    OU_HOLD_END(ht);
    if (result < 0) {
        Py_DECREF(type);
        return NULL;
    }
    return (PyObject *)type;
}
