/* types/exception.h - exceptions from the inside: their kinds, start and stop.
 *
 *   kind  a layout with the functions that go with it: ou_<noun>_init, _traverse, _clear, _dealloc, _walk
 *   reserve  MemoryErrors made at start-up, so that raising one needs no memory */
#ifndef OU_TYPES_EXCEPTION_H
#define OU_TYPES_EXCEPTION_H

#include "object/alloc.h"
#include "object/error.h"
#include "object/walk.h"

#define OU_EXCEPTION(name, base, noun, doc) extern PyTypeObject _PyExc_##name;
#include "types/exceptions.def"

/* class ExceptionGroup(BaseExceptionGroup, Exception): a heap type, owned here from start to stop. */
extern PyObject *PyExc_ExceptionGroup;

/* The MemoryError of last resort, shared by all who find the reserve empty; owned here from start to stop. */
extern PyObject *ou_memory_error_last;

#define OU_EXCEPTION_KIND(noun)                                              \
    int ou_##noun##_init(PyObject *self, PyObject *args, PyObject *kwargs);  \
    int ou_##noun##_traverse(PyObject *self, visitproc visit, void *arg);    \
    int ou_##noun##_clear(PyObject *self);                                   \
    void ou_##noun##_dealloc(PyObject *self);                                \
    int ou_##noun##_walk(PyObject *self, OuVisit visit, void *arg)

OU_EXCEPTION_KIND(exception);
OU_EXCEPTION_KIND(stop_iteration);
OU_EXCEPTION_KIND(system_exit);
OU_EXCEPTION_KIND(exception_group);
OU_EXCEPTION_KIND(import_error);
OU_EXCEPTION_KIND(os_error);
OU_EXCEPTION_KIND(name_error);
OU_EXCEPTION_KIND(attribute_error);
OU_EXCEPTION_KIND(syntax_error);
OU_EXCEPTION_KIND(unicode_error);

/* What follows from a kind's walker and ou_<noun>_clear. */
#define OU_EXCEPTION_KIND_FUNCTIONS(noun)                                    \
    int ou_##noun##_traverse(PyObject *self, visitproc visit, void *arg)     \
    {                                                                        \
        return noun##_traverse(self, visit, arg);                            \
    }                                                                        \
    void ou_##noun##_dealloc(PyObject *self)                                 \
    {                                                                        \
        ou_gc_untrack(self); /* first: no collection may see a dying one */  \
        ou_##noun##_clear(self);                                             \
        Py_TYPE(self)->tp_free(self);                                        \
    }

/* The edges of a PyBaseExceptionObject, inside a walker. */
#define OU_EXCEPTION_EDGES(exc)          \
    do {                                 \
        OU_EDGE_OF(exc, dict);           \
        OU_EDGE_OF(exc, args);           \
        OU_EDGE_OF(exc, notes);          \
        OU_EDGE_OF(exc, traceback);      \
        OU_EDGE_OF(exc, cause);          \
        OU_EDGE_OF(exc, context);        \
    } while (0)

/* The slots that types of one kind share. */
#define OU_EXCEPTION_SLOTS(name_, base_, noun, struct_, doc_)                                              \
    .tp_name = #name_, .tp_basicsize = sizeof(struct_), .tp_dealloc = ou_##noun##_dealloc,                 \
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC                              \
                | Py_TPFLAGS_BASE_EXC_SUBCLASS,                                                            \
    .tp_doc = doc_, .tp_traverse = ou_##noun##_traverse, .tp_clear = ou_##noun##_clear,                    \
    .tp_base = &_PyExc_##base_, .tp_dictoffset = offsetof(PyBaseExceptionObject, dict),                    \
    .tp_init = ou_##noun##_init

PyObject *ou_exception_new(PyTypeObject *type, PyObject *args, PyObject *kwargs);
PyObject *ou_os_error_new(PyTypeObject *type, PyObject *args, PyObject *kwargs);
PyObject *ou_exception_str(PyObject *self);
/* type(), for any exception class: the short way where that is nothing but making one.  RE-ENTRANT. */
PyObject *ou_exception_of_class(PyTypeObject *type);
PyObject *ou_exception_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames);

/* Token.MISSING of context variables (context.c).  Returns 0, or -1 with an error set. */
int ou_context_init(void);

/* Fill the reserve, make ExceptionGroup and Token.MISSING; the types are ready.  Returns 0, or -1 with an error set. */
int ou_exceptions_init(void);
/* Enter every exception, and its other names, into the namespace of builtins.  Returns 0, or -1 with an error set. */
int ou_exceptions_add(PyObject *dict);
/* Free the reserve and ExceptionGroup: the last act of an interpreter. */
void ou_exceptions_fini(void);

/* PEP 654, for the evaluation loop.
 * match: what of `exc` is matched by `type` (a class or tuple of classes, not groups) and what is left; each new, or None.
 * Returns 0, or -1 with an error set.  RE-ENTRANT. */
int ou_exception_group_match(PyObject *exc, PyObject *type, PyObject **matched, PyObject **rest);
/* What to raise again at the end of a try with except*: `raised` is a list of what the blocks raised.  Returns new, None if
 * there is nothing to raise; NULL with an error set. */
PyObject *_PyExc_PrepReraiseStar(PyObject *original, PyObject *raised);
PyObject *_PyExc_CreateExceptionGroup(const char *message, PyObject *exceptions);

#endif
