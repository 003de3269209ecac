/* bytecode/code.c - code objects: making, comparing, their attributes.
 *
 * Owns       the references of PyCodeObject's fields, once each.
 * Invariant  a code object never changes after it was made, but for the inline caches and specialized opcodes
 *            in its instructions: whoever reads instructions from Python sees the base opcodes and empty caches.
 * Not here   positions' format (linetable.c), running (vm/). */
#include "bytecode/code.h"
#include "bytecode/linetable.h"
#include "object/alloc.h"
#include "object/args.h"
#include "object/walk.h"

#include <structmember.h>

uint16_t (*ou_code_base_op_hook)(uint16_t op);

/* ---- making ---------------------------------------------------------------------------------------------- */

static bool
is_tuple_of_str(PyObject *op)
{
    if (op == NULL || !PyTuple_Check(op)) {
        return false;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(op); i++) {
        if (!PyUnicode_Check(PyTuple_GET_ITEM(op, i))) {
            return false;
        }
    }
    return true;
}

/* Intern the strings of a tuple in place, and those of tuples inside it.  Constants nest no deeper than the
 * parser let them, which is bounded. */
static void
intern_strings(PyObject *tuple, int depth)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); i++) {
        PyObject **item = &((PyTupleObject *)tuple)->ob_item[i];
        if (PyUnicode_CheckExact(*item)) {
            PyUnicode_InternInPlace(item);
        }
        else if (PyTuple_CheckExact(*item) && depth < 50) {
            intern_strings(*item, depth + 1);
        }
    }
}

static int
spec_check(const OuCodeSpec *spec)
{
    Py_ssize_t n_localsplus =
        spec->localsplus_names && PyTuple_Check(spec->localsplus_names) ? PyTuple_GET_SIZE(spec->localsplus_names) : -1;
    if (spec->n_posonly < 0 || spec->n_args < spec->n_posonly || spec->n_kwonly < 0 || spec->n_temporaries < 0
        || spec->flags < 0 || spec->n_words == 0 || spec->n_words > INT32_MAX / 2 || !is_tuple_of_str(spec->names)
        || !is_tuple_of_str(spec->localsplus_names) || spec->consts == NULL || !PyTuple_Check(spec->consts)
        || spec->filename == NULL || !PyUnicode_Check(spec->filename) || spec->name == NULL || !PyUnicode_Check(spec->name)
        || spec->qualname == NULL || !PyUnicode_Check(spec->qualname) || spec->localsplus_kinds == NULL
        || !PyBytes_Check(spec->localsplus_kinds) || PyBytes_GET_SIZE(spec->localsplus_kinds) != n_localsplus
        || spec->line_table == NULL || !PyBytes_Check(spec->line_table) || spec->exception_table == NULL
        || !PyBytes_Check(spec->exception_table) || PyBytes_GET_SIZE(spec->exception_table) % (Py_ssize_t)sizeof(OuHandler) != 0
        || n_localsplus + (Py_ssize_t)spec->n_temporaries > OU_MAX_REGISTERS) {
        PyErr_SetString(PyExc_ValueError, "code: the parts don't make a code object");
        return -1;
    }
    int64_t n_params =
        (int64_t)spec->n_args + spec->n_kwonly + ((spec->flags & CO_VARARGS) != 0) + ((spec->flags & CO_VARKEYWORDS) != 0);
    if (n_params > n_localsplus) {
        PyErr_SetString(PyExc_ValueError, "code: varnames is too small");
        return -1;
    }
    return 0;
}

PyObject *
ou_code_new(const OuCodeSpec *spec, bool trusted)
{
    if (spec_check(spec) < 0) {
        return NULL;
    }
    size_t size = offsetof(PyCodeObject, co_code_adaptive) + spec->n_words * sizeof(OuInstr);
    PyCodeObject *code = (PyCodeObject *)ou_object_new_sized(&PyCode_Type, size);
    if (code == NULL) {
        return NULL;
    }
    Py_SET_SIZE(code, (Py_ssize_t)spec->n_words);
    code->co_consts = Py_NewRef(spec->consts);
    code->co_names = Py_NewRef(spec->names);
    code->co_exceptiontable = Py_NewRef(spec->exception_table);
    code->co_flags = spec->flags;
    code->co_argcount = spec->n_args;
    code->co_posonlyargcount = spec->n_posonly;
    code->co_kwonlyargcount = spec->n_kwonly;
    code->co_stacksize = spec->n_temporaries;
    code->co_firstlineno = spec->first_line;
    code->co_nlocalsplus = (int)PyTuple_GET_SIZE(spec->localsplus_names);
    const unsigned char *kinds = (const unsigned char *)PyBytes_AS_STRING(spec->localsplus_kinds);
    for (int i = 0; i < code->co_nlocalsplus; i++) {
        code->co_nlocals += (kinds[i] & OU_FAST_LOCAL) != 0;
        code->co_ncellvars += (kinds[i] & OU_FAST_CELL) != 0;
        code->co_nplaincellvars += (kinds[i] & OU_FAST_CELL) != 0 && (kinds[i] & OU_FAST_LOCAL) == 0;
        code->co_nfreevars += (kinds[i] & OU_FAST_FREE) != 0;
    }
    code->co_localsplusnames = Py_NewRef(spec->localsplus_names);
    code->co_localspluskinds = Py_NewRef(spec->localsplus_kinds);
    code->co_filename = Py_NewRef(spec->filename);
    code->co_name = Py_NewRef(spec->name);
    code->co_qualname = Py_NewRef(spec->qualname);
    code->co_linetable = Py_NewRef(spec->line_table);
    OU_CODE_STATE(code) = trusted ? OU_CODE_TRUSTED : 0;
    intern_strings(code->co_names, 0);
    intern_strings(code->co_localsplusnames, 0);
    intern_strings(code->co_consts, 0);
    if (PyUnicode_CheckExact(code->co_name)) {
        PyUnicode_InternInPlace(&code->co_name);
    }
    memcpy(ou_code_instrs(code), spec->instrs, spec->n_words * sizeof(OuInstr));
    return (PyObject *)code;
}

OU_WALKER(code)
{
    PyCodeObject *code = (PyCodeObject *)self;
    OU_EDGE_OF(code, co_consts);
    OU_EDGE_OF(code, co_names);
    OU_EDGE_OF(code, co_exceptiontable);
    OU_EDGE_OF(code, co_localsplusnames);
    OU_EDGE_OF(code, co_localspluskinds);
    OU_EDGE_OF(code, co_filename);
    OU_EDGE_OF(code, co_name);
    OU_EDGE_OF(code, co_qualname);
    OU_EDGE_OF(code, co_linetable);
    return 0;
}

static void
code_dealloc(PyObject *self)
{
    PyCodeObject *code = (PyCodeObject *)self;
    if (code->co_weakreflist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    Py_CLEAR(code->co_consts);
    Py_CLEAR(code->co_names);
    Py_CLEAR(code->co_exceptiontable);
    Py_CLEAR(code->co_localsplusnames);
    Py_CLEAR(code->co_localspluskinds);
    Py_CLEAR(code->co_filename);
    Py_CLEAR(code->co_name);
    Py_CLEAR(code->co_qualname);
    Py_CLEAR(code->co_linetable);
    ou_object_free(self);
}

/* ---- what Python sees ---------------------------------------------------------------------------------------- */

/* Copy the instructions with base opcodes and empty caches. */
static void
copy_base_instrs(PyCodeObject *code, OuInstr *to)
{
    const OuInstr *from = ou_code_instrs(code);
    Py_ssize_t n_words = Py_SIZE(code);
    for (Py_ssize_t at = 0; at < n_words;) {
        to[at] = from[at];
        uint16_t op = ou_code_base_op_hook != NULL ? ou_code_base_op_hook(from[at].op) : from[at].op;
        to[at].op = op;
        int n_cache = op < OU_N_BASE_OPS ? ou_op_info[op].n_cache : 0;
        bool extension = op == OU_OP_CALL_KW || op == OU_OP_CALL_METHOD_KW || op == OU_OP_MAKE_FUNCTION;
        at++;
        for (int i = 0; i < n_cache && at < n_words; i++, at++) {
            to[at].word = extension && i == 0 ? from[at].word : 0;
        }
    }
}

/* PyCode_GetCode: the instructions as bytes.  Refs new. */
PyObject *
PyCode_GetCode(PyCodeObject *code)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, Py_SIZE(code) * (Py_ssize_t)sizeof(OuInstr));
    if (bytes != NULL) {
        copy_base_instrs(code, (OuInstr *)PyBytes_AS_STRING(bytes));
    }
    return bytes;
}

/* The constants as Python code expects them: small ints that instructions carry are added behind.  Refs new. */
static PyObject *
code_get_consts(PyObject *self, void *closure)
{
    PyCodeObject *code = (PyCodeObject *)self;
    bool seen[OU_N_SMALL_INTS] = {false};
    int n_ints = 0;
    const OuInstr *instrs = ou_code_instrs(code);
    int16_t values[OU_N_SMALL_INTS];
    for (Py_ssize_t at = 0; at < Py_SIZE(code);) {
        uint16_t op = ou_code_base_op_hook != NULL ? ou_code_base_op_hook(instrs[at].op) : instrs[at].op;
        if (op >= OU_N_BASE_OPS) {
            break;
        }
        const uint16_t fields[3] = {instrs[at].a, instrs[at].b, instrs[at].c};
        for (int i = 0; i < 3; i++) {
            if (ou_op_info[op].fields[i] != OU_FIELD_R || (fields[i] & OU_KIND_MASK) != OU_KIND_INT) {
                continue;
            }
            int value = OU_OPERAND_INT(fields[i]);
            if (value >= OU_SMALL_INT_MIN && value <= OU_SMALL_INT_MAX && !seen[value - OU_SMALL_INT_MIN]) {
                seen[value - OU_SMALL_INT_MIN] = true;
                values[n_ints++] = (int16_t)value;
            }
        }
        at += 1 + ou_op_info[op].n_cache;
    }
    if (n_ints == 0) {
        return Py_NewRef(code->co_consts);
    }
    Py_ssize_t n = PyTuple_GET_SIZE(code->co_consts);
    PyObject *consts = PyTuple_New(n + n_ints);
    if (consts == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyTuple_SET_ITEM(consts, i, Py_NewRef(PyTuple_GET_ITEM(code->co_consts, i)));
    }
    for (int i = 0; i < n_ints; i++) {
        PyTuple_SET_ITEM(consts, n + i, Py_NewRef(OU_SMALL_INT(values[i])));
    }
    return consts;
}

/* Names of the registers whose kind has one of the bits.  Refs new tuple. */
static PyObject *
names_of_kind(PyCodeObject *code, int bits, int n)
{
    PyObject *names = PyTuple_New(n);
    const unsigned char *kinds = (const unsigned char *)PyBytes_AS_STRING(code->co_localspluskinds);
    for (int i = 0, to = 0; names != NULL && i < code->co_nlocalsplus; i++) {
        if (kinds[i] & bits) {
            PyTuple_SET_ITEM(names, to++, Py_NewRef(PyTuple_GET_ITEM(code->co_localsplusnames, i)));
        }
    }
    return names;
}

PyObject *
PyCode_GetVarnames(PyCodeObject *code)
{
    return names_of_kind(code, OU_FAST_LOCAL, code->co_nlocals);
}

PyObject *
PyCode_GetCellvars(PyCodeObject *code)
{
    return names_of_kind(code, OU_FAST_CELL, code->co_ncellvars);
}

PyObject *
PyCode_GetFreevars(PyCodeObject *code)
{
    return names_of_kind(code, OU_FAST_FREE, code->co_nfreevars);
}

static PyObject *
code_get_varnames(PyObject *self, void *closure)
{
    return PyCode_GetVarnames((PyCodeObject *)self);
}

static PyObject *
code_get_cellvars(PyObject *self, void *closure)
{
    return PyCode_GetCellvars((PyCodeObject *)self);
}

static PyObject *
code_get_freevars(PyObject *self, void *closure)
{
    return PyCode_GetFreevars((PyCodeObject *)self);
}

static PyObject *
code_get_code(PyObject *self, void *closure)
{
    return PyCode_GetCode((PyCodeObject *)self);
}

static void
cursor_start(PyCodeObject *code, OuLineCursor *cursor)
{
    ou_linetable_start(cursor, PyBytes_AS_STRING(code->co_linetable), (size_t)PyBytes_GET_SIZE(code->co_linetable),
                       code->co_firstlineno);
}

static PyObject *
code_get_lnotab(PyObject *self, void *closure)
{
    PyCodeObject *code = (PyCodeObject *)self;
    PyObject *bytes = PyByteArray_FromStringAndSize(NULL, 0);
    OuLineCursor cursor;
    cursor_start(code, &cursor);
    long address = 0, line = code->co_firstlineno;
    while (bytes != NULL && ou_linetable_next_line(&cursor)) {
        if (cursor.place.line < 0 || cursor.place.line == line) {
            continue;
        }
        long bytes_on = 2L * cursor.start - address, lines_on = cursor.place.line - line;
        address = 2L * cursor.start;
        line = cursor.place.line;
        while (bytes_on > 0 || lines_on != 0) { /* increments of at most 255 bytes and -128 to 127 lines */
            long b = Py_MIN(bytes_on, 255), l = bytes_on > 255 ? 0 : Py_MAX(-128, Py_MIN(lines_on, 127));
            Py_ssize_t n = PyByteArray_GET_SIZE(bytes);
            if (PyByteArray_Resize(bytes, n + 2) < 0) {
                Py_CLEAR(bytes);
                break;
            }
            PyByteArray_AS_STRING(bytes)[n] = (char)b;
            PyByteArray_AS_STRING(bytes)[n + 1] = (char)l;
            bytes_on -= b;
            lines_on -= l;
        }
    }
    PyObject *lnotab = bytes == NULL ? NULL : PyBytes_FromObject(bytes);
    Py_XDECREF(bytes);
    return lnotab;
}

/* Where the word stands in the source; -1 where unknown.  Lines from 1, columns from 0 in UTF-8 bytes. */
static void
code_position(PyCodeObject *code, uint32_t word, int *line, int *end_line, int *col, int *end_col)
{
    OuPlace place = ou_linetable_find(PyBytes_AS_STRING(code->co_linetable), (size_t)PyBytes_GET_SIZE(code->co_linetable),
                                      code->co_firstlineno, word);
    *line = place.line;
    *end_line = place.end_line;
    *col = place.col;
    *end_col = place.end_col;
}

/* PyCode_Addr2Line: the line of a byte offset (twice a word), -1 where there is none. */
int
PyCode_Addr2Line(PyCodeObject *code, int offset)
{
    int line, end_line, col, end_col;
    if (offset < 0) {
        return code->co_firstlineno;
    }
    code_position(code, (uint32_t)offset / 2, &line, &end_line, &col, &end_col);
    return line;
}

int
PyCode_Addr2Location(PyCodeObject *code, int offset, int *line, int *col, int *end_line, int *end_col)
{
    if (offset < 0) {
        *line = code->co_firstlineno;
        *end_line = *col = *end_col = 0;
        return 1;
    }
    code_position(code, (uint32_t)offset / 2, line, end_line, col, end_col);
    return 1;
}

/* ---- iterators: co_lines(), co_positions() --------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyCodeObject *code;
    OuLineCursor cursor;
    uint32_t word; /* positions: the next word to report */
} CodeIter;

OU_WALKER(code_iter)
{
    OU_EDGE_OF((CodeIter *)self, code);
    return 0;
}

static void
code_iter_dealloc(PyObject *self)
{
    Py_CLEAR(((CodeIter *)self)->code);
    ou_object_free(self);
}

static PyObject *
lines_next(PyObject *self)
{
    CodeIter *iter = (CodeIter *)self;
    if (!ou_linetable_next_line(&iter->cursor)) {
        return NULL;
    }
    uint32_t start = 2 * iter->cursor.start, end = 2 * iter->cursor.end;
    return iter->cursor.place.line < 0 ? Py_BuildValue("IIO", start, end, Py_None)
                                       : Py_BuildValue("IIi", start, end, iter->cursor.place.line);
}

static PyObject *
int_or_none(int value)
{
    return value < 0 ? Py_NewRef(Py_None) : PyLong_FromLong(value);
}

static PyObject *
positions_next(PyObject *self)
{
    CodeIter *iter = (CodeIter *)self;
    OuPlace place = OU_NO_PLACE;
    if (iter->word >= (uint32_t)Py_SIZE(iter->code)) {
        return NULL;
    }
    while (iter->word >= iter->cursor.end && ou_linetable_next(&iter->cursor)) {
    }
    if (iter->word < iter->cursor.end) {
        place = iter->cursor.place;
    }
    iter->word++;
    return Py_BuildValue("NNNN", int_or_none(place.line), int_or_none(place.end_line), int_or_none(place.col),
                         int_or_none(place.end_col));
}

PyTypeObject ou_code_lines_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "line_iterator",
    .tp_basicsize = sizeof(CodeIter),
    .tp_dealloc = code_iter_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = lines_next,
};

PyTypeObject ou_code_positions_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "positions_iterator",
    .tp_basicsize = sizeof(CodeIter),
    .tp_dealloc = code_iter_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = positions_next,
};

static PyObject *
code_iter_new(PyTypeObject *type, PyObject *code)
{
    CodeIter *iter = (CodeIter *)ou_object_new(type);
    if (iter != NULL) {
        iter->code = (PyCodeObject *)Py_NewRef(code);
        cursor_start(iter->code, &iter->cursor);
    }
    return (PyObject *)iter;
}

static PyObject *
code_lines(PyObject *self, PyObject *ignored)
{
    return code_iter_new(&ou_code_lines_type, self);
}

static PyObject *
code_positions(PyObject *self, PyObject *ignored)
{
    return code_iter_new(&ou_code_positions_type, self);
}

/* ---- comparison --------------------------------------------------------------------------------------------------- */

/* Are two constants the same: equal, and of equal types all the way down?  -1 with an error set. */
static int
same_constant(PyObject *a, PyObject *b)
{
    PyObject *left = _PyCode_ConstantKey(a), *right = left == NULL ? NULL : _PyCode_ConstantKey(b);
    int same = right == NULL ? -1 : PyObject_RichCompareBool(left, right, Py_EQ);
    Py_XDECREF(left);
    Py_XDECREF(right);
    return same;
}

static int
code_equal(PyCodeObject *a, PyCodeObject *b)
{
    if (a == b) {
        return 1;
    }
    if (a->co_argcount != b->co_argcount || a->co_posonlyargcount != b->co_posonlyargcount
        || a->co_kwonlyargcount != b->co_kwonlyargcount || a->co_flags != b->co_flags || a->co_firstlineno != b->co_firstlineno
        || Py_SIZE(a) != Py_SIZE(b) || PyTuple_GET_SIZE(a->co_consts) != PyTuple_GET_SIZE(b->co_consts)) {
        return 0;
    }
    PyObject *pairs[][2] = {
        {a->co_name, b->co_name},
        {a->co_names, b->co_names},
        {a->co_localsplusnames, b->co_localsplusnames},
        {a->co_linetable, b->co_linetable},
        {a->co_exceptiontable, b->co_exceptiontable},
    };
    for (size_t i = 0; i < OU_COUNT_OF(pairs); i++) {
        int same = PyObject_RichCompareBool(pairs[i][0], pairs[i][1], Py_EQ);
        if (same <= 0) {
            return same;
        }
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(a->co_consts); i++) {
        int same = same_constant(PyTuple_GET_ITEM(a->co_consts, i), PyTuple_GET_ITEM(b->co_consts, i));
        if (same <= 0) {
            return same;
        }
    }
    PyObject *left = PyCode_GetCode(a), *right = left == NULL ? NULL : PyCode_GetCode(b);
    int same = right == NULL ? -1 : PyObject_RichCompareBool(left, right, Py_EQ);
    Py_XDECREF(left);
    Py_XDECREF(right);
    return same;
}

static PyObject *
code_richcompare(PyObject *self, PyObject *other, int op)
{
    if ((op != Py_EQ && op != Py_NE) || !PyCode_Check(other)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    int same = code_equal((PyCodeObject *)self, (PyCodeObject *)other);
    return same < 0 ? NULL : PyBool_FromLong(op == Py_EQ ? same : !same);
}

static Py_hash_t
code_hash(PyObject *self)
{
    PyCodeObject *code = (PyCodeObject *)self;
    PyObject *parts[] = {code->co_name, code->co_names, code->co_localsplusnames, code->co_linetable};
    Py_uhash_t hash = (Py_uhash_t)code->co_firstlineno * 1000003u ^ (Py_uhash_t)Py_SIZE(code);
    for (size_t i = 0; i < OU_COUNT_OF(parts); i++) {
        Py_hash_t part = PyObject_Hash(parts[i]);
        if (part == -1) {
            return -1;
        }
        hash = hash * 1000003u ^ (Py_uhash_t)part;
    }
    return hash == (Py_uhash_t)-1 ? -2 : (Py_hash_t)hash;
}

/* _PyCode_ConstantKey: what tells constants apart that compare equal.  Refs new. */
PyObject *
_PyCode_ConstantKey(PyObject *op)
{
    if (op == Py_None || op == Py_Ellipsis || PyLong_CheckExact(op) || PyUnicode_CheckExact(op) || PyCode_Check(op)) {
        return PyLong_CheckExact(op) || PyUnicode_CheckExact(op) || PyCode_Check(op) ? PyTuple_Pack(2, Py_TYPE(op), op)
                                                                                     : Py_NewRef(op);
    }
    if (PyFloat_CheckExact(op)) {
        PyObject *bytes = PyBytes_FromStringAndSize((char *)&((PyFloatObject *)op)->ob_fval, sizeof(double));
        return bytes == NULL ? NULL : Py_BuildValue("(ON)", Py_TYPE(op), bytes);
    }
    if (PyComplex_CheckExact(op)) {
        PyObject *bytes = PyBytes_FromStringAndSize((char *)&((PyComplexObject *)op)->cval, sizeof(Py_complex));
        return bytes == NULL ? NULL : Py_BuildValue("(ON)", Py_TYPE(op), bytes);
    }
    if (PyTuple_CheckExact(op)) {
        Py_ssize_t n = PyTuple_GET_SIZE(op);
        PyObject *keys = PyTuple_New(n);
        for (Py_ssize_t i = 0; keys != NULL && i < n; i++) {
            PyObject *key = Py_EnterRecursiveCall("") ? NULL : _PyCode_ConstantKey(PyTuple_GET_ITEM(op, i));
            if (key == NULL) {
                Py_CLEAR(keys);
                break;
            }
            Py_LeaveRecursiveCall();
            PyTuple_SET_ITEM(keys, i, key);
        }
        return keys == NULL ? NULL : Py_BuildValue("(ON)", Py_TYPE(op), keys);
    }
    if (PyFrozenSet_CheckExact(op)) {
        PyObject *keys = PyFrozenSet_New(NULL), *item;
        Py_ssize_t pos = 0;
        Py_hash_t hash;
        while (keys != NULL && _PySet_NextEntry(op, &pos, &item, &hash)) {
            PyObject *key = _PyCode_ConstantKey(item);
            if (key == NULL || PySet_Add(keys, key) < 0) {
                Py_CLEAR(keys);
            }
            Py_XDECREF(key);
        }
        return keys == NULL ? NULL : Py_BuildValue("(ON)", Py_TYPE(op), keys);
    }
    if (PyBool_Check(op) || PyBytes_CheckExact(op)) {
        return PyTuple_Pack(2, Py_TYPE(op), op);
    }
    PyObject *address = PyLong_FromVoidPtr(op);
    return address == NULL ? NULL : Py_BuildValue("(NO)", address, op);
}

/* ---- methods --------------------------------------------------------------------------------------------------------- */

static PyObject *
code_repr(PyObject *self)
{
    PyCodeObject *code = (PyCodeObject *)self;
    return PyUnicode_FromFormat("<code object %U at %p, file \"%U\", line %d>", code->co_name, code, code->co_filename,
                                code->co_firstlineno != 0 ? code->co_firstlineno : -1);
}

static PyObject *
code_sizeof(PyObject *self, PyObject *ignored)
{
    return PyLong_FromSize_t(offsetof(PyCodeObject, co_code_adaptive) + (size_t)Py_SIZE(self) * sizeof(OuInstr));
}

static PyObject *
code_disassemble(PyObject *self, PyObject *ignored)
{
    return ou_code_disassemble((PyCodeObject *)self);
}

/* New registers of a code object whose names, cells or frees replace() changes.  The order is CPython's: locals
 * (cells that are parameters among them), other cells, frees. */
static int
join_localsplus(PyObject *varnames, PyObject *cellvars, PyObject *freevars, PyObject **names, PyObject **kinds)
{
    Py_ssize_t n_local = PyTuple_GET_SIZE(varnames), n_cell = PyTuple_GET_SIZE(cellvars), n_free = PyTuple_GET_SIZE(freevars),
               n_plain = 0;
    unsigned char both[n_local + 1];
    memset(both, 0, sizeof both);
    for (Py_ssize_t c = 0; c < n_cell; c++) {
        bool found = false;
        for (Py_ssize_t i = 0; i < n_local && !found; i++) {
            found = PyUnicode_Compare(PyTuple_GET_ITEM(cellvars, c), PyTuple_GET_ITEM(varnames, i)) == 0;
            both[i] |= found;
        }
        n_plain += !found;
    }
    Py_ssize_t n = n_local + n_plain + n_free, to = 0;
    *names = PyTuple_New(n);
    *kinds = PyBytes_FromStringAndSize(NULL, n);
    if (*names == NULL || *kinds == NULL) {
        return -1;
    }
    char *kind = PyBytes_AS_STRING(*kinds);
    for (Py_ssize_t i = 0; i < n_local; i++, to++) {
        PyTuple_SET_ITEM(*names, to, Py_NewRef(PyTuple_GET_ITEM(varnames, i)));
        kind[to] = (char)(OU_FAST_LOCAL | (both[i] ? OU_FAST_CELL : 0));
    }
    for (Py_ssize_t c = 0; c < n_cell; c++) {
        bool found = false;
        for (Py_ssize_t i = 0; i < n_local && !found; i++) {
            found = PyUnicode_Compare(PyTuple_GET_ITEM(cellvars, c), PyTuple_GET_ITEM(varnames, i)) == 0;
        }
        if (!found) {
            PyTuple_SET_ITEM(*names, to, Py_NewRef(PyTuple_GET_ITEM(cellvars, c)));
            kind[to++] = OU_FAST_CELL;
        }
    }
    for (Py_ssize_t i = 0; i < n_free; i++, to++) {
        PyTuple_SET_ITEM(*names, to, Py_NewRef(PyTuple_GET_ITEM(freevars, i)));
        kind[to] = (char)OU_FAST_FREE;
    }
    return 0;
}

static PyObject *
code_replace(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {
        "co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_nlocals",  "co_stacksize",
        "co_flags",    "co_firstlineno",     "co_code",           "co_consts",   "co_names",
        "co_varnames", "co_freevars",        "co_cellvars",       "co_filename", "co_name",
        "co_qualname", "co_linetable",       "co_exceptiontable", NULL};
    PyCodeObject *code = (PyCodeObject *)self;
    int n_locals = code->co_nlocals;
    OuCodeSpec spec = {
        .flags = code->co_flags,
        .first_line = code->co_firstlineno,
        .n_args = code->co_argcount,
        .n_posonly = code->co_posonlyargcount,
        .n_kwonly = code->co_kwonlyargcount,
        .consts = code->co_consts,
        .names = code->co_names,
        .filename = code->co_filename,
        .name = code->co_name,
        .qualname = code->co_qualname,
        .line_table = code->co_linetable,
        .exception_table = code->co_exceptiontable,
        .n_temporaries = code->co_stacksize,
        .localsplus_names = code->co_localsplusnames,
        .localsplus_kinds = code->co_localspluskinds,
    };
    PyObject *bytes = NULL, *varnames = NULL, *freevars = NULL, *cellvars = NULL, *names = NULL, *kinds = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|$iiiiiiiSO!O!O!O!O!UUUSS:replace", (char **)keywords, &spec.n_args,
                                     &spec.n_posonly, &spec.n_kwonly, &n_locals, &spec.n_temporaries, &spec.flags,
                                     &spec.first_line, &bytes, &PyTuple_Type, &spec.consts, &PyTuple_Type, &spec.names,
                                     &PyTuple_Type, &varnames, &PyTuple_Type, &freevars, &PyTuple_Type, &cellvars,
                                     &spec.filename, &spec.name, &spec.qualname, &spec.line_table, &spec.exception_table)) {
        return NULL;
    }
    PyObject *result = NULL, *own = NULL;
    bool changed = varnames != NULL || freevars != NULL || cellvars != NULL;
    if (bytes == NULL) {
        bytes = own = PyCode_GetCode(code);
    }
    varnames = varnames ? Py_NewRef(varnames) : PyCode_GetVarnames(code);
    freevars = freevars ? Py_NewRef(freevars) : PyCode_GetFreevars(code);
    cellvars = cellvars ? Py_NewRef(cellvars) : PyCode_GetCellvars(code);
    if (bytes == NULL || varnames == NULL || freevars == NULL || cellvars == NULL) {
        goto done;
    }
    if (n_locals != PyTuple_GET_SIZE(varnames)) {
        PyErr_SetString(PyExc_ValueError, "code: co_nlocals != len(co_varnames)");
        goto done;
    }
    if (PyBytes_GET_SIZE(bytes) % (Py_ssize_t)sizeof(OuInstr) != 0) {
        PyErr_SetString(PyExc_ValueError, "code: co_code is malformed");
        goto done;
    }
    if (!is_tuple_of_str(varnames) || !is_tuple_of_str(freevars) || !is_tuple_of_str(cellvars)) {
        PyErr_SetString(PyExc_TypeError, "name tuples must contain only strings");
        goto done;
    }
    if (changed) {
        if (join_localsplus(varnames, cellvars, freevars, &names, &kinds) < 0) {
            goto done;
        }
        spec.localsplus_names = names;
        spec.localsplus_kinds = kinds;
    }
    spec.instrs = (const OuInstr *)PyBytes_AS_STRING(bytes);
    spec.n_words = (size_t)PyBytes_GET_SIZE(bytes) / sizeof(OuInstr);
    bool harmless = own != NULL && !changed && spec.consts == code->co_consts && spec.names == code->co_names
                 && spec.n_temporaries >= code->co_stacksize && spec.exception_table == code->co_exceptiontable
                 && spec.n_args == code->co_argcount && spec.n_kwonly == code->co_kwonlyargcount
                 && spec.flags == code->co_flags;
    result = ou_code_new(&spec, harmless && (OU_CODE_STATE(code) & OU_CODE_TRUSTED));
done:
    Py_XDECREF(own);
    Py_XDECREF(varnames);
    Py_XDECREF(freevars);
    Py_XDECREF(cellvars);
    Py_XDECREF(names);
    Py_XDECREF(kinds);
    return result;
}

static PyMethodDef code_methods[] = {
    {"__sizeof__", code_sizeof, METH_NOARGS, "__sizeof__($self, /)\n--\n\nSize in memory, in bytes."},
    {"co_lines", code_lines, METH_NOARGS, "co_lines($self, /)\n--\n\nIterate over (start, end, line)."},
    {"co_positions", code_positions, METH_NOARGS,
     "co_positions($self, /)\n--\n\nIterate over (line, end line, column, end column), one a word of bytecode."},
    {"replace", (PyCFunction)(void *)code_replace, METH_VARARGS | METH_KEYWORDS,
     "replace($self, /, **changes)\n--\n\nA copy with some fields changed."},
    {"_disassemble", code_disassemble, METH_NOARGS,
     "_disassemble($self, /)\n--\n\nThe instructions of the register machine, as text."},
    {NULL},
};

static PyMemberDef code_members[] = {
    {"co_argcount", T_INT, offsetof(PyCodeObject, co_argcount), READONLY},
    {"co_posonlyargcount", T_INT, offsetof(PyCodeObject, co_posonlyargcount), READONLY},
    {"co_kwonlyargcount", T_INT, offsetof(PyCodeObject, co_kwonlyargcount), READONLY},
    {"co_stacksize", T_INT, offsetof(PyCodeObject, co_stacksize), READONLY},
    {"co_flags", T_INT, offsetof(PyCodeObject, co_flags), READONLY},
    {"co_nlocals", T_INT, offsetof(PyCodeObject, co_nlocals), READONLY},
    {"co_names", T_OBJECT, offsetof(PyCodeObject, co_names), READONLY},
    {"co_filename", T_OBJECT, offsetof(PyCodeObject, co_filename), READONLY},
    {"co_name", T_OBJECT, offsetof(PyCodeObject, co_name), READONLY},
    {"co_qualname", T_OBJECT, offsetof(PyCodeObject, co_qualname), READONLY},
    {"co_firstlineno", T_INT, offsetof(PyCodeObject, co_firstlineno), READONLY},
    {"co_linetable", T_OBJECT, offsetof(PyCodeObject, co_linetable), READONLY},
    {"co_exceptiontable", T_OBJECT, offsetof(PyCodeObject, co_exceptiontable), READONLY},
    {NULL},
};

/* The first thing that the standard library's dis asks a code object for. */
static PyObject *
code_get_varname_from_oparg(PyObject *self, void *closure)
{
    PyErr_SetString(PyExc_AttributeError, "dis reads CPython's bytecode; code._disassemble() lists Ouroboros's");
    return NULL;
}

static PyGetSetDef code_getset[] = {
    {"co_code", code_get_code, NULL, NULL, NULL},
    {"_co_code_adaptive", code_get_code, NULL, NULL, NULL},
    {"co_consts", code_get_consts, NULL, NULL, NULL},
    {"co_lnotab", code_get_lnotab, NULL, NULL, NULL},
    {"co_varnames", code_get_varnames, NULL, NULL, NULL},
    {"co_cellvars", code_get_cellvars, NULL, NULL, NULL},
    {"co_freevars", code_get_freevars, NULL, NULL, NULL},
    {"_varname_from_oparg", code_get_varname_from_oparg, NULL, NULL, NULL},
    {NULL},
};

/* code(...) itself: CPython's constructor takes CPython's bytecode, so only replace() makes sense here. */
static PyObject *
code_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyErr_SetString(PyExc_TypeError, "code() makes no sense of bytecode from elsewhere; use compile() or replace()");
    return NULL;
}

PyTypeObject PyCode_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "code",
    .tp_basicsize = offsetof(PyCodeObject, co_code_adaptive),
    .tp_itemsize = sizeof(OuInstr),
    .tp_dealloc = code_dealloc,
    .tp_repr = code_repr,
    .tp_hash = code_hash,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "Compiled code.",
    .tp_richcompare = code_richcompare,
    .tp_weaklistoffset = offsetof(PyCodeObject, co_weakreflist),
    .tp_methods = code_methods,
    .tp_members = code_members,
    .tp_getset = code_getset,
    .tp_new = code_new,
};

/* PyCode_NewEmpty: a code object that only names a place, for tracebacks of foreign code.  Refs new. */
PyCodeObject *
PyCode_NewEmpty(const char *filename, const char *name, int first_line)
{
    static const OuInstr instrs[] = {{.op = OU_OP_RAISE, .a = 0}};
    OuLineWriter writer;
    ou_linetable_writer_init(&writer, first_line);
    PyObject *file = PyUnicode_DecodeFSDefault(filename), *func = PyUnicode_FromString(name), *empty = PyTuple_New(0),
             *no_bytes = PyBytes_FromStringAndSize(NULL, 0), *code = NULL;
    PyObject *lines =
        ou_linetable_add(&writer, (OuPlace){first_line, first_line, -1, -1}, 1) < 0 ? NULL : ou_linetable_finish(&writer);
    ou_linetable_writer_clear(&writer);
    if (file != NULL && func != NULL && empty != NULL && no_bytes != NULL && lines != NULL) {
        OuCodeSpec spec = {
            .filename = file,
            .name = func,
            .qualname = func,
            .flags = CO_OPTIMIZED | CO_NEWLOCALS,
            .first_line = first_line,
            .instrs = instrs,
            .n_words = 1,
            .consts = empty,
            .names = empty,
            .localsplus_names = empty,
            .localsplus_kinds = no_bytes,
            .line_table = lines,
            .exception_table = no_bytes,
        };
        code = ou_code_new(&spec, true);
    }
    Py_XDECREF(file);
    Py_XDECREF(func);
    Py_XDECREF(empty);
    Py_XDECREF(no_bytes);
    Py_XDECREF(lines);
    return (PyCodeObject *)code;
}
