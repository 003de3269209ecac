/* object/type_spec.c - heap types made by C code: PyType_FromSpec and what belongs to it.
 *
 * Owns       a type from a spec owns copies of the name, the doc and the member table; getsets, methods
 *            and functions are the caller's and must outlive it.
 * Not here   classes from class statements (type_new.c).
 * Source     Type Objects, "Creating Heap-Allocated Types". */
#include "object/hold.h"
#include "object/slots.h"
#include <structmember.h>

/* Where each slot number's function lies in a heap type. */
#define SLOT(number, path) [number] = (short)offsetof(PyHeapTypeObject, path)
static const short slot_offsets[] = {
    SLOT(Py_bf_getbuffer, as_buffer.bf_getbuffer),
    SLOT(Py_bf_releasebuffer, as_buffer.bf_releasebuffer),
    SLOT(Py_mp_ass_subscript, as_mapping.mp_ass_subscript),
    SLOT(Py_mp_length, as_mapping.mp_length),
    SLOT(Py_mp_subscript, as_mapping.mp_subscript),
    SLOT(Py_nb_absolute, as_number.nb_absolute),
    SLOT(Py_nb_add, as_number.nb_add),
    SLOT(Py_nb_and, as_number.nb_and),
    SLOT(Py_nb_bool, as_number.nb_bool),
    SLOT(Py_nb_divmod, as_number.nb_divmod),
    SLOT(Py_nb_float, as_number.nb_float),
    SLOT(Py_nb_floor_divide, as_number.nb_floor_divide),
    SLOT(Py_nb_index, as_number.nb_index),
    SLOT(Py_nb_inplace_add, as_number.nb_inplace_add),
    SLOT(Py_nb_inplace_and, as_number.nb_inplace_and),
    SLOT(Py_nb_inplace_floor_divide, as_number.nb_inplace_floor_divide),
    SLOT(Py_nb_inplace_lshift, as_number.nb_inplace_lshift),
    SLOT(Py_nb_inplace_multiply, as_number.nb_inplace_multiply),
    SLOT(Py_nb_inplace_or, as_number.nb_inplace_or),
    SLOT(Py_nb_inplace_power, as_number.nb_inplace_power),
    SLOT(Py_nb_inplace_remainder, as_number.nb_inplace_remainder),
    SLOT(Py_nb_inplace_rshift, as_number.nb_inplace_rshift),
    SLOT(Py_nb_inplace_subtract, as_number.nb_inplace_subtract),
    SLOT(Py_nb_inplace_true_divide, as_number.nb_inplace_true_divide),
    SLOT(Py_nb_inplace_xor, as_number.nb_inplace_xor),
    SLOT(Py_nb_int, as_number.nb_int),
    SLOT(Py_nb_invert, as_number.nb_invert),
    SLOT(Py_nb_lshift, as_number.nb_lshift),
    SLOT(Py_nb_multiply, as_number.nb_multiply),
    SLOT(Py_nb_negative, as_number.nb_negative),
    SLOT(Py_nb_or, as_number.nb_or),
    SLOT(Py_nb_positive, as_number.nb_positive),
    SLOT(Py_nb_power, as_number.nb_power),
    SLOT(Py_nb_remainder, as_number.nb_remainder),
    SLOT(Py_nb_rshift, as_number.nb_rshift),
    SLOT(Py_nb_subtract, as_number.nb_subtract),
    SLOT(Py_nb_true_divide, as_number.nb_true_divide),
    SLOT(Py_nb_xor, as_number.nb_xor),
    SLOT(Py_sq_ass_item, as_sequence.sq_ass_item),
    SLOT(Py_sq_concat, as_sequence.sq_concat),
    SLOT(Py_sq_contains, as_sequence.sq_contains),
    SLOT(Py_sq_inplace_concat, as_sequence.sq_inplace_concat),
    SLOT(Py_sq_inplace_repeat, as_sequence.sq_inplace_repeat),
    SLOT(Py_sq_item, as_sequence.sq_item),
    SLOT(Py_sq_length, as_sequence.sq_length),
    SLOT(Py_sq_repeat, as_sequence.sq_repeat),
    SLOT(Py_tp_alloc, ht_type.tp_alloc),
    SLOT(Py_tp_base, ht_type.tp_base),
    SLOT(Py_tp_bases, ht_type.tp_bases),
    SLOT(Py_tp_call, ht_type.tp_call),
    SLOT(Py_tp_clear, ht_type.tp_clear),
    SLOT(Py_tp_dealloc, ht_type.tp_dealloc),
    SLOT(Py_tp_del, ht_type.tp_del),
    SLOT(Py_tp_descr_get, ht_type.tp_descr_get),
    SLOT(Py_tp_descr_set, ht_type.tp_descr_set),
    SLOT(Py_tp_doc, ht_type.tp_doc),
    SLOT(Py_tp_getattr, ht_type.tp_getattr),
    SLOT(Py_tp_getattro, ht_type.tp_getattro),
    SLOT(Py_tp_hash, ht_type.tp_hash),
    SLOT(Py_tp_init, ht_type.tp_init),
    SLOT(Py_tp_is_gc, ht_type.tp_is_gc),
    SLOT(Py_tp_iter, ht_type.tp_iter),
    SLOT(Py_tp_iternext, ht_type.tp_iternext),
    SLOT(Py_tp_methods, ht_type.tp_methods),
    SLOT(Py_tp_new, ht_type.tp_new),
    SLOT(Py_tp_repr, ht_type.tp_repr),
    SLOT(Py_tp_richcompare, ht_type.tp_richcompare),
    SLOT(Py_tp_setattr, ht_type.tp_setattr),
    SLOT(Py_tp_setattro, ht_type.tp_setattro),
    SLOT(Py_tp_str, ht_type.tp_str),
    SLOT(Py_tp_traverse, ht_type.tp_traverse),
    SLOT(Py_tp_members, ht_type.tp_members),
    SLOT(Py_tp_getset, ht_type.tp_getset),
    SLOT(Py_tp_free, ht_type.tp_free),
    SLOT(Py_nb_matrix_multiply, as_number.nb_matrix_multiply),
    SLOT(Py_nb_inplace_matrix_multiply, as_number.nb_inplace_matrix_multiply),
    SLOT(Py_am_await, as_async.am_await),
    SLOT(Py_am_aiter, as_async.am_aiter),
    SLOT(Py_am_anext, as_async.am_anext),
    SLOT(Py_tp_finalize, ht_type.tp_finalize),
    SLOT(Py_am_send, as_async.am_send),
};

enum { N_SLOT_NUMBERS = OU_COUNT_OF(slot_offsets) };

/* What is read from the spec before the type has memory. */
typedef struct {
    PyObject *bases;            /* owned tuple */
    PyTypeObject *base;         /* borrowed */
    const PyMemberDef *members; /* the caller's */
    Py_ssize_t n_members;
    const char *doc;
    Py_ssize_t weaklistoffset, dictoffset, vectorcalloffset; /* from members of these names; 0: none */
} Spec;

/* Members that tell an offset rather than offer an attribute. */
static int
read_offset_member(Spec *plan, const PyMemberDef *member)
{
    Py_ssize_t *where = strcmp(member->name, "__weaklistoffset__") == 0   ? &plan->weaklistoffset
                      : strcmp(member->name, "__dictoffset__") == 0       ? &plan->dictoffset
                      : strcmp(member->name, "__vectorcalloffset__") == 0 ? &plan->vectorcalloffset
                                                                          : NULL;
    if (where != NULL) {
        if (member->type != T_PYSSIZET || member->flags != READONLY) {
            PyErr_Format(PyExc_SystemError, "type of %s must be Py_T_PYSSIZET, and Py_READONLY", member->name);
            return -1;
        }
        *where = member->offset;
    }
    return 0;
}

static int
read_bases(Spec *plan, PyType_Spec *spec, PyObject *bases)
{
    PyObject *base = NULL;
    if (bases == NULL) {
        for (PyType_Slot *slot = spec->slots; slot->slot != 0; slot++) {
            if (slot->slot == Py_tp_base) {
                base = slot->pfunc;
            }
            else if (slot->slot == Py_tp_bases) {
                bases = slot->pfunc;
            }
        }
    }
    if (bases == NULL) {
        plan->bases = PyTuple_Pack(1, base != NULL ? base : (PyObject *)&PyBaseObject_Type);
    }
    else if (PyTuple_Check(bases)) {
        plan->bases = Py_NewRef(bases);
    }
    else if (PyType_Check(bases)) {
        plan->bases = PyTuple_Pack(1, bases);
    }
    else {
        PyErr_SetString(PyExc_SystemError, "Py_tp_bases is not a tuple");
    }
    if (plan->bases == NULL) {
        return -1;
    }
    plan->base = ou_type_best_base(plan->bases);
    return plan->base == NULL ? -1 : 0;
}

static int
read_slots(Spec *plan, PyType_Spec *spec)
{
    for (PyType_Slot *slot = spec->slots; slot->slot != 0; slot++) {
        if (slot->slot < 0 || slot->slot >= N_SLOT_NUMBERS) {
            PyErr_SetString(PyExc_RuntimeError, "invalid slot offset");
            return -1;
        }
        if (slot->slot == Py_tp_doc) {
            plan->doc = slot->pfunc;
        }
        else if (slot->slot == Py_tp_members) {
            plan->members = slot->pfunc;
            for (const PyMemberDef *member = plan->members; member->name != NULL; member++) {
                plan->n_members++;
                if (read_offset_member(plan, member) < 0) {
                    return -1;
                }
            }
        }
    }
    return 0;
}

/* tp_name, __name__ and __qualname__: "module.Name". */
static int
fill_names(PyTypeObject *type, const char *name)
{
    PyHeapTypeObject *heap = (PyHeapTypeObject *)type;
    size_t size = strlen(name) + 1;
    heap->_ht_tpname = PyMem_Malloc(size);
    if (heap->_ht_tpname == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    type->tp_name = memcpy(heap->_ht_tpname, name, size);
    heap->ht_name = PyUnicode_FromString(ou_type_short_name(type));
    heap->ht_qualname = Py_XNewRef(heap->ht_name);
    return heap->ht_name == NULL ? -1 : 0;
}

static int
fill_doc(PyTypeObject *type, const char *doc)
{
    if (doc == NULL) {
        return 0;
    }
    size_t size = strlen(doc) + 1;
    char *copy = PyObject_Malloc(size);
    if (copy == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    type->tp_doc = memcpy(copy, doc, size);
    return 0;
}

static void
fill_slots(PyTypeObject *type, PyType_Spec *spec)
{
    for (PyType_Slot *slot = spec->slots; slot->slot != 0; slot++) {
        switch (slot->slot) {
        case Py_tp_base:
        case Py_tp_bases:
        case Py_tp_doc:
        case Py_tp_members: break; /* read before, or copied */
        default: *(OuSlotWord *)((char *)type + slot_offsets[slot->slot]) = slot->pfunc;
        }
    }
}

/* __module__ from the name's first part. */
static int
fill_module(PyTypeObject *type)
{
    int there = PyDict_Contains(type->tp_dict, OU_STR(__module__));
    if (there != 0) {
        return there < 0 ? -1 : 0;
    }
    const char *dot = strrchr(type->tp_name, '.');
    if (dot == NULL) {
        return PyErr_WarnFormat(PyExc_DeprecationWarning, 1, "builtin type %.200s has no __module__ attribute", type->tp_name);
    }
    PyObject *module = PyUnicode_FromStringAndSize(type->tp_name, dot - type->tp_name);
    if (module != NULL) {
        PyUnicode_InternInPlace(&module);
    }
    int result = module == NULL ? -1 : PyDict_SetItem(type->tp_dict, OU_STR(__module__), module);
    Py_XDECREF(module);
    return result;
}

/* The offset members are no attributes. */
static int
drop_offset_members(PyTypeObject *type, const Spec *plan)
{
    const struct {
        Py_ssize_t offset;
        const char *name;
    } members[] = {{plan->weaklistoffset, "__weaklistoffset__"},
                   {plan->dictoffset, "__dictoffset__"},
                   {plan->vectorcalloffset, "__vectorcalloffset__"}};
    for (size_t i = 0; i < OU_COUNT_OF(members); i++) {
        if (members[i].offset != 0 && PyDict_DelItemString(type->tp_dict, members[i].name) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Fill and ready the type.  Returns 0, or -1 with an error set. */
static int
spec_build(PyTypeObject *type, const Spec *plan, PyObject *module, PyType_Spec *spec)
{
    PyHeapTypeObject *heap = (PyHeapTypeObject *)type;
    type->tp_flags = spec->flags | Py_TPFLAGS_HEAPTYPE;
    type->tp_bases = Py_NewRef(plan->bases);
    type->tp_base = (PyTypeObject *)Py_NewRef(plan->base);
    heap->ht_module = Py_XNewRef(module);
    type->tp_basicsize = spec->basicsize;
    type->tp_itemsize = spec->itemsize;
    if (fill_names(type, spec->name) < 0 || fill_doc(type, plan->doc) < 0) {
        return -1;
    }
    fill_slots(type, spec);
    if (plan->n_members > 0) {
        memcpy(ou_type_members(type), plan->members, (size_t)plan->n_members * sizeof(PyMemberDef));
        type->tp_members = ou_type_members(type); /* ends with a zero row: the item beyond the last */
    }
    if (type->tp_dealloc == NULL) {
        type->tp_dealloc = ou_subtype_dealloc; /* what a class has */
    }
    type->tp_vectorcall_offset = plan->vectorcalloffset;
    type->tp_weaklistoffset = plan->weaklistoffset;
    type->tp_dictoffset = plan->dictoffset;
    if (PyType_Ready(type) < 0 || drop_offset_members(type, plan) < 0) {
        return -1;
    }
    return fill_module(type);
}

/* A new heap type.
 * module  what PyType_GetModule() will return, or NULL
 * bases   a tuple of types or one type; NULL: what the spec says, or object
 * Refs new.  Errors: any.  RE-ENTRANT if a warning filter is. */
PyObject *
PyType_FromModuleAndSpec(PyObject *module, PyType_Spec *spec, PyObject *bases)
{
    Spec plan = {0};
    PyTypeObject *type = NULL;
    if (spec->name == NULL) {
        PyErr_SetString(PyExc_SystemError, "Type spec does not define the name field.");
        return NULL;
    }
    if (read_bases(&plan, spec, bases) == 0 && read_slots(&plan, spec) == 0) {
        type = ou_type_alloc(&PyType_Type, plan.n_members);
    }
    if (type != NULL) {
        PyObject *held = (PyObject *)type;
        OU_HOLD(h, &held, &plan.bases);
        int result = spec_build(type, &plan, module, spec);
        OU_HOLD_END(h);
        PyObject_GC_Track(type);
        if (result < 0) {
            ou_type_remove_from_bases(type, type->tp_bases);
            Py_CLEAR(type); /* the rest of a cycle is the collector's */
        }
    }
    Py_XDECREF(plan.bases);
    return (PyObject *)type;
}

PyObject *
PyType_FromSpecWithBases(PyType_Spec *spec, PyObject *bases)
{
    return PyType_FromModuleAndSpec(NULL, spec, bases);
}

PyObject *
PyType_FromSpec(PyType_Spec *spec)
{
    return PyType_FromModuleAndSpec(NULL, spec, NULL);
}

/* ---- questions ----------------------------------------------------------------------------------------- */

/* The function (or table) in a slot, by its number; NULL if it is empty, or with SystemError if there is
 * no such slot. */
void *
PyType_GetSlot(PyTypeObject *type, int slot)
{
    if (slot <= 0 || slot >= N_SLOT_NUMBERS) {
        PyErr_BadInternalCall();
        return NULL;
    }
    static const struct {
        int start, end;
        size_t field;
    } tables[] = {
#define PART(part) ((PyHeapTypeObject *)0)->part
#define TABLE(part, pointer)                                                                              \
    {(int)offsetof(PyHeapTypeObject, part), (int)(offsetof(PyHeapTypeObject, part) + sizeof(PART(part))), \
     offsetof(PyTypeObject, pointer)},
        TABLE(as_async, tp_as_async) TABLE(as_number, tp_as_number) TABLE(as_mapping, tp_as_mapping)
            TABLE(as_sequence, tp_as_sequence) TABLE(as_buffer, tp_as_buffer)};
    int offset = slot_offsets[slot];
    for (size_t i = 0; i < OU_COUNT_OF(tables); i++) {
        if (offset >= tables[i].start && offset < tables[i].end) {
            char *table = *(char **)((char *)type + tables[i].field);
            return table == NULL ? NULL : *(OuSlotWord *)(table + (offset - tables[i].start));
        }
    }
    return *(OuSlotWord *)((char *)type + offset);
}

/* The module the type was made for.  Refs borrowed.  Errors TypeError. */
PyObject *
PyType_GetModule(PyTypeObject *type)
{
    if (!ou_type_is_heap(type)) {
        return PyErr_Format(PyExc_TypeError, "PyType_GetModule: Type '%s' is not a heap type", type->tp_name);
    }
    PyObject *module = ((PyHeapTypeObject *)type)->ht_module;
    if (module == NULL) {
        PyErr_Format(PyExc_TypeError, "PyType_GetModule: Type '%s' has no associated module", type->tp_name);
    }
    return module;
}

void *
PyType_GetModuleState(PyTypeObject *type)
{
    PyObject *module = PyType_GetModule(type);
    return module == NULL ? NULL : PyModule_GetState(module);
}

/* The module, made from `def`, of the first class in the mro that has it.  Refs borrowed.  Errors
 * TypeError. */
PyObject *
PyType_GetModuleByDef(PyTypeObject *type, PyModuleDef *def)
{
    PyObject *mro = type->tp_mro;
    for (Py_ssize_t i = 0; mro != NULL && i < PyTuple_GET_SIZE(mro); i++) {
        PyTypeObject *one = (PyTypeObject *)PyTuple_GET_ITEM(mro, i);
        PyObject *module = ou_type_is_heap(one) ? ((PyHeapTypeObject *)one)->ht_module : NULL;
        if (module != NULL && PyModule_Check(module) && PyModule_GetDef(module) == def) {
            return module;
        }
    }
    return PyErr_Format(PyExc_TypeError, "PyType_GetModuleByDef: No superclass of '%s' has the given module", type->tp_name);
}
