/* vm/specialize.c - the choice of specialized forms.
 *
 * Invariant  what a cache says is guarded by versions that are never used twice, so stale caches only miss.
 * Not here   the forms themselves (eval*.h). */

#include "object/descriptor.h"
#include "object/keys.h"
#include "object/slots.h"
#include "object/type.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/module.h"
#include "types/range.h"
#include "types/tuple.h"
#include <structmember.h>

#include "vm/ops.h"
#include "vm/specialize.h"

static inline bool
is_one_digit_int(PyObject *op)
{
    return PyLong_CheckExact(op) && ou_int_is_one_digit(op);
}

/* ---- numbers ------------------------------------------------------------------------------------------ */

/* First of the forms of an operator, or 0. */
/* clang-format off */
static uint16_t
int_forms(uint16_t op)
{
    switch (op) {
#define ROW(name) case OU_OP_##name: return OU_OP_##name##_INT_LL;
    ROW(ADD) ROW(SUBTRACT) ROW(MULTIPLY) ROW(FLOOR_DIVIDE) ROW(REMAINDER) ROW(LSHIFT) ROW(RSHIFT) ROW(AND) ROW(OR) ROW(XOR)
    ROW(INPLACE_ADD) ROW(INPLACE_SUBTRACT) ROW(INPLACE_MULTIPLY) ROW(INPLACE_FLOOR_DIVIDE) ROW(INPLACE_REMAINDER)
    ROW(INPLACE_LSHIFT) ROW(INPLACE_RSHIFT) ROW(INPLACE_AND) ROW(INPLACE_OR) ROW(INPLACE_XOR)
#undef ROW
    default: return 0;
    }
}
/* clang-format on */

/* clang-format off */
static uint16_t
float_forms(uint16_t op)
{
    switch (op) {
#define ROW(name) case OU_OP_##name: return OU_OP_##name##_FLOAT_LL;
    ROW(ADD) ROW(SUBTRACT) ROW(MULTIPLY) ROW(TRUE_DIVIDE)
    ROW(INPLACE_ADD) ROW(INPLACE_SUBTRACT) ROW(INPLACE_MULTIPLY) ROW(INPLACE_TRUE_DIVIDE)
#undef ROW
    default: return 0;
    }
}
/* clang-format on */

/* 0 to 7 for LL LT LI LK TL TT TI TK; 8 for all else. */
static int
int_form(uint16_t b, uint16_t c)
{
    static const int columns[] = {0, 1, 3, 2}; /* by kind: local, temporary, constant, small int */
    return b >= OU_KIND_CONST ? 8 : (b >> 14) * 4 + columns[c >> 14];
}

/* 0 to 5 for LL LT LK TL TT TK; 6 for all else. */
static int
float_form(uint16_t b, uint16_t c)
{
    return b >= OU_KIND_CONST || c >= OU_KIND_INT ? 6 : (b >> 14) * 3 + (c >> 14);
}

/* May the loop run the method that an operation of `op` comes to?  Sets the version of its class. */
static bool
special_method(PyObject *op, unsigned base, Py_ssize_t n_args, OuCache *cache)
{
    PyTypeObject *type = Py_TYPE(op);
    if (!ou_type_is_heap(type) || (cache->version = ou_type_version(type)) == 0) {
        return false;
    }
    PyObject *method = ou_type_lookup(type, ou_special_name(base));
    return method != NULL && PyFunction_Check(method)
        && ou_code_is_plain((PyCodeObject *)((PyFunctionObject *)method)->func_code, n_args);
}

/* b op c of a class in Python: if b's slot is the one that calls the method and no other has a say. */
static uint16_t
special_arithmetic(PyObject *b, PyObject *c, unsigned base, OuCache *cache)
{
    static const struct {
        uint16_t form;
        uint16_t slot, slot_inplace; /* offsets in PyNumberMethods */
        binaryfunc function;
    } rows[] = {
#define ROW(base, name)                                                                             \
    [OU_OP_##base] = {OU_OP_##base##_SPECIAL, offsetof(PyNumberMethods, nb_##name),                 \
                      offsetof(PyNumberMethods, nb_inplace_##name), ou_slot_nb_##name},             \
    [OU_OP_INPLACE_##base] = {OU_OP_INPLACE_##base##_SPECIAL, offsetof(PyNumberMethods, nb_##name), \
                              offsetof(PyNumberMethods, nb_inplace_##name), ou_slot_nb_##name},
        ROW(ADD, add) ROW(SUBTRACT, subtract) ROW(MULTIPLY, multiply) ROW(TRUE_DIVIDE, true_divide)
            ROW(FLOOR_DIVIDE, floor_divide) ROW(REMAINDER, remainder) ROW(LSHIFT, lshift) ROW(RSHIFT, rshift) ROW(AND, and)
                ROW(OR, or) ROW(XOR, xor)
#undef ROW
    };
    if (base >= OU_COUNT_OF(rows) || rows[base].form == 0 || !special_method(b, base, 2, cache)) {
        return 0;
    }
    PyTypeObject *type = Py_TYPE(b);
    char *slots = (char *)type->tp_as_number;
    PySequenceMethods *sequence = type->tp_as_sequence;
    bool inplace = base >= OU_OP_INPLACE_ADD;
    if (*(binaryfunc *)(slots + rows[base].slot) != rows[base].function
        || (inplace && *(binaryfunc *)(slots + rows[base].slot_inplace) != NULL) || PyLong_Check(b) || PyFloat_Check(b)
        || (sequence != NULL && (sequence->sq_concat != NULL || sequence->sq_repeat != NULL))) {
        return 0;
    }
    return Py_TYPE(c) == type || PyLong_CheckExact(c) || PyFloat_CheckExact(c) ? rows[base].form : 0;
}

/* The same of a comparison. */
static bool
special_comparison(PyObject *b, PyObject *c, unsigned base, OuCache *cache)
{
    return special_method(b, base, 2, cache) && Py_TYPE(b)->tp_richcompare == ou_slot_tp_richcompare
        && (Py_TYPE(c) == Py_TYPE(b) || !ou_type_is_heap(Py_TYPE(c)));
}

static uint16_t
arithmetic(Frame *frame, OuInstr i, OuCache *cache)
{
    PyObject *b = ou_op_value(frame, i.b), *c = ou_op_value(frame, i.c);
    uint16_t first;
    if (PyLong_CheckExact(b) && PyLong_CheckExact(c)) {
        first = int_forms(i.op);
        return first == 0 ? 0 : first + int_form(i.b, i.c);
    }
    uint16_t special = special_arithmetic(b, c, i.op, cache);
    first = float_forms(i.op);
    if (special != 0 || first == 0) {
        return special;
    }
    if (PyFloat_CheckExact(b) && PyFloat_CheckExact(c)) {
        return first + float_form(i.b, i.c);
    }
    if ((PyFloat_CheckExact(b) && is_one_digit_int(c)) || (is_one_digit_int(b) && PyFloat_CheckExact(c))) {
        return first + 6;
    }
    return 0;
}

static bool
is_float_pair(PyObject *b, PyObject *c)
{
    return (PyFloat_CheckExact(b) && (PyFloat_CheckExact(c) || is_one_digit_int(c)))
        || (PyFloat_CheckExact(c) && is_one_digit_int(b));
}

static uint16_t
comparison(Frame *frame, OuInstr i, OuCache *cache)
{
    PyObject *b = ou_op_value(frame, i.b), *c = ou_op_value(frame, i.c);
    uint16_t first = (uint16_t)(OU_OP_LT_INT + (i.op - OU_OP_LT) * (OU_OP_LE_INT - OU_OP_LT_INT));
    if (PyLong_CheckExact(b) && PyLong_CheckExact(c)) {
        return first;
    }
    if (is_float_pair(b, c)) {
        return first + 1;
    }
    if ((i.op == OU_OP_EQ || i.op == OU_OP_NE) && PyUnicode_CheckExact(b) && PyUnicode_CheckExact(c)) {
        return first + 2;
    }
    return special_comparison(b, c, i.op, cache) ? (uint16_t)(OU_OP_LT_SPECIAL + (i.op - OU_OP_LT)) : 0;
}

static uint16_t
compare_and_jump(Frame *frame, OuInstr i, uint16_t base, uint16_t first, uint16_t special, OuCache *cache)
{
    PyObject *b = ou_op_value(frame, i.a), *c = ou_op_value(frame, i.b);
    int which = (i.op - base) % 6; /* LT LE EQ NE GT GE */
    if (PyLong_CheckExact(b) && PyLong_CheckExact(c)) {
        bool left_local = ou_op_is_local(i.a);
        return first + (left_local && ou_op_is_local(i.b) ? 0 : left_local && (i.b & OU_KIND_MASK) == OU_KIND_INT ? 1 : 2);
    }
    if (is_float_pair(b, c)) {
        return first + 3;
    }
    if ((which == 2 || which == 3) && PyUnicode_CheckExact(b) && PyUnicode_CheckExact(c)) {
        return first + 4;
    }
    return special_comparison(b, c, i.op, cache) ? (uint16_t)(special + (i.op - base)) : 0;
}
_Static_assert(OU_OP_GE - OU_OP_LT == 5 && OU_OP_JUMP_IF_NOT_GE - OU_OP_JUMP_IF_LT == 11
                   && OU_OP_JUMP_BACK_IF_GE - OU_OP_JUMP_BACK_IF_LT == 5,
               "comparisons stand in one order everywhere");
_Static_assert(OU_OP_JUMP_IF_LE_INT_LL - OU_OP_JUMP_IF_LT_INT_LL == 5
                   && OU_OP_JUMP_BACK_IF_LE_INT_LL - OU_OP_JUMP_BACK_IF_LT_INT_LL == 5,
               "five forms each");

/* See specialize.h. */
uint16_t
ou_specialize_move(OuInstr i)
{
    int kind = i.b >> 14; /* local, temporary, constant, small int */
    static const uint16_t to_local[] = {OU_OP_MOVE_LL, OU_OP_MOVE_LT, OU_OP_MOVE_LK, OU_OP_MOVE_LI};
    static const uint16_t to_temp[] = {OU_OP_MOVE_TL, OU_OP_MOVE_TT, OU_OP_MOVE_TK, OU_OP_MOVE_TI};
    return ou_op_is_temp(i.a) ? to_temp[kind] : to_local[kind];
}

/* See specialize.h. */
uint16_t
ou_specialize_unpack(const OuInstr *pc)
{
    const OuInstr *first = pc + 1, *second = pc + 2;
    uint16_t t = pc->a & OU_INDEX_MASK;
    bool pair = pc->c == 2 && pc->b < OU_KIND_CONST && ou_op_base(first->op) == OU_OP_MOVE
             && ou_op_base(second->op) == OU_OP_MOVE && ou_op_is_local(first->a) && first->b == (OU_KIND_TEMP | t)
             && ou_op_is_local(second->a) && second->b == (OU_KIND_TEMP | (t + 1));
    return pair ? OU_OP_UNPACK_PAIR : OU_OP_UNPACK_ANY;
}

/* ---- results ---------------------------------------------------------------------------------------- */

/* Is the call's result dropped right away?  Then a call of a built-in function need not store it. */
static uint16_t
is_dropped(Frame *frame, OuInstr i)
{
    OuInstr next = frame->pc[1 + ou_op_info[i.op].n_cache];
    return next.op == OU_OP_CLEAR && ou_op_is_temp(i.a) && (next.a & OU_INDEX_MASK) == (i.a & OU_INDEX_MASK);
}

/* ---- names -------------------------------------------------------------------------------------------- */

/* The entry and keys version of a str in an exact dict.  Returns false if that can't be cached. */
static bool
find_entry(PyObject *op, PyObject *name, Py_ssize_t *index, uint32_t *version)
{
    PyDictKeysObject *keys = ((PyDictObject *)op)->ma_keys;
    if (!PyDict_CheckExact(op) || keys->kind != OU_KEYS_STR) {
        return false;
    }
    *index = ou_keys_lookup_str(keys, name, ou_keys_str_hash(name));
    *version = ou_keys_version(keys);
    return *version != 0 && *index <= UINT16_MAX;
}

static uint16_t
load_global(Frame *frame, OuInstr i, OuWideCache *cache)
{
    PyObject *name = ou_op_name(frame, i.b);
    Py_ssize_t index, builtin_index;
    uint32_t version, builtin_version;
    if (!find_entry(ou_frame_globals(frame), name, &index, &version)) {
        return 0;
    }
    cache->version = version;
    if (index >= 0) {
        cache->index = (uint16_t)index;
        return OU_OP_LOAD_GLOBAL_MODULE;
    }
    if (!find_entry(ou_frame_builtins(frame), name, &builtin_index, &builtin_version) || builtin_index < 0) {
        return 0;
    }
    cache->index = (uint16_t)builtin_index;
    cache->version2 = builtin_version;
    return OU_OP_LOAD_GLOBAL_BUILTIN;
}

/* A Python function that takes exactly n_args and nothing else.  Sets version and how many words of it to skip. */
static bool
python_function(PyObject *op, Py_ssize_t n_args, OuCache *cache)
{
    if (!PyFunction_Check(op)) {
        return false;
    }
    PyFunctionObject *function = (PyFunctionObject *)op;
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    if (!ou_code_is_simple(code) || code->co_argcount != n_args || (cache->version = ou_function_version(function)) == 0) {
        return false;
    }
    cache->index = ou_op_base(ou_code_instrs(code)->op) == OU_OP_RESUME ? OU_CALL_SKIP : 0;
    return true;
}

/* ---- attributes --------------------------------------------------------------------------------------- */

/* Where an instance's inline value of this name lies.  -1: nowhere. */
static Py_ssize_t
inline_value(PyObject *op, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(op);
    if (!(type->tp_flags & Py_TPFLAGS_MANAGED_DICT) || type->tp_dictoffset <= 0) {
        return -1;
    }
    PyDictKeysObject *keys = ou_type_shared_keys(type);
    if (keys == NULL || *ou_instance_dict_slot(op) != NULL
        || type->tp_basicsize / (Py_ssize_t)sizeof(PyObject *) > UINT16_MAX) {
        return -1;
    }
    return ou_keys_lookup_str(keys, name, ou_keys_str_hash(name));
}

/* The offset in words of a __slots__ member, or -1. */
static Py_ssize_t
slot_offset(PyTypeObject *type, PyObject *descr)
{
    if (!Py_IS_TYPE(descr, &PyMemberDescr_Type)) {
        return -1;
    }
    PyMemberDef *member = ((PyMemberDescrObject *)descr)->d_member;
    if (member->type != T_OBJECT_EX || (member->flags & READONLY) || member->offset % 8 != 0
        || !PyType_IsSubtype(type, ((PyDescrObject *)descr)->d_type)) {
        return -1;
    }
    return member->offset / 8;
}

/* Does an instance of a type that has no attribute in its namespace hide nothing: may a value of the class be cached?  Sets
 * what guards it. */
static bool
class_value_is_visible(PyObject *op, PyObject *name, OuWideCache *cache)
{
    PyTypeObject *type = Py_TYPE(op);
    if (type->tp_dictoffset == 0) {
        cache->version2 = 0;
        return true;
    }
    if (!(type->tp_flags & Py_TPFLAGS_MANAGED_DICT) || type->tp_dictoffset <= 0 || *ou_instance_dict_slot(op) != NULL) {
        return false;
    }
    PyDictKeysObject *keys = ou_type_shared_keys(type);
    if (keys == NULL || ou_keys_lookup_str(keys, name, ou_keys_str_hash(name)) >= 0) {
        return false;
    }
    cache->version2 = ou_keys_version(keys);
    return cache->version2 != 0;
}

/* A property whose getter is a Python function of one parameter. */
static uint16_t
property_getter(PyObject *descr, OuWideCache *cache)
{
    PyObject *getter = PyObject_GetAttr(descr, OU_STR(fget)); /* a field: runs no Python code */
    if (getter == NULL) {
        PyErr_Clear();
        return 0;
    }
    OuCache function = {0};
    bool good = PyFunction_Check(getter) && Py_REFCNT(getter) > 1 && python_function(getter, 1, &function);
    cache->index = function.index;
    cache->version2 = function.version;
    cache->value = getter; /* the property holds it */
    Py_DECREF(getter);
    return good ? OU_OP_LOAD_ATTR_PROPERTY : 0;
}

/* An attribute of a module: an entry of its dict. */
static bool
module_entry(PyObject *op, PyObject *name, OuWideCache *cache)
{
    PyTypeObject *type = Py_TYPE(op);
    if (type != &PyModule_Type || ou_type_lookup(type, name) != NULL) {
        return false;
    }
    Py_ssize_t index;
    uint32_t version;
    PyObject *dict = ou_module_dict(op);
    if (dict == NULL || !find_entry(dict, name, &index, &version) || index < 0) {
        return false;
    }
    cache->version = ou_type_version(type);
    cache->version2 = version;
    cache->index = (uint16_t)index;
    return cache->version != 0;
}

/* A value inline or in a slot, for another type than the cache knew: up to three are kept, the newest first.  was: what the cache
 * told before.  index: with OU_INDEX_INLINE. */
static uint16_t
load_attr_several(OuWideCache *cache, unsigned was, unsigned index, uint32_t version)
{
    if (was == OU_ATTR_SEVERAL && (cache->version == version || cache->version2 == version || cache->version3 == version)) {
        cache->counter2 = OU_ATTR_SEVERAL;
        return OU_OP_LOAD_ATTR_SEVERAL;
    }
    if (was == OU_ATTR_SEVERAL) {
        cache->index3 = cache->index2;
        cache->version3 = cache->version2;
    }
    else {
        cache->index3 = 0;
        cache->version3 = 0;
        cache->index |= was == OU_ATTR_INLINE ? OU_INDEX_INLINE : 0;
    }
    cache->index2 = cache->index;
    cache->version2 = cache->version;
    cache->index = (uint16_t)index;
    cache->version = version;
    cache->counter2 = OU_ATTR_SEVERAL;
    return OU_OP_LOAD_ATTR_SEVERAL;
}

static uint16_t
load_attr(Frame *frame, OuInstr i, OuWideCache *cache)
{
    unsigned was = cache->counter2;
    uint32_t was_version = cache->version;
    cache->counter2 = OU_ATTR_OTHER;
    if (i.b >= OU_KIND_CONST) {
        return 0;
    }
    PyObject *op = ou_op_value(frame, i.b), *name = ou_op_name(frame, i.c);
    PyTypeObject *type = Py_TYPE(op);
    uint32_t version;
    if (module_entry(op, name, cache)) {
        return OU_OP_LOAD_ATTR_DICT;
    }
    if (PyType_Check(op) && type->tp_getattro == PyType_Type.tp_getattro) {
        /* A plain value or a function of a class, with nothing of that name in the metaclass. */
        PyObject *value = ou_type_lookup((PyTypeObject *)op, name);
        if (value == NULL || ou_type_lookup(type, name) != NULL) {
            return 0;
        }
        if (Py_TYPE(value)->tp_descr_get != NULL && !PyFunction_Check(value)) {
            return 0;
        }
        cache->version = ou_type_version((PyTypeObject *)op);
        cache->version2 = ou_type_version(type);
        cache->value = value;
        return cache->version != 0 && cache->version2 != 0 ? OU_OP_LOAD_ATTR_TYPE : 0;
    }
    if (type->tp_getattro != PyObject_GenericGetAttr || (version = ou_type_version(type)) == 0) {
        return 0;
    }
    bool another = was == OU_ATTR_SEVERAL || (was != OU_ATTR_OTHER && was_version != version);
    PyObject *descr = ou_type_lookup(type, name);
    if (descr != NULL && Py_TYPE(descr)->tp_descr_set != NULL) {
        cache->version = another ? cache->version : version;
        if (Py_IS_TYPE(descr, &PyProperty_Type) && ou_op_is_local(i.b)) {
            cache->version = version;
            return property_getter(descr, cache);
        }
        Py_ssize_t offset = slot_offset(type, descr);
        if (offset < 0 || offset >= OU_INDEX_INLINE || ((PyObject **)op)[offset] == NULL) {
            return 0; /* an empty slot: the form would come back here at once, and never raise */
        }
        if (another) {
            return load_attr_several(cache, was, (unsigned)offset, version);
        }
        cache->version = version;
        cache->index = (uint16_t)offset;
        cache->counter2 = OU_ATTR_SLOT;
        return OU_OP_LOAD_ATTR_SLOT;
    }
    Py_ssize_t index = inline_value(op, name);
    OuInline *block = index >= 0 ? ou_instance_inline(op) : NULL;
    if (block != NULL && index < block->cap && block->values[index] != NULL) { /* it has one: see the empty slot above */
        if (another) {
            return load_attr_several(cache, was, (unsigned)index | OU_INDEX_INLINE, version);
        }
        cache->version = version;
        cache->index = (uint16_t)index;
        cache->index2 = (uint16_t)(type->tp_basicsize / (Py_ssize_t)sizeof(PyObject *));
        cache->counter2 = OU_ATTR_INLINE;
        return ou_op_is_temp(i.b) ? OU_OP_LOAD_ATTR_INLINE_T : OU_OP_LOAD_ATTR_INLINE_L;
    }
    if (descr != NULL && Py_TYPE(descr)->tp_descr_get == NULL && class_value_is_visible(op, name, cache)) {
        cache->version = version;
        cache->value = descr;
        return OU_OP_LOAD_ATTR_CLASS;
    }
    return 0;
}

static uint16_t
store_attr(Frame *frame, OuInstr i, OuWideCache *cache)
{
    if (i.a >= OU_KIND_CONST) {
        return 0;
    }
    PyObject *op = ou_op_value(frame, i.a), *name = ou_op_name(frame, i.b);
    PyTypeObject *type = Py_TYPE(op);
    if (type->tp_setattro != PyObject_GenericSetAttr || (cache->version = ou_type_version(type)) == 0) {
        return 0;
    }
    PyObject *descr = ou_type_lookup(type, name);
    if (descr != NULL && Py_TYPE(descr)->tp_descr_set != NULL) {
        Py_ssize_t offset = slot_offset(type, descr);
        if (offset < 0 || offset > UINT16_MAX) {
            return 0;
        }
        cache->index = (uint16_t)offset;
        return OU_OP_STORE_ATTR_SLOT;
    }
    Py_ssize_t index = inline_value(op, name);
    if (index < 0) {
        return 0;
    }
    cache->index = (uint16_t)index;
    cache->index2 = (uint16_t)(type->tp_basicsize / (Py_ssize_t)sizeof(PyObject *));
    return ou_op_is_local(i.a) && ou_op_is_temp(i.c) ? OU_OP_STORE_ATTR_INLINE_LT : OU_OP_STORE_ATTR_INLINE;
}

/* What LOAD_METHOD finds in a class without binding it to an instance: 0 the thing itself, 1 what a staticmethod holds, 2 what
 * a classmethod does.  Returns false if it is none of these. */
static bool
unbound_kind(PyObject *descr, bool of_class, OuWideCache *cache)
{
    cache->value = descr;
    if (of_class && (PyFunction_Check(descr) || Py_TYPE(descr)->tp_descr_get == NULL)) {
        cache->index = 0;
        return true;
    }
    cache->index = Py_IS_TYPE(descr, &PyStaticMethod_Type) ? 1 : 2;
    return (Py_IS_TYPE(descr, &PyStaticMethod_Type) || Py_IS_TYPE(descr, &PyClassMethod_Type))
        && ((OuMethodWrapper *)descr)->callable != NULL && PyFunction_Check(((OuMethodWrapper *)descr)->callable);
}

static uint16_t
load_method_of_class(PyTypeObject *op, PyObject *name, OuWideCache *cache)
{
    PyObject *descr = ou_type_lookup(op, name);
    PyTypeObject *metatype = Py_TYPE((PyObject *)op);
    if (descr == NULL || ou_type_lookup(metatype, name) != NULL || !unbound_kind(descr, true, cache)) {
        return 0;
    }
    cache->version = ou_type_version(op);
    cache->version2 = ou_type_version(metatype);
    return cache->version != 0 && cache->version2 != 0 ? OU_OP_LOAD_METHOD_TYPE : 0;
}

static uint16_t
load_method_of_super(PyObject *op, PyObject *name, OuWideCache *cache)
{
    OuSuper *super = (OuSuper *)op;
    cache->value = ou_super_method(op, name);
    if (cache->value == NULL || PyType_Check(super->obj)) {
        return 0;
    }
    cache->version = ou_type_version(super->obj_type);
    cache->version2 = ou_type_version(super->type);
    return cache->version != 0 && cache->version2 != 0 && super->obj_type == Py_TYPE(super->obj) ? OU_OP_LOAD_METHOD_SUPER : 0;
}

/* list.append with one argument that is moved into the window, and whose result is dropped. */
static bool
is_append(Frame *frame, OuInstr i, PyObject *op, PyObject *descr)
{
    const OuInstr *move = frame->pc + 1 + ou_op_info[OU_OP_LOAD_METHOD].n_cache, *call = move + 1;
    const OuInstr *clear = call + 1 + ou_op_info[OU_OP_CALL_METHOD].n_cache;
    unsigned window = i.a & OU_INDEX_MASK;
    if (move->b < OU_KIND_CONST && (move->b & OU_INDEX_MASK) - window <= OU_WINDOW) {
        return false; /* it would read what LOAD_METHOD left there; no compiler writes this */
    }
    return PyList_CheckExact(op) && i.b < OU_KIND_CONST && Py_IS_TYPE(descr, &PyMethodDescr_Type)
        && strcmp(((PyMethodDescrObject *)descr)->d_method->ml_name, "append") == 0 && ou_op_base(move->op) == OU_OP_MOVE
        && move->a == (OU_KIND_TEMP | (window + OU_WINDOW + 1)) && ou_op_base(call->op) == OU_OP_CALL_METHOD
        && (call->b & OU_INDEX_MASK) == window && call->c == 1 && clear->op == OU_OP_CLEAR && ou_op_is_temp(call->a)
        && (clear->a & OU_INDEX_MASK) == (call->a & OU_INDEX_MASK);
}

static uint16_t
load_method(Frame *frame, OuInstr i, OuWideCache *cache)
{
    PyObject *op = ou_op_value(frame, i.b), *name = ou_op_name(frame, i.c);
    PyTypeObject *type = Py_TYPE(op);
    if (type == &PySuper_Type && ou_op_is_temp(i.b)) {
        return load_method_of_super(op, name, cache);
    }
    if (i.b < OU_KIND_CONST && PyType_Check(op) && type->tp_getattro == PyType_Type.tp_getattro) {
        return load_method_of_class((PyTypeObject *)op, name, cache);
    }
    if (i.b < OU_KIND_CONST && module_entry(op, name, cache)) {
        return OU_OP_LOAD_METHOD_DICT;
    }
    if (type->tp_getattro != PyObject_GenericGetAttr || (cache->version = ou_type_version(type)) == 0) {
        return 0;
    }
    PyObject *descr = ou_type_lookup(type, name);
    if (descr == NULL || !class_value_is_visible(op, name, cache)) {
        return 0;
    }
    if (i.b < OU_KIND_CONST && unbound_kind(descr, false, cache)) {
        return OU_OP_LOAD_METHOD_WRAPPED;
    }
    if (!(Py_TYPE(descr)->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR)) {
        return 0;
    }
    if (is_append(frame, i, op, descr)) {
        return OU_OP_LOAD_METHOD_APPEND;
    }
    cache->value = descr;
    return cache->version2 != 0 ? OU_OP_LOAD_METHOD_INLINE : OU_OP_LOAD_METHOD_PLAIN;
}

/* ---- items and iteration ------------------------------------------------------------------------------ */

static uint16_t
load_item(Frame *frame, OuInstr i, OuCache *cache)
{
    PyObject *b = ou_op_value(frame, i.b), *c = ou_op_value(frame, i.c);
    if (PyDict_CheckExact(b)) {
        return OU_OP_LOAD_ITEM_DICT;
    }
    if (special_method(b, OU_OP_LOAD_ITEM, 2, cache) && Py_TYPE(b)->tp_as_mapping->mp_subscript == ou_slot_mp_subscript) {
        return OU_OP_LOAD_ITEM_SPECIAL;
    }
    if (!is_one_digit_int(c)) {
        return 0;
    }
    if (PyList_CheckExact(b)) {
        static const uint16_t columns[] = {0, 1, 0, 2};
        bool known = i.b < OU_KIND_CONST && (i.c & OU_KIND_MASK) != OU_KIND_CONST;
        return known ? (uint16_t)(OU_OP_LOAD_ITEM_LIST_LL + (i.b >> 14) * 3 + columns[i.c >> 14]) : OU_OP_LOAD_ITEM_LIST_X;
    }
    return PyTuple_CheckExact(b) ? OU_OP_LOAD_ITEM_TUPLE : PyUnicode_CheckExact(b) ? OU_OP_LOAD_ITEM_STR : 0;
}

static uint16_t
store_item(Frame *frame, OuInstr i)
{
    PyObject *b = ou_op_value(frame, i.a), *c = ou_op_value(frame, i.b);
    if (PyDict_CheckExact(b)) {
        return OU_OP_STORE_ITEM_DICT;
    }
    return PyList_CheckExact(b) && is_one_digit_int(c) ? OU_OP_STORE_ITEM_LIST : 0;
}

static uint16_t
for_iter(Frame *frame, OuInstr i)
{
    PyTypeObject *type = Py_TYPE(frame->registers[i.b & OU_INDEX_MASK]);
    const OuInstr *body = frame->pc + 1 + ou_op_info[OU_OP_FOR_ITER].n_cache + (int16_t)i.c;
    bool pair = ou_op_is_temp(i.a) && ou_op_base(body->op) == OU_OP_UNPACK_SEQUENCE && body->b == i.a
             && ou_specialize_unpack(body) == OU_OP_UNPACK_PAIR;
    if (pair && type == &PyListIter_Type) {
        return OU_OP_FOR_ITER_LIST_PAIR;
    }
    if (pair && (type == &PyEnum_Type || type == &PyZip_Type || type == &PyDictIterItem_Type)) {
        return OU_OP_FOR_ITER_PAIRS;
    }
    return type == &PyRangeIter_Type ? OU_OP_FOR_ITER_RANGE
         : type == &PyListIter_Type  ? OU_OP_FOR_ITER_LIST
         : type == &PyTupleIter_Type ? OU_OP_FOR_ITER_TUPLE
         : type == &PyGen_Type       ? OU_OP_FOR_ITER_GENERATOR
                                     : 0;
}

/* ---- calls -------------------------------------------------------------------------------------------- */

/* The same where n_args are too few, and defaults complete them. */
static bool
python_function_with_defaults(PyObject *op, Py_ssize_t n_args, OuCache *cache)
{
    if (!PyFunction_Check(op) || ((PyFunctionObject *)op)->func_defaults == NULL) {
        return false;
    }
    PyFunctionObject *function = (PyFunctionObject *)op;
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    Py_ssize_t n_defaults = PyTuple_GET_SIZE(function->func_defaults);
    return n_args < code->co_argcount && n_args >= code->co_argcount - n_defaults && n_defaults <= code->co_argcount
        && python_function(op, code->co_argcount, cache);
}

/* Keywords that name exactly the parameters that are left. */
static uint16_t
call_keywords(Frame *frame, OuInstr i, OuCache *cache)
{
    PyObject **window = &frame->registers[i.b & OU_INDEX_MASK], *callable = window[0];
    bool is_method = i.op == OU_OP_CALL_METHOD_KW;
    Py_ssize_t n_args = i.c + is_method;
    PyObject *names = ou_frame_consts(frame)[frame->pc[1].a];
    Py_ssize_t n_names = PyTuple_GET_SIZE(names);
    if ((is_method && window[OU_WINDOW] == NULL) || n_names > 4 || n_args > 16 || !python_function(callable, n_args, cache)) {
        return 0;
    }
    PyCodeObject *code = (PyCodeObject *)((PyFunctionObject *)callable)->func_code;
    unsigned map = 0, seen = 0;
    for (Py_ssize_t n = 0; n < n_names; n++) {
        Py_ssize_t at = code->co_posonlyargcount;
        while (at < n_args && PyTuple_GET_ITEM(code->co_localsplusnames, at) != PyTuple_GET_ITEM(names, n)) {
            at++;
        }
        if (at == n_args || at < n_args - n_names || (seen & 1u << at)) {
            return 0;
        }
        seen |= 1u << at;
        map |= (unsigned)at << 4 * n;
    }
    cache->index = (uint16_t)map;
    return is_method ? OU_OP_CALL_METHOD_KW_PY : OU_OP_CALL_KW_PY;
}

/* A built-in function, by its signature: one of three forms from `first` on. */
/* len() of what the loop knows the length of, or has to run a method for. */
static bool
call_of_len(Frame *frame, OuInstr i, PyObject *callable, OuWideCache *cache)
{
    PyMethodDef *method = ((PyCFunctionObject *)callable)->m_ml;
    PyObject *op = frame->registers[(i.b & OU_INDEX_MASK) + OU_WINDOW], *module = ((PyCFunctionObject *)callable)->m_module;
    if (i.c != 1 || strcmp(method->ml_name, "len") != 0 || module == NULL || !PyUnicode_Check(module)
        || !_PyUnicode_EqualToASCIIString(module, "builtins")) {
        return false;
    }
    bool special =
        special_method(op, OU_OP_CALL, 1, (OuCache *)cache) && Py_TYPE(op)->tp_as_sequence->sq_length == ou_slot_mp_length;
    if (!special) {
        cache->version = 0;
    }
    cache->object = (PyObject *)method;
    cache->index = is_dropped(frame, i); /* for CALL_NATIVE_O, which has all other objects */
    return special || PyList_CheckExact(op) || PyTuple_CheckExact(op) || PyBytes_CheckExact(op) || PyUnicode_CheckExact(op)
        || PyDict_CheckExact(op);
}

static uint16_t
call_native(Frame *frame, OuInstr i, PyObject *callable, OuWideCache *cache, uint16_t first)
{
    if (first == OU_OP_CALL_NATIVE_O && call_of_len(frame, i, callable, cache)) {
        return OU_OP_CALL_LEN;
    }
    int flags =
        PyCFunction_GET_FLAGS(callable) & (METH_VARARGS | METH_FASTCALL | METH_KEYWORDS | METH_O | METH_NOARGS | METH_METHOD);
    cache->index = is_dropped(frame, i);
    if (flags == METH_O) {
        return i.c == 1 ? first : 0;
    }
    return flags == METH_FASTCALL ? first + 1 : flags == (METH_FASTCALL | METH_KEYWORDS) ? first + 2 : 0;
}
_Static_assert(OU_OP_CALL_NATIVE_KEYWORDS == OU_OP_CALL_NATIVE_O + 2
                   && OU_OP_CALL_UNBOUND_NATIVE_KEYWORDS == OU_OP_CALL_UNBOUND_NATIVE_O + 2,
               "three signatures each");

/* super() whose method is loaded next, in a method whose first parameter is no cell.  Sets which register has the cell of
 * __class__. */
static bool
call_of_super(Frame *frame, OuInstr i, OuWideCache *cache)
{
    PyCodeObject *code = frame->code;
    OuInstr next = frame->pc[1 + ou_op_info[i.op].n_cache];
    if (i.c != 0 || code->co_argcount == 0 || (PyBytes_AS_STRING(code->co_localspluskinds)[0] & OU_FAST_CELL)
        || ou_op_base(next.op) != OU_OP_LOAD_METHOD || next.b != i.a || !ou_op_is_temp(i.a)) {
        return false;
    }
    for (int at = code->co_nlocalsplus - code->co_nfreevars; at < code->co_nlocalsplus; at++) {
        if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(code->co_localsplusnames, at), "__class__") == 0) {
            cache->index = (uint16_t)at;
            return true;
        }
    }
    return false;
}

static uint16_t
call(Frame *frame, OuInstr i, OuWideCache *cache)
{
    PyObject *callable = frame->registers[i.b & OU_INDEX_MASK];
    if (python_function(callable, i.c, (OuCache *)cache)) {
        return OU_OP_CALL_PY;
    }
    if (python_function_with_defaults(callable, i.c, (OuCache *)cache)) {
        return OU_OP_CALL_PY_DEFAULTS;
    }
    if (Py_IS_TYPE(callable, &PyCFunction_Type)) {
        return call_native(frame, i, callable, cache, OU_OP_CALL_NATIVE_O);
    }
    if (Py_IS_TYPE(callable, &PyMethod_Type) && python_function(PyMethod_GET_FUNCTION(callable), i.c + 1, (OuCache *)cache)) {
        return OU_OP_CALL_BOUND_PY;
    }
    if (callable == (PyObject *)&PySuper_Type && call_of_super(frame, i, cache)) {
        return OU_OP_CALL_SUPER;
    }
    if (callable == (PyObject *)&PyType_Type && i.c == 1) {
        return OU_OP_CALL_TYPE;
    }
    if (PyType_CheckExact(callable)) {
        PyTypeObject *type = (PyTypeObject *)callable;
        if (!ou_type_is_heap(type) && type->tp_vectorcall != NULL) {
            cache->index = is_dropped(frame, i);
            cache->object = callable; /* static: its address is never another's */
            return OU_OP_CALL_STATIC_TYPE;
        }
        PyFunctionObject *init = ou_call_plain_init(type);
        if (init != NULL) {
            PyCodeObject *code = (PyCodeObject *)init->func_code;
            uint32_t version = ou_type_version(type);
            if (version != 0 && python_function((PyObject *)init, i.c + 1, (OuCache *)cache)) {
                cache->version2 = cache->version;
                cache->version = version;
                (void)code;
                return OU_OP_CALL_CLASS;
            }
        }
    }
    return 0;
}

static uint16_t
call_method(Frame *frame, OuInstr i, OuWideCache *cache)
{
    PyObject **window = &frame->registers[i.b & OU_INDEX_MASK], *callable = window[0], *self = window[OU_WINDOW];
    if (self == NULL) {
        if (Py_IS_TYPE(callable, &PyCFunction_Type)) {
            return call_native(frame, i, callable, cache, OU_OP_CALL_UNBOUND_NATIVE_O);
        }
        return python_function(callable, i.c, (OuCache *)cache)
                    || python_function_with_defaults(callable, i.c, (OuCache *)cache)
                 ? OU_OP_CALL_UNBOUND_PY
                 : 0;
    }
    if (python_function(callable, i.c + 1, (OuCache *)cache)) {
        return OU_OP_CALL_METHOD_PY;
    }
    if (python_function_with_defaults(callable, i.c + 1, (OuCache *)cache)) {
        return OU_OP_CALL_METHOD_PY_DEFAULTS;
    }
    if (!Py_IS_TYPE(callable, &PyMethodDescr_Type)) {
        return 0;
    }
    PyMethodDescrObject *descr = (PyMethodDescrObject *)callable;
    if (Py_TYPE(self) != PyDescr_TYPE(descr)) {
        return 0; /* the descriptor would have to check */
    }
    cache->index = is_dropped(frame, i);
    int flags = descr->d_method->ml_flags & (METH_VARARGS | METH_FASTCALL | METH_KEYWORDS | METH_O | METH_NOARGS | METH_METHOD);
    if (flags == METH_O && i.c == 1) {
        bool append = PyList_CheckExact(self) && strcmp(descr->d_method->ml_name, "append") == 0;
        if (append) {
            cache->object = callable;
        }
        return append ? OU_OP_CALL_LIST_APPEND : OU_OP_CALL_METHOD_O;
    }
    if (flags == METH_NOARGS && i.c == 0) {
        return OU_OP_CALL_METHOD_NOARGS;
    }
    return flags == METH_FASTCALL                   ? OU_OP_CALL_METHOD_FAST
         : flags == (METH_FASTCALL | METH_KEYWORDS) ? OU_OP_CALL_METHOD_KEYWORDS
                                                    : 0;
}

/* ---- all together ------------------------------------------------------------------------------------- */

static uint16_t
choose(Frame *frame, OuInstr i, OuWideCache *cache)
{
    switch (i.op) {
    case OU_OP_LOAD_GLOBAL: return load_global(frame, i, cache);
    case OU_OP_LOAD_ATTR: return load_attr(frame, i, cache);
    case OU_OP_STORE_ATTR: return store_attr(frame, i, cache);
    case OU_OP_LOAD_METHOD: return load_method(frame, i, cache);
    case OU_OP_LOAD_ITEM: return load_item(frame, i, (OuCache *)cache);
    case OU_OP_STORE_ITEM: return store_item(frame, i);
    case OU_OP_FOR_ITER: return for_iter(frame, i);
    case OU_OP_CALL: return call(frame, i, cache);
    case OU_OP_CALL_METHOD: return call_method(frame, i, cache);
    case OU_OP_CALL_KW:
    case OU_OP_CALL_METHOD_KW: return call_keywords(frame, i, (OuCache *)cache);
    default: break;
    }
    if (i.op >= OU_OP_LT && i.op <= OU_OP_GE) {
        return comparison(frame, i, (OuCache *)cache);
    }
    if (i.op >= OU_OP_JUMP_IF_LT && i.op <= OU_OP_JUMP_IF_NOT_GE) {
        return compare_and_jump(frame, i, OU_OP_JUMP_IF_LT, (uint16_t)(OU_OP_JUMP_IF_LT_INT_LL + 5 * (i.op - OU_OP_JUMP_IF_LT)),
                                OU_OP_JUMP_IF_LT_SPECIAL, (OuCache *)cache);
    }
    if (i.op >= OU_OP_JUMP_BACK_IF_LT && i.op <= OU_OP_JUMP_BACK_IF_GE) {
        return compare_and_jump(frame, i, OU_OP_JUMP_BACK_IF_LT,
                                (uint16_t)(OU_OP_JUMP_BACK_IF_LT_INT_LL + 5 * (i.op - OU_OP_JUMP_BACK_IF_LT)),
                                OU_OP_JUMP_BACK_IF_LT_SPECIAL, (OuCache *)cache);
    }
    return arithmetic(frame, i, (OuCache *)cache);
}

/* Does a form make a Python function's frame, by a cache whose index is OU_CALL_*? */
static bool
enters_function(uint16_t form)
{
    switch (form) {
    case OU_OP_CALL_PY:
    case OU_OP_CALL_PY_DEFAULTS:
    case OU_OP_CALL_BOUND_PY:
    case OU_OP_CALL_CLASS:
    case OU_OP_CALL_METHOD_PY:
    case OU_OP_CALL_METHOD_PY_DEFAULTS:
    case OU_OP_CALL_UNBOUND_PY:
    case OU_OP_LOAD_ATTR_PROPERTY: return true;
    default: return false;
    }
}

/* See specialize.h. */
void
ou_specialize(Frame *frame)
{
    OuInstr i = *frame->pc;
    int word = i.op == OU_OP_CALL_KW || i.op == OU_OP_CALL_METHOD_KW ? 2 : 1; /* the first word of these has the names */
    OuWideCache *cache = (OuWideCache *)(frame->pc + word);
    uint16_t form = choose(frame, i, cache);
    if (form == 0) {
        PyErr_Clear(); /* a lookup was refused memory: the plain form will say so */
        cache->counter = (uint16_t)OU_COLD_COUNTER;
        return;
    }
    OU_ASSERT(ou_op_base(form) == i.op);
    if (enters_function(form) && is_dropped(frame, i)) {
        cache->index |= OU_CALL_DROP;
    }
    frame->pc->op = form;
}
