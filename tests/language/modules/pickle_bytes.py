# Module _pickle: the bytes of every kind of object in every protocol, and what is read back from them.
import _pickle
import collections
import functools
import operator
import zlib
from _pickle import PickleBuffer, dumps, loads


class Plain:
    def __init__(self, *values):
        self.values = values
        self.name = "plain"

    def __eq__(self, other):
        return vars(self) == vars(other)


class Empty:
    def __repr__(self):
        return "Empty"

    def __eq__(self, other):
        return type(self) is type(other)


class Slots:
    __slots__ = "a", "b"

    def __init__(self):
        self.a, self.b = 1, [2]

    def __eq__(self, other):
        return self.a == other.a and self.b == other.b


class Both(Slots):
    def __eq__(self, other):
        return vars(self) == vars(other) and super().__eq__(other)


class State:
    def __getstate__(self):
        return ("state", 5)

    def __setstate__(self, state):
        self.state = state

    def __eq__(self, other):
        return True


class NewArgs(int):
    def __new__(cls, value, *more):
        self = super().__new__(cls, value)
        self.more = more
        return self

    def __getnewargs__(self):
        return int(self), *self.more


class NewArgsEx:
    def __new__(cls, *args, **kwargs):
        self = super().__new__(cls)
        self.args, self.kwargs = args, kwargs
        return self

    def __getnewargs_ex__(self):
        return (1, "two"), {"three": 3}

    def __eq__(self, other):
        return vars(self) == vars(other)


class MyList(list):
    pass


class MyDict(dict):
    pass


class MyStr(str):
    pass


class MySet(set):
    pass


class Reduced:
    def __reduce__(self):
        return MyList, ([0],), {"attribute": 1}, iter([1, 2]), None


class Setter:
    def __init__(self, value=0):
        self.value = value

    def __reduce__(self):
        return Setter, (), self.value, None, None, set_value

    def __eq__(self, other):
        return self.value == other.value


def set_value(obj, value):
    obj.value = value


class Outer:
    class Inner:
        def method(self):
            pass


Point = collections.namedtuple("Point", "x y")
shared = ["shared"]
plain = Plain(1, shared, shared)

objects = [
    None, True, False, ..., NotImplemented, type(None), type(...), type(NotImplemented),
    0, 1, -1, 255, 256, 65535, 65536, -128, 2**31 - 1, 2**31, -2**31, -2**31 - 1, 2**63, -2**63, -2**64, 2**2040 - 1, 2**2047, -2**2039,
    -255, -256, -32768, -(2**1000), 10**700, 0.0, -0.0, 1.5, 1e300, 1e16, float("inf"), 3 + 4j,
    "", "a", "text\n\\\r\0\x1a", "\xe9\xff", "\u20ac \U0001f600", "\ud800", "x" * 255, "x" * 256, "\u0100" * 300,
    b"", b"bytes", b"\0\xff" * 200, bytearray(), bytearray(b"bytearray"),
    (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), ((), ((),)), [], [1], [1, 2], [[]], list(range(1001)), ["a"] * 3,
    {}, {1: 2}, {1: 2, "a": [None]}, {i: i for i in range(1000)}, {i: i for i in range(1001)}, set(), {1}, {1, 2},
    set(range(1000)), set(range(1001)), frozenset(), frozenset([1, 2]), list(range(999)), list(range(1000)), [(1, 2)] * 2,
    Empty(), plain, [plain, plain, shared], Slots(), Both(), State(), NewArgs(5, 6), NewArgsEx(), MyList([1]), MyList([1, 2, 3]), MyList(range(1001)),
    MyDict(a=1), MyDict({i: i for i in range(1001)}), MyStr("s"), MySet([1]), Setter(7), Point(1, 2), Point,
    len, int, Plain, Outer, Outer.Inner, Outer.Inner.method, MyList.append, "".join, [].append, print, set_value, operator.add,
    functools.partial(int, base=2), collections.OrderedDict(a=1), collections.Counter("aab"), collections.deque([1], 5),
    collections.defaultdict(list, a=[1]), range(1, 9, 2), slice(1, 2), iter([1, 2]), iter((1,)), iter(range(3)), enumerate("ab"),
    ValueError("message", 5), KeyError, OSError(2, "x"), StopIteration(1),
    zlib.error, reversed([1, 2]), zip([1], [2]), dict.fromkeys, object(),
]


def same(a, b):
    return repr(a) == repr(b) if type(a) in (float, complex) else a == b


for obj in objects:
    row = []
    for protocol in range(6):
        try:
            data = dumps(obj, protocol)
        except Exception as error:
            row.append(f"{type(error).__name__}: {error}")
            continue
        back = loads(data)
        assert type(back) is type(obj), back
        row.append((data if len(data) < 60 else (len(data), zlib.crc32(data)), same(back, obj)))
    print(type(obj).__name__, *row, sep="\n    ")

# Recursive ones.
a = []
a.append(a)
b = {}
b[1] = b
c = ([],)
c[0].append(c)
d = ([], 2, 3, 4)
d[0].append(d)
e = Plain()
e.me = [e, (e,)]
f = MyList()
f.append(f)
g = MyDict()
g[1] = (g, f)
h = Empty()
h.fs = [frozenset([1]), h]
class Key:
    def __hash__(self):
        return 1
    def __eq__(self, other):
        return self is other
k = Key()
k.fs = frozenset([k])
k.s = {k}
for obj in a, b, c, d, e, f, g, h, k, k.fs, k.s:
    for protocol in range(2 if obj is f or obj is g else 0, 6):
        data = dumps(obj, protocol)
        back = loads(data)
        print(type(obj).__name__, protocol, data if len(data) < 80 else (len(data), zlib.crc32(data)), type(back) is type(obj))
back = loads(dumps(c))
assert back[0][0] is back
back = loads(dumps(e))
assert back.me[0] is back and back.me[1][0] is back
back = loads(dumps(k.fs, 2))
assert next(iter(back)).fs == back

# Sharing: one object stays one.
back = loads(dumps([shared, shared, plain]))
print(back[0] is back[1] is back[2].values[1], loads(dumps(["abc" * 9] * 2))[0])

# Frames.
for n in 3, 1000, 65400, 65530, 65536, 70000, 200000:
    for obj in "x" * n, b"x" * n, bytearray(n), ["y" * 50, "x" * n, 5], [str(i) for i in range(n // 10)]:
        for protocol in 2, 4, 5:
            data = dumps(obj, protocol)
            print(n, type(obj).__name__, protocol, len(data), zlib.crc32(data), loads(data) == obj)

# The names of Python 2, and without them.
for obj in range(3), functools.reduce, zip([1], [2]), collections.UserDict, OSError(2, "x"), ImportError("a"), map, print:
    for protocol in range(4):
        print(dumps(obj, protocol), dumps(obj, protocol, fix_imports=False))
