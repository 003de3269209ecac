/* modules/_socket/socket_call.h - calls of the system on a socket, and the methods that send and receive. */
#ifndef OU_MODULES_SOCKET_CALL_H
#define OU_MODULES_SOCKET_CALL_H

#include "modules/_socket/socket.h"

/* One try of a call, made without the lock.  Returns whether it succeeded; else errno says why not. */
typedef bool (*OuSocketCall)(Socket *s, void *arg);

/* Make a call until it succeeds, is refused, or the timeout is over; signals are heeded.
 * wait_first  when there is a timeout, ask first whether the socket is ready.
 * Returns     0, or -1 with an exception set; if `error` isn't NULL, with errno there and an exception only if it is -1.
 * RE-ENTRANT. */
OU_MUST_USE int ou_socket_call(Socket *s, bool writing, bool wait_first, _PyTime_t timeout, OuSocketCall call, void *arg,
                               int *error);

PyObject *ou_socket_recv(PyObject *self, PyObject *args);
PyObject *ou_socket_recv_into(PyObject *self, PyObject *args, PyObject *kwargs);
PyObject *ou_socket_recvfrom(PyObject *self, PyObject *args);
PyObject *ou_socket_recvfrom_into(PyObject *self, PyObject *args, PyObject *kwargs);
PyObject *ou_socket_recvmsg(PyObject *self, PyObject *args);
PyObject *ou_socket_recvmsg_into(PyObject *self, PyObject *args);
PyObject *ou_socket_send(PyObject *self, PyObject *args);
PyObject *ou_socket_sendall(PyObject *self, PyObject *args);
PyObject *ou_socket_sendto(PyObject *self, PyObject *args);
PyObject *ou_socket_sendmsg(PyObject *self, PyObject *args);

#endif
