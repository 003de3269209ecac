# A bytearray that is its own source, that is exported, that changes while an iterator or an index of its own operation runs.
def t(name, f):
    try:
        r = f()
    except BaseException as e: print(name, type(e).__name__, e)
    else: print(name, repr(r))
def mk(): return bytearray(b'abcdef')
ops = {
 'iadd': lambda b, o: b.__iadd__(o),
 'extend': lambda b, o: b.extend(o),
 'ins': lambda b, o: b.__setitem__(slice(1,1), o),
 'repl': lambda b, o: b.__setitem__(slice(1,3), o),
 'repl_all': lambda b, o: b.__setitem__(slice(None), o),
 'step': lambda b, o: b.__setitem__(slice(None,None,2), o),
 'stepn': lambda b, o: b.__setitem__(slice(None,None,-1), o),
 'rev': lambda b, o: b.__setitem__(slice(4,2), o),
 'imul': lambda b, o: b.__imul__(len(o)%3),
 'imul0': lambda b, o: b.__imul__(0),
 'imul1': lambda b, o: b.__imul__(1),
 'del': lambda b, o: b.__delitem__(slice(1,3)),
 'del0': lambda b, o: b.__delitem__(slice(1,1)),
 'del1': lambda b, o: b.__delitem__(0),
 'delstep': lambda b, o: b.__delitem__(slice(None,None,2)),
 'delmany': lambda b, o: b.__delitem__(slice(1,None)),
 'append': lambda b, o: b.append(3),
 'insert': lambda b, o: b.insert(0,3),
 'pop': lambda b, o: b.pop(),
 'remove': lambda b, o: b.remove(97),
 'clear': lambda b, o: b.clear(),
 'init': lambda b, o: b.__init__(o),
 'init0': lambda b, o: b.__init__(),
 'init5': lambda b, o: b.__init__(5),
 'initl': lambda b, o: b.__init__([1,2,3]),
 'inits': lambda b, o: b.__init__('abc', 'ascii'),
 'reverse': lambda b, o: b.reverse(),
 'setstate': lambda b, o: b.__setitem__(slice(0,2), [1,2]),
 'setlist': lambda b, o: b.__setitem__(slice(0,2), [1,2,3]),
 'setiter': lambda b, o: b.__setitem__(slice(0,2), iter([1,2,3])),
 'setint': lambda b, o: b.__setitem__(slice(0,2), 5),
 'setstr': lambda b, o: b.__setitem__(slice(0,2), 'ab'),
 'extlist': lambda b, o: b.extend([1,2]),
 'extempty': lambda b, o: b.extend(b''),
 'iaddempty': lambda b, o: b.__iadd__(b''),
 'iaddlist': lambda b, o: b.__iadd__([1]),
 'iaddstr': lambda b, o: b.__iadd__('a'),
 'extstr': lambda b, o: b.extend('ab'),
 'extint': lambda b, o: b.extend(3),
 'extbad': lambda b, o: b.extend([3,300]),
 'extgen': lambda b, o: b.extend(x for x in (1,2,'a')),
 'translate': lambda b, o: b.translate(b),
 'join': lambda b, o: b.join([b,b]),
}
for n, f in ops.items():
    for exported in (0,1):
        for oname in ('self', 'view', 'viewpart', 'other', 'empty', 'two'):
            b = mk()
            m = memoryview(b) if exported else None
            o = {'self': lambda: b, 'view': lambda: memoryview(b), 'viewpart': lambda: memoryview(b)[1:4], 'other': lambda: b'XYZ', 'empty': lambda:b'', 'two': lambda: memoryview(b'12')}[oname]()
            t((n, exported, oname), lambda: f(b, o))
            print('   ', bytes(b))
# iterator that exports while extending
class I:
    def __init__(s,b): s.b=b; s.n=0
    def __iter__(s): return s
    def __next__(s):
        s.n+=1
        if s.n==2: s.m=memoryview(s.b)
        if s.n==4: raise StopIteration
        return s.n
b=mk(); t('expiter', lambda: b.extend(I(b))); print(b)
b=mk(); t('expiter2', lambda: b.__setitem__(slice(1,2), I(b))); print(b)
class J(I):
    def __next__(s):
        s.n+=1
        s.b.append(s.n)
        if s.n==4: raise StopIteration
        return s.n
b=mk(); t('appiter', lambda: b.extend(J(b))); print(b)
b=mk(); t('appiter2', lambda: b.__setitem__(slice(1,2), J(b))); print(b)
b=mk(); t('appiter3', lambda: b.__init__(J(b))); print(b)
class X:
    def __index__(s): b.clear(); return 5
b=mk(); t('idx', lambda: b.__setitem__(0, X())); print(b)
b=mk(); t('idx2', lambda: b.append(X())); print(b)
b=mk(); t('idx3', lambda: b.insert(X(), 2)); print(b)
b=mk(); t('idx4', lambda: b.pop(X())); print(b)
b=mk(); t('idx5', lambda: b.__imul__(X())); print(b)
b=mk(); t('idx6', lambda: b.__setitem__(slice(0,X()), b'12345678')); print(b)
b=mk(); t('idx7', lambda: b.__delitem__(slice(0,X()))); print(b)
b=mk(); t('idx8', lambda: b.__getitem__(slice(0,X()))); print(b)
b=mk(); t('idx9', lambda: b.__getitem__(X())); print(b)
b=mk(); t('idx10', lambda: b.remove(X())); print(b)
b=mk(); t('idx11', lambda: b.find(X())); print(b)
b=mk(); t('idx12', lambda: b.find(b'a', X())); print(b)
b=mk(); t('idx13', lambda: b.replace(b'a', b'b', X())); print(b)
b=mk(); t('idx14', lambda: b.ljust(X())); print(b)
b=mk(); t('idx15', lambda: b.split(b'a', X())); print(b)
b=mk(); b[1:1]=b; print(b)
b=mk(); b.extend(b); print(b)
b=mk(); b*=3; print(b)
