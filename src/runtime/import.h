/* runtime/import.h - importing, from the inside. */
#ifndef OU_RUNTIME_IMPORT_H
#define OU_RUNTIME_IMPORT_H

#include <Python.h>
#include "base/base.h"
#include "object/state.h"

/* Find a module that is not in sys.modules and load it.
 * path     the parent's __path__, or NULL for a top-level module
 * Returns  new, entered in sys.modules; NULL with ModuleNotFoundError or what its code raised.  RE-ENTRANT. */
PyObject *ou_import_find_and_load(PyObject *name, PyObject *path);

/* The built-in module `name`, made and executed, entered in sys.modules.  New; NULL without an error if there is none. */
PyObject *ou_import_builtin(PyObject *name);

/* Is a module of that name built in? */
bool ou_import_is_builtin(PyObject *name);

/* The tables' entry as CPython's _imp.create_builtin: made, not executed.  Refs new; None if there is none. */
PyObject *ou_import_create_builtin(PyObject *spec);

/* The kinds of files that modules come from. */
typedef enum { OU_FILE_SOURCE, OU_FILE_BYTECODE, OU_FILE_EXTENSION } OuFileKind;

/* Run the body of a module, code, in its namespace.  What library code computes there gets ints of its own
 * (library_ints.c).  Refs new; NULL with an error set.  RE-ENTRANT. */
PyObject *ou_import_exec(PyObject *code, PyObject *names);

/* A loader with importlib's methods for one file (import_loader.c).  Refs new. */
PyObject *ou_import_loader_new(OuFileKind kind, PyObject *name, PyObject *path, bool is_package);

/* The code of a source file, from its cache file if that is current, which is written if not.
 * cached_only  of a file that is not the library's: NULL without an error if it would have to be compiled
 * Refs         new */
PyObject *ou_import_source_code(const char *path, PyObject *filename, bool cached_only);

/* A module's spec, a namespace with importlib's names, and the attributes it implies (import_spec.c). */
extern PyTypeObject ou_module_spec_type;
PyObject *ou_import_spec_new(PyObject *name, PyObject *loader, PyObject *origin, PyObject *locations, PyObject *cached,
                             bool has_location);
int ou_import_module_attributes(PyObject *module, PyObject *spec);

/* Make, enter and execute the module of a spec that any finder gave.  Refs new.  RE-ENTRANT. */
PyObject *ou_import_load_spec(PyObject *spec, PyObject *name);

/* Extension modules (dynload.c): make the module of a spec (executed already if it is of the single-phase kind), execute
 * one of the multi-phase kind.  RE-ENTRANT. */
extern const char *const ou_extension_suffixes[];
extern int ou_dlopen_flags; /* sys.setdlopenflags() */
PyObject *ou_dynload_create(PyObject *spec, PyObject *name, PyObject *path);
int ou_dynload_exec(PyObject *module);

/* The standard library's folder, or NULL; and does a file belong to it? */
const char *ou_stdlib_folder(void);
bool ou_stdlib_has_file(const char *path);

/* "<frozen os>": what code objects of those library modules name that CPython has frozen.
 * Refs new; NULL without an error if it is none of them. */
PyObject *ou_stdlib_frozen_name(const char *path);

/* Raise ModuleNotFoundError(text, name=name).  Refs: consumes text. */
void ou_import_raise_not_found(PyObject *text, PyObject *name);

/* Fill sys.path, builtin_module_names, stdlib_module_names.  Returns 0 or -1. */
int ou_import_paths_init(void);

/* In the child of a fork: a thread that isn't there holds no import lock (modules/_imp.c). */
void ou_import_lock_after_fork(void);

#endif
