/* modules/_pickle/pickle_memo_proxy.c - PicklerMemoProxy and UnpicklerMemoProxy: what the attribute `memo` gives.
 *
 * Owns       the pickler or unpickler.
 * Not here   setting the attribute (pickle_pickler.c, unpickle_unpickler.c). */
#include "modules/_pickle/pickle.h"

#define OWNER(op) (((MemoProxy *)(op))->owner)

PyObject *
ou_pickle_memo_proxy(PyTypeObject *type, PyObject *owner)
{
    MemoProxy *self = (MemoProxy *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->owner = Py_NewRef(owner);
    }
    return (PyObject *)self;
}

/* ---- of a pickler -------------------------------------------------------------------------------------------------------- */

static PyObject *
pickler_memo_clear(PyObject *op, PyObject *ignored)
{
    return ou_pickle_memo_reset(&((Pickler *)OWNER(op))->memo) < 0 ? NULL : Py_NewRef(Py_None);
}

/* {address: (number, object)}, which refers to the objects, so that the addresses stay theirs. */
static PyObject *
pickler_memo_copy(PyObject *op, PyObject *ignored)
{
    PyObject *dict = PyDict_New();
    const PickleMemo *memo = &((Pickler *)OWNER(op))->memo;
    for (size_t i = 0; dict != NULL && i < memo->n_slots; i++) {
        const MemoEntry *entry = &memo->entries[i];
        if (entry->object == NULL) {
            continue;
        }
        PyObject *key = PyLong_FromVoidPtr(entry->object);
        PyObject *value = key == NULL ? NULL : Py_BuildValue("nO", entry->number, entry->object);
        if (value == NULL || PyDict_SetItem(dict, key, value) < 0) {
            Py_CLEAR(dict);
        }
        Py_XDECREF(key);
        Py_XDECREF(value);
    }
    return dict;
}

/* ---- of an unpickler ------------------------------------------------------------------------------------------------------ */

static PyObject *
unpickler_memo_clear(PyObject *op, PyObject *ignored)
{
    ou_unpickle_memo_clear((Unpickler *)OWNER(op));
    return ou_unpickle_memo_init((Unpickler *)OWNER(op)) < 0 ? NULL : Py_NewRef(Py_None);
}

/* {number: object} */
static PyObject *
unpickler_memo_copy(PyObject *op, PyObject *ignored)
{
    Unpickler *owner = (Unpickler *)OWNER(op);
    PyObject *dict = owner->far_memo != NULL ? PyDict_Copy(owner->far_memo) : PyDict_New();
    for (Py_ssize_t i = 0; dict != NULL && i < owner->memo_cap; i++) {
        if (owner->memo[i] == NULL) {
            continue;
        }
        PyObject *key = PyLong_FromSsize_t(i);
        if (key == NULL || PyDict_SetItem(dict, key, owner->memo[i]) < 0) {
            Py_CLEAR(dict);
        }
        Py_XDECREF(key);
    }
    return dict;
}

/* ---- of both -------------------------------------------------------------------------------------------------------------- */

/* As dict(a copy): a memo itself is tied to its owner. */
static PyObject *
reduce(PyObject *copy)
{
    return copy == NULL ? NULL : Py_BuildValue("(O(N))", &PyDict_Type, copy);
}

static PyObject *
pickler_memo_reduce(PyObject *op, PyObject *ignored)
{
    return reduce(pickler_memo_copy(op, NULL));
}

static PyObject *
unpickler_memo_reduce(PyObject *op, PyObject *ignored)
{
    return reduce(unpickler_memo_copy(op, NULL));
}

static int
memo_proxy_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(OWNER(op));
    return 0;
}

static int
memo_proxy_clear(PyObject *op)
{
    Py_CLEAR(OWNER(op));
    return 0;
}

static void
memo_proxy_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    Py_CLEAR(OWNER(op));
    type->tp_free(op);
    Py_DECREF(type);
}

#define METHODS(noun)                                                                                                      \
    static PyMethodDef noun##_methods[] = {                                                                                \
        {"clear", noun##_clear, METH_NOARGS, "clear($self, /)\n--\n\nRemove all items from memo."},                        \
        {"copy", noun##_copy, METH_NOARGS, "copy($self, /)\n--\n\nThe memo as a dict of its own."},                        \
        {"__reduce__", noun##_reduce, METH_NOARGS, "__reduce__($self, /)\n--\n\nHow it is pickled: as a copy."},           \
        {NULL},                                                                                                            \
    };                                                                                                                     \
    static PyType_Slot noun##_slots[] = {                                                                                  \
        {Py_tp_dealloc, memo_proxy_dealloc},       {Py_tp_traverse, memo_proxy_traverse}, {Py_tp_clear, memo_proxy_clear}, \
        {Py_tp_hash, PyObject_HashNotImplemented}, {Py_tp_methods, noun##_methods},       {0, NULL},                       \
    };
METHODS(pickler_memo)
METHODS(unpickler_memo)
#undef METHODS

PyType_Spec ou_pickler_memo_spec = {
    .name = "_pickle.PicklerMemoProxy",
    .basicsize = sizeof(MemoProxy),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = pickler_memo_slots,
};

PyType_Spec ou_unpickler_memo_spec = {
    .name = "_pickle.UnpicklerMemoProxy",
    .basicsize = sizeof(MemoProxy),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = unpickler_memo_slots,
};
