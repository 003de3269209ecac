/* object/type_mro.c - how types stand to each other: bases, method resolution order, layout, subclasses.
 *
 * Owns       tp_mro; the lists of subclasses behind tp_subclasses, whose entries are weak: a type leaves the
 *            lists of its bases before it dies.
 * Invariant  tp_mro of a ready type begins with the type itself and holds no class twice.
 * Not here   lookup along the mro (type_lookup.c); making classes (type_new.c).
 * Source     C3: Barrett et al., "A Monotonic Superclass Linearization for Dylan" (1996). */
#include "object/attribute.h"
#include "object/hold.h"

/* ---- subclasses ---------------------------------------------------------------------------------------- */

/* Behind tp_subclasses; not an object. */
typedef struct {
    Py_ssize_t n_items; /* entries, dead ones included */
    Py_ssize_t cap;
    Py_ssize_t n_dead;
    PyTypeObject *items[]; /* weak; NULL: dead */
} Subclasses;

static Subclasses *
subclasses_of(PyTypeObject *type)
{
    return (Subclasses *)type->tp_subclasses;
}

Py_ssize_t
ou_type_n_subclasses(PyTypeObject *type)
{
    return type->tp_subclasses == NULL ? 0 : subclasses_of(type)->n_items;
}

PyTypeObject *
ou_type_subclass(PyTypeObject *type, Py_ssize_t index)
{
    return index < ou_type_n_subclasses(type) ? subclasses_of(type)->items[index] : NULL;
}

void
ou_type_free_subclasses(PyTypeObject *type)
{
    PyMem_Free(type->tp_subclasses);
    type->tp_subclasses = NULL;
}

/* Room for one more.  Dead entries are squeezed out first. */
static int
subclasses_reserve(PyTypeObject *type)
{
    Subclasses *list = subclasses_of(type);
    if (list != NULL && list->n_items < list->cap) {
        return 0;
    }
    if (list != NULL && list->n_dead > list->n_items / 4) {
        Py_ssize_t n = 0;
        for (Py_ssize_t i = 0; i < list->n_items; i++) {
            if (list->items[i] != NULL) {
                list->items[n++] = list->items[i];
            }
        }
        list->n_items = n;
        list->n_dead = 0;
        return 0;
    }
    size_t cap = list == NULL ? 4 : (size_t)list->cap * 2, bytes;
    if (ou_size_mul(cap, sizeof(PyTypeObject *), &bytes) || ou_size_add(bytes, sizeof(Subclasses), &bytes)
        || (list = PyMem_Realloc(list, bytes)) == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    if (type->tp_subclasses == NULL) {
        list->n_items = list->n_dead = 0;
    }
    list->cap = (Py_ssize_t)cap;
    type->tp_subclasses = (PyObject *)list;
    return 0;
}

static void
subclasses_remove(PyTypeObject *base, PyTypeObject *type)
{
    Subclasses *list = subclasses_of(base);
    if (list == NULL) {
        return;
    }
    for (Py_ssize_t i = list->n_items - 1; i >= 0; i--) { /* the youngest die first, as a rule */
        if (list->items[i] == type) {
            list->items[i] = NULL;
            list->n_dead++;
            while (list->n_items > 0 && list->items[list->n_items - 1] == NULL) {
                list->n_items--;
                list->n_dead--;
            }
            break;
        }
    }
    if (list->n_items == 0) {
        ou_type_free_subclasses(base);
    }
}

/* Enter `type` into the lists of its bases.  Returns 0, or -1 with MemoryError set and no list changed. */
int
ou_type_add_to_bases(PyTypeObject *type, PyObject *bases)
{
    Py_ssize_t n = PyTuple_GET_SIZE(bases);
    for (Py_ssize_t i = 0; i < n; i++) {
        if (subclasses_reserve((PyTypeObject *)PyTuple_GET_ITEM(bases, i)) < 0) {
            return -1;
        }
    }
    for (Py_ssize_t i = 0; i < n; i++) { /* commit */
        Subclasses *list = subclasses_of((PyTypeObject *)PyTuple_GET_ITEM(bases, i));
        list->items[list->n_items++] = type;
    }
    return 0;
}

void
ou_type_remove_from_bases(PyTypeObject *type, PyObject *bases)
{
    for (Py_ssize_t i = 0; bases != NULL && i < PyTuple_GET_SIZE(bases); i++) {
        PyObject *base = PyTuple_GET_ITEM(bases, i);
        if (PyType_Check(base)) {
            subclasses_remove((PyTypeObject *)base, type);
        }
    }
}

/* ---- subtypes ------------------------------------------------------------------------------------------ */

/* Is `a` the type `b` or derived from it?  Runs no Python code.  Source: Type Objects. */
int
PyType_IsSubtype(PyTypeObject *a, PyTypeObject *b)
{
    PyObject *mro = a->tp_mro;
    if (OU_LIKELY(mro != NULL)) {
        for (Py_ssize_t i = 0, n = PyTuple_GET_SIZE(mro); i < n; i++) {
            if (PyTuple_GET_ITEM(mro, i) == (PyObject *)b) {
                return 1;
            }
        }
        return 0;
    }
    for (; a != NULL; a = a->tp_base) { /* not ready yet */
        if (a == b) {
            return 1;
        }
    }
    return b == &PyBaseObject_Type;
}

/* ---- layout -------------------------------------------------------------------------------------------- */

/* Has the type, in its part of the instance, more than a dict and a list of weak references that the base
 * lacks? */
static bool
adds_fields(PyTypeObject *type, PyTypeObject *base)
{
    size_t size = (size_t)type->tp_basicsize, base_size = (size_t)base->tp_basicsize;
    if (type->tp_itemsize != 0 || base->tp_itemsize != 0) {
        return size != base_size || type->tp_itemsize != base->tp_itemsize;
    }
    for (int turn = 0; turn < 2 && ou_type_is_heap(type); turn++) { /* either may lie last */
        if (type->tp_weaklistoffset != 0 && base->tp_weaklistoffset == 0
            && (size_t)type->tp_weaklistoffset + sizeof(PyObject *) == size) {
            size -= sizeof(PyObject *);
        }
        if (type->tp_dictoffset != 0 && base->tp_dictoffset == 0 && (size_t)type->tp_dictoffset + sizeof(PyObject *) == size) {
            size -= sizeof(PyObject *);
        }
    }
    return size != base_size;
}

/* The base in whose layout an instance of `type` lies (additions that are dict and weaklist alone don't
 * count). */
static PyTypeObject *
type_solid_base(PyTypeObject *type)
{
    while (type->tp_base != NULL && !adds_fields(type, type->tp_base)) {
        type = type->tp_base;
    }
    return type;
}

PyTypeObject *
ou_type_best_base(PyObject *bases)
{
    PyTypeObject *best = NULL, *winner = NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++) {
        PyObject *item = PyTuple_GET_ITEM(bases, i);
        if (!PyType_Check(item)) {
            PyErr_SetString(PyExc_TypeError, "bases must be types");
            return NULL;
        }
        PyTypeObject *base = (PyTypeObject *)item;
        if (!(base->tp_flags & Py_TPFLAGS_READY) && PyType_Ready(base) < 0) {
            return NULL;
        }
        if (!(base->tp_flags & Py_TPFLAGS_BASETYPE)) {
            PyErr_Format(PyExc_TypeError, "type '%.100s' is not an acceptable base type", base->tp_name);
            return NULL;
        }
        PyTypeObject *candidate = type_solid_base(base);
        if (winner == NULL || (candidate != winner && PyType_IsSubtype(candidate, winner))) {
            winner = candidate;
            best = base;
        }
        else if (!PyType_IsSubtype(winner, candidate)) {
            PyErr_SetString(PyExc_TypeError, "multiple bases have instance lay-out conflict");
            return NULL;
        }
    }
    OU_ASSERT(best != NULL);
    return best;
}

#define SAME_FLAG(a, b, flag) (((a)->tp_flags & (flag)) == ((b)->tp_flags & (flag)))

/* Does the type add nothing to its base's layout? */
static bool
is_like_base(PyTypeObject *type)
{
    PyTypeObject *base = type->tp_base;
    return base != NULL && type->tp_basicsize == base->tp_basicsize && type->tp_itemsize == base->tp_itemsize
        && type->tp_dictoffset == base->tp_dictoffset && type->tp_weaklistoffset == base->tp_weaklistoffset
        && SAME_FLAG(type, base, Py_TPFLAGS_HAVE_GC) && SAME_FLAG(type, base, Py_TPFLAGS_MANAGED_DICT)
        && (type->tp_clear == ou_subtype_clear || type->tp_clear == base->tp_clear);
}

/* Have two classes with one base added the same things at the same places? */
static bool
adds_the_same(PyTypeObject *a, PyTypeObject *b)
{
    if (a->tp_basicsize != b->tp_basicsize || a->tp_itemsize != b->tp_itemsize || a->tp_dictoffset != b->tp_dictoffset
        || a->tp_weaklistoffset != b->tp_weaklistoffset || !SAME_FLAG(a, b, Py_TPFLAGS_HAVE_GC)
        || !SAME_FLAG(a, b, Py_TPFLAGS_MANAGED_DICT) || !ou_type_is_heap(a) || !ou_type_is_heap(b)) {
        return false;
    }
    PyObject *slots_a = ((PyHeapTypeObject *)a)->ht_slots, *slots_b = ((PyHeapTypeObject *)b)->ht_slots;
    size_t fields = 0; /* bytes that dict, weak list and slots account for */
    if (slots_a != NULL && slots_b != NULL) {
        Py_ssize_t n = PyTuple_GET_SIZE(slots_a); /* sorted tuples of str */
        if (n != PyTuple_GET_SIZE(slots_b)) {
            return false;
        }
        for (Py_ssize_t i = 0; i < n; i++) {
            if (PyUnicode_Compare(PyTuple_GET_ITEM(slots_a, i), PyTuple_GET_ITEM(slots_b, i)) != 0) {
                PyErr_Clear();
                return false;
            }
        }
        fields += (size_t)n * sizeof(PyObject *);
    }
    PyTypeObject *base = a->tp_base;
    fields += a->tp_dictoffset != 0 && base->tp_dictoffset == 0 ? sizeof(PyObject *) : 0;
    fields += a->tp_weaklistoffset != 0 && base->tp_weaklistoffset == 0 ? sizeof(PyObject *) : 0;
    return fields == (size_t)(a->tp_basicsize - base->tp_basicsize);
}

int
ou_type_layouts_agree(PyTypeObject *old, PyTypeObject *new_, const char *attr)
{
    if (new_->tp_free != old->tp_free) {
        PyErr_Format(PyExc_TypeError, "%s assignment: '%s' deallocator differs from '%s'", attr, new_->tp_name, old->tp_name);
        return -1;
    }
    PyTypeObject *a = new_, *b = old;
    while (is_like_base(a)) {
        a = a->tp_base;
    }
    while (is_like_base(b)) {
        b = b->tp_base;
    }
    if (a != b && (a->tp_base != b->tp_base || a->tp_base == NULL || !adds_the_same(a, b))) {
        PyErr_Format(PyExc_TypeError, "%s assignment: '%s' object layout differs from '%s'", attr, new_->tp_name, old->tp_name);
        return -1;
    }
    return 0;
}

/* ---- mro ----------------------------------------------------------------------------------------------- */

/* The plain name of a class, for a message: new reference. */
static PyObject *
class_name(PyObject *cls)
{
    PyObject *name;
    if (_PyObject_LookupAttr(cls, OU_STR(__name__), &name) <= 0) {
        return ou_error_occurred() ? NULL : PyObject_Repr(cls);
    }
    return name;
}

static OU_COLD void
raise_no_order(PyObject **heads, Py_ssize_t n)
{
    PyObject *names = PyList_New(0);
    if (names == NULL) {
        return;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        if (heads[i] == NULL || PySequence_Contains(names, heads[i])) {
            continue;
        }
        if (PyList_Append(names, heads[i]) < 0) {
            Py_DECREF(names);
            return;
        }
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(names); i++) {
        PyObject *name = class_name(PyList_GET_ITEM(names, i));
        if (name == NULL || PyList_SetItem(names, i, name) < 0) {
            Py_DECREF(names);
            return;
        }
    }
    PyObject *text = PyUnicode_Join(OU_STR(comma_space), names);
    Py_DECREF(names);
    if (text != NULL) {
        PyErr_Format(PyExc_TypeError, "Cannot create a consistent method resolution\norder (MRO) for bases %U", text);
        Py_DECREF(text);
    }
}

static int
check_duplicates(PyObject *bases)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++) {
        for (Py_ssize_t j = i + 1; j < PyTuple_GET_SIZE(bases); j++) {
            PyObject *base = PyTuple_GET_ITEM(bases, i);
            if (base == PyTuple_GET_ITEM(bases, j)) {
                PyObject *name = class_name(base);
                if (name != NULL) {
                    PyErr_Format(PyExc_TypeError, "duplicate base class %U", name);
                    Py_DECREF(name);
                }
                return -1;
            }
        }
    }
    return 0;
}

/* One of the lists that C3 merges: what is left of a base's mro, or of the bases. */
typedef struct {
    PyObject *tuple; /* borrowed */
    Py_ssize_t next;
} MergeList;

static PyObject *
merge_head(const MergeList *list)
{
    return list->next < PyTuple_GET_SIZE(list->tuple) ? PyTuple_GET_ITEM(list->tuple, list->next) : NULL;
}

/* Is the class in the list behind its head? */
static bool
merge_tail_has(const MergeList *list, PyObject *cls)
{
    for (Py_ssize_t i = list->next + 1; i < PyTuple_GET_SIZE(list->tuple); i++) {
        if (PyTuple_GET_ITEM(list->tuple, i) == cls) {
            return true;
        }
    }
    return false;
}

/* The next class in the order: the first head that is in no list's tail. */
static PyObject *
merge_candidate(const MergeList *lists, Py_ssize_t n)
{
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *head = merge_head(&lists[i]);
        bool free = head != NULL;
        for (Py_ssize_t j = 0; free && j < n; j++) {
            free = !merge_tail_has(&lists[j], head);
        }
        if (free) {
            return head;
        }
    }
    return NULL;
}

/* The order that C3 gives: a tuple.  Refs new.  Runs no Python code but for a message. */
static PyObject *
mro_compute(PyTypeObject *type)
{
    PyObject *bases = type->tp_bases;
    Py_ssize_t n = PyTuple_GET_SIZE(bases), total = 1;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(bases, i);
        if (base->tp_mro == NULL) {
            PyErr_Format(PyExc_TypeError, "Cannot extend an incomplete type '%.100s'", base->tp_name);
            return NULL;
        }
        total += PyTuple_GET_SIZE(base->tp_mro);
    }
    if (n == 1) { /* nothing to merge */
        PyObject *base_mro = ((PyTypeObject *)PyTuple_GET_ITEM(bases, 0))->tp_mro;
        PyObject *mro = PyTuple_New(total);
        if (mro == NULL) {
            return NULL;
        }
        PyTuple_SET_ITEM(mro, 0, Py_NewRef(type));
        for (Py_ssize_t i = 1; i < total; i++) {
            PyTuple_SET_ITEM(mro, i, Py_NewRef(PyTuple_GET_ITEM(base_mro, i - 1)));
        }
        return mro;
    }
    if (check_duplicates(bases) < 0) {
        return NULL;
    }
    MergeList *lists = PyMem_Calloc((size_t)n + 1, sizeof *lists);
    PyObject *order = PyList_New(0);
    PyObject *mro = NULL;
    if (lists == NULL || order == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        lists[i].tuple = ((PyTypeObject *)PyTuple_GET_ITEM(bases, i))->tp_mro;
    }
    lists[n].tuple = bases;
    if (PyList_Append(order, (PyObject *)type) < 0) {
        goto done;
    }
    for (;;) {
        PyObject *next = merge_candidate(lists, n + 1);
        if (next == NULL) {
            break;
        }
        if (PyList_Append(order, next) < 0) {
            goto done;
        }
        for (Py_ssize_t i = 0; i <= n; i++) {
            lists[i].next += merge_head(&lists[i]) == next;
        }
    }
    bool left = false;
    for (Py_ssize_t i = 0; i <= n; i++) {
        left = left || merge_head(&lists[i]) != NULL;
    }
    if (left) {
        PyObject **heads = PyMem_Calloc((size_t)n + 1, sizeof *heads);
        if (heads == NULL) {
            PyErr_NoMemory();
            goto done;
        }
        for (Py_ssize_t i = 0; i <= n; i++) {
            heads[i] = merge_head(&lists[i]);
        }
        raise_no_order(heads, n + 1);
        PyMem_Free(heads);
        goto done;
    }
    mro = PyList_AsTuple(order);
done:
    PyMem_Free(lists);
    Py_XDECREF(order);
    return mro;
}

/* type.mro().  Refs: a new list. */
PyObject *
ou_type_mro(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *mro = mro_compute((PyTypeObject *)self);
    if (mro == NULL) {
        return NULL;
    }
    PyObject *list = PySequence_List(mro);
    Py_DECREF(mro);
    return list;
}

/* Is the tuple that an mro() of Python code returned fit to be one? */
static int
mro_check(PyTypeObject *type, PyObject *mro)
{
    if (PyTuple_GET_SIZE(mro) == 0) {
        PyErr_SetString(PyExc_TypeError, "type MRO must not be empty");
        return -1;
    }
    PyTypeObject *solid = type_solid_base(type);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(mro); i++) {
        PyObject *cls = PyTuple_GET_ITEM(mro, i);
        if (!PyType_Check(cls)) {
            PyErr_Format(PyExc_TypeError, "mro() returned a non-class ('%.500s')", Py_TYPE(cls)->tp_name);
            return -1;
        }
        if (!PyType_IsSubtype(solid, type_solid_base((PyTypeObject *)cls))) {
            PyErr_Format(PyExc_TypeError, "mro() returned base with unsuitable layout ('%.500s')",
                         ((PyTypeObject *)cls)->tp_name);
            return -1;
        }
    }
    return 0;
}

/* Has the metatype an mro() of its own? */
static bool
mro_is_custom(PyTypeObject *type)
{
    PyTypeObject *metatype = Py_TYPE(type);
    return metatype != &PyType_Type && ou_type_lookup(metatype, OU_STR(mro)) != ou_type_lookup(&PyType_Type, OU_STR(mro));
}

static PyObject *
mro_invoke(PyTypeObject *type, bool custom)
{
    if (!custom) {
        return mro_compute(type);
    }
    bool missing = false;
    PyObject *self = (PyObject *)type;
    PyObject *result = ou_special_call(OU_STR(mro), &self, 1, &missing);
    if (result == NULL) {
        if (missing) {
            PyErr_SetObject(PyExc_AttributeError, OU_STR(mro));
        }
        return NULL;
    }
    OU_HOLD(h, &result);
    PyObject *mro = PySequence_Tuple(result);
    OU_HOLD_END(h);
    Py_DECREF(result);
    if (mro != NULL && mro_check(type, mro) < 0) {
        Py_CLEAR(mro);
    }
    return mro;
}

/* Does the type hear of changes in every class of its mro, through its bases? */
static bool
mro_is_heard(PyTypeObject *type)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type->tp_mro); i++) {
        PyTypeObject *cls = (PyTypeObject *)PyTuple_GET_ITEM(type->tp_mro, i);
        bool heard = cls == type;
        for (Py_ssize_t j = 0; !heard && j < PyTuple_GET_SIZE(type->tp_bases); j++) {
            PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(type->tp_bases, j);
            heard = PyType_IsSubtype(base, cls) && !(base->tp_flags & OU_TPFLAG_NO_VERSION);
        }
        if (!heard) {
            return false;
        }
    }
    return true;
}

int
ou_type_mro_update(PyTypeObject *type, PyObject **old_out)
{
    /* kept, so that its address says whether a nested call changed it */
    PyObject *old = Py_XNewRef(type->tp_mro);
    bool custom = mro_is_custom(type);
    OU_HOLD(h, &old);
    PyObject *mro = mro_invoke(type, custom);
    OU_HOLD_END(h);
    if (mro == NULL) {
        Py_XDECREF(old);
        return -1;
    }
    if (type->tp_mro != old) {
        Py_DECREF(mro);
        Py_XDECREF(old);
        return 0;
    }
    for (Py_ssize_t i = 0; ou_type_is_heap(type) && i < PyTuple_GET_SIZE(mro); i++) {
        /* So that no lookup in a class or its instances is refused memory. */
        if (ou_type_namespace((PyTypeObject *)PyTuple_GET_ITEM(mro, i)) == NULL && ou_error_occurred()) {
            Py_DECREF(mro);
            Py_XDECREF(old);
            return -1;
        }
    }
    type->tp_mro = mro; /* commit */
    Py_XDECREF(old);    /* the reference that the field had */
    if (custom && !mro_is_heard(type)) {
        type->tp_flags |= OU_TPFLAG_NO_VERSION;
    }
    else {
        type->tp_flags &= ~OU_TPFLAG_NO_VERSION;
    }
    PyType_Modified(type);
    if (old_out != NULL) {
        *old_out = old;
    }
    else {
        Py_XDECREF(old);
    }
    return 1;
}
