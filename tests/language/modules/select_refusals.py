# The module select: what it holds, what it refuses, and waits that a signal interrupts.
import select
for name in dir(select):
    if name[0] != '_' and isinstance(getattr(select, name), int):
        print(name, getattr(select, name))
print([k for k in dir(select.epoll)if k[0]!='_'], [k for k in dir(type(select.poll())) if k[0]!='_'], select.poll.__doc__ and 1, type(select.poll()), select.epoll, type(select.poll), select.error)
def t(f,*a,**k):
    try: print(f(*a,**k))
    except BaseException as e: print(type(e).__name__, e)
p=select.poll()
t(p.register); t(p.register,'x'); t(p.register,0,-1); t(p.register,0,70000); t(p.register,-1,1); t(p.modify,77,1); t(p.unregister,77); t(p.unregister,'x'); t(p.poll,'x'); t(p.poll,1.5); t(p.poll,2**70); t(p.poll, 2**40); t(p.poll,0,1); t(p.register,0,1,1); t(p.register,0,'x'); t(p.modify,0); t(p.poll, float('nan'))
t(select.poll,1)
t(type(p))
t(select.select); t(select.select,1,2,3); t(select.select,[],[],[],'x'); t(select.select,[],[],[],-1); t(select.select,[],[],[],0); t(select.select,['a'],[],[],0); t(select.select,[-1],[],[],0); t(select.select,[2000],[],[],0); t(select.select,[2**70],[],[],0); t(select.select,[],[],[],2**70); t(select.select,[],[],[],0,0); t(select.select,[],[],[],float('nan')); t(select.select, {}, {1:2}, set(), 0); t(select.select, [], [1], [], 0)
t(select.epoll,0); t(select.epoll,-2); t(select.epoll,flags=1); t(select.epoll,'x')
with select.epoll(sizehint=3,flags=0o2000000) as e: print(e.closed)
print(e.closed)
e=select.epoll()
t(e.register,'x'); t(e.register,0,-1);  t(e.unregister,77); t(e.poll,'x'); t(e.poll,0,0); t(e.poll,0,-2); t(e.poll, timeout=0, maxevents=5);t(e.poll,2**70); t(e.poll,2**40); t(e.poll,float('nan'))
import os
r,w=os.pipe(); t(e.register,r,1); t(e.register,r,1); t(e.register,w); print(e.poll(1)==[(w,4)]); print(len(e.poll(-1))); t(e.modify, w, 0);  t(e.poll,0); t(e.modify, w)
t(e.close); t(e.close); print(e.closed); t(e.fileno); t(e.poll); t(e.__enter__); t(e.register,1,1)
t(select.epoll.fromfd,'x')
for n in ('register','modify','unregister','poll','close','fileno','__enter__','__exit__'): print(n, getattr(select.epoll,n).__text_signature__, getattr(type(p),n,None) and getattr(type(p),n).__text_signature__)
print(select.select.__text_signature__, select.poll.__text_signature__, select.epoll.__text_signature__, select.epoll.fromfd.__text_signature__)
p=select.poll()
p.register(r); p.register(w, select.POLLOUT)
print([(f==w,ev) for f,ev in p.poll(1)])
os.write(w,b'x')
print([(f==w,ev) for f,ev in p.poll()])
p.modify(w,0); p.register(r,1)
print([(f==w,ev) for f,ev in p.poll()])
os.close(w); p.unregister(w); os.read(r,1)
print([(f==w,ev) for f,ev in p.poll()])
os.close(r); print([(f==r,ev) for f,ev in p.poll()])
class F:
    def fileno(self): p.unregister(r); return r
p.register(F())
L=[1,2]
class G:
    def fileno(self): L.clear(); return 1
L.append(G()); print(len(select.select([],L,[],0)[1]), L)

import signal

r, w = os.pipe()


def writes(*ignored):
    os.write(w, b"x")


signal.signal(signal.SIGALRM, writes)
e = select.epoll()
e.register(r, 1)
p = select.poll()
p.register(r, 1)
for wait in (p.poll, e.poll, lambda: select.select([r], [], [])):
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    print(len(wait()), os.read(r, 9))


def raises(*ignored):
    raise KeyError("raised")


signal.signal(signal.SIGALRM, raises)
for wait in (p.poll, e.poll, lambda: select.select([r], [], [])):
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    t(wait)


def again(*ignored):
    """A poll inside a poll."""
    try:
        p.poll(0)
    except RuntimeError as error:
        print(error)
    for fd in range(r + 1, r + 40):
        p.register(fd)
    os.write(w, b"x")


signal.signal(signal.SIGALRM, again)
signal.setitimer(signal.ITIMER_REAL, 0.01)
print(len(p.poll()), len(p.poll(0)) > 1)
