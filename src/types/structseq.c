/* types/structseq.c - tuples whose items have names, such as os.stat_result.
 *
 * Owns       one reference a field: the first ob_size of them are the tuple, the hidden ones lie right
 *            behind.
 * Invariant  tp_basicsize is a tuple's plus a word for each hidden field, so that all sizes follow from the
 *            type. Fields are read through members of the type; their table lives as long as the type.
 * Not here   namedtuple (the standard library's collections). */
#include "object/args.h"
#include "object/state.h"
#include "object/alloc.h"
#include "object/type.h"
#include "object/hold.h"
#include "types/structseq_internal.h"
#include "types/tuple.h"
#include <structmember.h>

#define TUPLE(op) ((PyTupleObject *)(op))

const char *const PyStructSequence_UnnamedField = "unnamed field";

static void structseq_dealloc(PyObject *self);

Py_ssize_t
ou_structseq_n_hidden(PyTypeObject *type)
{
    if (type->tp_dealloc != structseq_dealloc) {
        return 0;
    }
    return (type->tp_basicsize - (Py_ssize_t)offsetof(PyTupleObject, ob_item)) / (Py_ssize_t)sizeof(PyObject *);
}

/* A number that InitType put into the type's namespace.  Returns -1 with the error set. */
static Py_ssize_t
type_number(PyTypeObject *type, PyObject *name)
{
    PyObject *value = PyDict_GetItemWithError(type->tp_dict, name);
    if (value == NULL) {
        if (ou_error_occurred() == NULL) {
            PyErr_Format(PyExc_TypeError, "Missed attribute '%U' of type %s", name, type->tp_name);
        }
        return -1;
    }
    return PyLong_AsSsize_t(value);
}

/* ---- making and dying ----------------------------------------------------------------------- */

PyObject *
PyStructSequence_New(PyTypeObject *type)
{
    Py_ssize_t n_visible = type_number(type, OU_STR(n_sequence_fields));
    if (n_visible < 0) {
        return NULL;
    }
    return (PyObject *)PyObject_GC_NewVar(PyStructSequence, type, n_visible); /* zero-filled, hidden fields too */
}

void
PyStructSequence_SetItem(PyObject *self, Py_ssize_t index, PyObject *value)
{
    TUPLE(self)->ob_item[index] = value;
}

PyObject *
PyStructSequence_GetItem(PyObject *self, Py_ssize_t index)
{
    return TUPLE(self)->ob_item[index];
}

static void
structseq_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_ssize_t n = Py_SIZE(self) + ou_structseq_n_hidden(type);
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_CLEAR(TUPLE(self)->ob_item[i]);
    }
    type->tp_free(self);
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        Py_DECREF(type);
    }
}

static int
structseq_traverse(PyObject *self, visitproc visit, void *arg)
{
    if (Py_TYPE(self)->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        Py_VISIT(Py_TYPE(self));
    }
    for (Py_ssize_t i = 0, n = Py_SIZE(self) + ou_structseq_n_hidden(Py_TYPE(self)); i < n; i++) {
        Py_VISIT(TUPLE(self)->ob_item[i]); /* from the first, unlike a tuple's */
    }
    return 0;
}

/* The names of fields in order, unnamed ones passed over. */
static PyMemberDef *
member_of_field(PyTypeObject *type, Py_ssize_t field)
{
    Py_ssize_t offset = (Py_ssize_t)ou_tuple_size(field);
    for (PyMemberDef *member = type->tp_members; member != NULL && member->name != NULL; member++) {
        if (member->offset == offset) {
            return member;
        }
    }
    return NULL;
}

static PyObject *
structseq_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"structseq", {"sequence", "dict"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyObject *v[2];
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0) {
        return NULL;
    }
    PyObject *dict = v[1];
    Py_ssize_t n_min = type_number(type, OU_STR(n_sequence_fields));
    Py_ssize_t n_max = n_min < 0 ? -1 : n_min + ou_structseq_n_hidden(type);
    if (n_min < 0) {
        return NULL;
    }
    PyObject *items = PySequence_Fast(v[0], "constructor requires a sequence"), *self = NULL;
    if (items == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &items, &self);
    Py_ssize_t n = PySequence_Fast_GET_SIZE(items);
    if (dict != NULL && !PyDict_Check(dict)) {
        PyErr_Format(PyExc_TypeError, "%.500s() takes a dict as second arg, if any", type->tp_name);
    }
    else if (n_min == n_max && n != n_min) {
        PyErr_Format(PyExc_TypeError, "%.500s() takes a %zd-sequence (%zd-sequence given)", type->tp_name, n_min, n);
    }
    else if (n < n_min) {
        PyErr_Format(PyExc_TypeError, "%.500s() takes an at least %zd-sequence (%zd-sequence given)", type->tp_name, n_min, n);
    }
    else if (n > n_max) {
        PyErr_Format(PyExc_TypeError, "%.500s() takes an at most %zd-sequence (%zd-sequence given)", type->tp_name, n_max, n);
    }
    else {
        self = PyStructSequence_New(type);
    }
    for (Py_ssize_t i = 0; self != NULL && i < n; i++) {
        TUPLE(self)->ob_item[i] = Py_NewRef(PySequence_Fast_GET_ITEM(items, i));
    }
    for (Py_ssize_t i = n; self != NULL && i < n_max; i++) {
        PyMemberDef *member = member_of_field(type, i);
        PyObject *value = NULL;
        if (dict != NULL && member != NULL) {
            value = _PyDict_GetItemStringWithError(dict, member->name);
            if (value == NULL && ou_error_occurred() != NULL) {
                Py_CLEAR(self);
                break;
            }
        }
        TUPLE(self)->ob_item[i] = Py_NewRef(value != NULL ? value : Py_None);
    }
    Py_CLEAR(items);
    OU_HOLD_END(hold);
    if (self != NULL) {
        PyObject_GC_Track(self);
    }
    return self;
}

/* ---- showing, pickling ---------------------------------------------------------------------- */

static PyObject *
structseq_repr(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    OU_HOLD(hold, &writer.buffer);
    int status = _PyUnicodeWriter_WriteASCIIString(&writer, type->tp_name, (Py_ssize_t)strlen(type->tp_name));
    if (status == 0) {
        status = _PyUnicodeWriter_WriteChar(&writer, '(');
    }
    for (Py_ssize_t i = 0; status == 0 && i < Py_SIZE(self); i++) {
        PyMemberDef *member = type->tp_members + i; /* unnamed fields have none: the next names stand in, as in CPython */
        if (member->name == NULL) {
            PyErr_Format(PyExc_SystemError, "In structseq_repr(), member %zd name is NULL for type %.500s", i, type->tp_name);
            status = -1;
            break;
        }
        PyObject *text = PyObject_Repr(TUPLE(self)->ob_item[i]);
        if (text == NULL || (i > 0 && _PyUnicodeWriter_WriteASCIIString(&writer, ", ", 2) < 0)
            || _PyUnicodeWriter_WriteASCIIString(&writer, member->name, (Py_ssize_t)strlen(member->name)) < 0
            || _PyUnicodeWriter_WriteChar(&writer, '=') < 0 || _PyUnicodeWriter_WriteStr(&writer, text) < 0) {
            status = -1;
        }
        Py_XDECREF(text);
    }
    OU_HOLD_END(hold);
    if (status < 0 || _PyUnicodeWriter_WriteChar(&writer, ')') < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}

/* (type, (visible, {hidden fields by name})). */
static PyObject *
structseq_reduce(PyObject *self, PyObject *ignored)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_ssize_t n = Py_SIZE(self), n_all = n + ou_structseq_n_hidden(type);
    PyObject *visible = ou_tuple_from_array(TUPLE(self)->ob_item, n), *hidden = PyDict_New();
    for (Py_ssize_t i = n; visible != NULL && hidden != NULL && i < n_all; i++) {
        PyMemberDef *member = member_of_field(type, i);
        if (member != NULL && PyDict_SetItemString(hidden, member->name, TUPLE(self)->ob_item[i]) < 0) {
            Py_CLEAR(hidden);
        }
    }
    if (visible == NULL || hidden == NULL) {
        Py_XDECREF(visible);
        Py_XDECREF(hidden);
        return NULL;
    }
    return Py_BuildValue("(O(NN))", type, visible, hidden);
}

static PyMethodDef structseq_methods[] = {
    {"__reduce__", structseq_reduce, METH_NOARGS, NULL},
    {NULL},
};

/* ---- making types --------------------------------------------------------------------------- */

static Py_ssize_t
count_fields(PyStructSequence_Desc *desc, Py_ssize_t *n_unnamed)
{
    Py_ssize_t n = 0;
    *n_unnamed = 0;
    for (; desc->fields[n].name != NULL; n++) {
        *n_unnamed += desc->fields[n].name == PyStructSequence_UnnamedField;
    }
    return n;
}

/* The member table, ending in a NULL name.  Returns a raw block, or NULL with MemoryError set. */
static PyMemberDef *
members_new(PyStructSequence_Desc *desc, Py_ssize_t n_fields, Py_ssize_t n_unnamed)
{
    PyMemberDef *members = PyMem_Calloc((size_t)(n_fields - n_unnamed + 1), sizeof *members);
    if (members == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0, n = 0; i < n_fields; i++) {
        if (desc->fields[i].name != PyStructSequence_UnnamedField) {
            members[n++] = (PyMemberDef){.name = desc->fields[i].name,
                                         .type = T_OBJECT,
                                         .offset = (Py_ssize_t)ou_tuple_size(i),
                                         .flags = READONLY,
                                         .doc = desc->fields[i].doc};
        }
    }
    return members;
}

static int
put_number(PyObject *dict, const char *name, Py_ssize_t value)
{
    PyObject *number = PyLong_FromSsize_t(value);
    int status = number == NULL ? -1 : PyDict_SetItemString(dict, name, number);
    Py_XDECREF(number);
    return status;
}

/* n_fields and the like, and __match_args__. */
static int
type_fill(PyTypeObject *type, PyStructSequence_Desc *desc, Py_ssize_t n_fields, Py_ssize_t n_unnamed)
{
    PyObject *dict = type->tp_dict;
    if (put_number(dict, "n_sequence_fields", desc->n_in_sequence) < 0 || put_number(dict, "n_fields", n_fields) < 0
        || put_number(dict, "n_unnamed_fields", n_unnamed) < 0) {
        return -1;
    }
    Py_ssize_t n = 0;
    PyObject *names = PyList_New(0);
    for (; names != NULL && n < desc->n_in_sequence; n++) {
        if (desc->fields[n].name == PyStructSequence_UnnamedField) {
            continue;
        }
        PyObject *name = PyUnicode_FromString(desc->fields[n].name);
        if (name == NULL || PyList_Append(names, name) < 0) {
            Py_CLEAR(names);
        }
        Py_XDECREF(name);
    }
    PyObject *tuple = names == NULL ? NULL : PyList_AsTuple(names);
    int status = tuple == NULL ? -1 : PyDict_SetItem(dict, OU_STR(__match_args__), tuple);
    Py_XDECREF(names);
    Py_XDECREF(tuple);
    return status;
}

static int
basicsize_for(PyStructSequence_Desc *desc, Py_ssize_t n_fields)
{
    return (int)ou_tuple_size(n_fields - desc->n_in_sequence);
}

int
PyStructSequence_InitType2(PyTypeObject *type, PyStructSequence_Desc *desc)
{
    Py_ssize_t n_unnamed, n_fields = count_fields(desc, &n_unnamed);
    PyMemberDef *members = members_new(desc, n_fields, n_unnamed);
    if (members == NULL) {
        return -1;
    }
    *type = (PyTypeObject){
        .ob_base = {{OU_LOOSE_COUNT, &PyType_Type}, 0},
        .tp_name = desc->name,
        .tp_basicsize = basicsize_for(desc, n_fields),
        .tp_itemsize = sizeof(PyObject *),
        .tp_dealloc = structseq_dealloc,
        .tp_repr = structseq_repr,
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        .tp_doc = desc->doc,
        .tp_traverse = structseq_traverse,
        .tp_methods = structseq_methods,
        .tp_members = members,
        .tp_base = &PyTuple_Type,
        .tp_new = structseq_new,
        .tp_free = PyObject_GC_Del,
    };
    if (PyType_Ready(type) < 0 || type_fill(type, desc, n_fields, n_unnamed) < 0) {
        ou_type_forget_static(type);
        PyMem_Free(members);
        *type = (PyTypeObject){0}; /* as before: it can be tried again */
        return -1;
    }
    return 0;
}

void
PyStructSequence_InitType(PyTypeObject *type, PyStructSequence_Desc *desc)
{
    (void)PyStructSequence_InitType2(type, desc);
}

/* A heap type of such tuples; flags are added to the usual ones.  New. */
PyTypeObject *
_PyStructSequence_NewType(PyStructSequence_Desc *desc, unsigned long flags)
{
    Py_ssize_t n_unnamed, n_fields = count_fields(desc, &n_unnamed);
    PyMemberDef *members = members_new(desc, n_fields, n_unnamed);
    if (members == NULL) {
        return NULL;
    }
    PyType_Slot slots[] = {
        {Py_tp_dealloc, structseq_dealloc},   {Py_tp_repr, structseq_repr},
        {Py_tp_doc, (void *)desc->doc},       {Py_tp_methods, structseq_methods},
        {Py_tp_new, structseq_new},           {Py_tp_members, members},
        {Py_tp_traverse, structseq_traverse}, {0, NULL},
    };
    PyType_Spec spec = {
        .name = desc->name,
        .basicsize = basicsize_for(desc, n_fields),
        .itemsize = sizeof(PyObject *),
        .flags = (unsigned)(Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | flags),
        .slots = slots,
    };
    PyTypeObject *type = (PyTypeObject *)PyType_FromSpecWithBases(&spec, (PyObject *)&PyTuple_Type);
    PyMem_Free(members); /* copied into the type */
    if (type != NULL && type_fill(type, desc, n_fields, n_unnamed) < 0) {
        Py_CLEAR(type);
    }
    return type;
}

PyTypeObject *
PyStructSequence_NewType(PyStructSequence_Desc *desc)
{
    return _PyStructSequence_NewType(desc, 0);
}
