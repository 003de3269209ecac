/* modules/_socket/socket_message.c - sending and receiving: bytes, datagrams, messages with ancillary data.
 *
 * Owns       a Message its C arrays and the buffers that are exported for it.
 * Invariant  a Message is released on every way out; each array is as long as was counted when it was made.
 * Source     Library Reference, socket; RFC 3542. */
#include "modules/_socket/socket_call.h"

#include <sys/uio.h>

typedef struct {
    void *data;
    size_t size;
    int flags;
    ssize_t n;        /* what the system says */
    Address *address; /* NULL: none */
    socklen_t address_size;
} Transfer;

static bool
call_recv(Socket *s, void *arg)
{
    Transfer *t = arg;
    t->n = recv(s->fd, t->data, t->size, t->flags);
    return t->n >= 0;
}

static bool
call_recvfrom(Socket *s, void *arg)
{
    Transfer *t = arg;
    t->address_size = sizeof *t->address;
    t->n = recvfrom(s->fd, t->data, t->size, t->flags, &t->address->any, &t->address_size);
    return t->n >= 0;
}

static bool
call_send(Socket *s, void *arg)
{
    Transfer *t = arg;
    t->n = t->address == NULL ? send(s->fd, t->data, t->size, t->flags)
                              : sendto(s->fd, t->data, t->size, t->flags, &t->address->any, t->address_size);
    return t->n >= 0;
}

static int
transfer(PyObject *self, bool writing, OuSocketCall call, Transfer *t)
{
    return ou_socket_call((Socket *)self, writing, true, ((Socket *)self)->timeout, call, t, NULL);
}

/* ---- receiving --------------------------------------------------------------------------------------------- */

static PyObject *
receive_bytes(PyObject *self, Py_ssize_t size, int flags, OuSocketCall call, Address *address, socklen_t *address_size)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    if (bytes == NULL) {
        return NULL;
    }
    Transfer t = {.data = PyBytes_AS_STRING(bytes), .size = (size_t)size, .flags = flags, .address = address};
    OU_HOLD(hold, &bytes);
    int status = transfer(self, false, call, &t);
    OU_HOLD_END(hold);
    if (status < 0) {
        Py_DECREF(bytes);
        return NULL;
    }
    if (address_size != NULL) {
        *address_size = t.address_size;
    }
    if (t.n != size) {
        _PyBytes_Resize(&bytes, t.n);
    }
    return bytes;
}

PyObject *
ou_socket_recv(PyObject *self, PyObject *args)
{
    Py_ssize_t size;
    int flags = 0;
    if (!PyArg_ParseTuple(args, "n|i:recv", &size, &flags)) {
        return NULL;
    }
    return size < 0 ? PyErr_Format(PyExc_ValueError, "negative buffersize in recv")
                    : receive_bytes(self, size, flags, call_recv, NULL, NULL);
}

PyObject *
ou_socket_recvfrom(PyObject *self, PyObject *args)
{
    Py_ssize_t size;
    int flags = 0;
    Address address = {0};
    socklen_t address_size = 0;
    if (!PyArg_ParseTuple(args, "n|i:recvfrom", &size, &flags)) {
        return NULL;
    }
    if (size < 0) {
        return PyErr_Format(PyExc_ValueError, "negative buffersize in recvfrom");
    }
    PyObject *bytes = receive_bytes(self, size, flags, call_recvfrom, &address, &address_size);
    PyObject *from = bytes == NULL ? NULL : ou_socket_address_new(&address, address_size);
    PyObject *pair = from == NULL ? NULL : PyTuple_Pack(2, bytes, from);
    Py_XDECREF(bytes);
    Py_XDECREF(from);
    return pair;
}

/* Receive into the argument's buffer.  Returns the number of bytes, or -1 with an error set. */
static ssize_t
receive_into(PyObject *self, PyObject *args, PyObject *kwargs, const char *format, const char *name, OuSocketCall call,
             Transfer *t)
{
    static char *names[] = {"buffer", "nbytes", "flags", NULL};
    Py_buffer view;
    Py_ssize_t size = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, format, names, &view, &size, &t->flags)) {
        return -1;
    }
    t->n = -1;
    t->data = view.buf;
    t->size = size == 0 ? (size_t)view.len : (size_t)size;
    if (size < 0) {
        PyErr_Format(PyExc_ValueError, "negative buffersize in %s", name);
    }
    else if (size > view.len) {
        PyErr_SetString(PyExc_ValueError, call == call_recv ? "buffer too small for requested bytes"
                                                            : "nbytes is greater than the length of the buffer");
    }
    else if (transfer(self, false, call, t) < 0) {
        t->n = -1;
    }
    PyBuffer_Release(&view);
    return t->n;
}

PyObject *
ou_socket_recv_into(PyObject *self, PyObject *args, PyObject *kwargs)
{
    Transfer t = {0};
    ssize_t n = receive_into(self, args, kwargs, "w*|ni:recv_into", "recv_into", call_recv, &t);
    return n < 0 ? NULL : PyLong_FromSsize_t(n);
}

PyObject *
ou_socket_recvfrom_into(PyObject *self, PyObject *args, PyObject *kwargs)
{
    Address address = {0};
    Transfer t = {.address = &address};
    ssize_t n = receive_into(self, args, kwargs, "w*|ni:recvfrom_into", "recvfrom_into", call_recvfrom, &t);
    PyObject *from = n < 0 ? NULL : ou_socket_address_new(&address, t.address_size);
    return from == NULL ? NULL : Py_BuildValue("nN", (Py_ssize_t)n, from);
}

/* ---- sending ----------------------------------------------------------------------------------------------- */

PyObject *
ou_socket_send(PyObject *self, PyObject *args)
{
    Py_buffer view;
    Transfer t = {0};
    if (!PyArg_ParseTuple(args, "y*|i:send", &view, &t.flags)) {
        return NULL;
    }
    t.data = view.buf;
    t.size = (size_t)view.len;
    int status = transfer(self, true, call_send, &t);
    PyBuffer_Release(&view);
    return status < 0 ? NULL : PyLong_FromSsize_t(t.n);
}

/* One timeout holds for all of it. */
PyObject *
ou_socket_sendall(PyObject *self, PyObject *args)
{
    Socket *s = (Socket *)self;
    Py_buffer view;
    Transfer t = {0};
    int status = 0;
    _PyTime_t timeout = s->timeout, deadline = 0;
    if (!PyArg_ParseTuple(args, "y*|i:sendall", &view, &t.flags)) {
        return NULL;
    }
    char *at = view.buf, *end = at + view.len;
    if (timeout > 0) {
        deadline = _PyDeadline_Init(timeout);
    }
    while (status == 0) {
        if (s->timeout > 0 && deadline != 0) {
            timeout = _PyDeadline_Get(deadline);
            if (timeout <= 0) {
                PyErr_SetString(PyExc_TimeoutError, "timed out");
                status = -1;
                break;
            }
        }
        t.data = at;
        t.size = (size_t)(end - at);
        status = ou_socket_call(s, true, true, timeout, call_send, &t, NULL);
        if (status == 0) {
            at += t.n;
            if (at >= end) {
                break;
            }
            status = PyErr_CheckSignals();
        }
    }
    PyBuffer_Release(&view);
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

PyObject *
ou_socket_sendto(PyObject *self, PyObject *args)
{
    Py_buffer view;
    PyObject *to;
    Address address;
    Transfer t = {.address = &address};
    Py_ssize_t n_args = PyTuple_GET_SIZE(args);
    if (n_args != 2 && n_args != 3) {
        return PyErr_Format(PyExc_TypeError, "sendto() takes 2 or 3 arguments (%zd given)", n_args);
    }
    if (n_args == 2 ? !PyArg_ParseTuple(args, "y*O:sendto", &view, &to)
                    : !PyArg_ParseTuple(args, "y*iO:sendto", &view, &t.flags, &to)) {
        return NULL;
    }
    t.data = view.buf;
    t.size = (size_t)view.len;
    int status = ou_socket_address_read((Socket *)self, to, &address, &t.address_size, "sendto");
    if (status == 0) {
        status = PySys_Audit("socket.sendto", "OO", self, to);
    }
    if (status == 0) {
        status = transfer(self, true, call_send, &t);
    }
    PyBuffer_Release(&view);
    return status < 0 ? NULL : PyLong_FromSsize_t(t.n);
}

/* ---- messages ---------------------------------------------------------------------------------------------- */

typedef struct {
    struct msghdr header;
    Address address;
    int flags;
    ssize_t n;
    Py_buffer *views; /* n_views exported buffers */
    Py_ssize_t n_views;
    struct iovec *parts;
    char *control;
} Message;

static bool
call_recvmsg(Socket *s, void *arg)
{
    Message *m = arg;
    m->header.msg_namelen = sizeof m->address;
    m->n = recvmsg(s->fd, &m->header, m->flags);
    return m->n >= 0;
}

static bool
call_sendmsg(Socket *s, void *arg)
{
    Message *m = arg;
    m->n = sendmsg(s->fd, &m->header, m->flags);
    return m->n >= 0;
}

static void
message_free(Message *m)
{
    for (Py_ssize_t i = 0; i < m->n_views; i++) {
        PyBuffer_Release(&m->views[i]);
    }
    PyMem_Free(m->views);
    PyMem_Free(m->parts);
    PyMem_Free(m->control);
}

/* Export the buffers of an iterable's items.  Returns 0, or -1 with an error set; message_free() releases them.  RE-ENTRANT. */
static int
message_parts(Message *m, PyObject *iterable, const char *format, const char *text)
{
    PyObject *items = PySequence_Fast(iterable, text), *all = items == NULL ? NULL : PySequence_Tuple(items);
    Py_XDECREF(items);
    if (all == NULL) {
        return -1;
    }
    int status = 0;
    Py_ssize_t n = PyTuple_GET_SIZE(all);
    OU_HOLD(hold, &all);
    m->views = PyMem_New(Py_buffer, (size_t)n + 1);
    m->parts = PyMem_New(struct iovec, (size_t)n + 1);
    if (m->views == NULL || m->parts == NULL) {
        PyErr_NoMemory();
        status = -1;
    }
    for (Py_ssize_t i = 0; status == 0 && i < n; i++) {
        if (!PyArg_Parse(PyTuple_GET_ITEM(all, i), format, &m->views[i])) {
            status = -1;
            break;
        }
        m->n_views++;
        m->parts[i] = (struct iovec){m->views[i].buf, (size_t)m->views[i].len};
    }
    OU_HOLD_END(hold);
    Py_DECREF(all);
    m->header.msg_iov = m->parts;
    m->header.msg_iovlen = (size_t)n;
    return status;
}

/* The ancillary data that came with a message, as a list of (level, type, data). */
static PyObject *
control_list(Message *m)
{
    PyObject *list = PyList_New(0);
    struct cmsghdr *at = m->header.msg_controllen > 0 ? CMSG_FIRSTHDR(&m->header) : NULL;
    for (; list != NULL && at != NULL; at = CMSG_NXTHDR(&m->header, at)) {
        size_t head = (size_t)((char *)CMSG_DATA(at) - (char *)at);
        size_t room = (size_t)((char *)m->header.msg_control + m->header.msg_controllen - (char *)at);
        size_t size = Py_MIN(at->cmsg_len, room); /* the last may have been cut */
        PyObject *row =
            Py_BuildValue("iiy#", at->cmsg_level, at->cmsg_type, CMSG_DATA(at), (Py_ssize_t)(size > head ? size - head : 0));
        if (row == NULL || PyList_Append(list, row) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(row);
    }
    return list;
}

/* Receive into the parts.  Refs: takes `data`, what is to be the result's first item; NULL: the number of bytes. */
static PyObject *
message_receive(PyObject *self, Message *m, Py_ssize_t control_size, PyObject *data)
{
    PyObject *result = NULL;
    OU_HOLD(hold, &data);
    if (control_size < 0 || control_size > INT_MAX) {
        PyErr_SetString(PyExc_ValueError, "invalid ancillary data buffer length");
        goto done;
    }
    if (control_size > 0) {
        m->control = PyMem_Calloc(1, (size_t)control_size);
        if (m->control == NULL) {
            PyErr_NoMemory();
            goto done;
        }
    }
    m->header.msg_control = m->control;
    m->header.msg_controllen = (size_t)control_size;
    m->header.msg_name = &m->address;
    if (ou_socket_call((Socket *)self, false, true, ((Socket *)self)->timeout, call_recvmsg, m, NULL) < 0) {
        goto done;
    }
    if (data == NULL) {
        data = PyLong_FromSsize_t(m->n);
    }
    else if (PyBytes_GET_SIZE(data) != m->n) {
        _PyBytes_Resize(&data, m->n);
    }
    PyObject *control = data == NULL ? NULL : control_list(m);
    PyObject *from = control == NULL ? NULL : ou_socket_address_new(&m->address, m->header.msg_namelen);
    if (from != NULL) {
        result = Py_BuildValue("OOiO", data, control, m->header.msg_flags, from);
    }
    Py_XDECREF(from);
    Py_XDECREF(control);
done:
    OU_HOLD_END(hold);
    Py_XDECREF(data);
    return result;
}

PyObject *
ou_socket_recvmsg(PyObject *self, PyObject *args)
{
    Message m = {0};
    Py_ssize_t size, control_size = 0;
    if (!PyArg_ParseTuple(args, "n|ni:recvmsg", &size, &control_size, &m.flags)) {
        return NULL;
    }
    if (size < 0) {
        return PyErr_Format(PyExc_ValueError, "negative buffer size in recvmsg()");
    }
    PyObject *data = PyBytes_FromStringAndSize(NULL, size);
    if (data == NULL) {
        return NULL;
    }
    struct iovec part = {PyBytes_AS_STRING(data), (size_t)size};
    m.header.msg_iov = &part;
    m.header.msg_iovlen = 1;
    PyObject *result = message_receive(self, &m, control_size, data);
    message_free(&m);
    return result;
}

PyObject *
ou_socket_recvmsg_into(PyObject *self, PyObject *args)
{
    Message m = {0};
    PyObject *buffers, *result = NULL;
    Py_ssize_t control_size = 0;
    if (!PyArg_ParseTuple(args, "O|ni:recvmsg_into", &buffers, &control_size, &m.flags)) {
        return NULL;
    }
    if (message_parts(&m, buffers, "w*;recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers",
                      "recvmsg_into() argument 1 must be an iterable")
        == 0) {
        result = message_receive(self, &m, control_size, NULL);
    }
    message_free(&m);
    return result;
}

/* Lay (level, type, data) triples out as the system wants them.  Returns 0, or -1 with an error set.  RE-ENTRANT. */
static int
message_control(Message *m, PyObject *iterable)
{
    PyObject *items = PySequence_Fast(iterable, "sendmsg() argument 2 must be an iterable");
    PyObject *all = items == NULL ? NULL : PySequence_Tuple(items);
    Py_XDECREF(items);
    if (all == NULL) {
        return -1;
    }
    int status = -1;
    Py_ssize_t n = PyTuple_GET_SIZE(all), n_read = 0;
    size_t total = 0;
    struct Row {
        int level, type;
        Py_buffer view;
    } *rows = PyMem_New(struct Row, (size_t)n + 1);
    OU_HOLD(hold, &all);
    if (rows == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    for (; n_read < n; n_read++) {
        struct Row *row = &rows[n_read];
        if (!PyArg_Parse(PyTuple_GET_ITEM(all, n_read), "(iiy*):[sendmsg() ancillary data items]", &row->level, &row->type,
                         &row->view)) {
            goto done;
        }
        if ((size_t)row->view.len > INT_MAX || (total += CMSG_SPACE((size_t)row->view.len)) > INT_MAX) {
            n_read++;
            PyErr_SetString(PyExc_OSError, "too much ancillary data");
            goto done;
        }
    }
    if (total > 0) {
        m->control = PyMem_Calloc(1, total);
        if (m->control == NULL) {
            PyErr_NoMemory();
            goto done;
        }
        m->header.msg_control = m->control;
        m->header.msg_controllen = total;
        struct cmsghdr *at = CMSG_FIRSTHDR(&m->header);
        for (Py_ssize_t i = 0; i < n; i++, at = CMSG_NXTHDR(&m->header, at)) {
            at->cmsg_level = rows[i].level;
            at->cmsg_type = rows[i].type;
            at->cmsg_len = CMSG_LEN((size_t)rows[i].view.len);
            memcpy(CMSG_DATA(at), rows[i].view.buf, (size_t)rows[i].view.len);
        }
    }
    status = 0;
done:
    for (Py_ssize_t i = 0; i < n_read; i++) {
        PyBuffer_Release(&rows[i].view);
    }
    PyMem_Free(rows);
    OU_HOLD_END(hold);
    Py_DECREF(all);
    return status;
}

PyObject *
ou_socket_sendmsg(PyObject *self, PyObject *args)
{
    Message m = {0};
    PyObject *buffers, *control = NULL, *to = NULL, *result = NULL;
    socklen_t size = 0;
    if (!PyArg_ParseTuple(args, "O|OiO:sendmsg", &buffers, &control, &m.flags, &to)) {
        return NULL;
    }
    if (to != NULL && to != Py_None) {
        if (ou_socket_address_read((Socket *)self, to, &m.address, &size, "sendmsg") < 0
            || PySys_Audit("socket.sendmsg", "OO", self, to) < 0) {
            return NULL;
        }
        m.header.msg_name = &m.address;
        m.header.msg_namelen = size;
    }
    else if (PySys_Audit("socket.sendmsg", "OO", self, Py_None) < 0) {
        return NULL;
    }
    if (message_parts(&m, buffers, "y*;sendmsg() argument 1 must be an iterable of bytes-like objects",
                      "sendmsg() argument 1 must be an iterable")
            == 0
        && (control == NULL || message_control(&m, control) == 0)
        && ou_socket_call((Socket *)self, true, true, ((Socket *)self)->timeout, call_sendmsg, &m, NULL) == 0) {
        result = PyLong_FromSsize_t(m.n);
    }
    message_free(&m);
    return result;
}
