# Streams that are closed, that never opened, and states that are none.
import io, os, tempfile
def t(f,*a):
    try: print(f(*a))
    except Exception as e: print(type(e).__name__, str(e)[:90])
fn=tempfile.mktemp()
f=open(fn,'wb',buffering=0); f.close(); t(f.flush); t(f.close); t(f.writable); t(f.fileno)
f=open(fn,'wb'); f.close(); t(f.flush); t(f.write,b'x'); t(f.tell); t(f.readable)
f=open(fn,'w'); f.close(); t(f.flush); t(f.write,'x'); t(f.tell); t(f.fileno); t(f.readline); t(f.seek,0); t(f.truncate)
f=open(fn,'r'); f.close(); t(f.flush); t(f.read); t(next,f); t(f.__enter__); t(f.isatty); t(f.readable)
b=io.BytesIO(); b.close(); t(b.flush); t(b.read); t(b.getvalue); t(b.isatty); t(b.seekable)
s=io.StringIO(); s.close(); t(s.flush); t(s.read)
r=io.BytesIO(b'abcdef'*10)
for C in io.BufferedReader, io.BufferedWriter, io.BufferedRandom:
    for n in (0,-1,2**62, 2**63-1, 'x'): t(lambda: type(C(r,n)))
r=io.BufferedReader(io.BytesIO(b'abc'), 5)
class Raw(io.RawIOBase):
    def __init__(s,*c): s.c=list(c); s.n=0
    def readable(s): return True
    def readinto(s,b):
        s.n+=1
        if not s.c: return 0
        d=s.c.pop(0); b[:len(d)]=d; return len(d)
raw=Raw(b'abc',b'de',b'fgh',b'jkl')
r=io.BufferedReader(raw,10); ba=bytearray(5); t(r.readinto1,ba); print(ba, raw.n); t(r.readinto1,ba); print(ba,raw.n)
b=bytearray(12); print(r.readinto1(b), b, raw.n); print(r.readinto1(b),b,raw.n)
t(io.FileIO, 2**40); t(io.FileIO,-1); t(io.FileIO, 1.5); t(open, 2**40); t(open, 2**70)
for c in (b'',1,None,(b'',),(b'',1),(b'',-1,{}),(b'a',1,{}),(b'',0.5,{}),(b'',0,1),(1,0,None),(b'',0,None,1)):
    t(io.BytesIO().__setstate__,c)
for c in ('',('',),('','\n',-1,{}),('','\n',0,1),('','f',0,{}),('a','\n',1,{}),('a',None,1,None), (1,'\n',0,None)):
    t(io.StringIO().__setstate__,c)
tx=io.TextIOWrapper(io.BytesIO(b'abc'), encoding='utf-8'); t(tx.__init__, tx.buffer, 'utf-8', 'strict', 'xyzzy'); t(tx.read)
tx=io.TextIOWrapper(io.BytesIO(b'abc'), encoding='utf-8'); t(tx.__init__, tx.buffer, 'nope'); t(tx.read); t(repr, tx)
