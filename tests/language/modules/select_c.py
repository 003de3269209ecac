# Module select: readiness, objects with fileno(), and what is refused.
import os
import select

r, w = os.pipe()
names = {r: "r", w: "w"}


def show(f, *args, **kwargs):
    try:
        result = f(*args, **kwargs)
        if isinstance(result, list):
            result = [(names.get(fd), events) for fd, events in result]
        print(result)
    except Exception as error:
        print(type(error).__name__, error)


class File:
    def __init__(self, fd):
        self.fd = fd

    def fileno(self):
        return self.fd


class Pair:
    """Not a list, but a sequence."""

    def __getitem__(self, i):
        return (r, w)[i]


def ready(*args):
    return ["".join(names[getattr(x, "fd", x)] for x in group) for group in select.select(*args)]


print(ready([r], [w], [], 0), ready([], [File(w)], [r, w]), ready((r,), {w: 1}, Pair(), None))
os.write(w, b"x")
print(ready([r, File(r)], [w], [r], 5), ready([r], [], [], 0.0))
for args in ((), (1, 2, 3), ([1.5], [], []), ([-1], [], []), ([99999], [], []), ([], [], [], -1), ([], [], [], "a"),
             ([], [], [], float("nan")), ([], [], [], 1e300), (["a"], [], []), ([File("x")], [], []), ([File(-1)], [], [])):
    show(select.select, *args)
show(select.select, [], [], [], 0)

p = select.poll()
for args in ((-1,), ("a",), (r, "x"), (r, -1), (r, 70000), (), (1, 2, 3)):
    show(p.register, *args)
show(p.modify, w, 1)
show(p.unregister, 12345)
show(p.register, r)
show(p.register, File(w), select.POLLOUT)
show(p.poll, 0)
show(p.poll)
show(p.register, w, 0)
show(p.poll, 1.5)
show(p.modify, r, select.POLLOUT)
show(p.poll, 0)
for timeout in ("a", 1e30, float("nan")):
    show(p.poll, timeout)
show(p.unregister, r)
show(p.unregister, r)
show(p.poll, 0)
show(type(p))
many = select.poll()
for fd in range(1000, 1040):
    many.register(fd)
for fd in range(1000, 1040, 2):
    many.unregister(fd)
print([fd for fd, events in many.poll(0) if events == select.POLLNVAL] == list(range(1001, 1040, 2)))

ep = select.epoll()
print(ep.fileno() > 2, ep.closed, os.get_inheritable(ep.fileno()))
show(ep.register, r)
show(ep.register, r)
show(ep.register, w, eventmask=select.EPOLLOUT)
show(ep.register, w, -1)
show(ep.modify, fd=w, eventmask=select.EPOLLOUT | select.EPOLLET)
print(sorted((names[fd], events) for fd, events in ep.poll(0)))
show(ep.poll, 0, 0)
show(ep.poll, 0, -5)
show(ep.poll, timeout=0.01, maxevents=1)
show(ep.poll, "a")
show(ep.poll, 1e300)
show(ep.unregister, 12345)
show(ep.unregister, w)
show(ep.modify, w, 1)
show(ep.register)
show(ep.register, "a")
with ep as same:
    print(same is ep)
print(ep.closed)
for method in (ep.fileno, ep.poll, ep.__enter__):
    show(method)
show(ep.register, r)
show(ep.close)
for args in ((0,), (-1, 5), (-2,), ("a",)):
    show(select.epoll, *args)
copy = select.epoll.fromfd(os.dup(r))
print(copy.closed, type(copy))
copy.close()
show(select.epoll.fromfd, "a")
print(select.error is OSError, select.EPOLLET, select.PIPE_BUF, select.POLLIN, select.EPOLL_CLOEXEC)
os.close(r)
os.close(w)
