/* modules/posix/posix.h - what the files of module posix share.
 *
 *   path   an argument that names a file: str, bytes, an object with __fspath__, or (where a function allows it) a descriptor
 *   dir_fd the folder that a relative path starts from; AT_FDCWD: the current one */
#ifndef OU_MODULES_POSIX_H
#define OU_MODULES_POSIX_H

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <sys/stat.h>

#include "object/args.h"
#include "object/hold.h"

typedef struct {
    const char *function, *argument; /* as messages name them; set by the caller */
    bool nullable, allow_fd;         /* set by the caller: None (or nothing) will do; an int will do */
    bool is_bytes;                   /* given as bytes, so names in the answer are bytes */
    int fd;                          /* the descriptor, or -1 */
    const char *name;                /* NULL: a descriptor, or nothing was given */
    PyObject *object;                /* as errors show it, owned; NULL: nothing was given */
    PyObject *bytes;                 /* what `name` points into, owned */
    PyObject **slots[2];
    OuHold hold;                     /* object and bytes, from begin to end */
} PosixPath;

/* Read a path argument; afterwards the path is held (object/hold.h) until ou_posix_path_end(), so several are ended in
 * the opposite order.  Returns 0, or -1 with an error set and nothing held.  RE-ENTRANT (__fspath__, __index__). */
OU_MUST_USE int ou_posix_path_begin(PosixPath *path, PyObject *arg);
void ou_posix_path_end(PosixPath *path);
/* Set OSError from errno, with the path.  Returns NULL. */
PyObject *ou_posix_path_error(PosixPath *path);
/* The end of a function on one path: status < 0 raises, else None is returned. */
PyObject *ou_posix_path_finish(PosixPath *path, int status);
/* A name of the system as str, or as bytes if the path was.  New. */
PyObject *ou_posix_name_new(const PosixPath *path, const char *name, Py_ssize_t size);

/* Arguments.  Each leaves *out alone where the argument was left out (NULL), and returns 0, or -1 with an error set. */
OU_MUST_USE int ou_posix_int_arg(PyObject *arg, int *out);
OU_MUST_USE int ou_posix_bool_arg(PyObject *arg, bool *out);
OU_MUST_USE int ou_posix_dir_fd_arg(PyObject *arg, int *out);
OU_MUST_USE int ou_posix_offset_arg(PyObject *arg, off_t *out);
OU_MUST_USE int ou_posix_id_arg(PyObject *arg, const char *noun, unsigned *out); /* uid_t or gid_t; -1 is 2**32 - 1 */
PyObject *ou_posix_id_new(unsigned id);

/* A call of the system returned -1: raise OSError.  Returns NULL; ok() gives None for 0. */
PyObject *ou_posix_error(void);
PyObject *ou_posix_ok(int status);

/* os.stat_result of a struct stat.  New. */
PyObject *ou_posix_stat_new(const struct stat *st);
/* The state that os.stat(path) and DirEntry.stat() share: -1 with errno set. */
int ou_posix_structseq_ready(PyTypeObject *type, PyStructSequence_Desc *desc);

/* C arrays of strings for execve() and posix_spawn(), `what` as messages begin: end with NULL;
 * freed by ou_posix_strings_free(). */
char **ou_posix_argv_new(PyObject *list, const char *what);
char **ou_posix_envp_new(PyObject *mapping);
void ou_posix_strings_free(char **strings);

/* The parts of the module. */
extern PyMethodDef ou_posix_path_methods[], ou_posix_file_methods[], ou_posix_stat_methods[], ou_posix_scandir_methods[],
    ou_posix_process_methods[], ou_posix_identity_methods[], ou_posix_system_methods[], ou_posix_exec_methods[],
    ou_posix_spawn_methods[], ou_posix_sched_methods[];
extern PyTypeObject ou_dir_entry_type, ou_scandir_type;
int ou_posix_stat_exec(PyObject *module);
int ou_posix_process_exec(PyObject *module);
int ou_posix_system_exec(PyObject *module);
int ou_posix_sched_exec(PyObject *module);

/* The parameters of a scheduler: os.sched_param.  Returns 0, or -1 with an error set. */
struct sched_param;
OU_MUST_USE int ou_posix_sched_param_arg(PyObject *module, PyObject *arg, struct sched_param *out);
int ou_posix_constants_exec(PyObject *module);

#define OU_KW(function) (PyCFunction)(void *)(function), METH_FASTCALL | METH_KEYWORDS
#define OU_FAST_KW PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames

/* status = call, made again when a signal came between; -2 if a handler raised. */
#define OU_CALL_SYSTEM(status, call)                                                        \
    do {                                                                                    \
        Py_BEGIN_ALLOW_THREADS                                                              \
        (status) = (call);                                                                  \
        Py_END_ALLOW_THREADS                                                                \
        if ((status) == -1 && errno == EINTR && PyErr_CheckSignals() < 0) {                 \
            (status) = -2;                                                                  \
        }                                                                                   \
    } while ((status) == -1 && errno == EINTR)

#endif
