# _socket: sockets on this machine alone.
# not-under: gc-stress a timeout may pass
import _socket as S, os

def show(f, *args, **kw):
    try:
        print(f(*args, **kw))
    except Exception as e:
        print(type(e).__name__, e, getattr(e, 'errno', None))

print([n for n in sorted(dir(S)) if n[:1] != '_' and type(getattr(S, n)) is not int and n != 'CAPI'])
print(sorted((n, getattr(S, n)) for n in dir(S) if type(getattr(S, n)) is int))
s = S.socket(); print(s.family, s.type, s.proto, s.timeout, s.fileno() > 2)
for address in ('x', ('a',), ('127.0.0.1', 'x'), ('127.0.0.1', 99999), (1, 2)): show(s.bind, address)
u = S.socket(S.AF_UNIX); show(u.bind, 3); show(u.bind, 'x' * 200); u.bind('\0ouro-test-%07d' % os.getpid()); print(len(u.getsockname()))
u.close(); show(S.socket(S.AF_UNIX).getsockname) if 0 else None
show(s.getpeername); show(s.settimeout, -1); show(s.settimeout, 'a')
s.settimeout(.001); print(s.gettimeout(), s.timeout, s.getblocking())
s.bind(('127.0.0.1', 0)); s.listen(); show(s._accept); s.setblocking(False); show(s._accept); s.settimeout(None)
c = S.socket(); c.settimeout(5); c.connect(s.getsockname()); fd, address = s._accept()
d = S.socket(fileno=fd); print(address == c.getsockname(), d.getpeername() == address, d.family, d.type, d.proto == S.IPPROTO_TCP)
print(c.sendall(b'hello' * 10), d.recv(5), d.recv(100, S.MSG_PEEK)[:5], d.recv_into(b := bytearray(7), 5), b, d.recvfrom(3))
buf = memoryview(bytearray(6)); print(d.recvfrom_into(buf, 4), bytes(buf)); show(d.recv, -1); show(d.recv_into, bytearray(3), 5)
show(d.recv_into, bytearray(3), -1); show(d.recv_into, b'abc'); show(d.recvfrom, -1); show(c.send, 'str')
c.shutdown(S.SHUT_WR); print(len(d.recv(1000)), d.recv(1)); show(c.send, b'x') if 0 else None
n = d.detach(); print(d.fileno()); S.close(n); c.close(); c.close(); show(c.send, b'x'); show(c.recv, 1)
print(s.getsockopt(S.SOL_SOCKET, S.SO_TYPE), s.getsockopt(S.SOL_SOCKET, S.SO_TYPE, 4), s.setsockopt(S.SOL_SOCKET, S.SO_REUSEADDR, 1),
      s.getsockopt(S.SOL_SOCKET, S.SO_REUSEADDR), s.setsockopt(S.SOL_SOCKET, S.SO_REUSEADDR, b'\0\0\0\0'))
show(s.getsockopt, 1, 2, 5000); show(s.setsockopt, 1, 2, None, 3); show(s.setsockopt, 1, 2, None)
port = s.getsockname()[1]; s.close(); x = S.socket(); show(x.connect, ('127.0.0.1', port)); print(x.connect_ex(('127.0.0.1', port)))
x.settimeout(2); show(x.connect, ('127.0.0.1', port)); x.close(); show(S.socket, 99, 1); show(S.socket, fileno=-1); show(S.socket, fileno=9999)

p, q = S.socket(type=S.SOCK_DGRAM), S.socket(type=S.SOCK_DGRAM); p.bind(('', 0)); q.bind(('127.0.0.1', 0))
print(q.sendto(b'dgram', ('127.0.0.1', p.getsockname()[1])), p.recvfrom(10) == (b'dgram', q.getsockname()), p.getsockname()[0])
show(q.sendto, b'x'); show(q.sendto, b'x', 1, 2, 3); show(q.sendto, b'x', 5); q.settimeout(.001); show(q.recv, 1); p.close(); q.close()

a, b = S.socketpair(); print(a.family, a.type, a.proto, a.getsockname())
print(a.sendmsg([b'ab', bytearray(b'c')]), b.recvmsg(10, 100))
r, w = os.pipe()
a.sendmsg([b'x'], [(S.SOL_SOCKET, S.SCM_RIGHTS, w.to_bytes(4, 'little'))])
data, control, flags, address = b.recvmsg(10, S.CMSG_SPACE(4)); print(data, control[0][:2], flags & ~S.MSG_CMSG_CLOEXEC, address)
copy = int.from_bytes(control[0][2], 'little'); os.write(copy, b'through'); print(os.read(r, 9)); [os.close(f) for f in (r, w, copy)]
first, second = bytearray(2), bytearray(5); a.send(b'scatter'); print(b.recvmsg_into([first, second]), first, second)
show(a.sendmsg, 5); show(a.sendmsg, [b''], 5); show(a.sendmsg, ['x']); show(a.sendmsg, [b''], [1]); show(b.recvmsg, -1); show(b.recvmsg, 1, -1)
show(b.recvmsg_into, [b'x']); a.close(); print(b.recv(1)); b.close()

for f, x in ((S.inet_aton, '1.2.3.4'), (S.inet_aton, 'x'), (S.inet_ntoa, b'1234'), (S.inet_ntoa, b'123'), (S.htons, 1), (S.ntohs, 256),
             (S.htons, -1), (S.htons, 70000), (S.htonl, 1), (S.htonl, 2**33), (S.ntohl, 'a'), (S.htonl, -1), (S.CMSG_LEN, 4),
             (S.CMSG_SPACE, 4), (S.CMSG_LEN, -1), (S.setdefaulttimeout, -1), (S.getservbyport, -1), (S.gethostbyname, '127.0.0.1'),
             (S.gethostbyname, ''), (S.gethostbyname_ex, '127.0.0.1'), (S.if_nametoindex, 'lo'), (S.if_nametoindex, 'no such'),
             (S.if_indextoname, 99999), (S.getprotobyname, 'nope')): show(f, x)
show(S.inet_pton, 2, 'x'); show(S.inet_pton, 10, '::1'); show(S.inet_ntop, 10, b'1' * 16); show(S.inet_ntop, 2, b'12'); show(S.inet_ntop, 99, b'')
show(S.getaddrinfo, '127.0.0.1', 80); show(S.getaddrinfo, '::1', 80, type=S.SOCK_STREAM); show(S.getaddrinfo, 1, 80)
show(S.getaddrinfo, '127.0.0.1', 1.5); show(S.getaddrinfo, None, None); show(S.getaddrinfo, b'127.0.0.1', '80', S.AF_INET, S.SOCK_DGRAM)
show(S.getnameinfo, ('127.0.0.1', 80), S.NI_NUMERICHOST | S.NI_NUMERICSERV); show(S.getnameinfo, 1, 3); show(S.getnameinfo, ('x', 80), 3)
S.setdefaulttimeout(3); t = S.socket(); print(t.gettimeout(), S.getdefaulttimeout()); S.setdefaulttimeout(None); t.close()
six = S.socket(S.AF_INET6); show(six.bind, 3); show(six.bind, ('::1', 0, 2**20)); show(six.bind, ('::1', 0, 0, 0)); print(six.getsockname()[::2]); six.close()
nl = S.socket(S.AF_NETLINK, S.SOCK_RAW, 0); show(nl.bind, 0); nl.bind((0, 0)); print(len(nl.getsockname())); nl.close()
print(S.socket.__new__(S.socket), S.herror.__mro__, S.gaierror.__module__, S.error is OSError, S.timeout is TimeoutError)
