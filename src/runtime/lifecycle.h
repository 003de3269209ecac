/* runtime/lifecycle.h - start and stop, in the order of an interpreter's life. */
#ifndef OU_RUNTIME_LIFECYCLE_H
#define OU_RUNTIME_LIFECYCLE_H

#include "runtime/config.h"

#include <limits.h>

/* Ready every static type in the order of types.def.  Returns 0, or -1 with an error set. */
int ou_types_ready(void);
/* Ready those of a built-in module, before it is made.  Returns 0, or -1 with an error set: it may be tried again. */
int ou_types_ready_of(const char *module);
/* Last act of a checked stop: drop what the static types hold (namespaces, mro, subclasses). */
void ou_types_clear(void);

/* Make sys.stdin, stdout and stderr (and their __names__).  Returns NULL, or what failed, perhaps with an error set. */
const char *ou_streams_init(PyConfig *config);
/* Flush sys.stdout and sys.stderr.  Returns 0, or -1 if one failed (no error is left set). */
int ou_streams_flush(void);

/* Did the code that ran last end in a KeyboardInterrupt?  Then the process shall end by SIGINT. */
extern bool ou_run_interrupted;

/* Installed by ouroscope/: explain every count.  stage 1: modules alive; 2: after teardown.  Prints lines that
 * begin with "audit: ".  Returns the number of objects whose count is not explained. */
extern Py_ssize_t (*ou_audit_hook)(int stage, FILE *out);

/* Installed by modules/atexit.c when it is imported: call what was registered, last first.  RE-ENTRANT. */
extern void (*ou_atexit_hook)(void);

/* Installed by modules/_io when it is imported: a standard stream, text before a descriptor that close() leaves open.
 * name     what its repr shows, "<stdout>"
 * write    for writing; else reading
 * Returns  new, or NULL with an error set.  RE-ENTRANT. */
typedef struct {
    int fd;
    const char *name;
    bool write, unbuffered, line_buffering;
    PyObject *encoding, *errors; /* str */
} OuStdStream;
extern PyObject *(*ou_std_stream_hook)(const OuStdStream *stream);

/* Installed by cli/: one line of a prompt on a terminal, PyMem_RawMalloc'ed, "" at the end of input, NULL when
 * interrupted. */
extern char *(*ou_prompt_hook)(const char *prompt);

/* ---- where the program lies (program_path.c) ---------------------------------------------------------------------- */

/* sys.executable: absolute, links not followed; "" if it isn't found.  New. */
PyObject *ou_program_path(void);
/* The program that a virtual environment was made from; outside of one, the program.  New. */
PyObject *ou_base_program_path(PyObject *program);
/* Does the program lie in a virtual environment?  `home` is then what its pyvenv.cfg says, or "". */
bool ou_program_environment(const char *program, char home[PATH_MAX]);

#endif
