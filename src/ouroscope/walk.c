/* ouroscope/walk.c - from an object to its walker: the rows of types.def by address.
 *
 * Invariant  every edge is reported once: the base's fields by the walker of the nearest type in the table, slots,
 *            inline attributes and dict by ou_instance_walk, the heap type of an instance here. */
#include "object/alloc.h"
#include "object/type.h"
#include "ouroscope/ouroscope.h"
#include "runtime/roots.h"

int (*ou_object_walk_hook)(PyObject *self, OuVisit visit, void *arg);

enum { TABLE_LEN = 1024 }; /* a power of two, well above the rows of types.def */

static struct {
    PyTypeObject *type;
    OuWalker walker;
} table[TABLE_LEN];
static bool table_made;

static int
table_enter(PyTypeObject *type, OuWalker walker, void *arg)
{
    size_t at = ((uintptr_t)type >> 4) % TABLE_LEN;
    while (table[at].type != NULL) {
        at = (at + 1) % TABLE_LEN;
    }
    table[at].type = type;
    table[at].walker = walker;
    return 0;
}

static OuWalker
walker_of(PyTypeObject *type)
{
    if (!table_made) {
        table_made = true;
        ou_static_types_walk(table_enter, NULL);
    }
    for (size_t at = ((uintptr_t)type >> 4) % TABLE_LEN; table[at].type != NULL; at = (at + 1) % TABLE_LEN) {
        if (table[at].type == type) {
            return table[at].walker;
        }
    }
    return NULL;
}

typedef struct {
    OuVisit visit;
    void *arg;
    PyTypeObject *type;
    bool saw_type;
} Foreign;

static int
visit_foreign(PyObject *ref, void *arg)
{
    Foreign *foreign = arg;
    foreign->saw_type |= ref == (PyObject *)foreign->type;
    return foreign->visit(ref, OU_EDGE_FIELD, "traverse", -1, foreign->arg);
}

/* The nearest base whose fields are not those that ou_instance_walk reports. */
static PyTypeObject *
base_with_fields(PyTypeObject *base)
{
    while (ou_type_is_heap(base) && base->tp_base != NULL
           && (base->tp_traverse == ou_subtype_traverse || base->tp_traverse == base->tp_base->tp_traverse
               || !PyType_IS_GC(base))) {
        base = base->tp_base;
    }
    return base;
}

bool
ou_in_main_program(const void *address)
{
    extern const char __executable_start[], _end[]; /* the linker's */
    return (const char *)address >= __executable_start && (const char *)address < _end;
}

PyTypeObject *
ou_foreign_base(PyObject *self)
{
    PyTypeObject *base = base_with_fields(Py_TYPE(self));
    if (walker_of(base) != NULL || ou_in_main_program(base)) {
        return NULL;
    }
    while (walker_of(base) == NULL && base->tp_base != NULL) {
        base = base->tp_base;
    }
    return base;
}

int
ou_object_walk_as(PyObject *self, PyTypeObject *base, OuVisit visit, void *arg)
{
    OuWalker walker = walker_of(base);
    return walker != NULL ? walker(self, visit, arg) : 0;
}

int
ou_object_walk(PyObject *self, OuVisit visit, void *arg)
{
    PyTypeObject *type = Py_TYPE(self), *base = base_with_fields(type);
    bool saw_type = false;
    int stop = 0;
    OuWalker walker = walker_of(base);
    if (walker != NULL) {
        stop = walker(self, visit, arg);
    }
    else if (base->tp_traverse != NULL && ou_object_is_gc(self)) {
        Foreign foreign = {visit, arg, type, false};
        ou_traverse_tells_all = true;
        stop = base->tp_traverse(self, visit_foreign, &foreign);
        ou_traverse_tells_all = false;
        saw_type = foreign.saw_type;
    }
    if (stop == 0 && base != type) {
        stop = ou_instance_walk(self, visit, arg);
    }
    if (stop == 0 && ou_type_is_heap(type) && !saw_type) {
        stop = visit((PyObject *)type, OU_EDGE_TYPE, NULL, -1, arg);
    }
    return stop;
}
