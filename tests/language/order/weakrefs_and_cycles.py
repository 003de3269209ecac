# Collection: weak references are cleared first; callbacks of references outside the garbage run, those inside do not.
import gc
from _weakref import ref

gc.disable()


class N:
    def __init__(self, name):
        self.name = name


def told(word):
    return lambda r: print("callback", word, r() is None)


a = N("a")
a.me = a
outside = ref(a, told("outside"))
del a
print(gc.collect(), outside())
print("--")
a = N("a")
a.me = a
a.inside = ref(a, told("inside"))
del a
print(gc.collect())
print("--")
a, b = N("a"), N("b")
a.other, b.other = b, a
ra, rb = ref(a, told("ra")), ref(b, told("rb"))
del a, b
print(gc.collect())
print("--")


class D:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name, "weak reference says", watch() is None)


d = D("d")
d.me = d
watch = ref(d, told("before __del__"))
del d
gc.collect()
print("--")
kept = []


class Saves:
    def __del__(self):
        kept.append(self)
        print("saved; the reference is", watch())


s = Saves()
s.me = s
watch = ref(s, told("cleared all the same"))
del s
print(gc.collect())
print(watch() is None, len(kept))
s = kept.pop()
del s.me
del s
print("--")
a = N("target")
callback_holder = N("callback holder")
a.me = a
trash = N("trash that holds a reference to live things")
live = N("live")
trash.ref = ref(live, told("never: the reference dies first"))
trash.me = trash
del trash
print(gc.collect())
del live
print("live is gone")
del a, callback_holder
print(gc.collect())
print("--")


class Key:
    pass


cache = {}
for i in range(4):
    k = Key()
    k.me = k
    cache[i] = ref(k, lambda r, i=i: print("gone", i))
k = None
print(gc.collect())
print(all(r() is None for r in cache.values()))
cache.clear()
print("--")
a = N("a")
a.list = [a]


def revive(r):
    print("revive", r() is None)
    kept.append("called")


r = ref(a, revive)
del a
gc.collect(0)
gc.collect(1)
print(gc.collect(2), kept)
