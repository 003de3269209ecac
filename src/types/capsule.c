/* types/capsule.c - a C pointer in an object, to hand an API from one extension module to another.
 *
 * Owns       nothing: pointer, name and context are the maker's; the destructor is told when the capsule dies.
 * Invariant  a valid capsule's pointer is not NULL.
 * Not here   import of the module that a capsule lies in (runtime/import.c). */
#include "object/alloc.h"
#include "object/hold.h"
#include "object/walk.h"

typedef struct {
    PyObject_HEAD
    void *pointer;
    const char *name; /* borrowed, or NULL */
    void *context;
    PyCapsule_Destructor destructor;
} Capsule;

OU_WALKER(capsule)
{
    return 0;
}

static bool
names_match(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* The capsule, or NULL with ValueError set. */
static Capsule *
checked(PyObject *op, const char *function)
{
    if (op == NULL || !PyCapsule_CheckExact(op) || ((Capsule *)op)->pointer == NULL) {
        PyErr_Format(PyExc_ValueError, "%s called with invalid PyCapsule object", function);
        return NULL;
    }
    return (Capsule *)op;
}

/* Returns new, or NULL with an error set. */
PyObject *
PyCapsule_New(void *pointer, const char *name, PyCapsule_Destructor destructor)
{
    if (pointer == NULL) {
        PyErr_SetString(PyExc_ValueError, "PyCapsule_New called with null pointer");
        return NULL;
    }
    Capsule *capsule = (Capsule *)ou_object_new_fast(&PyCapsule_Type, sizeof *capsule);
    if (capsule == NULL) {
        return NULL;
    }
    capsule->pointer = pointer;
    capsule->name = name;
    capsule->context = NULL;
    capsule->destructor = destructor;
    return (PyObject *)capsule;
}

int
PyCapsule_IsValid(PyObject *op, const char *name)
{
    return op != NULL && PyCapsule_CheckExact(op) && ((Capsule *)op)->pointer != NULL
        && names_match(((Capsule *)op)->name, name);
}

void *
PyCapsule_GetPointer(PyObject *op, const char *name)
{
    Capsule *capsule = checked(op, "PyCapsule_GetPointer");
    if (capsule == NULL) {
        return NULL;
    }
    if (!names_match(name, capsule->name)) {
        PyErr_SetString(PyExc_ValueError, "PyCapsule_GetPointer called with incorrect name");
        return NULL;
    }
    return capsule->pointer;
}

const char *
PyCapsule_GetName(PyObject *op)
{
    Capsule *capsule = checked(op, "PyCapsule_GetName");
    return capsule != NULL ? capsule->name : NULL;
}

PyCapsule_Destructor
PyCapsule_GetDestructor(PyObject *op)
{
    Capsule *capsule = checked(op, "PyCapsule_GetDestructor");
    return capsule != NULL ? capsule->destructor : NULL;
}

void *
PyCapsule_GetContext(PyObject *op)
{
    Capsule *capsule = checked(op, "PyCapsule_GetContext");
    return capsule != NULL ? capsule->context : NULL;
}

int
PyCapsule_SetPointer(PyObject *op, void *pointer)
{
    Capsule *capsule = checked(op, "PyCapsule_SetPointer");
    if (capsule == NULL) {
        return -1;
    }
    if (pointer == NULL) {
        PyErr_SetString(PyExc_ValueError, "PyCapsule_SetPointer called with null pointer");
        return -1;
    }
    capsule->pointer = pointer;
    return 0;
}

int
PyCapsule_SetName(PyObject *op, const char *name)
{
    Capsule *capsule = checked(op, "PyCapsule_SetName");
    if (capsule == NULL) {
        return -1;
    }
    capsule->name = name;
    return 0;
}

int
PyCapsule_SetDestructor(PyObject *op, PyCapsule_Destructor destructor)
{
    Capsule *capsule = checked(op, "PyCapsule_SetDestructor");
    if (capsule == NULL) {
        return -1;
    }
    capsule->destructor = destructor;
    return 0;
}

int
PyCapsule_SetContext(PyObject *op, void *context)
{
    Capsule *capsule = checked(op, "PyCapsule_SetContext");
    if (capsule == NULL) {
        return -1;
    }
    capsule->context = context;
    return 0;
}

/* The pointer of the capsule "module.attribute...": the module is imported, the rest are attributes.
 * Returns NULL with an error set.  RE-ENTRANT. */
void *
PyCapsule_Import(const char *name, int no_block)
{
    PyObject *object = NULL, *next;
    void *pointer = NULL;
    char *copy = _PyMem_Strdup(name), *rest = NULL;
    if (copy == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    OU_HOLD(h, &object);
    for (char *part = strtok_r(copy, ".", &rest); part != NULL; part = strtok_r(NULL, ".", &rest)) {
        if (object == NULL) {
            object = PyImport_ImportModule(part);
            if (object == NULL && no_block && !PyErr_Occurred()) {
                PyErr_Format(PyExc_ImportError, "PyCapsule_Import could not import module \"%s\"", part);
            }
        }
        else {
            next = PyObject_GetAttrString(object, part);
            Py_SETREF(object, next);
        }
        if (object == NULL) {
            goto done;
        }
    }
    if (PyCapsule_IsValid(object, name)) {
        pointer = ((Capsule *)object)->pointer;
    }
    else {
        PyErr_Format(PyExc_AttributeError, "PyCapsule_Import \"%s\" is not valid", name);
    }
done:
    OU_HOLD_END(h);
    Py_XDECREF(object);
    PyMem_Free(copy);
    return pointer;
}

static void
capsule_dealloc(PyObject *self)
{
    Capsule *capsule = (Capsule *)self;
    if (capsule->destructor != NULL) {
        capsule->destructor(self);
    }
    ou_object_free_fast(self, sizeof *capsule);
}

static PyObject *
capsule_repr(PyObject *self)
{
    Capsule *capsule = (Capsule *)self;
    const char *quote = capsule->name != NULL ? "\"" : "";
    return PyUnicode_FromFormat("<capsule object %s%s%s at %p>", quote, capsule->name != NULL ? capsule->name : "NULL", quote,
                                self);
}

PyTypeObject PyCapsule_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "PyCapsule",
    .tp_basicsize = sizeof(Capsule),
    .tp_dealloc = capsule_dealloc,
    .tp_repr = capsule_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "A pointer from C, with a name that says what it points at.",
};
