/* capi/fileutils.c - descriptors: system calls that heed signals and raise OSError; the names that compiled modules use.
 *
 * Invariant  a call that a signal interrupted is made again after the handlers ran, unless one of them raised.
 * Not here   file objects (modules/_io), module posix. */
#include <fcntl.h>
#include <locale.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "object/state.h"
#include "runtime/config.h"

/* read() or write(): the lock is given up meanwhile.  Returns the number of bytes, or -1 with OSError (or what a signal
 * handler raised) set and errno kept.  RE-ENTRANT. */
static Py_ssize_t
transfer(int fd, void *buf, size_t size, bool writes)
{
    ssize_t n;
    int error, raised = 0;
    size = Py_MIN(size, (size_t)PY_SSIZE_T_MAX);
    do {
        Py_BEGIN_ALLOW_THREADS errno = 0;
        n = writes ? write(fd, buf, size) : read(fd, buf, size);
        error = errno;
        Py_END_ALLOW_THREADS
    } while (n < 0 && error == EINTR && !(raised = PyErr_CheckSignals()));
    if (n < 0) {
        errno = error;
        if (!raised) {
            PyErr_SetFromErrno(PyExc_OSError);
        }
        errno = error;
    }
    return n;
}

Py_ssize_t
_Py_read(int fd, void *buf, size_t size)
{
    return transfer(fd, buf, size, false);
}

Py_ssize_t
_Py_write(int fd, const void *buf, size_t size)
{
    return transfer(fd, (void *)buf, size, true);
}

/* Write without the lock, errors in errno alone. */
Py_ssize_t
_Py_write_noraise(int fd, const void *buf, size_t size)
{
    ssize_t n;
    do {
        errno = 0;
        n = write(fd, buf, Py_MIN(size, (size_t)PY_SSIZE_T_MAX));
    } while (n < 0 && errno == EINTR);
    return n;
}

/* open() without inheritance.  Returns the descriptor, or -1 with OSError set (noraise: errno alone). */
int
_Py_open(const char *path, int flags)
{
    int fd, raised = 0, error;
    if (PySys_Audit("open", "sOi", path, Py_None, flags) < 0) {
        return -1;
    }
    do {
        Py_BEGIN_ALLOW_THREADS fd = open(path, flags | O_CLOEXEC);
        error = errno;
        Py_END_ALLOW_THREADS
    } while (fd < 0 && error == EINTR && !(raised = PyErr_CheckSignals()));
    if (fd < 0 && !raised) {
        errno = error;
        PyErr_SetFromErrnoWithFilename(PyExc_OSError, path);
    }
    return fd;
}

int
_Py_open_noraise(const char *path, int flags)
{
    return open(path, flags | O_CLOEXEC);
}

int
_Py_fstat_noraise(int fd, struct stat *out)
{
    return fstat(fd, out);
}

int
_Py_fstat(int fd, struct stat *out)
{
    int status;
    Py_BEGIN_ALLOW_THREADS status = fstat(fd, out);
    Py_END_ALLOW_THREADS if (status < 0)
    {
        PyErr_SetFromErrno(PyExc_OSError);
    }
    return status;
}

/* Is the descriptor passed on to programs that are executed?  1, 0, -1 with OSError. */
int
_Py_get_inheritable(int fd)
{
    int flags = fcntl(fd, F_GETFD, 0);
    if (flags < 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        return -1;
    }
    return !(flags & FD_CLOEXEC);
}

static int
set_inheritable(int fd, int inheritable, bool raise)
{
    int flags = fcntl(fd, F_GETFD), wanted;
    if (flags >= 0) {
        wanted = inheritable ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC;
        if (wanted == flags || fcntl(fd, F_SETFD, wanted) >= 0) {
            return 0;
        }
    }
    if (raise) {
        PyErr_SetFromErrno(PyExc_OSError);
    }
    return -1;
}

/* atomic_flag_works: may be NULL; *atomic_flag_works > 0 says that the descriptor was made so already. */
int
_Py_set_inheritable(int fd, int inheritable, int *atomic_flag_works)
{
    return set_inheritable(fd, inheritable, true);
}

int
_Py_set_inheritable_async_safe(int fd, int inheritable, int *atomic_flag_works)
{
    return set_inheritable(fd, inheritable, false);
}

/* A duplicate that is not inherited.  -1 with OSError. */
int
_Py_dup(int fd)
{
    int copy;
    Py_BEGIN_ALLOW_THREADS copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    Py_END_ALLOW_THREADS if (copy < 0)
    {
        PyErr_SetFromErrno(PyExc_OSError);
    }
    return copy;
}

int
_Py_get_blocking(int fd)
{
    int flags = fcntl(fd, F_GETFL, 0);
    if (flags < 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        return -1;
    }
    return !(flags & O_NONBLOCK);
}

int
_Py_set_blocking(int fd, int blocking)
{
    int flags = fcntl(fd, F_GETFL, 0);
    if (flags < 0 || fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) < 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        return -1;
    }
    return 0;
}

/* Set a category of the C library's locale as the environment says.  Returns its name, NULL: there is none such. */
char *
_Py_SetLocaleFromEnv(int category)
{
    ou_locale_settle();
    return setlocale(category, "");
}
