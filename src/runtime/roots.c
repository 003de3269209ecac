/* runtime/roots.c - the table of roots (roots.def), walked.
 *
 * Invariant  a static type is a root as a whole: its fields are reported as the fields of a type object.
 * Not here   what objects hold (their walkers). */
#include "runtime/roots.h"
#include "object/hold.h"
#include "object/type.h"
#include "vm/vm.h"

#define OU_ROOT_THREAD(field)
#define OU_ROOT_OUR_THREAD(field)
#define OU_ROOT_INTERP(field)
#define OU_ROOT_GC(field)
#define OU_ROOT_STATIC(type, symbol) extern type symbol;
#include "runtime/roots.def"
#undef OU_ROOT_THREAD
#undef OU_ROOT_OUR_THREAD
#undef OU_ROOT_INTERP
#undef OU_ROOT_GC
#undef OU_ROOT_STATIC

#define OU_TYPE(symbol, noun)   \
    extern PyTypeObject symbol; \
    int ou_##noun##_walk(PyObject *self, OuVisit visit, void *arg);
#include "types/types.def"
#undef OU_TYPE

int ou_type_walk(PyObject *self, OuVisit visit, void *arg);

/* The walker of types that own no reference. */
int
ou_nothing_walk(PyObject *self, OuVisit visit, void *arg)
{
    return 0;
}

static const struct {
    PyTypeObject *type;
    OuWalker walker;
} static_types[] = {
#define OU_TYPE(symbol, noun) {&symbol, ou_##noun##_walk},
#include "types/types.def"
#undef OU_TYPE
};

int
ou_static_types_walk(int (*each)(PyTypeObject *type, OuWalker walker, void *arg), void *arg)
{
    for (size_t i = 0; i < OU_COUNT_OF(static_types); i++) {
        int stop = each(static_types[i].type, static_types[i].walker, arg);
        if (stop) {
            return stop;
        }
    }
    return 0;
}

#define ROOT(ref, name)                                                            \
    do {                                                                           \
        PyObject *_root = (PyObject *)(ref);                                       \
        int _stop = _root == NULL ? 0 : visit(_root, OU_EDGE_ROOT, name, -1, arg); \
        if (_stop) {                                                               \
            return _stop;                                                          \
        }                                                                          \
    } while (0)

static int
walk_holds(OuThread *thread, OuVisit visit, void *arg)
{
    for (OuHold *hold = thread->holds; hold != NULL; hold = hold->outer) {
        for (int i = 0; i < hold->n_slots; i++) {
            PyObject *ref = *hold->slots[i];
            int stop = ref == NULL ? 0 : visit(ref, OU_EDGE_HOLD, hold->function, i, arg);
            if (stop) {
                return stop;
            }
        }
    }
    return 0;
}

static int
walk_thread(OuThread *thread, OuVisit visit, void *arg)
{
    PyThreadState *ts = &thread->ts;
#define OU_ROOT_THREAD(field) ROOT(ts->field, "thread." #field);
#define OU_ROOT_OUR_THREAD(field) ROOT(thread->field, "thread." #field);
#define OU_ROOT_INTERP(field)
#define OU_ROOT_GC(field)
#define OU_ROOT_STATIC(type, symbol)
#include "runtime/roots.def"
#undef OU_ROOT_THREAD
#undef OU_ROOT_OUR_THREAD
#undef OU_ROOT_INTERP
#undef OU_ROOT_GC
#undef OU_ROOT_STATIC
    int stop = ou_thread_walk_frames(thread, visit, arg);
    return stop ? stop : walk_holds(thread, visit, arg);
}

int
ou_roots_walk(OuVisit visit, void *arg)
{
    PyInterpreterState *interp = _PyRuntime.interp;
    OuGc *gc = &_PyRuntime.gc;
#define OU_ROOT_THREAD(field)
#define OU_ROOT_OUR_THREAD(field)
#define OU_ROOT_INTERP(field) ROOT(interp->field, "interpreter." #field);
#define OU_ROOT_GC(field) ROOT(gc->field, "gc." #field);
#define OU_ROOT_STATIC(type, symbol) ROOT(symbol, #symbol);
#include "runtime/roots.def"
#undef OU_ROOT_THREAD
#undef OU_ROOT_OUR_THREAD
#undef OU_ROOT_INTERP
#undef OU_ROOT_GC
#undef OU_ROOT_STATIC
    for (PyThreadState *ts = interp->threads; ts != NULL; ts = ts->next) {
        int stop = walk_thread((OuThread *)ts, visit, arg);
        if (stop) {
            return stop;
        }
    }
    for (size_t i = 0; i < ou_n_static_types; i++) {
        int stop = ou_type_walk((PyObject *)ou_static_types[i], visit, arg);
        if (stop) {
            return stop;
        }
    }
    return 0;
}

typedef struct {
    visitproc visit;
    void *arg;
} Plain;

static int
visit_plain(PyObject *ref, OuEdgeKind kind, const char *name, Py_ssize_t index, void *arg)
{
    Plain *plain = arg;
    return kind == OU_EDGE_BORROWED ? 0 : plain->visit(ref, plain->arg);
}

int
ou_roots_traverse(visitproc visit, void *arg)
{
    Plain plain = {visit, arg};
    return ou_roots_walk(visit_plain, &plain);
}
