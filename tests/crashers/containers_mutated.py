# Containers edited by the code that an operation on them calls: sets, dicts, bytearrays, memoryviews, deques, iterators.
from _collections import deque


def outcome(function):
    try:
        return function()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


class Key:
    """Equal to all of its kind; runs `action` once when compared."""

    def __init__(self, action, hash_value=1):
        self.action, self.hash_value = action, hash_value

    def __hash__(self):
        return self.hash_value

    def __eq__(self, other):
        action, self.action = self.action, None
        if action is not None:
            action()
        return isinstance(other, Key)


# ---- dicts: cleared, grown, shrunk in the middle of a lookup, insertion, deletion, comparison, update

def edited(edit, use):
    d = {}
    d[Key(None)] = "first"
    d[7] = "seven"
    for key in d:
        if isinstance(key, Key):
            key.action = lambda: edit(d)
    return outcome(lambda: use(d)), len(d) >= 0


EDITS = {
    "clear": dict.clear,
    "grow": lambda d: [d.__setitem__(i + 100, i) for i in range(200)],
    "delete": lambda d: d.pop(7, None),
    "replace": lambda d: (d.clear(), d.__setitem__(Key(None), "other")),
}
USES = {
    "get": lambda d: d.get(Key(None)) in (None, "first", "other"),
    "set": lambda d: d.__setitem__(Key(None), "new"),
    "delete": lambda d: outcome(lambda: d.__delitem__(Key(None))) is not NotImplemented,
    "pop": lambda d: d.pop(Key(None), None) in (None, "first", "other"),
    "setdefault": lambda d: d.setdefault(Key(None), "default") in ("first", "default", "other"),
    "in": lambda d: (Key(None) in d) in (True, False),
    "==": lambda d: (d == {Key(None): 1, 8: 2}) in (True, False),
    "update": lambda d: d.update({Key(None): "updated"}),
    "|": lambda d: len(d | {Key(None): "updated"}) > 0,
    "copy": lambda d: len(dict(d, extra=1)) > 0,
    "keys": lambda d: len(d.keys() & [Key(None)]) >= 0,
    "fromkeys": lambda d: len(dict.fromkeys([Key(None), Key(None)])) == 1,
    "popitem": lambda d: len(d.popitem()) == 2,
}
for edit in EDITS:
    for use in USES:
        answer = edited(EDITS[edit], USES[use])
        if answer[0] not in (True, None):
            print(edit, use, answer)


# ---- sets: the same

for name, edit in (("clear", set.clear), ("grow", lambda s: s.update(range(100, 300))), ("discard", lambda s: s.discard(7))):
    for use in ("add", "discard", "__contains__", "remove"):
        s = {Key(None), 7}
        for key in s:
            if isinstance(key, Key):
                key.action = lambda: edit(s)
        outcome(lambda: getattr(s, use)(Key(None)))
    for use in ("__and__", "__or__", "__sub__", "__xor__", "__iand__", "__ior__", "__isub__", "__ixor__", "__eq__", "__le__", "isdisjoint",
                "update", "difference_update", "symmetric_difference_update", "intersection_update"):
        s, t = {Key(None), 7}, {Key(None), 8}
        for key in list(s) + list(t):
            if isinstance(key, Key):
                key.action = lambda: (edit(s), edit(t))
        outcome(lambda: getattr(s, use)(t))
print("sets stand")


# ---- sorting

class Less:
    def __init__(self, action):
        self.action = action

    def __lt__(self, other):
        self.action()
        return False


L = [Less(lambda: L.clear()) for _ in range(10)]
print(outcome(L.sort), len(L))
L = [Less(lambda: L.append(1)) for _ in range(100)]
print(outcome(L.sort), len(L) > 0)
L = [3, 2, 1]
print(outcome(lambda: L.sort(key=lambda x: L.sort() or x)), L)


def raising(x):
    raise KeyError(x)


L = [3, 2, 1]
print(outcome(lambda: L.sort(key=raising)), L)
print(outcome(lambda: min([Less(lambda: None), Less(lambda: 1 / 0)])))

# ---- lists

class Index:
    def __init__(self, action, value=0):
        self.action, self.value = action, value

    def __index__(self):
        self.action()
        return self.value


L = [1, 2, 3]
print(outcome(lambda: L.__setitem__(Index(L.clear), 5)), L)
L = [1, 2, 3]
print(outcome(lambda: L.insert(Index(L.clear, 2), 5)), L)
L = [1, 2, 3]
print(outcome(lambda: L.pop(Index(L.clear))), L)
L = [1, 2, 3]
print(outcome(lambda: L[Index(L.clear):Index(L.clear, 3)]), L)
L = [1, 2, 3]
print(outcome(lambda: L.__setitem__(slice(Index(L.clear), Index(L.clear, 3)), [9, 9])), L)
L = [1, 2, 3] * 10
print(outcome(lambda: L.__setitem__(slice(0, 30, Index(L.clear, 2)), range(15))), len(L))
L = [1, 2, 3]
print(outcome(lambda: L.__delitem__(slice(0, 3, Index(L.clear, 2)))), L)
L = [1, 2, 3]
print(outcome(lambda: L * Index(L.clear, 3)), L)
L = [[1], [2], [3]]
print(outcome(lambda: L.extend(x for x in L if len(L) < 10)), len(L))


class Iterating:
    def __iter__(self):
        L.clear()
        return iter([7, 8])


L = [1, 2, 3]
L[1:2] = Iterating()
print(L)
L = list(range(10))
for x in L:
    L.remove(x)
print(L)
L = [1, 2, 3]
it = iter(L)
next(it)
L.clear()
print(list(it), list(it))
it = reversed([1, 2, 3])
print(outcome(lambda: it.__setstate__(100)), list(it))

# ---- bytearrays and views

b = bytearray(b"abcdef")
print(outcome(lambda: b.__setitem__(slice(0, Index(b.clear, 6)), b"xy")), b)
b = bytearray(b"abcdef")
print(outcome(lambda: b.insert(Index(b.clear, 3), 65)), b)
b = bytearray(b"abcdef")
print(outcome(lambda: b.extend(i for i in (b.clear() or 65, 66))), b)
b = bytearray(b"abcdef")
outcome(lambda: b.find(Index(b.clear, 97)))  # what it finds CPython reads in freed memory: now and then something
print(b)
b = bytearray(b"abcdef")
m = memoryview(b)
print(outcome(b.clear), outcome(lambda: b.append(1)), outcome(lambda: b.__setitem__(slice(0, 2), b"")), outcome(lambda: b.pop()))
print(outcome(lambda: m.__setitem__(Index(m.release), 1)))
b[0:2] = b"xy"
print(b)
m = memoryview(b)
print(outcome(lambda: m.__setitem__(0, Index(m.release, 65))), b)
m = memoryview(bytearray(8)).cast("i")
print(outcome(lambda: m.__setitem__(0, Index(m.release, 65))))
m = memoryview(bytearray(8))
with m:
    n = m[2:]
    print(outcome(m.release))
    n.release()
print(outcome(lambda: m[0]), outcome(lambda: n.tolist()))
b = bytearray(b"abc")
b[1:] = b
b *= 2
print(b)
print(outcome(lambda: bytearray(Index(lambda: None, -1))), outcome(lambda: bytes([Index(lambda: 1 / 0)])))


class Items:
    def __init__(self, target):
        self.target = target

    def __iter__(self):
        for i in range(5):
            self.target.clear()
            yield i


b = bytearray(b"abc")
b[1:2] = Items(b)
print(b)

# ---- deques

d = deque([1, 2, 3])
print(outcome(lambda: [d.append(x) for x in d]))
d = deque(Key(lambda: d.clear()) for _ in range(5))
print(outcome(lambda: d.count(0)))
d = deque(Key(lambda: d.clear()) for _ in range(5))
print(outcome(lambda: d.remove(0)))
d = deque(Key(lambda: d.clear()) for _ in range(5))
print(outcome(lambda: d.index(0)))
d = deque([1, 2], 3)
d.extend(d)
d.extendleft(d)
print(d)
d = deque(range(5))
print(outcome(lambda: d.rotate(Index(d.clear, 2))), d)
print(outcome(lambda: d.insert(Index(d.clear, 2), 1)), d)

# ---- strings and formatting

class Text:
    def __str__(self):
        parts.clear()
        return "text"

    __repr__ = __str__

    def __format__(self, spec):
        parts.clear()
        return "formatted"


parts = [Text(), Text(), Text()]
print(outcome(lambda: repr(parts)))
parts = [Text(), 1, 2]
print(outcome(lambda: "{0[0]} {0[1]}".format(parts)))
parts = {1: Text(), 2: Text()}
print(outcome(lambda: "%s" % parts))


class Joined(list):
    def __iter__(self):
        self.clear()
        return iter(["a", "b"])


print(outcome(lambda: "-".join(Joined(["x"] * 100))))


class Strings:
    def __init__(self):
        self.items = ["a", "b", "c"]

    def __getitem__(self, i):
        self.items.clear()
        return "i"[i]

    def __len__(self):
        return 2**40


print(outcome(lambda: "-".join(Strings())), outcome(lambda: list(Strings())), outcome(lambda: tuple(Strings())))

# ---- calls: the arguments edited while they are unpacked

args = [1, 2, 3]


class Mapping:
    def keys(self):
        args.clear()
        return ["a", "b"]

    def __getitem__(self, key):
        args.extend([key] * 100)
        return key


print(outcome(lambda: (lambda *a, **k: (a, k))(*args, **Mapping())))


class Callable:
    def __call__(self, *args):
        del Callable.__call__
        return args


c = Callable()
print(outcome(lambda: c(1, 2)), outcome(lambda: c(1)))


def replaced():
    replaced.__code__ = (lambda: "new").__code__
    replaced.__defaults__ = (1,)
    return "old"


print(replaced(), outcome(replaced))
