/* gc/visit.h - what an object refers to, with the commonest types done inline.
 *
 * The collector spends its time in tp_traverse and the visitor that it calls back.  Where the visitor is known at
 * compile time, exact lists, tuples and dicts and plain instances are walked without either call. */
#ifndef OU_GC_VISIT_H
#define OU_GC_VISIT_H

#include "gc/gc.h"
#include "object/type.h"

/* Tell `visit` of each reference that a collected object holds, as its tp_traverse does.  The visitor's result is not
 * asked for. */
static OU_ALWAYS_INLINE void
ou_gc_visit(PyObject *op, visitproc visit, void *arg)
{
    PyTypeObject *type = Py_TYPE(op);
    if (type == &PyList_Type || type == &PyTuple_Type) {
        PyObject **items = type == &PyList_Type ? ((PyListObject *)op)->ob_item : ((PyTupleObject *)op)->ob_item;
        for (Py_ssize_t i = 0, n = Py_SIZE(op); i < n; i++) {
            if (items[i] != NULL) {
                visit(items[i], arg);
            }
        }
    }
    else if (type == &PyDict_Type) {
        PyDictKeysObject *keys = ((PyDictObject *)op)->ma_keys;
        if (keys->kind == OU_KEYS_STR) { /* strings hold nothing: the collector has no use for the keys */
            OuStrEntry *entries = ou_keys_str_entries(keys);
            for (Py_ssize_t i = keys->first, n = keys->n_entries; i < n; i++) {
                if (entries[i].value != NULL) {
                    visit(entries[i].value, arg);
                }
            }
            return;
        }
        OuEntry *entries = ou_keys_general_entries(keys);
        for (Py_ssize_t i = keys->first, n = keys->n_entries; i < n; i++) {
            if (entries[i].key != NULL) {
                visit(entries[i].value, arg);
                visit(entries[i].key, arg);
            }
        }
    }
    else if (type->tp_traverse == ou_subtype_traverse && type->tp_base == &PyBaseObject_Type && Py_SIZE(type) == 0
             && (type->tp_flags & Py_TPFLAGS_MANAGED_DICT)) {
        OuInline *block = ou_instance_inline(op);
        PyObject *dict = *ou_instance_dict_slot(op);
        for (unsigned i = 0, n = block->cap; i < n; i++) {
            if (block->values[i] != NULL) {
                visit(block->values[i], arg);
            }
        }
        if (dict != NULL) {
            visit(dict, arg);
        }
        visit((PyObject *)type, arg);
    }
    else {
        (void)type->tp_traverse(op, visit, arg);
    }
}

#endif
