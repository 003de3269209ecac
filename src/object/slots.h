/* object/slots.h - the functions of slots.def: what slots hold for Python code (slot_call.c), and how
 * slots are called as methods (slot_wrap.c). */
#ifndef OU_OBJECT_SLOTS_H
#define OU_OBJECT_SLOTS_H

#include "object/type.h"

/* ou_slot_*: each of its slot's own type. */
#define SLOT_TYPE(path) __typeof__(*((PyHeapTypeObject *)0)->path)
#define SLOT(dunder, path, function, wrapper, doc) extern SLOT_TYPE(path) ou_slot_##function;
#define SLOT_FOREIGN(dunder, path, function, wrapper, doc)
#include "object/slots.def"

/* ou_wrap_*: METH_VARARGS-like, with the slot's function. */
#define SLOT(dunder, path, function, wrapper, doc) \
    PyObject *ou_wrap_##wrapper(PyObject *, PyObject *, void *);
#define SLOT_KEYWORDS(dunder, path, function, wrapper, doc) \
    PyObject *ou_wrap_##wrapper(PyObject *, PyObject *, void *, PyObject *);
#define SLOT_UNWRAPPED(dunder, path, function, wrapper, doc)
#include "object/slots.def"

/* A function pointer of whatever type, where slots are read and written by offset. */
typedef void *__attribute__((may_alias)) OuSlotWord;

/* tp_getattro of a class with __getattribute__ but no __getattr__. */
PyObject *ou_slot_tp_getattro(PyObject *self, PyObject *name);

#endif
