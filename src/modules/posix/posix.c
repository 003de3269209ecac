/* modules/posix/posix.c - module posix: its parts put together, constants, the environment at start.
 *
 * Invariant  the environment is read once, when the module is made.
 * Not here   the functions (posix_*.c); os itself (the standard library).
 * Source     Library Reference, posix, os. */
#include <limits.h>
#include <linux/limits.h>
#include <linux/memfd.h>
#include <dlfcn.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <sysexits.h>

#include "modules/posix/posix.h"

static const struct {
    const char *name;
    long value;
} constants[] = {
#define CONSTANT(name) {#name, (long)(name)},
#define NUMBER(name, value) {#name, value},
#include "modules/posix/posix_constants.def"
};

/* What os.py asks, to fill supports_dir_fd, supports_fd and supports_follow_symlinks. */
static const char *const have_functions[] = {
    "HAVE_EVENTFD",   "HAVE_FACCESSAT",  "HAVE_FCHDIR",       "HAVE_FCHMOD",    "HAVE_FCHMODAT", "HAVE_FCHOWN",
    "HAVE_FCHOWNAT",  "HAVE_FEXECVE",    "HAVE_FDOPENDIR",    "HAVE_FPATHCONF", "HAVE_FSTATAT",  "HAVE_FSTATVFS",
    "HAVE_FTRUNCATE", "HAVE_FUTIMENS",   "HAVE_FUTIMES",      "HAVE_FUTIMESAT", "HAVE_LINKAT",   "HAVE_LCHOWN",
    "HAVE_LSTAT",     "HAVE_LUTIMES",    "HAVE_MEMFD_CREATE", "HAVE_MKDIRAT",   "HAVE_MKFIFOAT", "HAVE_MKNODAT",
    "HAVE_OPENAT",    "HAVE_READLINKAT", "HAVE_RENAMEAT",     "HAVE_SYMLINKAT", "HAVE_UNLINKAT", "HAVE_UTIMENSAT",
};

static int
add_have_functions(PyObject *module)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list != NULL && i < OU_COUNT_OF(have_functions); i++) {
        PyObject *name = PyUnicode_FromString(have_functions[i]);
        if (name == NULL || PyList_Append(list, name) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(name);
    }
    int status = list == NULL ? -1 : PyModule_AddObjectRef(module, "_have_functions", list);
    Py_XDECREF(list);
    return status;
}

/* environ: a dict of bytes; of a name that is there twice the first counts. */
static int
add_environ(PyObject *module)
{
    PyObject *dict = PyDict_New();
    for (char **at = environ; dict != NULL && at != NULL && *at != NULL; at++) {
        const char *equals = strchr(*at, '=');
        if (equals == NULL) {
            continue;
        }
        PyObject *name = PyBytes_FromStringAndSize(*at, equals - *at), *value = PyBytes_FromString(equals + 1);
        if (name == NULL || value == NULL || PyDict_SetDefault(dict, name, value) == NULL) {
            Py_CLEAR(dict);
        }
        Py_XDECREF(name);
        Py_XDECREF(value);
    }
    int status = dict == NULL ? -1 : PyModule_AddObjectRef(module, "environ", dict);
    Py_XDECREF(dict);
    return status;
}

static int
posix_exec(PyObject *module)
{
    PyMethodDef *const parts[] = {
        ou_posix_path_methods,    ou_posix_file_methods,  ou_posix_stat_methods,     ou_posix_scandir_methods,
        ou_posix_process_methods, ou_posix_exec_methods,  ou_posix_identity_methods, ou_posix_system_methods,
        ou_posix_spawn_methods,   ou_posix_sched_methods,
    };
    for (size_t i = 0; i < OU_COUNT_OF(parts); i++) {
        if (PyModule_AddFunctions(module, parts[i]) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < OU_COUNT_OF(constants); i++) {
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) {
            return -1;
        }
    }
    if (add_environ(module) < 0 || add_have_functions(module) < 0 || PyModule_AddObjectRef(module, "error", PyExc_OSError) < 0
        || PyModule_AddObjectRef(module, "DirEntry", (PyObject *)&ou_dir_entry_type) < 0) {
        return -1;
    }
    return ou_posix_stat_exec(module) < 0 || ou_posix_process_exec(module) < 0 || ou_posix_system_exec(module) < 0
                || ou_posix_sched_exec(module) < 0
             ? -1
             : 0;
}

static PyModuleDef_Slot posix_slots[] = {{Py_mod_exec, posix_exec}, {0, NULL}};

static struct PyModuleDef posix_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "posix",
    .m_doc = "What the operating system offers; programs use module os.",
    .m_slots = posix_slots,
};

PyMODINIT_FUNC
PyInit_posix(void)
{
    return PyModuleDef_Init(&posix_module);
}
