/* ouroscope/why.c - who holds an object: every edge to it, found by walking all objects and roots.
 *
 * Invariant  the heap stands still while it is walked: a visit runs no Python code and allocates nothing.
 * Cost       a walk over the whole heap. */
#include "ouroscope/ouroscope.h"
#include "runtime/roots.h"
#include "vm/vm.h"

typedef struct {
    PyObject *object, *owner;
    OuHolderVisit visit;
    void *arg;
    Py_ssize_t n_left; /* references not yet found */
} Search;

static int
compare_edge(PyObject *ref, OuEdgeKind kind, const char *name, Py_ssize_t index, void *arg)
{
    Search *search = arg;
    if (ref == search->object && kind != OU_EDGE_BORROWED) {
        search->n_left--;
        OuHolder holder = {search->owner, search->owner == NULL ? ou_frame_walked() : NULL, kind, name, index};
        search->visit(&holder, search->arg);
    }
    return 0;
}

static void
compare_foreign(PyObject *ref, const OuForeignHolder *holder, void *arg)
{
    Search *search = arg;
    if (ref == search->object && search->n_left > 0) {
        char label[160];
        search->n_left--;
        snprintf(label, sizeof label, "%s %s", holder->place, holder->name);
        search->visit(&(OuHolder){holder->object, NULL, OU_EDGE_FOREIGN, label, -1}, search->arg);
    }
}

static int
search_block(const OuAddress *block, void *arg)
{
    Search *search = arg;
    PyObject *op = block->is_object ? (PyObject *)((char *)block->block + block->object_offset) : NULL;
    if (op != NULL && op->ob_type != NULL) {
        search->owner = op;
        (void)ou_object_walk(op, compare_edge, search);
    }
    return 0;
}

void
ou_why_walk(PyObject *object, OuHolderVisit visit, void *arg)
{
    Search search = {object, NULL, visit, arg, Py_REFCNT(object)};
    ou_memory_walk(1u << OU_FAMILY_COLLECTED | 1u << OU_FAMILY_PLAIN | 1u << OU_FAMILY_BUFFER, search_block, &search);
    search.owner = NULL;
    (void)ou_roots_walk(compare_edge, &search);
    if (search.n_left > 0) {
        ou_foreign_walk(compare_foreign, &search);
    }
}
