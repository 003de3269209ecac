/* modules/itertools/itertools.h - what the files of module itertools share.
 *
 * Each iterator is a collected object whose references are PyObject * fields; OU_ITERATOR makes walker, clear, deallocator and
 * the common slots from the list of those fields. */
#ifndef OU_MODULES_ITERTOOLS_H
#define OU_MODULES_ITERTOOLS_H

#include "object/alloc.h"
#include "object/args.h"
#include "object/hold.h"
#include "object/walk.h"

#include <structmember.h>

#define OU_FIELD_EDGE(field) OU_EDGE_OF(it, field);
#define OU_FIELD_CLEAR(field) Py_CLEAR(it->field);

/* FIELDS is a macro that applies its argument to each reference field; BORROWED says what else points at objects. */
#define OU_ITERATOR(noun, Struct, FIELDS) OU_ITERATOR_AND(noun, Struct, FIELDS, )
#define OU_ITERATOR_AND(noun, Struct, FIELDS, BORROWED)          \
    OU_WALKER(noun)                                              \
    {                                                            \
        Struct *it = (Struct *)self;                             \
        FIELDS(OU_FIELD_EDGE)                                    \
        BORROWED                                                 \
        return 0;                                                \
    }                                                            \
    static int noun##_clear(PyObject *self)                      \
    {                                                            \
        Struct *it = (Struct *)self;                             \
        FIELDS(OU_FIELD_CLEAR)                                   \
        return 0;                                                \
    }                                                            \
    static void noun##_dealloc(PyObject *self)                   \
    {                                                            \
        ou_gc_untrack(self);                                     \
        noun##_clear(self);                                      \
        Py_TYPE(self)->tp_free(self);                            \
    }

#define OU_ITERATOR_SLOTS(noun, Struct, name)                                            \
    .tp_name = name, .tp_basicsize = sizeof(Struct), .tp_dealloc = noun##_dealloc,       \
    .tp_getattro = PyObject_GenericGetAttr,                                              \
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,           \
    .tp_traverse = noun##_traverse, .tp_clear = noun##_clear, .tp_iter = PyObject_SelfIter, \
    .tp_alloc = PyType_GenericAlloc, .tp_free = PyObject_GC_Del

/* An allocated iterator is tracked by tp_alloc with NULL fields: safe to traverse at any moment. */

/* The next item of an iterator, or NULL at the end or with an error set. */
static inline PyObject *
ou_next(PyObject *iter)
{
    PyObject *item = ou_iternext(iter);
    if (item == NULL && PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_StopIteration)) {
        PyErr_Clear();
    }
    return item;
}

extern PyTypeObject ou_count_type, ou_cycle_type, ou_repeat_type, ou_chain_type, ou_accumulate_type, ou_compress_type,
    ou_dropwhile_type, ou_takewhile_type, ou_filterfalse_type, ou_starmap_type, ou_islice_type, ou_pairwise_type,
    ou_zip_longest_type, ou_groupby_type, ou_grouper_type, ou_tee_type, ou_tee_data_type, ou_product_type,
    ou_combinations_type, ou_combinations_wr_type, ou_permutations_type;

/* itertools.tee(iterable, n=2) (several.c).  Refs new tuple.  RE-ENTRANT. */
PyObject *ou_tee(PyObject *module, PyObject *const *args, Py_ssize_t n_args);

#endif
