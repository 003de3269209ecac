/* object/type.h - types from the inside: versions, lookup, instance layout, slots.
 *
 *   version       a number given to a type when someone wants to cache what a lookup in it found.  Never
 *                 reused, 0 while there is none.  Whatever changes the type or one of its bases takes it
 *                 away. static type   a PyTypeObject in static storage, counted loosely heap type     a
 *                 PyHeapTypeObject made by a class statement or a PyType_Spec; its instances hold it
 *                 inline block  attribute values that lie in the instance itself, behind tp_basicsize
 *                 (OuInline) shared keys   ht_cached_keys: the names of inline values, one table for all
 *                 instances of a class materialize   to move the inline values into a dict of the
 *                 instance's own; there is no way back slot          a C function pointer of a type; a
 *                 dunder is the name under which Python code knows it */
#ifndef OU_OBJECT_TYPE_H
#define OU_OBJECT_TYPE_H

#include "object/keys.h" /* the shared keys of instances */
#include "object/state.h"
#include "object/walk.h"

/* Internal flags of tp_flags, in the upper half, which __flags__ doesn't show.  NO_VERSION: the type never gets a
 * version, as its mro() has put in a class that is no base, whose changes it would not hear of.  BUILT_IN: a static type
 * of the runtime's own (types.def). */
#define OU_TPFLAG_NO_VERSION (1UL << 33)
#define OU_TPFLAG_BUILT_IN (1UL << 34)

/* ---- versions and lookup ------------------------------------------------------------------------------- */

/* The type's version; assigns one if it has none.  Returns 0 if it cannot have one (not ready, custom mro, or
 * all four thousand million are used up).  Allocates nothing. */
uint32_t ou_type_version(PyTypeObject *type);

typedef struct {
    uint32_t version;
    Py_hash_t hash; /* of the name: an address can be used again by another string, its hash will differ */
    PyObject *name; /* weak; never read through */
    /* borrowed from the type's namespace, good as long as the version is; NULL: no such attribute */
    PyObject *value;
} OuTypeCacheEntry;

enum { OU_TYPE_CACHE_LEN = 4096 }; /* a power of two; from CPython 3.11 */
extern OuTypeCacheEntry ou_type_cache[OU_TYPE_CACHE_LEN];
extern uint32_t ou_type_cache_mask; /* a small program stays in the first pages of it */

static OU_ALWAYS_INLINE OuTypeCacheEntry *
ou_type_cache_entry(uint32_t version, PyObject *name)
{
    return &ou_type_cache[(version * 11 ^ (uint32_t)((uintptr_t)name >> 4)) & ou_type_cache_mask];
}

/* What `name`, a str, means in the type and its bases.  Returns borrowed, NULL if there is nothing (no
 * error is set, but a MemoryError for a static type whose namespace can't be made). */
static OU_ALWAYS_INLINE PyObject *
ou_type_lookup(PyTypeObject *type, PyObject *name)
{
    OuTypeCacheEntry *entry = ou_type_cache_entry(type->tp_version_tag, name);
    if (OU_LIKELY(entry->name == name && entry->version == type->tp_version_tag
                  && entry->hash == ((PyASCIIObject *)name)->hash)) {
        return entry->value;
    }
    return _PyType_Lookup(type, name);
}

static OU_ALWAYS_INLINE bool
ou_type_is_heap(PyTypeObject *type)
{
    return (type->tp_flags & Py_TPFLAGS_HEAPTYPE) != 0;
}

/* The namespace of a static type of the runtime that nobody has asked for yet is made now.
 * Returns  borrowed; NULL without an error if the type has none (it is dying, or not ready), with MemoryError if memory is
 *          refused.  Runs no Python code. */
PyObject *ou_type_namespace_make(PyTypeObject *type);

/* The namespace of a type: everyone's way to tp_dict but for types known to have one (classes, types just made). */
static OU_ALWAYS_INLINE PyObject *
ou_type_namespace(PyTypeObject *type)
{
    return OU_LIKELY(type->tp_dict != NULL) ? type->tp_dict : ou_type_namespace_make(type);
}

/* The name as an error message shows it: the part of tp_name behind the last dot. */
const char *ou_type_short_name(PyTypeObject *type);

/* ---- instances ----------------------------------------------------------------------------------------- */

/* Lies at tp_basicsize of each instance of a type with Py_TPFLAGS_MANAGED_DICT.  While the dict pointer is
 * NULL the non-NULL values are the attributes; once it is not, there are none here. */
typedef struct {
    uint8_t cap;  /* values that fit; fixed when the instance is made */
    uint8_t size; /* values that are set, and valid entries of the order */
    /* key indexes as they were set, if cap is up to 6; else the order lies behind the values */
    uint8_t order[6];
    PyObject *values[];
} OuInline;

/* cap is at most OU_SHARED_MAX; FIRST: the least while a class is young */
enum { OU_INLINE_ORDER = 6, OU_INLINE_FIRST = 6 };

/* Bytes of a block with room for cap values. */
static OU_ALWAYS_INLINE size_t
ou_inline_bytes(unsigned cap)
{
    size_t bytes = sizeof(OuInline) + cap * sizeof(PyObject *);
    return cap > OU_INLINE_ORDER ? bytes + ((cap + 7) & ~(size_t)7) : bytes;
}

static OU_ALWAYS_INLINE uint8_t *
ou_inline_order(OuInline *block)
{
    return block->cap > OU_INLINE_ORDER ? (uint8_t *)&block->values[block->cap] : block->order;
}

/* The inline block of an instance, or NULL if its type has none. */
static OU_ALWAYS_INLINE OuInline *
ou_instance_inline(PyObject *obj)
{
    PyTypeObject *type = Py_TYPE(obj);
    return type->tp_flags & Py_TPFLAGS_MANAGED_DICT ? (OuInline *)((char *)obj + type->tp_basicsize) : NULL;
}

/* The dict pointer of an instance whose type has Py_TPFLAGS_MANAGED_DICT. */
static OU_ALWAYS_INLINE PyObject **
ou_instance_dict_slot(PyObject *obj)
{
    return (PyObject **)((char *)obj + Py_TYPE(obj)->tp_dictoffset);
}

static OU_ALWAYS_INLINE PyDictKeysObject *
ou_type_shared_keys(PyTypeObject *type)
{
    return ((PyHeapTypeObject *)type)->ht_cached_keys;
}

/* New instance of a collected type, tracked unless `untracked`: what PyType_GenericAlloc does for types with
 * inline values.  Refs new; holds its heap type.  Errors MemoryError. */
OU_MUST_USE PyObject *ou_instance_new(PyTypeObject *type);

/* The same, but not tracked yet: for _PyObject_GC_New. */
OU_MUST_USE PyObject *ou_instance_new_untracked(PyTypeObject *type);

/* Bytes of an existing instance with its inline block, GC head not counted (for __sizeof__ and sized
 * frees). */
size_t ou_instance_size(PyObject *obj);

/* Move the inline values to a dict.  Returns the dict, borrowed from the instance; NULL with MemoryError
 * set, and then nothing has changed.  The type must have Py_TPFLAGS_MANAGED_DICT. */
OU_MUST_USE PyObject *ou_instance_materialize(PyObject *obj);

/* The attribute `name` (an exact str) of the instance itself.  Returns a new reference; NULL without an
 * error if there is none, or with one.  RE-ENTRANT if the instance has a dict with keys that are not str. */
PyObject *ou_instance_get(PyObject *obj, PyObject *name);

/* Set it.  Returns 0, 1 if instances of the type have no attributes of their own, -1 with an error set.
 * RE-ENTRANT: drops the old value. */
int ou_instance_set(PyObject *obj, PyObject *name, PyObject *value);

/* Delete it.  Returns 0, 1 if there is none (no error is set), -1 with an error set.  RE-ENTRANT. */
int ou_instance_del(PyObject *obj, PyObject *name);

/* What a heap type adds to its instances: slots, inline values, dict.  (The base's edges come from the
 * base's walker; the type edge is the audit's.) */
int ou_instance_walk(PyObject *obj, OuVisit visit, void *arg);

/* tp_dealloc, tp_traverse and tp_clear of classes made by a class statement. */
void ou_subtype_dealloc(PyObject *obj);
int ou_subtype_traverse(PyObject *obj, visitproc visit, void *arg);
int ou_subtype_clear(PyObject *obj);

/* Getset tables with __dict__ and __weakref__ for classes that add them (type_new.c puts them into the
 * namespace). */
extern PyGetSetDef ou_subtype_dict_getset[], ou_subtype_weakref_getset[], ou_subtype_both_getset[];

/* The members of a heap type that stand behind its PyHeapTypeObject: from __slots__ or Py_tp_members. */
static OU_ALWAYS_INLINE PyMemberDef *
ou_type_members(PyTypeObject *type)
{
    return (PyMemberDef *)((char *)type + Py_TYPE(type)->tp_basicsize);
}

/* ---- making types -------------------------------------------------------------------------------------- */

/* type.__new__(metatype, name, bases, namespace, **kwargs).  RE-ENTRANT. */
PyObject *ou_type_new(PyTypeObject *metatype, PyObject *args, PyObject *kwargs);

/* dir() of a class: the names of its namespace and its bases' into a dict.  Returns 0 or -1.  RE-ENTRANT. */
int ou_type_merge_names(PyObject *names, PyObject *cls);

/* type | type: types.UnionType (types/union.c). */
PyObject *_Py_union_type_or(PyObject *self, PyObject *other);
extern PyTypeObject _PyUnion_Type;

/* Room for the heap type with n_members members.  Refs new, untracked; holds its metatype. */
OU_MUST_USE PyTypeObject *ou_type_alloc(PyTypeObject *metatype, Py_ssize_t n_members);

/* The base that decides the layout.  Returns borrowed, NULL with TypeError set. */
PyTypeObject *ou_type_best_base(PyObject *bases);

/* May an instance change its __class__ from `old` to `new`?  Returns 0, or -1 with TypeError set: "%s
 * assignment: ...". */
int ou_type_layouts_agree(PyTypeObject *old, PyTypeObject *new_, const char *attr);

/* Compute tp_mro anew.  RE-ENTRANT if the metatype has an mro() of its own.  Returns 1 if it changed, 0 if
 * a nested call has done it meanwhile, -1 with an error set; the old mro goes to *old if old is not NULL. */
int ou_type_mro_update(PyTypeObject *type, PyObject **old);

/* Weak lists of subclasses, behind tp_subclasses: {n, cap, types}.  Types leave them when they die. */
int ou_type_add_to_bases(PyTypeObject *type, PyObject *bases);
void ou_type_remove_from_bases(PyTypeObject *type, PyObject *bases);
Py_ssize_t ou_type_n_subclasses(PyTypeObject *type); /* entries, dead ones included */
/* borrowed; NULL: a dead entry or past the end */
PyTypeObject *ou_type_subclass(PyTypeObject *type, Py_ssize_t index);
void ou_type_free_subclasses(PyTypeObject *type);

/* Before any of the runtime's static types is ready: each gets what its instances need to die.  Allocates nothing. */
void ou_type_prepare_static(PyTypeObject *type);

/* Give a static type's count its loose start again, drop the references that readying took (teardown). */
void ou_type_fini_static(PyTypeObject *type);
/* The same for one that could not be made ready, or not be completed after: it may be tried again. */
void ou_type_forget_static(PyTypeObject *type);

/* ---- slots (type_slots.c) ------------------------------------------------------------------------------ */

/* tp_getattro, tp_setattro and tp_getset of types; __module__ (new reference). */
PyObject *ou_type_getattro(PyObject *self, PyObject *name);
int ou_type_setattro(PyObject *self, PyObject *name, PyObject *value);
PyObject *ou_type_get_module(PyTypeObject *type);
extern PyGetSetDef ou_type_getset[];
/* type.mro(): METH_NOARGS.  Refs: a new list. */
PyObject *ou_type_mro(PyObject *self, PyObject *ignored);

/* Rows of slots.def, a bit each. */
typedef struct {
    uint64_t bits[2];
} OuSlotSet;

/* The slots that a type fills now: before it inherits, its own. */
OuSlotSet ou_slots_own(PyTypeObject *type);
/* Put a wrapper descriptor for each of its own slots into what becomes the type's namespace.  Returns 0, or -1 with an
 * error set. */
int ou_slots_add_wrappers(PyTypeObject *type, PyObject *dict, const OuSlotSet *own);
/* Take over the slots that the type leaves empty from one class of its mro. */
void ou_slots_inherit(PyTypeObject *type, PyTypeObject *base);
/* Make the slots of a new heap type agree with its namespace and mro. */
void ou_slots_fix(PyTypeObject *type);
/* The same for a type whose mro has changed, and for its subclasses. */
void ou_slots_fix_all(PyTypeObject *type);
/* A class attribute was set or deleted: put the slots of that name right, here and in the subclasses. */
void ou_slots_update(PyTypeObject *type, PyObject *name);
/* A value changed from one type to another: if one of them is a descriptor otherwise than the other, forget every cached
 * attribute.  Versions are of the types that hold a value; what it means as a class attribute is said by its own type. */
void ou_slots_descr_changed(PyTypeObject *old, PyTypeObject *type);
/* __new__ of a static type with a tp_new of its own. */
int ou_slots_add_new(PyTypeObject *type, PyObject *dict);
/* Is this tp_new/tp_init/... one of the functions that call Python code? */
extern struct wrapperbase ou_slot_table[];
PyObject *ou_slot_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwargs);
int ou_slot_tp_init(PyObject *self, PyObject *args, PyObject *kwargs);
PyObject *ou_slot_tp_getattro(PyObject *self, PyObject *name);
PyObject *ou_slot_tp_getattro_hook(PyObject *self, PyObject *name);

/* Call the method `name` of self's type with args[0] = self: the way in which slots call Python code.
 * Returns new; NULL with an error set, or with none and *missing set if there is no such method.
 * RE-ENTRANT. */
PyObject *ou_special_call(PyObject *name, PyObject *const *args, Py_ssize_t n_args, bool *missing);

/* The special method `name` of obj's type, bound.  Returns new; NULL without an error if there is none, or
 * with one. */
PyObject *ou_special_lookup(PyObject *obj, PyObject *name);

/* ---- the object type (object_type.c) ------------------------------------------------------------------- */

/* Its methods __reduce_ex__, __reduce__ and __getstate__ (object_reduce.c). */
PyObject *ou_object_method_reduce_ex(PyObject *self, PyObject *protocol);
PyObject *ou_object_method_reduce(PyObject *self, PyObject *ignored);
PyObject *ou_object_method_getstate(PyObject *self, PyObject *ignored);
/* May obj.name be anything but the method that object has?  For names of those above.  RE-ENTRANT as ou_instance_get. */
bool ou_object_has_own(PyObject *obj, PyObject *name);

/* Installed by the virtual machine: the class and the first argument of the running method, borrowed, for
 * super() without arguments.  Returns 0, or -1 with RuntimeError set. */
extern int (*ou_super_frame_hook)(PyTypeObject **cls, PyObject **self);

/* PyType_Ready for a type of the runtime's own table: its namespace is made when somebody asks for it, as most programs
 * never look into most of the types. */
int ou_type_ready_static(PyTypeObject *type);
/* Every static type that was readied, of the runtime and of extensions, in that order (type_ready.c). */
extern PyTypeObject **ou_static_types;
extern size_t ou_n_static_types;

#endif
