/* object/instance.c - instances of classes: their memory, their attributes, their end.
 *
 * Layout     the base's part, then what __slots__ added, the dict pointer at tp_dictoffset and the list of
 *            weak references at tp_weaklistoffset (together tp_basicsize bytes), then the inline block
 *            (OuInline).
 * Owns       the values in slots and in the inline block, the dict, and for a heap type the type.
 * Invariant  dict pointer NULL: the inline values are the attributes, order[0..size) lists them as they
 *            were set. Not NULL: no inline value is set.  Instances of variable size, and those whose dict
 *            pointer a C type put in place, have no inline block.
 * Not here   which of it a class gets (type_new.c); descriptors of slots (descriptor.c); when __del__ runs
 *            (gc/finalize.c). */
#include "object/alloc.h"
#include "object/attribute.h"
#include "object/hold.h"
#include <structmember.h>

/* ---- making -------------------------------------------------------------------------------------------- */

/* Instances of a class, counted in its keys' spare byte, that get more room than the names known so far
 * take: attributes that __init__ doesn't set shall find room in them too.  From CPython 3.11, which starts
 * with room for 30 and gives one less to each instance. */
enum { N_LEARNING = 30 };

/* One value more costs nothing where the block's size class is rounded up anyway. */
static OU_ALWAYS_INLINE unsigned
inline_cap(PyTypeObject *type)
{
    PyDictKeysObject *keys = ou_type_shared_keys(type);
    if (OU_UNLIKELY(keys == NULL)) {
        return 0;
    }
    unsigned cap = (unsigned)keys->n_entries;
    if (OU_UNLIKELY(keys->spare < N_LEARNING)) { /* show how much an instance takes: be generous */
        keys->spare++;
        cap += cap / 2 + 1;
        cap = cap < OU_INLINE_FIRST ? OU_INLINE_FIRST : cap > OU_SHARED_MAX ? OU_SHARED_MAX : cap;
    }
    size_t used = sizeof(PyGC_Head) + (size_t)type->tp_basicsize + ou_inline_bytes(cap);
    if (used % 16 == 8 && cap < OU_SHARED_MAX && ou_inline_bytes(cap + 1) == ou_inline_bytes(cap) + sizeof(PyObject *)) {
        cap++;
    }
    return cap;
}

OU_MUST_USE PyObject *
ou_instance_new_untracked(PyTypeObject *type)
{
    size_t size = (size_t)type->tp_basicsize;
    unsigned cap = 0;
    bool managed = (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) != 0;
    if (managed) {
        cap = inline_cap(type);
        size += ou_inline_bytes(cap);
    }
    PyGC_Head *gc = ou_block_alloc(OU_FAMILY_COLLECTED, sizeof(PyGC_Head) + size);
    if (OU_UNLIKELY(gc == NULL)) {
        return PyErr_NoMemory();
    }
    memset(gc, 0, sizeof(PyGC_Head) + size);
    PyObject *obj = OU_GC_OBJECT(gc);
    if (managed) {
        ((OuInline *)((char *)obj + type->tp_basicsize))->cap = (uint8_t)cap;
    }
    obj->ob_refcnt = 1;
    obj->ob_type = type;
    if (ou_type_is_heap(type)) {
        Py_INCREF(type);
    }
    ou_gc_count_allocation();
    return obj;
}

OU_MUST_USE PyObject *
ou_instance_new(PyTypeObject *type)
{
    PyObject *obj = ou_instance_new_untracked(type);
    if (OU_LIKELY(obj != NULL)) {
        ou_gc_track(obj);
    }
    return obj;
}

/* tp_alloc of nearly every type: room for the fixed part, n_items items and one that stays zero; tracked
 * if collected.
 * Refs new.  Errors MemoryError.  Source: Allocating Objects on the Heap. */
PyObject *
PyType_GenericAlloc(PyTypeObject *type, Py_ssize_t n_items)
{
    if (OU_LIKELY(type->tp_itemsize == 0)) {
        return PyType_IS_GC(type) ? ou_instance_new(type) : ou_object_new(type);
    }
    if (n_items < 0 || n_items == PY_SSIZE_T_MAX) {
        return PyErr_NoMemory();
    }
    PyObject *obj = PyType_IS_GC(type) ? ou_gc_new_var(type, n_items + 1) : ou_object_new_var(type, n_items + 1);
    if (obj != NULL) {
        Py_SET_SIZE(obj, n_items);
        if (PyType_IS_GC(type)) {
            ou_gc_track(obj);
        }
    }
    return obj;
}

PyObject *
PyType_GenericNew(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    return type->tp_alloc(type, 0);
}

size_t
ou_instance_size(PyObject *obj)
{
    PyTypeObject *type = Py_TYPE(obj);
    OuInline *block = ou_instance_inline(obj);
    if (block != NULL) {
        return (size_t)type->tp_basicsize + ou_inline_bytes(block->cap);
    }
    if (type->tp_itemsize > 0) {
        Py_ssize_t n = Py_SIZE(obj);
        return _PyObject_VAR_SIZE(type, n < 0 ? -n : n);
    }
    return (size_t)type->tp_basicsize;
}

/* ---- dict pointer -------------------------------------------------------------------------------------- */

/* Where the dict pointer lies, or NULL if the type has none.  It may be NULL while values lie inline. */
static PyObject **
dict_slot(PyObject *obj)
{
    PyTypeObject *type = Py_TYPE(obj);
    Py_ssize_t offset = type->tp_dictoffset;
    if (offset == 0) {
        return NULL;
    }
    if (offset < 0) {
        Py_ssize_t n = Py_SIZE(obj);
        offset += (Py_ssize_t)_PyObject_VAR_SIZE(type, n < 0 ? -n : n);
    }
    return (PyObject **)((char *)obj + offset);
}

PyObject *
ou_instance_materialize(PyObject *obj)
{
    PyObject **slot = ou_instance_dict_slot(obj);
    if (*slot != NULL) {
        return *slot;
    }
    OuInline *block = ou_instance_inline(obj);
    PyObject *dict;
    if (block->size == 0) {
        dict = PyDict_New();
    }
    else {
        dict = ou_dict_from_inline(ou_type_shared_keys(Py_TYPE(obj)), block->values, ou_inline_order(block), block->size);
    }
    if (dict == NULL) {
        return NULL;
    }
    uint8_t *order = ou_inline_order(block); /* values that are being cleared are not in it, and stay */
    for (unsigned i = 0; i < block->size; i++) {
        block->values[order[i]] = NULL;
    }
    block->size = 0;
    *slot = dict; /* commit */
    return dict;
}

/* The place of the dict pointer, for who will read or write it: inline values go to a dict first.  NULL if
 * the object has no such place; errors are dropped, as the API has it. */
PyObject **
_PyObject_GetDictPtr(PyObject *obj)
{
    if (Py_TYPE(obj)->tp_flags & Py_TPFLAGS_MANAGED_DICT && ou_instance_materialize(obj) == NULL) {
        PyErr_Clear();
        return NULL;
    }
    return dict_slot(obj);
}

/* The instance's __dict__, made if need be.  Returns a new reference; NULL with AttributeError or
 * MemoryError. */
static PyObject *
instance_dict(PyObject *obj)
{
    PyObject **slot;
    if (Py_TYPE(obj)->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
        return Py_XNewRef(ou_instance_materialize(obj));
    }
    slot = dict_slot(obj);
    if (slot == NULL) {
        PyErr_SetString(PyExc_AttributeError, "This object has no __dict__");
        return NULL;
    }
    if (*slot == NULL) {
        *slot = PyDict_New();
    }
    return Py_XNewRef(*slot);
}

/* A getter for __dict__.  Refs new. */
PyObject *
PyObject_GenericGetDict(PyObject *obj, void *Py_UNUSED(closure))
{
    return instance_dict(obj);
}

/* Exchange the dict; NULL takes it away.  RE-ENTRANT: the old one falls. */
static int
dict_replace(PyObject *obj, PyObject *dict)
{
    OuInline *block = ou_instance_inline(obj);
    if (block != NULL && block->size > 0 && ou_instance_materialize(obj) == NULL) {
        return -1;
    }
    PyObject **slot = dict_slot(obj), *old = *slot;
    *slot = Py_XNewRef(dict); /* commit */
    Py_XDECREF(old);
    return 0;
}

/* A setter for __dict__.  Returns 0, or -1 with AttributeError or TypeError set. */
int
PyObject_GenericSetDict(PyObject *obj, PyObject *dict, void *Py_UNUSED(closure))
{
    if (dict_slot(obj) == NULL) {
        PyErr_SetString(PyExc_AttributeError, "This object has no __dict__");
        return -1;
    }
    if (dict == NULL) {
        PyErr_SetString(PyExc_TypeError, "cannot delete __dict__");
        return -1;
    }
    if (!PyDict_Check(dict)) {
        PyErr_Format(PyExc_TypeError, "__dict__ must be set to a dictionary, not a '%.200s'", Py_TYPE(dict)->tp_name);
        return -1;
    }
    return dict_replace(obj, dict);
}

/* ---- attributes of the instance itself ----------------------------------------------------------------- */

/* The inline value of a name, by its key number; -1 if shared keys don't list it. */
static OU_ALWAYS_INLINE Py_ssize_t
inline_index(PyObject *obj, PyObject *name)
{
    PyDictKeysObject *keys = ou_type_shared_keys(Py_TYPE(obj));
    return keys == NULL ? -1 : ou_keys_lookup_str(keys, name, ou_keys_str_hash(name));
}

PyObject *
ou_instance_get(PyObject *obj, PyObject *name)
{
    PyObject **slot;
    if (Py_TYPE(obj)->tp_flags & Py_TPFLAGS_MANAGED_DICT && OU_LIKELY(PyUnicode_CheckExact(name))) {
        slot = ou_instance_dict_slot(obj);
        if (OU_LIKELY(*slot == NULL)) {
            OuInline *block = ou_instance_inline(obj);
            Py_ssize_t index = inline_index(obj, name);
            return index >= 0 && index < block->cap ? Py_XNewRef(block->values[index]) : NULL;
        }
    }
    else {
        slot = _PyObject_GetDictPtr(obj); /* materializes for a name of a subclass of str: rare */
    }
    PyObject *dict;
    if (slot == NULL || (dict = *slot) == NULL) {
        return NULL;
    }
    if (OU_LIKELY(((PyDictObject *)dict)->ma_keys->kind == OU_KEYS_STR && PyUnicode_CheckExact(name))) {
        return Py_XNewRef(ou_keys_get_str((PyDictObject *)dict, name, ou_keys_str_hash(name)));
    }
    Py_INCREF(dict); /* == of a key may exchange it */
    OU_HOLD(h, &dict);
    PyObject *value = Py_XNewRef(PyDict_GetItemWithError(dict, name));
    OU_HOLD_END(h);
    Py_DECREF(dict);
    return value;
}

/* Shall later instances have room for one name more, since this one had none?  Not if it uses few of those
 * that there are: then names are data, and every instance would carry room for all. */
static bool
is_worth_sharing(PyDictKeysObject *keys, OuInline *block)
{
    enum { FEW = 8 }; /* arbitrary: 64 bytes at most are wasted on an instance */
    return keys->n_entries < FEW || block->size * 2 >= keys->n_entries;
}

/* Set an inline value.  Returns 1 if done, 0 if there is no room for it inline. */
static OU_ALWAYS_INLINE int
inline_set(PyObject *obj, PyObject *name, PyObject *value)
{
    OuInline *block = ou_instance_inline(obj);
    PyDictKeysObject *keys = ou_type_shared_keys(Py_TYPE(obj));
    if (OU_UNLIKELY(keys == NULL)) {
        return 0;
    }
    Py_ssize_t index = ou_keys_lookup_str(keys, name, ou_keys_str_hash(name));
    if (OU_UNLIKELY(index < 0)) {
        if (keys->n_entries >= block->cap) { /* it would not fit here */
            if (is_worth_sharing(keys, block) && ou_keys_insert_shared(keys, name) >= 0) {
                keys->spare -= keys->spare == N_LEARNING; /* the next one shall be larger */
            }
            return 0;
        }
        index = ou_keys_insert_shared(keys, name);
        if (index < 0) {
            return 0;
        }
    }
    if (index >= block->cap) {
        return 0;
    }
    PyObject *old = block->values[index];
    block->values[index] = Py_NewRef(value);
    if (old == NULL) {
        OU_ASSERT(block->size < block->cap);
        ou_inline_order(block)[block->size++] = (uint8_t)index;
    }
    else {
        Py_DECREF(old); /* last: it may run Python code */
    }
    return 1;
}

int
ou_instance_set(PyObject *obj, PyObject *name, PyObject *value)
{
    PyObject **slot, *dict;
    if (OU_LIKELY(Py_TYPE(obj)->tp_flags & Py_TPFLAGS_MANAGED_DICT)) {
        slot = ou_instance_dict_slot(obj);
        if (OU_LIKELY(*slot == NULL) && OU_LIKELY(PyUnicode_CheckExact(name)) && inline_set(obj, name, value)) {
            return 0;
        }
        dict = ou_instance_materialize(obj);
        if (dict == NULL) {
            return -1;
        }
    }
    else {
        slot = dict_slot(obj);
        if (slot == NULL) {
            return 1;
        }
        if (*slot == NULL && (*slot = PyDict_New()) == NULL) {
            return -1;
        }
        dict = *slot;
    }
    Py_INCREF(dict);
    OU_HOLD(h, &dict);
    int result = PyDict_SetItem(dict, name, value);
    OU_HOLD_END(h);
    Py_DECREF(dict);
    return result;
}

/* Take a value out of the block; its count is the caller's. */
static PyObject *
inline_take(OuInline *block, unsigned index)
{
    uint8_t *order = ou_inline_order(block), *at = memchr(order, (int)index, block->size);
    PyObject *value = block->values[index];
    OU_ASSERT(at != NULL && value != NULL);
    memmove(at, at + 1, (size_t)(order + block->size - (at + 1)));
    block->size--;
    block->values[index] = NULL;
    return value;
}

int
ou_instance_del(PyObject *obj, PyObject *name)
{
    PyObject **slot = dict_slot(obj);
    if (slot == NULL) {
        return 1;
    }
    if (*slot == NULL) {
        OuInline *block = ou_instance_inline(obj);
        if (block == NULL) {
            return 1;
        }
        if (PyUnicode_CheckExact(name)) {
            Py_ssize_t index = inline_index(obj, name);
            if (index < 0 || index >= block->cap || block->values[index] == NULL) {
                return 1;
            }
            Py_DECREF(inline_take(block, (unsigned)index));
            return 0;
        }
        if (ou_instance_materialize(obj) == NULL) {
            return -1;
        }
    }
    PyObject *dict = Py_NewRef(*slot);
    OU_HOLD(h, &dict);
    int result = PyDict_DelItem(dict, name);
    OU_HOLD_END(h);
    Py_DECREF(dict);
    if (result < 0 && PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_Clear();
        return 1;
    }
    return result;
}

/* ---- walking ------------------------------------------------------------------------------------------- */

#define MEMBER_VALUE(obj, member) (*(PyObject **)((char *)(obj) + (member)->offset))

static OU_ALWAYS_INLINE bool
member_is_slot(const PyMemberDef *member)
{
    return member->type == T_OBJECT_EX;
}

bool ou_traverse_tells_all;

/* What classes with tp_traverse == ou_subtype_traverse have added, from the object's type to the first
 * other base, which goes to *base. */
static OU_ALWAYS_INLINE int
subtype_edges(PyObject *self, OuSink sink, PyTypeObject **base_out)
{
    PyTypeObject *type = Py_TYPE(self), *base = type;
    while (base != NULL && base->tp_traverse == ou_subtype_traverse) {
        Py_ssize_t n = ou_type_is_heap(base) ? Py_SIZE(base) : 0;
        PyMemberDef *members = n > 0 ? ou_type_members(base) : NULL;
        for (Py_ssize_t i = 0; i < n; i++) {
            if (member_is_slot(&members[i])) {
                OU_EDGE(MEMBER_VALUE(self, &members[i]), OU_EDGE_SLOT, members[i].name, -1);
            }
        }
        base = base->tp_base;
    }
    *base_out = base;
    OuInline *block = ou_instance_inline(self);
    if (block != NULL) {
        for (unsigned i = 0; i < block->cap; i++) {
            OU_EDGE(block->values[i], OU_EDGE_ATTRIBUTE, NULL, i);
        }
    }
    if (type->tp_dictoffset != 0 && (base == NULL || base->tp_dictoffset != type->tp_dictoffset)) {
        PyObject **slot = dict_slot(self);
        OU_EDGE(*slot, OU_EDGE_FIELD, "__dict__", -1);
    }
    return 0;
}

int
ou_instance_walk(PyObject *obj, OuVisit visit, void *arg)
{
    PyTypeObject *base;
    return subtype_edges(obj, (OuSink){NULL, visit, arg}, &base);
}

int
ou_subtype_traverse(PyObject *obj, visitproc visit, void *arg)
{
    PyTypeObject *type = Py_TYPE(obj), *base;
    int stop = subtype_edges(obj, (OuSink){visit, NULL, arg}, &base);
    if (stop) {
        return stop;
    }
    if (ou_type_is_heap(type) && (base == NULL || base->tp_traverse == NULL || !ou_type_is_heap(base))) {
        Py_VISIT(type); /* a heap base's own tp_traverse visits it */
    }
    return base != NULL && base->tp_traverse != NULL ? base->tp_traverse(obj, visit, arg) : 0;
}

/* ---- letting go ---------------------------------------------------------------------------------------- */

/* Empty the slots that one class has added, in their order.  RE-ENTRANT. */
static void
slots_clear(PyTypeObject *type, PyObject *obj)
{
    Py_ssize_t n = ou_type_is_heap(type) ? Py_SIZE(type) : 0;
    PyMemberDef *members = n > 0 ? ou_type_members(type) : NULL;
    for (Py_ssize_t i = 0; i < n; i++) {
        if (member_is_slot(&members[i]) && !(members[i].flags & READONLY)) {
            Py_CLEAR(MEMBER_VALUE(obj, &members[i]));
        }
    }
}

/* Drop the inline values of a dying instance, in the order of the shared keys, as CPython does.  RE-ENTRANT, but nobody
 * can reach the instance. */
static OU_ALWAYS_INLINE void
inline_drop(OuInline *block)
{
    unsigned n = block->size;
    block->size = 0;
    for (unsigned i = 0; n > 0; i++) {
        PyObject *value = block->values[i];
        if (value != NULL) {
            n--;
            block->values[i] = NULL;
            Py_DECREF(value);
        }
    }
}

/* The same for an instance that lives: the block is right whenever something falls.  RE-ENTRANT. */
static void
inline_clear(PyObject *obj)
{
    OuInline *block = ou_instance_inline(obj);
    for (unsigned i = 0; i < block->cap; i++) {
        if (block->values[i] != NULL) {
            Py_DECREF(inline_take(block, i));
        }
    }
}

int
ou_subtype_clear(PyObject *obj)
{
    PyTypeObject *type = Py_TYPE(obj), *base = type;
    while (base != NULL && base->tp_clear == ou_subtype_clear) {
        slots_clear(base, obj);
        base = base->tp_base;
    }
    if (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
        inline_clear(obj);
    }
    if (type->tp_dictoffset != 0 && (base == NULL || base->tp_dictoffset != type->tp_dictoffset)) {
        PyObject **slot = dict_slot(obj);
        if (slot != NULL) {
            Py_CLEAR(*slot);
        }
    }
    return base != NULL && base->tp_clear != NULL ? base->tp_clear(obj) : 0;
}

/* Bytes to free are known where the whole layout is ours. */
static OU_ALWAYS_INLINE void
plain_instance_free(PyObject *obj, PyTypeObject *type)
{
    OuInline *block = ou_instance_inline(obj);
    size_t size = (size_t)type->tp_basicsize + (block != NULL ? ou_inline_bytes(block->cap) : 0);
    ou_gc_free_fast(obj, size);
}

/* tp_dealloc of classes.  __del__, then weak references, then slots, inline values in the order of their
 * keys, dict, then the base's part.  RE-ENTRANT. */
void
ou_subtype_dealloc(PyObject *obj)
{
    PyTypeObject *type = Py_TYPE(obj), *base;
    bool collected = PyType_IS_GC(type);

    if (collected) {
        ou_gc_untrack(obj); /* first: no collection may see a dying object */
    }
    if (type->tp_finalize != NULL) {
        if (collected) {
            ou_gc_track(obj);
        }
        if (PyObject_CallFinalizerFromDealloc(obj) < 0) {
            return; /* it lives again, and is tracked */
        }
        type = Py_TYPE(obj); /* __class__ may have been assigned */
        if (collected) {
            ou_gc_untrack(obj);
        }
    }
    if (OU_UNLIKELY(type->tp_del != NULL)) {
        if (collected) {
            ou_gc_track(obj);
        }
        type->tp_del(obj);
        if (obj->ob_refcnt > 0) {
            return; /* it lives again, and is tracked */
        }
        if (collected) {
            ou_gc_untrack(obj);
        }
    }
    base = type;
    while (base->tp_dealloc == ou_subtype_dealloc) {
        base = base->tp_base;
    }
    if (type->tp_weaklistoffset > 0 && base->tp_weaklistoffset == 0
        && *(PyObject **)((char *)obj + type->tp_weaklistoffset) != NULL) {
        PyObject_ClearWeakRefs(obj);
    }
    for (PyTypeObject *one = type; one != base; one = one->tp_base) {
        if (Py_SIZE(one) > 0) {
            slots_clear(one, obj);
        }
    }
    if (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
        inline_drop(ou_instance_inline(obj));
    }
    if (type->tp_dictoffset != 0 && base->tp_dictoffset == 0) {
        PyObject **slot = dict_slot(obj), *dict = *slot;
        if (dict != NULL) {
            *slot = NULL;
            Py_DECREF(dict);
        }
    }
    type = Py_TYPE(obj);
    bool drops_type = ou_type_is_heap(type) && !ou_type_is_heap(base);
    if (OU_LIKELY(base == &PyBaseObject_Type && collected && type->tp_free == PyObject_GC_Del
                  && type->tp_alloc == PyType_GenericAlloc)) {
        plain_instance_free(obj, type);
    }
    else {
        base->tp_dealloc(obj); /* untracks what is untracked: no matter */
    }
    if (drops_type) {
        Py_DECREF(type); /* last: the type may go with its last instance */
    }
}

/* ---- __dict__ and __weakref__ of classes --------------------------------------------------------------- */

/* The nearest base, if it is a static type, that has a dict of its own making. */
static PyTypeObject *
builtin_base_with_dict(PyTypeObject *type)
{
    for (; type->tp_base != NULL; type = type->tp_base) {
        if (type->tp_dictoffset != 0 && !ou_type_is_heap(type)) {
            return type;
        }
    }
    return NULL;
}

/* That base's own descriptor for __dict__ (borrowed), NULL with an error set.  An answer of NULL in *base:
 * there is none. */
static PyObject *
base_dict_descr(PyObject *obj, PyTypeObject **base)
{
    *base = builtin_base_with_dict(Py_TYPE(obj));
    if (*base == NULL) {
        return NULL;
    }
    PyObject *descr = ou_type_lookup(*base, OU_STR(__dict__));
    if (descr == NULL || !ou_descr_is_data(descr)) {
        PyErr_Format(PyExc_TypeError, "this __dict__ descriptor does not support '%.200s' objects", Py_TYPE(obj)->tp_name);
        return NULL;
    }
    return descr;
}

static PyObject *
subtype_get_dict(PyObject *obj, void *Py_UNUSED(closure))
{
    PyTypeObject *base;
    PyObject *descr = base_dict_descr(obj, &base);
    if (base == NULL) {
        return instance_dict(obj);
    }
    if (descr == NULL) {
        return NULL;
    }
    descrgetfunc get = Py_TYPE(descr)->tp_descr_get;
    if (get == NULL) {
        PyErr_Format(PyExc_TypeError, "this __dict__ descriptor does not support '%.200s' objects", Py_TYPE(obj)->tp_name);
        return NULL;
    }
    return get(descr, obj, (PyObject *)Py_TYPE(obj));
}

static int
subtype_set_dict(PyObject *obj, PyObject *dict, void *Py_UNUSED(closure))
{
    PyTypeObject *base;
    PyObject *descr = base_dict_descr(obj, &base);
    if (base != NULL) {
        return descr == NULL ? -1 : Py_TYPE(descr)->tp_descr_set(descr, obj, dict);
    }
    if (dict_slot(obj) == NULL) {
        PyErr_SetString(PyExc_AttributeError, "This object has no __dict__");
        return -1;
    }
    if (dict != NULL && !PyDict_Check(dict)) {
        PyErr_Format(PyExc_TypeError, "__dict__ must be set to a dictionary, not a '%.200s'", Py_TYPE(dict)->tp_name);
        return -1;
    }
    return dict_replace(obj, dict);
}

static PyObject *
subtype_get_weakref(PyObject *obj, void *Py_UNUSED(closure))
{
    Py_ssize_t offset = Py_TYPE(obj)->tp_weaklistoffset;
    if (offset == 0) {
        PyErr_SetString(PyExc_AttributeError, "This object has no __weakref__");
        return NULL;
    }
    PyObject *first = *(PyObject **)((char *)obj + offset);
    return Py_NewRef(first != NULL ? first : Py_None);
}

#define DICT_ROW                                                                                               \
    {                                                                                                          \
        "__dict__", subtype_get_dict, subtype_set_dict, "dictionary for instance variables (if defined)", NULL \
    }
#define WEAKREF_ROW                                                                                          \
    {                                                                                                        \
        "__weakref__", subtype_get_weakref, NULL, "list of weak references to the object (if defined)", NULL \
    }
PyGetSetDef ou_subtype_both_getset[] = {DICT_ROW, WEAKREF_ROW, {NULL}};
PyGetSetDef ou_subtype_dict_getset[] = {DICT_ROW, {NULL}};
PyGetSetDef ou_subtype_weakref_getset[] = {WEAKREF_ROW, {NULL}};
