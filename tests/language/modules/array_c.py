# Module array: every type code, method and error; buffers; pickling; an array that changes under a conversion.
import array
import copy
import io
import pickle
import sys
from array import array as A

R = array._array_reconstructor


class S(A):
    pass


class Index:
    def __init__(self, act):
        self.act = act

    def __index__(self):
        self.act()
        return 7


def show(text):
    try:
        print(text, "->", repr(eval(text)))
    except BaseException as error:
        print(text, "->", type(error).__name__, error)


def fresh():
    global a, b, u, d
    a, b, u, d = A("i", [1, 2, 3]), A("b", b"abc"), A("u", "héx"), A("d", [1.5, 2])


MAKING = r"""A(); A('z'); A(1); A('ii'); A('i', 'abc'); A('i', 1); A('i', A('u','a')); A('u', A('i',[1])); A('u', [1]); A('u', ['ab']); A('i', x=1)
A('i',[1],2); A('b',[200]); A('b',[-129]); A('b',[70000]); A('B',[256]); A('B',[-1]); A('h',[70000]); A('h',[-70000]); A('H',[-1]); A('H',[70000])
A('i',[2**40]); A('i',[-2**40]); A('i',[2**70]); A('I',[2**40]); A('I',[-1]); A('I',[2**70]); A('I',['a']); A('L',[2**70]); A('L',[-1]); A('L',[1.5])
A('q',[2**70]); A('Q',[2**70]); A('Q',[-1]); A('Q',[1.5]); A('q',[1.5]); A('l',[2**70]); A('l',[1.5]); A('i',[1.5]); A('h',['a']); A('b',[1.5]); A('B',[1.5])
A('f',['a']); A('d',['a']); A('f',[1e300]); A('u'); A('u', b'abcd'); repr(u), repr(A('i')), repr(d), repr(S('i',[1])); A('q',[-2**63, 2**63-1]); A('Q',[2**64-1])
A('i', range(3)), A('i', (1,2)), A('i', bytearray(b'abcd')), A('d', A('i',[1,2])), A('f',[1.1]), A('b', [True]), A('i', iter([1, 2])); A('i', b'abc'); S('i', x=1)
A('L',[2**64-1]), A('l',[-2**63]), A('I',[2**32-1]), A('H',[65535]), A('B',[255]), A('b',[-128]); A('u', 'a\U0001F600'); A(typecode='i')"""
USING = r"""a+A('i',[4]), a*2, 2*a, a*0, a*-1; a+A('b',b'x'); a+[1]; a.__iadd__([1]); a.__iadd__(A('b')); a.extend(A('b',b'x')); a.extend([1.5]); a.extend(1); a.extend('ab')
a[0], a[-1], a[1:], a[::-1], a[::2], a[5:1]; a[5]; a['x']; a.__setitem__(0,'x'); a.__setitem__(9,1); a.__setitem__(9,'x'); a.__setitem__(slice(0,1),[1])
a.__setitem__(slice(0,1),A('b',b'x')); a.__setitem__(slice(0,2,2),A('i',[1,2])); a.__delitem__(9); a.__delitem__('x'); a.__setitem__('x',1)
1 in a, 9 in a, 'x' in a; a == A('i',[1,2,3]), a == A('l',[1,2,3]), a < A('i',[1,2,4]), a != [1,2,3], a == A('d',[1,2,3]), A('i')<A('i',[1]), a>=A('b',[1,2])
a < [1]; a.count(2), a.index(2), a.index(3,1), a.index(3,-1); a.index(9); a.index(2,2); a.index(1,-9,-1); a.index(1,'x'); a.remove(9); A('i').pop(); a.pop(9); a.pop('x'); a.insert('x',1)
a.insert(0); a.append('x'); a.buffer_info()[1]; a.tobytes(), a.tolist(), b.tobytes(), u.tounicode(), u.tolist(); a.tounicode(); a.fromunicode('x'); u.fromunicode(1)
a.frombytes(b'abc'); a.frombytes('abc'); a.frombytes(A('i',[1])); a.fromlist(1); a.fromlist([1,'x']); a; a.fromlist((1,)); a.fromfile(io.BytesIO(b'abcd'*2),3); a
a.fromfile(io.BytesIO(b'abcd'*2),-1); a.fromfile(io.StringIO('abcd'*2),1); a.fromfile(1,1); a.tofile(1); a.byteswap(); a; u.byteswap(); hash(a); copy.copy(a), copy.deepcopy(a)
a.__reduce_ex__(2); a.__reduce_ex__(3); b.__reduce_ex__(4), d.__reduce_ex__(3); S('i',[1]).__reduce_ex__(3); a.__reduce_ex__('x'); A[int]; a.typecode, a.itemsize
memoryview(a).format, memoryview(u).format, memoryview(a).shape, memoryview(d).tolist(); iter(a).__reduce__(); list(iter(a)); iter(a).__setstate__(1); a.reverse(); a; a.index()
A('i',[1,2,3]).__class__ is array.ArrayType; a.__iadd__(A('i',[7])); a.__imul__(2); a.__imul__('x'); A('i',[1])*10**30; A('i',[1])*2**62; A('u','ab')==A('u','ab'), A('u','ab')<A('u','b')
a.insert(-100, 5), a.insert(100, 6), a.insert(-1, 8), a; a.extend(a), len(a); a.pop(), a.pop(0), a.pop(-2); A('i').__sizeof__(), A('i',[1,2,3]).__sizeof__(); type(iter(a))()"""
RECONSTRUCTING = r"""R(A,'i',8,b'\0\0\0\1'); R(A,'i',22,b'\0\0\0\1'); R(A,'i',-1,b''); R(A,'x',8,b''); R(int,'i',8,b''); R(1,'i',8,b''); R(A,'i',8,b'abc'); R(A,'i',8,'abc'); R(A,'d',16,b'\0'*8)
R(A,'l',9,b'\0\0\0\1'); R(A,'h',8,b'\0\0\0\1'); R(A,'u',21,b'\0\0\0a\0\0\0b'); R(A,'u',21,b'\0\0\0a\0\0'); R(A,'u',20,b'a\0\0\0b\0\0\0'); R(A,'u',18,b'a\0b\0'); R(A,'u',19,b'\0a\0b')
R(A,'u',19,b'\0a\0'); R(A,'i',18,b'a\0b\0'); R(A,'d',14,b'\0\0\x80\x3f'); R(A,'d',15,b'\x3f\x80\0\0'); R(A,'f',16,b'\0'*16); R(A,'f',16,b'\0'*15); R(A,'i',14,b'\0\0\x80\x3f')
R(A,'b',1,b'\xff'), R(A,'b',0,b'\xff'), R(A,'B',1,b'\xff'); R(A,'q',12,b'\xff'*8), R(A,'l',12,b'\xff'*8), R(A,'q',13,b'\xff'*8), R(A,'i',12,b'\xff'*8), R(A,'i',10,b'\xff'*8)
R(A,'i',2,b'\xff'*8), R(A,'i',5,b'\xff\xfe'*2); R(A,'i',5,b'\xff\xfe\0'); R(A,'u',8,b'\0'*4), R(A,'f',8,b'\0\0\0\1'); R(); R(A, 'ii', 8, b'')"""
EXPORTED = r"""a.append(1); a.pop(); a.extend([1]); a.insert(0,1); a.__delitem__(0); a.__delitem__(slice(0,1)); a.__setitem__(slice(0,1),A('i',[1,2])); a.__setitem__(slice(0,1),A('i',[1]))
a.__setitem__(slice(0,2,2),A('i',[1])); a.frombytes(b''); a.fromlist([]); a.__imul__(1); a.__imul__(2); a.remove(2); a.byteswap(); a.__iadd__(A('i')); a.__delitem__(slice(0,3,2)); a.reverse(); a"""

for group in (MAKING, USING, RECONSTRUCTING, EXPORTED):
    fresh()
    m = memoryview(a) if group is EXPORTED else None
    for line in group.split("\n"):
        for text in line.split("; "):
            show(text)
m.release()

# slices of every shape
for start in (None, 0, 1, -2, 5, -9):
    for stop in (None, 0, 2, -1, 9):
        for step in (None, 1, 2, -1, -3):
            s = slice(start, stop, step)
            whole, items = A("h", range(6)), list(range(6))
            assert whole[s].tolist() == items[s]
            del whole[s], items[s]
            assert whole.tolist() == items, (s, whole, items)
            whole, items = A("h", range(6)), list(range(6))
            part = A("h", [9] * len(items[s]))
            whole[s] = part
            items[s] = part.tolist()
            assert whole.tolist() == items
for s in (slice(1, 3), slice(0, 0), slice(None), slice(6, 9), slice(4, 1)):
    whole, items = A("h", range(6)), list(range(6))
    whole[s] = A("h", [7, 8, 9])
    items[s] = [7, 8, 9]
    assert whole.tolist() == items
whole = A("i", [1, 2, 3])
whole[1:2] = whole
print(whole)

# growth is what sys.getsizeof shows
grown, sizes = A("i"), []
for i in range(40):
    grown.append(i)
    sizes.append(sys.getsizeof(grown) - sys.getsizeof(A("i")))
print(sizes)

# an array that changes while a value is converted or compared
x = A("i", [1, 2, 3])
for act in (lambda: x.__setitem__(2, Index(lambda: x.__delitem__(slice(1, None)))), lambda: x.append(Index(x.pop))):
    try:
        act()
    except IndexError:
        pass
x = A("i", [1])
for text in ("x.fromlist([5, Index(lambda: x.append(1)), 'x'])",
             "x.extend(x for i in [1])", "x.insert(Index(x.clear if hasattr(x, 'clear') else x.reverse), 3)", "x.__mul__(Index(lambda: x.append(2)))"):
    show(text)
    print(x)


class Shrink:
    def __eq__(self, other):
        del y[:]
        return False


y = A("d", [1, 2, 3])
print(y.count(Shrink()), y)

for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    for code in "bBuhHiIlLqQfd":
        z = A(code, "ab" if code == "u" else [1, 2, 3])
        assert pickle.loads(pickle.dumps(z, protocol)) == z
s = S("i", [1, 2])
s.note = "kept"
t = pickle.loads(pickle.dumps(s))
print(t, t.note, type(t).__name__, copy.copy(s))
file = io.BytesIO()
A("i", range(20000)).tofile(file)
file.seek(0)
back = A("i")
back.fromfile(file, 20000)
print(back == A("i", range(20000)), sum(back))
print(array.typecodes, isinstance(a, __import__("collections").abc.MutableSequence))
match A("i", [1, 2]):
    case [p, q]:
        print(p, q)
