/* modules/_socket/socket_name.c - module _socket: addresses, and who is behind a name.
 *
 * Invariant  the resolver's functions run without the lock; what they return is freed on every way out.
 * Not here   sockets (socket_object.c).
 * Source     Library Reference, socket; RFC 3493. */
#include "modules/_socket/socket.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>

PyObject *ou_socket_gaierror, *ou_socket_herror;

PyObject *
ou_socket_error(void)
{
    return PyErr_SetFromErrno(PyExc_OSError);
}

static PyObject *
raise_pair(PyObject *type, int code, const char *text)
{
    PyObject *pair = Py_BuildValue("(is)", code, text);
    if (pair != NULL) {
        PyErr_SetObject(type != NULL ? type : PyExc_OSError, pair); /* NULL: after the end of the module */
        Py_DECREF(pair);
    }
    return NULL;
}

static PyObject *
resolver_error(int code)
{
    return code == EAI_SYSTEM ? ou_socket_error() : raise_pair(ou_socket_gaierror, code, gai_strerror(code));
}

/* A name by the codec idna, which changes nothing of short ASCII names: they don't ask it.  New.  RE-ENTRANT. */
static PyObject *
host_encoded(PyObject *name)
{
    if (PyUnicode_IS_ASCII(name) && PyUnicode_GET_LENGTH(name) < 64) {
        const char *text = PyUnicode_DATA(name);
        if (*text != '.' && strstr(text, "..") == NULL) {
            return PyUnicode_AsASCIIString(name);
        }
    }
    return PyUnicode_AsEncodedString(name, "idna", NULL);
}

/* A host's name as bytes: ASCII as it is, else by the codec idna.  New.  RE-ENTRANT. */
static PyObject *
host_bytes(PyObject *arg)
{
    PyObject *bytes = NULL;
    if (PyUnicode_Check(arg)) {
        bytes = PyUnicode_IS_ASCII(arg) ? PyUnicode_AsASCIIString(arg) : PyUnicode_AsEncodedString(arg, "idna", NULL);
    }
    else if (PyBytes_Check(arg)) {
        bytes = Py_NewRef(arg);
    }
    else if (PyByteArray_Check(arg)) {
        bytes = PyBytes_FromStringAndSize(PyByteArray_AS_STRING(arg), PyByteArray_GET_SIZE(arg));
    }
    else {
        PyErr_Format(PyExc_TypeError, "str, bytes or bytearray expected, not %s", Py_TYPE(arg)->tp_name);
    }
    if (bytes != NULL && strlen(PyBytes_AS_STRING(bytes)) != (size_t)PyBytes_GET_SIZE(bytes)) {
        PyErr_SetString(PyExc_TypeError, "host name must not contain null character");
        Py_CLEAR(bytes);
    }
    return bytes;
}

/* The address of a host's name; "" is any, "<broadcast>" all.  Returns 0, or -1 with an error set. */
static int
resolve(PyObject *host, int family, Address *out)
{
    PyObject *bytes = host_bytes(host);
    if (bytes == NULL) {
        return -1;
    }
    const char *name = PyBytes_AS_STRING(bytes);
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_DGRAM}, *found = NULL;
    int code = 0, status = 0;
    memset(out, 0, sizeof *out);
    out->any.sa_family = (sa_family_t)family;
    if (family == AF_INET && strcmp(name, "<broadcast>") == 0) {
        out->in.sin_addr.s_addr = htonl(INADDR_BROADCAST);
    }
    else if (*name == 0 && (family == AF_INET || family == AF_INET6)) {
        /* zeros are any, of both families */
    }
    else if ((family == AF_INET && inet_pton(family, name, &out->in.sin_addr) == 1)
             || (family == AF_INET6 && inet_pton(family, name, &out->in6.sin6_addr) == 1)) {
        /* a number: no need to ask */
    }
    else {
        Py_BEGIN_ALLOW_THREADS code = getaddrinfo(name, NULL, &hints, &found);
        Py_END_ALLOW_THREADS if (code != 0)
        {
            resolver_error(code);
            status = -1;
        }
        else
        {
            memcpy(out, found->ai_addr, Py_MIN((size_t)found->ai_addrlen, sizeof *out));
            freeaddrinfo(found);
        }
    }
    Py_DECREF(bytes);
    return status;
}

/* ---- addresses --------------------------------------------------------------------------------------------- */

static int
read_unix(PyObject *arg, Address *out, socklen_t *size)
{
    PyObject *path = PyUnicode_Check(arg) ? PyUnicode_EncodeFSDefault(arg) : Py_NewRef(arg);
    Py_buffer view;
    int status = -1;
    if (path == NULL || PyObject_GetBuffer(path, &view, PyBUF_SIMPLE) < 0) {
        Py_XDECREF(path);
        return -1;
    }
    /* A name that begins with NUL is abstract and need not end in one. */
    bool is_abstract = view.len > 0 && *(const char *)view.buf == 0;
    if ((size_t)view.len >= sizeof out->un.sun_path + is_abstract) {
        PyErr_SetString(PyExc_OSError, "AF_UNIX path too long");
    }
    else {
        memset(out, 0, sizeof *out);
        out->un.sun_family = AF_UNIX;
        memcpy(out->un.sun_path, view.buf, (size_t)view.len);
        *size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)view.len + !is_abstract);
        status = 0;
    }
    PyBuffer_Release(&view);
    Py_DECREF(path);
    return status;
}

static int
read_inet(PyObject *arg, Address *out, socklen_t *size, const char *function)
{
    PyObject *host;
    int port;
    if (!PyTuple_Check(arg)) {
        PyErr_Format(PyExc_TypeError, "%s(): AF_INET address must be tuple, not %.500s", function, Py_TYPE(arg)->tp_name);
        return -1;
    }
    if (!PyArg_ParseTuple(arg, "Oi;AF_INET address must be a pair (host, port)", &host, &port)
        || resolve(host, AF_INET, out) < 0) {
        return -1;
    }
    if (port < 0 || port > 0xffff) {
        PyErr_Format(PyExc_OverflowError, "%s(): port must be 0-65535.", function);
        return -1;
    }
    out->in.sin_port = htons((uint16_t)port);
    *size = sizeof out->in;
    return 0;
}

static int
read_inet6(PyObject *arg, Address *out, socklen_t *size, const char *function)
{
    PyObject *host;
    int port;
    unsigned flow = 0, scope = 0;
    if (!PyTuple_Check(arg)) {
        PyErr_Format(PyExc_TypeError, "%s(): AF_INET6 address must be tuple, not %.500s", function, Py_TYPE(arg)->tp_name);
        return -1;
    }
    if (!PyArg_ParseTuple(arg, "Oi|II;AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])", &host, &port,
                          &flow, &scope)
        || resolve(host, AF_INET6, out) < 0) {
        return -1;
    }
    if (port < 0 || port > 0xffff) {
        PyErr_Format(PyExc_OverflowError, "%s(): port must be 0-65535.", function);
        return -1;
    }
    if (flow > 0xfffff) {
        PyErr_Format(PyExc_OverflowError, "%s(): flowinfo must be 0-1048575.", function);
        return -1;
    }
    out->in6.sin6_port = htons((uint16_t)port);
    out->in6.sin6_flowinfo = htonl(flow);
    out->in6.sin6_scope_id = scope;
    *size = sizeof out->in6;
    return 0;
}

int
ou_socket_address_read(const Socket *s, PyObject *arg, Address *out, socklen_t *size, const char *function)
{
    switch (s->family) {
    case AF_UNIX: return read_unix(arg, out, size);
    case AF_INET: return read_inet(arg, out, size, function);
    case AF_INET6: return read_inet6(arg, out, size, function);
    case AF_NETLINK: {
        unsigned pid, groups;
        if (!PyTuple_Check(arg)) {
            PyErr_Format(PyExc_TypeError, "%s(): AF_NETLINK address must be tuple, not %.500s", function,
                         Py_TYPE(arg)->tp_name);
            return -1;
        }
        if (!PyArg_ParseTuple(arg, "II;AF_NETLINK address must be a pair (pid, groups)", &pid, &groups)) {
            return -1;
        }
        *out = (Address){.nl = {.nl_family = AF_NETLINK, .nl_pid = pid, .nl_groups = groups}};
        *size = sizeof out->nl;
        return 0;
    }
    default: PyErr_Format(PyExc_OSError, "%s(): bad family", function); return -1;
    }
}

PyObject *
ou_socket_address_new(const Address *address, socklen_t size)
{
    char text[INET6_ADDRSTRLEN + IF_NAMESIZE + 1];
    if (size == 0) {
        Py_RETURN_NONE;
    }
    switch (address->any.sa_family) {
    case AF_INET:
        inet_ntop(AF_INET, &address->in.sin_addr, text, sizeof text);
        return Py_BuildValue("si", text, ntohs(address->in.sin_port));
    case AF_INET6: {
        int code = getnameinfo(&address->any, size, text, sizeof text, NULL, 0, NI_NUMERICHOST);
        if (code != 0) {
            return resolver_error(code);
        }
        return Py_BuildValue("siII", text, ntohs(address->in6.sin6_port), ntohl(address->in6.sin6_flowinfo),
                             address->in6.sin6_scope_id);
    }
    case AF_UNIX: {
        Py_ssize_t len = (Py_ssize_t)size - (Py_ssize_t)offsetof(struct sockaddr_un, sun_path);
        if (len > 0 && address->un.sun_path[0] == 0) {
            return PyBytes_FromStringAndSize(address->un.sun_path, len);
        }
        len = len > 0 ? (Py_ssize_t)strnlen(address->un.sun_path, (size_t)len) : 0;
        return PyUnicode_DecodeFSDefaultAndSize(address->un.sun_path, len);
    }
    case AF_NETLINK: return Py_BuildValue("II", address->nl.nl_pid, address->nl.nl_groups);
    default:
        return Py_BuildValue("iy#", address->any.sa_family, address->any.sa_data,
                             (Py_ssize_t)size - (Py_ssize_t)offsetof(struct sockaddr, sa_data));
    }
}

/* ---- getaddrinfo, getnameinfo ------------------------------------------------------------------------------ */

/* The service of getaddrinfo: a number, a name or None, as bytes or NULL.  Returns 0, or -1 with an error set. */
static int
service_bytes(PyObject *arg, PyObject **out)
{
    *out = NULL;
    if (PyLong_CheckExact(arg)) {
        PyObject *text = PyObject_Str(arg);
        *out = text == NULL ? NULL : PyUnicode_AsUTF8String(text);
        Py_XDECREF(text);
    }
    else if (PyUnicode_Check(arg)) {
        *out = PyUnicode_AsUTF8String(arg);
    }
    else if (PyBytes_Check(arg)) {
        *out = Py_NewRef(arg);
    }
    else if (arg == Py_None) {
        return 0;
    }
    else {
        PyErr_SetString(PyExc_OSError, "Int or String expected");
    }
    return *out == NULL ? -1 : 0;
}

static PyObject *
name_getaddrinfo(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"host", "port", "family", "type", "proto", "flags", NULL};
    struct addrinfo hints = {0}, *found = NULL;
    PyObject *host, *port, *host_text = NULL, *service = NULL, *list = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO|iiii:getaddrinfo", names, &host, &port, &hints.ai_family,
                                     &hints.ai_socktype, &hints.ai_protocol, &hints.ai_flags)) {
        return NULL;
    }
    if (host != Py_None) {
        if (!PyUnicode_Check(host) && !PyBytes_Check(host)) {
            PyErr_SetString(PyExc_TypeError, "getaddrinfo() argument 1 must be string or None");
            return NULL;
        }
        host_text = PyUnicode_Check(host) ? host_encoded(host) : Py_NewRef(host);
        if (host_text == NULL) {
            return NULL;
        }
    }
    if (service_bytes(port, &service) < 0
        || PySys_Audit("socket.getaddrinfo", "OOiii", host, port, hints.ai_family, hints.ai_socktype, hints.ai_protocol) < 0) {
        goto done;
    }
    int code;
    Py_BEGIN_ALLOW_THREADS code = getaddrinfo(host_text ? PyBytes_AS_STRING(host_text) : NULL,
                                              service ? PyBytes_AS_STRING(service) : NULL, &hints, &found);
    Py_END_ALLOW_THREADS if (code != 0)
    {
        resolver_error(code);
        goto done;
    }
    list = PyList_New(0);
    for (struct addrinfo *at = found; list != NULL && at != NULL; at = at->ai_next) {
        Address address = {0};
        memcpy(&address, at->ai_addr, Py_MIN((size_t)at->ai_addrlen, sizeof address));
        PyObject *end = ou_socket_address_new(&address, at->ai_addrlen);
        PyObject *row = end == NULL ? NULL
                                    : Py_BuildValue("iiisN", at->ai_family, at->ai_socktype, at->ai_protocol,
                                                    at->ai_canonname ? at->ai_canonname : "", end);
        if (row == NULL || PyList_Append(list, row) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(row);
    }
    freeaddrinfo(found);
done:
    Py_XDECREF(host_text);
    Py_XDECREF(service);
    return list;
}

static PyObject *
name_getnameinfo(PyObject *module, PyObject *args)
{
    PyObject *pair;
    const char *host;
    int flags, port;
    unsigned flow = 0, scope = 0;
    char host_room[NI_MAXHOST], port_room[NI_MAXSERV];
    if (!PyArg_ParseTuple(args, "Oi:getnameinfo", &pair, &flags)) {
        return NULL;
    }
    if (!PyTuple_Check(pair)) {
        PyErr_SetString(PyExc_TypeError, "getnameinfo() argument 1 must be a tuple");
        return NULL;
    }
    if (!PyArg_ParseTuple(pair, "si|II;getnameinfo(): illegal sockaddr argument", &host, &port, &flow, &scope)) {
        return NULL;
    }
    if (flow > 0xfffff) {
        PyErr_SetString(PyExc_OverflowError, "getnameinfo(): flowinfo must be 0-1048575.");
        return NULL;
    }
    if (PySys_Audit("socket.getnameinfo", "(O)", pair) < 0) {
        return NULL;
    }
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST}, *found = NULL;
    char digits[16];
    snprintf(digits, sizeof digits, "%d", port);
    int code;
    Py_BEGIN_ALLOW_THREADS code = getaddrinfo(host, digits, &hints, &found);
    Py_END_ALLOW_THREADS if (code != 0)
    {
        return resolver_error(code);
    }
    if (found->ai_next != NULL) {
        freeaddrinfo(found);
        PyErr_SetString(PyExc_OSError, "sockaddr resolved to multiple addresses");
        return NULL;
    }
    if (found->ai_family == AF_INET && PyTuple_GET_SIZE(pair) != 2) {
        freeaddrinfo(found);
        PyErr_SetString(PyExc_OSError, "IPv4 sockaddr must be 2 tuple");
        return NULL;
    }
    if (found->ai_family == AF_INET6) {
        ((struct sockaddr_in6 *)found->ai_addr)->sin6_flowinfo = htonl(flow);
        ((struct sockaddr_in6 *)found->ai_addr)->sin6_scope_id = scope;
    }
    Py_BEGIN_ALLOW_THREADS code =
        getnameinfo(found->ai_addr, found->ai_addrlen, host_room, sizeof host_room, port_room, sizeof port_room, flags);
    Py_END_ALLOW_THREADS freeaddrinfo(found);
    return code != 0 ? resolver_error(code) : Py_BuildValue("ss", host_room, port_room);
}

/* ---- gethostby* -------------------------------------------------------------------------------------------- */

static PyObject *
name_gethostbyname(PyObject *module, PyObject *arg)
{
    Address address;
    return PySys_Audit("socket.gethostbyname", "O", arg) < 0 || resolve(arg, AF_INET, &address) < 0
             ? NULL
             : PyUnicode_FromString(inet_ntoa(address.in.sin_addr));
}

/* (name, aliases, addresses) of what the resolver found.  NULL with herror if nothing. */
static PyObject *
host_entry_new(const struct hostent *entry, int error)
{
    if (entry == NULL) {
        return raise_pair(ou_socket_herror, error, hstrerror(error));
    }
    PyObject *aliases = PyList_New(0), *addresses = PyList_New(0);
    bool good = aliases != NULL && addresses != NULL;
    for (char **at = entry->h_aliases; good && *at != NULL; at++) {
        PyObject *name = PyUnicode_FromString(*at);
        good = name != NULL && PyList_Append(aliases, name) == 0;
        Py_XDECREF(name);
    }
    for (char **at = entry->h_addr_list; good && *at != NULL; at++) {
        char text[INET6_ADDRSTRLEN];
        inet_ntop(entry->h_addrtype, *at, text, sizeof text);
        PyObject *name = PyUnicode_FromString(text);
        good = name != NULL && PyList_Append(addresses, name) == 0;
        Py_XDECREF(name);
    }
    PyObject *result = good ? Py_BuildValue("sOO", entry->h_name, aliases, addresses) : NULL;
    Py_XDECREF(aliases);
    Py_XDECREF(addresses);
    return result;
}

/* The reentrant functions put their answer here. */
typedef struct {
    struct hostent entry, *found;
    int error;
    _Alignas(char *) char room[16384]; /* the C library puts pointers into it */
} HostAnswer;

static PyObject *
name_gethostbyname_ex(PyObject *module, PyObject *arg)
{
    Address address;
    if (PySys_Audit("socket.gethostbyname", "O", arg) < 0 || resolve(arg, AF_INET, &address) < 0) {
        return NULL;
    }
    PyObject *name = host_bytes(arg), *result;
    if (name == NULL) {
        return NULL;
    }
    HostAnswer answer = {.found = NULL};
    Py_BEGIN_ALLOW_THREADS gethostbyname_r(PyBytes_AS_STRING(name), &answer.entry, answer.room, sizeof answer.room,
                                           &answer.found, &answer.error);
    Py_END_ALLOW_THREADS result = host_entry_new(answer.found, answer.error);
    Py_DECREF(name);
    return result;
}

static PyObject *
name_gethostbyaddr(PyObject *module, PyObject *arg)
{
    Address address;
    if (PySys_Audit("socket.gethostbyaddr", "O", arg) < 0 || resolve(arg, AF_UNSPEC, &address) < 0) {
        return NULL;
    }
    bool is_six = address.any.sa_family == AF_INET6;
    HostAnswer answer = {.found = NULL};
    Py_BEGIN_ALLOW_THREADS gethostbyaddr_r(is_six ? (void *)&address.in6.sin6_addr : (void *)&address.in.sin_addr,
                                           is_six ? 16 : 4, is_six ? AF_INET6 : AF_INET, &answer.entry, answer.room,
                                           sizeof answer.room, &answer.found, &answer.error);
    Py_END_ALLOW_THREADS return host_entry_new(answer.found, answer.error);
}

static PyObject *
name_gethostname(PyObject *module, PyObject *unused)
{
    char room[1024] = {0};
    if (PySys_Audit("socket.gethostname", NULL) < 0) {
        return NULL;
    }
    return gethostname(room, sizeof room - 1) < 0 ? ou_socket_error() : PyUnicode_DecodeFSDefault(room);
}

static PyObject *
name_sethostname(PyObject *module, PyObject *arg)
{
    PyObject *bytes = NULL;
    if (!PyUnicode_FSConverter(arg, &bytes) || PySys_Audit("socket.sethostname", "O", arg) < 0) {
        Py_XDECREF(bytes);
        return NULL;
    }
    int status = sethostname(PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes));
    Py_DECREF(bytes);
    return status < 0 ? ou_socket_error() : Py_NewRef(Py_None);
}

/* ---- services and protocols -------------------------------------------------------------------------------- */

static PyObject *
name_getservbyname(PyObject *module, PyObject *args)
{
    const char *name, *proto = NULL;
    if (!PyArg_ParseTuple(args, "s|s:getservbyname", &name, &proto)
        || PySys_Audit("socket.getservbyname", "ss", name, proto ? proto : "") < 0) {
        return NULL;
    }
    const struct servent *found = getservbyname(name, proto);
    return found ? PyLong_FromLong(ntohs((uint16_t)found->s_port)) : PyErr_Format(PyExc_OSError, "service/proto not found");
}

static PyObject *
name_getservbyport(PyObject *module, PyObject *args)
{
    int port;
    const char *proto = NULL;
    if (!PyArg_ParseTuple(args, "i|s:getservbyport", &port, &proto)) {
        return NULL;
    }
    if (port < 0 || port > 0xffff) {
        PyErr_SetString(PyExc_OverflowError, "getservbyport: port must be 0-65535.");
        return NULL;
    }
    if (PySys_Audit("socket.getservbyport", "is", port, proto ? proto : "") < 0) {
        return NULL;
    }
    const struct servent *found = getservbyport(htons((uint16_t)port), proto);
    return found ? PyUnicode_FromString(found->s_name) : PyErr_Format(PyExc_OSError, "port/proto not found");
}

static PyObject *
name_getprotobyname(PyObject *module, PyObject *args)
{
    const char *name;
    if (!PyArg_ParseTuple(args, "s:getprotobyname", &name)) {
        return NULL;
    }
    const struct protoent *found = getprotobyname(name);
    return found ? PyLong_FromLong(found->p_proto) : PyErr_Format(PyExc_OSError, "protocol not found");
}

/* ---- numbers and texts ------------------------------------------------------------------------------------- */

static PyObject *
swap_short(PyObject *arg, const char *name)
{
    int x = _PyLong_AsInt(arg);
    if (x == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (x < 0) {
        return PyErr_Format(PyExc_OverflowError, "%s: can't convert negative Python int to C 16-bit unsigned integer", name);
    }
    if (x > 0xffff) {
        return PyErr_Format(PyExc_OverflowError, "%s: Python int too large to convert to C 16-bit unsigned integer", name);
    }
    return PyLong_FromLong(htons((uint16_t)x));
}

static PyObject *
name_htons(PyObject *module, PyObject *arg)
{
    return swap_short(arg, "htons");
}

static PyObject *
name_ntohs(PyObject *module, PyObject *arg)
{
    return swap_short(arg, "ntohs");
}

static PyObject *
name_swap_long(PyObject *module, PyObject *arg)
{
    if (!PyLong_Check(arg)) {
        return PyErr_Format(PyExc_TypeError, "expected int, %s found", Py_TYPE(arg)->tp_name);
    }
    unsigned long x = PyLong_AsUnsignedLong(arg);
    if (x == (unsigned long)-1 && PyErr_Occurred()) {
        return NULL;
    }
    return x > UINT32_MAX ? PyErr_Format(PyExc_OverflowError, "int larger than 32 bits")
                          : PyLong_FromUnsignedLong(htonl((uint32_t)x));
}

static PyObject *
name_inet_aton(PyObject *module, PyObject *args)
{
    const char *text;
    struct in_addr address;
    if (!PyArg_ParseTuple(args, "s:inet_aton", &text)) {
        return NULL;
    }
    return inet_aton(text, &address) ? PyBytes_FromStringAndSize((char *)&address, sizeof address)
                                     : PyErr_Format(PyExc_OSError, "illegal IP address string passed to inet_aton");
}

static PyObject *
name_inet_ntoa(PyObject *module, PyObject *args)
{
    Py_buffer view;
    struct in_addr address;
    if (!PyArg_ParseTuple(args, "y*:inet_ntoa", &view)) {
        return NULL;
    }
    bool good = view.len == sizeof address;
    if (good) {
        memcpy(&address, view.buf, sizeof address);
    }
    PyBuffer_Release(&view);
    return good ? PyUnicode_FromString(inet_ntoa(address))
                : PyErr_Format(PyExc_OSError, "packed IP wrong length for inet_ntoa");
}

static PyObject *
name_inet_pton(PyObject *module, PyObject *args)
{
    int family;
    const char *text;
    char packed[sizeof(struct in6_addr)];
    if (!PyArg_ParseTuple(args, "is:inet_pton", &family, &text)) {
        return NULL;
    }
    int status = inet_pton(family, text, packed);
    if (status < 0) {
        return ou_socket_error();
    }
    return status == 0 ? PyErr_Format(PyExc_OSError, "illegal IP address string passed to inet_pton")
                       : PyBytes_FromStringAndSize(packed, family == AF_INET6 ? 16 : 4);
}

static PyObject *
name_inet_ntop(PyObject *module, PyObject *args)
{
    int family;
    Py_buffer view;
    char text[INET6_ADDRSTRLEN];
    PyObject *result;
    if (!PyArg_ParseTuple(args, "iy*:inet_ntop", &family, &view)) {
        return NULL;
    }
    if (family != AF_INET && family != AF_INET6) {
        result = PyErr_Format(PyExc_ValueError, "unknown address family %d", family);
    }
    else if (view.len != (family == AF_INET ? 4 : 16)) {
        result = PyErr_Format(PyExc_ValueError, "invalid length of packed IP address string");
    }
    else {
        result = inet_ntop(family, view.buf, text, sizeof text) ? PyUnicode_FromString(text) : ou_socket_error();
    }
    PyBuffer_Release(&view);
    return result;
}

/* ---- interfaces -------------------------------------------------------------------------------------------- */

static PyObject *
name_if_nameindex(PyObject *module, PyObject *unused)
{
    struct if_nameindex *all = if_nameindex();
    PyObject *list = all == NULL ? ou_socket_error() : PyList_New(0);
    for (struct if_nameindex *at = all; list != NULL && at != NULL && at->if_index != 0; at++) {
        PyObject *name = PyUnicode_DecodeFSDefault(at->if_name), *pair = name ? Py_BuildValue("IN", at->if_index, name) : NULL;
        if (pair == NULL || PyList_Append(list, pair) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(pair);
    }
    if (all != NULL) {
        if_freenameindex(all);
    }
    return list;
}

static PyObject *
name_if_nametoindex(PyObject *module, PyObject *args)
{
    PyObject *name;
    if (!PyArg_ParseTuple(args, "O&:if_nametoindex", PyUnicode_FSConverter, &name)) {
        return NULL;
    }
    unsigned index = if_nametoindex(PyBytes_AS_STRING(name));
    Py_DECREF(name);
    return index ? PyLong_FromUnsignedLong(index) : PyErr_Format(PyExc_OSError, "no interface with this name");
}

static PyObject *
name_if_indextoname(PyObject *module, PyObject *arg)
{
    unsigned long index = PyLong_AsUnsignedLong(arg);
    char room[IF_NAMESIZE + 1];
    if (index == (unsigned long)-1 && PyErr_Occurred()) {
        return NULL;
    }
    return if_indextoname((unsigned)index, room) == NULL ? ou_socket_error() : PyUnicode_DecodeFSDefault(room);
}

PyMethodDef ou_socket_name_methods[] = {
    {"getaddrinfo", (PyCFunction)(void (*)(void))name_getaddrinfo, METH_VARARGS | METH_KEYWORDS,
     "getaddrinfo(host, port [, family, type, proto, flags]) -> list of (family, type, proto, canonname, sockaddr)"},
    {"getnameinfo", name_getnameinfo, METH_VARARGS, "getnameinfo(sockaddr, flags) -> (host, port)"},
    {"gethostbyname", name_gethostbyname, METH_O, "gethostbyname(host) -> address"},
    {"gethostbyname_ex", name_gethostbyname_ex, METH_O, "gethostbyname_ex(host) -> (name, aliaslist, addresslist)"},
    {"gethostbyaddr", name_gethostbyaddr, METH_O, "gethostbyaddr(host) -> (name, aliaslist, addresslist)"},
    {"gethostname", name_gethostname, METH_NOARGS, "gethostname() -> string"},
    {"sethostname", name_sethostname, METH_O, "sethostname(name)"},
    {"getservbyname", name_getservbyname, METH_VARARGS, "getservbyname(servicename[, protocolname]) -> integer"},
    {"getservbyport", name_getservbyport, METH_VARARGS, "getservbyport(port[, protocolname]) -> string"},
    {"getprotobyname", name_getprotobyname, METH_VARARGS, "getprotobyname(name) -> integer"},
    {"htons", name_htons, METH_O, "htons(integer) -> integer: 16 bits, to the network's order"},
    {"ntohs", name_ntohs, METH_O, "ntohs(integer) -> integer: 16 bits, from the network's order"},
    {"htonl", name_swap_long, METH_O, "htonl(integer) -> integer: 32 bits, to the network's order"},
    {"ntohl", name_swap_long, METH_O, "ntohl(integer) -> integer: 32 bits, from the network's order"},
    {"inet_aton", name_inet_aton, METH_VARARGS, "inet_aton(string) -> bytes"},
    {"inet_ntoa", name_inet_ntoa, METH_VARARGS, "inet_ntoa(packed_ip) -> ip_address_string"},
    {"inet_pton", name_inet_pton, METH_VARARGS, "inet_pton(af, ip) -> packed IP address"},
    {"inet_ntop", name_inet_ntop, METH_VARARGS, "inet_ntop(af, packed_ip) -> string"},
    {"if_nameindex", name_if_nameindex, METH_NOARGS, "if_nameindex() -> list of (index, name)"},
    {"if_nametoindex", name_if_nametoindex, METH_VARARGS, "if_nametoindex(if_name) -> index"},
    {"if_indextoname", name_if_indextoname, METH_O, "if_indextoname(if_index) -> name"},
    {NULL},
};
