/* types/module.h - module objects, for those who read them often. */
#ifndef OU_TYPES_MODULE_H
#define OU_TYPES_MODULE_H

#include <Python.h>
#include "base/base.h"

typedef struct {
    PyObject_HEAD
    PyObject *md_dict;    /* owned; NULL only while the module dies */
    PyModuleDef *md_def;  /* of a module written in C, or NULL; static, or owned by nobody */
    void *md_state;       /* PyMem_Malloc'ed, def->m_size bytes, or NULL */
    PyObject *md_weaklist;
    PyObject *md_name;    /* owned: the name it was made with, if that was a str */
} PyModuleObject;

/* The module's namespace.  Borrowed. */
static OU_ALWAYS_INLINE PyObject *
ou_module_dict(PyObject *module)
{
    return ((PyModuleObject *)module)->md_dict;
}

/* A name is missing in a module's namespace; NULL: all names are about to be looked at.
 * Returns 1 if it may be there now, 0, or -1 with an error set.  RE-ENTRANT.  Installed by runtime. */
extern int (*ou_module_missing_hook)(PyObject *names, PyObject *name);

#endif
