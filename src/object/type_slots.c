/* object/type_slots.c - slots and dunders, both ways: a C slot gives the type a wrapper descriptor under
 * its dunder's name; a dunder in a class gives the type a C function in its slot; a change of the one
 * changes the other.
 *
 * Owns       nothing.
 * Invariant  the slots of a heap type agree with what lookup in the type finds: if all dunders of a slot
 *            are one C type's own, its function stands in the slot, else the function that calls Python
 *            code.
 * Not here   the functions (slot_call.c, slot_wrap.c), the table (slots.def), __new__'s argument checks
 *            (type.c). */
#include "object/hold.h"
#include "object/slots.h"

/* ---- the table ----------------------------------------------------------------------------------------- */

#define NAME_OBJECT(dunder) (PyObject *)&_PyRuntime.names.n_##dunder.head
#define ROW(dunder, path, function, wrapper, doc, flags) \
    {#dunder,                                            \
     (int)offsetof(PyHeapTypeObject, path),              \
     (void *)(function),                                 \
     (wrapperfunc)(wrapper),                             \
     doc,                                                \
     flags,                                              \
     NAME_OBJECT(dunder)},

struct wrapperbase ou_slot_table[] = {
#define SLOT(dunder, path, function, wrapper, doc) ROW(dunder, path, ou_slot_##function, ou_wrap_##wrapper, doc, 0)
#define SLOT_KEYWORDS(dunder, path, function, wrapper, doc) \
    ROW(dunder, path, ou_slot_##function, (void *)ou_wrap_##wrapper, doc, PyWrapperFlag_KEYWORDS)
#define SLOT_UNWRAPPED(dunder, path, function, wrapper, doc) ROW(dunder, path, ou_slot_##function, NULL, doc, 0)
#define SLOT_FOREIGN(dunder, path, function, wrapper, doc) ROW(dunder, path, NULL, ou_wrap_##wrapper, doc, 0)
#include "object/slots.def"
    {NULL},
};

enum { N_ROWS = OU_COUNT_OF(ou_slot_table) - 1 };

#define IS_SLOT(row, path) ((row)->offset == (int)offsetof(PyHeapTypeObject, path))

/* A part of PyHeapTypeObject, and where a type has it: in itself, or in a table that it may lack. */
typedef struct {
    const void *table; /* NULL: the type has none of these slots */
    int start, end;    /* offsets in PyHeapTypeObject */
} SlotPart;

static OU_ALWAYS_INLINE SlotPart
slot_part(PyTypeObject *type, int offset)
{
#define PART(table, first, last) \
    ((SlotPart){table, (int)offsetof(PyHeapTypeObject, first), (int)offsetof(PyHeapTypeObject, last)})
    if (offset < (int)offsetof(PyHeapTypeObject, as_async)) {
        return PART(type, ht_type, as_async);
    }
    if (offset < (int)offsetof(PyHeapTypeObject, as_number)) {
        return PART(type->tp_as_async, as_async, as_number);
    }
    if (offset < (int)offsetof(PyHeapTypeObject, as_mapping)) {
        return PART(type->tp_as_number, as_number, as_mapping);
    }
    if (offset < (int)offsetof(PyHeapTypeObject, as_sequence)) {
        return PART(type->tp_as_mapping, as_mapping, as_sequence);
    }
    return PART(type->tp_as_sequence, as_sequence, as_buffer);
#undef PART
}

/* Where a slot lies in a type; NULL if it lacks the table that the slot is in. */
static OU_ALWAYS_INLINE OuSlotWord *
slot_place(PyTypeObject *type, int offset)
{
    SlotPart part = slot_part(type, offset);
    return part.table == NULL ? NULL : (OuSlotWord *)((char *)part.table + (offset - part.start));
}

/* ---- from C to Python ---------------------------------------------------------------------------------- */

_Static_assert(N_ROWS <= 64 * OU_COUNT_OF(((OuSlotSet *)0)->bits), "a bit for each row");

OuSlotSet
ou_slots_own(PyTypeObject *type)
{
    OuSlotSet set = {{0}};
    SlotPart part = {NULL, 0, 0};
    for (int i = 0; i < N_ROWS; i++) {
        const struct wrapperbase *row = &ou_slot_table[i];
        if (row->offset >= part.end) { /* the rows stand in the order of the struct */
            part = slot_part(type, row->offset);
        }
        if (part.table == NULL) {
            while (i + 1 < N_ROWS && ou_slot_table[i + 1].offset < part.end) {
                i++;
            }
        }
        else if (*(OuSlotWord *)((char *)part.table + (row->offset - part.start)) != NULL && row->wrapper != NULL) {
            set.bits[i / 64] |= (uint64_t)1 << i % 64;
        }
    }
    return set;
}

int
ou_slots_add_wrappers(PyTypeObject *type, PyObject *dict, const OuSlotSet *own)
{
    for (int i = 0; i < N_ROWS; i++) {
        if (!(own->bits[i / 64] >> i % 64 & 1)) {
            continue;
        }
        struct wrapperbase *row = &ou_slot_table[i];
        OuSlotWord *place = slot_place(type, row->offset);
        Py_hash_t hash = ou_keys_str_hash(row->name_strobj);
        PyObject *there = _PyDict_GetItem_KnownHash(dict, row->name_strobj, hash);
        if (there != NULL) {
            continue;
        }
        if (ou_error_occurred()) {
            return -1;
        }
        PyObject *value;
        if (*place == (void *)PyObject_HashNotImplemented) { /* "not hashable" shows as __hash__ = None */
            value = Py_NewRef(Py_None);
        }
        else {
            value = PyDescr_NewWrapper(type, row, *place);
        }
        int result = value == NULL ? -1 : _PyDict_SetItem_KnownHash(dict, row->name_strobj, value, hash);
        Py_XDECREF(value);
        if (result < 0) {
            return -1;
        }
    }
    return 0;
}

/* Type.__new__(cls, ...) of a C type.  The safety check: cls must be laid out as this type makes it.
 * RE-ENTRANT. */
static PyObject *
new_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (self == NULL || !PyType_Check(self)) {
        return PyErr_Format(PyExc_SystemError, "__new__() called with non-type 'self'");
    }
    PyTypeObject *type = (PyTypeObject *)self;
    if (type->tp_new == NULL) { /* taken away after the type was made */
        return PyErr_Format(PyExc_TypeError, "cannot create '%s' instances", type->tp_name);
    }
    if (PyTuple_GET_SIZE(args) < 1) {
        return PyErr_Format(PyExc_TypeError, "%s.__new__(): not enough arguments", type->tp_name);
    }
    PyObject *first = PyTuple_GET_ITEM(args, 0);
    if (!PyType_Check(first)) {
        return PyErr_Format(PyExc_TypeError, "%s.__new__(X): X is not a type object (%s)", type->tp_name,
                            Py_TYPE(first)->tp_name);
    }
    PyTypeObject *cls = (PyTypeObject *)first;
    if (!PyType_IsSubtype(cls, type)) {
        return PyErr_Format(PyExc_TypeError, "%s.__new__(%s): %s is not a subtype of %s", type->tp_name, cls->tp_name,
                            cls->tp_name, type->tp_name);
    }
    PyTypeObject *maker = cls;
    while (maker != NULL && maker->tp_new == ou_slot_tp_new) {
        maker = maker->tp_base;
    }
    if (maker != NULL && maker->tp_new != type->tp_new) {
        return PyErr_Format(PyExc_TypeError, "%s.__new__(%s) is not safe, use %s.__new__()", type->tp_name, cls->tp_name,
                            maker->tp_name);
    }
    PyObject *rest = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args));
    if (rest == NULL) {
        return NULL;
    }
    OU_HOLD(h, &rest);
    PyObject *result = type->tp_new(cls, rest, kwargs);
    OU_HOLD_END(h);
    Py_DECREF(rest);
    return result;
}

static PyMethodDef new_method[] = {
    {"__new__", (PyCFunction)(void (*)(void))new_call, METH_VARARGS | METH_KEYWORDS,
     "__new__($type, *args, **kwargs)\n--\n\n"
     "Create and return a new object.  See help(type) for accurate signature."},
    {NULL},
};

int
ou_slots_add_new(PyTypeObject *type, PyObject *dict)
{
    int there = PyDict_Contains(dict, OU_STR(__new__));
    if (there != 0) {
        return there < 0 ? -1 : 0;
    }
    PyObject *function = PyCFunction_NewEx(new_method, (PyObject *)type, NULL);
    int result = function == NULL ? -1 : PyDict_SetItem(dict, OU_STR(__new__), function);
    Py_XDECREF(function);
    return result;
}

/* ---- inheritance --------------------------------------------------------------------------------------- */

/* Copy the words that are empty in `to`, set in `from`, and not merely inherited there. */
static void
inherit_words(void *to, const void *from, const void *above, size_t size)
{
    OuSlotWord *t = to, *const f = (OuSlotWord *)from, *const a = (OuSlotWord *)above;
    for (size_t i = 0; i < size / sizeof(void *); i++) {
        if (t[i] == NULL && f[i] != NULL && (a == NULL || f[i] != a[i])) {
            t[i] = f[i];
        }
    }
}

#define INHERIT_TABLE(field)                                                                                   \
    do {                                                                                                       \
        if (type->field != NULL && base->field != NULL && type->field != base->field) {                        \
            inherit_words(type->field, base->field, above == NULL ? NULL : above->field, sizeof *type->field); \
        }                                                                                                      \
    } while (0)
#define DEFINES(field) (base->field != 0 && (above == NULL || base->field != above->field))
#define INHERIT(field)                            \
    do {                                          \
        if (type->field == 0 && DEFINES(field)) { \
            type->field = base->field;            \
        }                                         \
    } while (0)

/* Does the namespace say something of equality or hash? */
static bool
overrides_hash(PyTypeObject *type)
{
    PyObject *dict = type->tp_dict;
    if (dict == NULL) {
        return false; /* a static type: it would fill the slots */
    }
    bool overrides = PyDict_Contains(dict, OU_STR(__eq__)) != 0 || PyDict_Contains(dict, OU_STR(__hash__)) != 0;
    PyErr_Clear();
    return overrides;
}

void
ou_slots_inherit(PyTypeObject *type, PyTypeObject *base)
{
    PyTypeObject *above = base->tp_base;
    INHERIT_TABLE(tp_as_number);
    INHERIT_TABLE(tp_as_async);
    INHERIT_TABLE(tp_as_sequence);
    INHERIT_TABLE(tp_as_mapping);
    INHERIT_TABLE(tp_as_buffer);

    INHERIT(tp_dealloc);
    if (type->tp_getattr == NULL && type->tp_getattro == NULL) {
        type->tp_getattr = base->tp_getattr;
        type->tp_getattro = base->tp_getattro;
    }
    if (type->tp_setattr == NULL && type->tp_setattro == NULL) {
        type->tp_setattr = base->tp_setattr;
        type->tp_setattro = base->tp_setattro;
    }
    INHERIT(tp_repr);
    if (type->tp_call == NULL && type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) {
        type->tp_flags |= base->tp_flags & Py_TPFLAGS_HAVE_VECTORCALL;
    }
    INHERIT(tp_vectorcall_offset);
    INHERIT(tp_call);
    INHERIT(tp_str);
    if (type->tp_richcompare == NULL && type->tp_hash == NULL && !overrides_hash(type)) {
        type->tp_richcompare = base->tp_richcompare;
        type->tp_hash = base->tp_hash;
    }
    INHERIT(tp_iter);
    INHERIT(tp_iternext);
    INHERIT(tp_descr_get);
    if (type->tp_descr_get != NULL && type->tp_descr_get == base->tp_descr_get && type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) {
        type->tp_flags |= base->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR;
    }
    INHERIT(tp_descr_set);
    INHERIT(tp_dictoffset);
    INHERIT(tp_init);
    INHERIT(tp_alloc);
    INHERIT(tp_is_gc);
    INHERIT(tp_finalize);
    if (PyType_IS_GC(type) == PyType_IS_GC(base)) {
        INHERIT(tp_free);
    }
    else if (PyType_IS_GC(type) && type->tp_free == NULL && base->tp_free == PyObject_Free) {
        type->tp_free = PyObject_GC_Del; /* collected, from a base that is not */
    }
}

/* ---- from Python to C ---------------------------------------------------------------------------------- */

/* The one place that a type fills of those for a dunder; NULL if there are none or several. */
static OuSlotWord *
only_place(PyTypeObject *type, PyObject *name)
{
    OuSlotWord *only = NULL;
    for (const struct wrapperbase *row = ou_slot_table; row->name != NULL; row++) {
        if (row->name_strobj != name) {
            continue;
        }
        OuSlotWord *place = slot_place(type, row->offset);
        if (place != NULL && *place != NULL && place != only) {
            if (only != NULL) {
                return NULL;
            }
            only = place;
        }
    }
    return only;
}

/* The tp_new that a builtin __new__ found in the type stands for, if instances may be made by it directly. */
static void *
new_function(PyTypeObject *type, PyObject *found)
{
    if (!PyCFunction_Check(found) || PyCFunction_GET_FUNCTION(found) != new_method[0].ml_meth) {
        return NULL;
    }
    PyTypeObject *owner = (PyTypeObject *)PyCFunction_GET_SELF(found), *maker = type->tp_base;
    while (maker != NULL && maker->tp_new == ou_slot_tp_new) {
        maker = maker->tp_base;
    }
    return maker != NULL && maker->tp_new == owner->tp_new ? (void *)owner->tp_new : NULL;
}

/* Set one slot from what lookup finds for its dunders: the rows from `row` on with the same offset.  Runs
 * no Python code.
 * Returns the row behind them. */
static const struct wrapperbase *
slot_fix(PyTypeObject *type, const struct wrapperbase *row)
{
    int offset = row->offset;
    OuSlotWord *place = slot_place(type, offset);
    void *specific = NULL; /* the C function that all found wrappers agree on */
    void *generic = NULL;  /* what calls Python code */
    bool use_generic = false;
    const struct wrapperbase *first = row;
    for (; row->name != NULL && row->offset == offset; row++) {
        PyObject *found = place == NULL ? NULL : ou_type_lookup(type, row->name_strobj);
        if (found == NULL) {
            if (IS_SLOT(row, ht_type.tp_iternext)) {
                specific = (void *)_PyObject_NextNotImplemented; /* for loops that are under way */
            }
            continue;
        }
        PyWrapperDescrObject *wrapper = (PyWrapperDescrObject *)found;
        void *maker;
        if (Py_IS_TYPE(found, &PyWrapperDescr_Type) && wrapper->d_base->name_strobj == row->name_strobj) {
            OuSlotWord *only = only_place(type, row->name_strobj);
            if (only == NULL || only == place) {
                generic = row->function;
            }
            if ((specific == NULL || specific == wrapper->d_wrapped) && wrapper->d_base->wrapper == row->wrapper
                && PyType_IsSubtype(type, PyDescr_TYPE(wrapper))) {
                specific = wrapper->d_wrapped;
            }
            else { /* of another slot, or several disagree */
                use_generic = true;
            }
        }
        else if (IS_SLOT(row, ht_type.tp_new) && (maker = new_function(type, found)) != NULL) {
            specific = maker;
        }
        else if (found == Py_None && IS_SLOT(row, ht_type.tp_hash)) {
            specific = (void *)PyObject_HashNotImplemented;
        }
        else {
            use_generic = true;
            generic = row->function;
        }
    }
    if (place != NULL) {
        *place = specific != NULL && !use_generic ? specific : generic;
        if (IS_SLOT(first, ht_type.tp_getattro) && *place == (void *)ou_slot_tp_getattro_hook
            && ou_type_lookup(type, OU_STR(__getattr__)) == NULL) {
            *place = (void *)ou_slot_tp_getattro;
        }
    }
    return row;
}

/* Is a dunder of the slot that begins at `row` in the namespace? */
static bool
slot_is_named(PyDictObject *dict, const struct wrapperbase *row)
{
    PyDictKeysObject *keys = dict->ma_keys;
    if (keys->kind != OU_KEYS_STR) {
        return true; /* better once too often */
    }
    for (int offset = row->offset; row->name != NULL && row->offset == offset; row++) {
        if (ou_keys_lookup_str(keys, row->name_strobj, ou_keys_str_hash(row->name_strobj)) >= 0) {
            return true;
        }
    }
    return false;
}

/* Has the type one base, whose mro is the rest of its own? */
static bool
is_plainly_derived(PyTypeObject *type)
{
    PyObject *mro = type->tp_mro, *base_mro = type->tp_base->tp_mro;
    if (PyTuple_GET_SIZE(type->tp_bases) != 1 || PyTuple_GET_SIZE(mro) != PyTuple_GET_SIZE(base_mro) + 1) {
        return false;
    }
    return memcmp(&PyTuple_GET_ITEM(mro, 1), &PyTuple_GET_ITEM(base_mro, 0),
                  (size_t)PyTuple_GET_SIZE(base_mro) * sizeof(PyObject *))
        == 0;
}

void
ou_slots_fix(PyTypeObject *type)
{
    /* then what we say nothing of was right in the base, and is inherited */
    bool simple = is_plainly_derived(type);
    const struct wrapperbase *row = ou_slot_table;
    while (row->name != NULL) {
        /* but for comparison, which is not inherited past a __hash__ of our own */
        bool lost = IS_SLOT(row, ht_type.tp_richcompare) && type->tp_richcompare == NULL;
        if (simple && !lost && !slot_is_named((PyDictObject *)type->tp_dict, row)) {
            int offset = row->offset;
            while (row->name != NULL && row->offset == offset) {
                row++;
            }
        }
        else {
            row = slot_fix(type, row);
        }
    }
}

/* The types still to do, linked through tp_cache, which nothing else uses; the last one points at `end`.
 * Nothing in the loops that use it allocates or runs Python code. */
static PyTypeObject list_end;

static void
push_subclasses(PyTypeObject *type, PyTypeObject **waiting, PyObject *unless_named)
{
    for (Py_ssize_t i = 0; i < ou_type_n_subclasses(type); i++) {
        PyTypeObject *sub = ou_type_subclass(type, i);
        if (sub == NULL || sub->tp_cache != NULL || sub->tp_dict == NULL || sub->tp_mro == NULL) {
            continue;
        }
        if (unless_named != NULL) {
            PyDictKeysObject *keys = ((PyDictObject *)sub->tp_dict)->ma_keys;
            if (keys->kind == OU_KEYS_STR && ou_keys_lookup_str(keys, unless_named, ou_keys_str_hash(unless_named)) >= 0) {
                continue; /* it has its own, and so have the types below it */
            }
        }
        sub->tp_cache = (PyObject *)*waiting;
        *waiting = sub;
    }
}

void
ou_slots_descr_changed(PyTypeObject *old, PyTypeObject *type)
{
    if (old->tp_descr_get != type->tp_descr_get || old->tp_descr_set != type->tp_descr_set) {
        PyType_Modified(&PyBaseObject_Type);
    }
}

void
ou_slots_update(PyTypeObject *type, PyObject *name)
{
    bool known = false, descr_changed = false;
    for (int i = 0; i < N_ROWS && !known; i++) {
        known = ou_slot_table[i].name_strobj == name;
    }
    if (!known) {
        return;
    }
    PyTypeObject *waiting = type;
    type->tp_cache = (PyObject *)&list_end;
    while (waiting != &list_end) {
        PyTypeObject *one = waiting;
        waiting = (PyTypeObject *)one->tp_cache;
        one->tp_cache = NULL;
        const struct wrapperbase *row = ou_slot_table;
        while (row->name != NULL) {
            const struct wrapperbase *next = row;
            bool named = false;
            for (; next->name != NULL && next->offset == row->offset; next++) {
                named = named || next->name_strobj == name;
            }
            if (named) {
                descrgetfunc get = one->tp_descr_get;
                descrsetfunc set = one->tp_descr_set;
                slot_fix(one, row);
                descr_changed |= get != one->tp_descr_get || set != one->tp_descr_set;
            }
            row = next;
        }
        push_subclasses(one, &waiting, name);
    }
    if (descr_changed) {
        PyType_Modified(&PyBaseObject_Type); /* see ou_slots_descr_changed */
    }
}

void
ou_slots_fix_all(PyTypeObject *type)
{
    PyTypeObject *waiting = type;
    type->tp_cache = (PyObject *)&list_end;
    while (waiting != &list_end) {
        PyTypeObject *one = waiting;
        waiting = (PyTypeObject *)one->tp_cache;
        one->tp_cache = NULL;
        for (const struct wrapperbase *row = ou_slot_table; row->name != NULL;) {
            row = slot_fix(one, row);
        }
        push_subclasses(one, &waiting, NULL);
    }
    PyType_Modified(&PyBaseObject_Type); /* any of them may be a descriptor now, or none any more */
}

/* tp_iternext of an iterator that has lost its __next__. */
PyObject *
_PyObject_NextNotImplemented(PyObject *self)
{
    return PyErr_Format(PyExc_TypeError, "'%.200s' object is not iterable", Py_TYPE(self)->tp_name);
}
