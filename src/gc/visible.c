/* gc/visible.c - could anybody notice the end of what lives?  And the objects of start-up, which need no collection.
 *
 * At exit the process is about to give all its memory back, so objects need not be freed unless their end can be seen:
 * by a finalizer, by a weak reference's callback, by gc.callbacks or the debug flags.  Looking through the rings once
 * costs a fiftieth of a collection, and most programs have nothing of the kind.
 *
 * Owns       the number of streams that start-up made.
 * Not here   extension modules: a foreign tp_dealloc can do anything, so who loaded one collects (runtime/lifecycle.c).
 *            Objects outside the rings: their classes are in them. */
#include "gc/gc.h"
#include "object/type.h"

/* Streams that start-up made: they are no garbage while sys lives. */
static Py_ssize_t n_first_files;

typedef enum { NOTHING, FILE_TO_CLOSE, SHOWS } Visible;

static Visible
visible(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    if (PyType_Check(op)) {
        PyTypeObject *self = (PyTypeObject *)op;
        return ou_type_is_heap(self) && (self->tp_finalize != NULL || self->tp_del != NULL) ? SHOWS : NOTHING;
    }
    if (type == &_PyWeakref_RefType || PyWeakref_CheckProxy(op)
        || (ou_type_is_heap(type) && PyType_IsSubtype(type, &_PyWeakref_RefType))) {
        return ((PyWeakReference *)op)->wr_callback != NULL ? SHOWS : NOTHING;
    }
    if (type->tp_finalize == NULL) {
        return type->tp_del != NULL ? SHOWS : NOTHING;
    }
    /* A suspended frame may have a finally clause. */
    return PyGen_CheckExact(op) || PyCoro_CheckExact(op) || PyAsyncGen_CheckExact(op) ? SHOWS : FILE_TO_CLOSE;
}

/* Look through all rings.  Returns SHOWS, or how many files there are with NOTHING. */
static Visible
look(Py_ssize_t *n_files)
{
    OuGc *gc = &_PyRuntime.gc;
    PyGC_Head *rings[OU_N_GENERATIONS + 1] = {&gc->frozen};
    for (int i = 0; i < OU_N_GENERATIONS; i++) {
        rings[i + 1] = &gc->generations[i].head;
    }
    *n_files = 0;
    for (size_t i = 0; i < OU_COUNT_OF(rings); i++) {
        for (PyGC_Head *head = ou_gc_next(rings[i]); head != rings[i]; head = ou_gc_next(head)) {
            Visible one = visible(OU_GC_OBJECT(head));
            if (one == SHOWS) {
                return SHOWS;
            }
            *n_files += one == FILE_TO_CLOSE;
        }
    }
    return NOTHING;
}

bool
ou_gc_would_show(void)
{
    OuGc *gc = &_PyRuntime.gc;
    Py_ssize_t n_files;
    return gc->debug != 0 || gc->stress != 0 || PyList_GET_SIZE(gc->callbacks) != 0 || look(&n_files) == SHOWS
        || n_files > n_first_files;
}

void
ou_gc_settle(void)
{
    OuGc *gc = &_PyRuntime.gc;
    PyGC_Head *oldest = &gc->generations[OU_N_GENERATIONS - 1].head;
    for (int i = 0; i < OU_N_GENERATIONS; i++) {
        gc->generations[i].count = 0;
        if (i < OU_N_GENERATIONS - 1) {
            ou_gc_list_merge(&gc->generations[i].head, oldest);
        }
    }
    gc->long_lived_pending = 0;
    gc->long_lived_total = ou_gc_list_len(oldest);
    (void)look(&n_first_files);
}
