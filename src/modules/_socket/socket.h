/* modules/_socket/socket.h - what the files of module _socket share.
 *
 *   address   a Python object that names a socket's end: a tuple or a path, by the family
 *   timeout   nanoseconds; -1: block for ever; 0: never block */
#ifndef OU_MODULES_SOCKET_H
#define OU_MODULES_SOCKET_H

#define PY_SSIZE_T_CLEAN /* before Python.h: lengths of y# are Py_ssize_t */
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <linux/netlink.h>

#include "object/args.h"
#include "object/hold.h"

/* The layout that _ssl knows from CPython 3.11. */
typedef struct {
    PyObject_HEAD
    int fd; /* -1: closed */
    int family, type, proto;
    PyObject *(*error)(void);
    _PyTime_t timeout;
} Socket;

typedef union {
    struct sockaddr any;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    struct sockaddr_un un;
    struct sockaddr_nl nl;
    struct sockaddr_storage room;
} Address;

extern PyTypeObject ou_socket_type;
extern PyMethodDef ou_socket_name_methods[];
extern _PyTime_t ou_socket_default_timeout;
extern PyObject *ou_socket_gaierror, *ou_socket_herror; /* roots: the classes, once the module is made */

/* OSError from errno.  Returns NULL. */
PyObject *ou_socket_error(void);

/* Read an address for a socket.  Returns 0, or -1 with an error that names `function`.  RE-ENTRANT; may ask the resolver. */
OU_MUST_USE int ou_socket_address_read(const Socket *s, PyObject *arg, Address *out, socklen_t *size, const char *function);
/* The other way.  size 0: None.  New. */
PyObject *ou_socket_address_new(const Address *address, socklen_t size);

/* A socket object for a descriptor, which it takes over.  New; NULL: the descriptor is still the caller's. */
PyObject *ou_socket_new(PyTypeObject *type, int fd, int family, int kind, int proto);
/* Read a timeout: None or seconds.  Returns 0, or -1 with an error set. */
OU_MUST_USE int ou_socket_timeout_read(PyObject *arg, _PyTime_t *out);

#endif
