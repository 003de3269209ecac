# Callbacks of weak references: the newest first, after __del__, before fields fall; exceptions are printed.
import gc
import sys
from _weakref import ref, proxy, getweakrefcount, getweakrefs

gc.disable()


class N:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def told(word):
    def callback(r):
        print("callback", word, r() is None)
    return callback


n = N("plain")
refs = [ref(n, told(i)) for i in range(4)]
del n
print([r() for r in refs])
print("--")
n = N("dropped reference")
r = ref(n, told("never"))
del r
del n
print("--")
n = N("callbacks drop each other")
first = ref(n, lambda r: print("first"))


def drop(r):
    global first
    first = None
    print("second drops first")


second = ref(n, drop)
del n
print("--")
n = N("fields")
n.field = N("field")
r = ref(n, told("fields"))
del n
print("--")


class Hidden:
    def __init__(self):
        self.seen = None

    def __del__(self):
        print("in __del__:", hidden() is self)


h = Hidden()
hidden = ref(h, told("hidden"))
del h
print(hidden())
print("--")
n = N("raises")


def raises(r):
    raise ValueError("from a callback")


sys.unraisablehook = lambda info: print("unraisable", type(info.exc_value).__name__, info.exc_value, info.err_msg)
r1, r2, r3 = ref(n, told("r1")), ref(n, raises), ref(n, told("r3"))
del n
print("--")
n = N("equal")
same, other = ref(n), ref(n)
print(same is other, same == ref(n, print), getweakrefcount(n), len(getweakrefs(n)))
hash(same)
del n
print(same == other, getweakrefcount(1))
print("--")


class Sub(ref):
    def __init__(self, target, callback, key):
        super().__init__(target, callback)
        self.key = key

    def __new__(cls, target, callback, key):
        return super().__new__(cls, target, callback)


n = N("sub")
s = Sub(n, lambda r: print("key", r.key), "k1")
del n
print(s())
print("--")
n = N("proxied")
p = proxy(n, lambda p: print("proxy callback"))
print(p.name)
del n
try:
    p.name
except ReferenceError as error:
    print(error)
print("--")


class Registry(dict):
    """As weakref.WeakValueDictionary: an entry goes with its value."""

    def __setitem__(self, key, value):
        def removed(r, self=self, key=key):
            print("removed", key)
            del self[key]
        dict.__setitem__(self, key, ref(value, removed))

    def __getitem__(self, key):
        return dict.__getitem__(self, key)()


registry = Registry()
values = [N(f"value {i}") for i in range(3)]
for i, value in enumerate(values):
    registry[i] = value
del value
print(registry[1].name)
del values[1]
print(sorted(registry))
values = None
print(len(registry))
print("--")


def function():
    pass


r = ref(function, told("function"))
del function
g = (i for i in range(3))
r2 = ref(g, told("generator"))
del g
s = {1}
r3 = ref(s, told("set"))
s = None


class C:
    def method(self):
        pass


c = C()
bound = ref(c.method, told("a bound method dies at once"))
print(bound())
